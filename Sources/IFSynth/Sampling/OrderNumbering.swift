import IFCore

/// A seeded permutation of 0..<count that needs no memory: order ids say nothing about users.
///
/// A balanced Feistel network of four rounds over the next even number of bits (M. Luby, C. Rackoff,
/// doi:10.1137/0217022), walked along its cycle until the number lies in range (J. Black, P. Rogaway,
/// doi:10.1007/3-540-45760-7_9): fewer than four steps on average.
struct OrderNumbering: Sendable {
    private let count: UInt64
    private let half: UInt64
    private let mask: UInt64
    private let keys: [UInt64]

    init(count: Int, random: RandomSource) {
        self.count = UInt64(count)
        var bits = 2
        while bits < 62, (1 << bits) < count { bits += 2 }
        half = UInt64(bits / 2)
        mask = (1 << half) - 1
        var stream = random.stream("order-ids")
        keys = (0..<4).map { _ in stream.next() }
    }

    /// The place of `position` in the permutation.
    func callAsFunction(_ position: Int) -> Int {
        var value = UInt64(position)
        repeat { value = encrypt(value) } while value >= count
        return Int(value)
    }

    private func encrypt(_ value: UInt64) -> UInt64 {
        var left = value >> half
        var right = value & mask
        for key in keys { (left, right) = (right, left ^ (mix(right ^ key) & mask)) }
        return left << half | right
    }

    /// SplitMix64's finaliser (G. L. Steele, D. Lea, C. H. Flood, doi:10.1145/2714064.2660195).
    private func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
