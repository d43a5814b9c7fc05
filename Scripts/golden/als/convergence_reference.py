"""Objective values at convergence: implicit (with and without dislikes) and Spark (implicit and explicit).

The regularization is strong enough that different starts meet in one minimum; the spread over seeds is recorded.
Conventions: implicit takes c = alpha * r, here alpha = 1 and the confidences themselves, negative ones are dislikes, and
its regularization is not scaled. Spark takes c = 1 + alpha * |r|, and scales regParam by a row's number of ratings.
"""
import sys
import tempfile

import implicit
import numpy as np
import pyspark
import scipy.sparse as sparse
from implicit.cpu.als import AlternatingLeastSquares
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession

from common import data, write

FACTORS = 4
SWEEPS = 100


def implicit_objective(confidence, x, y, regularization, exponent):
    """Sum |c| (p - xy)^2 over all pairs, c = 1 and p = 0 where nothing is known, p = 0 for c < 0; plus the penalty."""
    known = confidence != 0
    weight = np.where(known, np.abs(confidence), 1.0)
    error = (weight * ((confidence > 0) - x @ y.T) ** 2).sum()
    users, items = known.sum(1) ** exponent, known.sum(0) ** exponent
    return float(error + regularization * ((users * (x**2).sum(1)).sum() + (items * (y**2).sum(1)).sum()))


def run_implicit(confidence, regularization):
    losses = []
    for seed in (1, 2, 3):
        model = AlternatingLeastSquares(
            factors=FACTORS, regularization=regularization, alpha=1, dtype=np.float64, use_native=True, use_cg=False,
            iterations=SWEEPS, num_threads=1, random_state=seed,
        )
        model.fit(sparse.csr_matrix(confidence), show_progress=False)
        losses.append(implicit_objective(confidence, model.user_factors, model.item_factors, regularization, 0.0))
    return losses


def run_spark(spark, rows, columns, values, regularization, alpha, objective):
    frame = spark.createDataFrame(
        [(int(u), int(i), float(r)) for u, i, r in zip(rows, columns, values)], "user int, item int, rating float"
    ).cache()
    losses = []
    for seed in (1, 2, 3):
        als = ALS(
            rank=FACTORS, maxIter=SWEEPS, regParam=regularization, implicitPrefs=alpha is not None, alpha=alpha or 1.0,
            seed=seed, numUserBlocks=1, numItemBlocks=1, checkpointInterval=5,
        )
        model = als.fit(frame)

        def factors(side):
            return np.array([row.features for row in side.orderBy("id").collect()], dtype=np.float64)

        losses.append(objective(factors(model.userFactors), factors(model.itemFactors)))
    return losses


def main():
    rows, columns, values, _ = data()
    shape = (rows.max() + 1, columns.max() + 1)
    alpha = 4.0
    signs = np.where(np.arange(len(values)) % 4 == 1, -1.0, 1.0)
    cases = []

    def add(name, regularization, alpha, ratings, losses):
        cases.append(
            {"name": name, "regularization": regularization, "alpha": alpha, "values": [float(f"{v:.8g}") for v in ratings],
             "losses": losses}
        )
        print(name, losses)

    for name, ratings in (("implicit", values), ("implicit with dislikes", values * signs)):
        confidence = np.zeros(shape)
        confidence[rows, columns] = np.sign(ratings) * (1 + alpha * np.abs(ratings.astype(np.float64)))
        add(name, 20.0, alpha, ratings, run_implicit(confidence, 20.0))

    spark = (
        SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "1g").config("spark.sql.shuffle.partitions", "1").getOrCreate()
    )
    spark.sparkContext.setCheckpointDir(tempfile.mkdtemp())
    confidence = np.zeros(shape)
    confidence[rows, columns] = 1 + alpha * values.astype(np.float64)
    add(
        "Spark, implicit", 2.0, alpha, values,
        run_spark(spark, rows, columns, values, 2.0, alpha, lambda x, y: implicit_objective(confidence, x, y, 2.0, 1.0)),
    )
    ratings = np.zeros(shape)
    ratings[rows, columns] = values

    def explicit(x, y):
        known = ratings > 0
        error = (known * (ratings - x @ y.T) ** 2).sum()
        return float(
            error + 0.5 * ((known.sum(1) * (x**2).sum(1)).sum() + (known.sum(0) * (y**2).sum(1)).sum())
        )

    add("Spark, explicit", 0.5, None, values, run_spark(spark, rows, columns, values, 0.5, None, explicit))
    write(
        "convergence.json",
        {
            "python": sys.version.split()[0], "implicit": implicit.__version__, "pyspark": pyspark.__version__,
            "numpy": np.__version__,
        },
        {"factors": FACTORS, "sweeps": SWEEPS, "rows": rows.tolist(), "columns": columns.tolist(), "cases": cases},
    )


main()
