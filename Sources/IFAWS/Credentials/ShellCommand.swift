internal import FoundationEssentials
internal import IFCore

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A shell command, what it prints on standard output, and how it ends.
///
/// A thread of its own waits for it, so that none of the few threads on which tasks run is held. Where the time is over, or
/// the task that waits is cancelled, the command ends: it is asked to (SIGTERM), and two seconds later made to (SIGKILL).
/// Without a terminal it has a process group, which ends with it. At a terminal it stays in ours, or it could not ask the
/// user for a code; there Ctrl-C reaches all of it.
final class ShellCommand: Sendable {
    /// How a command ended.
    enum Ending: Sendable {
        /// By itself, with this status (128 + n for signal n) after printing so much.
        case ended(status: Int32, output: Data)
        /// It was ended: the time was over.
        case timedOut
        /// It was ended: it printed more than is taken.
        case tooLong
        /// There is no shell, or no room for one more process.
        case notStarted
    }

    /// Bytes of output that are taken.
    private static let limit = 1 << 20
    /// Seconds from the request to end to being ended.
    private static let patience = Duration.seconds(2)

    private let text: String
    private let timeout: Duration
    private let hasGroup: Bool
    private let onLook: @Sendable () -> Void
    private let isCancelled = Locked(false)

    private init(_ text: String, timeout: Duration, hasGroup: Bool, onLook: @escaping @Sendable () -> Void) {
        self.text = text
        self.timeout = timeout
        self.hasGroup = hasGroup
        self.onLook = onLook
    }

    /// Runs a command with this process's environment, standard input and standard error.
    ///
    /// - Parameter onLook: Called on the command's thread between looking at what it has printed and at whether it has
    ///   ended; for tests.
    /// - Throws: `CancellationError`, once the command has ended; ``IFError/Code/inputOutput`` where the system gives no
    ///   thread.
    static func run(
        _ text: String, timeout: Duration, hasGroup: Bool = isatty(STDIN_FILENO) == 0,
        onLook: @escaping @Sendable () -> Void = {}
    ) async throws -> Ending {
        let command = ShellCommand(text, timeout: timeout, hasGroup: hasGroup, onLook: onLook)
        return try await withTaskCancellationHandler {
            try await OwnThread.run { try command.follow() }
        } onCancel: {
            // The thread looks at it several times a second.
            command.isCancelled.withLock { $0 = true }
        }
    }

    // MARK: The thread

    private func follow() throws -> Ending {
        if isCancelled.withLock({ $0 }) { throw CancellationError() }
        guard let (process, descriptor) = spawn() else { return .notStarted }
        defer { close(descriptor) }
        let deadline = ContinuousClock.now + timeout
        var output = Data()
        var isOpen = true
        while true {
            if isCancelled.withLock({ $0 }) {
                end(process)
                throw CancellationError()
            }
            if ContinuousClock.now >= deadline {
                end(process)
                return .timedOut
            }
            switch isOpen ? Self.read(descriptor, into: &output) : .nothing {
            case .some:
                if output.count <= Self.limit { continue }
                end(process)
                return .tooLong
            case .closed:
                isOpen = false
            case .nothing:
                break
            }
            onLook()
            // What a command left running in the background may hold the pipe open for ever.
            if let status = Self.status(of: process) {
                // It may have printed after the look at the pipe; all of that is there now.
                while isOpen, Self.read(descriptor, into: &output, patience: 0) == .some {
                    if output.count > Self.limit { return .tooLong }
                }
                return .ended(status: status, output: output)
            }
            if !isOpen { Self.pause(5) }
        }
    }

    private enum Piece {
        case some, nothing, closed
    }

    /// Reads what there is; waits so many milliseconds for it.
    private static func read(_ descriptor: Int32, into output: inout Data, patience: Int32 = 50) -> Piece {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&item, 1, patience) > 0 else { return .nothing }
        var buffer = [UInt8](repeating: 0, count: 4096)
        #if canImport(Glibc)
            let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
        #else
            let count = unsafe Musl.read(descriptor, &buffer, buffer.count)
        #endif
        if count < 0 { return errno == EINTR ? .nothing : .closed }
        output.append(contentsOf: buffer[..<count])
        return count == 0 ? .closed : .some
    }

    /// How a process ended, `nil` while it runs.
    private static func status(of process: pid_t, waiting: Bool = false) -> Int32? {
        var status: Int32 = 0
        while true {
            let found = unsafe waitpid(process, &status, waiting ? 0 : WNOHANG)
            if found == process { return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f) }
            if found == 0 { return nil }
            // A host that ignores SIGCHLD leaves nobody to ask; what was printed decides.
            if errno != EINTR { return 0 }
        }
    }

    private func end(_ process: pid_t) {
        let target = hasGroup ? -process : process
        kill(target, SIGTERM)
        let deadline = ContinuousClock.now + Self.patience
        var hasEnded = false
        while !hasEnded, ContinuousClock.now < deadline {
            hasEnded = Self.status(of: process) != nil
            if !hasEnded { Self.pause(20) }
        }
        // Also what is left of its group.
        if hasGroup || !hasEnded { kill(target, SIGKILL) }
        if !hasEnded { _ = Self.status(of: process, waiting: true) }
    }

    private static func pause(_ milliseconds: Int) {
        var time = timespec(tv_sec: 0, tv_nsec: milliseconds * 1_000_000)
        _ = unsafe nanosleep(&time, nil)
    }

    // MARK: Starting

    /// Starts the shell; answers its number and the end of the pipe on which it prints.
    private func spawn() -> (process: pid_t, output: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return nil }
        defer { close(ends[1]) }
        // A process that another thread starts just now may inherit them; nobody waits for them to be closed.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // What this process does about signals is its own business.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGINT, SIGTERM, SIGQUIT, SIGPIPE] { unsafe sigaddset(&signals, signal) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (hasGroup ? POSIX_SPAWN_SETPGROUP : 0)
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        let variables = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
        var process = pid_t()
        let failed = unsafe Self.withStrings(["sh", "-c", text]) { words in
            unsafe Self.withStrings(variables) { variables in
                unsafe posix_spawn(&process, "/bin/sh", &actions, &attributes, words, variables)
            }
        }
        guard failed == 0 else {
            close(ends[0])
            return nil
        }
        return (process, ends[0])
    }

    /// The texts as C has them: a list that ends with no text.
    private static func withStrings<Result>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { unsafe (list + index).initialize(to: strdup(text)) }
        unsafe (list + texts.count).initialize(to: nil)
        defer {
            for index in texts.indices { unsafe free(list[index]) }
            unsafe list.deallocate()
        }
        return unsafe body(list)
    }
}
