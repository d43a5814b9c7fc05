import FoundationEssentials
import IFCore
import IFFiles

/// A data file, or a folder of parts that together are one table.
public struct InputFile: Hashable, Sendable {
    /// How rows are stored.
    public enum Format: String, Codable, Hashable, Sendable {
        /// Apache Parquet.
        case parquet
        /// Delimited text, plain or gzip.
        case csv
    }

    /// One file with data in it.
    public struct Part: Codable, Hashable, Sendable {
        /// The file.
        public var path: String
        /// Its size in bytes.
        public var size: Int
        /// When it was last written, in seconds since 1970.
        public var modified: Double
    }

    /// The file or folder.
    public let path: String
    /// How rows are stored.
    public let format: Format
    /// The data files, by name; the file itself where it is one.
    public let parts: [Part]

    /// Looks at a file or folder.
    ///
    /// Names that begin with `_` or `.`, and checksums, are passed over in folders.
    ///
    /// - Parameters:
    ///   - path: The file or folder.
    ///   - wanted: The format it has to be of; `nil` where any will do.
    /// - Throws: ``IFError/Code/notFound`` where there is no such file, or no data file in the folder;
    ///   ``IFError/Code/unsupported`` where neither name nor first bytes tell a format that tables are read from;
    ///   ``IFError/Code/conflict`` where a folder mixes formats; ``IFError/Code/typeMismatch`` where the format is not
    ///   the one wanted.
    public init(_ path: String, format wanted: Format? = nil) throws {
        self.path = path
        let found = try DataFiles.parts(at: path).map { part in
            guard let format = Format(part.format) else {
                throw IFError(
                    .unsupported, "input is read from Parquet and CSV, not from \(part.format)", file: part.path)
            }
            let modified = try FileSystem.status(part.path).modified
            return (part: Part(path: part.path, size: part.size, modified: modified), format: format)
        }
        guard let first = found.first else { throw IFError(.notFound, "there is no data file", file: path) }
        if let other = found.first(where: { $0.format != first.format }) {
            throw IFError(
                .conflict, "the folder mixes formats: \(first.part.path) and \(other.part.path); keep one of them",
                file: path)
        }
        if let wanted, first.format != wanted {
            throw IFError(
                .typeMismatch,
                "this is \(first.format.rawValue), but input.format says \(wanted.rawValue); correct one of them",
                file: path)
        }
        format = first.format
        parts = found.map(\.part)
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// Whether a name is that of a marker, a hidden file or a checksum.
    static func isMarker(_ name: String) -> Bool {
        name.hasPrefix("_") || name.hasPrefix(".") || name.hasSuffix(".crc") || name.hasSuffix("~")
            || name.hasSuffix(".tmp")
    }

    /// The endings of names that a table may have, longest first.
    private static let endings = [
        ".parquet", ".csv.gz", ".tsv.gz", ".txt.gz", ".parq", ".csv", ".tsv", ".txt", ".pq",
    ]

    /// Whether the name's ending is that of a format which tables are read from.
    static func hasDataEnding(_ name: String) -> Bool {
        let lower = name.lowercased()
        return endings.contains(where: lower.hasSuffix)
    }

    /// The format that a name's ending tells, where it is one of those.
    static func format(of name: String) -> Format? {
        guard hasDataEnding(name) else { return nil }
        let lower = name.lowercased()
        return [".parquet", ".parq", ".pq"].contains(where: lower.hasSuffix) ? .parquet : .csv
    }

    /// A name without its ending, in lower case.
    static func stem(of name: String) -> String {
        let lower = name.lowercased()
        return endings.first(where: lower.hasSuffix).map { String(lower.dropLast($0.count)) } ?? lower
    }
}

extension InputFile.Format {
    init?(_ format: DataFormat) {
        switch format {
        case .parquet: self = .parquet
        case .csv, .csvGzip, .tsv, .tsvGzip: self = .csv
        default: return nil
        }
    }
}
