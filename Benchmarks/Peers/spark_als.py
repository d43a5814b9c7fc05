"""Times Spark's ALS on a matrix that ALSBenchmark exported: a sweep is the difference of fits of 1 and of 3 iterations.

    python Benchmarks/Peers/spark_als.py FOLDER [FACTORS] [PARTITIONS] [SWEEPS]

Each fit's objective is that of IFALS with its default scaling (the sum over all pairs, and penalties times counts), as is
Spark's own; with SWEEPS, one more fit of so many sweeps is made for the sake of its objective.
"""
import json
import sys
import time

import numpy as np
import pandas as pd
import pyspark
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession

folder = sys.argv[1]
factors = int(sys.argv[2]) if len(sys.argv) > 2 else 64
partitions = int(sys.argv[3]) if len(sys.argv) > 3 else 10
offsets = np.fromfile(f"{folder}/offsets.i64", np.int64)
pd.DataFrame({
    "user": np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets)),
    "item": np.fromfile(f"{folder}/columns.i32", np.int32), "rating": np.fromfile(f"{folder}/values.f32", np.float32),
}).to_parquet(f"{folder}/ratings.parquet")
spark = (
    SparkSession.builder.master("local[2]").config("spark.driver.memory", "8g").config("spark.ui.enabled", "false")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
data = spark.read.parquet(f"{folder}/ratings.parquet").repartition(partitions).cache()
data.count()
offsets, columns = offsets.astype(np.int64), np.fromfile(f"{folder}/columns.i32", np.int32)
confidence = 1 + 40 * np.fromfile(f"{folder}/values.f32", np.float32).astype(np.float64)
counts = np.diff(offsets), np.bincount(columns)


def vectors(frame, rows):
    """Spark's vectors in the order of their ids; zeros for ids without any."""
    table = frame.toPandas()
    out = np.zeros((rows, factors))
    out[table["id"].to_numpy()] = np.stack(table["features"].to_numpy())
    return out


def objective(model):
    users, items = vectors(model.userFactors, len(counts[0])), vectors(model.itemFactors, len(counts[1]))
    total = np.sum((users.T @ users) * (items.T @ items))
    for first in range(0, len(counts[0]), 4096):
        last = min(first + 4096, len(counts[0]))
        entries = slice(offsets[first], offsets[last])
        rows = np.repeat(np.arange(first, last), counts[0][first:last])
        score = np.einsum("ij,ij->i", users[rows], items[columns[entries]])
        total += np.sum(confidence[entries] * (1 - score) ** 2 - score**2)
    return total + 0.01 * sum(np.sum(n * np.sum(x**2, axis=1)) for n, x in zip(counts, (users, items)))


times = {}
for sweeps in (1, 1, 3) + tuple(map(int, sys.argv[4:5])):  # the first fit warms up
    start = time.perf_counter()
    model = ALS(
        rank=factors, maxIter=sweeps, regParam=0.01, implicitPrefs=True, alpha=40.0, userCol="user", itemCol="item",
        ratingCol="rating", numUserBlocks=partitions, numItemBlocks=partitions, seed=1,
    ).fit(data)
    times[sweeps] = time.perf_counter() - start
    print(json.dumps({"what": "spark-fit", "version": pyspark.__version__, "factors": factors, "sweeps": sweeps,
                      "s": round(times[sweeps], 2), "objective": round(objective(model))}), flush=True)
print(json.dumps({"what": "spark-sweep", "s": round((times[3] - times[1]) / 2, 2)}))
