internal import FoundationEssentials
public import IFAWS
internal import IFCore
internal import IFStore

/// A batch for a language model to be submitted.
public struct BedrockBatch: Hashable, Sendable {
    /// Unique in account and region; at most 63 letters, digits and hyphens.
    public var name: String
    /// Id or resource name of the model or inference profile.
    public var model: String
    /// Role that reads and writes the bucket.
    public var role: String
    /// `s3://` location of a file of records; see ``BatchFile``.
    public var input: String
    /// `s3://` location below which answers are written.
    public var output: String

    /// Creates a batch.
    public init(name: String, model: String, role: String, input: String, output: String) {
        self.name = name
        self.model = model
        self.role = role
        self.input = input
        self.output = output
    }

    var request: JSONValue {
        [
            "jobName": .string(name), "modelId": .string(model), "roleArn": .string(role),
            // The same request again is the same job.
            "clientRequestToken": .string(name),
            "inputDataConfig": ["s3InputDataConfig": ["s3InputFormat": "JSONL", "s3Uri": .string(input)]],
            "outputDataConfig": ["s3OutputDataConfig": ["s3Uri": .string(output)]],
        ]
    }
}

/// What Bedrock tells of a batch.
public struct BedrockBatchState: Hashable, Sendable {
    /// The resource name.
    public var arn: String
    /// The name.
    public var name: String
    /// `Submitted`, `Validating`, `Scheduled`, `InProgress`, `Completed`, `PartiallyCompleted`, `Failed`, `Stopping`,
    /// `Stopped` or `Expired`.
    public var status: String
    /// Why it failed, or what else there is to say.
    public var message: String?
    /// The model.
    public var model: String
    /// `s3://` location below which answers are written.
    public var output: String
    /// Records, where known.
    public var records: Int?
    /// Records that were answered, where known.
    public var answered: Int?

    /// Whether nothing will change any more.
    public var isFinal: Bool { ["Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"].contains(status) }
}

/// The batches of Amazon Bedrock in a region: submit, look at, stop.
public struct BedrockBatches: Sendable {
    let client: AWSServiceClient

    /// Opens the service. Nothing is sent yet.
    ///
    /// - Parameter region: `nil` for the session's.
    /// - Throws: ``IFError/Code/invalidConfiguration`` where no region is known.
    public init(session: AWSSession, region: String? = nil) throws {
        self.init(client: try AWSServiceClient(.bedrock, session: session, region: region))
    }

    init(client: AWSServiceClient) { self.client = client }

    /// Whether a text is the resource name of a batch.
    public static func isBatch(_ text: String) -> Bool { text.contains(":model-invocation-job/") }

    /// Submits a batch; the same batch again is the same job.
    ///
    /// - Returns: Its resource name.
    /// - Throws: ``IFError/Code/invalidArgument`` for a name of more than 63 characters, or where Bedrock refuses the
    ///   batch; ``IFError/Code/conflict``; ``IFError/Code/accessDenied``; ``IFError/Code/inputOutput``.
    public func submit(_ batch: BedrockBatch) async throws -> String {
        struct Answer: Decodable {
            var jobArn: String
        }
        guard (1...63).contains(batch.name.utf8.count) else {
            throw IFError(.invalidArgument, "a batch's name has 1 to 63 characters", key: batch.name)
        }
        do {
            let data = try await client.send("POST", ["model-invocation-job"], WireJSON.encode(batch.request))
            let answer: Answer = try WireJSON.decode(data, of: "CreateModelInvocationJob")
            return answer.jobArn
        } catch let failure as AWSServiceFailure {
            let error = failure.error("submit the batch", batch.name)
            throw failure.mayHaveHappened && !failure.isRefusal ? Self.unsettled(error, batch) : error
        } catch let error as IFError where error.cause is AWSLostAnswer {
            throw Self.unsettled(error, batch)
        }
    }

    private static func unsettled(_ error: IFError, _ batch: BedrockBatch) -> IFError {
        var error = error
        error.location.key = batch.name
        error.message +=
            "; the answer was lost, so the batch may exist and run: look with 'aws bedrock list-model-invocation-jobs "
            + "--name-contains \(batch.name)' before it is submitted once more"
        return error
    }

    /// What is known of a batch.
    ///
    /// - Parameter arn: Its resource name.
    /// - Throws: ``IFError/Code/notFound``.
    public func state(of arn: String) async throws -> BedrockBatchState {
        do {
            let data = try await client.send("GET", ["model-invocation-job", arn])
            return BedrockBatchState(try WireJSON.decode(data, of: "GetModelInvocationJob"))
        } catch let failure as AWSServiceFailure {
            throw failure.error("look at the batch", arn)
        }
    }

    /// Asks a batch to stop. One that has ended or is stopping already is left as it is; that is no error.
    ///
    /// - Returns: What is known of it afterwards.
    /// - Throws: ``IFError/Code/notFound``.
    public func stop(_ arn: String) async throws -> BedrockBatchState {
        do {
            _ = try await client.send("POST", ["model-invocation-job", arn, "stop"])
            return try await state(of: arn)
        } catch let failure as AWSServiceFailure {
            guard failure.isRefusal else { throw failure.error("stop the batch", arn) }
            let state = try await state(of: arn)
            guard state.isFinal || state.status == "Stopping" else { throw failure.error("stop the batch", arn) }
            return state
        }
    }
}

extension BedrockBatchState {
    /// The answer to GetModelInvocationJob, as far as it is needed.
    struct Answer: Decodable {
        struct Output: Decodable {
            struct Place: Decodable {
                var s3Uri: String
            }
            var s3OutputDataConfig: Place
        }
        var jobArn: String
        var jobName: String?
        var status: String?
        var message: String?
        var modelId: String
        var outputDataConfig: Output
        var totalRecordCount: Int?
        var successRecordCount: Int?
    }

    init(_ answer: Answer) {
        arn = answer.jobArn
        name = answer.jobName ?? ""
        status = answer.status ?? "Submitted"
        message = answer.message
        model = answer.modelId
        output = answer.outputDataConfig.s3OutputDataConfig.s3Uri
        records = answer.totalRecordCount
        answered = answer.successRecordCount
    }
}
