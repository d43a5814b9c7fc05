public import IFCore

extension FolderStore: StreamingStore {
    /// Begins an object that is written piece by piece into a hidden file beside it.
    public func stream(to key: String) async throws -> any ObjectStream {
        try ArtifactKey.validate(key)
        try refuseLinks(above: key)
        let temporary = try prepare(path(of: key)) { (_: borrowing OpenFile) throws(IFError) in }
        return FileStream(temporary) { temporary in
            if isDurable { try FileOperations.syncFile(temporary) }
            return try await publish(temporary, at: key, if: .always).version
        } onAbandon: {
            removeEmptyFolders(above: path(of: key))
        }
    }
}
