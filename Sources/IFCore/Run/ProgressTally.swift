import Synchronization

/// Adds up what blocks have done, whatever order they end in, and reports the sum.
package final class ProgressTally: Sendable {
    private let done = Atomic<Int>(0)
    private let stage: String
    private let total: Int
    private let unit: String
    private let report: ProgressHandler

    /// Creates a tally of `total` units.
    package init(stage: String, total: Int, unit: String, _ report: @escaping ProgressHandler) {
        self.stage = stage
        self.total = total
        self.unit = unit
        self.report = report
    }

    /// Counts units as done and reports how many are.
    package func add(_ units: Int) {
        let sum = done.wrappingAdd(units, ordering: .relaxed).newValue
        report(Progress(stage: stage, completed: sum, total: total, unit: unit))
    }
}
