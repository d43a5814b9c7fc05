/// Charts of training.
public enum TrainingCharts {
    /// The objective after each sweep of alternating least squares; it never rises.
    ///
    /// - Parameters:
    ///   - losses: Objective value after each sweep.
    ///   - subtitle: Model and data.
    public static func loss(_ losses: [Double], subtitle: String) -> Chart {
        Chart("Training: objective after each sweep") {
            LinePlot(
                x: .values("Sweep", losses.indices.map { Double($0 + 1) }),
                y: .values("Weighted squared error with penalty", losses)
            ).symbol()
        }
        .subtitle(subtitle)
    }
}
