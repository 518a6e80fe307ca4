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
  -- Enabled without a policy and not forced: the owner passes, whoever else holds a privilege sees no row.
  EXECUTE format('ALTER TABLE scoring_data.%I ENABLE ROW LEVEL SECURITY', name);
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
BEGIN
  SELECT c.relkind, c.relowner INTO there FROM pg_class c WHERE c.relname = _make_view.name AND c.relnamespace = 'scoring_data'::regnamespace;
  IF FOUND AND (there.relkind <> 'v' OR there.relowner <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data')) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('scoring_data.%I is not a view of the workspace''s owner', name),
      HINT = 'Find out who made it; then drop it.';
  END IF;
  EXECUTE format('CREATE OR REPLACE VIEW scoring_data.%I WITH (security_barrier) AS %s', name, query);
  EXECUTE format('COMMENT ON VIEW scoring_data.%I IS %L', name, comment);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._make_view(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._make_view(text, text, text) IS 'internal: makes or replaces a view of the workspace, a security barrier, with a comment; something else of that name: 55000';

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

CREATE FUNCTION scoring._rooms() RETURNS SETOF text
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT room FROM pg_catalog.unnest('{workspace,registry,batch,decision}'::text[]) WITH ORDINALITY AS r (room, place)
    WHERE pg_catalog.to_regprocedure(pg_catalog.format('scoring._setup_%s()', room)) IS NOT NULL ORDER BY place;
END;
REVOKE EXECUTE ON FUNCTION scoring._rooms() FROM PUBLIC;
COMMENT ON FUNCTION scoring._rooms() IS 'internal: the rooms that keep tables, lowest first; each has _setup_<room>() and _grants_<room>()';

CREATE FUNCTION scoring._duties(OUT duty text, OUT purpose text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('steward', 'keeps labels, reason texts and grants of models'),
           ('modeler', 'registers and validates models and policies'),
           ('approver', 'approves, deploys and retires them'),
           ('officer', 'decides, overrides, reviews'),
           ('analyst', 'reads aggregates and progress'),
           ('auditor', 'reads the record of models and decisions, not the inputs');
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
           ('public', 'schema', 'scoring_views', 'USAGE');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_workspace(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_workspace() IS 'internal: who may do what in room workspace';

-- Every grant there is: of each duty in each room, and the owner's on what rooms call.
CREATE FUNCTION scoring._grants(OUT role text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  room text;
  prefix text := _prefix();
BEGIN
  RETURN QUERY SELECT prefix || '_owner', 'function', p.oid::regprocedure::text, 'EXECUTE' FROM pg_proc p
    WHERE p.pronamespace = 'scoring'::regnamespace AND p.proname LIKE '\_%' AND p.prokind = 'f'
      AND NOT EXISTS (SELECT FROM pg_aggregate g WHERE p.oid IN (g.aggtransfn, g.aggfinalfn, g.aggcombinefn)) AND p.proacl IS NOT NULL
      AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0)
    ORDER BY 3;
  FOR room IN SELECT r FROM _rooms() r LOOP
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
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  g record;
  given integer := 0;
BEGIN
  FOR g IN SELECT * FROM _grants() WHERE kind = ANY (kinds) LOOP
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
      HINT = 'If that is what happened: SELECT scoring.setup(adopt => true);';
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
  IF NOT FOUND THEN
    INSERT INTO scoring_data.workspace (version, prefix) VALUES (extension_version, setup.prefix);
    RETURN format('workspace %s made, owned by %s', extension_version, owner_name);
  ELSIF before <> extension_version THEN
    UPDATE scoring_data.workspace SET version = extension_version, upgraded_at = now();
    RETURN format('workspace upgraded from %s to %s', before, extension_version);
  END IF;
  RETURN format('workspace %s is as it should be', extension_version);
END
$$;
COMMENT ON FUNCTION scoring.setup(text, boolean) IS 'makes or upgrades the workspace: schemas scoring_data and scoring_views, their tables, the roles <prefix>_owner, _steward, _modeler, _approver, _officer, _analyst and _auditor, and all grants; says what it did; can be called again at any time. adopt: take over a workspace that a restore left to a superuser. For superusers: 42501; a role or schema that somebody else made before: 55000, with the reason';
