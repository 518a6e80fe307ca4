-- account_history against plain SQL: 1,000 accounts with gaps, corrections, month ends and leap days, the session's time
-- zone another one while building, merging and reading. The merge law, byte for byte.
BEGIN;
SELECT plan(79);
SET LOCAL client_min_messages = warning;
CREATE FUNCTION pg_temp.u(i bigint, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0 $$;
CREATE FUNCTION pg_temp.words() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT '{current, past_due, no_payment_due, closed, unknown, ended, collection, surrendered, repossessed, foreclosed, settled_with_asset, paid_by_guarantor, charged_off, bankruptcy}'::text[] $$;

-- One to three statements of most months: on a day of its own, on the last day, twice on one day.
CREATE TABLE statement AS
SELECT row_number() OVER (ORDER BY id, i, copy) AS key, id, month, days, status, balance, credit_limit, due, paid, revision
FROM (SELECT id, i, copy, n, pg_temp.u(n, 1) AS a, pg_temp.u(n, 2) AS b, pg_temp.u(n, 3) AS c, pg_temp.u(n, 4) AS d, pg_temp.u(n, 5) AS e, pg_temp.u(n, 6) AS f, first
      FROM (SELECT id, i, copy, (id * 1000 + i * 4 + copy) AS n, (2022 * 12 + (40 * pg_temp.u(id, 21))::int) AS first
            FROM generate_series(1, 1000) id, generate_series(0, 29) i, generate_series(0, 2) copy
            WHERE i < 2 + 28 * pg_temp.u(id, 22) AND (copy = 0 OR copy = 1 AND pg_temp.u(id * 31 + i, 23) < 0.2 OR copy = 2 AND pg_temp.u(id * 31 + i, 24) < 0.1)) g
      WHERE pg_temp.u(id * 37 + i, 25) > 0.12) s,
LATERAL (SELECT make_date((first + i) / 12, (first + i) % 12 + 1, 1) AS begin) m,
LATERAL (SELECT CASE WHEN a < 0.5 THEN (begin + interval '1 month - 1 day')::date WHEN a < 0.7 THEN begin + 14 ELSE begin + (a * 1000)::int % 28 END AS month,
                CASE WHEN b < 0.08 THEN NULL WHEN b < 0.7 THEN 0 WHEN b < 0.8 THEN (b * 1000)::int % 29 + 1 ELSE (b * 10000)::int % 200 END AS days,
                CASE WHEN c < 0.7 THEN NULL WHEN c < 0.98 THEN (pg_temp.words())[1 + (c * 1000)::int % 5] ELSE (pg_temp.words())[6 + (c * 100000)::int % 9] END AS status,
                CASE WHEN d > 0.1 THEN round((d * 2000 - 300)::numeric, 2) END AS balance,
                CASE WHEN pg_temp.u(id, 26) > 0.1 AND e > 0.03 THEN (CASE WHEN pg_temp.u(id, 28) < 0.02 THEN 0 ELSE 500 + 250 * ((pg_temp.u(id * 3 + i / 7, 27)) * 6)::int END)::numeric END AS credit_limit,
                CASE WHEN e > 0.05 THEN round((d * 200 - 20)::numeric, 2) END AS due,
                CASE WHEN f < 0.05 THEN NULL WHEN f < 0.3 THEN round((d * 2000 - 300)::numeric, 2) WHEN f < 0.5 THEN round((d * 205 - 20)::numeric, 2) WHEN f < 0.8 THEN round((d * 100)::numeric, 2) ELSE 0 END AS paid,
                CASE WHEN f > 0.7 THEN (f * 10)::bigint - 8 END AS revision) v;
SELECT ok(count(*) > 15000 AND bool_or(month = '2024-02-29') AND count(DISTINCT id) = 1000, 'statements') FROM statement;

-- The definitions, in SQL. Which statement of a month survives, and how many days past due it counts for.
CREATE VIEW counted AS
SELECT *, (extract(year FROM month) * 12 + extract(month FROM month))::int AS m, coalesce(array_position(pg_temp.words(), status), 0) AS rank,
       CASE WHEN status IS NULL OR array_position(pg_temp.words(), status) < 6 THEN coalesce(days, CASE WHEN status IN ('current', 'no_payment_due', 'closed') THEN 0 WHEN status = 'past_due' THEN 1 END)
            ELSE greatest(days, 180) END AS d,
       coalesce(array_position(pg_temp.words(), status) >= 6, false) AS adverse,
       CASE WHEN status = 'past_due' THEN coalesce(days, 1) ELSE days END AS stated,
       CASE WHEN due IS NOT NULL AND paid IS NOT NULL THEN greatest(due - paid, 0) END AS arrears
FROM statement;
CREATE TABLE kept AS
SELECT DISTINCT ON (id, m) * FROM counted
ORDER BY id, m, month DESC, revision DESC NULLS LAST, d DESC NULLS LAST, rank DESC, stated DESC NULLS LAST, balance DESC NULLS LAST, credit_limit DESC NULLS LAST, due DESC NULLS LAST, paid DESC NULLS LAST;
CREATE TABLE kept_worst AS
SELECT DISTINCT ON (id, m) * FROM counted
ORDER BY id, m, d DESC NULLS LAST, month DESC, revision DESC NULLS LAST, rank DESC, stated DESC NULLS LAST, balance DESC NULLS LAST, credit_limit DESC NULLS LAST, due DESC NULLS LAST, paid DESC NULLS LAST;
CREATE INDEX ON kept (id, m);
ANALYZE statement, kept;

-- Built in parts under one time zone, merged under another, read under a third.
SET LOCAL TimeZone = 'Pacific/Kiritimati';
CREATE TABLE part AS
SELECT id, key % 3 AS part, scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'latest', revision) AS h,
       scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'worst', revision) AS w
