import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct DislikeTests {
    /// Skewed ratings of which a fourth are dislikes.
    private func data() throws -> Interactions {
        let all = try RecommenderFixture.random(users: 80, items: 40)
        let values = all.matrix.values.enumerated().map { $0.offset % 4 == 1 ? -$0.element : $0.element }
        return Interactions(
            users: all.users, items: all.items,
            matrix: CSRMatrix(
                rowCount: all.matrix.rowCount, columnCount: all.matrix.columnCount, offsets: all.matrix.offsets,
                columns: all.matrix.columns, values: values))
    }

    private func configuration(_ confidence: ConfidenceForm = .linear, nonnegative: Bool = false)
        -> ImplicitALS.Configuration
    {
        var out = ImplicitALS.Configuration(factors: 10, regularization: 0.1, iterations: 4, nonnegative: nonnegative)
        out.allowsDislikes = true
        out.confidence = confidence
        return out
    }

    @Test func areAnErrorUnlessAllowed() async throws {
        var configuration = configuration()
        configuration.allowsDislikes = false
        let recommender = ImplicitALS(configuration)
        let error = await #expect(throws: IFError.self) { try await recommender.fit(data(), in: RunContext()) }
        #expect(error?.code == .invalidData)
        #expect(error?.location.row == 2)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity, 0]) func othersStayErrors(_ bad: Float) async throws {
        let matrix = CSRMatrix(rowCount: 1, columnCount: 2, offsets: [0, 2], columns: [0, 1], values: [-1, bad])
        let data = Interactions(users: IDMap(integers: [1]), items: IDMap(integers: [1, 2]), matrix: matrix)
        let recommender = ImplicitALS(configuration())
        let error = await #expect(throws: IFError.self) { try await recommender.fit(data, in: RunContext()) }
        #expect(error?.code == .invalidData)
        #expect(error?.location.row == 2)
    }

    /// The objective written out over all pairs: a dislike is preference 0 at the confidence of its size.
    @Test(arguments: [ConfidenceForm.linear, .logarithmic, .asGiven], [false, true])
    func lossIsTheObjective(_ form: ConfidenceForm, nonnegative: Bool) async throws {
        let data = try data()
        var configuration = configuration(form, nonnegative: nonnegative)
        configuration.itemRegularization = 0.4
        configuration.itemRegularizationScaling = .count(exponent: 0.5)
        configuration.regularizationScaling = .weight(exponent: 0.8)
        configuration.unobservedWeight = 0.5
        let model = try await ImplicitALS(configuration).fit(data, in: RunContext())
        let wanted = Written(data, model).objective
        let last = try #require(model.losses.last)
        #expect(abs(last - wanted) < 1e-4 * wanted)
        let exact = try await model.objective(of: data, in: RunContext(workers: 3))
        #expect(abs(exact - wanted) < 1e-9 * wanted)
    }

    @Test func lowerTheScoreOfWhatIsDisliked() async throws {
        let data = try data()
        let model = try await ImplicitALS(configuration()).fit(data, in: RunContext())
        var mean = (liked: 0.0, disliked: 0.0)
        var count = (liked: 0.0, disliked: 0.0)
        for user in 0..<data.users.count {
            for entry in data.matrix.range(ofRow: user) {
                let item = Int(data.matrix.columns[entry])
                let score = zip(model.userFactors[user], model.itemFactors[item]).reduce(0.0) {
                    $0 + Double($1.0) * Double($1.1)
                }
                if data.matrix.values[entry] > 0 {
                    mean.liked += score
                    count.liked += 1
                } else {
                    mean.disliked += score
                    count.disliked += 1
                }
            }
        }
        #expect(mean.disliked / count.disliked < 0.35)
        #expect(mean.liked / count.liked > 0.7)
    }

    @Test func foldingInATrainingUserGivesItsVector() async throws {
        let data = try data()
        let model = try await ImplicitALS(configuration()).fit(data, in: RunContext())
        let again = try model.foldIn(data.matrix)
        let scale = model.userFactors.values.reduce(Float(0)) { max($0, abs($1)) }
        for (a, b) in zip(again.values, model.userFactors.values) { #expect(abs(a - b) < 1e-4 * scale) }
    }

    @Test(arguments: [2, 3, 5]) func sameFactorsForAnyWorkers(workers: Int) async throws {
        let data = try data()
        let one = try await ImplicitALS(configuration()).fit(data, in: RunContext(seed: 5))
        let many = try await ImplicitALS(configuration()).fit(
            data, in: RunContext(seed: 5, workers: WorkerBudget(workers)))
        #expect(one.userFactors == many.userFactors)
        #expect(one.itemFactors == many.itemFactors)
        #expect(one.losses == many.losses)
    }
}

/// The objective by its definition: every pair on its own.
struct Written {
    let objective: Double

    init(_ data: Interactions, _ model: ALSModel) {
        let configuration = model.configuration
        var ratings: [Int: Double] = [:]
        var byItem = [Int](repeating: 0, count: data.items.count)
        for user in 0..<data.users.count {
            for entry in data.matrix.range(ofRow: user) {
                let item = Int(data.matrix.columns[entry])
                ratings[user * data.items.count + item] = Double(data.matrix.values[entry])
                byItem[item] += 1
            }
        }
        func squares(_ vector: ArraySlice<Float>) -> Double { vector.reduce(0) { $0 + Double($1) * Double($1) } }
        func scale(_ scaling: RegularizationScaling, _ count: Int, _ others: Int) -> Double {
            let extra = scaling.countsUnobserved ? configuration.unobservedWeight * Double(others) : 0
            return power(Double(count) + extra, scaling.exponent)
        }
        var sum = 0.0
        for user in 0..<data.users.count {
            let x = model.userFactors[user]
            sum +=
                configuration.regularization * squares(x)
                * scale(configuration.regularizationScaling, data.matrix.range(ofRow: user).count, data.items.count)
            for item in 0..<data.items.count {
                let score = zip(x, model.itemFactors[item]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                guard let rating = ratings[user * data.items.count + item] else {
                    sum += configuration.unobservedWeight * score * score
                    continue
                }
                let confidence =
                    switch configuration.confidence {
                    case .asGiven: abs(rating)
                    case .logarithmic: 1 + configuration.alpha * naturalLogarithm(1 + abs(rating))
                    default: 1 + configuration.alpha * abs(rating)
                    }
                let error = (rating > 0 ? 1 : 0) - score
                sum += confidence * error * error
            }
        }
        let scaling = configuration.itemRegularizationScaling ?? configuration.regularizationScaling
        for item in 0..<data.items.count {
            sum +=
                (configuration.itemRegularization ?? configuration.regularization)
                * squares(model.itemFactors[item]) * scale(scaling, byItem[item], data.users.count)
        }
        objective = sum
    }
}
