/// How far a stage has come. Given to the handler of a ``RunContext``; the library itself prints nothing.
public struct Progress: Hashable, Sendable {
    /// The stage, for example `als`.
    public var stage: String
    /// Units done so far.
    public var completed: Int
    /// Units in all, where known.
    public var total: Int?
    /// What one unit is: `rows`, `sweeps`, `users`.
    public var unit: String
    /// Values worth watching, for example `loss`.
    public var metrics: [String: Double]

    /// Creates a report.
    public init(
        stage: String, completed: Int, total: Int? = nil, unit: String = "steps", metrics: [String: Double] = [:]
    ) {
        self.stage = stage
        self.completed = completed
        self.total = total
        self.unit = unit
        self.metrics = metrics
    }
}

/// Receives progress. Called from any task; must be quick and must not block.
public typealias ProgressHandler = @Sendable (Progress) -> Void
