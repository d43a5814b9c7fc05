/// How a stage becomes a job, apart from what the configuration says.
public struct StageJobOptions: Hashable, Sendable {
    /// A Python script to run in AWS's own container; `nil` to run the stage itself in a container of InsightFlow.
    public var script: String?
    /// Python modules (`.py`, `.zip`, `.egg`) that the script imports; Spark only.
    public var modules: [String] = []
    /// Names of inputs of which each machine gets some of the objects only, for scripts that can work on parts.
    public var sharded: [String] = []
    /// Arguments of the script.
    public var arguments: [String] = []
    /// Address of the image; AWS's own for a script, else `processing.image`.
    public var image: String?
    /// The job's name; made of stage and time where `nil`.
    public var name: String?
    /// Environment variables for the container; names that begin with `INSIGHTFLOW_` are the pipeline's own.
    public var environment: [String: String] = [:]
    /// Seed of all random streams. A script finds it in the variable `INSIGHTFLOW_SEED`; its run's manifest tells it.
    public var seed: UInt64 = 42
    /// Reproduce the numbers of the original system.
    public var compat = false
    /// Repeat the stage even where nothing has changed.
    public var force = false

    /// Creates options; all are defaults.
    public init() {}
}
