import FoundationEssentials
import IFCore
import Testing

@Suite struct BaselineTests {
    @Test func popularityRanksByCountThenIndex() async throws {
        let data = try Interactions(users: .int32([1, 2, 3, 1, 2, 3]), items: .int32([5, 5, 5, 9, 7, 9]))
        let model = try await PopularityRecommender().fit(data, in: RunContext())
        #expect(model.ranking == [0, 2, 1])
        let all = try #require(try model.recommend(for: 2, count: 99))
        #expect(all.map(\.item) == [5, 9, 7])
        #expect(all.map(\.score) == [3, 2, 1])
        #expect(try model.recommend(for: 99) == nil)
        let unseen = try model.recommend(for: 1, filter: .removingSeen(data.matrix))
        #expect(unseen?.map(\.item) == [7])
        let denied = try model.recommend(for: 1, filter: RecommendationFilter(allowed: [0, 2], denied: [0]))
        #expect(denied?.map(\.item) == [9])
    }

    @Test func batchesJoin() async throws {
        let data = try Interactions(users: .int32(Array(0..<3000)), items: .int32((0..<3000).map { $0 % 7 }))
        let model = try await PopularityRecommender().fit(data, in: RunContext())
        let one = try await model.recommendAll(count: 3, in: RunContext(workers: 1))
        let five = try await model.recommendAll(count: 3, in: RunContext(workers: 5))
        #expect(one == five)
        #expect(one.count == 3000)
    }

    @Test func meanAndMedianFillOnlyWhatIsMissing() async throws {
        let table = Table([
            "x": .double([1, nil, 3, 8] as [Double?]), "y": .int32([1, 2, 3, 4] as [Int32]),
            "s": .strings(["a", "b", "c", "d"]),
        ])
        let mean = try await MeanImputer().fit(table, in: RunContext())
        #expect(try mean.completed(0).double("x").values == [1, 4, 3, 8])
        #expect(try mean.completed(0)["y"] == table["y"])
        #expect(mean.imputedColumns == ["x"])
        let median = try await MeanImputer(.median).fit(table, in: RunContext())
        #expect(try median.imputedValues("x").means == [3])
        let empty = Table(["x": .double([nil, nil] as [Double?])])
        await #expect(throws: IFError.self) { try await MeanImputer().fit(empty, in: RunContext()) }
    }

    @Test func memoryStoreHoldsItsConditions() async throws {
        let store = MemoryStore()
        let first = try await store.put(Data("a".utf8), at: "k", if: .ifAbsent)
        await #expect(throws: IFError.self) { try await store.put(Data("b".utf8), at: "k", if: .ifAbsent) }
        let second = try await store.put(Data("b".utf8), at: "k", if: .ifVersion(first.version))
        await #expect(throws: IFError.self) {
            try await store.put(Data("c".utf8), at: "k", if: .ifVersion(first.version))
        }
        #expect(second.version != first.version)
        #expect(try await store.get("k") == Data("b".utf8))
        #expect(try await store.list("").map(\.key) == ["k"])
        try await store.delete("k")
        await #expect(throws: IFError.self) { try await store.get("k") }
    }

    @Test func errorsReadAsOneLine() {
        let error = IFError(
            .invalidData, "the value is negative", file: "orders.csv", row: 3, column: "days",
            cause: IFError(.inputOutput, "beneath"))
        #expect(error.description == "orders.csv, row 3, column days: the value is negative (beneath)")
        #expect(error.shortDescription == "invalid-data")
        #expect(IFError(.notFound, "x").inFile("f").description == "f: x")
    }
}
