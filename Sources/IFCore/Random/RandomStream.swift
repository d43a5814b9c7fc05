/// One stream of random numbers: counter-based, so streams never overlap and none needs warming up.
///
/// The shuffles and distributions are our own, so that a toolchain update does not change results. The
/// numbers of a stream may change between versions of this package; the changelog says when.
public struct RandomStream: RandomNumberGenerator, Hashable, Sendable {
    private var key: SIMD2<UInt32>
    private var low: SIMD2<UInt32>
    private var count: UInt64 = 0
    private var spare: UInt64 = 0
    private var hasSpare = false

    init(seed: UInt64, stage: UInt64, block: UInt64) {
        // Stage and block are folded through Philox itself into 64 + 64 bits of key and counter.
        let mixed = Philox.block(
            counter: SIMD4(stage.lowHalf, stage.highHalf, block.lowHalf, block.highHalf),
            key: SIMD2(seed.lowHalf, seed.highHalf))
        key = SIMD2(mixed[0], mixed[1])
        low = SIMD2(mixed[2], mixed[3])
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        if hasSpare {
            hasSpare = false
            return spare
        }
        let out = Philox.block(counter: SIMD4(count.lowHalf, count.highHalf, low[0], low[1]), key: key)
        count &+= 1
        spare = UInt64(out[2]) | UInt64(out[3]) << 32
        hasSpare = true
        return UInt64(out[0]) | UInt64(out[1]) << 32
    }
}

extension UInt64 {
    fileprivate var lowHalf: UInt32 { UInt32(truncatingIfNeeded: self) }
    fileprivate var highHalf: UInt32 { UInt32(truncatingIfNeeded: self >> 32) }
}
