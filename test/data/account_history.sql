-- Real statements: a million of them into histories, outcomes against plain SQL; a card on account_features against one on
-- the raw columns.
BEGIN;
SELECT plan(9);
SET client_min_messages = warning;
SET search_path = public;

-- credit_card_monthly_status. 0 is 1 to 29 days past due, 1 is 30 to 59, ... 5 is 150 and more; C paid off that month, X no loan that month.
CREATE TEMP TABLE statement AS
SELECT id, (date '2020-01-01' + months_balance * interval '1 month')::date AS month, array_position('{0, 1, 2, 3, 4, 5}', status) AS place, status
FROM credit_card_month;
CREATE TEMP TABLE history AS
SELECT id, scoring.account_history_agg(month, CASE WHEN place = 1 THEN 1 WHEN place > 1 THEN 30 * (place - 1) END,
         CASE status WHEN 'C' THEN 'current' WHEN 'X' THEN 'no_payment_due' END, NULL, NULL, NULL, NULL) AS h
FROM statement GROUP BY id;
SELECT is((SELECT sum(scoring.months_reported(h, '2020-02-01')) FROM history), 1048575::bigint, 'every statement is in a history');

-- Twelve months from the first statement, bad is 60 days past due (status 2 and worse), indeterminate 30.
CREATE TEMP TABLE outcomes AS
SELECT h.id, scoring.outcome(h, scoring.first_statement(h), 12, 60, 30) AS value, p.outcome
FROM history h JOIN (
  SELECT id, CASE WHEN bool_or(status IN ('2', '3', '4', '5')) FILTER (WHERE age < 12) THEN 'bad' WHEN max(age) < 11 THEN 'immature'
                  WHEN bool_or(status = '1') FILTER (WHERE age < 12) THEN 'indeterminate' ELSE 'good' END AS outcome
  FROM (SELECT id, status, months_balance - min(months_balance) OVER (PARTITION BY id) AS age FROM credit_card_month) a GROUP BY id) p USING (id);
SELECT is((SELECT count(*) FROM outcomes), 45985::bigint, 'every account has an outcome');
SELECT is((SELECT count(*) FROM outcomes WHERE value IS DISTINCT FROM outcome), 0::bigint, 'outcomes are those of plain SQL, account by account');
-- As of one date: those on book before it, neither bad nor closed then.
SELECT is((SELECT count(*) FROM history h JOIN (
    SELECT id, CASE WHEN min(months_balance) > -24 OR (array_agg(status ORDER BY months_balance DESC) FILTER (WHERE months_balance < -24))[1] IN ('3', '4', '5') THEN 'excluded'
                    WHEN bool_or(status IN ('3', '4', '5')) FILTER (WHERE months_balance BETWEEN -24 AND -13) THEN 'bad'
                    WHEN max(months_balance) < -13 THEN 'immature'
                    WHEN count(*) FILTER (WHERE months_balance BETWEEN -24 AND -13) = 0 THEN 'immature'
                    WHEN bool_or(status IN ('1', '2')) FILTER (WHERE months_balance BETWEEN -24 AND -13) THEN 'indeterminate' ELSE 'good' END AS outcome
    FROM credit_card_month GROUP BY id) p USING (id)
  WHERE scoring.outcome(h, '2018-01-20') IS DISTINCT FROM outcome), 0::bigint, 'and as of one date');

-- Why immature accounts are not good ones.
CREATE TEMP TABLE rates AS
SELECT round(100.0 * count(*) FILTER (WHERE value = 'bad') / count(*) FILTER (WHERE value IN ('bad', 'good', 'immature')), 2) AS immature_as_good,
       round(100.0 * count(*) FILTER (WHERE scoring.is_bad(value)) / count(*) FILTER (WHERE scoring.is_bad(value) IS NOT NULL AND mature), 2) AS mature_only
FROM (SELECT o.value, scoring.last_statement(h) >= scoring.first_statement(h) + interval '11 months' AS mature FROM outcomes o JOIN history h USING (id)) m;
SELECT diag(format('credit_card_monthly_status, bad within 12 months: %s %% with immature accounts as good, %s %% of the mature ones', immature_as_good, mature_only)) FROM rates;
SELECT cmp_ok(mature_only, '>', immature_as_good, format('bad rate: %s %% with immature accounts counted as good, %s %% of the mature ones', immature_as_good, mature_only)) FROM rates;

