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
