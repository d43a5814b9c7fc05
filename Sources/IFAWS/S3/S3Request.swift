internal import Crypto
internal import FoundationEssentials

/// A request to a bucket before it has a host and a signature.
struct S3Request: Sendable {
    var method: String
    /// The whole key, empty for the bucket itself.
    var key = ""
    var query: [HTTPField] = []
    /// Beside those that every request has.
    var headers: [HTTPField] = []
    var body = HTTPBody.none
    /// Digests of the body where the caller has them already.
    var digests: BodyDigests?
    var destination = HTTPDestination.memory(limit: .max)
    var limits = HTTPLimits()
    /// Whether doing it twice is the same as doing it once. Otherwise a request whose answer was lost is not sent
    /// again.
    var isRepeatable = true
    /// What is being done, for messages: "read the object".
    var action: String

    init(_ method: String, _ key: String = "", action: String) {
        self.method = method
        self.key = key
        self.action = action
    }
}

/// Digests of a body: the signature's, and the checksum that S3 keeps with the object.
struct BodyDigests: Hashable, Sendable {
    var sha256: String
    var checksum: CRC32C

    /// Reads the body once.
    init(_ body: HTTPBody) throws {
        var hash = SHA256()
        var checksum = CRC32C()
        switch body {
        case .none: break
        case .data(let data):
            unsafe data.withUnsafeBytes { bytes in
                unsafe hash.update(bufferPointer: bytes)
                unsafe checksum.update(bytes)
            }
        case .file(let slice):
            try unsafe slice.file.forEachPiece(of: slice.offset..<slice.offset + slice.count) { bytes in
                unsafe hash.update(bufferPointer: bytes)
                unsafe checksum.update(bytes)
            }
        }
        sha256 = Hexadecimal.encode(hash.finalize())
        self.checksum = checksum
    }
}
