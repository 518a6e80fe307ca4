-- V32: handing on: views, functions and tables of one's own over a view that others may not read.
\c - postgres
GRANT SELECT ON lab.applicant TO officer_north;
\c - officer_north
CREATE VIEW lab.laundered_control AS SELECT * FROM lab.applicant;
GRANT SELECT ON lab.laundered_control TO nobody, analyst_temp, officer_south;
CREATE VIEW lab.laundered AS SELECT * FROM scoring_views.officer_applicant;
CREATE VIEW lab.laundered_invoker WITH (security_invoker) AS SELECT * FROM scoring_views.officer_applicant;
CREATE FUNCTION lab.lends() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$SELECT count(*) FROM scoring_views.officer_applicant$$;
CREATE FUNCTION lab.begins() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN PERFORM scoring.begin_access('credit_decision', 'L-9'); RETURN (SELECT count(*) FROM scoring_views.officer_applicant); END$$;
CREATE FUNCTION lab.begins_only() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$BEGIN RETURN scoring.begin_access('credit_decision', 'L-9'); END$$;
GRANT SELECT ON lab.laundered, lab.laundered_invoker TO nobody, analyst_temp, officer_south;
\c - nobody
SELECT attack.ok((SELECT count(*) FROM lab.laundered_control) > 100, 'control: a view over a table that is not one''s own reads it for others');
SELECT attack.is(attack.state('SELECT * FROM lab.laundered'), '42501', 'V32: nobody reads a laundering view');
SELECT attack.is(attack.state('SELECT * FROM lab.laundered_invoker'), '42501', 'V32: nor one with the caller''s rights');
SELECT attack.is(attack.state('SELECT lab.lends()'), '42501', 'V32: nor a function that lends its owner''s rights');
BEGIN;
SELECT attack.is(attack.state('SELECT lab.begins()'), '42501', 'V32: nor one that begins an access with them');
SELECT attack.is(attack.state('SELECT lab.begins_only()'), '42501', 'V32: the access alone is refused as well');
COMMIT;
-- With another officer's access.
\c - officer_south
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.ok((SELECT count(*) FROM lab.laundered) = 60 AND (SELECT count(*) FILTER (WHERE branch_id <> 2) FROM lab.laundered) = 0, 'V32: an officer reads through it what his own access gives: control');
SELECT attack.is(attack.state('SELECT lab.lends()'), '42501', 'V32: a lending function is none of his, also in his access');
SELECT attack.ok(attack.state('SELECT lab.begins()') IN ('42501', '55000'), 'V32: nor begins another');
COMMIT;
-- An analyst who was given a grant by mistake has no SELECT on the view, and through the laundering view it does not matter whose it is.
\c - postgres
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.grant_access('analyst_temp', 'credit_decision', '{*}') \g /dev/null
\c - analyst_temp
BEGIN;
SELECT attack.state('SELECT scoring.begin_access(''credit_decision'', ''L-1'')') AS state \gset
SELECT attack.is(attack.state('SELECT * FROM lab.laundered'), '42501', 'V32: a laundering view is closed to one with an access and without SELECT on what it reads');
COMMIT;
-- What a function does when others call it in their access.
\c - officer_north
CREATE FUNCTION lab.trojan() RETURNS boolean LANGUAGE plpgsql AS $$BEGIN CREATE TABLE IF NOT EXISTS lab.loot AS SELECT * FROM scoring_views.officer_applicant; RETURN true; END$$;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
CREATE TEMP TABLE kept AS SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(count(*)::text, '60', 'V32: residual: what an officer has read he can keep, and it is in the audit log') FROM kept;
COMMIT;
CREATE MATERIALIZED VIEW lab.materialized AS SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V32: a materialized view is not filled without an access');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
CREATE MATERIALIZED VIEW lab.materialized AS SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V32: nor in one');
CREATE INDEX ON lab.laundered (applicant_id);
SELECT attack.ok(:'SQLSTATE' <> '00000', 'V32: nor is an index made');
COMMIT;
\c - auditor_udo
SELECT attack.ok(count(*) FILTER (WHERE session_name = 'officer_north' AND event = 'read') > 0 AND count(*) FILTER (WHERE event LIKE 'refused%') > 3, 'V32: reads and refusals are in the audit log with who had logged in') FROM scoring_data.audit_events;