FROM statement GROUP BY id, key % 3;
SET LOCAL TimeZone = 'America/Los_Angeles';
CREATE TABLE history AS SELECT id, scoring.rollup(h) AS h, scoring.rollup(w) AS w FROM part GROUP BY id;
SET LOCAL TimeZone = 'Asia/Kathmandu';
SET LOCAL DateStyle = 'German';

SELECT set_eq('SELECT id, s.* FROM history, scoring.statements(h) s', 'SELECT id, month, stated, status, balance, credit_limit, due, paid, revision FROM kept', 'the latest statement of each month');
SELECT set_eq('SELECT id, s.* FROM history, scoring.statements(w) s', 'SELECT id, month, stated, status, balance, credit_limit, due, paid, revision FROM kept_worst', 'the worst statement of each month');
SELECT is((SELECT count(*) FROM history JOIN (SELECT id, min(month) AS a, max(month) AS b FROM kept GROUP BY id) k USING (id) WHERE scoring.first_statement(h) <> a OR scoring.last_statement(h) <> b), 0::bigint, 'first and last');

-- Every accessor over windows, as of days at the beginning, the end and in the middle of months.
CREATE TABLE question AS
SELECT id, as_of, months, coalesce(months, 0) AS n, (extract(year FROM as_of) * 12 + extract(month FROM as_of))::int AS m, h
FROM history, unnest('{2023-01-31, 2023-09-15, 2024-02-29, 2024-03-01, 2025-06-30}'::date[]) as_of, unnest('{NULL, 1, 3, 12}'::int[]) months;
CREATE TABLE seen AS
SELECT q.id, q.as_of, q.n, q.m AS before, k.m, k.d, k.status, k.adverse, k.balance, k.credit_limit, k.due, k.paid, k.arrears,
       CASE WHEN k.credit_limit > 0 AND k.balance IS NOT NULL THEN greatest(k.balance, 0) / k.credit_limit END AS use
FROM question q JOIN kept k ON k.id = q.id AND k.m < q.m AND (q.months IS NULL OR k.m >= q.m - q.months);
CREATE TABLE island AS
SELECT id, as_of, n, low, (array_agg(hit))[1] AS hit, count(*) AS length, max(m) AS last
FROM (SELECT *, m - row_number() OVER (PARTITION BY id, as_of, n, low, hit ORDER BY m) AS island
      FROM (SELECT id, as_of, n, m, low, CASE WHEN low = 0 THEN d = 0 ELSE d >= low END AS hit FROM seen, unnest('{0, 1, 30}'::int[]) low WHERE d IS NOT NULL) a) b
