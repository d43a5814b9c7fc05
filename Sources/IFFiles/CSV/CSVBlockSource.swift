import IFCore

/// Complete records of one part.
struct CSVBlock: Sendable {
    /// Position among all blocks of the read.
    var index: Int
    /// The part the records are of.
    var part: Int
    /// The records; the last one may lack its line end.
    var bytes: [UInt8]
    /// Names of the columns, where this block is the first of its part.
    var header: [String]?
    /// Where the records begin: after the byte order mark and the header.
    var start: Int
}

/// Cuts the text of the parts into blocks that end where a record ends. Where the cuts fall depends on the bytes alone.
struct CSVBlockSource {
    private static let blockSize = 1 << 21

    private static let longestRecord = 1 << 29

    private let parts: [DataPart]
    private let dialect: CSVDialect
    private var nextPart = 0
    private var nextIndex = 0
    private var source: ByteSource?
    private var carry: [UInt8] = []

    init(_ parts: [DataPart], _ dialect: CSVDialect) {
        self.parts = parts
        self.dialect = dialect
    }

    /// The next block, `nil` after the last.
    mutating func next() throws -> CSVBlock? {
        while true {
            let isFirst = source == nil
            if isFirst {
                guard nextPart < parts.count else { return nil }
                try open(parts[nextPart])
                nextPart += 1
            }
            guard let bytes = try records() else {
                source = nil
                continue
            }
            var block = CSVBlock(index: nextIndex, part: nextPart - 1, bytes: bytes, header: nil, start: 0)
            if isFirst { try readHeader(&block) }
            nextIndex += 1
            return block
        }
    }

    private mutating func open(_ part: DataPart) throws {
        guard part.size > 0 else {
            throw IFError(
                .corruptFile, "the file is empty (0 bytes): its writer or its download was cut off", file: part.path)
        }
        source = try ByteSource(part.path, gzip: part.format.isGzip)
        carry = []
    }

    /// Bytes up to the end of a record; `nil` at the end of the part.
    private mutating func records() throws -> [UInt8]? {
        guard let source else { return nil }
        var wanted = Self.blockSize
        while true {
            let kept = carry
            let room = max(wanted - kept.count, 1 << 16)
            var bytes = try unsafe [UInt8](unsafeUninitializedCapacity: kept.count + room) { buffer, count in
                _ = unsafe buffer.update(fromContentsOf: kept)
                let got = try unsafe source.read(into: UnsafeMutableBufferPointer(rebasing: buffer[kept.count...]))
                count = kept.count + got
            }
            if bytes.count < kept.count + room {
                carry = []
                return bytes.isEmpty ? nil : bytes
            }
            if let end = dialect.lastRecordEnd(bytes) {
                carry = Array(bytes[end...])
                bytes.removeLast(bytes.count - end)
                return bytes
            }
            guard bytes.count < Self.longestRecord else {
                throw IFError(
                    .corruptFile, "a record is longer than 512 MiB: a quote is not closed",
                    file: parts[nextPart - 1].path)
            }
            carry = bytes
            wanted = bytes.count * 2
        }
    }

    private func readHeader(_ block: inout CSVBlock) throws {
        let path = parts[block.part].path
        if block.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { block.start = 3 }
        if block.bytes.starts(with: [0xFF, 0xFE]) || block.bytes.starts(with: [0xFE, 0xFF]) {
            throw IFError(.unsupported, "the text is UTF-16; save it as UTF-8", file: path)
        }
        let first = dialect.firstRecord(block.bytes, from: block.start)
        if dialect.options.hasHeader {
            guard !first.fields.isEmpty else {
                throw IFError(.corruptFile, "the file has no header", file: path, row: 1)
            }
            block.header = first.fields
            block.start = first.end
        } else {
            let names = dialect.options.columnNames
            block.header = names.isEmpty ? first.fields.indices.map { "column\($0 + 1)" } : names
        }
    }
}
