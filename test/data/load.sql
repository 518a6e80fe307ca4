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

ANALYZE german, taiwan, polish, sba;

-- The counts their publishers give: a truncated or altered file is not tested on.
DO $$
DECLARE
  counts text := (SELECT string_agg(format('%s %s/%s', name, bads, rows), ', ' ORDER BY name)
                  FROM (SELECT 'german' AS name, count(*) FILTER (WHERE bad) AS bads, count(*) AS rows FROM german
                        UNION ALL SELECT 'polish', count(*) FILTER (WHERE bad), count(*) FROM polish
                        UNION ALL SELECT 'sba', count(*) FILTER (WHERE bad), count(*) FROM sba
                        UNION ALL SELECT 'taiwan', count(*) FILTER (WHERE bad), count(*) FROM taiwan) t);
BEGIN
  IF counts <> 'german 300/1000, polish 410/5910, sba 686/2101, taiwan 6636/30000' THEN
    RAISE EXCEPTION 'unexpected counts of bad and all rows: %', counts;
  END IF;
END
$$;
