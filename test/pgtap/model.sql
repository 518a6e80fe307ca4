-- One model value drives score, pd, log_odds, explain, reasons and points, and they agree to the last point: with each
-- other, with an implementation in SQL that reads the model's JSON, in every plan, for rows of every make, and however
-- models take turns at one place of a query.
BEGIN;
SELECT plan(55);
SET LOCAL client_min_messages = warning;

-- Every kind of column and value; a dropped column in front, one added behind.
CREATE TABLE person (gone text, id int, n float8, k int, q numeric, d date, t text, b boolean);
ALTER TABLE person DROP gone;
INSERT INTO person
SELECT id, CASE h % 23 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN '-Infinity' WHEN 4 THEN -9 ELSE (h % 2000) / 100.0 END,
       CASE WHEN h / 7 % 11 > 0 THEN h / 13 % 60 END, CASE WHEN h / 17 % 13 > 0 THEN (h / 19 % 10000) / 100.0 END, '2020-01-01'::date + (h / 29 % 3000)::int,
       (ARRAY['a', 'b', 'c', 'd', 'e', 'never seen', '', NULL])[1 + h / 31 % 8], CASE WHEN h / 37 % 9 > 0 THEN h / 41 % 3 = 0 END
FROM (SELECT id, hashint8extended(id, 5) & 9007199254740991 AS h FROM generate_series(1, 4000) id) s;
ALTER TABLE person ADD late float8 DEFAULT 2.5;
INSERT INTO person SELECT id + 4000, n, k, q, d, t, b, NULLIF(id % 5, 0) FROM person WHERE id <= 2000;
ANALYZE person;

CREATE TABLE card AS SELECT '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50}, "intercept": 2.1,
  "calibration": {"intercept": 0.05, "slope": 0.95}, "reason": {"method": "below_average"}, "characteristics": [
  {"name": "n", "type": "number", "coefficient": 0.8, "baseline": 3.25, "observed": [0.5, 19], "out_of_range": "worst", "bins": [
    {"type": "range", "lower": null, "upper": 4.5, "woe": -0.9, "reason_code": "n low"}, {"type": "range", "lower": 4.5, "upper": 9, "woe": 0.25},
    {"type": "range", "lower": 9, "upper": 15.01, "woe": 0.61}, {"type": "range", "lower": 15.01, "upper": null, "woe": -0.2},
    {"type": "special", "code": -9, "policy": "own", "woe": -0.4}, {"type": "missing", "policy": "own", "woe": -0.77}]},
  {"name": "k", "type": "number", "coefficient": 1.1, "baseline": -2, "reason_code": "shared", "bins": [
    {"type": "range", "lower": null, "upper": 10, "woe": 0.3}, {"type": "range", "lower": 10, "upper": 30, "woe": 0.05}, {"type": "range", "lower": 30, "upper": null, "woe": -0.5},
    {"type": "special", "code": 11, "policy": "neutral"}, {"type": "special", "code": 40, "policy": "worst"}, {"type": "missing", "policy": "too_few"}]},
  {"name": "q", "type": "number", "coefficient": 0.7, "baseline": 1, "reason_code": "shared", "observed": [1, 90], "out_of_range": "neutral", "bins": [
    {"type": "range", "lower": null, "upper": 20.5, "woe": -0.31}, {"type": "range", "lower": 20.5, "upper": null, "woe": 0.2}, {"type": "missing", "policy": "nearest", "woe": 0.2}]},
  {"name": "d", "type": "number", "coefficient": 0.5, "baseline": 0, "bins": [
    {"type": "range", "lower": null, "upper": 19000, "points": 5}, {"type": "range", "lower": 19000, "upper": null, "points": -5}, {"type": "missing", "policy": "neutral"}]},
  {"name": "t", "type": "text", "coefficient": 1, "baseline": 4.5, "unseen": "own", "bins": [
    {"type": "categories", "categories": ["a", "c"], "woe": 0.4}, {"type": "categories", "categories": ["b", ""], "woe": -0.1}, {"type": "other", "categories": ["d"], "woe": -0.6},
    {"type": "missing", "policy": "worst"}]},
  {"name": "b", "type": "text", "coefficient": 0.9, "baseline": 1.5, "unseen": "neutral", "bins": [
    {"type": "categories", "categories": ["true"], "woe": 0.33}, {"type": "categories", "categories": ["false"], "woe": -0.15}, {"type": "missing", "policy": "no_rows"}]},
  {"name": "late", "type": "number", "coefficient": 0.6, "baseline": 2, "bins": [
    {"type": "range", "lower": null, "upper": 2.5, "woe": -0.4}, {"type": "range", "lower": 2.5, "upper": null, "woe": 0.3}, {"type": "missing", "policy": "worst"}]}]}'::scoring.model AS m;

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE result AS SELECT id, scoring.score(m, p) AS score, scoring.pd(m, p) AS pd, scoring.log_odds(m, p) AS log_odds, scoring.reasons(m, p, 9) AS reasons,
  scoring.policies_applied(m, p) AS policies FROM person p, card;
