-- The main job of scoring, told to somebody who has not seen it. Run by dev/demo in a fresh database.
\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
\pset null '-'
SET client_min_messages = warning;

CREATE EXTENSION scoring;
\set rows 20000
\set seed 1
\set table portfolio
\ir ../test/portfolio.sql

\echo
\echo '=== 1. A table of past loans ========================================================'
\echo
\echo 'A lender granted 20,000 instalment loans and knows which went bad. (The rows are made'
\echo 'up, so we also know something no lender knows: true_pd, the probability each was drawn'
\echo 'with. We keep it for the end.) Some cells are missing, and the credit bureau answers'
\echo 'with codes: -7 never, -8 no file, -9 no answer.'
\echo
\set ECHO queries
SELECT id, income, utilisation, late_payments, months_since_last_delinquency AS since, residence, bad
FROM portfolio ORDER BY id LIMIT 5;

SELECT count(*) AS loans, count(*) FILTER (WHERE bad) AS bad,
       round(100.0 * count(*) FILTER (WHERE bad) / count(*), 1) AS bad_percent,
       count(*) FILTER (WHERE utilisation IS NULL) AS no_utilisation
FROM portfolio;
\set ECHO none

\echo '=== 2. Seven rows in ten to learn from, three to judge on ==========================='
\echo
\echo 'A row goes to its part by a hash of its key: the same split tomorrow, and elsewhere.'
\echo
\set ECHO queries
CREATE VIEW development AS
SELECT * FROM portfolio WHERE scoring.sample_part(id::text, 'demo', '{0.7, 0.3}') = 1;
CREATE VIEW validation AS
SELECT * FROM portfolio WHERE scoring.sample_part(id::text, 'demo', '{0.7, 0.3}') = 2;
\set ECHO none

\echo
\echo '=== 3. One characteristic, looked at by itself ======================================'
\echo
\echo 'How does the share of a credit line that is used go with going bad? A tally counts'
\echo 'goods and bads at each value; optimal_binning cuts it where that tells most. WoE is'
\echo 'the log of how much better than average a bin is: positive is safer.'
\echo
\set ECHO queries
SELECT b.label, b.total, b.bads, round(b.bad_rate::numeric, 3) AS bad_rate,
       round(b.woe::numeric, 2) AS woe, round(b.iv::numeric, 3) AS iv
FROM (SELECT scoring.optimal_binning(scoring.tally_agg(utilisation, bad)) AS binning FROM development) d,
     scoring.bins(d.binning) b;

SELECT line
FROM (SELECT scoring.optimal_binning(scoring.tally_agg(utilisation, bad)) AS binning FROM development) d,
     scoring.bin_chart(d.binning) AS line;
\set ECHO none

\echo '=== 4. The scorecard ================================================================'
\echo
\echo 'One call does this for every column, keeps what holds up on rows it was not cut on,'
\echo 'fits a logistic regression and scales it to points: 600 points are odds of 50 good'
\echo 'loans to 1 bad, and 20 points more double the odds. What a lender may not use is left'
\echo 'out by name: sex, age, nationality, marital status, religion.'
\echo
\set ECHO queries
CREATE TABLE card AS
SELECT scoring.fit_scorecard('development', target => 'bad',
         exclude => '{id, granted_on, true_pd, sex, age_years, nationality, marital_status, religion}',
         special => '{"months_since_last_delinquency": [-7, -8, -9], "number_of_inquiries": [-9]}',
         validation => 'validation') AS m;

SELECT s.characteristic, s.kept, round(s.cross_iv::numeric, 3) AS cross_iv, s.reason
FROM card, scoring.screening(m) s ORDER BY s.kept DESC, s.cross_iv DESC;
\set ECHO none

\echo '=== 5. The points table: the whole model on one page ================================'
\echo
\set ECHO queries
SELECT coalesce(p.characteristic, '(base points)') AS characteristic, p.label, p.rows, round(p.woe::numeric, 2) AS woe, p.points
FROM card, scoring.points(m) p;
\set ECHO none

\echo '=== 6. A score, a probability of default and the reasons, for every row ============='
\echo
\echo 'Columns are found by name, so any table, view or query with those columns will do.'
\echo
\set ECHO queries
SELECT id, scoring.score(m, v) AS score, round(scoring.pd(m, v)::numeric, 4) AS pd,
       scoring.reasons(m, v, 3) AS reasons
FROM validation v, card ORDER BY id LIMIT 8;
\set ECHO none

