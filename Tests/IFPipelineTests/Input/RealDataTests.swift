import FoundationEssentials
import IFCore
import IFFiles
import IFPipeline
import IFTesting
import Testing

/// Published data sets, whole; the counts are those their sources state.
@Suite struct RealDataTests {
    private func load(_ path: String, _ mapping: TransactionMapping? = nil) async throws -> ShopData {
        try await ShopData.load(from: SharedData.path(path), mapping: mapping, in: RunContext(workers: 2))
    }

    @Test(.enabled(if: SharedData.has("data/instacart/history"), "\(SharedData.missing("data/instacart/history"))"))
    func instacartHistoriesAreClean() async throws {
        let shop = try await load("data/instacart/history")
        #expect(shop.report.findings.isEmpty)
        #expect(shop.orders.rowCount == 2_751)
        #expect(shop.priorLines?.rowCount == 33_358 && shop.trainLines?.rowCount == 1_367)
    }

    @Test(.enabled(if: SharedData.has("data/instacart/orders.csv.gz"), "\(SharedData.missing("data/instacart"))"))
    func instacartSliceIsClean() async throws {
        let shop = try await load("data/instacart")
        #expect(shop.report.findings.isEmpty)
        #expect(try shop.orders.rowCount == 341_974 && IDMap(shop.orders.ids("user_id")).count == 20_620)
        #expect(shop.priorLines == nil && shop.trainLines?.rowCount == 137_847)
        #expect(shop.products?.rowCount == 49_688 && shop.aisles?.rowCount == 134 && shop.departments?.rowCount == 21)
    }

    @Test(.enabled(if: SharedData.has("data/online-retail"), "\(SharedData.missing("data/online-retail"))"))
    func onlineRetailRunsThroughWhole() async throws {
        var mapping = TransactionMapping(
            user: "CustomerID", item: "StockCode", timestamp: "InvoiceDate", order: "InvoiceNo", quantity: "Quantity")
        mapping.price = "UnitPrice"
        mapping.description = "Description"
        mapping.cancellationPrefix = "C"
        let shop = try await load("data/online-retail/online_retail.csv.gz", mapping)
        #expect(shop.report.rows(of: .transactions)?.read == 541_909)
        #expect(541_909 - shop.report.count(.missingUser) == 406_829)
        #expect(shop.report.count(.cancellation) == 9_288)
        #expect(shop.report.count(.cancellation) + shop.report.count(.nonPositiveQuantity) == 10_624)
        // By pandas: rows with a customer, a quantity above 0 and no C; their customers, invoices, and total.
        #expect(shop.report.rows(of: .transactions)?.kept == 397_924)
        #expect(IDMap(try shop.orders.ids("user_id")).count == 4_339)
        #expect(shop.orders.rowCount == 18_536)
        let value = try shop.orders.double("order_value").values.reduce(0, +)
        #expect(abs(value - 8_911_407.904) < 0.01)
        #expect(shop.products?.contains("product_name") == true && shop.report.isClean)
        let lines = (shop.priorLines?.rowCount ?? 0) + (shop.trainLines?.rowCount ?? 0)
        #expect(lines + shop.report.count(.mergedLine) == 397_924)
        #expect(try shop.priorLines?.texts("product_id").contains("85123A") == true)
    }

    @Test(.enabled(if: SharedData.has("data/online-retail"), "\(SharedData.missing("data/online-retail"))"))
    func onlineRetailNetsReturns() async throws {
        var mapping = TransactionMapping(
            user: "CustomerID", item: "StockCode", timestamp: "InvoiceDate", order: "InvoiceNo", quantity: "Quantity")
        mapping.amount = nil
        mapping.returns = .net
        mapping.cancellationPrefix = "C"
        let shop = try await load("data/online-retail/online_retail.csv.gz", mapping)
        let kept = try #require(shop.report.rows(of: .transactions)?.kept)
        #expect(kept + shop.report.count(.returnedPurchase) == 397_924)
        #expect(shop.report.count(.returnedPurchase) > 1_000 && shop.report.count(.unmatchedReturn) > 100)
    }

    @Test(.enabled(if: SharedData.has("data/cdnow"), "\(SharedData.missing("data/cdnow"))"))
    func cdnowHasOrdersAndNoLines() async throws {
        var mapping = TransactionMapping(user: "customer_id", timestamp: "date", quantity: "number_of_cds")
        mapping.amount = "dollar_value"
        mapping.timestampFormat = .compactDate
        mapping.delimiter = "whitespace"
        let shop = try await load("data/cdnow/CDNOW_master.txt.gz", mapping)
        #expect(shop.report.rows(of: .transactions)?.read == 69_659)
        #expect(IDMap(try shop.orders.ids("user_id")).count == 23_570)
        // By pandas: customers and days.
        #expect(shop.orders.rowCount == 67_591)
        #expect(shop.priorLines == nil && shop.trainLines == nil && shop.hasIntervals)
        let value = try shop.orders.double("order_value").values.reduce(0, +)
        #expect(abs(value - 2_500_315.63) < 0.01)
    }

    @Test(.enabled(if: SharedData.has("data/ta-feng"), "\(SharedData.missing("data/ta-feng"))"))
    func taFengBasketsAreSequences() async throws {
        try await withTemporaryFolder { folder in
            let text = try await TaFeng.csv()
            try write(folder, "baskets.csv", text)
            let mapping = TransactionMapping(user: "user", item: "item", sequence: "sequence")
            let shop = try await ShopData.load(
                from: folder + "/baskets.csv", mapping: mapping, in: RunContext(workers: 2))
            #expect(shop.report.rows(of: .transactions)?.read == 571_933)
            #expect(try shop.orders.rowCount == 91_227 && IDMap(shop.orders.ids("user_id")).count == 13_858)
            #expect(!shop.hasIntervals && shop.report.isClean)
            let lines = (shop.priorLines?.rowCount ?? 0) + (shop.trainLines?.rowCount ?? 0)
            #expect(lines + shop.report.count(.mergedLine) == 571_933)
            #expect(try shop.orders.texts("eval_set").count { $0 == "train" } == 13_858)
        }
    }
}

/// Ta-Feng's baskets, published as JSON `{user: [[item, …], …]}`, as user, sequence and item.
enum TaFeng {
    static func csv() async throws -> String {
        // The CSV reader decompresses; the JSON is one line and holds no unit separator.
        let path = SharedData.path("data/ta-feng/tafeng_merged.json.gz")
        let options = CSVOptions(delimiter: "\u{1F}", hasHeader: false, columnNames: ["json"])
        let json = try await CSVReader.read(path, types: ["json": .string], options: options, in: RunContext())
            .strings("json")
        let text = (0..<json.count).compactMap { json[$0] }.joined()
        let users = try JSONDecoder().decode([String: [[Int]]].self, from: Data(text.utf8))
        var rows = ["user,sequence,item"]
        for (user, baskets) in users.sorted(by: { $0.key < $1.key }) {
            for (sequence, basket) in baskets.enumerated() {
                for item in basket { rows.append("\(user),\(sequence + 1),\(item)") }
            }
        }
        return rows.joined(separator: "\n")
    }
}
