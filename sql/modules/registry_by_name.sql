-- registry_by_name: what a registered model says of rows, by the model's name. 0.1.0 had these functions without a registry.

CREATE FUNCTION scoring.score(model text, "row" record) RETURNS integer
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_registry_score';
COMMENT ON FUNCTION scoring.score(text, record) IS 'the score of a row by a registered model: retail is the champion of that name, retail@3 that version, as of the query''s snapshot; NULL if the name or the row is; not granted: 42501; no champion, an expired one that refuses, no workspace: 55000; an expired one that warns: a WARNING for each execution; unknown: 42704; errors of the row as score(model, row)';
CREATE FUNCTION scoring.pd(model text, "row" record) RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_registry_pd';
COMMENT ON FUNCTION scoring.pd(text, record) IS 'the probability of bad of a row, 0 to 1, by a registered model, by name as score(text, record), of the row as pd(model, row)';
CREATE FUNCTION scoring.log_odds(model text, "row" record) RETURNS double precision
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_registry_log_odds';
COMMENT ON FUNCTION scoring.log_odds(text, record) IS 'the log odds good:bad of a row by a registered model, by name as score(text, record), of the row as log_odds(model, row)';
CREATE FUNCTION scoring.explain(model text, "row" record,
    OUT characteristic text, OUT value text, OUT bin text, OUT points integer, OUT woe double precision,
    OUT baseline double precision, OUT points_lost double precision, OUT reason_code text, OUT note text) RETURNS SETOF record
LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 12 AS 'MODULE_PATHNAME', 'scoring_registry_explain';
COMMENT ON FUNCTION scoring.explain(text, record) IS 'one line for each characteristic of a row by a registered model; no lines if the name or the row is NULL, by name as score(text, record), of the row as explain(model, row)';
CREATE FUNCTION scoring.reasons(model text, "row" record, n integer DEFAULT 4) RETURNS text[]
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoring_registry_reasons';
COMMENT ON FUNCTION scoring.reasons(text, record, integer) IS 'at most n reason codes of a row by a registered model, by name as score(text, record), of the row as reasons(model, row)';
CREATE FUNCTION scoring.policies_applied(model text, "row" record) RETURNS text[]
LANGUAGE c STABLE STRICT PARALLEL SAFE COST 50 AS 'MODULE_PATHNAME', 'scoring_registry_policies_applied';
COMMENT ON FUNCTION scoring.policies_applied(text, record) IS 'which inputs of a row a registered model had a policy for, by name as score(text, record), of the row as policies_applied(model, row)';
