-- What a report and its page say of each of many people: all of hers, nothing of anybody else's. What is looked for on pages
-- is found, for every type of key and every way of storing a value, dead or alive.
BEGIN;
SELECT plan(37);
SET LOCAL client_min_messages = warning;
SELECT scoring.setup('tap') IS NOT NULL AS made \gset
CREATE ROLE tap_keeper;
CREATE SCHEMA bank AUTHORIZATION tap_keeper;
SET LOCAL ROLE tap_keeper;
CREATE TABLE bank.person (id bigint PRIMARY KEY, name text, hobby text, secret text);
INSERT INTO bank.person SELECT i, format('<p class="x">&name%s&amp;</p>', i), CASE WHEN i % 7 > 0 THEN 'hobby' || i || ' ''"' END, 'secret' || i FROM generate_series(1, 60) i;
CREATE TABLE bank.visit (person bigint NOT NULL, at date, place text);
INSERT INTO bank.visit SELECT i, date '2026-01-01' + n, format('place%s-%s', i, n) FROM generate_series(1, 60) i, generate_series(1, 1 + i % 3) n;
SELECT count(*) FROM scoring.protect('bank.person', 'id') \g /dev/null
SELECT count(*) FROM scoring.protect('bank.visit', 'person') \g /dev/null
SELECT scoring.classify('bank.person', 'name', 'identifier') \g /dev/null
SELECT scoring.classify('bank.person', 'hobby', 'ordinary') \g /dev/null
SELECT scoring.classify('bank.visit', 'at', 'ordinary') \g /dev/null
SELECT scoring.classify('bank.visit', 'place', 'ordinary') \g /dev/null
RESET ROLE;
SELECT scoring.define_purpose('credit', '{identifier,ordinary}', '{}', 'contract', 'DPIA') \g /dev/null
SELECT scoring.record_consent(i::text, 'credit', 'consent', 'evidence' || i, '2099-01-01') FROM generate_series(1, 60) i \g /dev/null

