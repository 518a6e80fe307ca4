-- batch: score_batch() and the record of its runs. Crashes and kills are in test/crash, races in test/specs.
\set SHOW_CONTEXT never
\set VERBOSITY default
\pset null '(null)'
-- How often it speaks depends on the machine.
\set quiet ', notice_every => NULL'
SET client_min_messages = warning;
SELECT scoring.setup('regress_batch') LIKE 'workspace % made, owned by regress_batch_owner' AS made;
CREATE ROLE regress_run LOGIN;
CREATE ROLE regress_boss LOGIN IN ROLE regress_run;
CREATE ROLE regress_none LOGIN;
CREATE ROLE regress_aud LOGIN IN ROLE regress_batch_auditor;
-- Housing that is missing is an error by the model's policy.
CREATE TABLE card AS SELECT k, format('{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50},
  "intercept": %s, "reason": {"method": "below_max"},
  "characteristics": [
    {"name": "age", "type": "number", "coefficient": 0.9, "observed": [18, 80], "out_of_range": "nearest",
     "bins": [{"type": "range", "lower": null, "upper": 25, "woe": -0.6}, {"type": "range", "lower": 25, "upper": 40, "woe": 0.1},
              {"type": "range", "lower": 40, "upper": null, "woe": 0.7}, {"type": "missing", "policy": "neutral"}]},
    {"name": "housing", "type": "text", "unseen": "neutral",
     "bins": [{"type": "categories", "categories": ["own"], "points": 12}, {"type": "categories", "categories": ["rent", "free"], "points": -8},
              {"type": "missing", "policy": "error"}]}]}', k)::scoring.model AS m FROM generate_series(1, 3) k;
SELECT scoring.register_model('retail', m) FROM card ORDER BY k LIMIT 2;
SELECT scoring.grant_model('retail', 'regress_run');
GRANT ALL ON SCHEMA public TO regress_run;
GRANT SELECT ON card TO PUBLIC;
RESET client_min_messages;

SET SESSION AUTHORIZATION regress_run;
CREATE TABLE applicant (id bigint PRIMARY KEY, age int, housing text, changed int NOT NULL DEFAULT 0);
INSERT INTO applicant SELECT i, 18 + i % 60, CASE i % 3 WHEN 0 THEN 'own' WHEN 1 THEN 'rent' ELSE 'palace' END FROM generate_series(1, 1000) i;
UPDATE applicant SET housing = NULL WHERE id IN (7, 500);
ANALYZE applicant;
SELECT scoring.create_score_table('applicant_score', 'applicant', '{id}', 'changed');
\d applicant_score

-- One run: every row once, equal to score(), but for those that cannot be scored.
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', 'changed', chunk_rows => 100 :quiet);
CREATE VIEW verdict AS SELECT count(*) AS rows, count(s.id) AS scored, count(*) FILTER (WHERE s.score = scoring.score(m, a) AND s.pd = scoring.pd(m, a)) AS equal,
  count(DISTINCT s.scored_at) AS transactions, min(model || '@' || model_version) AS model
  FROM applicant a LEFT JOIN applicant_score s USING (id) LEFT JOIN card ON k = model_version WHERE housing IS NOT NULL;
SELECT * FROM verdict;
SELECT run, model, key, reason FROM scoring_data.batch_errors ORDER BY key[1]::int;
SELECT run, role_name, model, source, target, state, rows_done, rows_estimated, rows_written, rows_per_second, estimated_end, chunks_done, errors, message FROM scoring_data.progress;

-- Again: only what changed is written. New rows, a changed watermark, in whatever order it goes, and a mended row.
CREATE VIEW written AS SELECT id, changed, scored_at > (SELECT max(started_at) FROM scoring_data.progress WHERE target = 'public.applicant_score') AS written FROM applicant_score;
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', 'changed' :quiet);
SELECT count(*) FROM written WHERE written;
INSERT INTO applicant VALUES (1001, 30, 'own'), (0, 30, 'own'), (-5, 30, 'rent');
UPDATE applicant SET age = 50, changed = 1 WHERE id = 3;
UPDATE applicant SET age = 50 WHERE id = 4;		-- no newer watermark: not seen
UPDATE applicant SET age = 50, changed = -1 WHERE id = 5;
UPDATE applicant SET housing = 'own' WHERE id = 7;
DELETE FROM applicant WHERE id = 6;		-- keeps its score
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', 'changed', chunk_rows => 300 :quiet);
SELECT * FROM written WHERE written ORDER BY id;
SELECT * FROM verdict;
SELECT count(*) AS of_a_row_that_is_gone FROM applicant_score WHERE id = 6;
SELECT key FROM scoring_data.batch_errors;
UPDATE applicant SET age = 18 + id % 60 WHERE id = 4;
-- Another version: every row; reasons: those that have none. Without a watermark what changed is not seen.
CALL scoring.score_batch('retail@2', 'applicant', 'applicant_score', '{id}', 'changed' :quiet);
SELECT * FROM verdict;
CALL scoring.score_batch('retail@2', 'applicant', 'applicant_score', '{id}', 'changed', reasons => 1 :quiet);
SELECT count(*) FILTER (WHERE s.reasons = scoring.reasons(m, a, 1)) AS equal, count(*) AS rows FROM applicant a JOIN applicant_score s USING (id) JOIN card ON k = 2;
CALL scoring.score_batch('retail@2', 'applicant', 'applicant_score', '{id}', 'changed', reasons => 1 :quiet);
UPDATE applicant SET age = 60, changed = 2 WHERE id = 5;
CALL scoring.score_batch('retail@2', 'applicant', 'applicant_score', '{id}' :quiet);
DELETE FROM applicant_score WHERE id IN (1, 2);
TRUNCATE applicant_score;

