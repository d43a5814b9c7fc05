public import IFCore

/// Orders of one side of a split: rows of the orders table, and a name for the period.
public struct OrderSelection: Hashable, Sendable {
    /// Name of the period.
    public var label: String
    /// Rows of the orders table, ascending.
    public var rows: [Int]

    /// Creates a selection.
    public init(label: String, rows: [Int]) {
        self.label = label
        self.rows = rows
    }
}

/// Orders to learn from and orders to predict. Both sides hold whole orders, and no order is on both.
public struct OrderSplit: Hashable, Sendable {
    /// Orders to learn from.
    public let training: OrderSelection
    /// Orders to predict.
    public let evaluated: OrderSelection
    /// Orders on neither side.
    public let leftOutCount: Int
    /// Users whose orders are all on the training side, so that they cannot be evaluated.
    public let usersWithoutEvaluatedOrder: Int

    private init(_ training: OrderSelection, _ evaluated: OrderSelection, users: IDColumn, rowCount: Int) {
        self.training = training
        self.evaluated = evaluated
        leftOutCount = rowCount - training.rows.count - evaluated.rows.count
        let map = IDMap(users)
        let dense = map.indices(of: users)
        usersWithoutEvaluatedOrder = map.count - Set(evaluated.rows.map { dense[$0] }).count
    }

    /// Splits by the name of the eval set: the Instacart convention, prior orders against the train order.
    ///
    /// - Parameters:
    ///   - training: Eval sets to learn from.
    ///   - evaluated: Eval set to predict.
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` where a set is on both sides;
    ///   ``IFCore/IFError/Code/emptyData`` where no order is in a side, naming the sets there are.
    public static func byEvalSet(
        _ orders: Table, training: Set<String> = ["prior"], evaluated: String = "train",
        columns: OrderColumns = OrderColumns()
    ) throws -> OrderSplit {
        guard !training.contains(evaluated) else {
            throw IFError(.invalidArgument, "eval set '\(evaluated)' cannot be both learnt from and evaluated")
        }
        let sets = try orders.strings(columns.evalSet)
        var trainingRows: [Int] = []
        var evaluatedRows: [Int] = []
        var found = Set<String>()
        for row in 0..<sets.count {
            guard let set = sets[row] else { continue }
            found.insert(set)
            if set == evaluated {
                evaluatedRows.append(row)
            } else if training.contains(set) {
                trainingRows.append(row)
            }
        }
        guard !trainingRows.isEmpty, !evaluatedRows.isEmpty else {
            throw IFError(
                .emptyData,
                "no order to learn from (\(training.sorted())) or none to evaluate ('\(evaluated)'); the table has "
                    + "\(found.sorted())", column: columns.evalSet)
        }
        return OrderSplit(
            OrderSelection(label: training.sorted().joined(separator: "+"), rows: trainingRows),
            OrderSelection(label: evaluated, rows: evaluatedRows), users: try orders.ids(columns.user),
            rowCount: orders.rowCount)
    }

    /// Holds out the last order of every user who has at least two; the orders before it are to learn from.
    ///
    /// - Parameter among: Eval sets whose orders take part (in Instacart, `test` orders have no lines); all where
    ///   `nil`.
    /// - Throws: ``IFCore/IFError/Code/invalidData`` where a sequence number is missing or a user has it twice;
    ///   ``IFCore/IFError/Code/emptyData`` where no user has two orders.
    public static func leavingLastOrderOut(
        _ orders: Table, among evalSets: Set<String>? = nil, columns: OrderColumns = OrderColumns()
    ) throws -> OrderSplit {
        let users = try orders.ids(columns.user)
        let sequence = try orders.double(columns.sequence)
        let sets = try evalSets.map { wanted in (wanted, try orders.strings(columns.evalSet)) }
        let map = IDMap(users)
        let dense = map.indices(of: users)
        var last = [Int](repeating: -1, count: map.count)
        var orderCount = [Int](repeating: 0, count: map.count)
        var taking: [Int] = []
        for row in 0..<users.count {
            if let (wanted, names) = sets, !(names[row].map(wanted.contains) ?? false) { continue }
            guard let number = sequence[row] else {
                throw IFError(
                    .invalidData, "the order has no place in its user's history", row: row + 1, column: columns.sequence
                )
            }
            taking.append(row)
            let user = Int(dense[row])
            orderCount[user] += 1
            guard last[user] >= 0, let best = sequence[last[user]] else {
                last[user] = row
                continue
            }
            if number == best {
                throw IFError(
                    .invalidData,
                    "a user has this number twice (first in row \(last[user] + 1)); the last order is not defined",
                    row: row + 1, column: columns.sequence)
            }
            if number > best { last[user] = row }
        }
        let evaluated = last.indices.filter { orderCount[$0] > 1 }.map { last[$0] }.sorted()
        guard !evaluated.isEmpty else {
            throw IFError(.emptyData, "no user has two orders, so none can be held out", column: columns.user)
        }
        let held = Set(evaluated)
        return OrderSplit(
            OrderSelection(label: "before-last-order", rows: taking.filter { !held.contains($0) }),
            OrderSelection(label: "last-order", rows: evaluated), users: users, rowCount: orders.rowCount)
    }

    /// Holds out everything from a moment on: what a system in use would have had to predict.
    ///
    /// - Parameters:
    ///   - column: A numeric or timestamp column of the orders.
    ///   - start: First value that is evaluated. Orders below it are to learn from; orders without a value are left
    ///   out.
    /// - Throws: ``IFCore/IFError/Code/emptyData`` where a side would be empty.
    public static func byTime(
        _ orders: Table, column: String, evaluatedFrom start: Double, columns: OrderColumns = OrderColumns()
    ) throws -> OrderSplit {
        let times: ColumnValues<Double>
        if case .timestamp(let stamps) = try orders.column(column) {
            times = ColumnValues(stamps.values.map(Double.init), validity: stamps.validity)
        } else {
            times = try orders.double(column)
        }
        var before: [Int] = []
        var after: [Int] = []
        for row in 0..<times.count {
            guard let time = times[row], !time.isNaN else { continue }
            if time < start { before.append(row) } else { after.append(row) }
        }
        guard !before.isEmpty, !after.isEmpty else {
            throw IFError(
                .emptyData,
                "all \(before.count + after.count) orders are on one side of \(start); choose another start",
                column: column)
        }
        return OrderSplit(
            OrderSelection(label: "\(column)<\(start)", rows: before),
            OrderSelection(label: "\(column)>=\(start)", rows: after), users: try orders.ids(columns.user),
            rowCount: orders.rowCount)
    }
}
