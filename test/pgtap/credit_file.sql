-- Every accessor against plain SQL over the rows, of 300 people with up to 14 accounts each; the merge law: any division of the
-- rows gives the same bytes; and what others owe stays theirs.
BEGIN;
SELECT plan(28);
SET LOCAL search_path = public, scoring;
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0 $$;
CREATE TABLE held AS
SELECT p * 100 + a AS id, p AS person, 'account ' || (p * 31 + a) AS account, CASE WHEN h < 9 THEN (ARRAY['card', 'loan', 'mortgage'])[1 + h / 3] END AS kind,
       (ARRAY['sole', 'sole', 'sole', 'sole', 'joint', 'joint', 'guarantor', 'authorised_user', NULL])[1 + (8 * pg_temp.u(p * 100 + a, 2))::int] AS role,
       CASE WHEN h <> 5 THEN '2015-01-01'::date + (3000 * pg_temp.u(p * 100 + a, 3))::int END AS opened_on, CASE WHEN pg_temp.u(p * 100 + a, 4) < 0.2 THEN '2020-01-01'::date + (1500 * pg_temp.u(p * 100 + a, 5))::int END AS closed_on,
       CASE WHEN pg_temp.u(p * 100 + a, 6) < 0.4 THEN round(pg_temp.u(p * 100 + a, 7)::numeric, 4) END AS share, 1 + (40 * pg_temp.u(p * 100 + a, 8))::int AS n
FROM generate_series(1, 300) p CROSS JOIN LATERAL generate_series(1, (14 * pg_temp.u(p, 1))::int) a CROSS JOIN LATERAL (SELECT (11 * pg_temp.u(p * 100 + a, 9))::int AS h) t;
CREATE TABLE stated AS
SELECT h.id, m AS nth, (date_trunc('month', '2018-01-01'::date + (2000 * pg_temp.u(h.id, 10))::int) + interval '1 month' * m)::date + (27 * pg_temp.u(h.id * 50 + m, 1))::int AS month,
       CASE WHEN x < 0.1 THEN NULL ELSE greatest(0, (300 * x - 150)::int) END AS days, CASE WHEN x > 0.98 THEN 'charged_off' WHEN m = n AND x > 0.7 THEN 'closed' END AS status,
       CASE WHEN pg_temp.u(h.id * 50 + m, 3) < 0.9 THEN round((5000 * pg_temp.u(h.id * 50 + m, 4) - 100)::numeric, 2) END AS balance, CASE WHEN kind = 'card' THEN (100 * (40 * pg_temp.u(h.id, 11))::int)::numeric END AS credit_limit
FROM held h CROSS JOIN LATERAL generate_series(1, n) m CROSS JOIN LATERAL (SELECT pg_temp.u(h.id * 50 + m, 2) AS x) s WHERE n > 3 AND pg_temp.u(h.id * 50 + m, 5) < 0.9;
UPDATE stated SET days = NULL WHERE status IS NOT NULL;
CREATE TABLE asked_of AS SELECT p AS person, i AS nth, 'bank ' || (5 * pg_temp.u(p * 20 + i, 1))::int AS account, '2022-01-01'::date + (900 * pg_temp.u(p * 20 + i, 2) * pg_temp.u(p, 3))::int AS day FROM generate_series(1, 300) p, LATERAL generate_series(1, (9 * pg_temp.u(p, 4))::int) i;
CREATE TABLE histories AS SELECT id, nth % 3 AS part, scoring.account_history_agg(month, days, status, balance, credit_limit, NULL, NULL) AS h FROM stated GROUP BY 1, 2;
CREATE INDEX ON stated (id);
CREATE INDEX ON asked_of (person);
ANALYZE held, stated, asked_of;
-- An account comes in up to three rows, each with a part of its statements; inquiries twice.
CREATE TABLE line AS
SELECT person, account, kind, role, opened_on, closed_on, share::float8 AS share, h, id * 3 + coalesce(part, 0) AS n FROM held LEFT JOIN histories USING (id)
UNION ALL SELECT person, account, 'inquiry', NULL, day, NULL, NULL, NULL, -nth FROM asked_of
UNION ALL SELECT person, account, 'inquiry', NULL, day, NULL, NULL, NULL, -nth - 50 FROM asked_of
UNION ALL SELECT person, NULL, 'loan', 'sole', NULL, NULL, NULL, NULL, -200 FROM asked_of WHERE nth = 1;
ALTER TABLE line SET (parallel_workers = 2);
CREATE TABLE mixed AS SELECT * FROM line ORDER BY hashint8extended(n, person);
ANALYZE line, mixed;
SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT person, scoring.credit_file_agg(account, kind, role, opened_on, closed_on, h, share) AS f FROM line GROUP BY person;
SELECT cmp_ok(count(*), '>', 250::bigint, 'files') FROM serial;

