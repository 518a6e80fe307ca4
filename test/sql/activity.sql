-- activity: construction, text and binary forms, questions, refusals. What it promises in numbers is in test/pgtap.
SET search_path = scoring, public;
SET TimeZone = 'America/New_York';
\set SHOW_CONTEXT never

CREATE TABLE payment (occurred_at timestamptz, amount numeric, category text);
INSERT INTO payment VALUES
  ('2025-12-31 23:30:00+00', -19.99, 'groceries'), ('2026-01-01 00:30:00+00', 2500, 'salary'), ('2026-01-15 12:00:00+00', -800.005, 'rent'),
  ('2026-01-31 23:59:59.999999+00', 0, NULL), ('2026-02-28 08:00:00+00', NULL, 'login'), ('2026-03-01 00:00:00+00', -4.5, 'groceries'),
  ('2026-03-05 10:00:00+00', -5.5, 'groceries'), (NULL, 12, 'lost');
SELECT activity_agg(occurred_at, amount, category) AS a FROM payment \gset
\echo :a

\pset null (null)
-- Buckets are of UTC, whatever the session's zone; another zone is kept in the value.
SELECT * FROM activity_buckets(:'a');
SELECT starts_on, event_count FROM activity_buckets((SELECT activity_agg(occurred_at, amount, category, 'month', 'America/New_York') FROM payment));
SELECT starts_on, event_count, active_days FROM activity_buckets((SELECT activity_agg(occurred_at, amount, category, 'week') FROM payment));
SELECT starts_on, event_count, active_days FROM activity_buckets((SELECT activity_agg(occurred_at, amount, category, 'day') FROM payment));
SELECT activity_agg(occurred_at, amount, category, 'week', 'Europe/Berlin') FROM payment WHERE category = 'rent';
-- A timestamp or date is taken as it is.
SELECT activity_agg(occurred_at AT TIME ZONE 'UTC', amount, category) = :'a' AS same FROM payment;
SELECT activity_agg((occurred_at AT TIME ZONE 'UTC')::date, amount, category) = :'a' AS same FROM payment;
-- Amounts of every type.
SELECT net_flow(activity_agg(date '2026-01-01', a), '2026-02-01') FROM unnest(ARRAY[1.005, -1.005, 0.004]) a;
SELECT largest_amount(activity_agg(date '2026-01-01', a), '2026-02-01') FROM unnest(ARRAY[1.005, 0.1]::float8[]) a;
SELECT net_flow(activity_agg(date '2026-01-01', a), '2026-02-01') FROM unnest(ARRAY[3, -1]::bigint[]) a;
SELECT net_flow(activity_agg(date '2026-01-01', 7), '2026-02-01') AS of_integers;

-- Questions as of a date: whole buckets before it, or days.
SELECT event_count(:'a', as_of => '2026-03-05'), inflow(:'a', as_of => '2026-03-05'), outflow(:'a', as_of => '2026-03-05'),
       net_flow(:'a', as_of => '2026-03-05'), turnover(:'a', as_of => '2026-03-05');
SELECT event_count(:'a', as_of => '2026-03-05', buckets => 1), event_count(:'a', as_of => '2026-03-05', buckets => 2),
       event_count(:'a', as_of => '2026-03-05', days => 5), event_count(:'a', as_of => '2026-03-06', days => 5),
       event_count(:'a', as_of => '2025-01-01'), event_count(:'a', as_of => '2026-03-05', buckets => 2000000000);
SELECT mean_amount(:'a', '2026-03-06'), stddev_amount(:'a', '2026-03-06'), cv_amount(:'a', '2026-03-06'), smallest_amount(:'a', '2026-03-06'), largest_amount(:'a', '2026-03-06');
SELECT mean_amount(:'a', '2026-03-06', 1), stddev_amount(:'a', '2026-03-06', 1), cv_amount(:'a', '2026-03-06', 1), smallest_amount(:'a', '2026-03-06', 1), largest_amount(:'a', '2026-03-06', 1);
SELECT active_days(:'a', '2026-03-06'), active_days(:'a', '2026-03-06', days => 45), active_buckets(:'a', '2026-03-06'), days_since_last(:'a', '2026-03-05'),
       longest_gap(:'a', '2026-03-06', days => 90), months_on_record(:'a', '2026-03-06'), event_episodes(:'a', '2026-03-06', 90), event_episodes(:'a', '2026-03-06', 90, gap_days => 0);
