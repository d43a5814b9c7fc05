// The stages wired in code, without the command line: what `insightflow run` does, in the order it does it.
import IFALS
import IFCore
import IFEval
import IFImpute
import IFRatings
import IFRerank
import IFSegment
import IFSynth

let context = RunContext(seed: 42, workers: 2)

// A made-up shop in memory, in the form of the Instacart data. Yours comes from ShopData.load or your own tables.
let shop = try await SyntheticShop(.init(users: 800, items: 300)).tables(in: context)
print("\(shop.orders.rowCount) orders, \(shop.priorLines.rowCount) prior lines")

// Impute: intervals that were cut off at 30 days.
let imputation = try await IntervalImputation().run(orders: shop.orders, in: context)
print("imputed \(imputation.report.rowsImputed) intervals")

// Rate every user and product.
let ratings = try await RatingsBuilder().build(orders: imputation.orders, lines: shop.priorLines, in: context)
print("rated \(ratings.report.pairs) pairs")

// Train.
let interactions = ratings.interactions()
let model = try await ImplicitALS(.init(factors: 16, alpha: 1, iterations: 8)).fit(interactions, in: context)

// Evaluate against the held-out orders. The guard refuses what was fitted on them.
let split = try OrderSplit.byEvalSet(shop.orders)
let training = try OrderLines(split.training, orders: shop.orders, lines: [shop.priorLines])
let truth = try GroundTruth(OrderLines(split.evaluated, orders: shop.orders, lines: [shop.trainLines]))
let users = model.users.indices(of: truth.users.ids).filter { $0 >= 0 }
let popularity = ItemPopularity(counting: training)

func report(_ name: String, _ lists: RankedLists) async throws {
    let result = try await Evaluation().evaluate(
        Recommendations(name: name, of: model, users: users, lists: lists, fittedOn: training.provenance),
        against: truth, popularity: popularity, in: context)
    func percent(_ value: Double?) -> Int { Int(((value ?? 0) * 100).rounded()) }
    print("\(name): recall@10 \(percent(result.mean("recall"))) %, NDCG@10 \(percent(result.mean("ndcg"))) %")
}
try await report("als", try await model.recommendAll(users: users, count: 10, in: context))

// Rerank: popularity blended in, near-duplicates spread out.
let candidates = try await model.recommendAll(users: users, count: 50, in: context)
let ranker = try PostRanker(
    prior: PopularityPrior(catalogue: popularity.items, counts: popularity.counts, items: model.items), model: model)
try await report("reranked", try await ranker.rerankAll(candidates, users: users, in: context))

// Segment, and see what each segment buys.
let features = try RFM().features(orders: imputation.orders, trainLines: shop.trainLines)
let segments = try await KMeans(configuration: .init(segmentCount: 5)).fit(features.standardized, in: context)
let ranked = try await SegmentPopularity(smoothing: 500, topCount: 3).rank(
    lines: [shop.priorLines, shop.trainLines], orders: imputation.orders,
    segments: features.table(segments: segments.labels), in: context)
print(
    "segments of \(segments.sizes.map(String.init).joined(separator: ", ")) users, \(ranked.table.rowCount) popular products"
)
