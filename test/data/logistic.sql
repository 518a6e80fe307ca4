-- Coefficients and standard errors on real data against Newton's method in 60 decimal digits (test/golden/logistic.sql
-- says of what and with which versions): better than
-- 1e-13 relative, where 1e-8 and 1e-6 are asked for.
BEGIN;
SELECT plan(9);
\ir ../golden/logistic.sql
CREATE TEMP TABLE fitted AS
SELECT dataset, scoring.fit_logistic(dataset::regclass, 'bad', features) AS f
FROM (SELECT dataset, array_agg(term ORDER BY term) AS features FROM golden_logistic WHERE term <> '(intercept)' GROUP BY dataset) g;
SELECT cmp_ok(max(abs(t.coefficient / g.coefficient - 1)), '<', 1e-13::float8, d.dataset || ': coefficients')
FROM fitted d, scoring.terms(f) t JOIN golden_logistic g ON g.term = t.name WHERE g.dataset = d.dataset GROUP BY d.dataset ORDER BY 1;
SELECT cmp_ok(max(abs(t.standard_error / g.standard_error - 1)), '<', 1e-13::float8, d.dataset || ': standard errors')
FROM fitted d, scoring.terms(f) t JOIN golden_logistic g ON g.term = t.name WHERE g.dataset = d.dataset GROUP BY d.dataset ORDER BY 1;
SELECT ok(abs(scoring.log_likelihood(f) / g.log_likelihood - 1) < 1e-12 AND scoring.rows_used(f) = g.n_rows, dataset || ': log-likelihood and rows')
FROM fitted JOIN golden_logistic_fit g USING (dataset) ORDER BY dataset;
SELECT * FROM finish();
ROLLBACK;
