public import FoundationEssentials

/// A run that exists: its manifest, and where it is.
public struct RunRecord: Hashable, Sendable {
    /// The family.
    public let family: RunFamily
    /// The name, such as `run-20260102-030405`.
    public let name: String
    /// When it began.
    public let timestamp: RunTimestamp
    /// What it holds and was made from.
    public let manifest: RunManifest
    /// The run's own folder where it can be read in place; stays the same run whatever becomes the latest.
    public let folder: String?
    /// The promotion that made it the latest. `nil` for a run asked for by name, and for a commit that was not
    /// promoted, be it by wish or because a newer run was promoted meanwhile.
    public let promotion: Promotion?

    /// Key of the run below the root.
    public var key: String { "\(family.prefix)/\(name)" }

    /// The files at `path` or below it.
    public func files(at path: String) -> [RunFile] {
        manifest.files.filter { $0.path == path || $0.path.hasPrefix(path + "/") }
    }

    /// Where a file or folder of the run can be read in place.
    ///
    /// - Parameter path: Relative to the run.
    public func localPath(_ path: String) -> String? { folder.map { "\($0)/\(path)" } }
}

/// A run as a listing shows it, sound or not.
public struct RunListing: Hashable, Sendable {
    /// The name.
    public let name: String
    /// When it began.
    public let timestamp: RunTimestamp
    /// Its manifest; `nil` where it has none (a run of another tool) or one that cannot be read.
    public let manifest: RunManifest?
    /// What is wrong with the manifest, `nil` where nothing is.
    public let problem: String?
    /// Whether it is the latest.
    public let isLatest: Bool
    /// Bytes by the manifest.
    public var size: Int { manifest?.files.reduce(0) { $0 + $1.size } ?? 0 }
}

/// Something wrong with a stored run.
public struct RunProblem: Hashable, Sendable, CustomStringConvertible {
    /// The file, relative to the run.
    public var path: String
    /// What is wrong and what to do.
    public var message: String

    /// The text shown to people.
    public var description: String { "\(path): \(message)" }
}

/// Which runs ``RunStore/prune(_:_:now:isDryRun:)`` keeps. The latest is always kept.
public struct RetentionPolicy: Codable, Hashable, Sendable {
    /// So many of the newest runs are kept.
    public var newest: Int
    /// Runs that began within so many seconds are kept.
    public var seconds: TimeInterval?
    /// Whether runs that once were the latest are kept.
    public var keepsPromoted: Bool

    /// Creates a policy.
    ///
    /// - Parameters:
    ///   - newest: At least 0.
    ///   - seconds: `nil`: age does not matter.
    public init(newest: Int, seconds: TimeInterval? = nil, keepsPromoted: Bool = false) {
        self.newest = max(0, newest)
        self.seconds = seconds
        self.keepsPromoted = keepsPromoted
    }
}
