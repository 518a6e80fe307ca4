-- V51: a session in which the library is not loaded yet: nothing is had before it is, and its hooks with it.
\c - officer_north
-- First statements of a fresh session, each.
SELECT count(*) FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V51: the first statement of a session is refused by the gate');
\c - officer_north
EXPLAIN SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V51: EXPLAIN as the first statement');
\c - officer_north
PREPARE first AS SELECT * FROM scoring_views.officer_applicant;
EXECUTE first;
SELECT attack.is(:'SQLSTATE', '42501', 'V51: a prepared statement as the first');
\c - officer_north
BEGIN;
DECLARE c CURSOR WITH HOLD FOR SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V51: a cursor WITH HOLD as the first');
COMMIT;
\c - officer_north
COPY (SELECT * FROM scoring_views.officer_applicant) TO STDOUT;
SELECT attack.is(:'SQLSTATE', '42501', 'V51: COPY as the first');
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
EXPLAIN SELECT 1;
SELECT attack.is(:'SQLSTATE', '42501', 'V51: an access brings the hooks with it');
COMMIT;
EXPLAIN SELECT 1;
SELECT attack.is(:'SQLSTATE', '00000', 'V51: which are in nobody''s way without one: control');
-- The function that the gate is can be exchanged by nobody but a superuser.
SELECT attack.is(attack.state('CREATE FUNCTION scoring._gate(text, integer, integer, text) RETURNS boolean LANGUAGE sql AS ''SELECT true''') || attack.state('CREATE OR REPLACE FUNCTION scoring._scopes() RETURNS bytea LANGUAGE sql AS $$SELECT null::bytea$$') || attack.state('ALTER FUNCTION scoring._scopes() COST 5'), '425014250142501', 'V51: nobody puts functions of his own in their place');
SELECT attack.is(attack.state('CREATE OR REPLACE VIEW scoring_views.officer_applicant AS SELECT 1 AS applicant_id') || attack.state('DROP VIEW scoring_views.officer_applicant') || attack.state('CREATE VIEW scoring_views.mine AS SELECT 1') || attack.state('CREATE TABLE scoring_data.mine (a int)'), '42501425014250142501', 'V51: nor of the views');
