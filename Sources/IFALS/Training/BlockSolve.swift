import IFCore
import IFLinearAlgebra

/// Solves rows in batches of sixteen: the inner loop of a half-sweep and of folding in.
struct BlockSolve: Sendable {
    let configuration: ImplicitALS.Configuration
    let terms: ConfidenceTerms
    let other: OtherSide
    /// The side that is solved for.
    let side: ALSEvent.Side
    let solver: ALSSolver
    /// Whether what rows explain is asked for; approximate solvers take longer to say.
    let explains: Bool
    /// Whether rows may have entries that weigh no more than unobserved ones, for which the dual form is not made: a fit
    /// knows that it has none.
    let mayLackWeight: Bool

    /// Prepares to solve for `side`, exactly unless another solver is given.
    init(
        _ configuration: ImplicitALS.Configuration, other: OtherSide, solvingFor side: ALSEvent.Side = .user,
        solver: ALSSolver = .cholesky, explains: Bool = true, mayLackWeight: Bool = false
    ) {
        self.configuration = configuration
        self.side = side
        terms = ConfidenceTerms(configuration)
        self.other = other
        self.solver = solver
        self.explains = explains
        self.mayLackWeight = mayLackWeight
    }

    /// What a block adds to the objective, and what went wrong in it.
    struct Outcome: Sendable {
        /// Σ b·x over the rows.
        var explained = 0.0
        /// Σ λ·nᵛ·|x|² over the rows.
        var penalty = 0.0
        var events: [ALSEvent] = []
    }

    /// Solves `rows` of `matrix` against `vectors`, giving each solution to `store`.
    ///
    /// - Parameters:
    ///   - matrix: Values transformed by `terms`.
    ///   - start: Where a nonnegative or approximate solve starts: the row's vector of the last sweep.
    func run(
        rows: ArraySlice<Int32>, of matrix: CSRMatrix, vectors: Span<Float>,
        start: (Int, inout [Float]) -> Void, store: (Int, Span<Float>) -> Void
    ) throws -> Outcome {
        var outcome = Outcome()
        if solver.steps > 0 {
            improve(rows, of: matrix, vectors: vectors, start: start, store: store, &outcome)
            return outcome
        }
        let limit = other.dual == nil ? 0 : DualSide.capacity(rank: other.stride, solver: solver)
        func isShort(_ row: Int32) -> Bool {
            let entries = matrix.range(ofRow: Int(row))
            return entries.count <= limit
                && (!mayLackWeight || entries.allSatisfy { terms.confidence(matrix.values[$0]) > terms.unobserved })
        }
        let long = limit > 0 ? rows.filter { !isShort($0) }[...] : rows
        if solver.blockSize > 0 {
            try descend(long, of: matrix, vectors: vectors, start: start, store: store, &outcome)
        } else {
            try solve(long, of: matrix, vectors: vectors, start: start, store: store, &outcome)
        }
        guard let dual = other.dual else { return outcome }
        try solve(
            short: rows.filter(isShort)[...], of: matrix, vectors: vectors, dual: dual, store: store, &outcome)
        return outcome
    }

    /// Solves rows by their normal equations, sixteen at once.
    private func solve(
        _ rows: ArraySlice<Int32>, of matrix: CSRMatrix, vectors: Span<Float>, start: (Int, inout [Float]) -> Void,
        store: (Int, Span<Float>) -> Void, _ outcome: inout Outcome
    ) throws {
        guard !rows.isEmpty else { return }
        var batch = SystemBatch(rank: other.stride)
        var vector = [Float](repeating: 0, count: other.stride)
        let solver = configuration.rowSolver
        for first in stride(from: rows.startIndex, to: rows.endIndex, by: SystemBatch.lanes) {
            let batchRows = rows[first..<min(rows.endIndex, first + SystemBatch.lanes)]
            for lane in 0..<SystemBatch.lanes {
                let row = lane < batchRows.count ? Int(batchRows[first + lane]) : nil
                let next = lane + 1 < batchRows.count ? Int(batchRows[first + lane + 1]) : nil
                load(row, next: next, lane: lane, &batch, matrix, vectors)
                guard let row, solver.startsFromVector else { continue }
                start(row, &vector)
                batch.start(lane: lane, vector.span)
            }
            let failed = solver.solve(&batch)
            let ridges = batchRows.map { ridge(count: matrix.range(ofRow: Int($0)).count) }
            try finish(
                batch, failed: failed, rows: batchRows, ridges: ridges, of: matrix, vectors: vectors, &vector,
                store: store, &outcome)
        }
    }