GROUP BY id, as_of, n, low, hit, island;
CREATE TABLE streak AS
SELECT id, as_of, n, low, coalesce(max(length) FILTER (WHERE hit), 0) AS longest, (array_agg(CASE WHEN hit THEN length ELSE 0 END ORDER BY last DESC))[1] AS current
FROM island GROUP BY id, as_of, n, low;
CREATE TABLE answer AS
SELECT id, as_of, n,
       count(d) AS reported, max(d) AS worst, CASE WHEN count(d) > 0 THEN count(*) FILTER (WHERE d >= 1) END AS times_1, CASE WHEN count(d) > 0 THEN count(*) FILTER (WHERE d >= 30) END AS times_30,
       CASE WHEN count(d) > 0 THEN count(*) FILTER (WHERE d >= 90) END AS times_90, before - max(m) FILTER (WHERE d >= 1) AS since_1, before - max(m) FILTER (WHERE d >= 60) AS since_60,
       (array_agg(arrears ORDER BY m DESC) FILTER (WHERE arrears IS NOT NULL))[1] AS arrears, (array_agg(balance ORDER BY m DESC) FILTER (WHERE balance IS NOT NULL))[1] AS balance,
       (array_agg(credit_limit ORDER BY m DESC) FILTER (WHERE credit_limit IS NOT NULL))[1] AS credit_limit,
       (array_agg(use ORDER BY m DESC) FILTER (WHERE use IS NOT NULL))[1]::float8 AS use_last, avg(use)::float8 AS use_mean, max(use)::float8 AS use_max,
       (sum(paid) FILTER (WHERE due > 0 AND paid IS NOT NULL) / sum(due) FILTER (WHERE due > 0 AND paid IS NOT NULL))::float8 AS ratio,
       CASE WHEN count(*) FILTER (WHERE balance > 0 AND paid IS NOT NULL) > 0 THEN count(*) FILTER (WHERE balance > 0 AND paid >= balance) END AS in_full,
       CASE WHEN count(*) FILTER (WHERE balance > 0 AND paid IS NOT NULL AND due IS NOT NULL) > 0
            THEN count(*) FILTER (WHERE balance > 0 AND due > 0 AND paid >= due AND paid - due <= trunc(due / 10, 2) AND paid < balance) END AS minimum,
       bool_and(paid >= balance) FILTER (WHERE balance > 0 AND paid IS NOT NULL) AS transactor,
       CASE WHEN count(balance - credit_limit) > 0 THEN count(*) FILTER (WHERE balance > credit_limit) END AS over,
       regr_slope(balance, m) AS slope, avg(balance)::float8 AS balance_mean, avg(paid)::float8 AS paid_mean, min(paid) AS paid_min,
       (sum(paid) FILTER (WHERE balance > 0 AND paid IS NOT NULL) / sum(balance) FILTER (WHERE balance > 0 AND paid IS NOT NULL))::float8 AS paid_to_balance,
       CASE WHEN count(d) > 0 THEN count(*) FILTER (WHERE status = 'no_payment_due') END AS none_due
FROM seen GROUP BY id, as_of, n, before;
CREATE TABLE limit_change AS
SELECT id, as_of, n, count(*) FILTER (WHERE credit_limit <> before) AS any, count(*) FILTER (WHERE credit_limit > before) AS up, count(*) FILTER (WHERE credit_limit < before) AS down
FROM (SELECT id, as_of, n, credit_limit, lag(credit_limit) OVER (PARTITION BY id, as_of, n ORDER BY m) AS before FROM seen WHERE credit_limit IS NOT NULL) l GROUP BY id, as_of, n;
ANALYZE question, answer, streak, limit_change;
SELECT ok(count(*) = 20000 AND count(*) FILTER (WHERE worst >= 180) > 100, 'questions with answers of all kinds') FROM question LEFT JOIN answer USING (id, as_of, n);

-- How many of the 20,000 differ.
CREATE FUNCTION pg_temp.differ(value text, truth text, of text DEFAULT 'answer') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM question q LEFT JOIN %s a USING (id, as_of, n) WHERE (%s) IS DISTINCT FROM (%s)', of, value, truth) INTO n;
  RETURN n;
END
$$;
SELECT is(pg_temp.differ(value, truth), 0::bigint, value) FROM (VALUES
  ('scoring.months_reported(h, as_of, months)', 'coalesce(a.reported, 0)'), ('scoring.worst_days_past_due(h, as_of, months)', 'a.worst'),
  ('scoring.times_past_due(h, 1, as_of, months)', 'a.times_1'), ('scoring.times_past_due(h, 30, as_of, months)', 'a.times_30'), ('scoring.times_past_due(h, 90, as_of, months)', 'a.times_90'),
  ('scoring.months_since_past_due(h, q.as_of, 1, q.months)', 'a.since_1'), ('scoring.months_since_past_due(h, q.as_of, 60, q.months)', 'a.since_60'),
  ('scoring.amount_past_due(h, as_of, months)', 'a.arrears'), ('scoring.last_balance(h, as_of, months)', 'a.balance'), ('scoring.last_credit_limit(h, as_of, months)', 'a.credit_limit'),
  ('scoring.utilisation(h, as_of, months)::numeric(20, 9)', 'a.use_last::numeric(20, 9)'), ('scoring.utilisation(h, as_of, months, ''mean'')::numeric(20, 9)', 'a.use_mean::numeric(20, 9)'),
  ('scoring.utilisation(h, as_of, months, ''max'')::numeric(20, 9)', 'a.use_max::numeric(20, 9)'), ('scoring.payment_ratio(h, as_of, months)::numeric(20, 9)', 'a.ratio::numeric(20, 9)'),
  ('scoring.months_paid_in_full(h, as_of, months)', 'a.in_full'), ('scoring.minimum_payer_months(h, as_of, months)', 'a.minimum'), ('scoring.is_transactor(h, as_of, months)', 'a.transactor'),
  ('scoring.months_over_limit(h, as_of, months)', 'a.over'), ('round(scoring.balance_slope(h, as_of, months)::numeric, 6)', 'round(a.slope::numeric, 6)')) v (value, truth);
