/// A table of text with aligned columns.
struct TextTable {
    /// How a column is aligned.
    enum Alignment {
        case left, right
    }

    private let headers: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []

    init(_ headers: [(String, Alignment)]) { self.headers = headers.map { (title: $0.0, alignment: $0.1) } }

    mutating func add(_ cells: [String]) {
        precondition(cells.count == headers.count, "a cell for every column")
        rows.append(cells)
    }

    /// Header, rule and rows, two spaces between columns.
    var lines: [String] {
        let widths = headers.indices.map { column in
            ([headers[column].title] + rows.map { $0[column] }).map(\.count).max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.indices.map { column -> String in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return headers[column].alignment == .left ? cells[column] + space : space + cells[column]
            }
            let text = padded.joined(separator: "  ")
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
        let rule = widths.map { String(repeating: "─", count: $0) }
        return [line(headers.map(\.title)), line(rule)] + rows.map(line)
    }
}
