-- The workspace: what setup() makes, whom it refuses, what doctor() finds, what teardown() leaves.
-- Findings about the server are left out: this suite also runs on releases that doctor() warns of.
\set VERBOSITY default
\set SHOW_CONTEXT never

-- Without one.
SELECT * FROM scoring.doctor() WHERE object <> 'server';
SELECT scoring.apply_grants();
SELECT * FROM scoring.check_catalog();
SELECT scoring.teardown(current_database());

-- Only a superuser may.
CREATE ROLE regress_nobody LOGIN;
SET SESSION AUTHORIZATION regress_nobody;
SELECT scoring.setup();
SELECT scoring.apply_grants();
SELECT scoring.teardown('x');
SELECT scoring._run_as_owner('scoring._prefix()'::regprocedure);
SELECT scoring._caller();
SELECT scoring._setup_workspace();
SELECT scoring._make_table('x', 'a int', 'c');
RESET SESSION AUTHORIZATION;

-- Prefixes.
SELECT scoring.setup('Regress-x');
SELECT scoring.setup(NULL);
SELECT scoring.setup(repeat('x', 41));

-- Ambush: somebody who may create schemas has made ours first, with something named like a table in it.
SELECT 'GRANT CREATE ON DATABASE ' || quote_ident(current_database()) || ' TO regress_nobody' \gexec
SET SESSION AUTHORIZATION regress_nobody;
CREATE SCHEMA scoring_data;
CREATE VIEW scoring_data.workspace AS SELECT true AS only_row, 'x'::text AS version, 'y'::text AS prefix;
RESET SESSION AUTHORIZATION;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
SELECT regexp_replace(scoring.setup('regress_ws', adopt => true), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
DROP SCHEMA scoring_data CASCADE;
SET SESSION AUTHORIZATION regress_nobody;
CREATE SCHEMA scoring_views;
RESET SESSION AUTHORIZATION;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
DROP SCHEMA scoring_views;
SELECT rolname FROM pg_roles WHERE rolname LIKE 'regress\_ws%';

-- Ambush: a superuser's schema is adopted only when told so, and only if nothing strange is in it.
CREATE SCHEMA scoring_data;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
CREATE FUNCTION scoring_data.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT regexp_replace(scoring.setup('regress_ws', adopt => true), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
DROP FUNCTION scoring_data.f();
CREATE TABLE scoring_data.registry_name (a int);
CREATE FUNCTION regress_trigger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER t BEFORE INSERT ON scoring_data.registry_name FOR EACH ROW EXECUTE FUNCTION regress_trigger();
SELECT regexp_replace(scoring.setup('regress_ws', adopt => true), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
DROP TRIGGER t ON scoring_data.registry_name;
CREATE POLICY p ON scoring_data.registry_name USING (true);
SELECT regexp_replace(scoring.setup('regress_ws', adopt => true), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
DROP POLICY p ON scoring_data.registry_name;
CREATE RULE r AS ON INSERT TO scoring_data.registry_name DO ALSO SELECT 1;
SELECT regexp_replace(scoring.setup('regress_ws', adopt => true), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
DROP RULE r ON scoring_data.registry_name;
ALTER TABLE scoring_data.registry_name OWNER TO regress_nobody;
SELECT regexp_replace(scoring.setup('regress_ws', adopt => true), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
DROP SCHEMA scoring_data CASCADE;
CREATE SCHEMA scoring_data;
CREATE MATERIALIZED VIEW scoring_data.workspace AS SELECT 1 AS a;
SELECT regexp_replace(scoring.setup('regress_ws', adopt => true), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
DROP SCHEMA scoring_data CASCADE;
CREATE SCHEMA scoring_data;
CREATE VIEW scoring_data.workspace AS SELECT 1 AS a;
SELECT regexp_replace(scoring.setup('regress_ws', adopt => true), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
DROP SCHEMA scoring_data CASCADE;

-- Ambush: roles made before. Each is refused, and says why.
CREATE ROLE regress_ws_owner LOGIN;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
ALTER ROLE regress_ws_owner NOLOGIN CREATEDB;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
ALTER ROLE regress_ws_owner NOCREATEDB BYPASSRLS;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
ALTER ROLE regress_ws_owner NOBYPASSRLS;
GRANT regress_ws_owner TO regress_nobody;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
REVOKE regress_ws_owner FROM regress_nobody;
GRANT regress_nobody TO regress_ws_owner;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
REVOKE regress_nobody FROM regress_ws_owner;
CREATE TABLE regress_theirs (a int);
ALTER TABLE regress_theirs OWNER TO regress_ws_owner;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
ALTER TABLE regress_theirs OWNER TO regress_nobody;
CREATE ROLE regress_ws_approver;
GRANT regress_ws_approver TO regress_nobody WITH ADMIN OPTION;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
REVOKE regress_ws_approver FROM regress_nobody;
-- Members by a superuser's grant are people who were given their duty beforehand.
GRANT regress_ws_approver TO regress_nobody;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
SELECT scoring.setup();
SELECT * FROM scoring.doctor() WHERE object <> 'server';

-- What the server tells everyone can be taken away.
SELECT channel, count(*) > 0 AS open, min(tells) AS tells FROM scoring.open_channels() GROUP BY 1 ORDER BY 1;
BEGIN;
SELECT set_config('regress.remedies', string_agg(remedy, ' '), true) IS NOT NULL AS there FROM scoring.open_channels();
DO $$ BEGIN EXECUTE current_setting('regress.remedies'); END $$;
SELECT * FROM scoring.open_channels();
SET LOCAL ROLE regress_nobody;
SELECT pg_relation_size('scoring_data.workspace');
ROLLBACK;

-- What is there belongs to the owner, and nobody else sees a row.
SELECT c.relname, c.relkind, pg_get_userbyid(c.relowner) FROM pg_class c
WHERE relnamespace = 'scoring_data'::regnamespace AND relkind NOT IN ('i', 'I', 'S')
  AND NOT (pg_get_userbyid(c.relowner) = 'regress_ws_owner' AND (relkind = 'v' OR relrowsecurity AND NOT relforcerowsecurity));
GRANT pg_read_all_data, pg_write_all_data TO regress_nobody;
SET SESSION AUTHORIZATION regress_nobody;
SELECT * FROM scoring_data.workspace;
INSERT INTO scoring_data.workspace (only_row, version, prefix) VALUES (false, 'x', 'y');
UPDATE scoring_data.workspace SET version = 'x';
DELETE FROM scoring_data.workspace;
SELECT * FROM scoring.doctor() WHERE object <> 'server';
RESET SESSION AUTHORIZATION;
REVOKE pg_read_all_data, pg_write_all_data FROM regress_nobody;
SELECT version = (SELECT extversion FROM pg_extension WHERE extname = 'scoring') AS current, prefix FROM scoring_data.workspace;

-- An auditor may call the doctor; grants that are missing or too many, row security, triggers and owners are found, and
-- what it says mends them.
GRANT regress_ws_auditor TO regress_nobody;
SET SESSION AUTHORIZATION regress_nobody;
SELECT * FROM scoring.doctor() WHERE object <> 'server';
RESET SESSION AUTHORIZATION;
REVOKE EXECUTE ON FUNCTION scoring._check_catalog() FROM regress_ws_steward;
GRANT EXECUTE ON FUNCTION scoring._prefix() TO PUBLIC;
GRANT SELECT ON scoring_data.workspace TO regress_nobody;
GRANT UPDATE (version) ON scoring_data.workspace TO regress_nobody;
ALTER TABLE scoring_data.workspace DISABLE ROW LEVEL SECURITY;
ALTER TABLE scoring_data.workspace FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone ON scoring_data.workspace USING (true);
CREATE TRIGGER t BEFORE INSERT ON scoring_data.workspace FOR EACH ROW EXECUTE FUNCTION regress_trigger();
CREATE RULE r AS ON INSERT TO scoring_data.workspace DO ALSO NOTHING;
CREATE VIEW scoring_views.plain AS SELECT 1 AS a;
ALTER VIEW scoring_views.plain OWNER TO regress_ws_owner;
GRANT regress_ws_owner TO regress_nobody;
GRANT regress_ws_steward TO regress_nobody;
CREATE FUNCTION scoring.not_ours() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER ROLE regress_ws_officer LOGIN;
UPDATE scoring_data.workspace SET version = '0.0.1';
CREATE TEMPORARY TABLE finding AS SELECT severity, object, regexp_replace(finding, 'is at [0-9.]+', 'is at N') AS finding, remedy FROM scoring.doctor() WHERE object <> 'server';
SELECT severity, object, finding, remedy FROM finding ORDER BY object COLLATE "C", finding COLLATE "C";
SELECT remedy FROM finding WHERE remedy NOT LIKE 'SELECT%' ORDER BY remedy COLLATE "C" \gexec
SELECT scoring.apply_grants() > 0 AS given;
SELECT scoring.setup('regress_ws') ~ '^workspace upgraded from 0.0.1 to ' AS upgraded;
SELECT * FROM scoring.doctor() WHERE object <> 'server';

-- A disarmed owner: nothing runs, and it is said why.
ALTER ROLE regress_ws_owner LOGIN;
SELECT * FROM scoring.check_contents();
SELECT * FROM scoring.doctor() WHERE object <> 'server';
ALTER ROLE regress_ws_owner NOLOGIN BYPASSRLS;
SELECT * FROM scoring.check_contents();
ALTER ROLE regress_ws_owner NOBYPASSRLS;

-- As a restore leaves it that did without the roles.
ALTER SCHEMA scoring_data OWNER TO CURRENT_USER;
DO $$
DECLARE
  r text;
BEGIN
  FOR r IN SELECT relname FROM pg_class WHERE relnamespace = 'scoring_data'::regnamespace AND relkind IN ('r', 'v') LOOP
    EXECUTE format('ALTER TABLE scoring_data.%I OWNER TO CURRENT_USER', r);
  END LOOP;
END
$$;
SELECT severity, object, remedy FROM scoring.doctor() WHERE object <> 'server';
SET SESSION AUTHORIZATION regress_nobody;
SELECT severity, object, remedy FROM scoring.doctor() WHERE object <> 'server';
RESET SESSION AUTHORIZATION;
SELECT regexp_replace(scoring.setup('regress_ws'), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
SELECT regexp_replace(scoring.setup('regress_ws', adopt => true), '[0-9]+[.][0-9]+[.][0-9]+', 'N') AS setup;
SELECT * FROM scoring.doctor() WHERE object <> 'server';

-- The user, the settings and the caller are as they were, also after an error.
SET TimeZone = 'Asia/Shanghai';
SET DateStyle = 'German';
SELECT count(*) FROM scoring.check_catalog() WHERE object <> 'server';
BEGIN;
SAVEPOINT s;
ALTER TABLE scoring_data.workspace RENAME TO gone;
SELECT * FROM scoring.check_contents();
SAVEPOINT b;
CREATE VIEW scoring_data.workspace AS SELECT 1 AS a;
SELECT scoring._run_as_owner('scoring._setup_workspace()'::regprocedure);
ROLLBACK TO b;
SELECT current_user = session_user AS same_user, scoring._caller() = current_user AS same_caller, current_setting('TimeZone') AS zone, current_setting('DateStyle') AS style;
ROLLBACK;
SELECT current_user = session_user AS same_user, scoring._caller() = current_user AS same_caller, current_setting('TimeZone') AS zone, current_setting('DateStyle') AS style;
RESET TimeZone;
RESET DateStyle;

-- The extension cannot go while the workspace holds its values; and the workspace goes only when told twice, exported.
\set VERBOSITY terse
DROP EXTENSION scoring;
\set VERBOSITY default
SELECT scoring.teardown(NULL);
SELECT scoring.teardown('another');
CREATE SCHEMA scoring_export;
SELECT scoring.teardown(current_database());
DROP SCHEMA scoring_export;
CREATE VIEW regress_mine AS SELECT version FROM scoring_data.workspace;
SELECT scoring.teardown(current_database());
DROP VIEW regress_mine;
SELECT regexp_replace(scoring.teardown(current_database()), '[0-9]+ rows of [0-9]+ tables', 'N rows of M tables');
SELECT prefix FROM scoring_export.workspace;
SELECT nspname FROM pg_namespace WHERE nspname LIKE 'scoring\_%' ORDER BY 1;
SELECT rolname FROM pg_roles WHERE rolname LIKE 'regress\_ws%';
SELECT count(*) FROM pg_proc p, aclexplode(p.proacl) a WHERE p.pronamespace = 'scoring'::regnamespace AND a.grantee NOT IN (0, p.proowner);

SET client_min_messages = warning;
DROP SCHEMA scoring_export CASCADE;
RESET client_min_messages;
DROP FUNCTION regress_trigger() CASCADE;
DROP OWNED BY regress_nobody;
DROP ROLE regress_nobody;
