-- publish: views of protected tables for a purpose and an audience, behind a gate. See src/publish.c.

CREATE FUNCTION scoring._setup_publish() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('publication', $t$
    name text NOT NULL,
    version integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('view', 'release')),
    schema_name text NOT NULL,
    table_name text NOT NULL,
    audience text NOT NULL,
    purpose_number integer,
    purpose_version integer,
    columns text[] NOT NULL,
    model_name text,
    model_version integer,
    outputs text[],
    hidden_inputs text[],
    hidden_bits float8,
    approved_by_role text,
    approved_by_session text,
    definition_hash text,
    state text NOT NULL CHECK (state IN ('live', 'disarmed', 'retired')),
    state_reason text,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (name, version)$t$,
    'what was published in schema scoring_views, version by version');
  IF to_regclass('scoring_data.publication_current') IS NULL THEN
    CREATE UNIQUE INDEX publication_current ON scoring_data.publication (name) WHERE state <> 'retired';
  END IF;
  COMMENT ON COLUMN scoring_data.publication.columns IS 'columns of the protected table that it shows';
  COMMENT ON COLUMN scoring_data.publication.hidden_inputs IS 'columns that it does not show, but that a published score is worked out from';
  COMMENT ON COLUMN scoring_data.publication.hidden_bits IS 'how much a score can give away of them: log2 of the combinations of bins that scores tell apart, at most';
  COMMENT ON COLUMN scoring_data.publication.state IS 'disarmed: refuses until it is published anew, since a column was reclassified, the purpose changed or the like';
  COMMENT ON COLUMN scoring_data.publication.definition_hash IS 'SHA-256 of the text of the view, as the server gives it';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_publish() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_publish() IS 'internal: the tables and views of room publish';

CREATE FUNCTION scoring._grants_publish(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT NULL::text, NULL::text, NULL::text, NULL::text WHERE false;
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_publish(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_publish() IS 'internal: who may do what in room publish';

CREATE FUNCTION scoring._check_publish(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_publish(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_publish() IS 'internal: what is wrong with the contents of room publish, for doctor()';
