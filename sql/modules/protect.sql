-- protect: tables of the bank with row security and classified columns. Their owner calls these functions, with his own
-- rights. What is to be done and what is recorded is worked out by entries that run as the workspace's owner, believe
-- nothing but the catalogs, and look at who calls; what they name is done by the caller. Nothing that a table's owner can
-- write, a policy, an index expression, a type, runs as the workspace's owner: such a table is refused.

CREATE FUNCTION scoring._setup_protect() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('protected_table', $t$
    schema_name text NOT NULL,
    table_name text NOT NULL,
    subject_key text NOT NULL,
    subject_kind text NOT NULL CHECK (subject_kind IN ('number', 'text')),
    scope_column text,
    scope_kind text CHECK (scope_kind IN ('number', 'text')),
    marks text NOT NULL CHECK (marks IN ('table', 'row')),
    mark_purposes integer[] NOT NULL,
    forced boolean NOT NULL,
    writers text[] NOT NULL,
    before jsonb NOT NULL,
    relation_oid oid NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (schema_name, table_name)$t$,
    'the protected tables, by name');
  COMMENT ON COLUMN scoring_data.protected_table.marks IS 'where the right that holds now is read: table: scoring_data.permission; row: columns scoring_until_<purpose number> of the table itself';
  COMMENT ON COLUMN scoring_data.protected_table.before IS 'row security and privileges as they were, for unprotect()';
  COMMENT ON COLUMN scoring_data.protected_table.relation_oid IS 'the table when it was last recorded: by it a renamed table is found again; means nothing after a restore';
  PERFORM _make_table('classification', $t$
    schema_name text NOT NULL,
    table_name text NOT NULL,
    column_name text NOT NULL,
    classification_number bigint GENERATED ALWAYS AS IDENTITY,
    class text NOT NULL CHECK (class IN ('identifier', 'restricted', 'sensitive', 'quasi', 'ordinary', 'outcome', 'prohibited')),
    dimension text,
    legal_basis text,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz NOT NULL DEFAULT 'infinity',
    needs_approval boolean NOT NULL DEFAULT false,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    approved_by_role text,
    approved_by_session text,
    approved_at timestamptz,
    approval_reason text,
    superseded_at timestamptz,
    PRIMARY KEY (schema_name, table_name, column_name, classification_number)$t$,
    'the classes of columns of protected tables, and what they were before; the current one has no superseded_at');
  IF to_regclass('scoring_data.classification_current') IS NULL THEN
    CREATE UNIQUE INDEX classification_current ON scoring_data.classification (schema_name, table_name, column_name) WHERE superseded_at IS NULL;
  END IF;
  COMMENT ON COLUMN scoring_data.classification.needs_approval IS 'the class is laxer than the one before, or than those of the columns it is made from: it holds once it is approved';
  -- Both are for the duties that need them, and for the owner of the table.
  PERFORM _make_view('protected_tables', $q$
    SELECT p.schema_name, p.table_name, p.subject_key, p.scope_column, p.marks, p.mark_purposes, p.forced, p.writers, p.role_name, p.session_name, p.at
    FROM scoring_data.protected_table p
    WHERE EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = p.schema_name AND c.relname = p.table_name AND pg_has_role(c.relowner, 'USAGE'))
      OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname = ANY (ARRAY[$q$ || _protect_readers() || $q$]) AND pg_has_role(r.oid, 'USAGE'))$q$,
    'the protected tables; for stewards, registrars, modelers, approvers, auditors, and of a table for its owner');
  PERFORM _make_view('classifications', $q$
    SELECT k.schema_name, k.table_name, k.column_name, k.class, k.dimension, k.legal_basis, k.valid_from, k.valid_until, k.needs_approval,
           k.role_name, k.session_name, k.at, k.approved_by_role, k.approved_by_session, k.approved_at, k.approval_reason, k.superseded_at,
           k.superseded_at IS NULL AND (k.approved_at IS NOT NULL OR NOT k.needs_approval) AND k.valid_from <= statement_timestamp() AND k.valid_until > statement_timestamp() AS holds
    FROM scoring_data.classification k
    WHERE EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = k.schema_name AND c.relname = k.table_name AND pg_has_role(c.relowner, 'USAGE'))
      OR EXISTS (SELECT FROM pg_roles r WHERE r.rolname = ANY (ARRAY[$q$ || _protect_readers() || $q$]) AND pg_has_role(r.oid, 'USAGE'))$q$,
    'the classes of columns of protected tables, now and before; for stewards, registrars, modelers, approvers, auditors, and of a table for its owner');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_protect() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_protect() IS 'internal: the tables and views of room protect';

