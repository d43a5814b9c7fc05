public import FoundationEssentials

/// A store that reads parts of objects without the rest.
public protocol RangedStore: ArtifactStore {
    /// Reads bytes of an object.
    ///
    /// - Parameters:
    ///   - key: The object.
    ///   - range: Not empty.
    ///   - version: Reads only where the object still has this version; `nil`: whatever it has.
    /// - Returns: The bytes of the range that are there, fewer where it passes the end, and what is known of the object to
    ///   which they belong.
    /// - Throws: ``IFError/Code/notFound``; ``IFError/Code/conflict`` where the object has another version;
    ///   ``IFError/Code/invalidArgument`` where the range begins behind the object's end. The message names the range.
    func get(_ key: String, range: Range<Int>, ifVersion version: String?) async throws -> ObjectSlice
}

/// Some bytes of an object.
public struct ObjectSlice: Hashable, Sendable {
    /// The bytes.
    public var data: Data
    /// The object to which they belong.
    public var info: ArtifactInfo

    /// Creates a slice.
    public init(data: Data, info: ArtifactInfo) {
        self.data = data
        self.info = info
    }
}

/// An object of a store as a source of bytes, all of one version.
///
/// The version is the one given, or else that of the first reading. An object that is replaced meanwhile is an error of
/// the next reading, never a mixture. A store's checksum of a whole object cannot be checked on parts of it: readers rely on
/// checksums within the file (Parquet's pages have them) and on the connection.
public final class StoredObject: RandomAccessSource {
    /// Bytes in all.
    public let size: Int
    private let key: String
    private let store: any RangedStore
    private let version: Locked<String?>

    /// An object as a listing or ``ArtifactStore/stat(_:)`` describes it.
    public convenience init(_ info: ArtifactInfo, in store: any RangedStore) {
        self.init(info.key, size: info.size, version: info.version, in: store)
    }

    /// An object of a known size.
    ///
    /// - Parameters:
    ///   - key: The object.
    ///   - size: Bytes that it is known to have. Another size is an error of the first reading.
    ///   - version: Its version; `nil`: that of the first reading.
    ///   - store: Where it is. Nothing is asked yet.
    public init(_ key: String, size: Int, version: String? = nil, in store: any RangedStore) {
        precondition(size >= 0, "a size cannot be negative")
        self.key = key
        self.size = size
        self.store = store
        self.version = Locked(version)
    }

    /// The store's location and the key.
    public var name: String { store.location.hasSuffix("/") ? store.location + key : "\(store.location)/\(key)" }

    /// Reads bytes of the object.
    ///
    /// - Throws: As ``RandomAccessSource/read(_:)``; ``IFError/Code/corruptFile`` where the object has another size than
    ///   is known of it.
    /// - Precondition: The range lies within `0..<size`.
    public func read(_ range: Range<Int>) async throws -> Data {
        precondition(range.lowerBound >= 0 && range.upperBound <= size, "a range outside the object")
        if range.isEmpty { return Data() }
        let slice: ObjectSlice
        do {
            slice = try await store.get(key, range: range, ifVersion: version.withLock { $0 })
        } catch let error as IFError where error.code == .invalidArgument {
            throw IFError(
                .corruptFile, "the object ends before \(Self.text(range)); it should have \(size) bytes", file: name,
                key: key, cause: error)
        }
        guard slice.info.size == size, slice.data.count == range.count else {
            throw IFError(
                .corruptFile,
                "the object has \(slice.info.size) bytes where it should have \(size); \(Self.text(range)) cannot be "
                    + "trusted", file: name, key: key)
        }
        let pinned = version.withLock { version in
            version = version ?? slice.info.version
            return version
        }
        guard pinned == slice.info.version else { throw Self.changed(key, range, in: store) }
        return slice.data
    }

    /// The error of an object that is no longer the one of which a part was read.
    package static func changed(_ key: String, _ range: Range<Int>, in store: some ArtifactStore) -> IFError {
        IFError(
            .conflict, "the object was replaced while it was read (at \(text(range))); read it again",
            file: "\(store.location)/\(key)", key: key)
    }

    /// How messages name a range.
    package static func text(_ range: Range<Int>) -> String { "bytes \(range.lowerBound)–\(range.upperBound - 1)" }
}
