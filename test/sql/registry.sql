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
SELECT scoring.approve_model(NULL, 'which?');
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

-- Champion and challengers. The champion before stays approved, so that going back is one call; what is retired is gone.
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_ann;
SELECT scoring.register_model('card', m) FROM card ORDER BY k;
SET SESSION AUTHORIZATION regress_val;
SELECT count(scoring.validate_model('card@' || k, '{"sample": "holdout"}'::jsonb)) FROM card;
SET SESSION AUTHORIZATION regress_app;
SELECT count(scoring.approve_model('card@' || k, 'good')) FROM card WHERE k < 5;
SELECT scoring.deploy_model('card@2', 'no champion yet', slot => 'challenger', share => 0.2);
SELECT scoring._registry_assign('card', 'x');
SELECT scoring.deploy_model('card@1', '');
SELECT scoring.deploy_model('card@1', 'how', slot => 'emperor');
SELECT scoring.deploy_model('card@1', 'how', on_expiry => 'explode');
SELECT scoring.deploy_model('card@1', 'how', share => 0.2);
SELECT scoring.deploy_model('card@1', 'how', expires_at => now() - interval '1 day');
SELECT scoring.deploy_model('card@1', 'the first champion');
SELECT scoring.deploy_model('card@1', 'down', slot => 'challenger', share => 0.2);
SELECT scoring.deploy_model('card@3', 'how', slot => 'challenger');
SELECT scoring.deploy_model('card@3', 'how', slot => 'challenger', share => 0.2, shadow => true);
SELECT scoring.deploy_model('card@3', 'how', slot => 'challenger', share => 1);
SELECT scoring.deploy_model('card@3', 'too much', slot => 'challenger', share => 0.8);
SELECT scoring.deploy_model('card@3', 'less', slot => 'challenger', share => 0.3);
SELECT scoring.deploy_model('card@4', 'to compare', slot => 'challenger', shadow => true);
SELECT model, state, slot, share, shadow FROM scoring_data.models WHERE name = 'card' ORDER BY version;
RESET SESSION AUTHORIZATION;
-- A subject always gets the same version; the parts are those that were asked for. Golden: the first 13 hexadecimal digits of
-- SHA-256 of 'card/<subject>', as sha256sum gives them, over 16^13.
SELECT version, count(*) BETWEEN expected - 45 AND expected + 45 AS as_asked, count(DISTINCT again) FROM (
  SELECT s, scoring._registry_assign('card', s::text) AS version, scoring._registry_assign('card', s::text) AS again FROM generate_series(1, 1000) s) a
JOIN (VALUES (1, 500), (2, 200), (3, 300)) e (v, expected) ON v = version GROUP BY version, expected ORDER BY version;
SELECT scoring._registry_json(v) = U&'{"a": {"zzz": [1, {"zzz": null, "\00E4\00E4": "\00DF\\\\"}], "\00E4\00E4": 1.50}}' AS same_in_every_encoding
  FROM CAST(U&'{"a": {"\00E4\00E4": 1.50, "zzz": [1, {"\00E4\00E4": "\00DF\\\\", "zzz": null}]}}' AS jsonb) v;
