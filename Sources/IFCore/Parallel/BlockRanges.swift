/// Fixed blocks of a range of rows. The cut depends on the number of rows alone, never on the workers.
public struct BlockRanges: RandomAccessCollection, Hashable, Sendable {
    /// Rows in all.
    public let rowCount: Int
    /// Rows in every block but the last.
    public let blockSize: Int

    /// Cuts `rowCount` rows into blocks of `blockSize`.
    ///
    /// - Precondition: `rowCount >= 0`, `blockSize > 0`.
    public init(rowCount: Int, blockSize: Int) {
        precondition(rowCount >= 0 && blockSize > 0, "blocks need a size above 0")
        self.rowCount = rowCount
        self.blockSize = blockSize
    }

    /// 0.
    public var startIndex: Int { 0 }
    /// Number of blocks.
    public var endIndex: Int { (rowCount + blockSize - 1) / blockSize }

    /// The rows of block `index`.
    public subscript(index: Int) -> Range<Int> {
        precondition(index >= 0 && index < endIndex, "no such block")
        return index * blockSize..<Swift.min(rowCount, (index + 1) * blockSize)
    }
}
