-- V01, V03, V47: functions of the attacker, cheaper than any filter, in every place of a query, under every plan.
\c - officer_north
SET enable_indexscan = off;
SET enable_bitmapscan = off;
SELECT count(*) FROM lab.plain_applicant WHERE lab.leak(segment);
SELECT attack.ok(lab.hidden() > 0, 'control: a cheap function sees hidden rows through a plain view');
RESET ALL;
SELECT lab.forget() \g /dev/null
CREATE VIEW lab.own AS SELECT * FROM scoring_views.officer_applicant;
CREATE FUNCTION lab.own_sql(key bigint) RETURNS SETOF text LANGUAGE sql STABLE AS $$SELECT segment FROM scoring_views.officer_applicant WHERE lab.leak(segment) AND applicant_id = key$$;
CREATE FUNCTION lab.own_plpgsql() RETURNS bigint LANGUAGE plpgsql STABLE AS $$BEGIN RETURN (SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(city)); END$$;
CREATE TEMP TABLE variant AS SELECT row_number() OVER () AS n, q FROM unnest(ARRAY[
  'SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(segment)',
  'SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(applicant_id) AND applicant_id > 100',
  'SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak_sql(city) OR branch_id = 2',
  'SELECT count(*) FROM scoring_views.officer_applicant WHERE CASE WHEN lab.leak(born) THEN true ELSE false END',
  'WITH c AS NOT MATERIALIZED (SELECT * FROM scoring_views.officer_applicant) SELECT count(*) FROM c WHERE lab.leak(requested)',
  'WITH c AS MATERIALIZED (SELECT * FROM scoring_views.officer_applicant) SELECT count(*) FROM c WHERE lab.leak(requested)',
  'SELECT count(*) FROM generate_series(1, 200) g WHERE EXISTS (SELECT FROM scoring_views.officer_applicant v WHERE v.applicant_id = g AND lab.leak(v.segment))',
  'SELECT count(*) FROM generate_series(1, 200) g WHERE g NOT IN (SELECT applicant_id FROM scoring_views.officer_applicant v WHERE lab.leak(v.segment))',
  'SELECT (SELECT max(segment) FROM scoring_views.officer_applicant v WHERE lab.leak(v.segment) AND v.applicant_id > g) FROM generate_series(1, 2) g',
  'SELECT count(*) FROM scoring_views.officer_applicant v, LATERAL (SELECT lab.leak(v.city) AS l) l WHERE l.l',
  'SELECT count(*) FROM (SELECT segment FROM scoring_views.officer_applicant UNION ALL SELECT city FROM scoring_views.officer_applicant) u WHERE lab.leak(segment)',
  'SELECT count(*) FROM (SELECT segment FROM scoring_views.officer_applicant EXCEPT SELECT ''x'') u WHERE lab.leak(segment)',
  'SELECT count(*) FILTER (WHERE lab.leak(born)) FROM scoring_views.officer_applicant',
  'SELECT applicant_id FROM scoring_views.officer_applicant ORDER BY lab.leak(segment), applicant_id LIMIT 1',
  'SELECT DISTINCT ON (lab.leak(segment)) applicant_id FROM scoring_views.officer_applicant',
  'SELECT count(*) OVER (PARTITION BY lab.leak(segment)) FROM scoring_views.officer_applicant',
  'SELECT city FROM scoring_views.officer_applicant GROUP BY city HAVING bool_and(lab.leak(city))',
  'SELECT count(*) FROM scoring_views.officer_applicant a JOIN scoring_views.officer_applicant b ON lab.leak(a.segment) AND a.applicant_id = b.applicant_id',
  'SELECT count(*) FROM generate_series(1, 3) g LEFT JOIN scoring_views.officer_applicant b ON lab.leak(b.segment)',
  'SELECT count(*) FROM scoring_views.officer_applicant a FULL JOIN lab.plain_applicant b USING (applicant_id) WHERE lab.leak(a.segment) IS NOT NULL AND a.segment IS NOT NULL',
  'SELECT count(*) FROM lab.own WHERE lab.leak(segment)',
  'SELECT count(*) FROM scoring_views.officer_applicant v WHERE lab.leak(v)',
  'SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(score)',
  'SELECT count(*) FROM generate_series(101, 103) g, lab.own_sql(g)',
  'SELECT lab.own_plpgsql()',
  'SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(segment) AND applicant_id = ANY (ARRAY(SELECT generate_series(lab.key(100), lab.key(160))) || 101::bigint)',
  'SELECT count(*) FROM scoring_views.officer_applicant WHERE city LIKE ''P%'' AND lab.leak(city)']) q;

