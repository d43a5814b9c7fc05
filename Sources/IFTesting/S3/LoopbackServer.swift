internal import Foundation
package import Testing

/// An S3 server on this machine, run by a script of the repository as a child process that ends when this process does.
package final class LoopbackServer: Sendable {
    /// What the servers take.
    package static let accessKey = "AKIDTESTKEY"
    /// What the servers take.
    package static let secretKey = "a-secret/that+never=shows"
    /// What the server with temporary keys takes.
    package static let sessionToken = "a-session-token/that+never=shows"
    /// A bucket that is there.
    package static let bucket = "test-bucket"

    /// On 127.0.0.1.
    package let port: Int
    private let input: Pipe
    private let process: Process
    private let log: URL

    /// The server's address.
    package var endpoint: String { "http://127.0.0.1:\(port)" }

    private init(_ executable: String, _ arguments: [String], log: URL = URL(filePath: "/dev/null")) throws {
        self.log = log
        process = Process()
        input = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: executable)
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // The script says where it listens, or ends.
        var text = ""
        while !text.contains("\n") {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        let words = text.split(whereSeparator: \.isWhitespace)
        port = try #require(
            words.first == "listening" ? words.last.flatMap { Int($0) } : nil, "the server did not start")
    }

    /// moto behind a verifier of signatures; `nil` without its Python.
    package static let verifying = start { try verifyingServer([]) }

    /// The same with temporary keys.
    package static let withSession = start { try verifyingServer(["--token", sessionToken]) }

    private static func verifyingServer(_ arguments: [String]) throws -> LoopbackServer? {
        guard let python = S3Python.interpreter else { return nil }
        let log = FileManager.default.temporaryDirectory.appending(path: "insightflow-requests-\(UUID().uuidString)")
        let script = S3Python.script("s3/verifying_server.py")
        let own = ["--access-key", accessKey, "--secret-key", secretKey, "--bucket", bucket, "--log", log.path()]
        return try LoopbackServer(python, [script] + own + arguments, log: log)
    }

    /// Whether Ceph is installed; its start takes some seconds.
    package static let hasCeph = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin"].allSatisfy { tool in
        ["/usr/bin", "/usr/local/bin"].contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
    }
    /// What a skipped test says.
    package static let missingCeph: Comment = "install radosgw, ceph-mon, ceph-osd and ceph-base to test against Ceph"

    /// Ceph's radosgw; `nil` where it is not installed.
    package static let ceph = start {
        guard hasCeph else { return nil }
        let folder = FileManager.default.temporaryDirectory.appending(path: "insightflow-ceph-\(UUID().uuidString)")
            .path()
        return try LoopbackServer(
            "/bin/bash",
            [
                S3Python.script("s3/radosgw.sh"), folder, String(Int.random(in: 20_000..<32_000)), accessKey, secretKey,
                bucket,
            ])
    }

    private static func start(_ body: () throws -> LoopbackServer?) -> Result<LoopbackServer?, any Error> {
        Result { try body() }
    }

    /// The variables with which a program finds this server.
    package func variables(token: Bool = false) -> [String: String] {
        var variables = [
            "AWS_ACCESS_KEY_ID": Self.accessKey, "AWS_SECRET_ACCESS_KEY": Self.secretKey,
            "AWS_ENDPOINT_URL_S3": endpoint, "AWS_ENDPOINT_URL_SAGEMAKER": endpoint,
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": endpoint, "AWS_ENDPOINT_URL_BEDROCK": endpoint,
            "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        ]
        if token { variables["AWS_SESSION_TOKEN"] = Self.sessionToken }
        return variables
    }

    /// The requests so far, as "METHOD target".
    package func requests() throws -> [String] {
        struct Entry: Decodable {
            var method: String
            var target: String
        }
        return try Data(contentsOf: log).split(separator: UInt8(ascii: "\n")).map {
            let entry = try JSONDecoder().decode(Entry.self, from: Data($0))
            return "\(entry.method) \(entry.target)"
        }
    }
}
