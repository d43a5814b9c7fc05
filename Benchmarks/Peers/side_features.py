"""Do side features make implicit ALS rank better on MovieLens-100K? The objective of IFALS with them, in NumPy.

    OPENBLAS_NUM_THREADS=1 python Benchmarks/Peers/side_features.py FOLDER COMMAND ...

FOLDER holds GroupLens' u.data.gz, u.item.gz, u.user.gz, ua.base.gz and ua.test.gz, and wsdm22-split/{train,validation,
test}.csv.gz, whose ids are those of u.data, numbered as they first appear once items of fewer than five ratings are left out
(checked on reading).

    check                                             derivatives of every block's solution, and descent, on random data
    search FORM ITEMS USERS TRIALS SEED SPLIT BASE    random search on the validation pairs, one JSON object a setting
    compare SPLIT WHICH SEEDS SETTING ...             means, and paired differences from the first setting

SPLIT is wsdm (last item test, last but one validation); ua (GroupLens' ua.base/ua.test: ten test items a user; five others,
drawn from ua.base, are the validation pairs); or thin (as ua, with five training pairs a user, drawn at random).
FORM is none, collective or prior. ITEMS and USERS name features, joined by +, or are 0: genre, year; age, gender, occupation;
mean (a column of ones). SETTING and BASE are JSON objects, as search prints them, or the word reference (the published
setting without features); every other trial of a search keeps BASE's factors, λ and ν. SEEDS is a range, as 1-8.

Without features the objective is Σ (p − x·y)² over all pairs + Σ λ·nᵛ·|x|² + Σ λ·nᵛ·|y|², p = 1 where observed, n the pairs
of a row: IFALS with confidence and unobserved weight 1. A side's features F are groups of columns; each group is centred and
scaled as a whole, so that the mean square length of its rows is 1. Then

    collective   adds w·|F − Y·D|² + μ·|D|²: features are predicted by the first `shared` factors (A. Singh, G. Gordon,
                 "Relational learning via collective matrix factorization", KDD 2008; cmfrec's w_item and k_main)
    prior        has λ·nᵛ·|y − f·W|² + μ·|W|² for the penalty: vectors are drawn to what a regression on the features
                 says (D. Agarwal, B.-C. Chen, "Regression-based latent factor models", KDD 2009)

Every block of either form is solved for exactly; users' vectors start as random unit vectors, items are solved for first.
"""
import gzip
import json
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402
import scipy.sparse as sparse  # noqa: E402

CUTOFF = 10
REFERENCE = {"form": "none", "factors": 80, "lambda": 0.5, "nu": 0.5, "sweeps": 12}


# ---- data


def lines(path, encoding="utf-8"):
    with gzip.open(path, "rt", encoding=encoding) as file:
        return file.read().splitlines()


