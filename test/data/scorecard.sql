-- fit_scorecard on real data: that it predicts, does not fool itself, and refuses leaks.
BEGIN;
SELECT plan(30);
SET client_min_messages = warning;
SET search_path = public;

-- Of a card: what must always hold. Returns offenders.
CREATE FUNCTION pg_temp.offenders(m scoring.model) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT name || ' has a negative coefficient' FROM scoring.terms(m) WHERE name <> '(intercept)' AND NOT coefficient > 0
  UNION ALL SELECT 'more than 15 characteristics' WHERE (SELECT count(*) FROM scoring.characteristics(m)) > 15
  UNION ALL
  SELECT c.c ->> 'name' || ' breaks its trend ' || s.trend
  FROM jsonb_array_elements(m::jsonb -> 'characteristics') AS c (c)
  JOIN scoring.screening(m) s ON s.characteristic = c.c ->> 'name'
  CROSS JOIN LATERAL (
    -- d: signs of the steps of WoE from bin to bin; WoE falls where the bad rate rises.
    SELECT string_agg(CASE WHEN woe < before THEN '+' WHEN woe > before THEN '-' ELSE '' END, '' ORDER BY n) AS d
    FROM (SELECT n, (b ->> 'woe')::float8 AS woe, lag((b ->> 'woe')::float8) OVER (ORDER BY n) AS before
          FROM jsonb_array_elements(c.c -> 'bins') WITH ORDINALITY AS b (b, n) WHERE b ->> 'type' = 'range') w) w
  WHERE NOT CASE s.trend WHEN 'ascending' THEN d ~ '^\+*$' WHEN 'descending' THEN d ~ '^-*$' WHEN 'peak' THEN d ~ '^\+*-*$'
                         WHEN 'valley' THEN d ~ '^-*\+*$' ELSE true END
$$;

-- How many of the columns considered pass the screen; 0 if the fit finds nothing.
CREATE FUNCTION pg_temp.passes(sample regclass, exclude text[], OUT passed bigint, OUT considered bigint) LANGUAGE plpgsql AS $$
DECLARE
  m scoring.model;
BEGIN
  SELECT count(*) INTO considered FROM pg_attribute
  WHERE attrelid = sample AND attnum > 0 AND NOT attisdropped AND attname <> 'bad' AND attname <> ALL (exclude);
  m := scoring.fit_scorecard(sample, 'bad', exclude => exclude, selection => 'none', max_characteristics => 100, max_correlation => 1);
  SELECT count(*) FILTER (WHERE cross_iv >= 0.02 AND z >= 2.33) INTO passed FROM scoring.screening(m);
EXCEPTION WHEN invalid_parameter_value THEN
  IF SQLERRM NOT LIKE 'no column of %' THEN RAISE; END IF;
  passed := 0;
END
$$;

-- german_credit.
CREATE TABLE german_model AS
SELECT scoring.fit_scorecard('german', 'bad', exclude => '{id, personal_status_sex, age_years, foreign_worker}') AS m;
SELECT is((SELECT string_agg(o, '; ') FROM german_model, pg_temp.offenders(m) o), NULL, 'german_credit: signs, trends, size');
SELECT is((SELECT count(*) FROM german_model, scoring.samples(m) WHERE rows = 1000 AND goods = 700 AND bads = 300 AND gini = scoring.gini(scores)), 1::bigint,
          'german_credit: the stored tally of the development sample');
SELECT is((SELECT scores::text FROM german_model, scoring.samples(m)), (SELECT scoring.tally_agg(scoring.score(m, g), g.bad)::text FROM german g, german_model),
          'german_credit: it is the tally of the scores');
SELECT is((SELECT mean_pd FROM german_model, scoring.samples(m))::numeric(12, 10), (SELECT avg(scoring.pd(m, g)) FROM german g, german_model)::numeric(12, 10),
          'german_credit: and the mean pd that of the rows');
SELECT is((SELECT array_agg(characteristic ORDER BY characteristic) FROM german_model, scoring.screening(m) WHERE reason = 'excluded by the caller'),
          '{age_years,foreign_worker,id,personal_status_sex}'::text[], 'german_credit: what was excluded is on record');

-- Its coefficients are those of a logistic regression on the WoE of the bins in the model's text.
CREATE TABLE german_woe AS
SELECT g.id, NOT g.bad AS good, e.characteristic, e.woe FROM german g, german_model, scoring.explain(m, g) e;
SELECT format('CREATE TABLE german_wide AS SELECT id, good, %s FROM german_woe GROUP BY 1, 2',
              string_agg(format('sum(woe) FILTER (WHERE characteristic = %L) AS %I', characteristic, characteristic), ', '))
