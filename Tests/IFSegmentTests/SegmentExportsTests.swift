import Foundation
import IFCore
import IFSegment
import Testing

@Suite("SegmentExports")
struct SegmentExportsTests {
    private func golden() throws -> (PopularityGolden, users: Table, popularity: Table) {
        let golden = try Golden.load("popularity", as: PopularityGolden.self)
        let popularity = Table([
            "segment": .int32(golden.popularity.segment), "product_id": .int64(golden.popularity.product_id),
            "score": .double(golden.popularity.score), "rank": .int32(golden.popularity.rank),
        ])
        return (golden, try golden.userSegments(), popularity)
    }

    private func exports(_ configuration: SegmentExports.Configuration = .init()) throws -> SegmentExports {
        let (_, users, popularity) = try golden()
        return try SegmentExports(
            users: users, popularity: popularity, configuration: configuration, random: RandomSource(seed: 42))
    }

    @Test func centroidsAndValuesAgreeWithPandas() throws {
        let (golden, _, _) = try golden()
        let exports = try exports(.init(highValueCount: 10))
        let centroids = exports.centroids()
        #expect(centroids.names == ["segment", "n_users", "r", "f", "m", "r_z", "f_z", "m_z"])
        #expect(centroids["segment"] == .int32(golden.centroids.segment))
        #expect(Golden.difference(try centroids.double("r").values, golden.centroids.r) < 1e-12)
        #expect(Golden.difference(try centroids.double("f").values, golden.centroids.f) < 1e-12)
        #expect(Golden.difference(try centroids.double("m").values, golden.centroids.m) < 1e-12)
        #expect(Golden.difference(try centroids.double("r_z").values, golden.centroids.r_z) < 1e-12)
        #expect(Golden.difference(try centroids.double("m_z").values, golden.centroids.m_z) < 1e-12)
        let best = exports.highValueUsers()
        #expect(best["user_id"] == .int64(golden.high_value))
        #expect(Golden.difference(try best.double("hv").values, golden.hv) < 1e-12)
    }

    @Test func recommendationsJoinCohortsAndProducts() throws {
        let exports = try exports(.init(highValueCount: 3, randomCount: 2, topPerSegment: 4))
        let table = exports.userRecommendations()
        #expect(table.names == ["user_id", "segment", "hv", "product_id", "rank", "score", "cohort"])
        #expect(table.rowCount == 20)
        #expect(try table.int32("rank").values == (0..<5).flatMap { _ in [Int32(1), 2, 3, 4] })
        #expect(try table.strings("cohort").strings().prefix(12).allSatisfy { $0 == "high_value" })
        #expect(try table.strings("cohort").strings().suffix(8).allSatisfy { $0 == "random" })
        let limited = try self.exports(.init(topPerSegment: 4, rowLimit: 7)).userRecommendations()
        #expect(limited.rowCount == 7)
        let top = exports.segmentTop()
        #expect(top.rowCount == 16)
        #expect(exports.overview(timestamp: "20250101-000000")["n_clusters"] == .int64([4]))
    }

    @Test func randomCohortFollowsTheSeedAlone() throws {
        let (_, users, popularity) = try golden()
        func cohort(_ seed: UInt64, _ users: Table) throws -> Column? {
            try SegmentExports(
                users: users, popularity: popularity, configuration: .init(randomCount: 20),
                random: RandomSource(seed: seed)
            ).randomUsers()["user_id"]
        }
        #expect(try cohort(42, users) == cohort(42, users))
        #expect(try cohort(42, users) == cohort(42, users.gather((0..<users.rowCount).reversed())))
        #expect(try cohort(42, users) != cohort(43, users))
        #expect(try cohort(42, users)?.count == 20)
    }

    @Test func recencyDirectionTurnsItsWeight() throws {
        let high = try exports(.init(frequencyWeight: 0, monetaryWeight: 0))
        let low = try exports(.init(frequencyWeight: 0, monetaryWeight: 0, recencyDirection: .lowIsValuable))
        #expect(high.values == low.values.map { -$0 })
        #expect(high.values.contains { $0 > 0 })
    }

    @Test func oldFilesAreRead() throws {
        let (_, users, popularity) = try golden()
        let old = try users.renaming("segment", to: "cluster").renaming("R", to: "r").renaming("F", to: "f")
            .renaming("M", to: "m").selecting(["user_id", "r", "f", "m", "cluster"])
        let oldPopularity = try popularity.renaming("score", to: "pop_score").renaming("segment", to: "cluster")
            .selecting(["cluster", "product_id", "pop_score"]).gather((0..<popularity.rowCount).reversed())
        let new = try SegmentExports(users: users, popularity: popularity, random: RandomSource(seed: 42))
        let read = try SegmentExports(users: old, popularity: oldPopularity, random: RandomSource(seed: 42))
        #expect(read.userRecommendations() == new.userRecommendations())
        #expect(read.centroids() == new.centroids())
        #expect(try UserSegments(old).derivedZScores)
        #expect(try !UserSegments(users).derivedZScores)
        let ranking = try SegmentRanking(oldPopularity)
        #expect(ranking.ranks.first == 1)
        #expect(ranking.lifts == nil)
    }

    @Test func profilesAreJSONOfTheAgreedForm() throws {
        let exports = try exports(.init(highValueCount: 60, randomCount: 60, topPerSegment: 1))
        let profiles = exports.profiles()
        #expect(profiles.count == 60, "one a user, though all are in both cohorts")
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let line = String(decoding: try encoder.encode(profiles[0]), as: UTF8.self)
        #expect(line.hasPrefix(#"{"rfm_z":{"f_z":"#))
        #expect(line.contains(#""top_products":[{"product_id":"#))
        #expect(line.contains(#""user_id":\#(profiles[0].userID)}"#))
        #expect(try JSONDecoder().decode(SegmentProfile.self, from: Data(line.utf8)) == profiles[0])
        let records = exports.batchRecords { ["prompt": "user \($0.userID)"] }
        #expect(records[9].recordId == "REC00000010")
        let record = String(decoding: try encoder.encode(records[0]), as: UTF8.self)
        #expect(record == #"{"modelInput":{"prompt":"user \#(profiles[0].userID)"},"recordId":"REC00000001"}"#)
    }

    @Test func missingValuesAreNamed() throws {
        let (_, users, popularity) = try golden()
        var torn = users
        torn.set("f_z", .double((0..<users.rowCount).map { $0 == 4 ? nil : 1.0 }))
        let error = #expect(throws: IFError.self) {
            try SegmentExports(users: torn, popularity: popularity, random: RandomSource(seed: 1))
        }
        #expect(error?.location.row == 5)
        #expect(error?.location.column == "f_z")
    }
}
