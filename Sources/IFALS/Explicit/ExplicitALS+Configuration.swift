import IFCore

extension ExplicitALS {
    /// The hyper-parameters of explicit ALS. Keys that are missing when decoding have their defaults.
    public struct Configuration: Hashable, Sendable, Codable {
        /// Length of the vectors, 1...1024.
        public var factors = 64
        /// λ of users and, where ``itemRegularization`` is `nil`, of items; at least 0. Of vectors and biases alike.
        public var regularization = 0.1
        /// How λ grows with the number of ratings of a row; Spark's by default. There is no weight of pairs that were not
        /// observed, so that ``RegularizationScaling/countsUnobserved`` changes nothing.
        public var regularizationScaling = RegularizationScaling.count
        /// λ of items, at least 0; that of users where `nil`.
        public var itemRegularization: Double?
        /// How the items' λ grows; as that of users where `nil`.
        public var itemRegularizationScaling: RegularizationScaling?
        /// Whether the mean of all ratings is taken off first and added to every score. Spark does not.
        public var centersRatings = true
        /// Whether each user and each item has a bias. Spark's have not.
        public var biases = true
        /// Sweeps over both sides, at least 1.
        public var iterations = 15
        /// Whether all factors are to be at least 0; without centering and biases only.
        public var nonnegative = false

        /// Creates the default configuration.
        public init() {}

        /// Creates a configuration from the parameters that are varied most.
        public init(
            factors: Int = 64, regularization: Double = 0.1, iterations: Int = 15,
            regularizationScaling: RegularizationScaling = .count
        ) {
            self.factors = factors
            self.regularization = regularization
            self.iterations = iterations
            self.regularizationScaling = regularizationScaling
        }

        /// Reads the value as it stands in files.
        public init(from decoder: any Decoder) throws {
            let keys = try decoder.container(keyedBy: CodingKeys.self)
            func value<Value: Decodable>(_ key: CodingKeys, _ other: Value) throws -> Value {
                try keys.decodeIfPresent(Value.self, forKey: key) ?? other
            }
            factors = try value(.factors, factors)
            regularization = try value(.regularization, regularization)
            regularizationScaling = try value(.regularizationScaling, regularizationScaling)
            itemRegularization = try keys.decodeIfPresent(Double.self, forKey: .itemRegularization)
            itemRegularizationScaling = try keys.decodeIfPresent(
                RegularizationScaling.self, forKey: .itemRegularizationScaling)
            centersRatings = try value(.centersRatings, centersRatings)
            biases = try value(.biases, biases)
            iterations = try value(.iterations, iterations)
            nonnegative = try value(.nonnegative, nonnegative)
        }

        /// Checks all ranges.
        ///
        /// - Throws: ``IFError/Code/invalidArgument``, naming the parameter.
        public func validate() throws {
            func require(_ holds: Bool, _ key: String, _ message: String) throws {
                guard holds else { throw IFError(.invalidArgument, message, key: key) }
            }
            try require((1...1024).contains(factors), "factors", "\(factors) is outside 1...1024")
            for (key, value) in [
                ("regularization", regularization), ("itemRegularization", itemRegularization ?? 0),
            ] {
                try require(value.isFinite && value >= 0, key, "\(value) is not a finite number of at least 0")
            }
            for (key, scaling) in [
                ("regularizationScaling", regularizationScaling),
                ("itemRegularizationScaling", itemRegularizationScaling ?? .none),
            ] {
                try require(
                    scaling.exponent.isFinite && scaling.exponent >= 0, key,
                    "the exponent \(scaling.exponent) is below 0 or not finite")
            }
            try require(iterations >= 1, "iterations", "\(iterations) is below 1")
            try require(
                !nonnegative || !(biases || centersRatings), "nonnegative",
                "factors of at least 0 need centersRatings and biases off: what is left of a rating may be below 0")
        }

        /// λ·nᵛ of a row with `count` ratings.
        func ridge(count: Int, of side: ALSEvent.Side) -> Double {
            let scaling = side == .user ? regularizationScaling : itemRegularizationScaling ?? regularizationScaling
            let lambda = side == .user ? regularization : itemRegularization ?? regularization
            return lambda * scaling.factor(count: count, unobserved: 0)
        }

        /// Unknowns of a row: its vector and, with biases, its bias.
        var width: Int { factors + (biases ? 1 : 0) }
        var solver: any RowSolver { nonnegative ? NonnegativeRowSolver() : CholeskyRowSolver() }
    }
}
