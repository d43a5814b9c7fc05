// Interactions in memory, a model, recommendations: thirty lines from orders to lists.
import IFALS
import IFCore

// Who bought what, how often. Ids are integers or strings.
let purchases: [(user: String, item: String, count: Float)] = [
    ("ada", "espresso", 9), ("ada", "oat milk", 6), ("ada", "biscotti", 2),
    ("bob", "espresso", 4), ("bob", "oat milk", 5), ("bob", "filter paper", 3),
    ("cyd", "green tea", 7), ("cyd", "honey", 4), ("cyd", "tea strainer", 1),
    ("dee", "green tea", 3), ("dee", "honey", 2), ("dee", "lemon", 5),
    ("eve", "espresso", 2), ("eve", "filter paper", 1), ("eve", "biscotti", 4),
    ("fay", "green tea", 6), ("fay", "lemon", 2), ("fay", "tea strainer", 3),
]
let interactions = try Interactions(
    users: .strings(StringValues(purchases.map(\.user))), items: .strings(StringValues(purchases.map(\.item))),
    values: purchases.map(\.count))

// The same seed gives the same model on any number of workers.
let context = RunContext(seed: 42, workers: 2)
let model = try await ImplicitALS(.init(factors: 4, alpha: 10, iterations: 15)).fit(interactions, in: context)

// The best product for everyone, without what they have.
for user in ["ada", "bob", "cyd", "dee", "eve", "fay"] {
    let best = try model.recommend(for: .string(user), count: 1, filter: .removingSeen(interactions.matrix)) ?? []
    print("\(user): \(best.map { "\($0.item)" }.joined(separator: ", "))")
}

// Unknown users are an explicit answer, not an empty list or a crash.
let stranger = try model.recommend(for: "zoe")
print("zoe: \(stranger == nil ? "unknown; fold the first purchases in, or show what is popular" : "known")")
