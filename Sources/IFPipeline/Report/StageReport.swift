/// What became of one stage.
public struct StageReport: Hashable, Sendable, Codable {
    /// How a stage ended.
    public enum Outcome: String, Hashable, Sendable, Codable {
        /// It ran and its artifacts are committed.
        case finished
        /// A finished run has the same inputs; nothing was repeated.
        case unchanged
        /// The input lacks what the stage needs; `notes` says what.
        case skipped
    }

    /// The stage.
    public var stage: StageName
    /// How it ended.
    public var outcome: Outcome
    /// Rows read; what a row is depends on the stage.
    public var rowsIn: Int?
    /// Rows written.
    public var rowsOut: Int?
    /// Wall time in seconds.
    public var seconds: Double
    /// Greatest resident memory while the stage ran, in bytes; of the process so far where the system cannot reset it.
    /// `nil` unless ``PipelineOptions/measuresMemory``.
    public var peakMemoryBytes: Int?
    /// Committed runs, as `family/run`; also that of the charts which follow an evaluation where the configuration asks for
    /// them.
    public var runs: [String]
    /// What a person should know: rows dropped or repaired, choices made, reasons to skip.
    public var notes: [String]

    enum CodingKeys: String, CodingKey {
        case stage, outcome
        case rowsIn = "rows_in"
        case rowsOut = "rows_out"
        case seconds
        case peakMemoryBytes = "peak_memory_bytes"
        case runs, notes
    }
}
