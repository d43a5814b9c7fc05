/// A configured way to complete a table that has missing values.
///
/// The trivial conformer is ``MeanImputer``.
public protocol Imputer<Model>: Sendable {
    /// What fitting yields.
    associatedtype Model: ImputationModel

    /// Completes the table.
    ///
    /// - Throws: ``IFError`` on unusable data; `CancellationError` when the task is cancelled.
    @concurrent
    func fit(_ table: Table, in context: RunContext) async throws -> Model
}

/// Completed versions of a table: one for single imputation, several for multiple imputation.
public protocol ImputationModel: Sendable {
    /// Number of completed tables.
    var chainCount: Int { get }
    /// Columns that had missing values and were completed, in table order.
    var imputedColumns: [String] { get }

    /// A completed table.
    ///
    /// - Precondition: `chain` in 0..<chainCount.
    func completed(_ chain: Int) throws -> Table

    /// The imputed values of a column: for each missing row, ascending, its values in chain order.
    func imputedValues(_ column: String) throws -> ImputedValues
}

/// The imputed cells of one column.
public struct ImputedValues: Hashable, Sendable {
    /// Rows that were missing, ascending.
    public var rows: [Int]
    /// Chains.
    public var chainCount: Int
    /// `rows.count * chainCount` values, row after row.
    public var values: [Double]

    /// Creates the cells.
    public init(rows: [Int], chainCount: Int, values: [Double]) {
        precondition(values.count == rows.count * chainCount, "one value a row and chain is needed")
        self.rows = rows
        self.chainCount = chainCount
        self.values = values
    }

    /// Mean over the chains for each missing row.
    public var means: [Double] {
        rows.indices.map { row in
            values[row * chainCount..<(row + 1) * chainCount].reduce(0, +) / Double(chainCount)
        }
    }
}
