import Foundation
import IFCore

/// The orders of Scripts/golden/impute/intervals.py: 500 users with up to 12 orders, rows in mixed order.
enum FormulaOrders {
    struct Row {
        var user: Int64
        var number: Int32
        var days: Double?
    }

    static func rows(users: Int = 500, seed: Int = 2024) -> [Row] {
        let uniforms = Golden.uniforms(users * 60, seed: seed)
        var position = 0
        func next() -> Double {
            position += 1
            return uniforms[position - 1]
        }
        var rows: [Row] = []
        for user in 0..<users {
            let count = 1 + Int(next() * 12)
            let mean = 3 + 30 * next()
            for number in 1...count {
                let draw = -mean * log(1 - next())
                let days = number == 1 ? nil : Double(min(30, Int(draw)))
                rows.append(Row(user: Int64(1000 + 3 * user), number: Int32(number), days: days))
            }
        }
        let keys = Golden.uniforms(rows.count, seed: seed + 1)
        return keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }.map { rows[$0] }
    }

    static func table(_ rows: [Row]) -> Table {
        var table = Table()
        table.set("order_id", .int64((0..<Int64(rows.count)).map { 7 + $0 }))
        table.set("user_id", .int64(rows.map(\.user)))
        table.set("order_number", .int32(rows.map(\.number)))
        table.set("days_since_prior_order", .double(rows.map(\.days)))
        return table
    }
}
