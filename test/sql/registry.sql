-- registry: versions of models, their steps, who may take them.
\set SHOW_CONTEXT never
\set prefix regress_registry
SET client_min_messages = warning;
SELECT scoring.setup(:'prefix') LIKE 'workspace % made, owned by regress_registry_owner' AS made;
RESET client_min_messages;

CREATE ROLE regress_ann LOGIN IN ROLE regress_registry_modeler;
CREATE ROLE regress_val LOGIN IN ROLE regress_registry_modeler;
CREATE ROLE regress_app LOGIN IN ROLE regress_registry_approver;
CREATE ROLE regress_all LOGIN IN ROLE regress_registry_modeler, regress_registry_approver;
CREATE ROLE regress_ste LOGIN IN ROLE regress_registry_steward;
CREATE ROLE regress_aud LOGIN IN ROLE regress_registry_auditor;
CREATE ROLE regress_off LOGIN IN ROLE regress_registry_officer;
CREATE ROLE regress_branch NOLOGIN;
CREATE ROLE regress_use LOGIN IN ROLE regress_branch;
CREATE ROLE regress_none LOGIN;

CREATE TABLE card AS SELECT k, format('{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50},
  "intercept": %s, "reason": {"method": "below_max"},
  "characteristics": [{"name": "age", "type": "number", "coefficient": 0.9, "observed": [18, 80], "out_of_range": "nearest",
    "bins": [{"type": "range", "lower": null, "upper": 25, "woe": -0.6}, {"type": "range", "lower": 25, "upper": null, "woe": 0.7},
             {"type": "missing", "policy": "neutral"}]}]}', k)::scoring.model AS m
FROM generate_series(1, 5) k;
GRANT SELECT ON card TO PUBLIC;

-- The life of a version. Its author registers it; another modeler validates it; a third person approves it.
SET SESSION AUTHORIZATION regress_ann;
SELECT scoring.register_model('retail', m, 'the first') FROM card WHERE k = 1;
SELECT scoring.register_model('retail', m) FROM card WHERE k = 2;
SELECT scoring.register_model('retail', m, 'by mistake') FROM card WHERE k = 1;
SELECT scoring.register_model('Retail', m) FROM card WHERE k = 1;
SELECT scoring.register_model('retail@1', m) FROM card WHERE k = 1;
SELECT scoring.register_model(NULL, m) FROM card WHERE k = 1;
SELECT scoring.register_model('retail', NULL);
SELECT scoring.validate_model('retail@1', '{"sample": "holdout"}'::jsonb);
SET SESSION AUTHORIZATION regress_val;
SELECT scoring.validate_model('retail@1', NULL::jsonb);
SELECT scoring.validate_model('retail@1', '{"gini": 0.4}'::jsonb);
SELECT scoring.validate_model('retail', '{"sample": "holdout"}'::jsonb);
SELECT scoring.validate_model('retail@9', '{"sample": "holdout"}'::jsonb);
SELECT scoring.validate_model('retail@1', '{"sample": "holdout"}'::jsonb, 'as expected');
SELECT scoring.approve_model('retail@1', 'good');
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@1', 'too early');
SELECT scoring.approve_model('retail@2', 'too early');
SELECT scoring.approve_model('retail@1', '  ');
SELECT scoring.approve_model('retail@1', 'good');
SELECT scoring.approve_model('retail@1', 'good');
SELECT scoring.registered_model('retail');
SELECT scoring.deploy_model('retail@1', 'the committee of May');
SELECT scoring.hash(scoring.registered_model('retail')) = scoring.hash(m) FROM card WHERE k = 1;

-- Who registers or validates does not approve, whatever else they are; a role or a login in common is enough.
SET SESSION AUTHORIZATION regress_all;
SELECT scoring.register_model('own', m) FROM card WHERE k = 3;
SET SESSION AUTHORIZATION regress_val;
SELECT scoring.validate_model('own@1', '{"sample": "holdout"}'::jsonb);
SET SESSION AUTHORIZATION regress_all;
SELECT scoring.approve_model('own@1', 'mine');
SET ROLE regress_registry_approver;
SELECT scoring.approve_model('own@1', 'mine, in another role');
RESET ROLE;
SELECT scoring.validate_model('retail@2', '{"sample": "holdout"}'::jsonb);
SELECT scoring.approve_model('retail@2', 'validated by me');
RESET SESSION AUTHORIZATION;
SET ROLE regress_all;
SELECT scoring.approve_model('own@1', 'a superuser as the author');
RESET ROLE;

