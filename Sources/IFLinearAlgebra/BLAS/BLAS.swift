import COpenBLAS

/// OpenBLAS, called the way this package calls it: one thread, row-major, spans in and out.
///
/// Blocks of rows already run side by side (`RunContext.mapBlocks`); a threaded BLAS inside them is slower and
/// sums in an order that depends on the machine's load. Pinning is process-wide.
package enum BLAS {
    // A global is initialised once, by whichever thread comes first.
    private static let pinned: Void = openblas_set_num_threads(1)

    /// Makes OpenBLAS run in the calling thread alone. Cheap after the first call.
    package static func pinToOneThread() { _ = pinned }

    /// Version, kernel and threading of the library that was linked.
    package static var libraryDescription: String {
        unsafe String(cString: openblas_get_config()).trimmingSuffix { $0 == " " }
    }
}

extension String {
    /// The string without the characters at its end that fit.
    fileprivate func trimmingSuffix(while fits: (Character) -> Bool) -> String {
        var copy = self[...]
        while let last = copy.last, fits(last) { copy.removeLast() }
        return String(copy)
    }
}
