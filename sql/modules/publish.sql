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
    wanted_columns text[],
    model_name text,
    model_version integer,
    model_reference text,
    outputs text[],
    hidden_inputs text[],
    hidden_bits float8,
    approved_by_role text,
    approved_by_session text,
    disclosure_number bigint,
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
  COMMENT ON COLUMN scoring_data.publication.wanted_columns IS 'those that were named; NULL: all that its purpose shows';
  COMMENT ON COLUMN scoring_data.publication.model_reference IS 'the model as it was named: without a version, publishing anew takes the champion of then';
  COMMENT ON COLUMN scoring_data.publication.columns IS 'columns of the protected table that it shows';
  COMMENT ON COLUMN scoring_data.publication.hidden_inputs IS 'columns that it does not show, but that a published score is worked out from';
  COMMENT ON COLUMN scoring_data.publication.hidden_bits IS 'how much a score can give away of them: log2 of the combinations of bins that scores tell apart, at most';
  COMMENT ON COLUMN scoring_data.publication.state IS 'disarmed: refuses until it is published anew, since a column was reclassified, the purpose changed or the like';
  COMMENT ON COLUMN scoring_data.publication.definition_hash IS 'SHA-256 of the text of the view, as the server gives it';
  PERFORM _make_table('disclosure', $t$
    disclosure_number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    model_name text NOT NULL,
    model_version integer NOT NULL,
    audience text NOT NULL,
    purpose_number integer NOT NULL,
    purpose_version integer NOT NULL,
    outputs text[] NOT NULL,
    hidden_inputs text[] NOT NULL,
    hidden_bits float8 NOT NULL,
    reason text NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL$t$,
    'approvals to publish what a model makes of columns that the audience does not see; only ever appended to');
  PERFORM _make_view('published_views', $q$
    SELECT p.name, p.version, p.state, p.state_reason, format('%I.%I', p.schema_name, p.table_name) AS relation, p.audience, u.name AS purpose, p.purpose_version,
           p.columns, p.model_name || '@' || p.model_version AS model, p.outputs, p.hidden_inputs, p.hidden_bits, p.approved_by_role, p.approved_by_session,
           p.role_name, p.session_name, p.at, p.ended_at
    FROM scoring_data.publication p LEFT JOIN scoring_data.purpose u ON u.purpose_number = p.purpose_number AND u.version = p.purpose_version WHERE p.kind = 'view'$q$,
    'the views of protected tables that were published, version by version: to whom, for what, which columns, what a score tells of others');
  PERFORM _make_view('disclosures', $q$
    SELECT d.disclosure_number, format('%I.%I', d.schema_name, d.table_name) AS relation, d.model_name || '@' || d.model_version AS model, d.audience, u.name AS purpose, d.purpose_version,
           d.outputs, d.hidden_inputs, d.hidden_bits, d.reason, d.role_name, d.session_name, d.at
    FROM scoring_data.disclosure d LEFT JOIN scoring_data.purpose u ON u.purpose_number = d.purpose_number AND u.version = d.purpose_version$q$,
    'who approved that what a model makes of columns is published to those who do not see them, and how much that tells of them');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_publish() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_publish() IS 'internal: the tables and views of room publish';

