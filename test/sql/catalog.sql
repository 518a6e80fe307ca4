-- What must hold for every member of the extension. Each query lists offenders and returns no rows.
\pset tuples_only on
SET search_path = pg_catalog;

CREATE TEMPORARY VIEW member AS
SELECT classid, objid, objsubid FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'scoring');
CREATE TEMPORARY VIEW routine AS
SELECT p.*, p.oid::regprocedure::text AS signature FROM pg_proc p
WHERE p.oid IN (SELECT objid FROM member WHERE classid = 'pg_proc'::regclass);

-- There is something to look at.
SELECT 'the extension has no ' || kind FROM (VALUES ('pg_proc'), ('pg_type')) k (kind)
WHERE NOT EXISTS (SELECT FROM member WHERE classid = kind::regclass);

-- Every member says what it is. Array types, row types and the glue between an access method and a type need not.
SELECT 'no comment: ' || pg_describe_object(classid, objid, objsubid) FROM member
WHERE obj_description(objid, classid::regclass::name) IS NULL
  AND classid NOT IN ('pg_cast'::regclass, 'pg_amop'::regclass, 'pg_amproc'::regclass,
                      'pg_opclass'::regclass, 'pg_opfamily'::regclass)
  AND NOT (classid = 'pg_type'::regclass
           AND EXISTS (SELECT FROM pg_type t WHERE t.oid = objid AND (t.typelem <> 0 AND t.typlen = -1 AND t.typcategory = 'A' OR t.typrelid <> 0)))
ORDER BY 1;

-- Everything lives in schema scoring.
SELECT 'outside schema scoring: ' || signature FROM routine WHERE pronamespace <> 'scoring'::regnamespace ORDER BY 1;
SELECT 'outside schema scoring: ' || t.oid::regtype FROM pg_type t
WHERE t.oid IN (SELECT objid FROM member WHERE classid = 'pg_type'::regclass) AND t.typnamespace <> 'scoring'::regnamespace ORDER BY 1;

-- A member's owner is not dumped, so none may run with its owner's rights; floors 0 to 2 own no tables.
SELECT 'security definer: ' || signature FROM routine WHERE prosecdef ORDER BY 1;
SELECT 'relation with storage: ' || c.oid::regclass FROM pg_class c
WHERE c.oid IN (SELECT objid FROM member WHERE classid = 'pg_class'::regclass) AND c.relkind IN ('r', 'p', 'm', 'S', 'f') ORDER BY 1;

-- Internal functions are not for everyone. Those that PUBLIC needs, because SQL-language functions, casts or
-- operators call them with the caller's rights, are listed with the reason.
CREATE TEMPORARY TABLE allowed (name text, reason text);
INSERT INTO allowed VALUES ('_logistic_sums', 'fit_logistic reads the sample with it, with the rights of its caller'), ('_logistic_number', 'the same'), ('_scorecard_read', 'the same of fit_scorecard'), ('_protected_sketch', 'sums of hashes of what the caller hands it'),
  ('_registry_bad', 'validate_model and swap_set read a sample with it, with the rights of their caller');
INSERT INTO allowed SELECT f, 'score_batch and create_score_table call it as their caller' FROM unnest('{_batch_lock,_batch_begun,_batch_unlock,_batch_timeout,
  _batch_key,_batch_value,_batch_listen,_batch_score,_batch_faults,_batch_base_type,_batch_relation_name,_batch_index,_batch_shape,_batch_notice,
  _score_table_statement}'::text[]) f;
INSERT INTO allowed SELECT f, 'views and policies of protected tables call it with the rights of their reader' FROM unnest('{_scopes,_at,_subject_number,
  _subject_text,_in_scope,_valid_at}'::text[]) f;
INSERT INTO allowed VALUES ('_gate', 'published views call it with the rights of their reader');
SELECT 'PUBLIC may execute: ' || signature FROM routine r
WHERE proname LIKE '\_%' AND proname NOT IN (SELECT name FROM allowed)
  AND (proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0 AND privilege_type = 'EXECUTE'))
