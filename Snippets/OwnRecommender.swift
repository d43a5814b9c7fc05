// A recommender of your own, and the contract suite that says whether it keeps its promises.
import IFCore
import IFTesting
import Testing

// snippet.model
/// Items that were taken together: the score of an item is how often the user's items met it in other histories.
struct CooccurrenceModel: RecommenderModel {
    let users: IDMap
    let items: IDMap
    let history: CSRMatrix
    /// Row i: the items that were taken together with item i, and in how many histories.
    let together: CSRMatrix

    func recommend(users wanted: [Int32], count: Int, filter: RecommendationFilter) throws -> RankedLists {
        try filter.validate(users: wanted, userCount: users.count, itemCount: items.count)
        let candidates = Set(filter.allowed ?? Array(0..<Int32(items.count))).subtracting(filter.denied)
        // What each user has seen or is denied: a row of a matrix for each of `wanted`.
        let excluded = filter.exclusions(ofUsers: wanted)
        return RankedLists(
            wanted.indices.map { place in
                var scores = [Float](repeating: 0, count: items.count)
                for own in history.columns(ofRow: Int(wanted[place])) {
                    for entry in together.range(ofRow: Int(own)) {
                        scores[Int(together.columns[entry])] += together.values[entry]
                    }
                }
                let left = candidates.subtracting(
                    excluded.map { Array($0.matrix.columns(ofRow: Int($0.rows[place]))) } ?? [])
                return left.map { (item: $0, score: scores[Int($0)]) }
                    .sorted { ($0.score, $1.item) > ($1.score, $0.item) }
                    .prefix(count).map { $0 }
            })
    }
}
// snippet.end

// snippet.recommender
/// Fits a ``CooccurrenceModel``. It has no settings and draws no random numbers.
struct CooccurrenceRecommender: Recommender {
    @concurrent
    func fit(_ interactions: Interactions, in context: RunContext) async throws -> CooccurrenceModel {
        let matrix = interactions.matrix
        guard matrix.count > 0 else { throw IFError(.emptyData, "there are no interactions to learn from") }
        for row in 0..<matrix.rowCount {
            let values = matrix.values[matrix.range(ofRow: row)]
            guard values.allSatisfy({ $0.isFinite && $0 > 0 }) else {
                throw IFError(.invalidData, "a value is not a finite number above 0", row: row + 1)
            }
        }
        let takers = matrix.transposed()
        // One block of items a task; results come back in block order, whatever order they ended in.
        let blocks = BlockRanges(rowCount: takers.rowCount, blockSize: 64)
        let parts = try await context.mapBlocks(blocks.count) { block in
            blocks[block].map { item in
                var counts: [Int32: Float] = [:]
                for user in takers.columns(ofRow: item) {
                    for other in matrix.columns(ofRow: Int(user)) where other != item { counts[other, default: 0] += 1 }
                }
                return counts.sorted { $0.key < $1.key }
            }
        }
        let rows = parts.flatMap { $0 }
        return CooccurrenceModel(
            users: interactions.users, items: interactions.items, history: matrix,
            together: CSRMatrix(
                rowCount: rows.count, columnCount: rows.count,
                offsets: rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
                columns: rows.flatMap { $0.map(\.key) }, values: rows.flatMap { $0.map(\.value) }))
    }
}
// snippet.end

// snippet.contract
@Suite struct CooccurrenceTests {
    @Test func contract() async throws {
        try await RecommenderContract(learnsTaste: true, usesSeed: false).check { CooccurrenceRecommender() }
    }
}
// snippet.end

// snippet.use
let interactions = try Interactions(
    users: .int32([1, 1, 2, 2, 3]), items: .strings(StringValues(["milk", "bread", "milk", "eggs", "milk"])))
let model = try await CooccurrenceRecommender().fit(interactions, in: RunContext(workers: 2))
let best = try model.recommend(for: 3, count: 2, filter: .removingSeen(interactions.matrix))
// snippet.end

precondition(best?.map(\.item) == ["bread", "eggs"], "what was taken with milk, ties by item")
// The suite above, run here: a snippet is a program of its own.
let status: CInt = await Testing.__swiftPMEntryPoint()
precondition(status == 0, "the recommender breaks the contract")
