# WoE and IV as optbinning gives them. Packages: optbinning 1.0.0, numpy 2.4.6.
import warnings

import numpy as np
from optbinning import OptimalBinning

from common import german, header, insert, text

warnings.filterwarnings("ignore")
SPLITS = {"duration_months": [12, 24, 36, 48], "credit_amount": [1400, 2000, 4000, 8000]}
SPECIAL = {"duration_months": [4], "credit_amount": None}
GROUPS = {"purpose": [["A40", "A46", "A49"], ["A41"], ["A42", "A43"], ["A44", "A45", "A410"], ["A48"]],
          "checking_status": [["A11"], ["A12"], ["A13", "A14"]], "savings": [["A61"], ["A62"], ["A63", "A64"]]}
MISSING = {"savings": "A65"}

rows, bad = german()
y = np.array(bad).astype(int)
values = []
for c in list(SPLITS) + list(GROUPS):
    numeric = c in SPLITS
    if numeric:
        x = np.array([float(row[c]) for row in rows])
        splits = np.array(SPLITS[c], dtype=float)
    else:
        x = np.array([None if row[c] == MISSING.get(c) else row[c] for row in rows], dtype=object)
        splits = np.empty(len(GROUPS[c]), dtype=object)
        splits[:] = GROUPS[c]
    binning = OptimalBinning(name=c, dtype="numerical" if numeric else "categorical", user_splits=splits,
                             user_splits_fixed=[True] * len(splits), monotonic_trend=None, min_prebin_size=0.001, special_codes=SPECIAL.get(c))
    binning.fit(x, y)
    table = binning.binning_table.build()
    total = float(table.loc["Totals", "IV"])
    table = table[table.index != "Totals"]
    lower = None
    k = 0
    for _, row in table.iterrows():
        special, missing = isinstance(row["Bin"], str) and row["Bin"] == "Special", isinstance(row["Bin"], str) and row["Bin"] == "Missing"
        if row["Count"] == 0:
            continue
        regular = not special and not missing
        k += 1
        if regular and numeric:
            upper = SPLITS[c][k - 1] if k <= len(SPLITS[c]) else None
            assert row["Bin"] == "%s, %s)" % ("(-inf" if lower is None else "[%.2f" % lower, "inf" if upper is None else "%.2f" % upper), row["Bin"]
        values.append((text("optbinning"), text(c), str(k), str(lower or "'-Infinity'") if regular and numeric else "NULL",
                       str(upper or "'Infinity'") if regular and numeric else "NULL",
                       text("{" + ",".join(row["Bin"]) + "}") if regular and not numeric else "NULL", str(special).lower(), str(missing).lower(),
                       str(row["Non-event"]), str(row["Event"]), repr(float(row["WoE"])), repr(float(row["IV"])), repr(total)))
        if regular and numeric:
            lower = upper
header("WoE and IV of german by optbinning.OptimalBinning at given splits. Its WoE is ln(good share / bad share); a special or\n"
       "missing bin with an empty cell gets WoE and IV 0, shares are of the raw totals.\n"
       "duration_months: 4 is a special code, which has goods only; savings: A65 (unknown) is made NULL.",
       ["optbinning", "numpy"])
insert("golden_woe", ["package", "characteristic", "bin", "lower", "upper", "categories", "is_special", "is_missing", "goods", "bads", "woe", "iv", "total_iv"], values)
