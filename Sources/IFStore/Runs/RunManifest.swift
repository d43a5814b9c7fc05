public import FoundationEssentials
internal import IFCore

/// Something a run was made from.
public struct RunInput: Codable, Hashable, Sendable {
    /// What it was used as, such as `orders`.
    public var name: String
    /// Path, URI, or `family/run` of an earlier stage.
    public var location: String
    /// A ``Fingerprint`` or other version of it, where known.
    public var fingerprint: String?

    /// Creates an input.
    public init(name: String, location: String, fingerprint: String? = nil) {
        self.name = name
        self.location = location
        self.fingerprint = fingerprint
    }
}

/// What the writer of a run tells of it. Must hold no secrets: everyone who can read the run can read it.
public struct RunManifestInfo: Hashable, Sendable {
    /// What the run was made from.
    public var inputs: [RunInput]
    /// The configuration it was made with.
    public var configuration: JSONValue
    /// The seed of its random streams.
    public var seed: UInt64
    /// The version of the software.
    public var version: String
    /// Seconds by phase.
    public var timings: [String: Double]
    /// Anything else worth keeping.
    public var notes: [String: JSONValue]

    /// Creates a description.
    public init(
        inputs: [RunInput] = [], configuration: JSONValue = .null, seed: UInt64 = 0, version: String = "",
        timings: [String: Double] = [:], notes: [String: JSONValue] = [:]
    ) {
        self.inputs = inputs
        self.configuration = configuration
        self.seed = seed
        self.version = version
        self.timings = timings
        self.notes = notes
    }
}

/// A file of a run.
public struct RunFile: Codable, Hashable, Sendable {
    /// Path relative to the run.
    public var path: String
    /// Bytes.
    public var size: Int
    /// SHA-256 of the content, 64 hexadecimal digits.
    public var sha256: String
    /// SHA-256 of the last 65,536 bytes of a longer file, so that a reader of parts of it can trust what stands there, such
    /// as Parquet's footer. `nil` of shorter files and in runs of versions before.
    public var tailSHA256: String?

    /// Creates a description.
    public init(path: String, size: Int, sha256: String, tailSHA256: String? = nil) {
        self.path = path
        self.size = size
        self.sha256 = sha256
        self.tailSHA256 = tailSHA256
    }

    enum CodingKeys: String, CodingKey {
        case path, size, sha256
        case tailSHA256 = "tail_sha256"
    }
}

/// `_manifest.json` of a run: its presence makes the run exist, its digests make the run checkable.
public struct RunManifest: Codable, Hashable, Sendable {
    /// The newest schema this version writes and reads.
    public static let currentSchema = 1

    /// Version of this file's form.
    public var schemaVersion: Int
    /// The family's prefix.
    public var family: String
    /// The run's name.
    public var run: String
    /// When the run began, UTC.
    public var startedAt: Date
    /// When its last file was written, UTC.
    public var committedAt: Date
    /// What the run was made from.
    public var inputs: [RunInput]
    /// The configuration it was made with.
    public var configuration: JSONValue
    /// The seed of its random streams.
    public var seed: UInt64
    /// The version of the software.
    public var version: String
    /// Seconds by phase.
    public var timings: [String: Double]
    /// Anything else worth keeping.
    public var notes: [String: JSONValue]
    /// Every file of the run but this one, in byte order of the paths.
    public var files: [RunFile]

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case family, run
        case startedAt = "started_at_utc"
        case committedAt = "committed_at_utc"
        case inputs, configuration, seed, version, timings, notes, files
    }

    /// Reads a manifest and refuses one of a later schema.
    static func read(_ data: Data, file: String) throws -> RunManifest {
        struct Schema: Decodable {
            var version: Int

            enum CodingKeys: String, CodingKey { case version = "schema_version" }
        }
        let schema = try StoreJSON.decode(Schema.self, from: data, file: file).version
        guard (1...currentSchema).contains(schema) else {
            throw IFError(
                .unsupported, "the manifest has schema \(schema), this version reads up to \(currentSchema); update it",
                file: file)
        }
        return try StoreJSON.decode(RunManifest.self, from: data, file: file)
    }
}
