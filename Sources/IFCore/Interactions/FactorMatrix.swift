/// A dense matrix in row-major order: one vector of `rank` numbers a user or item.
public struct FactorMatrix: Hashable, Sendable {
    /// Vectors.
    public let rowCount: Int
    /// Length of each vector.
    public let rank: Int
    /// `rowCount * rank` numbers, row after row.
    public let values: [Float]

    /// Takes over the numbers.
    ///
    /// - Precondition: `values` has `rowCount * rank` elements.
    public init(rowCount: Int, rank: Int, values: [Float]) {
        precondition(values.count == rowCount * rank, "factors of another size than \(rowCount) × \(rank)")
        self.rowCount = rowCount
        self.rank = rank
        self.values = values
    }

    /// The vector of a row.
    public subscript(row: Int) -> ArraySlice<Float> { values[row * rank..<(row + 1) * rank] }
}
