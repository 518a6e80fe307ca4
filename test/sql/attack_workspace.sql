-- Attacks on the workspace, by people who have a login, at most one duty, and a schema of their own. Each is refused.
\set VERBOSITY default
\set SHOW_CONTEXT never
\pset null '(null)'
\set prefix regress_attack
SET client_min_messages = warning;
SELECT scoring.setup(:'prefix') LIKE 'workspace % made, owned by regress_attack_owner' AS made;
RESET client_min_messages;
CREATE ROLE regress_team NOLOGIN IN ROLE regress_attack_modeler;
CREATE ROLE regress_desk NOLOGIN IN ROLE regress_attack_officer;
CREATE ROLE regress_ann LOGIN IN ROLE regress_team;
CREATE ROLE regress_val LOGIN IN ROLE regress_attack_modeler;
CREATE ROLE regress_app LOGIN IN ROLE regress_attack_approver;
CREATE ROLE regress_oli LOGIN IN ROLE regress_desk;
CREATE ROLE regress_ste LOGIN IN ROLE regress_attack_steward;
CREATE ROLE regress_aud LOGIN IN ROLE regress_attack_auditor;
CREATE ROLE regress_ana LOGIN IN ROLE regress_attack_analyst;
CREATE ROLE regress_mal LOGIN;
CREATE ROLE regress_bob LOGIN;
CREATE ROLE regress_all LOGIN IN ROLE pg_read_all_data, pg_write_all_data;
CREATE SCHEMA trap;
GRANT USAGE, CREATE ON SCHEMA trap TO PUBLIC;

CREATE TABLE card AS SELECT k, format('{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50},
  "intercept": %s, "reason": {"method": "below_max"},
  "characteristics": [{"name": "age", "type": "number", "reason_code": "R1", "observed": [18, 80], "out_of_range": "nearest",
     "bins": [{"type": "range", "lower": null, "upper": 25, "points": -30}, {"type": "range", "lower": 25, "upper": null, "points": 20}, {"type": "missing", "policy": "neutral"}]},
    {"name": "housing", "type": "text", "reason_code": "R2", "unseen": "neutral",
     "bins": [{"type": "categories", "categories": ["own"], "points": 12}, {"type": "categories", "categories": ["rent"], "points": -8}, {"type": "missing", "policy": "neutral"}]}]}', k)::scoring.model AS m
FROM generate_series(1, 4) k;
CREATE TABLE applicant (id int PRIMARY KEY, age int, housing text);
INSERT INTO applicant VALUES (1, 40, 'own'), (2, 20, 'rent');
GRANT SELECT ON card, applicant TO PUBLIC;
SET SESSION AUTHORIZATION regress_ann;
SELECT scoring.register_model('retail', m) FROM card ORDER BY k;
SELECT scoring.register_policy('loans', '{"model": "retail", "approve_at": 580, "decline_below": 500}');
SET SESSION AUTHORIZATION regress_val;
SELECT scoring.validate_model('retail@' || n, '{"sample": "x"}') FROM generate_series(1, 2) n;
SELECT scoring.validate_policy('loans@1', '{"sample": "x"}');
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.approve_model('retail@' || n, 'good') FROM generate_series(1, 2) n;
SELECT scoring.deploy_model('retail@1', 'good'), scoring.approve_policy('loans@1', 'good'), scoring.deploy_policy('loans@1', 'good');
SET SESSION AUTHORIZATION regress_oli;
SELECT decision_id, decision, score FROM applicant a, scoring.decide('loans', NULL, a, 's' || id, 'loan') ORDER BY 1;
RESET SESSION AUTHORIZATION;

-- Who may read and write all data reads no table, no view that is not his, and writes through none.
SELECT c.oid::regclass AS can_be_written_through FROM pg_class c WHERE relnamespace = 'scoring_data'::regnamespace AND relkind = 'v' AND pg_relation_is_updatable(c.oid, true) <> 0;
CREATE TEMP TABLE relation AS SELECT relname, relkind FROM pg_class WHERE relnamespace = 'scoring_data'::regnamespace AND relkind IN ('r', 'v');
GRANT SELECT ON relation TO PUBLIC;
SET SESSION AUTHORIZATION regress_all;
DO $$
DECLARE
  r record;
  n bigint;
BEGIN
  FOR r IN SELECT * FROM relation ORDER BY relname COLLATE "C" LOOP
    EXECUTE format('SELECT count(*) FROM scoring_data.%I', r.relname) INTO n;
    IF n > 0 THEN
      RAISE WARNING '% rows of % can be read', n, r.relname;
    END IF;
  END LOOP;
