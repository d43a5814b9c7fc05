public import IFCore

/// Saves and loads models in the folder format of Spark's `ALSModel`, so that each side reads the other's.
///
/// ```
/// metadata/part-00000      one line of JSON: class, timestamp, sparkVersion, uid, paramMap, defaultParamMap, rank
/// userFactors/*.parquet    id int32, features list<float>
/// itemFactors/*.parquet    the same
/// userIds/*.parquet        only where needed: id int32, external int64 or string
/// itemIds/*.parquet        the same
/// ```
///
/// Spark's ids are 32-bit integers. Where ids are strings, or integers beyond 32 bits, factors are written under the
/// dense ids 0, 1, 2, … in the order of the external ids (numeric, or by UTF-8 bytes), and `userIds` or `itemIds` says
/// which is which. Spark loads such a folder and answers for dense ids; a join with the map gives the external ones.
/// ``load(_:in:)`` undoes it.
public enum SparkALSModelFolder {
    /// Saves a model. The folder appears complete or not at all; rows are written in the order of their ids.
    ///
    /// - Parameters:
    ///   - userIDs: Ids of the users, all different, in any order; one a row of `userFactors`.
    ///   - userFactors: Factors of the users.
    ///   - itemIDs: Ids of the items, all different, in any order.
    ///   - itemFactors: Factors of the items, of the same rank.
    ///   - parameters: Metadata.
    ///   - folder: The folder to be.
    /// - Throws: `IFError`: `invalidArgument` for ranks that differ or are 0; `invalidData` for an id that occurs
    ///   twice, or a factor that is not finite; `conflict` where the folder is there and not empty; `inputOutput`.
    public static func save(
        userIDs: IDColumn, userFactors: FactorMatrix, itemIDs: IDColumn, itemFactors: FactorMatrix,
        parameters: SparkALSParameters, to folder: String
    ) throws {
        precondition(
            userIDs.count == userFactors.rowCount && itemIDs.count == itemFactors.rowCount, "ids do not fit the factors"
        )
        guard userFactors.rank == itemFactors.rank, userFactors.rank > 0 else {
            throw IFError(
                .invalidArgument,
                "users have \(userFactors.rank) factors, items \(itemFactors.rank); both must be equal and above 0")
        }
        let unfinished = try UnfinishedPath(for: folder)
        if try FileSystem.exists(unfinished.target) && !FileSystem.names(in: unfinished.target).isEmpty {
            throw IFError(.conflict, "the folder is there and not empty; models are never rewritten", file: folder)
        }
        let root = unfinished.path
        try FileSystem.makeFolder("\(root)/metadata")
        try FileSystem.write(
            SparkALSMetadata.line(parameters, rank: userFactors.rank) + "\n", to: "\(root)/metadata/part-00000")
        try FileSystem.write("", to: "\(root)/metadata/_SUCCESS")
        try SparkALSFactors.save(userIDs, userFactors, root: root, side: "user")
        try SparkALSFactors.save(itemIDs, itemFactors, root: root, side: "item")
        try unfinished.publish()
    }

    /// Loads a model that this library or Spark saved.
    ///
    /// - Returns: The model, users and items in the order of their ids.
    /// - Throws: `IFError`: `notFound`, `corruptFile`, `unsupported` for a folder of another class of model,
    ///   `invalidData` for a vector of another length than the rank, or an id that occurs twice.
    @concurrent
    public static func load(_ folder: String, in context: RunContext = RunContext()) async throws -> SparkALSModel {
        let metadata = "\(folder)/metadata/part-00000"
        let (parameters, rank) = try SparkALSMetadata.parse(FileSystem.text(metadata), file: metadata)
        let users = try await SparkALSFactors.load(folder, side: "user", rank: rank, in: context)
        let items = try await SparkALSFactors.load(folder, side: "item", rank: rank, in: context)
        return SparkALSModel(
            userIDs: users.ids, userFactors: users.factors, itemIDs: items.ids, itemFactors: items.factors,
            parameters: parameters)
    }
}
