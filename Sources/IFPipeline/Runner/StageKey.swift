import Crypto
import FoundationEssentials

/// Everything a stage's result depends on, as one digest.
///
/// A stage whose key equals that of a committed run need not run again: the key covers the versions of code and
/// format, the settings the stage reads, the seed, and the content of its inputs. Worker count, progress and clock are
/// left out because they do not change results.
public struct StageKey: Hashable, Sendable, CustomStringConvertible {
    /// Lower-case hexadecimal SHA-256.
    public let digest: String

    /// Digests named parts; the order in which they are given does not matter.
    init(stage: StageName, parts: [String: String]) {
        var hash = SHA256()
        // Lengths go in too, so that no two different sets of parts read alike.
        func add(_ text: String) { hash.update(data: Data("\(text.utf8.count):\(text);".utf8)) }
        add(stage.rawValue)
        for name in parts.keys.sorted() {
            add(name)
            add(parts[name] ?? "")
        }
        digest = hash.finalize().map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
    }

    /// The text shown to people.
    public var description: String { digest }
}
