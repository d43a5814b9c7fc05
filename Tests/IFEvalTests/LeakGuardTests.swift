import Foundation
import IFCore
import Testing

@testable import IFEval

struct LeakGuardTests {
    let held = Fixtures.lines("train", [(11, 1, 0), (11, 1, 3), (12, 2, 4), (13, 3, 1)])

    @Test("orders decide, whatever the period is called")
    func ordersDecide() throws {
        let truth = try GroundTruth(held)
        let renamed = Fixtures.lines("history", [(1, 1, 0), (12, 2, 4)])
        let found = LeakGuard.findings(for: "als", renamed.provenance, against: truth)
        #expect(found.map(\.evidence) == [.sharedUnits(1, ofEvaluated: 3, kind: "order_id")])
        #expect(found.first?.leakedPairShare == 0.25)
        // The other half of the same period shares no order: no leak.
        let half = Fixtures.lines("train", [(21, 7, 0), (22, 8, 4)])
        #expect(LeakGuard.findings(for: "als", half.provenance, against: truth).isEmpty)
    }

    @Test("ids read as strings do not hide an overlap")
    func stringsAndIntegers() throws {
        let truth = try GroundTruth(held)
        let strings = OrderLines(
            label: "other", orders: .strings(StringValues(["12", "x"])), users: .int64([1, 2]), items: .int64([3, 4]))
        #expect(LeakGuard.findings(for: "als", strings.provenance, against: truth).count == 1)
        let padded = OrderLines(
            label: "other", orders: .strings(StringValues(["012", "+12"])), users: .int64([1, 2]),
            items: .int64([3, 4]))
        #expect(LeakGuard.findings(for: "als", padded.provenance, against: truth).isEmpty)
    }

    @Test("names decide where a side has no orders, and nothing known is refused")
    func namesAndUnknown() throws {
        let truth = try GroundTruth(held)
        let named = DataProvenance(periodsNamed: ["prior", "train"])
        #expect(LeakGuard.findings(for: "als", named, against: truth).map(\.evidence) == [.sameName])
        #expect(LeakGuard.findings(for: "als", DataProvenance(periodsNamed: ["prior"]), against: truth).isEmpty)
        #expect(LeakGuard.findings(for: "als", .unknown, against: truth).map(\.evidence) == [.unknownOrigin])
        #expect(LeakGuard.findings(for: "als", .noData, against: truth).isEmpty)
        // Units of another kind say nothing, so the names decide.
        let pairs = OrderLines(label: "train", users: .int64([1]), items: .int64([0]))
        #expect(LeakGuard.findings(for: "als", pairs.provenance, against: truth).map(\.evidence) == [.sameName])
    }

    @Test("what went into a part is in the whole")
    func union() throws {
        let truth = try GroundTruth(held)
        let past = Fixtures.lines("prior", [(1, 1, 0)])
        let blended = DataProvenance.union(past.provenance, held.provenance)
        #expect(LeakGuard.findings(for: "blend", blended, against: truth).count == 1)
        #expect(!DataProvenance.union(past.provenance, .unknown).isComplete)
        #expect(DataProvenance.union(past.provenance, past.provenance) == past.provenance)
    }

    @Test("a refusal names the source, the overlap and a way out")
    func message() throws {
        let truth = try GroundTruth(held)
        do {
            try LeakGuard().check(["als": held.provenance, "popularity": .noData], against: truth)
            Issue.record("the guard let the evaluated orders pass")
        } catch let error as IFError {
            #expect(error.code == .leakage)
            #expect(error.message.contains("als was fitted on 3 of the 3 evaluated order_id values"))
            #expect(error.message.contains("100.0 %"))
        }
        let allowed = try LeakGuard(policy: .allowLeakage).check(["als": held.provenance], against: truth)
        #expect(allowed.count == 1)
    }

    @Test("evaluating a leaking model is refused, and noted where allowed")
    func endToEnd() async throws {
        let truth = try GroundTruth(held)
        let past = ItemPopularity(counting: Fixtures.lines("prior", [(1, 1, 0)]))
        let leaking = Fixtures.recommendations([1: [0]], itemCount: 5, fittedOn: held.provenance)
        do {
            _ = try await Evaluation().evaluate(leaking, against: truth, popularity: past, in: RunContext())
            Issue.record("the evaluation did not refuse")
        } catch let error as IFError { #expect(error.code == .leakage) }
        let allowed = Evaluation(.init(leakage: .allowLeakage, resampling: nil))
        let result = try await allowed.evaluate(leaking, against: truth, popularity: past, in: RunContext())
        #expect(result.leaks.count == 1)
        #expect(MetricsReport(result).notes.contains("LEAKAGE ALLOWED"))
    }

    @Test("provenance survives a file")
    func codable() throws {
        var stream = RandomSource(seed: 5).stream("ids")
        let ids = (0..<5000).map { _ in Int64(stream.integer(below: 20_000)) - 500 } + [.min, .max]
        let set = UnitSet(.int64(ids))
        #expect(set.count == Set(ids).count)
        let provenance = DataProvenance(.init(label: "prior", lineCount: 9, unitKind: "order_id", units: set))
        let data = try JSONEncoder().encode(provenance)
        #expect(try JSONDecoder().decode(DataProvenance.self, from: data) == provenance)
        let damaged = String(decoding: data, as: UTF8.self).replacing("\"count\":\(set.count)", with: "\"count\":1")
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(DataProvenance.self, from: Data(damaged.utf8)) }
    }

    @Test("sets of units behave as sets", arguments: [UInt64(1), 2, 3, 4])
    func setAlgebra(_ seed: UInt64) {
        var stream = RandomSource(seed: seed).stream("sets")
        let a = Set((0..<400).map { _ in Int64(stream.integer(below: 900)) })
        let b = Set((0..<300).map { _ in Int64(stream.integer(below: 900)) + 100 })
        let (first, second) = (UnitSet(.int64(Array(a))), UnitSet(.int64(Array(b))))
        #expect(first.sharedCount(with: second) == a.intersection(b).count)
        #expect(second.sharedCount(with: first) == a.intersection(b).count)
        #expect(first.union(second) == UnitSet(.int64(Array(a.union(b)))))
        #expect((0..<1100).allSatisfy { first.contains($0) == a.contains(Int64($0)) })
        #expect(UnitSet().sharedCount(with: first) == 0)
    }
}
