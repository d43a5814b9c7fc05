import Foundation

/// The reference environment: pyarrow, pandas, DuckDB and pyspark behind the interpreter that
/// `INSIGHTFLOW_TEST_PYTHON` names. Tests that need it are skipped without.
enum Python {
    static let interpreter = ProcessInfo.processInfo.environment["INSIGHTFLOW_TEST_PYTHON"]
    static let isHere = interpreter != nil
    static let missing = "INSIGHTFLOW_TEST_PYTHON does not name a Python with pyarrow, pandas, duckdb and pyspark"

    struct Failure: Error { var output: String }

    /// Runs `Scripts/golden/files/check.py` and returns what it prints.
    static func check(_ arguments: String...) throws -> String {
        let script = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "../../../Scripts/golden/files/check.py").standardized.path()
        let process = Process()
        process.executableURL = URL(filePath: interpreter ?? "")
        process.arguments = [script] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(output: text)
        }
        return text
    }

    /// The JSON object in the last line that holds one.
    static func json(_ text: String) throws -> [String: Any] {
        // Spark draws its progress on the same line.
        let line = text.split(whereSeparator: \.isNewline).last { $0.hasPrefix("{") || $0.contains("RESULT {") } ?? ""
        let object = line.range(of: "RESULT {").map { line[$0.upperBound...] }.map { "{" + $0 } ?? String(line)
        return try JSONSerialization.jsonObject(with: Data(object.utf8)) as? [String: Any] ?? [:]
    }
}
