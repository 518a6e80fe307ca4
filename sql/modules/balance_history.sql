-- balance_history: the observed balances of an account. A state that merges; text form JSON (docs/balance_history.md).

@include profile.sql TYPE=balance_history PLURAL=balance_histories ARTICLE=a

COMMENT ON TYPE scoring.balance_history IS 'the first, last, lowest and highest balance of each day that has an observation; equal to another if all of that is';

-- The aggregates. A column of type timestamp or date has its own, so that none is cast by the session's time zone.

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp with time zone, balance numeric) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamptz';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, numeric) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, numeric) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp with time zone, balance numeric, tie bigint) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamptz';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, numeric, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, numeric, bigint) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp with time zone, balance numeric, tie bigint, time_zone text) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamptz';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, numeric, bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, numeric, bigint, text) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp without time zone, balance numeric) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamp';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp without time zone, numeric) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp without time zone, numeric) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp without time zone, balance numeric, tie bigint) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamp';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp without time zone, numeric, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp without time zone, numeric, bigint) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at date, balance numeric) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_date';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, date, numeric) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, date, numeric) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at date, balance numeric, tie bigint) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_date';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, date, numeric, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, date, numeric, bigint) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp with time zone, balance double precision) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamptz_float8';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, double precision) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp with time zone, balance double precision, tie bigint) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamptz_float8';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, double precision, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, double precision, bigint) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp with time zone, balance double precision, tie bigint, time_zone text) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamptz_float8';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, double precision, bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp with time zone, double precision, bigint, text) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp without time zone, balance double precision) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamp_float8';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp without time zone, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp without time zone, double precision) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at timestamp without time zone, balance double precision, tie bigint) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_timestamp_float8';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp without time zone, double precision, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, timestamp without time zone, double precision, bigint) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at date, balance double precision) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_date_float8';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, date, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, date, double precision) IS 'internal: adds an observation';

CREATE FUNCTION scoring._balance_history_trans(state scoring.balance_history, observed_at date, balance double precision, tie bigint) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_trans_date_float8';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_trans(scoring.balance_history, date, double precision, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_trans(scoring.balance_history, date, double precision, bigint) IS 'internal: adds an observation';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp with time zone, balance numeric) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp with time zone, numeric) IS 'the balance history of an account, its days those of UTC; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp with time zone, balance numeric, tie bigint) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp with time zone, numeric, bigint) IS 'the balance history of an account, its days those of UTC; of observations at the same time the one with the greater tie is the later; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp with time zone, balance numeric, tie bigint, time_zone text) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp with time zone, numeric, bigint, text) IS 'the balance history of an account, its days those of time_zone; an unknown zone: 22023, NULL: 22004; of observations at the same time the one with the greater tie is the later; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp without time zone, balance numeric) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp without time zone, numeric) IS 'the balance history of an account, its days those of the column''s own clock; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp without time zone, balance numeric, tie bigint) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp without time zone, numeric, bigint) IS 'the balance history of an account, its days those of the column''s own clock; of observations at the same time the one with the greater tie is the later; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at date, balance numeric) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(date, numeric) IS 'the balance history of an account, observed by the day; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at date, balance numeric, tie bigint) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(date, numeric, bigint) IS 'the balance history of an account, observed by the day; of observations at the same time the one with the greater tie is the later; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp with time zone, balance double precision) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp with time zone, double precision) IS 'the balance history of an account, its days those of UTC; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp with time zone, balance double precision, tie bigint) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp with time zone, double precision, bigint) IS 'the balance history of an account, its days those of UTC; of observations at the same time the one with the greater tie is the later; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp with time zone, balance double precision, tie bigint, time_zone text) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp with time zone, double precision, bigint, text) IS 'the balance history of an account, its days those of time_zone; an unknown zone: 22023, NULL: 22004; of observations at the same time the one with the greater tie is the later; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp without time zone, balance double precision) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp without time zone, double precision) IS 'the balance history of an account, its days those of the column''s own clock; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at timestamp without time zone, balance double precision, tie bigint) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(timestamp without time zone, double precision, bigint) IS 'the balance history of an account, its days those of the column''s own clock; of observations at the same time the one with the greater tie is the later; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at date, balance double precision) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(date, double precision) IS 'the balance history of an account, observed by the day; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

