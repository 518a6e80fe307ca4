-- V49, V52: making oneself an access: by settings, roles, functions, isolation levels.
\c - postgres
CREATE TABLE lab.by_setting AS SELECT * FROM lab.applicant;
ALTER TABLE lab.by_setting ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON lab.by_setting USING (branch_id = nullif(current_setting('lab.branch', true), '')::int);
GRANT SELECT ON lab.by_setting TO officer_north;
\c - officer_north
SET lab.branch = 2;
SELECT attack.ok((SELECT count(*) FROM lab.by_setting) = 60, 'control: a policy by a setting is anybody''s who sets it');
-- Placeholders, before the library is loaded and after.
SET scoring.scopes = '{*}';
SET scoring.purpose = 'credit_decision';
SET scoring.access = 'on';
SET scoring.allow_explain = on;
SET scoring.subject = '101';
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V49: settings make no access');
SET scoring.access = 'on';
SELECT attack.is(:'SQLSTATE', '42602', 'V49: once the library is there, its prefix is its own');
SET scoring.audit_durability = 'group';
SELECT attack.is(:'SQLSTATE', '42501', 'V49: and its settings are not a user''s to change');
\c - officer_north
ALTER ROLE officer_north SET scoring.audit_durability = 'group';
ALTER ROLE officer_north SET scoring.access = 'on';
ALTER ROLE officer_north SET session_preload_libraries = '';
ALTER ROLE officer_north SET local_preload_libraries = 'nothing';
ALTER DATABASE attack SET scoring.access = 'on';
\c - postgres
ALTER ROLE officer_north RESET ALL;
\c "dbname=attack user=officer_north options='-c scoring.access=on -c scoring.scopes={*} -c row_security=off'"
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V49: nor do options of the connection');
\c "dbname=attack user=officer_north options=''"
-- Outside a transaction, in others' names, in other isolation.
SELECT scoring.begin_access('credit_decision', 'L-1');
SELECT attack.is(:'SQLSTATE', '25P01', 'V49: an access is of a transaction block');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT attack.ok(attack.state('SELECT scoring.begin_access(''credit_decision'', ''L-1'')') ~ '^(0A000|25|55)', 'V49: not in REPEATABLE READ, where a withdrawal would not be seen');
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT attack.ok(attack.state('SELECT scoring.begin_access(''credit_decision'', ''L-1'')') ~ '^(0A000|25|55)', 'V49: nor in SERIALIZABLE');
COMMIT;
BEGIN;
SELECT attack.ok(attack.state('SELECT scoring.begin_access(''research'', ''L-1'')') = '42501' AND attack.state('SELECT scoring.begin_access(''no such'', ''L-1'')') ~ '^(42|22)', 'V49: nor for a purpose that was not granted');
SELECT attack.try('SELECT scoring.begin_access(''credit_decision'', ''L-1'', on_behalf_of => ''officer_south'')') AS t \gset
SELECT attack.is(string_agg(DISTINCT branch_id::text, ','), '1', 'V49: whom one claims to act for decides nothing') FROM scoring_views.officer_applicant;
COMMIT;
-- A case is of the subject named.
BEGIN;
SELECT attack.ok(attack.state('SELECT scoring.begin_access(''collection'', ''C-1'')') ~ '^(22|42)', 'V49: a case-bound access needs a subject');
SELECT scoring.begin_access('collection', 'C-1', '101') > 0 AS begun;
SELECT attack.is((SELECT string_agg(DISTINCT applicant_id::text, ',') FROM scoring_views.officer_payment), '101', 'V49: and gives that one''s rows');
SELECT attack.is((SELECT count(*) FROM scoring_views.officer_payment WHERE applicant_id <> 101)::text, '0', 'V49: and no others''');
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V49: another purpose''s view refuses in it');
COMMIT;
BEGIN;
SELECT scoring.begin_access('collection', 'C-1', '88008' || '80130') > 0 AS begun;
SELECT attack.is((SELECT count(*) FROM scoring_views.officer_payment)::text, '0', 'V49: a case of a subject out of scope has no rows');
COMMIT;
-- What the context's functions give without one, and to whom.
SELECT attack.is((SELECT string_agg(DISTINCT attack.state(format('SELECT scoring.%s', f)), ',') FROM unnest('{_scopes(),_at()}'::text[]) f), '42501', 'V49: without an access the functions of policies refuse');
SELECT attack.ok(attack.state('SELECT scoring._gate(''officer_applicant'', 1, 1)') ~ '^42', 'V49: so does the gate');
-- Time: neither the reader's zone nor his clock.
SET TimeZone = 'Pacific/Kiritimati';
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is((SELECT count(*) FROM scoring_views.officer_applicant)::text, '60', 'V49: a time zone moves no right');
COMMIT;
RESET TimeZone;
-- Two accesses in one statement: a function between the gate and the scopes that would change whose they are.
\c - postgres
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.define_purpose('other', '{ordinary}', '{ordinary}', 'contract', 'DPIA-5'), scoring.grant_access('officer_north', 'other', '{2}') \g /dev/null
RESET SESSION AUTHORIZATION;
\c - officer_north
CREATE FUNCTION lab.switches() RETURNS bigint LANGUAGE plpgsql VOLATILE COST 0.0000001 AS $$BEGIN PERFORM scoring.end_access(); PERFORM scoring.begin_access('other', 'x'); RETURN lab.key(130); END$$;
CREATE FUNCTION lab.switches_quietly() RETURNS bigint LANGUAGE plpgsql VOLATILE COST 0.0000001 AS $$BEGIN BEGIN PERFORM lab.switches(); EXCEPTION WHEN OTHERS THEN RAISE NOTICE '%', SQLERRM; END; RETURN lab.key(130); END$$;
BEGIN;
SELECT scoring.begin_access('other', 'L-1') > 0 AS begun;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'an access for another purpose, in scope 2, opens none of this one''s views: control');
COMMIT;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.ok((SELECT bool_and(s NOT LIKE 'rows %' OR s IN ('rows 0', 'rows 1', 'rows 60')) FROM (SELECT attack.state(q) AS s FROM unnest(ARRAY['SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = (SELECT lab.switches())', 'SELECT * FROM scoring_views.officer_applicant WHERE branch_id >= (SELECT lab.switches() - lab.key(130))']) q) x), 'V49: one that begins in the midst of a statement is refused');
SELECT count(*) AS n FROM scoring_views.officer_applicant WHERE branch_id = (SELECT lab.switches_quietly() - lab.key(130) + 2);
SELECT attack.ok(:'SQLSTATE' = '42501', 'V49: also where the refusal is caught: the first has ended then');
COMMIT;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
DECLARE c CURSOR FOR SELECT branch_id FROM scoring_views.officer_applicant;
SELECT scoring.end_access();
SELECT attack.state('SELECT scoring.begin_access(''other'', ''L-1'')') AS state \gset
FETCH ALL FROM c;
SELECT attack.ok(:'SQLSTATE' IN ('42501', '34000'), 'V49: nor by a cursor that was opened in the first and is fetched from in the second');
COMMIT;
