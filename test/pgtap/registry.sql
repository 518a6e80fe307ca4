-- registry: scoring by name says what the value says, in every plan; who may do what; memory; what a change of models shows.
BEGIN;
SET LOCAL client_min_messages = warning;
SET search_path = public, scoring;
SELECT plan(33);
-- A line for each of several tests of one row.
\pset fieldsep '\n'

SELECT ok(setup('regress_tap') IS NOT NULL, 'a workspace');
CREATE ROLE regress_author LOGIN IN ROLE regress_tap_modeler;
CREATE ROLE regress_validator LOGIN IN ROLE regress_tap_modeler;
CREATE ROLE regress_boss LOGIN IN ROLE regress_tap_approver;
CREATE ROLE regress_teller LOGIN;
\set rows 4000
\set seed 5
\set table loan
\ir ../portfolio.sql
CREATE TABLE card AS SELECT fit_scorecard('loan', target => 'bad') AS m;
GRANT SELECT ON loan, card TO PUBLIC;

SET SESSION AUTHORIZATION regress_author;
SELECT is(register_model('loan', m), 'loan@1', 'registered') FROM card;
SET SESSION AUTHORIZATION regress_validator;
SELECT is(validate_model('loan@1', sample => 'loan', target => 'bad'), 'loan@1', 'validated');
SET SESSION AUTHORIZATION regress_boss;
SELECT is(approve_model('loan@1', 'good'), 'loan@1', 'approved');
SELECT is(deploy_model('loan@1', 'good'), 'loan@1', 'deployed');
RESET SESSION AUTHORIZATION;

-- The evidence is what the measures say of the score.
SELECT is((e.evidence ->> 'gini')::float8, gini(t), 'gini in the evidence'),
       is((e.evidence ->> 'auc')::float8, auc(t), 'auc in the evidence'),
       is((e.evidence ->> 'bads')::float8, bads(t), 'bads in the evidence'),
       is((SELECT sum((c ->> 'bads')::float8) FROM jsonb_array_elements(e.evidence -> 'calibration') c), bads(t), 'tenths have all bads'),
       ok((SELECT bool_and(abs((c ->> 'mean_pd')::float8 - (c ->> 'bad_rate')::float8) < 0.1) FROM jsonb_array_elements(e.evidence -> 'calibration') c), 'a fitted model is calibrated'),
       ok(jsonb_array_length(e.evidence -> 'calibration') BETWEEN 8 AND 10, 'about ten of them')
FROM scoring_data.model_events e, (SELECT tally_agg(score(m, l), bad) AS t FROM loan l, card) s WHERE e.name = 'loan' AND e.event = 'validate';

