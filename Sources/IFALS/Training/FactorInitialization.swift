import IFCore
import IFLinearAlgebra

/// Where factors start: normal vectors of length 1, of the first orthant where factors are to be nonnegative
/// (as Spark's ALS starts).
enum FactorInitialization {
    /// Rows drawn from one stream. A change of this number changes every result.
    static let blockSize = 1024

    /// Draws padded vectors; rows without entries are 0.
    static func draw(
        _ side: TrainingSide, rank: Int, nonnegative: Bool, in context: RunContext
    ) async throws -> DisjointBuffer<Float> {
        let stride = SystemBatch.paddedRank(rank)
        let buffer = DisjointBuffer<Float>(repeating: 0, count: side.matrix.rowCount * stride)
        let blocks = BlockRanges(rowCount: side.matrix.rowCount, blockSize: blockSize)
        let random = context.random
        try await context.forEachBlock(of: blocks) { block, rows in
            var stream = random.stream("als/factors", block: block)
            buffer.withMutableSpan(rows.lowerBound * stride..<rows.upperBound * stride) { span in
                for row in 0..<rows.count {
                    let vector = unit(rank, &stream)
                    guard side.count(rows.lowerBound + row) > 0 else { continue }
                    for index in 0..<rank {
                        span[row * stride + index] = Float(nonnegative ? abs(vector[index]) : vector[index])
                    }
                }
            }
        }
        return buffer
    }

    private static func unit(_ rank: Int, _ stream: inout RandomStream) -> [Double] {
        let vector = (0..<rank).map { _ in stream.normal() }
        let length = max(vector.reduce(0) { $0 + $1 * $1 }.squareRoot(), .leastNormalMagnitude)
        return vector.map { $0 / length }
    }
}
