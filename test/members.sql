-- Everything the catalogs say of the extension scoring and its members, one fact a line, sorted, by name and never by oid:
-- what must be equal however a database came to this version. Run with psql -At.
\set ON_ERROR_STOP on
SET search_path = pg_catalog;
SET client_min_messages = warning;

-- Members, and what belongs to them: array and row types, the parts of operator classes, rules of views, constraints.
CREATE TEMPORARY TABLE object AS
WITH RECURSIVE part (classid, objid) AS (
  SELECT 'pg_extension'::regclass::oid, oid FROM pg_extension WHERE extname = 'scoring'
  UNION
  SELECT d.classid, d.objid FROM pg_depend d JOIN part p ON d.refclassid = p.classid AND d.refobjid = p.objid
  WHERE d.deptype IN ('e', 'i', 'a')
)
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS name FROM part;

CREATE TEMPORARY TABLE fact (name text, what text, value text);

-- Rows of catalogs, whole: columns that are oids become what they point at; a few others differ without meaning anything,
-- or hold what is long or has oids inside, of which the text is taken below.
CREATE FUNCTION pg_temp.rows_of(catalog regclass, key name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  columns text;
BEGIN
  SELECT string_agg(CASE
      WHEN attname IN ('oid', key) OR format('%s.%s', catalog, attname) IN ('pg_proc.prosrc', 'pg_proc.proargdefaults',
        'pg_proc.prosqlbody', 'pg_type.typdefaultbin', 'pg_rewrite.ev_qual', 'pg_rewrite.ev_action', 'pg_attrdef.adbin', 'pg_constraint.conbin',
        'pg_class.relfilenode', 'pg_class.relpages', 'pg_class.reltuples', 'pg_class.relfrozenxid', 'pg_class.relminmxid') THEN NULL
      WHEN pktable IS NULL THEN format('(%L, c.%I::text)', attname, attname)
      WHEN is_array THEN format('(%L, (SELECT string_agg(coalesce(pg_describe_object(%L::regclass, o, 0), ''-''), '', '' ORDER BY i)
          FROM unnest(c.%I::oid[]) WITH ORDINALITY u (o, i)))', attname, pktable, attname)
      ELSE format('(%L, pg_describe_object(%L::regclass, c.%I::oid, 0))', attname, pktable, attname) END, ', ')
  INTO STRICT columns
  FROM pg_attribute LEFT JOIN pg_get_catalog_foreign_keys() ON fktable = attrelid AND fkcols = ARRAY[attname::text]
  WHERE attrelid = catalog AND attnum > 0 AND NOT attisdropped;
  EXECUTE format($query$
    INSERT INTO fact SELECT o.name, %1$L || CASE WHEN %1$L = 'pg_attribute' THEN ' ' || (to_jsonb(c) ->> 'attname') WHEN %1$L = 'pg_enum' THEN ' ' || (to_jsonb(c) ->> 'enumlabel') ELSE '' END || '.' || v.attname, v.value
    FROM object o JOIN %1$s c ON c.%2$I = o.objid, LATERAL (VALUES %3$s) v (attname, value)
    WHERE o.classid = (CASE WHEN %2$L = 'oid' THEN %1$L ELSE (SELECT pktable::text FROM pg_get_catalog_foreign_keys() WHERE fktable = %1$L::regclass AND fkcols = ARRAY[%2$L]) END)::regclass
      AND v.value IS NOT NULL$query$, catalog, key, columns);
END
$$;
SELECT pg_temp.rows_of(classid, 'oid') FROM (SELECT DISTINCT classid FROM object) c \g /dev/null
SELECT pg_temp.rows_of(c::regclass, k) FROM (VALUES ('pg_aggregate', 'aggfnoid'), ('pg_attribute', 'attrelid'), ('pg_enum', 'enumtypid'), ('pg_range', 'rngtypid')) a (c, k) \g /dev/null

-- Whose they are, and on what else they and the extension rest.
INSERT INTO fact
SELECT o.name, 'depends', d.deptype::text || ' ' || pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid)
FROM object o JOIN pg_depend d USING (classid, objid);

-- Those texts, line by line.
INSERT INTO fact
SELECT o.name, 'text ' || lpad(i::text, 4, '0'), line
FROM object o, LATERAL (
  SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE o.classid = 'pg_proc'::regclass AND p.oid = o.objid AND p.prokind <> 'a'
  UNION ALL SELECT pg_get_function_arguments(p.oid) FROM pg_proc p WHERE o.classid = 'pg_proc'::regclass AND p.oid = o.objid AND p.prokind = 'a'
  UNION ALL SELECT pg_get_ruledef(o.objid) WHERE o.classid = 'pg_rewrite'::regclass
  UNION ALL SELECT pg_get_constraintdef(o.objid) WHERE o.classid = 'pg_constraint'::regclass
  UNION ALL SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef a WHERE o.classid = 'pg_attrdef'::regclass AND a.oid = o.objid) t (text),
  LATERAL regexp_split_to_table(text, '\n') WITH ORDINALITY l (line, i);

-- Comments, and the privileges that CREATE EXTENSION gave, from which a dump counts the administrator's own. The present
-- ones are columns of the rows above.
INSERT INTO fact
SELECT o.name, 'comment ' || d.objsubid, d.description FROM object o JOIN pg_description d ON d.classoid = o.classid AND d.objoid = o.objid;
INSERT INTO fact
SELECT o.name, 'initial privileges ' || i.objsubid || ' ' || i.privtype::text, i.initprivs::text FROM object o JOIN pg_init_privs i ON i.classoid = o.classid AND i.objoid = o.objid;

SELECT name, what, replace(value, E'\n', '\n') FROM fact ORDER BY name COLLATE "C", what COLLATE "C", value COLLATE "C";