\echo '=== 7. Why: the applicant with the lowest score, line by line ======================='
\echo
\set ECHO queries
SELECT v.id, e.characteristic, e.value, e.bin, e.points, round(e.points_lost::numeric, 1) AS points_lost, e.reason_code, e.note
FROM card, scoring.explain(m, (SELECT w FROM validation w ORDER BY scoring.score((SELECT m FROM card), w), id LIMIT 1)) e,
     (SELECT id FROM validation w ORDER BY scoring.score((SELECT m FROM card), w), id LIMIT 1) v;
\set ECHO none

\echo '=== 8. Is it any good? =============================================================='
\echo
\echo 'Gini is 0 for a coin and 1 for a prophet. The samples the card was fitted and judged'
\echo 'on are stored in it; and as these rows are made up, we can ask what the best possible'
\echo 'score, the true probability itself, would have reached on the validation rows.'
\echo
\set ECHO queries
SELECT s.sample, s.rows, round(s.bad_rate::numeric, 4) AS bad_rate, round(s.mean_pd::numeric, 4) AS mean_pd,
       round(s.gini::numeric, 3) AS gini, round(s.ks::numeric, 3) AS ks
FROM card, scoring.samples(m) s;

SELECT round(scoring.gini(scoring.tally_agg(scoring.score(m, v), v.bad))::numeric, 3) AS gini_of_score,
       round(scoring.gini(scoring.tally_agg(-v.true_pd, v.bad))::numeric, 3) AS gini_of_the_truth
FROM validation v, card;
\set ECHO none

\echo 'And do the probabilities come true? Validation rows in five bands of score:'
\echo
\set ECHO queries
SELECT band, min(score) || ' to ' || max(score) AS scores, count(*) AS loans,
       round(avg(pd)::numeric, 4) AS said, round(avg(bad::int), 4) AS came, round(avg(true_pd)::numeric, 4) AS truth
FROM (SELECT ntile(5) OVER (ORDER BY scoring.score(m, v), id) AS band,
             scoring.score(m, v) AS score, scoring.pd(m, v) AS pd, bad, true_pd
      FROM validation v, card) s
GROUP BY band ORDER BY band;
\set ECHO none

\echo '=== 9. In production: somebody else approves, and the card gets a name =============='
\echo
\echo 'A superuser makes the workspace, once. Mona registers the card, Vera validates it on'
\echo 'loans it has not seen, Abel approves and deploys it: three people, by role and by login.'
\echo
\set ECHO queries
SELECT scoring.setup();
\set ECHO none
CREATE ROLE mona LOGIN IN ROLE scoring_modeler;
CREATE ROLE vera LOGIN IN ROLE scoring_modeler;
CREATE ROLE abel LOGIN IN ROLE scoring_approver;
CREATE ROLE stig LOGIN IN ROLE scoring_steward;
CREATE ROLE olga LOGIN IN ROLE scoring_officer;
GRANT SELECT ON card, validation TO PUBLIC;
\set ECHO queries
SET SESSION AUTHORIZATION mona;
SELECT scoring.register_model('instalment', m, 'loans of three years') FROM card;
SET SESSION AUTHORIZATION vera;
SELECT scoring.validate_model('instalment@1', sample => 'validation', target => 'bad');
SET SESSION AUTHORIZATION abel;
SELECT scoring.approve_model('instalment@1', 'fit for use');
SELECT scoring.deploy_model('instalment@1', 'replaces the old card');
RESET SESSION AUTHORIZATION;
SELECT id, scoring.score('instalment', v) FROM validation v ORDER BY id LIMIT 3;
\set ECHO none

\echo '=== 10. A night job: chunks that are committed one by one, resumed after a crash ===='
\echo
SET client_min_messages = notice;
\set ECHO queries
ALTER TABLE portfolio ADD PRIMARY KEY (id);
SELECT scoring.create_score_table('portfolio_score', 'portfolio', key => '{id}');
CALL scoring.score_batch('instalment', 'portfolio', 'portfolio_score', key => '{id}', chunk_rows => 4000);
SELECT model, state, rows_done, chunks_done, errors FROM scoring_data.progress;
\set ECHO none
SET client_min_messages = warning;