    /// Improves rows by steps of conjugate gradients.
    private func improve(
        _ rows: ArraySlice<Int32>, of matrix: CSRMatrix, vectors: Span<Float>,
        start: (Int, inout [Float]) -> Void, store: (Int, Span<Float>) -> Void, _ outcome: inout Outcome
    ) {
        var gradients = GradientSolver(rank: other.stride)
        var vector = [Float](repeating: 0, count: other.stride)
        for row in rows {
            let entries = matrix.range(ofRow: Int(row))
            let ridge = ridge(count: entries.count)
            start(Int(row), &vector)
            let products = gradients.improve(
                &vector, steps: solver.steps, terms: terms.row(ridge: ridge), factors: vectors,
                columns: matrix.columns.span, values: matrix.values.span, entries: entries, base: other.base.span)
            outcome.explained += products.explained
            outcome.penalty += ridge * products.squares
            store(Int(row), vector.span)
        }
    }

    /// Improves rows by a pass of block-coordinate descent, sixteen at once.
    private func descend(
        _ rows: ArraySlice<Int32>, of matrix: CSRMatrix, vectors: Span<Float>, start: (Int, inout [Float]) -> Void,
        store: (Int, Span<Float>) -> Void, _ outcome: inout Outcome
    ) throws {
        var batch = DescentBatch(rank: other.stride, blockSize: solver.blockSize)
        var vector = [Float](repeating: 0, count: other.stride)
        for first in stride(from: rows.startIndex, to: rows.endIndex, by: SystemBatch.lanes) {
            let batchRows = rows[first..<min(rows.endIndex, first + SystemBatch.lanes)]
            let ranges = batchRows.map { matrix.range(ofRow: Int($0)) }
            let ridges = ranges.map { ridge(count: $0.count) }
            for (lane, row) in batchRows.enumerated() {
                start(Int(row), &vector)
                batch.start(lane: lane, vector.span)
            }
            let failed = batch.descend(
                ranges, terms: ridges.map { terms.row(ridge: $0) }, factors: vectors, columns: matrix.columns.span,
                values: matrix.values.span, base: other.base.span, explains: explains)
            try finish(
                batch, failed: failed, rows: batchRows, ridges: ridges, of: matrix, vectors: vectors, &vector,
                store: store, &outcome)
        }
    }

    /// Solves rows of few entries in the dual form, sixteen at once.
    private func solve(
        short rows: ArraySlice<Int32>, of matrix: CSRMatrix, vectors: Span<Float>, dual: DualSide,
        store: (Int, Span<Float>) -> Void, _ outcome: inout Outcome
    ) throws {
        let longest = rows.reduce(0) { max($0, matrix.range(ofRow: Int($1)).count) }
        guard longest > 0 else { return }
        var batch = DualBatch(rank: other.stride, capacity: longest)
        var vector = [Float](repeating: 0, count: other.stride)
        for first in stride(from: rows.startIndex, to: rows.endIndex, by: SystemBatch.lanes) {
            let batchRows = rows[first..<min(rows.endIndex, first + SystemBatch.lanes)]
            let ranges = batchRows.map { matrix.range(ofRow: Int($0)) }
            let ridges = ranges.map { ridge(count: $0.count) }
            let failed = dual.vectors.withSpan { rotated in
                batch.solve(
                    ranges, terms: ridges.map { terms.row(ridge: $0) }, spectrum: dual.spectrum, vectors: rotated,
                    columns: matrix.columns.span, values: matrix.values.span)
            }
            try finish(
                batch, failed: failed, rows: batchRows, ridges: ridges, of: matrix, vectors: vectors, &vector,
                store: store, &outcome)
        }
    }

