import FoundationEssentials
import IFAWS
import IFCore
import IFTesting
import Testing

@testable import IFPipeline

@Suite struct RemoteInputTests {
    private let context = RunContext()

    private func store(_ objects: [String: String]) async throws -> MemoryStore {
        let store = MemoryStore()
        for (key, text) in objects { try await store.put(Data(text.utf8), at: key) }
        return store
    }

    private let shop = [
        "raw/shop/orders.csv": "orders", "raw/shop/order_products__prior/part-0.csv": "prior",
        "raw/shop/order_products__prior/_SUCCESS": "", "raw/shop/order_products__prior/.part-0.csv.crc": "x",
        "raw/shop/notes.txt": "not needed", "raw/shop/backup/orders.csv": "not needed",
        "raw/shopping/orders.csv": "other",
        "raw/shop/products.csv/": "", "raw/orders.csv": "other",
    ]

    private func input(_ store: MemoryStore, takesAll: Bool = false) -> RemoteInput {
        RemoteInput("s3://bucket/raw/shop", in: Below(store: store, prefix: "raw/"), name: "shop", takesAll: takesAll)
    }

    /// A store whose root lies below a prefix, as of ``S3Store``.
    private struct Below: ArtifactStore {
        let store: MemoryStore
        let prefix: String
        var location: String { "below:" }

        private func named(_ info: ArtifactInfo) -> ArtifactInfo {
            var info = info
            info.key = String(info.key.dropFirst(prefix.count))
            return info
        }
        func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            named(try await store.put(data, at: prefix + key, if: condition))
        }
        func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            named(try await store.put(contentsOf: path, at: prefix + key, if: condition))
        }
        func get(_ key: String) async throws -> Data { try await store.get(prefix + key) }
        func download(_ key: String, to path: String) async throws { try await store.download(prefix + key, to: path) }
        func stat(_ key: String) async throws -> ArtifactInfo? { try await store.stat(prefix + key).map(named) }
        func list(_ prefix: String) async throws -> [ArtifactInfo] {
            try await store.list(self.prefix + prefix).map(named)
        }
        func delete(_ key: String) async throws { try await store.delete(prefix + key) }
    }

    @Test func whatIsNeededIsFetchedAndTheRestIsNamed() async throws {
        let input = input(try await store(shop))
        let path = try await input.path(in: context)
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(filePath: "\(path)/\(name)")), as: UTF8.self)
        }
        #expect(try text("orders.csv") == "orders")
        #expect(try text("order_products__prior/part-0.csv") == "prior")
        #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/order_products__prior") == ["part-0.csv"])
        #expect(try text("notes.txt") == "", "named, not fetched")
        #expect(try FileManager.default.contentsOfDirectory(atPath: path + "/backup").isEmpty)
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        #expect(names == ["backup", "notes.txt", "order_products__prior", "orders.csv"])
        let location = try InputLocation(discoveringIn: path)
        #expect(Set(location.files.keys) == [.orders, .priorLines])
    }

    @Test func anOutlineFetchesNothingAndIsFilledLater() async throws {
        let store = try await store(shop)
        let input = input(store)
        let outline = try await input.outline(in: context)
        #expect(Set(try InputLocation(discoveringIn: outline).files.keys) == [.orders, .priorLines])
        let hollow = try Data(contentsOf: URL(filePath: outline + "/orders.csv"))
        #expect(hollow == Data(count: 6), "size, but no content")
        let path = try await input.path(in: context)
        #expect(path == outline)
        #expect(try Data(contentsOf: URL(filePath: path + "/orders.csv")) == Data("orders".utf8))
    }

    @Test func theFingerprintFollowsWhatIsNeeded() async throws {
        let store = try await store(shop)
        let first = try await input(store).fingerprint()
        #expect(try await input(store).fingerprint() == first)
        try await store.put(Data("changed".utf8), at: "raw/shop/notes.txt")
        #expect(try await input(store).fingerprint() == first)
        try await store.put(Data("Orders".utf8), at: "raw/shop/orders.csv")
        #expect(try await input(store).fingerprint() != first)
    }

    @Test func transactionsMayBeOneObject() async throws {
        let store = try await store(["raw/shop.csv": "a,b"])
        let input = RemoteInput(
            "s3://bucket/raw/shop.csv", in: Below(store: store, prefix: "raw/"), name: "shop.csv", takesAll: true)
        let path = try await input.path(in: context)
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("a,b".utf8))
        #expect(input.named("\(path): row 1") == "s3://bucket/raw/shop.csv: row 1")
    }

    @Test func whatIsNotThereIsSaidOfTheLocation() async throws {
        let empty = input(MemoryStore())
        let error = await #expect(throws: IFError.self) { try await empty.path(in: context) }
        #expect(error?.code == .notFound && error?.location.file == "s3://bucket/raw/shop")

        let other = input(try await store(["raw/shop/readme.txt": "x"]))
        let path = try await other.path(in: context)
        let missing = #expect(throws: IFError.self) { try InputLocation(discoveringIn: path) }
        let named = try other.named(#require(missing))
        #expect(named.location.file == "s3://bucket/raw/shop")
        #expect(named.message.contains("there is readme.txt"))
    }

    @Test func theFolderGoesWithTheInput() async throws {
        var input: RemoteInput? = input(try await store(shop))
        let path = try #require(try await input?.path(in: context))
        #expect(FileManager.default.fileExists(atPath: path))
        input = nil
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}

@Suite struct StorePlaceTests {
    @Test func places() throws {
        #expect(try StorePlace("some/folder", name: "--root") == .folder("some/folder"))
        #expect(try StorePlace("s3a://bucket/x/", name: "--root") == .s3(S3Location("s3://bucket/x")))
        let other = #expect(throws: IFError.self) { try StorePlace("hdfs://host/x", name: "--root") }
        #expect(other?.code == .unsupported && other?.description.contains("--root hdfs://host/x") == true)
    }

    @Test func theRootIsGivenOrTheBucketOfTheArtifacts() throws {
        var configuration = RecsysConfiguration.default
        #expect(try configuration.root(nil) == "insightflow-store")
        configuration.s3.baseOutput = "s3://shop/recsys/"
        configuration.s3.miceOrdersOut = "mice"
        configuration.input.path = "s3://raw/data"
        #expect(try configuration.root(nil) == "s3://shop")
        #expect(try configuration.root("store") == "store")
        configuration.s3.upiFeaturesOut = "s3://other/features"
        let error = #expect(throws: IFError.self) { try configuration.root(nil) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.description.contains("other and shop") == true)
    }

    @Test func inputStaysWhereItIsUnlessARootIsGiven() throws {
        var configuration = RecsysConfiguration.default
        configuration.input.path = "s3://raw/data"
        configuration.s3.baseOutput = "s3://shop/recsys/"
        #expect(try Pipeline(configuration: configuration, input: nil, root: nil).input == "s3://raw/data")
        #expect(try Pipeline(configuration: configuration, input: nil, root: "store").input == "store/data")
        #expect(try Pipeline(configuration: configuration, input: nil, root: nil).root == "s3://shop")
    }
}
