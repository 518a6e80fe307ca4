# WoE and IV as scorecardpy gives them. Packages (an older pandas is needed): scorecardpy 0.1.9.7, pandas 1.5.3, numpy 1.26.4.
# Writes the first half of woe.sql, woe_optbinning.py the second.
import pandas as pd
import scorecardpy as sc

from common import german, header, insert, text

SPLITS = {"duration_months": [6, 12, 24, 36, 48, 61], "credit_amount": [1400, 2000, 4000, 8000]}
GROUPS = {"purpose": ["A40,A46,A49", "A41", "A42,A43", "A44,A45,A410", "A48"],
          "checking_status": ["A11", "A12", "A13,A14"], "other_debtors": ["A101", "A102", "A103"]}

rows, bad = german()
frame = pd.DataFrame(rows)[list(SPLITS) + list(GROUPS)].assign(bad=[int(b) for b in bad])
for c in SPLITS:
    frame[c] = frame[c].astype(float)
# Durations under 6 months hold no bad, and the one of 61 and more is bad: an empty cell of each kind.
breaks = {**SPLITS, **{c: [g.replace(",", "%,%") for g in groups] for c, groups in GROUPS.items()}}
bins = sc.woebin(frame, y="bad", breaks_list=breaks, no_cores=1, print_step=0)
values = []
for c, table in bins.items():
    lower = None
    for k, (_, row) in enumerate(table.iterrows()):
        upper = SPLITS[c][k] if c in SPLITS and k < len(SPLITS[c]) else None
        assert c in GROUPS or (lower is None) == (k == 0) and row["bin"] == "[%s,%s)" % (
            "-inf" if lower is None else float(lower), "inf" if upper is None else float(upper)), row["bin"]
        values.append((text("scorecardpy"), text(c), str(k + 1), "NULL" if c in GROUPS else str(lower or "'-Infinity'"),
                       "NULL" if c in GROUPS else str(upper or "'Infinity'"),
                       text("{" + row["bin"].replace("%,%", ",") + "}") if c in GROUPS else "NULL", "false", "false",
                       str(row["good"]), str(row["bad"]), repr(float(row["woe"])), repr(float(row["bin_iv"])), repr(float(row["total_iv"]))))
        lower = upper
header("WoE and IV of german by scorecardpy.woebin at given breaks. Its WoE is\n"
       "ln(bad share / good share); an empty cell counts 0.9, and shares are of the totals after that replacement.",
       ["scorecardpy", "pandas", "numpy"])
print("""CREATE TABLE golden_woe (
  package text, characteristic text, bin int, lower float8, upper float8, categories text[], is_special boolean, is_missing boolean,
  goods bigint, bads bigint, woe float8, iv float8, total_iv float8, PRIMARY KEY (package, characteristic, bin)
);""")
insert("golden_woe", ["package", "characteristic", "bin", "lower", "upper", "categories", "is_special", "is_missing", "goods", "bads", "woe", "iv", "total_iv"], values)
