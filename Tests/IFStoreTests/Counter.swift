import Synchronization

/// Counts from any task.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// Adds one and answers the new count.
    @discardableResult
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }

    var value: Int { count.load(ordering: .relaxed) }
}
