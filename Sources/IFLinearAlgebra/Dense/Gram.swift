import COpenBLAS

/// Gram matrices XᵀX, by `dsyrk`.
package enum Gram {
    /// XᵀX as a full symmetric `columns × columns` matrix, row-major.
    ///
    /// - Parameters:
    ///   - x: `rows * columns` numbers, row after row.
    ///   - rows: Rows of X; none gives zeros.
    ///   - columns: Columns of X.
    /// - Complexity: O(rows · columns²)
    package static func gram(x: [Double], rows: Int, columns: Int) -> [Double] {
        precondition(x.count == rows * columns, "values do not fill \(rows) × \(columns)")
        var out = [Double](repeating: 0, count: columns * columns)
        guard rows > 0, columns > 0 else { return out }
        BLAS.pinToOneThread()
        unsafe x.withUnsafeBufferPointer { x in
            unsafe out.withUnsafeMutableBufferPointer { out in
                unsafe cblas_dsyrk(
                    CblasRowMajor, CblasLower, CblasTrans, Int32(columns), Int32(rows), 1, x.baseAddress,
                    Int32(columns), 0, out.baseAddress, Int32(columns))
            }
        }
        for row in 0..<columns {
            for column in 0..<row { out[column * columns + row] = out[row * columns + column] }
        }
        return out
    }
}
