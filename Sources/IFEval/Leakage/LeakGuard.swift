import IFCore

/// What to do where something was fitted on what it is to predict.
public enum LeakagePolicy: String, Hashable, Sendable, Codable, CaseIterable {
    /// Throw ``IFCore/IFError/Code/leakage``.
    case refuse
    /// Go on and say so in the result's notes, to reproduce numbers of runs that did so.
    case allowLeakage = "allow_leakage"
}

/// Finds out whether what is evaluated was among what models, priors or segments were fitted on.
///
/// The evidence, from strong to weak:
/// 1. Units. Where both sides know their orders, the two sets are intersected; the names of periods do not matter, so a
///    renamed period is found out and two halves of one period that share no order are no leak.
/// 2. Names. Where a side knows its periods by name only (or its units are of another kind), equal names are a leak.
/// 3. Nothing. What does not say where it comes from is refused.
public struct LeakGuard: Hashable, Sendable {
    /// What to do about findings.
    public var policy: LeakagePolicy

    /// Creates a guard.
    public init(policy: LeakagePolicy = .refuse) { self.policy = policy }

    /// Judges everything that was fitted.
    ///
    /// - Parameters:
    ///   - fitted: What was fitted, by name, with the data it came from.
    ///   - truth: What is evaluated.
    /// - Returns: The findings; empty unless leakage is allowed.
    /// - Throws: ``IFCore/IFError/Code/leakage`` on any finding under ``LeakagePolicy/refuse``.
    @discardableResult
    public func check(_ fitted: KeyValuePairs<String, DataProvenance>, against truth: GroundTruth) throws
        -> [LeakFinding]
    {
        let findings = fitted.flatMap { Self.findings(for: $0.key, $0.value, against: truth) }
        guard policy == .refuse, !findings.isEmpty else { return findings }
        throw IFError(
            .leakage,
            findings.map(\.description).joined(separator: "; ")
                + ". Fit on other periods, or allow leakage to reproduce an old run")
    }

    /// What speaks against evaluating `source` on `truth`. Complexity: O(ranges of units + lines of the truth).
    public static func findings(
        for source: String, _ provenance: DataProvenance, against truth: GroundTruth
    ) -> [LeakFinding] {
        var findings: [LeakFinding] = []
        for period in provenance.periods {
            for evaluated in truth.provenance.periods {
                if let finding = finding(source, period, evaluated, truth) { findings.append(finding) }
            }
        }
        if !provenance.isComplete {
            findings.append(LeakFinding(source: source, period: "", evidence: .unknownOrigin, leakedPairShare: nil))
        }
        if !truth.provenance.isComplete || truth.provenance.periods.isEmpty {
            findings.append(
                LeakFinding(source: "the ground truth", period: "", evidence: .unknownOrigin, leakedPairShare: nil))
        }
        return findings
    }

    private static func finding(
        _ source: String, _ fitted: DataProvenance.Period, _ evaluated: DataProvenance.Period, _ truth: GroundTruth
    ) -> LeakFinding? {
        if let mine = fitted.units, let theirs = evaluated.units, let kind = fitted.unitKind,
            kind == evaluated.unitKind
        {
            let shared = mine.sharedCount(with: theirs)
            guard shared > 0 else { return nil }
            return LeakFinding(
                source: source, period: fitted.label,
                evidence: .sharedUnits(shared, ofEvaluated: theirs.count, kind: kind),
                leakedPairShare: truth.shareOfPairs(inUnits: mine))
        }
        guard fitted.label == evaluated.label else { return nil }
        return LeakFinding(source: source, period: fitted.label, evidence: .sameName, leakedPairShare: nil)
    }
}
