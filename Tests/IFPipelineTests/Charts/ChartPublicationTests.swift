import Foundation
import IFCharts
import IFCore
import IFStore
import IFSynth
import IFTesting
import Testing

@testable import IFPipeline

@Suite struct ChartPublicationTests {
    private func metrics(_ finished: String?, precision: Double) -> String {
        let stamp = finished.map { "\"finished_at_utc\": \"\($0)\"," } ?? ""
        return """
            {"top_k": 10, \(stamp) "users_evaluated": 20,
             "als": {"precision": \(precision), "recall": 0.2, "map": 0.1, "ndcg": 0.15},
             "baseline": {"precision": 0.1, "recall": 0.2, "map": 0, "ndcg": 0.1},
             "lift": {"precision": 0.5, "recall": 0, "map": null, "ndcg": 0.5}, "notes": ["old form"]}
            """
    }

    private func write(_ text: String, _ path: String, in root: URL) throws {
        let file = root.appending(path: path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    private func makeStore(_ root: URL) throws {
        try write(
            metrics("2026-01-02T03:04:05.678", precision: 0.2), "recsys/eval/als-20260105-000000/metrics.json", in: root
        )
        try write(
            metrics("2026-01-01T05:00:00+02:00", precision: 0.1),
            "recsys/eval/als-postrank-20260109-000000/metrics.json", in: root)
        try write(metrics(nil, precision: 0.3), "recsys/eval/als-20260103-000000/metrics.json", in: root)
        try write("{\"top_k\": 10", "recsys/eval/als-20260104-000000/metrics.json", in: root)
        try write("{\"top_k\": 10}", "recsys/eval/als-20260106-000000/metrics.json", in: root)
        try write(metrics(nil, precision: 0.4), "recsys/eval/other/metrics.json", in: root)
        try write(
            "{\"coverage_user_eval\": 0.9, \"coverage_item\": 0.3}", "recsys/eval/als-20260105-000000/coverage.json",
            in: root)
        try write("no json", "recsys/eval/als-20260103-000000/coverage.json", in: root)
    }

    @Test func runsAreOrderedByTheirTime() async throws {
        try await withTemporaryFolder { path in
            let folder = URL(filePath: path)
            try makeStore(folder)
            let history = try await EvaluationHistory.scan("recsys/eval", in: FolderStore(root: path))
            // By finished_at_utc, by the name, by the last change.
            #expect(
                history.runs.map(\.id) == [
                    "als-postrank-20260109-000000", "als-20260105-000000", "als-20260103-000000", "other",
                ])
            #expect(history.runs.map(\.variant) == ["als-postrank", "als", "als", "unknown"])
            #expect(history.runs[0].finished == Date(timeIntervalSince1970: 1_767_236_400))
            #expect(history.runs.map(\.itemCoverage) == [nil, 0.3, nil, nil])
            #expect(history.runs[1].lift.map == nil)
            #expect(history.problems.count == 3)
            for name in ["als-20260104-000000/metrics.json", "'als'", "coverage.json"] {
                #expect(history.problems.contains { $0.contains(name) }, "\(name) is not reported")
            }
        }
    }

    /// Values of another type are reported; a file without any metric is no evaluation; a name may go on behind its time.
    @Test func oddFilesAreReported() async throws {
        try await withTemporaryFolder { path in
            let folder = URL(filePath: path)
            let odd = metrics(nil, precision: 0.2).replacing("\"top_k\": 10", with: "\"finished_at_utc\": 1767830400")
            try write(odd, "recsys/eval/als-postrank-20260112-000000-rerun/metrics.json", in: folder)
            try write(
                "{\"als\": {}, \"baseline\": {}}", "recsys/eval/als-20260113-000000/metrics.json", in: folder)
            let history = try await EvaluationHistory.scan("recsys/eval", in: FolderStore(root: path))
            #expect(history.runs.map(\.id) == ["als-postrank-20260112-000000-rerun"])
            #expect(history.runs.first?.finished == Date(timeIntervalSince1970: 1_768_176_000))
            #expect(history.problems.count == 2)
            #expect(history.problems.contains { $0.hasSuffix("finished_at_utc is of another type and was not used") })
            #expect(history.problems.contains { $0.hasSuffix("it holds none of the four metrics") })
        }
    }

    @Test func publishesWhatTheContractNames() async throws {
        try await withTemporaryFolder { path in
            let folder = URL(filePath: path)
            try makeStore(folder)
            let layout = try ArtifactLayout(.default)
            let result = try await ChartPublication(root: path, layout: layout).publish(in: RunContext(workers: 2))
            #expect(result.evaluations == 4 && result.problems.count == 3)
            #expect(result.run.hasPrefix("recsys/eval_charts/publish-"))
            let run = folder.appending(path: result.run)
            for name in [
                "map_trend", "ndcg_trend", "precision_trend", "recall_trend", "coverage_item_trend",
                "coverage_user_trend", "metrics_bar",
            ] {
                let picture = try Data(contentsOf: run.appending(path: "\(name).png"))
                #expect(picture.starts(with: [0x89, 0x50, 0x4E, 0x47]), "\(name)")
            }
            let lines = try String(contentsOf: run.appending(path: "metrics_trend.csv"), encoding: .utf8)
                .split(
                    separator: "\n")
            #expect(
                lines[0]
                    == "run_id,variant,run_prefix,finished_at_dt,als.precision,als.recall,als.map,als.ndcg,baseline.precision,"
                    + "baseline.recall,baseline.map,baseline.ndcg,lift.precision,lift.recall,lift.map,lift.ndcg,"
                    + "coverage_user_eval,coverage_item")
            #expect(lines.count == 5)
            #expect(
                lines[2].hasPrefix("als-20260105-000000,als,recsys/eval/als-20260105-000000,2026-01-02T03:04:05Z,0.2,"))
            let latest = folder.appending(path: "recsys/eval_charts/latest/index.json")
            let json = try JSONSerialization.jsonObject(with: Data(contentsOf: latest))
            let index = try #require(json as? [String: Any])
            #expect(
                Set(index.keys) == ["metrics_prefix", "published_at_utc", "runs", "latest_run", "artifacts", "note"])
            #expect(index["runs"] as? Int == 4 && index["latest_run"] as? String == "other")
            #expect((index["artifacts"] as? [String])?.count == 8)
        }
    }

    /// After reranking the latest run is that of the reranked lists, and its bars say so.
    @Test func barsAreOfTheVariantThatRanLast() async throws {
        try await withTemporaryFolder { path in
            let folder = URL(filePath: path)
            for (name, finished) in [
                ("als", "2026-01-02T03:00:00+00:00"), ("als-postrank", "2026-01-02T03:10:00+00:00"),
            ] {
                try write(
                    metrics(finished, precision: 0.2), "recsys/eval/\(name)-20260102-000000/metrics.json", in: folder)
                let history = try await EvaluationHistory.scan("recsys/eval", in: FolderStore(root: path))
                let bars = try #require(
                    EvaluationPictures(history.runs).charts.first { $0.file == "metrics_bar.png" }?.chart)
                let svg = String(decoding: try bars.render(.svg), as: UTF8.self)
                #expect(svg.contains(">\(name)</text>") && svg.contains(">baseline</text>"), "\(name)")
                #expect(svg.contains(">als</text>") == (name == "als"), "\(name)")
            }
        }
    }

    private func lines(_ file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func index(_ folder: String) throws -> [String: Any] {
        let file = URL(filePath: "\(folder)/store/recsys/eval_charts/latest/index.json")
        return try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    }

    /// `reporting.publish_after_eval`: charts follow every run that evaluates, once, and say how the model came about.
    @Test func chartsFollowAnEvaluation() async throws {
        try await withTemporaryFolder { folder in
            _ = try await ShopWriter.write(
                SyntheticShop(.init(users: 160, items: 200)), to: "\(folder)/shop", in: RunContext(workers: 2))
            var configuration = RecsysConfiguration.default
            configuration.training.als.factors = 8
            configuration.training.als.iterations = 4
            configuration.seg.k = 4
            // Beside the weights that are always tried.
            configuration.eval.blend.gamma = 0.25
            configuration.eval.mmr.lambda = 0.85
            func run(_ stages: ClosedRange<StageName>, after seconds: Double) async throws -> [StageReport] {
                let now = Date(timeIntervalSince1970: 1_800_000_000 + seconds)
                return try await Pipeline(
                    configuration: configuration, input: "\(folder)/shop", root: "\(folder)/store",
                    options: PipelineOptions(from: stages.lowerBound, to: stages.upperBound)
                ).run(in: RunContext(seed: 42, workers: 2, now: { now })).stages
            }
            let charts = "\(folder)/store/recsys/eval_charts"
            _ = try await run(.impute ... .rerank, after: 0)
            #expect(!FileManager.default.fileExists(atPath: charts), "nobody asked for charts")
            // Evaluations that no chart shows yet are made up for.
            configuration.reporting.publishAfterEval = true
            #expect(configuration.keysWithoutEffect(root: "\(folder)/store") == [])
            let first = try await run(.evaluate ... .rerank, after: 60)
            #expect(first.map(\.outcome) == [.unchanged, .unchanged])
            #expect(
                first.map { $0.runs.last { $0.contains("eval_charts") } } == [
                    nil, "recsys/eval_charts/publish-20270115-080100",
                ])
            let again = try await run(.evaluate ... .rerank, after: 120)
            #expect(
                !again.flatMap(\.runs).contains { $0.contains("eval_charts") }, "they show these evaluations already")

            let artifacts = try #require(try index(folder)["artifacts"] as? [String])
            let prefix = "recsys/eval_charts/publish-20270115-080100/"
            let added = [
                "chain_traces.png", "training_loss.png", "trade_off_gamma.png", "trade_off_lambda.png",
                "chain_traces.csv", "training_loss.csv", "trade_off.csv",
            ]
            #expect(artifacts.count == 15 && added.allSatisfy { artifacts.contains(prefix + $0) })
            for file in artifacts {
                let data = try Data(contentsOf: URL(filePath: "\(folder)/store/\(file)"))
                #expect(file.hasSuffix(".csv") || data.starts(with: [0x89, 0x50, 0x4E, 0x47]), "\(file)")
            }
            let run1 = URL(filePath: "\(folder)/store/\(prefix)")
            let loss = try lines(run1.appending(path: "training_loss.csv"))
            #expect(loss.first == "sweep,objective" && loss.count == 5)
            let trace = try lines(run1.appending(path: "chain_traces.csv"))
            #expect(trace.first == "chain,sweep,mean,standard_deviation" && trace.count == 71)
            let weights = try lines(run1.appending(path: "trade_off.csv"))
            #expect(weights.first == "parameter,weight,precision,coverage_item" && weights.count == 16)
            #expect(weights.count { $0.hasPrefix("gamma,") } == 8 && weights.count { $0.hasPrefix("lambda,") } == 7)
            #expect(
                weights.contains { $0.hasPrefix("gamma,0.25,") } && weights.contains { $0.hasPrefix("lambda,0.85,") })
            let reranked = "\(folder)/store/recsys/eval"
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: reranked).first { $0.hasPrefix("als-postrank-") })
            let tradeOff = try JSONDecoder().decode(
                RerankTradeOff.self, from: Data(contentsOf: URL(filePath: "\(reranked)/\(name)/trade_off.json")))
            for (chart, words) in zip(tradeOff.charts, ["0.25 (in use)", "0.85 (in use)"]) {
                #expect(String(decoding: try chart.chart.render(.svg), as: UTF8.self).contains(">\(words)</text>"))
            }

            // A damaged file costs its chart, and is said.
            let models = "\(folder)/store/recsys/models"
            let model = try #require(
                try FileManager.default.contentsOfDirectory(atPath: models).first { $0.hasPrefix("als-") })
            try Data("{\"loss_per_sweep\": 3".utf8).write(to: URL(filePath: "\(models)/\(model)/meta.json"))
            let result = try await ChartPublication(root: "\(folder)/store", layout: ArtifactLayout(configuration))
                .publish(in: RunContext(workers: 2, now: { Date(timeIntervalSince1970: 1_800_000_180) }))
            #expect(
                result.problems == ["recsys/models/\(model)/meta.json is left out: it is not what the stage writes"])
            #expect((try index(folder)["artifacts"] as? [String])?.count == 13)
        }
    }

    @Test func nothingToShowIsAnError() async throws {
        try await withTemporaryFolder { path in
            let layout = try ArtifactLayout(.default)
            await #expect {
                try await ChartPublication(root: path, layout: layout).publish(in: RunContext())
            } throws: { ($0 as? IFError)?.code == .emptyData }
        }
    }
}
