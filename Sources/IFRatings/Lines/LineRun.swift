/// Consecutive lines of one order: where they stand.
///
/// Lines stay where they arrived; grouping moves runs only, of which there are about ten times fewer.
struct LineRun: BitwiseCopyable, Sendable {
    /// Lines of a batch that are searched for runs at once; the longest run.
    static let blockSize = 1 << 14
    /// Most lines of a chunk.
    static let chunkLimit = 1 << 26
    /// Most chunks.
    static let chunkCountLimit = 1 << 23

    /// The chunk (23 bits), the first line in it (26 bits) and the number of lines (15 bits).
    private let place: UInt64

    init(chunk: Int, start: Int, count: Int) {
        place = UInt64(chunk) << 41 | UInt64(start) << 15 | UInt64(count)
    }

    var chunk: Int { Int(place >> 41) }
    var start: Int { Int(place >> 15 & 0x3FF_FFFF) }
    var count: Int { Int(place & 0x7FFF) }
}
