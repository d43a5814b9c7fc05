internal import FoundationEssentials
internal import IFCore

/// Keys that a program prints, as the setting `credential_process` of a profile names it.
///
/// The program runs in a shell, as with most AWS SDKs, and prints JSON: `Version` (1), `AccessKeyId`, `SecretAccessKey`, and
/// for temporary keys `SessionToken` and `Expiration`. What it says on standard error is seen by the user.
enum ProgramCredentials {
    private struct Answer: Decodable {
        var version: Int
        var accessKey: String
        var secretKey: String
        var token: String?
        var expiration: String?

        private enum CodingKeys: String, CodingKey {
            case version = "Version"
            case accessKey = "AccessKeyId"
            case secretKey = "SecretAccessKey"
            case token = "SessionToken"
            case expiration = "Expiration"
        }
    }

    /// How long a program may take: people type codes, and what takes longer has gone astray.
    static let timeout = Duration.seconds(60)

    /// Runs the program. Cancelling the task ends it.
    ///
    /// - Throws: ``IFError/Code/accessDenied``, naming the profile; never with the program's output, which may hold keys.
    ///   `CancellationError`.
    static func load(
        _ command: String, profile: String, timeout: Duration = timeout
    ) async throws -> AWSCredentials {
        let name = "the credential_process of profile \(profile)"
        let output: Data
        switch try await ShellCommand.run(command, timeout: timeout) {
        case .ended(0, let printed):
            output = printed
        case .ended(let status, _):
            throw IFError(.accessDenied, "\(name) failed (status \(status)); run it by hand to see why")
        case .timedOut:
            throw IFError(
                .accessDenied,
                "\(name) did not end within \(timeout.components.seconds) s and was ended; run it by hand")
        case .tooLong:
            throw IFError(.accessDenied, "\(name) prints more than a megabyte; run it by hand to see what it prints")
        case .notStarted:
            throw IFError(.accessDenied, "\(name) could not be started: /bin/sh does not run")
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: output) else {
            throw IFError(.accessDenied, "\(name) did not print keys as JSON; run it by hand to see what it prints")
        }
        guard answer.version == 1 else {
            throw IFError(
                .accessDenied, "\(name) prints version \(answer.version) of the form of keys, not 1; update it")
        }
        let expiration = answer.expiration.flatMap(AWSTime.parse)
        guard answer.expiration == nil || expiration != nil else {
            // Taken for none, the keys would be used until the server refuses them.
            throw IFError(.accessDenied, "\(name) prints an Expiration that is no ISO 8601 time with a zone; mend it")
        }
        return AWSCredentials(
            accessKey: answer.accessKey, secretKey: answer.secretKey, sessionToken: answer.token,
            expiration: expiration)
    }
}
