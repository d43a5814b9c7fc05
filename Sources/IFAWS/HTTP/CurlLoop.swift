internal import CCurl
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The thread that drives all transfers through one `curl_multi` handle.
///
/// Requests and cancellations are put into a list and the thread is woken; nothing else crosses threads.
@safe
final class CurlLoop: @unchecked Sendable {
    enum Message {
        case begin(CurlTransfer)
        case cancel(CurlTransfer)
        case stop
    }

    private let settings: CurlEngine.Settings
    private let inbox = Locked<[Message]>([])
    private let multi: UnsafeMutableRawPointer
    // Of the thread alone.
    private var live: [UnsafeMutableRawPointer: CurlTransfer] = unsafe [:]
    private var idle: [UnsafeMutableRawPointer] = unsafe []

    /// Once for the process; threads may create loops at the same time.
    private static let isInitialized = ifcurl_global_init() == CURLE_OK

    /// Handles kept for reuse; each costs some kilobytes.
    private static let idleLimit = 64

    init?(_ settings: CurlEngine.Settings) {
        guard Self.isInitialized, let multi = unsafe curl_multi_init() else { return nil }
        self.settings = settings
        unsafe self.multi = unsafe multi
        _ = unsafe ifcurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.connections)
        _ = unsafe ifcurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.connectionsPerHost)
    }

    deinit { unsafe curl_multi_cleanup(multi) }

    /// Starts the thread, which keeps the loop alive until it is told to stop.
    func start() -> Bool { OwnThread.start { self.run() } }

    func post(_ message: Message) {
        inbox.withLock { $0.append(message) }
        _ = unsafe curl_multi_wakeup(multi)
    }

    // MARK: The thread

    private func run() {
        var running: Int32 = 0
        while true {
            let messages = inbox.withLock { inbox in
                defer { inbox.removeAll(keepingCapacity: true) }
                return inbox
            }
            for (index, message) in messages.enumerated() {
                switch message {
                case .begin(let transfer):
                    if transfer.isCancelled { transfer.cancel() } else { begin(transfer) }
                case .cancel(let transfer):
                    // A task that was cancelled from the start cancels before it begins; whoever waits for it may not
                    // even have arrived, so it is answered when it begins.
                    transfer.isCancelled = true
                    guard unsafe transfer.handle != nil else { continue }
                    release(transfer)
                    transfer.cancel()
                case .stop:
                    stop(messages[(index + 1)...])
                    return
                }
            }
            _ = unsafe curl_multi_perform(multi, &running)
            var code = CURLE_OK
            while let handle = unsafe ifcurl_multi_next_done(multi, &code) {
                guard let transfer = unsafe live[handle] else { continue }
                release(transfer)
                transfer.finish(code)
            }
            if inbox.withLock({ $0.isEmpty }) { _ = unsafe ifcurl_multi_wait(multi, 1000) }
        }
    }

    private func stop(_ rest: ArraySlice<Message>) {
        for transfer in unsafe Array(live.values) {
            release(transfer)
            transfer.cancel()
        }
        for case .begin(let transfer) in rest { transfer.cancel() }
        while let handle = unsafe idle.popLast() { unsafe curl_easy_cleanup(handle) }
    }

    private func begin(_ transfer: CurlTransfer) {
        guard let handle = unsafe idle.popLast() ?? curl_easy_init() else {
            transfer.finish(CURLE_OUT_OF_MEMORY)
            return
        }
        unsafe transfer.handle = unsafe handle
        unsafe live[handle] = transfer
        unsafe CurlOptions(settings: settings, transfer: transfer, handle: handle).apply()
        if unsafe curl_multi_add_handle(multi, handle) != CURLM_OK {
            release(transfer)
            transfer.finish(CURLE_FAILED_INIT)
        }
    }

    /// Takes the transfer off the handle and keeps the handle, whose connection stays open in `multi`.
    private func release(_ transfer: CurlTransfer) {
        guard let handle = unsafe transfer.handle else { return }
        _ = unsafe curl_multi_remove_handle(multi, handle)
        unsafe live[handle] = nil
        unsafe transfer.handle = nil
        unsafe curl_easy_reset(handle)
        if unsafe idle.count < Self.idleLimit { unsafe idle.append(handle) } else { unsafe curl_easy_cleanup(handle) }
    }
}
