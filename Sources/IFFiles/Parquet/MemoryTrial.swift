#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks the system whether so much memory can be had: Swift's own arrays end the process where it cannot.
enum MemoryTrial {
    /// Memory of that size, never touched; `nil` where the system refuses.
    @unsafe
    static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? { unsafe malloc(max(1, bytes)) }

    /// Gives it back.
    @unsafe
    static func free(_ memory: UnsafeMutableRawPointer?) { unsafe releaseMemory(memory) }
}

private func releaseMemory(_ memory: UnsafeMutableRawPointer?) { unsafe free(memory) }
