-- A workspace with a prefix of its own, a model and a policy in use, and decisions. The roles are the cluster's: they may be there.
SELECT scoring.setup('kept') IS NOT NULL AS made \gset
SELECT format('CREATE ROLE kept_%s LOGIN', n) FROM unnest('{mona,vera,abel,olga}'::text[]) n WHERE to_regrole('kept_' || n) IS NULL \gexec
GRANT kept_modeler TO kept_mona, kept_vera;
GRANT kept_approver TO kept_abel;
GRANT kept_officer TO kept_olga;
GRANT SELECT ON kept_sample, kept_model TO kept_mona, kept_vera, kept_olga;
SET SESSION AUTHORIZATION kept_mona;
SELECT scoring.register_model('kept', m, 'first') FROM kept_model \g /dev/null
SELECT scoring.register_policy('kept_policy', '{"model": "kept", "approve_at": 560, "decline_below": 520, "inputs": "store"}', 'first') \g /dev/null
SET SESSION AUTHORIZATION kept_vera;
SELECT scoring.validate_model('kept@1', '{"sample": "kept_sample"}') \g /dev/null
SELECT scoring.validate_policy('kept_policy@1', '{"sample": "kept_sample"}', 'read') \g /dev/null
SET SESSION AUTHORIZATION kept_abel;
SELECT scoring.approve_model('kept@1', 'fit for use'), scoring.deploy_model('kept@1', 'go') \g /dev/null
SELECT scoring.approve_policy('kept_policy@1', 'fit for use'), scoring.deploy_policy('kept_policy@1', 'go') \g /dev/null
SET SESSION AUTHORIZATION kept_olga;
SELECT count(d.*) = 20 AS decided FROM (SELECT * FROM kept_sample ORDER BY id LIMIT 20) s, LATERAL scoring.decide('kept_policy', NULL, s, 'S-' || s.id, 'credit application') d \gset
RESET SESSION AUTHORIZATION;
