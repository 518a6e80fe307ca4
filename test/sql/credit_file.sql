-- credit_file: what becomes of each row, how rows of one account are joined, who owes what, and what is refused.
SET extra_float_digits = 1;
\pset null '(null)'
CREATE TABLE credit_statement (account text, month date, days int, status text, balance numeric, credit_limit numeric);
INSERT INTO credit_statement VALUES
  ('card', '2023-01-31', 0, NULL, 100, 1000), ('card', '2023-02-28', 35, NULL, 900, 1000), ('card', '2024-04-30', 0, NULL, 250.50, 1000), ('card', '2024-06-30', 95, NULL, 800, 1000),
  ('loan', '2022-03-31', 0, NULL, 5000, NULL), ('loan', '2024-05-31', 5, NULL, 1234.55, NULL),
  ('old', '2020-01-31', 61, NULL, 10, 500), ('old', '2021-01-31', 0, 'closed', 0, 500),
  ('written off', '2023-05-31', NULL, 'charged_off', 777, 700),
  ('friend''s', '2024-01-31', 120, NULL, 4000, 5000), ('backed', '2024-02-29', 90, NULL, 3000, 3000), ('shared', '2024-05-31', 30, NULL, 600, 2000);
CREATE TABLE credit_history AS SELECT account, scoring.account_history_agg(month, days, status, balance, credit_limit, NULL, NULL) AS h FROM credit_statement GROUP BY account;
CREATE TABLE credit_row (n int, account text, kind text, role text, opened_on date, closed_on date, share float8);
INSERT INTO credit_row VALUES
  (1, 'card', 'credit card', 'sole', '2022-12-15', NULL, NULL), (2, 'loan', 'mortgage', 'sole', NULL, NULL, NULL), (3, 'old', 'credit card', 'sole', '2019-05-01', '2021-01-20', NULL),
  (4, 'written off', 'credit card', 'sole', '2021-07-07', NULL, NULL), (5, 'friend''s', 'credit card', 'authorised_user', '2018-01-01', NULL, NULL),
  (6, 'backed', 'loan', 'guarantor', '2022-02-02', NULL, 0.5), (7, 'shared', 'credit card', 'joint', '2023-06-30', NULL, 0.333333), (8, 'new', NULL, 'sole', '2024-06-01', NULL, NULL),
  (9, 'nothing', 'loan', NULL, NULL, NULL, NULL), (10, NULL, 'loan', 'sole', '2020-01-01', NULL, NULL), (11, 'A bank', 'inquiry', NULL, '2024-05-01', NULL, NULL),
  (12, 'B bank', 'inquiry', 'sole', '2024-05-15', NULL, NULL), (13, 'A bank', 'inquiry', NULL, '2024-05-30', NULL, NULL), (14, NULL, 'inquiry', NULL, '2024-05-30', NULL, NULL),
  (15, 'A bank', 'inquiry', NULL, '2024-05-30', NULL, NULL), (16, 'C bank', 'inquiry', NULL, NULL, NULL, NULL), (17, 'C bank', 'inquiry', NULL, '2023-06-01', NULL, NULL);
CREATE TABLE credit AS SELECT scoring.credit_file_agg(account, kind, role, opened_on, closed_on, h, share) AS f FROM credit_row LEFT JOIN credit_history USING (account);
SELECT f FROM credit;
SELECT a.account, a.kind, a.role, a.share, a.opened_on, a.closed_on, a.state, a.days_past_due AS dpd, a.worst_days_past_due AS worst, a.balance, a.credit_limit, a.conflicting FROM credit, scoring.credit_file_accounts(f, '2024-06-15') a;
SELECT a.account, a.state, a.days_past_due, a.closed_on FROM credit, scoring.credit_file_accounts(f, '2021-01-20') a;
SELECT scoring.unidentified(f), scoring.undated(f) FROM credit;
-- Obligors, guarantors and authorised users stay apart; shares of amounts, not of delinquency.
SELECT as_of, scoring.account_count(f, as_of) AS all, scoring.account_count(f, as_of, 'credit card') AS cards, scoring.account_count(f, as_of, state => 'open') AS open, scoring.account_count(f, as_of, state => 'closed') AS closed, scoring.account_count(f, as_of, state => 'adverse') AS adverse,
       scoring.account_count(f, as_of, role => 'sole') AS sole, scoring.account_count(f, as_of, role => 'guarantor') AS backed, scoring.account_count(f, as_of, 'credit card', 'closed', 'sole') AS mixed,
       scoring.oldest_account_months(f, as_of) AS oldest, scoring.newest_account_months(f, as_of) AS newest, scoring.oldest_account_months(f, as_of, 'mortgage') AS mortgage
