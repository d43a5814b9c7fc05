public import FoundationEssentials

/// A store that takes objects piece by piece, without a file or the whole in memory.
public protocol StreamingStore: ArtifactStore {
    /// Begins an object. It appears whole when ``ObjectStream/finish()`` has succeeded, and replaces what has the key;
    /// until then nobody sees it.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` for a key that cannot be one; ``IFError/Code/inputOutput``.
    func stream(to key: String) async throws -> any ObjectStream
}

/// Takes bytes in order.
///
/// Used by one task at a time. Whoever begins a stream ends it, with ``finish()`` or with ``abandon()``.
public protocol ObjectStream: Sendable {
    /// Appends bytes; returns when more may be given, which bounds the memory that those under way take.
    ///
    /// - Throws: What storing earlier bytes threw, too. After an error the stream can only be abandoned.
    func write(_ bytes: Data) async throws

    /// Makes the object.
    ///
    /// - Returns: Its version, as ``ArtifactInfo/version``.
    /// - Throws: After an error the stream can only be abandoned.
    @discardableResult
    func finish() async throws -> String

    /// Gives the object up; leaves nothing. Does nothing after ``finish()``. Not disturbed by cancellation.
    func abandon() async
}
