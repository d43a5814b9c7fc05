import IFCore

/// The pairs of a block of users, ascending by user, then product.
struct PairBlock: Sendable {
    let firstUser: Int
    /// Pairs of each user of the block.
    var pairsOfUser: [Int32] = []
    /// Product code of each pair.
    var codes: [Int32] = []
    /// Lines of each pair.
    var counts: [UInt32] = []
    /// Mean interval of each pair, NaN where none is known.
    var intervals: [Double] = []
    /// Pairs without an interval.
    var withoutInterval = 0
    /// One bit a product code: whether any user has it.
    var seen: [UInt64] = []

    init(firstUser: Int) { self.firstUser = firstUser }

    @inline(__always)
    mutating func append(_ code: Int, lines: UInt64, known: UInt64, sum: Double) {
        codes.append(Int32(truncatingIfNeeded: code))
        counts.append(UInt32(truncatingIfNeeded: lines))
        intervals.append(sum / Double(known))  // 0 / 0 is NaN: no interval is known.
        if known == 0 { withoutInterval += 1 }
    }
}

/// The pairs of all users, in blocks.
struct PairBlocks: Sendable {
    let blocks: [PairBlock]

    init(
        chains: RunChains, orders: OrderIndex, products: ProductCodes, lineCount: Int, in context: RunContext
    ) async throws {
        // Each block clears a table over all products, so a block has at least as many lines as there are products.
        let userCount = orders.users.count
        let linesPerUser = max(1, lineCount / userCount)
        let users = BlockRanges(rowCount: userCount, blockSize: max(2048, 4 * products.width / linesPerUser))
        switch products.chunks {
        case .int32(let chunks):
            let kernel = PairKernel(
                chains: chains, slotOffsets: orders.slotOffsets, intervals: orders.intervals, chunks: chunks,
                base: Int32(products.base), width: products.width)
            blocks = try await context.mapBlocks(users.count) { kernel.run(users: users[$0]) }
        case .int64(let chunks):
            let kernel = PairKernel(
                chains: chains, slotOffsets: orders.slotOffsets, intervals: orders.intervals, chunks: chunks,
                base: products.base, width: products.width)
            blocks = try await context.mapBlocks(users.count) { kernel.run(users: users[$0]) }
        }
    }

    var count: Int { blocks.reduce(0) { $0 + $1.codes.count } }
    var withoutInterval: Int { blocks.reduce(0) { $0 + $1.withoutInterval } }

    /// Product codes that any user has, ascending.
    var distinctCodes: [Int32] {
        guard var seen = blocks.first?.seen else { return [] }
        for block in blocks.dropFirst() {
            for word in seen.indices { seen[word] |= block.seen[word] }
        }
        var out: [Int32] = []
        for (word, bits) in seen.enumerated() {
            var left = bits
            while left != 0 {
                out.append(Int32(word << 6 | left.trailingZeroBitCount))
                left &= left &- 1
            }
        }
        return out
    }
}