SELECT trend(:'a', '2026-03-06', 3), trend(:'a', '2026-03-06', 3, 'event_count'), recent_ratio(:'a', '2026-03-06', 4), recent_ratio(:'a', '2026-03-06', 2), decayed_sum(:'a', '2026-03-06', 1, 'event_count');
SELECT category_share(:'a', '2026-03-06', 'rent'), category_share(:'a', '2026-03-06', 'rent', measure => 'outflow'), category_share(:'a', '2026-03-06', NULL),
       category_share(:'a', '2026-03-06', 'chess'), category_share(:'a', '2025-03-06', 'rent');
SELECT category_entropy(:'a', '2026-03-06'), category_hhi(:'a', '2026-03-06'), category_hhi(:'a', '2026-03-06', 1, 'turnover'), distinct_categories(:'a', '2026-03-06'), distinct_categories_error(:'a', '2026-03-06');
SELECT undated(:'a'::activity);
-- The days of a window that the value no longer keeps singly are not guessed; those with nothing in them need not be kept.
SELECT event_count(:'a', as_of => '2026-01-20', days => 10);
SELECT event_count(:'a', as_of => '2026-01-15', days => 10);
SELECT event_count((SELECT activity_agg(occurred_at, amount, category, 'day') FROM payment), as_of => '2026-01-20', days => 10);

-- Merging.
SELECT rollup(a) = :'a' AS rolled_up FROM (SELECT activity_agg(occurred_at, amount, category) AS a FROM payment GROUP BY category) s;
SELECT (:'a'::activity || NULL) = :'a' AS with_null, NULL::activity || NULL AS nulls, event_count(:'a'::activity || :'a', '2026-03-06');
SELECT activity_agg(occurred_at, amount) FROM payment WHERE false;
SELECT rollup(NULL::activity);
SELECT activity_agg(NULL::date, 5);
-- As a window aggregate the state goes on after a result.
SELECT occurred_at::date, event_count(activity_agg(occurred_at, amount) OVER (ORDER BY occurred_at), '2026-04-01') FROM payment WHERE amount < 0 ORDER BY 1;

-- Dimensions.
SELECT * FROM activity_buckets(map_categories(:'a', '{"groceries": "spending", "rent": "housing", "salary": "income"}')) LIMIT 1;
SELECT category_share(map_categories(:'a', '{"groceries": "spending", "rent": "spending"}'), '2026-03-06', 'spending', measure => 'outflow');
SELECT * FROM activity_dimension_features(:'a', '2026-03-06', '{"groceries": "spending", "rent": "housing", "salary": "income", "chess": "leisure"}') WHERE months IN (1, 3);

-- The standard features are as activity_feature_names() says, in its order.
SELECT count(*) AS columns, count(*) FILTER (WHERE c.name = f.name AND format_type(c.type, NULL) = f.type) AS described
FROM activity_feature_names() f
FULL JOIN (SELECT o - 2 AS ordinal, name, type FROM pg_proc, unnest(proargnames, proallargtypes) WITH ORDINALITY u (name, type, o)
           WHERE proname = 'activity_features' AND o > 2) c USING (ordinal);
SELECT * FROM activity_feature_names() WHERE ordinal % 7 = 2;
SELECT event_count_1m, event_count_3m, inflow_3m, active_months_3m, days_since_last, months_on_record, distinct_categories_12m FROM activity_features(:'a', '2026-03-06');
SELECT event_count_1m IS NULL AS nulls FROM activity_features(NULL, '2026-03-06');

-- More than 256 categories: those with the smallest hashes keep their names, the rest is pooled.
SELECT activity_agg(date '2026-01-01' + i % 90, 1, 'c' || i) AS many FROM generate_series(1, 1000) i \gset
SELECT event_count(:'many', '2026-05-01'), round(distinct_categories(:'many', '2026-05-01')), round(distinct_categories_error(:'many', '2026-05-01')::numeric, 3) AS error,
       jsonb_path_query_first(:'many'::activity::jsonb, '$.pooled') AS pooled;
SELECT category_share(:'many', '2026-05-01', 'c7') AS named_or_null;
SELECT rollup(a) = :'many' AS same FROM (SELECT activity_agg(date '2026-01-01' + i % 90, 1, 'c' || i) AS a FROM generate_series(1, 1000) i GROUP BY i % 17) s;

-- Which categories keep their names depends on later events too: beyond 256, and nothing else does.
CREATE TEMP VIEW few AS SELECT date '2026-01-01' + i % 28 AS d, 1 AS amount, 'c' || i AS category FROM generate_series(1, 200) i;
CREATE TEMP VIEW later AS SELECT date '2026-06-01' AS d, 1 AS amount, 'z' || i AS category FROM generate_series(1, 300) i;
WITH known AS (SELECT activity_agg(d, amount, category) AS a FROM few),
     whole AS (SELECT activity_agg(d, amount, category) AS a FROM (SELECT * FROM few UNION ALL SELECT * FROM later WHERE substr(category, 2)::int <= 50) s),
     more AS (SELECT activity_agg(d, amount, category) AS a FROM (SELECT * FROM few UNION ALL SELECT * FROM later) s),
     f AS (SELECT n, to_jsonb(f) AS j FROM (SELECT 1 AS n, a FROM known UNION ALL SELECT 2, a FROM whole UNION ALL SELECT 3, a FROM more) s, activity_features(a, '2026-05-01') f)
