import FoundationEssentials

/// Where the tables of a run come from: what the caller names, else what the configuration does.
struct InputSource: Hashable {
    /// Folder of the tables, or file or folder of transactions; `nil` where nothing names one.
    var path: String?
    /// Tables that lie elsewhere than in the folder.
    var tables: [InputTable: String] = [:]
    /// Keys of the configuration that name a place which is not used, each with the reason.
    var unusedKeys: [String] = []
}

extension RecsysConfiguration {
    /// Finds the input, in this order: the caller's own location; `input.path`; `s3.raw_after_clean`, the folder of the
    /// cleaned data. Where the caller names none, `s3.order_products_prior` and `s3.order_products_train` name the
    /// tables of lines wherever they lie.
    ///
    /// A location in S3 counts from below the root (see ``rerooted(_:root:)``). One that has not been copied there is
    /// passed over, with its key and the reason in ``InputSource/unusedKeys``; a local path is always used, so that a
    /// wrong one is an error.
    ///
    /// - Parameters:
    ///   - given: The location that the caller names.
    ///   - root: Root of the artifact store that takes the place of every bucket; `nil` where buckets are meant.
    func inputSource(given: String?, root: String?) -> InputSource {
        var source = InputSource()
        func locate(_ key: String, _ location: String?, unless reason: String?) -> String? {
            guard let location else { return nil }
            if let reason {
                source.unusedKeys.append("\(key) (\(reason))")
                return nil
            }
            let path = root.map { Self.rerooted(location, root: $0) } ?? location
            if path != location, !path.contains("://"), !FileManager.default.fileExists(atPath: path) {
                source.unusedKeys.append("\(key) (there is no \(path))")
                return nil
            }
            return path
        }
        let named = given ?? input.path.map { path in root.map { Self.rerooted(path, root: $0) } ?? path }
        let reason = given != nil ? "the input is given" : named != nil ? "input.path names the input" : nil
        let cleaned = locate("s3.raw_after_clean", s3.rawAfterClean, unless: reason)
        // The key has its effect on artifacts where imputed orders go into the same tree.
        if ArtifactLayout.cleanedTreeHoldsImputed(s3) { source.unusedKeys = [] }
        source.path = named ?? cleaned
        let noTables =
            given != nil ? "the input is given" : input.transactions != nil ? "transactions hold the lines" : nil
        source.tables[.priorLines] = locate("s3.order_products_prior", s3.orderProductsPrior, unless: noTables)
        source.tables[.trainLines] = locate("s3.order_products_train", s3.orderProductsTrain, unless: noTables)
        return source
    }
}

extension RecsysConfiguration.Input {
    /// The format that files have to be of; `nil` where any will do.
    var fileFormat: InputFile.Format? {
        switch format {
        case .csv: .csv
        case .parquet: .parquet
        default: nil
        }
    }
}
