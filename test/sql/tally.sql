-- tally: what becomes of each input, what is refused, and what the accessors say.
SET extra_float_digits = 1;
\pset null '(null)'
CREATE TABLE tally_sample (id int, v float8, bad boolean, w float8);
INSERT INTO tally_sample VALUES
  (1, 10, false, 1), (2, 10, true, 2), (3, 20, false, 0.5), (4, 20, NULL, 1.25), (5, NULL, false, 1), (6, NULL, NULL, 3),
  (7, 'NaN', true, 1), (8, 'Infinity', true, 1), (9, '-Infinity', false, 1), (10, '-0', false, 1), (11, 0.0, true, 0),
  (12, -9, false, 1), (13, -8, true, 2), (14, 5e-324, false, 0.000001);

-- Fates: NULL and NaN are missing, infinities are values, -0 is 0, a NULL outcome is unlabelled.
SELECT v.* FROM (SELECT scoring.tally_agg(v, bad) AS t FROM tally_sample) s, scoring.tally_values(t) v;
SELECT v.* FROM (SELECT scoring.tally_agg(v, bad, w, '{-7, -8, -9}') AS t FROM tally_sample) s, scoring.tally_values(t) v;
SELECT scoring.tally_agg(v, bad) FROM tally_sample;
SELECT scoring.tally_agg(v, bad, w, '{-7, -8, -9}') FROM tally_sample;
SELECT scoring.rows(t), scoring.total(t), scoring.goods(t), scoring.bads(t), scoring.unlabelled(t), scoring.missing(t),
       scoring.bad_rate(t), scoring.is_exact(t), scoring.rank_error(t)
FROM (SELECT scoring.tally_agg(v, bad, w, '{-7, -8, -9}') AS t FROM tally_sample) s;
-- Weights: millionths, half to even; 0 counts a row that weighs nothing.
SELECT scoring.tally_agg(1.0::float8, true, w) FROM (VALUES (0.0000005), (0.0000015), (0.0000025), (0), (1e-300)) x (w);
SELECT scoring.tally_agg(1.0::float8, true, 1e12) FROM generate_series(1, 4);
-- A weight of 1 is no weight.
SELECT scoring.tally_agg(v, bad, 1) OPERATOR(scoring.=) scoring.tally_agg(v, bad) AS same FROM tally_sample;
-- No rows; nothing but missing.
SELECT scoring.tally_agg(v, bad) FROM tally_sample WHERE false;
SELECT scoring.tally_agg(v, bad), scoring.tally_agg(v::text, bad) FROM tally_sample WHERE v IS NULL;
SELECT scoring.tally_agg(v, bad, 1, '{-9}') FROM tally_sample WHERE v IS NULL;
-- Special codes: sorted, once each, -0 is 0; none is like no argument.
SELECT scoring.tally_agg(v, bad, 1, '{-9, 0, -8, -9, Infinity}') OPERATOR(scoring.=) scoring.tally_agg(v, bad, 1, '{Infinity, -8, -9, -0}') AS same FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 1, '{}') OPERATOR(scoring.=) scoring.tally_agg(v, bad) AS empty,
       scoring.tally_agg(v, bad, 1, NULL) OPERATOR(scoring.=) scoring.tally_agg(v, bad) AS "null" FROM tally_sample;

-- Text: categories by bytes; the empty one is a category.
SELECT v.kind, v.category, v.rows, v.goods, v.bads, v.unlabelled
FROM (SELECT scoring.tally_agg(c, bad) AS t FROM (VALUES ('b', true), ('', false), (NULL, true), ('a', NULL), ('B', false), ('b', false),
      ('category 1', true), ('category 11', true), ('category', true)) x (c, bad)) s, scoring.tally_values(t) v;
SELECT scoring.tally_agg(c, true, 0.1) FROM (VALUES ('it''s "quoted" \ '), (E'tab\there')) x (c);
SELECT length(scoring.tally_agg(repeat('x', 255), true)::text);
SELECT scoring.tally_agg(repeat('x', 256), true);

-- Types that a value may have.
SELECT pg_typeof(x) AS type, scoring.tally_agg(x, true)::jsonb ->> 'kind' AS kind FROM (VALUES (1::smallint)) v (x) GROUP BY 1;
SELECT scoring.tally_agg(a, true)::jsonb ->> 'kind' AS "int", scoring.tally_agg(b, true)::jsonb ->> 'kind' AS "bigint", scoring.tally_agg(c, true)::jsonb ->> 'kind' AS "numeric",
       scoring.tally_agg(d, true)::jsonb ->> 'kind' AS "real", scoring.tally_agg(e, true)::jsonb ->> 'kind' AS "varchar", scoring.tally_agg(f, true)::jsonb ->> 'kind' AS "char",
       scoring.tally_agg(g, true)::jsonb ->> 'kind' AS "name"
