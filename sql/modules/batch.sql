-- batch: score_batch() scores a table into another, chunk by chunk, each in a transaction of its own. The procedure runs
-- with the caller's rights and settings, for it commits: every name and operator in it is qualified. What it may not write
-- itself, the record of runs, it writes through entries named batch_, which never look at the caller's tables.

-- C primitives. The procedure calls them as its caller, so everyone may.

CREATE FUNCTION scoring._batch_lock(target oid, share boolean) RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_lock';
COMMENT ON FUNCTION scoring._batch_lock(oid, boolean) IS 'internal: keeps other runs of score_batch off a table until _batch_unlock(), an error or the session''s end; whether nobody else has it; inside a transaction block: 25001, taken: 55006, no INSERT on the table: 42501';

CREATE FUNCTION scoring._batch_begun(target oid) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_begun';
COMMENT ON FUNCTION scoring._batch_begun(oid) IS 'internal: lets the next session that shares a run join it';

CREATE FUNCTION scoring._batch_unlock(target oid, share boolean) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_unlock';
COMMENT ON FUNCTION scoring._batch_unlock(oid, boolean) IS 'internal: gives back what _batch_lock() took';

CREATE FUNCTION scoring._batch_timeout(milliseconds integer) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_timeout';
COMMENT ON FUNCTION scoring._batch_timeout(integer) IS 'internal: from now on the running statement may take so long, but no longer than statement_timeout lets it; NULL: only the latter';

CREATE FUNCTION scoring._batch_key("row" record) RETURNS text[]
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_batch_key';
COMMENT ON FUNCTION scoring._batch_key(record) IS 'internal: the columns of a row as texts, the same in every session; NULL if one is';

CREATE FUNCTION scoring._batch_value("text" text, type anyelement) RETURNS anyelement
LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_batch_value';
COMMENT ON FUNCTION scoring._batch_value(text, anyelement) IS 'internal: the value that _batch_key() gave as a text, of the second argument''s type; NULL for NULL';

CREATE FUNCTION scoring._batch_listen("limit" bigint) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_listen';
COMMENT ON FUNCTION scoring._batch_listen(bigint) IS 'internal: forgets the rows that _batch_score() could not score; it keeps at most so many from now on';

CREATE FUNCTION scoring._batch_score(model scoring.model, "row" record, key text[]) RETURNS integer
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE COST 20 AS 'MODULE_PATHNAME', 'scoring_batch_score';
COMMENT ON FUNCTION scoring._batch_score(scoring.model, record, text[]) IS 'internal: the score of a row; NULL if its data do not let it be scored, which _batch_faults() tells then, with the columns named in key; errors as score(model, record) for its columns and types';

CREATE FUNCTION scoring._batch_faults(OUT key text[], OUT reason text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_batch_faults';
COMMENT ON FUNCTION scoring._batch_faults() IS 'internal: the rows that could not be scored since _batch_listen()';

-- What is scored into what: checked against the catalogs, and as statements.

CREATE FUNCTION scoring._batch_base_type(type oid) RETURNS oid
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  base oid := type;
BEGIN
  LOOP
    SELECT t.typbasetype INTO base FROM pg_type t WHERE t.oid = base AND t.typtype = 'd';
    EXIT WHEN NOT FOUND;
    type := base;
  END LOOP;
  RETURN type;
END
$$;
COMMENT ON FUNCTION scoring._batch_base_type(oid) IS 'internal: the type under a domain, or the type itself';

CREATE FUNCTION scoring._batch_relation_name(relation oid) RETURNS text
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = relation);
END
$$;
COMMENT ON FUNCTION scoring._batch_relation_name(oid) IS 'internal: a relation''s name with its schema, whatever the search path';

-- The columns of the one index on exactly these columns that their order can be read from, in its order; NULL if none.
CREATE FUNCTION scoring._batch_index(relation oid, key text[], in_order boolean) RETURNS text[]
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  found_columns text[];
  wanted text[] := (SELECT array_agg(k COLLATE "C" ORDER BY k COLLATE "C") FROM unnest(key) k);
  relation_kind "char" := (SELECT relkind FROM pg_class WHERE oid = relation);
BEGIN
  SELECT i.columns INTO found_columns FROM (
    SELECT x.indexrelid, x.indisprimary,
           array_agg(a.attname::text ORDER BY p.place) AS columns,
           array_agg(a.attname::text COLLATE "C" ORDER BY a.attname::text COLLATE "C") AS sorted,
           -- A materialized view's columns are never NOT NULL: score_batch looks at its rows.
           bool_and(a.attnotnull OR NOT in_order OR relation_kind = 'm') AS never_null,
           bool_and(o.opcdefault) AND bool_and(x.indcollation[p.place - 1] = a.attcollation) AS natural_order,
           min(x.indoption[p.place - 1]) = max(x.indoption[p.place - 1]) AND min(x.indoption[p.place - 1]) IN (0, 3) AS one_direction
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am m ON m.oid = c.relam AND m.amname = 'btree'
    CROSS JOIN LATERAL generate_series(1, x.indnkeyatts::integer) p (place)
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[p.place - 1]
    JOIN pg_opclass o ON o.oid = x.indclass[p.place - 1]
    WHERE x.indrelid = relation AND x.indisunique AND x.indimmediate AND x.indisvalid AND x.indisready
      AND x.indpred IS NULL AND x.indexprs IS NULL
    GROUP BY x.indexrelid, x.indisprimary) i
  WHERE i.sorted = wanted AND i.never_null AND i.natural_order AND (i.one_direction OR NOT in_order)
  ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1;
  RETURN found_columns;
END
$$;
COMMENT ON FUNCTION scoring._batch_index(oid, text[], boolean) IS 'internal: the columns, in its order, of a unique index on exactly these that batches can follow, or, not in_order, that ON CONFLICT can use; NULL if there is none';

