import FoundationEssentials
import IFCore

/// Brings the planned pieces of files to the threads that read them: ahead of their reading, several at once, in bounded
/// memory.
///
/// Pieces are fetched in the order of the files and of the bytes. At most ``window`` bytes are ahead, but a piece for which
/// a thread waits is fetched at once, so that no order of reading can block for ever. A piece is dropped when all that was
/// wanted of it has been read.
final class RangeReads: Sendable {
    /// Bytes fetched and not yet read, at most.
    static let window = 32 << 20
    /// Requests at once.
    static let parallel = 8

    private struct Piece {
        enum State {
            case pending, underway
            case loaded(Data)
            case dropped
        }

        var range: Range<Int>
        /// Bytes that were planned and not yet read.
        var unread: Int
        var state = State.pending
    }

    private struct State {
        /// By part, ascending.
        var pieces: [[Piece]]
        /// The piece to fetch next, ahead of reading.
        var next = (part: 0, piece: 0)
        /// Of pieces under way or loaded.
        var heldBytes = 0
        var tasks: [Int: Task<Void, Never>] = [:]
        var lastTask = 0
        /// Bytes that were asked for outside the plan, by task.
        var answers: [Int: Data] = [:]
        var failure: (any Error)?
    }

    private enum Step {
        case done, failed, unplanned
    }

    private let parts: [TailedSource]
    private let monitor: Monitor<State>

    init(_ parts: [TailedSource]) {
        self.parts = parts
        monitor = Monitor(State(pieces: parts.map { _ in [] }))
    }

    /// What went wrong with fetching first; a reader's own error is but its consequence.
    var failure: (any Error)? { monitor.withLock { $0.failure } }

    /// Begins to fetch what will be read.
    ///
    /// - Parameter ranges: By part.
    func plan(_ ranges: [[Range<Int>]]) {
        monitor.change { state in
            for (part, ranges) in ranges.enumerated() {
                let tailed = parts[part]
                let plan = RangePlan(ranges, size: tailed.source.size, present: tailed.present)
                state.pieces[part] = zip(plan.pieces, plan.wantedBytes(ranges)).map { Piece(range: $0, unread: $1) }
            }
            fetchAhead(&state)
        }
    }

    /// Ends all reading with an error.
    func fail(_ error: any Error) {
        let tasks = monitor.change { state in
            state.failure = state.failure ?? error
            return Array(state.tasks.values)
        }
        for task in tasks { task.cancel() }
    }

    /// Ends what is still under way, and returns when it has ended.
    func close() async {
        fail(CancellationError())
        for task in monitor.withLock({ Array($0.tasks.values) }) { await task.value }
        monitor.withLock { state in
            state.pieces = []
            state.answers = [:]
        }
    }

    // MARK: Reading