FROM (VALUES (1, 2::bigint, 3.5::numeric, 4::real, 'e'::varchar, 'f'::char(3), 'g'::name)) v (a, b, c, d, e, f, g);
SELECT scoring.tally_agg(a, true, b), scoring.tally_agg('x', true, 2) FROM (VALUES (1, 2::bigint)) v (a, b);
SELECT scoring.tally_agg(true, true);
SELECT scoring.tally_agg(DATE '2024-01-01', true);

-- Refused.
SELECT scoring.tally_agg(v, bad, -1) FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 'NaN'::float8) FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 'Infinity'::float8) FROM tally_sample;
SELECT scoring.tally_agg(v, bad, NULL::float8) FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 1.1e12) FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 1e12) FROM tally_sample;
SELECT scoring.tally_agg(v::text, bad, -1) FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 1, ARRAY[id]::float8[]) FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 1, '{-9, NULL}') FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 1, '{-9, NaN}') FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 1, '{{-9, -8}}') FROM tally_sample;
SELECT scoring.tally_agg(v, bad, 1, (SELECT array_agg(i::float8) FROM generate_series(1, 65) i)) FROM tally_sample;
SELECT scoring.rollup(t) FROM (SELECT scoring.tally_agg(v, bad) AS t FROM tally_sample UNION ALL SELECT scoring.tally_agg(v::text, bad) FROM tally_sample) s;
SELECT scoring.rollup(t) FROM (SELECT scoring.tally_agg(v, bad) AS t FROM tally_sample UNION ALL SELECT scoring.tally_agg(v, bad, 1, '{-9}') FROM tally_sample) s;
SELECT scoring.rollup(t) FROM (SELECT scoring.tally_agg(v, bad, 1e12) AS t FROM tally_sample WHERE id < 5) s, generate_series(1, 2);

-- Quantiles: as percentile_disc, of values alone.
SELECT f, scoring.quantile(t, f), d
FROM (SELECT scoring.tally_agg(x, x > 5) AS t FROM generate_series(1, 10) x) s,
     LATERAL (SELECT f, percentile_disc(f) WITHIN GROUP (ORDER BY x) AS d FROM generate_series(1, 10) x, unnest('{0, 0.1, 0.3, 0.31, 0.5, 0.7, 1}'::float8[]) f GROUP BY f) q ORDER BY f;
SELECT scoring.quantile(scoring.tally_agg(v, bad, w, '{-8, -9}'), 0.5) FROM tally_sample;
SELECT scoring.quantile(scoring.tally_agg(v, bad), 0.5) FROM tally_sample WHERE v IS NULL;
SELECT scoring.quantile(scoring.tally_agg(v, bad, 0), 0.5) FROM tally_sample;
SELECT scoring.quantile(scoring.tally_agg(v, bad), 1.01) FROM tally_sample;
SELECT scoring.quantile(scoring.tally_agg(v, bad), 'NaN') FROM tally_sample;
SELECT scoring.quantile(scoring.tally_agg('x', true), 0.5);
-- Nothing labelled: no bad rate.
SELECT scoring.bad_rate(scoring.tally_agg(v, NULL)), scoring.unlabelled(scoring.tally_agg(v, NULL)) FROM tally_sample;
-- NULL in, NULL out.
SELECT scoring.rows(NULL), scoring.total(NULL), scoring.goods(NULL), scoring.bads(NULL), scoring.unlabelled(NULL), scoring.missing(NULL), scoring.bad_rate(NULL),
       scoring.is_exact(NULL), scoring.rank_error(NULL), scoring.quantile(NULL, 0.5);
SELECT count(*) FROM scoring.tally_values(NULL);

-- Merging: NULLs are left out; nothing but missing merges with either kind.
CREATE TABLE tally_parts AS SELECT id % 4 AS part, scoring.tally_agg(v, bad, w, '{-8, -9}') AS t, scoring.tally_agg(v::text, bad) AS c FROM tally_sample GROUP BY 1;
SELECT scoring.rollup(t) OPERATOR(scoring.=) (SELECT scoring.tally_agg(v, bad, w, '{-8, -9}') FROM tally_sample) AS numbers,
       scoring.rollup(c) OPERATOR(scoring.=) (SELECT scoring.tally_agg(v::text, bad) FROM tally_sample) AS text,
       scoring.rollup(t) OPERATOR(scoring.=) (SELECT scoring.rollup(t) FROM (SELECT scoring.rollup(t) AS t FROM tally_parts GROUP BY part % 2 UNION ALL SELECT NULL) q) AS tally_twice FROM tally_parts;
