-- V50: a session that is used by one after another, by transactions or with DISCARD ALL.
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(count(*)::text, '60', 'the access is there: control') FROM scoring_views.officer_applicant;
COMMIT;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V50: it ends with COMMIT');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
ROLLBACK;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V50: with ROLLBACK');
\set ON_ERROR_ROLLBACK off
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT 1 / 0;
ROLLBACK;
\set ON_ERROR_ROLLBACK on
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V50: with an error');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
COMMIT AND CHAIN;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V50: and COMMIT AND CHAIN');
COMMIT;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
PREPARE TRANSACTION 'pooled';
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V50: and PREPARE TRANSACTION');
ROLLBACK PREPARED 'pooled';
DISCARD ALL;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V50: and is not there after DISCARD ALL');
-- end_access ends it early.
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT scoring.end_access();
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V50: and ends when it is ended');
COMMIT;
-- Begun again within, with a savepoint rolled back: the outer one is not the inner one.
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SAVEPOINT s;
SELECT attack.state('SELECT scoring.begin_access(''collection'', ''C-1'', ''101'')') AS second \gset
ROLLBACK TO s;
SELECT attack.ok(attack.state('SELECT * FROM scoring_views.officer_payment') = '42501', 'V50: what was begun in a savepoint is gone with it');
COMMIT;
-- A pool that logs in as one and becomes others.
\c - postgres
SET SESSION AUTHORIZATION officer_north;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION officer_idle;
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V50: nor another''s who comes to the session within the transaction');
SET SESSION AUTHORIZATION officer_north;
COMMIT;
