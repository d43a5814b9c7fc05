public import FoundationEssentials
public import IFAWS
import IFCore
public import IFJobs
import IFStore

/// Stages as SageMaker Processing jobs: what is submitted, and what becomes of the results.
///
/// Two forms. A script of one's own runs in AWS's Spark container (imputation: in its scikit-learn container) on copies
/// of the stage's inputs; its results wait in the bucket until ``finish(_:in:)`` publishes them as a run. Or a
/// container of InsightFlow runs the stage itself, which reads the bucket and publishes its run as it does everywhere.
public struct StageJobs: Sendable {
    /// The configuration.
    public let configuration: RecsysConfiguration
    /// Where runs are.
    public let root: S3Location
    /// The region of the jobs.
    public let region: String
    let layout: ArtifactLayout
    let environment: AWSEnvironment
    let session: AWSSession
    /// As the caller gave it; `nil` where the configuration's buckets stand.
    let givenRoot: String?
    let givenInput: String?
    /// The configuration file as it was read, for the container.
    let configurationFile: Data?

    /// Opens what jobs of a configuration need. Nothing is sent yet.
    ///
    /// - Parameters:
    ///   - input: Location of the input in a bucket, as ``Pipeline`` takes it.
    ///   - root: Root of the artifacts in a bucket, as ``Pipeline`` takes it.
    ///   - configurationFile: The file that the configuration came from; a container of InsightFlow reads it.
    ///   - environment: Credentials, region and endpoints by AWS's conventions.
    /// - Throws: ``IFError/Code/invalidArgument`` where the root is no bucket; ``IFError/Code/invalidConfiguration``
    ///   where no region is known.
    public init(
        configuration: RecsysConfiguration, input: String? = nil, root: String? = nil, configurationFile: Data? = nil,
        environment: AWSEnvironment = AWSEnvironment()
    ) throws {
        self.configuration = configuration
        self.environment = configuration.environment(environment)
        self.configurationFile = configurationFile
        givenRoot = root
        givenInput = input
        let place = try configuration.root(root)
        guard case .s3(let location) = try StorePlace(place, name: "--root") else {
            throw IFError(
                .invalidArgument, "jobs read and write buckets; give the root as s3://bucket/prefix with --root",
                key: place)
        }
        self.root = location
        layout = try ArtifactLayout(configuration)
        session = try AWSSession(environment: self.environment)
        guard let region = try configuration.aws.region ?? environment.region() else {
            throw IFError(
                .invalidConfiguration, "jobs need a region; set aws.region or AWS_REGION", key: "aws.region")
        }
        self.region = region
    }

    /// The jobs of the region.
    public func service() throws -> ProcessingJobs { try ProcessingJobs(session: session, region: region) }

    /// The logs of jobs in the region.
    public func logs() throws -> JobLogs { try JobLogs(session: session, region: region) }

    // MARK: Submitting

    /// Stores what the job reads, then submits it. Safe to repeat with the same plan: its files are its own, and a job
    /// of its name that already runs is refused. Where the job is refused, or storing is interrupted, the files are removed;
    /// where the answer was lost they stay, for the job may run.
    ///
    /// - Returns: The job's resource name.
    /// - Throws: ``IFError/Code/invalidArgument`` before anything is sent where AWS's limits are exceeded; as
    ///   ``ProcessingJobs/submit(_:)``.
    public func submit(_ plan: StageJobPlan) async throws -> String { try await submit(plan) {} }

    /// As ``submit(_:)``, and tells when the job is about to be sent.
    ///
    /// - Parameter onSending: Called when all files are stored: from then on the job may exist.
    package func submit(_ plan: StageJobPlan, onSending: @Sendable () -> Void) async throws -> String {
        try plan.job.validate()
        let service = try service()
        do {
            for upload in plan.uploads {
                let (store, name) = try place(of: upload)
                try await store.put(upload.data, at: name)
            }
            try Task.checkCancellation()
        } catch {
            await withdraw(plan, from: service)
            throw error
        }
        onSending()
        do {
            return try await service.submit(plan.job)
        } catch let error as IFError {
            if let failure = error.cause as? AWSServiceFailure, !failure.mayHaveHappened {
                await withdraw(plan, from: service)
            }
            throw error
        }
    }

    /// Removes the files of a plan that was not submitted, also where the task is cancelled. Where the same plan was
    /// submitted before, or that cannot be told, its job may be reading them, so they stay.
    private func withdraw(_ plan: StageJobPlan, from service: ProcessingJobs) async {
        guard !plan.uploads.isEmpty else { return }
        await Task {
            do {
                guard try await !service.state(of: plan.job.name).isOf(plan.job) else { return }
            } catch let error as IFError where error.code == .notFound {
            } catch {
                return
            }
            for upload in plan.uploads {
                // The error that counts is the first.
                guard let (store, name) = try? place(of: upload) else { continue }
                try? await store.delete(name)
            }
        }.value
    }

    /// The folder of a file that the job reads, and the file's name.
    private func place(of upload: StageJobPlan.Upload) throws -> (store: S3Store, name: String) {
        let place = try S3Location(upload.location)
        let parts = place.prefix.split(separator: "/")
        let folder = try S3Location(bucket: place.bucket, prefix: parts.dropLast().joined(separator: "/"))
        return (try S3Store(folder, session: session), String(parts.last ?? ""))
    }

    // MARK: Places

    /// Where the results of a job wait, below the root.
    func stagingPrefix(_ job: String) -> String { "\(layout.base)/jobs/\(job)" }

    /// Where the settings of a submission wait, below the root, until its results are published.
    func settingsKey(_ job: String, submission: String) -> String {
        "\(stagingPrefix(job))/_submission-\(submission).json"
    }

    /// The object by which one waiter at a time publishes, below the root.
    func claimKey(_ job: String) -> String { "\(stagingPrefix(job))/_publishing.json" }

    /// Opens the root.
    func store() throws -> S3Store { try S3Store(root, session: session) }

    /// A key below the root as a location.
    func location(_ key: String) -> String { "\(root)/\(key)" }
}
