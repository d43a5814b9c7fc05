import FoundationEssentials
public import IFCore

/// A set of order ids (or of other units that are held out as a whole), exact and compact.
///
/// Kept as sorted ranges of 64-bit keys: the 3.2 million prior orders of the Instacart data take a few megabytes in
/// memory and less in a file. An integer id is its own key, also where it was read as a string (`"17"` is 17), so that
/// reading the same column with another type does not hide an overlap. Other strings are their 64-bit FNV-1a hash: with
/// a million ids on each side a chance agreement has a probability below 10⁻⁷.
public struct UnitSet: Hashable, Sendable {
    /// First key of each range, ascending.
    private var lows: [UInt64]
    /// Last key of each range; below the next range's first key by more than 1.
    private var highs: [UInt64]
    /// Different units.
    public private(set) var count: Int

    /// The empty set.
    public init() { (lows, highs, count) = ([], [], 0) }

    /// The different ids of a column. Complexity: O(n log n).
    public init(_ ids: IDColumn) { self.init(keys: UnitKey.keys(of: ids)) }

    /// The pairs of two columns as units, for data that have no order ids.
    ///
    /// - Precondition: Columns are of equal length.
    public init(pairs first: IDColumn, _ second: IDColumn) { self.init(keys: UnitKey.keys(pairing: first, second)) }

    init(keys: [UInt64]) {
        self.init()
        for key in keys.sorted() { append(key, key) }
    }

    /// Whether a key is in the set. Complexity: O(log ranges).
    func contains(_ key: UInt64) -> Bool {
        var low = 0
        var high = lows.count
        while low < high {
            let middle = (low + high) / 2
            if highs[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < lows.count && lows[low] <= key
    }

    /// Units in both sets. Complexity: O(ranges of both).
    public func sharedCount(with other: UnitSet) -> Int {
        var shared = 0
        var mine = 0
        var theirs = 0
        while mine < lows.count, theirs < other.lows.count {
            let low = max(lows[mine], other.lows[theirs])
            let high = min(highs[mine], other.highs[theirs])
            if low <= high { shared += Int(high - low) + 1 }
            if highs[mine] < other.highs[theirs] { mine += 1 } else { theirs += 1 }
        }
        return shared
    }

    /// Units in either set. Complexity: O(ranges of both).
    public func union(_ other: UnitSet) -> UnitSet {
        var out = UnitSet()
        var mine = 0
        var theirs = 0
        while mine < lows.count || theirs < other.lows.count {
            if theirs == other.lows.count || (mine < lows.count && lows[mine] <= other.lows[theirs]) {
                out.append(lows[mine], highs[mine])
                mine += 1
            } else {
                out.append(other.lows[theirs], other.highs[theirs])
                theirs += 1
            }
        }
        return out
    }

    /// Adds a range that does not begin before any range added so far.
    private mutating func append(_ low: UInt64, _ high: UInt64) {
        if let last = highs.last, low <= last || low - 1 == last {
            if high > last {
                count += Int(high - last)
                highs[highs.count - 1] = high
            }
            return
        }
        lows.append(low)
        highs.append(high)
        count += Int(high - low) + 1
    }
}

extension UnitSet: Codable {
    private enum CodingKeys: String, CodingKey { case count, ranges }

    /// Writes the number of units and the ranges: distances and lengths as variable-length integers, in Base64.
    public func encode(to encoder: any Encoder) throws {
        var bytes: [UInt8] = []
        var previous: UInt64 = 0
        for (low, high) in zip(lows, highs) {
            Self.append(low &- previous, to: &bytes)
            Self.append(high - low, to: &bytes)
            previous = high
        }
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(Data(bytes).base64EncodedString(), forKey: .ranges)
    }

    /// Reads what ``encode(to:)`` wrote, and refuses ranges that do not hold as many units as are named.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let count = try container.decode(Int.self, forKey: .count)
        let damaged = DecodingError.dataCorruptedError(
            forKey: .ranges, in: container, debugDescription: "the ranges of units are damaged")
        guard let data = Data(base64Encoded: try container.decode(String.self, forKey: .ranges)) else { throw damaged }
        self.init()
        var rest = Array(data)[...]
        var previous: UInt64 = 0
        while !rest.isEmpty {
            guard let distance = Self.number(&rest), let length = Self.number(&rest) else { throw damaged }
            let (low, lowOverflow) = previous.addingReportingOverflow(distance)
            let (high, highOverflow) = low.addingReportingOverflow(length)
            guard !lowOverflow, !highOverflow, length < UInt64(Int32.max), lows.isEmpty || distance > 1 else {
                throw damaged
            }
            append(low, high)
            previous = high
        }
        guard self.count == count else { throw damaged }
    }

    private static func append(_ number: UInt64, to bytes: inout [UInt8]) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while let byte = bytes.popFirst() {
            guard shift < 64, shift < 63 || byte <= 1 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }
}
