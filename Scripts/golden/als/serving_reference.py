"""References of what a fitted model answers, in double precision: vectors of new users and items, contributions to a
score, neighbours; and XXH64 of some bytes. Needs numpy, scipy and xxhash.

python Scripts/golden/als/serving_reference.py
"""
import json
import sys

import numpy as np
import scipy
import xxhash
from scipy.optimize import nnls

from common import GOLDEN

USERS, ITEMS, RANK = 24, 30, 6
ALPHA, REGULARIZATION = 12.0, 0.08


def confidence(form, ratings):
    """c of observed pairs, as ConfidenceForm says."""
    return {"linear": 1 + ALPHA * ratings, "logarithmic": 1 + ALPHA * np.log1p(ratings), "as-given": ratings}[form]


def solve(vectors, columns, c, weight, ridge, nonnegative):
    """The vector of one row, and what each entry adds to the score of each of `vectors`."""
    rank = vectors.shape[1]
    y = vectors[columns]
    a = weight * vectors.T @ vectors + ridge * np.eye(rank) + (y.T * (c - weight)) @ y
    b = y.T @ c
    if nonnegative:
        # min |Lᵀx − L⁻¹b|² over x ≥ 0 has the normal equations A x = b.
        lower = np.linalg.cholesky(a)
        x, _ = nnls(lower.T, np.linalg.solve(lower, b))
    else:
        x = np.linalg.solve(a, b)
    passive = np.flatnonzero(x > 0) if nonnegative else np.arange(rank)
    inverse = np.linalg.inv(a[np.ix_(passive, passive)])
    # contributions[i, j] = c_j y_i' W y_j on the passive set
    contributions = vectors[:, passive] @ inverse @ y[:, passive].T * c
    return x, contributions


def main():
    rng = np.random.default_rng(20240601)
    users = np.round(rng.normal(size=(USERS, RANK)) * 0.6, 4).astype(np.float32)
    items = np.round(rng.normal(size=(ITEMS, RANK)) * 0.6, 4).astype(np.float32)
    columns = np.sort(rng.choice(ITEMS, 7, replace=False))
    ratings = np.round(1 + 3 * rng.random(7), 3).astype(np.float32)
    takers = np.sort(rng.choice(USERS, 5, replace=False))
    strengths = np.round(1 + 3 * rng.random(5), 3).astype(np.float32)
    cases = []
    for nonnegative in (False, True):
        u = np.abs(users) if nonnegative else users
        v = np.abs(items) if nonnegative else items
        for form in ("linear", "logarithmic", "as-given"):
            for exponent in (0.0, 0.5, 1.0):
                for weight in (1.0, 0.3):
                    user, contributions = solve(
                        v.astype(float), columns, confidence(form, ratings.astype(float)), weight,
                        REGULARIZATION * len(columns) ** exponent, nonnegative)
                    item, _ = solve(
                        u.astype(float), takers, confidence(form, strengths.astype(float)), weight,
                        REGULARIZATION * len(takers) ** exponent, nonnegative)
                    cases.append({
                        "nonnegative": nonnegative, "confidence": form, "exponent": exponent,
                        "unobservedWeight": weight, "user": user.tolist(), "item": item.tolist(),
                        "contributions": contributions[:6].tolist()})
    unit = items.astype(float) / np.linalg.norm(items.astype(float), axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    products = items.astype(float) @ items.astype(float).T
    np.fill_diagonal(products, -np.inf)
    texts = [b"", b"a", b"abc", b"InsightFlow", bytes(range(32)), bytes(range(33)), bytes(i % 251 for i in range(1000))]
    out = {
        "command": "python Scripts/golden/als/serving_reference.py",
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__,
                     "xxhash": xxhash.VERSION},
        "alpha": ALPHA, "regularization": REGULARIZATION, "rank": RANK,
        "users": users.ravel().tolist(), "items": items.ravel().tolist(),
        "columns": columns.tolist(), "ratings": ratings.tolist(),
        "takers": takers.tolist(), "strengths": strengths.tolist(), "cases": cases,
        "cosine": np.argsort(-cosines, axis=1, kind="stable")[:, :8].tolist(),
        "innerProduct": np.argsort(-products, axis=1, kind="stable")[:, :8].tolist(),
        "hashes": [{"bytes": list(text), "seed": seed, "hash": xxhash.xxh64(text, seed=seed).hexdigest()}
                   for text in texts for seed in (0, 7)],
    }
    (GOLDEN / "serving.json").write_text(json.dumps(out) + "\n")


if __name__ == "__main__":
    main()
