-- fit_logistic is a function of the set of rows: in any order, however divided, with any number of workers. And it is
-- right, on values that are hard on arithmetic; golden values by Newton's method in 60 digits (test/golden/logistic.py).
BEGIN;
SELECT plan(26);
\ir ../golden/logistic.sql
\set rows 60000
\set seed 3
\set table fresh
\ir ../wide.sql

CREATE TABLE sample AS SELECT row_number() OVER () AS id, f.*, 0.5 + (hashfloat8extended(c1, 1) & 7) / 3.0 AS w FROM fresh f;
UPDATE sample SET c2 = NULL WHERE id % 1000 = 1;
UPDATE sample SET c3 = 'NaN' WHERE id % 1000 = 2;
UPDATE sample SET bad = NULL WHERE id % 1000 = 3;
ALTER TABLE sample SET (parallel_workers = 2);
CREATE TABLE shuffled AS SELECT * FROM sample ORDER BY hashint8extended(id, 9);
CREATE TABLE parted (LIKE sample) PARTITION BY HASH (id);
SELECT format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES WITH (MODULUS 5, REMAINDER %s)', k, k) FROM generate_series(0, 4) k \gexec
INSERT INTO parted SELECT * FROM sample;
ANALYZE sample, shuffled, parted;

SELECT array_agg('c' || k ORDER BY k) AS features FROM generate_series(1, 20) k \gset
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS
SELECT scoring.fit_logistic('sample', 'bad', :'features') AS plain, scoring.fit_logistic('sample', 'bad', :'features', weight => 'w') AS weighted,
       scoring.fit_logistic('sample', 'bad', :'features', l2 => 100) AS penalised;
SELECT is((SELECT jsonb_object_agg(reason, rows) FROM serial, scoring.skipped(plain)),
          '{"target bad is null": 60, "feature c2 is null or not finite": 60, "feature c3 is null or not finite": 60}', 'rows left out are counted');
SELECT is((SELECT scoring.rows_used(plain) + (SELECT sum(rows) FROM scoring.skipped(plain)) FROM serial), 60000::numeric, 'every row is used or counted');
SELECT is(scoring.fit_logistic('shuffled', 'bad', :'features')::text, plain::text, 'shuffled: the same text') FROM serial;
SELECT is(scoring.fit_logistic('shuffled', 'bad', :'features', weight => 'w')::text, weighted::text, 'shuffled, weighted: the same text') FROM serial;

-- The plan that fit_logistic's own query gets.
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  plan text := '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
    plan := plan || line || E'\n';
  END LOOP;
  RETURN plan;
END
$$;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT matches(pg_temp.plan_of('SELECT scoring._logistic_sums(NULL, scoring._logistic_number(bad), 1, ARRAY[c1]) FROM sample'),
               'Finalize Aggregate.*Gather.*Partial Aggregate.*Parallel Seq Scan', 'the work is divided among workers');
SELECT is(scoring.fit_logistic('sample', 'bad', :'features')::text, plain::text, 'two workers: the same text') FROM serial;
SELECT is(scoring.fit_logistic('shuffled', 'bad', :'features', weight => 'w')::text, weighted::text, 'two workers, shuffled, weighted: the same text') FROM serial;
SELECT is(scoring.fit_logistic('sample', 'bad', :'features', l2 => 100)::text, penalised::text, 'two workers, with a penalty: the same text') FROM serial;
SELECT is(scoring.fit_logistic('parted', 'bad', :'features')::text, plain::text, 'partitions: the same text') FROM serial;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is(scoring.fit_logistic('parted', 'bad', :'features')::text, plain::text, 'partition-wise: the same text') FROM serial;
SET LOCAL parallel_leader_participation = off;
SELECT is(scoring.fit_logistic('parted', 'bad', :'features')::text, plain::text, 'workers alone: the same text') FROM serial;
SET LOCAL search_path = '';
CREATE TEMP TABLE pathless AS SELECT scoring.fit_logistic('public.sample', 'bad', :'features') AS f;
RESET search_path;
SELECT is(f::text, plain::text, 'without a search path: the same text') FROM pathless, serial;
SET LOCAL extra_float_digits = -10;
SET LOCAL DateStyle = 'SQL, DMY';
SELECT is(md5(scoring.fit_logistic('sample', 'bad', :'features')::text), md5(plain::text), 'with other settings: the same text') FROM serial;
RESET extra_float_digits;
RESET DateStyle;

-- The order of features is that of the terms and nothing else.
SELECT ok(bool_and(abs(a.coefficient / b.coefficient - 1) < 1e-10 AND abs(a.standard_error / b.standard_error - 1) < 1e-10), 'other order of features, the same coefficients')
FROM serial, scoring.terms(plain) a JOIN (SELECT t.* FROM (SELECT array_agg(f ORDER BY f DESC) AS r FROM unnest(:'features'::text[]) f) q, scoring.terms(scoring.fit_logistic('sample', 'bad', r)) t) b USING (name);

