public import FoundationEssentials
internal import IFCore
internal import Yams

/// A configuration and what its file left to be desired.
public struct ParsedConfiguration: Hashable, Sendable {
    /// The configuration.
    public var configuration: RecsysConfiguration
    /// Problems that do not keep it from being used.
    public var warnings: [ConfigurationProblem]
}

extension RecsysConfiguration {
    /// Reads a configuration from a YAML file.
    ///
    /// - Throws: ``IFError/Code/notFound``; as ``parse(yaml:file:unknownKeysAreErrors:)``.
    public static func load(_ path: String, unknownKeysAreErrors: Bool = true) throws -> ParsedConfiguration {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw isThere
                ? IFError(
                    .inputOutput, "could not read the configuration; check its permissions", file: path, cause: error)
                : IFError(.notFound, "there is no such configuration file; check the path", file: path)
        }
        guard let yaml = String(validating: data, as: UTF8.self) else {
            throw IFError(.invalidConfiguration, "the file is not UTF-8 text; save it as UTF-8", file: path)
        }
        return try parse(yaml: yaml, file: path, unknownKeysAreErrors: unknownKeysAreErrors)
    }

    /// Reads a configuration from YAML text. Keys that are missing or empty keep their defaults.
    ///
    /// - Parameters:
    ///   - file: The name to use in messages.
    ///   - unknownKeysAreErrors: Off, unknown keys are among the warnings.
    /// - Throws: ``IFError/Code/invalidConfiguration`` that tells of all problems, each with line, column and key.
    public static func parse(
        yaml: String, file: String = "recsys.yaml", unknownKeysAreErrors: Bool = true
    ) throws -> ParsedConfiguration {
        let (configuration, problems) = check(yaml: yaml, file: file, unknownKeysAreErrors: unknownKeysAreErrors)
        let errors = problems.filter { !$0.isWarning }
        if errors.count == 1, let error = errors.first {
            throw IFError(
                .invalidConfiguration, error.message, file: file, row: error.line,
                key: error.key.isEmpty ? nil : error.key)
        }
        guard errors.isEmpty else {
            let lines = errors.map { "\n  \($0)" }.joined()
            throw IFError(.invalidConfiguration, "the configuration has \(errors.count) problems:\(lines)", file: file)
        }
        return ParsedConfiguration(configuration: configuration, warnings: problems)
    }

    /// What a configuration file says and everything that is wrong with it, in the order of the file.
    public static func check(
        yaml: String, file: String = "recsys.yaml", unknownKeysAreErrors: Bool = true
    ) -> (configuration: RecsysConfiguration, problems: [ConfigurationProblem]) {
        var configuration = RecsysConfiguration()
        let text = yaml.hasPrefix("\u{FEFF}") ? String(yaml.dropFirst()) : yaml
        do {
            guard let root = try Yams.compose(yaml: text) else { return (configuration, []) }
            var reader = ConfigurationReader(
                file: file, unknownKeysAreErrors: unknownKeysAreErrors, knownPaths: fields.flatMap(\.paths))
            reader.read(root, into: &configuration, at: "")
            let problems = reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
            return (configuration, problems)
        } catch {
            return (configuration, [problem(of: error, file: file)])
        }
    }

    /// A fault of the YAML itself.
    private static func problem(of error: any Error, file: String) -> ConfigurationProblem {
        var problem = ConfigurationProblem(
            file: file, line: 1, column: 1, key: "", message: "this is not YAML: \(error)", isWarning: false)
        func set(_ message: String, _ mark: Mark) {
            problem.message = message
            problem.line = mark.line
            problem.column = mark.column
        }
        switch error as? YamlError {
        case .scanner(_, let text, let mark, _), .parser(_, let text, let mark, _), .composer(_, let text, let mark, _):
            set("this is not YAML: \(text); check indentation, colons and quotes around here", mark)
        case .duplicatedKeysInMapping(let keys, let context):
            set("the key '\(keys.joined(separator: "', '"))' is given twice in one place; keep one", context.mark)
        case .reader(let text, _, _, _):
            problem.message = "this is not YAML: \(text); save the file as plain UTF-8 text"
        default:
            break
        }
        return problem
    }

    /// The configuration as JSON with sorted keys in snake case: equal bytes mean an equal configuration.
    public func canonicalJSON() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(self)
    }

    /// Reads what ``canonicalJSON()`` wrote.
    ///
    /// - Throws: ``IFError/Code/corruptFile``.
    public init(canonicalJSON data: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do {
            self = try decoder.decode(RecsysConfiguration.self, from: data)
        } catch {
            throw IFError(.corruptFile, "this is not the JSON of a configuration", cause: error)
        }
    }
}
