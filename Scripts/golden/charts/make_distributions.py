"""Bins and cumulative shares by NumPy and statsmodels, which IFCharts' HistogramPlot and ECDFPlot must agree with.

    python Scripts/golden/charts/make_distributions.py > Tests/IFChartsTests/Golden/distributions.json
"""

import json
import sys

import numpy
import statsmodels
from statsmodels.distributions.empirical_distribution import ECDF

generator = numpy.random.default_rng(20261123)
values = numpy.round(generator.gamma(2.0, 9.0, 300), 1)
edge_values = numpy.array([0.0, 15.0, 30.0, 60.0, 60.0, 60.1, -0.1])
everything = numpy.concatenate([values, edge_values])
density, edges = numpy.histogram(everything, bins=24, range=(0, 60), density=True)
counts, _ = numpy.histogram(everything, bins=24, range=(0, 60))
ecdf = ECDF(everything)
at = sorted({float(v) for v in everything if 0 <= v <= 60})
json.dump(
    {
        "made_by": "Scripts/golden/charts/make_distributions.py",
        "numpy": numpy.__version__,
        "statsmodels": statsmodels.__version__,
        "python": sys.version.split()[0],
        "seed": 20261123,
        "values": everything.tolist(),
        "edges": edges.tolist(),
        "density": density.tolist(),
        "counts": counts.tolist(),
        "ecdf_x": at,
        "ecdf_y": [float(ecdf(x)) for x in at],
    },
    sys.stdout,
)
print()
