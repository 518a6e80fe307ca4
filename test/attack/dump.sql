-- V55: pg_dump by those who may read something.
\c - postgres
GRANT SELECT ON lab.applicant TO officer_north;
-- dump WHO OPTIONS: how it ended, its errors, and whether there were rows in it.
\set out `pg_dump -d attack -U officer_north --data-only -t lab.applicant 2>&1 | grep -c DECOY-national`
SELECT attack.ok(:'out'::int > 100, 'control: a table that one may read is dumped');
\set out `pg_dump -d attack -U officer_north --data-only -t bank.applicant 2>&1 | grep -E 'permission denied|CANARY' | head -1`
SELECT attack.ok(:'out' LIKE '%permission denied%', 'V55: an officer dumps no protected table');
\set out `pg_dump -d attack -U officer_north --data-only --inserts -t 'scoring_data.*' 2>&1 | grep -E 'permission denied|INSERT' | head -1`
SELECT attack.ok(:'out' LIKE '%permission denied%', 'V55: nor the workspace');
\set out `pg_dump -d attack -U reader_all --data-only -t bank.applicant 2>&1 | grep -E 'row-level security|CANARY' | head -1`
SELECT attack.ok(:'out' LIKE '%row-level security%', 'V55: who reads all data gets an error, not rows');
\set out `pg_dump -d attack -U reader_all --data-only --enable-row-security -t bank.applicant -t bank.payment 2>&1 | grep -c '^[0-9]'`
SELECT attack.is(:'out', '0', 'V55: and with --enable-row-security a dump without rows');
\set out `pg_dump -d attack -U reader_all --data-only --enable-row-security -t 'scoring_data.*' 2>&1 | grep -c '^[0-9]'`
SELECT attack.is(:'out', '0', 'V55: of the workspace too');
\set out `pg_dump -d attack -U bank_owner --data-only -t bank.applicant 2>&1 | grep -c 'CANARY-name'`
SELECT attack.is(:'out', '150', 'V55: the table''s owner dumps it whole, as before: control');
\set out `pg_dump -d attack --schema-only 2>&1 | grep -cE '^CREATE POLICY scoring_|ENABLE ROW LEVEL SECURITY'`
SELECT attack.ok(:'out'::int > 10, 'V55: a dump carries policies and row security');
\set out `pg_dump -d attack --schema-only -N lab -N attack 2>&1 | grep -cE 'CANARY|7654[0-9]{5}'`
SELECT attack.is(:'out', '0', 'V55: and no value in its definitions');
