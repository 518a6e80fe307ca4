# AUC, Gini and KS of single characteristics taken as scores. Packages: scikit-learn 1.9.1, scipy 1.17.1, numpy 2.4.6.
import numpy as np
from scipy.stats import ks_2samp
from sklearn.metrics import roc_auc_score

from common import GERMAN_NUMERIC, TAIWAN_NUMERIC, german, header, insert, taiwan, text

header("AUC (scikit-learn roc_auc_score of bad, higher value = more bad; ties one half) and KS (scipy ks_2samp statistic) of\n"
       "single characteristics taken as scores. hanley_mcneil: the ratings of 1982, whose paper prints AUC 0.893.",
       ["scikit-learn", "scipy", "numpy"])
print("""CREATE TABLE golden_discrimination (dataset text, characteristic text, auc float8, gini float8, ks float8, PRIMARY KEY (dataset, characteristic));
CREATE TABLE hanley_mcneil AS
SELECT rating, bad FROM (VALUES (1, 33, 3), (2, 6, 2), (3, 6, 2), (4, 11, 11), (5, 2, 33)) r(rating, normal, abnormal),
  LATERAL (SELECT false AS bad FROM generate_series(1, normal) UNION ALL SELECT true FROM generate_series(1, abnormal)) cases;""")
ratings = [(k + 1, n) for k, n in enumerate((33, 6, 6, 11, 2)) for _ in range(n)], [(k + 1, n) for k, n in enumerate((3, 2, 2, 11, 33)) for _ in range(n)]
small = [{"rating": v} for v, _ in ratings[0]] + [{"rating": v} for v, _ in ratings[1]], [False] * len(ratings[0]) + [True] * len(ratings[1])
values = []
for name, (rows, bad), columns in (("hanley_mcneil", small, ["rating"]), ("german", german(), GERMAN_NUMERIC), ("taiwan", taiwan(), TAIWAN_NUMERIC)):
    y = np.array(bad)
    for c in columns:
        x = np.array([float(row[c]) for row in rows])
        auc = roc_auc_score(y, x)
        values.append((text(name), text(c), repr(float(auc)), repr(float(2 * auc - 1)), repr(float(ks_2samp(x[y], x[~y]).statistic))))
insert("golden_discrimination", ["dataset", "characteristic", "auc", "gini", "ks"], values)
