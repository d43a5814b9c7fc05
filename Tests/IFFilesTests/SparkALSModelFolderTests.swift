import IFCore
import IFFiles
import IFTesting
import Testing

@Suite struct SparkALSModelFolderTests {
    static let parameters = SparkALSParameters(
        uid: "ALS_0123456789ab", userColumn: "user_id", itemColumn: "product_id", coldStartStrategy: "drop",
        timestamp: 1_755_245_670_597)

    private func littleEndian(_ bits: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) } }

    private func factors(_ rows: Int, _ rank: Int, _ shift: Float) -> FactorMatrix {
        FactorMatrix(
            rowCount: rows, rank: rank, values: (0..<rows * rank).map { (Float($0 % 17) + shift) / 16 })
    }

    @Test func integerIDsComeBackInOrder() async throws {
        try await withTemporaryFolder { root in
            let folder = root + "/als_model"
            try SparkALSModelFolder.save(
                userIDs: .int64([30, 10, 20]), userFactors: factors(3, 4, 1), itemIDs: .int32([7, 5]),
                itemFactors: factors(2, 4, 2), parameters: Self.parameters, to: folder)
            let model = try await SparkALSModelFolder.load(folder)
            #expect(model.parameters == Self.parameters)
            #expect(model.userIDs == .int32([10, 20, 30]) && model.itemIDs == .int32([5, 7]))
            #expect(Array(model.userFactors[2]) == Array(factors(3, 4, 1)[0]))
            #expect(Array(model.itemFactors[0]) == Array(factors(2, 4, 2)[1]))
            #expect(try names(in: folder) == ["itemFactors", "metadata", "userFactors"])
        }
    }

    @Test func idsThatSparkCannotHoldHaveAMap() async throws {
        try await withTemporaryFolder { root in
            let folder = root + "/als_model"
            try SparkALSModelFolder.save(
                userIDs: .int64([1 << 40, -3]), userFactors: factors(2, 3, 1),
                itemIDs: .strings(StringValues(["pear", "apple", "ä"])), itemFactors: factors(3, 3, 2),
                parameters: Self.parameters, to: folder)
            let model = try await SparkALSModelFolder.load(folder)
            #expect(model.userIDs == .int64([-3, 1 << 40]))
            #expect(model.itemIDs == .strings(StringValues(["apple", "pear", "ä"])))
            #expect(Array(model.itemFactors[0]) == Array(factors(3, 3, 2)[1]))
            let dense = try await ParquetReader.read(folder + "/itemFactors", columns: ["id"], in: RunContext())
            #expect(dense["id"] == .int32([0, 1, 2]))
        }
    }

    @Test func whatCannotBeAModelIsRefused() async throws {
        try await withTemporaryFolder { root in
            func save(_ ids: IDColumn, _ matrix: FactorMatrix, _ name: String) throws {
                try SparkALSModelFolder.save(
                    userIDs: ids, userFactors: matrix, itemIDs: .int32([1]), itemFactors: factors(1, 2, 0),
                    parameters: Self.parameters, to: "\(root)/\(name)")
            }
            #expect(throws: IFError.self) { try save(.int32([1, 1]), factors(2, 2, 0), "a") }
            #expect(throws: IFError.self) { try save(.int32([1]), factors(1, 3, 0), "b") }
            let bad = FactorMatrix(rowCount: 1, rank: 2, values: [1, .nan])
            #expect(throws: IFError.self) { try save(.int32([1]), bad, "c") }
            #expect(try names(in: root).isEmpty)
            try save(.int32([1]), factors(1, 2, 0), "d")
            #expect(throws: IFError.self) { try save(.int32([1]), factors(1, 2, 0), "d") }
            await #expect(throws: IFError.self) { try await SparkALSModelFolder.load(root + "/none") }
            try write(
                #"{"class":"org.apache.spark.ml.clustering.KMeansModel","rank":2}"#, to: root + "/d/metadata/part-00000"
            )
            await #expect(throws: IFError.self) { try await SparkALSModelFolder.load(root + "/d") }
        }
    }

    static let original = "data/insightflow-original/als_model"

    @Test(.enabled(if: SharedData.has(original), Comment(rawValue: SharedData.missing(original))))
    func aRealModelReadsAndIsRewritten() async throws {
        try await withTemporaryFolder { root in
            let model = try await SparkALSModelFolder.load(SharedData.path(Self.original), in: RunContext(workers: 2))
            #expect(model.parameters.uid == "ALS_ff7c5ba85ba8" && model.parameters.coldStartStrategy == "drop")
            #expect(model.userFactors.rank == 64 && model.itemIDs.count == 48_980)
            try SparkALSModelFolder.save(
                userIDs: model.userIDs, userFactors: model.userFactors, itemIDs: model.itemIDs,
                itemFactors: model.itemFactors, parameters: model.parameters, to: root + "/again")
            #expect(try await SparkALSModelFolder.load(root + "/again") == model)
            guard Python.isHere else { return }
            _ = try Python.check("factors", SharedData.path(Self.original), root + "/bits")
            var expected: [UInt8] = []
            for (ids, factors) in [(model.userIDs, model.userFactors), (model.itemIDs, model.itemFactors)] {
                guard case .int32(let ids) = ids else { continue }
                for id in ids { expected += littleEndian(UInt32(bitPattern: id)) }
                for value in factors.values { expected += littleEndian(value.bitPattern) }
            }
            #expect(try bytes(root + "/bits") == expected)
        }
    }

    @Test(.tags(.slow), .enabled(if: Python.isHere, Comment(rawValue: Python.missing)))
    func sparkLoadsOursAndRecommends() async throws {
        try await withTemporaryFolder { root in
            let folder = root + "/als_model"
            try SparkALSModelFolder.save(
                userIDs: .int32([0, 1]), userFactors: FactorMatrix(rowCount: 2, rank: 2, values: [1, 0, 0, 1]),
                itemIDs: .strings(StringValues(["a", "b", "c", "d"])),
                itemFactors: FactorMatrix(rowCount: 4, rank: 2, values: [0.5, 0.1, 0.25, 0.2, 0.75, 0.3, 0, 0.4]),
                parameters: Self.parameters, to: folder)
            let seen = try Python.json(Python.check("spark", folder))
            #expect(seen["rank"] as? Int == 2 && seen["users"] as? Int == 2 && seen["items"] as? Int == 4)
            #expect(seen["cold"] as? String == "drop")
            let lists = try #require(seen["recs"] as? [[[Double]]])
            #expect(lists.map { $0.map { Int($0[0]) } } == [[2, 0, 1], [3, 2, 1]])
            #expect(lists[0].map { $0[1] } == [0.75, 0.5, 0.25])
        }
    }
}
