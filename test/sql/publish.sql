-- Published views: who publishes what to whom, the gate in every way that a statement can read, what disarms a view, and
-- what is put on record.
\set VERBOSITY default
\set SHOW_CONTEXT never
\set prefix regress_publish
\set ECHO none
\i test/bank.sql
\set ECHO all
\set ON_ERROR_STOP off

-- Of the init plans of a parallel plan any may be the first to refuse.
SET max_parallel_workers_per_gather = 0;
CREATE ROLE regress_super SUPERUSER;
-- Publishing: what is asked for must be there and be allowed.
SET SESSION AUTHORIZATION regress_olga;
SELECT scoring.publish_view('bank.applicant', 'mine', 'regress_olga', 'credit_decision');
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.publish_view('bank.applicant', 'Mine', 'regress_publish_officer', 'credit_decision');
SELECT scoring.publish_view('bank.applicant', NULL, 'regress_publish_officer', 'credit_decision');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', NULL, 'credit_decision');
SELECT scoring.publish_view('applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision');
SELECT scoring.publish_view('bank.nothing', 'officer_applicant', 'regress_publish_officer', 'credit_decision');
SELECT scoring.publish_view('scoring_data.publication', 'officer_applicant', 'regress_publish_officer', 'credit_decision');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'public', 'credit_decision');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_nobody', 'credit_decision');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_owner', 'credit_decision');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_super', 'credit_decision');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'gossip');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', columns => '{}');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', columns => '{applicant_id,applicant_id}');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', columns => '{applicant_id,nothing}');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', columns => '{applicant_id,scratch}');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', columns => '{applicant_id,religion}');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', columns => '{applicant_id,income}');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'gone');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1');
SELECT scoring.grant_model('retail', 'regress_publish_officer', 'view');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1', outputs => '{}');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1', outputs => '{score,points}');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1', outputs => '{score,explain}');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision');
ROLLBACK;
-- A purpose without the input's class.
SELECT scoring.publish_view('bank.applicant', 'officer_case', 'regress_publish_officer', 'one_case', 'retail@1');

-- A score of what the reader does not see: another person approves it, knowing how much it tells.
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1');
SET SESSION AUTHORIZATION regress_abel;
SELECT scoring.approve_disclosure('bank.applicant', 'retail@1', audience => 'regress_publish_officer', purpose => 'credit_decision', outputs => '{score}', reason => ' ');
SELECT scoring.approve_disclosure('bank.applicant', NULL, audience => 'regress_publish_officer', purpose => 'credit_decision', outputs => '{score}', reason => 'x');
SELECT scoring.approve_disclosure('bank.applicant', 'retail@1', audience => 'regress_publish_officer', purpose => 'credit_decision', outputs => '{score}', reason => 'officers decide by it');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1');
-- Reasons tell more than a score does.
SELECT scoring.approve_disclosure('bank.applicant', 'retail@1', audience => 'regress_publish_officer', purpose => 'credit_decision', outputs => '{reasons,score}', reason => 'letters');
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.approve_disclosure('bank.applicant', 'retail@1', audience => 'regress_publish_officer', purpose => 'credit_decision', outputs => '{score}', reason => 'mine');
-- It is for these outputs, this audience, these inputs alone.
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1', outputs => '{pd}');
SELECT scoring.grant_model('retail', 'regress_otto', 'view');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_otto', 'credit_decision', 'retail@1');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1', columns => '{applicant_id}');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', 'retail@1');
SELECT scoring.publish_view('bank.applicant', 'officer_case', 'regress_publish_officer', 'one_case');
-- One person with both duties is one person.
RESET SESSION AUTHORIZATION;
GRANT regress_publish_approver TO regress_stig;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.approve_disclosure('bank.applicant', 'retail@1', audience => 'regress_publish_officer', purpose => 'credit_decision', outputs => '{pd}', reason => 'mine');
SELECT scoring.publish_view('bank.applicant', 'officer_pd', 'regress_publish_officer', 'credit_decision', 'retail@1', outputs => '{pd}');
-- So is one who has another call a function that publishes as her other role.
RESET SESSION AUTHORIZATION;
CREATE FUNCTION regress_lure() RETURNS text LANGUAGE sql SECURITY DEFINER AS
$$SELECT scoring.publish_view('bank.applicant', 'officer_pd', 'regress_publish_officer', 'credit_decision', 'retail@1', outputs => '{pd}')$$;
ALTER FUNCTION regress_lure() OWNER TO regress_publish_steward;
SET SESSION AUTHORIZATION regress_otto;
SELECT regress_lure();
RESET SESSION AUTHORIZATION;
DROP FUNCTION regress_lure();
REVOKE regress_publish_approver FROM regress_stig;
SELECT name, version, state, relation, audience, purpose, columns, model, outputs, hidden_inputs, round(hidden_bits::numeric, 2) AS bits, approved_by_role, role_name FROM scoring_data.publication p
  JOIN LATERAL (SELECT * FROM scoring_data.published_views v WHERE v.name = p.name AND v.version = p.version) v USING (name, version, state, audience, columns, outputs, hidden_inputs, hidden_bits, approved_by_role, role_name) ORDER BY name;
