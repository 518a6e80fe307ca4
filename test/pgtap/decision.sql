-- What a decision keeps of a row says the same as the row, to the bit, for every type of column and every kind of value;
-- and a decision that is replayed comes out equal.
BEGIN;
SELECT plan(22);
SET LOCAL client_min_messages = warning;

CREATE TYPE pg_temp.level AS ENUM ('low', 'middle', 'high', '');
CREATE DOMAIN pg_temp.amount AS numeric(30,10);
CREATE TABLE person (id int, i2 smallint, i4 int, i8 bigint, q numeric, z pg_temp.amount, r real, f float8, d date, t text, v varchar(9), c char(6), n name, e pg_temp.level, b boolean);
INSERT INTO person
SELECT id, CASE WHEN h % 11 > 0 THEN (h % 65536 - 32768)::smallint END, CASE WHEN h / 3 % 11 > 0 THEN (h / 5 % 4294967296 - 2147483648)::int END,
       CASE WHEN h / 7 % 11 > 0 THEN hashint8extended(id, 77) END,
       CASE h / 11 % 13 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN '-Infinity' WHEN 4 THEN -9
                        WHEN 5 THEN ((h % 1000)::text || repeat('7', 40) || '.5')::numeric WHEN 6 THEN ('1e' || (h % 800 - 400))::numeric ELSE (h / 13 % 100000) / (1 + h % 7)::numeric END,
       CASE WHEN h / 17 % 7 > 0 THEN (h / 19 % 100000) / 3::numeric END,
       CASE h / 23 % 13 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN '-Infinity' WHEN 4 THEN '-0' WHEN 5 THEN 1e-42 WHEN 6 THEN 3.4e38 ELSE (h / 29 % 1000000) / 7.0 END::real,
       CASE h / 31 % 13 WHEN 0 THEN NULL WHEN 1 THEN 'NaN' WHEN 2 THEN 'Infinity' WHEN 3 THEN '-Infinity' WHEN 4 THEN '-0' WHEN 5 THEN 5e-324 WHEN 6 THEN 1.7976931348623157e308 WHEN 7 THEN -9
                        WHEN 8 THEN 0.1 + 0.2::float8 ELSE (h / 37 % 100000007) / 13.0 END,
       CASE h / 41 % 11 WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity' WHEN 3 THEN '4713-01-01 BC' WHEN 4 THEN '5874897-12-31' WHEN 5 THEN '0001-12-31 BC' WHEN 6 THEN '2000-02-29' ELSE date '1900-01-01' + (h / 43 % 60000)::int END,
       (ARRAY['a', 'b', 'never seen', '', NULL, ' a', E'x"\\\n', 'NaN', '5', 'true', 'é'])[1 + h / 47 % 11], (ARRAY['a', 'b', NULL, 'a '])[1 + h / 53 % 4], (ARRAY['a', 'b', NULL, 'a  b', ''])[1 + h / 59 % 5],
       (ARRAY['a', 'b', NULL])[1 + h / 61 % 3]::name, (ARRAY['low', 'middle', 'high', '', NULL])[1 + h / 67 % 5]::pg_temp.level, (ARRAY[true, false, NULL])[1 + h / 71 % 3]
FROM (SELECT id, hashint8extended(id, 5) & 9007199254740991 AS h FROM generate_series(1, 6000) id) s;

-- A model of all of them: two cuts where the values are, a special code, every policy for what is out of range.
CREATE FUNCTION pg_temp.numeric_part(name text, low float8, high float8, policy text) RETURNS text LANGUAGE sql AS $$
  SELECT format('{"name": "%s", "type": "number", "coefficient": 0.8, "baseline": 4.25, "observed": [%s, %s], "out_of_range": "%s", "bins": [
    {"type": "range", "lower": null, "upper": %s, "woe": -0.91}, {"type": "range", "lower": %s, "upper": %s, "woe": 0.13, "reason_code": "%s high"}, {"type": "range", "lower": %s, "upper": null, "woe": 0.58},
    {"type": "special", "code": -9, "policy": "own", "woe": -0.4}, {"type": "missing", "policy": "own", "woe": -0.77}]}', name, low, high, policy, low + (high - low) / 3, low + (high - low) / 3, low + (high - low) / 1.5, name, low + (high - low) / 1.5)
