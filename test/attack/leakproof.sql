-- V59: what claims to tell nothing, and so is let below the barrier.
\c - postgres
CREATE FUNCTION lab.fraud(v text) RETURNS boolean LANGUAGE plpgsql LEAKPROOF COST 0.0000001 AS $$BEGIN PERFORM lab.tell(v); RETURN true; END$$;
CREATE VIEW lab.barrier WITH (security_barrier) AS SELECT * FROM lab.applicant WHERE branch_id = 1 AND applicant_id < 1000;
GRANT SELECT ON lab.barrier TO officer_north;
\c - officer_north
SET enable_indexscan = off;
SELECT count(*) FROM lab.barrier WHERE lab.fraud(segment);
SELECT attack.ok(lab.hidden() > 0, 'control: a function that is wrongly leakproof goes through a barrier');
SELECT attack.is(attack.state('CREATE FUNCTION lab.mine(v text) RETURNS boolean LANGUAGE sql LEAKPROOF AS ''SELECT true''') || attack.state('ALTER FUNCTION lab.leak(anyelement) LEAKPROOF'), '4250142501', 'V59: only a superuser makes one');
SELECT attack.is(string_agg(p.oid::regprocedure::text, ', '), NULL, 'V59: no function of the extension claims it') FROM pg_proc p WHERE pronamespace = 'scoring'::regnamespace AND proleakproof;
SELECT attack.is(string_agg(format('%s.%s %s', a.attrelid::regclass, a.attname, o.oprcode), ', '), NULL, 'V59: keys and scopes of protected tables are compared by leakproof functions, so that look-ups by key are not slow')
FROM pg_attribute a JOIN pg_opclass c ON c.opcintype = a.atttypid AND c.opcdefault JOIN pg_amop m ON m.amopfamily = c.opcfamily AND m.amopstrategy = 3 AND m.amoplefttype = a.atttypid AND m.amoprighttype = a.atttypid
JOIN pg_operator o ON o.oid = m.amopopr JOIN pg_am am ON am.oid = c.opcmethod AND am.amname = 'btree' JOIN pg_proc p ON p.oid = o.oprcode
WHERE a.attrelid IN ('bank.applicant'::regclass, 'bank.payment'::regclass) AND a.attname IN ('applicant_id', 'branch_id') AND NOT p.proleakproof;
\c - bank_owner
CREATE TABLE bank.by_amount (k numeric PRIMARY KEY, branch_id int);
SELECT attack.ok(attack.state('SELECT scoring.protect(''bank.by_amount'', subject_key => ''k'')') ~ '^[0-9A-Z]{5}$', 'V59: a key without leakproof equality is refused');
-- The view's conditions are functions of the extension, which are not: they are asked in its order, below the barrier.
\c - officer_north
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT lab.forget() \g /dev/null
SELECT count(*) FROM scoring_views.officer_applicant WHERE CASE WHEN applicant_id = 101 THEN true ELSE lab.leak(segment) END;
SELECT count(*) FROM scoring_views.officer_applicant WHERE coalesce(nullif(lab.leak(segment), false), applicant_id = ANY (ARRAY[1, 2]));
SELECT count(*) FROM scoring_views.officer_applicant v WHERE (ARRAY[lab.leak(v.segment)])[1] AND lab.leak(ROW(v.city, v.born));
SELECT attack.ok(lab.seen() > 100 AND lab.hidden() = 0, 'V59: nothing that contains a function of the attacker''s is taken for leakproof');
COMMIT;
