"""Reference values of the ranking metrics, per list, from pytrec_eval, ranx and Spark.

Run:  python Scripts/golden/eval/ranking_metrics.py Tests/IFEvalTests/Golden/ranking_metrics.json [--spark]

Conventions of the references (they differ in the denominator of average precision):
  pytrec_eval  P_k, recall_k, ndcg_cut_k, success_k; map_cut_k divides by |truth|; recip_rank looks at the whole list, so lists are
               cut at k before it is asked
  ranx         precision@k, recall@k, ndcg@k, hit_rate@k, mrr@k; map@k divides by |truth|
  Spark        mllib RankingMetrics precisionAt, recallAt, ndcgAt; meanAveragePrecisionAt divides by min(|truth|, k); means only
Average precision over hits has no library; it is computed here from its definition.
"""
import json
import sys
from importlib.metadata import version

import numpy as np
import pytrec_eval
from ranx import Qrels, Run, evaluate

K = 10


def make_cases():
    rng = np.random.default_rng(20240607)
    cases = []
    for case in range(120):
        truth_size = int(rng.integers(1, 30))
        length = int(rng.choice([1, 3, 7, 10, 10, 10, 15, 25]))
        pool = int(rng.choice([40, 60, 200]))
        truth = rng.choice(pool, size=truth_size, replace=False)
        if case % 10 == 0:  # a perfect head
            items = np.concatenate([truth, rng.permutation(np.setdiff1d(np.arange(pool), truth))])[:length]
        elif case % 10 == 1:  # no hit at all
            items = rng.permutation(np.setdiff1d(np.arange(pool), truth))[:length]
        else:
            items = rng.permutation(pool)[:length]
        cases.append({"truth": sorted(int(x) for x in truth), "items": [int(x) for x in items]})
    return cases


def pytrec(cases):
    qrel = {f"q{i}": {str(x): 1 for x in c["truth"]} for i, c in enumerate(cases)}
    run = {f"q{i}": {str(x): float(1000 - r) for r, x in enumerate(c["items"][:K])} for i, c in enumerate(cases)}
    measures = {f"P.{K}", f"recall.{K}", f"ndcg_cut.{K}", f"map_cut.{K}", f"success.{K}", "recip_rank"}
    out = pytrec_eval.RelevanceEvaluator(qrel, measures).evaluate(run)
    names = {"precision": f"P_{K}", "recall": f"recall_{K}", "map_truth": f"map_cut_{K}", "ndcg": f"ndcg_cut_{K}",
             "hit_rate": f"success_{K}", "mrr": "recip_rank"}
    return {n: [out[f"q{i}"][m] for i in range(len(cases))] for n, m in names.items()}


def ranx_values(cases):
    width = len(str(len(cases)))
    qrels = Qrels({f"q{i:0{width}}": {str(x): 1 for x in c["truth"]} for i, c in enumerate(cases)})
    run = Run({f"q{i:0{width}}": {str(x): float(1000 - r) for r, x in enumerate(c["items"])} for i, c in enumerate(cases)})
    names = {"precision": f"precision@{K}", "recall": f"recall@{K}", "map_truth": f"map@{K}", "ndcg": f"ndcg@{K}",
             "hit_rate": f"hit_rate@{K}", "mrr": f"mrr@{K}"}
    out = evaluate(qrels, run, list(names.values()), return_mean=False)
    return {n: [float(v) for v in out[m]] for n, m in names.items()}


def hits_denominator(cases):
    values = []
    for c in cases:
        truth, found, total = set(c["truth"]), 0, 0.0
        for rank, item in enumerate(c["items"][:K], start=1):
            if item in truth:
                found += 1
                total += found / rank
        values.append(total / found if found else 0.0)
    return values


def spark_means(cases):
    from pyspark.mllib.evaluation import RankingMetrics
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    pairs = spark.sparkContext.parallelize([([float(x) for x in c["items"]], [float(x) for x in c["truth"]]) for c in cases], 1)
    metrics = RankingMetrics(pairs)
    out = {"precision": metrics.precisionAt(K), "recall": metrics.recallAt(K), "ndcg": metrics.ndcgAt(K),
           "map_min_truth_k": metrics.meanAveragePrecisionAt(K)}
    spark.stop()
    return out


def main():
    path = sys.argv[1]
    cases = make_cases()
    versions = {n: version(n) for n in ("numpy", "pytrec_eval-terrier", "ranx")}
    golden = {"command": "python Scripts/golden/eval/ranking_metrics.py <output> --spark", "versions": versions, "k": K,
              "cases": cases, "pytrec_eval": pytrec(cases), "ranx": ranx_values(cases), "map_hits": hits_denominator(cases)}
    if "--spark" in sys.argv:
        golden["spark"] = spark_means(cases)
        golden["versions"]["pyspark"] = version("pyspark")
    with open(path, "w") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


main()
