import IFAWS
import IFCore
import IFJobs
import IFStore

extension StageJobs {
    /// What the script of a stage finds below `/opt/ml/processing`.
    ///
    /// Results of earlier stages are those of the latest run at this moment, by its own name: what becomes the latest
    /// while the job starts changes nothing.
    ///
    /// - Parameter notes: Gets a sentence for each input that is not the obvious one.
    /// - Throws: ``IFError/Code/unsupported`` for a stage that a script cannot do; ``IFError/Code/notFound``,
    ///   ``IFError/Code/conflict``, ``IFError/Code/invalidArgument`` for inputs.
    func scriptInputs(_ stage: StageName, _ notes: inout [String]) async throws -> [ProcessingJob.Input] {
        let input = "\(Self.folder)/input"
        switch stage {
        case .impute:
            return [try await table(.orders, "orders", "\(input)/orders", &notes)]
        case .ratings:
            return [
                try await imputedOrders("\(input)/orders", &notes),
                try await table(.priorLines, "op", "\(input)/op", &notes),
            ]
        case .train:
            return [
                try await part(
                    "ratings", of: layout.features, orElse: configuration.s3.ratingsLatest, named: "ratings",
                    "\(input)/ratings", stage: .ratings, &notes)
            ]
        case .evaluate:
            return [
                try await table(.trainLines, "op_train", "\(input)/op_train", &notes), try await orders(&notes),
                try await model(&notes),
            ]
        case .rerank:
            return [
                try await table(.priorLines, "op_prior", "\(input)/op_prior", &notes),
                try await table(.trainLines, "op_train", "\(input)/op_train", &notes), try await orders(&notes),
                try await model(&notes),
            ]
        case .segment:
            return [
                try await imputedOrders("\(input)/orders", &notes),
                try await table(.priorLines, "op_prior", "\(input)/op_prior", &notes),
                try await table(.trainLines, "op_train", "\(input)/op_train", &notes),
            ]
        default:
            throw IFError(.unsupported, "no script takes the place of this stage", key: stage.rawValue)
        }
    }

    private func orders(_ notes: inout [String]) async throws -> ProcessingJob.Input {
        try await table(.orders, "orders", "\(Self.folder)/input/orders", &notes)
    }

    private func imputedOrders(
        _ localPath: String, _ notes: inout [String]
    ) async throws -> ProcessingJob.Input {
        try await part(
            "orders_imputed.parquet", of: layout.imputed, orElse: configuration.s3.miceOrdersLatest, named: "orders",
            localPath, stage: .impute, &notes)
    }

    private func model(_ notes: inout [String]) async throws -> ProcessingJob.Input {
        try await part(
            "als_model", of: layout.models, orElse: nil, named: "model", "\(Self.folder)/model", stage: .train,
            &notes)
    }

    /// A part of the latest run; where no run was promoted, what the configuration names, and a note says so.
    private func part(
        _ path: String, of family: RunFamily, orElse configured: String?, named name: String, _ localPath: String,
        stage: StageName, _ notes: inout [String]
    ) async throws -> ProcessingJob.Input {
        let latest = try await RunStore(store: store()).latest(family)
        if let record = latest, !record.files(at: path).isEmpty {
            // The key alone for a file; with a slash for a folder, so that no other name begins so.
            let isFile = record.files(at: path).contains { $0.path == path }
            return .init(
                name: name, location: location("\(record.key)/\(path)\(isFile ? "" : "/")"), localPath: localPath)
        }
        guard let configured else { throw Workspace.missing(stage, needs: path) }
        let place = absolute(configured)
        let reason =
            latest.map { "the latest run \($0.key) has no \(path)" } ?? "there is no run of '\(stage.rawValue)' yet"
        notes.append("\(reason), so the script gets as '\(name)' what the configuration names: \(place)")
        return .init(name: name, location: place, localPath: localPath)
    }

    /// A location of the configuration, below the root that was given in place of its bucket.
    private func absolute(_ location: String) -> String {
        givenRoot.map { RecsysConfiguration.rerooted(location, root: $0) } ?? location
    }

    /// A table of the input: where the configuration names it, else the object or folder of that name in the input.
    private func table(
        _ table: InputTable, _ name: String, _ localPath: String, _ notes: inout [String]
    ) async throws -> ProcessingJob.Input {
        let source = configuration.inputSource(given: givenInput, root: givenRoot)
        if let location = source.tables[table] { return .init(name: name, location: location, localPath: localPath) }
        guard let path = source.path else {
            throw IFError(
                .invalidArgument, "this stage reads \(table.label); give --input s3://… or set input.path",
                key: table.rawValue)
        }
        guard S3Location.isS3(path) else {
            throw IFError(.invalidArgument, "a job reads buckets; give the input as s3://bucket/prefix", key: path)
        }
        let folder = try S3Location(path)
        var names: [String: Bool] = [:]
        for object in try await S3Store(folder, session: session).list("") {
            let parts = object.key.split(separator: "/")
            guard let first = parts.first.map(String.init), !InputFile.isMarker(first) else { continue }
            let isFolder = parts.count > 1
            guard isFolder || InputFile.hasDataEnding(first) else { continue }
            names[first] = isFolder
        }
        let stem = { (name: String) in InputFile.stem(of: name) }
        let candidates = names.keys.filter { name in table.stems.contains { stem(name).hasPrefix($0) } }.sorted()
        let exact = candidates.filter { table.stems.contains(stem($0)) }
        let best = exact.isEmpty ? candidates : exact
        guard best.count <= 1 else {
            throw IFError(
                .conflict, "\(best.joined(separator: " and ")) could all be the \(table.rawValue); keep one", file: path
            )
        }
        guard let found = best.first, let isFolder = names[found] else {
            throw IFError(
                .notFound,
                "the \(table.rawValue) are missing; there is \(names.keys.sorted().prefix(12).joined(separator: ", "))",
                file: path)
        }
        if exact.isEmpty { notes.append("the \(table.rawValue) are taken from \(folder)/\(found)") }
        return .init(name: name, location: "\(folder)/\(found)\(isFolder ? "/" : "")", localPath: localPath)
    }
}
