/// How a pipeline runs, apart from what the configuration says.
public struct PipelineOptions: Hashable, Sendable {
    /// First stage to run; not after ``to``, or ``Pipeline`` refuses.
    public var from: StageName
    /// Last stage to run.
    public var to: StageName
    /// Repeat stages even where a finished run has the same inputs.
    public var force: Bool
    /// Reproduce the original system's numbers: identifiers as predictors, popularity counted on the evaluated lines,
    /// ground truth removed by `filter_seen`.
    public var compat: Bool
    /// Measure the peak memory of each stage. The kernel keeps one peak a process, which each stage then resets, so a
    /// program that watches its own peak leaves this off.
    public var measuresMemory: Bool

    /// Creates options; by default every stage runs, unchanged ones are taken over, and nothing is reproduced for
    /// compatibility.
    public init(
        from: StageName = .impute, to: StageName = .report, force: Bool = false, compat: Bool = false,
        measuresMemory: Bool = false
    ) {
        self.from = from
        self.to = to
        self.force = force
        self.compat = compat
        self.measuresMemory = measuresMemory
    }

    /// The stages to run, in order.
    public var stages: [StageName] { StageName.allCases.filter { $0 >= from && $0 <= to } }
}
