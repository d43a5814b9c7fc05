/// How pages of a Parquet file are compressed. An open set: later versions add codecs.
public struct ParquetCodec: Hashable, Sendable, CustomStringConvertible {
    /// The codec's name.
    public let name: String

    private init(_ name: String) { self.name = name }

    /// Uncompressed.
    public static let none = ParquetCodec("none")
    /// Snappy: fast, Spark's default.
    public static let snappy = ParquetCodec("snappy")
    /// Gzip: small, slow to write.
    public static let gzip = ParquetCodec("gzip")
    /// Zstandard: small and fast to read.
    public static let zstd = ParquetCodec("zstd")

    /// The text shown to people.
    public var description: String { name }

    /// What part files carry before `.parquet`, as Spark names them.
    var ending: String {
        switch name {
        case "none": ""
        case "gzip": ".gz"
        default: ".\(name)"
        }
    }
}

/// How Parquet files are written.
public struct ParquetOptions: Hashable, Sendable {
    /// Compression of all columns.
    public var codec: ParquetCodec
    /// Rows of a row group, at least 1: what a writer holds in memory, and what readers read side by side.
    public var rowGroupRows: Int

    /// Creates options.
    public init(codec: ParquetCodec = .snappy, rowGroupRows: Int = 1 << 20) {
        self.codec = codec
        self.rowGroupRows = rowGroupRows
    }

    /// Written into every file; fixed, so that equal tables give equal bytes. Of the form that Spark's reader parses
    /// when it decides whether to trust statistics.
    static let createdBy = "insightflow version 1.0.0 (build 1)"
}