SELECT scoring.rollup(t) FROM (SELECT scoring.tally_agg(NULL::float8, true) AS t UNION ALL SELECT scoring.tally_agg('x', true)) s;
SELECT scoring.rollup(NULL::scoring.tally), scoring.rollup(t) FROM tally_parts WHERE false;

-- A window, grouping sets, filters.
SELECT id, scoring.rows(scoring.tally_agg(v, bad, w, '{-8, -9}') OVER (ORDER BY id)) AS running,
       scoring.bads(scoring.tally_agg(v, bad, w) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)) AS moving,
       scoring.total(scoring.rollup(t) OVER (ORDER BY id)) AS rolled
FROM tally_sample JOIN tally_parts ON part = id % 4 ORDER BY id;
SELECT id % 2 AS odd, bad, scoring.rows(scoring.tally_agg(v, bad)) AS rows, scoring.tally_agg(v, bad) FILTER (WHERE v > 0)
FROM tally_sample GROUP BY GROUPING SETS ((id % 2, bad), (id % 2), ()) ORDER BY 1, 2, 3;
SELECT scoring.tally_agg(DISTINCT v, bad) FROM tally_sample WHERE id < 5;

-- Equality, order, hash.
CREATE TABLE tally_twice AS SELECT part, t FROM tally_parts UNION ALL SELECT part + 4, t FROM tally_parts;
SELECT count(*), count(DISTINCT t) FROM tally_twice;
SELECT count(*) FROM (SELECT t FROM tally_twice GROUP BY t) g;
SELECT count(*) FROM (SELECT t FROM tally_twice UNION SELECT t FROM tally_parts) g;
SELECT count(*) FROM tally_parts a JOIN tally_twice b ON a.t OPERATOR(scoring.=) b.t;
SELECT bool_and((a.t OPERATOR(scoring.<) b.t) = (b.t OPERATOR(scoring.>) a.t)) AS lt, bool_and((a.t OPERATOR(scoring.<=) b.t) = (b.t OPERATOR(scoring.>=) a.t)) AS le,
       bool_and((a.t OPERATOR(scoring.<>) b.t) = ((a.t OPERATOR(scoring.<) b.t) OR (a.t OPERATOR(scoring.>) b.t))) AS ne
FROM tally_twice a, tally_twice b;
CREATE INDEX ON tally_twice (t);
CREATE INDEX ON tally_twice USING hash (t);

