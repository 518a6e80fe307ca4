-- What can be reached of the bank of test/protected.sql, by whom. Two databases are alike if this says the same of both.
\set VERBOSITY sqlstate
SET client_min_messages = error;
SELECT c.relname, c.relrowsecurity, (SELECT string_agg(concat_ws(' ', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type, x.attname), ', ' ORDER BY a.grantee::regrole::text COLLATE "C", a.privilege_type, x.attname)
    FROM (SELECT c.relacl AS acl, NULL::name AS attname UNION ALL SELECT t.attacl, t.attname FROM pg_attribute t WHERE t.attrelid = c.oid) x, aclexplode(x.acl) a WHERE a.grantee <> c.relowner)
FROM pg_class c WHERE c.relnamespace = 'vault'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1;
SELECT polrelid::regclass, polname, polcmd, polroles::regrole[], pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'vault'::regnamespace) ORDER BY polrelid::regclass::text COLLATE "C", polname;
SELECT p.table_name, scoring._protection_fault(to_regclass(format('%I.%I', p.schema_name, p.table_name))) FROM scoring_data.protected_table p ORDER BY 1;
SELECT p.table_name, k.column_name, k.class FROM scoring_data.protected_table p, scoring._armed_columns(to_regclass(format('%I.%I', p.schema_name, p.table_name))) k ORDER BY 1, 2;
SET SESSION AUTHORIZATION regress_nosy;
SELECT count(*) FROM vault.payment;
SELECT count(*) FROM vault.payment_1;
SELECT count(*) FROM scoring_views.officer_payment;
SET SESSION AUTHORIZATION regress_till;
SELECT count(*) FROM vault.payment;
SET SESSION AUTHORIZATION regress_offi;
SELECT count(*) FROM vault.payment_2;
SELECT count(*) FROM scoring_views.officer_payment;
BEGIN;
SELECT scoring.begin_access('credit', 'L-1') \g /dev/null
SELECT count(*), sum(amount), min(branch_id), max(branch_id), max(applicant_id) FROM scoring_views.officer_payment;
SELECT count(*), sum("row"), min(branch_id), max(branch_id), max(applicant_id) FROM scoring_views.officer_applicant;
COMMIT;
