/// Average precision at K: the sum of hits(r) / r over the places r of the hits, divided by a named denominator.
///
/// Its mean over users is MAP. Published numbers differ in the denominator more than in anything else, so it is a
/// choice with a name: ``Denominator``.
/// C. Buckley, E. M. Voorhees, "Evaluating evaluation measure stability", SIGIR 2000, doi:10.1145/345508.345543.
public struct AveragePrecision: RankingMetric {
    /// What the sum of precisions is divided by.
    public enum Denominator: String, Hashable, Sendable, Codable, CaseIterable {
        /// The hits found. Forgives what was missed: one hit at place 1 gives 1. For comparison with old runs only.
        case hits
        /// min(|truth|, K): 1 exactly where the list is as good as a list of K can be. Spark's
        /// `meanAveragePrecisionAt`.
        case minOfTruthAndK = "min_truth_k"
        /// |truth|: trec_eval's `map_cut_k`, ranx's `map@k`; below 1 for every list where |truth| > K.
        case truth
    }

    /// What the sum of precisions is divided by.
    public let denominator: Denominator

    /// Creates the metric.
    public init(denominator: Denominator = .minOfTruthAndK) { self.denominator = denominator }

    /// The name in settings and messages.
    public var name: String { "map" }

    /// The metric of one list, in 0...1.
    public func value(of ranking: JudgedRanking) -> Double {
        guard !ranking.hitRanks.isEmpty else { return 0 }
        var sum = 0.0
        for (found, rank) in ranking.hitRanks.enumerated() { sum += Double(found + 1) / Double(rank) }
        return switch denominator {
        case .hits: sum / Double(ranking.hitRanks.count)
        case .minOfTruthAndK: sum / Double(min(ranking.truthCount, ranking.cutoff))
        case .truth: sum / Double(ranking.truthCount)
        }
    }
}
