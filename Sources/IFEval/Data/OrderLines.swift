public import IFCore

/// Order lines of one period under external ids: what popularity is counted on and ground truth is made of.
public struct OrderLines: Hashable, Sendable {
    /// Name of the period, for example `prior`.
    public let label: String
    /// User of each line.
    public let users: IDColumn
    /// Item of each line.
    public let items: IDColumn
    /// Unit key of each line.
    let unitKeys: [UInt64]
    /// What a unit is.
    let unitKind: String
    /// Lines left out because their order is in none of the orders given, or in the orders of another period.
    public let unmatchedLineCount: Int

    /// Lines whose orders are known.
    ///
    /// - Parameters:
    ///   - label: Name of the period.
    ///   - orders: Order of each line; what an evaluation holds out as a whole.
    ///   - unitKind: Name of the orders' column; sets of units are compared where it agrees.
    /// - Precondition: Columns are of equal length.
    public init(label: String, orders: IDColumn, users: IDColumn, items: IDColumn, unitKind: String = "order_id") {
        precondition(orders.count == users.count && users.count == items.count, "columns of different lengths")
        self.init(
            label: label, users: users, items: items, unitKeys: UnitKey.keys(of: orders), unitKind: unitKind,
            unmatched: 0)
    }

    /// Lines without orders: each (user, item) pair is a unit of its own.
    ///
    /// Right for data in which a user meets an item once (ratings). Where users come back to items, an item bought in
    /// both periods counts as a leak; then give a session or a time as the order.
    public init(label: String, users: IDColumn, items: IDColumn) {
        self.init(
            label: label, users: users, items: items, unitKeys: UnitKey.keys(pairing: users, items),
            unitKind: "(user, item)", unmatched: 0)
    }

    init(
        label: String, users: IDColumn, items: IDColumn, unitKeys: [UInt64], unitKind: String, unmatched: Int
    ) {
        self.label = label
        self.users = users
        self.items = items
        self.unitKeys = unitKeys
        self.unitKind = unitKind
        unmatchedLineCount = unmatched
    }

    /// Lines.
    public var count: Int { unitKeys.count }

    /// The evidence that whatever is fitted on these lines has to carry. Complexity: O(lines log lines).
    public var provenance: DataProvenance {
        DataProvenance(
            .init(label: label, lineCount: count, unitKind: unitKind, units: UnitSet(keys: unitKeys)))
    }
}

extension OrderLines {
    /// Joins line tables to the orders of a selection on the order id.
    ///
    /// - Parameters:
    ///   - selection: Which orders; made by ``OrderSplit``.
    ///   - orders: The orders table that the selection was made from.
    ///   - lines: Line tables, for example those of prior and train orders; read one after the other.
    ///   - columns: Column names.
    /// - Throws: ``IFCore/IFError/Code/missingColumn``, ``IFCore/IFError/Code/typeMismatch``;
    ///   ``IFCore/IFError/Code/invalidData`` where an order id occurs twice in the orders or the ids of lines differ in
    ///   type.
    /// - Complexity: O(orders + lines), beside the id map of the orders.
    public init(
        _ selection: OrderSelection, orders: Table, lines: [Table], columns: OrderColumns = OrderColumns()
    ) throws {
        let orderIDs = try orders.ids(columns.order)
        let userIDs = try orders.ids(columns.user)
        let map = IDMap(orderIDs)
        guard map.count == orderIDs.count else {
            throw IFError(
                .invalidData, "\(orderIDs.count - map.count) order ids occur more than once; give each order one row",
                column: columns.order)
        }
        var rowOfOrder = [Int32](repeating: -1, count: map.count)
        let dense = map.indices(of: orderIDs)
        for row in selection.rows { rowOfOrder[Int(dense[row])] = Int32(row) }

        var rows: [Int] = []
        var items = IDColumnBuilder()
        var keys: [UInt64] = []
        var unmatched = 0
        for table in lines {
            let lineOrders = try table.ids(columns.order)
            let lineItems = try table.ids(columns.item)
            let lineKeys = UnitKey.keys(of: lineOrders)
            var kept: [Int] = []
            for (line, order) in map.indices(of: lineOrders).enumerated() {
                guard order >= 0, rowOfOrder[Int(order)] >= 0 else {
                    unmatched += 1
                    continue
                }
                kept.append(line)
                rows.append(Int(rowOfOrder[Int(order)]))
                keys.append(lineKeys[line])
            }
            try items.append(lineItems, rows: kept, column: columns.item)
        }
        self.init(
            label: selection.label, users: userIDs.gather(rows), items: items.column, unitKeys: keys,
            unitKind: columns.order, unmatched: unmatched)
    }
}
