import IFCore
import IFEval
import Testing

@Suite("Item popularity") struct ItemPopularityTests {
    private let provenance = DataProvenance.unknown

    @Test("pairs of one item are summed")
    func sumsPairs() throws {
        let popularity = try ItemPopularity(
            summing: .strings(StringValues(["milk", "bread", "milk", "eggs"])), lines: ColumnValues([2, 3, 4, 0]),
            countedOn: provenance)
        #expect(popularity.items.ids == .strings(StringValues(["bread", "eggs", "milk"])))
        #expect(popularity.counts == [3, 0, 6])
        #expect(popularity.top(3) == [2, 0])
    }

    @Test("a number of lines has to be there and not negative", arguments: [nil, -1] as [Int64?])
    func refusesBadNumbers(_ bad: Int64?) throws {
        let lines = try Table(["upi_count": .int64([1, bad])]).int64("upi_count")
        let error = #expect(throws: IFError.self) {
            try ItemPopularity(summing: .int32([1, 2]), lines: lines, countedOn: provenance)
        }
        #expect(error?.code == .invalidData && error?.location.row == 2)
    }
}
