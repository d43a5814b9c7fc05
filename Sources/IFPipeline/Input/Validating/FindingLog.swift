import IFCore
import IFFiles

/// Collects the findings of one table.
struct FindingLog: Sendable {
    private struct Key: Hashable {
        var kind: ValidationReport.Kind
        var column: String
    }

    let table: InputTable
    let origin: RowOrigin
    let limit: Int
    /// The rows that are noted, so that examples quote their cells.
    var cells: Table?
    private var order: [Key] = []
    private var found: [Key: ValidationReport.Finding] = [:]
    private var wrong: [String: WrongCells] = [:]

    init(_ table: InputTable, _ origin: RowOrigin, limit: Int) {
        self.table = table
        self.origin = origin
        self.limit = limit
    }

    /// Notes a row (zero-based, of the table).
    mutating func add(_ kind: ValidationReport.Kind, _ column: String, row: Int) {
        if kind == .wrongType { wrong[column, default: WrongCells()].note(row) }
        add(kind, column, count: 1, rows: [row])
    }

    /// Notes cells of the wrong type that a reader met: how many, and the rows of the first of them.
    mutating func addWrongCells(
        _ column: String, count: Int, rows: [Int], examples: some Sequence<ValidationReport.Example>
    ) {
        for row in rows { wrong[column, default: WrongCells()].note(row) }
        wrong[column, default: WrongCells()].unplaced += max(0, count - rows.count)
        add(.wrongType, column, count: count, examples: examples)
    }

    /// Notes a row without a value, unless its cell was noted as one of the wrong type. Rows come in order, and every
    /// row without a value of the column comes.
    mutating func addMissing(_ kind: ValidationReport.Kind, _ column: String, row: Int) {
        switch wrong[column]?.place(of: row) ?? .other {
        case .wrong: return
        case .other: add(kind, column, row: row)
        case .unknown: add(kind, column, count: 1, examples: [])
        }
    }

    /// Notes `count` rows of which the first few are `rows`.
    mutating func add(_ kind: ValidationReport.Kind, _ column: String, count: Int, rows: some Sequence<Int>) {
        let (origin, cells) = (origin, cells)
        add(
            kind, column, count: count,
            examples: rows.lazy.map { origin.example($0, column, value: cells?.quoted(column, $0)) })
    }

    /// Notes what a reader has already placed.
    mutating func add(
        _ kind: ValidationReport.Kind, _ column: String, count: Int,
        examples: some Sequence<ValidationReport.Example>
    ) {
        guard count > 0 else { return }
        let key = Key(kind: kind, column: column)
        if found[key] == nil {
            order.append(key)
            found[key] = .init(kind: kind, table: table, column: column, count: 0, examples: [])
        }
        found[key]?.count += count
        let room = limit - (found[key]?.examples.count ?? 0)
        if room > 0 { found[key]?.examples.append(contentsOf: examples.prefix(room)) }
    }

    /// Notes files that are named as compressed and are not.
    mutating func addUncompressed(_ report: CSVReadReport) {
        add(
            .notCompressed, "", count: report.uncompressedParts.count,
            examples: report.uncompressedParts.lazy.map { .init(file: $0, row: 1, column: "") })
    }

    /// The findings, in the order in which their kinds were first met.
    var findings: [ValidationReport.Finding] { order.compactMap { found[$0] } }
}

/// Cells of a column that are of the wrong type: the first by their rows, the others by their number.
private struct WrongCells: Sendable {
    private static let limit = 1000
    private var rows: Set<Int> = []
    private var last = -1
    /// Cells after the last whose row is known.
    var unplaced = 0 { didSet { hasUnplaced = hasUnplaced || unplaced > 0 } }
    private var hasUnplaced = false

    /// What an empty cell is.
    enum Place {
        /// One of these.
        case wrong
        /// None of these.
        case other
        /// None of these by number, but which of the empty cells around it is, is not known.
        case unknown
    }

    mutating func note(_ row: Int) {
        guard rows.count < Self.limit else {
            unplaced += 1
            return
        }
        rows.insert(row)
        last = max(last, row)
    }

    /// What the empty cell of a row is. After the last known row it is only known how many of the empty cells were
    /// wrong: as many are taken for those, so that the number of the missing ones is right.
    mutating func place(of row: Int) -> Place {
        if row <= last { return rows.contains(row) ? .wrong : .other }
        guard unplaced > 0 else { return hasUnplaced ? .unknown : .other }
        unplaced -= 1
        return .wrong
    }
}

/// Where in which file a row of a table comes from.
struct RowOrigin: Hashable, Sendable {
    /// First row of each part and the part's path; one entry where parts are not told apart.
    var parts: [(first: Int, path: String)]
    /// Lines above the first row of each part.
    var headerLines: Int

    static func == (left: RowOrigin, right: RowOrigin) -> Bool {
        left.headerLines == right.headerLines && left.parts.elementsEqual(right.parts) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(headerLines)
        for part in parts { hasher.combine(part.path) }
    }

    func example(_ row: Int, _ column: String, value: String? = nil) -> ValidationReport.Example {
        let part = parts.last { $0.first <= row } ?? (0, "")
        return .init(file: part.path, row: row - part.first + 1 + headerLines, column: column, value: value)
    }
}
