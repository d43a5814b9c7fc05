import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

@Suite("Adaptive rate") struct RequestRateTests {
    /// Series of answers, and the rates that botocore comes to for them.
    private struct Reference: Decodable {
        struct Event: Decodable {
            var ready: Double
            var wait: Double
            var answered: Double
            var throttled: Bool
            var rate: Double
        }
        var botocore: String
        var series: [[Event]]
    }

    @Test(.enabled(if: S3Python.interpreter != nil, S3Python.missing))
    func ratesAreThoseOfBotocore() throws {
        let text = try S3Python.output(of: [S3Python.script("s3/adaptive_rate.py")])
        let reference = try JSONDecoder().decode(Reference.self, from: Data(text.utf8))
        var waits = 0
        for series in reference.series {
            var rate = RequestRate(at: 0)
            for event in series {
                if let wait = rate.take(at: event.ready) {
                    waits += 1
                    #expect(abs(wait - event.wait) <= 1e-9 * max(1, wait))
                    #expect(rate.take(at: event.ready + event.wait * (1 + 1e-9)) == nil)
                } else {
                    #expect(event.wait == 0)
                }
                rate.record(isThrottled: event.throttled, at: event.answered)
                #expect(abs(rate.rate - event.rate) <= 1e-9 * event.rate, "botocore \(reference.botocore)")
            }
        }
        #expect(waits > 1000)
    }

    @Test func nothingIsHeldBackBeforeThePlea() {
        var rate = RequestRate(at: 0)
        for number in 0..<1000 {
            let time = Double(number) / 1000
            #expect(rate.take(at: time) == nil)
            rate.record(isThrottled: false, at: time)
        }
        #expect(!rate.isLimiting)
    }

    /// Clients that would send without end, against a server that takes 50 requests a second and refuses the rest.
    @Test func settlesAtWhatTheServerTakes() {
        let allowed = 50.0
        var rate = RequestRate(at: 0)
        var (time, tokens, filledAt) = (0.0, allowed, 0.0)
        var (served, refused) = (0, 0)
        while time < 120 {
            if let wait = rate.take(at: time) {
                time += max(wait, 1e-6)
                continue
            }
            time += 0.002  // a request takes so long
            tokens = min(allowed, tokens + (time - filledAt) * allowed)
            filledAt = time
            let isRefused = tokens < 1
            if !isRefused { tokens -= 1 }
            rate.record(isThrottled: isRefused, at: time)
            guard time > 60 else { continue }
            if isRefused { refused += 1 } else { served += 1 }
        }
        #expect(rate.isLimiting)
        #expect(Double(served) > 0.6 * allowed * 60, "\(served) served, \(refused) refused")
        #expect(Double(refused) < 0.1 * Double(served), "\(served) served, \(refused) refused")
    }

    @Test func modeIsSetByVariableAndProfile() async throws {
        #expect(try S3Settings(AWSEnvironment(variables: [:])).retryMode == .standard)
        #expect(try S3Settings(AWSEnvironment(variables: ["AWS_RETRY_MODE": "Adaptive"])).retryMode == .adaptive)
        #expect(throws: IFError.self) { try S3Settings(AWSEnvironment(variables: ["AWS_RETRY_MODE": "eager"])) }
        try await withTemporaryFolder { folder in
            try Data("[default]\nretry_mode = adaptive\n".utf8).write(to: URL(filePath: folder + "/config"))
            let environment = AWSEnvironment(variables: ["AWS_CONFIG_FILE": folder + "/config"])
            #expect(try S3Settings(environment).retryMode == .adaptive)
        }
    }

    @Test func clientHoldsBackOnlyWhereAsked() async throws {
        for mode in [S3Settings.RetryMode.standard, .adaptive] {
            let transport = ScriptedTransport([
                { _ in .error(503, "SlowDown") }, { _ in .make(200, "", ["etag": "\"tag\""]) },
            ])
            var settings = S3Settings()
            settings.retryMode = mode
            var client = S3Client(
                bucket: "shop", settings: settings, transport: transport,
                credentials: CredentialChain([FixedCredentials(AWSCredentials(accessKey: "AK", secretKey: "s"))]))
            client.retries.base = 0.0001
            let start = ContinuousClock.now
            #expect(try await client.put(.data(Data("x".utf8)), at: "a") == "tag")
            #expect(transport.requests.count == 2)
            #expect(client.pacer?.isLimiting == (mode == .adaptive ? true : nil))
            // There was no measurement yet, so tokens come at the lowest rate, one in two seconds.
            if mode == .adaptive { #expect(start.duration(to: .now) > .seconds(1)) }
        }
    }
}
