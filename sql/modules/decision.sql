-- decision: policies, decisions taken by them, what was decided on why, and whether it would be decided so again.

-- What a decision keeps of a row, and what a model says of it.

CREATE FUNCTION scoring.inputs("row" record, columns text[]) RETURNS jsonb
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_decision_inputs';
COMMENT ON FUNCTION scoring.inputs(record, text[]) IS 'columns of a row, found by name, as a JSON object that a decision keeps: numbers as they are, without trailing zeros, dates as "2024-02-29", NaN and infinities as strings, texts, booleans, NULL as null; runs no code of the row''s types; NULL if an argument is; no such column: 42703, twice: 42702, a type that no characteristic has: 42804';

CREATE FUNCTION scoring._evaluate(model scoring.model, inputs jsonb, with_values boolean DEFAULT false) RETURNS jsonb
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'scoring_decision_evaluate';
REVOKE EXECUTE ON FUNCTION scoring._evaluate(scoring.model, jsonb, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._evaluate(scoring.model, jsonb, boolean) IS 'internal: all that a model says of inputs(row): score, pd, log_odds, base_points, lowest_score, highest_score, characteristics as explain() has them, all reasons with the points they cost, and how many inputs were missing, special, unseen or out of range; the same bits as of the row; NULL if an argument is';

-- Tables.

CREATE FUNCTION scoring._setup_decision() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('policy_version', $t$
    name text NOT NULL,
    version integer NOT NULL,
    policy jsonb NOT NULL,
    hash text NOT NULL,
    note text,
    role_name text NOT NULL,
    session_name text NOT NULL,
    registered_at timestamptz NOT NULL,
    row_hash text NOT NULL,
    PRIMARY KEY (name, version)$t$,
    'the versions of policies; never changed');
  COMMENT ON COLUMN scoring_data.policy_version.policy IS 'as registered, with every default written out';
  COMMENT ON COLUMN scoring_data.policy_version.hash IS 'SHA-256 of the policy''s text in UTF-8';
  COMMENT ON COLUMN scoring_data.policy_version.row_hash IS 'SHA-256 of the other columns';
  PERFORM _make_table('decision', $t$
    subject text NOT NULL,
    decision_id bigint GENERATED ALWAYS AS IDENTITY,
    reference text,
    purpose text NOT NULL,
    policy_name text NOT NULL,
    policy_version integer NOT NULL,
    policy_hash text NOT NULL,
    model_name text NOT NULL,
    model_version integer NOT NULL,
    model_hash text NOT NULL,
    input_names text[] NOT NULL,
    inputs jsonb,
    inputs_hash text,
    evidence jsonb NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('approve', 'refer', 'decline')),
    score integer NOT NULL,
    pd double precision NOT NULL,
    reasons text[] NOT NULL,
    reason_texts jsonb NOT NULL,
    rules text[] NOT NULL,
    missing integer NOT NULL,
    special integer NOT NULL,
    unseen integer NOT NULL,
    out_of_range integer NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    on_behalf_of text,
    decided_at timestamptz NOT NULL,
    row_hash text NOT NULL,
    PRIMARY KEY (subject, decision_id),
    CHECK ((inputs IS NULL) <> (inputs_hash IS NULL))$t$,
    'the decisions that decide() took, each with all that it rests on; only ever appended to');
  IF to_regclass('scoring_data.decision_id') IS NULL THEN
    CREATE UNIQUE INDEX decision_id ON scoring_data.decision (decision_id);
  END IF;
  IF to_regclass('scoring_data.decision_decided_at') IS NULL THEN
    CREATE INDEX decision_decided_at ON scoring_data.decision USING brin (decided_at);
  END IF;
  COMMENT ON COLUMN scoring_data.decision.inputs IS 'inputs(row, input_names), where the policy has them stored';
  COMMENT ON COLUMN scoring_data.decision.inputs_hash IS 'SHA-256 of salt and text of the inputs, where the policy has them hashed';
  COMMENT ON COLUMN scoring_data.decision.evidence IS 'what _judge() made of it, what shadows would have said, and whether the caller chose the model''s version';
  COMMENT ON COLUMN scoring_data.decision.outcome IS 'as decided; what came later is in decision_event';
  COMMENT ON COLUMN scoring_data.decision.reasons IS 'codes of the principal reasons; none of an approval';
  COMMENT ON COLUMN scoring_data.decision.reason_texts IS 'their texts as they stood then, by code and language';
  COMMENT ON COLUMN scoring_data.decision.rules IS 'names of the rules that had a say';
  COMMENT ON COLUMN scoring_data.decision.on_behalf_of IS 'who the caller said to act for; a claim';
  COMMENT ON COLUMN scoring_data.decision.row_hash IS 'SHA-256 of the other columns';
  PERFORM _make_table('decision_salt', $t$
    subject text NOT NULL,
    decision_id bigint NOT NULL,
    salt bytea NOT NULL,
    PRIMARY KEY (subject, decision_id)$t$,
    'salts of hashed inputs; without its salt a hash says nothing of anybody any more');
  PERFORM _make_table('decision_event', $t$
    subject text NOT NULL,
    decision_id bigint NOT NULL,
    event_number integer NOT NULL,
    event text NOT NULL CHECK (event IN ('override', 'review', 'erase salt')),
    outcome text NOT NULL CHECK (outcome IN ('approve', 'refer', 'decline')),
    reason_code text,
    reason_texts jsonb,
    explanation text NOT NULL,
    requested_by text,
    role_name text NOT NULL,
    session_name text NOT NULL,
    at timestamptz NOT NULL,
    row_hash text NOT NULL,
    PRIMARY KEY (subject, decision_id, event_number),
    FOREIGN KEY (subject, decision_id) REFERENCES scoring_data.decision (subject, decision_id)$t$,
    'what people made of decisions afterwards; the last event has the outcome that holds; only ever appended to');
  COMMENT ON COLUMN scoring_data.decision_event.row_hash IS 'SHA-256 of the other columns and of the row_hash before: the decision''s, or that of its event before';

  PERFORM _make_view('policies', $q$
    SELECT s.name, s.version, s.name || '@' || s.version AS policy, s.state, s.slot, s.live_since, s.expires_at, s.on_expiry,
           v.policy AS definition, v.hash, v.note, v.role_name, v.session_name, v.registered_at
    FROM scoring_data.registry_state s JOIN scoring_data.policy_version v USING (name, version) WHERE s.kind = 'policy'$q$,
    'the versions of policies: where each stands, what it says, who registered it');
  PERFORM _make_view('policy_events', $q$
    SELECT name, version, event_number, event, from_state, to_state, role_name, session_name, at, reason, evidence
    FROM scoring_data.registry_event WHERE kind = 'policy'$q$,
    'what was done to each version of a policy, by whom, when and why');
  PERFORM _make_view('decisions', $q$
    SELECT d.decision_id, d.subject, d.reference, d.purpose, coalesce(e.outcome, d.outcome) AS outcome, d.outcome AS decided, e.event AS last_event,
           d.score, d.pd, d.reasons, d.reason_texts, d.rules, d.missing, d.special, d.unseen, d.out_of_range,
           d.policy_name || '@' || d.policy_version AS policy, d.policy_hash, d.model_name || '@' || d.model_version AS model, d.model_hash,
           CASE WHEN d.inputs IS NOT NULL THEN 'stored' WHEN s.decision_id IS NOT NULL THEN 'hashed' ELSE 'hashed, salt erased' END AS inputs_are,
           d.role_name, d.session_name, d.on_behalf_of, d.decided_at, d.row_hash
    FROM scoring_data.decision d
    LEFT JOIN scoring_data.decision_salt s ON s.subject = d.subject AND s.decision_id = d.decision_id
    LEFT JOIN LATERAL (SELECT v.outcome, v.event FROM scoring_data.decision_event v
                       WHERE v.subject = d.subject AND v.decision_id = d.decision_id AND v.event <> 'erase salt' ORDER BY v.event_number DESC LIMIT 1) e ON true$q$,
    'the decisions: outcome is the one that holds now, decided the one decide() came to; neither inputs nor bins nor points');
  PERFORM _make_view('decision_counts', $q$
    SELECT (d.decided_at AT TIME ZONE 'UTC')::date AS day, d.policy_name || '@' || d.policy_version AS policy, d.model_name || '@' || d.model_version AS model,
           d.outcome AS decided, coalesce(e.outcome, d.outcome) AS outcome, count(*) AS decisions,
           sum(d.missing) AS missing, sum(d.special) AS special, sum(d.unseen) AS unseen, sum(d.out_of_range) AS out_of_range
    FROM scoring_data.decision d
    LEFT JOIN LATERAL (SELECT v.outcome FROM scoring_data.decision_event v
                       WHERE v.subject = d.subject AND v.decision_id = d.decision_id ORDER BY v.event_number DESC LIMIT 1) e ON true
    GROUP BY 1, 2, 3, 4, 5$q$,
    'how many decisions of each day (UTC), policy and model came to which outcome, and how many of their inputs met which policy of the model');
  PERFORM _make_view('decision_events', $q$
    SELECT decision_id, subject, event_number, event, outcome, reason_code, reason_texts, explanation, requested_by, role_name, session_name, at
    FROM scoring_data.decision_event$q$,
    'what people made of decisions afterwards: overrides, reviews, erasures of salt');
  PERFORM _setup_notice();
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_decision() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_decision() IS 'internal: the tables and views of rooms decision and notice';