CREATE TEMP TABLE line AS SELECT p.id, e.* FROM card, person p, scoring.explain(m, p) WITH ORDINALITY e;
CREATE INDEX ON line (id);
ANALYZE line;
SELECT is((SELECT count(*) FROM line), 42000::bigint, 'a line for each characteristic of each row');
SELECT cmp_ok((SELECT count(DISTINCT score) FROM result), '>', 100::bigint, 'rows of many scores');
SELECT is((SELECT array_agg(DISTINCT characteristic || ' ' || note COLLATE "C") FROM line WHERE note IS NOT NULL),
          '{"b missing: no rows, neutral","k missing: too few rows, neutral","k special: neutral","k special: worst","late missing: worst","n above range: worst","n below range: worst",'
          '"n missing: own","n special: own","q above range: neutral","q below range: neutral","q missing: nearest","t missing: worst","t unseen: own"}', 'rows meet every policy');

-- Score, points and explain.
SELECT is_empty($$SELECT r.id FROM result r, card, LATERAL (SELECT sum(points) AS points FROM line l WHERE l.id = r.id) s
                  WHERE r.score <> scoring.base_points(m) + s.points$$, 'score: the base points and the lines of explain');
SELECT is_empty($$SELECT r.id FROM result r JOIN (
                    SELECT l.id, sum(p.points) + (SELECT scoring.base_points(m) FROM card) AS score, count(*) FROM line l
                    JOIN (SELECT p.* FROM card, scoring.points(m) p) p ON p.characteristic = l.characteristic AND p.label = coalesce(l.bin, CASE WHEN l.characteristic = 'b' THEN 'unseen' ELSE 'out of range' END)
                    GROUP BY 1) s USING (id) WHERE r.score <> s.score OR s.count <> 7$$, 'score: the base points and a line of points for each characteristic');
-- The same by SQL, from the model's JSON and the column's value as text.
CREATE TEMP TABLE cell AS
SELECT p.id, v.characteristic, v.number, v.category, v.number IS NULL AND v.category IS NULL OR v.number = 'NaN' AS missing
FROM person p, LATERAL (VALUES ('n', n, NULL), ('k', k, NULL), ('q', q::float8, NULL), ('d', (d - '1970-01-01'::date)::float8, NULL), ('t', NULL, t), ('b', NULL, b::text), ('late', late, NULL)) v (characteristic, number, category);
CREATE TEMP TABLE bin AS
SELECT c.j ->> 'name' AS characteristic, (c.j ->> 'coefficient')::float8 AS coefficient, (c.j -> 'observed' ->> 0)::float8 AS low, (c.j -> 'observed' ->> 1)::float8 AS high, c.j ->> 'out_of_range' AS out_of_range,
       b.j ->> 'type' AS type, coalesce((b.j ->> 'lower')::float8, '-Infinity') AS lower, coalesce((b.j ->> 'upper')::float8, 'Infinity') AS upper, (b.j ->> 'code')::float8 AS code,
       b.j -> 'categories' AS categories, (b.j ->> 'other')::boolean AS other, (b.j ->> 'points')::int AS points, (b.j ->> 'woe')::float8 AS woe
