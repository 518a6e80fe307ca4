-- Balances of a real bank before its loans: the lowest alone separates the bad ones, and nothing later is seen.
BEGIN;
SELECT plan(8);
CREATE TABLE histories AS SELECT account_id, scoring.balance_history_agg(booked_on, balance, trans_id) AS h FROM berka_transaction GROUP BY account_id;
CREATE TABLE features AS SELECT l.loan_id, l.account_id, l.granted_on, l.bad, to_jsonb(f) AS f, scoring.lowest_balance(h, as_of => granted_on) AS lowest FROM berka_loan l JOIN histories USING (account_id), scoring.balance_features(h, granted_on) f;
SELECT is(count(*), 354::bigint, 'all loans') FROM features;
CREATE VIEW measured AS SELECT scoring.auc(scoring.tally_agg(lowest::float8, bad), 'good') AS lowest, scoring.auc(scoring.tally_agg((f ->> 'lowest_balance_12m')::float8, bad), 'good') AS lowest_12m FROM features;
SELECT is(round(lowest::numeric, 3), 0.786, 'lowest_balance as of the loan alone: AUC ' || round(lowest::numeric, 4)) FROM measured;
SELECT is(round(lowest_12m::numeric, 3), 0.870, 'of the last 12 months: AUC ' || round(lowest_12m::numeric, 4)) FROM measured;
SELECT is((SELECT count(*) FROM features f WHERE lowest <> (SELECT min(balance) FROM berka_transaction t WHERE t.account_id = f.account_id)), 0::bigint, 'the lowest of the table');
-- The real 12 months, in plain SQL: what was carried in, and what was booked.
SELECT is((SELECT count(*) FROM features f WHERE (f ->> 'lowest_balance_12m')::numeric IS DISTINCT FROM least(
    (SELECT balance FROM berka_transaction t WHERE t.account_id = f.account_id AND booked_on < date_trunc('month', granted_on) - interval '12 months' ORDER BY booked_on DESC, trans_id DESC LIMIT 1),
    (SELECT min(balance) FROM berka_transaction t WHERE t.account_id = f.account_id AND booked_on >= date_trunc('month', granted_on) - interval '12 months' AND booked_on < date_trunc('month', granted_on)))), 0::bigint, 'of 12 months too');
-- Made-up bookings on the day of the loan and later.
CREATE TABLE later AS
SELECT l.account_id, scoring.balance_history_agg(booked_on, balance, tie) AS h
FROM berka_loan l CROSS JOIN LATERAL (SELECT booked_on, balance, trans_id FROM berka_transaction t WHERE t.account_id = l.account_id
                                      UNION ALL SELECT granted_on + i * i, -1e7 * (i + 1), i FROM generate_series(0, 30) i) b (booked_on, balance, tie) GROUP BY 1;
SELECT is((SELECT count(*) FROM later JOIN features f USING (account_id) WHERE to_jsonb(scoring.balance_features(h, granted_on)) <> f.f), 0::bigint, 'bookings on the day of the loan and later change no feature');
SELECT is((SELECT count(*) FROM later JOIN features f USING (account_id) WHERE scoring.balance_at(h, granted_on + 1) = -1e7), 354::bigint, 'a day later they are seen');
SELECT cmp_ok((SELECT sum(octet_length(scoring.balance_history_send(h)))::numeric / sum(scoring.days_observed(h, '1999-01-01')) FROM histories), '<', 9::numeric, 'below 9 bytes for each day with a booking');
SELECT * FROM finish();
ROLLBACK;
