import IFCore

/// A verified model file: where its sections are, and that every byte is what was written.
struct ModelFileReader: Sendable {
    let file: MappedFile
    private let sections: [ModelFileLayout.Section]

    /// Maps a file and verifies every byte of it, blocks over the context's workers.
    ///
    /// - Throws: `IFError`: `corruptFile`, `unsupported` for another version or byte order, `notFound`, `inputOutput`.
    static func open(_ path: String, in context: RunContext) async throws -> ModelFileReader {
        #if _endian(big)
            throw IFError(
                .unsupported, "model files are little-endian and this machine is not; load Spark's folder instead",
                file: path)
        #else
            let file = try MappedFile(path)
            let header = try Header(file)
            try await header.verifyData(of: file, in: context)
            return ModelFileReader(file: file, sections: try header.sections(of: file))
        #endif
    }

    /// The error for a file whose checksums hold and which yet contradicts itself: whoever wrote it is at fault.
    func contradiction(_ what: String) -> IFError {
        IFError(
            .corruptFile, "\(what); the program that wrote the file has an error, save the model again",
            file: file.path)
    }

    func has(_ kind: ModelFileLayout.Kind) -> Bool { sections.contains { $0.kind == kind.rawValue } }

    /// The bytes of a section whose elements are `width` bytes.
    @unsafe
    func bytes(_ kind: ModelFileLayout.Kind, width: Int) throws -> UnsafeRawBufferPointer {
        guard let section = sections.first(where: { $0.kind == kind.rawValue }) else {
            throw contradiction("the section of \(kind.text) is missing")
        }
        guard section.count == 0 || section.width == UInt32(width) else {
            throw contradiction("the \(kind.text) have elements of \(section.width) bytes, not \(width)")
        }
        return unsafe UnsafeRawBufferPointer(
            rebasing: file.bytes[section.offset..<section.offset + section.byteCount])
    }

    /// A copy of a section.
    func array<Number: BitwiseCopyable>(_ kind: ModelFileLayout.Kind, of type: Number.Type) throws -> [Number] {
        // The mapping begins on a page and sections at multiples of 64: they are aligned for any type.
        try unsafe Array(bytes(kind, width: MemoryLayout<Number>.size).assumingMemoryBound(to: Number.self))
    }

    /// The numbers of a section, in the file.
    func floats(_ kind: ModelFileLayout.Kind) throws -> MappedFloats {
        try unsafe MappedFloats(bytes(kind, width: 4).assumingMemoryBound(to: Float.self), keeping: file)
    }
}

/// The header of a model file, verified.
private struct Header {
    private let fileSize: Int
    private let sectionCount: Int
    private let blockSize: Int
    private let dataStart: Int
    private let dataEnd: Int
    private let tableHash: UInt64