FROM card, jsonb_array_elements(m::jsonb -> 'characteristics') c (j), jsonb_array_elements(c.j -> 'bins') b (j);
CREATE TEMP TABLE by_sql AS
SELECT v.id, sum(f.points) AS points, sum(b0.coefficient * f.woe) AS log_odds, count(*) AS n
FROM cell v JOIN (SELECT DISTINCT characteristic, coefficient, low, high, out_of_range FROM bin) b0 USING (characteristic), LATERAL (
  SELECT points, woe FROM (
    SELECT 1 AS priority, points, woe FROM bin b WHERE b.characteristic = v.characteristic AND b.type = 'missing' AND v.missing
    UNION ALL SELECT 2, points, woe FROM bin b WHERE b.characteristic = v.characteristic AND b.type = 'special' AND b.code = v.number
    UNION ALL SELECT 3, points, woe FROM bin b WHERE b.characteristic = v.characteristic AND b.type = 'range' AND b0.out_of_range = 'worst' AND (v.number < b0.low OR v.number > b0.high)
                AND points = (SELECT min(points) FROM bin w WHERE w.characteristic = v.characteristic AND w.type = 'range')
    UNION ALL SELECT 4, 0, 0 WHERE b0.out_of_range = 'neutral' AND (v.number < b0.low OR v.number > b0.high)
    UNION ALL SELECT 5, points, woe FROM bin b WHERE b.characteristic = v.characteristic AND b.type = 'range' AND (v.number >= b.lower AND v.number < b.upper OR v.number = 'Infinity' AND b.upper = 'Infinity')
    UNION ALL SELECT 6, points, woe FROM bin b WHERE b.characteristic = v.characteristic AND b.categories ? v.category
    UNION ALL SELECT 7, points, woe FROM bin b WHERE b.characteristic = v.characteristic AND b.other) c
  ORDER BY priority LIMIT 1) f
GROUP BY 1;
SELECT is_empty($$SELECT r.id FROM result r JOIN by_sql s USING (id), card WHERE r.score <> scoring.base_points(m) + s.points OR s.n <> 7$$, 'score: as SQL finds it in the JSON');
SELECT is((SELECT count(*) FROM by_sql), 6000::bigint, 'for every row');

-- pd, log_odds.
SELECT is((SELECT count(DISTINCT (score, pd)) FROM result), (SELECT count(DISTINCT score) FROM result), 'equal scores have equal pd');
SELECT is_empty($$SELECT score FROM (SELECT score, pd, lead(pd) OVER (ORDER BY score) AS next FROM (SELECT DISTINCT score, pd FROM result) d) s WHERE next >= pd$$, 'a higher score has a lower pd');
SELECT is_empty($$SELECT id FROM result, card WHERE pd <> scoring.pd(m, score)$$, 'pd of a row is pd of its score');
SELECT cmp_ok((SELECT max(abs(pd * (1 + exp(0.05 + 0.95 * (score - (600 - 20 / ln(2::float8) * ln(50::float8))) / (20 / ln(2::float8)))) - 1)) FROM result), '<', 1e-13::float8, 'pd by the formula of the documentation');
SELECT cmp_ok((SELECT max(abs(r.log_odds - (0.05 + 0.95 * (2.1 + s.log_odds)))) FROM result r JOIN by_sql s USING (id)), '<', 1e-13::float8, 'log odds by coefficients and WoE');
SELECT cmp_ok((SELECT max(abs((r.log_odds - 0.05) / 0.95 * 20 / ln(2::float8) - (score - (600 - 20 / ln(2::float8) * ln(50::float8))))) FROM result r), '<=', 4::float8, 'log odds are the score, but for half a point of each of eight roundings');

