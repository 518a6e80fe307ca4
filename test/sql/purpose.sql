-- Purposes, consents and other legal bases, who may begin an access, and the access. Attacks on it are in attack_access.sql.
\set VERBOSITY default
\set SHOW_CONTEXT never
-- In a parallel plan a refusal goes to the server log, if the transaction has written nothing; here it is to be counted.
SET max_parallel_workers_per_gather = 0;
SET client_min_messages = warning;
SELECT scoring.setup('regress_purpose') IS NOT NULL AS made;
RESET client_min_messages;
CREATE ROLE regress_stig LOGIN IN ROLE regress_purpose_steward;
CREATE ROLE regress_sara LOGIN IN ROLE regress_purpose_steward;
CREATE ROLE regress_rita LOGIN IN ROLE regress_purpose_registrar;
CREATE ROLE regress_olga LOGIN IN ROLE regress_purpose_officer;
CREATE ROLE regress_udo LOGIN IN ROLE regress_purpose_auditor;
CREATE ROLE regress_none LOGIN;

-- Purposes.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('credit_decision', '{ordinary,identifier,quasi,quasi}', '{restricted,quasi}', 'contract', 'assessment of March 2026', note => 'the first');
SELECT scoring.define_purpose('collection', '{ordinary,identifier}', '{}', 'legitimate interest', 'assessment of April 2026', dimensions => '{contact,arrears,contact}');
SELECT scoring.define_purpose('dispute', '{ordinary,identifier,outcome}', '{}', 'legal obligation', 'assessment of May 2026', case_bound => true);
SELECT name, version, purpose, state, shows, uses, dimensions, case_bound, legal_basis, impact_assessment, note, role_name, purpose_number FROM scoring_data.purposes ORDER BY 1, 2;
SELECT scoring.define_purpose('Credit', '{}', '{}', 'contract', 'x');
SELECT scoring.define_purpose(NULL, '{}', '{}', 'contract', 'x');
SELECT scoring.define_purpose('x', NULL, '{}', 'contract', 'x');
SELECT scoring.define_purpose('x', '{}', '{}', 'contract', 'x', case_bound => NULL);
SELECT scoring.define_purpose('x', '{ordinary,prohibited}', '{}', 'contract', 'x');
SELECT scoring.define_purpose('x', '{}', '{ordinary,secret}', 'contract', 'x');
SELECT scoring.define_purpose('x', '{}', '{NULL}', 'contract', 'x');
SELECT scoring.define_purpose('x', '{ordinary}', '{}', ' ', 'x');
SELECT scoring.define_purpose('x', '{ordinary}', '{}', 'contract', '');
SELECT scoring.define_purpose('x', '{ordinary}', '{}', 'contract', 'x', dimensions => '{a,NULL}');
SELECT scoring.define_purpose('x', '{ordinary}', '{}', 'contract', 'x', note => repeat('x', 10001));
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT scoring.define_purpose('x', '{ordinary}', '{}', 'contract', 'x');
ROLLBACK;
SELECT count(*) FROM scoring_data.purposes;
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.define_purpose('x', '{ordinary}', '{}', 'contract', 'x');

