extension RecsysConfiguration {
    /// `mice`: how capped intervals are imputed.
    public struct MICE: Codable, Hashable, Sendable {
        /// Completed sets, at least 1.
        public var chains = 7
        /// Sweeps per set, at least 1.
        public var iters = 10

        /// All defaults.
        public init() {}
    }

    /// `training.als`: the factor model.
    public struct ALS: Codable, Hashable, Sendable {
        /// Length of the factors, at least 1.
        public var factors = 64
        /// Weight of the penalty, at least 0.
        public var regularization = 0.01
        /// Weight of the penalty on items, at least 0; that on users, ``regularization``, where `nil`.
        public var regularizationItems: Double?
        /// Exponent ν of the penalty's growth with a row's ratings, λ·nᵛ; at least 0. 1 is Spark's.
        public var regularizationExponent = 1.0
        /// α of the confidence, above 0; ``Confidence/asGiven`` does not use it.
        public var alpha = 40.0
        /// How a rating becomes a confidence.
        public var confidence = Confidence.linear
        /// Confidence of pairs that were not observed, above 0 and at most 1.
        public var unobservedWeight = 1.0
        /// Sweeps over users and items, at least 1.
        public var iterations = 10
        /// Whether all factors are to be at least 0.
        public var nonnegative = true
        /// How rows are solved for.
        public var solver = Solver.cholesky

        /// `training.als.solver`: the solvers of `ALSSolver` with their defaults. All but `cholesky` go with
        /// `nonnegative: false` alone.
        public enum Solver: String, Codable, Hashable, Sendable, CaseIterable {
            /// Exact.
            case cholesky
            /// Three steps of conjugate gradients a row and sweep.
            case conjugateGradient = "conjugate-gradient"
            /// Blocks of 32 coordinates, one after the other: for 128 factors and more.
            case blockCoordinate = "block-coordinate"
        }

        /// `training.als.confidence`: the forms of `ConfidenceForm`, by their names.
        public enum Confidence: String, Codable, Hashable, Sendable, CaseIterable {
            /// 1 + α·rating.
            case linear
            /// 1 + α·ln(1 + rating).
            case logarithmic
            /// The rating itself.
            case asGiven = "as-given"
        }

        /// All defaults.
        public init() {}

        /// Reads the value as it stands in files; what earlier versions did not know has its default.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            func value<Value: Decodable>(_ key: CodingKeys, _ other: Value) throws -> Value {
                try keys.decodeIfPresent(Value.self, forKey: key) ?? other
            }
            factors = try value(.factors, factors)
            regularization = try value(.regularization, regularization)
            regularizationItems = try keys.decodeIfPresent(Double.self, forKey: .regularizationItems)
            regularizationExponent = try value(.regularizationExponent, regularizationExponent)
            alpha = try value(.alpha, alpha)
            confidence = try value(.confidence, confidence)
            unobservedWeight = try value(.unobservedWeight, unobservedWeight)
            iterations = try value(.iterations, iterations)
            nonnegative = try value(.nonnegative, nonnegative)
            solver = try value(.solver, solver)
        }
    }

    /// `eval`: evaluation and post-ranking.
    public struct Evaluation: Codable, Hashable, Sendable {
        /// Length of the lists, at least 1; see ``RecsysConfiguration/topK``.
        public var topK: Int?
        /// Candidates per user before post-ranking, at least 1.
        public var candidateK = 50
        /// Whether items of the user's training history are left out. Off, because most shops sell the same
        /// item to the same user again.
        public var filterSeen = false
        /// Mixing in popularity.
        public var blend = Blend()
        /// Diversity.
        public var mmr = MMR()

        /// All defaults.
        public init() {}
    }

    /// `eval.blend`: score = (1 − gamma)·z(model) + gamma·z(popularity).
    public struct Blend: Codable, Hashable, Sendable {
        /// Off counts as gamma 0.
        public var enabled = true
        /// 0…1.
        public var gamma = 0.3

        /// All defaults.
        public init() {}
    }

    /// `eval.mmr`: maximal marginal relevance.
    public struct MMR: Codable, Hashable, Sendable {
        /// Whether lists are diversified.
        public var enabled = true
        /// Weight of the score against similarity, 0…1; 0 switches the step off.
        public var lambda = 0.3
        /// Where item vectors come from; the model's item factors are the only source so far.
        public var itemVecSource = "als"

        /// All defaults.
        public init() {}
    }

    /// `seg`: segments of users and what is popular in them.
    public struct Segmentation: Codable, Hashable, Sendable {
        /// Segments, at least 2.
        public var k = 10
        /// Cap of the recency, days, above 0.
        public var rCap = 60.0
        /// Items per segment, at least 1.
        public var topN = 30
        /// Weight of the overall share in a segment's, lines, at least 0.
        public var beta = 500.0

        /// All defaults.
        public init() {}
    }

    /// `reporting`: charts of evaluations.
    public struct Reporting: Codable, Hashable, Sendable {
        /// Where charts go.
        public var evalChartsRoot: String?
        /// Whether charts of all evaluations are published after every run that evaluates, as `insightflow charts publish`
        /// does.
        public var publishAfterEval = false

        /// All defaults.
        public init() {}
    }
}