FROM credit, unnest('{2017-01-01, 2019-05-01, 2021-02-01, 2024-06-15, 2024-07-01}'::date[]) as_of ORDER BY 1;
SELECT as_of, scoring.accounts_past_due(f, as_of) AS d30, scoring.accounts_past_due(f, as_of, 1) AS d1, scoring.accounts_past_due(f, as_of, 90) AS d90, scoring.accounts_past_due(f, as_of, 1, 'mortgage') AS mortgage,
       scoring.ever_past_due(f, as_of) AS e30, scoring.ever_past_due(f, as_of, 60) AS e60, scoring.ever_past_due(f, as_of, 30, 6) AS e30_6m, scoring.ever_past_due(f, as_of, kind => 'mortgage') AS mortgage,
       scoring.share_satisfactory(f, as_of) AS satisfactory, scoring.share_satisfactory(f, as_of, 30, 6) AS satisfactory_6m
FROM credit, unnest('{2017-01-01, 2021-02-01, 2024-06-15, 2024-07-01}'::date[]) as_of ORDER BY 1;
-- 250.50 + 1234.55 + 777 + 600 * 0.333333; 1000 + 2000 * 0.333333; 250.50 + ... by limits; 3000 * 0.5.
SELECT scoring.total_balance(f, '2024-06-15') AS balance, scoring.total_limit(f, '2024-06-15') AS "limit", scoring.utilisation(f, '2024-06-15'), (250.50 + 600 * 0.333333) / (1000 + 2000 * 0.333333) AS by_hand, scoring.contingent_balance(f, '2024-06-15') AS contingent,
       scoring.total_balance(f, '2024-06-15', 'mortgage') AS mortgage, scoring.total_limit(f, '2024-06-15', 'mortgage') AS no_limit, scoring.total_balance(f, '2024-06-15', 'boat') AS none, scoring.utilisation(f, '2024-06-15', 'mortgage') AS no_utilisation FROM credit;
SELECT scoring.total_balance(f, '2017-01-01'), scoring.total_limit(f, '2017-01-01'), scoring.utilisation(f, '2017-01-01'), scoring.contingent_balance(f, '2017-01-01') FROM credit;
-- A shopping trip once: 14 days after 1 May is the same trip, 15 days after 15 May another one.
SELECT scoring.inquiries(f, '2024-06-15') AS year, scoring.inquiries(f, '2024-06-15', 30) AS month, scoring.inquiries(f, '2024-05-30', 30) AS before, scoring.inquiries(f, '2024-06-15', 365, NULL) AS each, scoring.inquiries(f, '2024-06-15', 365, 0) AS by_day,
       scoring.inquiries(f, '2024-06-15', 365, 15) AS wide, scoring.inquiries(f, '2024-06-15', 2147483647) AS ever FROM credit;
SELECT scoring.is_thin_file(f, '2024-06-15'), scoring.is_thin_file(f, '2024-06-15', 7) AS seven, scoring.is_thin_file(f, '2024-06-15', 6, 62) AS old, scoring.is_thin_file(f, '2017-01-01') AS before FROM credit;
SELECT t.* FROM credit, scoring.credit_file_features(f, '2024-06-15') t \gx
SELECT n.* FROM scoring.credit_file_feature_names() n;
-- An account is closed on its date, or by its statement; adverse is neither open nor closed.
SELECT scoring.account_count(scoring.credit_file_agg('a', 'x', 'sole', '2020-01-01', '2020-06-01', NULL), '2020-06-01', state => 'open') AS open, scoring.account_count(scoring.credit_file_agg('a', 'x', 'sole', '2020-01-01', '2020-06-01', NULL), '2020-06-02', state => 'closed') AS closed;