CREATE FUNCTION scoring._grants_protect(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('steward', 'function', 'forget_protection(text)', 'EXECUTE'),
           ('approver', 'function', 'approve_classification(text, text, text)', 'EXECUTE'),
           ('public', 'table', 'scoring_data.protected_tables', 'SELECT'),
           ('public', 'table', 'scoring_data.classifications', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_protect(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_protect() IS 'internal: who may do what in room protect';

CREATE FUNCTION scoring._protect_readers() RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT string_agg(quote_literal(_prefix() || '_' || d), ', ') FROM unnest('{steward,registrar,modeler,approver,auditor}'::text[]) d);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_readers() FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_readers() IS 'internal: the roles that read all of the views of room protect, as literals';

-- What is in the catalogs.

-- Not to_regclass(), which needs USAGE on the schema, and that may be what is missing.
CREATE FUNCTION scoring._protect_relation(schema_name text, table_name text) RETURNS oid
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = schema_name AND c.relname = table_name);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_relation(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_relation(text, text) IS 'internal: the relation of a name, NULL if there is none; asks for no right';

CREATE FUNCTION scoring._protect_family(relation oid, OUT member oid, OUT depth integer) RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY
    WITH RECURSIVE f (member, depth) AS (
      SELECT relation, 0 UNION SELECT i.inhrelid, f.depth + 1 FROM pg_inherits i JOIN f ON i.inhparent = f.member)
    SELECT f.member, min(f.depth) FROM f GROUP BY 1 ORDER BY 2, f.member::regclass::text COLLATE "C";
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_family(oid, OUT oid, OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_family(oid) IS 'internal: a table, and its partitions and children of any depth';

CREATE FUNCTION scoring._protect_acl(relations oid[], OUT relation oid, OUT grantor oid, OUT grantee oid, OUT column_name name, OUT privilege text, OUT grantable boolean) RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT c.oid, a.grantor, a.grantee, NULL::name, a.privilege_type, a.is_grantable FROM pg_class c, aclexplode(c.relacl) a
    WHERE c.oid = ANY (relations) AND c.relacl IS NOT NULL AND a.grantee <> c.relowner
    UNION ALL
    SELECT c.oid, a.grantor, a.grantee, t.attname, a.privilege_type, a.is_grantable FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
    WHERE c.oid = ANY (relations) AND t.attrelid = ANY (relations) AND t.attacl IS NOT NULL AND NOT t.attisdropped AND a.grantee <> c.relowner;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_acl(oid[], OUT oid, OUT oid, OUT oid, OUT name, OUT text, OUT boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_acl(oid[]) IS 'internal: privileges on relations and on their columns, but those of their owners';

CREATE FUNCTION scoring._protect_name(role oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN CASE role WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(role)) END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_name(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_name(oid) IS 'internal: a role, 0 being PUBLIC, as a statement names it';

CREATE FUNCTION scoring._protect_policy_name(writer text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN 'scoring_writer_' || CASE WHEN octet_length(writer) > 48 THEN md5(writer) ELSE writer END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_policy_name(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_policy_name(text) IS 'internal: the name of a writer''s policy; of a long role name its MD5, since a name has at most 63 bytes';

-- Types whose input, output, casts and operators are of the server or of this extension. A domain has a check, an enum may
-- have a cast to text that somebody has made: those would run as the workspace's owner where it makes releases and models.
CREATE FUNCTION scoring._protect_type_fault(type oid, collation_of oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  t record;
BEGIN
  SELECT x.typname, x.typtype, x.typnamespace, coalesce(e.typtype, 'b') AS element_type, coalesce(e.typnamespace, 'pg_catalog'::regnamespace) AS element_namespace
  INTO t FROM pg_type x LEFT JOIN pg_type e ON e.oid = x.typelem AND x.typlen = -1 AND x.typcategory = 'A' WHERE x.oid = type;
  IF NOT FOUND OR t.typtype NOT IN ('b', 'r', 'm') OR t.element_type NOT IN ('b', 'r', 'm')
     OR t.typnamespace NOT IN ('pg_catalog'::regnamespace, 'scoring'::regnamespace) OR t.element_namespace NOT IN ('pg_catalog'::regnamespace, 'scoring'::regnamespace) THEN
    RETURN format('its type %s is not one of PostgreSQL''s own: casts, checks and operators of such a type can be anybody''s code', type::regtype);
  ELSIF NOT (SELECT c.collisdeterministic FROM pg_collation c WHERE c.oid = collation_of UNION ALL SELECT true LIMIT 1) THEN
    RETURN 'its collation is not deterministic: values that differ count as equal';
  END IF;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_type_fault(oid, oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_type_fault(oid, oid) IS 'internal: why a column of a type and collation cannot be read as the workspace''s owner; NULL if it can';

-- Kind number or text of a key or scope column, by which it is compared; with a leakproof =.
CREATE FUNCTION scoring._protect_kind(relation oid, column_name text, OUT kind text, OUT fault text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  a record;
BEGIN
  SELECT t.atttypid, t.attcollation, t.attnotnull, t.attgenerated INTO a FROM pg_attribute t
  WHERE t.attrelid = relation AND t.attname = column_name AND t.attnum > 0 AND NOT t.attisdropped;
  IF NOT FOUND THEN
    fault := 'there is no such column';
  ELSIF a.atttypid = ANY ('{int2,int4,int8}'::regtype[]) THEN
    kind := 'number';
  ELSIF a.atttypid <> ALL ('{text,varchar,uuid}'::regtype[]) THEN
    fault := format('it is of type %s; smallint, integer, bigint, text, varchar and uuid are compared by what never shows a value it has not let pass (a leakproof =)', a.atttypid::regtype);
  ELSE
    kind := 'text';
    fault := _protect_type_fault(a.atttypid, a.attcollation);
  END IF;
  IF a.attgenerated = 'v' THEN
    fault := 'it is a virtual generated column';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_kind(oid, text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_kind(oid, text) IS 'internal: whether a key or scope column is a number or a text, or why it cannot be one';

CREATE FUNCTION scoring._class_rank(class text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE class WHEN 'prohibited' THEN 5 WHEN 'identifier' THEN 4 WHEN 'restricted' THEN 3 WHEN 'sensitive' THEN 2 WHEN 'quasi' THEN 1 WHEN 'outcome' THEN 1 ELSE 0 END;
END;
REVOKE EXECUTE ON FUNCTION scoring._class_rank(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._class_rank(text) IS 'internal: how strict a class is; a lower one takes an approver';

-- The columns a generated column is made from.
CREATE FUNCTION scoring._protect_sources(relation oid, column_name text) RETURNS SETOF text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT DISTINCT s.attname::text FROM pg_attribute g JOIN pg_attrdef f ON f.adrelid = g.attrelid AND f.adnum = g.attnum
      JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = g.attrelid
      JOIN pg_attribute s ON s.attrelid = g.attrelid AND s.attnum = d.refobjsubid
    WHERE g.attrelid = relation AND g.attname = column_name AND g.attgenerated <> '' AND s.attnum <> g.attnum ORDER BY 1;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_sources(oid, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_sources(oid, text) IS 'internal: the columns that a generated column is made from';

-- Of each column: its class, and what keeps it from being read; NULL if it may be, once it is granted.
CREATE FUNCTION scoring._column_classes(relation oid, OUT column_name text, OUT column_number smallint, OUT class text, OUT dimension text, OUT fault text, OUT granted boolean) RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  workspace oid := (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'scoring_data');
  made_of record;
  k record;
BEGIN
  FOR k IN
    SELECT t.attname::text AS attname, t.attnum, t.atttypid, t.attcollation, t.attgenerated, t.attnotnull, x.class, x.dimension, x.valid_from, x.valid_until, x.needs_approval, x.approved_at,
           p.subject_key, p.scope_column, t.attname = ANY (ARRAY(SELECT 'scoring_until_' || n FROM unnest(p.mark_purposes) n)) AS is_mark,
           EXISTS (SELECT FROM aclexplode(t.attacl) a WHERE a.grantee = workspace) AS granted
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN scoring_data.protected_table p ON p.schema_name = n.nspname AND p.table_name = c.relname
      JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped
      LEFT JOIN scoring_data.classification x ON x.schema_name = n.nspname AND x.table_name = c.relname AND x.column_name = t.attname AND x.superseded_at IS NULL
    WHERE c.oid = relation ORDER BY t.attnum
  LOOP
    column_name := k.attname;
    column_number := k.attnum;
    class := k.class;
    dimension := k.dimension;
    granted := k.granted;
    fault := CASE WHEN k.is_mark THEN CASE WHEN k.atttypid <> 'timestamptz'::regtype OR NOT k.attnotnull OR k.attgenerated <> '' THEN 'it is no column that holds marks: timestamptz NOT NULL' END
                  WHEN k.class IS NULL THEN 'it is not classified'
                  WHEN k.class = 'prohibited' THEN 'it is prohibited'
                  WHEN k.needs_approval AND k.approved_at IS NULL THEN format('class %s waits for an approver', k.class)
                  WHEN k.valid_from > statement_timestamp() OR k.valid_until <= statement_timestamp() THEN format('its classification ended %s', to_char(timezone('UTC', k.valid_until), 'YYYY-MM-DD HH24:MI "UTC"'))
                  ELSE _protect_type_fault(k.atttypid, k.attcollation) END;
    IF k.is_mark THEN
      class := 'mark';
    ELSIF fault IS NULL AND k.attgenerated <> '' THEN
      SELECT s INTO made_of FROM _protect_sources(relation, k.attname) s JOIN scoring_data.classification x ON x.column_name = s AND x.superseded_at IS NULL AND x.class = 'prohibited'
        JOIN pg_class c ON c.oid = relation AND c.relname = x.table_name JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = x.schema_name LIMIT 1;
      IF FOUND THEN
        fault := format('it is made from column %I, which is prohibited', made_of.s);
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._column_classes(oid, OUT text, OUT smallint, OUT text, OUT text, OUT text, OUT boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._column_classes(oid) IS 'internal: of each column of a protected table its class, why it must not be read now (NULL if it may), and whether it is granted to the workspace''s owner; columns of marks are of class mark';

CREATE FUNCTION scoring._armed_columns(relation oid, OUT column_name text, OUT class text, OUT dimension text) RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT k.column_name, k.class, k.dimension FROM _column_classes(relation) k WHERE k.fault IS NULL AND k.granted AND k.class <> 'mark';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._armed_columns(oid, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._armed_columns(oid) IS 'internal: the columns of a protected table that may be read now: classified, valid, approved, not prohibited nor made from what is, granted; in their order';

-- Code of others than superusers in what a table has: an expression of an index, a partition key, a check or statistics is
-- simplified, and so run, by whoever plans a query of the table; a policy by whom it is for.
CREATE FUNCTION scoring._protection_code(relation oid, family oid[], with_policies boolean) RETURNS SETOF text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY
    WITH o (classid, objid, whole, owner, kind) AS (
      SELECT 'pg_class'::regclass::oid, i.indexrelid, false, i.indrelid, 'index' FROM pg_index i WHERE i.indrelid = ANY (family)
      UNION ALL SELECT 'pg_class'::regclass, x.partrelid, true, x.partrelid, 'the partition key' FROM pg_partitioned_table x WHERE x.partrelid = ANY (family)
      UNION ALL SELECT 'pg_constraint'::regclass, k.oid, false, k.conrelid, 'constraint' FROM pg_constraint k WHERE k.conrelid = ANY (family) AND k.contype IN ('c', 'x')
      UNION ALL SELECT 'pg_statistic_ext'::regclass, s.oid, false, s.stxrelid, 'statistics' FROM pg_statistic_ext s WHERE s.stxrelid = ANY (family)
      UNION ALL SELECT 'pg_attrdef'::regclass, f.oid, false, f.adrelid, 'a virtual column' FROM pg_attrdef f JOIN pg_attribute t ON t.attrelid = f.adrelid AND t.attnum = f.adnum
        WHERE f.adrelid = ANY (family) AND t.attgenerated = 'v'
      UNION ALL SELECT 'pg_policy'::regclass, q.oid, false, q.polrelid, 'policy' FROM pg_policy q WHERE q.polrelid = ANY (family) AND with_policies),
    d (classid, objid, owner, kind, refclassid, refobjid) AS (
      SELECT DISTINCT o.classid, o.objid, o.owner, o.kind, d.refclassid, d.refobjid FROM o JOIN pg_depend d ON d.classid = o.classid AND d.objid = o.objid AND (NOT o.whole OR d.objsubid = 0)
      WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass, 'pg_opclass'::regclass))
    SELECT format('%s of %s uses %s, which is not a superuser''s: whoever plans a query of the table may run it',
                  CASE WHEN d.classid = 'pg_class'::regclass AND d.objid <> d.owner THEN 'index ' || d.objid::regclass
                       WHEN d.classid = 'pg_constraint'::regclass THEN format('constraint %I', (SELECT k.conname FROM pg_constraint k WHERE k.oid = d.objid))
                       WHEN d.classid = 'pg_statistic_ext'::regclass THEN format('statistics %I', (SELECT k.stxname FROM pg_statistic_ext k WHERE k.oid = d.objid)) ELSE d.kind END,
                  CASE d.owner WHEN relation THEN 'it' ELSE d.owner::regclass::text END, pg_describe_object(d.refclassid, d.refobjid, 0))
    FROM d WHERE CASE d.refclassid
            WHEN 'pg_proc'::regclass THEN EXISTS (SELECT FROM pg_proc q JOIN pg_roles r ON r.oid = q.proowner WHERE q.oid = d.refobjid AND NOT r.rolsuper)
            WHEN 'pg_operator'::regclass THEN EXISTS (SELECT FROM pg_operator q JOIN pg_proc f ON f.oid = q.oprcode JOIN pg_roles r ON r.oid IN (q.oprowner, f.proowner) WHERE q.oid = d.refobjid AND NOT r.rolsuper)
            WHEN 'pg_type'::regclass THEN EXISTS (SELECT FROM pg_type q JOIN pg_roles r ON r.oid = q.typowner WHERE q.oid = d.refobjid AND NOT r.rolsuper)
            ELSE EXISTS (SELECT FROM pg_opclass q JOIN pg_roles r ON r.oid = q.opcowner WHERE q.oid = d.refobjid AND NOT r.rolsuper) END
    ORDER BY 1;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protection_code(oid, oid[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protection_code(oid, oid[], boolean) IS 'internal: what of a table and its children, the family, would run code that is not a superuser''s when a query of it is planned; with_policies: or read';

-- What a table has that no statement of ours puts right: its owner does. An expression of an index, a partition key, a
-- check or statistics is simplified, and so run, by whoever plans a query of the table.
CREATE FUNCTION scoring._protection_flaws(relation oid, subject_key text, scope_column text, writers text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  workspace oid := (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'scoring_data');
  duties oid[] := ARRAY(SELECT to_regrole(quote_ident(_prefix() || '_' || d.duty))::oid FROM _duties() d WHERE to_regrole(quote_ident(_prefix() || '_' || d.duty)) IS NOT NULL);
  family oid[] := ARRAY(SELECT f.member FROM _protect_family(relation) f);
  c record;
  kind record;
BEGIN
  SELECT x.*, n.nspname INTO c FROM pg_class x JOIN pg_namespace n ON n.oid = x.relnamespace WHERE x.oid = relation;
  IF NOT FOUND THEN
    RETURN NEXT 'it does not exist';
    RETURN;
  END IF;
  IF c.relkind NOT IN ('r', 'p') THEN
    RETURN NEXT 'it is not a table';
    RETURN;
  ELSIF c.relpersistence = 't' THEN
    RETURN NEXT 'it is temporary';
  ELSIF c.nspname IN ('pg_catalog', 'information_schema', 'pg_toast', 'scoring', 'scoring_data', 'scoring_views') THEN
    RETURN NEXT format('schema %s is not the bank''s', c.nspname);
    RETURN;
  END IF;
  RETURN QUERY SELECT format('it belongs to extension %I: a dump would lose what is added to it', e.extname) FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
    WHERE d.classid = 'pg_class'::regclass AND d.objid = relation AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e';
  RETURN QUERY SELECT format('it is a child of %s: protect that', i.inhparent::regclass) FROM pg_inherits i WHERE i.inhrelid = relation ORDER BY 1;

  -- Who has its owner's rights, or a writer's.
  IF c.relowner = workspace OR c.relowner = ANY (duties) THEN
    RETURN NEXT format('it belongs to %I, a role of the workspace', pg_get_userbyid(c.relowner));
  END IF;
  RETURN QUERY SELECT format('%I, a role of the workspace, is a member of its owner %I', d.rolname, pg_get_userbyid(c.relowner)) FROM pg_roles d
    WHERE d.oid = ANY (duties || workspace) AND d.oid <> c.relowner AND NOT d.rolsuper AND pg_has_role(d.oid, c.relowner, 'MEMBER') ORDER BY 1;
  RETURN QUERY SELECT format('%I, a role of the workspace, is a member of writer %I', d.rolname, w.rolname) FROM pg_roles d, pg_roles w
    WHERE writers <> '{}' AND d.oid = ANY (duties || workspace) AND w.rolname = ANY (writers) AND d.oid <> w.oid AND NOT d.rolsuper AND pg_has_role(d.oid, w.oid, 'MEMBER') ORDER BY 1;
  RETURN QUERY SELECT format('writer %I is a role of the workspace', w.rolname) FROM pg_roles w WHERE w.rolname = ANY (writers) AND w.oid = ANY (duties || workspace) ORDER BY 1;
  RETURN QUERY SELECT format('writer %I is a role of the server that stands for many', w) FROM unnest(writers) w WHERE w ~ '^pg_' OR w = 'public' ORDER BY 1;
  RETURN QUERY SELECT format('there is no writer %I', w) FROM unnest(writers) w WHERE w <> 'public' AND to_regrole(quote_ident(w)) IS NULL ORDER BY 1;

  -- Children, and what is on any of them.
  RETURN QUERY SELECT format(CASE WHEN x.relkind NOT IN ('r', 'p') THEN 'its child %s is not a table of this database' ELSE 'its child %s is temporary' END, x.oid::regclass)
    FROM pg_class x WHERE x.oid = ANY (family) AND x.oid <> relation AND (x.relkind NOT IN ('r', 'p') OR x.relpersistence = 't') ORDER BY x.oid::regclass::text COLLATE "C";
  RETURN QUERY SELECT format('its child %s belongs to %I', x.oid::regclass, pg_get_userbyid(x.relowner)) FROM pg_class x WHERE x.oid = ANY (family) AND x.relowner <> c.relowner ORDER BY x.oid::regclass::text COLLATE "C";
  RETURN QUERY SELECT format('its child %s is a child of %s too', i.inhrelid::regclass, i.inhparent::regclass) FROM pg_inherits i
    WHERE i.inhrelid = ANY (family) AND i.inhrelid <> relation AND i.inhparent <> ALL (family) ORDER BY 1;
  RETURN QUERY SELECT format('%s has a policy that is not scoring''s, %I, which %s', CASE q.polrelid WHEN relation THEN 'it' ELSE q.polrelid::regclass::text END, q.polname,
                             CASE WHEN q.polpermissive THEN 'lets rows through' ELSE 'would run as the workspace''s owner' END) FROM pg_policy q
    WHERE q.polrelid = ANY (family) AND CASE WHEN q.polpermissive THEN q.polname <> 'scoring_reader' AND q.polname !~ '^scoring_writer_'
                                             ELSE q.polroles && ARRAY[0::oid, workspace] OR EXISTS (SELECT FROM unnest(q.polroles) r WHERE pg_has_role(workspace, r, 'USAGE')) END ORDER BY 1;
  RETURN QUERY SELECT format('%s has a rule, %I', CASE w.ev_class WHEN relation THEN 'it' ELSE w.ev_class::regclass::text END, w.rulename) FROM pg_rewrite w WHERE w.ev_class = ANY (family) ORDER BY 1;
  RETURN QUERY SELECT f FROM _protection_code(relation, family, false) f;

  -- Key and scope.
  kind := _protect_kind(relation, subject_key);
  IF kind.fault IS NOT NULL THEN
    RETURN NEXT format('subject key %I: %s', subject_key, kind.fault);
  ELSIF NOT (SELECT t.attnotnull FROM pg_attribute t WHERE t.attrelid = relation AND t.attname = subject_key) THEN
    RETURN NEXT format('subject key %I: it may be NULL', subject_key);
  END IF;
  IF scope_column IS NOT NULL THEN
    kind := _protect_kind(relation, scope_column);
    IF kind.fault IS NOT NULL THEN
      RETURN NEXT format('scope column %I: %s', scope_column, kind.fault);
    END IF;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protection_flaws(oid, text, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protection_flaws(oid, text, text, text[]) IS 'internal: what keeps a table from being protected that its owner must put right';

-- Ways to a table's data that do not lead through its row security. What functions read is in their bodies, which nobody
-- can see into but for those of SQL-language functions in the standard's form.
CREATE FUNCTION scoring._protection_roads(relation oid, writers text[]) RETURNS SETOF text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  workspace oid := (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'scoring_data');
  table_owner oid := (SELECT c.relowner FROM pg_class c WHERE c.oid = relation);
  family oid[] := ARRAY(SELECT f.member FROM _protect_family(relation) f);
  insiders oid[];
  readers text;
  v record;
BEGIN
  -- Who reads it anyway: with the rights of its owner or of a writer, or past all.
  insiders := workspace || ARRAY(SELECT r.oid FROM pg_roles r WHERE r.rolsuper OR pg_has_role(r.oid, table_owner, 'USAGE') OR r.rolbypassrls AND pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
                                   OR EXISTS (SELECT FROM pg_roles w WHERE w.rolname = ANY (writers) AND pg_has_role(r.oid, w.oid, 'USAGE')));
  SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname) INTO readers FROM pg_roles r
  WHERE r.oid <> ALL (insiders) AND r.rolname !~ '^pg_' AND pg_has_role(r.oid, 'pg_read_all_data', 'USAGE');
  FOR v IN
    WITH RECURSIVE reach (oid) AS (
      SELECT w.ev_class FROM pg_depend d JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
        WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (family) AND w.rulename = '_RETURN'
      UNION SELECT w.ev_class FROM reach JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = reach.oid AND d.classid = 'pg_rewrite'::regclass
        JOIN pg_rewrite w ON w.oid = d.objid AND w.rulename = '_RETURN')
    SELECT c.oid, c.relkind, c.relowner, CASE c.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || c.oid::regclass AS name
    FROM reach JOIN pg_class c USING (oid)
    WHERE c.relowner <> workspace AND NOT (c.relkind = 'v' AND c.relowner <> ALL (insiders)) AND NOT (c.relkind = 'v' AND coalesce(c.reloptions && '{security_invoker=true,security_invoker=on,security_invoker=1,security_invoker=yes}', false))
    ORDER BY c.oid::regclass::text COLLATE "C"
  LOOP
    RETURN QUERY SELECT format('%s, which %s may use', v.name, string_agg(DISTINCT _protect_name(a.grantee), ', ')) FROM _protect_acl(ARRAY[v.oid]) a WHERE a.grantee <> ALL (insiders) HAVING count(*) > 0;
    IF v.relkind = 'm' AND v.relowner <> ALL (insiders) THEN
      RETURN NEXT format('%s, a copy that belongs to %s', v.name, _protect_name(v.relowner));
    END IF;
    IF readers IS NOT NULL THEN
      RETURN NEXT format('%s, which %s may read with the right to read all data', v.name, readers);
    END IF;
  END LOOP;
  RETURN QUERY SELECT format('rule %I on %s, which reads it', w.rulename, w.ev_class::regclass) FROM pg_rewrite w
    WHERE w.rulename <> '_RETURN' AND w.ev_class <> ALL (family)
      AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (family)) ORDER BY 1;
  RETURN QUERY SELECT format('function %s, which runs with the rights of %I and others may call', p.oid::regprocedure, pg_get_userbyid(p.proowner)) FROM pg_proc p
    WHERE p.prosecdef AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ANY (family))
      AND EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee <> ALL (insiders)) ORDER BY 1;
  RETURN QUERY SELECT format('publication %I, which sends it to subscribers', p.pubname) FROM pg_publication p
    WHERE p.puballtables OR EXISTS (SELECT FROM pg_publication_rel r WHERE r.prpubid = p.oid AND r.prrelid = ANY (family))
      OR EXISTS (SELECT FROM pg_publication_namespace s JOIN pg_class c ON c.relnamespace = s.pnnspid WHERE s.pnpubid = p.oid AND c.oid = ANY (family)) ORDER BY 1;
  IF array_length(family, 1) > 1 OR (SELECT c.relkind = 'p' FROM pg_class c WHERE c.oid = relation) THEN
    RETURN QUERY SELECT format('default privileges of %I%s, which give new children to %s', pg_get_userbyid(d.defaclrole), CASE d.defaclnamespace WHEN 0 THEN '' ELSE ' in schema ' || d.defaclnamespace::regnamespace END,
                               string_agg(DISTINCT _protect_name(a.grantee), ', '))
      FROM pg_default_acl d, aclexplode(d.defaclacl) a WHERE d.defaclobjtype = 'r' AND d.defaclrole = table_owner AND a.grantee <> ALL (insiders) GROUP BY d.defaclrole, d.defaclnamespace ORDER BY 1;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protection_roads(oid, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protection_roads(oid, text[]) IS 'internal: other ways to the data of a table that an ordinary role has: views, rules, functions, publications, default privileges';

-- What a protected table lacks, and the statements that its owner gives. columns: those that are to be granted if they are
-- not; NULL: all that are classified.
CREATE FUNCTION scoring._protection_plan(relation oid, columns text[], OUT statement text, OUT said text, OUT fault text, OUT of_column boolean) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  workspace oid := (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'scoring_data');
  workspace_name text := quote_ident(pg_get_userbyid(workspace));
  family oid[] := ARRAY(SELECT f.member FROM _protect_family(relation) f);
  reader text;
  p record;
  g record;
  writers oid[];
BEGIN
  SELECT x.*, c.relowner, c.relnamespace INTO p FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN scoring_data.protected_table x ON x.schema_name = n.nspname AND x.table_name = c.relname WHERE c.oid = relation;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  writers := ARRAY(SELECT r.oid FROM pg_roles r WHERE r.rolname = ANY (p.writers) ORDER BY r.rolname);
  of_column := false;
  -- Without a scope column, the reader still has to be in an access, or be the workspace's owner at its own work.
  reader := CASE WHEN p.scope_column IS NULL THEN '(SELECT scoring._scopes()) IS NOT NULL'
                 ELSE format('scoring._in_scope((SELECT scoring._scopes()), %I::%s)', p.scope_column, CASE p.scope_kind WHEN 'number' THEN 'bigint' ELSE 'text' END) END;

  FOR g IN SELECT c.oid::regclass::text AS name, c.relrowsecurity, c.relforcerowsecurity, n.nspname, c.relname
           FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.oid = ANY (family) AND c.relkind IN ('r', 'p') AND (NOT c.relrowsecurity OR c.relforcerowsecurity <> p.forced) ORDER BY array_position(family, c.oid) LOOP
    IF NOT g.relrowsecurity THEN
      statement := format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', g.name);
      said := format('row security enabled on %s', g.name);
      fault := format('row security of %s is off', g.name);
      RETURN NEXT;
    END IF;
    IF p.forced AND NOT g.relforcerowsecurity THEN
      statement := format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', g.name);
      said := format('row security forced on %s: its owner sees no row either', g.name);
      fault := format('row security of %s is not forced', g.name);
      RETURN NEXT;
    ELSIF NOT p.forced AND g.relforcerowsecurity
          AND EXISTS (SELECT FROM jsonb_array_elements(p.before -> 'relations') b WHERE b ->> 'schema' = g.nspname AND b ->> 'table' = g.relname AND NOT (b ->> 'force')::boolean) THEN
      statement := format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', g.name);
      said := format('row security no longer forced on %s', g.name);
      fault := NULL;
      RETURN NEXT;
    END IF;
  END LOOP;

  -- Privileges: of no one but the writers, and of them none that would hand the table on or run code of theirs on it.
  FOR g IN SELECT a.relation::regclass::text AS name, _protect_name(a.grantee) AS grantee, a.grantee = ANY (writers) AS is_writer,
                  string_agg(DISTINCT a.privilege || CASE WHEN a.column_name IS NULL THEN '' ELSE format(' (%I)', a.column_name) END, ', ') AS has,
                  string_agg(DISTINCT a.privilege, ', ') FILTER (WHERE a.column_name IS NULL AND a.privilege NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')) AS unfit,
                  coalesce(bool_or(a.column_name IS NOT NULL AND a.privilege = 'REFERENCES'), false) AS unfit_column, bool_or(a.grantable) AS grantable
           FROM _protect_acl(family) a
           WHERE a.grantee <> workspace OR a.column_name IS NULL OR a.relation <> _protection_plan.relation OR a.privilege <> 'SELECT' OR a.grantable
           GROUP BY a.relation, a.grantee ORDER BY array_position(family, a.relation), _protect_name(a.grantee) COLLATE "C" LOOP
    IF NOT g.is_writer THEN
      statement := format('REVOKE ALL ON TABLE %s FROM %s CASCADE', g.name, g.grantee);
      said := format('withdrawn from %s on %s: %s', g.grantee, g.name, g.has);
      fault := format('%s has %s on %s', g.grantee, g.has, g.name);
      RETURN NEXT;
      CONTINUE;
    END IF;
    IF g.unfit IS NOT NULL OR g.unfit_column THEN
      statement := format('REVOKE %s ON TABLE %s FROM %s CASCADE', concat_ws(', ', g.unfit, CASE WHEN g.unfit_column AND coalesce(g.unfit !~ 'REFERENCES', true) THEN 'REFERENCES' END), g.name, g.grantee);
      said := format('withdrawn from writer %s on %s: %s', g.grantee, g.name, concat_ws(', ', g.unfit, CASE WHEN g.unfit_column THEN 'REFERENCES of columns' END));
      fault := format('writer %s has %s on %s', g.grantee, concat_ws(', ', g.unfit, CASE WHEN g.unfit_column THEN 'REFERENCES of columns' END), g.name);
      RETURN NEXT;
    END IF;
    IF g.grantable THEN
      statement := format('REVOKE GRANT OPTION FOR ALL PRIVILEGES ON TABLE %s FROM %s CASCADE', g.name, g.grantee);
      said := format('writer %s may no longer hand on privileges on %s', g.grantee, g.name);
      fault := format('writer %s may hand on privileges on %s', g.grantee, g.name);
      RETURN NEXT;
    END IF;
  END LOOP;
  -- What a writer had from another writer went with that one's grant option.
  FOR g IN SELECT a.relation::regclass::text AS name, _protect_name(a.grantee) AS grantee, a.privilege, a.column_name FROM _protect_acl(family) a
           WHERE a.grantor <> p.relowner AND a.grantee = ANY (writers) AND a.privilege IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE')
           ORDER BY array_position(family, a.relation), 2, a.privilege COLLATE "C", a.column_name LOOP
    statement := format('GRANT %s%s ON TABLE %s TO %s', g.privilege, CASE WHEN g.column_name IS NULL THEN '' ELSE format(' (%I)', g.column_name) END, g.name, g.grantee);
    said := NULL;
    fault := NULL;
    RETURN NEXT;
  END LOOP;

  -- Policies. A child is reached through its parent, whose policies hold then; a writer who has privileges on a child has one there.
  FOR g IN
    WITH held AS (SELECT DISTINCT a.relation, a.grantee FROM _protect_acl(family) a WHERE a.grantee = ANY (writers) UNION SELECT _protection_plan.relation, w FROM unnest(writers) w),
    wanted (member, name, roles, command, body, role) AS (
      SELECT _protection_plan.relation, 'scoring_reader', ARRAY[workspace], 'r', reader, workspace_name
      UNION ALL SELECT h.relation, _protect_policy_name(pg_get_userbyid(h.grantee)), ARRAY[h.grantee], '*', 'true', quote_ident(pg_get_userbyid(h.grantee)) FROM held h),
    there AS (
      SELECT q.polrelid AS member, q.polname::text AS name, q.polroles, q.polcmd, q.polpermissive, pg_get_expr(q.polqual, q.polrelid) AS body, pg_get_expr(q.polwithcheck, q.polrelid) AS check_body
      FROM pg_policy q WHERE q.polrelid = ANY (family) AND (q.polname = 'scoring_reader' OR q.polname ~ '^scoring_writer_'))
    SELECT coalesce(w.member, t.member)::regclass::text AS table_name, coalesce(w.name, t.name) AS name, w.name IS NOT NULL AS is_wanted, t.name IS NOT NULL AS is_there, w.command, w.body, w.role
    FROM wanted w FULL JOIN there t ON t.member = w.member AND t.name = w.name
    WHERE w.name IS NULL OR t.name IS NULL OR NOT t.polpermissive OR t.polroles <> w.roles OR t.polcmd::text <> w.command
      OR _protect_bare(t.body) IS DISTINCT FROM _protect_bare(w.body) OR t.check_body IS DISTINCT FROM CASE w.command WHEN '*' THEN 'true' END
    ORDER BY array_position(family, coalesce(w.member, t.member)), 2
  LOOP
    IF g.is_there THEN
      statement := format('DROP POLICY %I ON %s', g.name, g.table_name);
      said := CASE WHEN NOT g.is_wanted THEN format('policy %I on %s dropped', g.name, g.table_name) END;
      fault := format(CASE WHEN g.is_wanted THEN 'policy %I on %s is not as it was made' ELSE 'policy %I on %s is of no writer' END, g.name, g.table_name);
      RETURN NEXT;
    END IF;
    IF g.is_wanted THEN
      statement := format('CREATE POLICY %I ON %s FOR %s TO %s USING (%s)%s', g.name, g.table_name, CASE g.command WHEN 'r' THEN 'SELECT' ELSE 'ALL' END, g.role, g.body,
                          CASE g.command WHEN 'r' THEN '' ELSE ' WITH CHECK (true)' END);
      said := format('policy %I on %s for %s', g.name, g.table_name, g.role);
      fault := format('there is no policy %I on %s', g.name, g.table_name);
      RETURN NEXT;
    END IF;
  END LOOP;

  IF NOT has_schema_privilege(workspace, p.relnamespace, 'USAGE') THEN
    statement := format('GRANT USAGE ON SCHEMA %I TO %s', p.schema_name, workspace_name);
    said := format('USAGE on schema %I given to %s', p.schema_name, workspace_name);
    fault := format('%s lacks USAGE on schema %I', workspace_name, p.schema_name);
    RETURN NEXT;
  END IF;
  FOR g IN SELECT 'scoring_until_' || n AS name FROM unnest(p.mark_purposes) n
           WHERE NOT EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = relation AND t.attname = 'scoring_until_' || n AND NOT t.attisdropped) ORDER BY n LOOP
    statement := format('ALTER TABLE %s ADD COLUMN %I timestamptz NOT NULL DEFAULT ''-infinity''', relation::regclass, g.name);
    said := format('column %I added to %s', g.name, relation::regclass);
    fault := format('%s has no column %I', relation::regclass, g.name);
    RETURN NEXT;
    statement := format('GRANT SELECT (%I) ON TABLE %s TO %s', g.name, relation::regclass, workspace_name);
    said := NULL;
    fault := NULL;
    RETURN NEXT;
  END LOOP;
  of_column := true;
  -- A privilege on the whole table, withdrawn above, takes those on columns with it.
  IF EXISTS (SELECT FROM _protect_acl(ARRAY[relation]) a WHERE a.grantee = workspace AND (a.column_name IS NULL OR a.privilege <> 'SELECT' OR a.grantable)) THEN
    FOR g IN SELECT k.column_name FROM _column_classes(relation) k WHERE k.granted AND k.fault IS NULL ORDER BY k.column_number LOOP
      statement := format('GRANT SELECT (%I) ON TABLE %s TO %s', g.column_name, relation::regclass, workspace_name);
      said := NULL;
      fault := NULL;
      RETURN NEXT;
    END LOOP;
  END IF;
  FOR g IN SELECT k.column_name, k.fault, k.granted FROM _column_classes(relation) k
           WHERE k.granted AND k.fault IS NOT NULL OR NOT k.granted AND k.fault IS NULL AND (columns IS NULL OR k.column_name = ANY (columns) OR k.class = 'mark') ORDER BY k.column_number LOOP
    statement := format('%s SELECT (%I) ON TABLE %s %s %s', CASE WHEN g.granted THEN 'REVOKE' ELSE 'GRANT' END, g.column_name, relation::regclass, CASE WHEN g.granted THEN 'FROM' ELSE 'TO' END, workspace_name);
    said := CASE WHEN g.granted THEN format('column %I hidden: %s', g.column_name, g.fault) ELSE format('column %I given to %s', g.column_name, workspace_name) END;
    fault := CASE WHEN g.granted THEN format('column %I is given to %s, yet %s', g.column_name, workspace_name, g.fault) END;
    RETURN NEXT;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protection_plan(oid, text[], OUT text, OUT text, OUT text, OUT boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protection_plan(oid, text[]) IS 'internal: the statements that make a protected table what it is recorded to be, what they do in words, and what is wrong without them (NULL if that opens nothing)';

-- The server prints an expression with its own spaces, parentheses and qualifiers.
CREATE FUNCTION scoring._protect_bare(expression text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN regexp_replace(regexp_replace(regexp_replace(expression, 'scoring\.(?=_(in_scope|scopes)\()| AS _scopes', '', 'g'), '::bigint(?=\)*$)|::text(?=\)*$)', '', 'g'), '[\s()]', '', 'g');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_bare(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_bare(text) IS 'internal: an expression of a policy without what the server may print in another way';

CREATE FUNCTION scoring._protection_faults(relation oid) RETURNS SETOF text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
BEGIN
  SELECT x.* INTO p FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN scoring_data.protected_table x ON x.schema_name = n.nspname AND x.table_name = c.relname WHERE c.oid = relation;
  IF NOT FOUND THEN
    RETURN NEXT CASE WHEN EXISTS (SELECT FROM pg_class c WHERE c.oid = relation) THEN format('%s is not protected under this name', relation::regclass) ELSE 'the table is gone' END;
    RETURN;
  END IF;
  RETURN QUERY SELECT format('%s: %s', relation::regclass, f) FROM _protection_flaws(relation, p.subject_key, p.scope_column, p.writers) f;
  IF (_protect_kind(relation, p.subject_key)).kind <> p.subject_kind OR (_protect_kind(relation, p.scope_column)).kind <> p.scope_kind THEN
    RETURN NEXT format('%s: its key or scope column has another type than when it was protected', relation::regclass);
  END IF;
  RETURN QUERY SELECT format('%s: column %I: %s', relation::regclass, k.column_name, k.fault) FROM _column_classes(relation) k WHERE k.class = 'mark' AND k.fault IS NOT NULL AND NOT k.granted;
  RETURN QUERY SELECT q.fault FROM _protection_plan(relation, NULL) q WHERE q.fault IS NOT NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protection_faults(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protection_faults(oid) IS 'internal: everything for which a table is not protected as it should be';

CREATE FUNCTION scoring._protection_fault(relation oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT f FROM _protection_faults(relation) WITH ORDINALITY x (f, place) ORDER BY x.place LIMIT 1);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protection_fault(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protection_fault(oid) IS 'internal: NULL, or why a table is not protected as it should be: the first of _protection_faults(); views over it refuse then';

CREATE FUNCTION scoring._protect_hold(relation oid) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_protect_hold';
REVOKE EXECUTE ON FUNCTION scoring._protect_hold(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_hold(oid) IS 'internal: locks a table and its children to the end of the transaction, so that what _protection_fault() says after it holds until then: who reads the table as the workspace''s owner calls it first';

-- Entries. They are for everyone and do something only for a table's owner and for superusers.

CREATE FUNCTION scoring._protect_check_owner(relation oid, action text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  owner_oid oid;
BEGIN
  SELECT c.relowner INTO owner_oid FROM pg_class c WHERE c.oid = relation;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_table', MESSAGE = 'there is no such table';
  ELSIF NOT pg_has_role(_caller(), owner_oid, 'USAGE') THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('%s is not role "%s"''s to %s', relation::regclass, _caller(), action),
      DETAIL = format('It belongs to "%s".', pg_get_userbyid(owner_oid)), HINT = 'Its owner does it, or a superuser.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_check_owner(oid, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_check_owner(oid, text) IS 'internal: 42501 unless the caller has the rights of a table''s owner';


CREATE FUNCTION scoring._protect_remember(relation oid) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  workspace oid := (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'scoring_data');
BEGIN
  UPDATE scoring_data.protected_table p SET before = jsonb_build_object(
    'usage', (p.before -> 'usage') || CASE WHEN has_schema_privilege(workspace, c.relnamespace, 'USAGE') THEN '[]'::jsonb ELSE jsonb_build_array(p.schema_name) END,
    'relations', (p.before -> 'relations') || coalesce((
      SELECT jsonb_agg(jsonb_build_object('schema', mn.nspname, 'table', mc.relname, 'row_security', mc.relrowsecurity, 'force', mc.relforcerowsecurity,
               'acl', coalesce((SELECT jsonb_agg(jsonb_build_object('grantee', CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee) END, 'column', a.column_name,
                                                                    'privilege', a.privilege, 'grantable', a.grantable) ORDER BY a.grantee, a.column_name, a.privilege)
                                FROM _protect_acl(ARRAY[mc.oid]) a WHERE a.grantee <> workspace), '[]')) ORDER BY f.depth, mn.nspname, mc.relname)
      FROM _protect_family(relation) f JOIN pg_class mc ON mc.oid = f.member JOIN pg_namespace mn ON mn.oid = mc.relnamespace
      WHERE NOT EXISTS (SELECT FROM jsonb_array_elements(p.before -> 'relations') b WHERE b ->> 'schema' = mn.nspname AND b ->> 'table' = mc.relname)), '[]'))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = relation AND p.schema_name = n.nspname AND p.table_name = c.relname;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_remember(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_remember(oid) IS 'internal: keeps, for unprotect(), row security and privileges of a protected table and of those children that are not kept yet, and whether the workspace''s owner lacks the schema';

CREATE FUNCTION scoring._protect_disarm(schema_name text, table_name text, reason text, purpose_number integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  -- Of a room above this one: views over the table refuse from now on.
  IF to_regprocedure('scoring._disarm(text,text,integer,text)') IS NOT NULL THEN
    EXECUTE 'SELECT scoring._disarm($1, $2, $3, $4)' USING schema_name, table_name, purpose_number, reason;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protect_disarm(text, text, text, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protect_disarm(text, text, text, integer) IS 'internal: makes what is published of a table, for a purpose or for all, refuse until it is published anew';

CREATE FUNCTION scoring._record_protection(relation regclass, subject_key text, scope_column text, writers text[], marks text, purposes text[], force boolean) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  c record;
  old record;
  reasons text[];
  numbers integer[] := '{}';
  wanted text[];
  unknown text;
BEGIN
  IF relation IS NULL OR subject_key IS NULL OR writers IS NULL OR array_position(writers, NULL) IS NOT NULL OR marks IS NULL OR force IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'table, subject key, writers, marks and force must be given to protect a table';
  END IF;
  PERFORM _protect_check_owner(relation, 'protect');
  SELECT n.nspname::text, x.relname::text, x.relowner INTO c FROM pg_class x JOIN pg_namespace n ON n.oid = x.relnamespace WHERE x.oid = relation;
  IF marks NOT IN ('table', 'row') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there are no marks "%s"', marks), DETAIL = 'They are kept in a table (table) or on the row (row).';
  ELSIF (marks = 'row') <> (coalesce(purposes, '{}') <> '{}') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = CASE marks WHEN 'row' THEN 'marks on the row need purposes' ELSE 'only marks on the row have purposes' END,
      DETAIL = 'The table gets a column for each purpose that its rows are marked for.';
  ELSIF marks = 'row' THEN
    SELECT n.name INTO unknown FROM unnest(purposes) n (name) WHERE NOT EXISTS (SELECT FROM scoring_data.purpose u WHERE u.name = n.name AND u.superseded_at IS NULL) LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no purpose %s', coalesce(quote_ident(unknown), 'NULL')), HINT = 'A steward makes it: SELECT scoring.define_purpose(...);';
    END IF;
    numbers := ARRAY(SELECT u.purpose_number FROM scoring_data.purpose u WHERE u.name = ANY (purposes) AND u.superseded_at IS NULL ORDER BY 1);
  END IF;
  wanted := ARRAY(SELECT DISTINCT w FROM unnest(writers) w WHERE w <> pg_get_userbyid(c.relowner)::text ORDER BY 1);
  reasons := ARRAY(SELECT f FROM _protection_flaws(relation, subject_key, scope_column, wanted) f) || ARRAY(SELECT r FROM _protection_roads(relation, wanted) r);
  IF reasons <> '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s cannot be protected yet', relation), DETAIL = array_to_string(reasons, E'\n'),
      HINT = 'Each line is a way to its data, or for code of somebody''s to run where they are read. Close them all, then call protect() again.';
  END IF;

  -- A table that was renamed or moved since.
  SELECT p.schema_name, p.table_name INTO old FROM scoring_data.protected_table p
  WHERE p.relation_oid = relation AND (p.schema_name, p.table_name) <> (c.nspname, c.relname) AND _protect_relation(p.schema_name, p.table_name) IS NULL
    AND NOT EXISTS (SELECT FROM scoring_data.protected_table q WHERE q.schema_name = c.nspname AND q.table_name = c.relname);
  IF FOUND THEN
    UPDATE scoring_data.protected_table p SET schema_name = c.nspname, table_name = c.relname,
      before = jsonb_set(p.before, '{relations}', (SELECT jsonb_agg(CASE WHEN b ->> 'schema' = old.schema_name AND b ->> 'table' = old.table_name THEN b || jsonb_build_object('schema', c.nspname, 'table', c.relname) ELSE b END)
                                                   FROM jsonb_array_elements(p.before -> 'relations') b))
    WHERE p.schema_name = old.schema_name AND p.table_name = old.table_name;
    UPDATE scoring_data.classification k SET schema_name = c.nspname, table_name = c.relname WHERE k.schema_name = old.schema_name AND k.table_name = old.table_name;
    PERFORM _protect_disarm(old.schema_name, old.table_name, format('the table is now %s', relation));
    RETURN NEXT format('%I.%I is now %s: what was recorded of it goes with it', old.schema_name, old.table_name, relation);
  END IF;

  SELECT p.* INTO old FROM scoring_data.protected_table p WHERE p.schema_name = c.nspname AND p.table_name = c.relname FOR UPDATE;
  IF FOUND AND (old.subject_key, old.scope_column, old.marks) IS DISTINCT FROM (subject_key, scope_column, marks) THEN
    PERFORM _protect_disarm(c.nspname, c.relname, 'the table was protected in another way');
  END IF;
  INSERT INTO scoring_data.protected_table AS p (schema_name, table_name, subject_key, subject_kind, scope_column, scope_kind, marks, mark_purposes, forced, writers, before, relation_oid, role_name, session_name, at)
  VALUES (c.nspname, c.relname, subject_key, (_protect_kind(relation, subject_key)).kind, scope_column, CASE WHEN scope_column IS NOT NULL THEN (_protect_kind(relation, scope_column)).kind END, marks, numbers, force, wanted,
          '{"usage": [], "relations": []}', relation, _caller(), session_user, clock_timestamp())
  ON CONFLICT (schema_name, table_name) DO UPDATE SET subject_key = excluded.subject_key, subject_kind = excluded.subject_kind, scope_column = excluded.scope_column, scope_kind = excluded.scope_kind,
    marks = excluded.marks, mark_purposes = excluded.mark_purposes, forced = excluded.forced, writers = excluded.writers, relation_oid = excluded.relation_oid,
    role_name = excluded.role_name, session_name = excluded.session_name, at = excluded.at;
  PERFORM _protect_remember(relation);
  INSERT INTO scoring_data.classification (schema_name, table_name, column_name, class, valid_from, role_name, session_name, at)
  SELECT c.nspname, c.relname, k.name, k.class, statement_timestamp(), _caller(), session_user, clock_timestamp()
  FROM (VALUES (subject_key, 'identifier'), (nullif(scope_column, subject_key), 'ordinary')) k (name, class)
  WHERE k.name IS NOT NULL AND NOT EXISTS (SELECT FROM scoring_data.classification x WHERE x.schema_name = c.nspname AND x.table_name = c.relname AND x.column_name = k.name AND x.superseded_at IS NULL);
  SELECT k.column_name, k.fault INTO old FROM _column_classes(relation) k WHERE k.column_name IN (subject_key, scope_column) AND k.fault IS NOT NULL LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('column %I of %s is not to be read, and so can be neither key nor scope', old.column_name, relation),
      DETAIL = format('%s%s.', upper(left(old.fault, 1)), substr(old.fault, 2));
  END IF;
  PERFORM _audit('protect', relation::text, NULL, jsonb_build_object('subject_key', subject_key, 'scope_column', scope_column, 'writers', to_jsonb(wanted), 'marks', marks, 'force', force));

  -- What protect() does not close.
  RETURN QUERY SELECT format('note: %s, a member of its owner %I, reads and changes all of it', string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname), pg_get_userbyid(c.relowner)) FROM pg_roles r
    WHERE r.oid <> c.relowner AND NOT r.rolsuper AND pg_has_role(r.oid, c.relowner, 'MEMBER') HAVING count(*) > 0;
  RETURN QUERY SELECT format('note: trigger %I of %s runs, as %I, whenever marks are written', t.tgname, t.tgrelid::regclass, pg_get_userbyid(c.relowner)) FROM pg_trigger t
    WHERE marks = 'row' AND t.tgrelid IN (SELECT f.member FROM _protect_family(relation) f) AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 16 <> 0 AND t.tgparentid = 0 ORDER BY 1;
  RETURN QUERY SELECT format('note: who may insert into %s can try which keys exist (foreign key %I)', k.conrelid::regclass, k.conname) FROM pg_constraint k
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = relation AND k.conrelid <> relation ORDER BY 1;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._record_protection(regclass, text, text, text[], text, text[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._record_protection(regclass, text, text, text[], text, text[], boolean) IS 'internal: record_protection() as the workspace''s owner';
CREATE FUNCTION scoring.record_protection(relation regclass, subject_key text, scope_column text, writers text[], marks text, purposes text[], force boolean) RETURNS SETOF text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.record_protection(regclass, text, text, text[], text, text[], boolean) IS 'the part of protect() that only looks and records: refuses with all that stands in the way (55000), records the table and what it was; the table is protected once protection_statements() are run';

CREATE FUNCTION scoring._protection_statements(relation regclass, columns text[], only_columns boolean, OUT statement text, OUT said text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _protect_check_owner(relation, 'protect');
  RETURN QUERY SELECT q.statement, q.said FROM _protection_plan(relation, columns) q WHERE q.of_column OR NOT only_columns;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protection_statements(regclass, text[], boolean, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protection_statements(regclass, text[], boolean) IS 'internal: protection_statements() as the workspace''s owner';
CREATE FUNCTION scoring.protection_statements(relation regclass, columns text[] DEFAULT NULL, only_columns boolean DEFAULT false, OUT statement text, OUT said text) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.protection_statements(regclass, text[], boolean) IS 'the statements that make a protected table what it is recorded to be, and what each does; columns: those to be given to the workspace''s owner if they are not, NULL: all that are classified; none if the table is as it should be, or not protected; for its owner and superusers: 42501';

CREATE FUNCTION scoring._protection_check(relation regclass) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  faults text[];
BEGIN
  PERFORM _protect_check_owner(relation, 'protect');
  faults := ARRAY(SELECT f FROM _protection_faults(relation) f);
  IF faults <> '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s is not protected', relation), DETAIL = array_to_string(faults, E'\n'),
      HINT = 'What its owner may not do, such as give USAGE on a schema that is not his, a superuser does, or the schema''s owner.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protection_check(regclass) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protection_check(regclass) IS 'internal: protection_check() as the workspace''s owner';
CREATE FUNCTION scoring.protection_check(relation regclass) RETURNS void
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.protection_check(regclass) IS '55000, with all that is wrong, unless a table is protected as it is recorded to be; for its owner and superusers: 42501';

CREATE FUNCTION scoring._record_classification(relation regclass, "column" text, class text, legal_basis text, dimension text, valid_until timestamptz) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  p record;
  a record;
  present record;
  earlier text;
  made_of record;
  needs boolean := false;
BEGIN
  IF relation IS NULL OR "column" IS NULL OR class IS NULL OR valid_until IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'table, column, class and end of validity must be given to classify a column';
  END IF;
  PERFORM _protect_check_owner(relation, 'classify');
  SELECT t.* INTO p FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN scoring_data.protected_table t ON t.schema_name = n.nspname AND t.table_name = c.relname WHERE c.oid = relation FOR UPDATE OF t;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s is not protected', relation), HINT = format('SELECT scoring.protect(%L, subject_key => ...);', relation);
  END IF;
  SELECT t.attname::text AS attname, t.atttypid, t.attcollation, t.attgenerated INTO a FROM pg_attribute t WHERE t.attrelid = relation AND t.attname = "column" AND t.attnum > 0 AND NOT t.attisdropped;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('column %I of %s does not exist', "column", relation);
  END IF;
  IF class NOT IN ('identifier', 'restricted', 'sensitive', 'quasi', 'ordinary', 'outcome', 'prohibited') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no class "%s"', class), DETAIL = 'There are identifier, restricted, sensitive, quasi, ordinary, outcome and prohibited.';
  ELSIF class IN ('restricted', 'sensitive') AND coalesce(legal_basis !~ '\S', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('class %s needs a legal basis', class), HINT = 'Say on what it rests, as legal_basis => ''written consent''.';
  ELSIF valid_until <= statement_timestamp() THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the end of validity is past';
  ELSIF a.attname ~ '^scoring_until_[0-9]+$' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('column %I holds marks, and is not classified', a.attname);
  ELSIF class = 'prohibited' AND a.attname IN (p.subject_key, p.scope_column) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('column %I cannot be prohibited: rows are found by it', a.attname);
  END IF;
  IF class <> 'prohibited' THEN
    IF _protect_type_fault(a.atttypid, a.attcollation) IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = format('column %I of %s cannot be classified as %s', a.attname, relation, class),
        DETAIL = format('It cannot be read as the workspace''s owner: %s.', _protect_type_fault(a.atttypid, a.attcollation)),
        HINT = 'Unclassified or prohibited, it is hidden. To show it, change its type, or add a column of another type that holds the same.';
    END IF;
    FOR made_of IN SELECT s AS name, x.class FROM _protect_sources(relation, a.attname) s
                     LEFT JOIN scoring_data.classification x ON x.schema_name = p.schema_name AND x.table_name = p.table_name AND x.column_name = s AND x.superseded_at IS NULL LOOP
      IF made_of.class = 'prohibited' THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('column %I of %s cannot be classified as %s', a.attname, relation, class),
          DETAIL = format('It is made from column %I, which is prohibited.', made_of.name);
      END IF;
      needs := needs OR made_of.class IS NULL OR _class_rank(class) < _class_rank(made_of.class);
    END LOOP;
  END IF;
  SELECT k.class INTO earlier FROM scoring_data.classification k
  WHERE k.schema_name = p.schema_name AND k.table_name = p.table_name AND k.column_name = a.attname AND (k.approved_at IS NOT NULL OR NOT k.needs_approval)
  ORDER BY k.classification_number DESC LIMIT 1;
  needs := needs OR coalesce(_class_rank(class) < _class_rank(earlier), false);
  -- Whose session it is would be whoever was got to call the function, and who made that could approve.
  IF needs AND _caller_is_lent() THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('column %I of %s cannot be given a laxer class by a function that runs with the rights of its owner', a.attname, relation),
      DETAIL = format('That function acts as role "%s" in a session of "%s".', _caller(), session_user), HINT = 'It takes a person, logged in as themselves, and an approver who is somebody else.';
  END IF;
  SELECT k.* INTO present FROM scoring_data.classification k
  WHERE k.schema_name = p.schema_name AND k.table_name = p.table_name AND k.column_name = a.attname AND k.superseded_at IS NULL;
  IF FOUND AND (present.class, present.dimension, present.legal_basis, present.valid_until) IS NOT DISTINCT FROM (class, dimension, legal_basis, valid_until)
     AND (present.approved_at IS NOT NULL OR present.needs_approval = needs) THEN
    RETURN present.approved_at IS NOT NULL OR NOT present.needs_approval;
  ELSIF FOUND THEN
    UPDATE scoring_data.classification k SET superseded_at = clock_timestamp()
    WHERE k.schema_name = p.schema_name AND k.table_name = p.table_name AND k.column_name = a.attname AND k.superseded_at IS NULL;
    PERFORM _protect_disarm(p.schema_name, p.table_name, format('column %I was classified anew', a.attname));
  END IF;
  INSERT INTO scoring_data.classification (schema_name, table_name, column_name, class, dimension, legal_basis, valid_from, valid_until, needs_approval, role_name, session_name, at)
  VALUES (p.schema_name, p.table_name, a.attname, class, dimension, legal_basis, statement_timestamp(), valid_until, needs, _caller(), session_user, clock_timestamp());
  PERFORM _audit('classify', relation::text, NULL, jsonb_strip_nulls(jsonb_build_object('column', a.attname, 'class', class, 'before', present.class, 'dimension', dimension, 'legal_basis', legal_basis,
    'valid_until', nullif(valid_until, 'infinity'), 'needs_approval', nullif(needs, false))));
  RETURN NOT needs;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._record_classification(regclass, text, text, text, text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION scoring._record_classification(regclass, text, text, text, text, timestamptz) IS 'internal: record_classification() as the workspace''s owner';
CREATE FUNCTION scoring.record_classification(relation regclass, "column" text, class text, legal_basis text, dimension text, valid_until timestamptz) RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.record_classification(regclass, text, text, text, text, timestamptz) IS 'the part of classify() that records: whether the class holds at once; the column is given or hidden once protection_statements() are run';

-- What the table's owner calls.

CREATE FUNCTION scoring.protect(relation regclass, subject_key text, scope_column text DEFAULT NULL, writers text[] DEFAULT '{}', marks text DEFAULT 'table', purposes text[] DEFAULT NULL, force boolean DEFAULT false) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  name text := relation::text;
  s record;
BEGIN
  -- What is looked at does not change any more; children are locked too.
  IF EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE')) THEN
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', name);
    IF relation::text <> name THEN
      RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = format('%s was renamed meanwhile', name), HINT = 'Call it again.';
    END IF;
  END IF;
  RETURN QUERY SELECT * FROM record_protection(relation, subject_key, scope_column, writers, marks, purposes, force);
  FOR s IN SELECT * FROM protection_statements(relation, array_remove(ARRAY[subject_key, scope_column], NULL)) LOOP
    EXECUTE s.statement;
    IF s.said IS NOT NULL THEN
      RETURN NEXT s.said;
    END IF;
  END LOOP;
  PERFORM protection_check(relation);
END
$$;
COMMENT ON FUNCTION scoring.protect(regclass, text, text, text[], text, text[], boolean) IS 'protects a table and all its children: row security on, no row and no privilege for anyone but its owner, the writers and what is published; the privileges withdrawn and all else done is said, a line each. subject_key: whom a row is about; scope_column: by which an officer sees some rows alone; writers: roles that keep their privileges; marks: where the right to use a row is kept, table or row, then for purposes; force: its owner sees no row either. Again: with other arguments, or to arm what is new. Refused, with all that stands in the way: 55000; for its owner and superusers: 42501';

CREATE FUNCTION scoring.classify(relation regclass, "column" text, class text, legal_basis text DEFAULT NULL, dimension text DEFAULT NULL, valid_until timestamptz DEFAULT 'infinity') RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  name text := relation::text;
  holds boolean;
  s record;
BEGIN
  IF EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE')) THEN
    EXECUTE format('LOCK TABLE %s IN SHARE UPDATE EXCLUSIVE MODE', name);
    IF relation::text <> name THEN
      RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = format('%s was renamed meanwhile', name), HINT = 'Call it again.';
    END IF;
  END IF;
  holds := record_classification(relation, "column", class, legal_basis, dimension, valid_until);
  FOR s IN SELECT * FROM protection_statements(relation, ARRAY["column"], true) LOOP
    EXECUTE s.statement;
  END LOOP;
  RETURN format('%s.%I is %s%s', name, "column", class, CASE WHEN NOT holds THEN ', and hidden until an approver approves that' WHEN class = 'prohibited' THEN ', and hidden' ELSE '' END);
END
$$;
COMMENT ON FUNCTION scoring.classify(regclass, text, text, text, text, timestamptz) IS 'says of what class a column of a protected table is, identifier, restricted, sensitive, quasi, ordinary, outcome or prohibited, on what legal basis (restricted and sensitive need one), of what dimension, until when; a column is hidden until then. A laxer class than before waits for an approver, and is not given through a function that runs with its owner''s rights (42501). What is published of the table refuses if the column had another class. Type that is not the server''s own: 0A000; made from a prohibited column, table not protected: 55000; for the table''s owner and superusers: 42501';

CREATE FUNCTION scoring._approve_classification(relation text, "column" text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me text[] := ARRAY[_caller()::text, session_user::text];
  names text[] := parse_ident(relation);
  k record;
BEGIN
  IF coalesce(reason !~ '\S', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a reason must be given to approve a classification';
  END IF;
  SELECT x.* INTO k FROM scoring_data.classification x
  WHERE x.schema_name = names[1] AND x.table_name = names[2] AND array_length(names, 1) = 2 AND x.column_name = "column" AND x.superseded_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('column %s of %s is not classified', coalesce(quote_ident("column"), 'NULL'), coalesce(relation, 'NULL')),
      HINT = 'Which are: SELECT * FROM scoring_data.classifications; name the table with its schema.';
  ELSIF NOT k.needs_approval OR k.approved_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('the classification of %s.%I does not wait for an approver', relation, "column");
  ELSIF _caller_is_lent() THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'a classification cannot be approved by a function that runs with the rights of its owner',
      DETAIL = format('That function acts as role "%s" in a session of "%s".', me[1], me[2]), HINT = 'It takes a person, logged in as themselves.';
  ELSIF ARRAY[k.role_name, k.session_name] && me THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('the classification of %s.%I cannot be approved by who made it', relation, "column"),
      DETAIL = format('It was made by role "%s" in a session of "%s"; this is role "%s" in a session of "%s".', k.role_name, k.session_name, me[1], me[2]),
      HINT = 'It takes an approver who is somebody else, logged in as themselves.';
  END IF;
  UPDATE scoring_data.classification x SET approved_by_role = me[1], approved_by_session = me[2], approved_at = clock_timestamp(), approval_reason = reason
  WHERE x.schema_name = k.schema_name AND x.table_name = k.table_name AND x.column_name = k.column_name AND x.classification_number = k.classification_number;
  PERFORM _audit('approve classification', relation, NULL, jsonb_build_object('column', "column", 'class', k.class, 'reason', reason, 'made_by', k.role_name));
  RETURN format('%s.%I may be %s; it is shown once its owner classifies it so again', relation, "column", k.class);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._approve_classification(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._approve_classification(text, text, text) IS 'internal: approve_classification() as the workspace''s owner';
CREATE FUNCTION scoring.approve_classification(relation text, "column" text, reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.approve_classification(text, text, text) IS 'approves a class that is laxer than the one before, by another person than who gave it; the table''s owner then shows the column; for approvers: 42501; none that waits: 55000; unknown: 42704; no reason: 22023';

-- New children, and what else a protected table lacks.

CREATE FUNCTION scoring._record_children(relation regclass) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _protect_check_owner(relation, 'protect');
  PERFORM _protect_remember(relation);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._record_children(regclass) FROM PUBLIC;
COMMENT ON FUNCTION scoring._record_children(regclass) IS 'internal: record_children() as the workspace''s owner';
CREATE FUNCTION scoring.record_children(relation regclass) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.record_children(regclass) IS 'the part of arm_children() that records what new children were, for unprotect(); for the table''s owner and superusers: 42501';

CREATE FUNCTION scoring.arm_children(relation regclass) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  name text := relation::text;
  s record;
BEGIN
  IF EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE')) THEN
    EXECUTE format('LOCK TABLE %s IN SHARE UPDATE EXCLUSIVE MODE', name);
    IF relation::text <> name THEN
      RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = format('%s was renamed meanwhile', name), HINT = 'Call it again.';
    END IF;
  END IF;
  PERFORM record_children(relation);
  FOR s IN SELECT * FROM protection_statements(relation, '{}') LOOP
    EXECUTE s.statement;
    IF s.said IS NOT NULL THEN
      RETURN NEXT s.said;
    END IF;
  END LOOP;
  PERFORM protection_check(relation);
END
$$;
COMMENT ON FUNCTION scoring.arm_children(regclass) IS 'does for a protected table, above all for its new children, what is still to be done: row security, privileges, policies; columns whose classification has ended are hidden; says what it did, a line each; not protected, or in a way that only its owner puts right: 55000; for its owner and superusers: 42501';

CREATE FUNCTION scoring._protected_roots(relation oid) RETURNS SETOF regclass
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY
    WITH RECURSIVE up (oid) AS (SELECT relation UNION SELECT i.inhparent FROM pg_inherits i JOIN up ON i.inhrelid = up.oid)
    SELECT c.oid::regclass FROM up JOIN pg_class c USING (oid) JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN scoring_data.protected_table p ON p.schema_name = n.nspname AND p.table_name = c.relname
    WHERE pg_has_role(_caller(), c.relowner, 'USAGE');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._protected_roots(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protected_roots(oid) IS 'internal: protected_roots() as the workspace''s owner';
CREATE FUNCTION scoring.protected_roots(relation oid) RETURNS SETOF regclass
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.protected_roots(oid) IS 'the protected tables that a table is, or is a partition or child of, as far as they are the caller''s';

CREATE FUNCTION scoring._watch_children() RETURNS event_trigger
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  callers text;
  root record;
  line text;
BEGIN
  GET DIAGNOSTICS callers = PG_CONTEXT;
  -- What protect() and its like do is none of a child being made. The words around a function's name are in the server's language.
  IF to_regclass('scoring_data.protected_table') IS NULL OR callers ~ '\m(protect|unprotect|arm_children|classify)\(' THEN
    RETURN;
  END IF;
  -- It must not keep anybody from making tables: an unarmed child is not readable, and views over the parent refuse.
  BEGIN
    FOR root IN SELECT DISTINCT r AS name FROM pg_event_trigger_ddl_commands() d, protected_roots(d.objid) r WHERE d.classid = 'pg_class'::regclass AND d.object_type = 'table' LOOP
      FOR line IN SELECT a FROM arm_children(root.name) a LOOP
        RAISE NOTICE USING MESSAGE = line;
      END LOOP;
    END LOOP;
  EXCEPTION WHEN OTHERS THEN
    RAISE WARNING USING MESSAGE = format('a child of a protected table is not armed: %s', SQLERRM), HINT = 'Views over the table refuse until its owner has called scoring.arm_children().';
  END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._watch_children() FROM PUBLIC;
COMMENT ON FUNCTION scoring._watch_children() IS 'internal: what the event trigger of watch_children() runs';

CREATE FUNCTION scoring.watch_children(enable boolean) RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'watch_children() must be called by a superuser';
  END IF;
  IF EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'scoring_watch_children') THEN
    DROP EVENT TRIGGER scoring_watch_children;
  END IF;
  IF NOT enable THEN
    RETURN 'new children of protected tables are armed by arm_children() alone';
  END IF;
  CREATE EVENT TRIGGER scoring_watch_children ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION scoring._watch_children();
  COMMENT ON EVENT TRIGGER scoring_watch_children IS 'arms new children of protected tables';
  RETURN 'new children of protected tables are armed when they are made or attached';
END
$$;
COMMENT ON FUNCTION scoring.watch_children(boolean) IS 'whether an event trigger arms children of protected tables as they are made or attached; for superusers: 42501';

-- The way back.

CREATE FUNCTION scoring._unprotection_statements(relation regclass, OUT statement text, OUT said text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  workspace oid := (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'scoring_data');
  workspace_name text := quote_ident(pg_get_userbyid(workspace));
  p record;
  m record;
  g record;
BEGIN
  PERFORM _protect_check_owner(relation, 'unprotect');
  SELECT t.*, n.oid AS namespace, n.nspowner INTO p FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN scoring_data.protected_table t ON t.schema_name = n.nspname AND t.table_name = c.relname WHERE c.oid = relation;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s is not protected', relation);
  END IF;
  FOR m IN SELECT f.member, f.member::regclass::text AS name, c.relrowsecurity, c.relforcerowsecurity, b.was
           FROM _protect_family(relation) f JOIN pg_class c ON c.oid = f.member JOIN pg_namespace n ON n.oid = c.relnamespace
             LEFT JOIN LATERAL (SELECT j AS was FROM jsonb_array_elements(p.before -> 'relations') j WHERE j ->> 'schema' = n.nspname AND j ->> 'table' = c.relname) b ON true
           ORDER BY f.depth, f.member::regclass::text COLLATE "C" LOOP
    FOR g IN SELECT q.polname FROM pg_policy q WHERE q.polrelid = m.member AND (q.polname = 'scoring_reader' OR q.polname ~ '^scoring_writer_') ORDER BY q.polname COLLATE "C" LOOP
      statement := format('DROP POLICY %I ON %s', g.polname, m.name);
      said := format('policy %I on %s dropped', g.polname, m.name);
      RETURN NEXT;
    END LOOP;
    IF EXISTS (SELECT FROM _protect_acl(ARRAY[m.member]) a WHERE a.grantee = workspace) THEN
      statement := format('REVOKE ALL ON TABLE %s FROM %s CASCADE', m.name, workspace_name);
      said := format('withdrawn from %s on %s: all', workspace_name, m.name);
      RETURN NEXT;
    END IF;
    IF m.was IS NULL THEN
      statement := NULL;
      said := format('note: what %s was before is not recorded: its row security stays on, and its privileges as they are', m.name);
      RETURN NEXT;
      CONTINUE;
    END IF;
    FOR g IN
      SELECT CASE j ->> 'grantee' WHEN 'public' THEN 'PUBLIC' ELSE quote_ident(j ->> 'grantee') END AS grantee, j ->> 'privilege' AS privilege, j ->> 'column' AS column_name, (j ->> 'grantable')::boolean AS grantable,
             j ->> 'grantee' = 'public' OR to_regrole(quote_ident(j ->> 'grantee')) IS NOT NULL AS role_exists,
             j ->> 'column' IS NULL OR EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = m.member AND t.attname = j ->> 'column' AND NOT t.attisdropped) AS column_exists
      FROM jsonb_array_elements(m.was -> 'acl') j
      WHERE NOT EXISTS (SELECT FROM _protect_acl(ARRAY[m.member]) a WHERE a.privilege = j ->> 'privilege' AND a.column_name IS NOT DISTINCT FROM j ->> 'column' AND (a.grantable OR NOT (j ->> 'grantable')::boolean)
                          AND CASE a.grantee WHEN 0 THEN 'public' ELSE pg_get_userbyid(a.grantee)::text END = j ->> 'grantee')
      ORDER BY j ->> 'grantee' COLLATE "C", j ->> 'column' COLLATE "C" NULLS FIRST, j ->> 'privilege' COLLATE "C"
    LOOP
      statement := CASE WHEN g.role_exists AND g.column_exists AND g.privilege ~ '^[A-Z]+$' THEN
        format('GRANT %s%s ON TABLE %s TO %s%s', g.privilege, CASE WHEN g.column_name IS NULL THEN '' ELSE format(' (%I)', g.column_name) END, m.name, g.grantee, CASE WHEN g.grantable THEN ' WITH GRANT OPTION' ELSE '' END) END;
      said := format(CASE WHEN statement IS NULL THEN 'note: not given back, since there is no such role or column: %s%s on %s to %s' ELSE 'given back: %s%s on %s to %s' END,
                     g.privilege, CASE WHEN g.column_name IS NULL THEN '' ELSE format(' (%I)', g.column_name) END, m.name, g.grantee);
      RETURN NEXT;
    END LOOP;
    IF m.relforcerowsecurity <> (m.was ->> 'force')::boolean THEN
      statement := format('ALTER TABLE %s %s ROW LEVEL SECURITY', m.name, CASE WHEN m.relforcerowsecurity THEN 'NO FORCE' ELSE 'FORCE' END);
      said := format('row security of %s %s', m.name, CASE WHEN m.relforcerowsecurity THEN 'no longer forced' ELSE 'forced again' END);
      RETURN NEXT;
    END IF;
    IF m.relrowsecurity AND NOT (m.was ->> 'row_security')::boolean THEN
      statement := format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', m.name);
      said := format('row security disabled on %s', m.name);
      RETURN NEXT;
    END IF;
  END LOOP;
  FOR g IN SELECT t.attname, EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = relation AND d.refobjsubid = t.attnum AND d.classid = 'pg_rewrite'::regclass) AS is_used
           FROM unnest(p.mark_purposes) n JOIN pg_attribute t ON t.attrelid = relation AND t.attname = 'scoring_until_' || n AND NOT t.attisdropped ORDER BY n LOOP
    statement := CASE WHEN NOT g.is_used THEN format('ALTER TABLE %s DROP COLUMN %I', relation, g.attname) END;
    said := format(CASE WHEN g.is_used THEN 'note: column %I of %s stays: a view uses it' ELSE 'column %I of %s dropped' END, g.attname, relation);
    RETURN NEXT;
  END LOOP;
  IF p.before -> 'usage' ? p.schema_name AND NOT EXISTS (SELECT FROM scoring_data.protected_table o WHERE o.schema_name = p.schema_name AND o.table_name <> p.table_name) THEN
    statement := CASE WHEN pg_has_role(_caller(), p.nspowner, 'USAGE') THEN format('REVOKE USAGE ON SCHEMA %I FROM %s', p.schema_name, workspace_name) END;
    said := format(CASE WHEN statement IS NULL THEN 'note: the owner of schema %I may withdraw USAGE from %s' ELSE 'USAGE on schema %I withdrawn from %s' END, p.schema_name, workspace_name);
    RETURN NEXT;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._unprotection_statements(regclass, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._unprotection_statements(regclass) IS 'internal: unprotection_statements() as the workspace''s owner';
CREATE FUNCTION scoring.unprotection_statements(relation regclass, OUT statement text, OUT said text) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.unprotection_statements(regclass) IS 'the statements that make a protected table what it was before, and what each does; without a statement, what cannot be; not protected: 55000; for its owner and superusers: 42501';

CREATE FUNCTION scoring._record_unprotection(relation regclass) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
BEGIN
  PERFORM _protect_check_owner(relation, 'unprotect');
  DELETE FROM scoring_data.protected_table t USING pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid = relation AND t.schema_name = n.nspname AND t.table_name = c.relname RETURNING t.* INTO p;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s is not protected', relation);
  END IF;
  -- They stay as what was: a laxer class than the last one still takes an approver.
  UPDATE scoring_data.classification k SET superseded_at = clock_timestamp() WHERE k.schema_name = p.schema_name AND k.table_name = p.table_name AND k.superseded_at IS NULL;
  PERFORM _protect_disarm(p.schema_name, p.table_name, 'the table is no longer protected');
  PERFORM _audit('unprotect', relation::text);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._record_unprotection(regclass) FROM PUBLIC;
COMMENT ON FUNCTION scoring._record_unprotection(regclass) IS 'internal: record_unprotection() as the workspace''s owner';
CREATE FUNCTION scoring.record_unprotection(relation regclass) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.record_unprotection(regclass) IS 'the part of unprotect() that records: what is published of the table refuses from then on; not protected: 55000; for its owner and superusers: 42501';

CREATE FUNCTION scoring.unprotect(relation regclass) RETURNS SETOF text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  name text := relation::text;
  s record;
BEGIN
  IF EXISTS (SELECT FROM pg_class c WHERE c.oid = relation AND c.relkind IN ('r', 'p') AND pg_has_role(c.relowner, 'USAGE')) THEN
    EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', name);
    IF relation::text <> name THEN
      RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = format('%s was renamed meanwhile', name), HINT = 'Call it again.';
    END IF;
  END IF;
  FOR s IN SELECT * FROM unprotection_statements(relation) LOOP
    IF s.statement IS NOT NULL THEN
      EXECUTE s.statement;
    END IF;
    RETURN NEXT s.said;
  END LOOP;
  PERFORM record_unprotection(relation);
END
$$;
COMMENT ON FUNCTION scoring.unprotect(regclass) IS 'makes a protected table and its children what they were before: row security, privileges on tables and columns; says what it did, a line each; what was published of it refuses; not protected: 55000; for its owner and superusers: 42501';

CREATE FUNCTION scoring._forget_protection(relation text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  names text[] := parse_ident(relation);
BEGIN
  IF _protect_relation(names[1], names[2]) IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('there is a table %s', relation), HINT = 'Its owner calls scoring.unprotect().';
  END IF;
  DELETE FROM scoring_data.protected_table t WHERE t.schema_name = names[1] AND t.table_name = names[2] AND array_length(names, 1) = 2;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('no table %s is recorded as protected', coalesce(relation, 'NULL')), HINT = 'Which are: SELECT * FROM scoring_data.protected_tables; name the table with its schema.';
  END IF;
  UPDATE scoring_data.classification k SET superseded_at = clock_timestamp() WHERE k.schema_name = names[1] AND k.table_name = names[2] AND k.superseded_at IS NULL;
  PERFORM _protect_disarm(names[1], names[2], 'the table is gone');
  PERFORM _audit('forget protection', relation);
  RETURN format('%s is no longer recorded as protected', relation);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._forget_protection(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._forget_protection(text) IS 'internal: forget_protection() as the workspace''s owner';
CREATE FUNCTION scoring.forget_protection(relation text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.forget_protection(text) IS 'ends the record of a protected table that was dropped; for stewards: 42501; a table that is there: 55000; unknown: 42704';

-- Marks on the row: until when each may be used for a purpose.

CREATE FUNCTION scoring._write_marks(relation oid, subject_key text, purpose_number integer, numbers bigint[], subjects text[], marks timestamptz[], after_subject text, up_to_subject text, clear boolean) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_protect_write_marks';
REVOKE EXECUTE ON FUNCTION scoring._write_marks(oid, text, integer, bigint[], text[], timestamptz[], text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._write_marks(oid, text, integer, bigint[], text[], timestamptz[], text, text, boolean) IS 'internal: writes, as the owner of a table, marks on the rows of subjects, given as numbers or as texts; clear: of other subjects between the two, open where NULL, they become -infinity; rows changed';

-- A right ends even if the bank's table cannot be written, since a trigger of its owner's fails or an application keeps the
-- row: then what is published of that table refuses.
CREATE FUNCTION scoring._stamp_marks(subject text, purpose_number integer, valid_until timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp SET lock_timeout = '30s'
AS $$
DECLARE
  p record;
  is_number boolean := false;
  written bigint := 0;
BEGIN
  IF subject ~ '^(0|-?[1-9][0-9]{0,18})$' THEN
    is_number := subject::numeric BETWEEN -9223372036854775808 AND 9223372036854775807;
  END IF;
  FOR p IN SELECT t.schema_name, t.table_name, t.subject_key, t.subject_kind, _protect_relation(t.schema_name, t.table_name) AS relation FROM scoring_data.protected_table t
           WHERE t.marks = 'row' AND _stamp_marks.purpose_number = ANY (t.mark_purposes) AND (t.subject_kind = 'text' OR is_number) ORDER BY t.schema_name, t.table_name LOOP
    CONTINUE WHEN p.relation IS NULL;
    BEGIN
      written := written + _write_marks(p.relation, p.subject_key, purpose_number, CASE p.subject_kind WHEN 'number' THEN ARRAY[subject::bigint] END,
                                        CASE p.subject_kind WHEN 'text' THEN ARRAY[subject] END, ARRAY[coalesce(valid_until, '-infinity')], NULL, NULL, false);
    EXCEPTION WHEN OTHERS THEN
      PERFORM _protect_disarm(p.schema_name, p.table_name, 'marks could not be written', purpose_number);
      PERFORM _audit('marks not written', format('%I.%I', p.schema_name, p.table_name), subject, jsonb_build_object('purpose_number', purpose_number, 'sqlstate', SQLSTATE));
      RAISE WARNING USING MESSAGE = format('the marks of a subject on %I.%I could not be written (SQLSTATE %s): what is published of it refuses', p.schema_name, p.table_name, SQLSTATE),
        HINT = 'Its owner puts that right and calls scoring.stamp_marks(); then a steward publishes anew.';
    END;
  END LOOP;
  RETURN written;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._stamp_marks(text, integer, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION scoring._stamp_marks(text, integer, timestamptz) IS 'internal: marks the rows of a subject, in all tables with marks for the purpose, with the end of the right that holds now; NULL: none; rows changed; where it cannot, a WARNING, and what is published of the table refuses';

CREATE FUNCTION scoring._stamp_marks(relation regclass, purpose text) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  p record;
  number integer;
  r record;
  is_number boolean;
  after_subject text;
  written bigint := 0;
BEGIN
  PERFORM _protect_check_owner(relation, 'mark');
  SELECT t.* INTO p FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN scoring_data.protected_table t ON t.schema_name = n.nspname AND t.table_name = c.relname WHERE c.oid = relation;
  SELECT u.purpose_number INTO number FROM scoring_data.purpose u WHERE u.name = purpose LIMIT 1;
  IF p.marks IS DISTINCT FROM 'row' OR number IS NULL OR number <> ALL (p.mark_purposes) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s has no marks for purpose %s', relation, coalesce(quote_ident(purpose), 'NULL')),
      HINT = 'protect(..., marks => ''row'', purposes => ...) adds them.';
  END IF;
  is_number := p.subject_kind = 'number';
  LOOP
    -- The rights are held until the marks are written: one that ends meanwhile waits, and then ends the mark too.
    IF is_number THEN
      SELECT array_agg(x.subject_number ORDER BY x.subject_number) AS numbers, NULL::text[] AS subjects, array_agg(x.valid_until ORDER BY x.subject_number) AS marks, max(x.subject_number)::text AS last, count(*) AS n INTO r
      FROM (SELECT s.subject_number, s.valid_until FROM scoring_data.permission s
            WHERE s.purpose_number = number AND s.subject_number > coalesce(after_subject::bigint, -9223372036854775808) ORDER BY s.subject_number LIMIT 20000 FOR SHARE) x;
    ELSE
      SELECT NULL::bigint[] AS numbers, array_agg(x.subject ORDER BY x.subject COLLATE "C") AS subjects, array_agg(x.valid_until ORDER BY x.subject COLLATE "C") AS marks, max(x.subject COLLATE "C") AS last, count(*) AS n INTO r
      FROM (SELECT s.subject, s.valid_until FROM scoring_data.permission s
            WHERE s.purpose_number = number AND s.subject COLLATE "C" > coalesce(after_subject, '') ORDER BY s.subject COLLATE "C" LIMIT 20000 FOR SHARE) x;
    END IF;
    written := written + _write_marks(relation, p.subject_key, number, CASE WHEN is_number THEN coalesce(r.numbers, '{}') END, CASE WHEN NOT is_number THEN coalesce(r.subjects, '{}') END,
                                      coalesce(r.marks, '{}'), after_subject, CASE WHEN r.n = 20000 THEN r.last END, true);
    EXIT WHEN r.n < 20000;
    after_subject := r.last;
  END LOOP;
  PERFORM _audit('stamp marks', relation::text, NULL, jsonb_build_object('purpose', purpose, 'rows', written));
  RETURN written;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._stamp_marks(regclass, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._stamp_marks(regclass, text) IS 'internal: stamp_marks() as the workspace''s owner';
CREATE FUNCTION scoring.stamp_marks(relation regclass, purpose text) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.stamp_marks(regclass, text) IS 'marks all rows of a table that is protected with marks on the row with the rights that hold now for a purpose: after protect(), and after rows were added; rows changed; no such marks: 55000; for the table''s owner and superusers: 42501';

CREATE FUNCTION scoring._check_protect(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
  name text;
BEGIN
  FOR p IN SELECT t.*, _protect_relation(t.schema_name, t.table_name) AS present FROM scoring_data.protected_table t ORDER BY t.schema_name COLLATE "C", t.table_name COLLATE "C" LOOP
    name := format('%I.%I', p.schema_name, p.table_name);
    IF p.present IS NULL THEN
      RETURN QUERY SELECT 'error', name, 'it is recorded as protected, but there is no such table', format('if it was renamed, call protect() for it under its new name; if it was dropped: SELECT scoring.forget_protection(%L);', name);
      CONTINUE;
    END IF;
    RETURN QUERY SELECT 'error', name, f, 'put it right, as its owner' FROM _protection_flaws(p.present, p.subject_key, p.scope_column, p.writers) f;
    RETURN QUERY SELECT CASE WHEN q.fault IS NULL THEN 'warning' ELSE 'error' END, name, coalesce(q.fault, 'still to be done: ' || q.said), q.statement || ';' FROM _protection_plan(p.present, NULL) q WHERE q.fault IS NOT NULL OR q.said IS NOT NULL;
    RETURN QUERY SELECT 'warning', format('%s.%I', name, k.column_name), format('%s, since %s', k.fault, to_char(timezone('UTC', x.at), 'YYYY-MM-DD')), format('SELECT scoring.approve_classification(%L, %L, ''why'');', name, k.column_name)
      FROM _column_classes(p.present) k JOIN scoring_data.classification x ON x.schema_name = p.schema_name AND x.table_name = p.table_name AND x.column_name = k.column_name AND x.superseded_at IS NULL
      WHERE x.needs_approval AND x.approved_at IS NULL;
    RETURN QUERY SELECT 'warning', format('%s.%I', name, x.column_name), 'it is classified, but there is no such column', 'if it was renamed, classify it under its new name'
      FROM scoring_data.classification x WHERE x.schema_name = p.schema_name AND x.table_name = p.table_name AND x.superseded_at IS NULL
        AND NOT EXISTS (SELECT FROM pg_attribute t WHERE t.attrelid = p.present AND t.attname = x.column_name AND t.attnum > 0 AND NOT t.attisdropped) ORDER BY x.column_name COLLATE "C";
    RETURN QUERY SELECT 'warning', format('role "%s"', r.rolname), format('it has a duty of the workspace, and reads all of %s as a member of %s', name, string_agg(quote_ident(i.rolname), ', ' ORDER BY i.rolname)), 'take one of the two from it'
      FROM pg_roles r, pg_roles i WHERE NOT r.rolsuper AND r.oid <> i.oid AND (i.rolname = ANY (p.writers) OR i.oid = (SELECT c.relowner FROM pg_class c WHERE c.oid = p.present)) AND pg_has_role(r.oid, i.oid, 'MEMBER')
        AND EXISTS (SELECT FROM pg_roles d JOIN _duties() u ON d.rolname = _prefix() || '_' || u.duty WHERE d.oid <> r.oid AND pg_has_role(r.oid, d.oid, 'MEMBER')) GROUP BY r.rolname ORDER BY r.rolname COLLATE "C";
    RETURN QUERY SELECT 'error', name, format('there is another way to its data: %s', r), 'close it, as its owner' FROM _protection_roads(p.present, p.writers) r;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_protect(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_protect() IS 'internal: what is wrong with the contents of room protect, for doctor()';
