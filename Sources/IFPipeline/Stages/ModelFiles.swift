import FoundationEssentials
import IFALS
import IFCore
import IFFiles

/// A model as the store holds it: Spark's folder, which Spark loads too, and of our own fits a file that opens at once.
enum ModelFiles {
    /// The file's name. Only it tells the settings of the fit.
    static let native = "model.ifals"

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
        return try ALSModel(
            userIDs: stored.userIDs, userFactors: stored.userFactors, itemIDs: stored.itemIDs,
            itemFactors: stored.itemFactors, configuration: configuration)
    }
}
