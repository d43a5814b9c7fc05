import Foundation
import IFCore
import IFFiles
import IFPipeline
import IFTesting
import Testing

/// Real shops go all the way; what they lack is said, not made up.
@Suite("Real shops, all the way", .serialized) struct RealShopTests {
    private func run(
        _ input: String, root: String, _ change: (inout RecsysConfiguration) -> Void = { _ in }
    ) async throws -> PipelineReport {
        var configuration = RecsysConfiguration.default
        configuration.training.als.factors = 16
        configuration.training.als.iterations = 3
        configuration.training.als.alpha = 1
        change(&configuration)
        return try await Pipeline(configuration: configuration, input: input, root: root).run(
            in: RunContext(workers: 2))
    }

    private func outcomes(_ report: PipelineReport) -> [StageName: StageReport.Outcome] {
        Dictionary(uniqueKeysWithValues: report.stages.map { ($0.stage, $0.outcome) })
    }

    @Test(
        .enabled(if: SharedData.has("data/instacart/history"), "\(SharedData.missing("data/instacart/history"))"))
    func instacartHistories() async throws {
        try await withTemporaryFolder { folder in
            let report = try await run(SharedData.path("data/instacart/history"), root: folder)
            #expect(report.stages.allSatisfy { $0.outcome == .finished })
            #expect(report.stages[0].rowsIn == 2751)
            let ratings = report.stages[2]
            #expect(ratings.rowsIn == 33358)
            let segments = try await ParquetReader.read(
                "\(folder)/recsys/user_seg/latest/user_seg.parquet", in: RunContext())
            #expect(segments.rowCount == 94)
            // Repeat purchases are what these users do: the model has to beat the most popular products.
            let ndcg = try #require(report.metrics.first { $0.name == "NDCG@10" }?.values)
            #expect(try #require(Double(ndcg[0] ?? "")) > (try #require(Double(ndcg[2] ?? ""))))
        }
    }

    @Test(.enabled(if: SharedData.has("data/online-retail"), "\(SharedData.missing("data/online-retail"))"))
    func onlineRetailAsTransactions() async throws {
        try await withTemporaryFolder { folder in
            let report = try await run(SharedData.path("data/online-retail/online_retail.csv.gz"), root: folder) {
                var columns = TransactionColumns()
                columns.user = "CustomerID"
                columns.item = "StockCode"
                columns.order = "InvoiceNo"
                columns.timestamp = "InvoiceDate"
                columns.quantity = "Quantity"
                columns.price = "UnitPrice"
                columns.cancellationPrefix = "C"
                columns.description = "Description"
                $0.input.transactions = columns
                $0.input.validation = .lenient
            }
            #expect(report.stages.allSatisfy { $0.outcome == .finished })
            // A year of data: many customers were last seen more than 60 days before its end.
            let notes = report.stages.first { $0.stage == .segment }?.notes ?? []
            #expect(notes.contains { $0.contains("of 4339 users is above 60 days") }, "\(notes)")
            let segments = try await ParquetReader.read(
                "\(folder)/recsys/user_seg/latest/user_seg.parquet", in: RunContext())
            #expect(segments.rowCount == 4339)
            // Stock codes are strings, so Spark's integer ids cannot hold them: they stand beside the factors.
            let ratings = try await ParquetReader.read(
                "\(folder)/after-transformation/upi_features/latest/ratings.parquet", in: RunContext())
            #expect(ratings["product_id"]?.type == .string)
            let answer = try await RecommendationService(root: folder).lists(
                for: ["17850"], count: 3, in: RunContext())
            #expect(answer[0].items?.count == 3)
            #expect(answer[0].items?.allSatisfy { $0.name?.isEmpty == false } == true)
            #expect(report.stages[0].notes.contains { $0.contains("cancellation") })
        }
    }

    @Test(.enabled(if: SharedData.has("data/cdnow"), "\(SharedData.missing("data/cdnow"))"))
    func cdnowHasNoItemsSoOnlyItsCustomersAreSegmented() async throws {
        try await withTemporaryFolder { folder in
            let report = try await run(SharedData.path("data/cdnow/CDNOW_master.txt.gz"), root: folder) {
                var columns = TransactionColumns()
                columns.user = "customer_id"
                columns.timestamp = "date"
                columns.timestampFormat = "yyyyMMdd"
                columns.quantity = "number_of_cds"
                columns.amount = "dollar_value"
                columns.delimiter = "whitespace"
                $0.input.transactions = columns
                $0.input.validation = .lenient
            }
            let outcome = outcomes(report)
            for stage in [StageName.ratings, .train, .evaluate, .rerank, .export] {
                #expect(outcome[stage] == .skipped, "\(stage)")
            }
            #expect(outcome[.segment] == .finished)
            let segments = try await ParquetReader.read(
                "\(folder)/recsys/user_seg/latest/user_seg.parquet", in: RunContext())
            #expect(segments.rowCount > 23_000)
        }
    }

    @Test(.enabled(if: SharedData.has("data/ta-feng"), "\(SharedData.missing("data/ta-feng"))"))
    func taFengBasketsAreSequencesWithoutDates() async throws {
        try await withTemporaryFolder { folder in
            let json = "\(folder)/tafeng.json"
            let gunzip = Process()
            gunzip.executableURL = URL(filePath: "/bin/sh")
            gunzip.arguments = [
                "-c", "gzip -dc '\(SharedData.path("data/ta-feng/tafeng_merged.json.gz"))' > '\(json)'",
            ]
            try gunzip.run()
            gunzip.waitUntilExit()
            let data = try Data(contentsOf: URL(filePath: json))
            let baskets = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [[Int]]])
            var users: [Int32] = []
            var sequences: [Int32] = []
            var items: [Int32] = []
            for (user, history) in baskets.sorted(by: { (Int($0.key) ?? 0) < (Int($1.key) ?? 0) }) {
                for (number, basket) in history.enumerated() {
                    for item in basket {
                        users.append(try #require(Int32(user)))
                        sequences.append(Int32(number + 1))
                        items.append(Int32(item))
                    }
                }
            }
            let table = Table(["user": .int32(users), "visit": .int32(sequences), "item": .int32(items)])
            try FileManager.default.createDirectory(atPath: "\(folder)/in", withIntermediateDirectories: true)
            try CSVWriter.write(table, to: "\(folder)/in/baskets.csv")
            let report = try await run("\(folder)/in/baskets.csv", root: "\(folder)/store") {
                var columns = TransactionColumns()
                columns.user = "user"
                columns.sequence = "visit"
                columns.item = "item"
                $0.input.transactions = columns
            }
            let outcome = outcomes(report)
            #expect(outcome[.impute] == .skipped)
            #expect(outcome[.checkImputation] == .skipped)
            for stage in [StageName.ratings, .train, .evaluate, .rerank, .segment, .export] {
                #expect(outcome[stage] == .finished, "\(stage)")
            }
            let recall = try #require(report.metrics.first { $0.name == "recall@10" }?.values)
            #expect(try #require(Double(recall[0] ?? "")) > 0)
            #expect(
                report.metricNotes.joined().contains("13858 users evaluated") || report.stages[4].rowsOut ?? 0 > 10_000)
        }
    }
}
