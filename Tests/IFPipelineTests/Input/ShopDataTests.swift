import IFCore
import IFFiles
import IFPipeline
import IFTesting
import Testing

@Suite struct ShopDataTests {
    @Test func readsACleanShop() async throws {
        let shop = try await InputFixture().load()
        #expect(shop.report.findings.isEmpty)
        #expect(shop.hasIntervals)
        #expect(try shop.orders.texts("order_id") == ["11", "12", "13", "21", "22"])
        #expect(try shop.orders.int32("order_hour_of_day").values == [8, 10, 23, 0, 12])
        #expect(try shop.orders.doubles("days_since_prior_order") == [nil, 7, 30, nil, 0])
        #expect(shop.priorLines?.names == ["order_id", "product_id"])
        #expect(try shop.trainLines?.texts("product_id") == ["200"])
        #expect(shop.report.rows.map(\.kept) == [5, 4, 1])
        #expect(
            shop.files.map { $0.path.split(separator: "/").last } == [
                "orders.csv", "order_products__prior.csv", "order_products__train.csv",
            ])
    }

    @Test func readsCartDetailsOnRequest() async throws {
        let shop = try await InputFixture().load(.init(readsCartDetails: true))
        #expect(try shop.priorLines?.int32("add_to_cart_order").values == [1, 2, 1, 1])
        #expect(try shop.priorLines?.int32("reordered").values == [0, 0, 1, 0])
        var plain = InputFixture()
        plain.train = "order_id,product_id\n13,200"
        #expect(try await plain.load(.init(readsCartDetails: true)).trainLines?.names == ["order_id", "product_id"])
    }

    @Test func takesStringIDsAndFloatingWholeNumbers() async throws {
        var fixture = InputFixture()
        fixture.prior = "order_id,product_id\n11,85123A\n11,POST\n12,85123A\n21,300"
        fixture.train = "order_id,product_id\n13.0,POST"
        let shop = try await fixture.load()
        #expect(try shop.priorLines?.texts("product_id") == ["85123A", "POST", "85123A", "300"])
        #expect(try shop.trainLines?.texts("order_id") == ["13"])

        var strings = fixture
        strings.orders = strings.orders.replacing("\n1", with: "\nA1").replacing("\n2", with: "\nA2")
        let error = await #expect(throws: IFError.self) { _ = try await strings.load() }
        #expect(error?.code == .typeMismatch && error?.location.column == "order_id")
        strings.prior = strings.prior.replacing("\n1", with: "\nA1").replacing("\n2", with: "\nA2")
        strings.train = strings.train.replacing("\n1", with: "\nA1").replacing("13.0", with: "13")
        let loaded = try await strings.load()
        #expect(try loaded.orders.texts("order_id") == ["A11", "A12", "A13", "A21", "A22"])
    }

    @Test func widensIDsThatNeed64Bits() async throws {
        var fixture = InputFixture()
        fixture.orders = fixture.orders.replacing("\n22,2,", with: "\n9000000000,2,")
        let shop = try await fixture.load()
        #expect(try shop.orders.texts("order_id").last == "9000000000")
    }

    @Test func readsParquetWithFloatingIDsTheSame() async throws {
        try await withTemporaryFolder { folder in
            let context = RunContext()
            let orders = Table([
                "order_id": .double([11.0, 12, 13]), "user_id": .int64([1, 1, 1]),
                "eval_set": .strings(["prior", "prior", "train"]), "order_number": .int64([1, 2, 3]),
                "days_since_prior_order": .double([nil, 7, 30]), "unused": .int32([0, 0, 0]),
            ])
            try ParquetWriter.write(orders, to: folder + "/orders.parquet")
            try ParquetWriter.write(
                Table(["order_id": .int64([11, 12]), "product_id": .int32([5, 6])]),
                to: folder + "/order_products_prior.parquet")
            let shop = try await ShopData.load(from: folder, in: context)
            #expect(shop.orders.names.contains("unused") == false)
            #expect(try shop.orders.texts("order_id") == ["11", "12", "13"])
            #expect(shop.orders["order_number"]?.type == .int32)
            #expect(shop.trainLines == nil && shop.priorLines?.rowCount == 2)
        }
    }

    @Test func namesTheNearestColumn() async throws {
        var fixture = InputFixture()
        fixture.orders = fixture.orders.replacing("user_id", with: "userid")
        let error = await #expect(throws: IFError.self) { _ = try await fixture.load() }
        #expect(error?.code == .missingColumn && error?.location.column == "user_id")
        #expect(error?.message.contains("is it userid?") == true)
        #expect(error?.location.file?.hasSuffix("orders.csv") == true)
    }

    @Test func keepsTheFirstOfEachProduct() async throws {
        try await withTemporaryFolder { folder in
            let fixture = InputFixture()
            try write(folder, "orders.csv", fixture.orders)
            try write(folder, "products.csv", "product_id,product_name,aisle_id\n1,\"a, b\",7\n2,c,8\n1,d,9\n,e,9")
            try write(folder, "aisles.csv", "aisle_id,aisle\n7,x\n8,y")
            let shop = try await ShopData.load(
                from: folder, options: .init(strictness: .lenient), in: RunContext())
            #expect(try shop.products?.strings("product_name").strings() == ["a, b", "c"])
            #expect(shop.report.count(.duplicateID) == 1 && shop.report.count(.missingID) == 1)
            #expect(shop.aisles?.rowCount == 2 && shop.departments == nil)
            #expect(shop.priorLines == nil && shop.trainLines == nil)
            let error = await #expect(throws: IFError.self) {
                _ = try await ShopData.load(from: folder, in: RunContext())
            }
            #expect(error?.location.row == 4 && error?.location.column == "product_id")
        }
    }

    @Test func refusesAShopWithoutOrders() async throws {
        var fixture = InputFixture()
        fixture.orders = String(fixture.orders.prefix { $0 != "\n" })
        (fixture.prior, fixture.train) = ("order_id,product_id", "order_id,product_id")
        let error = await #expect(throws: IFError.self) { _ = try await fixture.load() }
        #expect(error?.code == .emptyData)
    }
}
