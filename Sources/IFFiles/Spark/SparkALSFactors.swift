import IFCore

/// Ids and factors of one side, users or items.
enum SparkALSFactors {
    /// Writes `<side>Factors` and, for ids that Spark's format cannot hold, `<side>Ids`.
    static func save(_ ids: IDColumn, _ factors: FactorMatrix, root: String, side: String) throws {
        if let bad = factors.values.firstIndex(where: { !$0.isFinite }) {
            throw IFError(
                .invalidData, "a factor of \(side) \(ids[bad / factors.rank]) is not finite", column: "features")
        }
        let map = IDMap(ids)
        guard map.count == ids.count else {
            throw IFError(.invalidData, "\(ids.count - map.count) \(side) ids occur more than once", column: "id")
        }
        // Rows in the order of the ids: the map's index of a row's id is its place.
        var values = [Float](repeating: 0, count: factors.values.count)
        for (row, place) in map.indices(of: ids).enumerated() {
            let start = Int(place) * factors.rank
            values.replaceSubrange(start..<start + factors.rank, with: factors[row])
        }
        let sparkIDs = narrow(map.ids)
        let table = Table([
            "id": .int32(sparkIDs ?? (0..<Int32(map.count)).map { $0 }),
            "features": .floatList(ListValues(values: values, width: factors.rank)),
        ])
        try part(table, "\(root)/\(side)Factors")
        guard sparkIDs == nil else { return }
        try part(["id": .int32((0..<Int32(map.count)).map { $0 }), "external": map.ids.column], "\(root)/\(side)Ids")
    }

    /// Reads them back, in the order of the ids.
    static func load(
        _ root: String, side: String, rank: Int, in context: RunContext
    ) async throws -> (ids: IDColumn, factors: FactorMatrix) {
        let folder = "\(root)/\(side)Factors"
        let table = try await ParquetReader.read(folder, columns: ["id", "features"], in: context)
        guard case .floatList(let features) = try table.column("features") else {
            throw IFError(.typeMismatch, "factors must be lists of floats", file: folder, column: "features")
        }
        let found = try inFile(folder) { try table.int32("id") }
        guard found.nullCount == 0 else { throw IFError(.invalidData, "an id is missing", file: folder, column: "id") }
        let order = found.values.indices.sorted { found.values[$0] < found.values[$1] }
        var values: [Float] = []
        values.reserveCapacity(features.values.count)
        var previous: Int32?
        for row in order {
            let vector = features[row]
            guard vector.count == rank else {
                throw IFError(
                    .invalidData, "\(side) \(found.values[row]) has \(vector.count) factors, the rank is \(rank)",
                    file: folder, row: row + 1, column: "features")
            }
            guard previous != found.values[row] else {
                throw IFError(.invalidData, "the id \(found.values[row]) occurs twice", file: folder, column: "id")
            }
            previous = found.values[row]
            values.append(contentsOf: vector)
        }
        let dense = order.map { found.values[$0] }
        let factors = FactorMatrix(rowCount: dense.count, rank: rank, values: values)
        return (try await external(root, side: side, dense, in: context) ?? .int32(dense), factors)
    }

    /// The external ids of dense ones; `nil` where the folder has no map.
    private static func external(
        _ root: String, side: String, _ dense: [Int32], in context: RunContext
    ) async throws -> IDColumn? {
        let folder = "\(root)/\(side)Ids"
        guard FileSystem.exists(folder) else { return nil }
        let table = try await ParquetReader.read(folder, columns: ["id", "external"], in: context)
        let keys = try inFile(folder) { try table.int32("id").values }
        let order = keys.indices.sorted { keys[$0] < keys[$1] }
        guard order.map({ keys[$0] }) == dense else {
            throw IFError(.invalidData, "the map does not have the ids of \(side)Factors", file: folder, column: "id")
        }
        return try inFile(folder) { try table.gather(order).ids("external") }
    }

    /// The ids as Spark holds them; `nil` where they do not fit.
    private static func narrow(_ ids: IDColumn) -> [Int32]? {
        switch ids {
        case .int32(let values): return values
        case .int64(let values):
            let narrow = values.compactMap { Int32(exactly: $0) }
            return narrow.count == values.count ? narrow : nil
        case .strings: return nil
        }
    }

    private static func part(_ columns: KeyValuePairs<String, Column>, _ folder: String) throws {
        try part(Table(columns), folder)
    }

    private static func part(_ table: Table, _ folder: String) throws {
        try ParquetWriter.write(table, to: "\(folder)/\(ParquetWriter.partName(0, .snappy))")
        try FileSystem.write("", to: "\(folder)/_SUCCESS")
    }

    private static func inFile<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as IFError {
            throw error.inFile(file)
        }
    }
}
