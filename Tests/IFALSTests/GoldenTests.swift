import IFALS
import IFCore
import Testing

@Suite struct GoldenTests {
    /// Greatest difference, as a share of the greatest magnitude.
    private func distance(_ found: [Float], _ wanted: [Double]) -> Double {
        let scale = wanted.reduce(0) { max($0, abs($1)) }
        return zip(found, wanted).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
    }

    @Test func agreesWithDoublePrecision() async throws {
        let golden = try NumPyGolden.load()
        #expect(golden.cases.count == 12)
        for reference in golden.cases {
            let configuration = golden.configuration(
                nonnegative: reference.nonnegative, exponent: reference.exponent, sweeps: reference.sweeps)
            let model = try await ImplicitALS(configuration).fit(
                golden.interactions(), startingFrom: golden.startFactors, in: RunContext())
            let users = distance(model.userFactors.values, reference.users)
            let items = distance(model.itemFactors.values, reference.items)
            let name: Comment = "nonnegative \(reference.nonnegative), ν \(reference.exponent), \(reference.sweeps)"
            #expect(users < 1e-3, name)
            #expect(items < 1e-3, name)
            #expect(model.losses.count == reference.losses.count)
            for (found, wanted) in zip(model.losses, reference.losses) {
                #expect(abs(found - wanted) < 2e-5 * wanted, name)
            }
            #expect(model.events.isEmpty)
        }
    }

    struct Implicit: Decodable {
        struct Case: Decodable {
            var sweeps: Int
            var users: [Double]
            var items: [Double]
        }
        var cases: [Case]
    }

    @Test func agreesWithImplicit() async throws {
        let golden = try NumPyGolden.load()
        for reference in try GoldenFile.load("implicit.json", as: Implicit.self).cases {
            let configuration = golden.configuration(nonnegative: false, exponent: 0, sweeps: reference.sweeps)
            let model = try await ImplicitALS(configuration).fit(
                golden.interactions(), startingFrom: golden.startFactors, in: RunContext())
            let users = distance(model.userFactors.values, reference.users)
            let items = distance(model.itemFactors.values, reference.items)
            #expect(users < 1e-3, "\(reference.sweeps) sweeps")
            #expect(items < 1e-3, "\(reference.sweeps) sweeps")
        }
    }

    struct Spark: Decodable {
        struct Run: Decodable {
            var nonnegative: Bool
            var seed: Int
            var sweeps: Int
            var loss: Double
        }
        var runs: [Run]
    }

    /// Different starts end in different minima; the best of several is to be no worse than Spark's best.
    @Test func reachesTheObjectiveOfSpark() async throws {
        let golden = try NumPyGolden.load()
        let runs = try GoldenFile.load("spark.json", as: Spark.self).runs
        for nonnegative in [true, false] {
            let wanted = try #require(runs.filter { $0.nonnegative == nonnegative }.map(\.loss).min())
            var best = Double.infinity
            for seed: UInt64 in 1...3 {
                let configuration = golden.configuration(nonnegative: nonnegative, exponent: 1, sweeps: 40)
                let model = try await ImplicitALS(configuration).fit(
                    golden.interactions(), in: RunContext(seed: seed))
                best = min(best, model.losses.last ?? .infinity)
            }
            #expect(best < wanted * 1.005, "nonnegative \(nonnegative)")
            #expect(best > wanted * 0.95, "nonnegative \(nonnegative): the same objective")
        }
    }
}
