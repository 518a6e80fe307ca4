-- What bench/privacy measures on: bank.side and bank.marked, the same rows, with the right to use each on file in
-- scoring_data.permission and on the row; views of both for an officer, of all columns that may be shown and the score
-- of a fitted card whose inputs are hidden. psql -v rows=1000000 -f bench/privacy.sql
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION scoring;
SELECT scoring.setup() IS NOT NULL AS made \gset
CREATE ROLE bench_bank LOGIN;
CREATE ROLE bench_steward LOGIN IN ROLE scoring_steward;
CREATE ROLE bench_registrar LOGIN IN ROLE scoring_registrar;
CREATE ROLE bench_modeler LOGIN IN ROLE scoring_modeler;
CREATE ROLE bench_approver LOGIN IN ROLE scoring_approver;
CREATE ROLE bench_officer LOGIN IN ROLE scoring_officer;
CREATE SCHEMA bank AUTHORIZATION bench_bank;
GRANT USAGE ON SCHEMA bank TO scoring_owner;

\set table bench_portfolio
\ir ../test/portfolio.sql
CREATE TABLE bank.side AS
SELECT id::bigint AS applicant_id, (id % 100)::integer AS branch_id, loan_purpose, loan_amount::bigint AS requested, loan_term_months, application_channel,
  income, debt_to_income, utilisation, months_in_job, number_of_inquiries, residence, late_payments, savings
FROM bench_portfolio;
CREATE TABLE bench_sample AS
SELECT income, debt_to_income, utilisation, months_in_job, number_of_inquiries, residence, late_payments, savings, bad FROM bench_portfolio WHERE id % 20 = 0;
DROP TABLE bench_portfolio;
CREATE TABLE bank.marked AS TABLE bank.side;
ALTER TABLE bank.side OWNER TO bench_bank;
ALTER TABLE bank.marked OWNER TO bench_bank;
ALTER TABLE bank.side ADD PRIMARY KEY (applicant_id);
ALTER TABLE bank.marked ADD PRIMARY KEY (applicant_id);
CREATE TABLE bench_bare AS TABLE bank.side;
ALTER TABLE bench_bare OWNER TO bench_bank;
ALTER TABLE bench_bare ADD PRIMARY KEY (applicant_id);
GRANT SELECT ON bench_sample TO bench_modeler, bench_bank;
CREATE TABLE bench_model AS SELECT scoring.fit_scorecard('bench_sample', target => 'bad', max_characteristics => 8) AS m;
GRANT SELECT ON bench_model TO bench_modeler, bench_bank;

SET SESSION AUTHORIZATION bench_modeler;
SELECT scoring.register_model('bench', m) FROM bench_model \g /dev/null
SET SESSION AUTHORIZATION bench_steward;
SELECT scoring.define_purpose('credit_decision', '{identifier,ordinary}', '{sensitive}', 'contract', 'bench') \g /dev/null
SELECT scoring.grant_access('bench_officer', 'credit_decision', '{*}'), scoring.grant_model('bench', 'scoring_officer', 'view') \g /dev/null
SET SESSION AUTHORIZATION bench_registrar;
SELECT scoring.record_consents(ARRAY(SELECT g::text FROM generate_series(1, :rows) g), 'credit_decision', 'contract', 'bench', now() + interval '1 year') \g /dev/null
SET SESSION AUTHORIZATION bench_bank;
SELECT scoring.protect('bank.side', 'applicant_id', 'branch_id') \g /dev/null
SELECT scoring.protect('bank.marked', 'applicant_id', 'branch_id', marks => 'row', purposes => '{credit_decision}') \g /dev/null
SELECT scoring.classify(t.name::regclass, c.name, c.class, c.basis) FROM unnest('{bank.side,bank.marked}'::text[]) t (name),
  (SELECT unnest('{loan_purpose,requested,loan_term_months,application_channel}'::text[]), 'ordinary', NULL UNION ALL
   SELECT unnest('{income,debt_to_income,utilisation,months_in_job,number_of_inquiries,residence,late_payments,savings}'::text[]), 'sensitive', 'contract') c (name, class, basis) \g /dev/null
SELECT scoring.stamp_marks('bank.marked', 'credit_decision') \g /dev/null
RESET SESSION AUTHORIZATION;
VACUUM FULL bank.marked;
VACUUM (FREEZE, ANALYZE) bank.side, bank.marked, bench_bare, scoring_data.permission;
SET SESSION AUTHORIZATION bench_approver;
SELECT scoring.approve_disclosure(t, 'bench@1', 'scoring_officer', 'credit_decision', '{score}', 'bench') FROM unnest('{bank.side,bank.marked}'::text[]) t \g /dev/null
SET SESSION AUTHORIZATION bench_steward;
SELECT scoring.publish_view('bank.side', 'side', 'scoring_officer', 'credit_decision', 'bench@1'), scoring.publish_view('bank.marked', 'marked', 'scoring_officer', 'credit_decision', 'bench@1') \g /dev/null
RESET SESSION AUTHORIZATION;
GRANT SELECT ON bench_bare TO bench_officer;
