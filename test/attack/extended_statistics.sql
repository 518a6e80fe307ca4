-- V58: what may be done to a table with privileges other than SELECT, and by maintenance.
\c - postgres
CREATE TABLE lab.trapped (id int, secret text);
INSERT INTO lab.trapped VALUES (1, 'DECOY-secret');
GRANT TRIGGER, INSERT ON lab.trapped TO officer_north;
\c - officer_north
CREATE FUNCTION lab.trigger_tells() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM lab.tell(NEW.secret); RETURN NEW; END$$;
CREATE TRIGGER tells BEFORE INSERT ON lab.trapped FOR EACH ROW EXECUTE FUNCTION lab.trigger_tells();
INSERT INTO lab.trapped VALUES (2, 'DECOY-other');
SELECT attack.ok(lab.hidden() = 1, 'control: TRIGGER on a table is to read what others write');
SELECT attack.is((SELECT string_agg(DISTINCT attack.state(s), ',') FROM unnest(ARRAY['CREATE TRIGGER t BEFORE INSERT ON bank.applicant FOR EACH ROW EXECUTE FUNCTION lab.trigger_tells()', 'CREATE INDEX ON bank.applicant (lab.leak(income))', 'CREATE STATISTICS lab.s ON income, debt FROM bank.applicant',
  'ALTER TABLE bank.applicant DISABLE ROW LEVEL SECURITY', 'CREATE POLICY p ON bank.applicant USING (true)', 'CREATE RULE r AS ON INSERT TO bank.applicant DO ALSO SELECT 1', 'COMMENT ON TABLE bank.applicant IS ''x''', 'LOCK TABLE bank.applicant IN ACCESS SHARE MODE', 'TRUNCATE bank.applicant', 'CLUSTER bank.applicant USING applicant_pkey',
  'REINDEX TABLE bank.applicant', 'DROP TABLE bank.applicant', 'ALTER TABLE bank.applicant ATTACH PARTITION lab.trapped FOR VALUES IN (9)', 'CREATE TABLE lab.child () INHERITS (bank.applicant)', 'CREATE TABLE lab.alike (LIKE bank.applicant INCLUDING STATISTICS)', 'GRANT SELECT ON bank.applicant TO officer_north', 'SECURITY LABEL ON TABLE bank.applicant IS ''x''']) s
  WHERE attack.state(s) NOT IN ('42501', '22023', '0A000') AND s NOT LIKE '%LIKE bank%'), NULL, 'V58: nothing of it may be done to a protected table');
SELECT attack.is((SELECT string_agg(format('%s %s', c.oid::regclass, p), ',') FROM pg_class c, unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) p WHERE c.relnamespace = 'bank'::regnamespace AND c.relkind IN ('r', 'p') AND has_table_privilege(c.oid, p)), NULL, 'V58: an officer has no privilege on one');
ANALYZE bank.applicant;
VACUUM bank.applicant;
SELECT attack.is(string_agg(attname, ','), NULL, 'V58: nor do statistics come of his ANALYZE') FROM pg_stats WHERE schemaname = 'bank';
-- Indexes and statistics of the owner run in a restricted operation, where the gate refuses.
\c - bank_owner
CREATE FUNCTION bank.reads(k bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$BEGIN RETURN (SELECT count(*) FROM scoring_views.officer_applicant); END$$;
CREATE TABLE bank.indexed AS SELECT 1::bigint AS k;
SELECT attack.ok(attack.state('CREATE INDEX ON bank.indexed (bank.reads(k))') ~ '^42', 'V58: a function of an index reads no view');
-- Extended statistics of the owner's own are shown to nobody else.
CREATE STATISTICS bank.pair (mcv) ON income, debt FROM bank.applicant;
ANALYZE bank.applicant;
\c - officer_north
SELECT attack.is(count(*)::text, '0', 'V58: extended statistics of the owner are not shown') FROM pg_stats_ext WHERE schemaname = 'bank';
