-- decision: policies, decisions, overrides, reviews, and deciding again.
\set SHOW_CONTEXT never
\pset null '(null)'
\set prefix regress_decision
SET client_min_messages = warning;
SELECT scoring.setup(:'prefix') LIKE 'workspace % made, owned by regress_decision_owner' AS made;
RESET client_min_messages;

CREATE ROLE regress_ann LOGIN IN ROLE regress_decision_modeler;
CREATE ROLE regress_val LOGIN IN ROLE regress_decision_modeler;
CREATE ROLE regress_app LOGIN IN ROLE regress_decision_approver;
CREATE ROLE regress_head NOLOGIN;
CREATE ROLE regress_oli LOGIN IN ROLE regress_decision_officer;
CREATE ROLE regress_olga LOGIN IN ROLE regress_decision_officer, regress_head;
CREATE ROLE regress_ste LOGIN IN ROLE regress_decision_steward;
CREATE ROLE regress_aud LOGIN IN ROLE regress_decision_auditor;
CREATE ROLE regress_ana LOGIN IN ROLE regress_decision_analyst;

CREATE TABLE card AS SELECT k, format('{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50},
  "intercept": %s, "reason": {"method": "below_max"},
  "characteristics": [
    {"name": "income", "type": "number", "reason_code": "R10", "observed": [0, 90000], "out_of_range": "nearest",
     "bins": [{"type": "range", "lower": null, "upper": 20000, "points": -30}, {"type": "range", "lower": 20000, "upper": null, "points": 20},
              {"type": "special", "code": -9, "policy": "worst"}, {"type": "missing", "policy": "neutral"}]},
    {"name": "inquiries", "type": "number", "reason_code": "R20",
     "bins": [{"type": "range", "lower": null, "upper": 3, "points": 5}, {"type": "range", "lower": 3, "upper": null, "points": -4}, {"type": "missing", "policy": "worst"}]},
    {"name": "housing", "type": "text", "reason_code": "R30", "unseen": "neutral",
     "bins": [{"type": "categories", "categories": ["own"], "points": 12}, {"type": "categories", "categories": ["rent"], "points": -8},
              {"type": "missing", "policy": "error"}]}]}', k)::scoring.model AS m
FROM generate_series(1, 3) k;
GRANT SELECT ON card TO PUBLIC;
CREATE TABLE applicant (id int PRIMARY KEY, income numeric(10,2), inquiries int, housing text, age int, country text, "odd ""name" boolean);
INSERT INTO applicant VALUES (1, 50000, 0, 'own', 40, 'DE', false), (2, 15000.50, 5, 'rent', 30, 'DE', false), (3, 30000, 5, 'palace', 17, 'DE', false),
  (4, NULL, NULL, 'own', NULL, 'DE', false), (5, 50000, 1, 'rent', 50, 'XX', false), (6, -9, 0, 'own', 35, 'DE', true), (7, 95000, 1, 'own', NULL, 'XX', NULL);
GRANT SELECT ON applicant TO PUBLIC;

-- What is kept of a row: typed, and no code of its types runs.
SELECT scoring.inputs(a, '{income,housing,inquiries}') FROM applicant a ORDER BY id;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN share AS numeric(6,4);
SELECT scoring.inputs(s, '{a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p}') FROM (SELECT 1::smallint AS a, 2 AS b, 9007199254740993 AS c, 0.10 AS d, 0.1::real AS e, 1e23::float8 AS f,
  'NaN'::float8 AS g, 'Infinity'::numeric AS h, '-Infinity'::real AS i, date '2024-02-29' AS j, date '0044-03-15 BC' AS k, date 'infinity' AS l, 'x  '::char(3) AS m,
  'bad'::mood AS n, true AS o, 0.25::share AS p) s;
