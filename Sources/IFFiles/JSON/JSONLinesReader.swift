public import IFCore

/// Reads one JSON object a line, plain or gzip, from a file or a folder of parts.
///
/// A key that a line lacks is null. Types are those that hold every value: whole numbers `int64`, others `double`,
/// truth values `bool`, strings `string`; lists of whole numbers, of numbers (single precision) or of strings. Objects
/// within, and keys whose values agree on no type, read as their JSON text. Blank lines are passed over.
public enum JSONLinesReader {
    /// Reads a table.
    ///
    /// - Parameters:
    ///   - path: A file or a folder of parts.
    ///   - columns: The keys wanted, in that order; all, in the order in which they first appear, where `nil`.
    ///   - context: Cancellation and progress.
    /// - Throws: `IFError`: `notFound`; `corruptFile` with the line that is not a JSON object; `missingColumn` for a
    ///   key that no line has.
    /// - Complexity: O(bytes); holds the parsed values in memory.
    @concurrent
    public static func read(_ path: String, columns: [String]? = nil, in context: RunContext) async throws -> Table {
        let status = try FileSystem.status(path)
        let isJSON: @Sendable (DataFormat) -> Bool = { $0 == .jsonLines || $0 == .jsonLinesGzip }
        let parts =
            try status.isFolder
            ? PartListing.parts(at: path, of: isJSON, called: "JSON Lines")
            : [DataPart(path: path, format: .jsonLines, size: status.size)]
        var rows = JSONRows()
        for part in parts {
            let isGzip = try FileSystem.head(part.path, count: 2) == [0x1F, 0x8B]
            let source = try ByteSource(part.path, gzip: isGzip)
            try source.forEachLine { number, line in
                if number & 0xFFF == 0 { try Task.checkCancellation() }
                guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { return }
                do {
                    try rows.append(JSONParser.parse(line))
                } catch let failure as JSONParser.Failure {
                    throw IFError(
                        .corruptFile,
                        "not a JSON object: \(failure.message) at byte \(failure.position + 1) of the line",
                        file: part.path, row: number)
                }
            }
        }
        let table = try rows.table(columns, path)
        context.progress(Progress(stage: "read", completed: rows.count, total: rows.count, unit: "rows"))
        return table
    }
}

extension ByteSource {
    /// Hands out lines with their one-based numbers, without their ends.
    func forEachLine(_ body: (Int, ArraySlice<UInt8>) throws -> Void) throws {
        var carry: [UInt8] = []
        var number = 0
        while true {
            let kept = carry
            let room = max(1 << 20, kept.count)
            let bytes = try unsafe [UInt8](unsafeUninitializedCapacity: kept.count + room) { buffer, count in
                _ = unsafe buffer.update(fromContentsOf: kept)
                count = try unsafe kept.count + read(into: UnsafeMutableBufferPointer(rebasing: buffer[kept.count...]))
            }
            let isLast = bytes.count < kept.count + room
            var start = number == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
            while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
                number += 1
                try body(number, bytes[start..<end])
                start = end + 1
            }
            carry = Array(bytes[start...])
            guard isLast else { continue }
            if !carry.isEmpty { try body(number + 1, carry[...]) }
            return
        }
    }
}