$$;
CREATE FUNCTION pg_temp.text_part(name text, categories text, policy text) RETURNS text LANGUAGE sql AS $$
  SELECT format('{"name": "%s", "type": "text", "coefficient": 1.1, "baseline": 2.5, "unseen": "%s", "bins": [{"type": "categories", "categories": %s, "woe": 0.4}, {"type": "other", "categories": ["b", "false"], "woe": -0.31}, {"type": "missing", "policy": "worst"}]}', name, policy, categories)
$$;
CREATE TABLE card AS SELECT ('{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50}, "intercept": 2.1, "calibration": {"intercept": 0.05, "slope": 0.95}, "reason": {"method": "below_average"}, "characteristics": ['
  || concat_ws(',', pg_temp.numeric_part('i2', -30000, 30000, 'nearest'), pg_temp.numeric_part('i4', -2e9, 2e9, 'worst'), pg_temp.numeric_part('i8', -9e18, 9e18, 'neutral'), pg_temp.numeric_part('q', -10, 90000, 'nearest'),
       pg_temp.numeric_part('z', 0, 30000, 'worst'), pg_temp.numeric_part('r', 0, 100000, 'neutral'), pg_temp.numeric_part('f', -10, 7e6, 'nearest'), pg_temp.numeric_part('d', -20000, 30000, 'worst'),
       pg_temp.text_part('t', '["a", "true", "é"]', 'own'), pg_temp.text_part('v', '["a"]', 'neutral'), pg_temp.text_part('c', '["a"]', 'worst'), pg_temp.text_part('n', '["a"]', 'own'), pg_temp.text_part('e', '["low", ""]', 'neutral'), pg_temp.text_part('b', '["true"]', 'own'))
  || ']}')::scoring.model AS m;

CREATE TEMP TABLE kept AS SELECT id, scoring.inputs(p, '{i2,i4,i8,q,z,r,f,d,t,v,c,n,e,b}') AS i FROM person p;
CREATE TEMP TABLE said AS SELECT k.id, scoring._evaluate(m, k.i, true) AS says FROM kept k, card;
SELECT is((SELECT count(*) FROM said), 6000::bigint, 'every row is evaluated');
SELECT cmp_ok((SELECT count(DISTINCT says ->> 'score') FROM said), '>', 200::bigint, 'rows of many scores');
SELECT cmp_ok((SELECT count(DISTINCT l ->> 'note') FROM said, jsonb_array_elements(says -> 'characteristics') l), '>=', 12::bigint, 'rows meet most policies');