-- Use of a model is granted by its name.
SET SESSION AUTHORIZATION regress_use;
SELECT scoring.registered_model('retail');
SELECT scoring.grant_model('retail', 'regress_use');
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.registered_model('retail');
SELECT scoring.grant_model('retail', 'regress_nobody');
SELECT scoring.grant_model('wholesale', 'regress_branch');
SELECT scoring.grant_model('retail', 'regress_branch', 'look at');
SELECT scoring.grant_model('retail', 'regress_branch');
SET SESSION AUTHORIZATION regress_use;
SELECT scoring.base_points(scoring.registered_model('retail'));
SELECT scoring.base_points(scoring.registered_model('retail@2'));
SELECT scoring.registered_model('retail@7');
SELECT scoring.registered_model('Retail');
SELECT scoring.registered_model(NULL) IS NULL AS null_for_null;
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.revoke_model('retail', 'regress_branch');
SELECT scoring.revoke_model('retail', 'regress_branch');
SET SESSION AUTHORIZATION regress_use;
SELECT scoring.registered_model('retail');
RESET SESSION AUTHORIZATION;

-- What happened can be read, not changed.
SET SESSION AUTHORIZATION regress_aud;
SELECT model, state, slot, share, shadow, on_expiry, note, role_name FROM scoring_data.models ORDER BY name, version;
SELECT name, version, event_number, event, from_state, to_state, role_name, session_name, reason, evidence - 'hash' AS evidence
FROM scoring_data.model_events ORDER BY name, version, event_number;
SELECT name, grantee, use, granted_by_role, revoked_by_role, is_current FROM scoring_data.model_grants ORDER BY name, grantee;
SELECT count(*) FROM scoring_data.model_version;
SET SESSION AUTHORIZATION regress_none;
SELECT * FROM scoring_data.models;
RESET SESSION AUTHORIZATION;

-- What somebody with the rights of a superuser does to the tables is noticed.
SELECT count(*) AS findings FROM scoring.doctor();
BEGIN;
UPDATE scoring_data.model_version SET model = (SELECT m FROM card WHERE k = 5) WHERE name = 'retail' AND version = 1;
SELECT object, finding FROM scoring.doctor();
ROLLBACK;
BEGIN;
UPDATE scoring_data.model_version SET model = (SELECT m FROM card WHERE k = 5), hash = (SELECT scoring.hash(m) FROM card WHERE k = 5) WHERE name = 'retail' AND version = 1;
SELECT object, finding FROM scoring.doctor();
ROLLBACK;
BEGIN;
UPDATE scoring_data.model_version SET model = (jsonb_set(model::jsonb, '{provenance}', '{"who": "another"}'))::scoring.model WHERE name = 'retail' AND version = 1;
SELECT object, finding FROM scoring.doctor();
ROLLBACK;
BEGIN;
UPDATE scoring_data.registry_event SET role_name = 'regress_app' WHERE name = 'retail' AND version = 1 AND event = 'validate';
UPDATE scoring_data.registry_state SET state = 'validated' WHERE name = 'retail' AND version = 3;
SELECT object, finding FROM scoring.doctor();
ROLLBACK;
BEGIN;
DELETE FROM scoring_data.registry_event WHERE name = 'retail' AND (version = 2 AND event = 'register' OR version = 3);
DELETE FROM scoring_data.registry_state WHERE name = 'retail' AND version = 3;
SELECT object, finding FROM scoring.doctor();
DELETE FROM scoring_data.model_version WHERE name = 'retail';
SELECT object, finding FROM scoring.doctor();
ROLLBACK;
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.grant_model('own', 'regress_branch', 'view');
RESET SESSION AUTHORIZATION;
ALTER ROLE regress_branch RENAME TO regress_branches;
SELECT * FROM scoring.doctor();
ALTER ROLE regress_branches RENAME TO regress_branch;

DROP TABLE card;
\i test/workspace_end.sql
DROP ROLE regress_ann, regress_val, regress_app, regress_all, regress_ste, regress_aud, regress_off, regress_branch, regress_use, regress_none;
