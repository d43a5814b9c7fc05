import IFCore
import IFFiles
import IFStore

extension Workspace {
    /// What products are called, as far as the input says so: product_id and product_name; `nil` where it does not.
    func productNames() async throws -> Table? {
        let table: Table?
        if configuration.input.transactions != nil {
            table = try await loadShop().products
        } else if let file = try await inputLocation().files[.products] {
            let columns: [InputRequest.Wanted] = [
                .init(name: "product_id"), .init(name: "product_name", type: .string, isRequired: false),
            ]
            table = try await naming {
                try await TableReading(
                    file: file, request: InputRequest(table: .products, columns: columns), exampleLimit: 0,
                    context: context.reporting(to: { _ in }), sources: inputSources()
                ).load().table
            }
        } else {
            table = nil
        }
        guard let table, table.contains("product_name") else { return nil }
        // Ids as the lines have them: whole numbers may come as floating point, and a row without one names nothing.
        var log = FindingLog(.products, RowOrigin(parts: [], headerLines: 0), limit: 0)
        let cells = try IDCells(table, "product_id", &log)
        var out = try table.selecting(["product_id", "product_name"])
        out.set("product_id", cells.ids.column)
        return cells.validity == nil ? out : out.gather((0..<cells.count).filter(cells.isPresent))
    }
}

/// The names of products that a store knows.
struct StoredProductNames {
    private let ids: IDMap
    /// Row of the table of each id.
    private let rows: [Int32]
    private let names: StringValues

    /// Takes product_id and product_name; of ids that repeat the first counts.
    init(_ table: Table) throws {
        let column = try table.ids("product_id")
        let ids = IDMap(column)
        var rows = [Int32](repeating: -1, count: ids.count)
        for (row, index) in ids.indices(of: column).enumerated() where rows[Int(index)] < 0 {
            rows[Int(index)] = Int32(row)
        }
        (self.ids, self.rows, names) = (ids, rows, try table.strings("product_name"))
    }

    /// The name of a product; `nil` where there is none.
    subscript(product: ID) -> String? { ids.index(of: product).flatMap { names[Int(rows[Int($0)])] } }

    /// Names by id; products without one, or with one of spaces, are not in it.
    func names(of products: IDColumn) -> [ID: String] {
        var found: [ID: String] = [:]
        for row in 0..<products.count {
            let product = products[row]
            guard found[product] == nil, let name = self[product], !name.allSatisfy(\.isWhitespace) else { continue }
            found[product] = name
        }
        return found
    }
}

extension Workspace {
    /// Changes when the names may change that were kept beside the ratings; empty without any.
    func fingerprintOfKeptProductNames() async throws -> String {
        try await latest(layout.features)?.files(at: "products.parquet").map(\.sha256).joined(separator: ";") ?? ""
    }

    /// The names of products that were kept beside the ratings; `nil` where there are none.
    func keptProductNames() async throws -> StoredProductNames? {
        guard let record = try await latest(layout.features), !record.files(at: "products.parquet").isEmpty,
            let table = try await table("products.parquet", of: record, columns: ["product_id", "product_name"])
        else { return nil }
        return try StoredProductNames(table)
    }
}
