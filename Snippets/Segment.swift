// Customers by recency, frequency and monetary value, into segments.
import IFCore
import IFSegment

// snippet.segment
let features = FeatureMatrix(
    names: ["recency", "frequency", "monetary"], rowCount: 4,
    values: [2, 30, 80, 3, 28, 75, 200, 1, 20, 180, 2, 25])
let model = try await KMeans(configuration: .init(segmentCount: 2)).fit(features, in: RunContext(seed: 42))
// snippet.end

precondition(model.labels[0] == model.labels[1] && model.labels[2] == model.labels[3], "two kinds of customers")
precondition(model.labels[0] != model.labels[2], "and they are told apart")
