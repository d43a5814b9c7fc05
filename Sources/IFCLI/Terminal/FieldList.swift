/// Names and values under each other, the values aligned; fields without a value are left out.
struct FieldList {
    private var fields: [(name: String, value: String)] = []

    init(_ fields: [(String, String?)]) {
        for (name, value) in fields { add(name, value) }
    }

    mutating func add(_ name: String, _ value: String?) {
        if let value { fields.append((name, value)) }
    }

    /// A line for each field.
    var lines: [String] {
        let width = fields.map(\.name.count).max() ?? 0
        return fields.map { $0.name + String(repeating: " ", count: width - $0.name.count + 2) + $0.value }
    }
}
