-- The type scoring.model: its text, its identity, what it says of rows, and every refusal.
\pset null '(null)'
SET client_min_messages = warning;

-- The model of docs/model.md: two characteristics, written by hand.
CREATE TABLE card AS SELECT '{
  "version": 1, "kind": "scorecard", "name": "by hand",
  "scale": {"pdo": 20, "base_score": 600, "base_odds": 50},
  "intercept": 1.5,
  "reason": {"method": "below_max"},
  "characteristics": [
    {"name": "age", "type": "number", "coefficient": 0.9, "observed": [18, 80], "out_of_range": "nearest",
     "bins": [
       {"type": "range", "lower": null, "upper": 25, "woe": -0.6},
       {"type": "range", "lower": 25, "upper": 40, "woe": 0.1},
       {"type": "range", "lower": 40, "upper": null, "woe": 0.7},
       {"type": "special", "code": -9, "policy": "worst"},
       {"type": "missing", "policy": "neutral"}]},
    {"name": "housing", "type": "text", "unseen": "neutral",
     "bins": [
       {"type": "categories", "categories": ["own"], "points": 12},
       {"type": "categories", "categories": ["rent", "free"], "points": -8},
       {"type": "missing", "policy": "error"}]}],
  "provenance": {"who": "by hand", "when": null, "counts": [1, 2.5, true]}
}'::scoring.model AS m;
CREATE TABLE applicant (id int PRIMARY KEY, age int, housing text);
INSERT INTO applicant VALUES (1, 20, 'own'), (2, 30, 'rent'), (3, NULL, 'free'), (4, -9, 'palace'), (5, 90, 'own'),
  (6, 25, 'own'), (7, 40, 'own'), (8, 39, '');

SELECT jsonb_pretty(m::jsonb) FROM card;
-- The text is canonical: read again, it is the same.
SELECT m::text::scoring.model::text = m::text AS same_text, length(m::text) FROM card;
SELECT scoring.hash(m) FROM card;
-- It is what docs/model.md says: the SHA-256 of the text without name, counts and provenance.
SELECT scoring.hash(m) = encode(sha256(convert_to(replace(replace(m::text, ',"name":"by hand"', ''),
  ',"provenance":{"who":"by hand","when":null,"counts":[1,2.5,true]}', ''), 'UTF8')), 'hex') AS as_documented FROM card;
SELECT p.* FROM card, scoring.points(m) p;
SELECT c.* FROM card, scoring.characteristics(m) c;
SELECT scoring.base_points(m), scoring.provenance(m) FROM card;
SELECT id, scoring.score(m, a), round(scoring.pd(m, a)::numeric, 10) AS pd, round(scoring.log_odds(m, a)::numeric, 10) AS log_odds,
       scoring.reasons(m, a), scoring.policies_applied(m, a)
FROM applicant a, card ORDER BY id;
SELECT a.id, e.* FROM card, applicant a, scoring.explain(m, a) e WHERE a.id IN (1, 4, 5) ORDER BY a.id, e.characteristic;
SELECT scoring.pd(m, 530) = scoring.pd(m, (530 + 0)) AS same, scoring.pd(m, -2000000000) AS of_the_least, scoring.pd(m, 2000000000) < 1e-300 AS of_the_greatest FROM card;

-- Scaling 600 points at 50:1, 20 points double the odds (formulas.md): factor 28.8539, offset 487.123. With intercept 0
-- the base points are the offset, and one unit of WoE is worth the factor; at a scale a thousand times finer the digits show.
SELECT label, points FROM scoring.points('{"version": 1, "kind": "scorecard", "intercept": 0,
  "scale": {"pdo": 20000, "base_score": 600000, "base_odds": 50}, "reason": {"method": "below_neutral"},
  "characteristics": [{"name": "x", "type": "number", "bins": [
    {"type": "range", "lower": null, "upper": 0, "woe": -1}, {"type": "range", "lower": 0, "upper": null, "woe": 1},
    {"type": "missing", "policy": "neutral"}]}]}'::scoring.model);

