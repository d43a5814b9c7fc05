public import IFCore

/// What the recommended items are a share of.
public enum Catalogue: Hashable, Sendable {
    /// The different items of the evaluated lines (the pipeline's rule). Recommended items need not be among them, so
    /// that the share can exceed 1.
    case evaluatedItems
    /// These items, for example those that the model could recommend.
    case items(IDMap)

    func count(_ truth: GroundTruth) -> Int {
        switch self {
        case .evaluatedItems: truth.items.count
        case .items(let items): items.count
        }
    }
}
