-- Every accessor of activity against its definition in plain SQL, on a thousand seeded streams of events: windows of months,
-- weeks and days, month ends, leap days, clock changes, zones, huge and tiny amounts, NULLs. Values are built, merged and read
-- under three different settings of TimeZone and DateStyle. Integers and numerics are equal, doubles to 1e-12.
BEGIN;
SELECT plan(111);
SET LOCAL client_min_messages = warning;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL jit = off;
SET LOCAL TimeZone = 'Asia/Tokyo';
SET LOCAL DateStyle = 'German, DMY';

CREATE FUNCTION pg_temp.u(i bigint, k int) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT (hashint8extended(i, k) & 1048575) / 1048576.0::float8 $$;

-- ---------- the events ----------

-- Around the hours in which Europe/Berlin and America/New_York change their clocks, and the midnights of those days.
CREATE TEMP TABLE turn AS
SELECT row_number() OVER (ORDER BY t) - 1 AS n, t
FROM unnest('{2019-03-31 01:00+0, 2019-10-27 01:00+0, 2020-03-29 01:00+0, 2021-10-31 01:00+0, 2022-03-27 01:00+0, 2023-10-29 01:00+0,
              2019-03-10 07:00+0, 2019-11-03 06:00+0, 2020-03-08 07:00+0, 2021-11-07 06:00+0, 2022-03-13 07:00+0, 2023-11-05 06:00+0,
              2022-03-26 23:00+0, 2022-03-27 22:00+0, 2023-10-28 22:00+0, 2023-10-29 23:00+0, 2022-03-13 05:00+0, 2022-03-14 04:00+0,
              2023-11-05 04:00+0, 2023-11-06 05:00+0}'::timestamptz[]) t;

CREATE TEMP TABLE raw AS
SELECT id, s::bigint AS subject,
       CASE s % 8
         -- anywhere in six years
         WHEN 0 THEN '2019-01-01 00:00+0'::timestamptz + make_interval(secs => floor(u1 * 2192 * 86400))
         -- bursts: up to nine events within two days, months apart
         WHEN 1 THEN '2019-01-01 00:00+0'::timestamptz + make_interval(secs => floor(pg_temp.u(s * 1000 + n / 9, 11) * 2192 * 86400 + u1 * 172800))
         -- gaps that grow
         WHEN 2 THEN '2018-12-31 12:00+0'::timestamptz + make_interval(days => (n * n * (1 + s % 3)) % 2300)
         -- ends of months, to the microsecond, in UTC, Berlin and New York
         WHEN 3 THEN (('2019-01-01'::timestamp + make_interval(months => (u1 * 72)::int)) AT TIME ZONE (ARRAY['UTC', 'Europe/Berlin', 'America/New_York'])[1 + n % 3])
                     - make_interval(secs => CASE WHEN u2 < 0.5 THEN 0.000001 WHEN u2 < 0.7 THEN 0 ELSE u3 * 90000 END)
         -- the end of February
         WHEN 4 THEN make_timestamptz(2019 + (u1 * 6)::int % 6, 2, 28, 0, 0, 0, 'UTC') + make_interval(secs => CASE WHEN n % 4 = 0 THEN 86400 * (n % 3) ELSE floor(u2 * 3 * 86400) END)
         -- clock changes
         WHEN 5 THEN (SELECT t FROM turn WHERE turn.n = (u1 * 20)::int % 20) + make_interval(secs => CASE WHEN n % 3 = 0 THEN 0 WHEN n % 3 = 1 THEN -0.000001 ELSE floor((u2 - 0.5) * 14400) END)
         -- dense, in the last hundred days of 2024
         WHEN 6 THEN '2024-09-22 00:00+0'::timestamptz + make_interval(secs => floor(u1 * 100 * 86400))
         -- a payday on the first or the last day of a month, and what is spent between; a few live for centuries
         ELSE CASE WHEN s % 40 = 7 THEN make_timestamptz(1900 + (u1 * 300)::int % 300, 1 + n % 12, 3, 12, 0, 0, 'UTC')
                   WHEN n % 4 = 0 THEN ('2021-01-01 09:00'::timestamp + make_interval(months => n / 4) - make_interval(days => s % 2)) AT TIME ZONE 'UTC'
                   ELSE '2021-01-01 00:00+0'::timestamptz + make_interval(secs => floor((n / 4 + u1) * 30.4 * 86400)) END
       END AS occurred_at,
       CASE WHEN a < 0.06 THEN NULL WHEN a < 0.11 THEN 0
            WHEN a < 0.19 THEN ('{0.01, -0.01, 0.005, -0.005, 0.0049, 0.015, -0.125, 0.004}'::numeric[])[1 + n % 8]
            WHEN a < 0.20 THEN ('{1e15, -1e15, 999999999999.99, -123456789012.345, 1e12}'::numeric[])[1 + n % 5]
            WHEN s % 9 = 0 THEN round((u2 * 1000)::numeric, 3)
            WHEN s % 9 = 1 THEN -round((u2 * 1000)::numeric, 1)
            ELSE round(((u2 - 0.5) * 4000)::numeric, 2 + n % 3) END AS amount,
       CASE WHEN pg_temp.u(id, 5) < 0.12 THEN NULL
            ELSE (ARRAY['salary', 'rent', 'food', 'cash', '', 'it''s "so" \', 'Grünkohl & Äpfel', 'card', 'loan', 'gift', 'tax', 'fine', 'fuel', 'phone',
                        'a rather long category, of which nobody would think that anyone writes it'])[1 + (pg_temp.u(id, 6) * (1 + s % 15))::int % (1 + s % 15)] END AS category
FROM generate_series(1, 1000) s,
     LATERAL generate_series(1, CASE WHEN s % 50 = 0 THEN 1 WHEN s % 25 = 3 THEN 150 WHEN s % 40 = 7 THEN 12 ELSE 2 + (pg_temp.u(s, 1) * 55)::int END) n,
     LATERAL (SELECT (s * 1000 + n)::bigint AS id, pg_temp.u(s * 1000 + n, 2) AS u1, pg_temp.u(s * 1000 + n, 3) AS u2, pg_temp.u(s * 1000 + n, 4) AS u3, pg_temp.u(s * 1000 + n, 7) AS a) h;
