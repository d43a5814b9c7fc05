import Foundation
import IFTesting

/// A folder of a bucket on the server that runs jobs, and a folder of this machine to send from.
struct JobBucket {
    let server: LoopbackServer
    let id = UUID().uuidString.lowercased().prefix(8)
    let folder: String

    var prefix: String { "s3://\(LoopbackServer.bucket)/jobs/\(id)" }

    func run(_ arguments: [String]) throws -> Tool.Result {
        try Tool.run(arguments, in: folder, variables: server.variables())
    }

    func start(_ arguments: [String]) throws -> Tool.Running {
        try Tool.start(arguments, in: folder, variables: server.variables())
    }

    func python(_ arguments: [String]) throws -> String {
        try S3Python.output(of: [S3Python.script("s3/bucket.py")] + arguments, variables: server.variables())
    }

    /// Everything below the prefix, as files of a folder.
    func fetched(_ name: String) throws -> [String] {
        let target = "\(folder)/fetched-\(UUID().uuidString)"
        _ = try python(["get", "\(prefix)/\(name)", target])
        let manager = FileManager.default
        return try manager.subpathsOfDirectory(atPath: target).filter { path in
            try manager.attributesOfItem(atPath: "\(target)/\(path)")[.type] as? FileAttributeType == .typeRegular
        }.sorted()
    }

    func text(_ name: String) throws -> String {
        let target = "\(folder)/fetched-\(UUID().uuidString)"
        let parts = name.split(separator: "/").map(String.init)
        _ = try python(["get", "\(prefix)/\(parts.dropLast().joined(separator: "/"))", target])
        return try String(contentsOfFile: "\(target)/\(parts[parts.count - 1])", encoding: .utf8)
    }

    /// How the server runs jobs.
    func configure(_ settings: [String: Any]) throws { try post(settings, to: "/_jobs") }

    /// Makes the next requests that begin so fail.
    func fail(_ request: String, _ action: String, times: Int) throws {
        try post(["match": request, "action": action, "count": times], to: "/_fault")
    }

    private func post(_ settings: [String: Any], to path: String) throws {
        let data = try JSONSerialization.data(withJSONObject: settings)
        let post = "import sys, urllib.request as r; r.urlopen(r.Request(sys.argv[1], data=sys.argv[2].encode()))"
        _ = try S3Python.output(
            of: ["-c", post, server.endpoint + path, String(decoding: data, as: UTF8.self)])
    }
}
