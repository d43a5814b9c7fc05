import Foundation
import IFCore
import IFTesting

/// Reference values written by Scripts/golden/impute.
enum Golden {
    static func load<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/\(name)")
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }

    /// The formula of the scripts' test data: a linear congruential generator modulo 2³¹ − 1.
    static func uniforms(_ count: Int, seed: Int = 12345) -> [Double] {
        var state = seed
        return (0..<count).map { _ in
            state = state * 16807 % 2_147_483_647
            return Double(state) / 2_147_483_647
        }
    }
}

/// Small numeric CSV files with `NA`, enough for the shared reference data.
enum SmallCSV {
    /// Reads columns of numbers; columns in `strings` as strings.
    static func read(_ path: String, strings: Set<String> = []) throws -> Table {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
        let names = lines[0].split(separator: ",").map { $0.trimmingCharacters(in: .init(charactersIn: "\" ")) }
        let cells = lines.dropFirst().map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map { String($0.filter { $0 != "\"" }) }
        }
        var table = Table()
        for (index, name) in names.enumerated() {
            let texts = cells.map { $0[index] == "NA" ? nil : $0[index] }
            if strings.contains(name) {
                table.set(name, .string(StringValues(optional: texts)))
            } else {
                table.set(name, .double(texts.map { text in text.flatMap { Double($0) } }))
            }
        }
        return table
    }
}
