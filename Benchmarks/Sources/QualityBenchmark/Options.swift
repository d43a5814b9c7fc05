import Foundation

/// The command line: `--name value` pairs and flags.
enum Options {
    /// The text after an option's name.
    static func text(_ name: String) -> String? {
        let arguments = CommandLine.arguments
        guard let position = arguments.firstIndex(of: name), position + 1 < arguments.count else { return nil }
        return arguments[position + 1]
    }

    static func number(_ name: String, _ other: Double) -> Double { text(name).flatMap { Double($0) } ?? other }
    static func integer(_ name: String, _ other: Int) -> Int { text(name).flatMap { Int($0) } ?? other }
    static func has(_ name: String) -> Bool { CommandLine.arguments.contains(name) }
}
