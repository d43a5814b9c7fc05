import COpenBLAS
package import IFCore

/// Symmetric positive definite systems in double precision, by LAPACK's `dpotrf` and `dpotrs`.
package enum Cholesky {
    /// The factor L of A = L·Lᵀ.
    ///
    /// - Parameters:
    ///   - a: `n * n` numbers of a symmetric matrix; the lower triangle (row-major) is read.
    ///   - n: Order.
    /// - Throws: `numericalFailure` where A is not positive definite, naming the first bad pivot.
    /// - Complexity: O(n³ / 3)
    package static func factor(_ a: [Double], n: Int) throws(IFError) -> CholeskyFactor {
        precondition(a.count == n * n, "values do not fill \(n) × \(n)")
        BLAS.pinToOneThread()
        var lower = a
        var order = Int32(n)
        var leading = Int32(max(1, n))
        var info: Int32 = 0
        // Row-major lower is column-major upper.
        unsafe lower.withUnsafeMutableBufferPointer { lower in
            unsafe dpotrf_("U", &order, lower.baseAddress, &leading, &info, 1)
        }
        let finite = (0..<n).allSatisfy { lower[$0 * n + $0].isFinite }
        guard info == 0, finite else {
            throw IFError(
                .numericalFailure,
                info > 0
                    ? "the \(n) × \(n) system is not positive definite (pivot \(info)); add a ridge to its diagonal"
                    : "the \(n) × \(n) system holds numbers that are not finite")
        }
        for row in 0..<n {
            for column in row + 1..<max(n, row + 1) { lower[row * n + column] = 0 }
        }
        return CholeskyFactor(n: n, lower: lower)
    }

    /// Solves A·X = B.
    ///
    /// - Parameters:
    ///   - a: `n * n` numbers of a symmetric matrix; the lower triangle (row-major) is read.
    ///   - b: Right-hand sides one after the other, `n` numbers each.
    ///   - n: Order.
    ///   - rightHandSides: Number of right-hand sides.
    /// - Returns: Solutions one after the other.
    /// - Throws: `numericalFailure` where A is not positive definite.
    package static func solve(
        _ a: [Double], _ b: [Double], n: Int, rightHandSides: Int = 1
    ) throws(IFError) -> [Double] {
        try factor(a, n: n).solve(b, rightHandSides: rightHandSides)
    }
}

/// The factor L of a symmetric positive definite matrix A = L·Lᵀ.
package struct CholeskyFactor: Hashable, Sendable {
    /// Order.
    package let n: Int
    /// L, `n * n` numbers row after row; zeros above the diagonal.
    package let lower: [Double]

    /// Solves A·X = B for right-hand sides one after the other, `n` numbers each.
    package func solve(_ b: [Double], rightHandSides: Int = 1) -> [Double] {
        precondition(b.count == n * rightHandSides, "right-hand sides of another length than \(n)")
        var x = b
        var order = Int32(n)
        var leading = Int32(max(1, n))
        var sides = Int32(rightHandSides)
        var info: Int32 = 0
        unsafe lower.withUnsafeBufferPointer { lower in
            unsafe x.withUnsafeMutableBufferPointer { x in
                unsafe dpotrs_("U", &order, &sides, lower.baseAddress, &leading, x.baseAddress, &leading, &info, 1)
            }
        }
        return x
    }

    /// L·z: turns independent standard normals into normals of covariance A.
    package func multiplyingLower(_ z: [Double]) -> [Double] {
        precondition(z.count == n, "a vector of another length than \(n)")
        return (0..<n).map { row in
            var sum = 0.0
            for column in 0...row { sum += lower[row * n + column] * z[column] }
            return sum
        }
    }

    /// The solution x of Lᵀ·x = z: turns independent standard normals into normals of covariance A⁻¹.
    package func solvingTransposedLower(_ z: [Double]) -> [Double] {
        precondition(z.count == n, "a vector of another length than \(n)")
        var x = z
        for row in stride(from: n - 1, through: 0, by: -1) {
            x[row] /= lower[row * n + row]
            for column in 0..<row { x[column] -= lower[row * n + column] * x[row] }
        }
        return x
    }

    /// A⁻¹, `n * n` numbers row after row.
    package func inverse() -> [Double] { solve(DenseMatrix.identity(n).values, rightHandSides: n) }

    /// ln det A.
    package var logDeterminant: Double {
        (0..<n).reduce(0) { $0 + 2 * NaturalLogarithm.of(lower[$1 * n + $1]) }
    }
}
