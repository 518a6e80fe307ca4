-- notice: numbers, dates and plurals by ICU; texts by language and day; what an applicant is told.
\set SHOW_CONTEXT never
-- Days of texts are days in UTC, and so are these.
SET TimeZone = 'UTC';
\pset null '(null)'
SET client_encoding = 'UTF8';
\set prefix regress_notice
SET client_min_messages = warning;
SELECT scoring.setup(:'prefix') LIKE 'workspace % made, owned by regress_notice_owner' AS made;
RESET client_min_messages;

-- ICU.
SELECT l, scoring._format_number(1234567, l) AS number, scoring._format_number(-0.5, l) AS half, scoring._format_date('2024-02-29', l) AS day, scoring._plural(1, l) AS one, scoring._plural(2, l) AS two
FROM unnest('{en,en-GB,en_US,de,de-AT,es}'::text[]) l;
SELECT l, scoring._plural(1, l) AS one, scoring._plural(2, l) AS two, scoring._plural(5, l) AS five FROM unnest('{en,zh,pl,ar,cy}'::text[]) l;
SELECT l, scoring._languages(l) FROM unnest('{en,en-US,de-AT,zh,zh-CN,zh_SG,zh-Hans-MY,zh-TW,zh-Hant-HK,sr,sr-Latn,EN-us,xx}'::text[]) l;
SELECT scoring._languages('');
SELECT scoring._languages('root');
SELECT scoring._languages('c');
SELECT scoring._languages('en-');
SELECT scoring._languages('en US');
SELECT scoring._languages('en@numbers=arab');
SELECT scoring._languages(repeat('en-', 30) || 'x');
SELECT scoring._format_date('infinity', 'en');
SELECT scoring._format_number('NaN', 'en'), scoring._format_number(1e300, 'en') LIKE '1,000,000,%' AS long;
SELECT scoring._fill('a {x} b {y}{x} {} { {z} {X}', '{"x": "{y}", "y": "2"}');

-- Texts.
CREATE ROLE regress_ann LOGIN IN ROLE regress_notice_modeler;
CREATE ROLE regress_val LOGIN IN ROLE regress_notice_modeler;
CREATE ROLE regress_app LOGIN IN ROLE regress_notice_approver;
CREATE ROLE regress_oli LOGIN IN ROLE regress_notice_officer;
CREATE ROLE regress_olga LOGIN IN ROLE regress_notice_officer;
CREATE ROLE regress_ste LOGIN IN ROLE regress_notice_steward;
SET SESSION AUTHORIZATION regress_ste;
SELECT language, count(*), bool_and(valid_from = '2000-01-01' AND valid_before IS NULL) AS shipped FROM scoring_data.notice_texts WHERE language IN ('en', 'de') GROUP BY 1 ORDER BY 1;
SELECT scoring.set_reason_text('R1', 'english', 'x');
SELECT scoring.set_reason_text('R1', 'en', ' ');
SELECT scoring.set_reason_text(NULL, 'en', 'x');
\set VERBOSITY terse
SELECT scoring.set_reason_text('R1', 'en', 'x', '2020-01-01') IS NULL;
\set VERBOSITY default
SELECT scoring.set_notice_text('en', 'greeting', 'x');
SELECT scoring.set_notice_text('en', 'score', 'Your score is {score} of {points}');
SELECT scoring.set_notice_text('en', 'title', 'A {title}');
SELECT scoring.set_notice_text(NULL, 'title', 'Any');
\set VERBOSITY terse
SELECT scoring.set_notice_text('en', 'title', 'Soon', 'infinity');
\set VERBOSITY default

-- A model, a policy, decisions.
RESET SESSION AUTHORIZATION;
CREATE TABLE card AS SELECT '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 1600, "base_odds": 50}, "intercept": 1, "reason": {"method": "below_max"},
  "characteristics": [
    {"name": "income", "type": "number", "reason_code": "R1", "bins": [{"type": "range", "lower": null, "upper": 20000, "points": -300}, {"type": "range", "lower": 20000, "upper": null, "points": 20}, {"type": "missing", "policy": "neutral"}]},
    {"name": "history", "type": "number", "reason_code": "R2", "bins": [{"type": "range", "lower": null, "upper": 12, "points": -200}, {"type": "range", "lower": 12, "upper": null, "points": 20}, {"type": "missing", "policy": "worst"}]},
    {"name": "late", "type": "number", "reason_code": "R3", "bins": [{"type": "range", "lower": null, "upper": 1, "points": 10}, {"type": "range", "lower": 1, "upper": null, "points": -100}, {"type": "missing", "policy": "neutral"}]},
    {"name": "debt", "type": "number", "reason_code": "R4", "bins": [{"type": "range", "lower": null, "upper": 0.5, "points": 10}, {"type": "range", "lower": 0.5, "upper": null, "points": -60}, {"type": "missing", "policy": "neutral"}]},
    {"name": "inquiries", "type": "number", "reason_code": "R5", "bins": [{"type": "range", "lower": null, "upper": 3, "points": 5}, {"type": "range", "lower": 3, "upper": null, "points": -4}, {"type": "missing", "policy": "neutral"}]}]}'::scoring.model AS m;
