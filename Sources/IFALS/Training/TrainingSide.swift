import IFCore

/// The rows of one side, in the order in which they are solved and cut into blocks.
///
/// Rows are ordered by length, longest first, so that the rows of a batch are alike and the last blocks are short.
/// Blocks end after a number of entries or rows that is fixed: the cut does not depend on the workers.
struct TrainingSide: Sendable {
    /// Entries a block may have before it ends.
    static let blockEntries = 65_536
    /// Rows of a block at most; a multiple of the rows of a batch.
    static let blockRows = 512
    static let batchRows = 16

    /// Rows × the other side, values transformed for the kernels.
    let matrix: CSRMatrix
    /// Rows that have entries, longest first, then by index.
    let order: [Int32]
    /// Positions in `order`.
    let blocks: [Range<Int>]

    init(_ matrix: CSRMatrix) {
        self.matrix = matrix
        order = Self.byLength(matrix)
        blocks = Self.cut(order, matrix)
    }

    /// Ratings of a row.
    func count(_ row: Int) -> Int { matrix.offsets[row + 1] - matrix.offsets[row] }

    /// Rows with entries, but no more than `limit`.
    func rows(upTo limit: Int) -> Int { order.count - order.partitioningIndex { count(Int($0)) <= limit } }

    /// Stable counting sort by length, longest first; empty rows are left out.
    ///
    /// No list of lengths is made: next to the matrices it would be felt in the memory of a fit.
    private static func byLength(_ matrix: CSRMatrix) -> [Int32] {
        let rows = 0..<matrix.rowCount
        func length(_ row: Int) -> Int { matrix.offsets[row + 1] - matrix.offsets[row] }
        let longest = rows.reduce(0) { max($0, length($1)) }
        var starts = [Int](repeating: 0, count: longest + 2)
        for row in rows { starts[longest - length(row) + 1] += 1 }
        for index in 0...longest { starts[index + 1] += starts[index] }
        // The empty rows would be the last.
        var out = [Int32](repeating: 0, count: starts[longest])
        for row in rows where length(row) > 0 {
            let place = longest - length(row)
            out[starts[place]] = Int32(row)
            starts[place] += 1
        }
        return out
    }

    private static func cut(_ order: [Int32], _ matrix: CSRMatrix) -> [Range<Int>] {
        var blocks: [Range<Int>] = []
        var start = 0
        var entries = 0
        for batch in stride(from: 0, to: order.count, by: batchRows) {
            let end = min(order.count, batch + batchRows)
            for row in order[batch..<end] { entries += matrix.range(ofRow: Int(row)).count }
            if entries >= blockEntries || end - start >= blockRows || end == order.count {
                blocks.append(start..<end)
                start = end
                entries = 0
            }
        }
        return blocks
    }
}

extension [Int32] {
    /// The first position from which on `holds` is true; it must not become false again.
    fileprivate func partitioningIndex(where holds: (Int32) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