-- What it is made of; nothing of the model is in its text.
SELECT scoring._view_text('officer_applicant', 7, f) FROM scoring._publish_facts('bank.applicant', 'regress_publish_officer', 'credit_decision', 'retail@1', NULL, '{score}') f;
SELECT scoring._view_text('officer_case', 1, f) FROM scoring._publish_facts('bank.applicant', 'regress_publish_officer', 'one_case', NULL, NULL, '{}') f;
SELECT c.relname, c.relowner::regrole, c.reloptions, (SELECT string_agg(a.grantee::regrole || ' ' || a.privilege_type, ', ') FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner) AS granted
FROM pg_class c WHERE c.relnamespace = 'scoring_views'::regnamespace ORDER BY 1;
-- Bits: by combinations of bins, or by different sums of points if they are fewer and nothing more is told.
SELECT round(scoring._hidden_bits(model, '{income}', true)::numeric, 3) AS income, round(scoring._hidden_bits(model, '{income,segment}', true)::numeric, 3) AS both,
       round(scoring._hidden_bits(model, '{income,segment}', false)::numeric, 3) AS reasons, scoring._hidden_bits(model, '{}', true) AS none FROM scoring_data.model_version WHERE name = 'retail';
SELECT round(scoring._hidden_bits(replace(model::text, '"points":12', '"points":18')::scoring.model, '{income,segment}', true)::numeric, 3) AS sums_that_coincide FROM scoring_data.model_version WHERE name = 'retail';

-- The gate. Without an access, for keys that there are and keys that there are not, and at plan time.
SET SESSION AUTHORIZATION regress_olga;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 17;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = -1;
EXPLAIN SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 17;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1') IS NOT NULL AS begun;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 17;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = -1;
-- Another branch; no consent.
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id IN (16, 19, 301, 302);
SELECT count(*), count(DISTINCT branch_id), sum(score) FROM scoring_views.officer_applicant;
SAVEPOINT s;
-- Of another purpose.
SELECT * FROM scoring_views.officer_case;
ROLLBACK TO s;
-- Plans tell of rows, and a cursor WITH HOLD outlives the access.
EXPLAIN SELECT * FROM scoring_views.officer_applicant;
ROLLBACK TO s;
EXPLAIN (ANALYZE, COSTS OFF) SELECT 1;
ROLLBACK TO s;
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM scoring_views.officer_applicant;
ROLLBACK TO s;
DECLARE c CURSOR FOR SELECT applicant_id, score FROM scoring_views.officer_applicant ORDER BY applicant_id;
FETCH 2 FROM c;
-- As another role, neither by SET ROLE nor with a cursor that was opened before.
SET LOCAL ROLE regress_publish_officer;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 17;
ROLLBACK TO s;
DECLARE c CURSOR FOR SELECT applicant_id, score FROM scoring_views.officer_applicant ORDER BY applicant_id;
FETCH 1 FROM c;
SET LOCAL ROLE regress_publish_officer;
FETCH 1 FROM c;
ROLLBACK TO s;
DECLARE c CURSOR FOR SELECT applicant_id, score FROM scoring_views.officer_applicant ORDER BY applicant_id;
SELECT scoring.end_access();
FETCH 1 FROM c;
ROLLBACK;
-- It ends with the subtransaction that it was begun in, and with the transaction.
BEGIN; SAVEPOINT s; SELECT scoring.begin_access('credit_decision', 'L-1') IS NOT NULL AS begun; ROLLBACK TO s;
SELECT count(*) FROM scoring_views.officer_applicant;
ROLLBACK;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1') IS NOT NULL AS begun; COMMIT;
SELECT count(*) FROM scoring_views.officer_applicant;
-- A case-bound view shows one subject, whatever is asked for.
BEGIN; SELECT scoring.begin_access('one_case', 'L-1', '18') IS NOT NULL AS begun;
SELECT * FROM scoring_views.officer_case;
SELECT * FROM scoring_views.officer_case WHERE applicant_id = 17;
COMMIT;

