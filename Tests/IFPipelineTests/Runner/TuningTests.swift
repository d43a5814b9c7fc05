import Foundation
import IFALS
import IFCore
import IFPipeline
import IFSynth
import IFTesting
import Testing

@Suite struct TuningTests {
    private func report(_ folder: String, workers: WorkerBudget, configuration: RecsysConfiguration = .default)
        async throws -> TuningService.Report
    {
        var options = TuningService.Options()
        options.space.factors = [8, 16]
        options.space.alpha = 0.3...3
        options.candidates = 6
        options.sweeps = 4
        return try await TuningService(
            configuration: configuration, input: "\(folder)/shop", root: "\(folder)/store", options: options
        ).run(in: RunContext(seed: 7, workers: workers))
    }

    @Test func findsSettingsThatTheConfigurationTakes() async throws {
        try await withTemporaryFolder { folder in
            _ = try await ShopWriter.write(
                SyntheticShop(.init(users: 300, items: 200)), to: "\(folder)/shop", in: RunContext(workers: 2))
            var configuration = RecsysConfiguration.default
            configuration.training.als.factors = 8
            let report = try await report(folder, workers: 2, configuration: configuration)
            #expect(report.metric == "ndcg@10")
            #expect(report.trials.count == 6)
            #expect(report.scoredUsers == 300)
            let best = try #require(report.trials[0].score)
            let given = try #require(report.trials.first { $0.number == 0 }?.score)
            #expect(best >= given && best > report.popularity)
            // The lines are read back as the settings they stand for.
            let read = try RecsysConfiguration.parse(yaml: report.yaml).configuration.training.als
            let settings = report.trials[0].configuration
            #expect(read.factors == settings.factors && read.iterations == settings.iterations)
            #expect(read.regularization == settings.regularization && read.alpha == settings.alpha)
            #expect(read.regularizationExponent == settings.regularizationScaling.exponent)
            #expect(read.unobservedWeight == settings.unobservedWeight)
            #expect(report.csv.split(separator: "\n").count == 7)
            #expect(try await self.report(folder, workers: 1, configuration: configuration) == report)
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/store"))
        }
    }

    /// Forms of confidence are not drawn, so all candidates have the given one, and the lines say so; a regularization of
    /// items that drawn candidates do not have must not stay in the file beside their settings.
    @Test func linesCarryWhatIsNotDrawn() async throws {
        try await withTemporaryFolder { folder in
            _ = try await ShopWriter.write(
                SyntheticShop(.init(users: 120, items: 100)), to: "\(folder)/shop", in: RunContext(workers: 2))
            var configuration = RecsysConfiguration.default
            configuration.training.als.factors = 8
            configuration.training.als.confidence = .logarithmic
            configuration.training.als.regularizationItems = 0.25
            let report = try await report(folder, workers: 2, configuration: configuration)
            #expect(report.trials.allSatisfy { $0.configuration.confidence == .logarithmic })
            let read = try RecsysConfiguration.parse(yaml: report.yaml).configuration.training.als
            let best = report.trials[0].configuration
            #expect(read.confidence == .logarithmic)
            #expect(read.regularizationItems == (best.itemRegularization ?? best.regularization))
        }
    }

    @Test func needsUsersWithTwoOrders() async throws {
        try await withTemporaryFolder { folder in
            let shop = "\(folder)/shop"
            try FileManager.default.createDirectory(atPath: shop, withIntermediateDirectories: true)
            try Data("user,item,time\n1,5,2024-01-01\n2,6,2024-01-02\n".utf8)
                .write(to: URL(filePath: "\(shop)/t.csv"))
            let yaml = "input: {path: \(shop)/t.csv, transactions: {user: user, item: item, timestamp: time}}"
            let configuration = try RecsysConfiguration.parse(yaml: yaml).configuration
            let error = await #expect(throws: IFError.self) {
                try await TuningService(configuration: configuration, input: nil, root: "\(folder)/store")
                    .run(in: RunContext())
            }
            #expect(error?.code == .emptyData)
        }
    }
}
