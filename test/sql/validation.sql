-- auc, gini, ks and unranked: small cases by hand, odd values, every refusal.
\pset null '(null)'
CREATE TABLE ranked (name text, value float8, bad boolean);
INSERT INTO ranked VALUES ('perfect', 1, true), ('perfect', 2, true), ('perfect', 3, false), ('backwards', 1, false), ('backwards', 2, true), ('ties', 1, true), ('ties', 1, false), ('ties', 1, false),
  ('half', 1, true), ('half', 2, false), ('half', 3, true), ('infinite', '-Infinity', true), ('infinite', 'Infinity', false), ('infinite', 0, true), ('infinite', 0, false),
  ('missing', NULL, true), ('missing', 'NaN', false), ('missing', 1, true), ('missing', 2, false), ('only missing', NULL, true), ('only missing', 1, false), ('one class', 1, true), ('one class', 2, true),
  ('unlabelled', 1, NULL), ('unlabelled', 2, NULL);
CREATE TABLE rank_tally AS SELECT name, scoring.tally_agg(value, bad) AS t FROM ranked GROUP BY name;
SELECT name, scoring.auc(t), scoring.gini(t), scoring.ks(t), scoring.unranked(t) FROM rank_tally ORDER BY name COLLATE "C";
SELECT name, scoring.auc(t, higher_is => 'bad'), scoring.gini(t, 'bad'), scoring.ks(t, 'bad') FROM rank_tally ORDER BY name COLLATE "C";
-- Special codes are outside; the same numbers as values are not. Weights count.
SELECT scoring.auc(scoring.tally_agg(v, bad)) AS as_values, scoring.auc(scoring.tally_agg(v, bad, 1, '{-9}')) AS as_codes, scoring.unranked(scoring.tally_agg(v, bad, 1, '{-9}')),
       scoring.unranked(scoring.tally_agg(v, bad, 2.5, '{-9}')) AS weighted
FROM (VALUES (-9, true), (-9, false), (-9, NULL), (-9, false), (1, true), (2, false)) x (v, bad);
SELECT scoring.auc(scoring.tally_agg(v, bad, w)), scoring.ks(scoring.tally_agg(v, bad, w)) FROM (VALUES (1, true, 3), (1, false, 1), (2, false, 1), (2, true, 0), (0, false, 2)) x (v, bad, w);
SELECT scoring.auc(NULL) AS auc, scoring.gini(NULL) AS gini, scoring.ks(NULL) AS ks, scoring.unranked(NULL) AS unranked, scoring.auc(t, NULL) AS no_direction FROM rank_tally WHERE name = 'half';
SELECT scoring.auc(scoring.tally_agg(value, bad)) FROM ranked WHERE false;
-- Refusals.
SELECT scoring.auc(t, higher_is => 'better') FROM rank_tally;
SELECT scoring.gini(t, higher_is => '') FROM rank_tally;
SELECT scoring.ks(t, higher_is => 'Good') FROM rank_tally;
SELECT scoring.auc(scoring.tally_agg(name, bad)) FROM ranked;
SELECT scoring.unranked(scoring.tally_agg(name, bad)) FROM ranked;
DROP TABLE ranked, rank_tally;
