package import IFCore

/// Nonnegative least squares on normal equations in double precision: exact, one system at a time.
///
/// C. L. Lawson, R. J. Hanson, "Solving Least Squares Problems" (1974), chapter 23, in the form that works on AᵀA
/// and Aᵀb (R. Bro, S. de Jong, doi:10.1002/(SICI)1099-128X(199709/10)11:5<393::AID-CEM483>3.0.CO;2-L):
///
/// 1. Free the variable of the most negative gradient.
/// 2. Solve for the free variables; where one would become negative, go only as far as the first zero and fix it.
/// 3. Repeat until no gradient at a zero is negative.
package enum NonnegativeLeastSquares {
    /// The minimum of x'Ax/2 − b'x over x ≥ 0.
    ///
    /// - Parameters:
    ///   - a: `n * n` numbers of a symmetric positive definite matrix; the lower triangle (row-major) is read.
    ///   - b: `n` numbers.
    /// - Throws: `numericalFailure` where a block of A is not positive definite.
    /// - Complexity: O(n³) for each variable that is freed.
    package static func solve(_ a: [Double], _ b: [Double], n: Int) throws(IFError) -> [Double] {
        precondition(a.count == n * n && b.count == n, "values do not fill a system of order \(n)")
        var x = [Double](repeating: 0, count: n)
        var free: [Int] = []
        let scale = b.reduce(0) { max($0, abs($1)) }
        for _ in 0..<3 * n + 10 {
            let gradient = (0..<n).map { row in
                free.reduce(-b[row]) { $0 + a[max(row, $1) * n + min(row, $1)] * x[$1] }
            }
            let candidates = (0..<n).filter { !free.contains($0) && gradient[$0] < -1e-12 * scale }
            guard let next = candidates.min(by: { gradient[$0] < gradient[$1] }) else { return x }
            free.append(next)
            free.sort()
            try descend(a, b, n, &x, &free)
        }
        throw IFError(.numericalFailure, "nonnegative least squares of order \(n) did not end; add a ridge")
    }

    /// Step 2: moves to the minimum over the free variables, fixing those that reach 0 on the way.
    private static func descend(
        _ a: [Double], _ b: [Double], _ n: Int, _ x: inout [Double], _ free: inout [Int]
    ) throws(IFError) {
        while !free.isEmpty {
            let count = free.count
            var block = [Double](repeating: 0, count: count * count)
            for (i, row) in free.enumerated() {
                for (j, column) in free[...i].enumerated() { block[i * count + j] = a[row * n + column] }
            }
            let target = try Cholesky.solve(block, free.map { b[$0] }, n: count)
            var step = 1.0
            for (position, variable) in free.enumerated() where target[position] <= 0 {
                step = min(step, x[variable] / (x[variable] - target[position]))
            }
            for (position, variable) in free.enumerated() {
                x[variable] += step * (target[position] - x[variable])
            }
            guard step < 1 || target.contains(where: { $0 <= 0 }) else { return }
            let before = free
            free = before.enumerated().filter { target[$0.offset] > 0 || x[$0.element] > 1e-15 }.map(\.element)
            for variable in before where !free.contains(variable) { x[variable] = 0 }
            guard free.count < before.count else { return }
        }
    }
}
