internal import FoundationEssentials
internal import IFCore

extension S3Store {
    /// What a look at a bucket showed.
    public struct Access: Hashable, Sendable {
        /// Whether the server refuses a write whose condition does not hold. Without that, two writers at once can both
        /// win.
        public let keepsConditions: Bool
    }

    /// Writes an object, reads it, lists it and removes it.
    ///
    /// - Throws: What failed: ``IFError/Code/accessDenied``, ``IFError/Code/notFound``, ``IFError/Code/inputOutput``,
    ///   ``IFError/Code/corruptFile`` where other bytes come back than were written.
    public func checkAccess() async throws -> Access {
        let key = "insightflow-probe-\(UUID().uuidString)"
        let data = Data(key.utf8)
        do {
            try await put(data, at: key, if: .ifAbsent)
            guard try await get(key) == data, try await list(key).map(\.key) == [key] else {
                throw IFError(.corruptFile, "the bucket gives back other bytes than were written", file: location)
            }
            var refusals = 0
            for condition in [WriteCondition.ifAbsent, .ifVersion(String(repeating: "0", count: 32))] {
                do {
                    try await put(data, at: key, if: condition)
                } catch let error as IFError where error.code == .conflict {
                    refusals += 1
                }
            }
            try await delete(key)
            return Access(keepsConditions: refusals == 2)
        } catch {
            try? await delete(key)
            throw error
        }
    }
}
