-- V25: rows that outlive the role, the access or the transaction they were read in.
\c - postgres
GRANT officer_idle TO officer_south;
GRANT SELECT ON lab.applicant TO officer_south;
\c - officer_south
DECLARE control CURSOR WITH HOLD FOR SELECT count(*) AS n FROM lab.applicant;
SET ROLE officer_idle;
FETCH control \gset
RESET ROLE;
SELECT attack.ok(:n > 0, 'control: a cursor WITH HOLD is fetched from under another role');
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
DECLARE held CURSOR WITH HOLD FOR SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V25: a cursor WITH HOLD is refused in an access');
DECLARE c CURSOR FOR SELECT applicant_id FROM scoring_views.officer_applicant ORDER BY 1;
FETCH 2 FROM c;
SELECT attack.is(:'ROW_COUNT', '2', 'one without it is read: control');
COMMIT;
FETCH 2 FROM c;
SELECT attack.is(:'SQLSTATE', '34000', 'V25: and ends with the transaction, as the access does');
-- Declared without an access, it is refused when it is planned.
BEGIN;
DECLARE early CURSOR FOR SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V25: without an access no cursor is opened');
DECLARE holding CURSOR WITH HOLD FOR SELECT * FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V25: none WITH HOLD either');
COMMIT;
-- In a function, by name or by refcursor, WITH HOLD through EXECUTE.
CREATE FUNCTION lab.holds() RETURNS void LANGUAGE plpgsql AS $$BEGIN EXECUTE 'DECLARE h CURSOR WITH HOLD FOR SELECT * FROM scoring_views.officer_applicant'; END$$;
CREATE FUNCTION lab.opens() RETURNS refcursor LANGUAGE plpgsql AS $$DECLARE r refcursor := 'opened'; BEGIN OPEN r FOR SELECT * FROM scoring_views.officer_applicant ORDER BY applicant_id; RETURN r; END$$;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(attack.state('SELECT lab.holds()'), '42501', 'V25: nor in a function');
SELECT lab.opens();
FETCH 1 FROM opened;
SELECT attack.is(:'ROW_COUNT', '1', 'a function''s cursor is read: control');
SET LOCAL ROLE scoring_officer;
FETCH 1 FROM opened;
SELECT attack.is(:'SQLSTATE', '42501', 'V25: fetched from by another role, it is refused');
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant'), '42501', 'V25: another role opens nothing in it');
COMMIT;
-- A cursor opened before the access began, and read in it.
BEGIN;
DECLARE before CURSOR FOR SELECT count(*) FROM generate_series(1, 1) g WHERE EXISTS (SELECT FROM scoring_views.officer_applicant);
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
FETCH before;
SELECT attack.is(:'SQLSTATE', '34000', 'V25: none is opened before the access and read in it');
COMMIT;
-- A savepoint rolled back takes the access along, and the cursors opened in it.
BEGIN;
SAVEPOINT s;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
DECLARE inner_one CURSOR FOR SELECT * FROM scoring_views.officer_applicant;
FETCH 1 FROM inner_one;
ROLLBACK TO s;
FETCH 1 FROM inner_one;
SELECT attack.is(:'SQLSTATE', '34000', 'V25: a savepoint rolled back closes what was opened in its access');
COMMIT;
-- A procedure that commits between two fetches of a loop over the view.
CREATE PROCEDURE lab.loops() LANGUAGE plpgsql AS $$
DECLARE
  r record;
  n int := 0;
BEGIN
  PERFORM scoring.begin_access('credit_decision', 'L-1');
  FOR r IN SELECT * FROM scoring_views.officer_applicant LOOP
    n := n + 1;
    COMMIT;
  END LOOP;
  RAISE NOTICE 'looped %', n;
END$$;
CALL lab.loops();
SELECT attack.ok(:'SQLSTATE' IN ('42501', '25P01', '00000'), 'V25: a loop over it that commits is not more than its rows at once');
\c - postgres
REVOKE officer_idle FROM officer_south;
