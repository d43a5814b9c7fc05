/// A dense matrix of doubles in row-major order, for the small systems of the stages.
package struct DenseMatrix: Hashable, Sendable {
    /// Rows.
    package let rows: Int
    /// Columns.
    package let columns: Int
    /// `rows * columns` numbers, row after row.
    package var values: [Double]

    /// Takes over the numbers.
    ///
    /// - Precondition: `values` has `rows * columns` elements.
    package init(rows: Int, columns: Int, values: [Double]) {
        precondition(values.count == rows * columns, "values do not fill \(rows) × \(columns)")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    /// A matrix of one number.
    package init(rows: Int, columns: Int, repeating value: Double = 0) {
        self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
    }

    /// The identity of order `n`.
    package static func identity(_ n: Int) -> DenseMatrix {
        var out = DenseMatrix(rows: n, columns: n)
        for index in 0..<n { out[index, index] = 1 }
        return out
    }

    /// The number at a row and a column.
    package subscript(row: Int, column: Int) -> Double {
        get { values[position(row, column)] }
        set { values[position(row, column)] = newValue }
    }

    /// The numbers of a row.
    package subscript(row row: Int) -> ArraySlice<Double> { values[row * columns..<(row + 1) * columns] }

    /// The matrix with rows and columns exchanged.
    package var transposed: DenseMatrix {
        var out = DenseMatrix(rows: columns, columns: rows)
        for row in 0..<rows {
            for column in 0..<columns { out[column, row] = self[row, column] }
        }
        return out
    }

    /// The product `self · other`, by `dgemm`.
    ///
    /// - Precondition: `other` has as many rows as `self` has columns.
    package func multiplied(by other: DenseMatrix) -> DenseMatrix {
        precondition(columns == other.rows, "\(rows) × \(columns) times \(other.rows) × \(other.columns)")
        var out = [Double](repeating: 0, count: rows * other.columns)
        var span = out.mutableSpan
        BLAS.gemm(
            .init(rows: rows, columns: other.columns, inner: columns), values.span, other.values.span, into: &span)
        return DenseMatrix(rows: rows, columns: other.columns, values: out)
    }

    private func position(_ row: Int, _ column: Int) -> Int {
        precondition(row >= 0 && row < rows && column >= 0 && column < columns, "outside the matrix")
        return row * columns + column
    }
}
