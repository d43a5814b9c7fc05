internal import CArrow
import IFCore

/// Strings or lists of one row group in the making: elements packed, with the end of each row.
struct PackedRows: Sendable {
    /// Elements: UTF-8 of strings, or values of lists.
    enum Elements: Sendable {
        case bytes([UInt8])
        case int32([Int32])
        case int64([Int64])
        case float([Float])
        case strings(ends: [Int], bytes: [UInt8], validity: BitWriter)
    }

    /// Where each row ends, counted from the first element of this group.
    private(set) var ends: [Int] = []
    private(set) var elements: Elements

    init(_ type: ColumnType, rows: Int) {
        ends.reserveCapacity(rows)
        switch type {
        case .int32List: elements = .int32([])
        case .int64List: elements = .int64([])
        case .floatList: elements = .float([])
        case .stringList: elements = .strings(ends: [], bytes: [], validity: BitWriter())
        default: elements = .bytes([])
        }
    }

    /// Appends the rows of a batch. A missing list becomes an empty one.
    ///
    /// - Throws: ``IFError/Code/unsupported`` for a missing number within a list, which lists here cannot hold.
    mutating func append(_ view: ArrayView) throws {
        if unsafe view.kind == IF_NULL {
            ends.append(contentsOf: repeatElement(ends.last ?? 0, count: unsafe view.rows))
            return
        }
        let offsets = unsafe view.offsets
        guard offsets.count > 0 else { return }
        let spans = try unsafe appendEnds(view, offsets)
        switch elements {
        case .bytes(var values):
            elements = .bytes([])
            unsafe Self.append(&values, view, spans)
            elements = .bytes(values)
        case .int32(var values):
            elements = .bytes([])
            unsafe Self.append(&values, view, spans)
            elements = .int32(values)
        case .int64(var values):
            elements = .bytes([])
            if unsafe view.kind == IF_INT32_LIST {
                var narrow: [Int32] = []
                unsafe Self.append(&narrow, view, spans)
                values.append(contentsOf: narrow.lazy.map(Int64.init))
            } else {
                unsafe Self.append(&values, view, spans)
            }
            elements = .int64(values)
        case .float(var values):
            elements = .bytes([])
            unsafe Self.append(&values, view, spans)
            elements = .float(values)
        case .strings(var itemEnds, var bytes, var validity):
            elements = .bytes([])
            unsafe Self.appendStrings(&itemEnds, &bytes, &validity, view, spans)
            elements = .strings(ends: itemEnds, bytes: bytes, validity: validity)
        }
    }

    /// Records the row ends and returns the runs of source elements that present rows cover.
    private mutating func appendEnds(_ view: ArrayView, _ offsets: UnsafeBufferPointer<Int64>) throws -> [Range<Int>] {
        var end = ends.last ?? 0
        var runs: [Range<Int>] = []
        let hasNulls = unsafe view.hasNulls
        for row in 0..<(unsafe view.rows) {
            let from = unsafe Int(offsets[row])
            let to = unsafe Int(offsets[row + 1])
            guard unsafe !hasNulls || view.isValid(row) else {
                ends.append(end)
                continue
            }
            guard from <= to else { throw IFError(.corruptFile, "a row ends before it begins") }
            end += to - from
            ends.append(end)
            if let last = runs.last, last.upperBound == from {
                runs[runs.count - 1] = last.lowerBound..<to
            } else if from < to {
                runs.append(from..<to)
            }
        }
        if unsafe view.raw.item_null_count > 0, unsafe view.kind != IF_STRING_LIST,
            let bits = unsafe view.raw.item_validity
        {
            for item in runs.joined() where unsafe !ArrayView.bit(bits, Int(view.raw.item_validity_start) + item) {
                throw IFError(.unsupported, "a list holds a missing number; lists of numbers must be complete")
            }
        }
        return runs
    }

    private static func append<Element>(_ values: inout [Element], _ view: ArrayView, _ runs: [Range<Int>]) {
        let source = unsafe view.values(as: Element.self, count: runs.last?.upperBound ?? 0)
        for run in runs { unsafe values.append(contentsOf: UnsafeBufferPointer(rebasing: source[run])) }
    }

    private static func appendStrings(
        _ itemEnds: inout [Int], _ bytes: inout [UInt8], _ validity: inout BitWriter, _ view: ArrayView,
        _ runs: [Range<Int>]
    ) {
        guard let offsets = unsafe view.raw.item_offsets, let last = runs.last else { return }
        let source = unsafe view.values(as: UInt8.self, count: Int(offsets[last.upperBound]))
        let bits = unsafe view.raw.item_validity
        for item in runs.joined() {
            let present = unsafe bits.map { unsafe ArrayView.bit($0, Int(view.raw.item_validity_start) + item) } ?? true
            if present {
                let range = unsafe Int(offsets[item])..<Int(offsets[item + 1])
                if !range.isEmpty { unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[range])) }
                validity.appendPresent(1)
            } else {
                validity.appendMissing(1)
            }
            itemEnds.append(bytes.count)
        }
    }
}
