import IFCore

/// Collects the findings of one table.
struct FindingLog: Sendable {
    private struct Key: Hashable {
        var kind: ValidationReport.Kind
        var column: String
    }

    let table: InputTable
    let origin: RowOrigin
    let limit: Int
    private var order: [Key] = []
    private var found: [Key: ValidationReport.Finding] = [:]

    init(_ table: InputTable, _ origin: RowOrigin, limit: Int) {
        self.table = table
        self.origin = origin
        self.limit = limit
    }

    /// Notes a row (zero-based, of the table).
    mutating func add(_ kind: ValidationReport.Kind, _ column: String, row: Int) {
        add(kind, column, count: 1, rows: [row])
    }

    /// Notes `count` rows of which the first few are `rows`.
    mutating func add(_ kind: ValidationReport.Kind, _ column: String, count: Int, rows: some Sequence<Int>) {
        let origin = origin
        add(kind, column, count: count, examples: rows.lazy.map { origin.example($0, column) })
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

    /// The findings, in the order in which their kinds were first met.
    var findings: [ValidationReport.Finding] { order.compactMap { found[$0] } }
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
