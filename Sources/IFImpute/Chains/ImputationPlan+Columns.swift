import IFCore

extension ImputationPlan {
    /// The columns to impute, in table order.
    static func targetNames(
        _ table: Table, _ configuration: ChainedEquations.Configuration, events: inout [ImputationEvent]
    ) throws -> [String] {
        for name in configuration.columns ?? [] { _ = try table.column(name) }
        var names: [String] = []
        for (name, column) in zip(table.names, table.columns) {
            let isNamed = configuration.columns?.contains(name) ?? true
            guard column.nullCount > 0 else {
                if configuration.columns != nil, isNamed {
                    events.append(ImputationEvent(.nothingMissing, column: name, "the column has no missing value"))
                }
                continue
            }
            guard isNamed else {
                events.append(ImputationEvent(.leftIncomplete, column: name, "not among the columns to impute"))
                continue
            }
            guard Variable.represents(column.type) else {
                throw IFError(
                    .unsupported,
                    "\(column.type.rawValue) values cannot be imputed; name the columns to impute without it",
                    column: name)
            }
            names.append(name)
        }
        return names
    }

    /// Refuses settings that name columns which the table does not have.
    static func checkNames(
        _ table: Table, _ configuration: ChainedEquations.Configuration, methods: [String: any ImputationMethod]
    ) throws {
        for name in methods.keys.sorted() { _ = try table.column(name) }
        for name in configuration.excludedPredictors { _ = try table.column(name) }
        for (name, predictors) in configuration.predictors.sorted(by: { $0.key < $1.key }) {
            _ = try table.column(name)
            for predictor in predictors { _ = try table.column(predictor) }
        }
    }

    /// The columns that serve as predictors where the caller has not chosen.
    static func candidates(
        _ table: Table, _ configuration: ChainedEquations.Configuration, targets: [String],
        events: inout [ImputationEvent]
    ) -> [String] {
        guard targets.contains(where: { configuration.predictors[$0] == nil }) else { return [] }
        let identifiers = configuration.excludesIdentifiers ? Set(IdentifierColumns.detect(in: table)) : []
        var names: [String] = []
        for (name, column) in zip(table.names, table.columns) where !configuration.excludedPredictors.contains(name) {
            if identifiers.contains(name) {
                events.append(
                    ImputationEvent(
                        .identifierExcluded, column: name, "looks like an identifier, so it predicts nothing"))
            } else if !Variable.represents(column.type) {
                events.append(
                    ImputationEvent(
                        .predictorDropped, column: name, "\(column.type.rawValue) values cannot be predictors"))
            } else if column.nullCount > 0, !targets.contains(name) {
                events.append(
                    ImputationEvent(.predictorDropped, column: name, "incomplete and not imputed, so not a predictor"))
            } else {
                names.append(name)
            }
        }
        return names
    }

    /// The caller's predictors of a column, checked.
    static func chosen(_ names: [String], for target: String, table: Table, targets: [String]) throws -> [String] {
        for name in names {
            let column = try table.column(name)
            guard name != target else {
                throw IFError(.invalidArgument, "a column cannot predict itself", column: target)
            }
            guard Variable.represents(column.type) else {
                throw IFError(.unsupported, "\(column.type.rawValue) values cannot be predictors", column: name)
            }
            guard column.nullCount == 0 || targets.contains(name) else {
                throw IFError(
                    .invalidArgument, "the column is to predict \(target) but is incomplete and not imputed itself",
                    column: name)
            }
        }
        return names
    }

    /// Drops candidates that do not vary or repeat an earlier one (correlation over jointly observed rows of 0.999 or
    /// more, mice's `find.collinear`, which keeps the column with more values).
    static func varying(_ candidates: [Int], of variables: [Variable], events: inout [ImputationEvent]) -> [Int] {
        var kept: [Int] = []
        let ordered = candidates.sorted {
            (variables[$0].missingRows.count, $0) < (variables[$1].missingRows.count, $1)
        }
        for place in ordered {
            let variable = variables[place]
            if !variable.varies {
                events.append(ImputationEvent(.predictorDropped, column: variable.name, "constant"))
            } else if let twin = kept.first(where: { variables[$0].repeats(variable) }) {
                events.append(
                    ImputationEvent(
                        .predictorDropped, column: variable.name, "collinear with \(variables[twin].name)"))
            } else {
                kept.append(place)
            }
        }
        return kept.sorted()
    }
}

extension Variable {
    /// Whether two observed values differ.
    var varies: Bool {
        if isComplete { return values.contains { $0 != values[0] } }
        guard let first = observedRows.first else { return false }
        return observedRows.contains { values[$0] != values[first] }
    }

    /// Whether the other variable is all but a linear function of this one.
    func repeats(_ other: Variable) -> Bool {
        guard kind != .categorical, other.kind != .categorical else { return false }
        var rows = isComplete ? Array(values.indices) : observedRows
        if !other.isComplete {
            var present = [Bool](repeating: false, count: values.count)
            for row in other.observedRows { present[row] = true }
            rows = rows.filter { present[$0] }
        }
        guard rows.count > 2 else { return false }
        let mine = Standardized(rows.map { values[$0] })
        let theirs = Standardized(rows.map { other.values[$0] })
        return abs(mine.dot(theirs)) >= 0.999 * Double(rows.count - 1)
    }
}

/// The method of a column for which the caller chose none.
enum DefaultMethods {
    static func method(for kind: VariableKind) -> any ImputationMethod {
        switch kind {
        case .binary: LogisticRegression()
        case .categorical: PolytomousRegression()
        default: PredictiveMeanMatching()
        }
    }
}
