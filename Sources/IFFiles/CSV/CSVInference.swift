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

    /// The first records of a block, by which types are inferred.
    static func sample(_ block: CSVBlock, _ dialect: CSVDialect, _ layout: CSVLayout) -> CSVFields {
        var fields = CSVFields()
        fields.scan(block.bytes, from: block.start, dialect, layout: layout, limit: sampleRows)
        return fields
    }

    /// The narrowest type that holds the first cells of a column; `double` where all are null.
    static func type(
        _ bytes: [UInt8], _ sample: CSVFields, slot: Int, of kept: Int, _ converter: CSVColumnConverter
    ) -> ColumnType {
        for type in candidates {
            let chunk = converter.convert(
                bytes, sample, slot: slot, of: kept, to: type, for: .trial,
                isASCII: false)
            if chunk.badCount > 0 { continue }
            // 0 and 1 are numbers; nothing at all is a column of missing numbers.
            return type == .int64 && chunk.validity.bitmap?.setCount == 0 ? .double : type
        }
        return .string
    }

    /// The next wider type.
    static func wider(_ type: ColumnType) -> ColumnType { type == .int64 ? .double : .string }
}
