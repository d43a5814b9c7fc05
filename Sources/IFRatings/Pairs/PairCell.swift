/// What is counted of one pair: lines, lines with a known interval, and the sum of those intervals.
protocol PairCell: BitwiseCopyable, Sendable {
    /// Nothing counted.
    init()
    /// What one line with this interval adds; NaN where the interval is unknown.
    init(interval: Double)
    mutating func add(_ line: Self)
    var lines: UInt32 { get }
    /// Mean interval, NaN where none is known.
    var mean: Double { get }
}

/// For any numbers. 16 bytes.
struct RealCell: PairCell {
    private var counts: UInt64
    private var sum: Double

    init() { (counts, sum) = (0, 0) }

    init(interval: Double) {
        counts = interval.isNaN ? 1 : 1 << 32 | 1
        sum = interval.isNaN ? 0 : interval
    }

    @inline(__always)
    mutating func add(_ line: RealCell) {
        counts &+= line.counts
        sum += line.sum
    }

    var lines: UInt32 { UInt32(truncatingIfNeeded: counts) }
    var mean: Double { sum / Double(counts >> 32) }
}

/// For whole intervals that are not negative, packed so that a table over the products stays in a core's cache:
/// 20 bits for the lines, 20 for those with an interval, 24 for the sum.
struct WholeCell: PairCell {
    private var packed: UInt64

    /// Whether no user's sums can outgrow the bits.
    static func fits(maximalLines: Int, maximalInterval: Double) -> Bool {
        maximalLines < 1 << 20 && maximalInterval * Double(maximalLines) < 0x1p24
    }

    init() { packed = 0 }

    init(interval: Double) { packed = interval.isNaN ? 1 : UInt64(interval) << 40 | 1 << 20 | 1 }

    @inline(__always)
    mutating func add(_ line: WholeCell) { packed &+= line.packed }

    var lines: UInt32 { UInt32(truncatingIfNeeded: packed & 0xF_FFFF) }
    var mean: Double { Double(packed >> 40) / Double(packed >> 20 & 0xF_FFFF) }
}
