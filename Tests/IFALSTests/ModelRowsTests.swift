import IFALS
import IFCore
import Testing

@Suite("Models from rows in any order") struct ModelRowsTests {
    private let users = FactorMatrix(rowCount: 3, rank: 2, values: [1, 0, 0, 1, 1, 1])
    private let items = FactorMatrix(rowCount: 2, rank: 2, values: [3, 4, 5, 6])

    @Test func vectorsFollowTheirIDs() throws {
        let model = try ALSModel(
            userIDs: .int32([30, 10, 20]), userFactors: users, itemIDs: .strings(StringValues(["b", "a"])),
            itemFactors: items)
        #expect(model.users.ids == .int64([10, 20, 30]))
        #expect(model.userFactors.values == [0, 1, 1, 1, 1, 0])
        #expect(model.itemFactors.values == [5, 6, 3, 4])
        // User 30 is (1, 0), item "b" is (3, 4).
        let best = try model.recommend(users: [2], count: 2, filter: .none)
        #expect(best.scores == [5, 3])
        #expect(best.items.map { model.items[Int($0)] } == ["a", "b"])
        #expect(model.configuration.factors == 2)
    }

    @Test func anIDWithTwoVectorsIsRefused() {
        let error = #expect(throws: IFError.self) {
            try ALSModel(userIDs: .int32([1, 2, 1]), userFactors: users, itemIDs: .int32([1, 2]), itemFactors: items)
        }
        #expect(error?.code == .invalidData)
    }
}
