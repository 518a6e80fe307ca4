-- fit_scorecard: what it says, what it stores, and every refusal.
\pset null '(null)'
\set SHOW_CONTEXT never
SET extra_float_digits = 0;

-- Integers and hashes only, so that the rows are the same everywhere.
CREATE TABLE loan AS
SELECT id, income, utilisation, housing, bureau, age_years,
       (hashint8extended(id, 6) & 1023) < 70 + CASE WHEN income < 40000 THEN 90 ELSE 0 END + coalesce(utilisation * 2, 100)::int
         + CASE housing WHEN 'tenant' THEN 60 WHEN 'squatter' THEN 200 ELSE 0 END + CASE WHEN bureau < 0 THEN 80 ELSE bureau * 8 END AS bad
FROM (SELECT id,
             20000 + 500 * (hashint8extended(id, 1) & 127) AS income,
             CASE WHEN hashint8extended(id, 2) & 7 > 0 THEN (hashint8extended(id, 3) & 127) END AS utilisation,
             (ARRAY['owner', 'tenant', 'parents', 'tenant'])[1 + (hashint8extended(id, 4) & 3)] AS housing,
             CASE WHEN hashint8extended(id, 7) & 15 = 0 THEN -9 ELSE hashint8extended(id, 8) & 15 END AS bureau,
             18 + (hashint8extended(id, 5) & 63) AS age_years
      FROM generate_series(1, 6000) id) applicant;
UPDATE loan SET housing = 'squatter' WHERE id % 200 = 0;
UPDATE loan SET bad = NULL WHERE id % 60 = 0;
CREATE VIEW development AS SELECT * FROM loan WHERE scoring.sample_part(id::text, 'test', '{0.7, 0.3}') = 1;
CREATE VIEW judging AS SELECT * FROM loan WHERE scoring.sample_part(id::text, 'test', '{0.7, 0.3}') = 2;

-- It tells what it does.
CREATE TABLE card AS
SELECT scoring.fit_scorecard('development', target => 'bad', exclude => '{id, age_years}', special => '{"bureau": [-9]}', validation => 'judging') AS m;
SET client_min_messages = warning;

SELECT characteristic, bin, label, rows, woe::numeric(8, 4), points, policy, reason_code FROM card, scoring.points(m);
SELECT characteristic, kept, bins, trend, missing, iv::numeric(8, 4), cross_iv::numeric(8, 4), z::numeric(8, 2), reason FROM card, scoring.screening(m);
SELECT name, coefficient::numeric(8, 4), standard_error::numeric(8, 4), z::numeric(8, 2), p_value < 0.05 AS significant FROM card, scoring.terms(m);
SELECT rows, log_likelihood::numeric(10, 3), null_log_likelihood::numeric(10, 3), aic::numeric(10, 3), bic::numeric(10, 3), iterations, fits FROM card, scoring.fit_statistics(m);
SELECT sample, relation, rows, goods, bads, unlabelled, bad_rate::numeric(8, 4), mean_pd::numeric(8, 4), auc::numeric(8, 4), gini::numeric(8, 4), ks::numeric(8, 4) FROM card, scoring.samples(m);
SELECT sample, scoring.total(scores), scoring.quantile(scores, 0.5) FROM card, scoring.samples(m);
SELECT scoring.provenance(m) ->> 'fitted_by' = current_user AS by_me, (scoring.provenance(m) ->> 'fitted_at')::timestamptz = now() AS earlier, scoring.provenance(m) -> 'sample' FROM card;
-- The stored development sample is what scoring the rows gives.
SELECT scores::text = (SELECT scoring.tally_agg(scoring.score(m, d), d.bad)::text FROM development d) AS the_same,
       abs(mean_pd - (SELECT avg(scoring.pd(m, d)) FROM development d WHERE bad IS NOT NULL)) < 1e-12 AS mean_pd
FROM card, scoring.samples(m) WHERE sample = 'development';
SELECT scores::text = (SELECT scoring.tally_agg(scoring.score(m, d), d.bad)::text FROM judging d) AS the_same FROM card, scoring.samples(m) WHERE sample = 'validation';

-- Coefficients and standard errors are those of a regression on the WoE of the bins.
CREATE TABLE woe AS
SELECT d.id, NOT d.bad AS good, sum(woe) FILTER (WHERE characteristic = 'utilisation') AS utilisation, sum(woe) FILTER (WHERE characteristic = 'bureau') AS bureau,
       sum(woe) FILTER (WHERE characteristic = 'housing') AS housing, sum(woe) FILTER (WHERE characteristic = 'income') AS income