-- Reasons, policies.
SELECT is_empty($$SELECT id FROM line WHERE points_lost <> baseline - points$$, 'points lost: baseline less points');
CREATE TEMP TABLE reasons_by_sql AS
SELECT id, array_agg(reason_code ORDER BY lost DESC, possible DESC, first) AS reasons
FROM (SELECT l.id, l.reason_code, sum(l.points_lost) AS lost, sum(c.baseline - c.min_points) AS possible, min(c.position) AS first
      FROM line l JOIN (SELECT c.* FROM card, scoring.characteristics(m) c) c USING (characteristic) WHERE l.points_lost > 0 GROUP BY 1, 2) s GROUP BY 1;
SELECT is_empty($$SELECT r.id FROM result r LEFT JOIN reasons_by_sql s USING (id) WHERE r.reasons <> coalesce(s.reasons, '{}')$$, 'reasons: as SQL finds them in the lines of explain');
SELECT is_empty($$SELECT r.id FROM result r, person p, card WHERE p.id = r.id AND p.id % 7 = 0 AND (scoring.reasons(m, p) <> r.reasons[1:4] OR scoring.reasons(m, p, 2) <> r.reasons[1:2])$$, 'four of them, or as many as asked for');
SELECT is_empty($$SELECT r.id FROM result r WHERE policies <> ARRAY(SELECT characteristic || ' ' || note FROM line l WHERE l.id = r.id AND note IS NOT NULL ORDER BY ordinality)$$, 'policies applied: the notes of explain');

-- In every plan.
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  plan text := '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
    plan := plan || line || E'\n';
  END LOOP;
  RETURN plan;