-- Bases, of five kinds. Where the class restricted is read only two of them permit.
SELECT scoring.record_consent('17', 'collection', kind, 'file 17', '2090-01-01') FROM unnest('{written consent,consent,contract,legal obligation,legitimate interest}'::text[]) kind;
SELECT scoring.record_consent('18', 'credit_decision', 'consent', 'clicked', '2090-01-01');
SELECT scoring.record_consent('18', 'credit_decision', 'contract', 'loan 18', 'infinity');
SELECT scoring.record_consent('18', 'credit_decision', 'written consent', 'form 18', '2080-01-01', valid_from => '2020-01-01');
SELECT scoring.record_consent('18', 'credit_decision', 'legal obligation', 'order 18', '2085-01-01');
SELECT scoring.record_consents('{19,20,A-17,19,007,-5,-0,9223372036854775807,9223372036854775808,+1,"1 "}', 'credit_decision', 'written consent', 'campaign of May', '2070-01-01');
SELECT subject, purpose, purpose_version, kind, evidence, valid_from = '2020-01-01' AS since_2020, extract(year FROM valid_until) AS until, role_name, ended_at FROM scoring_data.consents ORDER BY subject COLLATE "C", consent_number;
SELECT scoring.record_consent('17', 'gambling', 'consent', 'x', '2090-01-01');
SELECT scoring.record_consent('17', NULL, 'consent', 'x', '2090-01-01');
SELECT scoring.record_consent('17', 'collection', 'assumption', 'x', '2090-01-01');
SELECT scoring.record_consent('17', 'collection', NULL, 'x', '2090-01-01');
SELECT scoring.record_consent('17', 'collection', 'consent', NULL, '2090-01-01');
SELECT scoring.record_consent('17', 'collection', 'consent', 'x', NULL);
SELECT scoring.record_consent('17', 'collection', 'consent', 'x', '2019-01-01', '2020-01-01');
SELECT scoring.record_consent('17', 'collection', 'consent', 'x', 'infinity', now() + interval '1 day');
SELECT scoring.record_consent(' ', 'collection', 'consent', 'x', '2090-01-01');
SELECT scoring.record_consent(NULL, 'collection', 'consent', 'x', '2090-01-01');
SELECT scoring.record_consents(NULL, 'collection', 'consent', 'x', '2090-01-01');
SELECT scoring.record_consents(ARRAY['1', repeat('x', 201)], 'collection', 'consent', 'x', '2090-01-01');
SELECT scoring.record_consents('{}', 'collection', 'consent', 'x', '2090-01-01');
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT scoring.record_consent('17', 'collection', 'consent', 'x', '2090-01-01');
ROLLBACK;
RESET SESSION AUTHORIZATION;
-- The right that holds: the latest end of what permits, and the number where the key is one.
SELECT tableoid::regclass AS partition, subject, subject_number, extract(year FROM valid_until) AS until FROM scoring_data.permission ORDER BY purpose_number, subject COLLATE "C";
SELECT relname, relrowsecurity, pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relnamespace = 'scoring_data'::regnamespace AND relname ~ '^permission(_[0-9]+)?$' ORDER BY 1;

-- Withdrawal ends what rests on consent; what rests on contract or law goes on.
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.withdraw_consent('18', 'credit_decision', 'by letter');
SELECT scoring.withdraw_consent('18', 'credit_decision');
SELECT scoring.withdraw_consent('17', 'collection');
SELECT scoring.withdraw_consent('19', 'credit_decision');
SELECT scoring.withdraw_consent('unheard of', 'credit_decision');
SELECT scoring.withdraw_consent('18', 'gambling');
SELECT scoring.withdraw_consent(NULL, 'credit_decision');
SELECT scoring.withdraw_consent('18', 'credit_decision', ' ');
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT scoring.withdraw_consent('18', 'credit_decision', 'by letter');
ROLLBACK;
SELECT kind, ended_at IS NOT NULL AS ended, end_reason, ended_by_role FROM scoring_data.consents WHERE subject = '18' ORDER BY consent_number;
RESET SESSION AUTHORIZATION;
SELECT subject, extract(year FROM valid_until) AS until FROM scoring_data.permission WHERE subject IN ('17', '18', '19') ORDER BY 1, purpose_number;
-- Any basis can be ended before its time, once.
SET SESSION AUTHORIZATION regress_rita;
SELECT consent_number AS obligation FROM scoring_data.consents WHERE subject = '18' AND kind = 'legal obligation' \gset
SELECT scoring.end_basis('18', :obligation, 'the order was lifted');
SELECT scoring.end_basis('18', :obligation, 'the order was lifted');
SELECT scoring.end_basis('17', :obligation, 'not his');
SELECT scoring.end_basis('18', NULL, 'none');
SELECT scoring.end_basis('18', :obligation, NULL);
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT scoring.end_basis('18', :obligation, 'x');
ROLLBACK;
-- Consented anew.
SELECT scoring.record_consent('19', 'credit_decision', 'written consent', 'form 19', '2075-01-01') IS NOT NULL AS recorded;
RESET SESSION AUTHORIZATION;
SELECT subject, extract(year FROM valid_until) AS until FROM scoring_data.permission WHERE subject IN ('17', '18', '19') ORDER BY 1, purpose_number;
SELECT * FROM scoring.doctor() WHERE object <> 'server';

