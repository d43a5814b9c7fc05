import IFCore
import IFSynth
import IFTesting
import Testing

/// Reads the columns a test needs from the published CSV, without a CSV library: no field is quoted there.
private func readOrders() throws -> Table {
    let text = try SharedData.unpacked("data/instacart/orders.csv.gz")
    var columns: [[Int32]] = Array(repeating: [], count: 5)
    var sets: [String] = []
    var days: [Double?] = []
    for line in text.split(separator: "\n").dropFirst() {
        let cells = line.split(separator: ",", omittingEmptySubsequences: false)
        for (column, cell) in [0, 1, 3, 4, 5].enumerated() { columns[column].append(Int32(cells[cell]) ?? -1) }
        sets.append(String(cells[2]))
        days.append(Double(cells[6]))
    }
    return Table([
        "order_id": .int32(columns[0]), "user_id": .int32(columns[1]), "eval_set": .strings(sets),
        "order_number": .int32(columns[2]), "order_dow": .int32(columns[3]), "order_hour_of_day": .int32(columns[4]),
        "days_since_prior_order": .double(days),
    ])
}

private func readLines() throws -> Table {
    let text = try SharedData.unpacked("data/instacart/order_products__train.csv.gz")
    var columns: [[Int32]] = Array(repeating: [], count: 4)
    for line in text.split(separator: "\n").dropFirst() {
        for (column, cell) in line.split(separator: ",").enumerated() { columns[column].append(Int32(cell) ?? -1) }
    }
    return Table([
        "order_id": .int32(columns[0]), "product_id": .int32(columns[1]), "reordered": .int32(columns[3]),
    ])
}

/// The marginals of a shop of the size of the real slice, side by side with the slice's.
@Suite(.enabled(if: SharedData.has("data/instacart/orders.csv.gz"), "\(SharedData.missing("data/instacart"))"))
struct CalibrationTests {
    @Test func marginalsAreThoseOfTheRealOrders() async throws {
        let real = try ShopFacts(orders: readOrders())
        let realTrain = try LineFacts(lines: readLines())
        let shop = try SyntheticShop(.init(users: 20_620, items: 49_688))
        let made = try await shop.tables(in: RunContext(workers: 2))
        let ours = try ShopFacts(orders: made.orders)
        let train = try LineFacts(lines: made.trainLines)
        let prior = try LineFacts(lines: made.priorLines)

        let (a, b) = (Array(ours.counts.values), Array(real.counts.values))
        #expect(abs(mean(a.map(Double.init)) - mean(b.map(Double.init))) < 0.5)
        #expect(abs(quantile(a, 0.5) - quantile(b, 0.5)) <= 1)
        #expect(abs(quantile(a, 0.9) - quantile(b, 0.9)) <= 4)
        #expect(abs(ours.lastCappedShare - real.lastCappedShare) < 0.02)
        #expect(abs(ours.cappedShare - real.cappedShare) < 0.01)
        #expect(abs(ours.meanInterval - real.meanInterval) < 0.5)
        for orders in [4...4, 5...7, 8...15, 16...30, 31...100] {
            #expect(abs(ours.meanInterval(orders: orders) - real.meanInterval(orders: orders)) < 1.2, "\(orders)")
        }
        for (x, y) in zip(ours.weekdayShares, real.weekdayShares) { #expect(abs(x - y) < 0.02) }
        for (x, y) in zip(ours.hourShares, real.hourShares) { #expect(abs(x - y) < 0.01) }

        #expect(abs(mean(train.basketSizes.map(Double.init)) - mean(realTrain.basketSizes.map(Double.init))) < 0.5)
        #expect(abs(quantile(train.basketSizes, 0.5) - quantile(realTrain.basketSizes, 0.5)) <= 1)
        #expect(abs(quantile(train.basketSizes, 0.95) - quantile(realTrain.basketSizes, 0.95)) <= 3)
        // Of the whole publication: 59 % of the prior lines.
        #expect(abs(prior.reorderedShare - 0.59) < 0.02)
        #expect(abs(train.reorderedShare - realTrain.reorderedShare) < 0.03)
        for top in [10, 100, 1_000, 5_000] {
            let ratio = train.share(ofTop: top) / realTrain.share(ofTop: top)
            #expect((0.85...1.15).contains(ratio), "top \(top): \(ratio)")
        }
        let trainShare = Double(ours.evaluation.count { $0 == "train" }) / Double(ours.counts.count)
        let realShare = Double(real.evaluation.count { $0 == "train" }) / Double(real.counts.count)
        #expect(abs(trainShare - realShare) < 0.02)
    }

    /// An imputer must be able to learn from what is seen: frequent users wait less, in the hidden days too.
    @Test func hiddenIntervalsFollowFrequency() async throws {
        let made = try await SyntheticShop(.init(users: 8_000)).tables(in: RunContext(workers: 2))
        let days = try made.truth.double("days_true")
        let number = try made.truth.int32("order_number").values
        guard case .bool(let last)? = made.truth["is_last"] else { return #expect(Bool(false), "is_last is missing") }
        let rows = number.indices.filter { last.values[$0] && days[$0] ?? 0 >= 30 }
        let seldom = rows.filter { number[$0] <= 5 }.map { days[$0] ?? 0 }
        let often = rows.filter { number[$0] > 15 }.map { days[$0] ?? 0 }
        #expect(mean(seldom) > mean(often) + 5)
    }
}
