import Foundation
import IFCore
import IFStore
import Testing

@testable import IFAWS
@testable import IFJobs

/// Answers requests to a service with what a test wrote down, and remembers them.
final class ScriptedService: HTTPTransport {
    /// An operation, `GET /path` for requests without one, and the body.
    struct Call: Sendable {
        var operation: String
        var body: JSONValue
        var headers: [HTTPField]
        var url: String
    }

    typealias Answer = @Sendable (Call) throws -> HTTPResponse

    private let answer: Answer
    private let seen = Locked<[Call]>([])

    init(_ answer: @escaping Answer) { self.answer = answer }

    /// The n-th request gets the n-th answer; the last answer serves all that follow.
    convenience init(_ answers: [Answer]) {
        let next = Locked(0)
        self.init { call in
            let index = next.withLock { next in
                defer { next += 1 }
                return min(next, answers.count - 1)
            }
            return try answers[index](call)
        }
    }

    var calls: [Call] { seen.withLock { $0 } }
    var operations: [String] { calls.map(\.operation) }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var body = JSONValue.null
        if case .data(let data) = request.body { body = try JSONDecoder().decode(JSONValue.self, from: data) }
        let target = request.headers.first { $0.name == "X-Amz-Target" }?.value
        let path = request.url.dropFirst("https://".count).drop { $0 != "/" }
        let call = Call(
            operation: target.flatMap { $0.split(separator: ".").last.map(String.init) } ?? "\(request.method) \(path)",
            body: body, headers: request.headers, url: request.url)
        seen.withLock { $0.append(call) }
        return try answer(call)
    }

    /// A client of a service that is this script.
    func client(
        _ service: AWSService, region: String? = "eu-west-1", variables: [String: String] = [:]
    ) throws -> AWSServiceClient {
        let session = AWSSession(
            environment: AWSEnvironment(variables: variables), transport: self,
            credentials: CredentialChain([
                FixedCredentials(
                    AWSCredentials(accessKey: "AK", secretKey: "the-secret", sessionToken: "the-token"))
            ]))
        var client = try AWSServiceClient(service, session: session, region: region)
        client.retries.base = 0.0001
        return client
    }
}

extension HTTPResponse {
    static func json(_ text: String, status: Int = 200, headers: [String: String] = [:]) -> HTTPResponse {
        HTTPResponse(
            status: status, headers: headers, body: Data(text.utf8), received: text.utf8.count, checksum: CRC32C())
    }

    static func failure(_ status: Int, _ type: String, _ message: String = "why") -> HTTPResponse {
        json(#"{"__type":"\#(type)","message":"\#(message)"}"#, status: status)
    }
}

extension HTTPFailure {
    static let network = HTTPFailure(code: 56, message: "connection reset", isTransient: true)
}

/// The answer to DescribeProcessingJob.
func described(
    _ name: String, _ status: String, image: String = "image", count: Int = 2, more: String = ""
) -> HTTPResponse {
    .json(
        """
        {"ProcessingJobName":"\(name)","ProcessingJobArn":"arn:\(name)","ProcessingJobStatus":"\(status)",
         "CreationTime":1763865656.25,"AppSpecification":{"ImageUri":"\(image)"},
         "ProcessingResources":{"ClusterConfig":{"InstanceType":"ml.m5.xlarge","InstanceCount":\(count),"VolumeSizeInGB":30}}
         \(more)}
        """)
}