-- Rows of every make. Inputs are bound by name.
SELECT scoring.score(m, s) FROM card, (SELECT 'rent' AS housing, 30 AS age) s;
CREATE VIEW applicants AS SELECT housing, age::bigint AS age, id FROM applicant;
SELECT scoring.score(m, v) FROM card, applicants v WHERE id = 2;
SELECT scoring.score(m, ROW(2, 30, 'rent')::applicant) FROM card;
SELECT scoring.score(m, j) FROM card, (SELECT a.id, a.age, b.housing FROM applicant a JOIN applicant b USING (id)) j WHERE id = 2;
SELECT scoring.score(m, a) FROM card, applicant a JOIN applicants v USING (id) WHERE id = 2;
SELECT scoring.score(m, v) FROM card, (VALUES (30, 'rent')) v (age, housing);
-- A whole row of a join repeats names.
SELECT scoring.score(m, j) FROM card, (applicant a JOIN applicant b ON a.id = b.id) j;
-- A bare ROW() has columns f1, f2.
SELECT scoring.score(m, ROW(2, 30, 'rent')) FROM card;
-- Under a column alias the row of a table, of a view, of a function that returns a named type keeps its own names; a subquery's, a WITH query's takes the alias.
SELECT scoring.score(m, a) FROM card, applicant a (id, years, home) WHERE id = 2;
SELECT scoring.score(m, a) FROM card, applicants a (home, years, id) WHERE id = 2;
CREATE FUNCTION one_applicant() RETURNS SETOF applicant LANGUAGE sql BEGIN ATOMIC SELECT * FROM applicant WHERE id = 2; END;
SELECT scoring.score(m, a) FROM card, one_applicant() a (id, years, home);
DROP FUNCTION one_applicant;
WITH a (id, age, housing) AS (SELECT id, age, housing FROM applicant) SELECT scoring.score(m, a) FROM card, a WHERE id = 2;
WITH a (id, years, home) AS (SELECT id, age, housing FROM applicant) SELECT scoring.score(m, a) FROM card, a WHERE id = 2;
SELECT scoring.score(m, s) FROM card, (SELECT * FROM applicant OFFSET 0) s (id, age, home) WHERE id = 2;
-- Partitions and inheritance, columns dropped, added and renamed.
CREATE TABLE parted (gone text, id int, housing text, age int) PARTITION BY LIST (housing);
ALTER TABLE parted DROP gone;
CREATE TABLE parted_own (age int, id int, junk text, housing text);
ALTER TABLE parted_own DROP junk;
ALTER TABLE parted ATTACH PARTITION parted_own FOR VALUES IN ('own');
CREATE TABLE parted_rest PARTITION OF parted DEFAULT;
INSERT INTO parted (id, age, housing) SELECT id, age, housing FROM applicant;
SELECT count(*), count(*) FILTER (WHERE scoring.score(m, p) = scoring.score(m, a)) AS same
FROM card, parted p JOIN applicant a USING (id);
CREATE TABLE grown (id int, housing text);
INSERT INTO grown VALUES (1, 'own');
ALTER TABLE grown ADD age int DEFAULT 30;
SELECT scoring.score(m, g) FROM card, grown g;
ALTER TABLE grown ADD age2 int DEFAULT 90;
ALTER TABLE grown RENAME age TO age1;
SELECT scoring.score(m, g) FROM card, grown g;
ALTER TABLE grown RENAME age2 TO age;
SELECT scoring.score(m, g) FROM card, grown g;
-- A view keeps the name that it gave.
CREATE VIEW grown_view AS SELECT id, housing, age1 FROM grown;
ALTER TABLE grown RENAME age1 TO age4;
SELECT scoring.score(jsonb_set(m::jsonb, '{characteristics,0,name}', '"age1"')::scoring.model, g) FROM card, grown_view g;
ALTER TABLE grown RENAME age4 TO age1;
-- A prepared statement notices.
PREPARE p AS SELECT scoring.score(m, g) FROM card, grown g;
EXECUTE p;
ALTER TABLE grown RENAME age TO age3;
ALTER TABLE grown RENAME age1 TO age;
EXECUTE p;
-- So does a call site that outlives the statement.
DO $$
DECLARE m scoring.model := (SELECT card.m FROM card); g grown;
BEGIN
  FOR i IN 1..3 LOOP
    SELECT * INTO g FROM grown;
    RAISE WARNING 'score %', scoring.score(m, g);
    IF i = 1 THEN
      m := scoring.rescale(m, 20, 700, 50);
    END IF;
  END LOOP;
END $$;
-- NULL row or model: NULL. A row of nothing but NULLs is a row.
SELECT scoring.score(m, NULL::applicant), scoring.pd(m, NULL::applicant), scoring.log_odds(m, NULL::applicant),
       scoring.reasons(m, NULL::applicant), scoring.policies_applied(m, NULL::applicant) FROM card;
SELECT scoring.score(jsonb_set(m::jsonb, '{characteristics,1,bins,2,policy}', '"neutral"')::scoring.model, ROW(NULL, NULL, NULL)::applicant) AS all_missing FROM card;
SELECT scoring.score(NULL::scoring.model, a), scoring.reasons(m, a, NULL) FROM card, applicant a WHERE id = 1;
SELECT count(*) FROM card, scoring.explain(m, NULL::applicant);
SELECT a.id, scoring.score(m, b) FROM card, applicant a LEFT JOIN applicant b ON b.id = a.id AND b.id = 1 WHERE a.id <= 2 ORDER BY 1;

-- Types of columns: numbers and dates, texts and what prints as one.
CREATE TYPE home AS ENUM ('own', 'rent');
CREATE DOMAIN years AS numeric CHECK (value > 0);
SELECT scoring.score(m, s) AS int2 FROM card, (SELECT 30::int2 AS age, 'rent'::varchar(9) AS housing) s;
SELECT scoring.score(m, s) AS int8 FROM card, (SELECT 30::int8 AS age, 'rent'::char(9) AS housing) s;
SELECT scoring.score(m, s) AS float4 FROM card, (SELECT 30::float4 AS age, 'rent'::name AS housing) s;
SELECT scoring.score(m, s) AS float8 FROM card, (SELECT 30::float8 AS age, 'rent'::home AS housing) s;
SELECT scoring.score(m, s) AS "numeric" FROM card, (SELECT 30::numeric AS age, 'rent'::text AS housing) s;
SELECT scoring.score(m, s) AS domain FROM card, (SELECT 30::years AS age, 'rent'::text AS housing) s;
SELECT scoring.score(m, s) AS date FROM card, (SELECT '1970-01-31'::date AS age, 'rent'::text AS housing) s;
SELECT e.value, e.bin, e.note FROM card, (VALUES ('NaN'::float8), ('-0'), ('Infinity'), ('-Infinity'), ('1e300')) v (x),
  LATERAL (SELECT v.x AS age, 'own'::text AS housing) s, scoring.explain(m, s) e WHERE e.characteristic = 'age';
