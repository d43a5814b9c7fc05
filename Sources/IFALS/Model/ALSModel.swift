public import IFCore

/// Fitted factors: recommends, finds similar items and users, explains, and places users and items it has not seen.
///
/// A score is the dot product of a user's and an item's vector. The value is immutable; what speeds answers up
/// (other layouts of the vectors, Gram matrices) is made at the first call that needs it, once for all copies.
public struct ALSModel: ItemVectorModel, FoldInModel, SimilarityModel, ExplainingModel {
    /// Users known to the model.
    public let users: IDMap
    /// Items known to the model.
    public let items: IDMap
    /// One vector a user, in the order of `users`.
    public let userFactors: FactorMatrix
    /// One vector an item.
    public let itemFactors: FactorMatrix
    /// The hyper-parameters of the fit; folding in and explaining use them.
    public let configuration: ImplicitALS.Configuration
    /// The objective value after each sweep; empty for a model that was made from factors alone.
    public let losses: [Double]
    /// What the fit did beside its instructions.
    public let events: [ALSEvent]

    /// Which sides' short rows the fit solved in the dual form.
    var dualForm = DualForm()
    let layouts: DerivedLayouts

    /// Creates a model from factors, fitted here or loaded from elsewhere.
    ///
    /// - Parameters:
    ///   - users: Users, one a row of `userFactors`.
    ///   - items: Items, one a row of `itemFactors`.
    ///   - configuration: What the factors were fitted with; `factors` is taken from the matrices.
    /// - Precondition: Row counts fit the id maps and both sides have one rank.
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
        layouts = DerivedLayouts()
    }

    /// Lays the items' vectors out for recommending now, so that the first answer takes no longer than the others.
    ///
    /// - Complexity: O(items · rank); nothing where it is done.
    public func prepareToRecommend() {
        _ = panels
        _ = screen
    }
}
