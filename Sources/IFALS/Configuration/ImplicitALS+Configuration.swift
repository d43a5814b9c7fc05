import IFCore

extension ImplicitALS {
    /// The hyper-parameters of implicit ALS. Keys that are missing when decoding have their defaults.
    public struct Configuration: Hashable, Sendable, Codable {
        /// Length of the vectors, 1...1024.
        public var factors = 64
        /// λ, at least 0.
        public var regularization = 0.01
        /// How λ grows with the number of ratings of a row; Spark's by default.
        public var regularizationScaling = RegularizationScaling.count
        /// α of the confidence, above 0.
        public var alpha = 40.0
        /// How ratings become confidences.
        public var confidence = ConfidenceForm.linear
        /// Confidence of pairs that were not observed, above 0 and at most 1.
        public var unobservedWeight = 1.0
        /// Sweeps over both sides, at least 1.
        public var iterations = 10
        /// Whether all factors are to be at least 0.
        public var nonnegative = true

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
            alpha = try value(.alpha, alpha)
            confidence = try value(.confidence, confidence)
            unobservedWeight = try value(.unobservedWeight, unobservedWeight)
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
            try require(
                regularization.isFinite && regularization >= 0, "regularization",
                "\(regularization) is not a finite number of at least 0")
            try require(
                regularizationScaling.exponent.isFinite && regularizationScaling.exponent >= 0,
                "regularizationScaling", "the exponent \(regularizationScaling.exponent) is below 0 or not finite")
            try require(alpha.isFinite && alpha > 0, "alpha", "\(alpha) is not a finite number above 0")
            try require(
                unobservedWeight > 0 && unobservedWeight <= 1, "unobservedWeight",
                "\(unobservedWeight) is not above 0 and at most 1")
            try require(iterations >= 1, "iterations", "\(iterations) is below 1")
        }

        /// λ of a row with `count` ratings.
        func ridge(count: Int) -> Double { regularization * regularizationScaling.factor(count: count) }
    }
}