SELECT is(pg_temp.differ(value, truth, 'limit_change'), 0::bigint, value) FROM (VALUES
  ('scoring.limit_changes(h, as_of, months)', 'a.any'), ('scoring.limit_changes(h, as_of, months, ''up'')', 'a.up'), ('scoring.limit_changes(h, as_of, months, ''down'')', 'a.down')) v (value, truth);
SELECT is(pg_temp.differ(value, truth, format('(SELECT * FROM streak WHERE low = %s)', low)), 0::bigint, value) FROM (VALUES
  ('scoring.clean_streak(h, as_of, months)', 'a.current', 0), ('scoring.clean_streak(h, as_of, months, ''longest'')', 'a.longest', 0),
  ('scoring.delinquent_streak(h, as_of, months)', 'a.current', 1), ('scoring.delinquent_streak(h, as_of, months, ''longest'')', 'a.longest', 1),
  ('scoring.delinquent_streak(h, as_of, months, days => 30)', 'a.current', 30), ('scoring.delinquent_streak(h, as_of, months, ''longest'', 30)', 'a.longest', 30)) v (value, truth, low);
SELECT is((SELECT count(*) FROM question q WHERE months IS NULL AND scoring.months_on_book(h, as_of) IS DISTINCT FROM (
    SELECT CASE WHEN (array_agg(status ORDER BY k.m DESC))[1] IN ('closed', 'ended') THEN max(k.m) ELSE q.m - 1 END - min(k.m) + 1 FROM kept k WHERE k.id = q.id AND k.m < q.m HAVING count(*) > 0)), 0::bigint, 'months_on_book');
SELECT is((SELECT count(*) FROM question WHERE months = 12 AND scoring.grid(h, as_of, 12) IS DISTINCT FROM (
    SELECT string_agg(CASE WHEN adverse THEN '7' WHEN d IS NULL THEN '-' ELSE least(d / 30, 7)::text END, '' ORDER BY i) FROM generate_series(1, 12) i LEFT JOIN kept k ON k.id = question.id AND k.m = question.m - i)), 0::bigint, 'grid');
SELECT is((SELECT count(*) FROM question WHERE months = 12 AND scoring.grid(h, as_of, 12, 'pboc') IS DISTINCT FROM (
    SELECT string_agg(CASE WHEN question.m - i < (SELECT min(m) FROM kept k WHERE k.id = question.id) THEN '/' WHEN status IN ('surrendered', 'repossessed', 'foreclosed', 'settled_with_asset') THEN 'Z'
                           WHEN status = 'paid_by_guarantor' THEN 'D' WHEN status IN ('charged_off', 'bankruptcy') THEN 'B' WHEN status = 'ended' THEN 'G' WHEN adverse THEN '7' WHEN d IS NULL THEN '#'
                           WHEN d > 0 THEN least(ceil(d / 30.0), 7)::text WHEN status = 'closed' THEN 'C' WHEN status = 'no_payment_due' THEN '*' ELSE 'N' END, '' ORDER BY i DESC)
    FROM generate_series(1, 12) i LEFT JOIN kept k ON k.id = question.id AND k.m = question.m - i)), 0::bigint, 'grid, pboc');
SELECT is((SELECT count(*) FROM question WHERE months = 12 AND scoring.grid(h, as_of, 12, 'metro2') IS DISTINCT FROM (
    SELECT string_agg(CASE WHEN question.m - i < (SELECT min(m) FROM kept k WHERE k.id = question.id) THEN 'B' WHEN status IN ('collection', 'paid_by_guarantor') THEN 'G' WHEN status = 'surrendered' THEN 'J'
                           WHEN status IN ('repossessed', 'settled_with_asset') THEN 'K' WHEN status = 'foreclosed' THEN 'H' WHEN status IN ('charged_off', 'ended') THEN 'L' WHEN status = 'bankruptcy' OR d IS NULL THEN 'D'
                           WHEN d = 0 AND (status = 'closed' OR balance = 0) THEN 'E' ELSE least(d / 30, 6)::text END, '' ORDER BY i)
    FROM generate_series(1, 12) i LEFT JOIN kept k ON k.id = question.id AND k.m = question.m - i)), 0::bigint, 'grid, metro2');
