public import IFCore
public import Testing

/// What every segmenter must do, whatever it learns: run ``check(sourceLocation:_:)`` from a test of yours.
///
/// ```swift
/// @Test func contract() async throws {
///     try await SegmenterContract(separatesGroups: true).check { MySegmenter() }
/// }
/// ```
public struct SegmenterContract: Sendable {
    /// Whether the segmenter must keep four far groups of rows apart, with at least four segments to give.
    public var separatesGroups: Bool
    /// Whether the seed of the context may change the result on data without groups.
    public var usesSeed: Bool

    /// Creates a contract.
    public init(separatesGroups: Bool = true, usesSeed: Bool = true) {
        self.separatesGroups = separatesGroups
        self.usesSeed = usesSeed
    }

    /// Checks all clauses.
    ///
    /// - Parameter make: Makes the segmenter under test, always with the same configuration.
    public func check<S: Segmenter>(
        sourceLocation place: SourceLocation = #_sourceLocation, _ make: @escaping @Sendable () -> S
    ) async throws {
        let groups = SegmenterFixture.groups()
        let model = try await make().fit(groups.features, in: RunContext(seed: 1))
        labelsAreInRange(model, groups.features, place)
        try assignRepeatsTheLabels(model, groups.features, place)
        if separatesGroups { keepsGroupsApart(model, groups.groupOfRow, place) }
        try await sameBytes(make, place)
        try await smallDataAreLegal(make, place)
        try await refusesBadData(make, place)
        try refusesOtherWidths(model, place)
        try await stopsWhenCancelled(make, place)
    }

    private func labelsAreInRange(_ model: some SegmentModel, _ features: FeatureMatrix, _ place: SourceLocation) {
        #expect(model.labels.count == features.rowCount, sourceLocation: place)
        let isInRange = model.labels.allSatisfy { $0 >= 0 && Int($0) < model.segmentCount }
        #expect(isInRange, "labels are in 0..<segmentCount", sourceLocation: place)
        #expect(Set(model.labels).count == model.segmentCount, "no segment is empty", sourceLocation: place)
    }

    private func assignRepeatsTheLabels(
        _ model: some SegmentModel, _ features: FeatureMatrix, _ place: SourceLocation
    ) throws {
        #expect(try model.assign(features) == model.labels, sourceLocation: place)
        // Batch first: a row alone gets the segment that it gets among others.
        for row in stride(from: 0, to: features.rowCount, by: 37) {
            let alone = FeatureMatrix(names: features.names, rowCount: 1, values: Array(features[row]))
            #expect(try model.assign(alone) == [model.labels[row]], sourceLocation: place)
        }
        let none = FeatureMatrix(names: features.names, rowCount: 0, values: [])
        #expect(try model.assign(none).isEmpty, "no rows are legal", sourceLocation: place)
    }

    private func keepsGroupsApart(_ model: some SegmentModel, _ groupOfRow: [Int], _ place: SourceLocation) {
        var groupsOf: [Int32: Set<Int>] = [:]
        for (label, group) in zip(model.labels, groupOfRow) { groupsOf[label, default: []].insert(group) }
        #expect(groupsOf.values.allSatisfy { $0.count == 1 }, "a segment mixes groups", sourceLocation: place)
    }

    private func sameBytes<S: Segmenter>(
        _ make: @escaping @Sendable () -> S, _ place: SourceLocation
    ) async throws {
        let cloud = SegmenterFixture.cloud()
        let segmenter = make()
        let first = try await segmenter.fit(cloud, in: RunContext(seed: 7))
        for workers in [2, 5] {
            let again = try await segmenter.fit(cloud, in: RunContext(seed: 7, workers: WorkerBudget(workers)))
            #expect(again.labels == first.labels, "\(workers) workers", sourceLocation: place)
        }
        _ = try await segmenter.fit(SegmenterFixture.groups().features, in: RunContext(seed: 7))
        let refit = try await segmenter.fit(cloud, in: RunContext(seed: 7))
        #expect(refit.labels == first.labels, "a refit equals a fresh fit", sourceLocation: place)
        if usesSeed {
            var differs = false
            for seed in UInt64(100)..<106 where !differs {
                differs = try await segmenter.fit(cloud, in: RunContext(seed: seed)).labels != first.labels
            }
            #expect(differs, "the seed does not matter", sourceLocation: place)
        }
    }

    private func smallDataAreLegal<S: Segmenter>(
        _ make: @escaping @Sendable () -> S, _ place: SourceLocation
    ) async throws {
        let one = FeatureMatrix(names: ["a", "b"], rowCount: 1, values: [3, 4])
        #expect(try await make().fit(one, in: RunContext()).labels == [0], sourceLocation: place)
        let same = FeatureMatrix(names: ["a"], rowCount: 5, values: [2, 2, 2, 2, 2])
        let model = try await make().fit(same, in: RunContext())
        #expect(Set(model.labels).count == 1, "equal rows share a segment", sourceLocation: place)
        #expect(model.segmentCount == 1, "no segment is empty", sourceLocation: place)
    }

    private func refusesBadData<S: Segmenter>(
        _ make: @escaping @Sendable () -> S, _ place: SourceLocation
    ) async throws {
        let empty = FeatureMatrix(names: ["a"], rowCount: 0, values: [])
        let emptyError = await #expect(throws: IFError.self, sourceLocation: place) {
            try await make().fit(empty, in: RunContext())
        }
        #expect(emptyError?.code == .emptyData, sourceLocation: place)
        for bad in [Double.nan, .infinity] {
            let rows = FeatureMatrix(names: ["a", "b"], rowCount: 3, values: [1, 2, 3, bad, 5, 6])
            let error = await #expect(throws: IFError.self, sourceLocation: place) {
                try await make().fit(rows, in: RunContext())
            }
            #expect(error?.code == .invalidData, sourceLocation: place)
            #expect(error?.location.row == 2, sourceLocation: place)
            #expect(error?.location.column == "b", sourceLocation: place)
        }
    }

    private func refusesOtherWidths(_ model: some SegmentModel, _ place: SourceLocation) throws {
        let wide = FeatureMatrix(names: ["a", "b", "c", "d", "e"], rowCount: 1, values: [1, 2, 3, 4, 5])
        let error = #expect(throws: IFError.self, sourceLocation: place) { try model.assign(wide) }
        #expect(error?.code == .invalidArgument, sourceLocation: place)
    }

    private func stopsWhenCancelled<S: Segmenter>(
        _ make: @escaping @Sendable () -> S, _ place: SourceLocation
    ) async throws {
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            return try await make().fit(SegmenterFixture.cloud(), in: RunContext()).labels
        }
        await #expect(throws: CancellationError.self, sourceLocation: place) { try await task.value }
    }
}