    /// Gives the solutions of a batch to `store`; rows whose lanes failed are solved alone.
    ///
    /// - Parameter vector: Room for a solution.
    private func finish<Batch: LaneSolutions & ~Copyable>(
        _ batch: borrowing Batch, failed: UInt32, rows: ArraySlice<Int32>, ridges: [Double], of matrix: CSRMatrix,
        vectors: Span<Float>, _ vector: inout [Float], store: (Int, Span<Float>) -> Void, _ outcome: inout Outcome
    ) throws {
        for (lane, row) in rows.enumerated() {
            var products = batch.products(lane: lane)
            if failed & (1 << UInt32(lane)) != 0 {
                products = try solveAlone(
                    Int(row), matrix, vectors, configuration.rowSolver, &vector, &outcome.events)
            } else {
                var span = vector.mutableSpan
                batch.copySolution(lane: lane, into: &span)
            }
            outcome.explained += products.explained
            outcome.penalty += ridges[lane] * products.squares
            store(Int(row), vector.span)
        }
    }

    /// λ·nᵛ of a row with `count` ratings.
    private func ridge(count: Int) -> Double {
        configuration.ridge(count: count, of: side, others: other.rowCount)
    }

    /// Loads a row, or an empty one, into a lane.
    private func load(
        _ row: Int?, next: Int?, lane: Int, _ batch: inout SystemBatch, _ matrix: CSRMatrix, _ vectors: Span<Float>
    ) {
        let range = row.map { matrix.range(ofRow: $0) } ?? 0..<0
        batch.load(
            lane: lane, terms: terms.row(ridge: row == nil ? 1 : ridge(count: range.count)),
            factors: vectors, columns: matrix.columns.span, values: matrix.values.span, entries: range,
            next: next.map { matrix.range(ofRow: $0) } ?? 0..<0, base: other.base.span)
    }

    /// Solves one row in double precision; adds a ridge, and says so, where even that does not go.
    private func solveAlone(
        _ row: Int, _ matrix: CSRMatrix, _ vectors: Span<Float>, _ solver: any RowSolver, _ vector: inout [Float],
        _ events: inout [ALSEvent]
    ) throws -> (explained: Double, squares: Double) {
        let range = matrix.range(ofRow: row)
        var equations = RowEquations(
            n: other.rank, terms: terms.row(ridge: ridge(count: range.count)), factors: vectors,
            stride: other.stride, columns: matrix.columns.span.extracting(range),
            values: matrix.values.span.extracting(range), base: other.gram)
        let trace = (0..<other.rank).reduce(0) { $0 + equations.a[$1 * other.rank + $1] }
        guard trace.isFinite else {
            throw IFError(
                .numericalFailure, "the factors grew beyond what can be computed with; raise the regularization")
        }
        var added = 0.0
        var ridge = max(trace / Double(other.rank) * 1e-10, 1e-30)
        while true {
            do {
                let x = try solver.solve(equations)
                if added > 0 { events.append(ALSEvent(row: row, ridgeAdded: added)) }
                for index in 0..<other.stride { vector[index] = index < x.count ? Float(x[index]) : 0 }
                return (
                    zip(equations.b, x).reduce(0) { $0 + $1.0 * $1.1 }, x.reduce(0) { $0 + $1 * $1 }
                )
            } catch {
                guard added < trace else { throw error }
                for index in 0..<other.rank { equations.a[index * other.rank + index] += ridge }
                added += ridge
                ridge *= 10
            }
        }
    }
}
