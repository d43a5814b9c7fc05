/// The error every module of InsightFlow throws: what was wrong, where, and what to do.
///
/// Match on ``code``; show ``description`` to people. ``shortDescription`` never holds values from
/// user data, so it is safe as a metric label.
public struct IFError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure. An open set: later versions add codes, so switches need a default.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The stable name, as it appears in JSON output.
        public let name: String

        init(_ name: String) { self.name = name }

        /// A value outside the range that an option or argument allows.
        public static let invalidArgument = Code("invalid-argument")
        /// An unknown key or a wrong type in a configuration file.
        public static let invalidConfiguration = Code("invalid-configuration")
        /// Input data that break a rule of the data model: duplicate keys, non-finite numbers, orphans.
        public static let invalidData = Code("invalid-data")
        /// A data set with no usable rows.
        public static let emptyData = Code("empty-data")
        /// A table without a column that the stage needs.
        public static let missingColumn = Code("missing-column")
        /// A column or value of another type than needed.
        public static let typeMismatch = Code("type-mismatch")
        /// A file, folder or object that is not there.
        public static let notFound = Code("not-found")
        /// A file whose bytes are not what its format says.
        public static let corruptFile = Code("corrupt-file")
        /// A read or write that the system refused.
        public static let inputOutput = Code("input-output")
        /// Credentials that are missing, have expired or lack a permission.
        public static let accessDenied = Code("access-denied")
        /// A write that lost against another writer, or a name already taken.
        public static let conflict = Code("conflict")
        /// A computation that cannot go on: a singular system, factors that are not finite.
        public static let numericalFailure = Code("numerical-failure")
        /// A feature that this build, engine or file format does not have.
        public static let unsupported = Code("unsupported")
        /// A library, font or tool that is not installed.
        public static let missingDependency = Code("missing-dependency")
        /// Training data that hold what the evaluation is to predict.
        public static let leakage = Code("leakage")
        /// A job on other machines that failed or was stopped.
        public static let jobFailed = Code("job-failed")

        /// The text shown to people.
        public var description: String { name }
    }

    /// Where the failure is: the parts that are known, each shown once.
    public struct Location: Hashable, Sendable {
        /// Path or URI of the file or object.
        public var file: String?
        /// One-based line or row within the file, header included for text files.
        public var row: Int?
        /// Column name.
        public var column: String?
        /// Configuration key or object key.
        public var key: String?

        /// Creates a location from the parts that are known.
        public init(file: String? = nil, row: Int? = nil, column: String? = nil, key: String? = nil) {
            self.file = file
            self.row = row
            self.column = column
            self.key = key
        }

        var text: String {
            var parts: [String] = []
            if let file { parts.append(file) }
            if let row { parts.append("row \(row)") }
            if let column { parts.append("column \(column)") }
            if let key { parts.append("key \(key)") }
            return parts.joined(separator: ", ")
        }
    }

    /// What kind of failure this is.
    public var code: Code
    /// What was wrong and what to do, in a sentence or two.
    public var message: String
    /// Where it was wrong.
    public var location: Location
    /// The error beneath, where there was one.
    public var cause: (any Error)?

    /// Creates an error.
    public init(
        _ code: Code, _ message: String, file: String? = nil, row: Int? = nil, column: String? = nil,
        key: String? = nil, cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.location = Location(file: file, row: row, column: column, key: key)
        self.cause = cause
    }

    /// The same error, said of `file`, unless it already names one.
    public func inFile(_ file: String) -> IFError {
        var copy = self
        if copy.location.file == nil { copy.location.file = file }
        return copy
    }

    /// Location, message and cause on one line.
    public var description: String {
        let place = location.text
        let text = place.isEmpty ? message : "\(place): \(message)"
        guard let cause else { return text }
        return "\(text) (\(cause))"
    }

    /// The code alone: no value of user data.
    public var shortDescription: String { code.name }
}
