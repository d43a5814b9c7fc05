import IFCore
import IFTesting
import Testing

@testable import IFRerank

struct PostRankerTests {
    func ranker(_ fixture: Fixture, _ configuration: PostRanker.Configuration = .init()) throws -> PostRanker {
        try PostRanker(configuration, prior: fixture.prior, itemFactors: fixture.factors)
    }

    struct Setting: Sendable {
        var gamma: Double
        var lambda: Double
    }

    @Test(
        "keeps the contract of rerankers",
        arguments: [
            Setting(gamma: 0.3, lambda: 0.3), Setting(gamma: 0, lambda: 0), Setting(gamma: 1, lambda: 1),
            Setting(gamma: 0.3, lambda: 0),
        ])
    func contract(_ setting: Setting) throws {
        let fixture = try Fixture(users: 40, seed: 4)
        try RerankerContract(
            ranker(fixture, .init(candidateK: 100, gamma: setting.gamma, lambda: setting.lambda)), mayAddItems: true
        ).check(candidates: fixture.candidates)
        try RerankerContract(IdentityReranker()).check(candidates: fixture.candidates)
    }

    @Test(
        "without popularity and diversity the order stays",
        arguments: [
            PostRanker.Configuration(gamma: 0, lambda: 0), .init(blendEnabled: false, mmrEnabled: false),
            .init(gamma: 0, lambda: 1),
        ])
    func keepsOrder(_ configuration: PostRanker.Configuration) throws {
        let fixture = try Fixture(users: 60, seed: 5)
        let final = try ranker(fixture, configuration).rerank(fixture.candidates, count: 10)
        for list in 0..<60 {
            let expected = fixture.candidates.items(of: list).prefix(10)
            #expect(final.items(of: list).prefix(expected.count) == expected)
        }
    }

    @Test("lists are full, without repeats, and start with the list that a smaller count gives")
    func lengths() throws {
        let fixture = try Fixture(users: 80, seed: 6)
        let ranker = try ranker(fixture)
        let ten = try ranker.rerank(fixture.candidates, count: 10)
        let four = try ranker.rerank(fixture.candidates, count: 4)
        for list in 0..<80 {
            #expect(ten.items(of: list).count == 10)
            #expect(Set(ten.items(of: list)).count == 10)
            #expect(ten.items(of: list).prefix(4) == four.items(of: list))
        }
    }

    @Test("users without candidates get the popular list; short lists are filled from it")
    func filling() throws {
        let prior = try PopularityPrior(counts: [5, 9, nil, 9, 1, 7])
        #expect(prior.ranking == [1, 3, 5, 0, 4])
        let ranker = try PostRanker(.init(lambda: 0), prior: prior, itemFactors: nil)
        let final = try ranker.rerank(RankedLists([[], [(2, 0.5), (3, 0.1)], [(3, 1)]]), count: 4)
        #expect(Array(final.items(of: 0)) == [1, 3, 5, 0])
        #expect(Set(final.items(of: 1).prefix(2)) == [2, 3])
        #expect(Array(final.items(of: 1).suffix(2)) == [1, 5])
        #expect(Array(final.items(of: 2)) == [3, 1, 5, 0])
    }

    @Test("equal values: first seen, first picked")
    func ties() throws {
        let prior = try PopularityPrior(counts: [3, 3, 3, 3])
        #expect(prior.scores == [0, 0, 0, 0])
        let candidates = RankedLists([[(2, 0.1), (0, 0.1), (3, 0.1), (1, 0.1)]])
        let plain = try PostRanker(.init(lambda: 0), prior: prior, itemFactors: nil)
        #expect(try plain.rerank(candidates, count: 4).items == [2, 0, 3, 1])
        // 0 is like 2, so it comes after 3 and 1, whose vectors are as far from everything.
        let factors = FactorMatrix(rowCount: 4, rank: 3, values: [1, 0, 0, 0, 1, 0, 2, 0, 0, 0, 0, 1])
        let diverse = try PostRanker(.init(lambda: 0.3), prior: prior, itemFactors: factors)
        #expect(try diverse.rerank(candidates, count: 4).items == [2, 3, 1, 0])
    }

    @Test("opposite and zero vectors cost nothing: the cosine is floored at 0")
    func floor() throws {
        let prior = try PopularityPrior(counts: [3, 3, 3])
        let factors = FactorMatrix(rowCount: 3, rank: 2, values: [1, 0, -1, 0, 0, 0])
        let ranker = try PostRanker(.init(gamma: 0, lambda: 0.01), prior: prior, itemFactors: factors)
        // Without the floor item 1 (cosine −1) would pass item 2 (cosine 0) in spite of its score.
        #expect(try ranker.rerank(RankedLists([[(0, 3), (2, 2), (1, 1)]]), count: 3).items == [0, 2, 1])
    }

    @Test("only the first candidateK are looked at, repeats count once")
    func candidateLimit() throws {
        let prior = try PopularityPrior(counts: [1, 1, 1, 50])
        let ranker = try PostRanker(.init(candidateK: 3, gamma: 0, lambda: 0), prior: prior, itemFactors: nil)
        let final = try ranker.rerank(RankedLists([[(1, 9), (1, 8), (0, 7), (2, 6)]]), count: 3)
        #expect(final.items == [1, 0, 3])
    }

