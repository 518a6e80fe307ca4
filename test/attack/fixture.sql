-- A bank under attack: what test/attack and the harness of neighbours run against. Run once as a superuser in an empty
-- database; the attack files get copies of it.
--
-- Who attacks: officer_north (scope 1), who is also given a schema and functions of his own; analyst_temp, who has a
-- schema and temporary tables; analyst_plain, who has neither; the rest hold one duty each. Every cell that officer_north
-- may not see holds a canary: a text with CANARY in it, a number 7654xxxxx, a key 8800880xxx or a date of the 1870s. What
-- he may see holds none. Of bank.borrower there is a release; what may not come through it are canaries like these, keys
-- 8800881xxx and incomes xx93717. Schema lab has unprotected copies with decoys (DECOY, 5432xxxxx) instead, for controls: an
-- attack that does not work there proves nothing.
--
--   -v neighbour=value|existence  the hidden subject 8800880130 has other values, or is not there
--   -v withheld=value|existence   the same of borrower 8800881001, who has no right and so is in no release
\set ON_ERROR_STOP on
\if :{?neighbour}
\else
\set neighbour none
\endif
\if :{?withheld}
\else
\set withheld none
\endif
SET client_min_messages = warning;
CREATE EXTENSION scoring;
SELECT scoring.setup() \g /dev/null
CREATE ROLE bank_owner LOGIN;
CREATE ROLE bank_app LOGIN;
CREATE ROLE officer_north LOGIN IN ROLE scoring_officer;
CREATE ROLE officer_south LOGIN IN ROLE scoring_officer;
CREATE ROLE officer_idle LOGIN IN ROLE scoring_officer;
CREATE ROLE analyst_temp LOGIN IN ROLE scoring_analyst;
CREATE ROLE analyst_plain LOGIN IN ROLE scoring_analyst;
CREATE ROLE modeler_ann LOGIN IN ROLE scoring_modeler;
CREATE ROLE modeler_val LOGIN IN ROLE scoring_modeler;
CREATE ROLE approver_abel LOGIN IN ROLE scoring_approver;
CREATE ROLE steward_stig LOGIN IN ROLE scoring_steward;
CREATE ROLE registrar_rita LOGIN IN ROLE scoring_registrar;
CREATE ROLE auditor_udo LOGIN IN ROLE scoring_auditor;
CREATE ROLE reader_all LOGIN IN ROLE pg_read_all_data;
CREATE ROLE writer_all LOGIN IN ROLE pg_read_all_data, pg_write_all_data;
CREATE ROLE nobody LOGIN;

