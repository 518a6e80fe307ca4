-- What dev/test crash looks at after each crash: whether the audit log is whole. :anchor is of before.
\set ON_ERROR_STOP on
-- What is wrong, one row each: with the log, with its indexes (each row of a table is in each of them), with its tables.
SELECT 'verify: ' || concat_ws(' ', 'block', v.block, 'lane', v.lane, 'entry', v.entry, v.finding) FROM scoring.audit_verify(:'anchor') v;
SELECT 'index: ' || c.relname FROM pg_class c CROSS JOIN LATERAL (SELECT bt_index_check(c.oid, true)) b
WHERE c.relkind = 'i' AND c.relname ~ '^audit_' AND c.relnamespace = 'scoring_data'::regnamespace AND b IS NULL;
SELECT 'table: ' || c.relname || ' ' || h.msg FROM pg_class c CROSS JOIN LATERAL verify_heapam(c.oid) h
WHERE c.relkind = 'r' AND c.relname ~ '^audit_' AND c.relnamespace = 'scoring_data'::regnamespace;
-- Nothing is left of a write that a crash cut in two: entries, as an index and as the table itself have them.
SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off;
CREATE TEMP TABLE by_table AS SELECT e.lane, e.entry FROM scoring_data.audit_entry e;
CREATE TEMP TABLE details AS SELECT d.lane, d.entry FROM scoring_data.audit_detail d;
RESET enable_indexscan; RESET enable_bitmapscan; RESET enable_indexonlyscan;
SELECT 'twice: ' || lane || ' ' || entry FROM by_table GROUP BY lane, entry HAVING count(*) > 1;
SELECT 'gap: ' || lane FROM by_table GROUP BY lane HAVING count(*) <> max(entry) OR min(entry) <> 1;
(SELECT 'no detail: ' || lane || ' ' || entry FROM by_table EXCEPT ALL SELECT 'no detail: ' || lane || ' ' || entry FROM details)
UNION ALL (SELECT 'no entry: ' || lane || ' ' || entry FROM details EXCEPT ALL SELECT 'no entry: ' || lane || ' ' || entry FROM by_table);
