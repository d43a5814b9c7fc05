import IFCore

/// The segment of every order, by its user.
struct OrderSegments: Sendable {
    /// The order is known, its user is in no segment.
    static let withoutSegment: Int32 = -1
    /// The order is not known.
    static let withoutOrder: Int32 = -2

    /// Segments, ascending.
    let labels: [Int32]
    private let orders: IDMap
    /// Index into `labels` of each order.
    private let segmentOf: [Int32]

    init(orders table: Table, segments: Table) throws {
        let (users, userSegments, labels) = try Self.segments(segments)
        self.labels = labels
        let orderIDs = try table.ids("order_id")
        let orders = IDMap(orderIDs)
        var segmentOf = [Int32](repeating: Self.withoutSegment, count: orders.count)
        let userOf = users.indices(of: try table.ids("user_id"))
        for (row, order) in orders.indices(of: orderIDs).enumerated() where userOf[row] >= 0 {
            segmentOf[Int(order)] = userSegments[Int(userOf[row])]
        }
        (self.orders, self.segmentOf) = (orders, segmentOf)
    }

    /// The segments of orders, as indices into ``labels``.
    func segments(of ids: IDColumn) -> [Int32] {
        orders.indices(of: ids).map { $0 < 0 ? Self.withoutOrder : segmentOf[Int($0)] }
    }

    private static func segments(_ table: Table) throws -> (users: IDMap, segmentOf: [Int32], labels: [Int32]) {
        let name = table.contains("segment") ? "segment" : "cluster"
        let column = try table.int32(table.contains(name) ? name : "segment")
        let ids = try table.ids("user_id")
        let users = IDMap(ids)
        var labelOf = [Int32](repeating: -1, count: users.count)
        for (row, user) in users.indices(of: ids).enumerated() {
            guard let label = column[row], label >= 0 else {
                throw IFError(.invalidData, "the segment is missing or negative", row: row + 1, column: name)
            }
            guard labelOf[Int(user)] < 0 || labelOf[Int(user)] == label else {
                throw IFError(.invalidData, "the user is already in another segment", row: row + 1, column: "user_id")
            }
            labelOf[Int(user)] = label
        }
        let labels = Set(labelOf).sorted()
        let indices = Dictionary(uniqueKeysWithValues: zip(labels, Int32(0)...))
        return (users, labelOf.map { indices[$0] ?? withoutSegment }, labels)
    }
}