-- Text in: what is not a tally is refused, by its place.
CREATE FUNCTION pg_temp.try(t text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  m text; d text; s text;
BEGIN
  RETURN t::scoring.tally;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, s = RETURNED_SQLSTATE;
  RETURN concat_ws(' ', s, m, d);
END
$$;
SELECT pg_temp.try(format('{"version": 1, "kind": "number", "exact": true, "weighted": %s, "missing": [0, 0, 0, 0], "special": %s, "cells": %s}', w, s, c))
FROM (VALUES (1, 'false', '[]', '[[1, 2, 1, 1, 0], [2.5, 1, 0, 0, 1]]'), (2, 'true', '[]', '[["-Infinity", 2, 1.50, 0.000001, 0], ["Infinity", 1, 0, 0, 0]]'),
  (3, 'false', '[]', '[[1, 2, 1, 0, 0]]'), (4, 'false', '[]', '[[1, 1, 0.5, 0.5, 0]]'), (5, 'true', '[]', '[[1, 1, 0.0000001, 0, 0]]'), (6, 'true', '[]', '[[1, 1, 1e2, 0, 0]]'),
  (7, 'true', '[]', '[[1, 1, -1, 0, 0]]'), (8, 'true', '[]', '[[1, -1, 1, 0, 0]]'), (9, 'true', '[]', '[[1, 0, 0, 0, 0]]'), (10, 'true', '[]', '[[1, 1, 4700000000000, 0, 0]]'),
  (11, 'true', '[]', '[[1, 1, 4000000000000, 0, 0], [2, 1, 4000000000000, 0, 0]]'), (12, 'false', '[]', '[[2, 1, 1, 0, 0], [1, 1, 1, 0, 0]]'), (13, 'false', '[]', '[[1, 1, 1, 0, 0], [1, 1, 1, 0, 0]]'),
  (14, 'false', '[]', '[["1", 1, 1, 0, 0]]'), (15, 'false', '[]', '[[1, 1, 1, 0]]'), (16, 'false', '[]', '[]'), (17, 'false', '[[-9, 1, 1, 0, 0]]', '[]'),
  (18, 'false', '[[-9, 0, 0, 0, 0], [-9, 0, 0, 0, 0]]', '[]'), (19, 'false', '{}', '[]'), (20, 'false', '[]', '[[-0, 1, 1, 0, 0]]'),
  (21, 'true', '[]', '[[1, 5000000000, 3, 0, 0], [2, 1, 1, 0, 0]]'), (22, 'false', '[]', '[[1, 1, 1, 0, 0, 0, true]]')) x (n, w, s, c) ORDER BY n;
SELECT pg_temp.try(t) FROM (VALUES (1, ''), (2, '[]'), (3, '{"version": 2}'), (4, '{"version": 1, "kind": "numbers"}'),
  (5, '{"version":1,"kind":"text","exact":true,"weighted":false,"missing":[0,0,0,0],"special":[],"cells":[["b",1,1,0,0],["a",1,1,0,0]]}'),
  (6, '{"version":1,"kind":"text","exact":true,"weighted":false,"missing":[0,0,0,0],"special":[],"cells":[["a",1,1,0,0],["a",1,1,0,0]]}'),
  (7, '{"version":1,"kind":"text","exact":true,"weighted":false,"missing":[0,0,0,0],"special":[[-9,1,1,0,0]],"cells":[["a",1,1,0,0]]}'),
  (8, '{"version":1,"kind":"text","exact":true,"weighted":false,"missing":[0,0,0,0],"special":[],"pooled":[1,1,0,0],"cells":[["a",1,1,0,0]]}'),
  (9, '{"version":1,"kind":"text","exact":false,"weighted":false,"missing":[0,0,0,0],"special":[],"pooled":[1,1,0,0],"error":1,"cells":[["a",1,1,0,0,0]]}'),
  (10, '{"version":1,"kind":"text","exact":false,"weighted":false,"missing":[0,0,0,0],"special":[],"pooled":[1,1,0,0],"error":1,"cells":[["a",1,1,0,0,2]]}'),
  (11, '{"version":1,"kind":"text","exact":false,"weighted":false,"missing":[0,0,0,0],"special":[],"pooled":[1,1,0,0],"error":3,"cells":[["a",1,1,0,0,1]]}'),
  (12, '{"version":1,"kind":"number","exact":true,"weighted":false,"missing":[0,0,0,0],"special":[],"error":0,"cells":[[1,1,1,0,0]]}'),
  (13, '{"version":1,"kind":"number","exact":false,"weighted":false,"missing":[0,0,0,0],"special":[],"cells":[[1,1,1,0,0,0,true],[2,2,1,1,0,0,false],[3,1,1,0,0,0,true]]}'),
  (14, '{"version":1,"kind":"number","exact":false,"weighted":false,"missing":[0,0,0,0],"special":[],"cells":[[1,1,1,0,0,-1,true]]}'),
  (15, '{"version":1,"kind":"number","exact":false,"weighted":false,"missing":[0,0,0,0],"special":[],"cells":[[1,1,1,0,0,9,true]]}'),
  (16, '{"version":1,"kind":"empty","exact":true,"weighted":false,"missing":[0,0,0,0],"special":[],"cells":[]}'),
  (17, '{"version":1,"kind":"empty","exact":true,"weighted":false,"missing":[0,0,0,0],"special":[],"cells":[[1,1,1,0,0]]}'),
  (18, '{"version":1,"kind":"number","exact":true,"weighted":false,"missing":[0,0,0,0],"special":[],"cells":[[1,1,1,0,0]],"more":1}')) x (n, t) ORDER BY n;
SELECT pg_temp.try('{"version":1,"kind":"number","exact":true,"weighted":false,"missing":[0,0,0,0],"special":[],"cells":[' || (SELECT string_agg('[' || i || ',1,1,0,0]', ',' ORDER BY i) FROM generate_series(1, 4097) i) || ']}');
SELECT (t::text)::scoring.tally OPERATOR(scoring.=) t AS text, (t::jsonb)::scoring.tally OPERATOR(scoring.=) t AS jsonb FROM tally_parts;
SELECT pg_temp.try('{"version":1,"kind":"number","exact":true,"weighted":true,"missing":[9007199254740993,0,0,0],"special":[],"cells":[[1,1,1,0,0]]}');
-- More rows, and weights, than 32 bits hold.
SELECT scoring.rollup(t)::text FROM (SELECT pg_temp.try('{"version":1,"kind":"number","exact":true,"weighted":true,"missing":[0,0,0,0],"special":[],"cells":[[1,5000000000,3,0,0],[2,1,1,0,0.5]]}')::scoring.tally AS t
  UNION ALL SELECT scoring.tally_agg(i, true, 250000000.000001) FROM generate_series(1, 2) i) s;

-- Binary: there and back; what is no tally is refused.
CREATE TABLE tally_back (t scoring.tally);
SELECT current_setting('data_directory') || '/tally_test.bin' AS path \gset
COPY (SELECT t FROM tally_parts UNION ALL SELECT c FROM tally_parts) TO :'path' WITH (FORMAT binary);
COPY tally_back FROM :'path' WITH (FORMAT binary);
SELECT count(*), (SELECT count(*) FROM (SELECT t::text FROM tally_back EXCEPT ALL (SELECT t::text FROM tally_parts UNION ALL SELECT c::text FROM tally_parts)) x) AS different FROM tally_back;
COPY (SELECT '\x'::bytea) TO :'path' WITH (FORMAT binary);
COPY tally_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x02000500'::bytea) TO :'path' WITH (FORMAT binary);
COPY tally_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x01010500'::bytea) TO :'path' WITH (FORMAT binary);
COPY tally_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT substr(scoring.tally_send(t), 1, 20) FROM tally_parts WHERE part = 1) TO :'path' WITH (FORMAT binary);
COPY tally_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT scoring.tally_send(t) || '\x00' FROM tally_parts WHERE part = 1) TO :'path' WITH (FORMAT binary);
COPY tally_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x0100050000000080808080040000'::bytea) TO :'path' WITH (FORMAT binary);
COPY tally_back FROM :'path' WITH (FORMAT binary);

