-- tally: the distribution of one variable by outcome. A state that merges; text form JSON (docs/tally.md).

CREATE TYPE scoring.tally;

CREATE FUNCTION scoring.tally_in(cstring) RETURNS scoring.tally
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_in';
COMMENT ON FUNCTION scoring.tally_in(cstring) IS 'a tally from its JSON (docs/tally.md); malformed: 22P02 with the path of the fault';

CREATE FUNCTION scoring.tally_out(scoring.tally) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_out';
COMMENT ON FUNCTION scoring.tally_out(scoring.tally) IS 'the canonical JSON of a tally';

CREATE FUNCTION scoring.tally_recv(internal) RETURNS scoring.tally
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_recv';
COMMENT ON FUNCTION scoring.tally_recv(internal) IS 'binary input: the packed form, categories in the client''s encoding; malformed: 22P03';

CREATE FUNCTION scoring.tally_send(scoring.tally) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_send';
COMMENT ON FUNCTION scoring.tally_send(scoring.tally) IS 'binary output: the packed form, categories in the client''s encoding';

CREATE TYPE scoring.tally (
    INPUT = scoring.tally_in,
    OUTPUT = scoring.tally_out,
    RECEIVE = scoring.tally_recv,
    SEND = scoring.tally_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE scoring.tally IS 'counts of goods, bads and unlabelled rows for each value of one variable, for missing and for each special code; equal to another if all of that is';

CREATE CAST (scoring.tally AS jsonb) WITH INOUT AS ASSIGNMENT;
CREATE CAST (jsonb AS scoring.tally) WITH INOUT;

@include value.sql TYPE=tally PLURAL=tallies

-- The aggregates. An integer or numeric value is cast to double precision; char, varchar and name to text.

CREATE FUNCTION scoring._tally_trans(state scoring.tally, value double precision, bad boolean) RETURNS scoring.tally
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_trans_number';
REVOKE EXECUTE ON FUNCTION scoring._tally_trans(scoring.tally, double precision, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._tally_trans(scoring.tally, double precision, boolean) IS 'internal: counts a row';

CREATE FUNCTION scoring._tally_trans(state scoring.tally, value double precision, bad boolean, weight double precision) RETURNS scoring.tally
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_trans_number';
REVOKE EXECUTE ON FUNCTION scoring._tally_trans(scoring.tally, double precision, boolean, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._tally_trans(scoring.tally, double precision, boolean, double precision) IS 'internal: counts a row';

CREATE FUNCTION scoring._tally_trans(state scoring.tally, value double precision, bad boolean, weight double precision, special double precision[]) RETURNS scoring.tally
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_trans_number';
REVOKE EXECUTE ON FUNCTION scoring._tally_trans(scoring.tally, double precision, boolean, double precision, double precision[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._tally_trans(scoring.tally, double precision, boolean, double precision, double precision[]) IS 'internal: counts a row';

CREATE FUNCTION scoring._tally_trans(state scoring.tally, value text, bad boolean) RETURNS scoring.tally
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_trans_text';
REVOKE EXECUTE ON FUNCTION scoring._tally_trans(scoring.tally, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._tally_trans(scoring.tally, text, boolean) IS 'internal: counts a row';

CREATE FUNCTION scoring._tally_trans(state scoring.tally, value text, bad boolean, weight double precision) RETURNS scoring.tally
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_trans_text';
REVOKE EXECUTE ON FUNCTION scoring._tally_trans(scoring.tally, text, boolean, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._tally_trans(scoring.tally, text, boolean, double precision) IS 'internal: counts a row';

CREATE FUNCTION scoring._tally_combine(state scoring.tally, other scoring.tally) RETURNS scoring.tally
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_combine';
REVOKE EXECUTE ON FUNCTION scoring._tally_combine(scoring.tally, scoring.tally) FROM PUBLIC;
COMMENT ON FUNCTION scoring._tally_combine(scoring.tally, scoring.tally) IS 'internal: adds a partial state or a tally';

CREATE FUNCTION scoring._tally_final(state scoring.tally) RETURNS scoring.tally
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_final';
REVOKE EXECUTE ON FUNCTION scoring._tally_final(scoring.tally) FROM PUBLIC;
COMMENT ON FUNCTION scoring._tally_final(scoring.tally) IS 'internal: the tally that a state stands for';

CREATE AGGREGATE scoring.tally_agg(value double precision, bad boolean) (
    SFUNC = scoring._tally_trans,
    STYPE = scoring.tally,
    SSPACE = 1024,
    FINALFUNC = scoring._tally_final,
    COMBINEFUNC = scoring._tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.tally_agg(double precision, boolean) IS 'counts goods (bad is false), bads (true) and unlabelled rows (NULL) for each value; a NULL or NaN value is missing, infinities are values, -0 is 0; NULL if there is no row';

CREATE AGGREGATE scoring.tally_agg(value double precision, bad boolean, weight double precision) (
    SFUNC = scoring._tally_trans,
    STYPE = scoring.tally,
    SSPACE = 1024,
    FINALFUNC = scoring._tally_final,
    COMBINEFUNC = scoring._tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.tally_agg(double precision, boolean, double precision) IS 'counts goods (bad is false), bads (true) and unlabelled rows (NULL) for each value; a NULL or NaN value is missing, infinities are values, -0 is 0; a weight must be finite and not negative (22023), not NULL (22004), at most 1e12 (22003); NULL if there is no row';

CREATE AGGREGATE scoring.tally_agg(value double precision, bad boolean, weight double precision, special double precision[]) (
    SFUNC = scoring._tally_trans,
    STYPE = scoring.tally,
    SSPACE = 1024,
    FINALFUNC = scoring._tally_final,
    COMBINEFUNC = scoring._tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.tally_agg(double precision, boolean, double precision, double precision[]) IS 'counts goods (bad is false), bads (true) and unlabelled rows (NULL) for each value; a NULL or NaN value is missing, infinities are values, -0 is 0; a weight must be finite and not negative (22023), not NULL (22004), at most 1e12 (22003); special codes are counted apart and must be the same for all rows (22023), at most 64 (54000); NULL if there is no row';

CREATE AGGREGATE scoring.tally_agg(value text, bad boolean) (
    SFUNC = scoring._tally_trans,
    STYPE = scoring.tally,
    SSPACE = 1024,
    FINALFUNC = scoring._tally_final,
    COMBINEFUNC = scoring._tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.tally_agg(text, boolean) IS 'counts goods (bad is false), bads (true) and unlabelled rows (NULL) for each value; a NULL value is missing; a category has at most 255 bytes (54000); NULL if there is no row';

CREATE AGGREGATE scoring.tally_agg(value text, bad boolean, weight double precision) (
    SFUNC = scoring._tally_trans,
    STYPE = scoring.tally,
    SSPACE = 1024,
    FINALFUNC = scoring._tally_final,
    COMBINEFUNC = scoring._tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.tally_agg(text, boolean, double precision) IS 'counts goods (bad is false), bads (true) and unlabelled rows (NULL) for each value; a NULL value is missing; a category has at most 255 bytes (54000); a weight must be finite and not negative (22023), not NULL (22004), at most 1e12 (22003); NULL if there is no row';

CREATE AGGREGATE scoring.rollup(tally scoring.tally) (
    SFUNC = scoring._tally_combine,
    STYPE = scoring.tally,
    SSPACE = 8192,
    FINALFUNC = scoring._tally_final,
    COMBINEFUNC = scoring._tally_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.rollup(scoring.tally) IS 'the tally of all rows of the tallies: while exact the same, to the byte, as one made of the rows; NULLs are left out, NULL if there is nothing else; numbers with text, or different special codes: 22023';

-- Accessors. Weights, and without weights numbers of rows.

CREATE FUNCTION scoring.rows(tally scoring.tally) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_rows';
COMMENT ON FUNCTION scoring.rows(scoring.tally) IS 'number of rows of all kinds; NULL for NULL';

CREATE FUNCTION scoring.total(tally scoring.tally) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_total';
COMMENT ON FUNCTION scoring.total(scoring.tally) IS 'weight of all rows: values, missing and special, labelled or not; NULL for NULL';

CREATE FUNCTION scoring.goods(tally scoring.tally) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_goods';
COMMENT ON FUNCTION scoring.goods(scoring.tally) IS 'weight of all rows whose outcome is false; NULL for NULL';

CREATE FUNCTION scoring.bads(tally scoring.tally) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_bads';
COMMENT ON FUNCTION scoring.bads(scoring.tally) IS 'weight of all rows whose outcome is true; NULL for NULL';

CREATE FUNCTION scoring.unlabelled(tally scoring.tally) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_unlabelled';
COMMENT ON FUNCTION scoring.unlabelled(scoring.tally) IS 'weight of all rows whose outcome is NULL; NULL for NULL';

CREATE FUNCTION scoring.missing(tally scoring.tally) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_missing';
COMMENT ON FUNCTION scoring.missing(scoring.tally) IS 'weight of the rows whose value is NULL or NaN; NULL for NULL';

CREATE FUNCTION scoring.bad_rate(tally scoring.tally) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_bad_rate';
COMMENT ON FUNCTION scoring.bad_rate(scoring.tally) IS 'bads / (goods + bads) of all rows, 0 to 1; NULL for NULL, and if nothing is labelled';

CREATE FUNCTION scoring.is_exact(tally scoring.tally) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_is_exact';
COMMENT ON FUNCTION scoring.is_exact(scoring.tally) IS 'whether every value has its own count; if not, rank_error says how far off ranks may be; NULL for NULL';

CREATE FUNCTION scoring.rank_error(tally scoring.tally) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_rank_error';
COMMENT ON FUNCTION scoring.rank_error(scoring.tally) IS 'weight by which the weight at or below any value, summed over tally_values, may be off at most, for goods and bads too; of text: the most that a category may have among the pooled; 0 while exact; NULL for NULL';

CREATE FUNCTION scoring.quantile(tally scoring.tally, fraction double precision) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_quantile';
COMMENT ON FUNCTION scoring.quantile(scoring.tally, double precision) IS 'the smallest value with at least this fraction of the weight of the values at or below it (missing and special apart, unlabelled included), as percentile_disc; beyond exactness within rank_error; NULL for NULL, and if there is no value; a fraction outside 0 to 1, or text: 22023';

CREATE FUNCTION scoring.tally_values(tally scoring.tally,
    OUT kind text, OUT value double precision, OUT category text, OUT rows bigint, OUT total double precision,
    OUT goods double precision, OUT bads double precision, OUT unlabelled double precision, OUT bad_rate double precision,
    OUT uncertainty double precision, OUT pure boolean) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 1000 AS 'MODULE_PATHNAME', 'scoring_tally_values';
COMMENT ON FUNCTION scoring.tally_values(scoring.tally) IS 'one line for each value in ascending order (kind value), each special code (special), missing and pooled if there are any; uncertainty is the weight elsewhere that may belong at or below the value, pure whether all of the line is at the value: 0 and true while exact; no lines for NULL';
