-- logistic: fit_logistic, what it reports, what it refuses, and that only the set of rows matters.
SET extra_float_digits = 0;
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0 $$;
CREATE TABLE payer AS
SELECT i AS id, 100 * pg_temp.u(i, 1) AS x, (pg_temp.u(i, 2) < 0.4) AS flag, (10 * pg_temp.u(i, 3))::int AS n,
       (pg_temp.u(i, 5) * 3)::numeric(6, 2) AS amount, 1 + (i % 3) AS w,
       pg_temp.u(i, 4) < 1 / (1 + exp(2 - 0.03 * (100 * pg_temp.u(i, 1)) - (pg_temp.u(i, 2) < 0.4)::int)) AS bad
FROM generate_series(1, 3000) i;
CREATE TABLE payer_fit AS SELECT scoring.fit_logistic('payer', 'bad', '{x, flag, n, amount}') AS f;
SELECT name, round(coefficient::numeric, 6) AS coefficient, round(standard_error::numeric, 6) AS standard_error,
       round(z::numeric, 4) AS z, round(p_value::numeric, 6) AS p_value, round(odds_ratio::numeric, 6) AS odds_ratio
FROM payer_fit, scoring.terms(f);
SELECT round(scoring.log_likelihood(f)::numeric, 6) AS log_likelihood, round(scoring.null_log_likelihood(f)::numeric, 6) AS null_log_likelihood,
       round(scoring.aic(f)::numeric, 6) AS aic, round(scoring.bic(f)::numeric, 6) AS bic, scoring.iterations(f), scoring.rows_used(f)
FROM payer_fit;
SELECT round(scoring.aic(f)::numeric, 6) = round((10 - 2 * scoring.log_likelihood(f))::numeric, 6) AS aic_is_2k_less_2l FROM payer_fit;

-- The score equations hold: residuals are orthogonal to the features.
SELECT max(abs(s)) < 1e-7 AS solved FROM (
  SELECT unnest(ARRAY[sum(r), sum(r * x), sum(r * flag::int), sum(r * n), sum(r * amount::float8)]) AS s
  FROM (SELECT p.*, bad::int - 1 / (1 + exp(-(b[1] + b[2] * x + b[3] * flag::int + b[4] * n + b[5] * amount::float8))) AS r
        FROM payer p, (SELECT array_agg(coefficient) AS b FROM payer_fit, scoring.terms(f)) t) q) q;

-- Only the set of rows matters.
CREATE TABLE payer_shuffled AS SELECT * FROM payer ORDER BY hashint8extended(id, 77);
CREATE VIEW payer_view AS SELECT * FROM payer_shuffled;
SELECT r, scoring.fit_logistic(r, 'bad', '{x, flag, n, amount}') OPERATOR(scoring.=) f AS same
FROM payer_fit, (VALUES ('payer_shuffled'::regclass), ('payer_view')) v (r) ORDER BY r::text COLLATE "C";
-- A weight counts a row that many times.
CREATE TABLE payer_repeated AS SELECT p.* FROM payer p, generate_series(1, w);
SELECT max(abs(a.coefficient - b.coefficient)) < 1e-12 AS same_coefficients, max(abs(a.standard_error - b.standard_error)) < 1e-12 AS same_errors
FROM scoring.terms(scoring.fit_logistic('payer', 'bad', '{x, n}', weight => 'w')) a
JOIN scoring.terms(scoring.fit_logistic('payer_repeated', 'bad', '{x, n}')) b USING (name);
-- A penalty draws coefficients to 0.
SELECT l2, round(coefficient::numeric, 5) AS flag FROM (VALUES (0), (10), (1000)) v (l2),
  scoring.terms(scoring.fit_logistic('payer', 'bad', '{flag, x}', l2 => l2)) WHERE name = 'flag' ORDER BY l2;

-- What is left out is counted, under the first reason.
CREATE VIEW gaps AS
SELECT CASE WHEN id <= 10 THEN NULL ELSE x END AS x, CASE WHEN id BETWEEN 9 AND 20 THEN 'NaN' WHEN id = 21 THEN 'Infinity' ELSE n::float8 END AS n,
       CASE WHEN id BETWEEN 31 AND 40 THEN NULL ELSE bad END AS bad, CASE WHEN id BETWEEN 38 AND 45 THEN 0 ELSE 1 END AS w FROM payer;
