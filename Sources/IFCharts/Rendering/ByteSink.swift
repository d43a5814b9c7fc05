internal import CPangoCairo

/// Collects what Cairo writes.
final class ByteSink {
    var bytes: [UInt8] = []

    /// What to hand Cairo with ``write``; valid as long as the sink lives.
    var context: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

    static let write: cairo_write_func_t = { context, data, count in
        guard let context = unsafe context, let data = unsafe data else { return CAIRO_STATUS_WRITE_ERROR }
        let sink = unsafe Unmanaged<ByteSink>.fromOpaque(context).takeUnretainedValue()
        unsafe sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
        return CAIRO_STATUS_SUCCESS
    }
}