END $$;
\set VERBOSITY terse
UPDATE scoring_data.model_events SET reason = 'better';
DELETE FROM scoring_data.decision_events;
INSERT INTO scoring_data.model_grants (name, grantee, use, granted_by_role, granted_by_session, granted_at) VALUES ('retail', 'regress_all', 'score', 'regress_ste', 'regress_ste', now());
SELECT * FROM scoring_data.model_grants FOR UPDATE;
\set VERBOSITY default
UPDATE scoring_data.registry_state SET state = 'approved' WHERE version = 3;
INSERT INTO scoring_data.model_grant (name, grantee, use, granted_by_role, granted_by_session, granted_at) VALUES ('retail', 'regress_all', 'score', 'regress_ste', 'regress_ste', now());
-- Sequences have no row security. A number that was given is not given again.
SELECT setval('scoring_data.decision_decision_id_seq', 1, false);
SET SESSION AUTHORIZATION regress_oli;
SELECT decision_id FROM applicant a, scoring.decide('loans', NULL, a, 'forged', 'loan') WHERE id = 1;
RESET SESSION AUTHORIZATION;
SELECT object, finding, remedy FROM scoring.doctor() WHERE object LIKE 'scoring\_data.decision%';
SELECT setval('scoring_data.decision_decision_id_seq', 2);

