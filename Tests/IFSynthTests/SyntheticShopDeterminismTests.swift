import IFCore
import IFSynth
import Synchronization
import Testing

@Suite struct SyntheticShopDeterminismTests {
    /// Two chunks and a short block at the end; few and small orders, since tests run unoptimised.
    static let configuration = {
        var configuration = SyntheticShop.Configuration(users: 5_000, items: 700, clusters: 3, seed: 11)
        configuration.activity.maximum = 8
        configuration.baskets.mean = 3
        return configuration
    }()

    private func chunks(_ configuration: SyntheticShop.Configuration, workers: Int) async throws -> [ShopChunk] {
        var out: [ShopChunk] = []
        try await SyntheticShop(configuration).generate(in: RunContext(workers: WorkerBudget(workers))) {
            out.append($0)
        }
        return out
    }

    @Test func sameForAnyNumberOfWorkers() async throws {
        let one = try await chunks(Self.configuration, workers: 1)
        #expect(one.count == 2)
        #expect(one.map(\.users) == [1...4096, 4097...5000])
        for workers in [2, 5] {
            let other = try await chunks(Self.configuration, workers: workers)
            // Compared outside the macro, which would print a million rows on a difference.
            let same = zip(one, other).allSatisfy {
                $0.orders == $1.orders && $0.priorLines == $1.priorLines && $0.trainLines == $1.trainLines
                    && $0.truth == $1.truth && $0.users == $1.users
            }
            #expect(one.count == other.count && same, "\(workers) workers")
        }
    }

    @Test func theSeedMattersAndTheContextsSeedDoesNot() async throws {
        let shop = try SyntheticShop(.init(users: 50, seed: 1))
        let a = try await shop.tables(in: RunContext(seed: 1))
        let b = try await shop.tables(in: RunContext(seed: 2))
        let isSame = a.priorLines == b.priorLines && a.orders == b.orders && a.truth == b.truth
        #expect(isSame)
        let c = try await SyntheticShop(.init(users: 50, seed: 2)).tables(in: RunContext(seed: 1))
        let differs = a.priorLines != c.priorLines && a.orders != c.orders && a.truth != c.truth
        #expect(differs)
    }

    /// Users come from streams of their own: a larger shop of the same catalogue begins with the same baskets.
    @Test func aLargerShopKeepsTheUsersItHad() async throws {
        let small = try await SyntheticShop(.init(users: 40, items: 600)).tables(in: RunContext())
        let large = try await SyntheticShop(.init(users: 900, items: 600)).tables(in: RunContext())
        let rows = small.priorLines.rowCount
        let items = try large.priorLines.int32("product_id").values.prefix(rows)
        #expect(try Array(items) == small.priorLines.int32("product_id").values)
        #expect(
            try await SyntheticShop(.init(users: 900, items: 600)).orderCount(in: RunContext()) == large.orders.rowCount
        )
    }

    @Test func reportsProgressAndPassesErrorsOn() async throws {
        let seen = Mutex<[Int]>([])
        let context = RunContext(progress: { report in seen.withLock { $0.append(report.completed) } })
        try await SyntheticShop(Self.configuration).generate(in: context) { _ in }
        #expect(seen.withLock { $0 } == [4096, 5000])

        struct Full: Error {}
        await #expect(throws: Full.self) {
            try await SyntheticShop(Self.configuration).generate(in: RunContext()) { _ in throw Full() }
        }
    }

    @Test func stopsWhenCancelled() async throws {
        let task = Task {
            try await SyntheticShop(Self.configuration).generate(in: RunContext()) { _ in
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
