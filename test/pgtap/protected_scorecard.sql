-- fit_protected_scorecard: what holds of every cell of every model, looked up in the table by one who may.
BEGIN;
SELECT plan(19);
SET client_min_messages = warning;
SELECT scoring.setup('regress_cell') IS NOT NULL;
CREATE ROLE regress_cell_mona IN ROLE regress_cell_modeler;
CREATE ROLE regress_cell_stig IN ROLE regress_cell_steward;
CREATE ROLE regress_cell_rosa IN ROLE regress_cell_registrar;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO regress_cell_mona;
CREATE SCHEMA bank;

-- 3,000 people with one to four loans each, and one with 400, all alike.
CREATE TABLE bank.loan AS
SELECT id, person, income, (hashint8extended(id, 3) & 1023) / 1024.0 + 0.0001 * (hashint8extended(id, 12) & 7) AS debt, 1900 + (hashint8extended(id, 5) & 63)::int AS born,
       'c' || floor(40 * power((hashint8extended(id, 4) & 1023) / 1024.0, 3)) AS employer,
       (hashint8extended(id, 6) & 65535) / 65536.0 < 1 / (1 + exp(2 + income / 30000 - 2.5 * (hashint8extended(id, 3) & 1023) / 1024.0)) AS bad,
       CASE WHEN hashint8extended(id, 9) & 3 > 0 THEN hashint8extended(id, 10) & 3 = 0 END AS late
FROM (SELECT 10 * p + n AS id, 'P-' || p AS person, exp(9.5 + (hashint8extended(p, 1) & 255) / 128.0 + (hashint8extended(p, 11) & 255) / 1000.0) AS income
      FROM generate_series(1, 3000) p, generate_series(1, 4) n WHERE n <= 1 + (hashint8extended(p, 8) & 3)) x;
INSERT INTO bank.loan SELECT 100000 + n, 'P-whale', 123456789.01, 7.654321, 1850, 'Moby', n % 2 = 0, false FROM generate_series(1, 400) n;
ALTER TABLE bank.loan ADD PRIMARY KEY (id), ALTER person SET NOT NULL;
SELECT count(*) FROM scoring.protect('bank.loan', subject_key => 'person');
SELECT scoring.classify('bank.loan', c, k, legal_basis => 'contract') FROM (VALUES ('income', 'sensitive'), ('debt', 'sensitive'), ('born', 'quasi'), ('employer', 'quasi'),
  ('bad', 'outcome'), ('late', 'outcome')) v (c, k);
SET SESSION AUTHORIZATION regress_cell_stig;
SELECT scoring.define_purpose('development', '{}', '{sensitive,quasi,outcome}', 'consent', 'DPIA');
SET SESSION AUTHORIZATION regress_cell_rosa;
SELECT scoring.record_consents(ARRAY(SELECT 'P-' || p FROM generate_series(1, 2900) p) || 'P-whale'::text, 'development', 'consent', 'form', 'infinity') IS NOT NULL;
RESET SESSION AUTHORIZATION;

-- Fits with many options.
CREATE TABLE fitted (n int, k int, target text, m scoring.model);
GRANT ALL ON fitted TO regress_cell_mona;
SET SESSION AUTHORIZATION regress_cell_mona;
INSERT INTO fitted SELECT 1, 20, 'bad', scoring.fit_protected_scorecard('bank.loan', 'bad', 'development');
INSERT INTO fitted SELECT 2 + i, (ARRAY[10, 20, 50, 150])[1 + i % 4], 'bad',
  scoring.fit_protected_scorecard('bank.loan', 'bad', 'development', k => (ARRAY[10, 20, 50, 150])[1 + i % 4], characteristics => '{income,debt}', min_iv => 0, selection => 'none',
    max_bins => 3 + i, min_bin_fraction => i / 400.0, trend => (ARRAY['auto', 'none'])[1 + i % 2]) FROM generate_series(0, 11) i;
