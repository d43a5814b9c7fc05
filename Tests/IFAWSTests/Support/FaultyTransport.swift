import Foundation
import IFCore

@testable import IFAWS

/// Steps between a client and a server and, as its seed says, breaks what passes: connections end before or after the
/// server has done what was asked, answers come half, late or never, the server pleads overload.
final class FaultyTransport: HTTPTransport {
    enum Fault: String, CaseIterable, Sendable {
        /// The connection breaks, nothing was done.
        case reset
        /// It was done, and the answer is lost.
        case lost
        /// Nothing happens until the client's patience ends; nothing was done.
        case stalled
        /// It is done after the client has given up: one to three requests later.
        case late
        /// Half of the answer comes.
        case truncated
        case slowDown, tooManyRequests, internalError, badGateway, unavailable, gatewayTimeout
        /// It was done, and the server says that something went wrong.
        case doneWithError
        /// An error in the body of an answer that called itself a success; nothing was done.
        case errorWithinSuccess
        /// Another conditional write of the object was under way.
        case busy
        case expiredKeys
        case requestTimeout
    }

    private struct State {
        var random: RandomStream
        var sent = 0
        var late: [(due: Int, request: HTTPRequest)] = []
        var seen: [Fault: Int] = [:]
    }

    private let server: ObjectServer
    private let rate: Double
    /// From this request on nobody answers.
    private let end: Int?
    private let state: Locked<State>

    init(_ server: ObjectServer, seed: UInt64, client: Int = 0, rate: Double, end: Int? = nil) {
        self.server = server
        self.rate = rate
        self.end = end
        state = Locked(State(random: RandomSource(seed: seed).stream("faults", block: client)))
    }

    /// How often each fault struck.
    var seen: [Fault: Int] { state.withLock { $0.seen } }
    /// Requests so far.
    var sent: Int { state.withLock { $0.sent } }

    /// Delivers what is still under way.
    func settle() {
        for item in state.withLock({ state in
            defer { state.late = [] }
            return state.late
        }) { _ = try? server.answer(item.request) }
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        await Task.yield()
        let (number, fault, arriving) = state.withLock { state in
            state.sent += 1
            let arriving = state.late.filter { $0.due <= state.sent }.map(\.request)
            state.late.removeAll { $0.due <= state.sent }
            var fault: Fault?
            if Double.random(in: 0..<1, using: &state.random) < rate {
                fault = Fault.allCases.randomElement(using: &state.random)
                if fault == .late, request.method != "GET", request.method != "HEAD" {
                    state.late.append((state.sent + Int.random(in: 1...3, using: &state.random), request))
                }
                if let fault { state.seen[fault, default: 0] += 1 }
            }
            return (state.sent, fault, arriving)
        }
        for late in arriving { _ = try? server.answer(late) }
        try Task.checkCancellation()
        if let end, number >= end {
            if number == end, number % 2 == 0 { _ = try server.answer(request) }
            throw HTTPFailure(code: 7, message: "the server is gone", isTransient: true)
        }
        guard let fault else { return try server.answer(request) }
        return try strike(fault, request)
    }

    private func strike(_ fault: Fault, _ request: HTTPRequest) throws -> HTTPResponse {
        switch fault {
        case .reset, .late: throw HTTPFailure.network
        case .stalled: throw HTTPFailure(code: 28, message: "less than 1024 bytes/sec", isTransient: true)
        case .lost:
            _ = try server.answer(request)
            throw HTTPFailure.network
        case .truncated:
            var half = request
            if case .file = request.destination { half.destination = .memory(limit: .max) }
            let whole = try server.answer(half)
            if whole.isSuccess, case .file(let file, let offset) = request.destination {
                let part = whole.body.prefix(whole.body.count / 2)
                _ = unsafe part.withUnsafeBytes { unsafe file.write($0, at: offset) }
            }
            throw HTTPFailure(code: 18, message: "end of response with bytes missing", isTransient: true)
        case .slowDown: return .error(503, "SlowDown")
        case .tooManyRequests: return .error(429, "TooManyRequests")
        case .internalError: return .error(500, "InternalError")
        case .badGateway: return .make(502, "<html>Bad Gateway</html>")
        case .unavailable: return .error(503, "ServiceUnavailable")
        case .gatewayTimeout: return .make(504)
        case .doneWithError:
            _ = try server.answer(request)
            return .error(500, "InternalError")
        case .errorWithinSuccess:
            // Only copies and completions answer so.
            let isLong = request.header("x-amz-copy-source") != nil || request.url.contains("?uploadId=")
            return isLong && request.method != "DELETE" ? .error(200, "InternalError") : try server.answer(request)
        case .busy:
            let isConditional = request.header("if-match") != nil || request.header("if-none-match") != nil
            return isConditional && request.method != "GET"
                ? .error(409, "ConditionalRequestConflict") : try server.answer(request)
        case .expiredKeys: return .error(400, "ExpiredToken")
        case .requestTimeout: return .error(400, "RequestTimeout")
        }
    }
}
