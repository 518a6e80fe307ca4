-- release: tables that no longer say who is who. k and l are counted here by plain SQL over what was published.
\set SHOW_CONTEXT never
\set prefix regress_release
SET client_min_messages = warning;
SELECT scoring.setup(:'prefix') LIKE 'workspace % made, owned by regress_release_owner' AS made;
RESET client_min_messages;

CREATE ROLE regress_bank LOGIN;
CREATE ROLE regress_sue LOGIN IN ROLE regress_release_steward;
CREATE ROLE regress_ron LOGIN IN ROLE regress_release_registrar;
CREATE ROLE regress_una LOGIN IN ROLE regress_release_analyst;
CREATE ROLE regress_kim LOGIN IN ROLE regress_release_officer;

CREATE SCHEMA regress_bank AUTHORIZATION regress_bank;
SET SESSION AUTHORIZATION regress_bank;
-- Small values from a hash of the key; the identifier is a canary.
CREATE FUNCTION regress_bank.h(i bigint, seed integer, n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT (hashint8extended(i, seed) & 65535)::integer % n';
CREATE TABLE regress_bank.applicant (applicant_id bigint PRIMARY KEY, branch_id integer, national_id text, age integer, opened_on date, city text, plan text, nickname text,
  income numeric, bad boolean, religion text, note jsonb);
INSERT INTO regress_bank.applicant SELECT i, regress_bank.h(i, 1, 3), 'canary-' || i, 20 + regress_bank.h(i, 2, 50), date '2015-01-15' + 31 * regress_bank.h(i, 3, 60),
  (ARRAY['Oslo', 'Bergen', 'Ulm', 'Kiel', NULL, 'Reykjavik'])[1 + regress_bank.h(i, 4, 5)], 'basic', 'nick-' || i,
  1000 + 10 * regress_bank.h(i, 5, 400), regress_bank.h(i, 6, 4) = 0, 'r' || regress_bank.h(i, 7, 3), '{}' FROM generate_series(1, 2000) i;
SELECT scoring.protect('regress_bank.applicant', 'applicant_id', 'branch_id') \g /dev/null
SELECT scoring.classify('regress_bank.applicant', c.name, c.class, c.basis) FROM (VALUES ('national_id', 'identifier', NULL), ('age', 'quasi', NULL), ('opened_on', 'quasi', NULL), ('city', 'quasi', NULL),
  ('plan', 'ordinary', NULL), ('nickname', 'ordinary', NULL), ('income', 'restricted', 'written consent'), ('bad', 'outcome', NULL), ('religion', 'prohibited', NULL), ('note', 'ordinary', NULL)) c (name, class, basis) \g /dev/null
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.define_purpose('research', '{quasi,ordinary,outcome,restricted}', '{}', 'consent', 'DPIA-7');
SELECT scoring.define_purpose('one_case', '{quasi}', '{}', 'consent', 'DPIA-8', case_bound => true);
SELECT scoring.define_purpose('statistics', '{quasi,outcome}', '{}', 'consent', 'DPIA-9');
SET SESSION AUTHORIZATION regress_ron;
SELECT scoring.record_consents(ARRAY(SELECT i::text FROM generate_series(1, 1900) i), 'research', 'written consent', 'form', 'infinity');

-- What is refused before anything is read.
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst');
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.publish_release('regress_bank.applicant', NULL, 'regress_release_analyst');
SELECT scoring.publish_release('regress_bank.applicant', 'Study', 'regress_release_analyst');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', k => 1);
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', max_suppressed => 1);
SELECT scoring.publish_release('applicant', 'study', 'regress_release_analyst');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'public');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_owner');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'fun');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'one_case');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'research', columns => '{age,religion}');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'research', recoding => '{"age": {"bands": ["x"]}}');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'research', recoding => '{"age": {"width": 5}}');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'research', recoding => '{"opened_on": {"unit": "week"}}');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'research', recoding => '{"age": {"quasi": false}}');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'research', recoding => '{"city": {"hierarchy": {"Oslo": ["north", "N"], "Bergen": ["north", "S"]}}}');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'statistics');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'research', columns => '{national_id}');
SELECT scoring.refresh_release('study');
SELECT scoring.retire_release('study', 'x');

