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
-- A model whose policies are errors, over what a reader may not see: the message names the characteristic, never the value,
-- and no row without a right is scored, also where a condition on the score is asked before.
\c - postgres
CREATE TABLE lab.scored AS SELECT 'DECOY-value'::text AS segment;
SET SESSION AUTHORIZATION modeler_ann;
SELECT scoring.register_model('strict', '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50}, "intercept": 3, "reason": {"method": "below_max"},
  "characteristics": [{"name": "segment", "type": "text", "reason_code": "R2", "unseen": "error", "bins": [{"type": "categories", "categories": ["retail", "student", "senior"], "points": 12}, {"type": "missing", "policy": "error"}]},
    {"name": "debt", "type": "number", "reason_code": "R1", "out_of_range": "nearest", "bins": [{"type": "range", "lower": null, "upper": 765450000, "points": -30}, {"type": "range", "lower": 765450000, "upper": null, "points": 20}, {"type": "missing", "policy": "error"}]}]}'::scoring.model, 'x') \g /dev/null
SET SESSION AUTHORIZATION modeler_val;
SELECT scoring.validate_model('strict@1', '{"sample": "lab"}'::jsonb, 'read') \g /dev/null
SET SESSION AUTHORIZATION approver_abel;
SELECT scoring.approve_model('strict@1', 'good'), scoring.deploy_model('strict@1', 'go') \g /dev/null
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.grant_model('strict', 'scoring_officer', 'view') \g /dev/null
SET SESSION AUTHORIZATION approver_abel;
SELECT scoring.approve_disclosure('bank.applicant', 'strict', 'scoring_officer', 'credit_decision', '{score}', 'x') \g /dev/null
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.publish_view('bank.applicant', 'officer_strict', audience => 'scoring_officer', purpose => 'credit_decision', model => 'strict', columns => '{applicant_id,branch_id,born,city,segment,requested}') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT attack.ok(attack.try('SELECT scoring.score(m.model, a) FROM (SELECT segment, income AS debt FROM lab.applicant) a, scoring_data.model_version m WHERE m.name = ''strict''') ~ '^22023', 'control: where it is asked, an unseen category is an error');
SELECT attack.ok(attack.try('SELECT scoring.score(m.model, a) FROM (SELECT segment, income AS debt FROM lab.applicant) a, scoring_data.model_version m WHERE m.name = ''strict''') !~ 'DECOY', 'V53: its message holds no value');
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(attack.try('SELECT * FROM scoring_views.officer_strict'), 'rows 60', 'V02: rows without a right are not scored');
SELECT attack.is(attack.try('SELECT * FROM scoring_views.officer_strict WHERE score > 0'), 'rows 60', 'V02: not by a condition on the score, which may be asked below the barrier');
SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off;
SELECT attack.is(attack.try('SELECT * FROM scoring_views.officer_strict WHERE score > 0 AND score < 10000'), 'rows 60', 'V02: nor with another join');
SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = on;
SELECT attack.is(attack.try('SELECT * FROM scoring_views.officer_strict WHERE score IN (SELECT score FROM scoring_views.officer_strict) ORDER BY score'), 'rows 60', 'V02: nor with a third');
COMMIT;