SELECT e.value, e.bin, e.note FROM card, (VALUES ('NaN'::numeric), ('Infinity'), ('24.999999999999999999'), ('1e400')) v (x),
  LATERAL (SELECT v.x AS age, 'own'::text AS housing) s, scoring.explain(m, s) e WHERE e.characteristic = 'age';
SELECT scoring.score(m, s) FROM card, (SELECT '30'::text AS age, 'rent'::text AS housing) s;
SELECT scoring.score(m, s) FROM card, (SELECT 30 AS age, 4 AS housing) s;
SELECT scoring.score(m, s) FROM card, (SELECT 30 AS age, true AS housing) s;
SELECT scoring.score(m, s) FROM card, (SELECT '1 day'::interval AS age, 'rent'::text AS housing) s;
SELECT scoring.score(m, s) FROM card, (SELECT ARRAY[30] AS age, 'rent'::text AS housing) s;
SELECT scoring.score(m, s) FROM card, (SELECT 30 AS "Age", 'rent'::text AS housing) s;
-- A policy that is error names the characteristic, never the value.
SELECT scoring.score(m, s) FROM card, (SELECT 30 AS age, NULL::text AS housing) s;
SELECT e.* FROM card, (SELECT 30 AS age, NULL::text AS housing) s, scoring.explain(m, s) e;

-- By name: reserved for the registry.
SELECT scoring.score('retail', a) FROM applicant a;
SELECT scoring.score('{"version": 1}', a) FROM applicant a;
SELECT scoring.pd('retail', a) FROM applicant a;
SELECT scoring.log_odds('retail', a) FROM applicant a;
SELECT e.* FROM applicant a, scoring.explain('retail', a) e;
SELECT scoring.reasons('retail', a) FROM applicant a;
SELECT scoring.reasons('retail'::text, a, 2) FROM applicant a;
SELECT scoring.policies_applied('retail', a) FROM applicant a;

-- Policies: missing, special, unseen and out of range, each to each fate.
CREATE FUNCTION fates(number_policy text, range_policy text, text_policy text, unseen_policy text) RETURNS scoring.model LANGUAGE sql
RETURN (jsonb_build_object('version', 1, 'kind', 'scorecard', 'intercept', 0, 'scale', '{"pdo": 20, "base_score": 600, "base_odds": 50}'::jsonb,
  'reason', '{"method": "below_neutral"}'::jsonb, 'characteristics', jsonb_build_array(
    jsonb_build_object('name', 'n', 'type', 'number', 'observed', '[0, 9]'::jsonb, 'out_of_range', range_policy, 'bins', jsonb_build_array(
      '{"type": "range", "lower": null, "upper": 3, "woe": -0.5}'::jsonb, '{"type": "range", "lower": 3, "upper": 6, "woe": -1}'::jsonb,
      '{"type": "range", "lower": 6, "upper": null, "woe": 1.5}'::jsonb,
      jsonb_strip_nulls(jsonb_build_object('type', 'special', 'code', 5, 'policy', number_policy, 'woe', CASE number_policy WHEN 'own' THEN 0.25 WHEN 'nearest' THEN 1.5 END)),
      jsonb_strip_nulls(jsonb_build_object('type', 'missing', 'policy', number_policy, 'woe', CASE number_policy WHEN 'own' THEN -0.25 WHEN 'nearest' THEN -0.5 END)))),
    jsonb_build_object('name', 't', 'type', 'text', 'unseen', unseen_policy, 'bins', jsonb_build_array(
      '{"type": "categories", "categories": ["a"], "woe": 0.2}'::jsonb, '{"type": "categories", "categories": ["b", ""], "woe": -0.3}'::jsonb,
      '{"type": "other", "categories": ["z"], "woe": -0.1}'::jsonb,
      jsonb_strip_nulls(jsonb_build_object('type', 'missing', 'policy', text_policy, 'woe', CASE text_policy WHEN 'own' THEN 0.4 WHEN 'nearest' THEN 0.2 END))))))::scoring.model);
CREATE TABLE cases (id int, n float8, t text);
INSERT INTO cases VALUES (1, 1, 'a'), (2, NULL, NULL), (3, 5, 'q'), (4, -1, ''), (5, 10, 'z'), (6, 9, 'b'), (7, 0, 'a');
CREATE FUNCTION tell(m scoring.model, c cases) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN scoring.score(m, c) || ': ' || array_to_string(scoring.policies_applied(m, c), '; ');
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN sqlerrm;
END $$;
SELECT f.*, c.id, tell(fates(f.n, f.r, f.t, f.u), c)
FROM (VALUES ('own', 'nearest', 'own', 'own'), ('neutral', 'neutral', 'neutral', 'neutral'), ('worst', 'worst', 'worst', 'worst'), ('nearest', 'nearest', 'nearest', 'own'),
             ('too_few', 'nearest', 'no_rows', 'own'), ('error', 'error', 'error', 'error')) f (n, r, t, u), cases c ORDER BY f, c.id;
