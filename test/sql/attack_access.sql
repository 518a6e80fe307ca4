-- Attacks on the access: to have one without a grant, to keep it, to lend it, to widen its scopes, to move its clock. The
-- officer may make functions, operators and tables of her own. (V23, V24, V32, V49 to V51 and V63 of the list of attacks.)
\set VERBOSITY default
\set SHOW_CONTEXT never
-- In a parallel plan a refusal goes to the server log, if the transaction has written nothing; here it is to be counted.
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
SELECT scoring.setup('regress_access') IS NOT NULL AS made;
RESET client_min_messages;
CREATE ROLE regress_stig LOGIN IN ROLE regress_access_steward;
CREATE ROLE regress_rita LOGIN IN ROLE regress_access_registrar;
CREATE ROLE regress_olga LOGIN IN ROLE regress_access_officer;
CREATE ROLE regress_otto LOGIN IN ROLE regress_access_officer, regress_olga;
CREATE ROLE regress_none LOGIN IN ROLE regress_olga;
CREATE ROLE regress_super LOGIN SUPERUSER;
CREATE SCHEMA regress_lab;
GRANT ALL ON SCHEMA regress_lab TO PUBLIC;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('credit_decision', '{ordinary}', '{}', 'contract', 'assessment'), scoring.define_purpose('collection', '{ordinary}', '{}', 'contract', 'assessment');
SELECT scoring.grant_access('regress_olga', 'credit_decision', '{1,2}');
SELECT scoring.grant_access('regress_otto', 'collection', '{*}');
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consents(ARRAY(SELECT i::text FROM generate_series(1, 2000) i), 'credit_decision', 'contract', 'loans', '2090-01-01');
RESET SESSION AUTHORIZATION;
-- A table like a protected one, and a view like a published one.
CREATE TABLE regress_applicant AS SELECT i AS id, 1 + i % 4 AS branch, -i AS income FROM generate_series(1, 2000) i;
ALTER TABLE regress_applicant ADD PRIMARY KEY (id), ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA public TO regress_access_owner;
GRANT SELECT ON regress_applicant TO regress_access_owner;
CREATE POLICY scoring_reader ON regress_applicant FOR SELECT TO regress_access_owner USING (scoring._in_scope((SELECT scoring._scopes()), branch::bigint));
ANALYZE regress_applicant;
SET ROLE regress_access_owner;
CREATE VIEW scoring_views.applicant_seen WITH (security_barrier) AS
  SELECT a.id, a.branch, a.income FROM public.regress_applicant a JOIN scoring_data.permission p ON p.subject_number = a.id
  WHERE (SELECT scoring._scopes()) IS NOT NULL AND p.purpose_number = 1 AND scoring._valid_at(p.valid_until, (SELECT scoring._at()));
GRANT SELECT ON scoring_views.applicant_seen TO regress_access_officer;
RESET ROLE;

-- As it should be: half of the rows, in her transaction.
SET SESSION AUTHORIZATION regress_olga;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT count(*), count(DISTINCT branch), max(income) FROM scoring_views.applicant_seen;
COMMIT;

-- The next transaction of the same connection, whoever of a pool it belongs to.
SELECT count(*) FROM scoring_views.applicant_seen;
BEGIN;
SELECT count(*) FROM scoring_views.applicant_seen WHERE id = 1;
ROLLBACK;
SELECT count(*) FROM scoring_views.applicant_seen WHERE id = 100000;
DISCARD ALL;
SET max_parallel_workers_per_gather = 0;
SET SESSION AUTHORIZATION regress_olga;
SELECT count(*) FROM scoring_views.applicant_seen;

