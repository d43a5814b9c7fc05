/// Numbers in memory that someone else keeps alive, such as a mapped file. Nobody writes them.
@safe
package final class MappedFloats: @unchecked Sendable {
    private let numbers: UnsafeBufferPointer<Float>
    private let owner: any AnyObject & Sendable

    /// Numbers.
    package var count: Int { unsafe numbers.count }

    /// Refers to `numbers`, which stay where they are as long as `owner` lives.
    @unsafe
    package init(_ numbers: UnsafeBufferPointer<Float>, keeping owner: any AnyObject & Sendable) {
        unsafe self.numbers = numbers
        self.owner = owner
    }

    /// Gives `body` the numbers.
    package func withSpan<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
        try body(unsafe Span(_unsafeElements: numbers))
    }

    /// A copy of the numbers.
    package func array() -> [Float] { unsafe Array(numbers) }
}
