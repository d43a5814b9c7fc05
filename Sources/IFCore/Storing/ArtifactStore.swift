public import FoundationEssentials

/// What a store knows of an object without reading it.
public struct ArtifactInfo: Hashable, Sendable {
    /// Key below the store's root, `/` between parts, no leading `/`.
    public var key: String
    /// Bytes.
    public var size: Int
    /// When it was last written.
    public var modified: Date
    /// Changes when the content changes; opaque.
    public var version: String

    /// Creates a description.
    public init(key: String, size: Int, modified: Date, version: String) {
        self.key = key
        self.size = size
        self.modified = modified
        self.version = version
    }
}

/// When a write may go ahead.
public enum WriteCondition: Hashable, Sendable {
    /// Always.
    case always
    /// Only where no object has the key.
    case ifAbsent
    /// Only where the object still has this version.
    case ifVersion(String)
}

/// Where artifacts live: a folder, memory, an object store.
///
/// Every write is atomic: a reader sees the old object or the new one, whole. The trivial conformer is
/// ``MemoryStore``.
public protocol ArtifactStore: Sendable {
    /// Writes an object.
    ///
    /// - Returns: What was written.
    /// - Throws: ``IFError/Code/conflict`` where the condition does not hold.
    @discardableResult
    func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo

    /// Writes an object from a local file.
    @discardableResult
    func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo

    /// Reads an object.
    ///
    /// - Throws: ``IFError/Code/notFound``.
    func get(_ key: String) async throws -> Data

    /// Copies an object to a local file.
    ///
    /// - Throws: ``IFError/Code/notFound``.
    func download(_ key: String, to path: String) async throws

    /// What is known of an object, `nil` where there is none.
    func stat(_ key: String) async throws -> ArtifactInfo?

    /// The objects whose keys begin with `prefix`, in ascending order of key.
    func list(_ prefix: String) async throws -> [ArtifactInfo]

    /// Removes an object; one that is not there is no error.
    func delete(_ key: String) async throws

    /// A local path where the object can be read in place, `nil` where the store has none.
    func localPath(_ key: String) -> String?

    /// The root as a person would write it: a path or a URI.
    var location: String { get }
}

extension ArtifactStore {
    /// Writes an object unconditionally.
    @discardableResult
    public func put(_ data: Data, at key: String) async throws -> ArtifactInfo {
        try await put(data, at: key, if: .always)
    }

    /// Most stores have no local path.
    public func localPath(_ key: String) -> String? { nil }
}
