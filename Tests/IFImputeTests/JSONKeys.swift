import Foundation

/// Encoded values, for tests of file contracts.
enum JSONKeys {
    /// A flat object of numbers.
    static func of(_ value: some Encodable) throws -> [String: Double] {
        try JSONDecoder().decode([String: Double].self, from: JSONEncoder().encode(value))
    }

    /// The key paths of a nested object, sorted.
    static func paths(_ value: some Encodable) throws -> [String] {
        let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
        func walk(_ object: Any, _ prefix: String) -> [String] {
            guard let object = object as? [String: Any] else { return [prefix] }
            return object.flatMap { walk($0.value, prefix.isEmpty ? $0.key : prefix + "." + $0.key) }
        }
        return walk(object, "").sorted()
    }
}

extension JSONKeys {
    static func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }
}
