-- subject: what is held about one person, and the end of it: reports, erasure, retention. See src/subject.c for how an
-- erasure is looked into.

CREATE FUNCTION scoring._page_findings(relation oid, key_column text, subject text, salt bytea, hash bytea, look_for text[], only_of oid[],
    OUT finding text, OUT string_number integer, OUT block bigint, OUT times bigint) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_subject_pages';
REVOKE EXECUTE ON FUNCTION scoring._page_findings(oid, text, text, bytea, bytea, text[], oid[], OUT text, OUT integer, OUT bigint, OUT bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._page_findings(oid, text, text, bytea, bytea, text[], oid[]) IS 'internal: reads every page of a table, TOAST table or index, live and dead rows alike, and says what is there, first on which block and how often, never the contents: live row, dead row (of the subject, by key or by salted hash of it), dead storage, hole (pages with bytes in it), string (one of look_for, also in compressed values; with only_of in rows alone, live or dead, whose first column is one of these); another access method: 0A000, no such key column: 42703, a string that is too short: 22023';

CREATE FUNCTION scoring._statistics_hold(relation oid, key_column text, subject text, salt bytea, hash bytea) RETURNS boolean
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_subject_statistics';
REVOKE EXECUTE ON FUNCTION scoring._statistics_hold(oid, text, text, bytea, bytea) FROM PUBLIC;
COMMENT ON FUNCTION scoring._statistics_hold(oid, text, text, bytea, bytea) IS 'internal: whether statistics about a relation''s key column hold the subject''s key';

CREATE FUNCTION scoring._erasure_horizon() RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_subject_horizon';
REVOKE EXECUTE ON FUNCTION scoring._erasure_horizon() FROM PUBLIC;
COMMENT ON FUNCTION scoring._erasure_horizon() IS 'internal: the transaction number after those that this transaction has used';

CREATE FUNCTION scoring._is_past(relation oid, horizon bigint) RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_subject_is_past';
REVOKE EXECUTE ON FUNCTION scoring._is_past(oid, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._is_past(oid, bigint) IS 'internal: whether a table that was rewritten was so when nobody could see any more what had been deleted before a transaction number';

-- Tables.

CREATE FUNCTION scoring._setup_subject() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('retention_rule', $t$
    rule bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    object text NOT NULL,
    jurisdiction text NOT NULL,
    article text NOT NULL,
    is_floor boolean NOT NULL,
    keep_for interval NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL DEFAULT 'infinity',
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    CHECK (valid_from <= valid_until)$t$,
    'how long records are kept: floors, before which nothing is removed, and ceilings, after which it is');
  COMMENT ON COLUMN scoring_data.retention_rule.object IS 'decision, decision salt, consent, batch, audit, or schema.table.column: a date column of a protected table';
  COMMENT ON COLUMN scoring_data.retention_rule.valid_until IS 'the first day on which it does not hold any more';
  -- What is deleted is gone: the shipped floor can be ended, a missing one cannot be made up for.
  IF NOT EXISTS (SELECT FROM scoring_data.retention_rule) THEN
    INSERT INTO scoring_data.retention_rule (object, jurisdiction, article, is_floor, keep_for, valid_from, role_name, session_name, at)
    VALUES ('decision', 'US', 'Regulation B, 12 CFR 1002.12(b)', true, '25 months', '2000-01-01', 'scoring', 'scoring', now());
  END IF;
  PERFORM _make_table('erasure', $t$
    certificate bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject_salt bytea NOT NULL,
    subject_hash bytea NOT NULL,
    reason text NOT NULL,
    done jsonb NOT NULL DEFAULT '[]',
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    checked_at timestamptz,
    findings integer,
    closed_by_role text,
    closed_by_session text,
    closed_at timestamptz$t$,
    'certificates of erasure; open until verify_erasure() has found nothing');
  COMMENT ON COLUMN scoring_data.erasure.subject_hash IS 'SHA-256 of the salt and the subject''s key; who has both can tell whether a given key was the one';
  PERFORM _make_table('erasure_relation', $t$
    certificate bigint NOT NULL REFERENCES scoring_data.erasure,
    place integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('bank', 'workspace', 'catalog')),
    schema_name text NOT NULL,
    table_name text NOT NULL,
    key_column text,
    delete_from text,
    files oid[],
    horizon bigint,
    keeps boolean NOT NULL DEFAULT false,
    clean_at timestamptz,
    PRIMARY KEY (certificate, place),
    UNIQUE (certificate, schema_name, table_name)$t$,
    'the relations that held the subject of an erasure, and the files they had when she was gone from them');
  COMMENT ON COLUMN scoring_data.erasure_relation.delete_from IS 'of a partition or child: the table that is deleted from';
  COMMENT ON COLUMN scoring_data.erasure_relation.keeps IS 'rows of hers stay in it, since a law has them kept';
  COMMENT ON COLUMN scoring_data.erasure_relation.files IS 'of the table, its indexes and its TOAST table, once no row of the subject''s is left: until all of them are others, her bytes may be in them; NULL while rows are there';
  PERFORM _make_view('retention_rules', $q$
    SELECT rule, object, jurisdiction, article, CASE WHEN is_floor THEN 'keep at least' ELSE 'keep at most' END AS sense, keep_for, valid_from,
           nullif(valid_until, 'infinity') AS valid_before, role_name, session_name, at
    FROM scoring_data.retention_rule$q$,
    'how long records are kept, by which law, and from when until before when that holds');
  PERFORM _make_view('erasures', $q$
    SELECT e.certificate, e.at, e.role_name, e.session_name, e.reason, e.done, e.checked_at, e.findings, e.closed_at, e.closed_by_role, e.closed_by_session,
           ARRAY(SELECT r.schema_name || '.' || r.table_name FROM scoring_data.erasure_relation r WHERE r.certificate = e.certificate AND r.clean_at IS NULL ORDER BY r.place) AS open_relations
    FROM scoring_data.erasure e$q$,
    'certificates of erasure, without whose they are: what was done, and the relations that have not been found clean yet');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_subject() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_subject() IS 'internal: the tables and views of room subject';

CREATE FUNCTION scoring._grants_subject(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('registrar', 'function', 'subject_access_report(text, text)', 'EXECUTE'),
           ('registrar', 'function', 'subject_access_page(text, text)', 'EXECUTE'),
           ('steward', 'function', 'set_retention(text, text, text, interval, boolean, date)', 'EXECUTE'),
           ('registrar', 'function', 'purge_expired(bigint)', 'EXECUTE'),
           ('registrar', 'function', 'erasure_begin(text, text)', 'EXECUTE'),
           ('registrar', 'function', 'erasure_tables(bigint)', 'EXECUTE'),
           ('registrar', 'function', 'erasure_deleted(bigint, text)', 'EXECUTE'),
           ('registrar', 'function', 'erasure_steps(bigint, text)', 'EXECUTE'),
           ('registrar', 'function', 'verify_erasure(bigint, text[])', 'EXECUTE'),
           ('steward', 'table', 'scoring_data.retention_rules', 'SELECT'),
           ('registrar', 'table', 'scoring_data.retention_rules', 'SELECT'),
           ('auditor', 'table', 'scoring_data.retention_rules', 'SELECT'),
           ('registrar', 'table', 'scoring_data.erasures', 'SELECT'),
           ('auditor', 'table', 'scoring_data.erasures', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_subject(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_subject() IS 'internal: who may do what in room subject';

-- What is held.

CREATE FUNCTION scoring._subject_needed(subject text) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _needed('a subject', subject);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_needed(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_needed(text) IS 'internal: 22023 unless it names a subject';

-- A key as a constant of the kind that a protected table has; NULL if no row of it can have that key.
CREATE FUNCTION scoring._subject_constant(relation oid, key_column text, subject text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  type oid := (SELECT _batch_base_type(a.atttypid) FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = key_column AND a.attnum > 0 AND NOT a.attisdropped);
BEGIN
  IF type IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) THEN
    RETURN CASE WHEN subject ~ '^(0|-?[1-9][0-9]{0,18})$' AND subject::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN format('%s', subject) END;
  ELSIF type = 'uuid'::regtype THEN
    RETURN CASE WHEN subject ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN quote_literal(subject) END;
  ELSIF type IN ('text'::regtype, 'varchar'::regtype) THEN
    RETURN quote_literal(subject);
  END IF;
  RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_constant(oid, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_constant(oid, text, text) IS 'internal: a subject''s key as a constant to compare a key column with; NULL if no value of its type is that key';

-- Why a protected table cannot be read as the workspace's owner; NULL if it can, and then it stays as it is until the end of
-- the transaction.
CREATE FUNCTION scoring._unreadable(relation oid, schema_name text, table_name text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF relation IS NOT NULL THEN
    PERFORM _protect_hold(relation);
  END IF;
  RETURN CASE WHEN relation IS NULL THEN 'there is no such table any more'
              WHEN relation IS DISTINCT FROM to_regclass(format('%I.%I', schema_name, table_name))::oid THEN 'it was renamed meanwhile'
              WHEN (SELECT c.relkind FROM pg_class c WHERE c.oid = relation) NOT IN ('r', 'p') THEN 'it is no table any more'
              ELSE _protection_fault(relation) END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._unreadable(oid, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._unreadable(oid, text, text) IS 'internal: locks a protected table as it is until the end of the transaction, and says why the workspace does not read a protected table; NULL if it does';

-- The bank's rows, as far as the workspace may read them. What a column's type prints is of no user's making: values of
-- types that are not the server's are printed by their output functions, not by casts.
CREATE FUNCTION scoring._subject_facts(subject text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  t record;
  c record;
  fault text;
  constant text;
  pieces text;
  columns jsonb;
  hidden jsonb;
  rows jsonb;
  tables jsonb := '[]';
BEGIN
  FOR t IN SELECT p.*, to_regclass(format('%I.%I', p.schema_name, p.table_name))::oid AS relation FROM scoring_data.protected_table p
           ORDER BY p.schema_name COLLATE "C", p.table_name COLLATE "C" LOOP
    fault := _unreadable(t.relation, t.schema_name, t.table_name);
    pieces := NULL;
    columns := '[]';
    hidden := '[]';
    FOR c IN SELECT a.attname, a.attnum, y.oid < 16384 AND y.typtype = 'b' AS is_servers, x.class, x.dimension, x.legal_basis, x.valid_from,
                    fault IS NULL AND has_column_privilege(t.relation, a.attnum, 'SELECT') AS may
             FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
               LEFT JOIN scoring_data.classification x ON x.schema_name = t.schema_name AND x.table_name = t.table_name AND x.column_name = a.attname AND x.superseded_at IS NULL
             WHERE a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attname !~ '^scoring_until_[0-9]+$' ORDER BY a.attnum LOOP
      IF c.may THEN
        pieces := concat_ws(', ', pieces, format(CASE WHEN c.is_servers THEN '(%L, to_jsonb(t.%I))' ELSE '(%L, to_jsonb(format(''%%s'', t.%I)))' END, c.attname, c.attname));
        columns := columns || jsonb_build_object('column', c.attname, 'class', c.class, 'dimension', c.dimension, 'legal_basis', c.legal_basis, 'classified_from', c.valid_from);
      ELSE
        hidden := hidden || jsonb_build_object('column', c.attname, 'class', coalesce(c.class, 'unclassified'));
      END IF;
    END LOOP;
    rows := '[]';
    constant := _subject_constant(t.relation, t.subject_key, subject);
    IF pieces IS NOT NULL AND constant IS NOT NULL THEN
      EXECUTE format('SELECT coalesce(jsonb_agg((SELECT jsonb_object_agg(v.name, v.value) FROM (VALUES %s) v (name, value))), ''[]'') FROM %I.%I t WHERE t.%I = %s',
                     pieces, t.schema_name, t.table_name, t.subject_key, constant) INTO rows;
    END IF;
    tables := tables || jsonb_build_object('table', format('%I.%I', t.schema_name, t.table_name), 'key', t.subject_key, 'rows', rows, 'columns', columns, 'not_readable', hidden,
      'not_read_because', fault, 'source', jsonb_build_object('owner', (SELECT pg_get_userbyid(k.relowner) FROM pg_class k WHERE k.oid = t.relation), 'writers', to_jsonb(t.writers)),
      'protected_since', t.at);
  END LOOP;
  RETURN tables;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_facts(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_facts(text) IS 'internal: a subject''s rows in every protected table, in the columns that the workspace may read; the others by name';

CREATE FUNCTION scoring._reason_list(codes text[], stored jsonb, model_name text, languages text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  today jsonb := _reason_texts(codes, model_name, current_date);
BEGIN
  -- As it stood then, else as it stands today; in the first language that has one.
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('code', c.code, 'text', (
        SELECT coalesce(stored -> c.code ->> l.language, today -> c.code ->> l.language) FROM unnest(languages) WITH ORDINALITY l (language, place)
        WHERE stored -> c.code ? l.language OR today -> c.code ? l.language ORDER BY l.place LIMIT 1)) ORDER BY c.place)
    FROM unnest(codes) WITH ORDINALITY c (code, place)), '[]');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._reason_list(text[], jsonb, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._reason_list(text[], jsonb, text, text[]) IS 'internal: reason codes with what they say in a language; text is null where there is none';

CREATE FUNCTION scoring._subject_decisions(subject text, languages text[]) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('decision_id', d.decision_id, 'decided_at', d.decided_at, 'reference', d.reference, 'purpose', d.purpose,
        'outcome', coalesce((SELECT e.outcome FROM scoring_data.decision_event e WHERE e.subject = d.subject AND e.decision_id = d.decision_id ORDER BY e.event_number DESC LIMIT 1), d.outcome),
        'decided', d.outcome, 'score', d.score, 'lowest_score', d.evidence #> '{evaluation,lowest_score}', 'highest_score', d.evidence #> '{evaluation,highest_score}', 'pd', d.pd,
        'reasons', _reason_list(d.reasons, d.reason_texts, d.model_name, languages), 'rules', to_jsonb(d.rules),
        'model', d.model_name || '@' || d.model_version, 'policy', d.policy_name || '@' || d.policy_version,
        'input_names', to_jsonb(d.input_names), 'inputs', d.inputs,
        'inputs_are', CASE WHEN d.inputs IS NOT NULL THEN 'stored' WHEN EXISTS (SELECT FROM scoring_data.decision_salt s WHERE s.subject = d.subject AND s.decision_id = d.decision_id) THEN 'hashed' ELSE 'hashed, salt erased' END,
        'missing', d.missing, 'special', d.special, 'unseen', d.unseen, 'out_of_range', d.out_of_range,
        'shadows', coalesce((SELECT jsonb_agg(jsonb_build_object('model', x -> 'model', 'score', x -> 'score')) FROM jsonb_array_elements(d.evidence -> 'shadows') x), '[]'),
        'role', d.role_name, 'session', d.session_name, 'on_behalf_of', d.on_behalf_of,
        'events', coalesce((SELECT jsonb_agg(jsonb_build_object('event', e.event, 'outcome', e.outcome, 'reasons', _reason_list(ARRAY(SELECT e.reason_code WHERE e.reason_code IS NOT NULL), e.reason_texts, d.model_name, languages),
            'explanation', e.explanation, 'requested_by', e.requested_by, 'role', e.role_name, 'session', e.session_name, 'at', e.at) ORDER BY e.event_number)
          FROM scoring_data.decision_event e WHERE e.subject = d.subject AND e.decision_id = d.decision_id), '[]')) ORDER BY d.decision_id)
    FROM scoring_data.decision d WHERE d.subject = _subject_decisions.subject), '[]');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_decisions(text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_decisions(text, text[]) IS 'internal: the decisions about a subject, with reasons in words and what people made of them';

CREATE FUNCTION scoring._subject_consents(subject text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('consent_number', c.consent_number, 'purpose', p.name, 'version', c.purpose_version, 'kind', c.kind, 'evidence', c.evidence,
        'valid_from', c.valid_from, 'valid_until', c.valid_until, 'recorded_at', c.at, 'role', c.role_name, 'session', c.session_name,
        'withdrawn', CASE WHEN w.at IS NOT NULL THEN jsonb_build_object('at', w.at, 'reason', w.reason, 'role', w.role_name, 'session', w.session_name) END,
        'permits_until', CASE WHEN w.at IS NULL AND c.valid_until > now() THEN (SELECT least(m.valid_until, c.valid_until) FROM scoring_data.permission m WHERE m.subject = c.subject AND m.purpose_number = c.purpose_number) END,
        'rests_on_it', coalesce((SELECT jsonb_agg(DISTINCT b.name) FROM scoring_data.publication b WHERE b.purpose_number = c.purpose_number AND b.state = 'live'), '[]')) ORDER BY c.consent_number)
    FROM scoring_data.consent c
      LEFT JOIN scoring_data.consent_withdrawal w ON w.subject = c.subject AND w.consent_number = c.consent_number
      LEFT JOIN LATERAL (SELECT x.name FROM scoring_data.purpose x WHERE x.purpose_number = c.purpose_number LIMIT 1) p ON true
    WHERE c.subject = _subject_consents.subject), '[]');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_consents(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_consents(text) IS 'internal: the consents and other legal bases of a subject, how they ended, and the published views that rest on them';

-- Score tables are the bank's: which of them can have her is known from the runs, what they hold is for their owners to say.
CREATE FUNCTION scoring._subject_batches(subject text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN jsonb_build_object(
    'set_aside', coalesce((
      SELECT jsonb_agg(jsonb_build_object('run', e.run, 'model', r.model_name || '@' || r.model_version, 'source', r.source, 'at', e.at, 'reason', e.reason) ORDER BY e.run, e.error_number)
      FROM scoring_data.batch_error e JOIN scoring_data.batch_run r ON r.run = e.run
      WHERE e.key = ARRAY[subject] AND EXISTS (SELECT FROM scoring_data.protected_table p WHERE r.key_columns = ARRAY[p.subject_key] AND format('%I.%I', p.schema_name, p.table_name) IN (r.source, r.index_of))), '[]'),
    'score_tables', coalesce((
      SELECT jsonb_agg(s.entry ORDER BY s.target, s.model) FROM (
        SELECT r.target, r.model_name AS model, jsonb_build_object('table', r.target, 'model', r.model_name || '@' || r.model_version, 'scored_at', max(coalesce(r.ended_at, r.resumed_at)),
          'ask', (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = to_regclass(r.target)),
          'statement', format('SELECT * FROM %s WHERE %I = %s;', r.target, r.key_columns[1], quote_literal(subject))) AS entry
        FROM scoring_data.batch_run r
        WHERE cardinality(r.key_columns) = 1 AND to_regclass(r.target) IS NOT NULL
          AND EXISTS (SELECT FROM scoring_data.protected_table p WHERE r.key_columns = ARRAY[p.subject_key] AND format('%I.%I', p.schema_name, p.table_name) IN (r.source, r.index_of))
        GROUP BY r.target, r.model_name, r.model_version, r.key_columns) s), '[]'));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_batches(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_batches(text) IS 'internal: where batch scores name a subject: rows set aside, and score tables of protected tables, which their owners look into';

-- Who looked. A read of many people is one entry, which names nobody: it is told to everybody in the tables that were read.
CREATE FUNCTION scoring._subject_accesses(subject text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  views text[] := ARRAY(SELECT DISTINCT 'scoring_views.' || p.name FROM scoring_data.publication p WHERE p.kind = 'view');
BEGIN
  RETURN jsonb_build_object(
    'own', coalesce((
      SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('at', a.at, 'event', a.event, 'object', a.object, 'purpose', a.purpose, 'case_ref', a.case_ref, 'role', a.role_name, 'session', a.session_name, 'columns', a.columns, 'rows', a.rows)) ORDER BY a.place)
      FROM _audit_of_subject(subject, '{}') WITH ORDINALITY a (at, event, object, purpose, case_ref, role_name, session_name, columns, rows, of_all, place)), '[]'),
    -- An entry of its end says how many rows there were; without one nobody knows.
    'portfolio', coalesce((
      SELECT jsonb_agg(jsonb_build_object('at', r.words -> 'at', 'object', r.words -> 'object', 'purpose', r.words -> 'purpose', 'case_ref', r.words -> 'case_ref', 'role', r.words -> 'role', 'session', r.words -> 'session',
          'columns', r.words -> 'columns', 'rows', x.rows) ORDER BY r.words ->> 'at', r.lane, r.entry)
      FROM (SELECT d.lane, d.entry, d.detail::jsonb AS words FROM scoring_data.audit_detail d JOIN scoring_data.audit_entry e ON e.lane = d.lane AND e.entry = d.entry
            WHERE e.subject_token IS NULL AND starts_with(d.detail, '{"event": "read"')) r
        LEFT JOIN (SELECT c.detail::jsonb -> 'of' AS of, max((c.detail::jsonb ->> 'rows')::bigint) AS rows FROM scoring_data.audit_detail c WHERE starts_with(c.detail, '{"event": "end of read"') GROUP BY 1) x
          ON x.of = jsonb_build_array(r.lane, r.entry)
      WHERE r.words ->> 'object' = ANY (views)), '[]'));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_accesses(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_accesses(text) IS 'internal: entries of the audit log about a subject, and reads of many people that may have been of her too, with the rows that were read, null if unknown';

CREATE FUNCTION scoring._subject_releases(subject text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('name', m.name, 'version', m.version, 'relation', m.relation, 'audience', m.audience, 'purpose', m.purpose, 'at', m.built_at, 'live', m.live) ORDER BY m.name COLLATE "C", m.version)
    FROM _release_memberships(subject) m), '[]');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_releases(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_releases(text) IS 'internal: the versions of releases that a subject is in';

-- The report.

CREATE FUNCTION scoring._subject_models(subject text) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('model', m.name || '@' || m.version, 'hash', m.hash, 'decisions', m.n,
        'state', (SELECT s.state FROM scoring_data.registry_state s WHERE s.kind = 'model' AND s.name = m.name AND s.version = m.version)) ORDER BY m.name COLLATE "C", m.version)
    FROM (SELECT d.model_name AS name, d.model_version AS version, d.model_hash AS hash, count(*) AS n FROM scoring_data.decision d WHERE d.subject = _subject_models.subject GROUP BY 1, 2, 3) m), '[]');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_models(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_models(text) IS 'internal: the models by which decisions about a subject were taken';

CREATE FUNCTION scoring._subject_retention() RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN coalesce((
    SELECT jsonb_agg(jsonb_build_object('object', r.object, 'article', r.article, 'jurisdiction', r.jurisdiction, 'sense', CASE WHEN r.is_floor THEN 'at least' ELSE 'at most' END, 'keep_for', r.keep_for)
                     ORDER BY r.object COLLATE "C", r.rule)
    FROM scoring_data.retention_rule r WHERE current_date >= r.valid_from AND current_date < r.valid_until), '[]');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_retention() FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_retention() IS 'internal: for how long records are kept, by the rules of today';

CREATE FUNCTION scoring._subject_report(subject text, language text, form text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  languages text[] := _languages(language);
  accesses jsonb;
  reports bigint;
  at timestamptz := clock_timestamp();
BEGIN
  PERFORM _subject_needed(subject);
  IF languages IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'language cannot be NULL';
  END IF;
  PERFORM _audit('subject access report', NULL, subject, jsonb_build_object('language', language, 'form', form));
  accesses := _subject_accesses(subject);
  reports := (SELECT count(*) FROM jsonb_array_elements(accesses -> 'own') a WHERE a ->> 'event' = 'subject access report' AND (a ->> 'at')::timestamptz >= date_trunc('year', at));
  RETURN jsonb_build_object('subject', subject, 'language', language, 'made_at', at, 'made_by', jsonb_build_object('role', _caller(), 'session', session_user),
    'reports_this_year', reports,
    'facts', _subject_facts(subject),
    'consents', _subject_consents(subject),
    'decisions', _subject_decisions(subject, languages),
    'models', _subject_models(subject),
    'batches', _subject_batches(subject),
    'releases', _subject_releases(subject),
    'accesses', accesses -> 'own',
    'portfolio_reads', accesses -> 'portfolio',
    'retention', _subject_retention());
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_report(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_report(text, text, text) IS 'internal: all that is held about a subject, after it was written down that it was asked for';

CREATE FUNCTION scoring._subject_access_report(subject text, language text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _subject_report(subject, language, 'json');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_access_report(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_access_report(text, text) IS 'internal: subject_access_report() as the workspace''s owner';
CREATE FUNCTION scoring.subject_access_report(subject text, language text DEFAULT 'en') RETURNS jsonb
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.subject_access_report(text, text) IS 'all that is held about a person, by key: facts in protected tables with the names of columns that only their owner can read out, consents and what rests on them, decisions with reasons in the person''s language, models, batch scores, releases, who looked and why, retention; it is recorded that it was asked for; for registrars: 42501; not READ COMMITTED: 25000; no subject, no language: 22023, 22004';

-- The page. Its words, as JSON by language, escaped since this script has to be readable in every encoding.
CREATE FUNCTION scoring._subject_words(OUT language text, OUT words text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES
('en', '{
  "title": "What we hold about you",
  "made": "Report of {date} about {subject}; number {n} of this calendar year",
  "facts": "Your data", "table": "Table {table}", "source": "Kept by {owner}; written by {writers}", "nobody": "nobody else",
  "column": "Field", "value": "Value", "class": "Class", "basis": "Legal basis",
  "hidden": "Fields that are held and that the keeper of the table has to answer for:", "unread": "This table could not be read: {why}",
  "none": "Nothing is held here.",
  "consents": "Consents and other legal bases", "purpose": "Purpose", "kind": "Kind", "from": "From", "until": "Until", "withdrawn": "Ended", "rests": "What rests on it",
  "decisions": "Decisions about you", "decision": "Decision {number} of {date}: {outcome}",
  "decided": "First decided", "score": "Score", "range": "{score}, on a scale from {low} to {high}; the higher, the lower the risk", "pd": "Probability of default", "reasons": "Reasons", "model": "Model", "policy": "Policy", "inputs": "What was decided on", "hashed": "Only a hash of it is kept.", "by": "By", "afterwards": "Afterwards",
  "approve": "approved", "refer": "referred to a person", "decline": "declined", "override": "changed by a person", "review": "reviewed by a person", "erase salt": "inputs made unreadable",
  "batches": "Scores in bulk", "aside": "Could not be scored: {reason}", "scored": "The keeper of this table has to answer which score of yours is in it",
  "releases": "Releases for research that you are in", "version": "Version",
  "accesses": "Who looked, and why", "when": "When", "who": "Who", "what": "What", "case": "Case", "columns": "Fields",
  "portfolio": "Reads of all people within a reach", "may": "{n} rows were read; yours may have been among them.", "unknown": "an unknown number of",
  "retention": "How long records are kept", "object": "Records", "rule": "Rule", "at least": "at least {time}", "at most": "at most {time}",
  "rights": "You can have wrong data corrected, ask for erasure, withdraw consent and object."
}'),
('de', '{
  "title": "Was wir \u00fcber Sie gespeichert haben",
  "made": "Auskunft vom {date} \u00fcber {subject}; Nummer {n} in diesem Kalenderjahr",
  "facts": "Ihre Daten", "table": "Tabelle {table}", "source": "Gef\u00fchrt von {owner}; geschrieben von {writers}", "nobody": "niemandem sonst",
  "column": "Feld", "value": "Wert", "class": "Klasse", "basis": "Rechtsgrundlage",
  "hidden": "Felder, die gespeichert sind und \u00fcber die die f\u00fchrende Stelle Auskunft gibt:", "unread": "Diese Tabelle konnte nicht gelesen werden: {why}",
  "none": "Hier ist nichts gespeichert.",
  "consents": "Einwilligungen und andere Rechtsgrundlagen", "purpose": "Zweck", "kind": "Art", "from": "Von", "until": "Bis", "withdrawn": "Beendet", "rests": "Was darauf beruht",
  "decisions": "Entscheidungen \u00fcber Sie", "decision": "Entscheidung {number} vom {date}: {outcome}",
  "decided": "Zuerst entschieden", "score": "Score", "range": "{score} auf einer Skala von {low} bis {high}; je h\u00f6her, desto geringer das Risiko", "pd": "Ausfallwahrscheinlichkeit", "reasons": "Gr\u00fcnde", "model": "Modell", "policy": "Regelwerk", "inputs": "Worauf die Entscheidung beruht", "hashed": "Davon ist nur ein Hashwert gespeichert.", "by": "Durch", "afterwards": "Danach",
  "approve": "bewilligt", "refer": "an einen Menschen verwiesen", "decline": "abgelehnt", "override": "von einem Menschen ge\u00e4ndert", "review": "von einem Menschen \u00fcberpr\u00fcft", "erase salt": "Angaben unlesbar gemacht",
  "batches": "Scores im Stapel", "aside": "Konnte nicht bewertet werden: {reason}", "scored": "Welcher Score von Ihnen in dieser Tabelle steht, beantwortet die f\u00fchrende Stelle",
  "releases": "Ver\u00f6ffentlichungen zur Forschung, in denen Sie vorkommen", "version": "Fassung",
  "accesses": "Wer nachgesehen hat, und warum", "when": "Wann", "who": "Wer", "what": "Was", "case": "Vorgang", "columns": "Felder",
  "portfolio": "Abfragen \u00fcber alle Personen eines Bereichs", "may": "{n} Zeilen wurden gelesen; Ihre k\u00f6nnen darunter gewesen sein.", "unknown": "unbekannt viele",
  "retention": "Wie lange aufbewahrt wird", "object": "Unterlagen", "rule": "Vorschrift", "at least": "mindestens {time}", "at most": "h\u00f6chstens {time}",
  "rights": "Sie k\u00f6nnen unrichtige Daten berichtigen lassen, L\u00f6schung verlangen, Einwilligungen widerrufen und widersprechen."
}'),
('zh-Hans', '{
  "title": "\u6211\u4eec\u6301\u6709\u7684\u60a8\u7684\u4fe1\u606f",
  "made": "\u5173\u4e8e{subject}\u7684\u62a5\u544a\uff0c{date}\uff1b\u672c\u65e5\u5386\u5e74\u5ea6\u7b2c{n}\u6b21",
  "facts": "\u60a8\u7684\u6570\u636e", "table": "\u8868 {table}", "source": "\u7ba1\u7406\u65b9\uff1a{owner}\uff1b\u5199\u5165\u65b9\uff1a{writers}", "nobody": "\u65e0",
  "column": "\u5b57\u6bb5", "value": "\u503c", "class": "\u7c7b\u522b", "basis": "\u6cd5\u5f8b\u4f9d\u636e",
  "hidden": "\u4ee5\u4e0b\u5b57\u6bb5\u5df2\u4fdd\u5b58\uff0c\u7531\u8868\u7684\u7ba1\u7406\u65b9\u7b54\u590d\uff1a", "unread": "\u65e0\u6cd5\u8bfb\u53d6\u6b64\u8868\uff1a{why}",
  "none": "\u6b64\u5904\u6ca1\u6709\u4fdd\u5b58\u4efb\u4f55\u4fe1\u606f\u3002",
  "consents": "\u540c\u610f\u53ca\u5176\u4ed6\u6cd5\u5f8b\u4f9d\u636e", "purpose": "\u76ee\u7684", "kind": "\u79cd\u7c7b", "from": "\u8d77", "until": "\u6b62", "withdrawn": "\u7ec8\u6b62", "rests": "\u4ee5\u6b64\u4e3a\u4f9d\u636e\u7684\u4f7f\u7528",
  "decisions": "\u5173\u4e8e\u60a8\u7684\u51b3\u5b9a", "decision": "\u51b3\u5b9a {number}\uff0c{date}\uff1a{outcome}",
  "decided": "\u6700\u521d\u51b3\u5b9a", "score": "\u8bc4\u5206", "range": "{score}\u5206\uff0c\u8bc4\u5206\u8303\u56f4\u4e3a{low}\u5206\u81f3{high}\u5206\uff0c\u5206\u6570\u8d8a\u9ad8\uff0c\u98ce\u9669\u8d8a\u4f4e", "pd": "\u8fdd\u7ea6\u6982\u7387", "reasons": "\u539f\u56e0", "model": "\u6a21\u578b", "policy": "\u89c4\u5219", "inputs": "\u51b3\u5b9a\u6240\u4f9d\u636e\u7684\u4fe1\u606f", "hashed": "\u4ec5\u4fdd\u5b58\u5176\u54c8\u5e0c\u503c\u3002", "by": "\u7ecf\u529e", "afterwards": "\u540e\u7eed",
  "approve": "\u6279\u51c6", "refer": "\u8f6c\u4eba\u5de5\u5904\u7406", "decline": "\u62d2\u7edd", "override": "\u4eba\u5de5\u66f4\u6539", "review": "\u4eba\u5de5\u590d\u6838", "erase salt": "\u8f93\u5165\u5df2\u4e0d\u53ef\u8fd8\u539f",
  "batches": "\u6279\u91cf\u8bc4\u5206", "aside": "\u65e0\u6cd5\u8bc4\u5206\uff1a{reason}", "scored": "\u6b64\u8868\u4e2d\u60a8\u7684\u8bc4\u5206\u7531\u8868\u7684\u7ba1\u7406\u65b9\u7b54\u590d",
  "releases": "\u5305\u542b\u60a8\u7684\u7814\u7a76\u53d1\u5e03", "version": "\u7248\u672c",
  "accesses": "\u8c01\u67e5\u770b\u8fc7\u3001\u4e3a\u4f55\u67e5\u770b", "when": "\u65f6\u95f4", "who": "\u67e5\u8be2\u4eba", "what": "\u4e8b\u9879", "case": "\u6848\u53f7", "columns": "\u5b57\u6bb5",
  "portfolio": "\u5bf9\u8303\u56f4\u5185\u5168\u90e8\u4eba\u5458\u7684\u8bfb\u53d6", "may": "\u8bfb\u53d6\u4e86{n}\u884c\uff0c\u5176\u4e2d\u53ef\u80fd\u5305\u542b\u60a8\u7684\u8bb0\u5f55\u3002", "unknown": "\u672a\u77e5\u6570\u91cf",
  "retention": "\u4fdd\u5b58\u671f\u9650", "object": "\u8bb0\u5f55", "rule": "\u89c4\u5b9a", "at least": "\u81f3\u5c11{time}", "at most": "\u81f3\u591a{time}",
  "rights": "\u60a8\u53ef\u4ee5\u8981\u6c42\u66f4\u6b63\u9519\u8bef\u4fe1\u606f\u3001\u5220\u9664\u4fe1\u606f\u3001\u64a4\u56de\u540c\u610f\u6216\u63d0\u51fa\u5f02\u8bae\u3002"
}');
END;
REVOKE EXECUTE ON FUNCTION scoring._subject_words(OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_words() IS 'internal: the words of subject_access_page(), as JSON by language';

CREATE FUNCTION scoring._html(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN coalesce(replace(replace(replace(replace(replace(value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;'), '');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._html(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._html(text) IS 'internal: a text with the characters escaped that mean something in HTML; NULL: empty';

-- A table of headings and rows of texts, none of which is HTML yet; without rows what is said instead.
CREATE FUNCTION scoring._html_table(headings text[], rows jsonb, otherwise text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF rows IS NULL OR jsonb_array_length(rows) = 0 THEN
    RETURN format('<p class="none">%s</p>', _html(otherwise));
  END IF;
  RETURN '<table><thead><tr>' || (SELECT string_agg('<th scope="col">' || _html(h) || '</th>', '' ORDER BY place) FROM unnest(headings) WITH ORDINALITY u (h, place)) || E'</tr></thead>\n<tbody>\n'
    || (SELECT string_agg('<tr>' || (SELECT string_agg('<td>' || _html(c.cell) || '</td>', '' ORDER BY c.place) FROM jsonb_array_elements_text(r.line) WITH ORDINALITY c (cell, place)) || '</tr>', E'\n' ORDER BY r.place)
        FROM jsonb_array_elements(rows) WITH ORDINALITY r (line, place)) || E'\n</tbody></table>';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._html_table(text[], jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._html_table(text[], jsonb, text) IS 'internal: an HTML table of texts, all escaped; without rows a paragraph';

CREATE FUNCTION scoring._html_day(instant text, locale text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  at timestamptz := instant::timestamptz;
BEGIN
  IF at IS NULL OR isfinite(at) THEN
    RETURN coalesce(_format_date((at AT TIME ZONE 'UTC')::date, locale), '');
  ELSIF getdatabaseencoding() <> 'UTF8' THEN
    RETURN instant;
  END IF;
  -- Not within a CASE: the planner works chr() out beforehand, and it fails in other encodings.
  RETURN chr(8734);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._html_day(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._html_day(text, text) IS 'internal: the day, in UTC, of an instant, as a locale writes it';

CREATE FUNCTION scoring._html_decision(d jsonb, w jsonb, locale text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN format('<h3>%s</h3>', _html(_fill(w ->> 'decision', jsonb_build_object('number', d ->> 'decision_id', 'date', _html_day(d ->> 'decided_at', locale), 'outcome', coalesce(w ->> (d ->> 'outcome'), d ->> 'outcome')))))
    || E'\n' || _html_table(ARRAY[w ->> 'column', w ->> 'value'], jsonb_build_array(
      jsonb_build_array(w -> 'purpose', d -> 'purpose'),
      jsonb_build_array(w -> 'decided', coalesce(w -> (d ->> 'decided'), d -> 'decided')),
      jsonb_build_array(w -> 'score', _fill(w ->> 'range', jsonb_build_object('score', _format_number((d ->> 'score')::double precision, locale),
        'low', _format_number((d ->> 'lowest_score')::double precision, locale), 'high', _format_number((d ->> 'highest_score')::double precision, locale)))),
      jsonb_build_array(w -> 'pd', d -> 'pd'),
      jsonb_build_array(w -> 'reasons', coalesce((SELECT string_agg(coalesce(r ->> 'text', r ->> 'code'), '; ' ORDER BY place) FROM jsonb_array_elements(d -> 'reasons') WITH ORDINALITY e (r, place)), '')),
      jsonb_build_array(w -> 'model', d -> 'model'), jsonb_build_array(w -> 'policy', d -> 'policy'),
      jsonb_build_array(w -> 'inputs', CASE WHEN jsonb_typeof(d -> 'inputs') = 'object' THEN (SELECT string_agg(key || ' = ' || coalesce(value, '-'), '; ' ORDER BY key COLLATE "C") FROM jsonb_each_text(d -> 'inputs')) ELSE w ->> 'hashed' END),
      jsonb_build_array(w -> 'by', concat_ws(' / ', d ->> 'role', d ->> 'session')),
      jsonb_build_array(w -> 'afterwards', coalesce((SELECT string_agg(concat_ws(', ', _html_day(e ->> 'at', locale), coalesce(w ->> (e ->> 'event'), e ->> 'event'), w ->> (e ->> 'outcome'), e ->> 'explanation',
        concat_ws(' / ', e ->> 'role', e ->> 'session')), '; ' ORDER BY place) FROM jsonb_array_elements(d -> 'events') WITH ORDINALITY v (e, place)), ''))), '');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._html_decision(jsonb, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._html_decision(jsonb, jsonb, text) IS 'internal: a decision of a report as HTML';

CREATE FUNCTION scoring._html_facts(t jsonb, w jsonb) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  page text := format('<h3>%s</h3>', _html(_fill(w ->> 'table', jsonb_build_object('table', t ->> 'table'))))
    || format('<p>%s</p>', _html(_fill(w ->> 'source', jsonb_build_object('owner', coalesce(t #>> '{source,owner}', '?'),
         'writers', coalesce((SELECT string_agg(v, ', ') FROM jsonb_array_elements_text(t #> '{source,writers}') v), w ->> 'nobody')))));
  r jsonb;
BEGIN
  IF t ->> 'not_read_because' IS NOT NULL THEN
    page := page || format('<p class="none">%s</p>', _html(_fill(w ->> 'unread', jsonb_build_object('why', t ->> 'not_read_because'))));
  ELSIF jsonb_array_length(t -> 'rows') = 0 THEN
    page := page || format('<p class="none">%s</p>', _html(w ->> 'none'));
  END IF;
  FOR r IN SELECT v FROM jsonb_array_elements(t -> 'rows') v LOOP
    page := page || E'\n' || _html_table(ARRAY[w ->> 'column', w ->> 'value', w ->> 'class', w ->> 'basis'],
      (SELECT jsonb_agg(jsonb_build_array(c ->> 'column', coalesce(r ->> (c ->> 'column'), '-'), c ->> 'class', coalesce(c ->> 'legal_basis', '')) ORDER BY place)
       FROM jsonb_array_elements(t -> 'columns') WITH ORDINALITY e (c, place)), w ->> 'none');
  END LOOP;
  IF jsonb_array_length(t -> 'not_readable') > 0 THEN
    page := page || format('<p>%s %s</p>', _html(w ->> 'hidden'), _html((SELECT string_agg(c ->> 'column', ', ' ORDER BY place) FROM jsonb_array_elements(t -> 'not_readable') WITH ORDINALITY e (c, place))));
  END IF;
  RETURN page;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._html_facts(jsonb, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._html_facts(jsonb, jsonb) IS 'internal: what a table holds, of a report, as HTML';

CREATE FUNCTION scoring._subject_access_page(subject text, language text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r jsonb;
  w jsonb;
  tongue text;
  locale text := language;
BEGIN
  PERFORM _subject_needed(subject);
  SELECT s.language, s.words::jsonb INTO tongue, w FROM unnest(_languages(locale)) WITH ORDINALITY l (language, place) JOIN _subject_words() s ON s.language = l.language ORDER BY l.place LIMIT 1;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('a page in "%s" cannot be written: there are no words for it', locale),
      HINT = format('There are pages in %s; subject_access_report() can be asked for in any language.', (SELECT string_agg(s.language, ', ') FROM _subject_words() s));
  END IF;
  r := _subject_report(subject, locale, 'page');
  RETURN concat_ws(E'\n', '<!DOCTYPE html>', format('<html lang="%s">', _html(tongue)), '<head>', '<meta charset="utf-8"/>',
    '<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''"/>',
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>', format('<title>%s</title>', _html(w ->> 'title')),
    '<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:2px solid #ccc;font-size:1.25rem}'
      || 'h3{font-size:1rem;margin-bottom:.3rem}table{border-collapse:collapse;width:100%;margin:.5rem 0}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border:1px solid #ccc;overflow-wrap:anywhere}'
      || 'th{background:#f2f2f2}.none{color:#595959}@media print{body{margin:0;max-width:none}}</style>',
    '</head>', '<body>', format('<h1>%s</h1>', _html(w ->> 'title')),
    format('<p>%s</p>', _html(_fill(w ->> 'made', jsonb_build_object('date', _html_day(r ->> 'made_at', locale), 'subject', subject, 'n', r ->> 'reports_this_year')))),
    format('<h2>%s</h2>', _html(w ->> 'facts')), (SELECT string_agg(_html_facts(t, w), E'\n' ORDER BY place) FROM jsonb_array_elements(r -> 'facts') WITH ORDINALITY e (t, place)),
    format('<h2>%s</h2>', _html(w ->> 'consents')),
    _html_table(ARRAY[w ->> 'purpose', w ->> 'kind', w ->> 'from', w ->> 'until', w ->> 'withdrawn', w ->> 'rests'],
      (SELECT jsonb_agg(jsonb_build_array(coalesce(c ->> 'purpose', ''), c ->> 'kind', _html_day(c ->> 'valid_from', locale), _html_day(c ->> 'valid_until', locale), _html_day(c #>> '{withdrawn,at}', locale),
         coalesce((SELECT string_agg(v, ', ') FROM jsonb_array_elements_text(c -> 'rests_on_it') v), '')) ORDER BY place) FROM jsonb_array_elements(r -> 'consents') WITH ORDINALITY e (c, place)), w ->> 'none'),
    format('<h2>%s</h2>', _html(w ->> 'decisions')),
    coalesce((SELECT string_agg(_html_decision(d, w, locale), E'\n' ORDER BY place) FROM jsonb_array_elements(r -> 'decisions') WITH ORDINALITY e (d, place)), format('<p class="none">%s</p>', _html(w ->> 'none'))),
    format('<h2>%s</h2>', _html(w ->> 'batches')),
    _html_table(ARRAY[w ->> 'model', w ->> 'what'],
      (SELECT jsonb_agg(s.line) FROM (
        SELECT jsonb_build_array(b ->> 'model', _fill(w ->> 'aside', jsonb_build_object('reason', b ->> 'reason'))) AS line FROM jsonb_array_elements(r #> '{batches,set_aside}') b
        UNION ALL SELECT jsonb_build_array(b ->> 'model', concat(b ->> 'table', ': ', w ->> 'scored')) FROM jsonb_array_elements(r #> '{batches,score_tables}') b) s), w ->> 'none'),
    format('<h2>%s</h2>', _html(w ->> 'releases')),
    _html_table(ARRAY[w ->> 'what', w ->> 'version', w ->> 'when'],
      (SELECT jsonb_agg(jsonb_build_array(x ->> 'name', x ->> 'version', _html_day(x ->> 'at', locale)) ORDER BY place) FROM jsonb_array_elements(r -> 'releases') WITH ORDINALITY e (x, place)), w ->> 'none'),
    format('<h2>%s</h2>', _html(w ->> 'accesses')),
    _html_table(ARRAY[w ->> 'when', w ->> 'who', w ->> 'what', w ->> 'purpose', w ->> 'case', w ->> 'columns'],
      (SELECT jsonb_agg(jsonb_build_array(left(a ->> 'at', 19), concat_ws(' / ', a ->> 'role', a ->> 'session'), concat_ws(' ', a ->> 'event', a ->> 'object'), coalesce(a ->> 'purpose', ''), coalesce(a ->> 'case_ref', ''), coalesce(a ->> 'columns', '')) ORDER BY place)
       FROM jsonb_array_elements(r -> 'accesses') WITH ORDINALITY e (a, place)), w ->> 'none'),
    format('<h2>%s</h2>', _html(w ->> 'portfolio')),
    _html_table(ARRAY[w ->> 'when', w ->> 'who', w ->> 'what', w ->> 'purpose', w ->> 'case', w ->> 'columns', ''],
      (SELECT jsonb_agg(jsonb_build_array(left(a ->> 'at', 19), concat_ws(' / ', a ->> 'role', a ->> 'session'), coalesce(a ->> 'object', ''), coalesce(a ->> 'purpose', ''), coalesce(a ->> 'case_ref', ''), coalesce(a ->> 'columns', ''),
         _fill(w ->> 'may', jsonb_build_object('n', coalesce(a ->> 'rows', w ->> 'unknown')))) ORDER BY place)
       FROM jsonb_array_elements(r -> 'portfolio_reads') WITH ORDINALITY e (a, place)), w ->> 'none'),
    format('<h2>%s</h2>', _html(w ->> 'retention')),
    _html_table(ARRAY[w ->> 'object', w ->> 'rule', ''],
      (SELECT jsonb_agg(jsonb_build_array(x ->> 'object', concat(x ->> 'article', ' (', x ->> 'jurisdiction', ')'), _fill(w ->> (x ->> 'sense'), jsonb_build_object('time', x ->> 'keep_for'))) ORDER BY place)
       FROM jsonb_array_elements(r -> 'retention') WITH ORDINALITY e (x, place)), w ->> 'none'),
    format('<p>%s</p>', _html(w ->> 'rights')), '</body>', '</html>') || E'\n';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_access_page(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_access_page(text, text) IS 'internal: subject_access_page() as the workspace''s owner';
CREATE FUNCTION scoring.subject_access_page(subject text, language text DEFAULT 'en') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.subject_access_page(text, text) IS 'subject_access_report() as one HTML page to read or print, in English, German or Chinese: without scripts or anything from elsewhere, all texts escaped; dates in UTC; it is recorded that it was asked for; for registrars: 42501; not READ COMMITTED: 25000; a language without words: 55000; no subject: 22023';

-- Retention.

CREATE FUNCTION scoring._retention(object text, OUT kept_after timestamptz, OUT kept_by text, OUT kept_for interval, OUT removed_before timestamptz, OUT removed_by text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  -- The longest floor and the shortest ceiling of those that hold today.
  SELECT now() - r.keep_for, format('%s (%s)', r.article, r.jurisdiction), r.keep_for INTO kept_after, kept_by, kept_for FROM scoring_data.retention_rule r
  WHERE r.object = _retention.object AND r.is_floor AND current_date >= r.valid_from AND current_date < r.valid_until ORDER BY now() - r.keep_for, r.rule LIMIT 1;
  SELECT now() - r.keep_for, format('%s (%s)', r.article, r.jurisdiction) INTO removed_before, removed_by FROM scoring_data.retention_rule r
  WHERE r.object = _retention.object AND NOT r.is_floor AND current_date >= r.valid_from AND current_date < r.valid_until ORDER BY now() - r.keep_for DESC, r.rule LIMIT 1;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._retention(text, OUT timestamptz, OUT text, OUT interval, OUT timestamptz, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._retention(text) IS 'internal: records of an object from kept_after on must be kept, those before removed_before must not, where a floor outweighs a ceiling; NULL: no such rule today';

CREATE FUNCTION scoring._set_retention(object text, jurisdiction text, article text, keep_for interval, floor boolean, valid_from date) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  "from" date := coalesce(_set_retention.valid_from, current_date);
  parts text[];
  ended boolean := false;
  number bigint;
BEGIN
  PERFORM _needed('the jurisdiction', _set_retention.jurisdiction);
  PERFORM _needed('the article', _set_retention.article);
  IF "from" < current_date OR NOT isfinite("from") THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a rule can hold from today or a later day', DETAIL = format('Today is %s, in UTC.', current_date);
  ELSIF _set_retention.floor IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'floor cannot be NULL';
  ELSIF NOT (_set_retention.keep_for > '0' AND _set_retention.keep_for < '1000 years') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'keep_for must be above 0 and below 1000 years, or NULL to end a rule';
  END IF;
  IF coalesce(_set_retention.object NOT IN ('decision', 'decision salt', 'consent', 'batch', 'audit'), true) THEN
    -- A date of a protected table, by which the bank's own records age.
    BEGIN
      parts := parse_ident(_set_retention.object);
    EXCEPTION WHEN invalid_parameter_value THEN
      parts := NULL;
    END;
    IF parts IS NULL OR cardinality(parts) <> 3 OR NOT EXISTS (
         SELECT FROM scoring_data.protected_table p JOIN pg_attribute a ON a.attrelid = to_regclass(format('%I.%I', p.schema_name, p.table_name)) AND a.attname = parts[3] AND a.attnum > 0 AND NOT a.attisdropped
         WHERE p.schema_name = parts[1] AND p.table_name = parts[2] AND _batch_base_type(a.atttypid) IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype)) THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s is nothing that retention is set for', coalesce(quote_literal(left(_set_retention.object, 200)), 'NULL')),
        DETAIL = 'It is decision, decision salt, consent, batch, audit, or schema.table.column: a date column of a protected table.';
    END IF;
    IF _set_retention.floor THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the bank''s own tables have ceilings, no floors',
        DETAIL = 'The workspace removes nothing from them; their owner sees to floors.';
    END IF;
  END IF;
  UPDATE scoring_data.retention_rule r SET valid_until = greatest("from", r.valid_from)
  WHERE r.object = _set_retention.object AND r.jurisdiction = _set_retention.jurisdiction AND r.article = _set_retention.article
    AND r.is_floor = _set_retention.floor AND r.valid_until > "from";
  ended := FOUND;
  IF _set_retention.keep_for IS NOT NULL THEN
    INSERT INTO scoring_data.retention_rule (object, jurisdiction, article, is_floor, keep_for, valid_from, role_name, session_name, at)
    VALUES (_set_retention.object, _set_retention.jurisdiction, _set_retention.article, _set_retention.floor, _set_retention.keep_for, "from", _caller(), session_user, clock_timestamp())
    RETURNING rule INTO number;
  ELSIF NOT ended THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no such rule of %s (%s) to end', _set_retention.article, _set_retention.jurisdiction),
      HINT = 'SELECT * FROM scoring_data.retention_rules;';
  END IF;
  PERFORM _audit('set retention', _set_retention.object, NULL, jsonb_build_object('jurisdiction', _set_retention.jurisdiction, 'article', _set_retention.article,
    'floor', _set_retention.floor, 'keep_for', _set_retention.keep_for, 'valid_from', "from"));
  RETURN number;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._set_retention(text, text, text, interval, boolean, date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._set_retention(text, text, text, interval, boolean, date) IS 'internal: set_retention() as the workspace''s owner';
CREATE FUNCTION scoring.set_retention(object text, jurisdiction text, article text, keep_for interval, floor boolean DEFAULT false, valid_from date DEFAULT NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.set_retention(text, text, text, interval, boolean, date) IS 'says by which law records of an object are kept at least (floor) or at most so long, from a day on (NULL: today in UTC), in place of what that article said before; keep_for NULL: that article says nothing any more; object: decision, decision salt, consent, batch, audit, or schema.table.column, a date column of a protected table; gives the rule''s number; for stewards: 42501; no such object, not above 0, a day that is past: 22023; nothing to end: 42704';

-- Relations.

CREATE FUNCTION scoring._relation_tree(relation oid) RETURNS SETOF oid
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY WITH RECURSIVE t (oid) AS (
      SELECT _relation_tree.relation WHERE _relation_tree.relation IS NOT NULL UNION SELECT i.inhrelid FROM pg_inherits i JOIN t ON i.inhparent = t.oid)
    SELECT t.oid FROM t JOIN pg_class c ON c.oid = t.oid ORDER BY t.oid;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._relation_tree(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._relation_tree(oid) IS 'internal: a table with its partitions and the tables that inherit from it';

CREATE FUNCTION scoring._relation_parts(relation oid) RETURNS SETOF oid
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT c.oid FROM pg_class c WHERE c.oid = _relation_parts.relation
    UNION ALL SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = _relation_parts.relation
    UNION ALL SELECT c.reltoastrelid FROM pg_class c WHERE c.oid = _relation_parts.relation AND c.reltoastrelid <> 0
    UNION ALL SELECT i.indexrelid FROM pg_class c JOIN pg_index i ON i.indrelid = c.reltoastrelid WHERE c.oid = _relation_parts.relation AND c.reltoastrelid <> 0;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._relation_parts(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._relation_parts(oid) IS 'internal: a table, its indexes, its TOAST table and the index of that';

CREATE FUNCTION scoring._relation_files(relation oid) RETURNS oid[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN ARRAY(SELECT pg_relation_filenode(p::regclass) FROM _relation_parts(relation) p WHERE pg_relation_filenode(p::regclass) IS NOT NULL);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._relation_files(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._relation_files(oid) IS 'internal: the files of a table, its indexes and its TOAST table';

-- Protected tables, and the tables that they are scored into.
CREATE FUNCTION scoring._subject_relations(OUT relation oid, OUT schema_name text, OUT table_name text, OUT key_column text, OUT is_protected boolean) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT s.oid, n.nspname::text, c.relname::text, s.key_column, s.is_protected FROM (
      SELECT to_regclass(format('%I.%I', p.schema_name, p.table_name))::oid AS oid, p.subject_key AS key_column, true AS is_protected FROM scoring_data.protected_table p
      UNION SELECT to_regclass(r.target)::oid, r.key_columns[1], false FROM scoring_data.batch_run r
      WHERE EXISTS (SELECT FROM scoring_data.protected_table p WHERE r.key_columns = ARRAY[p.subject_key] AND format('%I.%I', p.schema_name, p.table_name) IN (r.source, r.index_of))
        AND NOT EXISTS (SELECT FROM scoring_data.protected_table p WHERE to_regclass(format('%I.%I', p.schema_name, p.table_name)) = to_regclass(r.target))) s
    JOIN pg_class c ON c.oid = s.oid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = s.key_column AND a.attnum > 0 AND NOT a.attisdropped)
    ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C";
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._subject_relations(OUT oid, OUT text, OUT text, OUT text, OUT boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._subject_relations() IS 'internal: the tables of the bank whose rows are a subject''s: protected ones and those that they are scored into';

-- Erasure.

CREATE FUNCTION scoring._forget_statistics(relation oid) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_subject_forget_statistics';
REVOKE EXECUTE ON FUNCTION scoring._forget_statistics(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._forget_statistics(oid) IS 'internal: takes away the statistics of a relation, its indexes and its statistics objects, until ANALYZE makes new ones';

CREATE FUNCTION scoring._certificate(certificate bigint) RETURNS record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  e record;
BEGIN
  SELECT * INTO e FROM scoring_data.erasure x WHERE x.certificate = _certificate.certificate FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('certificate %s does not exist', coalesce(_certificate.certificate::text, 'NULL')), HINT = 'SELECT * FROM scoring_data.erasures;';
  ELSIF e.closed_at IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('certificate %s is closed', _certificate.certificate),
      DETAIL = format('It was closed on %s.', _registry_instant(e.closed_at));
  END IF;
  RETURN e;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._certificate(bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._certificate(bigint) IS 'internal: an open certificate, locked; unknown: 42704, closed: 55000';

CREATE FUNCTION scoring._erasure_note(certificate bigint, object text, action text, rows bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  UPDATE scoring_data.erasure e SET done = e.done || jsonb_build_object('object', _erasure_note.object, 'action', _erasure_note.action, 'rows', _erasure_note.rows)
  WHERE e.certificate = _erasure_note.certificate;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erasure_note(bigint, text, text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erasure_note(bigint, text, text, bigint) IS 'internal: writes into a certificate what was done';

CREATE FUNCTION scoring._erasure_add(certificate bigint, kind text, schema_name text, table_name text, key_column text DEFAULT NULL, delete_from text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  INSERT INTO scoring_data.erasure_relation (certificate, place, kind, schema_name, table_name, key_column, delete_from)
  SELECT _erasure_add.certificate, coalesce(max(r.place), 0) + 1, _erasure_add.kind, _erasure_add.schema_name, _erasure_add.table_name, _erasure_add.key_column, _erasure_add.delete_from
  FROM scoring_data.erasure_relation r WHERE r.certificate = _erasure_add.certificate
  ON CONFLICT DO NOTHING;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erasure_add(bigint, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erasure_add(bigint, text, text, text, text, text) IS 'internal: writes into a certificate which relation held the subject';

CREATE FUNCTION scoring._holds(relation oid, key_column text, subject text, salt bytea, hash bytea, OUT live bigint, OUT dead bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  SELECT coalesce(sum(f.times) FILTER (WHERE f.finding = 'live row'), 0), coalesce(sum(f.times) FILTER (WHERE f.finding = 'dead row'), 0) INTO live, dead
  FROM _page_findings(relation, key_column, subject, salt, hash, NULL, NULL) f;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._holds(oid, text, text, bytea, bytea, OUT bigint, OUT bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._holds(oid, text, text, bytea, bytea) IS 'internal: how many live and dead rows of a table are the subject''s';

-- Where she is gone, the files are written down that have to be replaced, and statistics go.
CREATE FUNCTION scoring._erasure_advance(certificate bigint, subject text, salt bytea, hash bytea) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record;
  relation oid;
  part oid;
BEGIN
  FOR r IN SELECT * FROM scoring_data.erasure_relation x WHERE x.certificate = _erasure_advance.certificate AND x.files IS NULL AND x.kind <> 'catalog' ORDER BY x.place LOOP
    relation := to_regclass(format('%I.%I', r.schema_name, r.table_name));
    IF relation IS NULL THEN
      UPDATE scoring_data.erasure_relation x SET files = '{}', horizon = 0 WHERE x.certificate = r.certificate AND x.place = r.place;
    ELSIF r.key_column IS NULL OR r.kind = 'workspace' OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = relation AND a.attname = r.key_column AND a.attnum > 0 AND NOT a.attisdropped) AND (_holds(relation, r.key_column, subject, salt, hash)).live = 0 THEN
      IF r.kind = 'bank' THEN
        FOR part IN SELECT relation UNION SELECT t FROM _relation_tree(to_regclass(r.delete_from)) t ORDER BY 1 LOOP
          PERFORM _forget_statistics(part);
        END LOOP;
      END IF;
      PERFORM _forget_statistics(relation);
      UPDATE scoring_data.erasure_relation x SET files = _relation_files(relation), horizon = _erasure_horizon() WHERE x.certificate = r.certificate AND x.place = r.place;
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM scoring_data.erasure_relation x WHERE x.certificate = _erasure_advance.certificate AND x.files IS NULL AND x.kind <> 'catalog') THEN
    UPDATE scoring_data.erasure_relation x SET files = _relation_files(format('%I.%I', x.schema_name, x.table_name)::regclass), horizon = _erasure_horizon()
    WHERE x.certificate = _erasure_advance.certificate AND x.files IS NULL;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erasure_advance(bigint, text, bytea, bytea) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erasure_advance(bigint, text, bytea, bytea) IS 'internal: notices in which relations of a certificate no row of the subject''s is left, takes away their statistics, and writes down the files that have to be replaced from then on';

CREATE FUNCTION scoring._erase_consents(subject text, certificate bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  rule record := _retention('consent');
  numbers bigint[];
  purposes integer[];
  removed bigint;
  kept record;
  number integer;
BEGIN
  -- One that is in force ends now.
  numbers := ARRAY(SELECT c.consent_number FROM scoring_data.consent c
    LEFT JOIN scoring_data.consent_withdrawal w ON w.subject = c.subject AND w.consent_number = c.consent_number
    WHERE c.subject = _erase_consents.subject AND (rule.kept_after IS NULL OR least(w.at, c.valid_until, now()) < rule.kept_after));
  DELETE FROM scoring_data.permission p WHERE p.subject = _erase_consents.subject;
  purposes := ARRAY(SELECT DISTINCT c.purpose_number FROM scoring_data.consent c WHERE c.subject = _erase_consents.subject ORDER BY 1);
  DELETE FROM scoring_data.consent_withdrawal w WHERE w.subject = _erase_consents.subject AND w.consent_number = ANY (numbers);
  DELETE FROM scoring_data.consent c WHERE c.subject = _erase_consents.subject AND c.consent_number = ANY (numbers);
  GET DIAGNOSTICS removed = ROW_COUNT;
  IF removed > 0 THEN
    PERFORM _erasure_note(certificate, 'consents', 'removed', removed);
  END IF;
  INSERT INTO scoring_data.consent_withdrawal (subject, consent_number, reason, role_name, session_name, at)
  SELECT c.subject, c.consent_number, 'erasure', _caller(), session_user, clock_timestamp() FROM scoring_data.consent c
  WHERE c.subject = _erase_consents.subject ON CONFLICT DO NOTHING;
  SELECT count(*) AS n, max(least(w.at, c.valid_until) + rule.kept_for) AS until INTO kept FROM scoring_data.consent c
    JOIN scoring_data.consent_withdrawal w ON w.subject = c.subject AND w.consent_number = c.consent_number WHERE c.subject = _erase_consents.subject;
  IF kept.n > 0 THEN
    PERFORM _erasure_note(certificate, 'consents', format('ended, and kept until %s by %s', kept.until::date, rule.kept_by), kept.n);
    UPDATE scoring_data.erasure_relation r SET keeps = true WHERE r.certificate = _erase_consents.certificate AND r.schema_name = 'scoring_data' AND r.table_name IN ('consent', 'consent_withdrawal');
    PERFORM _erasure_add(certificate, 'workspace', 'scoring_data', 'consent_withdrawal', 'subject');
    UPDATE scoring_data.erasure_relation r SET keeps = true WHERE r.certificate = _erase_consents.certificate AND r.table_name = 'consent_withdrawal';
  END IF;
  -- Marks on rows: those of tables whose owner has yet to delete are out of every view from now on.
  FOREACH number IN ARRAY purposes LOOP
    PERFORM _stamp_rights(number, ARRAY[subject]);
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erase_consents(text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erase_consents(text, bigint) IS 'internal: ends what permits to use a subject''s data, and removes what no law has kept';

CREATE FUNCTION scoring._erase_decisions(subject text, certificate bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  rule record := _retention('decision');
  numbers bigint[];
  kept record;
BEGIN
  -- A decision is removed whole or kept whole: one without its inputs would not be replayed.
  numbers := ARRAY(SELECT d.decision_id FROM scoring_data.decision d WHERE d.subject = _erase_decisions.subject AND (rule.kept_after IS NULL OR d.decided_at < rule.kept_after));
  DELETE FROM scoring_data.decision_event e WHERE e.subject = _erase_decisions.subject AND e.decision_id = ANY (numbers);
  DELETE FROM scoring_data.decision_salt s WHERE s.subject = _erase_decisions.subject AND s.decision_id = ANY (numbers);
  DELETE FROM scoring_data.decision d WHERE d.subject = _erase_decisions.subject AND d.decision_id = ANY (numbers);
  IF cardinality(numbers) > 0 THEN
    PERFORM _erasure_note(certificate, 'decisions', 'removed', cardinality(numbers));
  END IF;
  SELECT count(*) AS n, max(d.decided_at + rule.kept_for) AS until INTO kept FROM scoring_data.decision d WHERE d.subject = _erase_decisions.subject;
  IF kept.n > 0 THEN
    PERFORM _erasure_note(certificate, 'decisions', format('kept until %s by %s', kept.until::date, rule.kept_by), kept.n);
    UPDATE scoring_data.erasure_relation r SET keeps = true WHERE r.certificate = _erase_decisions.certificate AND r.schema_name = 'scoring_data' AND r.table_name LIKE 'decision%';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erase_decisions(text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erase_decisions(text, bigint) IS 'internal: removes the decisions about a subject that no law has kept';

CREATE FUNCTION scoring._erase_batches(subject text, certificate bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  runs bigint[] := ARRAY(SELECT r.run FROM scoring_data.batch_run r
    WHERE EXISTS (SELECT FROM scoring_data.protected_table p WHERE r.key_columns = ARRAY[p.subject_key] AND format('%I.%I', p.schema_name, p.table_name) IN (r.source, r.index_of)));
  affected bigint;
  open_runs bigint[];
BEGIN
  DELETE FROM scoring_data.batch_error e WHERE e.run = ANY (runs) AND e.key = ARRAY[_erase_batches.subject];
  GET DIAGNOSTICS affected = ROW_COUNT;
  IF affected > 0 THEN
    PERFORM _erasure_note(certificate, 'rows that batches set aside', 'removed', affected);
    PERFORM _erasure_add(certificate, 'workspace', 'scoring_data', 'batch_error');
  END IF;
  -- Her key as the bound of a chunk: needed until the run has come to its end.
  UPDATE scoring_data.batch_run r SET planned_to = NULL WHERE r.run = ANY (runs) AND r.planned_to = ARRAY[_erase_batches.subject] AND r.state IN ('done', 'superseded');
  GET DIAGNOSTICS affected = ROW_COUNT;
  IF affected > 0 THEN
    PERFORM _erasure_note(certificate, 'bounds of batch runs', 'removed', affected);
    PERFORM _erasure_add(certificate, 'workspace', 'scoring_data', 'batch_run');
  END IF;
  open_runs := ARRAY(SELECT r.run FROM scoring_data.batch_run r WHERE r.run = ANY (runs) AND (r.planned_to = ARRAY[_erase_batches.subject]
    OR EXISTS (SELECT FROM scoring_data.batch_chunk c WHERE c.run = r.run AND ARRAY[_erase_batches.subject] IN (c.lower_key, c.upper_key))) ORDER BY r.run);
  IF open_runs <> '{}' THEN
    PERFORM _erasure_note(certificate, 'bounds of batch runs', format('kept until runs %s have come to their end; then erase again', array_to_string(open_runs, ', ')), cardinality(open_runs));
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erase_batches(text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erase_batches(text, bigint) IS 'internal: removes a subject''s key from the record of batch runs';

CREATE FUNCTION scoring._erase_releases(subject text, certificate bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  versions text[] := ARRAY(SELECT m.name || '@' || m.version FROM _release_memberships(subject) m ORDER BY m.name COLLATE "C", m.version);
BEGIN
  PERFORM _release_erase(subject);
  IF versions <> '{}' THEN
    PERFORM _erasure_note(certificate, 'memberships in releases ' || array_to_string(versions, ', '), 'made nobody''s', cardinality(versions));
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erase_releases(text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erase_releases(text, bigint) IS 'internal: takes a subject out of the record of who is in which release';

CREATE FUNCTION scoring._erase_audit(subject text, certificate bigint) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  erased bigint := _audit_erase(subject);
BEGIN
  IF erased > 0 THEN
    PERFORM _erasure_note(certificate, 'what the audit log says of her', 'erased; the entries stay and verify', erased);
    PERFORM _erasure_add(certificate, 'workspace', 'scoring_data', 'audit_detail');
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erase_audit(text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erase_audit(text, bigint) IS 'internal: erases what the audit log says about a subject';

-- Of a subject all is erased or nothing: when the last entry about her is past its time.
CREATE FUNCTION scoring._audit_past(before timestamptz, max_rows bigint) RETURNS SETOF text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT s.subject FROM scoring_data.audit_subject s
    CROSS JOIN LATERAL (SELECT e.lane, e.entry FROM scoring_data.audit_entry e WHERE e.subject_token = s.token ORDER BY e.subject_entry DESC LIMIT 1) l
    JOIN scoring_data.audit_detail d ON d.lane = l.lane AND d.entry = l.entry
    WHERE (d.detail::jsonb ->> 'at')::timestamptz < before LIMIT max_rows;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._audit_past(timestamptz, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit_past(timestamptz, bigint) IS 'internal: subjects about whom the audit log has nothing that is younger';

CREATE FUNCTION scoring._purge_audit(before timestamptz, max_rows bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  s text;
  n bigint := 0;
BEGIN
  FOR s IN SELECT p FROM _audit_past(before, max_rows) p LOOP
    PERFORM _audit_erase(s);
    n := n + 1;
  END LOOP;
  RETURN n;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._purge_audit(timestamptz, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._purge_audit(timestamptz, bigint) IS 'internal: erases what the audit log says about subjects whose last entry is older, of so many at most; how many';

CREATE FUNCTION scoring._erasure_begin(subject text, reason text) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  number bigint;
  t record;
  held record;
  part record;
BEGIN
  PERFORM _subject_needed(_erasure_begin.subject);
  PERFORM _needed('a reason', _erasure_begin.reason);
  IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_transaction_state', MESSAGE = 'a subject is erased in a transaction that is READ COMMITTED',
      DETAIL = 'An older snapshot does not show what has been done to tables since.', HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED;';
  END IF;
  INSERT INTO scoring_data.erasure (subject_salt, subject_hash, reason, role_name, session_name, at)
  VALUES (salt, sha256(salt || convert_to(_erasure_begin.subject, getdatabaseencoding())), _erasure_begin.reason, _caller(), session_user, clock_timestamp())
  RETURNING erasure.certificate INTO number;
  PERFORM _audit('erase', format('certificate %s', number), NULL, jsonb_build_object('reason', _erasure_begin.reason));

  -- Where she is, dead rows included, before anything is removed.
  FOR t IN SELECT s.*, c.oid AS part, n.nspname, c.relname FROM _subject_relations() s, LATERAL _relation_tree(s.relation) p JOIN pg_class c ON c.oid = p JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind = 'r' AND c.relam = (SELECT a.oid FROM pg_am a WHERE a.amname = 'heap') ORDER BY s.schema_name COLLATE "C", s.table_name COLLATE "C", n.nspname COLLATE "C", c.relname COLLATE "C" LOOP
    held := _holds(t.part, t.key_column, subject, NULL, NULL);
    IF held.live + held.dead > 0 THEN
      PERFORM _erasure_add(number, 'bank', t.nspname, t.relname, t.key_column, format('%I.%I', t.schema_name, t.table_name));
    END IF;
  END LOOP;
  FOR t IN SELECT c.oid, c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'subject' AND a.atttypid = 'text'::regtype AND NOT a.attisdropped
           WHERE c.relnamespace = 'scoring_data'::regnamespace AND c.relkind = 'r' ORDER BY c.relname COLLATE "C" LOOP
    held := _holds(t.oid, 'subject', subject, NULL, NULL);
    IF held.live + held.dead > 0 THEN
      PERFORM _erasure_add(number, 'workspace', 'scoring_data', t.relname, 'subject');
    END IF;
  END LOOP;

  PERFORM _erase_consents(subject, number);
  PERFORM _erase_decisions(subject, number);
  PERFORM _erase_batches(subject, number);
  PERFORM _erase_releases(subject, number);
  PERFORM _erase_audit(subject, number);
  -- Statistics of these tables hold values of rows, in rows of their own.
  IF EXISTS (SELECT FROM scoring_data.erasure_relation r WHERE r.certificate = number) THEN
    PERFORM _erasure_add(number, 'catalog', 'pg_catalog', 'pg_statistic');
    PERFORM _erasure_add(number, 'catalog', 'pg_catalog', 'pg_statistic_ext_data');
  END IF;
  PERFORM _erasure_advance(number, subject, NULL, NULL);
  RETURN number;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erasure_begin(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erasure_begin(text, text) IS 'internal: erasure_begin() as the workspace''s owner';
CREATE FUNCTION scoring.erasure_begin(subject text, reason text) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.erasure_begin(text, text) IS 'for erase(): opens a certificate, looks where the subject is, and removes it from the workspace; for registrars: 42501; not READ COMMITTED: 25000; no subject or reason: 22023';

CREATE FUNCTION scoring._erasure_tables(certificate bigint, OUT schema_name text, OUT table_name text, OUT key_column text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  PERFORM _certificate(_erasure_tables.certificate);
  RETURN QUERY SELECT s.schema_name, s.table_name, s.key_column FROM _subject_relations() s
    WHERE EXISTS (SELECT FROM scoring_data.erasure_relation r WHERE r.certificate = _erasure_tables.certificate AND r.kind = 'bank' AND r.delete_from = format('%I.%I', s.schema_name, s.table_name) AND r.files IS NULL)
      AND NOT EXISTS (SELECT FROM _protection_code(s.relation, ARRAY(SELECT f.member FROM _protect_family(s.relation) f), true));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erasure_tables(bigint, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erasure_tables(bigint) IS 'internal: erasure_tables() as the workspace''s owner';
CREATE FUNCTION scoring.erasure_tables(certificate bigint, OUT schema_name text, OUT table_name text, OUT key_column text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.erasure_tables(bigint) IS 'for erase(): the bank''s tables in which rows of the subject of an open certificate are, and that run no code but the server''s when rows are deleted; for registrars: 42501; unknown: 42704; closed: 55000';

CREATE FUNCTION scoring._erasure_deleted(certificate bigint, subject text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  e record := _certificate(certificate);
BEGIN
  IF sha256(e.subject_salt || convert_to(subject, getdatabaseencoding())) IS DISTINCT FROM e.subject_hash THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('certificate %s is about another subject', certificate);
  END IF;
  PERFORM _erasure_advance(certificate, subject, NULL, NULL);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erasure_deleted(bigint, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erasure_deleted(bigint, text) IS 'internal: erasure_deleted() as the workspace''s owner';
CREATE FUNCTION scoring.erasure_deleted(certificate bigint, subject text) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.erasure_deleted(bigint, text) IS 'for erase(): looks which of the bank''s tables are without rows of the subject now; for registrars: 42501; the subject is another: 22023; unknown: 42704; closed: 55000';

-- What is left to do, by whom, in this order.
CREATE FUNCTION scoring._erasure_steps(certificate bigint, subject text, OUT object text, OUT action text, OUT by_whom text, OUT statement text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  e record := _certificate(_erasure_steps.certificate);
  pending boolean;
BEGIN
  RETURN QUERY SELECT x.d ->> 'object', format('%s: %s', x.d ->> 'action', x.d ->> 'rows'), 'done'::text, NULL::text FROM jsonb_array_elements(e.done) WITH ORDINALITY x (d, place) ORDER BY x.place;
  RETURN QUERY SELECT DISTINCT r.delete_from, 'rows deleted', 'done'::text, NULL::text FROM scoring_data.erasure_relation r
    WHERE r.certificate = _erasure_steps.certificate AND r.kind = 'bank' AND r.files IS NOT NULL ORDER BY 1;
  -- Rows that erase() could not delete.
  RETURN QUERY SELECT DISTINCT r.delete_from, 'delete her rows', (SELECT pg_get_userbyid(c.relowner)::text FROM pg_class c WHERE c.oid = to_regclass(r.delete_from)),
      format('DELETE FROM %s WHERE %I = %s;', r.delete_from, r.key_column, coalesce(_subject_constant(to_regclass(r.delete_from), r.key_column, _erasure_steps.subject), 'NULL'))
    FROM scoring_data.erasure_relation r WHERE r.certificate = _erasure_steps.certificate AND r.kind = 'bank' AND r.files IS NULL ORDER BY 1;
  pending := FOUND;
  IF pending THEN
    RETURN QUERY SELECT format('certificate %s', _erasure_steps.certificate), 'see that they are gone, before tables are rewritten', 'registrar'::text, format('SELECT * FROM scoring.verify_erasure(%s);', _erasure_steps.certificate);
  END IF;
  RETURN QUERY SELECT 'release ' || s.name, 'make it anew: a row in it was made of hers', 'steward'::text, format('SELECT scoring.refresh_release(%L);', s.name)
    FROM scoring_data.release_series s WHERE s.refresh_due_since IS NOT NULL ORDER BY 1;
  -- VACUUM alone leaves the bytes where they were.
  RETURN QUERY SELECT format('%I.%I', r.schema_name, r.table_name), 'rewrite the table and its indexes', CASE r.kind WHEN 'bank' THEN pg_get_userbyid(c.relowner)::text ELSE 'superuser' END,
      format('VACUUM (FULL, ANALYZE) %I.%I;', r.schema_name, r.table_name)
    FROM scoring_data.erasure_relation r JOIN pg_class c ON c.oid = to_regclass(format('%I.%I', r.schema_name, r.table_name))
    WHERE r.certificate = _erasure_steps.certificate AND r.kind <> 'catalog' ORDER BY r.place;
  RETURN QUERY SELECT r.delete_from, 'make statistics of the whole table anew', pg_get_userbyid(c.relowner)::text, format('ANALYZE %s;', r.delete_from)
    FROM (SELECT DISTINCT x.delete_from FROM scoring_data.erasure_relation x WHERE x.certificate = _erasure_steps.certificate AND x.kind = 'bank' AND x.delete_from <> format('%I.%I', x.schema_name, x.table_name)) r
      JOIN pg_class c ON c.oid = to_regclass(r.delete_from) ORDER BY 1;
  RETURN QUERY SELECT format('%I.%I', r.schema_name, r.table_name), 'rewrite it: old statistics hold values', 'superuser'::text, format('VACUUM FULL %I.%I;', r.schema_name, r.table_name)
    FROM scoring_data.erasure_relation r WHERE r.certificate = _erasure_steps.certificate AND r.kind = 'catalog' ORDER BY r.place;
  RETURN QUERY SELECT format('certificate %s', _erasure_steps.certificate), 'look into pages and statistics, and close it', 'registrar'::text, format('SELECT * FROM scoring.verify_erasure(%s);', _erasure_steps.certificate);
  -- What no statement here reaches.
  RETURN QUERY SELECT format('%I.%I', n.nspname, c.relname), 'out of reach: not a heap table of this database', pg_get_userbyid(c.relowner)::text, NULL::text
    FROM _subject_relations() s, LATERAL _relation_tree(s.relation) p JOIN pg_class c ON c.oid = p JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind NOT IN ('r', 'p') OR c.relkind = 'r' AND c.relam <> (SELECT a.oid FROM pg_am a WHERE a.amname = 'heap') ORDER BY 1;
  RETURN QUERY SELECT 'model ' || quote_ident(v.name) || '@' || v.version, 'out of reach: fitted on a table that held her; her part in it is not taken back', 'modeler'::text, NULL::text
    FROM scoring_data.model_version v WHERE EXISTS (
      SELECT FROM scoring_data.erasure_relation r, LATERAL (SELECT provenance(v.model) #>> '{sample,relation}' AS name) p
      WHERE r.certificate = _erasure_steps.certificate AND r.kind = 'bank' AND p.name IN (r.delete_from, split_part(r.delete_from, '.', 2), format('%I.%I', r.schema_name, r.table_name), quote_ident(r.table_name)))
    ORDER BY v.name COLLATE "C", v.version;
  RETURN QUERY SELECT o.object, 'out of reach: ' || o.why, o.by_whom, NULL::text FROM (VALUES
      ('WAL and its archive', 'until it is recycled or expires', 'administrator'), ('backups', 'until they expire; after a restore, erase again', 'administrator'),
      ('replicas and subscribers', 'physical ones follow; logical ones have rows and files of their own', 'administrator'), ('server log', 'statements and messages may name her', 'administrator'),
      ('exported releases and reports', 'what has left the database', 'steward'), ('tables that are not protected', 'the workspace does not know of them', 'their owners')) o (object, why, by_whom);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erasure_steps(bigint, text, OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erasure_steps(bigint, text) IS 'internal: erasure_steps() as the workspace''s owner';
CREATE FUNCTION scoring.erasure_steps(certificate bigint, subject text, OUT object text, OUT action text, OUT by_whom text, OUT statement text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.erasure_steps(bigint, text) IS 'for erase(): what was done, and what is left to do until an open certificate can be closed, in this order; for registrars: 42501; unknown: 42704; closed: 55000';

CREATE FUNCTION scoring.erase(subject text, reason text, OUT step integer, OUT object text, OUT action text, OUT by_whom text, OUT statement text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  number bigint := erasure_begin(erase.subject, erase.reason);
  t record;
  relation oid;
BEGIN
  -- With the caller's own rights. A trigger would run with them too, or a function in an index, so a table that has one is
  -- left to its owner. Locked, it is looked at again: nobody adds one meanwhile.
  FOR t IN SELECT * FROM erasure_tables(number) LOOP
    relation := to_regclass(format('%I.%I', t.schema_name, t.table_name));
    CONTINUE WHEN NOT has_table_privilege(relation, 'DELETE') OR NOT has_column_privilege(relation, t.key_column, 'SELECT')
      OR (SELECT c.relkind NOT IN ('r', 'p') FROM pg_class c WHERE c.oid = relation);
    EXECUTE format('LOCK TABLE %I.%I IN SHARE UPDATE EXCLUSIVE MODE', t.schema_name, t.table_name);
    CONTINUE WHEN relation IS DISTINCT FROM to_regclass(format('%I.%I', t.schema_name, t.table_name))::oid
      OR NOT EXISTS (SELECT FROM erasure_tables(number) e WHERE e.schema_name = t.schema_name AND e.table_name = t.table_name);
    CONTINUE WHEN EXISTS (
      WITH RECURSIVE tree (oid) AS (SELECT relation UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree ON i.inhparent = tree.oid)
      SELECT FROM tree WHERE EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = tree.oid AND NOT g.tgisinternal AND g.tgtype & 8 <> 0) OR EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = tree.oid));
    EXECUTE format('DELETE FROM %I.%I WHERE %I = %L', t.schema_name, t.table_name, t.key_column, erase.subject);
  END LOOP;
  PERFORM erasure_deleted(number, erase.subject);
  RETURN QUERY SELECT (row_number() OVER ())::integer, s.* FROM erasure_steps(number, erase.subject) s;
END
$$;
COMMENT ON FUNCTION scoring.erase(text, text) IS 'erases a subject: in the workspace what no law has kept, in the bank''s tables with the caller''s own rights; says what was done and kept, then what is left: rows for a table''s owner to delete, statements that rewrite what held her, by whom, and what lies out of reach; verify_erasure() closes the certificate that it opens; for registrars: 42501; not READ COMMITTED: 25000; no subject or reason: 22023';

CREATE FUNCTION scoring._verify_erasure(certificate bigint, look_for text[], OUT relation text, OUT fork text, OUT block bigint, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  e record := _certificate(_verify_erasure.certificate);
  strings text[] := nullif(_verify_erasure.look_for, '{}');
  r record;
  part record;
  f record;
  dead_times bigint;
  dead_block bigint;
  hole_times bigint;
  hole_block bigint;
  found_before integer;
  old_files integer;
  n integer := 0;
  rewrite text;
  lost boolean;
  -- Catalogs have rows about every table of the database: only those about hers are looked into.
  about oid[] := ARRAY(
    SELECT t FROM scoring_data.erasure_relation x, LATERAL _relation_tree(coalesce(to_regclass(x.delete_from), to_regclass(format('%I.%I', x.schema_name, x.table_name)))::oid) t
    WHERE x.certificate = _verify_erasure.certificate AND x.kind <> 'catalog');
BEGIN
  about := about || ARRAY(SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = ANY (about)) || ARRAY(SELECT s.oid FROM pg_statistic_ext s WHERE s.stxrelid = ANY (about));
  PERFORM _erasure_advance(e.certificate, NULL, e.subject_salt, e.subject_hash);
  FOR r IN SELECT x.*, to_regclass(format('%I.%I', x.schema_name, x.table_name))::oid AS oid FROM scoring_data.erasure_relation x WHERE x.certificate = e.certificate ORDER BY x.place LOOP
    lost := r.oid IS NOT NULL AND r.key_column IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attname = r.key_column AND a.attnum > 0 AND NOT a.attisdropped);
    found_before := n;
    old_files := 0;
    rewrite := format('VACUUM FULL %I.%I;', r.schema_name, r.table_name);
    FOR part IN SELECT c.oid, CASE WHEN c.oid = r.oid OR i.indrelid = r.oid THEN c.oid::regclass::text WHEN c.relkind = 't' THEN format('TOAST table of %I.%I', r.schema_name, r.table_name) ELSE format('index of the TOAST table of %I.%I', r.schema_name, r.table_name) END AS name,
                       pg_relation_filenode(c.oid::regclass) = ANY (r.files) AS is_old FROM _relation_parts(r.oid) p JOIN pg_class c ON c.oid = p LEFT JOIN pg_index i ON i.indexrelid = c.oid
                ORDER BY c.oid <> r.oid, i.indrelid <> r.oid, c.relname COLLATE "C" LOOP
      relation := part.name;
      fork := 'main';
      dead_times := NULL;
      dead_block := NULL;
      hole_times := NULL;
      hole_block := NULL;
      -- Pages that were made anew have nothing old on them; what is looked for is looked for there too.
      IF strings IS NOT NULL AND (r.kind <> 'catalog' OR part.oid = r.oid) OR part.is_old OR part.oid = r.oid AND r.key_column IS NOT NULL THEN
        FOR f IN SELECT * FROM _page_findings(part.oid, CASE WHEN part.oid = r.oid AND NOT lost THEN r.key_column END, NULL, e.subject_salt, e.subject_hash,
                   CASE WHEN r.kind <> 'catalog' OR part.oid = r.oid THEN strings END, CASE WHEN r.kind = 'catalog' AND part.oid = r.oid THEN about END) LOOP
          block := f.block;
          remedy := rewrite;
          finding := NULL;
          CASE f.finding
            WHEN 'live row' THEN
              IF NOT r.keeps THEN
                finding := format('%s rows of the subject', f.times);
                remedy := CASE r.kind WHEN 'bank' THEN format('the owner of %s deletes them; then verify again, before it is rewritten', r.delete_from) ELSE 'they were written since: erase again' END;
              END IF;
            WHEN 'dead row' THEN
              finding := format('%s dead rows of the subject', f.times);
              -- They have got into this file too.
              UPDATE scoring_data.erasure_relation x SET files = _relation_files(r.oid), horizon = _erasure_horizon() WHERE x.certificate = r.certificate AND x.place = r.place AND x.files IS NOT NULL;
            WHEN 'string' THEN
              finding := format('string %s, on %s pages or more', f.string_number, f.times);
            WHEN 'dead storage' THEN
              dead_times := f.times;
              dead_block := f.block;
            ELSE
              hole_times := f.times;
              hole_block := f.block;
          END CASE;
          IF finding IS NOT NULL THEN
            n := n + 1;
            RETURN NEXT;
          END IF;
        END LOOP;
      END IF;
      IF part.is_old THEN
        old_files := old_files + 1;
        IF dead_times IS NOT NULL OR hole_times IS NOT NULL THEN
          n := n + 1;
          block := least(dead_block, hole_block);
          remedy := rewrite;
          finding := concat_ws(', ', 'not rewritten since the rows were deleted', 'dead rows: ' || dead_times, 'pages with bytes in their hole: ' || hole_times);
          RETURN NEXT;
        END IF;
      END IF;
    END LOOP;
    IF old_files > 0 AND n = found_before THEN
      n := n + 1;
      relation := format('%I.%I', r.schema_name, r.table_name);
      block := NULL;
      remedy := rewrite;
      finding := format('not rewritten since the rows were deleted: %s files', old_files);
      RETURN NEXT;
    END IF;
    IF lost THEN
      n := n + 1;
      relation := format('%I.%I', r.schema_name, r.table_name);
      block := NULL;
      finding := format('column "%s", which said whose a row is, is gone', r.key_column);
      remedy := format('give column "%s" its name back; if it was dropped, rewrite the table and erase again', r.key_column);
      RETURN NEXT;
    END IF;
    relation := format('%I.%I', r.schema_name, r.table_name);
    block := NULL;
    IF r.oid IS NOT NULL AND n = found_before AND NOT _is_past(r.oid, r.horizon) THEN
      n := n + 1;
      finding := 'rewritten while an older transaction could still see what had been deleted';
      remedy := 'end old transactions, prepared ones and unused replication slots; then ' || rewrite;
      RETURN NEXT;
    END IF;
    IF r.kind = 'bank' AND EXISTS (SELECT FROM _relation_tree(coalesce(to_regclass(r.delete_from)::oid, r.oid)) t WHERE _statistics_hold(t, r.key_column, NULL, e.subject_salt, e.subject_hash)) THEN
      n := n + 1;
      relation := 'pg_catalog.pg_statistic';
      finding := format('statistics of %s hold the subject''s key', r.delete_from);
      remedy := format('ANALYZE %s; VACUUM FULL pg_catalog.pg_statistic;', r.delete_from);
      RETURN NEXT;
    END IF;
    UPDATE scoring_data.erasure_relation x SET clean_at = CASE WHEN n = found_before AND r.files IS NOT NULL THEN clock_timestamp() END WHERE x.certificate = r.certificate AND x.place = r.place;
  END LOOP;
  UPDATE scoring_data.erasure x SET checked_at = clock_timestamp(), findings = n WHERE x.certificate = e.certificate;
  IF n = 0 THEN
    UPDATE scoring_data.erasure x SET closed_by_role = _caller(), closed_by_session = session_user, closed_at = clock_timestamp() WHERE x.certificate = e.certificate;
  END IF;
  PERFORM _audit('verify erasure', format('certificate %s', e.certificate), NULL, jsonb_build_object('findings', n, 'strings', coalesce(cardinality(strings), 0), 'closed', n = 0));
  relation := format('certificate %s', e.certificate);
  fork := NULL;
  block := NULL;
  finding := CASE WHEN n = 0 THEN 'closed: nothing of the subject was found' ELSE format('stays open: %s findings', n) END;
  remedy := CASE WHEN n > 0 THEN format('SELECT * FROM scoring.verify_erasure(%s);', e.certificate) END;
  RETURN NEXT;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._verify_erasure(bigint, text[], OUT text, OUT text, OUT bigint, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._verify_erasure(bigint, text[]) IS 'internal: verify_erasure() as the workspace''s owner';
CREATE FUNCTION scoring.verify_erasure(certificate bigint, look_for text[] DEFAULT NULL, OUT relation text, OUT fork text, OUT block bigint, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.verify_erasure(bigint, text[]) IS 'looks at every page, live and dead rows, and at statistics of the relations that held an erased subject, whether anything of hers can be left there: what was found, on which block, and what helps; closes the certificate if there is nothing; look_for: strings that are looked for as bytes, also in compressed values; never what is on a page; for registrars: 42501; unknown: 42704; closed: 55000; a string below 4 bytes: 22023';

-- What is past its time.

CREATE FUNCTION scoring._expired(object text, OUT before timestamptz, OUT why text, OUT conflict text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _retention(object);
  -- Without its decision's salt a decision cannot be verified: what keeps the one keeps the other.
  d record := _retention(CASE object WHEN 'decision salt' THEN 'decision' ELSE object END);
BEGIN
  IF d.kept_after < r.kept_after OR r.kept_after IS NULL THEN
    r.kept_after := d.kept_after;
    r.kept_by := d.kept_by;
  END IF;
  before := CASE WHEN r.removed_before IS NOT NULL THEN least(r.removed_before, r.kept_after) END;
  why := r.removed_by;
  conflict := CASE WHEN r.removed_before > r.kept_after THEN format('%s has them removed sooner than %s allows: they are kept', r.removed_by, r.kept_by) END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._expired(text, OUT timestamptz, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._expired(text) IS 'internal: records of an object before that time are to be removed, by which rule, and what stands against it; NULL: none are';

CREATE FUNCTION scoring._purge_expired(max_rows bigint, OUT object text, OUT action text, OUT rows bigint, OUT statement text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  x record;
  c record;
  r record;
  parts text[];
  relation oid;
  affected bigint;
  summary jsonb := '{}';
BEGIN
  IF max_rows IS NULL OR max_rows < 1 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'max_rows must be 1 or more';
  END IF;
  FOREACH object IN ARRAY '{consent,decision,decision salt,batch,audit}'::text[] LOOP
    x := _expired(object);
    statement := NULL;
    IF x.conflict IS NOT NULL THEN
      action := x.conflict;
      rows := NULL;
      RETURN NEXT;
    END IF;
    CONTINUE WHEN x.before IS NULL;
    affected := 0;
    CASE object
      WHEN 'consent' THEN
        FOR c IN SELECT k.subject, k.consent_number FROM scoring_data.consent k LEFT JOIN scoring_data.consent_withdrawal w ON w.subject = k.subject AND w.consent_number = k.consent_number
                 WHERE least(w.at, k.valid_until) < x.before ORDER BY k.consent_number LIMIT max_rows LOOP
          DELETE FROM scoring_data.consent_withdrawal w WHERE w.subject = c.subject AND w.consent_number = c.consent_number;
          DELETE FROM scoring_data.consent k WHERE k.subject = c.subject AND k.consent_number = c.consent_number;
          affected := affected + 1;
        END LOOP;
        DELETE FROM scoring_data.permission p WHERE p.valid_until < x.before AND NOT EXISTS (SELECT FROM scoring_data.consent k WHERE k.subject = p.subject AND k.purpose_number = p.purpose_number);
      WHEN 'decision' THEN
        FOR c IN SELECT d.subject, d.decision_id FROM scoring_data.decision d WHERE d.decided_at < x.before ORDER BY d.decision_id LIMIT max_rows LOOP
          DELETE FROM scoring_data.decision_event e WHERE e.subject = c.subject AND e.decision_id = c.decision_id;
          DELETE FROM scoring_data.decision_salt s WHERE s.subject = c.subject AND s.decision_id = c.decision_id;
          DELETE FROM scoring_data.decision d WHERE d.subject = c.subject AND d.decision_id = c.decision_id;
          affected := affected + 1;
        END LOOP;
      WHEN 'decision salt' THEN
        FOR c IN SELECT d.subject, d.decision_id FROM scoring_data.decision d JOIN scoring_data.decision_salt s ON s.subject = d.subject AND s.decision_id = d.decision_id
                 WHERE d.decided_at < x.before ORDER BY d.decision_id LIMIT max_rows LOOP
          affected := affected + _erase_decision_salt(c.subject, 'past its time: ' || x.why, c.decision_id);
        END LOOP;
      WHEN 'batch' THEN
        DELETE FROM scoring_data.batch_error e WHERE e.error_number = ANY (ARRAY(SELECT k.error_number FROM scoring_data.batch_error k WHERE k.at < x.before ORDER BY k.error_number LIMIT max_rows));
        GET DIAGNOSTICS affected = ROW_COUNT;
      ELSE
        affected := _purge_audit(x.before, max_rows);
    END CASE;
    CONTINUE WHEN affected = 0;
    rows := affected;
    action := format('removed by %s%s', x.why, CASE WHEN affected >= max_rows THEN '; call again: more may be left' ELSE '' END);
    summary := summary || jsonb_build_object(object, affected);
    RETURN NEXT;
  END LOOP;
  -- The bank's own, for its owner.
  FOR r IN SELECT DISTINCT k.object FROM scoring_data.retention_rule k WHERE k.object LIKE '%.%.%' AND NOT k.is_floor ORDER BY 1 LOOP
    x := _expired(r.object);
    CONTINUE WHEN x.before IS NULL;
    parts := parse_ident(r.object);
    relation := to_regclass(format('%I.%I', parts[1], parts[2]));
    rows := NULL;
    IF relation IS NOT NULL AND has_column_privilege(relation, parts[3], 'SELECT') AND _unreadable(relation, parts[1], parts[2]) IS NULL THEN
      EXECUTE format('SELECT count(*) FROM %I.%I WHERE %I < %L', parts[1], parts[2], parts[3], x.before) INTO rows;
      CONTINUE WHEN rows = 0;
    END IF;
    object := format('%I.%I', parts[1], parts[2]);
    action := format('to be removed by its owner, by %s', x.why);
    statement := format('DELETE FROM %I.%I WHERE %I < %L;', parts[1], parts[2], parts[3], x.before::date);
    RETURN NEXT;
  END LOOP;
  IF summary <> '{}' THEN
    PERFORM _audit('purge expired', NULL, NULL, summary);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._purge_expired(bigint, OUT text, OUT text, OUT bigint, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._purge_expired(bigint) IS 'internal: purge_expired() as the workspace''s owner';
CREATE FUNCTION scoring.purge_expired(max_rows bigint DEFAULT 10000, OUT object text, OUT action text, OUT rows bigint, OUT statement text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.purge_expired(bigint) IS 'removes from the workspace what is past its time by the rules of set_retention(), at most so many rows of each kind in one call, and gives the statements for what the owners of the bank''s tables have to remove; no rows: nothing is left; for registrars: 42501; max_rows below 1: 22023';

CREATE FUNCTION scoring._check_subject(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  x record;
  thing text;
  n bigint;
BEGIN
  RETURN QUERY SELECT 'warning', format('certificate %s', e.certificate),
      format('the erasure of %s is not completed: %s', (e.at AT TIME ZONE 'UTC')::date, CASE WHEN e.checked_at IS NULL THEN 'nobody has looked yet' ELSE format('%s findings', e.findings) END),
      format('SELECT * FROM scoring.verify_erasure(%s);', e.certificate)
    FROM scoring_data.erasure e WHERE e.closed_at IS NULL ORDER BY e.certificate;
  FOREACH thing IN ARRAY '{consent,decision,decision salt,batch,audit}'::text[] LOOP
    x := _expired(thing);
    IF x.conflict IS NOT NULL THEN
      RETURN QUERY SELECT 'warning', 'retention of ' || thing, x.conflict, 'SELECT * FROM scoring_data.retention_rules;';
    END IF;
    CONTINUE WHEN x.before IS NULL;
    CASE thing
      WHEN 'consent' THEN
        SELECT count(*) INTO n FROM scoring_data.consent k LEFT JOIN scoring_data.consent_withdrawal w ON w.subject = k.subject AND w.consent_number = k.consent_number WHERE least(w.at, k.valid_until) < x.before;
      WHEN 'decision' THEN
        SELECT count(*) INTO n FROM scoring_data.decision d WHERE d.decided_at < x.before;
      WHEN 'decision salt' THEN
        SELECT count(*) INTO n FROM scoring_data.decision d JOIN scoring_data.decision_salt s ON s.subject = d.subject AND s.decision_id = d.decision_id WHERE d.decided_at < x.before;
      WHEN 'batch' THEN
        SELECT count(*) INTO n FROM scoring_data.batch_error b WHERE b.at < x.before;
      ELSE
        SELECT count(*) INTO n FROM _audit_past(x.before, 1000000);
    END CASE;
    IF n > 0 THEN
      RETURN QUERY SELECT 'warning', 'retention of ' || thing, format('%s are past their time by %s', n, x.why), 'SELECT * FROM scoring.purge_expired();';
    END IF;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_subject(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_subject() IS 'internal: what is wrong with the contents of room subject, for doctor(): open certificates, what is past its time';
