internal import IFCore

extension S3Settings {
    /// Variables of InsightFlow's own, for settings that AWS has no variables for.
    package enum Variable {
        /// `AES256` or `aws:kms`.
        package static let encryption = "INSIGHTFLOW_S3_SERVER_SIDE_ENCRYPTION"
        /// Name, ARN or alias of a key for `aws:kms`.
        package static let key = "INSIGHTFLOW_S3_KMS_KEY_ID"
        /// `true` or `false`.
        package static let requesterPays = "INSIGHTFLOW_S3_REQUESTER_PAYS"

        static var all: [String] { [encryption, key, requesterPays] }
    }

    /// What ``Variable/encryption`` and ``Variable/key`` say.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` for a way to encrypt that is not known, and for a key that nothing would be
    ///   encrypted with.
    static func encryption(by environment: AWSEnvironment) throws(IFError) -> Encryption {
        let key = environment[Variable.key]
        switch environment[Variable.encryption] {
        case "aws:kms": return .managedByKMS(key)
        case let name where key != nil:
            throw IFError(
                .invalidArgument,
                "a key is used with aws:kms only, not with \(name ?? "the bucket's way"); set "
                    + "s3.server_side_encryption or \(Variable.encryption) to aws:kms", key: Variable.key)
        case nil: return .bucketDefault
        case "AES256": return .managedByS3
        case .some(let name):
            throw IFError(
                .invalidArgument, "'\(name)' is no way in which S3 encrypts; set it to AES256 or aws:kms",
                key: Variable.encryption)
        }
    }

    /// What ``Variable/requesterPays`` says.
    ///
    /// - Throws: ``IFError/Code/invalidArgument`` where it is neither true nor false.
    static func requesterPays(by environment: AWSEnvironment) throws(IFError) -> Bool {
        guard let text = environment[Variable.requesterPays] else { return false }
        switch text.lowercased() {
        case "true", "1": return true
        case "false", "0": return false
        default:
            throw IFError(
                .invalidArgument, "'\(text)' does not say whether the requester pays; set it to true or false",
                key: Variable.requesterPays)
        }
    }
}

extension AWSEnvironment {
    /// The variables of ``S3Settings`` that are set, for another process to have the same.
    package var storeVariables: [String: String] {
        var found: [String: String] = [:]
        for name in S3Settings.Variable.all { found[name] = self[name] }
        return found
    }
}