SELECT is_empty($$SELECT p.id FROM person p JOIN said USING (id), card WHERE (says ->> 'score')::int <> scoring.score(m, p)$$, 'score');
SELECT is_empty($$SELECT p.id FROM person p JOIN said USING (id), card WHERE float8send((says ->> 'pd')::float8) <> float8send(scoring.pd(m, p))$$, 'pd, to the bit');
SELECT is_empty($$SELECT p.id FROM person p JOIN said USING (id), card WHERE float8send((says ->> 'log_odds')::float8) <> float8send(scoring.log_odds(m, p))$$, 'log odds, to the bit');
SELECT is_empty($$SELECT p.id FROM person p JOIN said USING (id), card WHERE ARRAY(SELECT r ->> 'code' FROM jsonb_array_elements(says -> 'reasons') WITH ORDINALITY x (r, n) ORDER BY n) <> scoring.reasons(m, p, 99)$$, 'reasons, in their order');
SELECT is_empty($$SELECT p.id FROM person p JOIN said USING (id), card, LATERAL (
    SELECT count(*) AS n, count(*) FILTER (WHERE x.l ->> 'characteristic' = y.characteristic AND x.l ->> 'value' IS NOT DISTINCT FROM y.value AND x.l ->> 'label' IS NOT DISTINCT FROM y.bin AND (x.l ->> 'points')::int = y.points
      AND float8send((x.l ->> 'woe')::float8) = float8send(y.woe) AND (x.l ->> 'baseline')::float8 = y.baseline AND (x.l ->> 'points_lost')::float8 = y.points_lost AND x.l ->> 'reason_code' = y.reason_code AND x.l ->> 'note' IS NOT DISTINCT FROM y.note) AS same
    FROM scoring.explain(m, p) WITH ORDINALITY y FULL JOIN jsonb_array_elements(says -> 'characteristics') WITH ORDINALITY x (l, n) ON x.n = y.ordinality) c
  WHERE c.n <> 14 OR c.same <> 14$$, 'every line of explain: value, bin, points, woe, baseline, points lost, code, note');
SELECT is_empty($$SELECT p.id FROM person p JOIN said USING (id), card, LATERAL (
    SELECT count(*) FILTER (WHERE a LIKE '% missing: %') AS missing, count(*) FILTER (WHERE a LIKE '% special: %') AS special, count(*) FILTER (WHERE a LIKE '% unseen: %') AS unseen, count(*) FILTER (WHERE a LIKE '% range: %') AS out_of_range, count(*) AS n
    FROM unnest(scoring.policies_applied(m, p)) a) c
  WHERE ((says ->> 'missing')::int, (says ->> 'special')::int, (says ->> 'unseen')::int, (says ->> 'out_of_range')::int) <> (c.missing, c.special, c.unseen, c.out_of_range) OR c.n <> c.missing + c.special + c.unseen + c.out_of_range$$, 'how many inputs met which policy');
SELECT is_empty($$SELECT id FROM said, card WHERE (says ->> 'base_points')::int <> scoring.base_points(m)
  OR (says ->> 'lowest_score')::int <> (SELECT scoring.base_points(m) + sum(min_points) FROM scoring.characteristics(m)) OR (says ->> 'highest_score')::int <> (SELECT scoring.base_points(m) + sum(max_points) FROM scoring.characteristics(m))$$, 'base points and the range of scores');
SELECT is_empty($$SELECT id FROM said WHERE (says ->> 'score')::int NOT BETWEEN (says ->> 'lowest_score')::int AND (says ->> 'highest_score')::int$$, 'every score lies in the range');

-- It survives being stored, sent and read as text.
SELECT is_empty($$SELECT k.id FROM kept k JOIN said USING (id), card WHERE scoring._evaluate(m, k.i::text::jsonb, true) <> says$$, 'the same from the text of the inputs');
SELECT is_empty($$SELECT p.id FROM person p JOIN kept USING (id) WHERE (i ->> 'q')::numeric IS DISTINCT FROM q OR (i ->> 'i8')::bigint IS DISTINCT FROM i8 OR (i ->> 'd')::date IS DISTINCT FROM d OR i ->> 't' IS DISTINCT FROM t
  OR (i ->> 'b')::boolean IS DISTINCT FROM b OR (i ->> 'r')::real IS DISTINCT FROM r OR (i ->> 'f')::float8 IS DISTINCT FROM f$$, 'no value is lost');
SET LOCAL "DateStyle" = 'SQL, DMY';
SET LOCAL extra_float_digits = -10;
SET LOCAL "TimeZone" = 'Asia/Kolkata';
SELECT is_empty($$SELECT p.id FROM person p JOIN kept k USING (id), card WHERE scoring.inputs(p, '{i2,i4,i8,q,z,r,f,d,t,v,c,n,e,b}') <> k.i OR scoring._evaluate(m, k.i) <> (SELECT scoring._evaluate(m, k.i::text::jsonb))$$, 'no setting of the session has a say');
RESET "DateStyle";
RESET extra_float_digits;
RESET "TimeZone";

