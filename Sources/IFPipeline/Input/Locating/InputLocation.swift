import IFCore
import IFFiles

/// The tables of a shop that a folder holds.
///
/// A table is a file or a folder of parts whose name begins with the table's: `orders*`, `order_products_prior*` or
/// `order_products__prior*`, `order_products_train*` or `order_products__train*`, `products*`, `aisles*`,
/// `departments*`, as `.parquet`, `.csv` or `.csv.gz`. The exact name wins over a longer one, so `orders.csv` is taken
/// beside `orders_imputed.csv`.
public struct InputLocation: Hashable, Sendable {
    /// The folder.
    public let folder: String
    /// What was found.
    public let files: [InputTable: InputFile]
    /// The format that files have to be of; `nil` where any will do.
    let format: InputFile.Format?

    /// Looks through a folder.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - format: Files and folders of another format are passed over; `nil` takes any.
    ///   - tables: Tables that lie elsewhere, each a file or a folder of parts; they are not looked for in the folder.
    /// - Throws: ``IFError/Code/notFound`` where the folder or its orders are missing, naming what is there;
    ///   ``IFError/Code/conflict`` where two files could be the same table, naming both; what ``InputFile`` throws.
    public init(
        discoveringIn folder: String, format: InputFile.Format? = nil, replacing tables: [InputTable: String] = [:]
    ) throws {
        guard try FileSystem.status(folder).isFolder else {
            throw IFError(
                .notFound, "this is a file: give the folder of orders and lines, or a mapping for plain transactions",
                file: folder)
        }
        self.folder = folder
        self.format = format
        let names = try FileSystem.names(in: folder).filter { !InputFile.isMarker($0) }
        var files: [InputTable: InputFile] = [:]
        for table in InputTable.discovered {
            if let path = tables[table] {
                files[table] = try InputFile(path, format: format)
            } else if let name = try Self.choose(table, among: names, folder, format) {
                files[table] = try InputFile(InputFile.join(folder, name), format: format)
            }
        }
        self.files = files
        _ = try file(.orders)
    }

    /// The file of a table.
    ///
    /// - Throws: ``IFError/Code/notFound`` where it is missing, naming what is there.
    public func file(_ table: InputTable) throws -> InputFile {
        if let file = files[table] { return file }
        let names = (try? FileSystem.names(in: folder)) ?? []
        let there = names.isEmpty ? "the folder is empty" : "there is \(names.prefix(12).joined(separator: ", "))"
        let endings =
            switch format {
            case .parquet?: ".parquet (input.format)"
            case .csv?: ".csv or .csv.gz (input.format)"
            case nil: ".parquet, .csv or .csv.gz"
            }
        let wanted = table.stems.map { "\($0)*" }.joined(separator: " or ")
        throw IFError(
            .notFound, "the \(table.rawValue) are missing: no \(wanted) as \(endings); \(there)",
            file: folder)
    }

    private static func choose(
        _ table: InputTable, among names: [String], _ folder: String, _ format: InputFile.Format?
    ) throws -> String? {
        let candidates = names.filter { name in
            let stem = InputFile.stem(of: name)
            guard table.stems.contains(where: { stem.hasPrefix($0) }) else { return false }
            if InputFile.hasDataEnding(name), format == nil || InputFile.format(of: name) == format { return true }
            let path = InputFile.join(folder, name)
            guard (try? FileSystem.status(path).isFolder) == true else { return false }
            return format == nil || (try? InputFile(path).format) == format
        }
        let exact = candidates.filter { table.stems.contains(InputFile.stem(of: $0)) }
        let best = exact.isEmpty ? candidates : exact
        guard best.count <= 1 else {
            throw IFError(
                .conflict,
                "\(best.joined(separator: " and ")) could all be the \(table.rawValue); "
                    + "keep one, or put the parts of one table into a folder of that name", file: folder)
        }
        return best.first
    }
}
