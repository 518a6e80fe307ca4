-- logistic: logistic regression on a table, the same to the last bit in any order of rows.

CREATE TYPE scoring.logistic_fit;

CREATE FUNCTION scoring.logistic_fit_in(cstring) RETURNS scoring.logistic_fit
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_in';
COMMENT ON FUNCTION scoring.logistic_fit_in(cstring) IS 'a logistic_fit from its JSON; malformed: 22P02 with the path of the fault';

CREATE FUNCTION scoring.logistic_fit_out(scoring.logistic_fit) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_out';
COMMENT ON FUNCTION scoring.logistic_fit_out(scoring.logistic_fit) IS 'the canonical JSON of a logistic_fit';

CREATE FUNCTION scoring.logistic_fit_recv(internal) RETURNS scoring.logistic_fit
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_recv';
COMMENT ON FUNCTION scoring.logistic_fit_recv(internal) IS 'binary input: a version byte, then the JSON in the client''s encoding; malformed: 22P03';

CREATE FUNCTION scoring.logistic_fit_send(scoring.logistic_fit) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_send';
COMMENT ON FUNCTION scoring.logistic_fit_send(scoring.logistic_fit) IS 'binary output: a version byte, then the JSON in the client''s encoding';

CREATE TYPE scoring.logistic_fit (
    INPUT = scoring.logistic_fit_in,
    OUTPUT = scoring.logistic_fit_out,
    RECEIVE = scoring.logistic_fit_recv,
    SEND = scoring.logistic_fit_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE scoring.logistic_fit IS 'a logistic regression: terms with standard errors, log-likelihoods, rows used and left out';

CREATE CAST (scoring.logistic_fit AS jsonb) WITH INOUT AS ASSIGNMENT;
CREATE CAST (jsonb AS scoring.logistic_fit) WITH INOUT;

@include value.sql TYPE=logistic_fit PLURAL=fits

-- How fit_logistic reads a sample: one aggregate, so that the server may divide the work.

CREATE FUNCTION scoring._logistic_trans(state bytea, template bytea, target float8, weight float8, features float8[]) RETURNS bytea
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'scoring_logistic_trans';
REVOKE EXECUTE ON FUNCTION scoring._logistic_trans(bytea, bytea, float8, float8, float8[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._logistic_trans(bytea, bytea, float8, float8, float8[]) IS 'internal: adds a row to the sums of one reading of a sample';

CREATE FUNCTION scoring._logistic_combine(state bytea, other bytea) RETURNS bytea
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_combine';
REVOKE EXECUTE ON FUNCTION scoring._logistic_combine(bytea, bytea) FROM PUBLIC;
COMMENT ON FUNCTION scoring._logistic_combine(bytea, bytea) IS 'internal: merges the sums of disjoint rows';

CREATE AGGREGATE scoring._logistic_sums(template bytea, target float8, weight float8, features float8[]) (
    SFUNC = scoring._logistic_trans,
    STYPE = bytea,
    SSPACE = 8192,
    COMBINEFUNC = scoring._logistic_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring._logistic_sums(bytea, float8, float8, float8[]) IS 'internal: one reading of a sample by fit_logistic; NULL if there is no row; a malformed template: 22023';

CREATE FUNCTION scoring._logistic_number(value real) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_number_real';
COMMENT ON FUNCTION scoring._logistic_number(real) IS 'internal: the double that the shortest decimal of a real names, as everywhere in scoring';
CREATE FUNCTION scoring._logistic_number(value numeric) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_number_numeric';
COMMENT ON FUNCTION scoring._logistic_number(numeric) IS 'internal: the nearest double; beyond its range, infinity';
CREATE FUNCTION scoring._logistic_number(value date) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_number_date';
COMMENT ON FUNCTION scoring._logistic_number(date) IS 'internal: days since 1970-01-01';
CREATE FUNCTION scoring._logistic_number(value boolean) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_number_boolean';
COMMENT ON FUNCTION scoring._logistic_number(boolean) IS 'internal: 1 for true, 0 for false';

CREATE FUNCTION scoring.fit_logistic(
    sample regclass,
    target text,
    features text[],
    weight text DEFAULT NULL,
    l2 float8 DEFAULT 0,
    max_iterations integer DEFAULT 25,
    tolerance float8 DEFAULT 1e-10
) RETURNS scoring.logistic_fit
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit';
COMMENT ON FUNCTION scoring.fit_logistic(regclass, text, text[], text, float8, integer, float8) IS
'Logistic regression of target (boolean or 0/1) on numeric and boolean features of a table or view, by Newton''s method: models the log-odds of true. l2: penalty l2/2 times the sum of squared coefficients, the intercept apart. Rows with a null target, a null or non-finite feature or weight 0 are left out and counted, see skipped(). The same bits in any order of rows. Reads with the caller''s rights. Errors: 22023 for a constant target or feature, collinear features, separation, no convergence, no rows; 42703 for an unknown column; 42804 for a type that is no number.';

CREATE FUNCTION scoring.terms(fit scoring.logistic_fit,
    OUT name text, OUT coefficient float8, OUT standard_error float8, OUT z float8, OUT p_value float8, OUT odds_ratio float8) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_terms';
COMMENT ON FUNCTION scoring.terms(scoring.logistic_fit) IS 'the terms of a regression, the intercept first: coefficient on the log-odds of true, its standard error (with l2, of the penalised likelihood), z = coefficient / standard error, two-sided p-value, odds ratio = exp(coefficient); NULL: no rows';

CREATE FUNCTION scoring.skipped(fit scoring.logistic_fit, OUT reason text, OUT rows bigint) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_skipped';
COMMENT ON FUNCTION scoring.skipped(scoring.logistic_fit) IS 'rows a regression left out, by reason; a row counts under the first reason that applies; NULL: no rows';

CREATE FUNCTION scoring.log_likelihood(fit scoring.logistic_fit) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_log_likelihood';
COMMENT ON FUNCTION scoring.log_likelihood(scoring.logistic_fit) IS 'log-likelihood at the solution, without the penalty; NULL for NULL';

CREATE FUNCTION scoring.null_log_likelihood(fit scoring.logistic_fit) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_null_log_likelihood';
COMMENT ON FUNCTION scoring.null_log_likelihood(scoring.logistic_fit) IS 'log-likelihood of the intercept alone; NULL for NULL';

CREATE FUNCTION scoring.aic(fit scoring.logistic_fit) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_aic';
COMMENT ON FUNCTION scoring.aic(scoring.logistic_fit) IS 'Akaike information criterion: 2 k - 2 log-likelihood, k terms; NULL for NULL';

CREATE FUNCTION scoring.bic(fit scoring.logistic_fit) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_bic';
COMMENT ON FUNCTION scoring.bic(scoring.logistic_fit) IS 'Bayesian information criterion: k ln(rows used) - 2 log-likelihood; NULL for NULL';

CREATE FUNCTION scoring.iterations(fit scoring.logistic_fit) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_iterations';
COMMENT ON FUNCTION scoring.iterations(scoring.logistic_fit) IS 'Newton steps taken; NULL for NULL';

CREATE FUNCTION scoring.rows_used(fit scoring.logistic_fit) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_rows_used';
COMMENT ON FUNCTION scoring.rows_used(scoring.logistic_fit) IS 'rows that entered a regression; NULL for NULL';
