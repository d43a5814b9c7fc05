import IFCore

/// What was found in the input and what became of it. Nothing is repaired or left out without a line in here.
public struct ValidationReport: Codable, Hashable, Sendable {
    /// A kind of finding. An open set: later versions add kinds.
    public struct Kind: RawRepresentable, Codable, Hashable, Sendable {
        /// The stable name, as in JSON.
        public let rawValue: String

        /// Creates a kind from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// A cell that is not of its column's type; the cell counts as missing.
        public static let wrongType = Kind(rawValue: "wrong-type")
        /// A row of text with too few or too many fields; filled with nulls or cut.
        public static let raggedRow = Kind(rawValue: "ragged-row")
        /// A row without an id; left out.
        public static let missingID = Kind(rawValue: "missing-id")
        /// A product, aisle or department that repeats an id; the first is kept.
        public static let duplicateID = Kind(rawValue: "duplicate-id")
        /// A row that repeats an order id; the first is kept.
        public static let duplicateOrder = Kind(rawValue: "duplicate-order")
        /// An eval_set other than prior, train and test; the order is left out.
        public static let unknownEvalSet = Kind(rawValue: "unknown-eval-set")
        /// Order numbers of a user that are not 1…n (missing, below 1, or with gaps); the user is numbered anew.
        public static let orderNumberGap = Kind(rawValue: "order-number-gap")
        /// An order number that a user has twice; the user is numbered anew, equal numbers in file order.
        public static let duplicateOrderNumber = Kind(rawValue: "duplicate-order-number")
        /// A negative or infinite interval; counts as missing.
        public static let badInterval = Kind(rawValue: "bad-interval")
        /// An interval that is NaN, as pandas writes missing ones; counts as missing.
        public static let nanInterval = Kind(rawValue: "nan-interval")
        /// A later order without an interval; kept.
        public static let missingInterval = Kind(rawValue: "missing-interval")
        /// A line whose order does not exist; left out.
        public static let lineWithoutOrder = Kind(rawValue: "line-without-order")
        /// A line of an order that was left out; left out with it.
        public static let lineOfRemovedOrder = Kind(rawValue: "line-of-removed-order")
        /// A line in the prior table of an order that is not prior, or likewise of train; left out, since it may
        /// hold what is to be predicted.
        public static let lineInWrongSet = Kind(rawValue: "line-in-wrong-set")
        /// A line that repeats an order's product; the first is kept.
        public static let duplicateLine = Kind(rawValue: "duplicate-line")
        /// A line whose product is not in the table of products; kept, since the id can be recommended all the same.
        public static let unknownProduct = Kind(rawValue: "unknown-product")
        /// A prior or train order without lines; kept.
        public static let orderWithoutLines = Kind(rawValue: "order-without-lines")
        /// A transaction without a user; left out.
        public static let missingUser = Kind(rawValue: "missing-user")
        /// A cancellation, by the prefix of its order id.
        public static let cancellation = Kind(rawValue: "cancellation")
        /// A transaction whose quantity is zero or negative, cancellations apart.
        public static let nonPositiveQuantity = Kind(rawValue: "non-positive-quantity")
        /// A returned quantity for which the user had bought too little before; what is over is left out.
        public static let unmatchedReturn = Kind(rawValue: "unmatched-return")
        /// A purchase that was returned whole; left out.
        public static let returnedPurchase = Kind(rawValue: "returned-purchase")
        /// A number that is infinite or not a number; the row is left out.
        public static let nonFiniteNumber = Kind(rawValue: "non-finite-number")
        /// A missing timestamp, sequence, order id, quantity or price that the mapping names; the row is left out.
        public static let missingValue = Kind(rawValue: "missing-value")
        /// A file named as compressed by gzip that is plain text; read as it stands.
        public static let notCompressed = Kind(rawValue: "not-compressed")
        /// A transaction of an item that the order already has; the quantities are added up into one line.
        public static let mergedLine = Kind(rawValue: "merged-line")

        /// Whether strict loading stops at it. Others follow a stated rule that changes no good row.
        public var isError: Bool { !Self.notes.contains(self) }

