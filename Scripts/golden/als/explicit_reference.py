"""Explicit ALS in double precision, straight from the formulas: items first, then users.

A bias is one more unknown of its row, which meets a 1 on the other side; all unknowns of a row have one ridge.
"""
import sys

import numpy as np
import scipy
from scipy.optimize import nnls

from common import data, flat, write

REGULARIZATION = 0.08


def half(ratings, rated, mean, other, other_bias, exponent, biases, nonnegative):
    width = other.shape[1] + biases
    out = np.zeros((ratings.shape[0], width))
    for row in range(ratings.shape[0]):
        seen = rated[row]
        y = np.hstack([other[seen], np.ones((seen.sum(), 1))]) if biases else other[seen]
        target = ratings[row, seen] - mean - other_bias[seen]
        a = y.T @ y + REGULARIZATION * seen.sum() ** exponent * np.eye(width)
        b = y.T @ target
        if nonnegative:
            lower = np.linalg.cholesky(a)
            out[row] = nnls(lower.T, np.linalg.solve(lower, b))[0]
        else:
            out[row] = np.linalg.solve(a, b)
    return out[:, : other.shape[1]], out[:, -1] if biases else np.zeros(len(out))


def main():
    rows, columns, _, start = data()
    rng = np.random.default_rng(5)
    users, items = rows.max() + 1, columns.max() + 1
    taste = rng.normal(size=(users, 2)) @ rng.normal(size=(2, items))
    level = 3.4 + rng.normal(0, 0.5, users)[:, None] + rng.normal(0, 0.5, items)[None]
    full = np.clip(np.round(2 * (level + 0.6 * taste + rng.normal(0, 0.3, taste.shape))) / 2, 0.5, 5)
    rated = np.zeros((users, items), bool)
    rated[rows, columns] = True
    ratings = np.where(rated, full, 0)
    cases = []
    for centers, biases, nonnegative in ((True, True, False), (False, True, False), (True, False, False),
                                         (False, False, False), (False, False, True)):
        for exponent in (0.0, 1.0):
            mean = ratings[rated].mean() if centers else 0.0
            x, b, losses = start.astype(np.float64), np.zeros(users), []
            for sweep in range(3):
                y, d = half(ratings.T, rated.T, mean, x, b, exponent, biases, nonnegative)
                x, b = half(ratings, rated, mean, y, d, exponent, biases, nonnegative)
                error = (rated * (ratings - mean - b[:, None] - d[None] - x @ y.T)) ** 2
                penalty = (rated.sum(1) ** exponent * ((x**2).sum(1) + b**2)).sum()
                penalty += (rated.sum(0) ** exponent * ((y**2).sum(1) + d**2)).sum()
                losses.append(float(error.sum() + REGULARIZATION * penalty))
                if sweep in (0, 2):
                    cases.append(
                        {
                            "centers": centers, "biases": biases, "nonnegative": nonnegative, "exponent": exponent,
                            "sweeps": sweep + 1, "users": flat(x), "items": flat(y), "userBiases": flat(b),
                            "itemBiases": flat(d), "losses": list(losses),
                            "rmse": float(np.sqrt(error.sum() / rated.sum())),
                        }
                    )
    write(
        "explicit.json", {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__},
        {
            "regularization": REGULARIZATION, "factors": start.shape[1], "rows": rows.tolist(),
            "columns": columns.tolist(), "values": [float(v) for v in full[rows, columns]], "start": flat(start),
            "cases": cases,
        },
    )


main()
