internal import FoundationEssentials
internal import IFCore
internal import IFStore

/// Tokens of `aws login` that this process has renewed and could not write: what renews keys does so once, and the next one
/// would be lost.
final class LoginMemory: Sendable {
    static let shared = LoginMemory()
    private let tokens = Locked<[String: [String: JSONValue]]>([:])

    func keep(_ token: [String: JSONValue]?, at path: String) { tokens.withLock { $0[path] = token } }

    /// The token of the file, or the remembered one where its keys last longer. Without a file there is none: signing out
    /// removes it.
    func newer(than found: [String: JSONValue]?, at path: String) -> [String: JSONValue]? {
        guard let found, let kept = tokens.withLock({ $0[path] }) else { return found }
        guard let end = LoginCredentials.keys(in: kept)?.expiration else { return found }
        let others = LoginCredentials.keys(in: found)?.expiration
        return (others.map { $0 >= end } ?? false) ? found : kept
    }
}
