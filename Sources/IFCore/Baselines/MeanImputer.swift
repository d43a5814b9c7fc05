/// Fills every missing number with its column's mean or median: the trivial imputer.
public struct MeanImputer: Imputer {
    /// The statistic that fills.
    public enum Statistic: String, Hashable, Sendable, Codable, CaseIterable {
        /// The arithmetic mean of the values that are there.
        case mean
        /// Their median: of an even number, the mean of the two in the middle.
        case median
    }

    /// The statistic that fills.
    public let statistic: Statistic

    /// Creates the imputer.
    public init(_ statistic: Statistic = .mean) { self.statistic = statistic }

    /// Completes every numeric column that has nulls; other columns are untouched.
    ///
    /// - Throws: ``IFError/Code/emptyData`` where a column has no value at all.
    @concurrent
    public func fit(_ table: Table, in context: RunContext) async throws -> SingleImputation {
        var completed = table
        var filled: [String: ImputedValues] = [:]
        for name in table.names {
            switch try table.column(name).type {
            case .int32, .int64, .float, .double: break
            default: continue
            }
            let column = try table.double(name)
            guard column.nullCount > 0 else { continue }
            let present = (0..<column.count).compactMap { column[$0] }
            guard !present.isEmpty else {
                throw IFError(.emptyData, "every value is missing, so there is nothing to impute from", column: name)
            }
            let fill = statistic == .mean ? present.reduce(0, +) / Double(present.count) : Self.median(present)
            let rows = (0..<column.count).filter { column[$0] == nil }
            filled[name] = ImputedValues(
                rows: rows, chainCount: 1, values: Array(repeating: fill, count: rows.count))
            completed.set(name, .double((0..<column.count).map { column[$0] ?? fill }))
        }
        return SingleImputation(table: completed, cells: filled)
    }

    /// The middle value, or the mean of the two middle values.
    ///
    /// - Precondition: `values` is not empty.
    package static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// One completed table.
public struct SingleImputation: ImputationModel {
    let table: Table
    let cells: [String: ImputedValues]

    /// Number of completed tables.
    public var chainCount: Int { 1 }
    /// Columns that were completed, in table order.
    public var imputedColumns: [String] { table.names.filter { cells[$0] != nil } }

    /// A completed table.
    public func completed(_ chain: Int) throws -> Table { table }

    /// The imputed cells of a column.
    public func imputedValues(_ column: String) throws -> ImputedValues {
        guard let values = cells[column] else {
            throw IFError(.missingColumn, "no value of this column was imputed", column: column)
        }
        return values
    }
}
