import IFCore

extension PostRanker {
    /// How candidates become final lists.
    public struct Configuration: Hashable, Sendable, Codable {
        /// Candidates of a user that are looked at, best first; at least 1.
        public var candidateK: Int
        /// Length of a final list; at least 1.
        public var topK: Int
        /// Whether scores are blended with popularity. Where not, γ counts as 0.
        public var blendEnabled: Bool
        /// Weight of popularity, in 0...1.
        public var gamma: Double
        /// Whether lists are diversified.
        public var mmrEnabled: Bool
        /// Weight of the score against diversity, in 0...1. 1 keeps the order of scores; 0 switches diversity off.
        public var lambda: Double

        /// Creates a configuration; the defaults are the pipeline's.
        public init(
            candidateK: Int = 50, topK: Int = 10, blendEnabled: Bool = true, gamma: Double = 0.3,
            mmrEnabled: Bool = true, lambda: Double = 0.3
        ) {
            self.candidateK = candidateK
            self.topK = topK
            self.blendEnabled = blendEnabled
            self.gamma = gamma
            self.mmrEnabled = mmrEnabled
            self.lambda = lambda
        }

        /// Refuses what cannot be computed.
        ///
        /// - Throws: ``IFCore/IFError/Code/invalidArgument``, naming the key.
        public func validate() throws {
            guard topK > 0 else {
                throw IFError(.invalidArgument, "top K is \(topK); lists need at least 1 place", key: "eval.top_k")
            }
            guard candidateK > 0 else {
                throw IFError(
                    .invalidArgument, "\(candidateK) candidates are too few; use at least top K",
                    key: "eval.candidate_k")
            }
            guard 0...1 ~= gamma else {
                throw IFError(.invalidArgument, "gamma is \(gamma), it must be in 0...1", key: "eval.blend.gamma")
            }
            guard 0...1 ~= lambda else {
                throw IFError(.invalidArgument, "lambda is \(lambda), it must be in 0...1", key: "eval.mmr.lambda")
            }
        }

        /// γ as it takes effect.
        var effectiveGamma: Double { blendEnabled ? gamma : 0 }
        /// Whether diversity takes effect.
        var diversifies: Bool { mmrEnabled && lambda > 0 }
    }
}
