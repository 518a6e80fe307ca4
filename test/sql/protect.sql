-- Protected tables of a bank: what protect() does and refuses, classes of columns, children, marks, and the way back.
\set VERBOSITY default
\set SHOW_CONTEXT never
\pset null '(null)'
\set prefix regress_protect
SET client_min_messages = warning;
SELECT scoring.setup(:'prefix') LIKE 'workspace % made, owned by regress_protect_owner' AS made;
RESET client_min_messages;
CREATE ROLE regress_bank LOGIN;
CREATE ROLE regress_till LOGIN;
CREATE ROLE regress_ana LOGIN;
CREATE ROLE regress_mal LOGIN;
CREATE ROLE regress_abe LOGIN IN ROLE regress_protect_approver;
CREATE ROLE regress_sue LOGIN IN ROLE regress_protect_steward;
CREATE ROLE regress_rex LOGIN IN ROLE regress_protect_registrar;
CREATE SCHEMA bank AUTHORIZATION regress_bank;
CREATE SCHEMA trap;
GRANT USAGE, CREATE ON SCHEMA trap TO PUBLIC;
-- What row security and privileges are, to compare.
CREATE FUNCTION regress_state(schema text) RETURNS TABLE (relation text, row_security boolean, forced boolean, acl text) LANGUAGE sql AS $$
  SELECT c.relname::text, c.relrowsecurity, c.relforcerowsecurity, (
      SELECT string_agg(concat_ws(' ', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type || CASE WHEN a.is_grantable THEN '*' ELSE '' END, x.attname), ', '
                        ORDER BY pg_get_userbyid(a.grantee) COLLATE "C", x.attname COLLATE "C", a.privilege_type COLLATE "C")
      FROM (SELECT c.relacl AS acl, NULL::name AS attname UNION ALL SELECT t.attacl, t.attname FROM pg_attribute t WHERE t.attrelid = c.oid AND NOT t.attisdropped) x, aclexplode(x.acl) a WHERE a.grantee <> c.relowner)
  FROM pg_class c WHERE c.relnamespace = schema::regnamespace AND c.relkind IN ('r', 'p') ORDER BY c.relname COLLATE "C" $$;

SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE bank.applicant (applicant_id bigint PRIMARY KEY, branch_id integer NOT NULL, income bigint, national_id text, religion text, note text, "row" integer,
  "a ""quoted"" name of exactly sixty-three bytes, no more and no le" text, upper_id text GENERATED ALWAYS AS (upper(national_id)) STORED, faith text GENERATED ALWAYS AS (lower(religion)) STORED, gone integer);
ALTER TABLE bank.applicant DROP COLUMN gone;
INSERT INTO bank.applicant SELECT g, g % 10, g * 100, 'N' || g, 'R' || g % 3, 'n', g, 'q' FROM generate_series(1, 100) g;
GRANT USAGE ON SCHEMA bank TO regress_till, regress_ana, regress_mal;
GRANT SELECT, INSERT, UPDATE, TRIGGER ON bank.applicant TO regress_till WITH GRANT OPTION;
GRANT SELECT ON bank.applicant TO regress_ana WITH GRANT OPTION;
GRANT SELECT (income), UPDATE (note) ON bank.applicant TO PUBLIC;
CREATE TEMP TABLE before AS SELECT * FROM regress_state('bank');
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
SELECT * FROM regress_state('bank');
SELECT polname, polpermissive, polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid) AS using, pg_get_expr(polwithcheck, polrelid) AS with_check FROM pg_policy WHERE polrelid = 'bank.applicant'::regclass ORDER BY 1;
-- Again: nothing is left to be done. With other arguments: they hold.
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', writers => '{}', force => true);
SELECT count(*) FROM bank.applicant;
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
GRANT SELECT, INSERT, UPDATE ON bank.applicant TO regress_till;
SELECT count(*) FROM bank.applicant;
SET SESSION AUTHORIZATION regress_till;
SELECT count(*) FROM bank.applicant;
INSERT INTO bank.applicant (applicant_id, branch_id) VALUES (101, 1);
SET SESSION AUTHORIZATION regress_ana;
SELECT count(*) FROM bank.applicant;
SELECT income FROM bank.applicant;

