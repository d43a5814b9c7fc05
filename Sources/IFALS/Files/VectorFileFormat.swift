/// A format in which libraries for approximate nearest neighbours take vectors.
public struct VectorFileFormat: Hashable, Sendable, CustomStringConvertible {
    /// The stable name, also the usual file extension.
    public let name: String

    /// That of the TEXMEX data sets (http://corpus-texmex.irisa.fr), read by Faiss, hnswlib's examples and DiskANN's
    /// tools: for each vector its length as a 32-bit integer, then that many 32-bit floats, all little-endian.
    public static let fvecs = VectorFileFormat(name: "fvecs")
    /// NumPy's array format 1.0 (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html): a matrix of
    /// little-endian 32-bit floats, row after row.
    public static let npy = VectorFileFormat(name: "npy")

    /// The text shown to people.
    public var description: String { name }
}
