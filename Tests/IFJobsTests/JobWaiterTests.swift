import Foundation
import IFCore
import Testing

@testable import IFAWS
@testable import IFJobs

@Suite("Waiting for a job") struct JobWaiterTests {
    /// A job that goes through these states, and the pauses between looks.
    private final class Life: Sendable {
        typealias Look = Result<String, IFError>

        private let states: Locked<[Look]>
        let pauses = Locked<[Double]>([])

        init(looks states: [Look]) { self.states = Locked(states) }

        convenience init(_ states: [String]) { self.init(looks: states.map { .success($0) }) }

        func look(_ name: String) throws -> ProcessingJobState {
            let status = try states.withLock { try ($0.count > 1 ? $0.removeFirst() : $0[0]).get() }
            let body = described(name, status).body
            return ProcessingJobState(try JSONDecoder().decode(ProcessingJobState.Answer.self, from: body))
        }

        func waiter(_ pace: JobWaiter.Pace = .init(first: 1, longest: 4, growth: 2)) -> JobWaiter {
            JobWaiter(
                pace: pace, look: { try self.look($0) },
                sleep: { seconds in
                    try Task.checkCancellation()
                    self.pauses.withLock { $0.append(seconds) }
                })
        }
    }

    @Test func pausesGrowAndAChangeStartsThemAgain() async throws {
        let life = Life([String](repeating: "InProgress", count: 5) + ["Stopping", "Stopping", "Stopped"])
        var seen: [String] = []
        let state = try await life.waiter().wait(for: "j") { seen.append($0.status.rawValue) }
        #expect(state.status == .stopped)
        #expect(seen == [String](repeating: "InProgress", count: 5) + ["Stopping", "Stopping", "Stopped"])
        #expect(life.pauses.withLock { $0 } == [1, 2, 4, 4, 4, 1, 2])
    }

    private static let broken = IFError(.inputOutput, "no answer")

    @Test func someFailuresInARowAreBorne() async throws {
        let failing = [Life.Look](repeating: .failure(Self.broken), count: 4)
        let life = Life(looks: [.success("InProgress")] + failing + [.success("Completed")])
        #expect(try await life.waiter().wait(for: "j").status == .completed)
        let dead = Life(looks: [.success("InProgress"), .failure(Self.broken)])
        await #expect(throws: IFError.self) { try await dead.waiter().wait(for: "j") }
        #expect(dead.pauses.withLock { $0 }.count == 5)
        let gone = Life(looks: [.failure(IFError(.notFound, "no job"))])
        await #expect(throws: IFError.self) { try await gone.waiter().wait(for: "j") }
    }

    @Test func cancellingEndsTheWaitingOnly() async throws {
        let service = ScriptedService([{ _ in described("j", "InProgress") }])
        let jobs = ProcessingJobs(client: try service.client(.sageMaker))
        let task = Task { try await JobWaiter(jobs, pace: .init(first: 0.01, longest: 0.01)).wait(for: "j") }
        while service.calls.count < 3 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(Set(service.operations) == ["DescribeProcessingJob"])
    }
}
