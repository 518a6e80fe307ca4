-- account_history: monthly statements of one account. A state that merges; text form JSON (docs/account_history.md).

@include profile.sql TYPE=account_history PLURAL=account_histories ARTICLE=an

COMMENT ON TYPE scoring.account_history IS 'at most one statement of each month of one account, over at most 120 months: days past due, status, balance, limit, amounts due and paid; with the rule by which one of several statements of a month was kept; equal to another if all of that is';

-- The aggregates.

CREATE FUNCTION scoring._account_history_trans(state scoring.account_history, month date, days_past_due integer) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_trans';
REVOKE EXECUTE ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer) IS 'internal: adds a statement';

CREATE FUNCTION scoring._account_history_trans(state scoring.account_history, month date, days_past_due integer, status text, balance numeric, credit_limit numeric, amount_due numeric, amount_paid numeric) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_trans';
REVOKE EXECUTE ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer, text, numeric, numeric, numeric, numeric) FROM PUBLIC;
COMMENT ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer, text, numeric, numeric, numeric, numeric) IS 'internal: adds a statement';

CREATE FUNCTION scoring._account_history_trans(state scoring.account_history, month date, days_past_due integer, status text, balance numeric, credit_limit numeric, amount_due numeric, amount_paid numeric, keep text) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_trans';
REVOKE EXECUTE ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer, text, numeric, numeric, numeric, numeric, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer, text, numeric, numeric, numeric, numeric, text) IS 'internal: adds a statement';

CREATE FUNCTION scoring._account_history_trans(state scoring.account_history, month date, days_past_due integer, status text, balance numeric, credit_limit numeric, amount_due numeric, amount_paid numeric, keep text, revision bigint) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_trans';
REVOKE EXECUTE ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer, text, numeric, numeric, numeric, numeric, text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer, text, numeric, numeric, numeric, numeric, text, bigint) IS 'internal: adds a statement';

CREATE FUNCTION scoring._account_history_trans(state scoring.account_history, month date, days_past_due integer, status text, balance numeric, credit_limit numeric, amount_due numeric, amount_paid numeric, keep text, revision bigint, account text) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_trans';
REVOKE EXECUTE ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer, text, numeric, numeric, numeric, numeric, text, bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._account_history_trans(scoring.account_history, date, integer, text, numeric, numeric, numeric, numeric, text, bigint, text) IS 'internal: adds a statement';

