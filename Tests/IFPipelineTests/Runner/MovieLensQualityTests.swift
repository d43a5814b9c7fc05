import IFALS
import IFCore
import IFEval
import IFFiles
import IFTesting
import Testing

/// The published split of MovieLens-100K: one test item a user. Settings chosen on its validation pairs; see
/// Docs/Benchmarks.md.
@Suite struct MovieLensQualityTests {
    private static let folder = "data/movielens-100k/wsdm22-split"

    @Test(.enabled(if: SharedData.has(folder), "\(SharedData.missing(folder))"))
    func ranksBetterThanThePublishedImplicitALS() async throws {
        let context = RunContext(seed: 1, workers: 2)
        func pairs(_ name: String) async throws -> (users: IDColumn, items: IDColumn) {
            let table = try await DataFiles.read(SharedData.path("\(Self.folder)/\(name).csv.gz"), in: context)
            return (try table.ids("userID"), try table.ids("itemID"))
        }
        let (train, test) = (try await pairs("train"), try await pairs("test"))
        let (users, items) = (IDMap(train.users), IDMap(train.items))
        func interactions(_ pairs: (users: IDColumn, items: IDColumn)) throws -> Interactions {
            Interactions(
                users: users, items: items,
                matrix: try CSRMatrix(
                    rows: users.indices(of: pairs.users), columns: items.indices(of: pairs.items), values: nil,
                    rowCount: users.count, columnCount: items.count, duplicates: .reject))
        }
        let split = try InteractionSplit(training: interactions(train), heldOut: interactions(test))
        var configuration = ImplicitALS.Configuration(
            factors: 80, regularization: 0.5, iterations: 12, nonnegative: false,
            regularizationScaling: .count(exponent: 0.5))
        configuration.confidence = .asGiven
        let model = try await ImplicitALS(configuration).fit(split.training, in: context)
        let validation = try RankingValidation(split, metric: NDCG(cutoff: 10), cutoff: 10, others: [Recall()])
        let means = try await validation.means(of: model, in: context)
        #expect(validation.users.count == 943)
        #expect(means[0] >= 0.070, "NDCG@10")
        #expect(means[1] >= 0.137, "Recall@10")
    }
}
