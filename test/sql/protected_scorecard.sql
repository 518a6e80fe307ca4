-- fit_protected_scorecard: a model of a table that the modeler cannot read, and nothing else of it.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SELECT scoring.setup('regress_fit') IS NOT NULL AS made;
CREATE ROLE regress_fit_mona IN ROLE regress_fit_modeler;
CREATE ROLE regress_fit_stig IN ROLE regress_fit_steward;
CREATE ROLE regress_fit_rosa IN ROLE regress_fit_registrar;

-- 4,000 applicants, among them one whose values are like nobody's.
CREATE SCHEMA bank;
CREATE TABLE bank.applicant (applicant_id bigint PRIMARY KEY, branch_id int, national_id text, income numeric, debt float8, region text, employer text,
  delinquency int, religion text, note text, bad boolean, late int);
INSERT INTO bank.applicant
SELECT id, 1 + id % 7, 'N' || id, income, debt, region, 'employer ' || (id & 1023), CASE WHEN hashint8extended(id, 7) & 15 = 0 THEN -9 ELSE hashint8extended(id, 8) & 63 END,
       'r' || (id & 3), 'note ' || id, (hashint8extended(id, 6) & 65535) / 65536.0 < 1 / (1 + exp(1.2 + income / 30000 - 2.2 * coalesce(debt, 0.6) - CASE region WHEN 'north' THEN 0.7 ELSE 0 END)), 0
FROM (SELECT id, 20000 + 500 * (hashint8extended(id, 1) & 127) + (hashint8extended(id, 11) & 127) / 100.0 AS income,
             CASE WHEN hashint8extended(id, 2) & 7 > 0 THEN (hashint8extended(id, 3) & 127) / 128.0 END AS debt,
             (ARRAY['south', 'north', 'east', 'north'])[1 + (hashint8extended(id, 4) & 3)] AS region
      FROM generate_series(1, 4000) id) x;
UPDATE bank.applicant SET income = 987654321.12, debt = -777.25, region = 'Canary Island', employer = 'Canary Corp', delinquency = 6543, religion = 'Canarism', note = 'canary' WHERE applicant_id = 711;
UPDATE bank.applicant SET income = -123456.78, debt = NULL, region = 'Canary Bay' WHERE applicant_id = 712;
UPDATE bank.applicant SET late = 7 WHERE applicant_id = 711;
SELECT count(*) FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id');
SELECT scoring.classify('bank.applicant', c, k, legal_basis => 'contract') FROM (VALUES ('national_id', 'identifier'), ('income', 'restricted'), ('debt', 'sensitive'),
  ('region', 'quasi'), ('employer', 'ordinary'), ('delinquency', 'ordinary'), ('religion', 'prohibited'), ('bad', 'outcome'), ('late', 'outcome')) v (c, k);

SET SESSION AUTHORIZATION regress_fit_stig;
SELECT scoring.define_purpose('development', shows => '{}', uses => '{restricted,sensitive,quasi,ordinary,outcome}', legal_basis => 'written consent', impact_assessment => 'DPIA 1');
SELECT scoring.define_purpose('marketing', shows => '{quasi}', uses => '{ordinary,outcome}', legal_basis => 'consent', impact_assessment => 'DPIA 2');
SELECT scoring.define_purpose('one_case', shows => '{quasi,ordinary,outcome}', uses => '{}', legal_basis => 'contract', impact_assessment => 'DPIA 3', case_bound => true);
SET SESSION AUTHORIZATION regress_fit_rosa;
SELECT scoring.record_consents(ARRAY(SELECT i::text FROM generate_series(1, 3900) i), 'development', 'written consent', 'form 7', 'infinity') IS NOT NULL AS recorded;