INSERT INTO fitted SELECT 30 + i, 10, 'bad', scoring.fit_protected_scorecard('bank.loan', 'bad', 'development', k => 10, characteristics => ARRAY[(ARRAY['income', 'debt'])[1 + i]])
  FROM generate_series(0, 1) i;
RESET SESSION AUTHORIZATION;

-- Whose loans are in which bin.
CREATE TABLE permitted AS SELECT l.* FROM bank.loan l WHERE l.person IN (SELECT subject FROM scoring_data.permission WHERE valid_until > now());
CREATE TABLE range AS
SELECT f.n, f.k, c ->> 'name' AS column_name, coalesce((b ->> 'lower')::float8, '-Infinity') AS lower, coalesce((b ->> 'upper')::float8, 'Infinity') AS upper,
       (b ->> 'goods')::int AS goods, (b ->> 'bads')::int AS bads
FROM fitted f, jsonb_array_elements(f.m::text::jsonb -> 'characteristics') c, jsonb_array_elements(c -> 'bins') b WHERE b ->> 'type' = 'range';
CREATE TABLE cell AS
SELECT p.person, p.bad, v.name, v.value FROM permitted p, LATERAL (VALUES ('income', p.income), ('debt', p.debt), ('born', p.born)) v (name, value);
SELECT ok(count(*) > 100, 'there is something to look at') FROM range;
CREATE TABLE held AS SELECT r.n, r.k, r.column_name, r.lower, count(DISTINCT c.person) AS people, count(DISTINCT c.person) FILTER (WHERE c.bad) AS bad, count(DISTINCT c.person) FILTER (WHERE NOT c.bad) AS good
FROM range r JOIN cell c ON c.name = r.column_name AND c.value >= r.lower AND c.value < r.upper GROUP BY 1, 2, 3, 4;
SELECT is((SELECT count(*) FROM held WHERE people < k), 0::bigint, 'each bin holds k people');
SELECT is((SELECT count(*) FROM held WHERE least(good, bad) < 5), 0::bigint, 'and five of either outcome');
SELECT is((SELECT count(*) FROM range WHERE goods % 5 <> 0 OR bads % 5 <> 0 OR goods < 5 OR bads < 5), 0::bigint, 'counts are rounded to fives');
-- What two fits differ in: between any two cuts of a column, of whatever fits, there are ten people or none.
CREATE TABLE cut AS SELECT DISTINCT column_name, lower AS cut FROM range WHERE lower > '-Infinity';
SELECT ok(count(*) > 20, 'many cuts') FROM cut;
SELECT is((SELECT count(*) FROM (SELECT c1.column_name, c1.cut, min(c2.cut) AS next FROM cut c1 JOIN cut c2 ON c2.column_name = c1.column_name AND c2.cut > c1.cut GROUP BY 1, 2) s
           WHERE (SELECT count(DISTINCT person) FROM cell WHERE name = s.column_name AND value >= s.cut AND value < s.next) NOT BETWEEN 10 AND 100000), 0::bigint,
          'ten people between neighbouring cuts of all fits');
SELECT is((SELECT count(*) FROM cut WHERE length(regexp_replace(trim(TRAILING '0' FROM replace(cut::numeric::text, '.', '')), '^0+', '')) > 3), 0::bigint, 'no cut has many digits');
SELECT is((SELECT count(*) FROM fitted WHERE m::text ~ 'Moby|12345678|7\.65432|whale|P-[0-9]'), 0::bigint, 'nothing of the one who is like nobody');
SELECT is((SELECT count(*) FROM (SELECT DISTINCT e AS category FROM fitted f, jsonb_array_elements(f.m::text::jsonb -> 'characteristics') c, jsonb_array_elements(c -> 'bins') b,
                                   jsonb_array_elements_text(b -> 'categories') e) x
           WHERE (SELECT count(DISTINCT person) FROM permitted WHERE employer = x.category) < 20), 0::bigint, 'no category of fewer');

