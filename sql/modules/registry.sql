-- registry: versions of models and policies, who made, validated, approved and deployed them, and who may use them.
-- Tables and steps are the same for both kinds; what a version is made of is a table of its own kind, model_version here.

CREATE FUNCTION scoring._registry_row_hash(VARIADIC columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(pg_catalog.to_jsonb(columns)::text, 'UTF8')), 'hex');
END;
REVOKE EXECUTE ON FUNCTION scoring._registry_row_hash(text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_row_hash(text[]) IS 'internal: SHA-256, hexadecimal, of columns given as texts, as a JSON array, so that no two lists look alike';

CREATE FUNCTION scoring._registry_instant(at timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.to_char(pg_catalog.timezone('UTC', at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');
END;
REVOKE EXECUTE ON FUNCTION scoring._registry_instant(timestamptz) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_instant(timestamptz) IS 'internal: a moment as a text that no setting changes';

-- The server keeps the members of an object in the order of their bytes in the database's encoding, the shorter first. So
-- the text of a value is another one in a database of another encoding, if there is more than ASCII in it.
CREATE FUNCTION scoring._registry_json(value jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF value::text !~ '[^\x01-\x7f]' THEN
    RETURN value::text;
  ELSIF jsonb_typeof(value) = 'object' THEN
    RETURN (SELECT '{' || string_agg(to_jsonb(m.key)::text || ': ' || _registry_json(m.value), ', ' ORDER BY convert_to(m.key, 'UTF8')) || '}' FROM jsonb_each(value) m);
  ELSIF jsonb_typeof(value) = 'array' THEN
    RETURN (SELECT '[' || string_agg(_registry_json(m.item), ', ' ORDER BY m.place) || ']' FROM jsonb_array_elements(value) WITH ORDINALITY m (item, place));
  END IF;
  RETURN value::text;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_json(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_json(jsonb) IS 'internal: the text of a JSON value that is hashed: the same in every encoding that has its characters';

CREATE FUNCTION scoring._setup_registry() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('registry_name', $t$
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('model', 'policy')),
    last_version integer NOT NULL,
    PRIMARY KEY (name, kind)$t$,
    'names of models and policies, and how many versions each has had; the row is the lock of all that changes the name');
  PERFORM _make_table('registry_state', $t$
    name text NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    state text NOT NULL CHECK (state IN ('draft', 'validated', 'approved', 'live', 'retired')),
    slot text CHECK (slot IN ('champion', 'challenger')),
    share numeric CHECK (share > 0 AND share < 1),
    shadow boolean NOT NULL DEFAULT false,
    live_since timestamptz,
    expires_at timestamptz,
    on_expiry text NOT NULL DEFAULT 'warn' CHECK (on_expiry IN ('warn', 'refuse')),
    PRIMARY KEY (name, kind, version),
    FOREIGN KEY (name, kind) REFERENCES scoring_data.registry_name (name, kind),
    CHECK ((state = 'live') = (slot IS NOT NULL)),
    CHECK ((slot IS NOT DISTINCT FROM 'challenger') = (share IS NOT NULL OR shadow)),
    CHECK (NOT (share IS NOT NULL AND shadow))$t$,
    'where each version stands now; registry_event says how it came there');
  IF to_regclass('scoring_data.registry_state_champion') IS NULL THEN
    CREATE UNIQUE INDEX registry_state_champion ON scoring_data.registry_state (name, kind) WHERE slot = 'champion';
  END IF;
  COMMENT ON COLUMN scoring_data.registry_state.share IS 'of a challenger: the part of all subjects, between 0 and 1, that it gets instead of the champion';
  COMMENT ON COLUMN scoring_data.registry_state.shadow IS 'of a challenger: it is computed beside the champion and decides nothing';
  COMMENT ON COLUMN scoring_data.registry_state.on_expiry IS 'what scoring by the bare name does after expires_at: warn or refuse';
  PERFORM _make_table('registry_event', $t$
    name text NOT NULL,
    kind text NOT NULL,
    version integer NOT NULL,
    event_number integer NOT NULL,
    event text NOT NULL,
    from_state text,
    to_state text NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    reason text,
    evidence jsonb,
    row_hash text NOT NULL,
    PRIMARY KEY (name, kind, version, event_number),
    FOREIGN KEY (name, kind, version) REFERENCES scoring_data.registry_state (name, kind, version)$t$,
    'what was done to each version, by whom, when and why; only ever appended to');
  COMMENT ON COLUMN scoring_data.registry_event.role_name IS 'the current user of the one who called';
  COMMENT ON COLUMN scoring_data.registry_event.session_name IS 'who had logged in';
  COMMENT ON COLUMN scoring_data.registry_event.row_hash IS 'SHA-256 of the other columns and of the row_hash of the version''s event before';
  PERFORM _make_table('model_version', $t$
    name text NOT NULL,
    version integer NOT NULL,
    model scoring.model NOT NULL,
    hash text NOT NULL,
    note text,
    role_name text NOT NULL,
    session_name text NOT NULL,
    registered_at timestamptz NOT NULL,
    row_hash text NOT NULL,
    PRIMARY KEY (name, version)$t$,
    'the versions of models; never changed');
  COMMENT ON COLUMN scoring_data.model_version.hash IS 'scoring.hash(model)';
  COMMENT ON COLUMN scoring_data.model_version.row_hash IS 'SHA-256 of the other columns, of the model that of its text, provenance and all';
  PERFORM _make_table('model_grant', $t$
    name text NOT NULL,
    grant_number bigint GENERATED ALWAYS AS IDENTITY,
    grantee text NOT NULL,
    use text NOT NULL CHECK (use IN ('score', 'view')),
    granted_by_role text NOT NULL,
    granted_by_session text NOT NULL,
    granted_at timestamptz NOT NULL,
    revoked_by_role text,
    revoked_by_session text,
    revoked_at timestamptz,
    PRIMARY KEY (name, grant_number)$t$,
    'who may use which model, and who could until when; a role is a name here and gives no right while there is no such role');
  IF to_regclass('scoring_data.model_grant_current') IS NULL THEN
    CREATE UNIQUE INDEX model_grant_current ON scoring_data.model_grant (name, grantee, use) WHERE revoked_at IS NULL;
  END IF;
  COMMENT ON COLUMN scoring_data.model_grant.grantee IS 'a role, with its members; public is everyone';
  COMMENT ON COLUMN scoring_data.model_grant.use IS 'score: score rows of one''s own, and so learn the points; view: score through published views alone';

  PERFORM _make_view('models', $q$
    SELECT s.name, s.version, s.name || '@' || s.version AS model, s.state, s.slot, s.share, s.shadow, s.live_since, s.expires_at, s.on_expiry,
           v.hash, v.note, v.role_name, v.session_name, v.registered_at
    FROM scoring_data.registry_state s JOIN scoring_data.model_version v USING (name, version) WHERE s.kind = 'model'$q$,
    'the versions of models: where each stands, who registered it; not the models themselves, see registered_model()');
  PERFORM _make_view('model_events', $q$
    SELECT name, version, event_number, event, from_state, to_state, role_name, session_name, at, reason, evidence
    FROM scoring_data.registry_event WHERE kind = 'model'$q$,
    'what was done to each version of a model, by whom, when and why');
  PERFORM _make_view('model_grants', $q$
    SELECT name, grantee, use, granted_by_role, granted_by_session, granted_at, revoked_by_role, revoked_by_session, revoked_at,
           revoked_at IS NULL AS is_current, grantee = 'public' OR to_regrole(quote_ident(grantee)) IS NOT NULL AS role_exists
    FROM scoring_data.model_grant$q$,
    'who may use which model, and who could until when');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_registry() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_registry() IS 'internal: the tables and views of room registry';

CREATE FUNCTION scoring._grants_registry(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('modeler', 'function', 'register_model(text, scoring.model, text)', 'EXECUTE'),
           ('modeler', 'function', 'validate_model(text, jsonb, text)', 'EXECUTE'),
           ('modeler', 'function', 'registered_model(text)', 'EXECUTE'),
           ('approver', 'function', 'registered_model(text)', 'EXECUTE'),
           ('approver', 'function', 'approve_model(text, text)', 'EXECUTE'),
           ('approver', 'function', 'deploy_model(text, text, text, numeric, boolean, timestamptz, text)', 'EXECUTE'),
           ('approver', 'function', 'retire_model(text, text)', 'EXECUTE'),
           ('steward', 'function', 'grant_model(text, text, text)', 'EXECUTE'),
           ('steward', 'function', 'revoke_model(text, text, text)', 'EXECUTE'),
           ('steward', 'table', 'scoring_data.models', 'SELECT'),
           ('modeler', 'table', 'scoring_data.models', 'SELECT'),
           ('approver', 'table', 'scoring_data.models', 'SELECT'),
           ('auditor', 'table', 'scoring_data.models', 'SELECT'),
           ('steward', 'table', 'scoring_data.model_events', 'SELECT'),
           ('modeler', 'table', 'scoring_data.model_events', 'SELECT'),
           ('approver', 'table', 'scoring_data.model_events', 'SELECT'),
           ('auditor', 'table', 'scoring_data.model_events', 'SELECT'),
           ('steward', 'table', 'scoring_data.model_grants', 'SELECT'),
           ('auditor', 'table', 'scoring_data.model_grants', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_registry(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_registry() IS 'internal: who may do what in room registry';

-- What is the same for models and policies.

CREATE FUNCTION scoring._registry_add_event(kind text, name text, version integer, event text, from_state text, to_state text, reason text, evidence jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  previous record;
  e record;
BEGIN
  SELECT r.event_number, r.row_hash INTO previous FROM scoring_data.registry_event r
  WHERE r.kind = _registry_add_event.kind AND r.name = _registry_add_event.name AND r.version = _registry_add_event.version
  ORDER BY r.event_number DESC LIMIT 1;
  SELECT _registry_add_event.name, _registry_add_event.kind, _registry_add_event.version, coalesce(previous.event_number, 0) + 1 AS event_number,
         _registry_add_event.event, _registry_add_event.from_state, _registry_add_event.to_state, _caller()::text AS role_name,
         session_user::text AS session_name, clock_timestamp() AS at, _registry_add_event.reason, _registry_add_event.evidence INTO e;
  INSERT INTO scoring_data.registry_event (name, kind, version, event_number, event, from_state, to_state, role_name, session_name, at, reason, evidence, row_hash)
  VALUES (e.name, e.kind, e.version, e.event_number, e.event, e.from_state, e.to_state, e.role_name, e.session_name, e.at, e.reason, e.evidence,
          _registry_event_hash(e, previous.row_hash));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_add_event(text, text, integer, text, text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_add_event(text, text, integer, text, text, text, text, jsonb) IS 'internal: appends to what was done to a version, by the caller, now; the name must be locked';

CREATE FUNCTION scoring._registry_event_hash(event record, previous text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(event.name, event.kind, event.version::text, event.event_number::text, event.event, event.from_state, event.to_state,
                            event.role_name, event.session_name, _registry_instant(event.at), event.reason, _registry_json(event.evidence), previous);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_event_hash(record, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_event_hash(record, text) IS 'internal: row_hash of a row of scoring_data.registry_event, given that of the one before';

CREATE FUNCTION scoring._registry_register(kind text, name text, content_hash text, note text) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  new_version integer;
BEGIN
  IF name IS NULL OR name !~ '^[a-z][a-z0-9_]{0,62}$' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a %s cannot be named %s', kind, coalesce(quote_ident(left(name, 200)), 'NULL')),
      DETAIL = 'A name begins with a letter, goes on with letters, digits and underscores, all lower case, and has at most 63 of them.';
  END IF;
  -- Its author would be whoever was got to call the function, and who made that could validate and approve.
  IF _caller_is_lent() THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('%s %s cannot be registered by a function that runs with the rights of its owner', kind, quote_ident(name)),
      DETAIL = format('That function acts as role "%s" in a session of "%s".', _caller(), session_user), HINT = 'It takes a person, logged in as themselves.';
  END IF;
  INSERT INTO scoring_data.registry_name AS r (name, kind, last_version) VALUES (_registry_register.name, _registry_register.kind, 1)
  ON CONFLICT (name, kind) DO UPDATE SET last_version = r.last_version + 1
  RETURNING last_version INTO new_version;
  INSERT INTO scoring_data.registry_state (name, kind, version, state) VALUES (_registry_register.name, _registry_register.kind, new_version, 'draft');
  PERFORM _registry_add_event(_registry_register.kind, _registry_register.name, new_version, 'register', NULL, 'draft', _registry_register.note,
                              jsonb_build_object('hash', content_hash));
  RETURN new_version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_register(text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_register(text, text, text, text) IS 'internal: a new version of a name, a draft; its number; locks the name; a name that is not plain: 22023';

CREATE FUNCTION scoring._registry_parse(kind text, reference text, OUT name text, OUT version integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  parts text[] := regexp_match(reference, '^([a-z][a-z0-9_]{0,62})(?:@([0-9]{1,9}))?$');
BEGIN
  IF parts IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = CASE WHEN reference IS NULL THEN format('no %s is named', kind) ELSE format('%s "%s" does not exist', kind, left(reference, 200)) END,
      DETAIL = 'It is named as "retail", for the champion of that name, or "retail@3", for a version.',
      HINT = CASE kind WHEN 'policy' THEN 'The registered ones: SELECT * FROM scoring_data.policies;'
             ELSE 'The registered ones: SELECT * FROM scoring_data.models;' END;
  END IF;
  name := parts[1];
  version := parts[2]::integer;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_parse(text, text, OUT text, OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_parse(text, text) IS 'internal: name and version, NULL if there is none, of a reference such as retail or retail@3; of another form: 42704';

CREATE FUNCTION scoring._registry_version(kind text, reference text, OUT name text, OUT version integer)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_parse(kind, reference);
BEGIN
  IF r.version IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('which version of %s "%s"?', kind, reference),
      HINT = format('Name it, as "%s@1".', reference);
  END IF;
  name := r.name;
  version := r.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_version(text, text, OUT text, OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_version(text, text) IS 'internal: name and version of a reference that must have both: 22023; of another form: 42704';

CREATE FUNCTION scoring._version_there(kind text, reference text, there boolean) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT there THEN
    RAISE EXCEPTION USING ERRCODE = 'data_corrupted', MESSAGE = format('the version of %s "%s" is gone', kind, reference),
      HINT = 'SELECT * FROM scoring.doctor() says more.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._version_there(text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._version_there(text, text, boolean) IS 'internal: XX001 if a version that the registry knows is not in its table';

CREATE FUNCTION scoring._registry_resolve(kind text, reference text, OUT name text, OUT version integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  wanted record;
BEGIN
  wanted := _registry_parse(kind, reference);
  SELECT s.name, s.version INTO name, version FROM scoring_data.registry_state s
  WHERE s.kind = _registry_resolve.kind AND s.name = wanted.name AND (s.version = wanted.version OR wanted.version IS NULL AND s.slot = 'champion');
  IF FOUND THEN
    RETURN;
  END IF;
  IF wanted.version IS NULL AND EXISTS (SELECT FROM scoring_data.registry_name n WHERE n.kind = _registry_resolve.kind AND n.name = wanted.name) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" has no live champion', kind, wanted.name),
      HINT = format('Name a version, as "%s@1"; or an approver deploys one: SELECT scoring.deploy_%s(''%s@1'', ''why'').', wanted.name, kind, wanted.name);
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('%s "%s" does not exist', kind, reference),
    HINT = format('The registered ones: SELECT * FROM scoring_data.%s;', CASE kind WHEN 'policy' THEN 'policies' ELSE 'models' END);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_resolve(text, text, OUT text, OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_resolve(text, text) IS 'internal: name and version that a reference means: retail is the champion (55000 if none is live), retail@3 that version; unknown: 42704';

CREATE FUNCTION scoring._registry_deployment(state record) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN jsonb_strip_nulls(jsonb_build_object('slot', state.slot, 'share', state.share, 'shadow', nullif(state.shadow, false),
                                              'expires_at', _registry_instant(state.expires_at), 'on_expiry', state.on_expiry));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_deployment(record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_deployment(record) IS 'internal: how a version is live, from a row of scoring_data.registry_state, as its deployment is recorded';

CREATE FUNCTION scoring._registry_transition(kind text, name text, version integer, action text, reason text, evidence jsonb) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  reference text := _registry_transition.name || '@' || _registry_transition.version;
  me text[] := ARRAY[_caller()::text, session_user::text];
  before record;
  after record;
  other record;
  shares numeric;
  possible text[] := CASE action WHEN 'validate' THEN '{draft,validated,approved,live}' WHEN 'approve' THEN '{validated}'
                                 WHEN 'deploy' THEN '{approved,live}' WHEN 'retire' THEN '{draft,validated,approved,live}' END::text[];
BEGIN
  IF possible IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no step "%s" in the life of a %s', action, kind);
  END IF;
  -- The name's row is the lock: whoever comes second sees what the first has made of it. It is written, so that a
  -- transaction whose snapshot is older than what the first has made of it fails, and does not add up other shares.
  UPDATE scoring_data.registry_name n SET last_version = n.last_version WHERE n.kind = _registry_transition.kind AND n.name = _registry_transition.name;
  SELECT * INTO before FROM scoring_data.registry_state s
  WHERE s.kind = _registry_transition.kind AND s.name = _registry_transition.name AND s.version = _registry_transition.version FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('%s "%s" does not exist', kind, reference);
  END IF;
  IF before.state <> ALL (possible) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" is %s', kind, reference, CASE before.state WHEN 'draft' THEN 'a draft' ELSE before.state END),
      DETAIL = CASE action WHEN 'validate' THEN 'What is retired is not validated any more.'
                           WHEN 'approve' THEN 'What is approved must be validated, and not be approved yet.'
                           WHEN 'deploy' THEN 'What is deployed must be approved, and not be retired.'
                           ELSE 'It cannot be retired again.' END,
      HINT = CASE WHEN before.state = 'retired' THEN 'A retired version does not come back: register it anew.'
                  WHEN before.state = 'draft' THEN format('Somebody other than its author runs scoring.validate_%s() first.', kind)
                  WHEN before.state = 'validated' THEN format('Somebody other than its author and its validators runs scoring.approve_%s() first.', kind)
                  ELSE format('Who did that: SELECT * FROM scoring_data.%s_events;', kind) END;
  END IF;

  -- One person is one role or one login: either one in common is enough. Neither is of the person who acts in a
  -- function with its owner's rights that somebody else was made to call, as by a trigger.
  IF action IN ('validate', 'approve') THEN
    IF _caller_is_lent() THEN
      RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('%s "%s" cannot be %s by a function that runs with the rights of its owner', kind, reference, CASE action WHEN 'validate' THEN 'validated' ELSE 'approved' END),
        DETAIL = format('That function acts as role "%s" in a session of "%s".', me[1], me[2]), HINT = 'It takes a person, logged in as themselves.';
    END IF;
    SELECT e.event, e.role_name, e.session_name INTO other FROM scoring_data.registry_event e
    WHERE e.kind = _registry_transition.kind AND e.name = _registry_transition.name AND e.version = _registry_transition.version
      AND (e.event = 'register' OR e.event = 'validate' AND action = 'approve') AND ARRAY[e.role_name, e.session_name] && me
    ORDER BY e.event_number LIMIT 1;
    IF FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
        MESSAGE = format('%s "%s" cannot be %s by its %s', kind, reference, CASE action WHEN 'validate' THEN 'validated' ELSE 'approved' END,
                         CASE other.event WHEN 'register' THEN 'author' ELSE 'validator' END),
        DETAIL = format('It was %s by role "%s" in a session of "%s"; this is role "%s" in a session of "%s".',
                        CASE other.event WHEN 'register' THEN 'registered' ELSE 'validated' END, other.role_name, other.session_name, me[1], me[2]),
        HINT = CASE action WHEN 'validate' THEN 'It takes another member of the modelers, logged in as themselves.'
                           ELSE 'It takes an approver who neither registered nor validated it, logged in as themselves.' END;
    END IF;
  END IF;
  IF action = 'validate' AND (evidence IS NULL OR jsonb_typeof(evidence) <> 'object' OR evidence = '{}' OR kind = 'model' AND NOT evidence ? 'sample') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'there is no validation without evidence',
      DETAIL = CASE kind WHEN 'model' THEN 'It is a JSON object with at least the key "sample": what the model was tried on.' ELSE 'It is a JSON object that is not empty.' END;
  ELSIF action <> 'validate' AND coalesce(reason !~ '\S', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a reason must be given to %s a %s', action, kind);
  END IF;

  after := before;
  CASE action
    WHEN 'validate' THEN
      -- Of a version further on it is one more piece of evidence.
      after.state := CASE before.state WHEN 'draft' THEN 'validated' ELSE before.state END;
    WHEN 'approve' THEN
      after.state := 'approved';
    WHEN 'retire' THEN
      after.state := 'retired';
    WHEN 'deploy' THEN
      after.state := 'live';
      after.slot := coalesce(evidence ->> 'slot', 'champion');
      after.share := (evidence ->> 'share')::numeric;
      after.shadow := coalesce((evidence ->> 'shadow')::boolean, false);
      after.live_since := CASE WHEN before.slot = after.slot THEN before.live_since ELSE now() END;
      after.expires_at := (evidence ->> 'expires_at')::timestamptz;
      after.on_expiry := coalesce(evidence ->> 'on_expiry', 'warn');
      IF after.slot NOT IN ('champion', 'challenger') OR after.on_expiry NOT IN ('warn', 'refuse') THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a %s is deployed in no such way', kind),
          DETAIL = 'slot is champion or challenger, on_expiry is warn or refuse.';
      ELSIF after.slot = 'champion' AND (after.share IS NOT NULL OR after.shadow) THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a champion has neither share nor shadow',
          DETAIL = 'It gets all subjects that no challenger gets.';
      ELSIF after.slot = 'challenger' AND (after.share IS NOT NULL) = after.shadow THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a challenger has either a share of the subjects or is a shadow';
      ELSIF after.share <= 0 OR after.share >= 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the share of a challenger must lie between 0 and 1, both excluded';
      ELSIF after.expires_at <= now() THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the expiry date is past';
      ELSIF before.slot = 'champion' AND after.slot = 'challenger' THEN
        RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" is the champion', kind, reference),
          DETAIL = 'There would be no champion left.', HINT = 'Deploy another version as champion first; then this one as challenger.';
      END IF;
      SELECT coalesce(sum(s.share), 0) INTO shares FROM scoring_data.registry_state s
      WHERE s.kind = _registry_transition.kind AND s.name = _registry_transition.name AND s.version <> _registry_transition.version AND s.slot = 'challenger';
      IF shares + after.share >= 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'the shares of the challengers leave nothing to the champion',
          DETAIL = format('The others have %s.', shares);
      END IF;
      IF after.slot = 'champion' THEN
        -- The champion before stays approved, so that going back is one call.
        FOR other IN UPDATE scoring_data.registry_state s SET state = 'approved', slot = NULL, live_since = NULL, expires_at = NULL, on_expiry = 'warn'
                     WHERE s.kind = _registry_transition.kind AND s.name = _registry_transition.name AND s.version <> _registry_transition.version
                       AND s.slot = 'champion' RETURNING s.version LOOP
          PERFORM _registry_add_event(_registry_transition.kind, _registry_transition.name, other.version, 'replace', 'live', 'approved',
                                      format('replaced by %s', reference), NULL);
        END LOOP;
      END IF;
  END CASE;
  IF after.state <> 'live' THEN
    after.slot := NULL;
    after.share := NULL;
    after.shadow := false;
    after.live_since := NULL;
    after.expires_at := NULL;
    after.on_expiry := 'warn';
  END IF;
  UPDATE scoring_data.registry_state s
  SET state = after.state, slot = after.slot, share = after.share, shadow = after.shadow, live_since = after.live_since,
      expires_at = after.expires_at, on_expiry = after.on_expiry
  WHERE s.kind = _registry_transition.kind AND s.name = _registry_transition.name AND s.version = _registry_transition.version;
  PERFORM _registry_add_event(_registry_transition.kind, _registry_transition.name, _registry_transition.version, action, before.state, after.state, reason,
                              CASE action WHEN 'deploy' THEN _registry_deployment(after) ELSE evidence END);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_transition(text, text, integer, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_transition(text, text, integer, text, text, jsonb) IS 'internal: validate (with evidence), approve, deploy (evidence: slot, share, shadow, expires_at, on_expiry) or retire a version, by the caller; a state from which that is not done: 55000; the same person twice: 42501; no evidence or reason: 22023; unknown: 42704';

CREATE FUNCTION scoring._registry_assign(name text, subject text) RETURNS integer
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  -- 52 bits of SHA-256: the same in every database, encoding and version.
  place numeric := ('x' || left(encode(sha256(convert_to(_registry_assign.name || '/' || _registry_assign.subject, 'UTF8')), 'hex'), 13))::bit(52)::bigint / 4503599627370496.0;
  chosen integer;
BEGIN
  SELECT c.version INTO chosen FROM (
    SELECT s.version, sum(s.share) OVER (ORDER BY s.version) AS upper_end FROM scoring_data.registry_state s
    WHERE s.kind = 'model' AND s.name = _registry_assign.name AND s.slot = 'challenger' AND NOT s.shadow) c
  WHERE place < c.upper_end ORDER BY c.version LIMIT 1;
  RETURN coalesce(chosen, (_registry_resolve('model', _registry_assign.name)).version);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registry_assign(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registry_assign(text, text) IS 'internal: the version that decides for a subject: a challenger''s if the subject is in its share, else the champion''s; a function of name, subject and the shares; no champion: 55000; unknown: 42704';

-- Models.

CREATE FUNCTION scoring._model_row_hash(version record) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(version.name, version.version::text, _registry_row_hash(version.model::text), version.hash, version.note,
                            version.role_name, version.session_name, _registry_instant(version.registered_at));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._model_row_hash(record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_row_hash(record) IS 'internal: row_hash of a row of scoring_data.model_version';

CREATE FUNCTION scoring._register_model(name text, model scoring.model, note text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v record;
  earlier text;
BEGIN
  IF _register_model.model IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'there is no model to register';
  END IF;
  SELECT _register_model.name, _registry_register('model', _register_model.name, hash(_register_model.model), _register_model.note) AS version,
         _register_model.model, hash(_register_model.model) AS hash, _register_model.note, _caller()::text AS role_name,
         session_user::text AS session_name, clock_timestamp() AS registered_at INTO v;
  SELECT string_agg(m.name || '@' || m.version, ', ' ORDER BY m.version) INTO earlier
  FROM scoring_data.model_version m WHERE m.name = v.name AND m.hash = v.hash;
  IF earlier IS NOT NULL THEN
    RAISE NOTICE USING MESSAGE = format('"%s@%s" scores as %s', v.name, v.version, earlier), DETAIL = 'They have the same hash.';
  END IF;
  INSERT INTO scoring_data.model_version (name, version, model, hash, note, role_name, session_name, registered_at, row_hash)
  VALUES (v.name, v.version, v.model, v.hash, v.note, v.role_name, v.session_name, v.registered_at, _model_row_hash(v));
  RETURN v.name || '@' || v.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._register_model(text, scoring.model, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._register_model(text, scoring.model, text) IS 'internal: register_model() as the workspace''s owner';
CREATE FUNCTION scoring.register_model(name text, model scoring.model, note text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.register_model(text, scoring.model, text) IS 'registers a model as the next version of a name, a draft, and gives what it is called, such as retail@3; a version never changes; a NOTICE if an earlier version scores the same; for modelers: 42501; a name that is not plain: 22023; NULL model: 22004';

@include version.sql KIND=model EVIDENCE=a_JSON_object_with_at_least_"sample"

CREATE FUNCTION scoring._deploy_model(model text, reason text, slot text, share numeric, shadow boolean, expires_at timestamptz, on_expiry text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('model', model);
BEGIN
  PERFORM _registry_transition('model', r.name, r.version, 'deploy', reason,
                               jsonb_build_object('slot', slot, 'share', share, 'shadow', shadow, 'expires_at', expires_at, 'on_expiry', on_expiry));
  RETURN model;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._deploy_model(text, text, text, numeric, boolean, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._deploy_model(text, text, text, numeric, boolean, timestamptz, text) IS 'internal: deploy_model() as the workspace''s owner';
CREATE FUNCTION scoring.deploy_model(model text, reason text, slot text DEFAULT 'champion', share numeric DEFAULT NULL, shadow boolean DEFAULT false,
    expires_at timestamptz DEFAULT NULL, on_expiry text DEFAULT 'warn') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.deploy_model(text, text, text, numeric, boolean, timestamptz, text) IS 'takes an approved version into production: as the champion of its name, in place of the one before, which stays approved, or as a challenger with a share of the subjects (0 to 1, both excluded) or as a shadow; of a live version it changes slot, share and expiry; gives its name; for approvers: 42501; not approved, retired: 55000; bad share, slot, expiry or no reason: 22023; unknown: 42704';

-- Who may use a model.

CREATE FUNCTION scoring._model_may(caller name, model_name text, use text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF has_function_privilege(caller, 'scoring._registered_model(text)', 'EXECUTE') THEN
    RETURN true;
  END IF;
  -- Without a join: it is asked for each execution of a query that scores by name.
  RETURN EXISTS (
    SELECT FROM scoring_data.model_grant g
    WHERE g.name = model_name AND g.revoked_at IS NULL AND (g.use = _model_may.use OR g.use = 'score')
      AND CASE WHEN g.grantee = 'public' THEN true WHEN to_regrole(quote_ident(g.grantee)) IS NULL THEN false
               ELSE pg_has_role(caller, g.grantee::name, 'USAGE') END);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._model_may(name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_may(name, text, text) IS 'internal: whether a role may use a model: score, which includes view, or view; by grant, or because it may read all models';

CREATE FUNCTION scoring._model_refused(caller name, model_name text, use text) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('permission denied for role "%s" to use model "%s"', caller, model_name),
    DETAIL = format('It has not been granted use "%s" of that model, and is no member of a role that has.', use),
    HINT = format('A steward grants it: SELECT scoring.grant_model(%L, %L);', model_name, caller);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._model_refused(name, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_refused(name, text, text) IS 'internal: 42501, with what is missing';

CREATE FUNCTION scoring._model_reach(caller name, reference text, OUT name text, OUT version integer)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  wanted record := _registry_parse('model', reference);
  meant record;
BEGIN
  -- The right comes first: who has none does not learn which versions there are.
  IF NOT _model_may(caller, wanted.name, 'score') THEN
    PERFORM _model_refused(caller, wanted.name, 'score');
  END IF;
  meant := _registry_resolve('model', reference);
  PERFORM _version_there('model', meant.name || '@' || meant.version,
                         EXISTS (SELECT FROM scoring_data.model_version v WHERE v.name = meant.name AND v.version = meant.version));
  name := meant.name;
  version := meant.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._model_reach(name, text, OUT text, OUT integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_reach(name, text) IS 'internal: name and version of a model for a role that may score with it: 42501, 42704, 55000; gone from its table: XX001';

CREATE FUNCTION scoring._registered_model(model text) RETURNS scoring.model
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  reached record := _model_reach(_caller(), _registered_model.model);
BEGIN
  RETURN (SELECT v.model FROM scoring_data.model_version v WHERE v.name = reached.name AND v.version = reached.version);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._registered_model(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._registered_model(text) IS 'internal: registered_model() as the workspace''s owner';
CREATE FUNCTION scoring.registered_model(model text) RETURNS scoring.model
LANGUAGE c STABLE STRICT PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.registered_model(text) IS 'a registered model: retail is the champion of that name, retail@3 that version; NULL for NULL; for modelers, approvers and those granted its use: 42501; no champion: 55000; unknown: 42704; gone from its table: XX001';

CREATE FUNCTION scoring._grant_model(model_name text, role text, use text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  IF _grant_model.use NOT IN ('score', 'view') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('there is no use "%s" of a model', _grant_model.use),
      DETAIL = 'It is score or view.';
  ELSIF NOT EXISTS (SELECT FROM scoring_data.registry_name n WHERE n.kind = 'model' AND n.name = _grant_model.model_name) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('model "%s" does not exist', _grant_model.model_name),
      DETAIL = 'Grants are of a name, without a version.';
  ELSIF _grant_model.role <> 'public' AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = _grant_model.role) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" does not exist', _grant_model.role);
  END IF;
  INSERT INTO scoring_data.model_grant (name, grantee, use, granted_by_role, granted_by_session, granted_at)
  VALUES (_grant_model.model_name, _grant_model.role, _grant_model.use, _caller(), session_user, clock_timestamp())
  ON CONFLICT (name, grantee, use) WHERE revoked_at IS NULL DO NOTHING;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._grant_model(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grant_model(text, text, text) IS 'internal: grant_model() as the workspace''s owner';
CREATE FUNCTION scoring.grant_model(model_name text, role text, use text DEFAULT 'score') RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.grant_model(text, text, text) IS 'lets a role and its members, or public, use all versions of a model: score rows of their own, which teaches them the points and so includes reading it, or view, through published views alone; nothing is done for NULL or if it is so already; for stewards: 42501; no such model or role: 42704; another use: 22023';

CREATE FUNCTION scoring._revoke_model(model_name text, role text, use text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  UPDATE scoring_data.model_grant g SET revoked_by_role = _caller(), revoked_by_session = session_user, revoked_at = clock_timestamp()
  WHERE g.name = _revoke_model.model_name AND g.grantee = _revoke_model.role AND g.use = _revoke_model.use AND g.revoked_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('role "%s" has not been granted use "%s" of model "%s"', _revoke_model.role, _revoke_model.use, _revoke_model.model_name);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._revoke_model(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._revoke_model(text, text, text) IS 'internal: revoke_model() as the workspace''s owner';
CREATE FUNCTION scoring.revoke_model(model_name text, role text, use text DEFAULT 'score') RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.revoke_model(text, text, text) IS 'takes back what grant_model() gave; nothing is done for NULL; for stewards: 42501; no such grant: 42704';

-- What is done with the caller's own rights: samples are the caller's to read.

CREATE FUNCTION scoring._registry_bad(sample regclass, target text) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  col record;
  strange boolean;
BEGIN
  SELECT a.attname, t.typcategory, t.oid = 'boolean'::regtype AS is_boolean INTO col FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
  WHERE a.attrelid = sample AND a.attname = target AND a.attnum > 0 AND NOT a.attisdropped;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('%s has no column "%s"', sample, target);
  ELSIF col.is_boolean THEN
    RETURN format('"the sample".%I', target);
  ELSIF col.typcategory <> 'N' THEN
    RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch', MESSAGE = format('target "%s" is neither a boolean nor a number', target);
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM %s s WHERE s.%2$I NOT IN (0, 1) AND s.%2$I::text <> ''NaN'')', sample, target) INTO strange;
  IF strange THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('target "%s" has values other than 0 and 1', target);
  END IF;
  RETURN format('CASE WHEN "the sample".%1$I IN (0, 1) THEN "the sample".%1$I = 1 END', target);
END
$$;
COMMENT ON FUNCTION scoring._registry_bad(regclass, text) IS 'internal: an expression for the outcome of a row of a sample: true for bad; from a boolean, or 0 and 1 in a number type; NULL for NULL and NaN; no such column: 42703, another type: 42804, another number: 22023';

CREATE FUNCTION scoring.validate_model(model text, sample regclass, target text, note text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  card scoring.model := registered_model(model);
  seen scoring.tally;
  classes jsonb;
BEGIN
  IF card IS NULL OR sample IS NULL OR target IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'model, sample and target must not be NULL';
  END IF;
  EXECUTE format('SELECT scoring.tally_agg(scoring.score($1, "the sample")::float8, %s) FROM %s "the sample"', _registry_bad(sample, target), sample)
    INTO seen USING card;
  IF seen IS NULL OR goods(seen) = 0 OR bads(seen) = 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s has no goods or no bads', sample),
      DETAIL = 'A model is validated on both.';
  END IF;
  -- Tenths of the labelled rows by score, equal scores together.
  SELECT jsonb_agg(jsonb_build_object('from', low, 'to', high, 'goods', g, 'bads', b, 'bad_rate', b / (g + b), 'mean_pd', p) ORDER BY low) INTO classes FROM (
    SELECT min(v.value)::integer AS low, max(v.value)::integer AS high, sum(v.goods) AS g, sum(v.bads) AS b,
           sum((v.goods + v.bads) * pd(card, v.value::integer)) / sum(v.goods + v.bads) AS p
    FROM (SELECT t.*, least(9, floor(10 * (sum(t.goods + t.bads) OVER (ORDER BY t.value) - (t.goods + t.bads) / 2) / (goods(seen) + bads(seen)))) AS tenth
          FROM tally_values(seen) t WHERE t.kind = 'value' AND t.goods + t.bads > 0) v
    GROUP BY v.tenth) c;
  RETURN validate_model(model, jsonb_build_object('sample', sample::text, 'target', target, 'hash', hash(card), 'rows', rows(seen), 'goods', goods(seen),
    'bads', bads(seen), 'unlabelled', unlabelled(seen), 'bad_rate', bad_rate(seen), 'auc', auc(seen), 'gini', gini(seen), 'ks', ks(seen),
    'calibration', classes, 'tally', seen::text), note);
END
$$;
COMMENT ON FUNCTION scoring.validate_model(text, regclass, text, text) IS 'scores a sample with a registered version, with the caller''s own rights, and records that it was validated, with rows, goods, bads, auc, gini, ks, calibration by tenths of the score and the tally of the score; target is a boolean, or 0 and 1; gives the model''s name; no goods or no bads: 22023; NULL but for note: 22004; no such column: 42703; errors as validate_model(text, jsonb, text)';

CREATE FUNCTION scoring.model_diff(a scoring.model, b scoring.model,
    OUT characteristic text, OUT bin text, OUT what text, OUT in_a text, OUT in_b text) RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF hash(a) = hash(b) THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH side (side, m) AS (VALUES ('a', a::jsonb), ('b', b::jsonb)),
  part AS (
    SELECT s.side, c.value ->> 'name' AS name, c.value AS c, c.ordinality AS place
    FROM side s CROSS JOIN jsonb_array_elements(s.m -> 'characteristics') WITH ORDINALITY c),
  common AS (SELECT p.name FROM part p GROUP BY p.name HAVING count(*) = 2),
  fact AS (
    -- The model as a whole.
    SELECT s.side, 0 AS level, NULL::text AS characteristic, NULL::text AS bin, 0::bigint AS place,
           k.key || CASE WHEN o.key IS NULL THEN '' ELSE '.' || o.key END AS what, coalesce(o.value, k.value #>> '{}') AS value
    FROM side s CROSS JOIN jsonb_each(s.m - '{name,characteristics,provenance}'::text[]) k
    LEFT JOIN LATERAL (SELECT * FROM jsonb_each_text(CASE jsonb_typeof(k.value) WHEN 'object' THEN k.value ELSE '{}' END)) o ON true
    UNION ALL
    SELECT p.side, 0, NULL, NULL, 1, 'order', string_agg(p.name, ', ' ORDER BY p.place) FROM part p JOIN common USING (name) GROUP BY p.side
    UNION ALL
    -- A characteristic that only one has is one line.
    SELECT p.side, 1, p.name, NULL, 0, 'characteristic', 'yes' FROM part p
    UNION ALL
    SELECT p.side, 1, p.name, NULL, 0, k.key, k.value FROM part p JOIN common USING (name)
    CROSS JOIN jsonb_each_text(p.c - '{name,bins,provenance}'::text[]) k
    UNION ALL
    SELECT p.side, 1, p.name, NULL, 1, 'cuts', string_agg(e.value ->> 'upper', ', ' ORDER BY e.ordinality)
    FROM part p JOIN common USING (name) CROSS JOIN jsonb_array_elements(p.c -> 'bins') WITH ORDINALITY e
    WHERE p.c ->> 'type' = 'number' AND e.value ->> 'type' = 'range' GROUP BY p.side, p.name
    UNION ALL
    SELECT p.side, 1, p.name,
           CASE e.value ->> 'type' WHEN 'range' THEN format('[%s, %s)', coalesce(e.value ->> 'lower', '-infinity'), coalesce(e.value ->> 'upper', 'infinity'))
             WHEN 'special' THEN format('special %s', e.value ->> 'code') WHEN 'missing' THEN 'missing'
             ELSE coalesce((SELECT string_agg(x, ', ' ORDER BY x COLLATE "C") FROM jsonb_array_elements_text(e.value -> 'categories') x), '') END,
           1 + e.ordinality, k.key, k.value
    FROM part p JOIN common USING (name) CROSS JOIN jsonb_array_elements(p.c -> 'bins') WITH ORDINALITY e
    CROSS JOIN jsonb_each_text(e.value - '{type,lower,upper,code,categories,rows,goods,bads,unlabelled,raw_rows,weights}'::text[]) k)
  SELECT coalesce(x.characteristic, y.characteristic), coalesce(x.bin, y.bin), coalesce(x.what, y.what), x.value, y.value
  FROM (SELECT * FROM fact WHERE side = 'a') x FULL JOIN (SELECT * FROM fact WHERE side = 'b') y
    ON x.level = y.level AND coalesce(x.characteristic, '') = coalesce(y.characteristic, '') AND coalesce(x.bin, '') = coalesce(y.bin, '') AND x.what = y.what
  WHERE x.value IS DISTINCT FROM y.value
  ORDER BY coalesce(x.level, y.level), coalesce(x.characteristic, y.characteristic) COLLATE "C", coalesce(x.place, y.place), coalesce(x.bin, y.bin) COLLATE "C", coalesce(x.what, y.what) COLLATE "C";
END
$$;
COMMENT ON FUNCTION scoring.model_diff(scoring.model, scoring.model) IS 'what two models do differently, one line for each thing: of the model as a whole (characteristic NULL), of a characteristic (bin NULL; characteristic means that only one has it), of a bin; in_a or in_b is NULL where the thing is not there; no lines if they have the same hash, or one is NULL';

CREATE FUNCTION scoring.model_diff(a text, b text,
    OUT characteristic text, OUT bin text, OUT what text, OUT in_a text, OUT in_b text) RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT * FROM model_diff(registered_model(a), registered_model(b));
END
$$;
COMMENT ON FUNCTION scoring.model_diff(text, text) IS 'model_diff(model, model) of registered models; errors as registered_model()';

CREATE FUNCTION scoring.swap_set(champion scoring.model, challenger scoring.model, sample regclass, target text DEFAULT NULL,
    cutoff integer DEFAULT NULL, approve_rate double precision DEFAULT NULL,
    OUT outcome text, OUT rows bigint, OUT share double precision, OUT goods bigint, OUT bads bigint, OUT bad_rate double precision,
    OUT champion_cutoff integer, OUT challenger_cutoff integer) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF champion IS NULL OR challenger IS NULL OR sample IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'champion, challenger and sample must not be NULL';
  ELSIF (cutoff IS NULL) = (approve_rate IS NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'either cutoff or approve_rate must be given',
      DETAIL = 'With cutoff both models accept from that score on; with approve_rate each accepts that part of the sample.';
  ELSIF NOT (approve_rate > 0 AND approve_rate < 1) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'approve_rate must lie between 0 and 1, both excluded';
  END IF;
  RETURN QUERY EXECUTE format($q$
    WITH scored AS MATERIALIZED (
      SELECT scoring.score($1, "the sample") AS a, scoring.score($2, "the sample") AS b, %s AS bad FROM %s "the sample"),
    cut AS (
      SELECT coalesce($3, percentile_disc($4) WITHIN GROUP (ORDER BY s.a DESC)) AS a,
             coalesce($3, percentile_disc($4) WITHIN GROUP (ORDER BY s.b DESC)) AS b, count(*) AS n FROM scored s)
    SELECT o.outcome, count(s.a), count(s.a)::float8 / nullif(cut.n, 0), count(s.a) FILTER (WHERE NOT s.bad), count(s.a) FILTER (WHERE s.bad),
           avg(s.bad::integer)::float8, cut.a, cut.b
    FROM cut CROSS JOIN (VALUES (1, 'both accept', true, true), (2, 'both reject', false, false), (3, 'swapped in', false, true), (4, 'swapped out', true, false))
      o (place, outcome, old, new)
    LEFT JOIN scored s ON (s.a >= cut.a) = o.old AND (s.b >= cut.b) = o.new
    GROUP BY o.place, o.outcome, cut.a, cut.b, cut.n ORDER BY o.place$q$,
    CASE WHEN target IS NULL THEN 'NULL::boolean' ELSE _registry_bad(sample, target) END, sample)
  USING champion, challenger, cutoff, approve_rate;
END
$$;
COMMENT ON FUNCTION scoring.swap_set(scoring.model, scoring.model, regclass, text, integer, double precision) IS 'whom a change of models would accept and reject: rows of a sample that both accept, both reject, that are swapped in (only the challenger accepts) and swapped out, their share of the sample, their goods and bads, if a target (boolean, or 0 and 1) is given, and their bad rate, NULL if none is labelled; both accept from cutoff on, or each the part approve_rate of the sample, and what has the score of the last one accepted; read with the caller''s own rights; NULL models or sample: 22004; not one of cutoff and approve_rate: 22023; no such column: 42703';

CREATE FUNCTION scoring.swap_set(champion text, challenger text, sample regclass, target text DEFAULT NULL,
    cutoff integer DEFAULT NULL, approve_rate double precision DEFAULT NULL,
    OUT outcome text, OUT rows bigint, OUT share double precision, OUT goods bigint, OUT bads bigint, OUT bad_rate double precision,
    OUT champion_cutoff integer, OUT challenger_cutoff integer) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT * FROM swap_set(registered_model(champion), registered_model(challenger), sample, target, cutoff, approve_rate);
END
$$;
COMMENT ON FUNCTION scoring.swap_set(text, text, regclass, text, integer, double precision) IS 'swap_set(model, model, ...) of registered models; errors as registered_model() too';

-- doctor()

CREATE FUNCTION scoring._model_fault(model scoring.model) RETURNS text
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_model_fault_text';
REVOKE EXECUTE ON FUNCTION scoring._model_fault(scoring.model) FROM PUBLIC;
COMMENT ON FUNCTION scoring._model_fault(scoring.model) IS 'internal: what is wrong with the bytes of a stored model, which every use of it would report; NULL if nothing is';

CREATE FUNCTION scoring._check_registry(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  mend constant text := 'find out who wrote to the tables of the workspace; restore the row from a backup';
BEGIN
  -- Versions that are gone, and such as were never registered.
  RETURN QUERY SELECT 'error', format('%s "%s@%s"', n.kind, n.name, k), 'it was registered, and is gone', mend
    FROM scoring_data.registry_name n CROSS JOIN generate_series(1, n.last_version) k
    WHERE NOT EXISTS (SELECT FROM scoring_data.registry_state r WHERE r.kind = n.kind AND r.name = n.name AND r.version = k) ORDER BY n.kind, n.name, k;
  RETURN QUERY SELECT 'error', format('model "%s@%s"', r.name, r.version), 'it was registered, and its model is gone', mend
    FROM scoring_data.registry_state r
    WHERE r.kind = 'model' AND NOT EXISTS (SELECT FROM scoring_data.model_version m WHERE m.name = r.name AND m.version = r.version) ORDER BY r.name, r.version;
  RETURN QUERY SELECT DISTINCT 'error', format('%s "%s@%s"', x.kind, x.name, x.version), 'it is there, but was not registered', mend
    FROM (SELECT r.kind, r.name, r.version FROM scoring_data.registry_event r
          UNION ALL SELECT 'model', m.name, m.version FROM scoring_data.model_version m) x
    WHERE NOT EXISTS (SELECT FROM scoring_data.registry_state r WHERE r.kind = x.kind AND r.name = x.name AND r.version = x.version) ORDER BY 2;

  -- What was done: each event leans on the one before, the last says where the version stands.
  RETURN QUERY SELECT 'error', format('%s "%s@%s"', f.kind, f.name, f.version), f.fault, mend FROM (
    SELECT e.kind, e.name, e.version, e.event_number,
           CASE WHEN e.event_number <> coalesce(lag(e.event_number) OVER w, 0) + 1 THEN format('event %s of its history is gone', coalesce(lag(e.event_number) OVER w, 0) + 1)
                WHEN e.row_hash <> _registry_event_hash(e, lag(e.row_hash) OVER w) OR e.from_state IS DISTINCT FROM lag(e.to_state) OVER w
                THEN format('event %s of its history (%s) was changed', e.event_number, e.event) END AS fault
    FROM scoring_data.registry_event e WINDOW w AS (PARTITION BY e.kind, e.name, e.version ORDER BY e.event_number)) f
    WHERE f.fault IS NOT NULL ORDER BY f.kind, f.name, f.version, f.event_number;
  RETURN QUERY SELECT 'error', format('%s "%s@%s"', s.kind, s.name, s.version), format('it is %s, but by its history %s', s.state, coalesce(e.to_state, 'nothing')), mend
    FROM scoring_data.registry_state s LEFT JOIN (
      SELECT DISTINCT ON (r.kind, r.name, r.version) r.kind, r.name, r.version, r.to_state FROM scoring_data.registry_event r
      ORDER BY r.kind, r.name, r.version, r.event_number DESC) e USING (kind, name, version)
    WHERE e.to_state IS DISTINCT FROM s.state ORDER BY s.kind, s.name, s.version;
  RETURN QUERY SELECT 'error', format('%s "%s@%s"', s.kind, s.name, s.version), 'it is not live as it was deployed: slot, share or expiry are others', mend
    FROM scoring_data.registry_state s LEFT JOIN (
      SELECT DISTINCT ON (r.kind, r.name, r.version) r.kind, r.name, r.version, r.evidence FROM scoring_data.registry_event r WHERE r.event = 'deploy'
      ORDER BY r.kind, r.name, r.version, r.event_number DESC) e USING (kind, name, version)
    WHERE s.state = 'live' AND e.evidence IS DISTINCT FROM _registry_deployment(s) ORDER BY s.kind, s.name, s.version;

  -- Models: the value is the one that was registered.
  RETURN QUERY SELECT 'error', format('model "%s@%s"', f.name, f.version), f.fault, mend FROM (
    SELECT m.name, m.version,
           CASE WHEN _model_fault(m.model) IS NOT NULL THEN _model_fault(m.model)
                WHEN hash(m.model) <> m.hash OR m.hash IS DISTINCT FROM r.evidence ->> 'hash' THEN 'it is not the model that was registered: its hash is another'
                WHEN m.row_hash <> _model_row_hash(m) THEN 'its row was changed since it was registered' END AS fault
    FROM scoring_data.model_version m
    LEFT JOIN scoring_data.registry_event r ON r.kind = 'model' AND r.name = m.name AND r.version = m.version AND r.event = 'register') f
    WHERE f.fault IS NOT NULL ORDER BY f.name, f.version;

  RETURN QUERY SELECT 'warning', format('%s "%s@%s"', s.kind, s.name, s.version), format('the champion expired on %s', s.expires_at),
                      format('SELECT scoring.deploy_%s(...); of another version, or of this one with another expires_at', s.kind)
    FROM scoring_data.registry_state s WHERE s.slot = 'champion' AND s.expires_at <= now() ORDER BY s.kind, s.name;
  RETURN QUERY SELECT 'warning', format('model "%s"', g.name), format('its use "%s" is granted to role "%s", which does not exist; whoever makes a role of that name has it', g.use, g.grantee),
                      format('SELECT scoring.revoke_model(%L, %L, %L);', g.name, g.grantee, g.use)
    FROM scoring_data.model_grant g
    WHERE g.revoked_at IS NULL AND g.grantee <> 'public' AND NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = g.grantee) ORDER BY 2, 3;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_registry(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_registry() IS 'internal: what is wrong with the contents of room registry, for doctor(): rows that were changed or are gone, champions that have expired, grants to roles that are not there';
