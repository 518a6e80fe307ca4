-- The generated data that demo, tests and benchmarks stand on: the same on every machine, and what their heads promise.
BEGIN;
SELECT plan(16);
\set rows 20000
\set seed 1
\set table portfolio
\ir ../portfolio.sql
\set seed 2
\set table portfolio_fresh
\ir ../portfolio.sql
\set rows 5000
\set seed 1
\set table bench_rows
\ir ../wide.sql

SELECT is((SELECT count(*) FROM portfolio), 20000::bigint, 'as many rows as asked for');
SELECT is((SELECT md5(string_agg(concat_ws('|', id, income, loan_amount, loan_purpose, savings, employment_type, region, utilisation, months_since_last_delinquency, sex, religion, bad), ',' ORDER BY id))
           FROM portfolio), '7f8d11af50ded596ef626748daab7086', 'the same rows on every machine and version');
SELECT is((SELECT md5(string_agg(round(c1::numeric, 6) || '|' || round(c20::numeric, 6) || '|' || bad, ',' ORDER BY c1)) FROM bench_rows), '5a443a1c6685bff60ce0d1ec488642db', 'the same rows for benchmarks too');
SELECT ok((SELECT avg(bad::int) BETWEEN 0.08 AND 0.10 FROM portfolio), 'one in eleven is bad');
SELECT ok((SELECT abs(avg(bad::int) - avg(true_pd)) < 3 * sqrt(avg(true_pd * (1 - true_pd)) / count(*)) FROM portfolio), 'outcomes are drawn with true_pd');
SELECT ok((SELECT abs(avg(bad::int) - avg(true_pd)) < 0.02 FROM portfolio WHERE true_pd > 0.2), 'also where it is high');
SELECT is((SELECT count(*) FROM portfolio WHERE NOT (true_pd > 0 AND true_pd < 1)), 0::bigint, 'true_pd is a probability');
SELECT is((SELECT count(*) FROM portfolio JOIN portfolio_fresh f USING (id) WHERE (portfolio.income, portfolio.savings, portfolio.utilisation) = (f.income, f.savings, f.utilisation)), 0::bigint,
          'another seed, other applicants');
SELECT is((SELECT array_agg(DISTINCT months_since_last_delinquency ORDER BY months_since_last_delinquency) FROM portfolio WHERE months_since_last_delinquency < 0), '{-9,-8,-7}'::int[], 'special codes');
SELECT ok((SELECT count(income) < count(*) AND count(savings) < count(*) AND count(utilisation) < count(*) FROM portfolio), 'missing cells');
SELECT ok((SELECT count(*) BETWEEN 1 AND 200 FROM portfolio WHERE loan_purpose IN ('boat', 'funeral', 'musical_instrument')), 'rare categories');
SELECT ok((SELECT abs(avg(income) FILTER (WHERE sex = 'female') / avg(income) FILTER (WHERE sex = 'male') - 0.87) < 0.05 FROM portfolio), 'income follows sex, which has no effect of its own');
SELECT ok((SELECT corr(age_years, oldest_account_months) > 0.3 FROM portfolio), 'the oldest account follows age');
SELECT ok((SELECT count(*) FILTER (WHERE employment_type = 'retired' AND age_years < 64) = 0 AND bool_and(months_in_job <= 12 * (age_years - 17)) FROM portfolio), 'nobody has worked since before he was seventeen');
SELECT is((SELECT count(DISTINCT c1) + count(DISTINCT c3) FROM bench_rows), 10000::bigint, 'benchmark values are all distinct');
SELECT ok((SELECT abs(corr(c1, c6)) < 0.06 AND abs(corr(c1, c2)) < 0.06 FROM bench_rows), 'benchmark characteristics are independent');

SELECT * FROM finish();
ROLLBACK;