-- Right.
CREATE TEMP TABLE ill AS SELECT scoring.fit_logistic('ill_scaled', 'bad', '{huge, tiny, offset, skewed}') AS f;
SELECT cmp_ok(max(abs(t.coefficient / g.coefficient - 1)), '<', 1e-13::float8, 'ill-scaled: coefficients') FROM ill, scoring.terms(f) t JOIN golden_logistic g ON g.term = t.name AND g.dataset = 'ill_scaled';
SELECT cmp_ok(max(abs(t.standard_error / g.standard_error - 1)), '<', 1e-13::float8, 'ill-scaled: standard errors') FROM ill, scoring.terms(f) t JOIN golden_logistic g ON g.term = t.name AND g.dataset = 'ill_scaled';
SELECT cmp_ok(abs(scoring.log_likelihood(f) / g.log_likelihood - 1), '<', 1e-13::float8, 'ill-scaled: log-likelihood') FROM ill, golden_logistic_fit g WHERE dataset = 'ill_scaled';
-- One boolean feature: the odds ratio of a two-by-two table, and the standard error of its logarithm, are known.
CREATE TABLE two_by_two AS SELECT i % 10 < 4 AS exposed, CASE WHEN i % 10 < 4 THEN i % 30 < 21 AND i % 7 > 1 ELSE i % 11 < 3 END AS bad FROM generate_series(1, 5000) i;
SELECT ok(abs(t.odds_ratio / (a * d / (b * c)) - 1) < 1e-12 AND abs(t.standard_error / sqrt(1 / a + 1 / b + 1 / c + 1 / d) - 1) < 1e-12, 'the odds ratio of a two-by-two table')
FROM (SELECT count(*) FILTER (WHERE exposed AND bad)::float8 AS a, count(*) FILTER (WHERE exposed AND NOT bad)::float8 AS b,
             count(*) FILTER (WHERE NOT exposed AND bad)::float8 AS c, count(*) FILTER (WHERE NOT exposed AND NOT bad)::float8 AS d FROM two_by_two) n,
     scoring.terms(scoring.fit_logistic('two_by_two', 'bad', '{exposed}')) t WHERE t.name = 'exposed';
-- An event in a hundred thousand: far from where the steps begin.
CREATE TABLE rare AS SELECT i % 5 AS x, i <= 20 AS few, i % 25000 = 10 AS bad FROM generate_series(1, 100000) i;
SELECT is((SELECT count(*) FROM scoring.terms(scoring.fit_logistic('rare', 'bad', '{few}'))), 2::bigint, 'rare events are not taken for separation');
SELECT throws_like($$SELECT scoring.fit_logistic('rare', 'bad', '{x}')$$, '%separate%coefficient of "x" grows%', 'rare events that are separated are');
CREATE VIEW tens AS SELECT exposed::int * 10 AS x, bad FROM two_by_two;
-- With a penalty the gradient of the likelihood is the penalty's.
SELECT ok(abs(g / (3 * b[2]) - 1) < 1e-9, 'the penalty is l2 / 2 times the square of the coefficient as reported')
FROM (SELECT b, sum(x * (bad::int - 1 / (1 + exp(-(b[1] + b[2] * x))))) AS g
      FROM tens,
           (SELECT array_agg(coefficient) AS b FROM scoring.terms(scoring.fit_logistic('tens', 'bad', '{x}', l2 => 3))) f GROUP BY b) q;

-- Rights, row security: the caller's. The parts of the aggregate are nobody's.
CREATE ROLE regress_scoring_analyst;
GRANT SELECT (c1, c4, bad) ON sample TO regress_scoring_analyst;
SET LOCAL ROLE regress_scoring_analyst;
SELECT ok(scoring.fit_logistic('sample', 'bad', '{c1, c4}') IS NOT NULL, 'the columns of the fit are enough of a right');
SELECT throws_ok($$SELECT scoring.fit_logistic('sample', 'bad', '{c1, c5}')$$, '42501', NULL, 'a column without right is refused');
SELECT throws_ok($$SELECT scoring._logistic_trans(NULL, NULL, 1, 1, '{1}')$$, '42501', NULL, 'the transition function is not to be called');
RESET ROLE;
ALTER TABLE sample ENABLE ROW LEVEL SECURITY;
CREATE POLICY below ON sample TO regress_scoring_analyst USING (c1 < 50);
SET LOCAL ROLE regress_scoring_analyst;
SELECT is(scoring.rows_used(scoring.fit_logistic('sample', 'bad', '{c1, c4}')), (SELECT count(*) FROM sample WHERE bad IS NOT NULL), 'row security decides which rows there are');
RESET ROLE;
SELECT cmp_ok(scoring.rows_used(scoring.fit_logistic('sample', 'bad', '{c1, c4}')), '>', 55000::bigint, 'for the owner, all of them');
SELECT * FROM finish();
ROLLBACK;
