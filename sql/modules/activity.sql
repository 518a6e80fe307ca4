-- activity: flows of events in time buckets. A profile (docs/activity.md).

@include profile.sql TYPE=activity PLURAL=activities ARTICLE=an

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
