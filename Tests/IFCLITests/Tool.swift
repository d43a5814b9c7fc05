import Foundation
import Testing

/// The built executable, run as a person would run it.
enum Tool {
    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    static var path: String {
        let beside = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "insightflow")
        if FileManager.default.isExecutableFile(atPath: beside.path()) { return beside.path() }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../.build/debug/insightflow")
            .standardized.path()
    }

    /// A command that was started; what it says goes to files, since a full pipe would stop it.
    struct Running {
        let process: Process
        fileprivate let out: URL
        fileprivate let err: URL

        /// What it has said on standard error so far.
        var errors: String { String(decoding: (try? Data(contentsOf: err)) ?? Data(), as: UTF8.self) }

        /// Waits for its end.
        func result() throws -> Result {
            process.waitUntilExit()
            defer { for file in [out, err] { try? FileManager.default.removeItem(at: file) } }
            return Result(
                status: process.terminationStatus,
                output: String(decoding: try Data(contentsOf: out), as: UTF8.self), errors: errors)
        }
    }

    /// - Parameter variables: Environment variables beside those of the tests.
    static func start(
        _ arguments: [String], in folder: String? = nil, variables: [String: String] = [:]
    ) throws -> Running {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { _, given in given }
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        let scratch = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        let (out, err) = (scratch.appendingPathExtension("out"), scratch.appendingPathExtension("err"))
        for file in [out, err] { _ = FileManager.default.createFile(atPath: file.path(), contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = try FileHandle(forWritingTo: err)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return Running(process: process, out: out, err: err)
    }

    static func run(
        _ arguments: [String], in folder: String? = nil, variables: [String: String] = [:]
    ) throws -> Result {
        try start(arguments, in: folder, variables: variables).result()
    }
}