class Data:
    """Pairs by original ids turned into row numbers, and features of both sides."""

    def __init__(self, folder, split):
        ratings = np.array([line.split("\t")[:2] for line in lines(f"{folder}/u.data.gz")], int)
        if split == "wsdm":
            kept = ratings[np.bincount(ratings[:, 1])[ratings[:, 1]] >= 5]
            self.user_ids, self.item_ids = list(dict.fromkeys(kept[:, 0])), list(dict.fromkeys(kept[:, 1]))
            parts = {
                name: np.array([line.split(",") for line in lines(f"{folder}/wsdm22-split/{name}.csv.gz")[1:]], int)
                for name in ("train", "validation", "test")
            }
            user_rows = {id: row for row, id in enumerate(self.user_ids)}
            item_rows = {id: row for row, id in enumerate(self.item_ids)}
            renumbered = {(user_rows[u], item_rows[i]) for u, i in kept}
            if renumbered != {tuple(pair) for part in parts.values() for pair in part}:
                raise SystemExit("the split's pairs are not those of u.data: its ids mean something else")
        else:
            self.user_ids, self.item_ids = sorted(set(ratings[:, 0])), sorted(set(ratings[:, 1]))
            base, test = (
                np.array([line.split("\t")[:2] for line in lines(f"{folder}/ua.{part}.gz")], int) - 1
                for part in ("base", "test")
            )
            order = np.lexsort((np.random.default_rng(42).random(len(base)), base[:, 0]))  # shuffled within users
            base = base[order]
            place = np.arange(len(base)) - np.searchsorted(base[:, 0], base[:, 0])
            # Settings are judged on the model of the remaining pairs, the test on that of all pairs of ua.base.
            parts = {"train": base[place >= 5], "validation": base[place < 5], "test": test, "base": base}
            if split == "thin":
                parts["train"] = parts["base"] = base[(place >= 5) & (place < 10)]
        shape = len(self.user_ids), len(self.item_ids)
        self.parts = {
            name: sparse.csr_matrix((np.ones(len(part)), part.T), shape=shape) for name, part in parts.items()
        }
        # What a search draws from: factors, and bounds of λ at ν = 0.5 (random pairs ask for more than the last of a user).
        self.space = ([64, 80, 96, 128], 0.2, 1.2) if split == "wsdm" else ([16, 32, 48, 64, 80], 0.7, 7)
        self.features = self._features(folder)

    def held_out(self, which):
        """The pairs to learn from and those to predict."""
        train = self.parts["base"] if which == "test" and "base" in self.parts else self.parts["train"]
        return train, self.parts[which]

    def _features(self, folder):
        items = {int(row[0]): row for row in (l.split("|") for l in lines(f"{folder}/u.item.gz", "latin-1"))}
        users = {int(row[0]): row for row in (l.split("|") for l in lines(f"{folder}/u.user.gz"))}
        films, people = [items[id] for id in self.item_ids], [users[id] for id in self.user_ids]
        # Bounds of release years and ages that cut the data set into groups of similar size.
        years = [int(film[2][-4:]) if film[2] else 1995 for film in films]
        return {
            "genre": np.array([[float(flag) for flag in film[5:24]] for film in films]),
            "year": one_hot(np.searchsorted([1940, 1960, 1970, 1980, 1990, 1993, 1994, 1995, 1996, 1997], years, "right")),
            "age": one_hot(np.searchsorted([18, 25, 30, 35, 45, 50, 56], [int(p[1]) for p in people], "right")),
            "gender": one_hot([p[2] for p in people]),
            "occupation": one_hot([p[3] for p in people]),
        }

    def matrix(self, names, rows):
        """Features of a side; `None` for "0"."""
        if names == "0":
            return None
        blocks = []
        for name in names.split("+"):
            block = np.ones((rows, 1)) if name == "mean" else self.features[name]
            if name != "mean":
                block = block - block.mean(0)
                block = block / np.sqrt((block**2).sum(1).mean())
            blocks.append(block)
        return np.hstack(blocks)


def one_hot(values):
    return (np.array(values)[:, None] == np.unique(values)[None, :]).astype(float)


# ---- model


class Side:
    """One side's part of the objective, and the solution of its blocks given the other side."""

    def __init__(self, pairs, setting, features, weight, mu):
        self.pairs, self.form = pairs, setting["form"]
        counts = np.maximum(np.diff(pairs.indptr), 1.0)
        self.ridge = setting["lambda"] * counts ** setting["nu"]
        self.features = None if self.form == "none" else features
        self.weight, self.mu = weight, mu
        self.shared = min(setting.get("shared", setting["factors"]), setting["factors"])
        columns = 0 if self.features is None else self.features.shape[1]
        self.link = np.zeros((columns, setting["factors"]))  # Dᵀ or W

    def solve(self, other):
        """The rows' vectors. Their systems differ by multiples of the identity, so one eigendecomposition does."""
        matrix, right = other.T @ other, self.pairs @ other
        if self.features is not None and self.form == "collective":
            matrix = matrix + self.weight * self.link.T @ self.link
            right = right + self.weight * self.features @ self.link
        values, vectors = np.linalg.eigh(matrix)
        inverse = 1 / (np.maximum(values, 0) + self.ridge[:, None])
        rotated = right @ vectors
        if self.features is None or self.form == "collective":
            rows = (rotated * inverse) @ vectors.T
            self.update(rows)
            return rows
        for _ in range(3):  # vectors and W hang together closely: some rounds of both
            prior = self.ridge[:, None] * (self.features @ self.link)
            rows = ((rotated + prior @ vectors) * inverse) @ vectors.T
            self.update(rows)
        return rows

    def update(self, rows):
        """D or W, given the rows' vectors."""
        if self.features is None:
            return
        if self.form == "collective":
            part = rows[:, : self.shared]
            system = self.weight * part.T @ part + self.mu * np.eye(self.shared)
            self.link[:, : self.shared] = np.linalg.solve(system, self.weight * part.T @ self.features).T
        else:
            scaled = self.features.T * self.ridge
            system = scaled @ self.features + self.mu * np.eye(self.features.shape[1])
            self.link = np.linalg.solve(system, scaled @ rows)

    def penalty(self, rows):
        if self.features is None:
            return (self.ridge * (rows**2).sum(1)).sum()
        if self.form == "collective":
            fit = self.weight * ((self.features - rows @ self.link.T) ** 2).sum()
            return fit + self.mu * (self.link**2).sum() + (self.ridge * (rows**2).sum(1)).sum()
        offset = rows - self.features @ self.link
        return (self.ridge * (offset**2).sum(1)).sum() + self.mu * (self.link**2).sum()


