import FoundationEssentials
import IFCore
import IFPipeline
import IFTesting
import Testing

/// Loads transactions given as text.
func load(
    _ text: String, _ mapping: TransactionMapping, strictness: ShopData.Strictness = .strict, name: String = "t.csv"
) async throws -> ShopData {
    try await withTemporaryFolder { folder in
        try write(folder, name, text)
        return try await ShopData.load(
            from: folder + "/" + name, mapping: mapping,
            options: .init(strictness: strictness, readsCartDetails: true), in: RunContext(workers: 2))
    }
}

@Suite struct TransactionTests {
    static let mapping = TransactionMapping(user: "who", item: "what", timestamp: "when")

    @Test func makesOrdersOfDays() async throws {
        let shop = try await load(
            """
            when,who,what
            2024-03-03 09:30:00,b,x
            2024-03-01 23:59:00,b,y
            2024-03-03 08:00:00,b,y
            2024-03-03 20:00:00,b,x
            2024-04-09,b,z
            2024-03-02,a,x
            """, Self.mapping)
        #expect(try shop.orders.int32("order_id").values == [1, 2, 3, 4])
        #expect(try shop.orders.texts("user_id") == ["a", "b", "b", "b"])
        #expect(try shop.orders.texts("eval_set") == ["prior", "prior", "prior", "train"])
        #expect(try shop.orders.int32("order_number").values == [1, 1, 2, 3])
        // 2024-03-02 was a Saturday; weekdays count from Sunday.
        #expect(try shop.orders.int32("order_dow").values == [6, 5, 0, 2])
        #expect(try shop.orders.int32("order_hour_of_day").values == [0, 23, 8, 0])
        // One calendar day between 23:59 and 08:00 two days later makes 2; nothing is capped at 30.
        #expect(try shop.orders.doubles("days_since_prior_order") == [nil, nil, 2, 37])
        #expect(shop.hasIntervals)
        let prior = try #require(shop.priorLines)
        #expect(try prior.int32("order_id").values == [1, 2, 3, 3])
        #expect(try prior.texts("product_id") == ["x", "y", "x", "y"])
        #expect(try prior.int32("add_to_cart_order").values == [1, 1, 1, 2])
        #expect(try prior.int32("reordered").values == [0, 0, 0, 1])
        #expect(try shop.trainLines?.texts("product_id") == ["z"])
        #expect(shop.report.findings.map(\.kind) == [.mergedLine])
        #expect(shop.report.rows(of: .transactions)?.read == 6)
    }

    @Test func makesOrdersOfTimestampsAndOrderIDs() async throws {
        let text = "when,who,what,bill\n2024-01-02,1,x,B\n2024-01-01,1,y,A\n2024-01-02,1,z,C\n2024-01-03,1,z,A"
        var byTime = Self.mapping
        byTime.grouping = .timestamp
        byTime.holdout = .none
        let times = try await load(text, byTime)
        #expect(try times.orders.int32("order_number").values == [1, 2, 3])
        #expect(try Set(times.orders.texts("eval_set")) == ["prior"])
        #expect(times.trainLines?.rowCount == 0)

        var byOrder = Self.mapping
        byOrder.order = "bill"
        let bills = try await load(text, byOrder)
        // Order A has rows of two days and takes the earlier; B comes before C in the file.
        #expect(try bills.orders.texts("source_order_id") == ["A", "B", "C"])
        #expect(try bills.orders.doubles("days_since_prior_order") == [nil, 1, 0])
    }

    @Test func ordersSequencesWithoutDates() async throws {
        let mapping = TransactionMapping(user: "u", item: "i", sequence: "n")
        let shop = try await load("u,i,n\n7,5,20\n7,6,3\n7,6,20\n8,5,1", mapping)
        #expect(!shop.hasIntervals)
        #expect(try shop.orders.doubles("days_since_prior_order") == [nil, nil, nil])
        #expect(!shop.orders.contains("order_dow"))
        #expect(try shop.orders.texts("eval_set") == ["prior", "train", "prior"])
        #expect(try shop.trainLines?.int32("reordered").values == [0, 1])
    }

