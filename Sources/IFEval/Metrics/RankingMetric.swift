/// A measure of one ranked list against one user's truth; a pure function of where the hits are.
public protocol RankingMetric: Sendable {
    /// The name in results and files.
    var name: String { get }
    /// The measure of one list.
    ///
    /// - Returns: A number in 0...1; 0 where there are no hits or no truth.
    func value(of ranking: JudgedRanking) -> Double
}

/// What a metric needs to know of one list: where in the first `cutoff` places the hits are, and how large the truth
/// is.
public struct JudgedRanking: Hashable, Sendable {
    /// Places looked at: K.
    public let cutoff: Int
    /// Items of the user's truth, found or not.
    public internal(set) var truthCount: Int
    /// One-based places of the hits, ascending, at most `cutoff`.
    public internal(set) var hitRanks: [Int]

    /// Creates a judgement.
    ///
    /// - Precondition: `cutoff > 0`; ranks ascend within 1...cutoff and are no more than `truthCount`.
    public init(cutoff: Int, truthCount: Int, hitRanks: [Int]) {
        precondition(cutoff > 0 && truthCount >= hitRanks.count, "more hits than truth, or no places")
        precondition(
            hitRanks.allSatisfy { 1...cutoff ~= $0 } && zip(hitRanks, hitRanks.dropFirst()).allSatisfy { $0 < $1 },
            "hit ranks must ascend within 1...\(cutoff)")
        self.cutoff = cutoff
        self.truthCount = truthCount
        self.hitRanks = hitRanks
    }

    /// Judges one list. Repeated items count once: later ones are left out and the places after them move up.
    public init(items: some Sequence<Int32>, truth: Set<Int32>, cutoff: Int) {
        var seen = Set<Int32>()
        let places = items.filter { seen.insert($0).inserted }.prefix(cutoff)
        self.init(
            cutoff: cutoff, truthCount: truth.count,
            hitRanks: places.enumerated().filter { truth.contains($0.element) }.map { $0.offset + 1 })
    }
}