SELECT scoring._registry_assign('card', 'ada'), scoring._registry_assign('card', 'grace'), scoring._registry_assign('card', U&'J\00FCrgen');
-- The last challenger leaves its subjects to the champion; one before it moves the shares of those after it.
CREATE TEMPORARY TABLE subject AS SELECT s, scoring._registry_assign('card', s::text) AS version FROM generate_series(1, 1000) s;
BEGIN;
SET LOCAL SESSION AUTHORIZATION regress_app;
SELECT scoring.retire_model('card@3', 'goes');
SET LOCAL SESSION AUTHORIZATION DEFAULT;
SELECT version, scoring._registry_assign('card', s::text) AS now, count(*) FROM subject GROUP BY 1, 2 ORDER BY 1, 2;
ROLLBACK;
BEGIN;
SET LOCAL SESSION AUTHORIZATION regress_app;
SELECT scoring.retire_model('card@2', 'goes');
SET LOCAL SESSION AUTHORIZATION DEFAULT;
SELECT version, scoring._registry_assign('card', s::text) AS now, count(*) FROM subject GROUP BY 1, 2 ORDER BY 1, 2;
ROLLBACK;
DROP TABLE subject;
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('card@2', 'it won');
SELECT model, state, slot, share FROM scoring_data.models WHERE name = 'card' ORDER BY version;
SELECT scoring.deploy_model('card@1', 'back again');
SELECT scoring.deploy_model('card@1', 'until May', expires_at => '2999-05-01 00:00+00', on_expiry => 'refuse');
SELECT scoring.retire_model('card@2', 'not needed');
SELECT scoring.retire_model('card@2', 'not needed');
SELECT scoring.deploy_model('card@2', 'back again');
SELECT scoring.retire_model('card@5', 'never validated well');
SELECT scoring.retire_model('card@1', ' ');
SELECT model, state, slot, expires_at AT TIME ZONE 'UTC' AS expires_at, on_expiry FROM scoring_data.models WHERE name = 'card' ORDER BY version;
SELECT event_number, event, from_state, to_state, reason, evidence FROM scoring_data.model_events WHERE name = 'card' AND version = 1 ORDER BY event_number;
SET SESSION AUTHORIZATION regress_val;
SELECT scoring.validate_model('card@1', '{"sample": "a year later"}'::jsonb);
SELECT scoring.validate_model('card@2', '{"sample": "a year later"}'::jsonb);
RESET SESSION AUTHORIZATION;

-- By name: what the value says.
CREATE TABLE applicant AS SELECT id, 15 + id * 7 % 60 AS age FROM generate_series(1, 100) id;
GRANT SELECT ON applicant TO PUBLIC;
SET SESSION AUTHORIZATION regress_use;
SELECT scoring.score('card', a) FROM applicant a WHERE id = 1;
SELECT scoring.pd('card', a) FROM applicant a WHERE id = 1;
SELECT scoring.log_odds('card@3', a) FROM applicant a WHERE id = 1;
SELECT e.* FROM applicant a, scoring.explain('card', a) e WHERE id = 1;
SELECT scoring.reasons('card', a) FROM applicant a WHERE id = 1;
SELECT scoring.policies_applied('card', a) FROM applicant a WHERE id = 1;
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.grant_model('card', 'public', 'view');
RESET SESSION AUTHORIZATION;
SELECT scoring._model_may('regress_none', 'card', 'view') AS view, scoring._model_may('regress_none', 'card', 'score') AS score, scoring._model_may('regress_none', 'retail', 'view') AS another;
SET SESSION AUTHORIZATION regress_use;
SELECT scoring.score('card', a) FROM applicant a WHERE id = 1;
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.grant_model('card', 'regress_branch');
SET SESSION AUTHORIZATION regress_use;
SELECT count(*), count(*) FILTER (WHERE scoring.score('card', a) = scoring.score(m, a) AND scoring.pd('card', a) = scoring.pd(m, a)
  AND scoring.log_odds('card@1', a) = scoring.log_odds(m, a) AND scoring.reasons('card', a) = scoring.reasons(m, a)
  AND scoring.reasons('card', a, 0) = '{}' AND scoring.policies_applied('card@1', a) = scoring.policies_applied(m, a)) AS equal
