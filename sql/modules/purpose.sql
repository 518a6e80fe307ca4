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

  PERFORM _make_view('purposes', $q$
    SELECT p.name, p.version, p.name || '@' || p.version AS purpose,
           CASE WHEN p.superseded_at IS NULL THEN 'current' WHEN EXISTS (SELECT FROM scoring_data.purpose n WHERE n.name = p.name AND n.version > p.version) THEN 'superseded' ELSE 'retired' END AS state,
           p.shows, p.uses, p.dimensions, p.case_bound, p.legal_basis, p.impact_assessment, p.note, p.role_name, p.session_name, p.at, p.superseded_at, p.purpose_number
    FROM scoring_data.purpose p$q$,
    'what data may be used for, version by version');
  PERFORM _make_view('consents', $q$
    SELECT c.subject, c.consent_number, p.name AS purpose, c.purpose_version, c.kind, c.evidence, c.valid_from, c.valid_until, c.role_name, c.session_name, c.at,
           w.at AS ended_at, w.reason AS end_reason, w.role_name AS ended_by_role, w.session_name AS ended_by_session
    FROM scoring_data.consent c JOIN scoring_data.purpose p ON p.purpose_number = c.purpose_number AND p.version = c.purpose_version
    LEFT JOIN scoring_data.consent_withdrawal w ON w.subject = c.subject AND w.consent_number = c.consent_number$q$,
    'consents and other legal bases, and when those that were withdrawn ended');
  PERFORM _make_view('access_grants', $q$
    SELECT g.officer, p.name AS purpose, coalesce(g.scopes, '{*}') AS scopes, g.granted_by_role, g.granted_by_session, g.granted_at, g.revoked_by_role, g.revoked_by_session, g.revoked_at,
           g.revoked_at IS NULL AS is_current, to_regrole(quote_ident(g.officer)) IS NOT NULL AS role_exists, g.grant_number
    FROM scoring_data.access_grant g JOIN (SELECT DISTINCT n.purpose_number, n.name FROM scoring_data.purpose n) p USING (purpose_number)$q$,
    'who may begin an access for a purpose, in which scopes, and who could until when');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_purpose() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_purpose() IS 'internal: the tables and views of room purpose';

