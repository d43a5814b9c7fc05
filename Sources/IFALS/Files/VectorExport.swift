public import IFCore

extension ItemVectorModel {
    /// Writes items' vectors for a nearest-neighbour library, and the items' ids beside them.
    ///
    /// Row i of the vectors is the item of line i of the ids. Each file appears whole or not at all.
    ///
    /// - Parameters:
    ///   - path: The file of vectors to be; the ids go to the same path with `.ids.txt` added: UTF-8, one id a line.
    ///   - unitLength: Whether vectors are scaled to length 1, so that an index by inner product ranks by cosine. Zeros
    ///     stay zeros.
    /// - Returns: The path of the ids.
    /// - Throws: ``IFError/Code/invalidData`` on an id that holds a line end, ``IFError/Code/inputOutput``,
    ///   ``IFError/Code/notFound`` without the folder.
    /// - Complexity: O(items · rank)
    @discardableResult
    public func exportItemVectors(
        to path: String, as format: VectorFileFormat, unitLength: Bool = false
    ) throws -> String {
        let idPath = path + ".ids.txt"
        var lines: [UInt8] = []
        for index in 0..<items.count {
            let text = items[index].description
            guard !text.utf8.contains(where: { $0 == 0x0A || $0 == 0x0D }) else {
                throw IFError(
                    .invalidData, "an item id holds a line end, and ids are written one a line; rename the item",
                    file: idPath, row: index + 1)
            }
            lines.append(contentsOf: text.utf8)
            lines.append(0x0A)
        }
        var ids = try AppendedFile(for: idPath)
        try ids.append(lines)
        try ids.publish()
        try VectorFile.write(unitLength ? itemFactors.scaledToUnitLength() : itemFactors, to: path, as: format)
        return idPath
    }
}

/// Files of vectors.
enum VectorFile {
    /// Rows whose bytes are held at once.
    private static let blockRows = 4096

    static func write(_ factors: FactorMatrix, to path: String, as format: VectorFileFormat) throws {
        let length = format == .npy ? [] : littleEndian(UInt32(factors.rank))
        var file = try AppendedFile(for: path)
        if format == .npy { try file.append(npyHeader(rows: factors.rowCount, columns: factors.rank)) }
        for rows in BlockRanges(rowCount: factors.rowCount, blockSize: blockRows) {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(rows.count * (length.count + 4 * factors.rank))
            factors.withSpan { span in
                for row in rows {
                    bytes.append(contentsOf: length)
                    for index in row * factors.rank..<(row + 1) * factors.rank {
                        bytes.append(contentsOf: littleEndian(span[index].bitPattern))
                    }
                }
            }
            try file.append(bytes)
        }
        try file.publish()
    }

    /// Magic, version, the length of what follows, a Python dictionary, spaces up to a multiple of 64 bytes, a line end.
    private static func npyHeader(rows: Int, columns: Int) -> [UInt8] {
        let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
        let prefix: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
        let total = (prefix.count + 2 + text.utf8.count + 1 + 63) / 64 * 64
        let spaces = total - prefix.count - 2 - text.utf8.count - 1
        let length = UInt16(total - prefix.count - 2)
        return prefix + [UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
            + Array(repeating: 0x20, count: spaces) + [0x0A]
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}

/// A file that is written from its beginning to its end and then published.
private struct AppendedFile: ~Copyable {
    private var file: UnpublishedFile
    private var size = 0

    init(for path: String) throws { file = try UnpublishedFile(for: path) }

    mutating func append(_ bytes: [UInt8]) throws {
        try unsafe bytes.withUnsafeBytes { try unsafe file.write($0, at: size) }
        size += bytes.count
    }

    mutating func publish() throws { try file.publish() }
}
