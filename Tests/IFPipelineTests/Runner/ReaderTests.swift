import Foundation
import IFCore
import IFPipeline
import IFSynth
import IFTesting
import Testing

/// pandas, DuckDB and Spark read what the pipeline writes.
@Suite struct ReaderTests {
    private static var python: String? { ProcessInfo.processInfo.environment["INSIGHTFLOW_TEST_PYTHON"] }

    @Test(.enabled(if: python != nil, "set INSIGHTFLOW_TEST_PYTHON to a Python with pandas, duckdb and pyspark"))
    func everyArtifactIsReadAlikeByOthers() async throws {
        try await withTemporaryFolder { folder in
            _ = try await ShopWriter.write(
                SyntheticShop(.init(users: 120, items: 150)), to: "\(folder)/shop", in: RunContext(workers: 2))
            var configuration = RecsysConfiguration.default
            configuration.training.als.factors = 8
            configuration.training.als.iterations = 2
            configuration.seg.k = 3
            _ = try await Pipeline(configuration: configuration, input: "\(folder)/shop", root: "\(folder)/store")
                .run(in: RunContext(workers: 2))
            let process = Process()
            process.executableURL = URL(filePath: try #require(Self.python))
            let script = URL(filePath: #filePath).appending(path: "../../../../Scripts/check-readers.py").standardized
            process.arguments = [script.path(), "\(folder)/store"]
            let output = "\(folder)/output"
            _ = FileManager.default.createFile(atPath: output, contents: nil)
            let handle = try FileHandle(forWritingTo: URL(filePath: output))
            process.standardOutput = handle
            process.standardError = handle
            try process.run()
            process.waitUntilExit()
            let text = String(decoding: try Data(contentsOf: URL(filePath: output)), as: UTF8.self)
            #expect(process.terminationStatus == 0, "\(text)")
            #expect(text.contains("artifacts read alike by pandas, duckdb, spark"))
        }
    }
}