-- --- how an attack is judged ------------------------------------------------------------------------------------------
CREATE SCHEMA attack;
GRANT USAGE ON SCHEMA attack TO PUBLIC;
CREATE FUNCTION attack.ok(passed boolean, name text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT CASE WHEN passed THEN 'ok - ' ELSE 'not ok - ' END || name$$;
CREATE FUNCTION attack.is(got text, wanted text, name text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$SELECT CASE WHEN got IS NOT DISTINCT FROM wanted THEN 'ok - ' || name ELSE format(E'not ok - %s\n#   got: %s\n#   wanted: %s', name, got, wanted) END$$;
-- What a statement comes to: 'rows 3', or SQLSTATE, message, detail and hint.
CREATE FUNCTION attack.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
  message text;
  detail text;
  hint text;
BEGIN
  EXECUTE statement;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN 'rows ' || n;
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN SQLSTATE || ' ' || concat_ws(' | ', message, nullif(detail, ''), nullif(hint, ''));
END
$$;
-- The SQLSTATE alone.
CREATE FUNCTION attack.state(statement text) RETURNS text LANGUAGE sql AS $$SELECT CASE WHEN t LIKE 'rows %' THEN t ELSE left(t, 5) END FROM attack.try(statement) t$$;

-- --- what attackers bring along ---------------------------------------------------------------------------------------
CREATE SCHEMA lab;
GRANT USAGE, CREATE ON SCHEMA lab TO officer_north, officer_south, analyst_temp;
GRANT USAGE ON SCHEMA lab TO PUBLIC;
REVOKE TEMPORARY ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT TEMPORARY ON DATABASE :"DBNAME" TO officer_north, officer_south, analyst_temp, bank_owner;
-- Tells what it is given, and counts: lab.seen all values, lab.hidden those that should not have come.
CREATE FUNCTION lab.tell(value text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE NOTICE 'told: %', value;
  PERFORM set_config('lab.seen', (coalesce(nullif(current_setting('lab.seen', true), ''), '0')::int + 1)::text, false);
  IF value ~ 'CANARY|DECOY|7654[0-9]{5}|5432[0-9]{5}|880088[01][0-9]{3}|[0-9]{2}93717|18[78][0-9]-' THEN
    PERFORM set_config('lab.hidden', (coalesce(nullif(current_setting('lab.hidden', true), ''), '0')::int + 1)::text, false);
  END IF;
END
$$;
CREATE FUNCTION lab.leak(value anyelement) RETURNS boolean LANGUAGE plpgsql STABLE COST 0.0000001 AS $$BEGIN PERFORM lab.tell(value::text); RETURN true; END$$;
CREATE FUNCTION lab.leak_sql(value text) RETURNS boolean LANGUAGE sql STABLE COST 0.0000001 AS $$SELECT lab.tell(value) IS NOT NULL$$;
CREATE FUNCTION lab.seen() RETURNS integer LANGUAGE sql AS $$SELECT coalesce(nullif(current_setting('lab.seen', true), ''), '0')::int$$;
CREATE FUNCTION lab.hidden() RETURNS integer LANGUAGE sql AS $$SELECT coalesce(nullif(current_setting('lab.hidden', true), ''), '0')::int$$;
CREATE FUNCTION lab.key(n integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$SELECT 88008::bigint * 100000 + 80000 + n$$;
CREATE FUNCTION lab.forget() RETURNS void LANGUAGE sql AS $$SELECT set_config('lab.seen', '0', false), set_config('lab.hidden', '0', false)$$;
-- An operator whose selectivity function sees what the planner knows.
CREATE FUNCTION lab.told_equal(a text, b text) RETURNS boolean LANGUAGE plpgsql STABLE COST 0.0000001 AS $$BEGIN PERFORM lab.tell(a), lab.tell(b); RETURN false; END$$;
CREATE OPERATOR lab.=== (leftarg = text, rightarg = text, function = lab.told_equal, restrict = eqsel, join = eqjoinsel);
CREATE FUNCTION lab.told_less(a integer, b integer) RETURNS boolean LANGUAGE plpgsql STABLE COST 0.0000001 AS $$BEGIN PERFORM lab.tell(a::text); RETURN a < b; END$$;
CREATE OPERATOR lab.<<< (leftarg = integer, rightarg = integer, function = lab.told_less, restrict = scalarltsel);

-- --- the bank ---------------------------------------------------------------------------------------------------------
CREATE SCHEMA bank AUTHORIZATION bank_owner;
GRANT USAGE ON SCHEMA bank TO PUBLIC;
SET SESSION AUTHORIZATION bank_owner;
CREATE TABLE bank.applicant (
  applicant_id bigint PRIMARY KEY,
  branch_id integer NOT NULL,
  full_name text NOT NULL,
  national_id text NOT NULL UNIQUE,
  born date NOT NULL,
  city text NOT NULL,
  segment text NOT NULL,
  requested integer NOT NULL,
  income integer NOT NULL,
  debt integer NOT NULL,
  health text,
  religion text,
  note text,
  defaulted boolean);
-- Of branch 1, 101 to 160 are to be seen; 8800880001 to 20 have no right that holds. Branches 2 and 3 are not his.
INSERT INTO bank.applicant
SELECT id, branch, 'CANARY-name-' || id, 'CANARY-national-' || id,
  CASE WHEN seen THEN date '1950-01-01' + (n * 397) % 18000 ELSE date '1871-01-01' + (n * 17) % 2900 END,
  CASE WHEN seen THEN (ARRAY['Brno', 'Praha', 'Plzen'])[n % 3 + 1] ELSE 'CANARY-city-' || id END,
  CASE WHEN seen THEN (ARRAY['retail', 'student', 'senior'])[n % 3 + 1] ELSE 'CANARY-segment-' || id END,
  CASE WHEN seen THEN 1000 * (1 + n % 20) ELSE 765400000 + n END,
  765400000 + (n * 7919) % 100000, 765400000 + (n * 104729) % 100000,
  'CANARY-health-' || id, 'CANARY-religion-' || id, 'CANARY-note-' || id, n % 7 = 0
FROM (
  SELECT n, 1 AS branch, n <= 60 AS seen, CASE WHEN n <= 60 THEN 100 + n ELSE 8800880000 + n - 60 END AS id FROM generate_series(1, 80) n
  UNION ALL SELECT n, 2, false, 8800880000 + n FROM generate_series(101, 160) n
  UNION ALL SELECT n, 3, false, 8800880000 + n FROM generate_series(201, 210) n) s
ORDER BY id;
-- The neighbours: as long as they were, so that sizes are no more different than they must be, and in a transaction that
-- there always is.
BEGIN;
SELECT pg_current_xact_id() \g /dev/null
UPDATE bank.applicant SET full_name = 'CANARY-nama-' || applicant_id, national_id = 'CANARY-notional-' || applicant_id, born = born + 1000,
  city = 'CANARY-cyti-' || applicant_id, segment = 'CANARY-sogment-' || applicant_id, requested = requested + 4000, income = 765400000 + (income + 50000) % 100000,
  debt = 765400000 + (debt + 50000) % 100000, health = 'CANARY-hoalth-' || applicant_id, religion = 'CANARY-roligion-' || applicant_id,
  note = 'CANARY-nate-' || applicant_id, defaulted = NOT defaulted
WHERE applicant_id = 8800880130 AND :'neighbour' = 'value';
DELETE FROM bank.applicant WHERE applicant_id = 8800880130 AND :'neighbour' = 'existence';
COMMIT;
CREATE INDEX applicant_income ON bank.applicant (income);
CREATE INDEX applicant_born ON bank.applicant (born);
CREATE TABLE bank.payment (
  payment_id bigint NOT NULL,
  applicant_id bigint NOT NULL,
  branch_id integer NOT NULL,
  amount integer NOT NULL,
  memo text) PARTITION BY LIST (branch_id);
CREATE TABLE bank.payment_1 PARTITION OF bank.payment FOR VALUES IN (1);
CREATE TABLE bank.payment_2 PARTITION OF bank.payment FOR VALUES IN (2);
CREATE TABLE bank.payment_3 PARTITION OF bank.payment FOR VALUES IN (3);
INSERT INTO bank.payment SELECT (a.applicant_id % 100000) * 10 + k, applicant_id, branch_id, CASE WHEN applicant_id < 1000 THEN 100 * k ELSE 765400000 + k END,
  CASE WHEN applicant_id < 1000 THEN 'rent' ELSE 'CANARY-memo-' || applicant_id END
FROM bank.applicant a, generate_series(1, 3) k;
CREATE INDEX ON bank.payment (applicant_id);
-- Borrowers, of whom there is a release: 1 to 20 have no right, the first of them stands out in everything.
CREATE TABLE bank.borrower (borrower_id bigint PRIMARY KEY, full_name text NOT NULL, age integer NOT NULL, town text NOT NULL, since date NOT NULL, income integer NOT NULL, religion text, note text, defaulted boolean NOT NULL);
INSERT INTO bank.borrower SELECT 8800881000 + n, 'CANARY-name-' || n, 20 + (n * 7919) % 50, CASE WHEN n % 100 = 7 THEN 'CANARY-town-' || n ELSE (ARRAY['Brno', 'Praha', 'Plzen'])[n % 3 + 1] END,
  date '2015-01-01' + (n * 104729) % 2000, 93717 + 100000 * (10 + (n * 1299709::bigint) % 90), 'CANARY-religion-' || n, 'CANARY-note-' || n, (n * 32452843::bigint) % 11 < 3 FROM generate_series(1, 600) n;
BEGIN;
UPDATE bank.borrower SET age = 108, town = 'CANARY-town-x', since = '1879-03-14' WHERE borrower_id = 8800881001;
UPDATE bank.borrower SET age = 117, full_name = 'CANARY-nama-1', town = 'CANARY-tawn-x', since = '1878-01-01', income = 9993717, note = 'CANARY-nate-1', defaulted = NOT defaulted WHERE borrower_id = 8800881001 AND :'withheld' = 'value';
DELETE FROM bank.borrower WHERE borrower_id = 8800881001 AND :'withheld' = 'existence';
COMMIT;
-- As the application had it before.
GRANT SELECT, INSERT, UPDATE, DELETE ON bank.applicant, bank.payment TO bank_app;
VACUUM ANALYZE bank.applicant, bank.borrower;
ANALYZE bank.payment;

-- --- protection -------------------------------------------------------------------------------------------------------
SELECT scoring.protect('bank.applicant', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{bank_app}') \g /dev/null
SELECT scoring.classify('bank.applicant', c, k, legal_basis => b)
FROM (VALUES ('full_name', 'identifier', NULL), ('national_id', 'identifier', NULL), ('born', 'quasi', NULL), ('city', 'quasi', NULL),
      ('segment', 'ordinary', NULL), ('requested', 'ordinary', NULL), ('income', 'restricted', 'written consent'), ('debt', 'restricted', 'written consent'),
      ('health', 'sensitive', 'written consent'), ('religion', 'prohibited', NULL), ('defaulted', 'outcome', NULL)) v (c, k, b) \g /dev/null
SELECT scoring.protect('bank.payment', subject_key => 'applicant_id', scope_column => 'branch_id', writers => '{bank_app}') \g /dev/null
SELECT scoring.classify('bank.payment', c, 'ordinary') FROM (VALUES ('payment_id'), ('amount'), ('memo')) v (c) \g /dev/null
SELECT scoring.protect('bank.borrower', subject_key => 'borrower_id') \g /dev/null
SELECT scoring.classify('bank.borrower', c, k, legal_basis => b)
FROM (VALUES ('full_name', 'identifier', NULL), ('age', 'quasi', NULL), ('town', 'quasi', NULL), ('since', 'quasi', NULL), ('income', 'restricted', 'written consent'), ('religion', 'prohibited', NULL), ('defaulted', 'outcome', NULL)) v (c, k, b) \g /dev/null
RESET SESSION AUTHORIZATION;

-- --- purposes, rights, grants -----------------------------------------------------------------------------------------
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.define_purpose('credit_decision', '{identifier,ordinary,quasi}', '{ordinary,quasi,restricted}', 'written consent', 'DPIA-1') \g /dev/null
SELECT scoring.define_purpose('collection', '{identifier,ordinary}', '{ordinary}', 'contract', 'DPIA-2', case_bound => true) \g /dev/null
SELECT scoring.define_purpose('research', '{identifier,ordinary,quasi,restricted,outcome}', '{ordinary,quasi,restricted,outcome}', 'written consent', 'DPIA-3') \g /dev/null
SELECT scoring.grant_access('officer_north', 'credit_decision', '{1}'), scoring.grant_access('officer_north', 'collection', '{1}'),
  scoring.grant_access('officer_south', 'credit_decision', '{2}') \g /dev/null
RESET SESSION AUTHORIZATION;
-- Subjects by number, which does not depend on who is there.
SELECT array_agg(id::text) AS subjects FROM (SELECT generate_series(101, 160) UNION ALL SELECT generate_series(8800880101, 8800880160)) s (id) \gset
SET SESSION AUTHORIZATION registrar_rita;
SELECT scoring.record_consents(:'subjects', p, 'written consent', 'paper', now() + interval '1 year') FROM unnest('{credit_decision,collection}'::text[]) p \g /dev/null
SELECT scoring.record_consents(ARRAY(SELECT (8800881000 + n)::text FROM generate_series(21, 600) n), 'research', 'written consent', 'paper', now() + interval '1 year') \g /dev/null
-- Rights that hold no more: expired, withdrawn.
SELECT scoring.record_consent(id::text, 'credit_decision', 'written consent', 'paper', now() - interval '1 day', now() - interval '2 days') FROM generate_series(8800880006, 8800880010) id \g /dev/null
SELECT scoring.record_consent(id::text, 'credit_decision', 'written consent', 'paper', now() + interval '1 year') FROM generate_series(8800880011, 8800880020) id \g /dev/null
SELECT scoring.withdraw_consent(id::text, 'credit_decision', 'asked for it') FROM generate_series(8800880011, 8800880020) id \g /dev/null
RESET SESSION AUTHORIZATION;

-- --- a model, a view, a release ---------------------------------------------------------------------------------------
SET SESSION AUTHORIZATION modeler_ann;
SELECT scoring.register_model('retail', '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50},
  "intercept": 3, "reason": {"method": "below_max"},
  "characteristics": [{"name": "income", "type": "number", "reason_code": "R1", "out_of_range": "nearest", "observed": [0, 2000000000],
      "bins": [{"type": "range", "lower": null, "upper": 765450000, "points": -30}, {"type": "range", "lower": 765450000, "upper": null, "points": 20}, {"type": "missing", "policy": "neutral"}]},
    {"name": "segment", "type": "text", "reason_code": "R2", "unseen": "neutral",
      "bins": [{"type": "categories", "categories": ["retail"], "points": 12}, {"type": "categories", "categories": ["student"], "points": -8}, {"type": "missing", "policy": "neutral"}]}]}'::scoring.model, 'first') \g /dev/null
SET SESSION AUTHORIZATION modeler_val;
SELECT scoring.validate_model('retail@1', '{"sample": "lab"}'::jsonb, 'read') \g /dev/null
SET SESSION AUTHORIZATION approver_abel;
SELECT scoring.approve_model('retail@1', 'good'), scoring.deploy_model('retail@1', 'go') \g /dev/null
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.grant_model('retail', 'scoring_officer', 'view') \g /dev/null
SET SESSION AUTHORIZATION approver_abel;
SELECT scoring.approve_disclosure('bank.applicant', 'retail', 'scoring_officer', 'credit_decision', '{score}', 'an officer sees the score') \g /dev/null
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.publish_view('bank.applicant', 'officer_applicant', audience => 'scoring_officer', purpose => 'credit_decision', model => 'retail',
  columns => '{applicant_id,branch_id,born,city,segment,requested}') \g /dev/null
SELECT scoring.publish_view('bank.payment', 'officer_payment', audience => 'scoring_officer', purpose => 'collection') \g /dev/null
RESET SESSION AUTHORIZATION;
-- The one source of randomness of a release gives the same here every time, so that releases can be compared.
CREATE SEQUENCE attack.drawn;
CREATE OR REPLACE FUNCTION scoring._release_random() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL UNSAFE AS $$SELECT md5('drawn ' || nextval('attack.drawn'))::uuid$$;
GRANT USAGE ON SCHEMA attack TO scoring_owner;
GRANT USAGE ON SEQUENCE attack.drawn TO scoring_owner;
SET SESSION AUTHORIZATION steward_stig;
SELECT scoring.publish_release('bank.borrower', 'borrower_research', audience => 'scoring_analyst', k => 5, purpose => 'research') \g /dev/null
RESET SESSION AUTHORIZATION;

-- --- the same without protection, for controls --------------------------------------------------------------------------
CREATE TABLE lab.applicant AS SELECT applicant_id % 100000 AS applicant_id, branch_id, replace(replace(full_name, 'CANARY', 'DECOY'), '88008', '66006') AS full_name, replace(replace(national_id, 'CANARY', 'DECOY'), '88008', '66006') AS national_id,
  born, replace(replace(city, 'CANARY', 'DECOY'), '88008', '66006') AS city, replace(replace(segment, 'CANARY', 'DECOY'), '88008', '66006') AS segment, CASE WHEN requested > 1000000 THEN requested - 765400000 + 543200000 ELSE requested END AS requested,
  income - 765400000 + 543200000 AS income, replace(replace(note, 'CANARY', 'DECOY'), '88008', '66006') AS note, applicant_id < 1000 AS seen FROM bank.applicant;
ALTER TABLE lab.applicant ADD PRIMARY KEY (applicant_id), ADD UNIQUE (national_id);
UPDATE lab.applicant SET born = born + interval '50 years' WHERE NOT seen;
CREATE INDEX ON lab.applicant (income);
VACUUM ANALYZE lab.applicant;
CREATE VIEW lab.plain_applicant AS SELECT applicant_id, branch_id, born, city, segment, requested FROM lab.applicant WHERE branch_id = 1 AND applicant_id < 1000;
GRANT SELECT ON lab.plain_applicant TO PUBLIC;
CREATE TABLE lab.policed (LIKE lab.applicant INCLUDING ALL);
INSERT INTO lab.policed SELECT * FROM lab.applicant;
ALTER TABLE lab.policed ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON lab.policed USING (branch_id = 1 AND seen);
GRANT SELECT, INSERT, UPDATE ON lab.policed TO officer_north;
ANALYZE lab.policed;
CREATE TABLE lab.exact_release AS SELECT age, since, town <> 'x' AS known, defaulted FROM bank.borrower;
GRANT SELECT ON lab.exact_release TO PUBLIC;
RESET client_min_messages;