-- More rows that cannot be scored than are allowed: what was good stays, and with more allowed it goes on.
UPDATE applicant SET housing = NULL WHERE id BETWEEN 201 AND 220;
CALL scoring.score_batch('retail@2', 'applicant', 'applicant_score', '{id}', chunk_rows => 100, max_errors => 10 :quiet);
SELECT state, rows_done, rows_written, chunks_done, errors, message FROM scoring_data.progress ORDER BY run DESC LIMIT 1;
SELECT count(*), max(id) FROM applicant_score;
CALL scoring.score_batch('retail@2', 'applicant', 'applicant_score', '{id}', chunk_rows => 100, max_errors => 30 :quiet);
SELECT state, rows_done, rows_written, errors FROM scoring_data.progress ORDER BY run DESC LIMIT 1;
SELECT count(*), count(DISTINCT scored_at) AS transactions FROM applicant_score;
-- Not more allowed: begun anew, which skips what is there.
TRUNCATE applicant_score;
CALL scoring.score_batch('retail@2', 'applicant', 'applicant_score', '{id}', chunk_rows => 100, max_errors => 0 :quiet);
CALL scoring.score_batch('retail@2', 'applicant', 'applicant_score', '{id}', chunk_rows => 100, max_errors => 0 :quiet);
UPDATE applicant SET housing = 'own' WHERE housing IS NULL;
CALL scoring.score_batch('retail@2', 'applicant', 'applicant_score', '{id}', chunk_rows => 100, max_errors => 0 :quiet);
SELECT run, state, rows_written, errors FROM scoring_data.progress ORDER BY run DESC LIMIT 3;
SELECT * FROM verdict;