-- A new version: consents to one that read more, or as much, hold; those to one that read less do not; nor does what never
-- was enough for the class restricted.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('collection', '{ordinary}', '{identifier}', 'legitimate interest', 'assessment of June 2026', dimensions => '{contact}');
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consent('21', 'collection', 'consent', 'by telephone', '2090-01-01') IS NOT NULL AS recorded;
SELECT scoring.record_consent('22', 'collection', 'contract', 'loan 22', '2090-01-01') IS NOT NULL AS recorded;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('collection', '{ordinary,identifier}', '{}', 'legitimate interest', 'assessment of July 2026', dimensions => '{contact}');
SELECT scoring.define_purpose('collection', '{ordinary,identifier}', '{restricted}', 'legitimate interest', 'assessment of August 2026', dimensions => '{contact}');
SELECT name, version, state, shows, uses, dimensions FROM scoring_data.purposes WHERE name = 'collection' ORDER BY version;
RESET SESSION AUTHORIZATION;
SELECT subject, extract(year FROM valid_until) AS until FROM scoring_data.permission WHERE purpose_number = 2 ORDER BY 1;
SELECT * FROM scoring.doctor() WHERE object <> 'server';
-- Fewer dimensions, and only one subject at a time, is less; all dimensions is more.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('p' || i, '{ordinary}', '{}', 'x', 'x', CASE WHEN i < 3 THEN '{a,b}'::text[] END, i = 4) FROM generate_series(1, 4) i;
SET SESSION AUTHORIZATION regress_rita;
SELECT sum(scoring.record_consents('{1}', 'p' || i, 'consent', 'x', 'infinity')) FROM generate_series(1, 4) i;
SET client_min_messages = warning;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('p1', '{ordinary}', '{}', 'x', 'x', '{b}'), scoring.define_purpose('p2', '{ordinary}', '{}', 'x', 'x'),
       scoring.define_purpose('p3', '{ordinary}', '{}', 'x', 'x', '{c}', true), scoring.define_purpose('p4', '{ordinary}', '{}', 'x', 'x');
RESET SESSION AUTHORIZATION;
RESET client_min_messages;
SELECT n.name, p.valid_until FROM scoring_data.purposes n LEFT JOIN scoring_data.permission p USING (purpose_number) WHERE n.name ~ '^p[0-9]' AND n.state = 'current' ORDER BY 1;

