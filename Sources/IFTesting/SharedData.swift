import FoundationEssentials

/// Real data sets that may not be redistributed, kept beside a checkout for tests.
///
/// Tests that use them are enabled by `SharedData.has(…)` and skipped with a message elsewhere.
public enum SharedData {
    /// The folder: `INSIGHTFLOW_SHARED`, else `../shared` beside the checkout.
    public static var root: String {
        ProcessInfo.processInfo.environment["INSIGHTFLOW_SHARED"]
            ?? URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../shared").standardized
            .path()
    }

    /// The path of a file or folder below the root.
    public static func path(_ relative: String) -> String { root + "/" + relative }

    /// Whether that file or folder is there.
    public static func has(_ relative: String) -> Bool { FileManager.default.fileExists(atPath: path(relative)) }

    /// What a skipped test says.
    public static func missing(_ relative: String) -> String {
        "\(path(relative)) is not here; set INSIGHTFLOW_SHARED to the folder of shared test data"
    }
}
