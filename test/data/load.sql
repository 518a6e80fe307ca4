-- Loads the public data sets that the tests of this directory use. The environment variable
-- SCORING_DATA names the directory that holds them; psql's shell reads it, so \copy can too.
-- Values stay as published, but for the target, which becomes the boolean "bad".
\set ON_ERROR_STOP on
\set QUIET on
\encoding UTF8
SET client_min_messages = warning;

CREATE TABLE german (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  checking_status text, duration_months integer, credit_history text, purpose text,
  credit_amount integer, savings text, employment_since text, installment_rate_pct integer,
  personal_status_sex text, other_debtors text, residence_since integer, property text,
  age_years integer, other_installment_plans text, housing text, existing_credits integer,
  job text, dependents integer, telephone text, foreign_worker text, class integer
);
\copy german (checking_status, duration_months, credit_history, purpose, credit_amount, savings, employment_since, installment_rate_pct, personal_status_sex, other_debtors, residence_since, property, age_years, other_installment_plans, housing, existing_credits, job, dependents, telephone, foreign_worker, class) FROM PROGRAM 'cat "$SCORING_DATA/german_credit/german_credit.csv"' (FORMAT csv, HEADER)
ALTER TABLE german ADD COLUMN bad boolean;
UPDATE german SET bad = class = 2;
ALTER TABLE german DROP COLUMN class, ALTER COLUMN bad SET NOT NULL, ALTER COLUMN id DROP IDENTITY;

-- Some amounts are spelled 5e+05.
CREATE TABLE taiwan (
  id integer PRIMARY KEY, limit_bal float8, sex float8, education float8, marriage float8,
  age float8, pay_0 float8, pay_2 float8, pay_3 float8, pay_4 float8, pay_5 float8,
  pay_6 float8, bill_amt1 float8, bill_amt2 float8, bill_amt3 float8, bill_amt4 float8,
  bill_amt5 float8, bill_amt6 float8, pay_amt1 float8, pay_amt2 float8, pay_amt3 float8,
  pay_amt4 float8, pay_amt5 float8, pay_amt6 float8, bad boolean NOT NULL
);
\copy taiwan FROM PROGRAM 'gzip -dc "$SCORING_DATA/taiwan_default/default_of_credit_card_clients.csv.gz"' (FORMAT csv, HEADER)
SELECT format('ALTER TABLE taiwan %s', string_agg(format('ALTER COLUMN %I TYPE integer', attname), ', '))
FROM pg_attribute WHERE attrelid = 'taiwan'::regclass AND atttypid = 'float8'::regtype \gexec

