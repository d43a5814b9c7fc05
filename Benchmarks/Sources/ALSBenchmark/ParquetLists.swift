import IFALS
import IFCore
import IFFiles

/// Recommends to all users and writes their lists as Parquet while they are made, as `insightflow recommend` does.
func writeLists(
    of model: ALSModel, count: Int, filter: RecommendationFilter, to path: String, in context: RunContext
) async throws {
    var file: ParquetWriter?
    try await model.recommendAll(count: count, filter: filter, in: context) { users, lists in
        var part = Table()
        part.set("user_id", .int32(Array(users)))
        // The made-up products' ids are their places.
        part.set("rec_items", .int32List(ListValues(offsets: lists.offsets, values: lists.items)))
        part.set("scores", .floatList(ListValues(offsets: lists.offsets, values: lists.scores)))
        let open = try file ?? ParquetWriter(path, like: part, workers: context.workers)
        try open.write(part)
        file = open
    }
    try file?.close()
}
