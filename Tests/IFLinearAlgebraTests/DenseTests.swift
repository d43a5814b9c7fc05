import IFCore
import IFLinearAlgebra
import Testing

@Suite struct DenseTests {
    private func random(_ count: Int, _ block: Int) -> [Double] {
        var stream = RandomSource(seed: 5).stream("test/dense", block: block)
        return (0..<count).map { _ in stream.normal() }
    }

    @Test func productAgreesWithItsDefinition() {
        let a = DenseMatrix(rows: 7, columns: 5, values: random(35, 0))
        let b = DenseMatrix(rows: 5, columns: 9, values: random(45, 1))
        let c = a.multiplied(by: b)
        for row in 0..<7 {
            for column in 0..<9 {
                let sum = (0..<5).reduce(0.0) { $0 + a[row, $1] * b[$1, column] }
                #expect(abs(c[row, column] - sum) < 1e-12)
            }
        }
        #expect(a.transposed.transposed == a)
        #expect(a.multiplied(by: .identity(5)) == a)
    }

    @Test func transposedOperands() {
        let (m, n, k) = (4, 6, 3)
        let a = random(m * k, 2).map { Float($0) }
        let b = random(k * n, 3).map { Float($0) }
        // A is stored k × m, B is stored n × k.
        let shape = BLAS.Shape(rows: m, columns: n, inner: k, a: .transposed, b: .transposed)
        let c = accumulate(shape, a, b)
        for row in 0..<m {
            for column in 0..<n {
                let sum = (0..<k).reduce(Float(0)) { $0 + a[$1 * m + row] * b[column * k + $1] }
                #expect(abs(c[row * n + column] - (2 * sum + 3)) < 1e-5)
            }
        }
    }

    /// 2 · op(A) · op(B) + 3 · ones.
    private func accumulate(_ shape: BLAS.Shape, _ a: [Float], _ b: [Float]) -> [Float] {
        var c = [Float](repeating: 1, count: shape.rows * shape.columns)
        var span = c.mutableSpan
        BLAS.gemm(shape, alpha: 2, a.span, b.span, beta: 3, into: &span)
        return c
    }

    @Test(arguments: [0, 1, 13]) func gram(rows: Int) {
        let columns = 4
        let x = random(rows * columns, 4)
        let gram = Gram.gram(x: x, rows: rows, columns: columns)
        for i in 0..<columns {
            for j in 0..<columns {
                let sum = (0..<rows).reduce(0.0) { $0 + x[$1 * columns + i] * x[$1 * columns + j] }
                #expect(abs(gram[i * columns + j] - sum) < 1e-12)
            }
        }
    }

    @Test(arguments: [0, 1, 7, 8, 16, 37]) func dots(count: Int) {
        let x = random(count, 6)
        let y = random(count, 7)
        let sum = zip(x, y).reduce(0.0) { $0 + $1.0 * $1.1 }
        let distance = zip(x, y).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let found = DotProduct.dot(x.span, y.span)
        #expect(abs(found - sum) < 1e-12)
        let foundDistance = DotProduct.squaredDistance(x.span, y.span)
        #expect(abs(foundDistance - distance) < 1e-12)
        let (x32, y32) = (x.map { Float($0) }, y.map { Float($0) })
        let single = DotProduct.dot(x32.span, y32.span)
        #expect(abs(Double(single) - sum) < 1e-5)
    }
}
