public import IFCore

/// Interactions to learn from and interactions to predict, under the same ids: for choosing settings and for stopping
/// a fit, on training data alone.
///
/// Both sides keep the id maps of the whole, so that a model fitted on ``training`` answers for ``heldOut`` by dense
/// index.
public struct InteractionSplit: Hashable, Sendable {
    /// Interactions to learn from.
    public let training: Interactions
    /// Interactions to predict.
    public let heldOut: Interactions

    /// Takes over two sides that were split elsewhere, for example by time.
    ///
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` where the sides have different ids,
    ///   ``IFCore/IFError/Code/emptyData`` where one has no interactions, ``IFCore/IFError/Code/leakage`` where both
    ///   have the same pair.
    public init(training: Interactions, heldOut: Interactions) throws {
        guard training.users == heldOut.users, training.items == heldOut.items else {
            throw IFError(.invalidArgument, "the sides of a split need the same users and items; build both on one map")
        }
        guard training.matrix.count > 0, heldOut.matrix.count > 0 else {
            throw IFError(
                .emptyData,
                "a split of \(training.matrix.count) interactions to learn from and \(heldOut.matrix.count) to predict "
                    + "cannot be used; hold out more or fewer")
        }
        for user in 0..<training.matrix.rowCount {
            let known = training.matrix.columns(ofRow: user)
            for item in heldOut.matrix.columns(ofRow: user) where known.firstIndexSorted(of: item) != nil {
                throw IFError(
                    .leakage,
                    "user \(training.users[user]) and item \(training.items[Int(item)]) are on both sides of the split")
            }
        }
        self.training = training
        self.heldOut = heldOut
    }

    /// Holds out a share of every user's interactions, drawn at random: n · share of n, rounded down, but one at least
    /// of two or more. Users with one interaction keep it.
    ///
    /// - Parameters:
    ///   - share: Above 0 and below 1.
    ///   - random: Where the draws come from; one stream a user, so a user's draw does not depend on the others.
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` on another share; ``IFCore/IFError/Code/emptyData`` where no
    ///   user has two interactions.
    /// - Complexity: O(interactions).
    public static func holdingOut(
        share: Double, of interactions: Interactions, random: RandomSource
    ) throws -> InteractionSplit {
        guard share > 0, share < 1 else {
            throw IFError(.invalidArgument, "the share \(share) to hold out is not between 0 and 1", key: "share")
        }
        return try holdingOut(of: interactions, random: random) { max(1, Int(share * Double($0))) }
    }

    /// Holds out `count` of every user's interactions, drawn at random, of users who have more than that.
    ///
    /// - Throws: ``IFCore/IFError/Code/invalidArgument`` on a count below 1; ``IFCore/IFError/Code/emptyData`` where no
    ///   user has more.
    /// - Complexity: O(interactions).
    public static func holdingOut(
        count: Int, of interactions: Interactions, random: RandomSource
    ) throws -> InteractionSplit {
        guard count >= 1 else {
            throw IFError(.invalidArgument, "holding out \(count) interactions a user is below 1", key: "count")
        }
        return try holdingOut(of: interactions, random: random) { count < $0 ? count : 0 }
    }

    private static func holdingOut(
        of interactions: Interactions, random: RandomSource, count: (Int) -> Int
    ) throws -> InteractionSplit {
        let matrix = interactions.matrix
        var isHeld = [Bool](repeating: false, count: matrix.count)
        for user in 0..<matrix.rowCount {
            let range = matrix.range(ofRow: user)
            guard range.count > 1 else { continue }
            var stream = random.stream("eval/interaction-split", block: user)
            for entry in stream.sample(count(range.count), below: range.count) {
                isHeld[range.lowerBound + entry] = true
            }
        }
        return try InteractionSplit(
            training: interactions.keeping { !isHeld[$0] }, heldOut: interactions.keeping { isHeld[$0] })
    }
}

extension Interactions {
    /// The interactions at the positions that `isKept` says, under the same ids.
    fileprivate func keeping(_ isKept: (Int) -> Bool) -> Interactions {
        var offsets = [0]
        var columns: [Int32] = []
        var values: [Float] = []
        for row in 0..<matrix.rowCount {
            for entry in matrix.range(ofRow: row) where isKept(entry) {
                columns.append(matrix.columns[entry])
                values.append(matrix.values[entry])
            }
            offsets.append(columns.count)
        }
        return Interactions(
            users: users, items: items,
            matrix: CSRMatrix(
                rowCount: matrix.rowCount, columnCount: matrix.columnCount, offsets: offsets, columns: columns,
                values: values))
    }
}