-- A release.
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'research');
SELECT scoring.publish_release('regress_bank.applicant', 'study', 'regress_release_analyst', purpose => 'research');
SELECT version, relation, audience, purpose, k, l, measured_k >= k AS is_k, measured_l >= l AS is_l, rows + rows_suppressed AS all_rows, share_suppressed <= 0.05 AS few, subjects_held_back, state FROM scoring_data.releases;
SELECT key, value FROM scoring_data.releases, jsonb_each_text(recoding) ORDER BY key COLLATE "C";
-- By a reader: nothing but the table, and that has what the register says.
SET SESSION AUTHORIZATION regress_una;
SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 'scoring_views.study'::regclass AND attnum > 0 ORDER BY attnum;
SELECT min(n) >= 10 AS k, min(incomes) >= 2 AS l_income, bool_and(outcomes = 2) AS l_bad FROM (
  SELECT count(DISTINCT subject_token) AS n, count(DISTINCT income) AS incomes, count(DISTINCT bad) AS outcomes FROM scoring_views.study GROUP BY branch_id, age, opened_on, city) c;
SELECT DISTINCT age FROM scoring_views.study ORDER BY 1;
SELECT DISTINCT city FROM scoring_views.study ORDER BY 1;
SELECT count(*) = count(DISTINCT subject_token) AS one_row_each FROM scoring_views.study;
SELECT * FROM scoring_data.releases;
SELECT name, version, relation, k, l FROM scoring_data.release_descriptions;
SELECT count(*) FROM scoring_data.release_member;
SELECT * FROM regress_bank.applicant;
INSERT INTO scoring_views.study SELECT * FROM scoring_views.study;
SET SESSION AUTHORIZATION regress_kim;
SELECT count(*) FROM scoring_views.study;
RESET SESSION AUTHORIZATION;
-- Where rows lie says nothing: in the order of random tokens. No index, no default, no comment on a column.
SELECT bool_and(t > before) AS in_order FROM (SELECT subject_token AS t, lag(subject_token) OVER (ORDER BY ctid) AS before FROM scoring_views.study) o WHERE before IS NOT NULL;
SELECT count(*) FROM pg_index WHERE indrelid = 'scoring_views.study'::regclass;
SELECT count(*) FROM pg_attrdef WHERE adrelid = 'scoring_views.study'::regclass;
SELECT count(*) FROM pg_description WHERE objoid = 'scoring_views.study'::regclass AND objsubid > 0;
-- Nothing of the canary is in it, in its statistics or in the register.
SELECT count(*) FROM pg_stats WHERE schemaname = 'scoring_views' AND (tablename || most_common_vals::text || histogram_bounds::text) ~ 'canary|nick-';
SELECT count(*) FROM scoring_views.study s WHERE s::text ~ 'canary|nick-';
SELECT count(*) FROM scoring_data.release_series s WHERE s::text ~ 'canary|nick-';
-- Those without a right to it are not there.
SELECT count(*) FROM scoring_data.release_member WHERE subject::integer > 1900;

-- Withdrawn: gone with the next version, and with company.
CREATE TABLE regress_bank.study_1 AS SELECT * FROM scoring_views.study;
SET SESSION AUTHORIZATION regress_ron;
SELECT sum(scoring.withdraw_consent(i::text, 'research')) FROM generate_series(1, 1900, 380) i;
SET SESSION AUTHORIZATION regress_sue;
-- An older snapshot does not show what a table's owner has done to it since.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT scoring.refresh_release('study');
ROLLBACK;
SELECT scoring.refresh_release('study');
SELECT version, measured_k >= k AS is_k, measured_l >= l AS is_l, subjects_held_back > 0 AS held_back, state, retired_reason, recoding = first_value(recoding) OVER (ORDER BY version) AS same_recoding FROM scoring_data.releases ORDER BY version;
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM scoring_data.release_member WHERE subject::integer % 380 = 1 AND last_version IS NULL;
SELECT count(*) AS tokens_again FROM scoring_views.study JOIN regress_bank.study_1 USING (subject_token);
SELECT count(*) FILTER (WHERE n BETWEEN 1 AND 9) AS few, count(*) FILTER (WHERE n > 0) > 0 AS some FROM (
  SELECT abs(count(*) FILTER (WHERE v = 1) - count(*) FILTER (WHERE v = 2)) AS n
  FROM (SELECT 1 AS v, branch_id, age, opened_on, city FROM regress_bank.study_1 UNION ALL SELECT 2, branch_id, age, opened_on, city FROM scoring_views.study) u GROUP BY branch_id, age, opened_on, city) d;
