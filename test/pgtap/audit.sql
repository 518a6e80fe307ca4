-- audit: entries of transactions that failed are all there; the hashes are those of a second implementation, in SQL; 200
-- seeded tamperings by a superuser, a quarter of them with everything after computed anew or the tail cut, are all found.
SET client_min_messages = warning;
SET search_path = public, scoring;
SELECT plan(14);
SELECT ok(setup('regress_tap') IS NOT NULL, 'a workspace');

-- 500 each: rolled back, in a read-only transaction, before an error that was caught; and refused, with a savepoint.
DO $$
BEGIN
  FOR i IN 1..500 LOOP
    PERFORM scoring._audit('rolled back', NULL, 'S-' || i % 7);
    ROLLBACK;
    SET TRANSACTION READ ONLY;
    PERFORM scoring._audit('read only', NULL, 'S-' || i % 11);
    COMMIT;
    BEGIN
      PERFORM scoring._audit('failed', NULL, 'S-' || i % 7);
      RAISE division_by_zero;
    EXCEPTION WHEN division_by_zero THEN
    END;
  END LOOP;
END $$;
CREATE ROLE regress_officer LOGIN IN ROLE regress_tap_officer;
SET SESSION AUTHORIZATION regress_officer;
BEGIN;
DO $$
BEGIN
  FOR i IN 1..500 LOOP
    BEGIN
      PERFORM scoring.begin_access('spying', 'L-' || i);
    EXCEPTION WHEN insufficient_privilege THEN
    END;
  END LOOP;
END $$;
ROLLBACK;
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM scoring_data.audit_entry), 2000::bigint, '2,000 entries');
SELECT is((SELECT string_agg(n::text, ',' ORDER BY n) FROM (SELECT count(*) AS n FROM scoring_data.audit_events GROUP BY event) e), '500,500,500,500', 'of each kind 500');
SELECT is((SELECT count(DISTINCT case_ref) FROM scoring_data.audit_events WHERE session_name = 'regress_officer' AND reason IS NOT NULL), 500::bigint, 'each refused attempt');
SELECT is_empty('SELECT * FROM audit_verify()', 'nothing is wrong with them');

-- A smaller log: a lane that the functions wrote, with blocks, subjects and an erasure, and one that SQL wrote.
SELECT teardown(current_database(), 'old') \g /dev/null
SELECT setup('regress_tap') \g /dev/null
CREATE TABLE anchor (anchor jsonb);
DO $$
BEGIN
  FOR i IN 1..240 LOOP
    PERFORM scoring._audit('event ' || i, 'thing ' || i % 5, CASE WHEN i % 2 = 0 THEN 'S-' || i % 6 END);
    IF i % 40 = 0 THEN
      PERFORM scoring._seal_audit();
    END IF;
    IF i = 130 THEN
      PERFORM scoring._audit_erase('S-4');
    END IF;
  END LOOP;
END $$;
INSERT INTO scoring_data.audit_detail (lane, entry, salt, detail) SELECT 9001, i, substr(sha256(int4send(i)), 1, 16), format('{"event": "other %s", "at": "2026-01-01T00:00:00Z"}', i) FROM generate_series(1, 60) i;
INSERT INTO scoring_data.audit_entry (lane, entry, detail_hash) SELECT lane, entry, sha256(salt || convert_to(detail, 'UTF8')) FROM scoring_data.audit_detail WHERE lane = 9001;
INSERT INTO anchor SELECT scoring.audit_root();
SELECT is_empty('SELECT * FROM audit_verify((SELECT anchor FROM anchor))', 'nothing is wrong before');

-- The second implementation. It numbers entries and blocks anew, and computes every hash from what the tables hold.
CREATE FUNCTION tree_root(hashes bytea[]) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
  up bytea[];
BEGIN
  -- By levels, the odd one goes up as it is: the shape of RFC 6962.
  WHILE cardinality(hashes) > 1 LOOP
    up := '{}';
    FOR i IN 1..cardinality(hashes) BY 2 LOOP
      up := up || CASE WHEN i < cardinality(hashes) THEN sha256('\x01' || hashes[i] || hashes[i + 1]) ELSE hashes[i] END;
    END LOOP;
    hashes := up;
  END LOOP;
  RETURN coalesce(hashes[1], decode(repeat('00', 32), 'hex'));
END $$;
CREATE FUNCTION rehash() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  zeros bytea := decode(repeat('00', 32), 'hex');
  e record;
  b record;
  n bigint;
  number bigint := 0;
  total bigint := 0;
  previous bytea := zeros;
  merkle bytea;
  first bigint;
  last bigint;
