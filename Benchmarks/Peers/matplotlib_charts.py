"""CPU time of drawing the charts of ChartBenchmark with matplotlib: same data, same size in pixels, PNG, Agg.

    python -m venv venv && venv/bin/pip install matplotlib==3.10.8 numpy
    venv/bin/python Benchmarks/Peers/matplotlib_charts.py [--folder DIR] [--ours FILE]

Prints one line of JSON a chart: median, lowest and highest of 15 drawings after 2 warm-ups, in milliseconds of CPU time.
With --ours, a file of ChartBenchmark's lines, also the ratio. Making the data is outside the clock on both sides.
"""

import argparse
import datetime
import io
import json
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

INK = "#1F2328"


def noise(count, salt):
    index = np.arange(count, dtype=float) + salt
    total = np.full(count, -3.0)
    for term in range(1, 7):
        value = index * 0.6180339887498949 * (term * term + 1)
        total += value - np.floor(value)
    return total


def bars(axes, data):
    names = ["Precision@10", "Recall@10", "MAP@10", "NDCG@10"]
    value = 0.18 - 0.03 * np.arange(4)
    place = np.arange(4)
    axes.bar(place - 0.2, value, 0.4, yerr=0.005, capsize=4, label="als")
    axes.bar(place + 0.2, value * 0.7, 0.4, yerr=0.005, capsize=4, label="baseline")
    axes.set_xticks(place, names)
    axes.set_ylabel("Value")
    axes.legend()
    return "The latest run against the baseline"


def trend(axes, data):
    dates = [datetime.datetime.fromtimestamp(1763000000 + i * 90000, datetime.timezone.utc) for i in range(40)]
    for index, (series, values) in enumerate(zip(["als", "baseline", "lift"], data)):
        axes.plot(dates, values, marker="o", label=series)
    axes.set_xlabel("Run finished (UTC)")
    axes.set_ylabel("NDCG@10")
    axes.legend()
    return "NDCG@10 over the runs"


def histogram(axes, data):
    for values, name in zip(data, ["before", "after"]):
        axes.hist(values, bins=60, range=(0, 60), density=True, alpha=0.45, histtype="stepfilled", label=name)
    axes.set_xlabel("Days")
    axes.set_ylabel("Density")
    axes.legend()
    return "Days between orders"


def ecdf(axes, data):
    for values, name in zip(data, ["before", "after"]):
        axes.ecdf(values, label=name)
    axes.set_xlabel("Days")
    axes.set_ylabel("Cumulative share")
    axes.legend()
    return "Share of intervals"


def heatmap(axes, data):
    table = data.reshape(30, 10)
    reach = np.abs(table).max()
    image = axes.imshow(table, cmap="RdBu_r", vmin=-reach, vmax=reach, aspect="auto")
    axes.set_xticks(range(10), [f"Segment {i}" for i in range(10)])
    axes.set_yticks(range(30), [f"Product {i}" for i in range(30)])
    for row in range(30):
        for column in range(10):
            axes.text(column, row, f"{table[row, column]:.1f}", ha="center", va="center", fontsize=6)
    axes.figure.colorbar(image, ax=axes, label="log2 lift")
    return "Lift"


def scatter(axes, data):
    x, y, codes = data
    points = axes.scatter(x, y, c=codes, s=3, alpha=0.25, cmap="tab10", linewidths=0)
    axes.legend(*points.legend_elements(num=10), title="Segment")
    axes.set_xlabel("First component")
    axes.set_ylabel("Second component")
    return "Customers by segment"


before, after = 15 + 9 * noise(100_000, 1), 22 + 12 * noise(100_000, 2)
codes = np.arange(50_000) % 10
CASES = [
    (bars, None),
    (trend, [0.05 + 0.03 * i + 0.002 * noise(40, i) for i in range(3)]),
    (histogram, [before, after]),
    (ecdf, [before[:20_000], after[:20_000]]),
    (heatmap, noise(300, 5)),
    (scatter, [noise(50_000, 3) + codes % 5, noise(50_000, 4) + (codes // 5) * 3, codes]),
]


def draw(function, data):
    figure, axes = plt.subplots(figsize=(8, 4.8), dpi=200, layout="constrained")
    axes.grid(axis="y", color="#E4E7EB")
    axes.set_axisbelow(True)
    axes.set_title(function(axes, data), loc="left")
    sink = io.BytesIO()
    figure.savefig(sink, format="png")
    plt.close(figure)
    return sink.getvalue()


parser = argparse.ArgumentParser()
parser.add_argument("--folder")
parser.add_argument("--ours")
options = parser.parse_args()
ours = {}
if options.ours:
    ours = {line["chart"]: line for line in map(json.loads, open(options.ours))}
for function, data in CASES:
    times = []
    for _ in range(17):
        start = time.process_time()
        picture = draw(function, data)
        times.append((time.process_time() - start) * 1000)
    warm = sorted(times[2:])
    name = function.__name__
    line = {
        "chart": name, "median_ms": warm[7], "min_ms": warm[0], "max_ms": warm[-1], "bytes": len(picture),
        "matplotlib": matplotlib.__version__,
    }
    if name in ours:
        line["ours_ms"] = ours[name]["median_ms"]
        line["ratio"] = round(ours[name]["median_ms"] / warm[7], 3)
    print(json.dumps(line))
    if options.folder:
        with open(f"{options.folder}/{name}.png", "wb") as file:
            file.write(picture)
