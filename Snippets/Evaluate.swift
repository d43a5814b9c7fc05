// Held-out orders, a model's lists scored against them beside the popularity baseline, and a leak that is refused.
import IFCore
import IFEval

// snippet.data
// Two prior orders of each of three users to learn from, and their train order to predict.
let orders = Table([
    "order_id": .int64([1, 2, 3, 4, 5, 6, 7, 8, 9]),
    "user_id": .int64([1, 1, 1, 2, 2, 2, 3, 3, 3]),
    "eval_set": .strings(["prior", "prior", "train", "prior", "prior", "train", "prior", "prior", "train"]),
])
let priorLines = Table([
    "order_id": .int64([1, 1, 2, 4, 4, 5, 7, 8, 8]),
    "product_id": .strings(["milk", "bread", "milk", "milk", "eggs", "eggs", "bread", "bread", "tea"]),
])
let trainLines = Table([
    "order_id": .int64([3, 3, 6, 9]), "product_id": .strings(["milk", "bread", "eggs", "tea"]),
])
// snippet.end

// snippet.split
let split = try OrderSplit.byEvalSet(orders)
let training = try OrderLines(split.training, orders: orders, lines: [priorLines])
let truth = try GroundTruth(OrderLines(split.evaluated, orders: orders, lines: [trainLines]))
// snippet.end

precondition(training.count == 9 && truth.pairCount == 4, "every line is on one side")

// snippet.lists
// Any lists will do; here each user's own products, most bought first.
let interactions = try Interactions(users: training.users, items: training.items, duplicates: .sum)
let lists = RankedLists(
    (0..<interactions.users.count).map { user in
        interactions.matrix.range(ofRow: user)
            .map { (item: interactions.matrix.columns[$0], score: interactions.matrix.values[$0]) }
            .sorted { ($0.score, $1.item) > ($1.score, $0.item) }
    })
let recommendations = Recommendations(
    name: "own products", users: interactions.users.ids, items: interactions.items, lists: lists,
    fittedOn: training.provenance)
// snippet.end

// snippet.evaluate
let evaluation = Evaluation(.init(topK: 2))
let result = try await evaluation.evaluate(
    recommendations, against: truth, popularity: ItemPopularity(counting: training), in: RunContext(seed: 42))
for (name, difference) in zip(result.model.names, result.differences) {
    print(name, result.mean(name) ?? 0, result.baselineMean(name) ?? 0, difference.pValue)
}
// snippet.end

precondition(result.mean("recall") == 1, "everyone took what they had taken before")
precondition(result.baselineMean("recall") == 1.0 / 3, "bread and milk are the most popular")
precondition(result.differences.allSatisfy { $0.pValue > 0.05 }, "three users prove nothing")

// snippet.leak
let peeking = Recommendations(
    name: "peeking", users: truth.users.ids, items: interactions.items, lists: lists,
    fittedOn: training.provenance.union(truth.provenance))
do {
    _ = try await evaluation.evaluate(
        peeking, against: truth, popularity: ItemPopularity(counting: training), in: RunContext())
    preconditionFailure("lists that were fitted on the evaluated orders were scored")
} catch let error as IFError where error.code == .leakage {
    print(error)
}
// snippet.end

// snippet.report
let report = MetricsReport(result).text
// snippet.end

precondition(report.contains("\"ap_denominator\": \"min_truth_k\""), "the report names its convention")
