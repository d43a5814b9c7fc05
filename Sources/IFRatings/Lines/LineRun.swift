import IFCore

/// Consecutive lines of one order: where they stand, and the order's slot.
///
/// Lines stay where they arrived; grouping moves runs only, of which there are about ten times fewer.
struct LineRun: BitwiseCopyable, Sendable {
    /// Lines of a batch that are searched for runs at once; the longest run.
    static let blockSize = 1 << 14
    /// Most lines of a chunk.
    static let chunkLimit = 1 << 26
    /// Most chunks.
    static let chunkCountLimit = 1 << 23

    /// The chunk (23 bits), the first line in it (26 bits) and the number of lines (15 bits).
    private let place: UInt64
    /// The order's slot.
    let slot: Int32

    init(chunk: Int, lines: Range<Int>, slot: Int32) {
        place = UInt64(chunk) << 41 | UInt64(lines.lowerBound) << 15 | UInt64(lines.count)
        self.slot = slot
    }

    var chunk: Int { Int(place >> 41) }
    var start: Int { Int(place >> 15 & 0x3FF_FFFF) }
    var count: Int { Int(place & 0x7FFF) }
}

/// What one block of lines holds.
struct LineBlock: Sendable {
    var runs: [LineRun] = []
    var joined = 0
    var withoutOrder = RatingsReport.Skipped()
    var heldOut = RatingsReport.Skipped()
    /// Least and greatest product id; `nil` for string ids.
    var productRange: ClosedRange<Int64>?

    /// Finds the runs of `range`.
    ///
    /// - Parameters:
    ///   - firstRow: Lines of earlier batches, for reports.
    ///   - chunkOffset: Where the batch begins in its chunk.
    init(
        orders: IDColumn, products: IDColumn, range: Range<Int>, chunk: Int, chunkOffset: Int, firstRow: Int,
        lookup: OrderLookup
    ) {
        let starts: [Int32]
        let heads: IDColumn
        switch orders {
        case .int32(let values):
            starts = Self.starts(values, range)
            heads = .int32(starts.map { values[range.lowerBound + Int($0)] })
        case .int64(let values):
            starts = Self.starts(values, range)
            heads = .int64(starts.map { values[range.lowerBound + Int($0)] })
        case .strings(let values):
            starts = Self.starts(values, range)
            heads = .strings(values.gather(starts.map { range.lowerBound + Int($0) }))
        }
        let slots = lookup.slots(of: heads)
        runs.reserveCapacity(slots.count)
        for (index, slot) in slots.enumerated() {
            let end = index + 1 < starts.count ? Int(starts[index + 1]) : range.count
            let lines = range.lowerBound + Int(starts[index])..<range.lowerBound + end
            switch slot {
            case OrderLookup.unknown: withoutOrder.add(rows: firstRow + lines.lowerBound..<firstRow + lines.upperBound)
            case OrderLookup.heldOut: heldOut.add(rows: firstRow + lines.lowerBound..<firstRow + lines.upperBound)
            default:
                joined += lines.count
                let inChunk = chunkOffset + lines.lowerBound..<chunkOffset + lines.upperBound
                runs.append(LineRun(chunk: chunk, lines: inChunk, slot: slot))
            }
        }
        switch products {
        case .int32(let values): productRange = Self.bounds(values, range)
        case .int64(let values): productRange = Self.bounds(values, range)
        case .strings: productRange = nil
        }
    }

    private static func starts<Integer: FixedWidthInteger>(_ values: [Integer], _ range: Range<Int>) -> [Int32] {
        values.withSpan(range) { span in
            var out: [Int32] = []
            out.reserveCapacity(span.count / 4)
            var previous: Integer?
            for index in 0..<span.count where span[index] != previous {
                previous = span[index]
                out.append(Int32(truncatingIfNeeded: index))
            }
            return out
        }
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
        values.withSpan(range) { span in
            var low = span[0]
            var high = span[0]
            for index in 1..<max(1, span.count) {
                low = min(low, span[index])
                high = max(high, span[index])
            }
            return Int64(low)...Int64(high)
        }
    }
}

extension Array {
    fileprivate func withSpan<Result>(_ range: Range<Int>, _ body: (Span<Element>) -> Result) -> Result {
        body(span.extracting(range))
    }
}
