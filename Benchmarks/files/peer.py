"""Peer of FilesBenchmark: makes its files, and times pyarrow on them.

    python peer.py make FOLDER [orders.csv.gz]   # the orders of Instacart, repeated ten times with shifted ids
    python peer.py time FOLDER [threads] [repeats]
"""
import csv, gzip, os, statistics, sys, time
import numpy as np, pyarrow as pa, pyarrow.csv as pc, pyarrow.parquet as pq


def make(folder, orders=None):
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(1)
    n = 33_000_000
    table = pa.table({"order_id": np.sort(rng.integers(1, 3_400_000, n)).astype("int32"),
                      "product_id": rng.integers(1, 49_688, n).astype("int32")})
    pq.write_table(table, f"{folder}/lines.parquet")
    head = "order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order".split(",")
    if orders:
        with gzip.open(orders, "rt", newline="") as file:
            rows = list(csv.reader(file))[1:]
    else:  # synthetic rows of the same shape
        rows = []
        for user in range(1, 21_000):
            count = int(rng.integers(4, 29))
            for number in range(1, count + 1):
                rows.append([len(rows) + 1, user, "train" if number == count else "prior", number,
                             int(rng.integers(0, 7)), f"{int(rng.integers(0, 24)):02d}",
                             "" if number == 1 else f"{int(rng.integers(0, 31))}.0"])
    with gzip.open(f"{folder}/orders.csv.gz", "wt", compresslevel=6, newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head)
        for copy in range(10):
            out.writerows([int(r[0]) + copy * 4_000_000, int(r[1]) + copy * 250_000, *r[2:]] for r in rows)
    with gzip.open(f"{folder}/orders.csv.gz", "rb") as source, open(f"{folder}/orders.csv", "wb") as target:
        target.write(source.read())


def timed(name, repeats, body):
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        body()
        seconds.append(time.perf_counter() - start)
    print(f"{name}\t{min(seconds):.3f}\t{statistics.median(seconds):.3f}", flush=True)


def run(folder, threads=2, repeats=5, only=""):
    pa.set_cpu_count(threads)
    print(f"pyarrow {pa.__version__}, {threads} threads")
    if only in ("", "parquet"):
        timed("parquet read, 33 M rows x 2 int32", repeats, lambda: pq.read_table(f"{folder}/lines.parquet"))
        lines = pq.read_table(f"{folder}/lines.parquet")
        timed("parquet write, 33 M rows x 2 int32, snappy", repeats,
              lambda: pq.write_table(lines, f"{folder}/python-lines.parquet"))
    if only in ("", "csv"):
        timed("csv.gz read, orders, types inferred", repeats, lambda: pc.read_csv(f"{folder}/orders.csv.gz"))
        types = {"order_id": pa.int32(), "user_id": pa.int32(), "eval_set": pa.string(), "order_number": pa.int32(),
                 "order_dow": pa.int32(), "order_hour_of_day": pa.int32(), "days_since_prior_order": pa.float64()}
        convert = pc.ConvertOptions(column_types=types)
        timed("csv.gz read, orders, types given", repeats,
              lambda: pc.read_csv(f"{folder}/orders.csv.gz", convert_options=convert))
        if os.path.exists(f"{folder}/orders.csv"):
            timed("csv read, orders, types given", repeats,
                  lambda: pc.read_csv(f"{folder}/orders.csv", convert_options=convert))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(*sys.argv[2:])
    else:
        run(sys.argv[2], *map(int, sys.argv[3:5]), *sys.argv[5:])
