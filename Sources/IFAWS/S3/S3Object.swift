internal import FoundationEssentials
internal import IFCore

/// What S3 says of an object.
struct S3Object: Hashable, Sendable {
    var key: String
    var size: Int
    /// Whole seconds.
    var modified: Date
    /// The entity tag without quotation marks.
    var tag: String
    /// The identity of the conditional write that made it.
    var writer: String?
    /// The checksum of the whole object, where the server keeps one.
    var checksum: CRC32C?

    /// The header of the identity of a conditional write.
    static let writerHeader = "x-amz-meta-insightflow-write"

    /// From the headers of an answer to GET or HEAD.
    ///
    /// - Throws: ``IFError/Code/inputOutput`` where they are not those of S3.
    init(_ key: String, _ response: HTTPResponse) throws(IFError) {
        let range = response.headers["content-range"].flatMap { $0.split(separator: "/").last }.flatMap { Int($0) }
        guard let size = range ?? response.headers["content-length"].flatMap({ Int($0) }),
            let tag = response.headers["etag"]
        else {
            throw IFError(
                .inputOutput, "the server does not answer as S3 does: size or ETag are missing; check the endpoint",
                key: key)
        }
        self.key = key
        self.size = size
        self.tag = Self.unquoted(tag)
        modified = response.headers["last-modified"].flatMap(AWSTime.parseHTTP) ?? Date(timeIntervalSince1970: 0)
        writer = response.headers[Self.writerHeader]
        // Of an upload in parts, "COMPOSITE" is a checksum of checksums.
        if response.headers["x-amz-checksum-type"] ?? "FULL_OBJECT" == "FULL_OBJECT" {
            checksum = response.headers["x-amz-checksum-crc32c"].flatMap { CRC32C(base64: $0) }
        }
    }

    /// From an entry of a listing.
    init?(listed entry: XMLElement, isEncoded: Bool) {
        guard let key = entry.value("Key"), let size = entry.value("Size").flatMap({ Int($0) }),
            let tag = entry.value("ETag"), let modified = entry.value("LastModified").flatMap(AWSTime.parse)
        else { return nil }
        self.key = isEncoded ? PercentEncoding.decodeListed(key) : key
        self.size = size
        self.modified = modified
        self.tag = Self.unquoted(tag)
    }

    static func unquoted(_ tag: String) -> String { tag.filter { $0 != "\"" } }
}
