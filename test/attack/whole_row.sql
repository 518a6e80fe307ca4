-- V38: whole rows and what is made of them.
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is((SELECT string_agg(k, ',' ORDER BY k) FROM (SELECT DISTINCT jsonb_object_keys(to_jsonb(v)) AS k FROM scoring_views.officer_applicant v) s), 'applicant_id,born,branch_id,city,requested,score,segment', 'V38: a whole row as JSON has the columns of the view');
SELECT attack.is((SELECT count(DISTINCT length(regexp_replace(v::text, '[^,]', '', 'g'))) || ' ' || max(length(regexp_replace(v::text, '[^,]', '', 'g'))) FROM scoring_views.officer_applicant v), '1 6', 'V38: as text too');
SELECT attack.is((SELECT count(*) FROM scoring_views.officer_applicant v WHERE v IS NOT NULL AND hash_record(v) IS NOT NULL AND lab.leak(v))::text || lab.hidden(), '600', 'V38: given to a function, it holds no more');
SELECT attack.is(attack.state('SELECT (v).income FROM scoring_views.officer_applicant v') || attack.state('SELECT v.full_name FROM scoring_views.officer_applicant v') || attack.state('SELECT (v).a FROM scoring_views.officer_applicant v'), '427034270342703', 'V38: a hidden column is no part of it');
SELECT attack.is(attack.state('SELECT a FROM bank.applicant a') || attack.state('SELECT a.* FROM bank.applicant a') || attack.state('SELECT count(a) FROM bank.applicant a') || attack.state('SELECT 1 FROM bank.applicant'), '42501425014250142501', 'V38: nor is a row of the table to be had, whole or counted');
SELECT attack.is((SELECT count(*)::text FROM json_populate_recordset(NULL::bank.applicant, (SELECT json_agg(v) FROM scoring_views.officer_applicant v)) p WHERE p.income IS NOT NULL OR p.full_name IS NOT NULL OR p.note IS NOT NULL), '0', 'V38: what is poured into the table''s type has its hidden columns empty');
SELECT attack.is((SELECT (SELECT count(*) FROM jsonb_object_keys(to_jsonb(officer_applicant)))::text FROM scoring_views.officer_applicant LIMIT 1), '7', 'V38: a functional notation gives no more');
COMMIT;
-- What even the workspace's owner cannot read, were he to try.
\c - postgres
SET ROLE scoring_owner;
SELECT attack.is(attack.state('SELECT religion FROM bank.applicant') || attack.state('SELECT note FROM bank.applicant') || attack.state('SELECT a FROM bank.applicant a') || attack.state('SELECT * FROM bank.applicant'), '42501425014250142501', 'V38: the workspace''s owner reads no prohibited and no unclassified column, and no whole row');
SELECT attack.is(attack.state('SELECT applicant_id FROM bank.applicant'), 'rows 150', 'those that are classified, it reads: control');
RESET ROLE;
CREATE VIEW lab.whole WITH (security_barrier) AS SELECT a.city, a AS everything FROM lab.applicant a;
GRANT SELECT ON lab.whole TO nobody;
\c - nobody
SELECT attack.ok((SELECT count(*) FROM lab.whole w WHERE w::text LIKE '%DECOY-national%') > 100, 'control: a whole row in a view gives every column away');
