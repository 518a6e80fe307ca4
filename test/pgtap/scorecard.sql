-- fit_scorecard: properties of the fit on made-up data whose truth is known, in every plan, wide, large and interrupted.
BEGIN;
SELECT plan(22);
SET client_min_messages = warning;
\set rows 60000
\set seed 1
\set table portfolio
\ir ../portfolio.sql
\set seed 2
\set table fresh
\ir ../portfolio.sql
\set given 'exclude => ''{id, granted_on, true_pd, sex, age_years, nationality, marital_status, religion}'', special => ''{"months_since_last_delinquency": [-7, -8, -9], "number_of_inquiries": [-9]}'''

-- It finds what is there.
CREATE TABLE card AS SELECT scoring.fit_scorecard('portfolio', 'bad', :given, validation => 'fresh') AS m;
SELECT cmp_ok((SELECT gini FROM card, scoring.samples(m) WHERE sample = 'validation'), '>',
              (SELECT scoring.gini(scoring.tally_agg(-true_pd, bad)) - 0.05 FROM fresh), 'on fresh rows it ranks nearly as well as the truth');
SELECT is((SELECT count(*) FROM card, scoring.screening(m) WHERE kept AND characteristic IN ('id', 'granted_on', 'true_pd', 'sex', 'age_years', 'nationality', 'marital_status', 'religion')), 0::bigint,
          'what a lender may not use is not in the card');
SELECT ok((SELECT bool_and(coefficient > 0) FROM card, scoring.terms(m) WHERE name <> '(intercept)'), 'every sign is right');
SELECT cmp_ok((SELECT count(*) FROM card, scoring.characteristics(m)), '<=', 15::bigint, 'at most 15 characteristics');
-- Calibration: the regression of fresh outcomes on the log odds of bad that the card gives has slope 1.
CREATE TABLE judged AS SELECT bad, -scoring.log_odds(m, f) AS logit, ln(scoring.pd(m, f) / (1 - scoring.pd(m, f))) AS logit_of_pd FROM fresh f, card;
SELECT ok((SELECT coefficient BETWEEN 0.95 AND 1.05 FROM scoring.terms(scoring.fit_logistic('judged', 'bad', '{logit}')) WHERE name = 'logit'), 'calibration slope on fresh rows');
SELECT ok((SELECT coefficient BETWEEN 0.95 AND 1.05 FROM scoring.terms(scoring.fit_logistic('judged', 'bad', '{logit_of_pd}')) WHERE name = 'logit_of_pd'), 'and of the pd, which follows the score');
SELECT cmp_ok((SELECT abs(mean_pd / bad_rate - 1) FROM card, scoring.samples(m) WHERE sample = 'validation'), '<', 0.05::float8, 'its mean pd is the bad rate of fresh rows');
-- A sample of every bad and a fifth of the goods, corrected.
CREATE TABLE oversampled AS SELECT * FROM portfolio WHERE bad OR id % 5 = 0;
SELECT cmp_ok((SELECT abs(avg(scoring.pd(m, f)) / avg(true_pd) - 1)
               FROM fresh f, (SELECT scoring.fit_scorecard('oversampled', 'bad', :given, population_bad_rate => (SELECT avg(bad::int) FROM portfolio)) AS m OFFSET 0) x),
              '<', 0.07::float8, 'an oversampled fit is corrected to the population');

-- One model: any order of rows and columns, workers, partitions.
CREATE TABLE some_loans AS SELECT * FROM portfolio WHERE id <= 15000;
CREATE TABLE part_card AS SELECT scoring.hash(scoring.fit_scorecard('some_loans', 'bad', :given)) AS h;
CREATE TABLE parted (LIKE some_loans) PARTITION BY HASH (id);
SELECT format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES WITH (MODULUS 3, REMAINDER %s)', i, i) FROM generate_series(0, 2) i \gexec
INSERT INTO parted SELECT * FROM some_loans ORDER BY hashint8extended(id, 5);
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET enable_partitionwise_aggregate = on;
SET max_parallel_workers_per_gather = 2;
SELECT is((SELECT scoring.hash(scoring.fit_scorecard('some_loans', 'bad', :given))), (SELECT h FROM part_card), 'with workers');
SELECT is((SELECT scoring.hash(scoring.fit_scorecard('parted', 'bad', :given))), (SELECT h FROM part_card), 'shuffled, in partitions, with workers');
SET max_parallel_workers_per_gather = 0;
SELECT is((SELECT scoring.hash(scoring.fit_scorecard('parted', 'bad', :given))), (SELECT h FROM part_card), 'in partitions, without');
-- Coded rows in a temporary file.
SET maintenance_work_mem = '1MB';
SELECT is((SELECT scoring.hash(scoring.fit_scorecard('portfolio', 'bad', :given))), (SELECT scoring.hash(m) FROM card), 'with rows in a temporary file');
RESET maintenance_work_mem;
-- What a session sets does not matter.
SET DateStyle = 'SQL, DMY';
SET TimeZone = 'Asia/Tokyo';
SET extra_float_digits = -10;
SET search_path = pg_temp;
SELECT scoring.hash(scoring.fit_scorecard('public.some_loans', 'bad', :given)) AS other_settings \gset
RESET DateStyle; RESET TimeZone; RESET extra_float_digits; RESET search_path;
SELECT is(:'other_settings', (SELECT h FROM part_card), 'with other settings');

