-- Run by bench/release, with psql's variables subjects and withdrawals.
\set ON_ERROR_STOP on
\pset tuples_only on
\pset format unaligned
SET client_min_messages = warning;
SELECT scoring.setup('regress_bench') \g /dev/null
CREATE ROLE regress_bench_bank LOGIN;
CREATE ROLE regress_bench_sue LOGIN IN ROLE regress_bench_steward;
CREATE ROLE regress_bench_ron LOGIN IN ROLE regress_bench_registrar;
CREATE SCHEMA bank AUTHORIZATION regress_bench_bank;
SET SESSION AUTHORIZATION regress_bench_bank;
CREATE FUNCTION bank.h(i bigint, seed integer, n integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT (hashint8extended(i, seed) & 1048575)::integer % n';
CREATE TABLE bank.applicant AS SELECT i AS applicant_id, bank.h(i, 1, 12) AS region, 18 + bank.h(i, 2, 64) AS age, bank.h(i, 3, 65536)::numeric / 10 AS income,
  date '2005-01-01' + bank.h(i, 4, 7300) AS opened_on, CASE bank.h(i, 5, 16) WHEN 0 THEN NULL ELSE 'town ' || least(bank.h(i, 5, 16), 5) END AS town, bank.h(i, 6, 6) = 0 AS bad
FROM generate_series(1::bigint, :subjects) i;
ALTER TABLE bank.applicant ADD PRIMARY KEY (applicant_id);
ANALYZE bank.applicant;
SELECT scoring.protect('bank.applicant', 'applicant_id') \g /dev/null
SELECT scoring.classify('bank.applicant', c, CASE c WHEN 'income' THEN 'restricted' WHEN 'bad' THEN 'outcome' ELSE 'quasi' END, CASE c WHEN 'income' THEN 'written consent' END)
FROM unnest('{region,age,income,opened_on,town,bad}'::text[]) c \g /dev/null
SET SESSION AUTHORIZATION regress_bench_sue;
SELECT scoring.define_purpose('research', '{quasi,outcome,restricted}', '{}', 'consent', 'DPIA') \g /dev/null
SET SESSION AUTHORIZATION regress_bench_ron;
SELECT scoring.record_consents(ARRAY(SELECT i::text FROM generate_series(1, :subjects) i), 'research', 'written consent', 'form', 'infinity') \g /dev/null
\timing on
\echo @publish
SET SESSION AUTHORIZATION regress_bench_sue;
SELECT scoring.publish_release('bank.applicant', 'study', 'regress_bench_analyst', purpose => 'research', max_suppressed => 0.02,
  recoding => '{"age": {"bands": [30, 40, 50, 60, 70]}, "opened_on": {"unit": "5 years"}}') \g /dev/null
\timing off
SET SESSION AUTHORIZATION regress_bench_ron;
SELECT sum(scoring.withdraw_consent(w.i::text, 'research')) FROM (SELECT i FROM generate_series(1, :subjects) i ORDER BY hashint8extended(i, 77) LIMIT :withdrawals) w \g /dev/null
SET SESSION AUTHORIZATION regress_bench_sue;
\timing on
\echo @first refresh
SELECT scoring.refresh_release('study') \g /dev/null
\timing off
SET SESSION AUTHORIZATION regress_bench_ron;
SELECT sum(scoring.withdraw_consent(w.i::text, 'research')) FROM (SELECT i FROM generate_series(1, :subjects) i ORDER BY hashint8extended(i, 78) LIMIT :withdrawals) w \g /dev/null
SET SESSION AUTHORIZATION regress_bench_sue;
\timing on
\echo @second refresh
SELECT scoring.refresh_release('study') \g /dev/null
\timing off
RESET SESSION AUTHORIZATION;
SELECT format('version %s: %s rows, %s classes, %s suppressed, %s held back, k %s, l %s', version, rows, classes, rows_suppressed - subjects_held_back, subjects_held_back, measured_k, measured_l)
FROM scoring_data.releases ORDER BY version;
-- Who was in which class: as it was, and as it would have been without the rule, where only those leave who withdrew.
CREATE TEMPORARY TABLE was AS SELECT v, m.subject, m.class_number FROM generate_series(1, 3) v JOIN scoring_data.release_member m ON v BETWEEN m.first_version AND coalesce(m.last_version, 3);
CREATE TEMPORARY TABLE withdrawn AS SELECT i::text AS subject, min(v) AS v FROM (
  SELECT i, 2 AS v FROM (SELECT i FROM generate_series(1, :subjects) i ORDER BY hashint8extended(i, 77) LIMIT :withdrawals) a
  UNION ALL SELECT i, 3 FROM (SELECT i FROM generate_series(1, :subjects) i ORDER BY hashint8extended(i, 78) LIMIT :withdrawals) b) w GROUP BY i;
CREATE TEMPORARY TABLE would AS SELECT g.v, w.subject, w.class_number FROM generate_series(1, 3) g (v) CROSS JOIN was w LEFT JOIN withdrawn d USING (subject) WHERE w.v = 1 AND (d.v IS NULL OR d.v > g.v);
CREATE FUNCTION pg_temp.compare(versions regclass, a integer, b integer, OUT few bigint, OUT single bigint, OUT differing bigint) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SELECT count(*) FILTER (WHERE l BETWEEN 1 AND 9 OR c BETWEEN 1 AND 9), count(*) FILTER (WHERE l = 1 OR c = 1), count(*) FILTER (WHERE l > 0 OR c > 0) FROM (
    SELECT count(*) FILTER (WHERE y.subject IS NULL) AS l, count(*) FILTER (WHERE x.subject IS NULL) AS c
    FROM (SELECT subject, class_number FROM %1$s WHERE v = $1) x FULL JOIN (SELECT subject, class_number FROM %1$s WHERE v = $2) y USING (subject, class_number) GROUP BY class_number) d', versions) INTO few, single, differing USING a, b;
END
$$;
CREATE TEMPORARY TABLE result AS SELECT t.name, a, b, c.* FROM (VALUES ('with the rule', 'was'::regclass), ('without it', 'would')) t (name, versions), generate_series(1, 3) a, generate_series(1, 3) b,
  LATERAL pg_temp.compare(t.versions, a, b) c WHERE a < b;
SELECT format('%s, versions %s and %s: %s classes differ, %s by fewer than 10, %s by one subject alone', name, a, b, differing, few, single) FROM result ORDER BY name, a, b;
SELECT CASE WHEN bool_and(few = 0) FILTER (WHERE name = 'with the rule') AND bool_and(single > 0) FILTER (WHERE name = 'without it') THEN 'passed' ELSE 'FAILED' END FROM result;
