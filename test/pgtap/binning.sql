-- The optimal binning against brute force, seen through bins() alone; published tables; the chart in wide characters.
BEGIN;
SELECT plan(27);

-- Brute force, in SQL: 2,500 seeded cases of up to 7 values, all partitions of each, over five trends and every
-- constraint. (test/core/binning_test.c has 6,000 more, also of text, of auto and of every smoothing.) z squared of a
-- p-value is from tables of the chi-square: 0.05 is 3.841458820694124, 0.3 is 1.074194170857509.
CREATE FUNCTION pg_temp.draw(i int, k int, below int) RETURNS int LANGUAGE sql IMMUTABLE AS
$$ SELECT (((hashint8extended(i, k) & 1048575) * below) >> 20)::int $$;
CREATE TEMP TABLE problem AS
SELECT i AS problem, (ARRAY['none', 'ascending', 'descending', 'peak', 'valley'])[1 + i % 5] AS trend, 1 + pg_temp.draw(i, 1, 7) AS max_bins,
       CASE pg_temp.draw(i, 2, 4) WHEN 0 THEN 2 ELSE 1 END AS min_bins, pg_temp.draw(i, 3, 2) * pg_temp.draw(i, 4, 30) / 100.0::float8 AS min_bin_fraction,
       pg_temp.draw(i, 5, 2) * pg_temp.draw(i, 6, 8) AS min_bin_goods, pg_temp.draw(i, 7, 2) * pg_temp.draw(i, 8, 4) AS min_bin_bads,
       CASE pg_temp.draw(i, 9, 3) WHEN 0 THEN pg_temp.draw(i, 10, 20) / 100.0::float8 ELSE 0 END AS min_step,
       (ARRAY[NULL, NULL, 0.05, 0.3])[1 + pg_temp.draw(i, 11, 4)]::float8 AS max_p, (ARRAY[3, 10, 40])[1 + pg_temp.draw(i, 12, 3)] AS size
