-- release: what an adversary learns who keeps every version, joins releases, looks at where rows lie. 20,000 subjects;
-- bench/release does the same with 1,000,000.
BEGIN;
SET LOCAL client_min_messages = warning;
SET search_path = public, scoring;
SELECT plan(28);
\pset fieldsep '\n'
SELECT ok(setup('regress_tap') IS NOT NULL, 'a workspace');
CREATE ROLE regress_bank LOGIN;
CREATE ROLE regress_steward LOGIN IN ROLE regress_tap_steward;
CREATE ROLE regress_registrar LOGIN IN ROLE regress_tap_registrar;
CREATE SCHEMA bank AUTHORIZATION regress_bank;
GRANT CREATE ON SCHEMA public TO regress_bank;

CREATE FUNCTION h(i bigint, seed integer, n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT (hashint8extended(i, seed) & 65535)::integer % n';
SET SESSION AUTHORIZATION regress_bank;
CREATE TABLE bank.person AS SELECT i AS id, 20 + h(i, 1, 60) AS age, (ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'g'])[1 + least(6, h(i, 2, 12))] AS town, h(i, 3, 40) AS branch, h(i, 4, 9000) AS income, h(i, 5, 5) = 0 AS bad
FROM generate_series(1, 20000) i;
ALTER TABLE bank.person ADD PRIMARY KEY (id);
-- The same people, but for what one says who has given no consent.
CREATE TABLE bank.neighbour AS SELECT * FROM bank.person;
ALTER TABLE bank.neighbour ADD PRIMARY KEY (id);
UPDATE bank.neighbour SET age = 79, town = 'g', branch = 39, income = 8999, bad = NOT bad WHERE id = 19999;
SELECT protect('bank.person', 'id') UNION ALL SELECT protect('bank.neighbour', 'id') \g /dev/null
SELECT classify(t::regclass, c, CASE c WHEN 'income' THEN 'restricted' WHEN 'bad' THEN 'outcome' ELSE 'quasi' END, CASE c WHEN 'income' THEN 'written consent' END)
FROM unnest('{bank.person,bank.neighbour}'::text[]) t, unnest('{age,town,branch,income,bad}'::text[]) c \g /dev/null
SET SESSION AUTHORIZATION regress_steward;
SELECT define_purpose('research', '{quasi,outcome,restricted}', '{}', 'consent', 'DPIA') \g /dev/null
SET SESSION AUTHORIZATION regress_registrar;
SELECT record_consents(ARRAY(SELECT i::text FROM generate_series(1, 19990) i), 'research', 'written consent', 'form', 'infinity') \g /dev/null
RESET SESSION AUTHORIZATION;

CREATE TABLE kept (version integer, class text, income text, bad boolean, token uuid);
CREATE FUNCTION keep(v integer, k integer DEFAULT 10) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO kept SELECT v, concat_ws('|', age, coalesce(town, 'NULL'), branch), income, bad, subject_token FROM scoring_views.study;
  RETURN NEXT cmp_ok((SELECT min(n) FROM (SELECT count(DISTINCT token) AS n FROM kept WHERE version = v GROUP BY class) c), '>=', 10::bigint, format('version %s: k counted', v));
  RETURN NEXT ok((SELECT bool_and(bads = 2 AND incomes >= 2) FROM (SELECT count(DISTINCT bad) AS bads, count(DISTINCT income) AS incomes FROM kept WHERE version = v GROUP BY class) c), format('version %s: l counted', v));
