import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct ExplainTests {
    @Test func agreesWithNumPy() throws {
        let golden = try ServingGolden.load()
        for variant in golden.cases {
            let model = golden.model(variant)
            let found = try model.explain(items: [0, 1, 2, 3, 4, 5], history: golden.history)
            #expect(found.count == 6)
            for (explanation, wanted) in zip(found, variant.contributions) {
                let scale = wanted.reduce(0) { max($0, abs($1)) }
                #expect(explanation.contributions.count == wanted.count)
                for contribution in explanation.contributions {
                    let entry = try #require(golden.columns.firstIndex(of: contribution.item))
                    // Confidences are formed in single precision, as in a fit.
                    #expect(abs(contribution.value - wanted[entry]) < 1e-5 * scale)
                }
                #expect(abs(explanation.score - wanted.reduce(0, +)) < 1e-5 * scale)
            }
        }
    }

    /// The score is computed from the solution, the contributions from the inverse: that they agree is no identity of
    /// the code.
    @Test(arguments: [true, false]) func contributionsAddUpToTheTrainedScore(nonnegative: Bool) async throws {
        let data = try RecommenderFixture.random(users: 150, items: 80)
        for factors in [16, 9] {
            let configuration = ImplicitALS.Configuration(
                factors: factors, regularization: 0.05, alpha: 10, iterations: 4, nonnegative: nonnegative)
            let model = try await ImplicitALS(configuration).fit(data, in: RunContext())
            for user in [0, 7, 77, 149] {
                let history = data.matrix.range(ofRow: user).map {
                    (item: data.matrix.columns[$0], value: data.matrix.values[$0])
                }
                let lists = try model.recommend(users: [Int32(user)], count: 5, filter: .none)
                let found = try model.explain(items: lists.items, forUser: Int32(user), history: history)
                for (place, explanation) in found.enumerated() {
                    let sum = explanation.contributions.reduce(0) { $0 + $1.value }
                    let size = explanation.contributions.reduce(0) { $0 + abs($1.value) }
                    #expect(abs(sum - explanation.score) <= 1e-9 * size)
                    #expect(abs(explanation.score - Double(lists.scores[place])) < 1e-4 * abs(explanation.score))
                    #expect(explanation.item == lists.items[place])
                    #expect(Set(explanation.contributions.map(\.item)) == Set(history.map(\.item)))
                    let values = explanation.contributions.map(\.value)
                    #expect(values == values.sorted(by: >))
                }
            }
        }
    }

    /// Their vectors are some way from the minimum; what is explained is the minimum, and adds up.
    @Test(arguments: [ALSSolver.conjugateGradient(), .blockCoordinate(blockSize: 16)])
    func fitsThatAreNotExactAreExplained(_ solver: ALSSolver) async throws {
        let data = try RecommenderFixture.random(users: 150, items: 80)
        var configuration = ImplicitALS.Configuration(factors: 32, regularization: 0.05, alpha: 10, iterations: 3)
        configuration.nonnegative = false
        configuration.solver = solver
        let model = try await ImplicitALS(configuration).fit(data, in: RunContext())
        for user in 0..<150 {
            let history = data.matrix.range(ofRow: user).map {
                (item: data.matrix.columns[$0], value: data.matrix.values[$0])
            }
            let found = try model.explain(items: [1, 5], forUser: Int32(user), history: history)
            #expect(found == (try model.explain(items: [1, 5], history: history)))
            for explanation in found {
                let size = explanation.contributions.reduce(0) { $0 + abs($1.value) }
                #expect(abs(explanation.contributions.reduce(0) { $0 + $1.value } - explanation.score) <= 1e-9 * size)
            }
        }
    }

    /// Given the passive set, the identity of the paper holds for nonnegative factors; over all factors it does not.
    @Test func nonnegativeFactorsAreExplainedOnThePassiveSet() throws {
        let golden = try ServingGolden.load()
        let confined = golden.cases.filter { $0.nonnegative && $0.user.contains(0) && $0.user.contains { $0 > 0 } }
        #expect(!confined.isEmpty, "the reference has cases in which the bounds bind")
        for variant in confined {
            let bound = golden.model(variant)
            var configuration = bound.configuration
            configuration.nonnegative = false
            let unbound = ALSModel(
                users: bound.users, items: bound.items, userFactors: bound.userFactors,
                itemFactors: bound.itemFactors, configuration: configuration)
            let a = try bound.explain(items: [3], history: golden.history)[0]
            let b = try unbound.explain(items: [3], history: golden.history)[0]
            #expect(abs(a.score - b.score) > 1e-6)
            let vector = try bound.foldIn(.row(golden.columns, golden.ratings, columnCount: 30))
            let score = zip(vector[0], bound.itemFactors[3]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            #expect(abs(a.contributions.reduce(0) { $0 + $1.value } - score) < 1e-5)
        }
    }

    @Test func anotherHistoryIsRefused() async throws {
        let data = try RecommenderFixture.random(users: 60, items: 40)
        let model = try await ImplicitALS(.init(factors: 8, iterations: 2)).fit(data, in: RunContext())
        let error = #expect(throws: IFError.self) {
            try model.explain(items: [1], forUser: 3, history: [(item: 0, value: 1)])
        }
        #expect(error?.code == .invalidData)
        for indices in [[-1], [40]] as [[Int32]] {
            let outside = #expect(throws: IFError.self) { try model.explain(items: indices, history: []) }
            #expect(outside?.code == .invalidArgument)
        }
        let nobody = #expect(throws: IFError.self) { try model.explain(items: [1], forUser: 60, history: []) }
        #expect(nobody?.code == .invalidArgument)
        #expect(throws: IFError.self) { try model.explain(items: [1], history: [(item: 0, value: .nan)]) }
        let empty = try model.explain(items: [1, 2], history: [])
        #expect(empty.map(\.score) == [0, 0])
        #expect(empty.flatMap(\.contributions).isEmpty)
    }
}
