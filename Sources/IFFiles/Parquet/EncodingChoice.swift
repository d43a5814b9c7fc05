internal import CArrow
import IFCore

/// How a column's values are laid out in pages, chosen from the first values written.
///
/// - Ascending integers (ids in order, positions): DELTA_BINARY_PACKED, about a byte a value or less. Spark reads it
///   since 3.3.
/// - Values that repeat, and integers of a narrow range: dictionary.
/// - The rest: plain, which saves a dictionary that would be thrown away.
///
/// The choice depends on the values alone, so equal tables give equal files.
enum EncodingChoice {
    /// Values looked at.
    private static let sampleSize = 1 << 14

    static func of(_ column: Column) -> if_encoding {
        switch column {
        case .int32(let values): integers(values.values)
        case .int64(let values), .timestamp(let values): integers(values.values)
        case .float(let values): repeats(sample(values.values).map(\.bitPattern), most: 0.25)
        case .double(let values): repeats(sample(values.values).map(\.bitPattern), most: 0.25)
        case .bool, .floatList: IF_PLAIN
        case .string(let values): repeats(sample(values), most: 0.5)
        case .int32List(let lists): narrowOrRepeating(lists.values)
        case .int64List(let lists): narrowOrRepeating(lists.values)
        case .stringList(_, let values): repeats(sample(values), most: 0.5)
        }
    }

    private static func integers<Integer: FixedWidthInteger>(_ values: [Integer]) -> if_encoding {
        let head = values.prefix(sampleSize)
        let ascends = zip(head, head.dropFirst()).allSatisfy { $0 <= $1 }
        if ascends, let first = head.first, let last = head.last, last > first { return IF_DELTA }
        return narrowOrRepeating(values)
    }

    /// Integers of a narrow range repeat even where a sample of them does not: the ids of a catalog, say. The bound
    /// keeps their dictionary below the page size at which writers give it up.
    private static func narrowOrRepeating<Integer: FixedWidthInteger>(_ values: [Integer]) -> if_encoding {
        let sample = sample(values)
        if let low = sample.min(), let high = sample.max() {
            let (range, overflow) = high.subtractingReportingOverflow(low)
            if !overflow, range < Integer(clamping: min(1 << 17, values.count / 4)) { return IF_DICTIONARY }
        }
        return repeats(sample, most: 0.5)
    }

    private static func repeats(_ sample: [some Hashable], most share: Double) -> if_encoding {
        Double(Set(sample).count) <= max(16, Double(sample.count) * share) ? IF_DICTIONARY : IF_PLAIN
    }

    /// Values at equal distances over all rows.
    private static func sample<Element>(_ values: [Element]) -> [Element] {
        guard values.count > sampleSize else { return values }
        let step = values.count / sampleSize
        return (0..<sampleSize).map { values[$0 * step] }
    }

    private static func sample(_ values: StringValues) -> [ArraySlice<UInt8>] {
        let step = max(1, values.count / sampleSize)
        return (0..<min(values.count, sampleSize)).map { index in
            values.bytes[values.offsets[index * step]..<values.offsets[index * step + 1]]
        }
    }
}
