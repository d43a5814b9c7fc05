import IFCore
import IFFiles
import IFPipeline
import IFTesting
import Testing

/// A shop larger than one block of lines, from Parquet.
enum BigShop {
    static func check(_ orders: Table, _ lines: Table, duplicate: Int) async throws {
        try await withTemporaryFolder { folder in
            try ParquetWriter.write(orders, to: folder + "/orders.parquet")
            try ParquetWriter.write(lines, to: folder + "/order_products_prior.parquet")
            var first: Table?
            for workers in [1, 3] {
                let shop = try await ShopData.load(
                    from: folder, options: .init(strictness: .lenient),
                    in: RunContext(workers: WorkerBudget(workers)))
                let found = shop.report.findings.map { "\($0.kind.rawValue) \($0.count) \($0.examples.map(\.row))" }
                #expect(found == ["line-without-order 1 [6]", "duplicate-line 1 [\(duplicate + 1)]"])
                #expect(shop.priorLines?.rowCount == lines.rowCount - 2)
                let isSame = first.map { $0 == shop.priorLines } ?? true
                #expect(isSame, "\(workers) workers")
                first = shop.priorLines
            }
        }
    }
}
