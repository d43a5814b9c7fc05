/// The moments of a run's life between which a crash must do no harm.
package enum RunStep: String, CaseIterable, Codable, Sendable {
    // Every store.
    case reserved
    case filesHashed
    case runStored
    case cleanedUp
    // Folders.
    case manifestWritten
    case historyWritten
    case viewBuilt
    case linkMade
    case linkSwapped
    case pointerWritten
    // Object stores.
    case objectUploaded
    case pointerSwapped
    case historyBackfilled
    case latestObjectCopied
    case latestPruned
    case latestManifestWritten
    // Pruning.
    case runMovedToTrash

    /// Called at every step by tests, which fail or kill the process there.
    @TaskLocal package static var observer: (@Sendable (RunStep) throws -> Void)?

    func reached() throws { try RunStep.observer?(self) }
}