GRANT SELECT ON card TO PUBLIC;
CREATE TABLE applicant (id int, income int, history int, late int, debt numeric, inquiries int, age int);
INSERT INTO applicant VALUES (1, 10000, 5, 2, 0.8, 7, 40), (2, 10000, 24, 0, 0.1, 0, 40), (3, 90000, 24, 0, 0.1, 0, 16), (4, 90000, 24, 0, 0.1, 0, 40), (5, 10000, NULL, 0, 0.1, 0, 40), (6, 30000, 5, 0, 0.1, 0, 40);
GRANT SELECT ON applicant TO PUBLIC;
SET SESSION AUTHORIZATION regress_ann;
SELECT scoring.register_model('retail', m) FROM card;
SELECT scoring.register_policy('loans', '{"model": "retail", "approve_at": 1500, "decline_below": 1310, "inquiries": true,
  "rules": [{"name": "underage", "when": "$.age < 18", "outcome": "decline", "reason_code": "P1"}],
  "override": {"decline": ["regress_notice_officer"], "approve": ["regress_notice_officer"]}}');
SET SESSION AUTHORIZATION regress_val;
SELECT scoring.validate_model('retail@1', '{"sample": "holdout"}'::jsonb), scoring.validate_policy('loans@1', '{"sample": "holdout"}');
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.approve_model('retail@1', 'good'), scoring.approve_policy('loans@1', 'good');
SELECT scoring.deploy_model('retail@1', 'go'), scoring.deploy_policy('loans@1', 'go');
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.set_reason_text('R5', 'en', 'Number of recent inquiries about your credit', is_inquiry => true);
SELECT scoring.set_reason_text('R1', 'en', 'Income is not high enough for the amount of credit that you asked for');
SELECT scoring.set_reason_text('R1', 'en', 'Income of retail customers', model => 'retail');
SELECT scoring.set_reason_text('R1', 'en', 'Not yet', current_date + 1, 'retail');
SET SESSION AUTHORIZATION regress_oli;
SELECT a.id, d.decision, d.score, d.reasons FROM (SELECT * FROM applicant ORDER BY id) a, scoring.decide('loans', NULL, a, 'S' || a.id, 'credit', CASE WHEN a.id <> 3 THEN 'A-' || a.id END) d;

-- What is missing can be asked for beforehand.
SET SESSION AUTHORIZATION regress_ste;
SELECT * FROM scoring.missing_reason_texts('loans', 'en-US');
SELECT count(*) FROM scoring.missing_reason_texts('loans@1', 'de');
SELECT * FROM scoring.missing_reason_texts('loans', NULL);
SELECT * FROM scoring.missing_reason_texts('mortgages', 'de');
SET SESSION AUTHORIZATION regress_oli;
SELECT * FROM scoring.missing_reason_texts('loans', 'en');

-- What is missing is said, not left out.
SELECT scoring.adverse_action_notice(1);
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.set_notice_text(NULL, 'lender', E'Example Bank\n1 Main Street, Springfield');
SET SESSION AUTHORIZATION regress_oli;
SELECT scoring.adverse_action_notice(1);
SET SESSION AUTHORIZATION regress_ste;
SELECT count(scoring.set_reason_text(code, language, wording)) FROM (VALUES
  ('R2', 'en', 'Your credit history is too short'), ('R3', 'en', 'Payments that were late in the last 12 months'), ('R4', 'en', 'Your debts are too high for your income {n}'), ('P1', 'en', 'You are under the age of 18'),
  ('R2 missing', 'en', 'We found no credit history'), ('O1', 'en', 'The documents that you sent could not be verified'),
  ('R1', 'de', 'Ihr Einkommen ist für den beantragten Kredit nicht hoch genug'), ('R2', 'de', 'Ihre Kredithistorie ist zu kurz'), ('R3', 'de', 'Verspätete Zahlungen in den letzten 12 Monaten'),
  ('R4', 'de', 'Ihre Schulden sind im Verhältnis zum Einkommen zu hoch'), ('R5', 'de', 'Anzahl der letzten Kreditanfragen'), ('R5', 'de-AT', 'Zahl der Kreditanfragen')) t (code, language, wording);
