import FoundationEssentials
import IFCore

/// Bytes from a thread that writes a file to a task that sends them on; the thread waits while too many are under way.
final class BytePipe: Sendable {
    /// Bytes handed over at once, about.
    private static let chunkSize = 1 << 20
    /// Chunks that wait to be sent, at most.
    private static let capacity = 2

    private struct State {
        var chunks: [Data] = []
        var isEnded = false
        var failure: (any Error)?
        var reader: CheckedContinuation<Void, Never>?
    }

    private let monitor = Monitor(State())
    /// Of the writing thread alone.
    private let pending = Monitor(Data())

    /// What went wrong first, at either end.
    var failure: (any Error)? { monitor.withLock { $0.failure } }

    // MARK: The writing thread

    /// Appends bytes; answers whether to go on. Blocks the thread.
    func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let full = pending.withLock { pending -> Data? in
            unsafe pending.append(contentsOf: bytes)
            guard pending.count >= Self.chunkSize else { return nil }
            defer { pending = Data(capacity: Self.chunkSize + Self.chunkSize / 4) }
            return pending
        }
        guard let full else { return monitor.withLock { $0.failure == nil } }
        return hand(full)
    }

    /// Hands over what is left and ends the pipe; answers whether all went well.
    func end() -> Bool {
        let rest = pending.withLock { $0 }
        guard rest.isEmpty || hand(rest) else { return false }
        notify { $0.isEnded = true }
        return true
    }

    private func hand(_ chunk: Data) -> Bool {
        let isOpen = monitor.wait { state -> Bool? in
            if state.failure != nil { return false }
            return state.chunks.count < Self.capacity ? true : nil
        }
        if isOpen { notify { $0.chunks.append(chunk) } }
        return isOpen
    }

    // MARK: Either end

    /// Ends the pipe with an error, for both ends.
    func fail(_ error: any Error) { notify { $0.failure = $0.failure ?? error } }

    private func notify(_ body: (inout State) -> Void) {
        let reader = monitor.change { state in
            body(&state)
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume()
    }

    // MARK: The sending task

    /// The next bytes; `nil` at the end.
    func next() async throws -> Data? {
        while true {
            let step = try monitor.change { state -> (isThere: Bool, chunk: Data?) in
                if let failure = state.failure { throw failure }
                if !state.chunks.isEmpty { return (true, state.chunks.removeFirst()) }
                return (state.isEnded, nil)
            }
            if step.isThere { return step.chunk }
            await withCheckedContinuation { continuation in
                let isChanged = monitor.withLock { state in
                    guard state.chunks.isEmpty, !state.isEnded, state.failure == nil else { return true }
                    state.reader = continuation
                    return false
                }
                if isChanged { continuation.resume() }
            }
        }
    }
}

extension BytePipe {
    /// What Arrow calls to write.
    static func write(_ context: UnsafeMutableRawPointer?, _ bytes: UnsafePointer<UInt8>?, _ count: Int64) -> Int32 {
        guard let context = unsafe context else { return 1 }
        let pipe = unsafe Unmanaged<BytePipe>.fromOpaque(context).takeUnretainedValue()
        return unsafe pipe.write(UnsafeRawBufferPointer(start: bytes, count: Int(count))) ? 0 : 1
    }

    /// What Arrow calls when it writes no more.
    static func release(_ context: UnsafeMutableRawPointer?) {
        if let context = unsafe context { unsafe Unmanaged<BytePipe>.fromOpaque(context).release() }
    }
}