def sides(data, train, setting):
    items = data.matrix(setting.get("items", "0"), train.shape[1])
    users = data.matrix(setting.get("users", "0"), train.shape[0])
    return (
        Side(train.tocsr(), setting, users, setting.get("user_w", 0), setting.get("user_mu", 1)),
        Side(train.T.tocsr(), setting, items, setting.get("item_w", 0), setting.get("item_mu", 1)),
    )


def sweeps(data, train, setting, seed):
    """The factors after every sweep."""
    users, items = sides(data, train, setting)
    x = np.random.default_rng(seed).standard_normal((train.shape[0], setting["factors"]))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    while True:
        y = items.solve(x)
        x = users.solve(y)
        yield x, y, users, items


# ---- measures


class Judge:
    """Recall (hits / held-out items of the user) and NDCG of the users with held-out items."""

    discounts = 1 / np.log2(np.arange(2, CUTOFF + 2))

    def __init__(self, train, held):
        self.users = np.flatnonzero(np.diff(held.indptr))
        held = held[self.users].tocsr()
        self.counts = np.diff(held.indptr)
        # Column j: the j-th held-out item of every user, the last one again where there are fewer.
        places = np.minimum(np.arange(self.counts.max()), self.counts[:, None] - 1)
        self.held = held.indices[held.indptr[:-1, None] + places]
        self.repeated = np.arange(self.counts.max()) >= self.counts[:, None]
        self.mask = np.where(train[self.users].toarray() > 0, -np.inf, 0).astype(np.float32)
        self.ideals = np.cumsum(self.discounts)[np.minimum(self.counts, CUTOFF) - 1]

    def __call__(self, x, y):
        scores = x[self.users].astype(np.float32) @ y.T.astype(np.float32) + self.mask
        rows = np.arange(len(scores))
        above = np.stack([(scores > scores[rows, held][:, None]).sum(1) for held in self.held.T], axis=1)
        hits = (above < CUTOFF) & ~self.repeated
        gains = np.where(hits, self.discounts[np.minimum(above, CUTOFF - 1)], 0)
        return np.stack([hits.sum(1) / self.counts, gains.sum(1) / self.ideals])


def measured(data, train, judge, setting, seeds, every=False):
    """Figures by seed, (sweep where `every`), measure and user."""
    figures = []
    for seed in seeds:
        by_sweep = []
        for sweep, (x, y, _, _) in enumerate(sweeps(data, train, setting, seed), 1):
            if sweep == setting["sweeps"] or every and sweep >= 4 and sweep % 2 == 0:
                by_sweep.append(judge(x, y))
            if sweep == setting["sweeps"]:
                break
        figures.append(by_sweep if every else by_sweep[0])
    return np.array(figures)


# ---- commands


def search(data, form, items, users, trials, random, base):
    train, held = data.held_out("validation")
    judge = Judge(train, held)
    for trial in range(trials):
        setting = draw(form, items, users, random, data.space)
        if trial % 2 == 1 and form != "none":  # half of the trials change nothing but the features' weights
            setting |= {key: base[key] for key in ("factors", "lambda", "nu")}
            if "shared" in setting:
                setting["shared"] = min(setting["shared"], base["factors"])
        figures = measured(data, train, judge, setting, range(1, 4), every=True).mean((0, 3))
        best = figures[:, 1].argmax()
        setting["sweeps"] = 2 * int(best) + 4
        print(json.dumps({
            "ndcg": round(figures[best, 1], 5), "recall": round(figures[best, 0], 5), "setting": setting,
        }), flush=True)


