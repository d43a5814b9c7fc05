public import IFCore

/// Final lists as an evaluation takes them: whose they are, what their indices mean, and what they were fitted on.
public struct Recommendations: Sendable {
    /// Name of what made the lists, for messages.
    public var name: String
    /// User of each list.
    public let users: IDColumn
    /// Items that the lists' indices refer to.
    public let items: IDMap
    /// One list a user, best first.
    public let lists: RankedLists
    /// Everything that went into the lists: model, popularity, segments.
    public let fittedOn: DataProvenance

    /// Lists under external user ids.
    ///
    /// - Parameter fittedOn: Everything that went into the lists. There is no default: what is not known is
    ///   ``DataProvenance/unknown``, and then the evaluation is refused.
    /// - Precondition: One user a list.
    public init(
        name: String = "model", users: IDColumn, items: IDMap, lists: RankedLists, fittedOn: DataProvenance
    ) {
        precondition(users.count == lists.count, "one user a list is needed")
        self.name = name
        self.users = users
        self.items = items
        self.lists = lists
        self.fittedOn = fittedOn
    }

    /// Lists of a model (or of a reranker after it): list `i` belongs to the model's dense index `users[i]`.
    public init(
        name: String = "model", of model: some RecommenderModel, users: [Int32], lists: RankedLists,
        fittedOn: DataProvenance
    ) {
        self.init(
            name: name, users: model.users.ids(at: users), items: model.items, lists: lists, fittedOn: fittedOn)
    }
}