FROM applicant a, card WHERE k = 1;
SELECT e.* FROM applicant a, scoring.explain('card', a) e WHERE id = 1;
SELECT scoring.reasons('card', a, -1) FROM applicant a WHERE id = 1;
SELECT scoring.score('card@8', a) FROM applicant a WHERE id = 1;
SELECT scoring.score('card@', a) FROM applicant a WHERE id = 1;
SELECT scoring.score(repeat('x', 64), a) FROM applicant a WHERE id = 1;
SELECT scoring.score(repeat('x', 80), a) FROM applicant a WHERE id = 1;
SELECT scoring.score('{"version": 1}', a) FROM applicant a WHERE id = 1;
SELECT scoring.score('card', s) FROM (SELECT 1 AS wrong) s;
SELECT scoring.score(NULL, a), scoring.score('card', NULL::applicant), scoring.reasons('card', a, NULL) FROM applicant a WHERE id = 1;
SELECT count(*) FROM scoring.explain('card', NULL::applicant);
-- A version is scored with whatever its state.
SELECT scoring.score('card@2', a), scoring.score('card@5', a) FROM applicant a WHERE id = 1;

-- Many names at one call, more than are kept at hand; each row by its own.
RESET SESSION AUTHORIZATION;
CREATE TABLE many AS SELECT k, jsonb_set(m::jsonb, '{intercept}', to_jsonb(i / 10.0))::scoring.model AS m, 'many' || i AS name FROM card, generate_series(1, 20) i WHERE k = 1;
GRANT SELECT ON many TO PUBLIC;
SET SESSION AUTHORIZATION regress_ann;
SELECT count(scoring.register_model(name, m)) FROM many;
SELECT count(*), count(DISTINCT name), count(*) FILTER (WHERE scoring.score(name || '@1', a) = scoring.score(m, a)) AS equal FROM applicant a, many;
SELECT count(*) FILTER (WHERE scoring.score(name || '@1', a) = scoring.score(m, a)) AS equal FROM (SELECT * FROM applicant a, many ORDER BY a.id * 7919 % 101, name) a (id, age, k, m, name);
SET min_parallel_table_scan_size = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;
SELECT sum(scoring.score('card', a)) = (SELECT sum(scoring.score((SELECT m FROM card WHERE k = 1), a)) FROM applicant a) AS equal FROM applicant a;
RESET min_parallel_table_scan_size; RESET parallel_setup_cost; RESET parallel_tuple_cost;

-- A prepared statement and a loop see what is the champion now; a stable function what was when its caller began.
PREPARE champion AS SELECT scoring.score('card', a) FROM applicant a WHERE id = 1;
RESET SESSION AUTHORIZATION;
CREATE FUNCTION stable_score() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN scoring.score('card', a) FROM public.applicant a WHERE id = 1; END $$;
CREATE FUNCTION volatile_score() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN scoring.score('card', a) FROM public.applicant a WHERE id = 1; END $$;
EXECUTE champion;
EXECUTE champion;
SET plan_cache_mode = force_generic_plan;
EXECUTE champion;
CREATE ROLE regress_deploy LOGIN IN ROLE regress_registry_approver;
SET SESSION AUTHORIZATION regress_deploy;
DO $$
DECLARE
  one applicant;
BEGIN
  SELECT * INTO one FROM applicant WHERE id = 1;
  FOR v IN 3 .. 4 LOOP
    RAISE NOTICE 'before: %', scoring.score('card', one);
    PERFORM scoring.deploy_model('card@' || v, 'in a loop');
    RAISE NOTICE 'after: %', scoring.score('card', one);
  END LOOP;
END
$$;
EXECUTE champion;
RESET plan_cache_mode;
EXECUTE champion;
SELECT scoring.deploy_model('card@1', 'deployed beside') AS deployed, scoring.score('card', a) AS before, stable_score(), volatile_score() AS now FROM applicant a WHERE id = 1;
EXECUTE champion;
BEGIN;
SELECT scoring.deploy_model('card@3', 'for a moment');
EXECUTE champion;
ROLLBACK;
EXECUTE champion;
-- What is rolled back to a savepoint was never there, also under a snapshot that stays.
BEGIN ISOLATION LEVEL REPEATABLE READ;
EXECUTE champion;
SAVEPOINT s;
SELECT scoring.deploy_model('card@3', 'for a moment');
EXECUTE champion;
ROLLBACK TO s;
EXECUTE champion;
ROLLBACK;

