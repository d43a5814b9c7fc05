import Foundation
import IFTesting
import Testing

@Suite(.serialized) struct CommandTests {
    @Test func helpNamesEveryCommandAndTheExitCodes() throws {
        let help = try Tool.run(["--help"])
        #expect(help.status == 0)
        for command in [
            "run", "impute", "check-imputation", "ratings", "train", "evaluate", "rerank", "recommend", "segment",
            "export", "report", "runs", "tune", "synth", "doctor",
        ] {
            #expect(help.output.contains("\n  \(command) "), "\(command)")
        }
        #expect(help.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains("130 interrupted"))
        #expect(help.output.contains("143 terminated"))
    }

    @Test func aShopGoesAllTheWayAndTheSecondRunRepeatsNothing() async throws {
        try await withTemporaryFolder { folder in
            let synth = try Tool.run(["synth", "--users", "120", "--items", "150", "--output", "shop"], in: folder)
            #expect(synth.status == 0, "\(synth.errors)")
            #expect(synth.output.contains("120 users"))
            // What is served later, without the configuration, was fitted with this α.
            let config = "training: {als: {factors: 8, iterations: 3, alpha: 5}}\nseg: {k: 3}\n"
            try Data(config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))
            let arguments = ["run", "--config", "recsys.yaml", "--input", "shop", "--root", "store", "--workers", "2"]
            let first = try Tool.run(arguments, in: folder)
            #expect(first.status == 0, "\(first.errors)")
            for word in [
                "stage", "peak memory", "precision@10", "als-postrank", "baseline", "Artifacts are under store",
            ] {
                #expect(first.output.contains(word), "\(word)")
            }
            let rows = first.output.split(separator: "\n").filter { $0.contains("@10 ") && !$0.hasPrefix("Warning") }
            #expect(rows.count == 4)
            for row in rows {
                #expect(row.count { $0 == "±" } == 3, "\(row)")
                #expect(row.prefix { $0 != "±" }.count == rows[0].prefix { $0 != "±" }.count, "columns are aligned")
            }
            let second = try Tool.run(arguments + ["--json", "--progress", "json"], in: folder)
            #expect(second.status == 0)
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(second.output.utf8)) as? [String: Any])
            let stages = try #require(json["stages"] as? [[String: Any]])
            #expect(stages.count == 9)
            #expect(stages.allSatisfy { $0["outcome"] as? String == "unchanged" })

            let list = try Tool.run(["recommend", "--root", "store", "--user", "1", "--count", "2"], in: folder)
            #expect(list.status == 0, "\(list.errors)")
            #expect(list.output.contains("User 1"))
            // The made-up shop names its products.
            #expect(list.output.contains("rank  product  name") && !list.output.contains("–"), "\(list.output)")
            let stranger = try Tool.run(["recommend", "--root", "store", "--user", "nobody"], in: folder)
            #expect(stranger.status == 66)
            #expect(stranger.errors.contains("does not know user nobody"))
            let all = try Tool.run(["recommend", "--root", "store", "--output", "recs.parquet"], in: folder)
            #expect(all.status == 0 && all.output.contains("120 users"), "\(all.output)\(all.errors)")

            try recommendOptions(in: folder)

            let runs = try Tool.run(["runs", "list", "--root", "store"], in: folder)
            #expect(runs.output.contains(" kB") && !runs.output.contains(" 0 MB"), "\(runs.output)")

            let verify = try Tool.run(["runs", "verify", "--root", "store"], in: folder)
            #expect(verify.status == 0)
            let latest = "\(folder)/store/recsys/user_seg/latest/user_seg.parquet"
            let part = try #require(
                try FileManager.default.contentsOfDirectory(atPath: latest).first { $0.hasSuffix(".parquet") })
            let handle = try FileHandle(forUpdating: URL(filePath: "\(latest)/\(part)"))
            try handle.seek(toOffset: 100)
            try handle.write(contentsOf: Data([0xAB, 0xCD]))
            try handle.close()
            let damaged = try Tool.run(["runs", "verify", "--root", "store"], in: folder)
            #expect(damaged.status == 65)
            #expect(damaged.output.contains(part))
        }
    }

    @Test func listsWorseThanBestSellersAreSaid() async throws {
        try await withTemporaryFolder { folder in
            #expect(try Tool.run(["synth", "--users", "300", "--output", "shop"], in: folder).status == 0)
            func run(_ alpha: Int, _ arguments: [String]) throws -> Tool.Result {
                let config = "training: {als: {factors: 16, alpha: \(alpha)}}\nseg: {k: 3}\n"
                try Data(config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))
                return try Tool.run(
                    arguments + ["--config", "recsys.yaml", "--input", "shop", "--root", "store"], in: folder)
            }
            let poor = try run(40, ["run"])
            #expect(poor.status == 0, "\(poor.errors)")
            #expect(
                poor.output.contains("Warning: NDCG@10 is below that of the popularity baseline (als by "),
                "\(poor.output)")
            #expect(poor.output.contains("training.als.alpha is 40:") && poor.output.contains("insightflow tune"))
            let page = try String(contentsOfFile: "\(folder)/store/recsys/reports/latest/report.html", encoding: .utf8)
            #expect(page.contains("<strong>Warning:</strong> Below the popularity baseline: "))
            let evaluated = try run(40, ["evaluate"])
            #expect(evaluated.output.contains("training.als.alpha is 40:"), "\(evaluated.output)")
            let json = try run(40, ["evaluate", "--json"])
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
            #expect((report["warnings"] as? [String])?.count == 1)
            let good = try run(1, ["run"])
            #expect(good.status == 0 && !good.output.contains("Warning"), "\(good.output)")
        }
    }

    /// Where nobody watches, a line tells that work begins or ends, once, and of what it is.
    @Test func plainProgressSaysWhatIsReadAndNothingTwice() async throws {
        try await withTemporaryFolder { folder in
            #expect(try Tool.run(["synth", "--users", "60", "--output", "shop"], in: folder).status == 0)
            let config = "training: {als: {factors: 4, iterations: 2}}\nseg: {k: 2}\n"
            try Data(config.utf8).write(to: URL(filePath: "\(folder)/recsys.yaml"))
            let run = try Tool.run(
                ["run", "--config", "recsys.yaml", "--input", "shop", "--root", "store"], in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let lines = run.errors.split(separator: "\n").map(String.init)
            let reading = lines.filter { $0.hasPrefix("read") }
            #expect(
                reading.map { String($0.prefix { $0 != ":" }) } == [
                    "read orders", "read products", "read prior lines", "read train lines",
                ], "\(run.errors)")
            #expect(!lines.contains { $0.contains(".0 ") || $0.hasPrefix("write") }, "\(run.errors)")
            for (line, next) in zip(lines, lines.dropFirst()) { #expect(line != next) }
        }
    }

    /// What may be listed, why, and what is alike.
    private func recommendOptions(in folder: String) throws {
        struct Answer: Decodable {
            struct Reason: Decodable {
                var product: String
                var contribution: Double
            }
            struct Item: Decodable {
                var product: String
                var score: Double
                var because: [Reason]?
            }
            var items: [Item]?
        }
        func items(_ arguments: [String]) throws -> [Answer.Item] {
            let run = try Tool.run(
                ["recommend", "--root", "store", "--json", "--count", "3"] + arguments, in: folder)
            #expect(run.status == 0, "\(run.errors)")
            return try JSONDecoder().decode([Answer].self, from: Data(run.output.utf8))[0].items ?? []
        }
        let best = try items(["--user", "1"])
        #expect(best.count == 3 && best.allSatisfy { $0.because == nil })
        try (best[1].product + "\n\n" + best[2].product + "\n").write(
            toFile: "\(folder)/retired.txt", atomically: true, encoding: .utf8)
        let denied = try items(["--user", "1", "--deny", best[0].product, "--deny", "@retired.txt"])
        #expect(denied.count == 3 && Set(denied.map(\.product)).isDisjoint(with: best.map(\.product)))
        let allowed = try items(["--user", "1", "--allow", "@retired.txt"])
        #expect(allowed.map(\.product) == [best[1].product, best[2].product])
        let explained = try items(["--user", "1", "--explain"])
        #expect(explained.map(\.product) == best.map(\.product))
        #expect(explained.allSatisfy { ($0.because ?? []).count == 3 && ($0.because?[0].contribution ?? 0) > 0 })
        let alike = try items(["--similar-to", best[0].product])
        #expect(alike.count == 3 && !alike.contains { $0.product == best[0].product })
        let missing = try Tool.run(
            ["recommend", "--root", "store", "--user", "1", "--deny", "@nowhere.txt"], in: folder)
        #expect(missing.status != 0 && missing.errors.contains("nowhere.txt"))
        let stranger = try Tool.run(["recommend", "--root", "store", "--similar-to", "nothing"], in: folder)
        #expect(stranger.status == 66 && stranger.errors.contains("does not know product nothing"))
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var status: Int32
        var message: String
        var testDescription: String { arguments.joined(separator: " ") }
    }

    @Test(arguments: [
        Mistake(arguments: ["run", "--from", "export", "--to", "train"], status: 64, message: "comes after"),
        Mistake(arguments: ["run", "--workers", "0"], status: 64, message: "at least 1"),
        Mistake(arguments: ["run"], status: 64, message: "--input"),
        Mistake(arguments: ["run", "--input", "nowhere"], status: 66, message: "nowhere"),
        Mistake(arguments: ["run", "--config", "bad.yaml", "--input", "x"], status: 78, message: "did you mean 'als'"),
        Mistake(arguments: ["run", "--config", "absent.yaml"], status: 66, message: "absent.yaml"),
        Mistake(arguments: ["recommend", "--user", "1", "--root", "empty"], status: 66, message: "train"),
        Mistake(arguments: ["synth", "--users", "0", "--output", "shop"], status: 64, message: "users"),
        Mistake(arguments: ["runs", "show", "nonsense"], status: 64, message: "families are"),
        Mistake(arguments: ["recommned"], status: 64, message: "recommned"),
    ])
    func mistakesHaveTheirExitCodeAndSayWhatToDo(_ mistake: Mistake) async throws {
        try await withTemporaryFolder { folder in
            try Data("training:\n  alss: {factors: 8}\n".utf8).write(to: URL(filePath: "\(folder)/bad.yaml"))
            let result = try Tool.run(mistake.arguments, in: folder)
            #expect(result.status == mistake.status, "\(result.errors)")
            #expect(result.errors.contains(mistake.message), "\(result.errors)")
        }
    }

    @Test func theDoctorSaysWhatIsHere() async throws {
        try await withTemporaryFolder { folder in
            let result = try Tool.run(["doctor", "--root", "store"], in: folder)
            #expect(result.status == 0, "\(result.output)")
            for subject in ["machine", "Swift", "Apache Arrow", "ISA-L", "OpenBLAS", "fonts", "store"] {
                #expect(result.output.contains(subject), "\(subject)")
            }
        }
    }
}
