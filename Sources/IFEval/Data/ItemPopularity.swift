public import IFCore

/// How often each item was taken, and on which data that was counted.
public struct ItemPopularity: Hashable, Sendable {
    /// Items with at least one line.
    public let items: IDMap
    /// Lines of each item.
    public let counts: [Int]
    /// Where the lines came from.
    public let provenance: DataProvenance

    /// Counts lines.
    public init(counting lines: OrderLines) {
        items = IDMap(lines.items)
        var counts = [Int](repeating: 0, count: items.count)
        for index in items.indices(of: lines.items) { counts[Int(index)] += 1 }
        self.counts = counts
        provenance = lines.provenance
    }

    /// Sums counts over the users' pairs, as features of ratings hold them.
    ///
    /// - Parameters:
    ///   - pairItems: Item of each (user, item) pair.
    ///   - lines: Lines of each pair.
    ///   - provenance: Where the lines came from.
    /// - Precondition: One number of lines a pair.
    /// - Throws: ``IFCore/IFError/Code/invalidData`` with the row of a missing or negative number.
    public init(
        summing pairItems: IDColumn, lines: ColumnValues<Int64>, countedOn provenance: DataProvenance
    ) throws {
        precondition(pairItems.count == lines.count, "one number of lines a pair")
        let items = IDMap(pairItems)
        var counts = [Int](repeating: 0, count: items.count)
        for (pair, item) in items.indices(of: pairItems).enumerated() {
            guard let count = lines[pair], count >= 0 else {
                throw IFError(.invalidData, "the number of lines is missing or negative", row: pair + 1)
            }
            counts[Int(item)] += Int(count)
        }
        self.init(items: items, counts: counts, countedOn: provenance)
    }

    /// Takes over counts, one an item; items with count 0 are never in ``top(_:)``.
    ///
    /// - Precondition: One count an item, none negative.
    public init(items: IDMap, counts: [Int], countedOn provenance: DataProvenance) {
        precondition(items.count == counts.count && counts.allSatisfy { $0 >= 0 }, "one count of 0 or more an item")
        self.items = items
        self.counts = counts
        self.provenance = provenance
    }

    /// Counts the very lines that are evaluated: a baseline that has seen the answers (compat).
    init(leakingFrom truth: GroundTruth) {
        items = truth.items
        counts = truth.lineCounts
        provenance = truth.provenance
    }

    /// The `count` most frequent items as dense indices: count descending, then id ascending.
    ///
    /// - Complexity: O(n log n).
    public func top(_ count: Int) -> [Int32] {
        // Dense indices ascend with the ids.
        (0..<Int32(counts.count)).filter { counts[Int($0)] > 0 }
            .sorted { (counts[Int($0)], $1) > (counts[Int($1)], $0) }
            .prefix(count).map { $0 }
    }
}
