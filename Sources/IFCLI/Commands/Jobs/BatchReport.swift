import IFJobs

/// A batch of Bedrock as programs and people read it.
struct BatchReport: Encodable {
    var arn: String
    var job: String
    var status: String
    var message: String?
    var model: String
    var records: Int?
    var answered: Int?
    var output: String

    init(_ state: BedrockBatchState) {
        arn = state.arn
        job = state.name
        status = state.status
        message = state.message
        model = state.model
        records = state.records
        answered = state.answered
        output = state.output
    }

    func show(asJSON: Bool) {
        if asJSON { return Terminal.say(JSONOutput.pretty(self)) }
        let fields = FieldList([
            ("batch", job), ("status", status), ("message", message), ("model", model),
            ("records", records.map(Format.count)), ("answered", answered.map(Format.count)), ("writes", output),
        ])
        fields.lines.forEach(Terminal.say)
    }
}

extension JobOptions {
    func batches() throws -> BedrockBatches {
        let (session, region) = try connection()
        return try BedrockBatches(session: session, region: region)
    }
}
