/// Integer id to dense index: a direct table where the range of ids is dense enough, else binary search.
struct IntegerLookup: Hashable, Sendable {
    private let sorted: [Int64]
    private let base: Int64
    private let table: [Int32]

    init(_ sorted: [Int64]) {
        self.sorted = sorted
        guard let first = sorted.first, let last = sorted.last else {
            (base, table) = (0, [])
            return
        }
        base = first
        let (width, overflow) = last.subtractingReportingOverflow(first)
        // A table of at most 16 entries per id, or 4 MiB for small sets.
        guard !overflow, width < max(Int64(sorted.count) * 16, 1 << 20) else {
            table = []
            return
        }
        var table = [Int32](repeating: -1, count: Int(width) + 1)
        for (index, id) in sorted.enumerated() { table[Int(id - first)] = Int32(index) }
        self.table = table
    }

    /// −1 where the id is unknown.
    func index(of id: Int64) -> Int32 {
        if !table.isEmpty {
            let (offset, overflow) = id.subtractingReportingOverflow(base)
            return !overflow && offset >= 0 && offset < table.count ? table[Int(offset)] : -1
        }
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == id ? Int32(low) : -1
    }
}

/// Sorted different values of a column.
enum SortedIDs {
    static func unique<Integer: FixedWidthInteger & Sendable>(_ values: [Integer]) -> [Integer] {
        guard let first = values.first else { return [] }
        var low = first
        var high = first
        var ascending = true
        var previous = first
        for value in values {
            low = min(low, value)
            high = max(high, value)
            if value < previous { ascending = false }
            previous = value
        }
        if ascending { return dropRepeats(values) }
        let (width, overflow) = high.subtractingReportingOverflow(low)
        if !overflow, let span = Int(exactly: width), span < max(values.count * 4, 1 << 20) {
            var seen = [Bool](repeating: false, count: span + 1)
            for value in values { seen[Int(value - low)] = true }
            return seen.indices.lazy.filter { seen[$0] }.map { low + Integer($0) }
        }
        return dropRepeats(values.sorted())
    }

    private static func dropRepeats<Integer: FixedWidthInteger>(_ sorted: [Integer]) -> [Integer] {
        var out: [Integer] = []
        for value in sorted where out.last != value { out.append(value) }
        return out
    }
}
