-- credit_file: one person or business across accounts. A state that merges; text form JSON (docs/credit_file.md).

@include profile.sql TYPE=credit_file PLURAL=credit_files ARTICLE=a

COMMENT ON TYPE scoring.credit_file IS 'the accounts of one person or business, each with kind, role, share, dates and history, and the inquiries; equal to another if all of that is';

CREATE FUNCTION scoring._credit_file_trans(state scoring.credit_file, account text, kind text, role text, opened_on date, closed_on date, history scoring.account_history) RETURNS scoring.credit_file
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_trans';
REVOKE EXECUTE ON FUNCTION scoring._credit_file_trans(scoring.credit_file, text, text, text, date, date, scoring.account_history) FROM PUBLIC;
COMMENT ON FUNCTION scoring._credit_file_trans(scoring.credit_file, text, text, text, date, date, scoring.account_history) IS 'internal: adds an account or an inquiry';

CREATE FUNCTION scoring._credit_file_trans(state scoring.credit_file, account text, kind text, role text, opened_on date, closed_on date, history scoring.account_history, share double precision) RETURNS scoring.credit_file
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_trans';
REVOKE EXECUTE ON FUNCTION scoring._credit_file_trans(scoring.credit_file, text, text, text, date, date, scoring.account_history, double precision) FROM PUBLIC;
COMMENT ON FUNCTION scoring._credit_file_trans(scoring.credit_file, text, text, text, date, date, scoring.account_history, double precision) IS 'internal: adds an account or an inquiry';