    @Test("what the filter removes is neither kept nor filled in")
    func filter() throws {
        let fixture = try Fixture(users: 50, seed: 8)
        var stream = RandomSource(seed: 1).stream("seen")
        let pairs = (0..<50).flatMap { user in stream.sample(30, below: 120).map { (Int32(user), Int32($0)) } }
        let seen = try CSRMatrix(
            rows: pairs.map(\.0), columns: pairs.map(\.1), values: nil, rowCount: 50, columnCount: 120,
            duplicates: .reject)
        // The filter's rows are in another order than the lists.
        let users = (0..<Int32(50)).reversed().map { $0 }
        let filter = RecommendationFilter(seen: seen, allowed: Array(0..<90), denied: [1, 2, 3])
        let final = try ranker(fixture).rerank(fixture.candidates, users: users, count: 10, filter: filter)
        for list in 0..<50 {
            let items = Set(final.items(of: list))
            #expect(items.count == 10)
            #expect(items.isDisjoint(with: seen.columns(ofRow: Int(users[list]))))
            #expect(items.isDisjoint(with: [1, 2, 3]) && items.allSatisfy { $0 < 90 })
        }
        // With the same items taken out of the candidates beforehand, the lists are the same.
        let rest = RankedLists(
            (0..<50).map { list in
                fixture.candidates.range(of: list).prefix(50).map {
                    (fixture.candidates.items[$0], fixture.candidates.scores[$0])
                }
                .filter { item, _ in
                    item < 90 && ![1, 2, 3].contains(item) && !seen.columns(ofRow: Int(users[list])).contains(item)
                }
            })
        #expect(try ranker(fixture).rerank(rest, users: users, count: 10, filter: filter) == final)
    }

    @Test("any number of workers gives the same bytes")
    func workers() async throws {
        let fixture = try Fixture(users: 5000, longest: 30, seed: 9)
        let ranker = try ranker(fixture)
        let one = try await ranker.rerankAll(fixture.candidates, in: RunContext(workers: 1))
        #expect(try await ranker.rerankAll(fixture.candidates, in: RunContext(workers: 2)) == one)
        #expect(try await ranker.rerankAll(fixture.candidates, in: RunContext(workers: 5)) == one)
        #expect(try ranker.rerank(fixture.candidates, count: 10) == one)
    }

    @Test("diversity lowers the similarity within lists")
    func diversity() throws {
        let fixture = try Fixture(users: 100, rank: 3, longest: 60, seed: 10)
        func similarity(_ configuration: PostRanker.Configuration) throws -> Double {
            let final = try ranker(fixture, configuration).rerank(fixture.candidates, count: 10)
            let unit = try UnitVectors(fixture.factors)
            var sum = 0.0
            for list in 0..<final.count {
                for a in final.items(of: list) {
                    for b in final.items(of: list) where a < b {
                        sum += Double((unit.chunks[Int(a)] * unit.chunks[Int(b)]).sum())
                    }
                }
            }
            return sum
        }
        #expect(try similarity(.init(lambda: 0.1)) < similarity(.init(lambda: 0)) - 100)
    }

    @Test("unusable settings and data are refused")
    func refusals() throws {
        let prior = try PopularityPrior(counts: [1, 2])
        func code(_ body: () throws -> Void) -> IFError.Code? {
            do { try body() } catch { return (error as? IFError)?.code }
            return nil
        }
        for bad in [
            PostRanker.Configuration(candidateK: 0), .init(topK: 0), .init(gamma: 1.1), .init(gamma: .nan),
            .init(lambda: -0.1),
        ] {
            #expect(code { _ = try PostRanker(bad, prior: prior, itemFactors: nil) } == .invalidArgument)
        }
        #expect(code { _ = try PostRanker(prior: prior, itemFactors: nil) } == .invalidArgument)
        let three = FactorMatrix(rowCount: 3, rank: 1, values: [1, 2, 3])
        #expect(code { _ = try PostRanker(prior: prior, itemFactors: three) } == .invalidArgument)
        let broken = FactorMatrix(rowCount: 2, rank: 1, values: [1, .nan])
        #expect(code { _ = try PostRanker(prior: prior, itemFactors: broken) } == .numericalFailure)
        #expect(code { _ = try PopularityPrior(counts: [-1]) } == .invalidData)
        let ranker = try PostRanker(.init(lambda: 0), prior: prior, itemFactors: nil)
        #expect(code { _ = try ranker.rerank(RankedLists([[(2, 1)]]), count: 1) } == .invalidData)
        #expect(code { _ = try ranker.rerank(RankedLists([[(1, .nan)]]), count: 1) } == .invalidData)
        #expect(code { _ = try ranker.rerank(RankedLists([]), count: -1) } == .invalidArgument)
    }

    @Test("popularity is brought into the model's order; items the model does not know still count in the mean")
    func priorMapping() throws {
        let items = IDMap(integers: [10, 20, 30])
        let prior = try PopularityPrior(catalogue: IDMap(integers: [5, 10, 30]), counts: [100, 4, 9], items: items)
        #expect(prior.unknownToModelCount == 1)
        #expect(prior.ranking == [2, 0])
        #expect(prior.scores[1] == 0)
        let same = try PopularityPrior(counts: [4, nil, 9], others: [100])
        #expect(prior == same)
        #expect(prior.scores != (try PopularityPrior(counts: [4, nil, 9])).scores)
    }
}
