-- model: an immutable credit model, and what it says of rows. Canonical JSON text; identity by hash.

CREATE TYPE scoring.model;

CREATE FUNCTION scoring.model_in(cstring) RETURNS scoring.model
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_in';
COMMENT ON FUNCTION scoring.model_in(cstring) IS 'a model from its JSON (docs/model.md); malformed: 22P02 with the path of the fault; too large: 54000';

CREATE FUNCTION scoring.model_out(scoring.model) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_out';
COMMENT ON FUNCTION scoring.model_out(scoring.model) IS 'the canonical JSON of a model';

CREATE FUNCTION scoring.model_recv(internal) RETURNS scoring.model
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_recv';
COMMENT ON FUNCTION scoring.model_recv(internal) IS 'binary input: a version byte, then the JSON in the client''s encoding; malformed: 22P03, 22P02';

CREATE FUNCTION scoring.model_send(scoring.model) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_send';
COMMENT ON FUNCTION scoring.model_send(scoring.model) IS 'binary output: a version byte, then the JSON in the client''s encoding';

CREATE TYPE scoring.model (
    INPUT = scoring.model_in,
    OUTPUT = scoring.model_out,
    RECEIVE = scoring.model_recv,
    SEND = scoring.model_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);
COMMENT ON TYPE scoring.model IS 'a credit model: a scorecard with its points, policies and reasons; a value, equal to another if their hashes are';

CREATE CAST (scoring.model AS jsonb) WITH INOUT AS ASSIGNMENT;
CREATE CAST (jsonb AS scoring.model) WITH INOUT;

-- Identity.

CREATE FUNCTION scoring.hash(model scoring.model) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_hash';
COMMENT ON FUNCTION scoring.hash(scoring.model) IS 'SHA-256, as 64 hexadecimal digits, of the canonical JSON, in UTF-8, of everything that decides scores, points, policies and reasons; the model''s name, counts and provenance are left out; NULL for NULL';

CREATE FUNCTION scoring.model_eq(scoring.model, scoring.model) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_eq';
COMMENT ON FUNCTION scoring.model_eq(scoring.model, scoring.model) IS 'whether two models have the same hash';
CREATE FUNCTION scoring.model_ne(scoring.model, scoring.model) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_ne';
COMMENT ON FUNCTION scoring.model_ne(scoring.model, scoring.model) IS 'whether two models have different hashes';
CREATE FUNCTION scoring.model_lt(scoring.model, scoring.model) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_lt';
COMMENT ON FUNCTION scoring.model_lt(scoring.model, scoring.model) IS 'whether a model''s hash is less than the other''s: an order for sorting, of no other meaning';
CREATE FUNCTION scoring.model_le(scoring.model, scoring.model) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_le';
COMMENT ON FUNCTION scoring.model_le(scoring.model, scoring.model) IS 'whether a model''s hash is less than or equal to the other''s';
CREATE FUNCTION scoring.model_gt(scoring.model, scoring.model) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_gt';
COMMENT ON FUNCTION scoring.model_gt(scoring.model, scoring.model) IS 'whether a model''s hash is greater than the other''s';
CREATE FUNCTION scoring.model_ge(scoring.model, scoring.model) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_ge';
COMMENT ON FUNCTION scoring.model_ge(scoring.model, scoring.model) IS 'whether a model''s hash is greater than or equal to the other''s';
CREATE FUNCTION scoring.model_cmp(scoring.model, scoring.model) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_cmp';
COMMENT ON FUNCTION scoring.model_cmp(scoring.model, scoring.model) IS 'less than, equal to or greater than 0 as the first model''s hash is to the second''s: for the btree operator class';
CREATE FUNCTION scoring.model_hash(scoring.model) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_hash32';
COMMENT ON FUNCTION scoring.model_hash(scoring.model) IS 'a 32-bit hash, for the hash operator class';
CREATE FUNCTION scoring.model_hash_extended(scoring.model, bigint) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_hash64';
COMMENT ON FUNCTION scoring.model_hash_extended(scoring.model, bigint) IS 'a 64-bit hash with a seed, for the hash operator class';

