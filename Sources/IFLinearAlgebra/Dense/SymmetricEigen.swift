import COpenBLAS
package import IFCore

/// Eigenvalues and eigenvectors of symmetric matrices, by LAPACK's `dsyev`.
package enum SymmetricEigen {
    /// Decomposes A = Σ λᵢ·vᵢ·vᵢᵀ.
    ///
    /// The sign of an eigenvector is arbitrary; here its entry of greatest magnitude is positive (the first of
    /// equals), so results do not depend on the LAPACK build.
    ///
    /// - Parameters:
    ///   - a: `n * n` numbers of a symmetric matrix; the lower triangle (row-major) is read.
    ///   - n: Order.
    /// - Returns: Eigenvalues in ascending order; eigenvector `i` is `vectors[i * n..<(i + 1) * n]`, of length 1.
    /// - Throws: `numericalFailure` where A holds numbers that are not finite or the iteration does not converge.
    /// - Complexity: O(n³)
    package static func decompose(_ a: [Double], n: Int) throws(IFError) -> (values: [Double], vectors: [Double]) {
        precondition(a.count == n * n, "values do not fill \(n) × \(n)")
        guard n > 0 else { return ([], []) }
        guard a.allSatisfy(\.isFinite) else {
            throw IFError(.numericalFailure, "the \(n) × \(n) matrix holds numbers that are not finite")
        }
        BLAS.pinToOneThread()
        var vectors = a
        var values = [Double](repeating: 0, count: n)
        var order = Int32(n)
        var info: Int32 = 0
        var work = [Double](repeating: 0, count: 34 * n + 2)
        var workCount = Int32(work.count)
        unsafe vectors.withUnsafeMutableBufferPointer { vectors in
            unsafe values.withUnsafeMutableBufferPointer { values in
                unsafe work.withUnsafeMutableBufferPointer { work in
                    unsafe dsyev_(
                        "V", "U", &order, vectors.baseAddress, &order, values.baseAddress, work.baseAddress,
                        &workCount, &info, 1, 1)
                }
            }
        }
        guard info == 0 else {
            throw IFError(.numericalFailure, "the eigenvalues of a \(n) × \(n) matrix did not converge")
        }
        for vector in 0..<n { fixSign(&vectors, vector * n..<(vector + 1) * n) }
        return (values, vectors)
    }

    private static func fixSign(_ values: inout [Double], _ range: Range<Int>) {
        var greatest = range.lowerBound
        for index in range where abs(values[index]) > abs(values[greatest]) { greatest = index }
        if values[greatest] < 0 { for index in range { values[index] = -values[index] } }
    }
}