-- Through each notation and back, the notation is the same.
SELECT is((SELECT count(*) FROM question, unnest('{digits, metro2, pboc}'::text[]) w WHERE months = 12
           AND scoring.grid(scoring.account_history_from_grid(scoring.grid(h, as_of, 24, w), (as_of - interval '1 month')::date, w), as_of, 24, w) <> scoring.grid(h, as_of, 24, w)), 0::bigint, 'a grid, its history, its grid');

-- Features are the accessors over their windows.
SELECT is((SELECT array_agg(name ORDER BY ordinal) FROM scoring.account_feature_names()), (SELECT (proargnames)[3:] FROM pg_proc WHERE oid = 'scoring.account_features'::regproc), 'account_feature_names names the columns');
SELECT is((SELECT array_agg(type ORDER BY ordinal) FROM scoring.account_feature_names()), (SELECT array_agg(format_type(t, NULL) ORDER BY n) FROM pg_proc, unnest((proallargtypes::oid[])[3:]) WITH ORDINALITY u (t, n) WHERE pg_proc.oid = 'scoring.account_features'::regproc), 'with their types');
CREATE TABLE feature AS SELECT id, as_of, q.m, h, f.* FROM question q, scoring.account_features(h, as_of) f WHERE months IS NULL;
CREATE FUNCTION pg_temp.feature_differs(name text, truth text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM feature f WHERE f.%I IS DISTINCT FROM (%s)', name, truth) INTO n;
  RETURN n;
END
$$;
SELECT is(sum(pg_temp.feature_differs(format('%s_%sm', name, w), replace(truth, '$', w::text))), 0::numeric, name) FROM unnest('{3, 6, 12, 24}'::int[]) w, (VALUES
  ('months_reported', 'scoring.months_reported(h, as_of, $)'), ('worst_days_past_due', 'scoring.worst_days_past_due(h, as_of, $)'), ('times_past_due', 'scoring.times_past_due(h, 1, as_of, $)'),
  ('times_30', 'scoring.times_past_due(h, 30, as_of, $)'), ('times_60', 'scoring.times_past_due(h, 60, as_of, $)'), ('times_90', 'scoring.times_past_due(h, 90, as_of, $)'),
  ('utilisation_mean', 'scoring.utilisation(h, as_of, $, ''mean'')'), ('utilisation_max', 'scoring.utilisation(h, as_of, $, ''max'')'), ('payment_ratio', 'scoring.payment_ratio(h, as_of, $)'),
  ('months_paid_in_full', 'scoring.months_paid_in_full(h, as_of, $)'), ('minimum_payer_months', 'scoring.minimum_payer_months(h, as_of, $)'), ('months_over_limit', 'scoring.months_over_limit(h, as_of, $)'),
  ('balance_slope', 'scoring.balance_slope(h, as_of, $)')) v (name, truth) GROUP BY name;
SELECT is((SELECT count(*) FROM feature f LEFT JOIN answer a ON a.id = f.id AND a.as_of = f.as_of AND a.n = w
           WHERE (CASE w WHEN 3 THEN no_payment_due_months_3m ELSE no_payment_due_months_12m END) IS DISTINCT FROM a.none_due
              OR (CASE w WHEN 3 THEN paid_to_balance_3m ELSE paid_to_balance_12m END)::numeric(20, 9) IS DISTINCT FROM a.paid_to_balance::numeric(20, 9)
              OR (CASE w WHEN 3 THEN balance_mean_3m ELSE balance_mean_12m END)::numeric(20, 6) IS DISTINCT FROM a.balance_mean::numeric(20, 6)
              OR (CASE w WHEN 3 THEN amount_paid_mean_3m ELSE amount_paid_mean_12m END)::numeric(20, 6) IS DISTINCT FROM a.paid_mean::numeric(20, 6)
              OR (CASE w WHEN 3 THEN amount_paid_min_3m ELSE amount_paid_min_12m END) IS DISTINCT FROM a.paid_min), 0::bigint, 'features without an accessor, over ' || w || ' months') FROM unnest('{3, 12}'::int[]) w;
SELECT is((SELECT count(*) FROM feature WHERE (months_on_book, last_balance, last_credit_limit, utilisation_last, amount_past_due, is_transactor_12m, clean_streak, delinquent_streak, longest_delinquent_streak, months_since_past_due, months_since_30, months_since_60, months_since_90, limit_increases, limit_decreases)
  IS DISTINCT FROM (scoring.months_on_book(h, as_of), scoring.last_balance(h, as_of), scoring.last_credit_limit(h, as_of), scoring.utilisation(h, as_of), scoring.amount_past_due(h, as_of), scoring.is_transactor(h, as_of, 12), scoring.clean_streak(h, as_of),
  scoring.delinquent_streak(h, as_of), scoring.delinquent_streak(h, as_of, which => 'longest'), scoring.months_since_past_due(h, as_of, 1), scoring.months_since_past_due(h, as_of, 30), scoring.months_since_past_due(h, as_of, 60), scoring.months_since_past_due(h, as_of, 90), scoring.limit_changes(h, as_of, NULL, 'up'), scoring.limit_changes(h, as_of, NULL, 'down'))), 0::bigint, 'features of no window');
SELECT is((SELECT count(*) FROM feature f WHERE last_days_past_due IS DISTINCT FROM (SELECT d FROM kept k WHERE k.id = f.id AND k.m < f.m AND d IS NOT NULL ORDER BY k.m DESC LIMIT 1)
  OR last_amount_paid IS DISTINCT FROM (SELECT paid FROM kept k WHERE k.id = f.id AND k.m < f.m AND paid IS NOT NULL ORDER BY k.m DESC LIMIT 1)
  OR utilisation_trend IS DISTINCT FROM utilisation_mean_3m - utilisation_mean_12m), 0::bigint, 'and the rest');
-- No look-ahead: what lies at or after as_of changes nothing.
SELECT is((SELECT count(*) FROM feature f, LATERAL (SELECT scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'latest', revision) AS past FROM statement s WHERE s.id = f.id AND s.month < date_trunc('month', f.as_of)) p
           WHERE scoring.account_features(past, as_of) IS DISTINCT FROM CASE WHEN past IS NOT NULL THEN scoring.account_features(h, as_of) END AND (past IS NOT NULL OR months_on_book IS NOT NULL)), 0::bigint, 'features look at nothing from the month of as_of on');

