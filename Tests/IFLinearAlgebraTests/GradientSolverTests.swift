import IFCore
import IFLinearAlgebra
import Testing

@Suite struct GradientSolverTests {
    /// As many steps as unknowns solve the system; the objective's share is that of the double-precision solution.
    @Test(arguments: [5, 16, 64, 100], KernelSet.available)
    func manyStepsSolveTheSystem(rank: Int, kernels: KernelSet) throws {
        try check(SystemBatchTests.Problem(rank: rank, nonnegative: false, entries: SystemBatchTests.entries), kernels)
    }

    /// Preferences with dislikes, and values themselves as targets.
    @Test(arguments: [RowTerms.Target.preference, .value], KernelSet.available)
    func targetsAreThoseOfTheTwin(_ target: RowTerms.Target, kernels: KernelSet) throws {
        var problem = SystemBatchTests.Problem(rank: 20, nonnegative: false, entries: SystemBatchTests.entries)
        problem.mixSigns()
        if target == .value {
            problem.terms = RowTerms(scale: 0, offset: 1, unobserved: 0.25, ridge: 0.5, target: target)
        }
        try check(problem, kernels)
    }

    private func check(_ problem: SystemBatchTests.Problem, _ kernels: KernelSet) throws {
        let rank = problem.rank
        var base = problem.base
        for i in 0..<problem.stride { for j in 0..<i { base[j * problem.stride + i] = base[i * problem.stride + j] } }
        var solver = GradientSolver(rank: problem.stride, kernels: kernels)
        for row in 0..<16 {
            let (columns, values, factors, full) = (problem.columns[row], problem.values[row], problem.factors, base)
            var x = [Float](repeating: 0, count: problem.stride)
            let products = solver.improve(
                &x, steps: 4 * rank, terms: problem.terms, factors: factors.span, columns: columns.span,
                values: values.span, entries: 0..<columns.count, base: full.span)
            let equations = problem.equations(row)
            let wanted = try Cholesky.solve(equations.a, equations.b, n: rank)
            let scale = max(wanted.reduce(0) { max($0, abs($1)) }, 1e-3)
            for index in 0..<rank { #expect(abs(Double(x[index]) - wanted[index]) < 1e-3 * scale) }
            let explained = zip(equations.b, wanted).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(products.explained - explained) <= 1e-4 * max(1, abs(explained)))
        }
    }
}
