-- V35, V37: places and transactions of rows, and samples of pages.
\c - officer_north
SELECT attack.ok(count(DISTINCT ctid) > 10 AND min(xmin::text) IS NOT NULL, 'control: with a policy alone, places and transactions of rows are readable') FROM lab.policed;
SELECT attack.ok((SELECT count(*) FROM lab.policed TABLESAMPLE SYSTEM (100)) > 10, 'control: and pages can be sampled');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is((SELECT string_agg(DISTINCT attack.state(format('SELECT %s FROM scoring_views.officer_applicant', c)), ',') FROM unnest('{ctid,xmin,xmax,cmin,cmax,tableoid}'::text[]) c), '42703', 'V35: a view has no system columns');
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant TABLESAMPLE SYSTEM (50)') || attack.state('SELECT * FROM scoring_views.officer_applicant TABLESAMPLE BERNOULLI (50)'), '0A0000A000', 'V37: nor can it be sampled');
SELECT attack.ok((SELECT max(n) = 60 AND min(n) = 60 FROM (SELECT (SELECT count(*) FROM scoring_views.officer_applicant v WHERE g > 0) AS n FROM generate_series(1, 3) g) c), 'V37: a LIMIT, or none, tells of rows that may be seen: control');
COMMIT;
