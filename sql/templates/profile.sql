CREATE TYPE scoring.@TYPE@;

CREATE FUNCTION scoring.@TYPE@_in(cstring) RETURNS scoring.@TYPE@
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_in';
COMMENT ON FUNCTION scoring.@TYPE@_in(cstring) IS '@ARTICLE@ @TYPE@ from its JSON (docs/@TYPE@.md); malformed: 22P02 with the path of the fault';

CREATE FUNCTION scoring.@TYPE@_out(scoring.@TYPE@) RETURNS cstring
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_out';
COMMENT ON FUNCTION scoring.@TYPE@_out(scoring.@TYPE@) IS 'the canonical JSON of @ARTICLE@ @TYPE@';

CREATE FUNCTION scoring.@TYPE@_recv(internal) RETURNS scoring.@TYPE@
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_recv';
COMMENT ON FUNCTION scoring.@TYPE@_recv(internal) IS 'binary input: the packed form, texts in the client''s encoding; malformed: 22P03';

CREATE FUNCTION scoring.@TYPE@_send(scoring.@TYPE@) RETURNS bytea
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_send';
COMMENT ON FUNCTION scoring.@TYPE@_send(scoring.@TYPE@) IS 'binary output: the packed form, texts in the client''s encoding';

CREATE TYPE scoring.@TYPE@ (
    INPUT = scoring.@TYPE@_in,
    OUTPUT = scoring.@TYPE@_out,
    RECEIVE = scoring.@TYPE@_recv,
    SEND = scoring.@TYPE@_send,
    INTERNALLENGTH = VARIABLE,
    ALIGNMENT = double,
    STORAGE = extended
);

CREATE CAST (scoring.@TYPE@ AS jsonb) WITH INOUT AS ASSIGNMENT;
CREATE CAST (jsonb AS scoring.@TYPE@) WITH INOUT;

@include value.sql TYPE=@TYPE@ PLURAL=@PLURAL@

-- Merging. The transition functions and their aggregates are the room's own.

CREATE FUNCTION scoring._@TYPE@_combine(state scoring.@TYPE@, other scoring.@TYPE@) RETURNS scoring.@TYPE@
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_combine';
REVOKE EXECUTE ON FUNCTION scoring._@TYPE@_combine(scoring.@TYPE@, scoring.@TYPE@) FROM PUBLIC;
COMMENT ON FUNCTION scoring._@TYPE@_combine(scoring.@TYPE@, scoring.@TYPE@) IS 'internal: adds a partial state or @ARTICLE@ @TYPE@';

CREATE FUNCTION scoring._@TYPE@_final(state scoring.@TYPE@) RETURNS scoring.@TYPE@
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_final';
REVOKE EXECUTE ON FUNCTION scoring._@TYPE@_final(scoring.@TYPE@) FROM PUBLIC;
COMMENT ON FUNCTION scoring._@TYPE@_final(scoring.@TYPE@) IS 'internal: the @TYPE@ that a state stands for';

CREATE AGGREGATE scoring.rollup(@TYPE@ scoring.@TYPE@) (
    SFUNC = scoring._@TYPE@_combine,
    STYPE = scoring.@TYPE@,
    SSPACE = 1024,
    FINALFUNC = scoring._@TYPE@_final,
    COMBINEFUNC = scoring._@TYPE@_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.rollup(scoring.@TYPE@) IS 'the @TYPE@ of all rows of the @PLURAL@, the same, to the byte, as one made of the rows; NULLs are left out, NULL if there is nothing else; values that do not fit together (docs/@TYPE@.md): 22023';

CREATE FUNCTION scoring.@TYPE@_concat(a scoring.@TYPE@, b scoring.@TYPE@) RETURNS scoring.@TYPE@
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_concat';
COMMENT ON FUNCTION scoring.@TYPE@_concat(scoring.@TYPE@, scoring.@TYPE@) IS 'the @TYPE@ of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';

CREATE OPERATOR scoring.|| (
    LEFTARG = scoring.@TYPE@, RIGHTARG = scoring.@TYPE@, FUNCTION = scoring.@TYPE@_concat, COMMUTATOR = OPERATOR(scoring.||)
);
COMMENT ON OPERATOR scoring.|| (scoring.@TYPE@, scoring.@TYPE@) IS 'the @TYPE@ of the rows of both; a NULL adds nothing, NULL if both are; values that do not fit together: 22023';
