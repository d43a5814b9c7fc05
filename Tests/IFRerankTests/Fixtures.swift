import IFCore

@testable import IFRerank

/// Random candidates, vectors and popularity.
struct Fixture {
    var candidates: RankedLists
    var prior: PopularityPrior
    var factors: FactorMatrix

    init(users: Int, items: Int = 120, rank: Int = 10, longest: Int = 60, seed: UInt64) throws {
        var stream = RandomSource(seed: seed).stream("fixture")
        candidates = RankedLists(
            (0..<users).map { user in
                let length = user % 5 == 0 ? user % 4 : stream.integer(below: longest + 1)
                let scores = (0..<length).map { _ in Float(stream.uniform()) }.sorted(by: >)
                return zip(stream.sample(length, below: items), scores).map { (Int32($0), $1) }
            })
        prior = try PopularityPrior(counts: (0..<items).map { $0 % 11 == 0 ? nil : stream.integer(below: 500) })
        factors = FactorMatrix(
            rowCount: items, rank: rank, values: (0..<items * rank).map { _ in Float(stream.normal()) })
    }
}