-- Who may begin an access.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.grant_access('regress_olga', 'credit_decision', '{17,4,-3,north,4}');
SELECT scoring.grant_access('regress_olga', 'dispute', '{*}');
SELECT scoring.grant_access('regress_none', 'credit_decision', '{}');
SELECT scoring.grant_access('regress_nobody', 'credit_decision', '{1}');
SELECT scoring.grant_access(NULL, 'credit_decision', '{1}');
SELECT scoring.grant_access('regress_purpose_officer', 'credit_decision', '{1}');
SELECT scoring.grant_access('regress_stig', 'credit_decision', '{1}');
SELECT scoring.grant_access('regress_olga', 'gambling', '{1}');
SELECT scoring.grant_access('regress_olga', 'credit_decision', NULL);
SELECT scoring.grant_access('regress_olga', 'credit_decision', '{1,NULL}');
SELECT scoring.grant_access('regress_olga', 'credit_decision', '{1,*}');
SELECT scoring.grant_access('regress_olga', 'credit_decision', ARRAY(SELECT i::text FROM generate_series(1, 10001) i));
SELECT scoring.grant_access('regress_olga', 'credit_decision', ARRAY[repeat('x', 201)]);
SELECT scoring.revoke_access('regress_udo', 'credit_decision');
SELECT scoring.revoke_access('regress_olga', 'gambling');
SELECT officer, purpose, scopes, granted_by_role, is_current, role_exists FROM scoring_data.access_grants ORDER BY grant_number;
-- Others look, or do not.
SET SESSION AUTHORIZATION regress_udo;
SELECT count(*) FROM scoring_data.access_grants;
SELECT count(*) > 0 AS some FROM scoring_data.consents;
SELECT count(*) > 0 AS some FROM scoring_data.purposes;
SET SESSION AUTHORIZATION regress_stig;
SELECT count(*) FROM scoring_data.consents;
SELECT scoring.record_consent('17', 'collection', 'consent', 'x', '2090-01-01');
SET SESSION AUTHORIZATION regress_olga;
SELECT count(*) FROM scoring_data.consents;
SELECT count(*) FROM scoring_data.access_grants;
SELECT count(*) FROM scoring_data.permission;
SELECT count(*) > 0 AS some FROM scoring_data.purposes;
SELECT scoring.record_consents('{17}', 'collection', 'consent', 'x', '2090-01-01');
SELECT scoring.withdraw_consent('18', 'credit_decision', 'by letter');
SELECT scoring.end_basis('18', 1, 'x');
SELECT scoring.grant_access('regress_none', 'credit_decision', '{1}');
SELECT scoring.revoke_access('regress_none', 'credit_decision');
SELECT scoring.retire_purpose('collection', 'x');
SELECT scoring.rebuild_permissions();

