import IFCore
import Testing

@Suite struct TableTests {
    let table = Table([
        "id": .int32([1, 2, 3] as [Int32]), "days": .double([nil, 7, 30] as [Double?]),
        "name": .strings(["a", "b", "c"]),
        "whole": .double([4.0, 5, 6] as [Double]),
    ])

    @Test func valuesAreReadAsTheTypeNeeded() throws {
        #expect(try table.int64("id").values == [1, 2, 3])
        #expect(try table.double("days")[0] == nil)
        #expect(try table.double("days")[2] == 30)
        #expect(try table.int32("whole").values == [4, 5, 6])
        #expect(try table.ids("name") == .strings(StringValues(["a", "b", "c"])))
    }

    @Test func errorsNameColumnAndRow() {
        let missing = #expect(throws: IFError.self) { try table.double("dyas") }
        #expect(missing?.code == .missingColumn)
        #expect(missing?.description.contains("days") == true)
        let mismatch = #expect(throws: IFError.self) { try table.double("name") }
        #expect(mismatch?.code == .typeMismatch)
        let fraction = Table(["x": .double([1, 2.5] as [Double])])
        let fractional = #expect(throws: IFError.self) { try fraction.int64("x") }
        #expect(fractional?.location.row == 2)
        let absent = #expect(throws: IFError.self) { try table.ids("days") }
        #expect(absent?.location.row == 1)
        let wide = Table(["x": .int64([1, 1 << 40] as [Int64])])
        let tooWide = #expect(throws: IFError.self) { try wide.int32("x") }
        #expect(tooWide?.location.row == 2)
    }

    @Test func gatherKeepsNulls() throws {
        let picked = table.gather([2, 0, 0])
        #expect(picked.rowCount == 3)
        #expect(try picked.double("days")[1] == nil)
        #expect(try picked.strings("name").strings() == ["c", "a", "a"])
        #expect(try table.selecting(["name"]).names == ["name"])
    }

    @Test func listsGather() {
        let lists = Column.int32List(ListValues(offsets: [0, 2, 2, 3], values: [7, 8, 9]))
        #expect(lists.gather([2, 0]) == .int32List(ListValues(offsets: [0, 1, 3], values: [9, 7, 8])))
        let words = Column.stringList(offsets: [0, 1, 3], values: StringValues(["x", "y", "z"]))
        #expect(words.gather([1]) == .stringList(offsets: [0, 2], values: StringValues(["y", "z"])))
    }

    @Test func bitmapsCount() {
        for count in [0, 1, 7, 8, 9, 1000] {
            #expect(Bitmap(repeating: true, count: count).setCount == count)
            var bits = Bitmap(repeating: false, count: count)
            for row in stride(from: 0, to: count, by: 3) { bits[row] = true }
            #expect(bits.setCount == (count + 2) / 3)
            #expect(Bitmap(bytes: bits.bytes, count: count) == bits)
        }
    }
}
