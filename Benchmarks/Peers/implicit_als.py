"""Times implicit on a matrix that ALSBenchmark exported.

    OPENBLAS_NUM_THREADS=1 python Benchmarks/Peers/implicit_als.py FOLDER ITEMS [FACTORS,...] [ITERATIONS] [SOLVERS] [0|1] [--losses]

SOLVERS are cg (implicit's default, 3 steps) and cholesky; the last argument says whether to recommend to all, too.
With --losses, the objective after every sweep is printed instead of times (of IFALS with `--scaling none`: the sum over all
pairs and both penalties).
"""
import json
import sys
import time

import implicit
import numpy as np
import scipy.sparse as sparse
from implicit.cpu._als import calculate_loss
from implicit.cpu.als import AlternatingLeastSquares

with_losses = "--losses" in sys.argv
sys.argv = [argument for argument in sys.argv if argument != "--losses"]
folder, items = sys.argv[1], int(sys.argv[2])
factor_counts = [int(f) for f in (sys.argv[3] if len(sys.argv) > 3 else "64").split(",")]
iterations = int(sys.argv[4]) if len(sys.argv) > 4 else 3
solvers = (sys.argv[5] if len(sys.argv) > 5 else "cg,cholesky").split(",")
lists = len(sys.argv) <= 6 or sys.argv[6] == "1"
offsets = np.fromfile(f"{folder}/offsets.i64", np.int64)
matrix = sparse.csr_matrix(
    (1 + 40 * np.fromfile(f"{folder}/values.f32", np.float32), np.fromfile(f"{folder}/columns.i32", np.int32),
     offsets.astype(np.int32)), shape=(len(offsets) - 1, items),
)
for factors in factor_counts:
    for cg in [solver == "cg" for solver in solvers]:
        model = AlternatingLeastSquares(
            factors=factors, regularization=0.01, alpha=1, use_native=True, use_cg=cg, iterations=iterations,
            num_threads=2, random_state=1,
        )
        if with_losses:
            weight = matrix.data.sum(dtype=np.float64) + matrix.shape[0] * matrix.shape[1] - matrix.nnz
            losses = []
            model.fit(matrix, show_progress=False, callback=lambda *_: losses.append(weight * calculate_loss(
                matrix, model.user_factors, model.item_factors, 0.01, num_threads=2)))
            print(json.dumps({
                "what": "implicit-losses", "factors": factors, "solver": "cg" if cg else "cholesky",
                "losses": " ".join(f"{loss:.0f}" for loss in losses),
            }), flush=True)
            continue
        times, processor = [time.perf_counter()], [time.process_time()]

        def stamp(*_):
            times.append(time.perf_counter())
            processor.append(time.process_time())

        model.fit(matrix, show_progress=False, callback=stamp)
        print(json.dumps({
            "what": "implicit-fit", "version": implicit.__version__, "factors": factors,
            "solver": "cg" if cg else "cholesky", "sweep_median_s": round(float(np.median(np.diff(times)[1:])), 3),
            "first_sweep_and_setup_s": round(times[1] - times[0], 3),
            "sweeps_s": " ".join(f"{t:.3f}" for t in np.diff(times)[1:]),
            "sweeps_cpu_s": " ".join(f"{t:.3f}" for t in np.diff(processor)[1:]),
            "sweep_min_s": round(float(np.diff(times)[1:].min()), 3),
        }), flush=True)
        if cg and lists:
            start = time.perf_counter()
            for first in range(0, matrix.shape[0], 8192):
                users = np.arange(first, min(matrix.shape[0], first + 8192))
                model.recommend(users, matrix[users], N=10, filter_already_liked_items=True)
            print(json.dumps({
                "what": "implicit-recommend-all", "factors": factors, "s": round(time.perf_counter() - start, 3),
            }), flush=True)