    init(_ file: MappedFile) throws {
        typealias Field = ModelFileLayout.Field
        let bytes = unsafe file.bytes
        let path = file.path
        // What each prefix of the file can say is said, so that a cut file is told from another file.
        let magic = unsafe bytes.prefix(ModelFileLayout.magic.count)
        guard unsafe magic.elementsEqual(ModelFileLayout.magic.prefix(magic.count)) else {
            throw IFError(
                .corruptFile,
                "this is not a model file of InsightFlow, or its first bytes are damaged; name a file that "
                    + "ALSModel.save wrote", file: path)
        }
        guard bytes.count >= ModelFileLayout.headerSize else {
            throw IFError(
                .corruptFile, "the file ends within its header, after \(bytes.count) bytes; copy or save it again",
                file: path)
        }
        func number<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type) -> Number {
            unsafe Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }
        let mark = number(Field.byteOrder, UInt32.self)
        guard mark == ModelFileLayout.byteOrderMark else {
            throw IFError(
                mark == ModelFileLayout.byteOrderMark.byteSwapped ? .unsupported : .corruptFile,
                mark == ModelFileLayout.byteOrderMark.byteSwapped
                    ? "the file is big-endian and model files are little-endian; save the model as Spark's folder where "
                        + "it was made and load that"
                    : "the byte order mark is damaged; copy or save the file again", file: path)
        }
        let version = number(Field.version, UInt32.self)
        guard version == ModelFileLayout.version else {
            throw IFError(
                .unsupported,
                "the file has version \(version) of the format and this build reads version "
                    + "\(ModelFileLayout.version); open it with the InsightFlow that wrote it, or save the model again",
                file: path)
        }
        var copy = unsafe Array(bytes.prefix(ModelFileLayout.headerSize))
        for index in 0..<8 { copy[Field.headerHash + index] = 0 }
        guard XXHash64.hash(copy) == number(Field.headerHash, UInt64.self) else {
            throw Self.damaged("header", at: 0..<ModelFileLayout.headerSize, path)
        }
        fileSize = Int(clamping: number(Field.fileSize, UInt64.self))
        guard fileSize == bytes.count else {
            throw IFError(
                .corruptFile,
                "the file has \(bytes.count) bytes where \(fileSize) were written: it was "
                    + "\(bytes.count < fileSize ? "cut" : "added to"); copy or save it again", file: path)
        }
        sectionCount = Int(number(Field.sectionCount, UInt32.self))
        blockSize = Int(number(Field.blockSize, UInt32.self))
        dataStart = Int(clamping: number(Field.dataStart, UInt64.self))
        dataEnd = Int(clamping: number(Field.dataEnd, UInt64.self))
        tableHash = number(Field.tableHash, UInt64.self)
        let blocks = blockSize > 0 && dataEnd >= dataStart ? (dataEnd - dataStart + blockSize - 1) / blockSize : -1
        guard dataStart == ModelFileLayout.headerSize, blocks >= 0, fileSize - dataEnd == blocks * 8,
            sectionCount <= (ModelFileLayout.headerSize - ModelFileLayout.fixedSize) / ModelFileLayout.sectionEntrySize
        else { throw Self.impossible(path) }
    }

    /// Compares the checksum table with the header and every block of data with the table.
    func verifyData(of file: MappedFile, in context: RunContext) async throws {
        let table = unsafe UnsafeRawBufferPointer(rebasing: file.bytes[dataEnd..<fileSize])
        guard unsafe XXHash64.hash(table) == tableHash else {
            throw Self.damaged("table of checksums", at: dataEnd..<fileSize, file.path)
        }
        let blocks = BlockRanges(rowCount: dataEnd - dataStart, blockSize: blockSize)
        let (start, end) = (dataStart, dataEnd)
        try await context.forEachBlock(blocks.count) { block in
            let range = start + blocks[block].lowerBound..<start + blocks[block].upperBound
            let data = unsafe UnsafeRawBufferPointer(rebasing: file.bytes[range])
            let expected = unsafe UInt64(
                littleEndian: file.bytes.loadUnaligned(fromByteOffset: end + block * 8, as: UInt64.self))
            guard unsafe XXHash64.hash(data, seed: UInt64(block)) == expected else {
                throw Self.damaged("data", at: range, file.path)
            }
        }
    }

    func sections(of file: MappedFile) throws -> [ModelFileLayout.Section] {
        try (0..<sectionCount).map { index in
            let entry = ModelFileLayout.fixedSize + index * ModelFileLayout.sectionEntrySize
            func number<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _ type: Number.Type) -> Int {
                unsafe Int(
                    clamping: Number(
                        littleEndian: file.bytes.loadUnaligned(fromByteOffset: entry + offset, as: Number.self)))
            }
            let section = ModelFileLayout.Section(
                kind: UInt32(number(0, UInt32.self)), width: UInt32(number(4, UInt32.self)),
                offset: number(8, UInt64.self), count: number(16, UInt64.self))
            let (bytes, overflow) = section.count.multipliedReportingOverflow(by: Int(section.width))
            guard !overflow, section.width > 0, section.offset >= dataStart,
                section.offset % ModelFileLayout.alignment == 0, section.offset <= dataEnd,
                bytes <= dataEnd - section.offset
            else { throw Self.impossible(file.path) }
            return section
        }
    }

    private static func damaged(_ what: String, at range: Range<Int>, _ path: String) -> IFError {
        IFError(
            .corruptFile,
            "the \(what) at bytes \(range.lowerBound)..<\(range.upperBound) is not what was written; restore the file "
                + "from a copy or save the model again", file: path)
    }

    private static func impossible(_ path: String) -> IFError {
        IFError(
            .corruptFile,
            "the header names places outside the file; the program that wrote it has an error, save the model again",
            file: path)
    }
}
