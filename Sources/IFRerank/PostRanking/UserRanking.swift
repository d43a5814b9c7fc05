import IFCore

/// Final lists of a block of users as they are made, with the memory that is reused between them.
struct UserRanking {
    private let ranker: PostRanker
    private let filter: RecommendationFilter
    private let count: Int
    private let blend: PopularityBlend
    private let diversity: MaximalMarginalRelevance
    /// Items that no list may hold.
    private var barred: [Bool]
    /// The number of the last list that held an item, or may not hold it.
    private var mark: [Int32]
    private var listNumber: Int32 = 0
    private var workspace = MaximalMarginalRelevance.Workspace()

    private(set) var offsets = [0]
    private(set) var items: [Int32] = []
    private(set) var scores: [Float] = []

    init(ranker: PostRanker, filter: RecommendationFilter, count: Int) {
        self.ranker = ranker
        self.filter = filter
        self.count = count
        blend = PopularityBlend(gamma: ranker.configuration.effectiveGamma)
        diversity = MaximalMarginalRelevance(lambda: ranker.configuration.lambda)
        let itemCount = ranker.prior.scores.count
        mark = Array(repeating: 0, count: itemCount)
        barred = Array(repeating: filter.allowed != nil, count: itemCount)
        for item in filter.allowed ?? [] where barred.indices.contains(Int(item)) { barred[Int(item)] = false }
        for item in filter.denied where barred.indices.contains(Int(item)) { barred[Int(item)] = true }
    }

    /// Makes the list of one user.
    mutating func append(_ candidates: RankedLists, list: Int, user: Int32?) throws {
        listNumber += 1
        if let seen = filter.seen, let user {
            for item in seen.columns(ofRow: Int(user)) where Int(item) < mark.count { mark[Int(item)] = listNumber }
        }
        let (own, ownScores) = try admissible(candidates, list: list)
        for pick in order(own, ownScores) {
            items.append(own[pick.position])
            scores.append(Float(pick.value))
        }
        // Candidates that were not picked may come back as popular items: only what is in the list is a repeat.
        for item in own { mark[Int(item)] = 0 }
        for item in items[offsets[offsets.count - 1]...] { mark[Int(item)] = listNumber }
        fill()
        offsets.append(items.count)
    }

    /// The candidates looked at: allowed, without repeats.
    private mutating func admissible(_ candidates: RankedLists, list: Int) throws -> ([Int32], [Float]) {
        var own: [Int32] = []
        var ownScores: [Float] = []
        for position in candidates.range(of: list).prefix(ranker.configuration.candidateK) {
            let item = candidates.items[position]
            guard mark.indices.contains(Int(item)) else {
                throw IFError(
                    .invalidData, "candidate item index \(item) is not among the \(mark.count) items with popularity",
                    row: list + 1)
            }
            guard candidates.scores[position].isFinite else {
                throw IFError(.invalidData, "the score of a candidate is \(candidates.scores[position])", row: list + 1)
            }
            if barred[Int(item)] || mark[Int(item)] == listNumber { continue }
            mark[Int(item)] = listNumber
            own.append(item)
            ownScores.append(candidates.scores[position])
        }
        return (own, ownScores)
    }

    /// Positions of the candidates in their final order, with values that do not increase.
    private mutating func order(_ own: [Int32], _ ownScores: [Float]) -> [(position: Int, value: Double)] {
        guard !own.isEmpty else { return [] }
        let blended = blend.scores(items: own, modelScores: ownScores, prior: ranker.prior)
        if let vectors = ranker.vectors {
            return diversity.pick(count, items: own[...], scores: blended, vectors: vectors, &workspace)
        }
        return blended.indices.sorted { (blended[$0], $1) > (blended[$1], $0) }
            .prefix(count).map { ($0, blended[$0]) }
    }

    /// Fills the list from the most popular items.
    private mutating func fill() {
        let start = offsets[offsets.count - 1]
        var score = items.count > start ? scores[scores.count - 1] : .infinity
        var next = ranker.prior.ranking.makeIterator()
        while items.count - start < count, let item = next.next() {
            if barred[Int(item)] || mark[Int(item)] == listNumber { continue }
            score = min(score, Float(ranker.prior.scores[Int(item)]))
            items.append(item)
            scores.append(score)
        }
    }
}
