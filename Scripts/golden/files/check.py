"""Other readers' and writers' view of the files of IFFiles; run by its tests (INSIGHTFLOW_TEST_PYTHON).

    python check.py describe FILE.parquet      # rows, nulls and sums as pyarrow, pandas and DuckDB see them
    python check.py write FOLDER               # files of pyarrow, pandas and DuckDB with known contents
    python check.py factors FOLDER OUT         # a Spark model's factors as pyarrow reads them, raw little-endian
    python check.py spark FOLDER               # loads an ALSModel folder in pyspark and recommends
    python check.py sparkread FILE.parquet     # reads a Parquet file in pyspark

Written for pyarrow 26.0.1, pandas 3.1.1, duckdb 2.0.0, pyspark 4.3.0.
"""
import decimal, glob, json, sys
import pyarrow as pa, pyarrow.parquet as pq


def plain(value):
    if isinstance(value, float) and value != value:
        return None
    if hasattr(value, "tolist"):
        return [plain(v) for v in value.tolist()]
    return value


def describe(path):
    import duckdb, pandas as pd
    table = pq.read_table(path)
    frame = pd.read_parquet(path)
    rows = duckdb.sql(f"select count(*) from '{path}'").fetchall()[0][0]
    out = {"rows": table.num_rows, "pandas": len(frame), "duckdb": rows, "columns": {}}
    for name in table.column_names:
        column = table[name]
        nulls = duckdb.sql(f"select count(*) - count(\"{name}\") from '{path}'").fetchall()[0][0]
        first = next((v for v in column.to_pylist() if v is not None and v != []), None)
        out["columns"][name] = {"type": str(column.type), "nulls": column.null_count, "duckdbNulls": nulls,
                                "pandasNulls": int(frame[name].isna().sum()), "first": str(first)}
    meta = pq.ParquetFile(path).metadata
    group = meta.row_group(0) if meta.num_row_groups else None
    out["createdBy"] = meta.created_by
    out["statistics"] = [group.column(i).path_in_schema for i in range(group.num_columns)
                         if group.column(i).is_stats_set] if group else []
    out["encodings"] = {group.column(i).path_in_schema: list(group.column(i).encodings)
                        for i in range(group.num_columns)} if group else {}
    print(json.dumps(out))


def write(folder):
    import datetime as dt, duckdb, numpy as np, pandas as pd
    n = 1000
    ids = list(range(n))
    typed = pa.table({
        "i8": pa.array([i % 100 if i % 3 else None for i in ids], pa.int8()),
        "u16": pa.array([i * 60 for i in ids], pa.uint16()),
        "u32": pa.array([i + 4_000_000_000 for i in ids], pa.uint32()),
        "u64": pa.array([i + 5 for i in ids], pa.uint64()),
        "half": pa.array(np.array([i / 4 for i in ids], "float16")),
        "dec_whole": pa.array([decimal.Decimal(i * 7) for i in ids], pa.decimal128(12, 0)),
        "dec": pa.array([decimal.Decimal(i) / 4 for i in ids], pa.decimal128(12, 2)),
        "dict": pa.array([["x", "y", None][i % 3] for i in ids]).dictionary_encode(),
        "large": pa.array([f"s{i}" for i in ids], pa.large_string()),
        "view": pa.array([f"view number {i}" for i in ids], pa.string_view()),
        "ns": pa.array([i * 1_000_000_000 + 1999 for i in ids], pa.timestamp("ns", "Europe/Berlin")),
        "ms": pa.array([-i * 1000 for i in ids], pa.timestamp("ms")),
        "day": pa.array([dt.date(1969, 12, 31) + dt.timedelta(i) for i in ids], pa.date32()),
        "doubles": pa.array([[i / 2, None][:1 + 0 * i] if i % 5 else None for i in ids], pa.list_(pa.float64())),
        "large_list": pa.array([[i, i + 1] for i in ids], pa.large_list(pa.int64())),
        "small_list": pa.array([[i, i + 1] for i in ids], pa.list_(pa.int32(), 2)),
        "nothing": pa.nulls(n),
        "struct": pa.array([{"a": i} for i in ids]),
    })
    pq.write_table(typed, f"{folder}/typed.parquet", row_group_size=300)
    pq.write_table(pa.table({"t": pa.array([i * 1_000_000 for i in ids], pa.timestamp("us"))}),
                   f"{folder}/int96.parquet", use_deprecated_int96_timestamps=True)
    pq.write_table(pa.table({"l": pa.array([[1, None], [2]])}), f"{folder}/nullitem.parquet")
    pq.write_table(pa.table({"u": pa.array([2**64 - 1], pa.uint64())}), f"{folder}/overflow.parquet")
    frame = pd.DataFrame({"user": [1, 2, 3], "name": ["a", None, "ü"],
                          "kind": pd.Categorical(["p", "q", "p"]), "when": pd.to_datetime(["2020-01-01", None, "2021"],
                                                                                         format="mixed")})
    frame.to_parquet(f"{folder}/pandas.parquet")
    duckdb.sql("select i::int as user, case when i % 2 = 0 then 's' || i end as name, [i, i + 1] as items, "
               f"i / 4.0 as ratio from range(5000) t(i)").write_parquet(f"{folder}/duckdb.parquet")
    for part, kind in enumerate([pa.int32(), pa.int64(), pa.float64()]):
        pq.write_table(pa.table({"id": pa.array([part * 10, part * 10 + 1], kind), "x": [0.5, 1.5]}),
                       f"{folder}/mixed{part}.parquet")


def factors(folder, out):
    with open(out, "wb") as file:
        for side in ("user", "item"):
            parts = sorted(glob.glob(f"{folder}/{side}Factors/*.parquet"))
            table = pa.concat_tables([pq.read_table(p) for p in parts]).sort_by("id")
            file.write(table["id"].combine_chunks().to_numpy().astype("<i4").tobytes())
            file.write(table["features"].combine_chunks().flatten().to_numpy().astype("<f4").tobytes())


def session():
    from pyspark.sql import SparkSession
    return (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC").config("spark.sql.shuffle.partitions", "2").getOrCreate())


def spark(folder):
    from pyspark.ml.recommendation import ALSModel
    session_ = session()
    model = ALSModel.load(folder)
    users = session_.createDataFrame([(0,), (1,)], [model.getUserCol()])
    recs = model.recommendForUserSubset(users, 3).orderBy(model.getUserCol()).collect()
    out = {"rank": model.rank, "users": model.userFactors.count(), "items": model.itemFactors.count(),
           "cold": model.getColdStartStrategy(), "recs": [[[r[0], r[1]] for r in row["recommendations"]] for row in recs]}
    print("RESULT " + json.dumps(out))


def sparkread(path):
    frame = session().read.parquet(path)
    row = frame.selectExpr("count(*) as n", "sum(ascending) as ascending", "count(text) as text",
                           "sum(size(ints)) as ints", "min(time) as time").collect()[0]
    out = {"types": dict(frame.dtypes), "n": row.n, "ascending": row.ascending, "text": row.text, "ints": row.ints,
           "time": row.time.isoformat()}
    print("RESULT " + json.dumps(out))


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
