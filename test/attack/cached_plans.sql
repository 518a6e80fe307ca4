-- V24: plans that were made under one role, context or setting and are run under another.
\c - postgres
CREATE FUNCTION lab.whoami() RETURNS name LANGUAGE sql STABLE AS 'SELECT current_user';
GRANT SELECT ON lab.applicant TO officer_north;
\c - officer_north
SET plan_cache_mode = force_generic_plan;
PREPARE control(bigint) AS SELECT count(*) FROM lab.applicant WHERE applicant_id >= $1;
EXECUTE control(0);
SELECT attack.ok(attack.state('EXECUTE control(80000)') = 'rows 1', 'control: a prepared statement over an unprotected table runs again');
PREPARE q(bigint) AS SELECT count(*), string_agg(DISTINCT branch_id::text, ',') FROM scoring_views.officer_applicant WHERE applicant_id >= $1;
PREPARE own(text) AS SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(segment || $1);
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
EXECUTE q(0);
EXECUTE own('');
COMMIT;
SELECT attack.is(attack.state('EXECUTE q(0)'), '42501', 'V24: a plan made in an access is refused without one');
SELECT attack.is(attack.try('EXECUTE q(lab.key(130))'), attack.try('EXECUTE q(-1)'), 'V24: with the same words for any key');
BEGIN;
SELECT attack.state('SELECT scoring.begin_access(''collection'', ''C-1'', ''101'')') AS begun \gset
SELECT attack.is(:'begun' || ' ' || attack.state('EXECUTE q(0)'), 'rows 1 42501', 'V24: nor in an access for another purpose');
COMMIT;
BEGIN;
SAVEPOINT s;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
ROLLBACK TO s;
SELECT attack.is(attack.state('EXECUTE q(0)'), '42501', 'V24: nor after the savepoint in which the access was begun is gone');
COMMIT;
-- Plans that functions keep.
CREATE FUNCTION lab.kept() RETURNS bigint LANGUAGE plpgsql AS $$DECLARE n bigint; BEGIN SELECT count(*) INTO n FROM scoring_views.officer_applicant; RETURN n; END$$;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(lab.kept()::text, '60', 'a function keeps a plan: control') FROM generate_series(1, 1);
SELECT lab.kept() FROM generate_series(1, 7);
COMMIT;
SELECT attack.is(attack.state('SELECT lab.kept()'), '42501', 'V24: a plan that a function has kept is refused too');
-- The plan goes with the session; another officer has logged in on it.
\c - postgres
SET SESSION AUTHORIZATION officer_north;
SET plan_cache_mode = force_generic_plan;
PREPARE q(bigint) AS SELECT count(*), string_agg(DISTINCT branch_id::text, ',') FROM scoring_views.officer_applicant WHERE applicant_id >= $1;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
EXECUTE q(0);
SET SESSION AUTHORIZATION officer_south;
SELECT attack.is(attack.state('EXECUTE q(0)'), '42501', 'V24: an access is not the next one''s who logs in on the session');
COMMIT;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
EXECUTE q(0) \gset
SELECT attack.is(:'count' || ' of branch ' || :'string_agg', '60 of branch 2', 'V24: and in his own, the plan gives his rows');
COMMIT;
SET SESSION AUTHORIZATION officer_idle;
SELECT attack.is(attack.state('EXECUTE q(0)'), '42501', 'V24: to one without a grant, it gives none');
-- What was planned is planned anew when rights change.
SET SESSION AUTHORIZATION officer_north;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
EXECUTE q(0);
SAVEPOINT s;
RESET SESSION AUTHORIZATION;
REVOKE SELECT ON scoring_views.officer_applicant FROM scoring_officer;
SET SESSION AUTHORIZATION officer_north;
SELECT attack.is(attack.state('EXECUTE q(0)'), '42501', 'V24: SELECT on the view withdrawn, the next execution is refused');
ROLLBACK;
RESET SESSION AUTHORIZATION;
SELECT attack.is(string_agg(p.proname, ','), NULL, 'V24: what a plan may not freeze is not immutable') FROM pg_proc p WHERE pronamespace = 'scoring'::regnamespace AND proname IN ('_gate', '_scopes', '_at', '_subject_number', '_subject_text') AND provolatile <> 's';
