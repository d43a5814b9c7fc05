import IFCore

/// Weighted sums of user values under many random weightings: the work that bootstrap and randomization share.
///
/// Above ``groupLimit`` users, users are first added up in that many groups (user i in group i mod groups, so that
/// neighbours by id are apart), and groups are weighted. Variances stay unbiased; their own relative error is √(2 /
/// groups), under 2 %, less than that of a quantile of 1,000 resamples, and the work no longer grows with the users.
///
/// Groups are cut into fixed blocks. A block draws its own weights from its own stream, sums its groups for all
/// resamples while they are in the cache, and the sums of blocks are added in block order, so the result does not
/// depend on the number of workers.
///
/// - Complexity: O(users · columns + min(users, groupLimit) · resamples · columns / 4).
struct ResampledSums {
    /// How users are weighted.
    enum Weighting {
        /// Poisson(1) weights: the bootstrap for many users (J. A. Hanley, B. MacGibbon,
        /// doi:10.1016/j.cmpb.2006.04.006; N. Chamandy et al., "Estimating uncertainty for massive data streams",
        /// 2012).
        case poisson
        /// Draws with replacement: the bootstrap for groups that fit one block.
        case multinomial
        /// Fair coins: the signs of a randomization test.
        case coin
    }

    static let blockSize = 1024
    static let groupLimit = 8192

    /// Sums of columns, then of users: `resamples * (columns + 1)` numbers, resample after resample.
    ///
    /// - Parameter values: `users * columns` numbers, user after user.
    static func compute(
        values: [Double], columns: Int, resamples: Int, weighting: Weighting, stage: String, in context: RunContext
    ) async throws -> [Double] {
        let (grouped, groups) = group(values, columns: columns)
        let width = columns + 1
        let blocks = BlockRanges(rowCount: groups, blockSize: blockSize)
        precondition(weighting != .multinomial || blocks.count <= 1, "multinomial weights need a single block")
        let random = context.random
        let sums = try await context.mapBlocks(blocks.count) { block in
            var stream = random.stream(named: stage, block: block)
            return try blockSums(
                quads: quads(grouped, columns: width, rows: blocks[block]), rows: blocks[block].count, columns: width,
                resamples: resamples, weighting: weighting, stream: &stream)
        }
        var total = [Double](repeating: 0, count: resamples * width)
        for block in sums {
            for position in total.indices { total[position] += block[position] }
        }
        return total
    }

    /// Sums of groups: their columns, then their number of users.
    private static func group(_ values: [Double], columns: Int) -> (values: [Double], groups: Int) {
        let users = values.count / columns
        let groups = min(users, groupLimit)
        var out = [Double](repeating: 0, count: groups * (columns + 1))
        for user in 0..<users {
            let base = user % groups * (columns + 1)
            for column in 0..<columns { out[base + column] += values[user * columns + column] }
            out[base + columns] += 1
        }
        return (out, groups)
    }

    /// The block's values as columns of four, group after group, so that a sum runs over whole vectors.
    private static func quads(_ values: [Double], columns: Int, rows: Range<Int>) -> [SIMD4<Double>] {
        let quadCount = (columns + 3) / 4
        var out = [SIMD4<Double>](repeating: .zero, count: quadCount * rows.count)
        for (position, row) in rows.enumerated() {
            for column in 0..<columns {
                out[column / 4 * rows.count + position][column % 4] = values[row * columns + column]
            }
        }
        return out
    }

    private static func blockSums(
        quads: [SIMD4<Double>], rows: Int, columns: Int, resamples: Int, weighting: Weighting,
        stream: inout RandomStream
    ) throws -> [Double] {
        var out: [Double] = []
        out.reserveCapacity(resamples * columns)
        var weights = [Double](repeating: 0, count: rows)
        let span = quads.span
        for resample in 0..<resamples {
            if resample & 63 == 0 { try Task.checkCancellation() }
            draw(weighting, &weights, &stream)
            let drawn = weights.span
            for quad in 0..<(columns + 3) / 4 {
                var sum = SIMD4<Double>.zero
                for row in 0..<rows { sum += drawn[row] * span[quad * rows + row] }
                for lane in 0..<min(4, columns - quad * 4) { out.append(sum[lane]) }
            }
        }
        return out
    }

    /// Draws one set of weights.
    private static func draw(_ weighting: Weighting, _ weights: inout [Double], _ stream: inout RandomStream) {
        var bits: UInt64 = 0
        switch weighting {
        case .poisson:
            for row in weights.indices {
                if row & 3 == 0 { bits = stream.next() }
                weights[row] = Double(PoissonOne.table[Int(bits & 0xFFFF)])
                bits >>= 16
            }
        case .multinomial:
            for row in weights.indices { weights[row] = 0 }
            for _ in weights.indices { weights[stream.integer(below: weights.count)] += 1 }
        case .coin:
            for row in weights.indices {
                if row & 63 == 0 { bits = stream.next() }
                weights[row] = Double(bits & 1)
                bits >>= 1
            }
        }
    }
}

/// Poisson(1) by inversion of 16 uniform bits; the probability of each value is right to 2⁻¹⁶.
enum PoissonOne {
    static let table: [UInt8] = {
        var table: [UInt8] = []
        table.reserveCapacity(1 << 16)
        var value: UInt8 = 0
        var probability = 0.367_879_441_171_442_33  // 1 / e
        var cumulative = probability
        for draw in 0..<(1 << 16) {
            while (Double(draw) + 0.5) / 65_536 > cumulative {
                value += 1
                probability /= Double(value)
                cumulative += probability
            }
            table.append(value)
        }
        return table
    }()
}
