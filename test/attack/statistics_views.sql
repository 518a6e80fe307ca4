-- V13, V14, V54: what the server counts. It is open to all by default: declared, and what closes it.
\c - officer_north
SELECT attack.ok(count(*) > 0, 'V13: residual: rows and pages of protected tables are in pg_class for all to read') FROM pg_class WHERE oid = 'bank.applicant'::regclass AND reltuples > 0;
SELECT attack.ok(n_live_tup >= 0 AND n_tup_ins IS NOT NULL, 'V13: residual: pg_stat_all_tables counts their rows') FROM pg_stat_all_tables WHERE relid = 'bank.applicant'::regclass;
SELECT attack.ok(pg_stat_get_live_tuples('bank.applicant'::regclass) IS NOT NULL, 'V13: residual: its functions may be called without the view');
SELECT attack.ok(pg_relation_size('bank.applicant') > 0, 'V13: residual: sizes');
SELECT attack.is(string_agg(DISTINCT coalesce(query, '-'), ','), '<insufficient privilege>', 'V54: what others run is not shown') FROM pg_stat_activity WHERE usename <> current_user AND backend_type = 'client backend' HAVING count(*) > 0
UNION ALL SELECT attack.ok(true, 'V54: what others run is not shown') WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE usename <> current_user AND backend_type = 'client backend');
-- Closed by the administrator, with what open_channels() says.
\c - postgres
SELECT attack.ok(count(*) > 20, 'V13: open_channels() lists them') FROM scoring.open_channels();
SELECT remedy FROM scoring.open_channels() \gexec
\c - officer_north
SELECT attack.is(string_agg(object, ','), NULL, 'V13: revoked, none is listed') FROM scoring.open_channels();
SELECT attack.is(attack.state('SELECT * FROM pg_stat_all_tables') || attack.state('SELECT * FROM pg_statio_all_tables') || attack.state('SELECT * FROM pg_stat_all_indexes') || attack.state('SELECT pg_stat_get_live_tuples(''bank.applicant''::regclass)') || attack.state('SELECT pg_relation_size(''bank.applicant'')') || attack.state('SELECT pg_current_wal_lsn()') || attack.state('SELECT * FROM pg_locks'), repeat('42501', 7), 'V13: nor are the views read that are made of them, nor sizes asked for');
SELECT attack.is(string_agg(proname, ','), NULL, 'V13: no function tells rows of one table') FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^pg_stat_get_.*(tuples|numscans|blocks)' AND has_function_privilege(oid, 'EXECUTE');
-- And the views of an access work without them.
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is(count(*)::text, '60', 'V13: an access needs none of them: control') FROM scoring_views.officer_applicant;
COMMIT;
