-- account_history: what becomes of each input, what is refused, and what the accessors say.
SET extra_float_digits = 1;
\pset null '(null)'

-- A statement of each month; a month without one, one without anything, one without a balance.
CREATE TABLE account_statement (month date, days int, status text, balance numeric, credit_limit numeric, due numeric, paid numeric);
INSERT INTO account_statement VALUES
  ('2024-01-31', 0, 'current', 500, 1000, 50, 500), ('2024-02-29', 15, NULL, 1200.005, 1000, 120, 0), ('2024-03-31', 45, 'past_due', 1250, 1000, 250, 130),
  ('2024-05-31', 0, NULL, 300, 2000, 30, 32), ('2024-06-30', NULL, NULL, NULL, NULL, NULL, NULL), ('2024-07-31', NULL, 'no_payment_due', 0, 2000, 0, 0),
  ('2024-08-31', 0, NULL, -20.5, 1500, -5, -1), ('2024-09-30', NULL, 'unknown', 400, 0, 40, NULL), ('2024-10-31', 0, 'closed', 0, 1500, 0, 0);
CREATE TABLE account_one AS
SELECT scoring.account_history_agg(month, days, status, balance, credit_limit, due, paid) AS h FROM account_statement;
SELECT h FROM account_one;
SELECT s.* FROM account_one, scoring.statements(h) s;
SELECT scoring.first_statement(h), scoring.last_statement(h) FROM account_one;
SELECT scoring.account_history_agg(month, days) FROM account_statement;
SELECT n, scoring.grid(h, '2024-11-15', 12, n) FROM account_one, unnest('{digits, metro2, pboc}'::text[]) n;

-- The months before that of as_of, and no other: the last day of a month sees no more than its first.
SELECT as_of, scoring.grid(h, as_of, 4), scoring.months_reported(h, as_of), scoring.worst_days_past_due(h, as_of), scoring.times_past_due(h, 1, as_of) AS times_1,
       scoring.times_past_due(h, 30, as_of) AS times_30, scoring.months_since_past_due(h, as_of) AS since, scoring.months_since_past_due(h, as_of, 30) AS since_30,
       scoring.clean_streak(h, as_of) AS clean, scoring.delinquent_streak(h, as_of) AS delinquent, scoring.clean_streak(h, as_of, which => 'longest') AS clean_longest,
       scoring.delinquent_streak(h, as_of, which => 'longest') AS delinquent_longest, scoring.months_on_book(h, as_of) AS on_book
FROM account_one, unnest('{2023-12-31, 2024-01-31, 2024-02-01, 2024-02-29, 2024-03-01, 2024-04-01, 2024-05-01, 2024-06-01, 2024-08-01, 2024-11-01, 2025-11-01}'::date[]) as_of;
SELECT as_of, scoring.amount_past_due(h, as_of), scoring.last_balance(h, as_of), scoring.last_credit_limit(h, as_of), scoring.utilisation(h, as_of) AS last,
       scoring.utilisation(h, as_of, measure => 'mean') AS mean, scoring.utilisation(h, as_of, NULL, 'max') AS max, scoring.payment_ratio(h, as_of) AS ratio,
       scoring.months_paid_in_full(h, as_of) AS in_full, scoring.minimum_payer_months(h, as_of) AS minimum, scoring.is_transactor(h, as_of, 3) AS transactor,
       scoring.months_over_limit(h, as_of) AS over, scoring.balance_slope(h, as_of) AS slope, scoring.limit_changes(h, as_of) AS changes,
       scoring.limit_changes(h, as_of, direction => 'up') AS up, scoring.limit_changes(h, as_of, direction => 'down') AS down
