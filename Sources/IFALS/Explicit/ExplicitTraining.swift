import IFCore
import IFLinearAlgebra

/// The state of an explicit fit. A side's buffer holds a vector a row and, after its factors, the bias.
struct ExplicitTraining: Sendable {
    let configuration: ExplicitALS.Configuration
    let mean: Double
    let users: TrainingSide
    let items: TrainingSide
    let userVectors: DisjointBuffer<Float>
    let itemVectors: DisjointBuffer<Float>

    /// What a sweep led to.
    struct Sweep: Sendable {
        var loss: Double
        var rootMeanSquaredError: Double
        var events: [ALSEvent]
    }

    private var stride: Int { SystemBatch.paddedRank(configuration.width) }

    init(
        _ ratings: Interactions, _ configuration: ExplicitALS.Configuration, start: ExplicitALSModel?,
        in context: RunContext
    ) async throws {
        self.configuration = configuration
        let given = ratings.matrix
        let mean =
            configuration.centersRatings ? given.values.reduce(0.0) { $0 + Double($1) } / Double(given.count) : 0
        self.mean = mean
        let matrix = given.replacing(values: given.values.map { Float(Double($0) - mean) })
        users = TrainingSide(matrix)
        try Task.checkCancellation()
        items = TrainingSide(matrix.transposed())
        try Task.checkCancellation()
        let (rank, width) = (configuration.factors, configuration.width)
        let stride = SystemBatch.paddedRank(width)
        userVectors = DisjointBuffer(repeating: 0, count: given.rowCount * stride)
        // The items' first nonnegative solve starts from all ones: every variable is free at first.
        itemVectors = DisjointBuffer(repeating: 1, count: given.columnCount * stride)
        if let start {
            Self.copy(start.userFactors, biases: configuration.biases ? start.userBiases : nil, to: userVectors, stride)
        } else {
            let drawn = try await FactorInitialization.draw(
                users, rank: rank, nonnegative: configuration.nonnegative, in: context)
            let spacing = SystemBatch.paddedRank(rank)
            drawn.withSpan { drawn in
                for row in 0..<given.rowCount {
                    userVectors.withMutableSpan(row * stride..<row * stride + rank) { span in
                        for index in 0..<rank { span[index] = drawn[row * spacing + index] }
                    }
                }
            }
        }
    }

    private static func copy(
        _ factors: FactorMatrix, biases: [Float]?, to vectors: DisjointBuffer<Float>, _ stride: Int
    ) {
        for row in 0..<factors.rowCount {
            vectors.withMutableSpan(row * stride..<(row + 1) * stride) { span in
                for (index, value) in factors[row].enumerated() { span[index] = value }
                if let biases { span[factors.rank] = biases[row] }
            }
        }
    }

    /// Solves for the items, then for the users.
    func sweep(_ number: Int, in context: RunContext) async throws -> Sweep {
        let first = try await half(items, .item, itemVectors, against: userVectors, in: context)
        let second = try await half(users, .user, userVectors, against: itemVectors, in: context)
        let (squares, penalty) = try await objective(in: context)
        return Sweep(
            loss: squares + penalty, rootMeanSquaredError: (squares / Double(users.matrix.count)).squareRoot(),
            events: first.map { $0.at(sweep: number, side: .item) } + second.map { $0.at(sweep: number, side: .user) })
    }

