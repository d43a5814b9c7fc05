import Foundation
import IFTesting
import Testing

extension JobTests {
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

    private func submitScript(_ bucket: JobBucket, _ mode: String, _ options: [String] = []) throws -> Tool.Result {
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
}
