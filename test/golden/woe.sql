-- WoE and IV of german by scorecardpy.woebin at given breaks. Its WoE is
-- ln(bad share / good share); an empty cell counts 0.9, and shares are of the totals after that replacement.
-- Written by test/golden/woe_scorecardpy.py with Python 3.11, scorecardpy 0.1.9.7, pandas 1.5.3, numpy 1.26.4. Do not edit.
CREATE TABLE golden_woe (
  package text, characteristic text, bin int, lower float8, upper float8, categories text[], is_special boolean, is_missing boolean,
  goods bigint, bads bigint, woe float8, iv float8, total_iv float8, PRIMARY KEY (package, characteristic, bin)
);
INSERT INTO golden_woe (package, characteristic, bin, lower, upper, categories, is_special, is_missing, goods, bads, woe, iv, total_iv) VALUES
  ('scorecardpy', 'duration_months', 1, '-Infinity', 6, NULL, false, false, 7, 0, -1.20568342484286, 0.008435120929698618, 0.23426795473098905),
  ('scorecardpy', 'duration_months', 2, 6, 12, NULL, false, false, 146, 27, -0.8421825158337278, 0.09985994075464014, 0.23426795473098905),
  ('scorecardpy', 'duration_months', 3, 12, 24, NULL, false, false, 291, 115, -0.08280389893796294, 0.002732007764076019, 0.23426795473098905),
  ('scorecardpy', 'duration_months', 4, 24, 36, NULL, false, false, 168, 76, 0.05235660075335161, 0.0006745510155556388, 0.23426795473098905),
  ('scorecardpy', 'duration_months', 5, 36, 48, NULL, false, false, 60, 46, 0.5798840741372737, 0.0390090835280109, 0.23426795473098905),
  ('scorecardpy', 'duration_months', 6, 48, 61, NULL, false, false, 28, 35, 1.0687307911844894, 0.08161798307960384, 0.23426795473098905),
  ('scorecardpy', 'duration_months', 7, 61, 'Infinity', NULL, false, false, 0, 1, 0.9509477555281058, 0.0019392676594038832, 0.23426795473098905),
  ('scorecardpy', 'purpose', 1, NULL, NULL, '{A40,A46,A49}', false, false, 236, 145, 0.360199797782168, 0.05265777996148837, 0.13580089771820747),
  ('scorecardpy', 'purpose', 2, NULL, NULL, '{A41}', false, false, 86, 17, -0.7738360918100881, 0.05122057941028678, 0.13580089771820747),
  ('scorecardpy', 'purpose', 3, NULL, NULL, '{A42,A43}', false, false, 341, 120, -0.19709287411426712, 0.017175236172814703, 0.13580089771820747),
  ('scorecardpy', 'purpose', 4, NULL, NULL, '{A44,A45,A410}', false, false, 29, 17, 0.31321537445694564, 0.0047728057060106, 0.13580089771820747),
  ('scorecardpy', 'purpose', 5, NULL, NULL, '{A48}', false, false, 8, 1, -1.2321436812926323, 0.009974496467607022, 0.13580089771820747),
  ('scorecardpy', 'credit_amount', 1, '-Infinity', 1400, NULL, false, false, 185, 82, 0.03366128257313178, 0.00030455446137595346, 0.162429625872133),
  ('scorecardpy', 'credit_amount', 2, 1400, 2000, NULL, false, false, 126, 39, -0.3254224004346278, 0.016271120021731384, 0.162429625872133),
  ('scorecardpy', 'credit_amount', 3, 2000, 4000, NULL, false, false, 248, 74, -0.36206579257360877, 0.03896517577220741, 0.162429625872133),
  ('scorecardpy', 'credit_amount', 4, 4000, 8000, NULL, false, false, 109, 67, 0.36064259754902595, 0.024386308977124606, 0.162429625872133),
  ('scorecardpy', 'credit_amount', 5, 8000, 'Infinity', NULL, false, false, 32, 38, 1.0191481173138628, 0.08250246663969367, 0.162429625872133),
  ('scorecardpy', 'checking_status', 1, NULL, NULL, '{A11}', false, false, 139, 135, 0.8180987056949414, 0.20569338886044242, 0.6348108973266988),
  ('scorecardpy', 'checking_status', 2, NULL, NULL, '{A12}', false, false, 164, 105, 0.4013917827205284, 0.0464467634290897, 0.6348108973266988),
  ('scorecardpy', 'checking_status', 3, NULL, NULL, '{A13,A14}', false, false, 397, 60, -1.042293858077886, 0.38267074503716675, 0.6348108973266988),
  ('scorecardpy', 'other_debtors', 1, NULL, NULL, '{A101}', false, false, 635, 272, -0.0005250722094907299, 2.5003438547179856e-07, 0.03201932201948505),
  ('scorecardpy', 'other_debtors', 2, NULL, NULL, '{A102}', false, false, 23, 18, 0.6021754023542186, 0.016344760921043075, 0.03201932201948505),
  ('scorecardpy', 'other_debtors', 3, NULL, NULL, '{A103}', false, false, 42, 10, -0.587786664902119, 0.015674311064056503, 0.03201932201948505);
