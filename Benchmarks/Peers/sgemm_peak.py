"""Single-precision matrix products a second with as many threads as OPENBLAS_NUM_THREADS says: GFLOP/s, best and median.

    OPENBLAS_NUM_THREADS=2 python Benchmarks/Peers/sgemm_peak.py
"""
import json
import time

import numpy as np

n = 2048
a, b = (np.random.rand(n, n).astype(np.float32) for _ in range(2))
c = np.zeros((n, n), np.float32)
times = []
for _ in range(9):
    start = time.perf_counter()
    np.dot(a, b, out=c)
    times.append(time.perf_counter() - start)
rates = sorted(2 * n**3 / t / 1e9 for t in times[1:])
print(json.dumps({"what": "sgemm", "best": round(rates[-1], 1), "median": round(rates[len(rates) // 2], 1)}))