FROM card, development d, scoring.explain(m, d) GROUP BY d.id, d.bad;
SELECT t.name, abs(t.coefficient / l.coefficient - 1) < 1e-8 AS coefficient, abs(t.standard_error / l.standard_error - 1) < 1e-6 AS standard_error
FROM card, scoring.terms(m) t LEFT JOIN scoring.terms(scoring.fit_logistic('woe', 'good', '{utilisation, bureau, housing, income}')) l USING (name);

-- The model's identity, in every order of rows, and as a table, a view and partitions.
SELECT scoring.hash(m) FROM card;
CREATE TABLE shuffled AS SELECT * FROM development ORDER BY hashint8extended(id, 99);
CREATE TABLE parted (LIKE loan) PARTITION BY HASH (id);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parted SELECT * FROM development;
CREATE TABLE reordered AS SELECT bad, housing::varchar, bureau::smallint, age_years, utilisation::numeric(8, 2), income::float8 FROM shuffled;
SELECT s AS sample, scoring.hash(scoring.fit_scorecard(s, 'bad', exclude => e, special => '{"bureau": [-9]}')) = (SELECT scoring.hash(m) FROM card) AS the_same
FROM (VALUES ('shuffled'::regclass, '{id, age_years}'::text[]), ('parted', '{id, age_years}'), ('reordered', '{age_years}')) v (s, e);
-- A target of 0 and 1, and weights of 1.
ALTER TABLE shuffled ADD one int DEFAULT 1, ADD zero_one numeric;
UPDATE shuffled SET zero_one = bad::int;
SELECT scoring.hash(scoring.fit_scorecard('shuffled', 'zero_one', exclude => '{id, age_years, bad}', weight => 'one', special => '{"bureau": [-9]}')) = scoring.hash(m) AS the_same FROM card;
ALTER TABLE shuffled DROP one, DROP zero_one;

-- Duplicates of rows and a weight of 2 give the same bins, coefficients and points; folds and selection count rows.
CREATE TABLE twice AS SELECT * FROM shuffled UNION ALL SELECT * FROM shuffled;
CREATE TABLE double AS SELECT *, 2.0 AS w FROM shuffled;
SELECT count(*), count(*) FILTER (WHERE (a.label, a.woe, a.points) IS DISTINCT FROM (b.label, b.woe, b.points)) AS different
FROM (SELECT coalesce(characteristic, '') AS c, coalesce(bin, 0) AS bin, label, woe, points
      FROM scoring.fit_scorecard('twice', 'bad', exclude => '{id, age_years}', selection => 'none') t, scoring.points(t)) a
FULL JOIN (SELECT coalesce(characteristic, '') AS c, coalesce(bin, 0) AS bin, label, woe, points
      FROM scoring.fit_scorecard('double', 'bad', exclude => '{id, age_years}', weight => 'w', selection => 'none') d, scoring.points(d)) b USING (c, bin);
-- Rows without weight do not count.
CREATE TABLE weightless AS SELECT *, 1::float8 AS w FROM shuffled UNION ALL SELECT id, 1, 1, 'x', 1, 1, true, 0 FROM shuffled WHERE id < 100;
SELECT scoring.hash(f) = scoring.hash(m) AS the_same, scoring.provenance(f) -> 'sample' ->> 'weightless' AS weightless
FROM card, scoring.fit_scorecard('weightless', 'bad', exclude => '{id, age_years}', weight => 'w', special => '{"bureau": [-9]}') f;
-- Neither where the card is judged.
SELECT sample, rows, goods, bads, unlabelled FROM scoring.fit_scorecard('weightless', 'bad', characteristics => '{income}', weight => 'w', validation => 'weightless') f, scoring.samples(f);

-- What the caller may say of a characteristic.
CREATE TABLE told AS
SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{income, utilisation, housing}', selection => 'none', min_iv => 0,
  overrides => '{"income": {"splits": [40000, 60000, 30000.5, 40000], "out_of_range_to": "error", "reason_code": "R01"},
                 "utilisation": {"trend": "descending", "max_bins": 3, "missing_to": "worst", "reason_codes": {"missing": "R99"}},
                 "housing": {"groups": [["owner", "parents"], ["tenant"]], "unseen_to": "neutral", "reason_code": "R01"}}') AS m;