-- Rows of one account, in any order: least kind, strongest role, greatest share, earliest opening, latest closing, merged history; and that they disagreed.
CREATE TABLE credit_twice (n int, account text, kind text, role text, opened_on date, closed_on date, share float8, month date, days int);
INSERT INTO credit_twice VALUES (1, 'a', 'loan', 'guarantor', '2020-02-01', NULL, 0.2, '2020-05-01', 3), (2, 'a', 'car loan', 'joint', '2020-01-01', '2022-01-01', NULL, '2020-06-01', 40), (3, 'a', NULL, NULL, NULL, '2022-02-01', 0.7, NULL, NULL),
  (4, 'b', 'loan', 'sole', '2020-01-01', NULL, NULL, '2020-05-01', 3), (5, 'b', NULL, NULL, NULL, '2022-02-01', NULL, '2020-06-01', 5), (6, 'b', 'loan', 'sole', '2020-01-01', NULL, 1, '2020-06-01', 5);
CREATE TABLE credit_one AS SELECT n, scoring.credit_file_agg(account, kind, role, opened_on, closed_on, h, share) AS f FROM credit_twice LEFT JOIN (SELECT n, scoring.account_history_agg(month, days) AS h FROM credit_twice WHERE month IS NOT NULL GROUP BY n) s USING (n) GROUP BY n;
SELECT scoring.rollup(f) AS f FROM credit_one \gset
SELECT :'f';
SELECT a.account, a.kind, a.role, a.share, a.opened_on, a.closed_on, a.worst_days_past_due, a.conflicting, scoring.grid(a.history, '2020-07-01', 3) FROM scoring.credit_file_accounts(:'f', '2024-01-01') a;
SELECT DISTINCT scoring.credit_file_concat(scoring.credit_file_concat(x.f, y.f), scoring.credit_file_concat(z.f, w.f)) OPERATOR(scoring.=) scoring.rollup(r.f) AS same
FROM credit_one x, credit_one y, credit_one z, credit_one w, LATERAL (SELECT f FROM credit_one o WHERE o.n IN (x.n, y.n, z.n, w.n)) r GROUP BY x.n, y.n, z.n, w.n, x.f, y.f, z.f, w.f;
SELECT bool_and((f OPERATOR(scoring.||) f) OPERATOR(scoring.=) f) AS idempotent FROM credit_one;

-- No rows, NULLs, an empty file.
SELECT scoring.credit_file_agg(account, kind, role, opened_on, closed_on, NULL) FROM credit_row WHERE false;
SELECT f, scoring.account_count(f, '2024-01-01'), scoring.total_balance(f, '2024-01-01'), scoring.is_thin_file(f, '2024-01-01'), scoring.oldest_account_months(f, '2024-01-01') FROM (SELECT scoring.credit_file_agg(NULL, NULL, NULL, NULL, NULL, NULL) AS f) s;
SELECT scoring.account_count(NULL, '2024-01-01'), scoring.account_count(f, NULL), scoring.total_balance(f, NULL), scoring.accounts_past_due(f, '2024-01-01', NULL), scoring.inquiries(f, NULL), scoring.is_thin_file(f, '2024-01-01', NULL), scoring.unidentified(NULL::scoring.credit_file) FROM credit;
SELECT count(*) FROM credit, scoring.credit_file_accounts(f, NULL);
-- Equality; a window.
SELECT f OPERATOR(scoring.=) f AS eq, f OPERATOR(scoring.<) f AS lt FROM credit;
SELECT n, scoring.account_count(scoring.credit_file_agg(account, kind, role, opened_on, closed_on, NULL) OVER (ORDER BY n), '2024-12-31') FROM credit_row ORDER BY n LIMIT 5;

