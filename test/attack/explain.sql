-- V11, V12: what a plan tells of hidden rows: counted by ANALYZE, estimated without it.
\c - officer_north
SET enable_seqscan = off;
CREATE FUNCTION lab.plan_of(q text) RETURNS text LANGUAGE plpgsql AS $$DECLARE l text; t text := ''; BEGIN FOR l IN EXECUTE q LOOP t := t || l || E'\n'; END LOOP; RETURN t; END$$;
SELECT attack.ok(lab.plan_of('EXPLAIN (ANALYZE, COSTS off, TIMING off) SELECT FROM lab.policed WHERE income = 543229470') LIKE '%Rows Removed by Filter: 1%'
  AND lab.plan_of('EXPLAIN (ANALYZE, COSTS off, TIMING off) SELECT FROM lab.policed WHERE income = 543229471') NOT LIKE '%Rows Removed by Filter: 1%', 'control: with a policy alone, EXPLAIN ANALYZE tells whether a hidden row has a value');
RESET enable_seqscan;
-- In an access.
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
EXPLAIN SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V12: EXPLAIN is refused in an access');
EXPLAIN (ANALYZE, BUFFERS, TIMING off) SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 101;
SELECT attack.is(:'SQLSTATE', '42501', 'V11: so is EXPLAIN ANALYZE');
EXPLAIN (FORMAT json, VERBOSE) SELECT 1;
SELECT attack.is(:'SQLSTATE', '42501', 'V12: of whatever statement');
EXPLAIN DECLARE c CURSOR FOR SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V11: of a cursor');
EXPLAIN ANALYZE CREATE TEMP TABLE t AS SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V11: of CREATE TABLE AS');
PREPARE p AS SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = $1;
EXPLAIN ANALYZE EXECUTE p(101);
SELECT attack.is(:'SQLSTATE', '42501', 'V11: of EXECUTE');
DO $$BEGIN EXECUTE 'EXPLAIN SELECT * FROM scoring_views.officer_applicant'; END$$;
SELECT attack.is(:'SQLSTATE', '42501', 'V12: in a DO block');
SELECT attack.is(attack.state('SELECT lab.plan_of(''EXPLAIN (ANALYZE) SELECT * FROM scoring_views.officer_applicant'')'), '42501', 'V11: in a function');
-- Plans with their estimates are sent to a client that asks for them by a setting, which is anybody's.
SAVEPOINT printed;
SET LOCAL debug_print_plan = on;
SELECT attack.is(:'SQLSTATE', '00000', 'control: debug_print_plan is anybody''s to set');
SELECT count(*) FROM scoring_views.officer_applicant WHERE requested > (765000000 + 400100);
SELECT attack.is(:'SQLSTATE', '42501', 'V12, V48: with debug_print_plan a read is refused, whose plan would be shown');
ROLLBACK TO printed;
CREATE FUNCTION lab.turns_on() RETURNS integer LANGUAGE plpgsql IMMUTABLE AS $$BEGIN PERFORM set_config('debug_print_plan', 'on', true); RETURN 765000000 + 400100; END$$;
SELECT count(*) FROM scoring_views.officer_applicant WHERE requested > lab.turns_on();
SELECT attack.is(:'SQLSTATE', '42501', 'V12, V48: also where a function sets it while the statement is planned');
SET LOCAL debug_print_plan = off;
SELECT count(*) FROM scoring_views.officer_applicant WHERE requested > 1;
SELECT attack.is(:'SQLSTATE', '00000', 'V12: without it, it goes on: control');
LOAD 'auto_explain';
SELECT attack.is(:'SQLSTATE', '42501', 'V11: auto_explain cannot be loaded');
COMMIT;
-- Without one, it is the gate that refuses, before there is a plan: alike for keys that exist and keys that do not.
SELECT attack.try('EXPLAIN SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 101') AS one, attack.try('EXPLAIN SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = -1') AS other \gset
SELECT attack.ok(left(:'one', 5) = '42501' AND :'one' = :'other', 'V12: without an access, EXPLAIN is refused with the same words for any key');
SELECT attack.ok(attack.state('EXPLAIN (GENERIC_PLAN) SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = $1') IN ('42501', '42601', '42P02'), 'V12: a generic plan is no way around');
EXPLAIN EXECUTE p(101);
SELECT attack.is(:'SQLSTATE', '42501', 'V12: nor is a prepared statement that has a plan');
SELECT attack.is(attack.state('EXPLAIN SELECT income FROM bank.applicant'), '42501', 'V12: the table itself is denied');
SELECT attack.is(attack.state('EXPLAIN UPDATE bank.applicant SET income = 1 WHERE income = 2'), '42501', 'V12: for writing too');
-- Who reads all data has SELECT on the table, and so has a plan of it.
\c - reader_all
SELECT attack.is(attack.state('EXPLAIN SELECT * FROM scoring_views.officer_applicant'), '42501', 'V12: who reads all data is refused by the gate as well');
\c - analyst_plain
SELECT attack.is(attack.state('EXPLAIN SELECT * FROM scoring_views.officer_applicant'), '42501', 'V11, V12: an analyst too');