-- WoE and IV of german by optbinning.OptimalBinning at given splits. Its WoE is ln(good share / bad share); a special or
-- missing bin with an empty cell gets WoE and IV 0, shares are of the raw totals.
-- duration_months: 4 is a special code, which has goods only; savings: A65 (unknown) is made NULL.
-- Written by test/golden/woe_optbinning.py with Python 3.11, optbinning 1.0.0, numpy 2.4.6. Do not edit.
INSERT INTO golden_woe (package, characteristic, bin, lower, upper, categories, is_special, is_missing, goods, bads, woe, iv, total_iv) VALUES
  ('optbinning', 'duration_months', 1, '-Infinity', 12, NULL, false, false, 147, 27, 0.8472978603872037, 0.10167574324646443, 0.23223837956329152),
  ('optbinning', 'duration_months', 2, 12, 24, NULL, false, false, 291, 115, 0.08109327842103875, 0.0026258775869669668, 0.23223837956329152),
  ('optbinning', 'duration_months', 3, 24, 36, NULL, false, false, 168, 76, -0.05406722127027597, 0.0007208962836036789, 0.23223837956329152),
  ('optbinning', 'duration_months', 4, 36, 48, NULL, false, false, 60, 46, -0.581594694654198, 0.03932687935280766, 0.23223837956329152),
  ('optbinning', 'duration_months', 5, 48, 'Infinity', NULL, false, false, 28, 36, -1.09861228866811, 0.08788898309344877, 0.23223837956329152),
  ('optbinning', 'duration_months', 6, NULL, NULL, NULL, true, false, 6, 0, 0.0, 0.0, 0.23223837956329152),
  ('optbinning', 'credit_amount', 1, '-Infinity', 1400, NULL, false, false, 185, 82, -0.033661282573131834, 0.00030455446137595357, 0.162429625872133),
  ('optbinning', 'credit_amount', 2, 1400, 2000, NULL, false, false, 126, 39, 0.325422400434628, 0.016271120021731388, 0.162429625872133),
  ('optbinning', 'credit_amount', 3, 2000, 4000, NULL, false, false, 248, 74, 0.3620657925736088, 0.0389651757722074, 0.162429625872133),
  ('optbinning', 'credit_amount', 4, 4000, 8000, NULL, false, false, 109, 67, -0.360642597549026, 0.024386308977124606, 0.162429625872133),
  ('optbinning', 'credit_amount', 5, 8000, 'Infinity', NULL, false, false, 32, 38, -1.0191481173138626, 0.08250246663969367, 0.162429625872133),
  ('optbinning', 'purpose', 1, NULL, NULL, '{A48}', false, false, 8, 1, 1.232143681292632, 0.009974496467607022, 0.13580089771820747),
  ('optbinning', 'purpose', 2, NULL, NULL, '{A41}', false, false, 86, 17, 0.773836091810088, 0.05122057941028678, 0.13580089771820747),
  ('optbinning', 'purpose', 3, NULL, NULL, '{A42,A43}', false, false, 341, 120, 0.19709287411426724, 0.017175236172814703, 0.13580089771820747),
  ('optbinning', 'purpose', 4, NULL, NULL, '{A44,A45,A410}', false, false, 29, 17, -0.3132153744569456, 0.0047728057060106, 0.13580089771820747),
  ('optbinning', 'purpose', 5, NULL, NULL, '{A40,A46,A49}', false, false, 236, 145, -0.36019979778216793, 0.05265777996148837, 0.13580089771820747),
  ('optbinning', 'checking_status', 1, NULL, NULL, '{A13,A14}', false, false, 397, 60, 1.0422938580778862, 0.3826707450371668, 0.6348108973266989),
  ('optbinning', 'checking_status', 2, NULL, NULL, '{A12}', false, false, 164, 105, -0.4013917827205285, 0.0464467634290897, 0.6348108973266989),
  ('optbinning', 'checking_status', 3, NULL, NULL, '{A11}', false, false, 139, 135, -0.8180987056949414, 0.20569338886044242, 0.6348108973266989),
  ('optbinning', 'savings', 1, NULL, NULL, '{A63,A64}', false, false, 94, 17, 0.8627835778265842, 0.06696843961225392, 0.19247255437629318),
  ('optbinning', 'savings', 2, NULL, NULL, '{A62}', false, false, 69, 34, -0.13955188040610578, 0.0020600515678996533, 0.19247255437629318),
  ('optbinning', 'savings', 3, NULL, NULL, '{A61}', false, false, 386, 217, -0.2713578444628326, 0.046647705643372644, 0.19247255437629318),
  ('optbinning', 'savings', 4, NULL, NULL, NULL, false, true, 151, 32, 0.7042460736279941, 0.07679635755276697, 0.19247255437629318);
