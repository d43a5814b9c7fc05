"""Ticks by mizani's implementation of the extended Wilkinson algorithm, which LinearTicks must agree with.

    python Scripts/golden/charts/make_ticks.py > Tests/IFChartsTests/Golden/ticks.json

Needs mizani from PyPI.
"""

import json
import random
import sys

import mizani
from mizani.breaks import breaks_extended

random.seed(20261123)
ranges = [(8.1, 14.1, 4), (0, 100, 5), (0, 1, 5), (-1, 1, 5), (0, 0.0913, 6), (1e-12, 1e12, 6), (-5, -1, 4)]
for _ in range(60):
    low = random.uniform(-1, 1) * 10 ** random.uniform(-6, 6)
    high = low + abs(low) * 10 ** random.uniform(-3, 2) + 10 ** random.uniform(-8, 6)
    ranges.append((low, high, random.randint(3, 9)))
json.dump(
    {
        "made_by": "Scripts/golden/charts/make_ticks.py",
        "mizani": mizani.__version__,
        "python": sys.version.split()[0],
        "seed": 20261123,
        "cases": [
            {"low": low, "high": high, "target": n, "ticks": [float(t) for t in breaks_extended(n=n)((low, high))]}
            for low, high, n in ranges
        ],
    },
    sys.stdout,
)
print()
