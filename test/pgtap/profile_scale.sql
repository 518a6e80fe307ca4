-- Many subjects at once: the time of a HashAggregate grows with the number of groups and not with its square, a hash table that
-- does not fit into work_mem spills without harm, and local hash partitions are aggregated each by itself.
BEGIN;
SELECT plan(11);
SET LOCAL client_min_messages = warning;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL jit = off;
SET LOCAL work_mem = '1GB';
SET LOCAL hash_mem_multiplier = 4;
SET LOCAL enable_sort = off;

-- Three events for each of 200,000 subjects, as they arrive.
CREATE TABLE stream AS
SELECT (hashint8extended(i, 1) & 1048575)::int % 200000 AS subject, '2024-01-01'::date + i / 1650 AS day, ((hashint8extended(i, 2) & 65535) - 30000) / 100.0 AS amount,
       'category ' || (hashint8extended(i, 3) & 7) AS category
FROM generate_series(0, 599999) i;
ANALYZE stream;

CREATE FUNCTION pg_temp.plan_of(query text, analysed boolean DEFAULT false) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  plan jsonb;
BEGIN
  EXECUTE CASE WHEN analysed THEN 'EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF, FORMAT JSON) ' ELSE 'EXPLAIN (COSTS OFF, FORMAT JSON) ' END || query INTO plan;
  RETURN plan -> 0 -> 'Plan';
