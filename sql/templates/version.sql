CREATE FUNCTION scoring._validate_@KIND@(@KIND@ text, evidence jsonb, note text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('@KIND@', @KIND@);
BEGIN
  PERFORM _registry_transition('@KIND@', r.name, r.version, 'validate', note, evidence);
  RETURN @KIND@;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._validate_@KIND@(text, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._validate_@KIND@(text, jsonb, text) IS 'internal: validate_@KIND@() as the workspace''s owner';
CREATE FUNCTION scoring.validate_@KIND@(@KIND@ text, evidence jsonb, note text DEFAULT NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.validate_@KIND@(text, jsonb, text) IS 'records that a version of a @KIND@, such as retail@3, was validated, with the evidence: @EVIDENCE@; a draft becomes validated, of a later version the evidence is added; gives its name; for modelers other than its author: 42501; no evidence, no version: 22023; retired: 55000; unknown: 42704';

CREATE FUNCTION scoring._approve_@KIND@(@KIND@ text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('@KIND@', @KIND@);
BEGIN
  PERFORM _registry_transition('@KIND@', r.name, r.version, 'approve', reason, NULL);
  RETURN @KIND@;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._approve_@KIND@(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._approve_@KIND@(text, text) IS 'internal: approve_@KIND@() as the workspace''s owner';
CREATE FUNCTION scoring.approve_@KIND@(@KIND@ text, reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.approve_@KIND@(text, text) IS 'approves a validated version of a @KIND@, such as retail@3; gives its name; for approvers who neither registered nor validated it: 42501; not validated, or approved already: 55000; no reason, no version: 22023; unknown: 42704';

CREATE FUNCTION scoring._retire_@KIND@(@KIND@ text, reason text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record := _registry_version('@KIND@', @KIND@);
BEGIN
  PERFORM _registry_transition('@KIND@', r.name, r.version, 'retire', reason, NULL);
  -- Of a room above this one: views with the model refuse from now on.
  IF '@KIND@' = 'model' AND to_regprocedure('scoring._disarm_model(text,integer,text)') IS NOT NULL THEN
    PERFORM _disarm_model(r.name, r.version, 'its model was retired');
  END IF;
  RETURN @KIND@;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._retire_@KIND@(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._retire_@KIND@(text, text) IS 'internal: retire_@KIND@() as the workspace''s owner';
CREATE FUNCTION scoring.retire_@KIND@(@KIND@ text, reason text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.retire_@KIND@(text, text) IS 'retires a version of a @KIND@ for good, whatever its state; gives its name; for approvers: 42501; retired already: 55000; no reason, no version: 22023; unknown: 42704';
