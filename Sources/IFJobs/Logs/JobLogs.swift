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
        var tokens: [String: String] = [:]

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
    /// A stream has been read to its end when its token comes back as it was sent; pages before that may be empty.
    ///
    /// - Complexity: A request a stream and one for each page of up to 10,000 lines.
    public func read(_ job: String, from position: inout Position) async throws -> [JobLogLine] {
        var lines: [JobLogLine] = []
        var reached = position
        for stream in try await streams(of: job) {
            var token = reached.tokens[stream]
            while true {
                try Task.checkCancellation()
                let page = try await page(of: stream, token, job)
                let name = String(stream.dropFirst(job.count + 1))
                lines += page.events.map { event in
                    JobLogLine(
                        stream: name, time: Date(timeIntervalSince1970: Double(event.timestamp) / 1000),
                        text: event.message)
                }
                guard let next = page.nextForwardToken, next != token else { break }
                token = next
            }
            reached.tokens[stream] = token
        }
        position = reached
        // Stable: lines of one millisecond stay in the order of their stream.
        return lines.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
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
