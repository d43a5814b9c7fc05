import IFALS
import IFCore
import IFTesting
import Testing

/// The promise that folding in a training row gives its trained vector, where single precision has most to lose: a large α,
/// a small λ and large ranks. A fit solves short rows in the dual form; folding in has to do so as well, since the vectors of
/// the two roads differ by up to 9 · 10⁻⁴ here.
@Suite struct FoldInPrecisionTests {
    struct Variant: Sendable, CustomTestStringConvertible {
        var factors: Int
        var scaling: RegularizationScaling
        var testDescription: String { "\(factors) factors, n^\(scaling.exponent)" }

        var configuration: ImplicitALS.Configuration {
            .init(
                factors: factors, regularization: 0.01, alpha: 40, iterations: 3, nonnegative: false,
                regularizationScaling: scaling)
        }
    }

    private static let users = 400
    private static let items = 300

    /// Most users took few items and every twentieth many; items 0 and 1 are what half and a third of all users took, so that
    /// either side has rows on both sides of the bound of the dual form, three quarters of the factors.
    private static func data() throws -> Interactions {
        let long = [60, 95, 96, 97, 128, 150, 191, 192, 193, 260]
        var stream = RandomSource(seed: 23).stream("fold-in-precision")
        var rows: [Int32] = []
        var columns: [Int32] = []
        var values: [Float] = []
        for user in 0..<users {
            let length = user % 20 == 0 ? long[user / 20 % long.count] : 1 + user % 17
            var taken: Set<Int32> = []
            if user % 2 == 0 { taken.insert(0) }
            if user % 3 == 0 { taken.insert(1) }
            while taken.count < length {
                let share = stream.uniform()
                taken.insert(Int32(Double(items) * share * share))
            }
            for item in taken.sorted() {
                rows.append(Int32(user))
                columns.append(item)
                values.append(Float(1 + 3 * stream.uniform()))
            }
        }
        return try Interactions(users: .int32(rows), items: .int32(columns), values: values)
    }

    /// The rows of those indices.
    private static func part(_ matrix: CSRMatrix, _ rows: [Int]) -> CSRMatrix {
        var offsets = [0]
        var columns: [Int32] = []
        var values: [Float] = []
        for row in rows {
            let range = matrix.range(ofRow: row)
            columns += matrix.columns[range]
            values += matrix.values[range]
            offsets.append(columns.count)
        }
        return CSRMatrix(
            rowCount: rows.count, columnCount: matrix.columnCount, offsets: offsets, columns: columns, values: values)
    }

    /// Some short rows and all long ones, of at least 60 entries.
    private static func chosen(_ matrix: CSRMatrix) -> [Int] {
        (0..<matrix.rowCount).filter { row in
            let count = matrix.range(ofRow: row).count
            return count >= 60 || count > 0 && row % 9 == 4
        }
    }

    @Test(arguments: [
        Variant(factors: 128, scaling: .count), Variant(factors: 128, scaling: .none),
        Variant(factors: 256, scaling: .count), Variant(factors: 256, scaling: .none),
    ])
    func aTrainingRowFoldsInToItsVector(_ variant: Variant) async throws {
        let data = try Self.data()
        let byItem = data.matrix.transposed()
        let bound = variant.factors * 3 / 4
        let model = try await ImplicitALS(variant.configuration).fit(data, in: RunContext())

        let users = Self.chosen(data.matrix)
        try #require(users.contains { data.matrix.range(ofRow: $0).count > bound })
        try #require(users.contains { (1...9).contains(data.matrix.range(ofRow: $0).count) })
        let folded = try model.foldIn(Self.part(data.matrix, users))
        for (place, user) in users.enumerated() {
            let distance = relativeDistance(folded[place], model.userFactors[user])
            #expect(distance < 1e-4, "user \(user) of \(data.matrix.range(ofRow: user).count) ratings")
        }

        // A file keeps which road it was.
        try await withTemporaryFolder { folder in
            try model.save(to: folder + "/model.ifals")
            let opened = try await ALSModel.open(folder + "/model.ifals")
            #expect(try opened.foldIn(Self.part(data.matrix, users)) == folded)
        }

        // A sweep ends with the users: an item's vector is that of the half-sweep that comes next.
        var once = variant.configuration
        once.iterations = 1
        let next = try await ImplicitALS(once).fit(data, startingFrom: model.userFactors, in: RunContext())
        let items = Self.chosen(byItem)
        try #require(items.contains { byItem.range(ofRow: $0).count > bound })
        try #require(items.contains { byItem.range(ofRow: $0).count < bound })
        let foldedItems = try model.foldInItems(Self.part(byItem, items))
        for (place, item) in items.enumerated() {
            let distance = relativeDistance(foldedItems[place], next.itemFactors[item])
            #expect(distance < 1e-4, "item \(item) of \(byItem.range(ofRow: item).count) ratings")
        }
    }

    /// The dual form divides by what an entry weighs beyond an unobserved one; the fit had no other entries.
    @Test func entriesThatWeighLessThanUnobservedOnesFoldIn() async throws {
        let data = try Self.data()
        var configuration = Variant(factors: 128, scaling: .count).configuration
        configuration.confidence = .asGiven
        configuration.unobservedWeight = 0.75
        let model = try await ImplicitALS(configuration).fit(data, in: RunContext())
        // Made from factors alone, it solves no row in the dual form.
        let plain = ALSModel(
            users: model.users, items: model.items, userFactors: model.userFactors, itemFactors: model.itemFactors,
            configuration: configuration)
        for values: [Float] in [[2, 3, 4], [2, 0.5, 3], [0.75, 2, 0.1]] {
            let row = CSRMatrix(
                rowCount: 1, columnCount: model.items.count, offsets: [0, 3], columns: [2, 30, 100], values: values)
            #expect(try relativeDistance(model.foldIn(row)[0], plain.foldIn(row)[0]) < 1e-3)
        }
    }
}
