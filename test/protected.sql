-- A bank with protected tables, for tests that take them somewhere: a workspace with prefix regress_vault, a table with
-- partitions and one with marks on the row, a view of each, an officer who may read them, and one role that may not.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT scoring.setup('regress_vault') IS NOT NULL AS made \gset
SELECT format('CREATE ROLE regress_%s LOGIN', n) FROM unnest('{vault,till,stew,regi,offi,nosy}'::text[]) n WHERE to_regrole('regress_' || n) IS NULL \gexec
GRANT regress_vault_steward TO regress_stew;
GRANT regress_vault_registrar TO regress_regi;
GRANT regress_vault_officer TO regress_offi;
CREATE SCHEMA vault AUTHORIZATION regress_vault;
GRANT USAGE ON SCHEMA vault TO regress_till, regress_nosy;
SET SESSION AUTHORIZATION regress_stew;
SELECT scoring.define_purpose('credit', shows => '{identifier,ordinary,quasi}', uses => '{ordinary}', legal_basis => 'contract', impact_assessment => 'DPIA 1') \g /dev/null
SELECT scoring.grant_access('regress_offi', 'credit', '{1,2}') \g /dev/null
SET SESSION AUTHORIZATION regress_regi;
SELECT scoring.record_consent(s::text, 'credit', 'contract', 'L-' || s, '2099-01-01') FROM generate_series(1, 30) s \g /dev/null
SET SESSION AUTHORIZATION regress_vault;
CREATE TABLE vault.payment (applicant_id bigint NOT NULL, branch_id integer NOT NULL, month date NOT NULL, amount bigint, note text) PARTITION BY RANGE (month);
CREATE TABLE vault.payment_1 PARTITION OF vault.payment FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE vault.payment_2 PARTITION OF vault.payment FOR VALUES FROM ('2024-02-01') TO ('2024-03-01');
CREATE TABLE vault."Applicant ""A""" (applicant_id integer PRIMARY KEY, branch_id integer NOT NULL, "row" integer, religion text);
INSERT INTO vault.payment SELECT g, g % 4, date '2024-01-01' + g % 50, g, 'canary' FROM generate_series(1, 100) g;
INSERT INTO vault."Applicant ""A""" SELECT g, g % 4, g, 'canary' FROM generate_series(1, 100) g;
GRANT SELECT, INSERT ON vault.payment TO regress_till;
SELECT scoring.protect('vault.payment', 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}') \g /dev/null
SELECT scoring.protect('vault."Applicant ""A"""', 'applicant_id', scope_column => 'branch_id', marks => 'row', purposes => '{credit}') \g /dev/null
SELECT scoring.classify('vault.payment', 'amount', 'quasi'), scoring.classify('vault."Applicant ""A"""', 'row', 'ordinary'), scoring.classify('vault."Applicant ""A"""', 'religion', 'prohibited') \g /dev/null
SELECT scoring.stamp_marks('vault."Applicant ""A"""', 'credit') \g /dev/null
SET SESSION AUTHORIZATION regress_stew;
SELECT scoring.publish_view('vault.payment', 'officer_payment', 'regress_vault_officer', 'credit') \g /dev/null
SELECT scoring.publish_view('vault."Applicant ""A"""', 'officer_applicant', 'regress_vault_officer', 'credit') \g /dev/null
RESET SESSION AUTHORIZATION;
RESET client_min_messages;
