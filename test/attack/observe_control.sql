-- What the harness of neighbours must see: the same table behind a plain view and behind a policy, by attacks that work.
SET client_min_messages = log;
\echo @@ control: a plain view and a cheap function
SET enable_indexscan = off; SET enable_bitmapscan = off;
SELECT count(*) FROM lab.plain_applicant WHERE lab.leak(segment);
RESET enable_indexscan; RESET enable_bitmapscan;
\echo @@ control: a policy and EXPLAIN
SET enable_seqscan = off;
EXPLAIN (ANALYZE, COSTS off, TIMING off, SUMMARY off) SELECT FROM lab.policed WHERE income = 543229470;
RESET enable_seqscan;
\echo @@ control: a release that is exact
SELECT age, count(*) FROM lab.exact_release GROUP BY age ORDER BY age;
\echo @@ end
