import FoundationEssentials
import IFCharts
import IFCore
import IFFiles
import IFImpute
import IFStore

/// Charts of how the latest model came about, with their tables: chains of the imputation, the objective of training, what
/// reranking trades. What the store does not hold is left out.
struct ModelPictures {
    /// File names and charts.
    private(set) var charts: [(file: String, chart: Chart)] = []
    /// File names and tables: the figures of the charts.
    private(set) var tables: [(file: String, table: Table)] = []
    /// The runs they are made from.
    private(set) var inputs: [RunInput] = []
    /// Files that could not be used, and why.
    private(set) var problems: [String] = []

    /// - Throws: What the store throws, but for files that are damaged or gone, which ``problems`` names.
    init(_ layout: ArtifactLayout, in store: RunStore) async throws {
        if let (trace, record) = try await read(ChainTrace.self, "chain_trace.json", of: layout.imputed, in: store) {
            charts.append(("chain_traces.png", trace.chart))
            tables.append(("chain_traces.csv", trace.table))
            inputs.append(RunInput(name: "imputed orders", location: record.key))
        }
        if let (metadata, record) = try await read(
            TrainingSection.Metadata.self, "meta.json", of: layout.models, in: store),
            let losses = metadata.losses, losses.count > 1
        {
            charts.append(("training_loss.png", TrainingCharts.loss(losses, subtitle: Self.subtitle(metadata, record))))
            var table = Table()
            table.set("sweep", .int32(losses.indices.map { Int32($0 + 1) }))
            table.set("objective", .double(losses))
            tables.append(("training_loss.csv", table))
            inputs.append(RunInput(name: "model", location: record.key))
        }
        if let (file, record) = try await read(RerankTradeOff.self, "trade_off.json", of: layout.reranked, in: store),
            !file.charts.isEmpty
        {
            charts += file.charts
            tables.append(("trade_off.csv", file.table))
            inputs.append(RunInput(name: "reranked lists", location: record.key))
        }
    }

    /// A JSON file of a family's latest run; nil where there is none, or none that can be used.
    private mutating func read<Value: Decodable>(
        _ type: Value.Type, _ path: String, of family: RunFamily, in store: RunStore
    ) async throws -> (Value, RunRecord)? {
        do {
            guard let record = try await store.latest(family), !record.files(at: path).isEmpty else { return nil }
            do {
                return (try JSONDecoder().decode(type, from: try await store.read(path, of: record)), record)
            } catch is DecodingError {
                problems.append("\(record.key)/\(path) is left out: it is not what the stage writes")
                return nil
            }
        } catch let error as IFError where error.code == .notFound || error.code == .corruptFile {
            problems.append("\(path) of \(family.prefix) is left out: \(error.message)")
            return nil
        }
    }

    private static func subtitle(_ metadata: TrainingSection.Metadata, _ record: RunRecord) -> String {
        var parts = [record.name]
        if let factors = metadata.parameters?.rank { parts.append("\(factors) factors") }
        if let users = metadata.users { parts.append("\(ReportFormat.count(users)) users") }
        if let items = metadata.items { parts.append("\(ReportFormat.count(items)) products") }
        return parts.joined(separator: ", ")
    }
}

extension ChainTrace {
    /// The chains, sweep by sweep.
    var chart: Chart {
        ImputationCharts.traces(means: means, deviations: deviations, variable: "the last interval")
    }

    /// Sample standard deviations of the imputed values: chain, then iteration.
    private var deviations: [[Double]] { (variances ?? []).map { $0.map { $0.squareRoot() } } }

    /// chain and sweep from 1, mean and standard_deviation of the imputed values (null where they have none).
    var table: Table {
        let sweeps = means.first?.count ?? 0
        let places = means.indices.flatMap { chain in (0..<sweeps).map { (chain: chain, sweep: $0) } }
        let spread = places.map { place -> Double? in
            place.chain < deviations.count ? deviations[place.chain][place.sweep] : nil
        }
        var table = Table()
        table.set("chain", .int32(places.map { Int32($0.chain + 1) }))
        table.set("sweep", .int32(places.map { Int32($0.sweep + 1) }))
        table.set("mean", .double(places.map { means[$0.chain][$0.sweep] }))
        table.set("standard_deviation", .double(spread))
        return table
    }
}

extension RerankTradeOff {
    /// File names and charts: along γ, and along λ where lists are diversified.
    var charts: [(file: String, chart: Chart)] {
        [
            ("trade_off_gamma.png", gamma, "weight of popularity γ", "Blend with popularity", configuredGamma),
            ("trade_off_lambda.png", lambda, "weight of the score λ against likeness", "Diversity", configuredLambda),
        ].filter { !$0.1.isEmpty }
            .map { file, points, weight, title, configured in
                let chart = EvaluationCharts.tradeOff(
                    points.map { .init(weight: $0.weight, precision: $0.precision, coverage: $0.coverage) },
                    weight: weight, count: topK, title: "\(title): precision against coverage", configured: configured,
                    sampledUsers: isSample ? users : nil)
                return (file, chart)
            }
    }

    /// parameter (gamma, lambda), weight, precision, coverage_item: a row for each point.
    var table: Table {
        let rows = gamma.map { ("gamma", $0) } + lambda.map { ("lambda", $0) }
        var table = Table()
        table.set("parameter", .strings(rows.map(\.0)))
        table.set("weight", .double(rows.map(\.1.weight)))
        table.set("precision", .double(rows.map(\.1.precision)))
        table.set("coverage_item", .double(rows.map(\.1.coverage)))
        return table
    }
}
