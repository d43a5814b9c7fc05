public import IFAWS

extension RecsysConfiguration {
    /// How S3 encrypts what is stored.
    public struct ServerSideEncryption: RawRepresentable, Codable, Hashable, Sendable {
        /// The name as it stands in files, which is S3's.
        public let rawValue: String

        /// Creates a way to encrypt by name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// With keys of S3 (SSE-S3).
        public static let managedByS3 = ServerSideEncryption(rawValue: "AES256")
        /// With a key of the Key Management Service (SSE-KMS).
        public static let managedByKMS = ServerSideEncryption(rawValue: "aws:kms")

        static var all: [ServerSideEncryption] { [.managedByS3, .managedByKMS] }
    }

    /// How buckets are spoken to: as the environment says, with what `s3` says of encryption and of who pays in place of its
    /// variables.
    public func environment(_ environment: AWSEnvironment = AWSEnvironment()) -> AWSEnvironment {
        var variables: [String: String] = [:]
        if let encryption = s3.serverSideEncryption {
            variables[S3Settings.Variable.encryption] = encryption.rawValue
            // A variable's key is for the variable's way to encrypt.
            variables[S3Settings.Variable.key] = s3.kmsKeyId ?? ""
        } else if let key = s3.kmsKeyId {
            variables[S3Settings.Variable.key] = key
        }
        if let pays = s3.requesterPays { variables[S3Settings.Variable.requesterPays] = pays ? "true" : "false" }
        return environment.replacing(variables)
    }

    /// Keys of `s3` that say how buckets are spoken to, where none is.
    func storageKeysWithoutEffect(_ source: InputSource, root: String?) -> [String] {
        // A root that is in doubt is an error elsewhere.
        let writesBucket = (try? self.root(root)).map { S3Location.isS3($0) } ?? true
        let inputs: [String] = [source.path].compactMap({ $0 }) + Array(source.tables.values)
        let readsBucket = inputs.contains { S3Location.isS3($0) }
        var keys: [String] = []
        if !writesBucket {
            if s3.serverSideEncryption != nil { keys.append("s3.server_side_encryption (the root is a folder)") }
            if s3.kmsKeyId != nil { keys.append("s3.kms_key_id (the root is a folder)") }
        }
        if !writesBucket, !readsBucket, s3.requesterPays != nil {
            keys.append("s3.requester_pays (root and input are folders)")
        }
        return keys
    }
}