FROM german_model, scoring.characteristics(m) \gexec
SELECT is((SELECT count(*) FROM german_model, scoring.terms(m) t
           JOIN scoring.terms(scoring.fit_logistic('german_wide', 'good', (SELECT array_agg(characteristic) FROM german_model, scoring.characteristics(m)))) l
             ON t.name = l.name AND abs(t.coefficient / l.coefficient - 1) < 1e-8 AND abs(t.standard_error / l.standard_error - 1) < 1e-6),
          (SELECT count(*) + 1 FROM german_model, scoring.characteristics(m)), 'german_credit: coefficients and errors are those of fit_logistic on WoE');
SELECT is((SELECT round(s.bic::numeric, 6) FROM german_model, scoring.fit_statistics(m) s),
          (SELECT round(scoring.bic(scoring.fit_logistic('german_wide', 'good', (SELECT array_agg(characteristic) FROM german_model, scoring.characteristics(m))))::numeric, 6)),
          'german_credit: and so is the BIC');

-- Ten folds, three times.
CREATE TABLE german_fold (repeat int, auc float8);
DO $$
DECLARE
  scores scoring.tally;
  all_scores float8;
BEGIN
  FOR r IN 1 .. 3 LOOP
    all_scores := 0;
    FOR f IN 1 .. 10 LOOP
      EXECUTE format('CREATE OR REPLACE VIEW pg_temp.train AS SELECT * FROM german WHERE scoring.sample_part(id::text, %L, array_fill(0.1::float8, ''{10}'')) <> %s', 'repeat ' || r, f);
      WITH model AS MATERIALIZED (
        SELECT scoring.fit_scorecard('pg_temp.train', 'bad', exclude => '{id, personal_status_sex, age_years, foreign_worker}') AS m)
      SELECT scoring.tally_agg(scoring.score(m, g), g.bad) INTO scores FROM german g, model
      WHERE scoring.sample_part(id::text, 'repeat ' || r, array_fill(0.1::float8, '{10}')) = f;
      all_scores := all_scores + scoring.auc(scores) / 10;
    END LOOP;
    INSERT INTO german_fold VALUES (r, all_scores);
  END LOOP;
END
$$;
SELECT cmp_ok((SELECT avg(auc) FROM german_fold), '>=', 0.765::float8, 'german_credit: ten-fold AUC, three times');

