"""Spark's nonnegative implicit ALS run to convergence: its objective value, for several seeds."""
import sys
import tempfile

import numpy as np
import pyspark
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession

from common import ALPHA, REGULARIZATION, data, dense, objective, write


def main():
    rows, columns, values, start = data()
    ratings = dense(rows, columns, values.astype(np.float64), (rows.max() + 1, columns.max() + 1))
    spark = (
        SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g").config("spark.sql.shuffle.partitions", "1").getOrCreate()
    )
    spark.sparkContext.setCheckpointDir(tempfile.mkdtemp())
    frame = spark.createDataFrame(
        [(int(u), int(i), float(r)) for u, i, r in zip(rows, columns, values)], "user int, item int, rating float"
    ).cache()
    runs = []
    for nonnegative in (True, False):
        for seed in (1, 2, 3) if nonnegative else (1,):
            als = ALS(
                rank=start.shape[1], maxIter=40, regParam=REGULARIZATION, implicitPrefs=True, alpha=ALPHA,
                nonnegative=nonnegative, seed=seed, numUserBlocks=1, numItemBlocks=1, checkpointInterval=5,
            )
            model = als.fit(frame)

            def factors(side):
                return np.array([row.features for row in side.orderBy("id").collect()], dtype=np.float64)

            loss = objective(ratings, factors(model.userFactors), factors(model.itemFactors), REGULARIZATION, 1.0)
            runs.append({"nonnegative": nonnegative, "seed": seed, "sweeps": 40, "loss": loss})
    write(
        "spark.json",
        {"python": sys.version.split()[0], "pyspark": pyspark.__version__, "numpy": np.__version__}, {"runs": runs},
    )


main()