FROM account_one, unnest('{2024-01-31, 2024-02-01, 2024-03-01, 2024-04-01, 2024-06-01, 2024-11-01}'::date[]) as_of;
-- An empty window.
SELECT scoring.grid(h, '2024-07-01', 1), scoring.months_reported(h, '2024-07-01', 1), scoring.worst_days_past_due(h, '2024-07-01', 1), scoring.times_past_due(h, 1, '2024-07-01', 1),
       scoring.months_since_past_due(h, '2024-07-01', months => 1), scoring.clean_streak(h, '2024-07-01', 1), scoring.amount_past_due(h, '2024-07-01', 1),
       scoring.utilisation(h, '2024-07-01', 1), scoring.payment_ratio(h, '2024-07-01', 1), scoring.months_paid_in_full(h, '2024-07-01', 1), scoring.is_transactor(h, '2024-07-01', 1),
       scoring.months_over_limit(h, '2024-07-01', 1), scoring.balance_slope(h, '2024-07-01', 1), scoring.limit_changes(h, '2024-07-01', 1) FROM account_one;

-- NULL in, NULL out; rows without a month are left out.
SELECT scoring.grid(NULL, '2024-01-01'), scoring.grid(h, NULL), scoring.grid(h, '2024-01-01', NULL), scoring.months_reported(NULL, '2024-01-01'), scoring.worst_days_past_due(h, NULL),
       scoring.times_past_due(h, NULL, '2024-05-01'), scoring.months_since_past_due(h, '2024-05-01', NULL), scoring.clean_streak(h, '2024-05-01', which => NULL),
       scoring.utilisation(h, '2024-05-01', measure => NULL), scoring.limit_changes(h, '2024-05-01', direction => NULL), scoring.outcome(h, NULL), scoring.outcome(NULL, '2024-01-01'),
       scoring.is_bad(NULL), scoring.expire(h, NULL, '1 year', 'end'), scoring.account_features(NULL, '2024-01-01') IS NULL, scoring.account_history_from_grid(NULL, '2024-01-01')
FROM account_one;
SELECT scoring.account_history_agg(m, 0) FROM (VALUES (NULL::date)) v (m);
SELECT scoring.account_history_agg(m, 0) FROM (VALUES (NULL::date), ('2024-05-17'), (NULL)) v (m);
SELECT scoring.account_history_agg(m, NULL), scoring.months_reported(scoring.account_history_agg(m, NULL), '2025-01-01') FROM (VALUES (date '2024-05-17')) v (m);
SELECT scoring.account_history_agg(m, 0) FROM (VALUES (date '2024-05-17')) v (m) WHERE false;

-- Several of a month: the latest day, then revision, then the worse; or the worst.
CREATE TABLE account_several (id int, month date, days int, balance numeric, revision bigint);
INSERT INTO account_several VALUES (1, '2024-05-10', 60, 1, NULL), (2, '2024-05-31', 0, 2, NULL), (3, '2024-06-30', 0, 3, NULL), (4, '2024-06-30', 0, 4, 1), (5, '2024-06-30', 30, 5, -7),
  (6, '2024-07-31', 0, 6, 9223372036854775807), (7, '2024-07-31', 0, 7, -9223372036854775807), (8, '2024-08-31', 30, 8, 2), (9, '2024-08-31', 90, 9, 2);
SELECT (s).balance, (s).days_past_due, (s).month FROM (SELECT scoring.statements(scoring.account_history_agg(month, days, NULL, balance, NULL, NULL, NULL, 'latest', revision)) AS s FROM account_several) q;
SELECT (s).balance, (s).days_past_due, (s).month FROM (SELECT scoring.statements(scoring.account_history_agg(month, days, NULL, balance, NULL, NULL, NULL)) AS s FROM account_several) q;
SELECT (s).balance, (s).days_past_due, (s).month FROM (SELECT scoring.statements(scoring.account_history_agg(month, days, NULL, balance, NULL, NULL, NULL, 'worst', revision)) AS s FROM account_several) q;
SELECT (s).balance, (s).days_past_due, (s).month FROM (SELECT scoring.statements(scoring.account_history_agg(month, days, NULL, balance, NULL, NULL, NULL, 'worst')) AS s FROM account_several) q;

