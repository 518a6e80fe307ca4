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
-- owner: what runs with the rights of the workspace's owner. scoring.f bound to scoring_owner_call runs scoring._f, of the
-- same argument types, as the owner of schema scoring_data; EXECUTE on _f, which apply_grants() gives to duty roles, is the
-- right to call f. scoring_owner_call_open asks for no grant: there _f decides by _caller().

CREATE FUNCTION scoring._caller() RETURNS name
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_caller_name';
REVOKE EXECUTE ON FUNCTION scoring._caller() FROM PUBLIC;
COMMENT ON FUNCTION scoring._caller() IS 'internal: who was the current user before the workspace''s owner took over; session_user is who logged in';

CREATE FUNCTION scoring._caller_is_lent() RETURNS boolean
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_caller_lent';
REVOKE EXECUTE ON FUNCTION scoring._caller_is_lent() FROM PUBLIC;
COMMENT ON FUNCTION scoring._caller_is_lent() IS 'internal: whether _caller() is the owner of a function that runs with its rights, called by somebody else';

CREATE FUNCTION scoring._run_as_owner(function regprocedure) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_run';
REVOKE EXECUTE ON FUNCTION scoring._run_as_owner(regprocedure) FROM PUBLIC;
COMMENT ON FUNCTION scoring._run_as_owner(regprocedure) IS 'internal: runs a function of schema scoring without arguments as the owner of the workspace; only a superuser may: 42501';
-- registry: versions of models and policies, who made, validated, approved and deployed them, and who may use them.
-- Tables and steps are the same for both kinds; what a version is made of is a table of its own kind, model_version here.

