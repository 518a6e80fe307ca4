-- A made-up portfolio of instalment loans, for the demo, the tests and the benchmarks.
--
--   psql -v rows=100000 -v seed=1 -v table=portfolio -f test/portfolio.sql
--
-- One row per loan granted: 22 characteristics an application form and a bureau report would give, attributes that a
-- lender may not use (sex, age_years, nationality, marital_status, religion; they have no effect of their own, but
-- some characteristics follow them), the probability of default the row was drawn with (true_pd: never a
-- characteristic), the outcome (bad, about one in eleven) and the date. Bureau fields carry special codes: -7 never,
-- -8 no bureau file, -9 bureau did not answer. The log odds are a sum of one smooth effect per characteristic, some of
-- them not monotone, so a scorecard can come close to the truth and its distance from it can be measured.
--
-- Plain SQL, no extension, nothing left behind but the table. Randomness is PostgreSQL's own hash of (id, seed): the
-- same rows come out on every run, machine and version (15 to 18), but for the last bits of true_pd, which exp and ln
-- of the C library may round differently. A table made with another seed is a fresh sample of the same population.
\if :{?rows}
\else
\set rows 10000
\endif
\if :{?seed}
\else
\set seed 1
\endif
\if :{?table}
\else
\set table portfolio
\endif

-- u1 to u52: uniforms in (0, 1), one stream each.
SELECT string_agg(format('((hashint8extended(id, %s::bigint) & 4503599627370495)::float8 + 0.5) / 4503599627370496 AS u%s',
                         :seed::bigint * 1000 + k, k), ', ') AS portfolio_uniforms
FROM generate_series(1, 52) k \gset

-- OFFSET 0 keeps the steps apart: pulled up into one another, each would be evaluated many times a row.
CREATE TABLE :table AS
SELECT id, granted_on,
  income, debt_to_income, instalment_to_income, loan_amount, loan_term_months, loan_purpose, savings, salary_account,
  employment_type, months_in_job, residence, months_at_address, region, application_channel,
  utilisation, months_on_book, number_of_accounts, oldest_account_months, number_of_inquiries, late_payments,
  months_since_last_delinquency, overdraft_days,
  sex, age_years, nationality, marital_status, religion,
  true_pd, u52 < true_pd AS bad
