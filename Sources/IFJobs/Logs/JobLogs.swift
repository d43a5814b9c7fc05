public import FoundationEssentials
public import IFAWS
internal import IFCore
internal import IFStore

/// A line that a job wrote.
public struct JobLogLine: Hashable, Sendable {
    /// Which container wrote it, such as `algo-1-1763865656`.
    public var stream: String
    /// When.
    public var time: Date
    /// The line.
    public var text: String
}

/// What processing jobs say, read from CloudWatch Logs.
public struct JobLogs: Sendable {
    /// How far each stream has been read.
    public struct Position: Hashable, Sendable {
        /// A page, and how many of its lines have been read.
        struct Mark: Hashable, Sendable {
            var token: String?
            var lines = 0
        }
        var marks: [String: Mark] = [:]

        /// The beginning.
        public init() {}
    }

    /// The log group of all processing jobs.
    static let group = "/aws/sagemaker/ProcessingJobs"

    let client: AWSServiceClient

    /// Opens the service. Nothing is sent yet.
    ///
    /// - Parameter region: `nil` for the session's.
    /// - Throws: ``IFError/Code/invalidConfiguration`` where no region is known.
    public init(session: AWSSession, region: String? = nil) throws {
        self.init(client: try AWSServiceClient(.logs, session: session, region: region))
    }

    init(client: AWSServiceClient) { self.client = client }

    /// The streams of a job, one a container, in order of name. None before the first container has started.
    public func streams(of job: String) async throws -> [String] {
        struct Stream: Decodable {
            var logStreamName: String
        }
        struct Answer: Decodable {
            var logStreams: [Stream]?
            var nextToken: String?
        }
        var names: [String] = []
        var token: String?
        repeat {
            var body: [String: JSONValue] = [
                "logGroupName": .string(Self.group), "logStreamNamePrefix": .string(job + "/"), "limit": 50,
            ]
            body["nextToken"] = token.map { .string($0) }
            do {
                let answer: Answer = try await call("DescribeLogStreams", .object(body))
                names += (answer.logStreams ?? []).map(\.logStreamName)
                token = answer.nextToken == token ? nil : answer.nextToken
            } catch let failure as AWSServiceFailure {
                // The group is made with the first line that any job of the account writes.
                if failure.isMissing { return [] }
                throw failure.error("list the logs of the job", job)
            }
        } while token != nil
        return Set(names).sorted()
    }

    /// Lines that came after `position`, which is moved on, but not where this throws: the next reading has them all. Lines of
    /// several containers are in order of time.
    ///
    /// - Complexity: A request a stream and one for each page of up to 10,000 lines.
    public func read(_ job: String, from position: inout Position) async throws -> [JobLogLine] {
        try await readLast(.max, of: job, from: &position)
    }

    /// As ``read(_:from:)``, but of these lines only the last so many, and never many more in memory.
    public func readLast(_ count: Int, of job: String, from position: inout Position) async throws -> [JobLogLine] {
        var lines: [JobLogLine] = []
        var reached = position
        try await read(job, from: &reached) { line in
            lines.append(line)
            // Seldom: what is left moves up.
            if lines.count / 2 > max(count, 1000) { lines.removeFirst(lines.count - count) }
        }
        position = reached
        return Array(lines.suffix(count))
    }

    /// Hands over the lines that came after `position`, in order of time, a page of each stream in memory however long the
    /// log is.
    ///
    /// - Parameters:
    ///   - position: Is moved on with every line: where this throws, the next reading goes on after the last one handed over.
    ///   - body: Gets a line.
    /// - Complexity: As ``read(_:from:)``.
    public func read(
        _ job: String, from position: inout Position, _ body: (JobLogLine) throws -> Void
    ) async throws {
        var cursors: [Cursor] = []
        for stream in try await streams(of: job) {
            var cursor = Cursor(stream: stream, mark: position.marks[stream] ?? Position.Mark())
            // Also where the next page fails: what is before it need not be fetched again.
            defer { position.marks[stream] = cursor.mark }
            try await fill(&cursor, job)
            cursors.append(cursor)
        }
        while true {
            // Of one millisecond the first stream comes first.
            var least: (index: Int, line: JobLogLine)?
            for index in cursors.indices {
                guard let line = cursors[index].lines.first else { continue }
                if let found = least, found.line.time <= line.time { continue }
                least = (index, line)
            }
            guard let (index, line) = least else { return }
            try body(line)
            cursors[index].lines.removeFirst()
            cursors[index].mark.lines += 1
            defer { position.marks[cursors[index].stream] = cursors[index].mark }
            if cursors[index].lines.isEmpty { try await fill(&cursors[index], job) }
        }
    }

    // MARK: Pages

    /// A stream while it is read.
    private struct Cursor {
        let stream: String
        /// The page that the lines are of.
        var mark: Position.Mark
        /// Lines of the page that were not handed over.
        var lines: ArraySlice<JobLogLine> = []
        /// The page after it.
        var next: String?
        var isEnded = false

        init(stream: String, mark: Position.Mark) {
            self.stream = stream
            self.mark = mark
        }
    }

    /// Fetches pages until one has lines or the stream has ended: its token then comes back as it was sent. Pages before that
    /// may be empty.
    private func fill(_ cursor: inout Cursor, _ job: String) async throws {
        let name = String(cursor.stream.dropFirst(job.count + 1))
        while cursor.lines.isEmpty, !cursor.isEnded {
            try Task.checkCancellation()
            let mark = cursor.next.map { Position.Mark(token: $0) } ?? cursor.mark
            let page = try await page(of: cursor.stream, mark.token, job)
            let lines = page.events.dropFirst(mark.lines).map { event in
                JobLogLine(
                    stream: name, time: Date(timeIntervalSince1970: Double(event.timestamp) / 1000),
                    text: event.message)
            }
            cursor.mark = mark
            cursor.lines = lines[...]
            cursor.next = page.nextForwardToken == mark.token ? nil : page.nextForwardToken
            cursor.isEnded = cursor.next == nil
        }
    }

    private struct Page: Decodable {
        struct Event: Decodable {
            var timestamp: Int
            var message: String
        }
        var events: [Event]
        var nextForwardToken: String?
    }

    private func page(of stream: String, _ token: String?, _ job: String) async throws -> Page {
        var body: [String: JSONValue] = [
            "logGroupName": .string(Self.group), "logStreamName": .string(stream), "startFromHead": true,
        ]
        body["nextToken"] = token.map { .string($0) }
        do {
            return try await call("GetLogEvents", .object(body))
        } catch let failure as AWSServiceFailure {
            throw failure.error("read the logs of the job", job)
        }
    }

    private func call<Answer: Decodable>(_ operation: String, _ body: JSONValue) async throws -> Answer {
        try WireJSON.decode(try await client.call(operation, try WireJSON.encode(body)), of: operation)
    }
}
