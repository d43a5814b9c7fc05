import IFCore

/// Lines of every (segment, product), counted in parts that each fill an own dense table.
struct SegmentCounts: Sendable {
    /// Products that occur.
    let products: IDMap
    let lines: Int
    private(set) var linesWithoutOrder = 0
    private(set) var linesWithoutSegment = 0
    /// Lines that count.
    private(set) var total = 0
    /// Row-major, segments × products.
    private var counts: [Int64]

    /// Lines of a part at least; parts of all tables are at most ``partLimit`` each.
    private static let partSize = 1 << 20
    private static let partLimit = 8

    init(_ tables: [Table], _ segments: OrderSegments, in context: RunContext) async throws {
        var columns: [(orders: IDColumn, products: IDColumn)] = []
        for table in tables where table.rowCount > 0 {
            columns.append((try table.ids("order_id"), try table.ids("product_id")))
        }
        guard !columns.isEmpty else { throw IFError(.emptyData, "there are no order lines") }
        lines = columns.reduce(0) { $0 + $1.orders.count }
        products = try ProductIDs.map(columns.map(\.products))
        counts = Array(repeating: 0, count: segments.labels.count * products.count)
        var done = 0
        for (orders, items) in columns {
            let rows = orders.count
            let blocks = BlockRanges(
                rowCount: rows, blockSize: max(Self.partSize, (rows + Self.partLimit - 1) / Self.partLimit))
            let map = products
            let parts = try await context.mapBlocks(blocks.count) { block in
                SegmentCountPart(orders, items, blocks[block], segments, map)
            }
            for part in parts { add(part) }
            done += rows
            context.progress(Progress(stage: "segment-popularity", completed: done, total: lines, unit: "lines"))
        }
    }

    func count(segment: Int, product: Int) -> Int { Int(counts[segment * products.count + product]) }

    private mutating func add(_ part: SegmentCountPart) {
        linesWithoutOrder += part.withoutOrder
        linesWithoutSegment += part.withoutSegment
        total += part.total
        for index in counts.indices { counts[index] += Int64(part.counts[index]) }
    }
}

/// The counts of one range of lines.
private struct SegmentCountPart: Sendable {
    var counts: [Int32]
    var withoutOrder = 0
    var withoutSegment = 0
    var total = 0

    /// Lines looked up at once.
    private static let sliceSize = 1 << 14

    init(_ orders: IDColumn, _ items: IDColumn, _ range: Range<Int>, _ segments: OrderSegments, _ products: IDMap) {
        counts = Array(repeating: 0, count: segments.labels.count * products.count)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.sliceSize) {
            let rows = start..<min(range.upperBound, start + Self.sliceSize)
            let found = segments.segments(of: orders.slice(rows))
            let codes = products.indices(of: items.slice(rows))
            for (segment, product) in zip(found, codes) {
                if segment >= 0 {
                    counts[Int(segment) * products.count + Int(product)] += 1
                    total += 1
                } else if segment == OrderSegments.withoutOrder {
                    withoutOrder += 1
                } else {
                    withoutSegment += 1
                }
            }
        }
    }
}

/// The products of several tables in one map.
enum ProductIDs {
    static func map(_ columns: [IDColumn]) throws -> IDMap {
        var integers: [Int64] = []
        var names = Set<String>()
        var hasStrings = false
        for column in columns {
            switch IDMap(column).ids {
            case .int32(let values): integers.append(contentsOf: values.lazy.map(Int64.init))
            case .int64(let values): integers.append(contentsOf: values)
            case .strings(let values):
                hasStrings = true
                for row in 0..<values.count { names.insert(values[row] ?? "") }
            }
        }
        guard hasStrings else { return IDMap(integers: integers) }
        guard integers.isEmpty else {
            throw IFError(
                .typeMismatch, "some tables hold string ids, others integers; bring them to one type",
                column: "product_id")
        }
        return IDMap(strings: Array(names))
    }
}
