public import IFCore

/// What users really took in the evaluated period: for each user a set of items.
///
/// The truth has id maps of its own, made from the evaluated lines alone. Items that no model knows are therefore part
/// of the truth and of its size, as recall and the ideal of NDCG require; recommendations are translated into the
/// truth's indices when they are scored.
public struct GroundTruth: Hashable, Sendable {
    /// Users with at least one line.
    public let users: IDMap
    /// Different items of the evaluated lines; the `catalog_size` of coverage.
    public let items: IDMap
    /// `users.count + 1` positions in `itemIndices`.
    public let offsets: [Int]
    /// Dense item indices, ascending within a user, without repeats.
    public let itemIndices: [Int32]
    /// Lines of each item; repeats count, as popularity counts lines.
    public let lineCounts: [Int]
    /// Where the truth came from.
    public let provenance: DataProvenance
    /// Position in `itemIndices` that each line became.
    private let pairOfLine: [Int32]
    /// Unit key of each line.
    private let unitKeys: [UInt64]

    /// Makes the truth from order lines; repeated items of a user count once.
    ///
    /// - Throws: ``IFCore/IFError/Code/emptyData`` without lines.
    /// - Complexity: O(lines + users + items), beside the id maps.
    public init(_ lines: OrderLines) throws {
        guard lines.count > 0 else {
            throw IFError(
                .emptyData,
                "period '\(lines.label)' has no order lines, so there is nothing to evaluate against"
                    + (lines.unmatchedLineCount > 0
                        ? "; \(lines.unmatchedLineCount) lines belong to other orders" : ""))
        }
        users = IDMap(lines.users)
        items = IDMap(lines.items)
        let rows = users.indices(of: lines.users)
        let columns = items.indices(of: lines.items)
        let matrix = try CSRMatrix(
            rows: rows, columns: columns, values: nil, rowCount: users.count, columnCount: items.count,
            duplicates: .maximum)
        offsets = matrix.offsets
        itemIndices = matrix.columns
        var counts = [Int](repeating: 0, count: items.count)
        for column in columns { counts[Int(column)] += 1 }
        lineCounts = counts
        provenance = lines.provenance
        unitKeys = lines.unitKeys
        pairOfLine = zip(rows, columns).map { row, column in
            let range = matrix.range(ofRow: Int(row))
            return Int32(matrix.columns[range].firstIndexSorted(of: column) ?? range.lowerBound)
        }
    }

    /// (user, item) pairs.
    public var pairCount: Int { itemIndices.count }

    /// Items of a user, ascending.
    public func items(ofUser user: Int) -> ArraySlice<Int32> { itemIndices[offsets[user]..<offsets[user + 1]] }

    /// Share of the pairs that have a line in one of the units, in 0...1. Complexity: O(lines · log ranges).
    public func shareOfPairs(inUnits units: UnitSet) -> Double {
        var leaked = [Bool](repeating: false, count: pairCount)
        for (pair, key) in zip(pairOfLine, unitKeys) where units.contains(key) { leaked[Int(pair)] = true }
        return Double(leaked.lazy.filter { $0 }.count) / Double(pairCount)
    }
}

extension ArraySlice where Element == Int32 {
    /// The position of a value in an ascending slice, `nil` where it is missing. Complexity: O(log n).
    func firstIndexSorted(of value: Int32) -> Int? {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && self[low] == value ? low : nil
    }
}
