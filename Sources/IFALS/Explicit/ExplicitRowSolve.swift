import IFCore
import IFLinearAlgebra

/// Solves rows of ratings in batches of sixteen, against the other side's vectors.
struct ExplicitRowSolve: Sendable {
    let configuration: ExplicitALS.Configuration
    /// The side that is solved for.
    let side: ALSEvent.Side

    /// Numbers a vector spans: those of a row's unknowns, padded for the kernels.
    var stride: Int { SystemBatch.paddedRank(configuration.width) }

    /// Solves `rows` of `matrix` against `vectors`, giving each solution to `store`.
    ///
    /// - Parameters:
    ///   - matrix: Ratings less all that the row's unknowns do not explain.
    ///   - vectors: The other side's, with a 1 where the row's bias is.
    ///   - start: Where a nonnegative solve starts.
    /// - Returns: What went wrong.
    func run(
        rows: ArraySlice<Int32>, of matrix: CSRMatrix, vectors: Span<Float>,
        start: (Int, inout [Float]) -> Void, store: (Int, Span<Float>) -> Void
    ) throws -> [ALSEvent] {
        let width = configuration.width
        let solver = configuration.solver
        var base = [Float](repeating: 0, count: stride * stride)
        for index in width..<max(width, stride) { base[index * stride + index] = 1 }
        var batch = SystemBatch(rank: stride)
        var vector = [Float](repeating: 0, count: stride)
        var events: [ALSEvent] = []
        for first in Swift.stride(from: rows.startIndex, to: rows.endIndex, by: SystemBatch.lanes) {
            let batchRows = rows[first..<min(rows.endIndex, first + SystemBatch.lanes)]
            for lane in 0..<SystemBatch.lanes {
                let row = lane < batchRows.count ? Int(batchRows[first + lane]) : nil
                let range = row.map { matrix.range(ofRow: $0) } ?? 0..<0
                batch.load(
                    lane: lane, terms: terms(count: range.count, ridge: row == nil ? 1 : nil), factors: vectors,
                    columns: matrix.columns.span.extracting(range), values: matrix.values.span.extracting(range),
                    base: base.span)
                guard let row else { continue }
                start(row, &vector)
                batch.start(lane: lane, vector.span)
            }
            let failed = solver.solve(&batch)
            for (lane, row) in batchRows.enumerated() {
                if failed & (1 << UInt32(lane)) != 0 {
                    try solveAlone(Int(row), matrix, vectors, solver, &vector, &events)
                } else {
                    var span = vector.mutableSpan
                    batch.copySolution(lane: lane, into: &span)
                }
                store(Int(row), vector.span)
            }
        }
        return events
    }

    private func terms(count: Int, ridge: Double? = nil) -> RowTerms {
        RowTerms(
            scale: 0, offset: 1, unobserved: 0,
            ridge: Float(ridge ?? configuration.ridge(count: count, of: side)), target: .value)
    }

    /// Solves one row in double precision; adds a ridge, and says so, where even that does not go.
    private func solveAlone(
        _ row: Int, _ matrix: CSRMatrix, _ vectors: Span<Float>, _ solver: any RowSolver, _ vector: inout [Float],
        _ events: inout [ALSEvent]
    ) throws {
        let width = configuration.width
        let range = matrix.range(ofRow: row)
        var equations = RowEquations(
            n: width, terms: terms(count: range.count), factors: vectors, stride: stride,
            columns: matrix.columns.span.extracting(range), values: matrix.values.span.extracting(range),
            base: [Double](repeating: 0, count: width * width))
        let trace = (0..<width).reduce(0) { $0 + equations.a[$1 * width + $1] }
        guard trace.isFinite else {
            throw IFError(
                .numericalFailure, "the factors grew beyond what can be computed with; raise the regularization")
        }
        var added = 0.0
        var ridge = max(trace / Double(width) * 1e-10, 1e-30)
        while true {
            do {
                let x = try solver.solve(equations)
                if added > 0 { events.append(ALSEvent(row: row, ridgeAdded: added)) }
                for index in vector.indices { vector[index] = index < x.count ? Float(x[index]) : 0 }
                return
            } catch {
                guard added < trace else { throw error }
                for index in 0..<width { equations.a[index * width + index] += ridge }
                added += ridge
                ridge *= 10
            }
        }
    }
}
