-- Generated from sql/modules; do not edit.
\echo Use "CREATE EXTENSION scoring" to load this file. \quit
-- schema: the namespace of everything. CREATE, not IF NOT EXISTS: a schema somebody made first is not adopted.

CREATE SCHEMA scoring;
COMMENT ON SCHEMA scoring IS 'credit scoring: tallies, binnings, models, scores and reasons (extension scoring)';
GRANT USAGE ON SCHEMA scoring TO PUBLIC;
-- activity: flows of events in time buckets. A profile (docs/activity.md).

CREATE TYPE scoring.activity;

CREATE FUNCTION scoring.activity_in(cstring) RETURNS scoring.activity
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_in';
COMMENT ON FUNCTION scoring.activity_in(cstring) IS 'an activity from its JSON (docs/activity.md); malformed: 22P02 with the path of the fault';

CREATE FUNCTION scoring.activity_out(scoring.activity) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_out';
COMMENT ON FUNCTION scoring.activity_out(scoring.activity) IS 'the canonical JSON of an activity';

CREATE FUNCTION scoring.activity_recv(internal) RETURNS scoring.activity
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_recv';
COMMENT ON FUNCTION scoring.activity_recv(internal) IS 'binary input: the packed form, texts in the client''s encoding; malformed: 22P03';

CREATE FUNCTION scoring.activity_send(scoring.activity) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_send';
COMMENT ON FUNCTION scoring.activity_send(scoring.activity) IS 'binary output: the packed form, texts in the client''s encoding';

CREATE TYPE scoring.activity (
    INPUT = scoring.activity_in,
    OUTPUT = scoring.activity_out,
    RECEIVE = scoring.activity_recv,
    SEND = scoring.activity_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE CAST (scoring.activity AS jsonb) WITH INOUT AS ASSIGNMENT;
CREATE CAST (jsonb AS scoring.activity) WITH INOUT;

-- Equality and an order: of the packed bytes.

CREATE FUNCTION scoring.activity_eq(scoring.activity, scoring.activity) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_eq';
COMMENT ON FUNCTION scoring.activity_eq(scoring.activity, scoring.activity) IS 'whether two activities are the same, to the byte';

CREATE FUNCTION scoring.activity_ne(scoring.activity, scoring.activity) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_ne';
COMMENT ON FUNCTION scoring.activity_ne(scoring.activity, scoring.activity) IS 'whether two activities differ';

CREATE FUNCTION scoring.activity_lt(scoring.activity, scoring.activity) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_lt';
COMMENT ON FUNCTION scoring.activity_lt(scoring.activity, scoring.activity) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.activity_le(scoring.activity, scoring.activity) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_le';
COMMENT ON FUNCTION scoring.activity_le(scoring.activity, scoring.activity) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.activity_gt(scoring.activity, scoring.activity) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_gt';
COMMENT ON FUNCTION scoring.activity_gt(scoring.activity, scoring.activity) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.activity_ge(scoring.activity, scoring.activity) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_ge';
COMMENT ON FUNCTION scoring.activity_ge(scoring.activity, scoring.activity) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.activity_cmp(scoring.activity, scoring.activity) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_cmp';
COMMENT ON FUNCTION scoring.activity_cmp(scoring.activity, scoring.activity) IS '-1, 0 or 1: an order for sorting';

CREATE FUNCTION scoring.activity_hash(scoring.activity) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_hash';
COMMENT ON FUNCTION scoring.activity_hash(scoring.activity) IS 'hash for hash joins and aggregates';

CREATE FUNCTION scoring.activity_hash_extended(scoring.activity, bigint) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_hash_extended';
COMMENT ON FUNCTION scoring.activity_hash_extended(scoring.activity, bigint) IS '64-bit hash with a seed, for hash partitions';

CREATE OPERATOR scoring.= (
    LEFTARG = scoring.activity, RIGHTARG = scoring.activity, FUNCTION = scoring.activity_eq,
    COMMUTATOR = OPERATOR(scoring.=), NEGATOR = OPERATOR(scoring.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR scoring.= (scoring.activity, scoring.activity) IS 'whether two activities are the same, to the byte';

CREATE OPERATOR scoring.<> (
    LEFTARG = scoring.activity, RIGHTARG = scoring.activity, FUNCTION = scoring.activity_ne,
    COMMUTATOR = OPERATOR(scoring.<>), NEGATOR = OPERATOR(scoring.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR scoring.<> (scoring.activity, scoring.activity) IS 'whether two activities differ';

CREATE OPERATOR scoring.< (
    LEFTARG = scoring.activity, RIGHTARG = scoring.activity, FUNCTION = scoring.activity_lt,
    COMMUTATOR = OPERATOR(scoring.>), NEGATOR = OPERATOR(scoring.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR scoring.< (scoring.activity, scoring.activity) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.<= (
    LEFTARG = scoring.activity, RIGHTARG = scoring.activity, FUNCTION = scoring.activity_le,
    COMMUTATOR = OPERATOR(scoring.>=), NEGATOR = OPERATOR(scoring.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR scoring.<= (scoring.activity, scoring.activity) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.> (
    LEFTARG = scoring.activity, RIGHTARG = scoring.activity, FUNCTION = scoring.activity_gt,
    COMMUTATOR = OPERATOR(scoring.<), NEGATOR = OPERATOR(scoring.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR scoring.> (scoring.activity, scoring.activity) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.>= (
    LEFTARG = scoring.activity, RIGHTARG = scoring.activity, FUNCTION = scoring.activity_ge,
    COMMUTATOR = OPERATOR(scoring.<=), NEGATOR = OPERATOR(scoring.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR scoring.>= (scoring.activity, scoring.activity) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR CLASS scoring.activity_ops DEFAULT FOR TYPE scoring.activity USING btree AS
    OPERATOR 1 scoring.<, OPERATOR 2 scoring.<=, OPERATOR 3 scoring.=, OPERATOR 4 scoring.>=, OPERATOR 5 scoring.>,
    FUNCTION 1 scoring.activity_cmp(scoring.activity, scoring.activity);
COMMENT ON OPERATOR CLASS scoring.activity_ops USING btree IS 'activities by their packed bytes';
CREATE OPERATOR CLASS scoring.activity_ops DEFAULT FOR TYPE scoring.activity USING hash AS
    OPERATOR 1 scoring.=,
    FUNCTION 1 scoring.activity_hash(scoring.activity),
    FUNCTION 2 scoring.activity_hash_extended(scoring.activity, bigint);
COMMENT ON OPERATOR CLASS scoring.activity_ops USING hash IS 'activities by their packed bytes';

-- Merging. The transition functions and their aggregates are the room's own.

CREATE FUNCTION scoring._activity_combine(state scoring.activity, other scoring.activity) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_combine';
REVOKE EXECUTE ON FUNCTION scoring._activity_combine(scoring.activity, scoring.activity) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_combine(scoring.activity, scoring.activity) IS 'internal: adds a partial state or an activity';

CREATE FUNCTION scoring._activity_final(state scoring.activity) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_final';
REVOKE EXECUTE ON FUNCTION scoring._activity_final(scoring.activity) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_final(scoring.activity) IS 'internal: the activity that a state stands for';

CREATE AGGREGATE scoring.rollup(activity scoring.activity) (
    SFUNC = scoring._activity_combine,
    STYPE = scoring.activity,
    SSPACE = 1024,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.rollup(scoring.activity) IS 'the activity of all rows of the activities, the same, to the byte, as one made of the rows; NULLs are left out, NULL if there is nothing else; values that do not fit together (docs/activity.md): 22023';

CREATE FUNCTION scoring.activity_concat(a scoring.activity, b scoring.activity) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_concat';
COMMENT ON FUNCTION scoring.activity_concat(scoring.activity, scoring.activity) IS 'the activity of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';

CREATE OPERATOR scoring.|| (
    LEFTARG = scoring.activity, RIGHTARG = scoring.activity, FUNCTION = scoring.activity_concat, COMMUTATOR = OPERATOR(scoring.||)
);
COMMENT ON OPERATOR scoring.|| (scoring.activity, scoring.activity) IS 'the activity of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';

COMMENT ON TYPE scoring.activity IS 'what someone did: events in buckets of a day, week or month, by category, amounts as exact sums in hundredths; equal to another if all of that is';

-- The aggregates: three types of time, three of amounts. A timestamp or date is of the value's zone, whatever that is; the
-- session's TimeZone never matters, which is why there is an aggregate for each.

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount numeric) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, numeric) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, numeric) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount numeric) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, numeric) IS 'the activity of the rows, in buckets of a month; occurred_at: days are those of UTC, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount numeric, category text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, numeric, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, numeric, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount numeric, category text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, numeric, text) IS 'the activity of the rows, in buckets of a month; occurred_at: days are those of UTC, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount numeric, category text, bucket text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, numeric, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, numeric, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount numeric, category text, bucket text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, numeric, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: days are those of UTC, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount numeric, category text, bucket text, time_zone text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, numeric, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, numeric, text, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount numeric, category text, bucket text, time_zone text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, numeric, text, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: days are those of time_zone, which is kept in the value, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount bigint) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, bigint) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount bigint) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, bigint) IS 'the activity of the rows, in buckets of a month; occurred_at: days are those of UTC, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount bigint, category text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, bigint, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount bigint, category text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, bigint, text) IS 'the activity of the rows, in buckets of a month; occurred_at: days are those of UTC, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount bigint, category text, bucket text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, bigint, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount bigint, category text, bucket text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, bigint, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: days are those of UTC, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount bigint, category text, bucket text, time_zone text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, bigint, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, bigint, text, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount bigint, category text, bucket text, time_zone text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, bigint, text, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: days are those of time_zone, which is kept in the value, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount double precision) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, double precision) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount double precision) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, double precision) IS 'the activity of the rows, in buckets of a month; occurred_at: days are those of UTC, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount double precision, category text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, double precision, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, double precision, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount double precision, category text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, double precision, text) IS 'the activity of the rows, in buckets of a month; occurred_at: days are those of UTC, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount double precision, category text, bucket text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, double precision, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, double precision, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount double precision, category text, bucket text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, double precision, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: days are those of UTC, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp with time zone, amount double precision, category text, bucket text, time_zone text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamptz_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, double precision, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp with time zone, double precision, text, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp with time zone, amount double precision, category text, bucket text, time_zone text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp with time zone, double precision, text, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: days are those of time_zone, which is kept in the value, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp without time zone, amount numeric) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamp_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, numeric) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, numeric) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp without time zone, amount numeric) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp without time zone, numeric) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp without time zone, amount numeric, category text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamp_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, numeric, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, numeric, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp without time zone, amount numeric, category text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp without time zone, numeric, text) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp without time zone, amount numeric, category text, bucket text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamp_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, numeric, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, numeric, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp without time zone, amount numeric, category text, bucket text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp without time zone, numeric, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp without time zone, amount bigint) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamp_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, bigint) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp without time zone, amount bigint) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp without time zone, bigint) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp without time zone, amount bigint, category text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamp_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, bigint, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp without time zone, amount bigint, category text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp without time zone, bigint, text) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp without time zone, amount bigint, category text, bucket text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamp_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, bigint, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp without time zone, amount bigint, category text, bucket text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp without time zone, bigint, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp without time zone, amount double precision) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamp_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, double precision) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp without time zone, amount double precision) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp without time zone, double precision) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp without time zone, amount double precision, category text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamp_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, double precision, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, double precision, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp without time zone, amount double precision, category text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp without time zone, double precision, text) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at timestamp without time zone, amount double precision, category text, bucket text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_timestamp_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, double precision, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, timestamp without time zone, double precision, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at timestamp without time zone, amount double precision, category text, bucket text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(timestamp without time zone, double precision, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at date, amount numeric) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_date_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, date, numeric) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, date, numeric) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at date, amount numeric) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(date, numeric) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at date, amount numeric, category text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_date_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, date, numeric, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, date, numeric, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at date, amount numeric, category text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(date, numeric, text) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at date, amount numeric, category text, bucket text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_date_numeric';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, date, numeric, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, date, numeric, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at date, amount numeric, category text, bucket text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(date, numeric, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at date, amount bigint) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_date_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, date, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, date, bigint) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at date, amount bigint) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(date, bigint) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at date, amount bigint, category text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_date_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, date, bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, date, bigint, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at date, amount bigint, category text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(date, bigint, text) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at date, amount bigint, category text, bucket text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_date_int8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, date, bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, date, bigint, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at date, amount bigint, category text, bucket text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(date, bigint, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at date, amount double precision) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_date_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, date, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, date, double precision) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at date, amount double precision) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(date, double precision) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at date, amount double precision, category text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_date_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, date, double precision, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, date, double precision, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at date, amount double precision, category text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(date, double precision, text) IS 'the activity of the rows, in buckets of a month; occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

