import Foundation
import IFCore
import IFStore
import Synchronization
import Testing

@testable import IFPipeline

@Suite("The right to publish a job's results") struct PublishingClaimTests {
    /// A store whose writes fail while it is said to.
    private final class Fragile: ArtifactStore {
        let memory = MemoryStore()
        let isBroken = Mutex(false)
        var location: String { memory.location }

        func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            if isBroken.withLock({ $0 }) { throw IFError(.inputOutput, "no answer") }
            return try await memory.put(data, at: key, if: condition)
        }
        func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            try await memory.put(contentsOf: path, at: key, if: condition)
        }
        func get(_ key: String) async throws -> Data { try await memory.get(key) }
        func download(_ key: String, to path: String) async throws { try await memory.download(key, to: path) }
        func stat(_ key: String) async throws -> ArtifactInfo? { try await memory.stat(key) }
        func list(_ prefix: String) async throws -> [ArtifactInfo] { try await memory.list(prefix) }
        func delete(_ key: String) async throws { try await memory.delete(key) }
    }

    /// Time that passes only when a test says so: no load of the machine makes a lease end.
    private final class Hands: Sendable {
        private let state = Mutex((now: Duration.zero, sleepers: [Duration]()))

        var time: PublishingClaim.Time {
            PublishingClaim.Time(passed: { self.state.withLock { $0.now } }, sleep: { try await self.sleep($0) })
        }

        func advance(by step: Duration) { state.withLock { $0.now += step } }

        private func sleep(_ length: Duration) async throws {
            let end = state.withLock { state in
                let end = state.now + length
                state.sleepers.append(end)
                return end
            }
            while state.withLock({ $0.now < end }) { try await Task.sleep(for: .milliseconds(1)) }
        }

        /// Waits until somebody sleeps, and advances to the moment at which that ends.
        func wakeNext() async throws {
            while true {
                let hasWoken = state.withLock { state in
                    guard !state.sleepers.isEmpty else { return false }
                    state.now = max(state.now, state.sleepers.removeFirst())
                    return true
                }
                if hasWoken { return }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
    }

    private let key = "recsys/jobs/j/_publishing.json"
    private let lease = Duration.seconds(60)
    private let hands = Hands()

    private func place(_ store: any ArtifactStore) -> PublishingClaim.Place {
        PublishingClaim.Place(store: store, key: key, lease: lease, time: hands.time)
    }

    private func take(_ place: PublishingClaim.Place) async throws -> PublishingClaim? {
        var watch = PublishingClaim.Watch()
        return try await PublishingClaim.take(place, &watch)
    }

    @Test func ofManyOneGetsItAndLetsItGo() async throws {
        let store = MemoryStore()
        let place = place(store)
        for _ in 0..<20 {
            let held = try await withThrowingTaskGroup(of: PublishingClaim?.self) { group in
                for _ in 0..<20 { group.addTask { try await take(place) } }
                return try await group.reduce(into: [PublishingClaim]()) { if let claim = $1 { $0.append(claim) } }
            }
            #expect(held.count == 1)
            #expect(try await held[0].holding { 7 } == 7)
            #expect(try await store.stat(key) == nil)
        }
        // Also after an error, and where the task is cancelled.
        let claim = try #require(try await take(place))
        await #expect(throws: IFError.self) { try await claim.holding { throw IFError(.emptyData, "nothing") } }
        #expect(try await store.stat(key) == nil)
        let other = try #require(try await take(place))
        let task = Task { try await other.holding { try await Task.sleep(for: .seconds(60)) } }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await store.stat(key) == nil)
    }

    @Test(.timeLimit(.minutes(10))) func whoLivesKeepsIt() async throws {
        let store = MemoryStore()
        let place = place(store)
        let claim = try #require(try await take(place))
        try await claim.holding {
            var watch = PublishingClaim.Watch()
            for _ in 0..<12 {
                let before = try await store.stat(key)?.version
                let other = try await PublishingClaim.take(place, &watch)
                #expect(other == nil, "a claim that is renewed was taken")
                try await hands.wakeNext()
                while try await store.stat(key)?.version == before { try await Task.sleep(for: .milliseconds(1)) }
                try await claim.requireHeld()
            }
        }
        #expect(try await store.stat(key) == nil)
    }

    @Test func ofManyOneTakesItOverFromTheDead() async throws {
        let store = MemoryStore()
        let place = place(store)
        let dead = try #require(try await take(place))
        var looks: [PublishingClaim.Watch] = []
        for _ in 0..<10 {
            var watch = PublishingClaim.Watch()
            #expect(try await PublishingClaim.take(place, &watch) == nil)
            looks.append(watch)
        }
        let watches = looks
        func taken() async throws -> Int {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for seen in watches {
                    group.addTask {
                        var watch = seen
                        return try await PublishingClaim.take(place, &watch) != nil
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
        }
        hands.advance(by: lease - .milliseconds(1))
        #expect(try await taken() == 0)
        hands.advance(by: .milliseconds(1))
        #expect(try await taken() == 1)
        // The dead one rises, and knows it by its own clock; what is there is not its any more.
        await #expect(throws: PublishingClaim.Lost.self) { try await dead.requireHeld() }
        let present = try await store.stat(key)
        _ = try? await dead.holding {}
        #expect(try await store.stat(key) == present && present != nil)
    }

    @Test(.timeLimit(.minutes(10))) func losingItEndsTheWork() async throws {
        let store = MemoryStore()
        let claim = try #require(try await take(place(store)))
        let wasCancelled = Mutex(false)
        try await store.put(Data("another's".utf8), at: key, if: .always)
        async let waking: Void = hands.wakeNext()
        await #expect(throws: PublishingClaim.Lost.self) {
            try await claim.holding {
                do {
                    try await Task.sleep(for: .seconds(3600))
                } catch {
                    wasCancelled.withLock { $0 = true }
                    throw error
                }
            }
        }
        try await waking
        #expect(wasCancelled.withLock { $0 })
    }

    @Test(.timeLimit(.minutes(10))) func aBrokenNetworkIsBorneButNothingIsMadeThen() async throws {
        let store = Fragile()
        let claim = try #require(try await take(place(store)))
        try await claim.holding {
            store.isBroken.withLock { $0 = true }
            try await hands.wakeNext()
            try await claim.requireHeld()
            try await hands.wakeNext()
            await #expect(throws: PublishingClaim.Lost.self) { try await claim.requireHeld() }
            store.isBroken.withLock { $0 = false }
            try await hands.wakeNext()
            while (try? await claim.requireHeld()) == nil { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(try await store.stat(key) == nil)
    }
}
