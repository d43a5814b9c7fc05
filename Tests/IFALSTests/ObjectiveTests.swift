import IFALS
import IFCore
import Testing

/// The objective sweep by sweep at 32 factors, beside implicit's Cholesky solver and exact ALS in double precision.
@Suite struct ObjectiveTests {
    /// What `objective_reference.py` writes: no data but the numbers that tell whether they are drawn alike here.
    struct Golden: Decodable {
        var users: Int
        var items: Int
        var factors: Int
        var alpha: Double
        var regularization: Double
        var entries: Int
        var sumOfColumns: Int
        var sumOfValues: Double
        var sumOfStart: Double
        var exact: [Double]
        var implicit: [Double]
    }

    /// The upper 31 bits of Knuth's linear congruential generator modulo 2⁶⁴, as in the script.
    private struct Generator {
        var state: UInt64

        mutating func draw(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
    }

    /// The script's ratings and the users' starting vectors.
    private static func data(_ golden: Golden) -> (ratings: Interactions, start: FactorMatrix) {
        var generator = Generator(state: 20261)
        var offsets = [0]
        var columns: [Int32] = []
        var values: [Float] = []
        for user in 0..<golden.users {
            var taken: [Int: Int] = [:]
            for _ in 0..<5 + generator.draw(51) {
                let first = generator.draw(golden.items)
                var item = first * generator.draw(golden.items) / golden.items
                if generator.draw(2) == 1 { item = (item + 37 * (user % 8)) % golden.items }
                let value = 1 + generator.draw(5)
                if taken[item] == nil { taken[item] = value }
            }
            for (item, value) in taken.sorted(by: { $0.key < $1.key }) {
                columns.append(Int32(item))
                values.append(Float(value))
            }
            offsets.append(columns.count)
        }
        let ratings = Interactions(
            users: IDMap(integers: (0..<Int64(golden.users)).map { $0 }),
            items: IDMap(integers: (0..<Int64(golden.items)).map { $0 }),
            matrix: CSRMatrix(
                rowCount: golden.users, columnCount: golden.items, offsets: offsets, columns: columns, values: values))
        let start = (0..<golden.users * golden.factors).map { _ in Float(generator.draw(2001) - 1000) / 8192 }
        return (ratings, FactorMatrix(rowCount: golden.users, rank: golden.factors, values: start))
    }

    @Test func everySweepAgrees() async throws {
        let golden = try GoldenFile.load("objective.json", as: Golden.self)
        let (ratings, start) = Self.data(golden)
        // All of these are integers, or multiples of 2⁻¹³: sums are exact in any order.
        try #require(ratings.matrix.count == golden.entries)
        try #require(ratings.matrix.columns.reduce(0) { $0 + Int($1) } == golden.sumOfColumns)
        try #require(ratings.matrix.values.reduce(0.0) { $0 + Double($1) } == golden.sumOfValues)
        try #require(start.values.reduce(0.0) { $0 + Double($1) } == golden.sumOfStart)
        try #require(golden.exact.count == 8 && golden.implicit.count == 8)

        let configuration = ImplicitALS.Configuration(
            factors: golden.factors, regularization: golden.regularization, alpha: golden.alpha,
            iterations: golden.exact.count, nonnegative: false, regularizationScaling: .none)
        let model = try await ImplicitALS(configuration).fit(ratings, startingFrom: start, in: RunContext())
        try #require(model.losses.count == golden.exact.count)
        for (sweep, found) in model.losses.enumerated() {
            let (exact, implicit) = (golden.exact[sweep], golden.implicit[sweep])
            #expect(abs(found - implicit) < 1e-3 * implicit, "implicit's after sweep \(sweep + 1)")
            #expect(abs(found - exact) < 5e-5 * exact, "the exact one after sweep \(sweep + 1)")
        }
        // What the fit reports is computed on its way; this is written out, of the factors that it gave.
        let last = try await model.objective(of: ratings, in: RunContext())
        #expect(abs(last - golden.exact[7]) < 1e-5 * golden.exact[7])
    }
}