SELECT s.* FROM scoring.skipped(scoring.fit_logistic('gaps', 'bad', '{x, n}', weight => 'w')) s;
SELECT scoring.rows_used(scoring.fit_logistic('gaps', 'bad', '{x, n}', weight => 'w'));

-- As a value: text, binary, equality, order, jsonb.
SELECT f::text::scoring.logistic_fit OPERATOR(scoring.=) f AS reads_back, f::jsonb ->> 'rows_used' AS rows_used FROM payer_fit;
SELECT count(DISTINCT f) FROM (SELECT f FROM payer_fit UNION ALL SELECT f FROM payer_fit) q;
SELECT a.f OPERATOR(scoring.<) b.f OR b.f OPERATOR(scoring.<) a.f AS ordered, a.f OPERATOR(scoring.<>) b.f AS different
FROM payer_fit a, (SELECT scoring.fit_logistic('payer', 'bad', '{x}') AS f) b;
SELECT scoring.terms(NULL::scoring.logistic_fit), scoring.aic(NULL) IS NULL AS null_in_null_out;

-- Columns of every accepted type; what a domain is over; whether the sample is partitioned or has dropped columns.
CREATE DOMAIN share AS numeric CHECK (VALUE >= 0);
CREATE TABLE kinds (gone int, a int2, b int4, c int8, d real, e float8, f numeric, g share, h boolean, i date, bad int) PARTITION BY HASH (b);
ALTER TABLE kinds DROP COLUMN gone;
CREATE TABLE kinds_0 PARTITION OF kinds FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE kinds_1 PARTITION OF kinds FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO kinds SELECT id % 11, id, id * 5000000000 % 70000000007, x::real, x * x, amount, amount / (n + 1), flag, DATE '1970-01-01' + n, bad::int FROM payer;
CREATE VIEW numbers AS SELECT a::float8, b::float8, c::float8, d::text::float8, e, f::float8, g::float8, h::int::float8 AS h, (i - DATE '1970-01-01')::float8 AS i, bad = 1 AS bad FROM kinds;
SET extra_float_digits = 1;
SELECT scoring.fit_logistic('kinds', 'bad', '{a, b, c, d, e, f, g, h, i}') OPERATOR(scoring.=) scoring.fit_logistic('numbers', 'bad', '{a, b, c, d, e, f, g, h, i}') AS same;
SET extra_float_digits = 0;
-- A numeric beyond a double is infinite.
INSERT INTO kinds (a, b, f, bad) VALUES (1, 1, 1e400, 1), (1, 2, 'NaN', 0);
SELECT s.* FROM scoring.skipped(scoring.fit_logistic('kinds', 'bad', '{f}')) s;

-- A value far out on the right side has no say, however far: neither in the coefficients nor in whether there is a fit.
CREATE TABLE far AS SELECT i AS id, CASE WHEN i = 1 THEN 100 ELSE pg_temp.u(i, 1) END AS x, i = 1 OR pg_temp.u(i, 7) < 1 / (1 + exp(1 - 2 * pg_temp.u(i, 1))) AS bad FROM generate_series(1, 3000) i;
CREATE TABLE far_fit AS SELECT scoring.fit_logistic('far', 'bad', '{x}') AS f;
UPDATE far SET x = 1e7 WHERE id = 1;
SELECT n.name, round(n.coefficient::numeric, 8) AS coefficient, abs(t.coefficient / n.coefficient - 1) < 1e-13 AND abs(t.standard_error / n.standard_error - 1) < 1e-13 AS same
FROM far_fit, scoring.terms(f) n JOIN scoring.terms(scoring.fit_logistic('far', 'bad', '{x}')) t USING (name);
-- Each power of ten costs two steps, and that is said.
UPDATE far SET x = 1e13 WHERE id = 1;
SELECT scoring.fit_logistic('far', 'bad', '{x}');