-- The gate is asked once in an execution, wherever the view stands in a statement; rows are those that left it.
RESET SESSION AUTHORIZATION;
CREATE FUNCTION regress_calls() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT scoring._access_calls()';
CREATE FUNCTION regress_scopes() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT scoring._scopes_calls()';
CREATE TEMPORARY TABLE kept (applicant_id bigint, score integer);
GRANT ALL ON kept TO regress_otto;
CREATE VIEW regress_over AS SELECT applicant_id, score FROM scoring_views.officer_applicant;
SET SESSION AUTHORIZATION regress_otto;
PREPARE q(bigint) AS SELECT score FROM scoring_views.officer_applicant WHERE applicant_id = $1;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-2') IS NOT NULL AS begun;
SELECT regress_calls() IS NOT NULL AND regress_scopes() IS NOT NULL AS reset;
SELECT count(*) FROM scoring_views.officer_applicant;
SELECT regress_calls() AS calls, regress_scopes() AS calls_of_scopes;
SELECT count(*) FROM scoring_views.officer_applicant a JOIN scoring_views.officer_applicant b USING (applicant_id);
SELECT regress_calls() AS calls_of_two;
WITH w AS (SELECT * FROM scoring_views.officer_applicant) SELECT count(*) FROM w;
SELECT (SELECT max(score) FROM scoring_views.officer_applicant) AS best, EXISTS (SELECT FROM scoring_views.officer_applicant WHERE applicant_id = 5) AS there;
SELECT n, (SELECT score FROM scoring_views.officer_applicant v WHERE v.applicant_id = n) FROM generate_series(299, 302) n;
SELECT applicant_id FROM scoring_views.officer_applicant WHERE applicant_id < 3 UNION ALL SELECT applicant_id FROM scoring_views.officer_applicant WHERE applicant_id > 299 ORDER BY 1;
SELECT n, l.score FROM generate_series(1, 2) n, LATERAL (SELECT score FROM scoring_views.officer_applicant v WHERE v.applicant_id = n OFFSET 0) l;
INSERT INTO kept SELECT applicant_id, score FROM scoring_views.officer_applicant WHERE applicant_id <= 5;
UPDATE kept k SET score = v.score + 1 FROM scoring_views.officer_applicant v WHERE v.applicant_id = k.applicant_id;
DELETE FROM kept k USING scoring_views.officer_applicant v WHERE v.applicant_id = k.applicant_id AND v.applicant_id > 3;
SELECT count(*) FROM kept;
COPY (SELECT applicant_id FROM scoring_views.officer_applicant WHERE applicant_id < 4) TO STDOUT;
SELECT regress_calls() > 0 AS calls;
EXECUTE q(7);
SET LOCAL plan_cache_mode = force_generic_plan;
EXECUTE q(7);
EXECUTE q(-7);
SELECT regress_calls() AS calls_of_three;
DO $$ DECLARE r record; n integer := 0; BEGIN FOR r IN SELECT * FROM scoring_views.officer_applicant LOOP n := n + 1; END LOOP; RAISE NOTICE '% rows', n; END $$;
SELECT regress_calls() AS calls;
COMMIT;
-- A plan that was kept refuses, and is not shown.
EXECUTE q(7);
EXECUTE q(-7);
EXPLAIN EXECUTE q(7);
EXPLAIN (ANALYZE) EXECUTE q(7);
SET plan_cache_mode = force_generic_plan;
EXPLAIN EXECUTE q(7);
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-2') IS NOT NULL AS begun; EXECUTE q(7); COMMIT;
EXPLAIN EXECUTE q(7);
EXECUTE q(7);
RESET plan_cache_mode;
-- A view over a view, of somebody who may not read it.
SELECT * FROM regress_over;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-2') IS NOT NULL AS begun; SELECT * FROM regress_over LIMIT 1; ROLLBACK;
RESET SESSION AUTHORIZATION;
GRANT SELECT ON regress_over TO regress_otto, regress_anna;
SET SESSION AUTHORIZATION regress_otto;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-2') IS NOT NULL AS begun; SELECT count(*) FROM regress_over; ROLLBACK;

