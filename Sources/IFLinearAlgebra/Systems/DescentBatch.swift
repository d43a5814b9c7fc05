import CIFKernels

/// Sixteen rows improved side by side by block-coordinate descent; see ``RowTerms`` for their systems.
///
/// A pass solves block after block of coordinates exactly, the others kept: S. Rendle, W. Krichene, L. Zhang, Y. Koren,
/// "iALS++: speeding up matrix factorization with subspace optimization", 2021, arXiv:2110.14044.
package struct DescentBatch: LaneSolutions, ~Copyable {
    /// Length of the vectors, padding included.
    package let rank: Int
    /// Coordinates of a block, padding included; the last block may be smaller.
    package let blockSize: Int
    private let kernels: KernelSet
    private let vectors: AlignedMemory
    private let scratch: AlignedMemory
    private var scores: AlignedMemory
    private var explained = [Double](repeating: 0, count: SystemBatch.lanes)
    private var squares = [Double](repeating: 0, count: SystemBatch.lanes)

    /// Creates room for sixteen rows.
    ///
    /// - Parameters:
    ///   - rank: A multiple of 16; see ``SystemBatch/paddedRank(_:)``.
    ///   - blockSize: A multiple of 16; at most `rank` of it is used.
    package init(rank: Int, blockSize: Int, kernels: KernelSet = .best) {
        precondition(rank > 0 && rank % 16 == 0, "the kernels need a rank that is a multiple of 16")
        precondition(blockSize > 0 && blockSize % 16 == 0, "the kernels need blocks of a multiple of 16")
        self.rank = rank
        self.blockSize = min(blockSize, rank)
        self.kernels = kernels
        vectors = AlignedMemory(count: SystemBatch.lanes * rank)
        scratch = AlignedMemory(count: if_subspace_scratch(rank, self.blockSize))
        scores = AlignedMemory(count: 0)
    }

    /// Sets where a row starts.
    package func start(lane: Int, _ vector: Span<Float>) {
        for index in 0..<rank { vectors[lane * rank + index] = vector[index] }
    }

    /// Moves up to sixteen rows towards the solutions of their systems: one pass over all blocks.
    ///
    /// - Parameters:
    ///   - ranges: Positions of each row's entries in `columns` and `values`.
    ///   - terms: How each row's values become equations.
    ///   - factors: Vectors of the other side, `rank` numbers each.
    ///   - base: `rank * rank` numbers, symmetric.
    ///   - explains: Whether ``products(lane:)`` is asked for what rows explain.
    /// - Returns: One bit a row, set where a block was not positive definite and so stayed what it was.
    /// - Precondition: Columns lie within `factors`.
    /// - Complexity: O(entries · rank · blockSize + rows · rank · (rank + blockSize²))
    package mutating func descend(
        _ ranges: [Range<Int>], terms: [RowTerms], factors: Span<Float>, columns: Span<Int32>, values: Span<Float>,
        base: Span<Float>, explains: Bool
    ) -> UInt32 {
        let lanes = SystemBatch.lanes
        precondition(ranges.count <= lanes && ranges.count == terms.count, "too many rows, or as many terms")
        precondition(base.count == rank * rank && columns.count == values.count, "base or entries that do not fit")
        for range in ranges { precondition(range.lowerBound >= 0 && range.upperBound <= columns.count, "entries") }
        let entries = ranges.reduce(0) { $0 + ($1.count + 15) / 16 * 16 }
        if scores.count < entries { scores = AlignedMemory(count: entries) }
        guard !ranges.isEmpty else { return 0 }
        for index in ranges.count * rank..<lanes * rank { vectors[index] = 0 }
        return unsafe factors.withUnsafeBufferPointer { factors in
            unsafe columns.withUnsafeBufferPointer { columns in
                unsafe values.withUnsafeBufferPointer { values in
                    unsafe base.withUnsafeBufferPointer { base in
                        let rows = unsafe ranges.indices.map { lane in
                            // After the last row the first one comes again, for the next block.
                            unsafe if_row(
                                terms[lane], factors: factors, rank: rank, columns: columns, values: values,
                                entries: ranges[lane], next: ranges[(lane + 1) % ranges.count])
                        }
                        return unsafe run(rows, base, explains: explains)
                    }
                }
            }
        }
    }

    @unsafe
    private mutating func run(_ rows: [if_row], _ base: UnsafeBufferPointer<Float>, explains: Bool) -> UInt32 {
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe explained.withUnsafeMutableBufferPointer { explained in
                unsafe squares.withUnsafeMutableBufferPointer { squares in
                    var job = unsafe if_subspace(
                        rows: rows.baseAddress, count: rows.count, base: base.baseAddress, rank: rank, size: blockSize,
                        x: vectors.start,
                        explained: explains ? explained.baseAddress : nil, squares: squares.baseAddress,
                        scores: scores.start, scratch: scratch.start)
                    return unsafe if_descend(kernels.variant, &job)
                }
            }
        }
    }

    /// Copies where a row is.
    package func copySolution(lane: Int, into vector: inout MutableSpan<Float>) {
        for index in 0..<rank { vector[index] = vectors[lane * rank + index] }
    }

    /// 2b·x − x·A·x, what x takes off the objective, where that was asked for; and x·x.
    package func products(lane: Int) -> (explained: Double, squares: Double) { (explained[lane], squares[lane]) }
}
