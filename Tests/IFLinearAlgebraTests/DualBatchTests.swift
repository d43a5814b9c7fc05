import IFCore
import IFLinearAlgebra
import Testing

/// The dual form against LAPACK on the normal equations, in double precision.
@Suite struct DualBatchTests {
    static let entries = [1, 2, 3, 7, 15, 16, 17, 30, 31, 32, 33, 47, 48, 64, 65, 90]

    /// Ridges that differ from row to row, as they do where regularization grows with the entries.
    private func terms(_ problem: SystemBatchTests.Problem, _ row: Int) -> RowTerms {
        var terms = problem.terms
        terms.ridge = 0.05 * Float(problem.columns[row].count)
        return terms
    }

    private func solve(
        _ problem: SystemBatchTests.Problem, rows: [Int], kernels: KernelSet = .best
    ) throws -> (solutions: [[Float]], products: [(explained: Double, squares: Double)], failed: UInt32) {
        let rank = problem.rank
        var gram = [Double](repeating: 0, count: rank * rank)
        for i in 0..<rank {
            for j in 0..<rank { gram[i * rank + j] = Double(problem.base[max(i, j) * problem.stride + min(i, j)]) }
        }
        let spectrum = try #require(try GramSpectrum(gram, n: rank, rank: problem.stride, ridge: 0.05))
        let plain = problem.factors
        var rotated = [Float](repeating: .nan, count: plain.count)
        var span = rotated.mutableSpan
        spectrum.rotate(plain.span, into: &span)
        let columns = problem.columns.flatMap { $0 }
        let values = problem.values.flatMap { $0 }
        var starts = [0]
        for row in problem.columns { starts.append(starts[starts.count - 1] + row.count) }
        var batch = DualBatch(rank: problem.stride, capacity: 90, kernels: kernels)
        let vectors = rotated
        let failed = batch.solve(
            rows.map { starts[$0]..<starts[$0 + 1] }, terms: rows.map { terms(problem, $0) }, spectrum: spectrum,
            vectors: vectors.span, columns: columns.span, values: values.span)
        var solutions: [[Float]] = []
        var products: [(explained: Double, squares: Double)] = []
        for lane in rows.indices {
            var out = [Float](repeating: -1, count: problem.stride)
            var span = out.mutableSpan
            batch.copySolution(lane: lane, into: &span)
            solutions.append(out)
            products.append(batch.products(lane: lane))
        }
        return (solutions, products, failed)
    }

    @Test(arguments: [5, 16, 48, 64, 100, 128, 256], KernelSet.available)
    func agreesWithLAPACK(rank: Int, kernels: KernelSet) throws {
        let problem = SystemBatchTests.Problem(rank: rank, nonnegative: false, entries: Self.entries)
        let found = try solve(problem, rows: Array(0..<16), kernels: kernels)
        #expect(found.failed == 0)
        for row in 0..<16 {
            let equations = problem.equations(row, terms(problem, row))
            let wanted = try Cholesky.solve(equations.a, equations.b, n: rank)
            let scale = wanted.reduce(0) { max($0, abs($1)) }
            for index in 0..<rank { #expect(abs(Double(found.solutions[row][index]) - wanted[index]) < 1e-5 * scale) }
            #expect(found.solutions[row][rank...].allSatisfy { $0 == 0 })
            let explained = zip(equations.b, wanted).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(found.products[row].explained - explained) < 1e-5 * abs(explained))
            let squares = wanted.reduce(0) { $0 + $1 * $1 }
            #expect(abs(found.products[row].squares - squares) < 1e-5 * squares)
        }
    }

    /// Preferences with dislikes, and values themselves as targets.
    @Test(arguments: [RowTerms.Target.preference, .value], KernelSet.available)
    func targetsAgreeWithLAPACK(_ target: RowTerms.Target, kernels: KernelSet) throws {
        for rank in [16, 64, 100] {
            var problem = SystemBatchTests.Problem(rank: rank, nonnegative: false, entries: Self.entries)
            problem.mixSigns()
            if target == .value {
                problem.terms = RowTerms(scale: 0, offset: 1, unobserved: 0.25, ridge: 0.5, target: target)
            }
            let found = try solve(problem, rows: Array(0..<16), kernels: kernels)
            #expect(found.failed == 0)
            for row in 0..<16 {
                let equations = problem.equations(row, terms(problem, row))
                let wanted = try Cholesky.solve(equations.a, equations.b, n: rank)
                let scale = wanted.reduce(0) { max($0, abs($1)) }
                for index in 0..<rank {
                    #expect(abs(Double(found.solutions[row][index]) - wanted[index]) < 2e-5 * scale)
                }
                let explained = zip(equations.b, wanted).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(found.products[row].explained - explained) < 1e-5 * abs(explained))
            }
        }
    }

    /// Whatever its lane and its neighbours, of the same or of another length: the same bytes.
    @Test func aRowDoesNotDependOnTheOthers() throws {
        let problem = SystemBatchTests.Problem(rank: 64, nonnegative: true, entries: Self.entries)
        let all = try solve(problem, rows: Array(0..<16))
        for row in [0, 4, 8, 15] {
            for others in [[row], [row, 15, 2], [3, row], [9, 9, 9, 9, 9, row]] {
                let some = try solve(problem, rows: others)
                let lane = try #require(others.firstIndex(of: row))
                #expect(some.solutions[lane].map(\.bitPattern) == all.solutions[row].map(\.bitPattern))
                #expect(some.products[lane] == all.products[row])
            }
        }
    }

    @Test func aNearlySingularGramMatrixHasNoSpectrum() throws {
        let gram = [1.0, 1, 1, 1 + 1e-9]
        #expect(try GramSpectrum(gram, n: 2, rank: 16, ridge: 0) == nil)
        #expect(try GramSpectrum(gram, n: 2, rank: 16, ridge: 0.1) != nil)
    }
}
