import IFCore

/// Collects ids of several tables into one column: integers become 64-bit where widths differ.
struct IDColumnBuilder {
    private var integers: [Int64] = []
    private var strings: [String] = []

    mutating func append(_ ids: IDColumn, rows: [Int], column: String) throws {
        switch ids {
        case .int32(let values): integers.append(contentsOf: rows.lazy.map { Int64(values[$0]) })
        case .int64(let values): integers.append(contentsOf: rows.lazy.map { values[$0] })
        case .strings(let values): strings.append(contentsOf: rows.lazy.map { values[$0] ?? "" })
        }
        guard integers.isEmpty || strings.isEmpty else {
            throw IFError(.typeMismatch, "some tables hold integers here, others strings; use one type", column: column)
        }
    }

    var column: IDColumn { strings.isEmpty ? .int64(integers) : .strings(StringValues(strings)) }
}
