-- Every accessor against plain SQL over a calendar of days, carried forward, on 1,000 streams in four time zones; the merge
-- law: serial = parallel = partition-wise = rolled up = any division, byte for byte; and nothing from the session.
BEGIN;
SELECT plan(41);
-- For the operators.
SET LOCAL search_path = public, scoring;
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0 $$;
-- Up to 80 observations within 10 to 600 days of 2023 and 2024; some at the same moment, some at month ends, midnight and
-- around the hours that clocks skip and repeat; some with neither date nor balance.
CREATE TABLE subject AS
SELECT s AS subject, (ARRAY['UTC', 'Europe/Prague', 'America/New_York', 'Pacific/Kiritimati'])[1 + s % 4] AS zone,
       1 + (79 * pg_temp.u(s, 1))::int AS n, '2023-01-01 00:00+00'::timestamptz + interval '1 hour' * (5000 * pg_temp.u(s, 2))::int AS begins,
       10 + 590 * pg_temp.u(s, 3) * pg_temp.u(s, 4) AS span
FROM generate_series(1, 1000) s;
CREATE TABLE observation AS
SELECT s.subject * 100 + i AS id, s.subject, zone,
       CASE h WHEN 0 THEN NULL
              WHEN 1 THEN date_trunc('month', at, 'UTC') - interval '1 microsecond'
              WHEN 2 THEN date_trunc('day', at, zone)
              WHEN 3 THEN '2024-03-31 00:30+00'::timestamptz + interval '30 minutes' * (i % 5)
              WHEN 4 THEN '2023-11-05 05:00+00'::timestamptz + interval '30 minutes' * (i % 5)
              WHEN 5 THEN '2024-02-29 23:59:59.999999+00'
              WHEN 6 THEN date_trunc('day', at, 'UTC') + interval '12 hours'
              ELSE at END AS at,
       (3 * pg_temp.u(s.subject * 100 + i, 6))::int AS tie,
       CASE WHEN h <> 19 THEN round((4000 * pg_temp.u(s.subject * 100 + i, 7) * pg_temp.u(s.subject, 8) - 800)::numeric, 2) END AS balance
FROM subject s CROSS JOIN LATERAL generate_series(1, n) i
CROSS JOIN LATERAL (SELECT (20 * pg_temp.u(s.subject * 100 + i, 9))::int AS h,
                           begins + interval '1 second' * (86400 * span * pg_temp.u(s.subject * 100 + i, 5))::int AS at) t;
ALTER TABLE observation SET (parallel_workers = 2);
CREATE TABLE shuffled AS SELECT * FROM observation ORDER BY hashint8extended(id, 11);
ANALYZE subject, observation, shuffled;

SET LOCAL max_parallel_workers_per_gather = 0;
CREATE TABLE serial AS SELECT subject, scoring.balance_history_agg(at, balance, tie, zone) AS h FROM observation GROUP BY subject;
SELECT is(count(*), 1000::bigint, 'one history for each') FROM serial;

-- By the book: days in the zone, the closing of each, carried forward.
CREATE TABLE dated AS
SELECT subject, (at AT TIME ZONE zone)::date AS day, at AT TIME ZONE zone AS clock, tie, balance FROM observation WHERE at IS NOT NULL AND balance IS NOT NULL;
CREATE TABLE daily AS
SELECT subject, day, (array_agg(balance ORDER BY clock, tie, balance DESC))[1] AS first, (array_agg(balance ORDER BY clock DESC, tie DESC, balance))[1] AS last,
       min(balance) AS lowest, max(balance) AS highest
FROM dated GROUP BY 1, 2;
CREATE TABLE calendar AS
SELECT subject, day, first_value(last) OVER (PARTITION BY subject, part ORDER BY day) AS closing, observed
FROM (SELECT c.subject, c.day::date, d.last, d.last IS NOT NULL AS observed, count(d.last) OVER (PARTITION BY c.subject ORDER BY c.day) AS part
      FROM (SELECT subject, generate_series(min(day), '2026-06-30', interval '1 day') AS day FROM daily GROUP BY subject) c
      LEFT JOIN daily d ON d.subject = c.subject AND d.day = c.day) s;
CREATE INDEX ON calendar (subject, day);
CREATE INDEX ON daily (subject, day);
CREATE TABLE asked AS
SELECT subject, as_of, days, months,
       CASE WHEN days IS NOT NULL THEN as_of - days WHEN months IS NOT NULL THEN (date_trunc('month', as_of) - interval '1 month' * months)::date ELSE '1900-01-01' END AS "from",
       CASE WHEN months IS NOT NULL THEN date_trunc('month', as_of)::date ELSE as_of END AS "to"
