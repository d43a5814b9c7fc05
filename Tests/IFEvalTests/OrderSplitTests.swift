import IFCore
import IFTesting
import Testing

@testable import IFEval

struct OrderSplitTests {
    let orders = Table([
        "order_id": .int32([1, 2, 3, 4, 5, 6]), "user_id": .int64([10, 10, 10, 20, 20, 30]),
        "eval_set": .strings(["prior", "prior", "train", "prior", "test", "prior"]),
        "order_number": .int32([1, 2, 3, 1, 2, 1]), "time": .double([1, 5, 9, 2, nil, 9]),
    ])

    @Test("by eval set")
    func byEvalSet() throws {
        let split = try OrderSplit.byEvalSet(orders)
        #expect(split.training == OrderSelection(label: "prior", rows: [0, 1, 3, 5]))
        #expect(split.evaluated == OrderSelection(label: "train", rows: [2]))
        #expect(split.leftOutCount == 1)
        #expect(split.usersWithoutEvaluatedOrder == 2)
        #expect(throws: IFError.self) { try OrderSplit.byEvalSet(orders, evaluated: "prior") }
        #expect(throws: IFError.self) { try OrderSplit.byEvalSet(orders, evaluated: "holdout") }
    }

    @Test("last order of each user with two; users with one stay in training")
    func lastOrder() throws {
        let split = try OrderSplit.leavingLastOrderOut(orders)
        #expect(split.evaluated.rows == [2, 4])
        #expect(split.training.rows == [0, 1, 3, 5])
        #expect(split.usersWithoutEvaluatedOrder == 1)
        let known = try OrderSplit.leavingLastOrderOut(orders, among: ["prior", "train"])
        #expect(known.evaluated.rows == [2])
        #expect(known.training.rows == [0, 1, 3, 5])
        #expect(known.leftOutCount == 1)
        var twice = orders
        twice.set("order_number", .int32([1, 3, 3, 1, 2, 1]))
        #expect(throws: IFError.self) { try OrderSplit.leavingLastOrderOut(twice) }
        var missing = orders
        missing.set("order_number", .int32([1, nil, 3, 1, 2, 1]))
        #expect(throws: IFError.self) { try OrderSplit.leavingLastOrderOut(missing) }
        #expect(throws: IFError.self) { try OrderSplit.leavingLastOrderOut(orders.gather([0, 3, 5])) }
    }

    @Test("by time; orders without a time are on neither side")
    func byTime() throws {
        let split = try OrderSplit.byTime(orders, column: "time", evaluatedFrom: 9)
        #expect(split.training.rows == [0, 1, 3])
        #expect(split.evaluated.rows == [2, 5])
        #expect(split.leftOutCount == 1)
        #expect(throws: IFError.self) { try OrderSplit.byTime(orders, column: "time", evaluatedFrom: 100) }
    }

    @Test("lines are joined to their orders; lines of other orders are counted")
    func lines() throws {
        let split = try OrderSplit.leavingLastOrderOut(orders, among: ["prior", "train"])
        let prior = Table(["order_id": .int32([1, 1, 2, 4, 99]), "product_id": .int32([7, 8, 7, 9, 1])])
        let train = Table(["order_id": .int64([3, 3]), "product_id": .double([7, 6])])
        let training = try OrderLines(split.training, orders: orders, lines: [prior, train])
        #expect(training.users == .int64([10, 10, 10, 20]))
        #expect(training.items == .int64([7, 8, 7, 9]))
        #expect(training.unmatchedLineCount == 3)
        let held = try OrderLines(split.evaluated, orders: orders, lines: [prior, train])
        #expect(held.items == .int64([7, 6]))
        let truth = try GroundTruth(held)
        #expect(truth.provenance.periods.first?.units?.count == 1)
        #expect(LeakGuard.findings(for: "als", training.provenance, against: truth).isEmpty)
        let mixed = Table(["order_id": .int32([1]), "product_id": .strings(["a"])])
        #expect(throws: IFError.self) { try OrderLines(split.training, orders: orders, lines: [prior, mixed]) }
        #expect(throws: IFError.self) { try OrderLines(split.training, orders: orders.gather([0, 0]), lines: [prior]) }
    }

    @Test("every split is disjoint by order, on random histories", arguments: [UInt64(1), 2, 3])
    func disjoint(_ seed: UInt64) throws {
        var stream = RandomSource(seed: seed).stream("orders")
        var users: [Int64] = []
        var numbers: [Int32] = []
        for user in 0..<50 {
            for number in 0..<(1 + stream.integer(below: 6)) {
                users.append(Int64(user))
                numbers.append(Int32(number))
            }
        }
        var order = Array(users.indices)
        stream.shuffle(&order)
        let table = Table([
            "order_id": .int64(order.map { Int64($0) }), "user_id": .int64(order.map { users[$0] }),
            "order_number": .int32(order.map { numbers[$0] }),
        ])
        let split = try OrderSplit.leavingLastOrderOut(table)
        #expect(Set(split.training.rows).isDisjoint(with: split.evaluated.rows))
        #expect(split.training.rows.count + split.evaluated.rows.count == order.count)
        for row in split.evaluated.rows {
            let user = users[order[row]]
            #expect(numbers[order[row]] == zip(users, numbers).filter { $0.0 == user }.map(\.1).max())
        }
    }
}