-- The access. It is in a transaction block.
SELECT scoring.begin_access('credit_decision', 'L-2026-118');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT * FROM scoring.current_access();
SELECT scoring.begin_access('credit_decision', 'L-2026-118', on_behalf_of => 'counter 3') > 0 AS begun;
SELECT purpose, case_ref, subject, on_behalf_of, scopes FROM scoring.current_access();
SELECT purpose, since < statement_timestamp() AS before FROM scoring.current_access();
SELECT key, scoring._in_scope((SELECT scoring._scopes()), key) FROM unnest('{17,4,-3,3,0,NULL}'::bigint[]) key;
SELECT key, scoring._in_scope((SELECT scoring._scopes()), key) FROM unnest('{17,4,-3,north,nort,northern,"",04,NULL}'::text[]) key;
SELECT scoring._at() = statement_timestamp() AS at_statement;
SAVEPOINT s;
SELECT scoring._subject_number();
ROLLBACK TO s;
SELECT scoring.begin_access('credit_decision', 'L-2026-118');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT scoring.end_access(), scoring.end_access();
SELECT scoring._scopes();
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- It ends with the transaction, however that ends.
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun; COMMIT; SELECT count(*) FROM scoring.current_access();
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun; ROLLBACK; SELECT count(*) FROM scoring.current_access();
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun; SELECT 1 / 0; COMMIT; SELECT count(*) FROM scoring.current_access();
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun; COMMIT AND CHAIN; SELECT count(*) FROM scoring.current_access(); ROLLBACK;
BEGIN READ ONLY; SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun; COMMIT;
-- And with the savepoint that is rolled back to, not with one that is released.
BEGIN;
SAVEPOINT a;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
ROLLBACK TO a;
SELECT count(*) FROM scoring.current_access();
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
RELEASE a;
SAVEPOINT b;
SAVEPOINT c;
ROLLBACK TO c;
ROLLBACK TO b;
SELECT count(*) FROM scoring.current_access();
ROLLBACK;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SAVEPOINT a;
SELECT scoring.end_access();
ROLLBACK TO a;
-- What has ended stays so; the same may begin anew, another may not.
SELECT count(*) FROM scoring.current_access();
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun, scoring.end_access();
SAVEPOINT a;
SELECT scoring.begin_access('credit_decision', 'L-2');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO a;
SELECT scoring.begin_access('dispute', 'L-1', '17');
ROLLBACK TO a;
SELECT scoring.begin_access('credit_decision', 'L-1', on_behalf_of => 'somebody else');
ROLLBACK;
-- One subject, for a purpose that is case-bound, and for such alone.
BEGIN; SELECT scoring.begin_access('dispute', 'D-1', '17') > 0 AS begun; SELECT scoring._subject_number(), scoring._subject_text(), subject, scopes FROM scoring.current_access(); COMMIT;
BEGIN; SELECT scoring.begin_access('dispute', 'D-1', 'A-17') > 0 AS begun; SELECT scoring._subject_number(), scoring._subject_text(); COMMIT;
BEGIN; SELECT scoring.begin_access('dispute', 'D-1'); ROLLBACK;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1', '17'); ROLLBACK;
-- What is not said.
BEGIN; SELECT scoring.begin_access(NULL, 'L-1'); ROLLBACK;
BEGIN; SELECT scoring.begin_access('credit_decision', NULL); ROLLBACK;
BEGIN; SELECT scoring.begin_access('credit_decision', E' \t'); ROLLBACK;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1', on_behalf_of => ''); ROLLBACK;
BEGIN; SELECT scoring.begin_access('credit_decision', repeat('x', 201)); ROLLBACK;
-- A purpose that is not granted and one that is not there look alike.
BEGIN; SELECT scoring.begin_access('collection', 'L-1'); ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
BEGIN; SELECT scoring.begin_access('gambling', 'L-1'); ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT scoring.begin_access('credit_decision', 'L-1'); ROLLBACK;
BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT scoring.begin_access('credit_decision', 'L-1'); ROLLBACK;
\echo :LAST_ERROR_SQLSTATE
-- No scopes at all, and all of them.
SET SESSION AUTHORIZATION regress_none;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT scopes, scoring._in_scope((SELECT scoring._scopes()), 17), scoring._in_scope((SELECT scoring._scopes()), ''::text) FROM scoring.current_access();
ROLLBACK;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_sara;
SELECT scoring.grant_access('regress_none', 'credit_decision', '{*}');
SET SESSION AUTHORIZATION regress_none;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT scopes, scoring._in_scope((SELECT scoring._scopes()), 17), scoring._in_scope((SELECT scoring._scopes()), ''::text), scoring._in_scope((SELECT scoring._scopes()), NULL::bigint) FROM scoring.current_access();
ROLLBACK;
-- A hundred, and ten thousand.
SET SESSION AUTHORIZATION regress_sara;
SELECT scoring.grant_access('regress_none', 'credit_decision', ARRAY(SELECT (i * 7 - 300)::text FROM generate_series(1, 100) i) || '{b1,b22,b3,-0,00}'::text[]);
SET SESSION AUTHORIZATION regress_none;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT count(*) FILTER (WHERE scoring._in_scope(s.scopes, k)) AS numbers, count(*) FILTER (WHERE scoring._in_scope(s.scopes, k) <> ((k + 300) % 7 = 0 AND k BETWEEN -293 AND 400)) AS wrong,
       count(*) FILTER (WHERE scoring._in_scope(s.scopes, k::text)) AS texts FROM generate_series(-1000, 1000) k, (SELECT scoring._scopes() AS scopes) s;
