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
    /// A sum of no meaning that keeps the reads of `PairKernel.touch` from being optimised away.
    var touched = 0
    /// Pairs without an interval.
    var withoutInterval: Int { intervals.reduce(0) { $0 + ($1.isNaN ? 1 : 0) } }
    /// One bit a product code: whether any user has it.
    var seen: [UInt64] = []

    init(firstUser: Int) { self.firstUser = firstUser }
}

/// The pairs of all users, in blocks.
struct PairBlocks: Sendable {
    let blocks: [PairBlock]
    /// Pairs without an interval.
    let withoutInterval: Int

    init(
        runs: RunsBySlot, orders: OrderIndex, products: ProductCodes, lineCount: Int, in context: RunContext
    ) async throws {
        // Each block clears a table over all products, so a block has at least as many lines as there are products.
        let userCount = orders.users.count
        let linesPerUser = max(1, lineCount / userCount)
        let users = BlockRanges(rowCount: userCount, blockSize: max(2048, 4 * products.width / linesPerUser))
        let useWhole = orders.hasWholeIntervals && Self.fits(runs, orders)

        func grouped<Product: FixedWidthInteger & BitwiseCopyable & Sendable, Cell: PairCell>(
            _ chunks: [[Product]], _: Cell.Type
        ) async throws -> [PairBlock] {
            let kernel = PairKernel<Product, Cell>(
                runs: runs, slotOffsets: orders.slotOffsets, intervals: orders.intervals, chunks: chunks,
                base: Product(products.base), width: products.width)
            return try await context.mapBlocks(users.count) { kernel.run(users: users[$0]) }
        }
        switch (products.chunks, useWhole) {
        case (.int32(let chunks), true): blocks = try await grouped(chunks, WholeCell.self)
        case (.int32(let chunks), false): blocks = try await grouped(chunks, RealCell.self)
        case (.int64(let chunks), true): blocks = try await grouped(chunks, WholeCell.self)
        case (.int64(let chunks), false): blocks = try await grouped(chunks, RealCell.self)
        }
        withoutInterval = blocks.reduce(0) { $0 + $1.withoutInterval }
    }

    /// Whether every user's counts fit packed cells.
    private static func fits(_ runs: RunsBySlot, _ orders: OrderIndex) -> Bool {
        var most = 0
        for user in 0..<orders.users.count {
            let (first, last) = (Int(orders.slotOffsets[user]), Int(orders.slotOffsets[user + 1]))
            var lines = 0
            for run in Int(runs.offsets[first])..<Int(runs.offsets[last]) { lines += runs.runs[run].count }
            most = max(most, lines)
        }
        return WholeCell.fits(maximalLines: most, maximalInterval: orders.greatestInterval)
    }

    var count: Int { blocks.reduce(0) { $0 + $1.codes.count } }

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
