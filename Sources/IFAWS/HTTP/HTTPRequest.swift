internal import FoundationEssentials

/// What to send, and where the answer's body goes.
struct HTTPRequest: Sendable {
    var method: String
    /// Absolute; the bytes after the host go out as they are.
    var url: String
    /// In the order they are sent. A signature may cover them, so nothing is added that changes them.
    var headers: [HTTPField] = []
    var body = HTTPBody.none
    var destination = HTTPDestination.memory(limit: 64 << 20)
    var limits = HTTPLimits()
    /// Whether a proxy is passed over: endpoints on the machine itself or beside it.
    var isDirect = false

    /// Host and port, for messages: a path or query may hold what is nobody else's business.
    var authority: String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        return String(url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" })
    }
}

/// A header.
struct HTTPField: Hashable, Sendable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The bytes of a request. All of them can be sent a second time.
enum HTTPBody: Sendable {
    case none
    case data(Data)
    /// Part of a file, read as it is sent.
    case file(FileSlice)

    var count: Int {
        switch self {
        case .none: 0
        case .data(let data): data.count
        case .file(let slice): slice.count
        }
    }
}

/// Where the body of a successful answer goes; that of a failure always goes to memory.
enum HTTPDestination: Sendable {
    /// Into memory, at most so many bytes.
    case memory(limit: Int)
    /// Into a file from this offset on.
    case file(LocalFile, offset: Int)
}

/// How long a request may take.
struct HTTPLimits: Sendable {
    /// Seconds until a connection stands.
    var connect = 10.0
    /// A transfer below 1 KiB/s for so many seconds has stalled; 0 switches the check off.
    var stall = 30
    /// Seconds in all, 0 for no limit.
    var total = 0.0

    /// For requests over which a server may think for minutes: completing an upload, copying an object.
    static let patient = HTTPLimits(stall: 0, total: 900)
}

/// What came back.
struct HTTPResponse: Sendable {
    var status: Int
    /// Names in lower case; of repeated headers the last.
    var headers: [String: String]
    /// Empty where the body went to a file.
    var body: Data
    /// Bytes of body, wherever they went.
    var received: Int
    /// CRC-32C of the bytes received.
    var checksum: CRC32C

    var isSuccess: Bool { (200..<300).contains(status) }
}

/// Sends requests. The one conformer outside tests is ``CurlEngine``.
protocol HTTPTransport: Sendable {
    /// - Throws: ``HTTPFailure`` where no whole answer came; `CancellationError`.
    func send(_ request: HTTPRequest) async throws -> HTTPResponse
}

/// A request that got no whole answer.
struct HTTPFailure: Error, CustomStringConvertible {
    /// libcurl's number.
    var code: UInt32
    var message: String
    /// Whether the same request may succeed later: the network failed, not the request.
    var isTransient: Bool
    /// What the local file system answered, where reading the body or writing the answer failed.
    var systemError: Int32?

    var description: String { message }
}
