#if canImport(Glibc)
    import Glibc
#endif

/// Memory that several tasks fill at once, each its own range: the one place where blocks write side by side.
///
/// The rule, which debug builds cannot fully check: ranges handed out at the same time do not overlap, and
/// nobody reads a range while another task writes it. Every use in the SDK cuts ranges by block.
///
/// The memory starts on a cache line of 64 bytes, so that vectors of sixteen floats never lie across two. Large buffers
/// ask for large pages: vectors gathered here and there would otherwise wait for the addresses of pages, too.
@safe
public final class DisjointBuffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Element>

    /// Elements in the buffer.
    public var count: Int { unsafe storage.count }

    /// Creates a buffer of `count` elements, all `value`.
    public init(repeating value: Element, count: Int) {
        unsafe storage = Self.allocate(count)
        unsafe storage.initialize(repeating: value)
    }

    /// Creates a buffer that holds `values`.
    public init(_ values: [Element]) {
        unsafe storage = Self.allocate(values.count)
        _ = unsafe storage.initialize(from: values)
    }

    /// Bytes of a large page of x86-64 and most others.
    private static var largePage: Int { 2 << 20 }

    private static func size(_ count: Int) -> Int { max(1, count) * MemoryLayout<Element>.stride }
    private static func isLarge(_ count: Int) -> Bool { size(count) >= 2 * largePage }

    private static func allocate(_ count: Int) -> UnsafeMutableBufferPointer<Element> {
        let (size, isLarge) = (size(count), isLarge(count))
        let bytes = UnsafeMutableRawPointer.allocate(
            byteCount: size, alignment: max(isLarge ? largePage : 64, MemoryLayout<Element>.alignment))
        #if canImport(Glibc)
            // A hint: where it is not taken, nothing changes but the time.
            if isLarge { _ = unsafe madvise(bytes, size, MADV_HUGEPAGE) }
        #endif
        return unsafe UnsafeMutableBufferPointer(
            start: bytes.bindMemory(to: Element.self, capacity: count), count: count)
    }

    deinit { unsafe storage.deallocate() }

    /// Gives `body` the elements of `range` to write.
    ///
    /// - Precondition: `range` lies within the buffer and no other task has a part of it.
    public func withMutableSpan<Result>(
        _ range: Range<Int>, _ body: (inout MutableSpan<Element>) throws -> Result
    ) rethrows -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the buffer")
        var span = unsafe MutableSpan(_unsafeElements: UnsafeMutableBufferPointer(rebasing: storage[range]))
        return try body(&span)
    }

    /// Gives `body` the whole buffer to read, after all writers have ended.
    public func withSpan<Result>(_ body: (Span<Element>) throws -> Result) rethrows -> Result {
        try body(unsafe Span(_unsafeElements: UnsafeBufferPointer(storage)))
    }

    /// The whole memory, for scatters whose targets are disjoint but not contiguous.
    @unsafe
    public func withUnsafeMutableBuffer<Result>(
        _ body: (UnsafeMutableBufferPointer<Element>) throws -> Result
    ) rethrows -> Result {
        try unsafe body(storage)
    }

    /// Gives the memory of elements back to the system, whole pages of large buffers where it can: what is copied piece by
    /// piece, and not needed after, so never takes its memory twice. A page goes with the piece that it ends in.
    ///
    /// - Precondition: Nobody reads these elements any more, nor those before; they may be zero from now on.
    package func discard(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the buffer")
        #if canImport(Glibc)
            guard unsafe Self.isLarge(storage.count), let start = unsafe storage.baseAddress else { return }
            let page = Int(getpagesize())
            // The memory starts on a page; a page that holds later elements, too, stays.
            let first = range.lowerBound * MemoryLayout<Element>.stride / page * page
            let end = range.upperBound * MemoryLayout<Element>.stride / page * page
            guard first < end else { return }
            _ = unsafe madvise(UnsafeMutableRawPointer(start) + first, end - first, MADV_DONTNEED)
        #endif
    }

    /// A copy of the elements.
    public func array() -> [Element] { unsafe Array(storage) }
}
