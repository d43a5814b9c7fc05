package import IFCore
internal import FoundationEssentials

/// A request that a service of AWS answered with an error.
package struct AWSServiceFailure: Error, Sendable, CustomStringConvertible {
    /// The service's title.
    package var service: String
    /// The status of the answer.
    package var status: Int
    /// AWS's name for the error, such as `ValidationException`; made up from the status where the answer has none.
    package var code: String
    /// What the service says of it.
    package var message: String
    /// By which AWS's support finds the request.
    package var requestID: String?
    /// Whether an attempt had no answer, or one that leaves it open, so that it may have been carried out.
    package var mayHaveHappened = false
    /// The server's clock, where the answer tells.
    var serverTime: Date?

    /// The keys of an error, in JSON of either protocol.
    private struct Document: Decodable {
        var type: String?
        var code: String?
        var message: String?
        var capitalMessage: String?

        private enum CodingKeys: String, CodingKey {
            case type = "__type"
            case code, message
            case capitalMessage = "Message"
        }
    }

    init(_ response: HTTPResponse, service: String) {
        self.service = service
        status = response.status
        let document = try? JSONDecoder().decode(Document.self, from: response.body)
        let name = response.headers["x-amzn-errortype"] ?? document?.type ?? document?.code
        code = name.flatMap(Self.shortName) ?? Self.code(ofStatus: response.status)
        // For bad signatures servers repeat what was signed, which holds the session token.
        let isAboutSignature = ["SignatureDoesNotMatch", "InvalidSignatureException"].contains(code)
        message = isAboutSignature ? "" : String((document?.message ?? document?.capitalMessage ?? "").prefix(1000))
        requestID = response.headers["x-amzn-requestid"] ?? response.headers["x-amz-request-id"]
        serverTime = response.headers["date"].flatMap(AWSTime.parseHTTP)
    }

    /// `com.amazonaws.sagemaker#ResourceInUse` and `ResourceInUse:http://…` are `ResourceInUse`.
    private static func shortName(_ name: String) -> String? {
        let short = name.split(separator: "#").last?.split(separator: ":").first
        return short.map(String.init)
    }

    private static func code(ofStatus status: Int) -> String {
        switch status {
        case 403: "AccessDenied"
        case 404: "ResourceNotFound"
        default: "HTTP\(status)"
        }
    }

    /// Name, message and status on one line.
    package var description: String {
        let id = requestID.map { ", request \($0)" } ?? ""
        return "\(code)\(message.isEmpty ? "" : ": \(message)") (HTTP \(status)\(id))"
    }

    // MARK: What it means

    /// The service asks for patience, and did nothing.
    package var isThrottling: Bool {
        status == 429 || S3Failure.throttling.contains(code) || code == "ProvisionedThroughputExceededException"
    }

    /// Trying the same again may help.
    package var isTransient: Bool {
        isThrottling || [500, 502, 503, 504].contains(status)
            || ["InternalFailure", "InternalServerException", "RequestTimeout", "ServiceUnavailableException"]
                .contains(code)
    }

    /// The credentials' time is over.
    var isExpiry: Bool { ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"].contains(code) }

    /// The clocks differ too much.
    var isSkew: Bool {
        ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"].contains(code)
            || (code == "InvalidSignatureException" && serverTime != nil)
    }

    /// There is no such thing, or nothing of that name can be seen.
    package var isMissing: Bool { ["ResourceNotFound", "ResourceNotFoundException"].contains(code) }

    /// What was asked for does not go together with the present state. Services name it differently.
    package var isRefusal: Bool {
        ["ResourceInUse", "ResourceInUseException", "ConflictException", "ValidationException"].contains(code)
    }

    /// As callers see it.
    ///
    /// - Parameters:
    ///   - action: What was being done: "submit the job".
    ///   - subject: What it was done to.
    package func error(_ action: String, _ subject: String?) -> IFError {
        let text = "could not \(action): \(service) answered \(code)" + (message.isEmpty ? "" : ": \(message)")
        func error(_ code: IFError.Code, _ advice: String) -> IFError {
            IFError(code, advice.isEmpty ? text : "\(text); \(advice)", key: subject, cause: self)
        }
        switch code {
        case "ResourceNotFound", "ResourceNotFoundException": return error(.notFound, "check name and region")
        case "ResourceInUse", "ResourceInUseException", "ConflictException": return error(.conflict, "")
        case "ResourceLimitExceeded", "ServiceQuotaExceededException", "LimitExceededException":
            return error(
                .inputOutput, "wait for other jobs to end, choose other machines or ask AWS for a higher quota")
        case "ValidationException", "InvalidParameterException", "SerializationException":
            return error(.invalidArgument, "")
        case _ where status == 401 || status == 403 || isExpiry || Self.credentials.contains(code):
            return error(.accessDenied, "check the credentials, their permissions and this machine's clock")
        default: return error(.inputOutput, isThrottling ? "try again later" : "")
        }
    }

    private static let credentials: Set<String> = [
        "AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "InvalidSignatureException",
        "SignatureDoesNotMatch", "InvalidClientTokenId", "MissingAuthenticationTokenException", "InvalidToken",
        "RequestTimeTooSkewed",
    ]
}

/// The cause of an error where a request was sent and no answer came, so that it may have been carried out.
package struct AWSLostAnswer: Error, CustomStringConvertible {
    package var description: String { "the request may have been carried out" }
}

extension HTTPFailure {
    /// Whether the request may have reached the server. Not so where no connection came about: libcurl's codes for a proxy or
    /// host without address (5, 6), a refused connection (7) and a handshake that failed (35).
    var mayHaveBeenSent: Bool { isTransient && ![5, 6, 7, 35].contains(code) }
}