SELECT characteristic, bin, label, rows, woe::numeric(8, 4), points, policy, reason_code FROM told, scoring.points(m);
SELECT characteristic, unseen, out_of_range FROM told, scoring.characteristics(m);
-- A category that is far too rare to be chosen is counted where a group names it.
CREATE VIEW rare AS SELECT CASE WHEN id = 77 THEN 'castle' ELSE housing END AS housing, income, bad FROM loan WHERE bad IS NOT NULL;
SELECT label, rows FROM scoring.fit_scorecard('rare', 'bad', min_iv => 0, overrides => '{"housing": {"groups": [["owner", "castle", "never seen"], ["tenant"]]}}') m, scoring.points(m)
WHERE characteristic = 'housing';
SELECT housing, count(*) FROM rare GROUP BY 1 ORDER BY 2;
SELECT scoring.score(m, l) FROM told, (SELECT 19999 AS income, 1 AS utilisation, 'owner' AS housing) l;

-- An oversampled fit: the intercept moves, and with it the log odds of every row, by the difference of the log odds.
SELECT count(*), count(*) FILTER (WHERE abs(scoring.log_odds(f, d) - scoring.log_odds(m, d) - ln((0.98 / 0.02) / (goods / bads))) > 1e-12) AS not_so,
       (SELECT bool_and(a.points = b.points) FROM card, scoring.points(m) a JOIN scoring.points(f) b USING (characteristic, bin)) AS same_points
FROM card, development d,
     scoring.fit_scorecard('development', 'bad', exclude => '{id, age_years}', special => '{"bureau": [-9]}', population_bad_rate => 0.02) f,
     LATERAL (SELECT goods, bads FROM scoring.samples(f)) s
GROUP BY f;

