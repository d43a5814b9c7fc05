/// How the rows of a data file are laid out. An open set: later versions add formats.
public struct DataFormat: Hashable, Sendable, CustomStringConvertible {
    /// The usual file name ending, without the dot.
    public let name: String
    /// Whether the bytes are gzip-compressed as a whole.
    public let isGzip: Bool

    private init(_ name: String, isGzip: Bool = false) {
        self.name = name
        self.isGzip = isGzip
    }

    /// Apache Parquet.
    public static let parquet = DataFormat("parquet")
    /// Comma-separated values.
    public static let csv = DataFormat("csv")
    /// Comma-separated values, compressed.
    public static let csvGzip = DataFormat("csv.gz", isGzip: true)
    /// Tab-separated values.
    public static let tsv = DataFormat("tsv")
    /// Tab-separated values, compressed.
    public static let tsvGzip = DataFormat("tsv.gz", isGzip: true)
    /// One JSON object a line.
    public static let jsonLines = DataFormat("jsonl")
    /// One JSON object a line, compressed.
    public static let jsonLinesGzip = DataFormat("jsonl.gz", isGzip: true)

    /// The text shown to people.
    public var description: String { name }

    private static let endings: [(String, DataFormat)] = [
        (".parquet", .parquet), (".parq", .parquet), (".pq", .parquet), (".csv", .csv), (".csv.gz", .csvGzip),
        (".txt", .csv), (".txt.gz", .csvGzip), (".tsv", .tsv), (".tsv.gz", .tsvGzip), (".jsonl", .jsonLines),
        (".ndjson", .jsonLines), (".jsonl.gz", .jsonLinesGzip), (".ndjson.gz", .jsonLinesGzip),
    ]

    /// The format by the ending of a file name, in any case of letters.
    static func named(_ fileName: String) -> DataFormat? {
        let lower = fileName.lowercased()
        return endings.first { lower.hasSuffix($0.0) }?.1
    }

    /// The format by the first bytes, for files whose names do not tell.
    static func magic(_ head: [UInt8]) -> DataFormat? {
        if head.starts(with: "PAR1".utf8) { return .parquet }
        if head.starts(with: [0x1F, 0x8B]) { return .csvGzip }
        return nil
    }
}

/// One file of a data set.
public struct DataPart: Hashable, Sendable {
    /// The file's path.
    public let path: String
    /// Its format.
    public let format: DataFormat
    /// Its size in bytes.
    public let size: Int
}