-- A setting. Before the library is loaded anybody can make one up.
\c -
SET max_parallel_workers_per_gather = 0;
SET SESSION AUTHORIZATION regress_olga;
SET scoring.purpose = 'credit_decision';
SET scoring.access = 'credit_decision';
SET client_min_messages = error;
SELECT count(*) FROM scoring_views.applicant_seen;
RESET client_min_messages;
SET scoring.purpose = 'credit_decision';
SELECT set_config('scoring.scopes', '{*}', false);
SELECT count(*) FROM scoring_views.applicant_seen;
-- A table or view of that name in the session.
CREATE TEMPORARY TABLE access_grant (officer text, purpose_number int, scopes text[]);
CREATE TEMPORARY TABLE purpose (name text, purpose_number int);
INSERT INTO access_grant VALUES ('regress_olga', 2, '{*}');
INSERT INTO purpose VALUES ('collection', 2);
BEGIN; SELECT scoring.begin_access('collection', 'L-1'); ROLLBACK;
-- Operators and functions before those of the system, when the query of grants is planned first, in a new session.
CREATE FUNCTION regress_lab.equal(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR regress_lab.= (LEFTARG = text, RIGHTARG = text, FUNCTION = regress_lab.equal);
CREATE FUNCTION regress_lab.equal(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR regress_lab.= (LEFTARG = int, RIGHTARG = int, FUNCTION = regress_lab.equal);
\c -
SET max_parallel_workers_per_gather = 0;
SET SESSION AUTHORIZATION regress_olga;
SET search_path = regress_lab, pg_temp, pg_catalog;
BEGIN; SELECT scoring.begin_access('collection', 'L-1'); ROLLBACK;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1') OPERATOR(pg_catalog.>) 0 AS begun; SELECT purpose, scopes FROM scoring.current_access(); ROLLBACK;
RESET search_path;

-- SET ROLE, after the access has begun and before.
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SAVEPOINT s;
SET LOCAL ROLE regress_access_officer;
SELECT count(*) FROM scoring_views.applicant_seen;
ROLLBACK TO s;
SELECT count(*) FROM scoring_views.applicant_seen;
ROLLBACK;
BEGIN;
SET LOCAL ROLE regress_access_officer;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT count(*) FROM scoring_views.applicant_seen;
RESET ROLE;
SELECT count(*) FROM scoring_views.applicant_seen;
ROLLBACK;
-- Membership in the role of somebody who has the grant, with SET ROLE and without.
SET SESSION AUTHORIZATION regress_none;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1'); ROLLBACK;
SET ROLE regress_olga;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1'); ROLLBACK;
SELECT count(*) FROM scoring_views.applicant_seen;
RESET ROLE;
SET SESSION AUTHORIZATION regress_olga;
-- A superuser who logs in has no access either, and reads nothing through the view.
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_super;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1'); ROLLBACK;
SELECT count(*) FROM scoring_views.applicant_seen;

-- A function that runs with the rights of her who has the grant: it neither begins an access nor reads with another's.
SET SESSION AUTHORIZATION regress_olga;
CREATE FUNCTION regress_lab.lend() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$ SELECT scoring.begin_access('credit_decision', 'L-1') $$;
CREATE FUNCTION regress_lab.peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM scoring_views.applicant_seen';
CREATE FUNCTION regress_lab.peek_as_caller() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM scoring_views.applicant_seen';
CREATE VIEW regress_lab.laundered AS SELECT * FROM scoring_views.applicant_seen;
GRANT SELECT ON regress_lab.laundered TO PUBLIC;
BEGIN; SELECT regress_lab.lend(); ROLLBACK;
SET SESSION AUTHORIZATION regress_otto;
BEGIN; SELECT regress_lab.lend(); ROLLBACK;
SELECT regress_lab.peek();
SELECT count(*) FROM regress_lab.laundered;
BEGIN;
SELECT scoring.begin_access('collection', 'C-1') > 0 AS begun;
SELECT regress_lab.peek();
ROLLBACK;
SET SESSION AUTHORIZATION regress_none;
SELECT regress_lab.peek();
SELECT count(*) FROM regress_lab.laundered;
-- In her own access her own functions read.
SET SESSION AUTHORIZATION regress_olga;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT regress_lab.peek(), regress_lab.peek_as_caller();
ROLLBACK;
-- While an index is made, or a materialized view, nobody asks.
CREATE FUNCTION regress_lab.indexed(i int) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN scoring.begin_access('credit_decision', 'L-1'); END $$;
CREATE TABLE regress_lab.mine AS SELECT i FROM generate_series(1, 3) i;
BEGIN; CREATE INDEX ON regress_lab.mine (regress_lab.indexed(i)); ROLLBACK;
BEGIN; CREATE MATERIALIZED VIEW regress_lab.kept AS SELECT scoring.begin_access('credit_decision', 'L-1'); ROLLBACK;

-- Prepared in an access, with a plan for any parameters, and executed without one, as another, in other scopes.
SET plan_cache_mode = force_generic_plan;
PREPARE seen(int) AS SELECT count(*), count(DISTINCT branch) FROM scoring_views.applicant_seen WHERE id > $1;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
EXECUTE seen(1000);
EXECUTE seen(0);
SAVEPOINT s;
SET LOCAL ROLE regress_access_officer;
EXECUTE seen(0);
ROLLBACK TO s;
COMMIT;
EXECUTE seen(0);
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.grant_access('regress_olga', 'credit_decision', '{3}');
SET SESSION AUTHORIZATION regress_olga;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
EXECUTE seen(0);
COMMIT;
DEALLOCATE seen;
RESET plan_cache_mode;
-- Revoked while it is open: it goes on to the end of the transaction.
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.revoke_access('regress_olga', 'credit_decision');
SELECT scoring.grant_access('regress_olga', 'credit_decision', '{1,2}');
SET SESSION AUTHORIZATION regress_olga;
SELECT branch, count(*) FROM scoring_views.applicant_seen GROUP BY 1;
COMMIT;

-- Savepoints and exception blocks.
BEGIN;
SAVEPOINT s;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
ROLLBACK TO s;
SELECT count(*) FROM scoring_views.applicant_seen;
ROLLBACK;
BEGIN;
DO $$
BEGIN
  BEGIN
    PERFORM scoring.begin_access('credit_decision', 'L-1');
    PERFORM 1 / 0;
  EXCEPTION WHEN division_by_zero THEN
    RAISE NOTICE 'accesses after the error: %', (SELECT count(*) FROM scoring.current_access());
  END;
  BEGIN
    PERFORM scoring.begin_access('credit_decision', 'L-1');
  EXCEPTION WHEN division_by_zero THEN
    NULL;
  END;
  RAISE NOTICE 'accesses after the block: %', (SELECT count(*) FROM scoring.current_access());
END
$$;
SELECT count(*) FROM scoring_views.applicant_seen;
ROLLBACK;

-- A cursor keeps what it began with, and ends with the transaction.
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
DECLARE c CURSOR FOR SELECT id FROM scoring_views.applicant_seen ORDER BY id;
FETCH 2 FROM c;
SELECT scoring.end_access();
FETCH 1 FROM c;
SELECT scoring.begin_access('credit_decision', 'L-2');
COMMIT;
FETCH 1 FROM c;
-- One that was fetched from in a savepoint that is rolled back to has passed no gate of another access.
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM scoring_views.applicant_seen ORDER BY id;
SAVEPOINT s;
FETCH 1 FROM c;
ROLLBACK TO s;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
ROLLBACK;

-- A trigger that is put off until the commit has the access that there is then.
CREATE TABLE regress_lab.queue (i int);
CREATE FUNCTION regress_lab.late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE NOTICE 'late: % rows', (SELECT count(*) FROM scoring_views.applicant_seen);
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON regress_lab.queue DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION regress_lab.late();
GRANT INSERT ON regress_lab.queue TO PUBLIC;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
INSERT INTO regress_lab.queue VALUES (1);
COMMIT;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
INSERT INTO regress_lab.queue VALUES (1);
SELECT scoring.end_access();
COMMIT;

-- Parallel workers: the leader asks, they get what it was told. A function that is called safe but is not begins nothing there.
SET max_parallel_workers_per_gather = 2;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT count(*), count(DISTINCT branch) FROM scoring_views.applicant_seen;
ROLLBACK;
CREATE FUNCTION regress_lab.sneak(i int) RETURNS bigint LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$ BEGIN RETURN scoring.begin_access('credit_decision', 'L-1'); END $$;
INSERT INTO regress_lab.mine SELECT i FROM generate_series(1, 10000) i;
ANALYZE regress_lab.mine;
BEGIN;
SELECT count(regress_lab.sneak(i)) FROM regress_lab.mine;
ROLLBACK;
SET max_parallel_workers_per_gather = 0;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;

-- The clock. A right that ended an hour ago and one that ends in an hour, in whatever zone and style the reader likes.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.grant_access('regress_olga', 'credit_decision', '{*}');
SET SESSION AUTHORIZATION regress_rita;
SELECT count(scoring.end_basis(subject, consent_number, 'test')) FROM scoring_data.consents WHERE subject IN ('1', '2', '3');
SELECT scoring.record_consent('1', 'credit_decision', 'contract', 'x', now() - interval '1 hour', now() - interval '1 day') > 0 AS ended,
       scoring.record_consent('2', 'credit_decision', 'contract', 'x', now() + interval '1 hour') > 0 AS ends;
SET SESSION AUTHORIZATION regress_olga;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SET LOCAL TimeZone = 'Pacific/Kiritimati';
SELECT id FROM scoring_views.applicant_seen WHERE id < 3;
SET LOCAL TimeZone = 'Etc/GMT+12';
SELECT id FROM scoring_views.applicant_seen WHERE id < 3;
SET LOCAL TimeZone = '-167:00';
SET LOCAL DateStyle = 'German';
SET LOCAL IntervalStyle = 'iso_8601';
SELECT id FROM scoring_views.applicant_seen WHERE id < 3;
-- Functions of the reader's in the place of now() and current_date.
CREATE FUNCTION regress_lab.now() RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '2000-01-01'::timestamptz $$;
CREATE FUNCTION regress_lab.statement_timestamp() RETURNS timestamptz LANGUAGE sql IMMUTABLE AS $$ SELECT '2000-01-01'::timestamptz $$;
SET LOCAL search_path = regress_lab, pg_catalog;
SELECT id FROM scoring_views.applicant_seen WHERE id < 3;
ROLLBACK;
-- A right ends by itself, in a transaction that began before.
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consent('3', 'credit_decision', 'contract', 'x', clock_timestamp() + interval '3 seconds') > 0 AS recorded;
SET SESSION AUTHORIZATION regress_olga;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT id FROM scoring_views.applicant_seen WHERE id = 3;
SELECT pg_sleep(3.1);
SELECT id FROM scoring_views.applicant_seen WHERE id = 3;
COMMIT;

-- Bytes that somebody made up for scopes: cut off, changed in each place, and such as count on more than there is.
CREATE TEMPORARY TABLE packed (scopes bytea);
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.grant_access('regress_olga', 'credit_decision', '{1,2,-3,40000000000,north,"",south,east}');
SET SESSION AUTHORIZATION regress_olga;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
INSERT INTO packed SELECT scoring._scopes();
COMMIT;
CREATE FUNCTION regress_lab.outcome(scopes bytea) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN concat_ws(' ', scoring._in_scope(scopes, 1), scoring._in_scope(scopes, -3), scoring._in_scope(scopes, 9223372036854775807),
                   scoring._in_scope(scopes, 'north'::text), scoring._in_scope(scopes, ''::text), scoring._in_scope(scopes, repeat('z', 300)));
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE;
END
$$;
SELECT regress_lab.outcome(scopes), length(scopes) FROM packed;
SELECT scoring._in_scope('', 1);
SELECT scoring._in_scope('\x0100000000000000000000000000'::bytea, 'x'::text), scoring._in_scope('\x010100000000000000000000'::bytea, 'x'::text);
SELECT scoring._in_scope('\x0100000020000000000000000000', 1);
SELECT scoring._in_scope('\x01000000000000004000000000', 'x'::text);
SELECT scoring._in_scope('\x010000000000000000000003ffffffff00000001ffffffff78', 'x'::text);
SELECT scoring._in_scope(NULL, 1), scoring._in_scope('', NULL::bigint);
SELECT count(*), count(*) FILTER (WHERE o = '22P03') AS malformed FROM (SELECT regress_lab.outcome(substr(scopes, 1, n)) AS o FROM packed, generate_series(0, length(scopes)) n) x;
SELECT count(*), count(*) FILTER (WHERE o = '22P03') AS malformed, count(*) FILTER (WHERE o !~ '^22P03$|^([tf] ){5}[tf]$') AS other
FROM (SELECT regress_lab.outcome(set_byte(scopes, n, b)) AS o FROM packed, generate_series(0, length(scopes) - 1) n, unnest('{0,1,2,63,64,127,128,254,255}'::int[]) b) x;
SELECT count(*), count(*) FILTER (WHERE o !~ '^22P03$|^([tf] ){5}[tf]$') AS other
FROM (SELECT regress_lab.outcome('\x01000000'::bytea || substr(decode(md5(i::text) || md5('x' || i) || md5('y' || i), 'hex'), 1, i % 49)) AS o FROM generate_series(1, 3000) i) x;
SELECT count(*), count(*) FILTER (WHERE o !~ '^22P03$|^([tf] ){5}[tf]$') AS other
FROM (SELECT regress_lab.outcome('\x01000000000000'::bytea || set_byte('\x00', 0, i % 4) || '\x000000'::bytea || set_byte('\x00', 0, i / 4 % 8) || decode(md5(i::text) || md5('x' || i), 'hex')) AS o FROM generate_series(1, 3000) i) x;

-- What was refused is on record, of all roles, in no matter what transaction.
RESET SESSION AUTHORIZATION;
SELECT d.detail::jsonb ->> 'session' AS session, d.detail::jsonb ->> 'role' AS role, d.detail::jsonb ->> 'object' AS object, d.detail::jsonb ->> 'reason' AS reason, count(*)
FROM scoring_data.audit_detail d WHERE d.detail::jsonb ->> 'event' = 'refused' GROUP BY 1, 2, 3, 4 ORDER BY 1 COLLATE "C", 2 COLLATE "C", 3 COLLATE "C", 4 COLLATE "C";

\set prefix regress_access
SET client_min_messages = warning;
DROP SCHEMA regress_lab CASCADE;
DROP VIEW scoring_views.applicant_seen;
DROP TABLE regress_applicant;
DROP OWNED BY regress_stig, regress_rita, regress_olga, regress_otto, regress_none;
DROP ROLE regress_stig, regress_rita, regress_olga, regress_otto, regress_none, regress_super;
\i test/workspace_end.sql
