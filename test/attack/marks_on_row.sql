-- V01, V12, V24, V25: the same attacks where the right is kept on the row, and on a table with text keys.
\c - bank_owner
CREATE TABLE bank.account (account_ref text PRIMARY KEY, desk text NOT NULL, city text, balance integer, secret text);
INSERT INTO bank.account SELECT CASE WHEN n <= 40 THEN 'A-' || n ELSE 'CANARY-ref-' || n END, CASE WHEN n <= 60 THEN 'north' ELSE 'CANARY-desk' END, CASE WHEN n <= 40 THEN 'Brno' ELSE 'CANARY-city-' || n END, CASE WHEN n <= 40 THEN n ELSE 765400000 + n END, 'CANARY-secret-' || n FROM generate_series(1, 100) n;
\c - postgres
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.define_purpose('accounts', '{identifier,ordinary}', '{ordinary}', 'contract', 'DPIA-4') \g /dev/null
SELECT scoring.grant_access('officer_north', 'accounts', '{north}') \g /dev/null
SET SESSION AUTHORIZATION bank_owner;
SELECT scoring.protect('bank.account', subject_key => 'account_ref', scope_column => 'desk', marks => 'row', purposes => '{accounts}') \g /dev/null
SELECT scoring.classify('bank.account', c, 'ordinary') FROM unnest('{city,balance}'::text[]) c \g /dev/null
SET SESSION AUTHORIZATION registrar_rita;
SELECT scoring.record_consents(ARRAY(SELECT 'A-' || n FROM generate_series(1, 40) n) || ARRAY(SELECT 'CANARY' || '-ref-' || n FROM generate_series(61, 80) n), 'accounts', 'contract', 'paper', now() + interval '1 year') \g /dev/null
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.publish_view('bank.account', 'officer_account', audience => 'scoring_officer', purpose => 'accounts') \g /dev/null
\c - officer_north
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_account'), '42501', 'V12: without an access it is refused');
BEGIN;
SELECT scoring.begin_access('accounts', 'A-1') > 0 AS begun;
SELECT attack.is(count(*) || ' of ' || string_agg(DISTINCT desk, ','), '40 of north', 'in one, it gives the rows of the scope with a right: control') FROM scoring_views.officer_account;
SELECT attack.is(string_agg(column_name, ',' ORDER BY column_name), 'account_ref,balance,city,desk', 'V38: columns are those that are classified') FROM information_schema.columns WHERE table_name = 'officer_account';
SELECT count(*) FROM scoring_views.officer_account WHERE lab.leak(city) AND balance > 0;
SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off;
SELECT count(*) FROM scoring_views.officer_account WHERE lab.leak(account_ref) OR desk = 'x';
SET LOCAL enable_seqscan = on; SET LOCAL enable_bitmapscan = off; SET LOCAL max_parallel_workers_per_gather = 0;
SELECT count(*) FROM scoring_views.officer_account a JOIN scoring_views.officer_account b ON lab.leak(b.balance) AND a.account_ref = b.account_ref;
SELECT attack.ok(lab.seen() > 100 AND lab.hidden() = 0, 'V01: a cheap function sees no hidden row where marks are on the row');
SELECT attack.is(attack.state('SELECT scoring_until_1 FROM scoring_views.officer_account') || attack.state('SELECT 1 / (balance - 1) FROM scoring_views.officer_account WHERE balance <> 1 AND balance / (balance - 765400000 - 70) > 5'), '42703rows 0', 'V02: nor an error, nor the marks');
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM scoring_views.officer_account;
SELECT attack.is(:'SQLSTATE', '42501', 'V25: nor a cursor WITH HOLD');
COMMIT;
-- A reader cannot mark, nor a writer by the workspace's ways.
SELECT attack.is((SELECT string_agg(DISTINCT attack.state(s), ',') FROM unnest(ARRAY['UPDATE bank.account SET scoring_until_4 = ''infinity''', 'SELECT scoring.stamp_marks(''bank.account'', ''accounts'')', 'SELECT scoring._stamp_marks(''A-1'', 1, now())']) s), '42501', 'V20: marks are not a reader''s to set');
-- Withdrawn in another session, gone in the next statement.
\c - registrar_rita
SELECT scoring.end_basis('A-7', (SELECT consent_number FROM scoring_data.consents WHERE subject = 'A-7'), 'paid back') \g /dev/null
\c - officer_north
BEGIN;
SELECT scoring.begin_access('accounts', 'A-1') > 0 AS begun;
SELECT attack.is(count(*)::text, '39', 'V24: a right that was ended is gone from the row') FROM scoring_views.officer_account;
COMMIT;