FROM generate_series(1, 2500) i;
UPDATE problem SET min_bins = 1 WHERE min_bins > max_bins;
CREATE TEMP TABLE class AS
SELECT problem, v, pg_temp.draw(problem, 100 + v, size) AS goods, pg_temp.draw(problem, 200 + v, (size + 1) / 2) AS bads
FROM problem, generate_series(1, 7) v;
DELETE FROM class WHERE goods + bads = 0;
-- Pure classes only is separation, one class only is refused; both are tested elsewhere.
DELETE FROM problem p WHERE (SELECT sum(least(goods, bads)) = 0 OR sum(goods) = 0 OR sum(bads) = 0 FROM class c WHERE c.problem = p.problem);
CREATE TEMP TABLE partition AS
WITH bin AS (
  SELECT problem, mask, length(replace((mask & ((1 << (c.v - 1)) - 1))::bit(7)::text, '0', '')) AS bin, sum(goods)::float8 AS goods, sum(bads)::float8 AS bads
  FROM class c, generate_series(0, 63) mask GROUP BY 1, 2, 3
), neighbour AS (
  SELECT *, bads / (goods + bads) AS rate, lag(goods) OVER w AS g0, lag(bads) OVER w AS b0, sum(goods) OVER all_bins AS g, sum(bads) OVER all_bins AS d
  FROM bin WINDOW w AS (PARTITION BY problem, mask ORDER BY bin), all_bins AS (PARTITION BY problem, mask)
), step AS (
  -- The sign of the step in the bad rate is from whole numbers.
  SELECT *, sign(bads * (g0 + b0) - b0 * (goods + bads)) AS sign, abs(rate - b0 / (g0 + b0)) AS height,
         CASE WHEN b0 IS NULL THEN NULL WHEN (b0 + bads) * (g0 + goods) > 0 THEN (rate - b0 / (g0 + b0)) ^ 2 * (g0 + b0 + goods + bads) * (g0 + b0) * (goods + bads) / ((b0 + bads) * (g0 + goods)) ELSE 0 END AS z2
  FROM neighbour
), limb AS (
  SELECT *, coalesce(bool_or(sign < 0) OVER w, false) AS fell, coalesce(bool_or(sign > 0) OVER w, false) AS rose
  FROM step WINDOW w AS (PARTITION BY problem, mask ORDER BY bin ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT problem, mask, count(*) AS bins,
       sum((goods / g - bads / d) * ln(((goods + CASE WHEN goods = 0 OR bads = 0 THEN 0.5 ELSE 0 END) / g) / ((bads + CASE WHEN goods = 0 OR bads = 0 THEN 0.5 ELSE 0 END) / d))) AS iv,
       count(*) BETWEEN p.min_bins AND p.max_bins AND bool_and(goods >= p.min_bin_goods AND bads >= p.min_bin_bads AND goods + bads >= p.min_bin_fraction * (g + d) - 1e-9)
         AND bool_and(coalesce(height >= p.min_step - 1e-12, true)) AND bool_and(coalesce(p.max_p IS NULL OR z2 >= CASE p.max_p WHEN 0.05 THEN 3.841458820694124 ELSE 1.074194170857509 END, true))
         AND bool_and(coalesce(CASE p.trend WHEN 'none' THEN true WHEN 'ascending' THEN sign >= 0 WHEN 'descending' THEN sign <= 0 WHEN 'peak' THEN NOT (sign > 0 AND fell) ELSE NOT (sign < 0 AND rose) END, true)) AS allowed
FROM limb JOIN problem p USING (problem) GROUP BY problem, mask, p.problem, p.min_bins, p.max_bins, p.max_p;
CREATE INDEX ON partition (problem);
CREATE INDEX ON class (problem);
ANALYZE class, partition, problem;
CREATE FUNCTION pg_temp.solve(p problem) RETURNS scoring.binning LANGUAGE plpgsql AS $$
DECLARE t scoring.tally;
BEGIN
  SELECT scoring.tally_agg(v, bad) INTO t FROM class c, LATERAL (SELECT false AS bad FROM generate_series(1, goods) UNION ALL SELECT true FROM generate_series(1, bads)) r WHERE c.problem = p.problem;
  RETURN scoring.optimal_binning(t, p.max_bins, p.min_bins, p.min_bin_fraction, p.min_bin_goods, p.min_bin_bads, p.min_step, p.max_p, p.trend);
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN NULL;
END
$$;
CREATE TEMP TABLE answer AS
SELECT p.problem, p.trend, s.b IS NOT NULL AS solved, best.iv AS best, best.bins AS fewest, f.iv AS found, f.bins, f.mask
FROM problem p CROSS JOIN LATERAL (SELECT pg_temp.solve(p) AS b) s
LEFT JOIN LATERAL (SELECT iv, bins FROM partition x WHERE x.problem = p.problem AND allowed ORDER BY round(iv::numeric, 12) DESC, bins LIMIT 1) best ON true
LEFT JOIN LATERAL (SELECT sum(iv) AS iv, count(*) AS bins, sum(CASE WHEN upper < 'Infinity' THEN 1 << (upper::int - 2) ELSE 0 END) AS mask FROM scoring.bins(s.b) WHERE lower IS NOT NULL) f ON true;
SELECT cmp_ok((SELECT count(*) FROM answer WHERE best IS NOT NULL), '>=', 2000::bigint, 'enough cases have a solution');
SELECT cmp_ok((SELECT min(n) FROM (SELECT count(*) AS n FROM answer WHERE best IS NOT NULL GROUP BY trend) s), '>=', 350::bigint, 'of every trend');
SELECT cmp_ok((SELECT count(*) FROM answer WHERE best IS NULL), '>=', 100::bigint, 'and enough have none');
SELECT is((SELECT count(*) FROM answer WHERE solved <> (best IS NOT NULL)), 0::bigint, 'a binning is found exactly where there is one');
SELECT is((SELECT count(*) FROM answer WHERE abs(best - found) > 1e-12), 0::bigint, 'its IV is that of brute force, both ways');
SELECT is((SELECT count(*) FROM answer WHERE bins > fewest AND abs(best - found) < 1e-13), 0::bigint, 'with the fewest bins');
SELECT is((SELECT count(*) FROM answer a WHERE solved AND NOT EXISTS (SELECT FROM partition x WHERE x.problem = a.problem AND allowed AND x.bins = a.bins AND abs(x.iv - a.found) < 1e-12)), 0::bigint, 'and it is one of the allowed partitions');

-- SAS HPBIN, example 4.5: non-events and events 2/0, 1/0, 0/0, 1/2, 2/1.
CREATE TEMP TABLE hpbin AS SELECT scoring.optimal_binning(scoring.tally_agg(x, bad), splits => '{2, 3, 4, 5}', smoothing => 'sas') AS b
FROM (VALUES (1, 2, 0), (2, 1, 0), (4, 1, 2), (5, 2, 1)) v (x, goods, bads),
  LATERAL (SELECT false AS bad FROM generate_series(1, goods) UNION ALL SELECT true FROM generate_series(1, bads)) s;
SELECT is((SELECT array_agg(round(woe::numeric, 7) ORDER BY number) FROM hpbin, scoring.bins(b) WHERE lower IS NOT NULL),
          '{0.9162907, 0.4054651, 0.0000000, -1.3862944, 0.0000000}', 'SAS HPBIN 4.5: WoE');
SELECT is((SELECT round(scoring.iv(b)::numeric, 5) FROM hpbin), 1.06615, 'SAS HPBIN 4.5: IV');
-- Siddiqi 2006, the age table.
CREATE TEMP TABLE siddiqi AS SELECT scoring.optimal_binning(scoring.tally_agg(x, bad, n), splits => '{2, 3, 4, 5, 6, 7}', smoothing => 'siddiqi') AS b
FROM (VALUES (1, 860, 140), (2, 3040, 960), (3, 4920, 1080), (4, 8100, 900), (5, 9500, 500), (6, 6800, 200), (7, 2940, 60)) v (x, goods, bads),
  LATERAL (VALUES (false, goods), (true, bads)) s (bad, n);
SELECT is((SELECT array_agg(round((100 * woe)::numeric, 3) ORDER BY number) FROM siddiqi, scoring.bins(b) WHERE lower IS NOT NULL),
          '{-42.719, -108.980, -72.613, -4.526, 70.196, 128.388, 164.934}', 'Siddiqi: WoE of the age table');
SELECT is((SELECT round(scoring.iv(b)::numeric, 3) FROM siddiqi), 0.668, 'Siddiqi: IV of the age table');

-- More room is never worse; the trend none is never worse; a split given is kept in full.
\set rows 20000
\set seed 5
\set table portfolio
\ir ../portfolio.sql
CREATE TEMP TABLE tallied AS SELECT scoring.tally_agg(utilisation, bad) AS t, scoring.tally_agg(residence, bad) AS c, scoring.tally_agg(months_since_last_delinquency, bad, 1, '{-7, -8, -9}') AS special FROM portfolio;
CREATE TEMP TABLE widening AS
SELECT k, trend, scoring.iv(scoring.optimal_binning(t, max_bins => k, trend => trend)) AS iv FROM tallied, generate_series(1, 12) k, unnest('{none, ascending, descending, peak, valley}'::text[]) trend;
SELECT is((SELECT count(*) FROM (SELECT iv < lag(iv) OVER (PARTITION BY trend ORDER BY k) AS worse FROM widening) s WHERE worse), 0::bigint, 'more bins are never worse');
SELECT is((SELECT count(*) FROM widening a JOIN widening b USING (k) WHERE b.trend = 'none' AND a.iv > b.iv + 1e-12), 0::bigint, 'no trend is better than none');
SELECT is((SELECT count(*) FROM widening a JOIN widening b USING (k) WHERE a.trend = 'ascending' AND b.trend IN ('peak', 'valley') AND a.iv > b.iv + 1e-12), 0::bigint, 'a turn may have an empty limb');
SELECT is((SELECT scoring.trend(scoring.optimal_binning(t, trend => 'auto')) FROM tallied), 'ascending', 'auto sees what the data were made with');
-- A U: auto finds the valley, and keeps a monotone trend where the turn is noise.
CREATE TEMP TABLE curve AS
SELECT scoring.tally_agg(x, pg_temp.draw(x, 300 + k, 1000) < 50 + abs(x - 50) * 6) AS u, scoring.tally_agg(x, pg_temp.draw(x, 600 + k, 1000) < 50 + x * 4 + CASE WHEN x < 3 THEN 10 ELSE 0 END) AS nearly
FROM generate_series(1, 100) x, generate_series(1, 100) k;
SELECT is((SELECT scoring.trend(scoring.optimal_binning(u)) FROM curve), 'valley', 'auto: a turn that pays');
SELECT is((SELECT scoring.trend(scoring.optimal_binning(nearly)) FROM curve), 'ascending', 'auto: a turn that does not');
SELECT is((SELECT array_agg(upper ORDER BY number) FROM tallied, scoring.bins(scoring.optimal_binning(t, splits => '{0.1, 0.30000000000000004, 0.7}')) WHERE lower IS NOT NULL),
          '{0.1, 0.30000000000000004, 0.7, Infinity}'::float8[], 'cut points are kept to the last digit');
SELECT is((SELECT array_agg(label ORDER BY number) FROM tallied, scoring.bins(scoring.optimal_binning(special, max_bins => 1))), '{any value,special -9,special -8,special -7,missing}', 'special codes have bins of their own');
-- The same rows, whatever their order and however they were divided, give the same bytes.
SELECT is((SELECT scoring.optimal_binning(scoring.rollup(p))::text FROM (SELECT scoring.tally_agg(utilisation, bad) AS p FROM portfolio GROUP BY id % 7) s),
          (SELECT scoring.optimal_binning(t)::text FROM tallied), 'from parts: the same text');
SELECT is((SELECT sum(scoring.woe(b, utilisation) * ((NOT bad)::int / g - bad::int / d)) FROM portfolio, (SELECT scoring.optimal_binning(t) AS b, scoring.goods(t) AS g, scoring.bads(t) AS d FROM tallied OFFSET 0) s)::numeric(20, 10),
          (SELECT scoring.iv(scoring.optimal_binning(t)) FROM tallied)::numeric(20, 10), 'IV is what the rows'' WoE add up to');

-- The largest problem, 200 fine classes with everything asked for, takes seconds; it can be cancelled.
CREATE TEMP TABLE large AS SELECT scoring.tally_agg(x, (hashint8extended(x, 4) & 7) < 1 + x / 700) AS t FROM generate_series(1, 4000) x;
CREATE FUNCTION pg_temp.solve_large() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM scoring.optimal_binning(t, max_bins => 200, min_bin_fraction => 0, max_bin_p_value => 0.9, trend => 'auto') FROM large;
  RETURN 'solved';
EXCEPTION WHEN query_canceled THEN
  RETURN 'cancelled';
END
$$;
SET LOCAL statement_timeout = '200ms';
SELECT is(pg_temp.solve_large(), 'cancelled', 'a large problem can be cancelled');
SET LOCAL statement_timeout = 0;

-- The chart: columns line up, whatever the labels are made of.
CREATE TEMP TABLE wide AS
SELECT scoring.optimal_binning(scoring.tally_agg(v, bad), min_bin_fraction => 0, min_category_fraction => 0) AS b
FROM (SELECT (ARRAY['東京都', 'Zürich', E'a\nb\x01', repeat('あ', 30), repeat('long', 20), 'e' || U&'\0301'])[1 + k] AS v, i % 100 < 10 + 10 * k AS bad FROM generate_series(0, 5) k, generate_series(0, 99) i) q;
SELECT is((SELECT array_agg(line) FROM wide, scoring.bin_chart(b) AS line), ARRAY[
'bin                               total  share                bads  bad rate                  WoE',
'東京都                              100   16.7% ############     10    10.00% ##             1.578         |########',
'Zürich                              100   16.7% ############     20    20.00% ####           0.767         |####',
'a\nb\x01                            100   16.7% ############     30    30.00% ######         0.228         |#',
'ああああああああああああああ...     100   16.7% ############     40    40.00% ########      -0.214        #|',
'longlonglonglonglonglonglongl...    100   16.7% ############     50    50.00% ##########    -0.619      ###|',
E'e\u0301                                   100   16.7% ############     60    60.00% ############  -1.025    #####|',
'other                                 0    0.0%                   0         -                0.000         |          no rows, neutral',
'missing                               0    0.0%                   0         -                0.000         |          no rows, neutral',
'total                               600  100.0%                 210    35.00%                 IV 0.645, trend none'], 'labels of characters of no, one or two columns');
SELECT ok(bool_and(line !~ '\s$' AND line !~ '[\x01-\x1f]'), 'no line ends in blanks or holds a control character') FROM wide, scoring.bin_chart(b) AS line;
SELECT ok(bool_and(length(line) < 140), 'long lists of categories do not make long lines')
FROM (SELECT scoring.optimal_binning(scoring.tally_agg('category number ' || x % 500, x % 7 < 2), min_category_fraction => 0) AS b FROM generate_series(1, 20000) x) q, scoring.bin_chart(b) AS line;
SELECT is((SELECT count(*) FROM wide, scoring.bins(b)), (SELECT count(*) - 2 FROM wide, scoring.bin_chart(b)), 'a line for each bin, a head and a total');
SELECT is((SELECT sum(cardinality(categories)) FROM (SELECT scoring.optimal_binning(scoring.tally_agg('c' || x % 4000, x % 7 < 2)) AS b FROM generate_series(1, 20000) x) q, scoring.bins(b)), 4000::bigint, 'thousands of categories are kept by name');
SELECT * FROM finish();
ROLLBACK;
