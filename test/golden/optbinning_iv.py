# The best IV optbinning finds from 20 quantile pre-bins. Packages: optbinning 1.0.0, numpy 2.4.6.
import warnings

import numpy as np
from optbinning import OptimalBinning

from common import GERMAN_NUMERIC, TAIWAN_NUMERIC, german, header, insert, taiwan, text

warnings.filterwarnings("ignore")
TRENDS = {"none": None, "ascending": "ascending", "descending": "descending", "peak": "peak", "valley": "valley", "auto": "auto"}

values = []
for name, (rows, bad), columns in (("german", german(), GERMAN_NUMERIC), ("taiwan", taiwan(), TAIWAN_NUMERIC)):
    y = np.array(bad).astype(int)
    for c in columns:
        x = np.array([float(row[c]) for row in rows])
        for trend, argument in TRENDS.items():
            binning = OptimalBinning(name=c, dtype="numerical", prebinning_method="quantile", max_n_prebins=20, min_prebin_size=0.0001,
                                     max_n_bins=8, min_bin_size=0.05, min_bin_n_event=1, min_bin_n_nonevent=1, monotonic_trend=argument, solver="cp", time_limit=600)
            binning.fit(x, y)
            assert binning.status == "OPTIMAL", (name, c, trend, binning.status)
            if len(binning.splits) == 0:
                continue                # nothing but one bin meets the trend
            # Counted again from the cuts, so that the figure is of the raw counts.
            cell = np.searchsorted(binning.splits, x, side="right")
            bads = np.bincount(cell, weights=y, minlength=len(binning.splits) + 1)
            goods = np.bincount(cell, minlength=len(binning.splits) + 1) - bads
            d, g = bads / bads.sum(), goods / goods.sum()
            iv = float(np.sum((g - d) * np.log(g / d)))
            assert abs(iv - binning.binning_table.build().loc["Totals", "IV"]) < 1e-9
            rate = bads / (bads + goods)
            up = np.diff(rate) >= 0
            turns = int(np.sum(up[1:] != up[:-1]))
            found = ("ascending" if up[0] else "descending") if turns == 0 else ("peak" if up[0] else "valley") if turns == 1 else "none"
            values.append((text(name), text(c), text(trend), text(found), text("{" + ",".join(repr(float(s)) for s in binning.splits) + "}"), repr(iv)))
header("The highest IV that optbinning.OptimalBinning finds from 20 quantile pre-bins with max_n_bins = 8, min_bin_size = 0.05, and the\n"
       "trend found. trend is of the event rate as the value rises; its auto is another rule than ours, so it says the trend it came to.\n"
       "Left out: trends that only a single bin meets.",
       ["optbinning", "numpy"])
print("CREATE TABLE golden_optbinning_iv (dataset text, characteristic text, trend text, trend_found text, splits float8[], iv float8, PRIMARY KEY (dataset, characteristic, trend));")
insert("golden_optbinning_iv", ["dataset", "characteristic", "trend", "trend_found", "splits", "iv"], values)
