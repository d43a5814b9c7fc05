import FoundationEssentials
import IFCore

/// A Parquet file that is read by ranges, with its end, which holds the footer.
struct TailedSource: Sendable {
    /// The bytes fetched first. Footers of files with few columns and row groups are smaller, so that one request does.
    static let tailSize = FileTail.size
    /// A file up to this size comes with one request.
    static let smallSize = 256 << 10
    /// Most parts that are taken whole for being small; of more, only the ends are kept in memory.
    private static let smallCount = 64

    let source: any RandomAccessSource
    let tail: Data
    /// Where the tail lies in the file.
    var present: Range<Int> { source.size - tail.count..<source.size }

    /// Fetches the ends of files, several at once.
    ///
    /// - Throws: What the sources throw; ``IFError/Code/corruptFile`` for an empty file.
    static func load(_ sources: [any RandomAccessSource]) async throws -> [TailedSource] {
        let size = sources.count <= smallCount ? smallSize : tailSize
        return try await withThrowingTaskGroup(of: (Int, TailedSource).self) { group in
            var loaded: [TailedSource?] = Array(repeating: nil, count: sources.count)
            for (index, source) in sources.enumerated() {
                if index >= RangeReads.parallel, let (done, tailed) = try await group.next() { loaded[done] = tailed }
                group.addTask { (index, try await TailedSource(source, whole: size)) }
            }
            for try await (done, tailed) in group { loaded[done] = tailed }
            return loaded.compactMap { $0 }
        }
    }

    private init(_ source: any RandomAccessSource, whole: Int) async throws {
        self.source = source
        let size = source.size
        guard size > 0 else {
            throw IFError(
                .corruptFile, "the file is empty (0 bytes): its writer or its upload was cut off", file: source.name)
        }
        let first = size <= whole ? 0 : size - Self.tailSize
        let tail = try await source.read(first..<size)
        // The last 8 bytes: the footer's length and the magic. What is not Parquet is left to the reader to say.
        let end = [UInt8](tail.suffix(8))
        var footer = 0
        if end.count == 8, end[4...] == [0x50, 0x41, 0x52, 0x31] {
            footer = 8 + (0..<4).reduce(0) { $0 | Int(end[$1]) << (8 * $1) }
        }
        guard footer > tail.count, footer <= size else {
            self.tail = tail
            return
        }
        self.tail = try await source.read(size - footer..<first) + tail
    }
}
