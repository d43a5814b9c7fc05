"""Golden segments: scikit-learn and pandas on random data.

    python Scripts/golden/segment/make_segment.py [folder of the shared data]

Writes kmeans.json, components.json and popularity.json to Tests/IFSegmentTests/Golden; with the folder of shared data also
history.json, which holds totals only (never rows) over data/instacart/history and data/cdnow.
"""
import json, os, sys
import numpy as np, pandas as pd, sklearn
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../Tests/IFSegmentTests/Golden")
HEADER = {"reference": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, pandas {pd.__version__}",
          "command": "python Scripts/golden/segment/make_segment.py"}


def canonical(labels):
    """Segments by descending size; sizes differ in all cases here."""
    sizes = np.bincount(labels)
    assert len(set(sizes)) == len(sizes)
    order = np.argsort(-sizes)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place[labels].tolist()


def skewed(seed, rows):
    random = np.random.default_rng(seed)
    values = np.column_stack([np.minimum(random.gamma(2, 8, rows), 60), random.geometric(1 / 15, rows), random.gamma(3, 3, rows)])
    return np.round((values - values.mean(0)) / values.std(0, ddof=1), 4)


def kmeans_case(seed, rows, k, far=False, tol=1e-4):
    x = skewed(seed, rows)
    start = x[np.random.default_rng(seed + 1).permutation(rows)[:k]].copy()
    if far:
        start[-1] = 1e3  # no row is near: the segment is empty at once and must be moved
    fit = KMeans(k, init=start, n_init=1, algorithm="lloyd", tol=tol, max_iter=300).fit(x)
    best = KMeans(k, n_init=10, random_state=42, tol=tol).fit(x)
    return {"rows": x.ravel().tolist(), "start": start.ravel().tolist(), "k": k, "tolerance": tol,
            "labels": canonical(fit.labels_), "inertia": fit.inertia_, "iterations": int(fit.n_iter_), "best_inertia": best.inertia_,
            "davies_bouldin": davies_bouldin_score(x, fit.labels_), "calinski_harabasz": calinski_harabasz_score(x, fit.labels_)}


def components_case():
    x = skewed(5, 200) @ np.array([[2.0, 0.3, 0], [0, 1, 0.5], [0.1, 0, 0.4]])
    pca = PCA(2).fit(x)
    return {"rows": x.ravel().tolist(), "components": pca.components_.ravel().tolist(), "variances": pca.explained_variance_.tolist(),
            "shares": pca.explained_variance_ratio_.tolist(), "transformed": pca.transform(x).ravel().tolist()}


def rfm(orders, train, cap=60):
    last = orders.sort_values("order_number").groupby("user_id").tail(1).set_index("user_id").days_since_prior_order
    r = last.fillna(0).clip(upper=cap).sort_index()
    f = orders.groupby("user_id").order_id.nunique()
    size = train.groupby("order_id").size().rename("lines").reset_index().merge(orders, on="order_id")
    m = size.groupby("user_id").lines.mean().reindex(r.index).fillna(1)
    table = pd.DataFrame({"r": r, "f": f, "m": m})
    z = (table - table.mean()) / table.std(ddof=1)
    return table.join(z.fillna(0).add_suffix("_z")).reset_index()


def popularity(lines, orders, user_segments, beta, top):
    joined = lines.merge(orders[["order_id", "user_id"]], on="order_id").merge(user_segments, on="user_id")
    cnt = joined.groupby(["segment", "product_id"]).size().rename("cnt").reset_index()
    cnt["total"] = cnt.groupby("segment").cnt.transform("sum")
    rate = joined.product_id.value_counts() / len(joined)
    cnt["g"] = cnt.product_id.map(rate)
    cnt["score"] = (cnt.cnt + beta * cnt.g) / (cnt.total + beta)
    cnt = cnt.sort_values(["segment", "score", "cnt", "product_id"], ascending=[True, False, False, True])
    cnt["rank"] = cnt.groupby("segment").cumcount() + 1
    cnt["support_seg"] = cnt.cnt / cnt.total
    return cnt[cnt["rank"] <= top].rename(columns={"g": "support_global"})


