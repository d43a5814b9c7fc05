import IFCore
import IFLinearAlgebra
import Testing

@Suite struct CholeskyTests {
    /// A·X for a symmetric A and right-hand sides one after the other.
    private func product(_ a: [Double], _ x: [Double], n: Int) -> [Double] {
        x.indices.map { position in
            let (side, row) = (position / n, position % n)
            return (0..<n).reduce(0) { $0 + a[row * n + $1] * x[side * n + $1] }
        }
    }

    private func positiveDefinite(_ n: Int) -> [Double] {
        var stream = RandomSource(seed: 7).stream("test/spd", block: n)
        let x = (0..<2 * n * n).map { _ in stream.normal() }
        var a = Gram.gram(x: x, rows: 2 * n, columns: n)
        for index in 0..<n { a[index * n + index] += 0.1 }
        return a
    }

    @Test(arguments: [1, 2, 5, 33]) func solves(n: Int) throws {
        let a = positiveDefinite(n)
        var stream = RandomSource(seed: 8).stream("test/b")
        let truth = (0..<3 * n).map { _ in stream.normal() }
        let x = try Cholesky.solve(a, product(a, truth, n: n), n: n, rightHandSides: 3)
        for (found, wanted) in zip(x, truth) { #expect(abs(found - wanted) < 1e-9) }
    }

    @Test func factorAndItsUses() throws {
        let n = 6
        let a = positiveDefinite(n)
        let factor = try Cholesky.factor(a, n: n)
        let lower = DenseMatrix(rows: n, columns: n, values: factor.lower)
        for (found, wanted) in zip(lower.multiplied(by: lower.transposed).values, a) {
            #expect(abs(found - wanted) < 1e-10)
        }
        let z = (0..<n).map { Double($0) - 2.5 }
        let column = DenseMatrix(rows: n, columns: 1, values: z)
        for (found, wanted) in zip(factor.multiplyingLower(z), lower.multiplied(by: column).values) {
            #expect(abs(found - wanted) < 1e-12)
        }
        let back = DenseMatrix(rows: n, columns: 1, values: factor.solvingTransposedLower(z))
        for (found, wanted) in zip(lower.transposed.multiplied(by: back).values, z) {
            #expect(abs(found - wanted) < 1e-10)
        }
        let inverse = DenseMatrix(rows: n, columns: n, values: factor.inverse())
        let unit = inverse.multiplied(by: DenseMatrix(rows: n, columns: n, values: a))
        for (found, wanted) in zip(unit.values, DenseMatrix.identity(n).values) {
            #expect(abs(found - wanted) < 1e-9)
        }
        let values = try SymmetricEigen.decompose(a, n: n).values
        var product = 1.0
        for value in values { product *= value }
        #expect(abs(factor.logDeterminant - NaturalLog.of(product)) < 1e-9)
    }

    @Test func refusesWhatIsNotPositiveDefinite() {
        let error = #expect(throws: IFError.self) { try Cholesky.factor([1, 2, 2, 1], n: 2) }
        #expect(error?.code == .numericalFailure)
        #expect(error?.message.contains("pivot 2") == true)
        #expect(throws: IFError.self) { try Cholesky.factor([.nan], n: 1) }
    }
}
