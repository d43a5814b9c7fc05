import Foundation
import IFCore
import IFJobs
import IFTesting
import Testing

@testable import IFAWS
@testable import IFPipeline

/// Keys of recsys.yaml that say how buckets are spoken to.
@Suite struct StorageKeyTests {
    private static let plain = AWSEnvironment(variables: [
        "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent", "AWS_REGION": "eu-west-1",
    ])
    private static let yaml = """
        s3:
          server_side_encryption: aws:kms
          kms_key_id: alias/recsys
          requester_pays: true
        processing: {image: "registry/if:1"}
        aws: {role_arn: "arn:aws:iam::123456789012:role/recsys"}
        """

    private func expectBoth(_ settings: S3Settings, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(settings.encryption == .managedByKMS("alias/recsys"), sourceLocation: sourceLocation)
        #expect(settings.requesterPays, sourceLocation: sourceLocation)
    }

    @Test func theKeysReachTheStoresOfRunsInputAndJobs() async throws {
        let configuration = try RecsysConfiguration.parse(yaml: Self.yaml).configuration
        let pipeline = try Pipeline(
            configuration: configuration, input: "s3://data/raw", root: "s3://shop/x", environment: Self.plain)
        expectBoth(try S3Settings(pipeline.environment))
        let root = try pipeline.place.store(environment: pipeline.environment)
        expectBoth(try #require(root as? S3Store).client.settings)
        let stages = try StageJobs(
            configuration: configuration, input: "s3://data/raw", root: "s3://shop/x", environment: Self.plain)
        expectBoth(try stages.store().client.settings)
        let plan = try await stages.plan(.train, .init(), now: Date(timeIntervalSince1970: 1_795_401_656))
        try plan.job.validate()
        #expect(plan.job.environment["INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION"] == "aws:kms")
        #expect(plan.job.environment["INSIGHTFLOW_S3_KMS_KEY_ID"] == "alias/recsys")
        #expect(plan.job.environment["INSIGHTFLOW_S3_REQUESTER_PAYS"] == "true")
    }

    @Test func theFileComesBeforeTheVariables() throws {
        let environment = Self.plain.replacing([
            "INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION": "aws:kms", "INSIGHTFLOW_S3_KMS_KEY_ID": "another",
            "INSIGHTFLOW_S3_REQUESTER_PAYS": "true",
        ])
        func settings(_ yaml: String) throws -> S3Settings {
            try S3Settings(RecsysConfiguration.parse(yaml: yaml).configuration.environment(environment))
        }
        #expect(try settings("").encryption == .managedByKMS("another"))
        #expect(try settings("").requesterPays)
        // The key of a variable is not that of the file's way to encrypt.
        #expect(try settings("s3: {server_side_encryption: AES256}").encryption == .managedByS3)
        #expect(try settings("s3: {server_side_encryption: 'aws:kms'}").encryption == .managedByKMS())
        #expect(try !settings("s3: {requester_pays: false}").requesterPays)
    }

    @Test func overFoldersTheKeysAreWithoutEffect() throws {
        let configuration = try RecsysConfiguration.parse(yaml: Self.yaml).configuration
        let storage = { (input: String?, root: String?) in
            configuration.keysWithoutEffect(input: input, root: root).filter { $0.hasPrefix("s3.") }
        }
        #expect(storage("s3://data/raw", "s3://shop/x") == [])
        #expect(
            storage("s3://data/raw", "store") == [
                "s3.server_side_encryption (the root is a folder)", "s3.kms_key_id (the root is a folder)",
            ])
        #expect(
            storage("shop", "store") == [
                "s3.server_side_encryption (the root is a folder)", "s3.kms_key_id (the root is a folder)",
                "s3.requester_pays (root and input are folders)",
            ])
    }
}
