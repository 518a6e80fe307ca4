-- V26, V27: code of others in the way of what runs as the workspace's owner: policies, checks of domains, casts, triggers and
-- expressions of the bank's tables, and of those who may call.
\c - postgres
-- Fixtures of this file: a table of the bank whose owner has laid traps, and what tells that one was sprung as the owner.
CREATE TABLE attack.sprung (who name, session name);
GRANT INSERT ON attack.sprung TO PUBLIC;
CREATE FUNCTION lab.trap() RETURNS boolean LANGUAGE plpgsql VOLATILE AS $$BEGIN IF current_user = 'scoring_owner' OR current_user = 'postgres' THEN INSERT INTO attack.sprung VALUES (current_user, session_user); RAISE WARNING 'sprung as %', current_user; END IF; RETURN true; END$$;
CREATE FUNCTION lab.trap_trigger() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM lab.trap(); RETURN coalesce(NEW, OLD); END$$;
CREATE FUNCTION lab.trapped_text(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM lab.trap(); RETURN true; END$$;
GRANT CREATE ON SCHEMA lab TO bank_owner;
-- Control: a policy runs as whoever reads.
CREATE TABLE lab.trapped_control AS SELECT 1 AS a;
ALTER TABLE lab.trapped_control ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON lab.trapped_control USING (lab.trap());
GRANT SELECT ON lab.trapped_control TO scoring_owner;
SET ROLE scoring_owner;
SELECT count(*) FROM lab.trapped_control;
RESET ROLE;
SELECT attack.is((SELECT string_agg(who::text, ',') FROM attack.sprung), 'scoring_owner', 'control: a policy runs with the rights of who reads the table');
TRUNCATE attack.sprung;
\c - bank_owner
CREATE DOMAIN lab.word AS text CHECK (lab.trapped_text(value));
CREATE TYPE lab.pair AS (a integer, b text);
CREATE FUNCTION lab.pair_json(lab.pair) RETURNS json LANGUAGE plpgsql AS $$BEGIN PERFORM lab.trap(); RETURN '{}'; END$$;
CREATE FUNCTION lab.pair_text(lab.pair) RETURNS text LANGUAGE plpgsql AS $$BEGIN PERFORM lab.trap(); RETURN ''; END$$;
CREATE CAST (lab.pair AS json) WITH FUNCTION lab.pair_json(lab.pair) AS IMPLICIT;
CREATE CAST (lab.pair AS text) WITH FUNCTION lab.pair_text(lab.pair) AS IMPLICIT;
CREATE FUNCTION lab.trapped_equal(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN PERFORM lab.trap(); RETURN $1::bytea = $2::bytea; END$$;
CREATE OPERATOR bank.= (leftarg = text, rightarg = text, function = lab.trapped_equal);
CREATE TABLE bank.trapped (applicant_id bigint PRIMARY KEY, branch_id int, word lab.word, pair lab.pair, city text, amount int, twice int GENERATED ALWAYS AS (amount * 2) STORED, defaulted boolean);
INSERT INTO bank.trapped (applicant_id, branch_id, word, pair, city, amount, defaulted) SELECT applicant_id, branch_id, 'word', ROW(1, 'x')::lab.pair, (ARRAY['Brno', 'Praha'])[1 + applicant_id % 2], applicant_id % 10, defaulted FROM bank.applicant WHERE applicant_id < 1000;
CREATE TRIGGER t BEFORE INSERT OR UPDATE OR DELETE ON bank.trapped FOR EACH ROW EXECUTE FUNCTION lab.trap_trigger();
CREATE INDEX ON bank.trapped (lower(city)) WHERE lab.trapped_text(city);
SELECT scoring.protect('bank.trapped', subject_key => 'applicant_id', scope_column => 'branch_id') \g /dev/null
SELECT attack.state(format('SELECT scoring.classify(''bank.trapped'', %L, %L)', c, k)) FROM (VALUES ('word', 'quasi'), ('pair', 'quasi'), ('city', 'quasi'), ('amount', 'ordinary'), ('twice', 'ordinary'), ('defaulted', 'outcome')) v (c, k) \g /dev/null
-- Then all that reads it as the owner.
\c - steward_stig
SELECT attack.state('SELECT scoring.publish_view(''bank.trapped'', ''officer_trapped'', audience => ''scoring_officer'', purpose => ''credit_decision'')') AS published \gset
SELECT attack.state('SELECT scoring.publish_release(''bank.trapped'', ''trapped_research'', audience => ''scoring_analyst'', k => 5)') AS released \gset
\c - registrar_rita
SELECT attack.state('SELECT scoring.subject_access_report(''101'')') AS reported \gset
SELECT attack.state('SELECT * FROM scoring.erase(''103'', ''asked for it'')') AS erased \gset
SELECT attack.state('SELECT * FROM scoring.purge_expired()') AS purged \gset
\c - modeler_ann
SELECT attack.state('SELECT scoring.fit_protected_scorecard(''bank.trapped'', ''defaulted'', ''research'')') AS fitted \gset
SELECT attack.ok(:'reported' LIKE 'rows%' AND :'released' LIKE 'rows%' AND :'fitted' ~ '^(rows|22023|55000)' AND :'erased' LIKE 'rows%' AND :'published' LIKE 'rows%', 'the table was published, released, fitted, reported of and erased from: control');
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT count(*) AS n FROM (SELECT v.* FROM scoring_views.officer_trapped v) s WHERE s IS NOT NULL;
COMMIT;
-- The traps that come afterwards: a restrictive policy, a new check.
\c - bank_owner
CREATE POLICY trap ON bank.trapped AS RESTRICTIVE FOR SELECT USING (lab.trap());
\c - steward_stig
SELECT attack.ok(attack.state('SELECT scoring.refresh_release(''trapped_research'')') IN ('55000', '42501', '42704'), 'V26: with a policy of the bank''s in the way, a release is not made: it would run as the owner');
\c - registrar_rita
SELECT attack.state('SELECT scoring.subject_access_report(''101'')') AS reported \gset
SELECT attack.ok((SELECT r::text LIKE '%not_read_because%' FROM scoring.subject_access_report('101') r), 'V26: a report says that it was not read, and why');
\c - modeler_ann
SELECT attack.ok(attack.state('SELECT scoring.fit_protected_scorecard(''bank.trapped'', ''defaulted'', ''research'')') IN ('55000', '42501'), 'V26: no model is fitted on it');
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_trapped'), '42501', 'V26: and the view refuses');
COMMIT;
\c - postgres
SELECT count(*) FROM scoring.doctor() \g /dev/null
SELECT attack.is((SELECT string_agg(DISTINCT who || ' in a session of ' || session, ', ') FROM attack.sprung WHERE session <> 'postgres' OR who <> 'scoring_owner'), NULL, 'V26, V27: no code of the bank''s owner ran as the workspace''s, or as a superuser');
-- What callers may give: rows, settings, and objects that only look like what is asked for.
\c - registrar_rita
SET search_path = lab, bank, pg_temp;
SET DateStyle = 'German';
SET extra_float_digits = -15;
SET standard_conforming_strings = off;
SET quote_all_identifiers = on;
SET transform_null_equals = on;
SELECT attack.ok((SELECT r ? 'subject' OR r <> '{}' FROM scoring.subject_access_report('101') r), 'V26: settings of the caller''s change nothing of a report: control');
RESET ALL;
\c - postgres
SELECT attack.is((SELECT count(*) FROM attack.sprung WHERE who = 'scoring_owner' AND session <> 'postgres')::text, '0', 'V26: nor an operator that was put into his path');
