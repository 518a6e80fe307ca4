-- What is held about one person, and its end: report and page, retention, erasure that is looked into. Strings named
-- CANARY are hers alone, OTHER is everybody else's.
\set VERBOSITY default
\set SHOW_CONTEXT never
\set ECHO none
\i test/staff.sql
SET client_min_messages = warning;
CREATE ROLE regress_rita LOGIN IN ROLE regress_bank_registrar;
CREATE ROLE regress_olaf LOGIN IN ROLE regress_bank_officer;
CREATE ROLE regress_keeper LOGIN;
CREATE ROLE regress_loader LOGIN;
RESET client_min_messages;
\set ECHO all
\set ON_ERROR_STOP off

-- The bank's tables. Her values are long enough to be compressed, to be stored out of line, to be in indexes and statistics.
CREATE SCHEMA subject_bank AUTHORIZATION regress_keeper;
GRANT USAGE ON SCHEMA subject_bank TO PUBLIC;
GRANT SELECT ON staff_applicant TO regress_keeper;
SET SESSION AUTHORIZATION regress_keeper;
CREATE TABLE subject_bank.applicant (number text PRIMARY KEY, branch integer NOT NULL, name text, born date, income numeric, debt_to_income double precision, utilisation double precision,
  months_in_job integer, number_of_inquiries integer, residence text, late_payments integer, note text, essay text, religion text, passport text, tags text[]);
ALTER TABLE subject_bank.applicant ALTER COLUMN essay SET STORAGE EXTERNAL;
INSERT INTO subject_bank.applicant
SELECT number, id % 3, 'OTHER name ' || id, date '1960-01-01' + id::int, income, debt_to_income, utilisation, months_in_job, number_of_inquiries, residence, late_payments, 'OTHER note ' || id, 'OTHER essay', 'OTHER religion', 'OTHER passport ' || id, ARRAY['OTHER tag'] FROM staff_applicant;
UPDATE subject_bank.applicant SET name = 'CANARY name <b>&"''', note = 'CANARY note' || repeat(' and on', 2000), essay = 'CANARY essay' || (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i),
  religion = 'CANARY religion', passport = 'CANARY passport', tags = '{"CANARY tag"}' WHERE number = 'A-36';
CREATE INDEX ON subject_bank.applicant (name);
CREATE INDEX ON subject_bank.applicant (upper(passport));
CREATE STATISTICS subject_bank.applicant_mcv (mcv) ON religion, name FROM subject_bank.applicant;
ALTER TABLE subject_bank.applicant ALTER COLUMN passport SET STATISTICS 2000;
ALTER TABLE subject_bank.applicant ALTER COLUMN number SET STATISTICS 2000;
ANALYZE subject_bank.applicant;
CREATE TABLE subject_bank.payment (number text NOT NULL, paid_on date NOT NULL, text text) PARTITION BY HASH (number);
CREATE TABLE subject_bank.payment_0 PARTITION OF subject_bank.payment FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE subject_bank.payment_1 PARTITION OF subject_bank.payment FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO subject_bank.payment SELECT number, date '2020-01-01' + id::int, CASE number WHEN 'A-36' THEN 'CANARY payment' ELSE 'OTHER payment' END FROM staff_applicant, generate_series(1, 3);
ANALYZE subject_bank.payment;
GRANT SELECT, DELETE ON subject_bank.payment TO regress_rita;
SELECT count(*) FROM scoring.protect('subject_bank.applicant', 'number', 'branch', '{regress_loader}');
SELECT count(*) FROM scoring.protect('subject_bank.payment', 'number', writers => '{regress_rita}');
SELECT scoring.classify('subject_bank.applicant', 'name', 'identifier');
SELECT scoring.classify('subject_bank.applicant', 'income', 'restricted', 'written consent', 'income');
SELECT scoring.classify('subject_bank.applicant', 'note', 'ordinary');
SELECT scoring.classify('subject_bank.applicant', 'essay', 'ordinary');
SELECT scoring.classify('subject_bank.applicant', 'tags', 'ordinary');
SELECT scoring.classify('subject_bank.applicant', 'religion', 'prohibited');
SELECT scoring.classify('subject_bank.payment', 'paid_on', 'ordinary');
SELECT scoring.classify('subject_bank.payment', 'text', 'ordinary');
-- Its owner scores it: a table of scores by the same key.
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.grant_model('retail', 'regress_keeper', 'score') IS NOT NULL AS granted;
SET SESSION AUTHORIZATION regress_keeper;
SELECT scoring.create_score_table('subject_bank.score', 'subject_bank.applicant', '{number}');
SET client_min_messages = warning;
CALL scoring.score_batch('retail', 'subject_bank.applicant', 'subject_bank.score', '{number}');
RESET client_min_messages;
RESET SESSION AUTHORIZATION;
INSERT INTO scoring_data.batch_error (run, chunk, key, reason) SELECT run, 1, ARRAY['A-' || x], CASE x WHEN 36 THEN 'CANARY fault' ELSE 'OTHER fault' END FROM scoring_data.batch_run, (VALUES (36), (37)) v (x);