END
$$;
CREATE TABLE parted (late float8, t text, id int, junk int, b boolean, d date, q numeric, k int, n float8) PARTITION BY HASH (id);
ALTER TABLE parted DROP junk;
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE parted_1 (id int, n float8, k int, q numeric, d date, t text, b boolean, late float8);
ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES WITH (MODULUS 3, REMAINDER 1);
CREATE TABLE parted_2 (b boolean, x text, id int, n float8, late float8, k int, q numeric, d date, t text);
ALTER TABLE parted_2 DROP x;
ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES WITH (MODULUS 3, REMAINDER 2);
INSERT INTO parted (id, n, k, q, d, t, b, late) SELECT id, n, k, q, d, t, b, late FROM person;
ANALYZE parted;
CREATE FUNCTION pg_temp.differs(source text, columns text DEFAULT '*') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
BEGIN
  EXECUTE format('CREATE TEMP TABLE other AS SELECT s.id, scoring.score(m, s) AS score, scoring.pd(m, s) AS pd, scoring.log_odds(m, s) AS log_odds,
    scoring.reasons(m, s, 9) AS reasons, scoring.policies_applied(m, s) AS policies FROM %s, card', source);
  SELECT count(*) INTO n FROM ((TABLE other EXCEPT ALL TABLE result) UNION ALL (TABLE result EXCEPT ALL TABLE other)) d;
  DROP TABLE other;
  RETURN n;
END
$$;
SELECT is(pg_temp.differs('person s'), 0::bigint, 'a second time: the same');
SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
SELECT matches(pg_temp.plan_of('SELECT sum(scoring.score(m, s)) FROM person s, card'), 'Gather.*Parallel Seq Scan', 'rows are divided among workers');
SELECT is(pg_temp.differs('person s'), 0::bigint, 'in parallel: the same');
SELECT is((SELECT sum(scoring.score(m, s)) FROM person s, card), (SELECT sum(score) FROM result), 'summed in parallel: the same');
SELECT is((SELECT sum(scoring.score((SELECT m FROM card), s)) FROM person s), (SELECT sum(score) FROM result), 'the model by a subquery: the same');
SET LOCAL parallel_leader_participation = off;
SELECT is(pg_temp.differs('person s'), 0::bigint, 'workers alone: the same');
SELECT is(pg_temp.differs('parted s'), 0::bigint, 'partitions with columns in other orders: the same');
SET LOCAL enable_partitionwise_aggregate = on;
SELECT matches(pg_temp.plan_of('SELECT s.id, sum(scoring.score((SELECT m FROM card), s)) FROM parted s GROUP BY 1'), 'Append.*Aggregate.*Aggregate', 'partitions are aggregated one by one');
SELECT is_empty($$(SELECT s.id, sum(scoring.score((SELECT m FROM card), s))::int FROM parted s GROUP BY 1) EXCEPT ALL (SELECT id, score FROM result)$$, 'partition-wise: the same');
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL jit = on;
SET LOCAL jit_above_cost = 0;
SELECT is(pg_temp.differs('person s'), 0::bigint, 'compiled, where the server can: the same');
RESET jit_above_cost;

-- Rows of every make.
CREATE VIEW person_view AS SELECT late, d, q, id, k, n, b, t FROM person;
CREATE TYPE person_row AS (t char(20), b text, d date, q float8, k int8, n numeric, late float4, id int);
CREATE FUNCTION persons() RETURNS SETOF person LANGUAGE sql BEGIN ATOMIC SELECT * FROM person; END;
CREATE TABLE child () INHERITS (person);
INSERT INTO child SELECT * FROM ONLY person WHERE id % 2 = 0;
DELETE FROM ONLY person WHERE id % 2 = 0;
SELECT is(pg_temp.differs('person s'), 0::bigint, 'a table and its child: the same');
SELECT is(pg_temp.differs('person_view s'), 0::bigint, 'a view: the same');
SELECT is(pg_temp.differs('(SELECT d, late, t, b, q, k, n, id FROM person) s'), 0::bigint, 'a subquery that is pulled up: the same');
SELECT is(pg_temp.differs('(SELECT d, late, t, b, q, k, n, id FROM person OFFSET 0) s'), 0::bigint, 'a subquery that is not: the same');
SELECT is(pg_temp.differs('(SELECT a.d AS days, a.late, z.id, z.t, z.b, a.q, a.k, a.n, z.d FROM person a JOIN parted z USING (id)) s'), 0::bigint, 'a join, each column once: the same');
SELECT is(pg_temp.differs('persons() s'), 0::bigint, 'a function: the same');
SELECT is(pg_temp.differs('(SELECT DISTINCT ON (id) * FROM person ORDER BY id) s'), 0::bigint, 'a sorted subquery: the same');
SELECT is(pg_temp.differs('(SELECT d, late, t::varchar, b::text, q, k::int2, n, id FROM person) s'), 0::bigint, 'columns of other types: the same');
SELECT is_empty($$SELECT id FROM person p JOIN result r USING (id), card WHERE scoring.score(m, ROW(t, b, d, q, k, n, late, id)::person_row) <> r.score$$, 'ROW() of a named type with other types: the same');
DO $$
DECLARE
  r record;
  p person;
  n int := 0;
  model scoring.model := (SELECT m FROM card);
BEGIN
  FOR p IN SELECT * FROM person LOOP
    SELECT * INTO r FROM result WHERE id = p.id;
    n := n + (scoring.score(model, p) = r.score AND scoring.pd(model, p) = r.pd)::int;
  END LOOP;
  CREATE TEMP TABLE loop_result AS SELECT n;
END $$;
SELECT is((SELECT n FROM loop_result), 6000, 'a loop over rows in PL/pgSQL: the same');

-- Types.
CREATE TYPE colour AS ENUM ('red', 'blue');
CREATE DOMAIN colours AS text;
CREATE TABLE edge AS SELECT '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50}, "base_points": 0, "reason": {"method": "below_max"}, "characteristics": [
  {"name": "x", "type": "number", "bins": [{"type": "range", "lower": null, "upper": 0.1, "points": 1}, {"type": "range", "lower": 0.1, "upper": null, "points": 2}, {"type": "missing", "policy": "neutral"}]},
  {"name": "y", "type": "text", "unseen": "neutral", "bins": [{"type": "categories", "categories": ["red"], "points": 10}, {"type": "categories", "categories": ["re", "true"], "points": 20}, {"type": "missing", "policy": "neutral"}]}]}'::scoring.model AS m;
