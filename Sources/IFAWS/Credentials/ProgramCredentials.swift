internal import FoundationEssentials
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

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

    /// Runs the program and waits for it.
    ///
    /// - Throws: ``IFError/Code/accessDenied``, naming the profile; never with the program's output, which may hold keys.
    static func load(_ command: String, profile: String) throws -> AWSCredentials {
        let name = "the credential_process of profile \(profile)"
        let (status, output) = try run(command, name)
        guard status == 0 else {
            throw IFError(.accessDenied, "\(name) failed; run it by hand to see why")
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

    /// What a shell command prints, at most a megabyte, and how it ended: 0 where all went well.
    private static func run(_ command: String, _ name: String) throws -> (status: Int32, output: Data) {
        guard let stream = unsafe popen(command, "re") else {
            throw IFError(.accessDenied, "\(name) could not be started")
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 1)
        defer { unsafe buffer.deallocate() }
        var output = Data()
        while output.count < 1 << 20 {
            let count = unsafe fread(buffer.baseAddress, 1, buffer.count, stream)
            if count == 0 { break }
            unsafe output.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        return (unsafe pclose(stream), output)
    }
}
