-- Removes the workspace that a test made with setup(:'prefix'), and its roles. \i test/workspace_end.sql
SET client_min_messages = warning;
SELECT format('DROP OWNED BY %1$I CASCADE', rolname) FROM pg_roles
WHERE rolname ~ ('^' || :'prefix' || '_(owner|steward|registrar|modeler|approver|officer|analyst|auditor)$') ORDER BY rolname COLLATE "C" \gexec
SELECT format('DROP ROLE %1$I', rolname) FROM pg_roles
WHERE rolname ~ ('^' || :'prefix' || '_(owner|steward|registrar|modeler|approver|officer|analyst|auditor)$') ORDER BY rolname COLLATE "C" \gexec
RESET client_min_messages;