-- Nothing is the modeler's but the model.
SET SESSION AUTHORIZATION regress_fit_mona;
SELECT count(*) FROM bank.applicant;
CREATE TEMP TABLE card AS SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', special => '{"delinquency": [-9]}') AS m;
SELECT characteristic, kept, bins, reason FROM card, scoring.screening(m);
SELECT characteristic, label, rows, points FROM card, scoring.points(m);
SELECT jsonb_pretty(scoring.provenance(m) - 'screening' - 'fitted_at') FROM card;
SELECT t.* FROM card, scoring.terms(m) t;
SELECT count(*) AS samples FROM card, scoring.samples(m);
SELECT s.rows, s.log_likelihood FROM card, scoring.fit_statistics(m) s;
SELECT m::text ~* 'canar|9876|1234|777|6543|religion|note|national|applicant_id' AS tells FROM card;
SELECT scoring.register_model('protected', m, 'fitted behind the gate') IS NOT NULL AS registered FROM card;
SELECT scoring.hash(m) = scoring.hash(scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', special => '{"delinquency": [-9]}')) AS same FROM card;

-- What must not be read is refused with its class; what cannot be told of few people is not told.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development');
ROLLBACK;
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{income,religion}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{note}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{nothing}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{NULL}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{national_id}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{applicant_id}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'marketing', characteristics => '{income}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'religion', 'development');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'marketing');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'one_case');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'nothing');
SELECT scoring.fit_protected_scorecard('bank.nothing', 'bad', 'development');
SELECT scoring.fit_protected_scorecard('applicant', 'bad', 'development');
SELECT scoring.fit_protected_scorecard('pg_catalog.pg_authid', 'rolsuper', 'development');
SELECT scoring.fit_protected_scorecard(NULL, 'bad', 'development');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', k => 9);
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', k => 201);
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', min_iv => NULL);
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', exclude => '{religion}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', special => '{"religion": [1]}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', special => '{"delinquency": [6543]}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', special => '{"delinquency": [6544]}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'region', 'development');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'delinquency', 'development');
-- One row has a target of 7: it is passed over, and nobody is told.
SELECT scoring.fit_protected_scorecard('bank.applicant', 'late', 'development');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{employer}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', exclude => '{income,debt,region,employer,delinquency,branch_id}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', reason_method => 'below_cutoff_average');
SELECT scoring._fit_protected_scorecard('bank.applicant', 'bad', 'development', 20, NULL, '{}', '{}', 8, 0.05, 'auto', 0.02, 0.8, 'bic', 15, NULL, 20, 600, 50, 'below_average');
SELECT scoring._protected_sketch(0, 1, '{1}', '{}');
SELECT count(*) FROM scoring_data.protected_sketch;

-- Nobody else fits.
RESET SESSION AUTHORIZATION;
SELECT rolname FROM pg_roles WHERE rolname ~ '^regress_fit_' AND rolname !~ '_(owner|modeler|mona)$' AND has_function_privilege(oid,
  'scoring._fit_protected_scorecard(text,text,text,integer,text[],text[],jsonb,integer,float8,text,float8,float8,text,integer,float8,float8,float8,float8,text)', 'EXECUTE');
SET SESSION AUTHORIZATION regress_fit_stig;
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development');

-- Two fits that differ in few people would tell of those: also if the first was rolled back, or of other columns, or for another purpose.
SET SESSION AUTHORIZATION regress_fit_rosa;
SELECT scoring.withdraw_consent('17', 'development');
SET SESSION AUTHORIZATION regress_fit_mona;
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{income,debt}');
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', k => 10, characteristics => '{income}');
SET SESSION AUTHORIZATION regress_fit_rosa;
SELECT sum(scoring.withdraw_consent(i::text, 'development')) FROM generate_series(18, 60) i;
SET SESSION AUTHORIZATION regress_fit_mona;
BEGIN;
SELECT scoring.hash(scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{income,debt}')) IS NOT NULL AS fitted;
ROLLBACK;
RESET SESSION AUTHORIZATION;
UPDATE bank.applicant SET debt = 0.5 WHERE applicant_id IN (100, 101);
SET SESSION AUTHORIZATION regress_fit_mona;
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{debt}');
-- Of the other column nothing has changed.
SELECT scoring.hash(scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{income}')) IS NOT NULL AS fitted;

-- A purpose for 10 people fewer.
SET SESSION AUTHORIZATION regress_fit_rosa;
SELECT scoring.record_consents(ARRAY(SELECT i::text FROM generate_series(1, 3890) i WHERE i NOT BETWEEN 17 AND 60), 'marketing', 'consent', 'form 8', 'infinity') IS NOT NULL AS recorded;
SET SESSION AUTHORIZATION regress_fit_mona;
SELECT scoring.hash(scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development', characteristics => '{region}')) IS NOT NULL AS fitted;
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'marketing', characteristics => '{region}');

-- Every call is in the audit log.
RESET SESSION AUTHORIZATION;
SELECT detail::jsonb ->> 'event' AS event, detail::jsonb ->> 'object' AS object, detail::jsonb ->> 'session' AS session, detail::jsonb -> 'more' ->> 'columns' AS columns,
  detail::jsonb -> 'more' ->> 'k' AS k, length(detail::jsonb -> 'more' ->> 'model') AS hash_length
FROM scoring_data.audit_detail WHERE detail::jsonb ->> 'event' ~ 'scorecard' ORDER BY entry DESC LIMIT 5;

-- A table that is no longer protected as it should be.
ALTER TABLE bank.applicant DISABLE ROW LEVEL SECURITY;
SET SESSION AUTHORIZATION regress_fit_mona;
SELECT scoring.fit_protected_scorecard('bank.applicant', 'bad', 'development');

RESET SESSION AUTHORIZATION;
DROP TABLE card;
DROP SCHEMA bank CASCADE;
\set prefix regress_fit
\set ECHO none
\i test/workspace_end.sql
\set ECHO all
DROP ROLE regress_fit_mona, regress_fit_stig, regress_fit_rosa;
