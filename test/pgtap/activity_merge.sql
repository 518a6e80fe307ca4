-- The merge law of activity, byte for byte: any split of the events in any order, merged in any tree, by ||, by rollup of stored
-- parts, serial, in parallel and partition-wise, is the value of all events; also with thousands of categories, and of one event.
BEGIN;
SELECT plan(52);
SET LOCAL client_min_messages = warning;
SET LOCAL max_parallel_workers_per_gather = 0;

CREATE FUNCTION pg_temp.u(i bigint, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0::float8 $$;
-- Subjects 1 to 8 have some 1,500 categories, 9 to 20 about 256, 21 to 60 one event, the others few categories.
CREATE TABLE sample AS
SELECT (s * 10000 + n)::bigint AS id, s AS subject,
       CASE WHEN s > 20 AND n % 71 = 3 THEN NULL ELSE '2021-01-01 00:00+0'::timestamptz + make_interval(secs => floor(u1 * u1 * 1500 * 86400)) END AS t,
       CASE WHEN n % 17 = 5 THEN NULL WHEN n % 19 = 5 THEN 0 ELSE round(((u2 - 0.5) * power(10, n % 9))::numeric, 3) END AS amount,
       CASE WHEN n % 13 = 7 THEN NULL WHEN s <= 8 THEN 'shop ' || (pg_temp.u(s * 10000 + n, 3) * 3000)::int WHEN s <= 20 THEN 'shop ' || (n * 7) % (247 + s) ELSE 'kind ' || (pg_temp.u(s * 10000 + n, 3) * (s % 12))::int END AS category
FROM generate_series(1, 300) s, LATERAL generate_series(1, CASE WHEN s <= 8 THEN 2000 WHEN s <= 20 THEN 600 WHEN s <= 60 THEN 1 ELSE 60 + s % 30 END) n,
     LATERAL (SELECT pg_temp.u(s * 10000 + n, 1) AS u1, pg_temp.u(s * 10000 + n, 2) AS u2) h;
ALTER TABLE sample SET (parallel_workers = 2);
CREATE TABLE shuffled AS SELECT * FROM sample ORDER BY hashint8extended(id, 9);
ALTER TABLE shuffled SET (parallel_workers = 2);
CREATE TABLE parted (LIKE sample) PARTITION BY HASH (subject);
CREATE TABLE scattered (LIKE sample) PARTITION BY HASH (id);
SELECT format('CREATE TABLE %1$s_%2$s PARTITION OF %1$s FOR VALUES WITH (MODULUS 4, REMAINDER %2$s)', t, k) FROM unnest('{parted, scattered}'::text[]) t, generate_series(0, 3) k \gexec
INSERT INTO parted SELECT * FROM sample;
INSERT INTO scattered SELECT * FROM sample;
ANALYZE sample, shuffled, parted, scattered;

-- For each subject: by month, by week in a zone, by day.
CREATE TABLE serial AS
SELECT subject, scoring.activity_agg(t, amount, category) AS month, scoring.activity_agg(t, amount, category, 'week', 'Europe/Berlin') AS week, scoring.activity_agg(t, amount, category, 'day') AS day
FROM sample GROUP BY subject;
SELECT ok(count(*) = 300 AND count(*) FILTER (WHERE scoring.distinct_categories_error(month, '2030-01-01') > 0) >= 8 AND count(*) FILTER (WHERE scoring.distinct_categories_error(month, '2030-01-01') = 0) >= 280
          AND count(*) FILTER (WHERE scoring.undated(month) > 0) > 200 AND count(*) FILTER (WHERE scoring.event_count(month, '2030-01-01') = 1) >= 40, 'with thousands of categories, with few, of one event, with undated rows') FROM serial;
SELECT ok(bool_and(scoring.distinct_categories(month, '2030-01-01') = n), 'distinct categories are exact up to 256')
FROM serial JOIN (SELECT subject, count(DISTINCT category) AS n FROM sample WHERE t IS NOT NULL GROUP BY 1) c USING (subject) WHERE n <= 256;
SELECT ok(count(*) >= 8 AND bool_and(abs(scoring.distinct_categories(month, '2030-01-01') / n - 1) < 4 * scoring.distinct_categories_error(month, '2030-01-01')), 'and beyond that within four of the stated errors')
FROM serial JOIN (SELECT subject, count(DISTINCT category) AS n FROM sample WHERE t IS NOT NULL GROUP BY 1) c USING (subject) WHERE n > 256;

-- More than 256 categories: 256 keep their names, and what they are asked is exact; the others are one, pooled, and are not guessed at.
CREATE TEMP TABLE named AS
SELECT DISTINCT subject, c ->> 'category' AS category FROM serial, jsonb_path_query(month::jsonb, '$.buckets[*].categories[*]') c WHERE c ? 'category' AND c ->> 'category' IS NOT NULL;
CREATE TEMP TABLE weighed AS
SELECT s.subject, s.category, n.category IS NOT NULL AS named, count(*) AS events, coalesce(sum(abs(round(s.amount, 2))), 0) AS turnover FROM sample s LEFT JOIN named n USING (subject, category) WHERE s.subject <= 20 AND s.t IS NOT NULL GROUP BY 1, 2, 3;
SELECT is(array_agg(DISTINCT n), '{256}'::bigint[], 'beyond 256 categories 256 have names') FROM (SELECT subject, count(*) FILTER (WHERE named) AS n FROM weighed WHERE category IS NOT NULL GROUP BY 1 HAVING count(*) > 256) c;
SELECT ok(count(*) > 3000 AND bool_and(CASE WHEN named OR category IS NULL THEN abs(said / share - 1) <= 1e-12 ELSE said IS NULL END), 'shares of those, and of events without a category, are exact; of others NULL')
FROM (SELECT w.*, (w.turnover / sum(w.turnover) OVER (PARTITION BY w.subject))::float8 AS share, scoring.category_share(month, '2030-01-01', w.category, NULL, 'turnover') AS said FROM weighed w JOIN serial USING (subject)) x WHERE share > 0;
SELECT is(count(*), 0::bigint, 'what has nothing to do with categories is exact') FROM (SELECT subject, sum(events) AS n, sum(turnover) AS t FROM weighed GROUP BY 1) w JOIN serial USING (subject)
WHERE (n, t) IS DISTINCT FROM (scoring.event_count(month, '2030-01-01')::numeric, scoring.turnover(month, '2030-01-01'));
SELECT ok(count(*) = 20 AND bool_and(abs(entropy / scoring.category_entropy(month, '2030-01-01') - 1) <= 1e-12 AND abs(hhi / scoring.category_hhi(month, '2030-01-01') - 1) <= 1e-12), 'entropy and concentration take the pooled as one')
FROM (SELECT subject, (-sum(p * ln(p)))::float8 AS entropy, sum(p * p)::float8 AS hhi
      FROM (SELECT subject, sum(events)::numeric(60, 30) / sum(sum(events)) OVER (PARTITION BY subject) AS p FROM weighed WHERE category IS NOT NULL GROUP BY subject, CASE WHEN named THEN category END) p GROUP BY 1) m JOIN serial USING (subject);

-- How many subjects of a table or query (subject, month, week, day) have a value other than the serial one, by = and by text; and whether all are there.
CREATE FUNCTION pg_temp.same(what text, query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
  offenders text;
BEGIN
  EXECUTE format('SELECT count(*), string_agg(s.subject::text, '', '' ORDER BY s.subject) FILTER (WHERE NOT (
      o.month OPERATOR(scoring.=) s.month AND o.week OPERATOR(scoring.=) s.week AND o.day OPERATOR(scoring.=) s.day AND
      o.month::text = s.month::text AND o.week::text = s.week::text AND o.day::text = s.day::text) IS NOT FALSE)
    FROM serial s LEFT JOIN (%s) o USING (subject)', query) INTO n, offenders;
  RETURN NEXT is(offenders, NULL, what || ': the same');
  RETURN NEXT is(n, 300::bigint, what || ': once for each subject');
END
$$;
CREATE VIEW again AS
SELECT subject, scoring.activity_agg(t, amount, category) AS month, scoring.activity_agg(t, amount, category, 'week', 'Europe/Berlin') AS week, scoring.activity_agg(t, amount, category, 'day') AS day FROM shuffled GROUP BY subject;
SELECT pg_temp.same('shuffled', 'SELECT * FROM again');
SELECT pg_temp.same('reversed', 'SELECT subject, scoring.activity_agg(t, amount, category ORDER BY id DESC) AS month, scoring.activity_agg(t, amount, category, ''week'', ''Europe/Berlin'' ORDER BY t DESC NULLS FIRST) AS week, scoring.activity_agg(t, amount, category, ''day'' ORDER BY category) AS day FROM sample GROUP BY 1');

-- Stored parts: of each, a rollup, and one of rollups.
CREATE FUNCTION pg_temp.store(by text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DROP TABLE IF EXISTS part;
  EXECUTE format('CREATE TEMP TABLE part AS SELECT subject, %s AS part, scoring.activity_agg(t, amount, category) AS month, scoring.activity_agg(t, amount, category, ''week'', ''Europe/Berlin'') AS week, scoring.activity_agg(t, amount, category, ''day'') AS day FROM shuffled GROUP BY 1, 2', by);
END
$$;
CREATE FUNCTION pg_temp.rolled(of text) RETURNS text LANGUAGE sql AS $$ SELECT 'SELECT subject, scoring.rollup(month) AS month, scoring.rollup(week) AS week, scoring.rollup(day) AS day FROM ' || of || ' GROUP BY subject' $$;
SELECT pg_temp.store('hashint8extended(id, 3) & 1');
SELECT pg_temp.same('two parts, rolled up', pg_temp.rolled('part'));
SELECT pg_temp.store($$date_trunc('month', t, 'UTC')$$);
SELECT pg_temp.same('months, rolled up', pg_temp.rolled('part'));
SELECT pg_temp.same('months through text, rolled up', pg_temp.rolled('(SELECT subject, month::text::scoring.activity AS month, week::jsonb::scoring.activity AS week, day::text::scoring.activity AS day FROM part) p'));
SELECT pg_temp.store($$(t AT TIME ZONE 'Asia/Tokyo')::date$$);
SELECT pg_temp.same('days, rolled up', pg_temp.rolled('part'));
SELECT pg_temp.same('days, months, years, rolled up', pg_temp.rolled('(SELECT subject, scoring.rollup(month) AS month, scoring.rollup(week) AS week, scoring.rollup(day) AS day FROM (SELECT subject, part, scoring.rollup(month) AS month, scoring.rollup(week) AS week, scoring.rollup(day) AS day FROM (
  SELECT subject, date_trunc(''month'', part::timestamp) AS part, month, week, day FROM part) d GROUP BY 1, 2) m GROUP BY subject, part < ''2023-01-01'') y'));
SELECT pg_temp.store('id');
SELECT pg_temp.same('single events, rolled up', pg_temp.rolled('part'));
SELECT pg_temp.same('single events among NULLs, rolled up', pg_temp.rolled('(SELECT subject, month, week, day FROM part UNION ALL SELECT s, NULL, NULL, NULL FROM generate_series(1, 300) s, generate_series(1, 3)) p'));

-- Trees of ||: two of the values at a time, at random, become one.
CREATE FUNCTION pg_temp.tree(v scoring.activity[], seed int) RETURNS scoring.activity LANGUAGE plpgsql AS $$
DECLARE
  i int;
  j int;
  n int := cardinality(v);
BEGIN
  WHILE n > 1 LOOP
    i := 1 + floor(pg_temp.u(n, seed) * n);
    j := 1 + floor(pg_temp.u(n, seed + 1) * (n - 1));
    j := j + (j >= i)::int;
    v[i] := v[i] OPERATOR(scoring.||) v[j];
    v[j] := v[n];
    n := n - 1;
  END LOOP;
  RETURN v[1];
END
$$;
CREATE FUNCTION pg_temp.trees(seed int) RETURNS text LANGUAGE sql AS $$ SELECT format('SELECT subject, pg_temp.tree(array_agg(month ORDER BY part), %s) AS month, pg_temp.tree(array_agg(week ORDER BY part), %s) AS week, pg_temp.tree(array_agg(day ORDER BY part), %s) AS day FROM part GROUP BY 1', seed, seed + 7, seed + 14) $$;
SELECT pg_temp.store('hashint8extended(id, 4) & 3');
SELECT pg_temp.same('four parts, tree ' || k, pg_temp.trees(k * 100)) FROM generate_series(1, 2) k;
SELECT pg_temp.store('hashint8extended(id, 5) & 15');
SELECT pg_temp.same('sixteen parts, tree ' || k, pg_temp.trees(k * 1000)) FROM generate_series(1, 3) k;
SELECT is(count(*) FILTER (WHERE NOT (p.month OPERATOR(scoring.||) q.month OPERATOR(scoring.=) (q.month OPERATOR(scoring.||) p.month))), 0::bigint, '|| commutes') FROM part p JOIN part q USING (subject) WHERE p.part = 1 AND q.part = 2;
SELECT ok(bool_and((month OPERATOR(scoring.||) NULL) OPERATOR(scoring.=) month AND (NULL OPERATOR(scoring.||) month) OPERATOR(scoring.=) month), '|| of a NULL adds nothing') FROM serial;
SELECT ok((NULL::scoring.activity OPERATOR(scoring.||) NULL) IS NULL AND scoring.rollup(NULL::scoring.activity) IS NULL, 'of NULLs: NULL');
SELECT ok(count(*) = 0 AND scoring.activity_agg(t, amount, category) IS NULL AND scoring.rollup(NULL::scoring.activity) IS NULL, 'of no row: NULL') FROM sample WHERE false;
SELECT ok(bool_and(scoring.activity_send(month) = scoring.activity_send(month::text::scoring.activity)), 'the binary form of a value that was text is the same') FROM serial;

-- Plans.
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
CREATE VIEW pieces AS SELECT subject, scoring.rollup(month) AS month, scoring.rollup(week) AS week, scoring.rollup(day) AS day
FROM (SELECT subject, id % 5, scoring.activity_agg(t, amount, category) AS month, scoring.activity_agg(t, amount, category, 'week', 'Europe/Berlin') AS week, scoring.activity_agg(t, amount, category, 'day') AS day FROM shuffled GROUP BY 1, 2) p GROUP BY 1;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT matches(pg_temp.plan_of('SELECT * FROM again'), 'Finalize .*Aggregate.*Gather.*Partial .*Aggregate.*Parallel Seq Scan', 'the work is divided among workers');
SELECT pg_temp.same('two workers', 'SELECT * FROM again');
SELECT pg_temp.same('two workers, then rolled up', 'SELECT * FROM pieces');
SET LOCAL parallel_leader_participation = off;
SET LOCAL enable_hashagg = off;
SELECT pg_temp.same('workers alone, sorted', 'SELECT * FROM again');
RESET parallel_leader_participation;
RESET enable_hashagg;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT matches(pg_temp.plan_of('SELECT subject, scoring.activity_agg(t, amount, category) FROM parted GROUP BY subject'), 'Append.*Aggregate.*Scan on parted_[0-3].*Aggregate.*Scan on parted_[0-3]', 'each partition of subjects is aggregated by itself');
SELECT pg_temp.same('partition-wise', 'SELECT subject, scoring.activity_agg(t, amount, category) AS month, scoring.activity_agg(t, amount, category, ''week'', ''Europe/Berlin'') AS week, scoring.activity_agg(t, amount, category, ''day'') AS day FROM parted GROUP BY subject');
SELECT matches(pg_temp.plan_of('SELECT scoring.activity_agg(t, amount, category) FROM scattered'), 'Finalize .*Append.*Partial Aggregate', 'each partition of events is aggregated in part');
SELECT is((SELECT scoring.activity_agg(t, amount, category)::text FROM scattered), (SELECT scoring.rollup(month)::text FROM serial), 'all events in one value: partition-wise, or rolled up');
SELECT * FROM finish();
ROLLBACK;