CREATE OPERATOR scoring.= (
    LEFTARG = scoring.model, RIGHTARG = scoring.model, FUNCTION = scoring.model_eq,
    COMMUTATOR = OPERATOR(scoring.=), NEGATOR = OPERATOR(scoring.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR scoring.= (scoring.model, scoring.model) IS 'same hash';
CREATE OPERATOR scoring.<> (
    LEFTARG = scoring.model, RIGHTARG = scoring.model, FUNCTION = scoring.model_ne,
    COMMUTATOR = OPERATOR(scoring.<>), NEGATOR = OPERATOR(scoring.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR scoring.<> (scoring.model, scoring.model) IS 'different hashes';
CREATE OPERATOR scoring.< (
    LEFTARG = scoring.model, RIGHTARG = scoring.model, FUNCTION = scoring.model_lt,
    COMMUTATOR = OPERATOR(scoring.>), NEGATOR = OPERATOR(scoring.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR scoring.< (scoring.model, scoring.model) IS 'lower hash';
CREATE OPERATOR scoring.<= (
    LEFTARG = scoring.model, RIGHTARG = scoring.model, FUNCTION = scoring.model_le,
    COMMUTATOR = OPERATOR(scoring.>=), NEGATOR = OPERATOR(scoring.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR scoring.<= (scoring.model, scoring.model) IS 'lower or same hash';
CREATE OPERATOR scoring.> (
    LEFTARG = scoring.model, RIGHTARG = scoring.model, FUNCTION = scoring.model_gt,
    COMMUTATOR = OPERATOR(scoring.<), NEGATOR = OPERATOR(scoring.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR scoring.> (scoring.model, scoring.model) IS 'higher hash';
CREATE OPERATOR scoring.>= (
    LEFTARG = scoring.model, RIGHTARG = scoring.model, FUNCTION = scoring.model_ge,
    COMMUTATOR = OPERATOR(scoring.<=), NEGATOR = OPERATOR(scoring.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR scoring.>= (scoring.model, scoring.model) IS 'higher or same hash';

CREATE OPERATOR CLASS scoring.model_ops DEFAULT FOR TYPE scoring.model USING btree AS
    OPERATOR 1 scoring.<, OPERATOR 2 scoring.<=, OPERATOR 3 scoring.=, OPERATOR 4 scoring.>=, OPERATOR 5 scoring.>,
    FUNCTION 1 scoring.model_cmp(scoring.model, scoring.model);
COMMENT ON OPERATOR CLASS scoring.model_ops USING btree IS 'models by their hash';
CREATE OPERATOR CLASS scoring.model_ops DEFAULT FOR TYPE scoring.model USING hash AS
    OPERATOR 1 scoring.=,
    FUNCTION 1 scoring.model_hash(scoring.model),
    FUNCTION 2 scoring.model_hash_extended(scoring.model, bigint);
COMMENT ON OPERATOR CLASS scoring.model_ops USING hash IS 'models by their hash';

-- What it says of a row.

CREATE FUNCTION scoring.score(model scoring.model, "row" record) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_model_score';
COMMENT ON FUNCTION scoring.score(scoring.model, record) IS 'the score of a row, in points: the base points and those of each characteristic, whose columns are found by name; NULL if the model or the row is; no such column: 42703, twice: 42702, wrong type: 42804, a policy that is error: 22023';

CREATE FUNCTION scoring.pd(model scoring.model, "row" record) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_model_pd';
COMMENT ON FUNCTION scoring.pd(scoring.model, record) IS 'the probability of bad of a row, 0 to 1: a function of its integer score, so equal scores have equal pd; NULL and errors as score(model, record)';

CREATE FUNCTION scoring.pd(model scoring.model, score integer) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_pd_of_score';
COMMENT ON FUNCTION scoring.pd(scoring.model, integer) IS 'the probability of bad, 0 to 1, that the model gives to a score; NULL for NULL';

CREATE FUNCTION scoring.log_odds(model scoring.model, "row" record) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_model_log_odds';
COMMENT ON FUNCTION scoring.log_odds(scoring.model, record) IS 'the log odds good:bad of a row from coefficients and WoE, calibrated, not rounded to points: pd without the rounding is 1 / (1 + exp(log_odds)); NULL and errors as score(model, record)';

CREATE FUNCTION scoring.explain(model scoring.model, "row" record,
    OUT characteristic text, OUT value text, OUT bin text, OUT points integer, OUT woe double precision,
    OUT baseline double precision, OUT points_lost double precision, OUT reason_code text, OUT note text) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 12 AS 'MODULE_PATHNAME', 'scoring_model_explain';
COMMENT ON FUNCTION scoring.explain(scoring.model, record) IS 'one line for each characteristic of a row: the points add up, with base_points(model), to the score; points_lost is baseline less points; note names the policy that decided, NULL for a plain value; no lines if the model or the row is NULL; errors as score(model, record)';

CREATE FUNCTION scoring.reasons(model scoring.model, "row" record, n integer DEFAULT 4) RETURNS text[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoring_model_reasons';
COMMENT ON FUNCTION scoring.reasons(scoring.model, record, integer) IS 'at most n reason codes of a row, the one that cost most points first, by the model''s reason method; empty if nothing was lost; NULL if any argument is; n < 0: 22023, other errors as score(model, record)';

CREATE FUNCTION scoring.policies_applied(model scoring.model, "row" record) RETURNS text[]
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoring_model_policies_applied';
COMMENT ON FUNCTION scoring.policies_applied(scoring.model, record) IS 'which inputs of a row were missing, special, unseen or out of range, and what the model''s policy made of each, as "age missing: neutral"; empty if none; to be counted; NULL and errors as score(model, record)';

-- What it is.

CREATE FUNCTION scoring.points(model scoring.model,
    OUT characteristic text, OUT bin integer, OUT label text, OUT rows bigint, OUT woe double precision,
    OUT points integer, OUT policy text, OUT reason_code text) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 100 AS 'MODULE_PATHNAME', 'scoring_model_points';
COMMENT ON FUNCTION scoring.points(scoring.model) IS 'the points table: the base points (characteristic NULL), then each bin of each characteristic; rows is the sample''s, NULL if not known; points NULL where the policy is error; no lines for NULL';

CREATE FUNCTION scoring.characteristics(model scoring.model,
    OUT "position" integer, OUT characteristic text, OUT type text, OUT coefficient double precision, OUT bins integer,
    OUT min_points integer, OUT max_points integer, OUT baseline double precision, OUT unseen text, OUT out_of_range text)
    RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 12 AS 'MODULE_PATHNAME', 'scoring_model_characteristics';
COMMENT ON FUNCTION scoring.characteristics(scoring.model) IS 'the characteristics of a model in its order: the columns that a row must have, their coefficients on WoE, the range of their points, the baseline of reasons and the policies for values that have no bin; no lines for NULL';

CREATE FUNCTION scoring.base_points(model scoring.model) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_base_points';
COMMENT ON FUNCTION scoring.base_points(scoring.model) IS 'the points that every row starts from; NULL for NULL';

CREATE FUNCTION scoring.provenance(model scoring.model) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT (model::jsonb) OPERATOR(pg_catalog.->) 'provenance'::text;
END;
COMMENT ON FUNCTION scoring.provenance(scoring.model) IS 'where a model comes from, as it was written into it: sample, counts, who, when; not part of its identity; NULL if there is none';

CREATE FUNCTION scoring.rescale(model scoring.model, pdo double precision, base_score double precision, base_odds double precision) RETURNS scoring.model
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_rescale';
COMMENT ON FUNCTION scoring.rescale(scoring.model, double precision, double precision, double precision) IS 'the same model on another scale: base_score points at odds of base_odds good to 1 bad, pdo points more double the odds; points are computed anew from coefficients and WoE, those moved by hand in proportion; NULL for NULL; out of range: 22023, 22003';