-- By name and by value, in serial and in parallel.
CREATE FUNCTION differences(plan_settings text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
BEGIN
  EXECUTE plan_settings;
  SELECT count(*) INTO n FROM loan l, card
  WHERE score('loan', l) IS DISTINCT FROM score(m, l) OR pd('loan', l) IS DISTINCT FROM pd(m, l) OR log_odds('loan@1', l) IS DISTINCT FROM log_odds(m, l)
     OR reasons('loan', l) IS DISTINCT FROM reasons(m, l) OR policies_applied('loan', l) IS DISTINCT FROM policies_applied(m, l)
     OR (SELECT sum(points) FROM explain('loan', l)) IS DISTINCT FROM (SELECT sum(points) FROM explain(m, l));
  RETURN n;
END
$$;
SELECT is(differences('SET LOCAL max_parallel_workers_per_gather = 0'), 0::bigint, 'serial');
SELECT is(differences('SET LOCAL max_parallel_workers_per_gather = 2; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0'), 0::bigint, 'parallel');
SET LOCAL max_parallel_workers_per_gather = 2; SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0;
CREATE FUNCTION plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE line text; whole text := '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP whole := whole || line || E'\n'; END LOOP;
  RETURN whole;
END $$;
SELECT matches(plan_of('SELECT sum(score(''loan'', l)) FROM loan l'), 'Partial Aggregate', 'scored in the workers');

-- Who may do what: each function for each duty. An error other than 42501 is of one who may.
CREATE FUNCTION state_of(role_name text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  state text := '00000';
BEGIN
  PERFORM set_config('role', role_name, true);
  BEGIN
    EXECUTE call;
  EXCEPTION WHEN OTHERS THEN
    state := SQLSTATE;
  END;
  PERFORM set_config('role', 'none', true);
  RETURN state;
END $$;
SELECT set_eq(
  $q$SELECT duty || ' ' || f FROM unnest('{steward,modeler,approver,officer,analyst,auditor}'::text[]) duty,
     (VALUES ('register', 'SELECT scoring.register_model(''loan'', NULL)'), ('validate', 'SELECT scoring.validate_model(''none@1'', ''{}''::jsonb)'),
             ('approve', 'SELECT scoring.approve_model(''none@1'', ''x'')'), ('deploy', 'SELECT scoring.deploy_model(''none@1'', ''x'')'),
             ('retire', 'SELECT scoring.retire_model(''none@1'', ''x'')'), ('grant', 'SELECT scoring.grant_model(''none'', ''x'')'),
             ('revoke', 'SELECT scoring.revoke_model(''none'', ''x'')'), ('read', 'SELECT scoring.registered_model(''loan'')'),
             ('score', 'SELECT scoring.score(''loan'', l) FROM loan l LIMIT 1'), ('models', 'SELECT FROM scoring_data.models'),
             ('events', 'SELECT FROM scoring_data.model_events'), ('grants', 'SELECT FROM scoring_data.model_grants'),
             ('table', 'SELECT FROM scoring_data.model_version'), ('write', 'DELETE FROM scoring_data.registry_event')) c (f, call)
     WHERE state_of('regress_tap_' || duty, call) <> '42501'$q$,
  $q$VALUES ('modeler register'), ('modeler validate'), ('modeler read'), ('modeler score'), ('modeler models'), ('modeler events'),
            ('approver approve'), ('approver deploy'), ('approver retire'), ('approver read'), ('approver score'), ('approver models'), ('approver events'),
            ('steward grant'), ('steward revoke'), ('steward models'), ('steward events'), ('steward grants'),
            ('auditor models'), ('auditor events'), ('auditor grants')$q$,
  'each duty may what it is for, and no more');
SELECT is(state_of('regress_teller', f), '42501', 'not granted: ' || f)
FROM unnest('{SELECT scoring._registry_resolve(''model''\, ''loan''),SELECT scoring._model_may(''regress_boss''\, ''loan''\, ''score''),SELECT scoring._registered_model(''loan''),SELECT scoring._registry_transition(''model''\, ''loan''\, 1\, ''approve''\, ''x''\, NULL)}'::text[]) f;
SELECT is((SELECT count(*) FROM unnest('{registry_name,registry_state,registry_event,model_version,model_grant}'::text[]) t
           WHERE state_of('regress_teller', 'SELECT FROM scoring_data.' || t) = '42501'), 5::bigint, 'no table is read');
GRANT pg_read_all_data, pg_write_all_data TO regress_teller;
SET SESSION AUTHORIZATION regress_teller;
SELECT is((SELECT count(*) FROM scoring_data.model_version) + (SELECT count(*) FROM scoring_data.registry_event), 0::bigint, 'who may read all data sees no row');
SELECT throws_ok($$INSERT INTO scoring_data.model_grant (name, grantee, use, granted_by_role, granted_by_session, granted_at)
  VALUES ('loan', 'regress_teller', 'score', 'x', 'x', now())$$, '42501', NULL, 'who may write all data writes none');
SELECT throws_ok($$SELECT score('loan', l) FROM loan l$$, '42501', NULL, 'nor do they score');
RESET SESSION AUTHORIZATION;
REVOKE pg_read_all_data, pg_write_all_data FROM regress_teller;

-- A settings ambush: what the caller has in his path or among his temporary objects is not what the look-up means.
SET SESSION AUTHORIZATION regress_teller;
CREATE TEMPORARY TABLE registry_state (a int);
CREATE FUNCTION pg_temp._model_may(name, text, text) RETURNS boolean LANGUAGE sql AS 'SELECT true';
SET search_path = pg_temp, public, scoring;
SELECT throws_ok($$SELECT scoring.score('loan', l) FROM public.loan l$$, '42501', NULL, 'a path with something of the caller''s first');
SET search_path = public, scoring;
RESET SESSION AUTHORIZATION;

-- In a transaction that may not write, as on a standby.
SAVEPOINT before;
SET TRANSACTION READ ONLY;
SELECT lives_ok($$SELECT score('loan', l), score('loan@1', l) FROM loan l$$, 'a transaction that is read only');
ROLLBACK TO before;

-- Decoded models and what a call site keeps stay few, however many names there are.
SET SESSION AUTHORIZATION regress_author;
DO $$
BEGIN
  FOR i IN 1 .. 60 LOOP
    PERFORM scoring.register_model('m' || i, scoring.rescale(m, 20 + i, 600, 50)) FROM card;
  END LOOP;
END
$$;
SELECT is((SELECT count(*) FROM loan l, generate_series(1, 60) i, card WHERE l.id <= 30 AND score('m' || i || '@1', l) <> score(rescale(m, 20 + i, 600, 50), l)), 0::bigint, 'sixty names take turns');
RESET SESSION AUTHORIZATION;
SELECT cmp_ok((SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'scoring model'), '<=', 17::bigint, 'few models stay decoded');
SELECT is((SELECT count(*) FROM pg_backend_memory_contexts WHERE name LIKE 'scoring model JSON%'), 0::bigint, 'nothing of their making');

-- Differences: none if and only if the hash is the same.
CREATE TABLE variant AS
SELECT i, (CASE i % 6 WHEN 0 THEN m::jsonb
                WHEN 1 THEN jsonb_set(m::jsonb, '{intercept}', to_jsonb(i / 7.0))
                WHEN 2 THEN jsonb_set(m::jsonb, '{characteristics,0,bins,0,points}', to_jsonb(i))
                WHEN 3 THEN m::jsonb || jsonb_build_object('name', 'n' || i)
                WHEN 4 THEN jsonb_set(m::jsonb, '{characteristics,1,bins,1,reason_code}', to_jsonb('R' || i))
                ELSE jsonb_set(m::jsonb, '{characteristics}', (m::jsonb -> 'characteristics') - (i % 5)) END)::model AS m
FROM card, generate_series(0, 17) i;
SELECT is((SELECT count(*) FROM variant a, variant b WHERE (hash(a.m) = hash(b.m)) = EXISTS (SELECT FROM model_diff(a.m, b.m))), 0::bigint, 'lines if and only if hashes differ');
SELECT is((SELECT count(*) FROM variant a, variant b WHERE (SELECT count(*) FROM model_diff(a.m, b.m)) <> (SELECT count(*) FROM model_diff(b.m, a.m))), 0::bigint, 'the same number of lines both ways');

-- Swap-sets are a partition of the sample, and agree with plain SQL.
SELECT is(sum(s.rows)::bigint, (SELECT count(*) FROM loan), 'all rows are in one of them'),
       is(sum(s.bads)::bigint, (SELECT count(*) FROM loan WHERE bad), 'and all bads'),
       is(max(s.rows) FILTER (WHERE outcome = 'swapped in'),
          (SELECT count(*) FROM loan l WHERE score(m, l) < 600 AND score(rescale(m, 40, 600, 50), l) >= 600), 'those swapped in')
FROM card, swap_set(m, rescale(m, 40, 600, 50), 'loan', 'bad', cutoff => 600) s GROUP BY m;

SELECT * FROM finish();
ROLLBACK;
