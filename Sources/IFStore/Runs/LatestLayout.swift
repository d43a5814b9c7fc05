internal import IFCore

/// Which parts of a run stand under `latest/`, and by what names.
public struct LatestLayout: Hashable, Sendable {
    /// Run-relative path to latest-relative path; `nil`: every file by its own name.
    let renames: [String: String]?

    /// Every file of the run under its own name.
    public static let sameNames = LatestLayout(renames: nil)

    private init(renames: [String: String]?) { self.renames = renames }

    /// Only the parts named, each a file or a folder of the run.
    ///
    /// - Parameter parts: Run-relative path to latest-relative path, such as `["ratings": "ratings.parquet"]`.
    ///   No path may lie inside another.
    /// - Throws: ``IFError/Code/invalidArgument`` for paths that are absolute, hold `..`, repeat or nest.
    public init(_ parts: [String: String]) throws {
        if parts.isEmpty {
            throw IFError(.invalidArgument, "a layout needs at least one part; use .sameNames or no layout at all")
        }
        for paths in [Array(parts.keys), Array(parts.values)] {
            for path in paths { try ArtifactKey.validate(path) }
            for (first, second) in zip(paths.sorted(), paths.sorted().dropFirst())
            where first == second || second.hasPrefix(first + "/") {
                throw IFError(.invalidArgument, "parts of a layout overlap: \(first) and \(second)", key: second)
            }
        }
        renames = parts
    }

    /// Where a file of the run stands below `latest/`, `nil` where it does not.
    func latestPath(ofRunPath path: String) -> String? {
        guard let renames else { return path }
        return LatestLayout.mapped(path, by: renames.map { ($0.key, $0.value) })
    }

    /// The file or folder of the run that stands at `path` below `latest/`.
    func runPath(ofLatestPath path: String) -> String? {
        guard let renames else { return path }
        return LatestLayout.mapped(path, by: renames.map { ($0.value, $0.key) })
    }

    private static func mapped(_ path: String, by pairs: [(String, String)]) -> String? {
        for (from, to) in pairs {
            if path == from { return to }
            if path.hasPrefix(from + "/") { return to + path.dropFirst(from.count) }
        }
        return nil
    }
}
