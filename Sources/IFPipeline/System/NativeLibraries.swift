import IFFiles
import IFLinearAlgebra

/// The native libraries this process runs with.
public enum NativeLibraries {
    /// Version of Apache Arrow.
    public static var arrow: String { ParquetReader.libraryVersion }

    /// Version, kernel and threading of OpenBLAS.
    public static var openBLAS: String { BLAS.libraryDescription }
}
