-- Berka: from raw transactions to features as of each loan's date to a scorecard; and a look-ahead that changes nothing.
BEGIN;
SELECT plan(16);
SET LOCAL client_min_messages = warning;
SET LOCAL search_path = public;
SET LOCAL TimeZone = 'Pacific/Chatham';

-- From transactions to a scorecard.
CREATE INDEX ON berka_transaction (account_id);
CREATE VIEW berka_features AS
SELECT l.loan_id, l.bad, f.*
FROM berka_loan l
CROSS JOIN LATERAL (SELECT scoring.activity_agg(t.booked_on, t.signed_amount, t.category) AS a FROM berka_transaction t WHERE t.account_id = l.account_id) p
CROSS JOIN LATERAL scoring.activity_features(p.a, as_of => l.granted_on) f;
CREATE TABLE berka_sample AS SELECT * FROM berka_features;
CREATE TABLE berka_card AS SELECT scoring.fit_scorecard('berka_sample', 'bad', exclude => '{loan_id}') AS m;

SELECT is((count(*), count(*) FILTER (WHERE bad)), (354::bigint, 30::bigint), '354 loans, 30 of them bad') FROM berka_sample;
SELECT is((rows, goods, bads), (354::bigint, 324::float8, 30::float8), 'the card has seen them all') FROM berka_card, scoring.samples(m);
SELECT cmp_ok(count(*), '>=', 2::bigint, 'it has at least two characteristics') FROM berka_card, scoring.characteristics(m);
SELECT cmp_ok((SELECT scoring.auc(scoring.tally_agg(scoring.score(m, s), s.bad)) FROM berka_sample s, berka_card), '>=', 0.85::float8, 'on its own loans the AUC is at least 0.85');
-- Five folds by a hash of the loan.
DO $$
BEGIN
  CREATE TABLE berka_fold (f int, t scoring.tally);
  FOR f IN 1 .. 5 LOOP
    EXECUTE format('CREATE OR REPLACE VIEW pg_temp.train AS SELECT * FROM berka_sample WHERE scoring.sample_part(loan_id::text, ''berka'', array_fill(0.2::float8, ''{5}'')) <> %s', f);
    WITH card AS MATERIALIZED (SELECT scoring.fit_scorecard('pg_temp.train', 'bad', exclude => '{loan_id}') AS m)
    INSERT INTO berka_fold SELECT f, scoring.tally_agg(scoring.score(m, s), s.bad) FROM berka_sample s, card WHERE scoring.sample_part(loan_id::text, 'berka', array_fill(0.2::float8, '{5}')) = f;
  END LOOP;
END
$$;
SELECT diag(format('Berka: AUC of five folds by flows alone %s, together %s', round(avg(scoring.auc(t))::numeric, 3), round(scoring.auc(scoring.rollup(t))::numeric, 3))) FROM berka_fold;
SELECT cmp_ok(scoring.auc(scoring.rollup(t)), '>=', 0.7::float8, 'on loans that it has not seen it is at least 0.7') FROM berka_fold;

-- What the features say is what the transactions say.
CREATE VIEW berka_window AS
SELECT l.loan_id, m, t.* FROM berka_loan l CROSS JOIN unnest('{1, 3, 6, 12, 24}'::int[]) m LEFT JOIN berka_transaction t ON t.account_id = l.account_id
  AND t.booked_on >= date_trunc('month', l.granted_on::timestamp) - make_interval(months => m) AND t.booked_on < date_trunc('month', l.granted_on::timestamp);
CREATE TEMP TABLE said AS SELECT s.loan_id, f.key, f.value::float8 AS v FROM berka_sample s, jsonb_each_text(to_jsonb(s) - 'loan_id' - 'bad') f;
CREATE TEMP TABLE counted AS
SELECT w.loan_id, f.name || '_' || m || 'm' AS key, f.v
FROM (SELECT loan_id, m, count(trans_id) AS n, coalesce(sum(signed_amount) FILTER (WHERE signed_amount > 0), 0) AS inflow, coalesce(sum(-signed_amount) FILTER (WHERE signed_amount < 0), 0) AS outflow, coalesce(sum(signed_amount), 0) AS net, avg(signed_amount) AS mean,
             stddev_samp(signed_amount * 1.000000000000) AS sd, min(signed_amount) AS least, max(signed_amount) AS most, count(DISTINCT booked_on) AS days, count(DISTINCT date_trunc('month', booked_on::timestamp)) AS months FROM berka_window GROUP BY 1, 2) w,