-- Every status, in every notation and what it counts for.
SELECT status, scoring.grid(h, '2024-06-01', 1), scoring.grid(h, '2024-06-01', 1, 'metro2') AS metro2, scoring.grid(h, '2024-06-01', 1, 'pboc') AS pboc,
       scoring.worst_days_past_due(h, '2024-06-01') AS days, scoring.outcome(h, '2024-05-01', 1)
FROM (SELECT status, n, scoring.account_history_agg('2024-05-31', NULL, status, NULL, NULL, NULL, NULL) AS h
      FROM unnest('{NULL, current, past_due, no_payment_due, closed, unknown, ended, collection, surrendered, repossessed, foreclosed, settled_with_asset, paid_by_guarantor, charged_off, bankruptcy}'::text[]) WITH ORDINALITY u (status, n)
      GROUP BY status, n) s ORDER BY n;
SELECT days, scoring.grid(h, '2024-06-01', 1), scoring.grid(h, '2024-06-01', 1, 'metro2') AS metro2, scoring.grid(h, '2024-06-01', 1, 'pboc') AS pboc
FROM (SELECT days, scoring.account_history_agg('2024-05-31', days) AS h
      FROM unnest('{0, 1, 29, 30, 31, 59, 60, 61, 90, 91, 120, 121, 150, 151, 179, 180, 181, 209, 210, 211, 65534}'::int[]) days GROUP BY days) s ORDER BY days;

-- Grids in, and the same out.
SELECT notation, grid, scoring.grid(scoring.account_history_from_grid(grid, '2024-05-20', notation), '2024-06-01', length(grid), notation) = grid AS same
FROM (VALUES ('digits', '01234567-0'), ('digits', '---'), ('digits', '7'), ('metro2', '0123456DEGHJKL0DBBB'), ('metro2', 'B'), ('metro2', 'DDB'), ('pboc', '//N*1234567#DZBGC'), ('pboc', '///'), ('pboc', '#N'),
      ('digits', repeat('0', 120))) v (notation, grid);
SELECT scoring.account_history_from_grid('/*N3B', '2024-02-29', 'pboc');
SELECT scoring.account_history_from_grid('E1', '2000-01-31', 'metro2');
SELECT scoring.account_history_from_grid('0128', '2024-05-01');
SELECT scoring.account_history_from_grid('00é', '2024-05-01');
SELECT scoring.account_history_from_grid('0B0', '2024-05-01', 'metro2');
SELECT scoring.account_history_from_grid('007', '2024-05-01', 'metro2');
SELECT scoring.account_history_from_grid('N/N', '2024-05-01', 'pboc');
SELECT scoring.account_history_from_grid('NM', '2024-05-01', 'pboc');
SELECT scoring.account_history_from_grid('n', '2024-05-01', 'pboc');
SELECT scoring.account_history_from_grid('', '2024-05-01');
SELECT scoring.account_history_from_grid(repeat('0', 121), '2024-05-01');
SELECT scoring.account_history_from_grid('000', '1900-02-01');
SELECT scoring.account_history_from_grid('0', 'infinity');
SELECT scoring.account_history_from_grid('0', '2024-05-01', 'letters');
SELECT scoring.grid(h, '2024-05-01', 24, 'Digits') FROM account_one;
SELECT scoring.grid(h, '2024-05-01', 121) FROM account_one;
SELECT scoring.grid(h, '2024-05-01', 0) FROM account_one;

