import IFCore
import IFLinearAlgebra
import Testing

/// The kernels against their plain twins: double precision, one system at a time.
@Suite struct SystemBatchTests {
    struct Problem {
        let rank: Int
        let stride: Int
        let factors: [Float]
        let base: [Float]
        let columns: [[Int32]]
        var values: [[Float]]

        init(rank: Int, nonnegative: Bool, entries: [Int]) {
            var stream = RandomSource(seed: 21).stream("test/batch", block: rank)
            let rows = 300
            self.rank = rank
            stride = SystemBatch.paddedRank(rank)
            var factors = [Float](repeating: 0, count: rows * stride)
            for row in 0..<rows {
                for index in 0..<rank {
                    let x = Float(stream.normal() * 0.3)
                    factors[row * stride + index] = nonnegative ? max(x, 0) : x
                }
            }
            var total = FactorGram.Total(rank: stride)
            total.add(FactorGram.part(factors.span, rank: stride))
            let gram = total.matrix
            var base = gram.map { Float($0) }
            for index in rank..<max(rank, stride) { base[index * stride + index] = 1 }
            self.factors = factors
            self.base = base
            columns = entries.map { count in stream.sample(count, below: rows).sorted().map { Int32($0) } }
            values = entries.map { count in (0..<count).map { _ in Float(1 + stream.uniform()) } }
        }

        var terms = RowTerms(scale: 40, offset: 1, unobserved: 1, ridge: 0.5)

        /// Every third value below 0.
        mutating func mixSigns() {
            values = values.map { row in row.enumerated().map { $0.offset % 3 == 1 ? -$0.element : $0.element } }
        }

        func equations(_ lane: Int, _ terms: RowTerms? = nil) -> RowEquations {
            var plain = [Double](repeating: 0, count: rank * rank)
            for row in 0..<rank {
                for column in 0..<rank {
                    plain[row * rank + column] = Double(base[max(row, column) * stride + min(row, column)])
                }
            }
            // Spans of locals: the compiler does not follow spans of nested arrays yet.
            let (row, ratings, vectors) = (columns[lane], values[lane], factors)
            return RowEquations(
                n: rank, terms: terms ?? self.terms, factors: vectors.span, stride: stride, columns: row.span,
                values: ratings.span, base: plain)
        }

        func load(_ batch: inout SystemBatch, lane: Int, from row: Int) {
            let (entries, ratings, vectors, start) = (columns[row], values[row], factors, base)
            batch.load(
                lane: lane, terms: terms, factors: vectors.span, columns: entries.span, values: ratings.span,
                base: start.span)
            let ones = [Float](repeating: 1, count: stride)
            batch.start(lane: lane, ones.span)
        }

        func solution(_ batch: borrowing SystemBatch, lane: Int) -> [Float] {
            var out = [Float](repeating: -1, count: stride)
            var span = out.mutableSpan
            batch.copySolution(lane: lane, into: &span)
            return out
        }
    }

    static let entries = [0, 1, 2, 3, 7, 15, 16, 17, 30, 31, 32, 33, 64, 65, 200, 299]

    /// Preferences with dislikes, and values themselves as targets: systems and solutions.
    @Test(arguments: [RowTerms.Target.preference, .value], KernelSet.available)
    func targetsAgreeWithTheTwin(_ target: RowTerms.Target, kernels: KernelSet) throws {
        for rank in [5, 16, 64] {
            var problem = Problem(rank: rank, nonnegative: false, entries: Self.entries)
            problem.mixSigns()
            if target == .value {
                problem.terms = RowTerms(scale: 0, offset: 1, unobserved: 0, ridge: 0.5, target: target)
            }
            var batch = SystemBatch(rank: problem.stride, kernels: kernels)
            for lane in 0..<16 { problem.load(&batch, lane: lane, from: lane) }
            #expect(batch.solve() == 0)
            for lane in 0..<16 {
                // The definition, entry by entry: the twin shares its formula with nothing else here.
                let sides = problem.values[lane].map { value -> Double in
                    if target == .value { return Double(value) }
                    return value > 0 ? Double(40 * value + 1) : 0
                }
                var side = [Double](repeating: 0, count: rank)
                for (column, weight) in zip(problem.columns[lane], sides) {
                    for index in 0..<rank {
                        side[index] += weight * Double(problem.factors[Int(column) * problem.stride + index])
                    }
                }
                let equations = problem.equations(lane)
                for (found, wanted) in zip(equations.b, side) {
                    #expect(abs(found - wanted) < 1e-3 * max(1, abs(wanted)))
                }
                let wanted = try Cholesky.solve(equations.a, equations.b, n: rank)
                let scale = max(1e-3, wanted.reduce(0) { max($0, abs($1)) })
                for (found, wanted) in zip(problem.solution(batch, lane: lane), wanted) {
                    #expect(abs(Double(found) - wanted) < 2e-4 * scale)
                }
            }
        }
    }

