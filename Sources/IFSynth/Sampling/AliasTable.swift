import IFCore

/// Draws indices in proportion to fixed weights, in constant time and with one random word.
///
/// A. J. Walker's method with M. D. Vose's construction, doi:10.1109/32.92917. Several tables may lie in one pair of
/// arrays, so that a table of tables costs no pointers.
struct AliasTable: Sendable {
    private var starts: [Int32] = [0]
    private var thresholds: [UInt32] = []
    private var aliases: [Int32] = []

    init() {}

    /// One table.
    init(_ weights: [Double]) { append(weights) }

    /// Tables in it.
    var count: Int { starts.count - 1 }

    /// Adds a table of its own; weights are at least 0.
    mutating func append(_ weights: [Double]) {
        let size = weights.count
        let total = weights.reduce(0, +)
        var scaled = weights.map { total > 0 ? $0 * Double(size) / total : 1 }
        var alias = Array(0..<Int32(size))
        var small = scaled.indices.filter { scaled[$0] < 1 }
        var large = scaled.indices.filter { scaled[$0] >= 1 }
        while let low = small.popLast() {
            // Rounding may leave an index over; it then keeps its own place whole.
            guard let high = large.last else {
                scaled[low] = 1
                continue
            }
            alias[low] = Int32(high)
            scaled[high] -= 1 - scaled[low]
            if scaled[high] < 1 {
                large.removeLast()
                small.append(high)
            }
        }
        thresholds += scaled.map { UInt32(clamping: UInt64(min(1, max(0, $0)) * 0x1p32)) }
        aliases += alias
        starts.append(Int32(thresholds.count))
    }

    /// An index of table `table`, which must not be empty.
    @inline(__always)
    func draw(_ table: Int = 0, _ stream: inout RandomStream) -> Int {
        let start = Int(starts[table])
        let size = Int(starts[table + 1]) - start
        let (index, fraction) = stream.next().multipliedFullWidth(by: UInt64(size))
        let slot = start + Int(index)
        // A threshold of 2^32 does not fit 32 bits: the slot aliases itself then, so either answer is the same.
        return UInt32(truncatingIfNeeded: fraction >> 32) < thresholds[slot] ? Int(index) : Int(aliases[slot])
    }
}
