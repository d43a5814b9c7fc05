import Foundation
import IFCore
import IFEval
import IFFiles
import IFPipeline
import IFStore
import IFSynth
import IFTesting
import Synchronization
import Testing

/// The whole pipeline on small made-up shops.
@Suite(.serialized) struct PipelineTests {
    private func makeShop(_ folder: String, users: Int = 160) async throws {
        _ = try await ShopWriter.write(
            SyntheticShop(.init(users: users, items: 200)), to: folder, in: RunContext(workers: 2))
    }

    private func configuration(factors: Int = 8) -> RecsysConfiguration {
        var configuration = RecsysConfiguration.default
        configuration.training.als.factors = factors
        configuration.training.als.iterations = 4
        configuration.seg.k = 4
        return configuration
    }

    private func context(seed: UInt64 = 42, workers: WorkerBudget = 2) -> RunContext {
        RunContext(seed: seed, workers: workers, now: { Date(timeIntervalSince1970: 1_800_000_000) })
    }

    /// A report's text without what was measured.
    private func withoutMeasurements(_ page: Data) -> String {
        String(decoding: page, as: UTF8.self).replacing(/<span class="measured"[^>]*>[^<]*<\/span>/, with: "")
    }

    /// Every file below `root` but those of the store's own bookkeeping, which hold timings and writers.
    private func artifacts(_ root: String) throws -> [String: Data] {
        var out: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) {
            let full = "\(root)/\(path)"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let parts = path.split(separator: "/")
            if parts.contains(where: {
                $0.hasPrefix(".") || $0.hasPrefix("_manifest") || $0.hasPrefix("_latest") || $0.hasPrefix("_history")
            }) {
                continue
            }
            out[path] = try Data(contentsOf: URL(filePath: full))
        }
        return out
    }

    @Test func everyStageWritesItsArtifactsAndOneAndTwoWorkersTheSameBytes() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            for workers in [1, 2] {
                let report = try await Pipeline(
                    configuration: configuration(), input: "\(folder)/shop", root: "\(folder)/store\(workers)"
                ).run(in: context(workers: WorkerBudget(workers)))
                #expect(report.stages.map(\.stage) == StageName.allCases)
                #expect(report.stages.allSatisfy { $0.outcome == .finished })
                #expect(report.metrics.map(\.name) == ["precision@10", "recall@10", "MAP@10", "NDCG@10"])
                for row in report.metrics {
                    #expect(row.intervals.count == row.values.count)
                    for (value, interval) in zip(row.values, row.intervals).prefix(3) {
                        let (mean, bounds) = (try #require(value.flatMap(Double.init)), try #require(interval))
                        // Values are rounded to four places.
                        #expect(bounds.lower < bounds.upper && bounds.lower - 1e-4...bounds.upper + 1e-4 ~= mean)
                    }
                    #expect(row.intervals.suffix(2).allSatisfy { $0 == nil })
                }
                #expect(report.metricNotes.last?.contains("95 % interval") == true)
                #expect(report.metricColumns == ["als", "als-postrank", "baseline", "lift als", "lift als-postrank"])
            }
            let one = try artifacts("\(folder)/store1")
            let two = try artifacts("\(folder)/store2")
            #expect(one.keys.sorted() == two.keys.sorted())
            for (path, data) in one where !path.hasSuffix("report.html") {
                #expect(two[path] == data, "\(path) differs")
            }
            // The page says how long the stages took; all else in it is the same.
            let page = "recsys/reports/run-20270115-080000/report.html"
            let (first, second) = (try #require(one[page]), try #require(two[page]))
            #expect(withoutMeasurements(first) == withoutMeasurements(second))
            #expect(withoutMeasurements(first).utf8.count < first.count)
            for wanted in [
                "after-clean/after-MICE/run-20270115-080000/orders_imputed.parquet",
                "after-clean/after-MICE/run-20270115-080000/mice_metrics.json",
                "after-transformation/upi_features/run-20270115-080000/_debug.json",
                "recsys/models/als-20270115-080000/als_model/metadata/part-00000",
                "recsys/models/als-20270115-080000/meta.json",
                "recsys/models/als-20270115-080000/model.ifals",
                "recsys/eval/als-20270115-080000/metrics.json",
                "recsys/eval/als-postrank-20270115-080000/coverage.json",
                "recsys/exports/run-20270115-080000/data/bedrock_inputs.jsonl",
                "recsys/debug/user-seg-20270115-080000/diag/metrics.json",
            ] {
                #expect(one[wanted] != nil, "\(wanted) is missing")
            }
            try expectImputationCheck(one)
            try expectSegmentCharts(one)
            for latest in [
                "after-clean/after-MICE/latest/orders.parquet",
                "after-transformation/upi_features/latest/ratings.parquet",
                "recsys/reports/latest/report.html",
                "recsys/user_seg/latest/user_seg.parquet",
                "recsys/segment_popularity/latest/segment_popularity.parquet",
            ] {
                #expect(FileManager.default.fileExists(atPath: "\(folder)/store1/\(latest)"), "\(latest) is missing")
            }
        }
    }

    /// The files of a run's folder, by their names.
    private func files(_ folder: String, _ artifacts: [String: Data]) -> [String: Data] {
        var files: [String: Data] = [:]
        for (path, data) in artifacts where path.hasPrefix(folder + "/") {
            files[String(path.dropFirst(folder.count + 1))] = data
        }
        return files
    }

    private func isPicture(_ data: Data) -> Bool {
        data.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    }

    private func expectImputationCheck(_ artifacts: [String: Data]) throws {
        let files = files("recsys/imputation_check/run-20270115-080000", artifacts)
        let pictures = [
            "hist_0_60.png", "cdf_0_60.png", "share_30d_bar.png", "last_eq30_bar.png", "chain_traces.png",
        ]
        let heads = [
            "distributions_sample.csv": "before_days,after_days", "hist_0_60.csv": "from,to,before,after",
            "cdf_0_60.csv": "side,days,share", "chain_traces.csv": "chain,sweep,mean,standard_deviation",
        ]
        #expect(files.keys.sorted() == (pictures + heads.keys + ["summary_day30.json"]).sorted())
        for name in pictures {
            let data = try #require(files[name])
            #expect(isPicture(data), "\(name)")
        }
        var rows: [String: [Substring]] = [:]
        for (name, head) in heads {
            let data = try #require(files[name])
            let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
            #expect(lines.first.map(String.init) == head, "\(name)")
            rows[name] = Array(lines.dropFirst())
        }
        // A bin for each day, whose densities sum to 1, and steps that end at 1.
        let histogram = try #require(rows["hist_0_60.csv"])
        let bins = histogram.map { line in line.split(separator: ",").compactMap { Double($0) } }
        try #require(bins.allSatisfy { $0.count == 4 })
        #expect(bins.map { $0[0] } == (0..<60).map { Double($0) })
        for side in 2...3 {
            let sum = bins.reduce(0.0) { $0 + $1[side] }
            #expect(abs(sum - 1) < 1e-9)
        }
        let steps = try #require(rows["cdf_0_60.csv"])
        for side in ["before", "after"] {
            let last = steps.last { $0.hasPrefix("\(side),") }?.split(separator: ",").last.flatMap { Double($0) }
            #expect(last == 1, "\(side)")
        }
        #expect(rows["distributions_sample.csv"]?.isEmpty == false)
    }

    /// The index names the pictures that are there, and no others.
    private func expectSegmentCharts(_ artifacts: [String: Data]) throws {
        let folder = "recsys/eval_charts/rfm_analysis-20270115-080000"
        let all = files(folder, artifacts)
        let files = all.filter { $0.key != "index.json" }
        let data = try #require(all["index.json"])
        let index = try JSONSerialization.jsonObject(with: data)
        let fields = try #require(index as? [String: Any])
        #expect(Set(fields.keys) == ["run", "exported_at_utc", "sources", "artifacts"])
        #expect(fields["run"] as? String == "rfm_analysis-20270115-080000")
        let named = try #require(fields["artifacts"] as? [String: String])
        #expect(named.values.sorted() == files.keys.sorted())
        #expect(named.allSatisfy { $1 == "\($0).png" })
        #expect(
            named.keys.sorted() == [
                "cluster_profiles", "pca_segments", "rfm_matrix", "seg_pop_lift", "segment_means", "segment_sizes",
            ])
        for (name, data) in files { #expect(isPicture(data), "\(name)") }
    }

    @Test func anUnchangedRunIsTakenOverAndAChangeRepeatsWhatDependsOnIt() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            func run(_ configuration: RecsysConfiguration, seed: UInt64 = 42) async throws -> [StageName: StageReport
                .Outcome]
            {
                let report = try await Pipeline(
                    configuration: configuration, input: "\(folder)/shop", root: "\(folder)/store"
                ).run(in: RunContext(seed: seed, workers: 2))
                return Dictionary(uniqueKeysWithValues: report.stages.map { ($0.stage, $0.outcome) })
            }
            #expect(try await run(configuration()).values.allSatisfy { $0 == .finished })
            #expect(try await run(configuration()).values.allSatisfy { $0 == .unchanged })
            let other = try await run(configuration(factors: 6))
            for stage in [StageName.impute, .checkImputation, .ratings, .segment, .export] {
                #expect(other[stage] == .unchanged, "\(stage)")
            }
            for stage in [StageName.train, .evaluate, .rerank] { #expect(other[stage] == .finished, "\(stage)") }
            #expect(try await run(configuration(factors: 6), seed: 7).values.allSatisfy { $0 == .finished })
        }
    }

    @Test func aStageThatFailsLeavesEarlierOnesAndTheNextRunResumes() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            var broken = configuration()
            broken.seg.topN = 0
            await #expect(throws: IFError.self) {
                try await Pipeline(configuration: broken, input: "\(folder)/shop", root: "\(folder)/store")
                    .run(in: RunContext(workers: 2))
            }
            let report = try await Pipeline(
                configuration: configuration(), input: "\(folder)/shop", root: "\(folder)/store"
            ).run(in: RunContext(workers: 2))
            #expect(report.stages.filter { $0.outcome == .unchanged }.map(\.stage).contains(.rerank))
            #expect(report.stages.filter { $0.outcome == .finished }.map(\.stage) == [.segment, .export, .report])
        }
    }

    @Test func partsOfThePipelineRunOnTheArtifactsOfEarlierOnes() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            let root = "\(folder)/store"
            func run(_ from: StageName, _ to: StageName, input: String?) async throws -> PipelineReport {
                try await Pipeline(
                    configuration: configuration(), input: input, root: root,
                    options: PipelineOptions(from: from, to: to)
                ).run(in: context())
            }
            _ = try await run(.impute, .ratings, input: "\(folder)/shop")
            let train = try await run(.train, .train, input: nil)
            #expect(train.stages.map(\.outcome) == [.finished])
            let missing = await #expect(throws: IFError.self) { try await run(.export, .export, input: nil) }
            #expect(missing?.code == .notFound)
            #expect(missing?.description.contains("segment") == true)
            let noInput = await #expect(throws: IFError.self) { try await run(.segment, .segment, input: nil) }
            #expect(noInput?.code == .invalidArgument)
        }
    }

    @Test func aModelLoadedFromTheStoreRecommendsAsTheOneInMemory() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            let root = "\(folder)/store"
            let pipeline = try Pipeline(configuration: configuration(), input: "\(folder)/shop", root: root)
            _ = try await pipeline.run(in: context())
            let recs = try await ParquetReader.read(
                "\(root)/recsys/eval/als-postrank-20270115-080000/recs.parquet", in: context())
            let again = try Pipeline(
                configuration: configuration(), input: "\(folder)/shop", root: root,
                options: PipelineOptions(from: .rerank, to: .rerank, force: true))
            let report = try await again.run(in: context())
            let run = try #require(report.stages.first?.runs.first)
            #expect(try await ParquetReader.read("\(root)/\(run)/recs.parquet", in: context()) == recs)

            let service = RecommendationService(root: root)
            let answers = try await service.lists(for: ["1", "999999", "x"], count: 3, in: context())
            #expect(answers[0].items?.count == 3)
            #expect(answers[1].items == nil && answers[2].items == nil)
        }
    }

    @Test func compatReproducesTheDefects() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            var settings = configuration()
            settings.eval.filterSeen = true
            let report = try await Pipeline(
                configuration: settings, input: "\(folder)/shop", root: "\(folder)/store",
                options: PipelineOptions(compat: true)
            ).run(in: context())
            // The ground truth itself was removed, so every metric of the reranked lists is 0.
            for row in report.metrics { #expect(row.values[1] == "0.0000", "\(row.name)") }
            let exports = "\(folder)/store/recsys/exports/run-20270115-080000/data/user_recos.parquet"
            #expect(try ParquetReader.rowCount(exports) == 400)
            #expect(report.metricNotes.joined().contains("LEAKAGE ALLOWED"))
            // A metric is 0 as well where nobody was evaluated.
            for run in ["als", "als-postrank"] {
                let path = "\(folder)/store/recsys/eval/\(run)-20270115-080000/metrics.json"
                let metrics = try JSONDecoder().decode(
                    MetricsReport.self, from: try Data(contentsOf: URL(filePath: path)))
                #expect(metrics.usersEvaluated > 0, "\(run)")
            }
        }
    }

    @Test func aModelFittedOnTheAnswersIsRefused() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            let shop = "\(folder)/shop"
            // The same shop with its train orders relabelled prior and their lines among the prior lines.
            let leak = "\(folder)/leak"
            try FileManager.default.createDirectory(atPath: leak, withIntermediateDirectories: true)
            var orders = try await ParquetReader.read("\(shop)/orders.parquet", in: context())
            let sets = try orders.strings("eval_set").strings()
            orders.set("eval_set", .strings(sets.map { $0 == "train" ? "prior" : $0 ?? "" }))
            try ParquetWriter.write(orders, to: "\(leak)/orders.parquet")
            let wanted = ["order_id", "product_id"]
            let prior = try await ParquetReader.read(
                "\(shop)/order_products_prior.parquet", columns: wanted, in: context())
            let train = try await ParquetReader.read(
                "\(shop)/order_products_train.parquet", columns: wanted, in: context())
            var lines = Table()
            for name in wanted {
                lines.set(name, .int32(try prior.int32(name).values + train.int32(name).values))
            }
            try ParquetWriter.write(lines, to: "\(leak)/order_products_prior.parquet")
            let root = "\(folder)/store"
            _ = try await Pipeline(
                configuration: configuration(), input: leak, root: root, options: PipelineOptions(to: .train)
            ).run(in: context())
            let error = await #expect(throws: IFError.self) {
                try await Pipeline(
                    configuration: configuration(), input: shop, root: root,
                    options: PipelineOptions(from: .evaluate, to: .evaluate)
                ).run(in: context())
            }
            #expect(error?.code == .leakage)
        }
    }

    @Test func aDamagedOrMissingRunIsRepeated() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            let root = "\(folder)/store"
            func run() async throws -> [StageName] {
                try await Pipeline(configuration: configuration(), input: "\(folder)/shop", root: root)
                    .run(in: RunContext(workers: 2)).stages.filter { $0.outcome == .finished }.map(\.stage)
            }
            _ = try await run()
            let store = RunStore(root: root)
            let layout = try ArtifactLayout(configuration())
            let model = try #require(try await store.latest(layout.models)?.folder)
            try FileManager.default.removeItem(atPath: model)
            // The page names the runs it tells of, so it follows every one.
            #expect(try await run() == [.train, .report])
            let segments = try #require(try await store.latest(layout.userSegments)?.localPath("user_seg.parquet"))
            let part = try #require(
                try FileManager.default.contentsOfDirectory(atPath: segments).first { $0.hasSuffix(".parquet") })
            try Data("x".utf8).write(to: URL(filePath: "\(segments)/\(part)"))
            #expect(try await run() == [.segment, .report])
        }
    }

    @Test func locationsThatWouldShareAFolderAreRefused() throws {
        var configuration = configuration()
        configuration.s3.miceOrdersOut = "s3://one/out/"
        configuration.s3.upiFeaturesOut = "s3://two/out/"
        let error = #expect(throws: IFError.self) { try ArtifactLayout(configuration) }
        #expect(error?.code == .invalidConfiguration)
        configuration = .default
        configuration.s3.baseOutput = "s3://bucket/other/recsys/"
        #expect(try ArtifactLayout(configuration).models.prefix == "other/recsys/models")
        configuration.data.userSegS3 = "s3://bucket/segs/user_seg.parquet"
        #expect(try ArtifactLayout(configuration).userSegments.prefix == "segs")
        configuration = .default
        configuration.engine = .spark
        let engine = #expect(throws: IFError.self) { try Pipeline(configuration: configuration, input: "x", root: "y") }
        #expect(engine?.code == .unsupported)
        let place = #expect(throws: IFError.self) { try Pipeline(input: "x", root: "gs://bucket") }
        #expect(place?.code == .unsupported)
        let bucket = #expect(throws: IFError.self) { try Pipeline(input: "s3://a b/c", root: "y") }
        #expect(bucket?.code == .invalidArgument)
    }

    @Test func aFirstStageAfterTheLastIsRefused() throws {
        let error = #expect(throws: IFError.self) {
            try Pipeline(input: "shop", root: "store", options: PipelineOptions(from: .export, to: .train))
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains("export, comes after the last, train") == true)
        #expect(PipelineOptions(from: .train, to: .train).stages == [.train])
    }

    @Test func theFailingStageIsTheLastThatBegan() async throws {
        try await withTemporaryFolder { folder in
            let began = Mutex<[StageName]>([])
            await #expect(throws: IFError.self) {
                try await Pipeline(input: "\(folder)/nowhere", root: "\(folder)/store")
                    .run(in: context(), onStart: { stage in began.withLock { $0.append(stage) } })
            }
            #expect(began.withLock { $0 } == [.impute])
        }
    }

    @Test func anUnchangedRunReadsNoRowOfTheInput() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            for outcome in [StageReport.Outcome.finished, .unchanged] {
                let stages = Mutex<Set<String>>([])
                let report = try await Pipeline(
                    configuration: configuration(), input: "\(folder)/shop", root: "\(folder)/store"
                ).run(
                    in: RunContext(workers: 2) { progress in stages.withLock { _ = $0.insert(progress.stage) } })
                #expect(report.stages.allSatisfy { $0.outcome == outcome })
                #expect(report.stages.allSatisfy { $0.peakMemoryBytes == nil }, "measured only where asked for")
                #expect(stages.withLock { $0.contains("input") } == (outcome == .finished))
                #expect(stages.withLock { $0.contains("read") } == (outcome == .finished))
            }
        }
    }

    @Test func everyUserSitsAtTheNearestMean() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop", users: 800)
            for stage in [StageName.impute, .segment] {
                _ = try await Pipeline(
                    input: "\(folder)/shop", root: "\(folder)/store",
                    options: PipelineOptions(from: stage, to: stage)
                ).run(in: context())
            }
            let users = try await ParquetReader.read(
                "\(folder)/store/recsys/user_seg/latest/user_seg.parquet", in: context())
            let features = try ["r_z", "f_z", "m_z"].map { try users.double($0).values }
            let segments = try users.int32("segment").values
            var sums = [[Double]](repeating: [0, 0, 0, 0], count: 10)
            for (row, segment) in segments.enumerated() {
                for column in 0..<3 { sums[Int(segment)][column] += features[column][row] }
                sums[Int(segment)][3] += 1
            }
            let means = sums.map { sum in (0..<3).map { sum[$0] / sum[3] } }
            let strangers = segments.indices.filter { row in
                let distances = means.map { mean in
                    (0..<3).reduce(0.0) { $0 + (features[$1][row] - mean[$1]) * (features[$1][row] - mean[$1]) }
                }
                let nearest = distances.min() ?? 0
                return distances[Int(segments[row])] > nearest + 1e-12
            }
            #expect(strangers.isEmpty, "\(strangers.count) of \(segments.count) users")
        }
    }

    @Test func cancellationPublishesNothing() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            var settings = configuration(factors: 32)
            settings.training.als.iterations = 500
            let pipeline = try Pipeline(configuration: settings, input: "\(folder)/shop", root: "\(folder)/store")
            let work = Task {
                try await pipeline.run(
                    in: RunContext(workers: 2) { progress in
                        if progress.stage == "als", progress.completed >= 1 { withUnsafeCurrentTask { $0?.cancel() } }
                    })
            }
            await #expect(throws: CancellationError.self) { try await work.value }
            let store = RunStore(root: "\(folder)/store")
            let layout = try ArtifactLayout(settings)
            #expect(try await store.latest(layout.features) != nil)
            #expect(try await store.runs(layout.models).isEmpty)
        }
    }
}
