import IFCore

/// Writes a model file: sections as they come, then the table of checksums, then the header.
struct ModelFileWriter: ~Copyable {
    private var file: UnpublishedFile
    private var sections: [ModelFileLayout.Section] = []
    private var hashes: [UInt64] = []
    private var size = ModelFileLayout.headerSize
    /// The bytes of the checksum block that is not full yet.
    private var pending: [UInt8] = []

    init(_ path: String) throws {
        #if _endian(big)
            throw IFError(
                .unsupported, "model files are little-endian and this machine is not; save as Spark's folder",
                file: path)
        #else
            file = try UnpublishedFile(for: path)
        #endif
    }

    /// Adds a section of numbers.
    mutating func add(_ kind: ModelFileLayout.Kind, _ numbers: [some BitwiseCopyable]) throws {
        try unsafe numbers.span.withUnsafeBytes { bytes in
            try unsafe add(kind, width: numbers.isEmpty ? 1 : bytes.count / numbers.count, bytes)
        }
    }

    /// Adds a section whose elements are `width` bytes.
    mutating func add(_ kind: ModelFileLayout.Kind, width: Int, _ bytes: UnsafeRawBufferPointer) throws {
        sections.append(.init(kind: kind.rawValue, width: UInt32(width), offset: size, count: bytes.count / width))
        try unsafe append(bytes)
        let padding = [UInt8](repeating: 0, count: ModelFileLayout.aligned(size) - size)
        try unsafe padding.withUnsafeBytes { try unsafe append($0) }
    }

    /// Writes the checksums and the header, and gives the file its name.
    mutating func finish() throws {
        if !pending.isEmpty { endBlock() }
        var table = HeaderBytes(count: hashes.count * 8)
        for (block, hash) in hashes.enumerated() { table.set(hash, at: block * 8) }
        try unsafe table.bytes.withUnsafeBytes { try unsafe file.write($0, at: size) }
        let header = header(tableHash: XXHash64.hash(table.bytes))
        try unsafe header.withUnsafeBytes { try unsafe file.write($0, at: 0) }
        try file.publish()
    }

    private func header(tableHash: UInt64) -> [UInt8] {
        typealias Field = ModelFileLayout.Field
        var header = HeaderBytes(count: ModelFileLayout.headerSize)
        header.set(ModelFileLayout.magic, at: 0)
        header.set(ModelFileLayout.byteOrderMark, at: Field.byteOrder)
        header.set(ModelFileLayout.version, at: Field.version)
        header.set(UInt64(size + hashes.count * 8), at: Field.fileSize)
        header.set(UInt32(sections.count), at: Field.sectionCount)
        header.set(UInt32(ModelFileLayout.blockSize), at: Field.blockSize)
        header.set(UInt64(ModelFileLayout.headerSize), at: Field.dataStart)
        header.set(UInt64(size), at: Field.dataEnd)
        header.set(tableHash, at: Field.tableHash)
        for (index, section) in sections.enumerated() {
            let start = ModelFileLayout.fixedSize + index * ModelFileLayout.sectionEntrySize
            header.set(section.kind, at: start)
            header.set(section.width, at: start + 4)
            header.set(UInt64(section.offset), at: start + 8)
            header.set(UInt64(section.count), at: start + 16)
        }
        header.set(XXHash64.hash(header.bytes), at: Field.headerHash)
        return header.bytes
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        try unsafe file.write(bytes, at: size)
        size += bytes.count
        var done = 0
        while done < bytes.count {
            let count = min(ModelFileLayout.blockSize - pending.count, bytes.count - done)
            let piece = unsafe UnsafeRawBufferPointer(rebasing: bytes[done..<done + count])
            if count == ModelFileLayout.blockSize {
                unsafe hashes.append(XXHash64.hash(piece, seed: UInt64(hashes.count)))
            } else {
                unsafe pending.append(contentsOf: piece)
                if pending.count == ModelFileLayout.blockSize { endBlock() }
            }
            done += count
        }
    }

    private mutating func endBlock() {
        hashes.append(XXHash64.hash(pending, seed: UInt64(hashes.count)))
        pending.removeAll(keepingCapacity: true)
    }
}