extension RecsysConfiguration.MICE: ConfigurationSection {
    static var fields: [Field<Self>] {
        [.integer("chains", \.chains, .atLeast(1)), .integer("iters", \.iters, .atLeast(1))]
    }
}

extension RecsysConfiguration.ALS: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .integer("factors", \.factors, .atLeast(1)),
            .number("regularization", \.regularization, .atLeast(0)),
            .number("regularization_items", \.regularizationItems, .atLeast(0)),
            .number("regularization_exponent", \.regularizationExponent, .atLeast(0)),
            .number("alpha", \.alpha, .above(0)),
            .choice("confidence", \.confidence, Confidence.allCases),
            .number("unobserved_weight", \.unobservedWeight, .between(1e-9, 1)),
            .integer("iterations", \.iterations, .atLeast(1)),
            .flag("nonnegative", \.nonnegative),
            .choice("solver", \.solver, Solver.allCases),
        ]
    }

    var remarks: [Remark] {
        guard nonnegative, solver != .cholesky else { return [] }
        let message = "\(solver.rawValue) does not keep factors nonnegative; use cholesky, or set nonnegative to false"
        return [Remark(key: "solver", message: message)]
    }
}

extension RecsysConfiguration.Evaluation: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .integer("top_k", \.topK, .atLeast(1)),
            .integer("candidate_k", \.candidateK, .atLeast(1)),
            .flag("filter_seen", \.filterSeen),
            .section("blend", \.blend),
            .section("mmr", \.mmr),
        ]
    }
}

extension RecsysConfiguration.Blend: ConfigurationSection {
    static var fields: [Field<Self>] { [.flag("enabled", \.enabled), .number("gamma", \.gamma, .between(0, 1))] }
}

extension RecsysConfiguration.MMR: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .flag("enabled", \.enabled),
            .number("lambda", \.lambda, .between(0, 1)),
            .text("item_vec_source", \.itemVecSource),
        ]
    }
}

extension RecsysConfiguration.Segmentation: ConfigurationSection {
    static var fields: [Field<Self>] {
        [
            .integer("k", \.k, .atLeast(2)),
            .number("r_cap", \.rCap, .above(0)),
            .integer("top_n", \.topN, .atLeast(1)),
            .number("beta", \.beta, .atLeast(0)),
        ]
    }
}

extension RecsysConfiguration.Reporting: ConfigurationSection {
    static var fields: [Field<Self>] {
        [.text("eval_charts_root", \.evalChartsRoot), .flag("publish_after_eval", \.publishAfterEval)]
    }
}
