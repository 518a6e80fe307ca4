-- owner: what runs with the rights of the workspace's owner. scoring.f bound to scoring_owner_call runs scoring._f, of the
-- same argument types, as the owner of schema scoring_data; EXECUTE on _f, which apply_grants() gives to duty roles, is the
-- right to call f. scoring_owner_call_open asks for no grant: there _f decides by _caller().

CREATE FUNCTION scoring._caller() RETURNS name
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_caller_name';
REVOKE EXECUTE ON FUNCTION scoring._caller() FROM PUBLIC;
COMMENT ON FUNCTION scoring._caller() IS 'internal: who was the current user before the workspace''s owner took over; session_user is who logged in';

CREATE FUNCTION scoring._caller_is_lent() RETURNS boolean
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_caller_lent';
REVOKE EXECUTE ON FUNCTION scoring._caller_is_lent() FROM PUBLIC;
COMMENT ON FUNCTION scoring._caller_is_lent() IS 'internal: whether _caller() is the owner of a function that runs with its rights, called by somebody else';

CREATE FUNCTION scoring._run_as_owner(function regprocedure) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_run';
REVOKE EXECUTE ON FUNCTION scoring._run_as_owner(regprocedure) FROM PUBLIC;
COMMENT ON FUNCTION scoring._run_as_owner(regprocedure) IS 'internal: runs a function of schema scoring without arguments as the owner of the workspace; only a superuser may: 42501';
