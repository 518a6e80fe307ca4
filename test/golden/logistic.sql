-- Logistic regression of bad: maximum-likelihood coefficients and standard errors (inverse Fisher information),
-- by Newton's method in 60 decimal digits; statsmodels' Logit agreed to 1e-6.
-- german, taiwan: the numeric characteristics a lender may use. ill_scaled: the table made below.
-- Written by test/golden/logistic.py with Python 3.11, mpmath 1.4.1, statsmodels 0.15.0, numpy 2.4.6. Do not edit.
CREATE TABLE golden_logistic (dataset text, term text, coefficient float8, standard_error float8, PRIMARY KEY (dataset, term));
CREATE TABLE golden_logistic_fit (dataset text PRIMARY KEY, n_rows bigint, log_likelihood float8);
CREATE TABLE ill_scaled AS
SELECT i AS id, (i * 7919 % 2003)::float8 * 1000000 AS huge, (i * 104729 % 1009)::float8 / 1000000000000 AS tiny,
  100000 + (i * 31 % 17)::float8 AS "offset", ((i * 613 % 97) * (i * 613 % 97) * (i * 613 % 97) * (i * 613 % 97))::float8 AS skewed,
  i * 48271 % 1013 < 20 + i * 7919 % 2003 / 10 + i * 104729 % 1009 / 8 + i * 31 % 17 * 9 + i * 613 % 97 * 2 AS bad
FROM generate_series(1, 2000) i;
INSERT INTO golden_logistic (dataset, term, coefficient, standard_error) VALUES
  ('german', '(intercept)', -1.9784103911529992, 0.40890328583267925),
  ('german', 'duration_months', 0.027983686254326286, 0.0076259197392509269),
  ('german', 'credit_amount', 6.0027676622034454e-5, 3.3633480950067342e-5),
  ('german', 'installment_rate_pct', 0.18092418619968897, 0.071945750214171907),
  ('german', 'residence_since', -0.0091202368993300343, 0.064762314496762473),
  ('german', 'existing_credits', -0.19468525726937873, 0.12857690632962632),
  ('german', 'dependents', 0.058683005332418097, 0.19890046833267316),
  ('taiwan', '(intercept)', -1.0655125378837022, 0.02592811122870543),
  ('taiwan', 'limit_bal', -4.6475436058051855e-7, 1.5065694974725327e-7),
  ('taiwan', 'pay_0', 0.57771631856969706, 0.017682182269036329),
  ('taiwan', 'pay_2', 0.083786454527326433, 0.020155313561768109),
  ('taiwan', 'pay_3', 0.070848767109408616, 0.022564894787671263),
  ('taiwan', 'pay_4', 0.024054001562168462, 0.024970496475950832),
  ('taiwan', 'pay_5', 0.032053284108140464, 0.026856534198390719),
  ('taiwan', 'pay_6', 0.0089083096488718017, 0.022098424470809968),
  ('taiwan', 'bill_amt1', -5.6210661870187543e-6, 1.1420828304850935e-6),
  ('taiwan', 'bill_amt2', 2.4327350087333771e-6, 1.5060594302671738e-6),
  ('taiwan', 'bill_amt3', 1.3677563601123253e-6, 1.3215496605853225e-6),
  ('taiwan', 'bill_amt4', -2.1613735720381776e-7, 1.3520474713982278e-6),
  ('taiwan', 'bill_amt5', 6.649664829387123e-7, 1.5173188945503117e-6),
  ('taiwan', 'bill_amt6', 4.2706370162819635e-7, 1.189527011885036e-6),
  ('taiwan', 'pay_amt1', -1.3791986853613584e-5, 2.3091113136035418e-6),
  ('taiwan', 'pay_amt2', -9.7392180111853898e-6, 2.0933845248109036e-6),
  ('taiwan', 'pay_amt3', -2.8499549543425535e-6, 1.7285206452263689e-6),
  ('taiwan', 'pay_amt4', -4.1905763376843302e-6, 1.7885347471295875e-6),
  ('taiwan', 'pay_amt5', -3.5258219592100584e-6, 1.7772530758752363e-6),
  ('taiwan', 'pay_amt6', -2.2363469056204635e-6, 1.3014495999948678e-6),
  ('ill_scaled', '(intercept)', -4044.0042948926758, 983.02681382813005),
  ('ill_scaled', 'huge', 4.6360086788804089e-10, 8.3714130871888359e-11),
  ('ill_scaled', 'tiny', 463438068.21609162, 164891232.99254287),
  ('ill_scaled', 'offset', 0.040421615329719944, 0.0098294234631408108),
  ('ill_scaled', 'skewed', 9.1659984740516834e-9, 2.013032154293112e-9);
INSERT INTO golden_logistic_fit (dataset, n_rows, log_likelihood) VALUES
  ('german', 1000, -584.01489034801287),
  ('taiwan', 30000, -13984.069335486484),
  ('ill_scaled', 2000, -1251.7656171394121);