-- Outcomes.
CREATE FUNCTION pg_temp.outcome(of bigint, o int, months int, bad int, indeterminate int, min_amount numeric, at_end boolean) RETURNS text LANGUAGE sql AS $$
WITH k AS (SELECT *, adverse OR d >= bad AND coalesce(arrears >= min_amount, true) AS is_bad, adverse OR d >= indeterminate AND coalesce(arrears >= min_amount, true) AS is_indeterminate FROM kept WHERE id = of),
before AS (SELECT * FROM k WHERE m < o AND d IS NOT NULL ORDER BY m DESC LIMIT 1), performed AS (SELECT * FROM k WHERE m BETWEEN o AND o + months - 1 AND d IS NOT NULL),
final AS (SELECT * FROM performed ORDER BY m DESC LIMIT 1), looked AS (SELECT * FROM performed WHERE NOT at_end OR m = (SELECT m FROM final))
SELECT CASE WHEN (SELECT min(m) FROM k) > o OR (SELECT is_bad OR status IS NOT DISTINCT FROM 'closed' FROM before) THEN 'excluded'
            WHEN (SELECT count(*) FROM performed) = 0 THEN 'immature'
            WHEN (SELECT bool_or(is_bad AND (NOT at_end OR adverse)) FROM looked) THEN 'bad'
            WHEN (SELECT max(m) FROM k WHERE d IS NOT NULL) < o + months - 1 AND (SELECT status FROM final) IS DISTINCT FROM 'closed' THEN 'immature'
            WHEN (SELECT bool_or(is_bad) FROM looked) THEN 'bad' WHEN (SELECT bool_or(is_indeterminate) FROM looked) THEN 'indeterminate' ELSE 'good' END $$;
CREATE TABLE outcome AS
SELECT id, as_of, months, bad, indeterminate, min_amount, basis, scoring.outcome(h, as_of, months, bad, indeterminate, min_amount, basis) AS value,
       pg_temp.outcome(id, m, months, bad, indeterminate, min_amount, basis = 'end') AS truth
FROM (SELECT id, as_of, m, h FROM question WHERE months IS NULL) q, (VALUES (12, 90, 30, 0, 'ever'), (6, 60, 60, 50, 'ever'), (12, 90, 30, 25.5, 'end'), (3, 30, 1, 0, 'end')) v (months, bad, indeterminate, min_amount, basis);
SELECT is((SELECT count(*) FROM outcome WHERE value IS DISTINCT FROM truth), 0::bigint, 'outcomes');
SELECT ok(bool_and(n >= 20), 'of every kind') FROM (SELECT count(*) FILTER (WHERE value = w) AS n FROM outcome, unnest('{good, bad, indeterminate, immature, excluded}'::text[]) w GROUP BY w) c;

