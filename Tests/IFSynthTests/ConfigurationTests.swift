import FoundationEssentials
import IFCore
import IFSynth
import Testing

@Suite struct ConfigurationTests {
    @Test func catalogueGrowsWithTheShop() {
        #expect(SyntheticShop.Configuration.instacart().itemCount == 49_688)
        #expect(SyntheticShop.Configuration(users: 206_209).itemCount == 49_688)
        #expect(SyntheticShop.Configuration(users: 200).itemCount == 1_547)
        #expect(SyntheticShop.Configuration(users: 1).itemCount == 500)
        #expect(SyntheticShop.Configuration(users: 200, items: 30).itemCount == 30)
    }

    @Test func survivesCoding() throws {
        var configuration = SyntheticShop.Configuration(users: 9, items: 40, clusters: 2, seed: 5)
        configuration.intervals.cap = 60
        configuration.tastes.share = 0.5
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(SyntheticShop.Configuration.self, from: data) == configuration)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var key: String
        var change: @Sendable (inout SyntheticShop.Configuration) -> Void
        var testDescription: String { key }
    }

    @Test(arguments: [
        Bad(key: "synth.users") { $0.users = 0 },
        Bad(key: "synth.items") { $0.items = 0 },
        Bad(key: "synth.clusters") { $0.clusters = 0 },
        Bad(key: "synth.departments") { $0.departments = 135 },
        Bad(key: "synth.trainShare") { $0.trainShare = .nan },
        Bad(key: "synth.activity.maximum") { $0.activity.maximum = 3 },
        Bad(key: "synth.intervals.orderDeviation") { $0.intervals.orderDeviation = -1 },
        Bad(key: "synth.baskets.mean") { $0.baskets.mean = .infinity },
        Bad(key: "synth.repeats.limit") { $0.repeats.limit = 1 },
        Bad(key: "synth.tastes.ranges") { $0.tastes.ranges = 0 },
    ])
    func namesTheBadKey(_ bad: Bad) {
        var configuration = SyntheticShop.Configuration()
        bad.change(&configuration)
        let error = #expect(throws: IFError.self) { _ = try SyntheticShop(configuration) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.location.key == bad.key)
    }

    @Test func refusesMoreOrdersThanIdsAllow() async throws {
        var configuration = SyntheticShop.Configuration(users: 300_000, items: 10)
        configuration.activity.minimum = 9_000
        configuration.activity.maximum = 10_000
        configuration.activity.logMean = 9.2
        let shop = try SyntheticShop(configuration)
        let error = await #expect(throws: IFError.self) { _ = try await shop.orderCount(in: RunContext(workers: 2)) }
        #expect(error?.location.key == "synth.users")
    }

    /// A shop with fewer items than a basket wants: baskets get shorter, nothing hangs or repeats.
    @Test func aTinyCatalogueShortensBaskets() async throws {
        let made = try await SyntheticShop(.init(users: 100, items: 3)).tables(in: RunContext())
        let facts = try LineFacts(lines: made.priorLines)
        #expect(facts.basketSizes.max() == 3)
    }
}