-- Weights are kept in millionths.
CREATE VIEW light AS SELECT x, bad, CASE WHEN id <= 5 THEN 0.0000004 ELSE 0.000001 END AS w FROM payer;
SELECT scoring.rows_used(f), s.* FROM (SELECT scoring.fit_logistic('light', 'bad', '{x}', weight => 'w') AS f) q, scoring.skipped(f) s;

-- Errors.
CREATE TABLE broken AS SELECT i AS id, i % 2 = 0 AS bad, i % 3 AS three, 5 AS five, i % 7 AS x, (i % 7) * 2 + 1 AS twice, i AS order_of,
  (i > 50) AS later, NULL::float8 AS nothing, 'a'::text AS label, -1 AS negative, now() AS seen FROM generate_series(1, 100) i;
SELECT scoring.fit_logistic('broken', 'bad', '{five}');
SELECT scoring.fit_logistic('broken', 'bad', '{x, twice}');
SELECT scoring.fit_logistic('broken', 'later', '{order_of}');
SELECT scoring.fit_logistic('broken', 'later', '{x, order_of}', max_iterations => 100);
SELECT name, coefficient > 0 AS positive FROM scoring.terms(scoring.fit_logistic('broken', 'later', '{order_of}', l2 => 0.1));
SELECT scoring.fit_logistic('payer', 'bad', '{x}', max_iterations => 1);
SELECT scoring.fit_logistic('broken', 'three', '{x}');
SELECT scoring.fit_logistic('broken', 'label', '{x}');
SELECT scoring.fit_logistic('broken', 'nope', '{x}');
SELECT scoring.fit_logistic('broken', 'bad', '{nope}');
SELECT scoring.fit_logistic('broken', 'bad', '{label}');
SELECT scoring.fit_logistic('broken', 'bad', '{seen}');
SELECT scoring.fit_logistic('broken', 'bad', '{x, x}');
SELECT scoring.fit_logistic('broken', 'bad', '{bad}');
SELECT scoring.fit_logistic('broken', 'bad', '{}');
SELECT scoring.fit_logistic('broken', 'bad', '{NULL}');
SELECT scoring.fit_logistic('broken', 'bad', '{nothing}');
SELECT scoring.fit_logistic('broken', 'bad', '{x}', weight => 'negative');
SELECT scoring.fit_logistic('broken', 'bad', '{x}', weight => 'nothing');
SELECT scoring.fit_logistic('broken', 'bad', '{x}', weight => 'label');
SELECT scoring.fit_logistic('broken', 'bad', '{x}', l2 => -1);
SELECT scoring.fit_logistic('broken', 'bad', '{x}', max_iterations => 0);
SELECT scoring.fit_logistic('broken', 'bad', '{x}', tolerance => 0);
SELECT scoring.fit_logistic(NULL, 'bad', '{x}');
SELECT scoring.fit_logistic((SELECT oid FROM pg_class WHERE relname = 'pg_class_oid_index'), 'bad', '{x}');
CREATE VIEW always AS SELECT x, true AS bad FROM broken;
SELECT scoring.fit_logistic('always', 'bad', '{x}');
-- Separation by several columns together, none of which does it alone; collinearity of several.
CREATE VIEW together AS SELECT id, i AS x, k AS y, i * k % 3 AS noise, i + k > 12 OR (i + k = 12 AND id % 2 = 0) AS bad, i > 6 AS high, i <= 6 AS low, 2 * i - k AS mix
FROM (SELECT id, id % 13 AS i, id * 7 % 11 AS k FROM broken) q;
SELECT scoring.fit_logistic('together', 'bad', '{x, y, noise}');
SELECT scoring.fit_logistic('together', 'bad', '{x, noise, high, low}');
SELECT scoring.fit_logistic('together', 'high', '{y, noise, x, mix}');
SELECT scoring.fit_logistic('together', 'bad', '{x, noise, y, mix}', l2 => 0.01) IS NOT NULL AS penalised;
CREATE VIEW extremes AS SELECT x * 1e301 AS big, x * 1e-290 AS small, bad, 1e13 AS w FROM broken;
SELECT scoring.fit_logistic('extremes', 'bad', '{big}');
SELECT scoring.fit_logistic('extremes', 'bad', '{small}');
SELECT scoring.fit_logistic('extremes', 'bad', '{small}', weight => 'w');
CREATE VIEW heavy AS SELECT x, bad, 9e12 AS w FROM broken;
SELECT scoring.fit_logistic('heavy', 'bad', '{x}', weight => 'w');
-- The sample has to stay the same from one reading to the next.
CREATE SEQUENCE drift;
CREATE VIEW drifting AS SELECT nextval('drift') AS x, bad FROM broken;
SELECT scoring.fit_logistic('drifting', 'bad', '{x}');
-- Memory.
\set ECHO none
SELECT format('CREATE TABLE many AS SELECT i %% 2 = 0 AS bad, %s FROM generate_series(1, 10) i', string_agg('i AS c' || k, ', ')) FROM generate_series(1, 300) k \gexec
\set ECHO all
SET maintenance_work_mem = '1MB';
SET max_parallel_workers_per_gather = 0;
SELECT scoring.fit_logistic('many', 'bad', (SELECT array_agg('c' || k) FROM generate_series(1, 300) k));
RESET maintenance_work_mem;
RESET max_parallel_workers_per_gather;
-- The aggregate inside, which anyone may call, as fit_logistic does with its caller's rights.
SELECT scoring._logistic_sums(NULL, 1, 1, '{1}');
SELECT scoring._logistic_sums('\x', 1, 1, '{1}');
SELECT scoring._logistic_sums(decode(repeat('ff', 200), 'hex'), 1, 1, '{1}');
SELECT scoring._logistic_sums(decode('00000000' || '01000000' || '02000000' || repeat('00', 92), 'hex'), 1, 1, f) FROM (VALUES ('{1, 2}'::float8[])) v (f);
SELECT '{"terms": []}'::scoring.logistic_fit;
SELECT '{'::scoring.logistic_fit;
SELECT replace(f::text, '"rows"', '"row"')::scoring.logistic_fit FROM (SELECT scoring.fit_logistic('gaps', 'bad', '{x, n}') AS f) q;
SELECT regexp_replace(f::text, '"standard_error":[0-9.e-]+', '"standard_error":-1')::scoring.logistic_fit FROM payer_fit;
SELECT replace(f::text, '(intercept)', 'x')::scoring.logistic_fit FROM payer_fit;
SELECT replace(f::text, '"flag"', '"x"')::scoring.logistic_fit FROM payer_fit;
SELECT replace(f::text, '"rows_used":3000', '"rows_used":0')::scoring.logistic_fit FROM payer_fit;
SELECT jsonb_set(f::jsonb, '{terms}', '[]')::text::scoring.logistic_fit FROM payer_fit;

