import Foundation
import IFCore
import Testing

@testable import IFPipeline

/// What a scan of evaluations does where the store fails, and with runs that are hard to put in order.
@Suite struct EvaluationHistoryTests {
    private struct Outage: Error {}

    /// A store that does not give some objects, and lists them from the last.
    private struct Failing: ArtifactStore {
        let memory: MemoryStore
        /// What reading a key throws; nil reads it.
        let error: @Sendable (_ key: String) -> (any Error)?
        var location: String { "failing:" }

        func put(_ data: Data, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            try await memory.put(data, at: key, if: condition)
        }
        func put(contentsOf path: String, at key: String, if condition: WriteCondition) async throws -> ArtifactInfo {
            try await memory.put(contentsOf: path, at: key, if: condition)
        }
        func get(_ key: String) async throws -> Data {
            if let error = error(key) { throw error }
            return try await memory.get(key)
        }
        func download(_ key: String, to path: String) async throws { try await memory.download(key, to: path) }
        func stat(_ key: String) async throws -> ArtifactInfo? { try await memory.stat(key) }
        func list(_ prefix: String) async throws -> [ArtifactInfo] {
            try await memory.list(prefix).reversed()
        }
        func delete(_ key: String) async throws { try await memory.delete(key) }
    }

    private func metrics(_ more: String = "") -> String {
        """
        {"top_k": 10, "als": {"precision": 0.2, "ndcg": 0.3}, "baseline": {"precision": 0.1}\(more)}
        """
    }

    /// A store with `metrics.json` of each run, and `coverage.json` of the first.
    private func store(_ runs: [(name: String, metrics: String)]) async throws -> MemoryStore {
        let memory = MemoryStore(now: { Date(timeIntervalSince1970: 1_800_000_000) })
        for run in runs { try await memory.put(Data(run.metrics.utf8), at: "eval/\(run.name)/metrics.json") }
        if let first = runs.first {
            try await memory.put(Data(#"{"coverage_item": 0.5}"#.utf8), at: "eval/\(first.name)/coverage.json")
        }
        return memory
    }

    /// A store that cannot be read does not make files broken: charts without their runs would say what is not so.
    @Test(arguments: ["metrics.json", "coverage.json"]) func failuresOfTheStoreAreThrown(_ file: String) async throws {
        let memory = try await store([("als-20260101-000000", metrics())])
        #expect(try await EvaluationHistory.scan("eval", in: memory).runs.first?.itemCoverage == 0.5)
        for code in [IFError.Code.inputOutput, .accessDenied] {
            let failing = Failing(memory: memory) { $0.hasSuffix(file) ? IFError(code, "no answer") : nil }
            let error = await #expect(throws: IFError.self) { try await EvaluationHistory.scan("eval", in: failing) }
            #expect(error?.code == code)
        }
        let ended = Failing(memory: memory) { $0.hasSuffix(file) ? CancellationError() : nil }
        await #expect(throws: CancellationError.self) { try await EvaluationHistory.scan("eval", in: ended) }
        let unreachable = Failing(memory: memory) { $0.hasSuffix(file) ? Outage() : nil }
        await #expect(throws: Outage.self) { try await EvaluationHistory.scan("eval", in: unreachable) }
    }

    @Test func aCancelledScanEnds() async throws {
        let memory = try await store([("als-20260101-000000", metrics())])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await EvaluationHistory.scan("eval", in: memory)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    /// What is removed between the listing and the reading, or damaged, costs its own run only.
    @Test func filesThatAreGoneOrDamagedAreReported() async throws {
        let memory = try await store([("als-20260101-000000", metrics()), ("als-20260102-000000", metrics())])
        for code in [IFError.Code.notFound, .corruptFile] {
            let failing = Failing(memory: memory) { key in
                key.hasSuffix("als-20260102-000000/metrics.json") || key.hasSuffix("coverage.json")
                    ? IFError(code, "cannot be had", key: key) : nil
            }
            let history = try await EvaluationHistory.scan("eval", in: failing)
            #expect(history.runs.map(\.id) == ["als-20260101-000000"])
            #expect(history.runs.first?.itemCoverage == nil)
            #expect(history.problems.count == 2 && history.problems.allSatisfy { $0.contains("cannot be had") })
        }
    }

    @Test func runsOfOneSecondAreOrderedByName() async throws {
        let finished = #", "finished_at_utc": "2026-01-05T00:00:00Z""#
        let earlier = #", "finished_at_utc": "2026-01-04T00:00:00Z""#
        let names = ["als-20260109-000000", "als-postrank-20260101-000000"]
        let memory = try await store(names.map { ($0, metrics(finished)) } + [("other", metrics(earlier))])
        let history = try await EvaluationHistory.scan("eval", in: Failing(memory: memory) { _ in nil })
        // Of the last two, neither the times in the names nor the list of the store decides.
        #expect(history.runs.map(\.id) == ["other"] + names)
        #expect(Set(history.runs.suffix(2).map(\.finished)) == [Date(timeIntervalSince1970: 1_767_571_200)])
    }

    /// A lift can be computed again; a run without one still has its metrics.
    @Test(arguments: ["0.5", "[1, 2]", #"{"precision": "high"}"#, #""none""#])
    func aLiftOfAnotherTypeCostsTheLiftOnly(_ lift: String) async throws {
        let memory = try await store([("als-20260101-000000", metrics(", \"lift\": \(lift)"))])
        let history = try await EvaluationHistory.scan("eval", in: memory)
        #expect(history.runs.map(\.model.precision) == [0.2])
        #expect(history.runs.map(\.lift) == [EvaluationHistory.MetricValues()])
        #expect(
            history.problems == ["eval/als-20260101-000000/metrics.json: lift is of another type and was not used"])
    }
}
