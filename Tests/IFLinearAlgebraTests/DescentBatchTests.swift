import IFCore
import IFLinearAlgebra
import Testing

/// Block-coordinate descent against the normal equations in double precision.
@Suite struct DescentBatchTests {
    /// Rows of a problem and where they are.
    private struct State {
        let problem: SystemBatchTests.Problem
        let rows: [Int]
        var vectors: [[Float]]
        var explained: [Double] = []
        var squares: [Double] = []

        init(_ problem: SystemBatchTests.Problem, rows: [Int] = Array(0..<16)) {
            self.problem = problem
            self.rows = rows
            // Anywhere but at 0; the padding is 0.
            vectors = rows.map { row in
                var stream = RandomSource(seed: 4).stream("test/descent", block: row)
                return (0..<problem.stride).map { $0 < problem.rank ? Float(stream.normal() * 0.1) : 0 }
            }
        }

        /// Ridges that differ from row to row.
        func terms(_ row: Int) -> RowTerms {
            var terms = problem.terms
            terms.ridge = 0.1 + 0.05 * Float(problem.columns[row].count)
            return terms
        }

        /// One pass over all blocks; one bit a row that failed.
        mutating func descend(blockSize: Int, kernels: KernelSet = .best) -> UInt32 {
            let stride = problem.stride
            var full = problem.base
            for i in 0..<stride { for j in 0..<i { full[j * stride + i] = full[i * stride + j] } }
            let columns = rows.flatMap { problem.columns[$0] }
            let values = rows.flatMap { problem.values[$0] }
            var ranges: [Range<Int>] = []
            for row in rows {
                let start = ranges.last?.upperBound ?? 0
                ranges.append(start..<start + problem.columns[row].count)
            }
            var batch = DescentBatch(rank: stride, blockSize: blockSize, kernels: kernels)
            for (lane, vector) in vectors.enumerated() { batch.start(lane: lane, vector.span) }
            let (factors, base) = (problem.factors, full)
            let failed = batch.descend(
                ranges, terms: rows.map { terms($0) }, factors: factors.span, columns: columns.span,
                values: values.span, base: base.span, explains: true)
            explained = rows.indices.map { batch.products(lane: $0).explained }
            squares = rows.indices.map { batch.products(lane: $0).squares }
            for lane in rows.indices {
                var vector = vectors[lane]
                var span = vector.mutableSpan
                batch.copySolution(lane: lane, into: &span)
                vectors[lane] = vector
            }
            return failed
        }

        /// 2b·x − x·A·x of a row by its definition.
        func explainedByDefinition(_ lane: Int) -> Double {
            let equations = problem.equations(rows[lane], terms(rows[lane]))
            let n = problem.rank
            var out = 0.0
            for i in 0..<n {
                let x = Double(vectors[lane][i])
                out += 2 * equations.b[i] * x
                for j in 0..<n { out -= x * equations.a[i * n + j] * Double(vectors[lane][j]) }
            }
            return out
        }
    }

    private func problem(_ rank: Int, _ target: RowTerms.Target = .preference) -> SystemBatchTests.Problem {
        var problem = SystemBatchTests.Problem(
            rank: rank, nonnegative: false, entries: SystemBatchTests.entries)
        problem.mixSigns()
        if target == .value {
            problem.terms = RowTerms(scale: 0, offset: 1, unobserved: 0.25, ridge: 0.5, target: target)
        }
        return problem
    }

    @Test(arguments: [5, 16, 40, 64, 100], KernelSet.available)
    func oneBlockSolvesTheSystem(rank: Int, kernels: KernelSet) throws {
        var state = State(problem(rank))
        let failed = state.descend(blockSize: 1024, kernels: kernels)
        #expect(failed == 0)
        for row in 0..<16 {
            let equations = state.problem.equations(row, state.terms(row))
            let wanted = try Cholesky.solve(equations.a, equations.b, n: rank)
            let scale = max(1e-3, wanted.reduce(0) { max($0, abs($1)) })
            for index in 0..<rank { #expect(abs(Double(state.vectors[row][index]) - wanted[index]) < 5e-4 * scale) }
            #expect(state.vectors[row][rank...].allSatisfy { $0 == 0 })
            let squares = wanted.reduce(0) { $0 + $1 * $1 }
            #expect(abs(state.squares[row] - squares) < 1e-3 * max(1e-3, squares))
        }
    }

    /// Blocks that do and do not divide the rank: every pass explains more, as much as the definition says, and many
    /// end at the solution.
    @Test(arguments: [(40, 16), (40, 32), (64, 32), (100, 48)], [RowTerms.Target.preference, .value])
    func passesDescendToTheSolution(_ shape: (rank: Int, blockSize: Int), _ target: RowTerms.Target) throws {
        for kernels in KernelSet.available {
            var state = State(problem(shape.rank, target))
            var before = [Double](repeating: -.infinity, count: 16)
            for pass in 0..<200 {
                #expect(state.descend(blockSize: shape.blockSize, kernels: kernels) == 0)
                for row in 0..<16 {
                    let tolerance = 1e-5 * max(1, abs(state.explained[row]))
                    #expect(state.explained[row] > before[row] - tolerance)
                    if pass < 3 { #expect(abs(state.explained[row] - state.explainedByDefinition(row)) < tolerance) }
                }
                before = state.explained
            }
            for row in 0..<16 {
                let equations = state.problem.equations(row, state.terms(row))
                let wanted = try Cholesky.solve(equations.a, equations.b, n: shape.rank)
                let explained = zip(equations.b, wanted).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(state.explained[row] - explained) < 1e-3 * max(1e-3, explained))
            }
        }
    }

    /// Whatever its lane and its neighbours: the same bytes.
    @Test func aRowDoesNotDependOnTheOthers() throws {
        var all = State(problem(64))
        _ = all.descend(blockSize: 32)
        for row in [0, 4, 8, 15] {
            for others in [[row], [row, 15, 2], [3, row], [9, 9, 9, 9, 9, row]] {
                var some = State(problem(64), rows: others)
                _ = some.descend(blockSize: 32)
                let lane = try #require(others.firstIndex(of: row))
                #expect(some.vectors[lane].map(\.bitPattern) == all.vectors[row].map(\.bitPattern))
                #expect(some.explained[lane] == all.explained[row])
            }
        }
    }

    /// A block without a positive definite system is flagged, and its coordinates stay; the others' rows do not notice.
    @Test func singularBlocksAreFlagged() {
        var batch = DescentBatch(rank: 32, blockSize: 16)
        let factors = [Float](repeating: 0.5, count: 32)
        let base = [Float](repeating: 0, count: 32 * 32)
        let (columns, values): ([Int32], [Float]) = ([0, 0, 0], [2, 3, 4])
        let starts = [Float](repeating: 0.25, count: 32)
        for lane in 0..<3 { batch.start(lane: lane, starts.span) }
        let ridges: [Float] = [1, 0, 1]
        let failed = batch.descend(
            [0..<1, 1..<2, 2..<3], terms: ridges.map { RowTerms(scale: 1, offset: 0, unobserved: 0, ridge: $0) },
            factors: factors.span, columns: columns.span, values: values.span, base: base.span, explains: true)
        #expect(failed == 1 << 1)
        var vector = [Float](repeating: 0, count: 32)
        var span = vector.mutableSpan
        batch.copySolution(lane: 1, into: &span)
        #expect(vector == starts)
        var other = [Float](repeating: 0, count: 32)
        var rest = other.mutableSpan
        batch.copySolution(lane: 2, into: &rest)
        #expect(other != starts)
    }
}
