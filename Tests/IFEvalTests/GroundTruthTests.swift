import IFCore
import Testing

@testable import IFEval

struct GroundTruthTests {
    @Test("items of a user are a set, lines are counted")
    func sets() throws {
        let truth = try GroundTruth(Fixtures.lines("t", [(2, 5, 9), (1, 5, 3), (2, 5, 3), (3, 4, 3)]))
        #expect(truth.users.ids == .int64([4, 5]))
        #expect(truth.items.ids == .int64([3, 9]))
        #expect(Array(truth.items(ofUser: 0)) == [0])
        #expect(Array(truth.items(ofUser: 1)) == [0, 1])
        #expect(truth.pairCount == 3)
        #expect(truth.lineCounts == [3, 1])
    }

    @Test("a pair is in a unit where any of its lines is")
    func pairShare() throws {
        let truth = try GroundTruth(Fixtures.lines("t", [(1, 5, 3), (2, 5, 3), (2, 5, 9), (3, 4, 3)]))
        #expect(truth.shareOfPairs(inUnits: UnitSet(.int64([1]))) == 1.0 / 3)
        #expect(truth.shareOfPairs(inUnits: UnitSet(.int64([2]))) == 2.0 / 3)
        #expect(truth.shareOfPairs(inUnits: UnitSet(.int64([1, 2, 3, 8]))) == 1)
        #expect(truth.shareOfPairs(inUnits: UnitSet()) == 0)
    }

    @Test("string ids work as integers do")
    func strings() throws {
        let lines = OrderLines(
            label: "t", orders: .strings(StringValues(["o1", "o1"])), users: .strings(StringValues(["ann", "ann"])),
            items: .strings(StringValues(["tea", "milk"])))
        let truth = try GroundTruth(lines)
        #expect(truth.items.ids == .strings(StringValues(["milk", "tea"])))
        #expect(Array(truth.items(ofUser: 0)) == [0, 1])
    }
}