-- Classes. What is not classified is hidden.
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.classify('bank.applicant', 'income', 'restricted', legal_basis => 'written consent');
SELECT scoring.classify('bank.applicant', 'national_id', 'identifier');
SELECT scoring.classify('bank.applicant', 'religion', 'prohibited');
SELECT scoring.classify('bank.applicant', 'row', 'quasi', dimension => 'numbers');
SELECT scoring.classify('bank.applicant', 'a "quoted" name of exactly sixty-three bytes, no more and no les', 'outcome');
SELECT scoring.classify('bank.applicant', 'income', 'sensitive');
SELECT scoring.classify('bank.applicant', 'income', 'secret');
SELECT scoring.classify('bank.applicant', 'wage', 'ordinary');
SELECT scoring.classify('bank.applicant', 'gone', 'ordinary');
SELECT scoring.classify('bank.applicant', 'ctid', 'ordinary');
SELECT scoring.classify('bank.applicant', 'note', 'ordinary', valid_until => '2020-01-01');
SELECT scoring.classify('bank.applicant', NULL, 'ordinary');
SELECT scoring.classify('bank.applicant', 'applicant_id', 'prohibited');
-- A generated column is no way around the class of what it is made from.
SELECT scoring.classify('bank.applicant', 'faith', 'ordinary');
SELECT scoring.classify('bank.applicant', 'upper_id', 'ordinary');
-- What is prohibited later takes along what is made from it.
ALTER TABLE bank.applicant ADD COLUMN raw integer, ADD COLUMN doubled integer GENERATED ALWAYS AS (raw * 2) STORED;
SELECT scoring.classify('bank.applicant', 'raw', 'ordinary'), scoring.classify('bank.applicant', 'doubled', 'ordinary');
SELECT scoring.classify('bank.applicant', 'raw', 'prohibited');
RESET SESSION AUTHORIZATION;
SELECT attname, attacl FROM pg_attribute WHERE attrelid = 'bank.applicant'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum;
SET ROLE regress_protect_owner;
SELECT column_name, class, dimension FROM scoring._armed_columns('bank.applicant'::regclass);
SELECT sum(income), count(national_id), count("row") FROM bank.applicant;
SELECT religion FROM bank.applicant;
SELECT note FROM bank.applicant;
SELECT a FROM bank.applicant a;
SELECT ctid FROM bank.applicant;
UPDATE bank.applicant SET income = 0;
RESET ROLE;

