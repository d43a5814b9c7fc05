import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct FoldInTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        var nonnegative: Bool
        var confidence = ConfidenceForm.linear
        var exponent = 1.0
        var unobservedWeight = 1.0
        var factors = 16

        var testDescription: String {
            "\(nonnegative ? "nonnegative" : "exact"), \(confidence), n^\(exponent), weight \(unobservedWeight), "
                + "\(factors) factors"
        }

        var configuration: ImplicitALS.Configuration {
            var out = ImplicitALS.Configuration(
                factors: factors, regularization: 0.05, alpha: 10, iterations: 4, nonnegative: nonnegative,
                regularizationScaling: .count(exponent: exponent))
            out.confidence = confidence
            out.unobservedWeight = unobservedWeight
            return out
        }

        static let all: [Variant] = [true, false].flatMap { nonnegative in
            [ConfidenceForm.linear, .logarithmic, .asGiven].flatMap { form in
                [0, 0.5, 1].map { Variant(nonnegative: nonnegative, confidence: form, exponent: $0) }
            } + [
                Variant(nonnegative: nonnegative, unobservedWeight: 0.2),
                Variant(nonnegative: nonnegative, factors: 11), Variant(nonnegative: nonnegative, factors: 40),
            ]
        }
    }

    /// A sweep ends with the users, so a user's history folds in to the trained vector; an item's does to that of the
    /// next half-sweep, which a fit of one sweep from the users' vectors computes.
    @Test(arguments: Variant.all) func aTrainingRowFoldsInToItsVector(_ variant: Variant) async throws {
        let data = try RecommenderFixture.random(users: 200, items: 90)
        let model = try await ImplicitALS(variant.configuration).fit(data, in: RunContext())
        let folded = try model.foldIn(data.matrix)
        for user in 0..<data.users.count {
            let distance = relativeDistance(folded[user], model.userFactors[user])
            #expect(distance < 1e-4, "user \(user)")
        }
        var once = variant.configuration
        once.iterations = 1
        let next = try await ImplicitALS(once).fit(data, startingFrom: model.userFactors, in: RunContext())
        let items = try model.foldInItems(data.matrix.transposed())
        for item in 0..<data.items.count {
            let distance = relativeDistance(items[item], next.itemFactors[item])
            #expect(distance < 1e-4, "item \(item)")
        }
    }

    @Test func agreesWithNumPyAndSciPy() throws {
        let golden = try ServingGolden.load()
        #expect(golden.cases.count == 36)
        for variant in golden.cases {
            let model = golden.model(variant)
            let user = try model.foldIn(.row(golden.columns, golden.ratings, columnCount: model.items.count))
            #expect(relativeDistance(user[0], variant.user.map { Float($0) }) < 1e-5)
            let item = try model.foldInItems(.row(golden.takers, golden.strengths, columnCount: model.users.count))
            #expect(relativeDistance(item[0], variant.item.map { Float($0) }) < 1e-5)
        }
    }

    @Test(arguments: [true, false]) func aBatchEqualsItsRowsToTheBit(nonnegative: Bool) async throws {
        let data = try RecommenderFixture.random(users: 2500, items: 120)
        let configuration = ImplicitALS.Configuration(factors: 12, iterations: 1, nonnegative: nonnegative)
        let model = try await ImplicitALS(configuration).fit(data, in: RunContext())
        let batch = try model.foldIn(data.matrix)
        for user in [0, 1, 17, 1023, 1024, 2499] {
            let range = data.matrix.range(ofRow: user)
            let alone = try model.foldIn(
                .row(
                    Array(data.matrix.columns[range]), Array(data.matrix.values[range]),
                    columnCount: data.items.count))
            #expect(alone[0].map(\.bitPattern) == batch[user].map(\.bitPattern))
        }
        for workers in [1, 2, 3, 5] {
            let context = RunContext(workers: WorkerBudget(workers))
            let many = try await model.foldIn(data.matrix, in: context)
            #expect(many.values.map(\.bitPattern) == batch.values.map(\.bitPattern))
            let items = try await model.foldInItems(data.matrix.transposed(), in: context)
            #expect(try items == model.foldInItems(data.matrix.transposed()))
        }
    }

    @Test func emptyAndUnusableHistories() throws {
        let model = try ServingGolden.load().model()
        let empty = try model.foldIn(
            CSRMatrix(rowCount: 2, columnCount: 30, offsets: [0, 0, 0], columns: [], values: []))
        #expect(empty.values == Array(repeating: 0, count: 12))
        for bad: Float in [0, -1, .nan, .infinity] {
            let error = #expect(throws: IFError.self) { try model.foldIn(.row([3], [bad], columnCount: 30)) }
            #expect(error?.code == .invalidData)
            #expect(error?.location.row == 1)
        }
        let wide = #expect(throws: IFError.self) { try model.foldIn(.row([30], [1], columnCount: 31)) }
        #expect(wide?.code == .invalidArgument)
        let outside = #expect(throws: IFError.self) {
            try model.recommend(foldingIn: [(item: -1, value: 1)], count: 3, filter: .none)
        }
        #expect(outside?.code == .invalidArgument)
    }
}
