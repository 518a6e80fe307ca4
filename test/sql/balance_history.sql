-- balance_history: what becomes of each input, what is refused, and what the accessors say.
SET extra_float_digits = 1;
SET TimeZone = 'America/New_York';
\pset null '(null)'
CREATE TABLE balance_sample (id int, at timestamptz, balance numeric, tie bigint);
INSERT INTO balance_sample VALUES
  (1, '2024-01-30 09:00+00', 100, 1), (2, '2024-01-30 09:00+00', 80, 2), (3, '2024-01-30 09:00+00', 120, 2), (4, '2024-01-31 23:30+00', 50.005, NULL),
  (5, '2024-02-29 12:00:00.000001+00', -20, 7), (6, '2024-03-31 00:30+00', 10, 3), (7, NULL, 5, 1), (8, NULL, NULL, 1), (9, '2024-03-01 00:00+00', NULL, 1);

-- Without a tie the lower balance at one moment is the later one; with a tie the greater tie, then the lower balance.
SELECT scoring.balance_history_agg(at, balance) FROM balance_sample;
SELECT scoring.balance_history_agg(at, balance, tie) FROM balance_sample;
SELECT d.* FROM (SELECT scoring.balance_history_agg(at, balance, tie) AS h FROM balance_sample) s, scoring.balance_days(h, '2024-12-31') d;
SELECT d.* FROM (SELECT scoring.balance_history_agg(at, balance, id) AS h FROM balance_sample) s, scoring.balance_days(h, '2024-02-29') d;
SELECT m.* FROM (SELECT scoring.balance_history_agg(at, balance, tie) AS h FROM balance_sample) s, scoring.balance_months(h, '2024-04-02') m;
-- Days are those of UTC, or of the zone.
SELECT zone, scoring.time_zone(h), d.day, d.last FROM (SELECT zone, scoring.balance_history_agg(at, balance, tie, zone) AS h FROM balance_sample, unnest('{UTC, Europe/Prague, asia/tokyo}'::text[]) zone GROUP BY zone) s, scoring.balance_days(h, '2024-12-31') d ORDER BY 1, 3;
SELECT scoring.balance_history_agg(at, balance, tie, 'utc') OPERATOR(scoring.=) scoring.balance_history_agg(at, balance, tie) AS same FROM balance_sample;
-- A timestamp is taken as it is, a date is its midnight.
SELECT scoring.balance_history_agg('2024-03-10 02:30'::timestamp, 1), scoring.balance_history_agg('2024-03-10 02:30'::timestamp, 1, 2),
       scoring.balance_history_agg('2024-03-10'::date, 1.5), scoring.balance_history_agg('2024-03-10'::date, 1, 2);
-- Hundredths, half away from zero.
SELECT scoring.balance_history_agg('2024-01-01'::date + i::int, b) FROM unnest('{0.005, -0.005, 0.0049999, 1e-300, -1000000000000000, 1000000000000000}'::numeric[]) WITH ORDINALITY u (b, i);
-- Integers and doubles: the same as numeric.
SELECT bool_and(f OPERATOR(scoring.=) n AND i OPERATOR(scoring.=) n AND b OPERATOR(scoring.=) n AND r OPERATOR(scoring.=) n) AS same
FROM (SELECT scoring.balance_history_agg(at, round(balance)::float8) AS f, scoring.balance_history_agg(at, round(balance)::int) AS i, scoring.balance_history_agg(at, round(balance)::bigint) AS b, scoring.balance_history_agg(at, round(balance)::real) AS r, scoring.balance_history_agg(at, round(balance)) AS n FROM balance_sample
      UNION ALL SELECT scoring.balance_history_agg(at::date, round(balance)::float8, 1), scoring.balance_history_agg(at::date, round(balance)::int, 1), scoring.balance_history_agg(at::date, round(balance)::bigint, 1), scoring.balance_history_agg(at::date, round(balance)::real, 1), scoring.balance_history_agg(at::date, round(balance), 1) FROM balance_sample
      UNION ALL SELECT scoring.balance_history_agg(at AT TIME ZONE 'UTC', round(balance)::float8), scoring.balance_history_agg(at AT TIME ZONE 'UTC', round(balance)::int), scoring.balance_history_agg(at, round(balance)::bigint, 0, 'UTC'), scoring.balance_history_agg(at AT TIME ZONE 'UTC', round(balance)::real), scoring.balance_history_agg(at, round(balance), 0) FROM balance_sample) s;
