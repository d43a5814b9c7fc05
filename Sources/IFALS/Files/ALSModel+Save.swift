import IFCore

extension ALSModel {
    /// Writes the model as one file that is mapped when it is opened; Docs/ModelFile.md describes it byte for byte.
    ///
    /// The file holds ids, factors, configuration, losses and events, so that ``open(_:in:)`` gives a model that
    /// answers with the same bytes. It appears whole or not at all: it is written under a hidden name beside `path`,
    /// flushed to disk and renamed. Equal models give equal bytes. Spark's folder (`SparkALSModelFolder` of `IFFiles`) is the
    /// form for other programs.
    ///
    /// - Parameter path: The file to be, by convention `*.ifals`; one that is there is replaced, and a model that was
    ///   opened from it stays as it was.
    /// - Throws: ``IFError/Code/numericalFailure`` on a factor that is not finite, ``IFError/Code/inputOutput``,
    ///   ``IFError/Code/notFound`` without the folder.
    /// - Complexity: O(bytes); holds no second copy of the factors.
    public func save(to path: String) throws {
        try Self.requireFinite(userFactors, users, "user", path)
        try Self.requireFinite(itemFactors, items, "item", path)
        var file = try ModelFileWriter(path)
        try file.add(.metadata, try ModelMetadata(self).encoded())
        try Self.add(users, to: &file, (.userIntegers, .userOffsets, .userText))
        try Self.add(items, to: &file, (.itemIntegers, .itemOffsets, .itemText))
        try Self.add(userFactors, to: &file, .userFactors)
        try Self.add(itemFactors, to: &file, .itemFactors)
        try file.finish()
    }

    private static func requireFinite(
        _ factors: FactorMatrix, _ ids: IDMap, _ kind: String, _ path: String
    ) throws(IFError) {
        let bad = factors.withSpan { span in span.indices.first { !span[$0].isFinite } }
        guard let bad else { return }
        throw IFError(
            .numericalFailure,
            "a factor of \(kind) \(ids[bad / factors.rank]) is not finite; fit the model again with more "
                + "regularization", file: path)
    }

    private static func add(
        _ ids: IDMap, to file: inout ModelFileWriter,
        _ kinds: (integers: ModelFileLayout.Kind, offsets: ModelFileLayout.Kind, text: ModelFileLayout.Kind)
    ) throws {
        switch ids.ids {
        case .int64(let values): try file.add(kinds.integers, values)
        case .int32(let values): try file.add(kinds.integers, values.map { Int64($0) })
        case .strings(let values):
            try file.add(kinds.offsets, values.offsets.map { Int64($0) })
            try file.add(kinds.text, values.bytes)
        }
    }

    private static func add(
        _ factors: FactorMatrix, to file: inout ModelFileWriter, _ kind: ModelFileLayout.Kind
    ) throws {
        try factors.withSpan { span in
            try unsafe span.withUnsafeBufferPointer { numbers in
                try unsafe file.add(kind, width: 4, UnsafeRawBufferPointer(numbers))
            }
        }
    }
}
