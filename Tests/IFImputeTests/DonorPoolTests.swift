import IFCore
import Testing

@testable import IFImpute

@Suite("Donor matching")
struct DonorPoolTests {
    @Test("MICE-MATCHINDEX-001: with one donor the nearest is taken, the greater of two at equal distance")
    func nearest() {
        var random = RandomSource(seed: 1).stream("donors")
        let donors = [-5.0, 5, 0, 10, 12]
        let pool = DonorPool(donors, using: &random)
        let picks = pool.draws(for: [-6, -4, 0, 2, 4, -2, 6, 2.5], donors: 1, using: &random)
        #expect(picks.map { donors[Int($0)] } == [-5, -5, 0, 0, 5, 0, 5, 5])
    }

    @Test("MICE-IMPUTE-PMM-002: picks are exactly the k nearest, each about equally often")
    func kNearest() {
        var random = RandomSource(seed: 2).stream("donors")
        let donors = (0..<1000).map { _ in random.normal() }
        let pool = DonorPool(donors, using: &random)
        for target in [-3.5, -0.5, 0, 0.7, 4] {
            let nearest = donors.indices.sorted { abs(donors[$0] - target) < abs(donors[$1] - target) }.prefix(5)
            var counts: [Int: Int] = [:]
            for pick in pool.draws(for: Array(repeating: target, count: 5000), donors: 5, using: &random) {
                counts[Int(pick), default: 0] += 1
            }
            #expect(Set(counts.keys) == Set(nearest))
            // χ² with 4 degrees of freedom exceeds 23.5 with probability 1e-4.
            let statistic = counts.values.reduce(0.0) { $0 + (Double($1) - 1000) * (Double($1) - 1000) / 1000 }
            #expect(statistic < 23.5)
        }
    }

    @Test("ties: over many pools each of the equal donors is picked about equally often")
    func ties() {
        var random = RandomSource(seed: 3).stream("donors")
        let donors = [Double](repeating: 1, count: 20) + [9, 9]
        var counts = [Int](repeating: 0, count: 22)
        for _ in 0..<4000 {
            let pool = DonorPool(donors, using: &random)
            counts[Int(pool.draws(for: [1.1], donors: 5, using: &random)[0])] += 1
        }
        #expect(counts[20...].allSatisfy { $0 == 0 })
        // χ² with 19 degrees of freedom exceeds 50.8 with probability 1e-4.
        let statistic = counts[..<20].reduce(0.0) { $0 + (Double($1) - 200) * (Double($1) - 200) / 200 }
        #expect(statistic < 50.8)
    }

    @Test("fewer donors than asked for: all of them serve")
    func fewDonors() {
        var random = RandomSource(seed: 4).stream("donors")
        let pool = DonorPool([3, 1], using: &random)
        let picks = Set(pool.draws(for: Array(repeating: 2, count: 200), donors: 5, using: &random))
        #expect(picks == [0, 1])
    }

    @Test("radix order equals a stable sort", arguments: [0, 1, 2, 100, 3000])
    func radix(_ count: Int) {
        var random = RandomSource(seed: 5).stream("radix")
        let keys = (0..<count).map { index -> Double in
            index % 3 == 0 ? Double(random.integer(below: 7)) - 3 : 1e6 * random.normal() * random.uniform()
        }
        var items = (0..<Int32(count)).map { $0 }
        random.shuffle(&items)
        let places = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1, $0) })
        let expected = items.sorted {
            (keys[Int($0)], places[$0] ?? 0) < (keys[Int($1)], places[$1] ?? 0)
        }
        #expect(RadixOrder.stable(items, by: keys) == expected)
    }

    @Test("radix order takes -0 and 0 for equal")
    func zeros() { #expect(RadixOrder.stable([0, 1, 2], by: [0, -0.0, -1]) == [2, 0, 1]) }
}
