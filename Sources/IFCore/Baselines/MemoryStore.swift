public import FoundationEssentials

/// Artifacts in memory: the trivial store, for tests and experiments.
public final class MemoryStore: RangedStore, StreamingStore {
    private struct Entry {
        var data: Data
        var info: ArtifactInfo
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var writes = 0
    }

    private let state = Locked(State())
    private let now: @Sendable () -> Date

    /// Creates an empty store.
    public init(now: @escaping @Sendable () -> Date = { Date() }) { self.now = now }

    /// The root as a person would write it.
    public var location: String { "memory:" }

    /// Writes an object where the condition holds.
    @discardableResult
    public func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
        let stamp = now()
        return try state.withLock { state in
            let present = state.entries[key]?.info
            switch condition {
            case .always: break
            case .ifAbsent:
                if present != nil { throw IFError(.conflict, "the object already exists", key: key) }
            case .ifVersion(let version):
                if present?.version != version {
                    throw IFError(.conflict, "the object was changed by another writer", key: key)
                }
            }
            state.writes += 1
            let info = ArtifactInfo(key: key, size: data.count, modified: stamp, version: String(state.writes))
            state.entries[key] = Entry(data: data, info: info)
            return info
        }
    }

    /// Writes an object from a local file.
    @discardableResult
    public func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo
    {
        try await put(try Data(contentsOf: URL(filePath: path)), at: key, if: condition)
    }

    /// Reads an object.
    public func get(_ key: String) async throws -> Data {
        guard let entry = state.withLock({ $0.entries[key] }) else {
            throw IFError(.notFound, "there is no such object", key: key)
        }
        return entry.data
    }

    /// Copies an object to a local file.
    public func download(_ key: String, to path: String) async throws {
        try await get(key).write(to: URL(filePath: path), options: .atomic)
    }

    /// What is known of an object, `nil` where there is none.
    public func stat(_ key: String) async throws -> ArtifactInfo? { state.withLock { $0.entries[key]?.info } }

    /// The objects whose keys begin with the prefix, ascending.
    public func list(_ prefix: String) async throws -> [ArtifactInfo] {
        state.withLock { state in
            state.entries.values.map(\.info).filter { $0.key.hasPrefix(prefix) }
                .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        }
    }

    /// Removes an object; one that is not there is no error.
    public func delete(_ key: String) async throws { state.withLock { _ = $0.entries.removeValue(forKey: key) } }

    /// Reads bytes of an object.
    public func get(_ key: String, range: Range<Int>, ifVersion version: String?) async throws -> ObjectSlice {
        precondition(range.lowerBound >= 0 && !range.isEmpty, "a range needs bytes")
        guard let entry = state.withLock({ $0.entries[key] }) else {
            throw IFError(.notFound, "there is no such object", key: key)
        }
        if let version, version != entry.info.version { throw StoredObject.changed(key, range, in: self) }
        let there = range.clamped(to: 0..<entry.data.count)
        guard !there.isEmpty else {
            throw IFError(
                .invalidArgument, "the object ends before \(StoredObject.text(range)): it has \(entry.data.count)",
                key: key)
        }
        let start = entry.data.startIndex
        return ObjectSlice(
            data: entry.data.subdata(in: start + there.lowerBound..<start + there.upperBound), info: entry.info)
    }

    /// Begins an object that is written piece by piece.
    public func stream(to key: String) async throws -> any ObjectStream { Stream(key, self) }

    /// Gathers what is written; the store sees it at the end.
    private final class Stream: ObjectStream {
        private let key: String
        private let store: MemoryStore
        private let data = Locked(Data())

        init(_ key: String, _ store: MemoryStore) {
            self.key = key
            self.store = store
        }

        func write(_ bytes: Data) async throws {
            try Task.checkCancellation()
            data.withLock { $0.append(bytes) }
        }

        func finish() async throws -> String { try await store.put(data.withLock { $0 }, at: key).version }

        func abandon() async { data.withLock { $0 = Data() } }
    }
}
