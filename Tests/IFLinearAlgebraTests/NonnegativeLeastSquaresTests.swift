import IFCore
import IFLinearAlgebra
import Testing

@Suite struct NonnegativeLeastSquaresTests {
    @Test func knownProblem() throws {
        // min (x² + y²)/2 + xy/2 − x + y: the minimum over the quadrant is (1, 0).
        #expect(try NonnegativeLeastSquares.solve([1, 0.5, 0.5, 1], [1, -1], n: 2) == [1, 0])
        #expect(try NonnegativeLeastSquares.solve([1, 0, 0, 1], [-1, -1], n: 2) == [0, 0])
    }

    @Test(arguments: [1, 3, 10, 40]) func optimalityConditions(n: Int) throws {
        var stream = RandomSource(seed: 41).stream("test/nnls", block: n)
        for _ in 0..<20 {
            let x = (0..<2 * n * n).map { _ in stream.normal() }
            let a = Gram.gram(x: x, rows: 2 * n, columns: n)
            let b = (0..<n).map { _ in stream.normal() }
            let solution = try NonnegativeLeastSquares.solve(a, b, n: n)
            for row in 0..<n {
                let gradient = (0..<n).reduce(-b[row]) { $0 + a[row * n + $1] * solution[$1] }
                #expect(solution[row] >= 0)
                #expect(solution[row] == 0 ? gradient >= -1e-9 : abs(gradient) < 1e-9)
            }
        }
    }
}
