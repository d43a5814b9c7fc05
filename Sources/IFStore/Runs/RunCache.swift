internal import FoundationEssentials
public import IFCore

/// Local copies of what runs in a remote store hold, for readers that need files.
///
/// A copy is checked against the digest in the run's manifest before it is handed out, fetched once however many ask,
/// and removed with the cache. What caches of dead processes left is removed by the next one in the same folder.
public final class RunCache: Sendable {
    private struct State {
        var folder: ScratchFolder?
        var copies: [String: Task<String, any Error>] = [:]
    }

    private let scratch: String?
    private let state = Locked(State())

    /// Creates a cache in a local folder, the system's for temporary files by default. Nothing is written yet.
    public init(scratch: String? = nil) { self.scratch = scratch }

    /// Where a file or folder of a run can be read: in place where the store is local, otherwise a checked copy that
    /// lives as long as the cache.
    ///
    /// - Parameters:
    ///   - path: Relative to the run.
    ///   - run: The run.
    ///   - store: The store that holds it.
    ///   - workers: Files fetched at once.
    /// - Throws: ``IFError/Code/notFound`` where the run has no such part; ``IFError/Code/corruptFile`` where a file is
    ///   not what the manifest says; ``IFError/Code/inputOutput``.
    /// - Complexity: O(bytes) the first time.
    public func localPath(
        _ path: String, of run: RunRecord, in store: RunStore, workers: WorkerBudget = WorkerBudget(8)
    ) async throws -> String {
        if let found = run.localPath(path) { return found }
        let files = run.files(at: path)
        guard !files.isEmpty else {
            throw IFError(.notFound, "the run has no such part", file: "\(store.location)/\(run.key)/\(path)")
        }
        let key = "\(run.key)/\(path)"
        while true {
            let copy = try state.withLock { state in
                if let copy = state.copies[key] { return copy }
                let folder = try state.folder ?? ScratchFolder("insightflow-cache-", in: scratch)
                state.folder = folder
                let copy = Task {
                    try await Self.fetch(files, path, run, store, to: "\(folder.path)/\(run.key)", workers)
                }
                state.copies[key] = copy
                return copy
            }
            do {
                return try await withTaskCancellationHandler {
                    try await copy.value
                } onCancel: {
                    copy.cancel()
                }
            } catch {
                // The next who asks tries again.
                state.withLock { if $0.copies[key] == copy { $0.copies[key] = nil } }
                // Another who waited for the same copy may have been cancelled.
                guard error is CancellationError, !Task.isCancelled else { throw error }
            }
        }
    }

    private static func fetch(
        _ files: [RunFile], _ path: String, _ run: RunRecord, _ store: RunStore, to folder: String,
        _ workers: WorkerBudget
    ) async throws -> String {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, file) in files.enumerated() {
                if index >= workers.count { try await group.next() }
                group.addTask {
                    let target = "\(folder)/\(file.path)"
                    try FileOperations.makeFolders(FileOperations.parent(of: target), isDurable: false)
                    try await store.download(file.path, of: run, to: target)
                    guard try FileDigest.sha256(ofFile: target) == file.sha256 else {
                        throw IFError(
                            .corruptFile, "the file is not what the manifest says; verify the run or roll back",
                            file: "\(store.location)/\(run.key)/\(file.path)")
                    }
                }
            }
            try await group.waitForAll()
        }
        return "\(folder)/\(path)"
    }
}