CREATE FUNCTION scoring._registry_row_hash(VARIADIC columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.to_jsonb(columns)::text, 'UTF8')), 'hex');
END;
REVOKE EXECUTE ON FUNCTION scoring._registry_row_hash(text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_row_hash(text[]) IS 'internal: SHA-256, hexadecimal, of columns given as texts, as a JSON array, so that no two lists look alike';

CREATE FUNCTION scoring._registry_instant(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.to_char(pg_catalog.timezone('UTC', at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
END;
REVOKE EXECUTE ON FUNCTION scoring._registry_instant(timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_instant(timestamptz) IS 'internal: a moment as a text that no setting changes';

-- The server keeps the members of an object in the order of their bytes in the database's encoding, the shorter first. So
-- the text of a value is another one in a database of another encoding, if there is more than ASCII in it.
CREATE FUNCTION scoring._registry_json(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF value::text !~ '[^\x01-\x7f]' THEN
    RETURN value::text;
  ELSIF jsonb_typeof(value) = 'object' THEN
    RETURN (SELECT '{' || string_agg(to_jsonb(m.key)::text || ': ' || _registry_json(m.value), ', ' ORDER BY convert_to(m.key, 'UTF8')) || '}' FROM jsonb_each(value) m);
  ELSIF jsonb_typeof(value) = 'array' THEN
    RETURN (SELECT '[' || string_agg(_registry_json(m.item), ', ' ORDER BY m.place) || ']' FROM jsonb_array_elements(value) WITH ORDINALITY m (item, place));
  END IF;
  RETURN value::text;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_json(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_json(jsonb) IS 'internal: the text of a JSON value that is hashed: the same in every encoding that has its characters';

CREATE FUNCTION scoring._setup_registry() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('registry_name', $t$
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('model', 'policy')),
    last_version integer NOT NULL,
    PRIMARY KEY (name, kind)$t$,
    'names of models and policies, and how many versions each has had; the row is the lock of all that changes the name');
  PERFORM _make_table('registry_state', $t$
    name text NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'validated', 'approved', 'live', 'retired')),
    slot text CHECK (slot IN ('champion', 'challenger')),
    share numeric CHECK (share > 0 AND share < 1),
    shadow boolean NOT NULL DEFAULT false,
    live_since timestamptz,
    expires_at timestamptz,
    on_expiry text NOT NULL DEFAULT 'warn' CHECK (on_expiry IN ('warn', 'refuse')),
    PRIMARY KEY (name, kind, version),
    FOREIGN KEY (name, kind) REFERENCES scoring_data.registry_name (name, kind),
    CHECK ((state = 'live') = (slot IS NOT NULL)),
    CHECK ((slot IS NOT DISTINCT FROM 'challenger') = (share IS NOT NULL OR shadow)),
    CHECK (NOT (share IS NOT NULL AND shadow))$t$,
    'where each version stands now; registry_event says how it came there');
  IF to_regclass('scoring_data.registry_state_champion') IS NULL THEN
    CREATE UNIQUE INDEX registry_state_champion ON scoring_data.registry_state (name, kind) WHERE slot = 'champion';
  END IF;
  COMMENT ON COLUMN scoring_data.registry_state.share IS 'of a challenger: the part of all subjects, between 0 and 1, that it gets instead of the champion';
  COMMENT ON COLUMN scoring_data.registry_state.shadow IS 'of a challenger: it is computed beside the champion and decides nothing';
  COMMENT ON COLUMN scoring_data.registry_state.on_expiry IS 'what scoring by the bare name does after expires_at: warn or refuse';
  PERFORM _make_table('registry_event', $t$
    name text NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    event_number integer NOT NULL,
    event text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    reason text,
    evidence jsonb,
    row_hash text NOT NULL,
    PRIMARY KEY (name, kind, version, event_number),
    FOREIGN KEY (name, kind, version) REFERENCES scoring_data.registry_state (name, kind, version)$t$,
    'what was done to each version, by whom, when and why; only ever appended to');
  COMMENT ON COLUMN scoring_data.registry_event.role_name IS 'the current user of the one who called';
  COMMENT ON COLUMN scoring_data.registry_event.session_name IS 'who had logged in';
  COMMENT ON COLUMN scoring_data.registry_event.row_hash IS 'SHA-256 of the other columns and of the row_hash of the version''s event before';
  PERFORM _make_table('model_version', $t$
    name text NOT NULL,
    version integer NOT NULL,
    model scoring.model NOT NULL,
    hash text NOT NULL,
    note text,
    role_name text NOT NULL,
    session_name text NOT NULL,
    registered_at timestamptz NOT NULL,
    row_hash text NOT NULL,
    PRIMARY KEY (name, version)$t$,
    'the versions of models; never changed');
  COMMENT ON COLUMN scoring_data.model_version.hash IS 'scoring.hash(model)';
  COMMENT ON COLUMN scoring_data.model_version.row_hash IS 'SHA-256 of the other columns, of the model that of its text, provenance and all';
  PERFORM _make_table('model_grant', $t$
    name text NOT NULL,
    grant_number bigint GENERATED ALWAYS AS IDENTITY,
    grantee text NOT NULL,
    use text NOT NULL CHECK (use IN ('score', 'view')),
    granted_by_role text NOT NULL,
    granted_by_session text NOT NULL,
    granted_at timestamptz NOT NULL,
    revoked_by_role text,
    revoked_by_session text,
    revoked_at timestamptz,
    PRIMARY KEY (name, grant_number)$t$,
    'who may use which model, and who could until when; a role is a name here and gives no right while there is no such role');
  IF to_regclass('scoring_data.model_grant_current') IS NULL THEN
    CREATE UNIQUE INDEX model_grant_current ON scoring_data.model_grant (name, grantee, use) WHERE revoked_at IS NULL;
  END IF;
  COMMENT ON COLUMN scoring_data.model_grant.grantee IS 'a role, with its members; public is everyone';
  COMMENT ON COLUMN scoring_data.model_grant.use IS 'score: score rows of one''s own, and so learn the points; view: score through published views alone';

  PERFORM _make_view('models', $q$
    SELECT s.name, s.version, s.name || '@' || s.version AS model, s.state, s.slot, s.share, s.shadow, s.live_since, s.expires_at, s.on_expiry,
           v.hash, v.note, v.role_name, v.session_name, v.registered_at
    FROM scoring_data.registry_state s JOIN scoring_data.model_version v USING (name, version) WHERE s.kind = 'model'$q$,
    'the versions of models: where each stands, who registered it; not the models themselves, see registered_model()');
  PERFORM _make_view('model_events', $q$
    SELECT name, version, event_number, event, from_state, to_state, role_name, session_name, at, reason, evidence
    FROM scoring_data.registry_event WHERE kind = 'model'$q$,
    'what was done to each version of a model, by whom, when and why');
  PERFORM _make_view('model_grants', $q$
    SELECT name, grantee, use, granted_by_role, granted_by_session, granted_at, revoked_by_role, revoked_by_session, revoked_at,
           revoked_at IS NULL AS is_current, grantee = 'public' OR to_regrole(quote_ident(grantee)) IS NOT NULL AS role_exists
    FROM scoring_data.model_grant$q$,
    'who may use which model, and who could until when');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_registry() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_registry() IS 'internal: the tables and views of room registry';

CREATE FUNCTION scoring._grants_registry(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('modeler', 'function', 'register_model(text, scoring.model, text)', 'EXECUTE'),
           ('modeler', 'function', 'validate_model(text, jsonb, text)', 'EXECUTE'),
           ('modeler', 'function', 'registered_model(text)', 'EXECUTE'),
           ('approver', 'function', 'registered_model(text)', 'EXECUTE'),
           ('approver', 'function', 'approve_model(text, text)', 'EXECUTE'),
           ('approver', 'function', 'deploy_model(text, text, text, numeric, boolean, timestamptz, text)', 'EXECUTE'),
           ('approver', 'function', 'retire_model(text, text)', 'EXECUTE'),
           ('steward', 'function', 'grant_model(text, text, text)', 'EXECUTE'),
           ('steward', 'function', 'revoke_model(text, text, text)', 'EXECUTE'),
           ('steward', 'table', 'scoring_data.models', 'SELECT'),
           ('modeler', 'table', 'scoring_data.models', 'SELECT'),
           ('approver', 'table', 'scoring_data.models', 'SELECT'),
           ('auditor', 'table', 'scoring_data.models', 'SELECT'),
           ('steward', 'table', 'scoring_data.model_events', 'SELECT'),
           ('modeler', 'table', 'scoring_data.model_events', 'SELECT'),
           ('approver', 'table', 'scoring_data.model_events', 'SELECT'),
           ('auditor', 'table', 'scoring_data.model_events', 'SELECT'),
           ('steward', 'table', 'scoring_data.model_grants', 'SELECT'),
           ('auditor', 'table', 'scoring_data.model_grants', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_registry(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_registry() IS 'internal: who may do what in room registry';

-- What is the same for models and policies.

CREATE FUNCTION scoring._registry_add_event(kind text, name text, version integer, event text, from_state text, to_state text, reason text, evidence jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  previous record;
  e record;
BEGIN
  SELECT r.event_number, r.row_hash INTO previous FROM scoring_data.registry_event r
  WHERE r.kind = _registry_add_event.kind AND r.name = _registry_add_event.name AND r.version = _registry_add_event.version
  ORDER BY r.event_number DESC LIMIT 1;
  SELECT _registry_add_event.name, _registry_add_event.kind, _registry_add_event.version, coalesce(previous.event_number, 0) + 1 AS event_number,
         _registry_add_event.event, _registry_add_event.from_state, _registry_add_event.to_state, _caller()::text AS role_name,
         session_user::text AS session_name, clock_timestamp() AS at, _registry_add_event.reason, _registry_add_event.evidence INTO e;
  INSERT INTO scoring_data.registry_event (name, kind, version, event_number, event, from_state, to_state, role_name, session_name, at, reason, evidence, row_hash)
  VALUES (e.name, e.kind, e.version, e.event_number, e.event, e.from_state, e.to_state, e.role_name, e.session_name, e.at, e.reason, e.evidence,
          _registry_event_hash(e, previous.row_hash));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_add_event(text, text, integer, text, text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_add_event(text, text, integer, text, text, text, text, jsonb) IS 'internal: appends to what was done to a version, by the caller, now; the name must be locked';

CREATE FUNCTION scoring._registry_event_hash(event record, previous text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(event.name, event.kind, event.version::text, event.event_number::text, event.event, event.from_state, event.to_state,
                            event.role_name, event.session_name, _registry_instant(event.at), event.reason, _registry_json(event.evidence), previous);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_event_hash(record, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_event_hash(record, text) IS 'internal: row_hash of a row of scoring_data.registry_event, given that of the one before';

CREATE FUNCTION scoring._registry_register(kind text, name text, content_hash text, note text) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  new_version integer;
BEGIN
  IF name IS NULL OR name !~ '^[a-z][a-z0-9_]{0,62}$' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a %s cannot be named %s', kind, coalesce(quote_ident(left(name, 200)), 'NULL')),
      DETAIL = 'A name begins with a letter, goes on with letters, digits and underscores, all lower case, and has at most 63 of them.';
  END IF;
  INSERT INTO scoring_data.registry_name AS r (name, kind, last_version) VALUES (_registry_register.name, _registry_register.kind, 1)
  ON CONFLICT (name, kind) DO UPDATE SET last_version = r.last_version + 1
  RETURNING last_version INTO new_version;
  INSERT INTO scoring_data.registry_state (name, kind, version, state) VALUES (_registry_register.name, _registry_register.kind, new_version, 'draft');
  PERFORM _registry_add_event(_registry_register.kind, _registry_register.name, new_version, 'register', NULL, 'draft', _registry_register.note,
                              jsonb_build_object('hash', content_hash));
  RETURN new_version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_register(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_register(text, text, text, text) IS 'internal: a new version of a name, a draft; its number; locks the name; a name that is not plain: 22023';

CREATE FUNCTION scoring._registry_parse(kind text, reference text, OUT name text, OUT version integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  parts text[] := regexp_match(reference, '^([a-z][a-z0-9_]{0,62})(?:@([0-9]{1,9}))?$');
BEGIN
  IF parts IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = CASE WHEN reference IS NULL THEN format('no %s is named', kind) ELSE format('%s "%s" does not exist', kind, left(reference, 200)) END,
      DETAIL = 'It is named as "retail", for the champion of that name, or "retail@3", for a version.',
      HINT = CASE kind WHEN 'policy' THEN 'The registered ones: SELECT * FROM scoring_data.policies;'
             ELSE 'The registered ones: SELECT * FROM scoring_data.models;' END;
  END IF;
  name := parts[1];
  version := parts[2]::integer;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_parse(text, text, OUT text, OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_parse(text, text) IS 'internal: name and version, NULL if there is none, of a reference such as retail or retail@3; of another form: 42704';

CREATE FUNCTION scoring._registry_version(kind text, reference text, OUT name text, OUT version integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_parse(kind, reference);
BEGIN
  IF r.version IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('which version of %s "%s"?', kind, reference),
      HINT = format('Name it, as "%s@1".', reference);
  END IF;
  name := r.name;
  version := r.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_version(text, text, OUT text, OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_version(text, text) IS 'internal: name and version of a reference that must have both: 22023; of another form: 42704';

CREATE FUNCTION scoring._version_there(kind text, reference text, there boolean) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT there THEN
    RAISE EXCEPTION USING ERRCODE = 'data_corrupted', MESSAGE = format('the version of %s "%s" is gone', kind, reference),
      HINT = 'SELECT * FROM scoring.doctor() says more.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._version_there(text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._version_there(text, text, boolean) IS 'internal: XX001 if a version that the registry knows is not in its table';

CREATE FUNCTION scoring._registry_resolve(kind text, reference text, OUT name text, OUT version integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  wanted record;
BEGIN
  wanted := _registry_parse(kind, reference);
  SELECT s.name, s.version INTO name, version FROM scoring_data.registry_state s
  WHERE s.kind = _registry_resolve.kind AND s.name = wanted.name AND (s.version = wanted.version OR wanted.version IS NULL AND s.slot = 'champion');
  IF FOUND THEN
    RETURN;
  END IF;
  IF wanted.version IS NULL AND EXISTS (SELECT FROM scoring_data.registry_name n WHERE n.kind = _registry_resolve.kind AND n.name = wanted.name) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" has no live champion', kind, wanted.name),
      HINT = format('Name a version, as "%s@1"; or an approver deploys one: SELECT scoring.deploy_%s(''%s@1'', ''why'').', wanted.name, kind, wanted.name);
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('%s "%s" does not exist', kind, reference),
    HINT = format('The registered ones: SELECT * FROM scoring_data.%s;', CASE kind WHEN 'policy' THEN 'policies' ELSE 'models' END);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_resolve(text, text, OUT text, OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_resolve(text, text) IS 'internal: name and version that a reference means: retail is the champion (55000 if none is live), retail@3 that version; unknown: 42704';

CREATE FUNCTION scoring._registry_deployment(state record) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN jsonb_strip_nulls(jsonb_build_object('slot', state.slot, 'share', state.share, 'shadow', nullif(state.shadow, false),
                                              'expires_at', _registry_instant(state.expires_at), 'on_expiry', state.on_expiry));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_deployment(record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_deployment(record) IS 'internal: how a version is live, from a row of scoring_data.registry_state, as its deployment is recorded';

CREATE FUNCTION scoring._registry_transition(kind text, name text, version integer, action text, reason text, evidence jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  reference text := _registry_transition.name || '@' || _registry_transition.version;
  me text[] := ARRAY[_caller()::text, session_user::text];
  before record;
  after record;
  other record;
  shares numeric;
  possible text[] := CASE action WHEN 'validate' THEN '{draft,validated,approved,live}' WHEN 'approve' THEN '{validated}'
                                 WHEN 'deploy' THEN '{approved,live}' WHEN 'retire' THEN '{draft,validated,approved,live}' END::text[];
BEGIN
  IF possible IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no step "%s" in the life of a %s', action, kind);
  END IF;
  -- The name's row is the lock: whoever comes second sees what the first has made of it. It is written, so that a
  -- transaction whose snapshot is older than what the first has made of it fails, and does not add up other shares.
  UPDATE scoring_data.registry_name n SET last_version = n.last_version WHERE n.kind = _registry_transition.kind AND n.name = _registry_transition.name;
  SELECT * INTO before FROM scoring_data.registry_state s
  WHERE s.kind = _registry_transition.kind AND s.name = _registry_transition.name AND s.version = _registry_transition.version FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('%s "%s" does not exist', kind, reference);
  END IF;
  IF before.state <> ALL (possible) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" is %s', kind, reference, CASE before.state WHEN 'draft' THEN 'a draft' ELSE before.state END),
      DETAIL = CASE action WHEN 'validate' THEN 'What is retired is not validated any more.'
                           WHEN 'approve' THEN 'What is approved must be validated, and not be approved yet.'
                           WHEN 'deploy' THEN 'What is deployed must be approved, and not be retired.'
                           ELSE 'It cannot be retired again.' END,
      HINT = CASE WHEN before.state = 'retired' THEN 'A retired version does not come back: register it anew.'
                  WHEN before.state = 'draft' THEN format('Somebody other than its author runs scoring.validate_%s() first.', kind)
                  WHEN before.state = 'validated' THEN format('Somebody other than its author and its validators runs scoring.approve_%s() first.', kind)
                  ELSE format('Who did that: SELECT * FROM scoring_data.%s_events;', kind) END;
  END IF;

  -- One person is one role or one login: either one in common is enough. Neither is of the person who acts in a
  -- function with its owner's rights that somebody else was made to call, as by a trigger.
  IF action IN ('validate', 'approve') THEN
    IF _caller_is_lent() THEN
      RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('%s "%s" cannot be %s by a function that runs with the rights of its owner', kind, reference, CASE action WHEN 'validate' THEN 'validated' ELSE 'approved' END),
        DETAIL = format('That function acts as role "%s" in a session of "%s".', me[1], me[2]), HINT = 'It takes a person, logged in as themselves.';
    END IF;
    SELECT e.event, e.role_name, e.session_name INTO other FROM scoring_data.registry_event e
    WHERE e.kind = _registry_transition.kind AND e.name = _registry_transition.name AND e.version = _registry_transition.version
      AND (e.event = 'register' OR e.event = 'validate' AND action = 'approve') AND ARRAY[e.role_name, e.session_name] && me
    ORDER BY e.event_number LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = format('%s "%s" cannot be %s by its %s', kind, reference, CASE action WHEN 'validate' THEN 'validated' ELSE 'approved' END,
                         CASE other.event WHEN 'register' THEN 'author' ELSE 'validator' END),
        DETAIL = format('It was %s by role "%s" in a session of "%s"; this is role "%s" in a session of "%s".',
                        CASE other.event WHEN 'register' THEN 'registered' ELSE 'validated' END, other.role_name, other.session_name, me[1], me[2]),
        HINT = CASE action WHEN 'validate' THEN 'It takes another member of the modelers, logged in as themselves.'
                           ELSE 'It takes an approver who neither registered nor validated it, logged in as themselves.' END;
    END IF;
  END IF;
  IF action = 'validate' AND (evidence IS NULL OR jsonb_typeof(evidence) <> 'object' OR evidence = '{}' OR kind = 'model' AND NOT evidence ? 'sample') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'there is no validation without evidence',
      DETAIL = CASE kind WHEN 'model' THEN 'It is a JSON object with at least the key "sample": what the model was tried on.' ELSE 'It is a JSON object that is not empty.' END;
  ELSIF action <> 'validate' AND coalesce(reason !~ '\S', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a reason must be given to %s a %s', action, kind);
  END IF;

  after := before;
  CASE action
    WHEN 'validate' THEN
      -- Of a version further on it is one more piece of evidence.
      after.state := CASE before.state WHEN 'draft' THEN 'validated' ELSE before.state END;
    WHEN 'approve' THEN
      after.state := 'approved';
    WHEN 'retire' THEN
      after.state := 'retired';
    WHEN 'deploy' THEN
      after.state := 'live';
      after.slot := coalesce(evidence ->> 'slot', 'champion');
      after.share := (evidence ->> 'share')::numeric;
      after.shadow := coalesce((evidence ->> 'shadow')::boolean, false);
      after.live_since := CASE WHEN before.slot = after.slot THEN before.live_since ELSE now() END;
      after.expires_at := (evidence ->> 'expires_at')::timestamptz;
      after.on_expiry := coalesce(evidence ->> 'on_expiry', 'warn');
      IF after.slot NOT IN ('champion', 'challenger') OR after.on_expiry NOT IN ('warn', 'refuse') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a %s is deployed in no such way', kind),
          DETAIL = 'slot is champion or challenger, on_expiry is warn or refuse.';
      ELSIF after.slot = 'champion' AND (after.share IS NOT NULL OR after.shadow) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a champion has neither share nor shadow',
          DETAIL = 'It gets all subjects that no challenger gets.';
      ELSIF after.slot = 'challenger' AND (after.share IS NOT NULL) = after.shadow THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a challenger has either a share of the subjects or is a shadow';
      ELSIF after.share <= 0 OR after.share >= 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the share of a challenger must lie between 0 and 1, both excluded';
      ELSIF after.expires_at <= now() THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the expiry date is past';
      ELSIF before.slot = 'champion' AND after.slot = 'challenger' THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" is the champion', kind, reference),
          DETAIL = 'There would be no champion left.', HINT = 'Deploy another version as champion first; then this one as challenger.';
      END IF;
      SELECT coalesce(sum(s.share), 0) INTO shares FROM scoring_data.registry_state s
      WHERE s.kind = _registry_transition.kind AND s.name = _registry_transition.name AND s.version <> _registry_transition.version AND s.slot = 'challenger';
      IF shares + after.share >= 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the shares of the challengers leave nothing to the champion',
          DETAIL = format('The others have %s.', shares);
      END IF;
      IF after.slot = 'champion' THEN
        -- The champion before stays approved, so that going back is one call.
        FOR other IN UPDATE scoring_data.registry_state s SET state = 'approved', slot = NULL, live_since = NULL, expires_at = NULL, on_expiry = 'warn'
                     WHERE s.kind = _registry_transition.kind AND s.name = _registry_transition.name AND s.version <> _registry_transition.version
                       AND s.slot = 'champion' RETURNING s.version LOOP
          PERFORM _registry_add_event(_registry_transition.kind, _registry_transition.name, other.version, 'replace', 'live', 'approved',
                                      format('replaced by %s', reference), NULL);
        END LOOP;
      END IF;
  END CASE;
  IF after.state <> 'live' THEN
    after.slot := NULL;
    after.share := NULL;
    after.shadow := false;
    after.live_since := NULL;
    after.expires_at := NULL;
    after.on_expiry := 'warn';
  END IF;
  UPDATE scoring_data.registry_state s
  SET state = after.state, slot = after.slot, share = after.share, shadow = after.shadow, live_since = after.live_since,
      expires_at = after.expires_at, on_expiry = after.on_expiry
  WHERE s.kind = _registry_transition.kind AND s.name = _registry_transition.name AND s.version = _registry_transition.version;
  PERFORM _registry_add_event(_registry_transition.kind, _registry_transition.name, _registry_transition.version, action, before.state, after.state, reason,
                              CASE action WHEN 'deploy' THEN _registry_deployment(after) ELSE evidence END);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_transition(text, text, integer, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_transition(text, text, integer, text, text, jsonb) IS 'internal: validate (with evidence), approve, deploy (evidence: slot, share, shadow, expires_at, on_expiry) or retire a version, by the caller; a state from which that is not done: 55000; the same person twice: 42501; no evidence or reason: 22023; unknown: 42704';

CREATE FUNCTION scoring._registry_assign(name text, subject text) RETURNS integer
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  -- 52 bits of SHA-256: the same in every database, encoding and version.
  place numeric := ('x' || left(encode(sha256(convert_to(_registry_assign.name || '/' || _registry_assign.subject, 'UTF8')), 'hex'), 13))::bit(52)::bigint / 4503599627370496.0;
  chosen integer;
BEGIN
  SELECT c.version INTO chosen FROM (
    SELECT s.version, sum(s.share) OVER (ORDER BY s.version) AS upper_end FROM scoring_data.registry_state s
    WHERE s.kind = 'model' AND s.name = _registry_assign.name AND s.slot = 'challenger' AND NOT s.shadow) c
  WHERE place < c.upper_end ORDER BY c.version LIMIT 1;
  RETURN coalesce(chosen, (_registry_resolve('model', _registry_assign.name)).version);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_assign(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_assign(text, text) IS 'internal: the version that decides for a subject: a challenger''s if the subject is in its share, else the champion''s; a function of name, subject and the shares; no champion: 55000; unknown: 42704';

-- Models.

CREATE FUNCTION scoring._model_row_hash(version record) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(version.name, version.version::text, _registry_row_hash(version.model::text), version.hash, version.note,
                            version.role_name, version.session_name, _registry_instant(version.registered_at));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._model_row_hash(record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_row_hash(record) IS 'internal: row_hash of a row of scoring_data.model_version';

CREATE FUNCTION scoring._register_model(name text, model scoring.model, note text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v record;
  earlier text;
BEGIN
  IF _register_model.model IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'there is no model to register';
  END IF;
  SELECT _register_model.name, _registry_register('model', _register_model.name, hash(_register_model.model), _register_model.note) AS version,
         _register_model.model, hash(_register_model.model) AS hash, _register_model.note, _caller()::text AS role_name,
         session_user::text AS session_name, clock_timestamp() AS registered_at INTO v;
  SELECT string_agg(m.name || '@' || m.version, ', ' ORDER BY m.version) INTO earlier
  FROM scoring_data.model_version m WHERE m.name = v.name AND m.hash = v.hash;
  IF earlier IS NOT NULL THEN
    RAISE NOTICE USING MESSAGE = format('"%s@%s" scores as %s', v.name, v.version, earlier), DETAIL = 'They have the same hash.';
  END IF;
  INSERT INTO scoring_data.model_version (name, version, model, hash, note, role_name, session_name, registered_at, row_hash)
  VALUES (v.name, v.version, v.model, v.hash, v.note, v.role_name, v.session_name, v.registered_at, _model_row_hash(v));
  RETURN v.name || '@' || v.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._register_model(text, scoring.model, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._register_model(text, scoring.model, text) IS 'internal: register_model() as the workspace''s owner';
CREATE FUNCTION scoring.register_model(name text, model scoring.model, note text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.register_model(text, scoring.model, text) IS 'registers a model as the next version of a name, a draft, and gives what it is called, such as retail@3; a version never changes; a NOTICE if an earlier version scores the same; for modelers: 42501; a name that is not plain: 22023; NULL model: 22004';

CREATE FUNCTION scoring._validate_model(model text, evidence jsonb, note text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('model', model);
BEGIN
  PERFORM _registry_transition('model', r.name, r.version, 'validate', note, evidence);
  RETURN model;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._validate_model(text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._validate_model(text, jsonb, text) IS 'internal: validate_model() as the workspace''s owner';
CREATE FUNCTION scoring.validate_model(model text, evidence jsonb, note text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.validate_model(text, jsonb, text) IS 'records that a version of a model, such as retail@3, was validated, with the evidence: a JSON object with at least "sample"; a draft becomes validated, of a later version the evidence is added; gives its name; for modelers other than its author: 42501; no evidence, no version: 22023; retired: 55000; unknown: 42704';

CREATE FUNCTION scoring._approve_model(model text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('model', model);
BEGIN
  PERFORM _registry_transition('model', r.name, r.version, 'approve', reason, NULL);
  RETURN model;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._approve_model(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._approve_model(text, text) IS 'internal: approve_model() as the workspace''s owner';
CREATE FUNCTION scoring.approve_model(model text, reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.approve_model(text, text) IS 'approves a validated version of a model, such as retail@3; gives its name; for approvers who neither registered nor validated it: 42501; not validated, or approved already: 55000; no reason, no version: 22023; unknown: 42704';

CREATE FUNCTION scoring._retire_model(model text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('model', model);
BEGIN
  PERFORM _registry_transition('model', r.name, r.version, 'retire', reason, NULL);
  RETURN model;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._retire_model(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._retire_model(text, text) IS 'internal: retire_model() as the workspace''s owner';
CREATE FUNCTION scoring.retire_model(model text, reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.retire_model(text, text) IS 'retires a version of a model for good, whatever its state; gives its name; for approvers: 42501; retired already: 55000; no reason, no version: 22023; unknown: 42704';

CREATE FUNCTION scoring._deploy_model(model text, reason text, slot text, share numeric, shadow boolean, expires_at timestamptz, on_expiry text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('model', model);
BEGIN
  PERFORM _registry_transition('model', r.name, r.version, 'deploy', reason,
                               jsonb_build_object('slot', slot, 'share', share, 'shadow', shadow, 'expires_at', expires_at, 'on_expiry', on_expiry));
  RETURN model;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._deploy_model(text, text, text, numeric, boolean, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._deploy_model(text, text, text, numeric, boolean, timestamptz, text) IS 'internal: deploy_model() as the workspace''s owner';
CREATE FUNCTION scoring.deploy_model(model text, reason text, slot text DEFAULT 'champion', share numeric DEFAULT NULL, shadow boolean DEFAULT false,
    expires_at timestamptz DEFAULT NULL, on_expiry text DEFAULT 'warn') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.deploy_model(text, text, text, numeric, boolean, timestamptz, text) IS 'takes an approved version into production: as the champion of its name, in place of the one before, which stays approved, or as a challenger with a share of the subjects (0 to 1, both excluded) or as a shadow; of a live version it changes slot, share and expiry; gives its name; for approvers: 42501; not approved, retired: 55000; bad share, slot, expiry or no reason: 22023; unknown: 42704';

-- Who may use a model.

CREATE FUNCTION scoring._model_may(caller name, model_name text, use text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF has_function_privilege(caller, 'scoring._registered_model(text)', 'EXECUTE') THEN
    RETURN true;
  END IF;
  -- Without a join: it is asked for each execution of a query that scores by name.
  RETURN EXISTS (
    SELECT FROM scoring_data.model_grant g
    WHERE g.name = model_name AND g.revoked_at IS NULL AND (g.use = _model_may.use OR g.use = 'score')
      AND CASE WHEN g.grantee = 'public' THEN true WHEN to_regrole(quote_ident(g.grantee)) IS NULL THEN false
               ELSE pg_has_role(caller, g.grantee::name, 'USAGE') END);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._model_may(name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_may(name, text, text) IS 'internal: whether a role may use a model: score, which includes view, or view; by grant, or because it may read all models';

CREATE FUNCTION scoring._model_refused(caller name, model_name text, use text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('permission denied for role "%s" to use model "%s"', caller, model_name),
    DETAIL = format('It has not been granted use "%s" of that model, and is no member of a role that has.', use),
    HINT = format('A steward grants it: SELECT scoring.grant_model(%L, %L);', model_name, caller);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._model_refused(name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_refused(name, text, text) IS 'internal: 42501, with what is missing';

CREATE FUNCTION scoring._model_reach(caller name, reference text, OUT name text, OUT version integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  wanted record := _registry_parse('model', reference);
  meant record;
BEGIN
  -- The right comes first: who has none does not learn which versions there are.
  IF NOT _model_may(caller, wanted.name, 'score') THEN
    PERFORM _model_refused(caller, wanted.name, 'score');
  END IF;
  meant := _registry_resolve('model', reference);
  PERFORM _version_there('model', meant.name || '@' || meant.version,
                         EXISTS (SELECT FROM scoring_data.model_version v WHERE v.name = meant.name AND v.version = meant.version));
  name := meant.name;
  version := meant.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._model_reach(name, text, OUT text, OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_reach(name, text) IS 'internal: name and version of a model for a role that may score with it: 42501, 42704, 55000; gone from its table: XX001';

CREATE FUNCTION scoring._registered_model(model text) RETURNS scoring.model
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  reached record := _model_reach(_caller(), _registered_model.model);
BEGIN
  RETURN (SELECT v.model FROM scoring_data.model_version v WHERE v.name = reached.name AND v.version = reached.version);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registered_model(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registered_model(text) IS 'internal: registered_model() as the workspace''s owner';
CREATE FUNCTION scoring.registered_model(model text) RETURNS scoring.model
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.registered_model(text) IS 'a registered model: retail is the champion of that name, retail@3 that version; NULL for NULL; for modelers, approvers and those granted its use: 42501; no champion: 55000; unknown: 42704; gone from its table: XX001';

CREATE FUNCTION scoring._grant_model(model_name text, role text, use text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  IF _grant_model.use NOT IN ('score', 'view') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no use "%s" of a model', _grant_model.use),
      DETAIL = 'It is score or view.';
  ELSIF NOT EXISTS (SELECT FROM scoring_data.registry_name n WHERE n.kind = 'model' AND n.name = _grant_model.model_name) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('model "%s" does not exist', _grant_model.model_name),
      DETAIL = 'Grants are of a name, without a version.';
  ELSIF _grant_model.role <> 'public' AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = _grant_model.role) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" does not exist', _grant_model.role);
  END IF;
  INSERT INTO scoring_data.model_grant (name, grantee, use, granted_by_role, granted_by_session, granted_at)
  VALUES (_grant_model.model_name, _grant_model.role, _grant_model.use, _caller(), session_user, clock_timestamp())
  ON CONFLICT (name, grantee, use) WHERE revoked_at IS NULL DO NOTHING;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._grant_model(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grant_model(text, text, text) IS 'internal: grant_model() as the workspace''s owner';
CREATE FUNCTION scoring.grant_model(model_name text, role text, use text DEFAULT 'score') RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.grant_model(text, text, text) IS 'lets a role and its members, or public, use all versions of a model: score rows of their own, which teaches them the points and so includes reading it, or view, through published views alone; nothing is done for NULL or if it is so already; for stewards: 42501; no such model or role: 42704; another use: 22023';

CREATE FUNCTION scoring._revoke_model(model_name text, role text, use text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  UPDATE scoring_data.model_grant g SET revoked_by_role = _caller(), revoked_by_session = session_user, revoked_at = clock_timestamp()
  WHERE g.name = _revoke_model.model_name AND g.grantee = _revoke_model.role AND g.use = _revoke_model.use AND g.revoked_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" has not been granted use "%s" of model "%s"', _revoke_model.role, _revoke_model.use, _revoke_model.model_name);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._revoke_model(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._revoke_model(text, text, text) IS 'internal: revoke_model() as the workspace''s owner';
CREATE FUNCTION scoring.revoke_model(model_name text, role text, use text DEFAULT 'score') RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.revoke_model(text, text, text) IS 'takes back what grant_model() gave; nothing is done for NULL; for stewards: 42501; no such grant: 42704';

-- What is done with the caller's own rights: samples are the caller's to read.

CREATE FUNCTION scoring._registry_bad(sample regclass, target text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  col record;
  strange boolean;
BEGIN
  SELECT a.attname, t.typcategory, t.oid = 'boolean'::regtype AS is_boolean INTO col FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = sample AND a.attname = target AND a.attnum > 0 AND NOT a.attisdropped;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('%s has no column "%s"', sample, target);
  ELSIF col.is_boolean THEN
    RETURN format('"the sample".%I', target);
  ELSIF col.typcategory <> 'N' THEN
    RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch', MESSAGE = format('target "%s" is neither a boolean nor a number', target);
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM %s s WHERE s.%2$I NOT IN (0, 1) AND s.%2$I::text <> ''NaN'')', sample, target) INTO strange;
  IF strange THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('target "%s" has values other than 0 and 1', target);
  END IF;
  RETURN format('CASE WHEN "the sample".%1$I IN (0, 1) THEN "the sample".%1$I = 1 END', target);
END
$$;
COMMENT ON FUNCTION scoring._registry_bad(regclass, text) IS 'internal: an expression for the outcome of a row of a sample: true for bad; from a boolean, or 0 and 1 in a number type; NULL for NULL and NaN; no such column: 42703, another type: 42804, another number: 22023';

CREATE FUNCTION scoring.validate_model(model text, sample regclass, target text, note text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  card scoring.model := registered_model(model);
  seen scoring.tally;
  classes jsonb;
BEGIN
  IF card IS NULL OR sample IS NULL OR target IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'model, sample and target must not be NULL';
  END IF;
  EXECUTE format('SELECT scoring.tally_agg(scoring.score($1, "the sample")::float8, %s) FROM %s "the sample"', _registry_bad(sample, target), sample)
    INTO seen USING card;
  IF seen IS NULL OR goods(seen) = 0 OR bads(seen) = 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s has no goods or no bads', sample),
      DETAIL = 'A model is validated on both.';
  END IF;
  -- Tenths of the labelled rows by score, equal scores together.
  SELECT jsonb_agg(jsonb_build_object('from', low, 'to', high, 'goods', g, 'bads', b, 'bad_rate', b / (g + b), 'mean_pd', p) ORDER BY low) INTO classes FROM (
    SELECT min(v.value)::integer AS low, max(v.value)::integer AS high, sum(v.goods) AS g, sum(v.bads) AS b,
           sum((v.goods + v.bads) * pd(card, v.value::integer)) / sum(v.goods + v.bads) AS p
    FROM (SELECT t.*, least(9, floor(10 * (sum(t.goods + t.bads) OVER (ORDER BY t.value) - (t.goods + t.bads) / 2) / (goods(seen) + bads(seen)))) AS tenth
          FROM tally_values(seen) t WHERE t.kind = 'value' AND t.goods + t.bads > 0) v
    GROUP BY v.tenth) c;
  RETURN validate_model(model, jsonb_build_object('sample', sample::text, 'target', target, 'hash', hash(card), 'rows', rows(seen), 'goods', goods(seen),
    'bads', bads(seen), 'unlabelled', unlabelled(seen), 'bad_rate', bad_rate(seen), 'auc', auc(seen), 'gini', gini(seen), 'ks', ks(seen),
    'calibration', classes, 'tally', seen::text), note);
END
$$;
COMMENT ON FUNCTION scoring.validate_model(text, regclass, text, text) IS 'scores a sample with a registered version, with the caller''s own rights, and records that it was validated, with rows, goods, bads, auc, gini, ks, calibration by tenths of the score and the tally of the score; target is a boolean, or 0 and 1; gives the model''s name; no goods or no bads: 22023; NULL but for note: 22004; no such column: 42703; errors as validate_model(text, jsonb, text)';

CREATE FUNCTION scoring.model_diff(a scoring.model, b scoring.model,
    OUT characteristic text, OUT bin text, OUT what text, OUT in_a text, OUT in_b text) RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF hash(a) = hash(b) THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH side (side, m) AS (VALUES ('a', a::jsonb), ('b', b::jsonb)),
  part AS (
    SELECT s.side, c.value ->> 'name' AS name, c.value AS c, c.ordinality AS place
    FROM side s CROSS JOIN jsonb_array_elements(s.m -> 'characteristics') WITH ORDINALITY c),
  common AS (SELECT p.name FROM part p GROUP BY p.name HAVING count(*) = 2),
  fact AS (
    -- The model as a whole.
    SELECT s.side, 0 AS level, NULL::text AS characteristic, NULL::text AS bin, 0::bigint AS place,
           k.key || CASE WHEN o.key IS NULL THEN '' ELSE '.' || o.key END AS what, coalesce(o.value, k.value #>> '{}') AS value
    FROM side s CROSS JOIN jsonb_each(s.m - '{name,characteristics,provenance}'::text[]) k
    LEFT JOIN LATERAL (SELECT * FROM jsonb_each_text(CASE jsonb_typeof(k.value) WHEN 'object' THEN k.value ELSE '{}' END)) o ON true
    UNION ALL
    SELECT p.side, 0, NULL, NULL, 1, 'order', string_agg(p.name, ', ' ORDER BY p.place) FROM part p JOIN common USING (name) GROUP BY p.side
    UNION ALL
    -- A characteristic that only one has is one line.
    SELECT p.side, 1, p.name, NULL, 0, 'characteristic', 'yes' FROM part p
    UNION ALL
    SELECT p.side, 1, p.name, NULL, 0, k.key, k.value FROM part p JOIN common USING (name)
    CROSS JOIN jsonb_each_text(p.c - '{name,bins,provenance}'::text[]) k
    UNION ALL
    SELECT p.side, 1, p.name, NULL, 1, 'cuts', string_agg(e.value ->> 'upper', ', ' ORDER BY e.ordinality)
    FROM part p JOIN common USING (name) CROSS JOIN jsonb_array_elements(p.c -> 'bins') WITH ORDINALITY e
    WHERE p.c ->> 'type' = 'number' AND e.value ->> 'type' = 'range' GROUP BY p.side, p.name
    UNION ALL
    SELECT p.side, 1, p.name,
           CASE e.value ->> 'type' WHEN 'range' THEN format('[%s, %s)', coalesce(e.value ->> 'lower', '-infinity'), coalesce(e.value ->> 'upper', 'infinity'))
             WHEN 'special' THEN format('special %s', e.value ->> 'code') WHEN 'missing' THEN 'missing'
             ELSE coalesce((SELECT string_agg(x, ', ' ORDER BY x COLLATE "C") FROM jsonb_array_elements_text(e.value -> 'categories') x), '') END,
           1 + e.ordinality, k.key, k.value
    FROM part p JOIN common USING (name) CROSS JOIN jsonb_array_elements(p.c -> 'bins') WITH ORDINALITY e
    CROSS JOIN jsonb_each_text(e.value - '{type,lower,upper,code,categories,rows,goods,bads,unlabelled,raw_rows,weights}'::text[]) k)
  SELECT coalesce(x.characteristic, y.characteristic), coalesce(x.bin, y.bin), coalesce(x.what, y.what), x.value, y.value
  FROM (SELECT * FROM fact WHERE side = 'a') x FULL JOIN (SELECT * FROM fact WHERE side = 'b') y
    ON x.level = y.level AND coalesce(x.characteristic, '') = coalesce(y.characteristic, '') AND coalesce(x.bin, '') = coalesce(y.bin, '') AND x.what = y.what
  WHERE x.value IS DISTINCT FROM y.value
  ORDER BY coalesce(x.level, y.level), coalesce(x.characteristic, y.characteristic) COLLATE "C", coalesce(x.place, y.place), coalesce(x.bin, y.bin) COLLATE "C", coalesce(x.what, y.what) COLLATE "C";
END
$$;
COMMENT ON FUNCTION scoring.model_diff(scoring.model, scoring.model) IS 'what two models do differently, one line for each thing: of the model as a whole (characteristic NULL), of a characteristic (bin NULL; characteristic means that only one has it), of a bin; in_a or in_b is NULL where the thing is not there; no lines if they have the same hash, or one is NULL';

CREATE FUNCTION scoring.model_diff(a text, b text,
    OUT characteristic text, OUT bin text, OUT what text, OUT in_a text, OUT in_b text) RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT * FROM model_diff(registered_model(a), registered_model(b));
END
$$;
COMMENT ON FUNCTION scoring.model_diff(text, text) IS 'model_diff(model, model) of registered models; errors as registered_model()';

CREATE FUNCTION scoring.swap_set(champion scoring.model, challenger scoring.model, sample regclass, target text DEFAULT NULL,
    cutoff integer DEFAULT NULL, approve_rate double precision DEFAULT NULL,
    OUT outcome text, OUT rows bigint, OUT share double precision, OUT goods bigint, OUT bads bigint, OUT bad_rate double precision,
    OUT champion_cutoff integer, OUT challenger_cutoff integer) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF champion IS NULL OR challenger IS NULL OR sample IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'champion, challenger and sample must not be NULL';
  ELSIF (cutoff IS NULL) = (approve_rate IS NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'either cutoff or approve_rate must be given',
      DETAIL = 'With cutoff both models accept from that score on; with approve_rate each accepts that part of the sample.';
  ELSIF NOT (approve_rate > 0 AND approve_rate < 1) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'approve_rate must lie between 0 and 1, both excluded';
  END IF;
  RETURN QUERY EXECUTE format($q$
    WITH scored AS MATERIALIZED (
      SELECT scoring.score($1, "the sample") AS a, scoring.score($2, "the sample") AS b, %s AS bad FROM %s "the sample"),
    cut AS (
      SELECT coalesce($3, percentile_disc($4) WITHIN GROUP (ORDER BY s.a DESC)) AS a,
             coalesce($3, percentile_disc($4) WITHIN GROUP (ORDER BY s.b DESC)) AS b, count(*) AS n FROM scored s)
    SELECT o.outcome, count(s.a), count(s.a)::float8 / nullif(cut.n, 0), count(s.a) FILTER (WHERE NOT s.bad), count(s.a) FILTER (WHERE s.bad),
           avg(s.bad::integer)::float8, cut.a, cut.b
    FROM cut CROSS JOIN (VALUES (1, 'both accept', true, true), (2, 'both reject', false, false), (3, 'swapped in', false, true), (4, 'swapped out', true, false))
      o (place, outcome, old, new)
    LEFT JOIN scored s ON (s.a >= cut.a) = o.old AND (s.b >= cut.b) = o.new
    GROUP BY o.place, o.outcome, cut.a, cut.b, cut.n ORDER BY o.place$q$,
    CASE WHEN target IS NULL THEN 'NULL::boolean' ELSE _registry_bad(sample, target) END, sample)
  USING champion, challenger, cutoff, approve_rate;
END
$$;
COMMENT ON FUNCTION scoring.swap_set(scoring.model, scoring.model, regclass, text, integer, double precision) IS 'whom a change of models would accept and reject: rows of a sample that both accept, both reject, that are swapped in (only the challenger accepts) and swapped out, their share of the sample, their goods and bads, if a target (boolean, or 0 and 1) is given, and their bad rate, NULL if none is labelled; both accept from cutoff on, or each the part approve_rate of the sample, and what has the score of the last one accepted; read with the caller''s own rights; NULL models or sample: 22004; not one of cutoff and approve_rate: 22023; no such column: 42703';

CREATE FUNCTION scoring.swap_set(champion text, challenger text, sample regclass, target text DEFAULT NULL,
    cutoff integer DEFAULT NULL, approve_rate double precision DEFAULT NULL,
    OUT outcome text, OUT rows bigint, OUT share double precision, OUT goods bigint, OUT bads bigint, OUT bad_rate double precision,
    OUT champion_cutoff integer, OUT challenger_cutoff integer) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT * FROM swap_set(registered_model(champion), registered_model(challenger), sample, target, cutoff, approve_rate);
END
$$;
COMMENT ON FUNCTION scoring.swap_set(text, text, regclass, text, integer, double precision) IS 'swap_set(model, model, ...) of registered models; errors as registered_model() too';

-- doctor()

CREATE FUNCTION scoring._model_fault(model scoring.model) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_fault_text';
REVOKE EXECUTE ON FUNCTION scoring._model_fault(scoring.model) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_fault(scoring.model) IS 'internal: what is wrong with the bytes of a stored model, which every use of it would report; NULL if nothing is';

CREATE FUNCTION scoring._check_registry(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  mend constant text := 'find out who wrote to the tables of the workspace; restore the row from a backup';
BEGIN
  -- Versions that are gone, and such as were never registered.
  RETURN QUERY SELECT 'error', format('%s "%s@%s"', n.kind, n.name, k), 'it was registered, and is gone', mend
    FROM scoring_data.registry_name n CROSS JOIN generate_series(1, n.last_version) k
    WHERE NOT EXISTS (SELECT FROM scoring_data.registry_state r WHERE r.kind = n.kind AND r.name = n.name AND r.version = k) ORDER BY n.kind, n.name, k;
  RETURN QUERY SELECT 'error', format('model "%s@%s"', r.name, r.version), 'it was registered, and its model is gone', mend
    FROM scoring_data.registry_state r
    WHERE r.kind = 'model' AND NOT EXISTS (SELECT FROM scoring_data.model_version m WHERE m.name = r.name AND m.version = r.version) ORDER BY r.name, r.version;
  RETURN QUERY SELECT DISTINCT 'error', format('%s "%s@%s"', x.kind, x.name, x.version), 'it is there, but was not registered', mend
    FROM (SELECT r.kind, r.name, r.version FROM scoring_data.registry_event r
          UNION ALL SELECT 'model', m.name, m.version FROM scoring_data.model_version m) x
    WHERE NOT EXISTS (SELECT FROM scoring_data.registry_state r WHERE r.kind = x.kind AND r.name = x.name AND r.version = x.version) ORDER BY 2;

  -- What was done: each event leans on the one before, the last says where the version stands.
  RETURN QUERY SELECT 'error', format('%s "%s@%s"', f.kind, f.name, f.version), f.fault, mend FROM (
    SELECT e.kind, e.name, e.version, e.event_number,
           CASE WHEN e.event_number <> coalesce(lag(e.event_number) OVER w, 0) + 1 THEN format('event %s of its history is gone', coalesce(lag(e.event_number) OVER w, 0) + 1)
                WHEN e.row_hash <> _registry_event_hash(e, lag(e.row_hash) OVER w) OR e.from_state IS DISTINCT FROM lag(e.to_state) OVER w
                THEN format('event %s of its history (%s) was changed', e.event_number, e.event) END AS fault
    FROM scoring_data.registry_event e WINDOW w AS (PARTITION BY e.kind, e.name, e.version ORDER BY e.event_number)) f
    WHERE f.fault IS NOT NULL ORDER BY f.kind, f.name, f.version, f.event_number;
  RETURN QUERY SELECT 'error', format('%s "%s@%s"', s.kind, s.name, s.version), format('it is %s, but by its history %s', s.state, coalesce(e.to_state, 'nothing')), mend
    FROM scoring_data.registry_state s LEFT JOIN (
      SELECT DISTINCT ON (r.kind, r.name, r.version) r.kind, r.name, r.version, r.to_state FROM scoring_data.registry_event r
      ORDER BY r.kind, r.name, r.version, r.event_number DESC) e USING (kind, name, version)
    WHERE e.to_state IS DISTINCT FROM s.state ORDER BY s.kind, s.name, s.version;
  RETURN QUERY SELECT 'error', format('%s "%s@%s"', s.kind, s.name, s.version), 'it is not live as it was deployed: slot, share or expiry are others', mend
    FROM scoring_data.registry_state s LEFT JOIN (
      SELECT DISTINCT ON (r.kind, r.name, r.version) r.kind, r.name, r.version, r.evidence FROM scoring_data.registry_event r WHERE r.event = 'deploy'
      ORDER BY r.kind, r.name, r.version, r.event_number DESC) e USING (kind, name, version)
    WHERE s.state = 'live' AND e.evidence IS DISTINCT FROM _registry_deployment(s) ORDER BY s.kind, s.name, s.version;

  -- Models: the value is the one that was registered.
  RETURN QUERY SELECT 'error', format('model "%s@%s"', f.name, f.version), f.fault, mend FROM (
    SELECT m.name, m.version,
           CASE WHEN _model_fault(m.model) IS NOT NULL THEN _model_fault(m.model)
                WHEN hash(m.model) <> m.hash OR m.hash IS DISTINCT FROM r.evidence ->> 'hash' THEN 'it is not the model that was registered: its hash is another'
                WHEN m.row_hash <> _model_row_hash(m) THEN 'its row was changed since it was registered' END AS fault
    FROM scoring_data.model_version m
    LEFT JOIN scoring_data.registry_event r ON r.kind = 'model' AND r.name = m.name AND r.version = m.version AND r.event = 'register') f
    WHERE f.fault IS NOT NULL ORDER BY f.name, f.version;

  RETURN QUERY SELECT 'warning', format('%s "%s@%s"', s.kind, s.name, s.version), format('the champion expired on %s', s.expires_at),
                      format('SELECT scoring.deploy_%s(...); of another version, or of this one with another expires_at', s.kind)
    FROM scoring_data.registry_state s WHERE s.slot = 'champion' AND s.expires_at <= now() ORDER BY s.kind, s.name;
  RETURN QUERY SELECT 'warning', format('model "%s"', g.name), format('its use "%s" is granted to role "%s", which does not exist; whoever makes a role of that name has it', g.use, g.grantee),
                      format('SELECT scoring.revoke_model(%L, %L, %L);', g.name, g.grantee, g.use)
    FROM scoring_data.model_grant g
    WHERE g.revoked_at IS NULL AND g.grantee <> 'public' AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = g.grantee) ORDER BY 2, 3;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_registry(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_registry() IS 'internal: what is wrong with the contents of room registry, for doctor(): rows that were changed or are gone, champions that have expired, grants to roles that are not there';
-- registry_by_name: what a registered model says of rows, by the model's name. 0.1.0 had these functions without a registry.

CREATE FUNCTION scoring.score(model text, "row" record) RETURNS integer
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_registry_score';
COMMENT ON FUNCTION scoring.score(text, record) IS 'the score of a row by a registered model: retail is the champion of that name, retail@3 that version, as of the query''s snapshot; NULL if the name or the row is; not granted: 42501; no champion, an expired one that refuses, no workspace: 55000; an expired one that warns: a WARNING for each execution; unknown: 42704; errors of the row as score(model, row)';
CREATE FUNCTION scoring.pd(model text, "row" record) RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_registry_pd';
COMMENT ON FUNCTION scoring.pd(text, record) IS 'the probability of bad of a row, 0 to 1, by a registered model, by name as score(text, record), of the row as pd(model, row)';
CREATE FUNCTION scoring.log_odds(model text, "row" record) RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_registry_log_odds';
COMMENT ON FUNCTION scoring.log_odds(text, record) IS 'the log odds good:bad of a row by a registered model, by name as score(text, record), of the row as log_odds(model, row)';
CREATE FUNCTION scoring.explain(model text, "row" record,
    OUT characteristic text, OUT value text, OUT bin text, OUT points integer, OUT woe double precision,
    OUT baseline double precision, OUT points_lost double precision, OUT reason_code text, OUT note text) RETURNS SETOF record
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 12 AS 'MODULE_PATHNAME', 'scoring_registry_explain';
COMMENT ON FUNCTION scoring.explain(text, record) IS 'one line for each characteristic of a row by a registered model; no lines if the name or the row is NULL, by name as score(text, record), of the row as explain(model, row)';
CREATE FUNCTION scoring.reasons(model text, "row" record, n integer DEFAULT 4) RETURNS text[]
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoring_registry_reasons';
COMMENT ON FUNCTION scoring.reasons(text, record, integer) IS 'at most n reason codes of a row by a registered model, by name as score(text, record), of the row as reasons(model, row)';
CREATE FUNCTION scoring.policies_applied(model text, "row" record) RETURNS text[]
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoring_registry_policies_applied';
COMMENT ON FUNCTION scoring.policies_applied(text, record) IS 'which inputs of a row a registered model had a policy for, by name as score(text, record), of the row as policies_applied(model, row)';
-- batch: score_batch() scores a table into another, chunk by chunk, each in a transaction of its own. The procedure runs
-- with the caller's rights and settings, for it commits: every name and operator in it is qualified. What it may not write
-- itself, the record of runs, it writes through entries named batch_, which never look at the caller's tables.

-- C primitives. The procedure calls them as its caller, so everyone may.

CREATE FUNCTION scoring._batch_lock(target oid, share boolean) RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_lock';
COMMENT ON FUNCTION scoring._batch_lock(oid, boolean) IS 'internal: keeps other runs of score_batch off a table until _batch_unlock(), an error or the session''s end; whether nobody else has it; inside a transaction block: 25001, taken: 55006, no INSERT on the table: 42501';

CREATE FUNCTION scoring._batch_begun(target oid) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_begun';
COMMENT ON FUNCTION scoring._batch_begun(oid) IS 'internal: lets the next session that shares a run join it';

CREATE FUNCTION scoring._batch_unlock(target oid, share boolean) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_unlock';
COMMENT ON FUNCTION scoring._batch_unlock(oid, boolean) IS 'internal: gives back what _batch_lock() took';

CREATE FUNCTION scoring._batch_timeout(milliseconds integer) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_timeout';
COMMENT ON FUNCTION scoring._batch_timeout(integer) IS 'internal: from now on the running statement may take so long, but no longer than statement_timeout lets it; NULL: only the latter';

CREATE FUNCTION scoring._batch_key("row" record) RETURNS text[]
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_batch_key';
COMMENT ON FUNCTION scoring._batch_key(record) IS 'internal: the columns of a row as texts, the same in every session; NULL if one is';

CREATE FUNCTION scoring._batch_value("text" text, type anyelement) RETURNS anyelement
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_batch_value';
COMMENT ON FUNCTION scoring._batch_value(text, anyelement) IS 'internal: the value that _batch_key() gave as a text, of the second argument''s type; NULL for NULL';

CREATE FUNCTION scoring._batch_listen("limit" bigint) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_listen';
COMMENT ON FUNCTION scoring._batch_listen(bigint) IS 'internal: forgets the rows that _batch_score() could not score; it keeps at most so many from now on';

CREATE FUNCTION scoring._batch_score(model scoring.model, "row" record, key text[]) RETURNS integer
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_batch_score';
COMMENT ON FUNCTION scoring._batch_score(scoring.model, record, text[]) IS 'internal: the score of a row; NULL if its data do not let it be scored, which _batch_faults() tells then, with the columns named in key; errors as score(model, record) for its columns and types';

CREATE FUNCTION scoring._batch_faults(OUT key text[], OUT reason text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_faults';
COMMENT ON FUNCTION scoring._batch_faults() IS 'internal: the rows that could not be scored since _batch_listen()';

-- What is scored into what: checked against the catalogs, and as statements.

CREATE FUNCTION scoring._batch_base_type(type oid) RETURNS oid
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  base oid := type;
BEGIN
  LOOP
    SELECT t.typbasetype INTO base FROM pg_type t WHERE t.oid = base AND t.typtype = 'd';
    EXIT WHEN NOT FOUND;
    type := base;
  END LOOP;
  RETURN type;
END
$$;
COMMENT ON FUNCTION scoring._batch_base_type(oid) IS 'internal: the type under a domain, or the type itself';

CREATE FUNCTION scoring._batch_relation_name(relation oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation);
END
$$;
COMMENT ON FUNCTION scoring._batch_relation_name(oid) IS 'internal: a relation''s name with its schema, whatever the search path';

-- The columns of the one index on exactly these columns that their order can be read from, in its order; NULL if none.
CREATE FUNCTION scoring._batch_index(relation oid, key text[], in_order boolean) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  found_columns text[];
  wanted text[] := (SELECT array_agg(k COLLATE "C" ORDER BY k COLLATE "C") FROM unnest(key) k);
  relation_kind "char" := (SELECT relkind FROM pg_class WHERE oid = relation);
BEGIN
  SELECT i.columns INTO found_columns FROM (
    SELECT x.indexrelid, x.indisprimary,
           array_agg(a.attname::text ORDER BY p.place) AS columns,
           array_agg(a.attname::text COLLATE "C" ORDER BY a.attname::text COLLATE "C") AS sorted,
           -- A materialized view's columns are never NOT NULL: score_batch looks at its rows.
           bool_and(a.attnotnull OR NOT in_order OR relation_kind = 'm') AS never_null,
           bool_and(o.opcdefault) AND bool_and(x.indcollation[p.place - 1] = a.attcollation) AS natural_order,
           min(x.indoption[p.place - 1]) = max(x.indoption[p.place - 1]) AND min(x.indoption[p.place - 1]) IN (0, 3) AS one_direction
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am m ON m.oid = c.relam AND m.amname = 'btree'
    CROSS JOIN LATERAL generate_series(1, x.indnkeyatts::integer) p (place)
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[p.place - 1]
    JOIN pg_opclass o ON o.oid = x.indclass[p.place - 1]
    WHERE x.indrelid = relation AND x.indisunique AND x.indimmediate AND x.indisvalid AND x.indisready
      AND x.indpred IS NULL AND x.indexprs IS NULL
    GROUP BY x.indexrelid, x.indisprimary) i
  WHERE i.sorted = wanted AND i.never_null AND i.natural_order AND (i.one_direction OR NOT in_order)
  ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1;
  RETURN found_columns;
END
$$;
COMMENT ON FUNCTION scoring._batch_index(oid, text[], boolean) IS 'internal: the columns, in its order, of a unique index on exactly these that batches can follow, or, not in_order, that ON CONFLICT can use; NULL if there is none';

CREATE FUNCTION scoring._batch_shape(source oid, index_of oid, target oid, key text[], watermark text, reasons integer,
    OUT source_name text, OUT index_name text, OUT target_name text, OUT target_file oid, OUT key_columns text[],
    OUT rows_estimated bigint, OUT has_null text, OUT boundary text, OUT boundary_within text, OUT rest text, OUT key_count text, OUT any_scored text,
    OUT insert_new text, OUT insert_changed text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  fixed CONSTANT text[] := '{model,model_version,score,pd,reasons,scored_at}';
  fixed_types CONSTANT regtype[] := '{text,integer,integer,double precision,text[],timestamptz}';
  source_kind "char";
  index_kind "char";
  target_kind "char";
  wanted text;
  source_attribute record;
  index_attribute record;
  target_attribute record;
  operator_schemas text[] := '{}';
  operator_schema text;
  missing text;
  place integer;
  -- pieces of statements, for alias s, in the order of the key
  columns text := '';
  casts_lower text := '';
  casts_upper text := '';
  equal text := '';
  names text := '';
  bare text := '';
  others text := '';
  descending text := '';
  nulls text := '';
  updates text := '';
  range_of_s text;
  range_of_o text;
  above text;
  stale text;
  scored text;
BEGIN
  IF key IS NULL OR cardinality(key) = 0 OR array_ndims(key) <> 1 OR array_position(key, NULL) IS NOT NULL
     OR (SELECT count(DISTINCT k) FROM unnest(key) k) <> cardinality(key) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'key must name the key columns of the source, each once',
      HINT = 'For example: key => ''{id}''.';
  END IF;
  SELECT relkind INTO source_kind FROM pg_class WHERE oid = source;
  SELECT relkind INTO index_kind FROM pg_class WHERE oid = index_of;
  SELECT relkind INTO target_kind FROM pg_class WHERE oid = target;
  source_name := _batch_relation_name(source);
  index_name := _batch_relation_name(index_of);
  target_name := _batch_relation_name(target);
  IF source = target OR index_of = target THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s cannot be source and target in one', target_name),
      HINT = 'SELECT scoring.create_score_table(...) makes a fitting target.';
  ELSIF target_kind NOT IN ('r', 'p') THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('target %s is not a table', target_name);
  ELSIF EXISTS (SELECT FROM pg_class c WHERE c.relpersistence <> 'p'
                AND (c.oid = target OR c.oid IN (SELECT t.relid FROM pg_partition_tree(target::regclass) t))) THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('target %s is temporary or unlogged', target_name),
      DETAIL = 'A crash would empty it, but not the record of what has been scored.';
  ELSIF index_kind NOT IN ('r', 'p', 'm') THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('%s has no index', index_name),
      DETAIL = 'The source is read in the order of a unique index on its key.',
      HINT = 'For a view, name the table that its keys come from: index_of => ''...''.';
  END IF;
  IF index_kind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = index_of) THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('%s has tables that inherit from it', index_name),
      DETAIL = 'Their rows are its rows, but not in its indexes.', HINT = 'Score each of them, or partition the table.';
  END IF;

  -- The key: in the source, in the index, in the target.
  FOREACH wanted IN ARRAY key LOOP
    SELECT string_agg(DISTINCT t.name, ', ') INTO missing FROM (VALUES (source, source_name), (index_of, index_name), (target, target_name)) t (oid, name)
    WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = wanted AND a.attnum > 0 AND NOT a.attisdropped);
    IF missing IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('key column "%s" is not in %s', wanted, missing);
    ELSIF wanted = ANY (fixed) OR wanted = watermark THEN
      RAISE EXCEPTION USING ERRCODE = 'duplicate_column', MESSAGE = format('key column "%s" has the name of another column of the target', wanted),
        HINT = 'Score a view that renames it, with index_of a table that has the same name for it.';
    END IF;
  END LOOP;
  key_columns := _batch_index(index_of, key, true);
  IF key_columns IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s has no unique index on exactly (%s) that a batch can follow', index_name, array_to_string(key, ', ')),
      DETAIL = 'It must be a valid btree index, not partial, not deferrable, not on expressions, with its columns NOT NULL, in one direction, and with their own collations and default operator classes.',
      HINT = format('For example: ALTER TABLE %s ADD PRIMARY KEY (%s);', index_name, (SELECT string_agg(quote_ident(k), ', ') FROM unnest(key) k));
  END IF;
  IF _batch_index(target, key, false) IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('target %s has no primary key or unique index on exactly (%s)', target_name, array_to_string(key, ', ')),
      HINT = 'SELECT scoring.create_score_table(...) makes a fitting target.';
  END IF;
  FOR place IN 1 .. cardinality(key_columns) LOOP
    wanted := key_columns[place];
    SELECT _batch_base_type(a.atttypid) AS type, a.attcollation INTO source_attribute FROM pg_attribute a WHERE a.attrelid = source AND a.attname = wanted;
    SELECT _batch_base_type(a.atttypid) AS type, a.attcollation INTO index_attribute FROM pg_attribute a WHERE a.attrelid = index_of AND a.attname = wanted;
    SELECT _batch_base_type(a.atttypid) AS type, a.attcollation INTO target_attribute FROM pg_attribute a WHERE a.attrelid = target AND a.attname = wanted;
    IF source_attribute IS DISTINCT FROM index_attribute OR target_attribute IS DISTINCT FROM index_attribute THEN
      RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch', MESSAGE = format('key column "%s" is not of one type and collation', wanted),
        DETAIL = format('It has type %s in %s%s and %s in %s.', format_type(source_attribute.type, NULL), source_name,
                        CASE WHEN source <> index_of THEN format(', %s in %s', format_type(index_attribute.type, NULL), index_name) ELSE '' END,
                        format_type(target_attribute.type, NULL), target_name);
    END IF;
    -- Where the operators of the type's own order are.
    SELECT n.nspname INTO operator_schema
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am m ON m.oid = c.relam AND m.amname = 'btree'
    CROSS JOIN LATERAL generate_series(1, x.indnkeyatts::integer) p (place)
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[p.place - 1] AND a.attname = wanted
    JOIN pg_opclass o ON o.oid = x.indclass[p.place - 1] AND o.opcdefault
    JOIN pg_amop f ON f.amopfamily = o.opcfamily AND f.amopstrategy = 3 AND f.amoplefttype = o.opcintype AND f.amoprighttype = o.opcintype
    JOIN pg_operator e ON e.oid = f.amopopr JOIN pg_namespace n ON n.oid = e.oprnamespace
    WHERE x.indrelid = index_of LIMIT 1;
    operator_schemas := operator_schemas || operator_schema;

    columns := columns || format(', s.%I', wanted);
    bare := bare || format(', %I', wanted);
    others := others || format(', o.%I', wanted);
    names := names || format(', q.%I', wanted);
    descending := descending || format(', s.%I DESC', wanted);
    nulls := nulls || format(' OR s.%I IS NULL', wanted);
    equal := equal || format(' AND o.%I OPERATOR(%I.=) s.%I', wanted, operator_schema, wanted);
    SELECT casts_lower || format(', scoring._batch_value(($1)[%s], NULL::%I.%I)', place, n.nspname, t.typname),
           casts_upper || format(', scoring._batch_value(($2)[%s], NULL::%I.%I)', place, n.nspname, t.typname)
    INTO casts_lower, casts_upper
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = index_attribute.type;
  END LOOP;
  IF (SELECT count(DISTINCT o) FROM unnest(operator_schemas) o) <> 1 THEN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = 'the operators that compare the key columns are in different schemas',
      DETAIL = format('They are in %s.', array_to_string(operator_schemas, ', '));
  END IF;

  -- The target's other columns.
  FOR place IN 1 .. cardinality(fixed) LOOP
    IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = target AND a.attname = fixed[place] AND NOT a.attisdropped AND a.atttypid = fixed_types[place]) THEN
      RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch', MESSAGE = format('target %s has no column "%s" of type %s', target_name, fixed[place], fixed_types[place]),
        HINT = 'SELECT scoring.create_score_table(...) makes a fitting target.';
    END IF;
  END LOOP;
  IF watermark IS NOT NULL THEN
    IF watermark = ANY (fixed) THEN
      RAISE EXCEPTION USING ERRCODE = 'duplicate_column', MESSAGE = format('watermark column "%s" has the name of another column of the target', watermark),
        HINT = 'Score a view that renames it.';
    END IF;
    SELECT a.atttypid AS type INTO source_attribute FROM pg_attribute a WHERE a.attrelid = source AND a.attname = watermark AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('watermark column "%s" is not in %s', watermark, source_name);
    END IF;
    SELECT a.atttypid AS type INTO target_attribute FROM pg_attribute a WHERE a.attrelid = target AND a.attname = watermark AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND OR target_attribute.type <> source_attribute.type THEN
      RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch', MESSAGE = format('target %s has no column "%s" of type %s', target_name, watermark, format_type(source_attribute.type, NULL)),
        DETAIL = 'The watermark that a row had when it was scored is kept beside its score.',
        HINT = 'SELECT scoring.create_score_table(...) makes a fitting target.';
    END IF;
  END IF;

  -- Of partitions a number that is another one when a file of theirs is.
  target_file := CASE target_kind WHEN 'r' THEN pg_relation_filenode(target::regclass)
    ELSE (SELECT coalesce(hashtextextended(string_agg(pg_relation_filenode(t.relid)::text, ' ' ORDER BY t.relid::oid), 0) & 4294967295, 0)
          FROM pg_partition_tree(target::regclass) t WHERE t.isleaf) END;
  rows_estimated := CASE index_kind
    WHEN 'p' THEN (SELECT CASE WHEN min(c.reltuples) >= 0 THEN sum(c.reltuples) END FROM pg_partition_tree(index_of::regclass) t JOIN pg_class c ON c.oid = t.relid WHERE t.isleaf)
    ELSE (SELECT CASE WHEN c.reltuples >= 0 THEN c.reltuples END FROM pg_class c WHERE c.oid = index_of) END;

  columns := substr(columns, 3);
  bare := substr(bare, 3);
  others := substr(others, 3);
  -- $1 is the key before the range, NULL for none, $2 its last one.
  above := format('($1 IS NULL OR ROW(%s) OPERATOR(%I.>) ROW(%s))', columns, operator_schema, substr(casts_lower, 3));
  range_of_s := format('%s AND ROW(%s) OPERATOR(%I.<=) ROW(%s)', above, columns, operator_schema, substr(casts_upper, 3));
  range_of_o := format('($1 IS NULL OR ROW(%1$s) OPERATOR(%2$I.>) ROW(%3$s)) AND ROW(%1$s) OPERATOR(%2$I.<=) ROW(%4$s)',
    others, operator_schema, substr(casts_lower, 3), substr(casts_upper, 3));
  IF index_kind = 'm' THEN
    has_null := format('SELECT EXISTS (SELECT FROM %s s WHERE %s)', index_name, substr(nulls, 5));
  END IF;
  -- A row that OFFSET skips is computed nevertheless: its text is made outside.
  boundary := format('SELECT scoring._batch_key(q.*) FROM (SELECT %s FROM %s s WHERE %s ORDER BY %s LIMIT 1 OFFSET $2) q', columns, index_name, above, columns);
  boundary_within := format('SELECT scoring._batch_key(q.*) FROM (SELECT %s FROM %s s WHERE %s ORDER BY %s LIMIT 1 OFFSET $3) q', columns, index_name, range_of_s, columns);
  rest := format('SELECT (SELECT scoring._batch_key(q.*) FROM (SELECT %s FROM %s s WHERE %s ORDER BY %s LIMIT 1) q), (SELECT pg_catalog.count(*) FROM %s s WHERE %s)',
    columns, index_name, above, substr(descending, 3), index_name, above);
  key_count := format('SELECT pg_catalog.count(*) FROM %s s WHERE %s', index_name, range_of_s);
  any_scored := format('SELECT EXISTS (SELECT FROM %s s WHERE %s)', target_name, range_of_s);

  -- $3 model, $4 its name, $5 its version, $6 the key columns, $7 number of reasons
  scored := format('INSERT INTO %s AS t (%s, model, model_version, score, pd, reasons, scored_at%s)'
      ' SELECT %s, $4, $5, q.score, scoring.pd($3, q.score), %s, pg_catalog.now()%s'
      ' FROM (SELECT %s%s, scoring._batch_score($3, s.*, $6) AS score%s FROM %s s',
    target_name, bare, coalesce(', ' || quote_ident(watermark), ''),
    substr(names, 3), CASE WHEN reasons > 0 THEN 'scoring.reasons($3, q."the row", $7)' ELSE 'NULL::pg_catalog.text[]' END, coalesce(', q.' || quote_ident(watermark), ''),
    columns, coalesce(', s.' || quote_ident(watermark), ''), CASE WHEN reasons > 0 THEN format(', (s.*)::%s AS "the row"', source_name) ELSE '' END, source_name);
  insert_new := format('%s WHERE %s) q WHERE q.score IS NOT NULL', scored, range_of_s);
  stale := 'o.model_version IS NULL OR o.model IS NULL OR o.model_version OPERATOR(pg_catalog.<>) $5 OR o.model OPERATOR(pg_catalog.<>) $4'
    || CASE WHEN reasons > 0 THEN ' OR o.reasons IS NULL' ELSE '' END
    || CASE WHEN watermark IS NULL THEN '' ELSE format(' OR NOT pg_catalog.record_image_eq(ROW(o.%1$I), ROW(s.%1$I))', watermark) END;
  SELECT string_agg(format('%1$I = EXCLUDED.%1$I', c), ', ' ORDER BY n) INTO updates
  FROM unnest(fixed || CASE WHEN watermark IS NULL THEN '{}' ELSE ARRAY[watermark] END) WITH ORDINALITY u (c, n);
  insert_changed := format('%s LEFT JOIN (SELECT %s, o.model, o.model_version, o.reasons%s FROM %s o WHERE %s) o ON %s WHERE %s AND (%s)) q WHERE q.score IS NOT NULL'
      ' ON CONFLICT (%s) DO UPDATE SET %s',
    scored, others, coalesce(', o.' || quote_ident(watermark), ''),
    target_name, range_of_o, substr(equal, 6), range_of_s, stale, bare, updates);
END
$$;
COMMENT ON FUNCTION scoring._batch_shape(oid, oid, oid, text[], text, integer) IS 'internal: checks that a source can be scored into a target and gives their names and the statements that do it, all of it qualified; what is wrong with them: 22023, 42703, 42701, 42804, 42809, 55000';

CREATE FUNCTION scoring._score_table_statement(target text, source oid, key text[], watermark text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  fixed CONSTANT text[] := '{model,model_version,score,pd,reasons,scored_at}';
  parts text[] := parse_ident(target);
  wanted text;
  attribute record;
  columns text := '';
  described text;
BEGIN
  IF key IS NULL OR cardinality(key) = 0 OR array_ndims(key) <> 1 OR array_position(key, NULL) IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'key must name the key columns of the source, each once',
      HINT = 'For example: key => ''{id}''.';
  ELSIF cardinality(parts) NOT IN (1, 2) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('"%s" is not a name of a table', target);
  END IF;
  FOREACH wanted IN ARRAY key || watermark LOOP
    CONTINUE WHEN wanted IS NULL;		-- no watermark
    SELECT format_type(a.atttypid, a.atttypmod) AS type, t.typname, t.typcategory, t.typnamespace, a.attcollation, t.typcollation INTO attribute
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = source AND a.attname = wanted AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('column "%s" is not in %s', wanted, _batch_relation_name(source));
    ELSIF wanted = ANY (fixed) THEN
      RAISE EXCEPTION USING ERRCODE = 'duplicate_column', MESSAGE = format('column "%s" has the name of another column of a score table', wanted),
        HINT = 'Score a view that renames it.';
    END IF;
    -- The caller's search path may begin with anything. Types that are several words are none that it could shadow.
    described := format('%I %s', wanted, CASE
      WHEN attribute.typcategory = 'A' THEN format('%s.%I', attribute.typnamespace::regnamespace, attribute.typname)
      WHEN attribute.typnamespace = 'pg_catalog'::regnamespace AND starts_with(attribute.type, quote_ident(attribute.typname)) AND attribute.type !~ ' '
      THEN 'pg_catalog.' || attribute.type ELSE attribute.type END);
    IF attribute.attcollation <> attribute.typcollation THEN
      described := described || (SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = attribute.attcollation);
    END IF;
    columns := columns || CASE WHEN wanted = watermark THEN format('%s, ', described) ELSE format('%s NOT NULL, ', described) END;
  END LOOP;
  RETURN format('CREATE TABLE %s (%sscore integer NOT NULL, model_version integer NOT NULL, pd double precision NOT NULL, scored_at timestamp with time zone NOT NULL, model pg_catalog.text NOT NULL, reasons pg_catalog.text[], PRIMARY KEY (%s))',
    (SELECT string_agg(quote_ident(p), '.' ORDER BY n) FROM unnest(parts) WITH ORDINALITY u (p, n)), columns,
    (SELECT string_agg(quote_ident(k), ', ' ORDER BY n) FROM unnest(key) WITH ORDINALITY u (k, n)));
END
$$;
COMMENT ON FUNCTION scoring._score_table_statement(text, oid, text[], text) IS 'internal: the statement of create_score_table()';

CREATE FUNCTION scoring.create_score_table(target text, source regclass, key text[], watermark text DEFAULT NULL) RETURNS regclass
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
-- Runs with the caller's search path, which says where an unqualified target goes.
BEGIN
  EXECUTE scoring._score_table_statement(target, source, key, watermark);
  RETURN pg_catalog.to_regclass(target);
END
$$;
COMMENT ON FUNCTION scoring.create_score_table(text, regclass, text[], text) IS 'makes an empty table that score_batch can fill with scores of source: the key columns, which are its primary key, the watermark column if there is one, and model, model_version, score, pd, reasons, scored_at; the caller owns it; a column that is not there: 42703, or has the name of another: 42701';

-- The record of runs.

CREATE FUNCTION scoring._setup_batch() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('batch_run', $t$
    role_name text NOT NULL,
    target text NOT NULL,
    model_name text NOT NULL,
    run bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    session_name text NOT NULL,
    model_version integer NOT NULL,
    source text NOT NULL,
    index_of text NOT NULL,
    source_oid oid NOT NULL,
    index_oid oid NOT NULL,
    target_oid oid NOT NULL,
    target_file oid NOT NULL,
    key_columns text[] NOT NULL,
    watermark text,
    reasons integer NOT NULL,
    chunk_rows integer NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'stopped', 'superseded')),
    message text,
    planned_to text[],
    all_planned boolean NOT NULL DEFAULT false,
    next_chunk integer NOT NULL DEFAULT 1,
    rows_estimated bigint,
    rows_done bigint,
    rows_written bigint,
    started_at timestamptz NOT NULL,
    resumed_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (role_name, target, model_name, run)$t$,
    'runs of score_batch; the last one of a role, a target and a model is resumed if it has not come to its end');
  COMMENT ON COLUMN scoring_data.batch_run.state IS 'running also after a crash, until it is resumed; superseded: begun anew by a later run';
  COMMENT ON COLUMN scoring_data.batch_run.target_file IS 'the target''s file, so that what was done before it was truncated or rewritten does not count; of a partitioned table a hash of its partitions'' files';
  COMMENT ON COLUMN scoring_data.batch_run.planned_to IS 'the last key that is in a chunk';
  COMMENT ON COLUMN scoring_data.batch_run.rows_done IS 'once it has ended well; until then the chunks tell';
  PERFORM _make_table('batch_chunk', $t$
    run bigint NOT NULL,
    chunk integer NOT NULL,
    lower_key text[],
    upper_key text[] NOT NULL,
    rows bigint NOT NULL,
    written bigint,
    done_at timestamptz,
    PRIMARY KEY (run, chunk)$t$,
    'chunks of runs that have not come to their end: keys above lower_key (from the first one, if NULL) up to upper_key; the lock on a row is the claim of who scores it');
  COMMENT ON COLUMN scoring_data.batch_chunk.rows IS 'of the source, when the chunk was planned';
  COMMENT ON COLUMN scoring_data.batch_chunk.written IS 'rows of the target that were inserted or updated';
  IF to_regclass('scoring_data.batch_chunk_open') IS NULL THEN
    CREATE INDEX batch_chunk_open ON scoring_data.batch_chunk (run, chunk) WHERE done_at IS NULL;
  END IF;
  IF to_regclass('scoring_data.batch_run_target') IS NULL THEN
    CREATE INDEX batch_run_target ON scoring_data.batch_run (target_oid, run);
  END IF;
  PERFORM _make_table('batch_error', $t$
    run bigint NOT NULL,
    chunk integer NOT NULL,
    error_number bigint GENERATED ALWAYS AS IDENTITY,
    key text[] NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run, chunk, error_number)$t$,
    'rows that the last run of a role, a target and a model could not score');
  -- Whoever may act as the role that runs it sees a run; stewards, analysts and auditors see all, without keys.
  PERFORM _make_view('progress', format($v$
    SELECT r.run, r.role_name, r.model_name || '@' || r.model_version AS model, r.source, r.target,
      CASE WHEN r.state <> 'running' THEN r.state WHEN live THEN 'running' ELSE 'interrupted' END AS state,
      coalesce(r.rows_done, c.rows_done, 0) AS rows_done, r.rows_estimated, coalesce(r.rows_written, c.rows_written, 0) AS rows_written,
      CASE WHEN r.state = 'running' AND live THEN rate END AS rows_per_second,
      CASE WHEN r.state = 'running' AND live AND rate > 0 THEN now() + make_interval(secs => least(greatest(r.rows_estimated - coalesce(c.rows_done, 0), 0) / rate, 1e9)) END AS estimated_end,
      CASE r.state WHEN 'done' THEN r.next_chunk - 1 WHEN 'superseded' THEN NULL ELSE c.chunks END AS chunks_done,
      (SELECT count(*) FROM scoring_data.batch_error e WHERE e.run = r.run) AS errors,
      r.started_at, r.resumed_at, r.ended_at, r.message
    FROM scoring_data.batch_run r
    CROSS JOIN LATERAL (
      SELECT count(*) AS chunks, least(coalesce(sum(k.rows), 0), 1e18)::bigint AS rows_done, least(coalesce(sum(k.written), 0), 1e18)::bigint AS rows_written,
        sum(k.rows) FILTER (WHERE k.done_at >= r.resumed_at) / nullif(extract(epoch FROM max(k.done_at) - r.resumed_at), 0)::double precision AS rate
      FROM scoring_data.batch_chunk k WHERE k.run = r.run AND k.done_at IS NOT NULL) c
    CROSS JOIN LATERAL (
      SELECT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid = r.target_oid AND l.objid = 0 AND l.objsubid = 3
                       AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
        AND NOT EXISTS (SELECT FROM scoring_data.batch_run n WHERE n.target_oid = r.target_oid AND n.run > r.run) AS live) l
    WHERE EXISTS (SELECT FROM pg_roles p WHERE p.rolname IN (r.role_name, %L, %L, %L) AND pg_has_role(p.oid, 'USAGE'))$v$,
    _prefix() || '_steward', _prefix() || '_analyst', _prefix() || '_auditor'),
    'runs of score_batch, also while they run: those of roles that the reader is a member of, or all for stewards, analysts and auditors; rows_done and chunks_done grow with each chunk, rows_per_second and estimated_end are those of the run since it was last resumed; interrupted: no session is at work on it');
  PERFORM _make_view('batch_errors', $v$
    SELECT e.run, r.target, r.model_name || '@' || r.model_version AS model, e.key, e.reason, e.at
    FROM scoring_data.batch_error e JOIN scoring_data.batch_run r USING (run)
    WHERE EXISTS (SELECT FROM pg_roles p WHERE p.rolname = r.role_name AND pg_has_role(p.oid, 'USAGE'))$v$,
    'rows that the last run of score_batch into a target could not score, with the key in the order of its index and the reason: those of runs of roles that the reader is a member of');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_batch() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_batch() IS 'internal: the tables and views of room batch';

CREATE FUNCTION scoring._grants_batch(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('public', 'table', 'scoring_data.progress', 'SELECT'),
           ('public', 'table', 'scoring_data.batch_errors', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_batch(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_batch() IS 'internal: who may do what in room batch; its views and entries look at the role by themselves';

CREATE FUNCTION scoring._check_batch(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT 'warning', format('batch run %s', r.run), format('role "%s", which began it, does not exist: nobody can resume it', r.role_name),
      format('CREATE ROLE %I; or a run of another role into %s.', r.role_name, r.target)
    FROM scoring_data.batch_run r WHERE r.state IN ('running', 'stopped', 'failed') AND NOT EXISTS (SELECT FROM pg_roles p WHERE p.rolname = r.role_name)
      AND NOT EXISTS (SELECT FROM scoring_data.batch_run n WHERE n.target_oid = r.target_oid AND n.run > r.run) ORDER BY r.run;
  RETURN QUERY SELECT 'error', format('batch run %s', r.run), format('version %s of model "%s", by which it scores, is not in the registry', r.model_version, r.model_name),
      'Find out who deleted it; the backup has it.'
    FROM scoring_data.batch_run r WHERE r.state IN ('running', 'stopped', 'failed')
      AND NOT EXISTS (SELECT FROM scoring_data.registry_state v WHERE v.kind = 'model' AND v.name = r.model_name AND v.version = r.model_version) ORDER BY r.run;
  RETURN QUERY SELECT 'error', format('batch run %s', c.run), 'it has chunks or errors, but is not in scoring_data.batch_run', 'Find out who deleted it.'
    FROM (SELECT k.run FROM scoring_data.batch_chunk k UNION SELECT e.run FROM scoring_data.batch_error e) c
    WHERE NOT EXISTS (SELECT FROM scoring_data.batch_run r WHERE r.run = c.run) ORDER BY c.run;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_batch(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_batch() IS 'internal: what doctor() says of room batch';

-- Entries that score_batch calls. Whoever calls one directly can only spoil runs of his own role.

CREATE FUNCTION scoring._batch_own(run bigint) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM scoring_data.batch_run r WHERE r.run = _batch_own.run AND r.role_name = _caller()) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('role "%s" has no batch run %s', _caller(), run),
      HINT = 'Its runs: SELECT * FROM scoring_data.progress; to go on with that of another role, SET ROLE first.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_own(bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_own(bigint) IS 'internal: raises 42501 unless a run is the caller''s';

CREATE FUNCTION scoring._batch_begin(model text, source text, index_of text, target text, source_oid oid, index_oid oid, target_oid oid, target_file oid,
    key_columns text[], watermark text, reasons integer, chunk_rows integer, max_errors bigint, rows_estimated bigint, joining boolean,
    OUT run bigint, OUT model_name text, OUT model_version integer, OUT how text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  wanted record := _registry_parse('model', model);
  resolved record;
  last record;
  expiry record;
  same boolean;
  last_done integer;
BEGIN
  IF NOT _model_may(_caller(), wanted.name, 'score') THEN
    PERFORM _model_refused(_caller(), wanted.name, 'score');
  END IF;
  -- Whoever has begun a run keeps others from resuming theirs into that table, so it is for those who may write it, and
  -- what it is called is what the catalog says: doctor() and progress show it to others.
  IF NOT coalesce(has_table_privilege(_caller(), target_oid, 'INSERT'), false) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('permission denied for role "%s" to score into %s', _caller(), coalesce(_batch_relation_name(target_oid), 'nothing')),
      DETAIL = 'It takes INSERT on the target.';
  END IF;
  rows_estimated := CASE WHEN rows_estimated BETWEEN 0 AND 1000000000000000 THEN rows_estimated END;
  source := coalesce(_batch_relation_name(source_oid), '?');
  index_of := coalesce(_batch_relation_name(index_oid), '?');
  target := _batch_relation_name(target_oid);
  resolved := _registry_resolve('model', model);
  model_name := resolved.name;
  model_version := resolved.version;
  SELECT r.* INTO last FROM scoring_data.batch_run r
  WHERE r.role_name = _caller() AND r.target = _batch_begin.target AND r.model_name = resolved.name ORDER BY r.run DESC LIMIT 1 FOR UPDATE;
  same := (last.source_oid, last.index_oid, last.target_oid, last.target_file, last.key_columns, last.watermark, last.reasons)
    IS NOT DISTINCT FROM (source_oid, index_oid, target_oid, target_file, key_columns, watermark, reasons);

  IF joining THEN
    -- A name means the version that the run has, whichever is live by now.
    IF last.run IS NULL OR last.state <> 'running' OR NOT same OR last.model_version <> coalesce(wanted.version, last.model_version)
       OR EXISTS (SELECT FROM scoring_data.batch_run n WHERE n.target_oid = _batch_begin.target_oid AND n.run > last.run) THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('the run that is writing %s is not the one to be shared', target),
        DETAIL = 'Those who share a run act as one role and call score_batch with the same model, source, target, key, watermark and reasons.',
        HINT = 'See scoring_data.progress.';
    END IF;
    run := last.run;
    model_version := last.model_version;
    how := 'joined';
    RETURN;
  END IF;

  -- A champion that has expired, as score('retail', row) treats it.
  IF wanted.version IS NULL THEN
    SELECT s.expires_at, s.on_expiry INTO expiry FROM scoring_data.registry_state s
    WHERE s.kind = 'model' AND s.name = resolved.name AND s.version = resolved.version AND s.expires_at <= now();
    IF FOUND AND expiry.on_expiry = 'refuse' THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('model "%s@%s" expired on %s', resolved.name, resolved.version, expiry.expires_at),
        DETAIL = 'It is the champion of its name, and was deployed so that it refuses from that date.',
        HINT = format('An approver deploys another version, or this one with a later date; by its version, "%s@%s", it never expires.', resolved.name, resolved.version);
    ELSIF FOUND THEN
      RAISE WARNING USING MESSAGE = format('model "%s@%s" expired on %s', resolved.name, resolved.version, expiry.expires_at),
        HINT = 'An approver deploys another version, or this one with a later date.';
    END IF;
  END IF;

  -- Resumed is what has not come to its end and still means the same. What somebody has since written into the target by
  -- another run no longer does.
  IF same AND last.model_version = resolved.version
     AND (last.state IN ('running', 'stopped') OR last.state = 'failed' AND (SELECT count(*) FROM scoring_data.batch_error e WHERE e.run = last.run) <= max_errors)
     AND NOT EXISTS (SELECT FROM scoring_data.batch_run n WHERE n.target_oid = _batch_begin.target_oid AND n.run > last.run) THEN
    run := last.run;
    how := 'resumed';
    UPDATE scoring_data.batch_run r SET state = 'running', message = NULL, session_name = session_user, resumed_at = clock_timestamp(), ended_at = NULL,
      rows_estimated = _batch_begin.rows_estimated, chunk_rows = _batch_begin.chunk_rows WHERE r.run = last.run;
    IF last.chunk_rows <> chunk_rows THEN
      -- What comes after the last chunk that is done is planned anew, and the rows set aside in it are met again.
      SELECT coalesce(max(c.chunk), 0) INTO last_done FROM scoring_data.batch_chunk c WHERE c.run = last.run AND c.done_at IS NOT NULL;
      DELETE FROM scoring_data.batch_chunk c WHERE c.run = last.run AND c.chunk > last_done;
      DELETE FROM scoring_data.batch_error e WHERE e.run = last.run AND e.chunk > last_done;
      UPDATE scoring_data.batch_run r SET all_planned = false,
        (planned_to, next_chunk) = (SELECT (array_agg(c.upper_key::text ORDER BY c.chunk DESC))[1]::text[], coalesce(max(c.chunk), 0) + 1
                                    FROM scoring_data.batch_chunk c WHERE c.run = last.run)
      WHERE r.run = last.run;
    END IF;
    RETURN;
  END IF;

  IF last.run IS NOT NULL AND last.state <> 'done' THEN
    UPDATE scoring_data.batch_run r SET state = 'superseded', ended_at = clock_timestamp(),
      (rows_done, rows_written) = (SELECT coalesce(sum(c.rows) FILTER (WHERE c.done_at IS NOT NULL), 0), coalesce(sum(c.written), 0) FROM scoring_data.batch_chunk c WHERE c.run = last.run)
    WHERE r.run = last.run;
    DELETE FROM scoring_data.batch_chunk c WHERE c.run = last.run;
  END IF;
  DELETE FROM scoring_data.batch_error e USING scoring_data.batch_run r
  WHERE e.run = r.run AND r.role_name = _caller() AND r.target = _batch_begin.target AND r.model_name = resolved.name;
  INSERT INTO scoring_data.batch_run (role_name, target, model_name, session_name, model_version, source, index_of, source_oid, index_oid, target_oid, target_file,
    key_columns, watermark, reasons, chunk_rows, state, rows_estimated, started_at, resumed_at)
  VALUES (_caller(), target, resolved.name, session_user, resolved.version, source, index_of, source_oid, index_oid, target_oid, target_file,
    key_columns, watermark, reasons, chunk_rows, 'running', rows_estimated, clock_timestamp(), clock_timestamp())
  RETURNING batch_run.run INTO run;
  how := 'begun';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_begin(text, text, text, text, oid, oid, oid, oid, text[], text, integer, integer, bigint, bigint, boolean, OUT bigint, OUT text, OUT integer, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_begin(text, text, text, text, oid, oid, oid, oid, text[], text, integer, integer, bigint, bigint, boolean) IS 'internal: batch_begin() as the workspace''s owner';
CREATE FUNCTION scoring.batch_begin(model text, source text, index_of text, target text, source_oid oid, index_oid oid, target_oid oid, target_file oid,
    key_columns text[], watermark text, reasons integer, chunk_rows integer, max_errors bigint, rows_estimated bigint, joining boolean,
    OUT run bigint, OUT model_name text, OUT model_version integer, OUT how text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_begin(text, text, text, text, oid, oid, oid, oid, text[], text, integer, integer, bigint, bigint, boolean) IS 'for score_batch: resumes or begins a run of the caller''s role, or joins it; how: resumed, begun or joined; not granted use of the model: 42501, nothing to join: 55000, errors of a model''s name as registered_model()';

CREATE FUNCTION scoring._batch_next(run bigint, OUT todo text, OUT chunk integer, OUT lower_key text[], OUT upper_key text[], OUT size bigint, OUT errors bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record;
  planned integer;
BEGIN
  PERFORM _batch_own(run);
  SELECT b.* INTO r FROM scoring_data.batch_run b WHERE b.run = _batch_next.run;
  IF r.state = 'done' THEN
    todo := 'end';
    RETURN;
  ELSIF r.state <> 'running' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('batch run %s is %s', run, r.state), DETAIL = r.message,
      HINT = 'CALL scoring.score_batch(...) again to go on with it.';
  END IF;
  SELECT 'score', c.chunk, c.lower_key, c.upper_key, c.rows INTO todo, chunk, lower_key, upper_key, size
  FROM scoring_data.batch_chunk c WHERE c.run = _batch_next.run AND c.done_at IS NULL ORDER BY c.chunk LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    SELECT count(*) INTO errors FROM scoring_data.batch_error e WHERE e.run = _batch_next.run AND e.chunk <> _batch_next.chunk;
    RETURN;
  END IF;
  IF NOT r.all_planned THEN
    -- One plans, the others wait for it here.
    planned := r.next_chunk;
    SELECT b.* INTO r FROM scoring_data.batch_run b WHERE b.run = _batch_next.run FOR UPDATE;
    IF r.next_chunk = planned AND NOT r.all_planned AND r.state = 'running' THEN
      todo := 'plan';
      lower_key := r.planned_to;
    ELSE
      todo := 'again';
    END IF;
  ELSIF EXISTS (SELECT FROM scoring_data.batch_chunk c WHERE c.run = _batch_next.run AND c.done_at IS NULL) THEN
    todo := 'wait';
  ELSE
    todo := 'end';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_next(bigint, OUT text, OUT integer, OUT text[], OUT text[], OUT bigint, OUT bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_next(bigint) IS 'internal: batch_next() as the workspace''s owner';
CREATE FUNCTION scoring.batch_next(run bigint, OUT todo text, OUT chunk integer, OUT lower_key text[], OUT upper_key text[], OUT size bigint, OUT errors bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_next(bigint) IS 'for score_batch: what to do now in a run: score a chunk, which is locked until the transaction ends, plan more chunks after lower_key, wait for those that others have, ask again, or end; errors: rows set aside in other chunks; not a run of the caller''s role: 42501, not running: 55000';

CREATE FUNCTION scoring._batch_plan(run bigint, upper_keys text[], sizes bigint[], is_last boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record;
  bound text[];
  place integer := 0;
BEGIN
  PERFORM _batch_own(run);
  -- Whoever reads progress adds them up.
  IF EXISTS (SELECT FROM unnest(sizes) s WHERE s < 0 OR s > 1000000000000) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a chunk has no such number of rows';
  END IF;
  SELECT b.* INTO r FROM scoring_data.batch_run b WHERE b.run = _batch_plan.run FOR UPDATE;
  IF r.all_planned OR r.state <> 'running' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('batch run %s has no chunks to be planned', run);
  END IF;
  IF cardinality(upper_keys) > 0 THEN
    FOREACH bound SLICE 1 IN ARRAY upper_keys LOOP
      place := place + 1;
      INSERT INTO scoring_data.batch_chunk (run, chunk, lower_key, upper_key, rows) VALUES (r.run, r.next_chunk, r.planned_to, bound, sizes[place]);
      r.planned_to := bound;
      r.next_chunk := r.next_chunk + 1;
    END LOOP;
  END IF;
  UPDATE scoring_data.batch_run b SET planned_to = r.planned_to, next_chunk = r.next_chunk, all_planned = is_last WHERE b.run = r.run;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_plan(bigint, text[], bigint[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_plan(bigint, text[], bigint[], boolean) IS 'internal: batch_plan() as the workspace''s owner';
CREATE FUNCTION scoring.batch_plan(run bigint, upper_keys text[], sizes bigint[], is_last boolean) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_plan(bigint, text[], bigint[], boolean) IS 'for score_batch: adds chunks to a run, each up to a key and of so many rows; not a run of the caller''s role: 42501, not to be planned: 55000, a number that no table has: 22023';

CREATE FUNCTION scoring._batch_record(run bigint, chunk integer, done boolean, written bigint, keys text[], reasons text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  bad text[];
  place integer := 0;
BEGIN
  PERFORM _batch_own(run);
  IF written < 0 OR written > 1000000000000 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a chunk has no such number of rows';
  END IF;
  UPDATE scoring_data.batch_chunk c SET done_at = CASE WHEN done THEN clock_timestamp() END, written = coalesce(c.written, 0) + _batch_record.written
  WHERE c.run = _batch_record.run AND c.chunk = _batch_record.chunk AND c.done_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('chunk %s of batch run %s is not to be scored', chunk, run);
  END IF;
  DELETE FROM scoring_data.batch_error e WHERE e.run = _batch_record.run AND e.chunk = _batch_record.chunk;
  IF cardinality(keys) > 0 THEN
    FOREACH bad SLICE 1 IN ARRAY keys LOOP
      place := place + 1;
      INSERT INTO scoring_data.batch_error (run, chunk, key, reason) VALUES (_batch_record.run, _batch_record.chunk, bad, reasons[place]);
    END LOOP;
  END IF;
  RETURN (SELECT count(*) FROM scoring_data.batch_error e WHERE e.run = _batch_record.run);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_record(bigint, integer, boolean, bigint, text[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_record(bigint, integer, boolean, bigint, text[], text[]) IS 'internal: batch_record() as the workspace''s owner';
CREATE FUNCTION scoring.batch_record(run bigint, chunk integer, done boolean, written bigint, keys text[], reasons text[]) RETURNS bigint
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_record(bigint, integer, boolean, bigint, text[], text[]) IS 'for score_batch: records how many rows of a chunk were written and which were set aside, in the transaction that wrote them; done: there is nothing more to do in it; how many are set aside in the whole run; not a run of the caller''s role: 42501, done before: 55000, a number that no table has: 22023';

CREATE FUNCTION scoring._batch_end(run bigint, state text, message text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record;
BEGIN
  PERFORM _batch_own(run);
  SELECT b.* INTO r FROM scoring_data.batch_run b WHERE b.run = _batch_end.run FOR UPDATE;
  IF r.state = state THEN
    RETURN;		-- somebody who shares it was faster
  ELSIF state NOT IN ('done', 'failed') OR r.state <> 'running'
     OR state = 'done' AND (NOT r.all_planned OR EXISTS (SELECT FROM scoring_data.batch_chunk c WHERE c.run = r.run AND c.done_at IS NULL)) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('batch run %s is %s and cannot become %s now', run, r.state, state);
  END IF;
  UPDATE scoring_data.batch_run b SET state = _batch_end.state, message = _batch_end.message, ended_at = clock_timestamp() WHERE b.run = r.run;
  IF state = 'done' THEN
    UPDATE scoring_data.batch_run b SET (rows_done, rows_written) = (SELECT coalesce(sum(c.rows), 0), coalesce(sum(c.written), 0) FROM scoring_data.batch_chunk c WHERE c.run = r.run)
    WHERE b.run = r.run;
    DELETE FROM scoring_data.batch_chunk c WHERE c.run = r.run;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_end(bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_end(bigint, text, text) IS 'internal: batch_end() as the workspace''s owner';
CREATE FUNCTION scoring.batch_end(run bigint, state text, message text) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_end(bigint, text, text) IS 'for score_batch: a run is done, or failed for a reason; not a run of the caller''s role: 42501, chunks are left: 55000';

CREATE FUNCTION scoring._stop_batch(run bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM scoring_data.batch_run r JOIN pg_roles p ON p.rolname = r.role_name
                 WHERE r.run = _stop_batch.run AND pg_has_role(_caller(), p.oid, 'USAGE')) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('role "%s" has no batch run %s', _caller(), run),
      DETAIL = 'It takes membership in the role that called score_batch.';
  END IF;
  UPDATE scoring_data.batch_run r SET state = 'stopped', message = format('stopped by "%s"', _caller()), ended_at = clock_timestamp()
  WHERE r.run = _stop_batch.run AND r.state = 'running';
  RETURN FOUND;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._stop_batch(bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._stop_batch(bigint) IS 'internal: stop_batch() as the workspace''s owner';
CREATE FUNCTION scoring.stop_batch(run bigint) RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.stop_batch(bigint) IS 'ends a run of score_batch when the chunks at work are done; calling score_batch again resumes it; whether it was running; NULL for NULL; for members of the role that runs it: 42501';

-- What the caller is told of a run, from the view that everyone reads.
CREATE FUNCTION scoring._batch_notice(run bigint) RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
  left_over interval;
BEGIN
  SELECT * INTO p FROM scoring_data.progress v WHERE v.run = _batch_notice.run;
  left_over := CASE WHEN p.estimated_end IS NOT NULL THEN greatest(p.estimated_end - now(), '0') END;
  RETURN to_char(p.rows_done, 'FM999,999,999,999,999')
    || CASE WHEN p.state <> 'done' AND p.rows_estimated > 0 THEN ' of about ' || to_char(greatest(p.rows_estimated, p.rows_done), 'FM999,999,999,999,999') ELSE '' END || ' rows'
    || CASE WHEN p.rows_per_second IS NOT NULL THEN ', ' || to_char(round(p.rows_per_second), 'FM999,999,999,990') || ' a second' ELSE '' END
    || CASE WHEN left_over <= '1 second' THEN ', about a second left'
            WHEN left_over < '90 seconds' THEN ', about ' || ceil(extract(epoch FROM left_over)) || ' seconds left'
            WHEN left_over < '90 minutes' THEN ', about ' || ceil(extract(epoch FROM left_over) / 60) || ' minutes left'
            WHEN left_over IS NOT NULL THEN ', about ' || ceil(extract(epoch FROM left_over) / 3600) || ' hours left' ELSE '' END
    || CASE WHEN p.state = 'done' THEN ', ' || to_char(p.rows_written, 'FM999,999,999,999,990') || ' written' ELSE '' END
    || ', ' || p.errors || ' set aside';
END
$$;
COMMENT ON FUNCTION scoring._batch_notice(bigint) IS 'internal: how far a run is, in words; NULL for NULL';

CREATE PROCEDURE scoring.score_batch(model text, source regclass, target regclass, key text[], watermark text DEFAULT NULL, reasons integer DEFAULT 0,
    chunk_rows integer DEFAULT 10000, rows_per_second double precision DEFAULT NULL, chunk_timeout interval DEFAULT NULL, max_errors bigint DEFAULT 1000,
    share boolean DEFAULT false, index_of regclass DEFAULT NULL, notice_every interval DEFAULT '5 seconds')
LANGUAGE plpgsql
AS $$
-- It commits, so it can have no search path of its own: a name or operator that is not qualified means what the caller's
-- path makes of it. That holds for =, + and || as for functions, and for IN, BETWEEN, NULLIF and IS DISTINCT FROM, which
-- hide a =. Types that SQL has words for, such as bigint, are safe.
DECLARE
  plan_ahead CONSTANT integer := 64;
  target_oid CONSTANT pg_catalog.oid := target;
  timeout_ms integer;
  alone boolean;
  shape pg_catalog.record;
  run pg_catalog.record;
  work pg_catalog.record;
  model_value scoring.model;
  has_null boolean;
  -- planning
  bound pg_catalog.text[];
  uppers pg_catalog.text[];
  sizes bigint[];
  size bigint;
  is_last boolean;
  -- a chunk, and the part of it that is tried at once
  low pg_catalog.text[];
  high pg_catalog.text[];
  step bigint;
  at_end boolean;
  any_scored boolean;
  fault pg_catalog.text;
  affected bigint;
  written bigint;
  bad_keys pg_catalog.text[];
  bad_reasons pg_catalog.text[];
  found_keys pg_catalog.text[];
  found_reasons pg_catalog.text[];
  room bigint;
  complete boolean;
  set_aside bigint;
  -- the whole
  began timestamp with time zone := pg_catalog.clock_timestamp();
  noticed timestamp with time zone := began;
  rows_here double precision := 0;
  ahead double precision;
BEGIN
  IF model IS NULL OR source IS NULL OR target IS NULL OR key IS NULL OR share IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'score_batch() needs a model, a source, a target and a key';
  ELSIF reasons IS NULL OR reasons OPERATOR(pg_catalog.<) 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'reasons must be a number of reasons, 0 for none';
  ELSIF chunk_rows IS NULL OR chunk_rows OPERATOR(pg_catalog.<) 1 OR chunk_rows OPERATOR(pg_catalog.>) 1000000 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'chunk_rows must be from 1 to 1000000';
  ELSIF NOT (rows_per_second OPERATOR(pg_catalog.>) 0 AND rows_per_second OPERATOR(pg_catalog.<) 'Infinity') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'rows_per_second must be above 0, or NULL for no limit';
  ELSIF max_errors IS NULL OR max_errors OPERATOR(pg_catalog.<) 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'max_errors must be 0 or more';
  ELSIF chunk_timeout OPERATOR(pg_catalog.<) interval '1 millisecond' OR chunk_timeout OPERATOR(pg_catalog.>) interval '24 days' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'chunk_timeout must be from 1 millisecond to 24 days, or NULL for none';
  END IF;
  timeout_ms := EXTRACT(epoch FROM chunk_timeout) OPERATOR(pg_catalog.*) 1000;
  index_of := COALESCE(index_of, source);

  alone := scoring._batch_lock(target_oid, share);
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  shape := scoring._batch_shape(source, index_of, target, key, watermark, reasons);
  IF shape.has_null IS NOT NULL THEN
    EXECUTE shape.has_null INTO has_null;
    IF has_null THEN
      RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = pg_catalog.format('a key column is NULL in a row of %s', shape.index_name);
    END IF;
  END IF;
  run := scoring.batch_begin(model, shape.source_name, shape.index_name, shape.target_name, source, index_of, target, shape.target_file,
    shape.key_columns, watermark, reasons, chunk_rows, max_errors, shape.rows_estimated, share AND NOT alone);
  model_value := scoring.registered_model(pg_catalog.format('%s@%s', run.model_name, run.model_version));
  COMMIT;
  IF share THEN
    PERFORM scoring._batch_begun(target_oid);
  END IF;
  RAISE NOTICE 'batch run % %: model %@%, % into %', run.run, run.how, run.model_name, run.model_version, shape.source_name, shape.target_name;

  LOOP
    COMMIT;
    -- A claim that another session has just finished is not an error of serialization.
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    work := scoring.batch_next(run.run);
    EXIT WHEN work.todo OPERATOR(pg_catalog.=) 'end';
    CONTINUE WHEN work.todo OPERATOR(pg_catalog.=) 'again';
    IF work.todo OPERATOR(pg_catalog.=) 'wait' THEN
      PERFORM pg_catalog.pg_sleep(0.2);
      CONTINUE;
    END IF;

    IF work.todo OPERATOR(pg_catalog.=) 'plan' THEN
      uppers := '{}';
      sizes := '{}';
      bound := work.lower_key;
      is_last := false;
      FOR i IN 1 .. plan_ahead LOOP
        low := bound;
        size := chunk_rows;
        EXECUTE shape.boundary INTO bound USING low, size OPERATOR(pg_catalog.-) 1;
        IF bound IS NULL THEN
          is_last := true;
          EXECUTE shape.rest INTO bound, size USING low;
          EXIT WHEN bound IS NULL;
        END IF;
        uppers := pg_catalog.array_cat(uppers, ARRAY[bound]);
        sizes := pg_catalog.array_append(sizes, size);
        EXIT WHEN is_last;
      END LOOP;
      PERFORM scoring.batch_plan(run.run, uppers, sizes, is_last);
      CONTINUE;
    END IF;

    -- The whole chunk in one statement. If user code in the source raises an error for some row, parts of it, halved after
    -- each error down to the one row, which is set aside, and doubled after each success.
    IF timeout_ms IS NOT NULL THEN
      PERFORM scoring._batch_timeout(timeout_ms);
    END IF;
    low := work.lower_key;
    step := NULL;
    written := 0;
    bad_keys := '{}';
    bad_reasons := '{}';
    -- Below 0 if those who share the run have come to its end: one more would be one too many. There is room for one above it.
    room := LEAST(GREATEST(max_errors OPERATOR(pg_catalog.-) work.errors, 0), 1000000000000);
    complete := true;
    LOOP
      high := work.upper_key;
      at_end := true;
      IF step IS NOT NULL THEN
        EXECUTE shape.boundary_within INTO bound USING low, work.upper_key, step OPERATOR(pg_catalog.-) 1;
        IF bound IS NOT NULL THEN
          high := bound;
          at_end := pg_catalog.array_eq(bound, work.upper_key);
        END IF;
      END IF;
      fault := NULL;
      BEGIN
        PERFORM scoring._batch_listen(room OPERATOR(pg_catalog.+) 1 OPERATOR(pg_catalog.-) pg_catalog.cardinality(bad_reasons));
        EXECUTE shape.any_scored INTO any_scored USING low, high;
        IF any_scored THEN
          EXECUTE shape.insert_changed USING low, high, model_value, run.model_name, run.model_version, shape.key_columns, reasons;
        ELSE
          EXECUTE shape.insert_new USING low, high, model_value, run.model_name, run.model_version, shape.key_columns, reasons;
        END IF;
        GET DIAGNOSTICS affected = ROW_COUNT;
        SELECT pg_catalog.array_agg(f.key), pg_catalog.array_agg(f.reason) INTO found_keys, found_reasons FROM scoring._batch_faults() f;
      EXCEPTION WHEN data_exception OR integrity_constraint_violation OR cardinality_violation OR case_not_found OR raise_exception
        OR plpgsql_error OR sql_routine_exception OR external_routine_exception OR external_routine_invocation_exception THEN
        EXECUTE shape.key_count INTO size USING low, high;
        IF size OPERATOR(pg_catalog.=) 0 THEN
          RAISE;
        END IF;
        fault := pg_catalog.format('%s (%s)', SQLERRM, SQLSTATE);
      END;
      IF fault IS NULL THEN
        written := written OPERATOR(pg_catalog.+) affected;
        step := step OPERATOR(pg_catalog.*) 2;
      ELSIF size OPERATOR(pg_catalog.>) 1 THEN
        step := size OPERATOR(pg_catalog./) 2;
        CONTINUE;
      ELSE
        EXECUTE shape.boundary_within INTO bound USING low, high, 0;
        found_keys := ARRAY[bound];
        found_reasons := ARRAY[fault];
        step := 1;
      END IF;
      IF found_keys IS NOT NULL THEN
        bad_keys := pg_catalog.array_cat(bad_keys, found_keys);
        bad_reasons := pg_catalog.array_cat(bad_reasons, found_reasons);
        IF pg_catalog.cardinality(bad_reasons) OPERATOR(pg_catalog.>) room THEN
          complete := false;
          EXIT;
        END IF;
      END IF;
      EXIT WHEN at_end;
      low := high;
    END LOOP;
    set_aside := scoring.batch_record(run.run, work.chunk, complete, written, bad_keys, bad_reasons);
    IF timeout_ms IS NOT NULL THEN
      PERFORM scoring._batch_timeout(NULL);
    END IF;
    COMMIT;

    IF set_aside OPERATOR(pg_catalog.>) max_errors THEN
      PERFORM scoring.batch_end(run.run, 'failed', pg_catalog.format('more than %s rows could not be scored', max_errors));
      COMMIT;
      RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = pg_catalog.format('more than %s rows could not be scored', max_errors),
        DETAIL = pg_catalog.format('What could be scored until then is in %s. The last reason: %s', shape.target_name, bad_reasons[pg_catalog.cardinality(bad_reasons)]),
        HINT = pg_catalog.format('SELECT * FROM scoring_data.batch_errors WHERE run = %s; to go on, CALL it again with a greater max_errors, or mend the rows.', run.run);
    END IF;
    rows_here := rows_here OPERATOR(pg_catalog.+) work.size;
    IF pg_catalog.clock_timestamp() OPERATOR(pg_catalog.>) (noticed OPERATOR(pg_catalog.+) notice_every) THEN
      noticed := pg_catalog.clock_timestamp();
      RAISE NOTICE '%', scoring._batch_notice(run.run);
    END IF;
    LOOP
      ahead := rows_here OPERATOR(pg_catalog./) rows_per_second OPERATOR(pg_catalog.-)
        EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) began)::double precision;
      EXIT WHEN ahead IS NULL OR ahead OPERATOR(pg_catalog.<=) 0;
      -- A snapshot held for long would keep VACUUM from its work.
      COMMIT;
      PERFORM pg_catalog.pg_sleep(LEAST(ahead, 1));
    END LOOP;
  END LOOP;

  PERFORM scoring.batch_end(run.run, 'done', NULL);
  COMMIT;
  PERFORM scoring._batch_unlock(target_oid, share);
  RAISE NOTICE 'batch run % is done: %', run.run, scoring._batch_notice(run.run);
END
$$;
COMMENT ON PROCEDURE scoring.score_batch(text, regclass, regclass, text[], text, integer, integer, double precision, interval, bigint, boolean, regclass, interval) IS 'scores every row of source into target, in the order of its key, committing each chunk_rows rows; called again it resumes after a crash or cancel, and scores what is new or has changed by its watermark column; reasons: how many reason codes are kept; rows_per_second: no faster than that; chunk_timeout: a chunk that takes longer ends the call (57014); max_errors: so many rows may be set aside before it fails (22000); share: several sessions work on one run; index_of: the table with the unique index on the key, if source is a view; notice_every: how often it says how far it is, NULL for never. Inside a transaction block: 25001; somebody else scores into target: 55006; not granted use of the model: 42501; relations that do not fit: 42703, 42701, 42804, 42809, 55000';
-- decision: policies, decisions taken by them, what was decided on why, and whether it would be decided so again.

-- What a decision keeps of a row, and what a model says of it.

CREATE FUNCTION scoring.inputs("row" record, columns text[]) RETURNS jsonb
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_decision_inputs';
COMMENT ON FUNCTION scoring.inputs(record, text[]) IS 'columns of a row, found by name, as a JSON object that a decision keeps: numbers as they are, without trailing zeros, dates as "2024-02-29", NaN and infinities as strings, texts, booleans, NULL as null; runs no code of the row''s types; NULL if an argument is; no such column: 42703, twice: 42702, a type that no characteristic has: 42804';

CREATE FUNCTION scoring._evaluate(model scoring.model, inputs jsonb, with_values boolean DEFAULT false) RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'scoring_decision_evaluate';
REVOKE EXECUTE ON FUNCTION scoring._evaluate(scoring.model, jsonb, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._evaluate(scoring.model, jsonb, boolean) IS 'internal: all that a model says of inputs(row): score, pd, log_odds, base_points, lowest_score, highest_score, characteristics as explain() has them, all reasons with the points they cost, and how many inputs were missing, special, unseen or out of range; the same bits as of the row; NULL if an argument is';

-- Tables.

CREATE FUNCTION scoring._setup_decision() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('policy_version', $t$
    name text NOT NULL,
    version integer NOT NULL,
    policy jsonb NOT NULL,
    hash text NOT NULL,
    note text,
    role_name text NOT NULL,
    session_name text NOT NULL,
    registered_at timestamptz NOT NULL,
    row_hash text NOT NULL,
    PRIMARY KEY (name, version)$t$,
    'the versions of policies; never changed');
  COMMENT ON COLUMN scoring_data.policy_version.policy IS 'as registered, with every default written out';
  COMMENT ON COLUMN scoring_data.policy_version.hash IS 'SHA-256 of the policy''s text in UTF-8';
  COMMENT ON COLUMN scoring_data.policy_version.row_hash IS 'SHA-256 of the other columns';
  PERFORM _make_table('decision', $t$
    subject text NOT NULL,
    decision_id bigint GENERATED ALWAYS AS IDENTITY,
    reference text,
    purpose text NOT NULL,
    policy_name text NOT NULL,
    policy_version integer NOT NULL,
    policy_hash text NOT NULL,
    model_name text NOT NULL,
    model_version integer NOT NULL,
    model_hash text NOT NULL,
    input_names text[] NOT NULL,
    inputs jsonb,
    inputs_hash text,
    evidence jsonb NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('approve', 'refer', 'decline')),
    score integer NOT NULL,
    pd double precision NOT NULL,
    reasons text[] NOT NULL,
    reason_texts jsonb NOT NULL,
    rules text[] NOT NULL,
    missing integer NOT NULL,
    special integer NOT NULL,
    unseen integer NOT NULL,
    out_of_range integer NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    on_behalf_of text,
    decided_at timestamptz NOT NULL,
    row_hash text NOT NULL,
    PRIMARY KEY (subject, decision_id),
    CHECK ((inputs IS NULL) <> (inputs_hash IS NULL))$t$,
    'the decisions that decide() took, each with all that it rests on; only ever appended to');
  IF to_regclass('scoring_data.decision_id') IS NULL THEN
    CREATE UNIQUE INDEX decision_id ON scoring_data.decision (decision_id);
  END IF;
  IF to_regclass('scoring_data.decision_decided_at') IS NULL THEN
    CREATE INDEX decision_decided_at ON scoring_data.decision USING brin (decided_at);
  END IF;
  COMMENT ON COLUMN scoring_data.decision.inputs IS 'inputs(row, input_names), where the policy has them stored';
  COMMENT ON COLUMN scoring_data.decision.inputs_hash IS 'SHA-256 of salt and text of the inputs, where the policy has them hashed';
  COMMENT ON COLUMN scoring_data.decision.evidence IS 'what _judge() made of it, what shadows would have said, and whether the caller chose the model''s version';
  COMMENT ON COLUMN scoring_data.decision.outcome IS 'as decided; what came later is in decision_event';
  COMMENT ON COLUMN scoring_data.decision.reasons IS 'codes of the principal reasons; none of an approval';
  COMMENT ON COLUMN scoring_data.decision.reason_texts IS 'their texts as they stood then, by code and language';
  COMMENT ON COLUMN scoring_data.decision.rules IS 'names of the rules that had a say';
  COMMENT ON COLUMN scoring_data.decision.on_behalf_of IS 'who the caller said to act for; a claim';
  COMMENT ON COLUMN scoring_data.decision.row_hash IS 'SHA-256 of the other columns';
  PERFORM _make_table('decision_salt', $t$
    subject text NOT NULL,
    decision_id bigint NOT NULL,
    salt bytea NOT NULL,
    PRIMARY KEY (subject, decision_id)$t$,
    'salts of hashed inputs; without its salt a hash says nothing of anybody any more');
  PERFORM _make_table('decision_event', $t$
    subject text NOT NULL,
    decision_id bigint NOT NULL,
    event_number integer NOT NULL,
    event text NOT NULL CHECK (event IN ('override', 'review', 'erase salt')),
    outcome text NOT NULL CHECK (outcome IN ('approve', 'refer', 'decline')),
    reason_code text,
    reason_texts jsonb,
    explanation text NOT NULL,
    requested_by text,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    row_hash text NOT NULL,
    PRIMARY KEY (subject, decision_id, event_number),
    FOREIGN KEY (subject, decision_id) REFERENCES scoring_data.decision (subject, decision_id)$t$,
    'what people made of decisions afterwards; the last event has the outcome that holds; only ever appended to');
  COMMENT ON COLUMN scoring_data.decision_event.row_hash IS 'SHA-256 of the other columns and of the row_hash before: the decision''s, or that of its event before';

  PERFORM _make_view('policies', $q$
    SELECT s.name, s.version, s.name || '@' || s.version AS policy, s.state, s.slot, s.live_since, s.expires_at, s.on_expiry,
           v.policy AS definition, v.hash, v.note, v.role_name, v.session_name, v.registered_at
    FROM scoring_data.registry_state s JOIN scoring_data.policy_version v USING (name, version) WHERE s.kind = 'policy'$q$,
    'the versions of policies: where each stands, what it says, who registered it');
  PERFORM _make_view('policy_events', $q$
    SELECT name, version, event_number, event, from_state, to_state, role_name, session_name, at, reason, evidence
    FROM scoring_data.registry_event WHERE kind = 'policy'$q$,
    'what was done to each version of a policy, by whom, when and why');
  PERFORM _make_view('decisions', $q$
    SELECT d.decision_id, d.subject, d.reference, d.purpose, coalesce(e.outcome, d.outcome) AS outcome, d.outcome AS decided, e.event AS last_event,
           d.score, d.pd, d.reasons, d.reason_texts, d.rules, d.missing, d.special, d.unseen, d.out_of_range,
           d.policy_name || '@' || d.policy_version AS policy, d.policy_hash, d.model_name || '@' || d.model_version AS model, d.model_hash,
           CASE WHEN d.inputs IS NOT NULL THEN 'stored' WHEN s.decision_id IS NOT NULL THEN 'hashed' ELSE 'hashed, salt erased' END AS inputs_are,
           d.role_name, d.session_name, d.on_behalf_of, d.decided_at, d.row_hash
    FROM scoring_data.decision d
    LEFT JOIN scoring_data.decision_salt s ON s.subject = d.subject AND s.decision_id = d.decision_id
    LEFT JOIN LATERAL (SELECT v.outcome, v.event FROM scoring_data.decision_event v
                       WHERE v.subject = d.subject AND v.decision_id = d.decision_id AND v.event <> 'erase salt' ORDER BY v.event_number DESC LIMIT 1) e ON true$q$,
    'the decisions: outcome is the one that holds now, decided the one decide() came to; neither inputs nor bins nor points');
  PERFORM _make_view('decision_counts', $q$
    SELECT (d.decided_at AT TIME ZONE 'UTC')::date AS day, d.policy_name || '@' || d.policy_version AS policy, d.model_name || '@' || d.model_version AS model,
           d.outcome AS decided, coalesce(e.outcome, d.outcome) AS outcome, count(*) AS decisions,
           sum(d.missing) AS missing, sum(d.special) AS special, sum(d.unseen) AS unseen, sum(d.out_of_range) AS out_of_range
    FROM scoring_data.decision d
    LEFT JOIN LATERAL (SELECT v.outcome FROM scoring_data.decision_event v
                       WHERE v.subject = d.subject AND v.decision_id = d.decision_id ORDER BY v.event_number DESC LIMIT 1) e ON true
    GROUP BY 1, 2, 3, 4, 5$q$,
    'how many decisions of each day (UTC), policy and model came to which outcome, and how many of their inputs met which policy of the model');
  PERFORM _make_view('decision_events', $q$
    SELECT decision_id, subject, event_number, event, outcome, reason_code, reason_texts, explanation, requested_by, role_name, session_name, at
    FROM scoring_data.decision_event$q$,
    'what people made of decisions afterwards: overrides, reviews, erasures of salt');
  PERFORM _setup_notice();
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_decision() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_decision() IS 'internal: the tables and views of rooms decision and notice';

CREATE FUNCTION scoring._grants_decision(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('modeler', 'function', 'register_policy(text, jsonb, text)', 'EXECUTE'),
           ('modeler', 'function', 'validate_policy(text, jsonb, text)', 'EXECUTE'),
           ('approver', 'function', 'approve_policy(text, text)', 'EXECUTE'),
           ('approver', 'function', 'deploy_policy(text, text, timestamptz, text)', 'EXECUTE'),
           ('approver', 'function', 'retire_policy(text, text)', 'EXECUTE'),
           ('officer', 'function', 'decide(text, text, record, text, text, text, text)', 'EXECUTE'),
           ('officer', 'function', 'override_decision(bigint, text, text, text)', 'EXECUTE'),
           ('officer', 'function', 'review_decision(bigint, text, text, text, text)', 'EXECUTE'),
           ('officer', 'function', 'decision_evidence(bigint)', 'EXECUTE'),
           ('officer', 'function', 'replay(bigint, jsonb)', 'EXECUTE'),
           ('officer', 'function', 'replay_all(timestamptz, timestamptz, boolean)', 'EXECUTE'),
           ('officer', 'function', 'adverse_action_notice(bigint, text, text)', 'EXECUTE'),
           ('auditor', 'function', 'replay(bigint, jsonb)', 'EXECUTE'),
           ('auditor', 'function', 'replay_all(timestamptz, timestamptz, boolean)', 'EXECUTE'),
           ('steward', 'function', 'erase_decision_salt(text, text, bigint)', 'EXECUTE'),
           ('steward', 'function', 'set_reason_text(text, text, text, date, text, boolean)', 'EXECUTE'),
           ('steward', 'function', 'set_notice_text(text, text, text, date)', 'EXECUTE'),
           ('steward', 'function', 'missing_reason_texts(text, text)', 'EXECUTE'),
           ('modeler', 'function', 'missing_reason_texts(text, text)', 'EXECUTE'),
           ('approver', 'function', 'missing_reason_texts(text, text)', 'EXECUTE'),
           ('steward', 'table', 'scoring_data.policies', 'SELECT'),
           ('modeler', 'table', 'scoring_data.policies', 'SELECT'),
           ('approver', 'table', 'scoring_data.policies', 'SELECT'),
           ('officer', 'table', 'scoring_data.policies', 'SELECT'),
           ('auditor', 'table', 'scoring_data.policies', 'SELECT'),
           ('steward', 'table', 'scoring_data.policy_events', 'SELECT'),
           ('modeler', 'table', 'scoring_data.policy_events', 'SELECT'),
           ('approver', 'table', 'scoring_data.policy_events', 'SELECT'),
           ('auditor', 'table', 'scoring_data.policy_events', 'SELECT'),
           ('officer', 'table', 'scoring_data.decisions', 'SELECT'),
           ('auditor', 'table', 'scoring_data.decisions', 'SELECT'),
           ('analyst', 'table', 'scoring_data.decision_counts', 'SELECT'),
           ('officer', 'table', 'scoring_data.decision_counts', 'SELECT'),
           ('auditor', 'table', 'scoring_data.decision_counts', 'SELECT'),
           ('officer', 'table', 'scoring_data.decision_events', 'SELECT'),
           ('auditor', 'table', 'scoring_data.decision_events', 'SELECT'),
           ('steward', 'table', 'scoring_data.reason_texts', 'SELECT'),
           ('modeler', 'table', 'scoring_data.reason_texts', 'SELECT'),
           ('officer', 'table', 'scoring_data.reason_texts', 'SELECT'),
           ('auditor', 'table', 'scoring_data.reason_texts', 'SELECT'),
           ('steward', 'table', 'scoring_data.notice_texts', 'SELECT'),
           ('officer', 'table', 'scoring_data.notice_texts', 'SELECT'),
           ('auditor', 'table', 'scoring_data.notice_texts', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_decision(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_decision() IS 'internal: who may do what in rooms decision and notice';

-- Policies.

CREATE FUNCTION scoring._policy_refuse(path text, problem text, rule text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  -- RAISE takes no NULL.
  IF rule IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s: %s', path, problem);
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s: %s', path, problem), DETAIL = rule;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_refuse(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_refuse(text, text, text) IS 'internal: 22023 about a place in a policy';

CREATE FUNCTION scoring._policy_only(object jsonb, path text, allowed text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  key text;
BEGIN
  IF object IS NULL OR jsonb_typeof(object) <> 'object' THEN
    PERFORM _policy_refuse(path, 'an object was expected');
  END IF;
  SELECT k INTO key FROM jsonb_object_keys(object) k WHERE k <> ALL (allowed) ORDER BY k LIMIT 1;
  IF FOUND THEN
    PERFORM _policy_refuse(path, format('unknown member "%s"', left(key, 100)), format('The members are %s.', array_to_string(allowed, ', ')));
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_only(jsonb, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_only(jsonb, text, text[]) IS 'internal: 22023 unless it is an object that has no other members';

CREATE FUNCTION scoring._policy_text(object jsonb, path text, member text, pattern text, rule text, preset text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  value jsonb := object -> member;
BEGIN
  IF value IS NULL THEN
    IF preset IS NULL THEN
      PERFORM _policy_refuse(path, format('the member "%s" is missing', member), rule);
    END IF;
    RETURN preset;
  END IF;
  IF jsonb_typeof(value) <> 'string' OR (value #>> '{}') !~ pattern THEN
    PERFORM _policy_refuse(path || '.' || member, format('%s will not do', left(value::text, 200)), rule);
  END IF;
  RETURN value #>> '{}';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_text(jsonb, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_text(jsonb, text, text, text, text, text) IS 'internal: a member that is a string of a pattern, or its preset; 22023';

CREATE FUNCTION scoring._policy_integer(object jsonb, path text, member text, low integer, high integer, preset integer DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  value jsonb := object -> member;
  number numeric;
BEGIN
  IF value IS NULL THEN
    IF preset IS NULL THEN
      PERFORM _policy_refuse(path, format('the member "%s" is missing', member));
    END IF;
    RETURN preset;
  END IF;
  IF jsonb_typeof(value) = 'number' THEN
    number := (value #>> '{}')::numeric;
  END IF;
  IF number IS NULL OR number <> trunc(number) OR number NOT BETWEEN low AND high THEN
    PERFORM _policy_refuse(path || '.' || member, format('%s is not a whole number from %s to %s', left(value::text, 200), low, high));
  END IF;
  RETURN number::integer;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_integer(jsonb, text, text, integer, integer, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_integer(jsonb, text, text, integer, integer, integer) IS 'internal: a member that is a whole number, or its preset; 22023';

-- The server's own text of a jsonpath quotes every key, so that its columns can be read off. Strict: there a comparison
-- with a member that is not there is unknown, and not, and, or follow three-valued logic; lax would make it false.
CREATE FUNCTION scoring._rule_columns("when" text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  token text[];
  columns text[] := '{}';
BEGIN
  FOR token IN SELECT regexp_matches(('strict ' || "when")::jsonpath::text, '\$\.("(?:[^"\\]|\\.)*")|"(?:[^"\\]|\\.)*"|(\$)', 'g') LOOP
    IF token[2] IS NOT NULL THEN
      RETURN NULL;
    ELSIF token[1] IS NOT NULL AND (token[1]::jsonb #>> '{}') <> ALL (columns) THEN
      columns := columns || (token[1]::jsonb #>> '{}');
    END IF;
  END LOOP;
  RETURN columns;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._rule_columns(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._rule_columns(text) IS 'internal: the columns that a rule reads, as $.name or $."na me"; NULL if it uses $ in another way, or a variable; malformed: 42601';

CREATE FUNCTION scoring._rule_fires("when" text, known jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN jsonb_path_match(known, ('strict ' || "when")::jsonpath);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._rule_fires(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._rule_fires(text, jsonb) IS 'internal: whether a rule is true of inputs from which the nulls have been taken; NULL if that is unknown';

CREATE FUNCTION scoring._policy_rule(rule jsonb, path text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  predicate text;
  columns text[];
  fault text;
  reason_code text;
BEGIN
  PERFORM _policy_only(rule, path, '{name,when,outcome,reason_code,on_unknown,unknown_reason_code}');
  predicate := _policy_text(rule, path, 'when', '^(.|\n)+$', 'It is a predicate of the SQL/JSON path language, such as $.age < 18.');
  IF octet_length(predicate) > 1000 THEN
    PERFORM _policy_refuse(path || '.when', format('%s bytes, where 1000 are the most', octet_length(predicate)));
  ELSIF predicate ~* '^\s*(lax|strict)\y' THEN
    PERFORM _policy_refuse(path || '.when', 'a mode cannot be chosen', 'Rules are strict: what is not known is unknown, never false.');
  END IF;
  BEGIN
    columns := _rule_columns(predicate);
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT;
    PERFORM _policy_refuse(path || '.when', 'this is no SQL/JSON path', fault);
  END;
  IF columns IS NULL OR columns = '{}' THEN
    PERFORM _policy_refuse(path || '.when', 'a rule reads columns by name, and nothing else', 'A column is written as $.name or $."name".');
  END IF;
  BEGIN
    -- Only a predicate can be asked this. A path that gives true or false for some rows may give nothing for others.
    PERFORM ('strict (' || predicate || ') is unknown')::jsonpath;
  EXCEPTION WHEN syntax_error THEN
    PERFORM _policy_refuse(path || '.when', 'this is no predicate: it must be true, false or unknown', 'It compares, matches or uses exists(), joined by &&, || and !.');
  END;
  reason_code := _policy_text(rule, path, 'reason_code', '^\S.{0,199}$', 'It has 1 to 200 characters.');
  RETURN jsonb_build_object(
    'name', _policy_text(rule, path, 'name', '^[a-z][a-z0-9_]{0,62}$', 'A name begins with a letter and goes on with letters, digits and underscores, all lower case, at most 63.'),
    'when', predicate,
    'outcome', _policy_text(rule, path, 'outcome', '^(decline|refer)$', 'It is decline or refer.'),
    'reason_code', reason_code,
    'on_unknown', _policy_text(rule, path, 'on_unknown', '^(refer|decline|ignore)$', 'It is refer, decline or ignore.', 'refer'),
    -- "Under age" is not what to tell somebody whose age is not known.
    'unknown_reason_code', _policy_text(rule, path, 'unknown_reason_code', '^\S.{0,207}$', 'It has 1 to 208 characters.', reason_code || ' missing'));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_rule(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_rule(jsonb, text) IS 'internal: a rule of a policy, with its defaults written out; 22023 names the place of a fault';

CREATE FUNCTION scoring._policy_normal(policy jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  approve_at integer;
  decline_below integer;
  list jsonb;
  rules jsonb := '[]';
  override jsonb := '{}';
  inquiries jsonb := coalesce(policy -> 'inquiries', 'false');
  key text;
  place integer;
  item jsonb;
BEGIN
  PERFORM _policy_only(policy, '$', '{model,approve_at,decline_below,rules,override,inputs,reasons,inquiries}');
  IF octet_length(policy::text) > 65536 THEN
    RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = 'the policy would be larger than 65536 bytes';
  END IF;
  approve_at := _policy_integer(policy, '$', 'approve_at', -2000000000, 2000000000);
  decline_below := _policy_integer(policy, '$', 'decline_below', -2000000000, 2000000000, approve_at);
  IF decline_below > approve_at THEN
    PERFORM _policy_refuse('$.decline_below', format('%s is above approve_at, which is %s', decline_below, approve_at));
  END IF;

  list := coalesce(policy -> 'rules', '[]');
  IF jsonb_typeof(list) <> 'array' THEN
    PERFORM _policy_refuse('$.rules', 'an array was expected');
  ELSIF jsonb_array_length(list) > 100 THEN
    PERFORM _policy_refuse('$.rules', 'more than 100 rules');
  END IF;
  FOR place IN 0 .. jsonb_array_length(list) - 1 LOOP
    item := _policy_rule(list -> place, format('$.rules[%s]', place));
    IF rules @> jsonb_build_array(jsonb_build_object('name', item -> 'name')) THEN
      PERFORM _policy_refuse(format('$.rules[%s].name', place), format('the name %s is there twice', item -> 'name'));
    END IF;
    rules := rules || jsonb_build_array(item);
  END LOOP;

  list := coalesce(policy -> 'override', '{}');
  PERFORM _policy_only(list, '$.override', '{approve,refer,decline}');
  FOR key IN SELECT k FROM jsonb_object_keys(list) k ORDER BY k LOOP
    IF jsonb_typeof(list -> key) <> 'array' OR jsonb_array_length(list -> key) > 100
       OR EXISTS (SELECT FROM jsonb_array_elements(list -> key) r WHERE jsonb_typeof(r) <> 'string' OR octet_length(r #>> '{}') NOT BETWEEN 1 AND 63) THEN
      PERFORM _policy_refuse('$.override.' || key, 'an array of names of roles was expected, at most 100');
    END IF;
    override := override || jsonb_build_object(key, list -> key);
  END LOOP;
  IF jsonb_typeof(inquiries) <> 'boolean' THEN
    PERFORM _policy_refuse('$.inquiries', 'true or false was expected');
  END IF;
  RETURN jsonb_build_object(
    'model', _policy_text(policy, '$', 'model', '^[a-z][a-z0-9_]{0,62}$', 'It is the name of a registered model, without a version.'),
    'approve_at', approve_at, 'decline_below', decline_below, 'rules', rules, 'override', override,
    'inputs', _policy_text(policy, '$', 'inputs', '^(store|hash)$', 'It is store or hash.', 'store'),
    'reasons', _policy_integer(policy, '$', 'reasons', 1, 4, 4), 'inquiries', inquiries);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_normal(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_normal(jsonb) IS 'internal: a policy with every default written out; 22023 names the place of a fault, such as $.rules[0].when; too large: 54000';

CREATE FUNCTION scoring._policy_hash(policy jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN encode(sha256(convert_to(policy::text, 'UTF8')), 'hex');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_hash(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_hash(jsonb) IS 'internal: SHA-256 of a policy''s text in UTF-8, as 64 hexadecimal digits';

CREATE FUNCTION scoring._policy_row_hash(version record) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(version.name, version.version::text, version.policy::text, version.hash, version.note,
                            version.role_name, version.session_name, _registry_instant(version.registered_at));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_row_hash(record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_row_hash(record) IS 'internal: row_hash of a row of scoring_data.policy_version';

CREATE FUNCTION scoring._register_policy(name text, policy jsonb, note text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  normal jsonb;
  v record;
  earlier text;
BEGIN
  IF _register_policy.policy IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'there is no policy to register';
  END IF;
  normal := _policy_normal(_register_policy.policy);
  SELECT _register_policy.name, _registry_register('policy', _register_policy.name, _policy_hash(normal), _register_policy.note) AS version,
         normal AS policy, _policy_hash(normal) AS hash, _register_policy.note, _caller()::text AS role_name,
         session_user::text AS session_name, clock_timestamp() AS registered_at INTO v;
  SELECT string_agg(p.name || '@' || p.version, ', ' ORDER BY p.version) INTO earlier
  FROM scoring_data.policy_version p WHERE p.name = v.name AND p.hash = v.hash;
  IF earlier IS NOT NULL THEN
    RAISE NOTICE USING MESSAGE = format('"%s@%s" decides as %s', v.name, v.version, earlier), DETAIL = 'They have the same hash.';
  END IF;
  INSERT INTO scoring_data.policy_version (name, version, policy, hash, note, role_name, session_name, registered_at, row_hash)
  VALUES (v.name, v.version, v.policy, v.hash, v.note, v.role_name, v.session_name, v.registered_at, _policy_row_hash(v));
  RETURN v.name || '@' || v.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._register_policy(text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._register_policy(text, jsonb, text) IS 'internal: register_policy() as the workspace''s owner';

CREATE FUNCTION scoring.register_policy(name text, policy jsonb, note text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.register_policy(text, jsonb, text) IS 'registers a policy (docs/decision.md) as the next version of a name, a draft, and gives what it is called, such as retail_loans@2; a version never changes; for modelers: 42501; a fault in the policy or the name: 22023, with its place; NULL: 22004';

CREATE FUNCTION scoring._validate_policy(policy text, evidence jsonb, note text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('policy', policy);
BEGIN
  PERFORM _registry_transition('policy', r.name, r.version, 'validate', note, evidence);
  RETURN policy;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._validate_policy(text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._validate_policy(text, jsonb, text) IS 'internal: validate_policy() as the workspace''s owner';
CREATE FUNCTION scoring.validate_policy(policy text, evidence jsonb, note text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.validate_policy(text, jsonb, text) IS 'records that a version of a policy, such as retail@3, was validated, with the evidence: a JSON object that is not empty; a draft becomes validated, of a later version the evidence is added; gives its name; for modelers other than its author: 42501; no evidence, no version: 22023; retired: 55000; unknown: 42704';

CREATE FUNCTION scoring._approve_policy(policy text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('policy', policy);
BEGIN
  PERFORM _registry_transition('policy', r.name, r.version, 'approve', reason, NULL);
  RETURN policy;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._approve_policy(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._approve_policy(text, text) IS 'internal: approve_policy() as the workspace''s owner';
CREATE FUNCTION scoring.approve_policy(policy text, reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.approve_policy(text, text) IS 'approves a validated version of a policy, such as retail@3; gives its name; for approvers who neither registered nor validated it: 42501; not validated, or approved already: 55000; no reason, no version: 22023; unknown: 42704';

CREATE FUNCTION scoring._retire_policy(policy text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('policy', policy);
BEGIN
  PERFORM _registry_transition('policy', r.name, r.version, 'retire', reason, NULL);
  RETURN policy;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._retire_policy(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._retire_policy(text, text) IS 'internal: retire_policy() as the workspace''s owner';
CREATE FUNCTION scoring.retire_policy(policy text, reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.retire_policy(text, text) IS 'retires a version of a policy for good, whatever its state; gives its name; for approvers: 42501; retired already: 55000; no reason, no version: 22023; unknown: 42704';

CREATE FUNCTION scoring._deploy_policy(policy text, reason text, expires_at timestamptz, on_expiry text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('policy', policy);
BEGIN
  PERFORM _registry_transition('policy', r.name, r.version, 'deploy', reason,
                               jsonb_build_object('slot', 'champion', 'expires_at', expires_at, 'on_expiry', on_expiry));
  RETURN policy;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._deploy_policy(text, text, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._deploy_policy(text, text, timestamptz, text) IS 'internal: deploy_policy() as the workspace''s owner';
CREATE FUNCTION scoring.deploy_policy(policy text, reason text, expires_at timestamptz DEFAULT NULL, on_expiry text DEFAULT 'warn') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.deploy_policy(text, text, timestamptz, text) IS 'takes an approved version into production in place of the one before, which stays approved; after expires_at, if there is one, decide() warns or refuses; gives its name; for approvers: 42501; not approved, retired: 55000; bad expiry, no reason, no version: 22023; unknown: 42704';

-- Deciding.

CREATE FUNCTION scoring._by_score(policy jsonb, score integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN score >= (policy OPERATOR(pg_catalog.->>) 'approve_at')::integer THEN 'approve'
                WHEN score < (policy OPERATOR(pg_catalog.->>) 'decline_below')::integer THEN 'decline' ELSE 'refer' END;
END;
REVOKE EXECUTE ON FUNCTION scoring._by_score(jsonb, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._by_score(jsonb, integer) IS 'internal: what the cut-offs of a policy make of a score: approve, refer or decline';

CREATE FUNCTION scoring._judge(policy jsonb, model scoring.model, inputs jsonb, inquiry_codes text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  evaluation jsonb := _evaluate(model, inputs);
  by_score text := _by_score(policy, (evaluation ->> 'score')::integer);
  known jsonb := jsonb_strip_nulls(inputs);
  rule jsonb;
  fires boolean;
  effect text;
  results jsonb := '[]';
  outcome text := by_score;
  codes text[] := '{}';
  inquiry text;
BEGIN
  FOR rule IN SELECT r FROM jsonb_array_elements(policy -> 'rules') WITH ORDINALITY e (r, place) ORDER BY place LOOP
    fires := _rule_fires(rule ->> 'when', known);
    effect := CASE WHEN fires THEN rule ->> 'outcome' WHEN fires IS NULL THEN nullif(rule ->> 'on_unknown', 'ignore') END;
    results := results || jsonb_build_array(jsonb_build_object('name', rule -> 'name', 'is', fires, 'effect', effect,
      'reason_code', CASE WHEN effect IS NOT NULL THEN rule -> CASE WHEN fires THEN 'reason_code' ELSE 'unknown_reason_code' END END));
    -- decline outweighs refer, which outweighs approve.
    IF effect = 'decline' OR effect = 'refer' AND outcome = 'approve' THEN
      outcome := effect;
    END IF;
  END LOOP;

  -- Principal reasons are what this outcome rests on: the rules that asked for it, then the score if it asked for it too.
  IF outcome <> 'approve' THEN
    SELECT coalesce(array_agg(c.code ORDER BY c.first), '{}') INTO codes FROM (
      SELECT s.code, min(s.place) AS first FROM (
        SELECT e.r ->> 'reason_code' AS code, e.place FROM jsonb_array_elements(results) WITH ORDINALITY e (r, place) WHERE e.r ->> 'effect' = outcome
        UNION ALL SELECT e.r ->> 'code', 1000 + e.place FROM jsonb_array_elements(evaluation -> 'reasons') WITH ORDINALITY e (r, place) WHERE by_score = outcome) s
      GROUP BY s.code ORDER BY min(s.place) LIMIT (policy ->> 'reasons')::integer) c;
    IF by_score = outcome AND (policy ->> 'inquiries')::boolean THEN
      SELECT e.r ->> 'code' INTO inquiry FROM jsonb_array_elements(evaluation -> 'reasons') WITH ORDINALITY e (r, place)
      WHERE e.r ->> 'code' = ANY (inquiry_codes) ORDER BY e.place LIMIT 1;
      IF inquiry IS NOT NULL AND inquiry <> ALL (codes) THEN
        codes := codes || inquiry;
      END IF;
    END IF;
  END IF;
  RETURN jsonb_build_object('outcome', outcome, 'by_score', by_score, 'reasons', to_jsonb(codes), 'inquiry_codes', to_jsonb(inquiry_codes),
                            'rules', results, 'evaluation', evaluation);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._judge(jsonb, scoring.model, jsonb, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._judge(jsonb, scoring.model, jsonb, text[]) IS 'internal: what a policy makes of inputs by a model: the outcome, what the score alone would give, codes of the principal reasons, each rule, and _evaluate(); reads no table, so that decide() and replay() cannot differ';

CREATE FUNCTION scoring._in_production(kind text, name text, version integer) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  s record;
  reference text := name || '@' || version;
BEGIN
  SELECT r.state, r.shadow, r.expires_at, r.on_expiry INTO s FROM scoring_data.registry_state r
  WHERE r.kind = _in_production.kind AND r.name = _in_production.name AND r.version = _in_production.version;
  IF s.state IS DISTINCT FROM 'live' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" is not live', kind, reference),
      DETAIL = format('It is %s. Only what was approved and deployed decides.', CASE s.state WHEN 'draft' THEN 'a draft' ELSE s.state END),
      HINT = format('An approver deploys it: SELECT scoring.deploy_%s(%L, ''why'');', kind, reference);
  ELSIF s.shadow THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" is a shadow', kind, reference),
      DETAIL = 'A shadow is computed beside the version that decides, and decides nothing.';
  -- By the clock: a transaction that was begun in time does not go on deciding.
  ELSIF s.expires_at <= clock_timestamp() AND s.on_expiry = 'refuse' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" has expired', kind, reference),
      DETAIL = format('It was good until %s.', _registry_instant(s.expires_at)),
      HINT = format('An approver deploys another version, or this one with another date: SELECT scoring.deploy_%s(...);', kind);
  ELSIF s.expires_at <= clock_timestamp() THEN
    RAISE WARNING USING MESSAGE = format('%s "%s" has expired', kind, reference), DETAIL = format('It was good until %s.', _registry_instant(s.expires_at));
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._in_production(text, text, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._in_production(text, text, integer) IS 'internal: 55000 unless a version may decide: it is live, no shadow, and has not expired or only warns then';

CREATE FUNCTION scoring._decision_row_hash(decision record) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(decision.subject, decision.decision_id::text, decision.reference, decision.purpose,
    decision.policy_name, decision.policy_version::text, decision.policy_hash, decision.model_name, decision.model_version::text, decision.model_hash,
    to_jsonb(decision.input_names)::text, _registry_json(decision.inputs), decision.inputs_hash, _registry_json(decision.evidence), decision.outcome, decision.score::text,
    -- By its bits: the text of a double depends on a setting.
    encode(float8send(decision.pd), 'hex'), to_jsonb(decision.reasons)::text, _registry_json(decision.reason_texts), to_jsonb(decision.rules)::text,
    decision.missing::text, decision.special::text, decision.unseen::text, decision.out_of_range::text,
    decision.role_name, decision.session_name, decision.on_behalf_of, _registry_instant(decision.decided_at));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decision_row_hash(record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decision_row_hash(record) IS 'internal: row_hash of a row of scoring_data.decision';

CREATE FUNCTION scoring._decision_event_hash(event record, previous text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(event.subject, event.decision_id::text, event.event_number::text, event.event, event.outcome, event.reason_code,
    _registry_json(event.reason_texts), event.explanation, event.requested_by, event.role_name, event.session_name, _registry_instant(event.at), previous);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decision_event_hash(record, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decision_event_hash(record, text) IS 'internal: row_hash of a row of scoring_data.decision_event, given the one before';

CREATE FUNCTION scoring._inputs_hash(salt bytea, inputs jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN encode(sha256(salt || convert_to(_registry_json(inputs), 'UTF8')), 'hex');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._inputs_hash(bytea, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._inputs_hash(bytea, jsonb) IS 'internal: SHA-256 of a salt and the text, in UTF-8, of inputs';

CREATE FUNCTION scoring._needed(what text, value text, optional boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT (optional AND value IS NULL) AND coalesce(value !~ '\S', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s must %s', what, CASE WHEN optional THEN 'be NULL, or say something' ELSE 'be given' END);
  ELSIF octet_length(value) > 10000 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s has %s bytes, where 10000 are the most', what, octet_length(value));
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._needed(text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._needed(text, text, boolean) IS 'internal: 22023 if a text is blank or too long, or NULL and not optional';

CREATE FUNCTION scoring._decide(policy text, model text, "row" record, subject text, purpose text, reference text, on_behalf_of text,
    OUT decision_id bigint, OUT decision text, OUT score integer, OUT pd double precision, OUT reasons text[], OUT rules text[],
    OUT policy_version text, OUT model_version text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  p record;
  m record;
  other record;
  d record;
  columns text[];
  row_inputs jsonb;
  salt bytea;
  judged jsonb;
  shadows jsonb := '[]';
  shadow_evaluation jsonb;
  id bigint;
  fault text;
  inquiries text[] := '{}';
BEGIN
  PERFORM _needed('a subject', _decide.subject);
  PERFORM _needed('a purpose', _decide.purpose);
  PERFORM _needed('the reference', _decide.reference, true);
  PERFORM _needed('on_behalf_of', _decide.on_behalf_of, true);

  -- What a name means and whether that may decide is asked in one statement, and so of one moment: a deployment in between
  -- would make it out to be no longer live.
  SELECT v.name, v.version, v.policy, v.hash, _in_production('policy', v.name, v.version) INTO p FROM _registry_resolve('policy', _decide.policy) r
    JOIN scoring_data.policy_version v ON v.name = r.name AND v.version = r.version;
  PERFORM _version_there('policy', _decide.policy, FOUND);
  IF _decide.model IS NULL THEN
    SELECT v.name, v.version, v.model, v.hash, _in_production('model', v.name, v.version) INTO m
    FROM _registry_assign(p.policy ->> 'model', _decide.subject) assigned JOIN scoring_data.model_version v ON v.name = p.policy ->> 'model' AND v.version = assigned;
    PERFORM _version_there('model', p.policy ->> 'model', FOUND);
  ELSE
    SELECT v.name, v.version, v.model, v.hash, CASE WHEN v.name = p.policy ->> 'model' THEN _in_production('model', v.name, v.version) END INTO m
    FROM _registry_resolve('model', _decide.model) r
      JOIN scoring_data.model_version v ON v.name = r.name AND v.version = r.version;
    PERFORM _version_there('model', _decide.model, FOUND);
    IF m.name IS DISTINCT FROM p.policy ->> 'model' THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('policy "%s@%s" is not for model "%s"', p.name, p.version, _decide.model),
        DETAIL = format('Its cut-offs are for the scores of model "%s".', p.policy ->> 'model');
    END IF;
  END IF;

  columns := ARRAY(SELECT s.c FROM (
      SELECT x.characteristic AS c FROM characteristics(m.model) x
      UNION SELECT unnest(_rule_columns(r ->> 'when')) FROM jsonb_array_elements(p.policy -> 'rules') r) s ORDER BY s.c COLLATE "C");
  row_inputs := inputs("row", columns);
  IF row_inputs IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'there is no row to decide on';
  ELSIF octet_length(row_inputs::text) > 1000000 THEN
    RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = 'the inputs of a decision would be larger than 1000000 bytes';
  END IF;
  IF (p.policy ->> 'inquiries')::boolean THEN
    inquiries := ARRAY(SELECT e.r ->> 'code' FROM jsonb_array_elements(_evaluate(m.model, row_inputs) -> 'reasons') WITH ORDINALITY e (r, place)
                       WHERE _is_inquiry(e.r ->> 'code', m.name, current_date) ORDER BY e.place);
  END IF;
  judged := _judge(p.policy, m.model, row_inputs, inquiries);

  -- What shadows would have said. One that cannot say anything does not stand in the way.
  FOR other IN SELECT v.name, v.version, v.model, v.hash FROM scoring_data.registry_state s JOIN scoring_data.model_version v USING (name, version)
               WHERE s.kind = 'model' AND s.name = m.name AND s.slot = 'challenger' AND s.shadow ORDER BY v.version LOOP
    BEGIN
      shadow_evaluation := _evaluate(other.model, inputs("row", ARRAY(SELECT x.characteristic FROM characteristics(other.model) x)));
      shadows := shadows || jsonb_build_array(jsonb_build_object('model', other.name || '@' || other.version, 'hash', other.hash,
        'score', shadow_evaluation -> 'score', 'pd', shadow_evaluation -> 'pd',
        'by_score', _by_score(p.policy, (shadow_evaluation ->> 'score')::integer)));
    EXCEPTION WHEN undefined_column OR ambiguous_column OR datatype_mismatch OR invalid_parameter_value THEN
      GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT;
      RAISE WARNING USING MESSAGE = format('shadow "%s@%s" could not be computed: %s', other.name, other.version, fault);
      shadows := shadows || jsonb_build_array(jsonb_build_object('model', other.name || '@' || other.version, 'hash', other.hash, 'fault', fault));
    END;
  END LOOP;

  IF p.policy ->> 'inputs' = 'hash' THEN
    salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  END IF;
  id := nextval(pg_get_serial_sequence('scoring_data.decision', 'decision_id'));
  SELECT _decide.subject, id AS decision_id, _decide.reference, _decide.purpose, p.name AS policy_name, p.version AS policy_version, p.hash AS policy_hash,
         m.name AS model_name, m.version AS model_version, m.hash AS model_hash, columns AS input_names,
         CASE WHEN salt IS NULL THEN row_inputs END AS inputs, _inputs_hash(salt, row_inputs) AS inputs_hash, judged || jsonb_build_object('shadows', shadows, 'model_chosen', _decide.model IS NOT NULL,
           -- Auditors see row_hash, and not what it is of. Without this they could try inputs until it fits.
           'nonce', encode(uuid_send(gen_random_uuid()), 'hex')) AS evidence,
         judged ->> 'outcome' AS outcome, (judged #>> '{evaluation,score}')::integer AS score, (judged #>> '{evaluation,pd}')::double precision AS pd,
         ARRAY(SELECT c FROM jsonb_array_elements_text(judged -> 'reasons') WITH ORDINALITY e (c, place) ORDER BY place) AS reasons,
         _reason_texts(ARRAY(SELECT jsonb_array_elements_text(judged -> 'reasons')), m.name, current_date) AS reason_texts,
         ARRAY(SELECT r ->> 'name' FROM jsonb_array_elements(judged -> 'rules') WITH ORDINALITY e (r, place) WHERE r ->> 'effect' IS NOT NULL ORDER BY place) AS rules,
         (judged #>> '{evaluation,missing}')::integer AS missing, (judged #>> '{evaluation,special}')::integer AS special,
         (judged #>> '{evaluation,unseen}')::integer AS unseen, (judged #>> '{evaluation,out_of_range}')::integer AS out_of_range,
         _caller()::text AS role_name, session_user::text AS session_name, _decide.on_behalf_of, clock_timestamp() AS decided_at INTO d;
  INSERT INTO scoring_data.decision (subject, decision_id, reference, purpose, policy_name, policy_version, policy_hash, model_name, model_version, model_hash,
    input_names, inputs, inputs_hash, evidence, outcome, score, pd, reasons, reason_texts, rules, missing, special, unseen, out_of_range,
    role_name, session_name, on_behalf_of, decided_at, row_hash) OVERRIDING SYSTEM VALUE
  VALUES (d.subject, d.decision_id, d.reference, d.purpose, d.policy_name, d.policy_version, d.policy_hash, d.model_name, d.model_version, d.model_hash,
    d.input_names, d.inputs, d.inputs_hash, d.evidence, d.outcome, d.score, d.pd, d.reasons, d.reason_texts, d.rules, d.missing, d.special, d.unseen, d.out_of_range,
    d.role_name, d.session_name, d.on_behalf_of, d.decided_at, _decision_row_hash(d));
  IF salt IS NOT NULL THEN
    INSERT INTO scoring_data.decision_salt (subject, decision_id, salt) VALUES (d.subject, d.decision_id, salt);
  END IF;
  decision_id := d.decision_id;
  decision := d.outcome;
  score := d.score;
  pd := d.pd;
  reasons := d.reasons;
  rules := d.rules;
  policy_version := p.name || '@' || p.version;
  model_version := m.name || '@' || m.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decide(text, text, record, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decide(text, text, record, text, text, text, text) IS 'internal: decide() as the workspace''s owner';

CREATE FUNCTION scoring.decide(policy text, model text, "row" record, subject text, purpose text, reference text DEFAULT NULL, on_behalf_of text DEFAULT NULL,
    OUT decision_id bigint, OUT decision text, OUT score integer, OUT pd double precision, OUT reasons text[], OUT rules text[],
    OUT policy_version text, OUT model_version text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.decide(text, text, record, text, text, text, text) IS 'decides on a row by a live policy, approve, refer or decline, and stores the decision with its evidence; model NULL: the version that the subject is assigned to; call it in FROM, since (decide(...)).* decides once for each column; for officers: 42501; not live, or expired: 55000; unknown policy or model: 42704; the model of another policy, no subject or purpose: 22023; the row as score(model, record): 42703, 42702, 42804; NULL row: 22004; inputs of more than 1 MB: 54000';

-- What people make of it afterwards.

CREATE FUNCTION scoring._decision_of(decision_id bigint) RETURNS record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record;
BEGIN
  -- Locked, so that events on one decision come one after the other; read by the next statement, which sees what another
  -- session had appended by the time it let go.
  PERFORM FROM scoring_data.decision v WHERE v.decision_id = _decision_of.decision_id FOR UPDATE;
  SELECT v.*, coalesce(e.last_number, 0) AS last_number, coalesce(e.last_hash, v.row_hash) AS last_hash, coalesce(e.last_outcome, v.outcome) AS current_outcome INTO d
  FROM scoring_data.decision v
    LEFT JOIN LATERAL (SELECT x.event_number AS last_number, x.row_hash AS last_hash, x.outcome AS last_outcome FROM scoring_data.decision_event x
                       WHERE x.subject = v.subject AND x.decision_id = v.decision_id ORDER BY x.event_number DESC LIMIT 1) e ON true
  WHERE v.decision_id = _decision_of.decision_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('decision %s does not exist', coalesce(decision_id::text, 'NULL'));
  END IF;
  RETURN d;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decision_of(bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decision_of(bigint) IS 'internal: a decision, locked, with the outcome that holds and the end of its history: 42704';

CREATE FUNCTION scoring._add_decision_event(decision record, event text, outcome text, reason_code text, explanation text, requested_by text) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  e record;
BEGIN
  SELECT decision.subject, decision.decision_id, decision.last_number + 1 AS event_number, _add_decision_event.event, _add_decision_event.outcome,
         _add_decision_event.reason_code,
         CASE WHEN _add_decision_event.reason_code IS NOT NULL THEN _reason_texts(ARRAY[_add_decision_event.reason_code], decision.model_name, current_date) END AS reason_texts,
         _add_decision_event.explanation, _add_decision_event.requested_by, _caller()::text AS role_name, session_user::text AS session_name, clock_timestamp() AS at INTO e;
  INSERT INTO scoring_data.decision_event (subject, decision_id, event_number, event, outcome, reason_code, reason_texts, explanation, requested_by,
    role_name, session_name, at, row_hash)
  VALUES (e.subject, e.decision_id, e.event_number, e.event, e.outcome, e.reason_code, e.reason_texts, e.explanation, e.requested_by,
    e.role_name, e.session_name, e.at, _decision_event_hash(e, decision.last_hash));
  RETURN e.event_number;
EXCEPTION WHEN unique_violation THEN
  -- In a transaction whose picture of the history is older than the lock.
  RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = format('the history of decision %s has gone on since this transaction began', decision.decision_id),
    HINT = 'Try again.';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._add_decision_event(record, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._add_decision_event(record, text, text, text, text, text) IS 'internal: appends to the history of a decision that _decision_of() has locked; the number of the event; 40001 if the transaction does not see the history''s end';

CREATE FUNCTION scoring._outcome_refuse(outcome text) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF coalesce(outcome NOT IN ('approve', 'refer', 'decline'), true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s is not an outcome', coalesce(quote_literal(left(outcome, 100)), 'NULL')),
      DETAIL = 'An outcome is approve, refer or decline.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._outcome_refuse(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._outcome_refuse(text) IS 'internal: 22023 unless it is an outcome';

CREATE FUNCTION scoring._override_decision(decision_id bigint, outcome text, reason_code text, explanation text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record := _decision_of(decision_id);
  roles text[];
BEGIN
  PERFORM _outcome_refuse(outcome);
  PERFORM _needed('a reason code', reason_code);
  PERFORM _needed('an explanation', explanation);
  SELECT ARRAY(SELECT jsonb_array_elements_text(p.policy -> 'override' -> _override_decision.outcome)) INTO roles FROM scoring_data.policy_version p
  WHERE p.name = d.policy_name AND p.version = d.policy_version;
  -- A role that does not exist gives no right.
  IF NOT EXISTS (SELECT FROM unnest(roles) r JOIN pg_roles g ON g.rolname = r WHERE pg_has_role(_caller(), g.oid, 'USAGE')) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('permission denied for role "%s" to override a decision to %s', _caller(), outcome),
      DETAIL = CASE WHEN coalesce(roles, '{}') = '{}' THEN format('Policy "%s@%s" lets nobody do that.', d.policy_name, d.policy_version)
                    ELSE format('By policy "%s@%s" it takes membership in %s.', d.policy_name, d.policy_version, array_to_string(roles, ', ')) END;
  END IF;
  IF d.current_outcome = outcome THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('the outcome of decision %s is %s already', decision_id, outcome);
  END IF;
  PERFORM _add_decision_event(d, 'override', outcome, reason_code, explanation, NULL);
  RETURN outcome;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._override_decision(bigint, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._override_decision(bigint, text, text, text) IS 'internal: override_decision() as the workspace''s owner';
CREATE FUNCTION scoring.override_decision(decision_id bigint, outcome text, reason_code text, explanation text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.override_decision(bigint, text, text, text) IS 'puts another outcome in place of a decision''s, for a reason; the decision stays as it was, the override is appended; gives the outcome; for officers who are in a role that the decision''s policy lets override to that outcome: 42501, with the roles; no reason code or explanation, no outcome: 22023; that outcome already: 55000; unknown: 42704';

CREATE FUNCTION scoring._review_decision(decision_id bigint, outcome text, explanation text, requested_by text, reason_code text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record := _decision_of(decision_id);
  me text[] := ARRAY[_caller()::text, session_user::text];
  other record;
BEGIN
  PERFORM _outcome_refuse(outcome);
  PERFORM _needed('an explanation', explanation);
  PERFORM _needed('who asked for the review', requested_by);
  IF outcome = 'decline' AND d.current_outcome <> 'decline' THEN
    PERFORM _needed('a reason code, for a review that declines,', reason_code);
  END IF;
  -- One person is one role or one login, as in the registry.
  IF _caller_is_lent() THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('decision %s cannot be reviewed by a function that runs with the rights of its owner', decision_id),
      DETAIL = format('That function acts as role "%s" in a session of "%s".', me[1], me[2]), HINT = 'It takes a person, logged in as themselves.';
  END IF;
  SELECT p.* INTO other FROM (
    SELECT 'decided' AS did, d.role_name AS role_name, d.session_name AS session_name
    UNION ALL SELECT 'overridden', e.role_name, e.session_name FROM scoring_data.decision_event e
    WHERE e.subject = d.subject AND e.decision_id = d.decision_id AND e.event = 'override') p
  WHERE ARRAY[p.role_name, p.session_name] && me LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('decision %s cannot be reviewed by the one who took it', decision_id),
      DETAIL = format('It was %s by role "%s" in a session of "%s"; this is role "%s" in a session of "%s".', other.did, other.role_name, other.session_name, me[1], me[2]),
      HINT = 'It takes another officer, logged in as themselves.';
  END IF;
  PERFORM _add_decision_event(d, 'review', outcome, reason_code, explanation, requested_by);
  RETURN outcome;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._review_decision(bigint, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._review_decision(bigint, text, text, text, text) IS 'internal: review_decision() as the workspace''s owner';
CREATE FUNCTION scoring.review_decision(decision_id bigint, outcome text, explanation text, requested_by text DEFAULT 'subject', reason_code text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.review_decision(bigint, text, text, text, text) IS 'records that a person looked at a decision, at whose request, and what they found: the same outcome, or another, which then holds; a review that declines what was not declined needs a reason code; gives the outcome; for officers who neither took nor overrode it: 42501; no explanation, no outcome: 22023; unknown: 42704';

CREATE FUNCTION scoring._erase_decision_salt(subject text, explanation text, decision_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  s record;
  d record;
  erased bigint := 0;
BEGIN
  PERFORM _needed('a subject', _erase_decision_salt.subject);
  PERFORM _needed('an explanation', _erase_decision_salt.explanation);
  FOR s IN SELECT x.subject, x.decision_id FROM scoring_data.decision_salt x
           WHERE x.subject = _erase_decision_salt.subject AND (_erase_decision_salt.decision_id IS NULL OR x.decision_id = _erase_decision_salt.decision_id)
           ORDER BY x.decision_id LOOP
    d := _decision_of(s.decision_id);
    DELETE FROM scoring_data.decision_salt x WHERE x.subject = s.subject AND x.decision_id = s.decision_id;
    IF FOUND THEN
      PERFORM _add_decision_event(d, 'erase salt', d.current_outcome, NULL, _erase_decision_salt.explanation, NULL);
      erased := erased + 1;
    END IF;
  END LOOP;
  RETURN erased;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erase_decision_salt(text, text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erase_decision_salt(text, text, bigint) IS 'internal: erase_decision_salt() as the workspace''s owner';
CREATE FUNCTION scoring.erase_decision_salt(subject text, explanation text, decision_id bigint DEFAULT NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.erase_decision_salt(text, text, bigint) IS 'erases the salts of the hashed inputs of a subject''s decisions, or of one: nobody can tell any more whether given inputs were theirs; the decisions stay; how many were erased; for stewards: 42501; no subject or explanation: 22023';

-- Looking back. What catches errors is unsafe in parallel plans, which know no subtransactions, and so it is volatile.

CREATE FUNCTION scoring._decision_evidence(decision_id bigint) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record;
BEGIN
  SELECT v.* INTO d FROM scoring_data.decision v WHERE v.decision_id = _decision_evidence.decision_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('decision %s does not exist', coalesce(decision_id::text, 'NULL'));
  END IF;
  RETURN to_jsonb(d) || jsonb_build_object('events', coalesce((
    SELECT jsonb_agg(to_jsonb(e) - 'subject' - 'decision_id' ORDER BY e.event_number) FROM scoring_data.decision_event e
    WHERE e.subject = d.subject AND e.decision_id = d.decision_id), '[]'));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decision_evidence(bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decision_evidence(bigint) IS 'internal: decision_evidence() as the workspace''s owner';
CREATE FUNCTION scoring.decision_evidence(decision_id bigint) RETURNS jsonb
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.decision_evidence(bigint) IS 'all that is kept of a decision: inputs or their hash, evidence with bins, points and what each rule said, reasons with texts, versions and hashes, who and when, and what became of it; for officers: 42501; unknown: 42704';

CREATE FUNCTION scoring._json_differences(stored jsonb, recomputed jsonb, path text, OUT field text, OUT before jsonb, OUT after jsonb) RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  key text;
BEGIN
  IF stored IS NOT DISTINCT FROM recomputed THEN
    RETURN;
  ELSIF jsonb_typeof(stored) = 'object' AND jsonb_typeof(recomputed) = 'object' THEN
    FOR key IN SELECT k FROM jsonb_object_keys(stored || recomputed) k ORDER BY k COLLATE "C" LOOP
      RETURN QUERY SELECT * FROM _json_differences(stored -> key, recomputed -> key, concat_ws('.', path, key));
    END LOOP;
  ELSIF jsonb_typeof(stored) = 'array' AND jsonb_typeof(recomputed) = 'array' AND jsonb_array_length(stored) = jsonb_array_length(recomputed) THEN
    FOR place IN 0 .. jsonb_array_length(stored) - 1 LOOP
      RETURN QUERY SELECT * FROM _json_differences(stored -> place, recomputed -> place, format('%s[%s]', path, place));
    END LOOP;
  ELSE
    field := path;
    before := stored;
    after := recomputed;
    RETURN NEXT;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._json_differences(jsonb, jsonb, text, OUT text, OUT jsonb, OUT jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._json_differences(jsonb, jsonb, text) IS 'internal: where two JSON values differ, with what is there in each';

-- A decoded model is kept by its hash, so that one whose hash was left and whose text was changed would go unnoticed by a
-- session that knows the true one. The text is looked at once for a replay, not for each decision.
CREATE FUNCTION scoring._changed_models(only_name text, only_version integer) RETURNS text[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  v record;
  changed text[] := '{}';
BEGIN
  FOR v IN SELECT * FROM scoring_data.model_version m
           WHERE only_name IS NULL OR m.name = only_name AND m.version = only_version LOOP
    BEGIN
      CONTINUE WHEN _model_row_hash(v) = v.row_hash;
    EXCEPTION WHEN data_corrupted THEN
      NULL;  -- changed, and so much that it is no model any more
    END;
    changed := changed || (v.name || '@' || v.version);
  END LOOP;
  RETURN changed;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._changed_models(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._changed_models(text, integer) IS 'internal: the versions of models, of all or of one, whose row was changed since it was registered';

CREATE FUNCTION scoring._replay_row(decision record, given jsonb, changed_models text[], OUT equal boolean, OUT differences jsonb)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
  m record;
  salt bytea;
  inputs jsonb := decision.inputs;
  judged jsonb;
  stored jsonb;
  recomputed jsonb;
  verified boolean := true;
  previous text := decision.row_hash;
  number integer := 0;
  e record;
  fault text;
BEGIN
  differences := '[]';
  -- The record itself, and what came after.
  IF _decision_row_hash(decision) <> decision.row_hash THEN
    differences := differences || jsonb_build_object('field', 'row_hash', 'problem', 'the row of the decision was changed');
  END IF;
  FOR e IN SELECT * FROM scoring_data.decision_event v WHERE v.subject = decision.subject AND v.decision_id = decision.decision_id ORDER BY v.event_number LOOP
    number := number + 1;
    IF e.event_number <> number OR e.row_hash <> _decision_event_hash(e, previous) THEN
      differences := differences || jsonb_build_object('field', format('event %s', number), 'problem', 'what became of the decision was changed');
      EXIT;
    END IF;
    previous := e.row_hash;
  END LOOP;

  -- What it was decided by.
  SELECT v.policy, v.hash, _policy_hash(v.policy) AS real_hash INTO p FROM scoring_data.policy_version v
  WHERE v.name = decision.policy_name AND v.version = decision.policy_version;
  IF NOT FOUND THEN
    differences := differences || jsonb_build_object('field', 'policy', 'problem', 'its version is gone');
  ELSIF p.real_hash <> decision.policy_hash OR p.hash <> decision.policy_hash THEN
    differences := differences || jsonb_build_object('field', 'policy_hash', 'stored', decision.policy_hash, 'recomputed', p.real_hash);
  END IF;
  BEGIN
    -- The base points are asked for so that the model is read: then its hash is known to be that of its content.
    SELECT v.model, v.hash, hash(v.model) AS real_hash, base_points(v.model) INTO m FROM scoring_data.model_version v
    WHERE v.name = decision.model_name AND v.version = decision.model_version;
    IF NOT FOUND THEN
      differences := differences || jsonb_build_object('field', 'model', 'problem', 'its version is gone');
    ELSIF m.real_hash <> decision.model_hash OR m.hash <> decision.model_hash THEN
      differences := differences || jsonb_build_object('field', 'model_hash', 'stored', decision.model_hash, 'recomputed', m.real_hash);
    ELSIF decision.model_name || '@' || decision.model_version = ANY (changed_models) THEN
      differences := differences || jsonb_build_object('field', 'model', 'problem', 'its row was changed since it was registered');
    END IF;
  EXCEPTION WHEN data_corrupted THEN
    GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT;
    differences := differences || jsonb_build_object('field', 'model', 'problem', fault);
    m := NULL;
  END;

  -- What it was decided on.
  IF decision.inputs_hash IS NOT NULL THEN
    SELECT s.salt INTO salt FROM scoring_data.decision_salt s WHERE s.subject = decision.subject AND s.decision_id = decision.decision_id;
    IF NOT FOUND THEN
      verified := false;
      differences := differences || jsonb_build_object('field', 'inputs', 'problem', 'their salt was erased: they cannot be verified');
    ELSIF given IS NULL THEN
      verified := false;
      differences := differences || jsonb_build_object('field', 'inputs', 'problem', 'only their hash was stored: give them');
    ELSIF _inputs_hash(salt, given) <> decision.inputs_hash THEN
      differences := differences || jsonb_build_object('field', 'inputs', 'problem', 'those given are not the ones that were decided on');
    ELSE
      inputs := given;
    END IF;
  ELSIF given IS NOT NULL AND given <> inputs THEN
    differences := differences || jsonb_build_object('field', 'inputs', 'problem', 'those given are not the ones that were decided on');
  END IF;

  IF p.policy IS NOT NULL AND m.model IS NOT NULL AND inputs IS NOT NULL THEN
    BEGIN
      judged := _judge(p.policy, m.model, inputs, ARRAY(SELECT jsonb_array_elements_text(decision.evidence -> 'inquiry_codes')));
      stored := (decision.evidence - '{shadows,model_chosen,nonce}'::text[]) || jsonb_build_object('decision', jsonb_build_object('outcome', decision.outcome, 'score', decision.score,
        'pd', decision.pd, 'reasons', decision.reasons, 'rules', decision.rules, 'missing', decision.missing,
        'special', decision.special, 'unseen', decision.unseen, 'out_of_range', decision.out_of_range));
      recomputed := judged || jsonb_build_object('decision', jsonb_build_object('outcome', judged -> 'outcome', 'score', judged #> '{evaluation,score}',
        'pd', judged #> '{evaluation,pd}', 'reasons', judged -> 'reasons',
        'rules', jsonb_path_query_array(judged, '$.rules[*] ? (@.effect != null).name'),
        'missing', judged #> '{evaluation,missing}', 'special', judged #> '{evaluation,special}',
        'unseen', judged #> '{evaluation,unseen}', 'out_of_range', judged #> '{evaluation,out_of_range}'));
      IF stored <> recomputed THEN
        differences := differences || (SELECT jsonb_agg(jsonb_build_object('field', d.field, 'stored', d.before, 'recomputed', d.after))
                                       FROM _json_differences(stored, recomputed, NULL) d);
      END IF;
    -- Not what an operator does (cancel, a full disk): only what a record that was tampered with leads to.
    EXCEPTION WHEN data_exception OR syntax_error OR datatype_mismatch OR undefined_column OR data_corrupted THEN
      GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT;
      differences := differences || jsonb_build_object('field', 'evaluation', 'problem', fault);
    END;
  END IF;
  equal := CASE WHEN jsonb_array_length(differences) > CASE WHEN verified THEN 0 ELSE 1 END THEN false WHEN verified THEN true END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._replay_row(record, jsonb, text[], OUT boolean, OUT jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._replay_row(record, jsonb, text[]) IS 'internal: a row of scoring_data.decision, decided again from what was stored; NULL if its inputs cannot be had';

-- Those who may not see inputs, bins and points learn which fields differ, not what they hold.
CREATE FUNCTION scoring._may_see_evidence() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN has_function_privilege(_caller(), 'scoring._decision_evidence(bigint)', 'EXECUTE');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._may_see_evidence() FROM PUBLIC;
COMMENT ON FUNCTION scoring._may_see_evidence() IS 'internal: whether the caller may call decision_evidence()';

CREATE FUNCTION scoring._seen_differences(differences jsonb, everything boolean) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN CASE WHEN everything THEN differences
              ELSE coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('field', d.value -> 'field', 'problem', CASE WHEN d.value ->> 'field' <> 'evaluation' THEN d.value -> 'problem' END)) ORDER BY d.place) FROM jsonb_array_elements(differences) WITH ORDINALITY d (value, place)), '[]') END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._seen_differences(jsonb, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._seen_differences(jsonb, boolean) IS 'internal: differences without the values, unless everything may be seen';

CREATE FUNCTION scoring._replay(decision_id bigint, inputs jsonb, OUT equal boolean, OUT differences jsonb)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record;
  r record;
  may_see boolean := _may_see_evidence();
BEGIN
  -- Trying inputs until a hash fits would be a way to learn them.
  IF inputs IS NOT NULL AND NOT may_see THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('permission denied for role "%s" to replay given inputs', _caller()),
      DETAIL = 'It takes the right to call decision_evidence(), which shows inputs.';
  END IF;
  SELECT v.* INTO d FROM scoring_data.decision v WHERE v.decision_id = _replay.decision_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('decision %s does not exist', coalesce(decision_id::text, 'NULL'));
  END IF;
  r := _replay_row(d, inputs, _changed_models(d.model_name, d.model_version));
  equal := r.equal;
  differences := _seen_differences(r.differences, may_see);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._replay(bigint, jsonb, OUT boolean, OUT jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._replay(bigint, jsonb) IS 'internal: replay() as the workspace''s owner';
CREATE FUNCTION scoring.replay(decision_id bigint, inputs jsonb DEFAULT NULL, OUT equal boolean, OUT differences jsonb)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.replay(bigint, jsonb) IS 'decides again from what was stored: the model''s version, the policy''s, the inputs, which must be given if only their hash was kept; equal is true if all comes out to the bit and no record was changed, NULL if the inputs cannot be had; differences names the fields, and to those who may see evidence says what was stored and what came out; for officers and auditors: 42501, also for inputs given by an auditor; unknown: 42704';

CREATE FUNCTION scoring._replay_all(since timestamptz, until timestamptz, everything boolean, OUT decision_id bigint, OUT equal boolean, OUT differences jsonb) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  d record;
  r record;
  may_see boolean := _may_see_evidence();
  changed_models text[] := _changed_models(NULL, NULL);
BEGIN
  FOR d IN SELECT v.* FROM scoring_data.decision v
           WHERE (since IS NULL OR v.decided_at >= since) AND (until IS NULL OR v.decided_at < until) LOOP
    r := _replay_row(d, NULL, changed_models);
    CONTINUE WHEN NOT coalesce(_replay_all.everything, false) AND r.equal IS DISTINCT FROM false;
    decision_id := d.decision_id;
    equal := r.equal;
    differences := _seen_differences(r.differences, may_see);
    RETURN NEXT;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._replay_all(timestamptz, timestamptz, boolean, OUT bigint, OUT boolean, OUT jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._replay_all(timestamptz, timestamptz, boolean) IS 'internal: replay_all() as the workspace''s owner';
CREATE FUNCTION scoring.replay_all(since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, everything boolean DEFAULT false,
    OUT decision_id bigint, OUT equal boolean, OUT differences jsonb) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 100 AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.replay_all(timestamptz, timestamptz, boolean) IS 'replay() of every decision taken from since on and before until, NULL for no bound: those that do not come out equal, or with everything all of them, for counting; in no order; for officers and auditors: 42501';

-- doctor()

CREATE FUNCTION scoring._check_decision("limit" bigint DEFAULT 10000, OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  mend constant text := 'find out who wrote to the tables of the workspace; restore the row from a backup';
  v record;
  d record;
  e record;
  previous text;
  number integer;
BEGIN
  -- Policies: the value is the one that was registered.
  RETURN QUERY SELECT 'error', format('policy "%s@%s"', r.name, r.version), 'it was registered, and its policy is gone', mend
    FROM scoring_data.registry_state r
    WHERE r.kind = 'policy' AND NOT EXISTS (SELECT FROM scoring_data.policy_version p WHERE p.name = r.name AND p.version = r.version) ORDER BY r.name, r.version;
  FOR v IN SELECT p.*, r.hash AS registered_hash FROM scoring_data.policy_version p
             LEFT JOIN LATERAL (SELECT x.evidence ->> 'hash' AS hash FROM scoring_data.registry_event x
                                WHERE x.kind = 'policy' AND x.name = p.name AND x.version = p.version AND x.event = 'register') r ON true ORDER BY p.name, p.version LOOP
    object := format('policy "%s@%s"', v.name, v.version);
    IF _policy_hash(v.policy) <> v.hash OR v.hash IS DISTINCT FROM v.registered_hash THEN
      RETURN QUERY SELECT 'error', object, 'it is not the policy that was registered: its hash is another', mend;
    ELSIF _policy_row_hash(v) <> v.row_hash THEN
      RETURN QUERY SELECT 'error', object, 'its row was changed since it was registered', mend;
    END IF;
  END LOOP;

  -- Decisions: what they rest on is there, and is the same.
  RETURN QUERY SELECT 'error', format('decisions by model "%s@%s"', x.model_name, x.model_version),
                      format(CASE WHEN m.hash IS NULL THEN 'the model''s version is gone (decisions: %s)' ELSE 'they were taken by a model of another hash (decisions: %s)' END, x.n), mend
    FROM (SELECT count(*) AS n, c.model_name, c.model_version, c.model_hash FROM scoring_data.decision c GROUP BY 2, 3, 4) x
      LEFT JOIN scoring_data.model_version m ON m.name = x.model_name AND m.version = x.model_version
    WHERE CASE WHEN m.hash IS NULL THEN true WHEN _model_fault(m.model) IS NULL THEN hash(m.model) <> x.model_hash END ORDER BY x.model_name, x.model_version;
  RETURN QUERY SELECT 'error', format('decisions by policy "%s@%s"', x.policy_name, x.policy_version),
                      format(CASE WHEN p.hash IS NULL THEN 'the policy''s version is gone (decisions: %s)' ELSE 'they were taken by a policy of another hash (decisions: %s)' END, x.n), mend
    FROM (SELECT count(*) AS n, c.policy_name, c.policy_version, c.policy_hash FROM scoring_data.decision c GROUP BY 2, 3, 4) x
      LEFT JOIN scoring_data.policy_version p ON p.name = x.policy_name AND p.version = x.policy_version
    WHERE p.hash IS NULL OR _policy_hash(p.policy) <> x.policy_hash ORDER BY x.policy_name, x.policy_version;

  -- The newest rows, and what became of them, are as they were written.
  FOR d IN SELECT c.* FROM scoring_data.decision c ORDER BY c.decision_id DESC LIMIT "limit" LOOP
    IF _decision_row_hash(d) <> d.row_hash THEN
      RETURN QUERY SELECT 'error', format('decision %s', d.decision_id), 'its row was changed since it was taken', mend;
    END IF;
    previous := d.row_hash;
    number := 0;
    FOR e IN SELECT * FROM scoring_data.decision_event x WHERE x.subject = d.subject AND x.decision_id = d.decision_id ORDER BY x.event_number LOOP
      number := number + 1;
      IF e.event_number <> number OR e.row_hash <> _decision_event_hash(e, previous) THEN
        RETURN QUERY SELECT 'error', format('decision %s', d.decision_id), format('event %s of its history was changed, or is gone', number), mend;
        EXIT;
      END IF;
      previous := e.row_hash;
    END LOOP;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_decision(bigint, OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_decision(bigint) IS 'internal: what is wrong with the contents of room decision, for doctor(): policies and decisions that were changed, versions that are gone; rows of the newest decisions, as many as the limit, NULL for all';
-- notice: what an applicant who was refused is told, in a language of theirs.

CREATE FUNCTION scoring._format_number(value double precision, locale text) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_icu_format_number';
REVOKE EXECUTE ON FUNCTION scoring._format_number(double precision, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._format_number(double precision, text) IS 'internal: a number as a locale writes it, by ICU; no locale: 22023; a character that the database''s encoding lacks: 22P05';

CREATE FUNCTION scoring._format_date(day date, locale text) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_icu_format_date';
REVOKE EXECUTE ON FUNCTION scoring._format_date(date, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._format_date(date, text) IS 'internal: a date written out in a locale, by ICU; no locale: 22023; infinite: 22008; a character that the database''s encoding lacks: 22P05';

CREATE FUNCTION scoring._plural(n double precision, locale text) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_icu_plural_form';
REVOKE EXECUTE ON FUNCTION scoring._plural(double precision, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._plural(double precision, text) IS 'internal: the plural category of a count in a locale, by ICU: zero, one, two, few, many or other; no locale: 22023';

CREATE FUNCTION scoring._languages(locale text) RETURNS text[]
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_icu_language_list';
REVOKE EXECUTE ON FUNCTION scoring._languages(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._languages(text) IS 'internal: the languages whose texts a reader of a locale can be given, nearest first: zh-CN gives zh-CN, zh-Hans, zh; no locale: 22023';

-- Texts. Whatever is law in a text is the bank's to replace, by one with a later date.

-- The shipped ones, as JSON by language. Beyond ASCII they are escaped, since this script has to be readable in every
-- encoding; docs/notice.md shows them as they are.
CREATE FUNCTION scoring._shipped_notice_texts(OUT language text, OUT texts text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES
('en', '{
  "title": "Notice of our decision on your application",
  "date": "Date of decision: {date}",
  "reference": "Application: {reference}",
  "number": "Decision number: {number}",
  "opening": "Thank you for your application. We are sorry to tell you that we cannot approve it.",
  "reasons.one": "The principal reason for this decision is:",
  "reasons.other": "The principal reasons for this decision are:",
  "item": "  {n}. {reason}",
  "score": "On {date} we calculated a credit score for you. It was {score}, on a scale from {low} to {high}; the higher the score, the lower the risk.",
  "automated": "This decision was made by a computer program alone; no person took part in it.",
  "human": "This decision was made by a person.",
  "reviewed": "A person has reviewed this decision and confirmed it.",
  "rights": "You have the right to have this decision reviewed by a person, to give us your point of view and to contest the decision. You may also ask which information about you it rests on, and have information corrected that is wrong. Please write to us at the address above and quote the decision number."
}'),
('de', '{
  "title": "Mitteilung \u00fcber unsere Entscheidung zu Ihrem Antrag",
  "date": "Datum der Entscheidung: {date}",
  "reference": "Antragsnummer: {reference}",
  "number": "Entscheidungsnummer: {number}",
  "opening": "Vielen Dank f\u00fcr Ihren Antrag. Leider m\u00fcssen wir Ihnen mitteilen, dass wir ihn nicht bewilligen k\u00f6nnen.",
  "reasons.one": "Der wesentliche Grund f\u00fcr diese Entscheidung ist:",
  "reasons.other": "Die wesentlichen Gr\u00fcnde f\u00fcr diese Entscheidung sind:",
  "item": "  {n}. {reason}",
  "score": "Am {date} haben wir f\u00fcr Sie einen Kreditscore berechnet. Er betr\u00e4gt {score} auf einer Skala von {low} bis {high}; je h\u00f6her der Wert, desto geringer das Risiko.",
  "automated": "Diese Entscheidung wurde ausschlie\u00dflich automatisiert getroffen, ohne Mitwirkung eines Menschen.",
  "human": "Diese Entscheidung wurde von einem Menschen getroffen.",
  "reviewed": "Ein Mensch hat diese Entscheidung \u00fcberpr\u00fcft und best\u00e4tigt.",
  "rights": "Sie haben das Recht, diese Entscheidung von einem Menschen \u00fcberpr\u00fcfen zu lassen, Ihren Standpunkt darzulegen und die Entscheidung anzufechten. Sie k\u00f6nnen au\u00dferdem Auskunft dar\u00fcber verlangen, auf welchen Angaben zu Ihrer Person sie beruht, und unrichtige Angaben berichtigen lassen. Bitte schreiben Sie uns dazu an die oben genannte Anschrift und geben Sie die Entscheidungsnummer an."
}'),
('zh-Hans', '{
  "title": "\u7533\u8bf7\u5ba1\u6279\u7ed3\u679c\u901a\u77e5\u4e66",
  "date": "\u51b3\u5b9a\u65e5\u671f\uff1a{date}",
  "reference": "\u7533\u8bf7\u7f16\u53f7\uff1a{reference}",
  "number": "\u51b3\u5b9a\u7f16\u53f7\uff1a{number}",
  "opening": "\u611f\u8c22\u60a8\u7684\u7533\u8bf7\u3002\u5f88\u9057\u61be\uff0c\u60a8\u7684\u7533\u8bf7\u672a\u83b7\u6279\u51c6\u3002",
  "reasons.other": "\u4f5c\u51fa\u672c\u51b3\u5b9a\u7684\u4e3b\u8981\u539f\u56e0\u5982\u4e0b\uff1a",
  "item": "  {n}. {reason}",
  "score": "{date}\uff0c\u6211\u4eec\u5bf9\u60a8\u8fdb\u884c\u4e86\u4fe1\u7528\u8bc4\u5206\uff0c\u60a8\u7684\u8bc4\u5206\u4e3a{score}\u5206\u3002\u8bc4\u5206\u8303\u56f4\u4e3a{low}\u5206\u81f3{high}\u5206\uff0c\u5206\u6570\u8d8a\u9ad8\uff0c\u4fe1\u7528\u98ce\u9669\u8d8a\u4f4e\u3002",
  "automated": "\u672c\u51b3\u5b9a\u7531\u8ba1\u7b97\u673a\u7cfb\u7edf\u81ea\u52a8\u4f5c\u51fa\uff0c\u672a\u7ecf\u4eba\u5de5\u5e72\u9884\u3002",
  "human": "\u672c\u51b3\u5b9a\u7531\u5de5\u4f5c\u4eba\u5458\u4f5c\u51fa\u3002",
  "reviewed": "\u672c\u51b3\u5b9a\u5df2\u7531\u5de5\u4f5c\u4eba\u5458\u590d\u6838\uff0c\u5e76\u4e88\u4ee5\u7ef4\u6301\u3002",
  "rights": "\u60a8\u6709\u6743\u8981\u6c42\u5bf9\u672c\u51b3\u5b9a\u8fdb\u884c\u4eba\u5de5\u590d\u6838\uff0c\u6709\u6743\u8981\u6c42\u6211\u4eec\u5bf9\u672c\u51b3\u5b9a\u4e88\u4ee5\u8bf4\u660e\uff0c\u5e76\u6709\u6743\u9648\u8ff0\u60a8\u7684\u610f\u89c1\u3001\u5bf9\u672c\u51b3\u5b9a\u63d0\u51fa\u5f02\u8bae\u3002\u60a8\u8fd8\u6709\u6743\u67e5\u8be2\u672c\u51b3\u5b9a\u6240\u4f9d\u636e\u7684\u60a8\u7684\u4e2a\u4eba\u4fe1\u606f\uff0c\u5982\u6709\u9519\u8bef\uff0c\u53ef\u4ee5\u8981\u6c42\u66f4\u6b63\u3002\u8bf7\u6309\u4e0a\u8ff0\u5730\u5740\u6765\u51fd\uff0c\u5e76\u6ce8\u660e\u51b3\u5b9a\u7f16\u53f7\u3002"
}');
END;
REVOKE EXECUTE ON FUNCTION scoring._shipped_notice_texts(OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._shipped_notice_texts() IS 'internal: the texts of notices that setup() puts in, as JSON by language';

CREATE FUNCTION scoring._setup_notice() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  shipped record;
BEGIN
  PERFORM _make_table('reason_text', $t$
    code text NOT NULL,
    language text NOT NULL,
    model_name text NOT NULL,
    valid_from date NOT NULL,
    wording text NOT NULL,
    is_inquiry boolean NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (code, language, model_name, valid_from)$t$,
    'what reason codes say to an applicant');
  COMMENT ON COLUMN scoring_data.reason_text.model_name IS 'the model that it is for; empty for any';
  COMMENT ON COLUMN scoring_data.reason_text.valid_from IS 'the first day, in UTC; it holds until the next one begins';
  COMMENT ON COLUMN scoring_data.reason_text.is_inquiry IS 'the code is about inquiries for credit, which a notice may have to name beside the principal reasons';
  PERFORM _make_table('notice_text', $t$
    language text NOT NULL,
    part text NOT NULL,
    valid_from date NOT NULL,
    wording text NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (language, part, valid_from)$t$,
    'the texts of notices, by part; a language that is empty is any');
  -- A database whose encoding lacks the characters of a language does without it; who asks for a notice in it is told.
  FOR shipped IN SELECT s.language, s.texts FROM _shipped_notice_texts() s LOOP
    BEGIN
      INSERT INTO scoring_data.notice_text (language, part, valid_from, wording, role_name, session_name, set_at)
      SELECT shipped.language, t.key, '2000-01-01', t.value, 'scoring', 'scoring', now() FROM jsonb_each_text(shipped.texts::jsonb) t
      ON CONFLICT DO NOTHING;
    EXCEPTION WHEN untranslatable_character OR feature_not_supported THEN
      RAISE DEBUG USING MESSAGE = format('the texts of language "%s" cannot be written in encoding %s', shipped.language, getdatabaseencoding());
    END;
  END LOOP;

  PERFORM _make_view('reason_texts', $q$
    SELECT code, language, nullif(model_name, '') AS model, valid_from,
           lead(valid_from) OVER (PARTITION BY code, language, model_name ORDER BY valid_from) AS valid_before,
           wording, is_inquiry, role_name, session_name, set_at
    FROM scoring_data.reason_text$q$,
    'what reason codes say to an applicant, in which language, and from when until before when');
  PERFORM _make_view('notice_texts', $q$
    SELECT nullif(language, '') AS language, part, valid_from,
           lead(valid_from) OVER (PARTITION BY language, part ORDER BY valid_from) AS valid_before, wording, role_name, session_name, set_at
    FROM scoring_data.notice_text$q$,
    'the texts of notices, and from when until before when');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_notice() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_notice() IS 'internal: the tables and views of room notice, and the shipped texts';

CREATE FUNCTION scoring._language_refuse(language text) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF coalesce(language !~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s is not a language', coalesce(quote_literal(left(language, 100)), 'NULL')),
      HINT = 'Give a language tag, such as en, de-AT or zh-Hans.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._language_refuse(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._language_refuse(text) IS 'internal: 22023 unless it is a language tag in its usual spelling';

-- What was said on days that are past stays what was said.
CREATE FUNCTION scoring._from_refuse(valid_from date) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF valid_from IS NULL OR valid_from < current_date OR NOT isfinite(valid_from) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a text can hold from today or a later day',
      DETAIL = format('Today is %s, in UTC.', current_date);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._from_refuse(date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._from_refuse(date) IS 'internal: 22023 if a day is past';

CREATE FUNCTION scoring._set_reason_text(code text, language text, wording text, valid_from date, model text, is_inquiry boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  "from" date := coalesce(_set_reason_text.valid_from, current_date);
BEGIN
  PERFORM _needed('a reason code', _set_reason_text.code);
  PERFORM _needed('the wording', _set_reason_text.wording);
  PERFORM _language_refuse(_set_reason_text.language);
  PERFORM _from_refuse("from");
  INSERT INTO scoring_data.reason_text AS t (code, language, model_name, valid_from, wording, is_inquiry, role_name, session_name, set_at)
  VALUES (_set_reason_text.code, _set_reason_text.language, coalesce(_set_reason_text.model, ''), "from", _set_reason_text.wording,
          coalesce(_set_reason_text.is_inquiry, false), _caller(), session_user, clock_timestamp())
  ON CONFLICT (code, language, model_name, valid_from) DO UPDATE
  SET wording = excluded.wording, is_inquiry = excluded.is_inquiry, role_name = excluded.role_name, session_name = excluded.session_name, set_at = excluded.set_at;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._set_reason_text(text, text, text, date, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._set_reason_text(text, text, text, date, text, boolean) IS 'internal: set_reason_text() as the workspace''s owner';
CREATE FUNCTION scoring.set_reason_text(code text, language text, wording text, valid_from date DEFAULT NULL, model text DEFAULT NULL, is_inquiry boolean DEFAULT false) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.set_reason_text(text, text, text, date, text, boolean) IS 'says what a reason code tells an applicant, in a language, from a day on (NULL: today in UTC), for a model or for any (NULL); is_inquiry: the code is about inquiries for credit; the text of that very day is replaced; for stewards: 42501; a day that is past, no code, wording or language: 22023';

CREATE FUNCTION scoring._notice_parts(OUT part text, OUT names text[], OUT needed boolean) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('lender', '{}'::text[], true), ('title', '{}', true), ('date', '{date}', true), ('reference', '{reference}', true), ('number', '{number}', true),
           ('opening', '{}', true), ('reasons.zero', '{n}', false), ('reasons.one', '{n}', false), ('reasons.two', '{n}', false), ('reasons.few', '{n}', false),
           ('reasons.many', '{n}', false), ('reasons.other', '{n}', true), ('item', '{n,reason}', true), ('score', '{score,date,low,high}', true),
           ('automated', '{}', true), ('human', '{}', true), ('reviewed', '{}', true), ('rights', '{number}', true), ('legal', '{}', false);
END;
REVOKE EXECUTE ON FUNCTION scoring._notice_parts(OUT text, OUT text[], OUT boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._notice_parts() IS 'internal: the parts of a notice, the names in braces that each may use, and whether a notice cannot be without';

-- Names in braces, replaced in one pass, so that nothing in a value is taken for a name.
CREATE FUNCTION scoring._fill(wording text, "values" jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT string_agg(CASE WHEN t.token ~ '^\{[a-z]+\}$' AND "values" ? btrim(t.token, '{}') THEN "values" ->> btrim(t.token, '{}') ELSE t.token END, '' ORDER BY t.place)
          FROM regexp_matches(wording, '\{[a-z]+\}|[^{]+|\{', 'g') WITH ORDINALITY m (match, place), LATERAL (SELECT m.match[1] AS token, m.place) t);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._fill(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._fill(text, jsonb) IS 'internal: a wording with {name} replaced by the value of that name';

CREATE FUNCTION scoring._set_notice_text(language text, part text, wording text, valid_from date) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  "from" date := coalesce(_set_notice_text.valid_from, current_date);
  may text[];
  name text;
BEGIN
  SELECT p.names INTO may FROM _notice_parts() p WHERE p.part = _set_notice_text.part;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a notice has no part %s', coalesce(quote_literal(left(_set_notice_text.part, 100)), 'NULL')),
      DETAIL = format('The parts are %s.', (SELECT string_agg(p.part, ', ') FROM _notice_parts() p));
  END IF;
  PERFORM _needed('the wording', _set_notice_text.wording);
  IF _set_notice_text.language IS NOT NULL OR _set_notice_text.part NOT IN ('lender', 'legal') THEN
    PERFORM _language_refuse(_set_notice_text.language);
  END IF;
  PERFORM _from_refuse("from");
  SELECT m[1] INTO name FROM regexp_matches(_set_notice_text.wording, '\{([a-z]+)\}', 'g') m WHERE m[1] <> ALL (may) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('part "%s" of a notice knows no {%s}', _set_notice_text.part, name),
      DETAIL = CASE WHEN may = '{}' THEN 'It knows no names.' ELSE format('It knows {%s}.', array_to_string(may, '}, {')) END;
  END IF;
  INSERT INTO scoring_data.notice_text AS t (language, part, valid_from, wording, role_name, session_name, set_at)
  VALUES (coalesce(_set_notice_text.language, ''), _set_notice_text.part, "from", _set_notice_text.wording, _caller(), session_user, clock_timestamp())
  ON CONFLICT (language, part, valid_from) DO UPDATE
  SET wording = excluded.wording, role_name = excluded.role_name, session_name = excluded.session_name, set_at = excluded.set_at;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._set_notice_text(text, text, text, date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._set_notice_text(text, text, text, date) IS 'internal: set_notice_text() as the workspace''s owner';
CREATE FUNCTION scoring.set_notice_text(language text, part text, wording text, valid_from date DEFAULT NULL) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.set_notice_text(text, text, text, date) IS 'says what a part of a notice (docs/notice.md) reads in a language, from a day on (NULL: today in UTC); lender and legal also in any language (NULL); the text of that very day is replaced; for stewards: 42501; no such part, a name in braces that the part has not, a day that is past, no wording or language: 22023';

-- Look-ups.

CREATE FUNCTION scoring._reason_texts(codes text[], model_name text, day date) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  -- The model's own text before the one for any; of each the one that holds.
  RETURN coalesce((
    SELECT jsonb_object_agg(c.code, c.texts) FROM (
      SELECT t.code, jsonb_object_agg(t.language, t.wording) AS texts FROM (
        SELECT DISTINCT ON (r.code, r.language) r.code, r.language, r.wording FROM scoring_data.reason_text r
        WHERE r.code = ANY (codes) AND r.model_name IN ('', _reason_texts.model_name) AND r.valid_from <= day
        ORDER BY r.code, r.language, r.model_name DESC, r.valid_from DESC) t
      GROUP BY t.code) c), '{}');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._reason_texts(text[], text, date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._reason_texts(text[], text, date) IS 'internal: the texts of reason codes that hold on a day, by code and language';

CREATE FUNCTION scoring._is_inquiry(code text, model_name text, day date) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM (
      SELECT DISTINCT ON (r.language) r.is_inquiry FROM scoring_data.reason_text r
      WHERE r.code = _is_inquiry.code AND r.model_name IN ('', _is_inquiry.model_name) AND r.valid_from <= day
      ORDER BY r.language, r.model_name DESC, r.valid_from DESC) t
    WHERE t.is_inquiry);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._is_inquiry(text, text, date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._is_inquiry(text, text, date) IS 'internal: whether a reason code is about inquiries for credit, by its text in any language';

CREATE FUNCTION scoring._notice_text(languages text[], part text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT t.wording FROM unnest(array_append(languages, '')) WITH ORDINALITY l (language, place) JOIN scoring_data.notice_text t ON t.language = l.language
          WHERE t.part = _notice_text.part AND t.valid_from <= current_date ORDER BY l.place, t.valid_from DESC LIMIT 1);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._notice_text(text[], text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._notice_text(text[], text) IS 'internal: a part of a notice as it reads today in the first of some languages that has it, or in any; NULL if none has';

CREATE FUNCTION scoring._notice_missing(locale text, what text, how text) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('a notice in "%s" cannot be written: there is no %s', locale, what), HINT = how;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._notice_missing(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._notice_missing(text, text, text) IS 'internal: 55000 about a text that a notice needs';

-- Before letters have to be written.

CREATE FUNCTION scoring._missing_reason_texts(policy text, locale text, OUT code text, OUT used_by text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  p record;
  languages text[] := _languages(_missing_reason_texts.locale);
BEGIN
  IF languages IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'locale cannot be NULL';
  END IF;
  SELECT v.name || '@' || v.version AS reference, v.policy INTO p FROM _registry_resolve('policy', _missing_reason_texts.policy) r
    JOIN scoring_data.policy_version v ON v.name = r.name AND v.version = r.version;
  PERFORM _version_there('policy', _missing_reason_texts.policy, FOUND);
  RETURN QUERY SELECT c.code, string_agg(DISTINCT c.used_by, ', ' ORDER BY c.used_by) FROM (
      SELECT x.reason_code AS code, m.name || '@' || m.version AS used_by FROM scoring_data.registry_state s
        JOIN scoring_data.model_version m USING (name, version), points(m.model) x
        WHERE s.kind = 'model' AND s.name = p.policy ->> 'model' AND s.state = 'live' AND NOT s.shadow
      UNION ALL SELECT r ->> 'reason_code', p.reference FROM jsonb_array_elements(p.policy -> 'rules') r WHERE r ->> 'outcome' = 'decline'
      UNION ALL SELECT r ->> 'unknown_reason_code', p.reference FROM jsonb_array_elements(p.policy -> 'rules') r WHERE r ->> 'on_unknown' = 'decline') c
    WHERE c.code IS NOT NULL AND NOT EXISTS (
      SELECT FROM scoring_data.reason_text t WHERE t.code = c.code AND t.language = ANY (languages)
        AND t.model_name IN ('', p.policy ->> 'model') AND t.valid_from <= current_date)
    GROUP BY c.code ORDER BY c.code COLLATE "C";
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._missing_reason_texts(text, text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._missing_reason_texts(text, text) IS 'internal: missing_reason_texts() as the workspace''s owner';
CREATE FUNCTION scoring.missing_reason_texts(policy text, locale text, OUT code text, OUT used_by text) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.missing_reason_texts(text, text) IS 'reason codes of a policy, and of the versions of its model that decide, that have no text today in a language of a locale: a notice that needs one of them could not be written; for stewards, modelers and approvers: 42501; unknown policy: 42704; no champion: 55000; no locale: 22023, 22004';

-- The notice.

CREATE FUNCTION scoring._adverse_action_notice(decision_id bigint, locale text, zone text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record;
  e record;
  languages text[] := _languages(locale);
  usual text;
  outcome text;
  codes text[];
  stored jsonb;
  today jsonb;
  who text := 'automated';
  decided date;
  given date;
  part record;
  parts jsonb := '{}';
  wording text;
  list text := '';
  n integer := 0;
  code text;
BEGIN
  IF locale IS NULL OR zone IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'locale and zone cannot be NULL';
  END IF;
  SELECT v.* INTO d FROM scoring_data.decision v WHERE v.decision_id = _adverse_action_notice.decision_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('decision %s does not exist', coalesce(decision_id::text, 'NULL'));
  END IF;
  -- Who declined last, and for which reasons.
  outcome := d.outcome;
  codes := d.reasons;
  stored := d.reason_texts;
  decided := (d.decided_at AT TIME ZONE zone)::date;
  given := decided;
  FOR e IN SELECT * FROM scoring_data.decision_event v WHERE v.subject = d.subject AND v.decision_id = d.decision_id AND v.event <> 'erase salt' ORDER BY v.event_number LOOP
    IF e.outcome <> outcome THEN
      who := 'human';
      given := (e.at AT TIME ZONE zone)::date;
    ELSE
      who := 'reviewed';
    END IF;
    IF e.reason_code IS NOT NULL THEN
      codes := ARRAY[e.reason_code];
      stored := e.reason_texts;
    END IF;
    outcome := e.outcome;
  END LOOP;
  IF outcome <> 'decline' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('decision %s is not adverse', decision_id),
      DETAIL = format('Its outcome is %s.', outcome);
  ELSIF codes = '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('decision %s has no reasons', decision_id),
      DETAIL = 'No characteristic cost points by the model''s reason method, so there is nothing specific to tell.',
      HINT = 'A reviewer says why: SELECT scoring.review_decision(..., reason_code => ...);';
  END IF;

  SELECT l.language INTO usual FROM unnest(languages) WITH ORDINALITY l (language, place) JOIN scoring_data.notice_text t ON t.language = l.language
  ORDER BY l.place LIMIT 1;
  usual := coalesce(usual, languages[1]);
  FOR part IN SELECT p.part, p.needed FROM _notice_parts() p LOOP
    wording := _notice_text(languages, part.part);
    IF wording IS NOT NULL THEN
      parts := parts || jsonb_build_object(part.part, wording);
    ELSIF part.needed THEN
      PERFORM _notice_missing(locale, format('text of part "%s" in %s', part.part, array_to_string(languages, ', ')),
        CASE WHEN part.part <> 'lender' AND EXISTS (SELECT FROM _shipped_notice_texts() t WHERE t.language = ANY (languages))
               AND NOT EXISTS (SELECT FROM scoring_data.notice_text t WHERE t.language = ANY (languages))
             THEN format('Its texts are shipped, but encoding %s has not the characters: keep decisions in a database of encoding UTF8.', getdatabaseencoding())
             ELSE format('A steward sets it: SELECT scoring.set_notice_text(%L, %L, ...);', CASE WHEN part.part <> 'lender' THEN usual END, part.part) END);
    END IF;
  END LOOP;

  -- A reason without a text is no reason: what is not specific is not lawful.
  today := _reason_texts(codes, d.model_name, current_date);
  FOREACH code IN ARRAY codes LOOP
    SELECT coalesce(stored -> code ->> l.language, today -> code ->> l.language) INTO wording
    FROM unnest(languages) WITH ORDINALITY l (language, place)
    WHERE stored -> code ? l.language OR today -> code ? l.language ORDER BY l.place LIMIT 1;
    IF NOT FOUND THEN
      PERFORM _notice_missing(locale, format('text of reason "%s" in %s', code, array_to_string(languages, ', ')),
        format('A steward sets it: SELECT scoring.set_reason_text(%L, %L, ...);', code, usual));
    END IF;
    n := n + 1;
    list := list || E'\n' || _fill(parts ->> 'item', jsonb_build_object('n', _format_number(n, locale), 'reason', wording));
  END LOOP;

  RETURN concat_ws(E'\n\n',
    parts ->> 'lender',
    parts ->> 'title',
    concat_ws(E'\n', _fill(parts ->> 'date', jsonb_build_object('date', _format_date(given, locale))),
      CASE WHEN d.reference IS NOT NULL THEN _fill(parts ->> 'reference', jsonb_build_object('reference', d.reference)) END,
      _fill(parts ->> 'number', jsonb_build_object('number', d.decision_id::text))),
    parts ->> 'opening',
    _fill(coalesce(parts ->> ('reasons.' || _plural(n, locale)), parts ->> 'reasons.other'), jsonb_build_object('n', _format_number(n, locale))) || list,
    _fill(parts ->> 'score', jsonb_build_object('score', _format_number(d.score, locale), 'date', _format_date(decided, locale),
      'low', _format_number((d.evidence #>> '{evaluation,lowest_score}')::double precision, locale),
      'high', _format_number((d.evidence #>> '{evaluation,highest_score}')::double precision, locale))),
    parts ->> who,
    _fill(parts ->> 'rights', jsonb_build_object('number', d.decision_id::text)),
    parts ->> 'legal') || E'\n';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._adverse_action_notice(bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._adverse_action_notice(bigint, text, text) IS 'internal: adverse_action_notice() as the workspace''s owner';
CREATE FUNCTION scoring.adverse_action_notice(decision_id bigint, locale text DEFAULT 'en', zone text DEFAULT 'UTC') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.adverse_action_notice(bigint, text, text) IS 'the text of a notice about a decision that declined, in the language of a locale such as en, de-AT or zh-CN, with its dates in a time zone: the specific principal reasons, the rule itself if one declined, the score with its range and date, whether a person decided, and the applicant''s rights; for officers: 42501; not declined, or a text is missing in that language: 55000, naming it; no locale or zone: 22023; a character that the database''s encoding lacks: 22P05; unknown: 42704';
-- workspace: setup(), grants, doctor(), teardown(). The tables of the workspace are ordinary objects, not members of the
-- extension: pg_dump drops what was added to a member table. Each room of the workspace makes its own in _setup_<room>()
-- and says in _grants_<room>() who may do what.

-- How rooms make their relations. They run as the owner, so that what they make is the owner's.

CREATE FUNCTION scoring._make_table(name text, columns text, comment text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  there record;
BEGIN
  SELECT c.relkind, c.relowner INTO there FROM pg_class c WHERE c.relname = _make_table.name AND c.relnamespace = 'scoring_data'::regnamespace;
  IF NOT FOUND THEN
    EXECUTE format('CREATE TABLE scoring_data.%I (%s)', name, columns);
  ELSIF there.relkind NOT IN ('r', 'p') OR there.relowner <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data') THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('scoring_data.%I is not a table of the workspace''s owner', name),
      HINT = 'Find out who made it; then drop it.';
  END IF;
  -- Enabled without a policy and not forced: the owner passes, whoever else holds a privilege sees no row. Only where it is
  -- not so yet, since it takes the table from everyone.
  IF NOT (SELECT c.relrowsecurity FROM pg_class c WHERE c.relname = _make_table.name AND c.relnamespace = 'scoring_data'::regnamespace) THEN
    EXECUTE format('ALTER TABLE scoring_data.%I ENABLE ROW LEVEL SECURITY', name);
  END IF;
  EXECUTE format('COMMENT ON TABLE scoring_data.%I IS %L', name, comment);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._make_table(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._make_table(text, text, text) IS 'internal: makes a table of the workspace, with row security and a comment, unless there is one; something else of that name: 55000';

CREATE FUNCTION scoring._make_view(name text, query text, comment text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  there record;
  readers text[] := ARRAY(SELECT g.role FROM _grants() g WHERE g.kind = 'table' AND g.object = 'scoring_data.' || name AND g.privilege = 'SELECT' ORDER BY 1);
BEGIN
  SELECT c.relkind, c.relowner INTO there FROM pg_class c WHERE c.relname = _make_view.name AND c.relnamespace = 'scoring_data'::regnamespace;
  IF FOUND AND (there.relkind <> 'v' OR there.relowner <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data')) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('scoring_data.%I is not a view of the workspace''s owner', name),
      HINT = 'Find out who made it; then drop it.';
  END IF;
  -- A view has its owner's rights, and membership in pg_read_all_data or pg_write_all_data is a right to all views. So it
  -- looks by itself at who reads; and of two things in FROM the server makes no view that can be written through.
  EXECUTE format('CREATE OR REPLACE VIEW scoring_data.%I WITH (security_barrier) AS SELECT v.* FROM (%s) v CROSS JOIN (SELECT %s AS may) r WHERE r.may', name, query,
    CASE WHEN 'public' = ANY (readers) THEN 'true'
         ELSE format('EXISTS (SELECT FROM pg_roles p WHERE p.rolname = ANY (%L::text[]) AND pg_has_role(p.oid, ''USAGE''))', readers) END);
  EXECUTE format('COMMENT ON VIEW scoring_data.%I IS %L', name, comment);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._make_view(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._make_view(text, text, text) IS 'internal: makes or replaces a view of the workspace, a security barrier, with a comment; it is empty for who is in no role that the grants name, and cannot be written through; something else of that name: 55000';

CREATE FUNCTION scoring._setup_workspace() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('workspace', $t$
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version text NOT NULL,
    prefix text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    upgraded_at timestamptz NOT NULL DEFAULT now()$t$,
    'one row: the version of the extension whose setup() made or last upgraded this workspace, and the prefix of its roles');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_workspace() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_workspace() IS 'internal: the tables of room workspace';

CREATE FUNCTION scoring._setup_done() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  INSERT INTO scoring_data.workspace AS w (version, prefix) SELECT x.extversion, _prefix() FROM pg_extension x WHERE x.extname = 'scoring'
  ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, upgraded_at = now() WHERE w.version <> excluded.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_done() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_done() IS 'internal: records which version has made or upgraded the workspace; as the owner, since a superuser does not write to tables that are not his';

CREATE FUNCTION scoring._rooms() RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT room FROM pg_catalog.unnest('{workspace,registry,batch,decision}'::text[]) WITH ORDINALITY AS r (room, place)
    WHERE pg_catalog.to_regprocedure(pg_catalog.format('scoring._setup_%s()', room)) IS NOT NULL ORDER BY place;
END;
REVOKE EXECUTE ON FUNCTION scoring._rooms() FROM PUBLIC;
COMMENT ON FUNCTION scoring._rooms() IS 'internal: the rooms that keep tables, lowest first; each has _setup_<room>() and _grants_<room>()';

CREATE FUNCTION scoring._duties(OUT duty text, OUT purpose text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('steward', 'keeps labels, reason texts and grants of models'),
           ('modeler', 'registers and validates models and policies'),
           ('approver', 'approves, deploys and retires them'),
           ('officer', 'decides, overrides, reviews'),
           ('analyst', 'reads aggregates and progress'),
           ('auditor', 'reads the record of models and decisions, not the inputs');
END;
REVOKE EXECUTE ON FUNCTION scoring._duties() FROM PUBLIC;
COMMENT ON FUNCTION scoring._duties() IS 'internal: the duties, each a role named <prefix>_<duty>';

-- scoring_data.workspace is only known once there is one, so this reads the prefix off the owner's name.
CREATE FUNCTION scoring._prefix() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT regexp_replace(pg_get_userbyid(nspowner), '_owner$', '') FROM pg_namespace WHERE nspname = 'scoring_data');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._prefix() FROM PUBLIC;
COMMENT ON FUNCTION scoring._prefix() IS 'internal: what the names of the workspace''s roles begin with; NULL without a workspace';

CREATE FUNCTION scoring._grants_workspace(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('public', 'schema', 'scoring_data', 'USAGE'),
           ('public', 'schema', 'scoring_views', 'USAGE'),
           ('steward', 'function', 'check_catalog()', 'EXECUTE'),
           ('auditor', 'function', 'check_catalog()', 'EXECUTE'),
           ('steward', 'function', 'check_contents()', 'EXECUTE'),
           ('auditor', 'function', 'check_contents()', 'EXECUTE');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_workspace(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_workspace() IS 'internal: who may do what in room workspace';

-- Every grant there is: of each duty in each room, and the owner's on what rooms call.
CREATE FUNCTION scoring._grants(OUT role text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  room text;
  prefix text := scoring._prefix();
BEGIN
  RETURN QUERY SELECT prefix || '_owner', 'function', p.oid::regprocedure::text, 'EXECUTE' FROM pg_proc p
    WHERE p.pronamespace = 'scoring'::regnamespace AND p.proname LIKE '\_%' AND p.prokind = 'f'
      AND p.oid <> ALL (ARRAY(SELECT unnest(ARRAY[g.aggtransfn, g.aggfinalfn, g.aggcombinefn])::oid FROM pg_aggregate g)) AND p.proacl IS NOT NULL
      AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0)
    ORDER BY 3;
  FOR room IN SELECT r FROM scoring._rooms() r LOOP
    RETURN QUERY EXECUTE format($q$
      SELECT CASE g.duty WHEN 'public' THEN 'public' ELSE %L || '_' || g.duty END, g.kind,
             CASE g.kind WHEN 'function' THEN ('scoring._' || g.object)::regprocedure::text ELSE g.object END, g.privilege
      FROM scoring.%I() g$q$, prefix, '_grants_' || room);
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._grants(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants() IS 'internal: every grant of the workspace; of an entry f it is EXECUTE on _f';

CREATE FUNCTION scoring._apply_grants(kinds text[]) RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  g record;
  given integer := 0;
BEGIN
  FOR g IN SELECT * FROM scoring._grants() WHERE kind = ANY (kinds) LOOP
    EXECUTE format('GRANT %s ON %s %s TO %s', g.privilege, g.kind, g.object,
                   CASE g.role WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(g.role) END);
    given := given + 1;
  END LOOP;
  RETURN given;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._apply_grants(text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._apply_grants(text[]) IS 'internal: makes the grants of some kinds: schema, function, table; their number';

CREATE FUNCTION scoring.apply_grants() RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'apply_grants() must be called by a superuser';
  END IF;
  IF _prefix() IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = 'this database has no scoring workspace',
      HINT = 'A superuser makes it: SELECT scoring.setup();';
  END IF;
  RETURN _apply_grants('{schema,function,table}');
END
$$;
COMMENT ON FUNCTION scoring.apply_grants() IS 'gives each duty role of the workspace what is its own, again; the number of grants; for superusers: 42501; without a workspace: 55000';

-- What is wrong with a role that was here before setup() and would be made one of the workspace's; NULL if nothing.
CREATE FUNCTION scoring._role_fault(role name, of_owner boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r pg_authid;
  thing text;
BEGIN
  SELECT * INTO r FROM pg_authid WHERE rolname = role;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF r.rolcanlogin THEN RETURN 'it may log in'; END IF;
  IF r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls THEN
    RETURN 'it has an attribute: SUPERUSER, CREATEROLE, CREATEDB, REPLICATION or BYPASSRLS';
  END IF;
  SELECT pg_get_userbyid(m.roleid) INTO thing FROM pg_auth_members m WHERE m.member = r.oid LIMIT 1;
  IF FOUND THEN RETURN format('it is a member of "%s"', thing); END IF;
  -- From 16 on, who creates a role without being a superuser gets it with ADMIN OPTION, granted by the first superuser.
  SELECT pg_get_userbyid(m.member) INTO thing FROM pg_auth_members m
  WHERE m.roleid = r.oid AND NOT EXISTS (SELECT FROM pg_authid s WHERE s.oid = m.member AND s.rolsuper)
    AND (of_owner OR m.admin_option OR NOT EXISTS (SELECT FROM pg_authid s WHERE s.oid = m.grantor AND s.rolsuper));
  IF FOUND THEN
    RETURN format('"%s" is a member of it%s', thing, CASE WHEN of_owner THEN '' ELSE ' with ADMIN OPTION, or not by a superuser''s grant' END);
  END IF;
  SELECT pg_describe_object(d.classid, d.objid, 0) INTO thing FROM pg_shdepend d
  WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o'
    AND (d.dbid = 0 OR d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND NOT (of_owner AND EXISTS (
      SELECT FROM pg_namespace n WHERE n.nspname IN ('scoring_data', 'scoring_views')
        AND (d.classid = 'pg_namespace'::regclass AND d.objid = n.oid
             OR d.classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class c WHERE c.oid = d.objid AND c.relnamespace = n.oid))))
  LIMIT 1;
  IF FOUND THEN RETURN format('it owns %s', thing); END IF;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._role_fault(name, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._role_fault(name, boolean) IS 'internal: why a role cannot be one of the workspace''s; NULL if it can, or is not there';

-- A dump restored with --no-owner, or where the roles are gone, leaves schema and contents to the superuser who restored.
CREATE FUNCTION scoring._adopt_schema(schema_name text, owner_name name, adopt boolean) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  schema_oid oid := schema_name::regnamespace;
  present name := (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE oid = schema_oid);
  fault text;
  r record;
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = present) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('schema %I belongs to role "%s"', schema_name, present),
      DETAIL = 'A schema that somebody else made is not adopted: what is in it would run with the workspace''s rights.',
      HINT = 'Find out who made it; then drop it.';
  ELSIF NOT adopt THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('schema %I belongs to superuser "%s"', schema_name, present),
      DETAIL = 'That is how a restore leaves it that did without the workspace''s roles.',
      HINT = format('If that is what happened: SELECT scoring.setup(%L, adopt => true);', regexp_replace(owner_name, '_owner$', ''));
  END IF;
  SELECT d INTO fault FROM (
    SELECT format('%s belongs to "%s"', pg_describe_object('pg_class'::regclass, c.oid, 0), pg_get_userbyid(c.relowner)) FROM pg_class c
      JOIN pg_authid a ON a.oid = c.relowner WHERE c.relnamespace = schema_oid AND NOT a.rolsuper AND a.rolname <> owner_name
    UNION ALL SELECT format('%s is of no kind that a workspace has', pg_describe_object('pg_class'::regclass, c.oid, 0)) FROM pg_class c
      WHERE c.relnamespace = schema_oid AND c.relkind NOT IN ('r', 'p', 'v', 'i', 'I', 'S')
    UNION ALL SELECT pg_describe_object('pg_proc'::regclass, p.oid, 0) || ' does not belong there' FROM pg_proc p WHERE p.pronamespace = schema_oid
    UNION ALL SELECT pg_describe_object('pg_operator'::regclass, o.oid, 0) || ' does not belong there' FROM pg_operator o WHERE o.oprnamespace = schema_oid
    UNION ALL SELECT pg_describe_object('pg_type'::regclass, t.oid, 0) || ' does not belong there' FROM pg_type t
      WHERE t.typnamespace = schema_oid AND t.typrelid = 0 AND t.typcategory <> 'A'
    UNION ALL SELECT format('%s has a trigger', pg_describe_object('pg_class'::regclass, c.oid, 0)) FROM pg_class c
      JOIN pg_trigger t ON t.tgrelid = c.oid WHERE c.relnamespace = schema_oid AND NOT t.tgisinternal
    UNION ALL SELECT format('%s has a policy', pg_describe_object('pg_class'::regclass, c.oid, 0)) FROM pg_class c
      JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relnamespace = schema_oid
    UNION ALL SELECT format('%s has a rule', pg_describe_object('pg_class'::regclass, c.oid, 0)) FROM pg_class c
      JOIN pg_rewrite w ON w.ev_class = c.oid WHERE c.relnamespace = schema_oid AND w.rulename <> '_RETURN') f (d)
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('schema %I cannot be adopted', schema_name),
      DETAIL = format('%s.', fault), HINT = 'Find out how that came to be; then drop it.';
  END IF;
  EXECUTE format('ALTER SCHEMA %I OWNER TO %I', schema_name, owner_name);
  -- Views after tables; sequences and indexes follow their tables.
  FOR r IN SELECT c.oid::regclass::text AS name, c.relkind FROM pg_class c
           WHERE c.relnamespace = schema_oid AND c.relkind IN ('r', 'p', 'v') ORDER BY c.relkind = 'v', 1 LOOP
    EXECUTE format('ALTER %s %s OWNER TO %I', CASE r.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, r.name, owner_name);
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._adopt_schema(text, name, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._adopt_schema(text, name, boolean) IS 'internal: gives a schema of a restored workspace, and what is in it, back to the owner; 55000 with the reason if it is not safe to';

CREATE FUNCTION scoring.setup(prefix text DEFAULT 'scoring', adopt boolean DEFAULT false) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  owner_name text := prefix || '_owner';
  owner_oid oid;
  duty record;
  wanted text;
  fault text;
  schema_name text;
  schema_owner oid;
  room text;
  before text;
  extension_version text := (SELECT extversion FROM pg_extension WHERE extname = 'scoring');
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'setup() must be called by a superuser';
  END IF;
  IF prefix IS NULL OR adopt IS NULL OR prefix !~ '^[a-z][a-z0-9_]{0,39}$' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the prefix of the workspace''s roles must be a plain name',
      DETAIL = 'It begins with a letter, goes on with letters, digits and underscores, all lower case, and has at most 40.';
  END IF;
  IF (SELECT regexp_replace(pg_get_userbyid(nspowner), '_owner$', '') <> prefix FROM pg_namespace n
      JOIN pg_authid a ON a.oid = n.nspowner WHERE n.nspname = 'scoring_data' AND NOT a.rolsuper AND NOT a.rolcanlogin AND a.rolname LIKE '%\_owner') THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the workspace of this database has roles with prefix "%s"', _prefix()),
      HINT = format('SELECT scoring.setup(%L);', _prefix());
  END IF;
  -- One setup at a time; the lock is the extension's own row, which only superusers can take this way.
  PERFORM FROM pg_extension WHERE extname = 'scoring' FOR UPDATE;

  -- Roles: made, or adopted if nobody can be in them by stealth.
  FOR wanted IN SELECT owner_name UNION ALL SELECT prefix || '_' || d.duty FROM _duties() d LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXECUTE format('COMMENT ON ROLE %I IS %L', wanted,
                     coalesce((SELECT d.purpose FROM _duties() d WHERE prefix || '_' || d.duty = wanted), 'owns the scoring workspace; nobody is to be a member of it'));
      CONTINUE;
    END IF;
    fault := _role_fault(wanted, wanted = owner_name);
    IF fault IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('role "%s" cannot be a role of the scoring workspace', wanted),
        DETAIL = format('It was there before, and %s.', fault),
        HINT = 'Mend or drop it, if you know who made it, or give another prefix.';
    END IF;
  END LOOP;
  owner_oid := owner_name::regrole;

  FOREACH schema_name IN ARRAY '{scoring_data,scoring_views}'::text[] LOOP
    SELECT nspowner INTO schema_owner FROM pg_namespace WHERE nspname = schema_name;
    IF NOT FOUND THEN
      EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', schema_name, owner_name);
    ELSIF schema_owner <> owner_oid THEN
      PERFORM _adopt_schema(schema_name, owner_name, adopt);
    END IF;
  END LOOP;
  COMMENT ON SCHEMA scoring_data IS 'the scoring workspace: models, batches, decisions; read through its views, written through functions of schema scoring';
  COMMENT ON SCHEMA scoring_views IS 'views of protected tables, published by scoring';

  -- The owner needs what scoring offers everyone, also where that was taken from PUBLIC.
  EXECUTE format('GRANT USAGE ON SCHEMA scoring TO %I', owner_name);
  PERFORM _apply_grants('{schema,function}');
  FOR room IN SELECT r FROM _rooms() r LOOP
    PERFORM _run_as_owner(format('scoring._setup_%s()', room)::regprocedure);
  END LOOP;
  PERFORM apply_grants();
  SELECT version INTO before FROM scoring_data.workspace;
  PERFORM _run_as_owner('scoring._setup_done()');
  IF before IS NULL THEN
    RETURN format('workspace %s made, owned by %s', extension_version, owner_name);
  ELSIF before <> extension_version THEN
    RETURN format('workspace upgraded from %s to %s', before, extension_version);
  END IF;
  RETURN format('workspace %s is as it should be', extension_version);
END
$$;
COMMENT ON FUNCTION scoring.setup(text, boolean) IS 'makes or upgrades the workspace: schemas scoring_data and scoring_views, their tables, the roles <prefix>_owner, _steward, _modeler, _approver, _officer, _analyst and _auditor, and all grants; says what it did; can be called again at any time. adopt: take over a workspace that a restore left to a superuser. For superusers: 42501; a role or schema that somebody else made before: 55000, with the reason';

-- doctor(): what is not as it should be. Rooms add what is wrong with the contents of their tables in _check_<room>().

CREATE FUNCTION scoring._check_workspace(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  extension_version text := (SELECT extversion FROM pg_extension WHERE extname = 'scoring');
  made_by text := (SELECT w.version FROM scoring_data.workspace w);
  s record;
  greatest_number bigint;
BEGIN
  IF made_by IS DISTINCT FROM extension_version THEN
    RETURN QUERY SELECT 'error', 'workspace', format('it was made by version %s, the extension is at %s', coalesce(made_by, 'unknown'), extension_version),
                        'SELECT scoring.setup();';
  END IF;
  -- Logical replication does not carry sequences, and a restore may forget them.
  FOR s IN SELECT d.objid::regclass::text AS name, c.relname, t.attname, pg_sequence_last_value(d.objid) AS last_value
           FROM pg_depend d JOIN pg_class c ON c.oid = d.refobjid AND c.relnamespace = 'scoring_data'::regnamespace
             JOIN pg_attribute t ON t.attrelid = d.refobjid AND t.attnum = d.refobjsubid
           WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i' AND t.attidentity <> '' ORDER BY 1 LOOP
    EXECUTE format('SELECT max(%I) FROM scoring_data.%I', s.attname, s.relname) INTO greatest_number;
    IF greatest_number > coalesce(s.last_value, 0) THEN
      RETURN QUERY SELECT 'error', s.name, format('it is at %s, but %s has got to %s: the next numbers are taken', coalesce(s.last_value, 0), s.relname, greatest_number),
                          format('SELECT setval(%L, %s);', s.name, greatest_number);
    END IF;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_workspace(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_workspace() IS 'internal: what is wrong with the contents of room workspace, for doctor()';

CREATE FUNCTION scoring._check_contents(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  room text;
BEGIN
  FOR room IN SELECT r FROM _rooms() r LOOP
    BEGIN
      RETURN QUERY EXECUTE format('SELECT c.severity, c.object, c.finding, c.remedy FROM scoring.%I() c', '_check_' || room);
    EXCEPTION WHEN undefined_table OR undefined_column OR insufficient_privilege THEN
      RETURN QUERY SELECT 'error', 'room ' || room, SQLERRM, 'restore it from a backup; if nothing was ever in it: SELECT scoring.setup();';
    END;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_contents(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_contents() IS 'internal: what is wrong with the contents of the workspace, for doctor()';

CREATE FUNCTION scoring.check_contents(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.check_contents() IS 'what is wrong with the contents of the workspace: hashes that do not fit, versions that are gone; part of doctor(); for stewards and auditors: 42501';

-- Findings about catalogs, as rows of doctor().
CREATE FUNCTION scoring._check_catalog(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  owner_oid oid := (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data');
  owner_name name := pg_get_userbyid(owner_oid);
  prefix text := scoring._prefix();
  server integer := current_setting('server_version_num')::integer;
BEGIN
  -- Relations of the workspace.
  RETURN QUERY SELECT 'error', c.oid::regclass::text, format('it belongs to "%s", not to "%s"', pg_get_userbyid(c.relowner), owner_name),
                      format('ALTER %s %s OWNER TO %I;', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, c.oid::regclass, owner_name)
    FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('scoring_data', 'scoring_views'))
      AND c.relkind NOT IN ('i', 'I', 't') AND c.relowner <> owner_oid ORDER BY 2;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, 'row security is not enabled', format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY;', c.oid::regclass)
    FROM pg_class c WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity ORDER BY 2;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, 'row security is forced, so the owner sees no row', format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY;', c.oid::regclass)
    FROM pg_class c WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind IN ('r', 'p') AND c.relforcerowsecurity ORDER BY 2;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, format('it has a policy, "%s"', p.polname), format('DROP POLICY %I ON %s;', p.polname, c.oid::regclass)
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'scoring_data'::regnamespace ORDER BY 2, 3;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, format('it has a trigger, "%s"', t.tgname), format('DROP TRIGGER %I ON %s;', t.tgname, c.oid::regclass)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'scoring_data'::regnamespace AND NOT t.tgisinternal ORDER BY 2, 3;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, format('it has a rule, "%s"', w.rulename), format('DROP RULE %I ON %s;', w.rulename, c.oid::regclass)
    FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class WHERE c.relnamespace = 'scoring_data'::regnamespace AND w.rulename <> '_RETURN' ORDER BY 2, 3;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, 'it is a view without security_barrier', format('ALTER VIEW %s SET (security_barrier);', c.oid::regclass)
    FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('scoring_data', 'scoring_views'))
      AND c.relkind = 'v' AND NOT coalesce(c.reloptions && '{security_barrier=true,security_barrier=on,security_barrier=1,security_barrier=yes}', false) ORDER BY 2;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, 'it is a view that can be written through, with the rights of its owner', 'SELECT scoring.setup();'
    FROM pg_class c WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind = 'v' AND pg_relation_is_updatable(c.oid, true) <> 0 ORDER BY 2;
  RETURN QUERY SELECT 'error', 'schema scoring_views', 'there is none', 'SELECT scoring.setup();' WHERE to_regnamespace('scoring_views') IS NULL;
  RETURN QUERY SELECT 'error', 'schema scoring_views', format('it belongs to "%s", not to "%s"', pg_get_userbyid(n.nspowner), owner_name), format('find out who made it; then ALTER SCHEMA scoring_views OWNER TO %I;', owner_name)
    FROM pg_namespace n WHERE n.nspname = 'scoring_views' AND n.nspowner <> owner_oid;

  -- Grants: those that are missing, and those that are too many.
  RETURN QUERY
    SELECT 'error', min(g.object), CASE count(*) WHEN 1 THEN format('"%s" lacks %s on it', min(g.role), min(g.privilege))
                                   ELSE format('"%s" lacks %s on it and on %s more', min(g.role), min(g.privilege), count(*) - 1) END, 'SELECT scoring.apply_grants();'
    FROM (SELECT x.* FROM scoring._grants() x LEFT JOIN pg_roles r ON r.rolname = x.role
          WHERE CASE WHEN x.role <> 'public' AND r.oid IS NULL THEN false
                     WHEN x.kind = 'table' AND to_regclass(x.object) IS NULL THEN true
                     WHEN x.kind = 'schema' AND to_regnamespace(x.object) IS NULL THEN true
                     WHEN x.kind = 'function' THEN NOT has_function_privilege(coalesce(r.oid, 0), x.object::regprocedure, x.privilege)
                     WHEN x.kind = 'schema' THEN NOT has_schema_privilege(coalesce(r.oid, 0), x.object, x.privilege)
                     ELSE NOT has_table_privilege(coalesce(r.oid, 0), to_regclass(x.object), x.privilege) END) g
    GROUP BY g.role ORDER BY 2, 3;
  RETURN QUERY
    SELECT 'error', c.oid::regclass::text, format('"%s" has %s on it, which the workspace did not give', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type),
           format('REVOKE %s ON %s FROM %s;', a.privilege_type, c.oid::regclass, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind NOT IN ('i', 'I', 't') AND a.grantee <> c.relowner
      AND NOT EXISTS (SELECT FROM scoring._grants() g WHERE g.kind = 'table' AND to_regclass(g.object) = c.oid AND g.privilege = a.privilege_type
                        AND g.role = CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee)::text END)
    ORDER BY 2, 3;
  RETURN QUERY
    SELECT 'error', c.oid::regclass || '.' || t.attname, format('"%s" has %s on this column, which the workspace did not give', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type),
           format('REVOKE %s (%I) ON %s FROM %s;', a.privilege_type, t.attname, c.oid::regclass, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
    FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
    WHERE c.relnamespace = 'scoring_data'::regnamespace AND a.grantee <> c.relowner ORDER BY 2, 3;
  RETURN QUERY
    SELECT 'error', p.oid::regprocedure::text, format('"%s" may execute it, which the workspace did not give', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END),
           format('REVOKE EXECUTE ON FUNCTION %s FROM %s;', p.oid::regprocedure, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
    FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    WHERE p.pronamespace = 'scoring'::regnamespace AND p.proname LIKE '\_%' AND a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
      -- What the install script did not take from PUBLIC is called by functions that run with their caller's rights.
      AND NOT (a.grantee = 0 AND NOT EXISTS (SELECT FROM pg_init_privs i WHERE i.classoid = 'pg_proc'::regclass AND i.objoid = p.oid))
      AND NOT EXISTS (SELECT FROM scoring._grants() g WHERE g.kind = 'function' AND g.object::regprocedure = p.oid
                        AND g.role = CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee)::text END)
    ORDER BY 2, 3;

  -- Schema scoring holds the extension and nothing else, and nothing in it runs with its owner's rights.
  RETURN QUERY SELECT 'error', p.oid::regprocedure::text, 'it runs with the rights of its owner', format('ALTER FUNCTION %s SECURITY INVOKER;', p.oid::regprocedure)
    FROM pg_proc p WHERE p.pronamespace = 'scoring'::regnamespace AND p.prosecdef ORDER BY 2;
  RETURN QUERY SELECT 'error', p.oid::regprocedure::text, format('it is in schema scoring, but not of the extension; it belongs to "%s"', pg_get_userbyid(p.proowner)), format('DROP ROUTINE %s;', p.oid::regprocedure)
    FROM pg_proc p WHERE p.pronamespace = 'scoring'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') ORDER BY 2;
  RETURN QUERY SELECT 'error', p.oid::regprocedure::text, format('it belongs to "%s", who is no superuser and can change what it does', r.rolname),
      format('ALTER ROUTINE %s OWNER TO %I;', p.oid::regprocedure, (SELECT b.rolname FROM pg_roles b WHERE b.oid = 10))
    FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_roles r ON r.oid = p.proowner
    WHERE p.pronamespace = 'scoring'::regnamespace AND NOT r.rolsuper ORDER BY 2;
  RETURN QUERY SELECT 'error', 'schema scoring', format('"%s", who is no superuser, may create objects in it', r.rolname), format('REVOKE CREATE ON SCHEMA scoring FROM %I;', r.rolname)
    FROM pg_roles r WHERE NOT r.rolsuper AND has_schema_privilege(r.oid, 'scoring', 'CREATE') AND r.rolname !~ '^pg_' ORDER BY 3;

  -- Roles.
  RETURN QUERY SELECT 'error', format('role "%s"', d.role), 'there is none', 'SELECT scoring.setup();'
    FROM (SELECT prefix || '_' || x.duty AS role FROM scoring._duties() x) d WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = d.role) ORDER BY 2;
  RETURN QUERY SELECT 'error', format('role "%s"', r.rolname), 'a role of the workspace may log in or has an attribute',
                      format('ALTER ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;', r.rolname)
    FROM pg_roles r WHERE (r.oid = owner_oid OR r.rolname IN (SELECT prefix || '_' || x.duty FROM scoring._duties() x))
      AND (r.rolcanlogin OR r.rolsuper OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls) ORDER BY 2;
  RETURN QUERY SELECT 'error', format('role "%s"', owner_name), format('"%s" is a member of it, and so reads and writes all of the workspace', m.rolname), format('REVOKE %I FROM %I;', owner_name, m.rolname)
    FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member WHERE a.roleid = owner_oid AND NOT m.rolsuper ORDER BY 3;
  RETURN QUERY SELECT 'error', format('role "%s"', r.rolname), format('it is a member of "%s"', g.rolname), format('REVOKE %I FROM %I;', g.rolname, r.rolname)
    FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
    WHERE r.oid = owner_oid OR r.rolname IN (SELECT prefix || '_' || x.duty FROM scoring._duties() x) ORDER BY 2, 3;
  RETURN QUERY SELECT 'warning', format('role "%s"', r.rolname), 'it is both a steward and an auditor, and would audit itself', format('REVOKE %I FROM %I;', prefix || '_steward', r.rolname)
    FROM pg_roles r WHERE NOT r.rolsuper AND r.rolname NOT IN (SELECT prefix || '_' || x.duty FROM scoring._duties() x)
      AND EXISTS (SELECT FROM pg_roles s, pg_roles u WHERE s.rolname = prefix || '_steward' AND u.rolname = prefix || '_auditor'
                  AND pg_has_role(r.oid, s.oid, 'MEMBER') AND pg_has_role(r.oid, u.oid, 'MEMBER')) ORDER BY 2;
  RETURN QUERY SELECT 'warning', format('role "%s"', r.rolname),
                      CASE WHEN server < 160000 THEN 'it has CREATEROLE, and before PostgreSQL 16 that lets it join any role of the workspace' ELSE 'it may grant roles of the workspace (ADMIN OPTION)' END,
                      CASE WHEN server < 160000 THEN format('ALTER ROLE %I NOCREATEROLE;', r.rolname) ELSE format('REVOKE ADMIN OPTION FOR the roles in question FROM %I;', r.rolname) END
    FROM pg_roles r WHERE NOT r.rolsuper
      AND CASE WHEN server < 160000 THEN r.rolcreaterole
               ELSE r.rolcreaterole AND EXISTS (SELECT FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid
                      WHERE a.member = r.oid AND a.admin_option AND (g.oid = owner_oid OR g.rolname IN (SELECT prefix || '_' || x.duty FROM scoring._duties() x))) END
    ORDER BY 2;
  RETURN QUERY SELECT 'warning', format('role "%s"', r.rolname), 'it bypasses row security and reads or writes all data', format('ALTER ROLE %I NOBYPASSRLS;', r.rolname)
    FROM pg_roles r WHERE NOT r.rolsuper AND r.rolbypassrls
      AND (pg_has_role(r.oid, 'pg_read_all_data', 'MEMBER') OR pg_has_role(r.oid, 'pg_write_all_data', 'MEMBER')) ORDER BY 2;
  RETURN QUERY SELECT 'warning', format('role "%s"', r.rolname), 'it reads all data, and so models and inputs that are so long that they are stored out of line: row security does not cover TOAST tables',
                      format('REVOKE pg_read_all_data FROM %I;', r.rolname)
    FROM pg_roles r WHERE NOT r.rolsuper AND NOT r.rolbypassrls AND r.rolname !~ '^pg_' AND pg_has_role(r.oid, 'pg_read_all_data', 'MEMBER') ORDER BY 2;

  -- The server and the versions.
  RETURN QUERY SELECT 'error', 'server', format('PostgreSQL %s has known holes in row security', current_setting('server_version')), format('update it to %s.%s or later', server / 10000, f.minor)
    FROM (VALUES (15, 20), (16, 16), (17, 12), (18, 7)) f (major, minor) WHERE f.major = server / 10000 AND server % 10000 < f.minor;
  RETURN QUERY SELECT 'error', 'view pg_stats_ext', 'it lacks the check of CVE-2024-4317: the cluster was made by an unpatched PostgreSQL', 'run fix-CVE-2024-4317.sql, which came with the server, in every database'
    WHERE pg_get_viewdef('pg_catalog.pg_stats_ext'::regclass) !~ 'pg_has_role';
  RETURN QUERY SELECT 'warning', 'extension scoring', format('version %s is installed, %s is available', x.extversion, a.default_version), 'ALTER EXTENSION scoring UPDATE; SELECT scoring.setup();'
    FROM pg_extension x JOIN pg_available_extensions a ON a.name = x.extname WHERE x.extname = 'scoring' AND a.default_version <> x.extversion;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_catalog(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_catalog() IS 'internal: what is wrong with catalogs, for doctor()';

CREATE FUNCTION scoring.check_catalog(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.check_catalog() IS 'what is wrong with owners, row security, grants, roles, the server and versions; part of doctor(); for stewards and auditors: 42501';

CREATE FUNCTION scoring.doctor(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  owner_role pg_roles;
  prefix text;
BEGIN
  SELECT r.* INTO owner_role FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE n.nspname = 'scoring_data';
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'error', 'workspace', 'this database has none', 'SELECT scoring.setup();';
    RETURN;
  END IF;
  IF owner_role.rolsuper THEN
    -- A restore that did without the roles. Their prefix is in a table that only a superuser can read now.
    prefix := 'scoring';
    IF pg_has_role(owner_role.rolname, 'USAGE') AND to_regclass('scoring_data.workspace') IS NOT NULL THEN
      SELECT w.prefix INTO prefix FROM scoring_data.workspace w;
    END IF;
    RETURN QUERY SELECT 'error', 'schema scoring_data', format('it belongs to superuser "%s", so nothing of the workspace works: a restore did without its roles, or somebody else made it', owner_role.rolname),
                        format('if it was a restore: SELECT scoring.setup(%s); then grant the duty roles to people again', CASE WHEN prefix = 'scoring' THEN 'adopt => true' ELSE format('%L, adopt => true', prefix) END);
    RETURN;
  ELSIF owner_role.rolcanlogin OR owner_role.rolbypassrls THEN
    RETURN QUERY SELECT 'error', format('role "%s"', owner_role.rolname), 'the owner of the workspace may log in or bypasses row security, so nothing of it works',
                        format('ALTER ROLE %I NOLOGIN NOBYPASSRLS;', owner_role.rolname);
    RETURN;
  END IF;
  -- A superuser looks at the catalogs with rights of their own: the owner's may be what is missing.
  IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RETURN QUERY SELECT * FROM _check_catalog();
    BEGIN
      RETURN QUERY SELECT * FROM check_contents();
    EXCEPTION WHEN insufficient_privilege THEN
      RETURN QUERY SELECT 'error', 'contents of the workspace', format('they cannot be checked: %s', SQLERRM), 'SELECT scoring.apply_grants(); then call doctor() again';
    END;
  ELSE
    RETURN QUERY SELECT * FROM check_catalog();
    RETURN QUERY SELECT * FROM check_contents();
  END IF;
END
$$;
COMMENT ON FUNCTION scoring.doctor() IS 'what is not as it should be in the workspace, with severity (error, warning) and the statement that mends it; no rows if all is well; for superusers, stewards and auditors: 42501';

CREATE FUNCTION scoring.teardown(confirm text, export_schema text DEFAULT 'scoring_export') RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  owner_oid oid := (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data');
  prefix text;
  role_name text;
  r record;
  before bigint;
  after bigint;
  exported integer := 0;
  total bigint := 0;
  kept text[] := '{}';
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'teardown() must be called by a superuser';
  END IF;
  IF owner_oid IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = 'this database has no scoring workspace';
  END IF;
  IF confirm IS DISTINCT FROM current_database() THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'teardown() removes the registry, all decisions and their evidence from this database',
      DETAIL = 'It copies them to plain tables in another schema first.',
      HINT = format('To do that, say which database you mean: SELECT scoring.teardown(%L);', current_database());
  END IF;
  IF export_schema IS NULL OR to_regnamespace(quote_ident(export_schema)) IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_schema', MESSAGE = format('schema "%s" exists', export_schema),
      HINT = 'Give the name of a schema that does not exist yet: it is made, and belongs to you.';
  END IF;

  prefix := _prefix();
  EXECUTE format('CREATE SCHEMA %I', export_schema);
  EXECUTE format('COMMENT ON SCHEMA %I IS %L', export_schema, format('the scoring workspace of database %s, as it was on %s; values of scoring types as text', current_database(), now()));
  FOR r IN SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 2 LOOP
    EXECUTE format('LOCK TABLE scoring_data.%I IN ACCESS EXCLUSIVE MODE', r.relname);
    EXECUTE format('CREATE TABLE %I.%I AS SELECT %s FROM scoring_data.%2$I', export_schema, r.relname,
      (SELECT string_agg(CASE WHEN t.typnamespace = 'scoring'::regnamespace THEN format('%I::text', a.attname) ELSE quote_ident(a.attname) END, ', ' ORDER BY a.attnum)
       FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped));
    EXECUTE format('SELECT count(*) FROM scoring_data.%I', r.relname) INTO before;
    EXECUTE format('SELECT count(*) FROM %I.%I', export_schema, r.relname) INTO after;
    IF before <> after THEN
      RAISE EXCEPTION USING ERRCODE = 'data_corrupted', MESSAGE = format('%s rows of scoring_data.%I became %s', before, r.relname, after);
    END IF;
    exported := exported + 1;
    total := total + after;
  END LOOP;

  -- Without CASCADE: what others have built on the workspace is theirs, and is named in the error.
  FOR r IN SELECT n.nspname, c.relkind = 'v' AS is_view, string_agg(c.oid::regclass::text, ', ') AS names FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname IN ('scoring_data', 'scoring_views') AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition GROUP BY 1, 2 ORDER BY 1 DESC, 2 DESC LOOP
    EXECUTE format('DROP %s %s', CASE WHEN r.is_view THEN 'VIEW' ELSE 'TABLE' END, r.names);
  END LOOP;
  FOR r IN SELECT * FROM _grants() g WHERE g.kind = 'function' LOOP
    IF r.role = 'public' OR to_regrole(quote_ident(r.role)) IS NOT NULL THEN
      EXECUTE format('REVOKE %s ON FUNCTION %s FROM %I', r.privilege, r.object, r.role);
    END IF;
  END LOOP;
  EXECUTE format('REVOKE USAGE ON SCHEMA scoring FROM %I', pg_get_userbyid(owner_oid));
  DROP SCHEMA scoring_views;
  DROP SCHEMA scoring_data;
  IF NOT (SELECT a.rolsuper FROM pg_roles a WHERE a.oid = owner_oid) THEN
    FOR role_name IN SELECT prefix || '_owner' UNION ALL SELECT prefix || '_' || d.duty FROM _duties() d LOOP
      BEGIN
        EXECUTE format('DROP ROLE IF EXISTS %I', role_name);
      EXCEPTION WHEN dependent_objects_still_exist THEN
        kept := kept || role_name;
      END;
    END LOOP;
  END IF;
  RETURN format('%s rows of %s tables are in schema %I; the workspace is gone', total, exported, export_schema)
    || CASE WHEN kept = '{}' THEN '' ELSE format('; these roles are used elsewhere and stay: %s', array_to_string(kept, ', ')) END;
END
$$;
COMMENT ON FUNCTION scoring.teardown(text, text) IS 'removes the workspace, once its tables are copied to a new schema of plain tables with values of scoring types as text; confirm: the name of the database; what others built on the workspace stops it: 2BP01; for superusers: 42501';