-- Code of the caller in the source raises errors for some rows: found by halving, set aside, the rest is scored.
CREATE FUNCTION share_of(id bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  IF id = 650 THEN RAISE EXCEPTION 'not a good one'; END IF;
  RETURN 30 + 0 / (id % 97);
END $$;
CREATE VIEW applicant_feature AS SELECT id, share_of(id) AS age, housing FROM applicant;
TRUNCATE applicant_score;
CALL scoring.score_batch('retail@2', 'applicant_feature', 'applicant_score', '{id}', index_of => 'applicant', chunk_rows => 250 :quiet);
SELECT key, reason FROM scoring_data.batch_errors ORDER BY key[1]::int;
CREATE TYPE pair AS (age int, housing text);
SELECT count(*) AS scored, count(*) FILTER (WHERE score = scoring.score(m, ROW(30, housing)::pair)) AS equal FROM applicant JOIN applicant_score USING (id) JOIN card ON k = 2;
CALL scoring.score_batch('retail@2', 'applicant_feature', 'applicant_score', '{id}', index_of => 'applicant', chunk_rows => 250, max_errors => 3 :quiet);

-- An error that no row is to blame for ends the call; what was committed stays, and it goes on there.
CREATE OR REPLACE FUNCTION share_of(id bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  IF id = 650 THEN RAISE EXCEPTION 'the disk is gone' USING ERRCODE = 'io_error'; END IF;
  RETURN 30;
END $$;
TRUNCATE applicant_score;
CALL scoring.score_batch('retail@2', 'applicant_feature', 'applicant_score', '{id}', index_of => 'applicant', chunk_rows => 200 :quiet);
SELECT run, state, rows_done, chunks_done, rows_per_second FROM scoring_data.progress ORDER BY run DESC LIMIT 1;
SELECT max(id), count(*) FROM applicant_score;
CREATE OR REPLACE FUNCTION share_of(id bigint) RETURNS int LANGUAGE sql AS 'SELECT 30';
-- In chunks of another size.
CALL scoring.score_batch('retail@2', 'applicant_feature', 'applicant_score', '{id}', index_of => 'applicant', chunk_rows => 100 :quiet);
SELECT count(*), count(DISTINCT scored_at) AS transactions FROM applicant_score;
-- A chunk that takes too long; the timeout is of the chunk, not of the call, and a statement_timeout is of the call.
CREATE OR REPLACE FUNCTION share_of(id bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  IF id = 650 THEN PERFORM pg_sleep(60); ELSIF id % 100 = 50 THEN PERFORM pg_sleep(0.4); END IF;
  RETURN 30;
END $$;
TRUNCATE applicant_score;
CALL scoring.score_batch('retail@2', 'applicant_feature', 'applicant_score', '{id}', index_of => 'applicant', chunk_rows => 100, chunk_timeout => '2 seconds' :quiet);
SELECT max(id), count(*) FROM applicant_score;
SHOW statement_timeout;
SELECT pg_sleep(2.1);
SET statement_timeout = 1500;
TRUNCATE applicant_score;
CALL scoring.score_batch('retail@2', 'applicant_feature', 'applicant_score', '{id}', index_of => 'applicant', chunk_rows => 1, chunk_timeout => '1 minute' :quiet);
SELECT state, chunks_done > 0 AS some, chunks_done < 650 AS not_all FROM (SELECT CASE state WHEN 'interrupted' THEN state END AS state, chunks_done FROM scoring_data.progress ORDER BY run DESC LIMIT 1) p;
RESET statement_timeout;
DROP VIEW applicant_feature;
DROP FUNCTION share_of(bigint);
-- Pace: 200 rows at 400 a second.
CREATE TABLE few AS SELECT * FROM applicant WHERE id BETWEEN 1 AND 200;
ALTER TABLE few ADD PRIMARY KEY (id);
SELECT scoring.create_score_table('few_score', 'few', '{id}');
SELECT clock_timestamp() AS began \gset
CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}', chunk_rows => 50, rows_per_second => 400 :quiet);
SELECT clock_timestamp() - :'began' > '0.45 seconds' AS as_slow_as_told;
-- What it would say, asked for in the last chunk of four by a function in the source. How fast it is depends on the machine.
ANALYZE few;
CREATE TABLE said (what text);
CREATE FUNCTION tell(age int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO said SELECT regexp_replace(regexp_replace(scoring._batch_notice(max(run)), '[0-9,]+ a second', 'N a second'), '([0-9]+|a) (second|minute|hour)s? left', 'N seconds left')
  FROM scoring_data.progress;
  RETURN age;
END $$;
CREATE VIEW few_telling AS SELECT id, CASE id WHEN 160 THEN tell(age) ELSE age END AS age, housing FROM few;
TRUNCATE few_score;
CALL scoring.score_batch('retail@1', 'few_telling', 'few_score', '{id}', index_of => 'few', chunk_rows => 50 :quiet);
SELECT * FROM said;

-- A run that was interrupted is resumed as the version it began with; once the name means another, it is begun anew.
RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
CREATE ROLE regress_val LOGIN IN ROLE regress_batch_modeler;
CREATE ROLE regress_app LOGIN IN ROLE regress_batch_approver;
SET SESSION AUTHORIZATION regress_val;
SELECT count(scoring.validate_model('retail@' || v, '{"sample": "all"}'::jsonb)) FROM generate_series(1, 2) v;
SET SESSION AUTHORIZATION regress_app;
SELECT count(scoring.approve_model('retail@' || v, 'good')) FROM generate_series(1, 2) v;
SELECT scoring.deploy_model('retail@1', 'begin');
SET SESSION AUTHORIZATION regress_run;
RESET client_min_messages;
CREATE TABLE switch AS SELECT true AS broken;
CREATE FUNCTION if_whole(id bigint, age int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN
  IF id = 150 AND (SELECT broken FROM switch) THEN RAISE EXCEPTION 'the disk is gone' USING ERRCODE = 'io_error'; END IF;
  RETURN age;
END $$;
CREATE VIEW few_feature AS SELECT id, if_whole(id, age) AS age, housing FROM few;
TRUNCATE few_score;
CALL scoring.score_batch('retail', 'few_feature', 'few_score', '{id}', index_of => 'few', chunk_rows => 50 :quiet);
CALL scoring.score_batch('retail', 'few_feature', 'few_score', '{id}', index_of => 'few', chunk_rows => 50 :quiet);
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@2', 'better');
SET SESSION AUTHORIZATION regress_run;
UPDATE switch SET broken = false;
CALL scoring.score_batch('retail', 'few_feature', 'few_score', '{id}', index_of => 'few', chunk_rows => 50 :quiet);
SELECT model, model_version, count(*) FROM few_score GROUP BY 1, 2;
SELECT model, state, rows_done, message FROM scoring_data.progress WHERE target = 'public.few_score' ORDER BY run DESC LIMIT 2;
-- Stopped by who may: it says so, and is resumed.
UPDATE switch SET broken = true;
TRUNCATE few_score;
CALL scoring.score_batch('retail', 'few_feature', 'few_score', '{id}', index_of => 'few', chunk_rows => 50 :quiet);
SELECT max(run) AS run FROM scoring_data.progress \gset
SET SESSION AUTHORIZATION regress_none;
SELECT scoring.stop_batch(:run);
SET SESSION AUTHORIZATION regress_boss;
SELECT scoring.stop_batch(:run), scoring.stop_batch(:run) AS again, scoring.stop_batch(NULL) AS null_run;
SELECT state, rows_done, message FROM scoring_data.progress WHERE run = :run;
SET SESSION AUTHORIZATION regress_run;
SELECT scoring.batch_next(:run);
UPDATE switch SET broken = false;
CALL scoring.score_batch('retail', 'few_feature', 'few_score', '{id}', index_of => 'few', chunk_rows => 50 :quiet);
-- What another role has scored into the table since then is not taken for one's own.
UPDATE switch SET broken = true;
TRUNCATE few_score;
CALL scoring.score_batch('retail@1', 'few_feature', 'few_score', '{id}', index_of => 'few', chunk_rows => 50 :quiet);
UPDATE switch SET broken = false;
RESET SESSION AUTHORIZATION;
CALL scoring.score_batch('retail@2', 'few', 'few_score', '{id}' :quiet);
SET SESSION AUTHORIZATION regress_run;
CALL scoring.score_batch('retail@1', 'few_feature', 'few_score', '{id}', index_of => 'few', chunk_rows => 50 :quiet);
SELECT model, model_version, count(*) FROM few_score GROUP BY 1, 2;
-- A champion that has expired warns or refuses, as it was deployed; by its version it never does.
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@2', 'for a moment', expires_at => clock_timestamp() + '0.2 seconds', on_expiry => 'refuse');
SELECT pg_sleep(0.3);
SET SESSION AUTHORIZATION regress_run;
\set VERBOSITY sqlstate
CALL scoring.score_batch('retail', 'few', 'few_score', '{id}' :quiet);
CALL scoring.score_batch('retail@2', 'few', 'few_score', '{id}' :quiet);
SET SESSION AUTHORIZATION regress_app;
SELECT scoring.deploy_model('retail@2', 'for a moment', expires_at => clock_timestamp() + '0.2 seconds');
SELECT pg_sleep(0.3);
SET SESSION AUTHORIZATION regress_run;
CALL scoring.score_batch('retail', 'few', 'few_score', '{id}' :quiet);
\set VERBOSITY default

-- Keys of every make, read back the same whatever the settings are when they are written and when they are read.
CREATE COLLATION backwards (provider = libc, locale = 'C');
CREATE TYPE grade AS ENUM ('low', 'high');
CREATE DOMAIN branch AS text NOT NULL CHECK (VALUE <> 'x');
CREATE FUNCTION scores_all(type text, value text, further text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE format('CREATE TABLE keyed AS SELECT (%s)::%s AS k, 18 + i %% 60 AS age, ''own'' AS housing FROM generate_series(1, 60) i', value, type);
  EXECUTE format('ALTER TABLE keyed ALTER k TYPE %s %s, ADD PRIMARY KEY (k)', type, further);
  PERFORM scoring.create_score_table('keyed_score', 'keyed', '{k}');
  RETURN (SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'keyed_score'::regclass AND attname = 'k');
END $$;
CREATE PROCEDURE key_of(type text, value text, further text DEFAULT '') LANGUAGE plpgsql AS $$ DECLARE t text; n text; BEGIN
  t := scores_all(type, value, further);
  COMMIT;
  CALL scoring.score_batch('retail@1', 'keyed', 'keyed_score', '{k}', chunk_rows => 7);
  EXECUTE 'SELECT format(''%s of %s'', count(*), (SELECT count(*) FROM keyed)) FROM keyed JOIN keyed_score USING (k) JOIN card ON card.k = 1 WHERE score = scoring.score(m, keyed)' INTO n;
  RAISE INFO '%: % scored', t, n;
  DROP TABLE keyed, keyed_score;
END $$;
SET client_min_messages = warning;
SET DateStyle = 'SQL, DMY';
SET IntervalStyle = 'sql_standard';
SET TimeZone = 'Asia/Kathmandu';
SET extra_float_digits = -15;
SET bytea_output = 'escape';
CALL key_of('smallint', 'i');
CALL key_of('numeric(20,4)', 'i / 7.0');
CALL key_of('double precision', 'sqrt(i) * 1e-300');
CALL key_of('real', 'i / 3.0');
CALL key_of('text', $$CASE i WHEN 1 THEN '' WHEN 2 THEN 'NULL' WHEN 3 THEN '"{' ELSE repeat('x', i) || chr(0 + 33 + i) || ',\' END$$);
CALL key_of('text', 'chr(i + 40) || i', 'COLLATE backwards');
CALL key_of('varchar(10)', 'i');
CALL key_of('char(7)', 'i');
CALL key_of('date', $$'2024-02-01'::date + i$$);
CALL key_of('timestamp with time zone', $$'2024-03-31 00:30+00'::timestamptz + i * interval '1 minute 0.000001 seconds'$$);
CALL key_of('timestamp', $$'0044-03-15 BC'::timestamp + i * interval '1 year'$$);
CALL key_of('interval', $$i * interval '-1 day 2 hours'$$);
CALL key_of('uuid', 'md5(i::text)');
CALL key_of('bytea', $$decode(lpad(to_hex(i), 4, '0'), 'hex')$$);
CALL key_of('inet', $$('10.0.0.' || i)$$);
CALL key_of('integer[]', 'ARRAY[i, NULL]');
CALL key_of('branch', 'i');
CALL key_of('int4range', 'int4range(i, i + 1)');
CALL key_of('"char"', $$(i + 32)::"char"$$);
RESET client_min_messages;
CREATE TABLE keyed AS SELECT k, 20 AS age, 'own' AS housing FROM unnest('{low,high}'::grade[]) k;
ALTER TABLE keyed ADD PRIMARY KEY (k);
SELECT scoring.create_score_table('keyed_score', 'keyed', '{k}');
CALL scoring.score_batch('retail@1', 'keyed', 'keyed_score', '{k}', chunk_rows => 1 :quiet);
RESET ALL;
SET SESSION AUTHORIZATION regress_run;
\set SHOW_CONTEXT never
DROP TABLE keyed, keyed_score;

-- Keys of several columns, in the order of their index, whatever the order in which they are named; names that need quotes.
CREATE TABLE "of Two" ("a B" int, "c'd" text NOT NULL, age int, housing text, s int, PRIMARY KEY ("c'd", "a B"));
INSERT INTO "of Two" SELECT i % 10, i / 10, 18 + i % 60, 'own', i FROM generate_series(1, 95) i;
SELECT scoring.create_score_table('"of Two score"', '"of Two"', ARRAY['a B', 'c''d']);
CALL scoring.score_batch('retail@1', '"of Two"', '"of Two score"', ARRAY['a B', 'c''d'], chunk_rows => 8, reasons => 2 :quiet);
CALL scoring.score_batch('retail@1', '"of Two"', '"of Two score"', ARRAY['c''d', 'a B'], chunk_rows => 13, reasons => 2 :quiet);
SELECT count(*) FILTER (WHERE o.score = scoring.score(m, t)), count(DISTINCT scored_at) AS transactions FROM "of Two" t JOIN "of Two score" o USING ("a B", "c'd") JOIN card ON k = 1;
-- A descending index; a materialized view; a partitioned source and target; no rows at all.
CREATE TABLE falling (k int NOT NULL, age int, housing text);
CREATE UNIQUE INDEX ON falling (k DESC);
INSERT INTO falling SELECT i, 20, 'own' FROM generate_series(1, 25) i;
SELECT scoring.create_score_table('falling_score', 'falling', '{k}');
CALL scoring.score_batch('retail@1', 'falling', 'falling_score', '{k}', chunk_rows => 4 :quiet);
CREATE MATERIALIZED VIEW kept AS SELECT nullif(k, 25) AS k, age, housing FROM falling;
CREATE UNIQUE INDEX ON kept (k);
TRUNCATE falling_score;
CALL scoring.score_batch('retail@1', 'kept', 'falling_score', '{k}', chunk_rows => 4 :quiet);
DELETE FROM falling WHERE k = 25;
REFRESH MATERIALIZED VIEW kept;
CALL scoring.score_batch('retail@1', 'kept', 'falling_score', '{k}', chunk_rows => 4 :quiet);
CREATE TABLE parted (k int PRIMARY KEY, age int, housing text) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (20);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (20) TO (50);
CREATE TABLE parted_score (LIKE falling_score, PRIMARY KEY (k)) PARTITION BY HASH (k);
CREATE TABLE parted_score_0 PARTITION OF parted_score FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parted_score_1 PARTITION OF parted_score FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CALL scoring.score_batch('retail@1', 'parted', 'parted_score', '{k}', chunk_rows => 4 :quiet);
INSERT INTO parted SELECT * FROM falling;
ANALYZE parted_1, parted_2;
CALL scoring.score_batch('retail@1', 'parted', 'parted_score', '{k}', chunk_rows => 4 :quiet);
SELECT rows_done, rows_estimated, rows_written, state FROM scoring_data.progress ORDER BY run DESC LIMIT 1;
CALL scoring.score_batch('retail@1', 'parted', 'parted_score', '{k}', chunk_rows => 4 :quiet);
-- A view that has two rows of one key: there is one score, and it says so.
CREATE VIEW doubled AS SELECT * FROM falling UNION ALL SELECT * FROM falling WHERE k = 3;
TRUNCATE falling_score;
CALL scoring.score_batch('retail@1', 'doubled', 'falling_score', '{k}', index_of => 'falling', chunk_rows => 10 :quiet);
SELECT key, reason FROM scoring_data.batch_errors WHERE run = (SELECT max(run) FROM scoring_data.progress);

-- What does not fit is refused, with what to do.
CALL scoring.score_batch(NULL, 'applicant', 'applicant_score', '{id}' :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', reasons => -1 :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', chunk_rows => 0 :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', rows_per_second => 'NaN' :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', max_errors => -1 :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', chunk_timeout => '-1 second' :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{}' :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id,id}' :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{number}' :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{age}' :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', 'age' :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant_score', '{id}', 'modified' :quiet);
CALL scoring.score_batch('retail@1', 'applicant', 'applicant', '{id}' :quiet);
CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}', index_of => 'verdict' :quiet);
CALL scoring.score_batch('retail@1', 'verdict', 'few_score', '{id}' :quiet);
CALL scoring.score_batch('retail@1', 'few', 'verdict', '{id}' :quiet);
CREATE UNLOGGED TABLE fleeting (LIKE few_score, PRIMARY KEY (id));
CALL scoring.score_batch('retail@1', 'few', 'fleeting', '{id}' :quiet);
CREATE TABLE odd (id int PRIMARY KEY, age int, housing text, score int, updated_at timestamptz);
CALL scoring.score_batch('retail@1', 'few', 'odd', '{id}' :quiet);
CALL scoring.score_batch('retail@1', 'odd', 'few_score', '{id}' :quiet);
SELECT scoring.create_score_table('odd_score', 'odd', '{score}');
SELECT scoring.create_score_table('odd_score', 'odd', '{code}');
SELECT scoring.create_score_table('odd_score', 'odd', '{}');
SELECT scoring.create_score_table('a.b.odd_score', 'odd', '{id}');
CREATE TABLE indexed (a int, b int NOT NULL, c int NOT NULL, d int NOT NULL, e int NOT NULL, UNIQUE (a), UNIQUE (b) DEFERRABLE, age int, housing text);
CREATE UNIQUE INDEX ON indexed (c) WHERE c > 0;
CREATE UNIQUE INDEX ON indexed ((d + 1));
CREATE UNIQUE INDEX ON indexed (d, e DESC);
CREATE TABLE indexed_score (LIKE few_score, a int UNIQUE, b int UNIQUE, c int UNIQUE, d int, e int, UNIQUE (d, e));
CALL scoring.score_batch('retail@1', 'indexed', 'indexed_score', '{a}' :quiet);
CALL scoring.score_batch('retail@1', 'indexed', 'indexed_score', '{b}' :quiet);
CALL scoring.score_batch('retail@1', 'indexed', 'indexed_score', '{c}' :quiet);
CALL scoring.score_batch('retail@1', 'indexed', 'indexed_score', '{d,e}' :quiet);
CREATE TABLE heir (PRIMARY KEY (id)) INHERITS (odd);
CALL scoring.score_batch('retail@1', 'odd', 'indexed_score', '{id}' :quiet);
ALTER TABLE few_score DROP CONSTRAINT few_score_pkey;
CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}' :quiet);
ALTER TABLE few_score ADD PRIMARY KEY (id);
-- A column that the model needs: not a matter of one row.
CREATE VIEW narrow AS SELECT id, age FROM few;
CALL scoring.score_batch('retail@1', 'narrow', 'few_score', '{id}', index_of => 'few' :quiet);
-- A model that is not there, or not granted.
CALL scoring.score_batch('retail@9', 'few', 'few_score', '{id}' :quiet);
CALL scoring.score_batch('wholesale', 'few', 'few_score', '{id}' :quiet);
-- Nowhere but where it can commit.
BEGIN;
CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}' :quiet);
ROLLBACK;
CREATE FUNCTION within() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}'); END $$;
SELECT within();
DO $$ BEGIN CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}'); EXCEPTION WHEN division_by_zero THEN NULL; END $$;
DO $$ BEGIN CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}'); END $$;
-- No lock is left by any of these errors.
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory';

