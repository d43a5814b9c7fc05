public import IFCore

/// What a reader of text met besides good cells.
public struct CSVReadReport: Hashable, Sendable {
    /// A cell that is not of its column's type.
    public struct BadCell: Hashable, Sendable {
        /// The file.
        public var file: String
        /// The line on which the cell begins; one-based, header included.
        public var line: Int
        /// The row of the table; zero-based.
        public var row: Int
        /// The column.
        public var column: String
        /// The type wanted.
        public var type: ColumnType
        /// The cell's text.
        public var text: String
    }

    /// A row with another number of fields than the header, or with text after a closing quote.
    public struct RaggedRow: Hashable, Sendable {
        /// The file.
        public var file: String
        /// The line on which the row begins; one-based, header included.
        public var line: Int
        /// Fields of the row.
        public var fields: Int
        /// Fields expected.
        public var expected: Int
    }

    /// Rows read.
    public var rows = 0
    /// The first bad cells of each column, in file order: of each as many as ``CSVOptions/reportLimit``.
    public var badCells: [BadCell] = []
    /// All bad cells, by column.
    public var badCellCounts: [String: Int] = [:]
    /// The first ragged rows, in file order.
    public var raggedRows: [RaggedRow] = []
    /// All ragged rows.
    public var raggedRowCount = 0
    /// Files named as compressed by gzip that are plain text and were read as such.
    public var uncompressedParts: [String] = []
    /// Cells that were not UTF-8 and were taken as Latin-1, by column.
    public var latin1Counts: [String: Int] = [:]

    /// A report of nothing.
    public init() {}

    /// Whether every cell and row was good.
    public var isClean: Bool { badCellCounts.isEmpty && raggedRowCount == 0 }
}

/// A table read from text, and what was met on the way.
public struct CSVReadResult: Hashable, Sendable {
    /// The rows.
    public var table: Table
    /// What did not fit.
    public var report: CSVReadReport
}