SELECT is((SELECT array_agg(scoring.score(m, s) ORDER BY o) FROM edge, (VALUES (1, 0.1::real), (2, 0.09999999::real), (3, 'NaN')) v (o, f), LATERAL (SELECT f AS x, 'red'::colour AS y) s), '{12, 11, 10}', 'a real is what it prints as; enum');
SELECT is((SELECT array_agg(scoring.score(m, s) ORDER BY o) FROM (SELECT replace(m::text, '0.1', '123456791')::scoring.model AS m FROM edge) e, (VALUES (1, 123456789::real), (2, 123456800)) v (o, f), LATERAL (SELECT f AS x, NULL::text AS y) s), '{1, 2}', 'a large one too, though as a double it is 123456792');
SELECT is((SELECT array_agg(scoring.score(m, s) ORDER BY o) FROM edge, (VALUES (1, 0.1), (2, 0.0999999999999999), (3, 0.1000000000000000000000001), (4, 1e-400), (5, -1e200)) v (o, f), LATERAL (SELECT f AS x, 'red '::char(9) AS y) s), '{12, 11, 12, 11, 11}', 'numeric; char(n)');
SELECT is((SELECT array_agg(scoring.score(m, s) ORDER BY o) FROM edge, (VALUES (1, 'red'), (2, 're'), (3, 'red '), (4, 'Red'), (5, 'redder')) v (o, f), LATERAL (SELECT 1::smallint AS x, f::colours AS y) s), '{12, 22, 2, 2, 2}', 'texts are compared to the byte; domain');
SELECT is((SELECT array_agg(scoring.score(m, s) ORDER BY o) FROM edge, (VALUES (1, true), (2, false)) v (o, f), LATERAL (SELECT 0::bigint AS x, f AS y) s), '{21, 1}', 'boolean');
SELECT is((SELECT scoring.score(jsonb_set(m::jsonb, '{characteristics,1,bins,0,categories}', to_jsonb(ARRAY[repeat('x', 255)]))::scoring.model, s) FROM edge, (SELECT 0 AS x, repeat('x', 255) AS y, repeat('long', 100000) AS z) s), 11, 'long texts');
CREATE TABLE long_text AS SELECT 0 AS x, string_agg(md5(i::text), '') AS y FROM generate_series(1, 2000) i;
SELECT is((SELECT scoring.score(m, s) FROM edge, long_text s), 1, 'a toasted text that no category can be');

-- The search for a bin, for every number of cuts, at, below and above each.
CREATE FUNCTION pg_temp.misplaced(cuts int) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FROM (
    SELECT jsonb_build_object('version', 1, 'kind', 'scorecard', 'scale', '{"pdo": 20, "base_score": 600, "base_odds": 50}'::jsonb, 'base_points', 0, 'reason', '{"method": "below_max"}'::jsonb,
      'characteristics', jsonb_build_array(jsonb_build_object('name', 'x', 'type', 'number', 'bins', (SELECT jsonb_agg(jsonb_build_object('type', 'range', 'lower', CASE WHEN i > 0 THEN i * i END, 'upper', CASE WHEN i < cuts THEN (i + 1) * (i + 1) END, 'points', i) ORDER BY i) FROM generate_series(0, cuts) i)
        || '[{"type": "missing", "policy": "neutral"}]')))::scoring.model AS m, ARRAY(SELECT (i * i)::float8 FROM generate_series(1, cuts) i ORDER BY i) AS given OFFSET 0) c,
    LATERAL (SELECT (i * i + e)::float8 AS x FROM generate_series(0, cuts + 1) i, unnest('{-0.5, 0, 0.5}'::float8[]) e) s
  WHERE scoring.score(m, s) <> CASE WHEN cuts = 0 THEN 0 ELSE width_bucket(s.x, given) END
