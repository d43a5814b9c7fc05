/// Reciprocal rank at K: 1 / place of the first hit, 0 where there is none within K. Its mean over users is MRR.
///
/// E. M. Voorhees, "The TREC-8 question answering track report", TREC 1999; ranx's `mrr@k`.
public struct ReciprocalRank: RankingMetric {
    /// Creates the metric.
    public init() {}

    /// The name in settings and messages.
    public var name: String { "mrr" }

    /// The metric of one list, in 0...1.
    public func value(of ranking: JudgedRanking) -> Double { ranking.hitRanks.first.map { 1 / Double($0) } ?? 0 }
}
