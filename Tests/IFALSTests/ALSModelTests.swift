import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct ALSModelTests {
    private func fitted(nonnegative: Bool = true, factors: Int = 16) async throws -> (ALSModel, Interactions) {
        let data = try RecommenderFixture.random(users: 300, items: 120)
        let configuration = ImplicitALS.Configuration(factors: factors, iterations: 4, nonnegative: nonnegative)
        return (try await ImplicitALS(configuration).fit(data, in: RunContext()), data)
    }

    @Test(arguments: [true, false]) func foldingInATrainingRowGivesItsVector(nonnegative: Bool) async throws {
        for factors in [16, 11] {
            let (model, data) = try await fitted(nonnegative: nonnegative, factors: factors)
            let folded = try model.foldIn(data.matrix)
            let scale = model.userFactors.values.reduce(0) { max($0, abs($1)) }
            let worst = zip(folded.values, model.userFactors.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
            #expect(worst < 1e-4 * scale)
        }
    }

    @Test func foldingInRecommendsLikeTraining() async throws {
        let (model, data) = try await fitted()
        let user = 5
        let history = data.matrix.range(ofRow: user).map { (data.matrix.columns[$0], data.matrix.values[$0]) }
        let filter = RecommendationFilter.removingSeen(data.matrix)
        let folded = try model.recommend(foldingIn: history, count: 10, filter: filter)
        let trained = try model.recommend(users: [Int32(user)], count: 10, filter: filter)
        #expect(folded.items == trained.items)
        let empty = try model.recommend(foldingIn: [], count: 3, filter: .none)
        #expect(empty.items == [0, 1, 2])
        #expect(empty.scores == [0, 0, 0])
        #expect(throws: IFError.self) {
            try model.recommend(foldingIn: [(item: 1, value: -2)], count: 3, filter: .none)
        }
    }

    @Test func scoresAreDotProductsAndNothingBetterIsLeftOut() async throws {
        let (model, _) = try await fitted(nonnegative: false)
        let lists = try model.recommend(users: [17], count: 10, filter: .none)
        let scores = (0..<model.items.count).map { item in
            zip(model.userFactors[17], model.itemFactors[item]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        let best = scores.indices.sorted { scores[$0] > scores[$1] }.prefix(10)
        #expect(lists.items == best.map { Int32($0) })
        for (found, item) in zip(lists.scores, best) { #expect(abs(Double(found) - scores[item]) < 1e-5) }
    }

    @Test func loadedModelAnswersAlike() async throws {
        let (model, data) = try await fitted()
        let loaded = ALSModel(
            users: model.users, items: model.items, userFactors: model.userFactors, itemFactors: model.itemFactors,
            configuration: model.configuration)
        let filter = RecommendationFilter.removingSeen(data.matrix)
        let users = (0..<Int32(model.users.count)).map { $0 }
        let before = try model.recommend(users: users, count: 12, filter: filter)
        let after = try loaded.recommend(users: users, count: 12, filter: filter)
        #expect(RecommenderFixture.equalBits(before, after))
        #expect(try loaded.foldIn(data.matrix) == model.foldIn(data.matrix))
    }

    @Test func similarItems() async throws {
        let (model, _) = try await fitted(nonnegative: false)
        let lists = try model.similarItems(to: [3, 40], count: 5)
        func cosine(_ a: Int, _ b: Int) -> Double {
            func dot(_ i: Int, _ j: Int) -> Double {
                zip(model.itemFactors[i], model.itemFactors[j]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            }
            return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
        }
        for (list, item) in [3, 40].enumerated() {
            let others = (0..<model.items.count).filter { $0 != item }
            let best = others.sorted { cosine(item, $0) > cosine(item, $1) }.prefix(5)
            #expect(Array(lists.items(of: list)) == best.map { Int32($0) })
            for entry in lists.range(of: list) {
                #expect(abs(Double(lists.scores[entry]) - cosine(item, Int(lists.items[entry]))) < 1e-5)
            }
        }
    }
}