$$;
SELECT is((SELECT sum(pg_temp.misplaced(n)) FROM generate_series(0, 199) n), 0::numeric, 'every value in the bin where width_bucket has it, up to 200 bins');

-- Models that take turns at one place of a query.
CREATE TABLE several AS SELECT i, jsonb_set(m::jsonb, '{base_points}', to_jsonb(i))::scoring.model AS m FROM card, generate_series(1, 2000) i;
SELECT is_empty($$SELECT r.id, i FROM (SELECT * FROM person WHERE id <= 300) p JOIN result r USING (id), several s, card WHERE i <= 2 AND scoring.score(s.m, p) <> r.score - scoring.base_points(card.m) + i$$, 'two models in turn');
SELECT is_empty($$SELECT r.id, i FROM (SELECT * FROM person WHERE id <= 100) p JOIN result r USING (id), (SELECT * FROM several WHERE i <= 20 OFFSET 0) s, card WHERE scoring.score(s.m, p) <> r.score - scoring.base_points(card.m) + i$$, 'twenty models in turn');
SELECT is_empty($$SELECT r.id FROM person p JOIN result r USING (id) JOIN several s ON s.i = p.id, card WHERE scoring.score(s.m, p) <> r.score - scoring.base_points(card.m) + i$$, 'a different model in each of two thousand rows');
SELECT cmp_ok((SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name = 'scoring model'), '<', 64 * 1024 * 1024::numeric, 'and the process keeps less than 64 MB');
SELECT cmp_ok((SELECT count(*) FROM pg_backend_memory_contexts WHERE name = 'scoring model'), '<', 40::bigint, 'of a few of them');
SELECT is((SELECT count(DISTINCT m) FROM several), 2000::bigint, 'two thousand models, told apart');
SELECT is((SELECT count(DISTINCT scoring.score(m, s)) FROM (SELECT m FROM several WHERE i <= 100 UNION ALL SELECT (m::text)::scoring.model FROM several WHERE i <= 100) x, (SELECT * FROM person WHERE id = 1) s), 100::bigint, 'toasted or not, a model is the same');

-- Models that change between executions.
PREPARE of_first AS SELECT scoring.score(m, p) FROM card, person p WHERE id = 1;
PREPARE of_given (scoring.model) AS SELECT scoring.score($1, p) FROM person p WHERE id = 1;
CREATE TEMP TABLE seen AS SELECT score - scoring.base_points(m) AS points FROM result, card WHERE id = 1;
CREATE FUNCTION pg_temp.turn(n int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE card SET m = jsonb_set(m::jsonb, '{base_points}', to_jsonb(n))::scoring.model;
END $$;
SELECT pg_temp.turn(1000) \g /dev/null
SELECT results_eq('EXECUTE of_first', 'SELECT points + 1000 FROM seen', 'a prepared statement, after the model has changed');
SELECT pg_temp.turn(2000) \g /dev/null
SELECT results_eq('EXECUTE of_first', 'SELECT points + 2000 FROM seen', 'and again');
DO $$
DECLARE
  got int[];
BEGIN
  FOR i IN 1..12 LOOP
    UPDATE card SET m = (SELECT m FROM several WHERE several.i = 1 + loop.i % 3) FROM (SELECT i) loop;
    got := got || (SELECT scoring.score(m, p) FROM card, person p WHERE id = 1);
  END LOOP;
  CREATE TEMP TABLE turns AS SELECT got;
END $$;
SELECT is((SELECT got FROM turns), (SELECT array_agg(points + 1 + i % 3 ORDER BY i) FROM seen, generate_series(1, 12) i), 'a loop that updates the model');
SELECT * FROM finish();
ROLLBACK;