FROM (
  SELECT *, 1 / (1 + exp(-(-3.12 + 0.74 * (
      CASE WHEN income IS NULL THEN 0.45 ELSE -0.55 * ln(income / 2600.0) END
      + COALESCE(0.8 * tanh((debt_to_income - 0.35) / 0.15), 0)
      + COALESCE(0.4 * tanh((instalment_to_income - 0.10) / 0.06), 0)
      + 0.22 * ln(loan_amount::float8 / 8000)
      + 0.012 * (loan_term_months - 48)
      + CASE loan_purpose WHEN 'car' THEN -0.35 WHEN 'renovation' THEN -0.30 WHEN 'furniture' THEN 0 WHEN 'education' THEN -0.1
          WHEN 'medical' THEN 0.2 WHEN 'debt_consolidation' THEN 0.45 WHEN 'travel' THEN 0.3 WHEN 'business' THEN 0.55 ELSE 0.2 END
      + CASE WHEN savings IS NULL THEN 0.2 ELSE 0.35 - 0.15 * ln(1 + savings / 200.0) END
      + CASE WHEN salary_account THEN -0.22 ELSE 0.22 END
      + CASE employment_type WHEN 'public_service' THEN -0.5 WHEN 'permanent' THEN -0.2 WHEN 'retired' THEN -0.15 WHEN 'self_employed' THEN 0.35
          WHEN 'fixed_term' THEN 0.3 WHEN 'student' THEN 0.25 WHEN 'unemployed' THEN 0.9 ELSE 0.4 END
      + 0.8 * exp(-months_in_job / 20.0) - 0.2
      + CASE residence WHEN 'owner' THEN -0.5 WHEN 'mortgage' THEN -0.3 WHEN 'tenant' THEN 0.2 WHEN 'with_parents' THEN 0.05 ELSE 0.5 END
      + 0.6 * exp(-months_at_address / 24.0) - 0.1
      + CASE region WHEN 'north' THEN -0.2 WHEN 'south' THEN -0.35 WHEN 'east' THEN 0.35 WHEN 'west' THEN 0.05 WHEN 'centre' THEN -0.05
          WHEN 'capital' THEN 0.3 WHEN 'coast' THEN 0.1 WHEN 'mountains' THEN -0.3 WHEN 'lakes' THEN -0.15 ELSE 0.25 END
      + CASE application_channel WHEN 'branch' THEN -0.3 WHEN 'online' THEN 0.15 WHEN 'partner' THEN 0.4 ELSE 0.1 END
      + CASE WHEN utilisation IS NULL THEN 0.15 ELSE 1.7 * utilisation * utilisation + 0.5 * exp(-utilisation / 0.04) - 0.4 END
      + 0.5 - 0.5 * ln(1 + months_on_book / 18.0)
      + LEAST(0.02 * (number_of_accounts - 6) ^ 2, 1.2) - 0.25
      + 0.35 - 0.3 * ln(1 + oldest_account_months / 30.0)
      + CASE WHEN number_of_inquiries < 0 THEN 0.1 ELSE 0.6 * ln(1 + number_of_inquiries) - 0.4 END
      + 0.5 * LEAST(late_payments, 4)
      + CASE months_since_last_delinquency WHEN -7 THEN -0.3 WHEN -8 THEN 0.35 WHEN -9 THEN 0.1 ELSE 1.3 * exp(-months_since_last_delinquency / 18.0) END
      + 1.1 * (1 - exp(-overdraft_days / 20.0)) - 0.3)))) AS true_pd
  FROM (
    SELECT id, u52, income, sex, age_years, nationality, marital_status, religion, residence, employment_type, region,
      date '2022-01-01' + floor(u1 * 1461)::int AS granted_on,
      CASE WHEN income IS NOT NULL THEN round((0.05 + 0.75 * u2 * (0.5 + u3) * exp(-0.25 * discipline))::numeric, 3)::float8 END AS debt_to_income,
      CASE WHEN income IS NOT NULL THEN round((loan_amount / loan_term_months * (1 + 0.004 * loan_term_months) / income)::numeric, 3)::float8 END AS instalment_to_income,
      loan_amount::numeric(10,2) AS loan_amount, loan_term_months,
      CASE WHEN u4 < 0.28 THEN 'car' WHEN u4 < 0.43 THEN 'furniture' WHEN u4 < 0.58 THEN 'renovation' WHEN u4 < 0.76 - 0.05 * discipline THEN 'debt_consolidation'
        WHEN u4 < 0.85 THEN 'travel' WHEN u4 < 0.91 THEN 'education' WHEN u4 < 0.95 THEN 'medical' WHEN u4 < 0.985 THEN 'business'
        WHEN u4 < 0.994 THEN 'wedding' WHEN u4 < 0.998 THEN 'boat' WHEN u4 < 0.9993 THEN 'musical_instrument' ELSE 'funeral' END AS loan_purpose,
      CASE WHEN u5 < 0.11 THEN NULL WHEN u6 < 0.30 - 0.08 * affluence THEN 0 ELSE 50 * round(exp(6.8 + 0.8 * affluence + 0.4 * discipline + 0.9 * n3) / 50) END::float8 AS savings,
      u7 < 0.62 + 0.06 * discipline AS salary_account,
      CASE WHEN employment_type IN ('unemployed', 'student') THEN 0
        ELSE LEAST(12 * (age_years - 17), floor(-ln(u8) * (24 + 1.4 * (age_years - 18)) * exp(0.25 * discipline))) END::int AS months_in_job,
      LEAST(12 * (age_years - 17), floor(-ln(u9) * CASE WHEN residence IN ('owner', 'mortgage') THEN 130 ELSE 55 END))::int AS months_at_address,
      CASE WHEN u10 < 0.42 + 0.004 * (age_years - 40) THEN 'branch' WHEN u10 < 0.82 THEN 'online' WHEN u10 < 0.95 THEN 'partner' ELSE 'telephone' END AS application_channel,
      CASE WHEN thin_file AND u11 < 0.6 OR u11 < 0.12 THEN NULL ELSE round(LEAST(1.25, u12 ^ (1.1 + 0.5 * GREATEST(discipline, -1)))::numeric, 3)::float8 END AS utilisation,
      CASE WHEN u13 < 0.22 THEN 0 ELSE LEAST(floor(-ln(u14) * 55 * exp(0.3 * discipline)), 12 * (age_years - 17)) END::int AS months_on_book,
      CASE WHEN thin_file THEN floor(u15 * 3) ELSE 1 + floor(-ln(u15) * 4.5 + 2 * u16) END::int AS number_of_accounts,
      CASE WHEN thin_file THEN floor(u17 * 14) ELSE LEAST(12 * (age_years - 17), floor(10 + (age_years - 18) * 9 * (0.3 + 0.7 * u17) * CASE nationality WHEN 'domestic' THEN 1 ELSE 0.55 END)) END::int AS oldest_account_months,
      CASE WHEN no_answer THEN -9 ELSE floor(-ln(u18) * 1.5 * exp(-0.45 * discipline)) END::int AS number_of_inquiries,
      CASE WHEN u19 < 0.80 + 0.07 * GREATEST(discipline, -2) THEN 0 ELSE 1 + floor(-ln(u20) * 1.1) END::int AS late_payments,
      CASE WHEN no_answer THEN -9 WHEN thin_file THEN -8 WHEN u21 < 0.60 + 0.10 * GREATEST(discipline, -2) THEN -7 ELSE floor(u22 * 84) END::int AS months_since_last_delinquency,
      CASE WHEN u23 < 0.55 + 0.1 * discipline THEN 0 ELSE LEAST(90, 1 + floor(-ln(u24) * 16)) END::int AS overdraft_days
    FROM (
      SELECT *,
        CASE WHEN u25 < 0.035 THEN NULL ELSE 10 * round(exp(7.78 + 0.38 * affluence + 0.16 * n4 + CASE sex WHEN 'female' THEN -0.10 ELSE 0.04 END
          + CASE employment_type WHEN 'student' THEN -0.7 WHEN 'unemployed' THEN -0.6 WHEN 'retired' THEN -0.2 ELSE 0 END) / 10) END AS income,
        100 * round(exp(8.9 + 0.25 * affluence + 0.55 * n5) / 100) + 500 AS loan_amount,
        12 * (1 + floor(LEAST(6.99, 7 * u26 ^ 0.8)))::int AS loan_term_months,
        CASE WHEN u27 < 0.10 + 0.004 * (age_years - 18) + 0.05 * affluence THEN 'owner'
          WHEN u27 < 0.30 + 0.004 * (age_years - 18) + 0.08 * affluence + CASE marital_status WHEN 'married' THEN 0.08 ELSE 0 END THEN 'mortgage'
          WHEN age_years < 28 AND u28 < 0.5 THEN 'with_parents' WHEN u28 < 0.965 THEN 'tenant' ELSE 'other' END AS residence,
        u29 < CASE WHEN age_years < 24 THEN 0.30 WHEN nationality <> 'domestic' THEN 0.22 ELSE 0.05 END AS thin_file,
        u30 < 0.02 AS no_answer
      FROM (
        SELECT *,
          CASE WHEN age_years >= 64 AND u31 < 0.8 THEN 'retired' WHEN age_years < 26 AND u31 < 0.3 THEN 'student'
            WHEN u32 < 0.60 THEN 'permanent' WHEN u32 < 0.72 THEN 'public_service' WHEN u32 < 0.85 THEN 'fixed_term' WHEN u32 < 0.95 THEN 'self_employed'
            WHEN u32 < 0.985 THEN 'unemployed' WHEN u32 < 0.993 THEN 'seasonal' WHEN u32 < 0.998 THEN 'apprentice' WHEN u32 < 0.9997 THEN 'artist' ELSE 'seafarer' END AS employment_type,
          CASE WHEN age_years < 25 AND u33 < 0.9 OR u33 < 0.32 THEN 'single' WHEN u33 < 0.80 THEN 'married' WHEN u33 < 0.94 THEN 'divorced' ELSE 'widowed' END AS marital_status,
          CASE WHEN region IN ('south', 'mountains') AND u34 < 0.55 THEN 'catholic' WHEN u34 < 0.30 THEN 'protestant' WHEN u34 < 0.45 THEN 'catholic'
            WHEN nationality <> 'domestic' AND u34 < 0.75 OR u34 < 0.50 THEN 'muslim' WHEN u34 < 0.515 THEN 'jewish' WHEN u34 < 0.54 THEN 'other' ELSE 'none' END AS religion
        FROM (
          SELECT *,
            CASE WHEN u35 < 0.0008 THEN 'diverse' WHEN u35 < 0.48 THEN 'female' ELSE 'male' END AS sex,
            (18 + floor(62 * (0.6 * u36 + 0.4 * u37)))::int AS age_years,
            CASE WHEN u38 < CASE region WHEN 'capital' THEN 0.72 WHEN 'east' THEN 0.95 ELSE 0.87 END THEN 'domestic' WHEN u38 < 0.955 THEN 'neighbour_state' WHEN u38 < 0.985 THEN 'union' ELSE 'other' END AS nationality,
            sqrt(-2 * ln(u39)) * cos(6.283185307179586 * u40) AS affluence,
            sqrt(-2 * ln(u39)) * sin(6.283185307179586 * u40) AS discipline,
            sqrt(-2 * ln(u41)) * cos(6.283185307179586 * u42) AS n3,
            sqrt(-2 * ln(u41)) * sin(6.283185307179586 * u42) AS n4,
            sqrt(-2 * ln(u43)) * cos(6.283185307179586 * u44) AS n5
          FROM (
            SELECT *,
              CASE WHEN u45 < 0.20 THEN 'west' WHEN u45 < 0.36 THEN 'south' WHEN u45 < 0.52 THEN 'east' WHEN u45 < 0.65 THEN 'north' WHEN u45 < 0.80 THEN 'capital'
                WHEN u45 < 0.89 THEN 'centre' WHEN u45 < 0.94 THEN 'coast' WHEN u45 < 0.975 THEN 'mountains' WHEN u45 < 0.995 THEN 'lakes' WHEN u45 < 0.9994 THEN 'islands' ELSE 'overseas' END AS region
            FROM (SELECT id, :portfolio_uniforms FROM generate_series(1, :rows::bigint) id OFFSET 0) uniform
            OFFSET 0) place
          OFFSET 0) person
        OFFSET 0) household
      OFFSET 0) application
    OFFSET 0) characteristics
  OFFSET 0) probability;

\unset portfolio_uniforms
ANALYZE :table;
