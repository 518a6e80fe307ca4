-- notice_utf8: a notice in Chinese. notice_utf8_1.out is what comes out where the encoding has no Chinese characters.
\set SHOW_CONTEXT never
SET client_encoding = 'UTF8';
\set prefix regress_han
SET client_min_messages = warning;
SELECT scoring.setup(:'prefix') LIKE 'workspace % made, owned by regress_han_owner' AS made;
RESET client_min_messages;
SELECT language, count(*) FROM scoring_data.notice_texts GROUP BY 1 ORDER BY 1;

CREATE ROLE regress_han LOGIN IN ROLE regress_han_modeler, regress_han_officer, regress_han_steward;
CREATE ROLE regress_han_val LOGIN IN ROLE regress_han_modeler;
CREATE ROLE regress_han_app LOGIN IN ROLE regress_han_approver;
SET SESSION AUTHORIZATION regress_han;
SELECT scoring.register_model('retail', '{"version": 1, "kind": "scorecard", "scale": {"pdo": 20, "base_score": 1600, "base_odds": 50}, "intercept": 1, "reason": {"method": "below_max"},
  "characteristics": [
    {"name": "income", "type": "number", "reason_code": "R1", "bins": [{"type": "range", "lower": null, "upper": 20000, "points": -300}, {"type": "range", "lower": 20000, "upper": null, "points": 20}, {"type": "missing", "policy": "neutral"}]},
    {"name": "history", "type": "number", "reason_code": "R2", "bins": [{"type": "range", "lower": null, "upper": 12, "points": -200}, {"type": "range", "lower": 12, "upper": null, "points": 20}, {"type": "missing", "policy": "worst"}]}]}'::scoring.model);
SELECT scoring.register_policy('loans', '{"model": "retail", "approve_at": 1500}');
SET SESSION AUTHORIZATION regress_han_val;
SELECT scoring.validate_model('retail@1', '{"sample": "holdout"}'::jsonb), scoring.validate_policy('loans@1', '{"sample": "holdout"}');
SET SESSION AUTHORIZATION regress_han_app;
SELECT scoring.approve_model('retail@1', 'good'), scoring.approve_policy('loans@1', 'good');
SELECT scoring.deploy_model('retail@1', 'go'), scoring.deploy_policy('loans@1', 'go');
SET SESSION AUTHORIZATION regress_han;
SELECT d.decision, d.score, d.reasons FROM (SELECT 15000 AS income, 6 AS history) s, scoring.decide('loans', NULL, s, 'S1', 'credit', 'A-1') d;
SELECT scoring.set_notice_text(NULL, 'lender', 'Example Bank');
SELECT scoring.set_reason_text('R1', 'zh-Hans', '收入不足以支持所申请的贷款金额');
SELECT scoring.set_reason_text('R2', 'zh-Hans', '信用记录时间过短');
SELECT scoring.adverse_action_notice(1, 'zh-CN', 'Asia/Shanghai') IS NOT NULL AS written;
SELECT replace(scoring.adverse_action_notice(1, 'zh-CN', 'Asia/Shanghai'), to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYY年FMMM月FMDD日'), '某日') \g (format=unaligned tuples_only=on)
SELECT scoring.adverse_action_notice(1, 'zh-TW');
RESET SESSION AUTHORIZATION;
SELECT scoring._format_date('2024-02-29', 'zh');
\i test/workspace_end.sql
DROP ROLE regress_han, regress_han_val, regress_han_app;