-- A champion past its date warns once for each execution, or refuses; a version never expires.
RESET SESSION AUTHORIZATION;
UPDATE scoring_data.registry_state SET expires_at = '2020-01-02', on_expiry = 'warn' WHERE name = 'card' AND slot = 'champion';
SELECT sum(scoring.score('card', a)) FROM applicant a;
EXECUTE champion;
EXECUTE champion;
SELECT severity, object, finding FROM scoring.doctor() WHERE object <> 'server';
UPDATE scoring_data.registry_state SET on_expiry = 'refuse' WHERE name = 'card' AND slot = 'champion';
SELECT sum(scoring.score('card', a)) FROM applicant a;
EXECUTE champion;
SELECT sum(scoring.score('card@1', a)) FROM applicant a;
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('card@1', 'for another year', expires_at => now() + interval '1 year', on_expiry => 'refuse');
EXECUTE champion;
SELECT scoring.retire_model('card@1', 'no card is needed any more');
EXECUTE champion;
RESET SESSION AUTHORIZATION;
DEALLOCATE champion;

-- A model that is not the one that was registered is not used.
BEGIN;
UPDATE scoring_data.model_version SET hash = repeat('0', 64) WHERE name = 'many7';
SELECT scoring.score('many7@1', a) FROM applicant a WHERE id = 1;
ROLLBACK;
BEGIN;
UPDATE scoring_data.model_version SET hash = 'none' WHERE name = 'many7';
SELECT scoring.score('many7@1', a) FROM applicant a WHERE id = 1;
ROLLBACK;
-- What a database still at 0.1.0 calls.
CREATE FUNCTION score_0_1_0(model text, "row" record) RETURNS integer LANGUAGE c STABLE AS '$libdir/scoring', 'scoring_model_by_name';
SELECT score_0_1_0('many7@1', a) FROM applicant a WHERE id = 1;
DROP FUNCTION score_0_1_0(text, record);
DROP TABLE many, applicant;
DROP FUNCTION stable_score(), volatile_score();

-- Evidence from a sample that the validator may read; models compared.
CREATE TABLE sample AS SELECT id, 18 + id % 50 AS age, id % 50 < 10 AND id % 3 = 0 OR id % 11 = 0 AS bad, (id % 50 < 10 AND id % 3 = 0 OR id % 11 = 0)::int AS flag,
  CASE WHEN id % 2 = 0 THEN 'NaN'::float8 ELSE 1 END AS late, 'yes'::text AS word, id AS number FROM generate_series(1, 1000) id;
SET SESSION AUTHORIZATION regress_ann;
SELECT scoring.register_model('sampled', m) FROM card WHERE k = 1;
SET SESSION AUTHORIZATION regress_val;
SELECT scoring.validate_model('sampled@1', sample => 'sample', target => 'bad');
RESET SESSION AUTHORIZATION;
GRANT SELECT ON sample TO regress_val, regress_ann;
SET SESSION AUTHORIZATION regress_ann;
SELECT scoring.validate_model('sampled@1', sample => 'sample', target => 'bad');
SET SESSION AUTHORIZATION regress_val;
SELECT scoring.validate_model('sampled@1', sample => 'sample', target => 'worse');
SELECT scoring.validate_model('sampled@1', sample => 'sample', target => 'word');
SELECT scoring.validate_model('sampled@1', sample => 'sample', target => 'number');
SELECT scoring.validate_model('sampled@1', sample => 'sample', target => 'late');
SELECT scoring.validate_model('sampled@1', sample => NULL, target => 'bad');
SELECT scoring.validate_model('sampled@1', sample => 'sample', target => 'flag');
SELECT scoring.validate_model('sampled@1', sample => 'sample', target => 'bad', note => 'the same');
SET extra_float_digits = 0;
SELECT jsonb_pretty(evidence - 'tally' - 'target') FROM scoring_data.model_events WHERE name = 'sampled' AND event_number = 2;
RESET extra_float_digits;
SELECT a.evidence - 'target' = b.evidence - 'target' AS same, (a.evidence ->> 'tally')::scoring.tally OPERATOR(scoring.=) (SELECT scoring.tally_agg(scoring.score(m, s), bad) FROM card, sample s WHERE k = 1) AS tally
FROM scoring_data.model_events a, scoring_data.model_events b WHERE a.name = 'sampled' AND b.name = 'sampled' AND a.event_number = 2 AND b.event_number = 3;

