/// How delimited text is read and written.
///
/// The format is RFC 4180: fields may be quoted with `"`, a quote within is doubled, quoted fields may hold delimiters
/// and line ends. Lines end with LF or CRLF. A byte order mark is passed over. A quote within an unquoted field is an
/// ordinary character. Blank lines are passed over, except in a file of one column, where they are nulls.
public struct CSVOptions: Hashable, Sendable {
    /// What happens to a cell or row that does not fit.
    public enum Strictness: Hashable, Sendable {
        /// The first one is thrown, with line and column.
        case strict
        /// A cell becomes null, a short row is filled with nulls, surplus fields are dropped; all are reported.
        case lenient
    }

    /// How bytes become text.
    public enum Encoding: Hashable, Sendable {
        /// UTF-8; a cell that is not is taken as Latin-1 (ISO 8859-1) and counted.
        case automatic
        /// UTF-8; a cell that is not is a bad cell.
        case utf8
        /// Latin-1 throughout.
        case latin1
    }

    /// What happens to columns without a wanted type.
    public enum OtherColumns: Hashable, Sendable {
        /// Read, as the narrowest of int64, double, bool, timestamp and string that holds every value.
        case infer
        /// Left out.
        case skip
    }

    /// Between fields; an ASCII character other than a quote or a line end.
    public var delimiter: Character
    /// Whether the first record names the columns.
    public var hasHeader: Bool
    /// Names of the columns of a file without a header; `column1`, `column2`, … where empty.
    public var columnNames: [String]
    /// Unquoted cells that stand for null in columns other than strings. The empty cell always does.
    public var nullMarkers: Set<String>
    /// Unquoted cells that stand for null in columns of strings, besides the empty cell.
    public var stringNullMarkers: Set<String>
    /// Between whole part and fraction: `.` or `,`.
    public var decimalSeparator: Character
    /// What happens to cells and rows that do not fit.
    public var strictness: Strictness
    /// How bytes become text.
    public var encoding: Encoding
    /// What happens to columns without a wanted type.
    public var otherColumns: OtherColumns
    /// How many bad cells of a column, and how many ragged rows, a report keeps word for word; all are counted.
    public var reportLimit: Int

    /// Creates options.
    public init(
        delimiter: Character = ",", hasHeader: Bool = true, columnNames: [String] = [],
        nullMarkers: Set<String> = ["NA", "N/A", "NaN", "nan", "null", "NULL", "None"],
        stringNullMarkers: Set<String> = [], decimalSeparator: Character = ".", strictness: Strictness = .strict,
        encoding: Encoding = .automatic, otherColumns: OtherColumns = .infer, reportLimit: Int = 100
    ) {
        self.delimiter = delimiter
        self.hasHeader = hasHeader
        self.columnNames = columnNames
        self.nullMarkers = nullMarkers
        self.stringNullMarkers = stringNullMarkers
        self.decimalSeparator = decimalSeparator
        self.strictness = strictness
        self.encoding = encoding
        self.otherColumns = otherColumns
        self.reportLimit = reportLimit
    }
}
