#if canImport(Glibc)
    import Glibc
#endif

/// Scratch numbers that start on a cache line, owned and freed with this value; zeros at first.
///
/// Large pieces come from the system and go back to it: the allocator would keep those of every thread for itself, which
/// beside the matrices of a fit is felt.
@safe
struct AlignedMemory: ~Copyable {
    /// Bytes from which on a piece is large.
    private static var largeSize: Int { 128 << 10 }

    private let storage: UnsafeMutableBufferPointer<Float>
    /// Whether the system gave the memory, not the allocator.
    private let isMapped: Bool

    init(count: Int) {
        let size = max(1, count) * MemoryLayout<Float>.stride
        #if canImport(Glibc)
            // The pages are made at once: all are about to be written, and one by one takes longer.
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE
            if size >= Self.largeSize, let bytes = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0),
                unsafe bytes != MAP_FAILED
            {
                let start = unsafe bytes.bindMemory(to: Float.self, capacity: count)
                unsafe storage = UnsafeMutableBufferPointer(start: start, count: count)
                isMapped = true
                return
            }
        #endif
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        let start = unsafe bytes.bindMemory(to: Float.self, capacity: count)
        unsafe storage = UnsafeMutableBufferPointer(start: start, count: count)
        unsafe storage.initialize(repeating: 0)
        isMapped = false
    }

    deinit {
        #if canImport(Glibc)
            if isMapped {
                _ = unsafe munmap(storage.baseAddress, count * MemoryLayout<Float>.stride)
                return
            }
        #endif
        unsafe storage.deallocate()
    }

    /// The start of the numbers.
    @unsafe
    var start: UnsafeMutablePointer<Float> {
        guard let start = unsafe storage.baseAddress else { preconditionFailure("memory without a start") }
        return unsafe start
    }

    var count: Int { unsafe storage.count }

    subscript(index: Int) -> Float {
        get { unsafe storage[index] }
        nonmutating set { unsafe storage[index] = newValue }
    }
}
