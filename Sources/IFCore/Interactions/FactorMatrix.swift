/// A dense matrix in row-major order: one vector of `rank` numbers a user or item.
///
/// The numbers are an array of this value or lie in a file that is mapped into memory (a model opened from its native
/// file). Read them by ``withSpan(_:)`` where the matrix may be large: that never copies.
public struct FactorMatrix: Hashable, Sendable {
    /// Vectors.
    public let rowCount: Int
    /// Length of each vector.
    public let rank: Int
    private let array: [Float]
    private let mapped: MappedFloats?

    /// Takes over the numbers.
    ///
    /// - Precondition: `values` has `rowCount * rank` elements.
    public init(rowCount: Int, rank: Int, values: [Float]) {
        precondition(values.count == rowCount * rank, "factors of another size than \(rowCount) × \(rank)")
        self.rowCount = rowCount
        self.rank = rank
        array = values
        mapped = nil
    }

    /// Refers to numbers in mapped memory.
    ///
    /// - Precondition: `mapped` has `rowCount * rank` elements.
    package init(rowCount: Int, rank: Int, mapped: MappedFloats) {
        precondition(mapped.count == rowCount * rank, "factors of another size than \(rowCount) × \(rank)")
        self.rowCount = rowCount
        self.rank = rank
        array = []
        self.mapped = mapped
    }

    /// `rowCount * rank` numbers, row after row.
    ///
    /// - Complexity: O(1); O(`rowCount * rank`), a copy, where ``isMapped``.
    public var values: [Float] {
        mapped.map { $0.array() } ?? array
    }

    /// Whether the numbers lie in a mapped file instead of an array.
    public var isMapped: Bool { mapped != nil }

    /// The vector of a row, as a sequence of `rank` numbers; where its indices begin is not defined.
    ///
    /// - Complexity: O(1); O(`rank`) where ``isMapped``.
    public subscript(row: Int) -> ArraySlice<Float> {
        guard mapped != nil else { return array[row * rank..<(row + 1) * rank] }
        return withSpan { span in ArraySlice((row * rank..<(row + 1) * rank).map { span[$0] }) }
    }

    /// Gives `body` all numbers, row after row, without copying.
    public func withSpan<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
        guard let mapped else { return try body(array.span) }
        return try mapped.withSpan(body)
    }

    /// Whether both hold the same numbers; where they lie plays no part.
    public static func == (left: FactorMatrix, right: FactorMatrix) -> Bool {
        guard left.rowCount == right.rowCount, left.rank == right.rank else { return false }
        if left.mapped == nil && right.mapped == nil { return left.array == right.array }
        return left.withSpan { a in
            right.withSpan { b in a.indices.allSatisfy { a[$0] == b[$0] } }
        }
    }

    /// Hashes the numbers.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(rowCount)
        hasher.combine(rank)
        withSpan { span in for index in span.indices { hasher.combine(span[index]) } }
    }
}
