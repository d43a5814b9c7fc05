import Foundation
import IFCore

/// Golden files of this module: JSON written by Scripts/golden/segment/make_segment.py.
enum Golden {
    static func load<Value: Decodable>(_ name: String, as: Value.Type = Value.self) throws -> Value {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name).json")
        return try JSONDecoder().decode(Value.self, from: Data(contentsOf: url))
    }

    /// Largest relative difference of two rows of numbers (absolute below 1); infinite where lengths differ.
    static func difference(_ found: [Double], _ expected: [Double]) -> Double {
        guard found.count == expected.count else { return .infinity }
        return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.1))) }
    }
}
