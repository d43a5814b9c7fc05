internal import CArrow
import IFCore

/// Rows of one column in Arrow's memory, borrowed from a batch.
///
/// Values under nulls are undefined; readers of this view honour the bitmap.
@unsafe
struct ArrayView {
    let raw: if_array

    var rows: Int { unsafe Int(raw.length) }
    var hasNulls: Bool { unsafe raw.null_count > 0 }
    var kind: if_kind { unsafe if_kind(rawValue: UInt32(bitPattern: raw.kind)) }

    /// The values as elements of `Element`; empty where all rows are null and Arrow kept no memory.
    func values<Element>(as _: Element.Type, count: Int) -> UnsafeBufferPointer<Element> {
        guard count > 0, let start = unsafe raw.values else { return unsafe UnsafeBufferPointer(start: nil, count: 0) }
        return unsafe UnsafeBufferPointer(start: start.assumingMemoryBound(to: Element.self), count: count)
    }

    /// `rows + 1` positions of strings or lists.
    var offsets: UnsafeBufferPointer<Int64> {
        unsafe UnsafeBufferPointer(start: raw.offsets, count: raw.offsets == nil ? 0 : rows + 1)
    }

    /// Whether a row has a value.
    func isValid(_ row: Int) -> Bool {
        guard let bits = unsafe raw.validity else { return true }
        return unsafe Self.bit(bits, Int(raw.validity_start) + row)
    }

    /// A row of a Boolean column.
    func bool(_ row: Int) -> Bool {
        guard let bits = unsafe raw.values?.assumingMemoryBound(to: UInt8.self) else { return false }
        return unsafe Self.bit(bits, Int(raw.values_start) + row)
    }

    static func bit(_ bits: UnsafePointer<UInt8>, _ index: Int) -> Bool {
        unsafe bits[index >> 3] >> UInt8(truncatingIfNeeded: index & 7) & 1 == 1
    }
}
