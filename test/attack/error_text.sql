-- V53: values in messages: DETAIL of constraints, CONTEXT, bound parameters, what goes to the log.
\c - postgres
ALTER TABLE lab.applicant ADD CHECK (income > 0);
GRANT INSERT, UPDATE, SELECT ON lab.applicant TO officer_north;
\c - officer_north
SELECT attack.ok(attack.try('UPDATE lab.applicant SET income = -1 WHERE applicant_id = 80130') LIKE '%DECOY-national%', 'control: a failing row is printed whole');
-- Every message that a call as officer can bring about, of what is there and what is not.
CREATE TEMP TABLE message AS SELECT c, attack.try(replace(c, '@', '101')) AS seen, attack.try(replace(c, '@', (88008::bigint * 100000 + 80130)::text)) AS hidden, attack.try(replace(c, '@', (88008::bigint * 100000 + 80999)::text)) AS missing
FROM unnest(ARRAY['SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = @', 'SELECT * FROM bank.applicant WHERE applicant_id = @', 'UPDATE bank.applicant SET income = -1 WHERE applicant_id = @', 'DELETE FROM bank.applicant WHERE applicant_id = @',
  'SELECT scoring.record_consent(''@'', ''credit_decision'', ''consent'', ''x'', now() + interval ''1 day'')', 'SELECT scoring.withdraw_consent(''@'', ''credit_decision'')', 'SELECT scoring.erase(''@'')', 'SELECT scoring.subject_access_report(''@'')',
  'SELECT scoring.classify(''bank.applicant'', ''income'', ''ordinary'')', 'SELECT scoring.protect(''bank.applicant'', ''applicant_id'')', 'SELECT scoring.unprotect(''bank.applicant'')',
  'SELECT scoring.publish_view(''bank.applicant'', ''x'', ''scoring_officer'', ''credit_decision'')', 'SELECT * FROM scoring.fit_protected_scorecard(''bank.applicant'', ''defaulted'')', 'SELECT scoring.fit_scorecard(''bank.applicant'', ''defaulted'')', 'SELECT scoring.tally_agg(income, defaulted) FROM bank.applicant']) c;
SELECT attack.is(string_agg(c, E'\n'), NULL, 'V53: messages about a hidden subject are those about one who is not there') FROM message WHERE regexp_replace(hidden, '88008801[0-9]{2}', '@', 'g') <> regexp_replace(missing, '88008809[0-9]{2}', '@', 'g');
SELECT attack.is(string_agg(c, E'\n'), NULL, 'V53: all were refused') FROM message WHERE hidden !~ '^[0-9A-Z]{5} ' OR seen !~ '^[0-9A-Z]{5} ';
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SET LOCAL statement_timeout = '50ms';
SELECT count(*) FROM scoring_views.officer_applicant a, scoring_views.officer_applicant b, scoring_views.officer_applicant c, scoring_views.officer_applicant d, scoring_views.officer_applicant e;
SELECT attack.is(:'SQLSTATE', '57014', 'V53: a statement that was stopped tells no row');
COMMIT;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
CREATE TEMP TABLE checked (k bigint CHECK (k < 0), c text);
SELECT attack.ok(attack.try('INSERT INTO checked SELECT applicant_id, city FROM scoring_views.officer_applicant') ~ '^23514.*Failing row contains \(1[0-9]{2}, ', 'V53: a failing row of one''s own table holds what one may see: control');
COMMIT;
-- The owner's own functions, when they fail on data.
\c - bank_owner
SELECT attack.ok(attack.try('SELECT scoring.protect(''bank.applicant'', subject_key => ''note'')') !~ 'CANARY', 'V53: protect() of a table with a wrong key prints no value');
SELECT attack.ok(attack.try('SELECT scoring.classify(''bank.applicant'', ''note'', ''no such class'')') !~ 'CANARY', 'V53: nor does classify()');