-- Beyond exactness: every row is counted, the rank error is a bound, 4,096 values are still exact.
CREATE TABLE tally_many AS SELECT i, (i * 7919 % 100003)::float8 / 8 AS v, i % 7 = 0 AS bad FROM generate_series(1, 100000) i;
SELECT scoring.is_exact(t), scoring.rows(t), scoring.bads(t) = 14285 AS bads, scoring.rank_error(t) > 0 AS error, scoring.rank_error(t) <= 0.001 * scoring.total(t) AS small,
       pg_column_size(t) < 131072 AS bytes, (SELECT sum(rows) = 100000 FROM scoring.tally_values(t)) AS adds_up, (SELECT max(uncertainty) FROM scoring.tally_values(t)) = scoring.rank_error(t) AS greatest,
       (t::text)::scoring.tally OPERATOR(scoring.=) t AS reads_back, abs(scoring.quantile(t, 0.5) - 6250) < 13 AS median, scoring.quantile(t, 0) AS least, scoring.quantile(t, 1) AS last
FROM (SELECT scoring.tally_agg(v, bad) AS t FROM tally_many) s;
SELECT scoring.is_exact(scoring.tally_agg(i % 4096, bad)) AS "4096", scoring.is_exact(scoring.tally_agg(i % 4097, bad)) AS "4097", scoring.rank_error(scoring.tally_agg(i % 4097, bad)) FROM tally_many WHERE i <= 8194;
SELECT scoring.is_exact(t), scoring.rows(t), (SELECT sum(rows) FROM scoring.tally_values(t)) AS listed, (SELECT count(*) FROM scoring.tally_values(t) WHERE category LIKE 'heavy%') AS heavy,
       scoring.rank_error(t) > 0 AS error, scoring.rank_error(t) <= 0.001 * scoring.total(t) AS small, (t::text)::scoring.tally OPERATOR(scoring.=) t AS reads_back
FROM (SELECT scoring.tally_agg(CASE WHEN i % 2 = 0 THEN 'heavy ' || i % 100 ELSE 'light ' || i END, bad) AS t FROM tally_many) s;
SELECT scoring.rollup(t)::jsonb ->> 'exact' AS exact, scoring.rows(scoring.rollup(t)) FROM (SELECT scoring.tally_agg(v, bad) AS t FROM tally_many UNION ALL SELECT scoring.tally_agg(v, bad) FROM tally_sample) s;

-- The parts of the aggregates are nobody's.
CREATE ROLE regress_scoring_anyone;
SET ROLE regress_scoring_anyone;
SELECT scoring.rows(scoring.tally_agg(1, true));
SELECT scoring._tally_trans(NULL, 1.0::float8, true);
SELECT scoring._tally_combine(NULL, NULL);
SELECT scoring._tally_final(NULL);
RESET ROLE;
DROP ROLE regress_scoring_anyone;
SELECT scoring._tally_trans(NULL, 1.0::float8, true);
DROP TABLE tally_sample, tally_parts, tally_twice, tally_many, tally_back;
