import IFCore
import IFSegment
import IFTesting
import Testing

@Suite("KMeans")
struct KMeansTests {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var rows: [Double]
        var start: [Double]
        var k: Int
        var tolerance: Double
        var labels: [Int32]
        var inertia: Double
        var iterations: Int
        var best_inertia: Double
        var davies_bouldin: Double
        var calinski_harabasz: Double

        var testDescription: String { "\(rows.count / 3) rows, \(k) segments" }
        var features: FeatureMatrix { FeatureMatrix(names: ["r", "f", "m"], rowCount: rows.count / 3, values: rows) }
        var centroids: FeatureMatrix { FeatureMatrix(names: ["r", "f", "m"], rowCount: k, values: start) }
    }

    struct File: Decodable { var cases: [Case] }

    static func cases() throws -> [Case] { try Golden.load("kmeans", as: File.self).cases }

    @Test(arguments: try cases())
    func agreesWithScikitLearnFromTheSameStart(golden: Case) async throws {
        let kMeans = KMeans(configuration: .init(segmentCount: golden.k, tolerance: golden.tolerance))
        let model = try await kMeans.fit(golden.features, startingAt: golden.centroids, in: RunContext(workers: 2))
        #expect(model.labels == golden.labels)
        #expect(abs(model.inertia - golden.inertia) <= 1e-9 * golden.inertia)
        #expect(model.iterations == golden.iterations)
        #expect(model.hasConverged)
        #expect(model.segmentCount == golden.k)
        #expect(model.sizes.reduce(0, +) == golden.features.rowCount)
        let quality = try ClusterQuality(golden.features, labels: model.labels)
        #expect(abs(quality.daviesBouldin - golden.davies_bouldin) < 1e-10)
        #expect(abs(quality.calinskiHarabasz / golden.calinski_harabasz - 1) < 1e-10)
    }

    @Test(arguments: try cases())
    func ownStartsAreAsGoodAsScikitLearns(golden: Case) async throws {
        for seed in UInt64(1)...2 {
            let model = try await KMeans(configuration: .init(segmentCount: golden.k))
                .fit(golden.features, in: RunContext(seed: seed))
            #expect(model.inertia <= 1.02 * golden.best_inertia, "seed \(seed)")
        }
    }

    @Test func contract() async throws {
        try await SegmenterContract().check { KMeans(configuration: .init(segmentCount: 5, starts: 2)) }
        try await SegmenterContract(separatesGroups: false, usesSeed: false).check { SingleSegmenter() }
    }

    /// Points of a broad cloud: the tolerance ends the iteration while rows still change their segment.
    static var cloud: FeatureMatrix {
        var stream = RandomSource(seed: 3).stream("kmeans/cloud")
        return FeatureMatrix(
            names: ["x", "y", "z"], rowCount: 20_000, values: (0..<60_000).map { _ in 10 + stream.normal() })
    }

    private func rowsOffNearestMean(_ model: KMeansModel, _ features: FeatureMatrix) throws -> Int {
        let width = features.columnCount
        var means = [Double](repeating: 0, count: model.segmentCount * width)
        for (row, label) in model.labels.enumerated() {
            for column in 0..<width {
                means[Int(label) * width + column] +=
                    features.values[row * width + column] / Double(model.sizes[Int(label)])
            }
        }
        func distance(_ row: Int, _ segment: Int) -> Double {
            (0..<width).reduce(0.0) { sum, column in
                let difference = features.values[row * width + column] - means[segment * width + column]
                return sum + difference * difference
            }
        }
        return model.labels.indices.count { row in
            let own = distance(row, Int(model.labels[row]))
            return (0..<model.segmentCount).contains { distance(row, $0) < own - 1e-12 }
        }
    }

    /// What scikit-learn promises: `labels_` equals `predict(X)`.
    @Test func labelsAreWhatAssigningGives() async throws {
        let cloud = Self.cloud
        let model = try await KMeans(configuration: .init(segmentCount: 8, starts: 2)).fit(cloud, in: RunContext())
        #expect(try model.assign(cloud) == model.labels)
        let cut = try await KMeans(configuration: .init(segmentCount: 8, starts: 1, maximalIterations: 2))
            .fit(cloud, in: RunContext())
        #expect(!cut.hasConverged)
        #expect(try cut.assign(cloud) == cut.labels)
    }

    @Test func withoutToleranceEveryRowSitsAtTheNearestMean() async throws {
        let cloud = Self.cloud
        let tolerant = try await KMeans(configuration: .init(segmentCount: 8, starts: 1)).fit(cloud, in: RunContext())
        #expect(try rowsOffNearestMean(tolerant, cloud) > 0, "the tolerance ends before the labels settle")
        let settled = try await KMeans(configuration: .init(segmentCount: 8, tolerance: 0))
            .fit(cloud, startingAt: tolerant.centroidMatrix, in: RunContext())
        #expect(try rowsOffNearestMean(settled, cloud) == 0)
        #expect(settled.hasConverged && settled.inertia < tolerant.inertia)
    }

    @Test func fourGroupsAreFound() async throws {
        let (features, groupOfRow) = SegmenterFixture.groups()
        let model = try await KMeans(configuration: .init(segmentCount: 4)).fit(features, in: RunContext())
        #expect(model.sizes == [60, 60, 60, 60])
        // Equal sizes: numbered by ascending centroid.
        let first = (0..<4).map { model.centroids[2 * $0] }
        #expect(first == first.sorted())
        #expect(Set(zip(model.labels, groupOfRow).map { "\($0) \($1)" }).count == 4)
        let quality = try ClusterQuality(features, labels: model.labels)
        #expect(quality.daviesBouldin < 0.05)
    }

    @Test func segmentsAreNumberedAsAsked() async throws {
        let features = FeatureMatrix(names: ["x"], rowCount: 6, values: [9, 9.1, 9.2, 1, 5, 5.1])
        let bySize = try await KMeans(configuration: .init(segmentCount: 3)).fit(features, in: RunContext())
        #expect(bySize.labels == [0, 0, 0, 2, 1, 1])
        #expect(bySize.sizes == [3, 2, 1])
        let byCentroid = try await KMeans(configuration: .init(segmentCount: 3, order: .ascendingCentroid))
            .fit(features, in: RunContext())
        #expect(byCentroid.labels == [2, 2, 2, 0, 1, 1])
        #expect(Golden.difference(byCentroid.centroids, [1, 5.05, 9.1]) < 1e-12)
    }

    @Test func fewerDifferentRowsGiveFewerSegments() async throws {
        let features = FeatureMatrix(names: ["x"], rowCount: 6, values: [1, 2, 1, 2, 1, 3])
        let model = try await KMeans(configuration: .init(segmentCount: 5)).fit(features, in: RunContext())
        #expect(model.segmentCount == 3)
        #expect(model.requestedSegmentCount == 5)
        #expect(model.labels == [0, 1, 0, 1, 0, 2])
        #expect(model.inertia < 1e-20)
    }

    @Test func farOffsetsLoseNoPrecision() async throws {
        let near = SegmenterFixture.groups()
        let far = FeatureMatrix(
            names: near.features.names, rowCount: near.features.rowCount, values: near.features.values.map { $0 + 1e9 })
        let a = try await KMeans(configuration: .init(segmentCount: 4)).fit(near.features, in: RunContext())
        let b = try await KMeans(configuration: .init(segmentCount: 4)).fit(far, in: RunContext())
        #expect(a.labels == b.labels)
        #expect(abs(a.inertia / b.inertia - 1) < 1e-5)
    }

    @Test(arguments: [
        KMeans.Configuration(segmentCount: 0), KMeans.Configuration(starts: 0),
        KMeans.Configuration(maximalIterations: 0), KMeans.Configuration(tolerance: -1),
        KMeans.Configuration(tolerance: .nan),
    ])
    func optionsOutOfRangeAreNamed(configuration: KMeans.Configuration) async throws {
        let error = await #expect(throws: IFError.self) {
            try await KMeans(configuration: configuration).fit(SegmenterFixture.groups().features, in: RunContext())
        }
        #expect(error?.code == .invalidArgument)
        #expect(error?.location.key != nil)
    }

    @Test func wholeModelIsTheSameForAnyWorkers() async throws {
        let cloud = SegmenterFixture.cloud()
        let kMeans = KMeans(configuration: .init(segmentCount: 6, starts: 2))
        let one = try await kMeans.fit(cloud, in: RunContext(workers: 1))
        for workers in [2, 3, 5] {
            let model = try await kMeans.fit(cloud, in: RunContext(workers: WorkerBudget(workers)))
            #expect(model == one, "\(workers) workers")
        }
    }
}
