-- Vintage curves and roll rates against plain SQL over the statements of 3,000 accounts; any division of the accounts gives the same.
BEGIN;
SELECT plan(9);
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0 $$;
CREATE TABLE account AS
SELECT i AS id, '2018-01-01'::date + (2000 * pg_temp.u(i, 1))::int AS begins, 1 + (50 * pg_temp.u(i, 2))::int AS n, CASE WHEN i % 5 > 0 THEN (date_trunc('month', '2018-01-01'::date + (2000 * pg_temp.u(i, 1))::int) + interval '1 month' * ((6 * pg_temp.u(i, 3))::int - 3))::date + 9 END AS opened_on
FROM generate_series(1, 3000) i;
CREATE TABLE stated AS
SELECT a.id, (date_trunc('month', begins) + interval '1 month' * m)::date + (27 * pg_temp.u(a.id * 60 + m, 1))::int AS month, CASE WHEN x < 0.04 OR status IS NOT NULL THEN NULL ELSE greatest(0, (350 * x - 200)::int) END AS days, status,
       CASE WHEN pg_temp.u(a.id * 60 + m, 3) < 0.8 THEN round((1e6 * pg_temp.u(a.id * 60 + m, 4) - 1e5)::numeric, 2) END AS balance
FROM account a CROSS JOIN LATERAL generate_series(1, n) m CROSS JOIN LATERAL (SELECT pg_temp.u(a.id * 60 + m, 2) AS x) r CROSS JOIN LATERAL (SELECT CASE WHEN x > 0.99 THEN 'charged_off' WHEN x > 0.98 OR m = n AND x > 0.6 THEN 'closed' END AS status) s
WHERE pg_temp.u(a.id * 60 + m, 5) < 0.95;
CREATE TABLE history AS SELECT id, opened_on, h FROM account LEFT JOIN (SELECT id, scoring.account_history_agg(month, days, status, balance, NULL, NULL, NULL) AS h FROM stated GROUP BY id) s USING (id);
ALTER TABLE history SET (parallel_workers = 2);
ANALYZE history;

-- Month numbers; days past due that a statement counts for.
CREATE VIEW dated AS SELECT id, (extract(year FROM month) * 12 + extract(month FROM month))::int AS m, CASE status WHEN 'charged_off' THEN 180 WHEN 'closed' THEN 0 ELSE days END AS d, status, balance FROM stated;
CREATE FUNCTION pg_temp.fates(as_of date, bad_days int, opened boolean) RETURNS TABLE (id int, bad int, through int) LANGUAGE sql AS $$
SELECT id, bad - begin + 1, CASE WHEN bad IS NOT NULL OR last_status IN ('closed', 'charged_off') THEN h ELSE last END - begin + 1
FROM (SELECT id, min(m) AS first, max(m) AS last, min(m) FILTER (WHERE d >= bad_days) AS bad, (array_agg(coalesce(status, '') ORDER BY m DESC))[1] AS last_status, h
      FROM dated, (SELECT (extract(year FROM as_of) * 12 + extract(month FROM as_of))::int - 1 AS h) x WHERE m <= h AND d IS NOT NULL GROUP BY id, h) s JOIN account USING (id),
     LATERAL (SELECT CASE WHEN opened THEN least(first, (extract(year FROM opened_on) * 12 + extract(month FROM opened_on))::int) ELSE first END AS begin) b $$;