    private func half(
        _ side: TrainingSide, _ name: ALSEvent.Side, _ own: DisjointBuffer<Float>,
        against other: DisjointBuffer<Float>, in context: RunContext
    ) async throws -> [ALSEvent] {
        let facing = ExplicitFacing(other, configuration)
        let stride = stride
        let matrix = facing.residuals(side.matrix)
        try Task.checkCancellation()
        let solve = ExplicitRowSolve(configuration: configuration, side: name)
        return try await context.mapBlocks(side.blocks.count) { block in
            try solve.run(
                rows: side.order[side.blocks[block]], of: matrix, vectors: facing.vectors.span,
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
        }.flatMap { $0 }
    }

    /// Σ of squared errors and Σ of penalties, in double precision.
    private func objective(in context: RunContext) async throws -> (squares: Double, penalty: Double) {
        let facing = ExplicitFacing(itemVectors, configuration)
        let matrix = facing.residuals(users.matrix)
        let (stride, width, configuration) = (stride, configuration.width, configuration)
        let (users, items, userVectors, itemVectors) = (users, items, userVectors, itemVectors)
        let blocks = BlockRanges(rowCount: matrix.rowCount, blockSize: 1024)
        let squares = try await context.mapBlocks(blocks.count) { block in
            userVectors.withSpan { own in
                let other = facing.vectors.span
                var sum = 0.0
                for row in blocks[block] {
                    for entry in matrix.range(ofRow: row) {
                        let column = Int(matrix.columns[entry]) * stride
                        var error = Double(matrix.values[entry])
                        for index in 0..<width {
                            error -= Double(own[row * stride + index]) * Double(other[column + index])
                        }
                        sum += error * error
                    }
                }
                return sum
            }
        }
        func penalty(_ side: TrainingSide, _ name: ALSEvent.Side, _ vectors: DisjointBuffer<Float>) -> Double {
            vectors.withSpan { span in
                side.order.reduce(0.0) { sum, row in
                    let start = Int(row) * stride
                    let length = (start..<start + width).reduce(0.0) { $0 + Double(span[$1]) * Double(span[$1]) }
                    return sum + configuration.ridge(count: side.count(Int(row)), of: name) * length
                }
            }
        }
        return (squares.reduce(0, +), penalty(users, .user, userVectors) + penalty(items, .item, itemVectors))
    }

    /// The model of the present state.
    ///
    /// - Throws: ``IFError/Code/numericalFailure`` where a factor is not finite.
    func model(_ ratings: Interactions, _ history: ExplicitHistory) throws -> ExplicitALSModel {
        let (userFactors, userBiases) = try split(userVectors, users, .user)
        let (itemFactors, itemBiases) = try split(itemVectors, items, .item)
        return ExplicitALSModel(
            users: ratings.users, items: ratings.items, mean: mean, userBiases: userBiases, itemBiases: itemBiases,
            userFactors: userFactors, itemFactors: itemFactors, configuration: configuration, losses: history.losses,
            events: history.events)
    }

    private func split(
        _ vectors: DisjointBuffer<Float>, _ side: TrainingSide, _ name: ALSEvent.Side
    ) throws -> (FactorMatrix, [Float]) {
        let rank = configuration.factors
        let rows = side.matrix.rowCount
        var factors = [Float](repeating: 0, count: rows * rank)
        var biases = [Float](repeating: 0, count: rows)
        try vectors.withSpan { span in
            for row in 0..<rows where side.count(row) > 0 {
                for index in 0..<configuration.width {
                    let value = span[row * stride + index]
                    guard value.isFinite else {
                        throw IFError(
                            .numericalFailure,
                            "a factor of \(name.rawValue) index \(row) is not finite; raise the regularization")
                    }
                    if index < rank { factors[row * rank + index] = value } else { biases[row] = value }
                }
            }
        }
        return (FactorMatrix(rowCount: rows, rank: rank, values: factors), biases)
    }
}

/// One side as the rows of the other meet it: its vectors with a 1 in the place of the bias, which is taken off the
/// ratings instead.
struct ExplicitFacing: Sendable {
    let vectors: [Float]
    private let biases: [Float]?

    init(_ buffer: DisjointBuffer<Float>, _ configuration: ExplicitALS.Configuration) {
        self.init(buffer.array(), configuration)
    }

    init(_ padded: [Float], _ configuration: ExplicitALS.Configuration) {
        guard configuration.biases else {
            vectors = padded
            biases = nil
            return
        }
        let stride = SystemBatch.paddedRank(configuration.width)
        var vectors = padded
        var biases: [Float] = []
        biases.reserveCapacity(padded.count / stride)
        for place in Swift.stride(from: configuration.factors, to: padded.count, by: stride) {
            biases.append(vectors[place])
            vectors[place] = 1
        }
        self.vectors = vectors
        self.biases = biases
    }

    /// Ratings less the biases of this side.
    func residuals(_ matrix: CSRMatrix) -> CSRMatrix {
        guard let biases else { return matrix }
        return matrix.replacing(values: zip(matrix.values, matrix.columns).map { $0 - biases[Int($1)] })
    }
}

extension CSRMatrix {
    /// The same entries with other values.
    func replacing(values: [Float]) -> CSRMatrix {
        CSRMatrix(rowCount: rowCount, columnCount: columnCount, offsets: offsets, columns: columns, values: values)
    }
}
