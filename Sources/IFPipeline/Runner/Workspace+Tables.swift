import IFCore
import IFFiles
import IFStore

extension Workspace {
    /// A table of a run: read in place, by ranges from an object store, or from a checked copy of what a store gives only
    /// whole; `nil` where the run has no such part.
    ///
    /// - Parameter columns: The columns wanted, in that order; all where `nil`.
    func table(_ path: String, of record: RunRecord, columns: [String]? = nil) async throws -> Table? {
        if record.folder == nil, let sources = store.sources(path, of: record) {
            let parts = sources.filter { DataFiles.isParquetPart($0.path) }.map(\.source)
            return parts.isEmpty ? nil : try await ParquetReader.read(parts, columns: columns, in: context)
        }
        guard let local = try await localPath(path, of: record) else { return nil }
        return try await ParquetReader.read(local, columns: columns, in: context)
    }
}