-- Refused.
SELECT scoring.account_history_agg('infinity', 0);
SELECT scoring.account_history_agg('-infinity', 0);
SELECT scoring.account_history_agg('1899-12-31', 0);
SELECT scoring.account_history_agg('2200-01-01', 0);
SELECT scoring.account_history_agg('2024-01-01', -1);
SELECT scoring.account_history_agg('2024-01-01', 65535);
SELECT scoring.account_history_agg('2024-01-01', 0, 'late', NULL, NULL, NULL, NULL);
SELECT scoring.account_history_agg('2024-01-01', 0, 'expired', NULL, NULL, NULL, NULL);
SELECT scoring.account_history_agg('2024-01-01', 0, '', NULL, NULL, NULL, NULL);
SELECT scoring.account_history_agg('2024-01-01', 0, NULL, NULL, -0.01, NULL, NULL);
SELECT scoring.account_history_agg('2024-01-01', 0, NULL, 1e15 + 1, NULL, NULL, NULL);
SELECT scoring.account_history_agg('2024-01-01', 0, NULL, NULL, 1e40, NULL, NULL);
SELECT scoring.account_history_agg('2024-01-01', 0, NULL, NULL, NULL, 'NaN', NULL);
SELECT scoring.account_history_agg('2024-01-01', 0, NULL, NULL, NULL, NULL, '-Infinity');
SELECT scoring.account_history_agg('2024-01-01', 0, NULL, NULL, NULL, NULL, NULL, 'first');
SELECT scoring.account_history_agg('2024-01-01', 0, NULL, NULL, NULL, NULL, NULL, NULL);
SELECT scoring.account_history_agg('2024-01-01', 0, NULL, NULL, NULL, NULL, NULL, 'latest', -9223372036854775808);
SELECT scoring.account_history_agg(timestamptz '2024-01-01', 0);
SELECT scoring.account_history_agg(m::date, 0) FROM generate_series(timestamp '2024-01-01', '2034-01-01', '1 month') m;
SELECT scoring.months_on_book(scoring.account_history_agg(m::date, 0), '2034-06-01') FROM generate_series(timestamp '2024-01-01', '2033-12-01', '1 month') m;
SELECT scoring.account_history_agg(m, 0, NULL, NULL, NULL, NULL, NULL, k) FROM (VALUES (date '2024-01-01', 'latest'), ('2024-02-01', 'worst')) v (m, k);
SELECT scoring.rollup(h) FROM (SELECT scoring.account_history_agg('2024-01-01', 0) AS h UNION ALL SELECT scoring.account_history_agg('2024-01-01', 0, NULL, NULL, NULL, NULL, NULL, 'worst')) s;
SELECT scoring.months_reported(h, 'infinity') FROM account_one;
SELECT scoring.months_reported(h, '2024-01-01', 0) FROM account_one;
SELECT scoring.months_reported(h, '2024-01-01', 1201) FROM account_one;
SELECT scoring.times_past_due(h, 0, '2024-01-01') FROM account_one;
SELECT scoring.clean_streak(h, '2024-01-01', which => 'last') FROM account_one;
SELECT scoring.utilisation(h, '2024-01-01', measure => 'min') FROM account_one;
SELECT scoring.limit_changes(h, '2024-01-01', direction => 'sideways') FROM account_one;

-- Amounts as they come: negative balances are credit, nothing is lost at the ends of the range.
SELECT scoring.account_history_agg('2024-02-29', 65534, 'charged_off', -1e15, 1e15, 1e15, -1e15, 'worst', -9223372036854775807, U&'\00DCn\00EFcode');
SELECT scoring.amount_past_due(scoring.account_history_agg('2024-02-29', 1, NULL, NULL, NULL, 1e15, -1e15), '2025-01-01');

-- Taking together: an account's parts; a stored value and a correction.
SELECT (h OPERATOR(scoring.||) NULL) OPERATOR(scoring.=) h AS kept, (NULL OPERATOR(scoring.||) h) OPERATOR(scoring.=) h AS kept_too, (h OPERATOR(scoring.||) h) OPERATOR(scoring.=) h AS twice FROM account_one;
SELECT scoring.grid(h OPERATOR(scoring.||) a, '2024-11-01', 3) AS same_day_worse, scoring.grid(h OPERATOR(scoring.||) b, '2024-11-01', 3) AS earlier_day
FROM account_one, (SELECT scoring.account_history_agg('2024-10-31', 40) AS a, scoring.account_history_agg('2024-10-30', 60) AS b) c;
SELECT scoring.since(h, '2024-09-30') FROM account_one;
SELECT scoring.since(h, '2025-01-01') FROM account_one;

