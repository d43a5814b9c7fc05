import FoundationEssentials
import IFCore
import IFFiles
import IFTesting
import Testing

@testable import IFPipeline

/// A spoilt shop, what is found in it, where, and what is left.
struct SpoiltShop: Sendable, CustomTestStringConvertible {
    var kind: ValidationReport.Kind
    var table: InputTable
    var column: String
    /// Lines of the file, header included.
    var rows: [Int]
    /// Rows left of orders, prior and train lines.
    var kept: [Int]
    var spoil: @Sendable (inout InputFixture) -> Void
    /// What else follows from it.
    var others: [ValidationReport.Kind] = []

    var testDescription: String { "\(kind.rawValue) in \(column)" }
}

@Suite struct ValidationTests {
    static let shops: [SpoiltShop] = [
        .init(kind: .duplicateOrder, table: .orders, column: "order_id", rows: [7], kept: [5, 4, 1]) {
            $0.orders += "\n12,1,prior,4,1,1,5.0"
        },
        .init(kind: .missingID, table: .orders, column: "user_id", rows: [7], kept: [5, 4, 1]) {
            $0.orders += "\n31,,prior,1,1,1,"
        },
        .init(kind: .missingID, table: .orders, column: "order_id", rows: [7], kept: [5, 4, 1]) {
            $0.orders += "\n,9,prior,1,1,1,"
        },
        .init(
            kind: .unknownEvalSet, table: .orders, column: "eval_set", rows: [6, 7], kept: [4, 4, 1],
            spoil: { $0.orders = $0.orders.replacing("22,2,test", with: "22,2,hold") + "\n31,3,,1,1,1," }),
        .init(kind: .orderNumberGap, table: .orders, column: "order_number", rows: [4], kept: [5, 4, 1]) {
            $0.orders = $0.orders.replacing("13,1,train,3", with: "13,1,train,5")
        },
        .init(kind: .duplicateOrderNumber, table: .orders, column: "order_number", rows: [3], kept: [5, 4, 1]) {
            $0.orders = $0.orders.replacing("12,1,prior,2", with: "12,1,prior,1")
        },
        .init(kind: .badInterval, table: .orders, column: "days_since_prior_order", rows: [3, 4], kept: [5, 4, 1]) {
            $0.orders = $0.orders.replacing(",7.0", with: ",-7.0").replacing(",30.0", with: ",inf")
        },
        .init(
            kind: .wrongType, table: .orders, column: "days_since_prior_order", rows: [3], kept: [5, 4, 1],
            spoil: { $0.orders = $0.orders.replacing(",7.0", with: ",seven") }, others: [.missingInterval]),
        .init(kind: .lineWithoutOrder, table: .priorLines, column: "order_id", rows: [2, 7], kept: [5, 4, 1]) {
            $0.prior = $0.prior.replacing("reordered\n", with: "reordered\n99,100,1,0\n") + "\n98,100,1,0"
        },
        .init(kind: .lineInWrongSet, table: .priorLines, column: "order_id", rows: [6, 7], kept: [5, 4, 1]) {
            $0.prior += "\n13,100,1,0\n22,100,1,0"
        },
        .init(kind: .duplicateLine, table: .priorLines, column: "product_id", rows: [6, 7], kept: [5, 4, 1]) {
            $0.prior += "\n21,300,2,0\n11,200,3,0"
        },
        .init(kind: .missingID, table: .trainLines, column: "product_id", rows: [3], kept: [5, 4, 1]) {
            $0.train += "\n13,,2,0"
        },
        .init(kind: .orderWithoutLines, table: .orders, column: "order_id", rows: [3], kept: [5, 3, 1]) {
            $0.prior = $0.prior.replacing("12,100,1,1\n", with: "")
        },
    ]

