-- Takes away what test/bank.sql made.
\ir workspace_end.sql
SET client_min_messages = warning;
DROP SCHEMA bank CASCADE;
DROP OWNED BY regress_bank, regress_app, regress_stig, regress_abel, regress_rita, regress_mona, regress_olga, regress_otto, regress_anna, regress_udo CASCADE;
DROP ROLE regress_bank, regress_app, regress_stig, regress_abel, regress_rita, regress_mona, regress_olga, regress_otto, regress_anna, regress_udo;
RESET client_min_messages;