CREATE FUNCTION scoring._grants_decision(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('modeler', 'function', 'register_policy(text, jsonb, text)', 'EXECUTE'),
           ('modeler', 'function', 'validate_policy(text, jsonb, text)', 'EXECUTE'),
           ('approver', 'function', 'approve_policy(text, text)', 'EXECUTE'),
           ('approver', 'function', 'deploy_policy(text, text, timestamptz, text)', 'EXECUTE'),
           ('approver', 'function', 'retire_policy(text, text)', 'EXECUTE'),
           ('officer', 'function', 'decide(text, text, record, text, text, text, text)', 'EXECUTE'),
           ('officer', 'function', 'override_decision(bigint, text, text, text)', 'EXECUTE'),
           ('officer', 'function', 'review_decision(bigint, text, text, text, text)', 'EXECUTE'),
           ('officer', 'function', 'decision_evidence(bigint)', 'EXECUTE'),
           ('officer', 'function', 'replay(bigint, jsonb)', 'EXECUTE'),
           ('officer', 'function', 'replay_all(timestamptz, timestamptz, boolean)', 'EXECUTE'),
           ('officer', 'function', 'adverse_action_notice(bigint, text, text)', 'EXECUTE'),
           ('auditor', 'function', 'replay(bigint, jsonb)', 'EXECUTE'),
           ('auditor', 'function', 'replay_all(timestamptz, timestamptz, boolean)', 'EXECUTE'),
           ('steward', 'function', 'erase_decision_salt(text, text, bigint)', 'EXECUTE'),
           ('steward', 'function', 'set_reason_text(text, text, text, date, text, boolean)', 'EXECUTE'),
           ('steward', 'function', 'set_notice_text(text, text, text, date)', 'EXECUTE'),
           ('steward', 'function', 'missing_reason_texts(text, text)', 'EXECUTE'),
           ('modeler', 'function', 'missing_reason_texts(text, text)', 'EXECUTE'),
           ('approver', 'function', 'missing_reason_texts(text, text)', 'EXECUTE'),
           ('steward', 'table', 'scoring_data.policies', 'SELECT'),
           ('modeler', 'table', 'scoring_data.policies', 'SELECT'),
           ('approver', 'table', 'scoring_data.policies', 'SELECT'),
           ('officer', 'table', 'scoring_data.policies', 'SELECT'),
           ('auditor', 'table', 'scoring_data.policies', 'SELECT'),
           ('steward', 'table', 'scoring_data.policy_events', 'SELECT'),
           ('modeler', 'table', 'scoring_data.policy_events', 'SELECT'),
           ('approver', 'table', 'scoring_data.policy_events', 'SELECT'),
           ('auditor', 'table', 'scoring_data.policy_events', 'SELECT'),
           ('officer', 'table', 'scoring_data.decisions', 'SELECT'),
           ('auditor', 'table', 'scoring_data.decisions', 'SELECT'),
           ('analyst', 'table', 'scoring_data.decision_counts', 'SELECT'),
           ('officer', 'table', 'scoring_data.decision_counts', 'SELECT'),
           ('auditor', 'table', 'scoring_data.decision_counts', 'SELECT'),
           ('officer', 'table', 'scoring_data.decision_events', 'SELECT'),
           ('auditor', 'table', 'scoring_data.decision_events', 'SELECT'),
           ('steward', 'table', 'scoring_data.reason_texts', 'SELECT'),
           ('modeler', 'table', 'scoring_data.reason_texts', 'SELECT'),
           ('officer', 'table', 'scoring_data.reason_texts', 'SELECT'),
           ('auditor', 'table', 'scoring_data.reason_texts', 'SELECT'),
           ('steward', 'table', 'scoring_data.notice_texts', 'SELECT'),
           ('officer', 'table', 'scoring_data.notice_texts', 'SELECT'),
           ('auditor', 'table', 'scoring_data.notice_texts', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_decision(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_decision() IS 'internal: who may do what in rooms decision and notice';

-- Policies.

CREATE FUNCTION scoring._policy_refuse(path text, problem text, rule text DEFAULT NULL) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  -- RAISE takes no NULL.
  IF rule IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s: %s', path, problem);
  END IF;
  RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s: %s', path, problem), DETAIL = rule;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_refuse(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_refuse(text, text, text) IS 'internal: 22023 about a place in a policy';

CREATE FUNCTION scoring._policy_only(object jsonb, path text, allowed text[]) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  key text;
BEGIN
  IF object IS NULL OR jsonb_typeof(object) <> 'object' THEN
    PERFORM _policy_refuse(path, 'an object was expected');
  END IF;
  SELECT k INTO key FROM jsonb_object_keys(object) k WHERE k <> ALL (allowed) ORDER BY k LIMIT 1;
  IF FOUND THEN
    PERFORM _policy_refuse(path, format('unknown member "%s"', left(key, 100)), format('The members are %s.', array_to_string(allowed, ', ')));
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_only(jsonb, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_only(jsonb, text, text[]) IS 'internal: 22023 unless it is an object that has no other members';

CREATE FUNCTION scoring._policy_text(object jsonb, path text, member text, pattern text, rule text, preset text DEFAULT NULL) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  value jsonb := object -> member;
BEGIN
  IF value IS NULL THEN
    IF preset IS NULL THEN
      PERFORM _policy_refuse(path, format('the member "%s" is missing', member), rule);
    END IF;
    RETURN preset;
  END IF;
  IF jsonb_typeof(value) <> 'string' OR (value #>> '{}') !~ pattern THEN
    PERFORM _policy_refuse(path || '.' || member, format('%s will not do', left(value::text, 200)), rule);
  END IF;
  RETURN value #>> '{}';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_text(jsonb, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_text(jsonb, text, text, text, text, text) IS 'internal: a member that is a string of a pattern, or its preset; 22023';

CREATE FUNCTION scoring._policy_integer(object jsonb, path text, member text, low integer, high integer, preset integer DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  value jsonb := object -> member;
  number numeric;
BEGIN
  IF value IS NULL THEN
    IF preset IS NULL THEN
      PERFORM _policy_refuse(path, format('the member "%s" is missing', member));
    END IF;
    RETURN preset;
  END IF;
  IF jsonb_typeof(value) = 'number' THEN
    number := (value #>> '{}')::numeric;
  END IF;
  IF number IS NULL OR number <> trunc(number) OR number NOT BETWEEN low AND high THEN
    PERFORM _policy_refuse(path || '.' || member, format('%s is not a whole number from %s to %s', left(value::text, 200), low, high));
  END IF;
  RETURN number::integer;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_integer(jsonb, text, text, integer, integer, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_integer(jsonb, text, text, integer, integer, integer) IS 'internal: a member that is a whole number, or its preset; 22023';

-- The server's own text of a jsonpath quotes every key, so that its columns can be read off. Strict: there a comparison
-- with a member that is not there is unknown, and not, and, or follow three-valued logic; lax would make it false.
CREATE FUNCTION scoring._rule_columns("when" text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  token text[];
  columns text[] := '{}';
BEGIN
  FOR token IN SELECT regexp_matches(('strict ' || "when")::jsonpath::text, '\$\.("(?:[^"\\]|\\.)*")|"(?:[^"\\]|\\.)*"|(\$)', 'g') LOOP
    IF token[2] IS NOT NULL THEN
      RETURN NULL;
    ELSIF token[1] IS NOT NULL AND (token[1]::jsonb #>> '{}') <> ALL (columns) THEN
      columns := columns || (token[1]::jsonb #>> '{}');
    END IF;
  END LOOP;
  RETURN columns;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._rule_columns(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._rule_columns(text) IS 'internal: the columns that a rule reads, as $.name or $."na me"; NULL if it uses $ in another way, or a variable; malformed: 42601';

CREATE FUNCTION scoring._rule_fires("when" text, known jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN jsonb_path_match(known, ('strict ' || "when")::jsonpath);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._rule_fires(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._rule_fires(text, jsonb) IS 'internal: whether a rule is true of inputs from which the nulls have been taken; NULL if that is unknown';

CREATE FUNCTION scoring._policy_rule(rule jsonb, path text) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  predicate text;
  columns text[];
  fault text;
  reason_code text;
BEGIN
  PERFORM _policy_only(rule, path, '{name,when,outcome,reason_code,on_unknown,unknown_reason_code}');
  predicate := _policy_text(rule, path, 'when', '^(.|\n)+$', 'It is a predicate of the SQL/JSON path language, such as $.age < 18.');
  IF octet_length(predicate) > 1000 THEN
    PERFORM _policy_refuse(path || '.when', format('%s bytes, where 1000 are the most', octet_length(predicate)));
  ELSIF predicate ~* '^\s*(lax|strict)\y' THEN
    PERFORM _policy_refuse(path || '.when', 'a mode cannot be chosen', 'Rules are strict: what is not known is unknown, never false.');
  END IF;
  BEGIN
    columns := _rule_columns(predicate);
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT;
    PERFORM _policy_refuse(path || '.when', 'this is no SQL/JSON path', fault);
  END;
  IF columns IS NULL OR columns = '{}' THEN
    PERFORM _policy_refuse(path || '.when', 'a rule reads columns by name, and nothing else', 'A column is written as $.name or $."name".');
  END IF;
  BEGIN
    -- Only a predicate can be asked this. A path that gives true or false for some rows may give nothing for others.
    PERFORM ('strict (' || predicate || ') is unknown')::jsonpath;
  EXCEPTION WHEN syntax_error THEN
    PERFORM _policy_refuse(path || '.when', 'this is no predicate: it must be true, false or unknown', 'It compares, matches or uses exists(), joined by &&, || and !.');
  END;
  reason_code := _policy_text(rule, path, 'reason_code', '^\S.{0,199}$', 'It has 1 to 200 characters.');
  RETURN jsonb_build_object(
    'name', _policy_text(rule, path, 'name', '^[a-z][a-z0-9_]{0,62}$', 'A name begins with a letter and goes on with letters, digits and underscores, all lower case, at most 63.'),
    'when', predicate,
    'outcome', _policy_text(rule, path, 'outcome', '^(decline|refer)$', 'It is decline or refer.'),
    'reason_code', reason_code,
    'on_unknown', _policy_text(rule, path, 'on_unknown', '^(refer|decline|ignore)$', 'It is refer, decline or ignore.', 'refer'),
    -- "Under age" is not what to tell somebody whose age is not known.
    'unknown_reason_code', _policy_text(rule, path, 'unknown_reason_code', '^\S.{0,207}$', 'It has 1 to 208 characters.', reason_code || ' missing'));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_rule(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_rule(jsonb, text) IS 'internal: a rule of a policy, with its defaults written out; 22023 names the place of a fault';

CREATE FUNCTION scoring._policy_normal(policy jsonb) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  approve_at integer;
  decline_below integer;
  list jsonb;
  rules jsonb := '[]';
  override jsonb := '{}';
  inquiries jsonb := coalesce(policy -> 'inquiries', 'false');
  key text;
  place integer;
  item jsonb;
BEGIN
  PERFORM _policy_only(policy, '$', '{model,approve_at,decline_below,rules,override,inputs,reasons,inquiries}');
  IF octet_length(policy::text) > 65536 THEN
    RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = 'the policy would be larger than 65536 bytes';
  END IF;
  approve_at := _policy_integer(policy, '$', 'approve_at', -2000000000, 2000000000);
  decline_below := _policy_integer(policy, '$', 'decline_below', -2000000000, 2000000000, approve_at);
  IF decline_below > approve_at THEN
    PERFORM _policy_refuse('$.decline_below', format('%s is above approve_at, which is %s', decline_below, approve_at));
  END IF;

  list := coalesce(policy -> 'rules', '[]');
  IF jsonb_typeof(list) <> 'array' THEN
    PERFORM _policy_refuse('$.rules', 'an array was expected');
  ELSIF jsonb_array_length(list) > 100 THEN
    PERFORM _policy_refuse('$.rules', 'more than 100 rules');
  END IF;
  FOR place IN 0 .. jsonb_array_length(list) - 1 LOOP
    item := _policy_rule(list -> place, format('$.rules[%s]', place));
    IF rules @> jsonb_build_array(jsonb_build_object('name', item -> 'name')) THEN
      PERFORM _policy_refuse(format('$.rules[%s].name', place), format('the name %s is there twice', item -> 'name'));
    END IF;
    rules := rules || jsonb_build_array(item);
  END LOOP;

  list := coalesce(policy -> 'override', '{}');
  PERFORM _policy_only(list, '$.override', '{approve,refer,decline}');
  FOR key IN SELECT k FROM jsonb_object_keys(list) k ORDER BY k LOOP
    IF jsonb_typeof(list -> key) <> 'array' OR jsonb_array_length(list -> key) > 100
       OR EXISTS (SELECT FROM jsonb_array_elements(list -> key) r WHERE jsonb_typeof(r) <> 'string' OR octet_length(r #>> '{}') NOT BETWEEN 1 AND 63) THEN
      PERFORM _policy_refuse('$.override.' || key, 'an array of names of roles was expected, at most 100');
    END IF;
    override := override || jsonb_build_object(key, list -> key);
  END LOOP;
  IF jsonb_typeof(inquiries) <> 'boolean' THEN
    PERFORM _policy_refuse('$.inquiries', 'true or false was expected');
  END IF;
  RETURN jsonb_build_object(
    'model', _policy_text(policy, '$', 'model', '^[a-z][a-z0-9_]{0,62}$', 'It is the name of a registered model, without a version.'),
    'approve_at', approve_at, 'decline_below', decline_below, 'rules', rules, 'override', override,
    'inputs', _policy_text(policy, '$', 'inputs', '^(store|hash)$', 'It is store or hash.', 'store'),
    'reasons', _policy_integer(policy, '$', 'reasons', 1, 4, 4), 'inquiries', inquiries);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_normal(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_normal(jsonb) IS 'internal: a policy with every default written out; 22023 names the place of a fault, such as $.rules[0].when; too large: 54000';

CREATE FUNCTION scoring._policy_hash(policy jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN encode(sha256(convert_to(policy::text, 'UTF8')), 'hex');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_hash(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_hash(jsonb) IS 'internal: SHA-256 of a policy''s text in UTF-8, as 64 hexadecimal digits';

CREATE FUNCTION scoring._policy_row_hash(version record) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(version.name, version.version::text, version.policy::text, version.hash, version.note,
                            version.role_name, version.session_name, _registry_instant(version.registered_at));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._policy_row_hash(record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._policy_row_hash(record) IS 'internal: row_hash of a row of scoring_data.policy_version';

CREATE FUNCTION scoring._register_policy(name text, policy jsonb, note text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  normal jsonb;
  v record;
  earlier text;
BEGIN
  IF _register_policy.policy IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'there is no policy to register';
  END IF;
  normal := _policy_normal(_register_policy.policy);
  SELECT _register_policy.name, _registry_register('policy', _register_policy.name, _policy_hash(normal), _register_policy.note) AS version,
         normal AS policy, _policy_hash(normal) AS hash, _register_policy.note, _caller()::text AS role_name,
         session_user::text AS session_name, clock_timestamp() AS registered_at INTO v;
  SELECT string_agg(p.name || '@' || p.version, ', ' ORDER BY p.version) INTO earlier
  FROM scoring_data.policy_version p WHERE p.name = v.name AND p.hash = v.hash;
  IF earlier IS NOT NULL THEN
    RAISE NOTICE USING MESSAGE = format('"%s@%s" decides as %s', v.name, v.version, earlier), DETAIL = 'They have the same hash.';
  END IF;
  INSERT INTO scoring_data.policy_version (name, version, policy, hash, note, role_name, session_name, registered_at, row_hash)
  VALUES (v.name, v.version, v.policy, v.hash, v.note, v.role_name, v.session_name, v.registered_at, _policy_row_hash(v));
  RETURN v.name || '@' || v.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._register_policy(text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._register_policy(text, jsonb, text) IS 'internal: register_policy() as the workspace''s owner';

CREATE FUNCTION scoring.register_policy(name text, policy jsonb, note text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.register_policy(text, jsonb, text) IS 'registers a policy (docs/decision.md) as the next version of a name, a draft, and gives what it is called, such as retail_loans@2; a version never changes; for modelers: 42501; a fault in the policy or the name: 22023, with its place; NULL: 22004';

@include version.sql KIND=policy EVIDENCE=a_JSON_object_that_is_not_empty

CREATE FUNCTION scoring._deploy_policy(policy text, reason text, expires_at timestamptz, on_expiry text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('policy', policy);
BEGIN
  PERFORM _registry_transition('policy', r.name, r.version, 'deploy', reason,
                               jsonb_build_object('slot', 'champion', 'expires_at', expires_at, 'on_expiry', on_expiry));
  RETURN policy;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._deploy_policy(text, text, timestamptz, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._deploy_policy(text, text, timestamptz, text) IS 'internal: deploy_policy() as the workspace''s owner';
CREATE FUNCTION scoring.deploy_policy(policy text, reason text, expires_at timestamptz DEFAULT NULL, on_expiry text DEFAULT 'warn') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.deploy_policy(text, text, timestamptz, text) IS 'takes an approved version into production in place of the one before, which stays approved; after expires_at, if there is one, decide() warns or refuses; gives its name; for approvers: 42501; not approved, retired: 55000; bad expiry, no reason, no version: 22023; unknown: 42704';

-- Deciding.

CREATE FUNCTION scoring._by_score(policy jsonb, score integer) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT CASE WHEN score >= (policy OPERATOR(pg_catalog.->>) 'approve_at')::integer THEN 'approve'
                WHEN score < (policy OPERATOR(pg_catalog.->>) 'decline_below')::integer THEN 'decline' ELSE 'refer' END;
END;
REVOKE EXECUTE ON FUNCTION scoring._by_score(jsonb, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._by_score(jsonb, integer) IS 'internal: what the cut-offs of a policy make of a score: approve, refer or decline';

CREATE FUNCTION scoring._judge(policy jsonb, model scoring.model, inputs jsonb, inquiry_codes text[]) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  evaluation jsonb := _evaluate(model, inputs);
  by_score text := _by_score(policy, (evaluation ->> 'score')::integer);
  known jsonb := jsonb_strip_nulls(inputs);
  rule jsonb;
  fires boolean;
  effect text;
  results jsonb := '[]';
  outcome text := by_score;
  codes text[] := '{}';
  inquiry text;
BEGIN
  FOR rule IN SELECT r FROM jsonb_array_elements(policy -> 'rules') WITH ORDINALITY e (r, place) ORDER BY place LOOP
    fires := _rule_fires(rule ->> 'when', known);
    effect := CASE WHEN fires THEN rule ->> 'outcome' WHEN fires IS NULL THEN nullif(rule ->> 'on_unknown', 'ignore') END;
    results := results || jsonb_build_array(jsonb_build_object('name', rule -> 'name', 'is', fires, 'effect', effect,
      'reason_code', CASE WHEN effect IS NOT NULL THEN rule -> CASE WHEN fires THEN 'reason_code' ELSE 'unknown_reason_code' END END));
    -- decline outweighs refer, which outweighs approve.
    IF effect = 'decline' OR effect = 'refer' AND outcome = 'approve' THEN
      outcome := effect;
    END IF;
  END LOOP;

  -- Principal reasons are what this outcome rests on: the rules that asked for it, then the score if it asked for it too.
  IF outcome <> 'approve' THEN
    SELECT coalesce(array_agg(c.code ORDER BY c.first), '{}') INTO codes FROM (
      SELECT s.code, min(s.place) AS first FROM (
        SELECT e.r ->> 'reason_code' AS code, e.place FROM jsonb_array_elements(results) WITH ORDINALITY e (r, place) WHERE e.r ->> 'effect' = outcome
        UNION ALL SELECT e.r ->> 'code', 1000 + e.place FROM jsonb_array_elements(evaluation -> 'reasons') WITH ORDINALITY e (r, place) WHERE by_score = outcome) s
      GROUP BY s.code ORDER BY min(s.place) LIMIT (policy ->> 'reasons')::integer) c;
    IF by_score = outcome AND (policy ->> 'inquiries')::boolean THEN
      SELECT e.r ->> 'code' INTO inquiry FROM jsonb_array_elements(evaluation -> 'reasons') WITH ORDINALITY e (r, place)
      WHERE e.r ->> 'code' = ANY (inquiry_codes) ORDER BY e.place LIMIT 1;
      IF inquiry IS NOT NULL AND inquiry <> ALL (codes) THEN
        codes := codes || inquiry;
      END IF;
    END IF;
  END IF;
  RETURN jsonb_build_object('outcome', outcome, 'by_score', by_score, 'reasons', to_jsonb(codes), 'inquiry_codes', to_jsonb(inquiry_codes),
                            'rules', results, 'evaluation', evaluation);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._judge(jsonb, scoring.model, jsonb, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._judge(jsonb, scoring.model, jsonb, text[]) IS 'internal: what a policy makes of inputs by a model: the outcome, what the score alone would give, codes of the principal reasons, each rule, and _evaluate(); reads no table, so that decide() and replay() cannot differ';

CREATE FUNCTION scoring._in_production(kind text, name text, version integer) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  s record;
  reference text := name || '@' || version;
BEGIN
  SELECT r.state, r.shadow, r.expires_at, r.on_expiry INTO s FROM scoring_data.registry_state r
  WHERE r.kind = _in_production.kind AND r.name = _in_production.name AND r.version = _in_production.version;
  IF s.state IS DISTINCT FROM 'live' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" is not live', kind, reference),
      DETAIL = format('It is %s. Only what was approved and deployed decides.', CASE s.state WHEN 'draft' THEN 'a draft' ELSE s.state END),
      HINT = format('An approver deploys it: SELECT scoring.deploy_%s(%L, ''why'');', kind, reference);
  ELSIF s.shadow THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" is a shadow', kind, reference),
      DETAIL = 'A shadow is computed beside the version that decides, and decides nothing.';
  -- By the clock: a transaction that was begun in time does not go on deciding.
  ELSIF s.expires_at <= clock_timestamp() AND s.on_expiry = 'refuse' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s "%s" has expired', kind, reference),
      DETAIL = format('It was good until %s.', _registry_instant(s.expires_at)),
      HINT = format('An approver deploys another version, or this one with another date: SELECT scoring.deploy_%s(...);', kind);
  ELSIF s.expires_at <= clock_timestamp() THEN
    RAISE WARNING USING MESSAGE = format('%s "%s" has expired', kind, reference), DETAIL = format('It was good until %s.', _registry_instant(s.expires_at));
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._in_production(text, text, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._in_production(text, text, integer) IS 'internal: 55000 unless a version may decide: it is live, no shadow, and has not expired or only warns then';

CREATE FUNCTION scoring._decision_row_hash(decision record) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(decision.subject, decision.decision_id::text, decision.reference, decision.purpose,
    decision.policy_name, decision.policy_version::text, decision.policy_hash, decision.model_name, decision.model_version::text, decision.model_hash,
    to_jsonb(decision.input_names)::text, _registry_json(decision.inputs), decision.inputs_hash, _registry_json(decision.evidence), decision.outcome, decision.score::text,
    -- By its bits: the text of a double depends on a setting.
    encode(float8send(decision.pd), 'hex'), to_jsonb(decision.reasons)::text, _registry_json(decision.reason_texts), to_jsonb(decision.rules)::text,
    decision.missing::text, decision.special::text, decision.unseen::text, decision.out_of_range::text,
    decision.role_name, decision.session_name, decision.on_behalf_of, _registry_instant(decision.decided_at));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decision_row_hash(record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decision_row_hash(record) IS 'internal: row_hash of a row of scoring_data.decision';

CREATE FUNCTION scoring._decision_event_hash(event record, previous text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN _registry_row_hash(event.subject, event.decision_id::text, event.event_number::text, event.event, event.outcome, event.reason_code,
    _registry_json(event.reason_texts), event.explanation, event.requested_by, event.role_name, event.session_name, _registry_instant(event.at), previous);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decision_event_hash(record, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decision_event_hash(record, text) IS 'internal: row_hash of a row of scoring_data.decision_event, given the one before';

CREATE FUNCTION scoring._inputs_hash(salt bytea, inputs jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN encode(sha256(salt || convert_to(_registry_json(inputs), 'UTF8')), 'hex');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._inputs_hash(bytea, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._inputs_hash(bytea, jsonb) IS 'internal: SHA-256 of a salt and the text, in UTF-8, of inputs';

CREATE FUNCTION scoring._needed(what text, value text, optional boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT (optional AND value IS NULL) AND coalesce(value !~ '\S', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s must %s', what, CASE WHEN optional THEN 'be NULL, or say something' ELSE 'be given' END);
  ELSIF octet_length(value) > 10000 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s has %s bytes, where 10000 are the most', what, octet_length(value));
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._needed(text, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._needed(text, text, boolean) IS 'internal: 22023 if a text is blank or too long, or NULL and not optional';

CREATE FUNCTION scoring._decide(policy text, model text, "row" record, subject text, purpose text, reference text, on_behalf_of text,
    OUT decision_id bigint, OUT decision text, OUT score integer, OUT pd double precision, OUT reasons text[], OUT rules text[],
    OUT policy_version text, OUT model_version text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  p record;
  m record;
  other record;
  d record;
  columns text[];
  row_inputs jsonb;
  salt bytea;
  judged jsonb;
  shadows jsonb := '[]';
  shadow_evaluation jsonb;
  id bigint;
  fault text;
  inquiries text[] := '{}';
BEGIN
  PERFORM _needed('a subject', _decide.subject);
  PERFORM _needed('a purpose', _decide.purpose);
  PERFORM _needed('the reference', _decide.reference, true);
  PERFORM _needed('on_behalf_of', _decide.on_behalf_of, true);

  -- What a name means and whether that may decide is asked in one statement, and so of one moment: a deployment in between
  -- would make it out to be no longer live.
  SELECT v.name, v.version, v.policy, v.hash, _in_production('policy', v.name, v.version) INTO p FROM _registry_resolve('policy', _decide.policy) r
    JOIN scoring_data.policy_version v ON v.name = r.name AND v.version = r.version;
  PERFORM _version_there('policy', _decide.policy, FOUND);
  IF _decide.model IS NULL THEN
    SELECT v.name, v.version, v.model, v.hash, _in_production('model', v.name, v.version) INTO m
    FROM _registry_assign(p.policy ->> 'model', _decide.subject) assigned JOIN scoring_data.model_version v ON v.name = p.policy ->> 'model' AND v.version = assigned;
    PERFORM _version_there('model', p.policy ->> 'model', FOUND);
  ELSE
    SELECT v.name, v.version, v.model, v.hash, CASE WHEN v.name = p.policy ->> 'model' THEN _in_production('model', v.name, v.version) END INTO m
    FROM _registry_resolve('model', _decide.model) r
      JOIN scoring_data.model_version v ON v.name = r.name AND v.version = r.version;
    PERFORM _version_there('model', _decide.model, FOUND);
    IF m.name IS DISTINCT FROM p.policy ->> 'model' THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('policy "%s@%s" is not for model "%s"', p.name, p.version, _decide.model),
        DETAIL = format('Its cut-offs are for the scores of model "%s".', p.policy ->> 'model');
    END IF;
  END IF;

  columns := ARRAY(SELECT s.c FROM (
      SELECT x.characteristic AS c FROM characteristics(m.model) x
      UNION SELECT unnest(_rule_columns(r ->> 'when')) FROM jsonb_array_elements(p.policy -> 'rules') r) s ORDER BY s.c COLLATE "C");
  row_inputs := inputs("row", columns);
  IF row_inputs IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'there is no row to decide on';
  ELSIF octet_length(row_inputs::text) > 1000000 THEN
    RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = 'the inputs of a decision would be larger than 1000000 bytes';
  END IF;
  IF (p.policy ->> 'inquiries')::boolean THEN
    inquiries := ARRAY(SELECT e.r ->> 'code' FROM jsonb_array_elements(_evaluate(m.model, row_inputs) -> 'reasons') WITH ORDINALITY e (r, place)
                       WHERE _is_inquiry(e.r ->> 'code', m.name, current_date) ORDER BY e.place);
  END IF;
  judged := _judge(p.policy, m.model, row_inputs, inquiries);

  -- What shadows would have said. One that cannot say anything does not stand in the way.
  FOR other IN SELECT v.name, v.version, v.model, v.hash FROM scoring_data.registry_state s JOIN scoring_data.model_version v USING (name, version)
               WHERE s.kind = 'model' AND s.name = m.name AND s.slot = 'challenger' AND s.shadow ORDER BY v.version LOOP
    BEGIN
      shadow_evaluation := _evaluate(other.model, inputs("row", ARRAY(SELECT x.characteristic FROM characteristics(other.model) x)));
      shadows := shadows || jsonb_build_array(jsonb_build_object('model', other.name || '@' || other.version, 'hash', other.hash,
        'score', shadow_evaluation -> 'score', 'pd', shadow_evaluation -> 'pd',
        'by_score', _by_score(p.policy, (shadow_evaluation ->> 'score')::integer)));
    EXCEPTION WHEN undefined_column OR ambiguous_column OR datatype_mismatch OR invalid_parameter_value THEN
      GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT;
      RAISE WARNING USING MESSAGE = format('shadow "%s@%s" could not be computed: %s', other.name, other.version, fault);
      shadows := shadows || jsonb_build_array(jsonb_build_object('model', other.name || '@' || other.version, 'hash', other.hash, 'fault', fault));
    END;
  END LOOP;

  IF p.policy ->> 'inputs' = 'hash' THEN
    salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
  END IF;
  id := nextval(pg_get_serial_sequence('scoring_data.decision', 'decision_id'));
  SELECT _decide.subject, id AS decision_id, _decide.reference, _decide.purpose, p.name AS policy_name, p.version AS policy_version, p.hash AS policy_hash,
         m.name AS model_name, m.version AS model_version, m.hash AS model_hash, columns AS input_names,
         CASE WHEN salt IS NULL THEN row_inputs END AS inputs, _inputs_hash(salt, row_inputs) AS inputs_hash, judged || jsonb_build_object('shadows', shadows, 'model_chosen', _decide.model IS NOT NULL,
           -- Auditors see row_hash, and not what it is of. Without this they could try inputs until it fits.
           'nonce', encode(uuid_send(gen_random_uuid()), 'hex')) AS evidence,
         judged ->> 'outcome' AS outcome, (judged #>> '{evaluation,score}')::integer AS score, (judged #>> '{evaluation,pd}')::double precision AS pd,
         ARRAY(SELECT c FROM jsonb_array_elements_text(judged -> 'reasons') WITH ORDINALITY e (c, place) ORDER BY place) AS reasons,
         _reason_texts(ARRAY(SELECT jsonb_array_elements_text(judged -> 'reasons')), m.name, current_date) AS reason_texts,
         ARRAY(SELECT r ->> 'name' FROM jsonb_array_elements(judged -> 'rules') WITH ORDINALITY e (r, place) WHERE r ->> 'effect' IS NOT NULL ORDER BY place) AS rules,
         (judged #>> '{evaluation,missing}')::integer AS missing, (judged #>> '{evaluation,special}')::integer AS special,
         (judged #>> '{evaluation,unseen}')::integer AS unseen, (judged #>> '{evaluation,out_of_range}')::integer AS out_of_range,
         _caller()::text AS role_name, session_user::text AS session_name, _decide.on_behalf_of, clock_timestamp() AS decided_at INTO d;
  INSERT INTO scoring_data.decision (subject, decision_id, reference, purpose, policy_name, policy_version, policy_hash, model_name, model_version, model_hash,
    input_names, inputs, inputs_hash, evidence, outcome, score, pd, reasons, reason_texts, rules, missing, special, unseen, out_of_range,
    role_name, session_name, on_behalf_of, decided_at, row_hash) OVERRIDING SYSTEM VALUE
  VALUES (d.subject, d.decision_id, d.reference, d.purpose, d.policy_name, d.policy_version, d.policy_hash, d.model_name, d.model_version, d.model_hash,
    d.input_names, d.inputs, d.inputs_hash, d.evidence, d.outcome, d.score, d.pd, d.reasons, d.reason_texts, d.rules, d.missing, d.special, d.unseen, d.out_of_range,
    d.role_name, d.session_name, d.on_behalf_of, d.decided_at, _decision_row_hash(d));
  IF salt IS NOT NULL THEN
    INSERT INTO scoring_data.decision_salt (subject, decision_id, salt) VALUES (d.subject, d.decision_id, salt);
  END IF;
  decision_id := d.decision_id;
  decision := d.outcome;
  score := d.score;
  pd := d.pd;
  reasons := d.reasons;
  rules := d.rules;
  policy_version := p.name || '@' || p.version;
  model_version := m.name || '@' || m.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decide(text, text, record, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decide(text, text, record, text, text, text, text) IS 'internal: decide() as the workspace''s owner';

CREATE FUNCTION scoring.decide(policy text, model text, "row" record, subject text, purpose text, reference text DEFAULT NULL, on_behalf_of text DEFAULT NULL,
    OUT decision_id bigint, OUT decision text, OUT score integer, OUT pd double precision, OUT reasons text[], OUT rules text[],
    OUT policy_version text, OUT model_version text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.decide(text, text, record, text, text, text, text) IS 'decides on a row by a live policy, approve, refer or decline, and stores the decision with its evidence; model NULL: the version that the subject is assigned to; call it in FROM, since (decide(...)).* decides once for each column; for officers: 42501; not live, or expired: 55000; unknown policy or model: 42704; the model of another policy, no subject or purpose: 22023; the row as score(model, record): 42703, 42702, 42804; NULL row: 22004; inputs of more than 1 MB: 54000';

-- What people make of it afterwards.

CREATE FUNCTION scoring._decision_of(decision_id bigint) RETURNS record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record;
BEGIN
  -- Locked, so that events on one decision come one after the other; read by the next statement, which sees what another
  -- session had appended by the time it let go.
  PERFORM FROM scoring_data.decision v WHERE v.decision_id = _decision_of.decision_id FOR UPDATE;
  SELECT v.*, coalesce(e.last_number, 0) AS last_number, coalesce(e.last_hash, v.row_hash) AS last_hash, coalesce(e.last_outcome, v.outcome) AS current_outcome INTO d
  FROM scoring_data.decision v
    LEFT JOIN LATERAL (SELECT x.event_number AS last_number, x.row_hash AS last_hash, x.outcome AS last_outcome FROM scoring_data.decision_event x
                       WHERE x.subject = v.subject AND x.decision_id = v.decision_id ORDER BY x.event_number DESC LIMIT 1) e ON true
  WHERE v.decision_id = _decision_of.decision_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('decision %s does not exist', coalesce(decision_id::text, 'NULL'));
  END IF;
  RETURN d;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decision_of(bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decision_of(bigint) IS 'internal: a decision, locked, with the outcome that holds and the end of its history: 42704';

CREATE FUNCTION scoring._add_decision_event(decision record, event text, outcome text, reason_code text, explanation text, requested_by text) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  e record;
BEGIN
  SELECT decision.subject, decision.decision_id, decision.last_number + 1 AS event_number, _add_decision_event.event, _add_decision_event.outcome,
         _add_decision_event.reason_code,
         CASE WHEN _add_decision_event.reason_code IS NOT NULL THEN _reason_texts(ARRAY[_add_decision_event.reason_code], decision.model_name, current_date) END AS reason_texts,
         _add_decision_event.explanation, _add_decision_event.requested_by, _caller()::text AS role_name, session_user::text AS session_name, clock_timestamp() AS at INTO e;
  INSERT INTO scoring_data.decision_event (subject, decision_id, event_number, event, outcome, reason_code, reason_texts, explanation, requested_by,
    role_name, session_name, at, row_hash)
  VALUES (e.subject, e.decision_id, e.event_number, e.event, e.outcome, e.reason_code, e.reason_texts, e.explanation, e.requested_by,
    e.role_name, e.session_name, e.at, _decision_event_hash(e, decision.last_hash));
  RETURN e.event_number;
EXCEPTION WHEN unique_violation THEN
  -- In a transaction whose picture of the history is older than the lock.
  RAISE EXCEPTION USING ERRCODE = 'serialization_failure', MESSAGE = format('the history of decision %s has gone on since this transaction began', decision.decision_id),
    HINT = 'Try again.';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._add_decision_event(record, text, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._add_decision_event(record, text, text, text, text, text) IS 'internal: appends to the history of a decision that _decision_of() has locked; the number of the event; 40001 if the transaction does not see the history''s end';

CREATE FUNCTION scoring._outcome_refuse(outcome text) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF coalesce(outcome NOT IN ('approve', 'refer', 'decline'), true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s is not an outcome', coalesce(quote_literal(left(outcome, 100)), 'NULL')),
      DETAIL = 'An outcome is approve, refer or decline.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._outcome_refuse(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._outcome_refuse(text) IS 'internal: 22023 unless it is an outcome';

CREATE FUNCTION scoring._override_decision(decision_id bigint, outcome text, reason_code text, explanation text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record := _decision_of(decision_id);
  roles text[];
BEGIN
  PERFORM _outcome_refuse(outcome);
  PERFORM _needed('a reason code', reason_code);
  PERFORM _needed('an explanation', explanation);
  SELECT ARRAY(SELECT jsonb_array_elements_text(p.policy -> 'override' -> _override_decision.outcome)) INTO roles FROM scoring_data.policy_version p
  WHERE p.name = d.policy_name AND p.version = d.policy_version;
  -- A role that does not exist gives no right.
  IF NOT EXISTS (SELECT FROM unnest(roles) r JOIN pg_roles g ON g.rolname = r WHERE pg_has_role(_caller(), g.oid, 'USAGE')) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege',
      MESSAGE = format('permission denied for role "%s" to override a decision to %s', _caller(), outcome),
      DETAIL = CASE WHEN coalesce(roles, '{}') = '{}' THEN format('Policy "%s@%s" lets nobody do that.', d.policy_name, d.policy_version)
                    ELSE format('By policy "%s@%s" it takes membership in %s.', d.policy_name, d.policy_version, array_to_string(roles, ', ')) END;
  END IF;
  IF d.current_outcome = outcome THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('the outcome of decision %s is %s already', decision_id, outcome);
  END IF;
  PERFORM _add_decision_event(d, 'override', outcome, reason_code, explanation, NULL);
  RETURN outcome;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._override_decision(bigint, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._override_decision(bigint, text, text, text) IS 'internal: override_decision() as the workspace''s owner';
CREATE FUNCTION scoring.override_decision(decision_id bigint, outcome text, reason_code text, explanation text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.override_decision(bigint, text, text, text) IS 'puts another outcome in place of a decision''s, for a reason; the decision stays as it was, the override is appended; gives the outcome; for officers who are in a role that the decision''s policy lets override to that outcome: 42501, with the roles; no reason code or explanation, no outcome: 22023; that outcome already: 55000; unknown: 42704';

CREATE FUNCTION scoring._review_decision(decision_id bigint, outcome text, explanation text, requested_by text, reason_code text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record := _decision_of(decision_id);
  me text[] := ARRAY[_caller()::text, session_user::text];
  other record;
BEGIN
  PERFORM _outcome_refuse(outcome);
  PERFORM _needed('an explanation', explanation);
  PERFORM _needed('who asked for the review', requested_by);
  IF outcome = 'decline' AND d.current_outcome <> 'decline' THEN
    PERFORM _needed('a reason code, for a review that declines,', reason_code);
  END IF;
  -- One person is one role or one login, as in the registry.
  IF _caller_is_lent() THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('decision %s cannot be reviewed by a function that runs with the rights of its owner', decision_id),
      DETAIL = format('That function acts as role "%s" in a session of "%s".', me[1], me[2]), HINT = 'It takes a person, logged in as themselves.';
  END IF;
  SELECT p.* INTO other FROM (
    SELECT 'decided' AS did, d.role_name AS role_name, d.session_name AS session_name
    UNION ALL SELECT 'overridden', e.role_name, e.session_name FROM scoring_data.decision_event e
    WHERE e.subject = d.subject AND e.decision_id = d.decision_id AND e.event = 'override') p
  WHERE ARRAY[p.role_name, p.session_name] && me LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('decision %s cannot be reviewed by the one who took it', decision_id),
      DETAIL = format('It was %s by role "%s" in a session of "%s"; this is role "%s" in a session of "%s".', other.did, other.role_name, other.session_name, me[1], me[2]),
      HINT = 'It takes another officer, logged in as themselves.';
  END IF;
  PERFORM _add_decision_event(d, 'review', outcome, reason_code, explanation, requested_by);
  RETURN outcome;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._review_decision(bigint, text, text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._review_decision(bigint, text, text, text, text) IS 'internal: review_decision() as the workspace''s owner';
CREATE FUNCTION scoring.review_decision(decision_id bigint, outcome text, explanation text, requested_by text DEFAULT 'subject', reason_code text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.review_decision(bigint, text, text, text, text) IS 'records that a person looked at a decision, at whose request, and what they found: the same outcome, or another, which then holds; a review that declines what was not declined needs a reason code; gives the outcome; for officers who neither took nor overrode it: 42501; no explanation, no outcome: 22023; unknown: 42704';

CREATE FUNCTION scoring._erase_decision_salt(subject text, explanation text, decision_id bigint) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  s record;
  d record;
  erased bigint := 0;
BEGIN
  PERFORM _needed('a subject', _erase_decision_salt.subject);
  PERFORM _needed('an explanation', _erase_decision_salt.explanation);
  FOR s IN SELECT x.subject, x.decision_id FROM scoring_data.decision_salt x
           WHERE x.subject = _erase_decision_salt.subject AND (_erase_decision_salt.decision_id IS NULL OR x.decision_id = _erase_decision_salt.decision_id)
           ORDER BY x.decision_id LOOP
    d := _decision_of(s.decision_id);
    DELETE FROM scoring_data.decision_salt x WHERE x.subject = s.subject AND x.decision_id = s.decision_id;
    IF FOUND THEN
      PERFORM _add_decision_event(d, 'erase salt', d.current_outcome, NULL, _erase_decision_salt.explanation, NULL);
      erased := erased + 1;
    END IF;
  END LOOP;
  RETURN erased;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._erase_decision_salt(text, text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._erase_decision_salt(text, text, bigint) IS 'internal: erase_decision_salt() as the workspace''s owner';
CREATE FUNCTION scoring.erase_decision_salt(subject text, explanation text, decision_id bigint DEFAULT NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.erase_decision_salt(text, text, bigint) IS 'erases the salts of the hashed inputs of a subject''s decisions, or of one: nobody can tell any more whether given inputs were theirs; the decisions stay; how many were erased; for stewards: 42501; no subject or explanation: 22023';

-- Looking back. What catches errors is unsafe in parallel plans, which know no subtransactions, and so it is volatile.

CREATE FUNCTION scoring._decision_evidence(decision_id bigint) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record;
BEGIN
  SELECT v.* INTO d FROM scoring_data.decision v WHERE v.decision_id = _decision_evidence.decision_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('decision %s does not exist', coalesce(decision_id::text, 'NULL'));
  END IF;
  RETURN to_jsonb(d) || jsonb_build_object('events', coalesce((
    SELECT jsonb_agg(to_jsonb(e) - 'subject' - 'decision_id' ORDER BY e.event_number) FROM scoring_data.decision_event e
    WHERE e.subject = d.subject AND e.decision_id = d.decision_id), '[]'));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._decision_evidence(bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._decision_evidence(bigint) IS 'internal: decision_evidence() as the workspace''s owner';
CREATE FUNCTION scoring.decision_evidence(decision_id bigint) RETURNS jsonb
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.decision_evidence(bigint) IS 'all that is kept of a decision: inputs or their hash, evidence with bins, points and what each rule said, reasons with texts, versions and hashes, who and when, and what became of it; for officers: 42501; unknown: 42704';

CREATE FUNCTION scoring._json_differences(stored jsonb, recomputed jsonb, path text, OUT field text, OUT before jsonb, OUT after jsonb) RETURNS SETOF record
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  key text;
BEGIN
  IF stored IS NOT DISTINCT FROM recomputed THEN
    RETURN;
  ELSIF jsonb_typeof(stored) = 'object' AND jsonb_typeof(recomputed) = 'object' THEN
    FOR key IN SELECT k FROM jsonb_object_keys(stored || recomputed) k ORDER BY k COLLATE "C" LOOP
      RETURN QUERY SELECT * FROM _json_differences(stored -> key, recomputed -> key, concat_ws('.', path, key));
    END LOOP;
  ELSIF jsonb_typeof(stored) = 'array' AND jsonb_typeof(recomputed) = 'array' AND jsonb_array_length(stored) = jsonb_array_length(recomputed) THEN
    FOR place IN 0 .. jsonb_array_length(stored) - 1 LOOP
      RETURN QUERY SELECT * FROM _json_differences(stored -> place, recomputed -> place, format('%s[%s]', path, place));
    END LOOP;
  ELSE
    field := path;
    before := stored;
    after := recomputed;
    RETURN NEXT;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._json_differences(jsonb, jsonb, text, OUT text, OUT jsonb, OUT jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._json_differences(jsonb, jsonb, text) IS 'internal: where two JSON values differ, with what is there in each';

-- A decoded model is kept by its hash, so that one whose hash was left and whose text was changed would go unnoticed by a
-- session that knows the true one. The text is looked at once for a replay, not for each decision.
CREATE FUNCTION scoring._changed_models(only_name text, only_version integer) RETURNS text[]
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  v record;
  changed text[] := '{}';
BEGIN
  FOR v IN SELECT * FROM scoring_data.model_version m
           WHERE only_name IS NULL OR m.name = only_name AND m.version = only_version LOOP
    BEGIN
      CONTINUE WHEN _model_row_hash(v) = v.row_hash;
    EXCEPTION WHEN data_corrupted THEN
      NULL;  -- changed, and so much that it is no model any more
    END;
    changed := changed || (v.name || '@' || v.version);
  END LOOP;
  RETURN changed;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._changed_models(text, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._changed_models(text, integer) IS 'internal: the versions of models, of all or of one, whose row was changed since it was registered';

CREATE FUNCTION scoring._replay_row(decision record, given jsonb, changed_models text[], OUT equal boolean, OUT differences jsonb)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
  m record;
  salt bytea;
  inputs jsonb := decision.inputs;
  judged jsonb;
  stored jsonb;
  recomputed jsonb;
  verified boolean := true;
  previous text := decision.row_hash;
  number integer := 0;
  e record;
  fault text;
BEGIN
  differences := '[]';
  -- The record itself, and what came after.
  IF _decision_row_hash(decision) <> decision.row_hash THEN
    differences := differences || jsonb_build_object('field', 'row_hash', 'problem', 'the row of the decision was changed');
  END IF;
  FOR e IN SELECT * FROM scoring_data.decision_event v WHERE v.subject = decision.subject AND v.decision_id = decision.decision_id ORDER BY v.event_number LOOP
    number := number + 1;
    IF e.event_number <> number OR e.row_hash <> _decision_event_hash(e, previous) THEN
      differences := differences || jsonb_build_object('field', format('event %s', number), 'problem', 'what became of the decision was changed');
      EXIT;
    END IF;
    previous := e.row_hash;
  END LOOP;

  -- What it was decided by.
  SELECT v.policy, v.hash, _policy_hash(v.policy) AS real_hash INTO p FROM scoring_data.policy_version v
  WHERE v.name = decision.policy_name AND v.version = decision.policy_version;
  IF NOT FOUND THEN
    differences := differences || jsonb_build_object('field', 'policy', 'problem', 'its version is gone');
  ELSIF p.real_hash <> decision.policy_hash OR p.hash <> decision.policy_hash THEN
    differences := differences || jsonb_build_object('field', 'policy_hash', 'stored', decision.policy_hash, 'recomputed', p.real_hash);
  END IF;
  BEGIN
    -- The base points are asked for so that the model is read: then its hash is known to be that of its content.
    SELECT v.model, v.hash, hash(v.model) AS real_hash, base_points(v.model) INTO m FROM scoring_data.model_version v
    WHERE v.name = decision.model_name AND v.version = decision.model_version;
    IF NOT FOUND THEN
      differences := differences || jsonb_build_object('field', 'model', 'problem', 'its version is gone');
    ELSIF m.real_hash <> decision.model_hash OR m.hash <> decision.model_hash THEN
      differences := differences || jsonb_build_object('field', 'model_hash', 'stored', decision.model_hash, 'recomputed', m.real_hash);
    ELSIF decision.model_name || '@' || decision.model_version = ANY (changed_models) THEN
      differences := differences || jsonb_build_object('field', 'model', 'problem', 'its row was changed since it was registered');
    END IF;
  EXCEPTION WHEN data_corrupted THEN
    GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT;
    differences := differences || jsonb_build_object('field', 'model', 'problem', fault);
    m := NULL;
  END;

  -- What it was decided on.
  IF decision.inputs_hash IS NOT NULL THEN
    SELECT s.salt INTO salt FROM scoring_data.decision_salt s WHERE s.subject = decision.subject AND s.decision_id = decision.decision_id;
    IF NOT FOUND THEN
      verified := false;
      differences := differences || jsonb_build_object('field', 'inputs', 'problem', 'their salt was erased: they cannot be verified');
    ELSIF given IS NULL THEN
      verified := false;
      differences := differences || jsonb_build_object('field', 'inputs', 'problem', 'only their hash was stored: give them');
    ELSIF _inputs_hash(salt, given) <> decision.inputs_hash THEN
      differences := differences || jsonb_build_object('field', 'inputs', 'problem', 'those given are not the ones that were decided on');
    ELSE
      inputs := given;
    END IF;
  ELSIF given IS NOT NULL AND given <> inputs THEN
    differences := differences || jsonb_build_object('field', 'inputs', 'problem', 'those given are not the ones that were decided on');
  END IF;

  IF p.policy IS NOT NULL AND m.model IS NOT NULL AND inputs IS NOT NULL THEN
    BEGIN
      judged := _judge(p.policy, m.model, inputs, ARRAY(SELECT jsonb_array_elements_text(decision.evidence -> 'inquiry_codes')));
      stored := (decision.evidence - '{shadows,model_chosen,nonce}'::text[]) || jsonb_build_object('decision', jsonb_build_object('outcome', decision.outcome, 'score', decision.score,
        'pd', decision.pd, 'reasons', decision.reasons, 'rules', decision.rules, 'missing', decision.missing,
        'special', decision.special, 'unseen', decision.unseen, 'out_of_range', decision.out_of_range));
      recomputed := judged || jsonb_build_object('decision', jsonb_build_object('outcome', judged -> 'outcome', 'score', judged #> '{evaluation,score}',
        'pd', judged #> '{evaluation,pd}', 'reasons', judged -> 'reasons',
        'rules', jsonb_path_query_array(judged, '$.rules[*] ? (@.effect != null).name'),
        'missing', judged #> '{evaluation,missing}', 'special', judged #> '{evaluation,special}',
        'unseen', judged #> '{evaluation,unseen}', 'out_of_range', judged #> '{evaluation,out_of_range}'));
      IF stored <> recomputed THEN
        differences := differences || (SELECT jsonb_agg(jsonb_build_object('field', d.field, 'stored', d.before, 'recomputed', d.after))
                                       FROM _json_differences(stored, recomputed, NULL) d);
      END IF;
    -- Not what an operator does (cancel, a full disk): only what a record that was tampered with leads to.
    EXCEPTION WHEN data_exception OR syntax_error OR datatype_mismatch OR undefined_column OR data_corrupted THEN
      GET STACKED DIAGNOSTICS fault = MESSAGE_TEXT;
      differences := differences || jsonb_build_object('field', 'evaluation', 'problem', fault);
    END;
  END IF;
  equal := CASE WHEN jsonb_array_length(differences) > CASE WHEN verified THEN 0 ELSE 1 END THEN false WHEN verified THEN true END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._replay_row(record, jsonb, text[], OUT boolean, OUT jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._replay_row(record, jsonb, text[]) IS 'internal: a row of scoring_data.decision, decided again from what was stored; NULL if its inputs cannot be had';

-- Those who may not see inputs, bins and points learn which fields differ, not what they hold.
CREATE FUNCTION scoring._may_see_evidence() RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN has_function_privilege(_caller(), 'scoring._decision_evidence(bigint)', 'EXECUTE');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._may_see_evidence() FROM PUBLIC;
COMMENT ON FUNCTION scoring._may_see_evidence() IS 'internal: whether the caller may call decision_evidence()';

CREATE FUNCTION scoring._seen_differences(differences jsonb, everything boolean) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN CASE WHEN everything THEN differences
              ELSE coalesce((SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('field', d.value -> 'field', 'problem', CASE WHEN d.value ->> 'field' <> 'evaluation' THEN d.value -> 'problem' END)) ORDER BY d.place) FROM jsonb_array_elements(differences) WITH ORDINALITY d (value, place)), '[]') END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._seen_differences(jsonb, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._seen_differences(jsonb, boolean) IS 'internal: differences without the values, unless everything may be seen';

CREATE FUNCTION scoring._replay(decision_id bigint, inputs jsonb, OUT equal boolean, OUT differences jsonb)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record;
  r record;
  may_see boolean := _may_see_evidence();
BEGIN
  -- Trying inputs until a hash fits would be a way to learn them.
  IF inputs IS NOT NULL AND NOT may_see THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('permission denied for role "%s" to replay given inputs', _caller()),
      DETAIL = 'It takes the right to call decision_evidence(), which shows inputs.';
  END IF;
  SELECT v.* INTO d FROM scoring_data.decision v WHERE v.decision_id = _replay.decision_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('decision %s does not exist', coalesce(decision_id::text, 'NULL'));
  END IF;
  r := _replay_row(d, inputs, _changed_models(d.model_name, d.model_version));
  equal := r.equal;
  differences := _seen_differences(r.differences, may_see);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._replay(bigint, jsonb, OUT boolean, OUT jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._replay(bigint, jsonb) IS 'internal: replay() as the workspace''s owner';
CREATE FUNCTION scoring.replay(decision_id bigint, inputs jsonb DEFAULT NULL, OUT equal boolean, OUT differences jsonb)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.replay(bigint, jsonb) IS 'decides again from what was stored: the model''s version, the policy''s, the inputs, which must be given if only their hash was kept; equal is true if all comes out to the bit and no record was changed, NULL if the inputs cannot be had; differences names the fields, and to those who may see evidence says what was stored and what came out; for officers and auditors: 42501, also for inputs given by an auditor; unknown: 42704';

CREATE FUNCTION scoring._replay_all(since timestamptz, until timestamptz, everything boolean, OUT decision_id bigint, OUT equal boolean, OUT differences jsonb) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  d record;
  r record;
  may_see boolean := _may_see_evidence();
  changed_models text[] := _changed_models(NULL, NULL);
BEGIN
  FOR d IN SELECT v.* FROM scoring_data.decision v
           WHERE (since IS NULL OR v.decided_at >= since) AND (until IS NULL OR v.decided_at < until) LOOP
    r := _replay_row(d, NULL, changed_models);
    CONTINUE WHEN NOT coalesce(_replay_all.everything, false) AND r.equal IS DISTINCT FROM false;
    decision_id := d.decision_id;
    equal := r.equal;
    differences := _seen_differences(r.differences, may_see);
    RETURN NEXT;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._replay_all(timestamptz, timestamptz, boolean, OUT bigint, OUT boolean, OUT jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._replay_all(timestamptz, timestamptz, boolean) IS 'internal: replay_all() as the workspace''s owner';
CREATE FUNCTION scoring.replay_all(since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL, everything boolean DEFAULT false,
    OUT decision_id bigint, OUT equal boolean, OUT differences jsonb) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 100 AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.replay_all(timestamptz, timestamptz, boolean) IS 'replay() of every decision taken from since on and before until, NULL for no bound: those that do not come out equal, or with everything all of them, for counting; in no order; for officers and auditors: 42501';

-- doctor()

CREATE FUNCTION scoring._check_decision("limit" bigint DEFAULT 10000, OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  mend constant text := 'find out who wrote to the tables of the workspace; restore the row from a backup';
  v record;
  d record;
  e record;
  previous text;
  number integer;
BEGIN
  -- Policies: the value is the one that was registered.
  RETURN QUERY SELECT 'error', format('policy "%s@%s"', r.name, r.version), 'it was registered, and its policy is gone', mend
    FROM scoring_data.registry_state r
    WHERE r.kind = 'policy' AND NOT EXISTS (SELECT FROM scoring_data.policy_version p WHERE p.name = r.name AND p.version = r.version) ORDER BY r.name, r.version;
  FOR v IN SELECT p.*, r.hash AS registered_hash FROM scoring_data.policy_version p
             LEFT JOIN LATERAL (SELECT x.evidence ->> 'hash' AS hash FROM scoring_data.registry_event x
                                WHERE x.kind = 'policy' AND x.name = p.name AND x.version = p.version AND x.event = 'register') r ON true ORDER BY p.name, p.version LOOP
    object := format('policy "%s@%s"', v.name, v.version);
    IF _policy_hash(v.policy) <> v.hash OR v.hash IS DISTINCT FROM v.registered_hash THEN
      RETURN QUERY SELECT 'error', object, 'it is not the policy that was registered: its hash is another', mend;
    ELSIF _policy_row_hash(v) <> v.row_hash THEN
      RETURN QUERY SELECT 'error', object, 'its row was changed since it was registered', mend;
    END IF;
  END LOOP;

  -- Decisions: what they rest on is there, and is the same.
  RETURN QUERY SELECT 'error', format('decisions by model "%s@%s"', x.model_name, x.model_version),
                      format(CASE WHEN m.hash IS NULL THEN 'the model''s version is gone (decisions: %s)' ELSE 'they were taken by a model of another hash (decisions: %s)' END, x.n), mend
    FROM (SELECT count(*) AS n, c.model_name, c.model_version, c.model_hash FROM scoring_data.decision c GROUP BY 2, 3, 4) x
      LEFT JOIN scoring_data.model_version m ON m.name = x.model_name AND m.version = x.model_version
    WHERE CASE WHEN m.hash IS NULL THEN true WHEN _model_fault(m.model) IS NULL THEN hash(m.model) <> x.model_hash END ORDER BY x.model_name, x.model_version;
  RETURN QUERY SELECT 'error', format('decisions by policy "%s@%s"', x.policy_name, x.policy_version),
                      format(CASE WHEN p.hash IS NULL THEN 'the policy''s version is gone (decisions: %s)' ELSE 'they were taken by a policy of another hash (decisions: %s)' END, x.n), mend
    FROM (SELECT count(*) AS n, c.policy_name, c.policy_version, c.policy_hash FROM scoring_data.decision c GROUP BY 2, 3, 4) x
      LEFT JOIN scoring_data.policy_version p ON p.name = x.policy_name AND p.version = x.policy_version
    WHERE p.hash IS NULL OR _policy_hash(p.policy) <> x.policy_hash ORDER BY x.policy_name, x.policy_version;

  -- The newest rows, and what became of them, are as they were written.
  FOR d IN SELECT c.* FROM scoring_data.decision c ORDER BY c.decision_id DESC LIMIT "limit" LOOP
    IF _decision_row_hash(d) <> d.row_hash THEN
      RETURN QUERY SELECT 'error', format('decision %s', d.decision_id), 'its row was changed since it was taken', mend;
    END IF;
    previous := d.row_hash;
    number := 0;
    FOR e IN SELECT * FROM scoring_data.decision_event x WHERE x.subject = d.subject AND x.decision_id = d.decision_id ORDER BY x.event_number LOOP
      number := number + 1;
      IF e.event_number <> number OR e.row_hash <> _decision_event_hash(e, previous) THEN
        RETURN QUERY SELECT 'error', format('decision %s', d.decision_id), format('event %s of its history was changed, or is gone', number), mend;
        EXIT;
      END IF;
      previous := e.row_hash;
    END LOOP;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_decision(bigint, OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_decision(bigint) IS 'internal: what is wrong with the contents of room decision, for doctor(): policies and decisions that were changed, versions that are gone; rows of the newest decisions, as many as the limit, NULL for all';
