/// Memory that several tasks fill at once, each its own range: the one place where blocks write side by side.
///
/// The rule, which debug builds cannot fully check: ranges handed out at the same time do not overlap, and
/// nobody reads a range while another task writes it. Every use in the SDK cuts ranges by block.
@safe
public final class DisjointBuffer<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Element>

    /// Elements in the buffer.
    public var count: Int { unsafe storage.count }

    /// Creates a buffer of `count` elements, all `value`.
    public init(repeating value: Element, count: Int) {
        unsafe storage = .allocate(capacity: count)
        unsafe storage.initialize(repeating: value)
    }

    /// Creates a buffer that holds `values`.
    public init(_ values: [Element]) {
        unsafe storage = .allocate(capacity: values.count)
        _ = unsafe storage.initialize(from: values)
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

    /// A copy of the elements.
    public func array() -> [Element] { unsafe Array(storage) }
}
