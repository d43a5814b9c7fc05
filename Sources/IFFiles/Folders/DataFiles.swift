public import IFCore

/// A column wanted from a data file.
public struct ColumnRequest: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The column's name.
    public var name: String
    /// The type wanted; `nil`: as the file has it. Text is parsed as this type; numbers of Parquet are converted to
    /// it where every value fits.
    public var type: ColumnType?

    /// Asks for a column.
    public init(_ name: String, _ type: ColumnType? = nil) {
        self.name = name
        self.type = type
    }

    /// Asks for a column of whatever type.
    public init(stringLiteral value: String) { self.init(value) }
}

/// One entrance to every format: Parquet, CSV and JSON Lines, plain or gzip, a file or a folder of parts.
public enum DataFiles {
    /// The data files at a path, in the order in which they are read.
    ///
    /// The format is told by the ending of the name, else by the first bytes. In a folder, names that begin with `_`
    /// or `.`, checksums and files of no known format are passed over.
    ///
    /// - Throws: `IFError`: `notFound`, naming what was there; `unsupported` for a single file of unknown format.
    public static func parts(at path: String) throws -> [DataPart] { try PartListing.parts(at: path) }

    /// Reads columns of a file or folder.
    ///
    /// - Parameters:
    ///   - path: A file or a folder whose parts are all of one format.
    ///   - columns: The columns wanted, in that order; all where empty.
    ///   - context: Workers, cancellation, progress.
    /// - Throws: `IFError`: `notFound`, `corruptFile`, `missingColumn`, `typeMismatch` naming column and row;
    ///   `invalidData` for a folder of several formats. Text is read strictly; use ``CSVReader`` for lenient reading.
    @concurrent
    public static func read(
        _ path: String, columns: [ColumnRequest] = [], in context: RunContext
    ) async throws -> Table {
        let parts = try parts(at: path)
        let names = columns.map(\.name)
        let kinds = Set(parts.map(\.kind))
        guard kinds.count == 1, let kind = kinds.first else {
            throw IFError(
                .invalidData,
                "the folder mixes \(kinds.map(\.rawValue).sorted().joined(separator: " and ")); keep one "
                    + "format a folder", file: path)
        }
        switch kind {
        case .parquet:
            let table = try await ParquetReader.read(path, columns: columns.isEmpty ? nil : names, in: context)
            return try conform(table, columns, path)
        case .jsonLines:
            let table = try await JSONLinesReader.read(path, columns: columns.isEmpty ? nil : names, in: context)
            return try conform(table, columns, path)
        case .text:
            return try await text(path, columns, in: context)
        }
    }

    /// Reads columns of Parquet files by ranges, the parts of one table.
    ///
    /// - Parameters:
    ///   - sources: The parts in the order of their rows.
    ///   - columns: The columns wanted, in that order; all where empty.
    ///   - context: Workers, cancellation, progress.
    /// - Throws: As ``ParquetParts/read(columns:in:)``; `typeMismatch` naming the column.
    @concurrent
    public static func read(
        _ sources: [any RandomAccessSource], columns: [ColumnRequest] = [], in context: RunContext
    ) async throws -> Table {
        let names = columns.isEmpty ? nil : columns.map(\.name)
        return try conform(
            try await ParquetReader.read(sources, columns: names, in: context), columns, sources.first?.name ?? "")
    }

    /// Whether a file of this name in a folder of Parquet parts is one of them: no marker, hidden file or checksum.
    package static func isParquetPart(_ path: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return !PartListing.isJunk(name) && DataFormat.named(name) == .parquet
    }

    @concurrent
    private static func text(
        _ path: String, _ columns: [ColumnRequest], in context: RunContext
    ) async throws -> Table {
        var types: [String: ColumnType] = [:]
        for column in columns { if let type = column.type { types[column.name] = type } }
        var options = CSVOptions()
        let hasUntyped = columns.contains { $0.type == nil }
        options.otherColumns = columns.isEmpty || hasUntyped ? .infer : .skip
        let table = try await CSVReader.read(path, types: types, options: options, in: context)
        guard !columns.isEmpty else { return table }
        do {
            return try table.selecting(columns.map(\.name))
        } catch let error as IFError {
            throw error.inFile(path)
        }
    }

    private static func conform(_ table: Table, _ columns: [ColumnRequest], _ path: String) throws -> Table {
        var out = table
        for request in columns {
            guard let type = request.type, let column = table[request.name], column.type != type else { continue }
            do {
                out.set(request.name, try convert(table, request.name, column, type))
            } catch let error as IFError {
                throw error.inFile(path)
            }
        }
        return out
    }

    private static func convert(_ table: Table, _ name: String, _ column: Column, _ type: ColumnType) throws -> Column {
        switch (column, type) {
        case (.timestamp, _), (_, .timestamp): break
        case (_, .int32): return .int32(try table.int32(name))
        case (_, .int64): return .int64(try table.int64(name))
        case (_, .float): return .float(try table.float(name))
        case (_, .double): return .double(try table.double(name))
        case (.int32List(let lists), .int64List):
            return .int64List(ListValues(offsets: lists.offsets, values: lists.values.map(Int64.init)))
        case (.int64List(let lists), .int32List):
            let values = lists.values.compactMap { Int32(exactly: $0) }
            if values.count == lists.values.count {
                return .int32List(ListValues(offsets: lists.offsets, values: values))
            }
        default: break
        }
        throw IFError(
            .typeMismatch, "the column holds \(column.type.rawValue), \(type.rawValue) is wanted", column: name)
    }
}

extension DataPart {
    fileprivate enum Kind: String {
        case parquet = "Parquet"
        case text = "CSV"
        case jsonLines = "JSON Lines"
    }

    fileprivate var kind: Kind {
        if format == .parquet { return .parquet }
        return format.isDelimitedText ? .text : .jsonLines
    }
}