    @Test func dropsReturnsAndRowsWithoutUserByCount() async throws {
        var mapping = TransactionMapping(
            user: "who", item: "what", timestamp: "when", order: "bill", quantity: "n")
        mapping.price = "price"
        mapping.cancellationPrefix = "C"
        let text = """
            bill,when,who,what,n,price
            1,2024-01-01,1,x,5,2.5
            1,2024-01-01,1,y,1,1
            2,2024-01-05,1,x,1,2.5
            C3,2024-01-06,1,x,-4,2.5
            4,2024-01-07,1,y,0,1
            5,2024-01-07,,x,2,1
            C6,2024-01-08,,x,-1,1
            C7,2024-01-09,1,y,-2,1
            """
        let dropped = try await load(text, mapping)
        #expect(dropped.report.count(.cancellation) == 3)
        #expect(dropped.report.count(.nonPositiveQuantity) == 1)
        #expect(dropped.report.count(.missingUser) == 2)
        #expect(dropped.report.isClean)
        #expect(dropped.report.rows(of: .transactions)?.kept == 3)
        #expect(try dropped.orders.doubles("order_value") == [13.5, 2.5])
        #expect(try dropped.priorLines?.doubles("quantity") == [5, 1])

        mapping.returns = .net
        let net = try await load(text, mapping)
        // Four x come back: the one of order 2 goes first, then three of the five in order 1; of two y there was one.
        #expect(net.report.count(.returnedPurchase) == 2 && net.report.count(.unmatchedReturn) == 1)
        #expect(try net.orders.texts("source_order_id") == ["1"])
        #expect(try net.orders.doubles("order_value") == [5])
        #expect(try net.priorLines?.doubles("quantity") == [2])
    }

    @Test func aReturnBeforeThePurchaseTakesNothing() async throws {
        var mapping = TransactionMapping(user: "u", item: "i", timestamp: "t", quantity: "n")
        mapping.returns = .net
        let shop = try await load("u,i,t,n\n1,x,2024-01-02,3\n1,x,2024-01-01,-2\n2,x,2024-01-03,-1", mapping)
        #expect(shop.report.count(.unmatchedReturn) == 2)
        #expect(try shop.priorLines?.doubles("quantity") == [3])
    }