-- No rows; nothing but rows that say nothing.
SELECT scoring.balance_history_agg(at, balance) FROM balance_sample WHERE false;
CREATE TABLE nothing AS SELECT scoring.balance_history_agg(at, balance) AS h FROM balance_sample WHERE at IS NULL OR balance IS NULL;
SELECT h, scoring.undated(h), scoring.without_balance(h) FROM nothing;
SELECT f.* FROM nothing, scoring.balance_features(h, '2024-01-01') f \gx
SELECT count(*) FROM nothing, scoring.balance_days(h, '2024-01-01');
SELECT count(*) FROM nothing, scoring.balance_months(h, '2024-01-01');

-- Accessors. What is carried into a window belongs to it.
CREATE TABLE balances AS SELECT scoring.balance_history_agg(at, balance, tie) AS h FROM balance_sample;
SELECT as_of, scoring.balance_at(h, as_of), scoring.days_since_observed(h, as_of), scoring.opening_balance(h, as_of, 30) AS opening, scoring.closing_balance(h, as_of, 30) AS closing,
       scoring.lowest_balance(h, as_of, 30) AS lowest, scoring.highest_balance(h, as_of, 30) AS highest, scoring.average_balance(h, as_of, 30) AS average,
       scoring.balance_volatility(h, as_of, 30) AS volatility, scoring.days_negative(h, as_of, 30) AS negative, scoring.days_known(h, as_of, 30) AS known, scoring.days_observed(h, as_of, 30) AS observed
FROM balances, unnest('{2024-01-30, 2024-01-31, 2024-02-29, 2024-03-01, 2024-04-10, 2034-01-01}'::date[]) as_of ORDER BY 1;
SELECT months, scoring.opening_balance(h, '2024-04-10', months => months) AS opening, scoring.closing_balance(h, '2024-04-10', months => months) AS closing,
       scoring.lowest_balance(h, '2024-04-10', months => months) AS lowest, scoring.highest_balance(h, '2024-04-10', months => months) AS highest, scoring.average_balance(h, '2024-04-10', months => months) AS average,
       scoring.days_known(h, '2024-04-10', months => months) AS known, scoring.balance_slope(h, '2024-04-10', months) AS slope
FROM balances, unnest('{1, 2, 3, 4, 2147483647, NULL}'::int[]) months;
-- 50.01, -20, 10: least squares by hand, (-1 * 50.01 + 1 * 10) / 2.
SELECT scoring.balance_slope(h, '2024-04-01') FROM balances;
SELECT scoring.balance_slope(h, '2024-02-29') AS one_month, scoring.balance_slope(h, '2024-01-31') AS none FROM balances;
SELECT f.* FROM balances, scoring.balance_features(h, '2024-04-10') f \gx
SELECT n.* FROM scoring.balance_feature_names() n;
-- A NULL argument.
SELECT scoring.lowest_balance(NULL, '2024-01-01'), scoring.lowest_balance(h, NULL), scoring.days_known(NULL, NULL, 3), scoring.balance_at(NULL, '2024-01-01'), scoring.balance_at(h, NULL), scoring.balance_slope(h, NULL),
       scoring.balance_slope(NULL, '2024-01-01', 3), scoring.undated(NULL::scoring.balance_history), scoring.time_zone(NULL::scoring.balance_history), scoring.days_since_observed(NULL::scoring.balance_history, '2024-01-01') FROM balances;
SELECT count(*) FROM balances, scoring.balance_days(h, NULL);
SELECT f IS NULL AS "null" FROM balances, scoring.balance_features(h, NULL) f;
-- The greatest sums: 1e15 either way for 300 years.
SELECT scoring.average_balance(h, '2199-12-31'), scoring.balance_volatility(h, '2199-12-31'), scoring.days_negative(h, '2199-12-31'), scoring.days_known(h, '2199-12-31'), scoring.balance_slope(h, '2199-12-31')
FROM (SELECT scoring.balance_history_agg('1900-01-01'::date + i, CASE WHEN i % 2 = 0 THEN 1e15 ELSE -1e15 END) AS h FROM generate_series(0, 109572) i) s;
SELECT scoring.balance_volatility(scoring.balance_history_agg('1900-01-01'::date + i, 1e15), '2199-12-31') FROM generate_series(0, 109572) i;