-- Binary: there and back, and what is not a fit.
\set QUIET on
SELECT current_setting('data_directory') || '/logistic_test.bin' AS path \gset
CREATE TABLE back (f scoring.logistic_fit);
COPY payer_fit TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
SELECT p.f OPERATOR(scoring.=) b.f AS same FROM payer_fit p, back b;
COPY (SELECT '\x027b7d'::bytea) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x01'::bytea) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
COPY (SELECT substr(scoring.logistic_fit_send(f), 1, 100) FROM payer_fit) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
COPY (SELECT) TO :'path' WITH (FORMAT binary);
DROP TABLE back;

-- Names that need quotes; rights are the caller's.
CREATE SCHEMA "Odd ""schema""";
CREATE TABLE "Odd ""schema"""."a table" AS SELECT x AS "x ""y""", bad AS "Bad" FROM payer;
SELECT count(*) FROM scoring.terms(scoring.fit_logistic('"Odd ""schema"""."a table"', 'Bad', '{"x \"y\""}'));
CREATE ROLE regress_scoring_logistic;
SET ROLE regress_scoring_logistic;
SELECT scoring.fit_logistic('payer', 'bad', '{x}');
RESET ROLE;
DROP ROLE regress_scoring_logistic;
SET client_min_messages = warning;
DROP SCHEMA "Odd ""schema""" CASCADE;
DROP SEQUENCE drift CASCADE;
DROP TABLE kinds, far, far_fit, many CASCADE;
DROP DOMAIN share;
DROP TABLE payer, payer_fit, payer_shuffled, payer_repeated, broken CASCADE;
