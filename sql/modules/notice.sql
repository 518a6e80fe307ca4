-- notice: what an applicant who was refused is told, in a language of theirs.

CREATE FUNCTION scoring._format_number(value double precision, locale text) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_icu_format_number';
REVOKE EXECUTE ON FUNCTION scoring._format_number(double precision, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._format_number(double precision, text) IS 'internal: a number as a locale writes it, by ICU; no locale: 22023; a character that the database''s encoding lacks: 22P05';

CREATE FUNCTION scoring._format_date(day date, locale text) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_icu_format_date';
REVOKE EXECUTE ON FUNCTION scoring._format_date(date, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._format_date(date, text) IS 'internal: a date written out in a locale, by ICU; no locale: 22023; infinite: 22008; a character that the database''s encoding lacks: 22P05';

CREATE FUNCTION scoring._plural(n double precision, locale text) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_icu_plural_form';
REVOKE EXECUTE ON FUNCTION scoring._plural(double precision, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._plural(double precision, text) IS 'internal: the plural category of a count in a locale, by ICU: zero, one, two, few, many or other; no locale: 22023';

CREATE FUNCTION scoring._languages(locale text) RETURNS text[]
LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'scoring_icu_language_list';
REVOKE EXECUTE ON FUNCTION scoring._languages(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._languages(text) IS 'internal: the languages whose texts a reader of a locale can be given, nearest first: zh-CN gives zh-CN, zh-Hans, zh; no locale: 22023';

-- Texts. Whatever is law in a text is the bank's to replace, by one with a later date.

-- The shipped ones, as JSON by language. Beyond ASCII they are escaped, since this script has to be readable in every
-- encoding; docs/notice.md shows them as they are.
CREATE FUNCTION scoring._shipped_notice_texts(OUT language text, OUT texts text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES
('en', '{
  "title": "Notice of our decision on your application",
  "date": "Date of decision: {date}",
  "reference": "Application: {reference}",
  "number": "Decision number: {number}",
  "opening": "Thank you for your application. We are sorry to tell you that we cannot approve it.",
  "reasons.one": "The principal reason for this decision is:",
  "reasons.other": "The principal reasons for this decision are:",
  "item": "  {n}. {reason}",
  "score": "On {date} we calculated a credit score for you. It was {score}, on a scale from {low} to {high}; the higher the score, the lower the risk.",
  "automated": "This decision was made by a computer program alone; no person took part in it.",
  "human": "This decision was made by a person.",
  "reviewed": "A person has reviewed this decision and confirmed it.",
  "rights": "You have the right to have this decision reviewed by a person, to give us your point of view and to contest the decision. You may also ask which information about you it rests on, and have information corrected that is wrong. Please write to us at the address above and quote the decision number."
}'),
('de', '{
  "title": "Mitteilung \u00fcber unsere Entscheidung zu Ihrem Antrag",
  "date": "Datum der Entscheidung: {date}",
  "reference": "Antragsnummer: {reference}",
  "number": "Entscheidungsnummer: {number}",
  "opening": "Vielen Dank f\u00fcr Ihren Antrag. Leider m\u00fcssen wir Ihnen mitteilen, dass wir ihn nicht bewilligen k\u00f6nnen.",
  "reasons.one": "Der wesentliche Grund f\u00fcr diese Entscheidung ist:",
  "reasons.other": "Die wesentlichen Gr\u00fcnde f\u00fcr diese Entscheidung sind:",
  "item": "  {n}. {reason}",
  "score": "Am {date} haben wir f\u00fcr Sie einen Kreditscore berechnet. Er betr\u00e4gt {score} auf einer Skala von {low} bis {high}; je h\u00f6her der Wert, desto geringer das Risiko.",
  "automated": "Diese Entscheidung wurde ausschlie\u00dflich automatisiert getroffen, ohne Mitwirkung eines Menschen.",
  "human": "Diese Entscheidung wurde von einem Menschen getroffen.",
  "reviewed": "Ein Mensch hat diese Entscheidung \u00fcberpr\u00fcft und best\u00e4tigt.",
  "rights": "Sie haben das Recht, diese Entscheidung von einem Menschen \u00fcberpr\u00fcfen zu lassen, Ihren Standpunkt darzulegen und die Entscheidung anzufechten. Sie k\u00f6nnen au\u00dferdem Auskunft dar\u00fcber verlangen, auf welchen Angaben zu Ihrer Person sie beruht, und unrichtige Angaben berichtigen lassen. Bitte schreiben Sie uns dazu an die oben genannte Anschrift und geben Sie die Entscheidungsnummer an."
}'),
('zh-Hans', '{
  "title": "\u7533\u8bf7\u5ba1\u6279\u7ed3\u679c\u901a\u77e5\u4e66",
  "date": "\u51b3\u5b9a\u65e5\u671f\uff1a{date}",
  "reference": "\u7533\u8bf7\u7f16\u53f7\uff1a{reference}",
  "number": "\u51b3\u5b9a\u7f16\u53f7\uff1a{number}",
  "opening": "\u611f\u8c22\u60a8\u7684\u7533\u8bf7\u3002\u5f88\u9057\u61be\uff0c\u60a8\u7684\u7533\u8bf7\u672a\u83b7\u6279\u51c6\u3002",
  "reasons.other": "\u4f5c\u51fa\u672c\u51b3\u5b9a\u7684\u4e3b\u8981\u539f\u56e0\u5982\u4e0b\uff1a",
  "item": "  {n}. {reason}",
  "score": "{date}\uff0c\u6211\u4eec\u5bf9\u60a8\u8fdb\u884c\u4e86\u4fe1\u7528\u8bc4\u5206\uff0c\u60a8\u7684\u8bc4\u5206\u4e3a{score}\u5206\u3002\u8bc4\u5206\u8303\u56f4\u4e3a{low}\u5206\u81f3{high}\u5206\uff0c\u5206\u6570\u8d8a\u9ad8\uff0c\u4fe1\u7528\u98ce\u9669\u8d8a\u4f4e\u3002",
  "automated": "\u672c\u51b3\u5b9a\u7531\u8ba1\u7b97\u673a\u7cfb\u7edf\u81ea\u52a8\u4f5c\u51fa\uff0c\u672a\u7ecf\u4eba\u5de5\u5e72\u9884\u3002",
  "human": "\u672c\u51b3\u5b9a\u7531\u5de5\u4f5c\u4eba\u5458\u4f5c\u51fa\u3002",
  "reviewed": "\u672c\u51b3\u5b9a\u5df2\u7531\u5de5\u4f5c\u4eba\u5458\u590d\u6838\uff0c\u5e76\u4e88\u4ee5\u7ef4\u6301\u3002",
  "rights": "\u60a8\u6709\u6743\u8981\u6c42\u5bf9\u672c\u51b3\u5b9a\u8fdb\u884c\u4eba\u5de5\u590d\u6838\uff0c\u6709\u6743\u8981\u6c42\u6211\u4eec\u5bf9\u672c\u51b3\u5b9a\u4e88\u4ee5\u8bf4\u660e\uff0c\u5e76\u6709\u6743\u9648\u8ff0\u60a8\u7684\u610f\u89c1\u3001\u5bf9\u672c\u51b3\u5b9a\u63d0\u51fa\u5f02\u8bae\u3002\u60a8\u8fd8\u6709\u6743\u67e5\u8be2\u672c\u51b3\u5b9a\u6240\u4f9d\u636e\u7684\u60a8\u7684\u4e2a\u4eba\u4fe1\u606f\uff0c\u5982\u6709\u9519\u8bef\uff0c\u53ef\u4ee5\u8981\u6c42\u66f4\u6b63\u3002\u8bf7\u6309\u4e0a\u8ff0\u5730\u5740\u6765\u51fd\uff0c\u5e76\u6ce8\u660e\u51b3\u5b9a\u7f16\u53f7\u3002"
}');
END;
REVOKE EXECUTE ON FUNCTION scoring._shipped_notice_texts(OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._shipped_notice_texts() IS 'internal: the texts of notices that setup() puts in, as JSON by language';

CREATE FUNCTION scoring._setup_notice() RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  shipped record;
BEGIN
  PERFORM _make_table('reason_text', $t$
    code text NOT NULL,
    language text NOT NULL,
    model_name text NOT NULL,
    valid_from date NOT NULL,
    wording text NOT NULL,
    is_inquiry boolean NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (code, language, model_name, valid_from)$t$,
    'what reason codes say to an applicant');
  COMMENT ON COLUMN scoring_data.reason_text.model_name IS 'the model that it is for; empty for any';
  COMMENT ON COLUMN scoring_data.reason_text.valid_from IS 'the first day, in UTC; it holds until the next one begins';
  COMMENT ON COLUMN scoring_data.reason_text.is_inquiry IS 'the code is about inquiries for credit, which a notice may have to name beside the principal reasons';
  PERFORM _make_table('notice_text', $t$
    language text NOT NULL,
    part text NOT NULL,
    valid_from date NOT NULL,
    wording text NOT NULL,
    role_name text NOT NULL,
    session_name text NOT NULL,
    set_at timestamptz NOT NULL,
    PRIMARY KEY (language, part, valid_from)$t$,
    'the texts of notices, by part; a language that is empty is any');
  -- A database whose encoding lacks the characters of a language does without it; who asks for a notice in it is told.
  FOR shipped IN SELECT s.language, s.texts FROM _shipped_notice_texts() s LOOP
    BEGIN
      INSERT INTO scoring_data.notice_text (language, part, valid_from, wording, role_name, session_name, set_at)
      SELECT shipped.language, t.key, '2000-01-01', t.value, 'scoring', 'scoring', now() FROM jsonb_each_text(shipped.texts::jsonb) t
      ON CONFLICT DO NOTHING;
    EXCEPTION WHEN untranslatable_character OR feature_not_supported THEN
      RAISE DEBUG USING MESSAGE = format('the texts of language "%s" cannot be written in encoding %s', shipped.language, getdatabaseencoding());
    END;
  END LOOP;

  PERFORM _make_view('reason_texts', $q$
    SELECT code, language, nullif(model_name, '') AS model, valid_from,
           lead(valid_from) OVER (PARTITION BY code, language, model_name ORDER BY valid_from) AS valid_before,
           wording, is_inquiry, role_name, session_name, set_at
    FROM scoring_data.reason_text$q$,
    'what reason codes say to an applicant, in which language, and from when until before when');
  PERFORM _make_view('notice_texts', $q$
    SELECT nullif(language, '') AS language, part, valid_from,
           lead(valid_from) OVER (PARTITION BY language, part ORDER BY valid_from) AS valid_before, wording, role_name, session_name, set_at
    FROM scoring_data.notice_text$q$,
    'the texts of notices, and from when until before when');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._setup_notice() FROM PUBLIC;
COMMENT ON FUNCTION scoring._setup_notice() IS 'internal: the tables and views of room notice, and the shipped texts';

CREATE FUNCTION scoring._language_refuse(language text) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF coalesce(language !~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$', true) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('%s is not a language', coalesce(quote_literal(left(language, 100)), 'NULL')),
      HINT = 'Give a language tag, such as en, de-AT or zh-Hans.';
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._language_refuse(text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._language_refuse(text) IS 'internal: 22023 unless it is a language tag in its usual spelling';

-- What was said on days that are past stays what was said.
CREATE FUNCTION scoring._from_refuse(valid_from date) RETURNS void
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  IF valid_from IS NULL OR valid_from < current_date OR NOT isfinite(valid_from) THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'a text can hold from today or a later day',
      DETAIL = format('Today is %s, in UTC.', current_date);
  END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._from_refuse(date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._from_refuse(date) IS 'internal: 22023 if a day is past';

CREATE FUNCTION scoring._set_reason_text(code text, language text, wording text, valid_from date, model text, is_inquiry boolean) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  "from" date := coalesce(_set_reason_text.valid_from, current_date);
BEGIN
  PERFORM _needed('a reason code', _set_reason_text.code);
  PERFORM _needed('the wording', _set_reason_text.wording);
  PERFORM _language_refuse(_set_reason_text.language);
  PERFORM _from_refuse("from");
  INSERT INTO scoring_data.reason_text AS t (code, language, model_name, valid_from, wording, is_inquiry, role_name, session_name, set_at)
  VALUES (_set_reason_text.code, _set_reason_text.language, coalesce(_set_reason_text.model, ''), "from", _set_reason_text.wording,
          coalesce(_set_reason_text.is_inquiry, false), _caller(), session_user, clock_timestamp())
  ON CONFLICT (code, language, model_name, valid_from) DO UPDATE
  SET wording = excluded.wording, is_inquiry = excluded.is_inquiry, role_name = excluded.role_name, session_name = excluded.session_name, set_at = excluded.set_at;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._set_reason_text(text, text, text, date, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._set_reason_text(text, text, text, date, text, boolean) IS 'internal: set_reason_text() as the workspace''s owner';
CREATE FUNCTION scoring.set_reason_text(code text, language text, wording text, valid_from date DEFAULT NULL, model text DEFAULT NULL, is_inquiry boolean DEFAULT false) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.set_reason_text(text, text, text, date, text, boolean) IS 'says what a reason code tells an applicant, in a language, from a day on (NULL: today in UTC), for a model or for any (NULL); is_inquiry: the code is about inquiries for credit; the text of that very day is replaced; for stewards: 42501; a day that is past, no code, wording or language: 22023';

CREATE FUNCTION scoring._notice_parts(OUT part text, OUT names text[], OUT needed boolean) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES ('lender', '{}'::text[], true), ('title', '{}', true), ('date', '{date}', true), ('reference', '{reference}', true), ('number', '{number}', true),
           ('opening', '{}', true), ('reasons.zero', '{n}', false), ('reasons.one', '{n}', false), ('reasons.two', '{n}', false), ('reasons.few', '{n}', false),
           ('reasons.many', '{n}', false), ('reasons.other', '{n}', true), ('item', '{n,reason}', true), ('score', '{score,date,low,high}', true),
           ('automated', '{}', true), ('human', '{}', true), ('reviewed', '{}', true), ('rights', '{number}', true), ('legal', '{}', false);
END;
REVOKE EXECUTE ON FUNCTION scoring._notice_parts(OUT text, OUT text[], OUT boolean) FROM PUBLIC;
COMMENT ON FUNCTION scoring._notice_parts() IS 'internal: the parts of a notice, the names in braces that each may use, and whether a notice cannot be without';

-- Names in braces, replaced in one pass, so that nothing in a value is taken for a name.
CREATE FUNCTION scoring._fill(wording text, "values" jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT string_agg(CASE WHEN t.token ~ '^\{[a-z]+\}$' AND "values" ? btrim(t.token, '{}') THEN "values" ->> btrim(t.token, '{}') ELSE t.token END, '' ORDER BY t.place)
          FROM regexp_matches(wording, '\{[a-z]+\}|[^{]+|\{', 'g') WITH ORDINALITY m (match, place), LATERAL (SELECT m.match[1] AS token, m.place) t);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._fill(text, jsonb) FROM PUBLIC;
COMMENT ON FUNCTION scoring._fill(text, jsonb) IS 'internal: a wording with {name} replaced by the value of that name';

CREATE FUNCTION scoring._set_notice_text(language text, part text, wording text, valid_from date) RETURNS void
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  "from" date := coalesce(_set_notice_text.valid_from, current_date);
  may text[];
  name text;
BEGIN
  SELECT p.names INTO may FROM _notice_parts() p WHERE p.part = _set_notice_text.part;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('a notice has no part %s', coalesce(quote_literal(left(_set_notice_text.part, 100)), 'NULL')),
      DETAIL = format('The parts are %s.', (SELECT string_agg(p.part, ', ') FROM _notice_parts() p));
  END IF;
  PERFORM _needed('the wording', _set_notice_text.wording);
  IF _set_notice_text.language IS NOT NULL OR _set_notice_text.part NOT IN ('lender', 'legal') THEN
    PERFORM _language_refuse(_set_notice_text.language);
  END IF;
  PERFORM _from_refuse("from");
  SELECT m[1] INTO name FROM regexp_matches(_set_notice_text.wording, '\{([a-z]+)\}', 'g') m WHERE m[1] <> ALL (may) LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('part "%s" of a notice knows no {%s}', _set_notice_text.part, name),
      DETAIL = CASE WHEN may = '{}' THEN 'It knows no names.' ELSE format('It knows {%s}.', array_to_string(may, '}, {')) END;
  END IF;
  INSERT INTO scoring_data.notice_text AS t (language, part, valid_from, wording, role_name, session_name, set_at)
  VALUES (coalesce(_set_notice_text.language, ''), _set_notice_text.part, "from", _set_notice_text.wording, _caller(), session_user, clock_timestamp())
  ON CONFLICT (language, part, valid_from) DO UPDATE
  SET wording = excluded.wording, role_name = excluded.role_name, session_name = excluded.session_name, set_at = excluded.set_at;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._set_notice_text(text, text, text, date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._set_notice_text(text, text, text, date) IS 'internal: set_notice_text() as the workspace''s owner';
CREATE FUNCTION scoring.set_notice_text(language text, part text, wording text, valid_from date DEFAULT NULL) RETURNS void
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.set_notice_text(text, text, text, date) IS 'says what a part of a notice (docs/notice.md) reads in a language, from a day on (NULL: today in UTC); lender and legal also in any language (NULL); the text of that very day is replaced; for stewards: 42501; no such part, a name in braces that the part has not, a day that is past, no wording or language: 22023';

-- Look-ups.

CREATE FUNCTION scoring._reason_texts(codes text[], model_name text, day date) RETURNS jsonb
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  -- The model's own text before the one for any; of each the one that holds.
  RETURN coalesce((
    SELECT jsonb_object_agg(c.code, c.texts) FROM (
      SELECT t.code, jsonb_object_agg(t.language, t.wording) AS texts FROM (
        SELECT DISTINCT ON (r.code, r.language) r.code, r.language, r.wording FROM scoring_data.reason_text r
        WHERE r.code = ANY (codes) AND r.model_name IN ('', _reason_texts.model_name) AND r.valid_from <= day
        ORDER BY r.code, r.language, r.model_name DESC, r.valid_from DESC) t
      GROUP BY t.code) c), '{}');
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._reason_texts(text[], text, date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._reason_texts(text[], text, date) IS 'internal: the texts of reason codes that hold on a day, by code and language';

CREATE FUNCTION scoring._is_inquiry(code text, model_name text, day date) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM (
      SELECT DISTINCT ON (r.language) r.is_inquiry FROM scoring_data.reason_text r
      WHERE r.code = _is_inquiry.code AND r.model_name IN ('', _is_inquiry.model_name) AND r.valid_from <= day
      ORDER BY r.language, r.model_name DESC, r.valid_from DESC) t
    WHERE t.is_inquiry);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._is_inquiry(text, text, date) FROM PUBLIC;
COMMENT ON FUNCTION scoring._is_inquiry(text, text, date) IS 'internal: whether a reason code is about inquiries for credit, by its text in any language';

CREATE FUNCTION scoring._notice_text(languages text[], part text) RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RETURN (SELECT t.wording FROM unnest(array_append(languages, '')) WITH ORDINALITY l (language, place) JOIN scoring_data.notice_text t ON t.language = l.language
          WHERE t.part = _notice_text.part AND t.valid_from <= current_date ORDER BY l.place, t.valid_from DESC LIMIT 1);
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._notice_text(text[], text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._notice_text(text[], text) IS 'internal: a part of a notice as it reads today in the first of some languages that has it, or in any; NULL if none has';

CREATE FUNCTION scoring._notice_missing(locale text, what text, how text) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('a notice in "%s" cannot be written: there is no %s', locale, what), HINT = how;
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._notice_missing(text, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._notice_missing(text, text, text) IS 'internal: 55000 about a text that a notice needs';

-- Before letters have to be written.

CREATE FUNCTION scoring._missing_reason_texts(policy text, locale text, OUT code text, OUT used_by text) RETURNS SETOF record
LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, scoring, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  p record;
  languages text[] := _languages(_missing_reason_texts.locale);
BEGIN
  IF languages IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'locale cannot be NULL';
  END IF;
  SELECT v.name || '@' || v.version AS reference, v.policy INTO p FROM _registry_resolve('policy', _missing_reason_texts.policy) r
    JOIN scoring_data.policy_version v ON v.name = r.name AND v.version = r.version;
  PERFORM _version_there('policy', _missing_reason_texts.policy, FOUND);
  RETURN QUERY SELECT c.code, string_agg(DISTINCT c.used_by, ', ' ORDER BY c.used_by) FROM (
      SELECT x.reason_code AS code, m.name || '@' || m.version AS used_by FROM scoring_data.registry_state s
        JOIN scoring_data.model_version m USING (name, version), points(m.model) x
        WHERE s.kind = 'model' AND s.name = p.policy ->> 'model' AND s.state = 'live' AND NOT s.shadow
      UNION ALL SELECT r ->> 'reason_code', p.reference FROM jsonb_array_elements(p.policy -> 'rules') r WHERE r ->> 'outcome' = 'decline'
      UNION ALL SELECT r ->> 'unknown_reason_code', p.reference FROM jsonb_array_elements(p.policy -> 'rules') r WHERE r ->> 'on_unknown' = 'decline') c
    WHERE c.code IS NOT NULL AND NOT EXISTS (
      SELECT FROM scoring_data.reason_text t WHERE t.code = c.code AND t.language = ANY (languages)
        AND t.model_name IN ('', p.policy ->> 'model') AND t.valid_from <= current_date)
    GROUP BY c.code ORDER BY c.code COLLATE "C";
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._missing_reason_texts(text, text, OUT text, OUT text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._missing_reason_texts(text, text) IS 'internal: missing_reason_texts() as the workspace''s owner';
CREATE FUNCTION scoring.missing_reason_texts(policy text, locale text, OUT code text, OUT used_by text) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.missing_reason_texts(text, text) IS 'reason codes of a policy, and of the versions of its model that decide, that have no text today in a language of a locale: a notice that needs one of them could not be written; for stewards, modelers and approvers: 42501; unknown policy: 42704; no champion: 55000; no locale: 22023, 22004';

-- The notice.

CREATE FUNCTION scoring._adverse_action_notice(decision_id bigint, locale text, zone text) RETURNS text
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, scoring, pg_temp
AS $$
DECLARE
  d record;
  e record;
  languages text[] := _languages(locale);
  usual text;
  outcome text;
  codes text[];
  stored jsonb;
  today jsonb;
  who text := 'automated';
  decided date;
  given date;
  part record;
  parts jsonb := '{}';
  wording text;
  list text := '';
  n integer := 0;
  code text;
BEGIN
  IF locale IS NULL OR zone IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'locale and zone cannot be NULL';
  END IF;
  SELECT v.* INTO d FROM scoring_data.decision v WHERE v.decision_id = _adverse_action_notice.decision_id;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'undefined_object', MESSAGE = format('decision %s does not exist', coalesce(decision_id::text, 'NULL'));
  END IF;
  -- Who declined last, and for which reasons.
  outcome := d.outcome;
  codes := d.reasons;
  stored := d.reason_texts;
  decided := (d.decided_at AT TIME ZONE zone)::date;
  given := decided;
  FOR e IN SELECT * FROM scoring_data.decision_event v WHERE v.subject = d.subject AND v.decision_id = d.decision_id AND v.event <> 'erase salt' ORDER BY v.event_number LOOP
    IF e.outcome <> outcome THEN
      who := 'human';
      given := (e.at AT TIME ZONE zone)::date;
    ELSE
      who := 'reviewed';
    END IF;
    IF e.reason_code IS NOT NULL THEN
      codes := ARRAY[e.reason_code];
      stored := e.reason_texts;
    END IF;
    outcome := e.outcome;
  END LOOP;
  IF outcome <> 'decline' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('decision %s is not adverse', decision_id),
      DETAIL = format('Its outcome is %s.', outcome);
  ELSIF codes = '{}' THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('decision %s has no reasons', decision_id),
      DETAIL = 'No characteristic cost points by the model''s reason method, so there is nothing specific to tell.',
      HINT = 'A reviewer says why: SELECT scoring.review_decision(..., reason_code => ...);';
  END IF;

  SELECT l.language INTO usual FROM unnest(languages) WITH ORDINALITY l (language, place) JOIN scoring_data.notice_text t ON t.language = l.language
  ORDER BY l.place LIMIT 1;
  usual := coalesce(usual, languages[1]);
  FOR part IN SELECT p.part, p.needed FROM _notice_parts() p LOOP
    wording := _notice_text(languages, part.part);
    IF wording IS NOT NULL THEN
      parts := parts || jsonb_build_object(part.part, wording);
    ELSIF part.needed THEN
      PERFORM _notice_missing(locale, format('text of part "%s" in %s', part.part, array_to_string(languages, ', ')),
        CASE WHEN part.part <> 'lender' AND EXISTS (SELECT FROM _shipped_notice_texts() t WHERE t.language = ANY (languages))
               AND NOT EXISTS (SELECT FROM scoring_data.notice_text t WHERE t.language = ANY (languages))
             THEN format('Its texts are shipped, but encoding %s has not the characters: keep decisions in a database of encoding UTF8.', getdatabaseencoding())
             ELSE format('A steward sets it: SELECT scoring.set_notice_text(%L, %L, ...);', CASE WHEN part.part <> 'lender' THEN usual END, part.part) END);
    END IF;
  END LOOP;

  -- A reason without a text is no reason: what is not specific is not lawful.
  today := _reason_texts(codes, d.model_name, current_date);
  FOREACH code IN ARRAY codes LOOP
    SELECT coalesce(stored -> code ->> l.language, today -> code ->> l.language) INTO wording
    FROM unnest(languages) WITH ORDINALITY l (language, place)
    WHERE stored -> code ? l.language OR today -> code ? l.language ORDER BY l.place LIMIT 1;
    IF NOT FOUND THEN
      PERFORM _notice_missing(locale, format('text of reason "%s" in %s', code, array_to_string(languages, ', ')),
        format('A steward sets it: SELECT scoring.set_reason_text(%L, %L, ...);', code, usual));
    END IF;
    n := n + 1;
    list := list || E'\n' || _fill(parts ->> 'item', jsonb_build_object('n', _format_number(n, locale), 'reason', wording));
  END LOOP;

  RETURN concat_ws(E'\n\n',
    parts ->> 'lender',
    parts ->> 'title',
    concat_ws(E'\n', _fill(parts ->> 'date', jsonb_build_object('date', _format_date(given, locale))),
      CASE WHEN d.reference IS NOT NULL THEN _fill(parts ->> 'reference', jsonb_build_object('reference', d.reference)) END,
      _fill(parts ->> 'number', jsonb_build_object('number', d.decision_id::text))),
    parts ->> 'opening',
    _fill(coalesce(parts ->> ('reasons.' || _plural(n, locale)), parts ->> 'reasons.other'), jsonb_build_object('n', _format_number(n, locale))) || list,
    _fill(parts ->> 'score', jsonb_build_object('score', _format_number(d.score, locale), 'date', _format_date(decided, locale),
      'low', _format_number((d.evidence #>> '{evaluation,lowest_score}')::double precision, locale),
      'high', _format_number((d.evidence #>> '{evaluation,highest_score}')::double precision, locale))),
    parts ->> who,
    _fill(parts ->> 'rights', jsonb_build_object('number', d.decision_id::text)),
    parts ->> 'legal') || E'\n';
END
$$;
REVOKE EXECUTE ON FUNCTION scoring._adverse_action_notice(bigint, text, text) FROM PUBLIC;
COMMENT ON FUNCTION scoring._adverse_action_notice(bigint, text, text) IS 'internal: adverse_action_notice() as the workspace''s owner';
CREATE FUNCTION scoring.adverse_action_notice(decision_id bigint, locale text DEFAULT 'en', zone text DEFAULT 'UTC') RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'scoring_owner_call';
COMMENT ON FUNCTION scoring.adverse_action_notice(bigint, text, text) IS 'the text of a notice about a decision that declined, in the language of a locale such as en, de-AT or zh-CN, with its dates in a time zone: the specific principal reasons, the rule itself if one declined, the score with its range and date, whether a person decided, and the applicant''s rights; for officers: 42501; not declined, or a text is missing in that language: 55000, naming it; no locale or zone: 22023; a character that the database''s encoding lacks: 22P05; unknown: 42704';