-- The regulatory definition: the last trigger, and whether its probation is over.
CREATE TABLE trigger_month AS
SELECT id, m, t.adverse OR d > 90 AND NOT EXISTS (SELECT FROM kept k WHERE k.id = t.id AND k.m <= t.m AND k.month >= t.month - 90 AND k.d IS NOT NULL AND NOT coalesce(k.arrears > 100 AND coalesce(k.arrears > 0.01 * k.balance, true), true)) AS is_trigger
FROM kept t WHERE d IS NOT NULL;
CREATE INDEX ON trigger_month (id, m);
CREATE FUNCTION pg_temp.in_default(of bigint, before int) RETURNS boolean LANGUAGE sql AS $$
WITH last AS (SELECT max(m) AS m FROM trigger_month WHERE id = of AND m < before AND is_trigger),
quiet AS (SELECT min(t.m) AS m FROM trigger_month t, last WHERE id = of AND t.m < before AND t.m > last.m)
SELECT CASE WHEN (SELECT count(*) FROM trigger_month WHERE id = of AND m < before) > 0
            THEN (SELECT m FROM last) IS NOT NULL AND NOT EXISTS (SELECT FROM trigger_month t, quiet WHERE id = of AND t.m < before AND t.m - quiet.m >= 3) END $$;
SELECT is((SELECT count(*) FROM question WHERE months IS NULL AND scoring.is_in_default(h, as_of) IS DISTINCT FROM pg_temp.in_default(id, m)), 0::bigint, 'in default');
SELECT is((SELECT count(*) FROM (
  SELECT scoring.regulatory_outcome(h, as_of) AS value,
         CASE WHEN (SELECT min(m) FROM kept k WHERE k.id = q.id) > q.m OR (SELECT status FROM kept k WHERE k.id = q.id AND k.m < q.m AND d IS NOT NULL ORDER BY k.m DESC LIMIT 1) = 'closed' OR pg_temp.in_default(id, m) THEN 'excluded'
              WHEN NOT EXISTS (SELECT FROM trigger_month t WHERE t.id = q.id AND t.m BETWEEN q.m AND q.m + 11) THEN 'immature'
              WHEN EXISTS (SELECT FROM trigger_month t WHERE t.id = q.id AND t.m BETWEEN q.m AND q.m + 11 AND is_trigger) THEN 'bad'
              WHEN (SELECT max(m) FROM trigger_month t WHERE t.id = q.id) >= q.m + 11 OR (SELECT status FROM kept k WHERE k.id = q.id AND k.m BETWEEN q.m AND q.m + 11 AND d IS NOT NULL ORDER BY k.m DESC LIMIT 1) = 'closed' THEN 'good'
              ELSE 'immature' END AS truth
  FROM question q WHERE months IS NULL) o WHERE value IS DISTINCT FROM truth), 0::bigint, 'regulatory outcomes');

-- Expiry. An episode: from the first month past due to the next clean one; unreported months do not end it.
CREATE TABLE named AS
SELECT id, scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'latest', revision, 'account ' || id) AS h FROM statement GROUP BY id;
CREATE FUNCTION pg_temp.expired(as_of date, keep interval, counts_from text) RETURNS TABLE (id bigint, m int) LANGUAGE sql AS $$
WITH reported AS (SELECT *, d > 0 AND lag(d) OVER (PARTITION BY id ORDER BY m) IS NOT DISTINCT FROM 0 OR d > 0 AND lag(d) OVER (PARTITION BY id ORDER BY m) IS NULL AS opens
                  FROM kept WHERE d IS NOT NULL AND month < date_trunc('month', as_of)),
opening AS (SELECT o.id, o.m AS from_m, o.month - coalesce(o.stated, 0) AS start, c.m AS to_m, c.month AS closed
            FROM reported o, LATERAL (SELECT r.m, r.month FROM kept r WHERE r.id = o.id AND r.m > o.m AND r.d = 0 AND r.month < date_trunc('month', as_of) ORDER BY r.m LIMIT 1) c WHERE opens)
SELECT k.id, k.m FROM opening o JOIN kept k ON k.id = o.id AND k.m >= o.from_m AND k.m < o.to_m
WHERE (CASE counts_from WHEN 'start' THEN start ELSE closed END + keep)::date <= as_of $$;
SELECT set_eq(format('SELECT id, s.month FROM named, scoring.statements(scoring.expire(h, %1$L, %2$L, %3$L)) s WHERE s.status = ''expired''', as_of, keep, f),
              format('SELECT id, make_date((m - 1) / 12, (m - 1) %% 12 + 1, 1) FROM pg_temp.expired(%1$L, %2$L, %3$L)', as_of, keep, f), format('what expires as of %s after %s from the %s', as_of, keep, f))
