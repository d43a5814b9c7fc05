import CIFKernels

/// Conjugate gradients on rows' normal equations, one row at a time, without forming them.
package struct GradientSolver: ~Copyable {
    /// Length of the vectors, padding included.
    package let rank: Int
    private let kernels: KernelSet
    private let scratch: AlignedMemory

    /// Creates a solver.
    ///
    /// - Parameter rank: A multiple of 16; see ``SystemBatch/paddedRank(_:)``.
    package init(rank: Int, kernels: KernelSet = .best) {
        precondition(rank > 0 && rank % 16 == 0, "the kernels need a rank that is a multiple of 16")
        self.rank = rank
        self.kernels = kernels
        scratch = AlignedMemory(count: 4 * rank)
    }

    /// Moves `x` towards the solution of a row's system; see ``RowTerms``.
    ///
    /// - Parameters:
    ///   - x: `rank` numbers, where the steps start.
    ///   - base: `rank * rank` numbers, symmetric.
    ///   - entries: Positions of the row's entries in `columns` and `values`.
    /// - Returns: 2b·x − x·A·x, what x takes off the objective; and x·x.
    /// - Precondition: Columns lie within `factors`.
    /// - Complexity: O(steps · (entries · rank + rank²))
    package mutating func improve(
        _ x: inout [Float], steps: Int, terms: RowTerms, factors: Span<Float>, columns: Span<Int32>,
        values: Span<Float>, entries: Range<Int>, base: Span<Float>
    ) -> (explained: Double, squares: Double) {
        precondition(x.count == rank && base.count == rank * rank, "a vector or base of another rank")
        precondition(
            columns.count == values.count && entries.lowerBound >= 0 && entries.upperBound <= columns.count,
            "entries out of range")
        let explained = unsafe factors.withUnsafeBufferPointer { factors in
            unsafe columns.withUnsafeBufferPointer { columns in
                unsafe values.withUnsafeBufferPointer { values in
                    unsafe base.withUnsafeBufferPointer { base in
                        var row = unsafe if_row(
                            terms, factors: factors, rank: rank, columns: columns, values: values, entries: entries,
                            next: 0..<0)
                        return unsafe if_conjugate(
                            kernels.variant, &row, base.baseAddress, rank, Int32(steps), &x, scratch.start)
                    }
                }
            }
        }
        return (explained, x.reduce(0) { $0 + Double($1) * Double($1) })
    }
}