-- Decisions on all of it, under stored and hashed inputs, replayed.
SELECT lives_ok($$SELECT scoring.setup('tap_decision')$$, 'a workspace');
DO $$
DECLARE
  policy text;
BEGIN
  -- There is one login here, and approval takes three: the step is taken in the table. test/sql/decision.sql has the persons.
  PERFORM scoring.register_model('everything', (SELECT m FROM card));
  FOREACH policy IN ARRAY '{store,hash}'::text[] LOOP
    PERFORM scoring.register_policy(policy, jsonb_build_object('model', 'everything', 'approve_at', 530, 'decline_below', 500, 'inputs', policy,
      'rules', '[{"name": "old", "when": "$.d < \"1950-01-01\"", "outcome": "refer", "reason_code": "P1"}, {"name": "rich", "when": "$.f > 5000000 && $.b == true", "outcome": "decline", "reason_code": "P2", "on_unknown": "ignore"}]'::jsonb));
  END LOOP;
  UPDATE scoring_data.registry_state SET state = 'live', slot = 'champion', live_since = now();
END
$$;
CREATE TEMP TABLE decided AS SELECT p.id, d.* FROM person p, scoring.decide('store', NULL, p, 'S' || p.id, 'test') d WHERE p.id <= 1500;
SELECT is((SELECT array_agg(DISTINCT decision ORDER BY decision) FROM decided), '{approve,decline,refer}', 'decisions of every outcome');
SELECT is_empty($$SELECT d.id FROM decided d JOIN person p USING (id), card WHERE d.score <> scoring.score(m, p) OR d.pd <> scoring.pd(m, p)$$, 'a decision''s score and pd are those of the row');
SELECT is_empty($$SELECT d.id FROM decided d JOIN person p USING (id)
  WHERE d.decision <> CASE WHEN d.score < 500 OR coalesce(p.f <> 'NaN' AND p.f < 'Infinity' AND p.f > 5000000 AND p.b, false) THEN 'decline'
                           WHEN d.score < 530 OR p.d IS NULL OR to_jsonb(p.d) #>> '{}' < '1950-01-01' COLLATE "C" THEN 'refer' ELSE 'approve' END$$, 'a decision''s outcome: by SQL, from score and row');
SELECT results_eq($$SELECT equal, count(*) FROM scoring.replay_all(everything => true) GROUP BY 1$$, $$VALUES (true, 1500::bigint)$$, 'replayed, all are equal');
CREATE TEMP TABLE hashed AS SELECT p.id, d.decision_id FROM person p, scoring.decide('hash', NULL, p, 'S' || p.id, 'test') d WHERE p.id <= 300;
SELECT results_eq($$SELECT r.equal, count(*) FROM hashed h JOIN person p USING (id), scoring.replay(h.decision_id, scoring.inputs(p, '{i2,i4,i8,q,z,r,f,d,t,v,c,n,e,b}')) r GROUP BY 1$$, $$VALUES (true, 300::bigint)$$, 'of hashed inputs too, given the row');
SELECT results_eq($$SELECT r.equal, count(*) FROM hashed h JOIN person p ON p.id = h.id + 1, scoring.replay(h.decision_id, scoring.inputs(p, '{i2,i4,i8,q,z,r,f,d,t,v,c,n,e,b}')) r GROUP BY 1$$, $$VALUES (false, 300::bigint)$$, 'and not, given another''s row');
SELECT is((SELECT count(*) FROM scoring_data.decision WHERE inputs IS NULL AND evidence::text ~ 'never seen'), 0::bigint, 'a hashed decision keeps no value');
SELECT * FROM finish();
ROLLBACK;
