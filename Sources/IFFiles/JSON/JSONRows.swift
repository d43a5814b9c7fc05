import IFCore

/// Values of JSON lines, gathered by key.
struct JSONRows {
    private(set) var count = 0
    private var keys: [String] = []
    private var positions: [String: Int] = [:]
    private var values: [[JSONText]] = []

    /// Appends the members of an object as a row.
    mutating func append(_ value: JSONText) throws(JSONParser.Failure) {
        guard case .object(let members) = value else {
            throw JSONParser.Failure(message: "the line holds another value", position: 0)
        }
        for member in members {
            let position: Int
            if let known = positions[member.key] {
                position = known
            } else {
                position = keys.count
                positions[member.key] = position
                keys.append(member.key)
                values.append([])
            }
            pad(position, to: count)
            if values[position].count == count {
                values[position].append(member.value)
            } else {
                values[position][count] = member.value
            }
        }
        count += 1
    }

    private mutating func pad(_ position: Int, to rows: Int) {
        while values[position].count < rows { values[position].append(.null) }
    }

    /// The table of the keys wanted.
    mutating func table(_ wanted: [String]?, _ path: String) throws -> Table {
        var table = Table()
        for name in wanted ?? keys {
            guard let position = positions[name] else {
                throw IFError(
                    .missingColumn, "no line has this key; there are \(keys.joined(separator: ", "))", file: path,
                    column: name)
            }
            pad(position, to: count)
            table.set(name, Self.column(values[position]))
        }
        return table
    }

    private static func column(_ values: [JSONText]) -> Column {
        let present = values.filter { $0 != .null }
        if present.isEmpty { return .double(values.map { _ in nil as Double? }) }
        if present.allSatisfy({ $0.integer != nil }) { return .int64(values.map(\.integer)) }
        if present.allSatisfy({ $0.double != nil }) { return .double(values.map(\.double)) }
        if present.allSatisfy({ $0.bool != nil }) {
            return .bool(ColumnValues(values.map(\.bool), placeholder: false))
        }
        if present.allSatisfy({ $0.string != nil }) { return .string(StringValues(optional: values.map(\.string))) }
        if let lists = lists(values) { return lists }
        return .string(StringValues(optional: values.map { $0 == .null ? nil : $0.string ?? $0.line }))
    }

    private static func lists(_ values: [JSONText]) -> Column? {
        var ends = [0]
        var items: [JSONText] = []
        for value in values {
            switch value {
            case .null: break
            case .array(let elements): items.append(contentsOf: elements)
            default: return nil
            }
            ends.append(items.count)
        }
        let integers = items.compactMap(\.integer)
        if integers.count == items.count { return .int64List(ListValues(offsets: ends, values: integers)) }
        let numbers = items.compactMap(\.double)
        if numbers.count == items.count {
            return .floatList(ListValues(offsets: ends, values: numbers.map { Float($0) }))
        }
        guard items.allSatisfy({ $0 == .null || $0.string != nil }) else { return nil }
        return .stringList(offsets: ends, values: StringValues(optional: items.map(\.string)))
    }
}

extension JSONText {
    fileprivate var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
    fileprivate var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
}
