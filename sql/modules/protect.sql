-- protect: tables of the bank with row security and classified columns. Their owner calls these functions, with his own
-- rights; what they record goes through entries that look at who calls.

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
    writers text[] NOT NULL,
    before jsonb NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (schema_name, table_name)$t$,
    'the protected tables, by name');
  COMMENT ON COLUMN scoring_data.protected_table.marks IS 'where the right that holds now is read: table: scoring_data.permission; row: columns scoring_until_<purpose number> of the table itself';
  COMMENT ON COLUMN scoring_data.protected_table.before IS 'row security and privileges as they were, for unprotect()';
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
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    approved_by_role text,
    approved_by_session text,
    approved_at timestamptz,
    superseded_at timestamptz,
    PRIMARY KEY (schema_name, table_name, column_name, classification_number)$t$,
    'the classes of columns of protected tables, and what they were before; the current one has no superseded_at');
  IF to_regclass('scoring_data.classification_current') IS NULL THEN
    CREATE UNIQUE INDEX classification_current ON scoring_data.classification (schema_name, table_name, column_name) WHERE superseded_at IS NULL;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_protect() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_protect() IS 'internal: the tables and views of room protect';

CREATE FUNCTION scoring._grants_protect(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT NULL::text, NULL::text, NULL::text, NULL::text WHERE false;
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_protect(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_protect() IS 'internal: who may do what in room protect';

CREATE FUNCTION scoring._check_protect(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_protect(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_protect() IS 'internal: what is wrong with the contents of room protect, for doctor()';
