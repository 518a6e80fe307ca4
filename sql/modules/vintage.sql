-- vintage: portfolios of account histories over time: vintage curves and roll rates. States are arrays of bigint, which merge
-- by addition (docs/vintage.md).

CREATE FUNCTION scoring._vintage_combine(state bigint[], other bigint[]) RETURNS bigint[]
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_vintage_combine';
REVOKE EXECUTE ON FUNCTION scoring._vintage_combine(bigint[], bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._vintage_combine(bigint[], bigint[]) IS 'internal: adds a partial state';

CREATE FUNCTION scoring._vintage_final(state bigint[]) RETURNS bigint[]
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_vintage_final';
REVOKE EXECUTE ON FUNCTION scoring._vintage_final(bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._vintage_final(bigint[]) IS 'internal: a copy of the state';

CREATE FUNCTION scoring._vintage_trans(state bigint[], h scoring.account_history, as_of date, max_months integer, bad_days integer) RETURNS bigint[]
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_vintage_trans';
REVOKE EXECUTE ON FUNCTION scoring._vintage_trans(bigint[], scoring.account_history, date, integer, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._vintage_trans(bigint[], scoring.account_history, date, integer, integer) IS 'internal: adds an account';

CREATE AGGREGATE scoring.vintage_agg(h scoring.account_history, as_of date, max_months integer, bad_days integer) (
    SFUNC = scoring._vintage_trans,
    STYPE = bigint[],
    SSPACE = 2048,
    FINALFUNC = scoring._vintage_final,
    COMBINEFUNC = scoring._vintage_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.vintage_agg(scoring.account_history, date, integer, integer) IS 'for vintage_curve(): the accounts observed, and those that became bad_days past due or adverse, by months on book, of which the first statement is in the first; statements of the months before that of as_of; a NULL history, or one without such a statement, is counted apart; parameters that are NULL: 22004, differ or are out of range: 22023; max_months at most 120';

CREATE FUNCTION scoring._vintage_trans(state bigint[], h scoring.account_history, opened_on date, as_of date, max_months integer, bad_days integer) RETURNS bigint[]
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_vintage_trans_opened';
REVOKE EXECUTE ON FUNCTION scoring._vintage_trans(bigint[], scoring.account_history, date, date, integer, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._vintage_trans(bigint[], scoring.account_history, date, date, integer, integer) IS 'internal: adds an account';

CREATE AGGREGATE scoring.vintage_agg(h scoring.account_history, opened_on date, as_of date, max_months integer, bad_days integer) (
    SFUNC = scoring._vintage_trans,
    STYPE = bigint[],
    SSPACE = 2048,
    FINALFUNC = scoring._vintage_final,
    COMBINEFUNC = scoring._vintage_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.vintage_agg(scoring.account_history, date, date, integer, integer) IS 'the same, with months on book counted from the month of opened_on, or of the first statement if that is earlier, or opened_on NULL';

CREATE FUNCTION scoring._roll_rate_trans(state bigint[], h scoring.account_history, from_date date, to_date date) RETURNS bigint[]
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_vintage_roll_trans';
REVOKE EXECUTE ON FUNCTION scoring._roll_rate_trans(bigint[], scoring.account_history, date, date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._roll_rate_trans(bigint[], scoring.account_history, date, date) IS 'internal: adds an account';

CREATE AGGREGATE scoring.roll_rate_agg(h scoring.account_history, from_date date, to_date date) (
    SFUNC = scoring._roll_rate_trans,
    STYPE = bigint[],
    SSPACE = 2048,
    FINALFUNC = scoring._vintage_final,
    COMBINEFUNC = scoring._vintage_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.roll_rate_agg(scoring.account_history, date, date) IS 'for roll_rates(): the accounts by their buckets at the statements before two dates; a NULL history is not reported at either; dates that are NULL: 22004, differ between rows, or not in order: 22023';

CREATE AGGREGATE scoring.vintage_rollup(state bigint[]) (
    SFUNC = scoring._vintage_combine,
    STYPE = bigint[],
    SSPACE = 2048,
    FINALFUNC = scoring._vintage_final,
    COMBINEFUNC = scoring._vintage_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.vintage_rollup(bigint[]) IS 'the sum of vintages, the same as one of all accounts; NULLs are left out, NULL if there is nothing else; different parameters, or an array that is none: 22023';

CREATE AGGREGATE scoring.roll_rate_rollup(state bigint[]) (
    SFUNC = scoring._vintage_combine,
    STYPE = bigint[],
    SSPACE = 2048,
    FINALFUNC = scoring._vintage_final,
    COMBINEFUNC = scoring._vintage_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.roll_rate_rollup(bigint[]) IS 'the sum of matrices of roll rates, the same as one of all accounts; NULLs are left out, NULL if there is nothing else; different parameters, or an array that is none: 22023';

CREATE FUNCTION scoring.vintage_curve(vintage bigint[],
    OUT months_on_book integer, OUT accounts bigint, OUT bads bigint, OUT cumulative_bads bigint, OUT bad_rate double precision) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 60 AS 'MODULE_PATHNAME', 'scoring_vintage_curve';
COMMENT ON FUNCTION scoring.vintage_curve(bigint[]) IS 'one line for each month on book that some account has reached: accounts known to have been good or bad until then, those that became bad in it, all that were bad by then, and their share; no lines for NULL; an array that is no vintage: 22023';

CREATE FUNCTION scoring.vintage_unobserved(vintage bigint[]) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_vintage_unobserved';
COMMENT ON FUNCTION scoring.vintage_unobserved(bigint[]) IS 'number of accounts without a statement, which are on no line of the curve; NULL for NULL; an array that is no vintage: 22023';

CREATE FUNCTION scoring.roll_rates(matrix bigint[],
    OUT from_bucket text, OUT to_bucket text, OUT accounts bigint, OUT share double precision, OUT balance numeric) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 40 AS 'MODULE_PATHNAME', 'scoring_vintage_roll_rates';
COMMENT ON FUNCTION scoring.roll_rates(bigint[]) IS 'one line for each pair of buckets that has accounts, from the best to the worst: their number, their share of those that were in from_bucket, and their balances then; no lines for NULL; an array that is no matrix: 22023';
