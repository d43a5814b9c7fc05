import IFCore

/// Weighted sums of user values under many random weightings: the work that bootstrap and randomization share.
///
/// Users are cut into fixed blocks. A block draws its own weights from its own stream, sums its users for all resamples
/// while they are in the cache, and the sums of blocks are added in block order, so the result does not depend on the
/// number of workers.
///
/// - Complexity: O(users · resamples · columns / 4).
struct ResampledSums {
    /// How users are weighted.
    enum Weighting {
        /// Poisson(1) weights: the bootstrap for many users (J. A. Hanley, B. MacGibbon,
        /// doi:10.1016/j.cmpb.2006.04.006; N. Chamandy et al., "Estimating uncertainty for massive data streams", 2012).
        case poisson
        /// Draws with replacement: the bootstrap for users that fit one block.
        case multinomial
        /// Fair coins: the signs of a randomization test.
        case coin
    }

    static let blockSize = 1024

    /// Sums of columns, then of weights: `resamples * (columns + 1)` numbers, resample after resample.
    ///
    /// - Parameter values: `users * columns` numbers, user after user.
    static func compute(
        values: [Double], columns: Int, resamples: Int, weighting: Weighting, stage: String, in context: RunContext
    ) async throws -> [Double] {
        let users = values.count / columns
        let blocks = BlockRanges(rowCount: users, blockSize: blockSize)
        precondition(weighting != .multinomial || blocks.count <= 1, "multinomial weights need a single block")
        let random = context.random
        let sums = try await context.mapBlocks(blocks.count) { block in
            var stream = random.stream(named: stage, block: block)
            return try blockSums(
                quads: quads(values, columns: columns, users: blocks[block]), users: blocks[block].count, columns: columns,
                resamples: resamples, weighting: weighting, stream: &stream)
        }
        var total = [Double](repeating: 0, count: resamples * (columns + 1))
        for block in sums {
            for position in total.indices { total[position] += block[position] }
        }
        return total
    }

    /// The block's values as columns of four, group after group, so that a sum runs over whole vectors.
    private static func quads(_ values: [Double], columns: Int, users: Range<Int>) -> [SIMD4<Double>] {
        let groups = (columns + 3) / 4
        var out = [SIMD4<Double>](repeating: .zero, count: groups * users.count)
        for (position, user) in users.enumerated() {
            for column in 0..<columns {
                out[column / 4 * users.count + position][column % 4] = values[user * columns + column]
            }
        }
        return out
    }

    private static func blockSums(
        quads: [SIMD4<Double>], users: Int, columns: Int, resamples: Int, weighting: Weighting,
        stream: inout RandomStream
    ) throws -> [Double] {
        var out: [Double] = []
        out.reserveCapacity(resamples * (columns + 1))
        var weights = [Double](repeating: 0, count: users)
        let span = quads.span
        for resample in 0..<resamples {
            if resample & 63 == 0 { try Task.checkCancellation() }
            let totalWeight = draw(weighting, &weights, &stream)
            let drawn = weights.span
            for group in 0..<(columns + 3) / 4 {
                var sum = SIMD4<Double>.zero
                let base = group * users
                for user in 0..<users { sum += drawn[user] * span[base + user] }
                for lane in 0..<min(4, columns - group * 4) { out.append(sum[lane]) }
            }
            out.append(totalWeight)
        }
        return out
    }

    /// Draws one set of weights and returns their sum.
    private static func draw(_ weighting: Weighting, _ weights: inout [Double], _ stream: inout RandomStream) -> Double {
        var total = 0.0
        switch weighting {
        case .poisson:
            var bits: UInt64 = 0
            for user in weights.indices {
                if user & 3 == 0 { bits = stream.next() }
                weights[user] = PoissonOne.table[Int(bits & 0xFFFF)]
                bits >>= 16
                total += weights[user]
            }
        case .multinomial:
            for user in weights.indices { weights[user] = 0 }
            for _ in weights.indices { weights[stream.integer(below: weights.count)] += 1 }
            total = Double(weights.count)
        case .coin:
            var bits: UInt64 = 0
            for user in weights.indices {
                if user & 63 == 0 { bits = stream.next() }
                weights[user] = Double(bits & 1)
                bits >>= 1
                total += weights[user]
            }
        }
        return total
    }
}

/// Poisson(1) by inversion of 16 uniform bits; the probability of each value is right to 2⁻¹⁶.
enum PoissonOne {
    static let table: [Double] = {
        var table: [Double] = []
        table.reserveCapacity(1 << 16)
        var value = 0.0
        var probability = 0.367_879_441_171_442_33  // 1 / e
        var cumulative = probability
        for draw in 0..<(1 << 16) {
            while (Double(draw) + 0.5) / 65_536 > cumulative {
                value += 1
                probability /= value
                cumulative += probability
            }
            table.append(value)
        }
        return table
    }()
}