-- In the plan: a One-Time Filter above every scan of the table and of rights; with workers too, and then the init plans are
-- asked in the leader, and the rows that left the gate in a worker are counted.
RESET SESSION AUTHORIZATION;
CREATE FUNCTION regress_plan(query text, OUT relation text, OUT gated boolean, OUT in_worker boolean) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
  plan jsonb;
BEGIN
  EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
  RETURN QUERY WITH RECURSIVE node AS (
      SELECT plan -> 0 -> 'Plan' AS n, plan -> 0 -> 'Plan' ? 'One-Time Filter' AS g, false AS w
      UNION ALL SELECT c.n, node.g OR c.n ? 'One-Time Filter', node.w OR node.n ->> 'Node Type' ~ 'Gather' FROM node, jsonb_array_elements(node.n -> 'Plans') c (n))
    SELECT n ->> 'Relation Name', g, w FROM node WHERE n ? 'Relation Name' ORDER BY 1, 2, 3;
END
$$;
SET max_parallel_workers_per_gather = 0;
SELECT * FROM regress_plan('SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 17');
SELECT * FROM regress_plan('SELECT count(*) FROM scoring_views.officer_applicant');
SELECT * FROM regress_plan('SELECT * FROM scoring_views.officer_case');
SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET enable_nestloop = off; SET enable_mergejoin = off; SET enable_bitmapscan = off;
SELECT * FROM regress_plan('SELECT count(*), sum(score) FROM scoring_views.officer_applicant');
SET SESSION AUTHORIZATION regress_otto;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-3') IS NOT NULL AS begun;
SELECT count(*), sum(score) FROM scoring_views.officer_applicant;
SELECT max(score) FROM scoring_views.officer_applicant;
SELECT count(*) FROM (SELECT applicant_id FROM scoring_views.officer_applicant UNION SELECT applicant_id FROM scoring_views.officer_applicant) u;
SELECT regress_calls() > 0 AS calls;
SELECT count(*) FROM scoring_views.officer_applicant a, scoring_views.officer_applicant b WHERE a.applicant_id = b.applicant_id;
SELECT regress_calls() AS calls_of_two;
-- What a view of the reader's own does with a published view is done in a parallel plan too.
CREATE TEMPORARY VIEW regress_grouped WITH (security_barrier) AS SELECT branch_id FROM scoring_views.officer_applicant GROUP BY branch_id;
CREATE TEMPORARY VIEW regress_distinct WITH (security_barrier) AS SELECT DISTINCT branch_id FROM scoring_views.officer_applicant;
CREATE TEMPORARY VIEW regress_numbered WITH (security_barrier) AS SELECT row_number() OVER (ORDER BY applicant_id) AS n, score FROM scoring_views.officer_applicant;
CREATE TEMPORARY VIEW regress_later WITH (security_barrier) AS SELECT applicant_id FROM scoring_views.officer_applicant ORDER BY applicant_id OFFSET 100;
CREATE TEMPORARY VIEW regress_twice WITH (security_barrier) AS SELECT applicant_id, generate_series(1, 2) AS n FROM scoring_views.officer_applicant;
SELECT (SELECT count(*) FROM regress_grouped) AS grouped, (SELECT count(*) FROM regress_distinct) AS different, (SELECT sum(n) FROM regress_numbered) AS numbered,
  (SELECT count(*) FROM regress_later) AS later, (SELECT count(*) FROM regress_twice) AS twice;
