import IFCore

extension Evaluation {
    /// Which lines the baseline's popularity is counted on.
    public enum PopularitySource: String, Hashable, Sendable, Codable, CaseIterable {
        /// Lines that the caller counted, which must not be evaluated ones.
        case training
        /// The evaluated lines themselves: a baseline that has seen the answers. Needs
        /// ``LeakagePolicy/allowLeakage``, too.
        case evaluated
    }

    /// How lists are scored.
    public struct Configuration: Hashable, Sendable, Codable {
        /// Places of a list that count: K, at least 1.
        public var topK: Int
        /// What average precision is divided by.
        public var averagePrecisionDenominator: AveragePrecision.Denominator
        /// Which lines the baseline's popularity is counted on.
        public var popularitySource: PopularitySource
        /// What to do where something was fitted on what is evaluated.
        public var leakage: LeakagePolicy
        /// How sure the results are; `nil` leaves intervals and tests out.
        public var resampling: Resampling?

        /// Creates a configuration.
        public init(
            topK: Int = 10, averagePrecisionDenominator: AveragePrecision.Denominator = .minOfTruthAndK,
            popularitySource: PopularitySource = .training, leakage: LeakagePolicy = .refuse,
            resampling: Resampling? = Resampling()
        ) {
            self.topK = topK
            self.averagePrecisionDenominator = averagePrecisionDenominator
            self.popularitySource = popularitySource
            self.leakage = leakage
            self.resampling = resampling
        }

        /// The rules of the original pipeline, for comparison with its runs: average precision over hits, and a
        /// baseline counted on the evaluated lines.
        public static let compatible = Configuration(
            averagePrecisionDenominator: .hits, popularitySource: .evaluated, leakage: .allowLeakage)

        /// Refuses what cannot be evaluated.
        ///
        /// - Throws: ``IFCore/IFError/Code/invalidArgument``.
        public func validate() throws {
            guard topK > 0 else {
                throw IFError(.invalidArgument, "top K is \(topK); at least 1 place has to count", key: "eval.top_k")
            }
            try resampling?.validate()
        }
    }
}
