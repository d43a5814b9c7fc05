import Foundation
import IFTesting
import Testing

/// Everything that commands over S3 print and write, in success and in failure, looked through for what must stay secret.
@Suite(.serialized, .enabled(if: S3Python.interpreter != nil, S3Python.missing)) struct SecretsTests {
    /// A text with where it comes from.
    struct Said {
        var place: String
        var text: Data
    }

    /// The keys as they stand, and as they would stand in an address, in JSON or in Base64.
    private static func forms(of secret: String) -> [String] {
        [
            secret, secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? secret,
            secret.replacing("/", with: "\\/"), Data(secret.utf8).base64EncodedString(),
        ]
    }

    /// What stands beside a signature or a token in a request.
    private static let marks = [
        "Signature=", "AWS4-HMAC-SHA256", "X-Amz-Signature", "x-amz-security-token", "X-Amz-Security-Token",
        "aws4_request",
    ]

    func expectNoSecrets(in said: [Said], _ secrets: [String]) {
        for item in said {
            for secret in secrets.flatMap(Self.forms) + Self.marks {
                #expect(item.text.range(of: Data(secret.utf8)) == nil, "\(item.place) holds a secret or a signature")
            }
        }
    }

    private func files(_ folder: String) throws -> [Said] {
        var found: [Said] = []
        let names = FileManager.default.enumerator(atPath: folder)
        while let name = names?.nextObject() as? String {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            found.append(Said(place: name, text: try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))))
        }
        return found
    }

    func said(_ arguments: [String], _ folder: String, _ variables: [String: String], succeeding: Bool? = true)
        throws
        -> [Said]
    {
        let result = try Tool.run(arguments, in: folder, variables: variables)
        if let succeeding { #expect((result.status == 0) == succeeding, "\(arguments): \(result.errors)") }
        let command = arguments.prefix(2).joined(separator: " ")
        return [
            Said(place: "standard output of \(command)", text: Data(result.output.utf8)),
            Said(place: "standard error of \(command)", text: Data(result.errors.utf8)),
        ]
    }

    @Test func nothingPrintedOrWrittenHoldsSecrets() async throws {
        let server = try #require(try LoopbackServer.withSession.get())
        let prefix = "s3://\(LoopbackServer.bucket)/secrets/\(UUID().uuidString)"
        try await withTemporaryFolder { folder in
            for name in ["tmp", "fetched"] {
                try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
            }
            var variables = server.variables(token: true)
            variables["TMPDIR"] = "\(folder)/tmp"
            let config = "training: {als: {factors: 8, iterations: 3}}\nseg: {k: 3}\n"
            try Data(config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))
            _ = try said(["synth", "--users", "80", "--items", "100", "--output", "shop"], folder, [:])
            _ = try S3Python.output(
                of: [S3Python.script("s3/bucket.py"), "put", "\(folder)/shop", "\(prefix)/shop"], variables: variables)

            let store = ["--root", "\(prefix)/store"]
            let run =
                ["run", "--config", "recsys.yaml", "--input", "\(prefix)/shop", "--progress", "json", "--json"] + store
            var heard: [Said] = []
            for command in [
                run, run, ["runs", "list"] + store, ["runs", "verify"] + store, ["runs", "repair"] + store,
            ] {
                heard += try said(command, folder, variables)
            }
            // Whether all of the machine is in order is not the question here.
            heard += try said(["doctor"] + store, folder, variables, succeeding: nil)
            _ = try S3Python.output(
                of: [S3Python.script("s3/bucket.py"), "get", "\(prefix)/store", "\(folder)/fetched"],
                variables: variables)
            let written = try files("\(folder)/fetched")
            #expect(written.contains { $0.place.hasSuffix("_manifest.json") })

            // The server repeats what was signed where a signature is wrong.
            let wrong = "another-secret+that/never=shows"
            var failing = variables
            failing["AWS_SECRET_ACCESS_KEY"] = wrong
            heard += try said(run, folder, failing, succeeding: false)
            failing = variables
            failing["AWS_SESSION_TOKEN"] = wrong
            heard += try said(["runs", "list"] + store, folder, failing, succeeding: false)
            failing = variables
            failing["AWS_ENDPOINT_URL_S3"] = "http://127.0.0.1:9"
            failing["AWS_MAX_ATTEMPTS"] = "1"
            heard += try said(["runs", "list"] + store, folder, failing, succeeding: false)

            #expect(heard.contains { !$0.text.isEmpty })
            let secrets = [LoopbackServer.secretKey, LoopbackServer.sessionToken, wrong]
            expectNoSecrets(in: heard + written + (try files("\(folder)/tmp")), secrets)
            // The search finds what it looks for.
            let sample = Data("token=\(LoopbackServer.sessionToken)&".utf8)
            #expect(sample.range(of: Data(Self.forms(of: LoopbackServer.sessionToken)[0].utf8)) != nil)
        }
    }
}
