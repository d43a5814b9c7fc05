/// Hit rate at K: 1 where at least one of the first K items is a hit, else 0. Also called success at K.
///
/// M. Deshpande, G. Karypis, "Item-based top-N recommendation algorithms", ACM TOIS 22(1), 2004,
/// doi:10.1145/963770.963776; trec_eval's `success_k`, ranx's `hit_rate@k`.
public struct HitRate: RankingMetric {
    /// Creates the metric.
    public init() {}

    /// The name in settings and messages.
    public var name: String { "hit_rate" }

    /// The metric of one list, in 0...1.
    public func value(of ranking: JudgedRanking) -> Double { ranking.hitRanks.isEmpty ? 0 : 1 }
}
