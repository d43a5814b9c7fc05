import IFALS
import IFCore
import IFEval
import IFRerank

/// The content of `trade_off.json`: precision and coverage along the weights of reranking, on all users or a sample of them.
struct RerankTradeOff: Codable {
    /// One weight and what came of it.
    struct Point: Codable {
        var weight: Double
        var precision: Double
        var coverage: Double
    }

    /// Users that were measured on.
    var users: Int
    var topK: Int
    var configuredGamma: Double
    var configuredLambda: Double
    /// Along γ, with λ as configured.
    var gamma: [Point]
    /// Along λ, with γ as configured.
    var lambda: [Point]

    private enum CodingKeys: String, CodingKey {
        case users
        case topK = "top_k"
        case configuredGamma = "configured_gamma"
        case configuredLambda = "configured_lambda"
        case gamma, lambda
    }

    /// Users at most: enough to see the shape, few enough not to be felt.
    static let sampledUsers = 1_000
    /// Whether these were not all users; a shop of just so many is taken for a larger one.
    var isSample: Bool { users >= Self.sampledUsers }

    private static let gammas = [0, 0.1, 0.2, 0.3, 0.5, 0.7, 1]
    /// 0 switches diversity off and is no end of the scale.
    private static let lambdas = [1, 0.9, 0.7, 0.5, 0.3, 0.1]

    /// The γ that are tried, ascending, the configured one among them.
    static func gammas(with configured: Double) -> [Double] {
        (apart(gammas, from: configured) + [configured]).sorted()
    }

    /// The λ that are tried, descending, the configured one among them; 0 stands beside 1, since neither diversifies.
    static func lambdas(with configured: Double) -> [Double] {
        let others = apart(lambdas, from: configured)
        return configured == 0 ? [0] + others : (others + [configured]).sorted(by: >)
    }

    /// Weights that read like the configured one (0.1 + 0.2 and 0.3) would make two points of one.
    private static func apart(_ weights: [Double], from configured: Double) -> [Double] {
        weights.filter { abs($0 - configured) > 1e-9 }
    }
}

extension RerankTradeOff {
    /// Reranks the lists of some users with each weight.
    init(
        _ configuration: PostRanker.Configuration, evaluation: Evaluation.Configuration, model: ALSModel,
        held: HeldOutOrders, popularity: ItemPopularity, filter: RecommendationFilter, in context: RunContext
    ) async throws {
        var users = held.users
        if users.count > Self.sampledUsers {
            var stream = context.random.stream("rerank/trade-off")
            users = stream.sample(Self.sampledUsers, below: users.count).sorted().map { held.users[$0] }
        }
        let candidates = try await model.recommendAll(
            users: users, count: configuration.candidateK, filter: filter, stage: "candidates", in: context)
        let prior = try PopularityPrior(catalogue: popularity.items, counts: popularity.counts, items: model.items)
        var evaluation = evaluation
        evaluation.resampling = nil
        func point(_ weight: Double, _ configuration: PostRanker.Configuration) async throws -> Point {
            let ranker = try PostRanker(configuration, prior: prior, model: model)
            let lists = try await ranker.rerankAll(candidates, users: users, filter: filter, in: context)
            let result = try await Evaluation(evaluation).evaluate(
                Recommendations(
                    name: "als-postrank", of: model, users: users, lists: lists,
                    fittedOn: held.provenance.union(popularity.provenance)),
                against: held.truth, popularity: held.popularity, in: context)
            return Point(
                weight: weight, precision: result.mean("precision") ?? 0, coverage: result.coverage.itemShare)
        }
        self.init(
            users: users.count, topK: configuration.topK, configuredGamma: configuration.gamma,
            configuredLambda: configuration.lambda, gamma: [], lambda: [])
        if configuration.blendEnabled {
            for weight in Self.gammas(with: configuration.gamma) {
                var changed = configuration
                changed.gamma = weight
                gamma.append(try await point(weight, changed))
            }
        }
        if configuration.mmrEnabled {
            for weight in Self.lambdas(with: configuration.lambda) {
                var changed = configuration
                changed.lambda = weight
                lambda.append(try await point(weight, changed))
            }
        }
    }
}