END
$$;
-- Milliseconds for n groups of three events; the hash table is in memory, one batch.
CREATE FUNCTION pg_temp.took(n int, what text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  began timestamptz;
  groups bigint;
BEGIN
  began := clock_timestamp();
  EXECUTE format('SELECT count(*) FROM (SELECT %s AS a FROM (SELECT * FROM stream LIMIT %s) s GROUP BY subject %% %s OFFSET 0) g WHERE a IS NOT NULL', what, 3 * n, n) INTO groups;
  IF groups < 0.9 * n THEN
    RAISE EXCEPTION '% groups, not %', groups, n;
  END IF;
  RETURN extract(epoch FROM clock_timestamp() - began) * 1000;
END
$$;
SELECT ok(p ->> 'Strategy' = 'Hashed' AND (p ->> 'HashAgg Batches')::int = 1, 'HashAggregate in memory')
FROM jsonb_path_query(pg_temp.plan_of('SELECT scoring.activity_agg(day, amount, category) FROM stream GROUP BY subject', true), '$.**?(@."Node Type" == "Aggregate")') p;
CREATE TEMP TABLE times (n int, ms float8);
CREATE VIEW pg_temp.medians AS SELECT n, percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS ms FROM times GROUP BY 1;
-- Three rounds; on a machine that does other work meanwhile some more, until the medians are fine. A square would never be.
DO $$
BEGIN
  FOR k IN 1 .. 12 LOOP
    FOR n IN 0 .. 2 LOOP
      INSERT INTO times VALUES (50000 << n, pg_temp.took(50000 << n, 'scoring.activity_agg(day, amount, category)'));
    END LOOP;
    EXIT WHEN k >= 3 AND (SELECT max(ms) FILTER (WHERE n = 200000) / max(ms) FILTER (WHERE n = 50000) < 8 FROM medians);
  END LOOP;
END
$$;
-- Four times the groups: 4 times the time if linear, and some more for caches that no longer hold it; 16 times if quadratic.
SELECT diag(string_agg(format('%s groups: %s ms', n, round(ms::numeric)), ', ' ORDER BY n)) FROM medians;
SELECT cmp_ok(b.ms / a.ms, '<', 8::float8, 'from 50000 to 200000 groups: linear') FROM medians a, medians b WHERE a.n = 50000 AND b.n = 200000;
SELECT cmp_ok(b.ms / a.ms, '<', 3.6::float8, 'from 100000 to 200000 groups too') FROM medians a, medians b WHERE a.n = 100000 AND b.n = 200000;

-- Spilled.
CREATE TEMP TABLE kept AS SELECT subject, scoring.activity_agg(day, amount, category) AS a FROM stream GROUP BY subject;
SELECT ok(count(*) > 180000 AND count(DISTINCT a) > 0.9 * count(*), 'as many values as subjects') FROM kept;
SET LOCAL work_mem = '1MB';
SET LOCAL hash_mem_multiplier = 1;
CREATE TEMP TABLE spilling AS SELECT (p ->> 'HashAgg Batches')::int AS batches, (p ->> 'Disk Usage')::int AS disk_kb, (p ->> 'Peak Memory Usage')::int AS memory_kb
FROM jsonb_path_query(pg_temp.plan_of('SELECT scoring.activity_agg(day, amount, category) FROM stream GROUP BY subject', true), '$.**?(@."Node Type" == "Aggregate")') p;
SELECT ok(batches > 1 AND disk_kb > 1000, format('with 1 MB of memory the hash table spills: %s batches, %s kB', batches, disk_kb)) FROM spilling;
SELECT cmp_ok(memory_kb, '<', 8 * 1024, 'and stays small') FROM spilling;
CREATE TEMP TABLE spilled AS SELECT subject, scoring.activity_agg(day, amount, category) AS a FROM stream GROUP BY subject;
SET LOCAL work_mem = '256MB';
RESET enable_sort;
SELECT is(count(*) FILTER (WHERE k.a OPERATOR(scoring.=) s.a), (SELECT count(*) FROM kept), 'spilled: the same') FROM kept k FULL JOIN spilled s USING (subject);

-- Partition-wise.
CREATE TABLE parted (LIKE stream) PARTITION BY HASH (subject);
SELECT format('CREATE TABLE parted_%1$s PARTITION OF parted FOR VALUES WITH (MODULUS 8, REMAINDER %1$s)', k) FROM generate_series(0, 7) k \gexec
INSERT INTO parted SELECT * FROM stream WHERE subject % 4 = 0;
ANALYZE parted;
SELECT ok(p ->> 'Node Type' = 'Aggregate', 'without partition-wise aggregation there is one HashAggregate') FROM pg_temp.plan_of('SELECT subject, scoring.activity_agg(day, amount, category) FROM parted GROUP BY subject') p;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT ok(p ->> 'Node Type' = 'Append' AND jsonb_array_length(p -> 'Plans') = 8 AND NOT EXISTS (SELECT FROM jsonb_array_elements(p -> 'Plans') e WHERE e ->> 'Node Type' <> 'Aggregate' OR e ->> 'Partial Mode' <> 'Simple'),
          'with it there is one for each partition') FROM pg_temp.plan_of('SELECT subject, scoring.activity_agg(day, amount, category) FROM parted GROUP BY subject') p;
CREATE TEMP TABLE by_partition AS SELECT subject, scoring.activity_agg(day, amount, category) AS a FROM parted GROUP BY subject;
SELECT is(count(*) FILTER (WHERE k.a OPERATOR(scoring.=) s.a), (SELECT count(*) FROM kept WHERE subject % 4 = 0), 'partition-wise: the same') FROM by_partition s LEFT JOIN kept k USING (subject);
-- And rollup, of stored values.
CREATE TABLE stored (subject int, a scoring.activity) PARTITION BY HASH (subject);
SELECT format('CREATE TABLE stored_%1$s PARTITION OF stored FOR VALUES WITH (MODULUS 4, REMAINDER %1$s)', k) FROM generate_series(0, 3) k \gexec
INSERT INTO stored SELECT subject, scoring.activity_agg(day, amount, category) FROM parted GROUP BY subject, date_trunc('month', day::timestamp);
ANALYZE stored;
SELECT is(count(*) FILTER (WHERE k.a OPERATOR(scoring.=) s.a), (SELECT count(*) FROM kept WHERE subject % 4 = 0), 'stored months, rolled up partition-wise: the same') FROM (SELECT subject, scoring.rollup(a) AS a FROM stored GROUP BY subject) s LEFT JOIN kept k USING (subject);
SELECT * FROM finish();
ROLLBACK;
