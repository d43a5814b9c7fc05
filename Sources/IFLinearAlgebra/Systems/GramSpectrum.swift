package import IFCore

/// A Gram matrix's eigenvectors, and vectors in their basis: what the rows of a side share in the dual form.
package struct GramSpectrum: Sendable {
    /// Length of the vectors, padding included.
    package let rank: Int
    /// `rank` numbers in ascending order; 1 for the padding.
    package let eigenvalues: [Float]
    /// Number (i, p) is number i of eigenvector p; the identity for the padding.
    let eigenvectors: [Float]
    /// The eigenvectors in double precision, `n * n` numbers, one after the other.
    private let basis: [Double]
    private let order: Int

    /// Decomposes a Gram matrix.
    ///
    /// - Parameters:
    ///   - gram: `n * n` numbers of a symmetric matrix.
    ///   - rank: A multiple of 16, at least `n`.
    /// - Returns: `nil` where the smallest eigenvalue plus `ridge` is not above 10⁻⁶ of the greatest: rows could then
    ///   not be solved in the dual form.
    /// - Throws: `numericalFailure` where the matrix holds numbers that are not finite.
    /// - Complexity: O(n³)
    package init?(_ gram: [Double], n: Int, rank: Int, ridge: Double) throws(IFError) {
        precondition(rank % 16 == 0 && rank >= n, "the kernels need a rank that is a multiple of 16")
        let (values, vectors) = try SymmetricEigen.decompose(gram, n: n)
        guard let least = values.first, let greatest = values.last, least + ridge > 1e-6 * greatest, greatest > 0
        else { return nil }
        self.rank = rank
        order = n
        basis = vectors
        eigenvalues = values.map { Float($0) } + Array(repeating: 1, count: rank - n)
        var eigenvectors = [Float](repeating: 0, count: rank * rank)
        for i in 0..<rank {
            if i >= n { eigenvectors[i * rank + i] = 1 }
            for p in 0..<n where i < n { eigenvectors[i * rank + p] = Float(vectors[p * n + i]) }
        }
        self.eigenvectors = eigenvectors
    }

    /// Writes vectors in the basis of the eigenvectors; rounded once, so that small components stay exact.
    ///
    /// - Parameters:
    ///   - vectors: Vectors of `rank` numbers, one after the other.
    ///   - rotated: As many numbers.
    /// - Complexity: O(vectors · rank²)
    package func rotate(_ vectors: Span<Float>, into rotated: inout MutableSpan<Float>) {
        let rows = vectors.count / rank
        precondition(rotated.count >= rows * rank, "no room for the rotated vectors")
        var plain = [Double](repeating: 0, count: rows * order)
        for row in 0..<rows {
            for index in 0..<order { plain[row * order + index] = Double(vectors[row * rank + index]) }
        }
        var product = [Double](repeating: 0, count: rows * order)
        var span = product.mutableSpan
        BLAS.gemm(
            BLAS.Shape(rows: rows, columns: order, inner: order, b: .transposed), plain.span, basis.span, into: &span)
        for row in 0..<rows {
            for index in 0..<order { rotated[row * rank + index] = Float(product[row * order + index]) }
            for index in order..<max(order, rank) { rotated[row * rank + index] = 0 }
        }
    }
}
