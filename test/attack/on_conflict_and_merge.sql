-- V18, V19, V20, V21: writing as a way to read: ON CONFLICT, MERGE, RETURNING, updates through views.
\c - postgres
GRANT DELETE ON lab.policed TO officer_north;
\c - officer_north
-- Where one may insert, a conflict tells of a hidden row.
SELECT attack.ok(attack.state('INSERT INTO lab.policed (applicant_id, branch_id, national_id, seen) SELECT 80130, 1, ''x'', true ON CONFLICT DO NOTHING') = 'rows 0', 'control: with a policy alone, ON CONFLICT DO NOTHING tells that a hidden key is there');
SELECT attack.is(attack.state('INSERT INTO bank.applicant (applicant_id, branch_id) VALUES (lab.key(130), 1) ON CONFLICT DO NOTHING'), '42501', 'V18: on a protected table it is denied');
SELECT attack.is(attack.state('INSERT INTO bank.applicant (applicant_id, branch_id) VALUES (lab.key(130), 1) ON CONFLICT (applicant_id) DO UPDATE SET city = ''x'' WHERE lab.leak(applicant.full_name)'), '42501', 'V19: with an update and a leaky condition too');
SELECT attack.is(attack.state('INSERT INTO bank.payment_2 SELECT 1, 2, 2, 2, ''x'' RETURNING *'), '42501', 'V19: and on a partition');
SELECT attack.is(attack.state('MERGE INTO bank.applicant a USING (SELECT lab.key(130) AS k) s ON a.applicant_id = s.k AND lab.leak(a.full_name) WHEN MATCHED THEN UPDATE SET city = a.note WHEN NOT MATCHED THEN DO NOTHING'), '42501', 'V21: MERGE is denied');
SELECT attack.is(attack.state('UPDATE bank.applicant SET city = full_name WHERE lab.leak(full_name) RETURNING note'), '42501', 'V21: UPDATE with RETURNING is denied');
SELECT attack.is(attack.state('DELETE FROM bank.applicant WHERE lab.leak(full_name) RETURNING *'), '42501', 'V21: DELETE too');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.ok(attack.state('INSERT INTO scoring_views.officer_applicant (applicant_id, branch_id) VALUES (lab.key(130), 1) ON CONFLICT (applicant_id) DO UPDATE SET branch_id = 1') IN ('42501', '55000'), 'V20: in an access no row is moved into one''s scope through the view');
SELECT attack.ok(attack.state('UPDATE scoring_views.officer_applicant SET branch_id = 2') IN ('42501', '55000'), 'V20: none out of it');
SELECT attack.ok(attack.state('DELETE FROM scoring_views.officer_applicant') IN ('42501', '55000'), 'V20: none is deleted');
SELECT attack.ok(attack.state('MERGE INTO scoring_views.officer_applicant v USING (SELECT 1) s ON lab.leak(v.city) WHEN MATCHED THEN DELETE') IN ('42501', '42809', '0A000', '55000'), 'V21: nor is the view a target of MERGE');
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant FOR UPDATE'), '42501', 'V21: its rows are not locked');
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant v FOR NO KEY UPDATE OF v SKIP LOCKED'), '42501', 'V21: nor counted by skipping what others have locked');
SELECT attack.is(attack.state('SELECT * FROM scoring_views.officer_applicant FOR KEY SHARE NOWAIT'), '42501', 'V21: nor with NOWAIT');
-- A source of MERGE is a read like others.
CREATE TEMP TABLE own (k bigint PRIMARY KEY, c text);
SELECT lab.forget() \g /dev/null
MERGE INTO own o USING scoring_views.officer_applicant v ON o.k = v.applicant_id AND lab.leak(v.city) WHEN NOT MATCHED THEN INSERT VALUES (v.applicant_id, v.segment);
SELECT attack.ok(lab.hidden() = 0 AND (SELECT count(*) FROM own) = 60, 'V21: as a source of MERGE it gives what it gives: control');
COMMIT;
\c - postgres
SELECT attack.is((SELECT count(*) FILTER (WHERE city ~ '^CANARY') || ' ' || count(*) FROM bank.applicant), '90 150', 'V19, V21: no row was changed');
SELECT attack.is(string_agg(relname, ','), NULL, 'V20: no view of scoring_views can be written through by its structure, or lacks the rights') FROM pg_class c WHERE relnamespace = 'scoring_views'::regnamespace AND relkind = 'v'
  AND EXISTS (SELECT FROM pg_roles r WHERE NOT r.rolsuper AND r.rolname NOT IN ('scoring_owner', 'pg_write_all_data', 'writer_all') AND has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE'));
-- Who may write all data.
\c - writer_all
SELECT attack.ok(attack.state('UPDATE bank.applicant SET city = ''x'' WHERE applicant_id = 101') IN ('rows 0', '42501'), 'V21: pg_write_all_data updates no protected row');
SELECT attack.ok(attack.state('DELETE FROM bank.payment_1') IN ('rows 0', '42501'), 'V21: and deletes none of a partition');
SELECT attack.is(attack.state('INSERT INTO bank.applicant SELECT 5, 1, ''x'', ''x'', now(), ''x'', ''x'', 1, 1, 1'), '42501', 'V18: and inserts none');
SELECT attack.ok(attack.state('UPDATE scoring_views.officer_applicant SET city = ''x''') IN ('rows 0', '42501', '55000'), 'V20: nor through the view');
SELECT attack.ok(attack.state('INSERT INTO scoring_data.access_grant (officer, purpose_number, scopes, granted_by_role, granted_by_session, granted_at) VALUES (''writer_all'', 1, NULL, ''x'', ''x'', now())') = '42501', 'V18: nor a grant for himself');
