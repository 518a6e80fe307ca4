-- AUC, Gini and KS: published values, the definition in SQL, and how far the estimates of a sketch are off.
BEGIN;
SELECT plan(19);
\ir ../golden/discrimination.sql

-- Hanley and McNeil 1982: the paper prints 0.893.
CREATE TEMP TABLE hanley AS SELECT scoring.tally_agg(rating, bad) AS t FROM hanley_mcneil;
SELECT is(round(scoring.auc(t, higher_is => 'bad')::numeric, 3), 0.893, 'Hanley and McNeil: AUC') FROM hanley;
SELECT cmp_ok(abs(scoring.auc(t, higher_is => 'bad') - g.auc), '<', 1e-15::float8, 'AUC as scikit-learn''s') FROM hanley, golden_discrimination g WHERE dataset = 'hanley_mcneil';
SELECT cmp_ok(abs(scoring.gini(t, higher_is => 'bad') - g.gini), '<', 1e-15::float8, 'Gini') FROM hanley, golden_discrimination g WHERE dataset = 'hanley_mcneil';
SELECT cmp_ok(abs(scoring.ks(t, higher_is => 'bad') - g.ks), '<', 1e-15::float8, 'KS as SciPy''s') FROM hanley, golden_discrimination g WHERE dataset = 'hanley_mcneil';

