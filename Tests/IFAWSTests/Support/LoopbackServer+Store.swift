import Foundation
import IFTesting
import Testing

@testable import IFAWS

extension LoopbackServer {
    /// A store that is empty, below a prefix of its own.
    func store(partSize: Int = 5 << 20, attempts: Int = 5, variables: [String: String]? = nil) throws -> S3Store {
        let environment = AWSEnvironment(variables: variables ?? self.variables())
        var settings = try S3Settings(environment)
        settings.partSize = partSize
        settings.attempts = attempts
        return try S3Store(
            S3Location(bucket: Self.bucket, prefix: "test/\(UUID().uuidString)"),
            session: AWSSession(environment: environment), settings: settings)
    }

    /// Makes requests that begin with `match` fail; see `Scripts/s3/verifying_server.py`.
    func fail(_ match: String, _ action: String, count: Int = 1, skip: Int = 0) async throws {
        struct Fault: Encodable {
            var match: String
            var action: String
            var count: Int
            var skip: Int
        }
        let body = try JSONEncoder().encode(Fault(match: match, action: action, count: count, skip: skip))
        let answer = try await CurlEngine().send(
            HTTPRequest(method: "POST", url: endpoint + "/_fault", body: .data(body), isDirect: true))
        try #require(answer.status == 200)
    }

    /// Waits until a request that begins with `match` has come in.
    func wait(for match: String) async throws {
        while try !requests().contains(where: { $0.hasPrefix(match) }) {
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

extension S3Store {
    /// The path of an object as it stands in a request.
    func target(_ key: String) -> String { "/\(place.bucket)/\(place.key(key))" }
}
