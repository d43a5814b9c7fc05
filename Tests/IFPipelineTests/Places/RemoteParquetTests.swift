import Foundation
import IFCore
import IFFiles
import IFStore
import IFTesting
import Synchronization
import Testing

@testable import IFPipeline

/// Parquet in an object store is read by ranges and written as a stream, by input and by artifacts.
@Suite struct RemoteParquetTests {
    /// A store in memory that counts what is read of it.
    private final class CountingStore: RangedStore, StreamingStore {
        struct Counts: Sendable {
            var whole: [String] = []
            var ranges: [String: Int] = [:]
            var puts: [String] = []
            var streams: [String] = []
        }

        let memory = MemoryStore()
        private let state = Mutex(Counts())

        var location: String { "s3://bucket/raw" }
        var counts: Counts { state.withLock { $0 } }
        func forget() { state.withLock { $0 = Counts() } }

        func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            state.withLock { $0.puts.append(key) }
            return try await memory.put(data, at: key, if: condition)
        }
        func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            state.withLock { $0.puts.append(key) }
            return try await memory.put(contentsOf: path, at: key, if: condition)
        }
        func get(_ key: String) async throws -> Data {
            state.withLock { $0.whole.append(key) }
            return try await memory.get(key)
        }
        func get(_ key: String, range: Range<Int>, ifVersion version: String?) async throws -> ObjectSlice {
            let slice = try await memory.get(key, range: range, ifVersion: version)
            state.withLock { $0.ranges[key, default: 0] += slice.data.count }
            return slice
        }
        func download(_ key: String, to path: String) async throws {
            state.withLock { $0.whole.append(key) }
            try await memory.download(key, to: path)
        }
        func stream(to key: String) async throws -> any ObjectStream {
            state.withLock { $0.streams.append(key) }
            return try await memory.stream(to: key)
        }
        func stat(_ key: String) async throws -> ArtifactInfo? { try await memory.stat(key) }
        func list(_ prefix: String) async throws -> [ArtifactInfo] { try await memory.list(prefix) }
        func delete(_ key: String) async throws { try await memory.delete(key) }
    }

    private let context = RunContext(workers: WorkerBudget(2))

    /// A shop in a folder and in a store; its lines have columns that nobody asks for.
    private func withShop(_ body: (String, CountingStore) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let orders = 4000
            var table = Table()
            table.set("order_id", .int32((0..<orders).map { Int32($0) }))
            table.set("user_id", .int32((0..<orders).map { Int32($0 / 4) }))
            table.set("eval_set", .string(StringValues((0..<orders).map { $0 % 4 == 3 ? "train" : "prior" })))
            table.set("order_number", .int32((0..<orders).map { Int32($0 % 4 + 1) }))
            let days = (0..<orders).map { Double($0 % 29) }
            let known = Bitmap((0..<orders).map { $0 % 4 != 0 })
            table.set("days_since_prior_order", .double(ColumnValues(days, validity: known)))
            try ParquetWriter.write(table, to: folder + "/shop/orders.parquet")
            for (name, isPrior) in [("order_products__prior", true), ("order_products__train", false)] {
                let ids = (0..<orders).filter { ($0 % 4 != 3) == isPrior }.flatMap { [$0, $0, $0] }
                var lines = Table()
                lines.set("order_id", .int32(ids.map { Int32($0) }))
                lines.set("product_id", .int32(ids.indices.map { Int32($0 * 7919 % 500) }))
                for filler in 0..<8 {
                    lines.set("noise\(filler)", .double(ids.indices.map { sin(Double($0 * 31 + filler)) }))
                }
                try await ParquetWriter.writeFolder(
                    lines, to: "\(folder)/shop/\(name)", partRows: 20_000, in: context)
            }
            let products = (0..<500).map { "\($0),Product \($0)\n" }.joined()
            try Data("product_id,product_name\n\(products)".utf8)
                .write(to: URL(filePath: folder + "/shop/products.csv"))
            let store = CountingStore()
            for name in try FileManager.default.subpathsOfDirectory(atPath: folder + "/shop") {
                let path = "\(folder)/shop/\(name)"
                guard try !FileSystem.status(path).isFolder else { continue }
                try await store.memory.put(contentsOf: path, at: "shop/\(name)", if: .always)
            }
            try await body(folder + "/shop", store)
        }
    }

    /// Whether orders are the same; what stands under a missing interval is of no account.
    private func isSame(_ left: Table, _ right: Table) throws -> Bool {
        let interval = "days_since_prior_order"
        guard left.names == right.names, left.rowCount == right.rowCount else { return false }
        for name in left.names where name != interval && left[name] != right[name] { return false }
        let (ours, theirs) = (try left.double(interval), try right.double(interval))
        return (0..<left.rowCount).allSatisfy { ours[$0] == theirs[$0] }
    }

    @Test func inputIsReadByRanges() async throws {
        try await withShop { folder, store in
            let input = RemoteInput("s3://bucket/raw/shop", in: store, name: "shop", takesAll: false)
            let location = try InputLocation(discoveringIn: try await input.path(in: context))
            #expect(store.counts.whole == ["shop/products.csv"], "text comes whole, Parquet does not")
            #expect(store.counts.ranges.isEmpty)
            let sources = InputSources(byPath: input.sources)
            #expect(input.sources.count == 3, "orders, and a part of each kind of lines")
            let options = ShopData.Options(strictness: .strict, readsCatalogue: true)
            let remote = try await ShopData.load(from: location, sources: sources, options: options, in: context)
            let local = try await ShopData.load(from: folder, options: options, in: context)
            #expect(try isSame(remote.orders, local.orders) && remote.orders.rowCount == 4000)
            #expect(remote.priorLines == local.priorLines && remote.trainLines == local.trainLines)
            #expect(remote.priorLines?.rowCount == 9000)
            #expect(remote.products == local.products && remote.products?.rowCount == 500)
            #expect(store.counts.whole.count == 1)
            let lines = "shop/order_products__prior/part-00000.snappy.parquet"
            let size = try #require(try await store.stat(lines)).size
            #expect(try #require(store.counts.ranges[lines]) < size / 3, "of \(size) bytes")
            // All of the orders, as the imputation keeps them.
            let orders = try await sources.read(location.file(.orders), in: context)
            let whole = try await ParquetReader.read(folder + "/orders.parquet", in: context)
            #expect(try isSame(orders, whole))
        }
    }

    @Test func inputReplacedMeanwhileIsAnError() async throws {
        try await withShop { _, store in
            let input = RemoteInput("s3://bucket/raw/shop", in: store, name: "shop", takesAll: false)
            let location = try InputLocation(discoveringIn: try await input.path(in: context))
            try await store.memory.put(try await store.memory.get("shop/orders.parquet"), at: "shop/orders.parquet")
            let error = await #expect(throws: IFError.self) {
                try await ShopData.load(
                    from: location, sources: InputSources(byPath: input.sources), options: ShopData.Options(),
                    in: context)
            }
            #expect(error?.code == .conflict && error?.location.key == "shop/orders.parquet")
        }
    }

    @Test func missingColumnsAreNamedWithTheLocation() async throws {
        try await withShop { _, store in
            try await store.memory.put(
                try await store.memory.get("shop/order_products__prior/part-00000.snappy.parquet"),
                at: "shop/orders.parquet")
            let input = RemoteInput("s3://bucket/raw/shop", in: store, name: "shop", takesAll: false)
            let location = try InputLocation(discoveringIn: try await input.path(in: context))
            let error = await #expect(throws: IFError.self) {
                try await ShopData.load(
                    from: location, sources: InputSources(byPath: input.sources), options: ShopData.Options(),
                    in: context)
            }
            #expect(error?.code == .missingColumn)
            #expect(error.map(input.named)?.location.file == "s3://bucket/raw/shop/orders.parquet")
        }
    }

    @Test func artifactsAreStreamedAndReadByRanges() async throws {
        try await withTemporaryFolder { folder in
            let store = CountingStore()
            let runs = RunStore(store: store, scratch: folder)
            let family = try RunFamily(prefix: "features", latest: nil)
            let rows = 60_000
            var table = Table()
            for column in 0..<10 {
                table.set("x\(column)", .double((0..<rows).map { sin(Double($0 * 17 + column)) }))
            }
            let writer = try await runs.begin(family, now: Date(timeIntervalSince1970: 1_767_355_445))
            let output = StageOutput(families: [family], writers: [writer], context: context)
            try await output.parquet(table, "one.parquet")
            try await output.parquetFolder(table, "parts")
            try await output.text("{}", "metrics.json")
            _ = try await output.commit(RunManifestInfo())
            let counts = store.counts
            let run = "features/\(writer.name)"
            #expect(
                Set(counts.streams) == [
                    "\(run)/one.parquet", "\(run)/parts/part-00000.snappy.parquet", "\(run)/parts/_SUCCESS",
                ])
            #expect(!counts.puts.contains { $0.hasSuffix(".parquet") })
            #expect(counts.puts.contains("\(run)/metrics.json"))
            // What a folder would hold.
            try ParquetWriter.write(table, to: folder + "/one.parquet")
            #expect(
                try await store.memory.get("\(run)/one.parquet")
                    == Data(contentsOf: URL(filePath: folder + "/one.parquet")))
            let record = try #require(try await runs.latest(family) ?? nil)
            #expect(try await runs.verify(family, record.name) == [])

            store.forget()
            for path in ["one.parquet", "parts"] {
                let sources = try #require(runs.sources(path, of: record))
                let parts = sources.filter { DataFiles.isParquetPart($0.path) }.map(\.source)
                let read = try await ParquetReader.read(parts, columns: ["x4"], in: context)
                #expect(read == (try table.selecting(["x4"])))
            }
            #expect(store.counts.whole.isEmpty)
            for (key, bytes) in store.counts.ranges {
                let size = try #require(try await store.stat(key)).size
                #expect(Double(bytes) < 0.2 * Double(size), "\(bytes) of \(size) bytes of \(key)")
            }
            #expect(store.counts.ranges.count == 2)
        }
    }
}
