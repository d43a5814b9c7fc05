public import IFCore

/// What each segment buys: products by their share of the segment's lines, pulled towards their share of all lines.
///
/// For a product with `cnt` lines in a segment of `seg_total` lines, and the share `g_rate` of all lines:
/// score = (cnt + β · g_rate) / (seg_total + β). β weighs as much as that many lines of average taste, so that small
/// segments do not rank by chance. A segment's products (those with at least one line in it) are ranked by score
/// descending, cnt descending, product id ascending.
///
/// The caller chooses the lines: those of the evaluated period must not be among them.
public struct SegmentPopularity: Hashable, Sendable, Codable {
    /// β, in lines; not negative.
    public var smoothing: Double
    /// Products kept of each segment, at least 1.
    public var topCount: Int

    /// Creates the definition; β = 500 and 30 products a segment unless told otherwise.
    public init(smoothing: Double = 500, topCount: Int = 30) {
        self.smoothing = smoothing
        self.topCount = topCount
    }

    /// Counts and ranks.
    ///
    /// - Parameters:
    ///   - lines: `order_id`, `product_id`; the tables together (prior and train lines, say).
    ///   - orders: `order_id`, `user_id`.
    ///   - segments: `user_id`, `segment` (or `cluster`).
    ///   - context: Workers and progress (stage `segment-popularity`).
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``, ``IFError/Code/invalidArgument``;
    ///   ``IFError/Code/invalidData`` on missing ids, a negative segment, or a user in two segments;
    ///   ``IFError/Code/emptyData`` where no line belongs to a segment; `CancellationError`.
    /// - Complexity: O(lines + segments × products) for integer ids of dense ranges.
    @concurrent
    public func rank(
        lines: [Table], orders: Table, segments: Table, in context: RunContext
    ) async throws -> SegmentPopularityResult {
        guard smoothing >= 0, smoothing.isFinite else {
            throw IFError(.invalidArgument, "must be a finite number from 0 up, is \(smoothing)", key: "smoothing")
        }
        guard topCount >= 1 else {
            throw IFError(.invalidArgument, "must be at least 1, is \(topCount)", key: "topCount")
        }
        let orderSegments = try OrderSegments(orders: orders, segments: segments)
        let counts = try await SegmentCounts(lines, orderSegments, in: context)
        guard counts.total > 0 else {
            throw IFError(
                .emptyData,
                "no line belongs to a user with a segment: \(counts.linesWithoutOrder) lines without an order, "
                    + "\(counts.linesWithoutSegment) of users without a segment")
        }
        return result(counts, orderSegments)
    }

    private func result(_ counts: SegmentCounts, _ segments: OrderSegments) -> SegmentPopularityResult {
        var rows = RankedRows()
        let width = counts.products.count
        let global = (0..<width).map { product in
            (0..<segments.labels.count).reduce(0) { $0 + counts.count(segment: $1, product: product) }
        }
        var totals: [Int] = []
        for segment in segments.labels.indices {
            let total = (0..<width).reduce(0) { $0 + counts.count(segment: segment, product: $1) }
            totals.append(total)
            let bought = (0..<width).filter { counts.count(segment: segment, product: $0) > 0 }
            let scored = bought.map { product -> Scored in
                let count = counts.count(segment: segment, product: product)
                let rate = Double(global[product]) / Double(counts.total)
                let score = (Double(count) + smoothing * rate) / (Double(total) + smoothing)
                return Scored(product: product, count: count, rate: rate, score: score)
            }
            for (place, entry) in scored.sorted(by: Scored.isBefore).prefix(topCount).enumerated() {
                rows.segments.append(segments.labels[segment])
                rows.products.append(Int32(entry.product))
                rows.scores.append(entry.score)
                rows.ranks.append(Int32(place + 1))
                rows.segmentShares.append(Double(entry.count) / Double(total))
                rows.globalShares.append(entry.rate)
            }
        }
        let table = Table([
            "segment": .int32(rows.segments), "product_id": counts.products.ids(at: rows.products).column,
            "score": .double(rows.scores), "rank": .int32(rows.ranks), "support_seg": .double(rows.segmentShares),
            "support_global": .double(rows.globalShares),
        ])
        return SegmentPopularityResult(
            table: table, segments: segments.labels, segmentTotals: totals, lines: counts.lines,
            linesWithoutOrder: counts.linesWithoutOrder, linesWithoutSegment: counts.linesWithoutSegment)
    }

    private struct RankedRows {
        var segments: [Int32] = []
        var products: [Int32] = []
        var scores: [Double] = []
        var ranks: [Int32] = []
        var segmentShares: [Double] = []
        var globalShares: [Double] = []
    }

    private struct Scored {
        var product: Int
        var count: Int
        var rate: Double
        var score: Double

        static func isBefore(_ left: Scored, _ right: Scored) -> Bool {
            if left.score != right.score { return left.score > right.score }
            return (left.count, right.product) > (right.count, left.product)
        }
    }
}

/// The ranked products of every segment.
public struct SegmentPopularityResult: Hashable, Sendable {
    /// `segment` int32, `product_id` (int64 or string), `score` double, `rank` int32 from 1, `support_seg` (share of the
    /// segment's lines) and `support_global` (share of all lines) double; by segment, then rank.
    public let table: Table
    /// The segments, ascending.
    public let segments: [Int32]
    /// Lines of each segment; one without lines has no rows in ``table``.
    public let segmentTotals: [Int]
    /// Lines given.
    public let lines: Int
    /// Lines whose order is not among the orders.
    public let linesWithoutOrder: Int
    /// Lines of users without a segment.
    public let linesWithoutSegment: Int
}
