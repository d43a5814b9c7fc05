import IFCore
import IFLinearAlgebra

/// Solves the normal equations of rows: sixteen at once in single precision, one at a time in double where that fails.
protocol RowSolver: Sendable {
    /// Solves the loaded lanes; one bit a lane that failed.
    func solve(_ batch: inout SystemBatch) -> UInt32
    /// Solves one row in double precision.
    func solve(_ equations: RowEquations) throws(IFError) -> [Double]
}

/// Unconstrained least squares by Cholesky factorization.
struct CholeskyRowSolver: RowSolver {
    func solve(_ batch: inout SystemBatch) -> UInt32 { batch.solve() }

    func solve(_ equations: RowEquations) throws(IFError) -> [Double] {
        try Cholesky.solve(equations.a, equations.b, n: equations.n)
    }
}

/// Nonnegative least squares: block principal pivoting, in double precision the active-set method.
struct NonnegativeRowSolver: RowSolver {
    func solve(_ batch: inout SystemBatch) -> UInt32 { batch.solveNonnegative() }

    func solve(_ equations: RowEquations) throws(IFError) -> [Double] {
        try NonnegativeLeastSquares.solve(equations.a, equations.b, n: equations.n)
    }
}

extension ImplicitALS.Configuration {
    var solver: any RowSolver { nonnegative ? NonnegativeRowSolver() : CholeskyRowSolver() }
}
