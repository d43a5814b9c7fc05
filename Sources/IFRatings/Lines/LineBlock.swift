import IFCore

/// What one block of lines holds: the runs that join, and what does not.
struct LineBlock: Sendable {
    var runs: [LineRun] = []
    /// The order's slot of each run.
    var slots: [Int32] = []
    var joined = 0
    var withoutOrder = RatingsReport.Skipped()
    var heldOut = RatingsReport.Skipped()
    /// Least and greatest product id; `nil` for string ids.
    var productRange: ClosedRange<Int64>?

    /// Where the lines of a batch stand.
    struct Place: Sendable {
        /// The chunk that the batch is in, and where it begins there.
        var chunk: Int
        var offset: Int
        /// Lines of earlier batches, for reports.
        var firstRow: Int
    }

    /// Finds the runs of `range`.
    init(orders: IDColumn, products: IDColumn, range: Range<Int>, place: Place, lookup: OrderLookup) {
        let (starts, heads) = Self.heads(orders, range)
        let found = lookup.slots(of: heads)
        runs.reserveCapacity(found.count)
        slots.reserveCapacity(found.count)
        for (index, slot) in found.enumerated() {
            let start = range.lowerBound + Int(starts[index])
            let end = range.lowerBound + (index + 1 < starts.count ? Int(starts[index + 1]) : range.count)
            if slot >= 0 {
                joined += end - start
                runs.append(LineRun(chunk: place.chunk, start: place.offset + start, count: end - start))
                slots.append(slot)
            } else if slot == OrderLookup.unknown {
                withoutOrder.add(rows: place.firstRow + start..<place.firstRow + end)
            } else {
                heldOut.add(rows: place.firstRow + start..<place.firstRow + end)
            }
        }
        switch products {
        case .int32(let values): productRange = Self.bounds(values, range)
        case .int64(let values): productRange = Self.bounds(values, range)
        case .strings: productRange = nil
        }
    }

    /// Where a line has another order than the one before, and the order there.
    private static func heads(_ orders: IDColumn, _ range: Range<Int>) -> (starts: [Int32], ids: IDColumn) {
        switch orders {
        case .int32(let values):
            let starts = starts(values, range)
            return (starts, .int32(starts.map { values[range.lowerBound + Int($0)] }))
        case .int64(let values):
            let starts = starts(values, range)
            return (starts, .int64(starts.map { values[range.lowerBound + Int($0)] }))
        case .strings(let values):
            let starts = starts(values, range)
            return (starts, .strings(values.gather(starts.map { range.lowerBound + Int($0) })))
        }
    }

    private static func starts<Integer: FixedWidthInteger>(_ values: [Integer], _ range: Range<Int>) -> [Int32] {
        let span = values.span.extracting(range)
        // Without a branch: every line is written, and kept where it differs from the line before.
        var out = [Int32](repeating: 0, count: span.count)
        var count = 1
        var target = out.mutableSpan
        for index in 1..<max(1, span.count) {
            target[count] = Int32(truncatingIfNeeded: index)
            count &+= span[index] == span[index - 1] ? 0 : 1
        }
        out.removeLast(out.count - count)
        return out
    }

    private static func starts(_ values: StringValues, _ range: Range<Int>) -> [Int32] {
        let (offsets, bytes) = (values.offsets, values.bytes)
        func text(_ row: Int) -> ArraySlice<UInt8> { bytes[offsets[row]..<offsets[row + 1]] }
        return range.filter { $0 == range.lowerBound || !text($0).elementsEqual(text($0 - 1)) }
            .map { Int32($0 - range.lowerBound) }
    }

    private static func bounds<Integer: FixedWidthInteger>(
        _ values: [Integer], _ range: Range<Int>
    ) -> ClosedRange<Int64> {
        let span = values.span.extracting(range)
        var low = span[0]
        var high = span[0]
        for index in span.indices {
            low = min(low, span[index])
            high = max(high, span[index])
        }
        return Int64(low)...Int64(high)
    }
}
