// Settings chosen on held-out interactions: watch one fit, search over many, fit the best on everything.
import IFALS
import IFCore
import IFEval

// Two tastes: even users take even items, odd users odd ones.
let pairs = (0..<40).flatMap { user in (0..<40).filter { ($0 + user) % 2 == 0 }.map { (user, $0) } }
let interactions = try Interactions(
    users: .int32(pairs.map { Int32($0.0) }), items: .int32(pairs.map { Int32($0.1) }))
let context = RunContext(seed: 42, workers: 2)

// snippet.split
let split = try InteractionSplit.holdingOut(share: 0.1, of: interactions, random: context.random)
let validation = try RankingValidation(split, metric: NDCG(cutoff: 10), cutoff: 10)
// snippet.end

// snippet.stop
let watched = try await ImplicitALS(.init(factors: 8, iterations: 20)).fit(
    split.training, until: EarlyStopping { try await validation.score($0, in: $1) }, in: context)
print("best after \(watched.bestSweep) sweeps, NDCG@10 \(watched.bestScore)")
// snippet.end

// snippet.search
var search = ALSSearch(candidates: 6, firstSweeps: 1, sweeps: 4)
search.space.factors = [4, 8]
let result = try await search.run(on: split.training, in: context) { try await validation.score($0, in: $1) }
let model = try await ImplicitALS(result.best.configuration).fit(interactions, in: context)
// snippet.end

precondition(watched.bestScore > 0.9, "the tastes are found")
precondition(result.trials.count == 6 && (result.best.score ?? 0) > 0.9, "and by the search")
precondition(model.users.count == 40, "the model knows everyone")
