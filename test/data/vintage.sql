-- A million statements of credit accounts: vintage curves and roll rates, row by row as plain SQL over the statements has them.
BEGIN;
SELECT plan(14);
-- The last month is taken for June 2020. Where an account's last statement is a paid one it is taken for closed.
CREATE TABLE stated AS
SELECT id, ('2020-06-01'::date + interval '1 month' * months_balance)::date AS month, months_balance AS m, CASE status WHEN '0' THEN 1 WHEN '1' THEN 30 WHEN '2' THEN 60 WHEN '3' THEN 90 WHEN '4' THEN 120 END AS days,
       CASE WHEN status = 'C' THEN CASE WHEN months_balance = max(months_balance) OVER (PARTITION BY id) THEN 'closed' ELSE 'current' END WHEN status = 'X' THEN 'no_payment_due' WHEN status = '5' THEN 'charged_off' END AS status
FROM credit_card_month;
ALTER TABLE stated SET (parallel_workers = 2);
ANALYZE stated;
CREATE TABLE history AS SELECT id, scoring.account_history_agg(month, days, status, NULL, NULL, NULL, NULL) AS h FROM stated GROUP BY id;
ALTER TABLE history SET (parallel_workers = 2);
ANALYZE history;
SELECT is(count(*), 45985::bigint, 'a history for each account') FROM history;

CREATE TABLE vintage AS
SELECT date_trunc('quarter', scoring.first_statement(h))::date AS quarter, scoring.vintage_agg(h, '2020-07-01', 60, 60) AS v FROM history GROUP BY 1;
CREATE TABLE fate AS
SELECT id, date_trunc('quarter', min(month))::date AS quarter, min(m) AS began, min(m) FILTER (WHERE days >= 60 OR status = 'charged_off') - min(m) + 1 AS bad,
       CASE WHEN bool_or(days >= 60 OR status = 'charged_off') OR (array_agg(status ORDER BY m DESC))[1] = 'closed' THEN 0 ELSE max(m) END - min(m) + 1 AS through
FROM stated GROUP BY id;
CREATE TABLE expected AS
SELECT quarter, n AS months_on_book, count(*) AS accounts, count(*) FILTER (WHERE bad = n) AS bads, count(*) FILTER (WHERE bad <= n) AS cumulative_bads, (count(*) FILTER (WHERE bad <= n))::float8 / count(*) AS bad_rate
FROM fate, generate_series(1, 60) n WHERE through >= n GROUP BY 1, 2;
SELECT cmp_ok(count(*), '>', 600::bigint, 'lines of ' || count(DISTINCT quarter) || ' quarters') FROM expected;
SELECT cmp_ok(sum(bads), '=', (SELECT count(bad) FROM fate WHERE bad <= 60)::numeric, 'with all the bads') FROM expected;
SELECT set_eq('SELECT quarter, c.* FROM vintage, scoring.vintage_curve(v) c', 'TABLE expected', 'vintage curves');
SELECT is(sum(scoring.vintage_unobserved(v)), 0::numeric, 'all are observed') FROM vintage;
SELECT is((SELECT scoring.vintage_agg(h, '2020-07-01', 60, 60) FROM history), scoring.vintage_rollup(v), 'quarters add up to the portfolio') FROM vintage;
-- As of an earlier date it is as if later statements were not there.
SELECT is(scoring.vintage_agg(h, '2019-01-01', 24, 30), (SELECT scoring.vintage_agg(h, '2019-01-01', 24, 30) FROM (SELECT scoring.account_history_agg(month, days, status, NULL, NULL, NULL, NULL) FILTER (WHERE month < '2019-01-01') AS h FROM stated GROUP BY id) s), 'nothing later is seen') FROM history;

CREATE FUNCTION pg_temp.bucket(days int, status text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
SELECT CASE WHEN status = 'charged_off' THEN '150+' WHEN status = 'closed' THEN 'closed' WHEN status IN ('current', 'no_payment_due') THEN 'current' ELSE (ARRAY['1-29', '30-59', '60-89', '90-119', '120-149'])[1 + days / 30] END $$;
CREATE TABLE bucket AS
SELECT id, at, CASE WHEN m = at OR status IN ('closed', 'charged_off') THEN pg_temp.bucket(days, status) ELSE 'not reported' END AS bucket
FROM (SELECT id, unnest('{-13, -7, -1}'::int[]) AS at FROM fate) i
LEFT JOIN (SELECT DISTINCT ON (id, at) id, at, m, days, status FROM stated, unnest('{-13, -7, -1}'::int[]) at WHERE m <= at ORDER BY id, at, m DESC) last USING (id, at);
SELECT is(count(*), 3 * 45985::bigint, 'a bucket for each account and date') FROM bucket;
CREATE TABLE rolled AS SELECT f.at, f.bucket AS from_bucket, t.bucket AS to_bucket, count(*) AS accounts, count(*)::float8 / sum(count(*)) OVER (PARTITION BY f.at, f.bucket)::float8 AS share FROM bucket f JOIN bucket t ON t.id = f.id AND t.at = f.at + 6 GROUP BY 1, 2, 3;
SELECT set_eq($$SELECT r.from_bucket, r.to_bucket, r.accounts, r.share FROM (SELECT scoring.roll_rate_agg(h, '2019-06-15', '2019-12-01') AS m FROM history) s, scoring.roll_rates(m) r$$, 'SELECT from_bucket, to_bucket, accounts, share FROM rolled WHERE at = -13', 'roll rates of a half-year');
SELECT set_eq($$SELECT r.from_bucket, r.to_bucket, r.accounts, r.share FROM (SELECT scoring.roll_rate_agg(h, '2019-12-01', '2020-06-30') AS m FROM history) s, scoring.roll_rates(m) r$$, 'SELECT from_bucket, to_bucket, accounts, share FROM rolled WHERE at = -7', 'and of the next');
SELECT cmp_ok(count(*), '>', 30::bigint, 'many pairs of buckets') FROM rolled WHERE at = -13;

-- The same with two workers, and from parts.
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SELECT is((SELECT count(*) FROM vintage JOIN (SELECT date_trunc('quarter', scoring.first_statement(h))::date AS quarter, scoring.vintage_agg(h, '2020-07-01', 60, 60) AS w FROM history GROUP BY 1) p USING (quarter) WHERE v = w), (SELECT count(*) FROM vintage), 'workers: the same');
SELECT is((SELECT scoring.roll_rate_rollup(m) FROM (SELECT scoring.roll_rate_agg(h, '2019-12-01', '2020-06-30') AS m FROM history GROUP BY id % 13) s), scoring.roll_rate_agg(h, '2019-12-01', '2020-06-30'), 'parts: the same') FROM history;
SELECT is((SELECT sum(r.accounts) FROM (SELECT scoring.roll_rate_agg(h, '2019-12-01', '2020-06-30') AS m FROM history) s, scoring.roll_rates(m) r), 45985::numeric, 'every account is somewhere');
SELECT * FROM finish();
ROLLBACK;
