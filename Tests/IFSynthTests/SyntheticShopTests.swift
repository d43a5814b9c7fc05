import IFCore
import IFSynth
import IFTesting
import Testing

@Suite struct SyntheticShopTests {
    let shop = try? SyntheticShop(.init(users: 1_500, items: 900, clusters: 4, seed: 7))

    @Test func tablesHoldTheDataModel() async throws {
        let shop = try #require(shop)
        let made = try await shop.tables(in: RunContext())
        #expect(
            made.orders.names == [
                "order_id", "user_id", "eval_set", "order_number", "order_dow", "order_hour_of_day",
                "days_since_prior_order",
            ])
        #expect(made.orders.columns.map(\.type) == [.int32, .int32, .string, .int32, .int32, .int32, .double])
        for lines in [made.priorLines, made.trainLines] {
            #expect(lines.names == ["order_id", "product_id", "add_to_cart_order", "reordered"])
            #expect(lines.columns.allSatisfy { $0.type == .int32 && $0.nullCount == 0 })
        }
        let facts = try ShopFacts(orders: made.orders)
        #expect(Set(facts.user).count == 1_500)
        #expect(facts.order.sorted().elementsEqual(1...Int32(facts.order.count)), "order ids are not 1…n")
        for row in facts.order.indices {
            let isFirst = row == 0 || facts.user[row - 1] != facts.user[row]
            #expect(facts.number[row] == (isFirst ? 1 : facts.number[row - 1] + 1))
            #expect((facts.days[row] == nil) == isFirst)
            #expect((facts.evaluation[row] == "prior") == !facts.isLast(row))
            #expect((0...6).contains(facts.day[row]) && (0...23).contains(facts.hour[row]))
        }
        #expect(facts.counts.values.allSatisfy { (4...100).contains($0) })
    }

    @Test func linesBelongToTheRightOrdersAndAreReorderedWhereKnown() async throws {
        let made = try await #require(shop).tables(in: RunContext())
        let facts = try ShopFacts(orders: made.orders)
        let row = Dictionary(uniqueKeysWithValues: zip(facts.order, facts.order.indices))
        var bought: [Int32: Set<Int32>] = [:]
        var withLines: Set<Int32> = []
        for (lines, set) in [(made.priorLines, "prior"), (made.trainLines, "train")] {
            let order = try lines.int32("order_id").values
            let item = try lines.int32("product_id").values
            let position = try lines.int32("add_to_cart_order").values
            let reordered = try lines.int32("reordered").values
            var start = 0
            while start < order.count {
                let end = order[start...].firstIndex { $0 != order[start] } ?? order.count
                let at = try #require(row[order[start]])
                #expect(facts.evaluation[at] == set)
                #expect(Set(item[start..<end]).count == end - start, "an item twice in one order")
                #expect(position[start..<end].elementsEqual(1...Int32(end - start)))
                let known = bought[facts.user[at], default: []]
                for line in start..<end { #expect((reordered[line] == 1) == known.contains(item[line])) }
                bought[facts.user[at]] = known.union(item[start..<end])
                #expect(withLines.insert(order[start]).inserted)
                start = end
            }
            #expect(item.allSatisfy { (1...900).contains($0) })
        }
        let expected = facts.order.indices.filter { facts.evaluation[$0] != "test" }.map { facts.order[$0] }
        #expect(withLines == Set(expected), "every prior and train order has lines, no test order has")
    }

    @Test func truthIsWhatTheCapHides() async throws {
        let made = try await #require(shop).tables(in: RunContext())
        let shown = try made.orders.double("days_since_prior_order")
        let days = try made.truth.double("days_true")
        let cluster = try made.truth.int32("cluster").values
        #expect(try made.truth.int32("order_id") == made.orders.int32("order_id"))
        for row in 0..<days.count { #expect(shown[row] == days[row].map { min($0, 30) }) }
        #expect((0..<days.count).contains { days[$0] ?? 0 > 30 })
        #expect(Set(cluster) == [0, 1, 2, 3])
        guard case .bool(let last)? = made.truth["is_last"] else { return #expect(Bool(false), "is_last is missing") }
        let facts = try ShopFacts(orders: made.orders)
        #expect(last.values == facts.order.indices.map(facts.isLast))
        for row in 1..<days.count where facts.user[row] == facts.user[row - 1] {
            #expect(cluster[row] == cluster[row - 1])
            let later = (Int(facts.day[row - 1]) + Int(days[row] ?? 0)) % 7
            #expect(Int(facts.day[row]) == later, "weekdays do not follow the true intervals")
        }
    }

    @Test func catalogueTablesFitTogether() throws {
        let shop = try #require(shop)
        let products = shop.products()
        #expect(try products.int32("product_id").values.elementsEqual(1...900))
        let aisles = try Set(shop.aisles().int32("aisle_id").values)
        let departments = try Set(shop.departments().int32("department_id").values)
        #expect(aisles.count == 134 && departments.count == 21)
        #expect(try Set(products.int32("aisle_id").values).isSubset(of: aisles))
        #expect(try Set(products.int32("department_id").values).isSubset(of: departments))
        #expect(try Set(products.strings("product_name").strings()).count == 900)
        #expect(try Set(shop.aisles().strings("aisle").strings()).count == 134)
        #expect(try Set(shop.departments().strings("department").strings()).count == 21)
    }

    /// Cosine between the item counts of two halves of the users of each cluster: tastes must show.
    @Test func clustersBuyDifferently() async throws {
        let made = try await #require(shop).tables(in: RunContext())
        let order = try made.truth.int32("order_id").values
        let user = try made.truth.int32("user_id").values
        let cluster = try made.truth.int32("cluster").values
        let row = Dictionary(uniqueKeysWithValues: zip(order, order.indices))
        let aisle = try #require(shop).products().int32("aisle_id").values
        var counts = [[Double]](repeating: Array(repeating: 0, count: 135), count: 8)
        for (order, item) in try zip(
            made.priorLines.int32("order_id").values, made.priorLines.int32("product_id").values)
        {
            let at = try #require(row[order])
            counts[Int(cluster[at]) * 2 + Int(user[at] % 2)][Int(aisle[Int(item) - 1])] += 1
        }
        func cosine(_ a: [Double], _ b: [Double]) -> Double {
            func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
            return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
        }
        for first in 0..<4 {
            #expect(cosine(counts[first * 2], counts[first * 2 + 1]) > 0.95)
            for second in 0..<first { #expect(cosine(counts[first * 2], counts[second * 2]) < 0.8) }
        }
    }
}
