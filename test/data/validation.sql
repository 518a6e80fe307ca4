-- AUC, Gini and KS of real columns as scikit-learn and SciPy give them.
BEGIN;
SELECT plan(5);
\ir ../golden/discrimination.sql
CREATE FUNCTION pg_temp.number_tally(dataset text, characteristic text) RETURNS scoring.tally LANGUAGE plpgsql AS $$
DECLARE t scoring.tally;
BEGIN
  EXECUTE format('SELECT scoring.tally_agg(%I::float8, bad) FROM %I', characteristic, dataset) INTO t;
  RETURN t;
END
$$;
CREATE TEMP TABLE measured AS
SELECT g.*, scoring.rank_error(t) AS e, scoring.auc(t, 'bad') AS our_auc, scoring.gini(t, 'bad') AS our_gini, scoring.ks(t, 'bad') AS our_ks, scoring.goods(t) AS goods, scoring.bads(t) AS bads
FROM golden_discrimination g, LATERAL (SELECT pg_temp.number_tally(dataset, characteristic) AS t OFFSET 0) s WHERE dataset <> 'hanley_mcneil';
SELECT is((SELECT count(*) FROM measured), 25::bigint, 'all columns');
SELECT cmp_ok((SELECT count(*) FROM measured WHERE e = 0), '>=', 13::bigint, 'most of them exact');
SELECT cmp_ok((SELECT max(greatest(abs(auc - our_auc), abs(gini - our_gini), abs(ks - our_ks))) FROM measured WHERE e = 0), '<', 1e-13::float8, 'exact ones to the last digits');
SELECT is((SELECT count(*) FROM measured WHERE greatest(abs(auc - our_auc), abs(gini - our_gini) / 2, abs(ks - our_ks)) > e / least(goods, bads) + 1e-13), 0::bigint, 'sketches within their bound');
SELECT cmp_ok((SELECT max(greatest(abs(auc - our_auc), abs(ks - our_ks))) FROM measured), '<', 5e-4::float8, 'and close');
SELECT * FROM finish();
ROLLBACK;
