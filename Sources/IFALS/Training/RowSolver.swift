import IFCore
import IFLinearAlgebra

/// Solves the normal equations of rows: sixteen at once in single precision, one at a time in double where that fails.
protocol RowSolver: Sendable {
    /// Whether a solve starts from the row's vector of the last sweep.
    var startsFromVector: Bool { get }
    /// Whether solutions are those of the normal equations, so that the dual form gives them too.
    var isUnconstrained: Bool { get }
    /// Solves the loaded lanes; one bit a lane that failed.
    func solve(_ batch: inout SystemBatch) -> UInt32
    /// Solves one row in double precision.
    func solve(_ equations: RowEquations) throws(IFError) -> [Double]
}

/// Unconstrained least squares by Cholesky factorization.
struct CholeskyRowSolver: RowSolver {
    var startsFromVector: Bool { false }
    var isUnconstrained: Bool { true }

    func solve(_ batch: inout SystemBatch) -> UInt32 { batch.solve() }

    func solve(_ equations: RowEquations) throws(IFError) -> [Double] {
        try Cholesky.solve(equations.a, equations.b, n: equations.n)
    }
}

/// Nonnegative least squares: block principal pivoting, in double precision the active-set method.
struct NonnegativeRowSolver: RowSolver {
    var startsFromVector: Bool { true }
    var isUnconstrained: Bool { false }

    func solve(_ batch: inout SystemBatch) -> UInt32 { batch.solveNonnegative() }

    func solve(_ equations: RowEquations) throws(IFError) -> [Double] {
        try NonnegativeLeastSquares.solve(equations.a, equations.b, n: equations.n)
    }
}

extension ImplicitALS.Configuration {
    /// Solves exactly, as folding in always does.
    var rowSolver: any RowSolver { nonnegative ? NonnegativeRowSolver() : CholeskyRowSolver() }
}
