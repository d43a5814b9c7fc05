/// Which pieces of a file are fetched for the ranges that a reader wants.
struct RangePlan: Hashable, Sendable {
    /// Most bytes of a piece: large enough that a request's delay hardly counts, small enough that several are under way.
    static let pieceSize = 8 << 20
    /// Bytes between two ranges that are fetched along with them rather than asked for around: what a connection brings
    /// within the delay of a request.
    static let gap = 128 << 10

    /// The pieces in ascending order; they do not overlap.
    let pieces: [Range<Int>]

    /// Plans for the ranges, in whatever order they come.
    ///
    /// - Parameters:
    ///   - ranges: Those outside the file are passed over: a damaged footer names them, and the reader says so.
    ///   - size: Bytes of the file.
    ///   - present: The end of the file, which is there already.
    init(_ ranges: [Range<Int>], size: Int, present: Range<Int>) {
        var merged: [Range<Int>] = []
        let wanted = ranges.map { $0.clamped(to: 0..<min(size, present.lowerBound)) }.filter { !$0.isEmpty }
        for range in wanted.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + Self.gap {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        pieces = merged.flatMap { range in
            // Pieces of one size rather than a small last one.
            let count = (range.count + Self.pieceSize - 1) / Self.pieceSize
            return (0..<count).map { index in
                range.lowerBound + range.count * index / count..<range.lowerBound + range.count * (index + 1) / count
            }
        }
    }

    /// The bytes of each piece that are wanted, gaps left out.
    func wantedBytes(_ ranges: [Range<Int>]) -> [Int] {
        // Chunks of a sound file do not overlap; where a damaged footer makes them, pieces are given up too late or
        // fetched again, and the bytes are the same.
        pieces.map { piece in ranges.reduce(0) { $0 + $1.clamped(to: piece).count } }
    }
}
