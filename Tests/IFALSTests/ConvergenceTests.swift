import IFALS
import IFCore
import Testing

/// The objective at convergence beside other libraries', where different starts meet in one minimum.
@Suite struct ConvergenceTests {
    struct Golden: Decodable {
        struct Case: Decodable {
            var name: String
            var regularization: Double
            var alpha: Double?
            var values: [Float]
            var losses: [Double]
        }

        var factors: Int
        var sweeps: Int
        var rows: [Int32]
        var columns: [Int32]
        var cases: [Case]

        /// The case of that name; the losses of its seeds agree far better than the mark.
        static func load(_ name: String) throws -> (Golden, Case) {
            let golden = try GoldenFile.load("convergence.json", as: Golden.self)
            let found = try #require(golden.cases.first { $0.name == name })
            let least = try #require(found.losses.min())
            let greatest = try #require(found.losses.max())
            try #require(greatest < least * 1.000_01)
            return (golden, found)
        }
    }

    @Test(arguments: [
        ("implicit", RegularizationScaling.none), ("implicit with dislikes", .none), ("Spark, implicit", .count),
    ])
    func implicitObjective(_ name: String, _ scaling: RegularizationScaling) async throws {
        let (golden, reference) = try Golden.load(name)
        let data = try Interactions(
            users: .int32(golden.rows), items: .int32(golden.columns), values: reference.values)
        var configuration = ImplicitALS.Configuration(
            factors: golden.factors, regularization: reference.regularization,
            alpha: try #require(reference.alpha), iterations: golden.sweeps, nonnegative: false,
            regularizationScaling: scaling)
        configuration.allowsDislikes = reference.values.contains { $0 < 0 }
        let wanted = reference.losses[0]
        for seed: UInt64 in [1, 2] {
            let model = try await ImplicitALS(configuration).fit(data, in: RunContext(seed: seed))
            let exact = try await model.objective(of: data, in: RunContext())
            // The mark is 0.1 %; a start that converges slowly is 0.02 % away after these sweeps.
            #expect(abs(exact - wanted) < 1e-3 * wanted, "\(name), seed \(seed)")
            let reported = try #require(model.losses.last)
            #expect(abs(reported - exact) < 2e-5 * exact, "\(name): what the fit reports")
        }
    }

    @Test func explicitObjectiveOfSpark() async throws {
        let (golden, reference) = try Golden.load("Spark, explicit")
        let data = try Interactions(
            users: .int32(golden.rows), items: .int32(golden.columns), values: reference.values)
        var configuration = ExplicitALS.Configuration(
            factors: golden.factors, regularization: reference.regularization, iterations: golden.sweeps)
        configuration.biases = false
        configuration.centersRatings = false
        let wanted = reference.losses[0]
        for seed: UInt64 in [1, 2] {
            let model = try await ExplicitALS(configuration).fit(data, in: RunContext(seed: seed))
            let last = try #require(model.losses.last)
            #expect(abs(last - wanted) < 1e-4 * wanted, "seed \(seed)")
        }
    }
}
