import IFCore
import Synchronization

/// Counts finished sweeps of all chains and reports them.
final class SweepCounter: Sendable {
    private let done = Atomic<Int>(0)
    private let total: Int
    private let report: ProgressHandler

    init(total: Int, report: @escaping ProgressHandler) {
        self.total = total
        self.report = report
    }

    func advance() {
        let count = done.wrappingAdd(1, ordering: .relaxed).newValue
        report(Progress(stage: "impute", completed: count, total: total, unit: "sweeps"))
    }
}
