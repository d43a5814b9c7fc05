"""Data and formulas shared by the reference scripts of IFALS."""
import json
import sys
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parents[3] / "Tests" / "IFALSTests" / "Golden"
ALPHA, REGULARIZATION = 40.0, 0.05


def data(seed=20240501, users=40, items=30, factors=6):
    """Skewed random ratings, every user and item with at least one, and nonnegative starting vectors."""
    rng = np.random.default_rng(seed)
    pairs = {(u, int(rng.integers(items))) for u in range(users)} | {(int(rng.integers(users)), i) for i in range(items)}
    for _ in range(260):
        pairs.add((int(users * rng.random() ** 2), int(items * rng.random() ** 2)))
    pairs = sorted(pairs)
    values = np.round(1 + np.log1p(rng.integers(1, 20, len(pairs))), 3).astype(np.float32)
    start = np.abs(rng.normal(size=(users, factors)))
    start = (start / np.linalg.norm(start, axis=1, keepdims=True)).astype(np.float32)
    rows, columns = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    return rows, columns, values, start


def dense(rows, columns, values, shape):
    out = np.zeros(shape)
    out[rows, columns] = values
    return out


def objective(ratings, x, y, regularization, exponent):
    """Sum c (p - xy)^2 + regularization * sum n^exponent |.|^2, written out over all pairs."""
    confidence = 1 + ALPHA * ratings
    error = (confidence * ((ratings > 0) - x @ y.T) ** 2).sum()
    users, items = (ratings > 0).sum(1) ** exponent, (ratings > 0).sum(0) ** exponent
    return error + regularization * ((users * (x**2).sum(1)).sum() + (items * (y**2).sum(1)).sum())


def flat(array):
    return [float(f"{value:.8g}") for value in np.asarray(array, dtype=np.float64).ravel()]


def write(name, versions, content):
    """Writes a golden file that names what made it."""
    content = {"command": " ".join(["python", *sys.argv]), "versions": versions, **content}
    GOLDEN.mkdir(parents=True, exist_ok=True)
    (GOLDEN / name).write_text(json.dumps(content, indent=None, separators=(",", ":")) + "\n")
