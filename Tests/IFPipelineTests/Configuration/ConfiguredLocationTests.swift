import FoundationEssentials
import IFCore
import IFStore
import IFTesting
import Testing

@testable import IFPipeline

/// Keys of recsys.yaml that say where the input lies and where the latest artifacts are.
@Suite struct ConfiguredLocationTests {
    private func writeShop(_ folder: String, lines: String) throws {
        let fixture = InputFixture()
        try write(folder, "orders.csv", fixture.orders)
        try write(lines, "prior/part-0.csv", fixture.prior)
        try write(lines, "train/part-0.csv", fixture.train)
    }

    @Test func theTablesAreFoundByTheKeysOfTheContract() async throws {
        try await withTemporaryFolder { root in
            try writeShop("\(root)/clean", lines: "\(root)/raw")
            var configuration = RecsysConfiguration.default
            configuration.s3.rawAfterClean = "s3://bucket/clean/"
            configuration.s3.orderProductsPrior = "s3://bucket/raw/prior/"
            configuration.s3.orderProductsTrain = "\(root)/raw/train"
            #expect(configuration.keysWithoutEffect(root: root) == [])
            let pipeline = try Pipeline(
                configuration: configuration, input: nil, root: root, options: PipelineOptions(to: .ratings))
            #expect(pipeline.input == "\(root)/clean/")
            let report = try await pipeline.run(in: RunContext(workers: 2))
            #expect(report.stages.map(\.outcome) == [.finished, .finished, .finished])
            #expect(report.stages.map(\.rowsIn).last == 4, "the prior lines")
            #expect(FileManager.default.fileExists(atPath: "\(root)/clean/after-MICE/latest/orders_imputed.parquet"))
        }
    }

    @Test func whatTheCallerNamesComesFirst() async throws {
        try await withTemporaryFolder { root in
            try writeShop("\(root)/clean", lines: "\(root)/raw")
            var configuration = RecsysConfiguration.default
            configuration.s3.rawAfterClean = "s3://bucket/clean"
            configuration.s3.miceOrdersOut = "s3://bucket/elsewhere"
            configuration.s3.orderProductsPrior = "s3://bucket/raw/prior"
            let given = configuration.inputSource(given: "shop", root: root)
            #expect(given.path == "shop" && given.tables.isEmpty)
            #expect(
                configuration.keysWithoutEffect(input: "shop", root: root) == [
                    "s3.raw_after_clean (the input is given)", "s3.order_products_prior (the input is given)",
                ])
            configuration.input.path = "other"
            let named = configuration.inputSource(given: nil, root: root)
            #expect(named.path == "other" && named.tables == [.priorLines: "\(root)/raw/prior"])
            #expect(named.unusedKeys == ["s3.raw_after_clean (input.path names the input)"])
        }
    }

    @Test func aBucketThatWasNotCopiedIsNamedAndALocalPathIsAnError() async throws {
        try await withTemporaryFolder { root in
            try writeShop("\(root)/clean", lines: "\(root)/raw")
            var configuration = RecsysConfiguration.default
            configuration.input.path = "\(root)/clean"
            configuration.s3.orderProductsPrior = "s3://bucket/absent"
            #expect(
                configuration.keysWithoutEffect(root: root)
                    == ["s3.order_products_prior (there is no \(root)/absent)"])
            configuration.s3.orderProductsPrior = "\(root)/absent"
            let wrong = configuration
            let error = await #expect(throws: IFError.self) {
                try await Pipeline(configuration: wrong, input: nil, root: root).run(in: RunContext(workers: 2))
            }
            #expect(error?.code == .notFound && error?.location.file == "\(root)/absent")
        }
    }

    @Test func theLatestNamesItsFamilyWhereNothingElseDoes() throws {
        var configuration = RecsysConfiguration.default
        configuration.s3.miceOrdersLatest = "s3://bucket/a/mice/latest/orders_imputed.parquet"
        configuration.s3.ratingsLatest = "s3://bucket/b/features/latest/ratings.parquet"
        var layout = try ArtifactLayout(configuration)
        #expect(layout.imputed.prefix == "a/mice" && layout.features.prefix == "b/features")
        #expect(configuration.keysWithoutEffect(root: "store") == [])
        configuration.s3.miceOrdersOut = "s3://bucket/c/mice"
        configuration.s3.upiFeaturesOut = "s3://bucket/b/features/"
        layout = try ArtifactLayout(configuration)
        #expect(layout.imputed.prefix == "c/mice" && layout.features.prefix == "b/features")
        #expect(
            configuration.keysWithoutEffect(root: "store")
                == ["s3.mice_orders_latest (s3.mice_orders_out puts them below c/mice)"])
        configuration = .default
        configuration.s3.rawAfterTransformation = "s3://bucket/transformed/"
        #expect(try ArtifactLayout(configuration).features.prefix == "transformed/upi_features")
        configuration.s3.upiFeaturesOut = "s3://bucket/b/features/"
        configuration.eval.mmr.itemVecSource = "text"
        #expect(
            configuration.keysWithoutEffect(root: "store") == [
                "s3.raw_after_transformation (features lie below b/features)",
                "eval.mmr.item_vec_source (item vectors are the model's item factors)",
            ])
    }

    @Test func theFormatChoosesAmongFilesAndIsHeldToTransactions() async throws {
        try await withTemporaryFolder { folder in
            try write(folder, "orders.csv", "order_id\n1")
            try write(folder, "orders.parquet", "PAR1")
            try write(folder, "products/part-0.csv", "product_id\n1")
            let text = try InputLocation(discoveringIn: folder, format: .csv)
            #expect(text.files[.orders]?.path == "\(folder)/orders.csv" && text.files[.products] != nil)
            let binary = try InputLocation(discoveringIn: folder, format: .parquet)
            #expect(binary.files[.orders]?.path == "\(folder)/orders.parquet" && binary.files[.products] == nil)
            let file = #expect(throws: IFError.self) { try InputFile("\(folder)/orders.csv", format: .parquet) }
            #expect(file?.code == .typeMismatch)

            try write("\(folder)/plain", "sales.csv", "user,item,time\n1,2,2024-01-01")
            var configuration = RecsysConfiguration.default
            configuration.input.format = .parquet
            configuration.input.transactions = TransactionColumns()
            configuration.input.transactions?.user = "user"
            configuration.input.transactions?.timestamp = "time"
            let wrong = configuration
            let error = await #expect(throws: IFError.self) {
                try await Pipeline(
                    configuration: wrong, input: "\(folder)/plain/sales.csv", root: "\(folder)/store"
                ).run(in: RunContext(workers: 2))
            }
            #expect(error?.message.contains("input.format says parquet") == true)
        }
    }
}