-- Scale and reasons.
SELECT method, c.baseline::numeric(8, 3), c.characteristic
FROM (VALUES ('below_average', NULL), ('below_max', NULL), ('below_neutral', NULL), ('below_cutoff_average', 505)) v (method, cutoff),
     LATERAL (SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{income, housing}', reason_method => method, reason_cutoff => cutoff, min_iv => 0, selection => 'none') AS m) f,
     scoring.characteristics(m) c;
-- The average of those who score from the cut-off to one pdo above it.
SELECT e.characteristic, avg(e.points)::numeric(8, 3) AS baseline
FROM (SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{income, housing}', min_iv => 0, selection => 'none') AS m) f,
     development d, scoring.explain(m, d) e
WHERE d.bad IS NOT NULL AND scoring.score(m, d) BETWEEN 505 AND 525 GROUP BY 1 ORDER BY 1 DESC;
SELECT bool_and(a.points = b.points) AS the_same
FROM card, scoring.points(scoring.rescale(m, 40, 500, 20)) a
JOIN (SELECT p.* FROM scoring.fit_scorecard('development', 'bad', exclude => '{id, age_years}', special => '{"bureau": [-9]}', pdo => 40, base_score => 500, base_odds => 20) f, scoring.points(f) p) b
  USING (characteristic, bin);

-- Columns that are no characteristic, each with its reason.
CREATE TYPE colour AS ENUM ('red', 'green');
CREATE DOMAIN percentage AS numeric;
CREATE TABLE odd AS
SELECT d.income, d.bad,
       CASE WHEN id % 2 = 0 THEN date '2020-01-01' + (id % 300)::int END AS a_date, 'row ' || id AS a_key, id AS an_id, id::numeric AS a_numeric_id,
       bad AS outcome, CASE WHEN id % 3 > 0 THEN bad END AS nearly, NULL::float8 AS nothing, 1 AS one, repeat('x', 250 + (id % 10)::int) AS long_text,
       '{1,2}'::int[] AS an_array, now() AS a_time, uuid_nil AS a_uuid, (hashint8extended(id, 10) & 1023) AS noise,
       d.income * 2 + (id % 3) AS income_again, (ARRAY['red', 'green'])[1 + (income > 50000)::int]::colour AS an_enum,
       (d.income / 1000.0)::percentage AS a_domain, income > 40000 AS a_boolean, (income / 1000)::char(20) AS a_char, income::real AS a_real,
       income AS "Quoted ""Name"" with spaces", 'NaN'::float8 AS nan
FROM development d, (SELECT '00000000-0000-0000-0000-000000000000'::uuid AS uuid_nil) u;
ALTER TABLE odd ADD dropped int, ADD "a ""3""" int DEFAULT 3;
ALTER TABLE odd DROP dropped;
SELECT s.characteristic, s.kept, s.bins, s.reason FROM scoring.fit_scorecard('odd', 'bad', max_correlation => 1) m, scoring.screening(m) s;
SELECT s.characteristic, s.kept, s.reason FROM scoring.fit_scorecard('odd', 'bad', characteristics => '{a_date, income, income_again, noise}') m, scoring.screening(m) s WHERE s.reason IS DISTINCT FROM 'excluded by the caller';
SELECT characteristic, points FROM scoring.fit_scorecard('odd', 'bad', characteristics => '{"Quoted \"Name\" with spaces"}') m, scoring.points(m);
SELECT s.characteristic, s.reason FROM scoring.fit_scorecard('odd', 'bad', characteristics => '{income, a_boolean, an_enum, a_char}', max_characteristics => 1, max_correlation => 1, selection => 'none') m, scoring.screening(m) s WHERE s.reason <> 'excluded by the caller';

-- An enum is its label, whatever cast somebody has made of it; as a domain too.
CREATE FUNCTION shout(colour) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'not ' || enum_first($1)::text $$;
CREATE CAST (colour AS text) WITH FUNCTION shout(colour);
CREATE DOMAIN paint AS colour;
CREATE TABLE painted AS SELECT (CASE WHEN utilisation < 60 THEN 'red' ELSE 'green' END)::colour AS a, (CASE WHEN bureau < 8 THEN 'red' ELSE 'green' END)::colour::paint AS b, bad FROM loan;
SELECT characteristic, label, rows FROM scoring.fit_scorecard('painted', 'bad', min_iv => 0) m, scoring.points(m) WHERE characteristic <> '';
DROP CAST (colour AS text);
-- Infinities are values, a negative zero is zero, NaN is missing; a target that is NaN has no outcome.
CREATE VIEW edges AS
SELECT CASE WHEN utilisation < 16 THEN '-Infinity' WHEN utilisation < 32 THEN -0.0 WHEN utilisation < 48 THEN 0 WHEN utilisation < 112 THEN utilisation WHEN utilisation < 120 THEN 'Infinity' ELSE 'NaN' END AS x,
       coalesce(bad::int, 'NaN'::float8) AS bad FROM loan;
SELECT label, rows FROM scoring.fit_scorecard('edges', 'bad', overrides => '{"x": {"splits": [0, 48]}}') m, scoring.points(m) WHERE characteristic = 'x';
SELECT count(*) FILTER (WHERE x < 0) AS below, count(*) FILTER (WHERE x = 0) AS zero, count(*) FILTER (WHERE x >= 48 AND x <> 'NaN') AS above, count(*) FILTER (WHERE x = 'NaN') AS missing FROM edges;
SELECT unlabelled, (SELECT count(*) FROM loan WHERE bad IS NULL) AS null FROM scoring.fit_scorecard('edges', 'bad') m, scoring.samples(m);
-- A text of 255 bytes is a category, and so is an empty one.
CREATE VIEW texts AS SELECT CASE WHEN housing = 'tenant' THEN repeat('x', 255) WHEN housing = 'owner' THEN '' ELSE housing END AS t, repeat('x', 256) AS longer, bad FROM loan;
SELECT left(label, 20), rows FROM scoring.fit_scorecard('texts', 'bad') m, scoring.points(m) WHERE characteristic = 't';
-- Categories are hashed over UTF-8: the same model in a database of any encoding.
CREATE VIEW accented AS SELECT CASE housing WHEN 'tenant' THEN 'locat' || chr(233) ELSE housing END AS housing, income, bad FROM loan;
SELECT scoring.hash(scoring.fit_scorecard('accented', 'bad'));
-- Too good: kept, with a warning.
CREATE VIEW strong AS SELECT utilisation + CASE WHEN bad THEN 40 ELSE 0 END AS strong, bad FROM loan;
SELECT characteristic, kept, iv > 0.5 AS strong, reason FROM scoring.fit_scorecard('strong', 'bad') m, scoring.screening(m);
-- What only some bads have is no characteristic; it does not spoil the fit of the others.
CREATE VIEW recovering AS SELECT CASE WHEN bad AND id % 5 = 0 THEN id % 7 END AS recovered, utilisation, bad FROM loan;
SELECT characteristic, kept, reason FROM scoring.fit_scorecard('recovering', 'bad') m, scoring.screening(m);
SELECT scoring.fit_scorecard('recovering', 'bad', characteristics => '{recovered, utilisation}');
-- What all rows can meet must not fail for a fold of four fifths.
SELECT label, rows FROM scoring.fit_scorecard('loan', 'bad', characteristics => '{income}', overrides => '{"income": {"min_bins": 4, "max_bins": 4, "min_bin_goods": 1000, "trend": "none"}}') m, scoring.points(m) WHERE characteristic = 'income';
-- The record says when in a form that every session reads alike.
SET DateStyle = 'SQL, DMY';
SET TimeZone = 'Asia/Tokyo';
SELECT scoring.provenance(f) ->> 'fitted_at' ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$' AS iso, (scoring.provenance(f) ->> 'fitted_at')::timestamptz = now() AS now
FROM scoring.fit_scorecard('development', 'bad', characteristics => '{income}') f;
RESET DateStyle;
RESET TimeZone;

-- Refusals: names.
SELECT scoring.fit_scorecard('development', 'worse');
SELECT scoring.fit_scorecard('development', 'housing');
SELECT scoring.fit_scorecard('odd', 'a_date');
SELECT scoring.fit_scorecard('development', 'income');
SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{income, incme}');
SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{bad}');
SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{}');
SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{income, NULL}');
SELECT scoring.fit_scorecard('odd', 'bad', characteristics => '{an_array}');
SELECT scoring.fit_scorecard('development', 'bad', exclude => '{ag_years}');
SELECT scoring.fit_scorecard('development', 'bad', exclude => '{income}', characteristics => '{income}');
SELECT scoring.fit_scorecard('development', 'bad', exclude => '{id, age_years, income, utilisation, housing, bureau}');
SELECT scoring.fit_scorecard('development', 'bad', weight => 'heft');
SELECT scoring.fit_scorecard('development', 'bad', weight => 'housing');
SELECT scoring.fit_scorecard('development', 'bad', weight => 'bad');
SELECT scoring.fit_scorecard('development', 'bad', weight => 'utilisation');
SELECT scoring.fit_scorecard('development', 'bad', weight => 'bureau');
SELECT scoring.fit_scorecard('pg_class_oid_index', 'bad');
SELECT scoring.fit_scorecard(NULL, 'bad');
SELECT scoring.fit_scorecard('development', NULL);
SELECT scoring.fit_scorecard('development', 'bad', max_bins => NULL);

-- Refusals: options.
SELECT scoring.fit_scorecard('development', 'bad', max_bins => 101);
SELECT scoring.fit_scorecard('development', 'bad', min_bin_fraction => 'NaN');
SELECT scoring.fit_scorecard('development', 'bad', trend => 'sideways');
SELECT scoring.fit_scorecard('development', 'bad', min_iv => -1);
SELECT scoring.fit_scorecard('development', 'bad', max_correlation => 2);
SELECT scoring.fit_scorecard('development', 'bad', selection => 'luck');
SELECT scoring.fit_scorecard('development', 'bad', max_coefficient_p_value => 1.5);
SELECT scoring.fit_scorecard('development', 'bad', max_characteristics => 0);
SELECT scoring.fit_scorecard('development', 'bad', max_characteristics => 501);
SELECT scoring.fit_scorecard('development', 'bad', population_bad_rate => 1);
SELECT scoring.fit_scorecard('development', 'bad', pdo => 0);
SELECT scoring.fit_scorecard('development', 'bad', base_odds => -50);
SELECT scoring.fit_scorecard('development', 'bad', base_score => 'Infinity');
SELECT scoring.fit_scorecard('development', 'bad', reason_method => 'above_all');
SELECT scoring.fit_scorecard('development', 'bad', reason_method => 'below_cutoff_average');
SELECT scoring.fit_scorecard('development', 'bad', reason_cutoff => 500);
SELECT scoring.fit_scorecard('development', 'bad', reason_method => 'below_cutoff_average', reason_cutoff => 5000, exclude => '{id, age_years}');

-- Refusals: special and overrides, each with the place of the fault.
SELECT scoring.fit_scorecard('development', 'bad', special => '[]');
SELECT scoring.fit_scorecard('development', 'bad', special => '{"burau": [-9]}');
SELECT scoring.fit_scorecard('development', 'bad', special => '{"housing": [-9]}');
SELECT scoring.fit_scorecard('development', 'bad', special => '{"bureau": -9}');
SELECT scoring.fit_scorecard('development', 'bad', special => '{"bureau": ["-9"]}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"incme": {}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"income": {"split": []}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"income": {"splits": [1, true]}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => jsonb_build_object('income', jsonb_build_object('splits', (SELECT jsonb_agg(i) FROM generate_series(1, 190) i))));
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"income": {"groups": []}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"housing": {"groups": [[]]}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"housing": {"groups": [["owner"], ["owner"]]}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"income": {"trend": "sideways"}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"income": {"missing_to": "somewhere"}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"income": {"max_bins": 2, "min_bins": 5}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"income": {"reason_codes": {"missing": 7}}}');
SELECT scoring.fit_scorecard('development', 'bad', exclude => '{id, age_years}', overrides => '{"income": {"reason_codes": {"no such bin": "R1"}}}');
SELECT scoring.fit_scorecard('development', 'bad', overrides => '{"bureau": {"trend": "peak", "min_bins": 8, "max_bins": 8, "min_bin_fraction": 0.2}}');

-- Refusals: samples.
SELECT scoring.fit_scorecard('nothing', 'bad') FROM (SELECT 1) x;
CREATE TABLE empty (LIKE loan);
SELECT scoring.fit_scorecard('empty', 'bad');
CREATE VIEW unlabelled AS SELECT income, NULL::boolean AS bad FROM loan;
SELECT scoring.fit_scorecard('unlabelled', 'bad');
CREATE VIEW all_good AS SELECT income, false AS bad FROM loan;
SELECT scoring.fit_scorecard('all_good', 'bad');
CREATE VIEW only_noise AS SELECT hashint8extended(id, 20) & 255 AS noise, bad FROM loan;
SELECT scoring.fit_scorecard('only_noise', 'bad');
-- Rows that change between the readings: the first two, and the third, in nothing but a characteristic.
CREATE VIEW volatile_view AS SELECT income * CASE WHEN random() < 0.5 THEN 1 ELSE 2 END AS income, bad FROM loan;
SELECT scoring.fit_scorecard('volatile_view', 'bad');
CREATE SEQUENCE row_read;
CREATE VIEW late_change AS SELECT CASE WHEN nextval('row_read') > 12000 THEN 20000 ELSE income END AS income, bad FROM loan;
SELECT scoring.fit_scorecard('late_change', 'bad');
CREATE VIEW heavy AS SELECT income, bad, 9e12 AS w FROM loan;
SELECT scoring.fit_scorecard('heavy', 'bad', weight => 'w');
CREATE VIEW two_heavy AS SELECT true AS bad, 1 AS x, 6e12 AS w UNION ALL SELECT false, 2, 6e12;
SELECT scoring.fit_scorecard('two_heavy', 'bad', weight => 'w');
CREATE VIEW two AS SELECT true AS bad, 1 AS x UNION ALL SELECT false, 2;
SELECT scoring.fit_scorecard('two', 'bad');
CREATE VIEW no_column AS SELECT income, bad FROM loan;
SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{income, housing}', validation => 'no_column');
CREATE VIEW other_type AS SELECT income, 1 AS housing, utilisation, bad FROM loan;
SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{income, housing}', out_of_time => 'other_type');
-- A sample to judge by that has no outcome is refused before anything is read.
CREATE VIEW no_outcome AS SELECT income, housing FROM loan;
SET client_min_messages = notice;
SELECT scoring.fit_scorecard('development', 'bad', out_of_time => 'no_outcome');
SET client_min_messages = warning;
-- What it meets there may be new to the card; an error is the caller's wish.
CREATE VIEW strange AS SELECT CASE WHEN id % 2 = 0 THEN 1e9 END AS income, repeat('x', 300) AS housing, bad FROM loan;
SELECT sample, rows, goods, bads, unlabelled FROM scoring.fit_scorecard('development', 'bad', characteristics => '{income, housing}', validation => 'strange', out_of_time => 'empty') m, scoring.samples(m);
SELECT scoring.fit_scorecard('development', 'bad', characteristics => '{income, housing}', validation => 'strange', overrides => '{"income": {"out_of_range_to": "error"}}');
CREATE VIEW separable AS SELECT bad AS outcome, income, bad FROM loan;
SELECT scoring.fit_scorecard('separable', 'bad', characteristics => '{outcome, income}');

-- With the caller's rights, and under row security.
CREATE ROLE regress_scorecard_reader;
GRANT SELECT (income, bad) ON loan TO regress_scorecard_reader;
GRANT SELECT ON shuffled TO regress_scorecard_reader;
ALTER TABLE shuffled ENABLE ROW LEVEL SECURITY;
CREATE POLICY low ON shuffled TO regress_scorecard_reader USING (income < 50000);
SET ROLE regress_scorecard_reader;
SELECT scoring.provenance(f) -> 'sample' -> 'rows', scoring.provenance(f) ->> 'fitted_by' FROM scoring.fit_scorecard('loan', 'bad', characteristics => '{income}') f;
SELECT scoring.hash(scoring.fit_scorecard('loan', 'bad', characteristics => '{income}')) AS by_reader \gset
SELECT scoring.fit_scorecard('loan', 'bad', characteristics => '{income, housing}');
SELECT scoring.provenance(f) -> 'sample' -> 'rows' AS visible FROM scoring.fit_scorecard('shuffled', 'bad', characteristics => '{income, bureau, housing}') f;
SELECT scoring._scorecard_trans(NULL, '\x00', 1, 1, '{}', '{}');
RESET ROLE;
SELECT count(*) AS visible FROM shuffled WHERE income < 50000;
-- Who fitted it is not part of the model's identity; nor are settings or what a search_path finds first.
CREATE SCHEMA in_front;
CREATE DOMAIN in_front.float8 AS integer;
CREATE DOMAIN in_front.text AS integer;
SET search_path = in_front, public, pg_catalog;
SET quote_all_identifiers = on;
SET standard_conforming_strings = off;
SELECT scoring.hash(scoring.fit_scorecard('loan', 'bad', characteristics => '{income}')) = :'by_reader' AS the_same;
RESET search_path;
RESET quote_all_identifiers;
RESET standard_conforming_strings;

-- The internal aggregate may be called by anyone, with anything.
SELECT scoring._scorecard_read('\x', 1, 1, '{}', '{}');
SELECT scoring._scorecard_read(NULL, 1, 1, '{}', '{}');
SELECT scoring._scorecard_read(decode(repeat('ff', 200), 'hex'), 1, 1, '{}', '{}');
SELECT scoring._scorecard_read(decode(repeat('00', 200), 'hex'), 1, 1, '{}', '{}');

-- What was not fitted here has no record.
SELECT (SELECT count(*) FROM scoring.screening(h)), (SELECT count(*) FROM scoring.samples(h)), (SELECT count(*) FROM scoring.terms(h)), (SELECT rows FROM scoring.fit_statistics(h))
FROM (SELECT (m::jsonb - 'provenance')::scoring.model AS h FROM card) x;

-- sample_part: the same everywhere; near its shares.
SELECT id, scoring.sample_part(id::text, 'seed', '{0.5, 0.3, 0.2}') FROM generate_series(1, 8) id;
SELECT id, scoring.sample_part(chr(233) || id, 'seed', '{0.5, 0.3, 0.2}') FROM generate_series(1, 8) id;
SELECT part, count(*) FROM generate_series(1, 10000) id, scoring.sample_part(id::text, 'seed', '{0.5, 0, 0.3, 0.2}') part GROUP BY 1 ORDER BY 1;
SELECT count(*) FILTER (WHERE scoring.sample_part(id::text, 'a', '{0.5, 0.5}') = scoring.sample_part(id::text, 'b', '{0.5, 0.5}')) FROM generate_series(1, 1000) id;
SELECT scoring.sample_part('x', 'y', '{1}'), scoring.sample_part('', '', '{1}'), scoring.sample_part(NULL, 'y', '{1}'), scoring.sample_part('x', NULL, '{1}'), scoring.sample_part('x', 'y', NULL);
SELECT scoring.sample_part('x', 'y', '{0.5, 0.6}');
SELECT scoring.sample_part('x', 'y', '{0.5, 0.4}');
SELECT scoring.sample_part('x', 'y', '{-0.5, 1.5}');
SELECT scoring.sample_part('x', 'y', '{NaN}');
SELECT scoring.sample_part('x', 'y', '{}');
SELECT scoring.sample_part('x', 'y', '{0.5, NULL}');
SELECT scoring.sample_part('x', 'y', '{{0.5, 0.5}}');

DROP OWNED BY regress_scorecard_reader;
DROP ROLE regress_scorecard_reader;
