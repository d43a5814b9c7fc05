/// Which sides' short rows a fit solves in the dual form; folding in does likewise.
struct DualForm: Codable, Hashable, Sendable {
    var users = false
    var items = false
}

extension ImplicitALS.Configuration {
    /// The least ridge of a row of `side`: λ·nᵛ does not fall with n.
    func dualRidge(of side: ALSEvent.Side, others: Int) -> Double { ridge(count: 1, of: side, others: others) }
}