-- Rights are the caller's: on tables, on rows, on models.
SET SESSION AUTHORIZATION regress_none;
CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}' :quiet);
DO $$ BEGIN PERFORM scoring._batch_lock('few_score'::regclass, false); END $$;
SELECT run FROM scoring_data.progress;
SELECT run FROM scoring_data.batch_errors;
SELECT * FROM scoring_data.batch_run;
SELECT scoring.batch_next(1);
SELECT scoring.batch_plan(1, '{{1}}', '{1}', true);
SELECT scoring.batch_record(1, 1, true, 0, '{}', '{}');
SELECT scoring.batch_end(1, 'done', NULL);
SELECT scoring.batch_begin('retail@1', 'a', 'a', 'b', 1, 1, 2, 3, '{id}', NULL, 0, 1, 0, 1, false);
SELECT scoring._batch_next(1);
SET SESSION AUTHORIZATION regress_run;
GRANT SELECT ON few TO regress_none;
GRANT SELECT, INSERT, UPDATE ON few_score TO regress_none;
TRUNCATE few_score;
SET SESSION AUTHORIZATION regress_none;
CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}' :quiet);
RESET SESSION AUTHORIZATION;
SELECT scoring.grant_model('retail', 'regress_none');
ALTER TABLE few ENABLE ROW LEVEL SECURITY;
CREATE POLICY half ON few TO regress_none USING (id <= 100);
SET SESSION AUTHORIZATION regress_none;
CALL scoring.score_batch('retail@1', 'few', 'few_score', '{id}', chunk_rows => 30 :quiet);
SELECT count(*), max(id) FROM few_score;
-- A gate called by hand ends what is his own, and only that.
SELECT * FROM scoring.batch_begin('retail@1', 'a', 'a', 'public.few_score', 1, 1, 2, 3, '{id}', NULL, 0, 1, 0, 1, false);
SELECT run FROM scoring.batch_begin('retail@1', 'a', 'a', 'x; DROP TABLE few', 1, 1, 'few_score'::regclass, 3, '{id}', NULL, 0, 1, 0, 1, false) \gset
SELECT source, target FROM scoring_data.progress WHERE run = :run;
SELECT scoring.batch_plan(:run, '{{5}}', '{1}', true);
SELECT scoring.batch_plan(:run, '{{6}}', '{1}', true);
SELECT scoring.batch_end(:run, 'done', NULL);
SELECT todo, chunk, lower_key, upper_key, size, errors FROM scoring.batch_next(:run);
SELECT scoring.batch_record(:run, 1, true, 0, '{{5}}', '{because}');
SELECT scoring.batch_record(:run, 1, true, 0, '{}', '{}');
SELECT scoring.batch_end(:run, 'superseded', NULL);
SELECT scoring.batch_end(:run, 'done', NULL), scoring.batch_end(:run, 'done', NULL);
SELECT todo FROM scoring.batch_next(:run);
SELECT count(*) FROM scoring_data.progress WHERE role_name <> 'regress_none';
SET SESSION AUTHORIZATION regress_boss;
SELECT count(*) > 1 AS of_the_role_he_is_in FROM scoring_data.progress WHERE role_name = 'regress_run';
SELECT count(*) FROM scoring_data.progress WHERE role_name <> 'regress_run';
SELECT count(*) > 0 AS keys FROM scoring_data.batch_errors;
SET SESSION AUTHORIZATION regress_aud;
SELECT count(DISTINCT role_name) FROM scoring_data.progress;
SELECT count(*) AS keys FROM scoring_data.batch_errors;