-- Merging.
SELECT scoring.rollup(h) OPERATOR(scoring.=) (SELECT h FROM balances) AS same FROM (SELECT scoring.balance_history_agg(at, balance, tie) AS h FROM balance_sample GROUP BY id UNION ALL SELECT NULL) s;
SELECT scoring.rollup(h) FROM balances WHERE false;
SELECT (h OPERATOR(scoring.||) NULL) OPERATOR(scoring.=) h AS "right", (NULL OPERATOR(scoring.||) h) OPERATOR(scoring.=) h AS "left", scoring.undated(h OPERATOR(scoring.||) h) FROM balances;
SELECT scoring.balance_history_agg(at, balance, tie, CASE WHEN id < 3 THEN 'UTC' ELSE 'Europe/Prague' END) FROM balance_sample;
SELECT scoring.rollup(h) FROM (SELECT scoring.balance_history_agg(at, balance, tie, zone) AS h FROM balance_sample, unnest('{Asia/Tokyo, Europe/Prague}'::text[]) zone GROUP BY zone ORDER BY zone) s;
SELECT h OPERATOR(scoring.||) (SELECT scoring.balance_history_agg(at, balance, tie, 'Asia/Tokyo') FROM balance_sample) FROM balances;
-- Equality and order.
SELECT h OPERATOR(scoring.=) h AS eq, h OPERATOR(scoring.<>) h AS ne, h OPERATOR(scoring.<) h AS lt FROM balances;
SELECT count(*) FROM (SELECT h FROM balances UNION SELECT h FROM balances) s;
-- As a window aggregate.
SELECT id, scoring.closing_balance(scoring.balance_history_agg(at, balance, tie) OVER (ORDER BY id), '2025-01-01'), scoring.lowest_balance(scoring.balance_history_agg(at, balance, tie) OVER (ORDER BY id ROWS 1 PRECEDING), '2025-01-01')
FROM balance_sample ORDER BY id;

-- Refused.
SELECT scoring.balance_history_agg(at, 'NaN') FROM balance_sample;
SELECT scoring.balance_history_agg(at, 'Infinity'::numeric) FROM balance_sample;
SELECT scoring.balance_history_agg(at, 1000000000000000.01) FROM balance_sample;
SELECT scoring.balance_history_agg('infinity'::timestamptz, 1);
SELECT scoring.balance_history_agg('-infinity'::timestamp, 1);
SELECT scoring.balance_history_agg('infinity'::date, 1);
SELECT scoring.balance_history_agg('1899-12-31 23:59:59+00'::timestamptz, 1);
SELECT scoring.balance_history_agg('2200-01-01'::timestamp, 1);
SELECT scoring.balance_history_agg('2200-01-01'::date, NULL);
SELECT scoring.balance_history_agg(at, balance, tie, 'Mars/Olympus') FROM balance_sample;
SELECT scoring.balance_history_agg(at, balance, tie, NULL) FROM balance_sample;
SELECT scoring.balance_history_agg(at, 'NaN'::float8) FROM balance_sample;
SELECT scoring.balance_history_agg(at, balance::text) FROM balance_sample;
SELECT scoring.lowest_balance(h, '2024-01-01', 0) FROM balances;
SELECT scoring.lowest_balance(h, '2024-01-01', months => -1) FROM balances;
SELECT scoring.lowest_balance(h, '2024-01-01', 30, 1) FROM balances;
SELECT scoring.balance_slope(h, '2024-01-01', 0) FROM balances;
SELECT scoring.lowest_balance(h, 'infinity') FROM balances;
SELECT scoring.balance_at(h, '1800-01-01') FROM balances;
SELECT scoring._balance_history_trans(NULL, '2024-01-01'::date, 1);