    /// Fills `bytes` with those of the part from `position` on; answers whether that went well. Blocks the thread.
    func read(part: Int, at position: Int, into bytes: UnsafeMutableRawBufferPointer) -> Bool {
        let range = position..<position + bytes.count
        let tailed = parts[part]
        let inTail = range.clamped(to: tailed.present)
        if !inTail.isEmpty {
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[(inTail.lowerBound - position)...])
            unsafe Self.copy(tailed.tail, from: inTail.lowerBound - tailed.present.lowerBound, to: target)
        }
        let rest = range.clamped(to: 0..<max(0, tailed.present.lowerBound))
        guard !rest.isEmpty else { return true }
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<rest.count])
        let step = monitor.wait { state -> Step? in
            if state.failure != nil { return .failed }
            return unsafe take(rest, of: part, into: target, &state)
        }
        return step == .unplanned ? unsafe readUnplanned(rest, of: part, into: target) : step == .done
    }

    /// Copies the bytes from pieces; `nil`: they are not all there yet.
    private func take(
        _ range: Range<Int>, of part: Int, into target: UnsafeMutableRawBufferPointer, _ state: inout State
    ) -> Step? {
        let touched = state.pieces[part].indices.filter { state.pieces[part][$0].range.overlaps(range) }
        let covered = touched.reduce(0) { $0 + state.pieces[part][$1].range.clamped(to: range).count }
        guard covered == range.count else { return .unplanned }
        var isComplete = true
        for index in touched {
            switch state.pieces[part][index].state {
            case .loaded: break
            case .underway: isComplete = false
            case .pending:
                fetch(part, index, &state)
                isComplete = false
            case .dropped: return .unplanned
            }
        }
        guard isComplete else { return nil }
        for index in touched {
            guard case .loaded(let data) = state.pieces[part][index].state else { continue }
            let piece = state.pieces[part][index].range
            let common = piece.clamped(to: range)
            let rest = unsafe UnsafeMutableRawBufferPointer(
                rebasing: target[(common.lowerBound - range.lowerBound)..<(common.upperBound - range.lowerBound)])
            unsafe Self.copy(data, from: common.lowerBound - piece.lowerBound, to: rest)
            state.pieces[part][index].unread -= common.count
            guard state.pieces[part][index].unread <= 0 else { continue }
            state.pieces[part][index].state = .dropped
            state.heldBytes -= piece.count
        }
        fetchAhead(&state)
        return .done
    }

    private static func copy(_ data: Data, from offset: Int, to target: UnsafeMutableRawBufferPointer) {
        let start = data.startIndex + offset
        unsafe target.copyBytes(from: data[start..<min(data.endIndex, start + target.count)])
    }

    // MARK: Fetching

    /// Fetches pieces in order as far as the window goes.
    private func fetchAhead(_ state: inout State) {
        while state.failure == nil, state.tasks.count < Self.parallel, state.next.part < state.pieces.count {
            let (part, index) = state.next
            guard index < state.pieces[part].count else {
                state.next = (part + 1, 0)
                continue
            }
            if case .pending = state.pieces[part][index].state {
                let size = state.pieces[part][index].range.count
                guard state.heldBytes == 0 || state.heldBytes + size <= Self.window else { return }
                fetch(part, index, &state)
            }
            state.next.piece += 1
        }
    }

    private func fetch(_ part: Int, _ index: Int, _ state: inout State) {
        let piece = state.pieces[part][index].range
        state.pieces[part][index].state = .underway
        state.heldBytes += piece.count
        begin(piece, of: part, &state) { data, state in
            guard state.pieces.indices.contains(part) else { return }
            state.pieces[part][index].state = .loaded(data)
        }
    }

    /// Starts a request; `done` takes the bytes, under the lock.
    @discardableResult
    private func begin(
        _ range: Range<Int>, of part: Int, _ state: inout State,
        _ done: @escaping @Sendable (Data, inout State) -> Void
    ) -> Int {
        state.lastTask += 1
        let (task, source) = (state.lastTask, parts[part].source)
        // It cannot end before it is noted: its end takes the same lock.
        state.tasks[task] = Task {
            let result: Result<Data, any Error>
            do {
                let data = try await source.read(range)
                guard data.count == range.count else {
                    throw IFError(
                        .inputOutput,
                        "\(data.count) bytes came where \(range.count) were asked for, from byte \(range.lowerBound) on; "
                            + "read it again", file: source.name)
                }
                result = .success(data)
            } catch {
                result = .failure(error)
            }
            self.monitor.change { state in
                state.tasks[task] = nil
                switch result {
                case .success(let data):
                    done(data, &state)
                    self.fetchAhead(&state)
                case .failure(let error): state.failure = state.failure ?? error
                }
            }
        }
        return task
    }

    /// Bytes that nobody planned for: what a reader looks at beside the columns' chunks.
    private func readUnplanned(
        _ range: Range<Int>, of part: Int, into target: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let task = monitor.withLock { state in
            let number = state.lastTask + 1
            return begin(range, of: part, &state) { data, state in state.answers[number] = data }
        }
        let data = monitor.wait { state -> Data?? in
            if let data = state.answers.removeValue(forKey: task) { return .some(data) }
            return state.failure == nil ? nil : .some(nil)
        }
        guard let data else { return false }
        unsafe Self.copy(data, from: 0, to: target)
        return true
    }
}
