import FoundationEssentials
public import IFCore
import IFFiles
public import IFSynth

/// Writes a made-up shop as files, in a stream.
public enum ShopWriter {
    /// The format of the files.
    public enum Format: String, Hashable, Sendable, CaseIterable {
        /// One Parquet file a table.
        case parquet
        /// One CSV file a table.
        case csv
        /// One compressed CSV file a table.
        case csvGzip = "csv.gz"
    }

    /// What was written.
    public struct Summary: Hashable, Sendable {
        /// Orders of all users.
        public var orders = 0
        /// Lines of prior orders.
        public var priorLines = 0
        /// Lines of train orders.
        public var trainLines = 0
    }

    /// Writes orders, order_products_prior, order_products_train, truth, products, aisles and departments.
    ///
    /// Files appear under their names when all are complete; after an error or cancellation none does.
    ///
    /// - Throws: ``IFError/Code/conflict`` where the folder already holds a shop; ``IFError/Code/inputOutput``.
    /// - Complexity: O(lines) time, memory that does not grow with the number of users.
    public static func write(
        _ shop: SyntheticShop, to folder: String, format: Format = .parquet, in context: RunContext
    ) async throws -> Summary {
        let files = FileManager.default
        let names = [
            "orders", "order_products_prior", "order_products_train", "truth", "products", "aisles", "departments",
        ]
        for name in names {
            for known in Format.allCases where files.fileExists(atPath: "\(folder)/\(name).\(known.rawValue)") {
                throw IFError(
                    .conflict, "the folder already holds a shop; choose another or remove it first",
                    file: "\(folder)/\(name).\(known.rawValue)")
            }
        }
        let work = "\(folder)/.unfinished-\(UUID().uuidString)"
        try make(work)
        defer { try? files.removeItem(atPath: work) }
        func path(_ name: String) -> String { "\(work)/\(name).\(format.rawValue)" }

        var summary = Summary()
        let orders = TableStream(path("orders"), format, context)
        let prior = TableStream(path("order_products_prior"), format, context)
        let train = TableStream(path("order_products_train"), format, context)
        let truth = TableStream(path("truth"), format, context)
        try await shop.generate(in: context) { chunk in
            try orders.write(chunk.orders)
            try prior.write(chunk.priorLines)
            try train.write(chunk.trainLines)
            try truth.write(chunk.truth)
            summary.orders += chunk.orders.rowCount
            summary.priorLines += chunk.priorLines.rowCount
            summary.trainLines += chunk.trainLines.rowCount
        }
        for stream in [orders, prior, train, truth] { try stream.close() }
        for (name, table) in [
            ("products", shop.products()), ("aisles", shop.aisles()), ("departments", shop.departments()),
        ] {
            let stream = TableStream(path(name), format, context)
            try stream.write(table)
            try stream.close()
        }
        for name in names {
            do {
                try files.moveItem(atPath: path(name), toPath: "\(folder)/\(name).\(format.rawValue)")
            } catch {
                throw IFError(
                    .inputOutput, "the finished file could not be moved into place", file: folder, cause: error)
            }
        }
        return summary
    }

    private static func make(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw IFError(
                .inputOutput, "the folder cannot be made; check its path and permissions", file: folder, cause: error)
        }
    }
}
