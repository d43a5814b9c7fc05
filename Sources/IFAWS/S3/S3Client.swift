internal import FoundationEssentials
internal import IFCore

/// Speaks to one bucket: signs, sends, tries again, follows the bucket to its region.
struct S3Client: Sendable {
    let bucket: String
    let settings: S3Settings
    let transport: any HTTPTransport
    let credentials: CredentialChain
    var retries: RetryPolicy
    var now: @Sendable () -> Date = { Date() }

    /// What is learned from answers.
    private struct Learned {
        var region: String {
            didSet { address = nil }
        }
        /// The bucket's in this region, once it was needed.
        var address: S3Address?
        /// Seconds that the server's clock is ahead of ours.
        var clockSkew: TimeInterval = 0
    }

    private let learned: Locked<Learned>
    private let signingKeys = SigningKeys()
    /// Where the settings ask for it.
    let pacer: RequestPacer?

    init(bucket: String, settings: S3Settings, transport: any HTTPTransport, credentials: CredentialChain) {
        self.bucket = bucket
        self.settings = settings
        self.transport = transport
        self.credentials = credentials
        retries = RetryPolicy(attempts: settings.attempts)
        learned = Locked(Learned(region: settings.region))
        pacer = settings.retryMode == .adaptive ? RequestPacer() : nil
    }

    /// `s3://bucket/key`.
    func location(_ key: String) -> String { key.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(key)" }

    /// Sends a request until it succeeds, fails for good or the attempts are used up.
    ///
    /// - Throws: ``S3Failure`` and ``HTTPFailure`` of the last attempt; what finding credentials threw.
    func send(_ request: S3Request) async throws -> HTTPResponse {
        let digests = try request.digests ?? BodyDigests(request.body)
        var attempt = 1
        // Each of these mends the request once; a second time it would be a circle.
        var hasMovedRegion = false
        var hasSetClock = false
        var hasRenewed = false
        while true {
            try Task.checkCancellation()
            let keys = try await credentials.credentials()
            // Other requests may set the clock while this one is under way.
            let begun = serverTime
            do {
                // Before it is signed: a signature ages.
                try await pacer?.turn()
                let response = try await transport.send(try signed(request, digests, keys))
                guard response.isSuccess else { throw S3Failure(response) }
                if request.method != "GET", let failure = S3Failure(withinSuccess: response) { throw failure }
                pacer?.record(isThrottled: false)
                return response
            } catch let failure as S3Failure {
                pacer?.record(isThrottled: failure.isThrottling)
                if !hasMovedRegion, moveRegion(failure) {
                    hasMovedRegion = true
                } else if !hasSetClock, failure.mayBeSkew(at: begun), let time = failure.serverTime {
                    hasSetClock = true
                    learned.withLock { $0.clockSkew = time.timeIntervalSince(now()) }
                } else if !hasRenewed, failure.mayBeExpiry(of: keys) {
                    hasRenewed = true
                    await credentials.reject(keys)
                } else {
                    let mayRepeat = request.isRepeatable ? failure.isTransient : failure.isThrottling
                    guard mayRepeat, attempt < retries.attempts else { throw redacted(failure, keys) }
                    try await retries.wait(after: attempt)
                    attempt += 1
                }
            } catch let failure as HTTPFailure {
                pacer?.record(isThrottled: false)
                guard request.isRepeatable, failure.isTransient, attempt < retries.attempts else { throw failure }
                try await retries.wait(after: attempt)
                attempt += 1
            }
        }
    }

    /// Sends, with failures as a caller of the store sees them.
    func perform(_ request: S3Request) async throws -> HTTPResponse {
        do {
            return try await send(request)
        } catch {
            throw described(error, request.action, request.key)
        }
    }

    /// A failure as a caller of the store sees it.
    func described(_ error: any Error, _ action: String, _ key: String) -> any Error {
        switch error {
        case let failure as S3Failure: failure.error(action, location(key))
        case let failure as HTTPFailure: failure.error(action, location(key), host: (try? address().host) ?? bucket)
        default: error
        }
    }

    // MARK: Signing

    /// The time by the server's clock, as far as its answers told it.
    var serverTime: Date { now().addingTimeInterval(learned.withLock { $0.clockSkew }) }

    private func address() throws -> S3Address {
        try learned.withLock { learned in
            if let address = learned.address { return address }
            let address = try S3Address(bucket: bucket, region: learned.region, settings: settings)
            learned.address = address
            return address
        }
    }

    private func signed(
        _ request: S3Request, _ digests: BodyDigests, _ keys: AWSCredentials
    ) throws -> HTTPRequest {
        let (region, skew) = learned.withLock { ($0.region, $0.clockSkew) }
        let address = try address()
        let path = path(of: request.key, address)
        let date = now().addingTimeInterval(skew)
        var headers =
            [
                HTTPField("Host", address.host), HTTPField("x-amz-date", AWSTime.compact(date)),
                HTTPField("x-amz-content-sha256", digests.sha256),
            ] + request.headers
        if let token = keys.sessionToken { headers.append(HTTPField("x-amz-security-token", token)) }
        if settings.requesterPays { headers.append(HTTPField("x-amz-request-payer", "requester")) }
        let authorization = SignatureV4(region: region, service: "s3", keys: signingKeys).authorization(
            SignatureV4.Request(
                method: request.method, path: path, query: request.query, headers: headers, payload: digests.sha256,
                date: date), keys)
        let query = request.query.isEmpty ? "" : "?" + SignatureV4.canonicalQuery(request.query)
        return HTTPRequest(
            method: request.method, url: address.origin + path + query,
            headers: headers + [HTTPField("Authorization", authorization)], body: request.body,
            destination: request.destination, limits: request.limits)
    }

    private func path(of key: String, _ address: S3Address) -> String {
        key.isEmpty
            ? (address.path.isEmpty ? "/" : address.path)
            : "\(address.path)/\(PercentEncoding.encode(key, keepingSlashes: true))"
    }

    /// An address at which anyone can read the object for so many seconds.
    func presignedURL(_ key: String, seconds: Int) async throws -> String {
        let keys = try await credentials.credentials()
        let (region, skew) = learned.withLock { ($0.region, $0.clockSkew) }
        let address = try address()
        let request = SignatureV4.Request(
            method: "GET", path: path(of: key, address),
            // Who opens the address sends no headers of ours.
            query: settings.requesterPays ? [HTTPField("x-amz-request-payer", "requester")] : [],
            headers: [HTTPField("Host", address.host)],
            payload: SignatureV4.unsignedPayload, date: now().addingTimeInterval(skew))
        let query = SignatureV4(region: region, service: "s3", keys: signingKeys).presignedQuery(
            request, keys, seconds: seconds)
        return "\(address.origin)\(request.path)?"
            + query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
            .joined(separator: "&")
    }

    // MARK: Learning

    /// Notes the region that a redirect names; answers whether it is another than before.
    private func moveRegion(_ failure: S3Failure) -> Bool {
        guard let region = failure.region, !region.isEmpty,
            [301, 307, 308].contains(failure.status) || failure.status == 400
                || ["AuthorizationHeaderMalformed", "IllegalLocationConstraintException"].contains(failure.code)
        else { return false }
        return learned.withLock { learned in
            defer { learned.region = region }
            return learned.region != region
        }
    }

    /// Servers should not repeat secrets; ours do not come out even if they do.
    private func redacted(_ failure: S3Failure, _ keys: AWSCredentials) -> S3Failure {
        var failure = failure
        failure.message = keys.redacted(failure.message)
        return failure
    }
}
