import IFCharts
import IFStore

/// What was found in the data, and what became of it.
struct DataSection: ReportSection {
    let title = "Data quality"

    func blocks(_ run: ReportedRun) async throws -> [ReportBlock] {
        let told = run.parts.lazy.compactMap { $0.record.manifest.sentences("findings") }.first
        var notes = ReportTable("What the stages say of their data", [.words("Stage"), .words("Note")])
        for part in run.parts where [.impute, .ratings, .segment].contains(part.stage) {
            for message in part.messages where told?.contains(message) != true {
                notes.add([.init(.code(part.stage.rawValue)), .init(.init(message))])
            }
        }
        var blocks: [ReportBlock] = []
        if let told, told.isEmpty {
            blocks.append(.text("No row of the input breaks a rule of the data model."))
        } else if let told {
            blocks.append(
                .text(
                    """
                    These rows break a rule of the data model. They did not stop the run: each kind was repaired or \
                    left out.
                    """
                ))
            blocks.append(.list(told.map { .init($0) }))
        }
        if !notes.rows.isEmpty { blocks.append(.table(notes)) }
        return blocks
    }
}

extension RunManifest {
    /// Sentences that the stage noted; `nil` where it did not.
    func sentences(_ note: String) -> [String]? {
        guard case .array(let values)? = notes[note] else { return nil }
        return values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }
}
