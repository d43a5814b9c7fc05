"""CPU time of drawing the charts of ChartBenchmark with matplotlib: same data, same size in pixels, PNG, Agg.

    python -m venv venv && venv/bin/pip install matplotlib==3.11.2 numpy==2.4.6
    venv/bin/python Benchmarks/Peers/matplotlib_charts.py [--rounds N] [--folder DIR] [--ours FILE]

Prints the versions, then one line of JSON a chart, in milliseconds of CPU time: the median of the rounds' medians, and the
lowest and highest of them. A round draws every chart 15 times after 2 warm-ups. With --ours, a file of ChartBenchmark's
lines, also the ratio of the medians, and in ratio_range the best and the worst that the rounds of both allow. A picture of
another size than ours is an error. Making the data is outside the clock on both sides, counting and sorting it is inside.
"""

import argparse
import datetime
import io
import json
import platform
import statistics
import struct
import sys
import time

import matplotlib

matplotlib.use("Agg")
import matplotlib.ft2font
import matplotlib.pyplot as plt
import matplotlib.ticker
import numpy as np

DPI = 200
METRICS = ["Precision@10", "Recall@10", "MAP@10", "NDCG@10"]
SEGMENTS = [f"Segment {i}" for i in range(10)]
PRODUCTS = [f"Product {i}" for i in range(30)]
DATES = [datetime.datetime.fromtimestamp(1763000000 + i * 90000, datetime.timezone.utc) for i in range(40)]
PERCENT = matplotlib.ticker.PercentFormatter(1)


def noise(count, salt):
    index = np.arange(count, dtype=float) + salt
    total = np.full(count, -3.0)
    for term in range(1, 7):
        value = index * 0.6180339887498949 * (term * term + 1)
        total += value - np.floor(value)
    return total


def bars(axes, data):
    value = 0.18 - 0.03 * np.arange(4)
    place = np.arange(4)
    axes.bar(place - 0.2, value, 0.4, yerr=0.005, capsize=4, label="als")
    axes.bar(place + 0.2, value * 0.7, 0.4, yerr=0.005, capsize=4, label="baseline")
    axes.set_xticks(place, METRICS)
    axes.set_ylabel("Value")
    axes.legend()
    return "The latest run against the baseline"


def trend(axes, data):
    for index, (series, values) in enumerate(zip(["als", "baseline", "lift"], data)):
        axes.plot(DATES, values, marker="o", label=series)
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


def cells(axes, table, columns, rows, name, reach, digits=1, diverging=True):
    image = axes.imshow(
        table, cmap="RdBu_r" if diverging else "Blues", vmin=-reach if diverging else 0, vmax=reach, aspect="auto")
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    for row in range(len(rows)):
        for column in range(len(columns)):
            value = table[row, column]
            dark = abs(value) > 0.6 * reach
            axes.text(
                column, row, f"{value:.{digits}f}", ha="center", va="center", fontsize=6,
                color="white" if dark else "black")
    axes.grid(False)
    axes.figure.colorbar(image, ax=axes, label=name)


def heatmap(axes, data):
    table = data.reshape(30, 10)
    cells(axes, table, SEGMENTS, PRODUCTS, "log2 lift", np.abs(table).max())
    return "Lift"


def scatter(axes, data):
    x, y, codes = data
    points = axes.scatter(x, y, c=codes, s=3, alpha=0.25, cmap="tab10", linewidths=0)
    axes.legend(*points.legend_elements(num=10), title="Segment")
    axes.set_xlabel("First component")
    axes.set_ylabel("Second component")
    return "Customers by segment"


def imputation_histogram(axes, data):
    for values, name in zip(data, ["before", "after"]):
        clipped = np.minimum(values, 60)
        axes.hist(clipped, bins=60, range=(0, 60), density=True, alpha=0.45, histtype="stepfilled", label=name)
    axes.set_xlim(0, 60)
    axes.set_xlabel("Days since the prior order")
    axes.set_ylabel("Density")
    axes.legend()
    return "Days between orders, before and after imputation\nDensity of intervals from 0 to 60 days; longer ones are in the last bin"