CREATE FUNCTION scoring._batch_shape(source oid, index_of oid, target oid, key text[], watermark text, reasons integer,
    OUT source_name text, OUT index_name text, OUT target_name text, OUT target_file oid, OUT key_columns text[],
    OUT rows_estimated bigint, OUT has_null text, OUT boundary text, OUT boundary_within text, OUT rest text, OUT key_count text, OUT any_scored text,
    OUT insert_new text, OUT insert_changed text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  fixed CONSTANT text[] := '{model,model_version,score,pd,reasons,scored_at}';
  fixed_types CONSTANT regtype[] := '{text,integer,integer,double precision,text[],timestamptz}';
  source_kind "char";
  index_kind "char";
  target_kind "char";
  wanted text;
  source_attribute record;
  index_attribute record;
  target_attribute record;
  operator_schemas text[] := '{}';
  operator_schema text;
  missing text;
  place integer;
  -- pieces of statements, for alias s, in the order of the key
  columns text := '';
  casts_lower text := '';
  casts_upper text := '';
  equal text := '';
  names text := '';
  bare text := '';
  others text := '';
  descending text := '';
  nulls text := '';
  updates text := '';
  range_of_s text;
  range_of_o text;
  above text;
  stale text;
  scored text;
BEGIN
  IF key IS NULL OR cardinality(key) = 0 OR array_ndims(key) <> 1 OR array_position(key, NULL) IS NOT NULL
     OR (SELECT count(DISTINCT k) FROM unnest(key) k) <> cardinality(key) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'key must name the key columns of the source, each once',
      HINT = 'For example: key => ''{id}''.';
  END IF;
  SELECT relkind INTO source_kind FROM pg_class WHERE oid = source;
  SELECT relkind INTO index_kind FROM pg_class WHERE oid = index_of;
  SELECT relkind INTO target_kind FROM pg_class WHERE oid = target;
  source_name := _batch_relation_name(source);
  index_name := _batch_relation_name(index_of);
  target_name := _batch_relation_name(target);
  IF source = target OR index_of = target THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s cannot be source and target in one', target_name),
      HINT = 'SELECT scoring.create_score_table(...) makes a fitting target.';
  ELSIF target_kind NOT IN ('r', 'p') THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('target %s is not a table', target_name);
  ELSIF EXISTS (SELECT FROM pg_class c WHERE c.relpersistence <> 'p'
                AND (c.oid = target OR c.oid IN (SELECT t.relid FROM pg_partition_tree(target::regclass) t))) THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('target %s is temporary or unlogged', target_name),
      DETAIL = 'A crash would empty it, but not the record of what has been scored.';
  ELSIF index_kind NOT IN ('r', 'p', 'm') THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('%s has no index', index_name),
      DETAIL = 'The source is read in the order of a unique index on its key.',
      HINT = 'For a view, name the table that its keys come from: index_of => ''...''.';
  END IF;
  IF index_kind = 'r' AND EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = index_of) THEN
    RAISE EXCEPTION USING ERRCODE = 'wrong_object_type', MESSAGE = format('%s has tables that inherit from it', index_name),
      DETAIL = 'Their rows are its rows, but not in its indexes.', HINT = 'Score each of them, or partition the table.';
  END IF;

  -- The key: in the source, in the index, in the target.
  FOREACH wanted IN ARRAY key LOOP
    SELECT string_agg(DISTINCT t.name, ', ') INTO missing FROM (VALUES (source, source_name), (index_of, index_name), (target, target_name)) t (oid, name)
    WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = wanted AND a.attnum > 0 AND NOT a.attisdropped);
    IF missing IS NOT NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('key column "%s" is not in %s', wanted, missing);
    ELSIF wanted = ANY (fixed) OR wanted = watermark THEN
      RAISE EXCEPTION USING ERRCODE = 'duplicate_column', MESSAGE = format('key column "%s" has the name of another column of the target', wanted),
        HINT = 'Score a view that renames it, with index_of a table that has the same name for it.';
    END IF;
  END LOOP;
  key_columns := _batch_index(index_of, key, true);
  IF key_columns IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s has no unique index on exactly (%s) that a batch can follow', index_name, array_to_string(key, ', ')),
      DETAIL = 'It must be a valid btree index, not partial, not deferrable, not on expressions, with its columns NOT NULL, in one direction, and with their own collations and default operator classes.',
      HINT = format('For example: ALTER TABLE %s ADD PRIMARY KEY (%s);', index_name, (SELECT string_agg(quote_ident(k), ', ') FROM unnest(key) k));
  END IF;
  IF _batch_index(target, key, false) IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('target %s has no primary key or unique index on exactly (%s)', target_name, array_to_string(key, ', ')),
      HINT = 'SELECT scoring.create_score_table(...) makes a fitting target.';
  END IF;
  FOR place IN 1 .. cardinality(key_columns) LOOP
    wanted := key_columns[place];
    SELECT _batch_base_type(a.atttypid) AS type, a.attcollation INTO source_attribute FROM pg_attribute a WHERE a.attrelid = source AND a.attname = wanted;
    SELECT _batch_base_type(a.atttypid) AS type, a.attcollation INTO index_attribute FROM pg_attribute a WHERE a.attrelid = index_of AND a.attname = wanted;
    SELECT _batch_base_type(a.atttypid) AS type, a.attcollation INTO target_attribute FROM pg_attribute a WHERE a.attrelid = target AND a.attname = wanted;
    IF source_attribute IS DISTINCT FROM index_attribute OR target_attribute IS DISTINCT FROM index_attribute THEN
      RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch', MESSAGE = format('key column "%s" is not of one type and collation', wanted),
        DETAIL = format('It has type %s in %s%s and %s in %s.', format_type(source_attribute.type, NULL), source_name,
                        CASE WHEN source <> index_of THEN format(', %s in %s', format_type(index_attribute.type, NULL), index_name) ELSE '' END,
                        format_type(target_attribute.type, NULL), target_name);
    END IF;
    -- Where the operators of the type's own order are.
    SELECT n.nspname INTO operator_schema
    FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_am m ON m.oid = c.relam AND m.amname = 'btree'
    CROSS JOIN LATERAL generate_series(1, x.indnkeyatts::integer) p (place)
    JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[p.place - 1] AND a.attname = wanted
    JOIN pg_opclass o ON o.oid = x.indclass[p.place - 1] AND o.opcdefault
    JOIN pg_amop f ON f.amopfamily = o.opcfamily AND f.amopstrategy = 3 AND f.amoplefttype = o.opcintype AND f.amoprighttype = o.opcintype
    JOIN pg_operator e ON e.oid = f.amopopr JOIN pg_namespace n ON n.oid = e.oprnamespace
    WHERE x.indrelid = index_of LIMIT 1;
    operator_schemas := operator_schemas || operator_schema;

    columns := columns || format(', s.%I', wanted);
    bare := bare || format(', %I', wanted);
    others := others || format(', o.%I', wanted);
    names := names || format(', q.%I', wanted);
    descending := descending || format(', s.%I DESC', wanted);
    nulls := nulls || format(' OR s.%I IS NULL', wanted);
    equal := equal || format(' AND o.%I OPERATOR(%I.=) s.%I', wanted, operator_schema, wanted);
    SELECT casts_lower || format(', scoring._batch_value(($1)[%s], NULL::%I.%I)', place, n.nspname, t.typname),
           casts_upper || format(', scoring._batch_value(($2)[%s], NULL::%I.%I)', place, n.nspname, t.typname)
    INTO casts_lower, casts_upper
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = index_attribute.type;
  END LOOP;
  IF (SELECT count(DISTINCT o) FROM unnest(operator_schemas) o) <> 1 THEN
    RAISE EXCEPTION USING ERRCODE = 'feature_not_supported', MESSAGE = 'the operators that compare the key columns are in different schemas',
      DETAIL = format('They are in %s.', array_to_string(operator_schemas, ', '));
  END IF;

  -- The target's other columns.
  FOR place IN 1 .. cardinality(fixed) LOOP
    IF NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = target AND a.attname = fixed[place] AND NOT a.attisdropped AND a.atttypid = fixed_types[place]) THEN
      RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch', MESSAGE = format('target %s has no column "%s" of type %s', target_name, fixed[place], fixed_types[place]),
        HINT = 'SELECT scoring.create_score_table(...) makes a fitting target.';
    END IF;
  END LOOP;
  IF watermark IS NOT NULL THEN
    IF watermark = ANY (fixed) THEN
      RAISE EXCEPTION USING ERRCODE = 'duplicate_column', MESSAGE = format('watermark column "%s" has the name of another column of the target', watermark),
        HINT = 'Score a view that renames it.';
    END IF;
    SELECT a.atttypid AS type INTO source_attribute FROM pg_attribute a WHERE a.attrelid = source AND a.attname = watermark AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('watermark column "%s" is not in %s', watermark, source_name);
    END IF;
    SELECT a.atttypid AS type INTO target_attribute FROM pg_attribute a WHERE a.attrelid = target AND a.attname = watermark AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND OR target_attribute.type <> source_attribute.type THEN
      RAISE EXCEPTION USING ERRCODE = 'datatype_mismatch', MESSAGE = format('target %s has no column "%s" of type %s', target_name, watermark, format_type(source_attribute.type, NULL)),
        DETAIL = 'The watermark that a row had when it was scored is kept beside its score.',
        HINT = 'SELECT scoring.create_score_table(...) makes a fitting target.';
    END IF;
  END IF;

  -- Of partitions a number that is another one when a file of theirs is.
  target_file := CASE target_kind WHEN 'r' THEN pg_relation_filenode(target::regclass)
    ELSE (SELECT coalesce(hashtextextended(string_agg(pg_relation_filenode(t.relid)::text, ' ' ORDER BY t.relid::oid), 0) & 4294967295, 0)
          FROM pg_partition_tree(target::regclass) t WHERE t.isleaf) END;
  rows_estimated := CASE index_kind
    WHEN 'p' THEN (SELECT CASE WHEN min(c.reltuples) >= 0 THEN sum(c.reltuples) END FROM pg_partition_tree(index_of::regclass) t JOIN pg_class c ON c.oid = t.relid WHERE t.isleaf)
    ELSE (SELECT CASE WHEN c.reltuples >= 0 THEN c.reltuples END FROM pg_class c WHERE c.oid = index_of) END;

  columns := substr(columns, 3);
  bare := substr(bare, 3);
  others := substr(others, 3);
  -- $1 is the key before the range, NULL for none, $2 its last one.
  above := format('($1 IS NULL OR ROW(%s) OPERATOR(%I.>) ROW(%s))', columns, operator_schema, substr(casts_lower, 3));
  range_of_s := format('%s AND ROW(%s) OPERATOR(%I.<=) ROW(%s)', above, columns, operator_schema, substr(casts_upper, 3));
  range_of_o := format('($1 IS NULL OR ROW(%1$s) OPERATOR(%2$I.>) ROW(%3$s)) AND ROW(%1$s) OPERATOR(%2$I.<=) ROW(%4$s)',
    others, operator_schema, substr(casts_lower, 3), substr(casts_upper, 3));
  IF index_kind = 'm' THEN
    has_null := format('SELECT EXISTS (SELECT FROM %s s WHERE %s)', index_name, substr(nulls, 5));
  END IF;
  -- A row that OFFSET skips is computed nevertheless: its text is made outside.
  boundary := format('SELECT scoring._batch_key(q.*) FROM (SELECT %s FROM %s s WHERE %s ORDER BY %s LIMIT 1 OFFSET $2) q', columns, index_name, above, columns);
  boundary_within := format('SELECT scoring._batch_key(q.*) FROM (SELECT %s FROM %s s WHERE %s ORDER BY %s LIMIT 1 OFFSET $3) q', columns, index_name, range_of_s, columns);
  rest := format('SELECT (SELECT scoring._batch_key(q.*) FROM (SELECT %s FROM %s s WHERE %s ORDER BY %s LIMIT 1) q), (SELECT pg_catalog.count(*) FROM %s s WHERE %s)',
    columns, index_name, above, substr(descending, 3), index_name, above);
  key_count := format('SELECT pg_catalog.count(*) FROM %s s WHERE %s', index_name, range_of_s);
  any_scored := format('SELECT EXISTS (SELECT FROM %s s WHERE %s)', target_name, range_of_s);

  -- $3 model, $4 its name, $5 its version, $6 the key columns, $7 number of reasons
  scored := format('INSERT INTO %s AS t (%s, model, model_version, score, pd, reasons, scored_at%s)'
      ' SELECT %s, $4, $5, q.score, scoring.pd($3, q.score), %s, pg_catalog.now()%s'
      ' FROM (SELECT %s%s, scoring._batch_score($3, s.*, $6) AS score%s FROM %s s',
    target_name, bare, coalesce(', ' || quote_ident(watermark), ''),
    substr(names, 3), CASE WHEN reasons > 0 THEN 'scoring.reasons($3, q."the row", $7)' ELSE 'NULL::pg_catalog.text[]' END, coalesce(', q.' || quote_ident(watermark), ''),
    columns, coalesce(', s.' || quote_ident(watermark), ''), CASE WHEN reasons > 0 THEN format(', (s.*)::%s AS "the row"', source_name) ELSE '' END, source_name);
  insert_new := format('%s WHERE %s) q WHERE q.score IS NOT NULL', scored, range_of_s);
  stale := 'o.model_version IS NULL OR o.model IS NULL OR o.model_version OPERATOR(pg_catalog.<>) $5 OR o.model OPERATOR(pg_catalog.<>) $4'
    || CASE WHEN reasons > 0 THEN ' OR o.reasons IS NULL' ELSE '' END
    || CASE WHEN watermark IS NULL THEN '' ELSE format(' OR NOT pg_catalog.record_image_eq(ROW(o.%1$I), ROW(s.%1$I))', watermark) END;
  SELECT string_agg(format('%1$I = EXCLUDED.%1$I', c), ', ' ORDER BY n) INTO updates
  FROM unnest(fixed || CASE WHEN watermark IS NULL THEN '{}' ELSE ARRAY[watermark] END) WITH ORDINALITY u (c, n);
  insert_changed := format('%s LEFT JOIN (SELECT %s, o.model, o.model_version, o.reasons%s FROM %s o WHERE %s) o ON %s WHERE %s AND (%s)) q WHERE q.score IS NOT NULL'
      ' ON CONFLICT (%s) DO UPDATE SET %s',
    scored, others, coalesce(', o.' || quote_ident(watermark), ''),
    target_name, range_of_o, substr(equal, 6), range_of_s, stale, bare, updates);