-- Every number that is written with a word of ours is the subject's own.
CREATE TEMPORARY TABLE report AS SELECT i AS id, scoring.subject_access_report(i::text, (ARRAY['en', 'de', 'zh'])[1 + i % 3]) AS r, scoring.subject_access_page(i::text, (ARRAY['en', 'de-AT', 'zh-CN'])[1 + i % 3]) AS page FROM generate_series(1, 60) i;
SELECT is((SELECT count(*) FROM report, regexp_matches(r::text, '(name|hobby|place|evidence)([0-9]+)', 'g') m WHERE m[2] <> id::text), 0::bigint, 'a report has nothing of others');
SELECT is((SELECT count(*) FROM report, regexp_matches(page, '(name|hobby|place|evidence)([0-9]+)', 'g') m WHERE m[2] <> id::text), 0::bigint, 'a page has nothing of others');
SELECT is((SELECT count(*) FROM report WHERE r::text ~ 'secret[0-9]' OR page ~ 'secret[0-9]'), 0::bigint, 'no value of a column that is not classified');
SELECT is((SELECT count(*) FROM report WHERE r @? '$.facts[*].not_readable[*] ? (@.column == "secret" && @.class == "unclassified")' AND page LIKE '%secret%'), 60::bigint, 'which is named');
SELECT is((SELECT count(*) FROM report JOIN bank.person p USING (id) WHERE r #> '{facts,0,rows,0}' = jsonb_build_object('id', p.id, 'name', p.name, 'hobby', p.hobby)), 60::bigint, 'the row is hers, value by value');
SELECT is((SELECT count(*) FROM report WHERE jsonb_array_length(r #> '{facts,1,rows}') = 1 + id % 3), 60::bigint, 'all her visits');
SELECT is((SELECT count(*) FROM report WHERE r #>> '{consents,0,evidence}' = 'evidence' || id AND jsonb_array_length(r -> 'consents') = 1), 60::bigint, 'her consent');
SELECT is((SELECT count(*) FROM report WHERE r -> 'reports_this_year' = '1'), 60::bigint, 'the first report of the year');

-- The page is well formed, whatever the values are; nothing in it does anything.
SELECT is((SELECT count(*) FROM report WHERE xml_is_well_formed_document(page)), 60::bigint, 'a page is well formed');
SELECT is((SELECT count(*) FROM report JOIN bank.person p USING (id)
           WHERE replace(replace(replace(replace(replace(p.name, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;') = (regexp_match(page, '<tr><td>name</td><td>([^<]*)</td>'))[1]), 60::bigint, 'a value is read as it was written');
SELECT is((SELECT count(*) FROM report WHERE page ~* '<(script|iframe|img|link|object|form|a)\M|javascript:|\mon[a-z]+=|url\(|https?:'), 0::bigint, 'no script, nothing from elsewhere');
SELECT is((SELECT count(DISTINCT (regexp_match(page, '<html lang="([^"]*)"'))[1]) FROM report), 3::bigint, 'three languages');
SELECT is((SELECT count(*) FROM scoring._subject_words() w, jsonb_object_keys(w.words::jsonb) k), 3 * (SELECT count(*) FROM scoring._subject_words() w, jsonb_object_keys(w.words::jsonb) k WHERE w.language = 'en'), 'each language has as many words');
SELECT is((SELECT count(*) FROM (SELECT k FROM scoring._subject_words() w, jsonb_object_keys(w.words::jsonb) k GROUP BY k HAVING count(*) <> 3) x), 0::bigint, 'the same ones');
SELECT is((SELECT count(*) FROM scoring._subject_words() w, jsonb_each_text(w.words::jsonb) t, scoring._subject_words() e
           WHERE e.language = 'en' AND ARRAY(SELECT m[1] FROM regexp_matches(t.value, '\{[a-z]+\}', 'g') m ORDER BY 1) <> ARRAY(SELECT m[1] FROM regexp_matches(e.words::jsonb ->> t.key, '\{[a-z]+\}', 'g') m ORDER BY 1)), 0::bigint, 'with the same names in braces');

-- Keys of every type, in live and in dead rows.
CREATE TEMPORARY TABLE key_type (type text, hers text, other text);
INSERT INTO key_type VALUES ('smallint', '17', '18'), ('integer', '-17', '17'), ('bigint', '9223372036854775807', '1'), ('text', 'A-17', 'A-1'), ('varchar(20)', 'A-17', 'a-17'),
  ('uuid', '6f1c1f9e-8f5b-4a63-9d0a-0123456789ab', '6f1c1f9e-8f5b-4a63-9d0a-0123456789ac');
CREATE FUNCTION pg_temp.look(type text, hers text, other text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  result text := '';
  salt bytea := '\x01020304';
BEGIN
  EXECUTE format('CREATE TABLE pg_temp.k (filler text, key %s, PRIMARY KEY (key))', type);
  EXECUTE 'INSERT INTO pg_temp.k VALUES (NULL, $1::' || type || '), (''x'', $2::' || type || ')' USING hers, other;
  ANALYZE pg_temp.k;
  SELECT result || string_agg(format('%s %s;', finding, times), '' ORDER BY finding) INTO result FROM scoring._page_findings('pg_temp.k'::regclass, 'key', hers, NULL, NULL, NULL, NULL) WHERE finding LIKE '%row';
  SELECT result || string_agg(format('%s %s;', finding, times), '' ORDER BY finding) INTO result FROM scoring._page_findings('pg_temp.k'::regclass, 'key', NULL, salt, sha256(salt || convert_to(hers, 'UTF8')), NULL, NULL) WHERE finding LIKE '%row';
  result := result || scoring._statistics_hold('pg_temp.k'::regclass, 'key', hers, NULL, NULL) || ';';
  EXECUTE 'DELETE FROM pg_temp.k WHERE key = $1::' || type USING hers;
  PERFORM scoring._forget_statistics('pg_temp.k'::regclass);
  SELECT result || string_agg(format('%s %s;', finding, times), '' ORDER BY finding) INTO result FROM scoring._page_findings('pg_temp.k'::regclass, 'key', NULL, salt, sha256(salt || convert_to(hers, 'UTF8')), NULL, NULL) WHERE finding LIKE '%row';
  result := result || scoring._statistics_hold('pg_temp.k'::regclass, 'key', hers, NULL, NULL);
  DROP TABLE pg_temp.k;
  RETURN result;
END
$$;
SELECT is(pg_temp.look(type, hers, other), 'live row 1;live row 1;true;dead row 1;false', 'a key of type ' || type) FROM key_type;

-- Strings, in every way a value is stored: plain, compressed in line, out of line, out of line and compressed; alive and dead.
CREATE FUNCTION pg_temp.stored(how text, needle text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  relation oid;
  result text := '';
  alive boolean;
  value text := CASE how WHEN 'plain' THEN 'see ' || needle || '.' WHEN 'compressed' THEN needle || repeat(' again and again', 300) WHEN 'external' THEN repeat('.', 3000) || needle || repeat('-', 9000)
                ELSE needle || repeat(' so it goes', 40) || (SELECT string_agg(md5(i::text) || ' so it goes on', ' ') FROM generate_series(1, 700) i) END;
BEGIN
  CREATE TABLE pg_temp.s (id int, t text);
  EXECUTE format('ALTER TABLE pg_temp.s ALTER t SET STORAGE %s', CASE how WHEN 'external' THEN 'EXTERNAL' ELSE 'EXTENDED' END);
  INSERT INTO pg_temp.s SELECT i, CASE WHEN i = 50 THEN value ELSE 'other' END FROM generate_series(1, 100) i;
  FOREACH alive IN ARRAY '{true,false}'::boolean[] LOOP
    IF NOT alive THEN
      DELETE FROM pg_temp.s WHERE id = 50;
    END IF;
    SELECT result || coalesce(string_agg(DISTINCT c.relkind::text || f.string_number, '' ORDER BY c.relkind::text || f.string_number), 'nothing') || ';' INTO result
    FROM pg_class c, scoring._page_findings(c.oid, NULL, NULL, NULL, NULL, ARRAY['nowhere at all', needle], NULL) f
    WHERE (c.oid = 'pg_temp.s'::regclass OR c.oid = (SELECT reltoastrelid FROM pg_class WHERE oid = 'pg_temp.s'::regclass)) AND f.finding = 'string';
  END LOOP;
  DROP TABLE pg_temp.s;
  RETURN result;
END
$$;
SELECT is(pg_temp.stored('plain', 'needle-Zq7'), 'r2;r2;', 'a plain value');
SELECT is(pg_temp.stored('compressed', 'needle-Zq7'), 'r2;r2;', 'one that is compressed in line');
SELECT is(pg_temp.stored('external', 'needle-Zq7'), 'r2t2;t2;', 'one out of line');
SELECT is(pg_temp.stored('both', 'needle-Zq7'), 'r2t2;t2;', 'one out of line and compressed');
CREATE TABLE bank.long (t text);
INSERT INTO bank.long VALUES (repeat('again and again ', 300) || 'needle-Zq8');
CREATE INDEX long_t ON bank.long (t);
SELECT is((SELECT count(*) FROM scoring._page_findings('bank.long_t'::regclass, NULL, NULL, NULL, NULL, '{needle-Zq8}', NULL) WHERE finding = 'string'), 1::bigint, 'one that is compressed in an index');
SELECT throws_ok($$SELECT scoring._page_findings('pg_class'::regclass, NULL, NULL, NULL, NULL, array_fill('abcd'::text, '{1001}'), NULL)$$, '54000');
SELECT throws_ok($$SELECT scoring._page_findings('pg_tables'::regclass, NULL, NULL, NULL, NULL, NULL, NULL)$$, '42809');
SELECT throws_ok($$SELECT scoring._page_findings('pg_class'::regclass, 'relacl', 'x', NULL, NULL, NULL, NULL)$$, '42703');
SELECT throws_ok($$SELECT scoring._page_findings('pg_class'::regclass, NULL, NULL, NULL, NULL, '{NULL}', NULL)$$, '22023');

-- A floor under consents: they end, and stay for as long as that.
SELECT scoring.set_retention('consent', 'EU', 'GDPR, art. 7(1)', '3 years', floor => true) \g /dev/null
SELECT ok((SELECT bool_or(action ~ '^ended, and kept until .* by GDPR, art\. 7\(1\) \(EU\): 1$') FROM scoring.erase('17', 'asked')), 'a consent that a law keeps is ended, and kept');
SELECT is((SELECT count(*) FROM scoring_data.permission WHERE subject = '17'), 0::bigint, 'it permits nothing any more');
SELECT is((SELECT w.reason FROM scoring_data.consent_withdrawal w WHERE w.subject = '17'), 'erasure', 'it was withdrawn');
SELECT is((SELECT count(*) FROM bank.person WHERE id = 17) + (SELECT count(*) FROM bank.visit WHERE person = 17), 0::bigint, 'her rows are gone: a superuser may delete');
SELECT is((SELECT count(*) FROM bank.person) + (SELECT count(DISTINCT person) FROM bank.visit) + (SELECT count(*) FROM scoring_data.permission), 177::bigint, 'nobody else''s are');
SELECT is((SELECT count(*) FROM scoring_data.erasure_relation WHERE keeps), 2::bigint, 'the certificate knows which tables keep rows of hers');
SELECT is((SELECT count(*) FROM scoring_data.erasure e WHERE e::text ~ '\m17\M'), 0::bigint, 'the certificate does not name her');
SELECT * FROM finish();
ROLLBACK;
