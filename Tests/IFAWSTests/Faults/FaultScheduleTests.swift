import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

/// Seeded schedules of faults over whole runs on an S3 store: nothing lost, nothing half-published, nothing left over.
///
/// `INSIGHTFLOW_FAULT_SCHEDULES` sets how many, 250 by default, `INSIGHTFLOW_FAULT_SEED` the first seed: a failure names its
/// own, so that it can be had again alone.
@Suite("Fault schedules") struct FaultScheduleTests {
    static let variables = ProcessInfo.processInfo.environment
    static let count = variables["INSIGHTFLOW_FAULT_SCHEDULES"].flatMap { Int($0) } ?? 250
    static let firstSeed = variables["INSIGHTFLOW_FAULT_SEED"].flatMap { UInt64($0) } ?? 1
    static let batch = 50

    @Test(arguments: 0..<(count + batch - 1) / batch)
    func nothingIsLostOrHalfPublished(_ number: Int) async throws {
        let first = number * Self.batch
        var seen: [FaultyTransport.Fault: Int] = [:]
        var (requests, failures) = (0, 0)
        for index in first..<min(first + Self.batch, Self.count) {
            let seed = Self.firstSeed + UInt64(index)
            try await withTemporaryFolder { folder in
                var schedule = FaultSchedule(seed: seed, scratch: folder)
                do { try await schedule.run() } catch { Issue.record("seed \(seed): \(error)") }
                seen.merge(schedule.seen, uniquingKeysWith: +)
                requests += schedule.requests
                failures += schedule.failures
            }
        }
        // Schedules in which nothing happens would prove nothing.
        guard first + Self.batch <= Self.count else { return }
        for fault in FaultyTransport.Fault.allCases { #expect(seen[fault, default: 0] > 0, "\(fault) never struck") }
        #expect(failures > Self.batch / 4 && failures < 3 * Self.batch, "\(failures) of the runs failed")
        print(
            "\(Self.batch) schedules: \(requests) requests, \(seen.values.reduce(0, +)) faults, \(failures) failed runs"
        )
    }
}
