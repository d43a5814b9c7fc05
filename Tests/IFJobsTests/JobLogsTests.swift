import Foundation
import IFCore
import Testing

@testable import IFAWS
@testable import IFJobs

@Suite("Logs of a job") struct JobLogsTests {
    /// Streams of lines, as CloudWatch hands them out: two lines a page, an empty page before the second, and a token
    /// that comes back as it was sent at the end.
    private final class Streams: Sendable {
        let lines: Locked<[String: [(Int, String)]]>

        init(_ lines: [String: [(Int, String)]]) { self.lines = Locked(lines) }

        func answer(_ call: ScriptedService.Call) throws -> HTTPResponse {
            let body = try Reader(call.body)
            if call.operation == "DescribeLogStreams" {
                #expect(try body["logGroupName"].text == "/aws/sagemaker/ProcessingJobs")
                let prefix = try body["logStreamNamePrefix"].text
                let names = lines.withLock { $0.keys.filter { $0.hasPrefix(prefix) }.sorted() }
                // One a page.
                let at = (try? body["nextToken"].text).flatMap { Int($0) } ?? 0
                let next = at + 1 < names.count ? #","nextToken":"\#(at + 1)""# : ""
                let name = names.isEmpty ? "" : #"{"logStreamName":"\#(names[at])"}"#
                return .json(#"{"logStreams":[\#(name)]\#(next)}"#)
            }
            let stream = try body["logStreamName"].text
            let all = lines.withLock { $0[stream] ?? [] }
            let token = (try? body["nextToken"].text) ?? "f/0/full"
            let parts = token.split(separator: "/")
            let from = Int(parts[1]) ?? 0
            let remaining = all.count - from
            if parts[2] == "full", from == 2, remaining > 0 {
                return .json(#"{"events":[],"nextForwardToken":"f/2/empty"}"#)
            }
            let page = all[from..<min(all.count, from + 2)]
            let events = page.map { #"{"timestamp":\#($0.0),"message":"\#($0.1)","ingestionTime":1}"# }
            let next = page.isEmpty ? token : "f/\(from + page.count)/full"
            return .json(#"{"events":[\#(events.joined(separator: ","))],"nextForwardToken":"\#(next)"}"#)
        }
    }

    @Test func readsEveryStreamToItsEndAndGoesOnFromThere() async throws {
        let streams = Streams([
            "j/algo-1-17": (0..<5).map { ($0 * 10, "one \($0)") }, "j/algo-2-17": [(15, "two 0"), (15, "two 1")],
            "jj/algo-1-17": [(0, "another job")],
        ])
        let service = ScriptedService { try streams.answer($0) }
        let logs = JobLogs(client: try service.client(.logs))
        var position = JobLogs.Position()
        let first = try await logs.read("j", from: &position)
        #expect(first.map(\.text) == ["one 0", "one 1", "two 0", "two 1", "one 2", "one 3", "one 4"])
        #expect(first[2].stream == "algo-2-17" && first[2].time == Date(timeIntervalSince1970: 0.015))
        #expect(try await logs.read("j", from: &position).isEmpty)
        streams.lines.withLock { $0["j/algo-2-17"]?.append((99, "two 2")) }
        #expect(try await logs.read("j", from: &position).map(\.text) == ["two 2"])
    }

    @Test func whatFailsHalfWayIsReadAgain() async throws {
        let streams = Streams(["j/a": [(0, "a 0")], "j/b": [(1, "b 0")]])
        let isBroken = Locked(true)
        let service = ScriptedService { call in
            if isBroken.withLock({ $0 }), (try? Reader(call.body)["logStreamName"].text) == "j/b" {
                return .failure(400, "AccessDeniedException")
            }
            return try streams.answer(call)
        }
        let logs = JobLogs(client: try service.client(.logs))
        var position = JobLogs.Position()
        await #expect(throws: IFError.self) { try await logs.read("j", from: &position) }
        isBroken.withLock { $0 = false }
        #expect(try await logs.read("j", from: &position).map(\.text) == ["a 0", "b 0"])
        #expect(try await logs.read("j", from: &position).isEmpty)
    }

    /// Of ten pages two are in memory at once, one of each stream.
    @Test func linesAreHandedOverBeforeMoreAreFetched() async throws {
        let streams = Streams(["j/a": (0..<10).map { ($0, "a \($0)") }, "j/b": (0..<10).map { ($0, "b \($0)") }])
        let fetched = Locked(0)
        let service = ScriptedService { call in
            let answer = try streams.answer(call)
            let lines = String(decoding: answer.body, as: UTF8.self).split(separator: "ingestionTime").count - 1
            fetched.withLock { $0 += lines }
            return answer
        }
        let logs = JobLogs(client: try service.client(.logs))
        var position = JobLogs.Position()
        var given: [String] = []
        var most = 0
        try await logs.read("j", from: &position) { line in
            most = max(most, fetched.withLock { $0 } - given.count)
            given.append(line.text)
        }
        #expect(given == (0..<10).flatMap { ["a \($0)", "b \($0)"] })
        #expect(fetched.withLock { $0 } == 20 && most == 4)
        #expect(try await logs.read("j", from: &position).isEmpty)
    }

    @Test func whatWasHandedOverIsNotReadAgain() async throws {
        let streams = Streams(["j/a": (0..<7).map { ($0, "a \($0)") }, "j/b": (0..<3).map { ($0, "b \($0)") }])
        let count = Locked(0)
        let service = ScriptedService { call in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if [4, 9, 13, 20, 26].contains(number) { return .failure(400, "AccessDeniedException") }
            return try streams.answer(call)
        }
        let logs = JobLogs(client: try service.client(.logs))
        var position = JobLogs.Position()
        var given: [String] = []
        var failures = 0
        // A look is two requests at least.
        for _ in 0..<20 {
            do {
                try await logs.read("j", from: &position) { given.append($0.text) }
            } catch is IFError {
                failures += 1
            }
        }
        #expect(failures == 5)
        #expect(given.filter { $0.hasPrefix("a") } == (0..<7).map { "a \($0)" })
        #expect(given.filter { $0.hasPrefix("b") } == (0..<3).map { "b \($0)" })
        // Nor is a line whose reader failed taken for read.
        var other = JobLogs.Position()
        struct Full: Error {}
        let whole = JobLogs(client: try ScriptedService { try streams.answer($0) }.client(.logs))
        await #expect(throws: Full.self) {
            try await whole.read("j", from: &other) { line in if line.text == "a 1" { throw Full() } }
        }
        #expect(try await whole.read("j", from: &other).first?.text == "a 1")
    }

    @Test func ofALongLogTheLastLinesAreKept() async throws {
        let streams = Streams(["j/a": (0..<2500).map { ($0, "\($0)") }])
        let service = ScriptedService { try streams.answer($0) }
        let logs = JobLogs(client: try service.client(.logs))
        for count in [3, 3000] {
            var position = JobLogs.Position()
            let lines = try await logs.readLast(count, of: "j", from: &position)
            #expect(lines.map(\.text) == (0..<2500).suffix(count).map { "\($0)" })
        }
    }

    @Test func aTokenThatRepeatsAtOnceEndsTheReading() async throws {
        let service = ScriptedService { call in
            call.operation == "DescribeLogStreams"
                ? .json(#"{"logStreams":[{"logStreamName":"j/a"}],"nextToken":"same"}"#)
                : .json(#"{"events":[{"timestamp":1,"message":"x"}],"nextForwardToken":"t"}"#)
        }
        let logs = JobLogs(client: try service.client(.logs))
        var position = JobLogs.Position()
        #expect(try await logs.read("j", from: &position).count == 2)
        #expect(service.operations == ["DescribeLogStreams", "DescribeLogStreams", "GetLogEvents", "GetLogEvents"])
    }

    @Test func noGroupIsNoLines() async throws {
        let service = ScriptedService([{ _ in .failure(400, "ResourceNotFoundException") }])
        let logs = JobLogs(client: try service.client(.logs))
        var position = JobLogs.Position()
        #expect(try await logs.read("j", from: &position).isEmpty)
        let denied = ScriptedService([{ _ in .failure(400, "AccessDeniedException", "logs:DescribeLogStreams") }])
        let error = await #expect(throws: IFError.self) {
            try await JobLogs(client: try denied.client(.logs)).read("j", from: &position)
        }
        #expect(error?.code == .accessDenied && error?.message.contains("logs:DescribeLogStreams") == true)
    }
}