-- Refused.
SELECT scoring.credit_file_agg('a', 'x', 'owner', NULL, NULL, NULL);
SELECT scoring.credit_file_agg(repeat('a', 256), 'x', 'sole', NULL, NULL, NULL);
SELECT scoring.credit_file_agg('a', repeat('x', 64), 'sole', NULL, NULL, NULL);
SELECT scoring.credit_file_agg('a', 'x', 'sole', 'infinity', NULL, NULL);
SELECT scoring.credit_file_agg('a', 'x', 'sole', NULL, '1899-12-31', NULL);
SELECT scoring.credit_file_agg('a', 'x', 'sole', NULL, NULL, NULL, 1.1);
SELECT scoring.credit_file_agg('a', 'x', 'sole', NULL, NULL, NULL, 'NaN');
SELECT scoring.account_count(f, '2024-01-01', state => 'past due') FROM credit;
SELECT scoring.account_count(f, '2024-01-01', role => '') FROM credit;
SELECT scoring.accounts_past_due(f, '2024-01-01', 0) FROM credit;
SELECT scoring.ever_past_due(f, '2024-01-01', 30, 0) FROM credit;
SELECT scoring.ever_past_due(f, '2024-01-01', 30, 1201) FROM credit;
SELECT scoring.inquiries(f, '2024-01-01', 0) FROM credit;
SELECT scoring.inquiries(f, '2024-01-01', 30, -1) FROM credit;
SELECT scoring.account_count(f, 'infinity') FROM credit;
SELECT scoring.credit_file_agg('a', 'x', 'sole', NULL, NULL, h) FROM (SELECT scoring.account_history_agg('2024-01-01', 3, NULL, NULL, NULL, NULL, NULL, keep) AS h FROM unnest('{latest, worst}'::text[]) keep GROUP BY keep) s;
SELECT scoring.total_balance(scoring.credit_file_agg(i::text, 'x', 'sole', '2020-01-01', NULL, h), '2024-01-01') FROM generate_series(1, 93) i, (SELECT scoring.account_history_agg('2021-01-01', 0, NULL, 1e15, NULL, NULL, NULL) AS h) s;
SELECT scoring._credit_file_trans(NULL, 'a', 'x', 'sole', NULL, NULL, NULL);

