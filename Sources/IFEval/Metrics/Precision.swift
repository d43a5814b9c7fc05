/// Precision at K: hits / K.
///
/// The denominator is K also where the list is shorter, as in trec_eval's `P_k` and Spark's `precisionAt`.
/// C. D. Manning, P. Raghavan, H. Schütze, *Introduction to Information Retrieval*, 2008, section 8.4.
public struct Precision: RankingMetric {
    /// Creates the metric.
    public init() {}

    /// The name in settings and messages.
    public var name: String { "precision" }

    /// The metric of one list, in 0...1.
    public func value(of ranking: JudgedRanking) -> Double {
        Double(ranking.hitRanks.count) / Double(ranking.cutoff)
    }
}
