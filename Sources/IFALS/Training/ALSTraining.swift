import IFCore
import IFLinearAlgebra

/// The state of a fit: both sides' factors, alternately solved for.
struct ALSTraining: Sendable {
    let configuration: ImplicitALS.Configuration
    let users: TrainingSide
    let items: TrainingSide
    let userFactors: DisjointBuffer<Float>
    let itemFactors: DisjointBuffer<Float>
    /// Σ c over the observed pairs of preference 1: the objective of factors that are all 0.
    let totalConfidence: Double
    /// The least c − unobserved of an observed pair.
    let leastWeight: Float

    /// Prepares both sides and takes or draws the users' factors; the items' are solved for first, from where they are to
    /// start.
    init(
        _ interactions: Interactions, _ configuration: ImplicitALS.Configuration, start: FactorMatrix?,
        startOfItems: FactorMatrix? = nil, in context: RunContext
    ) async throws {
        self.configuration = configuration
        let terms = ConfidenceTerms(configuration)
        let given = interactions.matrix
        let matrix = CSRMatrix(
            rowCount: given.rowCount, columnCount: given.columnCount, offsets: given.offsets, columns: given.columns,
            values: terms.transformed(given.values))
        users = TrainingSide(matrix)
        try Task.checkCancellation()
        items = TrainingSide(matrix.transposed())
        try Task.checkCancellation()
        totalConfidence = matrix.values.reduce(0) { $1 > 0 ? $0 + Double(terms.confidence($1)) : $0 }
        leastWeight = matrix.values.reduce(.infinity) { min($0, terms.confidence($1) - terms.unobserved) }
        let stride = SystemBatch.paddedRank(configuration.factors)
        if let start {
            userFactors = FactorInitialization.copy(start, for: users)
        } else {
            userFactors = try await FactorInitialization.draw(
                users, rank: configuration.factors, nonnegative: configuration.nonnegative, in: context)
        }
        if let startOfItems {
            itemFactors = FactorInitialization.copy(startOfItems, for: items)
            return
        }
        // A first nonnegative solve starts from all ones: every variable is free at first. Gradients start from 0,
        // as a start far off costs them sweeps.
        let first: Float = configuration.solver.isExact ? 1 : 0
        itemFactors = DisjointBuffer(repeating: 0, count: interactions.items.count * stride)
        for row in items.order {
            let start = Int(row) * stride
            itemFactors.withMutableSpan(start..<start + configuration.factors) { span in
                for index in 0..<span.count { span[index] = first }
            }
        }
    }

    /// Solves for the items, then for the users.
    ///
    /// - Returns: The objective value after the sweep, and events.
    func sweep(_ number: Int, in context: RunContext) async throws -> (loss: Double, events: [ALSEvent]) {
        let first = try await half(items, .item, itemFactors, against: userFactors, in: context)
        let second = try await half(users, .user, userFactors, against: itemFactors, in: context)
        // At a minimum over x ≥ 0 (or all x), x'Ax = b'x; so the sum over a side's rows is Σ c − Σ b'x, with the
        // other side's penalty on top.
        let loss = totalConfidence - second.explained + first.penalty
        let events =
            first.events.map { $0.at(sweep: number, side: .item) }
            + second.events.map { $0.at(sweep: number, side: .user) }
        return (loss, events)
    }

    private func half(
        _ side: TrainingSide, _ name: ALSEvent.Side, _ own: DisjointBuffer<Float>,
        against vectors: DisjointBuffer<Float>, in context: RunContext
    ) async throws -> BlockSolve.Outcome {
        var other = try await OtherSide.gathering(
            vectors, rank: configuration.factors, unobserved: configuration.unobservedWeight, in: context)
        if isDualWorthwhile(for: side, others: other.rowCount, rank: other.stride) {
            let ridge = configuration.dualRidge(of: name, others: other.rowCount)
            try await other.prepareDual(vectors, ridge: ridge, in: context)
        }
        // The objective is taken after the users' half, with nothing of the items' but their penalty.
        let solve = BlockSolve(
            configuration, other: other, solvingFor: name, solver: configuration.solver, explains: name == .user)
        let stride = other.stride
        let outcomes = try await context.mapBlocks(side.blocks.count) { block in
            try vectors.withSpan { vectors in
                try solve.run(
                    rows: side.order[side.blocks[block]], of: side.matrix, vectors: vectors,
                    start: { row, vector in
                        own.withMutableSpan(row * stride..<(row + 1) * stride) { span in
                            for index in 0..<stride { vector[index] = span[index] }
                        }
                    },
                    store: { row, vector in
                        own.withMutableSpan(row * stride..<(row + 1) * stride) { span in
                            for index in 0..<stride { span[index] = vector[index] }
                        }
                    })
            }
        }
        return outcomes.reduce(into: BlockSolve.Outcome()) { total, block in
            total.explained += block.explained
            total.penalty += block.penalty
            total.events += block.events
        }
    }

    /// Which sides' short rows are solved in the dual form.
    var dualForm: DualForm {
        let stride = SystemBatch.paddedRank(configuration.factors)
        return DualForm(
            users: isDualWorthwhile(for: users, others: items.matrix.rowCount, rank: stride),
            items: isDualWorthwhile(for: items, others: users.matrix.rowCount, rank: stride))
    }

    /// Whether the dual form saves more than it takes to rotate the other side's vectors, which is about rank² operations
    /// a vector: it saves rank³ / 3 a row where rows are solved exactly, and, as counted at 128 and 256 factors, about
    /// 2 rank² where they are improved block after block.
    private func isDualWorthwhile(for side: TrainingSide, others: Int, rank: Int) -> Bool {
        let solver = configuration.solver
        guard configuration.rowSolver.isUnconstrained, solver.steps == 0, leastWeight > 0 else { return false }
        let rows = side.rows(upTo: DualSide.capacity(rank: rank, solver: solver))
        return rows * (solver.isExact ? rank / 3 : 2) > others
    }

    /// The vectors of a side without padding.
    ///
    /// - Parameter discarding: Whether the buffer is not needed after: its memory goes as the vectors are copied.
    /// - Throws: ``IFError/Code/numericalFailure`` where a factor is not finite.
    static func factors(
        _ buffer: DisjointBuffer<Float>, rows: Int, rank: Int, side: ALSEvent.Side, discarding: Bool
    ) throws -> FactorMatrix {
        let stride = SystemBatch.paddedRank(rank)
        var values: [Float] = []
        values.reserveCapacity(rows * rank)
        let blocks = BlockRanges(rowCount: rows, blockSize: FactorGram.blockSize)
        for block in blocks {
            try buffer.withSpan { span in
                for row in block {
                    for index in row * stride..<row * stride + rank {
                        guard span[index].isFinite else {
                            throw IFError(
                                .numericalFailure,
                                "a factor of \(side.rawValue) index \(row) is not finite; raise the regularization")
                        }
                        values.append(span[index])
                    }
                }
            }
            if discarding { buffer.discard(block.lowerBound * stride..<block.upperBound * stride) }
        }
        return FactorMatrix(rowCount: rows, rank: rank, values: values)
    }
}