-- Withdrawn since, and the release as it was: late at once, if it may be no day old.
SELECT min(subject) AS somebody FROM scoring_data.release_member WHERE last_version IS NULL \gset
SET SESSION AUTHORIZATION regress_ron;
SELECT scoring.withdraw_consent(:'somebody', 'research');
RESET SESSION AUTHORIZATION;
UPDATE scoring_data.release_series SET refresh_within = interval '0';
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object <> 'server';
UPDATE scoring_data.release_series SET refresh_within = interval '30 days';
SELECT count(*) FROM scoring.doctor() WHERE object <> 'server';
SET SESSION AUTHORIZATION regress_ron;
SELECT scoring.record_consent(:'somebody', 'research', 'written consent', 'form', 'infinity') > 0 AS consented;
RESET SESSION AUTHORIZATION;
-- Nothing changed: nobody leaves, nobody comes.
CREATE TABLE regress_bank.study_2 AS SELECT * FROM scoring_views.study;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('study');
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM ((SELECT branch_id, age, opened_on, city, income, bad FROM scoring_views.study EXCEPT ALL SELECT branch_id, age, opened_on, city, income, bad FROM regress_bank.study_2)
  UNION ALL (SELECT branch_id, age, opened_on, city, income, bad FROM regress_bank.study_2 EXCEPT ALL SELECT branch_id, age, opened_on, city, income, bad FROM scoring_views.study)) d;

-- The rule, by itself: groups of people alike in which versions they were in, k = 5.
SELECT scoring._release_take(5, '{t}', '{1}', '{1}', '{20}') AS nothing;
SELECT scoring._release_take(5, '{f,t}', '{1,1}', '{0,1}', '{1,20}') AS one_left;
SELECT scoring._release_take(5, '{t,t}', '{0,1}', '{0,1}', '{1,20}') AS one_came;
SELECT scoring._release_take(5, '{t,t}', '{0,1}', '{0,1}', '{5,20}') AS five_came;
SELECT scoring._release_take(5, '{t,t}', '{1,1}', '{0,1}', '{1,20}') AS one_changed;
SELECT scoring._release_take(5, '{f,t}', '{1,1}', '{0,1}', '{1,8}') AS too_few_stay;
SELECT scoring._release_take(5, '{f,f,t,t}', '{10,11,01,11}', '{00,00,01,11}', '{4,1,9,20}') AS two_versions;
SELECT scoring._release_take(5, '{t}', '{""}', '{""}', '{4}') AS too_few;

-- Another release of the same table, joined with this one.
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.publish_release('regress_bank.applicant', 'ages', 'regress_release_analyst', purpose => 'research', columns => '{age,bad}', recoding => '{"age": {"bands": [25,30,35,40,45,50,55,60,65]}}');
SELECT scoring.publish_release('regress_bank.applicant', 'ages', 'regress_release_analyst', purpose => 'research', columns => '{city,bad}', max_suppressed => 0.3);
RESET SESSION AUTHORIZATION;
SELECT count(*) FILTER (WHERE n < 10) AS joint_below_k, count(*) > 1 AS some FROM (
  SELECT count(*) AS n FROM (SELECT * FROM scoring_data.release_member WHERE series_number = (SELECT series_number FROM scoring_data.release_series WHERE name = 'study') AND last_version IS NULL) a
  FULL JOIN (SELECT * FROM scoring_data.release_member WHERE series_number = (SELECT series_number FROM scoring_data.release_series WHERE name = 'ages') AND last_version IS NULL) b USING (subject) GROUP BY a.class_number, b.class_number) j;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.retire_release('ages', 'not needed');
SELECT scoring.retire_release('ages', 'not needed');
RESET SESSION AUTHORIZATION;
SELECT to_regclass('scoring_views.ages') AS gone;

