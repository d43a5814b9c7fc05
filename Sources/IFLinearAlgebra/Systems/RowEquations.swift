/// One row's normal equations in double precision, without kernels: the way out where single precision fails, and
/// the plain twin of ``SystemBatch``.
package struct RowEquations: Hashable, Sendable {
    /// Order of the system.
    package let n: Int
    /// `n * n` numbers, symmetric.
    package var a: [Double]
    /// Right-hand side.
    package var b: [Double]

    /// Builds the equations of a row; see ``RowTerms``.
    ///
    /// - Parameters:
    ///   - n: Order; at most `stride`.
    ///   - stride: Numbers a vector of `factors` spans.
    ///   - base: `n * n` numbers.
    package init(
        n: Int, terms: RowTerms, factors: Span<Float>, stride: Int, columns: Span<Int32>, values: Span<Float>,
        base: [Double]
    ) {
        self.n = n
        a = base
        b = Array(repeating: 0, count: n)
        for index in 0..<n { a[index * n + index] += Double(terms.ridge) }
        for entry in 0..<columns.count {
            let start = Int(columns[entry]) * stride
            let (confidence, target) = terms.entry(values[entry])
            let weight = Double(confidence) - Double(terms.unobserved)
            for i in 0..<n {
                let y = Double(factors[start + i])
                b[i] += Double(target) * y
                for j in 0..<n { a[i * n + j] += weight * y * Double(factors[start + j]) }
            }
        }
    }
}
