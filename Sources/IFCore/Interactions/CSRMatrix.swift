/// A sparse matrix in compressed rows: column indices ascend within each row and do not repeat.
public struct CSRMatrix: Hashable, Sendable {
    /// Rows.
    public let rowCount: Int
    /// Columns.
    public let columnCount: Int
    /// `rowCount + 1` positions in `columns` and `values`.
    public let offsets: [Int]
    /// Column of each entry.
    public let columns: [Int32]
    /// Value of each entry.
    public let values: [Float]

    /// Takes over compressed rows.
    ///
    /// - Precondition: Offsets ascend from 0 to the number of entries.
    public init(rowCount: Int, columnCount: Int, offsets: [Int], columns: [Int32], values: [Float]) {
        precondition(
            offsets.count == rowCount + 1 && offsets.first == 0 && offsets.last == columns.count
                && columns.count == values.count, "offsets, columns and values do not fit together")
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.offsets = offsets
        self.columns = columns
        self.values = values
    }

    /// Entries.
    public var count: Int { columns.count }

    /// Positions of a row's entries.
    public func range(ofRow row: Int) -> Range<Int> { offsets[row]..<offsets[row + 1] }

    /// Column indices of a row.
    public func columns(ofRow row: Int) -> ArraySlice<Int32> { columns[range(ofRow: row)] }

    /// The matrix with rows and columns exchanged. Complexity: O(entries + rows + columns).
    public func transposed() -> CSRMatrix {
        var starts = [Int](repeating: 0, count: columnCount + 1)
        for column in columns { starts[Int(column) + 1] += 1 }
        for column in 0..<columnCount { starts[column + 1] += starts[column] }
        var next = starts
        var rows = [Int32](repeating: 0, count: count)
        var moved = [Float](repeating: 0, count: count)
        for row in 0..<rowCount {
            for entry in offsets[row]..<offsets[row + 1] {
                let column = Int(columns[entry])
                rows[next[column]] = Int32(row)
                moved[next[column]] = values[entry]
                next[column] += 1
            }
        }
        return CSRMatrix(rowCount: columnCount, columnCount: rowCount, offsets: starts, columns: rows, values: moved)
    }
}
