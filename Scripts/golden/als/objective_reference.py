"""The objective after every sweep at 32 factors: implicit's Cholesky solver and exact ALS in double precision.

Ratings and starting vectors are integers of a linear congruential generator, which the Swift test draws again, so that
the golden file holds no data. Conventions as in implicit_reference.py: implicit gets the transposed matrix, whose
values are the confidences 1 + alpha * r, and does not scale the regularization.
"""
import sys

import implicit
import numpy as np
import scipy
import scipy.sparse as sparse
from implicit.cpu.als import AlternatingLeastSquares

from common import write

USERS, ITEMS, FACTORS, SWEEPS = 600, 300, 32, 8
ALPHA, REGULARIZATION = 10.0, 1.0


class Generator:
    """The upper 31 bits of Knuth's linear congruential generator modulo 2^64."""

    def __init__(self, state):
        self.state = state

    def draw(self, bound):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % bound


def data():
    """Skewed ratings 1...5; one draw in two goes to the favourites of the user's group. Users' starting vectors."""
    generator = Generator(20261)
    entries = {}
    for user in range(USERS):
        for _ in range(5 + generator.draw(51)):
            item = generator.draw(ITEMS) * generator.draw(ITEMS) // ITEMS
            if generator.draw(2) == 1:
                item = (item + 37 * (user % 8)) % ITEMS
            value = 1 + generator.draw(5)
            entries.setdefault((user, item), value)
    pairs = sorted(entries)
    rows, columns = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    values = np.array([entries[p] for p in pairs], dtype=np.float64)
    start = [(generator.draw(2001) - 1000) / 8192 for _ in range(USERS * FACTORS)]
    return rows, columns, values, np.array(start).reshape(USERS, FACTORS)


def objective(confidence, x, y):
    """Sum c (p - xy)^2 + regularization * sum |.|^2 over all pairs, c = 1 and p = 0 where nothing is known."""
    x, y = x.astype(np.float64), y.astype(np.float64)
    known = confidence > 0
    error = (np.where(known, confidence, 1.0) * (known - x @ y.T) ** 2).sum()
    return float(error + REGULARIZATION * ((x**2).sum() + (y**2).sum()))


def half(confidence, y):
    gram = y.T @ y + REGULARIZATION * np.eye(FACTORS)
    out = np.zeros((len(confidence), FACTORS))
    for row, entries in enumerate(confidence):
        seen = entries > 0
        a = gram + (y[seen].T * (entries[seen] - 1)) @ y[seen]
        out[row] = np.linalg.solve(a, entries[seen] @ y[seen])
    return out


def main():
    rows, columns, values, start = data()
    confidence = np.zeros((USERS, ITEMS))
    confidence[rows, columns] = 1 + ALPHA * values
    assert (confidence > 0).any(0).all() and (confidence > 0).any(1).all()

    exact, x = [], start
    for _ in range(SWEEPS):
        y = half(confidence.T, x)
        x = half(confidence, y)
        exact.append(objective(confidence, x, y))

    model = AlternatingLeastSquares(
        factors=FACTORS, regularization=REGULARIZATION, alpha=1, dtype=np.float32, use_native=True, use_cg=False,
        iterations=1, num_threads=1,
    )
    model.user_factors = np.zeros((ITEMS, FACTORS), np.float32)  # our items
    model.item_factors = start.astype(np.float32)  # our users
    transposed = sparse.csr_matrix(confidence.T.astype(np.float32))
    found = []
    for _ in range(SWEEPS):
        model.fit(transposed, show_progress=False)
        found.append(objective(confidence, model.item_factors, model.user_factors))

    write(
        "objective.json",
        {
            "python": sys.version.split()[0], "implicit": implicit.__version__, "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        {
            "users": USERS, "items": ITEMS, "factors": FACTORS, "alpha": ALPHA, "regularization": REGULARIZATION,
            "entries": len(values), "sumOfColumns": int(columns.sum()), "sumOfValues": values.sum(),
            "sumOfStart": start.sum(), "exact": exact, "implicit": found,
        },
    )


main()