-- Erased: nobody's membership, and a release to be refreshed.
SELECT a.subject AS erased FROM scoring_data.release_member a JOIN scoring_data.release_member b USING (subject) WHERE a.series_number < b.series_number AND a.first_version = 1 AND a.last_version IS NULL ORDER BY 1 LIMIT 1 \gset
SELECT name, version, live FROM scoring._release_memberships(:'erased');
SELECT scoring._release_erase(:'erased');
SELECT name, version, live FROM scoring._release_memberships(:'erased');
SELECT count(*) FROM scoring_data.release_member WHERE subject LIKE 'erased %';
SELECT name, version, state FROM scoring_data.releases ORDER BY name, version;
DELETE FROM regress_bank.applicant WHERE applicant_id = :erased;
-- doctor() says what is late, missing, too open or not what was published.
UPDATE scoring_data.release_series SET refresh_within = interval '0';
GRANT SELECT ON scoring_views.study TO regress_kim;
CREATE TEMPORARY TABLE aside AS SELECT * FROM scoring_views.study;
DELETE FROM scoring_views.study WHERE subject_token = (SELECT min(subject_token::text)::uuid FROM scoring_views.study);
SET SESSION AUTHORIZATION regress_bank;
RESET SESSION AUTHORIZATION;
SET ROLE regress_release_owner;
CREATE TABLE scoring_views.stray (x integer);
RESET ROLE;
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object <> 'server' ORDER BY object COLLATE "C", finding COLLATE "C";
DROP TABLE scoring_views.stray;
DROP TABLE scoring_views.study;
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object <> 'server';
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('study');
SELECT * FROM scoring.doctor() WHERE object <> 'server';

-- A column that is of another class now is withheld from there on; the table keeps its shape.
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.classify('regress_bank.applicant', 'city', 'prohibited');
SET SESSION AUTHORIZATION regress_una;
SELECT count(*) FROM scoring_views.study;
SET SESSION AUTHORIZATION regress_sue;
SELECT * FROM scoring.doctor() WHERE object <> 'server';
SELECT scoring.refresh_release('study');
SELECT key, value FROM scoring_data.release_descriptions, jsonb_each_text(recoding) WHERE name = 'study' ORDER BY key COLLATE "C";
SET SESSION AUTHORIZATION regress_una;
SELECT city, count(*) > 0 AS rows FROM scoring_views.study GROUP BY city;
SELECT min(n) >= 10 AS k FROM (SELECT count(*) AS n FROM scoring_views.study GROUP BY branch_id, age, opened_on, city) c;

-- Retired, whatever was built on it; and brought back.
CREATE TEMPORARY VIEW mine AS SELECT * FROM scoring_views.study;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.retire_release('study', 'over');
SET SESSION AUTHORIZATION regress_una;
SELECT * FROM mine;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('study');
SELECT scoring.retire_release('study', 'over');
RESET SESSION AUTHORIZATION;

-- Values of every kind: NULL, NaN, infinities, several rows of one subject, all the types there are.
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE regress_bank.loan (loan_id integer, customer text NOT NULL, amount double precision, started timestamptz, kind varchar(10), code char(4), flag boolean, small smallint, big bigint,
  exact numeric, class integer, opened timestamp, arrears boolean, tag uuid);
INSERT INTO regress_bank.loan SELECT i, 'C-' || i / 2, CASE regress_bank.h(i, 11, 20) WHEN 0 THEN 'NaN'::float8 WHEN 1 THEN 'Infinity' WHEN 2 THEN '-Infinity' WHEN 3 THEN NULL ELSE 100 * regress_bank.h(i, 12, 90) END,
  CASE regress_bank.h(i, 13, 9) WHEN 0 THEN 'infinity' WHEN 1 THEN '-infinity' WHEN 2 THEN NULL ELSE timestamptz '1969-11-20 12:00 UTC' + regress_bank.h(i, 14, 4) * interval '1 month' END,
  'kind' || regress_bank.h(i, 15, 3), CASE WHEN i % 2 = 0 THEN 'ab' END, NULLIF(i % 3, 2) = 0, regress_bank.h(i, 16, 5), CASE regress_bank.h(i, 17, 2) WHEN 0 THEN 9223372036854775807 ELSE -9223372036854775808 END,
  CASE regress_bank.h(i, 18, 4) WHEN 0 THEN 1e20::numeric WHEN 1 THEN -1e-20::numeric WHEN 2 THEN 'NaN' ELSE 0 END, regress_bank.h(i, 19, 3), timestamp '0044-03-15 BC' + regress_bank.h(i, 20, 3) * interval '800 years', i % 5 = 0,
  md5(i::text)::uuid FROM generate_series(1, 3000) i;
