/// A table of a report. Readers can sort it by any column.
public struct ReportTable: Sendable {
    /// A column's heading.
    public struct Column: Sendable {
        /// The heading.
        public var title: String
        /// Whether it holds numbers, which stand to the right.
        public var isNumeric: Bool

        /// A column of words.
        public static func words(_ title: String) -> Column { Column(title: title, isNumeric: false) }

        /// A column of numbers.
        public static func numbers(_ title: String) -> Column { Column(title: title, isNumeric: true) }
    }

    /// What stands in a cell.
    public struct Cell: Sendable {
        /// The text.
        public var text: ReportText
        /// The number that the text stands for, by which rows are sorted; nil sorts by the text.
        public var number: Double?

        /// A cell of words.
        public init(_ text: ReportText) { self.text = text }

        /// A number, `–` where it is nil or not finite.
        public init(_ number: Double?, _ format: NumberFormat) {
            self.number = number.flatMap { $0.isFinite ? $0 : nil }
            text = ReportText(self.number.map { format.text($0) } ?? "–")
        }

        /// A count, `–` where it is nil.
        public init(_ count: Int?) { self.init(count.map { Double($0) }, .decimal(0)) }

        /// A text that stands for a number.
        public init(_ text: ReportText, sortedBy number: Double?) {
            self.text = text
            self.number = number
        }
    }

    /// What the table shows, in a few words.
    public var caption: String
    /// Columns; the first names the rows.
    public var columns: [Column]
    /// Rows of as many cells as there are columns.
    public private(set) var rows: [[Cell]] = []

    /// Creates a table without rows.
    public init(_ caption: String, _ columns: [Column]) {
        self.caption = caption
        self.columns = columns
    }

    /// Appends a row.
    ///
    /// - Precondition: A cell for each column.
    public mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }
}
