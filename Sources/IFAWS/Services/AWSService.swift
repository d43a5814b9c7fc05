/// A service of AWS that takes JSON: how it is found and addressed.
package struct AWSService: Hashable, Sendable {
    /// As people know it.
    package var title: String
    /// The name in signatures.
    var signingName: String
    /// What precedes region and domain in the host's name.
    var hostPrefix: String
    /// The name in `AWS_ENDPOINT_URL_…` and profiles.
    var endpointName: String
    /// What precedes the operation in `X-Amz-Target`; `nil` where paths name what is done.
    var target: String?

    /// Processing jobs.
    package static let sageMaker = AWSService(
        title: "SageMaker", signingName: "sagemaker", hostPrefix: "api.sagemaker", endpointName: "sagemaker",
        target: "SageMaker")
    /// What jobs say.
    package static let logs = AWSService(
        title: "CloudWatch Logs", signingName: "logs", hostPrefix: "logs", endpointName: "cloudwatch_logs",
        target: "Logs_20140328")
    /// Batches for language models.
    package static let bedrock = AWSService(
        title: "Bedrock", signingName: "bedrock", hostPrefix: "bedrock", endpointName: "bedrock", target: nil)
}
