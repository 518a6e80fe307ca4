-- binning: the coarse classing of one variable. Canonical JSON text; equality by the stored bytes.

CREATE TYPE scoring.binning;

CREATE FUNCTION scoring.binning_in(cstring) RETURNS scoring.binning
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_in';
COMMENT ON FUNCTION scoring.binning_in(cstring) IS 'a binning from its JSON (docs/binning.md), whose WoE and IV must follow from its counts; malformed: 22P02 with the path of the fault; too large: 54000';

CREATE FUNCTION scoring.binning_out(scoring.binning) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_out';
COMMENT ON FUNCTION scoring.binning_out(scoring.binning) IS 'the canonical JSON of a binning';

CREATE FUNCTION scoring.binning_recv(internal) RETURNS scoring.binning
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_recv';
COMMENT ON FUNCTION scoring.binning_recv(internal) IS 'binary input: a version byte, then the JSON in the client''s encoding; malformed: 22P03, 22P02';

CREATE FUNCTION scoring.binning_send(scoring.binning) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_send';
COMMENT ON FUNCTION scoring.binning_send(scoring.binning) IS 'binary output: a version byte, then the JSON in the client''s encoding';

CREATE TYPE scoring.binning (
    INPUT = scoring.binning_in,
    OUTPUT = scoring.binning_out,
    RECEIVE = scoring.binning_recv,
    SEND = scoring.binning_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE scoring.binning IS 'the coarse classing of one variable: where every value goes, its counts, WoE and IV; a value, equal to another if it is the same to the last bit';

CREATE CAST (scoring.binning AS jsonb) WITH INOUT AS ASSIGNMENT;
CREATE CAST (jsonb AS scoring.binning) WITH INOUT;

@include value.sql TYPE=binning PLURAL=binnings

-- From a tally.

CREATE FUNCTION scoring.optimal_binning(
    tally scoring.tally,
    max_bins integer DEFAULT 8,
    min_bins integer DEFAULT 1,
    min_bin_fraction double precision DEFAULT 0.05,
    min_bin_goods double precision DEFAULT 1,
    min_bin_bads double precision DEFAULT 1,
    min_bad_rate_difference double precision DEFAULT 0,
    max_bin_p_value double precision DEFAULT NULL,
    trend text DEFAULT 'auto',
    splits double precision[] DEFAULT NULL,
    groups jsonb DEFAULT NULL,
    smoothing text DEFAULT 'add_empty(0.5)',
    min_category_fraction double precision DEFAULT 0.01,
    min_special_rows integer DEFAULT 50,
    missing_to text DEFAULT 'own',
    special_to text DEFAULT 'own',
    unseen_to text DEFAULT 'own',
    out_of_range_to text DEFAULT 'nearest'
) RETURNS scoring.binning
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100000 AS 'MODULE_PATHNAME', 'scoring_binning_optimal';
COMMENT ON FUNCTION scoring.optimal_binning(scoring.tally, integer, integer, double precision, double precision, double precision, double precision, double precision, text, double precision[], jsonb, text, double precision, integer, text, text, text, text) IS 'the partition of a variable with the greatest IV under the constraints, or the given cut points or groups; NULL for a NULL tally; a constraint that cannot be met, no goods or no bads, NULL for an argument that has no NULL: 22023, with the name';

-- What it is.

CREATE FUNCTION scoring.bins(binning scoring.binning,
    OUT number integer, OUT label text, OUT lower double precision, OUT upper double precision, OUT categories text[],
    OUT total double precision, OUT goods double precision, OUT bads double precision, OUT bad_rate double precision,
    OUT woe double precision, OUT iv double precision, OUT note text, OUT unlabelled double precision, OUT rows bigint)
    RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 10 AS 'MODULE_PATHNAME', 'scoring_binning_bins';
COMMENT ON FUNCTION scoring.bins(scoring.binning) IS 'one line for each bin: values from lower up to, not including, upper, or categories; weights of all rows, goods, bads and those without an outcome; bad_rate of those with one, NULL if there are none; WoE and IV share; note says where the WoE comes from if not from counts of both classes; no lines for NULL';

CREATE FUNCTION scoring.iv(binning scoring.binning) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_iv';
COMMENT ON FUNCTION scoring.iv(scoring.binning) IS 'the information value, in nats: the sum of the bins'' shares; NULL for NULL';

CREATE FUNCTION scoring.iv(tally scoring.tally, binning scoring.binning) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_iv_of_tally';
COMMENT ON FUNCTION scoring.iv(scoring.tally, scoring.binning) IS 'the information value of another sample counted into the same bins, by the same smoothing; NULL for NULL and if that sample has no goods or no bads; infinite if smoothing is none and a bin has only one class; numbers for a binning of text, or the other way round: 22023';

CREATE FUNCTION scoring.trend(binning scoring.binning) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_trend';
COMMENT ON FUNCTION scoring.trend(scoring.binning) IS 'how the bad rate goes as the value rises: ascending, descending, peak, valley or none, as found in the bins; none for text; NULL for NULL';

CREATE FUNCTION scoring.is_separating(binning scoring.binning) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_is_separating';
COMMENT ON FUNCTION scoring.is_separating(scoring.binning) IS 'whether the characteristic tells goods from bads perfectly: every value, missing and each special code occur with one outcome only, in at most three runs; mostly a sign that it was known only after the outcome; NULL for NULL';

CREATE FUNCTION scoring.bin_chart(binning scoring.binning) RETURNS SETOF text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 12 AS 'MODULE_PATHNAME', 'scoring_binning_chart';
COMMENT ON FUNCTION scoring.bin_chart(scoring.binning) IS 'counts, bad rates and WoE as lines of text for a terminal, in plain ASCII but for the labels; no lines for NULL';

-- What it says of a value.

CREATE FUNCTION scoring.woe(binning scoring.binning, value double precision) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'scoring_binning_woe_number';
COMMENT ON FUNCTION scoring.woe(scoring.binning, double precision) IS 'the weight of evidence of a number; NULL and NaN are missing; NULL for a NULL binning; a binning of text, a policy that is error: 22023';

CREATE FUNCTION scoring.woe(binning scoring.binning, value text) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'scoring_binning_woe_text';
COMMENT ON FUNCTION scoring.woe(scoring.binning, text) IS 'the weight of evidence of a category; NULL is missing; NULL for a NULL binning; a binning of numbers, a policy that is error: 22023';

CREATE FUNCTION scoring.bin(binning scoring.binning, value double precision) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'scoring_binning_bin_number';
COMMENT ON FUNCTION scoring.bin(scoring.binning, double precision) IS 'the number of the bin that a number is in, as bins(binning) counts; NULL and NaN are missing, which has a bin; NULL if the value is out of range and out_of_range_to is not nearest, and for a NULL binning; a binning of text, a policy that is error: 22023';

CREATE FUNCTION scoring.bin(binning scoring.binning, value text) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 5 AS 'MODULE_PATHNAME', 'scoring_binning_bin_text';
COMMENT ON FUNCTION scoring.bin(scoring.binning, text) IS 'the number of the bin that a category is in, as bins(binning) counts; NULL is missing, which has a bin; NULL if the category is unseen and unseen_to is not own, and for a NULL binning; a binning of numbers, a policy that is error: 22023';
