"""Golden ratings: pandas, checked against DuckDB, on random orders and lines.

    python Scripts/golden/ratings/make_ratings.py [folder of the shared data]

Writes Tests/IFRatingsTests/Golden/ratings.json; with the folder of shared data also history.json, which holds totals only
(never rows) over data/instacart/history.
"""
import json, os, sys
import duckdb, numpy as np, pandas as pd

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "../../../Tests/IFRatingsTests/Golden")
HEADER = {"reference": f"pandas {pd.__version__}, numpy {np.__version__}, checked against duckdb {duckdb.__version__}",
          "command": "python Scripts/golden/ratings/make_ratings.py"}


def features(orders, lines):
    joined = lines.merge(orders, on="order_id")
    grouped = joined.groupby(["user_id", "product_id"], sort=True)["days_since_prior_order"]
    result = grouped.agg(upi_count="size", upi_avg_interval="mean").reset_index()
    result["rating"] = 1 + np.log1p(result.upi_count)
    other = duckdb.sql("""select user_id, product_id, count(*) upi_count, avg(days_since_prior_order) upi_avg_interval,
                          1 + ln(1 + count(*)) rating from lines join orders using (order_id)
                          group by user_id, product_id order by user_id, product_id""").df()
    other["upi_avg_interval"] = other.upi_avg_interval.astype(float)
    pd.testing.assert_frame_equal(result, other, check_dtype=False, rtol=1e-12)
    return result


def optional(values):
    return [None if pd.isna(value) else value for value in values]


def random_case(seed):
    random = np.random.default_rng(seed)
    orders = pd.DataFrame({"order_id": random.permutation(400)[:300] + 1, "user_id": random.integers(1, 40, 300) * 7,
                           "days_since_prior_order": np.round(random.gamma(2, 5, 300), 3)})
    orders.loc[random.random(300) < 0.15, "days_since_prior_order"] = np.nan
    size = 1200
    lines = pd.DataFrame({"order_id": np.sort(random.integers(1, 401, size)), "product_id": random.integers(1, 40, size) * 11})
    # Some orders are unknown, and some lines stand apart from the others of their order.
    moved = random.permutation(size)[:100]
    lines.iloc[np.sort(moved)] = lines.iloc[moved].values
    result = features(orders, lines)
    unknown = ~lines.order_id.isin(orders.order_id)
    return {"seed": seed,
            "orders": {"order_id": orders.order_id.tolist(), "user_id": orders.user_id.tolist(),
                       "days_since_prior_order": optional(orders.days_since_prior_order)},
            "lines": {"order_id": lines.order_id.tolist(), "product_id": lines.product_id.tolist()},
            "features": {"user_id": result.user_id.tolist(), "product_id": result.product_id.tolist(),
                         "upi_count": result.upi_count.tolist(), "upi_avg_interval": optional(result.upi_avg_interval),
                         "rating": result.rating.tolist()},
            "lines_without_order": int(unknown.sum()),
            "first_row_without_order": int(np.argmax(unknown.values)) + 1}


def history(folder):
    orders = pd.read_csv(f"{folder}/data/instacart/history/orders.csv.gz")
    lines = pd.read_csv(f"{folder}/data/instacart/history/order_products__prior.csv.gz")
    result = features(orders[["order_id", "user_id", "days_since_prior_order"]], lines[["order_id", "product_id"]])
    return {"orders": len(orders), "lines": len(lines), "pairs": len(result), "users": int(result.user_id.nunique()),
            "products": int(result.product_id.nunique()), "count_total": int(result.upi_count.sum()),
            "count_maximum": int(result.upi_count.max()), "interval_total": float(result.upi_avg_interval.sum()),
            "pairs_without_interval": int(result.upi_avg_interval.isna().sum()), "rating_total": float(result.rating.sum())}


os.makedirs(OUT, exist_ok=True)
with open(f"{OUT}/ratings.json", "w") as file:
    json.dump(HEADER | random_case(7), file)
if len(sys.argv) > 1:
    with open(f"{OUT}/history.json", "w") as file:
        json.dump(HEADER | history(sys.argv[1]), file, indent=1)
