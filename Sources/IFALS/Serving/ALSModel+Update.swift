public import IFCore

/// What a partial update did.
public struct ALSModelUpdate: Sendable {
    /// The new model; the one that was updated is as it was.
    public let model: ALSModel
    /// Rows whose vectors were solved for anew.
    public let refreshed: Int
    /// Rows that the model did not have before, among `refreshed`.
    public let added: Int
    /// Ids of the other side that the model does not know; interactions with them were passed over.
    public let unknown: IDColumn
    /// Interactions passed over.
    public let passedOver: Int
    /// Rows of which nothing was left, as all their interactions were passed over: their vectors stay as they were, and
    /// new ones are not added.
    public let left: IDColumn
}

extension ALSModel {
    /// A model in which some users' vectors are solved for anew from their interactions, and new users added; items
    /// stay as they are.
    ///
    /// The result is that of folding the users in, so a user's interactions must be all of them, not the latest alone.
    /// Dense user indices are those of the new model's ``users``.
    ///
    /// - Throws: ``IFError/Code/invalidData`` on a rating that is not above 0 and finite,
    ///   ``IFError/Code/typeMismatch`` on string ids where the model has integers or the other way round;
    ///   `CancellationError`.
    /// - Complexity: O(users · rank) beside the folding in.
    public func updatingUsers(
        _ interactions: Interactions, in context: RunContext = RunContext()
    ) async throws -> ALSModelUpdate {
        let part = KnownPart(interactions.matrix, columns: interactions.items, known: items)
        try Self.requireOneKind(users, interactions.users, "users")
        let solved = try await foldIn(part.matrix, in: context)
        let merged = MergedSide(users, userFactors, interactions.users, solved, part.matrix)
        var model = ALSModel(
            users: merged.ids, items: items, userFactors: merged.factors, itemFactors: itemFactors,
            configuration: configuration)
        model.dualForm = dualForm
        return ALSModelUpdate(
            model: model, refreshed: merged.refreshed, added: merged.added, unknown: part.unknown,
            passedOver: part.passedOver, left: merged.left)
    }

    /// A model in which some items' vectors are solved for anew from their interactions, and new items added; users
    /// stay as they are.
    ///
    /// An item's interactions must be all of them. Dense item indices are those of the new model's ``items``.
    ///
    /// - Throws: ``IFError/Code/invalidData`` on a rating that is not above 0 and finite,
    ///   ``IFError/Code/typeMismatch`` on string ids where the model has integers or the other way round;
    ///   `CancellationError`.
    /// - Complexity: O(items · rank) beside the folding in.
    public func updatingItems(
        _ interactions: Interactions, in context: RunContext = RunContext()
    ) async throws -> ALSModelUpdate {
        let part = KnownPart(interactions.matrix.transposed(), columns: interactions.users, known: users)
        try Self.requireOneKind(items, interactions.items, "items")
        let solved = try await foldInItems(part.matrix, in: context)
        let merged = MergedSide(items, itemFactors, interactions.items, solved, part.matrix)
        var model = ALSModel(
            users: users, items: merged.ids, userFactors: userFactors, itemFactors: merged.factors,
            configuration: configuration)
        model.dualForm = dualForm
        return ALSModelUpdate(
            model: model, refreshed: merged.refreshed, added: merged.added, unknown: part.unknown,
            passedOver: part.passedOver, left: merged.left)
    }

    private static func requireOneKind(_ known: IDMap, _ given: IDMap, _ name: String) throws {
        guard known.count == 0 || given.count == 0 || known.isInteger == given.isInteger else {
            throw IFError(
                .typeMismatch,
                "the model's \(name) have \(known.isInteger ? "integer" : "string") ids, the interactions' have "
                    + "\(given.isInteger ? "integer" : "string") ids; give ids of the model's kind")
        }
    }
}

/// Interactions in the dense indices of a model, less those of ids it does not know.
private struct KnownPart {
    let matrix: CSRMatrix
    let unknown: IDColumn
    let passedOver: Int

    init(_ given: CSRMatrix, columns: IDMap, known: IDMap) {
        let indices = known.indices(of: columns.ids)
        var offsets = [0]
        var kept: [Int32] = []
        var values: [Float] = []
        for row in 0..<given.rowCount {
            for entry in given.range(ofRow: row) where indices[Int(given.columns[entry])] >= 0 {
                // Both maps order ids alike, so columns still ascend.
                kept.append(indices[Int(given.columns[entry])])
                values.append(given.values[entry])
            }
            offsets.append(kept.count)
        }
        matrix = CSRMatrix(
            rowCount: given.rowCount, columnCount: known.count, offsets: offsets, columns: kept, values: values)
        unknown = columns.ids(at: indices.indices.lazy.filter { indices[$0] < 0 }.map { Int32($0) })
        passedOver = given.count - kept.count
    }
}

/// A side's vectors after some were replaced and some added.
private struct MergedSide {
    let ids: IDMap
    let factors: FactorMatrix
    let refreshed: Int
    let added: Int
    let left: IDColumn

    init(_ old: IDMap, _ oldFactors: FactorMatrix, _ new: IDMap, _ newFactors: FactorMatrix, _ histories: CSRMatrix) {
        let isEmpty = (0..<new.count).map { histories.range(ofRow: $0).isEmpty }
        let fresh = new.ids(at: isEmpty.indices.lazy.filter { !isEmpty[$0] }.map { Int32($0) })
        left = new.ids(at: isEmpty.indices.lazy.filter { isEmpty[$0] }.map { Int32($0) })
        let ids = old.union(fresh)
        let rank = oldFactors.rank
        var values = [Float](repeating: 0, count: ids.count * rank)
        func place(_ map: IDMap, _ factors: FactorMatrix, where isTaken: (Int) -> Bool) {
            let targets = ids.indices(of: map.ids)
            factors.withSpan { vectors in
                for row in 0..<map.count where isTaken(row) {
                    let target = Int(targets[row]) * rank
                    for index in 0..<rank { values[target + index] = vectors[row * rank + index] }
                }
            }
        }
        place(old, oldFactors) { _ in true }
        place(new, newFactors) { !isEmpty[$0] }
        self.ids = ids
        factors = FactorMatrix(rowCount: ids.count, rank: rank, values: values)
        refreshed = fresh.count
        added = ids.count - old.count
    }
}
