internal import Crypto
internal import FoundationEssentials
internal import IFCore

/// Derives signing keys and keeps the last one.
///
/// A key counts for a secret, day, region and service, thus for all requests of a client for a day; deriving it takes four
/// of the five keyed digests of a signature.
struct SigningKeys: Sendable {
    private struct Derived: Sendable {
        /// Of the secret: nothing that prints what it is given finds the secret here.
        var digest: SHA256.Digest
        var scope: String
        var key: SymmetricKey
    }

    private let last = Locked<Derived?>(nil)

    /// The key of a secret and a scope, such as `20261123/us-east-1/s3/aws4_request`.
    func key(_ secret: String, scope: String) -> SymmetricKey {
        let digest = SHA256.hash(data: Data(secret.utf8))
        if let last = last.withLock({ $0 }), last.digest == digest, last.scope == scope { return last.key }
        var key = SymmetricKey(data: Data("AWS4\(secret)".utf8))
        for part in scope.split(separator: "/") {
            key = SymmetricKey(data: HMAC<SHA256>.authenticationCode(for: Data(part.utf8), using: key))
        }
        let derived = Derived(digest: digest, scope: scope, key: key)
        last.withLock { $0 = derived }
        return key
    }
}
