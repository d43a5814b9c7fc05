/// Ranked items with scores for a batch of users, packed: the currency between recommenders, rerankers and metrics.
public struct RankedLists: Hashable, Sendable {
    /// `count + 1` positions in `items` and `scores`.
    public let offsets: [Int]
    /// Dense item indices, best first within each list.
    public let items: [Int32]
    /// Score of each item; does not increase within a list.
    public let scores: [Float]

    /// Takes over packed lists.
    ///
    /// - Precondition: Offsets ascend from 0 to the number of items; one score an item.
    public init(offsets: [Int], items: [Int32], scores: [Float]) {
        precondition(
            offsets.first == 0 && offsets.last == items.count && items.count == scores.count,
            "offsets, items and scores do not fit together")
        self.offsets = offsets
        self.items = items
        self.scores = scores
    }

    /// Packs lists.
    public init(_ lists: [[(item: Int32, score: Float)]]) {
        var offsets = [0]
        var items: [Int32] = []
        var scores: [Float] = []
        for list in lists {
            items.append(contentsOf: list.map(\.item))
            scores.append(contentsOf: list.map(\.score))
            offsets.append(items.count)
        }
        self.init(offsets: offsets, items: items, scores: scores)
    }

    /// Joins batches end to end.
    public init(joining batches: [RankedLists]) {
        var offsets = [0]
        var items: [Int32] = []
        var scores: [Float] = []
        items.reserveCapacity(batches.reduce(0) { $0 + $1.items.count })
        scores.reserveCapacity(items.capacity)
        for batch in batches {
            let base = items.count
            offsets.append(contentsOf: batch.offsets.dropFirst().map { $0 + base })
            items.append(contentsOf: batch.items)
            scores.append(contentsOf: batch.scores)
        }
        self.init(offsets: offsets, items: items, scores: scores)
    }

    /// Lists.
    public var count: Int { offsets.count - 1 }

    /// Positions of a list's entries.
    public func range(of list: Int) -> Range<Int> { offsets[list]..<offsets[list + 1] }

    /// Items of a list, best first.
    public func items(of list: Int) -> ArraySlice<Int32> { items[range(of: list)] }

    /// The first `length` entries of every list.
    public func prefix(_ length: Int) -> RankedLists {
        var ends = [0]
        var keptItems: [Int32] = []
        var keptScores: [Float] = []
        for list in 0..<count {
            let kept = range(of: list).prefix(length)
            keptItems.append(contentsOf: items[kept])
            keptScores.append(contentsOf: scores[kept])
            ends.append(keptItems.count)
        }
        return RankedLists(offsets: ends, items: keptItems, scores: keptScores)
    }
}
