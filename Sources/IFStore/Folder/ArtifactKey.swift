package import IFCore

/// The rules for keys that become paths; every store keeps them, so that a run can move from one to another.
package enum ArtifactKey {
    /// Checks that `key` names an object inside a folder and nowhere else.
    ///
    /// - Throws: ``IFError/Code/invalidArgument``.
    package static func validate(_ key: String) throws(IFError) {
        if let problem = problem(with: key, isPrefix: false) { throw IFError(.invalidArgument, problem, key: key) }
    }

    /// Checks a prefix for listing: as a key, but it may be empty or end in `/`.
    package static func validate(prefix: String) throws(IFError) {
        if let problem = problem(with: prefix, isPrefix: true) {
            throw IFError(.invalidArgument, problem, key: prefix)
        }
    }

    private static func problem(with key: String, isPrefix: Bool) -> String? {
        if key.isEmpty { return isPrefix ? nil : "the key is empty; give a relative path such as recsys/data.csv" }
        if key.hasPrefix("/") { return "the key is absolute; leave out the first /" }
        if key.utf8.contains(0) { return "the key holds a zero byte; leave it out" }
        var parts = key.split(separator: "/", omittingEmptySubsequences: false)
        if isPrefix, parts.last?.isEmpty == true { parts.removeLast() }
        for part in parts {
            if part.isEmpty { return "the key has an empty part; use single / between parts and none at the end" }
            if part == ".." || part == "." { return "the key has a part '\(part)'; it must stay below the root" }
            if part.hasPrefix(".") { return "names that begin with a dot are reserved on folders; rename '\(part)'" }
            if part.utf8.count > 255 { return "a part of the key is longer than 255 bytes; shorten it" }
        }
        return nil
    }
}