-- By definition, from the rows.
CREATE TEMP TABLE ranked AS
SELECT i AS id, CASE WHEN i % 13 > 0 THEN (hashint8extended(i, 1) & 1023)::float8 END AS score, CASE WHEN i % 17 > 0 THEN (hashint8extended(i, 2) & 2047) > 1000 + (hashint8extended(i, 1) & 1023) / 2 END AS bad, 0.5 + i % 3 AS w
FROM generate_series(1, 20000) i;
UPDATE ranked SET score = -9 WHERE id % 29 = 0;
CREATE TEMP TABLE rank_tally AS SELECT scoring.tally_agg(score, bad) AS t, scoring.tally_agg(score, bad, w) AS weighted, scoring.tally_agg(score, bad, 1, '{-9}') AS special FROM ranked;
CREATE FUNCTION pg_temp.by_definition(condition text, weight text, OUT auc float8, OUT ks float8) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('
    WITH cell AS (SELECT score, coalesce(sum(%2$s) FILTER (WHERE NOT bad), 0)::float8 AS g, coalesce(sum(%2$s) FILTER (WHERE bad), 0)::float8 AS d FROM ranked WHERE bad IS NOT NULL AND %1$s GROUP BY score),
      below AS (SELECT *, coalesce(sum(d) OVER (ORDER BY score ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS d0, sum(g) OVER (ORDER BY score) AS g1, sum(d) OVER (ORDER BY score) AS d1, sum(g) OVER () AS gs, sum(d) OVER () AS ds FROM cell)
    SELECT sum(g * (d0 + d / 2)) / max(gs * ds), max(abs(g1 / gs - d1 / ds)) FROM below', condition, weight) INTO auc, ks;
END
$$;
SELECT cmp_ok(abs(scoring.auc(t) - d.auc) + abs(scoring.ks(t) - d.ks), '<', 1e-13::float8, 'by definition') FROM rank_tally, pg_temp.by_definition('score IS NOT NULL', '1') d;
SELECT cmp_ok(abs(scoring.auc(weighted) - d.auc) + abs(scoring.ks(weighted) - d.ks), '<', 1e-13::float8, 'with weights') FROM rank_tally, pg_temp.by_definition('score IS NOT NULL', 'w') d;
SELECT cmp_ok(abs(scoring.auc(special) - d.auc) + abs(scoring.ks(special) - d.ks), '<', 1e-13::float8, 'special codes are outside') FROM rank_tally, pg_temp.by_definition('score IS NOT NULL AND score <> -9', '1') d;
SELECT is(scoring.unranked(special), (SELECT count(*) FROM ranked WHERE bad IS NOT NULL AND (score IS NULL OR score = -9))::float8, 'and are counted') FROM rank_tally;
SELECT is(scoring.gini(t), -scoring.gini(t, higher_is => 'bad'), 'the other direction has the other sign') FROM rank_tally;
SELECT cmp_ok(abs(scoring.gini(t) - (2 * scoring.auc(t) - 1)), '<', 1e-15::float8, 'Gini is 2 AUC - 1') FROM rank_tally;
SELECT is(scoring.ks(t), scoring.ks(t, 'bad'), 'KS has no direction') FROM rank_tally;
SELECT is((SELECT scoring.auc(scoring.rollup(p)) FROM (SELECT scoring.tally_agg(score, bad) AS p FROM ranked GROUP BY id % 11) s), scoring.auc(t), 'from parts: the same') FROM rank_tally;

-- A sketch: estimates within the bound that docs/validation.md gives, and much better as a rule.
CREATE TEMP TABLE fine AS
SELECT i AS id, (hashint8extended(i, 1) & 1048575) + i / 1000000.0::float8 AS score, (hashint8extended(i, 2) & 1048575) < 20000 + (hashint8extended(i, 1) & 1048575) / 8 AS bad FROM generate_series(1, 200000) i;
CREATE TEMP TABLE exact AS
SELECT (SELECT (sum(r) FILTER (WHERE NOT bad) - g * (g + 1) / 2) / (g * d) FROM (SELECT bad, rank() OVER (ORDER BY score)::float8 AS r FROM fine) s) AS auc,
       (SELECT max(abs(g1 / g - d1 / d)) FROM (SELECT sum((NOT bad)::int) OVER (ORDER BY score)::float8 AS g1, sum(bad::int) OVER (ORDER BY score)::float8 AS d1 FROM fine) s) AS ks, g, d
FROM (SELECT count(*) FILTER (WHERE NOT bad)::float8 AS g, count(*) FILTER (WHERE bad)::float8 AS d FROM fine) n;
CREATE TEMP TABLE arrival AS
SELECT 'as it comes' AS arrival, scoring.tally_agg(score, bad) AS t FROM fine
UNION ALL SELECT 'ascending', scoring.tally_agg(score, bad ORDER BY score) FROM fine
UNION ALL SELECT 'descending', scoring.tally_agg(score, bad ORDER BY score DESC) FROM fine
UNION ALL SELECT 'goods first', scoring.tally_agg(score, bad ORDER BY bad, score) FROM fine
UNION ALL SELECT 'zooming in', scoring.tally_agg(score, bad ORDER BY abs(score - 500000) DESC) FROM fine
UNION ALL SELECT 'rolled up', scoring.rollup(p) FROM (SELECT scoring.tally_agg(score, bad) AS p FROM fine GROUP BY id % 37) s;
SELECT ok(bool_and(scoring.rank_error(t) > 0), 'these are sketches') FROM arrival;
SELECT ok(bool_and(abs(scoring.auc(t) - e.auc) <= scoring.rank_error(t) / least(g, d)), 'AUC within its bound') FROM arrival, exact e;
SELECT ok(bool_and(abs(scoring.gini(t) - (2 * e.auc - 1)) <= 2 * scoring.rank_error(t) / least(g, d)), 'Gini within its bound') FROM arrival, exact e;
SELECT ok(bool_and(abs(scoring.ks(t) - e.ks) <= scoring.rank_error(t) / least(g, d)), 'KS within its bound') FROM arrival, exact e;
SELECT cmp_ok(max(abs(scoring.auc(t) - e.auc)), '<', 1e-4::float8, 'AUC is off by very little') FROM arrival, exact e;
SELECT cmp_ok(max(abs(scoring.ks(t) - e.ks)), '<', 1e-3::float8, 'KS too') FROM arrival, exact e;
SELECT ok(bool_and(scoring.unranked(t) = 0), 'everything is ranked') FROM arrival;
SELECT * FROM finish();
ROLLBACK;
