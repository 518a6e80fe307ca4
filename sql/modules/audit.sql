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
  IF (SELECT a.attstorage <> 'p' FROM pg_attribute a WHERE a.attrelid = 'scoring_data.audit_detail'::regclass AND a.attname = 'detail') THEN
    ALTER TABLE scoring_data.audit_detail ALTER COLUMN detail SET STORAGE PLAIN;
  END IF;
  PERFORM _make_table('audit_subject', $t$
    subject text COLLATE "C" PRIMARY KEY,
    token uuid NOT NULL UNIQUE$t$,
    'subjects and the random tokens that stand for them in the audit log; erased with the subject');
  PERFORM _make_table('audit_block', $t$
    block bigint PRIMARY KEY,
    sealed_at timestamptz NOT NULL,
    lane integer NOT NULL,
    first_entry bigint NOT NULL,
    last_entry bigint NOT NULL,
    entries bigint NOT NULL,
    merkle_root bytea NOT NULL,
    previous_root bytea NOT NULL,
    root bytea NOT NULL,
    UNIQUE (lane, last_entry)$t$,
    'sealed blocks, each of consecutive entries of one lane; root covers all other columns, and so all blocks before');
  COMMENT ON COLUMN scoring_data.audit_block.entries IS 'of this block and all before';
  COMMENT ON COLUMN scoring_data.audit_block.merkle_root IS 'of a tree of the shape of RFC 6962 over the leaves of the entries';
  -- A read that was opened and whose end is not recorded was ended by an error, or goes on.
  PERFORM _make_view('audit_events', $q$
    SELECT e.lane, e.entry, (j.detail ->> 'at')::timestamptz AS at, j.detail ->> 'event' AS event, j.detail ->> 'object' AS object,
           coalesce(s.subject, CASE WHEN e.subject_token IS NULL THEN j.detail ->> 'subject' END) AS subject,
           j.detail ->> 'purpose' AS purpose, j.detail ->> 'case_ref' AS case_ref, j.detail ->> 'role' AS role_name, j.detail ->> 'session' AS session_name,
           j.detail ->> 'on_behalf_of' AS on_behalf_of, j.detail ->> 'columns' AS columns,
           CASE WHEN j.detail ->> 'event' = 'read' THEN coalesce(f.rows, 'unknown, up to all rows in scope') ELSE j.detail ->> 'rows' END AS rows,
           j.detail ->> 'reason' AS reason, (j.detail -> 'of' ->> 0)::integer AS of_lane, (j.detail -> 'of' ->> 1)::bigint AS of_entry,
           j.detail -> 'more' AS more, coalesce((j.detail ->> 'cut')::boolean, false) AS cut,
           j.detail ->> 'client' AS client, j.detail ->> 'application' AS application_name, (j.detail ->> 'pid')::integer AS backend_pid, (j.detail ->> 'transaction')::xid8 AS transaction_id,
           d.erased_lane, d.erased_entry
    FROM scoring_data.audit_entry e
      LEFT JOIN scoring_data.audit_detail d ON d.lane = e.lane AND d.entry = e.entry
      LEFT JOIN scoring_data.audit_subject s ON s.token = e.subject_token
      CROSS JOIN LATERAL (SELECT d.detail::jsonb AS detail OFFSET 0) j
      LEFT JOIN (SELECT (g.detail -> 'of' ->> 0)::integer AS lane, (g.detail -> 'of' ->> 1)::bigint AS entry, min(g.detail ->> 'rows') AS rows
                 FROM (SELECT x.detail::jsonb AS detail FROM scoring_data.audit_detail x WHERE x.detail LIKE '{"event": "end of read"%' OFFSET 0) g GROUP BY 1, 2) f
        ON f.lane = e.lane AND f.entry = e.entry$q$,
    'the audit log: what was read, refused, published and changed, by whom, for what; rows of a read are those that left the barrier');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_audit() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_audit() IS 'internal: the tables and views of room audit';