SELECT * FROM scoring.points(fates('error', 'error', 'error', 'error'));
SELECT * FROM scoring.points(fates('worst', 'worst', 'nearest', 'worst')) WHERE policy IS NOT NULL;

-- Reasons: codes that add up, ties, and what lost nothing.
CREATE FUNCTION reasoned(method text, a_code text, b_code text) RETURNS scoring.model LANGUAGE sql
RETURN (jsonb_build_object('version', 1, 'kind', 'scorecard', 'intercept', 0, 'scale', '{"pdo": 20, "base_score": 600, "base_odds": 50}'::jsonb,
  'reason', jsonb_build_object('method', method), 'characteristics', (
  SELECT jsonb_agg(jsonb_build_object('name', c.name, 'type', 'number', 'reason_code', c.code, 'baseline', 10, 'bins', jsonb_build_array(
      jsonb_build_object('type', 'range', 'lower', NULL, 'upper', 0, 'points', c.least),
      jsonb_build_object('type', 'range', 'lower', 0, 'upper', 10, 'points', 0),
      jsonb_build_object('type', 'range', 'lower', 10, 'upper', NULL, 'points', 20),
      '{"type": "missing", "policy": "neutral"}'::jsonb)) ORDER BY c.name)
  FROM (VALUES ('a', a_code, -10), ('b', b_code, -30), ('c', 'c', -10), ('d', 'd', -10)) c (name, code, least))))::scoring.model;
CREATE TABLE losers (id int, a int, b int, c int, d int);
INSERT INTO losers VALUES (1, 5, 5, 5, 5), (2, 15, 15, 15, 15), (3, -1, 5, 15, -1), (4, 15, 5, NULL, -1), (5, 5, 15, 5, -5);
SELECT method, id, scoring.reasons(reasoned(method, 'a', 'b'), l) AS own_codes, scoring.reasons(reasoned(method, 'ab', 'ab'), l, 2) AS shared
FROM losers l, unnest('{below_average,below_cutoff_average,below_max,below_neutral}'::text[]) method ORDER BY 1, 2;
SELECT scoring.reasons(reasoned('below_max', 'a', 'b'), l, 0) FROM losers l WHERE id = 1;
SELECT scoring.reasons(reasoned('below_max', 'a', 'b'), l, -1) FROM losers l WHERE id = 1;
SELECT characteristic, baseline FROM scoring.characteristics(reasoned('below_max', 'a', 'b'));
-- The average comes from the counts if no baseline is given: (3 · -29 + 1 · 29) / 4.
SELECT baseline FROM scoring.characteristics('{"version": 1, "kind": "scorecard", "intercept": 0,
  "scale": {"pdo": 20, "base_score": 600, "base_odds": 50}, "reason": {"method": "below_average"},
  "characteristics": [{"name": "x", "type": "number", "bins": [
    {"type": "range", "lower": null, "upper": 0, "woe": -1, "rows": 5, "goods": 1, "bads": 2, "unlabelled": 2},
    {"type": "range", "lower": 0, "upper": null, "woe": 1, "rows": 1, "goods": 0.5, "bads": 0.5, "unlabelled": 0},
    {"type": "missing", "policy": "no_rows", "rows": 0, "goods": 0, "bads": 0, "unlabelled": 0}]}]}'::scoring.model);

