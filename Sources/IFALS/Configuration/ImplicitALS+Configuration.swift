import IFCore

extension ImplicitALS {
    /// The hyper-parameters of implicit ALS. Keys that are missing when decoding have their defaults.
    public struct Configuration: Hashable, Sendable, Codable {
        /// Length of the vectors, 1...1024.
        public var factors = 64
        /// λ of users and, where ``itemRegularization`` is `nil`, of items; at least 0.
        public var regularization = 0.01
        /// How λ grows with the number of ratings of a row; Spark's by default.
        public var regularizationScaling = RegularizationScaling.count
        /// λ of items, at least 0; that of users where `nil`.
        public var itemRegularization: Double?
        /// How the items' λ grows; as that of users where `nil`.
        public var itemRegularizationScaling: RegularizationScaling?
        /// α of the confidence, above 0.
        public var alpha = 40.0
        /// How ratings become confidences.
        public var confidence = ConfidenceForm.linear
        /// Whether a rating may be below 0: a dislike of that strength, an observed pair of preference 0 whose confidence
        /// is that of |r|. As implicit and Spark have it; where `false`, such a rating is an error.
        public var allowsDislikes = false
        /// Confidence of pairs that were not observed, α₀: above 0 and at most 1.
        public var unobservedWeight = 1.0
        /// Sweeps over both sides, at least 1.
        public var iterations = 10
        /// Whether all factors are to be at least 0.
        public var nonnegative = true
        /// How systems without that bound are solved; only ``ALSSolver/cholesky`` goes with nonnegative factors.
        public var solver = ALSSolver.cholesky

        /// Creates the default configuration.
        public init() {}

        /// Creates a configuration from the parameters that are varied most.
        public init(
            factors: Int = 64, regularization: Double = 0.01, alpha: Double = 40, iterations: Int = 10,
            nonnegative: Bool = true, regularizationScaling: RegularizationScaling = .count
        ) {
            self.factors = factors
            self.regularization = regularization
            self.alpha = alpha
            self.iterations = iterations
            self.nonnegative = nonnegative
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
            alpha = try value(.alpha, alpha)
            confidence = try value(.confidence, confidence)
            allowsDislikes = try value(.allowsDislikes, allowsDislikes)
            unobservedWeight = try value(.unobservedWeight, unobservedWeight)
            iterations = try value(.iterations, iterations)
            nonnegative = try value(.nonnegative, nonnegative)
            solver = try value(.solver, solver)
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
            try require(alpha.isFinite && alpha > 0, "alpha", "\(alpha) is not a finite number above 0")
            try require(
                unobservedWeight > 0 && unobservedWeight <= 1, "unobservedWeight",
                "\(unobservedWeight) is not above 0 and at most 1")
            try require(iterations >= 1, "iterations", "\(iterations) is below 1")
            try solver.validate(nonnegative: nonnegative)
        }

        /// λ·nᵛ of a row with `count` ratings, of a side whose other side has `others` rows.
        func ridge(count: Int, of side: ALSEvent.Side, others: Int) -> Double {
            let scaling = side == .user ? regularizationScaling : itemRegularizationScaling ?? regularizationScaling
            let lambda = side == .user ? regularization : itemRegularization ?? regularization
            return lambda * scaling.factor(count: count, unobserved: unobservedWeight * Double(others))
        }

        /// Whether a value can be learned from.
        func isRating(_ value: Float) -> Bool { value.isFinite && (value > 0 || allowsDislikes && value < 0) }

        /// What ratings have to be, for messages.
        var ratingRule: String { allowsDislikes ? "other than 0 and finite" : "above 0 and finite" }
    }
}