END
$$;
-- What subtracting two versions of a class shows, by rows and by people.
CREATE FUNCTION singled_out() RETURNS TABLE (a integer, b integer, by_rows bigint, by_people bigint) LANGUAGE sql AS $$
  SELECT x.version, y.version,
    (SELECT count(*) FROM (SELECT class FROM (SELECT class, income, bad FROM kept WHERE version = x.version EXCEPT ALL SELECT class, income, bad FROM kept WHERE version = y.version) d GROUP BY class HAVING count(*) = 1
                           AND (SELECT count(*) FROM kept e WHERE e.version = x.version AND e.class = d.class) <> (SELECT count(*) FROM kept e WHERE e.version = y.version AND e.class = d.class)) s),
    (SELECT count(*) FROM (
       SELECT count(*) FILTER (WHERE n.subject IS NULL) AS left_it, count(*) FILTER (WHERE m.subject IS NULL) AS came, count(*) FILTER (WHERE m.content <> n.content) AS changed
       FROM (SELECT * FROM scoring_data.release_member WHERE first_version <= x.version AND coalesce(last_version, 99) >= x.version AND series_number = (SELECT series_number FROM scoring_data.release_series WHERE name = 'study')) m
       FULL JOIN (SELECT * FROM scoring_data.release_member WHERE first_version <= y.version AND coalesce(last_version, 99) >= y.version AND series_number = (SELECT series_number FROM scoring_data.release_series WHERE name = 'study')) n
         USING (subject, class_number) GROUP BY class_number) d
     WHERE left_it BETWEEN 1 AND 9 OR came BETWEEN 1 AND 9 OR changed BETWEEN 1 AND 9)
  FROM (SELECT DISTINCT version FROM kept) x, (SELECT DISTINCT version FROM kept) y WHERE x.version < y.version
$$;

SET SESSION AUTHORIZATION regress_steward;
SELECT is(publish_release('bank.person', 'study', 'regress_tap_analyst', purpose => 'research'), 'study@1', 'published');
RESET SESSION AUTHORIZATION;
SELECT keep(1);
SELECT cmp_ok(classes, '>=', 200::bigint, 'there are classes to speak of'), cmp_ok(share_suppressed, '<=', 0.05::float8, 'little is suppressed') FROM scoring_data.releases WHERE name = 'study';
-- Without the rule, the next version would tell people apart: who would leave, class by class.
CREATE TABLE leaving AS SELECT i::text AS subject FROM generate_series(1, 19990) i ORDER BY hashint8extended(i, 77) LIMIT 200;
SELECT cmp_ok((SELECT count(*) FROM (SELECT class_number FROM scoring_data.release_member JOIN leaving USING (subject) GROUP BY class_number HAVING count(*) = 1) s), '>', 50::bigint, 'without the rule, many would be singled out');
SET SESSION AUTHORIZATION regress_registrar;
SELECT sum(withdraw_consent(i::text, 'research')) FROM generate_series(1, 19990) i WHERE i IN (SELECT i FROM generate_series(1, 19990) i ORDER BY hashint8extended(i, 77) LIMIT 200) \g /dev/null
SET SESSION AUTHORIZATION regress_steward;
SELECT is(refresh_release('study'), 'study@2', 'refreshed after withdrawals');
RESET SESSION AUTHORIZATION;
SELECT keep(2);
SELECT is((SELECT count(*) FROM scoring_data.release_member JOIN leaving USING (subject) WHERE last_version IS NULL), 0::bigint, 'who withdrew is out');
-- Some come, some change, some come back.
SET SESSION AUTHORIZATION regress_bank;
INSERT INTO bank.person SELECT i, 20 + h(i, 1, 60), (ARRAY['a', 'b', 'c', 'd', 'e', 'f', 'g'])[1 + least(6, h(i, 2, 12))], h(i, 3, 40), h(i, 4, 9000), h(i, 5, 5) = 0 FROM generate_series(30001, 30100) i;
UPDATE bank.person SET bad = NOT bad WHERE h(id, 9, 100) = 0;
UPDATE bank.person SET age = age + 5 WHERE h(id, 10, 100) = 0;
DELETE FROM bank.person WHERE h(id, 11, 200) = 0;
SET SESSION AUTHORIZATION regress_registrar;
SELECT record_consents(ARRAY(SELECT i::text FROM generate_series(30001, 30100) i), 'research', 'written consent', 'form', 'infinity') \g /dev/null
SELECT record_consents(ARRAY(SELECT i::text FROM generate_series(1, 19990) i ORDER BY hashint8extended(i, 77) LIMIT 100), 'research', 'written consent', 'form', 'infinity') \g /dev/null
SET SESSION AUTHORIZATION regress_steward;
SELECT is(refresh_release('study'), 'study@3', 'refreshed after changes of every kind');
RESET SESSION AUTHORIZATION;
SELECT keep(3);
SET SESSION AUTHORIZATION regress_steward;
SELECT is(refresh_release('study'), 'study@4', 'and once more');
RESET SESSION AUTHORIZATION;
SELECT keep(4);
SELECT is((SELECT count(*) FROM singled_out() WHERE by_people > 0), 0::bigint, 'of no two versions is a class different by fewer than k people');
SELECT is((SELECT sum(by_rows) FROM singled_out()), 0::numeric, 'no row is left alone when versions are subtracted');
SELECT is((SELECT count(*) FROM (SELECT token FROM kept GROUP BY token HAVING count(DISTINCT version) > 1) t), 0::bigint, 'no token is used twice');
SELECT is((SELECT count(DISTINCT recoding) FROM scoring_data.releases WHERE name = 'study'), 1::bigint, 'one recoding for the series');

