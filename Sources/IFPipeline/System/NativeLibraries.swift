import IFFiles
import IFLinearAlgebra

/// The native libraries this process runs with.
public enum NativeLibraries {
    /// Version of Apache Arrow.
    public static var arrow: String { ParquetReader.libraryVersion }

    /// Version of ISA-L, which decompresses gzip files.
    public static var isal: String { CSVReader.gzipLibraryVersion }

    /// Version, kernel and threading of OpenBLAS.
    public static var openBLAS: String { BLAS.libraryDescription }
}
