import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct ExplicitSimilarTests {
    private func model() async throws -> ExplicitALSModel {
        try await ExplicitALS(.init(factors: 9, iterations: 4)).fit(
            RecommenderFixture.random(users: 90, items: 50), in: RunContext())
    }

    /// The similarity of two vectors, written out.
    private func similarity(_ a: [Float], _ b: [Float], _ measure: SimilarityMeasure) -> Double {
        func dot(_ a: [Float], _ b: [Float]) -> Double {
            var sum = 0.0
            for (x, y) in zip(a, b) { sum += Double(x) * Double(y) }
            return sum
        }
        guard measure == .cosine else { return dot(a, b) }
        let lengths = (dot(a, a) * dot(b, b)).squareRoot()
        return lengths > 0 ? dot(a, b) / lengths : 0
    }

    @Test(arguments: [SimilarityMeasure.cosine, .innerProduct])
    func listsAreThoseOfAllPairs(_ measure: SimilarityMeasure) async throws {
        let model = try await model()
        func check(_ factors: FactorMatrix, _ lists: RankedLists, _ kind: Comment) {
            #expect(lists.count == factors.rowCount, kind)
            for row in 0..<factors.rowCount {
                let own = Array(factors[row])
                var all: [Double] = []
                for other in 0..<factors.rowCount where other != row {
                    all.append(similarity(own, Array(factors[other]), measure))
                }
                all.sort(by: >)
                let range = lists.range(of: row)
                #expect(range.count == 7, kind)
                for (place, entry) in range.enumerated() {
                    let listed = Int(lists.items[entry])
                    #expect(listed != row, kind)
                    let found = Double(lists.scores[entry])
                    let scale = 1e-5 * max(1, abs(all[0]))
                    #expect(abs(found - similarity(own, Array(factors[listed]), measure)) < scale, kind)
                    #expect(abs(found - all[place]) < scale, kind)
                }
            }
        }
        let items = (0..<Int32(model.items.count)).map { $0 }
        let users = (0..<Int32(model.users.count)).map { $0 }
        check(model.itemFactors, try model.similarItems(to: items, count: 7, measure: measure), "items")
        check(model.userFactors, try model.similarUsers(to: users, count: 7, measure: measure), "users")
    }

    /// A bias moves what is recommended; what is alike it leaves alone.
    @Test func biasesPlayNoPart() async throws {
        let model = try await model()
        var biases = model.itemBiases
        biases[11] += 100
        let moved = ExplicitALSModel(
            users: model.users, items: model.items, mean: model.mean, userBiases: model.userBiases,
            itemBiases: biases, userFactors: model.userFactors, itemFactors: model.itemFactors,
            configuration: model.configuration)
        let best = try moved.recommend(users: [0], count: 1, filter: .none)
        #expect(best.items == [11])
        for measure in [SimilarityMeasure.cosine, .innerProduct] {
            let before = try model.similarItems(to: [3, 11, 3], count: 9, measure: measure)
            let after = try moved.similarItems(to: [3, 11, 3], count: 9, measure: measure)
            #expect(RecommenderFixture.equalBits(before, after))
            #expect(before.items(of: 0) == before.items(of: 2))
        }
    }

    @Test func filtersAndIndicesOutside() async throws {
        let model = try await model()
        let few = try model.similarItems(
            to: [4], count: 9, filter: SimilarityFilter(allowed: [4, 5, 6, 7], denied: [6]))
        #expect(few.items.sorted() == [5, 7])
        for (wanted, filter) in [
            ([-1], SimilarityFilter.none), ([50], .none), ([0], SimilarityFilter(allowed: [50])),
            ([0], SimilarityFilter(denied: [-1])),
        ] as [([Int32], SimilarityFilter)] {
            let error = #expect(throws: IFError.self) {
                try model.similarItems(to: wanted, count: 3, filter: filter)
            }
            #expect(error?.code == .invalidArgument)
        }
        let nobody = #expect(throws: IFError.self) { try model.similarUsers(to: [90], count: 3) }
        #expect(nobody?.code == .invalidArgument)
    }
}