-- 64 columns attr1 to attr64: the statement is written by the server.
CREATE TEMPORARY TABLE polish_line (n integer GENERATED ALWAYS AS IDENTITY, line text);
\copy polish_line (line) FROM PROGRAM 'gzip -dc "$SCORING_DATA/polish_bankruptcy/year5.csv.gz" | tail -n +2'
SELECT format('CREATE TABLE polish AS SELECT n AS id, %s, a[65] = ''1'' AS bad
               FROM (SELECT n, string_to_array(line, '','') AS a FROM polish_line) l ORDER BY n',
              string_agg(format('NULLIF(a[%s], '''')::float8 AS attr%s', n, n), ', ' ORDER BY n))
FROM generate_series(1, 64) n \gexec
ALTER TABLE polish ADD PRIMARY KEY (id);
DROP TABLE polish_line;

-- Dates are SAS day numbers, days since 1960-01-01.
CREATE TABLE sba (
  selected integer, loannr_chkdgt bigint, name text, city text, state text, zip integer,
  bank text, bankstate text, naics integer, approvaldate integer, approvalfy integer,
  term integer, noemp integer, newexist integer, createjob integer, retainedjob integer,
  franchisecode integer, urbanrural integer, revlinecr text, lowdoc text, chgoffdate integer,
  disbursementdate integer, disbursementgross integer, balancegross integer, mis_status text,
  chgoffpringr integer, grappv integer, sba_appv integer, new integer, realestate integer,
  portion float8, recession integer, daysterm integer, xx integer, bad boolean NOT NULL
);
\copy sba FROM PROGRAM 'cat "$SCORING_DATA/sba_small_business/sba_case_california.csv"' (FORMAT csv, HEADER)

-- The 354 loans of 1997 and 1998 of a Czech bank, and all transactions of their accounts before the loan. Dates are
-- YYMMDD; within a day trans_id tells the order; amounts are positive, whatever the type.
CREATE TEMPORARY TABLE berka_loan_line (loan_id integer, account_id integer, date text, amount numeric, duration integer, payments numeric, status text);
\copy berka_loan_line FROM PROGRAM 'cat "$SCORING_DATA/berka/loan.csv"' (FORMAT csv, HEADER)
CREATE TEMPORARY TABLE berka_loan_id (loan_id integer, account_id integer);
\copy berka_loan_id FROM PROGRAM 'cat "$SCORING_DATA/berka/loan_ids_1997_1998.csv"' (FORMAT csv, HEADER)
CREATE TABLE berka_loan AS
SELECT loan_id, account_id, to_date('19' || date, 'YYYYMMDD') AS granted_on, amount, duration, payments, status, status IN ('B', 'D') AS bad
FROM berka_loan_line JOIN berka_loan_id USING (loan_id, account_id) ORDER BY loan_id;
ALTER TABLE berka_loan ADD PRIMARY KEY (loan_id), ADD UNIQUE (account_id), ALTER COLUMN bad SET NOT NULL;

CREATE TEMPORARY TABLE berka_line (
  trans_id integer, account_id integer, date text, type text, operation text, amount numeric, balance numeric,
  k_symbol text, bank text, account text
);
\copy berka_line FROM PROGRAM 'gzip -dc "$SCORING_DATA/berka/trans_preloan_1997_1998.csv.gz"' (FORMAT csv, HEADER)
CREATE TABLE berka_transaction AS
SELECT trans_id, account_id, to_date('19' || date, 'YYYYMMDD') AS booked_on, type, operation, amount,
       CASE type WHEN 'credit' THEN amount ELSE -amount END AS signed_amount, balance, coalesce(k_symbol, operation) AS category
FROM berka_line ORDER BY trans_id;
ALTER TABLE berka_transaction ADD PRIMARY KEY (trans_id), ALTER COLUMN signed_amount SET NOT NULL, ALTER COLUMN balance SET NOT NULL;
DROP TABLE berka_loan_line, berka_loan_id, berka_line;

-- Statements of credit accounts by month, counted back from the last one, which is 0.
CREATE TABLE credit_card_month (id integer NOT NULL, months_balance integer NOT NULL, status text NOT NULL);
\copy credit_card_month FROM PROGRAM 'gzip -dc "$SCORING_DATA/credit_card_monthly_status/credit_record.csv.gz"' (FORMAT csv, HEADER)

ANALYZE german, taiwan, polish, sba, berka_loan, berka_transaction, credit_card_month;

-- The counts their publishers give: a truncated or altered file is not tested on.
DO $$
DECLARE
  counts text := (SELECT string_agg(format('%s %s/%s', name, bads, rows), ', ' ORDER BY name)
                  FROM (SELECT 'german' AS name, count(*) FILTER (WHERE bad) AS bads, count(*) AS rows FROM german
                        UNION ALL SELECT 'berka', count(*) FILTER (WHERE bad), count(*) FROM berka_loan
                        UNION ALL SELECT 'berka, negative balances', (SELECT count(*) FROM berka_transaction WHERE balance < 0), count(*) FROM berka_transaction
                        UNION ALL SELECT 'credit cards, overdue by 60 days', count(*) FILTER (WHERE status IN ('2', '3', '4', '5')), count(*) FROM credit_card_month
                        UNION ALL SELECT 'polish', count(*) FILTER (WHERE bad), count(*) FROM polish
                        UNION ALL SELECT 'sba', count(*) FILTER (WHERE bad), count(*) FROM sba
                        UNION ALL SELECT 'taiwan', count(*) FILTER (WHERE bad), count(*) FROM taiwan) t);
BEGIN
  IF counts <> 'berka 30/354, berka, negative balances 85/30200, credit cards, overdue by 60 days 3104/1048575, german 300/1000, polish 410/5910, sba 686/2101, taiwan 6636/30000' THEN
    RAISE EXCEPTION 'unexpected counts of bad and all rows: %', counts;
  END IF;
END
$$;