SET SESSION AUTHORIZATION regress_oli;
RESET SESSION AUTHORIZATION;
SELECT set_config('regress.today_en', scoring._format_date((now() AT TIME ZONE 'UTC')::date, 'en'), false) IS NOT NULL AS en, set_config('regress.today_de', scoring._format_date((now() AT TIME ZONE 'UTC')::date, 'de-AT'), false) IS NOT NULL AS de;
SET SESSION AUTHORIZATION regress_oli;
SELECT replace(scoring.adverse_action_notice(1), current_setting('regress.today_en'), 'TODAY') \g (format=unaligned tuples_only=on)
SELECT replace(scoring.adverse_action_notice(1, 'de-AT'), current_setting('regress.today_de'), 'HEUTE') \g (format=unaligned tuples_only=on)
-- One reason; a rule declined, though the score was good; one whose text is missing.
SELECT replace(scoring.adverse_action_notice(2), current_setting('regress.today_en'), 'TODAY') \g (format=unaligned tuples_only=on)
SELECT replace(scoring.adverse_action_notice(3), current_setting('regress.today_en'), 'TODAY') \g (format=unaligned tuples_only=on)
SELECT scoring.adverse_action_notice(3, 'de');
SELECT scoring.adverse_action_notice(5, 'fr');
SELECT scoring.adverse_action_notice(5, 'zz_zz_zz_zz');
SELECT scoring.adverse_action_notice(5, 'en', 'Nowhere/Land');
SELECT scoring.adverse_action_notice(4);
SELECT scoring.adverse_action_notice(6);
SELECT scoring.adverse_action_notice(99);
-- A person declined, another confirmed it; then it was approved.
SELECT scoring.override_decision(6, 'decline', 'O1', 'forged');
SELECT replace(substring(scoring.adverse_action_notice(6) FROM 'The principal reason.*?(?=\n\nYou have)'), current_setting('regress.today_en'), 'TODAY') \g (format=unaligned tuples_only=on)
SET SESSION AUTHORIZATION regress_olga;
SELECT scoring.review_decision(6, 'decline', 'they are');
SELECT replace(substring(scoring.adverse_action_notice(6) FROM 'The principal reason.*?(?=\n\nYou have)'), current_setting('regress.today_en'), 'TODAY') \g (format=unaligned tuples_only=on)
SELECT scoring.review_decision(2, 'approve', 'income was proven');
SELECT scoring.adverse_action_notice(2);
-- Nothing cost points, and still the score is too low: there is nothing specific to say, until a person says it.
SET SESSION AUTHORIZATION regress_ann;
SELECT scoring.register_policy('loans', '{"model": "retail", "approve_at": 2000}');
SET SESSION AUTHORIZATION regress_val;
SELECT scoring.validate_policy('loans@2', '{"sample": "holdout"}');
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.approve_policy('loans@2', 'good'), scoring.deploy_policy('loans@2', 'go');
SET SESSION AUTHORIZATION regress_oli;
SELECT d.decision_id, d.decision, d.score, d.reasons FROM applicant a, scoring.decide('loans', NULL, a, 'S4', 'credit') d WHERE a.id = 4;
SELECT scoring.adverse_action_notice(7);
SET SESSION AUTHORIZATION regress_olga;
SELECT scoring.review_decision(7, 'decline', 'forged', reason_code => 'O1');
SELECT replace(substring(scoring.adverse_action_notice(7) FROM 'The principal reason.*?(?=\n\nYou have)'), current_setting('regress.today_en'), 'TODAY') \g (format=unaligned tuples_only=on)
SELECT scoring.adverse_action_notice(7, NULL);
SELECT scoring.adverse_action_notice(7, 'en', NULL);
SELECT scoring.adverse_action_notice(NULL);
-- The words are those of the day of the decision; the lender's, today's.
SET SESSION AUTHORIZATION regress_ste;
SELECT scoring.set_reason_text('R2 missing', 'en', 'Other words');
SELECT scoring.set_reason_text('R5', 'en', 'Other words');
SELECT scoring.set_notice_text('en', 'legal', 'The law says so.');
SELECT code, language, model, valid_from - current_date AS from_day, valid_before - current_date AS before_day, wording FROM scoring_data.reason_texts WHERE code = 'R1' ORDER BY language, model NULLS FIRST, valid_from;
SET SESSION AUTHORIZATION regress_oli;
SELECT scoring.adverse_action_notice(1) LIKE '%5. Number of recent inquiries about your credit%' AS words_of_then, scoring.adverse_action_notice(1) LIKE E'%\n\nThe law says so.\n' AS legal;

RESET SESSION AUTHORIZATION;
DROP TABLE card, applicant;
\i test/workspace_end.sql
DROP ROLE regress_ann, regress_val, regress_app, regress_oli, regress_olga, regress_ste;