DROP VIEW regress_grouped, regress_distinct, regress_numbered, regress_later, regress_twice;
COMMIT;
SELECT count(*), sum(score) FROM scoring_views.officer_applicant;
RESET SESSION AUTHORIZATION;
SET max_parallel_workers_per_gather = 0; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET enable_nestloop; RESET enable_mergejoin; RESET enable_bitmapscan;

-- On record: each read, what of, how many rows left the gate, each refusal; also of what was rolled back.
SELECT event, replace(object, 'scoring_views.', '') AS object, case_ref, columns, rows, count(*) FROM scoring_data.audit_events WHERE case_ref = 'L-3' GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 4, 5;
SELECT event, object, subject, columns, rows, reason FROM scoring_data.audit_events WHERE subject = '18' ORDER BY at;
SELECT event, object, session_name, role_name, reason, count(*) FROM scoring_data.audit_events WHERE event = 'refused' GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 3, 4, 5;
SELECT event, object, more ->> 'version' AS version, more -> 'hidden_inputs' AS hidden, more ->> 'approved_by' AS approved_by FROM scoring_data.audit_events WHERE event ~ 'view|disclosure' ORDER BY at;

-- Nothing is written through a view.
SET SESSION AUTHORIZATION regress_otto;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-4') IS NOT NULL AS begun; SAVEPOINT s;
UPDATE scoring_views.officer_applicant SET requested = 0; ROLLBACK TO s;
DELETE FROM scoring_views.officer_applicant; ROLLBACK TO s;
INSERT INTO scoring_views.officer_applicant (applicant_id) VALUES (1000); ROLLBACK TO s;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 1 FOR UPDATE; ROLLBACK TO s;
TABLE bank.applicant; ROLLBACK TO s;
ROLLBACK;
RESET SESSION AUTHORIZATION;
GRANT UPDATE, INSERT, DELETE ON scoring_views.officer_applicant TO regress_otto;
SET SESSION AUTHORIZATION regress_otto;
UPDATE scoring_views.officer_applicant SET requested = 0;
RESET SESSION AUTHORIZATION;
SELECT object, finding, remedy FROM scoring.doctor() WHERE object <> 'server';
REVOKE UPDATE, INSERT, DELETE ON scoring_views.officer_applicant FROM regress_otto;

-- Who is no member of the audience: an analyst with a grant for the purpose, also with pg_read_all_data.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.grant_access('regress_anna', 'credit_decision', '{*}');
RESET SESSION AUTHORIZATION;
GRANT pg_read_all_data TO regress_anna;
SET SESSION AUTHORIZATION regress_anna;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-5') IS NOT NULL AS begun; SELECT * FROM scoring_views.officer_applicant; ROLLBACK;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-5') IS NOT NULL AS begun; SELECT * FROM regress_over; ROLLBACK;
RESET SESSION AUTHORIZATION;
REVOKE pg_read_all_data FROM regress_anna;
DROP VIEW regress_over;

-- What disarms a view: it refuses at once and says why, until it is published anew.
CREATE FUNCTION regress_read(view name) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
  d text;
BEGIN
  EXECUTE format('SELECT count(*) FROM scoring_views.%I', view) INTO n;
  RETURN n || ' rows';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL;
  RETURN concat_ws(' ', SQLSTATE, SQLERRM, d);