SELECT scoring.inputs(s, '{a,b,c,d}') FROM (SELECT '-0'::float8 AS a, 5e-324::float8 AS b, ''::text AS c, 'n'::name AS d) s;
SELECT scoring.inputs(a, '{}') FROM applicant a WHERE id = 1;
SELECT scoring.inputs(NULL::applicant, '{age}') IS NULL AS no_row, scoring.inputs(a, NULL) IS NULL AS no_names FROM applicant a WHERE id = 1;
SELECT scoring.inputs(a, '{salary}') FROM applicant a WHERE id = 1;
SELECT scoring.inputs(a, '{age,NULL}') FROM applicant a WHERE id = 1;
SELECT scoring.inputs(s, '{x}') FROM (SELECT now() AS x) s;
SELECT scoring.inputs(s, '{x}') FROM (SELECT 1 AS x, 2 AS x) s;
CREATE FUNCTION trap(applicant) RETURNS json LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'trapped'; END$$;
CREATE CAST (applicant AS json) WITH FUNCTION trap(applicant);
CREATE FUNCTION trap(mood) RETURNS json LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'trapped'; END$$;
CREATE CAST (mood AS json) WITH FUNCTION trap(mood);
SELECT to_jsonb('good'::mood);
SELECT scoring.inputs(s, '{m}') FROM (SELECT 'good'::mood AS m) s;
DROP CAST (applicant AS json);
DROP CAST (mood AS json);

-- And what a model says of that. What is not there is not missing; a date stands for its days.
SELECT jsonb_pretty(scoring._evaluate(m, scoring.inputs(a, '{income,housing,inquiries}'), true)) FROM card, applicant a WHERE k = 1 AND id = 2;
SELECT scoring._evaluate(m, '{"income": 1, "housing": "own"}') FROM card WHERE k = 1;
SELECT scoring._evaluate(m, '{"income": "low", "housing": "own", "inquiries": 1}') FROM card WHERE k = 1;
SELECT scoring._evaluate(m, '{"income": "today", "housing": "own", "inquiries": 1}') FROM card WHERE k = 1;
SELECT scoring._evaluate(m, '{"income": "2023-02-29", "housing": "own", "inquiries": 1}') FROM card WHERE k = 1;
SELECT scoring._evaluate(m, '{"income": true, "housing": "own", "inquiries": 1}') FROM card WHERE k = 1;
SELECT scoring._evaluate(m, '{"income": [1], "housing": "own", "inquiries": 1}') FROM card WHERE k = 1;
SELECT scoring._evaluate(m, '{"income": 1, "housing": 1, "inquiries": 1}') FROM card WHERE k = 1;
SELECT scoring._evaluate(m, '{"income": 1, "housing": null, "inquiries": 1}') FROM card WHERE k = 1;
SELECT scoring._evaluate(m, '[]') FROM card WHERE k = 1;
SELECT i, scoring._evaluate(m, jsonb_build_object('income', i, 'housing', 'own', 'inquiries', 1), true) #>> '{characteristics,0,value}' AS value
FROM card, unnest('{2024-02-29,1970-01-01,0044-03-15 BC,10000-01-01,infinity,-Infinity,NaN}'::text[]) i WHERE k = 1;

