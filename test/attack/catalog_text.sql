-- V31, V48: texts that everyone may read: catalogs, settings, and parse trees sent to the client.
\c - postgres
CREATE TABLE lab.named (id int, region text CHECK (region <> 'DECOY-region')) PARTITION BY LIST (region);
CREATE TABLE lab.named_1 PARTITION OF lab.named FOR VALUES IN ('DECOY-person');
\c - analyst_plain
SELECT attack.ok((SELECT count(*) FROM pg_class WHERE pg_get_expr(relpartbound, oid) LIKE '%DECOY-person%') = 1 AND (SELECT count(*) FROM pg_constraint WHERE pg_get_constraintdef(oid) LIKE '%DECOY-region%') > 0, 'control: bounds and constraints are readable by all');
-- Every text in every catalog that may be read.
DO $$
DECLARE
  c record;
  n bigint;
  found_in text := '';
  read int := 0;
BEGIN
  FOR c IN SELECT r.oid::regclass AS relation FROM pg_class r WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v') AND has_table_privilege(oid, 'SELECT') AND relname NOT IN ('pg_stat_activity', 'pg_cursors', 'pg_prepared_statements') LOOP
    BEGIN
      EXECUTE format($q$SELECT count(*) FROM %s t WHERE t::text ~ ('(CANARY' || '-[a-z]|[^0-9]765' || '4[0-9]{5}[^0-9]|88008' || '80[0-9]{3})') AND t::text !~ 'lab'$q$, c.relation) INTO n;
      read := read + 1;
      IF n > 0 THEN
        found_in := found_in || format('%s: %s ', c.relation, n);
      END IF;
    EXCEPTION WHEN OTHERS THEN
      NULL;
    END;
  END LOOP;
  PERFORM set_config('lab.found', found_in, false), set_config('lab.read', read::text, false);
END$$;
SELECT attack.ok(current_setting('lab.read')::int > 80, 'all catalogs were read: control');
SELECT attack.is(current_setting('lab.found'), '', 'V31: no hidden value in any text of any catalog');
SELECT attack.ok(pg_get_viewdef('scoring_views.officer_applicant'::regclass) !~ 'points|intercept|"bins"' AND pg_get_viewdef('scoring_views.officer_applicant'::regclass) ~ '_gate', 'V31: the model is no literal in the view''s text');
SELECT attack.is(string_agg(conname, ','), NULL, 'V31: no constraint, default or bound of the workspace names a subject') FROM pg_constraint WHERE connamespace = 'scoring_data'::regnamespace AND pg_get_constraintdef(oid) ~ '[0-9]{5}';
-- Trees to the client.
\c - officer_north
SET client_min_messages = log;
SET debug_print_parse = on;
SET debug_print_rewritten = on;
SELECT attack.is(:'SQLSTATE', '00000', 'trees may be printed by anyone: control');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT count(*) FROM scoring_views.officer_applicant WHERE applicant_id = 101;
SELECT attack.is(:'SQLSTATE', '00000', 'V48: what is printed holds names and numbers of columns, searched for canaries below');
COMMIT;
SET debug_print_plan = on;
SELECT count(*) FROM scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V48: without an access too');
