import IFCore
import Testing

@Suite struct InteractionTests {
    @Test func rowsAreSortedAndDuplicatesMerged() throws {
        let data = try Interactions(
            users: .int32([2, 1, 2, 2]), items: .strings(StringValues(["y", "x", "x", "y"])), values: [1, 5, 3, 4])
        #expect(data.matrix.offsets == [0, 1, 3])
        #expect(data.matrix.columns == [0, 0, 1])
        #expect(data.matrix.values == [5, 3, 4])
        #expect(data.sourceRowCount == 4)
        let summed = try Interactions(
            users: .int32([2, 1, 2, 2]), items: .int32([1, 0, 0, 1]), values: [1, 5, 3, 4], duplicates: .sum)
        #expect(summed.matrix.values == [5, 3, 5])
    }

    @Test func duplicatesCanBeRefused() {
        let error = #expect(throws: IFError.self) {
            try Interactions(users: .int32([1, 1]), items: .int32([1, 1]), duplicates: .reject)
        }
        #expect(error?.code == .invalidData)
        #expect(error?.location.row == 2)
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func valuesMustBeFinite(_ bad: Float) {
        let error = #expect(throws: IFError.self) {
            try Interactions(users: .int32([1, 2]), items: .int32([1, 1]), values: [1, bad])
        }
        #expect(error?.location.row == 2)
    }

    @Test func transposeTwiceIsTheSame() throws {
        var stream = RandomSource(seed: 3).stream("matrix")
        let n = 5000
        let matrix = try CSRMatrix(
            rows: (0..<n).map { _ in Int32(stream.integer(below: 90)) },
            columns: (0..<n).map { _ in Int32(stream.integer(below: 70)) },
            values: (0..<n).map { _ in Float(stream.uniform()) }, rowCount: 100, columnCount: 80, duplicates: .maximum)
        #expect(matrix.transposed().transposed() == matrix)
        #expect(matrix.transposed().rowCount == 80)
        for row in 0..<100 {
            let columns = Array(matrix.columns(ofRow: row))
            #expect(columns == Array(Set(columns)).sorted())
        }
    }

    @Test func emptyInteractionsAreLegal() throws {
        let data = try Interactions(users: .int32([]), items: .int32([]))
        #expect(data.matrix.offsets == [0])
        #expect(data.matrix.transposed().offsets == [0])
    }
}
