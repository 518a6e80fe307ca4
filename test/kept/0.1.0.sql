-- At least one stored value of every type, in tables, an index, a view and a default: what a dump has to carry.
SET client_min_messages = warning;

CREATE TABLE kept_sample AS
SELECT i AS id, CASE WHEN i % 11 > 0 THEN (hashint8extended(i, 1) & 63) - 9 END AS number,
       (ARRAY['owner', 'tenant', 'it''s "quoted" \ ', NULL])[1 + (hashint8extended(i, 2) & 3)] AS "a text",
       (hashint8extended(i, 3) & 127) < 20 + (hashint8extended(i, 1) & 63) AS bad
FROM generate_series(1, 5000) i;

CREATE TABLE kept_tally AS
SELECT id % 3 AS part, scoring.tally_agg(number, bad, 1.5, '{-9, -8}') AS number, scoring.tally_agg("a text", bad) AS text,
       scoring.tally_agg(id + 0.25, bad) AS long
FROM kept_sample GROUP BY 1;
INSERT INTO kept_tally SELECT 9, scoring.rollup(number), scoring.rollup(text), scoring.rollup(long) FROM kept_tally;
INSERT INTO kept_tally SELECT 10, scoring.tally_agg(number, bad), NULL, NULL FROM kept_sample WHERE false;

CREATE TABLE kept_binning AS
SELECT part, scoring.optimal_binning(number) AS number, scoring.optimal_binning(text) AS text FROM kept_tally WHERE part < 9;

CREATE TABLE kept_fit AS
SELECT scoring.fit_logistic('kept_sample', 'bad', ARRAY['id']) AS fit;

CREATE TABLE kept_model AS
SELECT scoring.fit_scorecard('kept_sample', 'bad', exclude => '{id}', special => '{"number": [-9]}') AS m;
CREATE INDEX ON kept_model (m);
CREATE INDEX ON kept_model USING hash (m);
CREATE VIEW kept_scores AS SELECT s.id, scoring.score(k.m, s) AS score, scoring.reasons(k.m, s) FROM kept_sample s, kept_model k;

CREATE TABLE kept_activity AS
SELECT id % 40 AS part, scoring.activity_agg(date '2024-01-01' + id / 7, number / 3.0, "a text") AS a,
       scoring.activity_agg(timestamptz '2024-01-01 00:00+00' + id * interval '1 hour', number, "a text", 'week', 'Europe/Berlin') AS weeks
FROM kept_sample GROUP BY 1;
CREATE INDEX ON kept_activity (a);

CREATE TABLE kept_account AS
SELECT id % 9 AS account, scoring.account_history_agg(date '2020-01-15' + (id % 900)::int, (id % 40)::int, NULL, id * 1.5, CASE WHEN id % 3 > 0 THEN 1000 END, id, 1, 'latest', id, (id % 9)::text) AS h
FROM kept_sample GROUP BY 1;
INSERT INTO kept_account SELECT 10, scoring.account_history_from_grid('*N12C', '2024-05-01', 'pboc');
CREATE INDEX ON kept_account (h);

CREATE TABLE kept_balances AS
SELECT id % 40 AS part, scoring.balance_history_agg('2024-01-01'::timestamptz + id * interval '1 hour', number / 3.0, id % 3, 'Europe/Prague') AS h,
       scoring.balance_history_agg('1999-12-31'::date + id % 900, number) AS by_day
FROM kept_sample GROUP BY 1;
CREATE INDEX ON kept_balances (h);

CREATE TABLE kept_file AS
SELECT account % 4 AS person, scoring.credit_file_agg('account ' || account, CASE WHEN account % 3 > 0 THEN 'it''s a "loan"' END, 'joint', '2020-02-29', NULL, h, 0.25) AS f FROM kept_account GROUP BY 1;
INSERT INTO kept_file SELECT 10, scoring.credit_file_agg('bank ' || id % 7, 'inquiry', NULL, '2024-01-01'::date + id % 100, NULL, NULL) FROM kept_sample;
CREATE INDEX ON kept_file (f);