-- A coarser version: classes of old versions are compared as what they make up.
SET SESSION AUTHORIZATION regress_bank;
SELECT classify('bank.person', 'town', 'prohibited') \g /dev/null
SET SESSION AUTHORIZATION regress_steward;
SELECT is(refresh_release('study'), 'study@5', 'refreshed without a column');
RESET SESSION AUTHORIZATION;
SELECT keep(5);
SELECT is((SELECT count(*) FROM singled_out() WHERE by_people > 0), 0::bigint, 'of no two versions is a coarser class different by fewer than k people');

-- What is not released makes no difference to what is: randomness seeded, two tables that differ in one who is left out.
CREATE SEQUENCE seed;
GRANT USAGE ON SEQUENCE seed TO regress_tap_owner;
CREATE OR REPLACE FUNCTION scoring._release_random() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE BEGIN ATOMIC SELECT pg_catalog.md5(pg_catalog.nextval('public.seed')::text)::uuid; END;
SET SESSION AUTHORIZATION regress_bank;
TRUNCATE bank.person;
INSERT INTO bank.person SELECT i, 20 + h(i, 1, 60), 'x', h(i, 3, 40), h(i, 4, 9000), h(i, 5, 5) = 0 FROM generate_series(1, 20000) i;
TRUNCATE bank.neighbour;
INSERT INTO bank.neighbour SELECT i, 20 + h(i, 1, 60), 'x', h(i, 3, 40), h(i, 4, 9000), h(i, 5, 5) = 0 FROM generate_series(1, 20000) i;
UPDATE bank.neighbour SET age = 79, branch = 39, income = 8999, bad = NOT bad WHERE id = 19999;
SET SESSION AUTHORIZATION regress_steward;
SELECT retire_release('study', 'x') \g /dev/null
SELECT publish_release('bank.person', 'one', 'regress_tap_analyst', purpose => 'research', columns => '{age,branch,income,bad}') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT setval('seed', 1, false) \g /dev/null
SET SESSION AUTHORIZATION regress_steward;
SELECT refresh_release('one') \g /dev/null
SELECT publish_release('bank.neighbour', 'two', 'regress_tap_analyst', purpose => 'research', columns => '{age,branch,income,bad}') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT setval('seed', 1, false) \g /dev/null
SET SESSION AUTHORIZATION regress_steward;
SELECT refresh_release('two') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM scoring_views.one a FULL JOIN scoring_views.two b ON a.ctid = b.ctid WHERE a::text IS DISTINCT FROM b::text), 0::bigint, 'two databases that differ in one left out: the same rows in the same places');
SELECT is((SELECT count(*) FROM scoring_data.release_descriptions a, scoring_data.release_descriptions b WHERE a.name = 'one' AND b.name = 'two' AND a.recoding = b.recoding AND a.columns = b.columns), 1::bigint, 'and the same description');
SELECT is((SELECT count(*) FROM (SELECT attname, null_frac, n_distinct, most_common_vals::text, most_common_freqs, histogram_bounds::text, correlation FROM pg_stats WHERE schemaname = 'scoring_views' AND tablename = 'one'
  EXCEPT SELECT attname, null_frac, n_distinct, most_common_vals::text, most_common_freqs, histogram_bounds::text, correlation FROM pg_stats WHERE schemaname = 'scoring_views' AND tablename = 'two') d), 0::bigint, 'and the same statistics');
SELECT * FROM finish();
ROLLBACK;
