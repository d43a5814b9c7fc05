"""Implicit ALS in double precision, straight from the formulas: items first, then users."""
import sys

import numpy as np
import scipy
from scipy.optimize import nnls

from common import ALPHA, REGULARIZATION, data, dense, flat, objective, write


def half(ratings, y, exponent, nonnegative):
    out = np.zeros((ratings.shape[0], y.shape[1]))
    gram = y.T @ y
    for row, entries in enumerate(ratings):
        seen = entries > 0
        count = seen.sum()
        a = gram + (y[seen].T * (ALPHA * entries[seen])) @ y[seen]
        a += REGULARIZATION * count**exponent * np.eye(y.shape[1])
        b = ((1 + ALPHA * entries[seen])[:, None] * y[seen]).sum(0)
        if nonnegative:
            # min x'Ax/2 - b'x is min |L'x - L^-1 b|^2 / 2 with A = L L'.
            lower = np.linalg.cholesky(a)
            out[row] = nnls(lower.T, np.linalg.solve(lower, b))[0]
        else:
            out[row] = np.linalg.solve(a, b)
    return out


def main():
    rows, columns, values, start = data()
    ratings = dense(rows, columns, values.astype(np.float64), (rows.max() + 1, columns.max() + 1))
    cases = []
    for nonnegative in (False, True):
        for exponent in (0.0, 0.5, 1.0):
            x, losses = start.astype(np.float64), []
            for sweep in range(3):
                y = half(ratings.T, x, exponent, nonnegative)
                x = half(ratings, y, exponent, nonnegative)
                losses.append(objective(ratings, x, y, REGULARIZATION, exponent))
                if sweep in (0, 2):
                    cases.append(
                        {
                            "nonnegative": nonnegative, "exponent": exponent, "sweeps": sweep + 1,
                            "users": flat(x), "items": flat(y), "losses": list(losses),
                        }
                    )
    write(
        "numpy.json", {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__},
        {
            "alpha": ALPHA, "regularization": REGULARIZATION, "factors": start.shape[1], "rows": rows.tolist(),
            "columns": columns.tolist(), "values": [float(f"{v:.8g}") for v in values], "start": flat(start),
            "cases": cases,
        },
    )


main()