SELECT scoring.protect('regress_bank.loan', 'customer') \g /dev/null
SELECT scoring.classify('regress_bank.loan', c, CASE c WHEN 'arrears' THEN 'outcome' WHEN 'class' THEN 'sensitive' WHEN 'loan_id' THEN 'identifier' ELSE 'quasi' END, CASE c WHEN 'class' THEN 'contract' END)
FROM unnest('{loan_id,amount,started,kind,code,flag,small,big,exact,class,opened,arrears,tag}'::text[]) c \g /dev/null
SET SESSION AUTHORIZATION regress_sue;
\set VERBOSITY terse
SELECT scoring.publish_release('regress_bank.loan', 'amounts', 'regress_release_steward', columns => '{amount,class}', k => 5);
SELECT amount, count(DISTINCT subject_token) >= 5 AS k, count(DISTINCT class) AS classes FROM scoring_views.amounts GROUP BY amount ORDER BY amount COLLATE "C";
SELECT scoring.retire_release('amounts', 'x');
SELECT scoring.publish_release('regress_bank.loan', 'starts', 'regress_release_steward', columns => '{started,flag,arrears}', k => 5);
SELECT started, count(DISTINCT subject_token) >= 5 AS k FROM scoring_views.starts GROUP BY started ORDER BY started COLLATE "C";
SELECT scoring.retire_release('starts', 'x');
SELECT scoring.publish_release('regress_bank.loan', 'bigs', 'regress_release_steward', columns => '{small,big,exact,arrears}', k => 5, recoding => '{"small": {"bands": [1, 2.5, 4]}}');
SELECT small, big, exact, count(DISTINCT subject_token) >= 5 AS k, count(DISTINCT arrears) FROM scoring_views.bigs GROUP BY small, big, exact ORDER BY small COLLATE "C", big COLLATE "C", exact COLLATE "C";
SELECT scoring.retire_release('bigs', 'x');
SELECT scoring.publish_release('regress_bank.loan', 'texts', 'regress_release_steward', columns => '{kind,code,opened,arrears,tag}', k => 5, recoding => '{"kind": {"hierarchy": {"kind0": ["low", "any"], "kind1": ["low", "any"]}}, "opened": {"unit": "year"}}');
SELECT kind, code, opened, count(DISTINCT subject_token) >= 5 AS k FROM scoring_views.texts GROUP BY kind, code, opened ORDER BY kind COLLATE "C", code COLLATE "C", opened COLLATE "C";
SELECT scoring.retire_release('texts', 'x');
-- Everything at once cannot be told apart.
SELECT scoring.publish_release('regress_bank.loan', 'everything', 'regress_release_steward', k => 200);
SELECT measured_k >= 200 AS k, measured_l >= 2 AS l, share_suppressed <= 0.06 AS few FROM scoring_data.releases WHERE name = 'everything';
SELECT scoring.retire_release('everything', 'x');
SELECT scoring.publish_release('regress_bank.loan', 'nothing', 'regress_release_analyst', k => 2000);
SELECT scoring.publish_release('regress_bank.loan', 'no_outcome', 'regress_release_analyst', columns => '{big,arrears}', l => 3);
SELECT scoring.retire_release('no_outcome', 'x');
SELECT scoring.publish_release('regress_bank.loan', 'nothing', 'regress_release_analyst', columns => '{tag}');
\set VERBOSITY default
-- Past retention, or with none to say so.
SELECT scoring.publish_release('regress_bank.loan', 'kept', 'regress_release_analyst', columns => '{flag,arrears}', k => 5, retention_column => 'started', retention => '200 years');
SELECT rows + rows_suppressed = 3000 AS all_of_them, rows > 0 AS some FROM scoring_data.releases WHERE name = 'kept';
SELECT scoring.publish_release('regress_bank.loan', 'kept_not', 'regress_release_analyst', columns => '{flag,arrears}', k => 5, retention_column => 'opened', retention => '10 years');
RESET SESSION AUTHORIZATION;
-- A table that is not armed is not read.
SET SESSION AUTHORIZATION regress_bank;
ALTER TABLE regress_bank.loan DISABLE ROW LEVEL SECURITY;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('kept');
SET SESSION AUTHORIZATION regress_bank;
ALTER TABLE regress_bank.loan ENABLE ROW LEVEL SECURITY;
SET SESSION AUTHORIZATION regress_sue;
-- Nobody else's temporary objects are in the way, nor is the lack of a right to make some.
RESET SESSION AUTHORIZATION;
SELECT format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('kept');
RESET SESSION AUTHORIZATION;
SELECT format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database()) \gexec
SELECT count(*) FROM pg_class WHERE relname LIKE 'release\_%\_%' AND relkind = 'r' AND relnamespace <> 'scoring_data'::regnamespace;
SELECT relname FROM pg_class WHERE relnamespace = 'scoring_data'::regnamespace AND relkind = 'r' AND relname LIKE 'release%' ORDER BY 1;

