-- V62: rows that were deleted and are still in their pages.
\c - postgres
SET client_min_messages = warning;
CREATE EXTENSION pageinspect;
SET SESSION AUTHORIZATION bank_owner;
DELETE FROM bank.applicant WHERE applicant_id = 102;
RESET SESSION AUTHORIZATION;
CREATE FUNCTION attack.in_pages(relation regclass, what bytea) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  n bigint := 0;
BEGIN
  FOR b IN 0 .. pg_relation_size(relation) / 8192 - 1 LOOP
    n := n + (position(what IN get_raw_page(relation::text, b::int)) > 0)::int;
  END LOOP;
  RETURN n;
END$$;
SELECT attack.ok(attack.in_pages('bank.applicant', convert_to('CANARY' || '-name-102', 'UTF8')) > 0, 'control: a deleted row is in its page until VACUUM');
\c - officer_north
SELECT attack.is(attack.state('SELECT get_raw_page(''bank.applicant'', 0)'), '42501', 'V62: pages are read by superusers only');
\c - reader_all
SELECT attack.is(attack.state('SELECT get_raw_page(''bank.applicant'', 0)'), '42501', 'V62: not by who reads all data');
\c - postgres
SET client_min_messages = warning;
VACUUM bank.applicant;
SELECT attack.is(attack.in_pages('bank.applicant', convert_to('CANARY' || '-name-102', 'UTF8'))::text, '0', 'V62: after VACUUM it is gone') ;
