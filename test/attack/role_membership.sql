-- V22, V23: what membership in roles gives, and DROP OWNED.
\c - postgres
-- A permissive policy of one role is a right of its members.
CREATE ROLE desk_all NOLOGIN;
CREATE POLICY more ON lab.policed TO desk_all USING (true);
SELECT count(*) AS mine FROM lab.policed WHERE branch_id = 1 AND seen \gset
GRANT desk_all TO officer_north;
\c - officer_north
SELECT attack.ok((SELECT count(*) FROM lab.policed) > :mine, 'control: membership in a role with a permissive policy widens what one sees, without SET ROLE');
SELECT attack.is(string_agg(format('%s on %s to %s', polname, polrelid::regclass, r::regrole), ', '), NULL, 'V23: no policy of a protected table names a duty role or PUBLIC')
FROM pg_policy, unnest(polroles) r WHERE polrelid::regclass::text ~ '^(bank|scoring_data)\.' AND (r = 0 OR r::regrole::text ~ '^scoring_' AND r::regrole::text <> 'scoring_owner');
SELECT attack.is(string_agg(a.member::regrole::text, ','), NULL, 'V23: nobody is a member of the workspace''s owner') FROM pg_auth_members a WHERE a.roleid = 'scoring_owner'::regrole;
-- The grant is of a login, not of a role: neither membership nor SET ROLE makes one officer another.
\c - postgres
GRANT officer_south TO officer_north;
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(string_agg(DISTINCT branch_id::text, ','), '1', 'V23: a member of another officer sees his own scope') FROM scoring_views.officer_applicant;
SET LOCAL ROLE officer_south;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V23: his access is no access of the role that he becomes');
COMMIT;
SET ROLE officer_south;
BEGIN;
SELECT attack.state('SELECT scoring.begin_access(''credit_decision'', ''L-1'')') AS state \gset
SELECT attack.ok(:'state' = '42501' OR (SELECT string_agg(DISTINCT branch_id::text, ',') = '1' FROM scoring_views.officer_applicant), 'V23: as whom he has become, he has no more than what was granted to who has logged in');
COMMIT;
RESET ROLE;
-- Membership in a duty gives no scope.
\c - officer_idle
BEGIN;
SELECT attack.is(attack.state('SELECT scoring.begin_access(''credit_decision'', ''L-1'')'), '42501', 'V23: an officer without a grant begins nothing');
COMMIT;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V23: and reads nothing');
-- A grant without the duty: the view is not for him.
\c - postgres
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.grant_access('nobody', 'credit_decision', '{1}') \g /dev/null
\c - nobody
BEGIN;
SELECT attack.state('SELECT scoring.begin_access(''credit_decision'', ''L-1'')') AS state \gset
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V23: a grant without SELECT on the view reads nothing');
COMMIT;
-- DROP OWNED takes a role out of policies.
\c - postgres
SELECT string_agg(format('%s %s %s %s', polname, polrelid::regclass, polroles::regrole[], polcmd), ',' ORDER BY polname, polrelid) AS before FROM pg_policy WHERE polrelid::regclass::text ~ '^bank' \gset
\c - officer_north
DROP OWNED BY officer_north;
\c - postgres
SELECT attack.is(string_agg(format('%s %s %s %s', polname, polrelid::regclass, polroles::regrole[], polcmd), ',' ORDER BY polname, polrelid), :'before', 'V22: DROP OWNED of an officer changes no policy') FROM pg_policy WHERE polrelid::regclass::text ~ '^bank';
\c - bank_app
DROP OWNED BY bank_app;
\c - postgres
DROP OWNED BY bank_app;
SELECT attack.ok(count(*) FILTER (WHERE 0::oid = ANY (polroles)) = 0, 'V22: that of a writer opens none to PUBLIC') FROM pg_policy WHERE polrelid::regclass::text ~ '^bank';
\c - bank_app
SELECT attack.ok(attack.state('SELECT * FROM bank.applicant') IN ('42501', 'rows 0'), 'V22: and he has lost what he had');
\c - postgres
DROP OWNED BY desk_all CASCADE;
DROP ROLE desk_all;
REVOKE officer_south FROM officer_north;
GRANT TEMPORARY ON DATABASE attack TO officer_north;
GRANT scoring_officer TO officer_north;