SELECT ok(count(*) > 20000 AND count(DISTINCT subject) = 1000 AND count(DISTINCT category) = 15 AND count(*) FILTER (WHERE amount IS NULL) > 1000
          AND count(*) FILTER (WHERE abs(amount) = 1e15) > 20 AND bool_or(occurred_at < '1950-01-01 00:00+0') AND bool_or(occurred_at > '2150-01-01 00:00+0')
          AND count(*) FILTER (WHERE (occurred_at AT TIME ZONE 'UTC')::date = '2024-02-29') > 100, 'the events are what they should be') FROM raw;

-- How a value is made of them: each subject has a value of kind 1, and one of another kind.
CREATE TEMP TABLE kind (kind int, bucket text, zone text);
INSERT INTO kind VALUES (1, 'month', 'UTC'), (2, 'month', 'Europe/Berlin'), (3, 'month', 'America/New_York'), (4, 'week', 'UTC'), (5, 'day', 'UTC'),
  (6, 'month', 'Asia/Kolkata'), (7, 'week', 'Europe/Berlin'), (8, 'day', 'Asia/Kathmandu'), (9, 'week', 'America/New_York');
CREATE TEMP TABLE event AS
SELECT k.kind, r.id, r.subject, (r.occurred_at AT TIME ZONE k.zone)::date AS day, r.occurred_at, r.amount AS given, r.category, k.bucket, k.zone,
       CASE WHEN k.kind IN (3, 9) THEN round(r.amount::float8::numeric, 2) WHEN k.kind IN (5, 7) THEN r.amount::bigint ELSE round(r.amount, 2) END AS amount
FROM raw r JOIN kind k ON k.kind IN (1, 2 + r.subject % 8);

-- Parts are built in one time zone, merged in another, and what follows reads them in a third.
SET LOCAL TimeZone = 'Pacific/Honolulu';
CREATE TEMP TABLE part AS
SELECT kind, subject, id % 3 AS part, CASE kind
    WHEN 1 THEN scoring.activity_agg(occurred_at, given, category)
    WHEN 2 THEN scoring.activity_agg(occurred_at, given, category, 'month', 'Europe/Berlin')
    WHEN 3 THEN scoring.activity_agg(occurred_at, given::float8, category, 'month', 'America/New_York')
    WHEN 4 THEN scoring.activity_agg(occurred_at, given, category, 'week')
    WHEN 5 THEN scoring.activity_agg(occurred_at, given::bigint, category, 'day')
    WHEN 6 THEN scoring.activity_agg(occurred_at AT TIME ZONE 'Asia/Kolkata', given, category, 'month')
    WHEN 7 THEN scoring.activity_agg((occurred_at AT TIME ZONE 'Europe/Berlin')::date, given::bigint, category, 'week')
    WHEN 8 THEN scoring.activity_agg(occurred_at, given, category, 'day', 'Asia/Kathmandu')
    WHEN 9 THEN scoring.activity_agg(occurred_at, given::float8, category, 'week', 'America/New_York')
  END AS a
FROM event GROUP BY kind, subject, id % 3;
SET LOCAL TimeZone = 'Pacific/Kiritimati';
SET LOCAL DateStyle = 'SQL, MDY';
CREATE TEMP TABLE value AS SELECT kind, subject, scoring.rollup(a) AS a FROM part GROUP BY kind, subject;
SET LOCAL TimeZone = 'America/New_York';
SET LOCAL DateStyle = 'ISO, YMD';
ALTER TABLE value ADD PRIMARY KEY (kind, subject);
ALTER TABLE event ADD PRIMARY KEY (kind, subject, id);
ANALYZE value, event;

-- ---------- the questions ----------

CREATE TEMP TABLE life AS SELECT kind, subject, min(day) AS first_day, max(day) AS last_day FROM event GROUP BY 1, 2;
-- Two or three dates for each value: of a list of awkward ones, and its own first or last day, or shortly after it.
CREATE TEMP TABLE moment AS
SELECT DISTINCT l.kind, l.subject, k.bucket, d.as_of, l.last_day
FROM life l JOIN kind k USING (kind),
LATERAL (
  SELECT (ARRAY['2019-12-31', '2020-01-01', '2020-02-29', '2020-03-01', '2021-02-28', '2022-03-27', '2022-03-28', '2023-01-01', '2023-10-30', '2023-12-31', '2024-02-29', '2024-03-01',
                '2024-07-15', '2024-12-30', '2025-01-01', '2010-01-01', '2031-06-15']::date[])[1 + (pg_temp.u(l.subject * 10 + l.kind, 20 + i) * 17)::int % 17] AS as_of
  FROM generate_series(1, CASE WHEN l.kind = 1 AND l.subject % 2 = 0 THEN 2 ELSE 1 END) i
  UNION ALL
  SELECT CASE WHEN l.subject % 3 = 0 THEN l.last_day + (l.subject % 40)::int WHEN l.subject % 30 = 1 THEN l.first_day + (l.subject % 7)::int / 5 ELSE l.last_day + 1 END
) d
WHERE d.as_of BETWEEN '1902-03-01' AND '2199-12-31';

-- [lo, hi) is the window; known says whether the value can answer it: buckets are days, or each active day of the window is in
-- the last 35 days, or in a bucket that has no active day outside of the window.
CREATE TEMP TABLE question AS
SELECT row_number() OVER () AS q, m.kind, m.subject, m.bucket, m.as_of, w.buckets, w.days, x.lo, x.hi,
       w.days IS NULL OR m.bucket = 'day' OR NOT EXISTS (
         SELECT FROM event e WHERE e.kind = m.kind AND e.subject = m.subject AND e.day >= x.lo AND e.day < x.hi AND e.day <= m.last_day - 35
         AND EXISTS (SELECT FROM event o WHERE o.kind = m.kind AND o.subject = m.subject AND NOT (o.day >= x.lo AND o.day < x.hi) AND date_trunc(m.bucket, o.day::timestamp) = date_trunc(m.bucket, e.day::timestamp))) AS known
