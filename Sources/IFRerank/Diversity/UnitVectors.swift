import IFCore

/// Item vectors scaled to length 1 and padded to whole SIMD vectors, so that a cosine is a dot product.
///
/// Vectors of length 0 stay 0: their cosine with anything is 0.
struct UnitVectors: Hashable, Sendable {
    /// SIMD vectors an item.
    let stride: Int
    /// Items.
    let count: Int
    /// `count * stride` vectors, item after item.
    let chunks: [SIMD8<Float>]

    /// Scales the rows of `factors`. Lengths are computed in double precision.
    ///
    /// - Throws: ``IFCore/IFError/Code/numericalFailure`` where a number is not finite.
    init(_ factors: FactorMatrix) throws {
        stride = (factors.rank + 7) / 8
        count = factors.rowCount
        var chunks = [SIMD8<Float>](repeating: .zero, count: factors.rowCount * stride)
        for item in 0..<factors.rowCount {
            let row = factors[item]
            let squares = row.reduce(0.0) { $0 + Double($1) * Double($1) }
            guard squares.isFinite else {
                throw IFError(
                    .numericalFailure, "the vector of item \(item) is not finite; fit the model again", row: item)
            }
            guard squares > 0 else { continue }
            let scale = 1 / squares.squareRoot()
            for (position, value) in row.enumerated() {
                chunks[item * stride + position / 8][position % 8] = Float(Double(value) * scale)
            }
        }
        self.chunks = chunks
    }
}
