public import IFCore

/// The table of the contract: 60 rows by a formula, five columns of three types, two of them incomplete.
public enum ImputerFixture {
    /// Names of the incomplete columns.
    public static let incomplete = ["height", "visits"]

    /// Rows without a missing value.
    public static var completeRows: [Int] { (0..<60).filter { $0 % 4 != 1 && $0 % 7 != 3 } }

    /// The table. `height` depends on `weight` and `age`; `visits` are small whole numbers.
    public static func table() -> Table {
        var random = RandomSource(seed: 7).stream("imputer-fixture")
        var weights: [Double] = []
        var heights: [Double?] = []
        var ages: [Int64] = []
        var visits: [Int32?] = []
        var scores: [Float] = []
        for row in 0..<60 {
            let weight = 60 + 12 * random.normal()
            let age = Int64(20 + random.integer(below: 50))
            let height = 100 + weight - 0.2 * Double(age) + 4 * random.normal()
            weights.append(weight)
            ages.append(age)
            heights.append(row % 4 == 1 ? nil : height)
            visits.append(row % 7 == 3 ? nil : Int32(random.integer(below: 5) + Int(age) / 20))
            scores.append(Float(random.uniform()))
        }
        var table = Table()
        table.set("weight", .double(weights))
        table.set("height", .double(heights))
        table.set("age", .int64(ages))
        table.set("visits", .int32(visits))
        table.set("score", .float(scores))
        return table
    }
}
