# Called by bench/peers, which has made the tables german and taiwan and the extension.
# Needs optbinning and scikit-learn (last run: optbinning 1.0.0, scikit-learn 1.9.1, numpy 2.4.6).
import csv
import io
import statistics
import subprocess
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
from optbinning import OptimalBinning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

warnings.filterwarnings("ignore")
SPLITS = int(sys.argv[1]) if len(sys.argv) > 1 else 20
REPEATS = int(sys.argv[2]) if len(sys.argv) > 2 else 10


def sql(script):
    """Runs a script in one session; the output of its COPYs, split at lines that hold only a backslash and a dot."""
    done = subprocess.run(["psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1"], input=script, text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    parts = [[]]
    for line in done.stdout.splitlines():
        if line == "---":
            parts.append([])
        else:
            parts[-1].append(line)
    return [list(csv.reader(io.StringIO("\n".join(part)))) for part in parts]


def number(cell):
    return float("nan") if cell == "" else float(cell)


def taiwan_split(seed):
    """AUC on the 30 % of: our score, our log-odds, and the peer in two forms."""
    began = time.time()
    names, screening, train, test = sql(f"""
        SET client_min_messages = warning;
        CREATE TEMP TABLE part AS SELECT *, scoring.sample_part(id::text, 'split {seed}', '{{0.7, 0.3}}') AS part FROM taiwan;
        CREATE TEMP TABLE train AS SELECT * FROM part WHERE part = 1; ALTER TABLE train DROP part;
        CREATE TEMP TABLE test AS SELECT * FROM part WHERE part = 2; ALTER TABLE test DROP part;
        CREATE TEMP TABLE model AS SELECT scoring.fit_scorecard('train', 'bad', exclude => '{{id, sex, marriage, age}}') AS m;
        SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'train'::regclass AND attnum > 0 AND NOT attisdropped;
        \\echo ---
        COPY (SELECT s.characteristic, s.kept, s.cross_iv, s.z, s.trend, s.reason FROM model, scoring.screening(m) s) TO STDOUT (FORMAT csv);
        \\echo ---
        COPY train TO STDOUT (FORMAT csv);
        \\echo ---
        COPY (SELECT t.*, scoring.score(m, t), scoring.log_odds(m, t) FROM test t, model) TO STDOUT (FORMAT csv);""")
    ours = time.time() - began
    names = names[0]
    column = {name: k for k, name in enumerate(names)}
    y = np.array([row[column["bad"]] == "t" for row in train]).astype(int)
    y_test = np.array([row[column["bad"]] == "t" for row in test]).astype(int)
    kept = {row[0]: row[4] for row in screening if row[1] == "t"}
    passed = {row[0]: row[4] for row in screening if row[2] != "" and float(row[2]) >= 0.02 and float(row[3]) >= 2.33}

    def peer(trends):
        x, x_test = [], []
        for name, trend in trends.items():
            values = np.array([number(row[column[name]]) for row in train])
            binning = OptimalBinning(name=name, dtype="numerical", max_n_bins=8, min_bin_size=0.05,
                                     monotonic_trend={"none": None, "": None}.get(trend, trend))
            binning.fit(values, y)
            x.append(binning.transform(values, metric="woe"))
            x_test.append(binning.transform(np.array([number(row[column[name]]) for row in test]), metric="woe"))
        model = LogisticRegression(C=np.inf, max_iter=1000).fit(np.column_stack(x), y)
        return roc_auc_score(y_test, model.decision_function(np.column_stack(x_test)))

    return {"score": roc_auc_score(y_test, -np.array([float(row[-2]) for row in test])),
            "log_odds": roc_auc_score(y_test, -np.array([float(row[-1]) for row in test])),
            "same card": peer(kept), "same screen": peer(passed), "optbinning's auto trends": peer(dict.fromkeys(passed, "auto")),
            "size": len(kept), "passed": len(passed), "seconds": ours}


def german_repeat(repeat):
    script = ["SET client_min_messages = warning;",
              f"CREATE TEMP TABLE fold AS SELECT *, scoring.sample_part(id::text, 'repeat {repeat}', array_fill(0.1::float8, '{{10}}')) AS part FROM german;"]
    for fold in range(1, 11):
        script.append(f"""
            CREATE TEMP TABLE train AS SELECT * FROM fold WHERE part <> {fold}; ALTER TABLE train DROP part;
            CREATE TEMP TABLE model AS SELECT scoring.fit_scorecard('train', 'bad', exclude => '{{id, personal_status_sex, age_years, foreign_worker}}') AS m;
            COPY (SELECT f.bad, scoring.score(m, f) FROM fold f, model WHERE part = {fold}) TO STDOUT (FORMAT csv);
            \\echo ---
            DROP TABLE train, model;""")
    aucs = []
    for rows in sql("\n".join(script))[:10]:
        aucs.append(roc_auc_score([row[0] == "t" for row in rows], [-float(row[1]) for row in rows]))
    return statistics.mean(aucs)


def line(what, value, bar, at_least):
    ok = value >= bar if at_least else value <= bar
    print(f"{what:70s} {value:8.4f} {'>=' if at_least else '<='} {bar:6.3f}  {'ok' if ok else 'MISSED'}")
    return ok


print(f"optbinning {version('optbinning')}, scikit-learn {version('scikit-learn')}, numpy {version('numpy')}")
results = [taiwan_split(seed) for seed in range(1, SPLITS + 1)]
print(f"taiwan_default, {SPLITS} splits, AUC on the 30 % (mean, standard deviation):")
for key in ("score", "log_odds", "same card", "same screen", "optbinning's auto trends"):
    values = [r[key] for r in results]
    print(f"  {key:40s} {statistics.mean(values):8.4f} {statistics.pstdev(values):8.4f}")
print("  characteristics in the card %.1f, through the screen %.1f, seconds a fit with loading %.2f"
      % tuple(statistics.mean(r[key] for r in results) for key in ("size", "passed", "seconds")))
repeats = [german_repeat(k) for k in range(1, REPEATS + 1)]
print(f"german_credit, ten-fold AUC of {REPEATS} repeats: " + " ".join("%.4f" % v for v in repeats))
print()
ok = [line("taiwan_default: mean AUC of our score", statistics.mean(r["score"] for r in results), 0.760, True),
      line("taiwan_default: what optbinning is ahead by, same trends and screen", statistics.mean(r["same screen"] - r["score"] for r in results), 0.003, False),
      line("taiwan_default: the same, with our selected characteristics", statistics.mean(r["same card"] - r["score"] for r in results), 0.003, False),
      line("german_credit: mean of the repeats", statistics.mean(repeats), 0.765, True)]
sys.exit(0 if all(ok) else 1)
