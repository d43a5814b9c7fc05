import IFCore

/// Checks the lines of one set of orders against the orders, in parallel blocks.
struct LineValidation {
    /// What the lines are checked against.
    struct Orders: Sendable {
        var index: OrderIndex
        var sets: [UInt8]
        var isRemoved: [Bool]
        /// Ids of the table of products; `nil` where there is none.
        var products: IDMap?
    }

    private static let blockSize = 1 << 20

    private(set) var log: FindingLog
    private let table: Table
    private let order: IDCells
    private let product: IDCells
    private let orders: Orders
    private let expected: EvaluationSet
    private let context: RunContext

    init(_ loaded: LoadedTable, _ expected: EvaluationSet, _ orders: Orders, in context: RunContext) throws {
        table = loaded.table
        log = loaded.log
        order = try IDCells(table, "order_id", &log)
        product = try IDCells(table, "product_id", &log)
        self.orders = orders
        self.expected = expected
        self.context = context
        if table.rowCount > 0, order.isInteger != orders.index.isInteger {
            throw IFError(
                .typeMismatch,
                "the order ids are \(order.isInteger ? "integers" : "strings"), those of the orders are not",
                file: loaded.path, column: "order_id")
        }
    }

    /// The lines that are left, in file order.
    ///
    /// - Complexity: O(lines) where the lines of an order follow each other, plus a counting sort where not.
    mutating func repaired() async throws -> Table {
        let rows = DisjointBuffer<Int32>(repeating: -1, count: table.rowCount)
        var removed = try await matchOrders(rows)
        let orderRows = rows.array()
        removed += try await findDuplicates(orderRows)
        notesOnOrders(orderRows)
        var out = table
        out.set("order_id", order.ids.column)
        out.set("product_id", product.ids.column)
        guard !removed.isEmpty else { return out }
        var isKept = [Bool](repeating: true, count: table.rowCount)
        for row in removed { isKept[row] = false }
        return out.gather(isKept.indices.filter { isKept[$0] })
    }

    // MARK: Orders of lines

    /// Findings of a block, with the rows that each removes.
    private struct BlockFindings: Sendable {
        var missing: [(column: String, row: Int)] = []
        var orphans: [Int] = []
        var ofRemoved: [Int] = []
        var inWrongSet: [Int] = []
        var unknownProducts = 0
        /// The first lines of them, no more than a report keeps.
        var firstUnknownProducts: [Int] = []
    }

    private mutating func matchOrders(_ out: DisjointBuffer<Int32>) async throws -> [Int] {
        let (order, product, orders, expected, limit) = (order, product, orders, expected, log.limit)
        let blocks = BlockRanges(rowCount: table.rowCount, blockSize: Self.blockSize)
        let found = try await context.mapBlocks(blocks.count) { block in
            let range = blocks[block]
            var rows = orders.index.rows(of: order.ids.slice(range))
            var findings = Self.check(&rows, range, order, product, orders, expected)
            if let products = orders.products {
                let indices = products.indices(of: product.ids.slice(range))
                for offset in rows.indices where rows[offset] >= 0 && indices[offset] < 0 {
                    findings.unknownProducts += 1
                    guard findings.firstUnknownProducts.count < limit else { continue }
                    findings.firstUnknownProducts.append(range.lowerBound + offset)
                }
            }
            out.withMutableSpan(range) { span in
                for offset in rows.indices { span[offset] = rows[offset] }
            }
            return findings
        }
        var removed: [Int] = []
        for block in found {
            for entry in block.missing {
                log.add(.missingID, entry.column, row: entry.row)
                removed.append(entry.row)
            }
            for (kind, rows) in [
                (ValidationReport.Kind.lineWithoutOrder, block.orphans), (.lineOfRemovedOrder, block.ofRemoved),
                (.lineInWrongSet, block.inWrongSet),
            ] {
                log.add(kind, "order_id", count: rows.count, rows: rows)
                removed += rows
            }
            let origin = log.origin
            log.add(
                .unknownProduct, "product_id", count: block.unknownProducts,
                examples: block.firstUnknownProducts.map { row in
                    origin.example(row, "product_id", value: product.ids[row].description)
                })
        }
        return removed
    }