-- A search path on which everything is a trap: other functions, operators, types and relations of the names used.
RESET SESSION AUTHORIZATION;
ALTER TABLE few DISABLE ROW LEVEL SECURITY;
CREATE SCHEMA trap;
DO $$
DECLARE
  o record;
BEGIN
  CREATE FUNCTION trap.sprung(anyelement, anyelement) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a trap was sprung''; END';
  -- Every operator and every function of pg_catalog that a procedure might use, with arguments that fit as well.
  FOR o IN SELECT DISTINCT p.oprname, format_type(p.oprleft, NULL) AS l, format_type(p.oprright, NULL) AS r, format_type(p.oprresult, NULL) AS result
           FROM pg_operator p WHERE p.oprnamespace = 'pg_catalog'::regnamespace AND p.oprname IN ('=', '<>', '<', '>', '<=', '>=', '+', '-', '*', '/', '||') AND p.oprleft <> 0
             AND p.oprleft IN ('int4'::regtype, 'int8'::regtype, 'text'::regtype, 'float8'::regtype, 'numeric'::regtype, 'bool'::regtype, 'oid'::regtype, 'timestamptz'::regtype, 'interval'::regtype, 'name'::regtype)
             AND p.oprright IN ('int4'::regtype, 'int8'::regtype, 'text'::regtype, 'float8'::regtype, 'numeric'::regtype, 'bool'::regtype, 'oid'::regtype, 'timestamptz'::regtype, 'interval'::regtype, 'name'::regtype) LOOP
    EXECUTE format('CREATE FUNCTION trap.%I(%s, %s) RETURNS %s LANGUAGE plpgsql AS %L', 'op' || md5(o::text), o.l, o.r, o.result, 'BEGIN RAISE EXCEPTION ''a trap was sprung: %'', ' || quote_literal(o::text) || '; END');
    EXECUTE format('CREATE OPERATOR trap.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = trap.%I)', o.oprname, o.l, o.r, 'op' || md5(o::text));
  END LOOP;
  FOR o IN SELECT p.proname, pg_get_function_identity_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result FROM pg_proc p
           WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND p.provariadic = 0 AND p.proname IN ('array_cat', 'array_append', 'cardinality', 'array_eq', 'clock_timestamp',
             'now', 'pg_sleep', 'to_regclass', 'count', 'record_image_eq', 'statement_timestamp') LOOP
    EXECUTE format('CREATE FUNCTION trap.%I(%s) RETURNS %s LANGUAGE plpgsql AS %L', o.proname, o.arguments, o.result, 'BEGIN RAISE EXCEPTION ''a trap was sprung: %'', ' || quote_literal(o::text) || '; END');
  END LOOP;
  CREATE FUNCTION trap.format(text, text) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a trap was sprung''; END';
  CREATE FUNCTION trap.format(text, bigint) RETURNS text LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''a trap was sprung''; END';
  CREATE DOMAIN trap.text AS pg_catalog.text CHECK (false);
  CREATE DOMAIN trap.oid AS pg_catalog.oid CHECK (false);
  CREATE DOMAIN trap.uuid AS pg_catalog.uuid CHECK (false);
  CREATE DOMAIN trap.regclass AS pg_catalog.regclass CHECK (false);
