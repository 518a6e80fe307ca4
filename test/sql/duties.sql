-- Six duties, six people, one model from its registration to a refused applicant: what each may, and what each is told that
-- may not. SQLSTATE is 42501 for every refusal.
\set VERBOSITY default
\set SHOW_CONTEXT never
\set ECHO none
\i test/staff.sql
\set ECHO all
\set ON_ERROR_STOP off

-- The modeler registers, and can neither validate nor approve her own; an approver approves what others have validated.
SET SESSION AUTHORIZATION regress_mona;
SELECT scoring.register_model('retail', scoring.rescale(scoring.registered_model('retail@1'), 40, 500, 20), 'a new scale');
SELECT scoring.validate_model('retail@2', 'staff_loan', 'bad', 'mine is fine');
SELECT scoring.approve_model('retail@2', 'mine is fine');
SELECT scoring.deploy_model('retail@2', 'mine is fine');
SET SESSION AUTHORIZATION regress_vera;
SELECT scoring.validate_model('retail@2', 'staff_loan', 'bad', 'on the sample') IS NOT NULL AS validated;
SELECT scoring.approve_model('retail@2', 'I have seen it');
SET SESSION AUTHORIZATION regress_abel;
SELECT scoring.register_model('retail', scoring.registered_model('retail@1'), 'x');
SELECT scoring.validate_model('retail@2', '{"sample": "x"}'::jsonb, 'x');
SELECT scoring.approve_model('retail@2', 'fit for use') IS NOT NULL AS approved;
-- Somebody with two duties is one person: by login, whichever role is set.
RESET SESSION AUTHORIZATION;
GRANT regress_bank_approver TO regress_vera;
SET SESSION AUTHORIZATION regress_mona;
SELECT scoring.register_model('retail', scoring.rescale(scoring.registered_model('retail@1'), 50, 500, 20), 'another scale');
SET SESSION AUTHORIZATION regress_vera;
SELECT scoring.validate_model('retail@3', 'staff_loan', 'bad', 'on the sample') IS NOT NULL AS validated;
SET ROLE regress_bank_approver;
SELECT scoring.approve_model('retail@3', 'another hat');
RESET ROLE;
RESET SESSION AUTHORIZATION;
REVOKE regress_bank_approver FROM regress_vera;

-- The officer decides, scores rows of her own since she was given the model, and has no part in its making.
SET SESSION AUTHORIZATION regress_olga;
SELECT d.decision, d.score, d.rules FROM staff_applicant a, LATERAL scoring.decide('retail_policy', NULL, a, a.number, 'credit application') d WHERE a.age = 17 ORDER BY a.id LIMIT 1;
SELECT count(scoring.score('retail', a)) FROM staff_applicant a;
SELECT scoring.register_model('mine', scoring.registered_model('retail@1'), 'x');
SELECT scoring.validate_model('retail@2', '{"sample": "x"}'::jsonb, 'x');
SELECT scoring.approve_model('retail@3', 'x');
SELECT scoring.deploy_model('retail@2', 'x');
SELECT scoring.retire_model('retail@2', 'x');
SELECT scoring.grant_model('retail', 'regress_anna', 'score');
SELECT * FROM scoring.doctor() WHERE object <> 'server';
SELECT count(*) FROM scoring_data.decisions;
SELECT * FROM scoring_data.decision LIMIT 1;

-- The analyst cannot read the points: not the model, not its table, not by scoring rows made up for it, not from a decision.
SET SESSION AUTHORIZATION regress_anna;
SELECT scoring.points(scoring.registered_model('retail'));
SELECT model FROM scoring_data.model_version;
SELECT scoring.score('retail', ROW(1)) ;
SELECT scoring.pd('retail', ROW(1)) ;
SELECT * FROM scoring.explain('retail', ROW(1));
SELECT scoring.reasons('retail', ROW(1));
SELECT * FROM scoring.decision_evidence(1);
SELECT decision FROM scoring.decide('retail_policy', NULL, ROW(1), 'A-1', 'x');
SELECT scoring.approve_model('retail@3', 'x');
SELECT count(*) FROM scoring_data.decisions;
SELECT * FROM scoring.doctor() WHERE object <> 'server';
SELECT count(*) AS jobs FROM scoring_data.progress;

-- The auditor reads everything about decisions, and replays them; neither inputs nor bins nor explain.
SET SESSION AUTHORIZATION regress_udo;
SELECT count(*) FROM scoring_data.decisions;
SELECT count(*) FROM scoring_data.model_events;
SELECT count(*) FROM scoring_data.policy_events;
SELECT attname FROM pg_attribute WHERE attrelid = 'scoring_data.decisions'::regclass AND attnum > 0 ORDER BY attnum;
SELECT * FROM scoring.decision_evidence(1);
SELECT inputs FROM scoring_data.decision;
SELECT evidence FROM scoring_data.decision;
SELECT scoring.registered_model('retail');
SELECT * FROM scoring.explain('retail', ROW(1));
SELECT decision FROM scoring.decide('retail_policy', NULL, ROW(1), 'A-1', 'x');
SELECT scoring.override_decision(1, 'approve', 'X', 'x');
SELECT scoring.approve_model('retail@3', 'x');
SELECT * FROM scoring.doctor() WHERE object <> 'server';

-- The steward keeps grants; what was given can be taken.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.revoke_model('retail', 'regress_olga', 'score') IS NOT NULL AS revoked;
SELECT scoring.registered_model('retail');
SELECT scoring.approve_model('retail@3', 'x');
SELECT decision FROM scoring.decide('retail_policy', NULL, ROW(1), 'A-1', 'x');
SET SESSION AUTHORIZATION regress_olga;
SELECT count(scoring.score('retail', a)) FROM staff_applicant a;
RESET SESSION AUTHORIZATION;
-- Nobody at all.
CREATE ROLE regress_none LOGIN;
SET SESSION AUTHORIZATION regress_none;
SELECT scoring.register_model('x', NULL, 'x');
SELECT scoring.score('retail', ROW(1));
SELECT * FROM scoring_data.models;
SELECT count(*) FROM scoring_data.progress;
RESET SESSION AUTHORIZATION;

-- Every refusal has SQLSTATE 42501.
CREATE FUNCTION regress_state(person name, query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SET ROLE %I', person);
  EXECUTE query;
  RESET ROLE;
  RETURN 'allowed';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE;
END
$$;
SELECT q.query, string_agg(p.person || ' ' || regress_state('regress_' || p.person, q.query), ', ' ORDER BY p.person) AS result
FROM unnest('{olga,anna,udo,none}'::text[]) p (person),
     unnest(ARRAY['SELECT scoring.register_model(''x'', NULL, ''x'')', 'SELECT scoring.approve_model(''retail@3'', ''x'')',
                  'SELECT scoring.grant_model(''retail'', ''regress_none'', ''score'')', 'SELECT scoring.registered_model(''retail'')',
                  'SELECT model FROM scoring_data.model_version']) q (query)
GROUP BY q.query ORDER BY q.query COLLATE "C";
DROP FUNCTION regress_state(name, text);
DROP ROLE regress_none;

\set ECHO none
\i test/staff_end.sql
\set ECHO all
DROP TABLE staff_loan, staff_applicant;
