import IFCore
import IFLinearAlgebra
import Synchronization

/// What is computed from a model's factors at the first call that needs it, and kept for all copies of the model.
final class DerivedLayouts: Sendable {
    /// Items as they are, and of length 1.
    let items = Deferred<ScorePanels>()
    /// Items in one byte a number, for answering one user.
    let itemScreen = Deferred<ScoreScreen>()
    let unitItems = Deferred<ScorePanels>()
    /// Users as they are, and of length 1.
    let users = Deferred<ScorePanels>()
    let unitUsers = Deferred<ScorePanels>()
    /// Each side as what the rows of the other are solved against.
    let itemSide = Deferred<SolvedSide>()
    let userSide = Deferred<SolvedSide>()
}

/// A value that is made when it is first asked for. Those who ask meanwhile wait.
final class Deferred<Value: Sendable>: Sendable {
    private let made = Mutex<Value?>(nil)

    func value(_ make: () -> Value) -> Value {
        made.withLock { made in
            if let made { return made }
            let value = make()
            made = value
            return value
        }
    }
}

/// One side's vectors and Gram matrix, in the form the solver takes.
struct SolvedSide: Sendable {
    let gram: OtherSide
    /// The side whose rows are solved against these vectors.
    let solves: ALSEvent.Side
    private let factors: FactorMatrix

    /// - Parameter dualRidge: The least ridge of a row, where short rows are solved in the dual form.
    init(_ given: FactorMatrix, unobserved: Double, solves: ALSEvent.Side, dualRidge: Double?) {
        self.solves = solves
        let factors = Self.padded(given)
        var gram = factors.withSpan { OtherSide(span: $0, rank: given.rank, unobserved: unobserved) }
        if let dualRidge { factors.withSpan { gram.prepareDual($0, ridge: dualRidge) } }
        self.factors = factors
        self.gram = gram
    }

    /// Gives `body` the vectors, each filled up with zeros to the rank of the kernels.
    func withVectors<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
        try factors.withSpan(body)
    }

    /// The matrix itself where its rank is that of the kernels.
    private static func padded(_ factors: FactorMatrix) -> FactorMatrix {
        let stride = SystemBatch.paddedRank(factors.rank)
        guard stride != factors.rank else { return factors }
        var out = [Float](repeating: 0, count: factors.rowCount * stride)
        factors.withSpan { values in
            for row in 0..<factors.rowCount {
                for index in 0..<factors.rank { out[row * stride + index] = values[row * factors.rank + index] }
            }
        }
        return FactorMatrix(rowCount: factors.rowCount, rank: stride, values: out)
    }
}

extension OtherSide {
    /// Computes the Gram matrix of padded vectors, block after block: the numbers that a fit computes.
    init(span: Span<Float>, rank: Int, unobserved: Double) {
        let stride = SystemBatch.paddedRank(rank)
        var total = FactorGram.Total(rank: stride)
        for block in BlockRanges(rowCount: span.count / stride, blockSize: FactorGram.blockSize) {
            let range = block.lowerBound * stride..<block.upperBound * stride
            total.add(FactorGram.part(span.extracting(range), rank: stride))
        }
        self.init(
            gram: total.matrix, rank: rank, unobserved: unobserved, rowCount: span.count / stride)
    }
}
