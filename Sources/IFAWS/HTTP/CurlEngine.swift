internal import IFCore

/// Sends requests with libcurl: one thread, connections kept and reused, bodies streamed from and to files, so that
/// memory does not grow with what is transferred.
///
/// A request is cancelled with the task that waits for it. The thread ends when the engine is let go.
final class CurlEngine: HTTPTransport {
    /// What holds for all requests.
    struct Settings: Hashable, Sendable {
        /// Connections kept open.
        var connections = 32
        /// Transfers at once to one host; more wait.
        var connectionsPerHost = 16
        /// A file of certificate authorities instead of the system's.
        var certificates: String?
        /// Proxy for `http:`.
        var proxy: String?
        /// Proxy for `https:`.
        var secureProxy: String?
        /// Hosts without proxy, separated by commas.
        var withoutProxy: String?
    }

    private let loop: CurlLoop

    /// - Throws: ``IFError/Code/missingDependency`` where libcurl cannot be initialized.
    init(_ settings: Settings = Settings()) throws {
        guard let loop = CurlLoop(settings), loop.start() else {
            throw IFError(.missingDependency, "libcurl could not be initialized; install libcurl4 7.85 or later")
        }
        self.loop = loop
    }

    deinit { loop.post(.stop) }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        let transfer = CurlTransfer(request)
        let loop = loop
        defer { withExtendedLifetime(self) {} }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                transfer.continuation = continuation
                loop.post(.begin(transfer))
            }
        } onCancel: {
            loop.post(.cancel(transfer))
        }
    }
}