-- By the book, as of several dates.
CREATE TABLE moment AS SELECT unnest('{2019-03-31, 2021-06-01, 2022-10-15, 2024-02-29}'::date[]) AS as_of;
CREATE TABLE standing AS
SELECT id, as_of, max(d) AS worst, max(d) FILTER (WHERE month >= date_trunc('month', as_of) - interval '12 months') AS worst_12m, (array_agg(d ORDER BY month DESC) FILTER (WHERE d IS NOT NULL))[1] AS last_days,
       (array_agg(coalesce(status, '') ORDER BY month DESC) FILTER (WHERE d IS NOT NULL))[1] AS last_status, (array_agg(balance ORDER BY month DESC) FILTER (WHERE balance IS NOT NULL))[1] AS balance, (array_agg(credit_limit ORDER BY month DESC) FILTER (WHERE credit_limit IS NOT NULL))[1] AS credit_limit
FROM (SELECT *, CASE WHEN status = 'charged_off' THEN greatest(180, coalesce(days, 0)) WHEN status = 'closed' THEN 0 ELSE days END AS d FROM stated) s JOIN moment ON month < date_trunc('month', as_of) GROUP BY 1, 2;
CREATE TABLE book AS
SELECT as_of, h.*, coalesce(share, 1) AS part, coalesce(opened_on, first) AS since, role IN ('sole', 'joint') AS owes,
       CASE WHEN last_status = 'charged_off' THEN 'adverse' WHEN closed_on < as_of OR last_status = 'closed' THEN 'closed' ELSE 'open' END AS state, last_days, worst, worst_12m, balance, credit_limit
FROM held h CROSS JOIN moment LEFT JOIN (SELECT id, min(month) AS first FROM stated GROUP BY id) f USING (id) LEFT JOIN standing USING (id, as_of)
WHERE coalesce(opened_on, first) < as_of;
CREATE INDEX ON book (person, as_of);
ANALYZE book;
SELECT cmp_ok(count(*) FILTER (WHERE book.state = s.state), '>', 50::bigint, 'accounts ' || s.state) FROM book, (VALUES ('open'), ('closed'), ('adverse')) s (state) GROUP BY s.state ORDER BY 1;
CREATE TABLE asked AS SELECT person, f, as_of FROM serial, (SELECT DISTINCT as_of FROM book) a;
CREATE VIEW told AS
SELECT person, as_of, count(*)::int AS n, (count(*) FILTER (WHERE state = 'open'))::int AS open, (count(*) FILTER (WHERE state = 'closed' AND kind = 'card' AND role = 'joint'))::int AS closed_joint_cards,
       max(extract(year FROM age(as_of, since)) * 12 + extract(month FROM age(as_of, since))) FILTER (WHERE owes)::int AS oldest, min(extract(year FROM age(as_of, since)) * 12 + extract(month FROM age(as_of, since))) FILTER (WHERE owes)::int AS newest,
       (count(*) FILTER (WHERE owes AND state <> 'closed' AND last_days >= 30))::int AS past_due, (count(*) FILTER (WHERE owes AND worst >= 60))::int AS ever_60, (count(*) FILTER (WHERE owes AND worst_12m >= 30 AND kind = 'loan'))::int AS ever_30_12m_loans,
       (count(*) FILTER (WHERE owes AND worst < 30))::float8 / nullif(count(*) FILTER (WHERE owes AND worst >= 0), 0) AS satisfactory,
       CASE WHEN count(*) FILTER (WHERE owes AND state <> 'closed') = 0 THEN 0 ELSE round(sum(balance * part) FILTER (WHERE owes AND state <> 'closed'), 2) END AS balance,
       CASE WHEN count(*) FILTER (WHERE owes AND state = 'open') = 0 THEN 0 ELSE round(sum(credit_limit * part) FILTER (WHERE owes AND state = 'open'), 2) END AS credit_limit,
       CASE WHEN count(*) FILTER (WHERE role = 'guarantor' AND state <> 'closed') = 0 THEN 0 ELSE round(sum(balance * part) FILTER (WHERE role = 'guarantor' AND state <> 'closed'), 2) END AS contingent,
       sum(balance * part) FILTER (WHERE owes AND state = 'open' AND credit_limit > 0 AND balance IS NOT NULL) / nullif(sum(credit_limit * part) FILTER (WHERE owes AND state = 'open' AND credit_limit > 0 AND balance IS NOT NULL), 0) AS utilisation
