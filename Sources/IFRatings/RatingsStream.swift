public import IFCore

/// A join in progress: orders that wait for batches of lines.
///
/// A batch's order ids are resolved at once and given back; only its product ids are kept (large batches without a
/// copy). How the lines are cut into batches does not change the result.
public struct RatingsStream: Sendable {
    private let orders: OrderIndex
    private let context: RunContext
    private var products = ProductChunks()
    private var productRange: ClosedRange<Int64>?
    private var runs: [LineRun] = []
    private var slots: [Int32] = []
    private var report: RatingsReport

    init(orders: OrderIndex, context: RunContext) {
        self.orders = orders
        self.context = context
        report = orders.report
    }

    /// Lines and joined lines so far, and what was found in them.
    public var currentReport: RatingsReport { report }

    /// Adds lines.
    ///
    /// - Parameter batch: `order_id`, `product_id`; other columns are ignored. An empty batch is legal.
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``, ``IFError/Code/invalidData`` on a
    ///   missing id (rows of the error count over all batches); `CancellationError`.
    public mutating func append(_ batch: Table) async throws {
        var rest = batch
        // A chunk's line numbers have 26 bits; larger tables are taken in pieces.
        while rest.rowCount > LineRun.chunkLimit {
            try await appendChunk(rest.gather(Array(0..<LineRun.chunkLimit)))
            rest = rest.gather(Array(LineRun.chunkLimit..<rest.rowCount))
        }
        try await appendChunk(rest)
    }

    private mutating func appendChunk(_ batch: Table) async throws {
        let firstRow = report.lines
        let orderIDs: IDColumn
        let productIDs: IDColumn
        do {
            (orderIDs, productIDs) = (try batch.ids("order_id"), try batch.ids("product_id"))
        } catch var error as IFError {
            error.location.row = error.location.row.map { $0 + firstRow }
            throw error
        }
        guard batch.rowCount > 0 else { return }
        guard firstRow + batch.rowCount < Int(Int32.max) else { throw IFError(.unsupported, "more than 2^31 lines") }
        let (chunk, offset) = try products.append(productIDs)
        let blocks = BlockRanges(rowCount: batch.rowCount, blockSize: LineRun.blockSize)
        let lookup = orders.lookup
        let place = LineBlock.Place(chunk: chunk, offset: offset, firstRow: firstRow)
        let found = try await context.mapBlocks(blocks.count) { block in
            LineBlock(orders: orderIDs, products: productIDs, range: blocks[block], place: place, lookup: lookup)
        }
        for block in found {
            runs.append(contentsOf: block.runs)
            slots.append(contentsOf: block.slots)
            report.joinedLines += block.joined
            report.linesWithoutOrder.add(block.withoutOrder)
            report.heldOutLines.add(block.heldOut)
            if let range = block.productRange {
                productRange =
                    productRange.map {
                        min($0.lowerBound, range.lowerBound)...max($0.upperBound, range.upperBound)
                    } ?? range
            }
        }
        report.lines += batch.rowCount
        context.progress(Progress(stage: "ratings", completed: report.lines, unit: "lines"))
    }

    /// Groups the lines and ends the join.
    ///
    /// - Throws: ``IFError/Code/emptyData`` where no line has joined; ``IFError/Code/typeMismatch`` where batches mix
    ///   string and integer products; `CancellationError`.
    public consuming func finish() async throws -> RatingsResult {
        guard report.joinedLines > 0 else {
            throw IFError(
                .emptyData,
                "no line joins an order: \(report.lines) lines, \(report.linesWithoutOrder.count) without an order, "
                    + "\(report.heldOutLines.count) held out; check that both tables are of the same data")
        }
        let codes = try ProductCodes(products.chunks, range: productRange, lineCount: report.lines)
        let bySlot = try await RunsBySlot(runs: runs, slots: slots, slotCount: orders.slotCount, in: context)
        let blocks = try await PairBlocks(
            runs: bySlot, orders: orders, products: codes, lineCount: report.joinedLines, in: context)
        let pairs = try await blocks.columns(orders: orders, products: codes, in: context)
        report.users = pairs.distinctUsers.count
        report.products = pairs.distinctProducts.count
        report.pairs = pairs.counts.count
        report.pairsWithoutInterval = blocks.withoutInterval
        context.progress(Progress(stage: "ratings", completed: report.lines, total: report.lines, unit: "lines"))
        return RatingsResult(pairs: pairs, report: report)
    }
}
