-- What dev/test crash works on, with :rows rows: a source of which every 997th row cannot be scored, a target, and a log of what was
-- committed into it: each row written, by a statement's trigger.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS scoring;
SELECT scoring.setup() LIKE 'workspace %' AS made;
CREATE TABLE IF NOT EXISTS card AS SELECT '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 600, "base_odds": 50},
  "intercept": 1, "reason": {"method": "below_max"},
  "characteristics": [{"name": "age", "type": "number", "coefficient": 0.9, "observed": [18, 80], "out_of_range": "nearest",
    "bins": [{"type": "range", "lower": null, "upper": 25, "woe": -0.6}, {"type": "range", "lower": 25, "upper": 40, "woe": 0.1},
             {"type": "range", "lower": 40, "upper": null, "woe": 0.7}, {"type": "missing", "policy": "error"}]}]}'::scoring.model AS m;
SELECT scoring.register_model('crash', m) FROM card WHERE to_regclass('applicant') IS NULL;
DROP TABLE IF EXISTS applicant, applicant_score, written, round CASCADE;
CREATE TABLE applicant AS SELECT i::bigint AS id, CASE WHEN i % 997 <> 0 THEN 18 + i % 60 END AS age FROM generate_series(1, :rows) i;
ALTER TABLE applicant ADD PRIMARY KEY (id);
VACUUM ANALYZE applicant;
SELECT scoring.create_score_table('applicant_score', 'applicant', '{id}');
CREATE TABLE written (id bigint, how text);
CREATE TABLE round (last_before bigint);	-- the last run of earlier rounds
CREATE OR REPLACE FUNCTION log_written() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO written SELECT n.id, TG_OP FROM n;
  RETURN NULL;
END $$;
CREATE TRIGGER log_inserted AFTER INSERT ON applicant_score REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION log_written();
CREATE TRIGGER log_updated AFTER UPDATE ON applicant_score REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION log_written();

-- One row of what must be true when a run has come to its end; every column true.
CREATE VIEW verdict AS
SELECT (SELECT count(*) FROM applicant_score) = expected.good AS all_there,
  (SELECT count(*) FROM written WHERE how = 'INSERT') = expected.good AND (SELECT count(DISTINCT id) FROM written) = expected.good AND NOT EXISTS (SELECT FROM written WHERE how <> 'INSERT') AS written_once,
  (SELECT count(*) FROM applicant a JOIN applicant_score s USING (id), card WHERE a.age IS NOT NULL AND s.score = scoring.score(m, a) AND s.pd = scoring.pd(m, a)) = expected.good AS equal_to_score,
  (SELECT count(*) FROM scoring_data.batch_errors e WHERE e.run = p.run) = expected.bad
    AND (SELECT count(DISTINCT a.id) FROM scoring_data.batch_errors e JOIN applicant a ON a.id = e.key[1]::bigint WHERE e.run = p.run AND a.age IS NULL) = expected.bad AS set_aside_once,
  p.state = 'done' AND p.rows_done = expected.good + expected.bad
    AND (SELECT sum(w.rows_written) FROM scoring_data.progress w, round WHERE w.run > last_before) = expected.good AS recorded,
  NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory') AS unlocked
FROM (SELECT count(age) AS good, count(*) - count(age) AS bad FROM applicant) expected, (SELECT * FROM scoring_data.progress ORDER BY run DESC LIMIT 1) p;