FROM subject CROSS JOIN LATERAL (SELECT begins::date + (span * pg_temp.u(subject, 20))::int UNION SELECT (ARRAY['2024-03-01', '2024-02-29', '2024-04-01', '2023-11-06', '2025-01-31']::date[])[1 + subject % 5]
                                 UNION SELECT begins::date + (900 * pg_temp.u(subject, 21))::int - 30) a (as_of),
     (VALUES (NULL, NULL), (1, NULL), (7, NULL), (30, NULL), (365, NULL), (NULL, 1), (NULL, 3), (NULL, 12), (100000, NULL), (NULL, 20000)) w (days, months)
WHERE days IS NULL OR days < 1000 OR subject < 100;
UPDATE asked SET "from" = '1900-01-01' WHERE "from" < '1900-01-01';
CREATE TABLE truth AS
SELECT a.*, c.*, o.*
FROM asked a
CROSS JOIN LATERAL (SELECT count(*)::int AS days_known, (count(*) FILTER (WHERE observed))::int AS days_observed, CASE WHEN count(*) > 0 THEN (count(*) FILTER (WHERE closing < 0))::int END AS days_negative,
                           avg(closing) AS average, stddev_pop(closing) AS volatility
                    FROM calendar WHERE calendar.subject = a.subject AND day >= a."from" AND day < a."to") c
CROSS JOIN LATERAL (SELECT least(carried, (SELECT min(lowest) FROM daily d WHERE d.subject = a.subject AND d.day >= a."from" AND d.day < a."to")) AS lowest,
                           greatest(carried, (SELECT max(highest) FROM daily d WHERE d.subject = a.subject AND d.day >= a."from" AND d.day < a."to")) AS highest,
                           coalesce(carried, (SELECT first FROM daily d WHERE d.subject = a.subject AND d.day >= a."from" AND d.day < a."to" ORDER BY day LIMIT 1)) AS opening,
                           (SELECT last FROM daily d WHERE d.subject = a.subject AND d.day < a."to" ORDER BY day DESC LIMIT 1) AS closing,
                           (SELECT last FROM daily d WHERE d.subject = a.subject AND d.day < a.as_of ORDER BY day DESC LIMIT 1) AS at_as_of,
                           (SELECT a.as_of - max(day) FROM daily d WHERE d.subject = a.subject AND d.day < a.as_of) AS since,
                           (SELECT regr_slope(closing::float8, extract(year FROM day) * 12 + extract(month FROM day)) FROM calendar k
                            WHERE k.subject = a.subject AND k.day >= a."from" AND k.day < date_trunc('month', a.as_of) AND extract(day FROM k.day + 1) = 1) AS slope
                    FROM (SELECT (SELECT last FROM daily d WHERE d.subject = a.subject AND d.day < a."from" ORDER BY day DESC LIMIT 1) AS carried) s) o;
SELECT cmp_ok(count(*), '>', 20000::bigint, 'many windows') FROM truth;
SELECT cmp_ok(count(*) FILTER (WHERE days_known = 0), '>', 500::bigint, 'some of them empty') FROM truth;
CREATE TABLE said AS
SELECT t.*, scoring.lowest_balance(h, as_of, days, months) AS our_lowest, scoring.highest_balance(h, as_of, days, months) AS our_highest,
       scoring.opening_balance(h, as_of, days, months) AS our_opening, scoring.closing_balance(h, as_of, days, months) AS our_closing,
       scoring.average_balance(h, as_of, days, months) AS our_average, scoring.balance_volatility(h, as_of, days, months) AS our_volatility,
       scoring.days_negative(h, as_of, days, months) AS our_negative, scoring.days_known(h, as_of, days, months) AS our_known,
       scoring.days_observed(h, as_of, days, months) AS our_observed, scoring.balance_at(h, as_of) AS our_at,
       scoring.days_since_observed(h, as_of) AS our_since, scoring.balance_slope(h, as_of, months) AS our_slope
