import IFCore
import IFJobs

extension RecsysConfiguration {
    /// The machines of a stage's job: `training` for training, `inference` for scoring lists, `processing` for the rest
    /// and for what those leave open; then ml.m5.xlarge, one of them, with 30 GB.
    func machines(for stage: StageName) -> ProcessingJob.Cluster {
        var type = processing.instanceType
        var count = processing.instanceCount
        var volume = processing.volumeGb
        switch stage {
        case .train:
            type = training.instanceType ?? type
            count = training.instanceCount ?? count
            volume = training.volumeGb ?? volume
        case .evaluate, .rerank:
            type = inference.instanceType ?? type
            count = inference.instanceCount ?? count
        default: break
        }
        return ProcessingJob.Cluster(
            instanceType: type ?? "ml.m5.xlarge", instanceCount: count ?? 1, volumeGB: volume ?? 30)
    }

    /// Seconds after which a stage's job is stopped: two hours where nothing says otherwise.
    func maximumSeconds(for stage: StageName) -> Int {
        (stage == .train ? training.maxRuntimeSec : nil) ?? processing.maxRuntimeSec ?? 7200
    }

    /// The role that jobs act as.
    ///
    /// - Throws: ``IFError/Code/invalidConfiguration`` where none is named.
    func jobRole() throws -> String {
        guard let role = aws.roleArn else {
            throw IFError(
                .invalidConfiguration, "a job acts as a role; name it, such as arn:aws:iam::123456789012:role/recsys",
                key: "aws.role_arn")
        }
        return role
    }
}
