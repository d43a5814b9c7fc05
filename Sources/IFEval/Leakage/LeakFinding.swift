/// One reason to believe that something was fitted on what it is to predict.
public struct LeakFinding: Hashable, Sendable, Codable, CustomStringConvertible {
    /// What a finding rests on.
    public enum Evidence: Hashable, Sendable, Codable {
        /// Units (orders) that were fitted on are among the evaluated ones.
        case sharedUnits(Int, ofEvaluated: Int, kind: String)
        /// The periods have the same name, and one side is known by name only.
        case sameName
        /// It is not known what was fitted on.
        case unknownOrigin
    }

    /// What was fitted: `model`, `popularity`, or a name of the caller's.
    public var source: String
    /// The period it was fitted on; empty where unknown.
    public var period: String
    /// What the finding rests on.
    public var evidence: Evidence
    /// Share of the evaluated (user, item) pairs with a line in the shared units, in 0...1; `nil` without units.
    public var leakedPairShare: Double?

    /// The finding in a sentence.
    public var description: String {
        switch evidence {
        case .sharedUnits(let shared, let total, let kind):
            let share = leakedPairShare.map { " (\(Self.percent($0)) of the evaluated pairs)" } ?? ""
            return
                "\(source) was fitted on \(shared) of the \(total) evaluated \(kind) values, "
                + "in period '\(period)'\(share)"
        case .sameName: return "\(source) was fitted on period '\(period)', which is evaluated"
        case .unknownOrigin: return "it is not known what \(source) was fitted on"
        }
    }

    private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
}
