-- V02, V04: errors that tell a value, or whether there is one, without a function of the attacker's own.
-- The view's filter is expensive here, so the error comes first.
\c - postgres
CREATE FUNCTION lab.slow_filter(branch integer) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 10000 AS $$BEGIN RETURN branch = 1; END$$;
CREATE VIEW lab.slow_applicant AS SELECT * FROM lab.applicant WHERE lab.slow_filter(branch_id);
GRANT SELECT ON lab.slow_applicant TO officer_north;
\c - officer_north
SELECT attack.ok(attack.try('SELECT count(*) FROM lab.slow_applicant WHERE segment::int > 0 AND segment LIKE ''DECOY%-66%01''') LIKE '22P02%DECOY-segment%', 'control: a plain view with an expensive filter prints a hidden value in an error');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
-- Where only hidden rows would make the error, there is none.
SELECT attack.is(attack.try('SELECT count(*) FROM scoring_views.officer_applicant WHERE 1 / (branch_id - 2) > 5'), 'rows 1', 'V02: no division by zero of a hidden row');
SELECT attack.is(attack.try('SELECT count(*) FROM scoring_views.officer_applicant WHERE (applicant_id - lab.key(130)) % 5 = 9 OR 1 / (applicant_id - lab.key(130)) > 5'), 'rows 1', 'V02: not of a key that is guessed');
SELECT attack.is(attack.try('SELECT count(*) FROM scoring_views.officer_applicant WHERE (requested::text || ''0000'')::int < 0'), 'rows 1', 'V02: no overflow of a hidden number');
SELECT attack.is(attack.try('SELECT count(*) FROM scoring_views.officer_applicant WHERE CASE WHEN segment LIKE ''CANARY%'' THEN segment::int ELSE 0 END = 1'), 'rows 1', 'V02: no cast of a hidden text');
SELECT attack.is(attack.try('SELECT count(*) FROM scoring_views.officer_applicant WHERE born < ''1900-01-01'' AND (1 / (extract(year FROM born)::int - extract(year FROM born)::int)) = 1'), 'rows 1', 'V02: no error of hidden dates');
-- A soft error is as closed: the probe is asked about rows that may be seen.
SELECT attack.is(sum(CASE WHEN segment ~ '^CANARY' OR born < '1900-01-01' THEN 1 ELSE 0 END)::text, '0', 'V04: a predicate that never fails counts no hidden row') FROM scoring_views.officer_applicant;
COMMIT;
SELECT attack.is(attack.state('SELECT 1 FROM scoring_views.officer_applicant WHERE 1 / (branch_id - 1) > 5'), '42501', 'V02: without an access, the refusal comes before any error of a row');
