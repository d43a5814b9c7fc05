internal import CArrow
import IFCore

/// Copies values out of Arrow's memory into an array's, widening where the parts of a column differ in type.
///
/// Under nulls stands a fixed placeholder (0, NaN for floating point), so that equal columns have equal bytes.
enum ValueCopy {
    /// Fills `target[first..<first + rows]` with the rows of a batch.
    ///
    /// - Throws: ``IFError/Code/typeMismatch`` for an integer that a double cannot hold.
    @unsafe
    static func fill(_ view: ArrayView, _ type: ColumnType, _ target: UnsafeMutableRawPointer, first: Int) throws {
        switch type {
        case .int32:
            unsafe copy(view, to: target.assumingMemoryBound(to: Int32.self) + first, placeholder: 0)
        case .int64, .timestamp:
            let start = unsafe target.assumingMemoryBound(to: Int64.self) + first
            if unsafe view.kind == IF_INT32 {
                unsafe convert(view, Int32.self, to: start, placeholder: 0) { Int64($0) }
            } else {
                unsafe copy(view, to: start, placeholder: 0)
            }
        case .float:
            unsafe copy(view, to: target.assumingMemoryBound(to: Float.self) + first, placeholder: .nan)
        case .double:
            try unsafe fillDoubles(view, target.assumingMemoryBound(to: Double.self) + first)
        case .bool:
            let start = unsafe target.assumingMemoryBound(to: Bool.self) + first
            for row in 0..<(unsafe view.rows) { unsafe start[row] = view.isValid(row) && view.bool(row) }
        default:
            preconditionFailure("\(type.rawValue) has no fixed width")
        }
    }

    private static func fillDoubles(_ view: ArrayView, _ target: UnsafeMutablePointer<Double>) throws {
        switch unsafe view.kind {
        case IF_INT32: unsafe convert(view, Int32.self, to: target, placeholder: .nan) { Double($0) }
        case IF_FLOAT: unsafe convert(view, Float.self, to: target, placeholder: .nan) { Double($0) }
        case IF_INT64:
            try unsafe convert(view, Int64.self, to: target, placeholder: .nan) { value in
                guard let exact = Double(exactly: value) else {
                    throw IFError(
                        .typeMismatch, "other parts hold doubles, and \(value) has more digits than a double keeps")
                }
                return exact
            }
        case IF_NULL: unsafe target.update(repeating: .nan, count: view.rows)
        default: unsafe copy(view, to: target, placeholder: .nan)
        }
    }

    private static func copy<Element>(
        _ view: ArrayView, to target: UnsafeMutablePointer<Element>, placeholder: Element
    ) {
        let source = unsafe view.values(as: Element.self, count: view.rows)
        guard let start = source.baseAddress else {
            return unsafe target.initialize(repeating: placeholder, count: view.rows)
        }
        unsafe target.initialize(from: start, count: source.count)
        guard unsafe view.hasNulls else { return }
        for row in 0..<(unsafe view.rows) where unsafe !view.isValid(row) { unsafe target[row] = placeholder }
    }

    private static func convert<Source, Element, Failure: Error>(
        _ view: ArrayView, _: Source.Type, to target: UnsafeMutablePointer<Element>, placeholder: Element,
        _ body: (Source) throws(Failure) -> Element
    ) throws(Failure) {
        let source = unsafe view.values(as: Source.self, count: view.rows)
        for row in 0..<(unsafe view.rows) {
            let present = unsafe source.baseAddress != nil && view.isValid(row)
            unsafe target[row] = present ? try body(source[row]) : placeholder
        }
    }
}
