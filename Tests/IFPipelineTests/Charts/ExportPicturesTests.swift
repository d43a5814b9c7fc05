import Foundation
import IFCharts
import IFCore
import IFFiles
import IFSegment
import IFStore
import IFSynth
import IFTesting
import Testing

@testable import IFPipeline

/// The charts that the stage `export` writes.
@Suite struct ExportPicturesTests {
    private func context(after seconds: Double) -> RunContext {
        let now = Date(timeIntervalSince1970: 1_800_000_000 + seconds)
        return RunContext(seed: 42, workers: 2, now: { now })
    }

    /// The names at the rows of the chart of the lift, as it stands in the store: drawn again, the same bytes.
    private func products(_ pipeline: Pipeline, _ context: RunContext, in charts: String) async throws -> Set<String> {
        let workspace = try Workspace(pipeline, context: context)
        let artifacts = try await workspace.segments()
        let popularity = try #require(artifacts.popularity)
        let exports = try SegmentExports(
            users: artifacts.users, popularity: popularity, configuration: ExportStage.configuration(workspace),
            random: context.random)
        let pictures = try await ExportStage.pictures(artifacts.users, popularity, exports, in: workspace)
        let chart = try #require(try pictures.charts().first { $0.file == "seg_pop_lift.png" }?.chart)
        let stored = try Data(contentsOf: URL(filePath: "\(charts)/seg_pop_lift.png"))
        #expect(try stored == chart.render(.png))
        let svg = String(decoding: try chart.render(.svg), as: UTF8.self)
        return Set(svg.matches(of: /<title>Segment: [^,]*, ([^<]*), [^<,]*<\/title>/).map { String($0.output.1) })
    }

    /// Products go by the names that stand beside the ratings, as in lists; without these, by their ids.
    @Test func productsGoByTheirNames() async throws {
        try await withTemporaryFolder { folder in
            let shop = "\(folder)/shop"
            let root = "\(folder)/store"
            _ = try await ShopWriter.write(
                SyntheticShop(.init(users: 160, items: 200)), to: shop, in: RunContext(workers: 2))
            var configuration = RecsysConfiguration.default
            configuration.seg.k = 4
            func run(_ first: StageName, _ last: StageName, after seconds: Double) async throws -> Set<String> {
                let context = context(after: seconds)
                let pipeline = try Pipeline(
                    configuration: configuration, input: shop, root: root,
                    options: PipelineOptions(from: first, to: last))
                let report = try await pipeline.run(in: context)
                guard last == .export else { return [] }
                #expect(report.stages.map(\.outcome) == [.finished])
                let charts = try #require(report.stages.flatMap(\.runs).first { $0.contains("/rfm_analysis-") })
                return try await products(pipeline, context, in: "\(root)/\(charts)")
            }
            _ = try await run(.impute, .impute, after: 0)
            // Segments without ratings beside them: nothing says what products are called.
            _ = try await run(.segment, .segment, after: 60)
            let nameless = try await run(.export, .export, after: 120)
            #expect(!nameless.isEmpty && nameless.allSatisfy { $0.hasPrefix("Product ") })
            // The names come with the ratings, and the export is made again.
            _ = try await run(.ratings, .ratings, after: 180)
            let named = try await run(.export, .export, after: 240)
            let table = try await ParquetReader.read("\(shop)/products.parquet", in: RunContext(workers: 1))
            let known = Set(try table.strings("product_name").strings().compactMap { $0 })
            #expect(named.count == nameless.count)
            #expect(named.isSubset(of: known) && named.isDisjoint(with: nameless), "\(named.subtracting(known))")
        }
    }
}
