-- Who may do what in a workspace, as the privileges in the catalog have it: the Markdown table of docs/security.md.
-- dev/test docs compares them.
\pset tuples_only on
\pset format unaligned
SET client_min_messages = warning;
BEGIN;
SELECT scoring.setup('who_may') IS NOT NULL AS made \gset
WITH duty AS (SELECT d.duty, 'who_may_' || d.duty AS role, d.place FROM scoring._duties() WITH ORDINALITY d (duty, purpose, place)),
thing AS (
  -- An entry is for those who may execute the internal function of its name.
  SELECT 1 AS part, f.proname || '()' AS object, i.oid FROM pg_proc f
  JOIN pg_proc i ON i.pronamespace = f.pronamespace AND i.proname = '_' || f.proname AND i.proargtypes = f.proargtypes
  WHERE f.pronamespace = 'scoring'::regnamespace AND f.prosrc = 'scoring_owner_call'
  UNION ALL
  SELECT 2, c.oid::regclass::text, c.oid FROM pg_class c
  WHERE c.relnamespace IN ('scoring_data'::regnamespace, 'scoring_views'::regnamespace) AND c.relkind IN ('r', 'p', 'v')),
may AS (
  SELECT t.part, t.object, d.place, bool_or(CASE t.part WHEN 1 THEN has_function_privilege(d.role, t.oid, 'EXECUTE') ELSE has_table_privilege(d.role, t.oid, 'SELECT') END) AS yes
  FROM thing t CROSS JOIN duty d GROUP BY 1, 2, 3)
SELECT text FROM (
  SELECT 0 AS part, '' AS object, '| | ' || string_agg(duty, ' | ' ORDER BY place) || ' |' AS text FROM duty
  UNION ALL SELECT 0, 'a', '|---|' || repeat('---|', count(*)::int) FROM duty
  UNION ALL SELECT part, object, format('| `%s` | %s |', object, string_agg(CASE WHEN yes THEN 'x' ELSE '' END, ' | ' ORDER BY place)) FROM may GROUP BY 1, 2 HAVING bool_or(yes)) t
ORDER BY part, object COLLATE "C";
ROLLBACK;
