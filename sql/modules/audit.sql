-- audit: what was read, refused, published and changed, by whom, when and why. Entries are written from C as frozen tuples,
-- so they stay whatever becomes of the transaction; blocks of them are sealed with a Merkle root. See src/audit.c.

CREATE FUNCTION scoring._setup_audit() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _make_table('audit_entry', $t$
    lane integer NOT NULL,
    entry bigint NOT NULL,
    subject_token uuid,
    subject_entry bigint,
    subject_hash bytea,
    detail_hash bytea NOT NULL,
    PRIMARY KEY (lane, entry),
    CHECK ((subject_token IS NULL) = (subject_entry IS NULL) AND (subject_token IS NULL) = (subject_hash IS NULL))$t$,
    'entries of the audit log, without what they say; only ever appended to');
  IF to_regclass('scoring_data.audit_entry_subject') IS NULL THEN
    CREATE UNIQUE INDEX audit_entry_subject ON scoring_data.audit_entry (subject_token, subject_entry) WHERE subject_token IS NOT NULL;
  END IF;
  COMMENT ON COLUMN scoring_data.audit_entry.lane IS 'the place among the server''s processes of the session that wrote: one writer at a time, so entries of a lane are numbered without gaps and without locks';
  COMMENT ON COLUMN scoring_data.audit_entry.detail_hash IS 'SHA-256 of salt and detail, which stand in audit_detail until they are erased';
  COMMENT ON COLUMN scoring_data.audit_entry.subject_hash IS 'of an entry about one subject: SHA-256 of the subject''s entry before and of this entry''s leaf';
  PERFORM _make_table('audit_detail', $t$
    lane integer NOT NULL,
    entry bigint NOT NULL,
    salt bytea,
    detail text,
    erased_lane integer,
    erased_entry bigint,
    PRIMARY KEY (lane, entry),
    CHECK ((salt IS NULL) = (detail IS NULL)),
    CHECK ((erased_entry IS NULL) = (detail IS NOT NULL) AND (erased_entry IS NULL) = (erased_lane IS NULL))$t$,
    'what the entries of the audit log say, a JSON object; erased with a subject''s data, and then the entry that says so is named');
  -- Never compressed nor moved out of line: what is erased must be found to be gone, and TOAST has no row security.
  ALTER TABLE scoring_data.audit_detail ALTER COLUMN detail SET STORAGE PLAIN;
  PERFORM _make_table('audit_subject', $t$
    subject text COLLATE "C" PRIMARY KEY,
    token uuid NOT NULL UNIQUE$t$,
    'subjects and the random tokens that stand for them in the audit log; erased with the subject');
  PERFORM _make_table('audit_block', $t$
    block bigint PRIMARY KEY,
    sealed_at timestamptz NOT NULL,
    lanes integer[] NOT NULL,
    first_entries bigint[] NOT NULL,
    last_entries bigint[] NOT NULL,
    entries bigint NOT NULL,
    merkle_root bytea NOT NULL,
    previous_root bytea NOT NULL,
    root bytea NOT NULL$t$,
    'sealed blocks of entries; root covers all other columns, and so all blocks before');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_audit() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_audit() IS 'internal: the tables and views of room audit';

-- For rooms above, as the owner. What is written stays even if the transaction is rolled back; the detail names the transaction.
CREATE FUNCTION scoring._audit(event text, object text DEFAULT NULL, subject text DEFAULT NULL, detail jsonb DEFAULT NULL) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_audit_event';
REVOKE EXECUTE ON FUNCTION scoring._audit(text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit(text, text, text, jsonb) IS 'internal: appends an entry to the audit log that no rollback takes back: what was done, to what, about whom (subject: his key as text; the entry is then chained with his others and goes with them), and a JSON object of more; the caller, the session, the client, the time and the transaction are added; on a standby: 25006';

CREATE FUNCTION scoring._grants_audit(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT NULL::text, NULL::text, NULL::text, NULL::text WHERE false;
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_audit(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_audit() IS 'internal: who may do what in room audit';

CREATE FUNCTION scoring._check_audit(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_audit(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_audit() IS 'internal: what is wrong with the contents of room audit, for doctor()';
