-- V26, V28: what is called with more rights than the caller's, and whose names it looks up.
\c - postgres
CREATE FUNCTION lab.hijackable() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = '' AS $$SELECT count(*) FROM pg_database$$;
\c - analyst_temp
CREATE TEMP TABLE pg_database AS SELECT FROM generate_series(1, 4242);
SELECT attack.is(lab.hijackable()::text, '4242', 'control: with an empty search path a temporary table is found before the catalog');
SELECT attack.is(string_agg(p.oid::regprocedure::text, ', '), NULL, 'V26: no member of the extension is SECURITY DEFINER') FROM pg_proc p WHERE pronamespace IN ('scoring'::regnamespace) AND prosecdef;
SELECT attack.is(string_agg(p.oid::regprocedure::text, ', '), NULL, 'V26: no function in schemas of the workspace at all') FROM pg_proc p WHERE pronamespace IN ('scoring_data'::regnamespace, 'scoring_views'::regnamespace);
SELECT attack.is(string_agg(p.oid::regprocedure::text, ', '), NULL, 'V28: what is internal is nobody''s, but for what views, policies and fits call with their reader''s right')
FROM pg_proc p WHERE pronamespace = 'scoring'::regnamespace AND proname LIKE '\_%' AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))
  AND proname !~ '^_(batch|score_table|logistic|scorecard|registry_bad|protected_sketch)' AND proname NOT IN ('_gate', '_scopes', '_at', '_subject_number', '_subject_text', '_in_scope', '_valid_at');
-- Everything that is there is shadowed in pg_temp, and everything that the extension mentions; then it is called.
CREATE FUNCTION lab.sprung() RETURNS void LANGUAGE plpgsql AS $$BEGIN IF current_user <> session_user THEN RAISE WARNING 'sprung as %', current_user; PERFORM set_config('lab.hidden', '999', false); END IF; END$$;
\c - officer_north
DO $$
DECLARE
  c record;
BEGIN
  FOR c IN SELECT DISTINCT relname FROM pg_class WHERE relnamespace IN ('scoring_data'::regnamespace, 'scoring_views'::regnamespace, 'bank'::regnamespace) AND relkind IN ('r', 'p', 'v')
    UNION SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v') AND relname ~ '^pg_(class|proc|roles|authid|namespace|attribute|policy|policies|inherits|auth_members|depend|rewrite|views|settings|type|index|constraint|database)$' LOOP
    EXECUTE format('CREATE TEMP TABLE %I (oid oid, name text, purpose_number int, valid_until timestamptz, relname name, rolname name, nspname name)', c.relname);
    EXECUTE format('INSERT INTO pg_temp.%I SELECT 10, ''credit_decision'', 1, ''infinity'', ''officer_applicant'', ''officer_north'', ''scoring_data''', c.relname);
  END LOOP;
  FOR c IN SELECT DISTINCT unnest('{text,bigint,integer,timestamptz,jsonb,uuid,bytea,regclass,name,oid,boolean,model}'::text[]) AS n LOOP
    EXECUTE format('CREATE DOMAIN pg_temp.%I AS pg_catalog.text CHECK (lab.sprung() IS NOT NULL)', c.n);
  END LOOP;
  FOR c IN SELECT DISTINCT proname, pg_get_function_identity_arguments(oid) AS args, pronargs FROM pg_catalog.pg_proc WHERE pronamespace = 'scoring'::regnamespace AND proname LIKE '\_%' AND prorettype <> 'trigger'::regtype AND prokind = 'f' AND pronargs <= 3 AND NOT 2249 = ANY (proargtypes) AND pg_get_function_identity_arguments(oid) !~ 'OUT|internal|cstring' LOOP
    BEGIN
      EXECUTE format('CREATE FUNCTION pg_temp.%I(%s) RETURNS boolean LANGUAGE plpgsql AS $f$BEGIN PERFORM lab.sprung(); RETURN true; END$f$', c.proname, c.args);
    EXCEPTION WHEN OTHERS THEN
      NULL;
    END;
  END LOOP;
END$$;
CREATE FUNCTION lab.sprung_equal(a text, b text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN PERFORM lab.sprung(); RETURN true; END$$;
CREATE FUNCTION lab.sprung_equal(a integer, b integer) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN PERFORM lab.sprung(); RETURN true; END$$;
CREATE FUNCTION lab.sprung_equal(a bigint, b bigint) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN PERFORM lab.sprung(); RETURN true; END$$;
CREATE FUNCTION lab.sprung_equal(a oid, b oid) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN PERFORM lab.sprung(); RETURN true; END$$;
CREATE FUNCTION lab.sprung_equal(a name, b name) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN PERFORM lab.sprung(); RETURN true; END$$;
CREATE FUNCTION lab.sprung_equal(a timestamptz, b timestamptz) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN PERFORM lab.sprung(); RETURN true; END$$;
CREATE OPERATOR lab.= (leftarg = text, rightarg = text, function = lab.sprung_equal);
CREATE OPERATOR lab.= (leftarg = integer, rightarg = integer, function = lab.sprung_equal);
CREATE OPERATOR lab.= (leftarg = bigint, rightarg = bigint, function = lab.sprung_equal);
CREATE OPERATOR lab.= (leftarg = oid, rightarg = oid, function = lab.sprung_equal);
CREATE OPERATOR lab.= (leftarg = name, rightarg = name, function = lab.sprung_equal);
CREATE OPERATOR lab.> (leftarg = timestamptz, rightarg = timestamptz, function = lab.sprung_equal);
CREATE FUNCTION lab.now() RETURNS timestamptz LANGUAGE sql AS $$SELECT '2000-01-01'::timestamptz$$;
CREATE FUNCTION lab._scopes() RETURNS bytea LANGUAGE sql AS $$SELECT '\x01'::bytea$$;
SELECT lab.forget() \g /dev/null
SET search_path = pg_temp, lab, pg_catalog, scoring;
BEGIN;
SELECT scoring.begin_access('credit_decision'::pg_catalog.text, 'L-1'::pg_catalog.text) IS NOT NULL AS begun;
SELECT count(*) AS n, string_agg(DISTINCT branch_id::pg_catalog.text, ','::pg_catalog.text) AS branches FROM scoring_views.officer_applicant \gset
SELECT scoring.current_access();
SELECT * FROM scoring_views.officer_payment;
COMMIT;
RESET search_path;
SELECT attack.is(:'n' || ' of ' || :'branches', '60 of 1', 'V26: names shadowed in pg_temp and in the path change nothing of what is read');
SELECT attack.is(lab.hidden()::text, '0', 'V26: and nothing of the attacker''s ran as anybody else');
SELECT attack.is(attack.state('SELECT scoring._caller()') || attack.state('SELECT scoring._audit(''x'')') || attack.state('SELECT scoring._run_as_owner(''scoring._setup_audit()'')'), '425014250142501', 'V28: internal functions are denied');
\c - nobody
SELECT attack.is(attack.state('SELECT scoring.record_consent(''101'', ''credit_decision'', ''consent'', ''x'', now() + interval ''1 day'')')
  || attack.state('SELECT scoring.grant_access(''nobody'', ''credit_decision'', ''{*}'')') || attack.state('SELECT scoring.define_purpose(''x'', ''{}'', ''{}'', ''x'', ''x'')'), '425014250142501', 'V28: what everyone may call asks for the duty');
