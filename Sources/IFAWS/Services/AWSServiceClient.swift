package import FoundationEssentials
internal import IFCore

/// Speaks JSON to one service of AWS: signs, sends, tries again.
///
/// Two protocols: JSON 1.1, where the header `X-Amz-Target` names the operation, and REST with JSON bodies, where
/// method and path do. See "AWS JSON 1.1 protocol" and "AWS restJson1 protocol" in the Smithy documentation.
package struct AWSServiceClient: Sendable {
    /// The region that is spoken to.
    package let region: String
    private let service: AWSService
    private let endpoint: AWSEndpoint
    private let transport: any HTTPTransport
    private let credentials: CredentialChain
    var retries: RetryPolicy
    var now: @Sendable () -> Date = { Date() }
    /// Seconds that the server's clock is ahead of ours.
    private let clockSkew = Locked<TimeInterval>(0)

    /// Opens a client. Nothing is sent yet.
    ///
    /// - Parameter region: `nil` for the session's.
    /// - Throws: ``IFError/Code/invalidConfiguration`` where no region is known; ``IFError/Code/invalidArgument`` for
    ///   an endpoint that is no address.
    package init(_ service: AWSService, session: AWSSession, region: String?) throws {
        self.service = service
        guard let region = try region ?? session.environment.region() else {
            throw IFError(
                .invalidConfiguration, "\(service.title) needs a region; set aws.region or AWS_REGION",
                key: "aws.region")
        }
        self.region = region
        if let address = try session.environment.endpoint(of: service.endpointName) {
            endpoint = try AWSEndpoint(
                address, service: service.title,
                variables: "AWS_ENDPOINT_URL_\(service.endpointName.uppercased()) or AWS_ENDPOINT_URL")
        } else {
            endpoint = AWSEndpoint(host: "\(service.hostPrefix).\(region).\(AWSPartition.domain(of: region))")
        }
        transport = session.transport
        credentials = session.credentials
        // Control planes throttle by account: patience gets further than haste.
        retries = RetryPolicy(attempts: 8, base: 0.5)
        if let text = session.environment["AWS_MAX_ATTEMPTS"], let number = Int(text), number > 0 {
            retries.attempts = number
        }
    }

    /// Calls an operation of the JSON 1.1 protocol.
    ///
    /// - Parameter body: A JSON object.
    /// - Returns: A JSON object.
    /// - Throws: ``AWSServiceFailure``; ``IFError`` where no answer came or no credentials were found. Where the request may
    ///   have been carried out all the same, ``AWSServiceFailure/mayHaveHappened`` or a cause ``AWSLostAnswer`` says so.
    package func call(_ operation: String, _ body: Data) async throws -> Data {
        let headers = [
            HTTPField("Content-Type", "application/x-amz-json-1.1"),
            HTTPField("X-Amz-Target", "\(service.target ?? "").\(operation)"),
        ]
        return try await send("POST", "/", headers, body)
    }

    /// Sends a request of the REST protocol.
    ///
    /// - Parameters:
    ///   - path: Parts of the path before encoding.
    ///   - body: A JSON object, `nil` for none.
    /// - Throws: As ``call(_:_:)``.
    package func send(_ method: String, _ path: [String], _ body: Data? = nil) async throws -> Data {
        let headers = body == nil ? [] : [HTTPField("Content-Type", "application/json")]
        return try await send(method, path.map { "/" + PercentEncoding.encode($0) }.joined(), headers, body)
    }

    private func send(
        _ method: String, _ path: String, _ headers: [HTTPField], _ body: Data?
    ) async throws -> Data {
        let content = body.map(HTTPBody.data) ?? .none
        let digest = try BodyDigests(content).sha256
        var attempt = 1
        var mayHaveHappened = false
        // Each of these mends the request once; a second time it would be a circle.
        var hasSetClock = false
        var hasRenewed = false
        while true {
            try Task.checkCancellation()
            let keys = try await credentials.credentials()
            do {
                let response = try await transport.send(signed(method, path, headers, content, digest, keys))
                guard response.isSuccess else { throw AWSServiceFailure(response, service: service.title) }
                return response.body
            } catch var failure as AWSServiceFailure {
                failure.mayHaveHappened = mayHaveHappened || (failure.isTransient && !failure.isThrottling)
                if !hasSetClock, failure.isSkew, let time = failure.serverTime {
                    hasSetClock = true
                    clockSkew.withLock { $0 = time.timeIntervalSince(now()) }
                } else if !hasRenewed, failure.isExpiry {
                    hasRenewed = true
                    await credentials.reject(keys)
                } else {
                    mayHaveHappened = failure.mayHaveHappened
                    guard failure.isTransient, attempt < retries.attempts else { throw redacted(failure, keys) }
                    try await retries.wait(after: attempt)
                    attempt += 1
                }
            } catch let failure as HTTPFailure {
                mayHaveHappened = mayHaveHappened || failure.mayHaveBeenSent
                guard failure.isTransient, attempt < retries.attempts else {
                    var error = failure.error("reach \(service.title)", endpoint.origin, host: endpoint.host)
                    if mayHaveHappened { error.cause = AWSLostAnswer() }
                    throw error
                }
                try await retries.wait(after: attempt)
                attempt += 1
            }
        }
    }

    private func signed(
        _ method: String, _ path: String, _ own: [HTTPField], _ body: HTTPBody, _ digest: String, _ keys: AWSCredentials
    ) -> HTTPRequest {
        let date = now().addingTimeInterval(clockSkew.withLock { $0 })
        var headers =
            [
                HTTPField("Host", endpoint.host), HTTPField("x-amz-date", AWSTime.compact(date)),
                HTTPField("x-amz-content-sha256", digest),
            ] + own
        if let token = keys.sessionToken { headers.append(HTTPField("x-amz-security-token", token)) }
        let wholePath = endpoint.base + path
        let authorization = SignatureV4(region: region, service: service.signingName).authorization(
            SignatureV4.Request(
                method: method, path: wholePath, headers: headers, payload: digest, date: date), keys)
        return HTTPRequest(
            method: method, url: endpoint.origin + wholePath,
            headers: headers + [HTTPField("Authorization", authorization)], body: body,
            limits: HTTPLimits(total: 60))
    }

    /// Services should not repeat secrets; ours do not come out even if they do.
    private func redacted(_ failure: AWSServiceFailure, _ keys: AWSCredentials) -> AWSServiceFailure {
        var failure = failure
        failure.message = keys.redacted(failure.message)
        return failure
    }
}
