public import IFCore

/// A bucket, and where in it: `s3://bucket/some/prefix`.
public struct S3Location: Hashable, Sendable, CustomStringConvertible {
    /// The bucket.
    public let bucket: String
    /// Without `/` at either end; empty for the whole bucket.
    public let prefix: String

    /// Creates a location from its parts.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` for a name that no bucket has.
    public init(bucket: String, prefix: String = "") throws(IFError) {
        let isNameByte: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard (3...255).contains(bucket.utf8.count), bucket.utf8.allSatisfy(isNameByte), bucket.first != ".",
            !bucket.contains("..")
        else {
            throw IFError(
                .invalidArgument,
                "'\(bucket)' is no name of a bucket: 3 or more letters, digits, hyphens and dots, as in s3://my-bucket/data"
            )
        }
        self.bucket = bucket
        self.prefix = prefix.split(separator: "/").joined(separator: "/")
    }

    /// Reads `s3://bucket/prefix`; Hadoop's `s3a:` and `s3n:` mean the same.
    ///
    /// - Throws: ``IFError/Code/invalidArgument``.
    public init(_ uri: String) throws(IFError) {
        guard let rest = Self.withoutScheme(uri) else {
            throw IFError(.invalidArgument, "'\(uri)' is no location in S3; write s3://bucket/prefix")
        }
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        try self.init(bucket: String(parts.first ?? ""), prefix: parts.count > 1 ? String(parts[1]) : "")
    }

    /// Whether a text is meant as a location in S3.
    public static func isS3(_ text: String) -> Bool { withoutScheme(text) != nil }

    private static func withoutScheme(_ uri: String) -> Substring? {
        for scheme in ["s3://", "s3a://", "s3n://"] where uri.hasPrefix(scheme) { return uri.dropFirst(scheme.count) }
        return nil
    }

    /// The place `path` below this one.
    public func appending(_ path: String) throws(IFError) -> S3Location {
        try S3Location(bucket: bucket, prefix: key(path))
    }

    /// The key of an object below this place.
    func key(_ path: String) -> String { prefix.isEmpty ? path : "\(prefix)/\(path)" }

    /// What every key below this place begins with.
    var keyPrefix: String { prefix.isEmpty ? "" : prefix + "/" }

    /// `s3://bucket/prefix`.
    public var description: String { prefix.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(prefix)" }
}