def imputation_cdf(axes, data):
    for values, name in zip(data, ["before", "after"]):
        axes.ecdf(values[values <= 60], label=name)
    axes.set_xlim(0, 60)
    axes.set_ylim(0, 1)
    axes.yaxis.set_major_formatter(PERCENT)
    axes.set_xlabel("Days since the prior order")
    axes.legend()
    return "Share of intervals up to a number of days\nEmpirical cumulative distribution, before and after imputation"


def imputation_share(axes, data):
    bars = axes.bar(["before", "after"], data, 0.7, color=["C0", "C1"])
    axes.bar_label(bars, [f"{value:.1%}" for value in data])
    axes.set_ylim(0, 1.08)
    axes.yaxis.set_major_formatter(PERCENT)
    axes.set_ylabel("Share")
    return "Intervals of at most 30 days"


def chain_traces(panels, data):
    for axes, chains, statistic in zip(panels, data, ["mean", "standard deviation"]):
        for chain, values in enumerate(chains):
            axes.plot(range(1, 11), values, linewidth=1.6, label=str(chain + 1))
        axes.set_title(statistic)
        axes.set_xlabel("Sweep")
    panels[0].figure.legend(*panels[0].get_legend_handles_labels(), title="Chain", ncols=7, loc="outside upper left")
    return "Imputed values of days since the prior order, sweep by sweep\nConverged chains mix freely and show no trend"


def training_loss(axes, data):
    axes.plot(range(1, 11), data, marker="o")
    axes.set_xlabel("Sweep")
    axes.set_ylabel("Weighted squared error with penalty")
    return "Training: objective after each sweep\n64 factors, 12,345 users"


def metric_trend(panels, data):
    later = [date + datetime.timedelta(seconds=600) for date in DATES]
    times = sorted(DATES + later)
    panels[0].plot(DATES, data[0], marker="o", label="als")
    panels[0].plot(later, data[1], marker="o", label="als-postrank")
    panels[0].plot(times, [0.061] * len(times), marker="o", label="baseline")
    panels[1].plot(DATES, data[0] / 0.061 - 1, marker="o")
    panels[1].plot(later, data[1] / 0.061 - 1, marker="o")
    panels[0].set_title("NDCG@10")
    panels[1].set_title("Lift over the baseline (0.1 is 10% more)")
    panels[1].set_xlabel("Run finished (UTC)")
    panels[0].legend()
    return "NDCG@10 over the runs"


def coverage_trend(axes, data):
    axes.plot(DATES, data, marker="o")
    axes.yaxis.set_major_formatter(matplotlib.ticker.PercentFormatter(1, decimals=1))
    axes.set_xlabel("Run finished (UTC)")
    axes.set_ylabel("Covered share")
    return "Share of the catalogue recommended"


def metrics_bar(axes, data):
    place = np.arange(4)
    axes.bar(place - 0.2, data, 0.4, yerr=0.004, capsize=4, label="als")
    axes.bar(place + 0.2, data * 0.6, 0.4, yerr=0.003, capsize=4, label="baseline")
    axes.set_xticks(place, METRICS)
    axes.set_ylabel("Value")
    axes.legend()
    return "The latest run against the baseline\n13,120 users, 95% confidence intervals"


def trade_off(axes, weights):
    coverage, precision = 0.12 + 0.3 * weights, 0.17 - 0.03 * weights * weights
    axes.plot(coverage, precision, color="#8C959F", linewidth=1.4)
    axes.scatter(coverage, precision, s=50, zorder=3)
    for weight, x, y in zip(weights, coverage, precision):
        text = f"{weight:g}" + (" (in use)" if weight == 0.3 else "")
        axes.annotate(text, (x, y), xytext=(0, 6), textcoords="offset points", ha="center")
    axes.xaxis.set_major_formatter(PERCENT)
    axes.set_xlabel("Share of the catalogue recommended")
    axes.set_ylabel("Precision@10")
    return "Precision against coverage of the catalogue\nNumbers are the weight of popularity γ; up and to the right is better"