FROM truth t JOIN serial USING (subject);
SELECT is(count(*) FILTER (WHERE our_lowest IS DISTINCT FROM lowest), 0::bigint, 'lowest_balance') FROM said;
SELECT is(count(*) FILTER (WHERE our_highest IS DISTINCT FROM highest), 0::bigint, 'highest_balance') FROM said;
SELECT is(count(*) FILTER (WHERE our_opening IS DISTINCT FROM opening), 0::bigint, 'opening_balance') FROM said;
SELECT is(count(*) FILTER (WHERE our_closing IS DISTINCT FROM closing), 0::bigint, 'closing_balance') FROM said;
SELECT is(count(*) FILTER (WHERE our_at IS DISTINCT FROM at_as_of), 0::bigint, 'balance_at') FROM said;
SELECT is(count(*) FILTER (WHERE our_negative IS DISTINCT FROM days_negative), 0::bigint, 'days_negative') FROM said;
SELECT is(count(*) FILTER (WHERE our_known IS DISTINCT FROM days_known), 0::bigint, 'days_known') FROM said;
SELECT is(count(*) FILTER (WHERE our_observed IS DISTINCT FROM days_observed), 0::bigint, 'days_observed') FROM said;
SELECT is(count(*) FILTER (WHERE our_since IS DISTINCT FROM since), 0::bigint, 'days_since_observed') FROM said;
SELECT is(count(*) FILTER (WHERE abs(our_average - average) <= 1e-12 * (1 + abs(average)) IS NOT TRUE AND num_nonnulls(our_average, average) > 0), 0::bigint, 'average_balance') FROM said;
SELECT is(count(*) FILTER (WHERE abs(our_volatility - volatility) <= 1e-11 * (1 + volatility) IS NOT TRUE AND num_nonnulls(our_volatility, volatility) > 0), 0::bigint, 'balance_volatility') FROM said;
SELECT is(count(*) FILTER (WHERE abs(our_slope - slope) <= 1e-8 * (1 + abs(slope)) IS NOT TRUE AND num_nonnulls(our_slope, slope) > 0), 0::bigint, 'balance_slope') FROM said WHERE days IS NULL;
SELECT cmp_ok(count(our_slope), '>', 4000::bigint, 'of many months') FROM said WHERE days IS NULL;

-- Sets, counts and the composite.
SELECT set_eq($$SELECT subject, d.* FROM serial, scoring.balance_days(h, '2024-02-29') d$$, $$SELECT * FROM daily WHERE day < '2024-02-29'$$, 'balance_days');
SELECT is((SELECT count(*) FROM serial, scoring.balance_months(h, '2024-03-15') m, LATERAL (SELECT least(m.month + interval '1 month', '2024-03-15')::date AS e) s
  WHERE (m.opening, m.closing, m.lowest, m.highest, m.average, m.days_known, m.days_negative, m.days_observed) IS DISTINCT FROM
    (scoring.opening_balance(h, e, e - m.month), scoring.closing_balance(h, e, e - m.month), scoring.lowest_balance(h, e, e - m.month), scoring.highest_balance(h, e, e - m.month),
     scoring.average_balance(h, e, e - m.month), scoring.days_known(h, e, e - m.month), scoring.days_negative(h, e, e - m.month), scoring.days_observed(h, e, e - m.month))), 0::bigint, 'balance_months says of each month what the accessors say');
SELECT is((SELECT count(*) FROM serial, scoring.balance_months(h, '2024-03-15')), (SELECT count(*) FROM (SELECT DISTINCT subject, date_trunc('month', day) FROM calendar WHERE day < '2024-03-15') s), 'and leaves out none');
SELECT is((SELECT count(*) FROM serial s JOIN (SELECT subject, count(*) FILTER (WHERE at IS NULL) AS u, count(*) FILTER (WHERE at IS NOT NULL AND balance IS NULL) AS w FROM observation GROUP BY 1) o USING (subject)
  WHERE scoring.undated(h) <> u OR scoring.without_balance(h) <> w), 0::bigint, 'rows without date and without balance are counted');
SELECT cmp_ok((SELECT sum(scoring.undated(h)) * sum(scoring.without_balance(h)) FROM serial), '>', 100000::numeric, 'there are such');
CREATE TABLE features AS SELECT DISTINCT s.subject, as_of, to_jsonb(f) AS f FROM asked s JOIN serial USING (subject), scoring.balance_features(h, as_of) f;
CREATE FUNCTION pg_temp.of_window(h scoring.balance_history, as_of date, m int) RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_object_agg(CASE WHEN m IS NULL THEN k ELSE k || '_' || m || 'm' END, v) FROM jsonb_each(jsonb_build_object('days_observed', scoring.days_observed(h, as_of, months => m), 'lowest_balance', scoring.lowest_balance(h, as_of, months => m),
  'highest_balance', scoring.highest_balance(h, as_of, months => m), 'average_balance', scoring.average_balance(h, as_of, months => m),
  'balance_volatility', scoring.balance_volatility(h, as_of, months => m), 'days_negative', scoring.days_negative(h, as_of, months => m))
  || CASE WHEN m = 1 THEN '{}' ELSE jsonb_build_object('balance_slope', scoring.balance_slope(h, as_of, m)) END) e (k, v) $$;