SELECT f.n, string_agg(key, ', ' ORDER BY key) AS changed FROM f, f AS one, jsonb_each(f.j) e
WHERE one.n = 1 AND one.j -> key <> e.value GROUP BY f.n ORDER BY f.n;
DROP VIEW few, later;

-- NULLs.
SELECT event_count(NULL, '2026-01-01'), event_count(:'a', NULL), trend(:'a', NULL, 3), days_since_last(NULL, '2026-01-01');

-- Refusals.
SELECT activity_agg(timestamptz 'infinity', 1);
SELECT activity_agg(date '-infinity', 1);
SELECT activity_agg(date '1899-12-31', 1);
SELECT activity_agg(timestamp '2200-01-01', 1);
SELECT activity_agg(timestamptz '294000-01-01', 1.5, 'c', 'month', 'Asia/Tokyo');
SELECT activity_agg(date '2026-01-01', 'NaN'::numeric);
SELECT activity_agg(date '2026-01-01', 'infinity'::numeric);
SELECT activity_agg(date '2026-01-01', 'NaN'::float8);
SELECT activity_agg(date '2026-01-01', 1e15 + 0.01);
SELECT activity_agg(date '2026-01-01', -1e300::float8);
SELECT activity_agg(date '2026-01-01', 9223372036854775807);
SELECT net_flow(activity_agg(date '2026-01-01', a), '2026-02-01') FROM unnest(ARRAY[1e15, -1e15, 0.5]) a;
SELECT activity_agg(date '2026-01-01', 1e15) FROM generate_series(1, 200);
SELECT activity_agg(date '2026-01-01', 1, repeat('x', 256));
SELECT activity_agg(date '2026-01-01', 1, 'c', 'year');
SELECT activity_agg(date '2026-01-01', 1, 'c', NULL);
SELECT activity_agg(now(), 1, 'c', 'month', 'Mars/Phobos');
SELECT activity_agg(now(), 1, 'c', 'month', NULL);
-- A POSIX rule is a zone; one whose letters could not be written or read again is not.
SELECT a::jsonb ->> 'time_zone' AS zone, a::text::activity = a AS same FROM (SELECT activity_agg(timestamptz '2026-01-01 00:00+00', 1, 'c', 'month', 'ABC-3') AS a) s;
SELECT activity_agg(now(), 1, 'c', 'month', z) FROM (VALUES ('A"BC3')) v (z);
SELECT activity_agg(now(), 1, 'c', 'month', E'AB\\C3');
SELECT activity_agg(now(), 1, 'c', 'month', 'AB C3');
SELECT activity_agg(date '2026-01-01', 1, 'c', b) FROM unnest(ARRAY['month', 'week']) b;
SELECT :'a'::activity || activity_agg(date '2026-01-01', 1, NULL, 'week') FROM payment;
SELECT rollup(activity_agg) FROM (SELECT activity_agg(occurred_at, 1, 'c', 'month', z) FROM payment, unnest(ARRAY['Asia/Tokyo', 'UTC']) z GROUP BY z) s;
SELECT event_count(:'a', '2026-03-06', 1, 1);
SELECT event_count(:'a', '2026-03-06', 0);
SELECT event_count(:'a', '2026-03-06', days => -1);
SELECT event_count(:'a', 'infinity');
SELECT trend(:'a', '2026-03-06', 1);
SELECT trend(:'a', '2026-03-06', 6, 'balance');
SELECT recent_ratio(:'a', '2026-03-06', 3);
SELECT decayed_sum(:'a', '2026-03-06', 0);
SELECT category_share(:'a', '2026-03-06', 'rent', measure => 'net_flow');
SELECT event_episodes(:'a', '2026-03-06', 90, -1);
SELECT map_categories(:'a', '["rent"]');
SELECT map_categories(:'a', '{"rent": 5}');
SELECT event_count_1m FROM activity_features((SELECT activity_agg(occurred_at, amount, category, 'week') FROM payment), '2026-03-06');

