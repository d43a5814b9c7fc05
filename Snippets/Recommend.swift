// Who bought what in memory, to a model, to a list.
import IFALS
import IFCore

// snippet.fit
let interactions = try Interactions(
    users: .int32([1, 1, 2, 2, 3]), items: .strings(StringValues(["milk", "bread", "milk", "eggs", "bread"])))
let model = try await ImplicitALS(.init(factors: 8)).fit(interactions, in: RunContext(seed: 42, workers: 2))
// snippet.end

// snippet.recommend
let best = try model.recommend(for: 3, count: 2, filter: .removingSeen(interactions.matrix))
// snippet.end

precondition(best?.count == 2, "two products are left for user 3")
precondition(best?.contains { $0.item == "bread" } == false, "what the user has is not recommended")
