internal import IFCore

/// The runs of one kind: those in one folder whose names begin alike, such as `recsys/user_seg/run-…`.
///
/// Several families may share a folder (`recsys/eval/als-…`, `recsys/eval/als-postrank-…`) where at most one of
/// them has a plain `latest/`. The others have a latest run too, found through their pointer only.
public struct RunFamily: Hashable, Sendable {
    /// The folder below the root, such as `recsys/user_seg`.
    public let prefix: String
    /// What comes before the timestamp in a run's name, such as `run-`.
    public let runPrefix: String
    /// What stands under `latest/`; `nil` where the family has no such folder.
    public let latest: LatestLayout?

    /// Creates a family.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` for a prefix that is absolute or holds `..`, and for a run prefix
    ///   that holds `/` or begins with `.` or `_`.
    public init(prefix: String, runPrefix: String = "run-", latest: LatestLayout? = nil) throws {
        try ArtifactKey.validate(prefix)
        if runPrefix.isEmpty || runPrefix.contains("/") || runPrefix.hasPrefix(".") || runPrefix.hasPrefix("_") {
            throw IFError(
                .invalidArgument, "a run prefix is text such as 'run-', without / and not beginning with . or _",
                key: runPrefix)
        }
        self.prefix = prefix
        self.runPrefix = runPrefix
        self.latest = latest
    }

    /// The name of the run that began at `timestamp`.
    public func name(at timestamp: RunTimestamp) -> String { "\(runPrefix)\(timestamp)" }

    /// When the run of this name began; `nil` for names of other families and other things.
    public func timestamp(ofRun name: String) -> RunTimestamp? {
        guard name.utf8.starts(with: runPrefix.utf8) else { return nil }
        return RunTimestamp(name.dropFirst(runPrefix.count))
    }

    /// The link or folder that stands for the latest run.
    var latestName: String { latest == nil ? ".latest" + suffix : "latest" }
    /// The pointer's file.
    var pointerName: String { "_latest\(latest == nil ? suffix : "").json" }
    /// The folder of the log of promotions.
    var historyName: String { "_history\(latest == nil ? suffix : "")" }
    /// Tells families apart that share a folder.
    private var suffix: String { "-" + (runPrefix.hasSuffix("-") ? String(runPrefix.dropLast()) : runPrefix) }

    /// The file that makes a folder a run.
    static let manifestName = "_manifest.json"

    func checkedTimestamp(ofRun name: String) throws(IFError) -> RunTimestamp {
        guard let timestamp = timestamp(ofRun: name) else {
            throw IFError(
                .invalidArgument, "'\(name)' is no run of this family; names look like \(runPrefix)20260102-030405",
                key: prefix)
        }
        return timestamp
    }
}