-- The text form: read back the same, and checked.
SELECT h::text::scoring.balance_history OPERATOR(scoring.=) h AS text, h::jsonb::scoring.balance_history OPERATOR(scoring.=) h AS jsonb FROM balances;
SELECT scoring.balance_history_agg('2024-01-01'::date, 1, tie)::text::scoring.balance_history FROM unnest('{-9223372036854775808, 9223372036854775807}'::bigint[]) tie;
CREATE FUNCTION pg_temp.refused(text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  detail text;
BEGIN
  RETURN 'accepted: ' || $1::scoring.balance_history::text;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RETURN SQLSTATE || ': ' || SQLERRM || coalesce(' / ' || nullif(detail, ''), '');
END
$$;
SELECT pg_temp.refused(format('{"version": 1, "zone": "UTC", "undated": 0, "without_balance": 0, "days": [%s]}', days)) FROM unnest(ARRAY[
  '["2024-01-01", 0, 0, 5]', '["2024-01-01", 0, 0, 5, 0, 1, 5, 5, 5]', '["2024-01-01", 0, 0, 5, 0, 1, 7, 4, 9]', '7', '["2024-01-01", 0, 0]', '["2024-01-01", 0, 0, 5, 0, 1, 5, 5]', '["2024-02-30", 0, 0, 5]', '[20240101, 0, 0, 5]', '["1899-12-31", 0, 0, 5]',
  '["2024-01-01", 86400000000, 0, 5]', '["2024-01-01", -1, 0, 5]', '["2024-01-01", 0, 0.5, 5]', '["2024-01-01", 0, 9223372036854775808, 5]', '["2024-01-01", 0, 0, 100000000000000001]', '["2024-01-01", 0, 0, null]',
  '["2024-01-01", 0, 0, 5], ["2024-01-01", 0, 0, 5]', '["2024-01-02", 0, 0, 5], ["2024-01-01", 0, 0, 5]',
  -- Not what observations can give: the same twice, the last before the first, extremes within, all at one moment.
  '["2024-01-01", 0, 0, 5, 0, 0, 5, 5, 5]', '["2024-01-01", 1, 0, 5, 0, 0, 5, 5, 5]', '["2024-01-01", 0, 0, 5, 1, 0, 5, 6, 6]', '["2024-01-01", 0, 0, 5, 1, 0, 6, 5, 5]', '["2024-01-01", 0, 0, 5, 0, 0, 6, 5, 6]', '["2024-01-01", 0, 0, 6, 0, 0, 5, 4, 6]']) days;
SELECT pg_temp.refused(t) FROM unnest(ARRAY['', '{}', '[]', '{"version": 2, "zone": "UTC", "undated": 0, "without_balance": 0, "days": []}', '{"version": 1, "zone": "UTC", "undated": -1, "without_balance": 0, "days": []}',
  '{"version": 1, "zone": "", "undated": 0, "without_balance": 0, "days": []}', '{"version": 1, "zone": "Asia/To kyo", "undated": 0, "without_balance": 0, "days": []}', '{"version": 1, "zone": "UTC", "undated": 0, "without_balance": 0, "days": {}}',
  '{"version": 1, "zone": "UTC", "undated": 0, "without_balance": 0, "days": [], "more": 1}', format('{"version": 1, "zone": "%s", "undated": 0, "without_balance": 0, "days": []}', repeat('x', 64)),
  '{"version": 1, "zone": "Asia/Tokyo", "undated": 1, "without_balance": 9223372036854775807, "days": []}']) t;
SELECT scoring.rollup('{"version": 1, "zone": "UTC", "undated": 0, "without_balance": 9223372036854775807, "days": []}'::scoring.balance_history) FROM generate_series(1, 2);

-- Where a zone's clocks go back, a day is in the order of its clock.
SELECT scoring.closing_balance(scoring.balance_history_agg(t, b, 0::bigint, 'America/New_York'), '2024-11-04') AS new_york, scoring.closing_balance(scoring.balance_history_agg(t, b), '2024-11-04') AS utc
FROM (VALUES (timestamptz '2024-11-03 05:45+00', 100), ('2024-11-03 06:15+00', -50)) v (t, b);

-- The binary form: there and back; what is no balance history, or not in its shortest form, is refused.
CREATE TABLE balances_back (h scoring.balance_history);
SELECT current_setting('data_directory') || '/balance_history_test.bin' AS path \gset
COPY (SELECT h FROM balances UNION ALL SELECT h FROM nothing) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
SELECT count(*) FROM (SELECT h FROM balances UNION ALL SELECT h FROM nothing INTERSECT SELECT h FROM balances_back) s;
SELECT encode(scoring.balance_history_send(h), 'hex') FROM balances;
COPY (SELECT '\x'::bytea) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x020000000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x010100000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
-- UTC under its name, a name that is none, too many days, a day outside the years, a time in seconds that could be in hours.
COPY (SELECT '\x010003555443000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x01000120000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x0100000000ffffffff0f'::bytea) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x0100000000018080800200000000000000000000000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT scoring.balance_history_send(scoring.balance_history_agg('2000-01-01'::date, 0))) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
SELECT encode(scoring.balance_history_send(scoring.balance_history_agg('2000-01-01'::date, 0)), 'hex');
COPY (SELECT set_byte(scoring.balance_history_send(scoring.balance_history_agg('2000-01-01'::date, 0)), 9, 2)) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT substr(scoring.balance_history_send(h), 1, 30) FROM balances) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT scoring.balance_history_send(h) || '\x00' FROM balances) TO :'path' WITH (FORMAT binary);
COPY balances_back FROM :'path' WITH (FORMAT binary);

-- The parts of the aggregates are nobody's.
CREATE ROLE regress_scoring_anyone;
SET ROLE regress_scoring_anyone;
SELECT scoring.balance_at(scoring.balance_history_agg('2024-01-01'::date, 1), '2024-01-02');
SELECT scoring._balance_history_trans(NULL, '2024-01-01'::date, 1);
SELECT scoring._balance_history_combine(NULL, NULL);
SELECT scoring._balance_history_final(NULL);
RESET ROLE;
DROP ROLE regress_scoring_anyone;
DROP TABLE balance_sample, nothing, balances, balances_back;
