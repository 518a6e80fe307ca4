-- V39, V40: guessing at what is hidden by conditions on it, or by asking again and again.
\c - postgres
CREATE TABLE lab.masked AS SELECT * FROM lab.applicant;
CREATE FUNCTION lab.unmasked(k bigint) RETURNS integer LANGUAGE sql SECURITY DEFINER AS $$SELECT income FROM lab.masked WHERE applicant_id = k$$;
\c - officer_north
-- Where a condition sees the value itself, thirty questions find it.
CREATE FUNCTION lab.search(q text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  low bigint := 0;
  high bigint := 2000000000;
  yes boolean;
BEGIN
  WHILE low < high LOOP
    EXECUTE format(q, (low + high) / 2) INTO yes;
    IF yes THEN
      high := (low + high) / 2;
    ELSE
      low := (low + high) / 2 + 1;
    END IF;
  END LOOP;
  RETURN low;
END$$;
SELECT attack.ok(lab.search('SELECT lab.unmasked(101) <= %s') = lab.unmasked(101), 'control: a value that conditions see is found by bisection');
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT attack.is((SELECT string_agg(DISTINCT attack.state(format('SELECT 1 FROM scoring_views.officer_applicant WHERE %I IS NOT NULL', c)), ',') FROM unnest('{income,debt,full_name,national_id,health,religion,note,defaulted}'::text[]) c), '42703', 'V39: no condition on a hidden column');
SELECT attack.is(attack.state('SELECT 1 FROM scoring_views.officer_applicant ORDER BY income') || attack.state('SELECT 1 FROM scoring_views.officer_applicant GROUP BY national_id') || attack.state('SELECT 1 FROM scoring_views.officer_applicant a JOIN scoring_views.officer_applicant b USING (debt)') || attack.state('SELECT max(income) OVER () FROM scoring_views.officer_applicant'), '42703427034270342703', 'V39: no order, group, join or window by one');
-- What the score tells of its hidden inputs is declared: the bins, no more.
SELECT attack.ok(count(DISTINCT score) BETWEEN 2 AND 6, 'V39: residual: a score tells the bin of a hidden input, as recorded when it was approved') FROM scoring_views.officer_applicant;
SELECT attack.is((SELECT count(DISTINCT (SELECT string_agg(v::text, ',' ORDER BY applicant_id) FROM scoring_views.officer_applicant v WHERE g >= 0)) FROM generate_series(0, 19) g)::text, '1', 'V40: asked twenty times, the answer is the same: there is no noise to average out');
COMMIT;
\c - steward_stig
SELECT attack.ok(true, 'V39: what is disclosed is on record: bits ' || round(hidden_bits::numeric, 1)) FROM scoring_data.published_views WHERE name = 'officer_applicant' AND hidden_bits > 0 AND hidden_inputs = '{income}';
