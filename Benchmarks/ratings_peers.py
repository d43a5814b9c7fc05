"""Ratings from orders and lines: DuckDB and Polars, and the data for the comparison.

    python Benchmarks/ratings_peers.py generate DIR [--users 206209]
    python Benchmarks/ratings_peers.py run DIR [--threads 2] [--repeats 5]

`generate` writes orders.parquet and lines.parquet, shaped as the public Instacart data (3.4 M orders, 32 M lines, lines
sorted by order id, order ids unrelated to users), which RatingsBenchmark reads too. `run` prints, for each engine, the seconds for read + join + group, and with the write.
"""
import argparse, os, sys, time


def generate(folder, users, seed):
    import numpy as np, pyarrow as pa, pyarrow.parquet as pq
    os.makedirs(folder, exist_ok=True)
    random = np.random.default_rng(seed)
    orders_of = np.minimum(4 + random.geometric(1 / 12.6, users), 100)
    orders = int(orders_of.sum())
    user = np.repeat(np.arange(1, users + 1, dtype=np.int32), orders_of)
    first = np.concatenate([[0], np.cumsum(orders_of)[:-1]])
    last = np.cumsum(orders_of) - 1
    order_id = (random.permutation(orders) + 1).astype(np.int32)
    days = np.minimum(random.geometric(1 / 11.0, orders), 30).astype(np.int32)
    days[first] = 0
    is_prior = np.ones(orders, bool)
    is_prior[last] = False  # the last order of each user is the train or test order
    size = np.maximum(1, random.negative_binomial(2, 2 / (2 + 10.08), orders)) * is_prior
    products = 49688
    # Each user buys from an own pool (popular products more often), again and again.
    line_user = np.repeat(user, size)
    pool_size = np.maximum(5, (first * 0 + orders_of * 6.5).astype(np.int64))
    pick = (random.random(len(line_user)) ** 1.6 * pool_size[line_user - 1]).astype(np.int64)
    hash_ = (line_user.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + pick.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F))
    hash_ ^= hash_ >> np.uint64(31)
    hash_ *= np.uint64(0xD6E8FEB86659FD93)
    uniform = (hash_ >> np.uint64(11)).astype(np.float64) / 2.0**53
    rank = np.minimum((products + 1.0) ** uniform, products).astype(np.int64) - 1  # log-uniform: close to Zipf
    product = (random.permutation(products)[rank] + 1).astype(np.int32)
    del hash_, uniform, rank, pick, line_user
    line_order = np.repeat(order_id, size)
    order = np.argsort(line_order, kind="stable")
    line_order, product = line_order[order], product[order]
    sets = np.where(is_prior, "prior", "train")
    pq.write_table(pa.table({"order_id": order_id, "user_id": user, "eval_set": sets, "days_since_prior_order": days}), f"{folder}/orders.parquet")
    pq.write_table(pa.table({"order_id": line_order, "product_id": product}), f"{folder}/lines.parquet")
    print(f"{users} users, {orders} orders, {len(product)} lines")


QUERY = """select user_id, product_id, count(*) as upi_count, avg(days_since_prior_order) as upi_avg_interval
           from '{0}/lines.parquet' join '{0}/orders.parquet' using (order_id) group by user_id, product_id"""


def duckdb_run(folder, threads, write):
    import duckdb
    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    query = QUERY.format(folder)
    if not write:
        connection.execute(f"create table features as {query}")
        return connection.execute("select count(*) from features").fetchall()[0][0]
    connection.execute(f"create table features as {query}")
    connection.execute(f"copy (select user_id, product_id, 1 + ln(1 + upi_count) as rating from features) to '{folder}/duckdb_ratings.parquet'")
    connection.execute(f"copy features to '{folder}/duckdb_features.parquet'")


def polars_run(folder, threads, write):
    import polars as pl
    lines = pl.scan_parquet(f"{folder}/lines.parquet")
    orders = pl.scan_parquet(f"{folder}/orders.parquet").select("order_id", "user_id", "days_since_prior_order")
    features = (lines.join(orders, on="order_id").group_by("user_id", "product_id")
                .agg(pl.len().alias("upi_count"), pl.col("days_since_prior_order").mean().alias("upi_avg_interval"))).collect()
    if write:
        features.select("user_id", "product_id", rating=1 + (1 + pl.col("upi_count")).log()).write_parquet(f"{folder}/polars_ratings.parquet")
        features.write_parquet(f"{folder}/polars_features.parquet")
    return features.height


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["generate", "run"])
    parser.add_argument("folder")
    parser.add_argument("--users", type=int, default=206_209)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    if arguments.command == "generate":
        generate(arguments.folder, arguments.users, arguments.seed)
        sys.exit()
    os.environ["POLARS_MAX_THREADS"] = str(arguments.threads)
    import duckdb, polars
    print(f"duckdb {duckdb.__version__}, polars {polars.__version__}, {arguments.threads} threads")
    for name, run in {"duckdb": duckdb_run, "polars": polars_run}.items():
        for write in (False, True):
            seconds = []
            for _ in range(arguments.repeats):
                start = time.perf_counter()
                result = run(arguments.folder, arguments.threads, write)
                seconds.append(time.perf_counter() - start)
            label = "read+join+group+write" if write else f"read+join+group ({result} pairs)"
            print(f"{name:8} {label:40} best {min(seconds):.3f} s, all {' '.join(f'{s:.3f}' for s in seconds)}")