    @Test(arguments: shops)
    func countsPlacesAndRepairs(_ shop: SpoiltShop) async throws {
        var fixture = InputFixture()
        shop.spoil(&fixture)
        let loaded = try await fixture.lenient()
        let finding = try #require(
            loaded.report.findings.first { $0.kind == shop.kind && $0.table == shop.table && $0.column == shop.column })
        #expect(finding.count == shop.rows.count)
        #expect(finding.examples.map(\.row) == shop.rows)
        #expect(finding.examples.allSatisfy { $0.file.hasSuffix(".csv") && $0.column == shop.column })
        #expect(Set(loaded.report.findings.map(\.kind)) == Set([shop.kind] + shop.others))
        #expect(
            [loaded.orders.rowCount, loaded.priorLines?.rowCount, loaded.trainLines?.rowCount] == shop.kept)
        #expect(loaded.report.rows.map(\.kept) == shop.kept)

        let spoilt = fixture
        let error = await #expect(throws: IFError.self) { _ = try await spoilt.load() }
        #expect(error?.location.row == shop.rows[0] && error?.location.column == shop.column)
        #expect(error?.message.contains("\(shop.kind.rawValue): \(shop.rows.count) in") == true)
    }

    @Test func linesOfRemovedOrdersGoWithThem() async throws {
        var fixture = InputFixture()
        fixture.orders = fixture.orders.replacing("21,2,prior", with: "21,2,other")
        let shop = try await fixture.lenient()
        #expect(shop.report.count(.unknownEvalSet) == 1 && shop.report.count(.lineOfRemovedOrder) == 1)
        #expect(shop.report.count(.lineWithoutOrder) == 0)
        #expect(try shop.priorLines?.texts("order_id") == ["11", "11", "12"])
        #expect(shop.report.count(.orderNumberGap) == 1, "user 2 now begins with order 2")
        #expect(try shop.orders.int32("order_number").values == [1, 2, 3, 1])
    }

    @Test func numbersAnewInGivenOrder() async throws {
        var fixture = InputFixture()
        fixture.orders = fixture.orders.replacing("11,1,prior,1", with: "11,1,prior,9")
            .replacing("13,1,train,3", with: "13,1,train,")
        let shop = try await fixture.lenient()
        #expect(try shop.orders.int32("order_number").values == [2, 1, 3, 1, 2])
        #expect(shop.report.count(.orderNumberGap) == 2)
    }

    @Test func badIntervalsCountAsMissing() async throws {
        var fixture = InputFixture()
        fixture.orders = fixture.orders.replacing(",7.0", with: ",-7.0")
        #expect(try await fixture.lenient().orders.doubles("days_since_prior_order") == [nil, nil, 30, nil, 0])
    }

    /// pandas writes missing numbers to Parquet as NaN, not as nulls.
    @Test(arguments: [ShopData.Strictness.strict, .lenient])
    func intervalsThatAreNaNAreMissing(_ strictness: ShopData.Strictness) async throws {
        try await withTemporaryFolder { folder in
            let orders = Table([
                "order_id": .int64([11, 12, 13, 21]), "user_id": .int64([1, 1, 1, 2]),
                "eval_set": .strings(["prior", "prior", "train", "prior"]), "order_number": .int64([1, 2, 3, 1]),
                "days_since_prior_order": .double([.nan, 7, .nan, .nan]),
            ])
            try ParquetWriter.write(orders, to: "\(folder)/orders.parquet")
            let shop = try await ShopData.load(
                from: folder, options: .init(strictness: strictness), in: RunContext(workers: 2))
            #expect(try shop.orders.doubles("days_since_prior_order") == [nil, 7, nil, nil])
            #expect(shop.report.count(.nanInterval) == 3 && shop.report.count(.missingInterval) == 1)
            #expect(shop.report.findings.first { $0.kind == .nanInterval }?.examples.map(\.row) == [1, 3, 4])
            #expect(shop.report.isClean)
        }
    }

    @Test(arguments: [true, false])
    func linesOfUnknownProductsAreReportedAndKept(_ readsCatalogue: Bool) async throws {
        var fixture = InputFixture()
        fixture.products = "product_id,product_name\n100,Milk\n200,Bread"
        fixture.prior += "\n12,400,2,0"
        let shop = try await fixture.load(.init(strictness: .strict, readsCatalogue: readsCatalogue))
        #expect(shop.priorLines?.rowCount == 5)
        let finding = try #require(shop.report.findings.first { $0.kind == .unknownProduct })
        #expect(finding.table == .priorLines && finding.column == "product_id" && finding.count == 2)
        #expect(finding.examples.map(\.row) == [5, 6] && finding.examples.map(\.value) == ["300", "400"])
        #expect(finding.sentence.hasPrefix("2 × unknown-product in order_products_prior.product_id, first in "))
        #expect(finding.sentence.hasSuffix("order_products__prior.csv row 5: '300'"))
        #expect(shop.report.isClean)
        fixture.products = nil
        #expect(try await fixture.load().report.count(.unknownProduct) == 0)
    }

    @Test func raggedRowsHaveNoColumn() async throws {
        var fixture = InputFixture()
        fixture.prior += "\n12,200"
        let shop = try await fixture.lenient()
        let finding = try #require(shop.report.findings.first { $0.kind == .raggedRow })
        #expect(finding.sentence.hasPrefix("1 × ragged-row in order_products_prior, first in "))
        let spoilt = fixture
        let error = await #expect(throws: IFError.self) { _ = try await spoilt.load() }
        #expect(error?.location.row == 6 && error?.location.column == nil)
        #expect(error?.description.contains("row 6: ragged-row: 1 in order_products_prior. ") == true)
    }

    @Test func textUnderACompressedNameIsReadAndSaid() async throws {
        let fixture = InputFixture()
        try await withTemporaryFolder { folder in
            try write(folder, "orders.csv.gz", fixture.orders)
            try write(folder, "order_products__prior/part-0.csv.gz", fixture.prior)
            let shop = try await ShopData.load(from: folder, in: RunContext(workers: 2))
            #expect(shop.orders.rowCount == 5 && shop.priorLines?.rowCount == 4 && shop.report.isClean)
            let found = shop.report.findings.filter { $0.kind == .notCompressed }
            #expect(found.map(\.table) == [.orders, .priorLines] && found.map(\.count) == [1, 1])
            #expect(found[1].examples[0].file == "\(folder)/order_products__prior/part-0.csv.gz")
        }
    }

    @Test func findsDuplicatesInScatteredLines() async throws {
        var fixture = InputFixture()
        fixture.prior = "order_id,product_id\n11,1\n12,1\n11,2\n12,2\n21,1\n11,1\n99,7\n12,2\n11,3"
        let shop = try await fixture.lenient()
        #expect(try shop.priorLines?.texts("order_id") == ["11", "12", "11", "12", "21", "11"])
        #expect(try shop.priorLines?.texts("product_id") == ["1", "1", "2", "2", "1", "3"])
        let finding = shop.report.findings.first { $0.kind == .duplicateLine }
        #expect(finding?.examples.map(\.row) == [7, 9])
    }

    @Test func keepsFewExamplesAndCountsAll() async throws {
        var fixture = InputFixture()
        for line in 0..<50 { fixture.prior += "\n\(900 + line),1,1,0" }
        let shop = try await fixture.load(.init(strictness: .lenient, exampleLimit: 3))
        let finding = shop.report.findings.first { $0.kind == .lineWithoutOrder }
        #expect(finding?.count == 50 && finding?.examples.map(\.row) == [6, 7, 8])
    }

    @Test func namesAllKindsWhenStrict() async throws {
        var fixture = InputFixture()
        fixture.orders += "\n12,1,prior,4,1,1,5.0"
        fixture.prior += "\n99,1,1,0\n98,1,1,0"
        let spoilt = fixture
        let error = await #expect(throws: IFError.self) { _ = try await spoilt.load() }
        #expect(error?.message.hasPrefix("duplicate-order: 1 in orders.order_id, first '12'; also\n") == true)
        #expect(error?.message.contains("2 × line-without-order in order_products_prior.order_id, first in ") == true)
        #expect(error?.message.contains("order_products__prior.csv row 6: '99'\n") == true)
    }

    @Test func reportSurvivesCoding() async throws {
        var fixture = InputFixture()
        fixture.prior += "\n99,1,1,0"
        let report = try await fixture.lenient().report
        let data = try JSONEncoder().encode(report)
        #expect(String(decoding: data, as: UTF8.self).contains("\"kind\":\"line-without-order\""))
        #expect(try JSONDecoder().decode(ValidationReport.self, from: data) == report)
    }

    /// Blocks of lines are a million long: the shop crosses their ends, with findings on both sides of them.
    @Test func sameForAnyNumberOfWorkers() async throws {
        let lines = 100_000 * 11
        let orders = lines / 11
        var order = [Int32](repeating: 0, count: lines)
        var product = [Int32](repeating: 0, count: lines)
        for line in 0..<lines {
            order[line] = Int32(line / 11 + 1)
            product[line] = Int32(line % 11)
        }
        let end = 1 << 20
        // The order that crosses the end of the first block repeats its first product in its last line.
        let crossing = (end / 11) * 11
        product[crossing + 10] = product[crossing]
        order[5] = Int32(orders + 7)
        let made = Table(["order_id": .int32(order), "product_id": .int32(product)])
        let table = Table([
            "order_id": .int32((1...Int32(orders)).map { $0 }), "user_id": .int32((1...Int32(orders)).map { $0 }),
            "eval_set": .strings(repeatElement("prior", count: orders).map { $0 }),
            "order_number": .int32([Int32](repeating: 1, count: orders)),
            "days_since_prior_order": .double([Double?](repeating: nil, count: orders)),
        ])
        try await BigShop.check(table, made, duplicate: crossing + 10)
    }
}
