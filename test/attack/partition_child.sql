-- V09, V10: the other ways to a table's rows: its partitions and children, and copies kept of it.
\c - postgres
CREATE TABLE lab.parent (id int, branch_id int, memo text) PARTITION BY LIST (branch_id);
CREATE TABLE lab.child_1 PARTITION OF lab.parent FOR VALUES IN (1);
CREATE TABLE lab.child_2 PARTITION OF lab.parent FOR VALUES IN (2);
INSERT INTO lab.parent SELECT g, 1 + g % 2, 'DECOY-memo' FROM generate_series(1, 100) g;
ALTER TABLE lab.parent ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON lab.parent USING (branch_id = 1);
GRANT SELECT ON ALL TABLES IN SCHEMA lab TO officer_north;
\c - officer_north
SELECT attack.ok((SELECT count(*) FROM lab.parent) = 50 AND (SELECT count(*) FROM lab.child_2) = 50, 'control: a child shows what a policy of its parent hides');
SELECT attack.is(string_agg(c.oid::regclass || ': ' || r.rolname, ', '), NULL, 'V09: nobody who is not its owner, a writer or the workspace''s owner has any right on a child')
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_roles r ON NOT r.rolsuper AND r.rolname !~ '^(pg_|bank_)' AND r.rolname NOT IN ('reader_all', 'writer_all')
WHERE i.inhparent IN ('bank.payment'::regclass, 'bank.applicant'::regclass) AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'));
SELECT attack.is(string_agg(c.oid::regclass::text, ', '), NULL, 'V09: every child has row security of its own')
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'bank.payment'::regclass AND NOT c.relrowsecurity AND c.relkind = 'r';
SELECT attack.is(attack.state('SELECT * FROM bank.payment_1'), '42501', 'V09: an officer does not read a child');
SELECT attack.is(attack.state('SELECT * FROM ONLY bank.payment'), '42501', 'V09: nor the parent alone');
\c - reader_all
SELECT attack.is((SELECT count(*) FROM bank.payment_1)::text, '0', 'V09: who may read all data gets no row of a child');
-- A child that comes later.
\c - bank_owner
CREATE TABLE bank.payment_4 PARTITION OF bank.payment FOR VALUES IN (4);
INSERT INTO bank.payment VALUES (1, 101, 4, 765400001, 'CANARY-memo-4');
\c - officer_north
SELECT attack.is(attack.state('SELECT * FROM bank.payment_4'), '42501', 'V09: a new child has no grants');
BEGIN;
SELECT scoring.begin_access('collection', 'C-1', '101') > 0 AS begun;
SELECT attack.ok(attack.state('SELECT * FROM scoring_views.officer_payment') IN ('42501', '55000'), 'V09: and while it is not armed the gate refuses');
COMMIT;
\c - bank_owner
SELECT scoring.arm_children('bank.payment') \g /dev/null
\c - officer_north
BEGIN;
SELECT scoring.begin_access('collection', 'C-1', '101') > 0 AS begun;
SELECT attack.is(count(*) || ' of branch ' || string_agg(DISTINCT branch_id::text, ','), '3 of branch 1', 'V09: armed, the rows of the scope are back: control') FROM scoring_views.officer_payment;
COMMIT;
-- A grant on a child disarms.
\c - bank_owner
GRANT SELECT ON bank.payment_2 TO nobody;
\c - officer_north
BEGIN;
SELECT scoring.begin_access('collection', 'C-1', '101') > 0 AS begun;
SELECT attack.ok(attack.state('SELECT * FROM scoring_views.officer_payment') IN ('42501', '55000'), 'V09: somebody''s grant on a child makes the gate refuse');
COMMIT;
\c - nobody
SELECT attack.is((SELECT count(*) FROM bank.payment_2)::text, '0', 'V09: and gives him no row: the child''s own row security');
\c - bank_owner
REVOKE ALL ON bank.payment_2 FROM nobody;
-- Copies.
CREATE MATERIALIZED VIEW bank.copy AS SELECT * FROM bank.applicant;
GRANT SELECT ON bank.copy TO officer_north;
\c - officer_north
SELECT attack.ok((SELECT count(*) FROM bank.copy) > 100, 'control: a materialized view has all rows, whatever the policies');
\c - postgres
SELECT attack.ok(count(*) > 0, 'V10: made by the owner afterwards, doctor() says so') FROM scoring.doctor() WHERE object = 'bank.applicant' AND severity = 'error' AND finding LIKE '%materialized view bank.copy%';
\c - bank_owner
CREATE TABLE bank.again (LIKE bank.applicant);
CREATE MATERIALIZED VIEW bank.again_copy AS SELECT * FROM bank.again;
GRANT SELECT ON bank.again_copy TO nobody;
SELECT attack.ok(attack.state('SELECT scoring.protect(''bank.again'', subject_key => ''applicant_id'', scope_column => ''branch_id'')') ~ '^[0-9A-Z]{5}$', 'V10: and protect() refuses while there is one that others read');