def segment_profiles(axes, data):
    table = data.reshape(10, 3)
    cells(
        axes, table, ["Recency", "Frequency", "Monetary"], SEGMENTS, "z-score of the centroid", np.abs(table).max(),
        digits=2)
    return "Profiles of the segments\nHow far each segment's mean lies from the mean of all customers"


def segment_plane(axes, data):
    scatter(axes, data)
    axes.set_xlabel("First principal component (71% of the variance)")
    axes.set_ylabel("Second principal component (22%)")
    return "Customers by segment\nRecency, frequency and monetary value, projected to the plane of the greatest variance"


def segment_lift(axes, data):
    table = np.log2(data).reshape(30, 10)
    cells(axes, table, SEGMENTS, PRODUCTS, "log2 of the lift (1 is twice as often)", max(1, np.abs(table).max()))
    return "Products that tell the segments apart\nShare of the segment's purchases over the share of all purchases"


def segment_sizes(axes, data):
    bars = axes.barh(SEGMENTS, data)
    axes.bar_label(bars, [f"{value:,}" for value in data], padding=4)
    axes.invert_yaxis()
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", color="#E4E7EB")
    axes.set_xlabel("Customers")
    return f"Customers in each segment\n{sum(data):,} customers in 10 segments"


def segment_means(panels, data):
    for axes, values, name in zip(panels, data, ["Recency: days", "Frequency: orders", "Monetary: lines an order"]):
        axes.bar(SEGMENTS, values)
        axes.tick_params("x", rotation=45)
        axes.set_title(name)
        axes.set_xlabel("Segment")
    return "Recency, frequency and monetary value of the segments\nMeans over the customers of each segment"


