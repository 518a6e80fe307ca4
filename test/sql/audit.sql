-- audit: entries that no rollback takes back, blocks, and what audit_verify() finds.
\set SHOW_CONTEXT never
\set prefix regress_audit
SELECT current_user AS super \gset
SET client_min_messages = warning;
SELECT scoring.setup(:'prefix') LIKE 'workspace % made, owned by regress_audit_owner' AS made;
RESET client_min_messages;
CREATE ROLE regress_udo LOGIN IN ROLE regress_audit_auditor;
CREATE ROLE regress_stig LOGIN IN ROLE regress_audit_steward;
CREATE ROLE regress_rita LOGIN IN ROLE regress_audit_registrar;
CREATE ROLE regress_mona LOGIN IN ROLE regress_audit_modeler;
CREATE ROLE regress_abel LOGIN IN ROLE regress_audit_approver;
CREATE ROLE regress_olga LOGIN IN ROLE regress_audit_officer;
CREATE ROLE regress_anna LOGIN IN ROLE regress_audit_analyst;
CREATE ROLE regress_bank LOGIN;
CREATE ROLE regress_data LOGIN IN ROLE pg_read_all_data, pg_write_all_data;

-- Nothing yet.
SET SESSION AUTHORIZATION regress_udo;
SELECT scoring.audit_root();
SELECT * FROM scoring.audit_verify();
RESET SESSION AUTHORIZATION;

-- Whatever becomes of the transaction.
SELECT scoring._audit('in a statement of its own', 'a thing', NULL, '{"a": [1, "u"]}');
BEGIN; SELECT scoring._audit('rolled back', 'a thing', 'S-1'); ROLLBACK;
BEGIN READ ONLY; SELECT scoring._audit('read only', 'a thing', 'S-1'); COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT scoring._audit('serializable', 'a thing', 'S-2'); ROLLBACK;
BEGIN; SAVEPOINT a; SELECT scoring._audit('savepoint', 'a thing', 'S-1'); ROLLBACK TO a; SELECT scoring._audit('after it', 'a thing', 'S-1'); SELECT 1 / 0; ROLLBACK;
DO $$
BEGIN
  PERFORM scoring._audit('caught');
  PERFORM 1 / 0;
EXCEPTION WHEN division_by_zero THEN
  PERFORM scoring._audit('in the handler');
END $$;
SELECT count(scoring._audit('one of three')) FROM generate_series(1, 3);
SET SESSION AUTHORIZATION regress_udo;
SELECT row_number() OVER (ORDER BY lane, entry) AS n, event, object, subject, role_name = :'super' AS role, session_name = :'super' AS session, more, cut FROM scoring_data.audit_events ORDER BY lane, entry;
SELECT bool_and(at BETWEEN now() - interval '1 hour' AND now() + interval '1 hour') AS time, bool_and(client IS NOT NULL) AS client, bool_and(application_name <> '') AS application,
  count(DISTINCT transaction_id) AS transactions, bool_and(backend_pid > 0) AS process, min(entry), max(entry), count(DISTINCT lane) AS lanes FROM scoring_data.audit_events;