    @Test(arguments: [5, 16, 32, 48, 64, 80, 128, 256], KernelSet.available)
    func choleskyAgreesWithLAPACK(rank: Int, kernels: KernelSet) throws {
        let problem = Problem(rank: rank, nonnegative: false, entries: Self.entries)
        var batch = SystemBatch(rank: problem.stride, kernels: kernels)
        for lane in 0..<16 { problem.load(&batch, lane: lane, from: lane) }
        let failed = batch.solve()
        #expect(failed == 0)
        for lane in 0..<16 {
            let equations = problem.equations(lane)
            let wanted = try Cholesky.solve(equations.a, equations.b, n: rank)
            let found = problem.solution(batch, lane: lane)
            let scale = max(wanted.reduce(0) { max($0, abs($1)) }, 1e-3)
            for index in 0..<rank { #expect(abs(Double(found[index]) - wanted[index]) < 2e-4 * scale) }
            #expect(found[rank...].allSatisfy { $0 == 0 })
            let explained = zip(equations.b, wanted).reduce(0) { $0 + $1.0 * $1.1 }
            let products = batch.products(lane: lane)
            #expect(abs(products.explained - explained) <= 1e-4 * max(1, abs(explained)))
        }
    }

    @Test(arguments: [5, 16, 32, 64, 128], KernelSet.available)
    func nonnegativeAgreesWithActiveSet(rank: Int, kernels: KernelSet) throws {
        let problem = Problem(rank: rank, nonnegative: rank != 32, entries: Self.entries)
        var batch = SystemBatch(rank: problem.stride, kernels: kernels)
        for lane in 0..<16 { problem.load(&batch, lane: lane, from: lane) }
        let failed = batch.solveNonnegative()
        #expect(failed == 0)
        for lane in 0..<16 {
            let equations = problem.equations(lane)
            let wanted = try NonnegativeLeastSquares.solve(equations.a, equations.b, n: rank)
            let found = problem.solution(batch, lane: lane)
            let scale = max(wanted.max() ?? 0, 1e-3)
            for index in 0..<rank {
                #expect(found[index] >= 0)
                #expect(abs(Double(found[index]) - wanted[index]) < 5e-4 * scale)
                // Karush–Kuhn–Tucker: no gain from raising a zero, none from moving a positive value.
                let gradient = (0..<rank).reduce(-equations.b[index]) {
                    $0 + equations.a[index * rank + $1] * Double(found[$1])
                }
                let size = max(1, abs(equations.b[index]))
                #expect(gradient > -1e-3 * size)
                #expect(found[index] == 0 || abs(gradient) < 1e-3 * size)
            }
        }
    }

    @Test(arguments: [false, true]) func aLaneDoesNotDependOnTheOthers(nonnegative: Bool) {
        let problem = Problem(rank: 64, nonnegative: true, entries: Self.entries)
        var full = SystemBatch(rank: 64)
        for lane in 0..<16 { problem.load(&full, lane: lane, from: lane) }
        _ = nonnegative ? full.solveNonnegative() : full.solve()
        for row in [0, 3, 9, 15] {
            var alone = SystemBatch(rank: 64)
            for lane in 0..<16 { problem.load(&alone, lane: lane, from: lane == 2 ? row : 0) }
            _ = nonnegative ? alone.solveNonnegative() : alone.solve()
            let (one, other) = (problem.solution(alone, lane: 2), problem.solution(full, lane: row))
            #expect(one.map(\.bitPattern) == other.map(\.bitPattern))
        }
    }

    @Test func singularLanesAreFlagged() {
        var batch = SystemBatch(rank: 16)
        let factors = [Float](repeating: 1, count: 16)
        let (singular, unit) = ([Float](repeating: 0, count: 256), DenseMatrix.identity(16).values.map { Float($0) })
        for lane in 0..<16 {
            let terms = RowTerms(scale: 1, offset: 0, unobserved: 1, ridge: 0)
            let base = lane == 3 || lane == 11 ? singular : unit
            let (columns, values): ([Int32], [Float]) = ([0], [2])
            batch.load(
                lane: lane, terms: terms, factors: factors.span, columns: columns.span, values: values.span,
                base: base.span)
        }
        let failed = batch.solve()
        #expect(failed == 1 << 3 | 1 << 11)
    }
}
