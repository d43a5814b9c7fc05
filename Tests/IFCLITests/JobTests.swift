import Foundation
import IFTesting
import Testing

/// Jobs from submission to publication, on a server of this machine that runs them.
@Suite(.serialized, .enabled(if: S3Python.interpreter != nil, S3Python.missing)) struct JobTests {
    static let config = """
        aws: {region: us-east-1, role_arn: "arn:aws:iam::123456789012:role/recsys"}
        processing: {instance_type: ml.m5.xlarge, instance_count: 1, volume_gb: 20, max_runtime_sec: 600, image: "insightflow:test",
          shuffle_partitions: 7}
        training: {instance_type: ml.m5.4xlarge, als: {factors: 8, iterations: 3}}
        seg: {k: 3}

        """

    func withBucket(_ body: (JobBucket) async throws -> Void) async throws {
        let server = try #require(try LoopbackServer.verifying.get())
        try await withTemporaryFolder { folder in
            let bucket = JobBucket(server: server, folder: folder)
            try Data(Self.config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))
            // The image's own entry point, with the program on its path.
            let programs = URL(filePath: Tool.path).deletingLastPathComponent().path()
            let path = "\(programs):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
            try bucket.configure([
                "programs": ["insightflow-job": [S3Python.script("image/insightflow-job")]],
                "variables": server.variables().merging(["PATH": path]) { _, new in new }, "page": 25, "pending": 0.1,
            ])
            try await body(bucket)
        }
    }

    /// Makes a shop and puts it into the bucket.
    func makeShop(_ bucket: JobBucket, users: Int) throws {
        let synth = try Tool.run(
            ["synth", "--users", String(users), "--items", "120", "--output", "shop"], in: bucket.folder)
        try #require(synth.status == 0, "\(synth.errors)")
        _ = try bucket.python(["put", "\(bucket.folder)/shop", "\(bucket.prefix)/shop"])
    }

    func object(_ text: some StringProtocol) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    func common(_ bucket: JobBucket) -> [String] {
        ["--config", "recsys.yaml", "--root", "\(bucket.prefix)/store"]
    }

    let soon = ["--poll", "0.1"]

    // MARK: A container of InsightFlow

    @Test func aStageRunsInItsContainerAndPublishesItsRun() async throws {
        try await withBucket { bucket in
            try makeShop(bucket, users: 80)
            let input = ["--input", "\(bucket.prefix)/shop"]
            let submitted = try bucket.run(["jobs", "submit", "impute", "--json"] + common(bucket) + input)
            try #require(submitted.status == 0, "\(submitted.errors)")
            let name = try #require(try object(submitted.output)["job"] as? String)
            #expect(name.hasPrefix("insightflow-impute-2"))

            let waited = try bucket.run(["jobs", "wait", name, "--logs"] + common(bucket) + soon)
            #expect(waited.status == 0, "\(waited.errors)")
            #expect(waited.output.contains("after-clean/after-MICE/run-"), "\(waited.output)")
            #expect(waited.errors.contains("\(name): InProgress") && waited.errors.contains("\(name): Completed"))
            // What the stage says on its standard error, page by page.
            #expect(waited.errors.contains("algo-1-"), "\(waited.errors)")

            let status = try object(try bucket.run(["jobs", "status", name, "--json"] + common(bucket)).output)
            #expect(status["stage"] as? String == "impute" && status["status"] as? String == "Completed")
            #expect(status["machines"] as? String == "1 × ml.m5.xlarge")
            #expect((status["inputs"] as? [String: String])?["config"]?.contains("/scripts/impute/") == true)

            // The run is as good as one made here: later stages take it over.
            let verify = try bucket.run(["runs", "verify", "--root", "\(bucket.prefix)/store"])
            #expect(verify.status == 0, "\(verify.output)")
            let run = try bucket.run(["run", "--to", "impute", "--json"] + common(bucket) + input)
            let stages = try #require(try object(run.output)["stages"] as? [[String: Any]])
            #expect(stages.map { $0["outcome"] as? String } == ["unchanged"])

            let logs = try bucket.run(["jobs", "logs", name, "--plain"] + common(bucket))
            #expect(logs.status == 0 && logs.output.split(separator: "\n").count > 3, "\(logs.output)")
            let events = try bucket.run(["jobs", "logs", name, "--json"] + common(bucket)).output.split(separator: "\n")
            #expect(events.count == logs.output.split(separator: "\n").count)
            let event = try object(try #require(events.first))
            #expect(event["event"] as? String == "log" && event["job"] as? String == name)
            #expect((event["stream"] as? String)?.hasPrefix("algo-1-") == true)
            #expect((event["time"] as? String)?.hasSuffix("Z") == true)
            let messages = try events.map { try #require(try object($0)["message"] as? String) }
            #expect(messages.joined(separator: "\n") + "\n" == logs.output)
            #expect(try bucket.run(["jobs", "logs", name, "--json", "--plain"] + common(bucket)).status == 64)
            let tail = try bucket.run(["jobs", "logs", name, "--plain", "--tail", "2"] + common(bucket))
            #expect(logs.output.hasSuffix(tail.output) && tail.output.split(separator: "\n").count == 2)

            // Stopping what has ended changes nothing.
            for _ in 0..<2 {
                let stop = try bucket.run(["jobs", "stop", name] + common(bucket))
                #expect(stop.status == 0 && stop.output.contains("Completed"), "\(stop.errors)")
            }
            let list = try bucket.run(["jobs", "list", "impute", "--status", "Completed"] + common(bucket))
            #expect(list.status == 0 && list.output.contains(name), "\(list.output)")

            // Its own run, also when another has become the latest, and from nowhere else.
            let own = outcome(waited.output)
            let other = try bucket.run(
                ["jobs", "wait", name, "--config", "recsys.yaml", "--root", "\(bucket.prefix)/other"] + soon)
            #expect(other.status == 64 && other.errors.contains("another root"), "\(other.errors)")
            let again = try bucket.run(
                ["jobs", "submit", "impute", "--force", "--wait", "--json", "--name", "mine-\(bucket.id)"]
                    + common(bucket) + input + soon)
            let newer = try #require(try object(again.output)["runs"] as? [String], "\(again.errors)")
            #expect(newer != own && newer.count == 1)
            let late = try object(try bucket.run(["jobs", "wait", name, "--json"] + common(bucket) + soon).output)
            #expect(late["runs"] as? [String] == own && late["overtaken"] as? [String] == own, "\(late)")
            // One that finds nothing to do names what it found.
            let idle = try bucket.run(
                ["jobs", "submit", "impute", "--wait", "--json"] + common(bucket) + input + soon)
            #expect(try object(idle.output)["runs"] as? [String] == newer, "\(idle.errors)")
            // Jobs of a stage by other names.
            let named = try bucket.run(["jobs", "list", "impute", "--limit", "50"] + common(bucket))
            #expect(named.output.contains(name) && !named.output.contains("mine-\(bucket.id)"), "\(named.output)")
            let all = try bucket.run(["jobs", "list", "impute", "--all", "--limit", "50"] + common(bucket))
            #expect(all.output.contains(name) && all.output.contains("mine-\(bucket.id)"), "\(all.output)")
            let others = try bucket.run(["jobs", "list", "train", "--all", "--limit", "50"] + common(bucket))
            #expect(!others.output.contains("mine-\(bucket.id)"), "\(others.output)")
        }
    }

    /// The runs that a report for people names.
    private func outcome(_ report: String) -> [String] {
        report.split(separator: "\n").filter { $0.hasPrefix("  ") }.compactMap {
            $0.split(separator: ":").first.map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    /// A log that cannot be read for a while, or not at all, ends no wait.
    @Test func waitingBearsALogThatCannotBeRead() async throws {
        try await withBucket { bucket in
            try makeShop(bucket, users: 60)
            let submit = ["jobs", "submit", "impute", "--json", "--input", "\(bucket.prefix)/shop"] + common(bucket)
            let denied = "status:400:AccessDeniedException"
            let first = try #require(try object(try bucket.run(submit).output)["job"] as? String)
            try bucket.fail("POST / Logs_20140328.DescribeLogStreams", denied, times: 2)
            let waited = try bucket.run(["jobs", "wait", first, "--logs"] + common(bucket) + soon)
            #expect(waited.status == 0 && waited.output.contains("after-clean/after-MICE/run-"), "\(waited.errors)")
            let warnings = waited.errors.split(separator: "\n").filter { $0.contains("the log cannot be read now") }
            #expect(
                warnings.count == 1 && warnings.first?.contains("AccessDeniedException") == true, "\(waited.errors)")
            // Nothing of it is missing.
            #expect(waited.errors.contains("the log can be read again"), "\(waited.errors)")
            let logs = try bucket.run(["jobs", "logs", first] + common(bucket)).output
            #expect(logs.split(separator: "\n").allSatisfy { waited.errors.contains($0) }, "\(waited.errors)")

            let second = try #require(try object(try bucket.run(submit + ["--force"]).output)["job"] as? String)
            try bucket.fail("POST / Logs_20140328.DescribeLogStreams", denied, times: 1_000_000)
            let blind = try bucket.run(["jobs", "wait", second, "--logs"] + common(bucket) + soon)
            #expect(blind.status == 0 && blind.output.contains("after-clean/after-MICE/run-"), "\(blind.errors)")
            #expect(blind.errors.contains("see 'insightflow jobs logs \(second)'"), "\(blind.errors)")
            try bucket.fail("POST / Logs_20140328.DescribeLogStreams", "clear", times: 0)
        }
    }

    /// The printed command means what it says, whatever the names hold.
    @Test func theCommandToWaitCanBeTypedAsItIsPrinted() async throws {
        try await withBucket { bucket in
            try makeShop(bucket, users: 60)
            let name = "it's my $HOME; recsys.yaml"
            try FileManager.default.copyItem(
                atPath: "\(bucket.folder)/recsys.yaml", toPath: "\(bucket.folder)/\(name)")
            let root = "\(bucket.prefix)/a store (of mine)"
            let submitted = try bucket.run([
                "jobs", "submit", "impute", "--input", "\(bucket.prefix)/shop", "--config", name, "--root", root,
            ])
            try #require(submitted.status == 0, "\(submitted.errors)")
            let line = try #require(submitted.output.split(separator: "\n").first { $0.hasPrefix("Watch it with: ") })
            let words = line.dropFirst("Watch it with: insightflow ".count)
            // The shell takes it apart again.
            let shell = Process()
            let output = Pipe()
            shell.executableURL = URL(filePath: "/bin/sh")
            shell.arguments = ["-c", "for word in \(words); do printf '%s\\n' \"$word\"; done"]
            shell.standardOutput = output
            try shell.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            let typed = text.split(separator: "\n").map(String.init)
            #expect(typed.suffix(4) == ["--config", name, "--root", root])
            let waited = try bucket.run(typed + soon)
            #expect(waited.status == 0 && waited.output.contains("after-clean/after-MICE/run-"), "\(waited.errors)")
        }
    }

    @Test func aFailedStageLeavesItsReasonAndNoLatest() async throws {
        try await withBucket { bucket in
            // There is nothing at this location.
            let failed = try bucket.run(
                ["jobs", "submit", "impute", "--wait", "--json", "--input", "\(bucket.prefix)/nothing"] + common(bucket)
                    + soon)
            #expect(failed.status == 70, "\(failed.errors)")
            let error = try #require(try object(failed.output)["error"] as? [String: Any])
            #expect(error["code"] as? String == "job-failed")
            let message = try #require(error["message"] as? String)
            #expect(message.contains("AlgorithmError: , exit code: 66"), "\(message)")
            let reason = try #require(error["file"] as? String)
            let name = try #require(error["key"] as? String)
            #expect(reason == "\(bucket.prefix)/store/recsys/debug/job-\(name)/diag/failure.json")
            let files = try bucket.fetched("store")
            #expect(
                files == ["driver_log.txt", "failure.json"].map { "recsys/debug/job-\(name)/diag/\($0)" }, "\(files)")
            let kept = try object(try bucket.text("store/recsys/debug/job-\(name)/diag/failure.json"))
            #expect(kept["stage"] as? String == "impute" && kept["status"] as? String == "Failed")
            #expect((kept["failure_reason"] as? String)?.contains("exit code: 66") == true)
            #expect(try bucket.text("store/recsys/debug/job-\(name)/diag/driver_log.txt").contains("not-found"))
        }
    }

    // MARK: What is wrong

    @Test func whatIsWrongIsSaidBeforeAnythingIsSent() async throws {
        try await withBucket { bucket in
            // Other suites use the server as well.
            func sent() throws -> [String] {
                try bucket.server.requests().filter { $0.contains(bucket.id) || $0.contains("CreateProcessingJob") }
            }
            let before = try sent()
            func submit(_ arguments: [String]) throws -> Tool.Result { try bucket.run(["jobs", "submit"] + arguments) }
            let folder = try submit(["impute", "--config", "recsys.yaml", "--root", "store", "--input", "shop"])
            #expect(folder.status == 64 && folder.errors.contains("s3://bucket/prefix"), "\(folder.errors)")
            let local = try submit(["impute", "--input", "shop"] + common(bucket))
            #expect(local.status == 64 && local.errors.contains("reads buckets"), "\(local.errors)")
            let bare = try submit(["train", "--root", "\(bucket.prefix)/store"])
            #expect(bare.status == 78 && bare.errors.contains("processing.image"), "\(bare.errors)")
            let roleless = try submit(["train", "--root", "\(bucket.prefix)/store", "--image", "x"])
            #expect(roleless.status == 78 && roleless.errors.contains("aws.role_arn"), "\(roleless.errors)")
            let long = try submit(["train", "--name", String(repeating: "n", count: 64)] + common(bucket))
            #expect(long.status == 64 && long.errors.contains("1 to 63 characters"), "\(long.errors)")
            #expect(try sent() == before)
            let missing = try bucket.run(["jobs", "status", "nobody-\(bucket.id)"] + common(bucket))
            #expect(missing.status == 66 && missing.errors.contains("nobody-"), "\(missing.errors)")
        }
    }
}