-- A name that is taken; a table that is not what it was.
SET ROLE regress_release_owner;
CREATE TABLE scoring_views.stray (x integer);
RESET ROLE;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.publish_release('regress_bank.loan', 'stray', 'regress_release_analyst');
RESET SESSION AUTHORIZATION;
DROP TABLE scoring_views.stray;
DROP TABLE scoring_views.kept;
CREATE VIEW scoring_views.kept AS SELECT 1 AS x;
SELECT severity, object, finding, remedy FROM scoring.doctor() WHERE object = 'scoring_views.kept';
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('kept');
RESET SESSION AUTHORIZATION;
DROP VIEW scoring_views.kept;
SET SESSION AUTHORIZATION regress_bank;
SELECT scoring.classify('regress_bank.loan', 'started', 'prohibited') \g /dev/null
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('kept');
SELECT scoring.retire_release('kept', 'x');
-- All have one outcome now: no class has two.
SELECT scoring.publish_release('regress_bank.loan', 'uniform', 'regress_release_analyst', columns => '{flag,arrears}', k => 5);
SET SESSION AUTHORIZATION regress_bank;
UPDATE regress_bank.loan SET arrears = false;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('uniform');
SELECT scoring.retire_release('uniform', 'x');
-- Seven persons: one leaves, and nobody can stay. Seventy columns: too many.
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE regress_bank.few (id integer PRIMARY KEY, kind integer, bad boolean);
INSERT INTO regress_bank.few SELECT i, i % 2, i % 3 = 0 FROM generate_series(1, 7) i;
SELECT scoring.protect('regress_bank.few', 'id') \g /dev/null
SELECT scoring.classify('regress_bank.few', 'bad', 'outcome') \g /dev/null
CREATE TABLE regress_bank.wide (id integer PRIMARY KEY);
INSERT INTO regress_bank.wide SELECT generate_series(1, 100);
DO $$ BEGIN FOR c IN 1 .. 70 LOOP EXECUTE format('ALTER TABLE regress_bank.wide ADD COLUMN c%s integer', c); EXECUTE format('UPDATE regress_bank.wide SET c%s = id %% 7', c); END LOOP; END $$;
SELECT scoring.protect('regress_bank.wide', 'id') \g /dev/null
SELECT scoring.classify('regress_bank.wide', 'c' || c, 'quasi') FROM generate_series(1, 70) c \g /dev/null
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.publish_release('regress_bank.few', 'few', 'regress_release_analyst', k => 5);
SET SESSION AUTHORIZATION regress_bank;
DELETE FROM regress_bank.few WHERE id = 7;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('few');
SELECT rows, subjects_held_back, measured_k, measured_l FROM scoring_data.releases WHERE name = 'few' ORDER BY version;
SELECT * FROM scoring.doctor() WHERE object <> 'server';
SELECT scoring.publish_release('regress_bank.wide', 'wide', 'regress_release_analyst');
SET SESSION AUTHORIZATION regress_bank;
DROP TABLE regress_bank.few;
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.refresh_release('few');
RESET SESSION AUTHORIZATION;

-- Rights kept on the row.
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE regress_bank.marked (id integer PRIMARY KEY, kind integer, bad boolean);
INSERT INTO regress_bank.marked SELECT i, i % 2, i % 3 = 0 FROM generate_series(1, 3000) i;
SELECT scoring.protect('regress_bank.marked', 'id', marks => 'row', purposes => '{research}') \g /dev/null
SELECT scoring.classify('regress_bank.marked', 'kind', 'quasi'), scoring.classify('regress_bank.marked', 'bad', 'outcome') \g /dev/null
SELECT scoring.stamp_marks('regress_bank.marked', 'research');
SET SESSION AUTHORIZATION regress_sue;
SELECT scoring.publish_release('regress_bank.marked', 'marked', 'regress_release_analyst', purpose => 'research');
RESET SESSION AUTHORIZATION;
SELECT count(*) = (SELECT count(*) FROM scoring_data.permission p WHERE p.valid_until > now()) AS those_with_a_right FROM scoring_data.release_member m JOIN scoring_data.release_series s USING (series_number) WHERE s.name = 'marked';

-- What was done is in the audit log.
SELECT event, count(*) > 5 AS some FROM scoring_data.audit_events WHERE event LIKE '%release' GROUP BY event ORDER BY event COLLATE "C";

DROP SCHEMA regress_bank CASCADE;
\i test/workspace_end.sql
DROP ROLE regress_bank, regress_sue, regress_ron, regress_una, regress_kim;