-- What the workspace has of her: reason texts, purposes, consents, a review, an access.
SET SESSION AUTHORIZATION regress_stig;
SELECT count(scoring.set_reason_text(m.code, l.language, l.text || m.code)) > 0 AS told
FROM scoring.missing_reason_texts('retail_policy', 'en') m, (VALUES ('en', 'Because: '), ('de', 'Weil: ')) l (language, text);
SELECT scoring.define_purpose('credit', '{identifier,ordinary}', '{restricted}', 'contract', 'DPIA 1', case_bound => true);
SELECT scoring.grant_access('regress_olga', 'credit', '{*}');
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consent('A-36', 'credit', 'written consent', 'CANARY form', '2099-01-01') IS NOT NULL AS recorded;
SELECT scoring.record_consent('A-36', 'credit', 'written consent', 'CANARY second form', '2098-01-01') IS NOT NULL AS recorded;
SELECT scoring.record_consent('A-18', 'credit', 'written consent', 'OTHER form', '2099-01-01') IS NOT NULL AS recorded;
SET SESSION AUTHORIZATION regress_olga;
SELECT decision_id AS id, reasons[1] AS code FROM scoring_data.decisions WHERE subject = 'A-36' \gset
BEGIN;
SELECT scoring.begin_access('credit', 'L-2026-118', 'A-36') IS NOT NULL AS begun;
COMMIT;
BEGIN;
SELECT scoring.begin_access('credit', 'L-2026-119', 'A-18') IS NOT NULL AS begun;
COMMIT;
SET SESSION AUTHORIZATION regress_olaf;
SELECT scoring.review_decision(:id, 'refer', 'CANARY explanation') AS reviewed;

-- Who may: registrars alone.
SELECT scoring.subject_access_report('A-36');
SELECT scoring.subject_access_page('A-36');
SELECT * FROM scoring.erase('A-36', 'x');
SELECT * FROM scoring.verify_erasure(1);
SELECT * FROM scoring.purge_expired();
SELECT scoring.set_retention('decision', 'EU', 'x', '1 year');
SELECT scoring._page_findings('pg_authid'::regclass, NULL, NULL, NULL, NULL, '{SCRAM}', NULL);
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.subject_access_report('A-36');
SELECT * FROM scoring.erase('A-36', 'x');
SET SESSION AUTHORIZATION regress_udo;
SELECT scoring.subject_access_report('A-36');
SELECT * FROM scoring.verify_erasure(1);
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.set_retention('decision', 'EU', 'x', '1 year');
-- An older snapshot does not show what a table's owner has done to it since.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT scoring.subject_access_report('nobody yet');
ROLLBACK;
SELECT scoring.subject_access_report(' ');
SELECT scoring.subject_access_report('A-36', NULL);
SELECT scoring.subject_access_report('A-36', 'no language');
SELECT scoring.subject_access_page('A-36', 'fr');

