"""implicit's Cholesky solver from the same start.

implicit solves for users first and takes c = alpha * r, without scaling the regularization. We solve for items
first and take c = 1 + alpha * r: so it gets the transposed matrix, whose values are the confidences.
"""
import sys

import implicit
import numpy as np
import scipy
import scipy.sparse as sparse
from implicit.cpu.als import AlternatingLeastSquares

from common import ALPHA, REGULARIZATION, data, flat, write


def main():
    rows, columns, values, start = data()
    shape = (rows.max() + 1, columns.max() + 1)
    confidence = sparse.csr_matrix((1 + ALPHA * values.astype(np.float64), (columns, rows)), shape=shape[::-1])
    cases = []
    for sweeps in (1, 3):
        model = AlternatingLeastSquares(
            factors=start.shape[1], regularization=REGULARIZATION, alpha=1, dtype=np.float32, use_native=True,
            use_cg=False, iterations=sweeps, num_threads=1,
        )
        model.user_factors = np.zeros((shape[1], start.shape[1]), np.float32)  # our items
        model.item_factors = start.copy()  # our users
        model.fit(confidence.astype(np.float32), show_progress=False)
        cases.append({"sweeps": sweeps, "users": flat(model.item_factors), "items": flat(model.user_factors)})
    write(
        "implicit.json",
        {
            "python": sys.version.split()[0], "implicit": implicit.__version__, "numpy": np.__version__,
            "scipy": scipy.__version__,
        },
        {"cases": cases},
    )


main()