SELECT is((SELECT count(*) FROM features JOIN serial USING (subject) WHERE subject < 300 AND f IS DISTINCT FROM jsonb_build_object('balance', scoring.balance_at(h, as_of), 'days_since_observed', scoring.days_since_observed(h, as_of),
  'days_known', scoring.days_known(h, as_of)) || pg_temp.of_window(h, as_of, NULL) || pg_temp.of_window(h, as_of, 1) || pg_temp.of_window(h, as_of, 3) || pg_temp.of_window(h, as_of, 6) || pg_temp.of_window(h, as_of, 12)), 0::bigint, 'balance_features says what the accessors say');
SELECT results_eq('SELECT ordinal, name, type FROM scoring.balance_feature_names()', $$SELECT o::int, name COLLATE "default", format_type(type, NULL) FROM pg_proc, unnest(proargnames[3:], proallargtypes[3:]) WITH ORDINALITY u (name, type, o) WHERE oid = 'scoring.balance_features'::regproc ORDER BY o$$, 'its columns have their names and types');
-- Nothing on or after as_of is seen.
SELECT is((SELECT count(*) FROM features f JOIN subject USING (subject) CROSS JOIN LATERAL (
    SELECT scoring.balance_history_agg(at, balance, tie, zone) AS h FROM (
      SELECT at, balance, tie, zone FROM observation o WHERE o.subject = f.subject AND (at AT TIME ZONE zone < as_of OR at IS NULL)
      UNION ALL SELECT (as_of + i * i * interval '7 hours') AT TIME ZONE zone, -1e6 * i, 0, zone FROM generate_series(0, 20) i) o) h
  WHERE f.subject <= 300 AND to_jsonb(scoring.balance_features(h, as_of)) <> f.f), 0::bigint, 'what happens on as_of and later changes no feature');

-- Any order, any division.
SELECT is((SELECT count(*) FROM serial JOIN (SELECT subject, scoring.balance_history_agg(at, balance, tie, zone) AS h FROM shuffled GROUP BY 1) s USING (subject) WHERE s.h <> serial.h), 0::bigint, 'shuffled: the same');
CREATE FUNCTION pg_temp.in_parts(p int) RETURNS bigint LANGUAGE sql AS $$
SELECT count(*) FROM serial JOIN (
  SELECT subject, scoring.rollup(h) AS h FROM (SELECT subject, scoring.balance_history_agg(at, balance, tie, zone) AS h FROM shuffled GROUP BY subject, (hashint8extended(id, 3) & 65535) % p) a GROUP BY 1) s USING (subject)
WHERE s.h::text = serial.h::text AND s.h = serial.h $$;
SELECT is(pg_temp.in_parts(p), 1000::bigint, p || ' parts, rolled up: the same') FROM unnest('{2, 17, 1000}'::int[]) p;
CREATE FUNCTION pg_temp.tree(parts scoring.balance_history[]) RETURNS scoring.balance_history LANGUAGE plpgsql AS $$
BEGIN
  RETURN CASE cardinality(parts) WHEN 1 THEN parts[1] ELSE pg_temp.tree(parts[(cardinality(parts) + 1) / 3 + 1:]) || pg_temp.tree(parts[:(cardinality(parts) + 1) / 3]) END;
END
$$;
SELECT is((SELECT count(*) FROM serial JOIN (SELECT subject, pg_temp.tree(array_agg(h)) AS h FROM (SELECT subject, scoring.balance_history_agg(at, balance, tie, zone) AS h FROM shuffled GROUP BY subject, id % 9) a GROUP BY 1 HAVING count(*) > 2) s USING (subject) WHERE s.h <> serial.h), 0::bigint, 'a tree of ||: the same');
SELECT is((SELECT count(*) FROM serial WHERE (h || h) <> h AND scoring.undated(h) + scoring.without_balance(h) = 0), 0::bigint, 'an observation that comes twice changes nothing');
SELECT is((SELECT count(*) FROM serial WHERE h::text::scoring.balance_history <> h OR h::jsonb::scoring.balance_history <> h), 0::bigint, 'through text and jsonb: the same');

