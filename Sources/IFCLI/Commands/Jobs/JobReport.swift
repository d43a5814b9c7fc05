import ArgumentParser
import Foundation
import IFJobs
import IFPipeline

/// A status as it is given on the command line.
enum JobStatusName: String, CaseIterable, ExpressibleByArgument {
    case inProgress = "InProgress"
    case completed = "Completed"
    case failed = "Failed"
    case stopping = "Stopping"
    case stopped = "Stopped"

    var status: ProcessingJobStatus { ProcessingJobStatus(rawValue: rawValue) }
}

/// A job of a list as programs read it.
struct JobRow: Encodable {
    var job: String
    var arn: String
    var status: String
    var failureReason: String?
    var createdAt: String
    var endedAt: String?

    private enum CodingKeys: String, CodingKey {
        case job, arn, status
        case failureReason = "failure_reason"
        case createdAt = "created_at_utc"
        case endedAt = "ended_at_utc"
    }

    init(_ job: ProcessingJobSummary) {
        self.job = job.name
        arn = job.arn
        status = job.status.rawValue
        failureReason = job.failureReason
        createdAt = job.created.formatted(.iso8601)
        endedAt = job.ended?.formatted(.iso8601)
    }
}

/// A job as programs and people read it.
struct JobReport: Encodable {
    var job: String
    var arn: String
    var stage: String?
    var status: String
    var failureReason: String?
    var exitMessage: String?
    var createdAt: String
    var startedAt: String?
    var endedAt: String?
    var seconds: Double
    var image: String
    var machines: String
    var inputs: [String: String]
    var outputs: [String: String]

    private enum CodingKeys: String, CodingKey {
        case job, arn, stage, status, seconds, image, machines, inputs, outputs
        case failureReason = "failure_reason"
        case exitMessage = "exit_message"
        case createdAt = "created_at_utc"
        case startedAt = "started_at_utc"
        case endedAt = "ended_at_utc"
    }

    init(_ state: ProcessingJobState) {
        job = state.name
        arn = state.arn
        stage = StageJobs.stage(of: state)?.rawValue
        status = state.status.rawValue
        failureReason = state.failureReason
        exitMessage = state.exitMessage
        createdAt = state.created.formatted(.iso8601)
        startedAt = state.started?.formatted(.iso8601)
        endedAt = state.ended?.formatted(.iso8601)
        seconds = state.seconds(until: Date())
        image = state.image
        machines = "\(state.instanceCount) × \(state.instanceType)"
        let places = { (places: [ProcessingJobState.Place]) in
            Dictionary(places.map { ($0.name, $0.location) }, uniquingKeysWith: { first, _ in first })
        }
        inputs = places(state.inputs)
        outputs = places(state.outputs)
    }

    func show(asJSON: Bool) {
        if asJSON { return Terminal.say(JSONOutput.pretty(self)) }
        var fields = FieldList([
            ("job", job), ("stage", stage), ("status", status), ("reason", failureReason), ("message", exitMessage),
            ("submitted", createdAt), ("started", startedAt), ("ended", endedAt), ("time", Format.seconds(seconds)),
            ("machines", machines), ("image", image),
        ])
        for (kind, places) in [("reads", inputs), ("writes", outputs)] {
            for (name, location) in places.sorted(by: { $0.key < $1.key }) {
                fields.add(kind, "\(name): \(location)")
            }
        }
        fields.lines.forEach(Terminal.say)
    }
}
