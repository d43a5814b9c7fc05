import IFCore
import IFLinearAlgebra
import Testing

@Suite struct SymmetricEigenTests {
    @Test func knownMatrix() throws {
        // Eigenvalues 1 and 3 with vectors (1, −1)/√2 and (1, 1)/√2.
        let (values, vectors) = try SymmetricEigen.decompose([2, 1, 1, 2], n: 2)
        let root = (0.5 as Double).squareRoot()
        for (found, wanted) in zip(values, [1.0, 3.0]) { #expect(abs(found - wanted) < 1e-12) }
        for (found, wanted) in zip(vectors[2...], [root, root]) { #expect(abs(found - wanted) < 1e-12) }
        #expect(abs(vectors[0] + vectors[1]) < 1e-12)
    }

    @Test func rebuildsTheMatrix() throws {
        let n = 24
        var stream = RandomSource(seed: 3).stream("test/eigen")
        var a = [Double](repeating: 0, count: n * n)
        for row in 0..<n {
            for column in 0...row {
                a[row * n + column] = stream.normal()
                a[column * n + row] = a[row * n + column]
            }
        }
        let (values, vectors) = try SymmetricEigen.decompose(a, n: n)
        #expect(values == values.sorted())
        for row in 0..<n {
            for column in 0..<n {
                let sum = (0..<n).reduce(0.0) { $0 + values[$1] * vectors[$1 * n + row] * vectors[$1 * n + column] }
                #expect(abs(sum - a[row * n + column]) < 1e-11)
            }
        }
        for vector in 0..<n {
            let entries = vectors[vector * n..<(vector + 1) * n]
            #expect(entries.max { abs($0) < abs($1) }.map { $0 > 0 } == true)
        }
    }

    @Test func refusesNaN() {
        #expect(throws: IFError.self) { try SymmetricEigen.decompose([1, .nan, .nan, 1], n: 2) }
    }
}
