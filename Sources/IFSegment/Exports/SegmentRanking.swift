public import IFCore

/// A segment_popularity table of any age, read into typed columns, ordered by segment, then rank.
///
/// Accepts `cluster` for `segment`, `pop_score` for `score`, and tables without `rank`, which is then derived: score
/// descending, product id ascending.
public struct SegmentRanking: Hashable, Sendable {
    /// Segment of each row, ascending.
    public let segments: [Int32]
    /// Product of each row.
    public let products: IDColumn
    /// Rank within the segment, from 1.
    public let ranks: [Int32]
    /// Score of each row.
    public let scores: [Double]
    /// Share of the segment's lines over share of all lines; `nil` where the table has no support columns.
    public let lifts: [Double]?

    /// Reads the table.
    ///
    /// - Throws: ``IFError/Code/missingColumn``, ``IFError/Code/typeMismatch``; ``IFError/Code/invalidData`` on missing
    ///   values.
    /// - Complexity: O(n log n)
    public init(_ table: Table) throws {
        let segmentColumn = try table.int32(table.firstName(of: ["segment", "cluster"]))
        let scoreColumn = try table.double(table.firstName(of: ["score", "pop_score"]))
        let ids = try table.ids("product_id")
        let given = table.contains("rank") ? try table.int32("rank") : nil
        for row in 0..<table.rowCount
        where segmentColumn[row] == nil || !(scoreColumn[row]?.isFinite ?? false)
            || given.map({ $0[row] == nil }) ?? false
        {
            throw IFError(.invalidData, "segment, score or rank is missing", row: row + 1)
        }
        let items = IDMap(ids).indices(of: ids)
        let order = (0..<table.rowCount).sorted { left, right in
            let (a, b) = (segmentColumn.values[left], segmentColumn.values[right])
            if a != b { return a < b }
            if let given, given.values[left] != given.values[right] { return given.values[left] < given.values[right] }
            let (x, y) = (scoreColumn.values[left], scoreColumn.values[right])
            return x != y ? x > y : items[left] < items[right]
        }
        segments = order.map { segmentColumn.values[$0] }
        scores = order.map { scoreColumn.values[$0] }
        products = ids.gather(order)
        var derived: [Int32] = []
        for (place, segment) in segments.enumerated() {
            derived.append(place > 0 && segments[place - 1] == segment ? derived[place - 1] + 1 : 1)
        }
        ranks = given.map { column in order.map { column.values[$0] } } ?? derived
        if table.contains("support_seg"), table.contains("support_global") {
            let (own, all) = (try table.double("support_seg"), try table.double("support_global"))
            lifts = order.map { row in
                guard let part = own[row], let whole = all[row], whole > 0 else { return 0 }
                return part / whole
            }
        } else {
            lifts = nil
        }
    }

    /// Rows of each segment, best first.
    func rows() -> [Int32: Range<Int>] {
        var out: [Int32: Range<Int>] = [:]
        for (place, segment) in segments.enumerated() {
            out[segment] = (out[segment]?.lowerBound ?? place)..<place + 1
        }
        return out
    }
}
