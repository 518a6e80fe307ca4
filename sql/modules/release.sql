-- release: tables made of protected ones that no longer say who is who: pseudonyms, coarser values, k-anonymous classes.
--
-- A column of the protected table becomes small integers, codes, which its recoding says how to make, to coarsen and to
-- print. A class is the list of codes of the quasi-identifiers. What a release publishes is a function of the codes alone.

CREATE FUNCTION scoring._setup_release() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('release_series', $t$
    name text PRIMARY KEY,
    series_number integer GENERATED ALWAYS AS IDENTITY UNIQUE,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    audience text NOT NULL,
    k integer NOT NULL CHECK (k >= 2),
    l integer NOT NULL CHECK (l >= 1),
    purpose text,
    max_suppressed float8 NOT NULL CHECK (max_suppressed >= 0 AND max_suppressed < 1),
    retention_column text,
    retention interval,
    refresh_within interval NOT NULL,
    recoding jsonb,
    last_version integer NOT NULL DEFAULT 0,
    refresh_due_since timestamptz,
    CHECK ((retention_column IS NULL) = (retention IS NULL))$t$,
    'releases: what each is made of, for whom, how; versions of one are a series');
  COMMENT ON COLUMN scoring_data.release_series.recoding IS 'how columns become codes, and codes what is published; only ever made coarser';
  COMMENT ON COLUMN scoring_data.release_series.refresh_due_since IS 'somebody who is in the live version was erased then';
  PERFORM _make_table('release_version', $t$
    name text NOT NULL REFERENCES scoring_data.release_series (name),
    version integer NOT NULL,
    built_at timestamptz NOT NULL,
    rows bigint NOT NULL,
    subjects bigint NOT NULL,
    classes bigint NOT NULL,
    rows_suppressed bigint NOT NULL,
    subjects_held_back bigint NOT NULL,
    k integer NOT NULL,
    l integer NOT NULL,
    measured_k bigint,
    measured_l bigint,
    recoding jsonb NOT NULL,
    columns jsonb NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    retired_at timestamptz,
    retired_reason text,
    retired_by_role text,
    retired_by_session text,
    PRIMARY KEY (name, version)$t$,
    'versions of releases: what each contains and how anonymous it was measured to be');
  PERFORM _make_table('release_class', $t$
    series_number integer NOT NULL,
    class_number integer NOT NULL,
    codes integer[] NOT NULL,
    PRIMARY KEY (series_number, class_number),
    UNIQUE (series_number, codes)$t$,
    'classes of releases: combinations of the codes of quasi-identifiers that were published');
  PERFORM _make_table('release_member', $t$
    subject text NOT NULL,
    series_number integer NOT NULL,
    class_number integer NOT NULL,
    first_version integer NOT NULL,
    last_version integer,
    content bigint NOT NULL,
    PRIMARY KEY (subject, series_number, class_number, first_version)$t$,
    'who was in which class in which versions of a release: so that no two versions tell somebody apart by what left or came; nobody but the owner reads it');
  -- No subject's key is to stand in the planner's statistics: it would stay there when she is erased.
  ALTER TABLE scoring_data.release_member ALTER COLUMN subject SET STATISTICS 0;
  COMMENT ON COLUMN scoring_data.release_member.last_version IS 'NULL: the last one there is';
  COMMENT ON COLUMN scoring_data.release_member.content IS 'sum of hashes of what was published of the subject in the class besides quasi-identifiers';

  PERFORM _make_view('releases', $q$
    SELECT v.name, v.version, s.schema_name || '.' || s.table_name AS relation, s.audience, s.purpose, v.k, v.measured_k, v.l, v.measured_l,
           v.classes, v.rows, v.subjects, v.rows_suppressed, v.rows_suppressed / nullif(v.rows + v.rows_suppressed, 0)::float8 AS share_suppressed,
           v.subjects_held_back, 1 / nullif(v.measured_k, 0)::float8 AS greatest_risk, v.classes / nullif(v.subjects, 0)::float8 AS mean_risk,
           v.recoding, v.columns, v.built_at, v.role_name, v.session_name,
           CASE WHEN v.retired_at IS NOT NULL THEN 'retired' WHEN s.refresh_due_since IS NOT NULL THEN 'to be refreshed' ELSE 'live' END AS state,
           v.retired_at, v.retired_reason, v.retired_by_role, v.retired_by_session
    FROM scoring_data.release_version v JOIN scoring_data.release_series s USING (name)$q$,
    'the register of releases: what each version contains, the k and l that were asked for and measured, what was left out, who made it');
  -- What was left out is not for those who read releases: counts of it, version by version, are differences.
  PERFORM _make_view('release_descriptions', $q$
    SELECT v.name, v.version, s.schema_name || '.' || s.table_name AS relation, s.audience, s.purpose, v.k, v.l, v.recoding, v.columns, v.built_at::date AS built_on
    FROM scoring_data.release_version v JOIN scoring_data.release_series s USING (name) WHERE v.retired_at IS NULL$q$,
    'what the live releases are made of and how, for who reads them');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_release() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_release() IS 'internal: the tables and views of room release';