-- A laxer class waits for an approver, who is somebody else.
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.classify('bank.applicant', 'income', 'ordinary');
SELECT scoring.classify('bank.applicant', 'income', 'ordinary');
SELECT scoring.classify('bank.applicant', 'income', 'restricted', legal_basis => 'written consent');
SELECT scoring.classify('bank.applicant', 'income', 'quasi');
SELECT scoring.approve_classification('bank.applicant', 'income', 'mine');
SET SESSION AUTHORIZATION regress_abe;
SELECT scoring.approve_classification('bank.applicant', 'income', ' ');
SELECT scoring.approve_classification('bank.applicant', 'wage', 'fine');
SELECT scoring.approve_classification('bank.applicant', 'note', 'fine');
SELECT scoring.approve_classification('bank.applicant', 'income', 'the band is wide');
SELECT scoring.approve_classification('bank.applicant', 'income', 'twice');
RESET SESSION AUTHORIZATION;
GRANT regress_protect_approver TO regress_bank;
SET SESSION AUTHORIZATION regress_bank;
SET ROLE regress_protect_approver;
SELECT scoring.approve_classification('bank.applicant', 'upper_id', 'another hat');
RESET ROLE;
RESET SESSION AUTHORIZATION;
SELECT severity, object, regexp_replace(finding, 'since.*', 'since ...') AS finding FROM scoring.doctor() WHERE object <> 'server';
REVOKE regress_protect_approver FROM regress_bank;
SET ROLE regress_protect_owner;
SELECT column_name, class FROM scoring._armed_columns('bank.applicant'::regclass) WHERE column_name = 'income';
RESET ROLE;
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.classify('bank.applicant', 'income', 'quasi');
-- Nobody gets a class recorded as another person's doing, to approve it himself: not by a function that another calls, nor by
-- one that a superuser's, or the server's own, maintenance of a table runs.
CREATE FUNCTION bank.laxer() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$SELECT scoring.classify('bank.applicant', 'income', 'ordinary')$$;
CREATE TABLE bank.lure (id integer);
INSERT INTO bank.lure VALUES (1);
CREATE FUNCTION bank.bait(id integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF session_user <> 'regress_bank' THEN
    PERFORM scoring.record_classification('bank.applicant', 'income', 'ordinary', NULL, NULL, 'infinity');
  END IF;
  RETURN id;
END
$$;
CREATE INDEX lure_bait ON bank.lure (bank.bait(id));
RESET SESSION AUTHORIZATION;
SELECT bank.laxer();
ANALYZE bank.lure;
SET SESSION AUTHORIZATION regress_bank;
DROP FUNCTION bank.laxer();
DROP TABLE bank.lure;
DROP FUNCTION bank.bait(integer);
-- The owner of a table reads what is recorded of it; so do duties; others do not.
SELECT table_name, subject_key, scope_column, writers, forced FROM scoring_data.protected_tables;
SET SESSION AUTHORIZATION regress_sue;
SELECT column_name, class, needs_approval, role_name, approved_by_role, superseded_at IS NULL AS is_current, holds FROM scoring_data.classifications ORDER BY column_name COLLATE "C", at;
SET SESSION AUTHORIZATION regress_mal;
SELECT count(*) FROM scoring_data.protected_tables;
SELECT count(*) FROM scoring_data.classifications;

-- Entries are for everyone, and believe nobody.
SELECT * FROM scoring.protect('bank.applicant', 'applicant_id');
SELECT * FROM scoring.unprotect('bank.applicant');
SELECT scoring.classify('bank.applicant', 'income', 'ordinary');
SELECT * FROM scoring.arm_children('bank.applicant');
SELECT scoring.stamp_marks('bank.applicant', 'credit');
SELECT * FROM scoring.record_protection('bank.applicant', 'applicant_id', NULL, '{}', 'table', NULL, false);
SELECT * FROM scoring.record_protection('scoring_data.permission', 'subject', NULL, '{}', 'table', NULL, false);
SELECT * FROM scoring.record_protection(0::regclass, 'x', NULL, '{}', 'table', NULL, false);
SELECT scoring.record_classification('bank.applicant', 'income', 'ordinary', NULL, NULL, 'infinity');
SELECT scoring.record_unprotection('bank.applicant');
SELECT scoring.record_children('bank.applicant');
SELECT * FROM scoring.protection_statements('bank.applicant');
SELECT * FROM scoring.unprotection_statements('bank.applicant');
SELECT scoring.protection_check('bank.applicant');
SELECT * FROM scoring.protected_roots('bank.applicant'::regclass);
SELECT scoring.watch_children(true);
SELECT scoring._write_marks('bank.applicant'::regclass, 'applicant_id', 1, '{1}', NULL, '{infinity}', NULL, NULL, false);
-- Recorded, but not done: it is not protected, and says so.
CREATE TABLE trap.mine (id integer PRIMARY KEY, v integer);
SELECT * FROM scoring.record_protection('trap.mine', 'id', NULL, '{}', 'table', NULL, false);
SELECT scoring.record_classification('trap.mine', 'v', 'ordinary', NULL, NULL, 'infinity');
SELECT scoring.protection_check('trap.mine');
SELECT scoring.record_unprotection('trap.mine');

-- What is refused, each with all that is in the way.
SELECT * FROM scoring.protect('trap.mine', 'v');
SELECT * FROM scoring.protect('trap.mine', 'w');
SELECT * FROM scoring.protect('trap.mine', NULL);
SELECT * FROM scoring.protect('trap.mine', 'id', writers => '{regress_none}');
SELECT * FROM scoring.protect('trap.mine', 'id', writers => '{public,pg_read_all_data,regress_protect_officer}');
SELECT * FROM scoring.protect('trap.mine', 'id', marks => 'elsewhere');
SELECT * FROM scoring.protect('trap.mine', 'id', marks => 'row');
SELECT * FROM scoring.protect('trap.mine', 'id', marks => 'row', purposes => '{credit}');
SELECT * FROM scoring.protect('trap.mine', 'id', purposes => '{credit}');
CREATE TABLE trap.types (id integer PRIMARY KEY, amount numeric NOT NULL, day date NOT NULL, code varchar(10) NOT NULL, token uuid NOT NULL);
SELECT * FROM scoring.protect('trap.types', 'amount', scope_column => 'day');
SELECT * FROM scoring.protect('trap.types', 'code', scope_column => 'token');
SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid = 'trap.types'::regclass;
SELECT scoring.protection_check('trap.types');
DROP TABLE trap.types;
-- Code of its owner's that a reader would run.
CREATE FUNCTION trap.evil(i integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE WARNING ''% runs this'', current_user; RETURN i; END';
CREATE FUNCTION trap.less(integer, integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN trap.evil($1) < $2; END';
CREATE OPERATOR trap.<<< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = trap.less);
CREATE DOMAIN trap.whole AS integer CHECK (trap.evil(VALUE) > 0);
CREATE TYPE trap.mood AS ENUM ('low', 'high');
CREATE TABLE trap.bad (id integer PRIMARY KEY, v integer, d trap.whole, m trap.mood, CHECK (trap.evil(1) = 1));
SET client_min_messages = error;
CREATE INDEX bad_index ON trap.bad ((v + trap.evil(2)));
CREATE INDEX bad_partial ON trap.bad (v) WHERE v OPERATOR(trap.<<<) 3;
CREATE STATISTICS trap.bad_statistics ON (v + trap.evil(3)), v FROM trap.bad;
RESET client_min_messages;
CREATE POLICY wide ON trap.bad USING (trap.evil(4) = 4);
CREATE POLICY narrow ON trap.bad AS RESTRICTIVE USING (trap.evil(5) = 5);
CREATE POLICY aside ON trap.bad AS RESTRICTIVE TO regress_till USING (true);
CREATE RULE copies AS ON INSERT TO trap.bad DO ALSO SELECT 1;
SELECT * FROM scoring.protect('trap.bad', 'id');
DROP RULE copies ON trap.bad; DROP POLICY wide ON trap.bad; DROP POLICY narrow ON trap.bad; DROP STATISTICS trap.bad_statistics; DROP INDEX trap.bad_index, trap.bad_partial; ALTER TABLE trap.bad DROP CONSTRAINT bad_check;
SELECT * FROM scoring.protect('trap.bad', 'id');
SELECT scoring.classify('trap.bad', 'd', 'ordinary');
SELECT scoring.classify('trap.bad', 'm', 'ordinary');
SELECT scoring.classify('trap.bad', 'm', 'prohibited'), scoring.classify('trap.bad', 'v', 'ordinary');
-- A type of his own after the column was classified hides it.
ALTER TABLE trap.bad ALTER COLUMN v TYPE trap.whole;
SELECT scoring.protection_check('trap.bad');
SELECT * FROM scoring.arm_children('trap.bad');
SELECT scoring.protection_check('trap.bad');
CREATE INDEX bad_index ON trap.bad ((id + trap.evil(2)));
SELECT scoring.protection_check('trap.bad');
SELECT * FROM scoring.unprotect('trap.bad');
CREATE TABLE trap.part (id integer NOT NULL) PARTITION BY RANGE ((trap.evil(id)));
CREATE TABLE trap.kin (id integer PRIMARY KEY) INHERITS (trap.mine);
SELECT * FROM scoring.protect('trap.part', 'id');
SELECT * FROM scoring.protect('trap.kin', 'id');
CREATE VIEW trap.view AS SELECT 1 AS id;
SELECT * FROM scoring.protect('trap.view', 'id');
CREATE TEMP TABLE passing (id integer PRIMARY KEY);
SELECT * FROM scoring.protect('passing', 'id');
SELECT * FROM scoring.protect('pg_class', 'oid');
DROP VIEW trap.view; DROP TABLE trap.part, trap.kin, trap.bad, trap.mine, passing;
DROP TYPE trap.mood; DROP DOMAIN trap.whole; DROP OPERATOR trap.<<< (integer, integer); DROP FUNCTION trap.less(integer, integer); DROP FUNCTION trap.evil(integer);

-- Other ways to the data.
RESET SESSION AUTHORIZATION;
CREATE ROLE regress_all LOGIN IN ROLE pg_read_all_data;
SET client_min_messages = error;
CREATE PUBLICATION regress_publication FOR TABLE bank.applicant;
CREATE PUBLICATION regress_publication_schema FOR TABLES IN SCHEMA bank;
SET SESSION AUTHORIZATION regress_bank;
CREATE VIEW bank.all_of_it AS SELECT * FROM bank.applicant;
CREATE VIEW bank.indirect AS SELECT applicant_id FROM bank.all_of_it;
CREATE VIEW bank.mine_alone AS SELECT applicant_id FROM bank.applicant;
CREATE VIEW bank.as_caller WITH (security_invoker) AS SELECT applicant_id FROM bank.applicant;
SET SESSION AUTHORIZATION regress_ana;
CREATE TEMP VIEW of_no_use AS SELECT * FROM bank.applicant;
GRANT SELECT ON of_no_use TO PUBLIC;
SET SESSION AUTHORIZATION regress_bank;
CREATE MATERIALIZED VIEW bank.copy AS SELECT applicant_id, income FROM bank.applicant;
GRANT SELECT ON bank.all_of_it TO regress_till, regress_protect_analyst; GRANT SELECT ON bank.indirect TO regress_ana, PUBLIC; GRANT SELECT ON bank.as_caller TO PUBLIC; GRANT SELECT (income) ON bank.copy TO regress_ana;
CREATE TABLE bank.desk (id integer);
CREATE RULE leak AS ON UPDATE TO bank.desk DO ALSO SELECT national_id FROM bank.applicant;
CREATE FUNCTION bank.peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT sum(income) FROM bank.applicant; END;
CREATE TABLE bank.child () INHERITS (bank.applicant);
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO regress_ana;
ALTER DEFAULT PRIVILEGES IN SCHEMA bank GRANT INSERT ON TABLES TO regress_till, regress_ana;
RESET client_min_messages;
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
RESET SESSION AUTHORIZATION;
SELECT severity, object, finding FROM scoring.doctor() WHERE object = 'bank.applicant';
DROP PUBLICATION regress_publication; DROP PUBLICATION regress_publication_schema; DROP ROLE regress_all;
SET SESSION AUTHORIZATION regress_bank;
ALTER DEFAULT PRIVILEGES REVOKE SELECT ON TABLES FROM regress_ana;
ALTER DEFAULT PRIVILEGES IN SCHEMA bank REVOKE INSERT ON TABLES FROM regress_till, regress_ana;
RESET SESSION AUTHORIZATION;
DROP VIEW of_no_use;
SET SESSION AUTHORIZATION regress_bank;
DROP FUNCTION bank.peek(); DROP TABLE bank.desk, bank.child; DROP MATERIALIZED VIEW bank.copy; DROP VIEW bank.indirect, bank.all_of_it;
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
DROP VIEW bank.mine_alone, bank.as_caller;
RESET SESSION AUTHORIZATION;
-- Duties that are its owner, or a writer, in another way.
GRANT regress_till TO regress_protect_officer;
SET SESSION AUTHORIZATION regress_bank;
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
RESET SESSION AUTHORIZATION;
REVOKE regress_till FROM regress_protect_officer;
GRANT regress_till TO regress_sue; GRANT regress_bank TO regress_mal;
SELECT severity, object, finding FROM scoring.doctor() WHERE object <> 'server' AND object !~ 'upper_id';
SET SESSION AUTHORIZATION regress_mal;
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
RESET SESSION AUTHORIZATION;
REVOKE regress_till FROM regress_sue; REVOKE regress_bank FROM regress_mal;

-- Changed behind its back: it says so, and arm_children() mends what it can.
SET SESSION AUTHORIZATION regress_bank;
ALTER TABLE bank.applicant DISABLE ROW LEVEL SECURITY;
ALTER POLICY scoring_reader ON bank.applicant USING (true);
DROP POLICY scoring_writer_regress_till ON bank.applicant;
CREATE POLICY scoring_writer_regress_mal ON bank.applicant TO regress_mal;
GRANT SELECT ON bank.applicant TO regress_ana, regress_protect_owner;
GRANT SELECT (note) ON bank.applicant TO regress_protect_owner;
SELECT scoring.protection_check('bank.applicant');
SELECT * FROM scoring.arm_children('bank.applicant');
SELECT scoring.protection_check('bank.applicant');

-- A column added is hidden; one dropped and made again too, until it is classified once more; a renamed one is hidden.
ALTER TABLE bank.applicant ADD COLUMN salary bigint;
ALTER TABLE bank.applicant DROP COLUMN income, ADD COLUMN income bigint;
ALTER TABLE bank.applicant RENAME COLUMN national_id TO passport;
SELECT scoring.protection_check('bank.applicant');
SELECT * FROM scoring.arm_children('bank.applicant');
RESET SESSION AUTHORIZATION;
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object <> 'server' AND object !~ 'upper_id';
SET ROLE regress_protect_owner;
SELECT column_name, class FROM scoring._armed_columns('bank.applicant'::regclass);
RESET ROLE;
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.classify('bank.applicant', 'passport', 'identifier'), scoring.classify('bank.applicant', 'income', 'quasi');
-- An end of validity hides without any job.
SELECT scoring.classify('bank.applicant', 'note', 'ordinary', valid_until => clock_timestamp() + interval '0.2 seconds');
SELECT pg_sleep(0.3);
SELECT regexp_replace(statement, 'regress_protect_owner', 'owner') AS statement, regexp_replace(said, 'ended .*', 'ended') AS said FROM scoring.protection_statements('bank.applicant', '{}');
SELECT count(*) FROM scoring.arm_children('bank.applicant');

-- Renamed or moved, it is not protected under that name until it is protected again; what was recorded goes with it.
ALTER TABLE bank.applicant RENAME TO customer;
SELECT scoring.protection_check('bank.customer');
SELECT scoring.classify('bank.customer', 'salary', 'ordinary');
SELECT * FROM scoring.protect('bank.customer', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
RESET SESSION AUTHORIZATION;
CREATE SCHEMA bank2 AUTHORIZATION regress_bank;
SET SESSION AUTHORIZATION regress_bank;
ALTER TABLE bank.customer SET SCHEMA bank2;
SELECT * FROM scoring.protect('bank2.customer', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
SELECT scoring.protection_check('bank2.customer');
ALTER TABLE bank2.customer SET SCHEMA bank;
ALTER TABLE bank.customer RENAME TO applicant;
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');
SELECT DISTINCT schema_name, table_name FROM scoring_data.classifications;
-- Its key dropped: nothing of it is read by it.
ALTER TABLE bank.applicant DROP COLUMN branch_id CASCADE;
SELECT scoring.protection_check('bank.applicant');
ALTER TABLE bank.applicant ADD COLUMN branch_id integer NOT NULL DEFAULT 1;
SELECT * FROM scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{regress_till}');

-- Back to what was.
SELECT * FROM scoring.unprotect('bank.applicant');
SELECT * FROM before EXCEPT SELECT * FROM regress_state('bank');
SELECT * FROM regress_state('bank') EXCEPT SELECT * FROM before;
SELECT scoring.unprotect('bank.applicant');
RESET SESSION AUTHORIZATION;
SELECT has_schema_privilege('regress_protect_owner', 'bank', 'USAGE') AS bank, has_schema_privilege('regress_protect_owner', 'bank2', 'USAGE') AS bank2;
SELECT count(*) FROM pg_policy;
DROP SCHEMA bank2;
SET SESSION AUTHORIZATION regress_bank;
-- A laxer class than the last one takes an approver even then.
SELECT count(*) > 0 AS done FROM scoring.protect('bank.applicant', 'applicant_id');
SELECT scoring.classify('bank.applicant', 'religion', 'ordinary');
SELECT count(*) > 0 AS done FROM scoring.unprotect('bank.applicant');

-- Partitions of any depth; a writer's own privileges on them stay.
CREATE TABLE bank.payment (applicant_id bigint NOT NULL, month date NOT NULL, amount bigint) PARTITION BY RANGE (month);
CREATE TABLE bank.payment_1 PARTITION OF bank.payment FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');
CREATE TABLE bank.payment_2 PARTITION OF bank.payment FOR VALUES FROM ('2024-02-01') TO ('2024-03-01') PARTITION BY HASH (applicant_id);
CREATE TABLE bank.payment_2_0 PARTITION OF bank.payment_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0);
GRANT SELECT ON bank.payment_1 TO regress_ana; GRANT INSERT ON bank.payment_1 TO regress_till; GRANT SELECT ON bank.payment_2 TO PUBLIC; GRANT SELECT (amount) ON bank.payment_2_0 TO regress_protect_owner;
INSERT INTO bank.payment SELECT g, date '2024-01-01' + g, g FROM generate_series(1, 50) g;
CREATE TEMP TABLE before_partitions AS SELECT * FROM regress_state('bank');
SELECT * FROM scoring.protect('bank.payment', 'applicant_id', writers => '{regress_till}');
SELECT * FROM scoring.protect('bank.payment_1', 'applicant_id');
SELECT scoring.classify('bank.payment', 'amount', 'quasi');
SELECT * FROM regress_state('bank');
SET SESSION AUTHORIZATION regress_till;
INSERT INTO bank.payment_1 VALUES (1, '2024-01-31', 1);
RESET SESSION AUTHORIZATION;
SET ROLE regress_protect_owner;
SELECT count(amount) FROM bank.payment;
SELECT count(amount) FROM bank.payment_1;
SELECT count(amount) FROM bank.payment_2_0;
RESET ROLE;
-- A new child has no privileges, so nobody reads it; it is armed by its owner, or at once.
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE bank.payment_3 PARTITION OF bank.payment FOR VALUES FROM ('2024-03-01') TO ('2024-04-01');
CREATE TABLE bank.payment_4 (applicant_id bigint NOT NULL, month date NOT NULL, amount bigint);
GRANT SELECT ON bank.payment_4 TO regress_ana;
ALTER TABLE bank.payment ATTACH PARTITION bank.payment_4 FOR VALUES FROM ('2024-04-01') TO ('2024-05-01');
SELECT scoring.protection_check('bank.payment');
SELECT * FROM scoring.arm_children('bank.payment');
RESET SESSION AUTHORIZATION;
SELECT scoring.watch_children(true);
SELECT scoring.watch_children(true);
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE bank.payment_5 PARTITION OF bank.payment FOR VALUES FROM ('2024-05-01') TO ('2024-06-01');
CREATE TABLE bank.payment_6 (applicant_id bigint NOT NULL, month date NOT NULL, amount bigint);
GRANT SELECT ON bank.payment_6 TO regress_ana, regress_till;
ALTER TABLE bank.payment ATTACH PARTITION bank.payment_6 FOR VALUES FROM ('2024-06-01') TO ('2024-07-01');
SELECT scoring.protection_check('bank.payment');
-- What protect() itself alters is none of its business.
SELECT * FROM scoring.unprotect('bank.payment_1');
SELECT count(*) > 0 AS done FROM scoring.unprotect('bank.payment');
SELECT count(*) > 0 AS done FROM scoring.protect('bank.payment', 'applicant_id', writers => '{regress_till}');
SELECT scoring.protection_check('bank.payment');
-- It never keeps anyone from making tables.
CREATE TABLE bank.stray (x integer);
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_mal;
CREATE TABLE trap.own (id integer);
DROP TABLE trap.own;
RESET SESSION AUTHORIZATION;
CREATE FOREIGN DATA WRAPPER regress_wrapper; CREATE SERVER regress_server FOREIGN DATA WRAPPER regress_wrapper;
CREATE FOREIGN TABLE bank.payment_7 PARTITION OF bank.payment FOR VALUES FROM ('2024-07-01') TO ('2024-08-01') SERVER regress_server;
CREATE TABLE bank.payment_8 PARTITION OF bank.payment FOR VALUES FROM ('2024-08-01') TO ('2024-09-01');
SELECT severity, finding, remedy FROM scoring.doctor() WHERE object = 'bank.payment';
DROP TABLE bank.payment_8; DROP FOREIGN TABLE bank.payment_7; DROP SERVER regress_server; DROP FOREIGN DATA WRAPPER regress_wrapper;
SELECT scoring.watch_children(false);
SET SESSION AUTHORIZATION regress_bank;
SELECT * FROM scoring.unprotect('bank.payment');
SELECT * FROM before_partitions EXCEPT SELECT * FROM regress_state('bank');
DROP TABLE bank.payment, bank.stray;

-- Marks on the row. They are written as the table's owner, so nothing of his runs as the workspace's.
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.define_purpose(p, shows => '{identifier,ordinary}', uses => '{ordinary}', legal_basis => 'contract', impact_assessment => 'DPIA 1') FROM unnest('{credit,collection}'::text[]) p;
SET SESSION AUTHORIZATION regress_rex;
SELECT scoring.record_consent(s, 'credit', 'contract', 'L-1', '2099-01-01') FROM unnest('{1,2,x,00000000-0000-0000-0000-000000000001}'::text[]) s;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE bank.by_number (id integer PRIMARY KEY, v integer);
CREATE TABLE bank.by_text (id text NOT NULL, v integer);
CREATE TABLE bank.by_uuid (id uuid PRIMARY KEY);
INSERT INTO bank.by_number SELECT g, g FROM generate_series(1, 5) g;
INSERT INTO bank.by_text VALUES ('1', 1), ('x', 1), ('x', 2), ('y', 1);
INSERT INTO bank.by_uuid SELECT format('00000000-0000-0000-0000-%s', lpad(g::text, 12, '0'))::uuid FROM generate_series(1, 2) g;
SELECT * FROM scoring.protect('bank.by_number', 'id', marks => 'row', purposes => '{collection,credit}');
SELECT count(*) > 0 AS done FROM scoring.protect('bank.by_text', 'id', marks => 'row', purposes => '{credit}');
SELECT count(*) > 0 AS done FROM scoring.protect('bank.by_uuid', 'id', marks => 'row', purposes => '{credit}', force => true);
SELECT scoring.stamp_marks('bank.by_number', 'credit'), scoring.stamp_marks('bank.by_text', 'credit'), scoring.stamp_marks('bank.by_uuid', 'credit');
SELECT scoring.stamp_marks('bank.by_number', 'credit'), scoring.stamp_marks('bank.by_number', 'collection');
SELECT scoring.stamp_marks('bank.by_text', 'collection');
SELECT scoring.classify('bank.by_number', 'scoring_until_1', 'ordinary');
SELECT id, scoring_until_1 > now() AS credit, scoring_until_2 FROM bank.by_number ORDER BY id;
SELECT id, v, scoring_until_1 > now() AS credit FROM bank.by_text ORDER BY id, v;
UPDATE bank.by_number SET scoring_until_1 = 'infinity';
SELECT scoring.stamp_marks('bank.by_number', 'credit');
CREATE TABLE bank.seen (what text);
CREATE FUNCTION bank.notes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bank.seen VALUES (format('%s for %s', current_user, session_user));
  BEGIN
    PERFORM scoring.record_protection('scoring_data.permission', 'subject', NULL, '{}', 'table', NULL, false);
  EXCEPTION WHEN OTHERS THEN INSERT INTO bank.seen VALUES (SQLERRM);
  END;
  BEGIN
    SET ROLE regress_rex;
  EXCEPTION WHEN OTHERS THEN INSERT INTO bank.seen VALUES (SQLERRM);
  END;
  PERFORM set_config('search_path', 'trap', false);
  RETURN NEW;
END
$$;
CREATE TRIGGER notes BEFORE UPDATE ON bank.by_number FOR EACH ROW EXECUTE FUNCTION bank.notes();
SELECT * FROM scoring.protect('bank.by_number', 'id', marks => 'row', purposes => '{collection,credit}');
-- Columns that only look like marks, and a key of another type than was recorded.
CREATE DOMAIN bank.late AS timestamptz DEFAULT 'infinity';
CREATE TABLE bank.odd (id integer PRIMARY KEY, scoring_until_1 bank.late, code text NOT NULL);
SELECT * FROM scoring.protect('bank.odd', 'id', marks => 'row', purposes => '{credit}');
ALTER TABLE bank.odd DROP COLUMN scoring_until_1;
SELECT * FROM scoring.protect('bank.odd', 'id', scope_column => 'code', marks => 'row', purposes => '{credit}');
ALTER TABLE bank.odd ALTER COLUMN id TYPE text;
SELECT scoring.protection_check('bank.odd');
SELECT count(*) > 0 AS done FROM scoring.unprotect('bank.odd');
DROP TABLE bank.odd; DROP DOMAIN bank.late;
SET SESSION AUTHORIZATION regress_rex;
SELECT scoring.withdraw_consent('1', 'credit');
SELECT scoring.end_basis('1', 1, 'paid back');
SELECT scoring.end_basis('00000000-0000-0000-0000-000000000001', 4, 'paid back');
SHOW search_path;
SET SESSION AUTHORIZATION regress_bank;
SELECT * FROM bank.seen;
SELECT id, scoring_until_1 > now() AS credit FROM bank.by_number ORDER BY id;
SELECT id, v, scoring_until_1 > now() AS credit FROM bank.by_text ORDER BY id, v;
RESET SESSION AUTHORIZATION;
SELECT id, scoring_until_1 FROM bank.by_uuid ORDER BY id;
-- A right ends even where the mark cannot be written.
SET SESSION AUTHORIZATION regress_bank;
CREATE OR REPLACE FUNCTION bank.notes() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''not on my watch''; END';
SET SESSION AUTHORIZATION regress_rex;
SELECT scoring.end_basis('2', 2, 'paid back');
SET SESSION AUTHORIZATION regress_bank;
DROP TRIGGER notes ON bank.by_number;
CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON bank.by_number DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bank.notes();
SELECT scoring.stamp_marks('bank.by_number', 'credit');
DROP TRIGGER later ON bank.by_number;
SELECT scoring.stamp_marks('bank.by_number', 'credit');
SELECT * FROM scoring.protect('bank.by_number', 'id');
SELECT * FROM scoring.protect('bank.by_number', 'id', marks => 'row', purposes => '{credit,collection}');
CREATE VIEW bank.uses_it AS SELECT scoring_until_2 FROM bank.by_number;
SELECT * FROM scoring.unprotect('bank.by_number');
DROP VIEW bank.uses_it;
SELECT * FROM scoring.unprotect('bank.by_text');
SELECT * FROM scoring.unprotect('bank.by_uuid');
RESET SESSION AUTHORIZATION;

-- A schema of somebody else's: USAGE is for its owner to give.
CREATE SCHEMA foreign_bank;
GRANT USAGE, CREATE ON SCHEMA foreign_bank TO regress_bank;
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE foreign_bank.t (id integer PRIMARY KEY);
SELECT * FROM scoring.protect('foreign_bank.t', 'id');
RESET SESSION AUTHORIZATION;
GRANT USAGE ON SCHEMA foreign_bank TO regress_protect_owner;
SET SESSION AUTHORIZATION regress_bank;
SELECT * FROM scoring.protect('foreign_bank.t', 'id');
SELECT * FROM scoring.unprotect('foreign_bank.t');
RESET SESSION AUTHORIZATION;
-- A superuser protects what others own.
SELECT * FROM scoring.protect('foreign_bank.t', 'id');
-- Without USAGE, as after a restore without privileges, doctor() still finds its way.
REVOKE USAGE ON SCHEMA foreign_bank FROM regress_protect_owner;
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object <> 'server';
-- A table that is gone is found.
DROP TABLE foreign_bank.t;
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object <> 'server';
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.forget_protection('foreign_bank.t'), scoring.forget_protection('trap.types');
SELECT scoring.forget_protection('foreign_bank.t');
SELECT scoring.forget_protection('bank.applicant');
SELECT scoring.forget_protection('nothing');
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.forget_protection('trap.types');
RESET SESSION AUTHORIZATION;
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object <> 'server';

\set ECHO none
SET client_min_messages = warning;
DROP SCHEMA bank, trap, foreign_bank CASCADE;
DROP FUNCTION regress_state(text);
\i test/workspace_end.sql
DROP OWNED BY regress_bank CASCADE;
DROP ROLE regress_bank, regress_till, regress_ana, regress_mal, regress_abe, regress_sue, regress_rex;