-- A binning, as it comes from optimal_binning, may stand in for the bins.
SELECT p.* FROM (SELECT jsonb_build_object('version', 1, 'kind', 'scorecard', 'intercept', 1, 'scale', '{"pdo": 20, "base_score": 600, "base_odds": 50}'::jsonb,
  'reason', '{"method": "below_average"}'::jsonb, 'characteristics', jsonb_build_array(jsonb_build_object('name', 'x', 'coefficient', 1, 'binning', '{"version": 1,
    "kind": "text", "trend": "none", "separates": false, "weighted": false, "exact": true, "observed": null, "options": {"max_bins": 8, "min_bins": 1,
    "min_bin_fraction": 0.05, "min_bin_goods": 1, "min_bin_bads": 1, "min_bad_rate_difference": 0, "max_bin_p_value": 1, "trend": "auto", "splits": false,
    "groups": false, "smoothing": "add_empty(0.5)", "min_category_fraction": 0.01, "min_special_rows": 50, "missing_to": "own", "special_to": "own",
    "unseen_to": "own", "out_of_range_to": "nearest"}, "bins": [
    {"type": "categories", "categories": ["a"], "other": false, "rows": 4, "goods": 3, "bads": 1, "unlabelled": 0, "woe": 1.0986122886681098, "iv": 0.5493061443340549},
    {"type": "categories", "categories": ["b"], "other": true, "rows": 4, "goods": 1, "bads": 3, "unlabelled": 0, "woe": -1.0986122886681098, "iv": 0.5493061443340549},
    {"type": "missing", "rows": 0, "goods": 0, "bads": 0, "unlabelled": 0, "woe": 0, "iv": 0}]}'::jsonb)))::scoring.model AS m) b, scoring.points(m) p;

-- Another scale: computed from coefficients and WoE; what was moved by hand stays moved.
SELECT characteristic, bin, points FROM card, scoring.points(scoring.rescale(m, 40, 500, 20));
SELECT scoring.hash(scoring.rescale(m, 20, 600, 50)) = scoring.hash(m) AS unchanged FROM card;
SELECT p.points, r.points AS rescaled
FROM (SELECT jsonb_set(jsonb_set(m::jsonb, '{characteristics,0,bins,2,points}', '25'), '{base_points}', '540')::scoring.model AS m FROM card) c,
  scoring.points(m) WITH ORDINALITY p (a, b, c, d, e, points, g, h, n),
  scoring.points(scoring.rescale(m, 40, 1200, 50)) WITH ORDINALITY r (a, b, c, d, e, points, g, h, n)
WHERE p.n = r.n AND p.n IN (1, 2, 4);
SELECT scoring.rescale(m, 0, 600, 50) FROM card;
SELECT scoring.rescale(m, 'NaN', 600, 50) FROM card;
SELECT scoring.rescale(m, 20, 1e7, 50) FROM card;
SELECT scoring.rescale(m, 20, 600, 0) FROM card;
SELECT scoring.rescale(jsonb_set(m::jsonb, '{characteristics,0,bins,2,points}', '1000')::scoring.model, 1e6, 600, 50) FROM card;
SELECT scoring.rescale((jsonb_set(m::jsonb, '{intercept}', '990') #- '{base_points}')::scoring.model, 1e6, 600, 50) FROM card;

-- Identity: the name, the counts and the provenance are no part of it; all else is.
CREATE TABLE variants AS
SELECT label, model::scoring.model AS m
FROM card, LATERAL (SELECT m::jsonb AS j) x, LATERAL (VALUES
  ('as it is', j),
  ('name', j || '{"name": "another"}'), ('no name', j - 'name'), ('provenance', j || '{"provenance": [1]}'), ('no provenance', j - 'provenance'),
  ('provenance of a characteristic', jsonb_set(j, '{characteristics,0,provenance}', '{"iv": 0.3}')),
  ('order of categories', jsonb_set(j, '{characteristics,1,bins,1,categories}', '["free", "rent"]')),
  ('scale', jsonb_set(j, '{scale,pdo}', '21')), ('intercept', j || '{"intercept": 1.6}'), ('base points', j || '{"base_points": 531}'),
  ('calibration', j || '{"calibration": {"intercept": 0.1, "slope": 1}}'), ('reason method', j || '{"reason": {"method": "below_average"}}'),
  ('coefficient', jsonb_set(j, '{characteristics,0,coefficient}', '0.91')), ('cut', jsonb_set(jsonb_set(j, '{characteristics,0,bins,0,upper}', '26'), '{characteristics,0,bins,1,lower}', '26')),
  ('points', jsonb_set(j, '{characteristics,0,bins,1,points}', '4')), ('woe', jsonb_set(j, '{characteristics,0,bins,1,woe}', '0.11')),
  ('reason code', jsonb_set(j, '{characteristics,0,bins,1,reason_code}', '"young"')), ('category', jsonb_set(j, '{characteristics,1,bins,1,categories}', '["rent"]')),
  ('unseen', jsonb_set(j, '{characteristics,1,unseen}', '"worst"')), ('out of range', jsonb_set(j, '{characteristics,0,out_of_range}', '"error"')),
  ('policy', jsonb_set(j, '{characteristics,1,bins,2,policy}', '"neutral"')), ('range', jsonb_set(j, '{characteristics,0,observed}', '[18, 81]')),
  ('order of characteristics', jsonb_set(jsonb_set(j, '{characteristics,0}', j #> '{characteristics,1}'), '{characteristics,1}', j #> '{characteristics,0}'))
  ) v (label, model);
SELECT label, v.m OPERATOR(scoring.=) card.m AS same FROM variants v, card;
SELECT count(*), count(DISTINCT m), count(DISTINCT scoring.hash(m)) FROM variants;
SET enable_hashagg = off; SELECT count(*) FROM (SELECT m FROM variants GROUP BY m) g; RESET enable_hashagg;
SET enable_sort = off; SELECT count(*) FROM (SELECT m FROM variants GROUP BY m) g; RESET enable_sort;
SELECT bool_and(v.m OPERATOR(scoring.<) w.m = (scoring.hash(v.m) < scoring.hash(w.m) COLLATE "C") AND v.m OPERATOR(scoring.>) w.m = w.m OPERATOR(scoring.<) v.m
  AND v.m OPERATOR(scoring.<=) w.m = NOT v.m OPERATOR(scoring.>) w.m AND v.m OPERATOR(scoring.>=) w.m = NOT v.m OPERATOR(scoring.<) w.m
  AND v.m OPERATOR(scoring.<>) w.m = NOT v.m OPERATOR(scoring.=) w.m) AS ordered FROM variants v, variants w;
CREATE UNIQUE INDEX ON card (m);
\set VERBOSITY terse
INSERT INTO card SELECT m FROM card;
\set VERBOSITY default

-- Binary: there and back, and what is not a model. A bytea travels as its bytes.
\set QUIET on
SELECT current_setting('data_directory') || '/model_test.bin' AS path \gset
COPY (SELECT m FROM variants ORDER BY label COLLATE "C") TO :'path' WITH (FORMAT binary);
CREATE TABLE back (m scoring.model);
COPY back FROM :'path' WITH (FORMAT binary);
SELECT count(*), (SELECT count(*) FROM (SELECT m::text FROM back EXCEPT ALL SELECT m::text FROM variants) x) AS different FROM back;
COPY (SELECT '\x'::bytea) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x027b7d'::bytea) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x01'::bytea) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
COPY (SELECT substr(scoring.model_send(m), 1, 100) FROM card) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
-- The text is in the client's encoding, whatever the database's.
COPY (SELECT '\x0122ff22'::bytea) TO :'path' WITH (FORMAT binary);
SET client_encoding = 'UTF8';
COPY back FROM :'path' WITH (FORMAT binary);
RESET client_encoding;

-- A stored value that no input function wrote.
CREATE TYPE raw;
CREATE FUNCTION raw_in(cstring) RETURNS raw LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
CREATE FUNCTION raw_out(raw) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
CREATE TYPE raw (INPUT = raw_in, OUTPUT = raw_out, INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended);
CREATE CAST (raw AS scoring.model) WITHOUT FUNCTION;
SELECT scoring.base_points('\x'::raw::scoring.model);
SELECT '\x0100'::raw::scoring.model;
SELECT scoring.model_send('\x0100'::raw::scoring.model);
SELECT scoring.hash('\x0100'::raw::scoring.model);
\set digest '0000000000000000000000000000000000000000000000000000000000000000'
SELECT scoring.base_points(('\x02000000' || :'digest' || '7b7d')::raw::scoring.model);
SELECT scoring.base_points(('\x01000001' || :'digest' || '7b7d')::raw::scoring.model);
SELECT scoring.base_points(('\x01000000' || :'digest' || '7b7d')::raw::scoring.model);
SELECT scoring.points(('\x01000000' || :'digest' || '7b7d')::raw::scoring.model);
SELECT scoring.base_points(('\x01000000' || :'digest' || encode(convert_to(m::text, 'UTF8'), 'hex'))::raw::scoring.model) FROM card;
SELECT scoring.base_points(('\x01000000' || scoring.hash(m) || encode(convert_to(m::text, 'UTF8'), 'hex'))::raw::scoring.model) FROM card;
DROP TYPE raw CASCADE;

-- Every refusal of a text names the place.
\pset format unaligned
CREATE FUNCTION refusal(model text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE message text; detail text; state text;
BEGIN
  RETURN 'accepted: ' || length((model::scoring.model)::text);
EXCEPTION WHEN others THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE;
  RETURN concat_ws(' ', state, message, NULLIF(detail, ''));
END $$;
SELECT refusal(t) FROM unnest(ARRAY['', 'null', '[]', '{', '{"version": 1} x', '{"version": 2}', '{"version": 1}', '{"version": 1, "kind": "tree"}',
  '{"version": 1, "version": 1}', '{"version": 1, "kind": "scorecard", "x": 0}', '{"version": 1, "kind": "scorecard"}',
  '{"version": 1, "kind": "scorecard", "characteristics": {}}', '{"version": 1, "kind": "scorecard", "characteristics": []}']) t;
-- Truncated anywhere: refused, always as text that is not JSON.
SELECT count(*), count(*) FILTER (WHERE refusal(left(m::text, n)) LIKE '22P02 invalid JSON: %') AS refused
FROM card, generate_series(0, length(m::text) - 1) n;
SELECT path, left(patch::text, 60) AS patch, refusal((CASE WHEN patch IS NULL THEN j #- path ELSE jsonb_set(j, path, patch) END)::text)
FROM card, LATERAL (SELECT m::jsonb AS j) x, (VALUES
  (1, '{scale}'::text[], NULL::jsonb), (2, '{scale,pdo}', NULL), (3, '{scale,pdo}', '0'), (4, '{scale,pdo}', '"20"'), (5, '{scale,base_odds}', '-1'), (6, '{scale,base_score}', '1e7'), (7, '{scale,x}', '1'),
  (10, '{name}', '1'), (11, '{name}', to_jsonb(repeat('x', 256))), (12, '{intercept}', '1e5'), (13, '{base_points}', '1.5'), (14, '{base_points}', '2000000000'), (15, '{base_points}', '"530"'),
  (16, '{intercept}', NULL), (17, '{base_points}', NULL), (18, '{calibration}', '{}'), (19, '{calibration,slope}', '0'), (20, '{calibration,slope}', '-1'), (21, '{calibration,x}', '0'),
  (22, '{reason}', NULL), (23, '{reason}', '{}'), (24, '{reason,method}', '"best"'), (25, '{reason,cutoff}', '600'), (26, '{reason}', '{"method": "below_cutoff_average", "cutoff": 600}'), (27, '{reason,x}', '1'),
  (30, '{characteristics,0}', '1'), (31, '{characteristics,0,name}', NULL), (32, '{characteristics,0,name}', '""'), (33, '{characteristics,0,name}', to_jsonb(repeat('n', 64))), (34, '{characteristics,0,name}', '"housing"'),
  (35, '{characteristics,0,type}', NULL), (36, '{characteristics,0,type}', '"date"'), (37, '{characteristics,0,type}', '"text"'), (38, '{characteristics,1,type}', '"number"'), (39, '{characteristics,0,coefficient}', '1001'),
  (40, '{characteristics,0,reason_code}', '""'), (40.5, '{characteristics,0,reason_code}', to_jsonb(repeat('c', 201))), (40.6, '{characteristics,0,bins,0,reason_code}', to_jsonb(repeat('c', 256))), (41, '{characteristics,0,baseline}', '1e9'), (42, '{characteristics,0,baseline}', 'null'), (43, '{characteristics,0,observed}', '[1]'), (44, '{characteristics,0,observed}', '[2, 1]'),
  (45, '{characteristics,0,observed}', '["-Infinity", "Infinity"]'), (46, '{characteristics,0,observed}', 'null'), (47, '{characteristics,0,observed}', '["1", 2]'), (48, '{characteristics,0,out_of_range}', '"own"'),
  (49, '{characteristics,0}', '{"name": "age", "type": "number", "out_of_range": "error", "bins": [{"type": "range", "lower": null, "upper": null, "woe": 0}, {"type": "missing", "policy": "neutral"}]}'),
  (50, '{characteristics,0,unseen}', '"own"'), (51, '{characteristics,1,unseen}', '"own"'), (52, '{characteristics,1,unseen}', '"nearest"'), (53, '{characteristics,1,unseen}', '"x"'),
  (54, '{characteristics,0,bins}', NULL), (55, '{characteristics,0,bins}', '[]'), (56, '{characteristics,0,bins}', '[1, 2]'), (57, '{characteristics,0,bins,4}', NULL), (58, '{characteristics,0,bins,1}', '{"type": "missing", "policy": "error"}'),
  (59, '{characteristics,0,bins,0,type}', '"other"'), (60, '{characteristics,0,bins,0,lower}', NULL), (61, '{characteristics,0,bins,0,lower}', '3'), (62, '{characteristics,0,bins,1,lower}', '24'), (63, '{characteristics,0,bins,1,upper}', '25'),
  (64, '{characteristics,0,bins,2,upper}', '99'), (65, '{characteristics,0,bins,1,upper}', '"Infinity"'), (66, '{characteristics,0,bins,1,x}', '0'), (67, '{characteristics,0,bins,3,code}', 'null'), (68, '{characteristics,0,bins,3,code}', NULL),
  (69, '{characteristics,0,bins,3,policy}', '"x"'), (70, '{characteristics,0,bins,0,policy}', '"neutral"'), (71, '{characteristics,0,bins,3,woe}', '0.1'), (72, '{characteristics,0,bins,3,points}', '3'), (73, '{characteristics,0,bins,3,policy}', '"nearest"'),
  (74, '{characteristics,0,bins,4,points}', '3'), (75, '{characteristics,0,bins,4,woe}', '3'), (76, '{characteristics,0,bins,4}', '{"type": "missing"}'), (77, '{characteristics,0,bins,4}', '{"type": "missing", "policy": "nearest"}'),
  (78, '{characteristics,0,bins,4}', '{"type": "missing", "policy": "nearest", "woe": 5}'), (79, '{characteristics,0,bins,4}', '{"type": "missing", "policy": "nearest", "woe": 0.7}'), (80, '{characteristics,0,bins,0,points}', '1000001'), (81, '{characteristics,0,bins,0,woe}', '1001'),
  (82, '{characteristics,0,bins,0,points}', '1.5'), (83, '{characteristics,0,bins,0,reason_code}', '""'), (84, '{characteristics,0,bins,0,rows}', '5'), (85, '{characteristics,0,bins,0,goods}', '5'),
  (86, '{characteristics,0,bins,0}', '{"type": "range", "lower": null, "upper": 25, "woe": 1, "rows": 1, "goods": -1, "bads": 0, "unlabelled": 0}'), (87, '{characteristics,0,bins,0}', '{"type": "range", "lower": null, "upper": 25, "woe": 1, "rows": 1, "goods": 0.1234567, "bads": 0, "unlabelled": 0}'),
  (88, '{characteristics,0,bins,0}', '{"type": "range", "lower": null, "upper": 25, "woe": 1, "rows": 1, "goods": 1, "bads": 0, "unlabelled": 0}'),
  (89, '{characteristics,1,bins,0,categories}', '[]'), (90, '{characteristics,1,bins,0,categories}', '[1]'), (91, '{characteristics,1,bins,0,categories}', '["free"]'), (92, '{characteristics,1,bins,0,categories}', to_jsonb(ARRAY[repeat('x', 256)])),
  (93, '{characteristics,1,bins,0,other}', 'true'), (94, '{characteristics,1,bins,0,other}', '1'), (95, '{characteristics,1,bins,0}', '{"type": "special", "code": 1, "policy": "neutral"}'), (96, '{characteristics,1,bins,1,type}', '"range"'),
  (97, '{characteristics,0,bins,0,woe}', NULL), (98, '{characteristics,0,binning}', '{}'), (99, '{characteristics,0}', '{"name": "x", "binning": {"version": 1}}'), (100, '{characteristics,0,bins,0}', '{"type": "range", "lower": null, "upper": 25}'),
  (101, '{characteristics,0}', '{"name": "x", "type": "number", "coefficient": 0, "bins": [{"type": "range", "lower": null, "upper": null, "points": 3}, {"type": "missing", "policy": "neutral"}]}'),
  (102, '{characteristics,1,bins,0,points}', '999999')
) v (n, path, patch) ORDER BY n;
SELECT refusal(jsonb_set(m::jsonb, '{reason,method}', '"below_average"')::text) AS with_baseline,
       refusal((jsonb_set(m::jsonb, '{reason,method}', '"below_average"') #- '{characteristics,1,baseline}')::text) AS without FROM card;
SELECT refusal((jsonb_set(m::jsonb, '{intercept}', '999') #- '{base_points}')::text) AS far, refusal((jsonb_set(jsonb_set(m::jsonb, '{intercept}', '999'), '{scale,pdo}', '1e6') #- '{base_points}')::text) AS farther FROM card;
SELECT refusal(jsonb_set(m::jsonb, '{characteristics}', (SELECT jsonb_agg(i) FROM generate_series(1, 1001) i))::text) FROM card;
SELECT refusal(jsonb_set(m::jsonb, '{characteristics,0,bins}', (SELECT jsonb_agg('{"type": "missing"}'::jsonb) FROM generate_series(1, 267)))::text) FROM card;
SELECT refusal(jsonb_set(m::jsonb, '{characteristics,1,bins,1,categories}', (SELECT jsonb_agg(i::text) FROM generate_series(1, 100001) i))::text) FROM card;
SELECT refusal(jsonb_set(jsonb_set(m::jsonb, '{characteristics,1,bins,1,categories}', (SELECT jsonb_agg(i::text) FROM generate_series(1, 60000) i)),
  '{characteristics,1,bins,0,categories}', (SELECT jsonb_agg(i::text) FROM generate_series(60001, 120000) i))::text) FROM card;
SELECT refusal(jsonb_set(m::jsonb, '{provenance}', to_jsonb(repeat('x', 17000000)))::text) FROM card;
SELECT refusal(jsonb_set(m::jsonb, '{provenance}', (SELECT (repeat('[', 40) || repeat(']', 40))::jsonb))::text) FROM card;
SELECT refusal(E'{"version": 1, "kind": "scorecard", "name": "\\u0000"}');
-- Many categories, and names that need quotes.
SELECT scoring.score(jsonb_set(m::jsonb, '{characteristics,1,bins,1,categories}', (SELECT jsonb_agg(i::text) FROM generate_series(1, 10000) i))::scoring.model, s)
FROM card, (SELECT 30 AS age, '9999'::text AS housing) s;
SELECT scoring.score(jsonb_set(m::jsonb, '{characteristics,0,name}', '"an \"odd\" näme"')::scoring.model, s) FROM card, (SELECT 30 AS "an ""odd"" näme", 'rent'::text AS housing) s;
SELECT scoring.score(jsonb_set(m::jsonb, '{characteristics,0,name}', '"an \"odd\" näme"')::scoring.model, s) FROM card, (SELECT 30 AS age, 'rent'::text AS housing) s;

-- In an encoding whose bytes have another order than UTF-8 the text has another order, and the hash is the same: that of
-- the text in UTF-8, as another program computes it.
\set home :DBNAME
DROP DATABASE IF EXISTS regress_scoring_win1252;
CREATE DATABASE regress_scoring_win1252 ENCODING 'WIN1252' LOCALE 'C' TEMPLATE template0;
\c -reuse-previous=on "dbname=regress_scoring_win1252 client_encoding=UTF8"
SET client_min_messages = warning;
CREATE EXTENSION scoring;
SELECT position('\xe980'::bytea IN convert_to(replace(m::text, '","', ''), 'WIN1252')) > 0 AS letter_first, position('\x80e9'::bytea IN convert_to(replace(m::text, '","', ''), 'WIN1252')) > 0 AS sign_first,
       scoring.hash(m) = 'd115094654b799b1d9fdf89268ae45f4f90d9e462a48acf560904c1e86d6062b' AS same
FROM (SELECT '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50}, "intercept": 0, "reason": {"method": "below_neutral"}, "characteristics": [{"name": "x", "type": "text",
  "unseen": "neutral", "bins": [{"type": "categories", "categories": ["\u00e9", "\u20ac"], "woe": 1}, {"type": "missing", "policy": "neutral"}]}]}'::scoring.model AS m) s;
\c :home
SET client_min_messages = warning;
DROP DATABASE regress_scoring_win1252;
DROP TABLE card, applicant, parted, grown, cases, losers, variants, back CASCADE;
DROP FUNCTION fates, reasoned, refusal;
DROP TYPE home;
DROP DOMAIN years;