-- The target permuted: at most 5 % of the characteristics pass, on average over ten seeds.
CREATE FUNCTION pg_temp.permuted(of regclass, key text, seed int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DROP TABLE IF EXISTS permuted;
  EXECUTE format('CREATE TEMP TABLE permuted AS
    SELECT x.*, o.bad AS permuted_bad FROM (SELECT *, row_number() OVER (ORDER BY %1$I) AS place FROM %2$s) x
    JOIN (SELECT bad, row_number() OVER (ORDER BY hashint8extended(%1$I, %3$s)) AS place FROM %2$s) o USING (place)', key, of, seed);
  ALTER TABLE permuted DROP COLUMN bad, DROP COLUMN place;
  ALTER TABLE permuted RENAME permuted_bad TO bad;
END
$$;
CREATE TABLE chance (data text, seed int, passed bigint, considered bigint);
DO $$
BEGIN
  FOR s IN 1 .. 10 LOOP
    PERFORM pg_temp.permuted('german', 'id', s);
    INSERT INTO chance SELECT 'german', s, p.* FROM pg_temp.passes('permuted', '{id, personal_status_sex, age_years, foreign_worker}') p;
    PERFORM pg_temp.permuted('taiwan', 'id', s);
    INSERT INTO chance SELECT 'taiwan', s, p.* FROM pg_temp.passes('permuted', '{id, sex, marriage, age}') p;
  END LOOP;
END
$$;
SELECT cmp_ok((SELECT sum(passed)::float8 / sum(considered) FROM chance WHERE data = 'german'), '<=', 0.05::float8, 'german_credit, target permuted: at most 5 % pass');
SELECT cmp_ok((SELECT sum(passed)::float8 / sum(considered) FROM chance WHERE data = 'taiwan'), '<=', 0.05::float8, 'taiwan_default, target permuted: at most 5 % pass');

-- Twenty columns of noise and a random category of a hundred levels: at most two are kept on average.
CREATE TABLE noise (seed int, kept bigint);
DO $$
DECLARE
  m scoring.model;
BEGIN
  FOR s IN 1 .. 10 LOOP
    DROP TABLE IF EXISTS noisy;
    EXECUTE format('CREATE TEMP TABLE noisy AS SELECT g.*, %s, ''level '' || (hashint8extended(id, %s) & 1048575) %% 100 AS noise_category FROM german g',
                   (SELECT string_agg(format('(hashint8extended(id, %s) & 1048575) / 1048576.0::float8 AS noise_%s', 1000 * s + k, k), ', ') FROM generate_series(1, 20) k), 1000 * s);
    m := scoring.fit_scorecard('noisy', 'bad', exclude => '{id, personal_status_sex, age_years, foreign_worker}');
    INSERT INTO noise SELECT s, count(*) FILTER (WHERE kept AND characteristic LIKE 'noise%') FROM scoring.screening(m);
  END LOOP;
END
$$;
SELECT cmp_ok((SELECT avg(kept) FROM noise), '<=', 2::numeric, 'german_credit with 21 columns of noise: at most two are kept on average');

-- taiwan_default.
CREATE TABLE taiwan_model AS SELECT scoring.fit_scorecard('taiwan', 'bad', exclude => '{id, sex, marriage, age}') AS m;
SELECT is((SELECT string_agg(o, '; ') FROM taiwan_model, pg_temp.offenders(m) o), NULL, 'taiwan_default: signs, trends, size');
CREATE TABLE taiwan_split (seed int, auc float8);
DO $$
DECLARE
  scores scoring.tally;
BEGIN
  FOR s IN 1 .. 20 LOOP
    EXECUTE format('CREATE OR REPLACE VIEW pg_temp.taiwan_train AS SELECT * FROM taiwan WHERE scoring.sample_part(id::text, %L, ''{0.7, 0.3}'') = 1', 'split ' || s);
    WITH model AS MATERIALIZED (SELECT scoring.fit_scorecard('pg_temp.taiwan_train', 'bad', exclude => '{id, sex, marriage, age}') AS m)
    SELECT scoring.tally_agg(scoring.score(m, t), t.bad) INTO scores FROM taiwan t, model WHERE scoring.sample_part(id::text, 'split ' || s, '{0.7, 0.3}') = 2;
    INSERT INTO taiwan_split VALUES (s, scoring.auc(scores));
  END LOOP;
END
$$;
SELECT cmp_ok((SELECT avg(auc) FROM taiwan_split), '>=', 0.760::float8, 'taiwan_default: mean AUC of 20 splits');

-- Every row of the cards: score, explain and points agree; pd follows the score.
CREATE FUNCTION pg_temp.disagreements(sample regclass, model regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM %2$s, %1$s r
    CROSS JOIN LATERAL (SELECT sum(points) AS points, sum(p.from_table) AS from_table, count(*) FILTER (WHERE e.points_lost > 0) AS losing
                        FROM scoring.explain(m, r) e
                        JOIN (SELECT characteristic, label, points AS from_table FROM %2$s, scoring.points(m)) p ON (p.characteristic, p.label) = (e.characteristic, e.bin)) e
    WHERE scoring.score(m, r) IS DISTINCT FROM scoring.base_points(m) + e.points
       OR scoring.score(m, r) IS DISTINCT FROM scoring.base_points(m) + e.from_table
       OR scoring.pd(m, r) IS DISTINCT FROM scoring.pd(m, scoring.score(m, r))
       OR abs(scoring.log_odds(m, r) - ln((1 - scoring.pd(m, r)) / scoring.pd(m, r))) > 0.6 * (SELECT count(*) + 1 FROM scoring.characteristics(m)) * ln(2) / 20
       OR cardinality(scoring.reasons(m, r, 100)) IS DISTINCT FROM e.losing', sample, model) INTO n;
  RETURN n;
END
$$;
SELECT is(pg_temp.disagreements('german', 'german_model'), 0::bigint, 'german_credit: score, pd, explain, reasons and points agree in every row');
SELECT is(pg_temp.disagreements('taiwan', 'taiwan_model'), 0::bigint, 'taiwan_default: the same');

-- polish_bankruptcy: 64 heavy-tailed, collinear, partly missing ratios.
CREATE TABLE polish_model AS SELECT scoring.fit_scorecard('polish', 'bad', exclude => '{id}') AS m;
SELECT is((SELECT string_agg(o, '; ') FROM polish_model, pg_temp.offenders(m) o), NULL, 'polish_bankruptcy: signs, trends, size');
SELECT cmp_ok((SELECT auc FROM polish_model, scoring.samples(m)), '>', 0.8::float8, 'polish_bankruptcy: it ranks');
SELECT is(pg_temp.disagreements('polish', 'polish_model'), 0::bigint, 'polish_bankruptcy: score, pd, explain, reasons and points agree in every row');

-- sba_small_business: what was written down after the outcome is refused by name, and the rest by the card's user.
CREATE TABLE sba_model AS SELECT scoring.fit_scorecard('sba', 'bad') AS m;
SELECT is((SELECT array_agg(characteristic ORDER BY characteristic) FROM sba_model, scoring.screening(m)
           WHERE reason LIKE '%used only if characteristics names it'),
          '{chgoffdate,chgoffpringr,loannr_chkdgt,mis_status,name}'::text[], 'sba_small_business: leaks and keys are refused');
SELECT ok((SELECT bool_and(NOT kept) FROM sba_model, scoring.screening(m) WHERE characteristic IN ('name', 'chgoffdate', 'mis_status')), 'sba_small_business: by name');
SELECT throws_like($$SELECT scoring.fit_scorecard('sba', 'bad', characteristics => '{mis_status, term}')$$,
                   '%separate goods from bads, "mis_status" foremost', 'sba_small_business: named all the same, a leak has no finite coefficient');
CREATE TABLE sba_old AS SELECT * FROM sba WHERE approvalfy <= 2005;
CREATE TABLE sba_new AS SELECT * FROM sba WHERE approvalfy BETWEEN 2006 AND 2008;
CREATE TABLE sba_time AS
SELECT scoring.fit_scorecard('sba_old', 'bad', out_of_time => 'sba_new',
         exclude => '{selected, approvaldate, approvalfy, chgoffdate, chgoffpringr, disbursementdate, balancegross, mis_status, name, loannr_chkdgt, daysterm, xx, recession, term}') AS m;
SELECT is((SELECT string_agg(o, '; ') FROM sba_time, pg_temp.offenders(m) o), NULL, 'sba_small_business: signs, trends, size');
SELECT is((SELECT array_agg(sample || ' ' || relation || ' ' || rows ORDER BY sample) FROM sba_time, scoring.samples(m)),
          (SELECT ARRAY['development public.sba_old ' || (SELECT count(*) FROM sba_old), 'out_of_time public.sba_new ' || (SELECT count(*) FROM sba_new)]), 'sba_small_business: both samples are stored');
SELECT cmp_ok((SELECT abs(bad_rate - mean_pd) FROM sba_time, scoring.samples(m) WHERE sample = 'development'), '<', 0.01::float8, 'sba_small_business: calibrated where it was fitted');
SELECT cmp_ok((SELECT bad_rate - mean_pd FROM sba_time, scoring.samples(m) WHERE sample = 'out_of_time'), '>', 0.2::float8, 'sba_small_business: and the stored sample shows by how much it missed the crisis');
SELECT is((SELECT scores::text FROM sba_time, scoring.samples(m) WHERE sample = 'out_of_time'), (SELECT scoring.tally_agg(scoring.score(m, n), n.bad)::text FROM sba_new n, sba_time), 'sba_small_business: the stored tally is that of the scores');
SELECT is(pg_temp.disagreements('sba', 'sba_time'), 0::bigint, 'sba_small_business: score, pd, explain, reasons and points agree in every row');

-- One model, whatever the order of rows and the workers.
CREATE TABLE german_shuffled AS SELECT * FROM german ORDER BY hashint8extended(id, 7);
CREATE TABLE taiwan_shuffled AS SELECT * FROM taiwan ORDER BY hashint8extended(id, 7);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
SELECT is((SELECT count(DISTINCT h) FROM (SELECT scoring.hash(m) FROM german_model
           UNION ALL SELECT scoring.hash(scoring.fit_scorecard('german', 'bad', exclude => '{id, personal_status_sex, age_years, foreign_worker}'))
           UNION ALL SELECT scoring.hash(scoring.fit_scorecard('german_shuffled', 'bad', exclude => '{id, personal_status_sex, age_years, foreign_worker}'))) x (h)), 1::bigint,
          'german_credit: one model with workers and shuffled');
SELECT is((SELECT count(DISTINCT h) FROM (SELECT scoring.hash(m) FROM taiwan_model
           UNION ALL SELECT scoring.hash(scoring.fit_scorecard('taiwan', 'bad', exclude => '{id, sex, marriage, age}'))
           UNION ALL SELECT scoring.hash(scoring.fit_scorecard('taiwan_shuffled', 'bad', exclude => '{id, sex, marriage, age}'))) x (h)), 1::bigint,
          'taiwan_default: one model with workers and shuffled');
SELECT is((SELECT md5(string_agg(scoring.score(m, t)::text, ',' ORDER BY id)) FROM taiwan t, taiwan_model),
          (SELECT md5(string_agg(scoring.score(m, t)::text, ',' ORDER BY id)) FROM taiwan_shuffled t, taiwan_model), 'taiwan_default: the same scores');

SELECT * FROM finish();
ROLLBACK;
