-- A bank at work, for the tests that need one: a workspace with prefix regress_bank, one person for each duty and two
-- modelers, applicants, a model and a policy that went from draft to live, and 1,000 decisions. Everything a dump of a
-- workspace has to carry. test/staff_end.sql takes it all away.
--
--   psql -f test/staff.sql
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT scoring.setup('regress_bank') IS NOT NULL AS made \gset
CREATE ROLE regress_mona LOGIN IN ROLE regress_bank_modeler;
CREATE ROLE regress_vera LOGIN IN ROLE regress_bank_modeler;
CREATE ROLE regress_abel LOGIN IN ROLE regress_bank_approver;
CREATE ROLE regress_olga LOGIN IN ROLE regress_bank_officer;
CREATE ROLE regress_stig LOGIN IN ROLE regress_bank_steward;
CREATE ROLE regress_anna LOGIN IN ROLE regress_bank_analyst;
CREATE ROLE regress_udo LOGIN IN ROLE regress_bank_auditor;

\set table staff_portfolio
\set rows 4000
\ir portfolio.sql
CREATE TABLE staff_loan AS SELECT id, income, debt_to_income, utilisation, months_in_job, number_of_inquiries, residence, late_payments, granted_on, bad FROM staff_portfolio;
DROP TABLE staff_portfolio;
ALTER TABLE staff_loan ADD PRIMARY KEY (id);
ANALYZE staff_loan;
CREATE TABLE staff_applicant AS SELECT id, 'A-' || id AS number, income, debt_to_income, utilisation, months_in_job, number_of_inquiries, residence, late_payments, 16 + (hashint8extended(id, 3) & 63)::int AS age FROM staff_loan WHERE id <= 1000;
ALTER TABLE staff_applicant ADD PRIMARY KEY (id);
GRANT SELECT ON staff_loan, staff_applicant TO regress_mona, regress_vera, regress_olga;

SET SESSION AUTHORIZATION regress_mona;
SELECT scoring.register_model('retail', scoring.fit_scorecard('staff_loan', 'bad', exclude => '{id,granted_on}'), 'first') AS model \gset
SELECT scoring.register_policy('retail_policy', jsonb_build_object('model', 'retail', 'approve_at', 560, 'decline_below', 520,
  'rules', '[{"name": "underage", "when": "$.age < 18", "outcome": "decline", "reason_code": "R01"}]'::jsonb,
  'override', '{"approve": ["regress_bank_approver"]}'::jsonb, 'inputs', 'store'), 'first') AS policy \gset
SET SESSION AUTHORIZATION regress_vera;
SELECT scoring.validate_model('retail@1', 'staff_loan', 'bad', 'on the sample') \g /dev/null
SELECT scoring.validate_policy('retail_policy@1', '{"sample": "staff_applicant"}', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_abel;
SELECT scoring.approve_model('retail@1', 'fit for use') \g /dev/null
SELECT scoring.deploy_model('retail@1', 'go') \g /dev/null
SELECT scoring.approve_policy('retail_policy@1', 'fit for use') \g /dev/null
SELECT scoring.deploy_policy('retail_policy@1', 'go') \g /dev/null
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.grant_model('retail', 'regress_olga', 'score') \g /dev/null
SET SESSION AUTHORIZATION regress_olga;
SELECT count(d.*) = 1000 AS decided FROM staff_applicant a, LATERAL scoring.decide('retail_policy', NULL, a, a.number, 'credit application') d \gset
RESET SESSION AUTHORIZATION;
RESET client_min_messages;
