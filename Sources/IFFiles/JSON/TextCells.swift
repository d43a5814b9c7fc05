import IFCore

/// The cells of a column as text: plain for delimited files, or as JSON values.
struct TextCells {
    private let column: Column
    private let decimal: UInt8

    init(_ column: Column, decimal: UInt8 = UInt8(ascii: ".")) {
        self.column = column
        self.decimal = decimal
    }

    /// UTF-8 of a cell; `nil` where it is null.
    func plain(_ row: Int) -> [UInt8]? {
        switch column {
        case .string(let values):
            if let validity = values.validity, !validity[row] { return nil }
            return Array(values.bytes[values.offsets[row]..<values.offsets[row + 1]])
        case .float(let values): return values[row].map { localized("\($0)") }
        case .double(let values): return values[row].map { localized("\($0)") }
        case .timestamp(let values): return values[row].map { Array(TextTimestamps.format($0).utf8) }
        default:
            let text = json(row)
            return text == "null" ? nil : Array(text.utf8)
        }
    }

    /// A cell as a JSON value. Numbers that are not finite, which JSON has not, are null.
    func json(_ row: Int) -> String {
        switch column {
        case .int32(let values): values[row].map { "\($0)" } ?? "null"
        case .int64(let values): values[row].map { "\($0)" } ?? "null"
        case .float(let values): values[row].map { $0.isFinite ? "\($0)" : "null" } ?? "null"
        case .double(let values): values[row].map { $0.isFinite ? "\($0)" : "null" } ?? "null"
        case .bool(let values): values[row].map { "\($0)" } ?? "null"
        case .string(let values): values[row].map(\.jsonQuoted) ?? "null"
        case .timestamp(let values): values[row].map { "\"\(TextTimestamps.format($0))\"" } ?? "null"
        case .int32List(let lists): list(lists[row].map { "\($0)" })
        case .int64List(let lists): list(lists[row].map { "\($0)" })
        case .floatList(let lists): list(lists[row].map { $0.isFinite ? "\($0)" : "null" })
        case .stringList(let offsets, let values):
            list((offsets[row]..<offsets[row + 1]).map { values[$0].map(\.jsonQuoted) ?? "null" })
        }
    }

    private func list(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }

    private func localized(_ text: String) -> [UInt8] {
        decimal == UInt8(ascii: ".") ? Array(text.utf8) : text.utf8.map { $0 == UInt8(ascii: ".") ? decimal : $0 }
    }
}
