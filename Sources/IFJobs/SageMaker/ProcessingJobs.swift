internal import FoundationEssentials
public import IFAWS
internal import IFCore
internal import IFStore

/// The processing jobs of an account in a region: submit, look at, list, stop.
///
/// Throttled and broken requests are tried again with full jitter. Submitting twice is impossible by the job's name:
/// where the answer to a submission was lost, the job of that name is looked up and compared with what was submitted.
public struct ProcessingJobs: Sendable {
    let client: AWSServiceClient

    /// Opens the service. Nothing is sent yet.
    ///
    /// - Parameter region: `nil` for the session's (`AWS_REGION`, the profile).
    /// - Throws: ``IFError/Code/invalidConfiguration`` where no region is known.
    public init(session: AWSSession, region: String? = nil) throws {
        self.init(client: try AWSServiceClient(.sageMaker, session: session, region: region))
    }

    init(client: AWSServiceClient) { self.client = client }

    /// The region that is spoken to.
    public var region: String { client.region }

    /// Submits a job.
    ///
    /// - Returns: Its resource name.
    /// - Throws: ``IFError/Code/invalidArgument`` as ``ProcessingJob/validate()``, or where AWS refuses the job;
    ///   ``IFError/Code/conflict`` where there is a job of this name; ``IFError/Code/accessDenied``;
    ///   ``IFError/Code/inputOutput``, which says so where the job may exist all the same.
    public func submit(_ job: ProcessingJob) async throws -> String {
        struct Answer: Decodable {
            var ProcessingJobArn: String
        }
        try job.validate()
        do {
            let answer: Answer = try await call("CreateProcessingJob", job.request)
            return answer.ProcessingJobArn
        } catch let failure as AWSServiceFailure {
            let error = failure.error("submit the job", job.name)
            return failure.mayHaveHappened
                ? try await settle(job, error, wasRefused: failure.isRefusal) : try fail(error)
        } catch let error as IFError where error.cause is AWSLostAnswer {
            return try await settle(job, error, wasRefused: false)
        }
    }

    private func fail(_ error: IFError) throws -> String { throw error }

    /// Finds out what became of a submission whose answer was lost: the job of this name may be the one that was submitted,
    /// or somebody else's.
    ///
    /// - Parameter wasRefused: Whether an attempt after the lost answer was told that it cannot be.
    private func settle(_ job: ProcessingJob, _ error: IFError, wasRefused: Bool) async throws -> String {
        var error = error
        let command = "'insightflow jobs status \(job.name)'"
        do {
            let state = try await state(of: job.name)
            if state.isOf(job) { return state.arn }
            if !wasRefused {
                error = IFError(
                    .conflict, "there is another job of this name; choose another", key: job.name, cause: error)
            }
        } catch let other as IFError {
            // A refusal for reasons of its own is what there is to say.
            if wasRefused && other.code == .notFound { throw error }
            error.location.key = job.name
            error.message +=
                other.code == .notFound
                ? "; the answer was lost, and there is no job of this name yet: look again with \(command) before it is "
                    + "submitted once more"
                : "; the answer was lost, so the job may exist and run: look with \(command) before it is submitted once more"
        }
        throw error
    }

    /// What is known of a job.
    ///
    /// - Throws: ``IFError/Code/notFound`` where there is none of this name in account and region.
    public func state(of name: String) async throws -> ProcessingJobState {
        do {
            let answer: ProcessingJobState.Answer = try await call(
                "DescribeProcessingJob", ["ProcessingJobName": .string(name)])
            return ProcessingJobState(answer)
        } catch let failure as AWSServiceFailure {
            // AWS says that a job is missing by a general name and its words.
            if failure.isMissing
                || (failure.code == "ValidationException" && failure.message.contains("Could not find"))
            {
                throw IFError(
                    .notFound, "there is no job of this name in \(region); see 'insightflow jobs list'", key: name,
                    cause: failure)
            }
            throw failure.error("look at the job", name)
        }
    }

    /// The newest jobs, newest first.
    ///
    /// - Parameters:
    ///   - text: What names hold; `nil` for any.
    ///   - status: `nil` for any.
    ///   - limit: At most so many.
    /// - Complexity: A request for each hundred of them.
    public func list(
        nameContains text: String? = nil, status: ProcessingJobStatus? = nil, limit: Int = 100
    ) async throws -> [ProcessingJobSummary] {
        struct Answer: Decodable {
            var ProcessingJobSummaries: [ProcessingJobSummary.Answer]
            var NextToken: String?
        }
        precondition(limit > 0, "a list has room for at least one job")
        var found: [ProcessingJobSummary] = []
        var token: String?
        repeat {
            var body: [String: JSONValue] = [
                "SortBy": "CreationTime", "SortOrder": "Descending",
                "MaxResults": .integer(min(100, limit - found.count)),
            ]
            body["NameContains"] = text.map { .string($0) }
            body["StatusEquals"] = status.map { .string($0.rawValue) }
            body["NextToken"] = token.map { .string($0) }
            let answer: Answer
            do {
                answer = try await call("ListProcessingJobs", .object(body))
            } catch let failure as AWSServiceFailure {
                throw failure.error("list the jobs", nil)
            }
            found += answer.ProcessingJobSummaries.map(ProcessingJobSummary.init)
            // A token that repeats would never end.
            token = answer.NextToken == token ? nil : answer.NextToken
        } while token != nil && found.count < limit
        return Array(found.prefix(limit))
    }

    /// Asks a job to stop. One that has ended or is stopping already is left as it is; that is no error.
    ///
    /// - Returns: What is known of it afterwards.
    /// - Throws: ``IFError/Code/notFound``.
    public func stop(_ name: String) async throws -> ProcessingJobState {
        do {
            try await perform("StopProcessingJob", ["ProcessingJobName": .string(name)])
            return try await state(of: name)
        } catch let failure as AWSServiceFailure {
            // Of a job that no longer runs AWS says so by one name or another; its state tells.
            guard failure.isRefusal || failure.isMissing else { throw failure.error("stop the job", name) }
            let state = try await state(of: name)
            guard state.status.isFinal || state.status == .stopping else { throw failure.error("stop the job", name) }
            return state
        }
    }

    // MARK: Requests

    private func perform(_ operation: String, _ body: JSONValue) async throws {
        _ = try await client.call(operation, try WireJSON.encode(body))
    }

    private func call<Answer: Decodable>(_ operation: String, _ body: JSONValue) async throws -> Answer {
        try WireJSON.decode(try await client.call(operation, try WireJSON.encode(body)), of: operation)
    }
}
