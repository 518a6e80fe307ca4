-- schema: the namespace of everything. CREATE, not IF NOT EXISTS: a schema somebody made first is not adopted.

CREATE SCHEMA scoring;
COMMENT ON SCHEMA scoring IS 'credit scoring: tallies, binnings, models, scores and reasons (extension scoring)';
GRANT USAGE ON SCHEMA scoring TO PUBLIC;
