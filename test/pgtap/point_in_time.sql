-- What docs/point-in-time.md promises: no feature sees an event that happened or was recorded after its decision, fast forms say the
-- same as naive ones, to the byte, and profiles that grew night by night are those of all rows.
BEGIN;
SELECT plan(36);
SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'Australia/Lord_Howe';

CREATE FUNCTION pg_temp.u(i bigint, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0::float8 $$;
CREATE TABLE payment (payment_id bigint PRIMARY KEY, customer_id bigint NOT NULL, occurred_at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, amount numeric(14, 2) NOT NULL, category text, corrects bigint);
-- Most are recorded within two days, some after weeks.
INSERT INTO payment
SELECT i, 1 + i % 100, t, t + make_interval(secs => floor(CASE WHEN pg_temp.u(i, 2) < 0.9 THEN pg_temp.u(i, 3) * 2 ELSE pg_temp.u(i, 3) * 60 END * 86400)), round(((pg_temp.u(i, 4) - 0.6) * 1000)::numeric, 2), 'c' || (pg_temp.u(i, 5) * 8)::int
FROM generate_series(1, 8000) i, LATERAL (SELECT '2022-06-01 00:00+0'::timestamptz + make_interval(secs => floor(pg_temp.u(i, 1) * 900 * 86400)) AS t) d;
-- One in sixteen is taken back up to half a year later, and booked anew.
INSERT INTO payment
SELECT payment_id + k * 1000000, customer_id, occurred_at, recorded_at + make_interval(secs => floor(pg_temp.u(payment_id, 6) * 180 * 86400)), CASE k WHEN 1 THEN -amount ELSE round(amount * 0.9, 2) END, category, CASE k WHEN 1 THEN payment_id END
FROM payment, generate_series(1, 2) k WHERE hashint8extended(payment_id, 8) & 15 = 0;
CREATE INDEX ON payment (customer_id, recorded_at);
CREATE INDEX ON payment (corrects);
CREATE TABLE decision AS
SELECT c * 10 + k AS decision_id, c::bigint AS customer_id, t AS decided_at, (t AT TIME ZONE 'UTC')::date AS as_of
FROM generate_series(1, 100) c, generate_series(1, 6) k,
LATERAL (SELECT CASE k WHEN 1 THEN '2024-03-01 00:00+0'::timestamptz WHEN 2 THEN '2024-02-29 23:59:59.999999+0' ELSE '2022-09-01 00:00+0'::timestamptz + make_interval(secs => floor(pg_temp.u(c * 10 + k, 7) * 800 * 86400)) END AS t) d;
ANALYZE payment, decision;

CREATE FUNCTION known_activity(customer bigint, at timestamptz) RETURNS scoring.activity LANGUAGE sql STABLE BEGIN ATOMIC
  SELECT scoring.activity_agg(p.occurred_at, p.amount, p.category) FROM payment p WHERE p.customer_id = customer AND p.recorded_at <= at;
END;
CREATE FUNCTION known_activity_net(customer bigint, at timestamptz) RETURNS scoring.activity LANGUAGE sql STABLE BEGIN ATOMIC
  SELECT scoring.activity_agg(p.occurred_at, p.amount, p.category) FROM payment p
  WHERE p.customer_id = customer AND p.recorded_at <= at AND p.corrects IS NULL AND NOT EXISTS (SELECT FROM payment c WHERE c.corrects = p.payment_id AND c.recorded_at <= at);
END;
CREATE FUNCTION known_days(customer bigint, at timestamptz) RETURNS scoring.activity LANGUAGE sql STABLE BEGIN ATOMIC
  SELECT scoring.activity_agg(p.occurred_at, p.amount, p.category, 'day') FROM payment p WHERE p.customer_id = customer AND p.recorded_at <= at;
END;

-- Whatever an activity can be asked, of a date.
CREATE FUNCTION pg_temp.months_say(a scoring.activity, d date) RETURNS jsonb LANGUAGE sql AS $$
SELECT to_jsonb(f) || jsonb_build_object('dimensions', (SELECT jsonb_agg(x ORDER BY dimension, months) FROM scoring.activity_dimension_features(a, d, '{"c1": "x", "c2": "y", "c3": "x", "poison": "z"}') x),
  'days', scoring.active_days(a, d, days => 45), 'gap', scoring.longest_gap(a, d, days => 200), 'episodes', scoring.event_episodes(a, d, 400, 3), 'share', scoring.category_share(a, d, 'c1', 7, 'turnover'), 'none', scoring.category_share(a, d, 'poison'),
  'entropy', scoring.category_entropy(a, d, NULL, 'turnover'), 'hhi', scoring.category_hhi(a, d, 5, 'inflow'), 'decayed', scoring.decayed_sum(a, d, 2.5, 'net_flow'), 'cv', scoring.cv_amount(a, d), 'buckets', scoring.active_buckets(a, d), 'trend', scoring.trend(a, d, 9, 'outflow'),
  'ratio', scoring.recent_ratio(a, d, 4, 'event_count'), 'turnover', scoring.turnover(a, d), 'categories', scoring.distinct_categories(a, d), 'error', scoring.distinct_categories_error(a, d, 2))
FROM scoring.activity_features(a, d) f $$;
CREATE FUNCTION pg_temp.days_say(a scoring.activity, d date) RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_agg(jsonb_build_array(scoring.event_count(a, d, days => n), scoring.inflow(a, d, days => n), scoring.outflow(a, d, days => n), scoring.net_flow(a, d, days => n), scoring.turnover(a, d, days => n), scoring.mean_amount(a, d, days => n), scoring.stddev_amount(a, d, days => n),
  scoring.cv_amount(a, d, days => n), scoring.smallest_amount(a, d, days => n), scoring.largest_amount(a, d, days => n), scoring.active_days(a, d, days => n), scoring.longest_gap(a, d, days => n)) ORDER BY n)
FROM unnest('{1, 7, 30, 35, 90, 365}'::int[]) n $$;

CREATE TABLE told AS
SELECT d.*, pg_temp.months_say(known_activity(customer_id, decided_at), as_of) AS months, pg_temp.months_say(known_activity_net(customer_id, decided_at), as_of) AS net,
       pg_temp.days_say(known_days(customer_id, decided_at), as_of) AS days
FROM decision d;
SELECT ok(n = 600 AND busy > 400 AND recent > 300 AND corrected > 200, format('of %s decisions %s have more than ten events in the year before, %s some in the 30 days before, %s corrections', n, busy, recent, corrected))
FROM (SELECT count(*) AS n, count(*) FILTER (WHERE (months -> 'event_count_12m')::int > 10) AS busy, count(*) FILTER (WHERE (days #> '{2, 0}')::int > 0) AS recent, count(*) FILTER (WHERE months <> net) AS corrected FROM told) t;

-- By the book: a table of its own for each decision, in which nothing later is.
CREATE TEMP TABLE then_known AS
SELECT d.decision_id, d.as_of, p.* FROM decision d JOIN payment p USING (customer_id) WHERE p.recorded_at <= d.decided_at AND p.occurred_at < (d.as_of::timestamp AT TIME ZONE 'UTC');
CREATE TEMP TABLE book AS
SELECT d.decision_id, (SELECT scoring.activity_agg(t.occurred_at, t.amount, t.category) FROM then_known t WHERE t.decision_id = d.decision_id) AS a FROM decision d;
SELECT is(count(*), 0::bigint, 'what was known is what a table without anything later gives') FROM told JOIN book USING (decision_id) WHERE months IS DISTINCT FROM pg_temp.months_say(a, as_of);
SELECT is(count(*), 0::bigint, 'and its sums are those of plain SQL') FROM told t JOIN LATERAL (
  SELECT count(*) AS n, coalesce(sum(p.amount), 0) AS total FROM payment p
  WHERE p.customer_id = t.customer_id AND p.recorded_at <= t.decided_at AND p.occurred_at >= (date_trunc('month', t.as_of::timestamp) - interval '3 months') AT TIME ZONE 'UTC' AND p.occurred_at < date_trunc('month', t.as_of::timestamp) AT TIME ZONE 'UTC') s ON true
WHERE (n, total::float8) IS DISTINCT FROM ((months -> 'event_count_3m')::bigint, (months -> 'net_flow_3m')::float8);
SELECT is(count(*), 0::bigint, 'net of what was known to be taken back') FROM told t JOIN LATERAL (
  SELECT count(*) AS n, coalesce(sum(p.amount) FILTER (WHERE p.amount > 0), 0) AS inflow FROM payment p
  WHERE p.customer_id = t.customer_id AND p.recorded_at <= t.decided_at AND p.corrects IS NULL AND p.payment_id NOT IN (SELECT c.corrects FROM payment c WHERE c.corrects IS NOT NULL AND c.customer_id = t.customer_id AND c.recorded_at <= t.decided_at)
    AND p.occurred_at >= (date_trunc('month', t.as_of::timestamp) - interval '12 months') AT TIME ZONE 'UTC' AND p.occurred_at < date_trunc('month', t.as_of::timestamp) AT TIME ZONE 'UTC') s ON true
WHERE (n, inflow::float8) IS DISTINCT FROM ((net -> 'event_count_12m')::bigint, (net -> 'inflow_12m')::float8);
-- A correction moves the net flow only from when it was recorded.
SELECT ok(count(*) > 200 AND bool_and(CASE WHEN c.recorded_at <= d.decided_at THEN b.amount IS NOT NULL ELSE b.amount IS NULL END), 'a correction is known from when it was recorded')
FROM decision d JOIN payment c ON c.customer_id = d.customer_id AND c.corrects IS NOT NULL AND c.occurred_at < d.as_of LEFT JOIN then_known b ON b.decision_id = d.decision_id AND b.payment_id = c.payment_id;

-- ---------- looking ahead ----------

-- Poison, which every feature would show: on the day of the decision or later, recorded early by mistake or in advance; and before the
-- decision, recorded a moment after it or later.
CREATE FUNCTION pg_temp.poison(offsets interval[], recorded interval[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO payment
  SELECT 100000000 + d.decision_id * 1000 + k, d.customer_id, (d.as_of::timestamp AT TIME ZONE 'UTC') + o, d.decided_at + r, 77777777.77 * (1 - k % 2 * 2), 'poison'
  FROM decision d, LATERAL (SELECT row_number() OVER () AS k, o, r FROM unnest(offsets) o, unnest(recorded) r) x WHERE d.decision_id % 10 = (SELECT current_setting('test.k')::int) $$;
CREATE FUNCTION pg_temp.changed(OUT months bigint, OUT net bigint, OUT days bigint) LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE months IS DISTINCT FROM pg_temp.months_say(known_activity(customer_id, decided_at), as_of)), count(*) FILTER (WHERE net IS DISTINCT FROM pg_temp.months_say(known_activity_net(customer_id, decided_at), as_of)),
         count(*) FILTER (WHERE days IS DISTINCT FROM pg_temp.days_say(known_days(customer_id, decided_at), as_of))
  FROM told WHERE decision_id % 10 = (SELECT current_setting('test.k')::int) $$;
-- Decision k of each customer; other decisions' poison would be their past.
CREATE TEMP TABLE attack (k int, what text, months bigint, net bigint, days bigint);
SAVEPOINT clean;
DO $$
DECLARE
  c record;
BEGIN
  FOR k IN 1 .. 6 LOOP
    PERFORM set_config('test.k', k::text, true);
    PERFORM pg_temp.poison('{0, 1 microsecond, 13 hours, 1 day, 40 days, 400 days, 3000 days}', '{-1000 days, -1 second, 0}');
    SELECT * INTO c FROM pg_temp.changed();
    INSERT INTO attack VALUES (k, 'occurred on the day or later', c.months, c.net, c.days);
    DELETE FROM payment WHERE payment_id >= 100000000;
    PERFORM pg_temp.poison('{-1 microsecond, -3 days, -40 days, -400 days}', '{1 microsecond, 1 hour, 100 days}');
    SELECT * INTO c FROM pg_temp.changed();
    INSERT INTO attack VALUES (k, 'recorded later', c.months, c.net, c.days);
    DELETE FROM payment WHERE payment_id >= 100000000;
    PERFORM pg_temp.poison('{-1 microsecond, -40 days}', '{0}');
    SELECT * INTO c FROM pg_temp.changed();
    INSERT INTO attack VALUES (k, 'known', c.months, c.net, c.days);
    DELETE FROM payment WHERE payment_id >= 100000000;
  END LOOP;
END
$$;
SELECT is(months + net + days, 0::bigint, format('decision %s: %s: not seen', k, what)) FROM attack WHERE what <> 'known' ORDER BY k, what;
SELECT is((months, net, days), (100::bigint, 100::bigint, 100::bigint), format('decision %s: what was known is seen', k)) FROM attack WHERE what = 'known' ORDER BY k;

-- ---------- fast forms ----------

CREATE TABLE recorded_day AS
SELECT customer_id, (recorded_at AT TIME ZONE 'UTC')::date AS recorded_on, scoring.activity_agg(occurred_at, amount, category) AS a FROM payment GROUP BY 1, 2;
CREATE TABLE recorded_month AS SELECT customer_id, date_trunc('month', recorded_on::timestamp)::date AS recorded_in, scoring.rollup(a) AS a FROM recorded_day GROUP BY 1, 2;
CREATE TABLE known AS SELECT customer_id, recorded_on, scoring.rollup(a) OVER (PARTITION BY customer_id ORDER BY recorded_on) AS a FROM recorded_day;
ALTER TABLE known ADD PRIMARY KEY (customer_id, recorded_on);
CREATE INDEX ON recorded_day (customer_id, recorded_on);
CREATE TEMP TABLE naive AS
SELECT d.*, (SELECT scoring.activity_agg(p.occurred_at, p.amount, p.category) FROM payment p WHERE p.customer_id = d.customer_id AND p.recorded_at < d.as_of::timestamp AT TIME ZONE 'UTC') AS a FROM decision d;
SELECT ok(count(a) > 590, 'there is something to compare') FROM naive;
SELECT is(count(*) FILTER (WHERE n.a OPERATOR(scoring.=) k.a AND n.a::text = k.a::text), (SELECT count(a) FROM naive), 'prefixes are, to the byte, what the events give')
FROM naive n LEFT JOIN LATERAL (SELECT k.a FROM known k WHERE k.customer_id = n.customer_id AND k.recorded_on < n.as_of ORDER BY k.recorded_on DESC LIMIT 1) k ON true;
SELECT is(count(*) FILTER (WHERE n.a OPERATOR(scoring.=) k.a), (SELECT count(a) FROM naive), 'so are days, merged laterally')
FROM naive n LEFT JOIN LATERAL (SELECT scoring.rollup(k.a) AS a FROM recorded_day k WHERE k.customer_id = n.customer_id AND k.recorded_on < n.as_of) k ON true;
SELECT is(count(*) FILTER (WHERE n.a OPERATOR(scoring.=) k.a), (SELECT count(a) FROM naive), 'and months, with the days of the decision''s own month')
FROM naive n LEFT JOIN LATERAL (SELECT scoring.rollup(a) AS a FROM (
  SELECT m.a FROM recorded_month m WHERE m.customer_id = n.customer_id AND m.recorded_in < date_trunc('month', n.as_of::timestamp)
  UNION ALL SELECT k.a FROM recorded_day k WHERE k.customer_id = n.customer_id AND k.recorded_on >= date_trunc('month', n.as_of::timestamp) AND k.recorded_on < n.as_of) parts) k ON true;
-- Frames of rows that come one at a time, in any partition, against rollups of their own.
SELECT is(count(*) FILTER (WHERE w.a OPERATOR(scoring.=) r.a), count(*), 'a moving frame of days is the rollup of its days')
FROM (SELECT customer_id, recorded_on, scoring.rollup(a) OVER (PARTITION BY customer_id ORDER BY recorded_on RANGE BETWEEN interval '20 days' PRECEDING AND CURRENT ROW) AS a FROM recorded_day WHERE customer_id <= 10) w
JOIN LATERAL (SELECT scoring.rollup(a) AS a FROM recorded_day d WHERE d.customer_id = w.customer_id AND d.recorded_on BETWEEN w.recorded_on - 20 AND w.recorded_on) r ON true;
-- One clock: one value answers for all dates.
SELECT is(count(*), 0::bigint, 'one value of all that ever occurred answers as one of what occurred before') FROM decision d
JOIN (SELECT customer_id, scoring.activity_agg(occurred_at, amount, category) AS a, scoring.activity_agg(occurred_at, amount, category, 'day') AS days FROM payment GROUP BY 1) w USING (customer_id)
CROSS JOIN LATERAL (SELECT scoring.activity_agg(occurred_at, amount, category) AS a, scoring.activity_agg(occurred_at, amount, category, 'day') AS days FROM payment p WHERE p.customer_id = d.customer_id AND p.occurred_at < d.as_of::timestamp AT TIME ZONE 'UTC') b
WHERE pg_temp.months_say(w.a, as_of) IS DISTINCT FROM pg_temp.months_say(b.a, as_of) OR pg_temp.days_say(w.days, as_of) IS DISTINCT FROM pg_temp.days_say(b.days, as_of);
-- The current month: known to the tail of a value that ends before the decision.
SELECT is(count(*), 0::bigint, 'up to 35 days of a value that ends before as_of are those of buckets of a day') FROM decision d
CROSS JOIN LATERAL (SELECT scoring.activity_agg(occurred_at, amount, category) AS a, scoring.activity_agg(occurred_at, amount, category, 'day') AS days FROM payment p WHERE p.customer_id = d.customer_id AND p.occurred_at < d.as_of::timestamp AT TIME ZONE 'UTC') b
CROSS JOIN unnest('{1, 7, 30, 35}'::int[]) n
WHERE (scoring.event_count(a, as_of, days => n), scoring.net_flow(a, as_of, days => n), scoring.stddev_amount(a, as_of, days => n), scoring.largest_amount(a, as_of, days => n))
  IS DISTINCT FROM (scoring.event_count(b.days, as_of, days => n), scoring.net_flow(b.days, as_of, days => n), scoring.stddev_amount(b.days, as_of, days => n), scoring.largest_amount(b.days, as_of, days => n));

-- ---------- night by night ----------

CREATE TABLE profile (customer_id bigint PRIMARY KEY, a scoring.activity NOT NULL);
CREATE PROCEDURE add_recorded(since timestamptz, until timestamptz) LANGUAGE sql BEGIN ATOMIC
  INSERT INTO profile AS p (customer_id, a)
  SELECT customer_id, scoring.activity_agg(occurred_at, amount, category) FROM payment WHERE recorded_at >= since AND recorded_at < until GROUP BY customer_id
  ON CONFLICT (customer_id) DO UPDATE SET a = p.a OPERATOR(scoring.||) excluded.a;
END;
CREATE FUNCTION pg_temp.rebuilt(until timestamptz) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(*) FILTER (WHERE p.a OPERATOR(scoring.=) r.a IS NOT TRUE)
  FROM profile p FULL JOIN (SELECT customer_id, scoring.activity_agg(occurred_at, amount, category) AS a FROM payment WHERE recorded_at < until GROUP BY 1) r USING (customer_id) $$;
CREATE INDEX ON payment (recorded_at);
CALL add_recorded('-infinity', '2024-01-01 00:00+0');
DO $$
BEGIN
  FOR n IN 0 .. 89 LOOP
    CALL add_recorded('2024-01-01 00:00+0'::timestamptz + n * interval '24 hours', '2024-01-01 00:00+0'::timestamptz + (n + 1) * interval '24 hours');
  END LOOP;
END
$$;
SELECT is(pg_temp.rebuilt('2024-03-31 00:00+0'), 0::bigint, 'after ninety nights the profiles are those of all rows');
SELECT cmp_ok(count(*), '>', 50::bigint, 'late rows and corrections were among them') FROM payment WHERE recorded_at >= '2024-01-01 00:00+0' AND recorded_at < '2024-03-31 00:00+0' AND occurred_at < '2024-01-01 00:00+0';
INSERT INTO payment SELECT payment_id + 5000000, customer_id, occurred_at, '2024-03-31 10:00+0', -amount, category, payment_id FROM payment WHERE hashint8extended(payment_id, 9) & 31 = 0 AND payment_id < 8000 AND recorded_at < '2023-01-01 00:00+0';
SELECT is(pg_temp.rebuilt('2024-03-31 00:00+0'), 0::bigint, 'a correction is no part of the nights before it');
CALL add_recorded('2024-03-31 00:00+0', '2024-04-01 00:00+0');
SELECT is(pg_temp.rebuilt('2024-04-01 00:00+0'), 0::bigint, 'and of its night it is');
CALL add_recorded('2024-04-01 00:00+0', 'infinity');
SELECT is(pg_temp.rebuilt('infinity'), 0::bigint, 'after all nights, all rows');
CALL add_recorded('2024-03-31 00:00+0', '2024-04-01 00:00+0');
SELECT cmp_ok(pg_temp.rebuilt('infinity'), '>', 30::bigint, 'a night that runs twice is found by the check');
SELECT * FROM finish();
ROLLBACK;
