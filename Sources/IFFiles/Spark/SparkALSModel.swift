public import IFCore

/// A matrix factorization as Spark's `ALSModel` keeps it: ids and factors of users and items, and parameters.
public struct SparkALSModel: Hashable, Sendable {
    /// Ids of the users, ascending; one a row of ``userFactors``.
    public var userIDs: IDColumn
    /// Factors of the users.
    public var userFactors: FactorMatrix
    /// Ids of the items, ascending; one a row of ``itemFactors``.
    public var itemIDs: IDColumn
    /// Factors of the items.
    public var itemFactors: FactorMatrix
    /// What the metadata say.
    public var parameters: SparkALSParameters
}

/// The metadata of a Spark `ALSModel` folder.
public struct SparkALSParameters: Hashable, Sendable {
    /// The model's unique name, for example `ALS_ff7c5ba85ba8`.
    public var uid: String
    /// Column of user ids in the data that the model answers.
    public var userColumn: String
    /// Column of item ids.
    public var itemColumn: String
    /// Column of predictions.
    public var predictionColumn: String
    /// What unknown users and items get: `nan`, or `drop` for no row.
    public var coldStartStrategy: String
    /// Rows that Spark stacks for one matrix product; at least 1.
    public var blockSize: Int
    /// When the model was written: milliseconds since 1970 UTC.
    public var timestamp: Int64
    /// The Spark version named as writer.
    public var sparkVersion: String

    /// Creates parameters; the defaults are Spark's, but for the time, which the caller's clock gives.
    public init(
        uid: String, userColumn: String = "user", itemColumn: String = "item", predictionColumn: String = "prediction",
        coldStartStrategy: String = "nan", blockSize: Int = 4096, timestamp: Int64, sparkVersion: String = "3.3.1"
    ) {
        self.uid = uid
        self.userColumn = userColumn
        self.itemColumn = itemColumn
        self.predictionColumn = predictionColumn
        self.coldStartStrategy = coldStartStrategy
        self.blockSize = blockSize
        self.timestamp = timestamp
        self.sparkVersion = sparkVersion
    }
}
