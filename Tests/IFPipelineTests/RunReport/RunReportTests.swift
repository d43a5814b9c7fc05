import Foundation
import IFCore
import IFEval
import IFFiles
import IFPipeline
import IFStore
import IFSynth
import IFTesting
import Testing

/// The page that a run writes, on small made-up shops.
@Suite(.serialized) struct RunReportTests {
    private static let hostile = "<script>alert(\"1\")</script> & 'milk'"
    private let moment = Date(timeIntervalSince1970: 1_800_000_000)

    private func makeShop(_ folder: String) async throws {
        _ = try await ShopWriter.write(
            SyntheticShop(.init(users: 160, items: 200)), to: folder, in: RunContext(workers: 2))
        let file = "\(folder)/products.parquet"
        var products = try await ParquetReader.read(file, in: RunContext())
        products.set("product_name", .strings((0..<products.rowCount).map { "\(Self.hostile) \($0)" }))
        try ParquetWriter.write(products, to: file)
    }

    private func pipeline(
        _ folder: String, factors: Int = 8, from: StageName = .impute, to: StageName = .report, input: Bool = true,
        force: Bool = false
    ) throws -> Pipeline {
        var configuration = RecsysConfiguration.default
        configuration.training.als.factors = factors
        configuration.training.als.iterations = 4
        configuration.seg.k = 4
        return try Pipeline(
            configuration: configuration, input: input ? "\(folder)/shop" : nil, root: "\(folder)/store",
            options: PipelineOptions(from: from, to: to, force: force))
    }

    private func context(after seconds: Double = 0, workers: WorkerBudget = 2) -> RunContext {
        let now = moment.addingTimeInterval(seconds)
        return RunContext(seed: 42, workers: workers, now: { now })
    }

    private func page(_ folder: String) throws -> String {
        String(
            decoding: try Data(contentsOf: URL(filePath: "\(folder)/store/recsys/reports/latest/report.html")),
            as: UTF8.self)
    }

    @Test func thePageHoldsEverySectionAndEscapesProductNames() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            _ = try await pipeline(folder).run(in: context())
            let page = try page(folder)
            let headings = page.matches(of: #/<h2 id="[^"]*">([^<]*)<\/h2>/#).map { String($0.output.1) }
            #expect(
                headings == [
                    "What ran", "Data quality", "Imputation", "Training", "Metrics", "Reranking", "Segments",
                    "Sample users", "Timings and memory", "Manifest",
                ])
            let levels = page.matches(of: #/<h([1-6])[ >]/#).compactMap { Int($0.output.1) }
            #expect(levels.first == 1 && zip(levels, levels.dropFirst()).allSatisfy { $1 <= $0 + 1 })
            #expect(page.matches(of: #/<script[ >]/#).count == 1, "a product's name is no markup")
            #expect(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;milk&#39;"))
            #expect(!page.contains("http:") && !page.contains("https:"))
            for wanted in [
                "Training: objective after each sweep", "Imputed values of the last interval", "R-hat",
                "Numbers are the weight of popularity γ", "Numbers are the weight of the score λ", "0.3 (in use)",
                "Precision and coverage along the weights", "no run before",
                "of the means of 7 chains over 10 sweeps is",
                "The peak at 30 days is the cap: ", " points</td>",
                "Products that tell the segments apart",
                "No row of the input breaks a rule", "recsys/models/als-20270115-080000/meta.json",
            ] { #expect(page.contains(wanted), "\(wanted) is missing") }
            #expect(page.matches(of: #/<h3>User /#).count == 6)
        }
    }