CREATE FUNCTION scoring._grants_release(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('steward', 'function', 'publish_release(text, text, text, integer, integer, text, jsonb, text[], double precision, text, interval, interval)', 'EXECUTE'),
           ('steward', 'function', 'refresh_release(text)', 'EXECUTE'),
           ('steward', 'function', 'retire_release(text, text)', 'EXECUTE'),
           ('steward', 'table', 'scoring_data.releases', 'SELECT'),
           ('auditor', 'table', 'scoring_data.releases', 'SELECT'),
           ('steward', 'table', 'scoring_data.release_descriptions', 'SELECT'),
           ('analyst', 'table', 'scoring_data.release_descriptions', 'SELECT'),
           ('auditor', 'table', 'scoring_data.release_descriptions', 'SELECT');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_release(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_release() IS 'internal: who may do what in room release';

-- The only randomness there is in a release: tokens, and with them the order of rows, and who is held back.
CREATE FUNCTION scoring._release_random() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE
BEGIN ATOMIC
    SELECT pg_catalog.gen_random_uuid();
END;
REVOKE EXECUTE ON FUNCTION scoring._release_random() FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_random() IS 'internal: a random token from the server''s cryptographic generator';

CREATE FUNCTION scoring._release_hold(relation oid) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_release_hold';
REVOKE EXECUTE ON FUNCTION scoring._release_hold(oid) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_hold(oid) IS 'internal: locks a table and its children to the end of the transaction, so that their names and columns stay';

-- Recodings: how values become codes, and codes texts. Everything here makes pieces of statements, for a table a.

CREATE FUNCTION scoring._release_list(list jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN quote_literal(ARRAY(SELECT e.item FROM jsonb_array_elements_text(list) WITH ORDINALITY e (item, place) ORDER BY e.place)::text);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_list(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_list(jsonb) IS 'internal: a JSON array as the quoted text of an SQL array';

CREATE FUNCTION scoring._release_code(recoding jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  col text := format('a.%I', recoding ->> 'column');
BEGIN
  IF (recoding ->> 'withheld')::boolean THEN
    RETURN '0';
  END IF;
  CASE recoding ->> 'kind'
  WHEN 'boolean' THEN
    RETURN format('CASE %s WHEN false THEN 1 WHEN true THEN 2 ELSE 0 END', col);
  WHEN 'date' THEN
    -- Months since the beginning of the year that date_part() calls -4715; infinities have codes of their own.
    RETURN format('CASE WHEN %1$s IS NULL THEN 0 WHEN %1$s = ''-infinity'' THEN 1 WHEN %1$s = ''infinity'' THEN 2 '
                  'ELSE 2 + (date_part(''year'', %1$s) + 4715)::integer * 12 + date_part(''month'', %1$s)::integer END', col);
  WHEN 'text' THEN
    RETURN format('CASE WHEN %1$s IS NULL THEN 0 ELSE coalesce((%2$L::jsonb ->> %1$s::text)::integer, 1) END', col,
                  (SELECT jsonb_object_agg(v.value, v.place + 1) FROM jsonb_array_elements_text(recoding -> 'values') WITH ORDINALITY v (value, place)));
  ELSE
    RETURN format('CASE WHEN %1$s IS NULL THEN 0 %2$sELSE 2 + width_bucket(%1$s::%3$s, %4$s::%3$s[]) END', col,
                  CASE WHEN recoding ->> 'type' <> 'bigint' THEN format('WHEN %s::%s = ''NaN'' THEN 1 ', col, recoding ->> 'type') ELSE '' END,
                  recoding ->> 'type', _release_list(recoding -> 'cuts'));
  END CASE;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_code(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_code(jsonb) IS 'internal: an expression for the finest code of a column: 0 for NULL, 1 for NaN, -infinity or a text that is not listed, and so on';

CREATE FUNCTION scoring._release_step(recoding jsonb, from_level integer, to_level integer, code text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  months CONSTANT integer[] := '{1,3,12,60}';
  map integer[];
  step integer[];
  level integer;
BEGIN
  IF to_level = from_level OR (recoding ->> 'withheld')::boolean THEN
    RETURN code;
  ELSIF to_level = (recoding ->> 'top')::integer THEN
    RETURN '0';
  END IF;
  CASE recoding ->> 'kind'
  WHEN 'date' THEN
    RETURN format('CASE WHEN %1$s < 3 THEN %1$s ELSE 3 + (%1$s - 3) / %2$s END', code, months[to_level + 1] / months[from_level + 1]);
  WHEN 'text' THEN
    FOR level IN from_level .. to_level - 1 LOOP
      step := ARRAY(SELECT m.item::integer FROM jsonb_array_elements_text(recoding -> 'maps' -> level) WITH ORDINALITY m (item, place) ORDER BY m.place);
      map := CASE WHEN map IS NULL THEN step ELSE ARRAY(SELECT step[m.item + 1] FROM unnest(map) WITH ORDINALITY m (item, place) ORDER BY m.place) END;
    END LOOP;
    RETURN format('(%L::integer[])[%s + 1]', map, code);
  ELSE
    RETURN format('CASE WHEN %1$s < 2 THEN %1$s ELSE 2 + ((%1$s - 2) >> %2$s) END', code, to_level - from_level);
  END CASE;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_step(jsonb, integer, integer, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_step(jsonb, integer, integer, text) IS 'internal: an expression for the code at a coarser level, given one for the code';

-- Bands of numbers: of level n, every 2^n-th cut is left.
CREATE FUNCTION scoring._release_labels(recoding jsonb, level integer) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  cuts text[];
  n integer;
BEGIN
  IF recoding ->> 'kind' = 'boolean' THEN
    RETURN '{NULL,false,true}';
  ELSIF recoding ->> 'kind' = 'text' THEN
    RETURN ARRAY(SELECT e.item FROM jsonb_array_elements_text(recoding -> 'labels' -> level) WITH ORDINALITY e (item, place) ORDER BY e.place);
  END IF;
  cuts := ARRAY(SELECT e.item FROM jsonb_array_elements_text(recoding -> 'cuts') WITH ORDINALITY e (item, place) WHERE e.place % (1 << level) = 0 ORDER BY e.place);
  n := cardinality(cuts);
  RETURN '{NULL,NaN}'::text[] || CASE WHEN n = 0 THEN '{*}'::text[] ELSE
    ARRAY['< ' || cuts[1]]
    || ARRAY(SELECT CASE WHEN recoding ->> 'type' = 'bigint' AND cuts[i]::numeric + 1 = cuts[i + 1]::numeric THEN cuts[i] ELSE format('[%s, %s)', cuts[i], cuts[i + 1]) END
             FROM generate_series(1, n - 1) i ORDER BY i)
    || ARRAY['>= ' || cuts[n]] END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_labels(jsonb, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_labels(jsonb, integer) IS 'internal: what codes at a level stand for, from code 0 on; not of dates';

CREATE FUNCTION scoring._release_label(recoding jsonb, code text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  level integer := recoding -> 'level';
BEGIN
  IF recoding ->> 'kind' = 'boolean' AND NOT (recoding ->> 'quasi')::boolean THEN
    RETURN format('CASE %s WHEN 1 THEN false WHEN 2 THEN true END', code);
  ELSIF (recoding ->> 'withheld')::boolean AND NOT (recoding ->> 'quasi')::boolean THEN
    RETURN 'NULL::text';
  ELSIF level = (recoding ->> 'top')::integer OR (recoding ->> 'withheld')::boolean THEN
    RETURN '''*''::text';
  ELSIF recoding ->> 'kind' = 'date' THEN
    RETURN format('CASE %1$s WHEN 0 THEN NULL WHEN 1 THEN ''-infinity'' WHEN 2 THEN ''infinity'' ELSE ', code)
      || format(CASE level
                  WHEN 0 THEN '((%1$s - 3) / 12 - 4715)::text || ''-'' || lpad(((%1$s - 3) %% 12 + 1)::text, 2, ''0'')'
                  WHEN 1 THEN '((%1$s - 3) / 4 - 4715)::text || ''-Q'' || ((%1$s - 3) %% 4 + 1)::text'
                  WHEN 2 THEN '(%1$s - 3 - 4715)::text'
                  ELSE '((%1$s - 3) * 5 - 4715)::text || '' to '' || ((%1$s - 3) * 5 - 4711)::text' END, code) || ' END';
  END IF;
  RETURN format('(%L::text[])[%s + 1]', _release_labels(recoding, level), code);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_label(jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_label(jsonb, text) IS 'internal: an expression for what is published for a code at the recoding''s level';

CREATE FUNCTION scoring._release_says(recoding jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  level integer := recoding -> 'level';
  n integer;
BEGIN
  IF (recoding ->> 'withheld')::boolean THEN
    RETURN 'withheld';
  ELSIF level = (recoding ->> 'top')::integer THEN
    RETURN 'all values together';
  END IF;
  CASE recoding ->> 'kind'
  WHEN 'boolean' THEN RETURN 'as it is';
  WHEN 'date' THEN RETURN ('{months,quarters,years,5 years}'::text[])[level + 1];
  WHEN 'text' THEN
    n := (SELECT count(DISTINCT e.item) FROM jsonb_array_elements_text(recoding -> 'labels' -> level) e (item) WHERE e.item <> 'other');
    RETURN format('%s %s and other', n, CASE WHEN (recoding ->> 'hierarchy')::boolean AND level > 0 THEN 'groups' ELSE 'values' END);
  ELSE
    n := 1 + jsonb_array_length(recoding -> 'cuts') / (1 << level);
    RETURN format('%s bands', n);
  END CASE;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_says(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_says(jsonb) IS 'internal: a recoding in words, for the register';

-- What a release reads.

CREATE FUNCTION scoring._release_relation(schema_name text, table_name text) RETURNS oid
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  relation oid := to_regclass(format('%I.%I', schema_name, table_name));
  fault text;
BEGIN
  IF relation IS NOT NULL THEN
    PERFORM _release_hold(relation);
  END IF;
  IF relation IS NULL OR relation IS DISTINCT FROM to_regclass(format('%I.%I', schema_name, table_name))::oid THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_table', MESSAGE = format('table %I.%I does not exist', schema_name, table_name);
  END IF;
  SELECT format('%s is no table', c.oid::regclass) INTO fault FROM pg_class c
  WHERE c.oid IN (SELECT relation UNION ALL SELECT t.relid FROM pg_partition_tree(relation) t UNION ALL SELECT i.inhrelid FROM pg_inherits i WHERE i.inhparent = relation)
    AND c.relkind NOT IN ('r', 'p') LIMIT 1;
  IF fault IS NULL THEN
    fault := _protection_fault(relation);
  END IF;
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('table %I.%I is not armed', schema_name, table_name),
      DETAIL = format('%s.', fault), HINT = 'SELECT * FROM scoring.doctor() tells what to do.';
  END IF;
  RETURN relation;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_relation(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_relation(text, text) IS 'internal: a protected table, locked as it is until the end of the transaction; gone: 42P01, not armed: 55000';

CREATE FUNCTION scoring._release_source(series record, at timestamptz, OUT source text, OUT subject text)
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  t record;
  number integer;
BEGIN
  SELECT p.* INTO STRICT t FROM scoring_data.protected_table p WHERE p.schema_name = series.schema_name AND p.table_name = series.table_name;
  subject := format(CASE t.subject_kind WHEN 'number' THEN 'a.%I::bigint::text' ELSE 'a.%I::text' END, t.subject_key);
  source := format('%I.%I a', t.schema_name, t.table_name);
  IF series.purpose IS NOT NULL THEN
    number := (SELECT p.purpose_number FROM scoring_data.purpose p WHERE p.name = series.purpose AND p.superseded_at IS NULL);
    IF t.marks = 'table' THEN
      source := source || format(' JOIN scoring_data.permission p ON p.purpose_number = %s AND p.valid_until > %L::timestamptz AND %s', number, at,
        format(CASE t.subject_kind WHEN 'number' THEN 'p.subject_number = a.%I::bigint' ELSE 'p.subject = a.%I::text' END, t.subject_key));
    END IF;
  END IF;
  source := source || format(' WHERE a.%I IS NOT NULL', t.subject_key);
  IF series.purpose IS NOT NULL AND t.marks = 'row' THEN
    source := source || format(' AND a.%I > %L::timestamptz', 'scoring_until_' || number, at);
  END IF;
  IF series.retention_column IS NOT NULL THEN
    source := source || format(' AND a.%I + %L::interval > %L::timestamptz', series.retention_column, series.retention, at);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_source(record, timestamptz, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_source(record, timestamptz, OUT text, OUT text) IS 'internal: what stands after FROM to read the rows that may be released, and an expression for the subject';

CREATE FUNCTION scoring._release_armed(relation oid, purpose text, OUT column_name text, OUT class text, OUT type regtype) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT c.column_name, c.class, a.atttypid::regtype
  FROM _armed_columns(relation) c JOIN pg_attribute a ON a.attrelid = relation AND a.attname = c.column_name
  LEFT JOIN scoring_data.purpose p ON p.name = _release_armed.purpose AND p.superseded_at IS NULL
  WHERE _release_armed.purpose IS NULL OR (c.class = 'identifier' OR c.class = ANY (p.shows)) AND (p.dimensions IS NULL OR c.dimension IS NULL OR c.dimension = ANY (p.dimensions))
  ORDER BY a.attnum;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_armed(oid, text, OUT text, OUT text, OUT regtype) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_armed(oid, text, OUT text, OUT text, OUT regtype) IS 'internal: the columns of a protected table that may be read for a purpose, in their order';

-- Of numbers, cuts at sixteenths, rounded to two digits; of texts, the values that at least k subjects share.
CREATE FUNCTION scoring._release_recoding(source text, subject text, "column" text, class text, type regtype, quasi boolean, options jsonb, k integer) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r jsonb := jsonb_build_object('column', "column", 'class', class, 'quasi', quasi);
  col text := format('a.%I', "column");
  number_type text := CASE WHEN type IN ('smallint', 'integer', 'bigint') THEN 'bigint' WHEN type = 'numeric'::regtype THEN 'numeric'
                           WHEN type IN ('real', 'double precision') THEN 'double precision' END;
  kind text := CASE WHEN type = 'boolean'::regtype THEN 'boolean' WHEN type IN ('date', 'timestamp', 'timestamptz') THEN 'date'
                    WHEN type IN ('text', 'varchar', 'bpchar') THEN 'text' WHEN number_type IS NOT NULL THEN 'number' END;
  few text[];
  counts bigint[];
  total bigint;
  cuts numeric[];
  least_value numeric;
  place integer;
  level integer;
  maps jsonb := '[]';
  labels jsonb;
  code_labels text[];
  next_labels text[];
  map integer[];
  depth integer;
  unit integer;
BEGIN
  IF kind IS NULL THEN
    RETURN jsonb_build_object('dropped', format('type %s has no recoding', type));
  END IF;
  r := r || jsonb_build_object('kind', kind, 'level', 0);
  IF kind = 'boolean' THEN
    RETURN r || '{"top": 1}';
  ELSIF kind = 'date' THEN
    unit := CASE coalesce(options ->> 'unit', 'month') WHEN 'month' THEN 0 WHEN 'quarter' THEN 1 WHEN 'year' THEN 2 WHEN '5 years' THEN 3 END;
    IF unit IS NULL THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('recoding of column "%s": there is no unit %s', "column", options -> 'unit'),
        DETAIL = 'It is one of month, quarter, year and 5 years.';
    END IF;
    RETURN r || jsonb_build_object('top', 4, 'level', unit);
  END IF;

  -- Few whole numbers that are no quasi-identifier stay as they are.
  IF kind = 'text' OR (NOT quasi AND number_type = 'bigint' AND NOT options ? 'bands') THEN
    EXECUTE format('SELECT count(DISTINCT %s) FROM %s', subject, source) INTO total;
    EXECUTE format('SELECT array_agg(v ORDER BY c DESC, v COLLATE "C"), array_agg(c ORDER BY c DESC, v COLLATE "C") FROM (
      SELECT %1$s::text AS v, count(DISTINCT %2$s) AS c FROM %3$s AND %1$s IS NOT NULL GROUP BY 1 ORDER BY c DESC, %1$s::text COLLATE "C" LIMIT 101) g',
      col, subject, source) INTO few, counts;
    IF kind = 'number' AND cardinality(few) <= 16 AND counts[cardinality(counts)] >= k THEN
      kind := 'text';
      r := r || '{"kind": "text"}';
    END IF;
  END IF;
  IF kind = 'text' THEN
    IF options ? 'hierarchy' THEN
      SELECT array_agg(h.key ORDER BY h.key COLLATE "C"), max(CASE jsonb_typeof(h.value) WHEN 'array' THEN jsonb_array_length(h.value) ELSE 1 END) INTO few, depth
      FROM jsonb_each(options -> 'hierarchy') h;
    ELSE
      few := ARRAY(SELECT f.v FROM unnest(few, counts) WITH ORDINALITY f (v, c, place) WHERE f.c >= k AND f.place <= CASE WHEN quasi THEN 100 ELSE 60 END ORDER BY f.place);
      depth := CASE WHEN quasi THEN 2 ELSE 0 END;
    END IF;
    IF coalesce(cardinality(few), 0) = 0 THEN
      RETURN jsonb_build_object('dropped', format('no value of it is shared by %s subjects', k));
    END IF;
    code_labels := '{NULL,other}'::text[] || few;
    labels := jsonb_build_array(to_jsonb(code_labels));
    FOR level IN 1 .. depth LOOP
      IF options ? 'hierarchy' THEN
        next_labels := '{NULL,other}'::text[] || ARRAY(
          SELECT DISTINCT g COLLATE "C" FROM (SELECT CASE jsonb_typeof(h.value) WHEN 'array' THEN h.value ->> (least(level, jsonb_array_length(h.value)) - 1) ELSE h.value #>> '{}' END AS g
                                  FROM jsonb_each(options -> 'hierarchy') h) x WHERE g IS NOT NULL AND g <> 'other' ORDER BY 1);
        -- From the level before: each of its groups must lie within one of this.
        map := '{0,1}'::integer[] || ARRAY(
          SELECT CASE WHEN count(DISTINCT x.g) = 1 THEN coalesce(array_position(next_labels, min(x.g)) - 1, 1) END
          FROM unnest(code_labels[3:]) WITH ORDINALITY c (label, place)
          JOIN (SELECT CASE WHEN level = 1 THEN h.key WHEN jsonb_typeof(h.value) = 'array' THEN h.value ->> (least(level - 1, jsonb_array_length(h.value)) - 1) ELSE h.value #>> '{}' END AS f,
                       coalesce(CASE jsonb_typeof(h.value) WHEN 'array' THEN h.value ->> (least(level, jsonb_array_length(h.value)) - 1) ELSE h.value #>> '{}' END, 'other') AS g
                FROM jsonb_each(options -> 'hierarchy') h) x ON x.f = c.label
          GROUP BY c.place ORDER BY c.place);
        IF array_position(map, NULL) IS NOT NULL THEN
          RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('recoding of column "%s": the hierarchy is none', "column"),
            DETAIL = format('Group "%s" lies in several groups of the next level.', code_labels[array_position(map, NULL)]);
        END IF;
      ELSE
        next_labels := '{NULL,other}'::text[] || ARRAY(
          SELECT f.v FROM unnest(few, counts) WITH ORDINALITY f (v, c, place) WHERE f.c >= total * CASE level WHEN 1 THEN 0.02 ELSE 0.1 END AND f.v IS NOT NULL ORDER BY f.place);
        map := '{0,1}'::integer[] || ARRAY(SELECT coalesce(array_position(next_labels, c.label) - 1, 1) FROM unnest(code_labels[3:]) WITH ORDINALITY c (label, place) ORDER BY c.place);
      END IF;
      CONTINUE WHEN next_labels = code_labels;
      maps := maps || jsonb_build_array(to_jsonb(map));
      labels := labels || jsonb_build_array(to_jsonb(next_labels));
      code_labels := next_labels;
    END LOOP;
    RETURN r || jsonb_build_object('values', few, 'maps', maps, 'labels', labels, 'top', jsonb_array_length(labels), 'hierarchy', options ? 'hierarchy');
  END IF;

  IF options ? 'bands' THEN
    SELECT array_agg(DISTINCT b.item::numeric ORDER BY b.item::numeric) INTO cuts FROM jsonb_array_elements_text(options -> 'bands') b (item);
  ELSE
    EXECUTE format('SELECT (percentile_disc(%L::float8[]) WITHIN GROUP (ORDER BY x))::numeric[], min(x)::numeric FROM (SELECT %s::%s AS x FROM %4$s AND %2$s IS NOT NULL%5$s) v',
      ARRAY(SELECT i / 16.0 FROM generate_series(1, 15) i), col, number_type, source,
      CASE WHEN number_type <> 'bigint' THEN format(' AND %1$s::%2$s NOT IN (''NaN'', ''Infinity'', ''-Infinity'')', col, number_type) ELSE '' END) INTO cuts, least_value;
    cuts := ARRAY(SELECT DISTINCT x.cut FROM (
      SELECT CASE WHEN c = 0 OR number_type = 'bigint' AND abs(c) < 100 THEN c ELSE trim_scale(round(c, (1 - floor(log(abs(c))))::integer)) END AS cut FROM unnest(cuts) c) x
      WHERE x.cut > least_value ORDER BY 1);
  END IF;
  IF number_type = 'bigint' THEN
    cuts := ARRAY(SELECT DISTINCT ceil(c) FROM unnest(cuts) c WHERE c BETWEEN -9223372036854775808 AND 9223372036854775807 ORDER BY 1);
  END IF;
  IF coalesce(cardinality(cuts), 0) = 0 THEN
    RETURN jsonb_build_object('dropped', 'it has only one value');
  END IF;
  -- After the level where one band is left, NULL and NaN are pooled with it.
  level := 0;
  WHILE cardinality(cuts) >> level > 0 LOOP
    level := level + 1;
  END LOOP;
  RETURN r || jsonb_build_object('type', number_type, 'cuts', cuts::text[], 'top', level + 1);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_recoding(text, text, text, text, regtype, boolean, jsonb, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_recoding(text, text, text, text, regtype, boolean, jsonb, integer) IS 'internal: how a column is recoded, from the rows there are and from what was asked for; {"dropped": why} if it cannot be';

-- The rule between versions.

-- One set of people, in groups: those alike in which old versions they were in. Of each group that would be in the new
-- version, how many must not be. Whoever leaves, comes or changes between an old version and the new one must be k or none.
CREATE FUNCTION scoring._release_take(k integer, is_in boolean[], present text[], same text[], n bigint[]) RETURNS bigint[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  taken bigint[] := array_fill(0::bigint, ARRAY[cardinality(n)]);
  versions integer := length(present[1]);
  groups integer := cardinality(n);
  -- Those that were always there first: then no other version sees more than one set leave.
  in_turn integer[] := ARRAY(SELECT g FROM generate_series(1, groups) g WHERE is_in[g] ORDER BY length(replace(same[g], '0', '')) DESC, n[g] DESC, g);
  again boolean := true;
  leavers bigint;
  comers bigint;
  changed bigint;
  kept bigint;
  need bigint;
  part bigint;
  all_of_it boolean;
  h integer;
  few_leave integer;
BEGIN
  WHILE again LOOP
    again := false;
    all_of_it := false;
    few_leave := NULL;
    kept := (SELECT coalesce(sum(n[g] - taken[g]), 0) FROM generate_series(1, groups) g WHERE is_in[g]);
    EXIT WHEN kept = 0;
    FOR v IN 1 .. versions LOOP
      leavers := 0;
      comers := 0;
      changed := 0;
      FOR g IN 1 .. groups LOOP
        IF NOT is_in[g] THEN
          leavers := leavers + CASE WHEN substr(present[g], v, 1) = '1' THEN n[g] ELSE 0 END;
        ELSIF substr(present[g], v, 1) = '0' THEN
          comers := comers + n[g] - taken[g];
        ELSE
          leavers := leavers + taken[g];
          changed := changed + CASE WHEN substr(same[g], v, 1) = '0' THEN n[g] - taken[g] ELSE 0 END;
        END IF;
      END LOOP;
      IF comers BETWEEN 1 AND k - 1 OR changed BETWEEN 1 AND k - 1 THEN
        FOR g IN 1 .. groups LOOP
          IF is_in[g] AND (comers BETWEEN 1 AND k - 1 AND substr(present[g], v, 1) = '0'
                           OR changed BETWEEN 1 AND k - 1 AND substr(present[g], v, 1) = '1' AND substr(same[g], v, 1) = '0') THEN
            taken[g] := n[g];
          END IF;
        END LOOP;
        again := true;
      ELSIF leavers BETWEEN 1 AND k - 1 THEN
        few_leave := v;
        need := k - leavers;
      END IF;
    END LOOP;
    -- First whoever came too few: they may be those held back last time, who then need no others to go with them.
    IF NOT again AND few_leave IS NOT NULL THEN
      FOREACH h IN ARRAY in_turn LOOP
        IF substr(present[h], few_leave, 1) = '1' THEN
          part := least(need, n[h] - taken[h]);
          taken[h] := taken[h] + part;
          need := need - part;
        END IF;
      END LOOP;
      all_of_it := need > 0;
      again := true;
    END IF;
    kept := (SELECT coalesce(sum(n[g] - taken[g]), 0) FROM generate_series(1, groups) g WHERE is_in[g]);
    IF all_of_it OR kept BETWEEN 1 AND k - 1 THEN
      RETURN ARRAY(SELECT CASE WHEN is_in[g] THEN n[g] ELSE 0 END FROM generate_series(1, groups) g ORDER BY g);
    END IF;
  END LOOP;
  RETURN taken;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_take(integer, boolean[], text[], text[], bigint[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_take(integer, boolean[], text[], text[], bigint[]) IS 'internal: how many of each group to hold back; present and same have a 1 for each old version that the group was in, and for each where what was published of it is what would be now';

-- x: a table of (class_number, subject, content, pick, is_in, present, same, partner). key: what is compared, an expression.
CREATE FUNCTION scoring._release_hold_back(x text, key text, k integer, present text, same text) RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  held_back bigint;
BEGIN
  EXECUTE format($q$
    WITH g AS MATERIALIZED (
      SELECT %2$s AS key, x.is_in, %4$s AS present, %5$s AS same, count(*) AS n FROM %1$s x WHERE %2$s IS NOT NULL GROUP BY 1, 2, 3, 4),
    t AS (
      SELECT key, array_agg(is_in ORDER BY is_in, present, same) AS is_in, array_agg(present ORDER BY is_in, present, same) AS present,
             array_agg(same ORDER BY is_in, present, same) AS same, array_agg(n ORDER BY is_in, present, same) AS n
      FROM g GROUP BY key HAVING bool_or(is_in) AND (count(*) > 1 OR bool_or(present LIKE '%%0%%' OR same LIKE '%%0%%') OR sum(n) < %3$s)),
    u AS MATERIALIZED (
      SELECT t.key, e.is_in, e.present, e.same, e.taken FROM t,
        unnest(t.is_in, t.present, t.same, t.n, scoring._release_take(%3$s, t.is_in, t.present, t.same, t.n)) e (is_in, present, same, n, taken) WHERE e.taken > 0),
    r AS (
      SELECT x.ctid AS t, u.taken, row_number() OVER (PARTITION BY u.key, u.present, u.same ORDER BY x.pick) AS place
      FROM u JOIN %1$s x ON %2$s = u.key AND x.is_in AND %4$s = u.present AND %5$s = u.same)
    UPDATE %1$s z SET is_in = false FROM r WHERE r.place <= r.taken AND z.ctid = r.t$q$,
    x, key, k, present, same);
  GET DIAGNOSTICS held_back = ROW_COUNT;
  RETURN held_back;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_hold_back(text, text, integer, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_hold_back(text, text, integer, text, text) IS 'internal: takes out of the new version who has to be held back, at random among those alike; how many';

-- The recoding that is found: columns are made coarser one at a time, each time the one that keeps most subjects for what it
-- loses, until no more than the declared share is in classes that are too small or too uniform.

CREATE FUNCTION scoring._release_small(c text, recodings jsonb, raised integer, one_row boolean, k integer, l integer, masks integer) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  result bigint;
  columns text := (SELECT string_agg(CASE WHEN q.place = raised THEN _release_step(q.recoding, (q.recoding -> 'level')::integer, (q.recoding -> 'level')::integer + 1, 'q' || q.place)
                                          ELSE 'q' || q.place END || ' AS g' || q.place, ', ' ORDER BY q.place) FROM jsonb_array_elements(recodings) WITH ORDINALITY q (recoding, place));
  keys text := (SELECT string_agg('g' || q.place, ', ' ORDER BY q.place) FROM jsonb_array_elements(recodings) WITH ORDINALITY q (recoding, place));
  bits text := (SELECT coalesce(string_agg(format(', bit_or(b%s) AS b%1$s', i), '' ORDER BY i), '') FROM generate_series(1, masks) i);
BEGIN
  EXECUTE format('SELECT coalesce(sum(n), 0) FROM (SELECT %s AS n%s FROM %s GROUP BY %s) g WHERE n < $1 %s',
    CASE WHEN one_row THEN 'sum(n)' ELSE 'count(*)' END, bits,
    CASE WHEN one_row THEN format('(SELECT *%s FROM %s) s', ', ' || columns, c)
         ELSE format('(SELECT %1$s, subject%2$s FROM %3$s GROUP BY subject%4$s) s', columns, bits, c,
                     (SELECT coalesce(string_agg(', ' || q, ''), '') FROM regexp_split_to_table(coalesce(keys, ''), ', ') q WHERE q <> '')) END,
    coalesce(keys, '()'),
    (SELECT coalesce(string_agg(format('OR bit_count(b%s::bit(64)) < $2', i), ' '), '') FROM generate_series(1, masks) i))
  INTO result USING k, l;
  RETURN result;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_small(text, jsonb, integer, boolean, integer, integer, integer) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_small(text, jsonb, integer, boolean, integer, integer, integer) IS 'internal: how many subjects are in classes below k or l, with one column a level coarser; 0: none';

CREATE FUNCTION scoring._release_search(w text, c text, recodings jsonb, one_row boolean, k integer, l integer, mask_columns text[], max_suppressed float8) RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  columns integer := jsonb_array_length(recodings);
  masks integer := coalesce(cardinality(mask_columns), 0);
  names text := coalesce((SELECT string_agg('q' || i, ', ' ORDER BY i) FROM generate_series(1, columns) i), '');
  bits text;
  total bigint;
  small bigint;
  different integer[] := '{}';
  next_different integer;
  n integer;
  r jsonb;
  gain float8;
  best_gain float8;
  best integer;
  fewer bigint;
BEGIN
  bits := coalesce((SELECT string_agg(format(', bit_or(CASE %1$s WHEN 0 THEN 0 ELSE 1::bigint << (%1$s %% 63) END) AS b%2$s', m.name, m.place), '' ORDER BY m.place)
                    FROM unnest(mask_columns) WITH ORDINALITY m (name, place)), '');
  EXECUTE format('CREATE %s TABLE %s AS SELECT %s%s FROM %s GROUP BY %s', CASE WHEN c LIKE 'pg\_temp.%' THEN 'TEMPORARY' ELSE 'UNLOGGED' END, c,
    concat_ws(', ', nullif(names, ''), CASE WHEN one_row THEN 'count(*) AS n' ELSE 'subject' END), bits, w,
    coalesce(nullif(concat_ws(', ', nullif(names, ''), CASE WHEN NOT one_row THEN 'subject' END), ''), '()'));
  EXECUTE format('SELECT coalesce(%s, 0) FROM %s', CASE WHEN one_row THEN 'sum(n)' ELSE 'count(*)' END, c) INTO total;
  bits := coalesce((SELECT string_agg(format(', bit_or(b%s) AS b%1$s', i), '' ORDER BY i) FROM generate_series(1, masks) i), '');
  small := _release_small(c, recodings, 0, one_row, k, l, masks);
  IF columns > 0 AND small > max_suppressed * total THEN
    EXECUTE format('SELECT ARRAY[%s] FROM %s', (SELECT string_agg(format('count(DISTINCT q%s)::integer', i), ', ' ORDER BY i) FROM generate_series(1, columns) i), c) INTO different;
  END IF;
  WHILE small > max_suppressed * total LOOP
    best := NULL;
    best_gain := NULL;
    FOR i IN 1 .. columns LOOP
      r := recodings -> (i - 1);
      CONTINUE WHEN (r -> 'level')::integer = (r -> 'top')::integer OR different[i] <= 1;
      next_different := CASE WHEN (r -> 'level')::integer + 1 = (r -> 'top')::integer THEN 1
        WHEN r ->> 'kind' = 'text' THEN least(different[i], (SELECT count(DISTINCT e) FROM jsonb_array_elements_text(r -> 'labels' -> ((r -> 'level')::integer + 1)) e))
        WHEN r ->> 'kind' = 'date' THEN ceil(different[i] / ('{3,4,5}'::float8[])[(r -> 'level')::integer + 1])
        ELSE (different[i] + 1) / 2 END;
      IF small > total / 2 THEN
        gain := different[i];
      ELSE
        fewer := small - _release_small(c, recodings, i, one_row, k, l, masks);
        gain := CASE WHEN fewer > 0 THEN fewer / greatest(ln(different[i]) - ln(greatest(next_different, 1)), 0.01) ELSE different[i] / 1e9 END;
      END IF;
      IF best IS NULL OR gain > best_gain THEN
        best := i;
        best_gain := gain;
      END IF;
    END LOOP;
    IF best IS NULL THEN
      RETURN NULL;
    END IF;
    r := recodings -> (best - 1);
    n := (r -> 'level')::integer;
    EXECUTE format('ALTER TABLE %s RENAME TO release_before', c);
    EXECUTE format('CREATE %s TABLE %s AS SELECT %s FROM (SELECT %s%s%s FROM %s) s GROUP BY %s', CASE WHEN c LIKE 'pg\_temp.%' THEN 'TEMPORARY' ELSE 'UNLOGGED' END, c,
      names || CASE WHEN one_row THEN ', sum(n)::bigint AS n' ELSE ', subject' END || bits,
      (SELECT string_agg(CASE WHEN i = best THEN _release_step(r, n, n + 1, 'q' || i) || ' AS q' || i ELSE 'q' || i END, ', ' ORDER BY i) FROM generate_series(1, columns) i),
      CASE WHEN one_row THEN ', n' ELSE ', subject' END,
      coalesce((SELECT string_agg(', b' || i, '' ORDER BY i) FROM generate_series(1, masks) i), ''),
      split_part(c, '.', 1) || '.release_before', names || CASE WHEN one_row THEN '' ELSE ', subject' END);
    EXECUTE format('DROP TABLE %s.release_before', split_part(c, '.', 1));
    recodings := jsonb_set(recodings, ARRAY[(best - 1)::text, 'level'], to_jsonb(n + 1));
    EXECUTE format('SELECT count(DISTINCT q%s) FROM %s', best, c) INTO next_different;
    different[best] := next_different;
    -- Somebody with several rows is in fewer classes now.
    IF NOT one_row THEN
      EXECUTE format('SELECT count(*) FROM %s', c) INTO total;
    END IF;
    small := _release_small(c, recodings, 0, one_row, k, l, masks);
  END LOOP;
  RETURN recodings;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_search(text, text, jsonb, boolean, integer, integer, text[], float8) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_search(text, text, jsonb, boolean, integer, integer, text[], float8) IS 'internal: the recodings of quasi-identifiers with the levels at which few enough are suppressed, from those given on; NULL if there are none; leaves table c';

CREATE FUNCTION scoring._release_coarsen(series integer, last_version integer, before jsonb, after jsonb, z text) RETURNS void
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  steps text := (SELECT string_agg(_release_step(b.recoding, (b.recoding -> 'level')::integer, (a.recoding -> 'level')::integer, format('c.codes[%s]', b.place)), ', ' ORDER BY b.place)
                 FROM jsonb_array_elements(before) WITH ORDINALITY b (recoding, place) JOIN jsonb_array_elements(after) WITH ORDINALITY a (recoding, place) USING (place));
BEGIN
  EXECUTE format($q$CREATE %1$s TABLE %2$s AS
    SELECT c.class_number AS before, ARRAY[%3$s]::integer[] AS codes, dense_rank() OVER (ORDER BY ARRAY[%3$s]::integer[])::integer AS class_number
    FROM scoring_data.release_class c WHERE c.series_number = %4$s$q$,
    CASE WHEN z LIKE 'pg\_temp.%' THEN 'TEMPORARY' ELSE 'UNLOGGED' END, z, coalesce(steps, ''), series);
  DELETE FROM scoring_data.release_class c WHERE c.series_number = series;
  EXECUTE format('INSERT INTO scoring_data.release_class (series_number, class_number, codes) SELECT DISTINCT %s, class_number, codes FROM %s', series, z);
  -- Somebody with several rows may have been in two classes that are one now: from then on her content there is their sum.
  EXECUTE format($q$CREATE %1$s TABLE %2$s_m AS
    WITH m AS MATERIALIZED (
      SELECT m.subject, z.class_number, m.first_version, coalesce(m.last_version, %4$s) AS last_version, m.content
      FROM scoring_data.release_member m JOIN %2$s z ON z.before = m.class_number WHERE m.series_number = %3$s),
    p AS (SELECT DISTINCT m.subject, m.class_number, e.version FROM m, unnest(ARRAY[m.first_version, m.last_version + 1]) e (version)),
    s AS (SELECT subject, class_number, version AS first_version, lead(version) OVER (PARTITION BY subject, class_number ORDER BY version) - 1 AS last_version FROM p)
    SELECT s.subject, s.class_number, s.first_version, nullif(s.last_version, %4$s) AS last_version, sum(m.content)::bigint AS content
    FROM s JOIN m ON m.subject = s.subject AND m.class_number = s.class_number AND m.first_version <= s.first_version AND m.last_version >= s.last_version
    GROUP BY s.subject, s.class_number, s.first_version, s.last_version$q$,
    CASE WHEN z LIKE 'pg\_temp.%' THEN 'TEMPORARY' ELSE 'UNLOGGED' END, z, series, last_version);
  DELETE FROM scoring_data.release_member m WHERE m.series_number = series;
  EXECUTE format('INSERT INTO scoring_data.release_member (subject, series_number, class_number, first_version, last_version, content)
    SELECT subject, %s, class_number, first_version, last_version, content FROM %s_m', series, z);
  EXECUTE format('DROP TABLE %1$s, %1$s_m', z);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_coarsen(integer, integer, jsonb, jsonb, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_coarsen(integer, integer, jsonb, jsonb, text) IS 'internal: brings the classes of earlier versions, and who was in them, to coarser recodings of the same quasi-identifiers; z: a table to make';

-- Counted on what was published, as anybody who may read it can.
CREATE FUNCTION scoring._release_measure(name text, columns jsonb, OUT rows bigint, OUT subjects bigint, OUT classes bigint, OUT k bigint, OUT l bigint)
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  keys text := (SELECT coalesce(string_agg(quote_ident(c ->> 'name') || ', ', ''), '') FROM jsonb_array_elements(columns) c WHERE (c ->> 'quasi')::boolean);
  diverse text;
  values_of bigint;
BEGIN
  -- Grouped twice, not count(DISTINCT): that would sort.
  EXECUTE format('SELECT coalesce(sum(n), 0), coalesce(sum(s), 0), count(*), min(s) FROM (
      SELECT sum(n) AS n, count(*) AS s FROM (SELECT %1$ssubject_token, count(*) AS n FROM scoring_views.%2$I GROUP BY %1$ssubject_token) t GROUP BY %3$s) c WHERE n > 0', keys, name, coalesce(nullif(rtrim(keys, ', '), ''), '()'))
    INTO rows, subjects, classes, k;
  FOR diverse IN SELECT c ->> 'name' FROM jsonb_array_elements(columns) c WHERE c ->> 'class' IN ('restricted', 'sensitive', 'outcome') AND c ->> 'recoding' <> 'withheld' LOOP
    EXECUTE format('SELECT min(n) FROM (SELECT count(%3$I) AS n FROM (SELECT DISTINCT %1$s%3$I FROM scoring_views.%2$I) t GROUP BY %4$s HAVING count(*) > 0) c', keys, name, diverse, coalesce(nullif(rtrim(keys, ', '), ''), '()')) INTO values_of;
    l := least(l, values_of);
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_measure(text, jsonb, OUT bigint, OUT bigint, OUT bigint, OUT bigint, OUT bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_measure(text, jsonb, OUT bigint, OUT bigint, OUT bigint, OUT bigint, OUT bigint) IS 'internal: rows, tokens, classes, the fewest tokens of a class and the fewest distinct values of a restricted, sensitive or outcome column in one, of a release as it is';

CREATE FUNCTION scoring._release_too_few(s record) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%I.%I has data of fewer than %s subjects that may be released', s.schema_name, s.table_name, s.k),
    DETAIL = CASE WHEN s.purpose IS NULL THEN 'No class of k subjects can be made.' ELSE format('Only subjects count whose data may be used for purpose "%s" now.', s.purpose) END;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_too_few(record) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_too_few(record) IS 'internal: refuses a release of too few subjects: 55000';

-- Builds the next version of a series. recodings: of a new series, with levels to begin from; otherwise NULL.
CREATE FUNCTION scoring._release_build(series_name text, recodings jsonb) RETURNS integer
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  s record;
  is_new boolean := recodings IS NOT NULL;
  moment timestamptz := clock_timestamp();
  relation oid;
  place text := CASE WHEN has_database_privilege(current_database(), 'TEMPORARY') THEN 'pg_temp' ELSE 'scoring_data' END;
  temporary text := CASE WHEN has_database_privilege(current_database(), 'TEMPORARY') THEN 'TEMPORARY' ELSE 'UNLOGGED' END;
  suffix text := replace(gen_random_uuid()::text, '-', '');
  w text := place || '.release_w_' || suffix;
  c text := place || '.release_c_' || suffix;
  n text := place || '.release_n_' || suffix;
  x text := place || '.release_x_' || suffix;
  source text;
  subject text;
  version integer;
  q jsonb;          -- recodings of quasi-identifiers
  o jsonb;          -- of the others
  found_q jsonb;
  mask_columns text[];
  masks integer;
  before_q jsonb;
  codes text;
  equal text;
  bits text;
  one_row boolean;
  eligible_rows bigint;
  eligible_pairs bigint;
  others integer[];
  removed bigint;
  held_back bigint := 0;
  now_held bigint;
  r jsonb;
  wq text;
  withheld text[] := '{}';
  dropped text[] := '{}';
  at_least bigint;
  measured record;
  published jsonb;
  partner_names text;
BEGIN
  SELECT e.* INTO STRICT s FROM scoring_data.release_series e WHERE e.name = series_name;
  version := s.last_version + 1;
  relation := _release_relation(s.schema_name, s.table_name);
  SELECT f.source, f.subject INTO source, subject FROM _release_source(s, moment) f;
  IF s.retention_column IS NOT NULL AND NOT EXISTS (SELECT FROM _armed_columns(relation) a WHERE a.column_name = s.retention_column) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('column "%s", which says how long rows are kept, cannot be read', s.retention_column),
      HINT = 'Have it classified.';
  END IF;
  IF NOT is_new THEN
    -- What may no longer be shown, or is of another class now, is withheld from here on.
    SELECT jsonb_agg(CASE WHEN (e.r ->> 'withheld')::boolean OR a.class = e.r ->> 'class' THEN e.r ELSE e.r || jsonb_build_object('withheld', true, 'level', e.r -> 'top') END ORDER BY e.place),
           array_agg(e.r ->> 'column' ORDER BY e.place) FILTER (WHERE NOT coalesce((e.r ->> 'withheld')::boolean, false) AND a.class IS DISTINCT FROM e.r ->> 'class')
    INTO recodings, withheld
    FROM jsonb_array_elements(s.recoding) WITH ORDINALITY e (r, place) LEFT JOIN _release_armed(relation, s.purpose) a ON a.column_name = e.r ->> 'column';
    IF withheld IS NOT NULL THEN
      RAISE NOTICE USING MESSAGE = format('withheld from release "%s" from now on: %s', series_name, array_to_string(withheld, ', ')),
        DETAIL = 'Their class has changed, or they may no longer be read.', HINT = 'A new release may have them under their new class.';
    END IF;
  END IF;
  q := coalesce((SELECT jsonb_agg(e.r ORDER BY e.place) FROM jsonb_array_elements(recodings) WITH ORDINALITY e (r, place) WHERE (e.r ->> 'quasi')::boolean), '[]');
  o := coalesce((SELECT jsonb_agg(e.r ORDER BY e.place) FROM jsonb_array_elements(recodings) WITH ORDINALITY e (r, place) WHERE NOT (e.r ->> 'quasi')::boolean), '[]');

  -- Codes of all rows that may be released: this is the only time that the table is read.
  EXECUTE format('CREATE %s TABLE %s AS SELECT subject%s FROM (SELECT %s AS subject%s FROM %s) v', temporary, w,
    (SELECT coalesce(string_agg(', ' || e.expression, '' ORDER BY e.kind, e.place), '') FROM (
      SELECT 1 AS kind, t.place, _release_step(t.r, 0, (t.r -> 'level')::integer, 'q' || t.place) || ' AS q' || t.place AS expression FROM jsonb_array_elements(q) WITH ORDINALITY t (r, place)
      UNION ALL SELECT 2, t.place, 's' || t.place FROM jsonb_array_elements(o) WITH ORDINALITY t (r, place)) e),
    subject,
    (SELECT coalesce(string_agg(', ' || e.expression, '' ORDER BY e.kind, e.place), '') FROM (
      SELECT 1 AS kind, t.place, _release_code(t.r) || ' AS q' || t.place AS expression FROM jsonb_array_elements(q) WITH ORDINALITY t (r, place)
      UNION ALL SELECT 2, t.place, _release_code(t.r) || ' AS s' || t.place FROM jsonb_array_elements(o) WITH ORDINALITY t (r, place)) e),
    source);
  EXECUTE format('ANALYZE %s', w);
  EXECUTE format('SELECT count(*), coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM %s GROUP BY subject) g', w) INTO eligible_pairs, eligible_rows;
  one_row := eligible_pairs = eligible_rows;
  IF eligible_pairs < s.k THEN
    PERFORM _release_too_few(s);
  END IF;

  -- Of a new series: columns that say nothing, or not enough, are left out.
  IF is_new THEN
    FOR i IN REVERSE jsonb_array_length(o) .. 1 LOOP
      r := o -> (i - 1);
      at_least := CASE WHEN r ->> 'class' IN ('restricted', 'sensitive', 'outcome') THEN greatest(s.l, 2) ELSE 2 END;
      EXECUTE format('SELECT count(DISTINCT s%1$s) FROM %2$s WHERE s%1$s <> 0', i, w) INTO removed;
      CONTINUE WHEN removed >= at_least;
      dropped := format('%s: it has fewer than %s values', r ->> 'column', at_least) || dropped;
      EXECUTE format('ALTER TABLE %s DROP COLUMN s%s', w, i);
      FOR j IN i + 1 .. jsonb_array_length(o) LOOP
        EXECUTE format('ALTER TABLE %s RENAME COLUMN s%s TO s%s', w, j, j - 1);
      END LOOP;
      o := o - (i - 1);
    END LOOP;
    FOR i IN REVERSE jsonb_array_length(q) .. 1 LOOP
      EXECUTE format('SELECT count(DISTINCT q%s) FROM %s', i, w) INTO removed;
      CONTINUE WHEN removed > 1;
      dropped := format('%s: it has only one value', q -> (i - 1) ->> 'column') || dropped;
      EXECUTE format('ALTER TABLE %s DROP COLUMN q%s', w, i);
      FOR j IN i + 1 .. jsonb_array_length(q) LOOP
        EXECUTE format('ALTER TABLE %s RENAME COLUMN q%s TO q%s', w, j, j - 1);
      END LOOP;
      q := q - (i - 1);
    END LOOP;
  END IF;
  mask_columns := ARRAY(SELECT 's' || t.place FROM jsonb_array_elements(o) WITH ORDINALITY t (r, place)
                        WHERE t.r ->> 'class' IN ('restricted', 'sensitive', 'outcome') AND NOT coalesce((t.r ->> 'withheld')::boolean, false) ORDER BY t.place);
  masks := cardinality(mask_columns);

  found_q := _release_search(w, c, q, one_row, s.k, s.l, mask_columns, s.max_suppressed);
  EXECUTE format('DROP TABLE %s', c);
  IF found_q IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('no recoding of %I.%I gives classes of k = %s and l = %s', s.schema_name, s.table_name, s.k, s.l),
      DETAIL = 'Even with every quasi-identifier left out, more would be suppressed than was allowed.', HINT = 'Leave out a restricted, sensitive or outcome column, or ask for a smaller l.';
  END IF;
  IF NOT is_new THEN
    before_q := coalesce((SELECT jsonb_agg(e.r ORDER BY e.place) FROM jsonb_array_elements(s.recoding) WITH ORDINALITY e (r, place) WHERE (e.r ->> 'quasi')::boolean), '[]');
    IF EXISTS (SELECT FROM jsonb_array_elements(before_q) WITH ORDINALITY b (r, place) JOIN jsonb_array_elements(found_q) WITH ORDINALITY a (r, place) USING (place) WHERE a.r -> 'level' <> b.r -> 'level') THEN
      PERFORM _release_coarsen(s.series_number, s.last_version, before_q, found_q, c);
    END IF;
  ELSE
    -- What has got as coarse as can be is not a column of a new release.
    SELECT array_agg(e.r ->> 'column' ORDER BY e.place) INTO withheld FROM jsonb_array_elements(found_q) WITH ORDINALITY e (r, place) WHERE e.r -> 'level' = e.r -> 'top';
    IF withheld IS NOT NULL THEN
      dropped := dropped || format('%s: for classes of k = %s and l = %s, all values would have to be pooled', array_to_string(withheld, ', '), s.k, s.l);
    END IF;
    IF cardinality(dropped) > 0 THEN
      RAISE NOTICE USING MESSAGE = format('not released: %s', array_to_string(dropped, '; '));
    END IF;
  END IF;
  wq := format('(SELECT subject%s%s FROM %s)',
    (SELECT coalesce(string_agg(', ' || _release_step(a.r, (a.r -> 'level')::integer, (b.r -> 'level')::integer, 'q' || a.place) || ' AS q' || b.new_place, '' ORDER BY a.place), '')
     FROM jsonb_array_elements(q) WITH ORDINALITY a (r, place)
     JOIN (SELECT e.r, e.place, row_number() OVER (ORDER BY e.place) AS new_place FROM jsonb_array_elements(found_q) WITH ORDINALITY e (r, place) WHERE NOT is_new OR e.r -> 'level' <> e.r -> 'top') b USING (place)),
    (SELECT coalesce(string_agg(', s' || i, '' ORDER BY i), '') FROM generate_series(1, jsonb_array_length(o)) i), w);
  q := coalesce((SELECT jsonb_agg(e.r ORDER BY e.place) FROM jsonb_array_elements(found_q) WITH ORDINALITY e (r, place) WHERE NOT is_new OR e.r -> 'level' <> e.r -> 'top'), '[]');
  recodings := q || o;

  -- Classes; those that were published before keep their number.
  codes := (SELECT string_agg('q' || i, ', ' ORDER BY i) FROM generate_series(1, jsonb_array_length(q)) i);
  equal := coalesce((SELECT string_agg(format('w.q%s = c.q%1$s', i), ' AND ' ORDER BY i) FROM generate_series(1, jsonb_array_length(q)) i), 'true');
  EXECUTE format('CREATE %s TABLE %s AS SELECT coalesce(r.class_number, %s + row_number() OVER (ORDER BY d.codes))::integer AS class_number, r.class_number IS NULL AS is_new, d.*
    FROM (SELECT ARRAY[%s]::integer[] AS codes%s FROM %s w GROUP BY %s) d LEFT JOIN scoring_data.release_class r ON r.series_number = %s AND r.codes = d.codes',
    temporary, c, (SELECT coalesce(max(e.class_number), 0) FROM scoring_data.release_class e WHERE e.series_number = s.series_number),
    coalesce(codes, ''), coalesce(', ' || codes, ''), wq, coalesce(codes, '()'), s.series_number);
  EXECUTE format('ANALYZE %s', c);

  -- Who would be in which class, with what content.
  EXECUTE format('CREATE %s TABLE %s AS SELECT c.class_number, w.subject, sum(hash_array(ARRAY[%s]::integer[])::bigint)::bigint AS content%s FROM %s w JOIN %s c ON %s GROUP BY c.class_number, w.subject',
    temporary, n, coalesce((SELECT string_agg('w.s' || i, ', ' ORDER BY i) FROM generate_series(1, jsonb_array_length(o)) i), '0'),
    coalesce((SELECT string_agg(format(', bit_or(CASE w.%1$s WHEN 0 THEN 0 ELSE 1::bigint << (w.%1$s %% 63) END) AS b%2$s', m.name, m.place), '' ORDER BY m.place) FROM unnest(mask_columns) WITH ORDINALITY m (name, place)), ''),
    wq, c, equal);
  EXECUTE format('ANALYZE %s', n);
  EXECUTE format('SELECT count(*) FROM %s', n) INTO eligible_pairs;

  -- Beside who was in it before, and in other releases of the same table.
  SELECT array_agg(e.series_number), string_agg(format('"%s"', e.name), ', ' ORDER BY e.name) INTO others, partner_names FROM scoring_data.release_series e
  WHERE e.schema_name = s.schema_name AND e.table_name = s.table_name AND e.name <> s.name
    AND EXISTS (SELECT FROM scoring_data.release_version v WHERE v.name = e.name AND v.retired_at IS NULL);
  bits := coalesce((SELECT string_agg(', b' || i, '' ORDER BY i) FROM generate_series(1, masks) i), '');
  EXECUTE format($q$
    CREATE %1$s TABLE %2$s AS SELECT z.*, false AS gone, scoring._release_random() AS pick FROM (
      SELECT j.class_number, %3$s AS subject, coalesce(j.is_in, false) AS is_in, j.content, j.present, j.same%4$s, %5$s AS partner FROM (%6$s) j %7$s
      ORDER BY j.class_number, j.is_in, j.content, j.present, j.same) z$q$,
    temporary, x, CASE WHEN others IS NULL THEN 'j.subject' ELSE 'coalesce(j.subject, p.subject)' END, bits, CASE WHEN others IS NULL THEN quote_literal('') ELSE 'coalesce(p.partner, '''')' END,
    CASE WHEN s.last_version = 0 THEN format('SELECT class_number, subject, content, true AS is_in, ''''::text AS present, ''''::text AS same%s FROM %s', bits, n)
    ELSE format($q$
      SELECT class_number, subject, min(n.content) AS content, min(n.content) IS NOT NULL AS is_in, coalesce(bit_or(e.bits), repeat('0', %1$s)::varbit)::text AS present,
             coalesce(bit_or(CASE WHEN e.content = n.content THEN e.bits ELSE repeat('0', %1$s)::varbit END), repeat('0', %1$s)::varbit)::text AS same%2$s
      FROM %3$s n FULL JOIN (
        SELECT m.class_number, m.subject, m.content,
               (repeat('0', m.first_version - 1) || repeat('1', coalesce(m.last_version, %1$s) - m.first_version + 1) || repeat('0', %1$s - coalesce(m.last_version, %1$s)))::varbit AS bits
        FROM scoring_data.release_member m WHERE m.series_number = %4$s) e USING (class_number, subject)
      GROUP BY class_number, subject$q$, s.last_version, (SELECT coalesce(string_agg(format(', min(b%s) AS b%1$s', i), '' ORDER BY i), '') FROM generate_series(1, masks) i), n, s.series_number) END,
    CASE WHEN others IS NULL THEN '' ELSE format($q$FULL JOIN (
        SELECT m.subject, string_agg(m.series_number || ':' || m.class_number, ',' ORDER BY m.series_number, m.class_number) AS partner FROM scoring_data.release_member m
        WHERE m.series_number = ANY (%L::integer[]) AND m.last_version IS NULL GROUP BY m.subject) p ON p.subject = j.subject$q$, others) END);
  EXECUTE format('DROP TABLE %s', n);
  EXECUTE format('ANALYZE %s', x);

  -- Whole classes go that are too small or too uniform; single subjects, so that no comparison tells fewer than k apart.
  LOOP
    EXECUTE format('UPDATE %1$s x SET is_in = false FROM (SELECT class_number FROM %1$s WHERE is_in GROUP BY class_number HAVING count(*) < $1%2$s) g WHERE g.class_number = x.class_number AND x.is_in',
      x, (SELECT coalesce(string_agg(format(' OR bit_count(bit_or(b%s)::bit(64)) < $2', i), ''), '') FROM generate_series(1, masks) i)) USING s.k, s.l;
    GET DIAGNOSTICS removed = ROW_COUNT;
    now_held := 0;
    IF s.last_version > 0 THEN
      now_held := now_held + _release_hold_back(x, 'x.class_number', s.k, 'x.present', 'x.same');
    END IF;
    IF others IS NOT NULL THEN
      now_held := now_held + _release_hold_back(x, 'x.class_number || '':'' || x.partner', s.k, 'x.present', 'x.same');
      EXECUTE format('UPDATE %1$s x SET gone = true FROM (
        SELECT t, subject FROM (SELECT ctid AS t, subject, bool_or(is_in) OVER e AS stays, row_number() OVER (PARTITION BY subject) AS place FROM %1$s WHERE partner <> '''' WINDOW e AS (PARTITION BY subject)) r
        WHERE place = 1 AND NOT stays) g WHERE x.ctid = g.t AND NOT x.gone', x);
      now_held := now_held + _release_hold_back(x, 'CASE WHEN x.is_in OR x.gone THEN nullif(x.partner, '''') END', s.k, '''1''', '''1''');
    END IF;
    held_back := held_back + now_held;
    EXIT WHEN now_held = 0 AND removed = 0;
  END LOOP;
  IF is_new AND held_back > s.max_suppressed * eligible_pairs THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('release "%s" cannot stand beside %s', s.name, partner_names),
      DETAIL = format('Who joins them would find classes of fewer than %s subjects; to prevent it, more would have to be held back than the share of %s that may be suppressed.', s.k, s.max_suppressed),
      HINT = 'Make it coarser, with recoding, or give it the columns and the recoding of the other; or retire that.';
  END IF;
  EXECUTE format('SELECT count(DISTINCT class_number) FROM %s WHERE is_in', x) INTO removed;
  IF removed = 0 THEN
    RAISE NOTICE USING MESSAGE = format('release "%s" is empty now: any class would tell subjects apart, beside earlier versions', s.name);
  END IF;

  -- The table: made once for a series, so that it has one shape; filled anew, into a file of its own.
  published := (SELECT jsonb_agg(jsonb_build_object('name', e.r ->> 'column', 'class', e.r ->> 'class', 'quasi', (e.r ->> 'quasi')::boolean, 'recoding', _release_says(e.r)) ORDER BY e.place)
                FROM jsonb_array_elements(recodings) WITH ORDINALITY e (r, place));
  IF to_regclass(format('scoring_views.%I', s.name)) IS NULL THEN
    EXECUTE format('CREATE TABLE scoring_views.%I (subject_token uuid NOT NULL%s)', s.name,
      (SELECT string_agg(format(', %I %s', e.r ->> 'column', CASE WHEN e.r ->> 'kind' = 'boolean' AND NOT (e.r ->> 'quasi')::boolean THEN 'boolean' ELSE 'text' END), '' ORDER BY e.place)
       FROM jsonb_array_elements(recodings) WITH ORDINALITY e (r, place)));
  ELSIF NOT EXISTS (SELECT FROM pg_class t JOIN pg_namespace ns ON ns.oid = t.relnamespace AND ns.nspowner = t.relowner
                    WHERE t.oid = to_regclass(format('scoring_views.%I', s.name)) AND t.relkind = 'r') THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('scoring_views.%I is not a table of the workspace''s owner', s.name), HINT = 'Find out who made it; then drop it.';
  END IF;
  EXECUTE format('TRUNCATE scoring_views.%I', s.name);
  -- Rows lie in the order of tokens that were drawn at random; nothing else says in which order.
  EXECUTE format('INSERT INTO scoring_views.%I SELECT k.subject_token%s FROM (
      SELECT z.class_number, z.subject, scoring._release_random() AS subject_token FROM (SELECT class_number, subject FROM %s WHERE is_in ORDER BY class_number, content) z) k
    JOIN %s c ON c.class_number = k.class_number JOIN %s w ON w.subject = k.subject AND %s ORDER BY k.subject_token%s',
    s.name, (SELECT string_agg(', ' || e.label, '' ORDER BY e.kind, e.place) FROM (
      SELECT 1 AS kind, t.place, _release_label(t.r, 'w.q' || t.place) AS label FROM jsonb_array_elements(q) WITH ORDINALITY t (r, place)
      UNION ALL SELECT 2, t.place, _release_label(t.r, 'w.s' || t.place) FROM jsonb_array_elements(o) WITH ORDINALITY t (r, place)) e),
    x, c, wq, equal, (SELECT coalesce(string_agg(', w.s' || i, '' ORDER BY i), '') FROM generate_series(1, jsonb_array_length(o)) i));
  EXECUTE format('ANALYZE scoring_views.%I', s.name);
  EXECUTE format('GRANT SELECT ON scoring_views.%I TO %I', s.name, s.audience);

  -- Who is in it, for the versions to come.
  EXECUTE format('INSERT INTO scoring_data.release_class (series_number, class_number, codes) SELECT %s, c.class_number, c.codes FROM %s c
    WHERE c.is_new AND c.class_number IN (SELECT class_number FROM %s WHERE is_in)', s.series_number, c, x);
  IF s.last_version > 0 THEN
    EXECUTE format('UPDATE scoring_data.release_member m SET last_version = %s WHERE m.series_number = %s AND m.last_version IS NULL
      AND NOT EXISTS (SELECT FROM %s x WHERE x.is_in AND x.subject = m.subject AND x.class_number = m.class_number AND x.content = m.content)', s.last_version, s.series_number, x);
  END IF;
  EXECUTE format('INSERT INTO scoring_data.release_member (subject, series_number, class_number, first_version, content) SELECT x.subject, %1$s, x.class_number, %2$s, x.content FROM %3$s x WHERE x.is_in%4$s',
    s.series_number, version, x, CASE WHEN s.last_version > 0 THEN format(' AND NOT EXISTS (SELECT FROM scoring_data.release_member m WHERE m.series_number = %s AND m.last_version IS NULL
      AND m.subject = x.subject AND m.class_number = x.class_number)', s.series_number) ELSE '' END);
  EXECUTE format('DROP TABLE %s, %s, %s', x, c, w);
  ANALYZE scoring_data.release_member, scoring_data.release_class;

  SELECT * INTO measured FROM _release_measure(s.name, published);
  UPDATE scoring_data.release_version v SET retired_at = moment, retired_reason = 'refreshed', retired_by_role = _caller(), retired_by_session = session_user
  WHERE v.name = s.name AND v.retired_at IS NULL;
  INSERT INTO scoring_data.release_version (name, version, built_at, rows, subjects, classes, rows_suppressed, subjects_held_back, k, l, measured_k, measured_l, recoding, columns, role_name, session_name)
  VALUES (s.name, version, moment, measured.rows, measured.subjects, measured.classes, eligible_rows - measured.rows, held_back, s.k, s.l, measured.k, measured.l,
          (SELECT jsonb_object_agg(e ->> 'name', e ->> 'recoding') FROM jsonb_array_elements(published) e), published, _caller(), session_user);
  UPDATE scoring_data.release_series e SET recoding = recodings, last_version = version, refresh_due_since = NULL WHERE e.name = s.name;
  UPDATE scoring_data.publication p SET state = 'retired', state_reason = 'refreshed', ended_at = moment WHERE p.name = s.name AND p.kind = 'release' AND p.state <> 'retired';
  INSERT INTO scoring_data.publication (name, version, kind, schema_name, table_name, audience, purpose_number, purpose_version, columns, state, role_name, session_name, at)
  SELECT s.name, 1 + coalesce((SELECT max(e.version) FROM scoring_data.publication e WHERE e.name = s.name), 0), 'release', s.schema_name, s.table_name, s.audience, p.purpose_number, p.version,
         ARRAY(SELECT e ->> 'name' FROM jsonb_array_elements(published) e), 'live', _caller(), session_user, moment
  FROM (SELECT) AS one LEFT JOIN scoring_data.purpose p ON p.name = s.purpose AND p.superseded_at IS NULL;
  EXECUTE format('COMMENT ON TABLE scoring_views.%I IS %L', s.name, format('release of %I.%I, version %s of %s: see scoring_data.releases', s.schema_name, s.table_name, version, to_char(moment, 'YYYY-MM-DD')));
  PERFORM _audit(CASE WHEN is_new THEN 'publish release' ELSE 'refresh release' END, 'scoring_views.' || quote_ident(s.name), NULL,
    jsonb_build_object('release', s.name, 'version', version, 'relation', format('%I.%I', s.schema_name, s.table_name), 'audience', s.audience, 'purpose', s.purpose, 'k', s.k, 'l', s.l,
      'measured_k', measured.k, 'measured_l', measured.l, 'classes', measured.classes, 'rows', measured.rows, 'rows_suppressed', eligible_rows - measured.rows, 'subjects_held_back', held_back,
      'recoding', left((SELECT jsonb_object_agg(e ->> 'name', e ->> 'recoding') FROM jsonb_array_elements(published) e)::text, 1000)));
  RETURN version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_build(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_build(text, jsonb) IS 'internal: the next version of a release, in its table and in the register; its number; recodings: of a new series, with the levels to begin from, otherwise NULL; what cannot be made anonymous: 55000';

CREATE FUNCTION scoring._publish_release(relation text, name text, audience text, k integer, l integer, purpose text, recoding jsonb, columns text[], max_suppressed double precision,
    retention_column text, retention interval, refresh_within interval) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  parts text[];
  t record;
  p record;
  s record;
  relation_oid oid;
  col record;
  options jsonb;
  r jsonb;
  recodings jsonb := '[]';
  dropped text[] := '{}';
  source text;
  subject text;
  subjects bigint;
  wanted bigint;
  wanted_quasi bigint;
  wrong text;
BEGIN
  IF relation IS NULL OR name IS NULL OR audience IS NULL OR k IS NULL OR l IS NULL OR recoding IS NULL OR max_suppressed IS NULL OR refresh_within IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'of publish_release(), only purpose, columns and retention may be NULL';
  ELSIF name !~ '^[a-z][a-z0-9_]{0,62}$' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a release cannot be named %s', quote_ident(left(name, 200))),
      DETAIL = 'A name begins with a letter, goes on with letters, digits and underscores, all lower case, and has at most 63 of them.';
  ELSIF k NOT BETWEEN 2 AND 1000000 OR l NOT BETWEEN 1 AND 60 THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('k = %s and l = %s are not possible', k, l), DETAIL = 'k is from 2 to 1000000, l from 1 to 60.';
  ELSIF NOT (max_suppressed >= 0 AND max_suppressed < 1) OR refresh_within < interval '0' OR (retention_column IS NULL) <> (retention IS NULL) OR jsonb_typeof(recoding) <> 'object' THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'max_suppressed is a share from 0 to below 1, refresh_within not negative, recoding a JSON object, and retention_column goes with retention';
  END IF;
  parts := parse_ident(relation);
  SELECT e.* INTO t FROM scoring_data.protected_table e WHERE cardinality(parts) = 2 AND e.schema_name = parts[1] AND e.table_name = parts[2];
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('"%s" is not a protected table', left(relation, 200)), DETAIL = 'It is named with its schema, as "bank.applicant".',
      HINT = 'Its owner protects it with scoring.protect().';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles x WHERE x.rolname = audience AND NOT x.rolsuper AND x.oid <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data')) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('"%s" cannot be the audience of a release', left(audience, 200)), DETAIL = 'It is a role that is there, no superuser, not the workspace''s owner and not PUBLIC.';
  END IF;
  IF purpose IS NOT NULL THEN
    SELECT e.* INTO p FROM scoring_data.purpose e WHERE e.name = _publish_release.purpose AND e.superseded_at IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('purpose "%s" does not exist', left(purpose, 200));
    ELSIF p.case_bound THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('purpose "%s" is bound to one subject', purpose), DETAIL = 'A release is of many.';
    END IF;
  ELSE
    RAISE NOTICE USING MESSAGE = format('release "%s" has no purpose, so it has all subjects, with a legal basis or without', name);
  END IF;
  LOCK TABLE scoring_data.release_series IN SHARE ROW EXCLUSIVE MODE;
  IF EXISTS (SELECT FROM scoring_data.release_series e WHERE e.name = _publish_release.name) THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format('release "%s" exists', name),
      DETAIL = 'Also a retired one keeps its name: versions of a series are kept apart from one another.', HINT = format('A new version of it: SELECT scoring.refresh_release(%L);', name);
  ELSIF to_regclass(format('scoring_views.%I', name)) IS NOT NULL OR EXISTS (SELECT FROM scoring_data.publication e WHERE e.name = _publish_release.name AND e.state <> 'retired') THEN
    RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format('scoring_views.%I exists', name), HINT = 'Give another name.';
  END IF;
  relation_oid := _release_relation(t.schema_name, t.table_name);

  SELECT e.c INTO wrong FROM (SELECT jsonb_object_keys(recoding) AS c UNION ALL SELECT unnest(columns) UNION ALL SELECT retention_column) e
  WHERE e.c IS NOT NULL AND NOT EXISTS (SELECT FROM _release_armed(relation_oid, NULL) a WHERE a.column_name = e.c);
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('%I.%I has no column "%s" that may be read', t.schema_name, t.table_name, left(wrong, 200)),
      DETAIL = 'Only classified columns can be released, and none that is prohibited.';
  END IF;
  SELECT e.key INTO wrong FROM jsonb_each(recoding) e WHERE jsonb_typeof(e.value) <> 'object'
    OR EXISTS (SELECT FROM jsonb_each(CASE jsonb_typeof(e.value) WHEN 'object' THEN e.value ELSE '{}' END) v WHERE NOT CASE v.key
        WHEN 'bands' THEN jsonb_typeof(v.value) = 'array' AND NOT jsonb_path_exists(v.value, '$[*] ? (@.type() != "number")') AND v.value <> '[]'
        WHEN 'unit' THEN jsonb_typeof(v.value) = 'string'
        WHEN 'hierarchy' THEN jsonb_typeof(v.value) = 'object' AND v.value <> '{}' AND NOT EXISTS (SELECT FROM jsonb_each(v.value) h
          WHERE jsonb_typeof(h.value) NOT IN ('string', 'array') OR h.value = '[]' OR jsonb_typeof(h.value) = 'array' AND jsonb_path_exists(h.value, '$[*] ? (@.type() != "string")'))
        WHEN 'drop' THEN jsonb_typeof(v.value) = 'boolean'
        WHEN 'quasi' THEN jsonb_typeof(v.value) = 'boolean'
        ELSE false END) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('recoding of column "%s" is none', left(wrong, 200)),
      DETAIL = 'It is an object with some of "bands", an array of numbers; "unit", one of month, quarter, year and 5 years; "hierarchy", an object of texts, each with the groups it is in, from the smallest on; "drop": true; "quasi": false, for an ordinary column that tells nobody apart.';
  END IF;
  INSERT INTO scoring_data.release_series (name, schema_name, table_name, audience, k, l, purpose, max_suppressed, retention_column, retention, refresh_within)
  VALUES (_publish_release.name, t.schema_name, t.table_name, _publish_release.audience, _publish_release.k, _publish_release.l, _publish_release.purpose, _publish_release.max_suppressed,
          _publish_release.retention_column, _publish_release.retention, _publish_release.refresh_within) RETURNING * INTO s;
  SELECT f.source, f.subject INTO source, subject FROM _release_source(s, clock_timestamp()) f;
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s GROUP BY %s LIMIT %s) g', source, subject, k) INTO subjects;
  IF subjects < k THEN
    PERFORM _release_too_few(s);
  END IF;
  SELECT count(*), count(*) FILTER (WHERE a.class = 'quasi' OR a.class = 'ordinary' AND coalesce(recoding -> a.column_name ->> 'quasi', 'true') = 'true') INTO wanted, wanted_quasi FROM _release_armed(relation_oid, purpose) a
  WHERE a.class NOT IN ('identifier', 'prohibited') AND a.column_name <> t.subject_key AND (columns IS NULL OR a.column_name = ANY (columns)) AND coalesce(recoding -> a.column_name ->> 'drop', 'false') = 'false';
  IF wanted > 200 OR wanted_quasi > 60 THEN
    RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = format('a release cannot have %s columns', wanted),
      DETAIL = 'It has at most 200, of them at most 60 quasi-identifiers.', HINT = 'Say which: columns => ''{...}''.';
  END IF;
  FOR col IN SELECT a.* FROM _release_armed(relation_oid, NULL) a LOOP
    options := coalesce(recoding -> col.column_name, '{}');
    CONTINUE WHEN col.column_name = t.subject_key OR (options ->> 'drop')::boolean OR (columns IS NOT NULL AND col.column_name <> ALL (columns));
    IF (options ->> 'quasi') = 'false' AND col.class <> 'ordinary' OR (options ->> 'quasi') = 'true' AND col.class NOT IN ('ordinary', 'quasi') THEN
      RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('column "%s" is %s: a recoding does not say whether it is a quasi-identifier', col.column_name, col.class),
        HINT = 'Its class says it: see scoring.classify().';
    END IF;
    IF col.class IN ('identifier', 'prohibited') THEN
      r := jsonb_build_object('dropped', format('it is %s', col.class));
    ELSIF NOT EXISTS (SELECT FROM _release_armed(relation_oid, purpose) a WHERE a.column_name = col.column_name) THEN
      r := jsonb_build_object('dropped', format('purpose "%s" does not show it', purpose));
    ELSE
      r := _release_recoding(source, subject, col.column_name, col.class, col.type, col.class IN ('quasi', 'ordinary') AND coalesce((options ->> 'quasi')::boolean, true), options, k);
    END IF;
    IF r ? 'dropped' THEN
      dropped := dropped || format('%s: %s', col.column_name, r ->> 'dropped');
    ELSE
      recodings := recodings || jsonb_build_array(r);
    END IF;
  END LOOP;
  IF cardinality(dropped) > 0 THEN
    RAISE NOTICE USING MESSAGE = format('not released: %s', array_to_string(dropped, '; '));
  END IF;
  IF jsonb_array_length(recodings) = 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%I.%I has no column that can be released', t.schema_name, t.table_name);
  END IF;
  RETURN format('%s@%s', name, _release_build(name, recodings));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._publish_release(text, text, text, integer, integer, text, jsonb, text[], double precision, text, interval, interval) FROM PUBLIC;
COMMENT ON FUNCTION scoring._publish_release(text, text, text, integer, integer, text, jsonb, text[], double precision, text, interval, interval) IS 'internal: publish_release() as the workspace''s owner';
CREATE FUNCTION scoring.publish_release(relation text, name text, audience text, k integer DEFAULT 10, l integer DEFAULT 2, purpose text DEFAULT NULL, recoding jsonb DEFAULT '{}', columns text[] DEFAULT NULL,
    max_suppressed double precision DEFAULT 0.05, retention_column text DEFAULT NULL, retention interval DEFAULT NULL, refresh_within interval DEFAULT '30 days') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.publish_release(text, text, text, integer, integer, text, jsonb, text[], double precision, text, interval, interval) IS 'makes a table scoring_views.<name> of a protected one, for an audience: without identifiers, with a random token for each subject, with quasi-identifiers so coarse that each class has k subjects and l values of every restricted, sensitive and outcome column; gives name@version; what cannot be made so, or would tell subjects apart beside another release: 55000; not READ COMMITTED: 25000; for stewards: 42501';

CREATE FUNCTION scoring._refresh_release(name text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  LOCK TABLE scoring_data.release_series IN SHARE ROW EXCLUSIVE MODE;
  IF NOT EXISTS (SELECT FROM scoring_data.release_series e WHERE e.name = _refresh_release.name) THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('release "%s" does not exist', left(name, 200)), HINT = 'The releases: SELECT * FROM scoring_data.releases;';
  END IF;
  RETURN format('%s@%s', name, _release_build(name, NULL));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._refresh_release(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._refresh_release(text) IS 'internal: refresh_release() as the workspace''s owner';
CREATE FUNCTION scoring.refresh_release(name text) RETURNS text
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.refresh_release(text) IS 'builds a release anew, from the rows there are now, with new tokens, the same recoding or a coarser one, and so that no class differs from what it was in any earlier version by fewer than k subjects; gives name@version; also brings back a retired one; no such release: 42704; not READ COMMITTED: 25000; for stewards: 42501';

CREATE FUNCTION scoring._retire_release(name text, reason text) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v record;
BEGIN
  LOCK TABLE scoring_data.release_series IN SHARE ROW EXCLUSIVE MODE;
  UPDATE scoring_data.release_version e SET retired_at = clock_timestamp(), retired_reason = reason, retired_by_role = _caller(), retired_by_session = session_user
  WHERE e.name = _retire_release.name AND e.retired_at IS NULL RETURNING e.* INTO v;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('release "%s" does not exist or is retired', left(name, 200)), HINT = 'The releases: SELECT * FROM scoring_data.releases;';
  END IF;
  UPDATE scoring_data.publication e SET state = 'retired', state_reason = reason, ended_at = v.retired_at WHERE e.name = v.name AND e.kind = 'release' AND e.state <> 'retired';
  UPDATE scoring_data.release_series e SET refresh_due_since = NULL WHERE e.name = v.name;
  -- With what others have made that reads it: it must not be there any longer.
  IF to_regclass(format('scoring_views.%I', v.name)) IS NOT NULL THEN
    EXECUTE format('DROP TABLE scoring_views.%I CASCADE', v.name);
  END IF;
  PERFORM _audit('retire release', 'scoring_views.' || quote_ident(v.name), NULL, jsonb_build_object('release', v.name, 'version', v.version, 'reason', reason));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._retire_release(text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._retire_release(text, text) IS 'internal: retire_release() as the workspace''s owner';
CREATE FUNCTION scoring.retire_release(name text, reason text) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.retire_release(text, text) IS 'drops the table of a release, and what others have made that reads it; the register keeps what it was; nothing is done for NULL; no such release: 42704; for stewards: 42501';

-- For room subject.

CREATE FUNCTION scoring._release_erase(subject text) RETURNS integer
LANGUAGE plpgsql VOLATILE STRICT PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  releases integer;
BEGIN
  UPDATE scoring_data.release_series s SET refresh_due_since = coalesce(s.refresh_due_since, clock_timestamp())
  WHERE EXISTS (SELECT FROM scoring_data.release_member m WHERE m.subject = _release_erase.subject AND m.series_number = s.series_number AND m.last_version IS NULL)
    AND EXISTS (SELECT FROM scoring_data.release_version v WHERE v.name = s.name AND v.retired_at IS NULL);
  GET DIAGNOSTICS releases = ROW_COUNT;
  -- That somebody was there stays: otherwise the next version would let her class be one smaller and not know it.
  UPDATE scoring_data.release_member m SET subject = 'erased ' || gen_random_uuid(), content = 0 WHERE m.subject = _release_erase.subject;
  RETURN releases;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_erase(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_erase(text) IS 'internal: makes a subject''s memberships in releases nobody''s, and marks the live releases she is in as to be refreshed; how many those are';

CREATE FUNCTION scoring._release_memberships(subject text, OUT name text, OUT version integer, OUT relation text, OUT audience text, OUT purpose text, OUT built_at timestamptz, OUT live boolean) RETURNS SETOF record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT v.name, v.version, format('%I.%I', s.schema_name, s.table_name), s.audience, s.purpose, v.built_at, v.retired_at IS NULL
  FROM scoring_data.release_series s JOIN scoring_data.release_version v USING (name)
  WHERE EXISTS (SELECT FROM scoring_data.release_member m WHERE m.subject = _release_memberships.subject AND m.series_number = s.series_number
                AND v.version BETWEEN m.first_version AND coalesce(m.last_version, s.last_version))
  ORDER BY v.name, v.version;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._release_memberships(text, OUT text, OUT integer, OUT text, OUT text, OUT text, OUT timestamptz, OUT boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._release_memberships(text, OUT text, OUT integer, OUT text, OUT text, OUT text, OUT timestamptz, OUT boolean) IS 'internal: the versions of releases a subject''s data went into';

CREATE FUNCTION scoring._check_release(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  r record;
  t record;
  m record;
  stale bigint;
  shown text;
BEGIN
  FOR r IN SELECT s.*, v.version, v.built_at, v.columns, v.measured_k, v.measured_l, v.rows AS rows_then FROM scoring_data.release_series s JOIN scoring_data.release_version v USING (name)
           WHERE v.retired_at IS NULL ORDER BY s.name LOOP
    SELECT c.oid, c.relkind, c.relowner, c.relacl INTO t FROM pg_class c WHERE c.oid = to_regclass(format('scoring_views.%I', r.name));
    IF NOT FOUND THEN
      RETURN QUERY SELECT 'error', format('scoring_views.%I', r.name), 'the release is registered, but not there', format('SELECT scoring.refresh_release(%L);', r.name);
      CONTINUE;
    ELSIF t.relkind <> 'r' OR t.relowner <> (SELECT nspowner FROM pg_namespace WHERE nspname = 'scoring_data') THEN
      RETURN QUERY SELECT 'error', format('scoring_views.%I', r.name), 'it is not a table of the workspace''s owner', 'find out who made it; drop it; then refresh the release';
      CONTINUE;
    END IF;
    RETURN QUERY SELECT 'error', format('scoring_views.%I', r.name), format('"%s" has %s on it, which the release did not give', CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END, a.privilege_type),
        format('REVOKE %s ON scoring_views.%I FROM %s;', a.privilege_type, r.name, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END)
      FROM (SELECT x.* FROM aclexplode(t.relacl) x UNION SELECT x.* FROM pg_attribute b, aclexplode(b.attacl) x WHERE b.attrelid = t.oid) a
      WHERE a.grantee <> t.relowner AND NOT (a.grantee <> 0 AND pg_get_userbyid(a.grantee) = r.audience AND a.privilege_type = 'SELECT' AND NOT a.is_grantable) ORDER BY 3;
    SELECT * INTO m FROM _release_measure(r.name, r.columns);
    IF m.k < r.measured_k OR m.l < r.measured_l OR m.rows <> r.rows_then THEN
      RETURN QUERY SELECT 'error', format('scoring_views.%I', r.name), 'it is not what was published: its rows, k or l differ from the register', format('SELECT scoring.refresh_release(%L);', r.name);
    END IF;
    IF r.refresh_due_since < clock_timestamp() - r.refresh_within THEN
      RETURN QUERY SELECT 'error', format('scoring_views.%I', r.name), format('it has data of somebody who was erased more than %s ago', r.refresh_within), format('SELECT scoring.refresh_release(%L);', r.name);
    END IF;
    SELECT string_agg(c ->> 'name', ', ') INTO shown FROM jsonb_array_elements(r.columns) c
    WHERE c ->> 'recoding' <> 'withheld' AND NOT EXISTS (SELECT FROM _armed_columns(to_regclass(format('%I.%I', r.schema_name, r.table_name))) a WHERE a.column_name = c ->> 'name' AND a.class = c ->> 'class');
    RETURN QUERY SELECT 'warning', format('scoring_views.%I', r.name), format('it was taken from its audience: %s', e.state_reason), format('SELECT scoring.refresh_release(%L);', r.name)
      FROM scoring_data.publication e WHERE e.name = r.name AND e.kind = 'release' AND e.state = 'disarmed';
    IF shown IS NOT NULL THEN
      RETURN QUERY SELECT 'error', format('scoring_views.%I', r.name), format('it shows columns that are of another class now, or may not be read any more: %s', shown), format('SELECT scoring.refresh_release(%L);', r.name);
    END IF;
    IF r.purpose IS NOT NULL THEN
      SELECT count(DISTINCT b.subject) INTO stale FROM (
        SELECT c.subject, w.at FROM scoring_data.consent_withdrawal w JOIN scoring_data.consent c USING (subject, consent_number)
        WHERE c.purpose_number IN (SELECT p.purpose_number FROM scoring_data.purpose p WHERE p.name = r.purpose)
        UNION ALL SELECT c.subject, c.valid_until FROM scoring_data.consent c WHERE c.purpose_number IN (SELECT p.purpose_number FROM scoring_data.purpose p WHERE p.name = r.purpose)) b
      JOIN scoring_data.release_member e ON e.subject = b.subject AND e.series_number = r.series_number AND e.last_version IS NULL
      WHERE b.at > r.built_at AND b.at < clock_timestamp() - r.refresh_within
        AND NOT EXISTS (SELECT FROM scoring_data.permission p WHERE p.subject = b.subject AND p.valid_until > clock_timestamp()
                        AND p.purpose_number IN (SELECT u.purpose_number FROM scoring_data.purpose u WHERE u.name = r.purpose));
      IF stale > 0 THEN
        RETURN QUERY SELECT 'error', format('scoring_views.%I', r.name), format('it has data of subjects whose legal basis ended more than %s ago: %s', r.refresh_within, stale), format('SELECT scoring.refresh_release(%L);', r.name);
      END IF;
    END IF;
  END LOOP;
  RETURN QUERY SELECT 'error', c.oid::regclass::text, 'it is a table that no release of the register has', format('DROP TABLE %s;', c.oid::regclass)
    FROM pg_class c WHERE c.relnamespace = to_regnamespace('scoring_views') AND c.relkind IN ('r', 'p', 'm', 'f')
      AND NOT EXISTS (SELECT FROM scoring_data.release_version v WHERE v.name = c.relname AND v.retired_at IS NULL) ORDER BY 2;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_release(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_release() IS 'internal: what is wrong with releases, for doctor(): tables, grants, measured k and l, classes of columns, data of subjects whose legal basis ended';
