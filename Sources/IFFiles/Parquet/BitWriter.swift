import IFCore

/// Validity of rows in the making; costs nothing until the first null.
struct BitWriter: Sendable {
    private(set) var count = 0
    private var bytes: [UInt8]?

    /// Appends present rows.
    mutating func appendPresent(_ rows: Int) {
        if bytes != nil { extend(by: rows, value: true) } else { count += rows }
    }

    /// Appends missing rows.
    mutating func appendMissing(_ rows: Int) {
        guard rows > 0 else { return }
        makeBytes()
        extend(by: rows, value: false)
    }

    /// Appends `rows` bits of `source` from bit `start` on.
    @unsafe
    mutating func append(_ source: UnsafePointer<UInt8>, start: Int, rows: Int) {
        makeBytes()
        let first = count
        extend(by: rows, value: false)
        guard var bytes = bytes.take() else { return }
        var row = 0
        if first & 7 == 0 {
            let shift = UInt8(start & 7)
            // Whole bytes of the target; the second source byte is only touched where the bits cross into it.
            while row + 8 <= rows {
                let at = (start + row) >> 3
                var byte = unsafe source[at] >> shift
                if shift > 0 { byte |= unsafe source[at + 1] << (8 - shift) }
                bytes[(first + row) >> 3] = byte
                row += 8
            }
        }
        while row < rows {
            if unsafe ArrayView.bit(source, start + row) {
                bytes[(first + row) >> 3] |= 1 << UInt8((first + row) & 7)
            }
            row += 1
        }
        self.bytes = bytes
    }

    /// Appends the rows of another writer.
    mutating func append(_ other: BitWriter) {
        guard let source = other.bytes else { return appendPresent(other.count) }
        unsafe source.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            unsafe append(base, start: 0, rows: other.count)
        }
    }

    /// The bitmap, `nil` where all rows are present.
    var bitmap: Bitmap? { bytes.map { Bitmap(bytes: $0, count: count) } }

    private mutating func makeBytes() {
        guard bytes == nil else { return }
        bytes = Bitmap(repeating: true, count: count).bytes
    }

    private mutating func extend(by rows: Int, value: Bool) {
        guard var bytes = bytes.take() else { return }
        let end = count + rows
        if value {
            while count < end, count & 7 != 0 {
                bytes[count >> 3] |= 1 << UInt8(count & 7)
                count += 1
            }
            if count < end {
                bytes.append(contentsOf: repeatElement(0xFF, count: (end - count + 7) / 8))
                if end & 7 != 0 { bytes[bytes.count - 1] = UInt8((1 << (end & 7)) - 1) }
            }
        } else {
            let needed = (end + 7) / 8
            if needed > bytes.count { bytes.append(contentsOf: repeatElement(0, count: needed - bytes.count)) }
        }
        count = end
        self.bytes = bytes
    }
}
