public import FoundationEssentials

/// Bytes that do not change, read by ranges: an object in a store, a file, memory.
///
/// Readers of files in pieces (`ParquetReader` in IFFiles) take one, so that what they do not need is not fetched.
public protocol RandomAccessSource: Sendable {
    /// What messages call it: a path or a URI.
    var name: String { get }

    /// Bytes in all.
    var size: Int { get }

    /// Reads bytes. Several readings may be under way at once.
    ///
    /// - Parameter range: Within `0..<size`.
    /// - Returns: Exactly the bytes of the range.
    /// - Throws: ``IFError/Code/conflict`` where the bytes changed since the first reading;
    ///   ``IFError/Code/notFound``, ``IFError/Code/inputOutput``. The message names the range.
    func read(_ range: Range<Int>) async throws -> Data
}

/// The end of a file, which holds what is known of the rest (Parquet's footer).
package enum FileTail {
    /// Bytes that readers fetch first, and of which manifests keep a digest.
    package static let size = 64 << 10
}

/// Bytes in memory as a source: the trivial conformer.
public struct DataSource: RandomAccessSource {
    /// What messages call it.
    public let name: String
    private let data: Data

    /// Wraps bytes.
    public init(_ data: Data, name: String = "memory") {
        self.data = data
        self.name = name
    }

    /// Bytes in all.
    public var size: Int { data.count }

    /// Copies bytes.
    ///
    /// - Precondition: The range lies within `0..<size`.
    public func read(_ range: Range<Int>) async throws -> Data {
        data.subdata(in: data.startIndex + range.lowerBound..<data.startIndex + range.upperBound)
    }
}
