-- scorecard: from a table of past loans to a model, in one call.

-- How fit_scorecard reads a sample: one aggregate, so that the server may divide the work.

CREATE FUNCTION scoring._scorecard_trans(state bytea, template bytea, target float8, weight float8, numbers float8[], texts text[]) RETURNS bytea
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'scoring_scorecard_trans';
REVOKE EXECUTE ON FUNCTION scoring._scorecard_trans(bytea, bytea, float8, float8, float8[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._scorecard_trans(bytea, bytea, float8, float8, float8[], text[]) IS 'internal: adds a row to what one reading of a sample has seen';

CREATE FUNCTION scoring._scorecard_combine(state bytea, other bytea) RETURNS bytea
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_scorecard_combine';
REVOKE EXECUTE ON FUNCTION scoring._scorecard_combine(bytea, bytea) FROM PUBLIC;
COMMENT ON FUNCTION scoring._scorecard_combine(bytea, bytea) IS 'internal: merges what was seen of disjoint rows';

CREATE AGGREGATE scoring._scorecard_read(template bytea, target float8, weight float8, numbers float8[], texts text[]) (
    SFUNC = scoring._scorecard_trans,
    STYPE = bytea,
    SSPACE = 1048576,
    COMBINEFUNC = scoring._scorecard_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring._scorecard_read(bytea, float8, float8, float8[], text[]) IS 'internal: one reading of a sample by fit_scorecard; NULL if there is no row; a malformed template: 22023';

CREATE FUNCTION scoring.fit_scorecard(
    sample regclass,
    target text,
    characteristics text[] DEFAULT NULL,
    exclude text[] DEFAULT '{}',
    weight text DEFAULT NULL,
    special jsonb DEFAULT '{}',
    max_bins integer DEFAULT 8,
    min_bin_fraction float8 DEFAULT 0.05,
    trend text DEFAULT 'auto',
    min_iv float8 DEFAULT 0.02,
    max_correlation float8 DEFAULT 0.8,
    selection text DEFAULT 'bic',
    max_coefficient_p_value float8 DEFAULT NULL,
    max_characteristics integer DEFAULT 15,
    population_bad_rate float8 DEFAULT NULL,
    pdo float8 DEFAULT 20,
    base_score float8 DEFAULT 600,
    base_odds float8 DEFAULT 50,
    reason_method text DEFAULT 'below_average',
    validation regclass DEFAULT NULL,
    out_of_time regclass DEFAULT NULL,
    overrides jsonb DEFAULT '{}',
    reason_cutoff integer DEFAULT NULL
) RETURNS scoring.model
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_scorecard_fit';
COMMENT ON FUNCTION scoring.fit_scorecard(regclass, text, text[], text[], text, jsonb, integer, float8, text, float8, float8, text, float8, integer, float8, float8, float8, float8, text, regclass, regclass, jsonb, integer) IS
'A scorecard fitted on the rows of a table or view: columns are binned, screened by cross-fitted information value, and go into a logistic regression on WoE, which is scaled to points. target: a boolean or 0/1, true for bad; NULL rows are not fitted on but counted. The same model for the same set of rows, whatever their order and the plan. Tells its progress by NOTICEs; screening(), samples() and terms() tell what it found. Reads with the caller''s rights. Errors: 22023 if nothing makes a characteristic, for a constant target, separation and options out of range; 42703 for an unknown column; 42804 for a type that does not fit.';

CREATE FUNCTION scoring.screening(model scoring.model,
    OUT characteristic text, OUT kept boolean, OUT bins integer, OUT trend text, OUT missing bigint,
    OUT iv float8, OUT cross_iv float8, OUT z float8, OUT reason text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 50
BEGIN ATOMIC
    SELECT s.characteristic, s.kept, s.bins, s.trend, s.missing, s.iv, s.cross_iv, s.z, s.reason
    FROM pg_catalog.jsonb_to_recordset(scoring.provenance(model) OPERATOR(pg_catalog.->) 'screening'::text)
      AS s (characteristic text, kept boolean, bins integer, trend text, missing bigint, iv float8, cross_iv float8, z float8, reason text);
END;
COMMENT ON FUNCTION scoring.screening(scoring.model) IS 'what fit_scorecard made of each column of its sample, in the table''s order: whether it is in the card, its bins (those of missing, special and other values included, as in points()) and trend, rows without a value, IV on the rows that chose the cuts (shown, never used), IV on rows that did not (cross_iv, the screen''s measure) with its z, and why it was left out (of a kept one: a warning, or NULL); no rows for a model that was not fitted here, nor for NULL';

CREATE FUNCTION scoring.terms(model scoring.model,
    OUT name text, OUT coefficient float8, OUT standard_error float8, OUT z float8, OUT p_value float8) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 12
BEGIN ATOMIC
    SELECT t.name, t.coefficient, t.standard_error, t.z, t.p_value
    FROM pg_catalog.jsonb_to_recordset(scoring.provenance(model) OPERATOR(pg_catalog.->) 'regression'::text OPERATOR(pg_catalog.->) 'terms'::text)
      AS t (name text, coefficient float8, standard_error float8, z float8, p_value float8);
END;
COMMENT ON FUNCTION scoring.terms(scoring.model) IS 'the regression behind a fitted scorecard, the intercept first: coefficients of the good log-odds on WoE (of the sample: before population_bad_rate), standard error, z, two-sided p-value; selection makes the p-values too small; no rows for a model that was not fitted here, nor for NULL';

CREATE FUNCTION scoring.fit_statistics(model scoring.model,
    OUT rows bigint, OUT log_likelihood float8, OUT null_log_likelihood float8, OUT aic float8, OUT bic float8,
    OUT iterations integer, OUT fits integer) RETURNS record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT r.rows, r.log_likelihood, r.null_log_likelihood, r.aic, r.bic, r.iterations, r.fits
    FROM pg_catalog.jsonb_to_record(scoring.provenance(model) OPERATOR(pg_catalog.->) 'regression'::text)
      AS r (rows bigint, log_likelihood float8, null_log_likelihood float8, aic float8, bic float8, iterations integer, fits integer);
END;
COMMENT ON FUNCTION scoring.fit_statistics(scoring.model) IS 'of the regression behind a fitted scorecard: labelled rows, log-likelihood, that of the intercept alone, AIC, BIC, Newton steps of the last fit, fits until nothing more left; all NULL for a model that was not fitted here';

CREATE FUNCTION scoring.samples(model scoring.model,
    OUT sample text, OUT relation text, OUT rows bigint, OUT goods float8, OUT bads float8, OUT unlabelled float8,
    OUT bad_rate float8, OUT mean_pd float8, OUT auc float8, OUT gini float8, OUT ks float8, OUT scores scoring.tally) RETURNS SETOF record
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 3
BEGIN ATOMIC
    SELECT s.sample, s.relation, s.rows, s.goods, s.bads, s.unlabelled,
           scoring.bad_rate(t.scores), s.mean_pd, scoring.auc(t.scores), scoring.gini(t.scores), scoring.ks(t.scores), t.scores
    FROM pg_catalog.jsonb_to_recordset(scoring.provenance(model) OPERATOR(pg_catalog.->) 'samples'::text)
           AS s (sample text, relation text, rows bigint, goods float8, bads float8, unlabelled float8, mean_pd float8, scores jsonb),
         LATERAL (SELECT s.scores::scoring.tally OFFSET 0) AS t (scores);
END;
COMMENT ON FUNCTION scoring.samples(scoring.model) IS 'how a fitted scorecard did on its development, validation and out_of_time samples: counts (weights), the share of bads, the mean pd of rows with an outcome, AUC, Gini and KS of the score, and the tally of the score itself; no rows for a model that was not fitted here, nor for NULL';

CREATE FUNCTION scoring.sample_part(key text, seed text, shares float8[]) RETURNS integer
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_scorecard_sample_part';
COMMENT ON FUNCTION scoring.sample_part(text, text, float8[]) IS 'the part, from 1, that a key falls into by a hash of it: the same on every machine and in every encoding; another seed divides anew; shares are the parts'' sizes and sum to 1; NULL for NULL; shares that do not: 22023';