END
$$;
CREATE TABLE guarded (id pg_catalog.uuid PRIMARY KEY, age int, housing text, seen timestamptz);
INSERT INTO guarded SELECT md5(i::text)::uuid, 20 + i, CASE i WHEN 9 THEN NULL ELSE 'own' END, now() FROM generate_series(1, 40) i;
CREATE TEMPORARY TABLE pg_class AS SELECT 1 AS a;
CREATE TEMPORARY TABLE pg_index AS SELECT 1 AS a;
CREATE TEMPORARY TABLE batch_run AS SELECT 1 AS a;
SET search_path = trap, pg_temp, public, pg_catalog;
SELECT scoring.create_score_table('public.guarded_score', 'guarded', '{id}', 'seen');
CALL scoring.score_batch('retail@1', 'guarded', 'guarded_score', '{id}', 'seen', reasons => 2, chunk_rows => 7, rows_per_second => 1000, chunk_timeout => '1 minute', share => true :quiet);
UPDATE guarded SET seen = NULL WHERE age OPERATOR(pg_catalog.=) 50;
CREATE FUNCTION public.risky(int) RETURNS int LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS 'SELECT 1 / ($1 - 31) + $1';
CREATE VIEW public.guarded_feature AS SELECT id, risky(age) AS age, housing, seen FROM guarded;
CALL scoring.score_batch('retail@2', 'guarded_feature', 'guarded_score', '{id}', 'seen', index_of => 'guarded' :quiet);
CALL scoring.score_batch('retail@2', 'guarded_feature', 'guarded_score', '{id}', 'seen', index_of => 'guarded', max_errors => 0 :quiet);
SELECT 1 + 1;		-- the traps are armed
RESET search_path;
SELECT count(*) AS scored, count(DISTINCT (model, model_version)) AS versions FROM guarded_score;
DROP TABLE pg_temp.pg_class, pg_temp.pg_index, pg_temp.batch_run;

