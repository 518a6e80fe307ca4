-- V33, V57: other ways to run a query: COPY, XML, cursors, functions that take a query's text, connections of the server's own.
\c - postgres
GRANT SELECT ON lab.applicant TO officer_north;
\c - officer_north
COPY lab.applicant (applicant_id) TO '/dev/null';
SELECT attack.is(:'SQLSTATE', '42501', 'V33: COPY to a file is denied');
COPY (SELECT 1) TO PROGRAM 'cat';
SELECT attack.is(:'SQLSTATE', '42501', 'V33: to a program too');
SELECT attack.ok(query_to_xml('SELECT count(*) FROM lab.applicant', true, false, '')::text LIKE '%150%', 'control: query_to_xml runs what it is given');
-- Without an access, every path is refused alike.
CREATE FUNCTION lab.path(n integer, q text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  r record;
  c refcursor;
  t text := '';
  k int := 0;
BEGIN
  CASE n
    WHEN 1 THEN t := query_to_xml(q, true, false, '')::text;
    WHEN 2 THEN t := query_to_xml_and_xmlschema(q, true, false, '')::text;
    WHEN 3 THEN FOR r IN EXECUTE q LOOP t := t || r::text; END LOOP;
    WHEN 4 THEN OPEN c FOR EXECUTE q; LOOP FETCH c INTO r; EXIT WHEN NOT FOUND; t := t || r::text; END LOOP;
    WHEN 5 THEN OPEN c FOR EXECUTE q; t := cursor_to_xml(c, 1000, true, false, '')::text; 
    WHEN 6 THEN SELECT count(*)::text INTO t FROM ts_stat(format('SELECT to_tsvector(x::text) FROM (%s) x', q));
    WHEN 7 THEN EXECUTE format('SELECT json_agg(x)::text FROM (%s) x', q) INTO t;
    WHEN 8 THEN EXECUTE format('SELECT string_agg(x::text, '','') FROM (%s) x', q) INTO t;
    WHEN 9 THEN EXECUTE format('WITH RECURSIVE w AS (SELECT x::text AS v, 1 AS d FROM (%s) x UNION ALL SELECT v, d + 1 FROM w WHERE d < 2) SELECT string_agg(v, '','') FROM w', q) INTO t;
    WHEN 10 THEN t := table_to_xml('scoring_views.officer_applicant'::regclass, true, false, '')::text;
    WHEN 11 THEN t := schema_to_xml('scoring_views', true, false, '')::text;
    WHEN 12 THEN EXECUTE format('CREATE TEMP TABLE copied AS %s', q); SELECT string_agg(x::text, ',') INTO t FROM copied x; DROP TABLE copied;
    WHEN 13 THEN DEALLOCATE ALL; EXECUTE format('PREPARE path_13 AS SELECT json_agg(x)::text AS j FROM (%s) x', q); EXECUTE 'EXECUTE path_13' INTO t;
    WHEN 14 THEN EXECUTE format('SELECT mode() WITHIN GROUP (ORDER BY x.city) || max(x::text) FROM (%s) x', q) INTO t;
  END CASE;
  RETURN t;
END$$;
SELECT attack.is((SELECT string_agg(DISTINCT attack.state(format('SELECT lab.path(%s, ''SELECT * FROM scoring_views.officer_applicant'')', n)), ',') FROM generate_series(1, 14) n WHERE n <> 11), '42501', 'V33: without an access, each of 13 ways is refused');
COPY (SELECT * FROM scoring_views.officer_applicant) TO STDOUT;
SELECT attack.is(:'SQLSTATE', '42501', 'V33: so is COPY of a query');
COPY scoring_views.officer_applicant TO STDOUT;
SELECT attack.ok(:'SQLSTATE' IN ('42809', '42501'), 'V33: and COPY of the view');
COPY bank.applicant TO STDOUT;
SELECT attack.is(:'SQLSTATE', '42501', 'V33: and COPY of the table');
COPY bank.applicant FROM STDIN;
1
\.
SELECT attack.is(:'SQLSTATE', '42501', 'V33: and COPY into it');
TABLE scoring_views.officer_applicant;
SELECT attack.is(:'SQLSTATE', '42501', 'V33: and TABLE');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.ok(bool_and(length(t) > 20 AND t !~ '(CANARY|7654|88008|18[78][0-9]-)'), 'V33: in one, each gives rows, and no canary') FROM (SELECT lab.path(n, 'SELECT * FROM scoring_views.officer_applicant') AS t FROM generate_series(1, 14) n WHERE n NOT IN (6, 11)) p;
COPY (SELECT * FROM scoring_views.officer_applicant) TO STDOUT (FORMAT csv, HEADER);
\copy (SELECT * FROM scoring_views.officer_applicant WHERE lab.leak(segment)) to /dev/null
SELECT attack.is(lab.hidden()::text, '0', 'V33: and with a leaky condition no more');
COPY bank.applicant (applicant_id, branch_id) TO STDOUT;
SELECT attack.is(:'SQLSTATE', '42501', 'V33: the table stays denied in an access');
COMMIT;
SELECT attack.is(attack.state('CREATE EXTENSION dblink') || attack.state('CREATE EXTENSION postgres_fdw') || attack.state('CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw'), '4250142501' || CASE WHEN EXISTS (SELECT FROM pg_foreign_data_wrapper) THEN '42501' ELSE '42704' END, 'V57: no connection of the server to itself can be made');
SELECT attack.is(attack.state('SELECT pg_read_file(''postgresql.conf'')') || attack.state('SELECT lo_import(''/etc/passwd'')') || attack.state('SELECT pg_ls_dir(''.'')'), '425014250142501', 'V33: no file of the server can be read');
