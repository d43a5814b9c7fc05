import Foundation
import IFCore
import IFTesting
import Testing

@testable import IFAWS

@Suite("Credentials of programs") struct ProgramCredentialTests: CredentialSuite {
    private static let printed = """
        {"Version": 1, "AccessKeyId": "AKPROGRAM", "SecretAccessKey": "its-secret", "SessionToken": "its token",
         "Expiration": "2099-01-01T00:00:00Z"}
        """

    @Test func programsPrintKeys() async throws {
        try await withTemporaryFolder { folder in
            let file = folder + "/keys of mine.json"
            let config = "[default]\ncredential_process = cat '\(file)'\n"
            try await withProfiles(config: config) { (variables) async throws -> Void in
                try Data(Self.printed.utf8).write(to: URL(filePath: file))
                let found = try await find(variables)
                #expect(found.accessKey == "AKPROGRAM" && found.secretKey == "its-secret")
                #expect(found.sessionToken == "its token" && found.expiration != nil)
                let odd = Self.printed.replacing("2099-01-01T00:00:00Z", with: "in an hour")
                for text in ["its-secret", Self.printed.replacing("1,", with: "2,"), "{\"Version\": 1}", odd] {
                    try Data(text.utf8).write(to: URL(filePath: file))
                    let error = await #expect(throws: IFError.self) { try await find(variables) }
                    #expect(error?.code == .accessDenied)
                    #expect(error?.description.contains("profile default") == true)
                    #expect(error?.description.contains("its-secret") == false)
                }
            }
            let failing = "[default]\ncredential_process = echo '\(Self.printed.filter { $0 != "\n" })'; exit 3\n"
            try await withProfiles(config: failing) { (variables) async throws -> Void in
                let error = await #expect(throws: IFError.self) { try await find(variables) }
                #expect(error?.description.contains("failed") == true)
            }
        }
    }

    /// Whether a process is there; one that has ended and that nobody has asked about does not count.
    private func isAlive(_ process: String) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return status.map { !$0.contains(") Z ") } ?? false
    }

    /// A program that goes on for ever, with a child of its own, and what it has started.
    private func withEndlessProgram(
        _ body: (String, () async throws -> [String]) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let command = "sleep 600 & echo $$ $! > '\(folder)/new'; mv '\(folder)/new' '\(folder)/started'; wait"
            try await body(command) {
                var text: String?
                while text == nil {
                    try await Task.sleep(for: .milliseconds(10))
                    text = try? String(contentsOfFile: "\(folder)/started", encoding: .utf8)
                }
                return (text ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
            }
        }
    }

    @Test(.timeLimit(.minutes(30))) func programsThatDoNotEndAreEnded() async throws {
        try await withEndlessProgram { (command, started) async throws -> Void in
            let start = ContinuousClock.now
            let error = await #expect(throws: IFError.self) {
                try await ProgramCredentials.load(command, profile: "slow", timeout: .seconds(1))
            }
            #expect(error?.code == .accessDenied && error?.message.contains("did not end within 1 s") == true)
            #expect(error?.message.contains("profile slow") == true)
            #expect(ContinuousClock.now - start >= .seconds(1))
            let processes = try await started()
            #expect(processes.count == 2)
            // Neither the shell nor what it started is left.
            for _ in 0..<200 where processes.contains(where: isAlive) { try await Task.sleep(for: .milliseconds(20)) }
            #expect(processes.filter(isAlive) == [])
        }
    }

    @Test(.timeLimit(.minutes(30))) func cancellingEndsTheProgram() async throws {
        try await withEndlessProgram { (command, started) async throws -> Void in
            try await withProfiles(config: "[default]\ncredential_process = \(command)\n") {
                (variables) async throws -> Void in
                let none = ["AWS_EC2_METADATA_DISABLED": "true"]
                let environment = AWSEnvironment(variables: variables.merging(none) { $1 })
                let chain = CredentialChain.standard(environment, Self.none)
                // Two wait for one search; it ends with the second.
                let waiting = (0..<2).map { _ in Task { try await chain.credentials() } }
                let processes = try await started()
                waiting[0].cancel()
                try await Task.sleep(for: .milliseconds(200))
                #expect(processes.filter(isAlive) == processes)
                waiting[1].cancel()
                for task in waiting { await #expect(throws: CancellationError.self) { try await task.value } }
                for _ in 0..<200 where processes.contains(where: isAlive) {
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(processes.filter(isAlive) == [])
            }
        }
    }

    /// More programs than there are threads for tasks, and a task that is to run meanwhile.
    @Test(.timeLimit(.minutes(30))) func programsHoldNoThreadOfTasks() async throws {
        try await withTemporaryFolder { folder in
            let gate = "\(folder)/gate"
            let keys = Self.printed.filter { $0 != "\n" }
            let command = "while [ ! -e '\(gate)' ]; do sleep 0.05; done; echo '\(keys)'"
            let count = 2 * ProcessInfo.processInfo.activeProcessorCount + 2
            try await withThrowingTaskGroup(of: AWSCredentials.self) { group in
                for _ in 0..<count {
                    group.addTask { try await ProgramCredentials.load(command, profile: "p", timeout: .seconds(50)) }
                }
                // Were the threads held, nobody would open the gate.
                try await Task.sleep(for: .milliseconds(300))
                try await Task.detached { try Data().write(to: URL(filePath: gate)) }.value
                for try await found in group { #expect(found.accessKey == "AKPROGRAM") }
            }
        }
    }

    @Test(.timeLimit(.minutes(30))) func programsOfOtherKinds() async throws {
        // What is left in the background holds the pipe open; the keys are there all the same.
        let keys = Self.printed.filter { $0 != "\n" }
        let found = try await ProgramCredentials.load("echo '\(keys)'; sleep 20 &", profile: "p")
        #expect(found.accessKey == "AKPROGRAM")
        for (command, text) in [
            ("head -c 2000000 /dev/zero; sleep 20", "more than a megabyte"), ("kill -9 $$", "status 137"),
            ("exec >&-; exit 4", "status 4"),
        ] {
            let error = await #expect(throws: IFError.self) {
                try await ProgramCredentials.load(command, profile: "p", timeout: .seconds(10))
            }
            #expect(error?.message.contains(text) == true, "\(error?.message ?? "")")
        }
        // A terminal's own group: only the shell itself is ended.
        let ending = try await ShellCommand.run("sleep 30", timeout: .milliseconds(200), hasGroup: false)
        guard case .timedOut = ending else {
            Issue.record("the command was not ended: \(ending)")
            return
        }
    }

    /// A program may print and end between the look at what it has printed and the look at whether it has ended.
    @Test(.timeLimit(.minutes(30))) func whatAProgramPrintsLastIsRead() async throws {
        let hasWaited = Locked(false)
        let ending = try await ShellCommand.run("sleep 0.3; seq 2000", timeout: .seconds(30)) {
            // The first look at the pipe, of 50 ms, found nothing.
            guard
                hasWaited.withLock({ waited in
                    defer { waited = true }
                    return !waited
                })
            else { return }
            Thread.sleep(forTimeInterval: 1.5)
        }
        guard case .ended(let status, let output) = ending else {
            Issue.record("the command did not end: \(ending)")
            return
        }
        #expect(status == 0 && output == Data((1...2000).map { "\($0)\n" }.joined().utf8))
    }
}
