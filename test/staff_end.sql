-- Takes away what test/staff.sql made, but for its tables.
SET client_min_messages = warning;
SELECT scoring.teardown(current_database()) \g /dev/null
DROP SCHEMA scoring_export CASCADE;
DROP OWNED BY regress_mona, regress_vera, regress_abel, regress_olga, regress_stig, regress_anna, regress_udo;
DROP ROLE regress_mona, regress_vera, regress_abel, regress_olga, regress_stig, regress_anna, regress_udo;
RESET client_min_messages;
