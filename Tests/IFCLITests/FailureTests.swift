import Foundation
import IFTesting
import Testing

/// Interrupts, and errors as programs read them.
@Suite(.serialized) struct FailureTests {
    private func object(_ text: some StringProtocol) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    /// Waits until a condition holds, for half a minute at most.
    private func wait(until holds: () -> Bool) async throws {
        for _ in 0..<600 where !holds() { try await Task.sleep(for: .milliseconds(50)) }
        #expect(holds())
    }

    @Test func terminationGives143AndTheEventSaysWhatIsLeft() async throws {
        try await withTemporaryFolder { folder in
            let running = try Tool.start(
                ["synth", "--users", "5000000", "--output", "shop", "--progress", "json"], in: folder)
            try await wait { !running.errors.isEmpty }
            running.process.terminate()
            let result = try running.result()
            #expect(result.status == 143)
            let event = try object(try #require(result.errors.split(separator: "\n").last))
            #expect(event["event"] as? String == "error" && event["code"] as? String == "interrupted")
            #expect(event["exit_code"] as? Int == 143)
            #expect((event["message"] as? String)?.contains("stage") == false, "synth has no stages to resume")
            let left = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/shop")) ?? []
            #expect(left.isEmpty, "\(left)")
        }
    }

    @Test func anInterruptGives130AndARunSaysThatItResumes() async throws {
        try await withTemporaryFolder { folder in
            #expect(try Tool.run(["synth", "--users", "300", "--output", "shop"], in: folder).status == 0)
            let config = "training: {als: {factors: 64, iterations: 100000}}\nseg: {k: 3}\n"
            try Data(config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))
            let running = try Tool.start(["run", "--config", "recsys.yaml", "--input", "shop"], in: folder)
            try await wait { running.errors.contains("als:") }
            running.process.interrupt()
            let result = try running.result()
            #expect(result.status == 130)
            #expect(result.errors.contains("interrupted in stage train. Finished stages are kept"))
        }
    }

    @Test(.timeLimit(.minutes(30))) func aSecondInterruptEndsTheProcessAtOnce() async throws {
        try await withTemporaryFolder { folder in
            // Reading a pipe that nobody writes to blocks, so that cancellation alone cannot end the command.
            try FileManager.default.createDirectory(atPath: "\(folder)/shop", withIntermediateDirectories: true)
            #expect(mkfifo("\(folder)/shop/orders.csv", 0o600) == 0)
            let running = try Tool.start(["run", "--input", "shop"], in: folder)
            // The pipe can be opened for writing once the command has opened it for reading.
            var pipe: Int32 = -1
            while pipe < 0 && running.process.isRunning {
                pipe = open("\(folder)/shop/orders.csv", O_WRONLY | O_NONBLOCK)
                if pipe < 0 { try await Task.sleep(for: .milliseconds(50)) }
            }
            defer { if pipe >= 0 { close(pipe) } }
            running.process.interrupt()
            try await Task.sleep(for: .seconds(1))
            #expect(running.process.isRunning)
            running.process.interrupt()
            try await wait { !running.process.isRunning }
            if running.process.isRunning { running.process.terminate() }
            #expect(try running.result().status == 130)
        }
    }

    @Test func errorsAreJSONWhereJSONWasAskedFor() async throws {
        try await withTemporaryFolder { folder in
            let failed = try Tool.run(
                ["run", "--input", "nowhere", "--json", "--progress", "json"], in: folder)
            #expect(failed.status == 66)
            let error = try #require(try object(failed.output)["error"] as? [String: Any])
            let event = try object(try #require(failed.errors.split(separator: "\n").last))
            #expect(event["event"] as? String == "error")
            for report in [error, event] {
                #expect(report["code"] as? String == "not-found")
                #expect(report["exit_code"] as? Int == 66)
                #expect(report["stage"] as? String == "input")
                #expect(report["file"] as? String == "nowhere")
                #expect(report["message"] is String)
            }
            // Without --progress json people read the same on standard error.
            let text = try Tool.run(["run", "--input", "nowhere", "--json"], in: folder)
            #expect(try object(text.output)["error"] != nil)
            #expect(text.errors.contains("insightflow: error: input: nowhere: "))
            let plain = try Tool.run(["run", "--input", "nowhere"], in: folder)
            #expect(plain.output.isEmpty && plain.errors.contains("insightflow: error: "))
        }
    }

    @Test func aWrongCommandLineIsJSONToo() async throws {
        let wrong = try Tool.run(["run", "--from", "export", "--to", "train", "--json", "--progress=json"])
        #expect(wrong.status == 64)
        let error = try #require(try object(wrong.output)["error"] as? [String: Any])
        #expect(error["code"] as? String == "invalid-argument" && error["exit_code"] as? Int == 64)
        let message = try #require(error["message"] as? String)
        #expect(message.contains("export") && message.contains("train"))
        #expect(try object(wrong.errors)["event"] as? String == "error")
        let help = try Tool.run(["run", "--json", "--help"])
        #expect(help.status == 0 && help.output.contains("USAGE"))
    }

    /// A root that cannot be is an error of output, found before the input is read.
    @Test(arguments: ["afile", "afile/below", "/proc/nope"])
    func aRootThatCannotBeWrittenIsSaidBeforeTheInputIsRead(_ root: String) async throws {
        try await withTemporaryFolder { folder in
            try Data().write(to: URL(filePath: "\(folder)/afile"))
            let failed = try Tool.run(["run", "--input", "nowhere", "--root", root], in: folder)
            #expect(failed.status == 74, "\(failed.errors)")
            #expect(failed.errors.contains("error: \(root == "afile/below" ? "afile" : root)"), "\(failed.errors)")
            #expect(failed.errors.contains("the root of the artifacts"), "\(failed.errors)")
            #expect(!failed.errors.contains("nowhere"), "\(failed.errors)")
        }
    }

    /// What a person who has a file of transactions and no patience sees.
    @Test func badTransactionsSayWhereWhatAndHowToGoOn() async throws {
        try await withTemporaryFolder { folder in
            let rows = "user,item,day,n\n1,x,2024-01-01,1\n1,x,2024-01-05,some\n2,,2024-01-01,1\n1,y,2024-02-01,1\n"
            try Data(rows.utf8).write(to: URL(filePath: "\(folder)/t.csv"))
            let config =
                "input:\n  transactions: {user: user, item: item, timestamp: day, quantity: n}\nseg: {k: 2}\n"
            try Data(config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))
            let arguments = ["run", "--config", "recsys.yaml", "--input", "t.csv", "--root", "store"]
            let strict = try Tool.run(arguments, in: folder)
            #expect(strict.status == 65)
            #expect(
                strict.errors.contains(
                    """
                    insightflow: error: input: t.csv, row 3, column n: wrong-type: 1 in transactions.n, first 'some'; also
                      1 × missing-id in transactions.item, first in t.csv row 4
                    Correct the input, or read it with --lenient (input.validation: lenient)
                    """), "\(strict.errors)")
            let lenient = try Tool.run(arguments + ["--lenient", "--to", "impute"], in: folder)
            #expect(lenient.status == 0, "\(lenient.errors)")
            #expect(lenient.output.contains("1 × wrong-type in transactions.n, first in t.csv row 3: 'some'"))
        }
    }
}
