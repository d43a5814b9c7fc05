// From a fitted model to a service: a file, lists under filters, neighbours, reasons, new users.
import FoundationEssentials
import IFALS
import IFCore

let names = ["bread", "butter", "eggs", "jam", "milk", "rice"]
let baskets = [[0, 1, 3], [0, 1], [1, 3], [0, 3, 4], [2, 4], [2, 5], [2, 4, 5], [4, 5]]
let interactions = try Interactions(
    users: .int32(baskets.enumerated().flatMap { user, items in items.map { _ in Int32(user + 1) } }),
    items: .strings(StringValues(baskets.flatMap { $0.map { names[$0] } })))
let context = RunContext(seed: 42, workers: 2)
let fitted = try await ImplicitALS(.init(factors: 4, regularization: 0.1, alpha: 5)).fit(interactions, in: context)
let folder = FileManager.default.temporaryDirectory.appending(path: "insightflow-\(UUID().uuidString)").path()
try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: folder) }

// snippet.file
try fitted.save(to: "\(folder)/shop.ifals")
let model = try await ALSModel.open("\(folder)/shop.ifals", in: context)
// snippet.end
precondition(model.userFactors == fitted.userFactors, "opening changes nothing")

// snippet.filters
let sold = model.items.indices(of: .strings(StringValues(["rice"]))).filter { $0 >= 0 }
let filter = RecommendationFilter(seen: interactions.matrix, denied: sold)
let lists = try model.recommend(for: [2, 99], count: 3, filter: filter)
// snippet.end
precondition(lists[0]?.isEmpty == false && lists[1] == nil, "user 99 is unknown, and said to be")
precondition(lists[0]?.contains { $0.item == "rice" || $0.item == "bread" } == false, "denied and seen are left out")

// snippet.similar
let jam = model.items.index(of: "jam") ?? 0
let like = try model.similarItems(to: [jam], count: 2)
// snippet.end
precondition(like.items.count == 2 && !like.items.contains(jam), "two others are like jam")

// snippet.explain
let history = interactions.matrix.range(ofRow: 1).map {
    (item: interactions.matrix.columns[$0], value: interactions.matrix.values[$0])
}
let why = try model.explain(items: [jam], forUser: 1, history: history)[0]
// snippet.end
let sum = why.contributions.reduce(0) { $0 + $1.value }
precondition(abs(sum - why.score) < 1e-9 && why.contributions.count == 2, "bread and butter add up to the score")

// snippet.newcomers
let guest = try model.recommend(foldingIn: [(item: jam, value: 1)], count: 3, filter: filter)
let update = try await model.updatingUsers(
    Interactions(users: .int32([77, 77]), items: .strings(StringValues(["milk", "rice"]))), in: context)
// snippet.end
precondition(!guest.items.contains(jam) && update.added == 1, "a guest gets a list, user 77 is part of the new model")

// snippet.all
var count = 0
try await model.recommendAll(count: 3, filter: filter, in: context) { users, batch in
    count += batch.count  // write them somewhere; at most a few blocks are held
}
// snippet.end
precondition(count == model.users.count, "every user has a list")

// snippet.export
try model.exportItemVectors(to: "\(folder)/items.npy", as: .npy, unitLength: true)
// snippet.end
