import IFCore

/// The type of a column that nobody named, from its cells.
enum CSVInference {
    private static let sampleRows = 10_000
    private static let candidates: [ColumnType] = [.int64, .double, .bool, .timestamp, .string]

    /// A later block held a cell that the inferred type cannot hold; the read starts again with the wider one.
    struct Widening: Error {
        var column: String
        var type: ColumnType
    }

    /// The narrowest type that holds the first cells of a column; `double` where all are null.
    static func type(
        _ bytes: [UInt8], _ fields: CSVFields, slot: Int, of kept: Int, _ converter: CSVColumnConverter
    ) -> ColumnType {
        let sample = fields.prefix(rows: sampleRows, kept: kept)
        for type in candidates {
            let chunk = converter.convert(bytes, sample, slot: slot, of: kept, to: type, isInferred: true)
            if chunk.badCount > 0 { continue }
            // 0 and 1 are numbers; nothing at all is a column of missing numbers.
            return type == .int64 && chunk.validity.bitmap?.setCount == 0 ? .double : type
        }
        return .string
    }

    /// The next wider type.
    static func wider(_ type: ColumnType) -> ColumnType { type == .int64 ? .double : .string }
}

extension CSVFields {
    /// The first records.
    func prefix(rows wanted: Int, kept: Int) -> CSVFields {
        guard wanted < rows else { return self }
        var copy = self
        copy.cut(rows: wanted, kept: kept)
        return copy
    }
}
