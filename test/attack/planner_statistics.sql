-- V05, V15: what the planner knows of hidden rows: its statistics, through views and through operators of one's own.
\c - postgres
GRANT SELECT ON lab.applicant TO officer_south;
\c - officer_south
EXPLAIN SELECT * FROM lab.applicant WHERE income OPERATOR(lab.<<<) 543250000;
SELECT attack.ok(lab.hidden() > 0, 'control: an operator with selectivity is told values of a table that may be read whole');
SELECT attack.ok(count(*) > 0, 'control: and pg_stats has them') FROM pg_stats WHERE schemaname = 'lab' AND tablename = 'applicant' AND histogram_bounds::text LIKE '%543%';
\c - officer_north
SELECT attack.is(count(*)::text, '0', 'V15: pg_stats shows nothing of protected tables') FROM pg_stats WHERE schemaname IN ('bank', 'scoring_data', 'scoring_views');
SELECT attack.is(count(*)::text, '0', 'V15: nor do pg_stats_ext and pg_stats_ext_exprs') FROM (SELECT 1 FROM pg_stats_ext UNION ALL SELECT 1 FROM pg_stats_ext_exprs) e;
SELECT attack.is(attack.state('SELECT * FROM pg_statistic'), '42501', 'V15: pg_statistic itself is denied');
SELECT attack.is(attack.state('SELECT * FROM pg_statistic_ext_data'), '42501', 'V15: so is pg_statistic_ext_data');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT lab.forget() \g /dev/null
SELECT count(*) FROM scoring_views.officer_applicant WHERE requested OPERATOR(lab.<<<) 765450000;
SELECT count(*) FROM scoring_views.officer_applicant WHERE segment OPERATOR(lab.===) 'nothing';
SELECT count(*) FROM scoring_views.officer_applicant a JOIN scoring_views.officer_applicant b ON a.city OPERATOR(lab.===) b.segment;
SELECT attack.ok(lab.seen() > 0, 'the operators were called: control');
SELECT attack.is(lab.hidden()::text, '0', 'V05: an operator with selectivity is told no hidden value');
COMMIT;
\c - analyst_temp
SELECT attack.is((SELECT count(*) FROM pg_stats WHERE schemaname IN ('bank', 'scoring_data'))::text, '0', 'V15: nor does an analyst read statistics');
