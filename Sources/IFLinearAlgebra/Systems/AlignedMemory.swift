/// Scratch numbers that start on a cache line, owned and freed with this value.
@safe
struct AlignedMemory: ~Copyable {
    private let storage: UnsafeMutableBufferPointer<Float>

    init(count: Int) {
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * 4, alignment: 64)
        let start = unsafe bytes.bindMemory(to: Float.self, capacity: count)
        unsafe storage = UnsafeMutableBufferPointer(start: start, count: count)
        unsafe storage.initialize(repeating: 0)
    }

    deinit { unsafe storage.deallocate() }

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
