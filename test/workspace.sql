-- Everything that is to be said of the relations of a workspace, a line each: dev/test compares two with it.
SELECT format('%s %s owner %s row security %s %s options %s', c.relkind, c.oid::regclass, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity, c.reloptions),
       (SELECT string_agg(a::text, ' ' ORDER BY a::text COLLATE "C") FROM unnest(c.relacl) a), CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid) WHEN 'i' THEN pg_get_indexdef(c.oid) END, obj_description(c.oid, 'pg_class')
FROM pg_class c WHERE c.relnamespace IN ('scoring_data'::regnamespace, 'scoring_views'::regnamespace) ORDER BY c.oid::regclass::text COLLATE "C";
SELECT format('%s.%I %s not null %s default %s identity %s', c.oid::regclass, t.attname, format_type(t.atttypid, t.atttypmod), t.attnotnull, pg_get_expr(d.adbin, d.adrelid), t.attidentity), t.attacl, col_description(c.oid, t.attnum)
FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = t.attnum
WHERE c.relnamespace IN ('scoring_data'::regnamespace, 'scoring_views'::regnamespace) AND c.relkind IN ('r', 'p') ORDER BY c.oid::regclass::text COLLATE "C", t.attname COLLATE "C";
SELECT k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid) FROM pg_constraint k
WHERE k.connamespace IN ('scoring_data'::regnamespace, 'scoring_views'::regnamespace) ORDER BY k.conrelid::regclass::text COLLATE "C", k.conname COLLATE "C";
SELECT nspname, pg_get_userbyid(nspowner), nspacl FROM pg_namespace WHERE nspname IN ('scoring', 'scoring_data', 'scoring_views') ORDER BY 1;