FROM moment m,
LATERAL (VALUES (NULL::int, NULL::int), (1, NULL), (3, NULL), (6, NULL), (12, NULL), (24, NULL), (NULL, 7), (NULL, 30), (NULL, 35), (NULL, 90)) w (buckets, days),
LATERAL (SELECT CASE WHEN w.days IS NOT NULL THEN m.as_of - w.days
                     WHEN w.buckets IS NULL THEN '-infinity'
                     ELSE (date_trunc(m.bucket, m.as_of::timestamp) - w.buckets * ('1 ' || m.bucket)::interval)::date END AS lo,
                CASE WHEN w.days IS NOT NULL THEN m.as_of ELSE date_trunc(m.bucket, m.as_of::timestamp)::date END AS hi) x;
ALTER TABLE question ADD PRIMARY KEY (q);
ANALYZE question;
CREATE TEMP TABLE inside AS
SELECT q.q, q.bucket, e.day, e.amount, e.category, e.id FROM question q JOIN event e USING (kind, subject) WHERE e.day >= q.lo AND e.day < q.hi;
CREATE INDEX ON inside (q);
ANALYZE inside;
SELECT ok(count(*) FILTER (WHERE known) > 38000 AND count(*) FILTER (WHERE NOT known) > 300 AND count(*) FILTER (WHERE NOT known AND days <= 35) > 100
          AND count(*) FILTER (WHERE known AND days IS NOT NULL AND bucket <> 'day' AND EXISTS (SELECT FROM inside i WHERE i.q = question.q)) > 1500
          AND (SELECT count(*) FROM inside) > 200000, 'the questions are what they should be') FROM question;

-- Of a query of (label, expected, got), lines: that nothing differs, and that there was something to compare, more than
-- `enough` answers that are not NULL and two that differ. Doubles are to be within 1e-12 of a fourth column `scale`, if there is one.
CREATE FUNCTION pg_temp.same(what text, query text, enough int DEFAULT 1000) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  compared bigint;
  answers bigint;
  kinds bigint;
  offenders text;
  near text := 'expected::text IS NOT DISTINCT FROM got::text';
  type text;
