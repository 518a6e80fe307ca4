-- V61, V14: time and work as a channel, and as a weapon: what holds, and what is declared.
\c - officer_north
SET statement_timeout = '50ms';
SELECT count(*) FROM generate_series(1, 10000) a, generate_series(1, 10000) b, generate_series(1, 100) c;
SELECT attack.is(:'SQLSTATE', '57014', 'control: a statement''s time can be limited');
SET statement_timeout = 0;
BEGIN;
SELECT scoring.begin_access('credit_decision', 'L-1') > 0 AS begun;
SELECT count(*) FROM scoring_views.officer_applicant;
SET LOCAL statement_timeout = '100ms';
SELECT count(*) FROM scoring_views.officer_applicant a, scoring_views.officer_applicant b, scoring_views.officer_applicant c, scoring_views.officer_applicant d, scoring_views.officer_applicant e;
SELECT attack.is(:'SQLSTATE', '57014', 'V61: so can that of a read, which ends like others');
SET LOCAL statement_timeout = 0;
SELECT attack.is(count(*)::text, '60', 'V61: and the access goes on as it was') FROM scoring_views.officer_applicant;
COMMIT;
-- What was begun and not ended is told.
\c - auditor_udo
SELECT attack.ok(count(*) FILTER (WHERE event = 'read') > count(*) FILTER (WHERE event = 'end of read'), 'V61: a read that was stopped has no end in the audit log, and counts as all rows in scope') FROM scoring_data.audit_events WHERE session_name = 'officer_north';
-- Long texts.
\c - officer_north
BEGIN;
SELECT attack.ok(attack.state('SELECT scoring.begin_access(''credit_decision'', repeat(''x'', 1000000))') ~ '^(22|54|rows)', 'V61: a case reference of a megabyte is refused or cut, not carried into every entry');
COMMIT;
\c - auditor_udo
SELECT attack.ok(max(length(v::text)) < 8000, 'V61: no entry is larger than a page') FROM scoring_data.audit_events v;