BEGIN
  CREATE TEMP TABLE IF NOT EXISTS blocks (LIKE scoring_data.audit_block) ON COMMIT DELETE ROWS;
  DELETE FROM blocks;
  FOR e IN SELECT lane, entry, row_number() OVER (PARTITION BY lane ORDER BY entry) AS n FROM scoring_data.audit_entry ORDER BY 1, 2 LOOP
    IF e.n <> e.entry THEN
      UPDATE scoring_data.audit_entry SET entry = e.n WHERE lane = e.lane AND entry = e.entry;
      DELETE FROM scoring_data.audit_detail WHERE lane = e.lane AND entry = e.n;
      UPDATE scoring_data.audit_detail SET entry = e.n WHERE lane = e.lane AND entry = e.entry;
    END IF;
  END LOOP;
  UPDATE scoring_data.audit_entry x SET detail_hash = sha256(d.salt || convert_to(d.detail, 'UTF8')) FROM scoring_data.audit_detail d
  WHERE d.lane = x.lane AND d.entry = x.entry AND d.detail IS NOT NULL AND x.detail_hash <> sha256(d.salt || convert_to(d.detail, 'UTF8'));
  FOR e IN SELECT lane, entry, subject_token, subject_entry, subject_hash, detail_hash, row_number() OVER (PARTITION BY subject_token ORDER BY subject_entry) AS n
           FROM scoring_data.audit_entry WHERE subject_token IS NOT NULL ORDER BY subject_token, subject_entry LOOP
    previous := sha256('\x02' || int4send(e.lane) || int8send(e.entry) || int8send(e.n) || uuid_send(e.subject_token) || CASE e.n WHEN 1 THEN zeros ELSE previous END || e.detail_hash);
    IF e.n <> e.subject_entry OR previous <> e.subject_hash THEN
      UPDATE scoring_data.audit_entry SET subject_entry = e.n, subject_hash = previous WHERE lane = e.lane AND entry = e.entry;
    END IF;
  END LOOP;
  previous := zeros;
  FOR b IN SELECT * FROM scoring_data.audit_block ORDER BY block LOOP
    first := coalesce((SELECT max(x.last_entry) FROM blocks x WHERE x.lane = b.lane), 0) + 1;
    last := least(b.last_entry, (SELECT max(x.entry) FROM scoring_data.audit_entry x WHERE x.lane = b.lane));
    CONTINUE WHEN last IS NULL OR last < first;
    number := number + 1;
    total := total + last - first + 1;
    SELECT tree_root(array_agg(sha256('\x00' || int4send(x.lane) || int8send(x.entry) || int8send(coalesce(x.subject_entry, 0)) || coalesce(uuid_send(x.subject_token), substr(zeros, 1, 16)) || coalesce(x.subject_hash, zeros) || x.detail_hash) ORDER BY x.entry))
    INTO merkle FROM scoring_data.audit_entry x WHERE x.lane = b.lane AND x.entry BETWEEN first AND last;
    INSERT INTO blocks VALUES (number, b.sealed_at, b.lane, first, last, total, merkle, previous,
      sha256('\x03' || int8send(number) || timestamptz_send(b.sealed_at) || int4send(b.lane) || int8send(first) || int8send(last) || int8send(total) || merkle || previous))
    RETURNING root INTO previous;
  END LOOP;
  DELETE FROM scoring_data.audit_block;
  INSERT INTO scoring_data.audit_block SELECT * FROM blocks;
END $$;
CREATE TABLE before AS SELECT 'entry' AS what, md5(string_agg(e::text, ';' ORDER BY lane, entry)) AS hash FROM scoring_data.audit_entry e
UNION ALL SELECT 'block', md5(string_agg(b::text, ';' ORDER BY block)) FROM scoring_data.audit_block b;
SELECT rehash() \g /dev/null
SELECT results_eq($$SELECT md5(string_agg(e::text, ';' ORDER BY lane, entry)) FROM scoring_data.audit_entry e$$, $$SELECT hash FROM before WHERE what = 'entry'$$, 'chains have the hashes of the second implementation');
SELECT results_eq($$SELECT md5(string_agg(b::text, ';' ORDER BY block)) FROM scoring_data.audit_block b$$, $$SELECT hash FROM before WHERE what = 'block'$$, 'blocks have the hashes of the second implementation');
SELECT is_empty('SELECT * FROM audit_verify((SELECT anchor FROM anchor))', 'an untampered log that was computed anew is as it was');

-- A row that was chosen by number i.
CREATE FUNCTION pick(i integer, salt integer, condition text DEFAULT 'true') RETURNS scoring_data.audit_entry LANGUAGE plpgsql AS $$
DECLARE
  e scoring_data.audit_entry;
