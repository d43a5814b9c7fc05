import IFCore

/// Mixes a model's scores with popularity on a common scale: (1 − γ)·z(model) + γ·z(popularity).
///
/// z(model) standardises one user's candidate scores by their population sd and is 0 for all where they do not differ;
/// z(popularity) is standardised over the catalogue (``PopularityPrior``).
struct PopularityBlend: Hashable, Sendable {
    /// Weight of popularity, in 0...1.
    var gamma: Double

    /// Blended scores of one user's candidates, in their order. Complexity: O(candidates).
    func scores(
        items: some RandomAccessCollection<Int32>, modelScores: some RandomAccessCollection<Float>,
        prior: PopularityPrior
    ) -> [Double] {
        let model = modelScores.map(Double.init)
        let moments = Standardization.moments(model, .population)
        return zip(items, model).map { item, score in
            (1 - gamma) * Standardization.score(score, moments) + gamma * prior.scores[Int(item)]
        }
    }
}