FROM (VALUES ('2024-08-31', '6 months', 'end'), ('2025-03-31', '1 year 1 month', 'end'), ('2026-01-15', '1 year 180 days', 'start'), ('2023-03-30', '1 month', 'start')) v (as_of, keep, f);
SELECT is((SELECT count(*) FROM named, LATERAL (SELECT scoring.expire(h, '2025-06-01', '6 months', 'end') AS x) e
           WHERE x OPERATOR(scoring.||) h OPERATOR(scoring.<>) x OR scoring.expire(x, '2025-06-01', '6 months', 'end') OPERATOR(scoring.<>) x), 0::bigint, 'merged with what it was, and expired again, it stays expired');

-- Merging: whole, in parts of any number, in any order, in trees, by pairs, through text and binary.
CREATE TABLE truth AS SELECT id, scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'latest', revision) AS h FROM statement GROUP BY id;
SELECT is((SELECT count(*) FROM truth t JOIN history p USING (id) WHERE t.h::text = p.h::text AND scoring.account_history_send(t.h) = scoring.account_history_send(p.h)), 1000::bigint, 'in one piece: the same');
SELECT is((SELECT count(*) FROM truth t JOIN (SELECT id, scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'latest', revision ORDER BY hashint8extended(key, s)) AS h FROM statement GROUP BY id) p USING (id)
           WHERE scoring.account_history_send(t.h) = scoring.account_history_send(p.h)), 1000::bigint, 'shuffled: the same') FROM generate_series(1, 3) s;
SELECT is((SELECT count(*) FROM truth t JOIN (
    SELECT id, scoring.rollup(h ORDER BY hashint8extended(b, 5)) AS h FROM (
      SELECT id, a % 3 AS b, scoring.rollup(h) AS h FROM (
        SELECT id, (hashint8extended(key, 7) & 65535) % n AS a, scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'latest', revision) AS h FROM statement GROUP BY id, 2) x GROUP BY id, 2) y GROUP BY id) p USING (id)
  WHERE scoring.account_history_send(t.h) = scoring.account_history_send(p.h)), 1000::bigint, 'a tree over ' || n || ' parts: the same') FROM unnest('{2, 7, 40}'::int[]) n;
SELECT is((SELECT count(*) FROM truth t WHERE t.h::text::scoring.account_history OPERATOR(scoring.=) t.h AND t.h::jsonb::scoring.account_history OPERATOR(scoring.=) t.h), 1000::bigint, 'through text and jsonb: the same');
SELECT is((SELECT count(*) FROM part a JOIN part b USING (id) JOIN part c USING (id) JOIN truth t USING (id) WHERE a.part = 0 AND b.part = 1 AND c.part = 2
           AND (a.h OPERATOR(scoring.||) (b.h OPERATOR(scoring.||) c.h)) OPERATOR(scoring.=) t.h AND ((c.h OPERATOR(scoring.||) a.h) OPERATOR(scoring.||) b.h) OPERATOR(scoring.=) t.h),
          (SELECT count(*) FROM (SELECT id FROM part GROUP BY id HAVING count(*) = 3) p), 'by pairs: the same');
ALTER TABLE statement SET (parallel_workers = 2);
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE TABLE workers AS SELECT id, scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'latest', revision) AS h, scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'worst', revision) AS w FROM statement GROUP BY id;
SELECT is((SELECT count(*) FROM workers p JOIN history t USING (id) WHERE scoring.account_history_send(t.h) = scoring.account_history_send(p.h) AND scoring.account_history_send(t.w) = scoring.account_history_send(p.w)), 1000::bigint, 'in parallel: the same');
CREATE TABLE parted (LIKE statement) PARTITION BY HASH (key);
SELECT format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES WITH (MODULUS 4, REMAINDER %s)', k, k) FROM generate_series(0, 3) k \gexec
INSERT INTO parted SELECT * FROM statement;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is((SELECT count(*) FROM (SELECT id, scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid, 'latest', revision) AS h FROM parted GROUP BY id) p JOIN truth t USING (id) WHERE scoring.account_history_send(t.h) = scoring.account_history_send(p.h)), 1000::bigint, 'partition-wise: the same');
-- A window of an ordered frame.
SELECT is((SELECT scoring.months_reported(h, '2030-01-01') FROM (SELECT key, scoring.account_history_agg(month, days) OVER (ORDER BY key) AS h FROM statement WHERE id = 7) w ORDER BY key DESC LIMIT 1),
          (SELECT count(*) FILTER (WHERE d IS NOT NULL)::int FROM (SELECT DISTINCT ON (date_trunc('month', month)) days AS d FROM statement WHERE id = 7 ORDER BY date_trunc('month', month), month DESC, days DESC NULLS LAST) k), 'as a window aggregate');
SELECT * FROM finish();
ROLLBACK;