-- For rooms above, as the owner. What is written stays even if the transaction is rolled back; the detail names the transaction.
CREATE FUNCTION scoring._audit(event text, object text DEFAULT NULL, subject text DEFAULT NULL, detail jsonb DEFAULT NULL) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_audit_event';
REVOKE EXECUTE ON FUNCTION scoring._audit(text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit(text, text, text, jsonb) IS 'internal: appends an entry to the audit log that no rollback takes back: what was done, to what, about whom (subject: his key as text; the entry is then chained with his others and goes with them), and a JSON object of more; the caller, the session, the client, the time and the transaction are added; on a standby: 25006';

CREATE FUNCTION scoring._audit_numbered(event text, object text, subject text, detail jsonb, OUT lane integer, OUT entry bigint) RETURNS record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_audit_numbered_event';
REVOKE EXECUTE ON FUNCTION scoring._audit_numbered(text, text, text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit_numbered(text, text, text, jsonb) IS 'internal: _audit() that says which entry it has written';

-- Sealing.

CREATE FUNCTION scoring._seal_audit() RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_audit_seal';
REVOKE EXECUTE ON FUNCTION scoring._seal_audit() FROM PUBLIC;
COMMENT ON FUNCTION scoring._seal_audit() IS 'internal: seal_audit() as the owner';

CREATE FUNCTION scoring.seal_audit() RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.seal_audit() IS 'seals all entries of the audit log that are not sealed yet, in blocks that no rollback takes back; how many. Begun accesses do it too, once a minute. For auditors and stewards: 42501; on a standby: 25006';

CREATE FUNCTION scoring._audit_root() RETURNS jsonb
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  PERFORM _seal_audit();
  RETURN coalesce((SELECT jsonb_build_object('block', b.block, 'root', encode(b.root, 'hex'), 'entries', b.entries, 'sealed_at', b.sealed_at)
                   FROM scoring_data.audit_block b ORDER BY b.block DESC LIMIT 1),
                  jsonb_build_object('block', 0, 'root', repeat('0', 64), 'entries', 0));
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._audit_root() FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit_root() IS 'internal: audit_root() as the owner';

CREATE FUNCTION scoring.audit_root() RETURNS jsonb
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.audit_root() IS 'seals all entries of the audit log and gives an anchor: number and root of the last block, entries up to it. Keep it outside the server: audit_verify(anchor) tells whether anything up to it was changed since. For auditors and stewards: 42501; on a standby: 25006';

-- Verifying.

CREATE FUNCTION scoring._audit_check(anchor_block bigint, anchor_root bytea, anchor_entries bigint, OUT block bigint, OUT lane integer, OUT entry bigint, OUT finding text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_audit_check';
REVOKE EXECUTE ON FUNCTION scoring._audit_check(bigint, bytea, bigint) FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit_check(bigint, bytea, bigint) IS 'internal: audit_verify() with the anchor in parts';

CREATE FUNCTION scoring._audit_verify(anchor jsonb, OUT block bigint, OUT lane integer, OUT entry bigint, OUT finding text) RETURNS SETOF record
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF anchor IS NOT NULL AND NOT coalesce(jsonb_typeof(anchor) = 'object' AND anchor ->> 'block' ~ '^[0-9]{1,18}$' AND anchor ->> 'entries' ~ '^[0-9]{1,18}$'
                                         AND anchor ->> 'root' ~ '^[0-9a-f]{64}$', false) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'this is not an anchor of the audit log',
      DETAIL = 'An anchor is an object with block, root and entries.', HINT = 'Give what audit_root() returned.';
  END IF;
  RETURN QUERY SELECT * FROM _audit_check((anchor ->> 'block')::bigint, decode(anchor ->> 'root', 'hex'), (anchor ->> 'entries')::bigint);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._audit_verify(jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit_verify(jsonb) IS 'internal: audit_verify() as the owner';

CREATE FUNCTION scoring.audit_verify(anchor jsonb DEFAULT NULL, OUT block bigint, OUT lane integer, OUT entry bigint, OUT finding text) RETURNS SETOF record
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.audit_verify(jsonb) IS 'computes all hashes of the audit log anew and gives what does not fit, and where: entries or details that were changed, added, renumbered or are missing, blocks that do not follow each other, and, with an anchor that audit_root() gave earlier, history that was rewritten as a whole or whose tail was cut; no rows if nothing. For auditors and stewards: 42501; what is no anchor: 22023';

-- Of one subject.

CREATE FUNCTION scoring._audit_lock_subject(subject text) RETURNS void
LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_audit_lock_subject';
REVOKE EXECUTE ON FUNCTION scoring._audit_lock_subject(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit_lock_subject(text) IS 'internal: until the end of the transaction nobody else writes to the audit log about the subject';

CREATE FUNCTION scoring._audit_of_subject(subject text, relations text[], OUT at timestamptz, OUT event text, OUT object text, OUT purpose text, OUT case_ref text, OUT role_name text, OUT session_name text, OUT columns text, OUT rows text, OUT of_all boolean) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN QUERY
    SELECT (j.detail ->> 'at')::timestamptz, j.detail ->> 'event', j.detail ->> 'object', j.detail ->> 'purpose', j.detail ->> 'case_ref',
           j.detail ->> 'role', j.detail ->> 'session', j.detail ->> 'columns', j.detail ->> 'rows', j.of_all
    FROM (SELECT d.detail::jsonb AS detail, false AS of_all
          FROM scoring_data.audit_subject s JOIN scoring_data.audit_entry e ON e.subject_token = s.token JOIN scoring_data.audit_detail d ON d.lane = e.lane AND d.entry = e.entry
          WHERE s.subject = _audit_of_subject.subject AND d.detail IS NOT NULL
          UNION ALL
          SELECT d.detail::jsonb, true
          FROM scoring_data.audit_detail d JOIN scoring_data.audit_entry e ON e.lane = d.lane AND e.entry = d.entry
          WHERE e.subject_token IS NULL AND (d.detail LIKE '{"event": "read"%' OR d.detail LIKE '{"event": "end of read"%')) j
    WHERE NOT j.of_all OR j.detail ->> 'object' = ANY (relations)
    ORDER BY 1;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._audit_of_subject(text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit_of_subject(text, text[]) IS 'internal: what the audit log says of a subject, by time: entries about him alone, and, of_all, reads of relations he is in (as they are named there) by which he may have been seen among others';

-- The entry that says so is written first, and stays if the transaction is rolled back: then it erased nothing.
CREATE FUNCTION scoring._audit_erase(subject text) RETURNS bigint
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  erased_token uuid;
  last_entry bigint;
  eraser record;
  erased bigint;
BEGIN
  PERFORM _audit_lock_subject(subject);
  SELECT s.token INTO erased_token FROM scoring_data.audit_subject s WHERE s.subject = _audit_erase.subject;
  IF NOT FOUND THEN
    RETURN 0;
  END IF;
  SELECT coalesce(max(e.subject_entry), 0) INTO last_entry FROM scoring_data.audit_entry e WHERE e.subject_token = erased_token;
  SELECT a.lane, a.entry INTO eraser FROM _audit_numbered('erase subject', NULL, NULL, jsonb_build_object('token', erased_token, 'entries', last_entry)) a;
  UPDATE scoring_data.audit_detail d SET salt = NULL, detail = NULL, erased_lane = eraser.lane, erased_entry = eraser.entry
  FROM scoring_data.audit_entry e WHERE e.subject_token = erased_token AND d.lane = e.lane AND d.entry = e.entry AND d.detail IS NOT NULL;
  GET DIAGNOSTICS erased = ROW_COUNT;
  DELETE FROM scoring_data.audit_subject s WHERE s.token = erased_token;
  RETURN erased;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._audit_erase(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit_erase(text) IS 'internal: erases what the audit log says about a subject, and who his token stands for; the entries stay, and name the new one that says so; their number';

CREATE FUNCTION scoring._grants_audit(OUT duty text, OUT kind text, OUT object text, OUT privilege text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('auditor', 'table', 'scoring_data.audit_events', 'SELECT'),
           ('auditor', 'function', 'audit_root()', 'EXECUTE'),
           ('steward', 'function', 'audit_root()', 'EXECUTE'),
           ('auditor', 'function', 'seal_audit()', 'EXECUTE'),
           ('steward', 'function', 'seal_audit()', 'EXECUTE'),
           ('auditor', 'function', 'audit_verify(jsonb)', 'EXECUTE'),
           ('steward', 'function', 'audit_verify(jsonb)', 'EXECUTE');
END;
REVOKE EXECUTE ON FUNCTION scoring._grants_audit(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._grants_audit() IS 'internal: who may do what in room audit';

CREATE FUNCTION scoring._audit_fault() RETURNS text
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_audit_rows_fault';
REVOKE EXECUTE ON FUNCTION scoring._audit_fault() FROM PUBLIC;
COMMENT ON FUNCTION scoring._audit_fault() IS 'internal: why nothing can be written to the audit log; NULL if it can';

CREATE FUNCTION scoring._check_audit(OUT severity text, OUT object text, OUT finding text, OUT remedy text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  fault text := _audit_fault();
BEGIN
  IF fault IS NOT NULL THEN
    RETURN QUERY SELECT 'error', 'audit log', format('nothing can be written to it, so what must be recorded is refused: %s', fault), 'restore the table from a backup; an index, trigger or rule that is too many: drop it';
    RETURN;
  END IF;
  RETURN QUERY
    SELECT 'warning', 'audit log', format('%s entries are not sealed, the oldest since %s', sum(l.last - l.sealed), min((d.detail::jsonb ->> 'at')::timestamptz)), 'SELECT scoring.seal_audit();'
    FROM (WITH RECURSIVE lane AS (SELECT min(e.lane) AS lane FROM scoring_data.audit_entry e
                                  UNION ALL SELECT (SELECT min(e.lane) FROM scoring_data.audit_entry e WHERE e.lane > lane.lane) FROM lane WHERE lane.lane IS NOT NULL)
          SELECT lane.lane, (SELECT max(e.entry) FROM scoring_data.audit_entry e WHERE e.lane = lane.lane) AS last,
                 coalesce((SELECT max(b.last_entry) FROM scoring_data.audit_block b WHERE b.lane = lane.lane), 0) AS sealed
          FROM lane WHERE lane.lane IS NOT NULL) l
      LEFT JOIN scoring_data.audit_detail d ON d.lane = l.lane AND d.entry = l.sealed + 1
    WHERE l.last > l.sealed HAVING min((d.detail::jsonb ->> 'at')::timestamptz) < now() - interval '1 day';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._check_audit(OUT text, OUT text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._check_audit() IS 'internal: what is wrong with the contents of room audit, for doctor()';
