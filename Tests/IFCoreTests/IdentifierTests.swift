import IFCore
import Testing

@Suite struct IdentifierTests {
    @Test func integersAreIndexedInAscendingOrder() {
        let map = IDMap(.int64([30, -5, 30, 7]))
        #expect(map.count == 3)
        #expect((0..<3).map { map[$0] } == [-5, 7, 30])
        #expect(map.indices(of: .int32([7, 8, 30, -5])) == [1, -1, 2, 0])
        #expect(map.indices(of: .strings(StringValues(["7"]))) == [-1])
    }

    @Test func orderOfRowsDoesNotMatter() {
        let a = IDMap(.strings(StringValues(["b", "ä", "a", "b"])))
        let b = IDMap(.strings(StringValues(["ä", "b", "a"])))
        #expect(a == b)
        #expect((0..<3).map { a[$0].description } == ["a", "b", "ä"])
        #expect(a.index(of: "ä") == 2)
        #expect(a.index(of: 1) == nil)
    }

    private static let idSets: [[Int64]] = [
        [Int64.min, 0, Int64.max], (0..<5000).map { Int64($0) * 1_000_003 }, [], [9], (1...3000).map { Int64($0) },
    ]

    @Test(arguments: idSets)
    func everyIDFindsItself(_ ids: [Int64]) {
        let map = IDMap(integers: ids.reversed())
        #expect(map.count == ids.count)
        for (index, id) in ids.enumerated() {
            #expect(map.index(of: .integer(id)) == Int32(index))
            if !ids.contains(id &+ 1) { #expect(map.index(of: .integer(id &+ 1)) == nil) }
        }
        #expect(map.ids == .int64(ids))
    }

    private static let columns: [IDColumn] = [
        .int32([5, 6, 7, 8]), .int64([5, 6, 7, 8]), .strings(StringValues(["5", "6", "7", "8"])),
    ]

    @Test(arguments: columns)
    func rowsAreTakenInTheOrderNamed(_ column: IDColumn) {
        let gathered = column.gather([3, 0, 3])
        #expect((0..<gathered.count).map { gathered[$0].description } == ["8", "5", "8"])
        let slice = column.slice(1..<3)
        #expect((0..<slice.count).map { slice[$0].description } == ["6", "7"])
        #expect(column.slice(2..<2).count == 0)
    }

    @Test func idsCompareAcrossKinds() {
        let ids: [ID] = ["b", 10, "a", 9]
        #expect(ids.sorted() == [9, 10, "a", "b"])
    }
}