CREATE AGGREGATE scoring.credit_file_agg(account text, kind text, role text, opened_on date, closed_on date, history scoring.account_history) (
    SFUNC = scoring._credit_file_trans,
    STYPE = scoring.credit_file,
    SSPACE = 1024,
    FINALFUNC = scoring._credit_file_final,
    COMBINEFUNC = scoring._credit_file_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.credit_file_agg(text, text, text, date, date, scoring.account_history) IS 'the accounts of one person or business; rows of one account are joined (docs/credit_file.md); role is sole, joint, guarantor, authorised_user, unknown or NULL, another: 22023; of kind inquiry, an inquiry on opened_on; a NULL account is counted apart; account of at most 255 bytes, kind of at most 63: 54000; NULL if there is no row';

CREATE AGGREGATE scoring.credit_file_agg(account text, kind text, role text, opened_on date, closed_on date, history scoring.account_history, share double precision) (
    SFUNC = scoring._credit_file_trans,
    STYPE = scoring.credit_file,
    SSPACE = 1024,
    FINALFUNC = scoring._credit_file_final,
    COMBINEFUNC = scoring._credit_file_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE scoring.credit_file_agg(text, text, text, date, date, scoring.account_history, double precision) IS 'the accounts of one person or business; rows of one account are joined (docs/credit_file.md); role is sole, joint, guarantor, authorised_user, unknown or NULL, another: 22023; of kind inquiry, an inquiry on opened_on; a NULL account is counted apart; account of at most 255 bytes, kind of at most 63: 54000; share is of the amounts, 0 to 1 (22023), NULL: all; NULL if there is no row';

-- Accessors. They see the accounts opened, and the statements and inquiries, strictly before as_of; of statements, those of
-- whole months before its month. An obligor is sole or joint: what others owe is not his.

CREATE FUNCTION scoring.account_count(f scoring.credit_file, as_of date, kind text DEFAULT NULL, state text DEFAULT NULL, role text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_account_count';
COMMENT ON FUNCTION scoring.account_count(scoring.credit_file, date, text, text, text) IS 'number of accounts on file of that kind, state (open, closed, adverse) and role; NULL for any of them counts all; NULL for NULL; an unknown state or role: 22023';

CREATE FUNCTION scoring.oldest_account_months(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_oldest_account_months';
COMMENT ON FUNCTION scoring.oldest_account_months(scoring.credit_file, date, text) IS 'whole months since the oldest account of an obligor was opened, or first reported; NULL if there is none, and for NULL';

CREATE FUNCTION scoring.newest_account_months(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_newest_account_months';
COMMENT ON FUNCTION scoring.newest_account_months(scoring.credit_file, date, text) IS 'whole months since the newest account of an obligor was opened, or first reported; NULL if there is none, and for NULL';

CREATE FUNCTION scoring.accounts_past_due(f scoring.credit_file, as_of date, days integer DEFAULT 30, kind text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_accounts_past_due';
COMMENT ON FUNCTION scoring.accounts_past_due(scoring.credit_file, date, integer, text) IS 'number of accounts of an obligor, open or adverse, that were at least so many days past due at the last statement; NULL for NULL; days not positive: 22023';

CREATE FUNCTION scoring.ever_past_due(f scoring.credit_file, as_of date, days integer DEFAULT 30, months integer DEFAULT NULL, kind text DEFAULT NULL) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_ever_past_due';
COMMENT ON FUNCTION scoring.ever_past_due(scoring.credit_file, date, integer, integer, text) IS 'number of accounts of an obligor that were ever, or in the last so many whole months, at least so many days past due; NULL for NULL; days or months not positive: 22023';

CREATE FUNCTION scoring.share_satisfactory(f scoring.credit_file, as_of date, days integer DEFAULT 30, months integer DEFAULT NULL, kind text DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_share_satisfactory';
COMMENT ON FUNCTION scoring.share_satisfactory(scoring.credit_file, date, integer, integer, text) IS 'share of the accounts of an obligor with a statement that were never, or not in the last so many whole months, so many days past due; NULL if there is none, and for NULL; days or months not positive: 22023';

CREATE FUNCTION scoring.total_balance(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_total_balance';
COMMENT ON FUNCTION scoring.total_balance(scoring.credit_file, date, text) IS 'last known balances of the open and adverse accounts of an obligor, each times the share; 0 if there is none, NULL if none of them has one, and for NULL';

CREATE FUNCTION scoring.total_limit(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_total_limit';
COMMENT ON FUNCTION scoring.total_limit(scoring.credit_file, date, text) IS 'last known limits of the open accounts of an obligor, each times the share; 0 if there is none, NULL if none of them has one, and for NULL';

CREATE FUNCTION scoring.utilisation(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS double precision
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_utilisation';
COMMENT ON FUNCTION scoring.utilisation(scoring.credit_file, date, text) IS 'sum of balances by sum of limits of the open accounts of an obligor that have both, by share; NULL if there is none, and for NULL';

CREATE FUNCTION scoring.contingent_balance(f scoring.credit_file, as_of date, kind text DEFAULT NULL) RETURNS numeric
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_contingent_balance';
COMMENT ON FUNCTION scoring.contingent_balance(scoring.credit_file, date, text) IS 'last known balances of the open and adverse accounts of a guarantor, each times the share; 0 if there is none, NULL if none of them has one, and for NULL';

CREATE FUNCTION scoring.inquiries(f scoring.credit_file, as_of date, days integer DEFAULT 365, gap_days integer DEFAULT 14) RETURNS integer
LANGUAGE c IMMUTABLE CALLED ON NULL INPUT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_inquiries';
COMMENT ON FUNCTION scoring.inquiries(scoring.credit_file, date, integer, integer) IS 'inquiries of the days before as_of, a shopping trip counted once: a new one begins more than gap_days after the inquiry before; each inquiry for gap_days NULL; NULL for another NULL; days not positive, a negative gap: 22023';

CREATE FUNCTION scoring.is_thin_file(f scoring.credit_file, as_of date, min_accounts integer DEFAULT 5, min_months integer DEFAULT 6) RETURNS boolean
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_is_thin_file';
COMMENT ON FUNCTION scoring.is_thin_file(scoring.credit_file, date, integer, integer) IS 'whether there are fewer accounts of an obligor than min_accounts, open or not, or none is min_months old; NULL for NULL';

CREATE FUNCTION scoring.unidentified(f scoring.credit_file) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_unidentified';
COMMENT ON FUNCTION scoring.unidentified(scoring.credit_file) IS 'number of rows whose account was NULL; NULL for NULL';

CREATE FUNCTION scoring.undated(f scoring.credit_file) RETURNS bigint
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_undated';
COMMENT ON FUNCTION scoring.undated(scoring.credit_file) IS 'number of inquiries without a day, and of accounts with neither opened_on nor a statement, which no accessor counts; NULL for NULL';

CREATE FUNCTION scoring.credit_file_accounts(f scoring.credit_file, as_of date,
    OUT account text, OUT kind text, OUT role text, OUT share double precision, OUT opened_on date, OUT closed_on date, OUT state text,
    OUT days_past_due integer, OUT worst_days_past_due integer, OUT balance numeric, OUT credit_limit numeric, OUT conflicting boolean,
    OUT history scoring.account_history) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 20 AS 'MODULE_PATHNAME', 'scoring_credit_file_accounts';
COMMENT ON FUNCTION scoring.credit_file_accounts(scoring.credit_file, date) IS 'one line for each account on file, by the bytes of its name: what the accessors take it for as of that date, whether rows of it disagreed, and its whole history; no lines for NULL';

CREATE FUNCTION scoring.credit_file_features(f scoring.credit_file, as_of date,
    OUT accounts integer, OUT accounts_open integer, OUT accounts_closed integer, OUT accounts_adverse integer,
    OUT accounts_guaranteed integer, OUT accounts_authorised integer, OUT accounts_opened_12m integer, OUT oldest_account_months integer,
    OUT newest_account_months integer, OUT past_due_1 integer, OUT past_due_30 integer, OUT past_due_90 integer,
    OUT ever_30 integer, OUT ever_60 integer, OUT ever_90 integer, OUT ever_30_24m integer,
    OUT worst_days_past_due integer, OUT share_satisfactory double precision, OUT total_balance numeric, OUT total_limit numeric,
    OUT utilisation double precision, OUT contingent_balance numeric, OUT inquiries_90d integer, OUT inquiries_365d integer,
    OUT is_thin_file boolean) RETURNS record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_credit_file_features';
COMMENT ON FUNCTION scoring.credit_file_features(scoring.credit_file, date) IS 'a standard set of measures as of that date, one column each: credit_file_feature_names() lists them; NULL for NULL';

CREATE FUNCTION scoring.credit_file_feature_names(OUT ordinal integer, OUT name text, OUT type text, OUT unit text, OUT meaning text) RETURNS SETOF record
LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 25 AS 'MODULE_PATHNAME', 'scoring_credit_file_feature_names';
COMMENT ON FUNCTION scoring.credit_file_feature_names() IS 'the columns of credit_file_features in order, with type, unit and meaning';