CREATE AGGREGATE scoring.balance_history_agg(observed_at date, balance double precision, tie bigint) (
    SFUNC = scoring._balance_history_trans,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.balance_history_agg(date, double precision, bigint) IS 'the balance history of an account, observed by the day; of observations at the same time the one with the greater tie is the later; a NULL observed_at or balance is counted apart, a NULL tie is 0; NULL if there is no row; a balance that is NaN or infinite: 22023, above 1e15: 22003; outside the years 1900 to 2199: 22008';

-- Accessors. They see what lies strictly before as_of: the days [as_of - days, as_of), or the whole calendar months
-- before the month of as_of, or everything. A balance stands until the next one.

CREATE FUNCTION scoring.lowest_balance(h scoring.balance_history, as_of date, days integer DEFAULT NULL, months integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_lowest';
COMMENT ON FUNCTION scoring.lowest_balance(scoring.balance_history, date, integer, integer) IS 'the lowest balance in the window, the one carried into it included; NULL for NULL and if no balance is known before the end of the window; days and months both, or not positive: 22023';

CREATE FUNCTION scoring.highest_balance(h scoring.balance_history, as_of date, days integer DEFAULT NULL, months integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_highest';
COMMENT ON FUNCTION scoring.highest_balance(scoring.balance_history, date, integer, integer) IS 'the highest balance in the window, the one carried into it included; NULL for NULL and if no balance is known before the end of the window; days and months both, or not positive: 22023';

CREATE FUNCTION scoring.average_balance(h scoring.balance_history, as_of date, days integer DEFAULT NULL, months integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_average';
COMMENT ON FUNCTION scoring.average_balance(scoring.balance_history, date, integer, integer) IS 'mean of the closing balances of all days of the window, carried forward; days before the first observation do not count; NULL for NULL and if no balance is known before the end of the window; days and months both, or not positive: 22023';

CREATE FUNCTION scoring.opening_balance(h scoring.balance_history, as_of date, days integer DEFAULT NULL, months integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_opening';
COMMENT ON FUNCTION scoring.opening_balance(scoring.balance_history, date, integer, integer) IS 'the last balance before the window, or else the first observed in it; NULL for NULL and if no balance is known before the end of the window; days and months both, or not positive: 22023';

CREATE FUNCTION scoring.closing_balance(h scoring.balance_history, as_of date, days integer DEFAULT NULL, months integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_closing';
COMMENT ON FUNCTION scoring.closing_balance(scoring.balance_history, date, integer, integer) IS 'the last balance before the end of the window; NULL for NULL and if no balance is known before the end of the window; days and months both, or not positive: 22023';

CREATE FUNCTION scoring.balance_volatility(h scoring.balance_history, as_of date, days integer DEFAULT NULL, months integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_volatility';
COMMENT ON FUNCTION scoring.balance_volatility(scoring.balance_history, date, integer, integer) IS 'standard deviation (of a population) of the closing balances of all days of the window, carried forward; days before the first observation do not count; NULL for NULL and if no balance is known before the end of the window; days and months both, or not positive: 22023';

CREATE FUNCTION scoring.days_negative(h scoring.balance_history, as_of date, days integer DEFAULT NULL, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_days_negative';
COMMENT ON FUNCTION scoring.days_negative(scoring.balance_history, date, integer, integer) IS 'days of the window whose closing balance, carried forward, is below 0; NULL for NULL and if no balance is known before the end of the window; days and months both, or not positive: 22023';

CREATE FUNCTION scoring.days_known(h scoring.balance_history, as_of date, days integer DEFAULT NULL, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_days_known';
COMMENT ON FUNCTION scoring.days_known(scoring.balance_history, date, integer, integer) IS 'days of the window on or after the first observation, 0 if there is none; NULL for NULL; days and months both, or not positive: 22023';

CREATE FUNCTION scoring.days_observed(h scoring.balance_history, as_of date, days integer DEFAULT NULL, months integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_days_observed';
COMMENT ON FUNCTION scoring.days_observed(scoring.balance_history, date, integer, integer) IS 'days of the window with an observation; NULL for NULL; days and months both, or not positive: 22023';

CREATE FUNCTION scoring.balance_at(h scoring.balance_history, as_of date) RETURNS numeric
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_at';
COMMENT ON FUNCTION scoring.balance_at(scoring.balance_history, date) IS 'the last balance observed strictly before as_of; NULL if there is none, and for NULL';

CREATE FUNCTION scoring.days_since_observed(h scoring.balance_history, as_of date) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_days_since_observed';
COMMENT ON FUNCTION scoring.days_since_observed(scoring.balance_history, date) IS 'days from the last observation strictly before as_of to as_of, at least 1; NULL if there is none, and for NULL';

CREATE FUNCTION scoring.balance_slope(h scoring.balance_history, as_of date, months integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_slope';
COMMENT ON FUNCTION scoring.balance_slope(scoring.balance_history, date, integer) IS 'change per month: least squares over the closing balances of the calendar months before the month of as_of, the last so many or all, carried forward; months before the first observation do not count; NULL for fewer than two, and for NULL; months not positive: 22023';

CREATE FUNCTION scoring.undated(h scoring.balance_history) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_undated';
COMMENT ON FUNCTION scoring.undated(scoring.balance_history) IS 'number of rows whose observed_at was NULL; NULL for NULL';

CREATE FUNCTION scoring.without_balance(h scoring.balance_history) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_without_balance';
COMMENT ON FUNCTION scoring.without_balance(scoring.balance_history) IS 'number of rows with an observed_at whose balance was NULL; NULL for NULL';

CREATE FUNCTION scoring.time_zone(h scoring.balance_history) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_time_zone';
COMMENT ON FUNCTION scoring.time_zone(scoring.balance_history) IS 'the time zone whose days these are, UTC unless another was given; NULL for NULL';

CREATE FUNCTION scoring.balance_days(h scoring.balance_history, as_of date,
    OUT day date, OUT first numeric, OUT last numeric, OUT lowest numeric, OUT highest numeric) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 300 AS 'MODULE_PATHNAME', 'scoring_balance_history_days';
COMMENT ON FUNCTION scoring.balance_days(scoring.balance_history, date) IS 'one line for each day strictly before as_of that has an observation, in order: its balances; no lines for NULL';

CREATE FUNCTION scoring.balance_months(h scoring.balance_history, as_of date,
    OUT month date, OUT opening numeric, OUT closing numeric, OUT lowest numeric, OUT highest numeric, OUT average double precision,
    OUT days_known integer, OUT days_negative integer, OUT days_observed integer) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 36 AS 'MODULE_PATHNAME', 'scoring_balance_history_months';
COMMENT ON FUNCTION scoring.balance_months(scoring.balance_history, date) IS 'one line for each calendar month from the first observation to the day before as_of, in order, the last one up to that day: what the accessors say of it; no lines for NULL';

CREATE FUNCTION scoring.balance_features(h scoring.balance_history, as_of date,
    OUT balance numeric, OUT days_since_observed integer, OUT days_known integer,
    OUT days_observed integer, OUT lowest_balance numeric, OUT highest_balance numeric, OUT average_balance double precision, OUT balance_volatility double precision, OUT days_negative integer, OUT balance_slope double precision,
    OUT days_observed_1m integer, OUT lowest_balance_1m numeric, OUT highest_balance_1m numeric, OUT average_balance_1m double precision, OUT balance_volatility_1m double precision, OUT days_negative_1m integer,
    OUT days_observed_3m integer, OUT lowest_balance_3m numeric, OUT highest_balance_3m numeric, OUT average_balance_3m double precision, OUT balance_volatility_3m double precision, OUT days_negative_3m integer, OUT balance_slope_3m double precision,
    OUT days_observed_6m integer, OUT lowest_balance_6m numeric, OUT highest_balance_6m numeric, OUT average_balance_6m double precision, OUT balance_volatility_6m double precision, OUT days_negative_6m integer, OUT balance_slope_6m double precision,
    OUT days_observed_12m integer, OUT lowest_balance_12m numeric, OUT highest_balance_12m numeric, OUT average_balance_12m double precision, OUT balance_volatility_12m double precision, OUT days_negative_12m integer, OUT balance_slope_12m double precision) RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_features';
COMMENT ON FUNCTION scoring.balance_features(scoring.balance_history, date) IS 'what balance_at and the accessors say at as_of, of everything before it and of the last 1, 3, 6 and 12 whole months; NULL for NULL';

CREATE FUNCTION scoring.balance_feature_names(OUT ordinal integer, OUT name text, OUT type text, OUT unit text, OUT meaning text) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 40 AS 'MODULE_PATHNAME', 'scoring_balance_history_feature_names';
COMMENT ON FUNCTION scoring.balance_feature_names() IS 'the columns of balance_features in order, with type, unit and meaning';