-- Text and binary.
SELECT h::text::scoring.account_history OPERATOR(scoring.=) h AS text, h::jsonb::scoring.account_history OPERATOR(scoring.=) h AS jsonb FROM account_one;
CREATE FUNCTION pg_temp.try(t text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  m text; d text; s text;
BEGIN
  RETURN t::scoring.account_history;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, s = RETURNED_SQLSTATE;
  RETURN s || ' ' || m || coalesce(' (' || nullif(d, '') || ')', '');
END
$$;
SELECT t, pg_temp.try(t) FROM unnest(ARRAY[
  '', '{', '[]', '{}', '{"version": 2}', '{"keep": "latest", "statements": []}', '{"version": 1, "keep": "latest"}', '{"version": 1, "keep": "first", "statements": []}', '{"version": 1, "keep": "worst", "statements": []}', '{"version": 1, "keep": "worst", "statements": [], "more": 1}',
  '{"version": 1, "keep": "latest", "account": "0123456789abcdef", "statements": []}', '{"version": 1, "keep": "latest", "account": "0123456789ABCDEF", "statements": []}', '{"version": 1, "keep": "latest", "account": "", "statements": []}', '{"version": 1, "keep": "latest", "account": "several", "statements": []}', '{"version": 1, "keep": "latest", "account": "several", "unidentified": true, "statements": []}', '{"version": 1, "keep": "latest", "unidentified": true, "statements": []}', '{"version": 1, "keep": "latest", "account": "0123456789abcdef", "unidentified": true, "statements": []}',
  '{"version": 1, "keep": "latest", "statements": [1]}', '{"version": 1, "keep": "latest", "statements": [{}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-30"}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "1899-12-31"}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-2-1"}]}',
  '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "days_past_due": -1}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "days_past_due": 65535}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "days_past_due": 1.5}]}',
  '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "status": "late"}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "status": "past_due"}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "status": "expired"}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-02", "status": "expired"}]}',
  '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "status": "expired", "balance": 1}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "balance": 1}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "balance": -1.5}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "balance": 1.234}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "balance": 1e3}]}',
  '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "balance": 1000000000000000.01}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "balance": 99999999999999999999999}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "credit_limit": -1}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "balance": "1"}]}',
  '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "revision": -9223372036854775808}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01", "ambiguous": 1}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01"}, {"month": "2024-02-02"}]}',
  '{"version": 1, "keep": "latest", "statements": [{"month": "2024-02-01"}, {"month": "2024-01-02"}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2014-01-01"}, {"month": "2024-01-02"}]}', '{"version": 1, "keep": "latest", "statements": [{"month": "2014-02-01"}, {"month": "2024-01-02"}]}']) t;

-- Binary: there and back; what is no account_history, or not in its one spelling, is refused.
CREATE TABLE account_back (h scoring.account_history);
SELECT current_setting('data_directory') || '/account_history_test.bin' AS path \gset
COPY account_one TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
SELECT count(*) FROM account_one a JOIN account_back b ON a.h OPERATOR(scoring.=) b.h;
-- Nothing, a newer version, a state, another rule, a fifth kind of account, 121 months, a month of 1899, a 30th of February, a byte too few and one too many.
COPY (SELECT '\x'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x020001000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x010101000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x010001020000'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x010001000400'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x010001000079'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT scoring.account_history_send(scoring.account_history_agg('2024-02-29', 5))) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
SELECT encode(scoring.account_history_send(scoring.account_history_agg('2024-02-29', 5)), 'hex');
COPY (SELECT '\x010001000001e11200051d0000030600000000000000000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x010001000001c20400051e0000030600000000000000000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x010001000001c20400051d00000306000000000000000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x010001000001c20400051d000003060000000000000000000000'::bytea) TO :'path' WITH (FORMAT binary);
COPY account_back FROM :'path' WITH (FORMAT binary);
SELECT count(*) FROM account_back;

-- Outcomes of twelve months from 2024-01, as grids of three months before and up to fourteen from there on, the oldest first.
CREATE FUNCTION pg_temp.h(grid text) RETURNS scoring.account_history LANGUAGE sql AS $$
  SELECT scoring.account_history_from_grid(reverse(grid), (date '2023-09-01' + length(grid) * interval '1 month')::date) $$;
SELECT grid, scoring.outcome(h, '2024-01-31') AS outcome, scoring.outcome(h, '2024-01-01', basis => 'end') AS at_end, scoring.outcome(h, '2024-01-15', 6) AS in_6,
       scoring.outcome(h, '2024-01-01', bad_days => 60, indeterminate_days => 60) AS bad_60, scoring.is_bad(scoring.outcome(h, '2024-01-31')) AS is_bad
FROM unnest('{000000000000000, 00000000000000, 000000000000-00, 00000000000000-, 000003, 000003000000000, 000000100000000, 000000200000000, 000000000000001, 000000000000003, 003000000000000, 030000000000000, 111111111111111,
              ---000000000000, ---000003, ----00000000000, 000------------, 000------------0, 00-00000000000000, 000000000------3, ---------------}'::text[]) WITH ORDINALITY u (grid, n),
     LATERAL (SELECT pg_temp.h(grid) AS h) s ORDER BY n;
-- Closed accounts, adverse statuses, amounts.
SELECT grid, scoring.outcome(h, '2024-01-01') AS outcome, scoring.outcome(h, '2024-01-01', basis => 'end') AS at_end, scoring.regulatory_outcome(h, '2024-01-01') AS regulatory
FROM unnest('{NNNNNC, NNN22C, NNNNN4C, NNC, NNCNNNNNNNNNNNN, NNNNNB, NNNNND, NNNNNZ, NNNNNG, NNND, NND, NNDNNNNNNNNNNNN, NNN***, NNN************, ***************, NNN#############, NNNN4NNNNNNNNNN, N44NNNNNNNNNNNN, NN4NNN4NNNNNNNN, NN4NNNNNNNNNNNN, 4NNNNNNNNNNNNNN, 4NNN44444444444}'::text[]) WITH ORDINALITY u (grid, n),
     LATERAL (SELECT scoring.account_history_from_grid(grid, (date '2023-09-01' + length(grid) * interval '1 month')::date, 'pboc') AS h) s ORDER BY n;
CREATE TABLE account_default AS
SELECT k, scoring.account_history_agg(m::date, CASE WHEN m >= '2024-05-31' THEN least((m::date - date '2024-04-30'), top) ELSE 0 END, NULL, balance, NULL, CASE WHEN m >= '2024-05-31' THEN due ELSE 10 END, CASE WHEN m < '2024-05-31' THEN 10 ELSE 0 END) AS h
FROM (VALUES ('100.00 is not above 100', 1000, 100, 999), ('100.01 is', 1000, 100.01, 999), ('1 % is not above 1 %', 20000, 200, 999), ('200.01 is', 20000, 200.01, 999), ('balance unknown', NULL, 100.01, 999), ('amount unknown', 1000, NULL, 999), ('90 days', 1000, 500, 90), ('91 days', 1000, 500, 91)) v (k, balance, due, top),
     LATERAL (SELECT date '2023-10-31' + i * interval '1 month' AS m FROM generate_series(0, 16) i) s
GROUP BY k;
SELECT k, scoring.regulatory_outcome(h, '2024-01-01') AS retail, scoring.regulatory_outcome(h, '2024-01-01', exposure => 'non_retail') AS non_retail, scoring.outcome(h, '2024-01-01') AS outcome,
       scoring.outcome(h, '2024-01-01', min_amount => 100.01) AS outcome_100_01, scoring.is_in_default(h, '2024-08-31') AS august, scoring.is_in_default(h, '2024-09-01') AS september
FROM account_default ORDER BY k;
SELECT as_of, scoring.grid(h, as_of, 9, 'pboc'), scoring.is_in_default(h, as_of) AS retail, scoring.is_in_default(h, as_of, probation_months => 0) AS no_probation
FROM (SELECT scoring.account_history_from_grid('NN4N2NN#N', '2024-09-01', 'pboc') AS h) s, generate_series(timestamp '2024-01-01', '2024-10-01', '1 month') t, LATERAL (SELECT t::date AS as_of) a;
SELECT scoring.is_bad('maybe');
SELECT scoring.outcome(h, '2024-01-01', 0) FROM account_one;
SELECT scoring.outcome(h, '2024-01-01', 121) FROM account_one;
SELECT scoring.outcome(h, '2024-01-01', bad_days => 29) FROM account_one;
SELECT scoring.outcome(h, '2024-01-01', min_amount => 'NaN') FROM account_one;
SELECT scoring.outcome(h, '2024-01-01', basis => 'worst') FROM account_one;
SELECT scoring.outcome(h, '-infinity') FROM account_one;
SELECT scoring.regulatory_outcome(h, '2024-01-01', exposure => 'corporate') FROM account_one;
SELECT scoring.is_in_default(h, '2024-01-01', probation_months => -1) FROM account_one;

-- Expiry: closed episodes only. They read as not reported, and stay so whatever is merged.
CREATE TABLE account_expiring AS SELECT scoring.account_history_from_grid('N12N#3#NN5', '2020-10-01', 'pboc') AS h;
SELECT as_of, scoring.grid(scoring.expire(h, as_of, '5 years', 'end'), '2020-11-01', 10, 'pboc') AS end_5, scoring.grid(scoring.expire(h, as_of, '7 years 180 days', 'start'), '2020-11-01', 10, 'pboc') AS start_7_180
FROM account_expiring, unnest('{2020-11-01, 2025-03-31, 2025-04-01, 2025-08-01, 2027-07-29, 2027-07-30, 2027-11-27, 2030-01-01}'::date[]) as_of;
SELECT scoring.worst_days_past_due(x, '2020-04-01') AS worst, scoring.worst_days_past_due(h, '2020-04-01') AS before, scoring.clean_streak(x, '2020-05-01', which => 'longest') AS clean, scoring.months_reported(x, '2020-11-01') AS reported,
       scoring.grid(x OPERATOR(scoring.||) h, '2020-11-01', 10, 'pboc') AS merged_again, scoring.grid(scoring.expire(x, '2030-01-01', '5 years', 'end'), '2020-11-01', 10) AS again
FROM account_expiring, LATERAL (SELECT scoring.expire(h, '2025-04-01', '5 years', 'end') AS x) e;
SELECT scoring.expire(h, '2025-04-01', '5 years', 'end') FROM account_expiring;
-- An open episode never expires, nor one that a later report has not closed.
SELECT scoring.grid(scoring.expire(scoring.account_history_from_grid(g, '2010-10-01', 'pboc'), '2030-01-01', '1 year', 'end'), '2010-11-01', length(g), 'pboc') FROM unnest('{N1234567, N123#, N12B, N12BC, N12BN, NNN}'::text[]) g;
-- Of several accounts, by their identifiers or by their looks.
CREATE TABLE account_mixed AS
SELECT a, scoring.account_history_agg(m, d, NULL, b, NULL, NULL, NULL, 'latest', NULL, a) AS named, scoring.account_history_agg(m, d, NULL, b, NULL, NULL, NULL) AS unnamed
FROM (VALUES ('a', date '2010-01-31', 30, 1), ('a', '2010-02-28', 0, 1), ('b', '2010-01-31', 30, 2), ('b', '2010-03-31', 0, 2)) v (a, m, d, b) GROUP BY a;
SELECT a, scoring.grid(scoring.expire(named, '2020-01-01', '5 years', 'end'), '2010-05-01', 4) AS named, scoring.grid(scoring.expire(unnamed, '2020-01-01', '5 years', 'end'), '2010-05-01', 4) AS unnamed FROM account_mixed ORDER BY a;
SELECT scoring.rollup(named)::jsonb ->> 'account' FROM account_mixed;
SELECT scoring.expire(scoring.rollup(named), '2020-01-01', '5 years', 'end') FROM account_mixed;
SELECT scoring.expire(scoring.rollup(unnamed), '2020-01-01', '5 years', 'end') FROM account_mixed;
-- What expired has no first statement either, as it has no months on book.
SELECT scoring.first_statement(x), scoring.last_statement(x), scoring.months_on_book(x, '2010-06-01'), scoring.first_statement(scoring.expire(y, '2020-01-01', '1 year', 'end')), scoring.outcome(x, '2010-02-28', 1) AS outcome, scoring.outcome(x, '2010-01-31', 1) AS of_expired
FROM (SELECT scoring.expire(h, '2020-01-01', '5 years', 'end') AS x, h AS y FROM (SELECT scoring.account_history_agg(m, d) AS h FROM (VALUES (date '2010-01-31', 30), ('2010-02-26', 0)) v (m, d)) a) b;
-- Statements without an identifier beside those of one account may be of another, whichever comes first.
CREATE TABLE account_partly AS
SELECT scoring.account_history_agg(m, d, NULL, NULL, NULL, NULL, NULL, 'latest', NULL, a) AS h, scoring.account_history_agg(m, d, NULL, NULL, NULL, NULL, NULL, 'latest', NULL, a) FILTER (WHERE d <> 60) AS one_a_month
FROM (VALUES (date '2010-01-31', 30, NULL), ('2010-01-31', 60, NULL), ('2010-02-28', 0, NULL), ('2012-02-29', 0, 'a')) v (m, d, a);
SELECT h::text, h::text::scoring.account_history OPERATOR(scoring.=) h AS back, scoring.grid(scoring.expire(one_a_month, '2020-01-01', '5 years', 'end'), '2010-05-01', 4) AS one_a_month FROM account_partly;
SELECT scoring.expire(h, '2020-01-01', '5 years', 'end') FROM account_partly;
SELECT (scoring.since(unnamed, '2020-01-01') OPERATOR(scoring.||) named)::jsonb -> 'unidentified' AS nothing_unnamed, (named OPERATOR(scoring.||) unnamed) OPERATOR(scoring.=) (unnamed OPERATOR(scoring.||) named) AS same, (named OPERATOR(scoring.||) unnamed)::jsonb -> 'unidentified' AS both
FROM account_mixed WHERE a = 'a';
SELECT scoring.grid(scoring.expire(scoring.account_history_agg(m, d, NULL, NULL, NULL, NULL, NULL, 'latest', NULL, 'a'), '2020-01-01', '5 years', 'end'), '2010-05-01', 4) AS one_account
FROM (VALUES (date '2010-01-31', 30), ('2010-01-31', 60), ('2010-02-28', 0)) v (m, d);
SELECT scoring.expire(h, '2025-01-01', '-1 year', 'end') FROM account_expiring;
SELECT scoring.expire(h, '2025-01-01', '1 hour', 'end') FROM account_expiring;
SELECT scoring.expire(h, '2025-01-01', '101 years', 'end') FROM account_expiring;
SELECT scoring.expire(h, '2025-01-01', '5 years', 'middle') FROM account_expiring;

-- Features.
SELECT * FROM scoring.account_feature_names();
SELECT f.last_days_past_due, f.months_on_book, f.amount_past_due, f.is_transactor_12m, f.utilisation_mean_12m, f.balance_mean_3m, f.amount_paid_min_6m, f.worst_days_past_due_3m, f.worst_days_past_due_12m, f.limit_increases, f.paid_to_balance_12m
FROM account_one, scoring.account_features(h, '2024-11-01') f;