RESET SESSION AUTHORIZATION;
-- Those about one subject are numbered too; the frozen rows are of transactions that failed, and still there.
SELECT s.subject, e.subject_entry, d.detail::jsonb ->> 'event' AS event FROM scoring_data.audit_entry e JOIN scoring_data.audit_detail d USING (lane, entry) JOIN scoring_data.audit_subject s ON s.token = e.subject_token ORDER BY 1, 2;
SELECT count(*) AS of_failed FROM scoring_data.audit_entry WHERE pg_xact_status(xmin::text::xid8) = 'aborted';
-- An entry is not lost to its length: what is too long is cut and says so.
SELECT scoring._audit(repeat('e', 3000), repeat(U&'\00f6', 3000), NULL, jsonb_build_object('x', repeat('y', 9000)));
SELECT length(event) < 300 AS event, object LIKE U&'\00f6\00f6\00f6%[...]' AS object, length(more #>> '{}') BETWEEN 1000 AND 4000 AND more #>> '{}' LIKE '{"x": "yyy%[...]' AS more, cut FROM scoring_data.audit_events WHERE cut;
SELECT scoring._audit('x', repeat(U&'\0001', 3000), repeat(U&'\0001', 300), jsonb_build_object('x', repeat(U&'\0001', 1500)));
SELECT length(d.detail) < 7001 AS fits, e.cut FROM scoring_data.audit_events e JOIN scoring_data.audit_detail d USING (lane, entry) WHERE e.event = 'x';
-- What no index would take is nobody's key, and is not chained.
SELECT scoring._audit('too long a key', NULL, repeat('k', 1001));
SELECT length(subject) AS subject, cut FROM scoring_data.audit_events WHERE event = 'too long a key';
SELECT scoring._audit(NULL);

-- An anchor is kept elsewhere.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.audit_root() AS anchor \gset
SELECT jsonb_object_keys(:'anchor') ORDER BY 1;
SELECT length(:'anchor'::jsonb ->> 'root') AS root, (:'anchor'::jsonb ->> 'entries')::bigint > 10 AS entries;
SELECT scoring.audit_root() = :'anchor' AS nothing_new;
SELECT scoring.seal_audit() AS nothing_new;
SET SESSION AUTHORIZATION regress_udo;
SELECT * FROM scoring.audit_verify(:'anchor');
SELECT * FROM scoring.audit_verify();
SELECT * FROM scoring.audit_verify('{}');
SELECT * FROM scoring.audit_verify('[1]');
SELECT * FROM scoring.audit_verify('{"block": 1, "root": "00", "entries": 1}');
SELECT * FROM scoring.audit_verify('{"block": null, "root": null, "entries": null}');
RESET SESSION AUTHORIZATION;

-- Who may what.
CREATE FUNCTION regress_try(person name, query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
BEGIN
  EXECUTE format('SET LOCAL ROLE %I', person);
  EXECUTE query;
  GET DIAGNOSTICS n = ROW_COUNT;
  RESET ROLE;
  RETURN n;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE;
END $$;
SELECT q.query, string_agg(p.person || ' ' || regress_try('regress_' || p.person, q.query), ', ' ORDER BY p.person COLLATE "C") AS result
FROM unnest('{udo,stig,rita,mona,abel,olga,anna,bank,data}'::text[]) p (person),
     unnest('{SELECT scoring.audit_root(),SELECT scoring.seal_audit(),SELECT 1 FROM scoring.audit_verify() LIMIT 1,SELECT 1 FROM scoring_data.audit_events LIMIT 1,SELECT scoring._audit(''x''),SELECT scoring._audit_erase(''S-1''),SELECT 1 FROM scoring_data.audit_entry LIMIT 1,SELECT 1 FROM scoring_data.audit_detail LIMIT 1,SELECT 1 FROM scoring_data.audit_subject LIMIT 1}'::text[]) q (query)
GROUP BY q.query ORDER BY q.query COLLATE "C";
-- Nobody but a superuser changes, deletes, truncates or adds a row. A number is the rows that it did it to.
SELECT q.query, string_agg(DISTINCT regress_try('regress_' || p.person, format(q.query, t.name, t.name)), ', ') AS result
FROM unnest('{udo,stig,rita,mona,abel,olga,anna,bank,data}'::text[]) p (person),
     unnest('{audit_entry,audit_detail,audit_subject,audit_block,audit_events}'::text[]) t (name),
     unnest('{UPDATE scoring_data.%I SET lane = 9,UPDATE scoring_data.%I SET token = NULL,DELETE FROM scoring_data.%I,TRUNCATE scoring_data.%I,INSERT INTO scoring_data.%I DEFAULT VALUES,
INSERT INTO scoring_data.%I SELECT * FROM scoring_data.%I,DROP TABLE scoring_data.%I,ALTER TABLE scoring_data.%I DISABLE ROW LEVEL SECURITY,CREATE INDEX ON scoring_data.%I (lane),LOCK TABLE scoring_data.%I IN ACCESS EXCLUSIVE MODE}'::text[]) q (query)
GROUP BY q.query ORDER BY btrim(q.query, E'\n') COLLATE "C";
SELECT * FROM scoring.audit_verify(:'anchor');
-- Durability is a superuser's to set, before the library is loaded too.
SHOW scoring.audit_durability;
SET SESSION AUTHORIZATION regress_bank;
SET scoring.audit_durability = 'strict';
SET scoring.audit_durability = 'group';
-- In a session of its own.
\c -
SET SESSION AUTHORIZATION regress_udo;
SET scoring.audit_durability = 'strict';
SELECT count(*) FROM scoring.audit_verify(:'anchor');
SHOW scoring.audit_durability;
RESET SESSION AUTHORIZATION;
\set SHOW_CONTEXT never
SET scoring.audit_durability = 'never';
SET scoring.audit_durability = 'strict';
SELECT scoring._audit('strict', NULL, 'S-2');
RESET scoring.audit_durability;

-- Erased: the words go, the chain stays; and so does that they were erased, and by whom.
SELECT scoring._audit_erase('S-1');
SELECT scoring._audit_erase('S-1');
SELECT count(*) FROM scoring_data.audit_detail WHERE detail LIKE '%S-1%';
SELECT scoring._audit('new', NULL, 'S-1');
SELECT scoring._audit_erase('nobody');
SELECT count(*) AS about_her, count(*) FILTER (WHERE event = 'new') AS new FROM scoring_data.audit_events WHERE subject = 'S-1';
SELECT count(*) AS erased, count(event) AS said FROM scoring_data.audit_events WHERE erased_entry IS NOT NULL;
SELECT event, object, subject, more - 'token' AS more FROM scoring_data.audit_events WHERE event = 'erase subject';
SELECT * FROM scoring.audit_verify(:'anchor');
-- A rolled back erasure erased nothing.
BEGIN; SELECT scoring._audit_erase('S-2'); ROLLBACK;
SELECT count(*) FROM scoring_data.audit_events WHERE subject = 'S-2';
SELECT * FROM scoring.audit_verify(:'anchor');
-- What is said of one subject: entries about her, and reads of relations that she is in.
SELECT scoring._audit('read', 'bank.applicant'), scoring._audit('read', 'bank.other'), scoring._audit('end of read', 'bank.applicant');
SELECT event, object, of_all FROM scoring._audit_of_subject('S-2', '{bank.applicant}');

-- What a superuser does is found. Each of these is rolled back.
SELECT scoring._audit('about', NULL, 'S-' || i % 3) FROM generate_series(10, 21) i \g /dev/null
SELECT scoring.audit_root() AS anchor \gset
SELECT lane AS here FROM scoring_data.audit_events WHERE event = 'in a statement of its own' \gset
SELECT max(entry) AS last FROM scoring_data.audit_entry WHERE lane = :here \gset
CREATE FUNCTION regress_findings(anchor jsonb DEFAULT NULL) RETURNS TABLE (finding text, places text) LANGUAGE sql AS $$
  SELECT f.finding, concat_ws(' ', CASE WHEN bool_or(f.in_block) THEN 'block' END, CASE WHEN bool_or(f.in_lane) THEN 'lane' END, CASE WHEN bool_or(f.at_entry) THEN 'entry' END)
  FROM (SELECT regexp_replace(regexp_replace(v.finding, 'token [-0-9a-f]+', 'token T'), '\d+', 'N', 'g') COLLATE "C" AS finding, v.block IS NOT NULL AS in_block, v.lane IS NOT NULL AS in_lane, v.entry IS NOT NULL AS at_entry
        FROM scoring.audit_verify(anchor) v) f GROUP BY 1 ORDER BY 1 $$;
SELECT * FROM regress_findings(:'anchor');
BEGIN; UPDATE scoring_data.audit_detail SET detail = replace(detail, '"about"', '"other"') WHERE detail LIKE '%"about"%'; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_detail SET salt = sha256(salt) WHERE lane = :here AND entry = 1; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_detail SET salt = 'short' WHERE lane = :here AND entry = 1; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; DELETE FROM scoring_data.audit_detail WHERE lane = :here AND entry = 1; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; INSERT INTO scoring_data.audit_detail (lane, entry, salt, detail) VALUES (:here, 100000, 'x', '{}'), (:here, -1, 'x', '{}'), (99999, 1, 'x', '{}'); SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_detail d SET salt = NULL, detail = NULL, erased_lane = :here, erased_entry = 1 WHERE lane = :here AND entry = 2; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_detail d SET salt = NULL, detail = NULL, erased_lane = e.erased_lane, erased_entry = e.erased_entry FROM scoring_data.audit_detail e WHERE d.lane = :here AND d.entry = 2 AND e.erased_entry IS NOT NULL; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; ALTER TABLE scoring_data.audit_detail DROP CONSTRAINT audit_detail_check1, DROP CONSTRAINT audit_detail_check; UPDATE scoring_data.audit_detail SET salt = NULL, detail = NULL WHERE lane = :here AND entry = 1; UPDATE scoring_data.audit_detail SET erased_lane = 1, erased_entry = 1 WHERE lane = :here AND entry = 2; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; DELETE FROM scoring_data.audit_entry WHERE lane = :here AND entry = 1; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; DELETE FROM scoring_data.audit_entry WHERE lane = :here AND entry IN (1, 2); DELETE FROM scoring_data.audit_detail WHERE lane = :here AND entry IN (1, 2); SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; DELETE FROM scoring_data.audit_entry WHERE lane = :here AND entry = :last; DELETE FROM scoring_data.audit_detail WHERE lane = :here AND entry = :last; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_entry SET entry = 0 WHERE lane = :here AND entry = 1; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; ALTER TABLE scoring_data.audit_entry DROP CONSTRAINT audit_entry_pkey; CREATE INDEX ON scoring_data.audit_entry (lane, entry); INSERT INTO scoring_data.audit_entry (lane, entry, detail_hash) VALUES (:here, 1, 'x'); SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_entry SET subject_hash = sha256('x') WHERE subject_entry = 2; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_entry SET subject_entry = 77 WHERE subject_entry = 2; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_subject SET subject = 'somebody' WHERE subject = 'S-2'; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; DELETE FROM scoring_data.audit_subject WHERE subject = 'S-2'; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; INSERT INTO scoring_data.audit_subject VALUES ('invented', gen_random_uuid()); SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; INSERT INTO scoring_data.audit_subject SELECT 'S-1 again', e.subject_token FROM scoring_data.audit_entry e JOIN scoring_data.audit_detail d USING (lane, entry) WHERE d.erased_entry IS NOT NULL LIMIT 1; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; DELETE FROM scoring_data.audit_block WHERE block = 1; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_block SET block = 0 WHERE block = 1; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_block SET sealed_at = sealed_at + interval '1 s' WHERE block = 1; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_block SET previous_root = root WHERE block = 2; SELECT * FROM regress_findings(); ROLLBACK;
BEGIN; UPDATE scoring_data.audit_block SET entries = 1, first_entry = first_entry + 1 WHERE block = 2; SELECT * FROM regress_findings(); ROLLBACK;
-- With its root computed anew, only an anchor tells.
BEGIN;
UPDATE scoring_data.audit_block b SET sealed_at = b.sealed_at + interval '1 s',
  root = sha256('\x03'::bytea || int8send(block) || timestamptz_send(b.sealed_at + interval '1 s') || int4send(lane) || int8send(first_entry) || int8send(last_entry) || int8send(entries) || merkle_root || previous_root)
WHERE block = (:'anchor'::jsonb ->> 'block')::bigint;
SELECT * FROM regress_findings();
SELECT * FROM regress_findings(:'anchor');
ROLLBACK;
BEGIN; DELETE FROM scoring_data.audit_block WHERE block > 1; SELECT * FROM regress_findings(); SELECT * FROM regress_findings(:'anchor'); ROLLBACK;
SELECT * FROM regress_findings(jsonb_set(:'anchor', '{entries}', '3'));
SELECT * FROM regress_findings(:'anchor');

-- Tables that are not as they were made take no entry: nothing that must be recorded works then, and doctor() says why.
CREATE FUNCTION regress_spring() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END $$;
BEGIN; CREATE TRIGGER spring BEFORE INSERT ON scoring_data.audit_entry FOR EACH ROW EXECUTE FUNCTION regress_spring(); SELECT scoring._audit('x'); ROLLBACK;
BEGIN; CREATE RULE spring AS ON INSERT TO scoring_data.audit_detail DO INSTEAD NOTHING; SELECT scoring._audit('x'); ROLLBACK;
BEGIN; CREATE INDEX ON scoring_data.audit_detail (length(detail)); SELECT scoring._audit('x'); ROLLBACK;
BEGIN; ALTER TABLE scoring_data.audit_entry OWNER TO regress_bank; SELECT scoring._audit('x'); ROLLBACK;
BEGIN; ALTER TABLE scoring_data.audit_entry ADD COLUMN more text; SELECT scoring._audit('x'); ROLLBACK;
BEGIN; ALTER TABLE scoring_data.audit_entry DROP CONSTRAINT audit_entry_pkey; SELECT scoring._audit('x', NULL, 'S-1'); ROLLBACK;
BEGIN; ALTER TABLE scoring_data.audit_entry SET UNLOGGED; SELECT scoring._audit('x'); ROLLBACK;
BEGIN; DROP TABLE scoring_data.audit_entry CASCADE; SELECT scoring._audit('x'); ROLLBACK;
BEGIN; CREATE TRIGGER spring BEFORE INSERT ON scoring_data.audit_entry FOR EACH ROW EXECUTE FUNCTION regress_spring(); SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object = 'audit log'; ROLLBACK;
DROP FUNCTION regress_spring();
-- A plain index more is no harm, nor are tables that were rewritten.
CREATE INDEX regress_more ON scoring_data.audit_entry (detail_hash);
SET enable_seqscan = off;
SELECT scoring._audit('with an index more', NULL, 'S-2');
SELECT count(*) FROM scoring_data.audit_entry WHERE detail_hash = (SELECT e.detail_hash FROM scoring_data.audit_entry e JOIN scoring_data.audit_events v USING (lane, entry) WHERE v.event = 'with an index more');
RESET enable_seqscan;
DROP INDEX scoring_data.regress_more;
VACUUM FULL scoring_data.audit_entry, scoring_data.audit_detail;
REINDEX TABLE CONCURRENTLY scoring_data.audit_entry;
SELECT scoring._audit('after it', NULL, 'S-2');
VACUUM FREEZE scoring_data.audit_entry, scoring_data.audit_detail, scoring_data.audit_subject, scoring_data.audit_block;
SELECT * FROM scoring.audit_verify(:'anchor');
-- Not while a parallel plan runs, unless the transaction has written before.
CREATE FUNCTION regress_write(text) RETURNS void LANGUAGE plpgsql STABLE PARALLEL RESTRICTED AS $$BEGIN PERFORM scoring._audit($1); END $$;
CREATE TABLE regress_many AS SELECT i FROM generate_series(1, 1000) i;
ANALYZE regress_many;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
SELECT regress_write('never'), count(*) FROM regress_many;
BEGIN;
SELECT scoring._audit('before');
SELECT regress_write('in parallel'), count(*) FROM regress_many;
ROLLBACK;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;
SELECT event FROM scoring_data.audit_events WHERE event IN ('never', 'before', 'in parallel') ORDER BY lane, entry;
-- Long unsealed.
SELECT object, finding FROM scoring.doctor() WHERE object = 'audit log';
BEGIN;
DELETE FROM scoring_data.audit_block;
SELECT scoring._audit('later');
UPDATE scoring_data.audit_detail SET detail = regexp_replace(detail, '"at": "\d+', '"at": "1999') WHERE entry = 1;
SELECT severity, object, regexp_replace(finding, '\d+', 'N', 'g') AS finding, remedy FROM scoring.doctor() WHERE object = 'audit log';
ROLLBACK;

DROP TABLE regress_many;
DROP FUNCTION regress_write(text), regress_try(name, text), regress_findings(jsonb);
SET client_min_messages = warning;
SELECT scoring.teardown(current_database()) IS NOT NULL AS gone;
SELECT scoring._audit('x');
DROP SCHEMA scoring_export CASCADE;
DROP ROLE regress_udo, regress_stig, regress_rita, regress_mona, regress_abel, regress_olga, regress_anna, regress_bank, regress_data;
\i test/workspace_end.sql
