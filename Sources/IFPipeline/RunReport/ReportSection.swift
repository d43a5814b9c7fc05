import IFCharts

/// A part of the report of a run.
///
/// A section looks at what the store holds and says it in blocks; where there is nothing to say, it gives none and is
/// left out. To add one, conform to this protocol and name it in ``RunReport/sections``.
protocol ReportSection: Sendable {
    /// The heading.
    var title: String { get }

    /// What stands under the heading.
    func blocks(_ run: ReportedRun) async throws -> [ReportBlock]
}

/// The report of a run: what it is composed of.
enum RunReport {
    /// The sections in the order of the page.
    static let sections: [any ReportSection] = [
        OverviewSection(), DataSection(), ImputationSection(), TrainingSection(), MetricsSection(), RerankSection(),
        SegmentSection(), UserSection(), TimingSection(), ManifestSection(),
    ]

    /// The page.
    static func page(_ run: ReportedRun) async throws -> ReportPage {
        var parts: [ReportPage.Section] = []
        for section in sections { parts.append(.init(section.title, try await section.blocks(run))) }
        return ReportPage(
            "InsightFlow report", lead: "What ran on what, what came of it, and how sure that is.", sections: parts)
    }
}
