/// Named, typed columns of equal length.
public struct Table: Hashable, Sendable {
    /// Column names in order; unique.
    public private(set) var names: [String] = []
    /// Columns in the order of `names`.
    public private(set) var columns: [Column] = []
    /// Rows; of a table without columns, 0.
    public var rowCount: Int { columns.first?.count ?? 0 }

    /// An empty table.
    public init() {}

    /// Creates a table.
    ///
    /// - Precondition: Names differ and columns are of equal length.
    public init(_ columns: KeyValuePairs<String, Column>) {
        for (name, column) in columns { set(name, column) }
    }

    /// Adds a column, or replaces the one of that name in place.
    ///
    /// - Precondition: The column has as many rows as the others.
    public mutating func set(_ name: String, _ column: Column) {
        if let index = names.firstIndex(of: name) {
            precondition(names.count == 1 || column.count == rowCount, "column \(name) has another length")
            columns[index] = column
        } else {
            precondition(columns.isEmpty || column.count == rowCount, "column \(name) has another length")
            names.append(name)
            columns.append(column)
        }
    }

    /// Whether there is a column of that name.
    public func contains(_ name: String) -> Bool { names.contains(name) }

    /// The column of that name, `nil` where there is none.
    public subscript(name: String) -> Column? { names.firstIndex(of: name).map { columns[$0] } }

    /// The columns named, in that order.
    ///
    /// - Throws: ``IFError/Code/missingColumn``.
    public func selecting(_ wanted: [String]) throws -> Table {
        var out = Table()
        for name in wanted { out.set(name, try column(name)) }
        return out
    }

    /// The same table with one column under another name.
    public func renaming(_ name: String, to newName: String) -> Table {
        var copy = self
        if let index = copy.names.firstIndex(of: name) { copy.names[index] = newName }
        return copy
    }

    /// The rows named, in their order.
    public func gather(_ rows: [Int]) -> Table {
        var out = Table()
        for (name, column) in zip(names, columns) { out.set(name, column.gather(rows)) }
        return out
    }
}