SET LOCAL max_parallel_workers_per_gather = 2;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_table_scan_size = 0;
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  plan text := '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
    plan := plan || line || E'\n';
  END LOOP;
  RETURN plan;
END
$$;
-- 60,000 observations of one account: the state is merged many times.
CREATE TABLE long AS
SELECT i AS id, '2020-01-01'::timestamp + interval '1 minute' * (1000000 * pg_temp.u(i, 1))::int AS at, round((1e6 * pg_temp.u(i, 2) - 2e5)::numeric, 2) AS balance FROM generate_series(1, 60000) i;
ALTER TABLE long SET (parallel_workers = 2);
CREATE TABLE parted (LIKE long) PARTITION BY HASH (id);
SELECT format('CREATE TABLE parted_%s PARTITION OF parted FOR VALUES WITH (MODULUS 5, REMAINDER %s)', k, k) FROM generate_series(0, 4) k \gexec
INSERT INTO parted SELECT * FROM long;
ANALYZE long, parted;
SELECT matches(pg_temp.plan_of('SELECT scoring.balance_history_agg(at, balance) FROM long'), 'Finalize Aggregate.*Gather.*Partial Aggregate.*Parallel Seq Scan', 'the work is divided among workers');
SET LOCAL parallel_leader_participation = off;
CREATE TABLE workers AS SELECT h FROM (SELECT scoring.balance_history_agg(at, balance) AS h FROM long) s;
RESET parallel_leader_participation;
CREATE TABLE by_the_book AS SELECT at::date AS day, (array_agg(balance ORDER BY at, balance DESC))[1] AS first, (array_agg(balance ORDER BY at DESC, balance))[1] AS last, min(balance) AS lowest, max(balance) AS highest FROM long GROUP BY 1;
SELECT set_eq('SELECT d.* FROM workers, scoring.balance_days(h, ''2199-12-31'') d', 'TABLE by_the_book', 'workers alone: by the book');
SELECT is((SELECT scoring.balance_history_agg(at, balance ORDER BY balance)::text FROM long), h::text, 'sorted by balance: the same') FROM workers;
SET LOCAL enable_partitionwise_aggregate = on;
SELECT is((SELECT scoring.balance_history_agg(at, balance)::text FROM parted), h::text, 'partition-wise: the same') FROM workers;
SELECT is((SELECT scoring.rollup(d)::text FROM (SELECT scoring.balance_history_agg(at, balance) AS d FROM parted GROUP BY at::date) s), h::text, 'days, rolled up: the same') FROM workers;
-- The session's time zone plays no part in building, merging, reading.
SET LOCAL TimeZone = 'Pacific/Kiritimati';
CREATE TABLE elsewhere AS SELECT subject, scoring.balance_history_agg(at, balance, tie, zone) AS h FROM observation GROUP BY subject, id % 3;
SET LOCAL TimeZone = 'America/New_York';
SELECT is((SELECT count(*) FROM serial JOIN (SELECT subject, scoring.rollup(h) AS h FROM elsewhere GROUP BY 1) e USING (subject) WHERE e.h <> serial.h), 0::bigint, 'built and merged under other time zones: the same');
SELECT is((SELECT count(*) FROM features JOIN serial USING (subject) WHERE to_jsonb(scoring.balance_features(h, as_of)) <> f), 0::bigint, 'read under another one: the same');
SELECT is((SELECT scoring.balance_history_agg(at, balance)::text FROM long), h::text, 'a timestamp without time zone is not cast through the session') FROM workers;
-- The size that docs/balance_history.md states: a day with one observation, by the second, balances below ten million.
SELECT cmp_ok((SELECT octet_length(scoring.balance_history_send(scoring.balance_history_agg('2024-01-01'::timestamptz + interval '1 second' * (86400 * i + 86399 * pg_temp.u(i, 1))::int, round((1e7 * pg_temp.u(i, 2))::numeric, 2), i))) / 1000.0 FROM generate_series(1, 1000) i), '<', 10::numeric, 'at most 10 bytes a day with time and tie');
SELECT cmp_ok((SELECT octet_length(scoring.balance_history_send(scoring.balance_history_agg('2024-01-01'::date + i, round((1e5 * pg_temp.u(i, 2))::numeric, 2)))) / 1000.0 FROM generate_series(1, 1000) i), '<', 3.1::numeric, 'at most 3.1 bytes by date');
SELECT * FROM finish();
ROLLBACK;