END
$$;
\set read 'SET SESSION AUTHORIZATION regress_otto; BEGIN; SELECT scoring.begin_access(''credit_decision'', ''L-6'') IS NOT NULL AS begun; SELECT regress_read(''officer_applicant''); COMMIT; RESET SESSION AUTHORIZATION;'
:read
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.classify('bank.applicant', 'segment', 'quasi');
:read
SELECT state, state_reason FROM scoring_data.published_views WHERE name = 'officer_applicant';
SELECT object, finding, remedy FROM scoring.doctor() WHERE object <> 'server' ORDER BY 1, 2;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.republish_view('officer_applicant');
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.classify('bank.applicant', 'segment', 'ordinary');
SET SESSION AUTHORIZATION regress_abel;
SELECT scoring.approve_classification('bank.applicant', 'segment', 'as before');
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.classify('bank.applicant', 'segment', 'ordinary');
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.republish_view('officer_applicant');
SELECT scoring.republish_view('officer_case');
:read
-- A purpose that was defined anew.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('credit_decision', '{identifier,ordinary}', '{restricted,sensitive}', 'contract', 'DPIA 2026-3');
:read
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.republish_view('officer_applicant');
SET SESSION AUTHORIZATION regress_abel;
SELECT scoring.approve_disclosure('bank.applicant', 'retail@1', audience => 'regress_publish_officer', purpose => 'credit_decision', outputs => '{score}', reason => 'as before');
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.republish_view('officer_applicant');
:read
-- A child that is not protected.
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE bank.applicant_new () INHERITS (bank.applicant);
:read
SET SESSION AUTHORIZATION regress_bank;
DROP TABLE bank.applicant_new;
:read
-- A policy of somebody's, row security off, the table renamed.
SET SESSION AUTHORIZATION regress_bank;
CREATE POLICY everyone ON bank.applicant USING (true);
:read
SET SESSION AUTHORIZATION regress_bank;
DROP POLICY everyone ON bank.applicant;
ALTER TABLE bank.applicant DISABLE ROW LEVEL SECURITY;
:read
SET SESSION AUTHORIZATION regress_bank;
ALTER TABLE bank.applicant ENABLE ROW LEVEL SECURITY;
ALTER TABLE bank.applicant RENAME TO applicant2;
:read
SET SESSION AUTHORIZATION regress_bank;
ALTER TABLE bank.applicant2 RENAME TO applicant;
:read
-- The view's owner, its barrier, its text; and a workspace whose owner may log in.
ALTER VIEW scoring_views.officer_applicant OWNER TO regress_bank;
:read
ALTER VIEW scoring_views.officer_applicant OWNER TO regress_publish_owner;
ALTER VIEW scoring_views.officer_applicant RESET (security_barrier);
:read
ALTER VIEW scoring_views.officer_applicant SET (security_barrier);
:read
ALTER ROLE regress_publish_owner LOGIN;
SET SESSION AUTHORIZATION regress_otto;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 1;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = -1;
RESET SESSION AUTHORIZATION;
ALTER ROLE regress_publish_owner NOLOGIN;
:read
-- As a restore without owners leaves it: everything is the superuser's.
BEGIN;
ALTER SCHEMA scoring_data OWNER TO CURRENT_USER;
ALTER VIEW scoring_views.officer_applicant OWNER TO CURRENT_USER;
SET SESSION AUTHORIZATION regress_otto;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 1;
ROLLBACK;
CREATE OR REPLACE VIEW scoring_views.officer_applicant WITH (security_barrier) AS SELECT applicant_id, branch_id, name, segment, requested, 1 AS score FROM bank.applicant;
SELECT object, finding, remedy FROM scoring.doctor() WHERE object <> 'server' ORDER BY 1, 2;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.republish_view('officer_applicant');
:read
-- A model that is retired.
SET SESSION AUTHORIZATION regress_abel;
SELECT scoring.retire_model('retail@1', 'too old');
:read
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.republish_view('officer_applicant');

-- A view that is retired is gone; one that others have built on stays, and is closed.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.retire_view('officer_applicant', NULL);
SELECT scoring.retire_view('nothing', 'x');
SELECT scoring.republish_view('nothing');
SELECT scoring.retire_view('officer_applicant', 'no model');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision', columns => '{requested,applicant_id}');
:read
CREATE VIEW regress_over AS SELECT * FROM scoring_views.officer_applicant;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.retire_view('officer_applicant', 'closed');
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_publish_officer', 'credit_decision');
:read
SELECT object, finding, remedy FROM scoring.doctor() WHERE object <> 'server' ORDER BY 1, 2;
DROP VIEW regress_over;
DROP VIEW scoring_views.officer_applicant;
SELECT name, version, state, state_reason FROM scoring_data.published_views ORDER BY 1, 2;

