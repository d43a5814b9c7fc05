"""Times Spark's ALS on a matrix that ALSBenchmark exported: a sweep is the difference of fits of 1 and of 3 iterations.

    python Benchmarks/Peers/spark_als.py FOLDER [FACTORS] [PARTITIONS]
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
times = {}
for sweeps in (1, 1, 3):  # the first fit warms up
    start = time.perf_counter()
    ALS(
        rank=factors, maxIter=sweeps, regParam=0.01, implicitPrefs=True, alpha=40.0, userCol="user", itemCol="item",
        ratingCol="rating", numBlocks=partitions, seed=1,
    ).fit(data)
    times[sweeps] = time.perf_counter() - start
    print(json.dumps({"what": "spark-fit", "version": pyspark.__version__, "factors": factors, "sweeps": sweeps,
                      "s": round(times[sweeps], 2)}), flush=True)
print(json.dumps({"what": "spark-sweep", "s": round((times[3] - times[1]) / 2, 2)}))
