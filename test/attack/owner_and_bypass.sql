-- V06, V07, V08, V34: whose rights a view reads with, and who row security does not hold for.
\c - postgres
CREATE VIEW lab.superuser_view AS SELECT * FROM lab.policed;
GRANT SELECT ON lab.superuser_view TO officer_north;
CREATE VIEW lab.superuser_barrier WITH (security_barrier) AS SELECT * FROM lab.policed;
GRANT SELECT ON lab.superuser_barrier TO officer_north;
\c - officer_north
SELECT attack.ok((SELECT count(*) FROM lab.superuser_view) > (SELECT count(*) FROM lab.policed), 'control: a view of a superuser skips the policy');
SELECT attack.ok((SELECT count(*) FROM lab.superuser_barrier) > (SELECT count(*) FROM lab.policed), 'control: a barrier is no help against that');
SELECT attack.is((SELECT string_agg(DISTINCT pg_get_userbyid(relowner), ',') FROM pg_class WHERE relnamespace IN ('scoring_views'::regnamespace, 'scoring_data'::regnamespace)), 'scoring_owner', 'V08: all views and tables belong to the workspace''s owner');
SELECT attack.is((SELECT string_agg(DISTINCT concat_ws(' ', rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolreplication), ',') FROM pg_roles WHERE rolname = 'scoring_owner'), 'f f f f f', 'V08: who can neither log in nor bypass anything');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(count(*)::text, '60', 'V06: a view gives the rows of the scope and the rights') FROM scoring_views.officer_applicant;
COMMIT;
\c - officer_south
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(count(*) || ' of branch ' || string_agg(DISTINCT branch_id::text, ','), '60 of branch 2', 'V06, V07: another officer''s are others, by the same view and its owner''s rights') FROM scoring_views.officer_applicant;
COMMIT;
\c - officer_north
-- A view that is no longer the owner's is no gate.
\c - postgres
ALTER VIEW scoring_views.officer_applicant OWNER TO postgres;
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V08: a view that a superuser has come to own refuses');
COMMIT;
\c - postgres
ALTER VIEW scoring_views.officer_applicant OWNER TO scoring_owner;
ALTER VIEW scoring_views.officer_applicant RESET (security_barrier);
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V06: so does one that lost its barrier');
COMMIT;
\c - postgres
ALTER VIEW scoring_views.officer_applicant SET (security_barrier);
ALTER TABLE bank.applicant DISABLE ROW LEVEL SECURITY;
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V06: and one whose table lost its row security');
COMMIT;
\c - postgres
ALTER TABLE bank.applicant ENABLE ROW LEVEL SECURITY;
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(count(*)::text, '60', 'V06: put back, it answers: control') FROM scoring_views.officer_applicant;
SET LOCAL row_security = off;
SELECT attack.state('SELECT * FROM scoring_views.officer_applicant') AS state \gset
SELECT attack.is(:'state', '42501', 'V34: row_security = off is an error, no way around');
COMMIT;
SET row_security = off;
SELECT attack.is(attack.state('SELECT * FROM bank.applicant'), '42501', 'V34: on the table too');
-- Members of pg_read_all_data have SELECT on everything, and rows of nothing.
\c - reader_all
SELECT attack.is((SELECT count(*) FROM bank.applicant)::text || (SELECT count(*) FROM bank.payment) || (SELECT count(*) FROM bank.payment_2) || (SELECT count(*) FROM scoring_data.consent) || (SELECT count(*) FROM scoring_data.permission), '00000', 'V08: pg_read_all_data reads no protected row, no child''s, none of the workspace');
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V08: nor through a view');
