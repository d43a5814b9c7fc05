import IFCore

/// The line of JSON in `metadata/part-00000`.
enum SparkALSMetadata {
    private static let modelClass = "org.apache.spark.ml.recommendation.ALSModel"

    static func line(_ parameters: SparkALSParameters, rank: Int) -> String {
        func member(_ key: String, _ value: JSONText) -> JSONText.Member { JSONText.Member(key: key, value: value) }
        let given: JSONText = .object([
            member("blockSize", .number(String(parameters.blockSize))),
            member("coldStartStrategy", .string(parameters.coldStartStrategy)),
            member("userCol", .string(parameters.userColumn)),
            member("predictionCol", .string(parameters.predictionColumn)),
            member("itemCol", .string(parameters.itemColumn)),
        ])
        let defaults: JSONText = .object([
            member("blockSize", .number("4096")), member("coldStartStrategy", .string("nan")),
            member("userCol", .string("user")), member("predictionCol", .string("prediction")),
            member("itemCol", .string("item")),
        ])
        return JSONText.object([
            member("class", .string(modelClass)), member("timestamp", .number(String(parameters.timestamp))),
            member("sparkVersion", .string(parameters.sparkVersion)), member("uid", .string(parameters.uid)),
            member("paramMap", given), member("defaultParamMap", defaults), member("rank", .number(String(rank))),
        ]).line
    }

    /// - Throws: `corruptFile` for text that is not such a line, `unsupported` for a model of another class.
    static func parse(_ text: String, file: String) throws -> (parameters: SparkALSParameters, rank: Int) {
        let value: JSONText
        do {
            value = try JSONParser.parse(Array(text.utf8)[...])
        } catch {
            throw IFError(.corruptFile, "the metadata are not JSON: \(error.message)", file: file)
        }
        guard let name = value["class"]?.string, let rank = value["rank"]?.integer, rank > 0, rank <= 1 << 20 else {
            throw IFError(.corruptFile, "the metadata lack class or rank", file: file)
        }
        guard name == modelClass else {
            throw IFError(.unsupported, "this is a model of class \(name), not \(modelClass)", file: file)
        }
        func parameter(_ key: String) -> JSONText? { value["paramMap"]?[key] ?? value["defaultParamMap"]?[key] }
        let parameters = SparkALSParameters(
            uid: value["uid"]?.string ?? "", userColumn: parameter("userCol")?.string ?? "user",
            itemColumn: parameter("itemCol")?.string ?? "item",
            predictionColumn: parameter("predictionCol")?.string ?? "prediction",
            coldStartStrategy: parameter("coldStartStrategy")?.string ?? "nan",
            blockSize: Int(parameter("blockSize")?.integer ?? 4096), timestamp: value["timestamp"]?.integer ?? 0,
            sparkVersion: value["sparkVersion"]?.string ?? "")
        return (parameters, Int(rank))
    }
}
