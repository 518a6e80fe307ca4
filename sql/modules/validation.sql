-- validation: how well a tallied number, such as a score, tells goods from bads.

CREATE FUNCTION scoring.auc(tally scoring.tally, higher_is text DEFAULT 'good') RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'scoring_validation_auc';
COMMENT ON FUNCTION scoring.auc(scoring.tally, text) IS 'the area under the ROC curve, 0 to 1: the probability that a good is on the better side of a bad, ties one half; missing and special rows are left out; an estimate if the tally is a sketch; NULL for NULL and if no good or no bad has a value; a tally of text, higher_is other than good and bad: 22023';

CREATE FUNCTION scoring.gini(tally scoring.tally, higher_is text DEFAULT 'good') RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'scoring_validation_gini';
COMMENT ON FUNCTION scoring.gini(scoring.tally, text) IS 'the Gini coefficient (accuracy ratio, Somers'' D), -1 to 1: 2 auc - 1; NULL and errors as auc';

CREATE FUNCTION scoring.ks(tally scoring.tally, higher_is text DEFAULT 'good') RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'scoring_validation_ks';
COMMENT ON FUNCTION scoring.ks(scoring.tally, text) IS 'the Kolmogorov-Smirnov statistic, 0 to 1: the greatest difference, in absolute value, between the shares of goods and of bads up to any value; the same for either direction; NULL and errors as auc';

CREATE FUNCTION scoring.unranked(tally scoring.tally) RETURNS double precision
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 10 AS 'MODULE_PATHNAME', 'scoring_validation_unranked';
COMMENT ON FUNCTION scoring.unranked(scoring.tally) IS 'the weight of goods and bads that auc, gini and ks leave out: their value is missing or a special code; NULL for NULL; a tally of text: 22023';
