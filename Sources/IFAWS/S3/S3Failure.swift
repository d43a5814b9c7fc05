internal import FoundationEssentials
internal import IFCore

/// A request that S3 answered with an error.
struct S3Failure: Error, Sendable, CustomStringConvertible {
    var status: Int
    /// S3's name for it, such as `NoSuchKey`; made up from the status where the answer has no body.
    var code: String
    /// Whether the answer had that name: answers to HEAD have no body.
    var isNamed: Bool
    var message: String
    var requestID: String?
    /// The bucket's region, where the answer tells.
    var region: String?
    /// The server's clock, where the answer tells.
    var serverTime: Date?

    init(_ response: HTTPResponse) {
        let document = XMLElement.parse(response.body)
        status = response.status
        let name = document?.first("Code")?.text
        isNamed = name != nil
        code = name ?? Self.code(ofStatus: response.status)
        // For bad signatures servers repeat what was signed, which holds the session token.
        message = code == "SignatureDoesNotMatch" ? "" : String((document?.first("Message")?.text ?? "").prefix(500))
        requestID = response.headers["x-amz-request-id"] ?? document?.first("RequestId")?.text
        region = response.headers["x-amz-bucket-region"] ?? document?.first("Region")?.text
        serverTime = response.headers["date"].flatMap(AWSTime.parseHTTP)
    }

    /// An error in the body of an answer that called itself a success, as copying and completing give when they fail
    /// after the headers were sent.
    init?(withinSuccess response: HTTPResponse) {
        guard XMLElement.parse(response.body)?.name == "Error" else { return nil }
        self.init(response)
        status = 500
    }

    private static func code(ofStatus status: Int) -> String {
        switch status {
        case 301, 307, 308: "PermanentRedirect"
        case 403: "AccessDenied"
        case 404: "NotFound"
        case 412: "PreconditionFailed"
        case 416: "InvalidRange"
        default: "HTTP\(status)"
        }
    }

    var description: String {
        let id = requestID.map { ", request \($0)" } ?? ""
        return "\(code)\(message.isEmpty ? "" : ": \(message)") (HTTP \(status)\(id))"
    }

    // MARK: What it means

    /// The server asks for patience, and did nothing.
    var isThrottling: Bool { status == 429 || Self.throttling.contains(code) }

    /// Trying the same again may help.
    var isTransient: Bool {
        isThrottling || [500, 502, 503, 504].contains(status) || ["RequestTimeout", "InternalError"].contains(code)
    }

    /// Whether a request that was made at this time, by our clock, may have been refused for that.
    ///
    /// Where no name says so, a difference of more than five minutes does, a third of what S3 bears.
    func mayBeSkew(at time: Date) -> Bool {
        if code == "RequestTimeTooSkewed" { return true }
        guard !isNamed, status == 403, let serverTime else { return false }
        return abs(serverTime.timeIntervalSince(time)) > 5 * 60
    }

    /// Whether the time of these credentials may be over: a refusal says so, or has no body in which it could.
    func mayBeExpiry(of keys: AWSCredentials) -> Bool {
        isExpiry || (!isNamed && status == 400 && keys.sessionToken != nil)
    }

    /// The credentials' time is over.
    var isExpiry: Bool { ["ExpiredToken", "TokenRefreshRequired", "ExpiredTokenException"].contains(code) }

    /// The condition of a write did not hold.
    var isUnmetCondition: Bool { status == 412 || (status == 409 && code.hasSuffix("Conflict")) }

    /// There is no such object; a missing bucket is another matter.
    var isMissingObject: Bool { status == 404 && code != "NoSuchBucket" }

    /// Names by which services of AWS ask for patience.
    static let throttling: Set<String> = [
        "SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled",
        "RequestThrottledException", "TooManyRequestsException", "TooManyRequests", "RequestLimitExceeded",
        "BandwidthLimitExceeded", "ReducePriority", "ServiceUnavailable",
    ]

    /// As callers of a store see it.
    func error(_ action: String, _ location: String) -> IFError {
        switch (status, code) {
        case (_, "NoSuchBucket"):
            IFError(.notFound, "there is no such bucket; create it or correct its name", file: location, cause: self)
        case (404, _):
            IFError(.notFound, "there is no such object; see what is there with list", file: location)
        case (409, _), (412, _):
            IFError(.conflict, "another writer was first", file: location, cause: self)
        case (_, "RequestTimeTooSkewed"):
            IFError(.accessDenied, "this machine's clock is wrong; set it", file: location, cause: self)
        case (401, _), (403, _), (_, "ExpiredToken"), (_, "InvalidToken"):
            IFError(
                .accessDenied, "could not \(action): S3 refused; check credentials and permissions", file: location,
                cause: self)
        default:
            IFError(.inputOutput, "could not \(action)", file: location, cause: self)
        }
    }
}

extension HTTPFailure {
    /// As callers of a store see it.
    func error(_ action: String, _ location: String, host: String) -> IFError {
        if let systemError { return LocalFile.failure("\(action) (local file)", location, number: systemError) }
        return IFError(
            .inputOutput,
            "could not \(action): \(host) \(isTransient ? "did not answer" : "cannot be used"): \(message)",
            file: location)
    }
}