    @Test func theSameStoreGivesTheSameBytesOnAnyNumberOfWorkers() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            _ = try await pipeline(folder).run(in: context())
            let first = try page(folder)
            for (seconds, workers, input) in [(10.0, 1, true), (20, 5, true), (30, 2, false)] {
                let report = try await pipeline(folder, from: .report, input: input, force: true)
                    .run(in: context(after: seconds, workers: WorkerBudget(workers)))
                #expect(report.stages.map(\.outcome) == [.finished])
                // Without an input too: names are looked for where the ratings' input lay.
                #expect(try page(folder) == first)
            }
            let again = try await pipeline(folder, from: .report).run(in: context(after: 40))
            #expect(again.stages.map(\.outcome) == [.unchanged])
        }
    }

    @Test func metricsStandBesideTheRunBefore() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            _ = try await pipeline(folder).run(in: context())
            _ = try await pipeline(folder, factors: 5).run(in: context(after: 60))
            let page = try page(folder)
            #expect(page.contains("users evaluated, beside als-20270115-080000"))
            #expect(page.contains("users evaluated, beside als-postrank-20270115-080000"))
            #expect(page.contains(">Run before</th>"))
            #expect(!page.contains("another model"))
            // A model that nobody has evaluated yet.
            _ = try await pipeline(folder, factors: 6, from: .train, to: .train).run(in: context(after: 120))
            _ = try await pipeline(folder, from: .report).run(in: context(after: 180))
            #expect(try self.page(folder).contains("This evaluation is of another model than the latest"))
        }
    }

    /// Damage to an old run costs the comparison with it, not the page.
    @Test func damagedMetricsOfTheRunBeforeAreSaid() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            _ = try await pipeline(folder).run(in: context())
            let evaluations = "\(folder)/store/recsys/eval"
            let old = try FileManager.default.contentsOfDirectory(atPath: evaluations).filter { $0.hasPrefix("als-2") }
            let name = try #require(old.first)
            try #require(old.count == 1)
            try Data("{\"als\": ".utf8).write(to: URL(filePath: "\(evaluations)/\(name)/metrics.json"))
            _ = try await pipeline(folder, factors: 12).run(in: context(after: 86_400))
            let page = try page(folder)
            #expect(page.contains("The metrics of the run before, \(name), cannot be read"))
        }
    }

    /// Lists that are worse than the same best sellers for everybody: said at the metrics, with the figures and what to do.
    @Test func listsWorseThanBestSellersAreSaid() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            _ = try await pipeline(folder).run(in: context())
            func set(_ run: String, ndcg: Double) async throws -> String {
                let file = URL(filePath: "\(folder)/store/recsys/eval/\(run)-20270115-080000/metrics.json")
                var report = try JSONDecoder().decode(MetricsReport.self, from: Data(contentsOf: file))
                report.als = .init(precision: 0.2, recall: 0.3, map: 0.25, ndcg: ndcg)
                report.baseline = .init(precision: 0.1, recall: 0.4, map: 0.2, ndcg: 0.25)
                report.lift = .init(precision: 1, recall: -0.25, map: 0.25, ndcg: ndcg / 0.25 - 1)
                try Data(report.text.utf8).write(to: file)
                _ = try await pipeline(folder, from: .report, force: true).run(in: context(after: 60))
                return try page(folder)
            }
            _ = try await set("als-postrank", ndcg: 0.3)
            let good = try await set("als", ndcg: 0.3)
            #expect(!good.contains("Below the popularity baseline"))
            let poor = try await set("als", ndcg: 0.2)
            #expect(
                poor.contains(
                    "<strong>Warning:</strong> Below the popularity baseline: Recall@10 (0.3000 against 0.4000, \u{2212}25.0%), "
                        + "NDCG@10 (0.2000 against 0.2500, \u{2212}20.0%)."))
            #expect(poor.contains("training.als.alpha is 40: a smaller one often ranks far better"))
            #expect(!poor.contains("eval.blend.gamma, or"))
            _ = try await set("als", ndcg: 0.3)
            let reranked = try await set("als-postrank", ndcg: 0.2)
            #expect(reranked.contains("try a smaller eval.blend.gamma, or eval.mmr.enabled: false"))
        }
    }

    /// Notes say what the figures say.
    @Test func notesOfTheImputationFollowItsFigures() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            _ = try await pipeline(folder).run(in: context())
            let runs = "\(folder)/store/after-clean/after-MICE/run-20270115-080000"
            func page(_ trace: String) async throws -> String {
                try Data(trace.utf8).write(to: URL(filePath: "\(runs)/chain_trace.json"))
                _ = try await pipeline(folder, from: .report, force: true).run(in: context(after: 60))
                return try self.page(folder)
            }
            func trace(_ chains: [[Double]]) -> String { "{\"column\": \"days_imp\", \"means\": \(chains)}" }
            #expect(try await page(trace([[1, 2, 3], [2, 1, 3]])).contains("With 3 sweeps there is no telling"))
            #expect(try await page(trace([[5, 5, 5, 5]])).contains("do not vary from sweep to sweep"))
            let apart = try await page(trace([[1, 1.1, 1, 1.1], [9, 9.1, 9, 9.1]]))
            #expect(apart.contains("chains do not agree yet") && !apart.contains("count as converged"))
            let mixed = try await page(trace([[1, 2, 1, 2], [2, 1, 2, 1]]))
            #expect(
                mixed.contains("of the means of 2 chains over 4 sweeps is 0.7") && mixed.contains("count as converged"))
            // Where nothing was at the cap, the note on the peak is left out.
            let check = "\(folder)/store/recsys/imputation_check/run-20270115-080000/summary_day30.json"
            let summary = try String(contentsOfFile: check, encoding: .utf8)
            try summary.replacing(#/"last_eq30_count" : \d+/#, with: "\"last_eq30_count\" : 0")
                .write(toFile: check, atomically: true, encoding: .utf8)
            #expect(try await !page(trace([[1, 2, 1, 2], [2, 1, 2, 1]])).contains("The peak at 30 days"))
        }
    }

    @Test func aPartOfThePipelineIsReportedAsFarAsItGoes() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            let empty = try await pipeline(folder, from: .report).run(in: context())
            #expect(empty.stages.map(\.outcome) == [.skipped])
            #expect(empty.stages[0].notes == ["the store has no run to report on"])
            _ = try await pipeline(folder, to: .ratings).run(in: context())
            let report = try await pipeline(folder, from: .report).run(in: context(after: 60))
            #expect(report.stages[0].notes.contains { $0.contains("without train, evaluate") })
            let page = try page(folder)
            #expect(page.contains(">Imputation</h2>") && !page.contains(">Training</h2>"))
            #expect(!page.contains(">Sample users</h2>"))
        }
    }

    /// A catalogue without names, or one that cannot be read, costs the page its names and nothing else.
    @Test func productsWithoutNamesGoByTheirIDs() async throws {
        try await withTemporaryFolder { folder in
            try await makeShop("\(folder)/shop")
            let file = "\(folder)/shop/products.parquet"
            let products = try await ParquetReader.read(file, in: RunContext())
            try ParquetWriter.write(products.selecting(["product_id"]), to: file)
            let report = try await pipeline(folder).run(in: context())
            #expect(report.stages.last?.outcome == .finished)
            let page = try page(folder)
            #expect(page.contains("The names of products could not be read"))
            #expect(page.contains("product 1"))
        }
    }

    /// Plain purchases without dates: nothing is imputed, and names come with the lines.
    @Test func transactionsAreReported() async throws {
        try await withTemporaryFolder { folder in
            var text = "who,what,basket,called\n"
            for user in 1...40 {
                for basket in 1...4 {
                    for place in 0..<3 {
                        let item = (user * 7 + basket * 3 + place * place) % 23
                        text += "u\(user),i\(item),\(user * 10 + basket),\"Item <\(item)>\"\n"
                    }
                }
            }
            try text.write(toFile: "\(folder)/lines.csv", atomically: true, encoding: .utf8)
            var configuration = RecsysConfiguration.default
            configuration.training.als.factors = 4
            configuration.seg.k = 3
            var columns = TransactionColumns()
            (columns.user, columns.item, columns.description) = ("who", "what", "called")
            columns.sequence = "basket"
            configuration.input.transactions = columns
            let report = try await Pipeline(
                configuration: configuration, input: "\(folder)/lines.csv", root: "\(folder)/store"
            ).run(in: context())
            #expect(report.stages.first?.outcome == .skipped && report.stages.last?.outcome == .finished)
            let page = try page(folder)
            #expect(!page.contains(">Imputation</h2>"))
            #expect(page.contains("<bdi>Item &lt;"))
            #expect(page.contains(">Data quality</h2>"))
        }
    }
}
