import Foundation
import IFCore

@testable import IFAWS

/// Answers requests with what a test wrote down, and remembers them.
final class ScriptedTransport: HTTPTransport {
    typealias Answer = @Sendable (HTTPRequest) throws -> HTTPResponse

    private let answer: Answer
    private let seen = Locked<[HTTPRequest]>([])

    init(_ answer: @escaping Answer) { self.answer = answer }

    /// The n-th request gets the n-th answer; the last answer serves all that follow.
    convenience init(_ answers: [Answer]) {
        let next = Locked(0)
        self.init { request in
            let index = next.withLock { next in
                defer { next += 1 }
                return min(next, answers.count - 1)
            }
            return try answers[index](request)
        }
    }

    var requests: [HTTPRequest] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        seen.withLock { $0.append(request) }
        return try answer(request)
    }
}

extension HTTPResponse {
    static func make(_ status: Int, _ body: String = "", _ headers: [String: String] = [:]) -> HTTPResponse {
        var checksum = CRC32C()
        unsafe Array(body.utf8).withUnsafeBytes { bytes in unsafe checksum.update(bytes) }
        return HTTPResponse(
            status: status, headers: headers.merging(["content-length": String(body.utf8.count)]) { mine, _ in mine },
            body: Data(body.utf8), received: body.utf8.count, checksum: checksum)
    }

    static func error(_ status: Int, _ code: String, _ headers: [String: String] = [:]) -> HTTPResponse {
        make(status, "<Error><Code>\(code)</Code><Message>why</Message></Error>", headers)
    }
}

extension HTTPFailure {
    static let network = HTTPFailure(code: 56, message: "connection reset", isTransient: true)
    static let certificate = HTTPFailure(code: 60, message: "bad certificate", isTransient: false)
}

extension HTTPRequest {
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
