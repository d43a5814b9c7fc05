import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

@Suite("Renewal of credentials") struct CredentialRenewalTests: CredentialSuite {
    /// Hands out keys that live for so many seconds from the clock's time.
    private final class Renewing: AWSCredentialSource {
        let clock = Locked(Date(timeIntervalSince1970: 1_000_000))
        let loads = Locked(0)
        let isBroken = Locked(false)
        var name: String { "renewing" }

        func load() async throws -> AWSCredentials? {
            if isBroken.withLock({ $0 }) { throw IFError(.accessDenied, "broken") }
            let number = loads.withLock { loads in
                loads += 1
                return loads
            }
            try await Task.sleep(for: .milliseconds(20))
            let expiration = clock.withLock { $0.addingTimeInterval(3600) }
            return AWSCredentials(accessKey: "AK\(number)", secretKey: "s", expiration: expiration)
        }
    }

    @Test func manyWhoAskAtOnceShareOneSearch() async throws {
        let source = Renewing()
        let chain = CredentialChain([source], now: { source.clock.withLock { $0 } })
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try await chain.credentials().accessKey } }
            for try await key in group { #expect(key == "AK1") }
        }
        #expect(source.loads.withLock { $0 } == 1)
    }

    @Test func renewsFiveMinutesBeforeExpiry() async throws {
        let source = Renewing()
        let chain = CredentialChain([source], now: { source.clock.withLock { $0 } })
        #expect(try await chain.credentials().accessKey == "AK1")
        source.clock.withLock { $0 += 3299 }
        #expect(try await chain.credentials().accessKey == "AK1")
        source.clock.withLock { $0 += 2 }
        #expect(try await chain.credentials().accessKey == "AK2")
        // Where renewal fails, valid keys still serve; expired ones do not.
        source.isBroken.withLock { $0 = true }
        source.clock.withLock { $0 += 3400 }
        #expect(try await chain.credentials().accessKey == "AK2")
        source.clock.withLock { $0 += 300 }
        await #expect(throws: IFError.self) { try await chain.credentials() }
    }
}
