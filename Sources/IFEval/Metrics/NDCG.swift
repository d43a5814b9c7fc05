#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Normalised discounted cumulative gain at K with binary gains: DCG / ideal DCG, where DCG is the sum of 1 / log₂(r +
/// 1) over the places r of the hits, and the ideal has hits in the first min(|truth|, K) places.
///
/// K. Järvelin, J. Kekäläinen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20(4), 2002,
/// doi:10.1145/582415.582418. With binary gains the same as trec_eval's `ndcg_cut_k`, ranx's `ndcg@k` and Spark's
/// `ndcgAt`.
public struct NDCG: RankingMetric {
    /// Discount of each place; index 0 is place 1.
    private let discounts: [Double]
    /// Ideal DCG by number of hits; index 0 is 0.
    private let ideals: [Double]

    /// Creates the metric with tables for `cutoff` places.
    ///
    /// - Precondition: `cutoff > 0`; rankings are judged at this cutoff or a smaller one.
    public init(cutoff: Int) {
        precondition(cutoff > 0, "NDCG needs at least one place")
        discounts = (1...cutoff).map { 1 / log2(Double($0) + 1) }
        var ideals = [0.0]
        for discount in discounts { ideals.append(ideals[ideals.count - 1] + discount) }
        self.ideals = ideals
    }

    /// The name in settings and messages.
    public var name: String { "ndcg" }

    /// The metric of one list, in 0...1.
    public func value(of ranking: JudgedRanking) -> Double {
        guard !ranking.hitRanks.isEmpty else { return 0 }
        var gain = 0.0
        for rank in ranking.hitRanks { gain += discounts[rank - 1] }
        return gain / ideals[min(ranking.truthCount, ranking.cutoff)]
    }
}
