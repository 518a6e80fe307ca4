-- All that an officer can observe, in sections; run by the harness of neighbours as officer_north in databases that differ
-- in one subject that he may not see. A section's name begins with @@.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK on
\set hidden 8800880130
\set nobody 8800880999
SET client_min_messages = log;
SELECT set_config('lab.seen', '0', false), set_config('lab.hidden', '0', false) \g /dev/null

\echo @@ without an access
SELECT * FROM scoring_views.officer_applicant;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = :hidden;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = :nobody;
EXPLAIN SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = :hidden;
EXPLAIN ANALYZE SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = :nobody;
SELECT * FROM scoring_views.officer_payment;
PREPARE early AS SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = $1;
EXECUTE early(:hidden);
EXECUTE early(:nobody);
SELECT * FROM bank.applicant WHERE applicant_id = :hidden;
SELECT applicant_id FROM bank.applicant;
SELECT count(*) FROM bank.payment;
SELECT count(*) FROM bank.payment_2;
INSERT INTO bank.applicant VALUES (:hidden, 1, 'x', 'x', now(), 'x', 'x', 1, 1, 1);
UPDATE bank.applicant SET income = 1 WHERE applicant_id = :hidden;
DELETE FROM bank.applicant WHERE applicant_id = :hidden;
MERGE INTO bank.applicant a USING (SELECT 1) s ON a.applicant_id = :hidden WHEN MATCHED THEN DELETE;
LOCK TABLE bank.applicant IN ACCESS SHARE MODE;
TRUNCATE bank.applicant;
ANALYZE bank.applicant;
EXPLAIN SELECT * FROM bank.applicant WHERE income = 1;
INSERT INTO scoring_views.officer_applicant (applicant_id) VALUES (:hidden);
DELETE FROM scoring_views.officer_applicant;
CREATE TABLE lab.child (applicant_id bigint REFERENCES bank.applicant);
CREATE STATISTICS lab.pair ON income, debt FROM bank.applicant;

\echo @@ accesses refused
SELECT scoring.begin_access('credit_decision', 'L-1');
BEGIN;
SELECT scoring.begin_access('research', 'L-1');
SELECT scoring.begin_access('nothing', 'L-1');
SELECT scoring.begin_access('collection', 'L-1');
COMMIT;

\echo @@ rows
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0;
SELECT * FROM scoring_views.officer_applicant;
SELECT * FROM scoring_views.officer_applicant ORDER BY score, applicant_id;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = :hidden;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = :nobody;
SELECT * FROM scoring_views.officer_applicant LIMIT 3;
SELECT count(*), sum(requested), min(applicant_id), max(applicant_id), count(DISTINCT city), min(born), max(segment) FROM scoring_views.officer_applicant;
SELECT score, count(*) FROM scoring_views.officer_applicant GROUP BY GROUPING SETS ((score), ()) ORDER BY 1;
SELECT city, rank() OVER (ORDER BY requested DESC), row_number() OVER () FROM scoring_views.officer_applicant;
SELECT v FROM scoring_views.officer_applicant v LIMIT 5;
SELECT to_jsonb(v) FROM scoring_views.officer_applicant v LIMIT 5;
SELECT query_to_xml('SELECT * FROM scoring_views.officer_applicant LIMIT 2', true, false, '');
COPY (SELECT * FROM scoring_views.officer_applicant) TO STDOUT;
SELECT ctid, xmin FROM scoring_views.officer_applicant;
SELECT tableoid FROM scoring_views.officer_applicant;
SELECT * FROM scoring_views.officer_applicant TABLESAMPLE SYSTEM (50);
SELECT * FROM scoring_views.officer_applicant FOR UPDATE;
SELECT * FROM scoring_views.officer_applicant FOR SHARE SKIP LOCKED;
SELECT national_id FROM scoring_views.officer_applicant;
SELECT a.full_name FROM scoring_views.officer_applicant v JOIN bank.applicant a USING (applicant_id);
SELECT * FROM scoring_views.officer_payment;
EXPLAIN SELECT * FROM scoring_views.officer_applicant;
EXPLAIN (ANALYZE, BUFFERS, VERBOSE) SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = :hidden;
EXECUTE early(:hidden);
EXECUTE early(:nobody);
EXECUTE early(101);
COMMIT;

\echo @@ functions of his own
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0;
SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(segment);
SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(applicant_id) AND applicant_id = :hidden;
SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_nestloop = off;
SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak_sql(city);
SET LOCAL enable_hashjoin = off;
SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(requested);
SET LOCAL enable_mergejoin = off; SET LOCAL enable_nestloop = on; SET LOCAL enable_seqscan = off;
SELECT count(*) FROM scoring_views.officer_applicant v, LATERAL (SELECT lab.leak(v.requested)) l;
RESET enable_seqscan; RESET enable_indexscan; RESET enable_bitmapscan; RESET enable_hashjoin; RESET enable_mergejoin;
SELECT count(*) FROM scoring_views.officer_applicant WHERE city OPERATOR(lab.===) 'x';
SELECT count(*) FROM scoring_views.officer_applicant WHERE requested OPERATOR(lab.<<<) 5;
SELECT count(*) FROM scoring_views.officer_applicant WHERE 1 / (requested - 765400130) > 2;
SELECT count(*) FROM scoring_views.officer_applicant WHERE segment::int > 0;
SELECT lab.seen(), lab.hidden();
COMMIT;