ORDER BY 1;
SELECT 'PUBLIC may not execute: ' || signature FROM routine
WHERE proname NOT LIKE '\_%' AND proacl IS NOT NULL
  AND NOT EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0 AND privilege_type = 'EXECUTE')
ORDER BY 1;

-- Aggregates merge, in parallel too, and no state is the server's internal type.
SELECT 'aggregate does not merge: ' || signature FROM routine r JOIN pg_aggregate a ON a.aggfnoid = r.oid
WHERE a.aggcombinefn = 0 OR r.proparallel <> 's' OR a.aggtranstype = 'internal'::regtype OR a.aggkind <> 'n'
ORDER BY 1;
SELECT 'strict aggregate support: ' || p.oid::regprocedure FROM routine r JOIN pg_aggregate a ON a.aggfnoid = r.oid
JOIN pg_proc p ON p.oid IN (a.aggtransfn, a.aggcombinefn) WHERE p.proisstrict ORDER BY 1;
SELECT 'has a built-in name: ' || r.signature FROM routine r
WHERE r.prokind = 'a' AND EXISTS (SELECT FROM pg_proc b WHERE b.proname = r.proname AND b.pronamespace = 'pg_catalog'::regnamespace)
ORDER BY 1;

-- Types: =, btree and hash operator classes, binary form, room for 8-byte fields, storage that can be toasted.
SELECT 'type ' || t.oid::regtype || ' lacks ' || what
FROM pg_type t CROSS JOIN LATERAL (
  SELECT 'a btree operator class' WHERE NOT EXISTS (SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod WHERE o.opcintype = t.oid AND o.opcdefault AND m.amname = 'btree')
  UNION ALL SELECT 'a hash operator class' WHERE NOT EXISTS (SELECT FROM pg_opclass o JOIN pg_am m ON m.oid = o.opcmethod WHERE o.opcintype = t.oid AND o.opcdefault AND m.amname = 'hash')
  UNION ALL SELECT 'binary input or output' WHERE t.typreceive = 0 OR t.typsend = 0
  UNION ALL SELECT 'alignment of double' WHERE t.typalign <> 'd'
  UNION ALL SELECT 'extended storage' WHERE t.typstorage <> 'x') w (what)
WHERE t.typtype = 'b' AND t.typcategory <> 'A' AND t.oid IN (SELECT objid FROM member WHERE classid = 'pg_type'::regclass)
ORDER BY 1;

-- Functions that only compute are safe in parallel workers. What reads tables or reports progress says so.
SELECT 'parallel unsafe, yet not volatile: ' || signature FROM routine WHERE proparallel = 'u' AND provolatile <> 'v' ORDER BY 1;
-- Volatility is stated, so volatile is never a default that slipped through: only these change or depend on it.
CREATE TEMPORARY TABLE volatile_ones (name text, reason text);
INSERT INTO volatile_ones VALUES ('fit_logistic', 'reads a table; must not be run while planning'), ('fit_scorecard', 'the same'), ('fit_protected_scorecard', 'the same'),
  ('setup', 'makes roles, schemas and tables'), ('apply_grants', 'grants'), ('teardown', 'drops them');
INSERT INTO volatile_ones VALUES ('doctor', 'goes on where a room fails, with subtransactions, which no parallel plan may have'), ('check_contents', 'the same');
INSERT INTO volatile_ones SELECT f, 'writes to the registry' FROM unnest('{register_model,validate_model,approve_model,deploy_model,
  retire_model,grant_model,revoke_model}'::text[]) f;
INSERT INTO volatile_ones SELECT f, 'writes policies, decisions or texts' FROM unnest('{register_policy,validate_policy,approve_policy,deploy_policy,
  retire_policy,decide,override_decision,review_decision,erase_decision_salt,set_reason_text,set_notice_text}'::text[]) f;
INSERT INTO volatile_ones VALUES ('decision_evidence', 'sees a decision that the same statement has taken'), ('adverse_action_notice', 'the same'),
  ('replay', 'catches errors, so no parallel plan may have it'), ('replay_all', 'the same');