-- All inputs visible: nothing to approve, and explain may be published. Marks on the row; a key that is a text.
SET SESSION AUTHORIZATION regress_mona;
SELECT scoring.register_model('plain', '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50}, "intercept": 1.5, "reason": {"method": "below_max"},
  "characteristics": [{"name": "segment", "type": "text", "unseen": "neutral", "bins": [{"type": "categories", "categories": ["a"], "points": 12}, {"type": "categories", "categories": ["b"], "points": -8}, {"type": "missing", "policy": "neutral"}]}]}', 'x');
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.grant_model('plain', 'regress_publish_officer', 'view');
SET SESSION AUTHORIZATION regress_abel;
SELECT scoring.approve_disclosure('bank.applicant', 'plain@1', audience => 'regress_publish_officer', purpose => 'credit_decision', outputs => '{score}', reason => 'x');
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE bank.loan (loan_id text COLLATE "C" PRIMARY KEY, branch_id integer, segment text, score integer);
INSERT INTO bank.loan VALUES ('A-1', 1, 'a', 1), ('A-2', 2, 'b', 2), ('A-3', 3, NULL, 3);
SELECT count(*) > 0 AS protected FROM scoring.protect('bank.loan', 'loan_id', 'branch_id', marks => 'row', purposes => '{credit_decision}');
SELECT scoring.classify('bank.loan', 'segment', 'ordinary'), scoring.classify('bank.loan', 'score', 'ordinary');
CREATE TABLE bank.person (id uuid PRIMARY KEY, segment integer);
INSERT INTO bank.person VALUES ('00000000-0000-0000-0000-000000000001', 1), ('00000000-0000-0000-0000-000000000002', 2);
SELECT count(*) > 0 AS protected FROM scoring.protect('bank.person', 'id');
SELECT scoring.classify('bank.person', 'segment', 'ordinary');
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.publish_view('bank.loan', 'loan', 'regress_publish_officer', 'credit_decision', 'plain@1', outputs => '{score,pd,reasons,explain}');
SELECT scoring.publish_view('bank.loan', 'loan', 'regress_publish_officer', 'one_case');
SELECT scoring.publish_view('bank.loan', 'loan', 'regress_publish_officer', 'credit_decision', 'plain@1', columns => '{loan_id,segment}', outputs => '{score,pd,reasons,explain}');
SELECT scoring.publish_view('bank.person', 'person', 'regress_publish_officer', 'credit_decision', 'plain@1');
SELECT scoring.publish_view('bank.person', 'person', 'regress_publish_officer', 'credit_decision'), scoring.publish_view('bank.person', 'person_case', 'regress_publish_officer', 'one_case');
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consents('{A-1,A-3,00000000-0000-0000-0000-000000000002}', 'credit_decision', 'written consent', 'x', now() + interval '1 day');
SELECT scoring.record_consents('{00000000-0000-0000-0000-000000000001,00000000-0000-0000-0000-000000000002}', 'one_case', 'contract', 'x', now() + interval '1 day');
SET SESSION AUTHORIZATION regress_otto;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-7') IS NOT NULL AS begun;
SELECT loan_id, segment, score, round(pd::numeric, 4) AS pd, reasons, explain FROM scoring_views.loan ORDER BY loan_id;
SELECT * FROM scoring_views.person;
COMMIT;
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.withdraw_consent('A-1', 'credit_decision');
SET SESSION AUTHORIZATION regress_olga;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-8') IS NOT NULL AS begun; SELECT loan_id FROM scoring_views.loan; COMMIT;
BEGIN; SELECT scoring.begin_access('one_case', 'L-8', '00000000-0000-0000-0000-000000000001') IS NOT NULL AS begun; SELECT * FROM scoring_views.person_case; COMMIT;
BEGIN; SELECT scoring.begin_access('one_case', 'L-8', 'no uuid') IS NOT NULL AS begun; SELECT * FROM scoring_views.person_case; COMMIT;
RESET SESSION AUTHORIZATION;
SELECT scoring._view_text('loan', 1, f) FROM scoring._publish_facts('bank.loan', 'regress_publish_officer', 'credit_decision', 'plain@1', '{loan_id,segment}', '{score,explain}') f;
SELECT scoring._view_text('person_case', 1, f) FROM scoring._publish_facts('bank.person', 'regress_publish_officer', 'one_case', NULL, NULL, '{}') f;
SELECT object, finding, remedy FROM scoring.doctor() WHERE object <> 'server' ORDER BY 1, 2;

DROP FUNCTION regress_calls(), regress_scopes(), regress_read(name), regress_plan(text);
DROP ROLE regress_super;
\set ECHO none
\i test/bank_end.sql
