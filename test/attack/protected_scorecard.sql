-- V41, V42, V65: what a modeler makes of fits on a table that he cannot read.
\c - postgres
CREATE TABLE lab.readable AS SELECT age, replace(town, 'CANARY', 'DECOY') AS town, income - 93717 + 43000 AS income, (income > 5000000) <> (borrower_id % 5 = 0) AS defaulted FROM bank.borrower WHERE borrower_id > 8800881020;
GRANT SELECT ON lab.readable TO modeler_ann;
UPDATE bank.borrower SET defaulted = (income > 5000000) <> (borrower_id % 5 = 0);
\c - modeler_ann
SELECT attack.ok(scoring.fit_scorecard('lab.readable', 'defaulted', exclude => '{age}', min_iv => 0)::text ~ '[0-9]43000', 'control: a fit on a table that one may read has its values in it');
SELECT attack.is(attack.state('SELECT scoring.fit_scorecard(''bank.borrower'', ''defaulted'')') || attack.state('SELECT scoring.tally_agg(income, defaulted) FROM bank.borrower') || attack.state('SELECT income FROM bank.borrower'), '425014250142501', 'V42: on the protected table that fit, a tally and a look are denied');
SELECT scoring.fit_protected_scorecard('bank.borrower', 'defaulted', 'research', min_iv => 0, selection => 'none')::text AS model \gset
SELECT attack.ok(:'model' LIKE '%income%', 'it is fitted through the gate: control');
SELECT attack.ok(:'model' !~ '(CANARY|93717|religion|full_name|108|117)', 'V42: the model holds no value of anybody, and no least or greatest one');
SELECT attack.is((SELECT string_agg(DISTINCT format('%s %s', b ->> 'lower', b ->> 'rows'), ', ') FROM jsonb_path_query(:'model'::jsonb, '$.characteristics[*].bins[*]') b WHERE (b ->> 'rows')::int BETWEEN 1 AND 9 OR (b ->> 'rows')::int % 5 <> 0), NULL, 'V42: every cell has at least k persons, and counts are in fives');
SELECT attack.ok(attack.state('SELECT scoring.fit_protected_scorecard(''bank.borrower'', ''defaulted'', ''research'', k => 1)') = '22023', 'V42: k is not the modeler''s to make small');
SELECT attack.is((SELECT string_agg(DISTINCT attack.state(format('SELECT scoring.fit_protected_scorecard(''bank.borrower'', ''defaulted'', ''research'', characteristics => %L)', ARRAY[c])), ',') FROM unnest('{religion,note,full_name,borrower_id,"income; --"}'::text[]) c), '42501', 'V42: no identifier, prohibited or unclassified column, nor the key');
SELECT attack.ok(attack.state('SELECT scoring.fit_protected_scorecard(''bank.borrower'', ''defaulted'', ''research'', special => ''{"income": [108]}'')') ~ '^(22023|rows)', 'V41: a code that one person has is not let stand apart');
SELECT attack.try('SELECT scoring.fit_protected_scorecard(''bank.borrower'', ''defaulted'', ''research'', special => ''{"age": [108]}'')') AS present, attack.try('SELECT scoring.fit_protected_scorecard(''bank.borrower'', ''defaulted'', ''research'', special => ''{"age": [109]}'')') AS absent \gset
SELECT attack.is(:'present', :'absent', 'V41: and refused alike, whether anybody has it or not');
-- One subject fewer, and the same fit.
\c - registrar_rita
SELECT scoring.withdraw_consent((88008::bigint * 100000 + 81000 + 50)::text, 'research') \g /dev/null
\c - modeler_ann
SELECT attack.is(attack.state('SELECT scoring.fit_protected_scorecard(''bank.borrower'', ''defaulted'', ''research'', min_iv => 0, selection => ''none'')'), '55000', 'V65: fitted again when one person has left, it is refused: the difference would be hers');
SELECT attack.is(attack.state('SELECT scoring.fit_protected_scorecard(''bank.borrower'', ''defaulted'', ''research'', min_iv => 0.001, selection => ''aic'')'), '55000', 'V65: nor with other arguments');
\c - officer_north
SELECT attack.is(attack.state('SELECT scoring.fit_protected_scorecard(''bank.borrower'', ''defaulted'', ''research'')'), '42501', 'V28: and it is nobody else''s to call');
