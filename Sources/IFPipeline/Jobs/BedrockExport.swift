public import FoundationEssentials
import IFAWS
import IFCore
public import IFJobs
import IFStore

/// The latest export as batches of Amazon Bedrock: one record for every user of the export.
public struct BedrockExport: Sendable {
    /// A batch that was submitted.
    public struct Submitted: Hashable, Sendable {
        /// The resource name.
        public var arn: String
        /// The name.
        public var name: String
        /// Where its records are.
        public var input: String
        /// Below which its answers come to be.
        public var output: String
    }

    private let stages: StageJobs
    private let model: String
    private let template: Data
    private let limits: BatchLimits

    /// What is replaced by a user's profile, as JSON, wherever it stands in a text of the template.
    public static let placeholder = "{profile}"

    /// Creates an export.
    ///
    /// - Parameters:
    ///   - stages: Configuration, root and region.
    ///   - model: Id or resource name of the model or inference profile.
    ///   - template: The model's input as a JSON object that holds ``placeholder`` in at least one text.
    /// - Throws: ``IFError/Code/invalidData`` for a template of another form.
    public init(stages: StageJobs, model: String, template: Data, limits: BatchLimits = BatchLimits()) throws {
        self.stages = stages
        self.model = model
        self.template = template
        self.limits = limits
        let value = try? JSONDecoder().decode(JSONValue.self, from: template)
        guard case .object? = value, let value, Self.filled(value, with: "") != value else {
            throw IFError(
                .invalidData,
                "the model's input has to be a JSON object with \(Self.placeholder) in one of its texts (Docs/Jobs.md)")
        }
    }

    /// Stores the records in as few files as the limits allow, below `recsys/bedrock/`, and submits a batch for each.
    ///
    /// - Throws: ``IFError/Code/notFound`` where there is no export; what ``BatchFile/divide(_:_:)`` and
    ///   ``BedrockBatches/submit(_:)`` throw.
    public func submit(now: Date) async throws -> [Submitted] {
        let role = try stages.configuration.jobRole()
        let store = try stages.store()
        let runs = RunStore(store: store)
        guard let record = try await runs.latest(stages.layout.exports) else {
            throw Workspace.missing(.export, needs: "data/bedrock_batch.jsonl")
        }
        let files = try BatchFile.divide(
            records(of: try await runs.read("data/bedrock_batch.jsonl", of: record)), limits)
        let batches = try BedrockBatches(session: stages.session, region: stages.region)
        let name = "insightflow-export-\(RunTimestamp(now))-\(UUID().uuidString.lowercased().prefix(4))"
        var submitted: [Submitted] = []
        for (index, file) in files.enumerated() {
            let part = files.count == 1 ? name : "\(name)-\(index + 1)of\(files.count)"
            let folder = "\(stages.layout.base)/bedrock/\(part)"
            try await store.put(file, at: "\(folder)/input.jsonl", if: .ifAbsent)
            let batch = BedrockBatch(
                name: part, model: model, role: role, input: stages.location("\(folder)/input.jsonl"),
                output: stages.location("\(folder)/output/"))
            let arn: String
            do {
                arn = try await batches.submit(batch)
            } catch let error as IFError where !submitted.isEmpty {
                // They run, and are paid for: whoever tries again has to know of them.
                throw IFError(
                    error.code,
                    """
                    \(error.message); of \(files.count) batches these were submitted: \
                    \(submitted.map(\.arn).joined(separator: ", "))
                    """, key: part, cause: error)
            }
            submitted.append(Submitted(arn: arn, name: part, input: batch.input, output: batch.output))
        }
        return submitted
    }

    /// The records with the model's input in place of the bare profile.
    func records(of lines: Data) throws -> Data {
        let template = try JSONDecoder().decode(JSONValue.self, from: template)
        var records = Data()
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            guard case .object(var record) = try JSONDecoder().decode(JSONValue.self, from: Data(line)),
                let profile = record["modelInput"]
            else { throw IFError(.corruptFile, "the export holds a line that is no record; export again") }
            record["modelInput"] = Self.filled(template, with: try ArtifactJSON.line(profile))
            records.append(Data((try ArtifactJSON.line(record) + "\n").utf8))
        }
        return records
    }

    private static func filled(_ value: JSONValue, with profile: String) -> JSONValue {
        switch value {
        case .string(let text):
            .string(text.split(separator: placeholder, omittingEmptySubsequences: false).joined(separator: profile))
        case .array(let items): .array(items.map { filled($0, with: profile) })
        case .object(let members): .object(members.mapValues { filled($0, with: profile) })
        default: value
        }
    }
}
