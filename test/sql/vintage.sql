-- vintage: curves and roll rates by hand, what becomes of each input, and what is refused.
SET extra_float_digits = 1;
\pset null '(null)'
CREATE TABLE vintage_statement (id int, month date, days int, status text, balance numeric);
INSERT INTO vintage_statement VALUES
  (1, '2024-01-31', 0, NULL, 100), (1, '2024-02-29', 30, NULL, 110), (1, '2024-03-31', 60, NULL, 120), (1, '2024-04-30', 0, NULL, 130),
  (2, '2024-01-31', 0, NULL, 200), (2, '2024-02-29', 0, NULL, 190),
  (3, '2024-01-31', 0, NULL, 300), (3, '2024-02-29', NULL, 'closed', 0),
  (4, '2024-03-31', 5, NULL, NULL), (4, '2024-04-30', NULL, 'charged_off', 50), (4, '2024-05-31', NULL, NULL, 50),
  (5, '2024-01-31', NULL, 'unknown', 10), (6, '2024-05-31', 0, NULL, 7);
CREATE TABLE vintage_history AS SELECT id, scoring.account_history_agg(month, days, status, balance, NULL, NULL, NULL) AS h FROM vintage_statement GROUP BY id;
INSERT INTO vintage_history VALUES (7, NULL);

-- 1 is bad in its third month; 2 is lost after its second; 3 is closed, and so known to the end; 4 is adverse in its second month; 5 and 7 say nothing; 6 has one month.
SELECT scoring.vintage_agg(h, '2024-06-15', 12, 60) AS v FROM vintage_history \gset
SELECT c.* FROM scoring.vintage_curve(:'v') c;
SELECT scoring.vintage_unobserved(:'v');
SELECT c.* FROM (SELECT scoring.vintage_agg(h, '2024-06-15', 2, 30) AS v FROM vintage_history) s, scoring.vintage_curve(v) c;
-- As of an earlier date.
SELECT c.* FROM (SELECT scoring.vintage_agg(h, '2024-03-01', 12, 30) AS v FROM vintage_history) s, scoring.vintage_curve(v) c;
-- From the opening: 1 and 3 a month before their first statement, 2 after it.
SELECT c.* FROM (SELECT scoring.vintage_agg(h, opened_on, '2024-06-15', 12, 60) AS v FROM vintage_history JOIN (VALUES (1, '2023-12-10'::date), (2, '2024-02-01'), (3, '2023-12-31'), (4, NULL)) o (id, opened_on) USING (id)) s, scoring.vintage_curve(v) c;
-- At most 120 months, all that a history holds.
SELECT array_length(scoring.vintage_agg(h, '2024-06-15', 120, 1), 1) FROM vintage_history;

-- Roll rates. What was closed or adverse stays so; a gap is not reported.
SELECT scoring.roll_rate_agg(h, '2024-03-01', '2024-06-01') AS m FROM vintage_history \gset
SELECT r.* FROM scoring.roll_rates(:'m') r;
SELECT r.* FROM (SELECT scoring.roll_rate_agg(h, '2024-04-01', '2024-05-01') AS m FROM vintage_history) s, scoring.roll_rates(m) r;
-- Every bucket.
SELECT r.* FROM (SELECT scoring.roll_rate_agg(h, '2024-02-01', '2024-03-01') AS m FROM (SELECT d, scoring.account_history_agg(month, CASE month WHEN '2024-01-01' THEN 0 ELSE d END, NULL, 1e15, NULL, NULL, NULL) AS h FROM unnest('{0, 1, 29, 30, 59, 60, 89, 90, 119, 120, 149, 150, 65000}'::int[]) d, unnest('{2024-01-01, 2024-02-01}'::date[]) month GROUP BY d) s) t, scoring.roll_rates(m) r;

