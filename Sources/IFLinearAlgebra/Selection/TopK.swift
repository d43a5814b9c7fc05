/// The best `capacity` of a stream of scored candidates: higher scores first, equal scores in ascending index.
///
/// A binary heap whose root is the worst entry kept. Candidates may come in any order; the result depends on the
/// set of candidates alone. NaN is never kept.
package struct TopK: Sendable {
    /// Entries kept at most.
    package let capacity: Int
    private var items: [Int32] = []
    private var scores: [Float] = []

    /// Creates an empty selection.
    ///
    /// - Precondition: `capacity >= 0`.
    package init(capacity: Int) {
        precondition(capacity >= 0, "a selection needs a capacity of at least 0")
        self.capacity = capacity
        items.reserveCapacity(min(capacity, 4096))
        scores.reserveCapacity(min(capacity, 4096))
    }

    /// Entries kept so far.
    package var count: Int { items.count }

    /// A candidate below this score cannot be kept any more; −∞ while there is room.
    package var threshold: Float { count < capacity ? -.infinity : (capacity == 0 ? .infinity : scores[0]) }

    /// Offers a candidate. Complexity: O(log capacity), O(1) where it is not kept.
    @inline(__always)
    package mutating func insert(_ item: Int32, _ score: Float) {
        if items.count < capacity {
            guard !score.isNaN else { return }
            items.append(item)
            scores.append(score)
            siftUp(items.count - 1)
        } else if capacity > 0, score > scores[0] || (score == scores[0] && item < items[0]) {
            items[0] = item
            scores[0] = score
            siftDown(0, items.count)
        }
    }

    /// Takes the entries out, best first, and empties the selection.
    package mutating func drain() -> (items: [Int32], scores: [Float]) {
        var end = items.count
        while end > 1 {
            end -= 1
            swapEntries(0, end)
            siftDown(0, end)
        }
        defer {
            items.removeAll(keepingCapacity: true)
            scores.removeAll(keepingCapacity: true)
        }
        return (items, scores)
    }

    /// The best `count` of an array of scores: indices and scores, best first.
    ///
    /// - Complexity: O(n + kept · log count)
    package static func select(_ scores: [Float], count: Int) -> (items: [Int32], scores: [Float]) {
        var best = TopK(capacity: min(count, scores.count))
        for (index, score) in scores.enumerated() { best.insert(Int32(index), score) }
        return best.drain()
    }

    private func isWorse(_ a: Int, _ b: Int) -> Bool {
        scores[a] < scores[b] || (scores[a] == scores[b] && items[a] > items[b])
    }

    private mutating func swapEntries(_ a: Int, _ b: Int) {
        items.swapAt(a, b)
        scores.swapAt(a, b)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isWorse(child, parent) else { return }
            swapEntries(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int, _ end: Int) {
        var parent = start
        while true {
            var child = 2 * parent + 1
            guard child < end else { return }
            if child + 1 < end, isWorse(child + 1, child) { child += 1 }
            guard isWorse(child, parent) else { return }
            swapEntries(child, parent)
            parent = child
        }
    }
}
