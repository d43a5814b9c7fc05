import CIFKernels

/// Sixteen rows' systems in the dual form: as many equations as a row has entries, instead of as many as factors.
///
/// In the basis of the eigenvectors of the Gram matrix the part of a system that all rows share is diagonal, whatever
/// a row's ridge. The identity of Woodbury then gives the solution of ``SystemBatch`` from products among the entries'
/// vectors alone. Like there, a row's solution depends on that row alone.
///
/// - Complexity: O(entries² · rank + entries³) a row.
package struct DualBatch: LaneSolutions, ~Copyable {
    /// Length of the solutions, padding included.
    package let rank: Int
    /// Entries a row may have.
    package let capacity: Int
    private let kernels: KernelSet
    private let solutions: AlignedMemory
    private let scratch: AlignedMemory
    private var explained = [Double](repeating: 0, count: SystemBatch.lanes)
    private var squares = [Double](repeating: 0, count: SystemBatch.lanes)

    /// Creates room for sixteen rows of at most `capacity` entries.
    ///
    /// - Parameter rank: A multiple of 16.
    package init(rank: Int, capacity: Int, kernels: KernelSet = .best) {
        precondition(rank > 0 && rank % 16 == 0, "the kernels need a rank that is a multiple of 16")
        self.rank = rank
        self.kernels = kernels
        self.capacity = max(16, (capacity + 15) & ~15)
        solutions = AlignedMemory(count: SystemBatch.lanes * rank)
        scratch = AlignedMemory(count: if_dual_scratch(rank, self.capacity))
    }

    /// Solves up to sixteen rows.
    ///
    /// - Parameters:
    ///   - ranges: Positions of each row's entries in `columns` and `values`.
    ///   - terms: How each row's values become equations; all weights c − unobserved are above 0.
    ///   - vectors: The other side's vectors in the basis of `spectrum`.
    /// - Returns: One bit a row, set where the system was not positive definite: the solution is then meaningless.
    /// - Precondition: Rows have at most ``capacity`` entries, and columns lie within the vectors.
    package mutating func solve(
        _ ranges: [Range<Int>], terms: [RowTerms], spectrum: GramSpectrum, vectors: Span<Float>,
        columns: Span<Int32>, values: Span<Float>
    ) -> UInt32 {
        let lanes = SystemBatch.lanes
        precondition(ranges.count <= lanes && ranges.count == terms.count, "too many rows, or as many terms")
        precondition(spectrum.rank == rank && columns.count == values.count, "vectors or entries that do not fit")
        let longest = ranges.reduce(0) { max($0, $1.count) }
        precondition(longest <= capacity, "a row of more entries than there is room for")
        for range in ranges { precondition(range.lowerBound >= 0 && range.upperBound <= columns.count, "entries") }
        let order = max(16, (longest + 15) & ~15)
        let none = RowTerms(scale: 1, offset: 1, unobserved: 0, ridge: 1)
        return unsafe vectors.withUnsafeBufferPointer { vectors in
            unsafe columns.withUnsafeBufferPointer { columns in
                unsafe values.withUnsafeBufferPointer { values in
                    let rows = unsafe (0..<lanes).map { lane in
                        let next = lane + 1 < ranges.count ? ranges[lane + 1] : 0..<0
                        return unsafe if_row(
                            lane < ranges.count ? terms[lane] : none, factors: vectors, rank: rank,
                            columns: columns, values: values, entries: lane < ranges.count ? ranges[lane] : 0..<0,
                            next: next)
                    }
                    return unsafe if_dual(
                        kernels.variant,
                        rows, spectrum.eigenvalues, spectrum.eigenvectors, rank, order, solutions.start, &explained,
                        &squares, scratch.start)
                }
            }
        }
    }

    /// Copies a lane's solution.
    package func copySolution(lane: Int, into vector: inout MutableSpan<Float>) {
        for index in 0..<rank { vector[index] = solutions[lane * rank + index] }
    }

    /// b·x and x·x of a lane, for the objective value.
    package func products(lane: Int) -> (explained: Double, squares: Double) { (explained[lane], squares[lane]) }
}

extension if_row {
    /// The entries at `entries`, with those at `next` to be fetched ahead.
    @unsafe
    init(
        _ terms: RowTerms, factors: UnsafeBufferPointer<Float>, rank: Int, columns: UnsafeBufferPointer<Int32>,
        values: UnsafeBufferPointer<Float>, entries: Range<Int>, next: Range<Int>
    ) {
        unsafe self.init(
            factors: factors.baseAddress, columns: columns.baseAddress.map { unsafe $0 + entries.lowerBound },
            values: values.baseAddress.map { unsafe $0 + entries.lowerBound }, count: entries.count,
            scale: terms.scale, offset: terms.offset, unobserved: terms.unobserved, ridge: terms.ridge,
            explicit_values: terms.target == .value ? 1 : 0, factor_count: factors.count / rank,
            next: columns.baseAddress.map { unsafe $0 + next.lowerBound }, next_count: next.count)
    }
}
