#!/usr/bin/env python3
"""Reads every Parquet artifact of a store with pandas, DuckDB and Spark and compares what they see.

    check-readers.py STORE [pandas] [duckdb] [spark]

For each artifact: the same number of rows and the same columns from every reader, and the same sum over every numeric
column. The model folder is loaded by Spark as an ALSModel and asked for recommendations. Prints a line an artifact and
fails on the first difference.
"""
import glob
import math
import os
import sys

store = sys.argv[1]
wanted = sys.argv[2:] or ["pandas", "duckdb", "spark"]

artifacts = []
for folder, folders, files in os.walk(store):
    folders[:] = sorted(f for f in folders if not f.startswith(".") and f != "latest")
    parts = sorted(f for f in files if f.endswith(".parquet"))
    if not parts:
        continue
    if any(p.startswith("part-") for p in parts):
        artifacts.append((folder, [os.path.join(folder, p) for p in parts]))
    else:
        artifacts.extend((os.path.join(folder, p), [os.path.join(folder, p)]) for p in parts)
assert artifacts, f"{store} holds no Parquet artifact"


def close(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def with_pandas(path, parts):
    import pandas
    frame = pandas.concat([pandas.read_parquet(p) for p in parts])
    sums = {c: float(frame[c].sum()) for c in frame.columns if frame[c].dtype.kind in "if"}
    return len(frame), list(frame.columns), sums


def with_duckdb(path, parts):
    import duckdb
    relation = duckdb.read_parquet(parts)
    numeric = [c for c, t in zip(relation.columns, relation.types)
               if str(t) in ("INTEGER", "BIGINT", "DOUBLE", "FLOAT")]
    row = duckdb.sql("select count(*)" + "".join(f', coalesce(sum("{c}"), 0)' for c in numeric)
                     + " from relation").fetchall()[0]
    return row[0], list(relation.columns), dict(zip(numeric, map(float, row[1:])))


session = None


def spark():
    global session
    if session is None:
        from pyspark.sql import SparkSession
        session = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
                   .config("spark.driver.memory", "1g").getOrCreate())
        session.sparkContext.setLogLevel("ERROR")
    return session


def with_spark(path, parts):
    from pyspark.sql import functions
    frame = spark().read.parquet(path)
    numeric = [c for c, t in frame.dtypes if t in ("int", "bigint", "double", "float")]
    row = frame.agg(functions.count(functions.lit(1)),
                    *[functions.coalesce(functions.sum(c), functions.lit(0)) for c in numeric]).first()
    return row[0], frame.columns, dict(zip(numeric, map(float, row[1:])))


readers = {"pandas": with_pandas, "duckdb": with_duckdb, "spark": with_spark}
for path, parts in artifacts:
    seen = {name: readers[name](path, parts) for name in wanted}
    first_name, (rows, columns, sums) = next(iter(seen.items()))
    for name, (other_rows, other_columns, other_sums) in seen.items():
        where = f"{path}: {first_name} and {name}"
        assert rows == other_rows, f"{where} count {rows} and {other_rows} rows"
        assert columns == other_columns, f"{where} see {columns} and {other_columns}"
        for column in sums.keys() & other_sums.keys():
            a, b = sums[column], other_sums[column]
            assert close(a, b) or (math.isnan(a) and math.isnan(b)), f"{where} sum {column} to {a} and {b}"
    print(f"{os.path.relpath(path, store)}: {rows} rows, {len(columns)} columns")
if "spark" in wanted:
    for folder in glob.glob(os.path.join(store, "recsys/models/*/als_model")):
        from pyspark.ml.recommendation import ALSModel
        spark()
        model = ALSModel.load(folder)
        some = model.userFactors.select(model.userFactors["id"].alias("user_id")).limit(3)
        lists = model.recommendForUserSubset(some, 5).collect()
        assert len(lists) == min(3, model.userFactors.count()) and all(len(r["recommendations"]) == 5 for r in lists)
        print(f"{os.path.relpath(folder, store)}: an ALSModel of rank {model.rank}")
print(f"{len(artifacts)} artifacts read alike by {', '.join(wanted)}")