BEGIN
  EXECUTE format('SELECT e.* FROM scoring_data.audit_entry e JOIN scoring_data.audit_detail d USING (lane, entry) WHERE %s ORDER BY hashint8extended(e.lane * 1000 + e.entry, %s) LIMIT 1', condition, i * 1000 + salt) INTO STRICT e;
  RETURN e;
END $$;
CREATE FUNCTION swap_entries(a scoring_data.audit_entry, b scoring_data.audit_entry) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE scoring_data.audit_entry SET lane = -1 WHERE lane = a.lane AND entry = a.entry;
  UPDATE scoring_data.audit_detail SET lane = -1 WHERE lane = a.lane AND entry = a.entry;
  UPDATE scoring_data.audit_entry SET lane = a.lane, entry = a.entry WHERE lane = b.lane AND entry = b.entry;
  UPDATE scoring_data.audit_detail SET lane = a.lane, entry = a.entry WHERE lane = b.lane AND entry = b.entry;
  UPDATE scoring_data.audit_entry SET lane = b.lane, entry = b.entry WHERE lane = -1;
  UPDATE scoring_data.audit_detail SET lane = b.lane, entry = b.entry WHERE lane = -1;
END $$;

-- One tampering; what it was.
CREATE FUNCTION tamper(i integer, kind integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  e scoring_data.audit_entry := pick(i, 1);
  o scoring_data.audit_entry;
  k bigint;
BEGIN
  CASE kind
  WHEN 0 THEN
    e := pick(i, 1, 'd.detail IS NOT NULL');
    UPDATE scoring_data.audit_detail d SET detail = replace(d.detail, '"event": "', '"event": "no ') WHERE d.lane = e.lane AND d.entry = e.entry;
    RETURN 'a detail changed';
  WHEN 1 THEN
    DELETE FROM scoring_data.audit_entry x WHERE x.lane = e.lane AND x.entry = e.entry;
    DELETE FROM scoring_data.audit_detail x WHERE x.lane = e.lane AND x.entry = e.entry;
    RETURN 'an entry deleted';
  WHEN 2 THEN
    e := pick(i, 1, 'd.detail IS NOT NULL');
    o := pick(i, 2, format('d.detail IS NOT NULL AND (e.lane, e.entry) <> (%s, %s)', e.lane, e.entry));
    UPDATE scoring_data.audit_detail d SET salt = x.salt, detail = x.detail FROM scoring_data.audit_detail x
    WHERE (d.lane, d.entry, x.lane, x.entry) IN ((e.lane, e.entry, o.lane, o.entry), (o.lane, o.entry, e.lane, e.entry));
    RETURN 'two details swapped';
  WHEN 3 THEN
    PERFORM swap_entries(e, pick(i, 2, format('(e.lane, e.entry) <> (%s, %s)', e.lane, e.entry)));
    RETURN 'two entries reordered';
  WHEN 4 THEN
    UPDATE scoring_data.audit_entry SET entry = entry + 100000 WHERE lane = e.lane AND entry >= e.entry;
    UPDATE scoring_data.audit_detail SET entry = entry + 100000 WHERE lane = e.lane AND entry >= e.entry;
    INSERT INTO scoring_data.audit_detail (lane, entry, salt, detail) VALUES (e.lane, e.entry, substr(sha256('x'), 1, 16), '{"event": "invented"}');
    INSERT INTO scoring_data.audit_entry (lane, entry, detail_hash) VALUES (e.lane, e.entry, sha256(substr(sha256('x'), 1, 16) || '{"event": "invented"}'::bytea));
    UPDATE scoring_data.audit_entry SET entry = entry - 99999 WHERE lane = e.lane AND entry > 100000;
    UPDATE scoring_data.audit_detail SET entry = entry - 99999 WHERE lane = e.lane AND entry > 100000;
    RETURN 'an entry inserted';
  WHEN 5 THEN
    e := pick(i, 1, 'e.subject_token IS NOT NULL');
    o := pick(i, 2, format('e.subject_token <> %L', e.subject_token));
    UPDATE scoring_data.audit_entry SET subject_token = o.subject_token, subject_entry = subject_entry + 1000 WHERE lane = e.lane AND entry = e.entry;
    RETURN 'an entry given to another subject';
  WHEN 6 THEN
    e := pick(i, 1, 'e.subject_token IS NOT NULL AND d.detail IS NOT NULL');
    o := pick(i, 2, format('e.subject_token = %L AND e.subject_entry <> %s', e.subject_token, e.subject_entry));
    UPDATE scoring_data.audit_entry SET subject_entry = -1 WHERE lane = e.lane AND entry = e.entry;
    UPDATE scoring_data.audit_entry SET subject_entry = e.subject_entry WHERE lane = o.lane AND entry = o.entry;
    UPDATE scoring_data.audit_entry SET subject_entry = o.subject_entry WHERE lane = e.lane AND entry = e.entry;
    RETURN 'two entries of a subject reordered';
  WHEN 7 THEN
    UPDATE scoring_data.audit_entry SET lane = 9002, entry = 1 WHERE lane = e.lane AND entry = e.entry;
    UPDATE scoring_data.audit_detail SET lane = 9002, entry = 1 WHERE lane = e.lane AND entry = e.entry;
    RETURN 'an entry moved to another lane';
  WHEN 8 THEN
    DELETE FROM scoring_data.audit_detail x WHERE x.lane = e.lane AND x.entry = e.entry;
    RETURN 'a detail deleted';
  WHEN 9 THEN
    DELETE FROM scoring_data.audit_entry x WHERE x.lane = e.lane AND x.entry = e.entry;
    RETURN 'an entry deleted without its detail';
  WHEN 10 THEN
    UPDATE scoring_data.audit_entry SET detail_hash = sha256(detail_hash) WHERE lane = e.lane AND entry = e.entry;
    RETURN 'a hash of a detail changed';
  WHEN 11 THEN
    UPDATE scoring_data.audit_entry SET entry = entry + 100000 WHERE lane = e.lane AND entry >= e.entry;
    UPDATE scoring_data.audit_detail SET entry = entry + 100000 WHERE lane = e.lane AND entry >= e.entry;
    UPDATE scoring_data.audit_entry SET entry = entry - 99999 WHERE lane = e.lane AND entry > 100000;
    UPDATE scoring_data.audit_detail SET entry = entry - 99999 WHERE lane = e.lane AND entry > 100000;
    RETURN 'entries renumbered';
  WHEN 12 THEN
    SELECT b.block INTO k FROM scoring_data.audit_block b ORDER BY hashint8extended(b.block, i) LIMIT 1;
    DELETE FROM scoring_data.audit_block WHERE block = k;
    RETURN 'a block deleted';
  WHEN 13 THEN
    SELECT b.block INTO k FROM scoring_data.audit_block b ORDER BY hashint8extended(b.block, i) LIMIT 1;
    UPDATE scoring_data.audit_block SET sealed_at = sealed_at + interval '1 s' WHERE block = k;
    RETURN 'a block changed';
  WHEN 14 THEN
    SELECT b.block INTO k FROM scoring_data.audit_block b WHERE b.block > 1 ORDER BY hashint8extended(b.block, i) LIMIT 1;
    UPDATE scoring_data.audit_block SET block = -1 WHERE block = k;
    UPDATE scoring_data.audit_block SET block = k WHERE block = k - 1;
    UPDATE scoring_data.audit_block SET block = k - 1 WHERE block = -1;
    RETURN 'two blocks reordered';
  WHEN 15 THEN
    INSERT INTO scoring_data.audit_block SELECT block + 1, sealed_at, lane, last_entry + 1, last_entry + 5, entries + 5, merkle_root, root, sha256(root) FROM scoring_data.audit_block ORDER BY block DESC LIMIT 1;
    RETURN 'a block inserted';
  WHEN 16 THEN
    UPDATE scoring_data.audit_subject SET subject = 'X' WHERE subject = 'S-0';
    IF i % 2 = 0 THEN
      RETURN 'a subject renamed';
    END IF;
    UPDATE scoring_data.audit_subject SET subject = 'S-0' WHERE subject = 'S-2';
    UPDATE scoring_data.audit_subject SET subject = 'S-2' WHERE subject = 'X';
    RETURN 'two subjects swapped';
  WHEN 17 THEN
    DELETE FROM scoring_data.audit_subject WHERE subject = CASE i % 2 WHEN 0 THEN 'S-0' ELSE 'S-2' END;
    RETURN 'a subject deleted';
  WHEN 18 THEN
    INSERT INTO scoring_data.audit_subject VALUES ('X-' || i, md5(i::text)::uuid);
    RETURN 'a subject inserted';
  WHEN 19 THEN
    e := pick(i, 1, 'd.detail IS NOT NULL');
    UPDATE scoring_data.audit_detail d SET salt = NULL, detail = NULL, erased_lane = x.erased_lane, erased_entry = x.erased_entry
    FROM (SELECT * FROM scoring_data.audit_detail WHERE erased_entry IS NOT NULL LIMIT 1) x WHERE d.lane = e.lane AND d.entry = e.entry;
    RETURN 'a detail erased';
  WHEN 20 THEN
    INSERT INTO scoring_data.audit_detail (lane, entry, salt, detail) VALUES (e.lane, e.entry + 100000, 'x', '{}');
    RETURN 'a detail inserted';
  WHEN 21 THEN
    e := pick(i, 1, 'e.subject_token IS NOT NULL');
    UPDATE scoring_data.audit_entry SET subject_hash = sha256(subject_hash) WHERE lane = e.lane AND entry = e.entry;
    RETURN 'a link of a chain changed';
  WHEN 22 THEN
    UPDATE scoring_data.audit_detail SET erased_entry = erased_entry - 1 WHERE (lane, entry) IN (SELECT lane, entry FROM scoring_data.audit_detail WHERE erased_entry IS NOT NULL ORDER BY hashint8extended(entry, i) LIMIT 1);
    RETURN 'an erasure given to another entry';
  WHEN 23 THEN
    SELECT b.block INTO k FROM scoring_data.audit_block b ORDER BY hashint8extended(b.block, i) LIMIT 1;
    UPDATE scoring_data.audit_block SET last_entry = last_entry - 1 WHERE block = k;
    RETURN 'a block shortened';
  END CASE;
END $$;
-- Everything after a block, with all that would tell.
CREATE FUNCTION cut_tail(i integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  last_block bigint := (SELECT max(block) FROM scoring_data.audit_block);
BEGIN
  DELETE FROM scoring_data.audit_block WHERE block > last_block - 1 - i % 4;
  DELETE FROM scoring_data.audit_entry e WHERE e.entry > coalesce((SELECT max(b.last_entry) FROM scoring_data.audit_block b WHERE b.lane = e.lane), 0);
  DELETE FROM scoring_data.audit_detail d WHERE NOT EXISTS (SELECT FROM scoring_data.audit_entry e WHERE e.lane = d.lane AND e.entry = d.entry);
  DELETE FROM scoring_data.audit_subject s WHERE NOT EXISTS (SELECT FROM scoring_data.audit_entry e WHERE e.subject_token = s.token);
END $$;
CREATE TABLE tampering (i integer, what text, findings bigint);
DO $$
DECLARE
  said text;
  done text;
BEGIN
  FOR i IN 1..200 LOOP
    BEGIN
      IF i % 8 = 0 THEN
        PERFORM cut_tail(i);
        done := 'the tail cut';
      ELSIF i % 4 = 0 THEN
        done := tamper(i, (i / 8) % 8) || ', all computed anew';
        PERFORM rehash();
      ELSE
        done := tamper(i, (i - i / 4) % 24);
      END IF;
      RAISE EXCEPTION USING ERRCODE = 'RB001', MESSAGE = (SELECT count(*) FROM scoring.audit_verify((SELECT anchor FROM anchor)))::text;
    EXCEPTION WHEN SQLSTATE 'RB001' THEN
      INSERT INTO tampering VALUES (i, done, SQLERRM::bigint);
    END;
  END LOOP;
END $$;
SELECT is((SELECT count(*) FROM tampering), 200::bigint, '200 tamperings');
SELECT is((SELECT count(*) FROM tampering WHERE i % 4 = 0), 50::bigint, 'a quarter with all after it, or without');
SELECT is_empty('SELECT i, what FROM tampering WHERE findings = 0', 'each was found');
-- What was computed anew or cut with care is found by the anchor alone, which is what it is for.
DO $$
DECLARE
  n bigint;
BEGIN
  FOR i IN 1..3 LOOP
    BEGIN
      IF i = 1 THEN PERFORM cut_tail(1); ELSE PERFORM tamper(i, i * 2 - 4); PERFORM rehash(); END IF;
      RAISE EXCEPTION USING ERRCODE = 'RB001', MESSAGE = (SELECT count(*) FROM scoring.audit_verify())::text;
    EXCEPTION WHEN SQLSTATE 'RB001' THEN
      INSERT INTO tampering VALUES (1000 + i, 'without an anchor', SQLERRM::bigint);
    END;
  END LOOP;
END $$;
SELECT is((SELECT sum(findings) FROM tampering WHERE i > 1000), 0::numeric, 'without an anchor they are not');
SELECT is_empty('SELECT * FROM audit_verify((SELECT anchor FROM anchor))', 'nothing is wrong after');

SELECT * FROM finish();
DROP TABLE tampering, before, anchor;
DROP FUNCTION pick(integer, integer, text), swap_entries(scoring_data.audit_entry, scoring_data.audit_entry);
SELECT teardown(current_database(), 'older') \g /dev/null
DROP ROLE regress_officer;
