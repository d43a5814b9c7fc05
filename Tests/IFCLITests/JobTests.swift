import Foundation
import IFTesting
import Testing

/// Jobs from submission to publication, on a server of this machine that runs them.
@Suite(.serialized, .enabled(if: S3Python.interpreter != nil, S3Python.missing)) struct JobTests {
    private struct Bucket {
        let server: LoopbackServer
        let id = UUID().uuidString.lowercased().prefix(8)
        let folder: String

        var prefix: String { "s3://\(LoopbackServer.bucket)/jobs/\(id)" }

        func run(_ arguments: [String]) throws -> Tool.Result {
            try Tool.run(arguments, in: folder, variables: server.variables())
        }

        func start(_ arguments: [String]) throws -> Tool.Running {
            try Tool.start(arguments, in: folder, variables: server.variables())
        }

        func python(_ arguments: [String]) throws -> String {
            try S3Python.output(of: [S3Python.script("s3/bucket.py")] + arguments, variables: server.variables())
        }

        /// Everything below the prefix, as files of a folder.
        func fetched(_ name: String) throws -> [String] {
            let target = "\(folder)/fetched-\(UUID().uuidString)"
            _ = try python(["get", "\(prefix)/\(name)", target])
            let manager = FileManager.default
            return try manager.subpathsOfDirectory(atPath: target).filter { path in
                try manager.attributesOfItem(atPath: "\(target)/\(path)")[.type] as? FileAttributeType == .typeRegular
            }.sorted()
        }

        func text(_ name: String) throws -> String {
            let target = "\(folder)/fetched-\(UUID().uuidString)"
            let parts = name.split(separator: "/").map(String.init)
            _ = try python(["get", "\(prefix)/\(parts.dropLast().joined(separator: "/"))", target])
            return try String(contentsOfFile: "\(target)/\(parts[parts.count - 1])", encoding: .utf8)
        }

        /// How the server runs jobs.
        func configure(_ settings: [String: Any]) throws { try post(settings, to: "/_jobs") }

        /// Makes the next requests that begin so fail.
        func fail(_ request: String, _ action: String, times: Int) throws {
            try post(["match": request, "action": action, "count": times], to: "/_fault")
        }

        private func post(_ settings: [String: Any], to path: String) throws {
            let data = try JSONSerialization.data(withJSONObject: settings)
            let post = "import sys, urllib.request as r; r.urlopen(r.Request(sys.argv[1], data=sys.argv[2].encode()))"
            _ = try S3Python.output(
                of: ["-c", post, server.endpoint + path, String(decoding: data, as: UTF8.self)])
        }
    }

    private static let config = """
        aws: {region: us-east-1, role_arn: "arn:aws:iam::123456789012:role/recsys"}
        processing: {instance_type: ml.m5.xlarge, instance_count: 1, volume_gb: 20, max_runtime_sec: 600, image: "insightflow:test",
          shuffle_partitions: 7}
        training: {instance_type: ml.m5.4xlarge, als: {factors: 8, iterations: 3}}
        seg: {k: 3}

        """

    private func withBucket(_ body: (Bucket) async throws -> Void) async throws {
        let server = try #require(try LoopbackServer.verifying.get())
        try await withTemporaryFolder { folder in
            let bucket = Bucket(server: server, folder: folder)
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
    private func makeShop(_ bucket: Bucket, users: Int) throws {
        let synth = try Tool.run(
            ["synth", "--users", String(users), "--items", "120", "--output", "shop"], in: bucket.folder)
        try #require(synth.status == 0, "\(synth.errors)")
        _ = try bucket.python(["put", "\(bucket.folder)/shop", "\(bucket.prefix)/shop"])
    }

    private func object(_ text: some StringProtocol) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
    }

    private func common(_ bucket: Bucket) -> [String] {
        ["--config", "recsys.yaml", "--root", "\(bucket.prefix)/store"]
    }

    private let soon = ["--poll", "0.1"]

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

    // MARK: A script

    /// Copies what it finds below each folder of the input to the output, and says so.
    private static let script = """
        import os, pathlib, sys, time
        source, sink, mode = sys.argv[1:4]
        print("script begins", mode, "with seed", os.environ["INSIGHTFLOW_SEED"], flush=True)
        if mode == "slow":
            time.sleep(60)
        for path in sorted(p for p in pathlib.Path(source).rglob("*") if p.is_file()):
            print("found", path.relative_to(source), flush=True)
        if mode == "fail":
            sys.exit(3)
        for part in ("ratings", "upi_features"):
            pathlib.Path(sink, part).mkdir(parents=True)
            pathlib.Path(sink, part, "part-00000.parquet").write_bytes(b"not read here")
        pathlib.Path(sink, "../spark-events/app-1").write_text("event")
        """

    private func submitScript(_ bucket: Bucket, _ mode: String, _ options: [String] = []) throws -> Tool.Result {
        try Data(Self.script.utf8).write(to: URL(filePath: "\(bucket.folder)/rate.py"))
        try Data("x = 1\n".utf8).write(to: URL(filePath: "\(bucket.folder)/lib.py"))
        let places = ["/opt/ml/processing/input", "/opt/ml/processing/output", mode]
        return try bucket.run(
            [
                "jobs", "submit", "ratings", "--script", "rate.py", "--py-files", "lib.py", "--input",
                "\(bucket.prefix)/shop",
            ]
                + common(bucket) + options + ["--"] + places)
    }

    @Test func aScriptsResultsBecomeARun() async throws {
        try await withBucket { bucket in
            try makeShop(bucket, users: 60)
            let impute = try bucket.run(
                ["run", "--to", "impute", "--input", "\(bucket.prefix)/shop", "--progress", "none"] + common(bucket))
            try #require(impute.status == 0, "\(impute.errors)")
            let dry = try submitScript(bucket, "good", ["--dry-run", "--shard", "op"])
            let request = try object(dry.output)
            let application = try #require(request["AppSpecification"] as? [String: Any])
            #expect(
                application["ImageUri"] as? String
                    == "173754725891.dkr.ecr.us-east-1.amazonaws.com/sagemaker-spark-processing:3.3-cpu-py39-v1.3")
            let entry = try #require(application["ContainerEntrypoint"] as? [String])
            #expect(entry.first == "smspark-submit" && entry.last == "/opt/ml/processing/input/code/rate.py")
            #expect(entry.contains { $0.hasSuffix("/modules/lib.py") })
            let inputs = try #require(request["ProcessingInputs"] as? [[String: Any]])
            #expect(inputs.map { $0["InputName"] as? String } == ["orders", "op", "conf", "code"])
            let places = inputs.compactMap { ($0["S3Input"] as? [String: String])?["S3Uri"] }
            let ways = inputs.compactMap { ($0["S3Input"] as? [String: String])?["S3DataDistributionType"] }
            #expect(ways == ["FullyReplicated", "ShardedByS3Key", "FullyReplicated", "FullyReplicated"])
            let unknown = try submitScript(bucket, "good", ["--dry-run", "--shard", "oops"])
            #expect(unknown.status == 64 && unknown.errors.contains("there is orders, op"), "\(unknown.errors)")
            // Of one run, by its own name.
            #expect(places[0].contains("/store/after-clean/after-MICE/run-2"))
            #expect(places[1].hasPrefix("\(bucket.prefix)/shop/order_products"))

            let submitted = try submitScript(bucket, "good", ["--json", "--seed", "7"])
            try #require(submitted.status == 0, "\(submitted.errors)")
            let name = try #require(try object(submitted.output)["job"] as? String)
            // Whoever publishes may have other settings.
            let others = Self.config.replacing("{k: 3}", with: "{k: 5}")
            try Data(others.utf8).write(to: URL(filePath: "\(bucket.folder)/others.yaml"))
            let waited = try bucket.run(
                [
                    "jobs", "wait", name, "--json", "--logs", "--config", "others.yaml", "--root",
                    "\(bucket.prefix)/store",
                ]
                    + soon)
            try #require(waited.status == 0, "\(waited.errors)")
            #expect(waited.errors.contains("script begins good with seed 7"), "\(waited.errors)")
            let runs = try #require(try object(waited.output)["runs"] as? [String])
            let run = try #require(runs.first)
            #expect(run.hasPrefix("after-transformation/upi_features/run-"))
            let files = try bucket.fetched("store")
            for path in [
                "\(run)/ratings", "\(run)/upi_features", "after-transformation/upi_features/latest/ratings.parquet",
            ] {
                #expect(files.contains("\(path)/part-00000.parquet"), "\(files)")
            }
            #expect(files.contains("recsys/debug/spark-events/app-1"))
            #expect(!files.contains { $0.hasPrefix("recsys/jobs/") }, "\(files)")
            let manifest = try object(try bucket.text("store/\(run)/_manifest.json"))
            let notes = try #require(manifest["notes"] as? [String: Any])
            #expect((notes["job"] as? String)?.hasSuffix(name) == true && notes["stage"] as? String == "ratings")
            #expect(manifest["seed"] as? Int == 7)
            let settings = try #require(manifest["configuration"] as? [String: Any])
            #expect((settings["seg"] as? [String: Any])?["k"] as? Int == 3, "\(settings)")
            #expect(try bucket.run(["runs", "verify", "--root", "\(bucket.prefix)/store"]).status == 0)

            // Waiting again publishes nothing again.
            let again = try bucket.run(["jobs", "wait", name, "--json"] + common(bucket) + soon)
            #expect(try object(again.output)["runs"] as? [String] == runs)
            #expect(
                try bucket.fetched("store").filter { !$0.contains("_history") }
                    == files.filter { !$0.contains("_history") })
            // Where publishing ended before the run became the latest, waiting again makes it so.
            let family = "after-transformation/upi_features"
            for name in ["_latest.json", "_history/", "latest/"] {
                _ = try bucket.python(["remove", "\(bucket.prefix)/store/\(family)/\(name)"])
            }
            let resumed = try bucket.run(["jobs", "wait", name, "--json"] + common(bucket) + soon)
            #expect(try object(resumed.output)["runs"] as? [String] == runs, "\(resumed.errors)")
            let pointer = try object(try bucket.text("store/\(family)/_latest.json"))
            #expect("\(family)/\(pointer["run"] as? String ?? "")" == run)
            // Of another root it is not.
            let other = try bucket.run(
                ["jobs", "wait", name, "--config", "recsys.yaml", "--root", "\(bucket.prefix)/other"] + soon)
            #expect(other.status == 64 && other.errors.contains("another root"), "\(other.errors)")
        }
    }

    /// Submitted at once, so most often in the same second; and three machines wait for each.
    @Test func jobsOfOneSecondAllRunAndTheirRunsAreWhole() async throws {
        try await withBucket { bucket in
            try makeShop(bucket, users: 60)
            let impute = try bucket.run(
                ["run", "--to", "impute", "--input", "\(bucket.prefix)/shop", "--progress", "none"] + common(bucket))
            try #require(impute.status == 0, "\(impute.errors)")
            try Data(Self.script.utf8).write(to: URL(filePath: "\(bucket.folder)/rate.py"))
            let submit =
                ["jobs", "submit", "ratings", "--json", "--script", "rate.py", "--input", "\(bucket.prefix)/shop"]
                + common(bucket) + ["--", "/opt/ml/processing/input", "/opt/ml/processing/output", "good"]
            let submissions = try (0..<3).map { _ in try bucket.start(submit) }.map { try $0.result() }
            #expect(submissions.allSatisfy { $0.status == 0 }, "\(submissions.map(\.errors))")
            let names = try submissions.map { try #require(try object($0.output)["job"] as? String) }
            #expect(Set(names).count == 3)

            let waits = try (names + names + names).map {
                try bucket.start(["jobs", "wait", $0, "--json"] + common(bucket) + soon)
            }.map { try $0.result() }
            #expect(waits.allSatisfy { $0.status == 0 }, "\(waits.map(\.errors))")
            #expect(try bucket.run(["runs", "verify", "--root", "\(bucket.prefix)/store"]).status == 0)
            // Every run is whole, whoever published it.
            let family = "after-transformation/upi_features"
            let files = try bucket.fetched("store/\(family)")
            let runs = Set(files.compactMap { $0.split(separator: "/").first }.filter { $0.hasPrefix("run-") })
            // One each, and all who waited were told the same.
            #expect(runs.count == 3, "\(runs)")
            let told = try waits.map { try #require(try object($0.output)["runs"] as? [String]) }
            #expect(Set(told).count == 3 && told.allSatisfy { $0.count == 1 })
            for index in names.indices { #expect(Set([0, 3, 6].map { told[index + $0] }).count == 1) }
            for run in runs {
                for part in ["ratings", "upi_features"] {
                    #expect(files.contains("\(run)/\(part)/part-00000.parquet"), "\(run): \(files)")
                }
            }
        }
    }

    /// A name that is taken: the files of the submission that was refused go, those of the job of that name stay.
    @Test func aRefusedSubmissionLeavesNoFiles() async throws {
        try await withBucket { bucket in
            try makeShop(bucket, users: 60)
            let impute = try bucket.run(
                ["run", "--to", "impute", "--input", "\(bucket.prefix)/shop", "--progress", "none"] + common(bucket))
            try #require(impute.status == 0, "\(impute.errors)")
            let name = "taken-\(bucket.id)"
            let first = try submitScript(bucket, "good", ["--json", "--name", name])
            try #require(first.status == 0, "\(first.errors)")
            func stored() throws -> [String] {
                try bucket.fetched("store").filter { $0.contains("_submission-") || $0.hasSuffix(".py") }.sorted()
            }
            let before = try stored()
            #expect(before.contains { $0.contains("_submission-") }, "\(before)")
            let second = try submitScript(bucket, "good", ["--json", "--name", name])
            #expect(second.status != 0 && second.errors.contains("ResourceInUse"), "\(second.errors)")
            #expect(try stored() == before)
            let waited = try bucket.run(["jobs", "wait", name, "--json"] + common(bucket) + soon)
            #expect(waited.status == 0, "\(waited.errors)")
        }
    }

    @Test func aScriptThatFailsOrIsStoppedTouchesNoLatest() async throws {
        try await withBucket { bucket in
            try makeShop(bucket, users: 60)
            let impute = try bucket.run(
                ["run", "--to", "ratings", "--input", "\(bucket.prefix)/shop", "--progress", "none"] + common(bucket))
            try #require(impute.status == 0, "\(impute.errors)")
            let before = try bucket.text("store/after-transformation/upi_features/_latest.json")
            let failed = try submitScript(bucket, "fail", ["--wait"] + soon)
            #expect(failed.status == 70 && failed.errors.contains("exit code: 3"), "\(failed.errors)")

            let slow = try submitScript(bucket, "slow", ["--json"])
            let name = try #require(try object(slow.output)["job"] as? String)
            // Ctrl-C ends the watching, not the job.
            let watching = try bucket.start(["jobs", "wait", name, "--logs"] + common(bucket) + soon)
            for _ in 0..<200 where !watching.errors.contains("script begins") {
                try await Task.sleep(for: .milliseconds(50))
            }
            watching.process.interrupt()
            let interrupted = try watching.result()
            #expect(
                interrupted.status == 130 && interrupted.errors.contains("The job goes on"), "\(interrupted.errors)")
            let running = try bucket.run(["jobs", "status", name] + common(bucket))
            #expect(running.output.contains("InProgress"), "\(running.output)")
            let stops = try (0..<2).map { _ in try bucket.run(["jobs", "stop", name] + common(bucket)) }
            #expect(stops.allSatisfy { $0.status == 0 }, "\(stops)")
            let waited = try bucket.run(["jobs", "wait", name] + common(bucket) + soon)
            #expect(waited.status == 70 && waited.errors.contains("the job was stopped"), "\(waited.errors)")
            let kept = try object(try bucket.text("store/recsys/debug/job-\(name)/diag/failure.json"))
            #expect(kept["status"] as? String == "Stopped")
            #expect(try bucket.text("store/after-transformation/upi_features/_latest.json") == before)
        }
    }

    /// An interrupt names the job that may run: while its submission is under way, and while it is waited for.
    @Test func anInterruptedSubmissionNamesItsJob() async throws {
        try await withBucket { bucket in
            let submit = ["jobs", "submit", "impute", "--input", "\(bucket.prefix)/shop"] + common(bucket)
            // A service that takes the request and never answers.
            let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            try #require(listener >= 0)
            defer { close(listener) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    #expect(bind(listener, $0, size) == 0 && listen(listener, 8) == 0)
                    #expect(getsockname(listener, $0, &size) == 0)
                }
            }
            var variables = bucket.server.variables()
            variables["AWS_ENDPOINT_URL_SAGEMAKER"] = "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
            let sending = try Tool.start(
                submit + ["--name", "sent-\(bucket.id)"], in: bucket.folder, variables: variables)
            let connection = accept(listener, nil, nil)
            defer { close(connection) }
            try await Task.sleep(for: .milliseconds(200))
            sending.process.interrupt()
            let sent = try sending.result()
            #expect(
                sent.status == 130 && sent.errors.contains("sent-\(bucket.id) may have been submitted"),
                "\(sent.errors)")
            #expect(!sent.errors.contains("Nothing was changed"))

            let waiting = try bucket.start(submit + ["--wait", "--name", "mine-\(bucket.id)", "--poll", "60"])
            for _ in 0..<400 where !waiting.errors.contains("submitted mine-") {
                try await Task.sleep(for: .milliseconds(50))
            }
            waiting.process.interrupt()
            let waited = try waiting.result()
            #expect(
                waited.status == 130 && waited.errors.contains("mine-\(bucket.id) was submitted and goes on"),
                "\(waited.errors)")
        }
    }

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

    // MARK: Batches

    @Test func anExportGoesToBedrockInFilesOfTheSizeItTakes() async throws {
        try await withBucket { bucket in
            try makeShop(bucket, users: 400)
            let template =
                #"{"max_tokens": 64, "messages": [{"role": "user", "content": "Write to this customer: {profile}"}]}"#
            try Data(template.utf8).write(to: URL(filePath: "\(bucket.folder)/input.json"))
            try Data("{}".utf8).write(to: URL(filePath: "\(bucket.folder)/empty.json"))
            let input = ["--input", "\(bucket.prefix)/shop", "--progress", "none"]
            let segment = try bucket.run(["run", "--to", "segment"] + common(bucket) + input)
            try #require(segment.status == 0, "\(segment.errors)")
            let export = ["export"] + common(bucket) + input + ["--bedrock-model", "vendor.model-v1"]
            let empty = try bucket.run(export + ["--bedrock-input", "empty.json"])
            #expect(empty.status == 65 && empty.errors.contains("{profile}"), "\(empty.errors)")

            let done = try bucket.run(export + ["--bedrock-input", "input.json", "--bedrock-maximum", "150"])
            try #require(done.status == 0, "\(done.errors)")
            let names = done.errors.split(separator: "\n").compactMap { line in
                line.contains("submitted") ? line.split(separator: " ").last.map(String.init) : nil
            }
            #expect(names.count == 2, "\(done.errors)")
            var answered = 0
            for arn in names {
                var state: [String: Any] = [:]
                for _ in 0..<100 where state["status"] as? String != "Completed" {
                    try await Task.sleep(for: .milliseconds(50))
                    state = try object(try bucket.run(["jobs", "status", arn, "--json"] + common(bucket)).output)
                }
                #expect(state["status"] as? String == "Completed", "\(state)")
                answered += try #require(state["records"] as? Int)
            }
            let files = try bucket.fetched("store").filter { $0.hasPrefix("recsys/bedrock/") }
            #expect(files.count == 4, "\(files)")
            let first = try bucket.text("store/\(try #require(files.first { $0.hasSuffix("input.jsonl") }))")
            let records = first.split(separator: "\n")
            let record = try object(try #require(records.first))
            #expect(Set(record.keys) == ["recordId", "modelInput"])
            let message = try #require(
                ((record["modelInput"] as? [String: Any])?["messages"] as? [[String: Any]])?.first?["content"]
                    as? String)
            #expect(message.hasPrefix("Write to this customer: {") && message.contains("top_products"))
            #expect(answered >= 200)
            let stop = try bucket.run(["jobs", "stop", names[0]] + common(bucket))
            #expect(stop.status == 0 && stop.output.contains("Completed"), "\(stop.errors)")

            let few = try bucket.run(
                export + ["--bedrock-input", "input.json", "--bedrock-minimum", "1000", "--bedrock-maximum", "2000"])
            #expect(few.status == 65 && few.errors.contains("at least 1000 records"), "\(few.errors)")
        }
    }
}