        private static let notes: Set<Kind> = [
            .missingInterval, .nanInterval, .unknownProduct, .missingUser, .cancellation, .nonPositiveQuantity,
            .unmatchedReturn, .returnedPurchase, .mergedLine, .notCompressed,
        ]

        /// Reads the value as it stands in files.
        public init(from decoder: any Decoder) throws {
            self.init(rawValue: try decoder.singleValueContainer().decode(String.self))
        }

        /// Writes the value as it stands in files.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(rawValue)
        }
    }

    /// Where a finding was made.
    public struct Example: Codable, Hashable, Sendable {
        /// The file, or the folder where the part is not known.
        public var file: String
        /// One-based row of the file; of text files the line, header included, where no cell spans lines and no line
        /// is blank. Of a folder of text parts the row of data, counted over all parts.
        public var row: Int
        /// The column; empty where the row as a whole is meant.
        public var column: String
        /// The value, where the finding is about one.
        public var value: String?

        /// Creates an example.
        public init(file: String, row: Int, column: String, value: String? = nil) {
            self.file = file
            self.row = row
            self.column = column
            self.value = value
        }
    }

    /// All findings of a kind in a column.
    public struct Finding: Codable, Hashable, Sendable {
        /// What was found.
        public var kind: Kind
        /// In which table.
        public var table: InputTable
        /// In which column; empty where rows as a whole are meant.
        public var column: String
        /// How often.
        public var count: Int
        /// The first of them.
        public var examples: [Example]
        /// What to do, where the findings as a whole tell the cause.
        public var advice: String?
    }

    /// Rows of a table before and after.
    public struct Rows: Codable, Hashable, Sendable {
        /// The table.
        public var table: InputTable
        /// The file or folder.
        public var path: String
        /// Rows in the file.
        public var read: Int
        /// Rows that are left.
        public var kept: Int
    }

    /// Rows of each table.
    public var rows: [Rows] = []
    /// What was found, table by table.
    public var findings: [Finding] = []

    /// An empty report.
    public init() {}

    /// Whether nothing is wrong. Findings by a stated rule do not count.
    public var isClean: Bool { !findings.contains { $0.kind.isError } }

    /// How often a kind was found, over all tables and columns.
    public func count(_ kind: Kind) -> Int { findings.reduce(0) { $1.kind == kind ? $0 + $1.count : $0 } }

    /// The rows of a table, `nil` where it was not read.
    public func rows(of table: InputTable) -> Rows? { rows.first { $0.table == table } }

    /// Throws the first finding that is an error, with its count, place and value, and a line for each other one.
    ///
    /// - Throws: ``IFError/Code/invalidData`` or ``IFError/Code/typeMismatch``.
    func throwFirstError() throws {
        let errors = findings.filter(\.kind.isError)
        guard let first = errors.first else { return }
        var message = "\(first.kind.rawValue): \(first.count) in \(first.place)"
        if let value = first.examples.first?.value { message += ", first '\(value)'" }
        if let advice = first.advice { message += ". \(advice)" }
        if errors.count > 1 {
            message += "; also" + errors.dropFirst().map { "\n  \($0.sentence)" }.joined()
        }
        // Where the mapping is wrong, leniency would leave everything out.
        if errors.contains(where: { $0.advice == nil }) {
            message +=
                (errors.count > 1 ? "\n" : ". ")
                + "Correct the input, or read it with --lenient (input.validation: lenient): each kind then has its stated "
                + "repair"
        }
        throw IFError(
            first.kind == .wrongType ? .typeMismatch : .invalidData, message, file: first.examples.first?.file,
            row: first.examples.first?.row, column: first.column.isEmpty ? nil : first.column)
    }
}

extension ValidationReport.Finding {
    /// Table and column.
    var place: String { column.isEmpty ? table.rawValue : "\(table.rawValue).\(column)" }

    /// The finding in a sentence: how often what, where, the first place with its value, and what to do where that is
    /// known.
    var sentence: String {
        let first = examples.first.map { example in
            ", first in \(example.file) row \(example.row)" + (example.value.map { ": '\($0)'" } ?? "")
        }
        return "\(count) × \(kind.rawValue) in \(place)\(first ?? "")\(advice.map { ". \($0)" } ?? "")"
    }
}
