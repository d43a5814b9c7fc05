import Foundation
import IFALS
import IFCore
import IFTesting
import Testing

@Suite struct ModelFileTests {
    private func fitted(strings: Bool = false, factors: Int = 11) async throws -> (ALSModel, Interactions) {
        var data = try RecommenderFixture.random(users: 150, items: 70)
        if strings {
            data = Interactions(
                users: IDMap(strings: (0..<data.users.count).map { "user \($0) é" }),
                items: IDMap(strings: (0..<data.items.count).map { $0 == 0 ? "" : "商品\($0)" }), matrix: data.matrix)
        }
        var configuration = ImplicitALS.Configuration(factors: factors, iterations: 2, nonnegative: !strings)
        configuration.confidence = .logarithmic
        configuration.unobservedWeight = 0.4
        configuration.regularizationScaling = .count(exponent: 0.3)
        return (try await ImplicitALS(configuration).fit(data, in: RunContext()), data)
    }

    private func small() throws -> ALSModel { try ServingGolden.load().model() }

    private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    private func write(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

    @Test(arguments: [true, false]) func savingAndOpeningChangesNothing(strings: Bool) async throws {
        for factors in [11, 16] {
            let (model, data) = try await fitted(strings: strings, factors: factors)
            try await withTemporaryFolder { folder in
                let path = "\(folder)/model.ifals"
                try model.save(to: path)
                let opened = try await ALSModel.open(path)
                #expect(opened.users == model.users && opened.items == model.items)
                #expect(opened.userFactors == model.userFactors && opened.itemFactors == model.itemFactors)
                #expect(opened.userFactors.isMapped && !model.userFactors.isMapped)
                #expect(opened.configuration == model.configuration)
                #expect(opened.losses == model.losses && opened.events == model.events)
                let all = (0..<Int32(model.users.count)).map { $0 }
                let filter = RecommendationFilter.removingSeen(data.matrix)
                #expect(
                    try RecommenderFixture.equalBits(
                        opened.recommend(users: all, count: 9, filter: filter),
                        model.recommend(users: all, count: 9, filter: filter)))
                #expect(
                    try RecommenderFixture.equalBits(
                        opened.similarUsers(to: all, count: 4), model.similarUsers(to: all, count: 4)))
                let history = data.matrix.range(ofRow: 9).map {
                    (item: data.matrix.columns[$0], value: data.matrix.values[$0])
                }
                #expect(
                    try opened.explain(items: [1, 2], history: history)
                        == model.explain(items: [1, 2], history: history))
                #expect(try opened.foldIn(data.matrix) == model.foldIn(data.matrix))
                let takers = data.matrix.transposed()
                #expect(try opened.foldInItems(takers) == model.foldInItems(takers))
                // What was opened saves to the same bytes.
                try opened.save(to: "\(folder)/again.ifals")
                #expect(try bytes("\(folder)/again.ifals") == bytes(path))
            }
        }
    }

    /// Every byte of a small file, one after the other, to two other values.
    @Test func everyFlippedByteIsNoticed() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/model.ifals"
            try small().save(to: path)
            let good = try bytes(path)
            let file = try #require(FileHandle(forUpdatingAtPath: path))
            var unnoticed: [Int] = []
            for position in good.indices {
                for flip: UInt8 in [0x01, 0x80] {
                    try file.seek(toOffset: UInt64(position))
                    try file.write(contentsOf: [good[position] ^ flip])
                    do {
                        _ = try await ALSModel.open(path)
                        unnoticed.append(position)
                    } catch let error as IFError {
                        let known: [IFError.Code] = [.corruptFile, .unsupported]
                        #expect(known.contains(error.code) && error.location.file == path)
                    }
                }
                try file.seek(toOffset: UInt64(position))
                try file.write(contentsOf: [good[position]])
            }
            #expect(unnoticed.isEmpty)
            _ = try await ALSModel.open(path)
        }
    }

    /// Files of several checksum blocks: bytes anywhere, and two blocks exchanged.
    @Test func damageInLaterBlocksIsNoticedByAnyWorkers() async throws {
        var stream = RandomSource(seed: 3).stream("test/model")
        let rank = 64
        func factors(_ rows: Int) -> FactorMatrix {
            FactorMatrix(
                rowCount: rows, rank: rank, values: (0..<rows * rank).map { _ in Float(stream.uniform()) })
        }
        let model = ALSModel(
            users: IDMap(integers: (0..<9000).map { $0 }), items: IDMap(integers: (0..<500).map { $0 }),
            userFactors: factors(9000), itemFactors: factors(500), configuration: .init())
        try await withTemporaryFolder { folder in
            let path = "\(folder)/model.ifals"
            try model.save(to: path)
            let good = try bytes(path)
            #expect(good.count > 2 << 20)
            for workers in [1, 2, 3, 5] {
                let context = RunContext(workers: WorkerBudget(workers))
                #expect(try await ALSModel.open(path, in: context).userFactors == model.userFactors)
                var damaged = good
                damaged[512 + (1 << 20) + 12345] ^= 0x10
                try write(damaged, path)
                let error = await #expect(throws: IFError.self) { try await ALSModel.open(path, in: context) }
                #expect(error?.code == .corruptFile)
                #expect(error?.message.contains("\(512 + (1 << 20))..<\(512 + (2 << 20))") == true)
                var exchanged = good
                for index in 512..<512 + (1 << 20) { exchanged.swapAt(index, index + (1 << 20)) }
                try write(exchanged, path)
                await #expect(throws: IFError.self) { try await ALSModel.open(path, in: context) }
                try write(good, path)
            }
        }
    }

    @Test func filesOfAnotherKindSaySo() async throws {
        try await withTemporaryFolder { folder in
            let path = "\(folder)/model.ifals"
            try small().save(to: path)
            let good = try bytes(path)
            func problem(_ bytes: [UInt8]) async throws -> IFError {
                try write(bytes, path)
                let error = await #expect(throws: IFError.self) { try await ALSModel.open(path) }
                return try #require(error)
            }
            var newer = good
            newer[12] = 2
            let version = try await problem(newer)
            #expect(version.code == .unsupported && version.message.contains("version 2"))
            var foreign = good
            foreign.replaceSubrange(8..<12, with: good[8..<12].reversed())
            let order = try await problem(foreign)
            #expect(order.code == .unsupported && order.message.contains("big-endian"))
            for length in [1, 7, 8, 100, 511, 512, 1000, good.count - 1] {
                let cut = try await problem(Array(good.prefix(length)))
                #expect(cut.code == .corruptFile, "cut to \(length)")
                #expect(length < 8 || cut.message.contains("copy or save it again"), "cut to \(length)")
            }
            let longer = try await problem(good + [0])
            #expect(longer.code == .corruptFile && longer.message.contains("added to"))
            let text = try await problem(Array("{\"not\": \"a model\"}".utf8))
            #expect(text.code == .corruptFile && text.message.contains("not a model file"))
            let nothing = try await problem([])
            #expect(nothing.code == .corruptFile && nothing.message.contains("empty"))
            let missing = await #expect(throws: IFError.self) { try await ALSModel.open("\(folder)/none") }
            #expect(missing?.code == .notFound && missing?.location.file == "\(folder)/none")
            let directory = await #expect(throws: IFError.self) { try await ALSModel.open(folder) }
            #expect(directory?.code == .invalidArgument)
        }
    }

    /// A save replaces the file in one step: an open model keeps its bytes, a failed save changes nothing, and nothing
    /// is left over.
    @Test func replacingIsOneStep() async throws {
        let (model, _) = try await fitted()
        let other = try small()
        try await withTemporaryFolder { folder in
            let path = "\(folder)/model.ifals"
            try model.save(to: path)
            let opened = try await ALSModel.open(path)
            try other.save(to: path)
            #expect(opened.userFactors == model.userFactors, "an open model keeps its file")
            #expect(try await ALSModel.open(path).userFactors == other.userFactors)
            let bad = ALSModel(
                users: other.users, items: other.items, userFactors: other.userFactors,
                itemFactors: FactorMatrix(
                    rowCount: 30, rank: 6, values: other.itemFactors.values.dropLast() + [.nan]),
                configuration: other.configuration)
            let error = #expect(throws: IFError.self) { try bad.save(to: path) }
            #expect(error?.code == .numericalFailure)
            #expect(try await ALSModel.open(path).userFactors == other.userFactors)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["model.ifals"])
            let nowhere = #expect(throws: IFError.self) { try other.save(to: "\(folder)/none/model.ifals") }
            #expect(nowhere?.code == .notFound)
            try FileManager.default.createDirectory(atPath: "\(folder)/taken", withIntermediateDirectories: true)
            #expect(throws: IFError.self) { try other.save(to: "\(folder)/taken") }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["model.ifals", "taken"])
        }
    }
}