-- Text from outside.
SELECT '{"bucket":"month","time_zone":"UTC","undated":0,"pooled":false,"buckets":[]}'::activity AS empty;
SELECT '{"bucket":"year","time_zone":"UTC","undated":0,"pooled":false,"buckets":[]}'::activity;
SELECT '{"bucket":"month","time_zone":"UTC","undated":0,"pooled":true,"buckets":[]}'::activity;
SELECT '{"bucket":"month","time_zone":"","undated":0,"pooled":false,"buckets":[]}'::activity;
SELECT '{"bucket":"month","time_zone":"UTC","undated":0,"pooled":false,"buckets":[{"start":"2026-01-02","active_days":[1],"zero_events":1}]}'::activity;
SELECT '{"bucket":"month","time_zone":"UTC","undated":0,"pooled":false,"buckets":[{"start":"2026-02-01","active_days":[30],"zero_events":1,"smallest":0,"largest":0,"squares":"0"}],"tail":[]}'::activity;
SELECT replace(:'a', '"outflow":80001', '"outflow":80000')::activity;
SELECT replace(:'a', '"squares":"68900160001"', '"squares":"340282366920938463463374607431768211456"')::activity;
SELECT replace(:'a', '"active_days":[1,15,31]', '"active_days":[1,31,15]')::activity;
SELECT regexp_replace(:'a', ',"tail".*', '}')::activity;
SELECT '{'::activity;
-- One amount is its sum, its least and its greatest; no sum is beyond the number of amounts and the greatest.
CREATE FUNCTION pg_temp.accepts(cell text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN format('{"bucket":"day","time_zone":"UTC","undated":0,"pooled":false,"buckets":[{"start":"2026-01-01",%s}]}', cell)::activity IS NOT NULL;
EXCEPTION WHEN invalid_text_representation THEN
  RETURN false;
END $$;
SELECT what, pg_temp.accepts(cell) FROM (VALUES
  ('one amount', '"inflow_events":1,"inflow":100,"smallest":100,"largest":100,"squares":"10000"'),
  ('another least', '"inflow_events":1,"inflow":100,"smallest":50,"largest":100,"squares":"10000"'),
  ('other squares', '"inflow_events":1,"inflow":100,"smallest":100,"largest":100,"squares":"10001"'),
  ('two amounts', '"inflow_events":2,"inflow":150,"smallest":50,"largest":100,"squares":"12500"'),
  ('too much inflow', '"inflow_events":2,"inflow":201,"smallest":50,"largest":100,"squares":"12500"'),
  ('too much outflow', '"outflow_events":2,"outflow":201,"smallest":-100,"largest":-50,"squares":"12500"')) c (what, cell);
-- Days whose sum is the bucket's only beyond 64 bits.
SELECT format('{"bucket":"month","time_zone":"UTC","undated":0,"pooled":false,"buckets":[{"start":"2026-01-01","active_days":[1,2,3,4,5,6,7,8],"inflow_events":800,"inflow":8659767778871345152,"smallest":100000000000000000,"largest":100000000000000000,"squares":"80000000000000000000000000000000000"}],"tail":[%s]}',
  (SELECT string_agg(format('{"day":"2026-01-0%s","inflow_events":100,"inflow":8000000000000000000,"smallest":100000000000000000,"largest":100000000000000000,"squares":"10000000000000000000000000000000000"}', d), ',') FROM generate_series(1, 8) d))::activity;
-- Binary from outside.
CREATE TABLE kept (a activity);
INSERT INTO kept SELECT (:'a'::activity) UNION ALL SELECT :'many';
SELECT a = activity_concat(a, NULL) AS same, octet_length(activity_send(a)) AS bytes FROM kept ORDER BY a;
SELECT count(DISTINCT a), min(activity_cmp(a, a)), bool_and(a <= a AND a >= a AND NOT a < a AND NOT a > a AND NOT a <> a) FROM kept;
DROP TABLE kept, payment;
-- A window longer than the calendar, and the amount of a row without a time.
SELECT trend(activity_agg(d, x, NULL, 'day'), '2199-12-31', 200000) AS slope FROM (VALUES (date '1900-01-01', 1.0), ('2024-02-29', -3), ('2024-03-15', 7)) e (d, x);
SELECT undated(activity_agg(NULL::date, 'NaN'::numeric));

-- A value too large for its text could be stored, and not restored.
SELECT activity_agg(date '2000-01-01' + i / 256, 1, 'c' || i % 256, 'day') FROM generate_series(0, 600000) i;

-- A database whose bytes have no encoding pools categories too.
SELECT current_database() AS home \gset
CREATE DATABASE regress_scoring_bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C';
\c regress_scoring_bytes
CREATE EXTENSION scoring;
SELECT scoring.event_count(scoring.rollup(a), '2026-05-01'), count(DISTINCT a) AS values
FROM (SELECT scoring.activity_agg(date '2026-01-01', 1, E'\xe9' || i) AS a FROM generate_series(1, 600) i GROUP BY i % 2) s;
\c :home
DROP DATABASE regress_scoring_bytes;