-- No limit of errors, and a name that the statements might have used.
CREATE TABLE scored_row (scored_row int PRIMARY KEY, age int, housing text);
INSERT INTO scored_row SELECT i, 30, 'own' FROM generate_series(1, 6) i;
SELECT scoring.create_score_table('row_score', 'scored_row', '{scored_row}');
CALL scoring.score_batch('retail@1', 'scored_row', 'row_score', '{scored_row}', reasons => 1, max_errors => 9223372036854775807);

-- Partitions of the target that are emptied after half a run, and such as a crash would empty.
CREATE TABLE parts (LIKE row_score) PARTITION BY RANGE (scored_row);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (4);
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (4) TO (9);
ALTER TABLE parts ADD PRIMARY KEY (scored_row);
UPDATE scored_row SET housing = NULL WHERE scored_row = 6;
CALL scoring.score_batch('retail@1', 'scored_row', 'parts', '{scored_row}', chunk_rows => 2, max_errors => 0);
TRUNCATE parts_1;
UPDATE scored_row SET housing = 'own' WHERE scored_row = 6;
CALL scoring.score_batch('retail@1', 'scored_row', 'parts', '{scored_row}', chunk_rows => 2, max_errors => 1);
SELECT count(*) FROM parts;
ALTER TABLE parts_2 SET UNLOGGED;
CALL scoring.score_batch('retail@1', 'scored_row', 'parts', '{scored_row}');

