-- V16, V17, V36: keys that answer whether there is a row, by an insert or a reference that fails; numbers that count.
\c - postgres
GRANT REFERENCES ON lab.policed TO officer_north;
\c - officer_north
SELECT attack.ok(attack.state('INSERT INTO lab.policed (applicant_id, branch_id, national_id, seen) SELECT 80130, 1, ''x'', true') = '23505'
  AND attack.state('INSERT INTO lab.policed (applicant_id, branch_id, national_id, seen) SELECT 990130, 1, ''y'', true') = 'rows 1', 'control: a policy does not keep a key from answering');
SELECT attack.is(attack.try('INSERT INTO bank.applicant (applicant_id) VALUES (lab.key(130))'), attack.try('INSERT INTO bank.applicant (applicant_id) VALUES (lab.key(999))'), 'V16: an insert is denied alike, whether the key is there or not');
SELECT attack.ok(attack.state('INSERT INTO bank.applicant (applicant_id) VALUES (-1)') = '42501' AND attack.state('UPDATE bank.applicant SET applicant_id = lab.key(130)') = '42501', 'V16: by privilege, before any key is looked at');
SELECT attack.ok(attack.state('INSERT INTO scoring_views.officer_applicant (applicant_id) VALUES (-1)') ~ '^(42501|55000)$', 'V16: nor is there a way to insert through a view');
SELECT attack.is(attack.state('CREATE TABLE lab.refers (a bigint REFERENCES bank.applicant)'), '42501', 'V17: no reference to a protected table can be made');
SELECT attack.ok(attack.state('CREATE TABLE lab.refers (a bigint REFERENCES scoring_views.officer_applicant (applicant_id))') IN ('42501', '42809'), 'V17: nor to a view');
SELECT attack.is(string_agg(c.relname, ','), NULL, 'V36: no sequence of the workspace can be asked') FROM pg_class c WHERE CASE WHEN c.relkind = 'S' AND c.relnamespace IN ('scoring_data'::regnamespace, 'bank'::regnamespace) THEN has_sequence_privilege(c.oid, 'USAGE, SELECT, UPDATE') END;
-- The bank's application writes, and so has these oracles about rows that it may read anyway; its rights are as they were.
\c - bank_app
SELECT attack.ok(attack.state('INSERT INTO bank.applicant (applicant_id) SELECT applicant_id FROM bank.applicant LIMIT 1') IN ('23502', '23505'), 'V16: the writer that protect() was told of still writes: control');
-- Values of the workspace's own tables.
\c - officer_north
SELECT attack.is(string_agg(t, ','), NULL, 'V16: no table of the workspace takes an insert') FROM (SELECT relname FROM pg_class WHERE relnamespace = 'scoring_data'::regnamespace AND relkind IN ('r', 'p') AND has_any_column_privilege(oid, 'INSERT, UPDATE')) s (t);
