import Foundation
import IFALS
import IFCore
import IFEval
import IFTesting
import Testing

@Suite struct ExplicitALSTests {
    struct Golden: Decodable {
        struct Case: Decodable {
            var centers: Bool
            var biases: Bool
            var nonnegative: Bool
            var exponent: Double
            var sweeps: Int
            var users: [Double]
            var items: [Double]
            var userBiases: [Double]
            var itemBiases: [Double]
            var losses: [Double]
            var rmse: Double
        }

        var regularization: Double
        var factors: Int
        var rows: [Int32]
        var columns: [Int32]
        var values: [Float]
        var start: [Float]
        var cases: [Case]

        func ratings() throws -> Interactions {
            try Interactions(users: .int32(rows), items: .int32(columns), values: values)
        }
    }

    private func distance(_ found: [Float], _ wanted: [Double]) -> Double {
        let scale = max(1e-3, wanted.reduce(0) { max($0, abs($1)) })
        return zip(found, wanted).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } / scale
    }

    /// Vectors of the reference's start, biases 0.
    private func start(_ golden: Golden, _ ratings: Interactions) -> ExplicitALSModel {
        let zeros = [Float](repeating: 0, count: ratings.items.count * golden.factors)
        return ExplicitALSModel(
            users: ratings.users, items: ratings.items, mean: 0,
            userBiases: .init(repeating: 0, count: ratings.users.count),
            itemBiases: .init(repeating: 0, count: ratings.items.count),
            userFactors: FactorMatrix(rowCount: ratings.users.count, rank: golden.factors, values: golden.start),
            itemFactors: FactorMatrix(rowCount: ratings.items.count, rank: golden.factors, values: zeros),
            configuration: .init(factors: golden.factors))
    }

    @Test func agreesWithDoublePrecision() async throws {
        let golden = try GoldenFile.load("explicit.json", as: Golden.self)
        #expect(golden.cases.count == 20)
        let ratings = try golden.ratings()
        for reference in golden.cases {
            var configuration = ExplicitALS.Configuration(
                factors: golden.factors, regularization: golden.regularization, iterations: reference.sweeps,
                regularizationScaling: .count(exponent: reference.exponent))
            configuration.centersRatings = reference.centers
            configuration.biases = reference.biases
            configuration.nonnegative = reference.nonnegative
            let model = try await ExplicitALS(configuration).fit(
                ratings, startingFrom: start(golden, ratings), in: RunContext())
            let name: Comment = "\(configuration)"
            #expect(distance(model.userFactors.values, reference.users) < 2e-3, name)
            #expect(distance(model.itemFactors.values, reference.items) < 2e-3, name)
            #expect(distance(model.userBiases, reference.userBiases) < 2e-3, name)
            #expect(distance(model.itemBiases, reference.itemBiases) < 2e-3, name)
            #expect(model.losses.count == reference.losses.count)
            for (found, wanted) in zip(model.losses, reference.losses) {
                #expect(abs(found - wanted) < 1e-4 * wanted, name)
            }
            #expect(try abs(model.rootMeanSquaredError(on: ratings) - reference.rmse) < 1e-3 * reference.rmse, name)
        }
    }

    @Test(arguments: [8, 15, 16]) func contract(factors: Int) async throws {
        // Ratings may be any numbers, and the checkerboard has but one: there is no taste in it.
        try await RecommenderContract(learnsTaste: false, usesSeed: true, needsPositiveValues: false).check {
            ExplicitALS(.init(factors: factors, iterations: 3))
        }
    }

    @Test func contractWithoutBiases() async throws {
        try await RecommenderContract(learnsTaste: false, usesSeed: true, needsPositiveValues: false).check {
            var configuration = ExplicitALS.Configuration(factors: 8, iterations: 3)
            configuration.biases = false
            configuration.centersRatings = false
            configuration.nonnegative = true
            return ExplicitALS(configuration)
        }
    }

    /// Each score is the predicted rating, best first.
    @Test func scoresArePredictions() async throws {
        let model = try await ExplicitALS(.init(factors: 9)).fit(RecommenderFixture.random(), in: RunContext())
        let lists = try model.recommend(users: [0, 7], count: 20, filter: .none)
        for (list, user) in [Int32(0), 7].enumerated() {
            for entry in lists.range(of: list) {
                let wanted = model.predict(user: user, item: lists.items[entry])
                #expect(abs(Double(lists.scores[entry]) - wanted) < 1e-5 * abs(wanted))
            }
        }
    }

    @Test func foldingInATrainingUserGivesItsVector() async throws {
        for nonnegative in [false, true] {
            var configuration = ExplicitALS.Configuration(factors: 12, iterations: 5)
            configuration.nonnegative = nonnegative
            if nonnegative { (configuration.biases, configuration.centersRatings) = (false, false) }
            let data = try RecommenderFixture.random()
            let model = try await ExplicitALS(configuration).fit(data, in: RunContext())
            let again = try model.foldIn(data.matrix)
            let scale = model.userFactors.values.reduce(Float(0)) { max($0, abs($1)) }
            for (a, b) in zip(again.factors.values, model.userFactors.values) { #expect(abs(a - b) < 1e-4 * scale) }
            for (a, b) in zip(again.biases, model.userBiases) { #expect(abs(a - b) < 1e-4) }
            let first = data.matrix.range(ofRow: 3).map { (data.matrix.columns[$0], data.matrix.values[$0]) }
            let folded = try model.recommend(foldingIn: first, count: 5, filter: .removingSeen(data.matrix))
            let known = try model.recommend(users: [3], count: 5, filter: .removingSeen(data.matrix))
            #expect(folded.items == known.items)
        }
    }

    @Test func badDataAreErrors() async throws {
        let recommender = ExplicitALS(.init(factors: 4))
        for bad: Float in [.nan, .infinity] {
            let matrix = CSRMatrix(
                rowCount: 2, columnCount: 2, offsets: [0, 1, 2], columns: [0, 1], values: [1, bad])
            let data = Interactions(users: IDMap(integers: [1, 2]), items: IDMap(integers: [1, 2]), matrix: matrix)
            let error = await #expect(throws: IFError.self) { try await recommender.fit(data, in: RunContext()) }
            #expect(error?.code == .invalidData)
            #expect(error?.location.row == 2)
        }
        let nothing = Interactions(
            users: IDMap(integers: []), items: IDMap(integers: []),
            matrix: CSRMatrix(rowCount: 0, columnCount: 0, offsets: [0], columns: [], values: []))
        let error = await #expect(throws: IFError.self) { try await recommender.fit(nothing, in: RunContext()) }
        #expect(error?.code == .emptyData)
    }

    @Test func oneUserOneItem() async throws {
        let data = try Interactions(users: .int32([7]), items: .int32([9]), values: [-2])
        let model = try await ExplicitALS(.init(factors: 4)).fit(data, in: RunContext())
        #expect(model.predict(user: 0, item: 0) == -2)
        #expect(try model.recommend(for: 8) == nil)
    }

    @Test func configurationIsChecked() async throws {
        func key(_ change: (inout ExplicitALS.Configuration) -> Void) -> String? {
            var configuration = ExplicitALS.Configuration()
            change(&configuration)
            do {
                try configuration.validate()
                return nil
            } catch { return (error as? IFError)?.location.key }
        }
        #expect(key { $0.factors = 1025 } == "factors")
        #expect(key { $0.regularization = .nan } == "regularization")
        #expect(key { $0.itemRegularization = -1 } == "itemRegularization")
        #expect(key { $0.regularizationScaling = .count(exponent: -1) } == "regularizationScaling")
        #expect(key { $0.itemRegularizationScaling = .count(exponent: .infinity) } == "itemRegularizationScaling")
        #expect(key { $0.iterations = 0 } == "iterations")
        #expect(key { $0.nonnegative = true } == "nonnegative")
        #expect(key { ($0.nonnegative, $0.biases, $0.centersRatings) = (true, false, false) } == nil)
        let partial = try JSONDecoder().decode(ExplicitALS.Configuration.self, from: Data(#"{"factors":9}"#.utf8))
        #expect(partial == ExplicitALS.Configuration(factors: 9))
    }

    @Test func cancellationIsPassedOn() async throws {
        let data = try RecommenderFixture.random()
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try await ExplicitALS(.init(factors: 4)).fit(data, in: RunContext()) }
                try await group.waitForAll()
            }
        }
    }

    @Test func earlyStoppingOnHeldOutError() async throws {
        let golden = try GoldenFile.load("explicit.json", as: Golden.self)
        let split = try InteractionSplit.holdingOut(
            share: 0.25, of: golden.ratings(), random: RandomSource(seed: 4))
        var configuration = ExplicitALS.Configuration(factors: 6, regularization: 0.001, iterations: 30)
        configuration.regularizationScaling = .none
        let rule = EarlyStopping<ExplicitALSModel> { model, _ in -(try model.rootMeanSquaredError(on: split.heldOut)) }
        let fit = try await ExplicitALS(configuration).fit(split.training, until: rule, in: RunContext())
        #expect(fit.stoppedEarly)
        #expect(try -fit.bestScore == fit.model.rootMeanSquaredError(on: split.heldOut))
        #expect(fit.measures.allSatisfy { $0.score <= fit.bestScore })
        // Continuing from a model goes on from its users.
        var one = configuration
        one.iterations = 1
        let first = try await ExplicitALS(one).fit(split.training, in: RunContext())
        let second = try await ExplicitALS(one).fit(split.training, startingFrom: first, in: RunContext())
        one.iterations = 2
        let both = try await ExplicitALS(one).fit(split.training, in: RunContext())
        #expect(second.itemFactors == both.itemFactors)
        await #expect(throws: IFError.self) {
            try await ExplicitALS(.init(factors: 5)).fit(split.training, startingFrom: first, in: RunContext())
        }
    }
}
