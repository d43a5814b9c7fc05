import COpenBLAS

/// Gram matrices of many single-precision vectors, in parts that add up in a fixed order.
package enum FactorGram {
    /// Vectors of one part. A change of this number changes results in the last digits.
    package static let blockSize = 4096

    /// YᵀY of one block of vectors by `ssyrk`; lower triangle (row-major), zeros above.
    ///
    /// - Parameters:
    ///   - vectors: Vectors of `rank` numbers, one after the other.
    package static func part(_ vectors: Span<Float>, rank: Int) -> [Float] {
        var out = [Float](repeating: 0, count: rank * rank)
        guard vectors.count > 0 else { return out }
        BLAS.pinToOneThread()
        unsafe vectors.withUnsafeBufferPointer { vectors in
            unsafe out.withUnsafeMutableBufferPointer { out in
                unsafe cblas_ssyrk(
                    CblasRowMajor, CblasLower, CblasTrans, Int32(rank), Int32(vectors.count / rank), 1,
                    vectors.baseAddress, Int32(rank), 0, out.baseAddress, Int32(rank))
            }
        }
        return out
    }

    /// The sum of parts in double precision, in the order in which they are added.
    package struct Total {
        private let rank: Int
        private var lower: [Double]

        /// Creates a total of no parts.
        package init(rank: Int) {
            self.rank = rank
            lower = [Double](repeating: 0, count: rank * rank)
        }

        /// Adds what ``FactorGram/part(_:rank:)`` gave.
        package mutating func add(_ part: [Float]) {
            for index in lower.indices { lower[index] += Double(part[index]) }
        }

        /// The sum, symmetric: `rank * rank` numbers.
        package var matrix: [Double] {
            var out = lower
            for row in 0..<rank {
                for column in 0..<row { out[column * rank + row] = out[row * rank + column] }
            }
            return out
        }
    }
}
