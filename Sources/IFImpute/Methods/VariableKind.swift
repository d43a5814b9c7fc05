/// What kind of values a variable holds. An open set: later versions may add kinds.
public struct VariableKind: Hashable, Sendable, CustomStringConvertible {
    /// The kind's name.
    public let name: String

    private init(_ name: String) { self.name = name }

    /// Numbers: integers, floating point and timestamps.
    public static let numeric = VariableKind("numeric")
    /// Two values: Booleans.
    public static let binary = VariableKind("binary")
    /// Unordered levels: strings.
    public static let categorical = VariableKind("categorical")

    /// The text shown to people.
    public var description: String { name }
}