FROM book GROUP BY person, as_of;
CREATE TABLE compared AS
SELECT t.*, account_count(f, as_of) AS our_n, account_count(f, as_of, state => 'open') AS our_open, account_count(f, as_of, 'card', 'closed', 'joint') AS our_closed, oldest_account_months(f, as_of) AS our_oldest, newest_account_months(f, as_of) AS our_newest,
       accounts_past_due(f, as_of) AS our_past_due, ever_past_due(f, as_of, 60) AS our_ever, ever_past_due(f, as_of, 30, 12, 'loan') AS our_ever_loans, share_satisfactory(f, as_of) AS our_satisfactory, total_balance(f, as_of) AS our_balance, total_limit(f, as_of) AS our_limit,
       contingent_balance(f, as_of) AS our_contingent, utilisation(f, as_of) AS our_utilisation
FROM asked JOIN told t USING (person, as_of);
SELECT cmp_ok(count(*), '>', 700::bigint, 'many files and dates') FROM compared;
SELECT is(count(*) FILTER (WHERE our_n IS DISTINCT FROM n OR our_open IS DISTINCT FROM open OR our_closed IS DISTINCT FROM closed_joint_cards), 0::bigint, 'account_count') FROM compared;
SELECT is(count(*) FILTER (WHERE our_oldest IS DISTINCT FROM oldest), 0::bigint, 'oldest_account_months') FROM compared;
SELECT is(count(*) FILTER (WHERE our_newest IS DISTINCT FROM newest), 0::bigint, 'newest_account_months') FROM compared;
SELECT is(count(*) FILTER (WHERE our_past_due IS DISTINCT FROM past_due), 0::bigint, 'accounts_past_due') FROM compared;
SELECT is(count(*) FILTER (WHERE our_ever IS DISTINCT FROM ever_60 OR our_ever_loans IS DISTINCT FROM ever_30_12m_loans), 0::bigint, 'ever_past_due') FROM compared;
SELECT is(count(*) FILTER (WHERE our_satisfactory IS DISTINCT FROM satisfactory), 0::bigint, 'share_satisfactory') FROM compared;
SELECT is(count(*) FILTER (WHERE our_balance IS DISTINCT FROM balance), 0::bigint, 'total_balance') FROM compared;
SELECT is(count(*) FILTER (WHERE our_limit IS DISTINCT FROM credit_limit), 0::bigint, 'total_limit') FROM compared;
SELECT is(count(*) FILTER (WHERE our_contingent IS DISTINCT FROM contingent), 0::bigint, 'contingent_balance') FROM compared;
SELECT is(count(*) FILTER (WHERE abs(our_utilisation - utilisation) < 1e-12 IS NOT TRUE AND num_nonnulls(our_utilisation, utilisation) > 0), 0::bigint, 'utilisation, the ratio of sums') FROM compared;
SELECT is((SELECT count(*) FROM asked a CROSS JOIN (VALUES (90, 14), (365, 0), (365, 30), (1000, NULL)) w (days, gap)
  WHERE inquiries(f, as_of, days, gap) <> (SELECT count(*) FROM (SELECT day - lag(day) OVER (ORDER BY day, account) AS since FROM (SELECT DISTINCT day, account FROM asked_of q WHERE q.person = a.person AND day >= as_of - days AND day < as_of) d) s WHERE since IS NULL OR gap IS NULL OR since > gap)), 0::bigint, 'inquiries, a trip once');
SELECT is((SELECT count(*) FROM asked WHERE is_thin_file(f, as_of, 3, 12) IS DISTINCT FROM NOT coalesce((SELECT count(*) FILTER (WHERE owes) >= 3 AND bool_or(owes AND since <= as_of - interval '12 months') FROM book b WHERE b.person = asked.person AND b.as_of = asked.as_of), false)
  AND extract(day FROM as_of) < 29), 0::bigint, 'is_thin_file');
