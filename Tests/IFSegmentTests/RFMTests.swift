import IFCore
import IFSegment
import IFTesting
import Testing

@Suite("RFM")
struct RFMTests {
    @Test func agreesWithPandas() throws {
        let golden = try Golden.load("popularity", as: PopularityGolden.self)
        let features = try RFM().features(orders: golden.orders.table, trainLines: golden.train.table)
        #expect(features.users == .int64(golden.rfm.user_id))
        #expect(features.recency == golden.rfm.r)
        #expect(features.frequency == golden.rfm.f)
        #expect(features.monetary == golden.rfm.m)
        #expect(features.recency.max() == 60, "the case must reach the cap")
        #expect(Golden.difference(features.recencyZ, golden.rfm.r_z) < 1e-12)
        #expect(Golden.difference(features.frequencyZ, golden.rfm.f_z) < 1e-12)
        #expect(Golden.difference(features.monetaryZ, golden.rfm.m_z) < 1e-12)
    }

    @Test func tableHasTheAgreedColumns() throws {
        let orders = Table([
            "order_id": .int32([1, 2, 3]), "user_id": .strings(["b", "a", "b"]), "order_number": .int32([2, 1, 1]),
            "days_since_prior_order": .double([75, nil, nil]),
        ])
        let features = try RFM().features(
            orders: orders, trainLines: Table(["order_id": .int32([1, 1, 1, 99])]))
        let table = features.table(segments: [1, 0])
        #expect(table.names == ["user_id", "R", "F", "M", "segment", "r_z", "f_z", "m_z"])
        #expect(table["user_id"] == .strings(["a", "b"]))
        #expect(table["R"] == .double([0.0, 60.0]))
        #expect(table["F"] == .int64([1, 2]))
        #expect(table["M"] == .double([1.0, 3.0]))
        #expect(table["segment"] == .int32([1, 0]))
        #expect(features.report.linesWithoutOrder == 1)
        #expect(features.report.usersWithoutInterval == 1)
        #expect(features.report.usersAboveRecencyCap == 1)
        #expect(features.report.usersWithoutTrainOrder == 1)
        let half = 0.5.squareRoot()
        #expect(Golden.difference(features.recencyZ, [-half, half]) < 1e-15)
    }