END
$$;
COMMENT ON FUNCTION scoring._batch_shape(oid, oid, oid, text[], text, integer) IS 'internal: checks that a source can be scored into a target and gives their names and the statements that do it, all of it qualified; what is wrong with them: 22023, 42703, 42701, 42804, 42809, 55000';

CREATE FUNCTION scoring._score_table_statement(target text, source oid, key text[], watermark text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  fixed CONSTANT text[] := '{model,model_version,score,pd,reasons,scored_at}';
  parts text[] := parse_ident(target);
  wanted text;
  attribute record;
  columns text := '';
  described text;
BEGIN
  IF key IS NULL OR cardinality(key) = 0 OR array_ndims(key) <> 1 OR array_position(key, NULL) IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'key must name the key columns of the source, each once',
      HINT = 'For example: key => ''{id}''.';
  ELSIF cardinality(parts) NOT IN (1, 2) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('"%s" is not a name of a table', target);
  END IF;
  FOREACH wanted IN ARRAY key || watermark LOOP
    CONTINUE WHEN wanted IS NULL;		-- no watermark
    SELECT format_type(a.atttypid, a.atttypmod) AS type, t.typname, t.typcategory, t.typnamespace, a.attcollation, t.typcollation INTO attribute
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = source AND a.attname = wanted AND a.attnum > 0 AND NOT a.attisdropped;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('column "%s" is not in %s', wanted, _batch_relation_name(source));
    ELSIF wanted = ANY (fixed) THEN
      RAISE EXCEPTION USING ERRCODE = 'duplicate_column', MESSAGE = format('column "%s" has the name of another column of a score table', wanted),
        HINT = 'Score a view that renames it.';
    END IF;
    -- The caller's search path may begin with anything. Types that are several words are none that it could shadow.
    described := format('%I %s', wanted, CASE
      WHEN attribute.typcategory = 'A' THEN format('%s.%I', attribute.typnamespace::regnamespace, attribute.typname)
      WHEN attribute.typnamespace = 'pg_catalog'::regnamespace AND starts_with(attribute.type, quote_ident(attribute.typname)) AND attribute.type !~ ' '
      THEN 'pg_catalog.' || attribute.type ELSE attribute.type END);
    IF attribute.attcollation <> attribute.typcollation THEN
      described := described || (SELECT format(' COLLATE %I.%I', n.nspname, c.collname) FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE c.oid = attribute.attcollation);
    END IF;
    columns := columns || CASE WHEN wanted = watermark THEN format('%s, ', described) ELSE format('%s NOT NULL, ', described) END;
  END LOOP;
  RETURN format('CREATE TABLE %s (%sscore integer NOT NULL, model_version integer NOT NULL, pd double precision NOT NULL, scored_at timestamp with time zone NOT NULL, model pg_catalog.text NOT NULL, reasons pg_catalog.text[], PRIMARY KEY (%s))',
    (SELECT string_agg(quote_ident(p), '.' ORDER BY n) FROM unnest(parts) WITH ORDINALITY u (p, n)), columns,
    (SELECT string_agg(quote_ident(k), ', ' ORDER BY n) FROM unnest(key) WITH ORDINALITY u (k, n)));
END
$$;
COMMENT ON FUNCTION scoring._score_table_statement(text, oid, text[], text) IS 'internal: the statement of create_score_table()';

CREATE FUNCTION scoring.create_score_table(target text, source regclass, key text[], watermark text DEFAULT NULL) RETURNS regclass
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
-- Runs with the caller's search path, which says where an unqualified target goes.
BEGIN
  EXECUTE scoring._score_table_statement(target, source, key, watermark);
  RETURN pg_catalog.to_regclass(target);
END
$$;
COMMENT ON FUNCTION scoring.create_score_table(text, regclass, text[], text) IS 'makes an empty table that score_batch can fill with scores of source: the key columns, which are its primary key, the watermark column if there is one, and model, model_version, score, pd, reasons, scored_at; the caller owns it; a column that is not there: 42703, or has the name of another: 42701';

-- The record of runs.

CREATE FUNCTION scoring._setup_batch() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('batch_run', $t$
    role_name text NOT NULL,
    target text NOT NULL,
    model_name text NOT NULL,
    run bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    session_name text NOT NULL,
    model_version integer NOT NULL,
    source text NOT NULL,
    index_of text NOT NULL,
    source_oid oid NOT NULL,
    index_oid oid NOT NULL,
    target_oid oid NOT NULL,
    target_file oid NOT NULL,
    key_columns text[] NOT NULL,
    watermark text,
    reasons integer NOT NULL,
    chunk_rows integer NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'stopped', 'superseded')),
    message text,
    planned_to text[],
    all_planned boolean NOT NULL DEFAULT false,
    next_chunk integer NOT NULL DEFAULT 1,
    rows_estimated bigint,
    rows_done bigint,
    rows_written bigint,
    started_at timestamptz NOT NULL,
    resumed_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (role_name, target, model_name, run)$t$,
    'runs of score_batch; the last one of a role, a target and a model is resumed if it has not come to its end');
  COMMENT ON COLUMN scoring_data.batch_run.state IS 'running also after a crash, until it is resumed; superseded: begun anew by a later run';
  COMMENT ON COLUMN scoring_data.batch_run.target_file IS 'the target''s file, so that what was done before it was truncated or rewritten does not count; of a partitioned table a hash of its partitions'' files';
  COMMENT ON COLUMN scoring_data.batch_run.planned_to IS 'the last key that is in a chunk';
  COMMENT ON COLUMN scoring_data.batch_run.rows_done IS 'once it has ended well; until then the chunks tell';
  PERFORM _make_table('batch_chunk', $t$
    run bigint NOT NULL,
    chunk integer NOT NULL,
    lower_key text[],
    upper_key text[] NOT NULL,
    rows bigint NOT NULL,
    written bigint,
    done_at timestamptz,
    PRIMARY KEY (run, chunk)$t$,
    'chunks of runs that have not come to their end: keys above lower_key (from the first one, if NULL) up to upper_key; the lock on a row is the claim of who scores it');
  COMMENT ON COLUMN scoring_data.batch_chunk.rows IS 'of the source, when the chunk was planned';
  COMMENT ON COLUMN scoring_data.batch_chunk.written IS 'rows of the target that were inserted or updated';
  IF to_regclass('scoring_data.batch_chunk_open') IS NULL THEN
    CREATE INDEX batch_chunk_open ON scoring_data.batch_chunk (run, chunk) WHERE done_at IS NULL;
  END IF;
  IF to_regclass('scoring_data.batch_run_target') IS NULL THEN
    CREATE INDEX batch_run_target ON scoring_data.batch_run (target_oid, run);
  END IF;
  PERFORM _make_table('batch_error', $t$
    run bigint NOT NULL,
    chunk integer NOT NULL,
    error_number bigint GENERATED ALWAYS AS IDENTITY,
    key text[] NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (run, chunk, error_number)$t$,
    'rows that the last run of a role, a target and a model could not score');
  -- Whoever may act as the role that runs it sees a run; stewards, analysts and auditors see all, without keys.
  PERFORM _make_view('progress', format($v$
    SELECT r.run, r.role_name, r.model_name || '@' || r.model_version AS model, r.source, r.target,
      CASE WHEN r.state <> 'running' THEN r.state WHEN live THEN 'running' ELSE 'interrupted' END AS state,
      coalesce(r.rows_done, c.rows_done, 0) AS rows_done, r.rows_estimated, coalesce(r.rows_written, c.rows_written, 0) AS rows_written,
      CASE WHEN r.state = 'running' AND live THEN rate END AS rows_per_second,
      CASE WHEN r.state = 'running' AND live AND rate > 0 THEN now() + make_interval(secs => least(greatest(r.rows_estimated - coalesce(c.rows_done, 0), 0) / rate, 1e9)) END AS estimated_end,
      CASE r.state WHEN 'done' THEN r.next_chunk - 1 WHEN 'superseded' THEN NULL ELSE c.chunks END AS chunks_done,
      (SELECT count(*) FROM scoring_data.batch_error e WHERE e.run = r.run) AS errors,
      r.started_at, r.resumed_at, r.ended_at, r.message
    FROM scoring_data.batch_run r
    CROSS JOIN LATERAL (
      SELECT count(*) AS chunks, least(coalesce(sum(k.rows), 0), 1e18)::bigint AS rows_done, least(coalesce(sum(k.written), 0), 1e18)::bigint AS rows_written,
        sum(k.rows) FILTER (WHERE k.done_at >= r.resumed_at) / nullif(extract(epoch FROM max(k.done_at) - r.resumed_at), 0)::double precision AS rate
      FROM scoring_data.batch_chunk k WHERE k.run = r.run AND k.done_at IS NOT NULL) c
    CROSS JOIN LATERAL (
      SELECT EXISTS (SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.classid = r.target_oid AND l.objid = 0 AND l.objsubid = 3
                       AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
        AND NOT EXISTS (SELECT FROM scoring_data.batch_run n WHERE n.target_oid = r.target_oid AND n.run > r.run) AS live) l
    WHERE EXISTS (SELECT FROM pg_roles p WHERE p.rolname IN (r.role_name, %L, %L, %L) AND pg_has_role(p.oid, 'USAGE'))$v$,
    _prefix() || '_steward', _prefix() || '_analyst', _prefix() || '_auditor'),
    'runs of score_batch, also while they run: those of roles that the reader is a member of, or all for stewards, analysts and auditors; rows_done and chunks_done grow with each chunk, rows_per_second and estimated_end are those of the run since it was last resumed; interrupted: no session is at work on it');
  PERFORM _make_view('batch_errors', $v$
    SELECT e.run, r.target, r.model_name || '@' || r.model_version AS model, e.key, e.reason, e.at
    FROM scoring_data.batch_error e JOIN scoring_data.batch_run r USING (run)
    WHERE EXISTS (SELECT FROM pg_roles p WHERE p.rolname = r.role_name AND pg_has_role(p.oid, 'USAGE'))$v$,
    'rows that the last run of score_batch into a target could not score, with the key in the order of its index and the reason: those of runs of roles that the reader is a member of');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_batch() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_batch() IS 'internal: the tables and views of room batch';

CREATE FUNCTION scoring._grants_batch(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('public', 'table', 'scoring_data.progress', 'SELECT'),
           ('public', 'table', 'scoring_data.batch_errors', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_batch(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_batch() IS 'internal: who may do what in room batch; its views and entries look at the role by themselves';

CREATE FUNCTION scoring._check_batch(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT 'warning', format('batch run %s', r.run), format('role "%s", which began it, does not exist: nobody can resume it', r.role_name),
      format('CREATE ROLE %I; or a run of another role into %s.', r.role_name, r.target)
    FROM scoring_data.batch_run r WHERE r.state IN ('running', 'stopped', 'failed') AND NOT EXISTS (SELECT FROM pg_roles p WHERE p.rolname = r.role_name)
      AND NOT EXISTS (SELECT FROM scoring_data.batch_run n WHERE n.target_oid = r.target_oid AND n.run > r.run) ORDER BY r.run;
  RETURN QUERY SELECT 'error', format('batch run %s', r.run), format('version %s of model "%s", by which it scores, is not in the registry', r.model_version, r.model_name),
      'Find out who deleted it; the backup has it.'
    FROM scoring_data.batch_run r WHERE r.state IN ('running', 'stopped', 'failed')
      AND NOT EXISTS (SELECT FROM scoring_data.registry_state v WHERE v.kind = 'model' AND v.name = r.model_name AND v.version = r.model_version) ORDER BY r.run;
  RETURN QUERY SELECT 'error', format('batch run %s', c.run), 'it has chunks or errors, but is not in scoring_data.batch_run', 'Find out who deleted it.'
    FROM (SELECT k.run FROM scoring_data.batch_chunk k UNION SELECT e.run FROM scoring_data.batch_error e) c
    WHERE NOT EXISTS (SELECT FROM scoring_data.batch_run r WHERE r.run = c.run) ORDER BY c.run;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_batch(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_batch() IS 'internal: what doctor() says of room batch';

-- Entries that score_batch calls. Whoever calls one directly can only spoil runs of his own role.

CREATE FUNCTION scoring._batch_own(run bigint) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM scoring_data.batch_run r WHERE r.run = _batch_own.run AND r.role_name = _caller()) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('role "%s" has no batch run %s', _caller(), run),
      HINT = 'Its runs: SELECT * FROM scoring_data.progress; to go on with that of another role, SET ROLE first.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_own(bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_own(bigint) IS 'internal: raises 42501 unless a run is the caller''s';

CREATE FUNCTION scoring._batch_begin(model text, source text, index_of text, target text, source_oid oid, index_oid oid, target_oid oid, target_file oid,
    key_columns text[], watermark text, reasons integer, chunk_rows integer, max_errors bigint, rows_estimated bigint, joining boolean,
    OUT run bigint, OUT model_name text, OUT model_version integer, OUT how text)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  wanted record := _registry_parse('model', model);
  resolved record;
  last record;
  expiry record;
  same boolean;
  last_done integer;
BEGIN
  IF NOT _model_may(_caller(), wanted.name, 'score') THEN
    PERFORM _model_refused(_caller(), wanted.name, 'score');
  END IF;
  -- Whoever has begun a run keeps others from resuming theirs into that table, so it is for those who may write it, and
  -- what it is called is what the catalog says: doctor() and progress show it to others.
  IF NOT coalesce(has_table_privilege(_caller(), target_oid, 'INSERT'), false) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('permission denied for role "%s" to score into %s', _caller(), coalesce(_batch_relation_name(target_oid), 'nothing')),
      DETAIL = 'It takes INSERT on the target.';
  END IF;
  rows_estimated := CASE WHEN rows_estimated BETWEEN 0 AND 1000000000000000 THEN rows_estimated END;
  source := coalesce(_batch_relation_name(source_oid), '?');
  index_of := coalesce(_batch_relation_name(index_oid), '?');
  target := _batch_relation_name(target_oid);
  resolved := _registry_resolve('model', model);
  model_name := resolved.name;
  model_version := resolved.version;
  SELECT r.* INTO last FROM scoring_data.batch_run r
  WHERE r.role_name = _caller() AND r.target = _batch_begin.target AND r.model_name = resolved.name ORDER BY r.run DESC LIMIT 1 FOR UPDATE;
  same := (last.source_oid, last.index_oid, last.target_oid, last.target_file, last.key_columns, last.watermark, last.reasons)
    IS NOT DISTINCT FROM (source_oid, index_oid, target_oid, target_file, key_columns, watermark, reasons);

  IF joining THEN
    -- A name means the version that the run has, whichever is live by now.
    IF last.run IS NULL OR last.state <> 'running' OR NOT same OR last.model_version <> coalesce(wanted.version, last.model_version)
       OR EXISTS (SELECT FROM scoring_data.batch_run n WHERE n.target_oid = _batch_begin.target_oid AND n.run > last.run) THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('the run that is writing %s is not the one to be shared', target),
        DETAIL = 'Those who share a run act as one role and call score_batch with the same model, source, target, key, watermark and reasons.',
        HINT = 'See scoring_data.progress.';
    END IF;
    run := last.run;
    model_version := last.model_version;
    how := 'joined';
    RETURN;
  END IF;

  -- A champion that has expired, as score('retail', row) treats it.
  IF wanted.version IS NULL THEN
    SELECT s.expires_at, s.on_expiry INTO expiry FROM scoring_data.registry_state s
    WHERE s.kind = 'model' AND s.name = resolved.name AND s.version = resolved.version AND s.expires_at <= now();
    IF FOUND AND expiry.on_expiry = 'refuse' THEN
      RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('model "%s@%s" expired on %s', resolved.name, resolved.version, expiry.expires_at),
        DETAIL = 'It is the champion of its name, and was deployed so that it refuses from that date.',
        HINT = format('An approver deploys another version, or this one with a later date; by its version, "%s@%s", it never expires.', resolved.name, resolved.version);
    ELSIF FOUND THEN
      RAISE WARNING USING MESSAGE = format('model "%s@%s" expired on %s', resolved.name, resolved.version, expiry.expires_at),
        HINT = 'An approver deploys another version, or this one with a later date.';
    END IF;
  END IF;

  -- Resumed is what has not come to its end and still means the same. What somebody has since written into the target by
  -- another run no longer does.
  IF same AND last.model_version = resolved.version
     AND (last.state IN ('running', 'stopped') OR last.state = 'failed' AND (SELECT count(*) FROM scoring_data.batch_error e WHERE e.run = last.run) <= max_errors)
     AND NOT EXISTS (SELECT FROM scoring_data.batch_run n WHERE n.target_oid = _batch_begin.target_oid AND n.run > last.run) THEN
    run := last.run;
    how := 'resumed';
    UPDATE scoring_data.batch_run r SET state = 'running', message = NULL, session_name = session_user, resumed_at = clock_timestamp(), ended_at = NULL,
      rows_estimated = _batch_begin.rows_estimated, chunk_rows = _batch_begin.chunk_rows WHERE r.run = last.run;
    IF last.chunk_rows <> chunk_rows THEN
      -- What comes after the last chunk that is done is planned anew, and the rows set aside in it are met again.
      SELECT coalesce(max(c.chunk), 0) INTO last_done FROM scoring_data.batch_chunk c WHERE c.run = last.run AND c.done_at IS NOT NULL;
      DELETE FROM scoring_data.batch_chunk c WHERE c.run = last.run AND c.chunk > last_done;
      DELETE FROM scoring_data.batch_error e WHERE e.run = last.run AND e.chunk > last_done;
      UPDATE scoring_data.batch_run r SET all_planned = false,
        (planned_to, next_chunk) = (SELECT (array_agg(c.upper_key::text ORDER BY c.chunk DESC))[1]::text[], coalesce(max(c.chunk), 0) + 1
                                    FROM scoring_data.batch_chunk c WHERE c.run = last.run)
      WHERE r.run = last.run;
    END IF;
    RETURN;
  END IF;

  IF last.run IS NOT NULL AND last.state <> 'done' THEN
    UPDATE scoring_data.batch_run r SET state = 'superseded', ended_at = clock_timestamp(),
      (rows_done, rows_written) = (SELECT coalesce(sum(c.rows) FILTER (WHERE c.done_at IS NOT NULL), 0), coalesce(sum(c.written), 0) FROM scoring_data.batch_chunk c WHERE c.run = last.run)
    WHERE r.run = last.run;
    DELETE FROM scoring_data.batch_chunk c WHERE c.run = last.run;
  END IF;
  DELETE FROM scoring_data.batch_error e USING scoring_data.batch_run r
  WHERE e.run = r.run AND r.role_name = _caller() AND r.target = _batch_begin.target AND r.model_name = resolved.name;
  INSERT INTO scoring_data.batch_run (role_name, target, model_name, session_name, model_version, source, index_of, source_oid, index_oid, target_oid, target_file,
    key_columns, watermark, reasons, chunk_rows, state, rows_estimated, started_at, resumed_at)
  VALUES (_caller(), target, resolved.name, session_user, resolved.version, source, index_of, source_oid, index_oid, target_oid, target_file,
    key_columns, watermark, reasons, chunk_rows, 'running', rows_estimated, clock_timestamp(), clock_timestamp())
  RETURNING batch_run.run INTO run;
  how := 'begun';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_begin(text, text, text, text, oid, oid, oid, oid, text[], text, integer, integer, bigint, bigint, boolean, OUT bigint, OUT text, OUT integer, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_begin(text, text, text, text, oid, oid, oid, oid, text[], text, integer, integer, bigint, bigint, boolean) IS 'internal: batch_begin() as the workspace''s owner';
CREATE FUNCTION scoring.batch_begin(model text, source text, index_of text, target text, source_oid oid, index_oid oid, target_oid oid, target_file oid,
    key_columns text[], watermark text, reasons integer, chunk_rows integer, max_errors bigint, rows_estimated bigint, joining boolean,
    OUT run bigint, OUT model_name text, OUT model_version integer, OUT how text)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_begin(text, text, text, text, oid, oid, oid, oid, text[], text, integer, integer, bigint, bigint, boolean) IS 'for score_batch: resumes or begins a run of the caller''s role, or joins it; how: resumed, begun or joined; not granted use of the model: 42501, nothing to join: 55000, errors of a model''s name as registered_model()';

CREATE FUNCTION scoring._batch_next(run bigint, OUT todo text, OUT chunk integer, OUT lower_key text[], OUT upper_key text[], OUT size bigint, OUT errors bigint)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record;
  planned integer;
BEGIN
  PERFORM _batch_own(run);
  SELECT b.* INTO r FROM scoring_data.batch_run b WHERE b.run = _batch_next.run;
  IF r.state = 'done' THEN
    todo := 'end';
    RETURN;
  ELSIF r.state <> 'running' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('batch run %s is %s', run, r.state), DETAIL = r.message,
      HINT = 'CALL scoring.score_batch(...) again to go on with it.';
  END IF;
  SELECT 'score', c.chunk, c.lower_key, c.upper_key, c.rows INTO todo, chunk, lower_key, upper_key, size
  FROM scoring_data.batch_chunk c WHERE c.run = _batch_next.run AND c.done_at IS NULL ORDER BY c.chunk LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF FOUND THEN
    SELECT count(*) INTO errors FROM scoring_data.batch_error e WHERE e.run = _batch_next.run AND e.chunk <> _batch_next.chunk;
    RETURN;
  END IF;
  IF NOT r.all_planned THEN
    -- One plans, the others wait for it here.
    planned := r.next_chunk;
    SELECT b.* INTO r FROM scoring_data.batch_run b WHERE b.run = _batch_next.run FOR UPDATE;
    IF r.next_chunk = planned AND NOT r.all_planned AND r.state = 'running' THEN
      todo := 'plan';
      lower_key := r.planned_to;
    ELSE
      todo := 'again';
    END IF;
  ELSIF EXISTS (SELECT FROM scoring_data.batch_chunk c WHERE c.run = _batch_next.run AND c.done_at IS NULL) THEN
    todo := 'wait';
  ELSE
    todo := 'end';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_next(bigint, OUT text, OUT integer, OUT text[], OUT text[], OUT bigint, OUT bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_next(bigint) IS 'internal: batch_next() as the workspace''s owner';
CREATE FUNCTION scoring.batch_next(run bigint, OUT todo text, OUT chunk integer, OUT lower_key text[], OUT upper_key text[], OUT size bigint, OUT errors bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_next(bigint) IS 'for score_batch: what to do now in a run: score a chunk, which is locked until the transaction ends, plan more chunks after lower_key, wait for those that others have, ask again, or end; errors: rows set aside in other chunks; not a run of the caller''s role: 42501, not running: 55000';

CREATE FUNCTION scoring._batch_plan(run bigint, upper_keys text[], sizes bigint[], is_last boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record;
  bound text[];
  place integer := 0;
BEGIN
  PERFORM _batch_own(run);
  -- Whoever reads progress adds them up.
  IF EXISTS (SELECT FROM unnest(sizes) s WHERE s < 0 OR s > 1000000000000) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a chunk has no such number of rows';
  END IF;
  SELECT b.* INTO r FROM scoring_data.batch_run b WHERE b.run = _batch_plan.run FOR UPDATE;
  IF r.all_planned OR r.state <> 'running' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('batch run %s has no chunks to be planned', run);
  END IF;
  IF cardinality(upper_keys) > 0 THEN
    FOREACH bound SLICE 1 IN ARRAY upper_keys LOOP
      place := place + 1;
      INSERT INTO scoring_data.batch_chunk (run, chunk, lower_key, upper_key, rows) VALUES (r.run, r.next_chunk, r.planned_to, bound, sizes[place]);
      r.planned_to := bound;
      r.next_chunk := r.next_chunk + 1;
    END LOOP;
  END IF;
  UPDATE scoring_data.batch_run b SET planned_to = r.planned_to, next_chunk = r.next_chunk, all_planned = is_last WHERE b.run = r.run;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_plan(bigint, text[], bigint[], boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_plan(bigint, text[], bigint[], boolean) IS 'internal: batch_plan() as the workspace''s owner';
CREATE FUNCTION scoring.batch_plan(run bigint, upper_keys text[], sizes bigint[], is_last boolean) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_plan(bigint, text[], bigint[], boolean) IS 'for score_batch: adds chunks to a run, each up to a key and of so many rows; not a run of the caller''s role: 42501, not to be planned: 55000, a number that no table has: 22023';

CREATE FUNCTION scoring._batch_record(run bigint, chunk integer, done boolean, written bigint, keys text[], reasons text[]) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  bad text[];
  place integer := 0;
BEGIN
  PERFORM _batch_own(run);
  IF written < 0 OR written > 1000000000000 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a chunk has no such number of rows';
  END IF;
  UPDATE scoring_data.batch_chunk c SET done_at = CASE WHEN done THEN clock_timestamp() END, written = coalesce(c.written, 0) + _batch_record.written
  WHERE c.run = _batch_record.run AND c.chunk = _batch_record.chunk AND c.done_at IS NULL;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('chunk %s of batch run %s is not to be scored', chunk, run);
  END IF;
  DELETE FROM scoring_data.batch_error e WHERE e.run = _batch_record.run AND e.chunk = _batch_record.chunk;
  IF cardinality(keys) > 0 THEN
    FOREACH bad SLICE 1 IN ARRAY keys LOOP
      place := place + 1;
      INSERT INTO scoring_data.batch_error (run, chunk, key, reason) VALUES (_batch_record.run, _batch_record.chunk, bad, reasons[place]);
    END LOOP;
  END IF;
  RETURN (SELECT count(*) FROM scoring_data.batch_error e WHERE e.run = _batch_record.run);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_record(bigint, integer, boolean, bigint, text[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_record(bigint, integer, boolean, bigint, text[], text[]) IS 'internal: batch_record() as the workspace''s owner';
CREATE FUNCTION scoring.batch_record(run bigint, chunk integer, done boolean, written bigint, keys text[], reasons text[]) RETURNS bigint
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_record(bigint, integer, boolean, bigint, text[], text[]) IS 'for score_batch: records how many rows of a chunk were written and which were set aside, in the transaction that wrote them; done: there is nothing more to do in it; how many are set aside in the whole run; not a run of the caller''s role: 42501, done before: 55000, a number that no table has: 22023';

CREATE FUNCTION scoring._batch_end(run bigint, state text, message text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record;
BEGIN
  PERFORM _batch_own(run);
  SELECT b.* INTO r FROM scoring_data.batch_run b WHERE b.run = _batch_end.run FOR UPDATE;
  IF r.state = state THEN
    RETURN;		-- somebody who shares it was faster
  ELSIF state NOT IN ('done', 'failed') OR r.state <> 'running'
     OR state = 'done' AND (NOT r.all_planned OR EXISTS (SELECT FROM scoring_data.batch_chunk c WHERE c.run = r.run AND c.done_at IS NULL)) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('batch run %s is %s and cannot become %s now', run, r.state, state);
  END IF;
  UPDATE scoring_data.batch_run b SET state = _batch_end.state, message = _batch_end.message, ended_at = clock_timestamp() WHERE b.run = r.run;
  IF state = 'done' THEN
    UPDATE scoring_data.batch_run b SET (rows_done, rows_written) = (SELECT coalesce(sum(c.rows), 0), coalesce(sum(c.written), 0) FROM scoring_data.batch_chunk c WHERE c.run = r.run)
    WHERE b.run = r.run;
    DELETE FROM scoring_data.batch_chunk c WHERE c.run = r.run;
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._batch_end(bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._batch_end(bigint, text, text) IS 'internal: batch_end() as the workspace''s owner';
CREATE FUNCTION scoring.batch_end(run bigint, state text, message text) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.batch_end(bigint, text, text) IS 'for score_batch: a run is done, or failed for a reason; not a run of the caller''s role: 42501, chunks are left: 55000';

CREATE FUNCTION scoring._stop_batch(run bigint) RETURNS boolean
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM scoring_data.batch_run r JOIN pg_roles p ON p.rolname = r.role_name
                 WHERE r.run = _stop_batch.run AND pg_has_role(_caller(), p.oid, 'USAGE')) THEN
    RAISE EXCEPTION USING ERRCODE = 'insufficient_privilege', MESSAGE = format('role "%s" has no batch run %s', _caller(), run),
      DETAIL = 'It takes membership in the role that called score_batch.';
  END IF;
  UPDATE scoring_data.batch_run r SET state = 'stopped', message = format('stopped by "%s"', _caller()), ended_at = clock_timestamp()
  WHERE r.run = _stop_batch.run AND r.state = 'running';
  RETURN FOUND;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._stop_batch(bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._stop_batch(bigint) IS 'internal: stop_batch() as the workspace''s owner';
CREATE FUNCTION scoring.stop_batch(run bigint) RETURNS boolean
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call_open';
COMMENT ON FUNCTION scoring.stop_batch(bigint) IS 'ends a run of score_batch when the chunks at work are done; calling score_batch again resumes it; whether it was running; NULL for NULL; for members of the role that runs it: 42501';

-- What the caller is told of a run, from the view that everyone reads.
CREATE FUNCTION scoring._batch_notice(run bigint) RETURNS text
LANGUAGE plpgsql VOLATILE STRICT PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  p record;
  left_over interval;
BEGIN
  SELECT * INTO p FROM scoring_data.progress v WHERE v.run = _batch_notice.run;
  left_over := CASE WHEN p.estimated_end IS NOT NULL THEN greatest(p.estimated_end - now(), '0') END;
  RETURN to_char(p.rows_done, 'FM999,999,999,999,999')
    || CASE WHEN p.state <> 'done' AND p.rows_estimated > 0 THEN ' of about ' || to_char(greatest(p.rows_estimated, p.rows_done), 'FM999,999,999,999,999') ELSE '' END || ' rows'
    || CASE WHEN p.rows_per_second IS NOT NULL THEN ', ' || to_char(round(p.rows_per_second), 'FM999,999,999,990') || ' a second' ELSE '' END
    || CASE WHEN left_over <= '1 second' THEN ', about a second left'
            WHEN left_over < '90 seconds' THEN ', about ' || ceil(extract(epoch FROM left_over)) || ' seconds left'
            WHEN left_over < '90 minutes' THEN ', about ' || ceil(extract(epoch FROM left_over) / 60) || ' minutes left'
            WHEN left_over IS NOT NULL THEN ', about ' || ceil(extract(epoch FROM left_over) / 3600) || ' hours left' ELSE '' END
    || CASE WHEN p.state = 'done' THEN ', ' || to_char(p.rows_written, 'FM999,999,999,999,990') || ' written' ELSE '' END
    || ', ' || p.errors || ' set aside';
END
$$;
COMMENT ON FUNCTION scoring._batch_notice(bigint) IS 'internal: how far a run is, in words; NULL for NULL';

CREATE PROCEDURE scoring.score_batch(model text, source regclass, target regclass, key text[], watermark text DEFAULT NULL, reasons integer DEFAULT 0,
    chunk_rows integer DEFAULT 10000, rows_per_second double precision DEFAULT NULL, chunk_timeout interval DEFAULT NULL, max_errors bigint DEFAULT 1000,
    share boolean DEFAULT false, index_of regclass DEFAULT NULL, notice_every interval DEFAULT '5 seconds')
LANGUAGE plpgsql
AS $$
-- It commits, so it can have no search path of its own: a name or operator that is not qualified means what the caller's
-- path makes of it. That holds for =, + and || as for functions, and for IN, BETWEEN, NULLIF and IS DISTINCT FROM, which
-- hide a =. Types that SQL has words for, such as bigint, are safe.
DECLARE
  plan_ahead CONSTANT integer := 64;
  target_oid CONSTANT pg_catalog.oid := target;
  timeout_ms integer;
  alone boolean;
  shape pg_catalog.record;
  run pg_catalog.record;
  work pg_catalog.record;
  model_value scoring.model;
  has_null boolean;
  -- planning
  bound pg_catalog.text[];
  uppers pg_catalog.text[];
  sizes bigint[];
  size bigint;
  is_last boolean;
  -- a chunk, and the part of it that is tried at once
  low pg_catalog.text[];
  high pg_catalog.text[];
  step bigint;
  at_end boolean;
  any_scored boolean;
  fault pg_catalog.text;
  affected bigint;
  written bigint;
  bad_keys pg_catalog.text[];
  bad_reasons pg_catalog.text[];
  found_keys pg_catalog.text[];
  found_reasons pg_catalog.text[];
  room bigint;
  complete boolean;
  set_aside bigint;
  -- the whole
  began timestamp with time zone := pg_catalog.clock_timestamp();
  noticed timestamp with time zone := began;
  rows_here double precision := 0;
  ahead double precision;
BEGIN
  IF model IS NULL OR source IS NULL OR target IS NULL OR key IS NULL OR share IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'score_batch() needs a model, a source, a target and a key';
  ELSIF reasons IS NULL OR reasons OPERATOR(pg_catalog.<) 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'reasons must be a number of reasons, 0 for none';
  ELSIF chunk_rows IS NULL OR chunk_rows OPERATOR(pg_catalog.<) 1 OR chunk_rows OPERATOR(pg_catalog.>) 1000000 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'chunk_rows must be from 1 to 1000000';
  ELSIF NOT (rows_per_second OPERATOR(pg_catalog.>) 0 AND rows_per_second OPERATOR(pg_catalog.<) 'Infinity') THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'rows_per_second must be above 0, or NULL for no limit';
  ELSIF max_errors IS NULL OR max_errors OPERATOR(pg_catalog.<) 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'max_errors must be 0 or more';
  ELSIF chunk_timeout OPERATOR(pg_catalog.<) interval '1 millisecond' OR chunk_timeout OPERATOR(pg_catalog.>) interval '24 days' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'chunk_timeout must be from 1 millisecond to 24 days, or NULL for none';
  END IF;
  timeout_ms := EXTRACT(epoch FROM chunk_timeout) OPERATOR(pg_catalog.*) 1000;
  index_of := COALESCE(index_of, source);

  alone := scoring._batch_lock(target_oid, share);
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  shape := scoring._batch_shape(source, index_of, target, key, watermark, reasons);
  IF shape.has_null IS NOT NULL THEN
    EXECUTE shape.has_null INTO has_null;
    IF has_null THEN
      RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = pg_catalog.format('a key column is NULL in a row of %s', shape.index_name);
    END IF;
  END IF;
  run := scoring.batch_begin(model, shape.source_name, shape.index_name, shape.target_name, source, index_of, target, shape.target_file,
    shape.key_columns, watermark, reasons, chunk_rows, max_errors, shape.rows_estimated, share AND NOT alone);
  model_value := scoring.registered_model(pg_catalog.format('%s@%s', run.model_name, run.model_version));
  COMMIT;
  IF share THEN
    PERFORM scoring._batch_begun(target_oid);
  END IF;
  RAISE NOTICE 'batch run % %: model %@%, % into %', run.run, run.how, run.model_name, run.model_version, shape.source_name, shape.target_name;

  LOOP
    COMMIT;
    -- A claim that another session has just finished is not an error of serialization.
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    work := scoring.batch_next(run.run);
    EXIT WHEN work.todo OPERATOR(pg_catalog.=) 'end';
    CONTINUE WHEN work.todo OPERATOR(pg_catalog.=) 'again';
    IF work.todo OPERATOR(pg_catalog.=) 'wait' THEN
      PERFORM pg_catalog.pg_sleep(0.2);
      CONTINUE;
    END IF;

    IF work.todo OPERATOR(pg_catalog.=) 'plan' THEN
      uppers := '{}';
      sizes := '{}';
      bound := work.lower_key;
      is_last := false;
      FOR i IN 1 .. plan_ahead LOOP
        low := bound;
        size := chunk_rows;
        EXECUTE shape.boundary INTO bound USING low, size OPERATOR(pg_catalog.-) 1;
        IF bound IS NULL THEN
          is_last := true;
          EXECUTE shape.rest INTO bound, size USING low;
          EXIT WHEN bound IS NULL;
        END IF;
        uppers := pg_catalog.array_cat(uppers, ARRAY[bound]);
        sizes := pg_catalog.array_append(sizes, size);
        EXIT WHEN is_last;
      END LOOP;
      PERFORM scoring.batch_plan(run.run, uppers, sizes, is_last);
      CONTINUE;
    END IF;

    -- The whole chunk in one statement. If user code in the source raises an error for some row, parts of it, halved after
    -- each error down to the one row, which is set aside, and doubled after each success.
    IF timeout_ms IS NOT NULL THEN
      PERFORM scoring._batch_timeout(timeout_ms);
    END IF;
    low := work.lower_key;
    step := NULL;
    written := 0;
    bad_keys := '{}';
    bad_reasons := '{}';
    -- Below 0 if those who share the run have come to its end: one more would be one too many. There is room for one above it.
    room := LEAST(GREATEST(max_errors OPERATOR(pg_catalog.-) work.errors, 0), 1000000000000);
    complete := true;
    LOOP
      high := work.upper_key;
      at_end := true;
      IF step IS NOT NULL THEN
        EXECUTE shape.boundary_within INTO bound USING low, work.upper_key, step OPERATOR(pg_catalog.-) 1;
        IF bound IS NOT NULL THEN
          high := bound;
          at_end := pg_catalog.array_eq(bound, work.upper_key);
        END IF;
      END IF;
      fault := NULL;
      BEGIN
        PERFORM scoring._batch_listen(room OPERATOR(pg_catalog.+) 1 OPERATOR(pg_catalog.-) pg_catalog.cardinality(bad_reasons));
        EXECUTE shape.any_scored INTO any_scored USING low, high;
        IF any_scored THEN
          EXECUTE shape.insert_changed USING low, high, model_value, run.model_name, run.model_version, shape.key_columns, reasons;
        ELSE
          EXECUTE shape.insert_new USING low, high, model_value, run.model_name, run.model_version, shape.key_columns, reasons;
        END IF;
        GET DIAGNOSTICS affected = ROW_COUNT;
        SELECT pg_catalog.array_agg(f.key), pg_catalog.array_agg(f.reason) INTO found_keys, found_reasons FROM scoring._batch_faults() f;
      EXCEPTION WHEN data_exception OR integrity_constraint_violation OR cardinality_violation OR case_not_found OR raise_exception
        OR plpgsql_error OR sql_routine_exception OR external_routine_exception OR external_routine_invocation_exception THEN
        EXECUTE shape.key_count INTO size USING low, high;
        IF size OPERATOR(pg_catalog.=) 0 THEN
          RAISE;
        END IF;
        fault := pg_catalog.format('%s (%s)', SQLERRM, SQLSTATE);
      END;
      IF fault IS NULL THEN
        written := written OPERATOR(pg_catalog.+) affected;
        step := step OPERATOR(pg_catalog.*) 2;
      ELSIF size OPERATOR(pg_catalog.>) 1 THEN
        step := size OPERATOR(pg_catalog./) 2;
        CONTINUE;
      ELSE
        EXECUTE shape.boundary_within INTO bound USING low, high, 0;
        found_keys := ARRAY[bound];
        found_reasons := ARRAY[fault];
        step := 1;
      END IF;
      IF found_keys IS NOT NULL THEN
        bad_keys := pg_catalog.array_cat(bad_keys, found_keys);
        bad_reasons := pg_catalog.array_cat(bad_reasons, found_reasons);
        IF pg_catalog.cardinality(bad_reasons) OPERATOR(pg_catalog.>) room THEN
          complete := false;
          EXIT;
        END IF;
      END IF;
      EXIT WHEN at_end;
      low := high;
    END LOOP;
    set_aside := scoring.batch_record(run.run, work.chunk, complete, written, bad_keys, bad_reasons);
    IF timeout_ms IS NOT NULL THEN
      PERFORM scoring._batch_timeout(NULL);
    END IF;
    COMMIT;

    IF set_aside OPERATOR(pg_catalog.>) max_errors THEN
      PERFORM scoring.batch_end(run.run, 'failed', pg_catalog.format('more than %s rows could not be scored', max_errors));
      COMMIT;
      RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = pg_catalog.format('more than %s rows could not be scored', max_errors),
        DETAIL = pg_catalog.format('What could be scored until then is in %s. The last reason: %s', shape.target_name, bad_reasons[pg_catalog.cardinality(bad_reasons)]),
        HINT = pg_catalog.format('SELECT * FROM scoring_data.batch_errors WHERE run = %s; to go on, CALL it again with a greater max_errors, or mend the rows.', run.run);
    END IF;
    rows_here := rows_here OPERATOR(pg_catalog.+) work.size;
    IF pg_catalog.clock_timestamp() OPERATOR(pg_catalog.>) (noticed OPERATOR(pg_catalog.+) notice_every) THEN
      noticed := pg_catalog.clock_timestamp();
      RAISE NOTICE '%', scoring._batch_notice(run.run);
    END IF;
    LOOP
      ahead := rows_here OPERATOR(pg_catalog./) rows_per_second OPERATOR(pg_catalog.-)
        EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) began)::double precision;
      EXIT WHEN ahead IS NULL OR ahead OPERATOR(pg_catalog.<=) 0;
      -- A snapshot held for long would keep VACUUM from its work.
      COMMIT;
      PERFORM pg_catalog.pg_sleep(LEAST(ahead, 1));
    END LOOP;
  END LOOP;

  PERFORM scoring.batch_end(run.run, 'done', NULL);
  COMMIT;
  PERFORM scoring._batch_unlock(target_oid, share);
  RAISE NOTICE 'batch run % is done: %', run.run, scoring._batch_notice(run.run);
END
$$;
COMMENT ON PROCEDURE scoring.score_batch(text, regclass, regclass, text[], text, integer, integer, double precision, interval, bigint, boolean, regclass, interval) IS 'scores every row of source into target, in the order of its key, committing each chunk_rows rows; called again it resumes after a crash or cancel, and scores what is new or has changed by its watermark column; reasons: how many reason codes are kept; rows_per_second: no faster than that; chunk_timeout: a chunk that takes longer ends the call (57014); max_errors: so many rows may be set aside before it fails (22000); share: several sessions work on one run; index_of: the table with the unique index on the key, if source is a view; notice_every: how often it says how far it is, NULL for never. Inside a transaction block: 25001; somebody else scores into target: 55006; not granted use of the model: 42501; relations that do not fit: 42703, 42701, 42804, 42809, 55000';