-- taiwan_default: a statement has its balance and what was paid of it in the month after.
CREATE TEMP TABLE taiwan_history AS
SELECT id, scoring.account_history_agg(month, CASE WHEN pay > 0 THEN 30 * pay WHEN pay IS NOT NULL THEN 0 END::int, CASE WHEN pay = -2 THEN 'no_payment_due' WHEN pay <= 0 THEN 'current' END,
         bill, limit_bal, bill, paid) AS h
FROM taiwan, LATERAL (VALUES (date '2005-09-30', pay_0, bill_amt1, NULL), ('2005-08-31', pay_2, bill_amt2, pay_amt1), ('2005-07-31', pay_3, bill_amt3, pay_amt2), ('2005-06-30', pay_4, bill_amt4, pay_amt3),
  ('2005-05-31', pay_5, bill_amt5, pay_amt4), ('2005-04-30', pay_6, bill_amt6, pay_amt5), ('2005-03-31', NULL, NULL, pay_amt6)) m (month, pay, bill, paid)
GROUP BY id;
SELECT is((SELECT count(*) FROM taiwan JOIN taiwan_history USING (id)
           WHERE scoring.grid(h, '2005-10-01', 6) IS DISTINCT FROM (SELECT string_agg(least(greatest(p, 0), 7)::text, '' ORDER BY n) FROM unnest(ARRAY[pay_0, pay_2, pay_3, pay_4, pay_5, pay_6]) WITH ORDINALITY u (p, n))), 0::bigint,
          'taiwan_default: the grid is that of the six columns');
SELECT is((SELECT count(*) FROM taiwan JOIN taiwan_history USING (id)
           WHERE scoring.utilisation(h, '2005-10-01', measure => 'max') IS DISTINCT FROM greatest(bill_amt1, bill_amt2, bill_amt3, bill_amt4, bill_amt5, bill_amt6, 0)::float8 / limit_bal), 0::bigint,
          'taiwan_default: greatest utilisation');

CREATE TEMP TABLE taiwan_features AS
SELECT t.id, t.education, t.limit_bal, t.bad, f.* FROM taiwan t JOIN taiwan_history USING (id), scoring.account_features(h, '2005-10-01') f;
CREATE TABLE taiwan_cards (seed int, raw float8, features float8);
DO $$
DECLARE
  raw scoring.tally;
  features scoring.tally;
BEGIN
  FOR s IN 1 .. 10 LOOP
    EXECUTE format('CREATE OR REPLACE VIEW pg_temp.raw_train AS SELECT * FROM taiwan WHERE scoring.sample_part(id::text, %L, ''{0.7, 0.3}'') = 1', 'history ' || s);
    EXECUTE format('CREATE OR REPLACE VIEW pg_temp.features_train AS SELECT * FROM taiwan_features WHERE scoring.sample_part(id::text, %L, ''{0.7, 0.3}'') = 1', 'history ' || s);
    WITH card AS MATERIALIZED (SELECT scoring.fit_scorecard('pg_temp.raw_train', 'bad', exclude => '{id, sex, marriage, age}') AS m)
    SELECT scoring.tally_agg(scoring.score(m, t), t.bad) INTO raw FROM taiwan t, card WHERE scoring.sample_part(id::text, 'history ' || s, '{0.7, 0.3}') = 2;
    WITH card AS MATERIALIZED (SELECT scoring.fit_scorecard('pg_temp.features_train', 'bad', exclude => '{id}') AS m)
    SELECT scoring.tally_agg(scoring.score(m, t), t.bad) INTO features FROM taiwan_features t, card WHERE scoring.sample_part(id::text, 'history ' || s, '{0.7, 0.3}') = 2;
    INSERT INTO taiwan_cards VALUES (s, scoring.auc(raw), scoring.auc(features));
  END LOOP;
END
$$;
SELECT diag(format('taiwan_default, mean AUC of ten splits: %s on the raw columns, %s on account_features', round(avg(raw)::numeric, 4), round(avg(features)::numeric, 4))) FROM taiwan_cards;
SELECT cmp_ok((SELECT avg(features - raw) FROM taiwan_cards), '>=', 0.003::float8, format('taiwan_default: AUC %s on account_features, %s on the raw columns', round(avg(features)::numeric, 4), round(avg(raw)::numeric, 4))) FROM taiwan_cards;
SELECT cmp_ok((SELECT count(*) FILTER (WHERE features > raw) FROM taiwan_cards), '>=', 9::bigint, 'taiwan_default: in nine splits of ten at least');
SELECT * FROM finish();
ROLLBACK;