SELECT k, scoring._in_scope((SELECT scoring._scopes()), k) FROM unnest('{b1,b2,b22,b3,b33,-0,00,0}'::text[]) k;
ROLLBACK;
SET SESSION AUTHORIZATION regress_sara;
SELECT scoring.grant_access('regress_none', 'credit_decision', ARRAY(SELECT (i * 3)::text FROM generate_series(1, 10000) i));
SET SESSION AUTHORIZATION regress_none;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT count(*) FILTER (WHERE scoring._in_scope(s.scopes, k)) AS numbers, count(*) FILTER (WHERE scoring._in_scope(s.scopes, k::text)) AS texts,
       (SELECT cardinality(a.scopes) FROM scoring.current_access() a) FROM generate_series(0, 40000) k, (SELECT scoring._scopes() AS scopes) s;
ROLLBACK;

-- Revoked: the next access does not begin. Retired: nobody's does, and nothing is permitted.
SET SESSION AUTHORIZATION regress_sara;
SELECT scoring.revoke_access('regress_none', 'credit_decision');
SET SESSION AUTHORIZATION regress_none;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1'); ROLLBACK;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.retire_purpose('credit_decision', ' ');
SELECT scoring.retire_purpose('credit_decision', 'no more credit');
SELECT scoring.retire_purpose('credit_decision', 'no more credit');
SET SESSION AUTHORIZATION regress_olga;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1'); ROLLBACK;
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consent('23', 'credit_decision', 'written consent', 'x', '2090-01-01');
SELECT scoring.withdraw_consent('20', 'credit_decision');
RESET SESSION AUTHORIZATION;
SELECT count(*), max(valid_until) FROM scoring_data.permission WHERE purpose_number = 1;
SELECT object, finding, remedy FROM scoring.doctor() WHERE object <> 'server';
-- Defined again, what had been consented to it is.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('credit_decision', '{ordinary}', '{restricted}', 'contract', 'assessment of September 2026');
SELECT version, state FROM scoring_data.purposes WHERE name = 'credit_decision' ORDER BY 1;
RESET SESSION AUTHORIZATION;
SELECT subject, extract(year FROM valid_until) AS until FROM scoring_data.permission WHERE purpose_number = 1 ORDER BY subject COLLATE "C";
-- begin_access() sees what the purpose and the grant are now, from a plan that it has kept.
SET SESSION AUTHORIZATION regress_olga;
BEGIN; SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun; SELECT purpose FROM scoring.current_access(); ROLLBACK;

-- Tables that keep marks on the row have them written, of one subject and of many.
RESET SESSION AUTHORIZATION;
CREATE TABLE regress_marked (id int PRIMARY KEY);
INSERT INTO regress_marked SELECT generate_series(1, 300);
CREATE TABLE regress_marked_text (key text PRIMARY KEY);
INSERT INTO regress_marked_text SELECT 'A-' || i FROM generate_series(1, 300) i;
SET client_min_messages = error;
SELECT count(*) > 0 AS protected FROM scoring.protect('regress_marked', 'id', marks => 'row', purposes => '{dispute}');
SELECT count(*) > 0 AS protected FROM scoring.protect('regress_marked_text', 'key', marks => 'row', purposes => '{dispute}');
RESET client_min_messages;
CREATE FUNCTION regress_marks() RETURNS TABLE (marked text, rows bigint, until numeric) LANGUAGE sql AS $$
  SELECT 'number', count(*), extract(year FROM scoring_until_3) FROM regress_marked GROUP BY 3
  UNION ALL SELECT 'text', count(*), extract(year FROM scoring_until_3) FROM regress_marked_text GROUP BY 3 ORDER BY 1, 3
