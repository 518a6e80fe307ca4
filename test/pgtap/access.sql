-- 2,000 accesses that leave no trace in the bank's tables, read through a published view, are all in the audit log: 500
-- rolled back, 500 in read-only transactions, 500 refused for want of an access, 500 for want of a grant.
\set prefix regress_access
\ir ../bank.sql
\set ON_ERROR_STOP off
SET client_min_messages = warning;
SET search_path = public, scoring;
SET SESSION AUTHORIZATION regress_stig;
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', 'regress_access_officer', 'credit_decision') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT plan(8);
CREATE TEMPORARY TABLE before AS SELECT coalesce(max(entry), 0) AS entry FROM scoring_data.audit_entry;
CREATE TEMPORARY TABLE sums AS SELECT md5(string_agg(a::text, ',' ORDER BY applicant_id)) FROM bank.applicant a;
GRANT SELECT ON before TO PUBLIC;

\o /dev/null
SET SESSION AUTHORIZATION regress_olga;
SELECT s.statement FROM generate_series(1, 500) i, LATERAL (VALUES
  (1, 'BEGIN'), (2, format('SELECT scoring.begin_access(''credit_decision'', ''rolled back %s'')', i)), (3, format('SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = %s', i % 400)), (4, 'ROLLBACK'),
  (5, 'BEGIN READ ONLY'), (6, format('SELECT scoring.begin_access(''credit_decision'', ''read only %s'')', i)), (7, format('SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = %s', i % 400)), (8, 'COMMIT')) s (place, statement)
ORDER BY i, place \gexec
\o
-- The refused ones, caught, since psql would print each.
BEGIN;
DO $$
DECLARE
  refused integer := 0;
BEGIN
  FOR i IN 1..500 LOOP
    BEGIN
      PERFORM FROM scoring_views.officer_applicant WHERE applicant_id = i;
    EXCEPTION WHEN insufficient_privilege THEN
      refused := refused + 1;
    END;
    BEGIN
      PERFORM scoring.begin_access('collection', 'refused ' || i);
    EXCEPTION WHEN insufficient_privilege THEN
      refused := refused + 1;
    END;
  END LOOP;
  IF refused <> 1000 THEN
    RAISE 'only % were refused', refused;
  END IF;
END
$$;
ROLLBACK;
RESET SESSION AUTHORIZATION;

CREATE TEMPORARY TABLE heard AS SELECT * FROM scoring_data.audit_events WHERE session_name = 'regress_olga';
SELECT is((SELECT count(DISTINCT case_ref) FROM heard WHERE event = 'begin access' AND case_ref ~ '^rolled back'), 500::bigint, '500 accesses that were rolled back');
SELECT is((SELECT count(DISTINCT case_ref) FROM heard WHERE event = 'begin access' AND case_ref ~ '^read only'), 500::bigint, '500 in read-only transactions');
SELECT is((SELECT count(*) FROM heard WHERE event = 'read' AND object = 'scoring_views.officer_applicant' AND columns ~ 'requested'), 1000::bigint, 'the reads of both, with what was read');
SELECT is((SELECT count(*) FROM heard WHERE event = 'end of read'), 1000::bigint, 'and their ends');
SELECT is((SELECT sum(rows::bigint)::bigint FROM heard WHERE event = 'end of read'),
  (SELECT 2 * count(*) FROM generate_series(1, 500) i WHERE i % 400 BETWEEN 1 AND 300 AND i % 400 % 4 IN (1, 2)), 'with the rows that left: those with a right, of her branches');
SELECT is((SELECT count(*) FROM heard WHERE event = 'refused' AND object = 'scoring_views.officer_applicant'), 500::bigint, '500 reads refused without an access');
SELECT is((SELECT count(DISTINCT case_ref) FROM heard WHERE event = 'refused' AND case_ref ~ '^refused'), 500::bigint, '500 refused for want of a grant');
SELECT is_empty('SELECT * FROM scoring.audit_verify()', 'nothing is wrong with the log');
SELECT * FROM finish();
\set ECHO none
\ir ../bank_end.sql
