import FoundationEssentials
import IFCore

/// A data file, or a folder of parts that together are one table.
public struct InputFile: Hashable, Sendable {
    /// How rows are stored.
    public enum Format: String, Codable, Hashable, Sendable {
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
    /// - Throws: ``IFError/Code/notFound`` where there is no such file, or no data file in the folder;
    ///   ``IFError/Code/unsupported`` where the name does not tell the format;
    ///   ``IFError/Code/conflict`` where a folder mixes formats.
    public init(_ path: String) throws {
        self.path = path
        guard try FileStatus(path).isFolder else {
            guard let format = Self.format(of: path) else {
                throw IFError(
                    .unsupported, "the name does not tell the format; name it .parquet, .csv, .csv.gz, .tsv or .txt",
                    file: path)
            }
            self.format = format
            parts = [try Self.part(path)]
            return
        }
        let names = try Self.names(in: path).filter { !Self.isMarker($0) }
        let files = names.compactMap { name -> (String, Format)? in
            Self.format(of: name).map { (Self.join(path, name), $0) }
        }
        guard let format = files.first?.1 else {
            let found = names.isEmpty ? "it is empty" : "it holds \(names.prefix(8).joined(separator: ", "))"
            throw IFError(.notFound, "the folder has no data file (.parquet, .csv, .csv.gz): \(found)", file: path)
        }
        if let other = files.first(where: { $0.1 != format }) {
            throw IFError(
                .conflict, "the folder mixes formats: \(files[0].0) and \(other.0); keep one of them", file: path)
        }
        self.format = format
        parts = try files.map { try Self.part($0.0) }
    }

    private static func part(_ path: String) throws -> Part {
        let status = try FileStatus(path)
        return Part(path: path, size: status.size, modified: status.modified)
    }

    /// Names in a folder, in the order of their UTF-8 bytes.
    static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw IFError(.inputOutput, "the folder cannot be listed", file: folder, cause: error)
        }
    }

    static func join(_ folder: String, _ name: String) -> String {
        folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    /// Whether a name is that of a marker, a hidden file or a checksum.
    static func isMarker(_ name: String) -> Bool {
        name.hasPrefix("_") || name.hasPrefix(".") || name.hasSuffix(".crc") || name.hasSuffix("~")
            || name.hasSuffix(".tmp")
    }

    private static let endings: [(String, Format)] = [
        (".parquet", .parquet), (".parq", .parquet), (".pq", .parquet), (".csv", .csv), (".csv.gz", .csv),
        (".tsv", .csv), (".tsv.gz", .csv), (".txt", .csv), (".txt.gz", .csv),
    ]

    static func format(of name: String) -> Format? {
        let lower = name.lowercased()
        return endings.first { lower.hasSuffix($0.0) }?.1
    }

    /// A name without its ending, in lower case.
    static func stem(of name: String) -> String {
        let lower = name.lowercased()
        guard let ending = endings.map(\.0).filter({ lower.hasSuffix($0) }).max(by: { $0.count < $1.count }) else {
            return lower
        }
        return String(lower.dropLast(ending.count))
    }
}
