-- A bank with a protected table and people, for tests of what is published: schema bank with table applicant, 400 rows of
-- which 300 may be used, in 4 branches; purposes credit_decision and one_case (case-bound); officers olga (branches 1 and
-- 2) and otto (all); model retail@1. Hidden cells hold canaries. test/bank_end.sql takes it all away.
--
--   psql -v prefix=regress_publish -f test/bank.sql
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT scoring.setup(:'prefix') IS NOT NULL AS made \gset
CREATE ROLE regress_bank LOGIN;
CREATE ROLE regress_app LOGIN;
SELECT format('CREATE ROLE %I LOGIN IN ROLE %I', 'regress_' || p.person, :'prefix' || '_' || p.duty)
FROM (VALUES ('stig', 'steward'), ('abel', 'approver'), ('rita', 'registrar'), ('mona', 'modeler'), ('olga', 'officer'), ('otto', 'officer'), ('anna', 'analyst'), ('udo', 'auditor')) p (person, duty) \gexec
CREATE SCHEMA bank AUTHORIZATION regress_bank;
SELECT format('GRANT USAGE ON SCHEMA bank TO %I', :'prefix' || '_owner') \gexec
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE bank.applicant (applicant_id bigint PRIMARY KEY, branch_id integer NOT NULL, name text, segment text, requested bigint, income double precision, debt double precision, religion text, scratch text);
INSERT INTO bank.applicant SELECT g, g % 4, 'Name ' || g, CASE g % 3 WHEN 0 THEN 'a' ELSE 'b' END, g * 10, 1000 + g % 50 * 100, g % 7 * 50, 'canary_r_' || g, 'canary_s_' || g FROM generate_series(1, 400) g;
ANALYZE bank.applicant;
SELECT scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_app}') \g /dev/null
SELECT scoring.classify('bank.applicant', 'name', 'identifier'), scoring.classify('bank.applicant', 'segment', 'ordinary'), scoring.classify('bank.applicant', 'requested', 'ordinary') \g /dev/null
SELECT scoring.classify('bank.applicant', 'income', 'restricted', legal_basis => 'written consent'), scoring.classify('bank.applicant', 'debt', 'sensitive', legal_basis => 'contract'), scoring.classify('bank.applicant', 'religion', 'prohibited') \g /dev/null
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('credit_decision', '{identifier,ordinary}', '{restricted,sensitive}', 'contract', 'DPIA 2026-1') \g /dev/null
SELECT scoring.define_purpose('one_case', '{identifier,ordinary}', '{}', 'contract', 'DPIA 2026-2', case_bound => true) \g /dev/null
SELECT scoring.grant_access('regress_olga', 'credit_decision', '{1,2}'), scoring.grant_access('regress_otto', 'credit_decision', '{*}'), scoring.grant_access('regress_olga', 'one_case', '{*}') \g /dev/null
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consents(ARRAY(SELECT g::text FROM generate_series(1, 300) g), 'credit_decision', 'written consent', 'form', now() + interval '1 year') \g /dev/null
SELECT scoring.record_consents(ARRAY(SELECT g::text FROM generate_series(1, 300) g), 'one_case', 'contract', 'contract', now() + interval '1 year') \g /dev/null
SET SESSION AUTHORIZATION regress_mona;
SELECT scoring.register_model('retail', '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50}, "intercept": 1.5, "reason": {"method": "below_max"},
  "characteristics": [
    {"name": "income", "type": "number", "coefficient": 0.9, "observed": [0, 10000], "out_of_range": "nearest",
     "bins": [{"type": "range", "lower": null, "upper": 2000, "woe": -0.6}, {"type": "range", "lower": 2000, "upper": 4000, "woe": 0.1}, {"type": "range", "lower": 4000, "upper": null, "woe": 0.7}, {"type": "missing", "policy": "neutral"}]},
    {"name": "segment", "type": "text", "unseen": "neutral", "bins": [{"type": "categories", "categories": ["a"], "points": 12}, {"type": "categories", "categories": ["b"], "points": -8}, {"type": "missing", "policy": "neutral"}]}]}', 'first') AS model \gset
RESET SESSION AUTHORIZATION;
RESET client_min_messages;
