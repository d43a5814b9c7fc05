import FoundationEssentials
import IFCore
import IFFiles
import IFPipeline
import IFTesting
import Testing

@Suite struct InputLocationTests {
    @Test func findsFilesAndFoldersOfParts() async throws {
        try await withTemporaryFolder { folder in
            try write(folder, "orders/part-00000.csv", "order_id\n1")
            try write(folder, "orders/part-00001.csv", "order_id\n2")
            try write(folder, "orders/_SUCCESS", "")
            try write(folder, "orders/.part-00000.csv.crc", "x")
            try write(folder, "order_products_prior.csv", "order_id")
            try write(folder, "order_products__train_v2.csv", "order_id")
            try write(folder, "products.csv", "product_id")
            try write(folder, "notes.txt", "nothing")
            try write(folder, "_SUCCESS", "")
            let location = try InputLocation(discoveringIn: folder)
            let orders = try location.file(.orders)
            #expect(orders.parts.map { $0.path.split(separator: "/").last } == ["part-00000.csv", "part-00001.csv"])
            #expect(orders.parts.map(\.size) == [11, 11])
            #expect(orders.parts.allSatisfy { $0.modified > 1.6e9 })
            #expect(try location.file(.priorLines).format == .csv)
            #expect(try location.file(.trainLines).path.hasSuffix("order_products__train_v2.csv"))
            #expect(Set(location.files.keys) == [.orders, .priorLines, .trainLines, .products])
        }
    }

    @Test func namesBothOfTwoCandidates() async throws {
        try await withTemporaryFolder { folder in
            try write(folder, "orders.csv", "order_id")
            try write(folder, "orders.parquet", "PAR1")
            let error = #expect(throws: IFError.self) { _ = try InputLocation(discoveringIn: folder) }
            #expect(error?.code == .conflict)
            #expect(error?.message.contains("orders.csv and orders.parquet") == true)
        }
    }

    @Test func theExactNameWins() async throws {
        try await withTemporaryFolder { folder in
            try write(folder, "orders_imputed.csv", "order_id")
            try write(folder, "orders.csv.gz", "order_id")
            let location = try InputLocation(discoveringIn: folder)
            #expect(try location.file(.orders).path.hasSuffix("/orders.csv.gz"))
        }
    }

    @Test func saysWhatIsThereInstead() async throws {
        try await withTemporaryFolder { folder in
            try write(folder, "sales.csv", "order_id")
            let error = #expect(throws: IFError.self) { _ = try InputLocation(discoveringIn: folder) }
            #expect(error?.code == .notFound)
            #expect(error?.message.contains("orders*") == true && error?.message.contains("sales.csv") == true)

            try write(folder, "orders/readme.md", "nothing")
            let empty = #expect(throws: IFError.self) { _ = try InputLocation(discoveringIn: folder) }
            #expect(empty?.message.contains("readme.md") == true)
            try write(folder, "orders/a.csv", "order_id")
            try write(folder, "orders/b.parquet", "PAR1")
            let mixed = #expect(throws: IFError.self) { _ = try InputLocation(discoveringIn: folder) }
            #expect(mixed?.code == .conflict)
        }
        let gone = #expect(throws: IFError.self) { _ = try InputLocation(discoveringIn: "/nowhere/at/all") }
        #expect(gone?.code == .notFound)
    }
}