def draw(form, items, users, random, space):
    """A setting around the reference. Every draw consumes as many random numbers, so all forms see the same bases."""
    def logarithmic(low, high):
        return float(f"{np.exp(random.uniform(np.log(low), np.log(high))):.3g}")

    setting = {
        "form": form, "factors": int(random.choice(space[0])), "lambda": logarithmic(*space[1:]),
        "nu": float(random.choice([0.25, 0.5, 0.75])), "sweeps": 14,
    }
    if setting["nu"] != 0.5:  # as strong on average as at ν = 0.5, for rows of some 70 pairs
        setting["lambda"] = float(f"{setting['lambda'] * 70 ** (0.5 - setting['nu']):.3g}")
    weights = {"item_w": logarithmic(0.1, 300), "user_w": logarithmic(0.1, 300)}
    penalties = {"item_mu": logarithmic(1, 1e5), "user_mu": logarithmic(1, 1e5)}
    shared, link = float(random.choice([0.25, 0.5, 1])), logarithmic(0.1, 30)
    if form == "none":
        return setting
    setting |= {"items": items, "users": users}
    if form == "prior":
        return setting | penalties
    return setting | weights | {"item_mu": link, "user_mu": link, "shared": int(shared * setting["factors"])}


def compare(data, which, settings, seeds):
    train, held = data.held_out(which)
    judge = Judge(train, held)
    first = None
    for setting in settings:
        figures = measured(data, train, judge, setting, seeds)  # seed, measure, user
        means = figures.mean((0, 2))
        by_seed = figures.mean(2)
        line = {"setting": setting}
        for measure, name in enumerate(("recall", "ndcg")):
            line[name] = round(means[measure], 4)
            line[name + "_range"] = [round(f, 4) for f in (by_seed[:, measure].min(), by_seed[:, measure].max())]
        if first is None:
            first = figures
        else:
            difference = figures - first
            for measure, name in enumerate(("recall", "ndcg")):
                of_users, of_seeds = difference[:, measure].mean(0), difference[:, measure].mean(1)
                # Users and seeds are both drawn: the variances of both means add up (their interaction counts twice,
                # which errs on the safe side).
                users = of_users.std(ddof=1) / np.sqrt(len(of_users))
                drawn = of_seeds.std(ddof=1) / np.sqrt(len(of_seeds))
                line["d_" + name] = round(of_users.mean(), 5)
                line["se_" + name] = round(float(np.hypot(users, drawn)), 5)
                line["se_users_seeds_" + name] = [round(users, 5), round(drawn, 5)]
        print(json.dumps(line), flush=True)


def check():
    """Every block's solution has a zero derivative, and no sweep raises the objective."""
    random = np.random.default_rng(1)
    train = sparse.csr_matrix((random.random((40, 30)) < 0.2).astype(float))
    data = Data.__new__(Data)
    data.features = {"genre": random.standard_normal((30, 4)), "age": random.standard_normal((40, 3))}
    for form in ("none", "collective", "prior"):
        setting = {"form": form, "factors": 8, "lambda": 0.5, "nu": 0.5, "items": "mean+genre", "users": "age",
                   "item_w": 2.0, "user_w": 3.0, "item_mu": 0.7, "user_mu": 0.4, "shared": 6}

        def objective(x, y, users, items):
            return ((train.toarray() - x @ y.T) ** 2).sum() + users.penalty(x) + items.penalty(y)

        losses = []
        for sweep, (x, y, users, items) in enumerate(sweeps(data, train, setting, 1)):
            losses.append(objective(x, y, users, items))
            if sweep == 2000:
                break
        if np.any(np.diff(losses) > 1e-9 * losses[0]):
            raise SystemExit(f"{form}: a sweep raised the objective")
        worst = 0.0
        for block in (x, y, users.link[:, : users.shared], items.link[:, : items.shared]):
            for _ in range(20):
                if block.size == 0:
                    continue
                place = tuple(random.integers(n) for n in block.shape)
                kept, slopes = block[place], []
                for step in (1e-4, -1e-4):
                    block[place] = kept + step
                    slopes.append(objective(x, y, users, items))
                block[place] = kept
                worst = max(worst, abs(slopes[0] - slopes[1]) / 2e-4)
        print(f"{form}: objective {losses[0]:.3f} to {losses[-1]:.3f}, greatest derivative {worst:.1e}")
        if worst > 1e-4:
            raise SystemExit(f"{form}: not stationary")


def parsed(setting):
    return REFERENCE if setting == "reference" else json.loads(setting)


if __name__ == "__main__":
    folder, command, *rest = sys.argv[1:]
    if command == "check":
        check()
    elif command == "search":
        random, base = np.random.default_rng(int(rest[4])), parsed(rest[6])
        search(Data(folder, rest[5]), *rest[:3], int(rest[3]), random, base)
    else:
        settings = [parsed(text) for text in rest[3:]]
        first, last = (int(seed) for seed in rest[2].split("-"))
        compare(Data(folder, rest[0]), rest[1], settings, range(first, last + 1))