    @Test func theFormFollowsWhatTheOrdersHold() throws {
        var orders = Table([
            "order_id": .int32([1, 2, 3]), "user_id": .int32([7, 8, 7]), "order_number": .int32([1, 1, 2]),
            "days_since_prior_order": .double([nil, nil, 5]),
        ])
        let lines = Table(["order_id": .int32([3, 3])])
        let rfm = RFM()
        #expect(
            try rfm.features(ofShop: orders, trainLines: lines)
                == rfm.features(orders: orders, trainLines: lines))
        orders.set("order_value", .double([10, 4, 20]))
        #expect(try rfm.features(ofShop: orders, trainLines: lines).monetary == [2, 1], "values alone do not do")
        let day = Int64(86_400_000_000)
        orders.set("order_time", .timestamp(ColumnValues([100 * day, 104 * day, 105 * day])))
        let features = try rfm.features(ofShop: orders, trainLines: lines)
        #expect(features.recency == [0, 1] && features.frequency == [2, 1] && features.monetary == [15, 4])
        #expect(features.report.usersAboveRecencyCap == 0)
        // A user at the cap is not above it.
        orders.set("order_time", .timestamp(ColumnValues([40 * day, 45 * day, 105 * day])))
        let far = try rfm.features(ofShop: orders, trainLines: lines)
        #expect(far.recency == [0, 60] && far.report.usersAboveRecencyCap == 0)
        orders.set("order_time", .timestamp(ColumnValues([40 * day, 44 * day, 105 * day])))
        #expect(try rfm.features(ofShop: orders, trainLines: lines).report.usersAboveRecencyCap == 1)
    }

    @Test func featuresWithoutSpreadAreZero() throws {
        let orders = Table([
            "order_id": .int32([1, 2, 3]), "user_id": .int32([7, 8, 9]), "order_number": .int32([1, 1, 1]),
            "days_since_prior_order": .double([0.1, 0.1, 0.1]),
        ])
        let features = try RFM().features(orders: orders, trainLines: nil)
        #expect(features.standardized.values == [Double](repeating: 0, count: 9))
    }

    @Test func transactionsAreCounted() throws {
        let table = Table([
            "user_id": .int32([1, 1, 1, 2]),
            "date": .strings(["2024-02-28", "20240229", "2024-02-29 10:00", "2024-03-01"]),
            "value": .double([10, 5, 7, -3]), "invoice": .int32([1, 2, 3, 4]),
        ])
        let byDay = try RFM(recencyCap: nil).transactions(table)
        #expect(byDay.recency == [1, 0])
        #expect(byDay.frequency == [2, 1])
        #expect(byDay.monetary == [11, -3])
        let byInvoice = try RFM(recencyCap: 30).transactions(
            table, columns: .init(order: "invoice"), referenceDay: 19_900)
        #expect(byInvoice.recency == [30, 30])
        #expect(byInvoice.frequency == [3, 1])
        let stamps = Table([
            "user_id": .int32([1, 1]), "date": .timestamp(ColumnValues([-1, 86_400_000_000])),
            "value": .double([1, 1]),
        ])
        #expect(try RFM().transactions(stamps).frequency == [2])
    }

    @Test(arguments: ["2023-02-29", "20241301", "tomorrow", "2024-1-1"])
    func malformedDatesAreNamed(date: String) throws {
        let table = Table(["user_id": .int32([1]), "date": .strings([date]), "value": .double([1.0])])
        let error = #expect(throws: IFError.self) { try RFM().transactions(table) }
        #expect(error?.code == .invalidData)
        #expect(error?.location.column == "date")
        #expect(error?.location.row == 1)
    }

    @Test func purchasesAfterTheReferenceDayAreRefused() throws {
        let table = Table(["user_id": .int32([1, 1]), "date": .int32([5, 9]), "value": .double([1.0, 1])])
        let error = #expect(throws: IFError.self) { try RFM().transactions(table, referenceDay: 8) }
        #expect(error?.location.row == 2)
    }
}

/// The golden file of RFM, popularity and exports.
struct PopularityGolden: Decodable {
    struct Orders: Decodable {
        var order_id: [Int64]
        var user_id: [Int64]
        var order_number: [Int64]
        var days_since_prior_order: [Double?]

        var table: Table {
            Table([
                "order_id": .int64(order_id), "user_id": .int64(user_id), "order_number": .int64(order_number),
                "days_since_prior_order": .double(days_since_prior_order),
            ])
        }
    }
    struct Lines: Decodable {
        var order_id: [Int64]
        var product_id: [Int64]?

        var table: Table {
            var table = Table(["order_id": .int64(order_id)])
            if let product_id { table.set("product_id", .int64(product_id)) }
            return table
        }
    }
    struct Features: Decodable {
        var user_id: [Int64]
        var r: [Double]
        var f: [Int64]
        var m: [Double]
        var r_z: [Double]
        var f_z: [Double]
        var m_z: [Double]
    }
    struct Popularity: Decodable {
        var segment: [Int32]
        var product_id: [Int64]
        var score: [Double]
        var rank: [Int32]
        var support_seg: [Double]
        var support_global: [Double]
    }
    struct Centroids: Decodable {
        var segment: [Int32]
        var r: [Double]
        var f: [Double]
        var m: [Double]
        var r_z: [Double]
        var f_z: [Double]
        var m_z: [Double]
    }
    var orders: Orders
    var lines: Lines
    var train: Lines
    var rfm: Features
    var beta: Double
    var top: Int
    var popularity: Popularity
    var high_value: [Int64]
    var hv: [Double]
    var centroids: Centroids

    /// user_seg whose segments are `user_id % 4`, as the script has them.
    func userSegments() throws -> Table {
        let features = try RFM().features(orders: orders.table, trainLines: train.table)
        return features.table(segments: rfm.user_id.map { Int32($0 % 4) })
    }
}
