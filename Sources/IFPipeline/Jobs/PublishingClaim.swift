import FoundationEssentials
import IFCore
import IFStore

/// The right to publish a job's results, held by one waiter at a time.
///
/// An object in the store: written only where absent, changed by compare-and-swap four times in a lease, deleted in the
/// end. One that has not changed for a whole lease, by the clock of whoever looks on, is of a waiter that died, and is taken
/// over by compare-and-swap, so that of several who find it dead one gets it.
///
/// A waiter that stood still, as a suspended machine does, notices by its own clock right before it writes the manifest by
/// which a run exists, when all files are stored. Only one that stands still for half a lease or more between that look and
/// the end of that one write could make a second run.
actor PublishingClaim {
    /// Where a claim is.
    struct Place: Sendable {
        var store: any ArtifactStore
        /// The object.
        var key: String
        /// How long a claim counts after it was changed.
        var lease = Duration.seconds(60)
        /// By what leases are measured.
        var time = Time()
    }

    /// Time that passes, also while the machine is suspended, and waiting for it. Tests have one of their own.
    struct Time: Sendable {
        private static let start = ContinuousClock.now

        /// How much has passed since some moment of this process.
        var passed: @Sendable () -> Duration = { ContinuousClock.now - Self.start }
        /// Waits; ends early, with an error, where the task is cancelled.
        var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    }

    /// What somebody who does not hold the claim has seen of it.
    struct Watch: Sendable {
        fileprivate var version: String?
        fileprivate var since = Duration.zero

        /// Nothing yet.
        init() {}
    }

    /// Another waiter has the claim now.
    struct Lost: Error {}

    private struct Content: Codable {
        var holder: String
        /// Counts the changes: the same bytes would be the same version.
        var change: Int

        func data() throws -> Data { Data(try ArtifactJSON.line(self).utf8) }
    }

    private let place: Place
    private var content: Content
    private var version: String
    private var changed: Duration

    private init(_ place: Place, _ content: Content, version: String, changed: Duration) {
        self.place = place
        self.content = content
        self.version = version
        self.changed = changed
    }

    /// Takes the claim where nobody holds it, or whoever does has died.
    ///
    /// - Parameter watch: What was seen before; brought up to date.
    /// - Returns: `nil` where another holds it, as far as is known: look again later.
    /// - Throws: What the store throws but ``IFError/Code/conflict``.
    static func take(_ place: Place, _ watch: inout Watch) async throws -> PublishingClaim? {
        let content = Content(holder: UUID().uuidString, change: 0)
        let start = place.time.passed()
        let data = try content.data()
        do {
            let info = try await place.store.put(data, at: place.key, if: .ifAbsent)
            return PublishingClaim(place, content, version: info.version, changed: start)
        } catch let error as IFError where error.code == .conflict {}
        guard let found = try await place.store.stat(place.key) else { return nil }
        guard found.version == watch.version else {
            (watch.version, watch.since) = (found.version, place.time.passed())
            return nil
        }
        guard start - watch.since >= place.lease else { return nil }
        do {
            let info = try await place.store.put(data, at: place.key, if: .ifVersion(found.version))
            return PublishingClaim(place, content, version: info.version, changed: start)
        } catch let error as IFError where [.conflict, .notFound].contains(error.code) {
            return nil
        }
    }

    /// Makes sure that nobody can have taken the claim over.
    ///
    /// - Throws: ``Lost`` where somebody may have.
    func requireHeld() throws(Lost) {
        guard place.time.passed() - changed < place.lease / 2 else { throw Lost() }
    }

    private func renew() async throws {
        let start = place.time.passed()
        var next = content
        next.change += 1
        let info = try await place.store.put(
            try next.data(), at: place.key, if: .ifVersion(version))
        (content, version, changed) = (next, info.version, start)
    }

    /// Holds the claim while `body` works, and lets it go.
    ///
    /// - Throws: What `body` throws; ``Lost`` where the claim is lost meanwhile, which cancels `body`.
    nonisolated func holding<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await withThrowingTaskGroup(of: Result?.self) { group in
                defer { group.cancelAll() }
                group.addTask { try await body() }
                group.addTask {
                    while true {
                        try await self.place.time.sleep(self.place.lease / 4)
                        do {
                            try await self.renew()
                        } catch let error as IFError where [.conflict, .notFound].contains(error.code) {
                            throw Lost()
                        } catch is IFError {
                            // The network, perhaps; whether the claim still counts is asked before anything is made.
                        }
                    }
                }
                while let result = try await group.next() { if let result { return result } }
                throw CancellationError()
            }
            await letGo()
            return result
        } catch {
            await letGo()
            throw error
        }
    }

    /// Removes the object, also where the task is cancelled; not where somebody else may hold it.
    private func letGo() async {
        guard (try? requireHeld()) != nil else { return }
        let place = place
        await Task { try? await place.store.delete(place.key) }.value
    }
}