CREATE AGGREGATE scoring.account_history_agg(month date, days_past_due integer) (
    SFUNC = scoring._account_history_trans,
    STYPE = scoring.account_history,
    SSPACE = 1024,
    FINALFUNC = scoring._account_history_final,
    COMBINEFUNC = scoring._account_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.account_history_agg(date, integer) IS 'the statements of one account; month is any day of the calendar month that the statement is of; of several of a month the one with the latest day is kept, of those the worse; rows without a month are left out, NULL if there is no other; days past due are 0 to 65534 (22023), dates of the years 1900 to 2199 (22008), months span at most 120 (54000)';

CREATE AGGREGATE scoring.account_history_agg(month date, days_past_due integer, status text, balance numeric, credit_limit numeric, amount_due numeric, amount_paid numeric) (
    SFUNC = scoring._account_history_trans,
    STYPE = scoring.account_history,
    SSPACE = 1024,
    FINALFUNC = scoring._account_history_final,
    COMBINEFUNC = scoring._account_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.account_history_agg(date, integer, text, numeric, numeric, numeric, numeric) IS 'the statements of one account; month is any day of the calendar month that the statement is of; of several of a month the one with the latest day is kept, of those the worse; rows without a month are left out, NULL if there is no other; days past due are 0 to 65534 (22023), dates of the years 1900 to 2199 (22008), months span at most 120 (54000); an unknown status or a negative limit is 22023, an amount beyond 1e15 22003; all but the month may be NULL, which is not known';

CREATE AGGREGATE scoring.account_history_agg(month date, days_past_due integer, status text, balance numeric, credit_limit numeric, amount_due numeric, amount_paid numeric, keep text) (
    SFUNC = scoring._account_history_trans,
    STYPE = scoring.account_history,
    SSPACE = 1024,
    FINALFUNC = scoring._account_history_final,
    COMBINEFUNC = scoring._account_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.account_history_agg(date, integer, text, numeric, numeric, numeric, numeric, text) IS 'the statements of one account; month is any day of the calendar month that the statement is of; keep says which of several of a month is kept: latest, by day and then the worse, or worst; the same for all rows (22023); rows without a month are left out, NULL if there is no other; days past due are 0 to 65534 (22023), dates of the years 1900 to 2199 (22008), months span at most 120 (54000); an unknown status or a negative limit is 22023, an amount beyond 1e15 22003; all but the month may be NULL, which is not known';

CREATE AGGREGATE scoring.account_history_agg(month date, days_past_due integer, status text, balance numeric, credit_limit numeric, amount_due numeric, amount_paid numeric, keep text, revision bigint) (
    SFUNC = scoring._account_history_trans,
    STYPE = scoring.account_history,
    SSPACE = 1024,
    FINALFUNC = scoring._account_history_final,
    COMBINEFUNC = scoring._account_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.account_history_agg(date, integer, text, numeric, numeric, numeric, numeric, text, bigint) IS 'the statements of one account; month is any day of the calendar month that the statement is of; keep says which of several of a month is kept: latest, by day, then revision (NULL first), then the worse, or worst; the same for all rows (22023); rows without a month are left out, NULL if there is no other; days past due are 0 to 65534 (22023), dates of the years 1900 to 2199 (22008), months span at most 120 (54000); an unknown status or a negative limit is 22023, an amount beyond 1e15 22003; all but the month may be NULL, which is not known';

CREATE AGGREGATE scoring.account_history_agg(month date, days_past_due integer, status text, balance numeric, credit_limit numeric, amount_due numeric, amount_paid numeric, keep text, revision bigint, account text) (
    SFUNC = scoring._account_history_trans,
    STYPE = scoring.account_history,
    SSPACE = 1024,
    FINALFUNC = scoring._account_history_final,
    COMBINEFUNC = scoring._account_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.account_history_agg(date, integer, text, numeric, numeric, numeric, numeric, text, bigint, text) IS 'the statements of one account; month is any day of the calendar month that the statement is of; keep says which of several of a month is kept: latest, by day, then revision (NULL first), then the worse, or worst; the same for all rows (22023); account is the accounts identifier, kept as a hash, by which expire() knows that all is of one account; rows without a month are left out, NULL if there is no other; days past due are 0 to 65534 (22023), dates of the years 1900 to 2199 (22008), months span at most 120 (54000); an unknown status or a negative limit is 22023, an amount beyond 1e15 22003; all but the month may be NULL, which is not known';

-- Notations of credit bureaus.

CREATE FUNCTION scoring.grid(h scoring.account_history, as_of date, months integer DEFAULT 24, notation text DEFAULT 'digits') RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_grid';
COMMENT ON FUNCTION scoring.grid(scoring.account_history, date, integer, text) IS 'one symbol for each of the months (1 to 120) before the month of as_of; notation digits and metro2: the latest first, pboc: the oldest first; NULL for NULL';

CREATE FUNCTION scoring.account_history_from_grid(grid text, last_month date, notation text DEFAULT 'digits') RETURNS scoring.account_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_from_grid';
COMMENT ON FUNCTION scoring.account_history_from_grid(text, date, text) IS 'the statements that a grid tells of, dated the first of their months; last_month is any day of the month of its latest symbol; unknown symbols, more than 120: 22023; NULL for NULL';

-- The statements themselves.

CREATE FUNCTION scoring.statements(h scoring.account_history,
    OUT month date, OUT days_past_due integer, OUT status text, OUT balance numeric, OUT credit_limit numeric,
    OUT amount_due numeric, OUT amount_paid numeric, OUT revision bigint) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 24 AS 'MODULE_PATHNAME', 'scoring_account_history_statements';
COMMENT ON FUNCTION scoring.statements(scoring.account_history) IS 'one line for each month with a statement, in order; an expired month has that status and nothing else; no lines for NULL';

CREATE FUNCTION scoring.first_statement(h scoring.account_history) RETURNS date
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_first_statement';
COMMENT ON FUNCTION scoring.first_statement(scoring.account_history) IS 'date of the earliest statement that has not expired; NULL for NULL and if there is none';

CREATE FUNCTION scoring.last_statement(h scoring.account_history) RETURNS date
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_last_statement';
COMMENT ON FUNCTION scoring.last_statement(scoring.account_history) IS 'date of the latest statement that has not expired; NULL for NULL and if there is none';

CREATE FUNCTION scoring.since(h scoring.account_history, first_month date) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_since';
COMMENT ON FUNCTION scoring.since(scoring.account_history, date) IS 'what is of the month of this date and later; NULL for NULL';

-- Measures over the `months` whole months before the month of as_of (NULL: all of them). NULL for any other NULL argument.

CREATE FUNCTION scoring.months_reported(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_months_reported';
COMMENT ON FUNCTION scoring.months_reported(scoring.account_history, date, integer) IS 'months of the window whose delinquency is reported';

CREATE FUNCTION scoring.worst_days_past_due(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_worst_days_past_due';
COMMENT ON FUNCTION scoring.worst_days_past_due(scoring.account_history, date, integer) IS 'most days past due in the window, adverse statuses counting 180 at least; NULL if no month is reported';

CREATE FUNCTION scoring.times_past_due(h scoring.account_history, days integer, as_of date, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_times_past_due';
COMMENT ON FUNCTION scoring.times_past_due(scoring.account_history, integer, date, integer) IS 'months of the window at least that many days past due (1 to 65534), adverse statuses counting 180 at least; NULL if no month is reported';

CREATE FUNCTION scoring.months_since_past_due(h scoring.account_history, as_of date, days integer DEFAULT 1, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_months_since_past_due';
COMMENT ON FUNCTION scoring.months_since_past_due(scoring.account_history, date, integer, integer) IS 'months since the last month of the window at least that many days past due: 1 is the month before that of as_of; NULL if there is none';

CREATE FUNCTION scoring.clean_streak(h scoring.account_history, as_of date, months integer DEFAULT NULL, which text DEFAULT 'current') RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_clean_streak';
COMMENT ON FUNCTION scoring.clean_streak(scoring.account_history, date, integer, text) IS 'reported months without a day past due, without gaps: those that end with the last reported month (which is current), or the longest such run; NULL if no month is reported';

CREATE FUNCTION scoring.delinquent_streak(h scoring.account_history, as_of date, months integer DEFAULT NULL, which text DEFAULT 'current', days integer DEFAULT 1) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_delinquent_streak';
COMMENT ON FUNCTION scoring.delinquent_streak(scoring.account_history, date, integer, text, integer) IS 'reported months at least that many days past due, without gaps: those that end with the last reported month (which is current), or the longest such run; NULL if no month is reported';

CREATE FUNCTION scoring.months_on_book(h scoring.account_history, as_of date) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_months_on_book';
COMMENT ON FUNCTION scoring.months_on_book(scoring.account_history, date) IS 'months from the first statement to the month before that of as_of, or to the last statement if that closed the account; both included; NULL if there is no statement';

CREATE FUNCTION scoring.amount_past_due(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_amount_past_due';
COMMENT ON FUNCTION scoring.amount_past_due(scoring.account_history, date, integer) IS 'amount due less amount paid, 0 if that is negative, of the last statement of the window that has both; NULL if none has';

CREATE FUNCTION scoring.last_balance(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_last_balance';
COMMENT ON FUNCTION scoring.last_balance(scoring.account_history, date, integer) IS 'last known balance of the window; NULL if there is none';

CREATE FUNCTION scoring.last_credit_limit(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_last_credit_limit';
COMMENT ON FUNCTION scoring.last_credit_limit(scoring.account_history, date, integer) IS 'last known limit of the window; NULL if there is none';

CREATE FUNCTION scoring.utilisation(h scoring.account_history, as_of date, months integer DEFAULT NULL, measure text DEFAULT 'last') RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_utilisation';
COMMENT ON FUNCTION scoring.utilisation(scoring.account_history, date, integer, text) IS 'balance / limit, 0 if the balance is negative, of statements of the window with a balance and a limit above 0: the last one, the mean or the max, as measure says; NULL if there is none';

CREATE FUNCTION scoring.payment_ratio(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_payment_ratio';
COMMENT ON FUNCTION scoring.payment_ratio(scoring.account_history, date, integer) IS 'sum of amounts paid / sum of amounts due, over statements of the window with both and an amount due above 0; NULL if there is none';

CREATE FUNCTION scoring.months_paid_in_full(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_months_paid_in_full';
COMMENT ON FUNCTION scoring.months_paid_in_full(scoring.account_history, date, integer) IS 'statements of the window with a balance above 0 of which that or more was paid; NULL if none has a balance above 0 and an amount paid';

CREATE FUNCTION scoring.minimum_payer_months(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_minimum_payer_months';
COMMENT ON FUNCTION scoring.minimum_payer_months(scoring.account_history, date, integer) IS 'statements of the window of which the amount due was paid, at most a tenth more, and less than the balance; NULL if none has a balance above 0, an amount due and an amount paid';

CREATE FUNCTION scoring.is_transactor(h scoring.account_history, as_of date, months integer DEFAULT 12) RETURNS boolean
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_is_transactor';
COMMENT ON FUNCTION scoring.is_transactor(scoring.account_history, date, integer) IS 'whether every balance above 0 of the window of which it is known what was paid was paid in full; NULL if there is none';

CREATE FUNCTION scoring.months_over_limit(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_months_over_limit';
COMMENT ON FUNCTION scoring.months_over_limit(scoring.account_history, date, integer) IS 'statements of the window with a balance above the limit; NULL if none has both';

CREATE FUNCTION scoring.balance_slope(h scoring.account_history, as_of date, months integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_balance_slope';
COMMENT ON FUNCTION scoring.balance_slope(scoring.account_history, date, integer) IS 'slope of the least-squares line through the balances of the window, in currency units per month; NULL if fewer than two are known';

CREATE FUNCTION scoring.limit_changes(h scoring.account_history, as_of date, months integer DEFAULT NULL, direction text DEFAULT 'any') RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_limit_changes';
COMMENT ON FUNCTION scoring.limit_changes(scoring.account_history, date, integer, text) IS 'how often the limit differs from the last known one before it, in the window: direction any, up or down; NULL if no limit is known';

-- One call for a modelling table.

CREATE FUNCTION scoring.account_features(h scoring.account_history, as_of date,
    OUT months_on_book integer, OUT last_days_past_due integer, OUT months_since_past_due integer, OUT months_since_30 integer,
    OUT months_since_60 integer, OUT months_since_90 integer, OUT clean_streak integer, OUT delinquent_streak integer,
    OUT longest_delinquent_streak integer, OUT amount_past_due numeric, OUT last_balance numeric, OUT last_credit_limit numeric,
    OUT last_amount_paid numeric, OUT utilisation_last double precision, OUT utilisation_trend double precision, OUT is_transactor_12m boolean,
    OUT limit_increases integer, OUT limit_decreases integer, OUT months_reported_3m integer, OUT worst_days_past_due_3m integer,
    OUT times_past_due_3m integer, OUT times_30_3m integer, OUT times_60_3m integer, OUT times_90_3m integer,
    OUT no_payment_due_months_3m integer, OUT utilisation_mean_3m double precision, OUT utilisation_max_3m double precision, OUT payment_ratio_3m double precision,
    OUT paid_to_balance_3m double precision, OUT months_paid_in_full_3m integer, OUT minimum_payer_months_3m integer, OUT months_over_limit_3m integer,
    OUT balance_mean_3m double precision, OUT balance_slope_3m double precision, OUT amount_paid_mean_3m double precision, OUT amount_paid_min_3m numeric,
    OUT months_reported_6m integer, OUT worst_days_past_due_6m integer, OUT times_past_due_6m integer, OUT times_30_6m integer,
    OUT times_60_6m integer, OUT times_90_6m integer, OUT no_payment_due_months_6m integer, OUT utilisation_mean_6m double precision,
    OUT utilisation_max_6m double precision, OUT payment_ratio_6m double precision, OUT paid_to_balance_6m double precision, OUT months_paid_in_full_6m integer,
    OUT minimum_payer_months_6m integer, OUT months_over_limit_6m integer, OUT balance_mean_6m double precision, OUT balance_slope_6m double precision,
    OUT amount_paid_mean_6m double precision, OUT amount_paid_min_6m numeric, OUT months_reported_12m integer, OUT worst_days_past_due_12m integer,
    OUT times_past_due_12m integer, OUT times_30_12m integer, OUT times_60_12m integer, OUT times_90_12m integer,
    OUT no_payment_due_months_12m integer, OUT utilisation_mean_12m double precision, OUT utilisation_max_12m double precision, OUT payment_ratio_12m double precision,
    OUT paid_to_balance_12m double precision, OUT months_paid_in_full_12m integer, OUT minimum_payer_months_12m integer, OUT months_over_limit_12m integer,
    OUT balance_mean_12m double precision, OUT balance_slope_12m double precision, OUT amount_paid_mean_12m double precision, OUT amount_paid_min_12m numeric,
    OUT months_reported_24m integer, OUT worst_days_past_due_24m integer, OUT times_past_due_24m integer, OUT times_30_24m integer,
    OUT times_60_24m integer, OUT times_90_24m integer, OUT no_payment_due_months_24m integer, OUT utilisation_mean_24m double precision,
    OUT utilisation_max_24m double precision, OUT payment_ratio_24m double precision, OUT paid_to_balance_24m double precision, OUT months_paid_in_full_24m integer,
    OUT minimum_payer_months_24m integer, OUT months_over_limit_24m integer, OUT balance_mean_24m double precision, OUT balance_slope_24m double precision,
    OUT amount_paid_mean_24m double precision, OUT amount_paid_min_24m numeric) RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_features';
COMMENT ON FUNCTION scoring.account_features(scoring.account_history, date) IS 'a standard set of measures as of that date, one column each: account_feature_names() lists them; NULL for NULL';

CREATE FUNCTION scoring.account_feature_names(OUT ordinal integer, OUT name text, OUT type text, OUT unit text, OUT meaning text) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 90 AS 'MODULE_PATHNAME', 'scoring_account_history_feature_names';
COMMENT ON FUNCTION scoring.account_feature_names() IS 'the columns of account_features in order, with type, unit and meaning';

-- Outcomes.

CREATE FUNCTION scoring.outcome(h scoring.account_history, observed_on date, months integer DEFAULT 12, bad_days integer DEFAULT 90, indeterminate_days integer DEFAULT 30, min_amount numeric DEFAULT 0, basis text DEFAULT 'ever') RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_outcome';
COMMENT ON FUNCTION scoring.outcome(scoring.account_history, date, integer, integer, integer, numeric, text) IS 'what became of the account in the months from that of observed_on: good, bad, indeterminate, immature or excluded; bad is bad_days past due with at least min_amount (or an unknown amount) past due, or an adverse status, in any month (basis ever) or in the last (end); excluded was bad or closed before or not yet on book; NULL for NULL';

CREATE FUNCTION scoring.is_bad(outcome text) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_is_bad';
COMMENT ON FUNCTION scoring.is_bad(text) IS 'true of bad, false of good, NULL of indeterminate, immature, excluded and NULL; another word: 22023';

CREATE FUNCTION scoring.regulatory_outcome(h scoring.account_history, observed_on date, months integer DEFAULT 12, exposure text DEFAULT 'retail', probation_months integer DEFAULT 3) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_regulatory_outcome';
COMMENT ON FUNCTION scoring.regulatory_outcome(scoring.account_history, date, integer, text, integer) IS 'what became of the account in the months from that of observed_on by the EUs definition of default: more than 90 days past due, with more than 100 (retail) or 500 (non_retail) and 1 % of the balance past due throughout, or an adverse status: good, bad, immature, excluded (in default or its probation before, closed, not on book); NULL for NULL';

CREATE FUNCTION scoring.is_in_default(h scoring.account_history, as_of date, exposure text DEFAULT 'retail', probation_months integer DEFAULT 3) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_is_in_default';
COMMENT ON FUNCTION scoring.is_in_default(scoring.account_history, date, text, integer) IS 'whether the account was in default or its probation, as regulatory_outcome defines it, at the last statement before the month of as_of; NULL if there is none, and for NULL';

-- Expiry.

CREATE FUNCTION scoring.expire(h scoring.account_history, as_of date, keep interval, counts_from text) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_expire';
COMMENT ON FUNCTION scoring.expire(scoring.account_history, date, interval, text) IS 'without what was past due in closed episodes whose start or end (counts_from) lies keep or longer before as_of: their months read as not reported and stay so; an open episode never expires; NULL for NULL; statements of several accounts, or that may be: 55000';
