/// The version of this package, as it stands in manifests and in `insightflow --version`.
public enum PipelineVersion {
    /// Semantic version.
    public static let current = "0.1.0"

    /// Raised when the same inputs give other results than before, so that finished runs are not taken over.
    static let results = 2
}