$$;
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consents(ARRAY(SELECT i::text FROM generate_series(1, 200) i) || ARRAY(SELECT 'A-' || i FROM generate_series(1, 100) i), 'dispute', 'consent', 'campaign', '2060-01-01');
SELECT scoring.record_consent('299', 'dispute', 'contract', 'loan 299', '2065-01-01') > 0 AS recorded;
SELECT scoring.withdraw_consent('1', 'dispute');
RESET SESSION AUTHORIZATION;
SELECT * FROM regress_marks();
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('dispute', '{ordinary,identifier,outcome,quasi}', '{}', 'legal obligation', 'assessment of May 2026', case_bound => true);
RESET SESSION AUTHORIZATION;
SELECT * FROM regress_marks();
-- A table that cannot be written holds up no withdrawal.
CREATE FUNCTION regress_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON regress_marked FOR EACH ROW EXECUTE FUNCTION regress_refuse();
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consents(ARRAY(SELECT i::text FROM generate_series(1, 30) i), 'dispute', 'contract', 'loans', '2060-01-01');
RESET SESSION AUTHORIZATION;
SELECT * FROM regress_marks();
SELECT count(*) FROM scoring_data.permission WHERE purpose_number = 3 AND valid_until > now();
DROP TRIGGER refuse ON regress_marked;
SET client_min_messages = error;
SELECT count(*) > 0 AS unprotected FROM scoring.unprotect('regress_marked');
SELECT count(*) > 0 AS unprotected FROM scoring.unprotect('regress_marked_text');
RESET client_min_messages;
DROP TABLE regress_marked, regress_marked_text;
DROP FUNCTION regress_marks();
DROP FUNCTION regress_refuse();

-- What doctor() finds.
RESET SESSION AUTHORIZATION;
SET ROLE regress_purpose_owner;
UPDATE scoring_data.permission SET valid_until = 'infinity' WHERE purpose_number = 1 AND subject = '19';
INSERT INTO scoring_data.permission VALUES (99, '2090-01-01', 1, '99');
UPDATE scoring_data.permission SET subject_number = 7 WHERE purpose_number = 1 AND subject = '007';
DELETE FROM scoring_data.permission WHERE purpose_number = 1 AND subject = 'A-17';
ALTER TABLE scoring_data.permission DETACH PARTITION scoring_data.permission_3;
DROP TABLE scoring_data.permission_3;
RESET ROLE;
DROP OWNED BY regress_olga;
DROP ROLE regress_olga;
ALTER ROLE regress_none NOLOGIN;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.grant_access('regress_sara', 'dispute', '{1}');
RESET SESSION AUTHORIZATION;
ALTER ROLE regress_sara NOLOGIN;
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object <> 'server';
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.rebuild_permissions('credit_decision'), scoring.rebuild_permissions();
SELECT scoring.rebuild_permissions('gambling');
RESET SESSION AUTHORIZATION;
SELECT severity, object, finding FROM scoring.doctor() WHERE object <> 'server' AND severity = 'error';
SET ROLE regress_purpose_owner;
DELETE FROM scoring_data.purpose WHERE name = 'collection' AND version = 2;
UPDATE scoring_data.purpose SET purpose_number = 40 WHERE name = 'p1';
RESET ROLE;
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object <> 'server' AND severity = 'error';

-- Everything is in the audit log, refusals and what was rolled back included.
SELECT d.detail::jsonb ->> 'event' AS event, count(*) FROM scoring_data.audit_detail d GROUP BY 1 ORDER BY 1 COLLATE "C";
SELECT d.detail::jsonb ->> 'object' AS object, d.detail::jsonb ->> 'case_ref' AS case_ref, d.detail::jsonb ->> 'reason' AS reason, count(*) FROM scoring_data.audit_detail d
WHERE d.detail::jsonb ->> 'event' = 'refused' GROUP BY 1, 2, 3 ORDER BY 1 COLLATE "C", 2, 3 COLLATE "C";
SELECT d.detail::jsonb - 'at' - 'pid' - 'transaction' - 'client' - 'application' - 'of' AS detail FROM scoring_data.audit_detail d WHERE d.detail::jsonb ->> 'on_behalf_of' = 'counter 3';

\set prefix regress_purpose
DROP OWNED BY regress_stig, regress_sara, regress_rita, regress_udo, regress_none;
DROP ROLE regress_stig, regress_sara, regress_rita, regress_udo, regress_none;
\i test/workspace_end.sql