-- The composite, and the list of accounts.
SELECT is((SELECT count(*) FROM asked, LATERAL (SELECT x.* FROM credit_file_features(f, as_of) x) c WHERE (c.accounts_open, c.oldest_account_months, c.newest_account_months, c.past_due_1, c.past_due_30, c.past_due_90, c.ever_30, c.ever_60, c.ever_90, c.ever_30_24m, c.share_satisfactory, c.total_balance, c.total_limit, c.utilisation, c.contingent_balance, c.inquiries_90d, c.inquiries_365d, c.is_thin_file)
  IS DISTINCT FROM (account_count(f, as_of, NULL, 'open', 'sole') + account_count(f, as_of, NULL, 'open', 'joint'), oldest_account_months(f, as_of), newest_account_months(f, as_of), accounts_past_due(f, as_of, 1), accounts_past_due(f, as_of), accounts_past_due(f, as_of, 90), ever_past_due(f, as_of), ever_past_due(f, as_of, 60), ever_past_due(f, as_of, 90), ever_past_due(f, as_of, 30, 24),
    share_satisfactory(f, as_of), total_balance(f, as_of), total_limit(f, as_of), utilisation(f, as_of), contingent_balance(f, as_of), inquiries(f, as_of, 90), inquiries(f, as_of), is_thin_file(f, as_of))), 0::bigint, 'credit_file_features says what the accessors say');
SELECT results_eq('SELECT ordinal, name, type FROM scoring.credit_file_feature_names()', $$SELECT o::int, name COLLATE "default", format_type(type, NULL) FROM pg_proc, unnest(proargnames[3:], proallargtypes[3:]) WITH ORDINALITY u (name, type, o) WHERE oid = 'scoring.credit_file_features'::regproc ORDER BY o$$, 'its columns have their names and types');
SELECT set_eq('SELECT person, as_of, x.account, x.kind, x.opened_on, x.state, x.days_past_due, x.worst_days_past_due, x.balance, x.credit_limit FROM asked, scoring.credit_file_accounts(f, as_of) x', 'SELECT person, as_of, account, kind, since, state, last_days, worst, balance, credit_limit FROM book', 'credit_file_accounts');
-- What others owe: without the rows of guarantors and authorised users nothing changes but what is theirs.
SELECT is((SELECT count(*) FROM asked a JOIN (SELECT person, credit_file_agg(account, kind, role, opened_on, closed_on, h, share) AS g FROM line WHERE role IN ('sole', 'joint') OR kind = 'inquiry' OR account IS NULL GROUP BY 1) b USING (person)
  WHERE to_jsonb(credit_file_features(f, as_of)) - '{accounts_guaranteed, accounts_authorised, contingent_balance}'::text[] IS DISTINCT FROM to_jsonb(credit_file_features(g, as_of)) - '{accounts_guaranteed, accounts_authorised, contingent_balance}'::text[]), 0::bigint, 'nobody inherits the delinquency of another');
-- Nothing on or after as_of is seen.
SELECT is((SELECT count(*) FROM asked a, LATERAL (SELECT f || credit_file_agg('later ' || i, 'loan', 'sole', as_of + i, NULL, h) || credit_file_agg('later ' || i, 'inquiry', NULL, as_of + i, NULL, NULL) AS g FROM generate_series(0, 2) i, (SELECT account_history_agg(as_of + z, 500, NULL, 1000, NULL, NULL, NULL) AS h FROM generate_series(0, 0) z) h) b
  WHERE to_jsonb(credit_file_features(f, as_of)) <> to_jsonb(credit_file_features(g, as_of))), 0::bigint, 'accounts, statements and inquiries on as_of and later change nothing');

-- Any order, any division.
SELECT is((SELECT count(*) FROM serial JOIN (SELECT person, credit_file_agg(account, kind, role, opened_on, closed_on, h, share) AS g FROM mixed GROUP BY 1) m USING (person) WHERE f <> g), 0::bigint, 'shuffled: the same');
SELECT is((SELECT count(*) FROM serial JOIN (SELECT person, rollup(g) AS g FROM (SELECT person, credit_file_agg(account, kind, role, opened_on, closed_on, h, share) AS g FROM mixed GROUP BY person, (hashint8extended(n, 3) & 65535) % p) a GROUP BY 1) m USING (person) WHERE f = g AND f::text = g::text), (SELECT count(*) FROM serial), p || ' parts, rolled up: the same') FROM unnest('{2, 7, 1000}'::int[]) p;
SELECT is((SELECT count(*) FROM serial WHERE f::text::credit_file <> f OR f::jsonb::credit_file <> f), 0::bigint, 'through text and jsonb: the same');
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SET LOCAL parallel_leader_participation = off;
SELECT is((SELECT count(*) FROM serial JOIN (SELECT person, credit_file_agg(account, kind, role, opened_on, closed_on, h, share) AS g FROM mixed GROUP BY 1) m USING (person) WHERE f <> g), 0::bigint, 'workers: the same');
SELECT * FROM finish();
ROLLBACK;
