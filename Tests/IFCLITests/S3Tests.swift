import Foundation
import IFTesting
import Testing

/// The whole pipeline with input and artifacts in a bucket of a server on this machine.
@Suite(.serialized, .enabled(if: S3Python.interpreter != nil, S3Python.missing)) struct S3Tests {
    private struct Bucket {
        let server: LoopbackServer
        let prefix = "s3://\(LoopbackServer.bucket)/cli/\(UUID().uuidString)"

        func run(_ arguments: [String], in folder: String) throws -> Tool.Result {
            try Tool.run(arguments, in: folder, variables: server.variables())
        }
    }

    private static let config = "training: {als: {factors: 8, iterations: 3}}\nseg: {k: 3}\n"

    private func withBucket(_ body: (Bucket, _ folder: String) async throws -> Void) async throws {
        let server = try #require(try LoopbackServer.verifying.get())
        try await withTemporaryFolder { folder in
            try Data(Self.config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))
            try await body(Bucket(server: server), folder)
        }
    }

    /// Makes a shop and puts it into the bucket with Python, so that input is not of our own writing.
    private func makeShop(_ bucket: Bucket, _ folder: String, users: Int) throws {
        let synth = try Tool.run(["synth", "--users", String(users), "--items", "150", "--output", "shop"], in: folder)
        try #require(synth.status == 0, "\(synth.errors)")
        _ = try S3Python.output(
            of: [S3Python.script("s3/bucket.py"), "put", "\(folder)/shop", "\(bucket.prefix)/shop"],
            variables: bucket.server.variables())
    }

    /// Files of the runs by path without the time, with their digests; what tells times is left out.
    private func artifacts(_ folder: String) throws -> [String: String] {
        let listing = try S3Python.output(of: [S3Python.script("s3/bucket.py"), "digests", folder])
        return Dictionary(
            uniqueKeysWithValues: listing.split(separator: "\n").map { line in
                let parts = line.split(separator: " ", maxSplits: 1)
                return (String(parts[1]), String(parts[0]))
            })
    }

    @Test func sameBytesAsOnThisMachineAndLaterCommandsWork() async throws {
        try await withBucket { bucket, folder in
            try makeShop(bucket, folder, users: 200)
            let local = try Tool.run(
                ["run", "--config", "recsys.yaml", "--input", "shop", "--root", "store", "--progress", "none"],
                in: folder)
            #expect(local.status == 0, "\(local.errors)")
            let remote = [
                "--config", "recsys.yaml", "--input", "\(bucket.prefix)/shop", "--root", "\(bucket.prefix)/store",
            ]
            let first = try bucket.run(["run"] + remote + ["--progress", "none"], in: folder)
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.output.contains("Artifacts are under \(bucket.prefix)/store"))

            _ = try S3Python.output(
                of: [S3Python.script("s3/bucket.py"), "get", "\(bucket.prefix)/store", "\(folder)/fetched"],
                variables: bucket.server.variables())
            let (ours, theirs) = (try artifacts("\(folder)/store"), try artifacts("\(folder)/fetched"))
            #expect(ours.count > 20)
            #expect(ours == theirs)

            // Again: nothing has changed, nothing is repeated, no row is fetched.
            let before = try bucket.server.requests().count
            let again = try bucket.run(["run"] + remote + ["--json", "--progress", "none"], in: folder)
            #expect(again.status == 0, "\(again.errors)")
            let report = try #require(try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [String: Any])
            let stages = try #require(report["stages"] as? [[String: Any]])
            #expect(stages.map { $0["outcome"] as? String } == [String](repeating: "unchanged", count: 9))
            let since = try bucket.server.requests().dropFirst(before)
            #expect(!since.contains { $0.hasPrefix("GET") && $0.contains("/shop/") && !$0.contains("list-type") })

            let list = try bucket.run(["runs", "list", "--root", "\(bucket.prefix)/store"], in: folder)
            #expect(list.status == 0 && list.output.contains("als-"), "\(list.errors)")
            let best = try bucket.run(
                ["recommend", "--root", "\(bucket.prefix)/store", "--user", "1", "--unseen"], in: folder)
            let bestHere = try Tool.run(["recommend", "--root", "store", "--user", "1", "--unseen"], in: folder)
            #expect(best.status == 0 && best.output == bestHere.output, "\(best.errors)")
            let verify = try bucket.run(["runs", "verify", "--root", "\(bucket.prefix)/store"], in: folder)
            #expect(verify.status == 0, "\(verify.output)")
            let repair = try bucket.run(["runs", "repair", "--root", "\(bucket.prefix)/store"], in: folder)
            #expect(repair.output.contains("Nothing to repair"), "\(repair.output)\(repair.errors)")
            let doctor = try bucket.run(["doctor", "--root", "\(bucket.prefix)/store"], in: folder)
            #expect(
                doctor.output.contains("✓ store: \(bucket.prefix)/store can be written and read"), "\(doctor.output)")
        }
    }

    @Test(.timeLimit(.minutes(30))) func interruptedRunResumes() async throws {
        try await withBucket { bucket, folder in
            try makeShop(bucket, folder, users: 120)
            // It would train for hours, so that it is still running when it is killed, however busy the machine is.
            let endless = "training: {als: {factors: 8, iterations: 10000000}}\nseg: {k: 3}\n"
            try Data(endless.utf8).write(to: URL(filePath: "\(folder)/endless.yaml"))
            let arguments = ["--input", "\(bucket.prefix)/shop", "--root", "\(bucket.prefix)/store"]
            let running = try Tool.start(
                ["run", "--config", "endless.yaml", "--progress", "json"] + arguments, in: folder,
                variables: bucket.server.variables())
            // Killed after the first stage is stored.
            let name = String(bucket.prefix.split(separator: "/").last ?? "")
            while running.process.isRunning {
                let isStored = try bucket.server.requests().contains {
                    $0.hasPrefix("PUT") && $0.contains(name) && $0.contains("after-MICE/_latest.json")
                }
                if isStored { break }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(running.process.isRunning, "\(running.errors)")
            kill(running.process.processIdentifier, SIGKILL)
            _ = try running.result()
            let resumed = try bucket.run(
                ["run", "--config", "recsys.yaml", "--json", "--progress", "none"] + arguments, in: folder)
            #expect(resumed.status == 0, "\(resumed.errors)")
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(resumed.output.utf8)) as? [String: Any])
            let stages = try #require(report["stages"] as? [[String: Any]])
            #expect(stages.first?["outcome"] as? String == "unchanged")
            #expect(stages.contains { $0["outcome"] as? String == "finished" })
            let verify = try bucket.run(["runs", "verify", "--root", "\(bucket.prefix)/store"], in: folder)
            #expect(verify.status == 0, "\(verify.output)")
        }
    }

    @Test func bucketsOfTheConfigurationStandWhereNoRootIsGiven() async throws {
        try await withBucket { bucket, folder in
            try makeShop(bucket, folder, users: 60)
            let config =
                Self.config + "input: {path: \(bucket.prefix)/shop}\ns3: {base_output: \(bucket.prefix)/recsys, "
                + "mice_orders_out: \(bucket.prefix)/mice, upi_features_out: \(bucket.prefix)/features}\n"
            try Data(config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))
            let run = try bucket.run(
                ["run", "--config", "recsys.yaml", "--to", "train", "--progress", "none"], in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let list = try bucket.run(["runs", "list", "--config", "recsys.yaml"], in: folder)
            #expect(list.status == 0 && list.output.contains("als-"), "\(list.output)\(list.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/insightflow-store"))
        }
    }

    @Test func whatIsWrongIsNamed() async throws {
        try await withBucket { bucket, folder in
            let missing = try bucket.run(
                ["run", "--input", "\(bucket.prefix)/nothing", "--root", "store", "--progress", "none"], in: folder)
            #expect(missing.status == 66)
            #expect(missing.errors.contains("\(bucket.prefix)/nothing"))
            let other = try bucket.run(["runs", "list", "--root", "gs://bucket/x"], in: folder)
            #expect(other.status == 69 && other.errors.contains("gs://bucket/x"), "\(other.errors)")
            var variables = bucket.server.variables()
            variables["AWS_SECRET_ACCESS_KEY"] = "wrong-secret"
            let denied = try Tool.run(
                ["runs", "list", "--root", "\(bucket.prefix)/store"], in: folder, variables: variables)
            #expect(denied.status == 77)
            #expect(!(denied.errors + denied.output).contains("wrong-secret"))
            let doctor = try Tool.run(
                ["doctor", "--root", "\(bucket.prefix)/store"], in: folder, variables: variables)
            #expect(doctor.output.contains("✗ store"), "\(doctor.output)")

            // A bad row is said to be in the bucket, not in the local copy.
            let orders =
                "order_id,user_id,eval_set,order_number,order_dow,order_hour_of_day,days_since_prior_order\n1,1,prior,x,0,0,\n"
            try FileManager.default.createDirectory(atPath: "\(folder)/bad", withIntermediateDirectories: true)
            try Data(orders.utf8).write(to: URL(filePath: "\(folder)/bad/orders.csv"))
            _ = try S3Python.output(
                of: [S3Python.script("s3/bucket.py"), "put", "\(folder)/bad", "\(bucket.prefix)/bad"],
                variables: bucket.server.variables())
            let bad = try bucket.run(
                ["run", "--input", "\(bucket.prefix)/bad", "--root", "store", "--progress", "none"], in: folder)
            #expect(bad.status == 65, "\(bad.errors)")
            #expect(bad.errors.contains("\(bucket.prefix)/bad/orders.csv"), "\(bad.errors)")
        }
    }
}
