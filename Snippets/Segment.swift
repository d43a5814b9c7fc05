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

// snippet.rfm
let purchases = Table([
    "user_id": .strings(["ann", "ann", "ann", "bob", "cyd", "cyd", "dan", "eve", "eve", "fay"]),
    "date": .strings([
        "2026-05-02", "2026-05-20", "2026-06-01", "2026-01-15", "2026-05-25", "2026-05-30", "2026-02-03", "2026-05-11",
        "2026-05-29", "2026-01-20",
    ]),
    "value": .double([40, 35, 52, 9, 44, 38, 12, 47, 41, 8]),
])
let customers = try RFM(recencyCap: nil).transactions(purchases)
let segments = try await KMeans(configuration: .init(segmentCount: 2))
    .fit(customers.standardized, in: RunContext(seed: 42))
let table = customers.table(segments: segments.labels)
// snippet.end

precondition(segments.labels == [0, 1, 0, 1, 0, 1], "regulars are the first half, strays the second")
precondition(table.names == ["user_id", "R", "F", "M", "segment", "r_z", "f_z", "m_z"], "the table user_seg")

// snippet.choose
// One fit for each k; more between than within, and less overlap, is better.
var qualities: [(k: Int, quality: ClusterQuality)] = []
for k in 2...4 {
    let candidate = try await KMeans(configuration: .init(segmentCount: k))
        .fit(customers.standardized, in: RunContext(seed: 42))
    qualities.append((k, try ClusterQuality(customers.standardized, labels: candidate.labels)))
}
let best = qualities.min { $0.quality.daviesBouldin < $1.quality.daviesBouldin }
// snippet.end

precondition(qualities.map(\.k) == [2, 3, 4] && best != nil, "every k was fitted")
precondition(qualities.allSatisfy { $0.quality.calinskiHarabasz > 0 }, "there is spread between segments")
