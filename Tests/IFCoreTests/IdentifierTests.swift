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

    /// Strings of 0 to 30 bytes that share beginnings, with a zero byte and a missing row among them.
    private static func names(_ alphabet: [Character], _ count: Int) -> [String?] {
        var state: UInt64 = 9
        return (0..<count).map { row in
            guard row % 97 != 5 else { return nil }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let length = Int(state >> 40) % 31
            var text = String(repeating: "item-", count: length / 5)
            for place in 0..<length % 5 {
                text.append(alphabet[Int(state >> UInt64(20 + 4 * place)) % alphabet.count])
            }
            return text
        }
    }

    @Test(arguments: [["a", "b", "1", "\0"], ["a", "ä", "\u{301}", "😀"]] as [[Character]])
    func stringsAreIndexedByTheirBytes(_ alphabet: [Character]) {
        let names = Self.names(alphabet, 6000)
        let column = IDColumn.strings(StringValues(optional: names))
        let map = IDMap(column)
        let plain = Set(names.map { $0 ?? "" }).sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        #expect(map.count == plain.count && map.ids == .strings(StringValues(plain)))
        let indices = map.indices(of: column)
        for (row, name) in names.enumerated() { #expect(plain[Int(indices[row])] == name ?? "") }
        for (index, name) in plain.enumerated() { #expect(map.index(of: .string(name)) == Int32(index)) }
        #expect(map == IDMap(strings: plain.reversed()))
        #expect(map.indices(of: .strings(StringValues(["item", "item-item-x", "ö"]))) == [-1, -1, -1])
        #expect(map.index(of: "nobody") == nil)
        #expect(IDMap(strings: []).index(of: "") == nil)
    }

    @Test func manyStringsFindThemselves() {
        // More than any first guess of the table's size, most of them different only at the end.
        let names = (0..<50_000).map { "536365-\($0)" }
        let map = IDMap(.strings(StringValues(names)))
        #expect(map.count == names.count)
        let indices = map.indices(of: .strings(StringValues(names)))
        #expect(indices.enumerated().allSatisfy { map[Int($1)] == .string(names[$0]) })
        #expect(map.indices(of: .strings(StringValues(names.map { $0 + "x" }))).allSatisfy { $0 == -1 })
    }

    @Test func idsCompareAcrossKinds() {
        let ids: [ID] = ["b", 10, "a", 9]
        #expect(ids.sorted() == [9, 10, "a", "b"])
    }
}
