import IFCore
import Testing

@testable import IFImpute

@Suite("Bayesian linear regression")
struct LinearPosteriorTests {
    struct Reference: Decodable {
        struct Case: Decodable {
            var rows: Int
            var predictors: Int
            var offset: Double
            var coefficients: [Double]
            var residualSumOfSquares: Double
            var degreesOfFreedom: Int
            var covariance: [Double]
        }
        var cases: [Case]
    }

    static func problem(_ rows: Int, _ predictors: Int, offset: Double) -> UnivariateProblem {
        let uniforms = Golden.uniforms(rows * (predictors + 1))
        let columns = (0..<predictors).map { index in (0..<rows).map { offset + 10 * uniforms[index * rows + $0] } }
        let target = (0..<rows).map { row in
            3 + 2 * uniforms[predictors * rows + row]
                + (0..<predictors).reduce(0) { $0 + Double($1 + 1) * uniforms[$1 * rows + row] }
        }
        let names = (0..<predictors).map { "x\($0)" }
        return UnivariateProblem(
            column: "y", observed: target, donors: DesignMatrix(rowCount: rows, names: names, columns: columns),
            recipients: DesignMatrix(rowCount: rows, names: names, columns: columns))
    }

    @Test("MICE-IMPUTE-NORM-001: least squares and (XᵀX)⁻¹ equal mice's estimice to 1e-8")
    func equalsMice() throws {
        let reference = try Golden.load("regression.json", as: Reference.self)
        #expect(reference.cases.count == 4)
        for expected in reference.cases {
            var notes: [String] = []
            let fit = try LinearPosterior(
                Self.problem(expected.rows, expected.predictors, offset: expected.offset), ridge: 1e-5, notes: &notes)
            #expect(notes.isEmpty)
            for (ours, theirs) in zip([fit.intercept] + fit.slopes, expected.coefficients) {
                #expect(abs(ours - theirs) <= 1e-8 * max(1, abs(theirs)))
            }
            let rss = expected.residualSumOfSquares
            #expect(abs(fit.residualSumOfSquares - rss) <= 1e-8 * rss)
            #expect(fit.degreesOfFreedom == expected.degreesOfFreedom)
            let scale = expected.covariance.map(abs).max() ?? 0
            for (ours, theirs) in zip(fit.unscaledCovariance(), expected.covariance) {
                #expect(abs(ours - theirs) <= 1e-8 * scale)
            }
        }
    }

    @Test("draws have the posterior's mean and covariance (5 standard errors of 20,000 draws)")
    func drawsFollowPosterior() throws {
        var notes: [String] = []
        let fit = try LinearPosterior(Self.problem(40, 3, offset: 1), ridge: 1e-5, notes: &notes)
        let count = 20_000
        var random = RandomSource(seed: 3).stream("posterior")
        let draws = (0..<count).map { _ in
            let draw = fit.draw(&random)
            return [draw.intercept] + draw.slopes
        }
        // σ*² = RSS/χ²(ν) has mean RSS/(ν − 2), so that the coefficients' covariance is that times (XᵀX)⁻¹.
        let variance = fit.residualSumOfSquares / Double(fit.degreesOfFreedom - 2)
        let covariance = fit.unscaledCovariance().map { $0 * variance }
        let expected = [fit.intercept] + fit.slopes
        for i in 0..<4 {
            let mean = draws.reduce(0) { $0 + $1[i] } / Double(count)
            #expect(abs(mean - expected[i]) < 5 * (covariance[i * 4 + i] / Double(count)).squareRoot())
            for j in 0...i {
                let products = draws.map { ($0[i] - expected[i]) * ($0[j] - expected[j]) }
                let estimate = products.reduce(0, +) / Double(count)
                let error = products.reduce(0) { $0 + ($1 - estimate) * ($1 - estimate) } / Double(count)
                #expect(abs(estimate - covariance[i * 4 + j]) < 5 * (error / Double(count)).squareRoot())
            }
        }
    }

    @Test("a singular system gets a ridge and says so")
    func ridge() throws {
        let column = (0..<20).map { Double($0) }
        let design = DesignMatrix(rowCount: 20, names: ["a", "b"], columns: [column, column.map { 2 * $0 + 1 }])
        let problem = UnivariateProblem(
            column: "y", observed: column.map { 5 * $0 - 1 }, donors: design, recipients: design)
        var notes: [String] = []
        let fit = try LinearPosterior(problem, ridge: 1e-5, notes: &notes)
        #expect(notes.count == 1)
        #expect(notes[0].contains("ridge"))
        let fitted = design.predictions(intercept: fit.intercept, slopes: fit.slopes)
        for (ours, truth) in zip(fitted, problem.observed) { #expect(abs(ours - truth) < 1e-2) }
    }

    @Test("no predictors: the mean, with n − 1 degrees of freedom")
    func interceptOnly() throws {
        let empty = DesignMatrix(rowCount: 4, names: [], columns: [])
        let problem = UnivariateProblem(column: "y", observed: [1, 2, 3, 6], donors: empty, recipients: empty)
        var notes: [String] = []
        let fit = try LinearPosterior(problem, ridge: 1e-5, notes: &notes)
        #expect(fit.intercept == 3)
        #expect(fit.residualSumOfSquares == 14)
        #expect(fit.degreesOfFreedom == 3)
        #expect(fit.unscaledCovariance() == [0.25])
    }
}
