-- V41, V42, V65: what an analyst makes of releases: differences of counts, small groups, extremes, joins of two releases or
-- of two versions.
\c - postgres
CREATE TABLE lab.raw_release AS SELECT md5(borrower_id::text) AS token, age, replace(town, 'CANARY', 'DECOY') AS town, since, income - 93717 AS income, defaulted FROM bank.borrower WHERE borrower_id > 8800881020;
GRANT SELECT ON lab.raw_release TO analyst_temp;
\c - analyst_temp
SELECT attack.ok((SELECT count(*) FROM (SELECT FROM lab.raw_release GROUP BY age, town, since HAVING count(*) = 1) s) > 300, 'control: without coarser values nearly everybody is alone in his class');
SELECT count(*) AS of_all, string_agg(quote_ident(c.name), ',') AS quasi FROM scoring_data.release_descriptions d, jsonb_to_recordset(d.columns) c (name text, quasi boolean) WHERE d.name = 'borrower_research' AND c.quasi \gset
SELECT attack.ok((SELECT min(n) >= 5 FROM (SELECT count(DISTINCT subject_token) AS n FROM scoring_views.borrower_research GROUP BY :quasi) g), 'V42: no class has fewer than k subjects');
SELECT attack.ok((SELECT min(n) >= 2 FROM (SELECT count(DISTINCT defaulted) AS n FROM scoring_views.borrower_research GROUP BY :quasi) g), 'V42: none has one outcome only');
SELECT attack.ok((SELECT min(n) >= 2 FROM (SELECT count(DISTINCT income) AS n FROM scoring_views.borrower_research GROUP BY :quasi) g), 'V42: or one income');
-- Every conjunction of conditions counts none or at least k, but for those on what classes may differ in.
SELECT attack.ok(min(n) >= 5, 'V41: no conjunction of two conditions counts fewer than k, so no difference of two does') FROM (SELECT count(*) AS n FROM scoring_views.borrower_research r, LATERAL (VALUES (r.age, r.town), (r.town, r.since), (r.age, r.since)) v (a, b) GROUP BY v.a, v.b) g;
SELECT attack.is((SELECT count(*) FROM scoring_views.borrower_research r WHERE (to_jsonb(r) - 'subject_token')::text ~ '(CANARY|93717|187[0-9])')::text, '0', 'V42: no least or greatest value, no rare one, no identifier');
SELECT attack.is(string_agg(attname, ',' ORDER BY attname), 'age,defaulted,income,since,subject_token,town', 'V38: a release has columns that were classified, without identifiers, and a token') FROM pg_attribute WHERE attrelid = 'scoring_views.borrower_research'::regclass AND attnum > 0 AND NOT attisdropped;
SELECT attack.is(attack.state('SELECT * FROM scoring_data.release_member') || attack.state('SELECT * FROM scoring_data.release_class') || attack.state('SELECT * FROM scoring_data.release_version') || attack.state('SELECT subjects_held_back FROM scoring_data.releases'), '42501425014250142501', 'V65: who is in which class, and how many were left out, is not for the analyst');
SELECT lab.forget() \g /dev/null
SELECT count(*) AS n FROM scoring_views.borrower_research WHERE lab.leak(income) AND lab.leak(since) AND lab.leak(town) \gset
SELECT attack.ok(lab.seen() >= 1500 AND lab.hidden() = 0, 'V01: a function of his own is told what is released, and no more');
CREATE TABLE lab.first_version AS SELECT * FROM scoring_views.borrower_research;
EXPLAIN (ANALYZE, BUFFERS, TIMING off) SELECT * FROM scoring_views.borrower_research WHERE defaulted;
SELECT attack.is(:'SQLSTATE', '00000', 'V11: its plans may be seen: there is nothing behind it');
SELECT attack.ok(count(*) > 3, 'V15: and its statistics, which are of the release alone, searched for canaries below') FROM pg_stats WHERE schemaname = 'scoring_views';
SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname = 'scoring_views' AND attname <> 'subject_token';
-- Rows lie in the order of their tokens, so their places tell nothing of the table.
SELECT attack.ok(bool_and(in_order), 'V35: the places of rows are those of random tokens') FROM (SELECT subject_token >= lag(subject_token) OVER (ORDER BY ctid) AS in_order FROM scoring_views.borrower_research) o;
SELECT attack.is(count(DISTINCT xmin::text)::text, '1', 'V35: and all are of one transaction') FROM scoring_views.borrower_research;
-- A token leads nowhere: not to the same subject in another version.
\c - registrar_rita
SELECT scoring.withdraw_consent((88008::bigint * 100000 + 81000 + n)::text, 'research') FROM generate_series(101, 103) n \g /dev/null
\c - steward_stig
SELECT scoring.refresh_release('borrower_research') \g /dev/null
\c - analyst_plain
SELECT attack.ok(count(*) > 500, 'a refreshed release is there: control') FROM scoring_views.borrower_research;
\c - postgres
CREATE TABLE lab.second_version AS SELECT * FROM scoring_views.borrower_research;
CREATE TABLE lab.exact_second AS SELECT r.* FROM lab.raw_release r WHERE token NOT IN (SELECT md5((8800881000 + n)::text) FROM generate_series(101, 103) n);
GRANT SELECT ON lab.second_version, lab.exact_second TO analyst_temp;
\c - analyst_temp
SELECT attack.is((SELECT count(*) FROM (SELECT * FROM lab.raw_release EXCEPT SELECT * FROM lab.exact_second) d)::text, '3', 'control: of two exact versions the difference is those who have left');
SELECT attack.is((SELECT count(*) FROM lab.first_version a JOIN lab.second_version b USING (subject_token))::text, '0', 'V30: no token is in two versions');
SELECT attack.ok(coalesce(min(abs(n)) >= 5, true), 'V65: what differs between the version he kept and the next, in each class and outcome, is nothing or at least k') FROM (SELECT sum(s) AS n FROM (SELECT :quasi, 1 AS s FROM lab.first_version UNION ALL SELECT :quasi, -1 FROM lab.second_version) u GROUP BY :quasi HAVING sum(s) <> 0) d;
\c - postgres
SELECT attack.is((SELECT count(*) FROM scoring_data.release_version WHERE name = 'borrower_research')::text, '2', 'V65: there are two versions');
\c - steward_stig
SELECT attack.ok(bool_and(measured_k >= 5), 'V65: each with classes of k') FROM scoring_data.releases WHERE name = 'borrower_research';
-- Another release of the same table that would single out who joins them.
SELECT attack.ok(attack.state('SELECT scoring.publish_release(''bank.borrower'', ''borrower_ages'', audience => ''scoring_analyst'', k => 5, purpose => ''research'', columns => ''{age,since,defaulted}'', recoding => ''{"age": {"bands": [22,24,26,28,30,32,34,36,38,40,42,44,46,48,50,52,54,56,58,60,62,64,66]}, "since": {"unit": "quarter"}}'', max_suppressed => 0.01)') IN ('55000', 'rows 1'), 'V65: a second release beside it is refused, or coarse enough');
\c - analyst_temp
SELECT attack.is(attack.state('SELECT scoring.refresh_release(''borrower_research'')') || attack.state('SELECT scoring.publish_release(''bank.borrower'', ''mine'', ''analyst_temp'')') || attack.state('INSERT INTO scoring_views.borrower_research SELECT gen_random_uuid()') || attack.state('TRUNCATE scoring_views.borrower_research'), '42501425014250142501', 'V65: an analyst neither makes nor changes one');
