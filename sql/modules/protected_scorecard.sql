-- protected_scorecard: a scorecard fitted on a protected table, of which nothing comes out but the model, in cells of at
-- least k subjects. See src/protected_scorecard.c.

CREATE FUNCTION scoring._setup_protected_scorecard() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('protected_sketch', $t$
    fit_number bigint NOT NULL,
    schema_name text NOT NULL,
    table_name text NOT NULL,
    target text NOT NULL,
    column_name text NOT NULL,
    k integer NOT NULL,
    sketch bytea NOT NULL,
    at timestamptz NOT NULL$t$,
    'what earlier fits of protected tables were fitted on, as sums of hashes: two of them tell for about how many subjects the data differ; only ever appended to, and without an index, so that no rollback takes a row back');
  -- In the row itself.
  ALTER TABLE scoring_data.protected_sketch ALTER sketch SET STORAGE PLAIN;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_protected_scorecard() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_protected_scorecard() IS 'internal: the table of room protected_scorecard';

CREATE FUNCTION scoring._protected_subject(key text) RETURNS float8
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_protected_scorecard_subject';
REVOKE EXECUTE ON FUNCTION scoring._protected_subject(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protected_subject(text) IS 'internal: a hash of a subject''s key that a float8 holds: rows, folds and cells of a sketch are drawn by it';

CREATE FUNCTION scoring._protected_sketch_trans(state bytea, target float8, weight float8, numbers float8[], texts text[]) RETURNS bytea
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'scoring_protected_scorecard_trans';
REVOKE EXECUTE ON FUNCTION scoring._protected_sketch_trans(bytea, float8, float8, float8[], text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protected_sketch_trans(bytea, float8, float8, float8[], text[]) IS 'internal: adds a row to a sketch of a sample';

CREATE FUNCTION scoring._protected_sketch_combine(state bytea, other bytea) RETURNS bytea
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_protected_scorecard_combine';
REVOKE EXECUTE ON FUNCTION scoring._protected_sketch_combine(bytea, bytea) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protected_sketch_combine(bytea, bytea) IS 'internal: merges the sketches of disjoint rows';

CREATE AGGREGATE scoring._protected_sketch(target float8, weight float8, numbers float8[], texts text[]) (
    SFUNC = scoring._protected_sketch_trans,
    STYPE = bytea,
    SSPACE = 65536,
    COMBINEFUNC = scoring._protected_sketch_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring._protected_sketch(float8, float8, float8[], text[]) IS 'internal: 512 sums of hashes for each column of a sample, by subject, the last of the numbers; NULL if there is no row';

CREATE FUNCTION scoring._protected_scorecard(
    relation oid,
    rows_from text,
    subject text,
    weight text,
    target text,
    characteristics text[],
    named boolean,
    purpose text,
    k integer,
    special jsonb,
    max_bins integer,
    min_bin_fraction float8,
    trend text,
    min_iv float8,
    max_correlation float8,
    selection text,
    max_characteristics integer,
    population_bad_rate float8,
    pdo float8,
    base_score float8,
    base_odds float8,
    reason_method text
) RETURNS scoring.model
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_protected_scorecard_fit';
REVOKE EXECUTE ON FUNCTION scoring._protected_scorecard(oid, text, text, text, text, text[], boolean, text, integer, jsonb, integer, float8, text, float8, float8, text, integer, float8, float8, float8, float8, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._protected_scorecard(oid, text, text, text, text, text[], boolean, text, integer, jsonb, integer, float8, text, float8, float8, text, integer, float8, float8, float8, float8, text) IS 'internal: fits with current_user''s rights on what stands behind FROM, where the relation is called sample; subject and weight are expressions over that';

-- The columns of a protected table as a fit for a purpose sees them: why it cannot read one, or NULL.
CREATE FUNCTION scoring._fit_columns(relation oid, subject_key text, shows text[], uses text[], dimensions text[], OUT column_name text, OUT class text, OUT fault text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT c.column_name, c.class,
    CASE WHEN c.class IS NULL THEN 'it is not classified'
         WHEN c.class IN ('prohibited', 'mark') THEN format('its class is %s', c.class)
         WHEN c.fault IS NOT NULL THEN c.fault
         WHEN NOT c.granted THEN 'it is not granted to the workspace''s owner'
         WHEN c.column_name = _fit_columns.subject_key THEN 'it is the subject key'
         WHEN c.class = 'identifier' THEN 'its class is identifier'
         WHEN NOT c.class = ANY (_fit_columns.shows || _fit_columns.uses) THEN format('its class is %s, which the purpose does not read', c.class)
         WHEN (c.dimension = ANY (_fit_columns.dimensions)) IS NOT TRUE AND _fit_columns.dimensions IS NOT NULL THEN 'its dimension is not one that the purpose reads'
    END
  FROM _column_classes(_fit_columns.relation) c;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._fit_columns(oid, text, text[], text[], text[], OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._fit_columns(oid, text, text[], text[], text[]) IS 'internal: the columns of a protected table, and why a fit for a purpose cannot read one; NULL: it can';

CREATE FUNCTION scoring._fit_protected_scorecard(
    relation text,
    target text,
    purpose text,
    k integer,
    characteristics text[],
    exclude text[],
    special jsonb,
    max_bins integer,
    min_bin_fraction float8,
    trend text,
    min_iv float8,
    max_correlation float8,
    selection text,
    max_characteristics integer,
    population_bad_rate float8,
    pdo float8,
    base_score float8,
    base_odds float8,
    reason_method text
) RETURNS scoring.model
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  parts text[];
  protected record;
  relation_id oid;
  is_single boolean;
  fault text;
  wanted record;
  names text[];
  name text;
  bad record;
  rows_from text;
  weight text := 'CAST(1 AS pg_catalog.float8)';
  subject text;
  fitted scoring.model;
BEGIN
  IF relation IS NULL OR target IS NULL OR purpose IS NULL OR k IS NULL THEN
    RAISE EXCEPTION 'relation, target, purpose and k must not be null' USING ERRCODE = 'null_value_not_allowed';
  END IF;
  parts := parse_ident(relation);
  IF cardinality(parts) = 2 THEN
    SELECT t.* INTO protected FROM scoring_data.protected_table t WHERE t.schema_name = parts[1] AND t.table_name = parts[2];
    SELECT c.oid, c.relkind = 'p' OR NOT c.relhassubclass INTO relation_id, is_single FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = protected.schema_name AND c.relname = protected.table_name AND c.relkind IN ('r', 'p');
  END IF;
  IF relation_id IS NULL THEN
    RAISE EXCEPTION '% is not a protected table', quote_literal(relation) USING ERRCODE = 'undefined_table',
      HINT = 'Name it with its schema. Tables are protected by their owners, with scoring.protect().';
  END IF;
  PERFORM _protect_hold(relation_id);
  fault := CASE WHEN relation_id IS DISTINCT FROM to_regclass(format('%I.%I', protected.schema_name, protected.table_name))::oid THEN 'It was renamed meanwhile.' ELSE _protection_fault(relation_id) END;
  IF fault IS NOT NULL THEN
    RAISE EXCEPTION '% is not protected as it should be', relation USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = fault,
      HINT = 'Its owner mends that; doctor() tells how.';
  END IF;
  SELECT p.* INTO wanted FROM scoring_data.purpose p WHERE p.name = purpose AND p.superseded_at IS NULL;
  IF wanted.name IS NULL THEN
    RAISE EXCEPTION 'purpose % does not exist', quote_ident(purpose) USING ERRCODE = 'undefined_object',
      HINT = 'A steward defines purposes, with scoring.define_purpose().';
  END IF;
  IF wanted.case_bound THEN
    RAISE EXCEPTION 'purpose % is for one case at a time', quote_ident(purpose) USING ERRCODE = 'insufficient_privilege',
      DETAIL = 'A model is fitted on the data of many people.', HINT = 'Ask a steward for a purpose that is not case-bound.';
  END IF;

  -- The target and what the caller names, one by one; what he does not name is left out where it cannot be read.
  FOR bad IN
    SELECT w.name, CASE WHEN c.column_name IS NULL THEN 'it is not classified' ELSE c.fault END AS fault
    FROM unnest(target || coalesce(characteristics, '{}')) AS w (name)
      LEFT JOIN _fit_columns(relation_id, protected.subject_key, wanted.shows, wanted.uses, wanted.dimensions) c ON c.column_name = w.name
    WHERE c.column_name IS NULL OR c.fault IS NOT NULL
  LOOP
    RAISE EXCEPTION 'column % of % cannot be fitted on for purpose %', coalesce(quote_ident(bad.name), 'NULL'), relation, quote_ident(purpose)
      USING ERRCODE = 'insufficient_privilege', DETAIL = upper(left(bad.fault, 1)) || substr(bad.fault, 2) || '.',
        HINT = 'Leave it out, or name a purpose that reads it.';
  END LOOP;
  SELECT array_agg(c.column_name ORDER BY c.column_name COLLATE "C") INTO names
    FROM _fit_columns(relation_id, protected.subject_key, wanted.shows, wanted.uses, wanted.dimensions) c
    WHERE c.fault IS NULL AND c.column_name <> target
      AND CASE WHEN characteristics IS NULL THEN c.class <> 'outcome' ELSE c.column_name = ANY (characteristics) END;
  FOREACH name IN ARRAY coalesce(exclude, '{}') LOOP
    IF (name = ANY (names)) IS NOT TRUE AND name IS DISTINCT FROM target THEN
      RAISE EXCEPTION 'exclude names %, which the fit would not read', coalesce(quote_ident(name), 'NULL') USING ERRCODE = 'undefined_column';
    END IF;
    names := array_remove(names, name);
  END LOOP;
  FOR name IN SELECT jsonb_object_keys(CASE WHEN jsonb_typeof(special) = 'object' THEN special ELSE '{}' END) LOOP
    IF (name = ANY (names)) IS NOT TRUE THEN
      RAISE EXCEPTION 'special names %, which the fit does not read', quote_ident(name) USING ERRCODE = 'undefined_column';
    END IF;
  END LOOP;
  IF coalesce(cardinality(names), 0) = 0 THEN
    RAISE EXCEPTION 'purpose % reads no column of % that could be a characteristic', quote_ident(purpose), relation
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  PERFORM _audit('fit protected scorecard', relation, NULL, jsonb_build_object('purpose', format('%s@%s', wanted.name, wanted.version),
    'target', target, 'columns', array_to_string(names, ', '), 'k', k));

  subject := CASE protected.subject_kind WHEN 'number' THEN format('CAST(CAST(sample.%I AS pg_catalog.int8) AS pg_catalog.text)', protected.subject_key)
                                         ELSE format('CAST(sample.%I AS pg_catalog.text)', protected.subject_key) END;
  rows_from := format('%I.%I AS sample', protected.schema_name, protected.table_name);
  IF NOT (is_single AND EXISTS (
       SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
       WHERE i.indrelid = relation_id AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indnkeyatts = 1 AND i.indpred IS NULL
         AND a.attname = protected.subject_key)) THEN
    -- One over the subject's rows, never rounded up: a sum of weights is at most so many subjects.
    weight := 'CAST(1000000 / subject_rows.n AS pg_catalog.float8) / 1000000';
    rows_from := rows_from || format(' JOIN (SELECT r.%1$I AS key, pg_catalog.count(*) AS n FROM %2$I.%3$I AS r GROUP BY r.%1$I) AS subject_rows ON subject_rows.key = sample.%1$I',
      protected.subject_key, protected.schema_name, protected.table_name);
  END IF;
  IF protected.marks = 'row' THEN
    rows_from := rows_from || format(' WHERE sample.%I > pg_catalog.statement_timestamp() AND sample.%I IS NOT NULL',
      'scoring_until_' || wanted.purpose_number, protected.subject_key);
  ELSE
    rows_from := rows_from || format(' JOIN scoring_data.permission AS p ON p.%s WHERE p.purpose_number = %s AND p.valid_until > pg_catalog.statement_timestamp()',
      CASE protected.subject_kind WHEN 'number' THEN format('subject_number = sample.%I', protected.subject_key)
                                  ELSE format('subject = CAST(sample.%I AS pg_catalog.text)', protected.subject_key) END,
      wanted.purpose_number);
  END IF;
  fitted := _protected_scorecard(relation_id, rows_from, format('scoring._protected_subject(%s)', subject), weight, target, names,
    characteristics IS NOT NULL, format('%s@%s', wanted.name, wanted.version), k, special, max_bins, min_bin_fraction, trend, min_iv, max_correlation,
    selection, max_characteristics, population_bad_rate, pdo, base_score, base_odds, reason_method);
  PERFORM _audit('protected scorecard fitted', relation, NULL, jsonb_build_object('model', hash(fitted)));
  RETURN fitted;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._fit_protected_scorecard(text, text, text, integer, text[], text[], jsonb, integer, float8, text, float8, float8, text, integer, float8, float8, float8, float8, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._fit_protected_scorecard(text, text, text, integer, text[], text[], jsonb, integer, float8, text, float8, float8, text, integer, float8, float8, float8, float8, text) IS 'internal: fit_protected_scorecard() as the owner';

CREATE FUNCTION scoring.fit_protected_scorecard(
    relation text,
    target text,
    purpose text,
    k integer DEFAULT 20,
    characteristics text[] DEFAULT NULL,
    exclude text[] DEFAULT '{}',
    special jsonb DEFAULT '{}',
    max_bins integer DEFAULT 8,
    min_bin_fraction float8 DEFAULT 0.05,
    trend text DEFAULT 'auto',
    min_iv float8 DEFAULT 0.02,
    max_correlation float8 DEFAULT 0.8,
    selection text DEFAULT 'bic',
    max_characteristics integer DEFAULT 15,
    population_bad_rate float8 DEFAULT NULL,
    pdo float8 DEFAULT 20,
    base_score float8 DEFAULT 600,
    base_odds float8 DEFAULT 50,
    reason_method text DEFAULT 'below_average'
) RETURNS scoring.model
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.fit_protected_scorecard(text, text, text, integer, text[], text[], jsonb, integer, float8, text, float8, float8, text, integer, float8, float8, float8, float8, text) IS
'A scorecard fitted on a protected table, whose rows the caller never sees, for duty modeler: on columns of classes that the purpose reads, of subjects it may be used for now; each subject counts once, however many rows it has. Every cell of the model holds at least k subjects, 5 of either outcome, its counts are rounded to fives and its cut points to about two digits; no least or greatest value, no rare category and no tally comes out. The same model for the same rows. Every call is in the audit log. Errors: 42501 without the duty, or for a column that the purpose may not read; 42P01 if the table is not protected, 55000 if it is not armed, or if its data differ from those of an earlier fit for fewer than k subjects; 25000 unless READ COMMITTED; 22023 as fit_scorecard, and if there are too few subjects.';

CREATE FUNCTION scoring._grants_protected_scorecard(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('modeler', 'function', 'fit_protected_scorecard(text,text,text,integer,text[],text[],jsonb,integer,double precision,text,double precision,double precision,text,integer,double precision,double precision,double precision,double precision,text)', 'EXECUTE');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_protected_scorecard(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_protected_scorecard() IS 'internal: who may do what in room protected_scorecard';

CREATE FUNCTION scoring._check_protected_scorecard(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY SELECT 'error', 'scoring_data.protected_sketch', 'it has an index or a trigger, so that fit_protected_scorecard() refuses', 'drop them'
    FROM pg_class c WHERE c.oid = 'scoring_data.protected_sketch'::regclass AND (c.relhasindex OR c.relhastriggers);
  RETURN QUERY SELECT 'warning', format('scoring_data.protected_sketch, fit %s', s.fit_number), 'a sketch of a column does not have the size that fits make', 'find out who wrote it; fit_protected_scorecard() refuses the table until it is gone'
    FROM scoring_data.protected_sketch s WHERE length(s.sketch) <> 2048 ORDER BY s.fit_number, s.column_name;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_protected_scorecard(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_protected_scorecard() IS 'internal: what is wrong with the contents of room protected_scorecard, for doctor()';