CREATE FUNCTION pg_temp.curve(as_of date, months int, bad_days int, opened boolean) RETURNS TABLE (months_on_book int, accounts bigint, bads bigint, cumulative_bads bigint, bad_rate float8) LANGUAGE sql AS $$
SELECT n, count(*), count(*) FILTER (WHERE bad = n), count(*) FILTER (WHERE bad <= n), (count(*) FILTER (WHERE bad <= n))::float8 / count(*) FROM pg_temp.fates(as_of, bad_days, opened), generate_series(1, months) n WHERE through >= n GROUP BY n $$;
SELECT set_eq(format('SELECT c.* FROM (SELECT scoring.vintage_agg(h, %L, %s, %s) AS v FROM history) s, scoring.vintage_curve(v) c', as_of, months, bad_days), format('SELECT * FROM pg_temp.curve(%L, %s, %s, false)', as_of, months, bad_days), format('as of %s, %s months, %s days', as_of, months, bad_days))
FROM (VALUES ('2024-01-01'::date, 60, 90), ('2021-06-30', 24, 30), ('2030-01-01', 120, 1)) t (as_of, months, bad_days);
SELECT set_eq($$SELECT c.* FROM (SELECT scoring.vintage_agg(h, opened_on, '2022-02-02', 40, 60) AS v FROM history) s, scoring.vintage_curve(v) c$$, $$SELECT * FROM pg_temp.curve('2022-02-02', 40, 60, true)$$, 'from the opening');
SELECT is(scoring.vintage_unobserved(scoring.vintage_agg(h, '2021-06-30', 24, 30)), 3000 - (SELECT count(*) FROM pg_temp.fates('2021-06-30', 30, false)), 'the unobserved') FROM history;

CREATE FUNCTION pg_temp.buckets(as_of date) RETURNS TABLE (id int, bucket text, balance numeric) LANGUAGE sql AS $$
SELECT id, CASE WHEN status = 'charged_off' THEN '150+' WHEN status = 'closed' THEN 'closed' WHEN m = h THEN CASE WHEN d = 0 THEN 'current' WHEN d < 30 THEN '1-29' WHEN d < 60 THEN '30-59' WHEN d < 90 THEN '60-89' WHEN d < 120 THEN '90-119' WHEN d < 150 THEN '120-149' ELSE '150+' END ELSE 'not reported' END, CASE WHEN m = h THEN balance END
FROM account CROSS JOIN (SELECT (extract(year FROM as_of) * 12 + extract(month FROM as_of))::int - 1 AS h) x LEFT JOIN LATERAL (SELECT * FROM dated WHERE dated.id = account.id AND m <= h AND d IS NOT NULL ORDER BY m DESC LIMIT 1) s USING (id) $$;
CREATE INDEX ON stated (id);
SELECT set_eq($$SELECT r.* FROM (SELECT scoring.roll_rate_agg(h, '2020-01-31', '2020-08-01') AS m FROM history) s, scoring.roll_rates(m) r$$,
  $$SELECT f.bucket, t.bucket AS later, count(*) AS n, count(*)::float8 / sum(count(*)) OVER (PARTITION BY f.bucket)::float8 AS share, coalesce(sum(f.balance), 0) AS balance FROM pg_temp.buckets('2020-01-31') f JOIN pg_temp.buckets('2020-08-01') t USING (id) GROUP BY 1, 2$$, 'roll rates and balances');

CREATE TABLE whole AS SELECT scoring.vintage_agg(h, opened_on, '2022-02-02', 40, 60) AS v, scoring.roll_rate_agg(h, '2020-01-31', '2020-08-01') AS m FROM history;
SELECT is((SELECT (scoring.vintage_rollup(v), scoring.roll_rate_rollup(m))::text FROM (SELECT scoring.vintage_agg(h, opened_on, '2022-02-02', 40, 60) AS v, scoring.roll_rate_agg(h, '2020-01-31', '2020-08-01') AS m FROM history GROUP BY (hashint8extended(id, 3) & 65535) % p) s), (v, m)::text, p || ' parts: the same') FROM whole, unnest('{2, 100}'::int[]) p;
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SELECT is((SELECT (scoring.vintage_agg(h, opened_on, '2022-02-02', 40, 60), scoring.roll_rate_agg(h, '2020-01-31', '2020-08-01'))::text FROM history), (v, m)::text, 'workers: the same') FROM whole;
SELECT * FROM finish();
ROLLBACK;
