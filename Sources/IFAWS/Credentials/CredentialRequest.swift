internal import IFCore

extension HTTPTransport {
    /// Asks a service that hands out keys, again where it or the network has a bad moment.
    ///
    /// - Parameter service: For messages: "the Security Token Service".
    /// - Throws: ``IFError/Code/accessDenied`` where no answer came; never with what was sent, which may hold secrets.
    func answer(to request: HTTPRequest, from service: String) async throws -> HTTPResponse {
        let retries = RetryPolicy(attempts: 3, base: 0.2)
        var attempt = 1
        while true {
            do {
                let response = try await send(request)
                let mayRecover = response.status >= 500 || response.status == 429
                if !mayRecover || attempt == retries.attempts { return response }
            } catch let failure as HTTPFailure {
                guard failure.isTransient, attempt < retries.attempts else {
                    throw IFError(.accessDenied, "\(service) did not answer: \(failure.message)")
                }
            }
            try await retries.wait(after: attempt)
            attempt += 1
        }
    }
}