\set ECHO none
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
-- Once with all that is told, then silently under every plan.
DO $$DECLARE v record; BEGIN FOR v IN SELECT q FROM variant ORDER BY variant.n LOOP EXECUTE v.q; END LOOP; END$$;
SELECT attack.ok(lab.seen() > 500, 'the functions were called: control');
SELECT attack.ok(lab.hidden() = 0, 'V01: a cheap function sees no hidden row anywhere in a query');
SET LOCAL client_min_messages = warning;
CREATE TEMP TABLE verdict (setting text, variant int, seen int, hidden int);
DO $$
DECLARE
  s text;
  v record;
BEGIN
  FOR s IN SELECT name FROM pg_settings WHERE name LIKE 'enable\_%' AND vartype = 'bool' UNION ALL SELECT 'nestloop only' UNION ALL SELECT 'hash only' UNION ALL SELECT 'merge only' UNION ALL SELECT 'no index' UNION ALL SELECT 'parallel' UNION ALL SELECT 'no collapse' ORDER BY 1 LOOP
    IF s LIKE 'enable%' THEN
      PERFORM set_config(s, CASE current_setting(s) WHEN 'on' THEN 'off' ELSE 'on' END, true);
    ELSIF s = 'no index' THEN
      PERFORM set_config(x, 'off', true) FROM unnest('{enable_indexscan,enable_bitmapscan,enable_indexonlyscan}'::text[]) x;
    ELSIF s = 'parallel' THEN
      PERFORM set_config('parallel_setup_cost', '0', true), set_config('parallel_tuple_cost', '0', true), set_config('min_parallel_table_scan_size', '0', true), set_config('min_parallel_index_scan_size', '0', true);
    ELSIF s = 'no collapse' THEN
      PERFORM set_config('join_collapse_limit', '1', true), set_config('from_collapse_limit', '1', true), set_config('geqo_threshold', '2', true), set_config('constraint_exclusion', 'on', true);
    ELSE
      PERFORM set_config('enable_' || x, CASE WHEN s LIKE replace(x, 'join', '') || '%' THEN 'on' ELSE 'off' END, true) FROM unnest('{nestloop,hashjoin,mergejoin}'::text[]) x;
    END IF;
    FOR v IN SELECT * FROM variant WHERE n % 4 = length(s) % 4 OR n < 4 LOOP
      PERFORM lab.forget();
      EXECUTE v.q;
      INSERT INTO verdict VALUES (s, v.n, lab.seen(), lab.hidden());
    END LOOP;
    PERFORM set_config(x.name, x.reset_val, true) FROM pg_settings x WHERE x.name LIKE 'enable\_%' OR x.name ~ '^(min_parallel|parallel_.*cost|join_collapse|from_collapse|geqo_threshold|constraint_excl)';
  END LOOP;
END$$;
SELECT attack.is(coalesce(string_agg(format('%s under %s', variant, setting), ', '), 'nothing'), 'nothing', 'V01, V03: nor under any setting of the planner') FROM verdict WHERE hidden > 0;
SELECT attack.ok(count(*) > 200 AND count(*) FILTER (WHERE seen > 0) = count(*), 'each of them called the function: control') FROM verdict;
COMMIT;

-- Plans that were made generic, and prepared with everything off.
SET plan_cache_mode = force_generic_plan;
SET client_min_messages = warning;
PREPARE told(text, bigint) AS SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(segment || $1) AND applicant_id >= $2;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT lab.forget() \g /dev/null
EXECUTE told('', 0);
SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_nestloop = off;
EXECUTE told('x', 0);
EXECUTE told('y', lab.key(0));
SELECT attack.ok(lab.seen() >= 60 AND lab.hidden() = 0, 'V01, V24: nor in a generic plan');
COMMIT;

-- In workers, where it can count nothing, what it says is searched for canaries.
CREATE FUNCTION lab.says(value text) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE COST 0.0000001 AS $$BEGIN RAISE NOTICE 'said: %', value; RETURN true; END$$;
RESET client_min_messages;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT set_config(name, CASE name WHEN 'debug_parallel_query' THEN 'regress' WHEN 'force_parallel_mode' THEN 'regress' ELSE '0' END, true) FROM pg_settings WHERE name ~ '^(parallel_(setup|tuple)_cost|min_parallel_.*_scan_size|force_parallel_mode|debug_parallel_query)$' \g /dev/null
SELECT count(*) AS n FROM scoring_views.officer_applicant WHERE lab.says(segment) \gset
SELECT attack.is(:'n', '60', 'V01: in parallel workers it is told the rows that may be seen');
COMMIT;

-- Nothing is told before the gate has looked: not while the statement is planned, not by what needs no row.
SELECT lab.forget() \g /dev/null
SELECT attack.is(attack.state('SELECT count(*) FROM scoring_views.officer_applicant WHERE lab.leak(segment)'), '42501', 'V01: without an access it is refused');
SELECT attack.is(attack.state('EXECUTE told('''', 0)'), '42501', 'V01: so is a plan that was made in one');
SELECT attack.ok(lab.seen() = 0, 'V47: and the function was not called before, with hidden values or without');