-- The report.
SELECT scoring.subject_access_report('A-36', 'de-AT') AS report \gset
SELECT k FROM jsonb_object_keys(:'report'::jsonb) k ORDER BY k COLLATE "C";
SELECT f ->> 'table' AS "table", f ->> 'key' AS key, f #>> '{source,owner}' AS owner, f #>> '{source,writers}' AS writers, jsonb_array_length(f -> 'rows') AS rows,
  f ->> 'not_read_because' AS because, (SELECT string_agg(concat_ws(' ', c ->> 'column', c ->> 'class', c ->> 'legal_basis'), ', ') FROM jsonb_array_elements(f -> 'columns') c) AS columns,
  f -> 'not_readable' AS not_readable FROM jsonb_array_elements(:'report'::jsonb -> 'facts') f;
SELECT key, left(value, 40) AS value FROM jsonb_each_text(:'report'::jsonb #> '{facts,0,rows,0}') ORDER BY key COLLATE "C";
SELECT r FROM jsonb_array_elements(:'report'::jsonb #> '{facts,1,rows}') r LIMIT 1;
SELECT c ->> 'purpose' AS purpose, c ->> 'kind' AS kind, c ->> 'evidence' AS evidence, c ->> 'valid_until' AS until, c ->> 'permits_until' AS permits_until, c -> 'withdrawn' AS withdrawn
FROM jsonb_array_elements(:'report'::jsonb -> 'consents') c;
SELECT jsonb_array_length(:'report'::jsonb -> 'decisions') AS decisions, d ->> 'outcome' AS outcome, d ->> 'inputs_are' AS inputs, d ->> 'model' AS model, d ->> 'policy' AS policy, d ->> 'role' AS role,
  (d #>> '{reasons,0,text}') = 'Weil: ' || :'code' AS in_german, d #>> '{reasons,0,code}' = :'code' AS same_code, (d ->> 'score')::int BETWEEN (d ->> 'lowest_score')::int AND (d ->> 'highest_score')::int AS in_range,
  d #>> '{events,0,event}' AS event, d #>> '{events,0,explanation}' AS explanation FROM jsonb_array_elements(:'report'::jsonb -> 'decisions') d;
SELECT m - 'hash' AS model FROM jsonb_array_elements(:'report'::jsonb -> 'models') m;
SELECT a ->> 'event' AS event, a ->> 'object' AS object, a ->> 'purpose' AS purpose, a ->> 'case_ref' AS case_ref, a ->> 'role' AS role, a ->> 'session' AS session
FROM jsonb_array_elements(:'report'::jsonb -> 'accesses') WITH ORDINALITY e (a, place) ORDER BY place;
SELECT :'report'::jsonb #> '{batches,set_aside,0,reason}' AS set_aside, jsonb_array_length(:'report'::jsonb #> '{batches,set_aside}') AS n, s - 'scored_at' AS score_table FROM jsonb_array_elements(:'report'::jsonb #> '{batches,score_tables}') s;
SELECT :'report'::jsonb -> 'retention' AS retention, :'report'::jsonb -> 'reports_this_year' AS reports;
-- Nothing of anybody else.
SELECT :'report' LIKE '%CANARY%' AS hers, :'report' LIKE '%OTHER%' OR :'report' LIKE '%L-2026-119%' AS of_others,
  (SELECT string_agg(DISTINCT m[1], ', ') FROM regexp_matches(:'report', '\m(A-[0-9]+)\M', 'g') m) AS subjects;
-- One more report this year; the columns that only the keeper can read out are not in it.
SELECT scoring.subject_access_report('A-36') AS report \gset
SELECT :'report'::jsonb -> 'reports_this_year' AS reports, :'report'::jsonb #>> '{decisions,0,reasons,0,text}' = 'Because: ' || :'code' AS in_english, :'report' ~ 'CANARY (religion|passport)' AS hidden_ones;
-- Of somebody of whom nothing is held.
SELECT scoring.subject_access_report('nobody') AS report \gset
SELECT :'report' ~ 'CANARY|OTHER' AS of_others, jsonb_path_query_array(:'report'::jsonb, '$.facts[*].rows') AS rows, :'report'::jsonb -> 'decisions' AS decisions, jsonb_array_length(:'report'::jsonb -> 'accesses') AS accesses;

-- A read of many, by an officer; a release.
SET SESSION AUTHORIZATION regress_keeper;
SELECT scoring.classify('subject_bank.applicant', 'born', 'quasi');
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.define_purpose('overview', '{identifier,ordinary}', '{}', 'legitimate interest', 'DPIA 2');
SELECT scoring.grant_access('regress_olga', 'overview', '{*}');
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.record_consents('{A-18,A-36}', 'overview', 'contract', 'OTHER contract', '2099-01-01');
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.publish_view('subject_bank.applicant', 'overview_applicant', 'regress_bank_officer', 'overview', columns => '{number,name}');
SELECT scoring.publish_release('subject_bank.applicant', 'applicant_research', 'regress_bank_analyst', k => 10, columns => '{born,income}');
SET SESSION AUTHORIZATION regress_olga;
BEGIN;
SELECT scoring.begin_access('overview', 'L-2026-120') IS NOT NULL AS begun;
SELECT number FROM scoring_views.overview_applicant ORDER BY number COLLATE "C";
COMMIT;
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.subject_access_report('A-36') AS report \gset
SELECT a - 'at' AS read_of_many FROM jsonb_array_elements(:'report'::jsonb -> 'portfolio_reads') a;
SELECT c ->> 'purpose' AS purpose, c -> 'rests_on_it' AS rests_on_it FROM jsonb_array_elements(:'report'::jsonb -> 'consents') c ORDER BY 1;
SELECT x - 'at' AS release FROM jsonb_array_elements(:'report'::jsonb -> 'releases') x;
SELECT (SELECT string_agg(DISTINCT m[1], ', ') FROM regexp_matches(:'report', '\m(A-[0-9]+)\M', 'g') m) AS subjects;

-- The page: self-contained, escaped, in the person's language.
SELECT l.language, p.page ~ format('<html lang="%s">', l.tongue) AS language, p.page LIKE '%CANARY name &lt;b&gt;&amp;&quot;&#39;%' AS escaped, p.page ~* '<script|<b>|<img|<link|http:|https:|onload' AS active,
  (length(p.page) - length(replace(p.page, '<h2>', ''))) / 4 AS headings, (length(p.page) - length(replace(p.page, '<table>', ''))) / 7 = (length(p.page) - length(replace(p.page, '</table>', ''))) / 8 AS balanced,
  p.page LIKE '%OTHER%' AS of_others, substring(p.page FROM '<h1>([^<]*)</h1>') IS NOT NULL AS title
FROM (VALUES ('en', 'en'), ('de-CH', 'de')) l (language, tongue), LATERAL scoring.subject_access_page('A-36', l.language) p (page);
SELECT substring(scoring.subject_access_page('A-36', 'de') FROM '<h2>Wer[^<]*</h2>');

-- Retention is data, with dates.
SET IntervalStyle = postgres;
SET SESSION AUTHORIZATION regress_stig;
SELECT object, jurisdiction, article, sense, keep_for, valid_from, valid_before, role_name FROM scoring_data.retention_rules;
SELECT scoring.set_retention('nothing', 'EU', 'x', '1 year');
SELECT scoring.set_retention('subject_bank.applicant.name', 'EU', 'x', '1 year');
SELECT scoring.set_retention('subject_bank.payment.paid_on', 'EU', 'x', '1 year', floor => true);
SELECT scoring.set_retention('consent', 'EU', 'x', '-1 year');
-- Its detail has today in it.
\set VERBOSITY terse
SELECT scoring.set_retention('consent', 'EU', 'x', '1 year', valid_from => 'infinity');
\set VERBOSITY default
SELECT scoring.set_retention('consent', 'EU', ' ', '1 year');
SELECT scoring.set_retention('consent', 'EU', 'x', '1 year', floor => NULL);
SELECT scoring.set_retention('consent', 'EU', 'x', NULL);
SELECT scoring.set_retention('subject_bank.payment.paid_on', 'CN', 'Credit Reporting Regulation, art. 16', '5 years') IS NOT NULL AS set;
-- A floor outweighs a ceiling.
SELECT scoring.set_retention('decision', 'EU', 'house rule', '1 microsecond') IS NOT NULL AS set;
SELECT finding FROM scoring.doctor() WHERE object = 'retention of decision';
SET SESSION AUTHORIZATION regress_rita;
SELECT * FROM scoring.purge_expired(0);
SELECT object, action, rows, regexp_replace(statement, '\d{4}-\d\d-\d\d', 'DAY') AS statement FROM scoring.purge_expired();
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.set_retention('decision', 'EU', 'house rule', NULL);
SET SESSION AUTHORIZATION regress_rita;
SELECT object, action FROM scoring.purge_expired() WHERE statement IS NULL; -- nothing
RESET SESSION AUTHORIZATION;

-- Erasure. Everybody else's rows, before.
CREATE FUNCTION regress_others(OUT what text, OUT n bigint, OUT hash text) RETURNS SETOF record LANGUAGE sql BEGIN ATOMIC
  SELECT 'applicant', count(*), md5(string_agg(md5(a::text), '' ORDER BY number COLLATE "C")) FROM subject_bank.applicant a WHERE number <> 'A-36'
  UNION ALL SELECT 'payment', count(*), md5(string_agg(md5(a::text), '' ORDER BY number COLLATE "C")) FROM subject_bank.payment a WHERE number <> 'A-36'
  UNION ALL SELECT 'consent', count(*), md5(string_agg(md5(a::text), '' ORDER BY consent_number)) FROM scoring_data.consent a WHERE subject <> 'A-36'
  UNION ALL SELECT 'permission', count(*), md5(string_agg(md5(a::text), '' ORDER BY subject COLLATE "C")) FROM scoring_data.permission a WHERE subject <> 'A-36'
  UNION ALL SELECT 'decision', count(*), md5(string_agg(md5(a::text), '' ORDER BY decision_id)) FROM scoring_data.decision a WHERE subject <> 'A-36';
END;
-- VACUUM FULL copies dead rows that another session could still see, such as an autovacuum worker at ANALYZE.
CREATE PROCEDURE regress_quiet() LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1 .. 600 LOOP
    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND (backend_xmin IS NOT NULL OR backend_type = 'autovacuum worker'));
    COMMIT;
    PERFORM pg_sleep(0.1);
  END LOOP;
END
$$;
CREATE TABLE regress_before AS SELECT * FROM regress_others();
-- Files of the database in which a canary is, as bytes.
CREATE FUNCTION regress_canaries() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  folder text := 'base/' || (SELECT oid FROM pg_database WHERE datname = current_database());
BEGIN
  RETURN QUERY SELECT coalesce(c.oid::regclass::text, 'file ' || f) FROM pg_ls_dir(folder) f LEFT JOIN pg_class c ON pg_relation_filenode(c.oid)::text = f
    WHERE position(('CAN' || 'ARY')::bytea IN pg_read_binary_file(folder || '/' || f, 0, 100000000, true)) > 0 ORDER BY 1;
END
$$;
CHECKPOINT;
SELECT count(*) > 5 AS canaries_are_found FROM regress_canaries();

SET SESSION AUTHORIZATION regress_udo;
SELECT scoring.audit_root() AS anchor \gset
SET SESSION AUTHORIZATION regress_rita;
SELECT * FROM scoring.erase('A-36', ' ');
-- Her decision is kept by law for now, and so not in this certificate's way.
CREATE TEMPORARY TABLE step AS SELECT * FROM scoring.erase('A-36', 'she asked on 1 March');
SELECT object, regexp_replace(action, '\d{4}-\d\d-\d\d', 'DAY') AS action, by_whom, statement FROM step ORDER BY step;
SELECT certificate, reason, role_name, findings, closed_at FROM scoring_data.erasures;
-- The statements, as whom they say; verify_erasure() refuses until the last of them.
SELECT DISTINCT v.relation, v.fork, v.block IS NOT NULL AS has_block, regexp_replace(v.finding, '( since the rows were deleted| open).*', '\1') AS finding, v.remedy
FROM scoring.verify_erasure(1) v WHERE v.relation !~ 'decision' AND (v.relation !~ '\.' OR to_regclass(v.relation) IN (SELECT c.oid FROM pg_class c WHERE c.relkind = 'r')) ORDER BY 1, 4;
RESET SESSION AUTHORIZATION;
SELECT format('SET ROLE %I', CASE by_whom WHEN 'registrar' THEN 'regress_rita' WHEN 'superuser' THEN current_user ELSE by_whom END), statement, 'RESET ROLE'
FROM step WHERE statement LIKE 'DELETE%' ORDER BY step \gexec
-- VACUUM leaves her bytes in a hole.
VACUUM subject_bank.applicant;
SET SESSION AUTHORIZATION regress_rita;
SELECT DISTINCT relation, fork, regexp_replace(finding, '\d+ pages or more', 'N pages') AS finding FROM scoring.verify_erasure(1, '{CANARY name,CANARY note,CANARY religion}')
WHERE relation IN ('subject_bank.applicant', 'pg_statistic') AND finding LIKE 'string 1%' ORDER BY 1;
RESET SESSION AUTHORIZATION;
CALL regress_quiet();
SELECT format('SET ROLE %I', CASE by_whom WHEN 'superuser' THEN current_user ELSE by_whom END), statement, 'RESET ROLE' FROM step WHERE statement ~ '^(VACUUM|ANALYZE)' ORDER BY step \gexec
SET SESSION AUTHORIZATION regress_rita;
SELECT * FROM scoring.verify_erasure(1, '{CAN}');
SELECT * FROM scoring.verify_erasure(1, '{CANARY name,CANARY note,CANARY essay,CANARY religion,CANARY passport,CANARY tag,CANARY payment,CANARY form,CANARY second form}');
SELECT * FROM scoring.verify_erasure(99);
SELECT certificate, findings, closed_at IS NOT NULL AS closed, closed_by_role, open_relations FROM scoring_data.erasures;
-- Its detail says when it was closed.
\set VERBOSITY terse
SELECT * FROM scoring.verify_erasure(1);
\set VERBOSITY default
-- The audit log still verifies; what it said of her is gone.
SET SESSION AUTHORIZATION regress_udo;
SELECT * FROM scoring.audit_verify(:'anchor');
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.subject_access_report('A-36') AS report \gset
SELECT jsonb_array_length(:'report'::jsonb -> 'accesses') AS accesses, jsonb_array_length(:'report'::jsonb -> 'decisions') AS decisions, jsonb_array_length(:'report'::jsonb -> 'consents') AS consents, jsonb_path_query_array(:'report'::jsonb, '$.facts[*].rows') AS rows;
RESET SESSION AUTHORIZATION;
CHECKPOINT;
-- Her decision is kept by law, with what a reviewer wrote; nothing else of hers is in any file.
SELECT * FROM regress_canaries();
SELECT * FROM regress_others() EXCEPT SELECT * FROM regress_before;

-- When no law keeps it any more.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.set_retention('decision', 'US', 'Regulation B, 12 CFR 1002.12(b)', NULL, floor => true);
SET SESSION AUTHORIZATION regress_rita;
SELECT object, action FROM scoring.erase('A-36', 'the law does not keep it any more') WHERE by_whom = 'done';
SELECT count(*) > 5 AS refused FROM scoring.verify_erasure(2);
SELECT scoring.erasure_deleted(2, 'A-37');
RESET SESSION AUTHORIZATION;
CALL regress_quiet();
VACUUM FULL scoring_data.decision;
VACUUM FULL scoring_data.decision_event;
VACUUM FULL scoring_data.audit_subject;
VACUUM FULL scoring_data.audit_detail;
VACUUM FULL pg_statistic;
VACUUM FULL pg_statistic_ext_data;
SET SESSION AUTHORIZATION regress_rita;
SELECT * FROM scoring.verify_erasure(2, '{CANARY explanation}');
RESET SESSION AUTHORIZATION;
CHECKPOINT;
SELECT * FROM regress_canaries();
SELECT * FROM regress_others() EXCEPT SELECT * FROM regress_before;
-- Of somebody who is nowhere there is nothing to look at.
SET SESSION AUTHORIZATION regress_rita;
SELECT object, action, by_whom, statement FROM scoring.erase('nobody at all', 'asked') WHERE statement IS NOT NULL;
SET SESSION AUTHORIZATION regress_udo;
SELECT regexp_replace(finding, '[0-9]{4}-[0-9]{2}-[0-9]{2}', 'DAY') AS finding, remedy FROM scoring.doctor() WHERE object LIKE 'certificate%';
SET SESSION AUTHORIZATION regress_rita;
SELECT * FROM scoring.verify_erasure(3);
RESET SESSION AUTHORIZATION;
SELECT finding FROM scoring.doctor() WHERE object LIKE 'certificate%';
-- By age: consents that ended, and what the audit log says of those whose last entry is old.
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.set_retention(o, 'EU', 'house rule', '1 microsecond') IS NOT NULL AS set FROM unnest('{consent,decision,decision salt,batch,audit}'::text[]) o;
SET SESSION AUTHORIZATION regress_rita;
SELECT scoring.withdraw_consent('A-18', 'credit');
SELECT object, action, rows FROM scoring.purge_expired(600) WHERE statement IS NULL;
SELECT object, action, rows FROM scoring.purge_expired(600) WHERE statement IS NULL;
SELECT object, action, rows FROM scoring.purge_expired(600) WHERE statement IS NULL;
SET SESSION AUTHORIZATION regress_udo;
SELECT * FROM scoring.audit_verify(:'anchor');
RESET SESSION AUTHORIZATION;
SELECT * FROM scoring.doctor() WHERE object NOT IN ('server') AND object NOT LIKE 'role%';

-- A table's owner has no code of his run by who erases: what he makes rows or plans depend on leaves them to him.
SET SESSION AUTHORIZATION regress_keeper;
CREATE FUNCTION subject_bank.bait(i integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF current_user <> 'regress_keeper' THEN
    RAISE WARNING 'run as another';
  END IF;
  RETURN i;
END
$$;
BEGIN;
CREATE INDEX payment_bait ON subject_bank.payment ((subject_bank.bait(1) + length(number)));
SET SESSION AUTHORIZATION regress_rita;
SELECT object, action FROM scoring.erase('A-40', 'asked') WHERE object = 'subject_bank.payment' AND action ~ 'rows';
ROLLBACK;
SET SESSION AUTHORIZATION regress_keeper;
BEGIN;
CREATE POLICY payment_bait ON subject_bank.payment AS RESTRICTIVE TO regress_rita USING (subject_bank.bait(1) = 1);
SET SESSION AUTHORIZATION regress_rita;
SELECT object, action FROM scoring.erase('A-40', 'asked') WHERE object = 'subject_bank.payment' AND action ~ 'rows';
ROLLBACK;
SET SESSION AUTHORIZATION regress_rita;
BEGIN;
SELECT object, action FROM scoring.erase('A-40', 'asked') WHERE object = 'subject_bank.payment' AND action ~ 'rows';
ROLLBACK;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT object, action FROM scoring.erase('A-40', 'asked');
ROLLBACK;
RESET SESSION AUTHORIZATION;

\set ECHO none
DROP FUNCTION regress_others();
DROP FUNCTION regress_canaries();
DROP PROCEDURE regress_quiet();
DROP TABLE regress_before;
SET client_min_messages = warning;
DROP SCHEMA subject_bank CASCADE;
\i test/staff_end.sql
SET client_min_messages = warning;
DROP OWNED BY regress_rita, regress_olaf, regress_keeper, regress_loader;
DROP ROLE regress_rita, regress_olaf, regress_keeper, regress_loader;
\set ECHO all
DROP TABLE staff_loan, staff_applicant;