\echo '=== 11. A decision, the letter that follows, and the proof years later =============='
\echo
\echo 'A policy is registered, validated and approved like a model. The decision keeps all'
\echo 'that it rests on; replay() works it out again from that.'
\echo
SET SESSION AUTHORIZATION mona;
SELECT scoring.register_policy('instalment_policy', '{"model": "instalment", "approve_at": 560, "decline_below": 520}', 'cut-offs') \g /dev/null
SET SESSION AUTHORIZATION vera;
SELECT scoring.validate_policy('instalment_policy@1', '{"sample": "validation"}', 'read') \g /dev/null
SET SESSION AUTHORIZATION abel;
SELECT scoring.approve_policy('instalment_policy@1', 'as decided') \g /dev/null
SELECT scoring.deploy_policy('instalment_policy@1', 'as decided') \g /dev/null
SET SESSION AUTHORIZATION stig;
SELECT scoring.set_notice_text(NULL, 'lender', 'Example Savings Bank, 1 Market Street, Springfield') \g /dev/null
SELECT scoring.set_reason_text(p.reason_code, 'en', initcap(left(p.reason_code, 1)) || substr(replace(p.reason_code, '_', ' '), 2))
FROM (SELECT DISTINCT p.reason_code FROM card, scoring.points(m) p WHERE p.reason_code IS NOT NULL) p \g /dev/null
\set ECHO queries
SET SESSION AUTHORIZATION olga;
SELECT d.decision_id, d.decision, d.score, d.reasons
FROM (SELECT * FROM validation ORDER BY scoring.score((SELECT m FROM card), validation), id LIMIT 1) a,
     scoring.decide('instalment_policy', NULL, a, subject => 'customer ' || a.id, purpose => 'loan application') d;
\pset tuples_only on
\pset format unaligned
SELECT scoring.adverse_action_notice(1, 'en');
\pset format aligned
\pset tuples_only off
SELECT * FROM scoring.replay(1);
RESET SESSION AUTHORIZATION;
SELECT * FROM scoring.doctor();
\set ECHO none

\echo '=== 12. Raw attributes stay where they are =========================================='
\echo
\echo 'The table''s owner protects it and says of each column what it is. An officer reads a view,'
\echo 'for a purpose, of persons who permit it, in her branches; each read is on record.'
\echo
CREATE ROLE rita LOGIN IN ROLE scoring_registrar;
CREATE ROLE anna LOGIN IN ROLE scoring_analyst;
CREATE ROLE bank_owner LOGIN;
CREATE SCHEMA bank AUTHORIZATION bank_owner;
SET SESSION AUTHORIZATION bank_owner;
CREATE TABLE bank.applicant (applicant_id bigint PRIMARY KEY, branch_id integer NOT NULL, national_id text, age integer, income integer, religion text, requested integer);
INSERT INTO bank.applicant SELECT i, i % 20, 'N' || i, 18 + i * 7 % 60, 900 + i * 131 % 5000, 'nobody''s business', 1000 * (1 + i % 40) FROM generate_series(1, 2000) i;
\set ECHO queries
SELECT scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id');
SELECT scoring.classify('bank.applicant', c, class, basis)
FROM (VALUES ('national_id', 'identifier', NULL), ('age', 'quasi', NULL), ('income', 'restricted', 'written consent'), ('religion', 'prohibited', NULL), ('requested', 'ordinary', NULL)) v (c, class, basis);
SET SESSION AUTHORIZATION stig;
SELECT scoring.define_purpose('credit_decision', shows => '{identifier,quasi,ordinary}', uses => '{restricted}', legal_basis => 'contract', impact_assessment => 'DPIA 2026-4');
SELECT scoring.grant_access('olga', 'credit_decision', '{7,8}') \g /dev/null
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', audience => 'scoring_officer', purpose => 'credit_decision');
SELECT scoring.publish_release('bank.applicant', 'applicant_research', audience => 'scoring_analyst', k => 10);
SET SESSION AUTHORIZATION rita;
SELECT scoring.record_consent('7', 'credit_decision', 'written consent', 'form 7', now() + interval '1 year');
SET SESSION AUTHORIZATION olga;
BEGIN;
SELECT scoring.begin_access('credit_decision', case_ref => 'L-2026-118');
SELECT * FROM scoring_views.officer_applicant;
ROLLBACK;
SET SESSION AUTHORIZATION anna;
SELECT * FROM scoring_views.applicant_research LIMIT 3;
RESET SESSION AUTHORIZATION;
SELECT event, object, case_ref, session_name, rows FROM scoring_data.audit_events WHERE event ~ 'read|access' ORDER BY lane, entry;
SELECT * FROM scoring.audit_verify();
\set ECHO none

\echo '=== That is all ====================================================================='
\echo
\echo 'The model is a value: it sits in table card, can be copied, dumped and compared by'
\echo 'its hash. README.md and docs say what else there is. This server is now removed.'
\echo
