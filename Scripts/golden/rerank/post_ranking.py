"""Reference lists of the post-ranking stage in float64, straight from its description.

Run:  python Scripts/golden/rerank/post_ranking.py Tests/IFRerankTests/Golden/post_ranking.json

For each user: z of the candidates' scores (population sd), z of ln(1 + count) over the catalogue (sample sd, 0 for items that were not
counted), blended; then greedy MMR with the full cosine matrix recomputed at each step; then filling from the popular items.
Cases where the best and the second-best choice are closer than 1e-5 are redrawn, so that single precision cannot decide.
"""
import json
import sys

import numpy as np

SETTINGS = [
    {"gamma": 0.3, "lambda": 0.3, "candidate_k": 50, "top_k": 10},
    {"gamma": 0.0, "lambda": 0.3, "candidate_k": 50, "top_k": 10},
    {"gamma": 0.3, "lambda": 0.0, "candidate_k": 50, "top_k": 10},
    {"gamma": 0.0, "lambda": 0.0, "candidate_k": 50, "top_k": 10},
    {"gamma": 1.0, "lambda": 0.7, "candidate_k": 20, "top_k": 5},
    {"gamma": 0.5, "lambda": 1.0, "candidate_k": 12, "top_k": 12},
]
ITEMS, RANK = 90, 12


def popularity_z(counts):
    known = np.array([c for c in counts if c is not None], dtype=np.float64)
    logs = np.log(1 + known)
    mean, sd = logs.mean(), logs.std(ddof=1)
    return np.array([0.0 if c is None or sd == 0 else (np.log(1 + c) - mean) / sd for c in counts])


def rerank(items, scores, setting, z_pop, popular, vectors):
    """Returns the final list and the narrowest margin by which a choice was made."""
    items, scores = items[: setting["candidate_k"]], np.array(scores[: setting["candidate_k"]], dtype=np.float64)
    margin, out = np.inf, []
    if len(items):
        sd = scores.std()
        z = (scores - scores.mean()) / sd if sd > 0 else np.zeros(len(scores))
        blended = (1 - setting["gamma"]) * z + setting["gamma"] * z_pop[items]
        left = list(range(len(items)))
        lengths = np.linalg.norm(vectors, axis=1)
        while left and len(out) < setting["top_k"]:
            values = []
            for i in left:
                if setting["lambda"] == 0 or not out:
                    values.append(blended[i])
                    continue
                cosines = [vectors[items[i]] @ vectors[j] / (lengths[items[i]] * lengths[j])
                           if lengths[items[i]] > 0 and lengths[j] > 0 else 0.0 for j in out]
                values.append(setting["lambda"] * blended[i] - (1 - setting["lambda"]) * max(0.0, max(cosines)))
            best = int(np.argmax(values))
            if len(values) > 1:
                margin = min(margin, values[best] - max(v for n, v in enumerate(values) if n != best))
            out.append(items[left.pop(best)])
    for item in popular:
        if len(out) >= setting["top_k"]:
            break
        if item not in out:
            out.append(item)
    return [int(x) for x in out], margin


def main():
    rng = np.random.default_rng(77)
    vectors = rng.gamma(0.4, size=(ITEMS, RANK)).astype(np.float32)
    vectors[5] = 0
    vectors[6] = 0
    vectors[20:40] -= np.float32(0.7)  # some negative cosines
    counts = [None if i % 17 == 3 else int(c) for i, c in enumerate(rng.negative_binomial(1, 0.01, size=ITEMS))]
    z_pop = popularity_z(counts)
    popular = sorted((i for i, c in enumerate(counts) if c is not None), key=lambda i: (-counts[i], i))
    users, expected = [], [[] for _ in SETTINGS]
    for user in range(60):
        while True:
            length = [0, 1, 4, 9, 25, 50, 70][user % 7]
            items = rng.permutation(ITEMS)[:length]
            scores = np.sort(rng.normal(0.3, 0.2, size=length).astype(np.float32))[::-1]
            lists = [rerank(items, scores, s, z_pop, popular, vectors.astype(np.float64)) for s in SETTINGS]
            if all(m > 1e-5 for _, m in lists):
                break
        users.append({"items": [int(x) for x in items], "scores": [float(x) for x in scores]})
        for e, (items, _) in zip(expected, lists):
            e.append(items)
    golden = {"command": "python Scripts/golden/rerank/post_ranking.py <output>", "versions": {"numpy": np.__version__}, "rank": RANK,
              "vectors": [float(x) for x in vectors.ravel()], "counts": counts, "z_pop": list(z_pop), "users": users,
              "settings": SETTINGS, "expected": expected}
    with open(sys.argv[1], "w") as file:
        json.dump(golden, file)
        file.write("\n")


main()
