public import IFCore

extension ALSModel {
    /// Creates a model from vectors in any order, as files of other tools hold them.
    ///
    /// - Parameters:
    ///   - userIDs: Id of each row of `userFactors`.
    ///   - itemIDs: Id of each row of `itemFactors`.
    ///   - configuration: What the factors were fitted with; `factors` is taken from the matrices.
    /// - Precondition: One id a row, and one rank on both sides.
    /// - Throws: ``IFCore/IFError/Code/invalidData`` where an id has two vectors.
    /// - Complexity: O((users + items) · rank + items · rank²)
    public init(
        userIDs: IDColumn, userFactors: FactorMatrix, itemIDs: IDColumn, itemFactors: FactorMatrix,
        configuration: ImplicitALS.Configuration = ImplicitALS.Configuration()
    ) throws {
        let (users, userRows) = try userFactors.inOrder(of: userIDs)
        let (items, itemRows) = try itemFactors.inOrder(of: itemIDs)
        self.init(
            users: users, items: items, userFactors: userRows, itemFactors: itemRows, configuration: configuration)
    }
}
