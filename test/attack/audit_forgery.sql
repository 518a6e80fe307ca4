-- V60, V63: entries that are not true: forged, changed, left out, or written in another's name.
\c - postgres
CREATE TABLE lab.log (who name DEFAULT current_user, what text);
GRANT INSERT ON lab.log TO officer_north;
\c - officer_north
INSERT INTO lab.log VALUES ('officer_south', 'it was him');
SELECT attack.is(:'SQLSTATE', '00000', 'control: a log that one may insert into holds what one likes');
SELECT attack.is((SELECT string_agg(DISTINCT left(attack.state(s), 5), ',') FROM unnest(ARRAY['INSERT INTO scoring_data.audit_entry (lane, entry, detail_hash) VALUES (1, 1, ''x'')', 'UPDATE scoring_data.audit_detail SET detail = ''x''', 'DELETE FROM scoring_data.audit_entry', 'TRUNCATE scoring_data.audit_block', 'SELECT * FROM scoring_data.audit_detail', 'SELECT * FROM scoring_data.audit_events',
  'SELECT scoring._audit(''read'', ''x'')', 'SELECT scoring.seal_audit()', 'SELECT * FROM scoring.audit_verify()', 'ALTER TABLE scoring_data.audit_entry ADD x int', 'CREATE TRIGGER t BEFORE INSERT ON scoring_data.audit_entry FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()', 'CREATE RULE r AS ON INSERT TO scoring_data.audit_entry DO INSTEAD NOTHING', 'LOCK TABLE scoring_data.audit_entry']) s WHERE attack.state(s) NOT IN ('42883')), '42501', 'V60: nothing of the audit log can be read, written or kept from being written by an officer');
-- Those with other duties, the table's owner, and who writes all data.
\c - postgres
CREATE TABLE attack.tried (who text, outcome text);
GRANT INSERT ON attack.tried TO PUBLIC;
SELECT format('SET SESSION AUTHORIZATION %I; INSERT INTO attack.tried SELECT %1$L, attack.state(s) FROM unnest(ARRAY[%L, %L, %L, %L]) s; RESET SESSION AUTHORIZATION;', r, 'UPDATE scoring_data.audit_detail SET detail = ''x''', 'DELETE FROM scoring_data.audit_entry', 'INSERT INTO scoring_data.audit_entry (lane, entry, detail_hash) VALUES (1, 1000000, ''x'')', 'UPDATE scoring_data.audit_block SET root = ''x''')
FROM unnest('{steward_stig,registrar_rita,auditor_udo,approver_abel,modeler_ann,bank_owner,bank_app,writer_all,analyst_temp,nobody}'::text[]) r \gexec
SELECT attack.ok(count(*) = 40, 'each of ten was let try: control') FROM attack.tried;
SELECT attack.is(string_agg(who || ' ' || outcome, ', '), NULL, 'V60: nor by any duty, the table''s owner or who writes all data') FROM attack.tried WHERE outcome NOT IN ('42501', 'rows 0');
-- A message in the WAL is no entry.
\c - officer_north
SELECT pg_logical_emit_message(false, 'scoring', '{"event": "read", "session": "officer_south"}') IS NOT NULL AS emitted;
SELECT attack.is(:'SQLSTATE', '00000', 'anyone may put messages into the WAL: control');
\c - auditor_udo
SELECT attack.is(count(*)::text, '0', 'V60: and none of them is an entry') FROM scoring_data.audit_events WHERE session_name = 'officer_south';
-- Every access is there: rolled back, refused, in a savepoint that was rolled back, in a read-only transaction.
SELECT count(*) AS before FROM scoring_data.audit_events WHERE session_name = 'officer_north' \gset
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'rolled back') > 0 AS begun;
SELECT count(*) FROM scoring_views.officer_applicant;
ROLLBACK;
BEGIN READ ONLY;
SELECT scoring.begin_access('credit_decision', 'read only') > 0 AS begun;
SELECT count(*) FROM scoring_views.officer_applicant;
ROLLBACK;
BEGIN;
SAVEPOINT s;
SELECT scoring.begin_access('credit_decision', 'savepoint') > 0 AS begun;
ROLLBACK TO s;
SELECT count(*) FROM scoring_views.officer_applicant;
SELECT scoring.begin_access('research', 'not his');
COMMIT;
-- V63: at the end of a transaction, triggers run as whoever is current then; an entry is of the one who called.
BEGIN;
SELECT scoring.begin_access('credit_decision', 'set role') > 0 AS begun;
SELECT count(*) FROM scoring_views.officer_applicant;
SET LOCAL ROLE scoring_officer;
COMMIT;
RESET ROLE;
\c - auditor_udo
SELECT attack.is(string_agg(DISTINCT case_ref, ', ' ORDER BY case_ref), 'not his, read only, rolled back, savepoint, set role', 'V60: accesses that were rolled back, refused or only read are in the log') FROM scoring_data.audit_events WHERE session_name = 'officer_north' AND case_ref IN ('not his', 'read only', 'rolled back', 'savepoint', 'set role');
SELECT attack.ok(bool_and(role_name = 'officer_north'), 'V63: under the role that began them, not the one that was current at COMMIT') FROM scoring_data.audit_events WHERE session_name = 'officer_north' AND case_ref = 'set role';
SELECT attack.ok(bool_and(session_name = 'officer_north'), 'V63: whoever was claimed') FROM scoring_data.audit_events WHERE case_ref = 'rolled back';
-- What the caller says of himself stays what he says: it ends no string, and is no other member of the entry.
\c - officer_north
SET application_name = '", "session": "officer_south", "event": "x", "y": "\';
BEGIN;
SELECT scoring.begin_access('credit_decision', E'", "session": "officer_south"}\n{"event": "forged\\', on_behalf_of => '"}, "role": "officer_south') > 0 AS begun;
SELECT count(*) FROM scoring_views.officer_applicant;
COMMIT;
RESET application_name;
\c - auditor_udo
SELECT attack.is(count(*) FILTER (WHERE session_name = 'officer_south' OR event ~ 'forged|x$')::text || ' ' || (count(*) FILTER (WHERE case_ref LIKE '%forged%' AND session_name = 'officer_north') >= 2), '0 true', 'V60: a case, a name or an application that is put in quotes forges nothing') FROM scoring_data.audit_events;
-- As a superuser it can be done, and is found.
SELECT scoring.seal_audit() \g /dev/null
SELECT scoring.audit_root() AS anchor \gset
SELECT attack.is(string_agg(v::text, ', '), NULL, 'an untouched log verifies: control') FROM scoring.audit_verify(:'anchor') v WHERE v::text !~ '^\(ok|"?ok';
\c - postgres
SELECT tgname FROM pg_trigger WHERE tgrelid = 'scoring_data.audit_detail'::regclass AND NOT tgisinternal;
UPDATE scoring_data.audit_detail SET detail = replace(detail, 'rolled back', 'all proper') WHERE detail LIKE '%rolled back%';
\c - auditor_udo
SELECT attack.ok(count(*) > 0, 'V60: a superuser''s change is found') FROM scoring.audit_verify(:'anchor') v WHERE v::text !~ 'ok';