CREATE TEMPORARY TABLE changed AS SELECT what, to_model::scoring.model AS m FROM (
  SELECT 'the same' AS what, m::text AS to_model FROM card WHERE k = 1
  UNION ALL SELECT 'another name', replace(m::text, '"kind"', '"name": "x", "kind"') FROM card WHERE k = 1
  UNION ALL SELECT 'provenance', replace(m::text, '"kind"', '"provenance": {"who": "me"}, "kind"') FROM card WHERE k = 1
  UNION ALL SELECT 'a cut', replace(replace(m::text, '"upper":25', '"upper":26'), '"lower":25', '"lower":26') FROM card WHERE k = 1
  UNION ALL SELECT 'points', replace(m::text, '"points":-16', '"points":-20') FROM card WHERE k = 1
  UNION ALL SELECT 'policy', replace(m::text, '"out_of_range":"nearest"', '"out_of_range":"worst"') FROM card WHERE k = 1
  UNION ALL SELECT 'a reason', regexp_replace(m::text, '"reason_code":"age"', '"reason_code":"A1"') FROM card WHERE k = 1
  UNION ALL SELECT 'method', replace(m::text, 'below_max', 'below_neutral') FROM card WHERE k = 1
  UNION ALL SELECT 'base points', (m::jsonb || '{"base_points": 400}')::text FROM card WHERE k = 1
  UNION ALL SELECT 'characteristics', jsonb_set(m::jsonb, '{characteristics,0,name}', '"years"')::text FROM card WHERE k = 1
  UNION ALL SELECT 'scale', scoring.rescale(m, 40, 600, 50)::text FROM card WHERE k = 1) x;
SELECT c.what AS change, d.* FROM changed c LEFT JOIN LATERAL scoring.model_diff((SELECT m FROM card WHERE k = 1), c.m) d ON true ORDER BY c.what COLLATE "C", d.characteristic COLLATE "C", d.bin COLLATE "C", d.what COLLATE "C";
-- No line means the same hash, and the other way round.
SELECT count(*) FROM changed a, changed b
WHERE (scoring.hash(a.m) = scoring.hash(b.m)) = EXISTS (SELECT FROM scoring.model_diff(a.m, b.m));
SELECT * FROM scoring.model_diff('sampled@1', 'card@2');
SELECT count(*) FROM scoring.model_diff(NULL::scoring.model, (SELECT m FROM card WHERE k = 1));

-- Both at one cut-off; and each at its own, for one approval rate.
SELECT outcome, rows, share, goods, bads, round(bad_rate::numeric, 4) AS bad_rate, champion_cutoff, challenger_cutoff
FROM scoring.swap_set((SELECT m FROM card WHERE k = 1), (SELECT m FROM changed WHERE what = 'a cut'), 'sample', 'bad', cutoff => 520);
SELECT outcome, rows, goods, bads FROM scoring.swap_set('card@1', 'card@2', sample => 'sample', target => 'flag', cutoff => 540);
SELECT outcome, rows, goods, bads, bad_rate, champion_cutoff, challenger_cutoff FROM scoring.swap_set('card@1', 'card@2', sample => 'sample', approve_rate => 0.5);
SELECT * FROM scoring.swap_set('card@1', 'card@2', sample => 'sample');
SELECT * FROM scoring.swap_set('card@1', 'card@2', sample => 'sample', approve_rate => 1);
SELECT * FROM scoring.swap_set('card@1', 'card@2', sample => NULL, cutoff => 1);
SET SESSION AUTHORIZATION regress_use;
SELECT * FROM scoring.swap_set('retail@1', 'card@2', sample => 'sample', cutoff => 540);
RESET SESSION AUTHORIZATION;
DROP TABLE sample, changed;