CREATE FUNCTION scoring._grants_publish(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('steward', 'function', 'publish_view(text, text, text, text, text, text[], text[])', 'EXECUTE'),
           ('steward', 'function', 'republish_view(text)', 'EXECUTE'),
           ('steward', 'function', 'retire_view(text, text)', 'EXECUTE'),
           ('approver', 'function', 'approve_disclosure(text, text, text, text, text[], text)', 'EXECUTE'),
           ('steward', 'table', 'scoring_data.published_views', 'SELECT'),
           ('approver', 'table', 'scoring_data.published_views', 'SELECT'),
           ('registrar', 'table', 'scoring_data.published_views', 'SELECT'),
           ('auditor', 'table', 'scoring_data.published_views', 'SELECT'),
           ('steward', 'table', 'scoring_data.disclosures', 'SELECT'),
           ('approver', 'table', 'scoring_data.disclosures', 'SELECT'),
           ('auditor', 'table', 'scoring_data.disclosures', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_publish(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_publish() IS 'internal: who may do what in room publish';

-- The gate. Functions of a view are called with the reader's right, so it is for everyone; it lets nobody in.

CREATE FUNCTION scoring._gate_support(internal) RETURNS internal
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_publish_gate_support';
REVOKE EXECUTE ON FUNCTION scoring._gate_support(internal) FROM PUBLIC;
COMMENT ON FUNCTION scoring._gate_support(internal) IS 'internal: refuses a plan through a gate that would refuse rows, but to superusers';

CREATE FUNCTION scoring._gate(view text, purpose integer, version integer) RETURNS boolean
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED SUPPORT scoring._gate_support AS 'MODULE_PATHNAME', 'scoring_publish_gate';
COMMENT ON FUNCTION scoring._gate(text, integer, integer) IS 'internal: true if the view may be read in this statement, by this role, in the access that has begun, and the read is on record; else 42501; only inside (SELECT ...) of a published view';

CREATE FUNCTION scoring._access_calls() RETURNS bigint
LANGUAGE c VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_publish_access_calls';
REVOKE EXECUTE ON FUNCTION scoring._access_calls() FROM PUBLIC;
COMMENT ON FUNCTION scoring._access_calls() IS 'internal: how often gates were asked in this session since this was last called';
CREATE FUNCTION scoring._scopes_calls() RETURNS bigint
LANGUAGE c VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_purpose_scopes_calls';
REVOKE EXECUTE ON FUNCTION scoring._scopes_calls() FROM PUBLIC;
COMMENT ON FUNCTION scoring._scopes_calls() IS 'internal: how often scopes were asked for in this session since this was last called';

CREATE FUNCTION scoring._gate_state(view oid, name text, purpose integer, version integer, OUT fault text, OUT purpose_version integer, OUT valid_until timestamptz, OUT relations oid[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
  relation oid;
BEGIN
  SELECT x.* INTO p FROM scoring_data.publication x WHERE x.name = _gate_state.name AND x.kind = 'view' AND x.state <> 'retired';
  IF NOT FOUND THEN
    fault := 'It was not published, or is retired.';
    RETURN;
  ELSIF p.version <> _gate_state.version OR p.purpose_number <> _gate_state.purpose THEN
    fault := 'It is disarmed: its text is not that of the version that is published.';
    RETURN;
  ELSIF p.state <> 'live' THEN
    fault := format('It is disarmed: %s.', p.state_reason);
    RETURN;
  END IF;
  SELECT c.oid INTO relation FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = p.schema_name AND c.relname = p.table_name;
  fault := CASE
    WHEN relation IS NULL THEN 'It is disarmed: the table has another name, or is gone.'
    WHEN NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.nspname = 'scoring_data' AND n.nspowner = c.relowner
                     WHERE c.oid = view AND EXISTS (SELECT FROM unnest(c.reloptions) o WHERE o IN ('security_barrier=true', 'security_barrier=on')))
      THEN 'It is disarmed: it does not belong to the owner of the workspace, or is no security barrier.'
    WHEN NOT EXISTS (SELECT FROM pg_rewrite r JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
                     WHERE r.ev_class = view AND d.refobjid = relation)
      THEN 'It is disarmed: it reads another table than the one it was published of.'
    WHEN NOT EXISTS (SELECT FROM scoring_data.purpose u WHERE u.purpose_number = p.purpose_number AND u.version = p.purpose_version AND u.superseded_at IS NULL)
      THEN 'It is disarmed: its purpose was changed or retired.'
    WHEN p.model_name IS NOT NULL AND coalesce((SELECT s.state = 'retired' FROM scoring_data.registry_state s WHERE s.kind = 'model' AND s.name = p.model_name AND s.version = p.model_version), true)
      THEN 'It is disarmed: its model was retired.'
    WHEN EXISTS (SELECT FROM unnest(p.columns || p.hidden_inputs) c WHERE c NOT IN (SELECT k.column_name FROM _armed_columns(relation) k))
      THEN 'It is disarmed: a column that it rests on must not be read.'
    ELSE 'It is disarmed: ' || _protection_fault(relation) || '.' END;
  IF fault IS NULL THEN
    purpose_version := p.purpose_version;
    SELECT coalesce(min(k.valid_until), 'infinity') INTO valid_until FROM scoring_data.classification k, scoring_data.protected_table t
    WHERE k.schema_name = p.schema_name AND k.table_name = p.table_name AND k.superseded_at IS NULL AND t.schema_name = k.schema_name AND t.table_name = k.table_name
      AND (k.column_name = ANY (p.columns || p.hidden_inputs) OR k.column_name IN (t.subject_key, t.scope_column));
    relations := view || ARRAY(SELECT f.member FROM _protect_family(relation) f);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._gate_state(oid, text, integer, integer, OUT text, OUT integer, OUT timestamptz, OUT oid[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._gate_state(oid, text, integer, integer) IS 'internal: why nobody may read a published view now, or until when that holds and which relations it hangs on; the gate remembers it; purpose and version NULL: whatever they are';

-- What a view would show, and what it would give away.

CREATE FUNCTION scoring._hidden_bits(model scoring.model, hidden text[], score_alone boolean) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_publish_hidden_bits';
REVOKE EXECUTE ON FUNCTION scoring._hidden_bits(scoring.model, text[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._hidden_bits(scoring.model, text[], boolean) IS 'internal: bits that a score tells at most of some characteristics to who knows the others: log2 of the combinations of their bins or, if nothing but a function of the score is told, of the different sums of their points, if that is less';

CREATE FUNCTION scoring._input_class(type oid) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_publish_input_class';
REVOKE EXECUTE ON FUNCTION scoring._input_class(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._input_class(oid) IS 'internal: what a column of a type is to a model: number, text, or NULL if it cannot be an input';

CREATE FUNCTION scoring._publish_facts(relation text, audience text, purpose text, model text, columns text[], outputs text[],
    OUT relation_oid oid, OUT schema_name text, OUT table_name text, OUT purpose_number integer, OUT purpose_version integer, OUT shown text[],
    OUT model_name text, OUT model_version integer, OUT given text[], OUT hidden text[], OUT hidden_classes text[], OUT bits double precision, OUT inputs text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  u record;
  k record;
  v record;
  wanted text;
BEGIN
  IF relation IS NULL OR audience IS NULL OR purpose IS NULL OR outputs IS NULL OR array_position(outputs, NULL) IS NOT NULL OR array_position(columns, NULL) IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'table, audience, purpose and outputs must be given';
  END IF;
  SELECT c.oid AS relation_oid, n.nspname::text AS schema_name, c.relname::text AS table_name INTO u FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE ARRAY[n.nspname, c.relname] = parse_ident(relation)::name[];
  relation_oid := u.relation_oid;
  schema_name := u.schema_name;
  table_name := u.table_name;
  IF relation_oid IS NULL OR NOT EXISTS (SELECT FROM scoring_data.protected_table p WHERE p.schema_name = u.schema_name AND p.table_name = u.table_name) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('there is no protected table %s', relation),
      DETAIL = 'It is named with its schema.', HINT = 'Its owner protects it: SELECT scoring.protect(...). The protected ones: SELECT * FROM scoring_data.protected_tables;';
  END IF;
  wanted := _protection_fault(relation_oid);
  IF wanted IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s is not protected as it should be', relation), DETAIL = format('%s%s.', upper(left(wanted, 1)), substr(wanted, 2));
  END IF;

  -- The audience.
  SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.oid = n.nspowner OR pg_has_role(r.oid, n.nspowner, 'MEMBER') AS is_owner INTO u
  FROM pg_roles r, pg_namespace n WHERE r.rolname = audience AND n.nspname = 'scoring_data';
  IF NOT FOUND OR audience = 'public' THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" does not exist', audience), DETAIL = 'The audience of a view is one role with its members, never PUBLIC.';
  ELSIF u.rolsuper OR u.rolbypassrls OR u.is_owner THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('role "%s" cannot be the audience of a view', audience),
      DETAIL = CASE WHEN u.rolsuper OR u.rolbypassrls THEN 'It passes by row security.' ELSE 'It is, or can become, the owner of the workspace.' END;
  END IF;

  -- The purpose.
  SELECT p.name, p.purpose_number, p.version, p.shows, p.uses, p.dimensions INTO u FROM scoring_data.purpose p WHERE p.name = purpose AND p.superseded_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('there is no purpose %s', quote_ident(left(purpose, 200))), HINT = 'A steward makes it: SELECT scoring.define_purpose(...);';
  END IF;
  purpose_number := u.purpose_number;
  purpose_version := u.version;

  -- Columns that it shows.
  IF columns IS NULL THEN
    shown := ARRAY(SELECT a.column_name FROM _armed_columns(relation_oid) a WHERE a.class = ANY (u.shows) AND (u.dimensions IS NULL OR a.dimension IS NULL OR a.dimension = ANY (u.dimensions)));
    IF shown = '{}' THEN
      RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('no column of %s may be shown for purpose "%s"', relation, purpose),
        DETAIL = format('It shows the classes %s.', array_to_string(u.shows, ', ')), HINT = 'The table''s owner classifies columns: SELECT scoring.classify(...);';
    END IF;
  ELSE
    shown := columns;
    IF columns = '{}' OR (SELECT count(*) <> count(DISTINCT c) FROM unnest(columns) c) THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'columns must be named, each once, or be NULL: all that the purpose shows';
    END IF;
    FOREACH wanted IN ARRAY columns LOOP
      PERFORM _publish_check_column(relation_oid, relation, wanted, u.shows, u.dimensions, format('be shown for purpose "%s"', purpose));
    END LOOP;
  END IF;

  given := '{}';
  hidden := '{}';
  hidden_classes := '{}';
  inputs := '{}';
  bits := 0;
  IF model IS NULL THEN
    RETURN;
  END IF;

  -- The model.
  SELECT m.name, m.version INTO v FROM _registry_resolve('model', model) m;
  model_name := v.name;
  model_version := v.version;
  IF EXISTS (SELECT FROM scoring_data.registry_state s WHERE s.kind = 'model' AND s.name = v.name AND s.version = v.version AND s.state = 'retired') THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('model "%s@%s" is retired', v.name, v.version);
  ELSIF NOT _model_may(audience::name, model_name, 'view') THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('role "%s" may not see what model "%s" makes of rows', audience, model_name),
      HINT = format('A steward grants it: SELECT scoring.grant_model(%L, %L, ''view'');', model_name, audience);
  END IF;
  SELECT o INTO wanted FROM unnest(outputs) o WHERE o NOT IN ('score', 'pd', 'reasons', 'explain') LIMIT 1;
  IF FOUND OR outputs = '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = CASE WHEN outputs = '{}' THEN 'nothing that the model gives is named' ELSE format('a model gives no "%s"', left(wanted, 200)) END,
      DETAIL = 'outputs are of score, pd, reasons and explain.';
  END IF;
  given := ARRAY(SELECT o FROM unnest('{score,pd,reasons,explain}'::text[]) WITH ORDINALITY x (o, place) WHERE o = ANY (outputs) ORDER BY place);
  SELECT c INTO wanted FROM unnest(shown) c WHERE c = ANY (given) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_column', MESSAGE = format('the view would have two columns "%s"', wanted), HINT = 'Leave one of them out: columns => ..., outputs => ....';
  END IF;
  SELECT m.model INTO v FROM scoring_data.model_version m WHERE m.name = v.name AND m.version = v.version;
  FOR k IN SELECT c.characteristic, c.type, a.atttypid, a.attnum FROM characteristics(v.model) c LEFT JOIN pg_attribute a ON a.attrelid = relation_oid AND a.attname = c.characteristic AND a.attnum > 0 AND NOT a.attisdropped
           ORDER BY c."position" LOOP
    PERFORM _publish_check_column(relation_oid, relation, k.characteristic, u.shows || u.uses, u.dimensions, format('be an input of model "%s@%s" for purpose "%s"', model_name, model_version, purpose));
    IF _input_class(k.atttypid) IS DISTINCT FROM k.type THEN
      RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch', MESSAGE = format('column %I of %s cannot be an input of model "%s@%s"', k.characteristic, relation, model_name, model_version),
        DETAIL = format('It is of type %s, and the characteristic is a %s.', format_type(k.atttypid, NULL), k.type);
    END IF;
    inputs := inputs || k.characteristic;
    IF k.characteristic <> ALL (shown) THEN
      hidden := hidden || k.characteristic;
      hidden_classes := hidden_classes || (SELECT a.class FROM _armed_columns(relation_oid) a WHERE a.column_name = k.characteristic);
    END IF;
  END LOOP;
  IF hidden <> '{}' AND 'explain' = ANY (given) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'explain is published only where every input is shown',
      DETAIL = format('It gives values and bins, and the view does not show %s.', array_to_string(hidden, ', ')), HINT = 'Publish reasons instead, which are codes alone.';
  END IF;
  bits := _hidden_bits(v.model, hidden, given <@ '{score,pd}');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._publish_facts(text, text, text, text, text[], text[], OUT oid, OUT text, OUT text, OUT integer, OUT integer, OUT text[], OUT text, OUT integer, OUT text[], OUT text[], OUT text[], OUT double precision, OUT text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._publish_facts(text, text, text, text, text[], text[]) IS 'internal: what a view of a protected table would show and give away, with all checks but that for an approval';

CREATE FUNCTION scoring._publish_check_column(relation oid, name text, "column" text, classes text[], dimensions text[], use text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  k record;
  why text;
BEGIN
  SELECT c.* INTO k FROM _column_classes(relation) c WHERE c.column_name = "column";
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('column %I of %s does not exist', left("column", 63), name);
  END IF;
  why := CASE WHEN k.class = 'mark' THEN 'it holds marks'
              WHEN k.fault IS NOT NULL THEN k.fault
              WHEN k.class <> ALL (classes) THEN format('it is of class %s; those are %s', k.class, array_to_string(classes, ', '))
              WHEN k.dimension <> ALL (dimensions) THEN format('it is of dimension %s; those are %s', k.dimension, array_to_string(dimensions, ', '))
              WHEN NOT k.granted THEN 'the workspace''s owner may not read it yet' END;
  IF why IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('column %I of %s cannot %s', "column", name, use), DETAIL = format('%s%s.', upper(left(why, 1)), substr(why, 2));
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._publish_check_column(oid, text, text, text[], text[], text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._publish_check_column(oid, text, text, text[], text[], text) IS 'internal: 42501, with the class and the reason, if a column must not be used so; no such column: 42703';

-- The text of a view. A name that could be a column's is qualified; the model is read from the registry, so that no text
-- that everyone can read holds its points.
CREATE FUNCTION scoring._view_text(name text, version integer, facts record) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  t record;
  key_text text;
  model_text text := format('(SELECT m.model FROM scoring_data.model_version m WHERE m.name = %L AND m.version = %s)', facts.model_name, facts.model_version);
  items text[] := ARRAY(SELECT format('a.%I', c) FROM unnest(facts.shown::text[]) WITH ORDINALITY x (c, place) ORDER BY place);
  joined text;
  conditions text[] := ARRAY[format('(SELECT scoring._gate(%L, %s, %s))', name, facts.purpose_number, version)];
  output text;
BEGIN
  SELECT p.*, k.atttypid, k.attcollation, u.case_bound INTO t
  FROM scoring_data.protected_table p JOIN pg_attribute k ON k.attrelid = facts.relation_oid AND k.attname = p.subject_key AND NOT k.attisdropped
    JOIN scoring_data.purpose u ON u.purpose_number = facts.purpose_number AND u.version = facts.purpose_version
  WHERE p.schema_name = facts.schema_name AND p.table_name = facts.table_name;
  key_text := CASE WHEN t.subject_kind = 'text' AND t.atttypid = 'uuid'::regtype THEN format('a.%I::text', t.subject_key)
                   WHEN t.subject_kind = 'text' AND t.attcollation <> 'default'::regcollation THEN format('a.%I COLLATE "default"', t.subject_key)
                   ELSE format('a.%I', t.subject_key) END;
  IF t.marks = 'row' THEN
    IF facts.purpose_number <> ALL (t.mark_purposes) THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('rows of %I.%I have no mark for that purpose', facts.schema_name, facts.table_name),
        HINT = 'Its owner protects it again, with all of its purposes: SELECT scoring.protect(..., marks => ''row'', purposes => ...);';
    END IF;
    joined := '';
    conditions := conditions || format('scoring._valid_at(a.%I, (SELECT scoring._at()))', 'scoring_until_' || facts.purpose_number);
  ELSE
    joined := format(' JOIN scoring_data.permission p ON p.%s = %s AND p.purpose_number = %s', CASE t.subject_kind WHEN 'number' THEN 'subject_number' ELSE 'subject' END, key_text, facts.purpose_number);
    conditions := conditions || 'scoring._valid_at(p.valid_until, (SELECT scoring._at()))'::text;
  END IF;
  IF t.case_bound THEN
    conditions := conditions || CASE WHEN t.subject_kind = 'number' THEN format('a.%I = (SELECT scoring._subject_number())', t.subject_key)
      WHEN t.atttypid = 'uuid'::regtype THEN format('a.%I = (SELECT CASE WHEN s.subject ~ ''^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'' THEN s.subject::uuid END FROM (SELECT scoring._subject_text() AS subject) s)', t.subject_key)
      ELSE format('a.%I = (SELECT scoring._subject_text())', t.subject_key) END;
  END IF;
  -- A reader's condition on a score may be asked below the join and before the conditions here, of rows that are not to be
  -- seen; so what is worked out carries the conditions with it.
  FOREACH output IN ARRAY facts.given LOOP
    items := items || format('CASE WHEN %s THEN %s END AS %I', array_to_string(conditions[2:], ' AND '), CASE output
      WHEN 'explain' THEN format('(SELECT jsonb_agg(to_jsonb(e.*)) FROM scoring.explain(%s, i.*) e)', model_text)
      ELSE format('scoring.%I(%s, i.*)', output, model_text) END, output);
  END LOOP;
  -- Of two things in FROM the server makes no view that can be written through.
  joined := joined || CASE WHEN facts.inputs = '{}' THEN ' CROSS JOIN (SELECT true AS one) i'
    ELSE format(' CROSS JOIN LATERAL (SELECT %s) i', (SELECT string_agg(format('a.%I', c), ', ' ORDER BY place) FROM unnest(facts.inputs::text[]) WITH ORDINALITY x (c, place))) END;
  RETURN format('VIEW scoring_views.%I WITH (security_barrier) AS SELECT %s FROM %I.%I a%s WHERE %s', name, array_to_string(items, ', '), facts.schema_name, facts.table_name, joined, array_to_string(conditions, ' AND '));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._view_text(text, integer, record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._view_text(text, integer, record) IS 'internal: the statement that makes a published view, from what _publish_facts() gives, without CREATE';

CREATE FUNCTION scoring._view_hash(name text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT encode(sha256(convert_to(pg_get_viewdef(c.oid), 'UTF8')), 'hex') FROM pg_class c
          WHERE c.relnamespace = 'scoring_views'::regnamespace AND c.relname = _view_hash.name AND c.relkind = 'v');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._view_hash(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._view_hash(text) IS 'internal: SHA-256 of the text of a view of scoring_views; NULL if there is none';

-- Who publishes waits for who classifies, defines a purpose or retires a model, and the other way round: what has changed
-- meanwhile is seen by the one or disarms the other. All of it is READ COMMITTED.
CREATE FUNCTION scoring._publish_lock() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_transaction_state', MESSAGE = 'views are published in a transaction that is READ COMMITTED', HINT = 'BEGIN ISOLATION LEVEL READ COMMITTED;';
  END IF;
  LOCK TABLE scoring_data.publication IN SHARE ROW EXCLUSIVE MODE;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._publish_lock() FROM PUBLIC;
COMMENT ON FUNCTION scoring._publish_lock() IS 'internal: one at a time publishes or disarms';

CREATE FUNCTION scoring._publish(name text, audience text, purpose text, model text, columns text[], outputs text[], facts record) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  me text[] := ARRAY[_caller()::text, session_user::text];
  new_version integer := coalesce((SELECT max(p.version) FROM scoring_data.publication p WHERE p.name = _publish.name), 0) + 1;
  approval record;
  statement text;
  reference text := facts.model_name || '@' || facts.model_version;
  g record;
BEGIN
  -- Who made such a function could be who approved, and whose session it is does not know.
  IF facts.hidden <> '{}' AND _caller_is_lent() THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('what model "%s" makes of hidden columns cannot be published by a function that runs with the rights of its owner', reference),
      DETAIL = format('That function acts as role "%s" in a session of "%s".', me[1], me[2]), HINT = 'It takes a person, logged in as themselves.';
  END IF;
  SELECT d.disclosure_number, d.role_name, d.session_name, ARRAY[d.role_name, d.session_name] && me AS mine INTO approval FROM scoring_data.disclosure d
  WHERE facts.hidden <> '{}' AND d.schema_name = facts.schema_name AND d.table_name = facts.table_name AND d.model_name = facts.model_name AND d.model_version = facts.model_version
    AND d.audience = _publish.audience AND d.purpose_number = facts.purpose_number AND d.purpose_version = facts.purpose_version
    AND d.outputs = facts.given AND facts.hidden <@ d.hidden_inputs AND facts.bits <= d.hidden_bits
  ORDER BY ARRAY[d.role_name, d.session_name] && me, d.disclosure_number DESC LIMIT 1;
  IF facts.hidden <> '{}' AND coalesce(approval.mine, true) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('what model "%s" makes of columns that role "%s" does not see is not approved for publication', reference, audience),
      DETAIL = format('Hidden inputs: %s. Up to %s bits of them are told by %s.%s',
        (SELECT string_agg(format('%s (%s)', h, c), ', ' ORDER BY place) FROM unnest(facts.hidden::text[], facts.hidden_classes::text[]) WITH ORDINALITY x (h, c, place)),
        round(facts.bits::numeric, 1), array_to_string(facts.given, ', '),
        CASE WHEN approval.mine THEN ' Who publishes it has approved it, and cannot be both.' ELSE '' END),
      HINT = format('An approver, another person, runs SELECT scoring.approve_disclosure(%L, %L, audience => %L, purpose => %L, outputs => %L, reason => ''...'');%s',
        format('%I.%I', facts.schema_name, facts.table_name), reference, audience, purpose, facts.given,
        CASE WHEN columns IS NULL THEN '' ELSE ' It covers inputs that the purpose does not show; show the others.' END);
  END IF;

  statement := _view_text(name, new_version, facts);
  IF EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'scoring_views'::regnamespace AND c.relname = _publish.name) THEN
    BEGIN
      EXECUTE 'CREATE OR REPLACE ' || statement;
    EXCEPTION WHEN invalid_table_definition THEN
      -- It has other columns than before.
      EXECUTE format('DROP VIEW scoring_views.%I', name);
      EXECUTE 'CREATE ' || statement;
    END;
  ELSE
    EXECUTE 'CREATE ' || statement;
  END IF;
  EXECUTE format('COMMENT ON VIEW scoring_views.%I IS %L', name, format('%I.%I for %s, for purpose %s', facts.schema_name, facts.table_name, audience, purpose));
  FOR g IN SELECT DISTINCT a.grantee FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'scoring_views'::regnamespace AND c.relname = _publish.name AND a.grantee <> c.relowner LOOP
    EXECUTE format('REVOKE ALL ON scoring_views.%I FROM %s', name, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END);
  END LOOP;
  EXECUTE format('GRANT SELECT ON scoring_views.%I TO %I', name, audience);
  UPDATE scoring_data.publication p SET state = 'retired', state_reason = 'published anew', ended_at = clock_timestamp() WHERE p.name = _publish.name AND p.state <> 'retired';
  INSERT INTO scoring_data.publication (name, version, kind, schema_name, table_name, audience, purpose_number, purpose_version, columns, wanted_columns, model_name, model_version, model_reference, outputs,
    hidden_inputs, hidden_bits, approved_by_role, approved_by_session, disclosure_number, definition_hash, state, role_name, session_name, at)
  VALUES (name, new_version, 'view', facts.schema_name, facts.table_name, audience, facts.purpose_number, facts.purpose_version, facts.shown, columns, facts.model_name, facts.model_version, model, facts.given,
    facts.hidden, facts.bits, approval.role_name, approval.session_name, approval.disclosure_number, _view_hash(name), 'live', me[1], me[2], clock_timestamp());
  PERFORM _audit('publish view', 'scoring_views.' || name, NULL, jsonb_strip_nulls(jsonb_build_object('version', new_version, 'relation', format('%I.%I', facts.schema_name, facts.table_name), 'audience', audience,
    'purpose', purpose || '@' || facts.purpose_version, 'columns', to_jsonb(facts.shown), 'model', reference, 'outputs', to_jsonb(nullif(facts.given, '{}')), 'hidden_inputs', to_jsonb(nullif(facts.hidden, '{}')),
    'hidden_bits', nullif(facts.bits, 0), 'approved_by', approval.role_name)));
  RETURN format('scoring_views.%I@%s', name, new_version);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._publish(text, text, text, text, text[], text[], record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._publish(text, text, text, text, text[], text[], record) IS 'internal: makes or replaces a published view, from what _publish_facts() gives, once what it gives away is approved: 42501; the lock must be held';

CREATE FUNCTION scoring._publish_view(relation text, name text, audience text, purpose text, model text, columns text[], outputs text[]) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  facts record;
BEGIN
  PERFORM _publish_lock();
  IF name IS NULL OR name !~ '^[a-z][a-z0-9_]{0,62}$' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a view cannot be named %s', coalesce(quote_ident(left(name, 200)), 'NULL')),
      DETAIL = 'A name begins with a letter, goes on with letters, digits and underscores, all lower case, and has at most 63 of them.';
  ELSIF EXISTS (SELECT FROM scoring_data.publication p WHERE p.name = _publish_view.name AND p.state <> 'retired') THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format('"%s" is published already', name),
      HINT = format('SELECT scoring.republish_view(%1$L); or, to publish another, SELECT scoring.retire_view(%1$L, ''why''); first.', name);
  ELSIF EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'scoring_views'::regnamespace AND c.relname = _publish_view.name) THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format('there is a scoring_views.%I that is not published', name), HINT = 'SELECT * FROM scoring.doctor() says what to do.';
  END IF;
  SELECT * INTO facts FROM _publish_facts(relation, audience, purpose, model, columns, outputs);
  RETURN _publish(name, audience, purpose, model, columns, outputs, facts);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._publish_view(text, text, text, text, text, text[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._publish_view(text, text, text, text, text, text[], text[]) IS 'internal: publish_view() as the workspace''s owner';
CREATE FUNCTION scoring.publish_view(relation text, name text, audience text, purpose text, model text DEFAULT NULL, columns text[] DEFAULT NULL, outputs text[] DEFAULT '{score}') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.publish_view(text, text, text, text, text, text[], text[]) IS 'publishes a view of a protected table in schema scoring_views, for one role and its members, for a purpose, and gives its name and version: the columns named, or all that the purpose shows, of rows that may be used for it and are in the reader''s scopes, with score, pd, reasons or explain of a model (retail: the champion of now, retail@3: that version). Columns that must not be shown or used, no right to the model, hidden inputs without approve_disclosure() by somebody else: 42501, for stewards: 42501; a table that is not protected, a retired model: 55000; unknown role, purpose or model: 42704; published already: 42710; a bad name or output: 22023; NULL: 22004';

CREATE FUNCTION scoring._publish_current(name text) RETURNS record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
BEGIN
  SELECT x.* INTO p FROM scoring_data.publication x WHERE x.name = _publish_current.name AND x.kind = 'view' AND x.state <> 'retired';
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('no view %s is published', coalesce(quote_ident(left(name, 200)), 'NULL')),
      HINT = 'The published ones: SELECT * FROM scoring_data.published_views;';
  END IF;
  RETURN p;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._publish_current(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._publish_current(text) IS 'internal: the row of scoring_data.publication of a view that is published, live or disarmed; none: 42704';

CREATE FUNCTION scoring._republish_view(name text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
  purpose text;
  facts record;
BEGIN
  PERFORM _publish_lock();
  p := _publish_current(name);
  purpose := (SELECT u.name FROM scoring_data.purpose u WHERE u.purpose_number = p.purpose_number LIMIT 1);
  SELECT * INTO facts FROM _publish_facts(format('%I.%I', p.schema_name, p.table_name), p.audience, purpose, p.model_reference, p.wanted_columns, p.outputs);
  RETURN _publish(name, p.audience, purpose, p.model_reference, p.wanted_columns, p.outputs, facts);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._republish_view(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._republish_view(text) IS 'internal: republish_view() as the workspace''s owner';
CREATE FUNCTION scoring.republish_view(name text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.republish_view(text) IS 'publishes a view anew as it was asked for, by the columns, classes, purpose and champion of now, and gives its name and new version; what it gives away must be approved for these; for stewards: 42501; not published: 42704; other errors as publish_view()';

CREATE FUNCTION scoring._retire_view(name text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
BEGIN
  PERFORM _publish_lock();
  p := _publish_current(name);
  IF coalesce(reason !~ '\S', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a reason must be given to retire a view';
  END IF;
  UPDATE scoring_data.publication x SET state = 'retired', state_reason = reason, ended_at = clock_timestamp() WHERE x.name = p.name AND x.version = p.version;
  PERFORM _publish_withdraw(name);
  PERFORM _audit('retire view', 'scoring_views.' || name, NULL, jsonb_build_object('version', p.version, 'reason', reason));
  IF EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'scoring_views'::regnamespace AND c.relname = _retire_view.name AND c.relkind = 'v') THEN
    BEGIN
      EXECUTE format('DROP VIEW scoring_views.%I', name);
    EXCEPTION WHEN dependent_objects_still_exist THEN
      -- Nobody keeps a view open by building on it.
      RAISE WARNING USING MESSAGE = format('scoring_views.%I is closed, but cannot be dropped: others have built on it', name), HINT = format('When those are gone: DROP VIEW scoring_views.%I; as a superuser.', name);
    END;
  END IF;
  RETURN format('scoring_views.%I@%s', name, p.version);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._retire_view(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._retire_view(text, text) IS 'internal: retire_view() as the workspace''s owner';
CREATE FUNCTION scoring.retire_view(name text, reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.retire_view(text, text) IS 'takes a published view away and gives its name and version; a WARNING if others have built on it: then it stays, and refuses; for stewards: 42501; not published: 42704; no reason: 22023';

CREATE FUNCTION scoring._publish_withdraw(name text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  g record;
BEGIN
  FOR g IN SELECT DISTINCT a.grantee FROM pg_class c, aclexplode(c.relacl) a
           WHERE c.relnamespace = 'scoring_views'::regnamespace AND c.relname = _publish_withdraw.name AND c.relkind IN ('v', 'r') AND a.grantee <> c.relowner LOOP
    EXECUTE format('REVOKE ALL ON scoring_views.%I FROM %s CASCADE', name, CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END);
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._publish_withdraw(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._publish_withdraw(text) IS 'internal: takes a published view or release from everyone but its owner';

-- Called by rooms below this one, when what a view was published on does not hold any more.
CREATE FUNCTION scoring._disarm_views(names text[], reason text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
BEGIN
  FOR p IN UPDATE scoring_data.publication x SET state = 'disarmed', state_reason = reason WHERE x.state = 'live' AND x.name = ANY (names) RETURNING x.name, x.version, x.kind LOOP
    PERFORM _publish_withdraw(p.name);
    PERFORM _audit('disarm ' || p.kind, 'scoring_views.' || p.name, NULL, jsonb_build_object('version', p.version, 'reason', reason));
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._disarm_views(text[], text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._disarm_views(text[], text) IS 'internal: makes live views refuse until they are published anew, and takes them, and releases, from their audience';

CREATE FUNCTION scoring._disarm(schema_name text, table_name text, purpose_number integer, reason text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  LOCK TABLE scoring_data.publication IN SHARE ROW EXCLUSIVE MODE;
  -- A release is of a purpose only as to whom it has; what its columns are is another matter.
  PERFORM _disarm_views(ARRAY(SELECT p.name FROM scoring_data.publication p WHERE (p.kind = 'view' OR _disarm.purpose_number IS NULL) AND p.state = 'live'
    AND (_disarm.schema_name IS NULL OR p.schema_name = _disarm.schema_name) AND (_disarm.table_name IS NULL OR p.table_name = _disarm.table_name)
    AND (_disarm.purpose_number IS NULL OR p.purpose_number = _disarm.purpose_number) ORDER BY p.name COLLATE "C"), reason);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._disarm(text, text, integer, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._disarm(text, text, integer, text) IS 'internal: makes views of a table, for a purpose, or both (NULL: any) refuse until they are published anew; without a purpose, releases of the table too';

CREATE FUNCTION scoring._disarm_model(model_name text, model_version integer, reason text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  LOCK TABLE scoring_data.publication IN SHARE ROW EXCLUSIVE MODE;
  PERFORM _disarm_views(ARRAY(SELECT p.name FROM scoring_data.publication p WHERE p.kind = 'view' AND p.state = 'live'
    AND p.model_name = _disarm_model.model_name AND p.model_version = _disarm_model.model_version ORDER BY p.name COLLATE "C"), reason);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._disarm_model(text, integer, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._disarm_model(text, integer, text) IS 'internal: makes views with a version of a model refuse until they are published anew';

CREATE FUNCTION scoring._approve_disclosure(relation text, model text, audience text, purpose text, outputs text[], reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  facts record;
  told text;
BEGIN
  IF _caller_is_lent() THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = 'a disclosure cannot be approved by a function that runs with the rights of its owner',
      DETAIL = format('That function acts as role "%s" in a session of "%s".', _caller(), session_user), HINT = 'It takes a person, logged in as themselves.';
  ELSIF coalesce(reason !~ '\S', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a reason must be given to approve a disclosure';
  ELSIF model IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'no model is named whose disclosure would be approved';
  END IF;
  PERFORM _publish_lock();
  SELECT * INTO facts FROM _publish_facts(relation, audience, purpose, model, NULL, outputs);
  IF facts.hidden = '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = 'there is nothing to approve',
      DETAIL = format('For purpose "%s" every input of model "%s@%s" is shown.', purpose, facts.model_name, facts.model_version);
  END IF;
  INSERT INTO scoring_data.disclosure (schema_name, table_name, model_name, model_version, audience, purpose_number, purpose_version, outputs, hidden_inputs, hidden_bits, reason, role_name, session_name, at)
  VALUES (facts.schema_name, facts.table_name, facts.model_name, facts.model_version, audience, facts.purpose_number, facts.purpose_version, facts.given, facts.hidden, facts.bits, reason, _caller(), session_user, clock_timestamp());
  told := format('%s of model %s@%s to %s for %s: up to %s bits of %s', array_to_string(facts.given, ', '), facts.model_name, facts.model_version, audience, purpose, round(facts.bits::numeric, 1), array_to_string(facts.hidden, ', '));
  PERFORM _audit('approve disclosure', format('%I.%I', facts.schema_name, facts.table_name), NULL, jsonb_build_object('model', facts.model_name || '@' || facts.model_version, 'audience', audience,
    'purpose', purpose || '@' || facts.purpose_version, 'outputs', to_jsonb(facts.given), 'hidden_inputs', to_jsonb(facts.hidden), 'hidden_bits', facts.bits, 'reason', reason));
  RETURN told;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._approve_disclosure(text, text, text, text, text[], text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._approve_disclosure(text, text, text, text, text[], text) IS 'internal: approve_disclosure() as the workspace''s owner';
CREATE FUNCTION scoring.approve_disclosure(relation text, model text, audience text, purpose text, outputs text[], reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.approve_disclosure(text, text, text, text, text[], text) IS 'approves that what a version of a model makes of columns is published to a role that does not see them, for a purpose as it is now, and gives what that is and how many bits it tells at most; somebody else publishes it; for approvers, who see the same errors as who publishes: 42501; nothing is hidden: 55000; no reason: 22023; NULL: 22004';

CREATE FUNCTION scoring._check_publish(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
  c record;
  f text;
  workspace oid := (SELECT n.nspowner FROM pg_namespace n WHERE n.nspname = 'scoring_data');
BEGIN
  FOR p IN SELECT x.* FROM scoring_data.publication x WHERE x.kind = 'view' AND x.state <> 'retired' ORDER BY x.name COLLATE "C" LOOP
    object := format('scoring_views.%I', p.name);
    severity := 'error';
    remedy := format('SELECT scoring.republish_view(%L);', p.name);
    SELECT k.oid, k.relkind, k.relowner, k.relacl, k.reloptions INTO c FROM pg_class k WHERE k.relnamespace = 'scoring_views'::regnamespace AND k.relname = p.name;
    IF NOT FOUND OR c.relkind <> 'v' THEN
      finding := 'it was published, and is gone';
      RETURN NEXT;
      CONTINUE;
    END IF;
    -- Owner and barrier are looked at with the other relations of the workspace.
    IF pg_get_viewdef(c.oid) !~ format('\m_gate\(%s::text, %s, %s\)', quote_literal(p.name), p.purpose_number, p.version) THEN
      finding := 'its text does not begin with its gate';
      RETURN NEXT;
    ELSIF _view_hash(p.name) IS DISTINCT FROM p.definition_hash THEN
      finding := 'its text is not the one that was published; another major version of PostgreSQL prints it differently too';
      RETURN NEXT;
    END IF;
    IF p.state = 'disarmed' THEN
      finding := format('it is disarmed, and refuses: %s', p.state_reason);
      severity := 'warning';
      RETURN NEXT;
      CONTINUE;
    END IF;
    SELECT g.fault INTO f FROM _gate_state(c.oid, p.name, p.purpose_number, p.version) g;
    IF f IS NOT NULL AND c.relowner = workspace THEN
      finding := format('it refuses: %s', f);
      RETURN NEXT;
    END IF;
    IF to_regrole(quote_ident(p.audience)) IS NULL THEN
      finding := format('its audience "%s" is no role', p.audience);
      RETURN NEXT;
    ELSIF NOT EXISTS (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = to_regrole(quote_ident(p.audience)) AND a.privilege_type = 'SELECT') THEN
      finding := format('its audience "%s" may not read it', p.audience);
      RETURN NEXT;
    END IF;
    FOR f IN SELECT DISTINCT format('%s has the privilege %s on it%s', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE format('"%s"', pg_get_userbyid(a.grantee)) END, a.privilege_type, CASE WHEN a.is_grantable THEN ' and may grant it' ELSE '' END)
             FROM aclexplode(c.relacl) a WHERE a.grantee <> c.relowner AND (a.grantee IS DISTINCT FROM to_regrole(quote_ident(p.audience)) OR a.privilege_type <> 'SELECT' OR a.is_grantable) ORDER BY 1 LOOP
      finding := f;
      RETURN NEXT;
    END LOOP;
    FOR f IN SELECT DISTINCT format('%s has privileges on columns of it', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE format('"%s"', pg_get_userbyid(a.grantee)) END)
             FROM pg_attribute t, aclexplode(t.attacl) a WHERE t.attrelid = c.oid AND a.grantee <> c.relowner ORDER BY 1 LOOP
      finding := f;
      RETURN NEXT;
    END LOOP;
  END LOOP;
  RETURN QUERY SELECT 'error', format('scoring_views.%I', k.relname), 'nobody published it', format('DROP VIEW scoring_views.%I;', k.relname)
    FROM pg_class k WHERE k.relnamespace = 'scoring_views'::regnamespace AND k.relkind IN ('v', 'm')
      AND NOT EXISTS (SELECT FROM scoring_data.publication x WHERE x.name = k.relname AND x.state <> 'retired') ORDER BY k.relname COLLATE "C";
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_publish(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_publish() IS 'internal: what is wrong with the contents of room publish, for doctor()';
