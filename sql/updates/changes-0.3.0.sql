-- What 0.3.0 changes in objects that 0.2.0 has. The rooms that are new, or replaced as a whole, follow by themselves: see Makefile.

CREATE OR REPLACE FUNCTION scoring._retire_model(model text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('model', model);
BEGIN
  PERFORM _registry_transition('model', r.name, r.version, 'retire', reason, NULL);
  -- Of a room above this one: views with the model refuse from now on.
  IF 'model' = 'model' AND to_regprocedure('scoring._disarm_model(text,integer,text)') IS NOT NULL THEN
    PERFORM _disarm_model(r.name, r.version, 'its model was retired');
  END IF;
  RETURN model;
END
$$;

CREATE OR REPLACE FUNCTION scoring._retire_policy(policy text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('policy', policy);
BEGIN
  PERFORM _registry_transition('policy', r.name, r.version, 'retire', reason, NULL);
  -- Of a room above this one: views with the model refuse from now on.
  IF 'policy' = 'model' AND to_regprocedure('scoring._disarm_model(text,integer,text)') IS NOT NULL THEN
    PERFORM _disarm_model(r.name, r.version, 'its model was retired');
  END IF;
  RETURN policy;
END
$$;

CREATE OR REPLACE FUNCTION scoring._registry_register(kind text, name text, content_hash text, note text) RETURNS integer
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
