-- The merge law: serial = parallel = partition-wise = rolled up = any division, byte for byte while exact. Beyond exactness,
-- every rank within rank_error of the data, whatever the plan. Against counting in SQL throughout.
BEGIN;
SELECT plan(31);
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0 $$;
CREATE TABLE sample AS
SELECT i AS id, CASE WHEN i % 97 = 0 THEN NULL WHEN i % 89 = 0 THEN 'NaN' WHEN i % 83 = 0 THEN -9 ELSE round((3000 * pg_temp.u(i, 1) * pg_temp.u(i, 2))::numeric) / 4.0 END::float8 AS v,
       'category ' || (200 * pg_temp.u(i, 3) * pg_temp.u(i, 4))::int AS c, CASE WHEN i % 50 <> 7 THEN pg_temp.u(i, 5) < 0.2 END AS bad,
       round(pg_temp.u(i, 6)::numeric * 3, 4)::float8 AS w, 1e6 * pg_temp.u(i, 7) * pg_temp.u(i, 8) AS fine
FROM generate_series(1, 60000) i;
ALTER TABLE sample SET (parallel_workers = 2);
CREATE TABLE shuffled AS SELECT * FROM sample ORDER BY hashint8extended(id, 9);
CREATE TABLE parted (LIKE sample) PARTITION BY HASH (id);
SELECT format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES WITH (MODULUS 5, REMAINDER %s)', k, k) FROM generate_series(0, 4) k \gexec
INSERT INTO parted SELECT * FROM sample;
ANALYZE sample, shuffled, parted;
CREATE VIEW whole AS SELECT scoring.tally_agg(v, bad) AS plain, scoring.tally_agg(v, bad, w, '{-9}') AS weighted, scoring.tally_agg(c, bad, w) AS text FROM sample;

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE serial AS SELECT * FROM whole;
SELECT ok(scoring.is_exact(plain) AND scoring.is_exact(weighted) AND scoring.is_exact(text), 'exact') FROM serial;
-- By the book.
SELECT set_eq($$SELECT value, rows, goods, bads, unlabelled FROM serial, scoring.tally_values(plain) WHERE kind = 'value'$$,
  $$SELECT v, count(*) AS n, (count(*) FILTER (WHERE NOT bad))::float8 AS g, (count(*) FILTER (WHERE bad))::float8 AS b, (count(*) FILTER (WHERE bad IS NULL))::float8 AS u FROM sample WHERE v <> 'NaN' GROUP BY v$$, 'counts of each value');
SELECT set_eq($$SELECT kind, value, category, rows, goods, bads, unlabelled FROM serial, scoring.tally_values(weighted)$$,
  $$SELECT CASE WHEN v = -9 THEN 'special' WHEN v <> 'NaN' THEN 'value' ELSE 'missing' END AS k, nullif(v, 'NaN') AS v, NULL::text AS c, count(*) AS n, coalesce(sum(w::numeric) FILTER (WHERE NOT bad), 0)::float8 AS g, coalesce(sum(w::numeric) FILTER (WHERE bad), 0)::float8 AS b, coalesce(sum(w::numeric) FILTER (WHERE bad IS NULL), 0)::float8 AS u FROM sample GROUP BY 1, 2$$, 'weights of each value, special code and missing');
SELECT set_eq($$SELECT category, rows, goods, bads FROM serial, scoring.tally_values(text)$$,
  $$SELECT c, count(*) AS n, coalesce(sum(w::numeric) FILTER (WHERE NOT bad), 0)::float8 AS g, coalesce(sum(w::numeric) FILTER (WHERE bad), 0)::float8 AS b FROM sample GROUP BY 1$$, 'weights of each category');
SELECT is((SELECT array_agg(category) FROM scoring.tally_values(text)), (SELECT array_agg(c ORDER BY c COLLATE "C") FROM (SELECT DISTINCT c FROM sample) d), 'categories come in the order of their bytes') FROM serial;
SELECT is(scoring.bad_rate(weighted), (SELECT (sum(w::numeric) FILTER (WHERE bad) / sum(w::numeric) FILTER (WHERE bad IS NOT NULL))::float8 FROM sample), 'bad rate') FROM serial;
SELECT is((SELECT array_agg(scoring.quantile(plain, f)) FROM unnest('{0, 0.01, 0.25, 0.5, 0.9, 1}'::float8[]) f), (SELECT percentile_disc('{0, 0.01, 0.25, 0.5, 0.9, 1}'::float8[]) WITHIN GROUP (ORDER BY v) FROM sample WHERE v <> 'NaN'), 'quantiles') FROM serial;

