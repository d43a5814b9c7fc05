import IFCore

/// Which files of a folder hold data, as Spark and Hadoop tools see it.
enum PartListing {
    private static let shownNames = 8

    /// The data file at a path, or the data files directly in a folder, in the order of their names.
    ///
    /// In folders, names that begin with `_` or `.`, checksums and files of no known format are passed over.
    ///
    /// - Throws: ``IFError/Code/notFound`` where there is nothing, or no data file, telling what was there.
    static func parts(at path: String) throws -> [DataPart] {
        let status = try FileSystem.status(path)
        guard status.isFolder else { return [try part(path, size: status.size)] }
        let names = try FileSystem.names(in: path)
        var subfolders: [String] = []
        let parts = try names.filter { !isJunk($0) }.compactMap { name -> DataPart? in
            let file = path.hasSuffix("/") ? path + name : path + "/" + name
            let status = try FileSystem.status(file)
            if status.isFolder {
                subfolders.append(file)
                return nil
            }
            guard let format = try format(of: file) else { return nil }
            return DataPart(path: file, format: format, size: status.size)
        }
        if !parts.isEmpty { for folder in subfolders { try refuseData(in: folder) } }
        // A README.txt beside parts of a definite format is no data.
        let definite = parts.filter { !$0.path.hasSuffix(".txt") && !$0.path.hasSuffix(".txt.gz") }
        if !definite.isEmpty { return definite }
        guard parts.isEmpty else { return parts }
        let there =
            names.isEmpty
            ? "it is empty"
            : "there is \(names.prefix(shownNames).joined(separator: ", "))"
                + (names.count > shownNames ? " and \(names.count - shownNames) more" : "")
        throw IFError(.notFound, "the folder has no data file (Parquet, CSV or JSON Lines): \(there)", file: path)
    }

    /// Parts in a subfolder would be left out in silence.
    private static func refuseData(in folder: String) throws {
        let data = try FileSystem.names(in: folder).first { !isJunk($0) && DataFormat.named($0) != nil }
        guard let data else { return }
        throw IFError(
            .unsupported,
            "the folder of parts has data in a subfolder (\(data)); move the parts up, or the folder away",
            file: folder)
    }

    /// The parts of one format; a single file is taken for that format whatever its name.
    static func parts(at path: String, of wanted: @Sendable (DataFormat) -> Bool, called name: String) throws
        -> [DataPart]
    {
        let parts = try parts(at: path).filter { wanted($0.format) }
        guard parts.isEmpty else { return parts }
        throw IFError(.notFound, "there is no \(name) file", file: path)
    }

    private static func part(_ path: String, size: Int) throws -> DataPart {
        guard let format = try format(of: path) else {
            throw IFError(
                .unsupported,
                "neither the name nor the first bytes tell the format; name the file .parquet, .csv, "
                    + ".csv.gz or .jsonl", file: path)
        }
        return DataPart(path: path, format: format, size: size)
    }

    private static func format(of path: String) throws -> DataFormat? {
        try DataFormat.named(path) ?? DataFormat.magic(FileSystem.head(path, count: 4))
    }

    static func isJunk(_ name: String) -> Bool {
        name.hasPrefix("_") || name.hasPrefix(".") || name.hasSuffix(".crc") || name.hasSuffix("~")
            || name.hasSuffix(".tmp")
    }
}