INSERT INTO volatile_ones SELECT f, 'writes the record of a batch run' FROM unnest('{batch_begin,batch_next,batch_plan,batch_record,batch_end,stop_batch}'::text[]) f;
INSERT INTO volatile_ones VALUES ('create_score_table', 'makes a table');
INSERT INTO volatile_ones SELECT f, 'protects tables, or records that they are' FROM unnest('{protect,classify,record_protection,record_classification,approve_classification,record_children,arm_children,
  unprotect,record_unprotection,forget_protection,stamp_marks,watch_children}'::text[]) f;
INSERT INTO volatile_ones SELECT f, 'writes purposes, consents and grants' FROM unnest('{define_purpose,retire_purpose,grant_access,revoke_access,
  record_consent,record_consents,withdraw_consent,end_basis,rebuild_permissions}'::text[]) f;
INSERT INTO volatile_ones SELECT f, 'makes and drops tables' FROM unnest('{publish_release,refresh_release,retire_release}'::text[]) f;
INSERT INTO volatile_ones VALUES ('begin_access', 'begins an access, and records it'), ('end_access', 'ends it');
INSERT INTO volatile_ones VALUES ('seal_audit', 'writes blocks of the audit log'), ('audit_root', 'the same'), ('audit_verify', 'sees what was written since the statement began');
INSERT INTO volatile_ones SELECT f, 'makes, replaces or drops views, or records an approval' FROM unnest('{publish_view,republish_view,retire_view,approve_disclosure}'::text[]) f;
SELECT 'volatile: ' || signature FROM routine
WHERE provolatile = 'v' AND prokind = 'f' AND proname NOT LIKE '\_%' AND proname NOT IN (SELECT name FROM volatile_ones) ORDER BY 1;

-- Arguments are named.
SELECT 'unnamed arguments: ' || signature FROM routine r
WHERE pronargs > 0 AND proname NOT LIKE '\_%'
  AND (proargnames IS NULL OR EXISTS (SELECT FROM unnest(proargnames[1:pronargs]) n WHERE n = ''))
  AND NOT EXISTS (SELECT FROM pg_type t WHERE r.oid IN (t.typinput, t.typoutput, t.typreceive, t.typsend))
  AND NOT EXISTS (SELECT FROM pg_operator o WHERE o.oprcode = r.oid)
  AND NOT EXISTS (SELECT FROM pg_amproc a WHERE a.amproc = r.oid)
  AND NOT EXISTS (SELECT FROM pg_cast c WHERE c.castfunc = r.oid)
ORDER BY 1;

-- Bodies in SQL and PL/pgSQL compile, and do not look names up in the caller's search path.
DO $$
DECLARE
  f record;
BEGIN
  FOR f IN SELECT r.oid, r.signature, l.lanvalidator::regproc AS validator FROM routine r JOIN pg_language l ON l.oid = r.prolang
           WHERE l.lanname IN ('sql', 'plpgsql', 'c', 'internal') AND l.lanvalidator <> 0 AND r.prokind <> 'a' ORDER BY 2
  LOOP
    BEGIN
      EXECUTE format('SELECT %s(%s)', f.validator, f.oid);
    EXCEPTION WHEN OTHERS THEN
      RAISE NOTICE 'not valid: %: %', f.signature, SQLERRM;
    END;
  END LOOP;
END
$$;
CREATE TEMPORARY TABLE qualified_ones (name text, reason text);
INSERT INTO qualified_ones VALUES ('score_batch', 'it commits; every name in it is qualified, which test/sql/batch.sql tries'),
  ('create_score_table', 'the caller''s path says where the table goes; the same');
SELECT 'body depends on search_path: ' || signature FROM routine r JOIN pg_language l ON l.oid = r.prolang
WHERE l.lanname = 'sql' AND r.prosqlbody IS NULL AND r.prokind <> 'a'
   OR l.lanname = 'plpgsql' AND r.proname NOT IN (SELECT name FROM qualified_ones) AND NOT coalesce(r.proconfig @> ARRAY['search_path=pg_catalog, pg_temp']
                                            OR r.proconfig @> ARRAY['search_path=pg_catalog, scoring, pg_temp'], false)
ORDER BY 1;
