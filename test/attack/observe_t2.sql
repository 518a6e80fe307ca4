-- All that an analyst can observe, in sections; run by the harness of neighbours as analyst_temp in databases that differ in
-- one subject who is in no release, or in one who is hidden from officers. A section's name begins with @@.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK on
SET client_min_messages = log;

\echo @@ the release: rows
SELECT * FROM scoring_views.borrower_research;
SELECT ctid, xmin, xmax, cmin, tableoid::regclass FROM scoring_views.borrower_research LIMIT 20;
SELECT age, town, since, income, count(*), count(DISTINCT subject_token), bool_or(defaulted) FROM scoring_views.borrower_research GROUP BY 1, 2, 3, 4;
SELECT min(income), max(income), min(since), max(since), min(town), max(town) FROM scoring_views.borrower_research;
SELECT count(*) FROM scoring_views.borrower_research TABLESAMPLE SYSTEM (50) REPEATABLE (1);
SELECT count(*) FROM scoring_views.borrower_research WHERE lab.leak(town);
COPY scoring_views.borrower_research TO STDOUT;
SELECT lab.seen(), lab.hidden();

\echo @@ the release: plans and statistics
EXPLAIN (ANALYZE, BUFFERS, TIMING off, SUMMARY off) SELECT * FROM scoring_views.borrower_research WHERE town = 'Brno';
EXPLAIN SELECT town, count(*) FROM scoring_views.borrower_research GROUP BY town;
SELECT * FROM pg_stats WHERE schemaname = 'scoring_views' ORDER BY tablename, attname;
SELECT relname, relkind, relpages, reltuples, relallvisible, relacl, reloptions, relhasindex, pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'scoring_views'::regnamespace ORDER BY 1;
SELECT relname, pg_relation_size(oid), pg_relation_size(oid, 'fsm'), pg_relation_size(oid, 'vm'), pg_total_relation_size(oid) FROM pg_class WHERE relnamespace = 'scoring_views'::regnamespace AND relkind = 'r' ORDER BY 1;
SELECT relname, n_tup_ins, n_tup_del, n_live_tup, n_dead_tup FROM pg_stat_all_tables WHERE schemaname = 'scoring_views';
SELECT relname, heap_blks_read, heap_blks_hit FROM pg_statio_all_tables WHERE schemaname = 'scoring_views';

\echo @@ the release: what is said of it
SELECT * FROM scoring_data.release_descriptions;
SELECT attname, atttypid::regtype, attnotnull, attnum, attacl, attstattarget, attisdropped FROM pg_attribute WHERE attrelid = 'scoring_views.borrower_research'::regclass ORDER BY attnum;
SELECT objsubid, description FROM pg_description WHERE objoid = 'scoring_views.borrower_research'::regclass;
SELECT * FROM scoring_data.releases;
SELECT * FROM scoring_data.release_version;
SELECT * FROM scoring_data.release_member;
SELECT * FROM scoring_data.release_class;
SELECT scoring.refresh_release('borrower_research');
SELECT scoring.retire_release('borrower_research', 'x');

\echo @@ what is behind it
SELECT * FROM bank.borrower;
SELECT count(*) FROM bank.borrower WHERE borrower_id = 8800881001;
EXPLAIN SELECT age FROM bank.borrower WHERE age = 108;
INSERT INTO bank.borrower (borrower_id) VALUES (8800881001);
INSERT INTO bank.borrower (borrower_id) VALUES (8800881999);
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = 8800880130;
SELECT * FROM scoring_views.officer_applicant WHERE applicant_id = -1;
EXPLAIN SELECT * FROM scoring_views.officer_payment;
BEGIN;
SELECT scoring.begin_access('research', 'x');
SELECT scoring.begin_access('credit_decision', 'x', '8800880130');
COMMIT;
SELECT scoring.subject_access_report('8800881001');
SELECT scoring.subject_access_report('8800881999');
SELECT scoring.tally_agg(age, defaulted) FROM bank.borrower;
SELECT scoring.fit_scorecard('bank.borrower', 'defaulted');
SELECT * FROM scoring.doctor();

\echo @@ catalogs
SELECT n.nspname, c.relname, c.relkind, c.relrowsecurity, c.reloptions, c.relacl, pg_get_userbyid(c.relowner) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname IN ('bank', 'scoring_data', 'scoring_views') ORDER BY 1, 2;
SELECT * FROM pg_policies ORDER BY 1, 2, 3;
SELECT * FROM pg_views WHERE schemaname IN ('scoring_views', 'scoring_data') ORDER BY 2;
SELECT classid::regclass, objid, objsubid, refclassid::regclass, refobjid, deptype FROM pg_depend WHERE objid >= 16384 AND (refobjid = 'bank.borrower'::regclass OR objid = 'scoring_views.borrower_research'::regclass) ORDER BY 1, 2, 3, 4, 5;
SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace IN ('bank'::regnamespace, 'scoring_data'::regnamespace) ORDER BY 2;
SELECT schemaname, tablename, attname, n_distinct, most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname IN ('bank', 'scoring_data') ORDER BY 1, 2, 3;

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
\echo @@ end