    @Test func countsBrokenRowsAndPlacesThem() async throws {
        var mapping = TransactionMapping(user: "u", item: "i", timestamp: "t", quantity: "n")
        mapping.timestampFormat = .init(rawValue: "dd/MM/yyyy HH:mm")
        let text = """
            u,i,t,n
            1,x,31/12/2023 10:05,1
            1,x,31/02/2023 10:05,1
            1,,01/01/2024 00:00,1
            1,y,,1
            1,y,02/01/2024 00:00,lots
            1,y,02/01/2024 00:00,inf
            1,y,03/01/2024 00:00,2
            """
        let shop = try await load(text, mapping, strictness: .lenient)
        let found = shop.report.findings.map { "\($0.kind.rawValue) \($0.column) \($0.examples.map(\.row))" }
        #expect(
            Set(found) == [
                "wrong-type n [6]", "wrong-type t [3]", "missing-value t [5]", "missing-id i [4]",
                "non-finite-number n [7]",
            ])
        #expect(shop.report.findings.first { $0.column == "t" }?.examples.map(\.value) == ["31/02/2023 10:05"])
        #expect(try shop.orders.doubles("days_since_prior_order") == [nil, 3])
        let error = await #expect(throws: IFError.self) { _ = try await load(text, mapping) }
        #expect(error?.code == .typeMismatch)
        let message = error?.message ?? ""
        for (kind, column, place) in [
            ("wrong-type", "t", "row 3: '31/02/2023 10:05'"), ("non-finite-number", "n", "row 7: 'inf'"),
            ("missing-value", "t", "row 5"), ("missing-id", "i", "row 4"),
        ] where "\(kind) \(column)" != "wrong-type n" {
            #expect(message.contains("1 × \(kind) in transactions.\(column), first in "), "\(message)")
            #expect(message.contains("t.csv \(place)\n"), "\(message)")
        }
        #expect(message.hasPrefix("wrong-type: 1 in transactions.n, first 'lots'; also\n"), "\(message)")
        #expect(message.contains("--lenient (input.validation: lenient)"))
        #expect(error?.location.row == 6 && error?.location.column == "n")
    }

    /// More bad cells in one column than a reader keeps leave the places of those in another as they are, and do not
    /// make missing cells of them.
    @Test func placesOneColumnBesideManyBadCellsOfAnother() async throws {
        let mapping = TransactionMapping(user: "u", item: "i", timestamp: "t", quantity: "n")
        var text = "u,i,t,n"
        for row in 0..<3000 { text += "\n1,x,\(row % 3 == 0 ? "never" : row % 3 == 1 ? "" : "2024-01-01"),1" }
        text += "\n1,x,2024-01-02,many\n1,x,2024-01-02,"
        let report = try await load(text, mapping, strictness: .lenient).report
        let counts = report.findings.map { "\($0.kind.rawValue) \($0.column) \($0.count)" }
        #expect(
            Set(counts) == [
                "wrong-type t 1000", "missing-value t 1000", "wrong-type n 1", "missing-value n 1", "merged-line i 999",
            ])
        func rows(_ kind: ValidationReport.Kind, _ column: String) -> [Int]? {
            report.findings.first { $0.kind == kind && $0.column == column }?.examples.map(\.row)
        }
        #expect(rows(.wrongType, "t") == [2, 5, 8, 11, 14] && rows(.missingValue, "t") == [3, 6, 9, 12, 15])
        #expect(rows(.wrongType, "n") == [3002] && rows(.missingValue, "n") == [3003])
    }

    /// Where a column of Parquet holds the numbers, each of the bad ones is known by its row.
    @Test(arguments: [
        ("12/13/2010 8:26", "M/d/yyyy H:mm"), ("1/2/2010 8:26", "d/M/yyyy H:mm or M/d/yyyy H:mm"),
        ("20101213", "yyyyMMdd"), ("31.12.2010", "d.M.yyyy"), ("1291968000", "unix"),
        ("2010/12/31 23:59:59", "yyyy/M/d H:mm:ss"),
    ])
    func saysWhichTimestampFormatIsForgotten(_ value: String, _ format: String) async throws {
        let text = "who,what,when\n1,x,\(value)\n2,y,\(value)\n,y,\(value)"
        let strict = await #expect(throws: IFError.self) { _ = try await load(text, Self.mapping) }
        let lenient = await #expect(throws: IFError.self) {
            _ = try await load(text, Self.mapping, strictness: .lenient)
        }
        for error in [strict, lenient] {
            let message = error?.message ?? ""
            #expect(message.contains("'\(value)'"), "\(message)")
            #expect(message.contains("is a time of the format iso8601"), "\(message)")
            #expect(message.contains("set input.transactions.timestamp_format: \(format)"), "\(message)")
        }
        #expect(lenient?.code == .emptyData)
        #expect(
            lenient?.message.hasPrefix("no purchase is left of 3 rows:\n  3 × wrong-type in transactions.when") == true)
        #expect(lenient?.message.contains("1 × missing-user in transactions.who") == true)
    }

    @Test func saysWhichColumnHoldsNoNumbers() async throws {
        let mapping = TransactionMapping(user: "who", item: "what", timestamp: "when", quantity: "n")
        let error = await #expect(throws: IFError.self) {
            _ = try await load("who,what,when,n\n1,x,2024-01-01,a pair\n1,y,2024-01-01,a pair", mapping)
        }
        #expect(error?.message.contains("'a pair', is a number: correct input.transactions.quantity") == true)
        // A few bad values are the file's fault, not the mapping's.
        let few = await #expect(throws: IFError.self) {
            _ = try await load("who,what,when,n\n1,x,2024-01-01,a pair\n1,y,2024-01-01,2", mapping)
        }
        #expect(few?.code == .typeMismatch && few?.message.contains("correct input.transactions") == false)
    }

    @Test func keepsLeadingZerosWhereAsked() async throws {
        var mapping = Self.mapping
        let text = "who,what,when\n007,01,2024-01-01"
        #expect(try await load(text, mapping).orders.texts("user_id") == ["7"])
        mapping.idsAreText = true
        #expect(try await load(text, mapping).orders.texts("user_id") == ["007"])
    }

    @Test func readsOtherDialects() async throws {
        var tabs = Self.mapping
        tabs.delimiter = "tab"
        tabs.columns = ["when", "who", "what"]
        tabs.timestampFormat = .unix
        let seconds = try await load("86400\t1\tx\n172800\t1\ty", tabs)
        #expect(try seconds.orders.doubles("days_since_prior_order") == [nil, 1])

        var blanks = Self.mapping
        blanks.delimiter = "whitespace"
        blanks.timestampFormat = .compactDate
        let shop = try await load(
            "  who  what   when\n 01  x  20240101 \n\n 01 y\t20240301\n 02 z 2024xx01", blanks,
            strictness: .lenient, name: "t.txt")
        #expect(try shop.orders.doubles("days_since_prior_order") == [nil, 60])
        #expect(shop.report.count(.wrongType) == 1)
    }

    @Test func namesTheNearestColumn() async throws {
        let error = await #expect(throws: IFError.self) {
            _ = try await load("who,waht,when\n1,x,2024-01-01", Self.mapping)
        }
        #expect(error?.location.column == "what" && error?.message.contains("is it waht?") == true)
    }

    @Test func saysWhenNothingIsLeft() async throws {
        let error = await #expect(throws: IFError.self) {
            _ = try await load("who,what,when\n,x,2024-01-01", Self.mapping)
        }
        #expect(error?.code == .emptyData)
        #expect(error?.message.contains("of 1 rows:\n  1 × missing-user in transactions.who") == true)
    }

    @Test func namesItemsByTheirFirstDescription() async throws {
        var mapping = Self.mapping
        mapping.description = "text"
        let shop = try await load(
            "who,what,when,text\n1,b,2024-01-01,\n1,a,2024-01-01,Apple\n2,b,2024-01-02,Bread\n2,b,2024-01-03,BREAD",
            mapping)
        #expect(try shop.products?.texts("product_id") == ["a", "b"])
        #expect(try shop.products?.strings("product_name").strings() == ["Apple", "Bread"])
    }
}
