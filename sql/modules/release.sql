-- release: tables made of protected ones that no longer say who is who: pseudonyms, coarser values, k-anonymous classes.
CREATE FUNCTION scoring._setup_release() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_release() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_release() IS 'internal: the tables and views of room release';

CREATE FUNCTION scoring._grants_release(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT NULL::text, NULL::text, NULL::text, NULL::text WHERE false;
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_release(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_release() IS 'internal: who may do what in room release';

CREATE FUNCTION scoring._check_release(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_release(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_release() IS 'internal: what is wrong with the contents of room release, for doctor()';
