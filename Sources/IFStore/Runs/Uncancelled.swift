/// Does work to its end also where the task that waits for it is cancelled: what cleans up after an interrupt would otherwise
/// be refused by the first store that looks for one.
func uncancelled<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    try await Task { try await work() }.value
}