CREATE FUNCTION scoring._activity_trans(state scoring.activity, occurred_at date, amount double precision, category text, bucket text) RETURNS scoring.activity
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trans_date_float8';
REVOKE EXECUTE ON FUNCTION scoring._activity_trans(scoring.activity, date, double precision, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._activity_trans(scoring.activity, date, double precision, text, text) IS 'internal: adds an event';
CREATE AGGREGATE scoring.activity_agg(occurred_at date, amount double precision, category text, bucket text) (
    SFUNC = scoring._activity_trans,
    STYPE = scoring.activity,
    SSPACE = 512,
    FINALFUNC = scoring._activity_final,
    COMBINEFUNC = scoring._activity_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.activity_agg(date, double precision, text, text) IS 'the activity of the rows, in buckets of a day, week or month (22023 for another); occurred_at: taken as it is, whatever the zone, from 1900 to 2199 and finite (22008), a row without it is only counted (undated); amount: rounded to hundredths, half away from zero, NULL is not known, at most 1e15 (22003), NaN and infinity 22023; a NULL category is none, one has at most 255 bytes (54000); NULL if there is no row';

-- Questions about a window, which ends before as_of.

CREATE FUNCTION scoring.event_count(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS bigint
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_event_count';
COMMENT ON FUNCTION scoring.event_count(scoring.activity, date, integer, integer) IS 'number of events; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.inflow(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_inflow';
COMMENT ON FUNCTION scoring.inflow(scoring.activity, date, integer, integer) IS 'sum of the positive amounts, 0 if there is none; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.outflow(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_outflow';
COMMENT ON FUNCTION scoring.outflow(scoring.activity, date, integer, integer) IS 'sum of the absolute values of the negative amounts, 0 if there is none; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.net_flow(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_net_flow';
COMMENT ON FUNCTION scoring.net_flow(scoring.activity, date, integer, integer) IS 'sum of the amounts, 0 if there is none; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.turnover(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_turnover';
COMMENT ON FUNCTION scoring.turnover(scoring.activity, date, integer, integer) IS 'sum of the absolute values of the amounts, 0 if there is none; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.mean_amount(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_mean_amount';
COMMENT ON FUNCTION scoring.mean_amount(scoring.activity, date, integer, integer) IS 'mean of the known amounts; NULL if there is none; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.stddev_amount(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_stddev_amount';
COMMENT ON FUNCTION scoring.stddev_amount(scoring.activity, date, integer, integer) IS 'sample standard deviation of the known amounts; NULL if there are fewer than two; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.cv_amount(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_cv_amount';
COMMENT ON FUNCTION scoring.cv_amount(scoring.activity, date, integer, integer) IS 'coefficient of variation: standard deviation / absolute value of the mean; NULL if the mean is 0 or there are fewer than two amounts; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.smallest_amount(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_smallest_amount';
COMMENT ON FUNCTION scoring.smallest_amount(scoring.activity, date, integer, integer) IS 'smallest amount, a negative one before a positive; NULL if none is known; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.largest_amount(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_largest_amount';
COMMENT ON FUNCTION scoring.largest_amount(scoring.activity, date, integer, integer) IS 'largest amount; NULL if none is known; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023; days that the activity does not keep singly: 55000';

CREATE FUNCTION scoring.active_days(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_active_days';
COMMENT ON FUNCTION scoring.active_days(scoring.activity, date, integer, integer) IS 'number of days with an event, exact for every window; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023';

CREATE FUNCTION scoring.longest_gap(a scoring.activity, as_of date, buckets integer DEFAULT NULL, days integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_longest_gap';
COMMENT ON FUNCTION scoring.longest_gap(scoring.activity, date, integer, integer) IS 'most days from one day with an event to the next, both in the window, exact for every window; NULL if there are fewer than two such days; of the last complete buckets before that of as_of, all of them by default, or of the days before as_of; NULL for a NULL activity or as_of; fewer than 1 bucket or day, or both: 22023';

CREATE FUNCTION scoring.active_buckets(a scoring.activity, as_of date, buckets integer DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_active_buckets';
COMMENT ON FUNCTION scoring.active_buckets(scoring.activity, date, integer) IS 'number of buckets with an event; of the last complete buckets before that of as_of, all of them by default; NULL for a NULL activity or as_of; fewer than 1 bucket : 22023';

CREATE FUNCTION scoring.days_since_last(a scoring.activity, as_of date) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_days_since_last';
COMMENT ON FUNCTION scoring.days_since_last(scoring.activity, date) IS 'days from the last day with an event before as_of to as_of, the current bucket included; NULL if there is none, or for NULL';

CREATE FUNCTION scoring.months_on_record(a scoring.activity, as_of date) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_months_on_record';
COMMENT ON FUNCTION scoring.months_on_record(scoring.activity, date) IS 'months from that of the first event to that of as_of; NULL if there is no event before as_of, or for NULL';

CREATE FUNCTION scoring.event_episodes(a scoring.activity, as_of date, days integer, gap_days integer DEFAULT 14) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_event_episodes';
COMMENT ON FUNCTION scoring.event_episodes(scoring.activity, date, integer, integer) IS 'number of runs of days with an event among the days before as_of: a new one begins more than gap_days after the active day before, so that the inquiries of one shopping trip count once; NULL for NULL; fewer than 1 day, or a negative gap: 22023';

CREATE FUNCTION scoring.trend(a scoring.activity, as_of date, buckets integer, measure text DEFAULT 'net_flow') RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_trend';
COMMENT ON FUNCTION scoring.trend(scoring.activity, date, integer, text) IS 'least-squares slope of the measure over the last complete buckets before that of as_of, per bucket; buckets without events count as 0; measure: event_count, inflow, outflow, turnover or net_flow (another: 22023); NULL for NULL; fewer than 2 buckets: 22023';

CREATE FUNCTION scoring.recent_ratio(a scoring.activity, as_of date, buckets integer, measure text DEFAULT 'turnover') RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_recent_ratio';
COMMENT ON FUNCTION scoring.recent_ratio(scoring.activity, date, integer, text) IS 'the measure of the recent half of the last complete buckets before that of as_of / that of the older half; NULL if the older is 0, or for NULL; measure: event_count, inflow, outflow, turnover or net_flow (another: 22023); an odd number of buckets, or fewer than 2: 22023';

CREATE FUNCTION scoring.decayed_sum(a scoring.activity, as_of date, half_life double precision, measure text DEFAULT 'turnover') RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_decayed_sum';
COMMENT ON FUNCTION scoring.decayed_sum(scoring.activity, date, double precision, text) IS 'sum of the measure over all complete buckets before that of as_of, each weighed by 2^(-k / half_life) when k buckets lie behind it; measure: event_count, inflow, outflow, turnover or net_flow (another: 22023); NULL for NULL; a half_life that is not finite and above 0: 22023';

CREATE FUNCTION scoring.category_share(a scoring.activity, as_of date, category text, buckets integer DEFAULT NULL, measure text DEFAULT 'event_count') RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_category_share';
COMMENT ON FUNCTION scoring.category_share(scoring.activity, date, text, integer, text) IS 'share of a category in the measure of the last complete buckets before that of as_of, all by default; a NULL category stands for the events without one; NULL if the total is 0, if the category may be among the pooled, or for a NULL activity or as_of; measure: event_count, inflow, outflow or turnover (another: 22023)';

CREATE FUNCTION scoring.category_entropy(a scoring.activity, as_of date, buckets integer DEFAULT NULL, measure text DEFAULT 'event_count') RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_category_entropy';
COMMENT ON FUNCTION scoring.category_entropy(scoring.activity, date, integer, text) IS 'entropy, in nats, of the shares of the categories in the measure; events without a category are left out, pooled categories count as one; NULL if there is nothing else, or for NULL; measure: event_count, inflow, outflow or turnover (another: 22023)';

CREATE FUNCTION scoring.category_hhi(a scoring.activity, as_of date, buckets integer DEFAULT NULL, measure text DEFAULT 'event_count') RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_category_hhi';
COMMENT ON FUNCTION scoring.category_hhi(scoring.activity, date, integer, text) IS 'Herfindahl index, the sum of the squared shares of the categories in the measure, 1 for a single one; events without a category are left out, pooled categories count as one; NULL if there is nothing else, or for NULL; measure: event_count, inflow, outflow or turnover (another: 22023)';

CREATE FUNCTION scoring.distinct_categories(a scoring.activity, as_of date, buckets integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_distinct_categories';
COMMENT ON FUNCTION scoring.distinct_categories(scoring.activity, date, integer) IS 'number of categories in the last complete buckets before that of as_of, all by default; exact while the activity has at most 256, then an estimate with the relative standard error distinct_categories_error; NULL for NULL';

CREATE FUNCTION scoring.distinct_categories_error(a scoring.activity, as_of date, buckets integer DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_distinct_categories_error';
COMMENT ON FUNCTION scoring.distinct_categories_error(scoring.activity, date, integer) IS 'relative standard error of distinct_categories, 0.06 for all of a large set; 0 while it is exact; NULL for NULL';

CREATE FUNCTION scoring.undated(a scoring.activity) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_undated';
COMMENT ON FUNCTION scoring.undated(scoring.activity) IS 'number of rows without a time, which are counted and otherwise left out; NULL for NULL';

CREATE FUNCTION scoring.activity_buckets(a scoring.activity, OUT starts_on date, OUT event_count bigint, OUT active_days integer, OUT inflow numeric, OUT outflow numeric, OUT smallest_amount numeric, OUT largest_amount numeric) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 24 AS 'MODULE_PATHNAME', 'scoring_activity_buckets';
COMMENT ON FUNCTION scoring.activity_buckets(scoring.activity) IS 'the buckets that have an event, in order of time; amounts are NULL where none is known; no row for NULL';

-- Dimensions: what kinds of behaviour the categories stand for.

CREATE FUNCTION scoring.map_categories(a scoring.activity, dimensions jsonb) RETURNS scoring.activity
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_map_categories';
COMMENT ON FUNCTION scoring.map_categories(scoring.activity, jsonb) IS 'the activity with each category replaced by what the object gives for it; categories without an entry, and pooled ones, lose theirs; NULL for NULL; an entry for one of its categories that is not a text of at most 255 bytes: 22023';

CREATE FUNCTION scoring.activity_dimension_features(a scoring.activity, as_of date, dimensions jsonb, OUT dimension text, OUT months integer, OUT event_count bigint, OUT inflow double precision, OUT outflow double precision, OUT turnover_share double precision) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 25 AS 'MODULE_PATHNAME', 'scoring_activity_dimension_features';
COMMENT ON FUNCTION scoring.activity_dimension_features(scoring.activity, date, jsonb) IS 'for each dimension of the object from category to dimension, and the last 1, 3, 6, 12 and 24 complete months before that of as_of: events, flows, and the share in the turnover of all events, NULL if that is 0; pooled categories are of no dimension; no row for NULL; buckets of a week: 22023';

-- The standard features.

CREATE FUNCTION scoring.activity_features(a scoring.activity, as_of date,
    OUT event_count_1m bigint, OUT inflow_1m double precision, OUT outflow_1m double precision, OUT net_flow_1m double precision, OUT mean_amount_1m double precision,
    OUT stddev_amount_1m double precision, OUT smallest_amount_1m double precision, OUT largest_amount_1m double precision, OUT active_days_1m integer, OUT active_months_1m integer,
    OUT event_count_3m bigint, OUT inflow_3m double precision, OUT outflow_3m double precision, OUT net_flow_3m double precision, OUT mean_amount_3m double precision,
    OUT stddev_amount_3m double precision, OUT smallest_amount_3m double precision, OUT largest_amount_3m double precision, OUT active_days_3m integer, OUT active_months_3m integer,
    OUT event_count_6m bigint, OUT inflow_6m double precision, OUT outflow_6m double precision, OUT net_flow_6m double precision, OUT mean_amount_6m double precision,
    OUT stddev_amount_6m double precision, OUT smallest_amount_6m double precision, OUT largest_amount_6m double precision, OUT active_days_6m integer, OUT active_months_6m integer,
    OUT event_count_12m bigint, OUT inflow_12m double precision, OUT outflow_12m double precision, OUT net_flow_12m double precision, OUT mean_amount_12m double precision,
    OUT stddev_amount_12m double precision, OUT smallest_amount_12m double precision, OUT largest_amount_12m double precision, OUT active_days_12m integer, OUT active_months_12m integer,
    OUT event_count_24m bigint, OUT inflow_24m double precision, OUT outflow_24m double precision, OUT net_flow_24m double precision, OUT mean_amount_24m double precision,
    OUT stddev_amount_24m double precision, OUT smallest_amount_24m double precision, OUT largest_amount_24m double precision, OUT active_days_24m integer, OUT active_months_24m integer,
    OUT days_since_last integer, OUT months_on_record integer, OUT active_days_30d integer, OUT episodes_90d integer,
    OUT longest_gap_12m integer, OUT trend_net_flow_6m double precision, OUT trend_net_flow_12m double precision, OUT recent_ratio_6m double precision,
    OUT recent_ratio_12m double precision, OUT decayed_turnover double precision, OUT category_entropy_12m double precision, OUT category_hhi_12m double precision,
    OUT distinct_categories_12m double precision) RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_activity_features';
COMMENT ON FUNCTION scoring.activity_features(scoring.activity, date) IS 'the standard features as of a date, one row; activity_feature_names() says what they are; events on or after as_of never matter, but to the features of categories of an activity with more than 256; a row of NULLs for NULL; buckets of a week: 22023';

CREATE FUNCTION scoring.activity_feature_names(OUT ordinal integer, OUT name text, OUT type text, OUT unit text, OUT meaning text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE ROWS 63
BEGIN ATOMIC
    SELECT f.ordinal + w.before, f.name || '_' || w.months || 'm', f.type, f.unit,
           f.meaning || CASE w.months WHEN 1 THEN ', last complete month' ELSE ', last ' || w.months || ' complete months' END
    FROM (VALUES (0, 1), (10, 3), (20, 6), (30, 12), (40, 24)) w (before, months),
         (VALUES (1, 'event_count', 'bigint', 'events', 'number of events'),
                 (2, 'inflow', 'double precision', 'money', 'sum of the positive amounts'),
                 (3, 'outflow', 'double precision', 'money', 'sum of the absolute values of the negative amounts'),
                 (4, 'net_flow', 'double precision', 'money', 'inflow less outflow'),
                 (5, 'mean_amount', 'double precision', 'money', 'mean of the known amounts'),
                 (6, 'stddev_amount', 'double precision', 'money', 'sample standard deviation of the known amounts'),
                 (7, 'smallest_amount', 'double precision', 'money', 'smallest amount'),
                 (8, 'largest_amount', 'double precision', 'money', 'largest amount'),
                 (9, 'active_days', 'integer', 'days', 'days with an event'),
                 (10, 'active_months', 'integer', 'months', 'months with an event')) f (ordinal, name, type, unit, meaning)
    UNION ALL
    VALUES (51, 'days_since_last', 'integer', 'days', 'days since the last event, the current month included'),
           (52, 'months_on_record', 'integer', 'months', 'months since that of the first event'),
           (53, 'active_days_30d', 'integer', 'days', 'days with an event among the 30 before'),
           (54, 'episodes_90d', 'integer', 'episodes', 'runs of days with an event, at most 14 days apart, among the 90 days before'),
           (55, 'longest_gap_12m', 'integer', 'days', 'most days from one day with an event to the next, last 12 complete months'),
           (56, 'trend_net_flow_6m', 'double precision', 'money per month', 'least-squares slope of the monthly net flow, last 6 complete months'),
           (57, 'trend_net_flow_12m', 'double precision', 'money per month', 'least-squares slope of the monthly net flow, last 12 complete months'),
           (58, 'recent_ratio_6m', 'double precision', 'ratio', 'turnover of the last 3 complete months / of the 3 before'),
           (59, 'recent_ratio_12m', 'double precision', 'ratio', 'turnover of the last 6 complete months / of the 6 before'),
           (60, 'decayed_turnover', 'double precision', 'money', 'turnover of all complete months, halved in weight every 3 months'),
           (61, 'category_entropy_12m', 'double precision', 'nats', 'entropy of the categories'' shares in the events, last 12 complete months'),
           (62, 'category_hhi_12m', 'double precision', 'index', 'Herfindahl index of the categories'' shares in the events, last 12 complete months'),
           (63, 'distinct_categories_12m', 'double precision', 'categories', 'number of categories, last 12 complete months')
    ORDER BY 1;
END;
COMMENT ON FUNCTION scoring.activity_feature_names() IS 'the columns of activity_features in order, with type, unit and meaning';
-- balance_history: the observed balances of an account. A state that merges; text form JSON (docs/balance_history.md).

CREATE TYPE scoring.balance_history;

CREATE FUNCTION scoring.balance_history_in(cstring) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_in';
COMMENT ON FUNCTION scoring.balance_history_in(cstring) IS 'a balance_history from its JSON (docs/balance_history.md); malformed: 22P02 with the path of the fault';

CREATE FUNCTION scoring.balance_history_out(scoring.balance_history) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_out';
COMMENT ON FUNCTION scoring.balance_history_out(scoring.balance_history) IS 'the canonical JSON of a balance_history';

CREATE FUNCTION scoring.balance_history_recv(internal) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_recv';
COMMENT ON FUNCTION scoring.balance_history_recv(internal) IS 'binary input: the packed form, texts in the client''s encoding; malformed: 22P03';

CREATE FUNCTION scoring.balance_history_send(scoring.balance_history) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_send';
COMMENT ON FUNCTION scoring.balance_history_send(scoring.balance_history) IS 'binary output: the packed form, texts in the client''s encoding';

CREATE TYPE scoring.balance_history (
    INPUT = scoring.balance_history_in,
    OUTPUT = scoring.balance_history_out,
    RECEIVE = scoring.balance_history_recv,
    SEND = scoring.balance_history_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE CAST (scoring.balance_history AS jsonb) WITH INOUT AS ASSIGNMENT;
CREATE CAST (jsonb AS scoring.balance_history) WITH INOUT;

-- Equality and an order: of the packed bytes.

CREATE FUNCTION scoring.balance_history_eq(scoring.balance_history, scoring.balance_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_eq';
COMMENT ON FUNCTION scoring.balance_history_eq(scoring.balance_history, scoring.balance_history) IS 'whether two balance are the same, to the byte';

CREATE FUNCTION scoring.balance_history_ne(scoring.balance_history, scoring.balance_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_ne';
COMMENT ON FUNCTION scoring.balance_history_ne(scoring.balance_history, scoring.balance_history) IS 'whether two balance differ';

CREATE FUNCTION scoring.balance_history_lt(scoring.balance_history, scoring.balance_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_lt';
COMMENT ON FUNCTION scoring.balance_history_lt(scoring.balance_history, scoring.balance_history) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.balance_history_le(scoring.balance_history, scoring.balance_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_le';
COMMENT ON FUNCTION scoring.balance_history_le(scoring.balance_history, scoring.balance_history) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.balance_history_gt(scoring.balance_history, scoring.balance_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_gt';
COMMENT ON FUNCTION scoring.balance_history_gt(scoring.balance_history, scoring.balance_history) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.balance_history_ge(scoring.balance_history, scoring.balance_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_ge';
COMMENT ON FUNCTION scoring.balance_history_ge(scoring.balance_history, scoring.balance_history) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.balance_history_cmp(scoring.balance_history, scoring.balance_history) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_cmp';
COMMENT ON FUNCTION scoring.balance_history_cmp(scoring.balance_history, scoring.balance_history) IS '-1, 0 or 1: an order for sorting';

CREATE FUNCTION scoring.balance_history_hash(scoring.balance_history) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_hash';
COMMENT ON FUNCTION scoring.balance_history_hash(scoring.balance_history) IS 'hash for hash joins and aggregates';

CREATE FUNCTION scoring.balance_history_hash_extended(scoring.balance_history, bigint) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_hash_extended';
COMMENT ON FUNCTION scoring.balance_history_hash_extended(scoring.balance_history, bigint) IS '64-bit hash with a seed, for hash partitions';

CREATE OPERATOR scoring.= (
    LEFTARG = scoring.balance_history, RIGHTARG = scoring.balance_history, FUNCTION = scoring.balance_history_eq,
    COMMUTATOR = OPERATOR(scoring.=), NEGATOR = OPERATOR(scoring.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR scoring.= (scoring.balance_history, scoring.balance_history) IS 'whether two balance are the same, to the byte';

CREATE OPERATOR scoring.<> (
    LEFTARG = scoring.balance_history, RIGHTARG = scoring.balance_history, FUNCTION = scoring.balance_history_ne,
    COMMUTATOR = OPERATOR(scoring.<>), NEGATOR = OPERATOR(scoring.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR scoring.<> (scoring.balance_history, scoring.balance_history) IS 'whether two balance differ';

CREATE OPERATOR scoring.< (
    LEFTARG = scoring.balance_history, RIGHTARG = scoring.balance_history, FUNCTION = scoring.balance_history_lt,
    COMMUTATOR = OPERATOR(scoring.>), NEGATOR = OPERATOR(scoring.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR scoring.< (scoring.balance_history, scoring.balance_history) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.<= (
    LEFTARG = scoring.balance_history, RIGHTARG = scoring.balance_history, FUNCTION = scoring.balance_history_le,
    COMMUTATOR = OPERATOR(scoring.>=), NEGATOR = OPERATOR(scoring.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR scoring.<= (scoring.balance_history, scoring.balance_history) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.> (
    LEFTARG = scoring.balance_history, RIGHTARG = scoring.balance_history, FUNCTION = scoring.balance_history_gt,
    COMMUTATOR = OPERATOR(scoring.<), NEGATOR = OPERATOR(scoring.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR scoring.> (scoring.balance_history, scoring.balance_history) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.>= (
    LEFTARG = scoring.balance_history, RIGHTARG = scoring.balance_history, FUNCTION = scoring.balance_history_ge,
    COMMUTATOR = OPERATOR(scoring.<=), NEGATOR = OPERATOR(scoring.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR scoring.>= (scoring.balance_history, scoring.balance_history) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR CLASS scoring.balance_history_ops DEFAULT FOR TYPE scoring.balance_history USING btree AS
    OPERATOR 1 scoring.<, OPERATOR 2 scoring.<=, OPERATOR 3 scoring.=, OPERATOR 4 scoring.>=, OPERATOR 5 scoring.>,
    FUNCTION 1 scoring.balance_history_cmp(scoring.balance_history, scoring.balance_history);
COMMENT ON OPERATOR CLASS scoring.balance_history_ops USING btree IS 'balance by their packed bytes';
CREATE OPERATOR CLASS scoring.balance_history_ops DEFAULT FOR TYPE scoring.balance_history USING hash AS
    OPERATOR 1 scoring.=,
    FUNCTION 1 scoring.balance_history_hash(scoring.balance_history),
    FUNCTION 2 scoring.balance_history_hash_extended(scoring.balance_history, bigint);
COMMENT ON OPERATOR CLASS scoring.balance_history_ops USING hash IS 'balance by their packed bytes';

-- Merging. The transition functions and their aggregates are the room's own.

CREATE FUNCTION scoring._balance_history_combine(state scoring.balance_history, other scoring.balance_history) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_combine';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_combine(scoring.balance_history, scoring.balance_history) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_combine(scoring.balance_history, scoring.balance_history) IS 'internal: adds a partial state or a balance_history';

CREATE FUNCTION scoring._balance_history_final(state scoring.balance_history) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_final';
REVOKE EXECUTE ON FUNCTION scoring._balance_history_final(scoring.balance_history) FROM PUBLIC;
COMMENT ON FUNCTION scoring._balance_history_final(scoring.balance_history) IS 'internal: the balance_history that a state stands for';

CREATE AGGREGATE scoring.rollup(balance_history scoring.balance_history) (
    SFUNC = scoring._balance_history_combine,
    STYPE = scoring.balance_history,
    SSPACE = 1024,
    FINALFUNC = scoring._balance_history_final,
    COMBINEFUNC = scoring._balance_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.rollup(scoring.balance_history) IS 'the balance_history of all rows of the balance histories, the same, to the byte, as one made of the rows; NULLs are left out, NULL if there is nothing else; values that do not fit together (docs/balance_history.md): 22023';

CREATE FUNCTION scoring.balance_history_concat(a scoring.balance_history, b scoring.balance_history) RETURNS scoring.balance_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_balance_history_concat';
COMMENT ON FUNCTION scoring.balance_history_concat(scoring.balance_history, scoring.balance_history) IS 'the balance_history of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';

CREATE OPERATOR scoring.|| (
    LEFTARG = scoring.balance_history, RIGHTARG = scoring.balance_history, FUNCTION = scoring.balance_history_concat, COMMUTATOR = OPERATOR(scoring.||)
);
COMMENT ON OPERATOR scoring.|| (scoring.balance_history, scoring.balance_history) IS 'the balance_history of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';

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
-- account_history: monthly statements of one account. A state that merges; text form JSON (docs/account_history.md).

CREATE TYPE scoring.account_history;

CREATE FUNCTION scoring.account_history_in(cstring) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_in';
COMMENT ON FUNCTION scoring.account_history_in(cstring) IS 'an account_history from its JSON (docs/account_history.md); malformed: 22P02 with the path of the fault';

CREATE FUNCTION scoring.account_history_out(scoring.account_history) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_out';
COMMENT ON FUNCTION scoring.account_history_out(scoring.account_history) IS 'the canonical JSON of an account_history';

CREATE FUNCTION scoring.account_history_recv(internal) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_recv';
COMMENT ON FUNCTION scoring.account_history_recv(internal) IS 'binary input: the packed form, texts in the client''s encoding; malformed: 22P03';

CREATE FUNCTION scoring.account_history_send(scoring.account_history) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_send';
COMMENT ON FUNCTION scoring.account_history_send(scoring.account_history) IS 'binary output: the packed form, texts in the client''s encoding';

CREATE TYPE scoring.account_history (
    INPUT = scoring.account_history_in,
    OUTPUT = scoring.account_history_out,
    RECEIVE = scoring.account_history_recv,
    SEND = scoring.account_history_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE CAST (scoring.account_history AS jsonb) WITH INOUT AS ASSIGNMENT;
CREATE CAST (jsonb AS scoring.account_history) WITH INOUT;

-- Equality and an order: of the packed bytes.

CREATE FUNCTION scoring.account_history_eq(scoring.account_history, scoring.account_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_eq';
COMMENT ON FUNCTION scoring.account_history_eq(scoring.account_history, scoring.account_history) IS 'whether two account are the same, to the byte';

CREATE FUNCTION scoring.account_history_ne(scoring.account_history, scoring.account_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_ne';
COMMENT ON FUNCTION scoring.account_history_ne(scoring.account_history, scoring.account_history) IS 'whether two account differ';

CREATE FUNCTION scoring.account_history_lt(scoring.account_history, scoring.account_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_lt';
COMMENT ON FUNCTION scoring.account_history_lt(scoring.account_history, scoring.account_history) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.account_history_le(scoring.account_history, scoring.account_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_le';
COMMENT ON FUNCTION scoring.account_history_le(scoring.account_history, scoring.account_history) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.account_history_gt(scoring.account_history, scoring.account_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_gt';
COMMENT ON FUNCTION scoring.account_history_gt(scoring.account_history, scoring.account_history) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.account_history_ge(scoring.account_history, scoring.account_history) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_ge';
COMMENT ON FUNCTION scoring.account_history_ge(scoring.account_history, scoring.account_history) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.account_history_cmp(scoring.account_history, scoring.account_history) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_cmp';
COMMENT ON FUNCTION scoring.account_history_cmp(scoring.account_history, scoring.account_history) IS '-1, 0 or 1: an order for sorting';

CREATE FUNCTION scoring.account_history_hash(scoring.account_history) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_hash';
COMMENT ON FUNCTION scoring.account_history_hash(scoring.account_history) IS 'hash for hash joins and aggregates';

CREATE FUNCTION scoring.account_history_hash_extended(scoring.account_history, bigint) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_hash_extended';
COMMENT ON FUNCTION scoring.account_history_hash_extended(scoring.account_history, bigint) IS '64-bit hash with a seed, for hash partitions';

CREATE OPERATOR scoring.= (
    LEFTARG = scoring.account_history, RIGHTARG = scoring.account_history, FUNCTION = scoring.account_history_eq,
    COMMUTATOR = OPERATOR(scoring.=), NEGATOR = OPERATOR(scoring.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR scoring.= (scoring.account_history, scoring.account_history) IS 'whether two account are the same, to the byte';

CREATE OPERATOR scoring.<> (
    LEFTARG = scoring.account_history, RIGHTARG = scoring.account_history, FUNCTION = scoring.account_history_ne,
    COMMUTATOR = OPERATOR(scoring.<>), NEGATOR = OPERATOR(scoring.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR scoring.<> (scoring.account_history, scoring.account_history) IS 'whether two account differ';

CREATE OPERATOR scoring.< (
    LEFTARG = scoring.account_history, RIGHTARG = scoring.account_history, FUNCTION = scoring.account_history_lt,
    COMMUTATOR = OPERATOR(scoring.>), NEGATOR = OPERATOR(scoring.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR scoring.< (scoring.account_history, scoring.account_history) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.<= (
    LEFTARG = scoring.account_history, RIGHTARG = scoring.account_history, FUNCTION = scoring.account_history_le,
    COMMUTATOR = OPERATOR(scoring.>=), NEGATOR = OPERATOR(scoring.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR scoring.<= (scoring.account_history, scoring.account_history) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.> (
    LEFTARG = scoring.account_history, RIGHTARG = scoring.account_history, FUNCTION = scoring.account_history_gt,
    COMMUTATOR = OPERATOR(scoring.<), NEGATOR = OPERATOR(scoring.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR scoring.> (scoring.account_history, scoring.account_history) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.>= (
    LEFTARG = scoring.account_history, RIGHTARG = scoring.account_history, FUNCTION = scoring.account_history_ge,
    COMMUTATOR = OPERATOR(scoring.<=), NEGATOR = OPERATOR(scoring.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR scoring.>= (scoring.account_history, scoring.account_history) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR CLASS scoring.account_history_ops DEFAULT FOR TYPE scoring.account_history USING btree AS
    OPERATOR 1 scoring.<, OPERATOR 2 scoring.<=, OPERATOR 3 scoring.=, OPERATOR 4 scoring.>=, OPERATOR 5 scoring.>,
    FUNCTION 1 scoring.account_history_cmp(scoring.account_history, scoring.account_history);
COMMENT ON OPERATOR CLASS scoring.account_history_ops USING btree IS 'account by their packed bytes';
CREATE OPERATOR CLASS scoring.account_history_ops DEFAULT FOR TYPE scoring.account_history USING hash AS
    OPERATOR 1 scoring.=,
    FUNCTION 1 scoring.account_history_hash(scoring.account_history),
    FUNCTION 2 scoring.account_history_hash_extended(scoring.account_history, bigint);
COMMENT ON OPERATOR CLASS scoring.account_history_ops USING hash IS 'account by their packed bytes';

-- Merging. The transition functions and their aggregates are the room's own.

CREATE FUNCTION scoring._account_history_combine(state scoring.account_history, other scoring.account_history) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_combine';
REVOKE EXECUTE ON FUNCTION scoring._account_history_combine(scoring.account_history, scoring.account_history) FROM PUBLIC;
COMMENT ON FUNCTION scoring._account_history_combine(scoring.account_history, scoring.account_history) IS 'internal: adds a partial state or an account_history';

CREATE FUNCTION scoring._account_history_final(state scoring.account_history) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_final';
REVOKE EXECUTE ON FUNCTION scoring._account_history_final(scoring.account_history) FROM PUBLIC;
COMMENT ON FUNCTION scoring._account_history_final(scoring.account_history) IS 'internal: the account_history that a state stands for';

CREATE AGGREGATE scoring.rollup(account_history scoring.account_history) (
    SFUNC = scoring._account_history_combine,
    STYPE = scoring.account_history,
    SSPACE = 1024,
    FINALFUNC = scoring._account_history_final,
    COMBINEFUNC = scoring._account_history_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.rollup(scoring.account_history) IS 'the account_history of all rows of the account histories, the same, to the byte, as one made of the rows; NULLs are left out, NULL if there is nothing else; values that do not fit together (docs/account_history.md): 22023';

CREATE FUNCTION scoring.account_history_concat(a scoring.account_history, b scoring.account_history) RETURNS scoring.account_history
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_account_history_concat';
COMMENT ON FUNCTION scoring.account_history_concat(scoring.account_history, scoring.account_history) IS 'the account_history of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';

CREATE OPERATOR scoring.|| (
    LEFTARG = scoring.account_history, RIGHTARG = scoring.account_history, FUNCTION = scoring.account_history_concat, COMMUTATOR = OPERATOR(scoring.||)
);
COMMENT ON OPERATOR scoring.|| (scoring.account_history, scoring.account_history) IS 'the account_history of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';

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
-- credit_file: one person or business across accounts. A state that merges; text form JSON (docs/credit_file.md).

CREATE TYPE scoring.credit_file;

CREATE FUNCTION scoring.credit_file_in(cstring) RETURNS scoring.credit_file
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_in';
COMMENT ON FUNCTION scoring.credit_file_in(cstring) IS 'a credit_file from its JSON (docs/credit_file.md); malformed: 22P02 with the path of the fault';

CREATE FUNCTION scoring.credit_file_out(scoring.credit_file) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_out';
COMMENT ON FUNCTION scoring.credit_file_out(scoring.credit_file) IS 'the canonical JSON of a credit_file';

CREATE FUNCTION scoring.credit_file_recv(internal) RETURNS scoring.credit_file
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_recv';
COMMENT ON FUNCTION scoring.credit_file_recv(internal) IS 'binary input: the packed form, texts in the client''s encoding; malformed: 22P03';

CREATE FUNCTION scoring.credit_file_send(scoring.credit_file) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_send';
COMMENT ON FUNCTION scoring.credit_file_send(scoring.credit_file) IS 'binary output: the packed form, texts in the client''s encoding';

CREATE TYPE scoring.credit_file (
    INPUT = scoring.credit_file_in,
    OUTPUT = scoring.credit_file_out,
    RECEIVE = scoring.credit_file_recv,
    SEND = scoring.credit_file_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE CAST (scoring.credit_file AS jsonb) WITH INOUT AS ASSIGNMENT;
CREATE CAST (jsonb AS scoring.credit_file) WITH INOUT;

-- Equality and an order: of the packed bytes.

CREATE FUNCTION scoring.credit_file_eq(scoring.credit_file, scoring.credit_file) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_eq';
COMMENT ON FUNCTION scoring.credit_file_eq(scoring.credit_file, scoring.credit_file) IS 'whether two credit are the same, to the byte';

CREATE FUNCTION scoring.credit_file_ne(scoring.credit_file, scoring.credit_file) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_ne';
COMMENT ON FUNCTION scoring.credit_file_ne(scoring.credit_file, scoring.credit_file) IS 'whether two credit differ';

CREATE FUNCTION scoring.credit_file_lt(scoring.credit_file, scoring.credit_file) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_lt';
COMMENT ON FUNCTION scoring.credit_file_lt(scoring.credit_file, scoring.credit_file) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.credit_file_le(scoring.credit_file, scoring.credit_file) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_le';
COMMENT ON FUNCTION scoring.credit_file_le(scoring.credit_file, scoring.credit_file) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.credit_file_gt(scoring.credit_file, scoring.credit_file) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_gt';
COMMENT ON FUNCTION scoring.credit_file_gt(scoring.credit_file, scoring.credit_file) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.credit_file_ge(scoring.credit_file, scoring.credit_file) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_ge';
COMMENT ON FUNCTION scoring.credit_file_ge(scoring.credit_file, scoring.credit_file) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.credit_file_cmp(scoring.credit_file, scoring.credit_file) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_cmp';
COMMENT ON FUNCTION scoring.credit_file_cmp(scoring.credit_file, scoring.credit_file) IS '-1, 0 or 1: an order for sorting';

CREATE FUNCTION scoring.credit_file_hash(scoring.credit_file) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_hash';
COMMENT ON FUNCTION scoring.credit_file_hash(scoring.credit_file) IS 'hash for hash joins and aggregates';

CREATE FUNCTION scoring.credit_file_hash_extended(scoring.credit_file, bigint) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_hash_extended';
COMMENT ON FUNCTION scoring.credit_file_hash_extended(scoring.credit_file, bigint) IS '64-bit hash with a seed, for hash partitions';

CREATE OPERATOR scoring.= (
    LEFTARG = scoring.credit_file, RIGHTARG = scoring.credit_file, FUNCTION = scoring.credit_file_eq,
    COMMUTATOR = OPERATOR(scoring.=), NEGATOR = OPERATOR(scoring.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR scoring.= (scoring.credit_file, scoring.credit_file) IS 'whether two credit are the same, to the byte';

CREATE OPERATOR scoring.<> (
    LEFTARG = scoring.credit_file, RIGHTARG = scoring.credit_file, FUNCTION = scoring.credit_file_ne,
    COMMUTATOR = OPERATOR(scoring.<>), NEGATOR = OPERATOR(scoring.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR scoring.<> (scoring.credit_file, scoring.credit_file) IS 'whether two credit differ';

CREATE OPERATOR scoring.< (
    LEFTARG = scoring.credit_file, RIGHTARG = scoring.credit_file, FUNCTION = scoring.credit_file_lt,
    COMMUTATOR = OPERATOR(scoring.>), NEGATOR = OPERATOR(scoring.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR scoring.< (scoring.credit_file, scoring.credit_file) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.<= (
    LEFTARG = scoring.credit_file, RIGHTARG = scoring.credit_file, FUNCTION = scoring.credit_file_le,
    COMMUTATOR = OPERATOR(scoring.>=), NEGATOR = OPERATOR(scoring.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR scoring.<= (scoring.credit_file, scoring.credit_file) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.> (
    LEFTARG = scoring.credit_file, RIGHTARG = scoring.credit_file, FUNCTION = scoring.credit_file_gt,
    COMMUTATOR = OPERATOR(scoring.<), NEGATOR = OPERATOR(scoring.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR scoring.> (scoring.credit_file, scoring.credit_file) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.>= (
    LEFTARG = scoring.credit_file, RIGHTARG = scoring.credit_file, FUNCTION = scoring.credit_file_ge,
    COMMUTATOR = OPERATOR(scoring.<=), NEGATOR = OPERATOR(scoring.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR scoring.>= (scoring.credit_file, scoring.credit_file) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR CLASS scoring.credit_file_ops DEFAULT FOR TYPE scoring.credit_file USING btree AS
    OPERATOR 1 scoring.<, OPERATOR 2 scoring.<=, OPERATOR 3 scoring.=, OPERATOR 4 scoring.>=, OPERATOR 5 scoring.>,
    FUNCTION 1 scoring.credit_file_cmp(scoring.credit_file, scoring.credit_file);
COMMENT ON OPERATOR CLASS scoring.credit_file_ops USING btree IS 'credit by their packed bytes';
CREATE OPERATOR CLASS scoring.credit_file_ops DEFAULT FOR TYPE scoring.credit_file USING hash AS
    OPERATOR 1 scoring.=,
    FUNCTION 1 scoring.credit_file_hash(scoring.credit_file),
    FUNCTION 2 scoring.credit_file_hash_extended(scoring.credit_file, bigint);
COMMENT ON OPERATOR CLASS scoring.credit_file_ops USING hash IS 'credit by their packed bytes';

-- Merging. The transition functions and their aggregates are the room's own.

CREATE FUNCTION scoring._credit_file_combine(state scoring.credit_file, other scoring.credit_file) RETURNS scoring.credit_file
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_combine';
REVOKE EXECUTE ON FUNCTION scoring._credit_file_combine(scoring.credit_file, scoring.credit_file) FROM PUBLIC;
COMMENT ON FUNCTION scoring._credit_file_combine(scoring.credit_file, scoring.credit_file) IS 'internal: adds a partial state or a credit_file';

CREATE FUNCTION scoring._credit_file_final(state scoring.credit_file) RETURNS scoring.credit_file
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_final';
REVOKE EXECUTE ON FUNCTION scoring._credit_file_final(scoring.credit_file) FROM PUBLIC;
COMMENT ON FUNCTION scoring._credit_file_final(scoring.credit_file) IS 'internal: the credit_file that a state stands for';

CREATE AGGREGATE scoring.rollup(credit_file scoring.credit_file) (
    SFUNC = scoring._credit_file_combine,
    STYPE = scoring.credit_file,
    SSPACE = 1024,
    FINALFUNC = scoring._credit_file_final,
    COMBINEFUNC = scoring._credit_file_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.rollup(scoring.credit_file) IS 'the credit_file of all rows of the credit files, the same, to the byte, as one made of the rows; NULLs are left out, NULL if there is nothing else; values that do not fit together (docs/credit_file.md): 22023';

CREATE FUNCTION scoring.credit_file_concat(a scoring.credit_file, b scoring.credit_file) RETURNS scoring.credit_file
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_concat';
COMMENT ON FUNCTION scoring.credit_file_concat(scoring.credit_file, scoring.credit_file) IS 'the credit_file of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';

CREATE OPERATOR scoring.|| (
    LEFTARG = scoring.credit_file, RIGHTARG = scoring.credit_file, FUNCTION = scoring.credit_file_concat, COMMUTATOR = OPERATOR(scoring.||)
);
COMMENT ON OPERATOR scoring.|| (scoring.credit_file, scoring.credit_file) IS 'the credit_file of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';

COMMENT ON TYPE scoring.credit_file IS 'the accounts of one person or business, each with kind, role, share, dates and history, and the inquiries; equal to another if all of that is';

CREATE FUNCTION scoring._credit_file_trans(state scoring.credit_file, account text, kind text, role text, opened_on date, closed_on date, history scoring.account_history) RETURNS scoring.credit_file
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_trans';
REVOKE EXECUTE ON FUNCTION scoring._credit_file_trans(scoring.credit_file, text, text, text, date, date, scoring.account_history) FROM PUBLIC;
COMMENT ON FUNCTION scoring._credit_file_trans(scoring.credit_file, text, text, text, date, date, scoring.account_history) IS 'internal: adds an account or an inquiry';

CREATE FUNCTION scoring._credit_file_trans(state scoring.credit_file, account text, kind text, role text, opened_on date, closed_on date, history scoring.account_history, share double precision) RETURNS scoring.credit_file
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_trans';
REVOKE EXECUTE ON FUNCTION scoring._credit_file_trans(scoring.credit_file, text, text, text, date, date, scoring.account_history, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._credit_file_trans(scoring.credit_file, text, text, text, date, date, scoring.account_history, double precision) IS 'internal: adds an account or an inquiry';

CREATE AGGREGATE scoring.credit_file_agg(account text, kind text, role text, opened_on date, closed_on date, history scoring.account_history) (
    SFUNC = scoring._credit_file_trans,
    STYPE = scoring.credit_file,
    SSPACE = 1024,
    FINALFUNC = scoring._credit_file_final,
    COMBINEFUNC = scoring._credit_file_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.credit_file_agg(text, text, text, date, date, scoring.account_history) IS 'the accounts of one person or business; rows of one account are joined (docs/credit_file.md); role is sole, joint, guarantor, authorised_user, unknown or NULL, another: 22023; of kind inquiry, an inquiry on opened_on; a NULL account is counted apart; account of at most 255 bytes, kind of at most 63: 54000; NULL if there is no row';

CREATE AGGREGATE scoring.credit_file_agg(account text, kind text, role text, opened_on date, closed_on date, history scoring.account_history, share double precision) (
    SFUNC = scoring._credit_file_trans,
    STYPE = scoring.credit_file,
    SSPACE = 1024,
    FINALFUNC = scoring._credit_file_final,
    COMBINEFUNC = scoring._credit_file_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.credit_file_agg(text, text, text, date, date, scoring.account_history, double precision) IS 'the accounts of one person or business; rows of one account are joined (docs/credit_file.md); role is sole, joint, guarantor, authorised_user, unknown or NULL, another: 22023; of kind inquiry, an inquiry on opened_on; a NULL account is counted apart; account of at most 255 bytes, kind of at most 63: 54000; share is of the amounts, 0 to 1 (22023), NULL: all; NULL if there is no row';

-- Accessors. They see the accounts opened, and the statements and inquiries, strictly before as_of; of statements, those of
-- whole months before its month. An obligor is sole or joint: what others owe is not his.

CREATE FUNCTION scoring.account_count(f scoring.credit_file, as_of date, kind text DEFAULT NULL, state text DEFAULT NULL, role text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_account_count';
COMMENT ON FUNCTION scoring.account_count(scoring.credit_file, date, text, text, text) IS 'number of accounts on file of that kind, state (open, closed, adverse) and role; NULL for any of them counts all; NULL for NULL; an unknown state or role: 22023';

CREATE FUNCTION scoring.oldest_account_months(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_oldest_account_months';
COMMENT ON FUNCTION scoring.oldest_account_months(scoring.credit_file, date, text) IS 'whole months since the oldest account of an obligor was opened, or first reported; NULL if there is none, and for NULL';

CREATE FUNCTION scoring.newest_account_months(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_newest_account_months';
COMMENT ON FUNCTION scoring.newest_account_months(scoring.credit_file, date, text) IS 'whole months since the newest account of an obligor was opened, or first reported; NULL if there is none, and for NULL';

CREATE FUNCTION scoring.accounts_past_due(f scoring.credit_file, as_of date, days integer DEFAULT 30, kind text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_accounts_past_due';
COMMENT ON FUNCTION scoring.accounts_past_due(scoring.credit_file, date, integer, text) IS 'number of accounts of an obligor, open or adverse, that were at least so many days past due at the last statement; NULL for NULL; days not positive: 22023';

CREATE FUNCTION scoring.ever_past_due(f scoring.credit_file, as_of date, days integer DEFAULT 30, months integer DEFAULT NULL, kind text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_ever_past_due';
COMMENT ON FUNCTION scoring.ever_past_due(scoring.credit_file, date, integer, integer, text) IS 'number of accounts of an obligor that were ever, or in the last so many whole months, at least so many days past due; NULL for NULL; days or months not positive: 22023';

CREATE FUNCTION scoring.share_satisfactory(f scoring.credit_file, as_of date, days integer DEFAULT 30, months integer DEFAULT NULL, kind text DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_share_satisfactory';
COMMENT ON FUNCTION scoring.share_satisfactory(scoring.credit_file, date, integer, integer, text) IS 'share of the accounts of an obligor with a statement that were never, or not in the last so many whole months, so many days past due; NULL if there is none, and for NULL; days or months not positive: 22023';

CREATE FUNCTION scoring.total_balance(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_total_balance';
COMMENT ON FUNCTION scoring.total_balance(scoring.credit_file, date, text) IS 'last known balances of the open and adverse accounts of an obligor, each times the share; 0 if there is none, NULL if none of them has one, and for NULL';

CREATE FUNCTION scoring.total_limit(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_total_limit';
COMMENT ON FUNCTION scoring.total_limit(scoring.credit_file, date, text) IS 'last known limits of the open accounts of an obligor, each times the share; 0 if there is none, NULL if none of them has one, and for NULL';

CREATE FUNCTION scoring.utilisation(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_utilisation';
COMMENT ON FUNCTION scoring.utilisation(scoring.credit_file, date, text) IS 'sum of balances by sum of limits of the open accounts of an obligor that have both, by share; NULL if there is none, and for NULL';

CREATE FUNCTION scoring.contingent_balance(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_contingent_balance';
COMMENT ON FUNCTION scoring.contingent_balance(scoring.credit_file, date, text) IS 'last known balances of the open and adverse accounts of a guarantor, each times the share; 0 if there is none, NULL if none of them has one, and for NULL';

CREATE FUNCTION scoring.inquiries(f scoring.credit_file, as_of date, days integer DEFAULT 365, gap_days integer DEFAULT 14) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_inquiries';
COMMENT ON FUNCTION scoring.inquiries(scoring.credit_file, date, integer, integer) IS 'inquiries of the days before as_of, a shopping trip counted once: a new one begins more than gap_days after the inquiry before; each inquiry for gap_days NULL; NULL for another NULL; days not positive, a negative gap: 22023';

CREATE FUNCTION scoring.is_thin_file(f scoring.credit_file, as_of date, min_accounts integer DEFAULT 5, min_months integer DEFAULT 6) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_is_thin_file';
COMMENT ON FUNCTION scoring.is_thin_file(scoring.credit_file, date, integer, integer) IS 'whether there are fewer accounts of an obligor than min_accounts, open or not, or none is min_months old; NULL for NULL';

CREATE FUNCTION scoring.unidentified(f scoring.credit_file) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_unidentified';
COMMENT ON FUNCTION scoring.unidentified(scoring.credit_file) IS 'number of rows whose account was NULL; NULL for NULL';

CREATE FUNCTION scoring.undated(f scoring.credit_file) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_undated';
COMMENT ON FUNCTION scoring.undated(scoring.credit_file) IS 'number of inquiries without a day, and of accounts with neither opened_on nor a statement, which no accessor counts; NULL for NULL';

CREATE FUNCTION scoring.credit_file_accounts(f scoring.credit_file, as_of date,
    OUT account text, OUT kind text, OUT role text, OUT share double precision, OUT opened_on date, OUT closed_on date, OUT state text,
    OUT days_past_due integer, OUT worst_days_past_due integer, OUT balance numeric, OUT credit_limit numeric, OUT conflicting boolean,
    OUT history scoring.account_history) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20 AS 'MODULE_PATHNAME', 'scoring_credit_file_accounts';
COMMENT ON FUNCTION scoring.credit_file_accounts(scoring.credit_file, date) IS 'one line for each account on file, by the bytes of its name: what the accessors take it for as of that date, whether rows of it disagreed, and its whole history; no lines for NULL';

CREATE FUNCTION scoring.credit_file_features(f scoring.credit_file, as_of date,
    OUT accounts integer, OUT accounts_open integer, OUT accounts_closed integer, OUT accounts_adverse integer,
    OUT accounts_guaranteed integer, OUT accounts_authorised integer, OUT accounts_opened_12m integer, OUT oldest_account_months integer,
    OUT newest_account_months integer, OUT past_due_1 integer, OUT past_due_30 integer, OUT past_due_90 integer,
    OUT ever_30 integer, OUT ever_60 integer, OUT ever_90 integer, OUT ever_30_24m integer,
    OUT worst_days_past_due integer, OUT share_satisfactory double precision, OUT total_balance numeric, OUT total_limit numeric,
    OUT utilisation double precision, OUT contingent_balance numeric, OUT inquiries_90d integer, OUT inquiries_365d integer,
    OUT is_thin_file boolean) RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_features';
COMMENT ON FUNCTION scoring.credit_file_features(scoring.credit_file, date) IS 'a standard set of measures as of that date, one column each: credit_file_feature_names() lists them; NULL for NULL';

CREATE FUNCTION scoring.credit_file_feature_names(OUT ordinal integer, OUT name text, OUT type text, OUT unit text, OUT meaning text) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 25 AS 'MODULE_PATHNAME', 'scoring_credit_file_feature_names';
COMMENT ON FUNCTION scoring.credit_file_feature_names() IS 'the columns of credit_file_features in order, with type, unit and meaning';
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

-- Equality and an order: of the packed bytes.

CREATE FUNCTION scoring.tally_eq(scoring.tally, scoring.tally) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_eq';
COMMENT ON FUNCTION scoring.tally_eq(scoring.tally, scoring.tally) IS 'whether two tallies are the same, to the byte';

CREATE FUNCTION scoring.tally_ne(scoring.tally, scoring.tally) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_ne';
COMMENT ON FUNCTION scoring.tally_ne(scoring.tally, scoring.tally) IS 'whether two tallies differ';

CREATE FUNCTION scoring.tally_lt(scoring.tally, scoring.tally) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_lt';
COMMENT ON FUNCTION scoring.tally_lt(scoring.tally, scoring.tally) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.tally_le(scoring.tally, scoring.tally) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_le';
COMMENT ON FUNCTION scoring.tally_le(scoring.tally, scoring.tally) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.tally_gt(scoring.tally, scoring.tally) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_gt';
COMMENT ON FUNCTION scoring.tally_gt(scoring.tally, scoring.tally) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.tally_ge(scoring.tally, scoring.tally) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_ge';
COMMENT ON FUNCTION scoring.tally_ge(scoring.tally, scoring.tally) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.tally_cmp(scoring.tally, scoring.tally) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_cmp';
COMMENT ON FUNCTION scoring.tally_cmp(scoring.tally, scoring.tally) IS '-1, 0 or 1: an order for sorting';

CREATE FUNCTION scoring.tally_hash(scoring.tally) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_hash';
COMMENT ON FUNCTION scoring.tally_hash(scoring.tally) IS 'hash for hash joins and aggregates';

CREATE FUNCTION scoring.tally_hash_extended(scoring.tally, bigint) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_tally_hash_extended';
COMMENT ON FUNCTION scoring.tally_hash_extended(scoring.tally, bigint) IS '64-bit hash with a seed, for hash partitions';

CREATE OPERATOR scoring.= (
    LEFTARG = scoring.tally, RIGHTARG = scoring.tally, FUNCTION = scoring.tally_eq,
    COMMUTATOR = OPERATOR(scoring.=), NEGATOR = OPERATOR(scoring.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR scoring.= (scoring.tally, scoring.tally) IS 'whether two tallies are the same, to the byte';

CREATE OPERATOR scoring.<> (
    LEFTARG = scoring.tally, RIGHTARG = scoring.tally, FUNCTION = scoring.tally_ne,
    COMMUTATOR = OPERATOR(scoring.<>), NEGATOR = OPERATOR(scoring.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR scoring.<> (scoring.tally, scoring.tally) IS 'whether two tallies differ';

CREATE OPERATOR scoring.< (
    LEFTARG = scoring.tally, RIGHTARG = scoring.tally, FUNCTION = scoring.tally_lt,
    COMMUTATOR = OPERATOR(scoring.>), NEGATOR = OPERATOR(scoring.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR scoring.< (scoring.tally, scoring.tally) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.<= (
    LEFTARG = scoring.tally, RIGHTARG = scoring.tally, FUNCTION = scoring.tally_le,
    COMMUTATOR = OPERATOR(scoring.>=), NEGATOR = OPERATOR(scoring.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR scoring.<= (scoring.tally, scoring.tally) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.> (
    LEFTARG = scoring.tally, RIGHTARG = scoring.tally, FUNCTION = scoring.tally_gt,
    COMMUTATOR = OPERATOR(scoring.<), NEGATOR = OPERATOR(scoring.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR scoring.> (scoring.tally, scoring.tally) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.>= (
    LEFTARG = scoring.tally, RIGHTARG = scoring.tally, FUNCTION = scoring.tally_ge,
    COMMUTATOR = OPERATOR(scoring.<=), NEGATOR = OPERATOR(scoring.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR scoring.>= (scoring.tally, scoring.tally) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR CLASS scoring.tally_ops DEFAULT FOR TYPE scoring.tally USING btree AS
    OPERATOR 1 scoring.<, OPERATOR 2 scoring.<=, OPERATOR 3 scoring.=, OPERATOR 4 scoring.>=, OPERATOR 5 scoring.>,
    FUNCTION 1 scoring.tally_cmp(scoring.tally, scoring.tally);
COMMENT ON OPERATOR CLASS scoring.tally_ops USING btree IS 'tallies by their packed bytes';
CREATE OPERATOR CLASS scoring.tally_ops DEFAULT FOR TYPE scoring.tally USING hash AS
    OPERATOR 1 scoring.=,
    FUNCTION 1 scoring.tally_hash(scoring.tally),
    FUNCTION 2 scoring.tally_hash_extended(scoring.tally, bigint);
COMMENT ON OPERATOR CLASS scoring.tally_ops USING hash IS 'tallies by their packed bytes';

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

-- Equality and an order: of the packed bytes.

CREATE FUNCTION scoring.binning_eq(scoring.binning, scoring.binning) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_eq';
COMMENT ON FUNCTION scoring.binning_eq(scoring.binning, scoring.binning) IS 'whether two binnings are the same, to the byte';

CREATE FUNCTION scoring.binning_ne(scoring.binning, scoring.binning) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_ne';
COMMENT ON FUNCTION scoring.binning_ne(scoring.binning, scoring.binning) IS 'whether two binnings differ';

CREATE FUNCTION scoring.binning_lt(scoring.binning, scoring.binning) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_lt';
COMMENT ON FUNCTION scoring.binning_lt(scoring.binning, scoring.binning) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.binning_le(scoring.binning, scoring.binning) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_le';
COMMENT ON FUNCTION scoring.binning_le(scoring.binning, scoring.binning) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.binning_gt(scoring.binning, scoring.binning) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_gt';
COMMENT ON FUNCTION scoring.binning_gt(scoring.binning, scoring.binning) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.binning_ge(scoring.binning, scoring.binning) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_ge';
COMMENT ON FUNCTION scoring.binning_ge(scoring.binning, scoring.binning) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.binning_cmp(scoring.binning, scoring.binning) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_cmp';
COMMENT ON FUNCTION scoring.binning_cmp(scoring.binning, scoring.binning) IS '-1, 0 or 1: an order for sorting';

CREATE FUNCTION scoring.binning_hash(scoring.binning) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_hash';
COMMENT ON FUNCTION scoring.binning_hash(scoring.binning) IS 'hash for hash joins and aggregates';

CREATE FUNCTION scoring.binning_hash_extended(scoring.binning, bigint) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_binning_hash_extended';
COMMENT ON FUNCTION scoring.binning_hash_extended(scoring.binning, bigint) IS '64-bit hash with a seed, for hash partitions';

CREATE OPERATOR scoring.= (
    LEFTARG = scoring.binning, RIGHTARG = scoring.binning, FUNCTION = scoring.binning_eq,
    COMMUTATOR = OPERATOR(scoring.=), NEGATOR = OPERATOR(scoring.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR scoring.= (scoring.binning, scoring.binning) IS 'whether two binnings are the same, to the byte';

CREATE OPERATOR scoring.<> (
    LEFTARG = scoring.binning, RIGHTARG = scoring.binning, FUNCTION = scoring.binning_ne,
    COMMUTATOR = OPERATOR(scoring.<>), NEGATOR = OPERATOR(scoring.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR scoring.<> (scoring.binning, scoring.binning) IS 'whether two binnings differ';

CREATE OPERATOR scoring.< (
    LEFTARG = scoring.binning, RIGHTARG = scoring.binning, FUNCTION = scoring.binning_lt,
    COMMUTATOR = OPERATOR(scoring.>), NEGATOR = OPERATOR(scoring.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR scoring.< (scoring.binning, scoring.binning) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.<= (
    LEFTARG = scoring.binning, RIGHTARG = scoring.binning, FUNCTION = scoring.binning_le,
    COMMUTATOR = OPERATOR(scoring.>=), NEGATOR = OPERATOR(scoring.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR scoring.<= (scoring.binning, scoring.binning) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.> (
    LEFTARG = scoring.binning, RIGHTARG = scoring.binning, FUNCTION = scoring.binning_gt,
    COMMUTATOR = OPERATOR(scoring.<), NEGATOR = OPERATOR(scoring.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR scoring.> (scoring.binning, scoring.binning) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.>= (
    LEFTARG = scoring.binning, RIGHTARG = scoring.binning, FUNCTION = scoring.binning_ge,
    COMMUTATOR = OPERATOR(scoring.<=), NEGATOR = OPERATOR(scoring.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR scoring.>= (scoring.binning, scoring.binning) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR CLASS scoring.binning_ops DEFAULT FOR TYPE scoring.binning USING btree AS
    OPERATOR 1 scoring.<, OPERATOR 2 scoring.<=, OPERATOR 3 scoring.=, OPERATOR 4 scoring.>=, OPERATOR 5 scoring.>,
    FUNCTION 1 scoring.binning_cmp(scoring.binning, scoring.binning);
COMMENT ON OPERATOR CLASS scoring.binning_ops USING btree IS 'binnings by their packed bytes';
CREATE OPERATOR CLASS scoring.binning_ops DEFAULT FOR TYPE scoring.binning USING hash AS
    OPERATOR 1 scoring.=,
    FUNCTION 1 scoring.binning_hash(scoring.binning),
    FUNCTION 2 scoring.binning_hash_extended(scoring.binning, bigint);
COMMENT ON OPERATOR CLASS scoring.binning_ops USING hash IS 'binnings by their packed bytes';

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

-- Equality and an order: of the packed bytes.

CREATE FUNCTION scoring.logistic_fit_eq(scoring.logistic_fit, scoring.logistic_fit) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit_eq';
COMMENT ON FUNCTION scoring.logistic_fit_eq(scoring.logistic_fit, scoring.logistic_fit) IS 'whether two fits are the same, to the byte';

CREATE FUNCTION scoring.logistic_fit_ne(scoring.logistic_fit, scoring.logistic_fit) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit_ne';
COMMENT ON FUNCTION scoring.logistic_fit_ne(scoring.logistic_fit, scoring.logistic_fit) IS 'whether two fits differ';

CREATE FUNCTION scoring.logistic_fit_lt(scoring.logistic_fit, scoring.logistic_fit) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit_lt';
COMMENT ON FUNCTION scoring.logistic_fit_lt(scoring.logistic_fit, scoring.logistic_fit) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.logistic_fit_le(scoring.logistic_fit, scoring.logistic_fit) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit_le';
COMMENT ON FUNCTION scoring.logistic_fit_le(scoring.logistic_fit, scoring.logistic_fit) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.logistic_fit_gt(scoring.logistic_fit, scoring.logistic_fit) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit_gt';
COMMENT ON FUNCTION scoring.logistic_fit_gt(scoring.logistic_fit, scoring.logistic_fit) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.logistic_fit_ge(scoring.logistic_fit, scoring.logistic_fit) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit_ge';
COMMENT ON FUNCTION scoring.logistic_fit_ge(scoring.logistic_fit, scoring.logistic_fit) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.logistic_fit_cmp(scoring.logistic_fit, scoring.logistic_fit) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit_cmp';
COMMENT ON FUNCTION scoring.logistic_fit_cmp(scoring.logistic_fit, scoring.logistic_fit) IS '-1, 0 or 1: an order for sorting';

CREATE FUNCTION scoring.logistic_fit_hash(scoring.logistic_fit) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit_hash';
COMMENT ON FUNCTION scoring.logistic_fit_hash(scoring.logistic_fit) IS 'hash for hash joins and aggregates';

CREATE FUNCTION scoring.logistic_fit_hash_extended(scoring.logistic_fit, bigint) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_logistic_fit_hash_extended';
COMMENT ON FUNCTION scoring.logistic_fit_hash_extended(scoring.logistic_fit, bigint) IS '64-bit hash with a seed, for hash partitions';

CREATE OPERATOR scoring.= (
    LEFTARG = scoring.logistic_fit, RIGHTARG = scoring.logistic_fit, FUNCTION = scoring.logistic_fit_eq,
    COMMUTATOR = OPERATOR(scoring.=), NEGATOR = OPERATOR(scoring.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR scoring.= (scoring.logistic_fit, scoring.logistic_fit) IS 'whether two fits are the same, to the byte';

CREATE OPERATOR scoring.<> (
    LEFTARG = scoring.logistic_fit, RIGHTARG = scoring.logistic_fit, FUNCTION = scoring.logistic_fit_ne,
    COMMUTATOR = OPERATOR(scoring.<>), NEGATOR = OPERATOR(scoring.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR scoring.<> (scoring.logistic_fit, scoring.logistic_fit) IS 'whether two fits differ';

CREATE OPERATOR scoring.< (
    LEFTARG = scoring.logistic_fit, RIGHTARG = scoring.logistic_fit, FUNCTION = scoring.logistic_fit_lt,
    COMMUTATOR = OPERATOR(scoring.>), NEGATOR = OPERATOR(scoring.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR scoring.< (scoring.logistic_fit, scoring.logistic_fit) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.<= (
    LEFTARG = scoring.logistic_fit, RIGHTARG = scoring.logistic_fit, FUNCTION = scoring.logistic_fit_le,
    COMMUTATOR = OPERATOR(scoring.>=), NEGATOR = OPERATOR(scoring.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR scoring.<= (scoring.logistic_fit, scoring.logistic_fit) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.> (
    LEFTARG = scoring.logistic_fit, RIGHTARG = scoring.logistic_fit, FUNCTION = scoring.logistic_fit_gt,
    COMMUTATOR = OPERATOR(scoring.<), NEGATOR = OPERATOR(scoring.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR scoring.> (scoring.logistic_fit, scoring.logistic_fit) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.>= (
    LEFTARG = scoring.logistic_fit, RIGHTARG = scoring.logistic_fit, FUNCTION = scoring.logistic_fit_ge,
    COMMUTATOR = OPERATOR(scoring.<=), NEGATOR = OPERATOR(scoring.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR scoring.>= (scoring.logistic_fit, scoring.logistic_fit) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR CLASS scoring.logistic_fit_ops DEFAULT FOR TYPE scoring.logistic_fit USING btree AS
    OPERATOR 1 scoring.<, OPERATOR 2 scoring.<=, OPERATOR 3 scoring.=, OPERATOR 4 scoring.>=, OPERATOR 5 scoring.>,
    FUNCTION 1 scoring.logistic_fit_cmp(scoring.logistic_fit, scoring.logistic_fit);
COMMENT ON OPERATOR CLASS scoring.logistic_fit_ops USING btree IS 'fits by their packed bytes';
CREATE OPERATOR CLASS scoring.logistic_fit_ops DEFAULT FOR TYPE scoring.logistic_fit USING hash AS
    OPERATOR 1 scoring.=,
    FUNCTION 1 scoring.logistic_fit_hash(scoring.logistic_fit),
    FUNCTION 2 scoring.logistic_fit_hash_extended(scoring.logistic_fit, bigint);
COMMENT ON OPERATOR CLASS scoring.logistic_fit_ops USING hash IS 'fits by their packed bytes';

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

-- By name: reserved for the registry of models, so that an untyped literal never means anything else.

CREATE FUNCTION scoring.score(model text, "row" record) RETURNS integer
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_by_name';
COMMENT ON FUNCTION scoring.score(text, record) IS 'the score of a row by a model in the registry; 55000 as long as there is none: cast a model''s text to scoring.model';
CREATE FUNCTION scoring.pd(model text, "row" record) RETURNS double precision
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_by_name';
COMMENT ON FUNCTION scoring.pd(text, record) IS 'the probability of bad of a row by a model in the registry; 55000 as long as there is none';
CREATE FUNCTION scoring.log_odds(model text, "row" record) RETURNS double precision
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_by_name';
COMMENT ON FUNCTION scoring.log_odds(text, record) IS 'the log odds good:bad of a row by a model in the registry; 55000 as long as there is none';
CREATE FUNCTION scoring.explain(model text, "row" record,
    OUT characteristic text, OUT value text, OUT bin text, OUT points integer, OUT woe double precision,
    OUT baseline double precision, OUT points_lost double precision, OUT reason_code text, OUT note text) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_by_name';
COMMENT ON FUNCTION scoring.explain(text, record) IS 'one line for each characteristic of a row by a model in the registry; 55000 as long as there is none';
CREATE FUNCTION scoring.reasons(model text, "row" record, n integer DEFAULT 4) RETURNS text[]
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_by_name';
COMMENT ON FUNCTION scoring.reasons(text, record, integer) IS 'reason codes of a row by a model in the registry; 55000 as long as there is none';
CREATE FUNCTION scoring.policies_applied(model text, "row" record) RETURNS text[]
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_by_name';
COMMENT ON FUNCTION scoring.policies_applied(text, record) IS 'policies applied to a row by a model in the registry; 55000 as long as there is none';
-- validation: how well a tallied number, such as a score, tells goods from bads.

CREATE FUNCTION scoring.auc(tally scoring.tally, higher_is text DEFAULT 'good') RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'scoring_validation_auc';
COMMENT ON FUNCTION scoring.auc(scoring.tally, text) IS 'the area under the ROC curve, 0 to 1: the probability that a good is on the better side of a bad, ties one half; missing and special rows are left out; an estimate if the tally is a sketch; NULL for NULL and if no good or no bad has a value; a tally of text, higher_is other than good and bad: 22023';

CREATE FUNCTION scoring.gini(tally scoring.tally, higher_is text DEFAULT 'good') RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'scoring_validation_gini';
COMMENT ON FUNCTION scoring.gini(scoring.tally, text) IS 'the Gini coefficient (accuracy ratio, Somers'' D), -1 to 1: 2 auc - 1; NULL and errors as auc';

CREATE FUNCTION scoring.ks(tally scoring.tally, higher_is text DEFAULT 'good') RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'scoring_validation_ks';
COMMENT ON FUNCTION scoring.ks(scoring.tally, text) IS 'the Kolmogorov-Smirnov statistic, 0 to 1: the greatest difference, in absolute value, between the shares of goods and of bads up to any value; the same for either direction; NULL and errors as auc';

CREATE FUNCTION scoring.unranked(tally scoring.tally) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'scoring_validation_unranked';
COMMENT ON FUNCTION scoring.unranked(scoring.tally) IS 'the weight of goods and bads that auc, gini and ks leave out: their value is missing or a special code; NULL for NULL; a tally of text: 22023';
-- scorecard: from a table of past loans to a model, in one call.

-- How fit_scorecard reads a sample: one aggregate, so that the server may divide the work.

CREATE FUNCTION scoring._scorecard_trans(state bytea, template bytea, target float8, weight float8, numbers float8[], texts text[]) RETURNS bytea
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'scoring_scorecard_trans';
REVOKE EXECUTE ON FUNCTION scoring._scorecard_trans(bytea, bytea, float8, float8, float8[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._scorecard_trans(bytea, bytea, float8, float8, float8[], text[]) IS 'internal: adds a row to what one reading of a sample has seen';

CREATE FUNCTION scoring._scorecard_combine(state bytea, other bytea) RETURNS bytea
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_scorecard_combine';
REVOKE EXECUTE ON FUNCTION scoring._scorecard_combine(bytea, bytea) FROM PUBLIC;
COMMENT ON FUNCTION scoring._scorecard_combine(bytea, bytea) IS 'internal: merges what was seen of disjoint rows';

CREATE AGGREGATE scoring._scorecard_read(template bytea, target float8, weight float8, numbers float8[], texts text[]) (
    SFUNC = scoring._scorecard_trans,
    STYPE = bytea,
    SSPACE = 1048576,
    COMBINEFUNC = scoring._scorecard_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring._scorecard_read(bytea, float8, float8, float8[], text[]) IS 'internal: one reading of a sample by fit_scorecard; NULL if there is no row; a malformed template: 22023';

CREATE FUNCTION scoring.fit_scorecard(
    sample regclass,
    target text,
    characteristics text[] DEFAULT NULL,
    exclude text[] DEFAULT '{}',
    weight text DEFAULT NULL,
    special jsonb DEFAULT '{}',
    max_bins integer DEFAULT 8,
    min_bin_fraction float8 DEFAULT 0.05,
    trend text DEFAULT 'auto',
    min_iv float8 DEFAULT 0.02,
    max_correlation float8 DEFAULT 0.8,
    selection text DEFAULT 'bic',
    max_coefficient_p_value float8 DEFAULT NULL,
    max_characteristics integer DEFAULT 15,
    population_bad_rate float8 DEFAULT NULL,
    pdo float8 DEFAULT 20,
    base_score float8 DEFAULT 600,
    base_odds float8 DEFAULT 50,
    reason_method text DEFAULT 'below_average',
    validation regclass DEFAULT NULL,
    out_of_time regclass DEFAULT NULL,
    overrides jsonb DEFAULT '{}',
    reason_cutoff integer DEFAULT NULL
) RETURNS scoring.model
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_scorecard_fit';
COMMENT ON FUNCTION scoring.fit_scorecard(regclass, text, text[], text[], text, jsonb, integer, float8, text, float8, float8, text, float8, integer, float8, float8, float8, float8, text, regclass, regclass, jsonb, integer) IS
'A scorecard fitted on the rows of a table or view: columns are binned, screened by cross-fitted information value, and go into a logistic regression on WoE, which is scaled to points. target: a boolean or 0/1, true for bad; NULL rows are not fitted on but counted. The same model for the same set of rows, whatever their order and the plan. Tells its progress by NOTICEs; screening(), samples() and terms() tell what it found. Reads with the caller''s rights. Errors: 22023 if nothing makes a characteristic, for a constant target, separation and options out of range; 42703 for an unknown column; 42804 for a type that does not fit.';

CREATE FUNCTION scoring.screening(model scoring.model,
    OUT characteristic text, OUT kept boolean, OUT bins integer, OUT trend text, OUT missing bigint,
    OUT iv float8, OUT cross_iv float8, OUT z float8, OUT reason text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 50
BEGIN ATOMIC
    SELECT s.characteristic, s.kept, s.bins, s.trend, s.missing, s.iv, s.cross_iv, s.z, s.reason
    FROM pg_catalog.jsonb_to_recordset(scoring.provenance(model) OPERATOR(pg_catalog.->) 'screening'::text)
      AS s (characteristic text, kept boolean, bins integer, trend text, missing bigint, iv float8, cross_iv float8, z float8, reason text);
END;
COMMENT ON FUNCTION scoring.screening(scoring.model) IS 'what fit_scorecard made of each column of its sample, in the table''s order: whether it is in the card, its bins (those of missing, special and other values included, as in points()) and trend, rows without a value, IV on the rows that chose the cuts (shown, never used), IV on rows that did not (cross_iv, the screen''s measure) with its z, and why it was left out (of a kept one: a warning, or NULL); no rows for a model that was not fitted here, nor for NULL';

CREATE FUNCTION scoring.terms(model scoring.model,
    OUT name text, OUT coefficient float8, OUT standard_error float8, OUT z float8, OUT p_value float8) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 12
BEGIN ATOMIC
    SELECT t.name, t.coefficient, t.standard_error, t.z, t.p_value
    FROM pg_catalog.jsonb_to_recordset(scoring.provenance(model) OPERATOR(pg_catalog.->) 'regression'::text OPERATOR(pg_catalog.->) 'terms'::text)
      AS t (name text, coefficient float8, standard_error float8, z float8, p_value float8);
END;
COMMENT ON FUNCTION scoring.terms(scoring.model) IS 'the regression behind a fitted scorecard, the intercept first: coefficients of the good log-odds on WoE (of the sample: before population_bad_rate), standard error, z, two-sided p-value; selection makes the p-values too small; no rows for a model that was not fitted here, nor for NULL';

CREATE FUNCTION scoring.fit_statistics(model scoring.model,
    OUT rows bigint, OUT log_likelihood float8, OUT null_log_likelihood float8, OUT aic float8, OUT bic float8,
    OUT iterations integer, OUT fits integer) RETURNS record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT r.rows, r.log_likelihood, r.null_log_likelihood, r.aic, r.bic, r.iterations, r.fits
    FROM pg_catalog.jsonb_to_record(scoring.provenance(model) OPERATOR(pg_catalog.->) 'regression'::text)
      AS r (rows bigint, log_likelihood float8, null_log_likelihood float8, aic float8, bic float8, iterations integer, fits integer);
END;
COMMENT ON FUNCTION scoring.fit_statistics(scoring.model) IS 'of the regression behind a fitted scorecard: labelled rows, log-likelihood, that of the intercept alone, AIC, BIC, Newton steps of the last fit, fits until nothing more left; all NULL for a model that was not fitted here';

CREATE FUNCTION scoring.samples(model scoring.model,
    OUT sample text, OUT relation text, OUT rows bigint, OUT goods float8, OUT bads float8, OUT unlabelled float8,
    OUT bad_rate float8, OUT mean_pd float8, OUT auc float8, OUT gini float8, OUT ks float8, OUT scores scoring.tally) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 3
BEGIN ATOMIC
    SELECT s.sample, s.relation, s.rows, s.goods, s.bads, s.unlabelled,
           scoring.bad_rate(t.scores), s.mean_pd, scoring.auc(t.scores), scoring.gini(t.scores), scoring.ks(t.scores), t.scores
    FROM pg_catalog.jsonb_to_recordset(scoring.provenance(model) OPERATOR(pg_catalog.->) 'samples'::text)
           AS s (sample text, relation text, rows bigint, goods float8, bads float8, unlabelled float8, mean_pd float8, scores jsonb),
         LATERAL (SELECT s.scores::scoring.tally OFFSET 0) AS t (scores);
END;
COMMENT ON FUNCTION scoring.samples(scoring.model) IS 'how a fitted scorecard did on its development, validation and out_of_time samples: counts (weights), the share of bads, the mean pd of rows with an outcome, AUC, Gini and KS of the score, and the tally of the score itself; no rows for a model that was not fitted here, nor for NULL';

CREATE FUNCTION scoring.sample_part(key text, seed text, shares float8[]) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_scorecard_sample_part';
COMMENT ON FUNCTION scoring.sample_part(text, text, float8[]) IS 'the part, from 1, that a key falls into by a hash of it: the same on every machine and in every encoding; another seed divides anew; shares are the parts'' sizes and sum to 1; NULL for NULL; shares that do not: 22023';