-- A second person is not made by an index, a materialized view or statistics, nor by a function that others are made to call.
GRANT CREATE ON SCHEMA trap TO regress_team, regress_desk;
SET SESSION AUTHORIZATION regress_ann;
SET ROLE regress_team;
CREATE FUNCTION trap.validate(a int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF session_user <> 'regress_ann' THEN
    PERFORM scoring.validate_model('retail@3', '{"sample": "none"}');
  END IF;
  RETURN a;
END $$;
CREATE TABLE trap.indexed (a int);
CREATE INDEX indexed_validate ON trap.indexed (trap.validate(a));
INSERT INTO trap.indexed VALUES (1);
CREATE MATERIALIZED VIEW trap.kept AS SELECT trap.validate(1);
CREATE TABLE trap.watched (a int);
GRANT INSERT ON trap.watched TO PUBLIC;
CREATE FUNCTION trap.validate_later() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS $$BEGIN PERFORM scoring.validate_model('retail@3', '{"sample": "none"}'); RETURN NULL; END $$;
CREATE TRIGGER watch AFTER INSERT ON trap.watched FOR EACH ROW EXECUTE FUNCTION trap.validate_later();
CREATE FUNCTION trap.author() RETURNS text SECURITY DEFINER LANGUAGE sql AS $$SELECT scoring.register_model('trapped', '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50}, "intercept": 1, "reason": {"method": "below_max"},
  "characteristics": [{"name": "x", "type": "number", "bins": [{"type": "range", "lower": null, "upper": null, "points": 1}, {"type": "missing", "policy": "neutral"}]}]}'::scoring.model, 'a draft of nobody''s')$$;
SET SESSION AUTHORIZATION regress_oli;
SET ROLE regress_desk;
CREATE FUNCTION trap.review(id bigint) RETURNS text SECURITY DEFINER LANGUAGE sql AS $$SELECT scoring.review_decision(id, 'approve', 'looked at it')$$;
RESET SESSION AUTHORIZATION;
ANALYZE trap.indexed;
REINDEX TABLE trap.indexed;
REFRESH MATERIALIZED VIEW trap.kept;
SET SESSION AUTHORIZATION regress_bob;
SELECT trap.author();
INSERT INTO trap.watched VALUES (1);
SELECT trap.review(1);
RESET SESSION AUTHORIZATION;
SELECT version, event, role_name FROM scoring_data.registry_event WHERE version = 3 ORDER BY event_number;

-- No code of a row's types runs as the owner: neither of domains of its columns nor of a domain that the row is of, casts,
-- or a domain's check that plpgsql makes when it assigns the row.
SET SESSION AUTHORIZATION regress_oli;
CREATE FUNCTION trap.spring(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF current_user = 'regress_attack_owner' THEN
    RAISE WARNING 'a trap was sprung';
    INSERT INTO scoring_data.model_grant (name, grantee, use, granted_by_role, granted_by_session, granted_at) VALUES ('retail', 'regress_oli', 'score', 'x', 'x', now());
  END IF;
  RETURN true;
END $$;
CREATE DOMAIN trap.word AS text CHECK (trap.spring(value));
CREATE DOMAIN trap.number AS integer CHECK (trap.spring(value::text));
CREATE TYPE trap.person AS (age trap.number, housing trap.word);
CREATE DOMAIN trap.adult AS trap.person CHECK (trap.spring((value).housing));
CREATE FUNCTION trap.as_json(trap.person) RETURNS json LANGUAGE plpgsql AS $$BEGIN PERFORM trap.spring('x'); RETURN '{}'; END$$;
CREATE FUNCTION trap.as_text(trap.person) RETURNS text LANGUAGE plpgsql AS $$BEGIN PERFORM trap.spring('x'); RETURN ''; END$$;
CREATE CAST (trap.person AS json) WITH FUNCTION trap.as_json(trap.person) AS IMPLICIT;
CREATE CAST (trap.person AS text) WITH FUNCTION trap.as_text(trap.person) AS IMPLICIT;
SELECT decision FROM scoring.decide('loans', NULL, ROW(40, 'own')::trap.adult, 'trap', 'loan');
DO $$
DECLARE
  p trap.person := ROW(40, 'own');
  a trap.adult := ROW(40, 'own');
  r record := a;
BEGIN
  RAISE NOTICE '%', (SELECT d.decision FROM scoring.decide('loans', NULL, p, 'trap', 'loan') d);
  RAISE NOTICE '%', (SELECT d.decision FROM scoring.decide('loans', NULL, a, 'trap', 'loan') d);
  RAISE NOTICE '%', (SELECT d.decision FROM scoring.decide('loans', NULL, r, 'trap', 'loan') d);
END $$;
RESET SESSION AUTHORIZATION;
SELECT count(*) AS grants_by_trap FROM scoring_data.model_grant WHERE granted_by_role = 'x';

-- What an auditor sees of a decision does not let him try inputs until they fit: the hash of the row is of something random too.
SELECT count(*) FILTER (WHERE evidence ->> 'nonce' ~ '^[0-9a-f]{32}$') = count(*) AS all_have, count(DISTINCT evidence ->> 'nonce') = count(*) AS all_differ FROM scoring_data.decision;
SET SESSION AUTHORIZATION regress_aud;
SELECT scoring.decision_evidence(1);
SELECT * FROM scoring.replay(1, '{"age": 40, "housing": "own"}');
SELECT scoring.explain('retail', a) FROM public.applicant a;
RESET SESSION AUTHORIZATION;

-- What has expired does not decide, in a transaction that was begun in time either.
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@1', 'for a moment', expires_at => clock_timestamp() + interval '0.3 second', on_expiry => 'refuse');
SET SESSION AUTHORIZATION regress_oli;
BEGIN;
SELECT count(*) FROM scoring_data.policies;
SELECT FROM pg_sleep(0.5);
DO $$BEGIN PERFORM scoring.decide('loans', NULL, a, 'late', 'loan') FROM public.applicant a; EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%', SQLERRM; END$$;
COMMIT;
SET SESSION AUTHORIZATION regress_app;
BEGIN;
SELECT scoring.deploy_model('retail@1', 'for a moment', expires_at => clock_timestamp() + interval '0.3 second', on_expiry => 'refuse');
SELECT FROM pg_sleep(0.5);
DO $$BEGIN PERFORM scoring.score('retail', a) FROM public.applicant a; EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%', regexp_replace(SQLERRM, ' on .*', ''); END$$;
ROLLBACK;
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@1', 'for good');

-- Runs of score_batch: nobody begins one into another's table, and what doctor() lets an administrator paste is no statement of theirs.
RESET SESSION AUTHORIZATION;
CREATE TABLE trap.score (id int PRIMARY KEY);
ALTER TABLE trap.score OWNER TO regress_bob;
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.grant_model('retail', 'regress_mal'), scoring.grant_model('retail', 'regress_bob');
SET SESSION AUTHORIZATION regress_bob;
SELECT how FROM scoring.batch_begin('retail', 's', 's', 'x; ALTER ROLE regress_mal SUPERUSER', 0, 0, 'trap.score'::regclass, 0, '{id}', NULL, 0, 1, 0, 9223372036854775807, false);
SELECT source, target FROM scoring_data.progress;
-- Nor does one person's run keep everyone from reading progress, by numbers that do not add up.
SELECT run FROM scoring_data.progress \gset
SELECT scoring.batch_plan(:run, '{{1},{2}}', '{9223372036854775807,9223372036854775807}', true);
SELECT scoring.batch_plan(:run, '{{1},{2}}', '{1,1}', true);
SELECT scoring.batch_record(:run, 1, true, 9223372036854775807, '{}', '{}');
SELECT rows_done, rows_estimated FROM scoring_data.progress;
SET SESSION AUTHORIZATION regress_mal;
SELECT how FROM scoring.batch_begin('retail', 's', 's', 'trap.score', 0, 0, 'trap.score'::regclass, 0, '{id}', NULL, 0, 1, 0, 1, false);
SELECT how FROM scoring.batch_begin('retail', 's', 's', 'trap.score', 0, 0, 0, 0, '{id}', NULL, 0, 1, 0, 1, false);
SELECT scoring.stop_batch(run) FROM generate_series(1, 100) run;
SELECT * FROM scoring_data.progress;
SELECT scoring._batch_lock('trap.score'::regclass, false);
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.revoke_model('retail', 'regress_mal');

-- Nothing is in the path of what runs as the owner: not operators, functions and types of a schema of one's own, nor temporary tables.
SET SESSION AUTHORIZATION regress_bob;
CREATE FUNCTION trap.springs(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'a trap was sprung as %', current_user; RETURN true; END$$;
CREATE FUNCTION trap.springs(name, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'a trap was sprung as %', current_user; RETURN true; END$$;
CREATE FUNCTION trap.springs(integer, integer) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'a trap was sprung as %', current_user; RETURN true; END$$;
CREATE OPERATOR trap.= (leftarg = text, rightarg = text, function = trap.springs);
CREATE OPERATOR trap.= (leftarg = name, rightarg = text, function = trap.springs);
CREATE OPERATOR trap.= (leftarg = integer, rightarg = integer, function = trap.springs);
CREATE OPERATOR trap.!~ (leftarg = text, rightarg = text, function = trap.springs);
CREATE FUNCTION trap._caller() RETURNS name LANGUAGE sql AS $$SELECT 'regress_app'::name$$;
CREATE TEMP TABLE pg_roles AS SELECT 'regress_bob'::name AS rolname, 10::oid AS oid, true AS rolsuper;
CREATE TEMP TABLE registry_state (name text);
CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (trap.springs(value::pg_catalog.text, 'x'::pg_catalog.text));
SET search_path = pg_temp, trap, pg_catalog;
SELECT scoring.score('retail'::pg_catalog.text, a) FROM public.applicant a ORDER BY a.id;
SELECT scoring.stop_batch(run) FROM scoring_data.progress;
SELECT scoring.approve_model('retail@3'::pg_catalog.text, 'x'::pg_catalog.text);
SELECT characteristic, what FROM scoring.model_diff('retail@1'::pg_catalog.text, 'retail@2'::pg_catalog.text);
SELECT outcome, rows FROM scoring.swap_set('retail@1'::pg_catalog.text, 'retail@2'::pg_catalog.text, 'public.applicant', cutoff => 500);
RESET search_path;
DROP TABLE pg_temp.pg_roles, pg_temp.registry_state;
DROP DOMAIN pg_temp.text;

-- An error, however it comes, leaves nobody who has called and no setting that was pinned.
SET TimeZone = 'Asia/Tokyo';
DO $$
BEGIN
  FOR i IN 1 .. 3 LOOP
    BEGIN
      PERFORM scoring.registered_model('nothing@' || i);
    EXCEPTION WHEN insufficient_privilege THEN
      NULL;
    END;
  END LOOP;
END $$;
SET statement_timeout = '30ms';
\set VERBOSITY terse
SELECT count(scoring.registered_model('retail')) FROM generate_series(1, 1000000);
\set VERBOSITY default
RESET statement_timeout;
SELECT current_user, current_setting('TimeZone') AS zone;
RESET SESSION AUTHORIZATION;
SELECT scoring._caller() = current_user AS nobody_has_called;
SET SESSION AUTHORIZATION regress_aud;
BEGIN;
DECLARE part CURSOR FOR SELECT scoring.replay_all(everything => true), scoring.check_contents();
MOVE 1 FROM part;
SELECT current_user, current_setting('TimeZone') AS zone;
COMMIT;
RESET SESSION AUTHORIZATION;
RESET TimeZone;

-- A careless administrator gives a function of the extension away.
ALTER FUNCTION scoring._stop_batch(bigint) OWNER TO regress_mal;
SELECT object, finding FROM scoring.doctor() WHERE finding LIKE 'it belongs to%';
ALTER FUNCTION scoring._stop_batch(bigint) OWNER TO CURRENT_USER;
SET client_min_messages = warning;
DROP SCHEMA trap CASCADE;
RESET client_min_messages;
DROP TABLE card, applicant, relation;
\i test/workspace_end.sql
DROP ROLE regress_team, regress_desk, regress_ann, regress_val, regress_app, regress_oli, regress_ste, regress_aud, regress_ana, regress_mal, regress_bob, regress_all;
