public import FoundationEssentials
public import IFCore
public import IFStore

/// Artifacts in a bucket of Amazon S3, or of a server that speaks as S3 does.
///
/// Every object is written whole or not at all. Conditions (``WriteCondition``) are kept by the server, so that of two
/// writers in the world one wins; a write whose answer is lost is settled by reading back. Files go and come in parts
/// side by side, with memory that does not depend on their size, and with checksums both ways. Versions are entity
/// tags; times are whole seconds of the server's clock.
public struct S3Store: CopyingStore, BatchDeletingStore, UploadingStore {
    /// Where the store is.
    public let place: S3Location
    let client: S3Client

    /// Opens a store.
    ///
    /// - Parameters:
    ///   - place: The bucket, which must exist, and the prefix below which all keys are.
    ///   - session: Connections and credentials.
    ///   - settings: How the bucket is spoken to; by the session's environment where `nil`.
    /// - Throws: ``IFError/Code/notFound`` for a profile that is named and missing. Nothing is sent yet.
    public init(_ place: S3Location, session: AWSSession, settings: S3Settings? = nil) throws {
        self.place = place
        client = S3Client(
            bucket: place.bucket, settings: try settings ?? S3Settings(session.environment),
            transport: session.transport, credentials: session.credentials)
    }

    init(_ place: S3Location, client: S3Client) {
        self.place = place
        self.client = client
    }

    /// `s3://bucket/prefix`.
    public var location: String { place.description }

    // MARK: Writing

    /// Writes an object where the condition holds.
    ///
    /// - Throws: ``IFError/Code/conflict``; ``IFError/Code/accessDenied``; ``IFError/Code/notFound`` where there is no
    ///   such bucket; ``IFError/Code/inputOutput``.
    @discardableResult
    public func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
        let whole = try wholeKey(key)
        return try await written(key, try await client.put(.data(data), at: whole, if: condition), size: data.count)
    }

    /// Writes an object from a local file.
    ///
    /// - Throws: As ``put(_:at:if:)-(Data,_,_)``; ``IFError/Code/notFound`` where there is no such file.
    @discardableResult
    public func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo
    {
        let whole = try wholeKey(key)
        let size = try LocalFile(reading: path).size()
        return try await written(key, try await client.upload(path, to: whole, if: condition), size: size)
    }

    /// What was written: as the server tells it, unless another writer has replaced it meanwhile.
    private func written(_ key: String, _ tag: String, size: Int) async throws -> ArtifactInfo {
        if let object = try await client.head(place.key(key)), object.tag == tag { return info(key, object) }
        return ArtifactInfo(key: key, size: size, modified: client.serverTime, version: tag)
    }

    /// Copies an object within the store; its bytes do not leave the server.
    public func copy(_ key: String, to target: String) async throws {
        try await client.copy(try wholeKey(key), to: try wholeKey(target))
    }

    /// Removes an object; one that is not there is no error.
    public func delete(_ key: String) async throws { try await client.delete(try wholeKey(key)) }

    /// Removes objects, a thousand with a request.
    public func delete(_ keys: [String]) async throws { try await client.delete(try keys.map(wholeKey)) }

    // MARK: Reading

    /// Reads an object.
    public func get(_ key: String) async throws -> Data { try await client.get(try wholeKey(key)) }

    /// Copies an object to a local file, which takes its name when it is whole and checked.
    public func download(_ key: String, to path: String) async throws {
        try await client.download(try wholeKey(key), to: path)
    }

    /// What is known of an object, `nil` where there is none.
    public func stat(_ key: String) async throws -> ArtifactInfo? {
        try await client.head(try wholeKey(key)).map { info(key, $0) }
    }

    /// The objects whose keys begin with the prefix, ascending.
    ///
    /// - Complexity: A request for each thousand of them.
    public func list(_ prefix: String) async throws -> [ArtifactInfo] {
        try ArtifactKey.validate(prefix: prefix)
        let start = place.keyPrefix
        return try await client.list(start + prefix).map { object in
            // By bytes: a mark that combines with "/" would make one character of them.
            info(String(decoding: object.key.utf8.dropFirst(start.utf8.count), as: UTF8.self), object)
        }
    }

    /// An address at which anyone can read the object until it expires.
    ///
    /// - Parameter seconds: 1 to 604,800, a week; temporary credentials may end it earlier.
    public func presignedURL(_ key: String, seconds: Int = 3600) async throws -> String {
        precondition((1...604_800).contains(seconds), "an address lives between a second and a week")
        return try await client.presignedURL(try wholeKey(key), seconds: seconds)
    }

    // MARK: Keeping

    /// Gives up uploads that dead writers began below a prefix, whose parts would be paid for.
    ///
    /// - Parameters:
    ///   - prefix: As for ``list(_:)``.
    ///   - seconds: Age of an upload that nobody will end.
    /// - Returns: How many there were.
    @discardableResult
    public func abortUploads(_ prefix: String = "", olderThan seconds: TimeInterval = 86_400) async throws -> Int {
        try ArtifactKey.validate(prefix: prefix)
        return try await client.abortUploads(place.keyPrefix + prefix, olderThan: seconds)
    }

    func wholeKey(_ key: String) throws -> String {
        try ArtifactKey.validate(key)
        let whole = place.key(key)
        guard whole.utf8.count <= 1024 else {
            throw IFError(.invalidArgument, "S3 takes keys of at most 1,024 bytes; shorten it", key: key)
        }
        return whole
    }

    func info(_ key: String, _ object: S3Object) -> ArtifactInfo {
        ArtifactInfo(key: key, size: object.size, modified: object.modified, version: object.tag)
    }
}