CREATE FUNCTION scoring._grants_purpose(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('steward', 'function', 'define_purpose(text, text[], text[], text, text, text[], boolean, text)', 'EXECUTE'),
           ('steward', 'function', 'retire_purpose(text, text)', 'EXECUTE'),
           ('steward', 'function', 'grant_access(text, text, text[])', 'EXECUTE'),
           ('steward', 'function', 'revoke_access(text, text)', 'EXECUTE'),
           ('steward', 'function', 'rebuild_permissions(text)', 'EXECUTE'),
           ('registrar', 'function', 'record_consent(text, text, text, text, timestamptz, timestamptz)', 'EXECUTE'),
           ('registrar', 'function', 'record_consents(text[], text, text, text, timestamptz)', 'EXECUTE'),
           ('registrar', 'function', 'withdraw_consent(text, text, text)', 'EXECUTE'),
           ('registrar', 'function', 'end_basis(text, bigint, text)', 'EXECUTE'),
           ('steward', 'table', 'scoring_data.purposes', 'SELECT'),
           ('registrar', 'table', 'scoring_data.purposes', 'SELECT'),
           ('modeler', 'table', 'scoring_data.purposes', 'SELECT'),
           ('approver', 'table', 'scoring_data.purposes', 'SELECT'),
           ('officer', 'table', 'scoring_data.purposes', 'SELECT'),
           ('auditor', 'table', 'scoring_data.purposes', 'SELECT'),
           ('registrar', 'table', 'scoring_data.consents', 'SELECT'),
           ('auditor', 'table', 'scoring_data.consents', 'SELECT'),
           ('steward', 'table', 'scoring_data.access_grants', 'SELECT'),
           ('auditor', 'table', 'scoring_data.access_grants', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_purpose(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_purpose() IS 'internal: who may do what in room purpose';

-- Rights. A row of permission says until when one holds, or held: it follows from the bases that are recorded, whatever the
-- time is. A basis that comes makes the end later; where one goes the row is locked and read anew. For that each command
-- must see what others have committed meanwhile, so all that changes bases runs in READ COMMITTED.

CREATE FUNCTION scoring._purpose_read_committed() RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_transaction_state', MESSAGE = 'purposes and consents are only changed in a transaction that is READ COMMITTED',
      DETAIL = 'One snapshot for all of a transaction would overlook what others record meanwhile.', HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED;';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._purpose_read_committed() FROM PUBLIC;
COMMENT ON FUNCTION scoring._purpose_read_committed() IS 'internal: 25000 in a transaction with one snapshot';

CREATE FUNCTION scoring._canonical_number(key text) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_purpose_canonical_number';
REVOKE EXECUTE ON FUNCTION scoring._canonical_number(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._canonical_number(text) IS 'internal: the bigint of which a text is the canonical decimal form, as a cast to text gives it; NULL if it is of none';

-- Others than those who define purposes hold the table in ROW SHARE mode, so that a purpose stays what it is until they commit.
CREATE FUNCTION scoring._purpose_current(purpose text, OUT purpose_number integer, OUT version integer, OUT restricted boolean)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  LOCK TABLE scoring_data.purpose IN ROW SHARE MODE;
  SELECT p.purpose_number, p.version, 'restricted' = ANY (p.shows || p.uses) INTO purpose_number, version, restricted
  FROM scoring_data.purpose p WHERE p.name = _purpose_current.purpose AND p.superseded_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = CASE WHEN purpose IS NULL THEN 'no purpose is named' ELSE format('purpose "%s" does not exist', left(purpose, 200)) END,
      HINT = 'The purposes: SELECT * FROM scoring_data.purposes WHERE state = ''current'';';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._purpose_current(text, OUT integer, OUT integer, OUT boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._purpose_current(text) IS 'internal: the current version of a purpose, and whether it reads the class restricted; keeps it from being defined anew until the transaction ends; unknown or retired: 42704';

CREATE FUNCTION scoring._permitting_kinds(purpose_number integer) RETURNS text[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN coalesce((SELECT CASE WHEN 'restricted' = ANY (p.shows || p.uses) THEN '{written consent,legal obligation}'::text[]
                               ELSE '{written consent,consent,contract,legal obligation,legitimate interest}' END
                   FROM scoring_data.purpose p WHERE p.purpose_number = _permitting_kinds.purpose_number AND p.superseded_at IS NULL), '{}');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._permitting_kinds(integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._permitting_kinds(integer) IS 'internal: the kinds of bases that permit a purpose as it is now; none once it is retired';

CREATE FUNCTION scoring._covering_versions(purpose_number integer) RETURNS integer[]
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN ARRAY(SELECT v.version FROM scoring_data.purpose n JOIN scoring_data.purpose v ON v.purpose_number = n.purpose_number
               WHERE n.purpose_number = _covering_versions.purpose_number AND n.superseded_at IS NULL
                 AND n.shows <@ v.shows AND (n.shows || n.uses) <@ (v.shows || v.uses)
                 AND (v.dimensions IS NULL OR coalesce(n.dimensions <@ v.dimensions, false)) AND (n.case_bound OR NOT v.case_bound)
               ORDER BY v.version);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._covering_versions(integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._covering_versions(integer) IS 'internal: the versions of a purpose that read as much as the current one, or more: who consented to them has consented to that';

CREATE FUNCTION scoring._rights(purpose_number integer, of_subject text, OUT subject text, OUT valid_until timestamptz) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  kinds text[] := _permitting_kinds(_rights.purpose_number);
  versions integer[] := _covering_versions(_rights.purpose_number);
BEGIN
  IF of_subject IS NULL THEN
    RETURN QUERY
      SELECT c.subject, max(c.valid_until) FROM scoring_data.consent c
      WHERE c.purpose_number = _rights.purpose_number AND c.kind = ANY (kinds)
        AND (c.kind NOT IN ('consent', 'written consent') OR c.purpose_version = ANY (versions))
        AND NOT EXISTS (SELECT FROM scoring_data.consent_withdrawal w WHERE w.subject = c.subject AND w.consent_number = c.consent_number)
      GROUP BY c.subject;
  ELSE
    RETURN QUERY
      SELECT c.subject, max(c.valid_until) FROM scoring_data.consent c
      WHERE c.subject = of_subject AND c.purpose_number = _rights.purpose_number AND c.kind = ANY (kinds)
        AND (c.kind NOT IN ('consent', 'written consent') OR c.purpose_version = ANY (versions))
        AND NOT EXISTS (SELECT FROM scoring_data.consent_withdrawal w WHERE w.subject = c.subject AND w.consent_number = c.consent_number)
      GROUP BY c.subject;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._rights(integer, text, OUT text, OUT timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION scoring._rights(integer, text) IS 'internal: until when the bases of a subject, or of all if NULL, that have not ended permit a purpose, at the latest; no row without such a basis';

-- Room protect writes marks, a subject at a time; of many, a table at a time. As there, a right ends even if a table cannot be
-- written: then what is published of that table refuses.
CREATE FUNCTION scoring._stamp_rights(purpose_number integer, subjects text[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp SET lock_timeout = '30s'
AS $$
#variable_conflict use_column
DECLARE
  p record;
  part record;
BEGIN
  IF NOT EXISTS (SELECT FROM scoring_data.protected_table t WHERE t.marks = 'row' AND _stamp_rights.purpose_number = ANY (t.mark_purposes)) THEN
    RETURN;
  ELSIF coalesce(cardinality(subjects), 0) <= 20 THEN
    PERFORM _stamp_marks(s.subject, _stamp_rights.purpose_number, q.valid_until)
    FROM unnest(subjects) s (subject) LEFT JOIN scoring_data.permission q ON q.purpose_number = _stamp_rights.purpose_number AND q.subject = s.subject;
    RETURN;
  END IF;
  FOR p IN SELECT t.schema_name, t.table_name, t.subject_key, t.subject_kind = 'number' AS is_number, _protect_relation(t.schema_name, t.table_name) AS relation
           FROM scoring_data.protected_table t WHERE t.marks = 'row' AND _stamp_rights.purpose_number = ANY (t.mark_purposes) ORDER BY t.schema_name, t.table_name LOOP
    CONTINUE WHEN p.relation IS NULL;
    BEGIN
      FOR part IN SELECT array_agg(x.number) AS numbers, array_agg(x.subject) AS keys, array_agg(x.valid_until) AS marks
                  FROM (SELECT s.subject, _canonical_number(s.subject) AS number, coalesce(q.valid_until, '-infinity') AS valid_until, row_number() OVER () AS place
                        FROM (SELECT DISTINCT u.subject FROM unnest(subjects) u (subject)) s
                        LEFT JOIN scoring_data.permission q ON q.purpose_number = _stamp_rights.purpose_number AND q.subject = s.subject) x
                  WHERE x.number IS NOT NULL OR NOT p.is_number GROUP BY x.place / 20000 LOOP
        PERFORM _write_marks(p.relation, p.subject_key, _stamp_rights.purpose_number, CASE WHEN p.is_number THEN part.numbers END, CASE WHEN NOT p.is_number THEN part.keys END,
                             part.marks, NULL, NULL, false);
      END LOOP;
    EXCEPTION WHEN OTHERS THEN
      PERFORM _disarm(p.schema_name, p.table_name, _stamp_rights.purpose_number, 'marks could not be written');
      PERFORM _audit('marks not written', format('%I.%I', p.schema_name, p.table_name), NULL,
                     jsonb_build_object('purpose_number', _stamp_rights.purpose_number, 'subjects', cardinality(subjects), 'sqlstate', SQLSTATE));
      RAISE WARNING USING MESSAGE = format('the marks of %s subjects on %I.%I could not be written (SQLSTATE %s): what is published of it refuses', cardinality(subjects), p.schema_name, p.table_name, SQLSTATE),
        HINT = 'Its owner puts that right and calls scoring.stamp_marks(); then a steward publishes anew.';
    END;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._stamp_rights(integer, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._stamp_rights(integer, text[]) IS 'internal: has room protect write the rights of subjects, as they are now, on the rows of tables that keep them there';

CREATE FUNCTION scoring._permit(purpose_number integer, of_subject text) RETURNS timestamptz
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  until timestamptz;
BEGIN
  -- Whoever records another basis meanwhile waits for the row, and then only ever makes the end later.
  PERFORM FROM scoring_data.permission p WHERE p.purpose_number = _permit.purpose_number AND p.subject = of_subject FOR UPDATE;
  until := coalesce((SELECT r.valid_until FROM _rights(_permit.purpose_number, of_subject) r), '-infinity');
  INSERT INTO scoring_data.permission AS p (subject_number, valid_until, purpose_number, subject)
  SELECT _canonical_number(of_subject), until, _permit.purpose_number, of_subject
  WHERE isfinite(until) OR until = 'infinity' OR EXISTS (SELECT FROM scoring_data.permission x WHERE x.purpose_number = _permit.purpose_number AND x.subject = of_subject)
  ON CONFLICT (subject, purpose_number) DO UPDATE SET valid_until = excluded.valid_until WHERE p.valid_until <> excluded.valid_until;
  IF FOUND THEN
    PERFORM _stamp_rights(_permit.purpose_number, ARRAY[of_subject]);
  END IF;
  RETURN until;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._permit(integer, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._permit(integer, text) IS 'internal: makes the permission of a subject follow from the bases that hold, after one has ended; until when it is, -infinity if not at all';

CREATE FUNCTION scoring._permission_partition(purpose_number integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  partition text := 'permission_' || _permission_partition.purpose_number;
BEGIN
  IF EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
             WHERE i.inhparent = 'scoring_data.permission'::regclass AND c.relname = partition) THEN
    RETURN false;
  END IF;
  -- Made first and attached then, so that readers of other purposes are not locked out.
  EXECUTE format('CREATE TABLE scoring_data.%I (LIKE scoring_data.permission INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
  EXECUTE format('ALTER TABLE scoring_data.%I ENABLE ROW LEVEL SECURITY', partition);
  EXECUTE format('COMMENT ON TABLE scoring_data.%I IS %L', partition, 'the rights that hold now for one purpose, see scoring_data.purposes');
  EXECUTE format('ALTER TABLE scoring_data.permission ATTACH PARTITION scoring_data.%I FOR VALUES IN (%s)', partition, _permission_partition.purpose_number);
  RETURN true;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._permission_partition(integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._permission_partition(integer) IS 'internal: makes the partition of scoring_data.permission for a purpose unless it is there';

CREATE FUNCTION scoring._wrong_rights(purpose_number integer, OUT subject text, OUT valid_until timestamptz) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
    SELECT subject, coalesce(r.valid_until, '-infinity') FROM _rights(_wrong_rights.purpose_number, NULL) r
    FULL JOIN (SELECT p.subject, p.subject_number, p.valid_until FROM scoring_data.permission p WHERE p.purpose_number = _wrong_rights.purpose_number) q USING (subject)
    WHERE coalesce(r.valid_until, '-infinity') <> coalesce(q.valid_until, '-infinity') OR q.valid_until IS NOT NULL AND q.subject_number IS DISTINCT FROM _canonical_number(subject);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._wrong_rights(integer, OUT text, OUT timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION scoring._wrong_rights(integer) IS 'internal: subjects whose permission for a purpose does not follow from the bases that are recorded, and what it should be';

CREATE FUNCTION scoring._permit_all(purpose_number integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  subjects text[];
  untils timestamptz[];
BEGIN
  PERFORM _permission_partition(_permit_all.purpose_number);
  SELECT array_agg(w.subject), array_agg(w.valid_until) INTO subjects, untils FROM _wrong_rights(_permit_all.purpose_number) w;
  INSERT INTO scoring_data.permission AS p (subject_number, valid_until, purpose_number, subject)
  SELECT _canonical_number(w.subject), w.valid_until, _permit_all.purpose_number, w.subject FROM unnest(subjects, untils) w (subject, valid_until) ORDER BY w.subject COLLATE "C"
  ON CONFLICT (subject, purpose_number) DO UPDATE SET valid_until = excluded.valid_until, subject_number = excluded.subject_number;
  PERFORM _stamp_rights(_permit_all.purpose_number, subjects);
  RETURN coalesce(cardinality(subjects), 0);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._permit_all(integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._permit_all(integer) IS 'internal: makes the permissions of all subjects for a purpose follow from the bases that are recorded; how many were otherwise; the purposes must be locked';

-- Purposes.

CREATE FUNCTION scoring._define_purpose(name text, shows text[], uses text[], legal_basis text, impact_assessment text, dimensions text[], case_bound boolean, note text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  classes text[] := '{identifier,restricted,sensitive,quasi,ordinary,outcome}';
  bad text;
  n record;
  lost bigint;
BEGIN
  PERFORM _purpose_read_committed();
  IF _define_purpose.name IS NULL OR _define_purpose.name !~ '^[a-z][a-z0-9_]{0,62}$' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a purpose cannot be named %s', coalesce(quote_ident(left(_define_purpose.name, 200)), 'NULL')),
      DETAIL = 'A name begins with a letter, goes on with letters, digits and underscores, all lower case, and has at most 63 of them.';
  ELSIF _define_purpose.shows IS NULL OR _define_purpose.uses IS NULL OR _define_purpose.case_bound IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'shows, uses and case_bound must not be NULL', HINT = 'None of the classes is ''{}''.';
  END IF;
  SELECT coalesce(c.class, 'NULL') INTO bad FROM unnest(_define_purpose.shows || _define_purpose.uses) c (class)
  WHERE c.class IS NULL OR c.class <> ALL (classes) ORDER BY c.class = 'prohibited' DESC NULLS LAST LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value',
      MESSAGE = CASE bad WHEN 'prohibited' THEN 'no purpose may read the class prohibited' ELSE format('there is no class "%s" that a purpose may read', left(bad, 200)) END,
      DETAIL = format('The classes are %s.', array_to_string(classes, ', '));
  END IF;
  PERFORM _needed('the legal basis', _define_purpose.legal_basis);
  IF coalesce(_define_purpose.impact_assessment !~ '\S', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('purpose "%s" rests on no impact assessment', _define_purpose.name),
      DETAIL = 'Personal data are used for nothing whose consequences were not assessed before.', HINT = 'Name the assessment: its title and date, or where it is kept.';
  END IF;
  PERFORM _needed('the impact assessment', _define_purpose.impact_assessment);
  PERFORM _needed('the note', _define_purpose.note, true);
  PERFORM _needed('a dimension', d.dimension) FROM unnest(_define_purpose.dimensions) d (dimension);

  LOCK TABLE scoring_data.purpose IN EXCLUSIVE MODE;
  SELECT max(p.version) AS version, coalesce(max(p.purpose_number), (SELECT coalesce(max(o.purpose_number), 0) + 1 FROM scoring_data.purpose o)) AS purpose_number INTO n
  FROM scoring_data.purpose p WHERE p.name = _define_purpose.name;
  UPDATE scoring_data.purpose p SET superseded_at = clock_timestamp() WHERE p.name = _define_purpose.name AND p.superseded_at IS NULL;
  INSERT INTO scoring_data.purpose (name, version, purpose_number, shows, uses, dimensions, case_bound, legal_basis, impact_assessment, note, role_name, session_name, at)
  VALUES (_define_purpose.name, coalesce(n.version, 0) + 1, n.purpose_number,
          ARRAY(SELECT c.class FROM unnest(classes) WITH ORDINALITY c (class, place) WHERE c.class = ANY (_define_purpose.shows) ORDER BY c.place),
          ARRAY(SELECT c.class FROM unnest(classes) WITH ORDINALITY c (class, place) WHERE c.class = ANY (_define_purpose.uses) AND c.class <> ALL (_define_purpose.shows) ORDER BY c.place),
          CASE WHEN _define_purpose.dimensions IS NOT NULL THEN ARRAY(SELECT DISTINCT d.dimension COLLATE "C" FROM unnest(_define_purpose.dimensions) d (dimension) ORDER BY 1) END,
          _define_purpose.case_bound, _define_purpose.legal_basis, _define_purpose.impact_assessment, _define_purpose.note, _caller(), session_user, clock_timestamp());
  PERFORM _audit('define purpose', _define_purpose.name || '@' || coalesce(n.version, 0) + 1, NULL,
                 (SELECT jsonb_build_object('shows', p.shows, 'uses', p.uses, 'case_bound', p.case_bound, 'dimensions', cardinality(p.dimensions)) FROM scoring_data.purpose p
                  WHERE p.name = _define_purpose.name AND p.superseded_at IS NULL));
  IF n.version IS NULL THEN
    PERFORM _permission_partition(n.purpose_number);
  ELSE
    PERFORM _disarm(NULL, NULL, n.purpose_number, format('its purpose was defined anew: %s@%s', _define_purpose.name, n.version + 1));
    lost := (SELECT count(*) FROM scoring_data.permission p WHERE p.purpose_number = n.purpose_number AND p.valid_until > clock_timestamp());
    PERFORM _permit_all(n.purpose_number);
    lost := lost - (SELECT count(*) FROM scoring_data.permission p WHERE p.purpose_number = n.purpose_number AND p.valid_until > clock_timestamp());
    IF lost > 0 THEN
      RAISE NOTICE USING MESSAGE = format('%s permissions for "%s" ended', lost, _define_purpose.name),
        DETAIL = 'It reads more now than was consented to, or the class restricted, which takes a written consent or a legal obligation.';
    END IF;
  END IF;
  RETURN _define_purpose.name || '@' || coalesce(n.version, 0) + 1;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._define_purpose(text, text[], text[], text, text, text[], boolean, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._define_purpose(text, text[], text[], text, text, text[], boolean, text) IS 'internal: define_purpose() as the workspace''s owner';
CREATE FUNCTION scoring.define_purpose(name text, shows text[], uses text[], legal_basis text, impact_assessment text, dimensions text[] DEFAULT NULL,
    case_bound boolean DEFAULT false, note text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.define_purpose(text, text[], text[], text, text, text[], boolean, text) IS 'defines what data may be used for, or a new version of that, and gives its name, such as credit_decision@1: the classes of columns that views may show, those that models in them may also use, dimensions (NULL: all), whether each access is to one subject; views under the version before are disarmed; consents to a version that read less permit nothing under this one; for stewards: 42501; a name that is not plain, an unknown or prohibited class, no legal basis or impact assessment: 22023; NULL: 22004';

CREATE FUNCTION scoring._retire_purpose(name text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  n record;
BEGIN
  PERFORM _purpose_read_committed();
  PERFORM _needed('a reason', reason);
  LOCK TABLE scoring_data.purpose IN EXCLUSIVE MODE;
  n := _purpose_current(_retire_purpose.name);
  UPDATE scoring_data.purpose p SET superseded_at = clock_timestamp() WHERE p.name = _retire_purpose.name AND p.superseded_at IS NULL;
  PERFORM _audit('retire purpose', format('%s@%s', _retire_purpose.name, n.version), NULL, jsonb_build_object('reason', left(reason, 500)));
  PERFORM _disarm(NULL, NULL, n.purpose_number, format('its purpose was retired: %s', reason));
  PERFORM _permit_all(n.purpose_number);
  RETURN format('%s@%s', _retire_purpose.name, n.version);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._retire_purpose(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._retire_purpose(text, text) IS 'internal: retire_purpose() as the workspace''s owner';
CREATE FUNCTION scoring.retire_purpose(name text, reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.retire_purpose(text, text) IS 'ends a purpose: no access for it begins, its views are disarmed, no basis permits it; defined again it is the next version; gives its last version; for stewards: 42501; no reason: 22023; unknown or retired: 42704';

-- Bases.

CREATE FUNCTION scoring._record_bases(subjects text[], purpose text, kind text, evidence text, valid_until timestamptz, valid_from timestamptz,
    OUT count bigint, OUT first_number bigint, OUT last_number bigint, OUT purpose_version text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  kinds text[] := '{written consent,consent,contract,legal obligation,legitimate interest}';
  p record;
  place bigint;
  changed text[];
BEGIN
  PERFORM _purpose_read_committed();
  p := _purpose_current(_record_bases.purpose);
  purpose_version := format('%s@%s', _record_bases.purpose, p.version);
  IF _record_bases.kind IS NULL OR _record_bases.kind <> ALL (kinds) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no kind of legal basis "%s"', left(coalesce(_record_bases.kind, 'NULL'), 200)),
      DETAIL = format('The kinds are %s.', array_to_string(kinds, ', '));
  END IF;
  PERFORM _needed('the evidence', _record_bases.evidence);
  IF _record_bases.valid_from IS NULL OR _record_bases.valid_until IS NULL OR NOT _record_bases.valid_from < _record_bases.valid_until THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a legal basis must begin, and end later', HINT = 'One without an end is valid until ''infinity''.';
  ELSIF _record_bases.valid_from > clock_timestamp() THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a legal basis cannot begin in the future', HINT = 'Record it when it begins.';
  END IF;
  SELECT s.place INTO place FROM unnest(subjects) WITH ORDINALITY s (subject, place)
  WHERE s.subject IS NULL OR octet_length(s.subject) > 200 OR btrim(s.subject, E' \t\n\v\f\r') = '' ORDER BY 1 LIMIT 1;
  IF FOUND OR subjects IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = CASE WHEN cardinality(subjects) > 1 THEN format('number %s of the subjects is no key', place) ELSE 'the subject is no key' END,
      DETAIL = 'A subject is named by the text of its key, which has 1 to 200 bytes.';
  END IF;
  IF _record_bases.kind <> ALL (_permitting_kinds(p.purpose_number)) THEN
    RAISE NOTICE USING MESSAGE = format('a %s permits nothing for "%s"', _record_bases.kind, purpose_version),
      DETAIL = 'That reads the class restricted, which takes a written consent or a legal obligation.';
  END IF;
  -- In one order, so that two such calls do not wait for each other.
  WITH recorded AS (
    INSERT INTO scoring_data.consent (subject, purpose_number, purpose_version, kind, evidence, valid_from, valid_until, role_name, session_name, at)
    SELECT s.subject, p.purpose_number, p.version, _record_bases.kind, _record_bases.evidence, _record_bases.valid_from, _record_bases.valid_until, _caller(), session_user, clock_timestamp()
    FROM (SELECT DISTINCT u.subject COLLATE "C" FROM unnest(subjects) u (subject) ORDER BY 1) s (subject)
    RETURNING consent_number)
  SELECT count(*), min(r.consent_number), max(r.consent_number) INTO count, first_number, last_number FROM recorded r;
  IF _record_bases.kind = ANY (_permitting_kinds(p.purpose_number)) THEN
    INSERT INTO scoring_data.permission AS q (subject_number, valid_until, purpose_number, subject)
    SELECT _canonical_number(s.subject), _record_bases.valid_until, p.purpose_number, s.subject
    FROM (SELECT DISTINCT u.subject COLLATE "C" FROM unnest(subjects) u (subject) ORDER BY 1) s (subject)
    ON CONFLICT (subject, purpose_number) DO UPDATE SET valid_until = excluded.valid_until WHERE q.valid_until < excluded.valid_until;
    PERFORM _stamp_rights(p.purpose_number, subjects);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._record_bases(text[], text, text, text, timestamptz, timestamptz, OUT bigint, OUT bigint, OUT bigint, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._record_bases(text[], text, text, text, timestamptz, timestamptz) IS 'internal: records a basis for each of the subjects, each once, and what it permits; how many, and their numbers';

CREATE FUNCTION scoring._record_consent(subject text, purpose text, kind text, evidence text, valid_until timestamptz, valid_from timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _record_bases(ARRAY[subject], purpose, kind, evidence, valid_until, valid_from);
BEGIN
  PERFORM _audit('record consent', r.purpose_version, subject, jsonb_build_object('consent_number', r.first_number, 'kind', kind, 'valid_from', valid_from, 'valid_until', valid_until));
  RETURN r.first_number;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._record_consent(text, text, text, text, timestamptz, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION scoring._record_consent(text, text, text, text, timestamptz, timestamptz) IS 'internal: record_consent() as the workspace''s owner';
CREATE FUNCTION scoring.record_consent(subject text, purpose text, kind text, evidence text, valid_until timestamptz, valid_from timestamptz DEFAULT now()) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.record_consent(text, text, text, text, timestamptz, timestamptz) IS 'records what permits to use a subject''s data for a purpose: a written consent, a consent, a contract, a legal obligation or a legitimate interest, with its evidence; its number; a NOTICE if that kind does not permit what the purpose reads; for registrars: 42501; unknown purpose: 42704; no key, kind or evidence, no end after the beginning, a beginning in the future: 22023; in a REPEATABLE READ transaction: 25000';

CREATE FUNCTION scoring._record_consents(subjects text[], purpose text, kind text, evidence text, valid_until timestamptz) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _record_bases(subjects, purpose, kind, evidence, valid_until, now());
BEGIN
  PERFORM _audit('record consents', r.purpose_version, NULL, jsonb_build_object('count', r.count, 'first_number', r.first_number, 'last_number', r.last_number, 'kind', kind, 'valid_until', valid_until));
  RETURN r.count;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._record_consents(text[], text, text, text, timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION scoring._record_consents(text[], text, text, text, timestamptz) IS 'internal: record_consents() as the workspace''s owner';
CREATE FUNCTION scoring.record_consents(subjects text[], purpose text, kind text, evidence text, valid_until timestamptz) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.record_consents(text[], text, text, text, timestamptz) IS 'record_consent() for many subjects at once, each once, from now on; how many; one entry in the audit log for all; errors as there';

CREATE FUNCTION scoring._purpose_number(purpose text) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  n integer;
BEGIN
  LOCK TABLE scoring_data.purpose IN ROW SHARE MODE;
  SELECT p.purpose_number INTO n FROM scoring_data.purpose p WHERE p.name = purpose LIMIT 1;
  IF NOT FOUND THEN
    PERFORM _purpose_current(purpose);
  END IF;
  RETURN n;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._purpose_number(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._purpose_number(text) IS 'internal: the number of a purpose, current or retired; keeps it from being defined anew until the transaction ends; unknown: 42704';

CREATE FUNCTION scoring._withdraw_consent(subject text, purpose text, reason text) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  number integer;
  numbers bigint[];
  until timestamptz;
BEGIN
  PERFORM _purpose_read_committed();
  PERFORM _needed('a subject', _withdraw_consent.subject);
  PERFORM _needed('the reason', _withdraw_consent.reason, true);
  number := _purpose_number(_withdraw_consent.purpose);
  PERFORM FROM scoring_data.permission p WHERE p.purpose_number = number AND p.subject = _withdraw_consent.subject FOR UPDATE;
  WITH ended AS (
    INSERT INTO scoring_data.consent_withdrawal (subject, consent_number, reason, role_name, session_name, at)
    SELECT c.subject, c.consent_number, _withdraw_consent.reason, _caller(), session_user, clock_timestamp() FROM scoring_data.consent c
    WHERE c.subject = _withdraw_consent.subject AND c.purpose_number = number AND c.kind IN ('consent', 'written consent') AND c.valid_until > clock_timestamp()
    ON CONFLICT (subject, consent_number) DO NOTHING
    RETURNING consent_number)
  SELECT coalesce(array_agg(e.consent_number ORDER BY e.consent_number), '{}') INTO numbers FROM ended e;
  until := _permit(number, _withdraw_consent.subject);
  PERFORM _audit('withdraw consent', _withdraw_consent.purpose, _withdraw_consent.subject,
                 jsonb_build_object('consent_numbers', numbers[1:20], 'reason', left(_withdraw_consent.reason, 500), 'still_permitted_until', CASE WHEN until > clock_timestamp() THEN until END));
  RETURN cardinality(numbers);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._withdraw_consent(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._withdraw_consent(text, text, text) IS 'internal: withdraw_consent() as the workspace''s owner';
CREATE FUNCTION scoring.withdraw_consent(subject text, purpose text, reason text DEFAULT NULL) RETURNS integer
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.withdraw_consent(text, text, text) IS 'withdraws a subject''s consents to a purpose, written or not; how many; what rests on contract, law or legitimate interest goes on; the next statement of every session does without; for registrars: 42501; unknown purpose: 42704; no subject: 22023; in a REPEATABLE READ transaction: 25000';

CREATE FUNCTION scoring._end_basis(subject text, consent_number bigint, reason text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  b record;
BEGIN
  PERFORM _purpose_read_committed();
  PERFORM _needed('a reason', _end_basis.reason);
  LOCK TABLE scoring_data.purpose IN ROW SHARE MODE;
  SELECT c.* INTO b FROM scoring_data.consent c WHERE c.subject = _end_basis.subject AND c.consent_number = _end_basis.consent_number;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('this subject has no legal basis number %s', coalesce(_end_basis.consent_number::text, 'NULL')),
      HINT = 'SELECT * FROM scoring_data.consents WHERE subject = ...;';
  END IF;
  PERFORM FROM scoring_data.permission p WHERE p.purpose_number = b.purpose_number AND p.subject = b.subject FOR UPDATE;
  INSERT INTO scoring_data.consent_withdrawal (subject, consent_number, reason, role_name, session_name, at)
  VALUES (b.subject, b.consent_number, _end_basis.reason, _caller(), session_user, clock_timestamp()) ON CONFLICT (subject, consent_number) DO NOTHING;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('legal basis number %s has ended already', b.consent_number);
  END IF;
  PERFORM _permit(b.purpose_number, b.subject);
  PERFORM _audit('end basis', (SELECT min(p.name) FROM scoring_data.purpose p WHERE p.purpose_number = b.purpose_number), b.subject,
                 jsonb_build_object('consent_number', b.consent_number, 'kind', b.kind, 'reason', left(_end_basis.reason, 500)));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._end_basis(text, bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._end_basis(text, bigint, text) IS 'internal: end_basis() as the workspace''s owner';
CREATE FUNCTION scoring.end_basis(subject text, consent_number bigint, reason text) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.end_basis(text, bigint, text) IS 'ends one legal basis of a subject before its time, of whatever kind: a contract that is over, a record that was wrong; for registrars: 42501; no such basis: 42704; it has ended: 55000; no reason: 22023; in a REPEATABLE READ transaction: 25000';

CREATE FUNCTION scoring._rebuild_permissions(purpose text) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  n record;
  changed bigint := 0;
BEGIN
  PERFORM _purpose_read_committed();
  LOCK TABLE scoring_data.purpose IN EXCLUSIVE MODE;
  IF purpose IS NOT NULL THEN
    PERFORM _purpose_number(purpose);
  END IF;
  FOR n IN SELECT DISTINCT p.purpose_number FROM scoring_data.purpose p WHERE purpose IS NULL OR p.name = purpose ORDER BY 1 LOOP
    changed := changed + _permit_all(n.purpose_number);
  END LOOP;
  PERFORM _audit('rebuild permissions', purpose, NULL, jsonb_build_object('changed', changed));
  RETURN changed;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._rebuild_permissions(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._rebuild_permissions(text) IS 'internal: rebuild_permissions() as the workspace''s owner';
CREATE FUNCTION scoring.rebuild_permissions(purpose text DEFAULT NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.rebuild_permissions(text) IS 'makes the permissions for a purpose, or for all, follow from the recorded bases again, for when doctor() says that they do not; how many were otherwise; for stewards: 42501; unknown purpose: 42704';

-- Who may begin an access.

CREATE FUNCTION scoring._grant_access(officer text, purpose text, scopes text[]) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  p record;
  granted text[];
  number bigint;
BEGIN
  PERFORM _purpose_read_committed();
  p := _purpose_current(_grant_access.purpose);
  IF _grant_access.officer IS NULL OR NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = _grant_access.officer) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" does not exist', coalesce(left(_grant_access.officer, 200), 'NULL'));
  ELSIF NOT (SELECT r.rolcanlogin FROM pg_roles r WHERE r.rolname = _grant_access.officer) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('role "%s" cannot log in', _grant_access.officer),
      DETAIL = 'Access is granted to the role that logs in; its members do not have it.';
  ELSIF _grant_access.officer IN (_caller(), session_user) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'nobody grants access to himself', HINT = 'Another steward does it.';
  ELSIF _grant_access.scopes IS NULL OR array_position(_grant_access.scopes, NULL) IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'the scopes must not be NULL, nor any of them', HINT = '''{*}'' is all scopes, ''{}'' none.';
  ELSIF '*' = ANY (_grant_access.scopes) AND cardinality(_grant_access.scopes) > 1 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the scopes are all, or those named, not both', HINT = '''{*}'' is all scopes.';
  ELSIF cardinality(_grant_access.scopes) > 10000 THEN
    RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = format('%s scopes are too many', cardinality(_grant_access.scopes)), DETAIL = 'A grant has at most 10000.';
  ELSIF EXISTS (SELECT FROM unnest(_grant_access.scopes) s (scope) WHERE octet_length(s.scope) > 200) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a scope has at most 200 bytes';
  END IF;
  granted := ARRAY(SELECT DISTINCT s.scope COLLATE "C" FROM unnest(_grant_access.scopes) s (scope) ORDER BY 1);
  LOCK TABLE scoring_data.access_grant IN SHARE ROW EXCLUSIVE MODE;
  UPDATE scoring_data.access_grant g SET revoked_by_role = _caller(), revoked_by_session = session_user, revoked_at = clock_timestamp()
  WHERE g.officer = _grant_access.officer AND g.purpose_number = p.purpose_number AND g.revoked_at IS NULL;
  INSERT INTO scoring_data.access_grant (officer, purpose_number, scopes, granted_by_role, granted_by_session, granted_at)
  VALUES (_grant_access.officer, p.purpose_number, CASE WHEN '*' = ANY (granted) THEN NULL ELSE granted END, _caller(), session_user, clock_timestamp())
  RETURNING grant_number INTO number;
  PERFORM _audit('grant access', _grant_access.purpose, NULL, jsonb_build_object('officer', _grant_access.officer, 'grant', number,
    CASE WHEN length(granted::text) > 500 THEN 'scope_count' ELSE 'scopes' END, CASE WHEN length(granted::text) > 500 THEN to_jsonb(cardinality(granted)) ELSE to_jsonb(granted) END));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._grant_access(text, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grant_access(text, text, text[]) IS 'internal: grant_access() as the workspace''s owner';
CREATE FUNCTION scoring.grant_access(officer text, purpose text, scopes text[]) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.grant_access(text, text, text[]) IS 'lets a role that logs in begin accesses for a purpose, in scopes: values of the scope column of protected tables, as text; {*}: all; replaces what that role was granted before for it; for stewards, not to themselves: 42501; no such role or purpose: 42704; a role that cannot log in, all scopes and some: 22023; NULL: 22004; more than 10000 scopes: 54000';

CREATE FUNCTION scoring._revoke_access(officer text, purpose text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  number integer := _purpose_number(_revoke_access.purpose);
BEGIN
  UPDATE scoring_data.access_grant g SET revoked_by_role = _caller(), revoked_by_session = session_user, revoked_at = clock_timestamp()
  WHERE g.officer = _revoke_access.officer AND g.purpose_number = number AND g.revoked_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" has no access for "%s"', coalesce(left(_revoke_access.officer, 200), 'NULL'), _revoke_access.purpose),
      HINT = 'SELECT * FROM scoring_data.access_grants WHERE is_current;';
  END IF;
  PERFORM _audit('revoke access', _revoke_access.purpose, NULL, jsonb_build_object('officer', _revoke_access.officer));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._revoke_access(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._revoke_access(text, text) IS 'internal: revoke_access() as the workspace''s owner';
CREATE FUNCTION scoring.revoke_access(officer text, purpose text) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.revoke_access(text, text) IS 'takes back what grant_access() gave: no access for the purpose begins any more; one that has begun ends with its transaction; for stewards: 42501; no such grant or purpose: 42704';

-- The access of a transaction. It is in the memory of the process; see src/purpose.c.

CREATE FUNCTION scoring.begin_access(purpose text, case_ref text, subject text DEFAULT NULL, on_behalf_of text DEFAULT NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_purpose_begin_access';
COMMENT ON FUNCTION scoring.begin_access(text, text, text, text) IS 'begins an access to protected data, for a purpose that has been granted to the role that logged in, and a case; it ends with the transaction, or with the savepoint that is rolled back to; subject: his key as text, for a purpose that is case-bound, and only for such; on_behalf_of: who sits before a shared login, as claimed, recorded and never checked; gives the number of its audit entry, lane times 2^44 plus entry; not granted: 42501; outside a transaction block: 25P01; not READ COMMITTED, or in a parallel query: 25000; on a standby: 25006; no purpose, case or subject: 22023; one has begun, or has been another in this transaction: 55000';

CREATE FUNCTION scoring.end_access() RETURNS boolean
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_purpose_end_access';
COMMENT ON FUNCTION scoring.end_access() IS 'ends the access of this transaction; whether there was one';

CREATE FUNCTION scoring.current_access(OUT purpose text, OUT case_ref text, OUT subject text, OUT on_behalf_of text, OUT scopes text[], OUT since timestamptz) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_purpose_current_access';
COMMENT ON FUNCTION scoring.current_access() IS 'the access of this transaction, if one has begun; scopes {*}: all';

-- What policies and views ask. Everyone may call them: functions in views and policies run with the reader's rights. The
-- first four stand in sub-selects of their own, so that they are asked once in a statement, and in no parallel worker; what
-- is asked of each row has all it needs in its arguments.

CREATE FUNCTION scoring._scopes() RETURNS bytea
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_purpose_scopes';
COMMENT ON FUNCTION scoring._scopes() IS 'internal: the scopes of the access, packed for _in_scope(); all for the workspace''s owner; without an access of who is current: 42501';

CREATE FUNCTION scoring._at() RETURNS timestamptz
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_purpose_at';
COMMENT ON FUNCTION scoring._at() IS 'internal: when the statement began, for _valid_at(); without an access of who is current, who is not the workspace''s owner: 42501';

CREATE FUNCTION scoring._subject_number() RETURNS bigint
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_purpose_subject_number';
COMMENT ON FUNCTION scoring._subject_number() IS 'internal: the subject of the access, as a number; NULL if it is none; without an access of who is current to one subject: 42501';

CREATE FUNCTION scoring._subject_text() RETURNS text
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_purpose_subject_text';
COMMENT ON FUNCTION scoring._subject_text() IS 'internal: the subject of the access; without an access of who is current to one subject: 42501';

CREATE FUNCTION scoring._in_scope_support(internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_purpose_in_scope_support';
REVOKE EXECUTE ON FUNCTION scoring._in_scope_support(internal) FROM PUBLIC;
COMMENT ON FUNCTION scoring._in_scope_support(internal) IS 'internal: tells the planner how many rows are in scope';

CREATE FUNCTION scoring._valid_at_support(internal) RETURNS internal
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_purpose_valid_at_support';
REVOKE EXECUTE ON FUNCTION scoring._valid_at_support(internal) FROM PUBLIC;
COMMENT ON FUNCTION scoring._valid_at_support(internal) IS 'internal: tells the planner that most rights are valid';

CREATE FUNCTION scoring._in_scope(scopes bytea, key bigint) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SUPPORT scoring._in_scope_support AS 'MODULE_PATHNAME', 'scoring_purpose_in_scope_number';
COMMENT ON FUNCTION scoring._in_scope(bytea, bigint) IS 'internal: whether a key is one of the scopes that _scopes() gave; NULL for NULL; other bytes: 22P03';

CREATE FUNCTION scoring._in_scope(scopes bytea, key text) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SUPPORT scoring._in_scope_support AS 'MODULE_PATHNAME', 'scoring_purpose_in_scope_text';
COMMENT ON FUNCTION scoring._in_scope(bytea, text) IS 'internal: whether a key is one of the scopes that _scopes() gave, byte by byte; NULL for NULL; other bytes: 22P03';

CREATE FUNCTION scoring._valid_at(valid_until timestamptz, at timestamptz) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE SUPPORT scoring._valid_at_support AS 'MODULE_PATHNAME', 'scoring_purpose_valid_at';
COMMENT ON FUNCTION scoring._valid_at(timestamptz, timestamptz) IS 'internal: whether a right lasts beyond a moment; NULL for NULL';

CREATE FUNCTION scoring._check_purpose(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  mend constant text := 'find out who wrote to the tables of the workspace; restore the row from a backup';
  p record;
  wrong bigint;
BEGIN
  RETURN QUERY SELECT 'error', format('purpose "%s"', o.name), format('version %s is gone', k), mend
    FROM (SELECT x.name, max(x.version) AS last FROM scoring_data.purpose x GROUP BY 1) o CROSS JOIN generate_series(1, o.last) k
    WHERE NOT EXISTS (SELECT FROM scoring_data.purpose x WHERE x.name = o.name AND x.version = k) ORDER BY 2, k;
  RETURN QUERY SELECT 'error', format('purpose number %s', o.purpose_number), 'it has two names', mend
    FROM scoring_data.purpose o GROUP BY o.purpose_number HAVING count(DISTINCT o.name) > 1 ORDER BY 2;
  RETURN QUERY SELECT 'error', 'scoring_data.consent', format('%s rows are of purposes, or versions of them, that are not there', count(*)), mend
    FROM scoring_data.consent c WHERE NOT EXISTS (SELECT FROM scoring_data.purpose o WHERE o.purpose_number = c.purpose_number AND o.version = c.purpose_version)
    HAVING count(*) > 0;
  RETURN QUERY SELECT 'error', 'scoring_data.permission', format('%s rows are of purposes that are not there', count(*)), mend
    FROM scoring_data.permission r WHERE NOT EXISTS (SELECT FROM scoring_data.purpose o WHERE o.purpose_number = r.purpose_number) HAVING count(*) > 0;
  FOR p IN SELECT o.purpose_number, min(o.name) AS name, bool_or(o.superseded_at IS NULL) AS is_current,
                  EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                          WHERE i.inhparent = to_regclass('scoring_data.permission') AND c.relname = 'permission_' || o.purpose_number) AS has_partition
           FROM scoring_data.purpose o GROUP BY 1 ORDER BY 2 LOOP
    IF NOT p.has_partition AND p.is_current THEN
      RETURN QUERY SELECT 'error', format('purpose "%s"', p.name), format('scoring_data.permission has no partition permission_%s, so nothing can be permitted', p.purpose_number),
                          format('SELECT scoring.rebuild_permissions(%L);', p.name);
      CONTINUE;
    END IF;
    wrong := (SELECT count(*) FROM _wrong_rights(p.purpose_number));
    IF wrong > 0 THEN
      RETURN QUERY SELECT 'error', format('purpose "%s"', p.name), format('the permissions of %s subjects do not follow from their consents and other legal bases', wrong),
                          format('find out who wrote to the tables of the workspace; then SELECT scoring.rebuild_permissions(%L);', p.name);
    END IF;
  END LOOP;
  RETURN QUERY SELECT 'warning', format('access of "%s"', g.officer),
                      format('it is granted for "%s"%s', n.name, CASE WHEN r.oid IS NULL THEN ' to a role that does not exist; whoever makes a role of that name has it'
                                                                       WHEN NOT r.rolcanlogin THEN ' to a role that cannot log in' ELSE ', which is retired; it would come back with the purpose' END),
                      format('SELECT scoring.revoke_access(%L, %L);', g.officer, n.name)
    FROM scoring_data.access_grant g JOIN (SELECT o.purpose_number, min(o.name) AS name, bool_or(o.superseded_at IS NULL) AS is_current FROM scoring_data.purpose o GROUP BY 1) n USING (purpose_number)
    LEFT JOIN pg_roles r ON r.rolname = g.officer WHERE g.revoked_at IS NULL AND (r.oid IS NULL OR NOT r.rolcanlogin OR NOT n.is_current) ORDER BY 2, 3;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_purpose(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_purpose() IS 'internal: what is wrong with the contents of room purpose, for doctor(): permissions that do not follow from recorded bases, partitions that are missing, grants of access to roles that are not there';