-- The model of the rows: with workers, in another order, under other settings.
CREATE FUNCTION pg_temp.again() RETURNS text LANGUAGE sql AS $$ SELECT scoring.hash(scoring.fit_protected_scorecard('bank.loan', 'bad', 'development')) $$;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SET SESSION AUTHORIZATION regress_cell_mona;
SELECT is(pg_temp.again(), (SELECT scoring.hash(m) FROM fitted WHERE n = 1), 'the same with workers');
SET TimeZone = 'Asia/Tokyo';
SET extra_float_digits = -10;
SET row_security = off;
SELECT is(pg_temp.again(), (SELECT scoring.hash(m) FROM fitted WHERE n = 1), 'and with other settings');
RESET TimeZone;
RESET extra_float_digits;
RESET row_security;
RESET max_parallel_workers_per_gather;
RESET SESSION AUTHORIZATION;
CREATE TABLE copy AS SELECT * FROM bank.loan ORDER BY hashint8extended(id, 99);
TRUNCATE bank.loan;
INSERT INTO bank.loan SELECT * FROM copy;
SET SESSION AUTHORIZATION regress_cell_mona;
SELECT is(pg_temp.again(), (SELECT scoring.hash(m) FROM fitted WHERE n = 1), 'and shuffled');
RESET SESSION AUTHORIZATION;

-- How much worse than a fit without protection.
SELECT cmp_ok((SELECT scoring.auc(scoring.tally_agg(scoring.score(f.m, p)::float8, p.bad)) FROM fitted f, permitted p WHERE f.n = 1 AND p.person <> 'P-whale'), '>',
              (SELECT scoring.auc(scoring.tally_agg(scoring.score(x.m, p)::float8, p.bad)) - 0.015
               FROM (SELECT scoring.fit_scorecard('permitted', 'bad', exclude => '{id,person,late}') AS m OFFSET 0) x, permitted p WHERE p.person <> 'P-whale'), 'AUC within 0.015');

-- A neighbouring database: nineteen people fewer, or other data of theirs.
DELETE FROM scoring_data.permission WHERE subject = 'P-1';
SET SESSION AUTHORIZATION regress_cell_mona;
SELECT throws_ok('SELECT pg_temp.again()', '55000', 'too little has changed in "loan" since an earlier fit', 'one person fewer');
RESET SESSION AUTHORIZATION;
DELETE FROM scoring_data.permission WHERE subject IN (SELECT 'P-' || p FROM generate_series(2, 19) p);
UPDATE bank.loan SET income = income + 1 WHERE person = 'P-19';
SET SESSION AUTHORIZATION regress_cell_mona;
SELECT throws_ok('SELECT pg_temp.again()', '55000', 'too little has changed in "loan" since an earlier fit', 'nineteen');
RESET SESSION AUTHORIZATION;
UPDATE bank.loan SET income = income + 1 WHERE person IN (SELECT 'P-' || p FROM generate_series(20, 299) p);
SET SESSION AUTHORIZATION regress_cell_mona;
SELECT lives_ok('SELECT pg_temp.again()', 'many');
RESET SESSION AUTHORIZATION;
-- One row of somebody with several loans more: she counts once.
INSERT INTO bank.loan SELECT 200000 + n, 'P-500', 30000, 0.5, 1950, 'c1', false, false FROM generate_series(1, 100) n;
SET SESSION AUTHORIZATION regress_cell_mona;
SELECT throws_ok('SELECT pg_temp.again()', '55000', 'too little has changed in "loan" since an earlier fit', 'a hundred loans of one person');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT sum((b ->> 'rows')::int) BETWEEN 2700 AND 2950 FROM fitted f, jsonb_array_elements(f.m::text::jsonb -> 'characteristics') c, jsonb_array_elements(c -> 'bins') b
           WHERE f.n = 1 AND c ->> 'name' = 'income'), true, 'each person counts once');
SELECT is((SELECT bool_and(has_table_privilege('regress_cell_mona', c.oid, 'SELECT')) FROM pg_class c WHERE c.oid IN ('bank.loan'::regclass, 'scoring_data.protected_sketch'::regclass)), false, 'the modeler reads neither the table nor the sketches');
SELECT * FROM finish();
ROLLBACK;
