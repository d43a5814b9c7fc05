public import FoundationEssentials
public import IFJobs

/// A job of a stage before it is submitted: the request, and the files it needs in its bucket.
public struct StageJobPlan: Hashable, Sendable {
    /// A file that the job reads.
    public struct Upload: Hashable, Sendable {
        /// `s3://` location.
        public var location: String
        /// The content.
        public var data: Data
    }

    /// The stage.
    public var stage: StageName
    /// The request.
    public var job: ProcessingJob
    /// What has to be in the bucket before the job starts.
    public var uploads: [Upload]
    /// What a person should know.
    public var notes: [String]
}
