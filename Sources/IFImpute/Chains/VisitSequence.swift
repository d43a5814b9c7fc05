/// The order in which incomplete columns are visited within a sweep.
public enum VisitSequence: Hashable, Sendable, Codable {
    /// As in the table (mice's `roman`).
    case tableOrder
    /// Against the order of the table (mice's `arabic`).
    case reversed
    /// From the fewest to the most missing values (mice's `monotone`).
    case fewestMissingFirst
    /// From the most to the fewest missing values (mice's `revmonotone`).
    case mostMissingFirst
    /// These columns in this order; each may appear more than once.
    case columns([String])
}
