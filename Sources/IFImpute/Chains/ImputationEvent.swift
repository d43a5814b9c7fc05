/// Something a fit did that the user should know: mice's `loggedEvents`.
public struct ImputationEvent: Hashable, Sendable, Codable, CustomStringConvertible {
    /// What happened. An open set of names.
    public struct Kind: Hashable, Sendable, Codable {
        /// Stable name.
        public let name: String

        init(_ name: String) { self.name = name }

        /// Reads the value as it stands in files.
        public init(from decoder: any Decoder) throws { name = try decoder.singleValueContainer().decode(String.self) }

        /// Writes the value as it stands in files.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(name)
        }

        /// A column that looks like an identifier does not serve as a predictor.
        public static let identifierExcluded = Kind("identifier-excluded")
        /// A column does not serve as a predictor: constant, collinear, of an unusable type, or incomplete and not imputed.
        public static let predictorDropped = Kind("predictor-dropped")
        /// A column was to be imputed but has no missing value.
        public static let nothingMissing = Kind("nothing-missing")
        /// An incomplete column was left as it is.
        public static let leftIncomplete = Kind("left-incomplete")
        /// A method changed its computation: a ridge was added, a fit did not converge.
        public static let methodNote = Kind("method-note")
        /// A stage replaced the imputation by a simpler rule.
        public static let fallback = Kind("fallback")
    }

    /// What happened.
    public var kind: Kind
    /// The column it concerns.
    public var column: String
    /// Details.
    public var message: String
    /// Chain in which it happened first; `nil` before the chains started.
    public var chain: Int?
    /// Iteration (from 1) in which it happened first.
    public var iteration: Int?
    /// How often it happened, over all chains and iterations.
    public var count: Int

    /// Creates an event.
    public init(
        _ kind: Kind, column: String, _ message: String, chain: Int? = nil, iteration: Int? = nil, count: Int = 1
    ) {
        self.kind = kind
        self.column = column
        self.message = message
        self.chain = chain
        self.iteration = iteration
        self.count = count
    }

    /// The text shown to people.
    public var description: String {
        let times = count > 1 ? " (\(count) times)" : ""
        return "\(column): \(message)\(times)"
    }

    /// Equal events as one, with their number, in order of first appearance.
    static func merged(_ events: [ImputationEvent]) -> [ImputationEvent] {
        struct Key: Hashable {
            var kind: Kind
            var column: String
            var message: String
        }
        var places: [Key: Int] = [:]
        var out: [ImputationEvent] = []
        for event in events {
            let key = Key(kind: event.kind, column: event.column, message: event.message)
            if let place = places[key] {
                out[place].count += event.count
            } else {
                places[key] = out.count
                out.append(event)
            }
        }
        return out
    }
}