LATERAL (VALUES ('event_count', n::float8), ('inflow', inflow::float8), ('outflow', outflow::float8), ('net_flow', net::float8), ('mean_amount', mean::float8), ('stddev_amount', sd::float8), ('smallest_amount', least::float8), ('largest_amount', most::float8), ('active_days', days::float8), ('active_months', months::float8)) f (name, v);
SELECT is(count(*) FILTER (WHERE s.v IS NOT DISTINCT FROM c.v OR abs(s.v - c.v) <= 1e-12 * abs(c.v)), 354 * 50::bigint, 'fifty features of 354 loans are those of plain SQL') FROM said s JOIN counted c USING (loan_id, key);
SELECT is(count(*), 0::bigint, 'so are recency and months on record') FROM berka_sample s JOIN (SELECT l.loan_id, l.granted_on - max(t.booked_on) AS recency, (extract(year FROM age(date_trunc('month', l.granted_on::timestamp), date_trunc('month', min(t.booked_on)::timestamp))) * 12 + extract(month FROM age(date_trunc('month', l.granted_on::timestamp), date_trunc('month', min(t.booked_on)::timestamp))))::int AS months
  FROM berka_loan l JOIN berka_transaction t USING (account_id) GROUP BY 1, l.granted_on) t USING (loan_id) WHERE (s.days_since_last, s.months_on_record) IS DISTINCT FROM (recency, months);

-- A deliberate look-ahead: each account's own transactions once more from the loan's date on, and ones that no feature could overlook.
CREATE TEMP TABLE ahead AS
SELECT 10000000 + t.trans_id AS trans_id, t.account_id, l.granted_on + (t.booked_on - min(t.booked_on) OVER (PARTITION BY t.account_id)) AS booked_on, t.signed_amount, t.category FROM berka_transaction t JOIN berka_loan l USING (account_id)
UNION ALL SELECT 20000000 + l.loan_id * 10 + k, l.account_id, l.granted_on + k * k, (3 - 2 * k) * 1e9, 'look-ahead' FROM berka_loan l, generate_series(0, 9) k;
SELECT ok(count(*) = 30200 + 3540 AND bool_and(a.booked_on >= l.granted_on) AND count(*) FILTER (WHERE a.booked_on = l.granted_on) >= 708, 'all of it is on or after the date of the loan') FROM ahead a JOIN berka_loan l USING (account_id);
INSERT INTO berka_transaction (trans_id, account_id, booked_on, signed_amount, balance, category) SELECT trans_id, account_id, booked_on, signed_amount, 0, category FROM ahead;
SELECT is(count(*), 354::bigint, 'no feature has changed') FROM berka_features f JOIN berka_sample s USING (loan_id) WHERE to_jsonb(f) = to_jsonb(s);
CREATE TABLE berka_again AS SELECT * FROM berka_features;
SELECT is(scoring.hash(scoring.fit_scorecard('berka_again', 'bad', exclude => '{loan_id}')), scoring.hash(m), 'nor has the card') FROM berka_card;
SELECT is(count(*), 0::bigint, 'nor is a category seen that comes later') FROM berka_loan l CROSS JOIN LATERAL (SELECT scoring.activity_agg(t.booked_on, t.signed_amount, t.category) AS a FROM berka_transaction t WHERE t.account_id = l.account_id) p
WHERE scoring.category_share(p.a, l.granted_on, 'look-ahead') <> 0 OR scoring.category_share(p.a, (l.granted_on + interval '2 months')::date, 'look-ahead') = 0;
-- In buckets of a day all windows of days hold too.
SELECT is(count(*) FILTER (WHERE (scoring.event_count(a, granted_on, days => n), scoring.net_flow(a, granted_on, days => n), scoring.turnover(a, granted_on, days => n), scoring.stddev_amount(a, granted_on, days => n), scoring.smallest_amount(a, granted_on, days => n), scoring.active_days(a, granted_on, days => n), scoring.longest_gap(a, granted_on, days => n))
  IS DISTINCT FROM (scoring.event_count(b, granted_on, days => n), scoring.net_flow(b, granted_on, days => n), scoring.turnover(b, granted_on, days => n), scoring.stddev_amount(b, granted_on, days => n), scoring.smallest_amount(b, granted_on, days => n), scoring.active_days(b, granted_on, days => n), scoring.longest_gap(b, granted_on, days => n))), 0::bigint, format('nor has a window of %s days', n))
FROM unnest('{7, 30, 35, 180}'::int[]) n, berka_loan l
CROSS JOIN LATERAL (SELECT scoring.activity_agg(t.booked_on, t.signed_amount, t.category, 'day') AS a, scoring.activity_agg(t.booked_on, t.signed_amount, t.category, 'day') FILTER (WHERE trans_id < 10000000) AS b FROM berka_transaction t WHERE t.account_id = l.account_id) p
GROUP BY n;
-- It would show where it is not ahead.
SELECT is(count(*), 354::bigint, 'a year later it is seen by every loan') FROM berka_loan l
CROSS JOIN LATERAL (SELECT scoring.activity_agg(t.booked_on, t.signed_amount, t.category) AS a, scoring.activity_agg(t.booked_on, t.signed_amount, t.category) FILTER (WHERE trans_id < 10000000) AS b FROM berka_transaction t WHERE t.account_id = l.account_id) p
WHERE to_jsonb(scoring.activity_features(a, l.granted_on + 365)) <> to_jsonb(scoring.activity_features(b, l.granted_on + 365));
SELECT * FROM finish();
ROLLBACK;
