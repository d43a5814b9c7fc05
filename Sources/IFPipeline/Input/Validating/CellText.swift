import FoundationEssentials
import IFCore

extension Table {
    /// A cell as a message quotes it, at most 60 characters; `nil` where it is missing.
    func quoted(_ name: String, _ row: Int) -> String? {
        guard let text = self[name]?.text(at: row) else { return nil }
        return text.quotable
    }
}

extension String {
    /// The text as a message quotes it: at most 60 characters, on one line.
    var quotable: String {
        let line = String(map { $0.isNewline ? " " : $0 })
        return line.count > 60 ? line.prefix(59) + "…" : line
    }
}

extension Column {
    /// The value of a row as text; `nil` where it is missing, and for lists.
    fileprivate func text(at row: Int) -> String? {
        switch self {
        case .int32(let column): column[row].map(String.init)
        case .int64(let column): column[row].map(String.init)
        case .float(let column): column[row].map { Double($0).brief }
        case .double(let column): column[row].map(\.brief)
        case .bool(let column): column[row].map { "\($0)" }
        case .string(let column): column[row]
        case .timestamp(let column):
            column[row].map { Date(timeIntervalSince1970: Double($0) / 1e6).formatted(.iso8601) }
        case .int32List, .int64List, .floatList, .stringList: nil
        }
    }
}
