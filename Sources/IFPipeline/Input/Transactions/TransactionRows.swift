import IFCore

/// Transactions column by column, as the mapping names them.
struct TransactionRows: Sendable {
    /// Rows that count.
    struct Selection: Sendable {
        /// Purchases, in file order.
        var purchases: [Int]
        /// Returns of a known user and item, in file order.
        var returns: [Int]
        /// What is left of each row's quantity, where returns were taken off.
        var quantities: [Double]?
    }

    let count: Int
    let user: IDCells
    let item: IDCells?
    let order: IDCells?
    let time: ColumnValues<Int64>?
    let sequence: ColumnValues<Int64>?
    var quantity: ColumnValues<Double>?
    let price: ColumnValues<Double>?
    let amount: ColumnValues<Double>?
    let names: StringValues?

    init(_ table: Table, _ mapping: TransactionMapping, _ log: inout FindingLog) throws {
        count = table.rowCount
        user = try IDCells(table, mapping.user, &log)
        item = try mapping.item.map { try IDCells(table, $0, &log) }
        order = try mapping.order.map { try IDCells(table, $0, &log) }
        time = try mapping.timestamp.map {
            try TimestampColumn(mapping.timestampFormat).values(table, $0, &log)
        }
        sequence = try mapping.sequence.map { try table.int64($0) }
        quantity = try mapping.quantity.map { try table.double($0) }
        price = try mapping.price.map { try table.double($0) }
        amount = try mapping.amount.map { try table.double($0) }
        names = try mapping.description.map { try table.strings($0) }
    }

    /// Rows with all that the mapping names. A row is counted under every kind that fits it.
    func usable(_ mapping: TransactionMapping, _ log: inout FindingLog) -> Selection {
        let prefix = mapping.cancellationPrefix.map { Array($0.utf8) }
        var selection = Selection(purchases: [], returns: [])
        selection.purchases.reserveCapacity(count)
        for row in 0..<count {
            var isUsable = isComplete(row, mapping, &log)
            if !user.isPresent(row) {
                log.addMissing(.missingUser, mapping.user, row: row)
                isUsable = false
            }
            var isReturn = false
            if let prefix, let order, order.isPresent(row), order.ids.hasPrefix(prefix, at: row) {
                log.add(.cancellation, mapping.order ?? "", row: row)
                isReturn = true
            }
            if let pieces = quantity?[row], pieces <= 0 {
                if !isReturn { log.add(.nonPositiveQuantity, mapping.quantity ?? "", row: row) }
                isReturn = true
            }
            guard isUsable else { continue }
            if isReturn { selection.returns.append(row) } else { selection.purchases.append(row) }
        }
        return selection
    }

    private func isComplete(_ row: Int, _ mapping: TransactionMapping, _ log: inout FindingLog) -> Bool {
        var isComplete = true
        if let item, !item.isPresent(row) {
            log.addMissing(.missingID, mapping.item ?? "", row: row)
            isComplete = false
        }
        let needed: [(String?, Bool)] = [
            (mapping.order, order.map { $0.isPresent(row) } ?? true),
            (mapping.timestamp, time.map { $0[row] != nil } ?? true),
            (mapping.sequence, sequence.map { $0[row] != nil } ?? true),
        ]
        for (name, isThere) in needed where !isThere {
            log.addMissing(.missingValue, name ?? "", row: row)
            isComplete = false
        }
        for (name, numbers) in [(mapping.quantity, quantity), (mapping.price, price), (mapping.amount, amount)] {
            guard let numbers else { continue }
            let value = numbers[row]
            if let value, value.isFinite { continue }
            if value == nil {
                log.addMissing(.missingValue, name ?? "", row: row)
            } else {
                log.add(.nonFiniteNumber, name ?? "", row: row)
            }
            isComplete = false
        }
        return isComplete
    }

    /// The name of each item bought, by the first purchase that has one.
    func products(_ purchases: [Int]) -> Table? {
        guard let item, let names else { return nil }
        let map = IDMap(item.ids)
        let codes = map.indices(of: item.ids)
        var isBought = [Bool](repeating: false, count: map.count)
        var first = [Int](repeating: -1, count: map.count)
        for row in purchases {
            let code = Int(codes[row])
            isBought[code] = true
            if first[code] < 0, names[row] != nil { first[code] = row }
        }
        let bought = isBought.indices.filter { isBought[$0] }
        return Table([
            "product_id": map.ids(at: bought.map { Int32($0) }).column,
            "product_name": .string(StringValues(optional: bought.map { first[$0] < 0 ? nil : names[first[$0]] })),
        ])
    }
}

extension IDColumn {
    /// Whether the id of a row, as text, begins with those bytes.
    func hasPrefix(_ prefix: [UInt8], at row: Int) -> Bool {
        switch self {
        case .strings(let values):
            values.bytes[values.offsets[row]..<values.offsets[row + 1]].starts(with: prefix)
        case .int32, .int64: self[row].description.utf8.starts(with: prefix)
        }
    }
}
