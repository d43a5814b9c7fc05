public import FoundationEssentials

/// One step of a family's `latest`: which run it went to, when, and why. The pointer `_latest.json` holds the
/// newest; the history holds all of them.
public struct Promotion: Codable, Hashable, Sendable {
    /// Version of this form.
    public var schemaVersion: Int
    /// The family's prefix.
    public var family: String
    /// The run that became the latest.
    public var run: String
    /// Digest of the run's manifest.
    public var manifestSHA256: String
    /// 1 for the family's first promotion, then rising by 1.
    public var generation: Int
    /// When, UTC.
    public var promotedAt: Date
    /// Identifies the writer.
    public var writer: String
    /// `commit`, `promote`, `rollback`, or `repair` where the link was found changed.
    public var reason: String

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case family, run
        case manifestSHA256 = "manifest_sha256"
        case generation
        case promotedAt = "promoted_at_utc"
        case writer, reason
    }

    /// The name of its file in the history.
    var historyName: String {
        let digits = String(generation)
        return "\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)-\(run).json"
    }
}