    /// Sets the order row of each line that is to go to −1.
    private static func check(
        _ rows: inout [Int32], _ range: Range<Int>, _ order: IDCells, _ product: IDCells, _ orders: Orders,
        _ expected: EvaluationSet
    ) -> BlockFindings {
        var findings = BlockFindings()
        for offset in rows.indices {
            let line = range.lowerBound + offset
            let row = Int(rows[offset])
            if row >= 0, !orders.isRemoved[row], orders.sets[row] == expected.rawValue, order.isPresent(line),
                product.isPresent(line)
            {
                continue
            }
            rows[offset] = -1
            if !order.isPresent(line) {
                findings.missing.append(("order_id", line))
            } else if !product.isPresent(line) {
                findings.missing.append(("product_id", line))
            } else if row < 0 {
                findings.orphans.append(line)
            } else if orders.isRemoved[row] {
                findings.ofRemoved.append(line)
            } else {
                findings.inWrongSet.append(line)
            }
        }
        return findings
    }

    // MARK: Duplicates

    /// Lines whose order and product were met in a line before.
    private mutating func findDuplicates(_ rows: [Int32]) async throws -> [Int] {
        let codes = DenseCodes(product.ids)
        let arranged = Self.isGrouped(rows, orders: orders.sets.count) ? nil : Self.grouped(rows, orders.sets.count)
        let blocks = BlockRanges(rowCount: rows.count, blockSize: Self.blockSize)
        let found = try await context.mapBlocks(blocks.count) { block in
            let range = blocks[block]
            if let arranged {
                return Self.repeats(range, codes, row: { rows[Int(arranged[$0])] }, line: { Int(arranged[$0]) })
            }
            return Self.repeats(range, codes, row: { rows[$0] }, line: { $0 })
        }
        let duplicates = found.flatMap { $0 }.sorted()
        log.add(.duplicateLine, "product_id", count: duplicates.count, rows: duplicates)
        return duplicates
    }

    /// Repeats within the orders that begin in a block of positions.
    @inline(__always)
    private static func repeats(
        _ range: Range<Int>, _ codes: DenseCodes, row: (Int) -> Int32, line: (Int) -> Int
    ) -> [Int] {
        let end = codes.values.count
        var position = range.lowerBound
        while position > 0, position < range.upperBound, row(position) == row(position - 1) { position += 1 }
        guard position < range.upperBound else { return [] }
        var lastOrder = [Int32](repeating: -1, count: codes.bound)
        var out: [Int] = []
        while position < end {
            let order = row(position)
            // An order that began in the block is followed to its end; the next block takes the one after it.
            if position >= range.upperBound, order != row(position - 1) { break }
            if order >= 0 {
                let product = Int(codes.values[line(position)])
                if lastOrder[product] == order { out.append(line(position)) } else { lastOrder[product] = order }
            }
            position += 1
        }
        return out
    }

    /// Whether the lines of each order follow each other.
    private static func isGrouped(_ rows: [Int32], orders: Int) -> Bool {
        var isSeen = [Bool](repeating: false, count: orders)
        var last: Int32 = -1
        for row in rows where row != last {
            last = row
            guard row >= 0 else { continue }
            if isSeen[Int(row)] { return false }
            isSeen[Int(row)] = true
        }
        return true
    }

    /// Lines by order, in file order within each; a stable counting sort.
    private static func grouped(_ rows: [Int32], _ orders: Int) -> [UInt32] {
        var starts = [Int](repeating: 0, count: orders + 2)
        for row in rows { starts[Int(row) + 2] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        var out = [UInt32](repeating: 0, count: rows.count)
        for (line, row) in rows.enumerated() {
            out[starts[Int(row) + 1]] = UInt32(line)
            starts[Int(row) + 1] += 1
        }
        return out
    }

    // MARK: Orders without lines

    private(set) var ordersWithoutLines: [Int] = []

    private mutating func notesOnOrders(_ rows: [Int32]) {
        var hasLines = [Bool](repeating: false, count: orders.sets.count)
        for row in rows where row >= 0 { hasLines[Int(row)] = true }
        ordersWithoutLines = orders.sets.indices.filter {
            orders.sets[$0] == expected.rawValue && !orders.isRemoved[$0] && !hasLines[$0]
        }
    }
}
