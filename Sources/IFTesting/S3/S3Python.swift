internal import Foundation
package import Testing

/// A Python with boto3, botocore and moto, made by `Scripts/setup.sh --test`. Tests that need it are skipped without.
package enum S3Python {
    /// The interpreter.
    package static let interpreter = ProcessInfo.processInfo.environment["INSIGHTFLOW_S3_PYTHON"]
    /// What a skipped test says.
    package static let missing: Comment =
        "INSIGHTFLOW_S3_PYTHON does not name a Python with botocore and moto; Scripts/setup.sh --test makes one"
    /// AWS's own test suite of signatures.
    package static let signingSuite = ProcessInfo.processInfo.environment["INSIGHTFLOW_SIGV4_SUITE"]
    /// What a skipped test says.
    package static let missingSuite: Comment = "INSIGHTFLOW_SIGV4_SUITE does not name AWS's folder aws4_testsuite"

    /// The path of a script of the repository.
    package static func script(_ path: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Scripts/\(path)").standardized
            .path()
    }

    /// Runs a script and answers what it prints.
    ///
    /// - Parameter variables: Environment variables beside those of the tests.
    package static func output(of arguments: [String], variables: [String: String] = [:]) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: try #require(interpreter))
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { _, given in given }
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(arguments) failed")
        return String(decoding: data, as: UTF8.self)
    }
}