-- Policies. Faults are told with their place.
CREATE FUNCTION refused(policy jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  RETURN 'accepted: ' || scoring._policy_normal(policy)::text;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN concat_ws(' ', SQLSTATE, SQLERRM, nullif(detail, ''));
END
$$;
SELECT refused('{"model": "retail", "approve_at": 500}');
SELECT path, left(value::text, 40) AS value, refused(CASE WHEN value IS NULL THEN base #- path ELSE jsonb_set(base, path, value) END)
FROM (SELECT '{"model": "retail", "approve_at": 510, "decline_below": 490, "rules": [{"name": "underage", "when": "$.age < 18", "outcome": "decline", "reason_code": "P1"}],
              "override": {"approve": ["head"]}}'::jsonb AS base) b,
(VALUES (1, '{}'::text[], '1'::jsonb), (2, '{x}', '1'), (3, '{model}', NULL), (4, '{model}', '"retail@1"'), (5, '{model}', '5'), (6, '{approve_at}', NULL), (7, '{approve_at}', '510.5'),
  (8, '{approve_at}', '"510"'), (9, '{approve_at}', '3e9'), (10, '{decline_below}', '511'), (11, '{decline_below}', 'null'), (12, '{rules}', '{}'), (13, '{rules,0}', '1'), (14, '{rules,0,sql}', '"DROP"'),
  (15, '{rules,0,name}', '"Under age"'), (16, '{rules,0,when}', NULL), (17, '{rules,0,when}', '"$.age <"'), (18, '{rules,0,when}', '"strict $.age < 18"'), (19, '{rules,0,when}', '"lax $.age < 18"'),
  (20, '{rules,0,when}', '"$.age"'), (21, '{rules,0,when}', '"$.* < 18"'), (22, '{rules,0,when}', '"$.** < 18"'), (23, '{rules,0,when}', '"$[*] < 18"'), (24, '{rules,0,when}', '"exists($ ? (@.age < 18))"'),
  (25, '{rules,0,when}', '"$.age < $limit"'), (26, '{rules,0,when}', '"true"'), (27, '{rules,0,when}', '"1 < 2"'), (28, '{rules,0,when}', '"$.a like_regex \"(\""'), (29, '{rules,0,when}', '""'),
  (30, '{rules,0,when}', to_jsonb('$.a == "' || repeat('x', 1000) || '"')), (31, '{rules,0,outcome}', '"approve"'), (32, '{rules,0,reason_code}', '""'), (33, '{rules,0,on_unknown}', '"approve"'), (33, '{rules,0,unknown_reason_code}', '" "'),
  (34, '{rules}', '[{"name": "a", "when": "$.b < 1", "outcome": "refer", "reason_code": "1"}, {"name": "a", "when": "$.b < 2", "outcome": "refer", "reason_code": "1"}]'),
  (35, '{override}', '[]'), (36, '{override,all}', '[]'), (37, '{override,approve}', '"head"'), (38, '{override,approve}', '[""]'), (39, '{inputs}', '"both"'), (40, '{reasons}', '5'), (41, '{inquiries}', '1'),
  (42, '{rules,0,when}', '"($.age < 18) ? (@ != true)"')) v (n, path, value)
ORDER BY n;
SELECT refused(jsonb_build_object('model', 'retail', 'approve_at', 1, 'override', jsonb_build_object('approve', (SELECT jsonb_agg(repeat(chr(65 + i % 26), 60)) FROM generate_series(1, 100) i), 'x', 1)));
SELECT refused(jsonb_build_object('model', 'retail', 'approve_at', 1, 'rules', (SELECT jsonb_agg(jsonb_build_object('name', 'r' || i, 'when', '$.a < 1', 'outcome', 'refer', 'reason_code', 'x')) FROM generate_series(1, 101) i)));
SELECT refused(jsonb_build_object('model', 'retail', 'approve_at', 1, 'rules', (SELECT jsonb_agg(jsonb_build_object('name', 'r' || i, 'when', '$.a == "' || repeat('y', 900) || '"', 'outcome', 'refer', 'reason_code', 'x')) FROM generate_series(1, 100) i)));

-- The columns that a rule reads.
SELECT r, scoring._rule_columns(r) FROM (VALUES ('$.age < 18'), ('$."odd \"name" == true && !($.b > 1 || $.age < 3)'), ('$.a == "$.b"'), ('$.a == "x \" $.b"'), ('exists($.a ? (@ > 1))'),
  ('($.a == null) is unknown'), ('$.d.datetime() < "2020-01-01".datetime()'), ('$.a.b == 1'), ('$.a starts with "$"'), ('$'), ('$x > 1')) v (r);

-- A rule is true, false, or unknown: a comparison with what is missing is unknown, never false.
SELECT r, i, scoring._rule_fires(r, jsonb_strip_nulls(i)) AS fires
FROM unnest(ARRAY['$.age < 18', '!($.age < 18)', '$.age < 18 || $.country == "XX"', '$.age < 18 && $.country == "XX"', '($.age == null) is unknown', '$.age != 18', 'exists($.age)', '$.age / $.k > 1', '$.country like_regex "^X"']) WITH ORDINALITY a (r, n),
     unnest(ARRAY['{"age": 17, "country": "DE", "k": 0}', '{"age": null, "country": "DE", "k": 2}', '{"age": null, "country": "XX", "k": null}', '{"age": "NaN", "country": null, "k": 1}']::jsonb[]) WITH ORDINALITY b (i, m)
ORDER BY n, m;

-- From a draft to what decides, by three persons.
SET SESSION AUTHORIZATION regress_ann;
SELECT scoring.register_model('retail', m) FROM card ORDER BY k;
SELECT scoring.register_policy('loans', '{"model": "retail", "approve_at": 555, "decline_below": 510, "inquiries": true, "reasons": 2,
  "rules": [{"name": "underage", "when": "$.age < 18", "outcome": "decline", "reason_code": "P1"},
            {"name": "abroad", "when": "$.country != \"DE\"", "outcome": "refer", "reason_code": "P2"},
            {"name": "odd", "when": "$.\"odd \\\"name\" == true", "outcome": "decline", "reason_code": "P3", "on_unknown": "ignore"}],
  "override": {"approve": ["regress_head", "regress_no_such_role"], "decline": ["regress_decision_officer"]}}', 'the first');
SELECT scoring.register_policy('loans', '{"model": "retail", "approve_at": 540, "inputs": "hash"}');
SELECT scoring.register_policy('loans', '{"model": "retail", "approve_at": 540.0, "decline_below": 540, "inputs": "hash", "rules": []}');
SELECT scoring.register_policy('Loans', '{"model": "retail", "approve_at": 540}');
SELECT scoring.register_policy('loans', NULL);
SELECT scoring.validate_policy('loans@1', '{"sample": "may"}');
SET SESSION AUTHORIZATION regress_val;
SELECT scoring.validate_model('retail@1', '{"sample": "holdout"}'::jsonb);
SELECT scoring.validate_model('retail@2', '{"sample": "holdout"}'::jsonb);
SELECT scoring.validate_policy('loans', '{"sample": "may"}');
SELECT scoring.validate_policy('loans@1', '{}');
SELECT scoring.validate_policy('loans@1', '{"approval rate": 0.4}', 'as planned');
SELECT scoring.validate_policy('loans@2', '{"approval rate": 0.5}');
SELECT scoring.approve_policy('loans@1', 'mine');
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.approve_model('retail@1', 'good');
SELECT scoring.approve_model('retail@2', 'good');
SELECT scoring.approve_policy('loans@3', 'too early');
SELECT scoring.approve_policy('loans@1', 'the committee');
SELECT scoring.approve_policy('loans@2', 'the committee');
SELECT policy, state, slot, definition ->> 'approve_at' AS approve_at, note, role_name FROM scoring_data.policies ORDER BY name, version;
SET SESSION AUTHORIZATION regress_oli;
SELECT d.* FROM applicant a, scoring.decide('loans', NULL, a, 'S1', 'credit') d WHERE id = 1;
SELECT d.* FROM applicant a, scoring.decide('loans@1', NULL, a, 'S1', 'credit') d WHERE id = 1;
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_policy('loans@1', 'go');
SET SESSION AUTHORIZATION regress_oli;
SELECT d.* FROM applicant a, scoring.decide('loans', NULL, a, 'S1', 'credit') d WHERE id = 1;
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@1', 'go');
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.set_reason_text('R20', 'en', 'Too many inquiries for credit', is_inquiry => true);
SELECT scoring.set_reason_text('R20', 'de', 'Zu viele Kreditanfragen', is_inquiry => true);
SELECT scoring.set_reason_text('P1', 'en', 'You are under age');

-- Deciding. Rules first, then the score; only what the outcome rests on is a reason.
SET SESSION AUTHORIZATION regress_oli;
SELECT a.id, d.decision_id, d.decision, d.score, round(d.pd::numeric, 6) AS pd, d.reasons, d.rules, d.policy_version, d.model_version
FROM (SELECT * FROM applicant ORDER BY id) a, scoring.decide('loans', NULL, a, 'S' || a.id, 'credit', 'A-' || a.id, 'branch 7') d;
SELECT d.decision_id, d.decision FROM (SELECT 'own' AS housing, 1 AS inquiries, 50000 AS income, 40 AS age, 'DE' AS country, NULL::boolean AS "odd ""name") s,
  scoring.decide('loans@1', 'retail', s, 'S8', 'credit') d;
SELECT scoring.decide('loans', NULL, NULL::applicant, 'S1', 'credit');
SELECT scoring.decide('loans', NULL, a, ' ', 'credit') FROM applicant a WHERE id = 1;
SELECT scoring.decide('loans', NULL, a, 'S1', NULL) FROM applicant a WHERE id = 1;
SELECT scoring.decide('loans', NULL, a, 'S1', 'credit', '') FROM applicant a WHERE id = 1;
SELECT scoring.decide('loans', NULL, a, 'S1', 'credit', NULL, repeat('x', 10001)) FROM applicant a WHERE id = 1;
SELECT scoring.decide('loans', NULL, s, 'S1', 'credit') FROM (SELECT repeat('x', 1000000) AS housing, 1 AS inquiries, 50000 AS income, 40 AS age, 'DE' AS country, false AS "odd ""name") s;
SELECT scoring.decide('loans', 'retail@2', a, 'S1', 'credit') FROM applicant a WHERE id = 1;
SELECT scoring.decide('loans', 'wholesale', a, 'S1', 'credit') FROM applicant a WHERE id = 1;
SELECT scoring.decide('mortgages', NULL, a, 'S1', 'credit') FROM applicant a WHERE id = 1;
SELECT scoring.decide('loans', NULL, s, 'S1', 'credit') FROM (SELECT 1 AS income) s;
SELECT scoring.decide('loans', NULL, s, 'S1', 'credit') FROM (SELECT 1 AS income, 1 AS inquiries, NULL::text AS housing, 40 AS age, 'DE' AS country, false AS "odd ""name") s;

-- No code of the row's types runs while the owner decides: neither a domain's check nor a cast.
RESET SESSION AUTHORIZATION;
CREATE FUNCTION spring(anyelement) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'sprung as %', current_user; END$$;
CREATE FUNCTION spring_json(mood) RETURNS json LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'sprung as %', current_user; END$$;
CREATE DOMAIN checked AS numeric;
CREATE TABLE trapped AS SELECT 50000::checked AS income, 1 AS inquiries, 'good'::mood AS housing, 40 AS age, 'DE' AS country, false AS "odd ""name";
ALTER DOMAIN checked ADD CHECK (spring(VALUE)) NOT VALID;
CREATE CAST (mood AS json) WITH FUNCTION spring_json(mood);
GRANT SELECT ON trapped TO regress_oli;
SET SESSION AUTHORIZATION regress_oli;
SELECT 1::checked;
SELECT to_jsonb(t) FROM trapped t;
BEGIN;
SELECT d.decision, scoring.decision_evidence(d.decision_id) -> 'inputs' AS inputs FROM trapped t, scoring.decide('loans', NULL, t, 'S1', 'credit') d;
ROLLBACK;
RESET SESSION AUTHORIZATION;
DROP TABLE trapped;
DROP CAST (mood AS json);
DROP DOMAIN checked;
DROP FUNCTION spring(anyelement), spring_json(mood);

-- A challenger with a share decides for its subjects, always the same; a shadow is kept as evidence, whatever becomes of it.
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@2', 'try it', slot => 'challenger', share => 0.5);
SET SESSION AUTHORIZATION regress_oli;
SELECT s AS subject, d.model_version, d.score FROM generate_series(1, 6) s, applicant a, scoring.decide('loans', NULL, a, 'T' || s, 'test') d WHERE a.id = 1 ORDER BY s;
SELECT d.model_version, scoring.decision_evidence(d.decision_id) #> '{evidence,model_chosen}' AS chosen FROM applicant a, scoring.decide('loans', 'retail@2', a, 'T1', 'test') d WHERE a.id = 1;
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@2', 'look at it', slot => 'challenger', shadow => true);
SET SESSION AUTHORIZATION regress_oli;
SELECT d.model_version, scoring.decision_evidence(d.decision_id) #> '{evidence,shadows}' AS shadows FROM applicant a, scoring.decide('loans', NULL, a, 'U1', 'test') d WHERE a.id = 1;
SELECT scoring.decide('loans', 'retail@2', a, 'U1', 'test') FROM applicant a WHERE a.id = 1;

-- Expired: warned of, or refused.
RESET SESSION AUTHORIZATION;
BEGIN;
UPDATE scoring_data.registry_state SET expires_at = '2020-01-01 00:00Z' WHERE slot = 'champion';
SET LOCAL ROLE regress_oli;
SELECT d.decision FROM applicant a, scoring.decide('loans', NULL, a, 'U1', 'test') d WHERE a.id = 1;
RESET ROLE;
UPDATE scoring_data.registry_state SET on_expiry = 'refuse' WHERE slot = 'champion' AND kind = 'model';
SET LOCAL ROLE regress_oli;
SELECT d.decision FROM applicant a, scoring.decide('loans', NULL, a, 'U1', 'test') d WHERE a.id = 1;
ROLLBACK;

-- Evidence, for officers alone.
SET SESSION AUTHORIZATION regress_oli;
SELECT jsonb_pretty(scoring.decision_evidence(2) - '{decided_at,row_hash,model_hash,policy_hash}'::text[] #- '{evidence,nonce}');
SELECT r ->> 'name' AS rule, r ->> 'is' AS is, r ->> 'effect' AS effect FROM jsonb_array_elements(scoring.decision_evidence(7) #> '{evidence,rules}') r;
SELECT scoring.decision_evidence(9999);
SET SESSION AUTHORIZATION regress_aud;
SELECT scoring.decision_evidence(2);
SELECT * FROM scoring.decide('loans', NULL, ROW(1), 'S1', 'credit');
SELECT decision_id, subject, reference, purpose, outcome, decided, score, reasons, rules, missing, special, unseen, out_of_range, policy, model, inputs_are, role_name, session_name, on_behalf_of
FROM scoring_data.decisions WHERE decision_id <= 8 ORDER BY decision_id;
SELECT reason_texts FROM scoring_data.decisions WHERE decision_id IN (2, 3) ORDER BY decision_id;
SELECT count(*) FROM information_schema.columns WHERE table_schema = 'scoring_data' AND table_name = 'decisions' AND column_name IN ('inputs', 'evidence');
SELECT inputs FROM scoring_data.decision;
SET SESSION AUTHORIZATION regress_ana;
SELECT policy, model, decided, outcome, decisions, missing, special, unseen, out_of_range FROM scoring_data.decision_counts ORDER BY 1, 2, 3, 4;
SELECT count(*) FROM scoring_data.decisions;
SELECT scoring.replay(1);
SELECT scoring.override_decision(2, 'approve', 'O1', 'why not');
SELECT scoring.review_decision(2, 'approve', 'why not');
SELECT scoring.adverse_action_notice(2);
SELECT scoring.erase_decision_salt('S1', 'why not');
SELECT scoring.set_reason_text('X', 'en', 'x');
SELECT scoring.register_policy('loans', '{}');
SELECT scoring.approve_policy('loans@1', 'x');

-- Overrides, by the roles that the policy names.
SET SESSION AUTHORIZATION regress_oli;
SELECT scoring.override_decision(2, 'approve', 'O1', 'a good customer');
SELECT scoring.override_decision(2, 'refer', 'O1', 'a good customer');
SELECT scoring.override_decision(2, 'reject', 'O1', 'a good customer');
SELECT scoring.override_decision(1, 'decline', NULL, 'fraud');
SELECT scoring.override_decision(1, 'decline', 'O2', '');
SELECT scoring.override_decision(9999, 'decline', 'O2', 'fraud');
SELECT scoring.override_decision(1, 'decline', 'O2', 'the papers are forged');
SELECT scoring.override_decision(1, 'decline', 'O2', 'again');
SET SESSION AUTHORIZATION regress_olga;
SELECT scoring.override_decision(2, 'approve', 'O1', 'a good customer');

-- Reviews, by somebody else.
SELECT scoring.review_decision(2, 'approve', 'right so');
SET SESSION AUTHORIZATION regress_oli;
SELECT scoring.review_decision(3, 'approve', 'right so');
SET SESSION AUTHORIZATION regress_olga;
SELECT scoring.review_decision(3, 'approve', ' ');
SELECT scoring.review_decision(3, 'approve', 'the date of birth was a mistake', 'subject');
SELECT scoring.review_decision(4, 'decline', 'no income was proven');
SELECT scoring.review_decision(4, 'decline', 'no income was proven', 'the branch', 'R10');
SELECT scoring.review_decision(1, 'decline', 'they are forged');
RESET SESSION AUTHORIZATION;
SET ROLE regress_olga;
SELECT scoring.review_decision(1, 'decline', 'they are forged, by a superuser as an officer');
RESET ROLE;
SET SESSION AUTHORIZATION regress_aud;
SELECT decision_id, event_number, event, outcome, reason_code, explanation, requested_by, role_name FROM scoring_data.decision_events ORDER BY decision_id, event_number;
SELECT decision_id, decided, outcome, last_event FROM scoring_data.decisions WHERE decision_id <= 4 ORDER BY decision_id;

-- Deciding again gives the same, whatever became of the decision, the reason texts and the versions in production.
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.set_reason_text('R20', 'en', 'Other words');
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.retire_model('retail@1', 'old');
SELECT scoring.deploy_policy('loans@2', 'go');
SET SESSION AUTHORIZATION regress_aud;
SELECT * FROM scoring.replay_all();
SELECT equal, count(*) > 10 AS many FROM scoring.replay_all(everything => true) GROUP BY 1;
SELECT count(*) FROM scoring.replay_all(now() + interval '1 day', NULL, true);
SELECT count(*) FROM scoring.replay_all(NULL, now() - interval '1 day', true);
SELECT * FROM scoring.replay(2);
SELECT * FROM scoring.replay(9999);
SELECT * FROM scoring.replay(2, '{}');
SET SESSION AUTHORIZATION regress_oli;
SELECT * FROM scoring.replay(2, '{}');
SELECT r.* FROM applicant a, scoring.replay(2, scoring.inputs(a, '{income,housing,inquiries,age,country,"odd \"name"}')) r WHERE a.id = 2;

-- Hashed inputs. The salt is the subject's to have erased.
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@2', 'go');
SET SESSION AUTHORIZATION regress_oli;
SELECT d.decision_id AS hashed, d.decision FROM applicant a, scoring.decide('loans', NULL, a, 'H1', 'credit') d WHERE id = 2 \gset
SELECT :'decision' AS decision, d ->> 'inputs' AS inputs, length(d ->> 'inputs_hash') AS length, d -> 'input_names' AS input_names, position('15000' IN d::text) AS income_is_at
FROM scoring.decision_evidence(:hashed) d;
SELECT * FROM scoring.replay(:hashed);
SELECT * FROM scoring.replay(:hashed, (SELECT scoring.inputs(a, '{housing,income,inquiries}') FROM applicant a WHERE id = 2));
SELECT * FROM scoring.replay(:hashed, (SELECT scoring.inputs(a, '{housing,income,inquiries}') FROM applicant a WHERE id = 3));
-- Whatever the column's scale is by now. In JSON of one's own a number is its text.
SELECT * FROM scoring.replay(:hashed, (SELECT scoring.inputs(b, '{housing,income,inquiries}') FROM (SELECT housing, income::numeric(20, 6) AS income, inquiries FROM applicant WHERE id = 2) b));
SELECT * FROM scoring.replay(:hashed, (SELECT jsonb_set(i, '{income}', ((i ->> 'income') || '0')::jsonb) FROM (SELECT scoring.inputs(a, '{housing,income,inquiries}') AS i FROM applicant a WHERE id = 2) a));
SELECT count(*) FROM scoring.replay_all() WHERE decision_id = :hashed;
SELECT equal FROM scoring.replay_all(everything => true) WHERE decision_id = :hashed;
SET SESSION AUTHORIZATION regress_aud;
SELECT * FROM scoring.replay(:hashed, '{"housing": "rent"}');
SELECT inputs_are FROM scoring_data.decisions WHERE decision_id = :hashed;
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.erase_decision_salt('H1', NULL);
SELECT scoring.erase_decision_salt('H1', 'asked for on 3 May');
SELECT scoring.erase_decision_salt('H1', 'asked for on 3 May');
SELECT scoring.erase_decision_salt('S1', 'nothing there');
SET SESSION AUTHORIZATION regress_oli;
SELECT * FROM scoring.replay(:hashed, (SELECT scoring.inputs(a, '{housing,income,inquiries}') FROM applicant a WHERE id = 2));
SELECT inputs_are, outcome, last_event FROM scoring_data.decisions WHERE decision_id = :hashed;
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM scoring_data.decision_salt;
SELECT * FROM scoring.doctor() WHERE object <> 'server';

-- Nothing but a superuser, who passes everything, can change what was written; then it is noticed.
SET SESSION AUTHORIZATION regress_oli;
UPDATE scoring_data.decision SET outcome = 'approve';
DELETE FROM scoring_data.decision_event;
RESET SESSION AUTHORIZATION;
CREATE FUNCTION noticed() RETURNS TABLE (who text, what text) LANGUAGE plpgsql SECURITY INVOKER AS $$
DECLARE
  as_role text;
BEGIN
  RETURN QUERY SELECT 'doctor', object || ': ' || finding FROM scoring.doctor() WHERE object <> 'server';
  FOREACH as_role IN ARRAY '{regress_oli,regress_aud}'::text[] LOOP
    EXECUTE format('SET LOCAL ROLE %I', as_role);
    RETURN QUERY SELECT as_role, format('%s %s %s', r.decision_id, r.equal, r.differences) FROM scoring.replay_all() r ORDER BY r.decision_id;
    RESET ROLE;
  END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION noticed() TO PUBLIC;
BEGIN;
UPDATE scoring_data.decision SET outcome = 'approve' WHERE decision_id = 2;
SELECT * FROM noticed();
ROLLBACK;
BEGIN;
UPDATE scoring_data.decision SET inputs = jsonb_set(inputs, '{income}', '50000') WHERE decision_id = 2;
SELECT who, left(what, 300) AS what FROM noticed();
-- Also with a row_hash that fits.
UPDATE scoring_data.decision d SET row_hash = scoring._decision_row_hash(d) WHERE decision_id = 2;
SELECT who, left(what, 200) AS what FROM noticed() WHERE who <> 'regress_oli';
ROLLBACK;
BEGIN;
UPDATE scoring_data.decision SET inputs = inputs - 'income' WHERE decision_id = 2;
SELECT * FROM noticed() WHERE who = 'regress_aud';
ROLLBACK;
BEGIN;
UPDATE scoring_data.decision SET role_name = 'nobody', subject = 'S9' WHERE decision_id = 5;
UPDATE scoring_data.decision_event SET explanation = 'because' WHERE decision_id = 2 AND event_number = 1;
DELETE FROM scoring_data.decision_event WHERE decision_id = 1 AND event_number = 1;
SELECT * FROM noticed() WHERE who <> 'regress_aud';
ROLLBACK;
BEGIN;
UPDATE scoring_data.model_version SET model = (SELECT m FROM card WHERE k = 3) WHERE name = 'retail' AND version = 2;
SELECT who, left(regexp_replace(what, '[0-9a-f]{64}', 'HASH', 'g'), 200) AS what FROM noticed();
DELETE FROM scoring_data.model_version WHERE name = 'retail' AND version = 2;
SELECT * FROM noticed() WHERE who <> 'regress_aud';
ROLLBACK;
BEGIN;
UPDATE scoring_data.policy_version SET policy = jsonb_set(policy, '{approve_at}', '1') WHERE version = 2;
SELECT who, left(regexp_replace(what, '[0-9a-f]{64}', 'HASH', 'g'), 200) AS what FROM noticed();
UPDATE scoring_data.policy_version SET hash = scoring._policy_hash(policy) WHERE version = 2;
SELECT who, regexp_replace(what, '[0-9a-f]{64}', 'HASH', 'g') AS what FROM noticed() WHERE who = 'doctor';
DELETE FROM scoring_data.policy_version WHERE version = 2;
SELECT * FROM noticed() WHERE who <> 'regress_aud';
ROLLBACK;
-- A model whose text was changed and whose hash was left, in a session that knows the true one.
CREATE TYPE raw;
SET client_min_messages = warning;
CREATE FUNCTION raw_in(cstring) RETURNS raw LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
CREATE FUNCTION raw_out(raw) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
CREATE TYPE raw (INPUT = raw_in, OUTPUT = raw_out, INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended);
CREATE CAST (raw AS scoring.model) WITHOUT FUNCTION;
BEGIN;
UPDATE scoring_data.model_version SET model = ('\x01000000' || hash || encode(convert_to(replace(model::text, '"points":20', '"points":90'), 'UTF8'), 'hex'))::raw::scoring.model WHERE version = 2;
SELECT who, left(what, 200) AS what FROM noticed() WHERE who <> 'regress_aud';
SET LOCAL ROLE regress_oli;
SELECT * FROM scoring.replay((SELECT min(decision_id) FROM scoring_data.decisions WHERE model = 'retail@2'));
ROLLBACK;
-- One that is no model at all any more: doctor() goes on.
BEGIN;
UPDATE scoring_data.model_version SET model = ('\x02000000' || hash)::raw::scoring.model WHERE version = 2;
SELECT object, left(finding, 100) AS finding FROM scoring.doctor() WHERE object ~ 'model';
ROLLBACK;
DROP TYPE raw CASCADE;
RESET client_min_messages;
SELECT * FROM noticed();
-- A version that is gone decides nothing.
BEGIN;
DELETE FROM scoring_data.model_version WHERE version = 2;
SET LOCAL ROLE regress_oli;
SELECT d.decision FROM applicant a, scoring.decide('loans', NULL, a, 'H1', 'credit') d WHERE id = 2;
ROLLBACK;

DROP FUNCTION noticed();
DROP FUNCTION refused(jsonb);
DROP TABLE card;
DROP FUNCTION trap(applicant);
DROP FUNCTION trap(mood);
DROP TABLE applicant;
DROP TYPE mood;
DROP DOMAIN share;
\i test/workspace_end.sql
DROP ROLE regress_ann, regress_val, regress_app, regress_head, regress_oli, regress_olga, regress_ste, regress_aud, regress_ana;