-- Two sessions have met the limit of errors, each in a chunk of its own; the next one makes one chunk of both.
TRUNCATE row_score;
SELECT run FROM scoring.batch_begin('retail@1', '', '', '', 'scored_row'::regclass, 'scored_row'::regclass, 'row_score'::regclass,
  pg_relation_filenode('row_score'), '{scored_row}', NULL, 0, 3, 0, NULL, false) \gset
SELECT scoring.batch_plan(:run, '{{3},{6}}', '{3,3}', true);
SELECT scoring.batch_record(:run, c, false, 0, ARRAY[ARRAY[c::text]], '{bad}') FROM generate_series(1, 2) c;
SELECT scoring.batch_end(:run, 'failed', 'too many');
CALL scoring.score_batch('retail@1', 'scored_row', 'row_score', '{scored_row}', chunk_rows => 10);
SELECT count(*) FROM scoring_data.batch_errors WHERE target = 'public.row_score';

-- A session that keeps the lock, which score_batch never does, and ends.
DO $$ BEGIN PERFORM scoring._batch_lock('row_score'::regclass, false); COMMIT; END $$;
SELECT count(*), pg_backend_pid() AS gone FROM pg_locks WHERE objsubid = 3 AND pid = pg_backend_pid() GROUP BY 2 \gset
\c -
SELECT set_config('regress.gone', :'gone', false) IS NOT NULL AS set;
DO $$
BEGIN
  FOR i IN 1 .. 300 LOOP
    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_get_activity(current_setting('regress.gone')::int) a WHERE a.pid IS NOT NULL);
    PERFORM pg_sleep(0.1);
  END LOOP;
END
$$;
SELECT :count AS held, count(*) AS left_behind FROM pg_locks WHERE objsubid = 3;
CALL scoring.score_batch('retail@1', 'scored_row', 'row_score', '{scored_row}');
DROP TABLE scored_row, row_score, parts;

SELECT * FROM scoring.doctor() WHERE object ~ 'batch';
SET client_min_messages = warning;
DROP SCHEMA trap CASCADE;
DROP VIEW guarded_feature;
DROP FUNCTION risky(int);
DROP TABLE guarded, guarded_score;
DROP OWNED BY regress_run, regress_none CASCADE;
DROP TABLE card;
SELECT regexp_replace(scoring.teardown(current_database()), '[0-9]+ rows of [0-9]+ tables', 'N rows of M tables');
DROP SCHEMA scoring_export CASCADE;
DROP ROLE regress_run, regress_boss, regress_none, regress_aud, regress_val, regress_app;
SELECT rolname FROM pg_roles WHERE rolname LIKE 'regress%';
