/// How many blocks of work may run at once. The budget changes the time a stage takes, never its result.
public struct WorkerBudget: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// At least 1.
    public let count: Int

    /// Creates a budget of `count` workers; less than 1 counts as 1.
    public init(_ count: Int) { self.count = max(1, count) }

    /// Creates a budget from a literal.
    public init(integerLiteral value: Int) { self.init(value) }

    /// One worker.
    public static let single = WorkerBudget(1)

    /// Splits the budget between `parts` concurrent users of it, at least one worker each.
    public func divided(among parts: Int) -> WorkerBudget { WorkerBudget(count / max(1, parts)) }
}
