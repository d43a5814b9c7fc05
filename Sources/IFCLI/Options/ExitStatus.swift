import ArgumentParser
import IFCore

/// Exit codes, after BSD's sysexits: scripts can tell a bad file from a bad disk.
///
/// | code | meaning |
/// |---|---|
/// | 0 | done |
/// | 64 | the command line is wrong |
/// | 65 | the input data are wrong |
/// | 66 | an input is not there |
/// | 69 | something that has to be installed is missing, or a feature this build has not |
/// | 70 | a computation, or a job on other machines, failed |
/// | 74 | reading or writing failed |
/// | 75 | another writer was first; try again |
/// | 77 | credentials are missing, or lack a permission |
/// | 78 | the configuration is wrong |
/// | 130 | interrupted by SIGINT, as by Ctrl-C |
/// | 143 | interrupted by SIGTERM |
enum ExitStatus {
    /// Of a command that was cancelled.
    static let interrupted = ExitCode(130)

    static func code(for error: any Error) -> ExitCode {
        guard let error = error as? IFError else { return ExitCode(70) }
        return switch error.code {
        case .invalidArgument: ExitCode(64)
        case .invalidData, .emptyData, .missingColumn, .typeMismatch, .corruptFile, .leakage: ExitCode(65)
        case .notFound: ExitCode(66)
        case .missingDependency, .unsupported: ExitCode(69)
        case .inputOutput: ExitCode(74)
        case .conflict: ExitCode(75)
        case .accessDenied: ExitCode(77)
        case .invalidConfiguration: ExitCode(78)
        default: ExitCode(70)
        }
    }
}
