internal import CArrow
import IFCore

/// Bytes of a file from the beginning, decompressed on the way.
final class ByteSource {
    private enum Input {
        case plain(RawFile)
        case gzip(GzipInput)
    }

    private let input: Input

    init(_ path: String, gzip: Bool) throws {
        input = gzip ? .gzip(try GzipInput(path)) : .plain(try RawFile(path))
    }

    /// Fills `buffer` as far as the file goes and returns the bytes read.
    ///
    /// - Throws: `IFError.corruptFile` for compressed bytes that are damaged or end too soon.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        switch input {
        case .plain(let file): try unsafe file.read(into: buffer)
        case .gzip(let text): try unsafe text.read(into: buffer)
        }
    }
}

/// Bytes of a file as they lie there.
@safe
final class RawFile {
    private let path: String
    private let handle: OpaquePointer

    init(_ path: String) throws {
        var opened: OpaquePointer?
        try unsafe NativeCall.check(path) { unsafe if_source_open(path, &opened, $0) }
        guard let handle = unsafe opened else { throw IFError(.inputOutput, "the file did not open", file: path) }
        unsafe self.handle = handle
        self.path = path
    }

    deinit { unsafe if_source_close(handle) }

    /// Fills `buffer` as far as the file goes and returns the bytes read.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws -> Int {
        guard let start = buffer.baseAddress else { return 0 }
        var filled = 0
        while filled < buffer.count {
            var count: Int64 = 0
            try unsafe NativeCall.check(path) {
                unsafe if_source_read(handle, start + filled, Int64(buffer.count - filled), &count, $0)
            }
            if count == 0 { break }
            filled += Int(count)
        }
        return filled
    }
}

/// Bytes into a file, compressed on the way. The caller closes; dropped before, the file is incomplete.
@safe
final class ByteSink {
    private let path: String
    private var handle: OpaquePointer?
    private var buffer: [UInt8] = []

    init(_ path: String, gzip: Bool) throws {
        var opened: OpaquePointer?
        try unsafe NativeCall.check(path) { unsafe if_sink_open(path, gzip, &opened, $0) }
        unsafe handle = opened
        self.path = path
    }

    deinit { if let handle = unsafe handle { _ = unsafe if_sink_close(handle, nil) } }

    /// Appends what `body` adds to the buffer.
    func append(_ body: (inout [UInt8]) throws -> Void) throws {
        try body(&buffer)
        if buffer.count >= 1 << 18 { try flush() }
    }

    /// Writes what is left and closes the file.
    func close() throws {
        try flush()
        guard let handle = unsafe handle else { return }
        unsafe self.handle = nil
        try unsafe NativeCall.check(path) { unsafe if_sink_close(handle, $0) }
    }

    private func flush() throws {
        guard let handle = unsafe handle else { preconditionFailure("the file is closed") }
        try unsafe NativeCall.check(path) { unsafe if_sink_write(handle, buffer, Int64(buffer.count), $0) }
        buffer.removeAll(keepingCapacity: true)
    }
}