def fifths(values):
    """The fifth that the middle of a value's ranks lies in."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middles = ends - counts / 2
    return np.minimum(4, (5 * middles / len(values)).astype(int))[places]


def rfm_matrix(axes, data):
    columns, rows = map(fifths, data)
    table = np.zeros((5, 5))
    np.add.at(table, (4 - rows, columns), 1)
    cells(
        axes, table, ["1 (recent)", "2", "3", "4", "5 (long ago)"], ["5 (many)", "4", "3", "2", "1 (few)"], "Customers",
        table.max(), digits=0, diverging=False)
    axes.set_xlabel("Fifth by days since the prior order")
    axes.set_ylabel("Fifth by count of orders")
    return "Customers by recency and frequency"


def make_cases():
    """Name, function, data, size in units of half a pixel, rows and columns of panels."""
    before, after = 15 + 9 * noise(100_000, 1), 22 + 12 * noise(100_000, 2)
    days = [np.maximum(0, before), np.maximum(0, after)]
    codes = np.arange(50_000) % 10
    cloud = [noise(50_000, 3) + codes % 5, noise(50_000, 4) + (codes // 5) * 3, codes]
    chains = noise(140, 6)
    runs = 0.08 + 0.002 * noise(80, 7)
    sweep, place = np.arange(1, 11), np.arange(10)
    usual, one = (800, 480), (1, 1)
    return [
        (bars, None, usual, one),
        (trend, [0.05 + 0.03 * i + 0.002 * noise(40, i) for i in range(3)], usual, one),
        (histogram, [before, after], usual, one),
        (ecdf, [before[:20_000], after[:20_000]], usual, one),
        (heatmap, noise(300, 5), (800, 640), one),
        (scatter, cloud, usual, one),
        (imputation_histogram, days, usual, one),
        (imputation_cdf, [days[0][:20_000], days[1][:20_000]], usual, one),
        (imputation_share, [1, 0.962], (480, 400), one),
        (chain_traces, [19 + 0.2 * chains[:70].reshape(7, 10), 6.1 + 0.1 * chains[70:].reshape(7, 10)], (860, 400), (1, 2)),
        (training_loss, 4.1e6 / sweep**2 + 2.3e6, usual, one),
        (metric_trend, [runs[0::2], 0.9 * runs[1::2]], (800, 560), (2, 1)),
        (coverage_trend, 0.31 + 0.02 * noise(40, 8), usual, one),
        (metrics_bar, 0.18 - 0.03 * np.arange(4), usual, one),
        (trade_off, np.arange(11) / 10, usual, one),
        (segment_profiles, noise(30, 9), (640, 530), one),
        (segment_plane, cloud, (800, 600), one),
        (segment_lift, np.exp2(noise(300, 5)), (860, 740), one),
        (segment_sizes, [48_000 // (i + 1) for i in range(10)], (720, 400), one),
        (segment_means, [4 + 2.5 * place, 60 / (place + 1), 8 + place % 4], (960, 380), (1, 3)),
        (rfm_matrix, [15 + 8 * noise(50_000, 10), np.floor(12 + 4 * noise(50_000, 11))], (640, 480), one),
    ]


def draw(function, data, size, grid):
    figure, panels = plt.subplots(
        *grid, figsize=(size[0] / 100, size[1] / 100), dpi=DPI, layout="constrained", squeeze=False)
    panels = list(panels.flat)
    for axes in panels:
        axes.grid(axis="y", color="#E4E7EB")
        axes.set_axisbelow(True)
    if len(panels) == 1:
        panels[0].set_title(function(panels[0], data), loc="left")
    else:
        figure.suptitle(function(panels, data), x=0.01, ha="left")
    sink = io.BytesIO()
    figure.savefig(sink, format="png")
    plt.close(figure)
    return sink.getvalue()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder")
    parser.add_argument("--ours")
    options = parser.parse_args()
    ours = {}
    if options.ours:
        with open(options.ours, encoding="utf-8") as file:
            ours = {line["chart"]: line for line in map(json.loads, file)}
    cases = make_cases()
    if missing := set(ours) ^ {case[0].__name__ for case in cases} if ours else set():
        sys.exit(f"charts that one side does not draw: {sorted(missing)}")
    print(json.dumps({
        "matplotlib": matplotlib.__version__, "numpy": np.__version__, "python": platform.python_version(),
        "freetype": matplotlib.ft2font.__freetype_version__, "machine": platform.platform(),
    }))
    medians, pictures = [[] for _ in cases], [b""] * len(cases)
    for _ in range(options.rounds):
        for index, case in enumerate(cases):
            times = []
            for _ in range(17):
                start = time.process_time()
                pictures[index] = draw(*case)
                times.append((time.process_time() - start) * 1000)
            medians[index].append(statistics.median(times[2:]))
    for (function, *_), values, picture in zip(cases, medians, pictures):
        name = function.__name__
        width, height = struct.unpack(">II", picture[16:24])
        line = {
            "chart": name, "median_ms": statistics.median(values), "low_ms": min(values), "high_ms": max(values),
            "rounds": options.rounds, "width": width, "height": height, "bytes": len(picture),
        }
        if name in ours:
            mine = ours[name]
            if (mine["width"], mine["height"]) != (width, height):
                sys.exit(f"{name}: ours has {mine['width']} x {mine['height']} pixels, theirs {width} x {height}")
            line["ours_ms"] = mine["median_ms"]
            line["ratio"] = round(mine["median_ms"] / line["median_ms"], 3)
            line["ratio_range"] = [
                round(mine["low_ms"] / line["high_ms"], 3), round(mine["high_ms"] / line["low_ms"], 3)]
        print(json.dumps(line))
        if options.folder:
            with open(f"{options.folder}/{name}.png", "wb") as file:
                file.write(picture)


if __name__ == "__main__":
    main()
