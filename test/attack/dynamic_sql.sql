-- V27: names and texts that are put together into statements by functions with more rights than the caller's.
\c - postgres
CREATE FUNCTION lab.injectable(column_name text) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$DECLARE n bigint; BEGIN EXECUTE 'SELECT max(' || column_name || ') FROM lab.applicant' INTO n; RETURN n; END$$;
\c - officer_north
SELECT attack.ok(lab.injectable('applicant_id + (SELECT count(*) FROM pg_authid)') > 0, 'control: a name that is put in unquoted runs as the function''s owner');
-- A corpus, as every text argument of every function, by the duties that may call it; of each a quarter, by a hash.
\c - postgres
CREATE TABLE attack.corpus (t text);
INSERT INTO attack.corpus VALUES ('x''; SELECT lab.sprung(); --'), ('x"; DROP TABLE bank.applicant; --'), ('bank.applicant; DROP TABLE bank.applicant'), ('bank.applicant a, pg_authid'), ('applicant_id, national_id'),
  ('applicant_id) FROM bank.applicant; --'), ('"bank"."applicant"); SELECT 1; --'), ('(SELECT max(income) FROM bank.applicant)'), ('$$'), ('$scoring$; SELECT 1; $scoring$'), ('%I'), ('%1$s'), ('\'), ($t$E'\' || 1$t$), (repeat('a', 63)), (repeat('a', 64) || '''; --'), (U&'\02BC; SELECT 1'), ($t$'' || 1$t$), ('*'), (''), ('{*}'), ('{"a","b}'), ('income" FROM bank.applicant -- '), ('pg_temp.applicant'), (E'a\nb'), (E'a\u0301');
GRANT SELECT ON attack.corpus TO PUBLIC;
CREATE FUNCTION attack.inject() RETURNS TABLE (signature text, argument text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
  f record;
  t text;
  i int;
BEGIN
  FOR f IN SELECT p.oid, p.oid::regprocedure::text AS signature, p.proname, p.pronargs, p.prokind,
      ARRAY(SELECT format_type(u.t, NULL) FROM unnest(p.proargtypes) WITH ORDINALITY u(t, n) ORDER BY n) AS types
    FROM pg_proc p WHERE pronamespace = 'scoring'::regnamespace AND prokind = 'f' AND proname !~ '^_|_(in|recv|agg)$' AND proname IN ('protect', 'unprotect', 'classify', 'approve_classification', 'define_purpose', 'retire_purpose', 'grant_access', 'revoke_access', 'record_consent', 'record_consents', 'withdraw_consent', 'end_basis', 'begin_access',
      'publish_view', 'republish_view', 'retire_view', 'approve_disclosure', 'publish_release', 'refresh_release', 'retire_release', 'fit_protected_scorecard', 'audit_root', 'subject_access_report', 'subject_access_page', 'erase', 'purge_expired', 'verify_erasure', 'stamp_marks', 'arm_children')
    ORDER BY 2 LOOP
    FOR i IN 1 .. f.pronargs LOOP
      CONTINUE WHEN f.types[i] NOT IN ('text', 'text[]', 'regclass');
      FOR t IN SELECT c.t FROM attack.corpus c WHERE (hashtext(c.t || f.signature || i) & 3) = 0 LOOP
        signature := f.signature;
        argument := i || ' ' || t;
        outcome := attack.state(format('SELECT scoring.%I(%s)', f.proname, (SELECT string_agg(CASE WHEN n = i THEN CASE WHEN f.types[n] = 'text[]' THEN format('ARRAY[%L]::text[]', t) ELSE format('%L::%s', t, f.types[n]) END
            WHEN f.types[n] = 'regclass' THEN '''bank.applicant''::regclass' WHEN f.types[n] = 'text[]' THEN '''{income}''::text[]' WHEN f.types[n] = 'text' THEN CASE n WHEN 1 THEN '''bank.applicant''' WHEN 2 THEN '''income''' ELSE '''credit_decision''' END
            WHEN f.types[n] LIKE 'timestamp%' THEN 'now()' WHEN f.types[n] = 'boolean' THEN 'false' WHEN f.types[n] IN ('integer', 'bigint', 'numeric', 'double precision') THEN '5' ELSE format('NULL::%s', f.types[n]) END, ', ' ORDER BY n) FROM generate_series(1, f.pronargs) n)));
        RETURN NEXT;
      END LOOP;
    END LOOP;
  END LOOP;
END$$;
CREATE TABLE attack.injected (who name, signature text, argument text, outcome text);
GRANT INSERT ON attack.injected TO PUBLIC;
CREATE FUNCTION lab.sprung() RETURNS void LANGUAGE plpgsql AS $$BEGIN RAISE WARNING 'sprung as %', current_user; END$$;
SET client_min_messages = warning;
SELECT md5(string_agg(a::text, '' ORDER BY applicant_id)) AS rows_before FROM bank.applicant a \gset
SELECT count(*) AS tables_before FROM pg_class WHERE relnamespace = 'bank'::regnamespace \gset
SET SESSION AUTHORIZATION steward_stig;
BEGIN; INSERT INTO attack.injected SELECT current_user, * FROM attack.inject(); COMMIT;
SET SESSION AUTHORIZATION registrar_rita;
BEGIN; INSERT INTO attack.injected SELECT current_user, * FROM attack.inject() WHERE signature !~ 'erase|purge'; COMMIT;
SET SESSION AUTHORIZATION approver_abel;
BEGIN; INSERT INTO attack.injected SELECT current_user, * FROM attack.inject() WHERE signature ~ 'approve'; COMMIT;
SET SESSION AUTHORIZATION officer_north;
BEGIN; INSERT INTO attack.injected SELECT current_user, * FROM attack.inject() WHERE signature ~ 'begin'; COMMIT;
RESET SESSION AUTHORIZATION;
SELECT attack.ok(count(*) > 300 AND count(DISTINCT signature) > 15, 'many texts were tried in many functions: control') FROM attack.injected;
SELECT attack.is(string_agg(DISTINCT format('%s %s: %s by %s', signature, argument, outcome, who), E'\n'), NULL, 'V27: none was taken for SQL: no syntax error, nothing internal, nothing unexpected') FROM attack.injected WHERE outcome ~ '^(42601|42P01|42703|42883|XX...|42P0[2-9]|42804|22P02)' AND argument !~ E'^[0-9]+ ($|\\{)' AND NOT (signature ~ 'regclass' AND argument LIKE '1 %' AND outcome ~ '^(42P01|42602|42601|0A000|3F000)');
SELECT attack.is(count(*)::text, :'tables_before', 'V27: no table came or went') FROM pg_class WHERE relnamespace = 'bank'::regnamespace;
SELECT attack.is(md5(string_agg(a::text, '' ORDER BY applicant_id)), :'rows_before', 'V27: no row was changed') FROM bank.applicant a;
