/// A seed, and the independent streams drawn from it.
///
/// A stream is named by a stage and a block, so that blocks can be computed in any order, on any number of
/// workers, and still draw the same numbers.
public struct RandomSource: Hashable, Sendable {
    /// The seed of every stream.
    public let seed: UInt64

    /// Creates a source.
    public init(seed: UInt64) { self.seed = seed }

    /// The stream of one block of one stage.
    ///
    /// - Parameters:
    ///   - stage: Names the use; a different name gives an independent stream.
    ///   - block: Number of the block, user, chain or draw within the stage.
    public func stream(_ stage: StaticString, block: Int = 0) -> RandomStream {
        stream(named: stage.description, block: block)
    }

    /// The stream of one block of a stage whose name is made at run time (a column, a segment).
    public func stream(named stage: String, block: Int = 0) -> RandomStream {
        // FNV-1a: the name becomes part of the counter, the seed is the key.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in stage.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        return RandomStream(seed: seed, stage: hash, block: UInt64(bitPattern: Int64(block)))
    }

    /// A source for a part of the work, independent of this one's own streams.
    public func derived(_ label: String) -> RandomSource {
        var stream = stream(named: "derived/" + label)
        return RandomSource(seed: stream.next())
    }
}
