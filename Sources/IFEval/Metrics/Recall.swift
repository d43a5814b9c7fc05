/// Recall at K: hits / |truth|.
///
/// Below 1 even for a perfect list where the truth has more than K items.
/// C. D. Manning, P. Raghavan, H. Schütze, *Introduction to Information Retrieval*, 2008, section 8.3; trec_eval's
/// `recall_k`.
public struct Recall: RankingMetric {
    /// Creates the metric.
    public init() {}

    /// The name in settings and messages.
    public var name: String { "recall" }

    /// The metric of one list, in 0...1.
    public func value(of ranking: JudgedRanking) -> Double {
        ranking.truthCount == 0 ? 0 : Double(ranking.hitRanks.count) / Double(ranking.truthCount)
    }
}
