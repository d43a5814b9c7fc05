import Foundation
import IFCore
import IFImpute
import IFTesting
import Testing

/// Imputations against those of R's mice on the same data, in distribution: 500 chains each, so that the values of a
/// cell are 500 independent draws on either side.
@Suite(
    "Chained equations against mice", .enabled(if: SharedData.has("data/mice"), "\(SharedData.missing("data/mice"))"))
struct MiceDistributionTests {
    struct Reference: Decodable {
        struct Pooled: Decodable {
            var names: [String]
            var means: [Double]
            var between: [Double]
            var within: [Double]
        }
        struct Cells: Decodable {
            var grid: [Double]
            var means: [Double]
            var deviations: [Double]
            var cdf: [[Double]]
        }
        var chains: Int
        var pooled: Pooled
        var columns: [String: Cells]
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var golden: String
        var file: String
        var methods: [String: any ImputationMethod]
        /// Fewer than the reference ran; both are long past their start.
        var iterations: Int
        var response: String
        var terms: [String]
        var testDescription: String { "\(id) \(golden)" }
    }

    static let cases = [
        Case(
            id: "MICE-IMPUTE-PMM-003", golden: "nhanes_pmm.json", file: "nhanes.csv", methods: [:], iterations: 10,
            response: "chl", terms: ["age", "bmi"]),
        Case(
            id: "MICE-IMPUTE-PMM-004", golden: "airquality_pmm.json", file: "airquality.csv", methods: [:],
            iterations: 4, response: "Ozone", terms: ["Solar.R", "Wind", "Temp"]),
        Case(
            id: "MICE-IMPUTE-NORM-002", golden: "airquality_norm.json", file: "airquality.csv",
            methods: ["Ozone": .bayesianRegression, "Solar.R": .bayesianRegression], iterations: 4, response: "Ozone",
            terms: ["Solar.R", "Wind", "Temp"]),
        Case(
            id: "MICE-IMPUTE-LOGREG-001", golden: "nhanes2_logreg.json", file: "nhanes2.csv", methods: [:],
            iterations: 10, response: "chl", terms: ["bmi"]),
    ]

    static func table(_ file: String) throws -> Table {
        let path = SharedData.path("data/mice/" + file)
        guard file == "nhanes2.csv" else { return try SmallCSV.read(path) }
        var table = try SmallCSV.read(path, strings: ["age", "hyp"])
        let texts = try table.strings("hyp").strings()
        table.set("hyp", .bool(ColumnValues(texts.map { $0 == "yes" }, validity: Bitmap(texts.map { $0 != nil }))))
        return table
    }

    @Test(arguments: cases)
    func followsMice(_ example: Case) async throws {
        let reference = try Golden.load(example.golden, as: Reference.self)
        let imputer = ChainedEquations(
            .init(chains: reference.chains, iterations: example.iterations), methods: example.methods)
        let model = try await imputer.fit(Self.table(example.file), in: RunContext(seed: 5, workers: 2))
        try compareCells(model, reference)
        try comparePooledRegression(model, reference, example)
    }

    /// Every cell: mean within 4.5 standard errors (probability 7e-6 a cell), and the distribution function on a grid
    /// within the Kolmogorov-Smirnov bound of probability 1e-3 over all cells of the column.
    private func compareCells(_ model: ChainedImputation, _ reference: Reference) throws {
        #expect(Set(model.imputedColumns) == Set(reference.columns.keys))
        for (name, expected) in reference.columns {
            let cells = try model.imputedValues(name)
            #expect(cells.rows.count == expected.means.count)
            let count = Double(cells.chainCount)
            let bound = (-log(1e-3 / 2 / Double(cells.rows.count)) / 2 * (2 / count)).squareRoot()
            for index in cells.rows.indices {
                let draws = cells.values[index * cells.chainCount..<(index + 1) * cells.chainCount]
                let mean = draws.reduce(0, +) / count
                let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
                let error = ((variance + expected.deviations[index] * expected.deviations[index]) / count).squareRoot()
                #expect(abs(mean - expected.means[index]) < 4.5 * error + 1e-9, "\(name) cell \(index)")
                for (point, share) in zip(expected.grid, expected.cdf[index]) {
                    let ours = Double(draws.count { $0 <= point + 1e-9 }) / count
                    #expect(abs(ours - share) < bound, "\(name) cell \(index) at \(point)")
                }
            }
        }
    }

    /// Pooled regression coefficients within 4.5 Monte-Carlo standard errors; their variance between imputations within
    /// 36 % (4 standard errors of a ratio of variances of 500 draws), within imputations within 10 %.
    private func comparePooledRegression(
        _ model: ChainedImputation, _ reference: Reference, _ example: Case
    ) throws {
        var estimates: [[Double]] = []
        var variances: [[Double]] = []
        for chain in 0..<model.chainCount {
            let table = try model.completed(chain)
            let (coefficients, squares) = try OrdinaryLeastSquares.fit(example.response, on: example.terms, in: table)
            estimates.append(coefficients)
            variances.append(squares)
        }
        for index in reference.pooled.means.indices {
            let pooled = try RubinPooling(
                estimates: estimates.map { $0[index] }, variances: variances.map { $0[index] })
            let between = reference.pooled.between[index]
            let error = ((pooled.betweenVariance + between) / Double(reference.chains)).squareRoot()
            #expect(abs(pooled.estimate - reference.pooled.means[index]) < 4.5 * error)
            #expect(abs(pooled.betweenVariance / between - 1) < 0.36)
            #expect(abs(pooled.withinVariance / reference.pooled.within[index] - 1) < 0.1)
        }
    }
}

/// Least squares with squared standard errors, by Gauss-Jordan elimination of the normal equations: independent of the
/// kernels under test.
enum OrdinaryLeastSquares {
    static func fit(
        _ response: String, on terms: [String], in table: Table
    ) throws -> (coefficients: [Double], variances: [Double]) {
        let rows = table.rowCount
        let columns = [[Double](repeating: 1, count: rows)] + (try terms.map { try table.double($0).values })
        let target = try table.double(response).values
        let count = columns.count
        var system = (0..<count).map { i in
            (0..<count).map { j in zip(columns[i], columns[j]).reduce(0) { $0 + $1.0 * $1.1 } }
                + (0..<count).map { $0 == i ? 1.0 : 0 }
        }
        for pivot in 0..<count {
            let best = (pivot..<count).max { abs(system[$0][pivot]) < abs(system[$1][pivot]) } ?? pivot
            system.swapAt(pivot, best)
            let scale = system[pivot][pivot]
            system[pivot] = system[pivot].map { $0 / scale }
            for row in 0..<count where row != pivot {
                let factor = system[row][pivot]
                system[row] = zip(system[row], system[pivot]).map { $0 - factor * $1 }
            }
        }
        let inverse = system.map { Array($0[count...]) }
        let moments = columns.map { zip($0, target).reduce(0) { $0 + $1.0 * $1.1 } }
        let coefficients = inverse.map { zip($0, moments).reduce(0) { $0 + $1.0 * $1.1 } }
        let residuals = (0..<rows).map { row in
            target[row] - (0..<count).reduce(0) { $0 + coefficients[$1] * columns[$1][row] }
        }
        let variance = residuals.reduce(0) { $0 + $1 * $1 } / Double(rows - count)
        return (coefficients, (0..<count).map { variance * inverse[$0][$0] })
    }
}
