import IFCore
import IFLinearAlgebra

/// What the rows of one side need of the other: its vectors, and their Gram matrix.
struct OtherSide: Sendable {
    /// Length of the vectors.
    let rank: Int
    /// Length with padding.
    let stride: Int
    /// unobserved · YᵀY, `rank * rank` numbers.
    let gram: [Double]
    /// The same for the kernels: `stride * stride`, ones on the diagonal of the padding.
    let base: [Float]
    /// Vectors.
    let rowCount: Int

    init(gram padded: [Double], rank: Int, unobserved: Double, rowCount: Int) {
        self.rank = rank
        self.rowCount = rowCount
        stride = SystemBatch.paddedRank(rank)
        var gram = [Double](repeating: 0, count: rank * rank)
        var base = [Float](repeating: 0, count: stride * stride)
        for row in 0..<rank {
            for column in 0..<rank {
                gram[row * rank + column] = unobserved * padded[row * stride + column]
                base[row * stride + column] = Float(gram[row * rank + column])
            }
        }
        for row in rank..<max(rank, stride) { base[row * stride + row] = 1 }
        self.gram = gram
        self.base = base
    }

    /// The vectors in the basis of the Gram matrix's eigenvectors, for rows that are solved in the dual form.
    private(set) var dual: DualSide?

    /// Computes the Gram matrix of padded vectors, block after block.
    init(vectors: [Float], rank: Int, unobserved: Double) {
        let stride = SystemBatch.paddedRank(rank)
        let blocks = BlockRanges(rowCount: vectors.count / stride, blockSize: FactorGram.blockSize)
        let span = vectors.span
        var total = FactorGram.Total(rank: stride)
        for block in blocks {
            let range = block.lowerBound * stride..<block.upperBound * stride
            total.add(FactorGram.part(span.extracting(range), rank: stride))
        }
        self.init(gram: total.matrix, rank: rank, unobserved: unobserved, rowCount: blocks.rowCount)
    }

    /// Computes the Gram matrix of padded vectors, blocks over the context's workers; the same numbers.
    static func gathering(
        _ vectors: DisjointBuffer<Float>, rank: Int, unobserved: Double, in context: RunContext
    ) async throws -> OtherSide {
        let stride = SystemBatch.paddedRank(rank)
        let blocks = BlockRanges(rowCount: vectors.count / stride, blockSize: FactorGram.blockSize)
        var total = FactorGram.Total(rank: stride)
        try await context.streamBlocks(blocks.count) { block in
            let range = blocks[block].lowerBound * stride..<blocks[block].upperBound * stride
            return vectors.withSpan { FactorGram.part($0.extracting(range), rank: stride) }
        } to: { _, part in
            total.add(part)
        }
        return OtherSide(gram: total.matrix, rank: rank, unobserved: unobserved, rowCount: blocks.rowCount)
    }

    /// Adds what the dual form needs, on this thread; the same numbers. Nothing, either, where vectors are not finite: no
    /// row is solved then.
    mutating func prepareDual(_ vectors: Span<Float>, ridge: Double) {
        guard let spectrum = try? GramSpectrum(gram, n: rank, rank: stride, ridge: ridge) else { return }
        let rotated = DisjointBuffer<Float>(repeating: 0, count: vectors.count)
        let blocks = BlockRanges(rowCount: vectors.count / stride, blockSize: DualSide.blockSize)
        for rows in blocks {
            let range = rows.lowerBound * stride..<rows.upperBound * stride
            rotated.withMutableSpan(range) { out in spectrum.rotate(vectors.extracting(range), into: &out) }
        }
        dual = DualSide(spectrum: spectrum, vectors: rotated)
    }

    /// Adds what the dual form needs; nothing where the Gram matrix is too near to a singular one.
    ///
    /// - Parameter ridge: The least ridge of a row.
    mutating func prepareDual(_ vectors: DisjointBuffer<Float>, ridge: Double, in context: RunContext) async throws {
        guard let spectrum = try GramSpectrum(gram, n: rank, rank: stride, ridge: ridge) else { return }
        let rotated = DisjointBuffer<Float>(repeating: 0, count: vectors.count)
        let blocks = BlockRanges(rowCount: vectors.count / stride, blockSize: DualSide.blockSize)
        let stride = stride
        try await context.forEachBlock(of: blocks) { _, rows in
            let range = rows.lowerBound * stride..<rows.upperBound * stride
            rotated.withMutableSpan(range) { out in
                vectors.withSpan { spectrum.rotate($0.extracting(range), into: &out) }
            }
        }
        dual = DualSide(spectrum: spectrum, vectors: rotated)
    }
}

/// What rows that are solved in the dual form need of the other side.
struct DualSide: Sendable {
    /// Vectors that are rotated at once.
    static let blockSize = 512

    let spectrum: GramSpectrum
    let vectors: DisjointBuffer<Float>

    /// Entries up to which the dual form is faster, as measured: three quarters of the factors for exact solves, half as many
    /// where the others are improved by block-coordinate descent, which is faster than exact solves.
    static func capacity(rank: Int, solver: ALSSolver) -> Int { solver.isExact ? rank * 3 / 4 : rank * 3 / 8 }
}
