"""Reference values of pandas, scipy and statsmodels for IFImputeTests.

    /path/to/python Scripts/golden/impute/intervals.py Tests/IFImputeTests/Golden
"""
import json
import sys

import numpy as np
import pandas as pd
import scipy
import scipy.stats
import statsmodels
from statsmodels.imputation.mice import MICEData


def lcg(count, seed):
    """Uniform numbers by a formula that the tests repeat."""
    out, state = [], seed
    for _ in range(count):
        state = state * 16807 % 2147483647
        out.append(state / 2147483647)
    return out


def orders(users=500, seed=2024):
    u = iter(lcg(users * 60, seed))
    rows = []
    for user in range(users):
        n = 1 + int(next(u) * 12)
        mean = 3 + 30 * next(u)
        for number in range(1, n + 1):
            draw = -mean * np.log(1 - next(u))
            days = None if number == 1 else float(min(30, int(draw)))
            rows.append((1000 + 3 * user, number, days))
    order = np.argsort(lcg(len(rows), seed + 1), kind="stable")
    return pd.DataFrame([rows[i] for i in order], columns=["user_id", "order_number", "days_since_prior_order"])


def describe(s):
    s = s[(s > 0) & (s < 730)].astype(float)
    return {
        "count": int(s.shape[0]), "mean": float(s.mean()), "median": float(s.median()),
        "p10": float(s.quantile(0.10)), "p25": float(s.quantile(0.25)), "p75": float(s.quantile(0.75)),
        "p90": float(s.quantile(0.90)), "share_le_30d": float((s <= 30).mean()),
    }


def last_order(df):
    last = df.loc[df.groupby("user_id")["order_number"].idxmax()]
    at = int((last["days_since_prior_order"] == 30).sum())
    return {
        "total_rows": len(df), "num_users": len(last), "share_last_rows": len(last) / len(df), "last_eq30_count": at,
        "share_last_eq30": at / len(last),
    }


def main(folder):
    head = {
        "reference": f"Python {sys.version.split()[0]}, pandas {pd.__version__}, numpy {np.__version__}, "
        f"scipy {scipy.__version__}, statsmodels {statsmodels.__version__}",
        "command": "python Scripts/golden/impute/intervals.py Tests/IFImputeTests/Golden",
    }
    before = orders()
    after = before.copy()
    last = before.groupby("user_id")["order_number"].idxmax()
    masked = before.loc[last]
    masked = masked[masked["days_since_prior_order"] == 30]
    after.loc[masked.index, "days_since_prior_order"] = masked["user_id"] % 41
    edges = np.linspace(0, 60, 61)
    values = before["days_since_prior_order"]
    values = values[(values > 0) & (values < 730)]
    summary = {
        **head, "before": describe(before["days_since_prior_order"]), "after": describe(after["days_since_prior_order"]),
        "lastBefore": last_order(before), "lastAfter": last_order(after),
        "histogramBefore": np.histogram(values.clip(upper=60), bins=edges, density=True)[0].tolist(),
    }

    # The original's steps on the same orders, and statsmodels' chained equations (as the original ran them, 20 donors).
    filled = before.copy()
    filled["days_since_prior_order"] = filled["days_since_prior_order"].fillna(0)
    users = filled.loc[filled.groupby("user_id")["order_number"].idxmax()].sort_values("user_id").reset_index(drop=True)
    users = users.rename(columns={"days_since_prior_order": "days_imp", "order_number": "frequency"})
    users.loc[users["days_imp"] == 30, "days_imp"] = np.nan
    missing = users["days_imp"].isna().to_numpy()
    np.random.seed(7)
    draws = []
    for _ in range(300):
        data = MICEData(users[["days_imp", "frequency"]].astype(float).copy(), k_pmm=20)
        data.update_all(n_iter=5)
        draws.append(data.data["days_imp"].to_numpy()[missing])
    draws = np.array(draws)
    groups = np.digitize(users["frequency"].to_numpy()[missing], [4, 7, 10])
    means = np.stack([draws[:, groups == g].mean(axis=1) for g in range(4)] + [draws.mean(axis=1)])
    summary["statsmodels"] = {
        "donors": 20, "chains": 300, "missing": int(missing.sum()),
        "observedSum": float(users["days_imp"].sum()), "frequencySum": int(users["frequency"].sum()),
        "means": means.mean(axis=1).tolist(), "deviations": means.std(axis=1, ddof=1).tolist(),
    }
    with open(f"{folder}/intervals.json", "w") as file:
        json.dump(summary, file, indent=1)

    cases = []
    for cells, chains, seed in [(40, 7, 5), (200, 3, 9), (25, 1, 11)]:
        truth = np.array(lcg(cells, seed)) * 30
        imputed = np.floor(np.array(lcg(cells * chains, seed + 1)) * 28).reshape(cells, chains)
        if chains == 3:
            truth = np.floor(truth)
        error = imputed.mean(axis=1) - truth
        covered = (imputed.min(axis=1) <= truth) & (truth <= imputed.max(axis=1))
        cases.append({
            "cells": cells, "chains": chains, "seed": seed, "wholeTruth": chains == 3,
            "rmse": float(np.sqrt((error**2).mean())), "mae": float(np.abs(error).mean()), "bias": float(error.mean()),
            "coverage": float(covered.mean()),
            "ks": float(scipy.stats.ks_2samp(imputed.ravel(), truth).statistic),
            "wasserstein": float(scipy.stats.wasserstein_distance(imputed.ravel(), truth)),
        })
    with open(f"{folder}/scores.json", "w") as file:
        json.dump({**head, "cases": cases}, file, indent=1)


main(sys.argv[1])