-- Any order, any division.
SELECT is((SELECT ROW(scoring.tally_agg(v, bad), scoring.tally_agg(v, bad, w, '{-9}'), scoring.tally_agg(c, bad, w))::text FROM shuffled), serial::text, 'shuffled: the same') FROM serial;
CREATE FUNCTION pg_temp.in_parts(p int) RETURNS text LANGUAGE sql AS $$
SELECT ROW(scoring.rollup(a), scoring.rollup(b), scoring.rollup(t))::text
FROM (SELECT scoring.tally_agg(v, bad) AS a, scoring.tally_agg(v, bad, w, '{-9}') AS b, scoring.tally_agg(c, bad, w) AS t FROM shuffled GROUP BY (hashint8extended(id, 3) & 65535) % p) s $$;
SELECT is(pg_temp.in_parts(p), serial::text, p || ' parts, rolled up: the same') FROM serial, unnest('{2, 17, 1000}'::int[]) p;
CREATE TEMP TABLE stored AS SELECT id % 12 AS month, id % 31 AS day, scoring.tally_agg(v, bad, w, '{-9}') AS t FROM sample GROUP BY 1, 2;
SELECT is(scoring.rollup(t)::text, weighted::text, 'stored days, months, year: the same') FROM serial, (SELECT scoring.rollup(t) AS t FROM stored GROUP BY month) m GROUP BY weighted::text;
SELECT is(scoring.rollup(t::text::scoring.tally)::text, weighted::text, 'through text: the same') FROM serial, stored GROUP BY weighted::text;

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
SELECT matches(pg_temp.plan_of('SELECT * FROM whole'), 'Finalize Aggregate.*Gather.*Partial Aggregate.*Parallel Seq Scan', 'the work is divided among workers');
CREATE TEMP TABLE workers AS SELECT * FROM whole;
SELECT is(workers::text, serial::text, 'two workers: the same') FROM workers, serial;
SET LOCAL parallel_leader_participation = off;
SELECT is((SELECT w::text FROM whole w), serial::text, 'workers alone: the same') FROM serial;
RESET parallel_leader_participation;
CREATE VIEW pieces AS SELECT scoring.rollup(t) AS t FROM (SELECT scoring.tally_agg(v, bad, w, '{-9}') AS t FROM parted GROUP BY id % 7) s;
SELECT is(t::text, weighted::text, 'partitions: the same') FROM pieces, serial;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT matches(pg_temp.plan_of('SELECT scoring.tally_agg(v, bad, w, ''{-9}'') FROM parted'), 'Finalize Aggregate.*Append.*Partial Aggregate', 'each partition is aggregated by itself');
SELECT is((SELECT scoring.tally_agg(v, bad, w, '{-9}')::text FROM parted), weighted::text, 'partition-wise: the same') FROM serial;
SELECT is(t::text, weighted::text, 'partition-wise, rolled up: the same') FROM pieces, serial;
-- Workers' states of many groups, hashed and sorted.
SELECT is((SELECT md5(string_agg(t::text, ';' ORDER BY g)) FROM (SELECT id % 500 AS g, scoring.tally_agg(v, bad, w) AS t FROM sample GROUP BY 1) s), m, 'groups, in parallel: the same')
FROM (SELECT md5(string_agg(t::text, ';' ORDER BY g)) AS m FROM (SELECT g, scoring.rollup(t) AS t FROM (SELECT id % 500 AS g, scoring.tally_agg(v, bad, w) AS t FROM shuffled GROUP BY id % 500, id % 3) a GROUP BY g) s) o;
SET LOCAL enable_hashagg = off;
SELECT is((SELECT md5(string_agg(t::text, ';' ORDER BY g)) FROM (SELECT id % 500 AS g, scoring.tally_agg(v, bad, w) AS t FROM shuffled GROUP BY 1) s), m, 'groups, sorted: the same')
FROM (SELECT md5(string_agg(t::text, ';' ORDER BY g)) AS m FROM (SELECT g, scoring.rollup(t) AS t FROM (SELECT id % 500 AS g, scoring.tally_agg(v, bad, w) AS t FROM shuffled GROUP BY id % 500, id % 3) a GROUP BY g) s) o;
RESET enable_hashagg;
-- A window ends where an aggregate does; each frame is a tally of its own.
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT is((SELECT bool_and(t::text = u::text) FROM (SELECT scoring.tally_agg(v, bad) OVER (ORDER BY id ROWS BETWEEN 40 PRECEDING AND CURRENT ROW) AS t, id FROM sample WHERE id <= 300) a
  JOIN LATERAL (SELECT scoring.tally_agg(v, bad) AS u FROM sample s WHERE s.id BETWEEN a.id - 40 AND a.id) b ON true), true, 'moving frames');