def popularity_case():
    random = np.random.default_rng(3)
    users = np.arange(1, 61) * 3
    orders = pd.DataFrame({"order_id": random.permutation(300) + 1, "user_id": random.choice(users, 300)})
    orders["order_number"] = orders.groupby("user_id").cumcount() + 1
    orders["days_since_prior_order"] = random.integers(0, 90, 300).astype(float)
    orders.loc[orders.order_number == 1, "days_since_prior_order"] = np.nan
    lines = pd.DataFrame({"order_id": np.sort(random.integers(1, 301, 1500)), "product_id": (random.random(1500) ** 2 * 40).astype(int) * 5})
    train = lines[lines.order_id.isin(orders.groupby("user_id").order_id.last())]
    features = rfm(orders, train)
    segments = pd.DataFrame({"user_id": features.user_id, "segment": features.user_id % 4})
    table = popularity(lines, orders, segments, 50, 6)
    columns = lambda frame: {name: [None if pd.isna(v) else v for v in frame[name].tolist()] for name in frame}
    hv = 0.4 * features.r_z + 0.3 * features.f_z + 0.3 * features.m_z
    order = features.assign(hv=hv).sort_values(["hv", "user_id"], ascending=[False, True])
    joined = features.assign(segment=segments.segment)
    centroids = joined.groupby("segment")[["r", "f", "m", "r_z", "f_z", "m_z"]].mean().round(3).reset_index()
    return {"orders": columns(orders), "lines": columns(lines), "train": columns(train[["order_id"]]), "rfm": columns(features),
            "beta": 50, "top": 6, "popularity": columns(table[["segment", "product_id", "score", "rank", "support_seg", "support_global"]]),
            "high_value": order.user_id.head(10).tolist(), "hv": order.hv.head(10).tolist(), "centroids": columns(centroids)}


def history(shared):
    folder = f"{shared}/data/instacart/history"
    orders, train, prior = (pd.read_csv(f"{folder}/{name}.csv.gz") for name in ("orders", "order_products__train", "order_products__prior"))
    features = rfm(orders, train)
    out = {"users": len(features)} | {name: float(features[name].sum()) for name in ("r", "f", "m")}
    out["z_squares"] = float((features[["r_z", "f_z", "m_z"]] ** 2).sum().sum())
    out["kmeans_inertia"] = float(KMeans(5, n_init=50, random_state=1).fit(features[["r_z", "f_z", "m_z"]]).inertia_)
    segments = pd.DataFrame({"user_id": features.user_id, "segment": features.user_id % 3})
    table = popularity(pd.concat([prior, train]), orders, segments, 500, 30)
    out |= {"popularity_rows": len(table), "score_total": float(table.score.sum()), "lift_total": float((table.support_seg / table.support_global).sum())}
    cdnow = pd.read_csv(f"{shared}/data/cdnow/CDNOW_master.txt.gz", sep=r"\s+", header=0, names=["user", "date", "count", "value"])
    date = pd.to_datetime(cdnow.date, format="%Y%m%d")
    grouped = cdnow.assign(day=date).groupby("user").agg(last=("day", "max"), orders=("day", "nunique"), value=("value", "sum"))
    out["cdnow"] = {"users": len(grouped), "r": float((date.max() - grouped["last"]).dt.days.sum()), "f": int(grouped.orders.sum()),
                    "m": float((grouped.value / grouped.orders).sum())}
    return out


def write(name, value):
    with open(f"{OUT}/{name}.json", "w") as file:
        json.dump(HEADER | value, file)


os.makedirs(OUT, exist_ok=True)
write("kmeans", {"cases": [kmeans_case(1, 300, 4), kmeans_case(2, 500, 10), kmeans_case(3, 200, 5, far=True), kmeans_case(4, 400, 3, tol=0)]})
write("components", components_case())
write("popularity", popularity_case())
if len(sys.argv) > 1:
    write("history", history(sys.argv[1]))
