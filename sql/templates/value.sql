-- Equality and an order: of the packed bytes.

CREATE FUNCTION scoring.@TYPE@_eq(scoring.@TYPE@, scoring.@TYPE@) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_eq';
COMMENT ON FUNCTION scoring.@TYPE@_eq(scoring.@TYPE@, scoring.@TYPE@) IS 'whether two @PLURAL@ are the same, to the byte';

CREATE FUNCTION scoring.@TYPE@_ne(scoring.@TYPE@, scoring.@TYPE@) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_ne';
COMMENT ON FUNCTION scoring.@TYPE@_ne(scoring.@TYPE@, scoring.@TYPE@) IS 'whether two @PLURAL@ differ';

CREATE FUNCTION scoring.@TYPE@_lt(scoring.@TYPE@, scoring.@TYPE@) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_lt';
COMMENT ON FUNCTION scoring.@TYPE@_lt(scoring.@TYPE@, scoring.@TYPE@) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.@TYPE@_le(scoring.@TYPE@, scoring.@TYPE@) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_le';
COMMENT ON FUNCTION scoring.@TYPE@_le(scoring.@TYPE@, scoring.@TYPE@) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.@TYPE@_gt(scoring.@TYPE@, scoring.@TYPE@) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_gt';
COMMENT ON FUNCTION scoring.@TYPE@_gt(scoring.@TYPE@, scoring.@TYPE@) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.@TYPE@_ge(scoring.@TYPE@, scoring.@TYPE@) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_ge';
COMMENT ON FUNCTION scoring.@TYPE@_ge(scoring.@TYPE@, scoring.@TYPE@) IS 'an order for sorting, of no other meaning';

CREATE FUNCTION scoring.@TYPE@_cmp(scoring.@TYPE@, scoring.@TYPE@) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_cmp';
COMMENT ON FUNCTION scoring.@TYPE@_cmp(scoring.@TYPE@, scoring.@TYPE@) IS '-1, 0 or 1: an order for sorting';

CREATE FUNCTION scoring.@TYPE@_hash(scoring.@TYPE@) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_hash';
COMMENT ON FUNCTION scoring.@TYPE@_hash(scoring.@TYPE@) IS 'hash for hash joins and aggregates';

CREATE FUNCTION scoring.@TYPE@_hash_extended(scoring.@TYPE@, bigint) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_@TYPE@_hash_extended';
COMMENT ON FUNCTION scoring.@TYPE@_hash_extended(scoring.@TYPE@, bigint) IS '64-bit hash with a seed, for hash partitions';

CREATE OPERATOR scoring.= (
    LEFTARG = scoring.@TYPE@, RIGHTARG = scoring.@TYPE@, FUNCTION = scoring.@TYPE@_eq,
    COMMUTATOR = OPERATOR(scoring.=), NEGATOR = OPERATOR(scoring.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR scoring.= (scoring.@TYPE@, scoring.@TYPE@) IS 'whether two @PLURAL@ are the same, to the byte';

CREATE OPERATOR scoring.<> (
    LEFTARG = scoring.@TYPE@, RIGHTARG = scoring.@TYPE@, FUNCTION = scoring.@TYPE@_ne,
    COMMUTATOR = OPERATOR(scoring.<>), NEGATOR = OPERATOR(scoring.=), RESTRICT = neqsel, JOIN = neqjoinsel
);
COMMENT ON OPERATOR scoring.<> (scoring.@TYPE@, scoring.@TYPE@) IS 'whether two @PLURAL@ differ';

CREATE OPERATOR scoring.< (
    LEFTARG = scoring.@TYPE@, RIGHTARG = scoring.@TYPE@, FUNCTION = scoring.@TYPE@_lt,
    COMMUTATOR = OPERATOR(scoring.>), NEGATOR = OPERATOR(scoring.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR scoring.< (scoring.@TYPE@, scoring.@TYPE@) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.<= (
    LEFTARG = scoring.@TYPE@, RIGHTARG = scoring.@TYPE@, FUNCTION = scoring.@TYPE@_le,
    COMMUTATOR = OPERATOR(scoring.>=), NEGATOR = OPERATOR(scoring.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR scoring.<= (scoring.@TYPE@, scoring.@TYPE@) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.> (
    LEFTARG = scoring.@TYPE@, RIGHTARG = scoring.@TYPE@, FUNCTION = scoring.@TYPE@_gt,
    COMMUTATOR = OPERATOR(scoring.<), NEGATOR = OPERATOR(scoring.<=), RESTRICT = scalargtsel, JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR scoring.> (scoring.@TYPE@, scoring.@TYPE@) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR scoring.>= (
    LEFTARG = scoring.@TYPE@, RIGHTARG = scoring.@TYPE@, FUNCTION = scoring.@TYPE@_ge,
    COMMUTATOR = OPERATOR(scoring.<=), NEGATOR = OPERATOR(scoring.<), RESTRICT = scalargesel, JOIN = scalargejoinsel
);
COMMENT ON OPERATOR scoring.>= (scoring.@TYPE@, scoring.@TYPE@) IS 'an order for sorting, of no other meaning';

CREATE OPERATOR CLASS scoring.@TYPE@_ops DEFAULT FOR TYPE scoring.@TYPE@ USING btree AS
    OPERATOR 1 scoring.<, OPERATOR 2 scoring.<=, OPERATOR 3 scoring.=, OPERATOR 4 scoring.>=, OPERATOR 5 scoring.>,
    FUNCTION 1 scoring.@TYPE@_cmp(scoring.@TYPE@, scoring.@TYPE@);
COMMENT ON OPERATOR CLASS scoring.@TYPE@_ops USING btree IS '@PLURAL@ by their packed bytes';
CREATE OPERATOR CLASS scoring.@TYPE@_ops DEFAULT FOR TYPE scoring.@TYPE@ USING hash AS
    OPERATOR 1 scoring.=,
    FUNCTION 1 scoring.@TYPE@_hash(scoring.@TYPE@),
    FUNCTION 2 scoring.@TYPE@_hash_extended(scoring.@TYPE@, bigint);
COMMENT ON OPERATOR CLASS scoring.@TYPE@_ops USING hash IS '@PLURAL@ by their packed bytes';
