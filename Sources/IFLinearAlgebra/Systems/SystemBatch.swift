import CIFKernels

/// Sixteen rows' normal equations, built and solved side by side: one system a SIMD lane.
///
/// Load lanes, solve, read lanes. A lane's solution depends on what was loaded into it alone, never on the other
/// lanes. The matrices stay in memory of this value, which is meant to be reused for batch after batch.
///
/// - Complexity: O(entries · rank²) to load a lane, O(rank³) to solve.
package struct SystemBatch: LaneSolutions, ~Copyable {
    /// Systems in a batch.
    package static let lanes = Int(IF_LANES)

    /// The rank kernels work with: `rank` rounded up to a multiple of 16, the rest filled with zeros.
    package static func paddedRank(_ rank: Int) -> Int { (rank + 15) & ~15 }

    /// Length of the solutions, padding included.
    package let rank: Int
    private let kernels: KernelSet
    private let matrices: AlignedMemory
    private let sides: AlignedMemory
    private let interleaved: AlignedMemory
    private let interleavedSides: AlignedMemory
    private let solutions: AlignedMemory
    private let vectors: AlignedMemory
    private let packed: AlignedMemory
    private var factor: AlignedMemory?
    private let work: AlignedMemory

    /// Creates room for sixteen systems.
    ///
    /// - Parameter rank: A multiple of 16; see ``paddedRank(_:)``.
    package init(rank: Int, kernels: KernelSet = .best) {
        precondition(rank > 0 && rank % 16 == 0, "the kernels need a rank that is a multiple of 16")
        self.rank = rank
        self.kernels = kernels
        let lanes = Self.lanes
        matrices = AlignedMemory(count: lanes * rank * rank)
        sides = AlignedMemory(count: lanes * rank)
        interleaved = AlignedMemory(count: lanes * rank * if_leading(rank))
        interleavedSides = AlignedMemory(count: lanes * rank)
        solutions = AlignedMemory(count: lanes * rank)
        vectors = AlignedMemory(count: lanes * rank)
        packed = AlignedMemory(count: if_gram_scratch(rank))
        work = AlignedMemory(count: 3 * lanes * rank)
    }

    /// Builds the system of one row in a lane.
    ///
    /// - Parameters:
    ///   - lane: 0..<16.
    ///   - terms: How values become equations.
    ///   - factors: Vectors of the other side, `rank` numbers each.
    ///   - columns: Indices of entries in `factors`.
    ///   - values: One value an entry.
    ///   - entries: Positions of the row's entries; all where `nil`.
    ///   - next: Positions of the entries of the row that is loaded next, whose vectors are fetched ahead.
    ///   - base: `rank * rank` numbers, lower triangle (row-major).
    /// - Precondition: Columns lie within `factors`.
    package mutating func load(
        lane: Int, terms: RowTerms, factors: Span<Float>, columns: Span<Int32>, values: Span<Float>,
        entries: Range<Int>? = nil, next: Range<Int> = 0..<0, base: Span<Float>
    ) {
        precondition(lane >= 0 && lane < Self.lanes && columns.count == values.count, "lane or entries out of range")
        precondition(base.count == rank * rank, "base of another rank")
        let entries = entries ?? 0..<columns.count
        precondition(max(entries.upperBound, next.upperBound) <= columns.count, "entries out of range")
        unsafe factors.withUnsafeBufferPointer { factors in
            unsafe columns.withUnsafeBufferPointer { columns in
                unsafe values.withUnsafeBufferPointer { values in
                    unsafe base.withUnsafeBufferPointer { base in
                        var row = unsafe if_row(
                            terms, factors: factors, rank: rank, columns: columns, values: values, entries: entries,
                            next: next)
                        unsafe if_gram(
                            kernels.variant,
                            &row, base.baseAddress, rank, matrices.start + lane * rank * rank,
                            sides.start + lane * rank, packed.start)
                    }
                }
            }
        }
    }

    /// Solves all lanes by Cholesky factorization.
    ///
    /// - Parameter tolerance: Least ratio of a pivot to its diagonal entry.
    /// - Returns: One bit a lane, set where the matrix was not positive definite to that tolerance.
    package mutating func solve(tolerance: Float = 1e-6) -> UInt32 {
        unsafe if_interleave(kernels.variant, matrices.start, interleaved.start, rank, 0)
        let failed = unsafe if_cholesky(kernels.variant, interleaved.start, rank, tolerance)
        unsafe if_to_lanes(kernels.variant, sides.start, solutions.start, rank)
        unsafe if_cholesky_solve(kernels.variant, interleaved.start, solutions.start, rank)
        unsafe if_from_lanes(kernels.variant, solutions.start, vectors.start, rank)
        return failed
    }

    /// Solves all lanes under x ≥ 0 by block principal pivoting, starting from the passive sets of ``start(lane:_:)``.
    ///
    /// - Parameters:
    ///   - tolerance: Greatest negative gradient at a zero, as a share of the right-hand side's entry.
    /// - Returns: One bit a lane, set where the exchanges did not end or a passive block was singular.
    package mutating func solveNonnegative(tolerance: Float = 4e-6) -> UInt32 {
        unsafe if_to_lanes(kernels.variant, sides.start, interleavedSides.start, rank)
        unsafe if_interleave(kernels.variant, matrices.start, interleaved.start, rank, 1)
        let scratch = factor.take() ?? AlignedMemory(count: Self.lanes * rank * if_leading(rank))
        var exchanges: Int32 = 0
        let failed = unsafe if_nonnegative(
            kernels.variant,
            interleaved.start, interleavedSides.start, solutions.start, rank, tolerance, Int32(3 * rank + 16),
            scratch.start, work.start, &exchanges)
        unsafe if_from_lanes(kernels.variant, solutions.start, vectors.start, rank)
        factor = consume scratch
        return failed
    }

    /// Sets where the nonnegative solver starts: positive entries are taken as free at first.
    package mutating func start(lane: Int, _ vector: Span<Float>) {
        for index in 0..<rank { solutions[index * Self.lanes + lane] = vector[index] }
    }

    /// Copies a lane's solution.
    package func copySolution(lane: Int, into vector: inout MutableSpan<Float>) {
        for index in 0..<rank { vector[index] = vectors[lane * rank + index] }
    }

    /// b·x and x·x of a lane, for the objective value.
    package func products(lane: Int) -> (explained: Double, squares: Double) {
        var explained = 0.0
        var squares = 0.0
        for index in 0..<rank {
            let x = Double(vectors[lane * rank + index])
            explained += Double(sides[lane * rank + index]) * x
            squares += x * x
        }
        return (explained, squares)
    }
}
