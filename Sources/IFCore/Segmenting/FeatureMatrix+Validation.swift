extension FeatureMatrix {
    /// Checks that there is a row and that every number is finite.
    ///
    /// - Throws: ``IFError/Code/emptyData``; ``IFError/Code/invalidData`` with row and column of the first bad number.
    public func requireUsable() throws {
        guard rowCount > 0, columnCount > 0 else { throw IFError(.emptyData, "there are no features to segment") }
        guard let bad = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw IFError(
            .invalidData, "the feature is not a finite number; fill or drop it first", row: bad / columnCount + 1,
            column: names[bad % columnCount])
    }

    /// Checks that the columns are those that a model was fitted on.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` on another number of columns; ``IFError/Code/invalidData`` on a
    ///   number that is not finite. No rows are legal.
    public func requireUsable(columns: Int) throws {
        guard columnCount == columns else {
            throw IFError(.invalidArgument, "the model was fitted on \(columns) features, these are \(columnCount)")
        }
        if rowCount > 0 { try requireUsable() }
    }
}
