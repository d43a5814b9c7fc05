import Foundation
import IFCore
import Testing

@testable import IFEval

struct ResamplingTests {
    static func metrics(_ users: Int, seed: UInt64, shift: Double = 0) -> UserMetrics {
        var stream = RandomSource(seed: seed).stream("values")
        let values = (0..<users * 2).map { index in index % 2 == 0 ? stream.normal() + shift : stream.uniform() }
        return UserMetrics(names: ["normal", "uniform"], users: (0..<Int32(users)).map { $0 }, values: values)
    }

    @Test(
        "intervals are as wide as theory says, with replacement and with Poisson weights, for groups of users",
        arguments: [500, 3000, 20_000])
    func width(_ users: Int) async throws {
        let estimates = try await Resampling(resamples: 1000).estimates(
            of: Self.metrics(users, seed: 11), in: RunContext(workers: 2))
        let expected = [1, (1.0 / 12).squareRoot()].map { $0 / Double(users).squareRoot() }
        for (estimate, error) in zip(estimates, expected) {
            // Sampling error of an sd over 500 users is 3 %, of a bootstrap quantile with 1,000 resamples about 4 %.
            #expect(abs(estimate.standardError / error - 1) < 0.12)
            let half = (estimate.upper - estimate.lower) / 2
            #expect(abs(half / (1.96 * error) - 1) < 0.15)
            #expect(estimate.lower < estimate.mean && estimate.mean < estimate.upper)
        }
    }

    @Test("intervals cover the true mean about as often as they promise")
    func coverage() async throws {
        var covered = 0
        for repetition in 0..<100 {
            let estimates = try await Resampling(level: 0.9, resamples: 200)
                .estimates(
                    of: Self.metrics(60, seed: UInt64(1000 + repetition)), in: RunContext(seed: UInt64(repetition)))
            if estimates[0].lower <= 0 && 0 <= estimates[0].upper { covered += 1 }
        }
        // Binomial(100, 0.9) lies in 78...98 with probability above 0.999; percentile intervals cover a little less.
        #expect((77...98).contains(covered))
    }

    @Test("the test finds a difference that is there and is uniform where there is none")
    func pValues() async throws {
        let base = Self.metrics(1500, seed: 21)
        let better = UserMetrics(
            names: base.names, users: base.users,
            values: base.values.enumerated().map {
                $0.offset % 2 == 0 ? $0.element + 0.01 : $0.element
            })
        let found = try await Resampling(resamples: 999).differences(better, minus: base, in: RunContext())
        #expect(abs(found[0].difference.mean - 0.01) < 1e-12)
        #expect(found[0].pValue == 0.001)
        #expect(found[1].pValue == 1 && found[1].difference.lower == 0 && found[1].difference.upper == 0)
        var small = 0
        for repetition in 0..<100 {
            let a = Self.metrics(40, seed: UInt64(5000 + repetition))
            let b = Self.metrics(40, seed: UInt64(9000 + repetition))
            let result = try await Resampling(resamples: 99).differences(
                a, minus: b, in: RunContext(seed: UInt64(repetition)))
            if result[0].pValue <= 0.1 { small += 1 }
        }
        // Binomial(100, 0.1): 2...22 with probability above 0.999.
        #expect((2...22).contains(small))
    }

    @Test("differences are taken over common users only")
    func commonUsers() async throws {
        let first = UserMetrics(names: ["m"], users: [0, 2, 3], values: [1, 2, 3])
        let second = UserMetrics(names: ["m"], users: [0, 1, 3], values: [0.5, 9, 1])
        let result = try await Resampling(resamples: 10).differences(first, minus: second, in: RunContext())
        #expect(result[0].difference.mean == (0.5 + 2) / 2)
        let other = UserMetrics(names: ["n"], users: [0], values: [0])
        await #expect(throws: IFError.self) {
            try await Resampling().differences(first, minus: other, in: RunContext())
        }
        let nobody = UserMetrics(names: ["m"], users: [7], values: [0])
        await #expect(throws: IFError.self) {
            try await Resampling().differences(first, minus: nobody, in: RunContext())
        }
    }

    @Test("Poisson(1) weights have mean 1 and variance 1")
    func poissonTable() {
        let table = PoissonOne.table
        let mean = table.reduce(0) { $0 + Double($1) } / 65_536
        let variance = table.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 65_536
        #expect(abs(mean - 1) < 1e-4)
        #expect(abs(variance - 1) < 1e-3)
    }

    @Test("quantiles interpolate as R's type 7")
    func quantiles() {
        let values: [Double] = [1, 2, 4, 8]
        #expect(values.sortedQuantile(0) == 1)
        #expect(values.sortedQuantile(0.5) == 3)
        #expect(abs(values.sortedQuantile(0.9) - 6.8) < 1e-12)
        #expect(values.sortedQuantile(1) == 8)
    }
}