-- What happened can be read, not changed.
SET SESSION AUTHORIZATION regress_aud;
SELECT model, state, slot, share, shadow, on_expiry, note, role_name FROM scoring_data.models WHERE name IN ('own', 'retail') ORDER BY name, version;
SELECT name, version, event_number, event, from_state, to_state, role_name, session_name, reason, evidence - 'hash' AS evidence
FROM scoring_data.model_events WHERE name IN ('own', 'retail') ORDER BY name, version, event_number;
SELECT name, grantee, use, granted_by_role, revoked_by_role, is_current FROM scoring_data.model_grants ORDER BY name, grantee;
SELECT count(*) FROM scoring_data.model_version;
SET SESSION AUTHORIZATION regress_none;
SELECT * FROM scoring_data.models;
RESET SESSION AUTHORIZATION;

-- What somebody with the rights of a superuser does to the tables is noticed.
SELECT count(*) AS findings FROM scoring.doctor() WHERE object <> 'server';
BEGIN;
UPDATE scoring_data.model_version SET model = (SELECT m FROM card WHERE k = 5) WHERE name = 'retail' AND version = 1;
SELECT object, finding FROM scoring.doctor() WHERE object <> 'server';
ROLLBACK;
BEGIN;
UPDATE scoring_data.model_version SET model = (SELECT m FROM card WHERE k = 5), hash = (SELECT scoring.hash(m) FROM card WHERE k = 5) WHERE name = 'retail' AND version = 1;
SELECT object, finding FROM scoring.doctor() WHERE object <> 'server';
ROLLBACK;
BEGIN;
UPDATE scoring_data.model_version SET model = (jsonb_set(model::jsonb, '{provenance}', '{"who": "another"}'))::scoring.model WHERE name = 'retail' AND version = 1;
SELECT object, finding FROM scoring.doctor() WHERE object <> 'server';
ROLLBACK;
BEGIN;
UPDATE scoring_data.registry_event SET role_name = 'regress_app' WHERE name = 'retail' AND version = 1 AND event = 'validate';
UPDATE scoring_data.registry_state SET state = 'validated' WHERE name = 'retail' AND version = 3;
SELECT object, finding FROM scoring.doctor() WHERE object <> 'server';
ROLLBACK;
-- A version that is gone scores nothing, and is not taken for NULL.
BEGIN;
DELETE FROM scoring_data.model_version WHERE name = 'retail' AND version = 1;
SAVEPOINT gone;
SELECT scoring.registered_model('retail@1');
ROLLBACK TO gone;
SELECT scoring.score('retail@1', ROW(1));
ROLLBACK;
BEGIN;
DELETE FROM scoring_data.registry_event WHERE name = 'retail' AND (version = 2 AND event = 'register' OR version = 3);
DELETE FROM scoring_data.registry_state WHERE name = 'retail' AND version = 3;
SELECT object, finding FROM scoring.doctor() WHERE object <> 'server';
DELETE FROM scoring_data.model_version WHERE name = 'retail';
SELECT object, finding FROM scoring.doctor() WHERE object <> 'server';
ROLLBACK;
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.grant_model('own', 'regress_branch', 'view');
RESET SESSION AUTHORIZATION;
ALTER ROLE regress_branch RENAME TO regress_branches;
SELECT * FROM scoring.doctor() WHERE object <> 'server';
ALTER ROLE regress_branches RENAME TO regress_branch;

DROP TABLE card;
\i test/workspace_end.sql
DROP ROLE regress_deploy, regress_ann, regress_val, regress_app, regress_all, regress_ste, regress_aud, regress_off, regress_branch, regress_use, regress_none;
