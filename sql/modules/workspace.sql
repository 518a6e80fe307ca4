-- workspace: setup(), grants, doctor(), teardown(). The tables of the workspace are ordinary objects, not members of the
-- extension: pg_dump drops what was added to a member table. Each room of the workspace makes its own in _setup_<room>()
-- and says in _grants_<room>() who may do what.

-- How rooms make their relations. They run as the owner, so that what they make is the owner's.

CREATE FUNCTION scoring._make_table(name text, columns text, comment text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  there record;
BEGIN
  SELECT c.relkind, c.relowner INTO there FROM pg_class c WHERE c.relname = _make_table.name AND c.relnamespace = 'scoring_data'::regnamespace;
  IF NOT FOUND THEN
    EXECUTE format('CREATE TABLE scoring_data.%I (%s)', name, columns);
  ELSIF there.relkind NOT IN ('r', 'p') OR there.relowner <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data') THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('scoring_data.%I is not a table of the workspace''s owner', name),
      HINT = 'Find out who made it; then drop it.';
  END IF;
  -- Enabled without a policy and not forced: the owner passes, whoever else holds a privilege sees no row. Only where it is
  -- not so yet, since it takes the table from everyone.
  IF NOT (SELECT c.relrowsecurity FROM pg_class c WHERE c.relname = _make_table.name AND c.relnamespace = 'scoring_data'::regnamespace) THEN
    EXECUTE format('ALTER TABLE scoring_data.%I ENABLE ROW LEVEL SECURITY', name);
  END IF;
  EXECUTE format('COMMENT ON TABLE scoring_data.%I IS %L', name, comment);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._make_table(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._make_table(text, text, text) IS 'internal: makes a table of the workspace, with row security and a comment, unless there is one; something else of that name: 55000';

CREATE FUNCTION scoring._make_view(name text, query text, comment text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  there record;
  readers text[] := ARRAY(SELECT g.role FROM _grants() g WHERE g.kind = 'table' AND g.object = 'scoring_data.' || name AND g.privilege = 'SELECT' ORDER BY 1);
BEGIN
  SELECT c.relkind, c.relowner INTO there FROM pg_class c WHERE c.relname = _make_view.name AND c.relnamespace = 'scoring_data'::regnamespace;
  IF FOUND AND (there.relkind <> 'v' OR there.relowner <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data')) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('scoring_data.%I is not a view of the workspace''s owner', name),
      HINT = 'Find out who made it; then drop it.';
  END IF;
  -- A view has its owner's rights, and membership in pg_read_all_data or pg_write_all_data is a right to all views. So it
  -- looks by itself at who reads; and of two things in FROM the server makes no view that can be written through.
  EXECUTE format('CREATE OR REPLACE VIEW scoring_data.%I WITH (security_barrier) AS SELECT v.* FROM (%s) v CROSS JOIN (SELECT %s AS may) r WHERE r.may', name, query,
    CASE WHEN 'public' = ANY (readers) THEN 'true'
         ELSE format('EXISTS (SELECT FROM pg_roles p WHERE p.rolname = ANY (%L::text[]) AND pg_has_role(p.oid, ''USAGE''))', readers) END);
  EXECUTE format('COMMENT ON VIEW scoring_data.%I IS %L', name, comment);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._make_view(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._make_view(text, text, text) IS 'internal: makes or replaces a view of the workspace, a security barrier, with a comment; it is empty for who is in no role that the grants name, and cannot be written through; something else of that name: 55000';

CREATE FUNCTION scoring._setup_workspace() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('workspace', $t$
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version text NOT NULL,
    prefix text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT now(),
    upgraded_at timestamptz NOT NULL DEFAULT now()$t$,
    'one row: the version of the extension whose setup() made or last upgraded this workspace, and the prefix of its roles');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_workspace() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_workspace() IS 'internal: the tables of room workspace';

CREATE FUNCTION scoring._setup_done() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  INSERT INTO scoring_data.workspace AS w (version, prefix) SELECT x.extversion, _prefix() FROM pg_extension x WHERE x.extname = 'scoring'
  ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, upgraded_at = now() WHERE w.version <> excluded.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_done() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_done() IS 'internal: records which version has made or upgraded the workspace; as the owner, since a superuser does not write to tables that are not his';

CREATE FUNCTION scoring._rooms() RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT room FROM pg_catalog.unnest('{workspace,audit,purpose,registry,batch,decision,protect,publish,protected_scorecard,release,subject}'::text[]) WITH ORDINALITY AS r (room, place)
    WHERE pg_catalog.to_regprocedure(pg_catalog.format('scoring._setup_%s()', room)) IS NOT NULL ORDER BY place;
END;
REVOKE EXECUTE ON FUNCTION scoring._rooms() FROM PUBLIC;
COMMENT ON FUNCTION scoring._rooms() IS 'internal: the rooms that keep tables, lowest first; each has _setup_<room>() and _grants_<room>()';

CREATE FUNCTION scoring._duties(OUT duty text, OUT purpose text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('steward', 'keeps purposes, reason texts and grants of models, publishes views and releases'),
           ('registrar', 'records consents and their withdrawal, answers what is held about a person, erases it'),
           ('modeler', 'registers and validates models and policies'),
           ('approver', 'approves, deploys and retires them'),
           ('officer', 'reads protected tables through views, decides, overrides, reviews'),
           ('analyst', 'reads releases, aggregates and progress'),
           ('auditor', 'reads the audit log and the record of models and decisions, not the inputs');
END;
REVOKE EXECUTE ON FUNCTION scoring._duties() FROM PUBLIC;
COMMENT ON FUNCTION scoring._duties() IS 'internal: the duties, each a role named <prefix>_<duty>';

-- scoring_data.workspace is only known once there is one, so this reads the prefix off the owner's name.
CREATE FUNCTION scoring._prefix() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT regexp_replace(pg_get_userbyid(nspowner), '_owner$', '') FROM pg_namespace WHERE nspname = 'scoring_data');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._prefix() FROM PUBLIC;
COMMENT ON FUNCTION scoring._prefix() IS 'internal: what the names of the workspace''s roles begin with; NULL without a workspace';

CREATE FUNCTION scoring._grants_workspace(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('public', 'schema', 'scoring_data', 'USAGE'),
           ('public', 'schema', 'scoring_views', 'USAGE'),
           ('steward', 'function', 'check_catalog()', 'EXECUTE'),
           ('auditor', 'function', 'check_catalog()', 'EXECUTE'),
           ('steward', 'function', 'check_contents()', 'EXECUTE'),
           ('auditor', 'function', 'check_contents()', 'EXECUTE');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_workspace(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_workspace() IS 'internal: who may do what in room workspace';

-- Every grant there is: of each duty in each room, and the owner's on what rooms call.
CREATE FUNCTION scoring._grants(OUT role text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  room text;
  prefix text := scoring._prefix();
BEGIN
  RETURN QUERY SELECT prefix || '_owner', 'function', p.oid::regprocedure::text, 'EXECUTE' FROM pg_proc p
    WHERE p.pronamespace = 'scoring'::regnamespace AND p.proname LIKE '\_%' AND p.prokind = 'f'
      AND p.oid <> ALL (ARRAY(SELECT unnest(ARRAY[g.aggtransfn, g.aggfinalfn, g.aggcombinefn])::oid FROM pg_aggregate g)) AND p.proacl IS NOT NULL
      AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0)
    ORDER BY 3;
  FOR room IN SELECT r FROM scoring._rooms() r LOOP
    RETURN QUERY EXECUTE format($q$
      SELECT CASE g.duty WHEN 'public' THEN 'public' ELSE %L || '_' || g.duty END, g.kind,
             CASE g.kind WHEN 'function' THEN ('scoring._' || g.object)::regprocedure::text ELSE g.object END, g.privilege
      FROM scoring.%I() g$q$, prefix, '_grants_' || room);
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._grants(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants() IS 'internal: every grant of the workspace; of an entry f it is EXECUTE on _f';

CREATE FUNCTION scoring._apply_grants(kinds text[]) RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  g record;
  given integer := 0;
BEGIN
  FOR g IN SELECT * FROM scoring._grants() WHERE kind = ANY (kinds) LOOP
    EXECUTE format('GRANT %s ON %s %s TO %s', g.privilege, g.kind, g.object,
                   CASE g.role WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(g.role) END);
    given := given + 1;
  END LOOP;
  RETURN given;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._apply_grants(text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._apply_grants(text[]) IS 'internal: makes the grants of some kinds: schema, function, table; their number';

CREATE FUNCTION scoring.apply_grants() RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'apply_grants() must be called by a superuser';
  END IF;
  IF _prefix() IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = 'this database has no scoring workspace',
      HINT = 'A superuser makes it: SELECT scoring.setup();';
  END IF;
  RETURN _apply_grants('{schema,function,table}');
END
$$;
COMMENT ON FUNCTION scoring.apply_grants() IS 'gives each duty role of the workspace what is its own, again; the number of grants; for superusers: 42501; without a workspace: 55000';

-- What is wrong with a role that was here before setup() and would be made one of the workspace's; NULL if nothing.
CREATE FUNCTION scoring._role_fault(role name, of_owner boolean) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r pg_authid;
  thing text;
BEGIN
  SELECT * INTO r FROM pg_authid WHERE rolname = role;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  IF r.rolcanlogin THEN RETURN 'it may log in'; END IF;
  IF r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls THEN
    RETURN 'it has an attribute: SUPERUSER, CREATEROLE, CREATEDB, REPLICATION or BYPASSRLS';
  END IF;
  SELECT pg_get_userbyid(m.roleid) INTO thing FROM pg_auth_members m WHERE m.member = r.oid LIMIT 1;
  IF FOUND THEN RETURN format('it is a member of "%s"', thing); END IF;
  -- From 16 on, who creates a role without being a superuser gets it with ADMIN OPTION, granted by the first superuser.
  SELECT pg_get_userbyid(m.member) INTO thing FROM pg_auth_members m
  WHERE m.roleid = r.oid AND NOT EXISTS (SELECT FROM pg_authid s WHERE s.oid = m.member AND s.rolsuper)
    AND (of_owner OR m.admin_option OR NOT EXISTS (SELECT FROM pg_authid s WHERE s.oid = m.grantor AND s.rolsuper));
  IF FOUND THEN
    RETURN format('"%s" is a member of it%s', thing, CASE WHEN of_owner THEN '' ELSE ' with ADMIN OPTION, or not by a superuser''s grant' END);
  END IF;
  SELECT pg_describe_object(d.classid, d.objid, 0) INTO thing FROM pg_shdepend d
  WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o'
    AND (d.dbid = 0 OR d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND NOT (of_owner AND EXISTS (
      SELECT FROM pg_namespace n WHERE n.nspname IN ('scoring_data', 'scoring_views')
        AND (d.classid = 'pg_namespace'::regclass AND d.objid = n.oid
             OR d.classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class c WHERE c.oid = d.objid AND c.relnamespace = n.oid))))
  LIMIT 1;
  IF FOUND THEN RETURN format('it owns %s', thing); END IF;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._role_fault(name, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._role_fault(name, boolean) IS 'internal: why a role cannot be one of the workspace''s; NULL if it can, or is not there';

-- A dump restored with --no-owner, or where the roles are gone, leaves schema and contents to the superuser who restored.
CREATE FUNCTION scoring._adopt_schema(schema_name text, owner_name name, adopt boolean) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  schema_oid oid := schema_name::regnamespace;
  present name := (SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE oid = schema_oid);
  fault text;
  r record;
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = present) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('schema %I belongs to role "%s"', schema_name, present),
      DETAIL = 'A schema that somebody else made is not adopted: what is in it would run with the workspace''s rights.',
      HINT = 'Find out who made it; then drop it.';
  ELSIF NOT adopt THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('schema %I belongs to superuser "%s"', schema_name, present),
      DETAIL = 'That is how a restore leaves it that did without the workspace''s roles.',
      HINT = format('If that is what happened: SELECT scoring.setup(%L, adopt => true);', regexp_replace(owner_name, '_owner$', ''));
  END IF;
  SELECT d INTO fault FROM (
    SELECT format('%s belongs to "%s"', pg_describe_object('pg_class'::regclass, c.oid, 0), pg_get_userbyid(c.relowner)) FROM pg_class c
      JOIN pg_authid a ON a.oid = c.relowner WHERE c.relnamespace = schema_oid AND NOT a.rolsuper AND a.rolname <> owner_name
    UNION ALL SELECT format('%s is of no kind that a workspace has', pg_describe_object('pg_class'::regclass, c.oid, 0)) FROM pg_class c
      WHERE c.relnamespace = schema_oid AND c.relkind NOT IN ('r', 'p', 'v', 'i', 'I', 'S')
    UNION ALL SELECT pg_describe_object('pg_proc'::regclass, p.oid, 0) || ' does not belong there' FROM pg_proc p WHERE p.pronamespace = schema_oid
    UNION ALL SELECT pg_describe_object('pg_operator'::regclass, o.oid, 0) || ' does not belong there' FROM pg_operator o WHERE o.oprnamespace = schema_oid
    UNION ALL SELECT pg_describe_object('pg_type'::regclass, t.oid, 0) || ' does not belong there' FROM pg_type t
      WHERE t.typnamespace = schema_oid AND t.typrelid = 0 AND t.typcategory <> 'A'
    UNION ALL SELECT format('%s has a trigger', pg_describe_object('pg_class'::regclass, c.oid, 0)) FROM pg_class c
      JOIN pg_trigger t ON t.tgrelid = c.oid WHERE c.relnamespace = schema_oid AND NOT t.tgisinternal
    UNION ALL SELECT format('%s has a policy', pg_describe_object('pg_class'::regclass, c.oid, 0)) FROM pg_class c
      JOIN pg_policy p ON p.polrelid = c.oid WHERE c.relnamespace = schema_oid
    UNION ALL SELECT format('%s has a rule', pg_describe_object('pg_class'::regclass, c.oid, 0)) FROM pg_class c
      JOIN pg_rewrite w ON w.ev_class = c.oid WHERE c.relnamespace = schema_oid AND w.rulename <> '_RETURN') f (d)
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('schema %I cannot be adopted', schema_name),
      DETAIL = format('%s.', fault), HINT = 'Find out how that came to be; then drop it.';
  END IF;
  EXECUTE format('ALTER SCHEMA %I OWNER TO %I', schema_name, owner_name);
  -- Views after tables; sequences and indexes follow their tables.
  FOR r IN SELECT c.oid::regclass::text AS name, c.relkind FROM pg_class c
           WHERE c.relnamespace = schema_oid AND c.relkind IN ('r', 'p', 'v') ORDER BY c.relkind = 'v', 1 LOOP
    EXECUTE format('ALTER %s %s OWNER TO %I', CASE r.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, r.name, owner_name);
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._adopt_schema(text, name, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._adopt_schema(text, name, boolean) IS 'internal: gives a schema of a restored workspace, and what is in it, back to the owner; 55000 with the reason if it is not safe to';

CREATE FUNCTION scoring.setup(prefix text DEFAULT 'scoring', adopt boolean DEFAULT false) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  owner_name text := prefix || '_owner';
  owner_oid oid;
  duty record;
  wanted text;
  fault text;
  schema_name text;
  schema_owner oid;
  room text;
  before text;
  extension_version text := (SELECT extversion FROM pg_extension WHERE extname = 'scoring');
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'setup() must be called by a superuser';
  END IF;
  IF prefix IS NULL OR adopt IS NULL OR prefix !~ '^[a-z][a-z0-9_]{0,39}$' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the prefix of the workspace''s roles must be a plain name',
      DETAIL = 'It begins with a letter, goes on with letters, digits and underscores, all lower case, and has at most 40.';
  END IF;
  IF (SELECT regexp_replace(pg_get_userbyid(nspowner), '_owner$', '') <> prefix FROM pg_namespace n
      JOIN pg_authid a ON a.oid = n.nspowner WHERE n.nspname = 'scoring_data' AND NOT a.rolsuper AND NOT a.rolcanlogin AND a.rolname LIKE '%\_owner') THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('the workspace of this database has roles with prefix "%s"', _prefix()),
      HINT = format('SELECT scoring.setup(%L);', _prefix());
  END IF;
  -- One setup at a time; the lock is the extension's own row, which only superusers can take this way.
  PERFORM FROM pg_extension WHERE extname = 'scoring' FOR UPDATE;

  -- Roles: made, or adopted if nobody can be in them by stealth.
  FOR wanted IN SELECT owner_name UNION ALL SELECT prefix || '_' || d.duty FROM _duties() d LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
      EXECUTE format('COMMENT ON ROLE %I IS %L', wanted,
                     coalesce((SELECT d.purpose FROM _duties() d WHERE prefix || '_' || d.duty = wanted), 'owns the scoring workspace; nobody is to be a member of it'));
      CONTINUE;
    END IF;
    fault := _role_fault(wanted, wanted = owner_name);
    IF fault IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('role "%s" cannot be a role of the scoring workspace', wanted),
        DETAIL = format('It was there before, and %s.', fault),
        HINT = 'Mend or drop it, if you know who made it, or give another prefix.';
    END IF;
  END LOOP;
  owner_oid := owner_name::regrole;

  FOREACH schema_name IN ARRAY '{scoring_data,scoring_views}'::text[] LOOP
    SELECT nspowner INTO schema_owner FROM pg_namespace WHERE nspname = schema_name;
    IF NOT FOUND THEN
      EXECUTE format('CREATE SCHEMA %I AUTHORIZATION %I', schema_name, owner_name);
    ELSIF schema_owner <> owner_oid THEN
      PERFORM _adopt_schema(schema_name, owner_name, adopt);
    END IF;
  END LOOP;
  COMMENT ON SCHEMA scoring_data IS 'the scoring workspace: models, batches, decisions; read through its views, written through functions of schema scoring';
  COMMENT ON SCHEMA scoring_views IS 'views of protected tables, published by scoring';

  -- The owner needs what scoring offers everyone, also where that was taken from PUBLIC.
  EXECUTE format('GRANT USAGE ON SCHEMA scoring TO %I', owner_name);
  PERFORM _apply_grants('{schema,function}');
  FOR room IN SELECT r FROM _rooms() r LOOP
    PERFORM _run_as_owner(format('scoring._setup_%s()', room)::regprocedure);
  END LOOP;
  PERFORM apply_grants();
  SELECT version INTO before FROM scoring_data.workspace;
  PERFORM _run_as_owner('scoring._setup_done()');
  IF before IS NULL THEN
    RETURN format('workspace %s made, owned by %s', extension_version, owner_name);
  ELSIF before <> extension_version THEN
    RETURN format('workspace upgraded from %s to %s', before, extension_version);
  END IF;
  RETURN format('workspace %s is as it should be', extension_version);
END
$$;
COMMENT ON FUNCTION scoring.setup(text, boolean) IS 'makes or upgrades the workspace: schemas scoring_data and scoring_views, their tables, the roles <prefix>_owner, _steward, _registrar, _modeler, _approver, _officer, _analyst and _auditor, and all grants; says what it did; can be called again at any time. adopt: take over a workspace that a restore left to a superuser. For superusers: 42501; a role or schema that somebody else made before: 55000, with the reason';

-- doctor(): what is not as it should be. Rooms add what is wrong with the contents of their tables in _check_<room>().

CREATE FUNCTION scoring._check_workspace(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  extension_version text := (SELECT extversion FROM pg_extension WHERE extname = 'scoring');
  made_by text := (SELECT w.version FROM scoring_data.workspace w);
  s record;
  greatest_number bigint;
BEGIN
  IF made_by IS DISTINCT FROM extension_version THEN
    RETURN QUERY SELECT 'error', 'workspace', format('it was made by version %s, the extension is at %s', coalesce(made_by, 'unknown'), extension_version),
                        'SELECT scoring.setup();';
  END IF;
  -- Logical replication does not carry sequences, and a restore may forget them.
  FOR s IN SELECT d.objid::regclass::text AS name, c.relname, t.attname, pg_sequence_last_value(d.objid) AS last_value
           FROM pg_depend d JOIN pg_class c ON c.oid = d.refobjid AND c.relnamespace = 'scoring_data'::regnamespace
             JOIN pg_attribute t ON t.attrelid = d.refobjid AND t.attnum = d.refobjsubid
           WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i' AND t.attidentity <> '' ORDER BY 1 LOOP
    EXECUTE format('SELECT max(%I) FROM scoring_data.%I', s.attname, s.relname) INTO greatest_number;
    IF greatest_number > coalesce(s.last_value, 0) THEN
      RETURN QUERY SELECT 'error', s.name, format('it is at %s, but %s has got to %s: the next numbers are taken', coalesce(s.last_value, 0), s.relname, greatest_number),
                          format('SELECT setval(%L, %s);', s.name, greatest_number);
    END IF;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_workspace(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_workspace() IS 'internal: what is wrong with the contents of room workspace, for doctor()';

CREATE FUNCTION scoring._check_contents(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  room text;
BEGIN
  FOR room IN SELECT r FROM _rooms() r LOOP
    BEGIN
      RETURN QUERY EXECUTE format('SELECT c.severity, c.object, c.finding, c.remedy FROM scoring.%I() c', '_check_' || room);
    EXCEPTION WHEN undefined_table OR undefined_column OR insufficient_privilege THEN
      RETURN QUERY SELECT 'error', 'room ' || room, SQLERRM, 'restore it from a backup; if nothing was ever in it: SELECT scoring.setup();';
    END;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_contents(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_contents() IS 'internal: what is wrong with the contents of the workspace, for doctor()';

CREATE FUNCTION scoring.check_contents(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.check_contents() IS 'what is wrong with the contents of the workspace: hashes that do not fit, versions that are gone; part of doctor(); for stewards and auditors: 42501';

-- Findings about catalogs, as rows of doctor().
CREATE FUNCTION scoring._check_catalog(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  owner_oid oid := (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data');
  owner_name name := pg_get_userbyid(owner_oid);
  prefix text := scoring._prefix();
  server integer := current_setting('server_version_num')::integer;
BEGIN
  -- Relations of the workspace.
  RETURN QUERY SELECT 'error', c.oid::regclass::text, format('it belongs to "%s", not to "%s"', pg_get_userbyid(c.relowner), owner_name),
                      format('ALTER %s %s OWNER TO %I;', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, c.oid::regclass, owner_name)
    FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('scoring_data', 'scoring_views'))
      AND c.relkind NOT IN ('i', 'I', 't') AND c.relowner <> owner_oid ORDER BY 2;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, 'row security is not enabled', format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY;', c.oid::regclass)
    FROM pg_class c WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity ORDER BY 2;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, 'row security is forced, so the owner sees no row', format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY;', c.oid::regclass)
    FROM pg_class c WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind IN ('r', 'p') AND c.relforcerowsecurity ORDER BY 2;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, format('it has a policy, "%s"', p.polname), format('DROP POLICY %I ON %s;', p.polname, c.oid::regclass)
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'scoring_data'::regnamespace ORDER BY 2, 3;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, format('it has a trigger, "%s"', t.tgname), format('DROP TRIGGER %I ON %s;', t.tgname, c.oid::regclass)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'scoring_data'::regnamespace AND NOT t.tgisinternal ORDER BY 2, 3;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, format('it has a rule, "%s"', w.rulename), format('DROP RULE %I ON %s;', w.rulename, c.oid::regclass)
    FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class WHERE c.relnamespace = 'scoring_data'::regnamespace AND w.rulename <> '_RETURN' ORDER BY 2, 3;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, 'it is a view without security_barrier', format('ALTER VIEW %s SET (security_barrier);', c.oid::regclass)
    FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('scoring_data', 'scoring_views'))
      AND c.relkind = 'v' AND NOT coalesce(c.reloptions && '{security_barrier=true,security_barrier=on,security_barrier=1,security_barrier=yes}', false) ORDER BY 2;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, 'it is a view that can be written through, with the rights of its owner', 'SELECT scoring.setup();'
    FROM pg_class c WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind = 'v' AND pg_relation_is_updatable(c.oid, true) <> 0 ORDER BY 2;
  RETURN QUERY SELECT 'error', 'schema scoring_views', 'there is none', 'SELECT scoring.setup();' WHERE to_regnamespace('scoring_views') IS NULL;
  RETURN QUERY SELECT 'error', 'schema scoring_views', format('it belongs to "%s", not to "%s"', pg_get_userbyid(n.nspowner), owner_name), format('find out who made it; then ALTER SCHEMA scoring_views OWNER TO %I;', owner_name)
    FROM pg_namespace n WHERE n.nspname = 'scoring_views' AND n.nspowner <> owner_oid;

  -- Grants: those that are missing, and those that are too many.
  RETURN QUERY
    SELECT 'error', min(g.object), CASE count(*) WHEN 1 THEN format('"%s" lacks %s on it', min(g.role), min(g.privilege))
                                   ELSE format('"%s" lacks %s on it and on %s more', min(g.role), min(g.privilege), count(*) - 1) END, 'SELECT scoring.apply_grants();'
    FROM (SELECT x.* FROM scoring._grants() x LEFT JOIN pg_roles r ON r.rolname = x.role
          WHERE CASE WHEN x.role <> 'public' AND r.oid IS NULL THEN false
                     WHEN x.kind = 'table' AND to_regclass(x.object) IS NULL THEN true
                     WHEN x.kind = 'schema' AND to_regnamespace(x.object) IS NULL THEN true
                     WHEN x.kind = 'function' THEN NOT has_function_privilege(coalesce(r.oid, 0), x.object::regprocedure, x.privilege)
                     WHEN x.kind = 'schema' THEN NOT has_schema_privilege(coalesce(r.oid, 0), x.object, x.privilege)
                     ELSE NOT has_table_privilege(coalesce(r.oid, 0), to_regclass(x.object), x.privilege) END) g
    GROUP BY g.role ORDER BY 2, 3;
  RETURN QUERY
    SELECT 'error', c.oid::regclass::text, format('"%s" has %s on it, which the workspace did not give', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type),
           format('REVOKE %s ON %s FROM %s;', a.privilege_type, c.oid::regclass, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
    FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind NOT IN ('i', 'I', 't') AND a.grantee <> c.relowner
      AND NOT EXISTS (SELECT FROM scoring._grants() g WHERE g.kind = 'table' AND to_regclass(g.object) = c.oid AND g.privilege = a.privilege_type
                        AND g.role = CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee)::text END)
    ORDER BY 2, 3;
  RETURN QUERY
    SELECT 'error', c.oid::regclass || '.' || t.attname, format('"%s" has %s on this column, which the workspace did not give', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type),
           format('REVOKE %s (%I) ON %s FROM %s;', a.privilege_type, t.attname, c.oid::regclass, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
    FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
    WHERE c.relnamespace = 'scoring_data'::regnamespace AND a.grantee <> c.relowner ORDER BY 2, 3;
  RETURN QUERY
    SELECT 'error', p.oid::regprocedure::text, format('"%s" may execute it, which the workspace did not give', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END),
           format('REVOKE EXECUTE ON FUNCTION %s FROM %s;', p.oid::regprocedure, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
    FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
    WHERE p.pronamespace = 'scoring'::regnamespace AND p.proname LIKE '\_%' AND a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner
      -- What the install script did not take from PUBLIC is called by functions that run with their caller's rights.
      AND NOT (a.grantee = 0 AND NOT EXISTS (SELECT FROM pg_init_privs i WHERE i.classoid = 'pg_proc'::regclass AND i.objoid = p.oid))
      AND NOT EXISTS (SELECT FROM scoring._grants() g WHERE g.kind = 'function' AND g.object::regprocedure = p.oid
                        AND g.role = CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee)::text END)
    ORDER BY 2, 3;

  -- Schema scoring holds the extension and nothing else, and nothing in it runs with its owner's rights.
  RETURN QUERY SELECT 'error', p.oid::regprocedure::text, 'it runs with the rights of its owner', format('ALTER FUNCTION %s SECURITY INVOKER;', p.oid::regprocedure)
    FROM pg_proc p WHERE p.pronamespace = 'scoring'::regnamespace AND p.prosecdef ORDER BY 2;
  RETURN QUERY SELECT 'error', p.oid::regprocedure::text, format('it is in schema scoring, but not of the extension; it belongs to "%s"', pg_get_userbyid(p.proowner)), format('DROP ROUTINE %s;', p.oid::regprocedure)
    FROM pg_proc p WHERE p.pronamespace = 'scoring'::regnamespace
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') ORDER BY 2;
  RETURN QUERY SELECT 'error', p.oid::regprocedure::text, format('it belongs to "%s", who is no superuser and can change what it does', r.rolname),
      format('ALTER ROUTINE %s OWNER TO %I;', p.oid::regprocedure, (SELECT b.rolname FROM pg_roles b WHERE b.oid = 10))
    FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_roles r ON r.oid = p.proowner
    WHERE p.pronamespace = 'scoring'::regnamespace AND NOT r.rolsuper ORDER BY 2;
  RETURN QUERY SELECT 'error', 'schema scoring', format('"%s", who is no superuser, may create objects in it', r.rolname), format('REVOKE CREATE ON SCHEMA scoring FROM %I;', r.rolname)
    FROM pg_roles r WHERE NOT r.rolsuper AND has_schema_privilege(r.oid, 'scoring', 'CREATE') AND r.rolname !~ '^pg_' ORDER BY 3;

  -- Roles.
  RETURN QUERY SELECT 'error', format('role "%s"', d.role), 'there is none', 'SELECT scoring.setup();'
    FROM (SELECT prefix || '_' || x.duty AS role FROM scoring._duties() x) d WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = d.role) ORDER BY 2;
  RETURN QUERY SELECT 'error', format('role "%s"', r.rolname), 'a role of the workspace may log in or has an attribute',
                      format('ALTER ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;', r.rolname)
    FROM pg_roles r WHERE (r.oid = owner_oid OR r.rolname IN (SELECT prefix || '_' || x.duty FROM scoring._duties() x))
      AND (r.rolcanlogin OR r.rolsuper OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication OR r.rolbypassrls) ORDER BY 2;
  RETURN QUERY SELECT 'error', format('role "%s"', owner_name), format('"%s" is a member of it, and so reads and writes all of the workspace', m.rolname), format('REVOKE %I FROM %I;', owner_name, m.rolname)
    FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member WHERE a.roleid = owner_oid AND NOT m.rolsuper ORDER BY 3;
  RETURN QUERY SELECT 'error', format('role "%s"', r.rolname), format('it is a member of "%s"', g.rolname), format('REVOKE %I FROM %I;', g.rolname, r.rolname)
    FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.member JOIN pg_roles g ON g.oid = a.roleid
    WHERE r.oid = owner_oid OR r.rolname IN (SELECT prefix || '_' || x.duty FROM scoring._duties() x) ORDER BY 2, 3;
  RETURN QUERY SELECT 'warning', format('role "%s"', r.rolname), 'it is both a steward and an auditor, and would audit itself', format('REVOKE %I FROM %I;', prefix || '_steward', r.rolname)
    FROM pg_roles r WHERE NOT r.rolsuper AND r.rolname NOT IN (SELECT prefix || '_' || x.duty FROM scoring._duties() x)
      AND EXISTS (SELECT FROM pg_roles s, pg_roles u WHERE s.rolname = prefix || '_steward' AND u.rolname = prefix || '_auditor'
                  AND pg_has_role(r.oid, s.oid, 'MEMBER') AND pg_has_role(r.oid, u.oid, 'MEMBER')) ORDER BY 2;
  RETURN QUERY SELECT 'warning', format('role "%s"', r.rolname),
                      CASE WHEN server < 160000 THEN 'it has CREATEROLE, and before PostgreSQL 16 that lets it join any role of the workspace' ELSE 'it may grant roles of the workspace (ADMIN OPTION)' END,
                      CASE WHEN server < 160000 THEN format('ALTER ROLE %I NOCREATEROLE;', r.rolname) ELSE format('REVOKE ADMIN OPTION FOR the roles in question FROM %I;', r.rolname) END
    FROM pg_roles r WHERE NOT r.rolsuper
      AND CASE WHEN server < 160000 THEN r.rolcreaterole
               ELSE r.rolcreaterole AND EXISTS (SELECT FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid
                      WHERE a.member = r.oid AND a.admin_option AND (g.oid = owner_oid OR g.rolname IN (SELECT prefix || '_' || x.duty FROM scoring._duties() x))) END
    ORDER BY 2;
  RETURN QUERY SELECT 'warning', format('role "%s"', r.rolname), 'it bypasses row security and reads or writes all data', format('ALTER ROLE %I NOBYPASSRLS;', r.rolname)
    FROM pg_roles r WHERE NOT r.rolsuper AND r.rolbypassrls
      AND (pg_has_role(r.oid, 'pg_read_all_data', 'MEMBER') OR pg_has_role(r.oid, 'pg_write_all_data', 'MEMBER')) ORDER BY 2;
  RETURN QUERY SELECT 'warning', format('role "%s"', r.rolname), 'it reads all data, and so models and inputs that are so long that they are stored out of line: row security does not cover TOAST tables',
                      format('REVOKE pg_read_all_data FROM %I;', r.rolname)
    FROM pg_roles r WHERE NOT r.rolsuper AND NOT r.rolbypassrls AND r.rolname !~ '^pg_' AND pg_has_role(r.oid, 'pg_read_all_data', 'MEMBER') ORDER BY 2;

  -- The server and the versions.
  RETURN QUERY SELECT 'error', 'server', format('PostgreSQL %s has known holes in row security', current_setting('server_version')), format('update it to %s.%s or later', server / 10000, f.minor)
    FROM (VALUES (15, 20), (16, 16), (17, 12), (18, 7)) f (major, minor) WHERE f.major = server / 10000 AND server % 10000 < f.minor;
  RETURN QUERY SELECT 'error', 'view pg_stats_ext', 'it lacks the check of CVE-2024-4317: the cluster was made by an unpatched PostgreSQL', 'run fix-CVE-2024-4317.sql, which came with the server, in every database'
    WHERE pg_get_viewdef('pg_catalog.pg_stats_ext'::regclass) !~ 'pg_has_role';
  RETURN QUERY SELECT 'warning', 'extension scoring', format('version %s is installed, %s is available', x.extversion, a.default_version), 'ALTER EXTENSION scoring UPDATE; SELECT scoring.setup();'
    FROM pg_extension x JOIN pg_available_extensions a ON a.name = x.extname WHERE x.extname = 'scoring' AND a.default_version <> x.extversion;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_catalog(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_catalog() IS 'internal: what is wrong with catalogs, for doctor()';

CREATE FUNCTION scoring.check_catalog(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.check_catalog() IS 'what is wrong with owners, row security, grants, roles, the server and versions; part of doctor(); for stewards and auditors: 42501';

CREATE FUNCTION scoring.doctor(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  owner_role pg_roles;
  prefix text;
BEGIN
  SELECT r.* INTO owner_role FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner WHERE n.nspname = 'scoring_data';
  IF NOT FOUND THEN
    RETURN QUERY SELECT 'error', 'workspace', 'this database has none', 'SELECT scoring.setup();';
    RETURN;
  END IF;
  IF owner_role.rolsuper THEN
    -- A restore that did without the roles. Their prefix is in a table that only a superuser can read now.
    prefix := 'scoring';
    IF pg_has_role(owner_role.rolname, 'USAGE') AND to_regclass('scoring_data.workspace') IS NOT NULL THEN
      SELECT w.prefix INTO prefix FROM scoring_data.workspace w;
    END IF;
    RETURN QUERY SELECT 'error', 'schema scoring_data', format('it belongs to superuser "%s", so nothing of the workspace works: a restore did without its roles, or somebody else made it', owner_role.rolname),
                        format('if it was a restore: SELECT scoring.setup(%s); then grant the duty roles to people again', CASE WHEN prefix = 'scoring' THEN 'adopt => true' ELSE format('%L, adopt => true', prefix) END);
    RETURN;
  ELSIF owner_role.rolcanlogin OR owner_role.rolbypassrls THEN
    RETURN QUERY SELECT 'error', format('role "%s"', owner_role.rolname), 'the owner of the workspace may log in or bypasses row security, so nothing of it works',
                        format('ALTER ROLE %I NOLOGIN NOBYPASSRLS;', owner_role.rolname);
    RETURN;
  END IF;
  -- A superuser looks at the catalogs with rights of their own: the owner's may be what is missing.
  IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RETURN QUERY SELECT * FROM _check_catalog();
    BEGIN
      RETURN QUERY SELECT * FROM check_contents();
    EXCEPTION WHEN insufficient_privilege THEN
      RETURN QUERY SELECT 'error', 'contents of the workspace', format('they cannot be checked: %s', SQLERRM), 'SELECT scoring.apply_grants(); then call doctor() again';
    END;
  ELSE
    RETURN QUERY SELECT * FROM check_catalog();
    RETURN QUERY SELECT * FROM check_contents();
  END IF;
END
$$;
COMMENT ON FUNCTION scoring.doctor() IS 'what is not as it should be in the workspace, with severity (error, warning) and the statement that mends it; no rows if all is well; for superusers, stewards and auditors: 42501';

-- What PostgreSQL tells everyone of tables that they may not read, and how to keep it from them. Views on statistics call
-- these functions with their reader's rights, so the functions are what to take away.
CREATE FUNCTION scoring.open_channels(OUT channel text, OUT object text, OUT tells text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT c.channel, p.oid::regprocedure::text, c.tells, format('REVOKE EXECUTE ON FUNCTION pg_catalog.%s FROM PUBLIC;', p.oid::regprocedure)
    FROM (VALUES ('sizes', '^pg_(relation|table|indexes|total_relation|database|tablespace)_size$', 'pages of every table and index, to everyone'),
                 ('statistics of tables', '^pg_stat_get_(xact_)?(numscans|lastscan|tuples_.*|live_tuples|dead_tuples|mod_since_analyze|ins_since_vacuum|blocks_.*|last_.*|vacuum_count|autovacuum_count|analyze_count|autoanalyze_count|total_.*_time)$',
                  'rows read and written in every table, and when, to everyone'),
                 ('statistics of the database', '^pg_stat_get_(db_.*|wal|bgwriter.*|checkpointer.*|buf_.*|slru|io|archiver)$', 'how much was read and written by everyone'),
                 ('transactions and WAL', '^(pg_current_wal.*|pg_current_xact_id|pg_current_xact_id_if_assigned|pg_current_snapshot|txid_current.*)$', 'how many transactions there were, and how much they wrote'),
                 ('locks', '^pg_lock_status$', 'who works on which table at the moment')) c (channel, pattern, tells)
    JOIN pg_proc p ON p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ c.pattern
    WHERE EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
    ORDER BY c.channel, p.oid::regprocedure::text COLLATE "C";
END
$$;
COMMENT ON FUNCTION scoring.open_channels() IS 'functions of PostgreSQL that tell everyone of tables they may not read, as long as PUBLIC may execute them: the channel, what it tells, and the statement by which a superuser closes it; no rows when all are closed; monitoring then needs pg_monitor or a grant';

CREATE FUNCTION scoring.teardown(confirm text, export_schema text DEFAULT 'scoring_export') RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  owner_oid oid := (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data');
  prefix text;
  role_name text;
  r record;
  before bigint;
  after bigint;
  exported integer := 0;
  total bigint := 0;
  kept text[] := '{}';
  still text;
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'teardown() must be called by a superuser';
  END IF;
  IF owner_oid IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = 'this database has no scoring workspace';
  END IF;
  IF confirm IS DISTINCT FROM current_database() THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'teardown() removes the registry, all decisions and their evidence from this database',
      DETAIL = 'It copies them to plain tables in another schema first.',
      HINT = format('To do that, say which database you mean: SELECT scoring.teardown(%L);', current_database());
  END IF;
  IF export_schema IS NULL OR to_regnamespace(quote_ident(export_schema)) IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_schema', MESSAGE = format('schema "%s" exists', export_schema),
      HINT = 'Give the name of a schema that does not exist yet: it is made, and belongs to you.';
  END IF;

  IF to_regclass('scoring_data.protected_table') IS NOT NULL THEN
    SELECT string_agg(format('SELECT scoring.unprotect(%L);', format('%I.%I', t.schema_name, t.table_name)), ' ' ORDER BY 1) INTO still
    FROM scoring_data.protected_table t WHERE to_regclass(format('%I.%I', t.schema_name, t.table_name)) IS NOT NULL;
    IF still IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = 'tables of this database are protected by the workspace',
        DETAIL = 'Without it their policies and what was recorded of them would be gone, and what was withdrawn from others would stay withdrawn.',
        HINT = format('If that is what you want, give back first what protect() withdrew: %s', still);
    END IF;
  END IF;

  prefix := _prefix();
  EXECUTE format('CREATE SCHEMA %I', export_schema);
  EXECUTE format('COMMENT ON SCHEMA %I IS %L', export_schema, format('the scoring workspace of database %s, as it was on %s; values of scoring types as text', current_database(), now()));
  FOR r IN SELECT c.oid, c.relname FROM pg_class c WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 2 LOOP
    EXECUTE format('LOCK TABLE scoring_data.%I IN ACCESS EXCLUSIVE MODE', r.relname);
    EXECUTE format('CREATE TABLE %I.%I AS SELECT %s FROM scoring_data.%2$I', export_schema, r.relname,
      (SELECT string_agg(CASE WHEN t.typnamespace = 'scoring'::regnamespace THEN format('%I::text', a.attname) ELSE quote_ident(a.attname) END, ', ' ORDER BY a.attnum)
       FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped));
    EXECUTE format('SELECT count(*) FROM scoring_data.%I', r.relname) INTO before;
    EXECUTE format('SELECT count(*) FROM %I.%I', export_schema, r.relname) INTO after;
    IF before <> after THEN
      RAISE EXCEPTION USING ERRCODE = 'data_corrupted', MESSAGE = format('%s rows of scoring_data.%I became %s', before, r.relname, after);
    END IF;
    exported := exported + 1;
    total := total + after;
  END LOOP;

  -- Without CASCADE: what others have built on the workspace is theirs, and is named in the error.
  FOR r IN SELECT n.nspname, c.relkind = 'v' AS is_view, string_agg(c.oid::regclass::text, ', ') AS names FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname IN ('scoring_data', 'scoring_views') AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition GROUP BY 1, 2 ORDER BY 1 DESC, 2 DESC LOOP
    EXECUTE format('DROP %s %s', CASE WHEN r.is_view THEN 'VIEW' ELSE 'TABLE' END, r.names);
  END LOOP;
  FOR r IN SELECT * FROM _grants() g WHERE g.kind = 'function' LOOP
    IF r.role = 'public' OR to_regrole(quote_ident(r.role)) IS NOT NULL THEN
      EXECUTE format('REVOKE %s ON FUNCTION %s FROM %I', r.privilege, r.object, r.role);
    END IF;
  END LOOP;
  EXECUTE format('REVOKE USAGE ON SCHEMA scoring FROM %I', pg_get_userbyid(owner_oid));
  DROP SCHEMA scoring_views;
  DROP SCHEMA scoring_data;
  IF NOT (SELECT a.rolsuper FROM pg_roles a WHERE a.oid = owner_oid) THEN
    FOR role_name IN SELECT prefix || '_owner' UNION ALL SELECT prefix || '_' || d.duty FROM _duties() d LOOP
      BEGIN
        EXECUTE format('DROP ROLE IF EXISTS %I', role_name);
      EXCEPTION WHEN dependent_objects_still_exist THEN
        kept := kept || role_name;
      END;
    END LOOP;
  END IF;
  RETURN format('%s rows of %s tables are in schema %I; the workspace is gone', total, exported, export_schema)
    || CASE WHEN kept = '{}' THEN '' ELSE format('; these roles are used elsewhere and stay: %s', array_to_string(kept, ', ')) END;
END
$$;
COMMENT ON FUNCTION scoring.teardown(text, text) IS 'removes the workspace, once its tables are copied to a new schema of plain tables with values of scoring types as text; confirm: the name of the database; protected tables stop it: 55000; what others built on the workspace too: 2BP01; for superusers: 42501';
