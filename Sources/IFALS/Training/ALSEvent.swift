/// Something a fit did that the caller did not ask for.
public struct ALSEvent: Hashable, Sendable {
    /// The side of a row.
    public enum Side: String, Hashable, Sendable, Codable {
        /// A user, solved against the items.
        case user
        /// An item, solved against the users.
        case item
    }

    /// Sweep, from 1.
    public internal(set) var sweep = 0
    /// Side of the row.
    public internal(set) var side = Side.user
    /// Dense index of the row.
    public let row: Int
    /// What was added to the diagonal of the row's system, which was not positive definite without.
    public let ridgeAdded: Double

    init(row: Int, ridgeAdded: Double) {
        self.row = row
        self.ridgeAdded = ridgeAdded
    }

    func at(sweep: Int, side: Side) -> ALSEvent {
        var copy = self
        copy.sweep = sweep
        copy.side = side
        return copy
    }
}