-- Interrupted, it leaves nothing behind, and can be had again.
CREATE TABLE cancelled (at text);
CREATE FUNCTION pg_temp.cancelled() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM scoring.fit_scorecard('portfolio', 'bad', exclude => '{id}');
EXCEPTION WHEN query_canceled THEN
  INSERT INTO cancelled VALUES (current_setting('statement_timeout'));
END
$$;
SET statement_timeout = '20ms';
SELECT pg_temp.cancelled();
SET statement_timeout = '60ms';
SELECT pg_temp.cancelled();
SET statement_timeout = '150ms';
SELECT pg_temp.cancelled();
SET statement_timeout = '300ms';
SELECT pg_temp.cancelled();
SET statement_timeout = 0;
SELECT cmp_ok((SELECT count(*) FROM cancelled), '>=', 2::bigint, 'a fit can be cancelled, early and late');
SELECT is((SELECT scoring.hash(scoring.fit_scorecard('some_loans', 'bad', :given))), (SELECT h FROM part_card), 'and had again');

-- A table of 1,000 columns.
SELECT format('CREATE TABLE wide AS SELECT bad, %s FROM (SELECT id, bad FROM portfolio WHERE id <= 2000) p',
              string_agg(CASE WHEN k % 100 = 0 THEN format('(hashint8extended(id, %s) & 255) + CASE WHEN bad THEN 60 ELSE 0 END AS c%s', k, k)
                              WHEN k % 3 = 0 THEN format('''v'' || (hashint8extended(id, %s) & 15) AS c%s', k, k)
                              ELSE format('(hashint8extended(id, %s) & 255)::float4 AS c%s', k, k) END, ', '))
FROM generate_series(1, 1000) k \gexec
CREATE TABLE wide_card AS SELECT scoring.fit_scorecard('wide', 'bad') AS m;
SELECT is((SELECT count(*) FROM wide_card, scoring.screening(m)), 1000::bigint, 'a table of 1,000 columns');
SELECT is((SELECT count(*) FROM wide_card, scoring.screening(m) WHERE kept AND right(characteristic, 2) = '00'), 10::bigint, 'of which ten tell something, and stay');
SELECT cmp_ok((SELECT count(*) FILTER (WHERE z >= 2.33) FROM wide_card, scoring.screening(m) WHERE right(characteristic, 2) <> '00'), '<=', 40::bigint,
              'and of the others z lets at most four in a hundred through');
SELECT cmp_ok((SELECT stddev(z) FROM wide_card, scoring.screening(m) WHERE right(characteristic, 2) <> '00'), '<', 1.4::float8, 'its spread on noise');

-- 10,000 categories: the rare ones are "other", and nothing is chosen by chance.
CREATE TABLE many AS SELECT bad, income, CASE WHEN id % 2 = 0 THEN 'frequent' ELSE 'rare ' || id % 20000 END AS category FROM portfolio WHERE id <= 40000;
CREATE TABLE many_card AS SELECT scoring.fit_scorecard('many', 'bad', min_iv => 0) AS m;
SELECT is((SELECT scoring.hash(scoring.fit_scorecard('many', 'bad', min_iv => 0))), (SELECT scoring.hash(m) FROM many_card), '10,000 categories: one model');
SELECT ok((SELECT NOT kept AND bins <= 4 FROM many_card, scoring.screening(m) WHERE characteristic = 'category'), '10,000 categories: pooled, and found to tell nothing');

-- A weight of 5 for each good that stands for five.
CREATE TABLE weighted AS SELECT *, CASE WHEN bad THEN 1 ELSE 5 END AS w FROM oversampled;
SELECT cmp_ok((SELECT abs(avg(scoring.pd(m, f)) / avg(true_pd) - 1)
               FROM fresh f, (SELECT scoring.fit_scorecard('weighted', 'bad', :given, weight => 'w') AS m OFFSET 0) x),
              '<', 0.07::float8, 'goods weighted back to the population');

SELECT * FROM finish();
ROLLBACK;
