import FoundationEssentials
import IFALS
import IFCore
import IFFiles

/// A model as the store holds it: Spark's folder, which Spark loads too.
enum ModelFiles {
    /// Writes the folder.
    static func save(_ model: ALSModel, to folder: String, timestamp: Date, name: String) throws {
        try SparkALSModelFolder.save(
            userIDs: model.users.ids, userFactors: model.userFactors, itemIDs: model.items.ids,
            itemFactors: model.itemFactors,
            parameters: SparkALSParameters(
                uid: "ALS_\(name)", userColumn: "user_id", itemColumn: "product_id", coldStartStrategy: "drop",
                timestamp: Int64(timestamp.timeIntervalSince1970) * 1000),
            to: folder)
    }

    /// Reads a folder written by us or by Spark; what Spark's format does not hold takes the configuration's values.
    static func load(
        _ folder: String, configuration: ImplicitALS.Configuration, in context: RunContext
    ) async throws -> ALSModel {
        let stored = try await SparkALSModelFolder.load(folder, in: context)
        var configuration = configuration
        configuration.factors = stored.userFactors.rank
        let (users, userFactors) = inIDOrder(stored.userIDs, stored.userFactors)
        let (items, itemFactors) = inIDOrder(stored.itemIDs, stored.itemFactors)
        return ALSModel(
            users: users, items: items, userFactors: userFactors, itemFactors: itemFactors,
            configuration: configuration)
    }

    /// Spark writes rows in the order of its partitions; dense indices follow the order of the ids.
    private static func inIDOrder(_ ids: IDColumn, _ factors: FactorMatrix) -> (IDMap, FactorMatrix) {
        let map = IDMap(ids)
        let indices = map.indices(of: ids)
        if indices.indices.allSatisfy({ indices[$0] == Int32($0) }) { return (map, factors) }
        var values = [Float](repeating: 0, count: map.count * factors.rank)
        for (row, index) in indices.enumerated() {
            let start = Int(index) * factors.rank
            values.replaceSubrange(start..<start + factors.rank, with: factors[row])
        }
        return (map, FactorMatrix(rowCount: map.count, rank: factors.rank, values: values))
    }
}
