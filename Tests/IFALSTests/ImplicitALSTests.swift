import Foundation
import IFALS
import IFCore
import IFTesting
import Synchronization
import Testing

@Suite struct ImplicitALSTests {
    @Test(arguments: [true, false]) func lossFallsAndIsReported(nonnegative: Bool) async throws {
        let seen = Mutex<[Double]>([])
        let context = RunContext(progress: { report in
            guard report.stage == "als", let loss = report.metrics["loss"] else { return }
            seen.withLock { $0.append(loss) }
        })
        let configuration = ImplicitALS.Configuration(factors: 20, iterations: 8, nonnegative: nonnegative)
        let model = try await ImplicitALS(configuration).fit(RecommenderFixture.random(), in: context)
        #expect(model.losses.count == 8)
        for (before, after) in zip(model.losses, model.losses.dropFirst()) { #expect(after < before * 1.000_001) }
        let reported = seen.withLock { $0 }
        #expect(reported == model.losses)
        let least = min(model.userFactors.values.min() ?? -1, model.itemFactors.values.min() ?? -1)
        #expect((least >= 0) == nonnegative)
    }

    /// The objective written out over all pairs.
    @Test func lossIsTheObjective() async throws {
        var configuration = ImplicitALS.Configuration(factors: 12, regularization: 0.1, iterations: 3)
        configuration.unobservedWeight = 0.3
        configuration.confidence = .logarithmic
        let data = try RecommenderFixture.random(users: 60, items: 40)
        let model = try await ImplicitALS(configuration).fit(data, in: RunContext())
        var ratings = [Double](repeating: 0, count: data.users.count * data.items.count)
        var byItem = [Int](repeating: 0, count: data.items.count)
        for user in 0..<data.users.count {
            for entry in data.matrix.range(ofRow: user) {
                let item = Int(data.matrix.columns[entry])
                ratings[user * data.items.count + item] = Double(data.matrix.values[entry])
                byItem[item] += 1
            }
        }
        func squares(_ vector: ArraySlice<Float>) -> Double { vector.reduce(0) { $0 + Double($1) * Double($1) } }
        var loss = 0.0
        for user in 0..<data.users.count {
            let x = model.userFactors[user]
            loss += 0.1 * Double(data.matrix.range(ofRow: user).count) * squares(x)
            for item in 0..<data.items.count {
                let score = zip(x, model.itemFactors[item]).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
                let rating = ratings[user * data.items.count + item]
                loss += rating > 0 ? (1 + 40 * log(1 + rating)) * (1 - score) * (1 - score) : 0.3 * score * score
            }
        }
        for item in 0..<data.items.count { loss += 0.1 * Double(byItem[item]) * squares(model.itemFactors[item]) }
        let last = try #require(model.losses.last)
        #expect(abs(last - loss) < 1e-4 * loss)
    }

    @Test(arguments: [1, 2, 3, 5]) func sameFactorsForAnyWorkers(workers: Int) async throws {
        let data = try RecommenderFixture.random(users: 1500, items: 300)
        let recommender = ImplicitALS(.init(factors: 24, iterations: 2))
        let one = try await recommender.fit(data, in: RunContext(seed: 5))
        let many = try await recommender.fit(data, in: RunContext(seed: 5, workers: WorkerBudget(workers)))
        #expect(one.userFactors == many.userFactors)
        #expect(one.itemFactors == many.itemFactors)
        #expect(one.losses == many.losses)
    }

    /// Without regularization and with fewer users than factors, systems are singular: a ridge is added and told.
    @Test func singularSystemsAreRecorded() async throws {
        let data = try Interactions(users: .int32([0, 0, 1]), items: .int32([0, 1, 1]))
        let configuration = ImplicitALS.Configuration(
            factors: 8, regularization: 0, iterations: 1, nonnegative: false)
        let model = try await ImplicitALS(configuration).fit(data, in: RunContext())
        #expect(!model.events.isEmpty)
        #expect(model.events.allSatisfy { $0.ridgeAdded > 0 && $0.sweep == 1 })
        #expect(model.userFactors.values.allSatisfy { $0.isFinite })
    }

    @Test func oneUserOneItem() async throws {
        let data = try Interactions(users: .int32([7]), items: .int32([9]))
        let model = try await ImplicitALS(.init(factors: 4)).fit(data, in: RunContext())
        let list = try #require(try model.recommend(for: 7))
        #expect(list.map(\.item) == [9])
        #expect(abs((list.first?.score ?? 0) - 1) < 0.05)
        #expect(try model.recommend(for: 8) == nil)
    }

    @Test func configurationIsChecked() async throws {
        let data = try Interactions(users: .int32([7]), items: .int32([9]))
        func key(_ change: (inout ImplicitALS.Configuration) -> Void) async -> String? {
            var configuration = ImplicitALS.Configuration()
            change(&configuration)
            do {
                _ = try await ImplicitALS(configuration).fit(data, in: RunContext())
                return nil
            } catch let error as IFError {
                return error.code == .invalidArgument ? error.location.key : nil
            } catch {
                return nil
            }
        }
        #expect(await key { $0.factors = 0 } == "factors")
        #expect(await key { $0.regularization = -1 } == "regularization")
        #expect(await key { $0.alpha = .nan } == "alpha")
        #expect(await key { $0.iterations = 0 } == "iterations")
        #expect(await key { $0.unobservedWeight = 0 } == "unobservedWeight")
        #expect(await key { $0.regularizationScaling = .count(exponent: -1) } == "regularizationScaling")
    }

    @Test func configurationRoundTrips() throws {
        var configuration = ImplicitALS.Configuration(factors: 12, nonnegative: false)
        configuration.confidence = .logarithmic
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(ImplicitALS.Configuration.self, from: data) == configuration)
        let partial = try JSONDecoder().decode(ImplicitALS.Configuration.self, from: Data(#"{"factors":9}"#.utf8))
        #expect(partial == ImplicitALS.Configuration(factors: 9))
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ImplicitALS.Configuration.self, from: Data(#"{"confidence":"cubic"}"#.utf8))
        }
    }

    @Test func warmStartContinues() async throws {
        let data = try RecommenderFixture.random()
        let three = try await ImplicitALS(.init(factors: 16, iterations: 3)).fit(data, in: RunContext())
        let one = try await ImplicitALS(.init(factors: 16, iterations: 1)).fit(data, in: RunContext())
        let two = try await ImplicitALS(.init(factors: 16, iterations: 2)).fit(
            data, startingFrom: one.userFactors, in: RunContext())
        for (found, wanted) in zip(two.losses, three.losses.dropFirst()) {
            #expect(abs(found - wanted) < 1e-4 * wanted)
        }
        await #expect(throws: IFError.self) {
            try await ImplicitALS(.init(factors: 8)).fit(data, startingFrom: one.userFactors, in: RunContext())
        }
    }

    @Test(arguments: [
        (ALSSolver.cholesky, true), (.cholesky, false), (.conjugateGradient(), false),
        (.blockCoordinate(blockSize: 16), false),
    ])
    func bothSidesContinueToTheByte(_ solver: ALSSolver, nonnegative: Bool) async throws {
        let data = try RecommenderFixture.random()
        func recommender(_ iterations: Int) -> ImplicitALS {
            var configuration = ImplicitALS.Configuration(factors: 32, iterations: iterations, nonnegative: nonnegative)
            configuration.solver = solver
            return ImplicitALS(configuration)
        }
        let three = try await recommender(3).fit(data, in: RunContext())
        let one = try await recommender(1).fit(data, in: RunContext())
        let two = try await recommender(2).fit(
            data, startingFrom: one.userFactors, itemFactors: one.itemFactors, in: RunContext())
        #expect(two.userFactors == three.userFactors && two.itemFactors == three.itemFactors)
        #expect(two.losses == Array(three.losses.dropFirst()))
        let error = await #expect(throws: IFError.self) {
            try await recommender(1).fit(
                data, startingFrom: one.userFactors, itemFactors: one.userFactors, in: RunContext())
        }
        #expect(error?.message.contains("factors of items") == true)
    }
}