-- Merging.
SELECT scoring.vintage_rollup(v) = :'v' AS same FROM (SELECT scoring.vintage_agg(h, '2024-06-15', 12, 60) AS v FROM vintage_history GROUP BY id UNION ALL SELECT NULL) s;
SELECT scoring.roll_rate_rollup(m) = :'m' AS same FROM (SELECT scoring.roll_rate_agg(h, '2024-03-01', '2024-06-01') AS m FROM vintage_history GROUP BY id % 3) s;
SELECT scoring.vintage_agg(h, '2024-06-15', 12, 60) FROM vintage_history WHERE false;
SELECT count(*) FROM scoring.vintage_curve(NULL);
SELECT count(*) FROM scoring.roll_rates(NULL);
-- Balances on either side of what 64 bits hold.
SELECT scoring.roll_rate_rollup(m) AS many FROM (SELECT scoring.roll_rate_agg(h, '2024-02-01', '2024-03-01') AS m FROM generate_series(1, 93) i, (SELECT scoring.account_history_agg('2024-01-01', 0, NULL, sign * 1e15, NULL, NULL, NULL) AS h FROM unnest('{1, -1}'::int[]) sign GROUP BY sign) s GROUP BY i) t \gset
SELECT r.balance FROM scoring.roll_rates(:'many') r;
-- As a window aggregate.
SELECT id, (SELECT max(accounts) FROM scoring.vintage_curve(v)) AS accounts FROM (SELECT id, scoring.vintage_agg(h, '2024-06-15', 2, 60) OVER (ORDER BY id) AS v FROM vintage_history) s ORDER BY id;

-- Refused.
SELECT scoring.vintage_agg(h, NULL, 12, 60) FROM vintage_history;
SELECT scoring.vintage_agg(h, '2024-06-15', 0, 60) FROM vintage_history;
SELECT scoring.vintage_agg(h, '2024-06-15', 121, 60) FROM vintage_history;
SELECT scoring.vintage_agg(h, '2024-06-15', 12, 0) FROM vintage_history;
SELECT scoring.vintage_agg(h, '2024-06-15', 12, NULL) FROM vintage_history;
SELECT scoring.vintage_agg(h, '2024-06-15', 12, id) FROM vintage_history;
SELECT scoring.vintage_agg(h, 'infinity', 12, 60) FROM vintage_history;
SELECT scoring.roll_rate_agg(h, '2024-06-15', '2024-06-15') FROM vintage_history;
SELECT scoring.roll_rate_agg(h, NULL, '2024-06-15') FROM vintage_history;
SELECT scoring.roll_rate_agg(h, '2024-01-01', '2024-06-15'::date + id) FROM vintage_history;
SELECT scoring.vintage_curve(:'m');
SELECT scoring.roll_rates(:'v');
SELECT scoring.vintage_curve('{}');
SELECT scoring.vintage_curve('{1, 0, 1, 1, 0, 0, 0, -1}');
SELECT scoring.vintage_curve('{1, 0, 2, 1, 0, 0, 0, 1}');
SELECT scoring.vintage_curve('{1, 0, 1, 1, 0, 0, NULL, 1}');
SELECT scoring.vintage_curve('{{1, 0, 1, 1, 0, 0, 0, 1}}');
SELECT scoring.vintage_curve('{1, 0, 1, 1, 0, 7, 2, 9}');
SELECT scoring.vintage_rollup(v) FROM (VALUES ('{7}'::bigint[])) t (v);
SELECT scoring.vintage_rollup(v) FROM (VALUES (:'v'::bigint[]), (:'m')) t (v);
SELECT scoring.vintage_rollup(v) FROM (VALUES ('{1, 0, 1, 1, 0, 0, 0, 2000000000000000000}'::bigint[]), ('{1, 0, 1, 1, 0, 0, 0, 2000000000000000000}')) t (v);
SELECT r.balance FROM (SELECT scoring.roll_rate_agg(h, '2024-02-01', '2024-03-01') AS m FROM generate_series(1, 93) i, (SELECT scoring.account_history_agg('2024-01-01', 0, NULL, 1e15, NULL, NULL, NULL) AS h) s) t, scoring.roll_rates(m) r;
SELECT scoring._vintage_trans(NULL, NULL, '2024-01-01', 1, 1);
SELECT scoring._vintage_combine(NULL, NULL);
CREATE ROLE regress_scoring_anyone;
SET ROLE regress_scoring_anyone;
SELECT scoring._vintage_trans(NULL, NULL, '2024-01-01', 1, 1);
SELECT scoring._roll_rate_trans(NULL, NULL, '2024-01-01', '2024-02-01');
SELECT scoring._vintage_combine(NULL, NULL);
SELECT scoring._vintage_final(NULL);
RESET ROLE;
DROP ROLE regress_scoring_anyone;
DROP TABLE vintage_statement, vintage_history;
