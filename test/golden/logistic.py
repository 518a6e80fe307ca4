# Logistic regression, coefficients and standard errors. Packages: mpmath 1.4.1, statsmodels 0.15.0, numpy 2.4.6.
# Newton's method in 60 decimal digits (mpmath), started at zero and ended when a step changes nothing in 40 of them;
# statsmodels.Logit, which computes in double precision, must agree to 1e-6.
import numpy as np
import statsmodels.api as sm
from mpmath import mp, mpf

from common import GERMAN_NUMERIC, TAIWAN_NUMERIC, german, header, insert, taiwan, text

mp.dps = 60


def solve(a, b):
    """Cholesky: the columns of a^-1 b; a and b are lists of rows."""
    n = len(a)
    low = [[mpf(0)] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            s = a[i][j] - mp.fsum(low[i][k] * low[j][k] for k in range(j))
            low[i][j] = mp.sqrt(s) if i == j else s / low[j][j]
    out = []
    for column in b:
        y = []
        for i in range(n):
            y.append((column[i] - mp.fsum(low[i][k] * y[k] for k in range(i))) / low[i][i])
        x = [mpf(0)] * n
        for i in reversed(range(n)):
            x[i] = (y[i] - mp.fsum(low[k][i] * x[k] for k in range(i + 1, n))) / low[i][i]
        out.append(x)
    return out


def newton(x, y):
    """x: rows of floats with the leading 1; y: 0/1. Equal rows are gathered; scaling keeps 60 digits meaningful."""
    cells = {}
    for row, bad in zip(x, y):
        cell = cells.setdefault(tuple(row), [0, 0])
        cell[0] += 1
        cell[1] += bad
    n = len(x[0])
    scale = [max(abs(row[j]) for row in cells) for j in range(n)]
    rows = [[mpf(v) / mpf(s) for v, s in zip(row, scale)] for row in cells]
    counts = [tuple(c) for c in cells.values()]
    beta = [mpf(0)] * n
    for iteration in range(60):
        gradient = [mpf(0)] * n
        hessian = [[mpf(0)] * n for _ in range(n)]
        loglik = mpf(0)
        for row, (total, bad) in zip(rows, counts):
            eta = mp.fdot(row, beta)
            p = 1 / (1 + mp.exp(-eta))
            w = total * p * (1 - p)
            r = bad - total * p
            loglik += bad * mp.log(p) + (total - bad) * mp.log(1 - p)
            for i in range(n):
                gradient[i] += r * row[i]
                wi = w * row[i]
                for j in range(i + 1):
                    hessian[i][j] += wi * row[j]
        for i in range(n):
            for j in range(i):
                hessian[j][i] = hessian[i][j]
        step = solve(hessian, [gradient])[0]
        beta = [b + s for b, s in zip(beta, step)]
        if max(abs(s) / (abs(b) + mpf(10) ** -20) for s, b in zip(step, beta)) < mpf(10) ** -30:
            break
    else:
        raise SystemExit("no convergence")
    identity = [[mpf(i == j) for i in range(n)] for j in range(n)]
    inverse = solve(hessian, identity)
    return ([b / mpf(s) for b, s in zip(beta, scale)], [mp.sqrt(inverse[i][i]) / mpf(scale[i]) for i in range(n)], loglik)


def ill_scaled():
    """Two thousand rows; the scales differ by 10^18, and offset is nearly a multiple of the constant."""
    rows, bads = [], []
    for i in range(1, 2001):
        huge = float((i * 7919) % 2003) * 1000000.0
        tiny = float((i * 104729) % 1009) / 1000000000000.0
        offset = 100000.0 + float((i * 31) % 17)
        skewed = float(((i * 613) % 97) ** 4)
        rows.append({"huge": huge, "tiny": tiny, "offset": offset, "skewed": skewed})
        bads.append((i * 48271) % 1013 < 20 + (i * 7919) % 2003 // 10 + (i * 104729) % 1009 // 8 + (i * 31) % 17 * 9 + (i * 613) % 97 * 2)
    return rows, bads


def main():
    header("Logistic regression of bad: maximum-likelihood coefficients and standard errors (inverse Fisher information),\n"
           "by Newton's method in 60 decimal digits; statsmodels' Logit agreed to 1e-6.\n"
           "german, taiwan: the numeric characteristics a lender may use. ill_scaled: the table made below.",
           ["mpmath", "statsmodels", "numpy"])
    print("""CREATE TABLE golden_logistic (dataset text, term text, coefficient float8, standard_error float8, PRIMARY KEY (dataset, term));
CREATE TABLE golden_logistic_fit (dataset text PRIMARY KEY, n_rows bigint, log_likelihood float8);
CREATE TABLE ill_scaled AS
SELECT i AS id, (i * 7919 % 2003)::float8 * 1000000 AS huge, (i * 104729 % 1009)::float8 / 1000000000000 AS tiny,
  100000 + (i * 31 % 17)::float8 AS "offset", ((i * 613 % 97) * (i * 613 % 97) * (i * 613 % 97) * (i * 613 % 97))::float8 AS skewed,
  i * 48271 % 1013 < 20 + i * 7919 % 2003 / 10 + i * 104729 % 1009 / 8 + i * 31 % 17 * 9 + i * 613 % 97 * 2 AS bad
FROM generate_series(1, 2000) i;""")
    terms, fits = [], []
    for name, (rows, bads), columns in (("german", german(), GERMAN_NUMERIC), ("taiwan", taiwan(), TAIWAN_NUMERIC),
                                        ("ill_scaled", ill_scaled(), ["huge", "tiny", "offset", "skewed"])):
        x = [[1.0] + [float(row[c]) for c in columns] for row in rows]
        y = [int(b) for b in bads]
        beta, error, loglik = newton(x, y)
        # statsmodels on standardised columns, carried back.
        m = np.array(x)
        mean, sd = m[:, 1:].mean(0), m[:, 1:].std(0)
        res = sm.Logit(np.array(y), np.column_stack([m[:, :1], (m[:, 1:] - mean) / sd])).fit(disp=0, tol=1e-12, maxiter=100)
        a = np.diag(np.r_[1.0, 1 / sd])
        a[0, 1:] = -mean / sd
        for i, (b, s) in enumerate(zip(a @ res.params, np.sqrt(np.diag(a @ res.cov_params() @ a.T)))):
            assert abs(b / float(beta[i]) - 1) < 1e-6 and abs(s / float(error[i]) - 1) < 1e-6, (name, i, b, beta[i], s, error[i])
        assert abs(res.llf / float(loglik) - 1) < 1e-10
        fits.append((text(name), str(len(y)), mp.nstr(loglik, 17)))
        for i, c in enumerate(["(intercept)"] + columns):
            terms.append((text(name), text(c), mp.nstr(beta[i], 17), mp.nstr(error[i], 17)))
    insert("golden_logistic", ["dataset", "term", "coefficient", "standard_error"], terms)
    insert("golden_logistic_fit", ["dataset", "n_rows", "log_likelihood"], fits)


main()
