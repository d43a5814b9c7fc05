import IFCharts
import IFStore

/// What ran on what.
struct OverviewSection: ReportSection {
    let title = "What ran"

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        guard let newest = run.parts.max(by: { $0.record.timestamp < $1.record.timestamp })?.record else { return [] }
        var facts: [ReportFact] = []
        for location in inputs(of: run) { facts.append(.init("Input", .code(location))) }
        facts += [
            .init("Version", "InsightFlow \(newest.manifest.version)"), .init("Seed", "\(newest.manifest.seed)"),
            .init(
                "First stage began",
                ReportText(ReportFormat.time(run.parts.map(\.record.timestamp.date).min() ?? newest.timestamp.date))),
            .init(
                "Last stage ended",
                ReportText(
                    ReportFormat.time(run.parts.map(\.record.manifest.committedAt).max() ?? newest.manifest.committedAt)
                )),
        ]
        if newest.manifest.notes["compat"] == .bool(true) {
            facts.append(.init("Mode", "compatible with the original, its defects included"))
        }
        facts += try await Sizes(run).facts
        var blocks: [ReportBlock] = [.facts(facts)]
        if !run.absent.isEmpty {
            blocks.append(
                .text("Without \(run.absent.map(\.rawValue).joined(separator: ", ")): the store has no such run."))
        }
        let seeds = Set(run.parts.map(\.record.manifest.seed))
        if seeds.count > 1 {
            blocks.append(
                .text(
                    """
                    The stages ran with different seeds \
                    (\(seeds.sorted().map(String.init).joined(separator: ", "))); the manifest below says which.
                    """
                ))
        }
        let settings = Self.settings(newest.manifest.configuration)
        if !settings.isEmpty {
            var table = ReportTable("Settings of the newest stage", [.words("Key"), .words("Value")])
            for (key, value) in settings { table.add([.init(.code(key)), .init(.code(value))]) }
            blocks.append(.details("All settings (\(settings.count))", [.table(table)]))
        }
        return blocks
    }

    /// Where the input lay, each place once.
    private func inputs(of run: ReportedRun) -> [String] {
        var places: [String] = []
        for input in run.parts.flatMap(\.record.manifest.inputs) where input.name == "input" {
            if !places.contains(input.location) { places.append(input.location) }
        }
        return places
    }

    /// Keys and values that are set, as `training.als.factors`.
    static func settings(_ value: JSONValue, _ key: String = "") -> [(key: String, value: String)] {
        switch value {
        case .null: []
        case .bool(let value): [(key, String(value))]
        case .integer(let value): [(key, String(value))]
        case .number(let value): [(key, "\(value)")]
        case .string(let value): [(key, value)]
        case .array(let values):
            values.isEmpty ? [] : [(key, values.flatMap { settings($0) }.map(\.value).joined(separator: ", "))]
        case .object(let members):
            members.sorted { $0.key < $1.key }
                .flatMap { settings($0.value, key.isEmpty ? $0.key : "\(key).\($0.key)") }
        }
    }
}

/// How much there was.
private struct Sizes {
    let facts: [ReportFact]

    init(_ run: ReportedRun) async throws {
        var facts: [ReportFact] = []
        func add(_ name: String, _ count: Int?) {
            if let count { facts.append(ReportFact(name, ReportText(ReportFormat.count(count)))) }
        }
        let segmentation = run[.segment]?.manifest
        add("Orders", segmentation?.rows("rows_in"))
        add("Users", segmentation?.rows("rows_out"))
        add("Lines rated", run[.ratings]?.manifest.rows("rows_in"))
        add("User–product pairs", run[.ratings]?.manifest.rows("rows_out"))
        add(
            "Products in the model",
            try await run.json(TrainingSection.Metadata.self, "meta.json", of: run[.train])?.items)
        self.facts = facts
    }
}

extension RunManifest {
    /// A count that the stage noted.
    func rows(_ note: String) -> Int? {
        if case .integer(let count)? = notes[note] { return count }
        return nil
    }
}