SELECT is((SELECT bool_and(t::text = u::text) FROM (SELECT scoring.tally_agg(v, bad) OVER (ORDER BY id) AS t, id FROM sample WHERE id <= 300) a
  JOIN LATERAL (SELECT scoring.tally_agg(v, bad) AS u FROM sample s WHERE s.id <= a.id) b ON true), true, 'growing frames');

-- Beyond exactness: ranks of all values, of three plans, against the data.
CREATE FUNCTION pg_temp.worst(t scoring.tally) RETURNS float8 LANGUAGE sql AS $$
WITH points AS (
  SELECT fine AS x, count(*)::float8 AS truth, 0::float8 AS said FROM sample GROUP BY fine
  UNION ALL SELECT value, 0, total FROM scoring.tally_values(t) WHERE kind = 'value'
), sums AS (
  SELECT x, sum(sum(truth)) OVER (ORDER BY x) AS truth, sum(sum(said)) OVER (ORDER BY x) AS said FROM points GROUP BY x
)
SELECT max(abs(truth - said)) FROM sums $$;
CREATE TEMP TABLE sketches (plan text, t scoring.tally);
INSERT INTO sketches SELECT 'serial', scoring.tally_agg(fine, bad) FROM sample;
INSERT INTO sketches SELECT 'sorted', scoring.tally_agg(fine, bad ORDER BY fine) FROM sample;
INSERT INTO sketches SELECT 'rolled up', scoring.rollup(t) FROM (SELECT scoring.tally_agg(fine, bad) AS t FROM shuffled GROUP BY id % 6) s;
SET LOCAL max_parallel_workers_per_gather = 2;
INSERT INTO sketches SELECT 'partition-wise', scoring.tally_agg(fine, bad) FROM parted;
INSERT INTO sketches SELECT 'workers', t FROM (SELECT scoring.tally_agg(fine, bad) AS t FROM sample) s;
SELECT ok(bool_and(NOT scoring.is_exact(t) AND scoring.rank_error(t) > 0), 'beyond exactness') FROM sketches;
SELECT ok(bool_and(scoring.rank_error(t) <= 0.001 * scoring.total(t)), 'the rank error is at most 0.1 % of the weight') FROM sketches;
SELECT ok(bool_and(pg_temp.worst(t) <= scoring.rank_error(t)), 'every rank is within the rank error') FROM sketches;
SELECT ok(bool_and(scoring.bads(t) = (SELECT count(*) FROM sample WHERE bad) AND scoring.rows(t) = 60000), 'totals are exact') FROM sketches;
SELECT ok(bool_and(scoring.quantile(t, 0) = (SELECT min(fine) FROM sample) AND scoring.quantile(t, 1) = (SELECT max(fine) FROM sample)), 'so are the least and the greatest value') FROM sketches;
CREATE TEMP TABLE quantiles AS SELECT f, scoring.quantile(t, f) AS q, scoring.rank_error(t) AS e FROM sketches, unnest('{0.001, 0.1, 0.5, 0.77, 0.999}'::float8[]) f;
SELECT ok(bool_and(abs((SELECT count(*) FROM sample WHERE fine <= q) - f * 60000) <= e + 1), 'quantiles are within the rank error') FROM quantiles;
SELECT ok(bool_and(octet_length(scoring.tally_send(t)) < 131072), 'and it is small') FROM sketches;
SELECT * FROM finish();
ROLLBACK;
