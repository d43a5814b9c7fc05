import FoundationEssentials
import IFCore

/// A file or folder in the making: written under a hidden name beside its target, renamed when complete.
///
/// Readers of the folder never see it; dropped before ``publish()``, it is removed.
final class UnfinishedPath {
    let target: String
    let path: String
    private var isPublished = false

    init(for target: String) throws {
        let trimmed = target.count > 1 && target.hasSuffix("/") ? String(target.dropLast()) : target
        guard !trimmed.isEmpty else { throw IFError(.invalidArgument, "the path is empty") }
        let parts = trimmed.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.dropLast().joined(separator: "/")
        let name = parts.last.map(String.init) ?? ""
        let hidden = ".\(name).\(UUID().uuidString.prefix(8)).tmp"
        self.target = trimmed
        path = parts.count > 1 ? "\(folder)/\(hidden)" : hidden
        if !folder.isEmpty { try FileSystem.makeFolder(folder) }
    }

    /// Gives the target its content in one step.
    func publish() throws {
        try FileSystem.rename(path, to: target)
        isPublished = true
    }

    deinit { if !isPublished { FileSystem.remove(path) } }
}