-- The text form: read back the same, and checked.
SELECT f::text::scoring.credit_file OPERATOR(scoring.=) f AS text, f::jsonb::scoring.credit_file OPERATOR(scoring.=) f AS jsonb FROM credit;
CREATE FUNCTION pg_temp.refused(text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN 'accepted: ' || $1::scoring.credit_file::text;
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE || ': ' || SQLERRM;
END
$$;
SELECT pg_temp.refused(format('{"version": 1, "unidentified": 0, "undated": 0, "accounts": [%s], "inquiries": []}', accounts)) FROM unnest(ARRAY[
  '{"account": "", "role": "unknown"}', '{"account": "a", "kind": "x", "role": "joint", "share": 0, "opened_on": "2024-02-29", "closed_on": "2020-01-01", "conflicting": true}', '{"account": "a", "role": "sole", "conflicting": false}',
  '7', '{"role": "sole"}', '{"account": "a"}', '{"account": "a", "role": "owner"}', '{"account": 5, "role": "sole"}', '{"account": "a", "role": "sole", "kind": ""}', '{"account": "a", "role": "sole", "kind": "inquiry"}',
  '{"account": "a", "role": "sole", "share": 1000001}', '{"account": "a", "role": "sole", "opened_on": "2023-02-29"}', '{"account": "a", "role": "sole", "closed_on": 5}', '{"account": "a", "role": "sole", "history": {}}', '{"account": "a", "role": "sole", "more": 1}',
  '{"account": "b", "role": "sole"}, {"account": "a", "role": "sole"}', '{"account": "a", "role": "sole"}, {"account": "a", "role": "joint"}', format('{"account": "%s", "role": "sole"}', repeat('a', 256)), format('{"account": "a", "role": "sole", "kind": "%s"}', repeat('a', 64))]) accounts;
SELECT pg_temp.refused(format('{"version": 1, "unidentified": 0, "undated": 0, "accounts": [], "inquiries": [%s]}', inquiries)) FROM unnest(ARRAY[
  '["2024-01-01", ""], ["2024-01-01", "a"]', '["2024-01-01", "b"], ["2024-01-01", "a"]', '["2024-01-02", "a"], ["2024-01-01", "a"]', '["2024-01-01"]', '["2024-01-01", 5]', '["1899-01-01", "a"]', '5']) inquiries;
SELECT pg_temp.refused(t) FROM unnest(ARRAY['{}', '5', '{"version": 2, "unidentified": 0, "undated": 0, "accounts": [], "inquiries": []}', '{"version": 1, "unidentified": -1, "undated": 0, "accounts": [], "inquiries": []}', '{"version": 1, "unidentified": 0, "undated": 0, "accounts": {}, "inquiries": []}',
  '{"version": 1, "unidentified": 0, "undated": 0, "accounts": [], "inquiries": [], "x": 1}', '{"version": 1, "unidentified": 9223372036854775807, "undated": 7, "accounts": [], "inquiries": []}']) t;
SELECT scoring.rollup('{"version": 1, "unidentified": 9223372036854775807, "undated": 7, "accounts": [], "inquiries": []}'::scoring.credit_file) FROM generate_series(1, 2);

-- The binary form: there and back; what is no credit file, or not in its shortest form, is refused.
CREATE TABLE credit_back (f scoring.credit_file);
SELECT current_setting('data_directory') || '/credit_file_test.bin' AS path \gset
COPY (SELECT f FROM credit UNION ALL SELECT f FROM credit_one) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
SELECT count(*) FROM (SELECT f FROM credit UNION ALL SELECT f FROM credit_one INTERSECT SELECT f FROM credit_back) s;
SELECT encode(scoring.credit_file_send(scoring.credit_file_agg('a', 'x', 'joint', '2000-01-01', NULL, NULL, 0.5)), 'hex');
COPY (SELECT '\x01000000000100020300616101620000'::bytea) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x0100000000ffffffff0f00'::bytea) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
-- A role that is none, a name with a zero byte, a kind that is no account's, two accounts of one name, a history that is none.
COPY (SELECT '\x01000000000100000500'::bytea) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x0100000000010000010100'::bytea) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x010000000001000101016107'::bytea || 'inquiry'::bytea) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x0100000000020000010161'::bytea || '\x00010161'::bytea) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT '\x0100000000010010010161'::bytea || '\x03010001'::bytea) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT scoring.credit_file_send(f) || '\x00' FROM credit) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
COPY (SELECT substr(scoring.credit_file_send(f), 1, 60) FROM credit) TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);

-- Names travel in the client's encoding: there and back in another one, and in this.
CREATE TABLE credit_named AS SELECT scoring.credit_file_agg('b' || chr(233), 'pr' || chr(234) || 't', 'sole', NULL, NULL, NULL) OPERATOR(scoring.||) scoring.credit_file_agg('banque ' || chr(233), 'inquiry', NULL, '2024-01-01', NULL, NULL) OPERATOR(scoring.||) scoring.credit_file_agg('bz', NULL, 'joint', NULL, NULL, NULL) AS f;
SET client_encoding = 'LATIN1';
COPY credit_named TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
SET client_encoding = 'UTF8';
COPY credit_named TO :'path' WITH (FORMAT binary);
COPY credit_back FROM :'path' WITH (FORMAT binary);
RESET client_encoding;
SELECT count(*) FROM credit_back b, credit_named n WHERE b.f OPERATOR(scoring.=) n.f;
SELECT length(f::text) FROM credit_named;

-- The parts of the aggregates are nobody's.
CREATE ROLE regress_scoring_anyone;
SET ROLE regress_scoring_anyone;
SELECT scoring.account_count(scoring.credit_file_agg('a', 'x', 'sole', '2020-01-01', NULL, NULL), '2024-01-02');
SELECT scoring._credit_file_trans(NULL, 'a', 'x', 'sole', NULL, NULL, NULL);
SELECT scoring._credit_file_combine(NULL, NULL);
SELECT scoring._credit_file_final(NULL);
RESET ROLE;
DROP ROLE regress_scoring_anyone;
DROP TABLE credit_statement, credit_history, credit_row, credit, credit_twice, credit_one, credit_back, credit_named;
