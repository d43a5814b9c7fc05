/// Something wrong in a configuration file: where, what, and what to do.
public struct ConfigurationProblem: Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public var file: String
    /// Line, from 1.
    public var line: Int
    /// Column, from 1.
    public var column: Int
    /// The key's path, such as `training.als.alpha`; empty for the file as a whole.
    public var key: String
    /// What is wrong and what is needed.
    public var message: String
    /// Whether the file can be used all the same.
    public var isWarning: Bool

    /// Place, key and message on one line.
    public var description: String {
        "\(file):\(line):\(column): " + (key.isEmpty ? message : "\(key): \(message)")
    }
}
