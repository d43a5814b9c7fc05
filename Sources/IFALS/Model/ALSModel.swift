public import IFCore
import IFLinearAlgebra

/// Fitted factors: recommends, finds similar items and places users it has not seen.
///
/// A score is the dot product of a user's and an item's vector.
public struct ALSModel: ItemVectorModel, FoldInModel {
    /// Users known to the model.
    public let users: IDMap
    /// Items known to the model.
    public let items: IDMap
    /// One vector a user, in the order of `users`.
    public let userFactors: FactorMatrix
    /// One vector an item.
    public let itemFactors: FactorMatrix
    /// The hyper-parameters of the fit; folding in uses them.
    public let configuration: ImplicitALS.Configuration
    /// The objective value after each sweep; empty for a model that was loaded.
    public let losses: [Double]
    /// What the fit did beside its instructions.
    public let events: [ALSEvent]

    let panels: ScorePanels
    let paddedItems: [Float]
    let itemSide: OtherSide

    /// Creates a model from factors, fitted here or loaded from elsewhere.
    ///
    /// - Parameters:
    ///   - users: Users, one a row of `userFactors`.
    ///   - items: Items, one a row of `itemFactors`.
    ///   - configuration: What the factors were fitted with; `factors` is taken from the matrices.
    /// - Precondition: Row counts fit the id maps and both sides have one rank.
    /// - Complexity: O(items · rank²)
    public init(
        users: IDMap, items: IDMap, userFactors: FactorMatrix, itemFactors: FactorMatrix,
        configuration: ImplicitALS.Configuration, losses: [Double] = [], events: [ALSEvent] = []
    ) {
        precondition(
            userFactors.rowCount == users.count && itemFactors.rowCount == items.count
                && userFactors.rank == itemFactors.rank, "factors do not fit the ids or each other")
        self.users = users
        self.items = items
        self.userFactors = userFactors
        self.itemFactors = itemFactors
        var configuration = configuration
        configuration.factors = itemFactors.rank
        self.configuration = configuration
        self.losses = losses
        self.events = events
        panels = ScorePanels(vectors: itemFactors.values, rank: itemFactors.rank)
        paddedItems = Self.padded(itemFactors)
        itemSide = OtherSide(
            vectors: paddedItems, rank: itemFactors.rank, unobserved: configuration.unobservedWeight)
    }

    private static func padded(_ factors: FactorMatrix) -> [Float] {
        let stride = SystemBatch.paddedRank(factors.rank)
        guard stride != factors.rank else { return factors.values }
        var out = [Float](repeating: 0, count: factors.rowCount * stride)
        for row in 0..<factors.rowCount {
            for index in 0..<factors.rank { out[row * stride + index] = factors.values[row * factors.rank + index] }
        }
        return out
    }
}