BEGIN
  EXECUTE format('SELECT pg_typeof(got)::text FROM (%s) x LIMIT 1', query) INTO type;
  IF type = 'double precision' THEN
    near := format('CASE WHEN expected IS NULL OR got IS NULL THEN expected IS NULL AND got IS NULL ELSE abs(expected::float8 - got) <= 1e-12 * abs(%s::float8) END',
                   CASE WHEN query ~ 'AS scale' THEN 'scale' ELSE 'expected' END);
  END IF;
  EXECUTE format('SELECT count(*), count(expected), count(DISTINCT expected), string_agg(label || '': '' || coalesce(expected::text, ''NULL'') || '', not '' || coalesce(got::text, ''NULL''), ''; '') FILTER (WHERE n <= 3 AND NOT same)
    FROM (SELECT *, row_number() OVER (PARTITION BY same) AS n FROM (SELECT label, expected, got, %s AS same FROM (%s) x) y) z', near, query)
  INTO compared, answers, kinds, offenders;
  RETURN NEXT is(offenders, NULL, what);
  RETURN NEXT ok(answers > enough AND kinds > 1 AND compared >= answers, format('%s: %s answers, %s not NULL, %s different', what, compared, answers, kinds));
END
$$;
CREATE FUNCTION pg_temp.label(subject bigint, kind int, as_of date, rest text) RETURNS text LANGUAGE sql AS $$ SELECT format('subject %s, kind %s, as of %s, %s', subject, kind, as_of, rest) $$;

-- ---------- amounts and days ----------

CREATE TEMP TABLE answer AS
SELECT q.*, format('buckets %s, days %s', q.buckets, q.days) AS w,
       count(i.day) AS event_count,
       coalesce(sum(i.amount) FILTER (WHERE i.amount > 0), 0)::numeric(40, 2) AS inflow,
       coalesce(sum(-i.amount) FILTER (WHERE i.amount < 0), 0)::numeric(40, 2) AS outflow,
       coalesce(sum(i.amount), 0)::numeric(40, 2) AS net_flow,
       coalesce(sum(abs(i.amount)), 0)::numeric(40, 2) AS turnover,
       avg(i.amount * 1.000000000000)::float8 AS mean_amount,
       stddev_samp(i.amount * 1.000000000000)::float8 AS stddev_amount,
       (stddev_samp(i.amount * 1.000000000000) / nullif(abs(avg(i.amount * 1.000000000000)), 0))::float8 AS cv_amount,
       min(i.amount)::numeric(40, 2) AS smallest_amount,
       max(i.amount)::numeric(40, 2) AS largest_amount,
       count(DISTINCT i.day)::int AS active_days,
       count(DISTINCT date_trunc(q.bucket, i.day::timestamp))::int AS active_buckets,
       count(i.category) AS categorised
FROM question q LEFT JOIN inside i USING (q) GROUP BY q.q;
ALTER TABLE answer ADD PRIMARY KEY (q);
CREATE TEMP TABLE gap AS
SELECT q, max(day - before) AS longest_gap
FROM (SELECT q, day, lag(day) OVER (PARTITION BY q ORDER BY day) AS before FROM (SELECT DISTINCT q, day FROM inside) d) l GROUP BY q;
ALTER TABLE gap ADD PRIMARY KEY (q);
ANALYZE answer, gap;

SELECT l FROM unnest('{event_count, inflow, outflow, net_flow, turnover, mean_amount, stddev_amount, cv_amount, smallest_amount, largest_amount}'::text[]) f,
  pg_temp.same(f, format('SELECT pg_temp.label(subject, kind, as_of, w) AS label, x.%1$I AS expected, scoring.%1$I(v.a, x.as_of, x.buckets, x.days) AS got FROM answer x JOIN value v USING (kind, subject) WHERE x.known', f), 10000) l;
SELECT pg_temp.same('active_days', 'SELECT pg_temp.label(subject, kind, as_of, w) AS label, active_days AS expected, scoring.active_days(a, as_of, buckets, days) AS got FROM answer JOIN value USING (kind, subject)', 38000);
SELECT pg_temp.same('longest_gap', 'SELECT pg_temp.label(subject, kind, as_of, w) AS label, longest_gap AS expected, scoring.longest_gap(a, as_of, buckets, days) AS got FROM answer JOIN value USING (kind, subject) LEFT JOIN gap USING (q)', 10000);
SELECT pg_temp.same('active_buckets', 'SELECT pg_temp.label(subject, kind, as_of, w) AS label, active_buckets AS expected, scoring.active_buckets(a, as_of, buckets) AS got FROM answer JOIN value USING (kind, subject) WHERE days IS NULL', 15000);

-- Arguments by name, and their defaults.
SELECT is(count(*), 0::bigint, 'the defaults are all complete buckets')
FROM answer x JOIN value v USING (kind, subject) WHERE x.buckets IS NULL AND x.days IS NULL AND (x.event_count, x.net_flow, x.active_days, x.active_buckets) IS DISTINCT FROM
  (scoring.event_count(v.a, x.as_of), scoring.net_flow(v.a, as_of => x.as_of), scoring.active_days(v.a, x.as_of), scoring.active_buckets(v.a, x.as_of));

-- What cannot be answered is an error, and nothing else is.
CREATE FUNCTION pg_temp.state_of(f text, a scoring.activity, as_of date, days int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SELECT scoring.%I($1, $2, days => $3)', f) USING a, as_of, days;
  RETURN 'answered';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE;
END
$$;
SELECT l FROM unnest('{event_count, inflow, outflow, net_flow, turnover, mean_amount, stddev_amount, cv_amount, smallest_amount, largest_amount}'::text[]) f,
  pg_temp.same('windows of days that ' || f || ' answers', format('SELECT pg_temp.label(subject, kind, as_of, w) AS label, CASE WHEN known THEN ''answered'' ELSE ''55000'' END AS expected, pg_temp.state_of(%L, a, as_of, days) AS got
    FROM answer JOIN value USING (kind, subject) WHERE days IS NOT NULL AND hashint8extended(q, length(%L)) & 7 = 0', f, f), 1000) l;

-- ---------- days and months on record ----------

CREATE TEMP TABLE since AS
SELECT m.*, (m.as_of - max(e.day))::int AS days_since_last,
       ((extract(year FROM m.as_of) * 12 + extract(month FROM m.as_of)) - (extract(year FROM min(e.day)) * 12 + extract(month FROM min(e.day))))::int AS months_on_record
FROM moment m LEFT JOIN event e ON e.kind = m.kind AND e.subject = m.subject AND e.day < m.as_of GROUP BY 1, 2, 3, 4, 5;
SELECT pg_temp.same('days_since_last', 'SELECT pg_temp.label(subject, kind, as_of, '''') AS label, days_since_last AS expected, scoring.days_since_last(a, as_of) AS got FROM since JOIN value USING (kind, subject)');
SELECT pg_temp.same('months_on_record', 'SELECT pg_temp.label(subject, kind, as_of, '''') AS label, months_on_record AS expected, scoring.months_on_record(a, as_of) AS got FROM since JOIN value USING (kind, subject)');

CREATE TEMP TABLE episode AS
SELECT m.kind, m.subject, m.as_of, d AS days, g AS gap_days,
       (SELECT count(*) FROM (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM (SELECT DISTINCT day FROM event e WHERE e.kind = m.kind AND e.subject = m.subject AND e.day >= m.as_of - d AND e.day < m.as_of) x) y
        WHERE before IS NULL OR day - before > g)::int AS episodes
FROM moment m, unnest('{7, 30, 90, 365}'::int[]) d, unnest('{1, 7, 14, 30}'::int[]) g WHERE (m.subject + d + g) % 3 = 0;
SELECT pg_temp.same('event_episodes', 'SELECT pg_temp.label(subject, kind, as_of, format(''days %s, gap %s'', days, gap_days)) AS label, episodes AS expected, scoring.event_episodes(a, as_of, days, gap_days) AS got FROM episode JOIN value USING (kind, subject)', 10000);
SELECT is(count(*), 0::bigint, 'a gap of 14 days is the default') FROM episode JOIN value USING (kind, subject) WHERE gap_days = 14 AND episodes IS DISTINCT FROM scoring.event_episodes(a, as_of, days);

-- ---------- series of buckets ----------

CREATE TEMP TABLE flow AS
SELECT e.kind, e.subject, date_trunc(e.bucket, e.day::timestamp)::date AS start, m.measure, sum(m.v) AS v, sum(abs(m.v)) AS scale
FROM event e, LATERAL (VALUES ('event_count', 1::numeric), ('inflow', greatest(e.amount, 0)), ('outflow', greatest(-e.amount, 0)), ('net_flow', e.amount), ('turnover', abs(e.amount))) m (measure, v)
GROUP BY 1, 2, 3, 4;
ALTER TABLE flow ADD PRIMARY KEY (kind, subject, start, measure);
ANALYZE flow;
-- One line for each bucket of each window, empty ones too; n counts from 0 in the order of time.
CREATE TEMP TABLE series AS
SELECT m.kind, m.subject, m.as_of, b AS buckets, x.measure, n, coalesce(f.v, 0) AS v
FROM moment m CROSS JOIN unnest('{2, 3, 6, 12}'::int[]) b CROSS JOIN LATERAL generate_series(0, b - 1) n
CROSS JOIN (VALUES (0, 'event_count'), (1, 'inflow'), (2, 'outflow'), (3, 'net_flow'), (4, 'turnover')) x (i, measure)
LEFT JOIN flow f ON f.kind = m.kind AND f.subject = m.subject AND f.measure = x.measure
  AND f.start = (date_trunc(m.bucket, m.as_of::timestamp) - (b - n) * ('1 ' || m.bucket)::interval)::date
WHERE (m.subject + x.i) % 2 = 0;
CREATE TEMP TABLE slope AS
SELECT kind, subject, as_of, buckets, measure,
       sum((2 * n - buckets + 1) * v) / 2 / (buckets::numeric * (buckets * buckets - 1) / 12) AS trend,
       sum(v) FILTER (WHERE n >= buckets / 2) / nullif(sum(v) FILTER (WHERE n < buckets / 2), 0) AS ratio,
       regr_slope(v::float8, n) AS regression, max(abs(v)) AS most
FROM series GROUP BY 1, 2, 3, 4, 5;
SELECT ok(bool_and(abs(trend - regression) <= 1e-12 * most) AND bool_or(trend > 0) AND bool_or(trend < 0), 'the slope is that of a regression') FROM slope;
SELECT pg_temp.same('trend', 'SELECT pg_temp.label(subject, kind, as_of, buckets || '' '' || measure) AS label, trend::float8 AS expected, scoring.trend(a, as_of, buckets, measure) AS got FROM slope JOIN value USING (kind, subject)', 15000);
SELECT is(count(*), 0::bigint, 'the trend is one of net_flow by default') FROM slope JOIN value USING (kind, subject) WHERE measure = 'net_flow' AND scoring.trend(a, as_of, buckets) IS DISTINCT FROM scoring.trend(a, as_of, buckets, 'net_flow');
SELECT pg_temp.same('recent_ratio', 'SELECT pg_temp.label(subject, kind, as_of, buckets || '' '' || measure) AS label, ratio::float8 AS expected, scoring.recent_ratio(a, as_of, buckets, measure) AS got FROM slope JOIN value USING (kind, subject) WHERE buckets <> 3', 3000);
SELECT is(count(*), 0::bigint, 'the ratio is one of turnover by default') FROM slope JOIN value USING (kind, subject) WHERE measure = 'turnover' AND buckets <> 3 AND scoring.recent_ratio(a, as_of, buckets) IS DISTINCT FROM scoring.recent_ratio(a, as_of, buckets, 'turnover');

-- The sum of a net flow is to be within 1e-12 of what was added, signs apart.
CREATE FUNCTION pg_temp.half(k numeric, half_life float8) RETURNS float8 LANGUAGE sql AS $$ SELECT CASE WHEN k / half_life < 1070 THEN power(2::float8, -(k / half_life)) ELSE 0 END $$;
CREATE TEMP TABLE decay AS
SELECT d.kind, d.subject, d.as_of, d.half_life, d.measure, coalesce(sum(d.v::float8 * d.p), 0) AS decayed, coalesce(sum(d.scale::float8 * d.p), 0) AS scale
FROM (SELECT m.kind, m.subject, m.as_of, h AS half_life, x AS measure, f.v, f.scale,
             pg_temp.half(CASE m.bucket
               WHEN 'month' THEN (extract(year FROM m.as_of) - extract(year FROM f.start)) * 12 + extract(month FROM m.as_of) - extract(month FROM f.start) - 1
               ELSE (date_trunc(m.bucket, m.as_of::timestamp)::date - f.start) / CASE m.bucket WHEN 'week' THEN 7 ELSE 1 END - 1 END, h) AS p
      FROM moment m CROSS JOIN unnest('{0.5, 3, 12.25, 200}'::float8[]) h CROSS JOIN unnest('{event_count, inflow, outflow, net_flow, turnover}'::text[]) x
      LEFT JOIN flow f ON f.kind = m.kind AND f.subject = m.subject AND f.measure = x AND f.start < date_trunc(m.bucket, m.as_of::timestamp)
      WHERE m.subject % 5 = length(x) % 5 AND (m.subject + h::int) % 3 = 0) d
GROUP BY 1, 2, 3, 4, 5;
SELECT pg_temp.same('decayed_sum', 'SELECT pg_temp.label(subject, kind, as_of, half_life || '' '' || measure) AS label, decayed AS expected, scoring.decayed_sum(a, as_of, half_life, measure) AS got, scale AS scale FROM decay JOIN value USING (kind, subject) WHERE scale = 0 OR scale > 1e-290', 1000);
SELECT is(count(*), 0::bigint, 'the decayed sum is one of turnover by default') FROM decay JOIN value USING (kind, subject) WHERE measure = 'turnover' AND scoring.decayed_sum(a, as_of, half_life) IS DISTINCT FROM scoring.decayed_sum(a, as_of, half_life, 'turnover');

-- ---------- categories ----------

CREATE TEMP TABLE asked AS
SELECT q.q, q.kind, q.subject, q.as_of, q.buckets, x.measure, format('buckets %s, %s', q.buckets, x.measure) AS w
FROM question q CROSS JOIN (VALUES (0, 'event_count'), (1, 'inflow'), (2, 'outflow'), (3, 'turnover')) x (i, measure) WHERE q.days IS NULL AND (q.subject + x.i) % 2 = 0;
CREATE TEMP TABLE weight AS
SELECT s.q, s.measure, i.category, sum(CASE s.measure WHEN 'event_count' THEN 1 WHEN 'inflow' THEN coalesce(greatest(i.amount, 0), 0) WHEN 'outflow' THEN coalesce(greatest(-i.amount, 0), 0) ELSE coalesce(abs(i.amount), 0) END) AS v
FROM asked s JOIN inside i USING (q) GROUP BY 1, 2, 3;
ALTER TABLE weight ADD UNIQUE (q, measure, category);
ANALYZE asked, weight;
CREATE TEMP TABLE share AS
SELECT s.*, c.category, coalesce(w.v, 0) / nullif(sum(t.v), 0) AS share
FROM asked s CROSS JOIN unnest(ARRAY['salary', 'food', '', 'it''s "so" \', 'Grünkohl & Äpfel', 'never seen', NULL]) c (category)
LEFT JOIN weight t USING (q, measure)
LEFT JOIN weight w ON w.q = s.q AND w.measure = s.measure AND w.category IS NOT DISTINCT FROM c.category
WHERE (s.subject + length(coalesce(c.category, ''))) % 3 = 0
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, w.v;
SELECT pg_temp.same('category_share', 'SELECT pg_temp.label(subject, kind, as_of, w || '' '' || coalesce(category, ''NULL'')) AS label, share::float8 AS expected, scoring.category_share(a, as_of, category, buckets, measure) AS got FROM share JOIN value USING (kind, subject)', 15000);
SELECT is(count(*), 0::bigint, 'the share is one of events by default') FROM share JOIN value USING (kind, subject) WHERE measure = 'event_count' AND buckets = 12 AND scoring.category_share(a, as_of, category, 12) IS DISTINCT FROM scoring.category_share(a, as_of, category, 12, 'event_count');
-- Of categorised events with weight only; NULL without any.
CREATE TEMP TABLE mix AS
SELECT s.*, m.entropy, m.hhi
FROM asked s LEFT JOIN (
  SELECT q, measure, CASE WHEN count(*) = 1 THEN 0 ELSE -sum(p * ln(p)) END AS entropy, sum(p * p) AS hhi
  FROM (SELECT q, measure, v::numeric(60, 30) / sum(v) OVER (PARTITION BY q, measure) AS p FROM weight WHERE category IS NOT NULL AND v > 0) p WHERE p > 1e-20
  GROUP BY 1, 2) m USING (q, measure);
SELECT pg_temp.same('category_entropy', 'SELECT pg_temp.label(subject, kind, as_of, w) AS label, entropy::float8 AS expected, scoring.category_entropy(a, as_of, buckets, measure) AS got, greatest(1e-3, entropy)::float8 AS scale FROM mix JOIN value USING (kind, subject)', 10000);
SELECT pg_temp.same('category_hhi', 'SELECT pg_temp.label(subject, kind, as_of, w) AS label, hhi::float8 AS expected, scoring.category_hhi(a, as_of, buckets, measure) AS got FROM mix JOIN value USING (kind, subject)', 10000);
SELECT is(count(*), 0::bigint, 'entropy and concentration are those of events by default') FROM mix JOIN value USING (kind, subject)
WHERE measure = 'event_count' AND buckets = 3 AND (scoring.category_entropy(a, as_of, 3), scoring.category_hhi(a, as_of, 3)) IS DISTINCT FROM (scoring.category_entropy(a, as_of, 3, 'event_count'), scoring.category_hhi(a, as_of, 3, 'event_count'));
CREATE TEMP TABLE distinct_count AS SELECT q.*, format('buckets %s', q.buckets) AS w, (SELECT count(DISTINCT category) FROM inside i WHERE i.q = q.q) AS n FROM question q WHERE q.days IS NULL;
SELECT pg_temp.same('distinct_categories', 'SELECT pg_temp.label(subject, kind, as_of, w) AS label, n::float8 AS expected, scoring.distinct_categories(a, as_of, buckets) AS got FROM distinct_count JOIN value USING (kind, subject)', 15000);
SELECT is(count(*), 0::bigint, 'and no error is stated while they are exact') FROM distinct_count JOIN value USING (kind, subject) WHERE scoring.distinct_categories_error(a, as_of, buckets) IS DISTINCT FROM 0;

-- ---------- dimensions ----------

CREATE TEMP TABLE dimension AS SELECT '{"salary": "income", "gift": "income", "rent": "housing", "food": "spending", "cash": "spending", "fuel": "spending", "": "spending", "nobody": "reading", "it''s \"so\" \\": "Ö"}'::jsonb AS d;
SELECT ok(count(*) FILTER (WHERE same) > 900 AND bool_and(same), 'a mapped value is, to the byte, that of mapped events') FROM (
  SELECT scoring.map_categories(v.a, d) OPERATOR(scoring.=) m.a AND scoring.map_categories(v.a, d)::text = m.a::text AS same
  FROM value v JOIN (SELECT subject, scoring.activity_agg(occurred_at, given, d ->> category) AS a FROM event, dimension WHERE kind = 1 GROUP BY subject) m USING (subject), dimension WHERE v.kind = 1) s;
CREATE TEMP TABLE dimension_answer AS
SELECT q.q, q.kind, q.subject, q.as_of, q.buckets AS months, n.dimension, count(i.day) FILTER (WHERE d ->> i.category = n.dimension) AS event_count,
       coalesce(sum(i.amount) FILTER (WHERE i.amount > 0 AND d ->> i.category = n.dimension), 0)::float8 AS inflow,
       coalesce(sum(-i.amount) FILTER (WHERE i.amount < 0 AND d ->> i.category = n.dimension), 0)::float8 AS outflow,
       (coalesce(sum(abs(i.amount)) FILTER (WHERE d ->> i.category = n.dimension), 0) / nullif(sum(abs(i.amount)), 0))::float8 AS turnover_share
FROM question q CROSS JOIN dimension CROSS JOIN LATERAL (SELECT DISTINCT value AS dimension FROM jsonb_each_text(d)) n LEFT JOIN inside i USING (q)
WHERE q.buckets IS NOT NULL AND q.bucket = 'month' AND q.subject % 3 = 0 GROUP BY 1, 2, 3, 4, 5, 6;
CREATE TEMP TABLE dimension_got AS
SELECT m.kind, m.subject, m.as_of, f.* FROM moment m JOIN value v USING (kind, subject) CROSS JOIN dimension CROSS JOIN LATERAL scoring.activity_dimension_features(v.a, m.as_of, d) f WHERE m.bucket = 'month' AND m.subject % 3 = 0;
SELECT l FROM unnest('{event_count, inflow, outflow, turnover_share}'::text[]) f,
  pg_temp.same('dimensions: ' || f, format('SELECT pg_temp.label(subject, kind, as_of, format(''%%s, %%s months'', dimension, months)) AS label, e.%1$I AS expected, g.%1$I AS got FROM dimension_answer e FULL JOIN dimension_got g USING (kind, subject, as_of, dimension, months)', f), 1000) l;

-- ---------- all features at once ----------

-- For values by month and by day: windows are calendar months, whatever the buckets. Expected is what the definitions above say.
CREATE TEMP TABLE wide AS
SELECT m.kind, m.subject, m.as_of, f.key AS feature, f.value::float8 AS got
FROM moment m JOIN value v USING (kind, subject) CROSS JOIN LATERAL scoring.activity_features(v.a, m.as_of) s CROSS JOIN LATERAL jsonb_each_text(to_jsonb(s)) f WHERE m.bucket <> 'week';
CREATE TEMP TABLE monthly AS
SELECT m.kind, m.subject, m.as_of, n AS months, d.hi, d.lo FROM moment m, unnest('{1, 3, 6, 12, 24}'::int[]) n,
LATERAL (SELECT date_trunc('month', m.as_of::timestamp)::date AS hi, (date_trunc('month', m.as_of::timestamp) - make_interval(months => n))::date AS lo) d WHERE m.bucket <> 'week';
CREATE TEMP TABLE wanted (kind int, subject bigint, as_of date, feature text, expected float8);
INSERT INTO wanted
SELECT m.kind, m.subject, m.as_of, f.name || '_' || m.months || 'm', f.v
FROM (SELECT m.kind, m.subject, m.as_of, m.months, count(e.day) AS n, coalesce(sum(e.amount) FILTER (WHERE e.amount > 0), 0) AS inflow, coalesce(sum(-e.amount) FILTER (WHERE e.amount < 0), 0) AS outflow,
             coalesce(sum(e.amount), 0) AS net, avg(e.amount * 1.000000000000) AS mean, stddev_samp(e.amount * 1.000000000000) AS sd, min(e.amount) AS least, max(e.amount) AS most, count(DISTINCT e.day) AS days, count(DISTINCT date_trunc('month', e.day::timestamp)) AS active
      FROM monthly m LEFT JOIN event e ON e.kind = m.kind AND e.subject = m.subject AND e.day >= m.lo AND e.day < m.hi GROUP BY 1, 2, 3, 4) m,
LATERAL (VALUES ('event_count', n::float8), ('inflow', inflow::float8), ('outflow', outflow::float8), ('net_flow', net::float8), ('mean_amount', mean::float8), ('stddev_amount', sd::float8),
                ('smallest_amount', least::float8), ('largest_amount', most::float8), ('active_days', days::float8), ('active_months', active::float8)) f (name, v);
INSERT INTO wanted SELECT kind, subject, as_of, f.name, f.v FROM since, LATERAL (VALUES ('days_since_last', days_since_last), ('months_on_record', months_on_record)) f (name, v) WHERE bucket <> 'week';
INSERT INTO wanted SELECT m.kind, m.subject, m.as_of, f.name, f.v
FROM (SELECT m.kind, m.subject, m.as_of, count(DISTINCT e.day) FILTER (WHERE e.day >= m.as_of - 30) AS days,
             count(e.day) FILTER (WHERE e.first AND e.day >= m.as_of - 90) AS episodes
      FROM moment m LEFT JOIN LATERAL (
        SELECT day, coalesce(day - lag(day) OVER (ORDER BY day) > 14, true) AS first FROM (SELECT DISTINCT day FROM event e WHERE e.kind = m.kind AND e.subject = m.subject AND e.day < m.as_of AND e.day >= m.as_of - 90) d) e ON true
      WHERE m.bucket <> 'week' GROUP BY 1, 2, 3) m, LATERAL (VALUES ('active_days_30d', days), ('episodes_90d', episodes)) f (name, v);
INSERT INTO wanted SELECT m.kind, m.subject, m.as_of, 'longest_gap_12m', (SELECT max(day - before) FROM (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM (
  SELECT DISTINCT day FROM event e WHERE e.kind = m.kind AND e.subject = m.subject AND e.day >= m.lo AND e.day < m.hi) d) l) FROM monthly m WHERE m.months = 12;
-- Months of values by day too.
CREATE TEMP TABLE month_flow AS
SELECT kind, subject, date_trunc('month', day::timestamp)::date AS start, coalesce(sum(amount), 0) AS net, coalesce(sum(abs(amount)), 0) AS turnover FROM event GROUP BY 1, 2, 3;
ALTER TABLE month_flow ADD PRIMARY KEY (kind, subject, start);
ANALYZE month_flow;
INSERT INTO wanted
SELECT kind, subject, as_of, f.name || '_' || months || 'm', f.v
FROM (SELECT m.kind, m.subject, m.as_of, m.months, sum((2 * n - m.months + 1) * coalesce(f.net, 0)) / 2 / (m.months::numeric * (m.months * m.months - 1) / 12) AS trend,
             sum(coalesce(f.turnover, 0)) FILTER (WHERE n >= m.months / 2) / nullif(sum(coalesce(f.turnover, 0)) FILTER (WHERE n < m.months / 2), 0) AS ratio
      FROM monthly m CROSS JOIN LATERAL generate_series(0, m.months - 1) n
      LEFT JOIN month_flow f ON f.kind = m.kind AND f.subject = m.subject AND f.start = (m.lo + make_interval(months => n))::date
      WHERE m.months IN (6, 12) GROUP BY 1, 2, 3, 4) m, LATERAL (VALUES ('trend_net_flow', trend::float8), ('recent_ratio', ratio::float8)) f (name, v);
INSERT INTO wanted
SELECT m.kind, m.subject, m.as_of, 'decayed_turnover', coalesce(sum(f.turnover::float8 * pg_temp.half(extract(year FROM age(m.hi::timestamp, f.start::timestamp)) * 12 + extract(month FROM age(m.hi::timestamp, f.start::timestamp)) - 1, 3)), 0)
FROM monthly m LEFT JOIN month_flow f ON f.kind = m.kind AND f.subject = m.subject AND f.start < m.hi WHERE m.months = 12 GROUP BY 1, 2, 3;
INSERT INTO wanted
SELECT m.kind, m.subject, m.as_of, f.name, f.v
FROM (SELECT m.kind, m.subject, m.as_of, CASE WHEN count(c.n) = 1 THEN 0 ELSE -sum(c.p * ln(c.p)) END AS entropy, sum(c.p * c.p) AS hhi, count(c.n) AS n
      FROM monthly m LEFT JOIN LATERAL (SELECT count(*) AS n, count(*)::numeric(60, 30) / sum(count(*)) OVER () AS p FROM event e
        WHERE e.kind = m.kind AND e.subject = m.subject AND e.day >= m.lo AND e.day < m.hi AND e.category IS NOT NULL GROUP BY e.category) c ON true
      WHERE m.months = 12 GROUP BY 1, 2, 3) m, LATERAL (VALUES ('category_entropy_12m', entropy::float8), ('category_hhi_12m', hhi::float8), ('distinct_categories_12m', n::float8)) f (name, v);
ANALYZE wide, wanted;
SELECT pg_temp.same('activity_features', 'SELECT pg_temp.label(subject, kind, as_of, feature) AS label, expected, got FROM wanted FULL JOIN wide USING (kind, subject, as_of, feature)', 100000);
SELECT is(count(DISTINCT feature), 63::bigint, 'all 63 features were compared') FROM wanted JOIN wide USING (kind, subject, as_of, feature);
SELECT is((SELECT string_agg(feature, ', ' ORDER BY feature) FROM (SELECT feature FROM wide GROUP BY 1 HAVING count(DISTINCT got) < 2) f), NULL, 'and none is a constant');
SELECT set_eq('SELECT name FROM scoring.activity_feature_names()', 'SELECT DISTINCT feature FROM wide', 'activity_feature_names() names them');

-- ---------- how a value is given, and what has no answer ----------

SELECT is(count(*), 0::bigint, 'an undated row is counted apart and changes nothing else') FROM (
  SELECT subject, scoring.activity_agg(t, given, category) AS a FROM (SELECT subject, occurred_at AS t, given, category FROM event WHERE kind = 1 UNION ALL SELECT s, NULL, 5, 'food' FROM generate_series(1, 1000) s, generate_series(0, s % 3)) e GROUP BY 1) u
  JOIN value v USING (subject) JOIN moment m USING (kind, subject)
WHERE v.kind = 1 AND (scoring.undated(u.a), scoring.undated(v.a), scoring.event_count(u.a, as_of), scoring.turnover(u.a, as_of, 6), scoring.days_since_last(u.a, as_of))
  IS DISTINCT FROM (subject % 3 + 1, 0::bigint, scoring.event_count(v.a, as_of), scoring.turnover(v.a, as_of, 6), scoring.days_since_last(v.a, as_of));
SELECT is(count(*), 0::bigint, 'without categories: as with NULL ones') FROM (
  SELECT subject, scoring.activity_agg(occurred_at, given) AS a, scoring.activity_agg(occurred_at, given, NULL::text) AS b FROM event WHERE kind = 1 GROUP BY 1) u WHERE a::text IS DISTINCT FROM b::text;
-- The same events, their days the same, whatever type they come in.
SELECT is(count(*), 0::bigint, 'dates, timestamps and moments of a zone: the same answers') FROM (
  SELECT subject, scoring.activity_agg(occurred_at, given, category, 'month', 'Europe/Berlin') AS a, scoring.activity_agg(occurred_at AT TIME ZONE 'Europe/Berlin', given, category, 'month') AS b,
         scoring.activity_agg((occurred_at AT TIME ZONE 'Europe/Berlin')::date, given, category) AS c FROM event WHERE kind = 2 GROUP BY 1) u JOIN moment m ON m.subject = u.subject AND m.kind = 2
WHERE to_jsonb(scoring.activity_features(a, as_of)) IS DISTINCT FROM to_jsonb(scoring.activity_features(b, as_of)) OR to_jsonb(scoring.activity_features(a, as_of)) IS DISTINCT FROM to_jsonb(scoring.activity_features(c, as_of));
SELECT is(count(*), 0::bigint, 'NULL for a NULL value or date') FROM (SELECT a FROM value WHERE kind = 1 AND subject <= 5 UNION ALL SELECT NULL) v, (VALUES ('2024-01-01'::date), (NULL)) d (d)
WHERE (a IS NULL OR d IS NULL) AND coalesce(scoring.event_count(a, d)::text, scoring.inflow(a, d)::text, scoring.outflow(a, d)::text, scoring.net_flow(a, d)::text, scoring.turnover(a, d)::text, scoring.mean_amount(a, d)::text, scoring.stddev_amount(a, d)::text, scoring.cv_amount(a, d)::text,
  scoring.smallest_amount(a, d)::text, scoring.largest_amount(a, d)::text, scoring.active_days(a, d)::text, scoring.longest_gap(a, d)::text, scoring.active_buckets(a, d)::text, scoring.days_since_last(a, d)::text, scoring.months_on_record(a, d)::text,
  scoring.trend(a, d, 3)::text, scoring.recent_ratio(a, d, 4)::text, scoring.decayed_sum(a, d, 3)::text, scoring.category_share(a, d, 'food')::text, scoring.category_entropy(a, d)::text, scoring.category_hhi(a, d)::text,
  scoring.distinct_categories(a, d)::text, scoring.distinct_categories_error(a, d)::text, scoring.event_episodes(a, d, 30)::text) IS NOT NULL;

-- Refusals.
CREATE TEMP TABLE one AS SELECT a FROM value WHERE kind = 1 AND subject = 3;
SELECT throws_ok('SELECT ' || e || ' FROM one', code, NULL, e || ': ' || code) FROM (VALUES
  ('scoring.event_count(a, ''2024-01-01'', 3, 30)', '22023'), ('scoring.net_flow(a, ''2024-01-01'', 0)', '22023'), ('scoring.active_days(a, ''2024-01-01'', days => -1)', '22023'),
  ('scoring.trend(a, ''2024-01-01'', 1)', '22023'), ('scoring.trend(a, ''2024-01-01'', 3, ''income'')', '22023'), ('scoring.recent_ratio(a, ''2024-01-01'', 3)', '22023'),
  ('scoring.category_share(a, ''2024-01-01'', ''food'', 3, ''net_flow'')', '22023'),
  ('scoring.activity_agg(''2024-01-01''::date, ''NaN''::numeric)', '22023'), ('scoring.activity_agg(''2024-01-01''::date, ''-Infinity''::float8)', '22023'),
  ('scoring.activity_agg(''2024-01-01''::date, 1000000000000000.01)', '22003'), ('scoring.activity_agg(''2024-01-01''::date, -1000000000000001::bigint)', '22003'),
  ('scoring.activity_agg(''infinity''::timestamptz, 1.0)', '22008'), ('scoring.activity_agg(''1899-12-31 23:59:59.999999+0''::timestamptz, 1.0)', '22008'), ('scoring.activity_agg(''2200-01-01''::date, 1.0)', '22008'),
  ('scoring.activity_features((SELECT scoring.activity_agg(''2024-01-01''::date, 1.0, NULL, ''week'')), ''2024-02-01'')', '22023'),
  ('a OPERATOR(scoring.||) (SELECT scoring.activity_agg(''2024-01-01''::date, 1.0, NULL, ''week''))', '22023')) r (e, code);
SELECT * FROM finish();
ROLLBACK;
