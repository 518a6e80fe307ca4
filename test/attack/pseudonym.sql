-- V29, V30: pseudonyms and keys: nothing to compute them with, nothing to print, nothing to try identifiers against.
\c - postgres
-- A pseudonym worked out in a view, with its key in the text.
CREATE FUNCTION lab.pseudonym(k text, id text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT encode(sha256(convert_to(k || id, 'UTF8')), 'hex')$$;
CREATE VIEW lab.pseudonymous WITH (security_barrier) AS SELECT lab.pseudonym('the key', national_id) AS token, city FROM lab.applicant;
GRANT SELECT ON lab.pseudonymous TO analyst_temp;
\c - analyst_temp
SELECT attack.ok(pg_get_viewdef('lab.pseudonymous'::regclass) LIKE '%the key%', 'control: a key in a view''s text is readable');
SELECT attack.ok((SELECT count(*) FROM lab.pseudonymous WHERE token = lab.pseudonym('the key', 'DECOY-national-' || (66006::bigint * 100000 + 80130))) = 1, 'control: and whom it hides is found by trying');
SELECT attack.is(string_agg(relname, ','), NULL, 'V29: no view of the workspace has a token, key or hash computed in its text') FROM pg_class WHERE relnamespace = 'scoring_views'::regnamespace AND relkind = 'v' AND pg_get_viewdef(oid) ~* 'sha256|md5|hmac|digest|encode\(|crypt|salt|token';
SELECT attack.is(string_agg(name, ','), NULL, 'V29: no setting that can be read holds a key') FROM pg_settings WHERE name LIKE 'scoring.%' AND (setting ~ '[0-9a-f]{32}' OR name ~ 'key|salt|secret');
SELECT attack.is(string_agg(p.oid::regprocedure::text, ', '), NULL, 'V30: no function that makes a token of a text, or finds the text of a token, may be called') FROM pg_proc p WHERE pronamespace = 'scoring'::regnamespace AND proname ~ 'token|pseudonym|salt' AND proname !~ 'erase_decision_salt' AND has_function_privilege(p.oid, 'EXECUTE');
SELECT attack.is(attack.state('SELECT token FROM scoring_data.audit_subject'), '42501', 'V30: the table of tokens is denied');
\c - reader_all
SELECT attack.is((SELECT count(*) FROM scoring_data.audit_subject)::text, '0', 'V30: who reads all data gets none of it');