\echo @@ a case
BEGIN;
SELECT scoring.begin_access('collection', 'C-1', '101') > 0;
SELECT * FROM scoring_views.officer_payment;
COMMIT;
BEGIN;
SELECT scoring.begin_access('collection', 'C-1', :'hidden') > 0;
SELECT * FROM scoring_views.officer_payment;
COMMIT;
BEGIN;
SELECT scoring.begin_access('collection', 'C-1', :'nobody') > 0;
SELECT * FROM scoring_views.officer_payment;
COMMIT;

\echo @@ catalogs
SELECT n.nspname, c.relname, c.relkind, c.relrowsecurity, c.reloptions, c.relacl, pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('bank', 'scoring_data', 'scoring_views') ORDER BY 1, 2;
SELECT attrelid::regclass, attname, atttypid::regtype, attacl FROM pg_attribute WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace IN ('bank'::regnamespace, 'scoring_views'::regnamespace) AND relkind IN ('r', 'p', 'v')) AND attnum > 0 ORDER BY 1, attnum;
SELECT * FROM pg_policies ORDER BY 1, 2, 3;
SELECT * FROM pg_views WHERE schemaname IN ('scoring_views', 'scoring_data') ORDER BY 2;
SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'bank'::regnamespace ORDER BY 2;
SELECT objoid::regclass, objsubid, description FROM pg_description WHERE classoid = 'pg_class'::regclass AND objoid >= 16384 ORDER BY 1, 2;
SELECT table_name, column_name FROM information_schema.columns WHERE table_schema IN ('bank', 'scoring_views') ORDER BY 1, 2;
SELECT * FROM information_schema.role_table_grants WHERE table_schema IN ('bank', 'scoring_views', 'scoring_data') ORDER BY 1, 2, 5, 6;
SELECT a.attname, has_column_privilege('bank.applicant', a.attname, 'SELECT') FROM pg_attribute a WHERE attrelid = 'bank.applicant'::regclass AND attnum > 0 ORDER BY 1;
SELECT schemaname, tablename, attname, n_distinct, most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname IN ('bank', 'scoring_data', 'scoring_views') ORDER BY 1, 2, 3;
SELECT * FROM pg_stats_ext;
SELECT starelid::regclass FROM pg_statistic LIMIT 1;

\echo @@ the workspace
SELECT format('SELECT %L, count(*) FROM scoring_data.%I', relname, relname) FROM pg_class WHERE relnamespace = 'scoring_data'::regnamespace AND relkind IN ('r', 'p', 'v') ORDER BY relname COLLATE "C" \gexec

\echo @@ rows and pages in pg_class
SELECT relname, reltuples, relpages, relallvisible FROM pg_class WHERE relnamespace IN ('bank'::regnamespace, 'scoring_data'::regnamespace) ORDER BY 1;
\echo @@ sizes
SELECT relname, pg_relation_size(oid), pg_total_relation_size(oid) FROM pg_class WHERE relnamespace IN ('bank'::regnamespace, 'scoring_data'::regnamespace) AND relkind IN ('r', 'i') ORDER BY 1;
SELECT pg_database_size(current_database());
\echo @@ statistics of tables
SELECT schemaname, relname, seq_scan, seq_tup_read, idx_scan, idx_tup_fetch, n_tup_ins, n_tup_upd, n_tup_del, n_live_tup, n_dead_tup, n_mod_since_analyze FROM pg_stat_all_tables WHERE schemaname IN ('bank', 'scoring_data') ORDER BY 1, 2;
SELECT relname, indexrelname, idx_scan, idx_tup_read, idx_tup_fetch FROM pg_stat_all_indexes WHERE schemaname IN ('bank', 'scoring_data') ORDER BY 1, 2;
SELECT relname, heap_blks_read + heap_blks_hit FROM pg_statio_all_tables WHERE schemaname IN ('bank', 'scoring_data') ORDER BY 1;
SELECT pg_stat_get_live_tuples('bank.applicant'::regclass), pg_stat_get_tuples_inserted('bank.applicant'::regclass);
\echo @@ statistics of the database
SELECT tup_returned, tup_fetched, tup_inserted, tup_updated, tup_deleted FROM pg_stat_database WHERE datname = current_database();
SELECT wal_records, wal_bytes FROM pg_stat_wal;
SELECT name, blks_hit FROM pg_stat_slru ORDER BY 1;
\echo @@ transactions and WAL
SELECT pg_current_xact_id(), pg_current_wal_lsn(), pg_current_wal_insert_lsn();
SELECT pg_snapshot_xmax(pg_current_snapshot());
\echo @@ sessions
SELECT usename, application_name, state, query FROM pg_stat_activity WHERE backend_type = 'client backend' ORDER BY 1;
SELECT locktype, relation::regclass, mode FROM pg_locks WHERE pid = pg_backend_pid() ORDER BY 1, 2;
\echo @@ numbers of entries in the audit log
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1');
COMMIT;

\echo @@ end
