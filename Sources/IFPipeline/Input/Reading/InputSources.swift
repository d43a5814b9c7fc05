import IFCore
import IFFiles

/// Where the bytes of input files are that lie in an object store and are read by ranges; their places on this machine are
/// taken by hollow files of the same names and sizes.
struct InputSources: Sendable {
    /// By the path of the hollow file.
    var byPath: [String: any RandomAccessSource] = [:]

    /// The parts of a file as sources; `nil` where the file is on this machine.
    func parts(of file: InputFile) -> [any RandomAccessSource]? {
        let sources = file.parts.compactMap { byPath[$0.path] }
        // A file that was fetched and one that was not cannot be parts of one table: both or neither are Parquet.
        return sources.isEmpty || sources.count != file.parts.count ? nil : sources
    }

    /// Reads columns of a file.
    func read(_ file: InputFile, columns: [ColumnRequest] = [], in context: RunContext) async throws -> Table {
        if let sources = parts(of: file) { return try await DataFiles.read(sources, columns: columns, in: context) }
        return try await DataFiles.read(file.path, columns: columns, in: context)
    }
}
