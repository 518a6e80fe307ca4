-- purpose: what data may be used for, what permits it for whom, who may act, and the access that a session has begun.

CREATE FUNCTION scoring._setup_purpose() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('purpose', $t$
    name text NOT NULL,
    version integer NOT NULL,
    purpose_number integer NOT NULL,
    shows text[] NOT NULL,
    uses text[] NOT NULL,
    dimensions text[],
    case_bound boolean NOT NULL,
    legal_basis text NOT NULL,
    impact_assessment text NOT NULL,
    note text,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    superseded_at timestamptz,
    PRIMARY KEY (name, version),
    UNIQUE (purpose_number, version)$t$,
    'purposes, version by version; the current one has no superseded_at');
  IF to_regclass('scoring_data.purpose_current') IS NULL THEN
    CREATE UNIQUE INDEX purpose_current ON scoring_data.purpose (name) WHERE superseded_at IS NULL;
  END IF;
  COMMENT ON COLUMN scoring_data.purpose.purpose_number IS 'stands for the name in permission and in published views; never given to another name';
  COMMENT ON COLUMN scoring_data.purpose.shows IS 'classes of columns that views for it may show';
  COMMENT ON COLUMN scoring_data.purpose.uses IS 'classes of columns that models in views for it may read, besides those shown';
  COMMENT ON COLUMN scoring_data.purpose.dimensions IS 'dimensions of columns that it may read; NULL: all';
  COMMENT ON COLUMN scoring_data.purpose.case_bound IS 'an access is to one subject, named when it is begun';
  PERFORM _make_table('consent', $t$
    subject text NOT NULL,
    consent_number bigint GENERATED ALWAYS AS IDENTITY,
    purpose_number integer NOT NULL,
    purpose_version integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('written consent', 'consent', 'contract', 'legal obligation', 'legitimate interest')),
    evidence text,
    valid_from timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (subject, consent_number),
    CHECK (valid_from < valid_until)$t$,
    'what permits to use a subject''s data for a purpose: consents and other legal bases; only ever appended to');
  PERFORM _make_table('consent_withdrawal', $t$
    subject text NOT NULL,
    consent_number bigint NOT NULL,
    reason text,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (subject, consent_number),
    FOREIGN KEY (subject, consent_number) REFERENCES scoring_data.consent (subject, consent_number)$t$,
    'consents that were withdrawn, or other bases that ended before their time; only ever appended to');
  -- Fixed columns first: a scan reads no further.
  IF to_regclass('scoring_data.permission') IS NULL THEN
    CREATE TABLE scoring_data.permission (
      subject_number bigint,
      valid_until timestamptz NOT NULL,
      purpose_number integer NOT NULL,
      subject text NOT NULL,
      PRIMARY KEY (subject, purpose_number),
      UNIQUE (subject_number, purpose_number)
    ) PARTITION BY LIST (purpose_number);
    ALTER TABLE scoring_data.permission ENABLE ROW LEVEL SECURITY;
  END IF;
  COMMENT ON TABLE scoring_data.permission IS 'the right that holds now: until when a subject''s data may be used for a purpose; made from consents, one partition for each purpose';
  COMMENT ON COLUMN scoring_data.permission.subject_number IS 'the subject, if it is the text of a bigint: what tables with a numeric key are joined by';
  PERFORM _make_table('access_grant', $t$
    officer text NOT NULL,
    grant_number bigint GENERATED ALWAYS AS IDENTITY,
    purpose_number integer NOT NULL,
    scopes text[],
    granted_by_role text NOT NULL,
    granted_by_session text NOT NULL,
    granted_at timestamptz NOT NULL,
    revoked_by_role text,
    revoked_by_session text,
    revoked_at timestamptz,
    PRIMARY KEY (officer, grant_number)$t$,
    'who may begin an access for a purpose, in which scopes (such as branches), and who could until when');
  IF to_regclass('scoring_data.access_grant_current') IS NULL THEN
    CREATE UNIQUE INDEX access_grant_current ON scoring_data.access_grant (officer, purpose_number) WHERE revoked_at IS NULL;
  END IF;
  COMMENT ON COLUMN scoring_data.access_grant.officer IS 'the role that logs in: neither membership nor SET ROLE makes another role this one';
  COMMENT ON COLUMN scoring_data.access_grant.scopes IS 'values of a protected table''s scope column, as text; NULL: all';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_purpose() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_purpose() IS 'internal: the tables and views of room purpose';

CREATE FUNCTION scoring._grants_purpose(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT NULL::text, NULL::text, NULL::text, NULL::text WHERE false;
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_purpose(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_purpose() IS 'internal: who may do what in room purpose';

CREATE FUNCTION scoring._check_purpose(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_purpose(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_purpose() IS 'internal: what is wrong with the contents of room purpose, for doctor()';
